//! From a document's tree to an object.
//!
//! Must not know defaults. Invariant: what a type does not name is kept in `rest`.

mod go_types;
mod lean;
mod strict;

pub use strict::Voice;

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::api::object::OtherObject;
use crate::api::resources::resource;
use crate::api::storage::VolumeAttachment;
use crate::api::tree::{Fill, FromTree};
use crate::api::{Body, Kind, Meta, Object, Value, tree};
use crate::base::{Str, base64};
use crate::text::{Node, NodeValue};

/// A tree as plain data, without places; of a repeated key the last counts.
pub fn plain(node: &Node) -> Value {
    match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Bool(value) => Value::Bool(*value),
        NodeValue::Int(number) => Value::Int(*number),
        NodeValue::Float(text) => {
            // Zeros behind the point are no part of the number, nor is how it is written.
            if let Some(number) = node.whole() {
                return Value::Int(number);
            }
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map_or_else(
                || Value::Str(text.clone()),
                |number| Value::Float(number.to_string().into()),
            )
        }
        NodeValue::Str(text) => Value::Str(text.clone()),
        NodeValue::Seq(items) => Value::List(items.iter().map(plain).collect()),
        NodeValue::Map(entries) => {
            Value::map(entries.iter().map(|entry| (entry.key.clone(), plain(&entry.value))))
        }
    }
}

/// The object in a document of a manifest, without its status, or a sentence that says what
/// is wrong.
pub fn decode(node: &Node) -> Result<Object, String> {
    let mut tree = plain(node);
    let kind = tree.at("kind").and_then(Value::as_str).and_then(Kind::from_name);
    if let Value::Map(entries) = &mut tree
        && !matches!(kind, None | Some(Kind::Event | Kind::Node | Kind::PersistentVolume))
    {
        // A pasted live object carries a status that is not the person's to give.
        entries.remove("status");
    }
    let mut object = whole(&tree)?;
    if object.meta.name.is_empty() && object.meta.generate_name.is_empty() {
        return Err("resource name may not be empty".to_owned());
    }
    if object.meta.namespace.is_empty() && object.is_namespaced() {
        object.meta.namespace = "default".into();
    }
    Ok(object)
}

/// Why a tree is no object.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum DecodeError {
    /// There is no `apiVersion`.
    NoVersion,
    /// There is no `kind`.
    NoKind,
    /// It is no mapping.
    NoObject,
    /// The kind is not served in this version.
    NoMatch(Str, Str),
    /// The fields are wrong; the text is the API server's.
    Unfit(Str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::NoVersion => f.write_str("apiVersion not set"),
            DecodeError::NoKind => f.write_str("kind not set"),
            DecodeError::NoObject => f.write_str("invalid object to validate"),
            DecodeError::NoMatch(kind, version) => {
                write!(f, "no matches for kind \"{kind}\" in version \"{version}\"")
            }
            DecodeError::Unfit(text) => f.write_str(text),
        }
    }
}

/// The object in a tree with its status, if no field is unknown or of a wrong type.
pub fn strict(tree: &Value) -> Result<Object, DecodeError> {
    let (kind, api_version) = kind_of(tree)?;
    let unfit = |text: &str| {
        let version = api_version.rsplit('/').next().unwrap_or_default();
        let text = format!("{kind} in version \"{version}\" cannot be handled as a {kind}: {text}");
        DecodeError::Unfit(text.into())
    };
    known_kind(&kind, &api_version)?;
    if let Some(text) = fault(tree, Voice::Decoder) {
        return Err(unfit(&text));
    }
    whole(tree).map_err(|text| unfit(&text))
}

/// What strict decoding says of a tree whose kind is served: `strict decoding error: …`.
pub fn fault(tree: &Value, voice: Voice) -> Option<String> {
    let (kind, api_version) = kind_of(tree).ok()?;
    strict::fault(&kind, &api_version, tree, voice)
}

/// The start of what strict decoding says of fields that a kind does not have.
const UNKNOWN: &str = "strict decoding error: ";

/// What a lenient server warns of: each field of a tree that its kind does not have.
pub fn warnings(tree: &Value, voice: Voice) -> Vec<String> {
    let text = fault(tree, voice).unwrap_or_default();
    let faults = text.strip_prefix(UNKNOWN).map(|faults| faults.split(", "));
    faults.into_iter().flatten().map(str::to_owned).collect()
}

/// A tree as a lenient server takes it: without fields that its kind does not have.
pub fn pruned(tree: &Value) -> Value {
    match kind_of(tree) {
        Ok((kind, api_version)) => strict::pruned(&kind, &api_version, tree),
        Err(_) => tree.clone(),
    }
}

/// The kind and the version that a tree gives.
pub fn kind_of(tree: &Value) -> Result<(Str, Str), DecodeError> {
    let Value::Map(entries) = tree else { return Err(DecodeError::NoObject) };
    let word = |key: &str| match entries.get(key) {
        Some(Value::Str(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let api_version = word("apiVersion").ok_or(DecodeError::NoVersion)?;
    Ok((word("kind").ok_or(DecodeError::NoKind)?, api_version))
}

/// The object in a tree with its status, or a sentence that says what is wrong.
pub fn whole(tree: &Value) -> Result<Object, String> {
    let (kind_name, api_version) = kind_of(tree).map_err(|error| error.to_string())?;
    let mut tree = tree.clone();
    lean::lean(&kind_name, &api_version, &mut tree);
    if &*kind_name == "Secret" && &*api_version == "v1" {
        seal(&mut tree);
    }
    let Value::Map(entries) = &tree else { unreachable!("it has a kind") };
    let kind = known_kind(&kind_name, &api_version).map_err(|error| error.to_string())?;
    let mut meta: Meta = match entries.get("metadata") {
        Some(found) => read(found)?,
        None => Meta::default(),
    };
    let body = match kind {
        Some(kind) if kind.is_simulated() => body(kind, entries)?,
        known => Body::Other(Rc::new(OtherObject {
            known: known.unwrap_or_default(),
            resource: resource_of(known, &kind_name, &api_version),
            api_version,
            kind: kind_name,
            content: tree,
        })),
    };
    if kind.is_some_and(|kind| !kind.facts().namespaced) {
        meta.namespace = "".into();
    }
    Ok(Object { meta, body })
}

/// Makes data of a Secret's text in clear, which is never kept.
///
/// Models pkg/apis/core/v1/conversion.go Convert_v1_Secret_To_core_Secret
fn seal(tree: &mut Value) {
    let Value::Map(entries) = tree else { return };
    let Some(Value::Map(clear)) = entries.remove("stringData") else { return };
    let data = entries.entry("data".into()).or_insert_with(|| Value::Map(BTreeMap::new()));
    let Value::Map(data) = data else { return };
    for (key, text) in clear {
        let text = text.as_str().unwrap_or_default();
        data.insert(key, Value::Str(base64::encode(text.as_bytes()).into()));
    }
}

/// The kind of this name, if the version is one that is served under it; nothing for a name
/// that the plain API does not know.
fn known_kind(name: &str, api_version: &str) -> Result<Option<Kind>, DecodeError> {
    let Some(kind) = Kind::from_name(name) else { return Ok(None) };
    if is_served(name, api_version) {
        return Ok(Some(kind));
    }
    let group = |version: &str| version.split_once('/').map_or("", |(group, _)| group).to_owned();
    let is_own = |one: &&crate::api::kind::KindFacts| {
        one.name == name && group(one.api_version) == group(api_version)
    };
    if !crate::api::resources::RESOURCES.iter().any(|one| is_own(&one)) {
        // Somebody else's group may have a kind of the same name.
        return Ok(None);
    }
    Err(DecodeError::NoMatch(name.into(), api_version.into()))
}

/// Whether the plain 1.36 API serves this kind in this version.
pub fn is_served(kind: &str, api_version: &str) -> bool {
    resource(kind, api_version).is_some()
        || (kind == "HorizontalPodAutoscaler" && api_version == "autoscaling/v1")
}

/// `ingresses.networking.k8s.io`, guessed from the name where no table tells.
///
/// Models staging/src/k8s.io/apimachinery/pkg/api/meta/restmapper.go
/// UnsafeGuessKindToResource
fn resource_of(known: Option<Kind>, kind: &str, api_version: &str) -> Str {
    let singular = kind.to_ascii_lowercase();
    let plural = match known {
        Some(kind) => kind.facts().plural.to_owned(),
        None if singular.ends_with('s') => format!("{singular}es"),
        None => match singular.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{singular}s"),
        },
    };
    match api_version.split_once('/') {
        Some((group, _)) => format!("{plural}.{group}").into(),
        None => plural.into(),
    }
}

fn read<T: FromTree>(value: &Value) -> Result<T, String> {
    T::of(value).map_err(|misfit| misfit.to_string())
}

/// The fields of a body, from beside those that every object has.
fn read_body<T: Fill + Default>(entries: &BTreeMap<Str, Value>) -> Result<T, String> {
    let read = tree::read_without(entries, &["apiVersion", "kind", "metadata"]);
    read.map_err(|misfit| misfit.to_string())
}

fn body(kind: Kind, entries: &BTreeMap<Str, Value>) -> Result<Body, String> {
    Ok(match kind {
        Kind::Namespace => Body::Namespace(read_body(entries)?),
        Kind::Node => Body::Node(read_body(entries)?),
        Kind::Pod => Body::Pod(read_body(entries)?),
        Kind::ReplicaSet => Body::ReplicaSet(read_body(entries)?),
        Kind::ReplicationController => {
            Body::ReplicationController(read_body(&with_labels(entries))?)
        }
        Kind::Deployment => Body::Deployment(read_body(entries)?),
        Kind::StatefulSet => Body::StatefulSet(read_body(entries)?),
        Kind::ControllerRevision => Body::ControllerRevision(read_body(entries)?),
        Kind::Service => Body::Service(read_body(entries)?),
        Kind::EndpointSlice => Body::EndpointSlice(read_body(entries)?),
        Kind::PersistentVolume => Body::PersistentVolume(read_body(entries)?),
        Kind::PersistentVolumeClaim => Body::PersistentVolumeClaim(read_body(entries)?),
        Kind::StorageClass => Body::StorageClass(read_body(entries)?),
        Kind::VolumeAttachment => Body::VolumeAttachment(attachment(entries)),
        Kind::ConfigMap => Body::ConfigMap(read_body(entries)?),
        Kind::DaemonSet => Body::DaemonSet(read_body(entries)?),
        Kind::Job => Body::Job(read_body(entries)?),
        Kind::PodDisruptionBudget => Body::PodDisruptionBudget(read_body(entries)?),
        Kind::PriorityClass => Body::PriorityClass(read_body(entries)?),
        Kind::CronJob => Body::CronJob(read_body(entries)?),
        kind => {
            return Err(format!("a {} can't be applied here: the cluster makes them", kind.name()));
        }
    })
}

/// A ReplicationController's fields with a selector like all others have.
fn with_labels(entries: &BTreeMap<Str, Value>) -> BTreeMap<Str, Value> {
    let mut entries = entries.clone();
    if let Some(Value::Map(spec)) = entries.get_mut("spec")
        && let Some(selector) = spec.get_mut("selector").filter(|one| **one != Value::Null)
    {
        *selector = Value::map([("matchLabels", std::mem::take(selector))]);
    }
    entries
}

fn attachment(entries: &BTreeMap<Str, Value>) -> VolumeAttachment {
    let word = |found: Option<&Value>| Str::from(found.and_then(Value::as_str).unwrap_or_default());
    let spec = entries.get("spec");
    let source = spec.and_then(|spec| spec.at("source"));
    let attached = entries.get("status").and_then(|status| status.at("attached"));
    VolumeAttachment {
        volume: word(source.and_then(|source| source.at("persistentVolumeName"))),
        node: word(spec.and_then(|spec| spec.at("nodeName"))),
        attached: attached == Some(&Value::Bool(true)),
    }
}
