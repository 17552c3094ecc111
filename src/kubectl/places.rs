//! Where in a document a field stands that validation names by its path.
//!
//! Must not know rules. Invariant: every path has a place: that of the field, or of the
//! nearest thing around it.

use crate::text::{Node, NodeValue, Span};

/// A step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    Field(String),
    Index(usize),
}

/// `spec.containers[0].resources.requests[cpu]` in steps.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            // A key may have dots and slashes in it, but no bracket.
            let (key, after) = inner.split_once(']').unwrap_or((inner, ""));
            steps.push(match key.parse() {
                Ok(index) => Step::Index(index),
                Err(_) => Step::Field(key.to_owned()),
            });
            rest = after;
            continue;
        }
        let rest_of = rest.strip_prefix('.').unwrap_or(rest);
        let end = rest_of.find(['.', '[']).unwrap_or(rest_of.len());
        steps.push(Step::Field(rest_of[..end].to_owned()));
        rest = &rest_of[end..];
    }
    steps
}

/// What stands at a path.
pub(super) struct Place<'a> {
    /// Where to point: the value if it is on one line, else the key before it.
    pub(super) span: Span,
    /// The value itself, if the whole path was found.
    pub(super) node: Option<&'a Node>,
}

/// The place of a path in a document.
pub(super) fn find<'a>(root: &'a Node, path: &str) -> Place<'a> {
    let mut node = root;
    // The first key stands for a document as a whole.
    let mut key = match &root.value {
        NodeValue::Map(entries) => entries.first().map_or(root.span, |entry| entry.key_span),
        _ => root.span,
    };
    for step in steps(path) {
        let inner = match (&node.value, &step) {
            (NodeValue::Map(entries), Step::Field(name)) => {
                entries.iter().rev().find(|entry| *entry.key == **name).map(|entry| {
                    key = entry.key_span;
                    &entry.value
                })
            }
            (NodeValue::Seq(items), Step::Index(index)) => items.get(*index).inspect(|item| {
                key = first_key(item);
            }),
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return Place { span: key, node: None },
        }
    }
    let is_whole = matches!(node.value, NodeValue::Map(_) | NodeValue::Seq(_) | NodeValue::Null);
    Place { span: if is_whole { key } else { node.span }, node: Some(node) }
}

/// An item of a list is pointed at by its first key.
fn first_key(item: &Node) -> Span {
    match &item.value {
        NodeValue::Map(entries) => entries.first().map_or(item.span, |entry| entry.key_span),
        _ => item.span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    fn at(text: &str, path: &str) -> String {
        let parsed = parse(text);
        let root = parsed.documents[0].root.as_ref().expect("it can be read");
        let span = find(root, path).span;
        text[span.start as usize..span.end as usize].to_owned()
    }

    #[test]
    fn a_path_leads_to_its_value_or_to_what_is_around_it() {
        let text = "kind: Pod\nspec:\n  containers:\n  - name: a\n    resources:\n      \
                    requests: {cpu: 1, a.b/c: 2}\n";
        assert_eq!(at(text, "spec.containers[0].name"), "a");
        assert_eq!(at(text, "spec.containers[0].image"), "name");
        assert_eq!(at(text, "spec.containers[0].resources.requests[a.b/c]"), "2");
        assert_eq!(at(text, "spec.containers"), "containers");
        assert_eq!(at(text, "spec.nodeName"), "spec");
        assert_eq!(at(text, "metadata.name"), "kind");
    }
}
