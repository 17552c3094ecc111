//! What is done on the stage, written back into the text.
//!
//! Owns the smallest edit for it. It must not know the cluster. Invariant: comments and whatever
//! else the text says stay; a text without the object stays as it is.

use std::ops::Range;

use super::Edit;
use crate::text::{Node, NodeValue, Tree, add_entry, complaint, documents, parse};

/// How many lines of a document may be unfinished.
const UNFINISHED_MAX: usize = 3;

/// A text with blanks in place of the lines that keep its documents from being read, so that all
/// else of it can be, in its own places.
fn finished(text: &str) -> String {
    let mut bytes = text.to_owned();
    for span in documents(text) {
        for _ in 0..UNFINISHED_MAX {
            let part = &bytes[span.start as usize..span.end as usize];
            let Some((at, _)) = complaint(part) else { break };
            let Some(line) = unfinished(part, at.min(part.len())) else { break };
            let (from, to) = (span.start as usize + line.start, span.start as usize + line.end);
            bytes.replace_range(from..to, &" ".repeat(to - from));
        }
    }
    bytes
}

/// The line without which a document can be read, or at least the one where the reading stopped.
fn unfinished(part: &str, at: usize) -> Option<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in part.split_inclusive('\n') {
        let end = start + line.trim_end().len();
        if end > start {
            lines.push(start..end);
        }
        start += line.len();
    }
    let stop = lines.partition_point(|line| line.start <= at).checked_sub(1)?;
    let near = [Some(stop), stop.checked_sub(1), Some(stop + 1)].into_iter().flatten();
    let mut near = near.filter_map(|index| lines.get(index).cloned());
    let is_it = |line: &Range<usize>| {
        let mut without = part.to_owned();
        without.replace_range(line.clone(), &" ".repeat(line.len()));
        complaint(&without).is_none()
    };
    near.find(is_it).or_else(|| lines.get(stop).cloned())
}

/// The edit that gives a workload of the text this many replicas, if it says anything else now.
pub fn scaled(text: &str, kind: &str, namespace: &str, name: &str, replicas: u32) -> Option<Edit> {
    let parsed = parse(&finished(text));
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
    fn a_line_that_is_unfinished_elsewhere_is_no_hindrance() {
        let block = "kind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: 4\n  template:\n    \
                     spec:\n      nodeName: x\n";
        for unfinished in ["x\n", "      vo\n", "  strategy: [\n", "  a: \"b\n", "  - c: d\n"] {
            let text = format!("{block}{unfinished}");
            let wanted = text.replace("replicas: 4", "replicas: 5");
            assert_eq!(after(&text, "a", 5), Some(wanted), "{unfinished}");
        }
        let json =
            "{\"kind\": \"Deployment\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"x\": 1}}";
        let wanted = json.replace("{\"x\"", "{\"replicas\": 2, \"x\"");
        assert_eq!(after(json, "a", 2), Some(wanted));
    }

    #[test]
    fn what_is_not_in_the_text_is_not_written() {
        assert_eq!(after(TWO, "c", 2), None);
        assert_eq!(scaled(TWO, "Deployment", "other", "a", 2), None);
        assert_eq!(after("kind: [", "a", 2), None);
    }
}
