//! What is known about the fields of a document: types, words, defaults, and what names refer to.
//!
//! Owns the walk through the table of fields. It must not know text or languages. Invariant:
//! where the table ends, the answer is nothing.

use super::place::Step;
use crate::api::fields::{Field, Fields, Shape, Type};
use crate::api::{Value, decode, defaults, encode};
use crate::base::Str;
use std::collections::BTreeMap;

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

/// What Kubernetes fills in at a place if the manifest is silent there.
///
/// The answer is the engine's own: an object that holds the way to the place and nothing else
/// is read and completed as any other.
pub(super) fn default_at(kind: &str, path: &[Step]) -> Option<String> {
    let table = Fields::table();
    let api_version = table.api_version(kind)?;
    let (last, way) = path.split_last()?;
    let Step::Key(last) = last else { return None };
    let whole = skeleton(&Shape::Struct(kind.to_owned()), way, Some(last), 0)?;
    let Value::Map(mut entries) = whole else { return None };
    entries.insert("apiVersion".into(), Value::Str(api_version.as_str().into()));
    entries.insert("kind".into(), Value::Str(kind.into()));
    let mut object = decode::whole(&Value::Map(entries)).ok()?;
    defaults::fill(&mut object);
    let mut value = encode::encode(&object);
    for step in path {
        value = match (step, value) {
            (Step::Key(key), Value::Map(mut entries)) => entries.remove(key.as_str())?,
            (Step::Item, Value::List(items)) => items.into_iter().next()?,
            _ => return None,
        };
    }
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(text) | Value::Str(text) if !text.is_empty() => Some(text.to_string()),
        _ => None,
    }
}

/// The deepest that an object is built for a default.
const DEPTH_MAX: usize = 16;

/// A value of a shape that leads the way and holds what must be given, but not the field asked
/// for.
fn skeleton(shape: &Shape, way: &[Step], asked: Option<&str>, depth: usize) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    let here = asked.filter(|_| way.is_empty());
    Some(match (shape, way.split_first()) {
        (Shape::List(inner), Some((Step::Item, rest))) => {
            Value::List(vec![skeleton(inner, rest, asked, depth + 1)?])
        }
        (Shape::Map(inner), Some((Step::Key(key), rest))) => {
            Value::map([(key.as_str(), skeleton(inner, rest, asked, depth + 1)?)])
        }
        (Shape::Struct(_), first) => {
            let (_, known) = structure(shape)?;
            let mut entries: BTreeMap<Str, Value> = BTreeMap::new();
            if known.fields.contains_key("imagePullPolicy") {
                // The default follows from the image's tag; most images have one.
                entries.insert("image".into(), Value::Str("x:1".into()));
            }
            for field in known.required.iter().filter(|field| here != Some(field.as_str())) {
                let shape = &known.fields.get(field)?.shape;
                entries.insert(field.as_str().into(), skeleton(shape, &[], None, depth + 1)?);
            }
            if let Some((Step::Key(key), rest)) = first {
                let shape = &known.fields.get(key)?.shape;
                entries.insert(key.as_str().into(), skeleton(shape, rest, asked, depth + 1)?);
            }
            Value::Map(entries)
        }
        (Shape::Text, _) => Value::Str("x:1".into()),
        (Shape::Int32 | Shape::Int64 | Shape::IntOrString, _) => Value::Int(1),
        (Shape::Truth, _) => Value::Bool(false),
        (Shape::Quantity, _) => Value::Str("1".into()),
        (Shape::List(_), None) => Value::List(Vec::new()),
        (Shape::Map(_), None) => Value::Map(BTreeMap::new()),
        _ => Value::Null,
    })
}

/// What a field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refers {
    /// An object of this kind.
    To(&'static str),
    /// A volume of the same Pod.
    Volume,
    /// A port of a container.
    Port,
    /// One of these words, though the table does not say so.
    Words(&'static [&'static str]),
}

const TOPOLOGIES: Refers =
    Refers::Words(&["kubernetes.io/hostname", "topology.kubernetes.io/zone"]);
const FIELD_PATHS: Refers = Refers::Words(&[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.podIP",
]);

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
        ("SecretEnvSource" | "SecretKeySelector" | "SecretProjection", "name")
        | ("SecretVolumeSource", "secretName") => Refers::To("Secret"),
        ("ObjectMeta", "namespace") => Refers::To("Namespace"),
        ("PodSpec", "nodeName") => Refers::To("Node"),
        ("PodSpec", "priorityClassName") => Refers::To("PriorityClass"),
        ("PodSpec", "serviceAccountName") => Refers::To("ServiceAccount"),
        ("VolumeMount" | "VolumeDevice", "name") => Refers::Volume,
        ("ServicePort", "targetPort") | ("HTTPGetAction" | "TCPSocketAction", "port") => {
            Refers::Port
        }
        ("TopologySpreadConstraint" | "PodAffinityTerm", "topologyKey") => TOPOLOGIES,
        ("ObjectFieldSelector", "fieldPath") => FIELD_PATHS,
        ("CrossVersionObjectReference", "kind") => {
            Refers::Words(&["Deployment", "ReplicaSet", "StatefulSet"])
        }
        ("ServiceSpec", "clusterIP") => Refers::Words(&["None"]),
        ("StatefulSetPersistentVolumeClaimRetentionPolicy", _) => {
            Refers::Words(&["Retain", "Delete"])
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
    fn defaults_are_those_that_the_engine_fills_in() {
        for (kind, at, value) in [
            ("Deployment", "spec.replicas", Some("1")),
            ("Deployment", "spec.strategy.type", Some("RollingUpdate")),
            ("Deployment", "spec.strategy.rollingUpdate.maxSurge", Some("25%")),
            ("StatefulSet", "spec.podManagementPolicy", Some("OrderedReady")),
            ("Service", "spec.type", Some("ClusterIP")),
            ("Service", "spec.ports.[].protocol", Some("TCP")),
            (
                "Deployment",
                "spec.template.spec.containers.[].imagePullPolicy",
                Some("IfNotPresent"),
            ),
            ("Pod", "spec.terminationGracePeriodSeconds", Some("30")),
            ("PersistentVolumeClaim", "spec.volumeMode", Some("Filesystem")),
            ("Pod", "metadata.name", None),
            ("ConfigMap", "data.x", None),
        ] {
            assert_eq!(default_at(kind, &path(at)).as_deref(), value, "{kind} {at}");
        }
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
        ] {
            assert!(refers(within, field).is_some(), "{within}.{field}");
            assert!(table.named(within).expect("a type").fields.contains_key(field), "{within}");
        }
    }
}
