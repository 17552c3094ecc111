//! The kinds that the engine knows, with their groups, plurals and short names.
//!
//! Must not know fields. Invariant: a kind's position in `Kind::ALL` is its index.

use crate::base::Str;

/// A kind of object. `Other` stands for every kind that is kept but not simulated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub enum Kind {
    Namespace,
    Node,
    Pod,
    ReplicaSet,
    ReplicationController,
    Deployment,
    StatefulSet,
    ControllerRevision,
    Service,
    EndpointSlice,
    PersistentVolume,
    PersistentVolumeClaim,
    StorageClass,
    VolumeAttachment,
    ConfigMap,
    Event,
    DaemonSet,
    Job,
    PodDisruptionBudget,
    PriorityClass,
    Other,
}

/// What the API says of a kind.
#[derive(Clone, Copy, Debug)]
pub struct KindFacts {
    /// `Deployment`.
    pub name: &'static str,
    /// `apps/v1`.
    pub api_version: &'static str,
    /// `deployments`.
    pub plural: &'static str,
    /// `deploy`; empty if there is none.
    pub short: &'static str,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
}

pub(super) const fn facts(
    name: &'static str,
    api_version: &'static str,
    plural: &'static str,
    short: &'static str,
    namespaced: bool,
) -> KindFacts {
    KindFacts { name, api_version, plural, short, namespaced }
}

impl Kind {
    /// How many kinds there are.
    pub const COUNT: usize = 21;

    /// Every kind, by index.
    pub const ALL: [Kind; Kind::COUNT] = [
        Kind::Namespace,
        Kind::Node,
        Kind::Pod,
        Kind::ReplicaSet,
        Kind::ReplicationController,
        Kind::Deployment,
        Kind::StatefulSet,
        Kind::ControllerRevision,
        Kind::Service,
        Kind::EndpointSlice,
        Kind::PersistentVolume,
        Kind::PersistentVolumeClaim,
        Kind::StorageClass,
        Kind::VolumeAttachment,
        Kind::ConfigMap,
        Kind::Event,
        Kind::DaemonSet,
        Kind::Job,
        Kind::PodDisruptionBudget,
        Kind::PriorityClass,
        Kind::Other,
    ];

    /// This kind's index in a table of all kinds.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// What the API says of this kind.
    pub const fn facts(self) -> KindFacts {
        match self {
            Kind::Namespace => facts("Namespace", "v1", "namespaces", "ns", false),
            Kind::Node => facts("Node", "v1", "nodes", "no", false),
            Kind::Pod => facts("Pod", "v1", "pods", "po", true),
            Kind::ReplicaSet => facts("ReplicaSet", "apps/v1", "replicasets", "rs", true),
            Kind::ReplicationController => {
                facts("ReplicationController", "v1", "replicationcontrollers", "rc", true)
            }
            Kind::Deployment => facts("Deployment", "apps/v1", "deployments", "deploy", true),
            Kind::StatefulSet => facts("StatefulSet", "apps/v1", "statefulsets", "sts", true),
            Kind::ControllerRevision => {
                facts("ControllerRevision", "apps/v1", "controllerrevisions", "", true)
            }
            Kind::Service => facts("Service", "v1", "services", "svc", true),
            Kind::EndpointSlice => {
                facts("EndpointSlice", "discovery.k8s.io/v1", "endpointslices", "", true)
            }
            Kind::PersistentVolume => {
                facts("PersistentVolume", "v1", "persistentvolumes", "pv", false)
            }
            Kind::PersistentVolumeClaim => {
                facts("PersistentVolumeClaim", "v1", "persistentvolumeclaims", "pvc", true)
            }
            Kind::StorageClass => {
                facts("StorageClass", "storage.k8s.io/v1", "storageclasses", "sc", false)
            }
            Kind::VolumeAttachment => {
                facts("VolumeAttachment", "storage.k8s.io/v1", "volumeattachments", "", false)
            }
            Kind::ConfigMap => facts("ConfigMap", "v1", "configmaps", "cm", true),
            Kind::Event => facts("Event", "v1", "events", "ev", true),
            Kind::DaemonSet => facts("DaemonSet", "apps/v1", "daemonsets", "ds", true),
            Kind::Job => facts("Job", "batch/v1", "jobs", "", true),
            Kind::PodDisruptionBudget => {
                facts("PodDisruptionBudget", "policy/v1", "poddisruptionbudgets", "pdb", true)
            }
            Kind::PriorityClass => {
                facts("PriorityClass", "scheduling.k8s.io/v1", "priorityclasses", "pc", false)
            }
            Kind::Other => facts("", "", "", "", true),
        }
    }

    /// The kind's name, `Pod`.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name && *kind != Kind::Other)
    }

    /// The kind that a person means by a plural, singular or short name in any case.
    pub fn from_resource(word: &str) -> Option<Kind> {
        let word = word.to_ascii_lowercase();
        let word = word.split('.').next().unwrap_or_default();
        Kind::ALL.into_iter().filter(|kind| *kind != Kind::Other).find(|kind| {
            let facts = kind.facts();
            facts.plural == word
                || (!facts.short.is_empty() && facts.short == word)
                || facts.name.to_ascii_lowercase() == word
        })
    }

    /// The lower-case singular that kubectl prints, `statefulset.apps` in `statefulset.apps/db`.
    pub fn printed(self) -> Str {
        let facts = self.facts();
        let singular = facts.name.to_ascii_lowercase();
        match facts.api_version.split_once('/') {
            Some((group, _)) => format!("{singular}.{group}").into(),
            None => singular.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_stands_at_its_own_index() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), index);
        }
    }

    #[test]
    fn short_plural_and_full_names_find_a_kind() {
        for word in ["sts", "statefulset", "StatefulSets", "statefulsets.apps"] {
            assert_eq!(Kind::from_resource(word), Some(Kind::StatefulSet));
        }
        assert_eq!(Kind::from_resource("stss"), None);
        assert_eq!(&*Kind::StatefulSet.printed(), "statefulset.apps");
    }
}
