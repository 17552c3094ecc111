//! What is known about the fields of a document: types, words, and what names refer to.
//!
//! Owns the walk through the table of fields. It must not know text or languages. Invariant:
//! where the table ends, the answer is nothing.

use super::place::Step;
use super::sheet::Document;
use crate::api::fields::{Field, Fields, Shape, Type};

/// What stands at the end of a way through a kind.
pub(super) struct Spot {
    /// The type around it, by its Go name, and the field that led there.
    pub(super) within: Option<(&'static str, &'static str, &'static Field)>,
    /// What it may hold.
    pub(super) shape: Shape,
}

/// The type that a document's fields are of: that of its version, or the kind's if the version is
/// not known.
pub(super) fn type_of(document: &Document) -> &str {
    let table = Fields::table();
    table.name_in(&document.kind, &document.api_version).unwrap_or(&document.kind)
}

/// The name of a type without the version in front of it.
pub(super) fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Follows a way through a kind's fields.
pub(super) fn follow(kind: &str, path: &[Step]) -> Option<Spot> {
    let table = Fields::table();
    // A type may have the name of a kind and be none.
    let top = table.name_of(kind).filter(|name| table.object_of(name).is_some())?;
    let mut spot = Spot { within: None, shape: Shape::Struct(top.to_owned()) };
    for step in path {
        spot = match (step, spot.shape) {
            (Step::Key(key), Shape::Struct(name)) => {
                let (within, known) = (table.name_of(&name)?, table.named(&name)?);
                let (field, found) = known.fields.get_key_value(key.as_str())?;
                Spot { within: Some((within, field, found)), shape: found.shape.clone() }
            }
            (Step::Key(_), Shape::Map(inner)) | (Step::Item, Shape::List(inner)) => {
                Spot { within: spot.within, shape: *inner }
            }
            _ => return None,
        };
    }
    Some(spot)
}

/// The type behind a name of the table, with the name as the table keeps it.
pub(super) fn structure(shape: &Shape) -> Option<(&'static str, &'static Type)> {
    let Shape::Struct(name) = shape else { return None };
    let table = Fields::table();
    Some((table.name_of(name)?, table.named(name)?))
}

/// A shape in a word or two, as `kubectl explain` would say it.
pub(super) fn type_name(shape: &Shape) -> String {
    match shape {
        Shape::Text | Shape::Bytes => "string".to_owned(),
        Shape::Truth => "boolean".to_owned(),
        Shape::Int32 | Shape::Int64 => "integer".to_owned(),
        Shape::Time | Shape::MicroTime => "time".to_owned(),
        Shape::IntOrString => "integer or string".to_owned(),
        Shape::Quantity => "Quantity".to_owned(),
        Shape::Any => "any".to_owned(),
        Shape::List(inner) => format!("[]{}", type_name(inner)),
        Shape::Map(inner) => format!("map[string]{}", type_name(inner)),
        Shape::Struct(name) => bare(name).to_owned(),
    }
}

/// What a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refers {
    /// An object of this kind.
    To(&'static str),
    /// A workload of the kind that stands beside it.
    Target,
    /// A key of the object of this kind whose name stands beside it.
    KeyOf(&'static str),
    /// A volume of the same Pod.
    Volume,
    /// A port of a container in the same document.
    Port,
    /// A port of the Pods that the Service selects.
    TargetPort,
    /// What a Pod tells of itself.
    FieldPath,
    /// A key of the ConfigMap or Secret that a volume is made of.
    KeyOfVolume,
    /// A container of the same Pod.
    Container,
    /// The key of a label that objects of this kind have.
    LabelOf(&'static str),
    /// A value of the label whose key stands beside.
    LabelValueOf(&'static str),
    /// The key of a label that tells nodes apart.
    Topology,
    /// A part of a taint that nodes have.
    Taint(TaintPart),
    /// One of these words, though the table does not say so.
    OneOf(&'static [&'static str]),
    /// Often one of these words.
    Words(&'static [&'static str]),
}

/// A part of a taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TaintPart {
    Key,
    Value,
}

/// The kinds that can be scaled.
pub(super) const TARGETS: [&str; 3] = ["Deployment", "ReplicaSet", "StatefulSet"];

/// The labels that most often tell nodes apart.
pub(super) const TOPOLOGIES: [&str; 2] = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];
/// The taints that Kubernetes itself gives nodes.
pub(super) const TAINTS: [&str; 7] = [
    "node-role.kubernetes.io/control-plane",
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
    "node.kubernetes.io/unschedulable",
    "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/pid-pressure",
];
/// What a container's rights are made of, those that are given and taken most often first.
const CAPABILITIES: [&str; 42] = [
    "ALL",
    "NET_BIND_SERVICE",
    "NET_ADMIN",
    "NET_RAW",
    "SYS_TIME",
    "SYS_ADMIN",
    "SYS_PTRACE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "DAC_READ_SEARCH",
    "IPC_LOCK",
    "IPC_OWNER",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "NET_BROADCAST",
    "PERFMON",
    "SYS_BOOT",
    "SYSLOG",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];
/// What a Pod tells its containers of itself, besides single labels and annotations.
pub(super) const FIELD_PATHS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// What the value of a field refers to.
pub(super) fn refers(within: &str, field: &str) -> Option<Refers> {
    Some(match (within, field) {
        ("StatefulSetSpec", "serviceName") | ("PodSpec", "subdomain") => Refers::To("Service"),
        ("PersistentVolumeClaimVolumeSource", "claimName") => Refers::To("PersistentVolumeClaim"),
        ("PersistentVolumeClaimSpec" | "PersistentVolumeSpec", "storageClassName") => {
            Refers::To("StorageClass")
        }
        ("PersistentVolumeClaimSpec", "volumeName") => Refers::To("PersistentVolume"),
        (
            "ConfigMapVolumeSource"
            | "ConfigMapEnvSource"
            | "ConfigMapKeySelector"
            | "ConfigMapProjection",
            "name",
        ) => Refers::To("ConfigMap"),
        (
            "SecretEnvSource" | "SecretKeySelector" | "SecretProjection" | "LocalObjectReference",
            "name",
        )
        | ("SecretVolumeSource" | "IngressTLS", "secretName") => Refers::To("Secret"),
        ("ObjectMeta", "namespace") => Refers::To("Namespace"),
        ("PodSpec", "nodeName") => Refers::To("Node"),
        ("PodSpec", "priorityClassName") => Refers::To("PriorityClass"),
        ("PodSpec", "runtimeClassName") => Refers::To("RuntimeClass"),
        ("PodSpec", "serviceAccountName") => Refers::To("ServiceAccount"),
        ("CrossVersionObjectReference", "name") => Refers::Target,
        ("ConfigMapKeySelector", "key") => Refers::KeyOf("ConfigMap"),
        ("SecretKeySelector", "key") => Refers::KeyOf("Secret"),
        ("VolumeMount" | "VolumeDevice", "name") => Refers::Volume,
        ("ServicePort", "targetPort") => Refers::TargetPort,
        ("HTTPGetAction" | "TCPSocketAction", "port") => Refers::Port,
        ("TopologySpreadConstraint" | "PodAffinityTerm", "topologyKey") => Refers::Topology,
        ("ObjectFieldSelector", "fieldPath") => Refers::FieldPath,
        ("NodeSelectorRequirement", "key") => Refers::LabelOf("Node"),
        ("NodeSelectorRequirement", "values") => Refers::LabelValueOf("Node"),
        ("LabelSelectorRequirement", "key") => Refers::LabelOf("Pod"),
        ("LabelSelectorRequirement", "values") => Refers::LabelValueOf("Pod"),
        ("NodeSelectorRequirement", "operator") => {
            Refers::OneOf(&["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"])
        }
        ("Toleration" | "Taint", "key") => Refers::Taint(TaintPart::Key),
        ("Toleration" | "Taint", "value") => Refers::Taint(TaintPart::Value),
        ("Capabilities", "add" | "drop") => Refers::Words(&CAPABILITIES),
        ("KeyToPath", "key") => Refers::KeyOfVolume,
        ("ResourceFieldSelector" | "PodFailurePolicyOnExitCodesRequirement", "containerName") => {
            Refers::Container
        }
        ("Container", "restartPolicy") => Refers::Words(&["Always"]),
        ("EmptyDirVolumeSource", "medium") => Refers::Words(&["Memory"]),
        ("ResourceFieldSelector", "resource") => {
            Refers::Words(&["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"])
        }
        ("CrossVersionObjectReference", "kind") => Refers::Words(&TARGETS),
        ("ServiceSpec", "clusterIP") => Refers::Words(&["None"]),
        ("LabelSelectorRequirement", "operator") => {
            Refers::OneOf(&["In", "NotIn", "Exists", "DoesNotExist"])
        }
        ("StatefulSetPersistentVolumeClaimRetentionPolicy", _) => {
            Refers::OneOf(&["Retain", "Delete"])
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<Step> {
        let step = |word| if word == "[]" { Step::Item } else { Step::Key(String::from(word)) };
        text.split('.').map(step).collect()
    }

    #[test]
    fn a_way_through_a_kind_ends_at_a_field() {
        let spot = follow("StatefulSet", &path("spec.volumeClaimTemplates.[].spec.accessModes"));
        let spot = spot.expect("it is there");
        let (within, field, known) = spot.within.expect("a field");
        assert_eq!((within, field), ("PersistentVolumeClaimSpec", "accessModes"));
        assert!(known.words.iter().any(|word| word == "ReadWriteMany"));
        assert_eq!(type_name(&spot.shape), "[]string");
        assert!(follow("StatefulSet", &path("spec.nothing")).is_none());
        assert!(follow("Nothing", &path("spec")).is_none());
    }

    #[test]
    fn every_reference_is_a_field_of_the_table() {
        let table = Fields::table();
        for (within, field) in [
            ("StatefulSetSpec", "serviceName"),
            ("PersistentVolumeClaimVolumeSource", "claimName"),
            ("ConfigMapKeySelector", "name"),
            ("ConfigMapVolumeSource", "name"),
            ("SecretVolumeSource", "secretName"),
            ("IngressTLS", "secretName"),
            ("VolumeMount", "name"),
            ("TopologySpreadConstraint", "topologyKey"),
            ("ObjectFieldSelector", "fieldPath"),
            ("LocalObjectReference", "name"),
            ("ConfigMapKeySelector", "key"),
            ("SecretKeySelector", "key"),
            ("ServicePort", "targetPort"),
            ("LabelSelectorRequirement", "operator"),
        ] {
            assert!(refers(within, field).is_some(), "{within}.{field}");
            assert!(table.named(within).expect("a type").fields.contains_key(field), "{within}");
        }
    }
}
