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
    // Of an object that stands twice, the last one is what was applied last.
    let spec = roots.rev().find(is_it)?.at("spec")?;
    let wanted = replicas.to_string();
    let edit = match spec.at("replicas") {
        Some(node) if node.value == NodeValue::Int(i64::from(replicas)) => return None,
        Some(node) if node.value == NodeValue::Null => return None,
        Some(node) => crate::text::Edit { span: node.span, text: wanted },
        None => add_entry(text, spec, "replicas", &Tree::Word(wanted))?,
    };
    let (from, to) = (edit.span.start as usize, edit.span.end as usize);
    Some(Edit { from, to, text: edit.text })
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
    fn what_is_not_in_the_text_is_not_written() {
        assert_eq!(after(TWO, "c", 2), None);
        assert_eq!(scaled(TWO, "Deployment", "other", "a", 2), None);
        assert_eq!(after("kind: [", "a", 2), None);
    }
}
