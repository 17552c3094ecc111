//! Fields that stand one level too high or too low: where they belong, and the move there.
//!
//! Must not know the rules of single kinds. Invariant: a move is offered only if the text can be
//! read afterwards and has fewer fields at wrong places.

use crate::api::fields::{Field, Fields, Shape, Type, UNKNOWN_FIELD};
use crate::base::Order as _;
use crate::kubectl::reader::Customs;
use crate::kubectl::slips::deeper;
use crate::kubectl::weight::Weight;
use crate::kubectl::{Reader, home, lists, lostkey, podfields, sources, wrapping};
use crate::text::{Diagnostic, Edit, Entry, Fix, Node, NodeValue, Span, parse_document};

/// Documents longer than this are not tried again and again.
const LENGTH_MAX: usize = 40_000;
/// How many fields of a document are tried.
const FIELDS_MAX: usize = 6;
/// How many bytes of a document count for how many fields are tried.
const READ_MAX: usize = 40_000;

/// A mapping on the way from the root to a field.
pub(super) struct Level<'a> {
    pub(super) known: &'a Type,
    pub(super) node: &'a Node,
    pub(super) path: String,
    /// The entry that the way goes on with.
    pub(super) at: usize,
}

/// A place where fields can be moved to.
struct Target<'a> {
    column: usize,
    path: String,
    /// The type there; none where any key may stand.
    known: Option<&'a Type>,
    taken: Vec<&'a str>,
}

impl Target<'_> {
    fn takes(&self, entry: &Entry) -> bool {
        let is_fit = match self.known {
            Some(known) => {
                known.fields.get(&*entry.key).is_some_and(|field| fits(&field.shape, &entry.value))
            }
            // Where any key may stand, words stand behind it.
            None => !matches!(
                entry.value.value,
                NodeValue::Map(_) | NodeValue::Seq(_) | NodeValue::Null
            ),
        };
        is_fit && !self.taken.contains(&&*entry.key)
    }
}

/// Whether a value has the form that is wanted.
pub(super) fn fits(shape: &Shape, node: &Node) -> bool {
    match (shape, &node.value) {
        (Shape::Any, _) | (_, NodeValue::Null) => true,
        (Shape::List(_), value) => matches!(value, NodeValue::Seq(_)),
        (Shape::Map(_) | Shape::Struct(_), value) => matches!(value, NodeValue::Map(_)),
        (_, value) => !matches!(value, NodeValue::Map(_) | NodeValue::Seq(_)),
    }
}

/// Tells of the fields of a document that no kind has where they belong, and mends them where a
/// move does.
pub(super) fn mend(reader: &Reader, text: &str, customs: &Customs, found: &mut [Diagnostic]) {
    if text.len() > LENGTH_MAX {
        return;
    }
    let span = Span { start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) };
    let Some(root) = parse_document(text, span).0.root else { return };
    let roots = lists::objects(root);
    let before = reader.weigh(text, customs);
    let unknown = found.iter_mut().filter(|one| one.code == UNKNOWN_FIELD);
    let most = (READ_MAX / text.len().max(1)).clamp(1, FIELDS_MAX);
    for one in unknown.take(most) {
        let found = roots.iter().find_map(|root| {
            let (way, kind) = way(reader.fields(), root, one.primary)?;
            Some((root, way, kind))
        });
        let Some((root, way, kind)) = found else { continue };
        if sources::mended(reader, (text, customs), &way, before, one) {
            continue;
        }
        let moved_item = item_moved(reader, (text, customs), &way, before);
        let between = || lostkey::between(reader, (text, customs), &way, before);
        if let Some((path, fix)) = moved_item.or_else(between) {
            tell(one, &path);
            one.fix = Some(fix);
        } else if let Some((path, fix)) =
            moved(reader, (text, customs), &way, before, one.fix.is_some())
        {
            tell(one, &path);
            one.fix = Some(fix);
            continue;
        }
        // A word that is near stays, unless a move leaves still less.
        let named = one.fix.as_ref().map(|fix| reader.weigh(&fix.apply(text), customs));
        let least = named.map_or(before, |named| named.min(before));
        match elsewhere(reader, (text, customs), (root, &roots), (&way, kind), least) {
            Some((path, fix)) if fix.is_some() || named.is_none() => {
                tell(one, &path);
                one.fix = fix;
            }
            None if named.is_none() => {
                wrapping::other_kind(reader, (text, customs), (root, &way), one);
            }
            _ => {}
        }
    }
}

/// Where a field belongs that no shift of its lines brings there, and the way there if there is
/// one.
fn elsewhere(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    (root, roots): (&Node, &[Node]),
    (way, kind): (&[Level<'_>], &str),
    before: Weight,
) -> Option<(String, Option<Fix>)> {
    let text = (text, customs);
    let level = |kind| {
        let found = level(reader, text, way, kind, before);
        found.map(|(path, fix)| (path, Some(fix)))
    };
    if let Some(found) = level(None).or_else(|| labels(reader, text, way)) {
        return Some(found);
    }
    if let Some(found) = wrapping::template(reader, text, (root, way), before) {
        return Some(found);
    }
    if let Some(found) = podfields::into_container(reader, text, (root, way), before) {
        return Some(found);
    }
    let home = home::of(reader.fields(), kind, way);
    let sent = |path: &String| home::sent(reader, text, (root, way), path, before);
    if let Some(path) = &home
        && home::is_there(roots, path, way)
    {
        return Some((path.clone(), sent(path)));
    }
    level(Some(kind)).or_else(|| {
        let path = home?;
        let fix = sent(&path)?;
        Some((path, Some(fix)))
    })
}

/// Types of which one part at most is given, and parts of them that may stand beside it.
const ONE_OF: [&str; 5] =
    ["Volume", "PersistentVolumeSpec", "EnvVarSource", "LifecycleHandler", "Probe"];
const BESIDE: [&str; 2] = ["claimRef", "nodeAffinity"];

/// Whether another part would be one too many in a mapping.
pub(super) fn is_full(table: &Fields, level: &Level<'_>) -> bool {
    let NodeValue::Map(entries) = &level.node.value else { return false };
    let is_part = |entry: &Entry| {
        let field = level.known.fields.get(&*entry.key);
        field.is_some_and(|field| matches!(field.shape, Shape::Struct(_)))
            && !BESIDE.contains(&&*entry.key)
    };
    let is_one_of = ONE_OF
        .iter()
        .any(|name| table.named(name).is_some_and(|one| std::ptr::eq(one, level.known)));
    is_one_of && entries.iter().any(is_part)
}

/// A level around a field, the keys that are missing below it, and the type that they lead to.
struct Missing<'a> {
    at: usize,
    keys: Vec<String>,
    known: &'a Type,
}

/// The levels around a field at which keys are missing, one below the other, that would take it.
fn missing<'a>(
    table: &'a Fields,
    way: &[Level<'a>],
    entry: &Entry,
    depth: usize,
) -> Vec<Missing<'a>> {
    let mut found = Vec::new();
    let takes = |known: &Type| {
        known.fields.get(&*entry.key).is_some_and(|one| fits(&one.shape, &entry.value))
    };
    for (at, level) in way.iter().enumerate().filter(|(_, level)| !is_full(table, level)) {
        let mut open: Vec<(Vec<String>, &'a Type)> = vec![(Vec::new(), level.known)];
        for _ in 0..depth {
            let mut next = Vec::new();
            for (keys, known) in &open {
                for (key, field) in known.fields.iter().filter(|(key, _)| *key != "status") {
                    let Shape::Struct(name) = &field.shape else { continue };
                    let Some(known) = table.named(name) else { continue };
                    if keys.is_empty() && level.node.at(key).is_some() {
                        continue;
                    }
                    next.push((keys.iter().cloned().chain([key.clone()]).collect(), known));
                }
            }
            open = next;
        }
        let fitting = open.into_iter().filter(|(_, known)| takes(known));
        found.extend(fitting.map(|(keys, known)| Missing { at, keys, known }));
    }
    found
}

/// The lines with the keys of levels that are not there yet, above the fields that belong in them;
/// without a kind only one, right around them.
fn level(
    reader: &Reader,
    text: (&str, &Customs),
    way: &[Level<'_>],
    kind: Option<&str>,
    before: Weight,
) -> Option<(String, Fix)> {
    let (here, innermost) = (way.last()?, way.len() - 1);
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let entry = entries.get(here.at)?;
    let path_of = |one: &Missing<'_>| {
        one.keys.iter().fold(way[one.at].path.clone(), |path, key| join(&path, key))
    };
    let mut all = missing(reader.fields(), way, entry, 1);
    all.retain(|one| kind.is_some() || one.at == innermost);
    let one = match &all[..] {
        [one] => one,
        // Of several the one that no other place of the kind competes with.
        several => {
            let home = home::of(reader.fields(), kind?, way)?;
            let one = several.iter().find(|one| path_of(one) == home);
            if one.is_none() {
                all = missing(reader.fields(), way, entry, 2);
            }
            all.iter().find(|one| path_of(one) == home)?
        }
    };
    levels(reader, text, way, one, before).map(|fix| (path_of(one), fix))
}

/// Words of a person's own in metadata, of which the line with `labels` is missing; only if all is
/// well with it.
fn labels(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    way: &[Level<'_>],
) -> Option<(String, Option<Fix>)> {
    let here = way.last()?;
    let field = here.known.fields.get(LABELS).filter(|_| here.node.at(LABELS).is_none())?;
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let goes =
        |one: &&Entry| !here.known.fields.contains_key(&*one.key) && one.value.as_str().is_some();
    let run: Vec<&Entry> = entries[here.at..].iter().take_while(goes).collect();
    if run.is_empty() || !matches!(field.shape, Shape::Map(_)) {
        return None;
    }
    // Where they stand as far in as they would below it only the line is gone.
    let from = column(text, run.first()?.key_span.start);
    let around = way.len().checked_sub(2).and_then(|at| match &way[at].node.value {
        NodeValue::Map(entries) => Some(column(text, entries.get(way[at].at)?.key_span.start)),
        _ => None,
    });
    let is_deep = run.len() == entries.len() && around.is_some_and(|around| from >= around + 4);
    let line = run.first()?.key_span.start - u32::try_from(from).ok()?;
    let edits = if is_deep {
        let words = format!("{}{LABELS}:\n", " ".repeat(from - 2));
        vec![Edit { span: Span { start: line, end: line }, text: words }]
    } else {
        deeper(text, here.node, &run, LABELS)?
    };
    let fix = Fix {
        title: format!("Add {LABELS}: above it"),
        chinese: format!("在上面加上 {LABELS}:"),
        edits,
    };
    let is_well = reader.weigh(&fix.apply(text), customs).is_well();
    is_well.then(|| (join(&here.path, LABELS), Some(fix)))
}

const LABELS: &str = "labels";

fn levels(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    way: &[Level<'_>],
    Missing { at, keys, known }: &Missing<'_>,
    before: Weight,
) -> Option<Fix> {
    let here = way.last()?;
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let NodeValue::Map(fields) = &way[*at].node.value else { return None };
    let run: Vec<&Entry> = entries[here.at..]
        .iter()
        .take_while(|one| {
            known.fields.contains_key(&*one.key) && !here.known.fields.contains_key(&*one.key)
        })
        .collect();
    let (first, last) = (run.first()?, run.last()?);
    let from = column(text, first.key_span.start);
    let to = column(text, fields.first()?.key_span.start);
    let line = first.key_span.start - u32::try_from(from).ok()?;
    let lines = keys.iter().enumerate();
    let lines = lines.map(|(depth, key)| format!("{}{key}:\n", " ".repeat(to + 2 * depth)));
    let head = Edit { span: Span { start: line, end: line }, text: lines.collect() };
    let is_alone = text.get(line as usize..first.key_span.start as usize)?.trim().is_empty();
    let mut edits = Vec::new();
    if !is_alone {
        // Behind the dash of an item, or in braces.
        let [key] = &keys[..] else { return None };
        edits = deeper(text, here.node, &run, key).filter(|_| *at == way.len() - 1)?;
    } else if from <= to + 2 * (keys.len() - 1) {
        let end = last.value.span.end.max(last.key_span.end) as usize;
        edits = shifted_lines(text, (line as usize, end), from, to + 2 * keys.len())?;
        let moved = edits.first_mut().filter(|edit| edit.span.start == line)?;
        moved.text.insert_str(0, &head.text);
    } else {
        edits.push(head);
    }
    let key = keys.join(".");
    let fix =
        Fix {
            title: format!("Add {key}: above it"), chinese: format!("在上面加上 {key}:"), edits
        };
    (reader.weigh(&fix.apply(text), customs) < before).then_some(fix)
}

pub(super) fn tell(one: &mut Diagnostic, path: &str) {
    let cut = |text: &str, end: char| text.split_inclusive(end).next().unwrap_or(text).to_owned();
    let chinese = cut(&one.chinese, '。');
    // The path has points in it, the sentence ends with the first that a blank follows.
    let english = one.message.split(". ").next().unwrap_or_default().trim_end_matches('.');
    (one.message, one.chinese) = if path.is_empty() {
        (format!("{english}. It belongs at the top level."), format!("{chinese}它应位于最外层。"))
    } else {
        (format!("{english}. It belongs in {path}."), format!("{chinese}它应位于 {path} 中。"))
    };
}

/// The mappings from a root to the field whose key stands at a place, and the name of the root's
/// type.
pub(super) fn way<'a>(
    table: &'a Fields,
    root: &'a Node,
    key: Span,
) -> Option<(Vec<Level<'a>>, &'a str)> {
    let kind = table.name_of_object(root)?;
    let mut way = Vec::new();
    go(table, table.named(kind)?, root, key, "", &mut way).then_some((way, kind))
}

fn go<'a>(
    table: &'a Fields,
    known: &'a Type,
    node: &'a Node,
    key: Span,
    path: &str,
    way: &mut Vec<Level<'a>>,
) -> bool {
    let NodeValue::Map(entries) = &node.value else { return false };
    let is_here = |one: &Entry| one.key_span == key || holds(&one.value, key);
    let Some(at) = entries.iter().position(is_here) else { return false };
    let entry = &entries[at];
    way.push(Level { known, node, path: path.to_owned(), at });
    if entry.key_span == key {
        return !known.fields.contains_key(&*entry.key);
    }
    let Some(field) = known.fields.get(&*entry.key) else { return false };
    let (mut shape, mut node, mut path) = (&field.shape, &entry.value, join(path, &entry.key));
    while let (Shape::List(inner), NodeValue::Seq(items)) = (shape, &node.value) {
        let Some(index) = items.iter().position(|item| holds(item, key)) else { return false };
        (shape, node, path) = (inner, &items[index], format!("{path}[{index}]"));
    }
    let Shape::Struct(name) = shape else { return false };
    table.named(name).is_some_and(|known| go(table, known, node, key, &path, way))
}

pub(super) fn holds(node: &Node, span: Span) -> bool {
    node.span.start <= span.start && span.end <= node.span.end
}

pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The column of a byte in its line.
pub(super) fn column(text: &str, at: u32) -> usize {
    let at = at as usize;
    at - text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Where the mapping that a field belongs to may be: what ends just above it, and what is around.
fn targets<'a>(table: &'a Fields, text: &str, way: &[Level<'a>]) -> Vec<Target<'a>> {
    let mut targets = Vec::new();
    let Some((here, around)) = way.split_last() else { return targets };
    let NodeValue::Map(entries) = &here.node.value else { return targets };
    for level in around {
        targets.extend(target_in(text, level.node, Some(level.known), &level.path));
    }
    let before = entries[..here.at].iter().rev();
    let mut before = before.skip_while(|one| !here.known.fields.contains_key(&*one.key));
    if let Some(entry) = before.next()
        && let Some(field) = here.known.fields.get(&*entry.key)
    {
        let deeper = column(text, entry.key_span.start) + 2;
        let path = join(&here.path, &entry.key);
        tails(table, text, &field.shape, &entry.value, (deeper, path), &mut targets);
    }
    targets
}

/// The mappings that end where a value ends, from the outermost to the innermost.
fn tails<'a>(
    table: &'a Fields,
    text: &str,
    shape: &'a Shape,
    node: &'a Node,
    (deeper, path): (usize, String),
    targets: &mut Vec<Target<'a>>,
) {
    let known = match shape {
        Shape::List(inner) => {
            if let NodeValue::Seq(items) = &node.value
                && let Some(last) = items.last()
            {
                let path = format!("{path}[{}]", items.len() - 1);
                tails(table, text, inner, last, (deeper, path), targets);
            }
            return;
        }
        Shape::Struct(name) => table.named(name),
        Shape::Map(_) => None,
        _ => return,
    };
    match &node.value {
        NodeValue::Null => targets.push(Target { column: deeper, path, known, taken: Vec::new() }),
        NodeValue::Map(entries) => {
            targets.extend(target_in(text, node, known, &path));
            let last = entries.last().and_then(|last| Some((last, known?.fields.get(&*last.key)?)));
            if let Some((last, Field { shape, .. })) = last {
                let deeper = column(text, last.key_span.start) + 2;
                let path = join(&path, &last.key);
                tails(table, text, shape, &last.value, (deeper, path), targets);
            }
        }
        _ => {}
    }
}

/// The place of the entries of a mapping that stand on lines of their own.
fn target_in<'a>(
    text: &str,
    node: &'a Node,
    known: Option<&'a Type>,
    path: &str,
) -> Option<Target<'a>> {
    let NodeValue::Map(entries) = &node.value else { return None };
    let first = entries.first()?;
    if text.get(node.span.start as usize..)?.starts_with('{') {
        return None;
    }
    let taken = entries.iter().map(|entry| &*entry.key).collect();
    Some(Target { column: column(text, first.key_span.start), path: path.to_owned(), known, taken })
}

/// The best move of a field, and of those beside it that belong to the same place; moves into
/// mappings that take any key only if no other word is near.
fn moved(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    way: &[Level<'_>],
    before: Weight,
    has_fix: bool,
) -> Option<(String, Fix)> {
    let here = way.last()?;
    let NodeValue::Map(entries) = &here.node.value else { return None };
    let from = column(text, entries[here.at].key_span.start);
    let mut targets = targets(reader.fields(), text, way);
    targets.retain(|one| one.column != from && one.takes(&entries[here.at]));
    targets.retain(|one| one.known.is_some() || !has_fix);
    targets.order_by_key(|one| (one.known.is_none(), one.column.abs_diff(from)));
    let mut best: Option<(Weight, String, Fix)> = None;
    for target in targets {
        let goes = |one: &Entry| !here.known.fields.contains_key(&*one.key) && target.takes(one);
        let first = here.at - entries[..here.at].iter().rev().take_while(|one| goes(one)).count();
        let count = entries[first..].iter().take_while(|one| goes(one)).count();
        // What follows to the right of lines that go left would be part of them.
        let is_own = |one: &Entry| here.known.fields.contains_key(&*one.key);
        if target.column < from && entries[first + count..].iter().any(is_own) {
            continue;
        }
        let whole = shifted(text, &entries[first..first + count], from, target.column);
        let alone = || slipped(text, &entries[here.at], from, target.column);
        let last = target.path.rsplit('.').next().unwrap_or_default();
        let (title, chinese) = if last.is_empty() {
            ("Move it to the top level".to_owned(), "移到最外层".to_owned())
        } else {
            (format!("Move it into {last}"), format!("移入 {last}"))
        };
        for edits in whole.into_iter().chain(alone()) {
            let (title, chinese) = (title.clone(), chinese.clone());
            let fix = Fix { title, chinese, edits };
            let after = reader.weigh(&fix.apply(text), customs);
            if after < before && best.as_ref().is_none_or(|(least, ..)| after < *least) {
                best = Some((after, target.path.clone(), fix));
            }
        }
    }
    best.map(|(_, path, fix)| (path, fix))
}

/// The item that a field stands in: the mapping around its list, the list's entry and items, and
/// which of them it is.
pub(super) fn item<'a>(
    way: &'a [Level<'a>],
) -> Option<(&'a Level<'a>, &'a Entry, &'a [Node], usize)> {
    let [.., parent, here] = way else { return None };
    let NodeValue::Map(entries) = &parent.node.value else { return None };
    let list = entries.get(parent.at)?;
    let NodeValue::Seq(items) = &list.value.value else { return None };
    let index = items.iter().position(|item| std::ptr::eq(item, here.node))?;
    Some((parent, list, items, index))
}

/// The move of an item, with those like it below, into the list that the item before it ends with.
fn item_moved(
    reader: &Reader,
    (text, customs): (&str, &Customs),
    way: &[Level<'_>],
    before: Weight,
) -> Option<(String, Fix)> {
    let here = way.last()?;
    let (parent, list, items, index) = item(way)?;
    let previous = items.get(index.checked_sub(1)?)?;
    let NodeValue::Map(fields) = &previous.value else { return None };
    let last = fields.last()?;
    let Shape::List(inner) = &here.known.fields.get(&*last.key)?.shape else { return None };
    let Shape::Struct(name) = &**inner else { return None };
    let known = reader.fields().named(name)?;
    let key_column = column(text, last.key_span.start);
    let to = match &last.value.value {
        NodeValue::Null => key_column,
        NodeValue::Seq(inner) => column(text, inner.first()?.span.start).checked_sub(2)?,
        _ => return None,
    };
    // The last that goes may end before its item does: what follows is of the item before it.
    let mut end = None;
    for item in &items[index..] {
        let NodeValue::Map(entries) = &item.value else { break };
        let goes = |one: &&Entry| known.fields.contains_key(&*one.key);
        let count = entries.iter().take_while(goes).count();
        let Some(last) = count.checked_sub(1).map(|last| &entries[last]) else { break };
        end = Some(last.value.span.end.max(last.key_span.end));
        if count < entries.len() {
            break;
        }
    }
    let end = end?;
    let from = column(text, here.node.span.start).checked_sub(2)?;
    let start = here.node.span.start as usize - from - 2;
    let edits = shifted_lines(text, (start, end as usize), from, to)?;
    let (title, chinese) = (format!("Move it into {}", last.key), format!("移入 {}", last.key));
    let fix = Fix { title, chinese, edits };
    let path = format!("{}[{}].{}", join(&parent.path, &list.key), index - 1, last.key);
    (reader.weigh(&fix.apply(text), customs) < before).then_some((path, fix))
}

/// The edits that shift entries, which stand on lines of their own, to another column.
fn shifted(text: &str, entries: &[Entry], from: usize, to: usize) -> Option<Vec<Edit>> {
    let start = entries.first()?.key_span.start as usize - from;
    let last = entries.last()?;
    let end = last.value.span.end.max(last.key_span.end) as usize;
    shifted_lines(text, (start, end), from, to)
}

/// The edits that shift the first lines of an entry to the right, up to where its lines stand
/// there already: those are neighbours that the slip has swallowed.
fn slipped(text: &str, entry: &Entry, from: usize, to: usize) -> Option<Vec<Edit>> {
    let start = entry.key_span.start as usize - from;
    let whole = text.get(start..entry.value.span.end as usize)?;
    let mut end = start;
    for line in whole.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if indent >= to {
            return (end > start).then(|| shifted_lines(text, (start, end), from, to))?;
        }
        end += line.len();
    }
    None
}

/// The edits that shift lines to another column.
pub(super) fn shifted_lines(
    text: &str,
    (start, end): (usize, usize),
    from: usize,
    to: usize,
) -> Option<Vec<Edit>> {
    let end = text.get(..end)?.trim_end().len();
    let block = text.get(start..end)?;
    let mut edits = Vec::new();
    let mut at = start;
    for line in block.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let is_blank = line.trim().is_empty();
        if !is_blank && indent < from && !line.trim_start().starts_with('#') {
            return None;
        }
        if !is_blank && indent >= from {
            let place = u32::try_from(at).ok()?;
            let gone = u32::try_from(from.saturating_sub(to)).ok()?;
            let span = Span { start: place, end: place + gone };
            edits.push(Edit { span, text: " ".repeat(to.saturating_sub(from)) });
        }
        at += line.len();
    }
    Some(edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::reader::first_mended as mended;

    const GOOD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: w\n  labels:\n    \
                        app: w\nspec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: w\n  \
                        template:\n    metadata:\n      labels:\n        app: w\n    spec:\n      \
                        containers:\n      - name: c\n        image: nginx\n        ports:\n        \
                        - containerPort: 80\n      volumes: []\n";

    #[test]
    fn blocks_that_slipped_go_back_to_where_they_belong() {
        assert!(Reader::default().check(GOOD).is_empty());
        for (good, bad, home) in [
            // Too far left: beside the list, beside the mapping, beside its own key.
            (
                "        image: nginx\n        ports:\n        - containerPort: 80\n",
                "      image: nginx\n      ports:\n      - containerPort: 80\n",
                "spec.template.spec.containers[0]",
            ),
            ("  name: w\n  labels:\n    app: w\n", "name: w\nlabels:\n  app: w\n", "metadata"),
            ("      volumes: []\n", "    volumes: []\n", "spec.template.spec"),
            ("  labels:\n    app: w\nspec", "  labels:\n  app: w\nspec", "metadata.labels"),
            // Too far right: inside the mapping before it.
            ("      volumes: []\n", "        volumes: []\n", "spec.template.spec"),
        ] {
            let text = GOOD.replace(good, bad);
            assert_ne!(text, GOOD, "{bad}");
            let (message, after) = mended(&text);
            assert_eq!(after, GOOD, "{bad}: {message}");
            assert!(message.ends_with(&format!("It belongs in {home}.")), "{message}");
        }
    }

    #[test]
    fn what_slipped_out_of_an_empty_mapping_goes_back_as_a_whole() {
        let wanted = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - \
                      name: c\n    image: nginx\n";
        let (message, after) = mended(&wanted.replace("  name: p", "name: p"));
        assert_eq!(after, wanted);
        assert_eq!(message, "name is not a field of Pod. It belongs in metadata.");
        let slipped = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\nrestartPolicy: \
                       Never\n# the one\ncontainers:\n- name: c\n  image: nginx\n";
        let (_, after) = mended(slipped);
        assert!(Reader::default().check(&after).is_empty(), "{after}");
        assert!(
            after.contains("spec:\n  restartPolicy: Never\n  # the one\n  containers:\n  - name")
        );
    }

    #[test]
    fn a_document_inside_another_ones_metadata_comes_out() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  spec:\n    containers:\n    - \
                    name: c\n      image: nginx\n";
        let (message, after) = mended(text);
        assert!(Reader::default().check(&after).is_empty(), "{after}");
        assert_eq!(message, "metadata.spec is not a field of Pod. It belongs at the top level.");
    }

    #[test]
    fn a_slip_of_the_pen_stays_a_slip_of_the_pen() {
        let (message, after) = mended(&GOOD.replace("image:", "imge:"));
        assert!(message.ends_with("Did you mean image?"), "{message}");
        assert_eq!(after, GOOD);
    }

    #[test]
    fn a_field_far_from_its_home_is_sent_there() {
        let text = GOOD.replace("kind: Deployment\n", "kind: Deployment\nminReadySeconds: 5\n");
        let found = Reader::default().check(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].message,
            "minReadySeconds is not a field of Deployment. It belongs in spec."
        );
        assert_eq!(found[0].chinese, "minReadySeconds 不是 Deployment 的字段。它应位于 spec 中。");
        let (_, after) = mended(&text);
        assert_eq!(after, GOOD.replace("spec:\n  rep", "spec:\n  minReadySeconds: 5\n  rep"));
    }

    #[test]
    fn a_level_that_was_forgotten_is_put_in() {
        for level in ["spec:\n", "  template:\n", "    spec:\n"] {
            let bad = GOOD.replacen(level, "", 1);
            assert_ne!(bad, GOOD, "{level}");
            let (message, after) = mended(&bad);
            assert_eq!(after, GOOD, "{level}: {message}");
        }
        let claim = "  volumeClaimTemplates:\n  - metadata:\n      name: data\n    spec:\n      \
                     accessModes: [ReadWriteOnce]\n      resources: {requests: {storage: 1Gi}}\n";
        let set = GOOD.replace("kind: Deployment", "kind: StatefulSet");
        let set = set.replace("  template:\n", &format!("{claim}  template:\n"));
        let flat = set.replace("  - metadata:\n      name: data", "  - name: data");
        let (message, after) = mended(&flat);
        assert_eq!(after, set, "{message}");
        let bare = "apiVersion: v1\nkind: Namespace\nname: team\n";
        let (message, after) = mended(bare);
        assert_eq!(message, "name is not a field of Namespace. It belongs in metadata.");
        assert_eq!(after, "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team\n");
    }

    #[test]
    fn neighbours_that_a_slip_has_swallowed_stay() {
        let good = GOOD.replace("      volumes: []\n", "        tty: true\n      volumes: []\n");
        let bad = good.replace(
            "        ports:\n        - containerPort: 80\n",
            "      ports:\n      - containerPort: 80\n",
        );
        assert_eq!(mended(&bad).1, good);
    }

    #[test]
    fn an_item_goes_back_into_the_list_that_the_one_before_it_ends_with() {
        for (end, rest) in [
            ("        env:\n", ""),
            ("        env:\n", "        tty: true\n"),
            ("        env:\n        - name: A\n          value: b\n", ""),
        ] {
            let good = GOOD.replace(
                "      volumes: []\n",
                &format!("{end}        - name: B\n          value: c\n{rest}"),
            );
            assert!(Reader::default().check(&good).is_empty(), "{good}");
            let slipped = "      - name: B\n        value: c\n";
            let bad = good.replace("        - name: B\n          value: c\n", slipped);
            let (message, after) = mended(&bad);
            assert_eq!(after, good, "{message}");
            assert!(message.ends_with("It belongs in spec.template.spec.containers[0].env."));
        }
    }

    #[test]
    fn no_field_belongs_where_it_does_not_fit_or_stands_already() {
        let volume = "      volumes:\n      - name: v\n        persistentVolumeClaim: {nme: x}\n";
        for (good, bad) in [
            ("      volumes: []\n", volume.replace("nme", "name")),
            (
                "      volumes: []\n",
                "      - name: d\n        image: x\n        effect: y\n".to_owned(),
            ),
        ] {
            let found = Reader::default().check(&GOOD.replace(good, &bad));
            assert!(!found[0].message.contains("It belongs"), "{}", found[0].message);
        }
        let deep = GOOD.replace("    spec:\n      containers:", "      spec:\n      containers:");
        let found = Reader::default().check(&deep);
        assert!(
            found
                .iter()
                .all(|one| !one.message.contains("belongs in spec.template.metadata.labels"))
        );
    }

    #[test]
    fn a_key_without_a_value_is_no_label() {
        let text =
            GOOD.replace("spec:\n  rep", "    min:\nspec:\n  rep").replace("    min", "  min");
        let found = Reader::default().check(&text);
        assert!(found[0].fix.is_none(), "{:?}", found[0]);
    }

    #[test]
    fn items_of_lists_are_mended_where_they_stand() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n  \
                    name: p\n  spec:\n    containers:\n    - name: c\n      image: nginx\n";
        let (_, after) = mended(text);
        assert_eq!(after, text.replace("\n  name: p", "\n    name: p"));
        assert!(Reader::default().check(&after).is_empty());
    }
}
