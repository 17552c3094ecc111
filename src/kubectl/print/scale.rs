//! The scale of an object: how many replicas are asked for, how many there are, and which.
//!
//! Must not know who scales. Invariant: what has no replicas has no scale.

use crate::api::Value;
use crate::base::SimTime;
use crate::kubectl::print::age;
use crate::kubectl::print::look::Look;

/// The `Scale` of an object.
///
/// Models pkg/registry/apps/deployment/storage/storage.go scaleFromDeployment and its siblings
pub(super) fn scale(item: &Value) -> Option<Value> {
    let look = Look::from(item);
    let kind = look.at("kind").text().to_owned();
    let is_plain = kind == "ReplicationController";
    if !is_plain && !matches!(&*kind, "Deployment" | "ReplicaSet" | "StatefulSet") {
        return None;
    }
    let spec = item.at("spec")?;
    let selector = spec.at("selector").cloned().unwrap_or_default();
    let selector = if is_plain { Value::map([("matchLabels", selector)]) } else { selector };
    let of = |part: &str| item.at(part).and_then(|part| part.at("replicas")).cloned();
    let metadata = item.at("metadata")?;
    let known = ["creationTimestamp", "name", "namespace", "resourceVersion", "uid"];
    let metadata = known.into_iter().filter_map(|key| Some((key, metadata.at(key)?.clone())));
    let status = [
        ("replicas", of("status").unwrap_or(Value::Int(0))),
        ("selector", Value::Str(super::table::selector(Look::from(&selector)).into())),
    ];
    // None asked for is not written.
    let asked = of("spec").filter(|number| *number != Value::Int(0));
    Some(Value::map([
        ("apiVersion", Value::Str("autoscaling/v1".into())),
        ("kind", Value::Str("Scale".into())),
        ("metadata", Value::map(metadata)),
        ("spec", Value::map(asked.map(|number| ("replicas", number)))),
        ("status", Value::map(status)),
    ]))
}

/// Its row in a table.
///
/// Models pkg/printers/internalversion/printers.go printScale
pub(super) fn row(scale: &Value, now: SimTime) -> Vec<String> {
    let look = Look::from(scale);
    vec![
        look.at("metadata.name").text().to_owned(),
        look.at("spec.replicas").int().to_string(),
        look.at("status.replicas").int().to_string(),
        age::since(look.at("metadata.creationTimestamp").text(), now),
    ]
}
