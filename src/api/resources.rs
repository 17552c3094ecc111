//! Every kind that a plain 1.36 cluster serves, simulated or not.
//!
//! Must not know fields. Invariant: the order is that of `kubectl api-resources`.

use crate::api::kind::{KindFacts, facts};

/// The kinds of a plain 1.36 cluster, as `kubectl api-resources` lists them.
pub const RESOURCES: [KindFacts; 67] = [
    facts("Binding", "v1", "bindings", "", true),
    facts("ComponentStatus", "v1", "componentstatuses", "cs", false),
    facts("ConfigMap", "v1", "configmaps", "cm", true),
    facts("Endpoints", "v1", "endpoints", "ep", true),
    facts("Event", "v1", "events", "ev", true),
    facts("LimitRange", "v1", "limitranges", "limits", true),
    facts("Namespace", "v1", "namespaces", "ns", false),
    facts("Node", "v1", "nodes", "no", false),
    facts("PersistentVolumeClaim", "v1", "persistentvolumeclaims", "pvc", true),
    facts("PersistentVolume", "v1", "persistentvolumes", "pv", false),
    facts("Pod", "v1", "pods", "po", true),
    facts("PodTemplate", "v1", "podtemplates", "", true),
    facts("ReplicationController", "v1", "replicationcontrollers", "rc", true),
    facts("ResourceQuota", "v1", "resourcequotas", "quota", true),
    facts("Secret", "v1", "secrets", "", true),
    facts("ServiceAccount", "v1", "serviceaccounts", "sa", true),
    facts("Service", "v1", "services", "svc", true),
    facts(
        "MutatingAdmissionPolicy",
        "admissionregistration.k8s.io/v1",
        "mutatingadmissionpolicies",
        "",
        false,
    ),
    facts(
        "MutatingAdmissionPolicyBinding",
        "admissionregistration.k8s.io/v1",
        "mutatingadmissionpolicybindings",
        "",
        false,
    ),
    facts(
        "MutatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1",
        "mutatingwebhookconfigurations",
        "",
        false,
    ),
    facts(
        "ValidatingAdmissionPolicy",
        "admissionregistration.k8s.io/v1",
        "validatingadmissionpolicies",
        "",
        false,
    ),
    facts(
        "ValidatingAdmissionPolicyBinding",
        "admissionregistration.k8s.io/v1",
        "validatingadmissionpolicybindings",
        "",
        false,
    ),
    facts(
        "ValidatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1",
        "validatingwebhookconfigurations",
        "",
        false,
    ),
    facts(
        "CustomResourceDefinition",
        "apiextensions.k8s.io/v1",
        "customresourcedefinitions",
        "crd,crds",
        false,
    ),
    facts("APIService", "apiregistration.k8s.io/v1", "apiservices", "", false),
    facts("ControllerRevision", "apps/v1", "controllerrevisions", "", true),
    facts("DaemonSet", "apps/v1", "daemonsets", "ds", true),
    facts("Deployment", "apps/v1", "deployments", "deploy", true),
    facts("ReplicaSet", "apps/v1", "replicasets", "rs", true),
    facts("StatefulSet", "apps/v1", "statefulsets", "sts", true),
    facts("SelfSubjectReview", "authentication.k8s.io/v1", "selfsubjectreviews", "", false),
    facts("TokenReview", "authentication.k8s.io/v1", "tokenreviews", "", false),
    facts(
        "LocalSubjectAccessReview",
        "authorization.k8s.io/v1",
        "localsubjectaccessreviews",
        "",
        true,
    ),
    facts(
        "SelfSubjectAccessReview",
        "authorization.k8s.io/v1",
        "selfsubjectaccessreviews",
        "",
        false,
    ),
    facts(
        "SelfSubjectRulesReview",
        "authorization.k8s.io/v1",
        "selfsubjectrulesreviews",
        "",
        false,
    ),
    facts("SubjectAccessReview", "authorization.k8s.io/v1", "subjectaccessreviews", "", false),
    facts("HorizontalPodAutoscaler", "autoscaling/v2", "horizontalpodautoscalers", "hpa", true),
    facts("CronJob", "batch/v1", "cronjobs", "cj", true),
    facts("Job", "batch/v1", "jobs", "", true),
    facts(
        "CertificateSigningRequest",
        "certificates.k8s.io/v1",
        "certificatesigningrequests",
        "csr",
        false,
    ),
    facts("Lease", "coordination.k8s.io/v1", "leases", "", true),
    facts("EndpointSlice", "discovery.k8s.io/v1", "endpointslices", "", true),
    facts("Event", "events.k8s.io/v1", "events", "ev", true),
    facts("FlowSchema", "flowcontrol.apiserver.k8s.io/v1", "flowschemas", "", false),
    facts(
        "PriorityLevelConfiguration",
        "flowcontrol.apiserver.k8s.io/v1",
        "prioritylevelconfigurations",
        "",
        false,
    ),
    facts("IngressClass", "networking.k8s.io/v1", "ingressclasses", "", false),
    facts("Ingress", "networking.k8s.io/v1", "ingresses", "ing", true),
    facts("IPAddress", "networking.k8s.io/v1", "ipaddresses", "ip", false),
    facts("NetworkPolicy", "networking.k8s.io/v1", "networkpolicies", "netpol", true),
    facts("ServiceCIDR", "networking.k8s.io/v1", "servicecidrs", "", false),
    facts("RuntimeClass", "node.k8s.io/v1", "runtimeclasses", "", false),
    facts("PodDisruptionBudget", "policy/v1", "poddisruptionbudgets", "pdb", true),
    facts("ClusterRoleBinding", "rbac.authorization.k8s.io/v1", "clusterrolebindings", "", false),
    facts("ClusterRole", "rbac.authorization.k8s.io/v1", "clusterroles", "", false),
    facts("RoleBinding", "rbac.authorization.k8s.io/v1", "rolebindings", "", true),
    facts("Role", "rbac.authorization.k8s.io/v1", "roles", "", true),
    facts("DeviceClass", "resource.k8s.io/v1", "deviceclasses", "", false),
    facts("ResourceClaim", "resource.k8s.io/v1", "resourceclaims", "", true),
    facts("ResourceClaimTemplate", "resource.k8s.io/v1", "resourceclaimtemplates", "", true),
    facts("ResourceSlice", "resource.k8s.io/v1", "resourceslices", "", false),
    facts("PriorityClass", "scheduling.k8s.io/v1", "priorityclasses", "pc", false),
    facts("CSIDriver", "storage.k8s.io/v1", "csidrivers", "", false),
    facts("CSINode", "storage.k8s.io/v1", "csinodes", "", false),
    facts("CSIStorageCapacity", "storage.k8s.io/v1", "csistoragecapacities", "", true),
    facts("StorageClass", "storage.k8s.io/v1", "storageclasses", "sc", false),
    facts("VolumeAttachment", "storage.k8s.io/v1", "volumeattachments", "", false),
    facts("VolumeAttributesClass", "storage.k8s.io/v1", "volumeattributesclasses", "vac", false),
];

/// What the cluster says of a kind in a version; nothing if it does not serve it.
pub fn resource(kind: &str, api_version: &str) -> Option<&'static KindFacts> {
    RESOURCES.iter().find(|one| one.name == kind && one.api_version == api_version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Kind;

    #[test]
    fn every_known_kind_is_served() {
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Other) {
            let facts = kind.facts();
            let served = resource(facts.name, facts.api_version).expect(facts.name);
            assert_eq!((served.plural, served.short), (facts.plural, facts.short));
            assert_eq!(served.namespaced, facts.namespaced);
        }
        assert!(resource("Deployment", "apps/v1beta1").is_none());
    }
}
