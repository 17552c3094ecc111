//! Claims to Pods and volumes, and volumes to nodes: binding, provisioning, attaching, protecting.
//!
//! Must not know the kubelet's mounts. Invariant: a ReadWriteOnce volume is attached to one
//! node at a time, and a claim in use is never let go.

pub(super) mod attachment;
pub(super) mod binding;
pub(super) mod ephemeral;
pub(super) mod expansion;
pub(super) mod protection;
pub(super) mod provisioning;
mod reclaim;
mod resizing;
mod topology;

use std::rc::Rc;

use crate::api::storage::{Claim, StorageClass};
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::server::{Action, Part, View};
use crate::sim::{Plan, Rule};

/// The node that the scheduler chose for a claim's first Pod.
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
/// Who is asked to make a volume.
const PROVISIONER: &str = "volume.kubernetes.io/storage-provisioner";
const PROVISIONER_BETA: &str = "volume.beta.kubernetes.io/storage-provisioner";
/// Who made a volume.
const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";

/// Who makes the volumes of a class: what was a part of Kubernetes once is a driver now.
///
/// Models staging/src/k8s.io/csi-translation-lib/translate.go GetCSINameFromInTreeName
fn provisioner_of(class: &StorageClass) -> Str {
    let driver = match class.provisioner.strip_prefix("kubernetes.io/") {
        Some("aws-ebs") => "ebs.csi.aws.com",
        Some("azure-disk") => "disk.csi.azure.com",
        Some("azure-file") => "file.csi.azure.com",
        Some("cinder") => "cinder.csi.openstack.org",
        Some("gce-pd") => "pd.csi.storage.gke.io",
        Some("portworx-volume") => "pxd.portworx.com",
        Some("vsphere-volume") => "csi.vsphere.vmware.com",
        _ => return class.provisioner.clone(),
    };
    driver.into()
}

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
        volume.status.message = None;
    }
    plan.ask(Action::Update(Rc::new(new), Part::Status), Rule(rule));
}

#[cfg(test)]
mod tests;
