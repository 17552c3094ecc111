//! Names of labels, annotations and taints that Kubernetes itself reads and writes, and that more
//! than one part of the engine knows.
//!
//! Models staging/src/k8s.io/api/core/v1/well_known_labels.go and well_known_taints.go

/// A taint that a person sets: the machine is off, so its Pods and disks may be taken elsewhere.
pub const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";
/// The taint of a node whose kubelet says that it is not ready.
pub const NOT_READY: &str = "node.kubernetes.io/not-ready";
/// The taint of a node whose kubelet says nothing any more.
pub const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
/// The taint of a cordoned node.
pub const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";
/// The label with a node's own name.
pub const HOSTNAME: &str = "kubernetes.io/hostname";
/// The label with a node's zone.
pub const ZONE: &str = "topology.kubernetes.io/zone";
/// The annotation with the number of a Deployment's revision, on it and on its ReplicaSets.
pub const DEPLOYMENT_REVISION: &str = "deployment.kubernetes.io/revision";
/// The label that tells a Deployment's ReplicaSets and their Pods apart.
pub const POD_TEMPLATE_HASH: &str = "pod-template-hash";
/// The label with the ControllerRevision that a Pod was made from.
pub const CONTROLLER_REVISION_HASH: &str = "controller-revision-hash";
/// The label with the Service that an EndpointSlice belongs to.
pub const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// The annotation with what `kubectl apply` was given last.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
