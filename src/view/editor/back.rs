//! What is done on the stage, written back into the text.
//!
//! Owns the smallest edit for it. It must not know the cluster. Invariant: comments and whatever
//! else the text says stay; a text without the object stays as it is.

use super::Edit;
use crate::text::{Node, NodeValue, Tree, add_entry, parse};

/// The edit that gives a workload of the text this many replicas, if it says anything else now.
pub fn scaled(text: &str, kind: &str, namespace: &str, name: &str, replicas: u32) -> Option<Edit> {
    let parsed = parse(text);
    let is_it = |root: &&Node| {
        let word = |node: Option<&Node>| node.and_then(Node::as_str).map(str::to_owned);
        let metadata = root.at("metadata");
        let own = word(metadata.and_then(|one| one.at("namespace")));
        word(root.at("kind")).as_deref() == Some(kind)
            && word(metadata.and_then(|one| one.at("name"))).as_deref() == Some(name)
            && own.as_deref().unwrap_or("default") == namespace
    };
    let roots = parsed.documents.iter().filter_map(|document| document.root.as_ref());
    let mut objects = roots.flat_map(objects);
    // Of an object that stands twice, the last one is what was applied last.
    let spec = objects.rfind(is_it)?.at("spec")?;
    let wanted = replicas.to_string();
    let entry = match &spec.value {
        NodeValue::Map(entries) => entries.iter().rfind(|entry| &*entry.key == "replicas"),
        _ => None,
    };
    let edit = match entry.map(|entry| &entry.value) {
        Some(node) if node.value == NodeValue::Int(i64::from(replicas)) => return None,
        // A key alone ends with its colon: the value goes behind that.
        Some(node) if is_blank(text, node) => {
            let key = entry?.key_span.end;
            let colon = text.get(key as usize..)?.find(':')?;
            let at = key + u32::try_from(colon).ok()? + 1;
            let span = crate::text::Span { start: at, end: at };
            crate::text::Edit { span, text: format!(" {wanted}") }
        }
        Some(node) => crate::text::Edit { span: node.span, text: wanted },
        None => add_entry(text, spec, "replicas", &Tree::Word(wanted))?,
    };
    let (from, to) = (edit.span.start as usize, edit.span.end as usize);
    Some(Edit { from, to, text: edit.text })
}

/// What a document holds: one object, or the items of a List.
fn objects(root: &Node) -> Vec<&Node> {
    let is_list = root.at("kind").and_then(Node::as_str) == Some("List");
    match root.at("items").map(|items| &items.value) {
        Some(NodeValue::Seq(items)) if is_list => items.iter().collect(),
        _ => vec![root],
    }
}

/// Whether nothing at all is written for a value.
fn is_blank(text: &str, node: &Node) -> bool {
    let written = text.get(node.span.start as usize..node.span.end as usize);
    node.value == NodeValue::Null && written.is_none_or(|words| words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::editor::Fix;

    fn after(text: &str, name: &str, replicas: u32) -> Option<String> {
        let edit = scaled(text, "Deployment", "default", name, replicas)?;
        Some(Fix { label: String::new(), edits: vec![edit] }.apply(text))
    }

    const TWO: &str = "kind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 4 # four, 四\n---\n\
                       kind: Deployment\nmetadata: {name: b}\nspec: {paused: true} # none\n";

    #[test]
    fn only_the_number_changes_and_comments_stay() {
        assert_eq!(after(TWO, "a", 5).as_deref(), Some(&*TWO.replace(": 4 #", ": 5 #")));
        assert_eq!(after(TWO, "a", 4), None);
    }

    #[test]
    fn a_number_that_is_not_there_is_added_in_the_style_of_the_text() {
        let wanted = TWO.replace("{paused", "{replicas: 2, paused");
        assert_eq!(after(TWO, "b", 2), Some(wanted));
        let block = "kind: Deployment\nmetadata: {name: a}\nspec:\n  # why\n  paused: true\n";
        let wanted = block.replace("  paused", "  replicas: 2\n  paused");
        assert_eq!(after(block, "a", 2), Some(wanted));
    }

    #[test]
    fn a_key_without_a_value_gets_one() {
        for (empty, filled) in [
            (": # how many", ": 3 # how many"),
            (":", ": 3"),
            (":   ", ": 3   "),
            (": null # none", ": 3 # none"),
            (": ~", ": 3"),
        ] {
            let text = |value: &str| {
                format!(
                    "kind: Deployment\nmetadata: {{name: a}}\nspec:\n  replicas{value}\n  paused: true\n"
                )
            };
            assert_eq!(after(&text(empty), "a", 3), Some(text(filled)), "{empty}");
        }
        let flow = "kind: Deployment\nmetadata: {name: a}\nspec: {replicas: , paused: true}\n";
        assert_eq!(after(flow, "a", 3), Some(flow.replace("replicas:", "replicas: 3")));
    }

    #[test]
    fn the_items_of_a_list_are_written_into() {
        let text = "kind: List\nitems:\n- kind: Deployment\n  metadata: {name: a}\n  spec:\n    \
                    replicas: 4 # four\n- kind: Deployment\n  metadata: {name: b}\n  spec: {}\n";
        assert_eq!(after(text, "a", 5), Some(text.replace(": 4 #", ": 5 #")));
    }

    #[test]
    fn what_is_not_in_the_text_is_not_written() {
        assert_eq!(after(TWO, "c", 2), None);
        assert_eq!(scaled(TWO, "Deployment", "other", "a", 2), None);
        assert_eq!(after("kind: [", "a", 2), None);
    }
}
