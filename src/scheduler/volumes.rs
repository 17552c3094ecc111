//! Where a Pod's volumes allow it to go.
//!
//! Must not know how claims are bound. Invariant: a Pod goes nowhere while a claim is missing,
//! being deleted, or left to be bound at once by others.

use std::rc::Rc;

use crate::api::affinity::NodeSelector;
use crate::api::pod::Pod;
use crate::api::storage::{Claim, Volume};
use crate::api::{Kind, Object};
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
        let find = |name| view.named(kind, &object.meta.namespace, name);
        let names = || object.pod().into_iter().flat_map(Pod::claims);
        if let Some(name) = names().find(|name| find(name).is_none()) {
            let text = format!("persistentvolumeclaim \"{name}\" not found");
            return Err((Plugin::VolumeRestrictions, text));
        }
        let against = |text: String| Err((Plugin::VolumeBinding, text));
        for (name, found) in names().filter_map(|name| Some((name, find(name)?))) {
            if found.meta.is_terminating() {
                return against(format!("persistentvolumeclaim \"{name}\" is being deleted"));
            }
            let Some(claim) = found.claim() else { continue };
            if claim.status.phase.as_deref() == Some("Lost") {
                return against(format!(
                    "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{}\"",
                    claim.spec.volume_name.as_deref().unwrap_or_default()
                ));
            }
            if claim.status.phase.as_deref() == Some("Bound") {
                continue;
            }
            if !waits_for_consumer(claim, view) {
                return against("pod has unbound immediate PersistentVolumeClaims".to_owned());
            }
            unbound.push(Rc::clone(found));
        }
        Ok(Claims { unbound })
    }
}

/// What a Pod's volumes ask of a node.
#[derive(Default)]
pub(super) struct Volumes<'a> {
    is_in_use: bool,
    bound: Vec<&'a NodeSelector>,
    /// Nodes that unbound claims were given already.
    chosen: Vec<&'a Str>,
    /// For each unbound claim that nobody provisions, the volumes that it could take.
    found: Vec<Vec<&'a Volume>>,
}

fn nodes_of(volume: &Volume) -> Option<&NodeSelector> {
    volume.spec.node_affinity.as_ref()?.required.as_ref()
}

impl<'a> Volumes<'a> {
    pub(super) fn of(object: &Object, cache: &'a Cache, view: &'a View) -> Volumes<'a> {
        let mut volumes = Volumes::default();
        let namespace = &object.meta.namespace;
        for name in object.pod().into_iter().flat_map(Pod::claims) {
            let found = view.named(Kind::PersistentVolumeClaim, namespace, name);
            let Some((found, claim)) = found.and_then(|one| Some((one, one.claim()?))) else {
                continue;
            };
            volumes.is_in_use |= is_taken(object, name, claim, cache, view);
            if claim.status.phase.as_deref() == Some("Bound") {
                let volume = claim.spec.volume_name.as_deref().unwrap_or_default();
                let volume = view.named(Kind::PersistentVolume, "", volume);
                volumes.bound.extend(volume.and_then(|one| nodes_of(one.volume()?)));
            } else {
                let told = found.meta.annotation(SELECTED_NODE);
                volumes.chosen.extend(told.or_else(|| cache.chosen.get(&found.meta.id)));
                volumes.found.extend(candidates(claim, view));
            }
        }
        volumes
    }

    /// Models pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go Filter and
    /// pkg/scheduler/framework/plugins/volumebinding/binder.go FindPodVolumes
    pub(super) fn check(&self, node: &NodeUse) -> Option<(Plugin, &'static str, bool)> {
        if self.is_in_use {
            let text = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod \
                        access mode already in-use by another pod";
            return Some((Plugin::VolumeRestrictions, text, true));
        }
        let meta = &node.object.meta;
        let is_here = |selector: &NodeSelector| selector.is_met_by(&meta.name, &meta.labels);
        if !self.bound.iter().all(|one| is_here(one)) {
            let text = "node(s) didn't match PersistentVolume's node affinity";
            return Some((Plugin::VolumeBinding, text, false));
        }
        let has_one = |volumes: &Vec<&Volume>| {
            volumes.iter().any(|volume| nodes_of(volume).is_none_or(is_here))
        };
        let is_elsewhere = self.chosen.iter().any(|chosen| **chosen != meta.name);
        if is_elsewhere || !self.found.iter().all(has_one) {
            let text = "node(s) didn't find available persistent volumes to bind";
            return Some((Plugin::VolumeBinding, text, false));
        }
        None
    }
}

/// Whether another Pod holds a claim that only one Pod may use.
fn is_taken(object: &Object, name: &Str, claim: &Claim, cache: &Cache, view: &View) -> bool {
    claim.spec.access_modes.iter().any(|mode| &**mode == "ReadWriteOncePod")
        && view
            .table(Kind::Pod)
            .using_claim(&object.meta.namespace, name)
            .any(|one| one.meta.id != object.meta.id && cache.place_of(one.meta.id).is_some())
}

/// The free volumes that an unbound claim could take; none if its class makes new ones.
fn candidates<'a>(claim: &Claim, view: &'a View) -> Option<Vec<&'a Volume>> {
    let class = claim.spec.storage_class_name.as_deref().unwrap_or_default();
    let body = view.named(Kind::StorageClass, "", class).and_then(|one| one.storage_class())?;
    if &*body.provisioner != "kubernetes.io/no-provisioner" {
        return None;
    }
    let asked = claim.spec.resources.requests.get("storage").map_or(0, |one| one.milli);
    let fits = |volume: &&Volume| {
        let spec = &volume.spec;
        volume.status.phase.as_deref() == Some("Available")
            && spec.claim_ref.is_none()
            && spec.storage_class_name.as_deref().unwrap_or_default() == class
            && spec.capacity.get("storage").map_or(0, |one| one.milli) >= asked
            && claim.spec.access_modes.iter().all(|mode| spec.access_modes.contains(mode))
    };
    let table = view.table(Kind::PersistentVolume);
    let volumes = table.free_of_class(class).filter_map(|one| one.volume());
    Some(volumes.filter(fits).collect())
}
