//! Lines that stand below a key that is gone: which key it was.
//!
//! Must not know the rules of single kinds. Invariant: a key is put back only if no other would do
//! as well.

use crate::api::fields::{Field, Fields, Shape, Type};
use crate::kubectl::Reader;
use crate::kubectl::misplaced::{Level, column, fits, holds, item, join, way};
use crate::kubectl::reader::Customs;
use crate::kubectl::spot::Spot;
use crate::kubectl::weight::Weight;
use crate::text::lines::{Line, lines};
use crate::text::{
    Diagnostic, Edit, Entry, Fix, Node, NodeValue, Severity, Span, complaint, read_bare,
};

/// Documents longer than this are left to their writers.
const LENGTH_MAX: usize = 20_000;
/// What stands in for the key while it is looked for.
const LOST: &str = "x-lost";
/// How many keys are tried at a place.
const KEYS_MAX: usize = 4;

/// The lines above which a key may be gone, with its column.
fn places(lines: &[Line<'_>], at: usize) -> Vec<(usize, usize)> {
    let Some(stop) = lines.partition_point(|line| line.start <= at).checked_sub(1) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for index in [Some(stop), Some(stop + 1), stop.checked_sub(1)].into_iter().flatten() {
        let Some(line) = lines.get(index) else { continue };
        // What stands further in than the line below it.
        let deeper = lines[..index].iter().rev().take_while(|above| above.indent > line.indent);
        let first = index - deeper.count();
        if first < index && first > 0 {
            found.push((first, line.indent));
        }
        // The same with a list whose items are as far in as the key below them: the whole list.
        let within =
            |above: &&Line<'_>| above.indent > line.indent || is_item_at(above, line.indent);
        let first = index - lines[..index].iter().rev().take_while(within).count();
        if first < index && first > 0 && !line.body.starts_with("- ") {
            let is_list = is_item_at(&lines[first], line.indent);
            found.extend(is_list.then_some((first, line.indent)));
        }
        // What stands further in than the line above it, or begins a list there.
        if let Some(above) = index.checked_sub(1).map(|above| &lines[above]) {
            let is_item = line.body.starts_with("- ");
            let column = above.column();
            let is_below = line.indent > column || (is_item && line.indent == column);
            if is_below && !above.opens_level() {
                found.push((index, column));
            }
        }
        // A list at the column of the keys around it, of which none is its own.
        let around = lines[..index].iter().rev().find(|above| above.indent <= line.indent);
        let is_item = line.body.starts_with("- ");
        if is_item && around.is_some_and(|above| above.column() == line.indent) {
            found.push((index, line.indent));
        }
    }
    found.dedup();
    found
}

fn is_item_at(line: &Line<'_>, column: usize) -> bool {
    line.indent == column && line.body.starts_with("- ")
}

/// Whether a value is one that a field of this shape may have, as far as its first level tells.
fn may_hold(table: &Fields, shape: &Shape, node: &Node) -> bool {
    let is_word = |node: &Node| !matches!(node.value, NodeValue::Map(_) | NodeValue::Seq(_));
    match (shape, &node.value) {
        (Shape::Struct(name), NodeValue::Map(entries)) => table.named(name).is_some_and(|known| {
            let takes = |one: &Entry| {
                known.fields.get(&*one.key).is_some_and(|field| fits(&field.shape, &one.value))
            };
            entries.iter().all(takes)
        }),
        (Shape::Map(_), NodeValue::Map(entries)) => entries.iter().all(|one| is_word(&one.value)),
        (Shape::List(inner), NodeValue::Seq(items)) => match &**inner {
            Shape::Struct(_) => items.iter().all(|item| may_hold(table, inner, item)),
            _ => items.iter().all(is_word),
        },
        _ => false,
    }
}

/// The key that is gone above lines which nothing holds, if it can be told.
pub(super) fn found(reader: &Reader, text: &str, customs: &Customs) -> Option<Diagnostic> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    let (at, _) = complaint(text)?;
    let lines = lines(text);
    let table = reader.fields();
    for (index, column) in places(&lines, at) {
        let line = &lines[index];
        let with = |key: &str| {
            let mut whole = text.to_owned();
            whole.insert_str(line.start, &format!("{}{key}:\n", " ".repeat(column)));
            whole
        };
        let whole = with(LOST);
        let own = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span { start: 0, end: own(whole.len()) };
        let Some(root) = read_bare(&whole, span).0.root else { continue };
        let from = own(line.start + column);
        let key = Span { start: from, end: from + own(LOST.len()) };
        let Some((way, _)) = way(table, &root, key) else { continue };
        let Some(here) = way.last() else { continue };
        let NodeValue::Map(entries) = &here.node.value else { continue };
        let value = &entries[here.at].value;
        let is_free = |key: &str| key != "status" && here.node.at(key).is_none();
        let fields = here.known.fields.iter().filter(|(key, _)| is_free(key));
        // Words of a person's own are labels, unless they have a prefix.
        let has_prefix = matches!(&value.value, NodeValue::Map(inner) if inner.iter().any(
            |one| one.key.contains('/')
        ));
        let fields = fields.filter(|(key, _)| *key != "annotations" || has_prefix);
        let fields = fields.filter(|(_, field)| may_hold(table, &field.shape, value));
        let weighed = fields
            .take(KEYS_MAX)
            .map(|(key, field)| (reader.weigh(&with(key), customs), key.as_str(), &field.shape));
        // Something else may be odd elsewhere.
        let lost = reader.weigh(&whole, customs);
        let weighed: Vec<_> =
            weighed.filter(|(weight, ..)| weight.has_one_field_less(&lost)).collect();
        let Some(least) = weighed.iter().map(|(weight, ..)| *weight).min() else { continue };
        let mut best = weighed.into_iter().filter(|(weight, ..)| *weight == least);
        let (Some((_, key, _)), None) = (best.next(), best.next()) else { continue };
        return Some(told(line, key, column));
    }
    None
}

/// The keys that may be missing between a field and the items that stand right below it.
pub(super) fn lists(table: &Fields, text: &str, spot: &Spot<'_>) -> Vec<Fix> {
    let (Some(Shape::Struct(name)), NodeValue::Seq(items)) = (spot.shape, &spot.node.value) else {
        return Vec::new();
    };
    let (Some(known), Some(key)) = (table.named(name), spot.key) else { return Vec::new() };
    let fits = |inner: &Shape| {
        let Shape::Struct(name) = inner else { return false };
        table.named(name).is_some_and(|known| {
            items.iter().all(|item| match &item.value {
                NodeValue::Map(entries) => {
                    entries.iter().all(|one| known.fields.contains_key(&*one.key))
                }
                _ => false,
            })
        })
    };
    let is_it = |shape: &Shape| matches!(shape, Shape::List(inner) if fits(inner));
    let start = spot.node.span.start;
    let from = column(text, start);
    let to = column(text, key.key_span.start) + 2;
    let is_flow = text.get(start as usize..).is_some_and(|rest| rest.starts_with('['));
    if is_flow || items.is_empty() || from < to {
        return Vec::new();
    }
    let line = start - u32::try_from(from).unwrap_or(0);
    let blanks = " ".repeat(to);
    let fields = known.fields.iter().filter(|(_, field)| is_it(&field.shape));
    fields.map(|(key, _)| added(key, line, &blanks)).collect()
}

/// The key that is missing in front of an item which another list of the same type would take, as
/// `volumes` is behind `containers`; with the path of that list.
pub(super) fn between(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    way: &[Level<'_>],
    before: Weight,
) -> Option<(String, Fix)> {
    let here = way.last()?;
    let (parent, list, items, index) = item(way)?;
    let items = items.get(index..).filter(|_| index > 0)?;
    let takes = |shape: &Shape| match shape {
        Shape::List(inner) => items.iter().all(|item| may_hold(reader.fields(), inner, item)),
        _ => false,
    };
    let is_it =
        |(key, field): &(&String, &Field)| parent.node.at(key).is_none() && takes(&field.shape);
    let mut fields = parent.known.fields.iter().filter(is_it);
    let (Some((key, _)), None) = (fields.next(), fields.next()) else { return None };
    let start = here.node.span.start;
    let line = start - u32::try_from(column(text, start)).ok()?;
    let is_own_line = text.get(line as usize..start as usize)?.trim() == "-";
    let blanks = " ".repeat(column(text, list.key_span.start));
    let fix = added(key, line, &blanks);
    let is_better = || reader.weigh(&fix.apply(text), customs) < before;
    (is_own_line && is_better()).then(|| (join(&parent.path, key), fix))
}

/// The key that is missing in the middle of words which stand twice, as `limits` is where its
/// amounts stand below those of `requests`.
pub(super) fn twice(table: &Fields, text: &str, root: &Node, key: Span) -> Option<Fix> {
    let known = table.named(table.name_of_object(root)?)?;
    let (known, node, at) = words_around(table, known, root, key)?;
    let NodeValue::Map(inner) = &at.value.value else { return None };
    let index = inner.iter().position(|one| one.key_span == key)?;
    let (first, second) = inner.split_at(index);
    let is_there = |one: &Entry| first.iter().any(|before| before.key == one.key);
    let shape = &known.fields.get(&*at.key)?.shape;
    let is_it = |(key, field): &(&String, &Field)| {
        field.shape == *shape && *key != "annotations" && node.at(key).is_none()
    };
    let mut fields = known.fields.iter().filter(is_it);
    let (Some((lost, _)), None) = (fields.next(), fields.next()) else { return None };
    let line = key.start - u32::try_from(column(text, key.start)).ok()?;
    let is_own_line = text.get(line as usize..key.start as usize)?.trim().is_empty();
    let blanks = " ".repeat(column(text, at.key_span.start));
    (is_own_line && second.iter().all(is_there)).then(|| added(lost, line, &blanks))
}

/// The field of a type that holds a person's own words, of which one stands at a place.
fn words_around<'a>(
    table: &'a Fields,
    known: &'a Type,
    node: &'a Node,
    key: Span,
) -> Option<(&'a Type, &'a Node, &'a Entry)> {
    let NodeValue::Map(entries) = &node.value else { return None };
    let entry = entries.iter().rfind(|one| holds(&one.value, key))?;
    let (mut shape, mut value) = (&known.fields.get(&*entry.key)?.shape, &entry.value);
    while let (Shape::List(inner), NodeValue::Seq(items)) = (shape, &value.value) {
        (shape, value) = (inner, items.iter().find(|item| holds(item, key))?);
    }
    match shape {
        Shape::Map(_) => Some((known, node, entry)),
        Shape::Struct(name) => words_around(table, table.named(name)?, value, key),
        _ => None,
    }
}

/// The fix that puts a key on a line of its own.
fn added(key: &str, line: u32, blanks: &str) -> Fix {
    Fix {
        title: format!("Add {key}: above it"),
        chinese: format!("在上面加上 {key}:"),
        edits: vec![Edit {
            span: Span { start: line, end: line },
            text: format!("{blanks}{key}:\n"),
        }],
    }
}

fn told(line: &Line<'_>, key: &str, column: usize) -> Diagnostic {
    let own = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let at = own(line.start);
    let from = own(line.start + line.indent);
    Diagnostic {
        code: "POD-Y002",
        severity: Severity::Error,
        message: format!(
            "`{}` stands below nothing that could hold it: the line with `{key}:` is missing above.",
            line.body
        ),
        chinese: format!("“{}”上面没有可以容纳它的键：缺少“{key}:”这一行。", line.body),
        primary: Span { start: from, end: from + own(line.body.len()) },
        others: Vec::new(),
        help: None,
        fix: Some(added(key, at, &" ".repeat(column))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    app: w\n  name: w\nspec:\n  \
                        serviceAccountName: x\n  initContainers:\n  - name: i\n    image: nginx\n  containers:\n  \
                        - name: c\n    image: nginx\n    resources:\n      requests:\n        cpu: 1\n    \
                        volumeMounts:\n    - mountPath: /v\n      name: v\n  volumes:\n  - name: v\n    \
                        emptyDir: {}\n";

    #[test]
    fn a_key_that_is_gone_comes_back() {
        assert_eq!(Reader::default().check(GOOD), []);
        for key in ["  labels:\n", "    volumeMounts:\n", "  initContainers:\n"] {
            let bad = GOOD.replacen(key, "", 1);
            assert_ne!(bad, GOOD, "{key}");
            let found = Reader::default().check(&bad);
            let fix =
                found[0].fix.as_ref().unwrap_or_else(|| panic!("{key}: {}", found[0].message));
            assert_eq!(fix.apply(&bad), GOOD, "{key}: {}", found[0].message);
        }
    }

    #[test]
    fn a_lost_list_comes_back_above_the_key_that_follows_it() {
        let good = GOOD.replacen("  initContainers:\n  - name: i\n    image: nginx\n", "", 1);
        let good = good.replacen("  serviceAccountName: x\n", "", 1);
        assert_eq!(Reader::default().check(&good), []);
        for deeper in [0, 4] {
            // In a template the list is as deep as its `spec`.
            let (head, spec) = good.split_once("spec:\n").expect("a spec");
            let blanks = " ".repeat(deeper);
            let spec: String = spec.lines().flat_map(|line| [&*blanks, line, "\n"]).collect();
            let good = if deeper == 0 {
                format!("{head}spec:\n{spec}")
            } else {
                let head = head.replace("v1\nkind: Pod", "batch/v1\nkind: Job");
                format!("{head}spec:\n  template:\n    spec:\n      restartPolicy: Never\n{spec}")
            };
            let good = good.replace("      restartPolicy: Never\n", "");
            let bad = good.replacen(&format!("{blanks}  containers:\n"), "", 1);
            assert_ne!(bad, good);
            let found = Reader::default().check(&bad);
            assert!(found[0].message.contains("`containers:` is missing"), "{}", found[0].message);
            let fix = found[0].fix.as_ref().expect("it can be mended");
            assert_eq!(fix.apply(&bad), good);
        }
    }

    #[test]
    fn the_key_between_a_field_and_items_comes_back() {
        let bad = GOOD.replacen("  initContainers:\n  - name: i\n    image: nginx\n", "", 1);
        let bad = bad.replacen("  serviceAccountName: x\n  containers:\n", "", 1);
        let bad = bad
            .split_once("  volumes:")
            .expect("it is there")
            .0
            .replace("    volumeMounts:\n    - mountPath: /v\n      name: v\n", "");
        let found = Reader::default().check(&bad);
        assert_eq!(found[0].message, "spec must be a mapping, but is a list.");
        let fix = found[0].fix.as_ref().expect("it can be mended");
        assert_eq!(fix.apply(&bad), bad.replace("spec:\n", "spec:\n  containers:\n"));
    }

    #[test]
    fn the_key_in_front_of_items_of_another_list_comes_back() {
        let bad = GOOD.replacen("  volumes:\n", "", 1);
        let found = Reader::default().check(&bad);
        let said = "spec.containers[1].emptyDir is not a field of Pod. It belongs in spec.volumes.";
        assert_eq!(found[0].message, said);
        let fix = found[0].fix.as_ref().expect("it can be mended");
        assert_eq!(fix.apply(&bad), GOOD);
    }

    #[test]
    fn limits_come_back_between_amounts_that_stand_twice() {
        let amounts = "        cpu: 1\n        memory: 1Gi\n";
        let both = format!("      requests:\n{amounts}      limits:\n{amounts}");
        let good = GOOD.replacen("      requests:\n        cpu: 1\n", &both, 1);
        assert_eq!(Reader::default().check(&good), []);
        let bad = good.replacen("      limits:\n", "", 1);
        let fix = Reader::default().check(&bad)[0].fix.clone().expect("it can be mended");
        assert_eq!(fix.apply(&bad), good);
        // Of one that stands twice the first is as likely to be too many.
        let once = GOOD.replacen("cpu: 1\n", "cpu: 1\n        cpu: 2\n", 1);
        let fix = Reader::default().check(&once)[0].fix.clone().expect("it can be mended");
        assert_eq!(fix.title, "Take the first away, which does not count");
    }

    #[test]
    fn of_two_that_would_do_none_is_taken() {
        let bad = GOOD.replacen("      requests:\n", "", 1);
        assert!(found(&Reader::default(), &bad, &Customs::default()).is_none());
        assert!(
            Reader::default()
                .check(&bad)
                .iter()
                .all(|one| { one.fix.as_ref().is_none_or(|fix| !fix.title.contains("limits")) })
        );
    }
}
