//! Which changes may make room for a Pod that fitted nowhere.
//!
//! Must not know how nodes are compared. Invariant: a change wakes a Pod when it would on
//! a real cluster, which is nearly always if it helps and sometimes if it does not.

use crate::api::affinity::{PodAffinity, PodTerm};
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::scheduler::affinity::selects;
use crate::scheduler::filter::Plugin;
use crate::server::{Change, View};

/// The plugins that rejected a Pod, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Rejected(u16);

impl Rejected {
    pub(super) fn add(&mut self, plugin: Plugin) {
        self.0 |= 1 << plugin as u16;
    }

    fn by(self, plugin: Plugin) -> bool {
        self.0 & (1 << plugin as u16) != 0
    }
}

/// Whether a change may help a waiting Pod.
///
/// Models pkg/scheduler/backend/queue/scheduling_queue.go isPodWorthRequeuing and the queueing
/// hints of the plugins
pub(super) fn helps(rejected: Rejected, object: &Object, change: &Change, view: &View) -> bool {
    match change.kind {
        Kind::Node => node_helps(rejected, object, change),
        Kind::Pod => pod_helps(rejected, object, change, view),
        Kind::PersistentVolumeClaim => claim_helps(rejected, object, change),
        Kind::PersistentVolume => {
            let is_told = rejected.by(Plugin::VolumeBinding) || rejected.by(Plugin::VolumeZone);
            is_told && change.new.is_some()
        }
        Kind::StorageClass => rejected.by(Plugin::VolumeBinding) && change.old.is_none(),
        _ => false,
    }
}

/// Models pkg/scheduler/framework/plugins/volumebinding/volume_binding.go
/// isSchedulableAfterPersistentVolumeClaimChange and
/// pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go
/// isSchedulableAfterPersistentVolumeClaimAdded
fn claim_helps(rejected: Rejected, object: &Object, change: &Change) -> bool {
    let claim = &change.object().meta;
    let is_own =
        claim.namespace == object.meta.namespace && object.claims().any(|one| one == claim.name);
    let is_told = rejected.by(Plugin::VolumeBinding)
        || (rejected.by(Plugin::VolumeRestrictions) && change.old.is_none());
    is_own && is_told && change.new.is_some()
}

/// Whether two Pods use a claim together.
///
/// Models pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go
/// isSchedulableAfterPodDeleted
fn shares_claim(object: &Object, other: &Object) -> bool {
    object.meta.namespace == other.meta.namespace
        && object.claims().any(|one| other.claims().any(|other| one == other))
}

/// Plugins that look at a new node are told of every change of taints too, whatever it is.
///
/// Models pkg/scheduler/scheduler.go buildQueueingHintMap
const ON_NODES: [Plugin; 8] = [
    Plugin::NodeAffinity,
    Plugin::Ports,
    Plugin::Resources,
    Plugin::VolumeRestrictions,
    Plugin::VolumeBinding,
    Plugin::VolumeZone,
    Plugin::Spread,
    Plugin::PodAffinity,
];

/// Whether a Pod bears the taints of a node.
///
/// Models pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go
/// isSchedulableAfterNodeChange
fn bears(object: &Object, node: &Object) -> bool {
    let taints = node.node().map(|node| node.spec.taints.as_slice()).unwrap_or_default();
    let mut taints = taints.iter().filter(|one| &*one.effect != "PreferNoSchedule");
    object.pod().is_some_and(|pod| {
        taints.all(|taint| pod.spec.tolerations.iter().any(|one| one.bears(taint)))
    })
}

/// Whether a node without Pods has room for one.
///
/// Models pkg/scheduler/framework/plugins/noderesources/fit.go isFit
fn fits_alone(object: &Object, node: &Object) -> bool {
    let (Some(pod), Some(node)) = (object.pod(), node.node()) else { return false };
    let has = |name: &Str| node.status.allocatable.get(name).map_or(0, |one| one.milli);
    let requests = pod.spec.requests();
    requests.iter().all(|(name, asked)| asked.milli == 0 || asked.milli <= has(name))
}

/// Whether a new node may help: each plugin that rejected the Pod looks at it.
fn new_node_helps(rejected: Rejected, object: &Object, new: &Object) -> bool {
    let (Some(pod), Some(node)) = (object.pod(), new.node()) else { return false };
    let has = |key: &Str| new.meta.labels.contains_key(key);
    let any =
        [Plugin::Ports, Plugin::VolumeRestrictions, Plugin::VolumeBinding, Plugin::VolumeZone];
    any.into_iter().any(|one| rejected.by(one))
        || (rejected.by(Plugin::Unschedulable) && !node.spec.unschedulable)
        || (rejected.by(Plugin::Taints) && bears(object, new))
        || (rejected.by(Plugin::NodeAffinity) && pod.spec.likes(new))
        || (rejected.by(Plugin::Resources) && fits_alone(object, new))
        || (rejected.by(Plugin::Spread) && spread_keys(object).all(has))
        || (rejected.by(Plugin::PodAffinity) && affinity_keys(object).any(has))
}

fn node_helps(rejected: Rejected, object: &Object, change: &Change) -> bool {
    let (old, new) = match (&change.old, &change.new) {
        (Some(old), Some(new)) => (old, new),
        // Nothing is known of why there was no node at all.
        (None, Some(new)) => {
            return rejected == Rejected::default() || new_node_helps(rejected, object, new);
        }
        // A node that is gone changes only how evenly Pods are spread.
        _ => return rejected.by(Plugin::Spread),
    };
    let (Some(before), Some(after)) = (old.node(), new.node()) else { return false };
    let is_opened = before.spec.unschedulable && !after.spec.unschedulable;
    if (before.spec.taints != after.spec.taints
        || before.spec.unschedulable != after.spec.unschedulable)
        && (ON_NODES.iter().any(|one| rejected.by(*one))
            || (rejected.by(Plugin::Unschedulable) && is_opened)
            || (rejected.by(Plugin::Taints) && !bears(object, old) && bears(object, new)))
    {
        return true;
    }
    if before.status.allocatable != after.status.allocatable
        && rejected.by(Plugin::Resources)
        && fits_alone(object, new)
    {
        return true;
    }
    if old.meta.labels == new.meta.labels {
        return false;
    }
    let Some(pod) = object.pod() else { return false };
    let is_liked_now = pod.spec.likes(new) && !pod.spec.likes(old);
    (rejected.by(Plugin::NodeAffinity) && is_liked_now)
        || (rejected.by(Plugin::Spread) && is_moved(spread_keys(object), old, new))
        || (rejected.by(Plugin::PodAffinity) && is_moved(affinity_keys(object), old, new))
        || rejected.by(Plugin::VolumeBinding)
        || rejected.by(Plugin::VolumeZone)
}

/// Whether a node moved to another domain.
fn is_moved<'a>(mut keys: impl Iterator<Item = &'a Str>, old: &Object, new: &Object) -> bool {
    keys.any(|key| old.meta.labels.get(key) != new.meta.labels.get(key))
}

/// Models pkg/scheduler/framework/plugins/podtopologyspread/plugin.go isSchedulableAfterNodeChange
fn spread_keys(object: &Object) -> impl Iterator<Item = &Str> {
    let constraints = object.pod().map(|pod| pod.spec.topology_spread_constraints.as_slice());
    constraints.unwrap_or_default().iter().map(|one| &one.topology_key)
}

/// The topologies that a Pod itself asks for; those of the Pods that avoid it do not count.
///
/// Models pkg/scheduler/framework/plugins/interpodaffinity/plugin.go isSchedulableAfterNodeChange
fn affinity_keys(object: &Object) -> impl Iterator<Item = &Str> {
    let affinity = object.pod().and_then(|pod| pod.spec.affinity.as_deref());
    let parts = affinity.into_iter().flat_map(|one| [&one.pod_affinity, &one.pod_anti_affinity]);
    parts.flatten().flat_map(|part| &part.required).map(|term| &term.topology_key)
}

/// Whether a Pod counts on a node.
fn is_placed(object: &Object) -> bool {
    object.pod().is_some_and(|pod| pod.node().is_some() && !pod.status.phase.is_terminal())
}

fn pod_helps(rejected: Rejected, object: &Object, change: &Change, view: &View) -> bool {
    let other = change.object();
    if other.meta.id == object.meta.id {
        return false;
    }
    let was = change.old.as_ref().is_some_and(|one| is_placed(one));
    let is = change.new.as_ref().is_some_and(|one| is_placed(one));
    if was && !is {
        return rejected.by(Plugin::Resources)
            || rejected.by(Plugin::Ports)
            || (rejected.by(Plugin::VolumeRestrictions) && shares_claim(object, other))
            || (rejected.by(Plugin::Spread) && is_spread_with(object, other))
            || (rejected.by(Plugin::PodAffinity) && concerns(object, other, view, true));
    }
    let relabelled = change.old.as_ref().filter(|old| was && old.meta.labels != other.meta.labels);
    if let Some(old) = relabelled.filter(|_| is) {
        return (rejected.by(Plugin::Spread) && relabelling_evens(object, old, other))
            || (rejected.by(Plugin::PodAffinity) && relabelling_suits(object, old, other, view));
    }
    if !is || was {
        return false;
    }
    (rejected.by(Plugin::Spread) && is_spread_with(object, other))
        || (rejected.by(Plugin::PodAffinity) && concerns(object, other, view, false))
}

/// Whether a Pod came to be counted or is counted no more.
fn relabelling_evens(object: &Object, old: &Object, new: &Object) -> bool {
    let constraints = object.pod().map(|pod| pod.spec.topology_spread_constraints.as_slice());
    object.meta.namespace == new.meta.namespace
        && constraints.unwrap_or_default().iter().any(|one| {
            let counts = |other: &Object| {
                one.label_selector.as_ref().is_some_and(|one| one.is_met_by(&other.meta.labels))
            };
            counts(old) != counts(new)
        })
}

/// Whether a Pod came to be sought or is avoided no more.
fn relabelling_suits(object: &Object, old: &Object, new: &Object, view: &View) -> bool {
    let affinity = object.pod().and_then(|pod| pod.spec.affinity.as_deref());
    let is_meant = |part: Option<&PodAffinity>, other: &Object| {
        part.is_some_and(|part| has_all(&part.required, object, other, view))
    };
    let (seeks, avoids) = (
        affinity.and_then(|one| one.pod_affinity.as_ref()),
        affinity.and_then(|one| one.pod_anti_affinity.as_ref()),
    );
    (!is_meant(seeks, old) && is_meant(seeks, new))
        || (is_meant(avoids, old) && !is_meant(avoids, new))
}

/// Whether a Pod meets every one of some terms.
///
/// Models pkg/scheduler/framework/plugins/interpodaffinity/filtering.go podMatchesAllAffinityTerms
fn has_all(terms: &[PodTerm], owner: &Object, other: &Object, view: &View) -> bool {
    !terms.is_empty() && terms.iter().all(|term| selects(term, owner, other, view))
}

/// Models pkg/scheduler/framework/plugins/podtopologyspread/plugin.go isSchedulableAfterPodChange
fn is_spread_with(object: &Object, other: &Object) -> bool {
    let constraints = object.pod().map(|pod| pod.spec.topology_spread_constraints.as_slice());
    object.meta.namespace == other.meta.namespace
        && constraints.unwrap_or_default().iter().any(|one| {
            one.label_selector.as_ref().is_some_and(|one| one.is_met_by(&other.meta.labels))
        })
}

/// Models pkg/scheduler/framework/plugins/interpodaffinity/plugin.go isSchedulableAfterPodChange
fn concerns(object: &Object, other: &Object, view: &View, is_leaving: bool) -> bool {
    let affinity = |one: &Object| one.pod().and_then(|pod| pod.spec.affinity.clone());
    let is_selected = |part: Option<&PodAffinity>, owner: &Object, one: &Object| {
        part.is_some_and(|part| has_all(&part.required, owner, one, view))
    };
    let own = affinity(object);
    let own = own.as_deref();
    let theirs = affinity(other);
    let theirs = theirs.as_deref();
    is_selected(own.and_then(|one| one.pod_affinity.as_ref()), object, other)
        || (is_leaving
            && (is_selected(own.and_then(|one| one.pod_anti_affinity.as_ref()), object, other)
                || is_selected(
                    theirs.and_then(|one| one.pod_anti_affinity.as_ref()),
                    other,
                    object,
                )))
}
