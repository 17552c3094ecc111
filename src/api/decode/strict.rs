//! Strict decoding: unknown fields and wrong types, in the words of Go's decoder.
//!
//! Must not know typed objects. Invariant: a tree without findings can be read as a typed
//! object.
//!
//! Models sigs.k8s.io/json internal/golang/encoding/json/decode.go

use crate::api::decode::go_types::go_type;
use crate::api::fields::{Fields, Shape, Type};
use crate::api::tree::FromTree;
use crate::api::{Quantity, Value, go};
use crate::base::{SimTime, base64};

/// Upstream gives up after this many.
const FINDINGS_MAX: usize = 100;

/// Who says what is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Voice {
    /// The decoder of JSON.
    #[default]
    Decoder,
    /// The converter of trees, which strategic merges go through.
    Converter,
}

/// What is wrong with an object of `kind`; nothing for kinds that the table lacks.
pub(super) fn fault(kind: &str, api_version: &str, tree: &Value, voice: Voice) -> Option<String> {
    let known = Fields::table().kind(kind, api_version)?;
    let mut reader = Reader { voice, ..Reader::default() };
    reader.structure(kind, known, tree, "");
    if let Some(text) = reader.broken.or(reader.misfit) {
        return Some(text);
    }
    if reader.unknown.is_empty() {
        return None;
    }
    Some(format!("strict decoding error: {}", reader.unknown.join(", ")))
}

/// The same tree without the fields that its kind does not have.
pub(super) fn pruned(kind: &str, api_version: &str, tree: &Value) -> Value {
    match Fields::table().kind(kind, api_version) {
        Some(known) => prune_structure(known, tree),
        None => tree.clone(),
    }
}

fn prune_structure(known: &'static Type, value: &Value) -> Value {
    let Value::Map(entries) = value else { return value.clone() };
    let kept = entries.iter().filter_map(|(key, inner)| {
        let field = known.fields.get(&**key)?;
        Some((key.clone(), prune(&field.shape, inner)))
    });
    Value::map(kept)
}

fn prune(shape: &'static Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::List(inner), Value::List(items)) => {
            Value::List(items.iter().map(|item| prune(inner, item)).collect())
        }
        (Shape::Map(inner), Value::Map(entries)) => {
            let entries = entries.iter().map(|(key, item)| (key.clone(), prune(inner, item)));
            Value::map(entries)
        }
        (Shape::Struct(name), _) => match Fields::table().named(name) {
            Some(known) => prune_structure(known, value),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

#[derive(Default)]
struct Reader {
    voice: Voice,
    /// Go's own names of the fields on the way, without places in lists.
    stack: Vec<String>,
    /// The type that is being read.
    within: String,
    /// The first value of a wrong type.
    misfit: Option<String>,
    /// The first value that its type could not read itself; it ends the reading.
    broken: Option<String>,
    unknown: Vec<String>,
}

impl Reader {
    fn structure(&mut self, name: &str, known: &'static Type, value: &Value, path: &str) {
        let Value::Map(entries) = value else {
            let short = name.rsplit('.').next().unwrap_or(name);
            return self.misfit(value, &format!("v1.{short}"));
        };
        for (key, inner) in entries {
            if self.broken.is_some() {
                return;
            }
            let at = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            let Some(field) = known.fields.get(&**key) else {
                if self.unknown.len() < FINDINGS_MAX {
                    self.unknown.push(format!("unknown field {}", go::quoted(&at)));
                }
                continue;
            };
            let outer = std::mem::replace(&mut self.within, name.to_owned());
            self.stack.push(key.to_string());
            self.value(&field.shape, inner, &at, &go_type(name, key, &field.shape));
            self.stack.pop();
            self.within = outer;
        }
    }

    fn value(&mut self, shape: &'static Shape, value: &Value, path: &str, go: &str) {
        if *value == Value::Null || self.broken.is_some() {
            return;
        }
        match (shape, value) {
            (Shape::List(inner), Value::List(items)) => {
                let go = go.strip_prefix("[]").unwrap_or(go);
                for (index, item) in items.iter().enumerate() {
                    self.value(inner, item, &format!("{path}[{index}]"), go);
                }
            }
            (Shape::Map(inner), Value::Map(entries)) => {
                let go = go.strip_prefix("map[string]").unwrap_or(go);
                for (key, item) in entries {
                    self.value(inner, item, &format!("{path}.{key}"), go);
                }
            }
            (Shape::Struct(name), value) => {
                if let Some(known) = Fields::table().named(name) {
                    self.structure(name, known, value, path);
                }
            }
            (Shape::Bytes, Value::Str(text)) => {
                if let Some(at) = base64::fault(text) {
                    let told = || format!("illegal base64 data at input byte {at}");
                    self.misfit.get_or_insert_with(told);
                }
            }
            (Shape::Text | Shape::IntOrString, Value::Str(_))
            | (Shape::Truth, Value::Bool(_))
            | (Shape::Int64, Value::Int(_))
            | (Shape::Any, _) => {}
            (Shape::Int32 | Shape::IntOrString, Value::Int(number))
                if i32::try_from(*number).is_ok() => {}
            (Shape::Int32 | Shape::Int64, Value::Int(_) | Value::Float(_)) => {
                self.misfit_as(&format!("number {}", go::printed(value)), go);
            }
            (Shape::IntOrString, _) => {
                let what = match value {
                    Value::Int(_) | Value::Float(_) => format!("number {}", go::printed(value)),
                    other => form(other).to_owned(),
                };
                self.broken = Some(self.misfit_text(&what, "int32"));
            }
            (Shape::Quantity, _) => self.quantity(value),
            (Shape::Time | Shape::MicroTime, Value::Str(text)) => {
                if SimTime::of(value).is_err() {
                    self.broken = Some(format!(
                        "parsing time {0} as \"2006-01-02T15:04:05Z07:00\": cannot parse {0} as \
                         \"2006\"",
                        go::quoted(text)
                    ));
                }
            }
            (Shape::Time | Shape::MicroTime, _) => {
                self.broken = Some(self.misfit_text(form(value), "string"));
            }
            _ => self.misfit(value, go),
        }
    }

    fn quantity(&mut self, value: &Value) {
        let text = match value {
            Value::Str(text) => text.to_string(),
            other => go::printed(other),
        };
        if let Err(text) = Quantity::read(text.trim()) {
            self.broken = Some(text.to_owned());
        }
    }

    fn misfit(&mut self, value: &Value, wanted: &str) {
        self.misfit_as(form(value), wanted);
    }

    fn misfit_as(&mut self, what: &str, wanted: &str) {
        if self.misfit.is_none() {
            self.misfit = Some(match self.voice {
                Voice::Decoder => self.misfit_text(what, wanted),
                Voice::Converter => unconverted(what, wanted),
            });
        }
    }

    fn misfit_text(&self, what: &str, wanted: &str) -> String {
        if self.within.is_empty() || self.voice == Voice::Converter {
            return format!("json: cannot unmarshal {what} into Go value of type {wanted}");
        }
        let within = self.within.rsplit('.').next().unwrap_or(&self.within);
        format!(
            "json: cannot unmarshal {what} into Go struct field {within}.{} of type {wanted}",
            self.stack.join(".")
        )
    }
}

/// Models staging/src/k8s.io/apimachinery/pkg/runtime/converter.go fromUnstructured
fn unconverted(what: &str, wanted: &str) -> String {
    let from = match what {
        "object" => "map",
        "array" => "slice",
        "number" => "int64",
        text if text.starts_with("number ") => "float64",
        other => other,
    };
    let is_number = matches!(from, "int64" | "float64");
    match wanted {
        _ if wanted.starts_with("[]") => format!("cannot restore slice from {from}"),
        "v1.ResourceList" => format!("cannot restore map from {from}"),
        _ if wanted.starts_with("map[") => format!("cannot restore map from {from}"),
        "int32" | "int64" if is_number => format!("cannot convert {from} to {wanted}"),
        "string" if from == "int64" => "cannot convert int64 to string".to_owned(),
        "int32" | "int64" | "bool" | "string" => format!("unrecognized type: {wanted}"),
        _ if is_number => format!("cannot convert {from} to {wanted}"),
        _ => format!("cannot restore struct from: {from}"),
    }
}

fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Float(_) => "number",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use crate::api::decode::{plain, strict};
    use crate::text::parse;

    fn said(yaml: &str) -> String {
        let parsed = parse(yaml);
        let root = parsed.documents[0].root.as_ref().expect("it can be read");
        strict(&plain(root)).map_or_else(|error| error.to_string(), |_| "fine".to_owned())
    }

    fn of_deployment(spec: &str) -> String {
        let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n";
        let text = said(&format!("{head}spec: {{{spec}}}\n"));
        let start = "Deployment in version \"v1\" cannot be handled as a Deployment: ";
        text.strip_prefix(start).unwrap_or(&text).to_owned()
    }

    #[test]
    fn unknown_fields_are_joined_in_order_of_their_names() {
        assert_eq!(
            of_deployment("replcas: 2, template: {spec: {containers: [{a: 1}, {nme: b}]}}"),
            "strict decoding error: unknown field \"spec.replcas\", unknown field \
             \"spec.template.spec.containers[0].a\", unknown field \
             \"spec.template.spec.containers[1].nme\""
        );
        assert_eq!(
            of_deployment("Replicas: 1"),
            "strict decoding error: unknown field \"spec.Replicas\""
        );
    }

    #[test]
    fn a_wrong_type_names_the_go_struct_and_hides_unknown_fields() {
        let start = "json: cannot unmarshal ";
        for (spec, text) in [
            (
                "replicas: two, replcas: 1",
                "string into Go struct field DeploymentSpec.spec.replicas of type int32",
            ),
            (
                "replicas: 1.5",
                "number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
            ),
            (
                "replicas: 99999999999",
                "number 99999999999 into Go struct field DeploymentSpec.spec.replicas of type int32",
            ),
            (
                "selector: {matchLabels: {a: 1}}",
                "number into Go struct field LabelSelector.spec.selector.matchLabels of type string",
            ),
            (
                "template: {spec: {containers: {name: a}}}",
                "object into Go struct field PodSpec.spec.template.spec.containers of type \
                 []v1.Container",
            ),
            (
                "template: {spec: [a]}",
                "array into Go struct field PodTemplateSpec.spec.template.spec of type v1.PodSpec",
            ),
            (
                "template: {spec: {containers: [{args: [1]}]}}",
                "number into Go struct field Container.spec.template.spec.containers.args of type \
                 string",
            ),
            (
                "template: {spec: {restartPolicy: yes}}",
                "bool into Go struct field PodSpec.spec.template.spec.restartPolicy of type \
                 v1.RestartPolicy",
            ),
            (
                "strategy: {rollingUpdate: {maxSurge: true}}",
                "bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.\
                 maxSurge of type int32",
            ),
        ] {
            assert_eq!(of_deployment(spec), format!("{start}{text}"), "{spec}");
        }
    }

    #[test]
    fn a_bad_quantity_is_told_without_its_place() {
        let requests = "template: {spec: {containers: [{resources: {requests: {cpu: lots}}}]}}";
        assert_eq!(
            of_deployment(&format!("replicas: x, {requests}")),
            "quantities must match the regular expression \
             '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        );
    }

    #[test]
    fn a_name_that_yaml_takes_for_truth_is_told() {
        let text = said("apiVersion: v1\nkind: Pod\nmetadata: {name: on}\n");
        assert_eq!(
            text,
            "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal bool into Go \
             struct field ObjectMeta.metadata.name of type string"
        );
    }

    #[test]
    fn kinds_outside_the_table_are_taken_as_they_are() {
        let thing = "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: x}\nspec: {a: 1}\n";
        assert_eq!(said(thing), "fine");
        let text = said("apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: x}\n");
        assert_eq!(text, "no matches for kind \"Deployment\" in version \"apps/v1beta1\"");
    }

    #[test]
    fn the_converter_has_words_of_its_own() {
        let tree: crate::api::Value = serde_json::from_str(
            r#"{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":"two"}}"#,
        )
        .expect("valid");
        let text = crate::api::decode::fault(&tree, super::Voice::Converter);
        assert_eq!(text.as_deref(), Some("unrecognized type: int32"));
    }

    #[test]
    fn what_is_valid_is_fine() {
        assert_eq!(
            of_deployment(
                "minReadySeconds: -1, template: {spec: {containers: [{ports: [{containerPort: \
                 99999}]}]}}"
            ),
            "fine"
        );
    }
}
