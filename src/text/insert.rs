//! Entries added to mappings where they stand, in the style that is there.
//!
//! Must not know Kubernetes. Invariant: nothing that stands in the text is moved or lost, and
//! comments keep their lines.

use crate::text::{Edit, Entry, Node, NodeValue, Span};

/// A value to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tree {
    /// A word or a number, as it is written.
    Word(String),
    /// A mapping.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// In braces; with quotes around all that JSON wants them for.
    fn flow(&self, is_json: bool) -> String {
        match self {
            Tree::Word(word) if is_json => in_json(word),
            Tree::Word(word) => word.clone(),
            Tree::Map(entries) => {
                let one = |(key, value): &(String, Tree)| {
                    let key = if is_json { in_json(key) } else { key.clone() };
                    format!("{key}: {}", value.flow(is_json))
                };
                let entries: Vec<String> = entries.iter().map(one).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// Behind its key, on lines of its own from a column on if it is a mapping.
    fn block(&self, column: usize) -> String {
        match self {
            Tree::Word(word) => format!(" {word}"),
            Tree::Map(entries) if entries.is_empty() => " {}".to_owned(),
            Tree::Map(entries) => {
                let indent = " ".repeat(column);
                let line = |(key, value): &(String, Tree)| {
                    format!("\n{indent}{key}:{}", value.block(column + 2))
                };
                entries.iter().map(line).collect()
            }
        }
    }
}

/// A word as YAML takes it for text.
pub fn quoted(word: &str) -> String {
    let is_plain = super::scalar::resolve(word) == NodeValue::Str(word.into())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "-._/".contains(c))
        && !word.starts_with('-');
    if is_plain { word.to_owned() } else { format!("\"{}\"", word.replace('"', "\\\"")) }
}

/// A word that is written in YAML as JSON takes it.
fn in_json(word: &str) -> String {
    let is_text = matches!(super::scalar::resolve(word), NodeValue::Str(_));
    let is_bare = is_text && !word.starts_with(['"', '\'', '{', '[']);
    if is_bare { format!("\"{word}\"") } else { word.to_owned() }
}

/// Whether a mapping in braces has its keys in quotes, as JSON has; an empty one is as the mapping
/// around it.
fn is_json(text: &str, map: &Node, entries: &[Entry]) -> bool {
    if let Some(first) = entries.first() {
        return text[first.key_span.start as usize..].starts_with('"');
    }
    let before = text[..map.span.start as usize].trim_end().strip_suffix(':');
    before.is_some_and(|before| before.trim_end().ends_with('"'))
}

/// The line that an entry has for itself, with its end; nothing if it shares it or has several.
pub fn line_of(text: &str, key: Span, value: Span) -> Option<Span> {
    let (from, to) = (key.start as usize, key.end.max(value.end) as usize);
    let start = text.get(..from)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text.get(to..)?.find('\n').map_or(text.len(), |end| to + end + 1);
    let is_alone = text[start..from].bytes().all(|one| one == b' ')
        && !text.get(from..to)?.contains('\n')
        && text[to..end].trim_start().chars().next().is_none_or(|one| one == '#');
    let place = |at: usize| u32::try_from(at).ok();
    is_alone.then_some(Span { start: place(start)?, end: place(end)? })
}

/// The edit that puts an entry at the head of a mapping of `text`.
pub fn add_entry(text: &str, map: &Node, key: &str, value: &Tree) -> Option<Edit> {
    let NodeValue::Map(entries) = &map.value else { return None };
    let start = map.span.start as usize;
    if text.get(start..)?.starts_with('{') {
        if let Some(first) = entries.first().filter(|first| has_own_line(text, map, first)) {
            return own_line(text, first, key, value, is_json(text, map, entries));
        }
        let at = map.span.start + 1;
        let comma = if entries.is_empty() { "" } else { ", " };
        let is_json = is_json(text, map, entries);
        let key = if is_json { in_json(key) } else { key.to_owned() };
        let added = format!("{key}: {}{comma}", value.flow(is_json));
        return Some(Edit { span: Span { start: at, end: at }, text: added });
    }
    let at = entries.first()?.key_span.start;
    let line = text.get(..at as usize)?.rfind('\n').map_or(0, |end| end + 1);
    let column = text[line..at as usize].chars().count();
    let added = format!("{key}:{}\n{}", value.block(column + 2), " ".repeat(column));
    let added = if ends_as_windows(text, at) { added.replace('\n', "\r\n") } else { added };
    Some(Edit { span: Span { start: at, end: at }, text: added })
}

/// Whether the line of a byte ends as Windows ends lines.
fn ends_as_windows(text: &str, at: u32) -> bool {
    let rest = text.get(at as usize..).unwrap_or_default();
    rest.find('\n').is_some_and(|end| rest[..end].ends_with('\r'))
}

/// Whether the first entry of a mapping in braces begins a line.
fn has_own_line(text: &str, map: &Node, first: &Entry) -> bool {
    let between = text.get(map.span.start as usize + 1..first.key_span.start as usize);
    let line = between.and_then(|between| between.rsplit_once('\n'));
    line.is_some_and(|(_, blanks)| blanks.bytes().all(|one| one == b' '))
}

/// An entry on a line of its own above the first of a mapping in braces.
fn own_line(text: &str, first: &Entry, key: &str, value: &Tree, is_json: bool) -> Option<Edit> {
    let at = first.key_span.start;
    let line = text.get(..at as usize)?.rfind('\n')? + 1;
    let key = if is_json { in_json(key) } else { key.to_owned() };
    let end = if ends_as_windows(text, at) { "\r\n" } else { "\n" };
    let blanks = &text[line..at as usize];
    let added = format!("{key}: {},{end}{blanks}", value.flow(is_json));
    Some(Edit { span: Span { start: at, end: at }, text: added })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Fix, parse};

    fn added(text: &str, at: &str) -> String {
        let parsed = parse(text);
        let root = parsed.documents[0].root.as_ref().expect("it can be read");
        let map = if at.is_empty() { Some(root) } else { root.at(at) };
        let tree = Tree::Map(vec![("x".into(), Tree::Word("1".into()))]);
        let edit = add_entry(text, map.expect("it is there"), "new", &tree).expect("a mapping");
        Fix { title: String::new(), chinese: String::new(), edits: vec![edit] }.apply(text)
    }

    #[test]
    fn an_entry_takes_the_style_of_its_mapping() {
        assert_eq!(added("a:\n  b: 1 # c\n", "a"), "a:\n  new:\n    x: 1\n  b: 1 # c\n");
        assert_eq!(added("a: {b: 1}\n", "a"), "a: {new: {x: 1}, b: 1}\n");
        assert_eq!(added("a: {}\n", "a"), "a: {new: {x: 1}}\n");
        assert_eq!(added("b: 1\n", ""), "new:\n  x: 1\nb: 1\n");
        assert_eq!(
            added("{\"a\": {\"b\": 1}}\n", "a"),
            "{\"a\": {\"new\": {\"x\": 1}, \"b\": 1}}\n"
        );
        assert_eq!(added("{\"a\" : {}}\n", "a"), "{\"a\" : {\"new\": {\"x\": 1}}}\n");
    }

    #[test]
    fn words_that_yaml_takes_for_something_else_get_quotes() {
        for (word, written) in
            [("web", "web"), ("on", "\"on\""), ("1.27", "\"1.27\""), ("", "\"\"")]
        {
            assert_eq!(quoted(word), written);
        }
    }
}
