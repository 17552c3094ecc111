//! Fields far from where they belong: their home, and the move there.
//!
//! Must not know the rules of single kinds. Invariant: what is moved keeps its words and comments,
//! and a move is offered only if fewer fields stand at wrong places afterwards.

use std::fmt::Write as _;

use crate::api::fields::{Fields, Shape, Type};
use crate::kubectl::Reader;
use crate::kubectl::misplaced::{Level, column, fits, holds, is_full, join};
use crate::kubectl::reader::Customs;
use crate::kubectl::weight::Weight;
use crate::text::{self, Edit, Entry, Fix, Node, NodeValue, Span, Tree, add_entry};

/// How deep types are searched for a field.
const DEPTH_MAX: usize = 6;

/// The one place nearest to the root of a kind where a field of this name belongs.
pub(super) fn of(table: &Fields, kind: &str, way: &[Level<'_>]) -> Option<String> {
    let here = way.last()?;
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let (key, value) = (&*entries[here.at].key, &entries[here.at].value);
    let mut level: Vec<(String, &Type)> = vec![(String::new(), table.named(kind)?)];
    for _ in 0..DEPTH_MAX {
        let takes = |known: &Type| known.fields.get(key).is_some_and(|one| fits(&one.shape, value));
        let mut homes = level.iter().filter(|(_, known)| takes(known));
        if let Some((path, _)) = homes.next() {
            return homes.next().is_none().then(|| path.clone());
        }
        let mut next = Vec::new();
        for (path, known) in level {
            for (name, field) in known.fields.iter().filter(|(name, _)| *name != "status") {
                let (mut shape, mut path) = (&field.shape, join(&path, name));
                while let Shape::List(inner) = shape {
                    (shape, path) = (inner, format!("{path}[]"));
                }
                if let Shape::Struct(name) = shape {
                    next.extend(table.named(name).map(|known| (path, known)));
                }
            }
        }
        level = next;
    }
    None
}

/// Whether a home has its place in the text, and there is room for the field.
pub(super) fn is_there(roots: &[Node], path: &str, way: &[Level<'_>]) -> bool {
    let Some(key) = way.last().and_then(|here| match &here.node.value {
        NodeValue::Map(entries) => entries.get(here.at),
        _ => None,
    }) else {
        return false;
    };
    let root = roots.iter().find(|root| holds(root, key.key_span));
    let mut open: Vec<&Node> = root.into_iter().collect();
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (step, is_list) = step.strip_suffix("[]").map_or((step, false), |step| (step, true));
        let inner = open.iter().filter_map(|node| node.at(step));
        open = inner
            .flat_map(|node| match &node.value {
                NodeValue::Seq(items) if is_list => items.iter().collect(),
                _ if is_list => Vec::new(),
                _ => vec![node],
            })
            .collect();
    }
    open.iter().any(|node| node.at(&key.key).is_none())
}

/// The move of a field to its home, with the levels that are missing on the way there.
pub(super) fn sent(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    (root, way): (&Node, &[Level<'_>]),
    path: &str,
    before: Weight,
) -> Option<Fix> {
    let here = way.last()?;
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let entry = entries.get(here.at)?;
    let mut home = root;
    let mut missing: Vec<&str> = Vec::new();
    for step in path.split('.').filter(|step| !step.is_empty()) {
        match home.at(step).filter(|_| missing.is_empty()) {
            Some(inner) => home = inner,
            None if step.ends_with("[]") => return None,
            None => missing.push(step),
        }
    }
    // One word tells too little of levels that are not there, and nothing is sent where it is.
    let is_word = !matches!(entry.value.value, NodeValue::Map(_) | NodeValue::Seq(_));
    let is_taken = missing.is_empty() && home.at(&entry.key).is_some();
    if is_taken || (is_word && !missing.is_empty()) {
        return None;
    }
    let is_home = |one: &&Level<'_>| std::ptr::eq(one.node, home);
    if !missing.is_empty()
        && way.iter().find(is_home).is_some_and(|one| is_full(reader.fields(), one))
    {
        return None;
    }
    let line = text::line_of(text, entry.key_span, entry.value.span);
    // A comment behind it goes along.
    let is_bare = |line: &Span| {
        let rest = text.get(end_of(entry)..line.end as usize);
        rest.is_some_and(|rest| rest.trim().is_empty())
    };
    let edits = match line.filter(|line| missing.is_empty() && is_bare(line)) {
        Some(line) => {
            let value = text.get(entry.value.span.start as usize..entry.value.span.end as usize)?;
            let put = add_entry(text, home, &entry.key, &Tree::Word(value.to_owned()))?;
            vec![Edit { span: line, text: String::new() }, put]
        }
        None => block_moved(text, entry, home, &missing)?,
    };
    let last = path.rsplit('.').next().filter(|last| !last.is_empty())?;
    let (title, chinese) = (format!("Move it into {last}"), format!("移入 {last}"));
    let fix = Fix { title, chinese, edits };
    (reader.weigh(&fix.apply(text), customs) < before).then_some(fix)
}

fn end_of(entry: &Entry) -> usize {
    entry.value.span.end.max(entry.key_span.end) as usize
}

/// The end of the line that a place is on, behind its break.
fn line_end(text: &str, at: usize) -> Option<usize> {
    Some(text.get(at..)?.find('\n').map_or(text.len(), |end| at + end + 1))
}

/// The move of the lines of an entry to the end of a mapping, or of that part of it which the
/// entry stands in, below keys that are missing there.
pub(super) fn block_moved(
    text: &str,
    entry: &Entry,
    home: &Node,
    missing: &[&str],
) -> Option<Vec<Edit>> {
    let NodeValue::Map(fields) = &home.value else { return None };
    let first = fields.first()?;
    let place = |at: usize| u32::try_from(at).ok();
    let from = column(text, entry.key_span.start);
    let start = entry.key_span.start as usize - from;
    let trimmed = |end: usize| text.get(..end).map(|head| head.trim_end().len());
    let end = line_end(text, trimmed(end_of(entry))?)?;
    let is_flow = text.get(home.span.start as usize..)?.starts_with('{');
    if is_flow || !text.get(start..entry.key_span.start as usize)?.trim().is_empty() {
        return None;
    }
    let last = fields.iter().find(|one| holds(&one.value, entry.key_span)).or(fields.last())?;
    let mut target = line_end(text, trimmed(end_of(last))?)?;
    if (start..end).contains(&target) {
        target = end;
    }
    let to = column(text, first.key_span.start);
    let mut lines = String::new();
    if !text[..target].ends_with('\n') {
        lines.push('\n');
    }
    for (depth, key) in missing.iter().enumerate() {
        let _ = writeln!(lines, "{}{key}:", " ".repeat(to + 2 * depth));
    }
    let to = to + 2 * missing.len();
    for line in text.get(start..end)?.lines() {
        let bare = line.trim_start_matches(' ');
        let indent = (line.len() - bare.len() + to).saturating_sub(from);
        let _ = writeln!(lines, "{}{bare}", " ".repeat(if bare.is_empty() { 0 } else { indent }));
    }
    let gone = Edit { span: Span { start: place(start)?, end: place(end)? }, text: String::new() };
    let put = Edit { span: Span { start: place(target)?, end: place(target)? }, text: lines };
    Some(vec![gone, put])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::reader::first_mended as mended;

    const GOOD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: w\nspec:\n  replicas: 2\n  \
                        selector:\n    matchLabels:\n      app: w\n  template:\n    metadata:\n      labels:\n        \
                        app: w\n    spec:\n      containers:\n      - name: c\n        image: nginx\n        ports:\n        \
                        - containerPort: 80\n      volumes:\n      - name: v # kept\n        emptyDir: {}\n";

    #[test]
    fn blocks_are_sent_to_their_home() {
        assert!(Reader::default().check(GOOD).is_empty());
        let volumes = "      volumes:\n      - name: v # kept\n        emptyDir: {}\n";
        let bare = GOOD.replace(volumes, "");
        let deep = volumes.replace("      vol", "        vol").replace("\n      ", "\n        ");
        let flat = volumes.replace("      vol", "  vol").replace("\n      ", "\n  ");
        for bad in [
            // Too deep, in the midst of a container; too shallow, before the template.
            bare.replace("        ports", &format!("{deep}        ports")),
            bare.replace("  template", &format!("{flat}  template")),
            format!("{bare}{flat}"),
        ] {
            assert!(bad.contains("# kept"), "{bad}");
            let (message, after) = mended(&bad);
            assert!(message.ends_with("It belongs in spec.template.spec."), "{message}");
            assert_eq!(after, GOOD, "{bad}");
        }
    }

    #[test]
    fn nothing_is_sent_where_it_can_not_be_meant() {
        let fixes = |text: &str| -> Vec<String> {
            let found = Reader::default().check(text);
            found.into_iter().filter_map(|one| one.fix).map(|fix| fix.title).collect()
        };
        // A word alone does not tell of levels that are not there.
        let labels = GOOD.replace("      labels:\n        app: w\n", "        role: x\n");
        assert_eq!(fixes(&labels), Vec::<String>::new());
        // Nor does a field that its home has already.
        let named = format!("{GOOD}name: other\n");
        assert_eq!(fixes(&named), Vec::<String>::new());
        // Of two sources of a volume only one is given.
        let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: v\nspec:\n  capacity:\n    \
                      storage: 1Gi\n  accessModes: [ReadWriteOnce]\n  storageos:\n    volumeName: x\n    pool: y\n";
        assert_eq!(fixes(volume), Vec::<String>::new());
    }

    #[test]
    fn containers_beside_a_template_go_into_it() {
        let containers = "      containers:\n      - name: c\n        image: nginx\n        ports:\n        - containerPort: 80\n";
        let flat = containers.replace("\n      ", "\n  ").replacen("      ", "  ", 1);
        let bare = GOOD.replace(containers, "");
        for bad in
            [bare.replace("  replicas", &format!("{flat}  replicas")), format!("{bare}{flat}")]
        {
            let (message, after) = mended(&bad);
            assert!(message.ends_with("It belongs in spec.template.spec."), "{message}");
            assert!(Reader::default().check(&after).is_empty(), "{after}");
        }
        let (head, _) = GOOD.split_once("    spec:\n").expect("it is there");
        let bad = head.replace("  replicas", &format!("{flat}  replicas"));
        let (_, after) = mended(&bad);
        assert_eq!(after, format!("{head}    spec:\n{containers}"));
    }
}
