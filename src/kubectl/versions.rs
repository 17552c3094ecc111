//! Fields that only another version of a kind has.
//!
//! Must not know single kinds. Invariant: it only proposes; whoever takes a fix makes sure that it
//! leaves fewer mistakes.

use crate::api::fields::{Fields, Shape, Type};
use crate::kubectl::slips::{cut, first_sentence};
use crate::text::{Diagnostic, Edit, Entry, Fix, Node};

/// The other versions of a kind, in one of which it has a field.
pub(super) fn with(
    table: &Fields,
    root: &Node,
    entry: &Entry,
    one: &Diagnostic,
) -> Vec<Diagnostic> {
    let node = |key: &str| root.at(key).filter(|node| node.as_str().is_some());
    let (Some(kind), Some(own)) = (node("kind"), node("apiVersion")) else { return Vec::new() };
    let versions = table.versions(kind.as_str().unwrap_or_default());
    let others = versions.filter(|(version, _)| own.as_str() != Some(version));
    let told = |(version, _): (String, &Type)| Diagnostic {
        message: format!("{} {version} has it.", first_sentence(&one.message)),
        chinese: format!("{}{version} 才有这个字段。", cut(&one.chinese, "。")),
        fix: Some(Fix {
            title: format!("Change to {version}"),
            chinese: format!("改为 {version}"),
            edits: vec![Edit { span: own.span, text: version }],
        }),
        ..one.clone()
    };
    others.filter(|(_, known)| has(table, known, &entry.key)).map(told).collect()
}

/// Whether an object of a type, or its spec, has a field.
fn has(table: &Fields, known: &Type, key: &str) -> bool {
    let spec = known.fields.get("spec").and_then(|field| match &field.shape {
        Shape::Struct(name) => table.named(name),
        _ => None,
    });
    [Some(known), spec].into_iter().flatten().any(|one| one.fields.contains_key(key))
}
