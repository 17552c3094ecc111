//! What keeps a claim while a Pod uses it, and a volume while a claim is bound to it.
//!
//! Must not know why somebody wants them gone. Invariant: a finalizer is taken away only from
//! what is being deleted.

use crate::api::{Body, Kind, Object};
use crate::server::{Action, Change, Key, Patch, View};
use crate::sim::{Plan, Rule};

const CLAIM: &str = "kubernetes.io/pvc-protection";
const VOLUME: &str = "kubernetes.io/pv-protection";

pub(in crate::controllers) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let object = change.object();
    let kind = Kind::PersistentVolumeClaim;
    match &object.body {
        Body::PersistentVolumeClaim(_) | Body::PersistentVolume(_)
            if object.meta.is_terminating() =>
        {
            keys.push(change.key());
        }
        Body::Pod(_) if change.new.is_none() => {
            for claim in object.claims() {
                let found = view.named(kind, &object.meta.namespace, &claim);
                let found = found.filter(|one| one.meta.is_terminating());
                keys.extend(found.map(|one| Key { kind, id: one.meta.id }));
            }
        }
        _ => {}
    }
}

pub(in crate::controllers) fn reconcile(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    if !object.meta.is_terminating() {
        return plan;
    }
    let (finalizer, rule, is_used) = match &object.body {
        Body::PersistentVolumeClaim(_) => (CLAIM, "PVC-RELEASE", is_mounted(object, view)),
        Body::PersistentVolume(volume) => (VOLUME, "PV-DELETE", volume.is_in("Bound")),
        _ => return plan,
    };
    if !is_used && object.meta.has_finalizer(finalizer) {
        let patch = Patch::RemoveFinalizer(finalizer.into());
        plan.ask(Action::Patch(key, patch), Rule(rule));
    }
    plan
}

/// A Pod that has a node uses its claims until its object is gone, whether it still runs or not.
///
/// Models pkg/controller/volume/pvcprotection/pvc_protection_controller.go podUsesPVC
fn is_mounted(claim: &Object, view: &View) -> bool {
    let mut pods = view.table(Kind::Pod).using_claim(&claim.meta.namespace, &claim.meta.name);
    pods.any(|one| one.pod().is_some_and(|pod| pod.node().is_some()))
}
