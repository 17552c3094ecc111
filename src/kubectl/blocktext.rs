//! Blocks of text among fields: the `|` that is gone behind a key or a dash whose text stands below
//! it, and fields that are no part of the text above them.
//!
//! Must not know single kinds. Invariant: a mark is proposed only where the table of fields wants a
//! text, and where nothing is wrong with the document then.

use crate::api::fields::{Fields, Shape, Type};
use crate::kubectl::Reader;
use crate::kubectl::misplaced::column;
use crate::kubectl::reader::Customs;
use crate::kubectl::spot::find;
use crate::text::lines::{Line, blocks, lines};
use crate::text::{Diagnostic, Edit, Fix, Node, NodeValue, Severity, Span, complaint, read_bare};

/// Documents longer than this are left to their writers.
const LENGTH_MAX: usize = 20_000;
/// The code of a wrong indentation.
const INDENTATION: &str = "POD-Y002";
/// How many lines above the place where the reading stopped are tried.
const TRIES_MAX: usize = 6;
/// From how many letters on a word may be a field that is not finished.
const TYPED_MIN: usize = 3;
/// From how many lines on a value is rather a text than a word that slipped off its line.
const LINES_MIN: usize = 2;

/// The lines that hold what stands at a place, and nothing on their own line; innermost first.
fn openers(lines: &[Line<'_>], at: usize) -> Vec<usize> {
    let Some(stop) = lines.partition_point(|line| line.start <= at).checked_sub(1) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    // The reading may stop only behind the text.
    for from in [Some(stop), stop.checked_sub(1)].into_iter().flatten() {
        let mut least = lines[from].indent;
        for index in (0..from).rev() {
            let line = &lines[index];
            if line.indent < least {
                least = line.indent;
                let below = lines[index + 1..].iter().take_while(|one| one.indent > line.indent);
                let opens = line.body.ends_with(':') || line.body == "-";
                if opens && below.count() >= LINES_MIN && !found.contains(&index) {
                    found.push(index);
                }
            }
        }
    }
    found.truncate(TRIES_MAX);
    found
}

/// The first value that begins behind a byte, if it is a text.
fn text_behind(node: &Node, at: u32) -> Option<Span> {
    match &node.value {
        NodeValue::Str(_) => (node.span.start >= at).then_some(node.span),
        NodeValue::Seq(items) => items.iter().find_map(|one| text_behind(one, at)),
        NodeValue::Map(entries) => entries.iter().find_map(|one| text_behind(&one.value, at)),
        _ => None,
    }
}

/// Whether a text is wanted where the first behind a byte stands.
fn is_wanted(table: &'static Fields, root: &Node, at: u32) -> bool {
    let wanted = text_behind(root, at).and_then(|span| find(table, root, span)?.shape);
    wanted.is_some_and(|shape| matches!(shape, Shape::Text))
}

/// The key or the dash behind which the mark of a text is gone, if that is all that is wrong.
pub(super) fn lost_mark(reader: &Reader, text: &str, customs: &Customs) -> Option<Diagnostic> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    let (at, _) = complaint(text)?;
    let lines = lines(text);
    openers(&lines, at).into_iter().find_map(|index| {
        let line = &lines[index];
        let end = line.start + line.indent + line.body.len();
        let mut whole = text.to_owned();
        whole.insert_str(end, " |");
        let own = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span { start: 0, end: own(whole.len()) };
        let root = read_bare(&whole, span).0.root?;
        let is_good =
            is_wanted(reader.fields(), &root, own(end)) && reader.weigh(&whole, customs).is_well();
        is_good.then(|| told(line, own(end)))
    })
}

fn told(line: &Line<'_>, end: u32) -> Diagnostic {
    let key = line.body.trim_start_matches("- ").trim_end_matches(':');
    let start = end - u32::try_from(line.body.len()).unwrap_or(0);
    Diagnostic {
        code: "POD-Y001",
        severity: Severity::Error,
        message: format!("`{key}` needs a `|` behind it: what follows is text."),
        chinese: format!("“{key}”后面需要“|”：下面的内容是文本。"),
        primary: Span { start, end },
        others: Vec::new(),
        help: None,
        fix: Some(Fix {
            title: "Make it a block of text".to_owned(),
            chinese: "改为文本块".to_owned(),
            edits: vec![Edit { span: Span { start: end, end }, text: " |".to_owned() }],
        }),
    }
}

/// Whether a fix would make text of a field, which stands at the column of the others of its type.
pub(super) fn swallows(table: &'static Fields, text: &str, way: &Diagnostic) -> bool {
    let Some(fix) = way.fix.as_ref().filter(|_| way.code == INDENTATION) else { return false };
    let is_blank = |text: &str| text.chars().all(|letter| letter == ' ');
    let is_indented = |edit: &Edit| !edit.text.is_empty() && is_blank(&edit.text);
    if !fix.edits.iter().any(is_indented) {
        return false;
    }
    let fixed = fix.apply(text);
    // A line keeps its number, for nothing but blanks goes or comes.
    let (before, after) = (blocks(text), blocks(&fixed));
    let becomes_text = |at: u32| {
        let number = text.get(..at as usize).map_or(0, |above| above.matches('\n').count());
        after.get(number) == Some(&true) && before.get(number) == Some(&false)
    };
    let span = Span { start: 0, end: u32::try_from(fixed.len()).unwrap_or(u32::MAX) };
    let Some(root) = read_bare(&fixed, span).0.root else { return false };
    let known = root.at("kind").and_then(Node::as_str).and_then(|kind| table.named(kind));
    let Some(known) = known else { return false };
    let mut moved = 0;
    fix.edits.iter().any(|edit| {
        let at = edit.span.start + moved;
        moved += u32::try_from(edit.text.len()).unwrap_or(0);
        if !is_indented(edit) || !becomes_text(edit.span.start) {
            return false;
        }
        let line = lines(text).into_iter().find(|line| line.start == edit.span.start as usize);
        line.is_some_and(|line| {
            let own = line.column();
            let key = &line.body[own - line.indent..];
            let end = key.find(':').unwrap_or(key.len());
            has_field(table, (&fixed, at), (known, &root), (own, &key[..end]))
        })
    })
}

/// Whether one of the types around a place has a field of this name, and its others at this column.
fn has_field(
    table: &Fields,
    (text, at): (&str, u32),
    (known, node): (&Type, &Node),
    (own, key): (usize, &str),
) -> bool {
    let NodeValue::Map(entries) = &node.value else { return false };
    let Some(entry) = entries.iter().rfind(|one| one.key_span.start <= at) else { return false };
    // A word with which a field begins may still be being typed.
    let is_field =
        |field: &String| field == key || (key.len() >= TYPED_MIN && field.starts_with(key));
    if column(text, entry.key_span.start) == own && known.fields.keys().any(is_field) {
        return true;
    }
    let Some(field) = known.fields.get(&*entry.key) else { return false };
    let (mut shape, mut value) = (&field.shape, &entry.value);
    while let (Shape::List(inner), NodeValue::Seq(items)) = (shape, &value.value) {
        let Some(item) = items.iter().rfind(|item| item.span.start <= at) else { return false };
        (shape, value) = (inner, item);
    }
    let Shape::Struct(name) = shape else { return false };
    let inner = table.named(name);
    inner.is_some_and(|known| has_field(table, (text, at), (known, value), (own, key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::reader::first_mended as mended;

    const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a.cnf: |\n    \
                       [mysqld]\n    log-bin\n  b.sh: |\n    set -e\n    a: b: c\n";
    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  initContainers:\n  - \
                       name: i\n    image: nginx\n    command:\n    - sh\n    - -c\n    - |\n      set -e\n      \
                       [ -n \"$A\" ] || exit 1\n      echo \"a: b\"\n  containers:\n  - name: c\n    image: \
                       nginx\n";

    #[test]
    fn the_mark_of_a_text_comes_back() {
        for (good, line) in [(MAP, "a.cnf: |\n"), (MAP, "b.sh: |\n"), (POD, "- |\n")] {
            assert!(Reader::default().check(good).is_empty());
            let bad = good.replacen(line, &line.replace(" |", ""), 1);
            let (message, after) = mended(&bad);
            assert_eq!(after, good, "{message}");
            let key = line.split(':').next().and_then(|key| key.split(' ').next());
            assert!(message.starts_with(&format!("`{}` needs a `|`", key.unwrap_or_default())));
        }
    }

    #[test]
    fn a_field_is_no_part_of_the_text_above_it() {
        let field = "    image: nginx\n    command:\n";
        let good = POD.replacen(field, "    command:\n", 1).replacen(
            "  containers:\n",
            "    tty: true\n    stdin: true\n  containers:\n",
            1,
        );
        let bad = good.replacen("    stdin: true\n", "      stdin: true\n", 1);
        assert_ne!(bad, good);
        assert_eq!(mended(&bad).1, good);
        let typed = good.replacen("    tty: true\n", "    resou\n    tty: true\n", 1);
        assert_eq!(mended(&typed).1, typed.replacen("resou\n", "resou:\n", 1));
    }

    #[test]
    fn where_no_text_is_wanted_none_is_made() {
        let bad = MAP.replace("  name: c\n", "  name: c\n  labels:\n    a b\n    c: d\n");
        assert!(lost_mark(&Reader::default(), &bad, &Customs::default()).is_none());
    }
}
