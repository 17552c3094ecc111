//! The kinds that the engine knows, with their groups, plurals and short names.
//!
//! Must not know fields. Invariant: a kind's position in `Kind::ALL` is its
//! index; the simulated ones come first.

use crate::base::Str;

/// Writes the list of kinds once: name, API version, plural, short names, whether namespaced.
macro_rules! kinds {
    ($($name:ident, $version:literal, $plural:literal, $short:literal, $namespaced:literal;)*) => {
        /// A kind of object. `Other` stands for every kind that a CustomResourceDefinition
        /// made known.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the names are Kubernetes' own")]
        pub enum Kind {
            $($name,)*
            #[default]
            Other,
        }

        impl Kind {
            /// Every kind, by index.
            pub const ALL: [Kind; Kind::COUNT] = [$(Kind::$name,)* Kind::Other];

            /// What the API says of this kind.
            pub const fn facts(self) -> KindFacts {
                match self {
                    $(Kind::$name => {
                        facts(stringify!($name), $version, $plural, $short, $namespaced)
                    })*
                    Kind::Other => facts("", "", "", "", true),
                }
            }
        }
    };
}

kinds! {
    Namespace, "v1", "namespaces", "ns", false;
    Node, "v1", "nodes", "no", false;
    Pod, "v1", "pods", "po", true;
    ReplicaSet, "apps/v1", "replicasets", "rs", true;
    ReplicationController, "v1", "replicationcontrollers", "rc", true;
    Deployment, "apps/v1", "deployments", "deploy", true;
    StatefulSet, "apps/v1", "statefulsets", "sts", true;
    ControllerRevision, "apps/v1", "controllerrevisions", "", true;
    Service, "v1", "services", "svc", true;
    EndpointSlice, "discovery.k8s.io/v1", "endpointslices", "", true;
    PersistentVolume, "v1", "persistentvolumes", "pv", false;
    PersistentVolumeClaim, "v1", "persistentvolumeclaims", "pvc", true;
    StorageClass, "storage.k8s.io/v1", "storageclasses", "sc", false;
    VolumeAttachment, "storage.k8s.io/v1", "volumeattachments", "", false;
    ConfigMap, "v1", "configmaps", "cm", true;
    Event, "v1", "events", "ev", true;
    DaemonSet, "apps/v1", "daemonsets", "ds", true;
    Job, "batch/v1", "jobs", "", true;
    PodDisruptionBudget, "policy/v1", "poddisruptionbudgets", "pdb", true;
    PriorityClass, "scheduling.k8s.io/v1", "priorityclasses", "pc", false;
    CronJob, "batch/v1", "cronjobs", "cj", true;
    Binding, "v1", "bindings", "", true;
    ComponentStatus, "v1", "componentstatuses", "cs", false;
    Endpoints, "v1", "endpoints", "ep", true;
    LimitRange, "v1", "limitranges", "limits", true;
    PodTemplate, "v1", "podtemplates", "", true;
    ResourceQuota, "v1", "resourcequotas", "quota", true;
    Secret, "v1", "secrets", "", true;
    ServiceAccount, "v1", "serviceaccounts", "sa", true;
    MutatingAdmissionPolicy, "admissionregistration.k8s.io/v1",
        "mutatingadmissionpolicies", "", false;
    MutatingAdmissionPolicyBinding, "admissionregistration.k8s.io/v1",
        "mutatingadmissionpolicybindings", "", false;
    MutatingWebhookConfiguration, "admissionregistration.k8s.io/v1",
        "mutatingwebhookconfigurations", "", false;
    ValidatingAdmissionPolicy, "admissionregistration.k8s.io/v1",
        "validatingadmissionpolicies", "", false;
    ValidatingAdmissionPolicyBinding, "admissionregistration.k8s.io/v1",
        "validatingadmissionpolicybindings", "", false;
    ValidatingWebhookConfiguration, "admissionregistration.k8s.io/v1",
        "validatingwebhookconfigurations", "", false;
    CustomResourceDefinition, "apiextensions.k8s.io/v1",
        "customresourcedefinitions", "crd,crds", false;
    APIService, "apiregistration.k8s.io/v1", "apiservices", "", false;
    SelfSubjectReview, "authentication.k8s.io/v1", "selfsubjectreviews", "", false;
    TokenReview, "authentication.k8s.io/v1", "tokenreviews", "", false;
    LocalSubjectAccessReview, "authorization.k8s.io/v1", "localsubjectaccessreviews", "", true;
    SelfSubjectAccessReview, "authorization.k8s.io/v1", "selfsubjectaccessreviews", "", false;
    SelfSubjectRulesReview, "authorization.k8s.io/v1", "selfsubjectrulesreviews", "", false;
    SubjectAccessReview, "authorization.k8s.io/v1", "subjectaccessreviews", "", false;
    HorizontalPodAutoscaler, "autoscaling/v2", "horizontalpodautoscalers", "hpa", true;
    CertificateSigningRequest, "certificates.k8s.io/v1", "certificatesigningrequests", "csr", false;
    Lease, "coordination.k8s.io/v1", "leases", "", true;
    FlowSchema, "flowcontrol.apiserver.k8s.io/v1", "flowschemas", "", false;
    PriorityLevelConfiguration, "flowcontrol.apiserver.k8s.io/v1",
        "prioritylevelconfigurations", "", false;
    IngressClass, "networking.k8s.io/v1", "ingressclasses", "", false;
    Ingress, "networking.k8s.io/v1", "ingresses", "ing", true;
    IPAddress, "networking.k8s.io/v1", "ipaddresses", "ip", false;
    NetworkPolicy, "networking.k8s.io/v1", "networkpolicies", "netpol", true;
    ServiceCIDR, "networking.k8s.io/v1", "servicecidrs", "", false;
    RuntimeClass, "node.k8s.io/v1", "runtimeclasses", "", false;
    ClusterRoleBinding, "rbac.authorization.k8s.io/v1", "clusterrolebindings", "", false;
    ClusterRole, "rbac.authorization.k8s.io/v1", "clusterroles", "", false;
    RoleBinding, "rbac.authorization.k8s.io/v1", "rolebindings", "", true;
    Role, "rbac.authorization.k8s.io/v1", "roles", "", true;
    DeviceClass, "resource.k8s.io/v1", "deviceclasses", "", false;
    ResourceClaim, "resource.k8s.io/v1", "resourceclaims", "", true;
    ResourceClaimTemplate, "resource.k8s.io/v1", "resourceclaimtemplates", "", true;
    ResourceSlice, "resource.k8s.io/v1", "resourceslices", "", false;
    CSIDriver, "storage.k8s.io/v1", "csidrivers", "", false;
    CSINode, "storage.k8s.io/v1", "csinodes", "", false;
    CSIStorageCapacity, "storage.k8s.io/v1", "csistoragecapacities", "", true;
    VolumeAttributesClass, "storage.k8s.io/v1", "volumeattributesclasses", "vac", false;
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
    pub const COUNT: usize = Kind::Other as usize + 1;

    /// This kind's index in a table of all kinds.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether its objects do something here; the others are kept and listed.
    pub const fn is_simulated(self) -> bool {
        (self as u8) <= (Kind::CronJob as u8)
    }

    /// The kind's name, `Pod`.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The API group, empty for the core.
    pub fn group(self) -> &'static str {
        self.facts().api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name && *kind != Kind::Other)
    }

    /// The kind that a person means by a plural, singular or short name in any case, with the
    /// group or the start of it behind a dot if it is given.
    pub fn from_resource(word: &str) -> Option<Kind> {
        let word = word.to_ascii_lowercase();
        let (word, group) = word.split_once('.').unwrap_or((&word, ""));
        Kind::ALL.into_iter().filter(|kind| *kind != Kind::Other).find(|kind| {
            let facts = kind.facts();
            let is_named = facts.plural == word
                || facts.short.split(',').any(|short| !short.is_empty() && short == word)
                || facts.name.eq_ignore_ascii_case(word);
            is_named && is_group(facts.api_version, group)
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

/// Whether a person means the group of `api_version` by `group`, `apps` or `v1.apps`.
///
/// Models staging/src/k8s.io/apimachinery/pkg/api/meta/restmapper.go ResourcesFor
fn is_group(api_version: &str, group: &str) -> bool {
    let (own, version) = match api_version.split_once('/') {
        Some((own, version)) => (own, version),
        None => ("", api_version),
    };
    let after_version = group.strip_prefix(version).and_then(|rest| rest.strip_prefix('.'));
    group.is_empty() || own.starts_with(group) || after_version == Some(own)
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
        for word in ["ing", "ingress.networking", "ingresses.v1.networking.k8s.io"] {
            assert_eq!(Kind::from_resource(word), Some(Kind::Ingress));
        }
        assert_eq!(Kind::from_resource("crds"), Some(Kind::CustomResourceDefinition));
        assert_eq!(Kind::from_resource("ingress.apps"), None);
    }
}
