//! What is known about the fields of a document: types, words, and what names refer to.
//!
//! Owns the walk through the table of fields. It must not know text or languages. Invariant:
//! where the table ends, the answer is nothing.

use super::place::Step;
use crate::api::fields::{Field, Fields, Shape, Type};

/// What stands at the end of a way through a kind.
pub(super) struct Spot {
    /// The type around it, by its Go name, and the field that led there.
    pub(super) within: Option<(&'static str, &'static str, &'static Field)>,
    /// What it may hold.
    pub(super) shape: Shape,
}

/// Follows a way through a kind's fields.
pub(super) fn follow(kind: &str, path: &[Step]) -> Option<Spot> {
    let table = Fields::table();
    let top = table.name_of(kind)?;
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
        Shape::Struct(name) => name.rsplit('.').next().unwrap_or(name).to_owned(),
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
    /// The key of a label that nodes have.
    NodeLabel,
    /// One of these words, though the table does not say so.
    OneOf(&'static [&'static str]),
    /// Often one of these words.
    Words(&'static [&'static str]),
}

/// The kinds that can be scaled.
pub(super) const TARGETS: [&str; 3] = ["Deployment", "ReplicaSet", "StatefulSet"];

const TOPOLOGIES: Refers =
    Refers::Words(&["kubernetes.io/hostname", "topology.kubernetes.io/zone"]);
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
        | ("SecretVolumeSource", "secretName") => Refers::To("Secret"),
        ("ObjectMeta", "namespace") => Refers::To("Namespace"),
        ("PodSpec", "nodeName") => Refers::To("Node"),
        ("PodSpec", "priorityClassName") => Refers::To("PriorityClass"),
        ("PodSpec", "serviceAccountName") => Refers::To("ServiceAccount"),
        ("CrossVersionObjectReference", "name") => Refers::Target,
        ("ConfigMapKeySelector", "key") => Refers::KeyOf("ConfigMap"),
        ("SecretKeySelector", "key") => Refers::KeyOf("Secret"),
        ("VolumeMount" | "VolumeDevice", "name") => Refers::Volume,
        ("ServicePort", "targetPort") => Refers::TargetPort,
        ("HTTPGetAction" | "TCPSocketAction", "port") => Refers::Port,
        ("TopologySpreadConstraint" | "PodAffinityTerm", "topologyKey") => TOPOLOGIES,
        ("ObjectFieldSelector", "fieldPath") => Refers::FieldPath,
        ("NodeSelectorRequirement", "key") => Refers::NodeLabel,
        ("NodeSelectorRequirement", "operator") => {
            Refers::OneOf(&["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"])
        }
        ("Toleration", "key") => Refers::Words(&[
            "node-role.kubernetes.io/control-plane",
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/unreachable",
            "node.kubernetes.io/unschedulable",
        ]),
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
