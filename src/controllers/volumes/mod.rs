//! Claims to Pods and volumes, and volumes to nodes: binding, provisioning, attaching, protecting.
//!
//! Must not know the kubelet's mounts. Invariant: a ReadWriteOnce volume is attached to one
//! node at a time, and a claim in use is never let go.

pub(super) mod attachment;
pub(super) mod binding;
pub(super) mod ephemeral;
pub(super) mod protection;
pub(super) mod provisioning;

use std::rc::Rc;

use crate::api::storage::{Claim, StorageClass};
use crate::api::{Kind, Object};
use crate::server::{Action, Part, View};
use crate::sim::{Plan, Rule};

/// The node that the scheduler chose for a claim's first Pod.
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
/// Who is asked to make a volume.
const PROVISIONER: &str = "volume.kubernetes.io/storage-provisioner";
const PROVISIONER_BETA: &str = "volume.beta.kubernetes.io/storage-provisioner";
/// Who made a volume.
const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";

/// The class of a claim, if there is one of that name.
fn class_of<'a>(claim: &Claim, view: &'a View) -> Option<&'a StorageClass> {
    view.named(Kind::StorageClass, "", claim.class())?.storage_class()
}

fn set_phase(object: &Rc<Object>, phase: &str, rule: &'static str, plan: &mut Plan) {
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    if let Some(volume) = new.volume_mut() {
        if volume.is_in(phase) {
            return;
        }
        volume.status.phase = Some(phase.into());
    }
    plan.ask(Action::Update(Rc::new(new), Part::Status), Rule(rule));
}

#[cfg(test)]
mod tests;
