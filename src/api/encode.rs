//! Typed objects to untyped values and text.
//!
//! Must not know who reads them. Invariant: what is encoded decodes to the same object.

use std::collections::BTreeMap;

use crate::api::core::Event;
use crate::api::storage::VolumeAttachment;
use crate::api::tree::IntoTree;
use crate::api::{Body, Kind, Object, Uid, Value};
use crate::base::{Str, gather};

type Entries = BTreeMap<Str, Value>;

/// The object as a value: `apiVersion`, `kind`, `metadata` and the body's fields.
pub fn encode(object: &Object) -> Value {
    if let Body::Other(other) = &object.body {
        let mut content = other.content.clone();
        if let Value::Map(entries) = &mut content {
            entries.insert("apiVersion".into(), Value::Str(other.api_version.clone()));
            entries.insert("kind".into(), Value::Str(other.kind.clone()));
            entries.insert("metadata".into(), value_of(&object.meta));
        }
        return content;
    }
    let facts = object.kind().facts();
    let mut entries = match body(&object.body) {
        Value::Map(entries) => entries,
        _ => Entries::new(),
    };
    entries.insert("apiVersion".into(), Value::Str(facts.api_version.into()));
    entries.insert("kind".into(), Value::Str(facts.name.into()));
    entries.insert("metadata".into(), value_of(&object.meta));
    let mut value = Value::Map(entries);
    tidy(object.kind(), &mut value);
    value
}

/// The object as YAML, keys in alphabetical order as kubectl prints them.
pub fn to_yaml(object: &Object) -> String {
    yaml(&encode(object))
}

/// A value as YAML.
pub fn yaml(value: &Value) -> String {
    serde_yaml::to_string(value).unwrap_or_default()
}

/// Any typed part of an object as a value, without what is not given.
pub fn value_of<T: IntoTree + ?Sized>(part: &T) -> Value {
    part.write()
}

/// A JSON value as a value.
pub fn from_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.to_string().into()),
        },
        serde_json::Value::String(text) => Value::Str(text.into()),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => {
            Value::map(entries.into_iter().map(|(key, value)| (key, from_json(value))))
        }
    }
}

fn body(body: &Body) -> Value {
    match body {
        Body::Namespace(one) => value_of(one),
        Body::Node(one) => value_of(one),
        Body::Pod(one) => value_of(one),
        Body::ReplicaSet(one) | Body::ReplicationController(one) => value_of(one),
        Body::Deployment(one) => value_of(one),
        Body::StatefulSet(one) => value_of(one),
        Body::ControllerRevision(one) => value_of(one),
        Body::Service(one) => value_of(one),
        Body::EndpointSlice(one) => value_of(one),
        Body::PersistentVolume(one) => value_of(one),
        Body::PersistentVolumeClaim(one) => value_of(one),
        Body::StorageClass(one) => value_of(one),
        Body::VolumeAttachment(one) => attachment(one),
        Body::ConfigMap(one) => value_of(one),
        Body::Event(one) => event(one),
        Body::DaemonSet(one) => value_of(one),
        Body::Job(one) => value_of(one),
        Body::PodDisruptionBudget(one) => value_of(one),
        Body::PriorityClass(one) => value_of(one),
        Body::CronJob(one) => value_of(one),
        Body::Other(other) => other.content.clone(),
    }
}

/// Takes away what a type always writes and Kubernetes leaves out, and adds what it writes.
fn tidy(kind: Kind, value: &mut Value) {
    drop_empty(value, &["metadata", "name"]);
    match kind {
        Kind::ReplicationController => {
            if let Some(Value::Map(spec)) = at_mut(value, &["spec"]) {
                let labels = match spec.remove("selector") {
                    Some(Value::Map(mut selector)) => selector.remove("matchLabels"),
                    _ => None,
                };
                if let Some(labels) = labels {
                    spec.insert("selector".into(), labels);
                }
            }
        }
        Kind::Deployment => {
            drop_empty(value, &["spec", "strategy", "type"]);
        }
        Kind::StatefulSet => {
            drop_empty(value, &["spec", "podManagementPolicy"]);
            drop_empty(value, &["spec", "updateStrategy", "type"]);
            drop_empty(value, &["spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"]);
            drop_empty(value, &["spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"]);
            claim_templates(value);
        }
        Kind::CronJob => {
            drop_empty(value, &["spec", "jobTemplate", "metadata", "name"]);
            let path = ["spec", "jobTemplate", "spec", "template", "metadata", "name"];
            drop_empty(value, &path);
        }
        _ => {}
    }
    drop_empty(value, &["spec", "template", "metadata", "name"]);
}

/// A claim template is written as a whole claim.
fn claim_templates(value: &mut Value) {
    let Some(Value::List(templates)) = at_mut(value, &["spec", "volumeClaimTemplates"]) else {
        return;
    };
    for template in templates {
        if let Value::Map(template) = template {
            let facts = Kind::PersistentVolumeClaim.facts();
            template.insert("apiVersion".into(), Value::Str(facts.api_version.into()));
            template.insert("kind".into(), Value::Str(facts.name.into()));
        }
    }
}

fn at_mut<'a>(value: &'a mut Value, path: &[&str]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Map(entries) => entries.get_mut(*key),
        _ => None,
    })
}

fn drop_empty(value: &mut Value, path: &[&str]) {
    let Some((last, parents)) = path.split_last() else { return };
    if let Some(Value::Map(entries)) = at_mut(value, parents)
        && entries.get(*last).and_then(Value::as_str) == Some("")
    {
        entries.remove(*last);
    }
}

fn text(text: &str) -> Value {
    Value::Str(text.into())
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries)
}

fn attachment(one: &VolumeAttachment) -> Value {
    let source = map([("persistentVolumeName", text(&one.volume))]);
    map([
        (
            "spec",
            map([
                ("attacher", text("csi.sim.local")),
                ("nodeName", text(&one.node)),
                ("source", source),
            ]),
        ),
        ("status", map([("attached", Value::Bool(one.attached))])),
    ])
}

fn event(one: &Event) -> Value {
    let mut about = Entries::new();
    let mut tell = |key: &str, words: &str| {
        if !words.is_empty() {
            about.insert(key.into(), text(words));
        }
    };
    tell("apiVersion", one.about.kind.facts().api_version);
    tell("kind", one.about.kind.name());
    tell("namespace", &one.about.namespace);
    tell("name", &one.about.name);
    tell("fieldPath", &one.field_path);
    if one.about.uid != Uid(0) {
        tell("uid", &one.about.uid.to_string());
    }
    let mut entries: Entries = gather([
        ("involvedObject".into(), Value::Map(about)),
        ("message".into(), text(&one.message)),
        ("reason".into(), text(&one.reason)),
        ("reportingComponent".into(), text(&one.source)),
        ("type".into(), text(if one.warning { "Warning" } else { "Normal" })),
    ]);
    entries.extend(if &*one.source == SCHEDULER { new_times(one) } else { old_times(one) });
    Value::Map(entries)
}

/// The one component that tells Events by the newer API, with finer times.
const SCHEDULER: &str = "default-scheduler";

/// Models staging/src/k8s.io/client-go/tools/record/event.go makeEvent
fn old_times(one: &Event) -> Entries {
    let mut source: Entries = gather([("component".into(), text(&one.source))]);
    if !one.host.is_empty() {
        source.insert("host".into(), text(&one.host));
    }
    gather([
        ("count".into(), Value::Int(i64::from(one.count))),
        ("eventTime".into(), Value::Null),
        ("firstTimestamp".into(), text(&one.first.to_string())),
        ("lastTimestamp".into(), text(&one.last.to_string())),
        ("reportingInstance".into(), text(&one.host)),
        ("source".into(), Value::Map(source)),
    ])
}

/// Models staging/src/k8s.io/client-go/tools/events/event_recorder.go makeEvent
fn new_times(one: &Event) -> Entries {
    let mut entries: Entries = gather([
        ("action".into(), text(&one.action)),
        ("eventTime".into(), text(&one.first.with_micros())),
        ("firstTimestamp".into(), Value::Null),
        ("lastTimestamp".into(), Value::Null),
        ("reportingInstance".into(), text("default-scheduler-control-plane")),
        ("source".into(), Value::Map(Entries::new())),
    ]);
    if let Some(series) = &one.series {
        let series = [
            ("count", Value::Int(i64::from(series.count))),
            ("lastObservedTime", text(&series.last.with_micros())),
        ];
        entries.insert("series".into(), map(series));
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::decode::decode;
    use crate::text::parse;

    fn read(yaml: &str) -> Vec<Object> {
        let parsed = parse(yaml);
        let roots = parsed.documents.iter().filter_map(|one| one.root.as_ref());
        roots.map(|root| decode(root).expect("valid object")).collect()
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let objects = read(include_str!("../../tests/manifests/first-light.yaml"));
        assert_eq!(objects.len(), 2);
        for object in objects {
            assert_eq!(read(&to_yaml(&object)), [object]);
        }
    }
}
