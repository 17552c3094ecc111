//! What the table of fields knows of a place in a document.
//!
//! Must not know mistakes. Invariant: of two nodes at one place the outer one is given.

use crate::api::fields::{Fields, Shape, Type};
use crate::text::{Entry, Node, NodeValue, Span};

/// A node, and what is wanted there.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// The node; for a field that its type does not have, the mapping around it.
    pub(super) node: &'a Node,
    /// What is wanted; nothing for an unknown field.
    pub(super) shape: Option<&'a Shape>,
    /// The field that its type does not have.
    pub(super) unknown: Option<&'a Entry>,
    /// The entry whose value the node is.
    pub(super) key: Option<&'a Entry>,
    /// The mapping that the entry is in.
    pub(super) around: Option<&'a Node>,
    /// The list whose item the node is.
    pub(super) list: Option<&'a Node>,
    /// The name of the type that the node is read as, or is in.
    pub(super) within: &'a str,
    /// The type itself.
    pub(super) known: Option<&'a Type>,
}

/// The spot at a place of a document.
pub(super) fn find<'a>(table: &'a Fields, root: &'a Node, at: Span) -> Option<Spot<'a>> {
    let kind = table.name_of_object(root)?;
    let start = Spot {
        node: root,
        shape: None,
        unknown: None,
        key: None,
        around: None,
        list: None,
        within: kind,
        known: None,
    };
    fields(table, start, at)
}

fn holds(node: &Node, span: Span) -> bool {
    node.span.start <= span.start && span.end <= node.span.end
}

/// Looks into a mapping that is read as the type of its spot.
fn fields<'a>(table: &'a Fields, spot: Spot<'a>, at: Span) -> Option<Spot<'a>> {
    let known = table.named(spot.within)?;
    let NodeValue::Map(entries) = &spot.node.value else { return None };
    for entry in entries {
        let field = known.fields.get(&*entry.key);
        if entry.key_span == at && field.is_none() {
            return Some(Spot { unknown: Some(entry), shape: None, known: Some(known), ..spot });
        }
        if let Some(field) = field
            && holds(&entry.value, at)
        {
            let inner = Spot {
                node: &entry.value,
                shape: Some(&field.shape),
                key: Some(entry),
                around: Some(spot.node),
                list: None,
                ..spot
            };
            return value(table, inner, at);
        }
    }
    None
}

fn value<'a>(table: &'a Fields, spot: Spot<'a>, at: Span) -> Option<Spot<'a>> {
    let shape = spot.shape?;
    let fits = matches!(
        (shape, &spot.node.value),
        (Shape::List(_), NodeValue::Seq(_)) | (Shape::Map(_) | Shape::Struct(_), NodeValue::Map(_))
    );
    if !fits {
        return (spot.node.span == at).then_some(spot);
    }
    match (shape, &spot.node.value) {
        (Shape::List(inner), NodeValue::Seq(items)) => {
            let item = items.iter().find(|item| holds(item, at))?;
            let list = Some(spot.node);
            value(table, Spot { node: item, shape: Some(inner), key: None, list, ..spot }, at)
        }
        (Shape::Map(inner), NodeValue::Map(entries)) => {
            let entry = entries.iter().find(|entry| holds(&entry.value, at))?;
            let (key, around) = (Some(entry), Some(spot.node));
            let spot = Spot { node: &entry.value, shape: Some(inner), key, around, ..spot };
            value(table, spot, at)
        }
        (Shape::Struct(name), _) => fields(table, Spot { within: name, ..spot }, at),
        _ => None,
    }
}
