//! Where Pods are described in the objects of each kind.
//!
//! Must not know what is set there. Invariant: a path names a Pod's spec.

use crate::api::Kind;

/// The path to the Pod's spec in the objects of a kind.
///
/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/updatepodspec.go
pub(super) fn pod_spec(kind: Kind) -> Option<&'static [&'static str]> {
    match kind {
        Kind::Pod => Some(&["spec"]),
        Kind::Deployment
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::Job
        | Kind::ReplicaSet
        | Kind::ReplicationController => Some(&["spec", "template", "spec"]),
        _ => None,
    }
}
