//! Where the server's errors belong in a text that has the value under another path.
//!
//! Must not know rules. Invariant: a path that the text has as it is stays as it is.

use crate::api::{FieldError, FieldErrorKind};
use crate::kubectl::places;
use crate::text::{Node, NodeValue, Span};

/// An error as the text has it.
pub(super) struct Aim<'a> {
    /// The same with the path and the value of the text.
    pub(super) error: FieldError,
    /// Where to point.
    pub(super) span: Span,
    /// The value, if it stands there.
    pub(super) node: Option<&'a Node>,
}

/// The place of an error in a document.
pub(super) fn aim<'a>(root: &'a Node, one: &FieldError) -> Aim<'a> {
    let error = of_text(root, one);
    let place = places::find(root, &error.path);
    let (span, node) = inside(&error, place.node).unwrap_or((place.span, place.node));
    Aim { error, span, node }
}

/// A path of the server's as the text has it, if that differs.
pub(super) fn path_of_text(root: &Node, path: &str) -> Option<String> {
    if let Some(rest) = path.strip_prefix("spec.template.labels") {
        // Models pkg/apis/core/validation/validation.go ValidatePodTemplateSpec, whose path lacks
        // a step.
        return Some(format!("spec.template.metadata.labels{rest}"));
    }
    let rest = path.strip_prefix("spec.clusterIPs")?;
    let has_one = root.at("spec").is_some_and(|spec| spec.at("clusterIPs").is_none());
    has_one.then(|| format!("spec.clusterIP{}", rest.strip_prefix("[0]").unwrap_or(rest)))
}

/// The error with the path that the text has.
fn of_text(root: &Node, one: &FieldError) -> FieldError {
    let mut error = one.clone();
    if let Some(path) = path_of_text(root, &one.path) {
        error.path = path.into();
    } else if let Some((_, rest)) = one.value.split_once("{\"Type\":\"")
        && one.kind == FieldErrorKind::NotSupported
        && let Some((word, _)) = rest.split_once('"')
    {
        // The server prints the whole strategy, of which one word is wrong.
        error.path = format!("{}.type", one.path).into();
        error.value = format!("\"{word}\"").into();
    }
    error
}

/// The item of a list, or the entry of a mapping of words, that an error is about.
fn inside<'a>(error: &FieldError, node: Option<&'a Node>) -> Option<(Span, Option<&'a Node>)> {
    let is_of_value = matches!(error.kind, FieldErrorKind::Invalid | FieldErrorKind::NotSupported);
    let word = error.value.strip_prefix('"')?.strip_suffix('"').filter(|_| is_of_value)?;
    match &node?.value {
        NodeValue::Seq(items) => {
            let item = items.iter().find(|item| item.as_str() == Some(word))?;
            Some((item.span, Some(item)))
        }
        NodeValue::Map(entries) => {
            let by_value = entries.iter().find(|one| one.value.as_str() == Some(word));
            if let Some(entry) = by_value {
                return Some((entry.value.span, Some(&entry.value)));
            }
            let by_key = entries.iter().find(|one| &*one.key == word)?;
            Some((by_key.key_span, None))
        }
        _ => None,
    }
}
