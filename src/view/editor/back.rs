//! What is done on the stage, written back into the text.
//!
//! Owns the smallest edit for it. It must not know the cluster. Invariant: comments and whatever
//! else the text says stay; a text without the object stays as it is.

use std::ops::Range;

use super::Edit;
use crate::text::{Node, NodeValue, Span, Tree, add_entry, complaint, documents, parse};

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
    let before = counts(text);
    let is_it = |one: &Count| {
        (&*one.kind, &*one.namespace, &*one.name) == (kind, namespace, name) && !one.is_bare
    };
    // Of an object that stands twice, the last one is what was applied last.
    let aim = before.iter().rposition(is_it)?;
    let mut after = with(text, aim, i64::from(replicas))?;
    let mut now = counts(&after);
    // What takes its number from the same place by an anchor keeps it.
    for (index, one) in before.iter().enumerate().filter(|(index, _)| *index != aim) {
        if let (Some(was), true) = (one.replicas, now.get(index)? != one) {
            after = with(&after, index, was)?;
            now = counts(&after);
        }
    }
    let is_as_meant = now.len() == before.len()
        && before.iter().zip(&now).enumerate().all(|(index, (was, is))| {
            if index == aim { is.replicas == Some(i64::from(replicas)) } else { was == is }
        });
    is_as_meant.then(|| between(text, &after)).flatten()
}

/// What an object is, and how many replicas it says.
#[derive(PartialEq, Debug)]
struct Count {
    kind: String,
    namespace: String,
    name: String,
    replicas: Option<i64>,
    /// Whether it has no spec that could say it.
    is_bare: bool,
}

/// What the objects of a text are, in order.
fn counts(text: &str) -> Vec<Count> {
    let mut all = Vec::new();
    each(text, |_, object| {
        let word = |node: Option<&Node>| node.and_then(Node::as_str).map(str::to_owned);
        let metadata = object.root.at("metadata");
        let spec = object.root.at("spec").filter(|spec| matches!(spec.value, NodeValue::Map(_)));
        all.push(Count {
            kind: word(object.root.at("kind")).or(object.kind).unwrap_or_default(),
            namespace: word(metadata.and_then(|one| one.at("namespace")))
                .unwrap_or_else(|| "default".to_owned()),
            name: word(metadata.and_then(|one| one.at("name"))).unwrap_or_default(),
            replicas: spec.and_then(|spec| spec.at("replicas")).and_then(Node::whole),
            is_bare: spec.is_none(),
        });
    });
    all
}

/// The text in which one of its objects has this many replicas, and nothing else is touched.
fn with(text: &str, aim: usize, replicas: i64) -> Option<String> {
    let mut after = None;
    each(text, |index, object| {
        if index == aim
            && let Some(spec) = object.root.at("spec")
        {
            after = change(text, spec, replicas);
        }
    });
    after
}

/// The same, where its spec is known.
fn change(text: &str, spec: &Node, replicas: i64) -> Option<String> {
    let NodeValue::Map(entries) = &spec.value else { return None };
    let wanted = replicas.to_string();
    let put = |from: u32, to: u32, words: &str| {
        let mut after = text.to_owned();
        let range = from as usize..to as usize;
        text.get(range.clone())?;
        after.replace_range(range, words);
        Some(after)
    };
    let raw = |span: Span| text.get(span.start as usize..span.end as usize).unwrap_or_default();
    // A spec that stands elsewhere is taken from there but for the number.
    let alias = raw(spec.span);
    if alias.starts_with('*') {
        let own = format!("{{<<: {alias}, replicas: {wanted}}}");
        return put(spec.span.start, spec.span.end, &own);
    }
    let Some(entry) = entries.iter().rfind(|entry| &*entry.key == "replicas") else {
        let added = add_entry(text, spec, "replicas", &Tree::Word(wanted))?;
        return put(added.span.start, added.span.end, &added.text);
    };
    if raw(entry.key_span) == "<<" {
        return behind_merge(text, entry.key_span, &wanted);
    }
    let node = &entry.value;
    if node.value == NodeValue::Int(replicas) {
        return Some(text.to_owned());
    }
    if is_blank(text, node) {
        // A key alone ends with its colon: the value goes behind that.
        let key = entry.key_span.end;
        let colon = text.get(key as usize..)?.find(':')?;
        let at = key + u32::try_from(colon).ok()? + 1;
        return put(at, at, &format!(" {wanted}"));
    }
    let end = node.span.start + u32::try_from(raw(node.span).trim_end().len()).ok()?;
    let span = Span { start: node.span.start, end };
    moved_anchor(text, entry.key_span.end, span, &wanted).or_else(|| put(span.start, end, &wanted))
}

/// The line behind a merge, or what follows it in brackets: what stands later counts.
fn behind_merge(text: &str, key: Span, wanted: &str) -> Option<String> {
    let at = key.end as usize;
    let rest = text.get(at..)?;
    let value = rest.find(['*', '['])?;
    let end = if rest[value..].starts_with('[') {
        value + rest[value..].find(']')? + 1
    } else {
        let length = rest[value..].find([' ', ',', '}', '\r', '\n']);
        value + length.unwrap_or(rest.len() - value)
    };
    let start = text[..key.start as usize].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[start..key.start as usize];
    let mut after = text.to_owned();
    if before.trim_start_matches(['-', ' ']).is_empty() {
        let line = at + end + rest[end..].find('\n').unwrap_or(rest.len() - end);
        let (line, ends) = match text[..line].strip_suffix('\r') {
            Some(bare) => (bare.len(), "\r\n"),
            None => (line, "\n"),
        };
        let blanks = " ".repeat(before.chars().count());
        after.insert_str(line, &format!("{ends}{blanks}replicas: {wanted}"));
    } else {
        after.insert_str(at + end, &format!(", replicas: {wanted}"));
    }
    Some(after)
}

/// The text with the number in the place of one that has an anchor, if another place refers to
/// that: the anchor and the old number go there.
fn moved_anchor(text: &str, key_end: u32, value: Span, wanted: &str) -> Option<String> {
    let between = text.get(key_end as usize..value.start as usize)?;
    let anchor = key_end as usize + between.find('&')?;
    let name = text[anchor + 1..value.start as usize].split_whitespace().next()?;
    let old = &text[anchor..value.end as usize];
    let behind = &text[value.end as usize..];
    let alias = format!("*{name}");
    let is_whole = |at: &usize| {
        let next = behind[at + alias.len()..].chars().next();
        let before = behind[..*at].chars().next_back();
        next.is_none_or(|one| one.is_whitespace() || ",]}".contains(one))
            && before.is_some_and(|one| one.is_whitespace() || ",[{".contains(one))
    };
    let at = behind.match_indices(&alias).map(|(at, _)| at).find(is_whole)?;
    let (head, tail) = (&behind[..at], &behind[at + alias.len()..]);
    Some(format!("{}{wanted}{head}{old}{tail}", &text[..anchor]))
}

/// The smallest edit that makes one text of another.
fn between(before: &str, after: &str) -> Option<Edit> {
    if before == after {
        return None;
    }
    let pairs = || before.chars().zip(after.chars());
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum::<usize>()
    };
    let from = same(&mut pairs());
    let rest = (before[from..].chars().rev()).zip(after[from..].chars().rev());
    let tail = same(&mut { rest });
    let (to, end) = (before.len() - tail, after.len() - tail);
    Some(Edit { from, to, text: after[from..end].to_owned() })
}

/// An object of a text.
struct Object<'a> {
    root: &'a Node,
    /// The kind that the list around it gives it.
    kind: Option<String>,
}

/// Looks at each object of a text in order: documents, and the items of a List.
fn each(text: &str, mut look: impl FnMut(usize, Object<'_>)) {
    let parsed = parse(&finished(text));
    let mut index = 0;
    for root in parsed.documents.iter().filter_map(|document| document.root.as_ref()) {
        let list =
            root.at("kind").and_then(Node::as_str).and_then(|kind| kind.strip_suffix("List"));
        let kind = list.filter(|kind| !kind.is_empty()).map(str::to_owned);
        let items = match root.at("items").map(|items| &items.value) {
            Some(NodeValue::Seq(items)) if list.is_some() => items.as_slice(),
            _ => std::slice::from_ref(root),
        };
        for root in items {
            look(index, Object { root, kind: kind.clone() });
            index += 1;
        }
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
    fn what_shares_a_place_by_an_anchor_keeps_its_number() {
        let two = |one: &str, other: &str| {
            format!(
                "kind: List\nitems:\n- kind: Deployment\n  metadata: {{name: a}}\n  spec:{one}\n- kind: \
                 Deployment\n  metadata: {{name: b}}\n  spec:{other}\n"
            )
        };
        let spec = " &s\n    replicas: 3 # three\n    paused: true";
        let merged = "\n    <<: *s # as a\n    paused: false";
        let own = "\n    <<: *s # as a\n    replicas: 5\n    paused: false";
        for (before, name, wanted) in [
            // Only the one that takes it from elsewhere changes.
            (two(spec, " *s"), "b", two(spec, " {<<: *s, replicas: 5}")),
            (two(spec, merged), "b", two(spec, own)),
            (two(spec, " {<<: *s}"), "b", two(spec, " {<<: *s, replicas: 5}")),
            // The one that it is taken from changes; the other keeps what it had.
            (two(spec, merged), "a", two(&spec.replace("3 #", "5 #"), &own.replace('5', "3"))),
            (two(spec, " *s"), "a", two(&spec.replace("3 #", "5 #"), " {<<: *s, replicas: 3}")),
            // Of a number alone the anchor goes to the next that refers to it.
            (
                two("\n    replicas: &n 3", "\n    replicas: *n"),
                "a",
                two("\n    replicas: 5", "\n    replicas: &n 3"),
            ),
            (
                two("\n    replicas: &n 3\n    revisionHistoryLimit: *n", " {}"),
                "a",
                two("\n    replicas: 5\n    revisionHistoryLimit: &n 3", " {}"),
            ),
            (two("\n    replicas: &n 3", " {}"), "a", two("\n    replicas: &n 5", " {}")),
        ] {
            assert_eq!(after(&before, name, 5), Some(wanted), "{before}");
        }
    }

    #[test]
    fn odd_texts_keep_their_lines() {
        // A text that is no number at all is left to the reader.
        let text = "kind: Deployment\nmetadata: {name: a}\nspec:\n  replicas: >-\n    3\n  x: 1\n";
        assert_eq!(after(text, "a", 5), None);
        let windows =
            "kind: Deployment\nmetadata:\n  name: a\nspec:\n  x: 1\n".replace('\n', "\r\n");
        let wanted = windows.replace("  x", "  replicas: 5\r\n  x");
        assert_eq!(after(&windows, "a", 5), Some(wanted));
        let json = "{\n  \"kind\": \"Deployment\",\n  \"metadata\": {\"name\": \"a\"},\n  \"spec\": {\n    \
                    \"x\": 1\n  }\n}\n";
        let wanted = json.replace("    \"x\"", "    \"replicas\": 5,\n    \"x\"");
        assert_eq!(after(json, "a", 5), Some(wanted));
        let list = "kind: DeploymentList\nitems:\n- metadata: {name: a}\n  spec: {replicas: 3}\n";
        assert_eq!(after(list, "a", 5), Some(list.replace('3', "5")));
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
