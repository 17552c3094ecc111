//! Which changes may make room for a Pod that fitted nowhere.
//!
//! Must not know how nodes are compared. Invariant: a change wakes a Pod when it would on
//! a real cluster, which is nearly always if it helps and sometimes if it does not.

use crate::api::affinity::PodAffinity;
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::scheduler::affinity::selects;
use crate::scheduler::filter::{Plugin, likes};
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
    let is_own = claim.namespace == object.meta.namespace
        && object.pod().is_some_and(|pod| pod.claims().any(|one| *one == claim.name));
    let is_told = rejected.by(Plugin::VolumeBinding)
        || (rejected.by(Plugin::VolumeRestrictions) && change.old.is_none());
    is_own && is_told && change.new.is_some()
}

/// Whether two Pods use a claim together.
///
/// Models pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go
/// isSchedulableAfterPodDeleted
fn shares_claim(object: &Object, other: &Object) -> bool {
    let (Some(pod), Some(gone)) = (object.pod(), other.pod()) else { return false };
    object.meta.namespace == other.meta.namespace
        && pod.claims().any(|one| gone.claims().any(|other| one == other))
}

/// Plugins that look at a new node are told of every change of taints too, whatever it is.
///
/// Models pkg/scheduler/scheduler.go buildQueueingHintMap
const ON_NODES: [Plugin; 7] = [
    Plugin::NodeAffinity,
    Plugin::Ports,
    Plugin::Resources,
    Plugin::VolumeBinding,
    Plugin::VolumeZone,
    Plugin::Spread,
    Plugin::PodAffinity,
];

/// Whether a node bears a Pod that it did not bear before.
///
/// Models pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go
/// isSchedulableAfterNodeChange
fn is_borne_now(object: &Object, old: &Object, new: &Object) -> bool {
    let bears = |node: &Object| {
        let taints = node.node().map(|node| node.spec.taints.as_slice()).unwrap_or_default();
        let mut taints = taints.iter().filter(|one| &*one.effect != "PreferNoSchedule");
        object.pod().is_some_and(|pod| {
            taints.all(|taint| pod.spec.tolerations.iter().any(|one| one.bears(taint)))
        })
    };
    !bears(old) && bears(new)
}

fn node_helps(rejected: Rejected, object: &Object, change: &Change) -> bool {
    let (Some(old), Some(new)) = (&change.old, &change.new) else {
        // A node that is gone changes only how evenly Pods are spread.
        return change.new.is_some() || rejected.by(Plugin::Spread);
    };
    let (Some(before), Some(after)) = (old.node(), new.node()) else { return false };
    let is_opened = before.spec.unschedulable && !after.spec.unschedulable;
    if (before.spec.taints != after.spec.taints
        || before.spec.unschedulable != after.spec.unschedulable)
        && (ON_NODES.iter().any(|one| rejected.by(*one))
            || (rejected.by(Plugin::Unschedulable) && is_opened)
            || (rejected.by(Plugin::Taints) && is_borne_now(object, old, new)))
    {
        return true;
    }
    if before.status.allocatable != after.status.allocatable && rejected.by(Plugin::Resources) {
        return true;
    }
    if old.meta.labels == new.meta.labels {
        return false;
    }
    let Some(pod) = object.pod() else { return false };
    let is_liked_now = likes(&pod.spec, new) && !likes(&pod.spec, old);
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
    let is_new = is && !was;
    let is_relabelled =
        is && change.old.as_ref().is_some_and(|old| old.meta.labels != other.meta.labels);
    if !is_new && !is_relabelled {
        return false;
    }
    (rejected.by(Plugin::Spread) && is_spread_with(object, other))
        || (rejected.by(Plugin::PodAffinity) && concerns(object, other, view, is_relabelled))
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
        part.is_some_and(|part| part.required.iter().any(|term| selects(term, owner, one, view)))
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
