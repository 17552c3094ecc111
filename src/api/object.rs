//! An object: metadata and one of the known bodies.
//!
//! Must not know who stores it. Invariant: a body never changes its kind.

use std::rc::Rc;

use crate::api::apps::{ControllerRevision, Deployment, ReplicaSet, StatefulSet};
use crate::api::batch::{CronJob, DaemonSet, Job};
use crate::api::core::{ConfigMap, Event, Namespace, Node, Service};
use crate::api::discovery::EndpointSlice;
use crate::api::pod::Pod;
use crate::api::policy::{DisruptionBudget, PriorityClass};
use crate::api::storage::{Claim, StorageClass, Volume, VolumeAttachment};
use crate::api::{Kind, Meta, ObjectRef, OwnerReference, Value};
use crate::base::Str;

/// Any object.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Object {
    /// Metadata.
    pub meta: Meta,
    /// The rest.
    pub body: Body,
}

/// What is particular to a kind.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub enum Body {
    Namespace(Namespace),
    Node(Node),
    Pod(Pod),
    ReplicaSet(ReplicaSet),
    ReplicationController(ReplicaSet),
    Deployment(Deployment),
    StatefulSet(StatefulSet),
    ControllerRevision(ControllerRevision),
    Service(Service),
    EndpointSlice(EndpointSlice),
    PersistentVolume(Volume),
    PersistentVolumeClaim(Claim),
    StorageClass(StorageClass),
    VolumeAttachment(VolumeAttachment),
    ConfigMap(ConfigMap),
    Event(Event),
    DaemonSet(DaemonSet),
    Job(Job),
    PodDisruptionBudget(DisruptionBudget),
    PriorityClass(PriorityClass),
    CronJob(CronJob),
    /// A kind that is kept but not simulated, with its whole text.
    Other(Rc<OtherObject>),
}

/// An object of a kind that is not simulated.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct OtherObject {
    /// Which kind it is; `Kind::Other` if only a CustomResourceDefinition knows it.
    pub known: Kind,
    /// `ingresses.networking.k8s.io`.
    pub resource: Str,
    /// `networking.k8s.io/v1`.
    pub api_version: Str,
    /// `Ingress`.
    pub kind: Str,
    /// All of it.
    pub content: Value,
}

impl Object {
    /// A new object with a name.
    pub fn new(namespace: &str, name: &str, body: Body) -> Object {
        let meta = Meta { name: name.into(), namespace: namespace.into(), ..Meta::default() };
        Object { meta, body }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match &self.body {
            Body::Namespace(_) => Kind::Namespace,
            Body::Node(_) => Kind::Node,
            Body::Pod(_) => Kind::Pod,
            Body::ReplicaSet(_) => Kind::ReplicaSet,
            Body::ReplicationController(_) => Kind::ReplicationController,
            Body::Deployment(_) => Kind::Deployment,
            Body::StatefulSet(_) => Kind::StatefulSet,
            Body::ControllerRevision(_) => Kind::ControllerRevision,
            Body::Service(_) => Kind::Service,
            Body::EndpointSlice(_) => Kind::EndpointSlice,
            Body::PersistentVolume(_) => Kind::PersistentVolume,
            Body::PersistentVolumeClaim(_) => Kind::PersistentVolumeClaim,
            Body::StorageClass(_) => Kind::StorageClass,
            Body::VolumeAttachment(_) => Kind::VolumeAttachment,
            Body::ConfigMap(_) => Kind::ConfigMap,
            Body::Event(_) => Kind::Event,
            Body::DaemonSet(_) => Kind::DaemonSet,
            Body::Job(_) => Kind::Job,
            Body::PodDisruptionBudget(_) => Kind::PodDisruptionBudget,
            Body::PriorityClass(_) => Kind::PriorityClass,
            Body::CronJob(_) => Kind::CronJob,
            Body::Other(other) => other.known,
        }
    }

    /// Whether its kind lives in namespaces; one that only a CustomResourceDefinition knows
    /// does so unless it is said otherwise.
    pub fn is_namespaced(&self) -> bool {
        self.kind().facts().namespaced
    }

    /// The name by which its table knows it: `things.example.org/x` where the kind alone does
    /// not tell.
    pub fn table_name(&self) -> Str {
        match &self.body {
            Body::Other(other) if other.known == Kind::Other => {
                format!("{}/{}", other.resource, self.meta.name).into()
            }
            _ => self.meta.name.clone(),
        }
    }

    /// A reference to it.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            kind: self.kind(),
            namespace: self.meta.namespace.clone(),
            name: self.meta.name.clone(),
            id: self.meta.id,
            uid: self.meta.uid,
        }
    }

    /// The reference by which a dependent names it as its controller.
    pub fn owner_reference(&self) -> OwnerReference {
        let (api_version, kind) = if let Body::Other(other) = &self.body {
            (other.api_version.clone(), other.kind.clone())
        } else {
            let facts = self.kind().facts();
            (facts.api_version.into(), facts.name.into())
        };
        OwnerReference {
            api_version,
            kind,
            name: self.meta.name.clone(),
            uid: self.meta.uid,
            controller: Some(true),
            block_owner_deletion: Some(true),
        }
    }
}

/// Accessors that give the body of one kind, or nothing.
macro_rules! bodies {
    ($($name:ident, $name_mut:ident, $variant:ident, $type:ty;)*) => {
        impl Object {
            $(
                #[doc = concat!("The body, if this is a ", stringify!($variant), ".")]
                pub fn $name(&self) -> Option<&$type> {
                    match &self.body {
                        Body::$variant(body) => Some(body),
                        _ => None,
                    }
                }

                #[doc = concat!("The body to change, if this is a ", stringify!($variant), ".")]
                pub fn $name_mut(&mut self) -> Option<&mut $type> {
                    match &mut self.body {
                        Body::$variant(body) => Some(body),
                        _ => None,
                    }
                }
            )*
        }
    };
}

bodies! {
    namespace, namespace_mut, Namespace, Namespace;
    node, node_mut, Node, Node;
    pod, pod_mut, Pod, Pod;
    deployment, deployment_mut, Deployment, Deployment;
    stateful_set, stateful_set_mut, StatefulSet, StatefulSet;
    controller_revision, controller_revision_mut, ControllerRevision, ControllerRevision;
    service, service_mut, Service, Service;
    endpoint_slice, endpoint_slice_mut, EndpointSlice, EndpointSlice;
    volume, volume_mut, PersistentVolume, Volume;
    claim, claim_mut, PersistentVolumeClaim, Claim;
    storage_class, storage_class_mut, StorageClass, StorageClass;
    attachment, attachment_mut, VolumeAttachment, VolumeAttachment;
    config_map, config_map_mut, ConfigMap, ConfigMap;
    event, event_mut, Event, Event;
    daemon_set, daemon_set_mut, DaemonSet, DaemonSet;
    job, job_mut, Job, Job;
    budget, budget_mut, PodDisruptionBudget, DisruptionBudget;
    priority_class, priority_class_mut, PriorityClass, PriorityClass;
    cron_job, cron_job_mut, CronJob, CronJob;
}

impl Object {
    /// The body of a ReplicaSet or a ReplicationController.
    pub fn replica_set(&self) -> Option<&ReplicaSet> {
        match &self.body {
            Body::ReplicaSet(body) | Body::ReplicationController(body) => Some(body),
            _ => None,
        }
    }

    /// The same, to change.
    pub fn replica_set_mut(&mut self) -> Option<&mut ReplicaSet> {
        match &mut self.body {
            Body::ReplicaSet(body) | Body::ReplicationController(body) => Some(body),
            _ => None,
        }
    }
}
