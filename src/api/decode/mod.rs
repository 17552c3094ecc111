//! From a document's tree to an object.
//!
//! Must not know defaults. Invariant: what a type does not name is kept in `rest`.

mod go_types;
mod strict;

pub use strict::Voice;

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::api::object::OtherObject;
use crate::api::resources::resource;
use crate::api::storage::VolumeAttachment;
use crate::api::{Body, Kind, Meta, Object, Value};
use crate::base::Str;
use crate::text::{Node, NodeValue};

/// A tree as plain data, without places; of a repeated key the last counts.
pub fn plain(node: &Node) -> Value {
    match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Bool(value) => Value::Bool(*value),
        NodeValue::Int(number) => Value::Int(*number),
        NodeValue::Float(text) => {
            // Zeros behind the point are no part of the number.
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map_or_else(
                || Value::Str(text.clone()),
                |number| Value::Float(number.to_string().into()),
            )
        }
        NodeValue::Str(text) => Value::Str(text.clone()),
        NodeValue::Seq(items) => Value::List(items.iter().map(plain).collect()),
        NodeValue::Map(entries) => Value::Map(
            entries.iter().map(|entry| (entry.key.clone(), plain(&entry.value))).collect(),
        ),
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
    let Value::Map(entries) = tree else { unreachable!("it has a kind") };
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
            content: tree.clone(),
        })),
    };
    if kind.is_some_and(|kind| !kind.facts().namespaced) {
        meta.namespace = "".into();
    }
    Ok(Object { meta, body })
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

/// A value as serde's own; a key without a value is as good as no key.
fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(number) => Json::from(*number),
        Value::Float(text) => {
            let number = text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            number.map_or_else(|| Json::String(text.to_string()), Json::Number)
        }
        Value::Str(text) => Json::String(text.to_string()),
        Value::List(items) => Json::Array(items.iter().map(json).collect()),
        Value::Map(entries) => Json::Object(fields(entries)),
    }
}

fn fields(entries: &BTreeMap<Str, Value>) -> serde_json::Map<String, Json> {
    let given = entries.iter().filter(|(_, value)| **value != Value::Null);
    given.map(|(key, value)| (key.to_string(), json(value))).collect()
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    read_json(json(value))
}

fn read_json<T: DeserializeOwned>(json: Json) -> Result<T, String> {
    serde_json::from_value(json).map_err(|error| error.to_string())
}

fn body(kind: Kind, entries: &BTreeMap<Str, Value>) -> Result<Body, String> {
    let mut map = fields(entries);
    for top in ["apiVersion", "kind", "metadata"] {
        map.remove(top);
    }
    if kind == Kind::ReplicationController
        && let Some(selector) = map.get_mut("spec").and_then(|spec| spec.get_mut("selector"))
    {
        *selector = serde_json::json!({ "matchLabels": selector.take() });
    }
    let json = Json::Object(map);
    Ok(match kind {
        Kind::Namespace => Body::Namespace(read_json(json)?),
        Kind::Node => Body::Node(read_json(json)?),
        Kind::Pod => Body::Pod(read_json(json)?),
        Kind::ReplicaSet => Body::ReplicaSet(read_json(json)?),
        Kind::ReplicationController => Body::ReplicationController(read_json(json)?),
        Kind::Deployment => Body::Deployment(read_json(json)?),
        Kind::StatefulSet => Body::StatefulSet(read_json(json)?),
        Kind::ControllerRevision => Body::ControllerRevision(read_json(json)?),
        Kind::Service => Body::Service(read_json(json)?),
        Kind::EndpointSlice => Body::EndpointSlice(read_json(json)?),
        Kind::PersistentVolume => Body::PersistentVolume(read_json(json)?),
        Kind::PersistentVolumeClaim => Body::PersistentVolumeClaim(read_json(json)?),
        Kind::StorageClass => Body::StorageClass(read_json(json)?),
        Kind::VolumeAttachment => Body::VolumeAttachment(attachment(&json)),
        Kind::ConfigMap => Body::ConfigMap(read_json(json)?),
        Kind::DaemonSet => Body::DaemonSet(read_json(json)?),
        Kind::Job => Body::Job(read_json(json)?),
        Kind::PodDisruptionBudget => Body::PodDisruptionBudget(read_json(json)?),
        Kind::PriorityClass => Body::PriorityClass(read_json(json)?),
        kind => {
            return Err(format!("a {} can't be applied here: the cluster makes them", kind.name()));
        }
    })
}

fn attachment(json: &Json) -> VolumeAttachment {
    let word = |path: &str| json.pointer(path).and_then(Json::as_str).unwrap_or_default().into();
    VolumeAttachment {
        volume: word("/spec/source/persistentVolumeName"),
        node: word("/spec/nodeName"),
        attached: json.pointer("/status/attached").and_then(Json::as_bool).unwrap_or_default(),
    }
}
