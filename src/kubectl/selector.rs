//! Selectors of the command line: by labels and by fields.
//!
//! Must not know who selects. Invariant: a selector that can't be read is a failure, never
//! "everything".

use crate::api::selector::Requirement;
use crate::api::{Kind, LabelSelector, Labels, Object, Value};
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::mapping::Mapping;
use crate::kubectl::{session, tree};
use crate::server::Refusal;

/// What `-l` and `--field-selector` ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    labels: LabelSelector,
    fields: Vec<FieldTerm>,
}

#[derive(Clone, Debug)]
struct FieldTerm {
    field: String,
    value: String,
    is_equal: bool,
}

impl Selector {
    /// The selector of two texts.
    pub(super) fn read(labels: &str, fields: &str) -> Done<Selector> {
        Ok(Selector { labels: read_labels(labels)?, fields: read_fields(fields)? })
    }

    /// Whether a kind can be selected by these fields.
    ///
    /// Models pkg/apis/core/v1/conversion.go and its siblings
    pub(super) fn fits(&self, mapping: &Mapping) -> Done {
        let Some(term) = self.fields.iter().find(|term| !knows(mapping.kind, &term.field)) else {
            return Ok(());
        };
        let fields: Vec<String> = self
            .fields
            .iter()
            .map(|one| {
                format!("{}{}{}", one.field, if one.is_equal { "=" } else { "!=" }, one.value)
            })
            .collect();
        let resource = format!("{}, Resource={}", slashed(&mapping.api_version), mapping.plural);
        let text = format!(
            "Unable to find \"{resource}\" that match label selector \"{}\", field selector \
             \"{}\": field label not supported: {}",
            self.labels,
            fields.join(","),
            term.field
        );
        Err(Refusal::BadRequest(text.into()).into())
    }

    /// Whether labels are selected.
    pub(super) fn is_met_by_labels(&self, labels: &Labels) -> bool {
        self.labels.is_met_by(labels)
    }

    /// Whether an object is selected.
    pub(super) fn is_met_by(&self, object: &Object) -> bool {
        if !self.labels.is_met_by(&object.meta.labels) {
            return false;
        }
        if self.fields.is_empty() {
            return true;
        }
        let whole = session::tree_of(object);
        self.fields.iter().all(|term| (field(&whole, &term.field) == term.value) == term.is_equal)
    }
}

/// `/v1` for the group without a name.
fn slashed(api_version: &str) -> String {
    if api_version.contains('/') { api_version.to_owned() } else { format!("/{api_version}") }
}

fn field(whole: &Value, path: &str) -> String {
    let path: Vec<&str> = match path {
        "reason" | "type" => vec![path],
        path => path.split('.').collect(),
    };
    match tree::at(whole, &path) {
        Some(Value::Str(text)) => text.to_string(),
        Some(Value::Bool(truth)) => truth.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        _ if path == ["spec", "unschedulable"] || path == ["spec", "hostNetwork"] => "false".into(),
        _ => String::new(),
    }
}

fn knows(kind: Kind, field: &str) -> bool {
    let more: &[&str] = match kind {
        Kind::Pod => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ],
        Kind::Node => &["spec.unschedulable"],
        Kind::Event => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        Kind::Namespace => &["status.phase"],
        Kind::ReplicaSet | Kind::ReplicationController => &["status.replicas"],
        Kind::Job => &["status.successful"],
        Kind::Service => &["spec.clusterIP", "spec.type"],
        _ => &[],
    };
    field == "metadata.name" || field == "metadata.namespace" || more.contains(&field)
}

/// Models staging/src/k8s.io/apimachinery/pkg/fields/selector.go ParseSelector
fn read_fields(text: &str) -> Done<Vec<FieldTerm>> {
    let mut terms = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let split = part.split_once("!=").map(|(field, value)| (field, value, false));
        let split = split.or_else(|| part.split_once("==").map(|(f, v)| (f, v, true)));
        let split = split.or_else(|| part.split_once('=').map(|(f, v)| (f, v, true)));
        let (field, value, is_equal) = split.ok_or_else(|| {
            plain(format!("invalid selector: '{text}'; can't understand '{part}'"))
        })?;
        terms.push(FieldTerm { field: field.to_owned(), value: value.to_owned(), is_equal });
    }
    Ok(terms)
}

/// Models staging/src/k8s.io/apimachinery/pkg/labels/selector.go Parse
fn read_labels(text: &str) -> Done<LabelSelector> {
    let mut selector = LabelSelector::default();
    for part in parts(text) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let requirement = requirement(part).ok_or_else(|| {
            plain(format!("unable to parse requirement: found '{part}', expected: identifier"))
        })?;
        match (&*requirement.operator, requirement.values.as_slice()) {
            // Exact labels print as such.
            ("In", [value]) if !selector.match_labels.contains_key(&requirement.key) => {
                selector.match_labels.insert(requirement.key.clone(), value.clone());
            }
            _ => selector.match_expressions.push(requirement),
        }
    }
    Ok(selector)
}

/// The parts between commas that stand in no parentheses.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn requirement(part: &str) -> Option<Requirement> {
    let make = |key: &str, operator: &str, values: Vec<&str>| {
        let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        is_word(key.trim()).then(|| Requirement {
            key: key.trim().into(),
            operator: operator.into(),
            values: values.into_iter().map(|value| value.trim().into()).collect(),
        })
    };
    if let Some(key) = part.strip_prefix('!') {
        return make(key, "DoesNotExist", Vec::new());
    }
    if let Some((key, value)) = part.split_once("!=") {
        return make(key, "NotIn", vec![value]);
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return make(key, "In", vec![value]);
    }
    for (word, operator) in [(" notin ", "NotIn"), (" in ", "In")] {
        if let Some((key, values)) = part.split_once(word) {
            let values = values.trim().strip_prefix('(')?.strip_suffix(')')?;
            return make(key, operator, values.split(',').collect());
        }
    }
    make(part, "Exists", Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_requirement_is_read() {
        let read = |text: &str| read_labels(text).map(|one| one.to_string());
        let text = "app=web,tier!=db,env in (a, b),!old,x";
        assert_eq!(
            read(text),
            Ok("app=web,tier notin (db),env in (a,b),!old,x".to_owned()),
            "in the order of the text, exact labels first"
        );
        assert!(read("a b").is_err());
    }

    #[test]
    fn only_some_fields_select() {
        let selector = Selector::read("", "status.phase=Running").expect("valid");
        assert!(selector.fits(&Mapping::of_kind(Kind::Pod)).is_ok());
        assert!(selector.fits(&Mapping::of_kind(Kind::Deployment)).is_err());
    }
}
