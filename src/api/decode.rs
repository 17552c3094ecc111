//! From a document's tree to an object.
//!
//! Must not know defaults. Invariant: what a type does not name is kept in `rest`.

use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::api::object::OtherObject;
use crate::api::{Body, Kind, Meta, Object, Value};
use crate::text::{Node, NodeValue};

/// A tree as plain data, without places.
pub fn plain(node: &Node) -> Json {
    match &node.value {
        NodeValue::Null => Json::Null,
        NodeValue::Bool(value) => Json::Bool(*value),
        NodeValue::Int(number) => Json::from(*number),
        NodeValue::Float(text) => {
            let number = text.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            number.map_or_else(|| Json::String(text.to_string()), Json::Number)
        }
        NodeValue::Str(text) => Json::String(text.to_string()),
        NodeValue::Seq(items) => Json::Array(items.iter().map(plain).collect()),
        NodeValue::Map(entries) => Json::Object(
            entries.iter().map(|entry| (entry.key.to_string(), plain(&entry.value))).collect(),
        ),
    }
}

/// The object in a document, or a sentence that says what is wrong.
pub fn decode(node: &Node) -> Result<Object, String> {
    let mut json = plain(node);
    strip_nulls(&mut json);
    let Json::Object(mut map) = json else {
        return Err("an object is a mapping with apiVersion, kind and metadata".to_owned());
    };
    let word = |map: &mut serde_json::Map<String, Json>, key: &str| match map.remove(key) {
        Some(Json::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    let whole = Json::Object(map.clone());
    let api_version = word(&mut map, "apiVersion").ok_or("apiVersion not set")?;
    let kind_name = word(&mut map, "kind").ok_or("kind not set")?;
    let kind = Kind::from_name(&kind_name);
    if let Some(kind) = kind
        && kind.facts().api_version != api_version
    {
        return Err(format!("no matches for kind \"{kind_name}\" in version \"{api_version}\""));
    }
    let mut meta: Meta = match map.remove("metadata") {
        Some(found) => read(found)?,
        None => Meta::default(),
    };
    if meta.name.is_empty() && meta.generate_name.is_empty() {
        return Err("resource name may not be empty".to_owned());
    }
    let is_namespaced = kind.is_none_or(|kind| kind.facts().namespaced);
    if !is_namespaced {
        meta.namespace = "".into();
    } else if meta.namespace.is_empty() {
        meta.namespace = "default".into();
    }
    let body = match kind {
        Some(kind) => body(kind, map)?,
        None => Body::Other(Rc::new(OtherObject {
            api_version: api_version.into(),
            kind: kind_name.into(),
            content: read::<Value>(whole)?,
        })),
    };
    Ok(Object { meta, body })
}

/// A key without a value is as good as no key.
fn strip_nulls(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(strip_nulls),
        Json::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(strip_nulls);
        }
        _ => {}
    }
}

fn read<T: DeserializeOwned>(json: Json) -> Result<T, String> {
    serde_json::from_value(json).map_err(|error| error.to_string())
}

fn body(kind: Kind, mut map: serde_json::Map<String, Json>) -> Result<Body, String> {
    if !matches!(kind, Kind::Event | Kind::Node | Kind::PersistentVolume) {
        // A pasted live object carries a status that is not the person's to give.
        map.remove("status");
    }
    if kind == Kind::ReplicationController
        && let Some(selector) = map.get_mut("spec").and_then(|spec| spec.get_mut("selector"))
    {
        *selector = serde_json::json!({ "matchLabels": selector.take() });
    }
    let json = Json::Object(map);
    Ok(match kind {
        Kind::Namespace => Body::Namespace(read(json)?),
        Kind::Node => Body::Node(read(json)?),
        Kind::Pod => Body::Pod(read(json)?),
        Kind::ReplicaSet => Body::ReplicaSet(read(json)?),
        Kind::ReplicationController => Body::ReplicationController(read(json)?),
        Kind::Deployment => Body::Deployment(read(json)?),
        Kind::StatefulSet => Body::StatefulSet(read(json)?),
        Kind::ControllerRevision => Body::ControllerRevision(read(json)?),
        Kind::Service => Body::Service(read(json)?),
        Kind::PersistentVolume => Body::PersistentVolume(read(json)?),
        Kind::PersistentVolumeClaim => Body::PersistentVolumeClaim(read(json)?),
        Kind::StorageClass => Body::StorageClass(read(json)?),
        Kind::ConfigMap => Body::ConfigMap(read(json)?),
        Kind::DaemonSet => Body::DaemonSet(read(json)?),
        Kind::Job => Body::Job(read(json)?),
        Kind::PodDisruptionBudget => Body::PodDisruptionBudget(read(json)?),
        Kind::PriorityClass => Body::PriorityClass(read(json)?),
        Kind::EndpointSlice | Kind::VolumeAttachment | Kind::Event | Kind::Other => {
            return Err(format!("a {} can't be applied here: the cluster makes them", kind.name()));
        }
    })
}
