//! The classes that a cluster has from its first moment.
//!
//! Must not know how a cluster runs. Invariant: plain objects, equal in every run.

use std::rc::Rc;

use crate::api::policy::PriorityClass;
use crate::api::storage::StorageClass;
use crate::api::{Body, Object, Value};

/// The default class of volumes and the priority classes of the system.
pub(super) fn classes() -> [Object; 3] {
    let [cluster, node] = system_priorities();
    [default_class(), cluster, node]
}

fn default_class() -> Object {
    let class = StorageClass {
        provisioner: "csi.sim.local".into(),
        reclaim_policy: Some("Delete".into()),
        volume_binding_mode: Some("WaitForFirstConsumer".into()),
        ..StorageClass::default()
    };
    let mut object = Object::new("", "standard", Body::StorageClass(class));
    object.meta.annotate("storageclass.kubernetes.io/is-default-class", "true");
    object
}

/// The priority classes that every cluster has.
///
/// Models pkg/apis/scheduling/v1/helpers.go SystemPriorityClasses
fn system_priorities() -> [Object; 2] {
    let class = |name: &str, value, description: &str| {
        let class = PriorityClass {
            value,
            preemption_policy: Some("PreemptLowerPriority".into()),
            rest: Rc::new([("description".into(), Value::Str(description.into()))].into()),
            ..PriorityClass::default()
        };
        Object::new("", name, Body::PriorityClass(class))
    };
    [
        class(
            "system-cluster-critical",
            2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to \
             another node if necessary.",
        ),
        class(
            "system-node-critical",
            2_000_001_000,
            "Used for system critical pods that must not be moved from their current node.",
        ),
    ]
}
