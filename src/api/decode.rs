//! Untyped text to typed objects.
//!
//! Must not know defaults or what is allowed beyond types. Invariant: an object of a kind
//! that is not simulated keeps all of its text.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::de::DeserializeOwned;

use crate::api::core::Event;
use crate::api::object::OtherObject;
use crate::api::resources::resource;
use crate::api::storage::VolumeAttachment;
use crate::api::typed::{Mismatch, read};
use crate::api::{Body, Kind, Meta, Object, ObjectId, ObjectRef, Uid, Value};
use crate::base::{SimTime, Str};

/// What is wrong with a text that can't become an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Refusal {
    /// It is no object, or lacks its kind, version or name.
    NotAnObject,
    /// The cluster serves no such kind in that version.
    NoMatch,
    /// A field has another type: the server answers `BadRequest`.
    BadRequest,
    /// A number is outside of what is allowed: the server answers `Invalid`.
    Invalid,
}

/// Why a value is no object.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DecodeError {
    /// Which answer it leads to.
    pub refusal: Refusal,
    /// The field.
    pub path: String,
    /// Kubernetes' sentence.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refusal {
            Refusal::Invalid => write!(f, "{}: {}", self.path, self.message),
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for DecodeError {}

fn refuse(refusal: Refusal, path: &str, message: impl Into<String>) -> DecodeError {
    DecodeError { refusal, path: path.to_owned(), message: message.into() }
}

/// Reads an object.
pub fn decode(value: &Value) -> Result<Object, DecodeError> {
    let Value::Map(entries) = value else {
        return Err(refuse(Refusal::NotAnObject, "", "invalid object to validate"));
    };
    let api_version = header(entries, "apiVersion")?;
    let kind = header(entries, "kind")?;
    if resource(kind, api_version).is_none() {
        let message = format!("no matches for kind \"{kind}\" in version \"{api_version}\"");
        return Err(refuse(Refusal::NoMatch, "kind", message));
    }
    let known = Kind::from_name(kind).filter(|known| known.facts().api_version == api_version);
    let fault = |mismatch: Mismatch| answer(kind, api_version, &mismatch);
    let clean = without_nulls(value);
    let empty = Value::Map(BTreeMap::new());
    let meta: Meta = read(clean.at("metadata").unwrap_or(&empty))
        .map_err(|error| fault(error.inside(kind, "metadata")))?;
    if meta.name.is_empty() && meta.generate_name.is_empty() {
        let message = "resource name may not be empty";
        return Err(refuse(Refusal::NotAnObject, "metadata.name", message));
    }
    let body = match known {
        Some(known) => body(known, clean).map_err(fault)?,
        None => Body::Other(Rc::new(OtherObject {
            api_version: api_version.into(),
            kind: kind.into(),
            content: value.clone(),
        })),
    };
    Ok(Object { meta, body })
}

/// Reads a body without its metadata, of which a patch or a template may have none.
fn body(kind: Kind, value: Value) -> Result<Body, Mismatch> {
    let Value::Map(mut entries) = value else { return read(&value).map(Body::Namespace) };
    for header in ["apiVersion", "kind", "metadata"] {
        entries.remove(header);
    }
    if kind == Kind::ReplicationController {
        widen_selector(&mut entries);
    }
    let value = Value::Map(entries);
    Ok(match kind {
        Kind::Namespace => Body::Namespace(whole(&value)?),
        Kind::Node => Body::Node(whole(&value)?),
        Kind::Pod => Body::Pod(whole(&value)?),
        Kind::ReplicaSet => Body::ReplicaSet(whole(&value)?),
        Kind::ReplicationController => Body::ReplicationController(whole(&value)?),
        Kind::Deployment => Body::Deployment(whole(&value)?),
        Kind::StatefulSet => Body::StatefulSet(whole(&value)?),
        Kind::ControllerRevision => Body::ControllerRevision(whole(&value)?),
        Kind::Service => Body::Service(whole(&value)?),
        Kind::EndpointSlice => Body::EndpointSlice(whole(&value)?),
        Kind::PersistentVolume => Body::PersistentVolume(whole(&value)?),
        Kind::PersistentVolumeClaim => Body::PersistentVolumeClaim(whole(&value)?),
        Kind::StorageClass => Body::StorageClass(whole(&value)?),
        Kind::VolumeAttachment => Body::VolumeAttachment(attachment(&value)),
        Kind::ConfigMap => Body::ConfigMap(whole(&value)?),
        Kind::Event => Body::Event(event(&value)?),
        Kind::Other => Body::Other(Rc::new(OtherObject { content: value, ..Default::default() })),
    })
}

fn whole<T: DeserializeOwned>(value: &Value) -> Result<T, Mismatch> {
    read(value)
}

fn header<'a>(entries: &'a BTreeMap<Str, Value>, name: &str) -> Result<&'a str, DecodeError> {
    match entries.get(name) {
        Some(Value::Str(text)) if !text.is_empty() => Ok(text),
        None | Some(Value::Null | Value::Str(_)) => {
            Err(refuse(Refusal::NotAnObject, name, format!("{name} not set")))
        }
        Some(_) => {
            let message = format!("invalid {name}: must be a string");
            Err(refuse(Refusal::NotAnObject, name, message))
        }
    }
}

fn answer(kind: &str, api_version: &str, mismatch: &Mismatch) -> DecodeError {
    let path = mismatch.path();
    if mismatch.is_range() {
        return DecodeError { refusal: Refusal::Invalid, path, message: mismatch.message() };
    }
    let version = api_version.rsplit('/').next().unwrap_or(api_version);
    let message = format!(
        "{kind} in version \"{version}\" cannot be handled as a {kind}: {}",
        mismatch.message()
    );
    DecodeError { refusal: Refusal::BadRequest, path, message }
}

/// A null means that a field is not given.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .filter(|(_, one)| **one != Value::Null)
                .map(|(key, one)| (key.clone(), without_nulls(one)))
                .collect(),
        ),
        Value::List(items) => Value::List(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

/// A ReplicationController selects by plain labels; inside it is a selector like others.
fn widen_selector(entries: &mut BTreeMap<Str, Value>) {
    let Some(Value::Map(spec)) = entries.get_mut("spec") else { return };
    if let Some(labels) = spec.remove("selector") {
        let selector = BTreeMap::from([("matchLabels".into(), labels)]);
        spec.insert("selector".into(), Value::Map(selector));
    }
}

fn text(value: Option<&Value>) -> Str {
    value.and_then(Value::as_str).unwrap_or_default().into()
}

fn attachment(value: &Value) -> VolumeAttachment {
    let spec = value.at("spec");
    let source = spec.and_then(|spec| spec.at("source"));
    let attached = value.at("status").and_then(|status| status.at("attached"));
    VolumeAttachment {
        volume: text(source.and_then(|source| source.at("persistentVolumeName"))),
        node: text(spec.and_then(|spec| spec.at("nodeName"))),
        attached: attached == Some(&Value::Bool(true)),
    }
}

fn event(value: &Value) -> Result<Event, Mismatch> {
    let about = value.at("involvedObject");
    let field = |name: &str| text(about.and_then(|about| about.at(name)));
    let time = |name: &str| -> Result<SimTime, Mismatch> {
        match value.at(name) {
            Some(at) => read(at).map_err(|error: Mismatch| error.inside("Event", name)),
            None => Ok(SimTime::ZERO),
        }
    };
    let uid = about.and_then(|about| about.at("uid")).map_or(Ok(Uid(0)), read::<Uid>);
    let source = value.at("source");
    let part = |name: &str| text(source.and_then(|source| source.at(name)));
    Ok(Event {
        about: ObjectRef {
            kind: Kind::from_name(&field("kind")).unwrap_or(Kind::Other),
            namespace: field("namespace"),
            name: field("name"),
            id: ObjectId(0),
            uid: uid.map_err(|error| error.inside("ObjectReference", "uid"))?,
        },
        field_path: field("fieldPath"),
        warning: value.at("type").and_then(Value::as_str) == Some("Warning"),
        reason: text(value.at("reason")),
        message: text(value.at("message")),
        source: part("component"),
        host: part("host"),
        count: value.at("count").map_or(Ok(0), read::<u32>)?,
        first: time("firstTimestamp")?,
        last: time("lastTimestamp")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(yaml: &str) -> Result<Object, DecodeError> {
        decode(&serde_yaml::from_str::<Value>(yaml).expect("valid YAML"))
    }

    fn refused(yaml: &str) -> DecodeError {
        decoded(yaml).expect_err(yaml)
    }

    const WEB: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}";

    #[test]
    fn a_wrong_type_is_told_as_the_json_decoder_tells_it() {
        let error = refused(&format!("{WEB}, spec: {{replicas: two}}}}"));
        assert_eq!(error.path, "spec.replicas");
        assert_eq!(error.refusal, Refusal::BadRequest);
        assert_eq!(
            error.message,
            "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal \
             string into Go struct field DeploymentSpec.spec.replicas of type int32"
        );
    }

    #[test]
    fn a_path_goes_through_lists() {
        let error = refused(&format!(
            "{WEB}, spec: {{template: {{spec: {{containers: [{{name: a}}, {{image: 3}}]}}}}}}}}"
        ));
        assert_eq!(error.path, "spec.template.spec.containers[1].image");
        assert!(error.message.ends_with(
            "json: cannot unmarshal number into Go struct field \
             Container.spec.template.spec.containers.image of type string"
        ));
    }

    #[test]
    fn a_name_that_yaml_reads_as_a_truth_value_is_refused() {
        let error = refused("{apiVersion: v1, kind: Pod, metadata: {name: true}}");
        assert!(error.message.ends_with(
            "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.name of type \
             string"
        ));
    }

    #[test]
    fn a_bad_quantity_is_told_in_its_own_words() {
        let error = refused(
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, \
             resources: {requests: {cpu: lots}}}]}}",
        );
        assert_eq!(error.path, "spec.containers[0].resources.requests[cpu]");
        assert_eq!(
            error.message,
            "Pod in version \"v1\" cannot be handled as a Pod: quantities must match the regular \
             expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        );
    }

    #[test]
    fn a_port_out_of_range_is_invalid_rather_than_unreadable() {
        let error = refused(
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, \
             ports: [{containerPort: 99999}]}]}}",
        );
        assert_eq!(error.refusal, Refusal::Invalid);
        assert_eq!(
            error.to_string(),
            "spec.containers[0].ports[0].containerPort: Invalid value: 99999: must be between 1 \
             and 65535, inclusive"
        );
    }

    #[test]
    fn kinds_that_the_cluster_does_not_serve_have_no_match() {
        for (version, kind) in [("apps/v1beta1", "Deployment"), ("apps/v1", "Deploymint")] {
            let text = format!("{{apiVersion: {version}, kind: {kind}, metadata: {{name: x}}}}");
            let message = format!("no matches for kind \"{kind}\" in version \"{version}\"");
            assert_eq!(refused(&text).message, message);
        }
    }

    #[test]
    fn what_makes_an_object_must_be_there() {
        for (text, message) in [
            ("hello", "invalid object to validate"),
            ("{kind: Pod, metadata: {name: x}}", "apiVersion not set"),
            ("{apiVersion: v1, metadata: {name: x}}", "kind not set"),
            ("{apiVersion: v1, kind: Pod}", "resource name may not be empty"),
        ] {
            assert_eq!(refused(text).message, message);
        }
        assert!(decoded("{apiVersion: v1, kind: Pod, metadata: {generateName: x-}}").is_ok());
    }

    #[test]
    fn a_kind_that_is_not_simulated_keeps_its_text() {
        let text = "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: p}, \
                    spec: {minAvailable: 2}}";
        let object = decoded(text).expect("served");
        let Body::Other(other) = &object.body else { panic!("{object:?}") };
        assert_eq!(other.content, serde_yaml::from_str::<Value>(text).expect("valid"));
        assert_eq!(&*object.meta.name, "p");
    }

    #[test]
    fn a_null_counts_as_not_given() {
        let object = decoded(&format!("{WEB}, spec: {{replicas: null, selector: null}}}}"));
        let object = object.expect("valid");
        assert_eq!(object.deployment().expect("deployment").spec.replicas, None);
    }
}
