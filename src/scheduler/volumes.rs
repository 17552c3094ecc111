//! Where a Pod's volumes allow it to go.
//!
//! Must not know how claims are bound. Invariant: a Pod goes nowhere while a claim is missing,
//! being deleted, or left to be bound at once by others.

use crate::api::wellknown::ZONE;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::affinity::NodeSelector;
use crate::api::storage::{Claim, StorageClass, Volume};
use crate::api::{Kind, Object};
use crate::base::Order as _;
use crate::base::Str;
use crate::scheduler::SELECTED_NODE;
use crate::scheduler::cache::{Cache, NodeUse};
use crate::scheduler::filter::Plugin;
use crate::server::View;

/// The claims of a Pod, as far as they are not bound.
pub(super) struct Claims {
    pub(super) unbound: Vec<Rc<Object>>,
}

fn waits_for_consumer(claim: &Claim, view: &View) -> bool {
    let class = claim.spec.storage_class_name.as_deref().unwrap_or_default();
    let class = view.named(Kind::StorageClass, "", class);
    class
        .and_then(|one| one.storage_class())
        .is_some_and(|class| class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer"))
}

impl Claims {
    /// Which plugin rejects the Pod on every node, and why, if one does.
    ///
    /// Models pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go PreFilter
    /// and pkg/scheduler/framework/plugins/volumebinding/volume_binding.go PreFilter
    pub(super) fn of(object: &Object, view: &View) -> Result<Claims, (Plugin, String)> {
        let mut unbound = Vec::new();
        let kind = Kind::PersistentVolumeClaim;
        let find = |name: &Str| view.named(kind, &object.meta.namespace, name);
        let made: Vec<Str> = object.ephemeral_claims().map(|(name, _)| name).collect();
        let is_lacking = |name: &Str| !made.contains(name) && find(name).is_none();
        if let Some(name) = object.claims().find(is_lacking) {
            let text = format!("persistentvolumeclaim \"{name}\" not found");
            return Err((Plugin::VolumeRestrictions, text));
        }
        let against = |text: String| Err((Plugin::VolumeBinding, text));
        for name in object.claims() {
            let Some(found) = find(&name) else {
                return against(format!(
                    "waiting for ephemeral volume controller to create the \
                     persistentvolumeclaim \"{name}\""
                ));
            };
            if made.contains(&name) && !found.meta.is_controlled_by(object.meta.uid) {
                let namespace = &object.meta.namespace;
                return against(format!(
                    "PVC {namespace}/{name} was not created for pod {namespace}/{} (pod is not \
                     owner)",
                    object.meta.name
                ));
            }
            let Some(claim) = found.claim() else { continue };
            if claim.status.phase.as_deref() == Some("Lost") {
                return against(format!(
                    "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{}\"",
                    claim.spec.volume_name.as_deref().unwrap_or_default()
                ));
            }
            if found.meta.is_terminating() {
                return against(format!("persistentvolumeclaim \"{name}\" is being deleted"));
            }
            if claim.status.phase.as_deref() == Some("Bound") {
                continue;
            }
            if claim.spec.volume_name.is_some() || !waits_for_consumer(claim, view) {
                return against("pod has unbound immediate PersistentVolumeClaims".to_owned());
            }
            unbound.push(Rc::clone(found));
        }
        Ok(Claims { unbound })
    }
}

/// A claim that gets its volume with its Pod's node.
struct Unbound<'a> {
    claim: &'a Rc<Object>,
    size_milli: i64,
    /// The node that it was given already, for which a volume is made.
    told: Option<&'a Str>,
    /// The free volumes that it could take, best first.
    volumes: Vec<&'a Rc<Object>>,
    /// Whether its class makes new volumes.
    is_provisioned: bool,
    /// Where the class lets them lie, if only at some places.
    allowed: Option<NodeSelector>,
}

/// What a Pod's volumes ask of a node.
#[derive(Default)]
pub(super) struct Volumes<'a> {
    has_claims: bool,
    is_in_use: bool,
    /// Whether a bound claim's volume is gone.
    is_missing: bool,
    bound: Vec<&'a NodeSelector>,
    /// Labels of bound volumes of which a node must have one of the values.
    zones: Vec<(&'a Str, &'a Str)>,
    /// Smallest claim first.
    unbound: Vec<Unbound<'a>>,
}

/// Claims on a node: those that take a volume, and those for which one is made.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Matches {
    /// Volumes and the claims that take them.
    pub(super) taken: Vec<(Rc<Object>, Rc<Object>)>,
    pub(super) made: Vec<Rc<Object>>,
}

fn nodes_of(volume: &Volume) -> Option<&NodeSelector> {
    volume.spec.node_affinity.as_ref()?.required.as_ref()
}

/// The labels that say where a volume lies, the newer ones first.
const ZONES: [&str; 4] = [
    ZONE,
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
];

impl<'a> Volumes<'a> {
    pub(super) fn of(object: &Object, cache: &'a Cache, view: &'a View) -> Volumes<'a> {
        let mut volumes = Volumes::default();
        let namespace = &object.meta.namespace;
        for name in object.claims() {
            volumes.has_claims = true;
            let found = view.named(Kind::PersistentVolumeClaim, namespace, &name);
            let Some((found, claim)) = found.and_then(|one| Some((one, one.claim()?))) else {
                continue;
            };
            volumes.is_in_use |= is_taken(object, &name, claim, cache, view);
            if claim.status.phase.as_deref() == Some("Bound") {
                let volume = claim.spec.volume_name.as_deref().unwrap_or_default();
                let volume = view.named(Kind::PersistentVolume, "", volume);
                volumes.is_missing |= volume.is_none();
                volumes.bound.extend(volume.and_then(|one| nodes_of(one.volume()?)));
                let labels = volume.into_iter().flat_map(|one| one.meta.labels.iter());
                volumes.zones.extend(labels.filter(|(key, _)| ZONES.contains(&&***key)));
            } else {
                volumes.unbound.push(Unbound::of(found, claim, cache, view));
            }
        }
        volumes.unbound.order_by_key(|one| one.size_milli);
        volumes
    }

    /// Models pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go Filter and
    /// pkg/scheduler/framework/plugins/volumebinding/binder.go FindPodVolumes
    pub(super) fn check(&self, node: &NodeUse) -> Option<(Plugin, &'static str, bool)> {
        if !self.has_claims {
            return None;
        }
        if self.is_in_use {
            let text = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod \
                        access mode already in-use by another pod";
            return Some((Plugin::VolumeRestrictions, text, true));
        }
        let against = |text| Some((Plugin::VolumeBinding, text, false));
        if self.is_missing {
            return against(
                "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
            );
        }
        let meta = &node.object.meta;
        if !self.bound.iter().all(|one| one.is_met_by(&meta.name, &meta.labels)) {
            return against("node(s) didn't match PersistentVolume's node affinity");
        }
        if self.matches(&node.object).is_none() {
            return against("node(s) didn't find available persistent volumes to bind");
        }
        if !self.is_in_zone(&meta.labels) {
            let text = "node(s) had no available volume zone";
            return Some((Plugin::VolumeZone, text, false));
        }
        None
    }

    /// Whether a node lies where the bound volumes lie; one that says nothing does.
    ///
    /// Models pkg/scheduler/framework/plugins/volumezone/volume_zone.go Filter
    fn is_in_zone(&self, labels: &BTreeMap<Str, Str>) -> bool {
        let value = |key: &str| labels.get(key);
        let is_in = |(key, values): &(&Str, &Str)| {
            let newer = ZONES.iter().position(|one| *one == &***key).map(|at| ZONES[at % 2]);
            let here = value(key).or_else(|| value(newer?));
            here.is_some_and(|here| values.split("__").any(|one| one.trim() == &**here))
        };
        self.zones.is_empty()
            || !ZONES.iter().any(|key| labels.contains_key(*key))
            || self.zones.iter().all(is_in)
    }

    /// What the claims take on a node; none if one of them finds nothing there.
    ///
    /// Models pkg/scheduler/framework/plugins/volumebinding/binder.go findMatchingVolumes and
    /// checkVolumeProvisions
    pub(super) fn matches(&self, node: &Object) -> Option<Matches> {
        let mut matches = Matches::default();
        let is_here =
            |selector: &NodeSelector| selector.is_met_by(&node.meta.name, &node.meta.labels);
        for one in &self.unbound {
            if one.told.is_some_and(|told| *told != node.meta.name) {
                return None;
            }
            let fits = |volume: &Rc<Object>| {
                !matches.taken.iter().any(|(other, _)| other.meta.id == volume.meta.id)
                    && volume.volume().is_some_and(|body| nodes_of(body).is_none_or(is_here))
            };
            match one.volumes.iter().find(|volume| one.told.is_none() && fits(volume)) {
                Some(volume) => {
                    matches.taken.push((Rc::clone(volume), Rc::clone(one.claim)));
                }
                None if one.is_provisioned && one.allowed.as_ref().is_none_or(is_here) => {
                    matches.made.push(Rc::clone(one.claim));
                }
                None => return None,
            }
        }
        Some(matches)
    }
}

impl<'a> Unbound<'a> {
    /// Models staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go FindMatchingVolume
    fn of(found: &'a Rc<Object>, claim: &'a Claim, cache: &'a Cache, view: &'a View) -> Self {
        let told = found.meta.annotation(SELECTED_NODE);
        let told = told.or_else(|| cache.chosen.get(&found.meta.id));
        let class = view.named(Kind::StorageClass, "", claim.class());
        let class = class.and_then(|one| one.storage_class());
        let is_provisioned = class.is_some_and(|one| &*one.provisioner != NO_PROVISIONER);
        let one = Unbound {
            claim: found,
            size_milli: claim.wanted_milli(),
            told,
            volumes: Vec::new(),
            is_provisioned,
            allowed: class.and_then(StorageClass::allowed_topologies),
        };
        let table = view.table(Kind::PersistentVolume);
        let mine = |volume: &&'a Rc<Object>| {
            let taken = cache.taken.get(&volume.meta.id);
            taken.map_or_else(|| is_reserved(volume, found), |claim| *claim == found.meta.id)
        };
        let reserved = table.using_claim(&found.meta.namespace, &found.meta.name);
        let assumed = table.free_of_class(claim.class());
        let mut known = reserved.chain(assumed).filter(mine).filter(|one| holds(one, claim));
        if let Some(volume) = known.next() {
            // No other volume will do, and none is made.
            return Unbound { volumes: vec![volume], is_provisioned: false, ..one };
        }
        let free = table.free_of_class(claim.class()).filter(|one| {
            !cache.taken.contains_key(&one.meta.id) && is_free(one) && holds(one, claim)
        });
        let selector = claim.spec.selector.as_ref();
        let free = free.filter(|one| selector.is_none_or(|all| all.is_met_by(&one.meta.labels)));
        let mut volumes: Vec<&Rc<Object>> = free.collect();
        volumes.order_by_key(|one| (one.volume().map(Volume::size_milli), one.meta.id));
        Unbound { volumes, ..one }
    }
}

const NO_PROVISIONER: &str = "kubernetes.io/no-provisioner";

/// Whether a volume was reserved for a claim.
fn is_reserved(volume: &Object, claim: &Object) -> bool {
    let meta = &claim.meta;
    volume.volume().is_some_and(|one| one.is_for(&meta.namespace, &meta.name, meta.uid))
}

fn is_free(volume: &Object) -> bool {
    volume.volume().is_some_and(|one| one.spec.claim_ref.is_none() && one.is_in("Available"))
}

/// Whether a volume has all that a claim asks for.
fn holds(volume: &Object, claim: &Claim) -> bool {
    let mode = |mode: Option<&Str>| mode.is_some_and(|mode| &**mode == "Block");
    let is_enough = |one: &Volume| {
        one.size_milli() >= claim.wanted_milli()
            && mode(one.spec.volume_mode.as_ref()) == mode(claim.spec.volume_mode.as_ref())
            && claim.spec.access_modes.iter().all(|mode| one.spec.access_modes.contains(mode))
    };
    !volume.meta.is_terminating() && volume.volume().is_some_and(is_enough)
}

/// Whether another Pod holds a claim that only one Pod may use.
fn is_taken(object: &Object, name: &Str, claim: &Claim, cache: &Cache, view: &View) -> bool {
    claim.spec.access_modes.iter().any(|mode| &**mode == "ReadWriteOncePod")
        && view
            .table(Kind::Pod)
            .using_claim(&object.meta.namespace, name)
            .any(|one| one.meta.id != object.meta.id && cache.place_of(one.meta.id).is_some())
}
