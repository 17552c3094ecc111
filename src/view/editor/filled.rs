//! What the engine makes of a place: the value that it fills in, and the words that it takes there.
//!
//! Owns the small objects that the engine is asked with. It must not know text or languages.
//! Invariant: every answer is the engine's own; nothing that it refuses is called a default.

use super::known::{follow, structure};
use super::place::Step;
use crate::api::fields::{Fields, Shape};
use crate::api::validation::validate_create;
use crate::api::{FieldErrorKind, Object, Value, decode, defaults, encode};
use crate::base::Str;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The deepest that an object is built.
const DEPTH_MAX: usize = 16;

/// What stands in fields that must be given: of no meaning, so that what follows from it shows.
struct Filler<'a> {
    text: &'a str,
    number: i64,
    image: &'a str,
}

/// What Kubernetes fills in at a place if the manifest is silent there; of the container around
/// it the image may be known.
///
/// The answer is the engine's own: an object that holds the way to the place and nothing else
/// is read and completed as any other, twice, with other words in it: a default is what is the
/// same both times. What must be given has none, and what is refused afterwards is none.
pub(super) fn default_at(kind: &str, path: &[Step], image: Option<&str>) -> Option<String> {
    let spot = follow(kind, path)?;
    if matches!(spot.shape, Shape::Struct(_) | Shape::List(_) | Shape::Map(_) | Shape::Any) {
        return None;
    }
    let (within, field, _) = spot.within?;
    let is_given = Fields::table().named(within)?.required.iter().any(|one| one == field);
    if is_given || matches!(path, [Step::Key(one)] if one == "apiVersion" || one == "kind") {
        return None;
    }
    let first = Filler { text: "x:1", number: 1, image: image.unwrap_or("x:1") };
    let first = object(kind, path, None, &first)?;
    let value = read(encode::encode(&first), path)?;
    let second = Filler { text: "y", number: 2, image: image.unwrap_or("y") };
    let second = object(kind, path, None, &second)?;
    let is_same = read(encode::encode(&second), path)? == value;
    (is_same && !is_refused(&first, path, |_| true)).then_some(value)
}

/// Whether the engine takes a word of the table at a place.
pub(super) fn takes(kind: &str, path: &[Step], word: &str) -> bool {
    let filler = Filler { text: "x:1", number: 1, image: "x:1" };
    let object = object(kind, path, Some(Value::Str(word.into())), &filler);
    object.is_none_or(|object| {
        // What is refused may follow from the words around it; these two are about the word.
        let counts = |kind| matches!(kind, FieldErrorKind::NotSupported | FieldErrorKind::Required);
        !is_refused(&object, path, counts)
    })
}

/// Whether the engine has something against what stands at a place.
fn is_refused(object: &Object, path: &[Step], counts: impl Fn(FieldErrorKind) -> bool) -> bool {
    let place = said(path);
    // Some lists are refused as a whole.
    let list = place.strip_suffix("[0]");
    validate_create(object)
        .iter()
        .any(|one| counts(one.kind) && (*one.path == *place || Some(&*one.path) == list))
}

/// A path as the engine says it.
fn said(path: &[Step]) -> String {
    let mut said = String::new();
    for step in path {
        // Writing to a text can't fail.
        let _ = match step {
            Step::Item => write!(said, "[0]"),
            Step::Key(key) if said.is_empty() => write!(said, "{key}"),
            Step::Key(key) => write!(said, ".{key}"),
        };
    }
    said
}

/// An object of a kind with the way to a place, completed; with a value there, or without one.
fn object(kind: &str, path: &[Step], value: Option<Value>, filler: &Filler<'_>) -> Option<Object> {
    let (api_version, named) = Fields::table().object_of(kind)?;
    let (way, last) = match path.iter().rposition(|step| matches!(step, Step::Key(_))) {
        Some(at) => (&path[..at], &path[at]),
        None => return None,
    };
    let Step::Key(last) = last else { return None };
    let is_item = path.len() > way.len() + 1;
    let value = value.map(|value| if is_item { Value::List(vec![value]) } else { value });
    let asked = Asked { field: last, value };
    let whole = skeleton(&Shape::Struct(kind.to_owned()), way, Some(&asked), filler, 0)?;
    let Value::Map(mut entries) = whole else { return None };
    entries.insert("apiVersion".into(), Value::Str(api_version.as_str().into()));
    entries.insert("kind".into(), Value::Str(named.into()));
    let mut object = decode::whole(&Value::Map(entries)).ok()?;
    defaults::fill(&mut object);
    Some(object)
}

fn read(value: Value, path: &[Step]) -> Option<String> {
    let mut value = value;
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

/// The field asked for, and what stands in it.
struct Asked<'a> {
    field: &'a str,
    value: Option<Value>,
}

/// A value of a shape that leads the way and holds what must be given, but not the field asked
/// for.
fn skeleton(
    shape: &Shape,
    way: &[Step],
    asked: Option<&Asked<'_>>,
    filler: &Filler<'_>,
    depth: usize,
) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    let here = asked.filter(|_| way.is_empty());
    let is_asked = |field: &str| here.is_some_and(|asked| asked.field == field);
    Some(match (shape, way.split_first()) {
        (Shape::List(inner), Some((Step::Item, rest))) => {
            Value::List(vec![skeleton(inner, rest, asked, filler, depth + 1)?])
        }
        (Shape::Map(inner), Some((Step::Key(key), rest))) => {
            Value::map([(key.as_str(), skeleton(inner, rest, asked, filler, depth + 1)?)])
        }
        (Shape::Struct(_), first) => {
            let (_, known) = structure(shape)?;
            let mut entries: BTreeMap<Str, Value> = BTreeMap::new();
            if known.fields.contains_key("imagePullPolicy") && !is_asked("image") {
                entries.insert("image".into(), Value::Str(filler.image.into()));
            }
            for field in known.required.iter().filter(|field| !is_asked(field)) {
                let shape = &known.fields.get(field)?.shape;
                let value = skeleton(shape, &[], None, filler, depth + 1)?;
                entries.insert(field.as_str().into(), value);
            }
            if let Some((Step::Key(key), rest)) = first {
                let shape = &known.fields.get(key)?.shape;
                let value = skeleton(shape, rest, asked, filler, depth + 1)?;
                entries.insert(key.as_str().into(), value);
            }
            if let Some(Asked { field, value: Some(value) }) = here {
                entries.insert((*field).into(), value.clone());
            }
            Value::Map(entries)
        }
        (Shape::Text, _) => Value::Str(filler.text.into()),
        (Shape::Int32 | Shape::Int64 | Shape::IntOrString, _) => Value::Int(filler.number),
        (Shape::Truth, _) => Value::Bool(filler.number > 1),
        (Shape::Quantity, _) => Value::Str(filler.number.to_string().into()),
        (Shape::List(_), None) => Value::List(Vec::new()),
        (Shape::Map(_), None) => Value::Map(BTreeMap::new()),
        _ => Value::Null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<Step> {
        let step = |word| if word == "[]" { Step::Item } else { Step::Key(String::from(word)) };
        text.split('.').map(step).collect()
    }

    const POLICY: &str = "spec.template.spec.containers.[].imagePullPolicy";

    #[test]
    fn defaults_are_those_that_the_engine_fills_in() {
        for (kind, at, value) in [
            ("Deployment", "spec.replicas", Some("1")),
            ("Deployment", "spec.strategy.type", Some("RollingUpdate")),
            ("Deployment", "spec.strategy.rollingUpdate.maxSurge", Some("25%")),
            ("Deployment", "spec.template.spec.restartPolicy", Some("Always")),
            ("StatefulSet", "spec.podManagementPolicy", Some("OrderedReady")),
            ("StatefulSet", "spec.updateStrategy.rollingUpdate.partition", Some("0")),
            ("Service", "spec.type", Some("ClusterIP")),
            ("Service", "spec.ports.[].protocol", Some("TCP")),
            ("Pod", "spec.terminationGracePeriodSeconds", Some("30")),
            ("PersistentVolumeClaim", "spec.volumeMode", Some("Filesystem")),
            ("Pod", "metadata.name", None),
            ("ConfigMap", "data.x", None),
        ] {
            assert_eq!(default_at(kind, &path(at), None).as_deref(), value, "{kind} {at}");
        }
    }

    #[test]
    fn what_must_be_given_or_follows_from_it_is_no_default() {
        for (kind, at) in [
            ("Deployment", "apiVersion"),
            ("Deployment", "kind"),
            ("Pod", "spec.containers.[].image"),
            ("Pod", "spec.containers.[].ports.[].containerPort"),
            ("Pod", "spec.topologySpreadConstraints.[].maxSkew"),
            ("Pod", "spec.containers.[].lifecycle.preStop.sleep.seconds"),
            ("Service", "spec.ports.[].port"),
            ("Service", "spec.ports.[].targetPort"),
            ("Job", "spec.template.spec.restartPolicy"),
            ("CronJob", "spec.jobTemplate.spec.template.spec.restartPolicy"),
        ] {
            assert_eq!(default_at(kind, &path(at), None), None, "{kind} {at}");
        }
    }

    #[test]
    fn when_an_image_is_pulled_follows_from_its_tag() {
        let policy = |image| default_at("Deployment", &path(POLICY), image);
        assert_eq!(policy(Some("nginx:1.27")).as_deref(), Some("IfNotPresent"));
        assert_eq!(policy(Some("nginx")).as_deref(), Some("Always"));
        assert_eq!(policy(Some("nginx:latest")).as_deref(), Some("Always"));
        assert_eq!(policy(None), None);
    }

    #[test]
    fn words_that_the_engine_refuses_at_a_place_are_none_of_it() {
        let is_taken = |kind, at, word| takes(kind, &path(at), word);
        let policy = "spec.template.spec.restartPolicy";
        assert!(!is_taken("Job", policy, "Always"));
        assert!(is_taken("Job", policy, "Never"));
        assert!(is_taken("Deployment", policy, "Always"));
        assert!(!is_taken("Deployment", policy, "Never"));
        assert!(!is_taken("StorageClass", "reclaimPolicy", "Recycle"));
        assert!(is_taken("StorageClass", "reclaimPolicy", "Retain"));
        let operator = "spec.tolerations.[].operator";
        for word in ["Equal", "Exists"] {
            assert!(is_taken("Pod", operator, word), "{word}");
        }
        assert!(!is_taken("Pod", operator, "Gt"));
        assert!(is_taken("PersistentVolumeClaim", "spec.accessModes.[]", "ReadWriteMany"));
    }
}
