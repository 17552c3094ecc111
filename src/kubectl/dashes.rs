//! Dashes that are missing between two items, and dashes that part one item in two.
//!
//! Must not know the rules of single kinds. Invariant: it only proposes; whoever takes a fix makes
//! sure that it leaves fewer mistakes.

use crate::api::fields::{Fields, Shape, Type};
use crate::kubectl::misplaced::{column, holds};
use crate::text::{Edit, Entry, Fix, Node, NodeValue, Span};

/// The dash that is missing before a key which its item has already: there the next item begins.
pub(super) fn missing(table: &Fields, text: &str, root: &Node, key: Span) -> Option<Fix> {
    let known = table.named(table.name_of_object(root)?)?;
    let entries = entries_of_item(table, known, root, key, false)?;
    let is_repeated = |at: usize| entries[..at].iter().any(|one| one.key == entries[at].key);
    let from = (1..entries.len()).find(|at| is_repeated(*at))?;
    let (first, second) = entries.split_at(from);
    // A lone key that stands twice may as well be one too many.
    let is_whole = first.len() == 1 || second.len() > 1;
    let is_begun = is_whole && second.first()?.key == first.first()?.key;
    let name = &second.first()?.key;
    let start = second.first()?.key_span.start;
    let is_own_line = line_before(text, start)?.trim().is_empty();
    let dash = dash_of(text, first.first()?)?;
    let at = start.checked_sub(u32::try_from(column(text, start)).ok()?)?
        + u32::try_from(column(text, dash)).ok()?;
    let is_in_line = column(text, start) == column(text, first.first()?.key_span.start);
    (is_begun && is_own_line && is_in_line).then(|| Fix {
        title: format!("Put a dash before the second {name}"),
        chinese: format!("在第二个 {name} 前加短横线"),
        edits: vec![Edit { span: Span { start: at, end: at + 1 }, text: "-".to_owned() }],
    })
}

/// The items of two lists of one mapping that have the same key, behind those of the first.
pub(super) fn joined_lists(text: &str, root: &Node, key: Span) -> Option<Fix> {
    let entries = entries_at(root, key)?;
    let second = entries.iter().find(|one| one.key_span == key)?;
    let first = entries.iter().find(|one| one.key == second.key && one.key_span != key)?;
    let dash = |entry: &Entry| {
        let NodeValue::Seq(items) = &entry.value.value else { return None };
        let start = text.get(..items.first()?.span.start as usize)?.rfind('\n')? + 1;
        let blanks = text[start..].len() - text[start..].trim_start_matches(' ').len();
        let is_below = start > entry.key_span.end as usize;
        (is_below && text[start + blanks..].starts_with("- ")).then_some((start, blanks))
    };
    let end = |entry: &Entry| {
        let last = text.get(..entry.value.span.end as usize)?.trim_end().len();
        Some(text[last..].find('\n').map_or(text.len(), |end| last + end + 1))
    };
    let ((from, column), (_, other)) = (dash(second)?, dash(first)?);
    let (at, to) = (end(first)?, end(second)?);
    let head = text[..key.start as usize].rfind('\n')? + 1;
    let is_own_line = text[head..key.start as usize].trim().is_empty();
    let items = text.get(from..to)?;
    let span = |start: usize, end: usize| {
        Some(Span { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
    };
    let is_after = at <= head && text[..at].ends_with('\n');
    let is_plain = is_own_line && is_after && column == other;
    let put = if items.ends_with('\n') { items.to_owned() } else { format!("{items}\n") };
    let edits = vec![
        Edit { span: span(at, at)?, text: put },
        Edit { span: span(head, to)?, text: String::new() },
    ];
    is_plain.then(|| Fix {
        title: "Put the items into one list".to_owned(),
        chinese: "合并为一个列表".to_owned(),
        edits,
    })
}

/// The entries of the mapping with a key at a place.
fn entries_at(node: &Node, key: Span) -> Option<&[Entry]> {
    match &node.value {
        NodeValue::Map(entries) if entries.iter().any(|one| one.key_span == key) => Some(entries),
        NodeValue::Map(entries) => entries.iter().find_map(|one| entries_at(&one.value, key)),
        NodeValue::Seq(items) => items.iter().find_map(|one| entries_at(one, key)),
        _ => None,
    }
}

/// The entries of the item whose key stands at a place, if its type has all of them.
fn entries_of_item<'a>(
    table: &'a Fields,
    known: &'a Type,
    node: &'a Node,
    key: Span,
    is_item: bool,
) -> Option<&'a [Entry]> {
    let NodeValue::Map(entries) = &node.value else { return None };
    if entries.iter().any(|one| one.key_span == key) {
        let is_known = entries.iter().all(|one| known.fields.contains_key(&*one.key));
        return (is_item && is_known).then_some(entries);
    }
    let entry = entries.iter().rfind(|one| holds(&one.value, key))?;
    let (mut shape, mut value) = (&known.fields.get(&*entry.key)?.shape, &entry.value);
    let mut is_item = false;
    while let (Shape::List(inner), NodeValue::Seq(items)) = (shape, &value.value) {
        (shape, value) = (inner, items.iter().find(|item| holds(item, key))?);
        is_item = true;
    }
    let Shape::Struct(name) = shape else { return None };
    entries_of_item(table, table.named(name)?, value, key, is_item)
}

/// The dashes that part an item at a place from what belongs to it, below it or above it: the
/// longest run of items first.
pub(super) fn extra(text: &str, root: &Node, at: Span) -> Vec<Fix> {
    let Some((items, index)) = items_around(root, at) else { return Vec::new() };
    let before = index.checked_sub(1);
    let starts = [Some(index), before].into_iter().flatten();
    let runs = starts.flat_map(|start| {
        let most = start + joining(&items[start..]);
        [most, start + 2].map(|end| (start, end.min(most)))
    });
    runs.filter_map(|(start, end)| joined(text, items.get(start..end)?)).collect()
}

/// The innermost list with an item at a place, and which it is.
fn items_around(node: &Node, at: Span) -> Option<(&[Node], usize)> {
    match &node.value {
        NodeValue::Map(entries) => {
            let entry = entries.iter().rfind(|one| holds(&one.value, at))?;
            items_around(&entry.value, at)
        }
        NodeValue::Seq(items) => {
            let index = items.iter().position(|item| holds(item, at))?;
            items_around(&items[index], at).or(Some((items, index)))
        }
        _ => None,
    }
}

/// How many of the first items have each key once together.
fn joining(items: &[Node]) -> usize {
    let mut keys: Vec<&str> = Vec::new();
    for (count, item) in items.iter().enumerate() {
        let NodeValue::Map(entries) = &item.value else { return count };
        if entries.iter().any(|one| keys.contains(&&*one.key)) {
            return count;
        }
        keys.extend(entries.iter().map(|one| &*one.key));
    }
    items.len()
}

/// The dashes of all items but the first, taken away.
fn joined(text: &str, items: &[Node]) -> Option<Fix> {
    let (first, rest) = items.split_first()?;
    let head = |item: &Node| match &item.value {
        NodeValue::Map(entries) => entries.first().map(|one| one.key_span.start),
        _ => None,
    };
    let own = column(text, head(first)?);
    let edit = |item: &Node| {
        let NodeValue::Map(entries) = &item.value else { return None };
        let at = dash_of(text, entries.first()?)?;
        let is_in_line = column(text, head(item)?) == own;
        let span = Span { start: at, end: at + 1 };
        is_in_line.then(|| Edit { span, text: " ".to_owned() })
    };
    let edits = rest.iter().map(edit).collect::<Option<Vec<_>>>()?;
    (!edits.is_empty()).then(|| Fix {
        title: "Take the dash away".to_owned(),
        chinese: "去掉短横线".to_owned(),
        edits,
    })
}

fn line_before(text: &str, at: u32) -> Option<&str> {
    let at = at as usize;
    text.get(at - column(text, u32::try_from(at).ok()?)..at)
}

/// The dash on the line of an item's first key.
fn dash_of(text: &str, first: &Entry) -> Option<u32> {
    let start = first.key_span.start;
    let before = line_before(text, start)?;
    let dash = before.trim_end_matches(' ').len().checked_sub(1)?;
    let is_dash = before.trim() == "-";
    is_dash.then(|| start - u32::try_from(before.len() - dash).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use crate::kubectl::Reader;

    const HEAD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n";

    /// What the first fix makes of containers.
    fn mended(containers: &str) -> Option<String> {
        let text = format!("{HEAD}{containers}");
        let found = Reader::default().check(&text);
        assert!(!found.is_empty(), "{containers}");
        let fix = found.iter().find_map(|one| one.fix.as_ref())?;
        Some(fix.apply(&text).split_off(HEAD.len()))
    }

    #[test]
    fn a_second_item_gets_its_dash() {
        for good in [
            "  - name: a\n    image: x\n    env:\n    - name: A\n      value: a\n    - name: B\n      \
             value: b\n",
            "  - name: a\n    image: x\n  - name: b\n    image: z\n    tty: true\n",
            "  - name: a\n    image: x\n    ports:\n    -   containerPort: 80\n    -   \
             containerPort: 81\n",
        ] {
            assert!(Reader::default().check(&format!("{HEAD}{good}")).is_empty(), "{good}");
            let at = good.rfind("- ").expect("an item");
            let bad = format!("{} {}", &good[..at], &good[at + 1..]);
            assert_eq!(mended(&bad).as_deref(), Some(good));
        }
        // Of a container that has no image the second name is one too many.
        let bad = "  - image: x\n    name: a\n    name: b\n";
        assert_eq!(mended(bad).as_deref(), Some("  - image: x\n    name: b\n"));
    }

    #[test]
    fn a_dash_that_parts_an_item_goes() {
        let good =
            "  - name: a\n    image: x\n    ports:\n    - containerPort: 80\n      name: web\n";
        assert!(Reader::default().check(&format!("{HEAD}{good}")).is_empty());
        let dashed = |text: &str, line: &str| text.replace(line, &line.replacen("  ", "- ", 1));
        let image = dashed(good, "  image: x");
        assert_eq!(mended(&image).as_deref(), Some(good));
        let ports = dashed(&image, "  ports:");
        assert_eq!(mended(&ports).as_deref(), Some(good));
        let name = good.replace("      name: web", "    - name: web");
        assert_eq!(mended(&name).as_deref(), Some(good));
        // Two items that both lack something are two.
        assert_eq!(mended("  - name: a\n  - name: b\n"), None);
    }
}
