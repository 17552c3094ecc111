//! Manifests that lost their line breaks or their indentation: laid out anew by their fields.
//!
//! Must not know the rules of single kinds. Invariant: only blanks and line breaks are put in or
//! taken away, and only if every field stands where its kind has it afterwards.

use crate::api::fields::{Fields, Shape, Type};
use crate::kubectl::Reader;
use crate::kubectl::misplaced::fits;
use crate::kubectl::reader::Customs;
use crate::kubectl::weight::Weight;
use crate::text::{Diagnostic, Edit, Fix, Node, NodeValue, Severity, Span, read_bare};

/// Documents longer than this are left to their writers.
const LENGTH_MAX: usize = 20_000;
/// How many places are tried for the fields of a document.
const TRIES_MAX: usize = 4_000;
/// The fewest fields that tell that a line is several.
const KEYS_MIN: usize = 3;

/// A key with its value, an item, or a comment.
struct Piece<'a> {
    /// Where it begins.
    at: usize,
    /// Where the blanks before it begin.
    gap: usize,
    /// Whether a dash stands before it.
    is_item: bool,
    key: Option<&'a str>,
    /// What stands behind the key or the dash.
    value: Node,
    is_comment: bool,
}

/// What may stand below a key, or in a list.
#[derive(Clone)]
enum Level<'a> {
    /// A mapping whose keys are fields, with those that it has.
    Fields(&'a Type, Vec<&'a str>),
    /// A mapping whose keys are free.
    Free(&'a Shape),
    /// A list.
    Items(&'a Shape),
}

/// A level and the column of its keys or dashes.
type Open<'a> = (Level<'a>, usize);

/// Splits a text at its keys and dashes; nothing where that can't be told.
fn pieces(text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut value: Option<(usize, usize)> = None;
    let mut at = 0;
    let mut gap = 0;
    let close = |pieces: &mut Vec<Piece<'_>>, value: &mut Option<(usize, usize)>| {
        let Some((from, to)) = value.take() else { return Some(()) };
        let last = pieces.last_mut()?;
        let raw = text.get(from..to)?;
        let is_block = raw.starts_with(['|', '>']) || raw.contains('\n');
        let own = format!("a: {raw}\n");
        let root = read_bare(&own, Span { start: 0, end: place(own.len()) }).0.root?;
        let read = root.at("a")?;
        let is_own = last.value.value == NodeValue::Null && !last.is_comment && !is_block;
        last.value = read.clone();
        is_own.then_some(())
    };
    while at < text.len() {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            gap = at;
            at += blank;
            continue;
        }
        let is_first = at == 0 || text[..at].ends_with('\n') || text[gap..at].contains('\n');
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let word = &rest[..end];
        let mut push = |key: Option<&'_ str>, is_item, is_comment, length: usize| {
            close(&mut pieces, &mut value)?;
            let key = key.map(|key| &text[at..at + key.len()]);
            let joins = pieces.last().filter(|last| {
                last.is_item && last.key.is_none() && last.value.value == NodeValue::Null
            });
            if let (Some(key), Some(_)) = (key, joins) {
                pieces.last_mut()?.key = Some(key);
            } else {
                let value = Node { span: Span::default(), value: NodeValue::Null };
                pieces.push(Piece { at, gap: gap.min(at), is_item, key, value, is_comment });
            }
            Some(length)
        };
        let length = if word.starts_with('#') {
            // What follows a comment on its line is part of it.
            let line = rest.find('\n').unwrap_or(rest.len());
            is_first.then(|| push(None, false, true, line))??
        } else if word == "-" {
            push(None, true, false, 1)?
        } else if let Some(key) = key_of(rest) {
            push(Some(key), false, false, key.len() + 1)?
        } else {
            let length = whole(rest, end)?;
            value = Some((value.map_or(at, |(from, _)| from), at + length));
            length
        };
        at += length;
        gap = at;
    }
    close(&mut pieces, &mut value)?;
    Some(pieces)
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The key that a text begins with, up to its colon.
fn key_of(text: &str) -> Option<&str> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
    let end = text.find(|letter| !is_letter(letter))?;
    let behind = text[end..].strip_prefix(':')?;
    let is_key = end > 0 && (behind.is_empty() || behind.starts_with(char::is_whitespace));
    is_key.then(|| &text[..end])
}

/// How long the word is that a text begins with: up to its quote, its bracket or the next blank.
fn whole(text: &str, end: usize) -> Option<usize> {
    let first = text.chars().next()?;
    let mut depth = 0_usize;
    let mut quote = None;
    if !matches!(first, '"' | '\'' | '{' | '[') {
        return Some(end);
    }
    for (at, letter) in text.char_indices() {
        match letter {
            _ if quote == Some(letter) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(letter),
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 && quote.is_none() && (at > 0 || !matches!(first, '"' | '\'')) {
            return Some(at + letter.len_utf8());
        }
    }
    None
}

struct Search<'a> {
    table: &'a Fields,
    pieces: &'a [Piece<'a>],
    tries: usize,
    columns: Vec<usize>,
}

impl<'a> Search<'a> {
    fn level(&self, shape: &'a Shape) -> Option<Level<'a>> {
        match shape {
            Shape::Struct(name) => Some(Level::Fields(self.table.named(name)?, Vec::new())),
            Shape::Map(inner) => Some(Level::Free(inner)),
            Shape::List(inner) => Some(Level::Items(inner)),
            _ => None,
        }
    }

    /// Finds a column for each piece from `index` on; `below` is what the key above may hold.
    fn go(&mut self, index: usize, open: &[Open<'a>], below: Option<Open<'a>>) -> bool {
        let Some(piece) = self.pieces.get(index) else { return true };
        if piece.is_comment {
            // It stands as what follows it.
            self.columns.push(0);
            let is_found = self.go(index + 1, open, below);
            match self.columns.get(index + 1).copied() {
                Some(column) if is_found => self.columns[index] = column,
                _ => self.columns.truncate(index),
            }
            return is_found;
        }
        self.tries += 1;
        if self.tries > TRIES_MAX {
            return false;
        }
        let mut ways: Vec<Vec<Open<'a>>> = Vec::new();
        if let Some(below) = below {
            ways.push(open.iter().cloned().chain([below]).collect());
        }
        let is_free = |one: &Vec<Open<'_>>| matches!(one.last(), Some((Level::Free(_), _)));
        let mut above: Vec<Vec<Open<'a>>> =
            (1..=open.len()).rev().map(|end| open[..end].to_vec()).collect();
        // Of two mappings around the one that has the field counts before one that has any.
        let mut free = above.clone();
        free.retain(is_free);
        above.retain(|one| !is_free(one));
        ways.extend(above);
        ways.extend(free);
        ways.into_iter().any(|way| self.put(index, way))
    }

    /// Puts a piece into the innermost of these levels, and those below it where they fit.
    fn put(&mut self, index: usize, mut open: Vec<Open<'a>>) -> bool {
        let piece = &self.pieces[index];
        let Some((level, column)) = open.last_mut() else { return false };
        let start = *column;
        if piece.is_item {
            let Level::Items(inner) = level else { return false };
            let inner = *inner;
            let Some(key) = piece.key else {
                return fits(inner, &piece.value)
                    && self.level(inner).is_none_or(|_| is_whole(&piece.value))
                    && self.place(index, start, &open, None);
            };
            let Some(item) = self.level(inner) else { return false };
            open.push((item, start + 2));
            return self.entry(index, start, open, key);
        }
        piece.key.is_some_and(|key| self.entry(index, start, open, key))
    }

    fn entry(&mut self, index: usize, start: usize, mut open: Vec<Open<'a>>, key: &'a str) -> bool {
        let piece = &self.pieces[index];
        let Some((level, column)) = open.last_mut() else { return false };
        let column = *column;
        let shape = match level {
            Level::Fields(known, taken) => {
                let known: &'a Type = known;
                let Some(field) = known.fields.get(key) else { return false };
                if taken.contains(&key) {
                    return false;
                }
                taken.push(key);
                &field.shape
            }
            Level::Free(inner) => inner,
            Level::Items(_) => return false,
        };
        if !fits(shape, &piece.value) {
            return false;
        }
        let is_empty = piece.value.value == NodeValue::Null;
        if is_empty && matches!(level, Level::Free(_)) {
            // Where any key may stand, words stand behind it.
            return false;
        }
        let below = self.level(shape).filter(|_| is_empty).map(|level| {
            let deeper = if matches!(level, Level::Items(_)) { 0 } else { 2 };
            (level, column + deeper)
        });
        self.place(index, start, &open, below)
    }

    fn place(
        &mut self,
        index: usize,
        column: usize,
        open: &[Open<'a>],
        below: Option<Open<'a>>,
    ) -> bool {
        self.columns.truncate(index);
        self.columns.push(column);
        self.go(index + 1, open, below)
    }
}

/// Whether a value is whole in itself.
fn is_whole(node: &Node) -> bool {
    matches!(node.value, NodeValue::Map(_) | NodeValue::Seq(_))
}

/// What is said of a document that can be read only once its line breaks and its indentation are
/// put back, with the fix; nothing if it has both, or if it can't be told where a field belongs.
pub(super) fn lost(reader: &Reader, text: &str, customs: &Customs) -> Option<Diagnostic> {
    if text.len() > LENGTH_MAX || is_indented(text) {
        return None;
    }
    anew(reader, text, customs).filter(|(_, after)| after.has_no_odd_field()).map(|(told, _)| told)
}

/// The same of a document of which only a part lost its indentation, if all is well then.
pub(super) fn torn(reader: &Reader, text: &str, customs: &Customs) -> Option<Diagnostic> {
    if text.len() > LENGTH_MAX || !is_indented(text) {
        return None;
    }
    anew(reader, text, customs).filter(|(_, after)| after.is_well()).map(|(told, _)| told)
}

fn is_indented(text: &str) -> bool {
    text.lines().any(|line| !line.trim().is_empty() && line.starts_with([' ', '\t']))
}

fn anew(reader: &Reader, text: &str, customs: &Customs) -> Option<(Diagnostic, Weight)> {
    let pieces = pieces(text)?;
    let own = |key: &str| pieces.iter().find(|one| one.key == Some(key));
    let keys = pieces.iter().filter(|one| one.key.is_some()).count();
    let kind = own("kind")?.value.as_str()?;
    let table = reader.fields();
    if keys < KEYS_MIN || own("apiVersion").is_none() {
        return None;
    }
    let mut search = Search { table, pieces: &pieces, tries: 0, columns: Vec::new() };
    let version = own("apiVersion")?.value.as_str()?;
    let name = table.name_in(kind, version).unwrap_or(kind);
    let root = (Level::Fields(table.named(name)?, Vec::new()), 0);
    if !search.go(0, &[root], None) {
        return None;
    }
    let mut edits = Vec::new();
    let mut is_one_line = false;
    let is_flat = !is_indented(text);
    for (piece, column) in pieces.iter().zip(&search.columns) {
        let is_first = text[..piece.at].trim().is_empty();
        let has_break = is_first || text[piece.gap..piece.at].contains('\n');
        is_one_line |= !has_break;
        let own = text[..piece.at].rfind('\n').map_or(0, |end| end + 1);
        let from = if has_break { own } else { piece.gap };
        let line = if has_break { "" } else { "\n" };
        let put = format!("{line}{}", " ".repeat(*column));
        if text[from..piece.at] != put {
            edits.push(Edit { span: Span { start: place(from), end: place(piece.at) }, text: put });
        }
    }
    if edits.is_empty() {
        return None;
    }
    let [title, chinese] = ["Lay it out by its fields", "按字段重新排版"].map(str::to_owned);
    let fix = Fix { title, chinese, edits };
    let after = reader.weigh(&fix.apply(text), customs);
    // Of a text in which some lines stand well the first that does not.
    let moved = fix.edits.first().filter(|_| !is_flat).map(|edit| edit.span.end as usize);
    let first = moved.or_else(|| Some(pieces.first()?.at))?;
    let end = first + text[first..].lines().next().unwrap_or_default().trim_end().len();
    let has_tab =
        |line: &str| line.trim_start_matches(' ').starts_with('\t') && !line.trim().is_empty();
    let has_tabs = text.lines().any(has_tab);
    let [message, chinese] = if has_tabs && !is_flat {
        [
            "Tabs stand in the indentation; YAML allows only spaces there.",
            "缩进中有制表符；YAML 只允许用空格缩进。",
        ]
    } else if !is_flat {
        [
            "The indentation of this manifest does not fit its fields; by their names they stand \
             otherwise.",
            "这份清单的缩进与字段不符；按字段名称应是另一种排列。",
        ]
    } else if is_one_line {
        [
            "The line breaks of this manifest were lost: several fields stand on one line.",
            "这份清单的换行丢失了：多个字段写在了同一行。",
        ]
    } else {
        [
            "The indentation of this manifest was lost: every line begins at column 1.",
            "这份清单的缩进丢失了：每一行都从第 1 列开始。",
        ]
    };
    let told = Diagnostic {
        code: if has_tabs { "POD-Y003" } else { "POD-Y002" },
        severity: Severity::Error,
        message: message.to_owned(),
        chinese: chinese.to_owned(),
        primary: Span { start: place(first), end: place(end) },
        others: Vec::new(),
        help: None,
        fix: Some(fix),
    };
    Some((told, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubectl::reader::first_mended as mended;

    const GOOD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: w\n  labels:\n    \
                        app: w\n    tier: x\nspec:\n  replicas: 2\n  selector:\n    matchLabels:\n      \
                        app: w\n  template:\n    metadata:\n      labels:\n        app: w\n    spec:\n      \
                        containers:\n      - name: c\n        image: nginx:1.27\n        args: [\"a b\", c]\n        \
                        ports:\n        - containerPort: 80\n        env:\n        - name: A\n          \
                        value: \"b: c\"\n      - name: d\n        image: busybox\n        command:\n        \
                        - sleep\n        - 3600s\n      volumes:\n      - name: v\n        emptyDir: {}\n";

    #[test]
    fn a_manifest_on_one_line_is_laid_out() {
        assert!(Reader::default().check(GOOD).is_empty());
        let words: Vec<&str> = GOOD.lines().map(str::trim).collect();
        let (message, after) = mended(&format!("{}\n", words.join(" ")));
        assert!(message.starts_with("The line breaks of this manifest were lost"), "{message}");
        assert_eq!(after, GOOD);
    }

    #[test]
    fn a_manifest_without_indentation_is_laid_out() {
        let flat: String = GOOD.lines().flat_map(|line| [line.trim(), "\n"]).collect();
        let (message, after) = mended(&flat);
        assert!(message.starts_with("The indentation of this manifest was lost"), "{message}");
        assert_eq!(after, GOOD);
        let noted = GOOD.replace("  replicas", "  # how many\n  replicas");
        let flat: String = noted.lines().flat_map(|line| [line.trim(), "\n"]).collect();
        assert_eq!(mended(&flat).1, noted);
    }

    #[test]
    fn a_part_that_lost_its_indentation_is_laid_out() {
        let (head, tail) = GOOD.split_once("      containers:\n").expect("it is there");
        let flat: String = tail.lines().flat_map(|line| ["      ", line.trim(), "\n"]).collect();
        let bad = format!("{head}      containers:\n{flat}");
        let (message, after) = mended(&bad);
        assert_eq!(after, GOOD, "{message}");
        let told = Reader::default().check(&bad).remove(0);
        assert_eq!(
            &bad[told.primary.start as usize..told.primary.end as usize],
            "image: nginx:1.27"
        );
    }

    #[test]
    fn what_can_not_be_told_is_left_alone() {
        for text in [
            "apiVersion: v1 kind: Pod metadata: name: x spec: nonsense: 1",
            "apiVersion: v1 kind: ConfigMap metadata: name: x data: a: | b",
            "apiVersion: v1 kind: Thing metadata: name: x",
            "a: b c: d",
        ] {
            assert!(lost(&Reader::default(), text, &Customs::default()).is_none(), "{text}");
        }
    }
}
