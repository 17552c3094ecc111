//! The Go types of fields, as error texts name them.
//!
//! Must not know values. Invariant: a type that no row names follows from the field's shape.

use crate::api::fields::Shape;

/// Named types of text: the struct, or `*`, the field, and the type.
const NAMED: [(&str, &str, &str); 46] = [
    ("*", "uid", "types.UID"),
    ("*", "imagePullPolicy", "v1.PullPolicy"),
    ("*", "terminationMessagePolicy", "v1.TerminationMessagePolicy"),
    ("*", "protocol", "v1.Protocol"),
    ("*", "scheme", "v1.URIScheme"),
    ("*", "accessModes", "v1.PersistentVolumeAccessMode"),
    ("*", "volumeMode", "v1.PersistentVolumeMode"),
    ("*", "preemptionPolicy", "v1.PreemptionPolicy"),
    ("*", "mountPropagation", "v1.MountPropagationMode"),
    ("*", "whenUnsatisfiable", "v1.UnsatisfiableConstraintAction"),
    ("*", "nodeAffinityPolicy", "v1.NodeInclusionPolicy"),
    ("*", "nodeTaintsPolicy", "v1.NodeInclusionPolicy"),
    ("*", "reclaimPolicy", "v1.PersistentVolumeReclaimPolicy"),
    ("*", "persistentVolumeReclaimPolicy", "v1.PersistentVolumeReclaimPolicy"),
    ("*", "volumeBindingMode", "v1.VolumeBindingMode"),
    ("*", "whenDeleted", "v1.PersistentVolumeClaimRetentionPolicyType"),
    ("*", "whenScaled", "v1.PersistentVolumeClaimRetentionPolicyType"),
    ("*", "podManagementPolicy", "v1.PodManagementPolicyType"),
    ("*", "completionMode", "v1.CompletionMode"),
    ("*", "podReplacementPolicy", "v1.PodReplacementPolicy"),
    ("*", "concurrencyPolicy", "v1.ConcurrencyPolicy"),
    ("*", "unhealthyPodEvictionPolicy", "v1.UnhealthyPodEvictionPolicyType"),
    ("*", "dnsPolicy", "v1.DNSPolicy"),
    ("*", "sessionAffinity", "v1.ServiceAffinity"),
    ("*", "externalTrafficPolicy", "v1.ServiceExternalTrafficPolicy"),
    ("*", "internalTrafficPolicy", "v1.ServiceInternalTrafficPolicy"),
    ("*", "ipFamilies", "v1.IPFamily"),
    ("*", "ipFamilyPolicy", "v1.IPFamilyPolicy"),
    ("*", "addressType", "v1.AddressType"),
    ("*", "pathType", "v1.PathType"),
    ("*", "policyTypes", "v1.PolicyType"),
    ("PodSpec", "restartPolicy", "v1.RestartPolicy"),
    ("Container", "restartPolicy", "v1.ContainerRestartPolicy"),
    ("ServiceSpec", "type", "v1.ServiceType"),
    ("DeploymentStrategy", "type", "v1.DeploymentStrategyType"),
    ("StatefulSetUpdateStrategy", "type", "v1.StatefulSetUpdateStrategyType"),
    ("DaemonSetUpdateStrategy", "type", "v1.DaemonSetUpdateStrategyType"),
    ("Toleration", "operator", "v1.TolerationOperator"),
    ("Toleration", "effect", "v1.TaintEffect"),
    ("Taint", "effect", "v1.TaintEffect"),
    ("LabelSelectorRequirement", "operator", "v1.LabelSelectorOperator"),
    ("NodeSelectorRequirement", "operator", "v1.NodeSelectorOperator"),
    ("EmptyDirVolumeSource", "medium", "v1.StorageMedium"),
    ("HostPathVolumeSource", "type", "v1.HostPathType"),
    ("SeccompProfile", "type", "v1.SeccompProfileType"),
    ("Secret", "type", "v1.SecretType"),
];

/// The type of a field, `[]v1.Container` or `int32`.
pub(super) fn go_type(within: &str, key: &str, shape: &Shape) -> String {
    let named = NAMED
        .iter()
        .find(|(structure, field, _)| *field == key && (*structure == "*" || *structure == within))
        .map(|(_, _, name)| *name);
    match (shape, named) {
        (Shape::Text, Some(name)) => name.to_owned(),
        (Shape::List(inner), Some(name)) if **inner == Shape::Text => format!("[]{name}"),
        (Shape::Map(inner), _) if **inner == Shape::Quantity => "v1.ResourceList".to_owned(),
        _ => plain(shape),
    }
}

fn plain(shape: &Shape) -> String {
    match shape {
        Shape::Text => "string".to_owned(),
        Shape::Bytes => "[]uint8".to_owned(),
        Shape::Truth => "bool".to_owned(),
        Shape::Int32 => "int32".to_owned(),
        Shape::Int64 => "int64".to_owned(),
        Shape::Time => "v1.Time".to_owned(),
        Shape::MicroTime => "v1.MicroTime".to_owned(),
        Shape::IntOrString => "intstr.IntOrString".to_owned(),
        Shape::Quantity => "resource.Quantity".to_owned(),
        Shape::Any => "runtime.RawExtension".to_owned(),
        Shape::List(inner) => format!("[]{}", plain(inner)),
        Shape::Map(inner) => format!("map[string]{}", plain(inner)),
        Shape::Struct(name) => format!("v1.{}", name.rsplit('.').next().unwrap_or(name)),
    }
}
