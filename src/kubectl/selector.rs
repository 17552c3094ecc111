//! Selectors of the command line: by labels and by fields.
//!
//! Must not know who selects. Invariant: a selector that can't be read is a failure, never
//! "everything".

use crate::api::selector::Requirement;
use crate::api::{LabelSelector, Labels, Object};
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::fields::Fields;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::session;
use crate::server::Refusal;

/// What `-l` and `--field-selector` ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    labels: LabelSelector,
    /// As it was written.
    text: String,
    fields: Fields,
}

impl Selector {
    /// The selector of two texts.
    pub(super) fn read(labels: &str, fields: &str) -> Done<Selector> {
        let text = labels.to_owned();
        Ok(Selector { labels: read_labels(labels)?, text, fields: Fields::read(fields) })
    }

    /// Whether a kind can be selected by these fields.
    pub(super) fn fits(&self, mapping: &Mapping) -> Done {
        self.fields
            .check(mapping.kind, &mapping.api_version, &mapping.plural, &self.text)
            .map_err(|text| Refusal::BadRequest(text.into()).into())
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
        self.fields.is_met_by(&session::tree_of(object))
    }
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
}
