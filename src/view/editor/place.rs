//! Where in a document a place of the text stands, while the document is half written.
//!
//! Owns the reading of indentation; it must not know what fields mean. It reads lines, since a
//! text that is being typed seldom is a valid document. Invariant: it answers for any text, and
//! what it can't see it leaves out.

use super::flow;
use super::sheet::{Document, Sheet};

/// A step from a document's top towards a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the value of a key.
    Key(String),
    /// Into an item of a list.
    Item,
}

/// What is being written at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A key.
    Key,
    /// The value of the last step.
    Value,
}

/// A place of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its document in the sheet, if the document says something yet.
    pub document: Option<usize>,
    /// The way to it: to the mapping around a key, or to the value itself.
    pub path: Vec<Step>,
    /// What stands there.
    pub part: Part,
    /// The first byte of the word.
    pub from: usize,
    /// One past the last byte of the word.
    pub to: usize,
    /// The column of the key, for what is written below it.
    pub column: usize,
    /// Whether it stands inside brackets.
    pub in_flow: bool,
    /// Where the outermost of those opens.
    pub open: usize,
    /// Whether keys and words stand in quotes around it, as JSON wants them.
    pub is_json: bool,
    /// The quote that the word stands in.
    pub quote: Option<char>,
    /// Whether that quote is closed behind the word.
    pub is_closed: bool,
    /// Whether the key has its colon already.
    pub has_colon: bool,
    /// Whether its line has neither key nor dash before it: it may be either.
    pub is_bare: bool,
}

/// A line as indentation sees it.
pub(super) struct Line<'a> {
    /// The columns of its dashes.
    pub(super) dashes: Vec<usize>,
    /// The column of what follows them.
    pub(super) column: usize,
    /// Its key, if it has one.
    pub(super) key: Option<&'a str>,
    /// Whether nothing stands behind its dashes.
    pub(super) is_empty: bool,
    /// Whether something stands behind the colon.
    pub(super) has_value: bool,
    /// What stands there.
    value: &'a str,
}

pub(super) fn read(words: &str) -> Option<Line<'_>> {
    let mut column = words.len() - words.trim_start_matches(' ').len();
    let mut rest = &words[column..];
    if rest.trim().is_empty() || rest.starts_with('#') {
        return None;
    }
    let mut dashes = Vec::new();
    while rest == "-" || rest.starts_with("- ") {
        dashes.push(column);
        let bare = rest[1..].trim_start_matches(' ');
        column += rest.len() - bare.len();
        rest = bare;
    }
    let colon = colon_of(rest);
    let key = colon.map(|at| rest[..at].trim().trim_matches(['"', '\'']));
    let behind = colon.map_or("", |at| rest[at + 1..].trim());
    let has_value = !behind.is_empty() && !behind.starts_with('#') && !behind.starts_with('&');
    let is_empty = rest.trim().is_empty() || rest.starts_with('#');
    Some(Line { dashes, column, key, is_empty, has_value, value: behind })
}

/// The colon that ends a key at the start of some words.
fn colon_of(words: &str) -> Option<usize> {
    let bytes = words.as_bytes();
    if matches!(bytes.first(), Some(b'{' | b'[')) {
        return None;
    }
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') if at == 0 => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'#') if at > 0 && bytes[at - 1] == b' ' => return None,
            (None, b':') if at + 1 == bytes.len() || bytes[at + 1] == b' ' => return Some(at),
            _ => {}
        }
    }
    None
}

/// What the lines above have to show: a key further left, or the dash of this list.
#[derive(Clone, Copy)]
enum Need {
    Map(usize),
    List(usize),
}

/// The way from a document's top to a line's mapping or list.
fn way_up(text: &str, sheet: &Sheet, first: usize, line: usize, need: Need) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut need = need;
    for at in (first..line).rev() {
        let line = sheet.lines[at];
        if line.in_scalar {
            continue;
        }
        let Some(read) = read(&text[line.from..line.to]) else { continue };
        need = pass(&read, need, &mut steps);
        if matches!(need, Need::Map(0)) {
            break;
        }
    }
    steps.reverse();
    steps
}

/// Goes past a line above: adds the steps that it shows, from the inside out.
fn pass(line: &Line<'_>, need: Need, steps: &mut Vec<Step>) -> Need {
    match need {
        Need::Map(column) => {
            let inner = match line.key {
                Some(key) if line.column < column && !line.has_value => {
                    steps.push(Step::Key(key.to_owned()));
                    line.column
                }
                Some(_) if line.column == column && !line.dashes.is_empty() => column,
                None if line.dashes.last().is_some_and(|dash| *dash < column) => column,
                _ => return Need::Map(column),
            };
            climb(&line.dashes, inner, steps)
        }
        Need::List(dash) => {
            if let Some(at) = line.dashes.iter().position(|one| *one == dash) {
                if at == 0 {
                    return Need::List(dash);
                }
                return climb(&line.dashes[..at], dash, steps);
            }
            match line.key {
                Some(key) if line.column <= dash && !line.has_value => {
                    steps.push(Step::Key(key.to_owned()));
                    climb(&line.dashes, line.column, steps)
                }
                _ => Need::List(dash),
            }
        }
    }
}

/// From the inside of a line's dashes to the outside.
fn climb(dashes: &[usize], column: usize, steps: &mut Vec<Step>) -> Need {
    match dashes {
        [] => Need::Map(column),
        [first, ..] => {
            steps.extend(dashes.iter().map(|_| Step::Item));
            Need::List(*first)
        }
    }
}

/// The place at a byte of a text.
pub fn place(text: &str, sheet: &Sheet, byte: usize) -> Option<Place> {
    let at = sheet.line_at(byte);
    let line = *sheet.lines.get(at)?;
    let byte = byte.clamp(line.from, line.to);
    let head = text.get(line.from..byte)?;
    let has_tab = head.contains('\t') && line.open.is_none();
    if line.in_scalar || line.separator || has_tab || is_comment(head) {
        return None;
    }
    let base = match line.open {
        // Brackets that were opened above are read from there on.
        Some(open) => head_of(text, sheet, sheet.line_at(open), open)?,
        None => head_of(text, sheet, at, byte)?,
    };
    let mut place = within(base, text, line.to, byte);
    if place.part == Part::Value && !place.in_flow && place.quote.is_none() {
        place.from += properties(&text[place.from..byte]);
        // Names of anchors and tags are no values.
        if text[place.from..byte].starts_with(['&', '*', '!']) {
            return None;
        }
    }
    let own = document_at(sheet, byte);
    let is_around = place.document.is_none() && place.path.is_empty() && !place.in_flow;
    // An item of a List that has no key yet is no document.
    if !is_around && own.is_none_or(|at| sheet.documents[at].brackets.is_some()) {
        place.document = own;
        if is_in_item(&place.path) {
            place.path.drain(..2);
        }
    }
    Some(place)
}

/// Whether a path leads into an item of a List.
fn is_in_item(path: &[Step]) -> bool {
    matches!(path, [Step::Key(items), Step::Item, ..] if items == "items")
}

/// The place of what stands behind the dashes of a line, which goes on up to `byte`.
fn head_of(text: &str, sheet: &Sheet, at: usize, byte: usize) -> Option<Place> {
    let line = sheet.lines[at];
    let head = text.get(line.from..byte)?;
    let first = (0..at).rev().find(|line| sheet.lines[*line].separator).map_or(0, |line| line + 1);
    let document = sheet.documents.iter().position(|one| one.first <= at && at < one.end);
    let mut dashes = Vec::new();
    // A mark at the very start says how the text is written.
    let mark = if at == 0 && head.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut column = mark + head[mark..].len() - head[mark..].trim_start_matches(' ').len();
    while head[column..].starts_with("- ") || (head.len() == column + 1 && head.ends_with('-')) {
        dashes.push(column);
        let rest = &head[column + 1..];
        column += 1 + rest.len() - rest.trim_start_matches(' ').len();
    }
    let is_dash = head.trim_end().ends_with('-') && head.trim_start().len() == 1;
    if is_dash && !head.ends_with(' ') {
        return None;
    }
    let mut steps = Vec::new();
    let need = climb(&dashes, column, &mut steps);
    let mut path = way_up(text, sheet, first, at, need);
    path.append(&mut steps);
    let mut document = document;
    if document.is_some_and(|at| sheet.documents[at].is_item()) {
        // What an item of a List is, it is by itself; beside the items stand the list's own keys.
        if is_in_item(&path) {
            path.drain(..2);
        } else if path.is_empty() && column == 0 {
            document = None;
        } else {
            return None;
        }
    }
    Some(Place {
        document,
        path,
        part: Part::Key,
        from: line.from + column,
        to: byte,
        column: column - mark,
        in_flow: false,
        open: 0,
        is_json: false,
        quote: None,
        is_closed: false,
        has_colon: false,
        is_bare: dashes.is_empty(),
    })
}

/// What stands before the caret behind the dashes, where `place` begins.
fn within(mut place: Place, text: &str, line_end: usize, byte: usize) -> Place {
    let own_end = text[place.from..].find('\n').map_or(text.len(), |end| place.from + end);
    let rest = &text[place.from..own_end.min(byte)];
    if let Some(colon) = colon_of(rest) {
        let key = rest[..colon].trim().trim_matches(['"', '\'']);
        place.path.push(Step::Key(key.to_owned()));
        place.part = Part::Value;
        let behind = &rest[colon + 1..];
        place.from += colon + 1 + behind.len() - behind.trim_start().len();
    }
    if text[place.from..byte].starts_with(['{', '[']) {
        flow(&mut place, text, byte);
    } else if text[place.from..byte].starts_with(['"', '\'']) {
        place.quote = text[place.from..].chars().next();
        place.from += 1;
    }
    let tail = &text[byte..line_end];
    if let Some(quote) = place.quote {
        let end = tail.find(quote);
        place.is_closed = end.is_some();
        place.to = byte + end.unwrap_or(0);
        let behind = end.map_or("", |end| &tail[end + 1..]);
        place.has_colon = place.part == Part::Key && behind.trim_start().starts_with(':');
        return place;
    }
    let end = if place.part == Part::Value && !place.in_flow {
        tail.find(" #")
    } else {
        tail.find([':', ',', '}', ']', ' ', '#'])
    };
    let end = end.unwrap_or(tail.len());
    place.to = byte + tail[..end].trim_end().len();
    let own = text[place.from..line_end].split([',', '}', '{']).next().and_then(colon_of);
    place.has_colon = place.part == Part::Key && own.is_some_and(|at| at + place.from >= byte);
    place
}

/// How long the anchor and the tag are that stand before a value, with the blanks behind them.
fn properties(value: &str) -> usize {
    let mut rest = value;
    while rest.starts_with(['&', '!'])
        && let Some(blank) = rest.find(' ')
    {
        rest = rest[blank..].trim_start_matches(' ');
    }
    value.len() - rest.len()
}

/// Goes through brackets that are open at the caret.
fn flow(place: &mut Place, text: &str, byte: usize) {
    let start = place.from;
    let stop = flow::read(text, start, byte, &mut |_| {});
    place.from = stop.from;
    if let Some((bracket, at)) = stop.open {
        place.path.extend(stop.path);
        place.in_flow = true;
        place.open = start;
        place.quote = stop.quote;
        place.is_json = text[start + 1..].trim_start().starts_with('"')
            || text[at + 1..].trim_start().starts_with('"');
        place.part = if bracket == '{' && !stop.has_key { Part::Key } else { Part::Value };
    } else {
        place.part = Part::Value;
        place.from = byte;
    }
}

fn is_comment(head: &str) -> bool {
    head.trim_start().starts_with('#') || head.contains(" #")
}

/// The keys that stand beside a place in the same mapping, other than the one at it.
pub fn siblings(text: &str, sheet: &Sheet, place: &Place) -> Vec<String> {
    beside(text, sheet, place).into_iter().map(|(key, _)| key).collect()
}

/// The same with what stands behind each on its line.
pub(super) fn beside(text: &str, sheet: &Sheet, place: &Place) -> Vec<(String, String)> {
    let at = sheet.line_at(place.from);
    if place.in_flow {
        return flow_pairs(text, sheet, at, place);
    }
    let reads = |at: usize| {
        let line = sheet.lines[at];
        if line.in_scalar { None } else { read(&text[line.from..line.to]) }
    };
    let pair = |line: &Line<'_>| line.key.map(|key| (key.to_owned(), bare(line.value).to_owned()));
    let mut pairs = Vec::new();
    let own = reads(at);
    let opens_item = own.as_ref().is_some_and(|line| !line.dashes.is_empty());
    if !opens_item {
        for above in (0..at).rev() {
            if sheet.lines[above].separator {
                break;
            }
            let Some(line) = reads(above) else { continue };
            if line.column == place.column {
                pairs.extend(pair(&line));
                if !line.dashes.is_empty() {
                    break;
                }
            } else if line.column < place.column {
                break;
            }
        }
    }
    for below in at + 1..sheet.lines.len() {
        if sheet.lines[below].separator {
            break;
        }
        let Some(line) = reads(below) else { continue };
        let column = line.dashes.first().copied().unwrap_or(line.column);
        if column < place.column {
            break;
        }
        if column == place.column && line.dashes.is_empty() {
            pairs.extend(pair(&line));
        }
    }
    pairs
}

/// A value without its quotes and comment.
fn bare(value: &str) -> &str {
    value.split(" #").next().unwrap_or(value).trim().trim_matches(['"', '\''])
}

fn flow_pairs(text: &str, sheet: &Sheet, at: usize, place: &Place) -> Vec<(String, String)> {
    let end = (at + 1..sheet.lines.len())
        .find(|line| sheet.lines[*line].open.is_none())
        .map_or(text.len(), |line| sheet.lines[line].from);
    let Some((_, bracket)) = flow::read(text, place.open, place.from, &mut |_| {}).open else {
        return Vec::new();
    };
    let mut pairs = Vec::new();
    flow::read(text, place.open, end, &mut |piece| {
        let Some((from, key)) = piece.key else { return };
        let (at, value) = piece.value;
        let is_own = from == place.from || at == place.from;
        if piece.bracket == bracket && !is_own {
            pairs.push((key.to_owned(), value.to_owned()));
        }
    });
    pairs
}

/// The document at a byte, if it says something.
pub fn document_at(sheet: &Sheet, byte: usize) -> Option<usize> {
    let line = sheet.line_at(byte);
    let holds = |one: &Document| one.first <= line && line < one.end;
    // Of those that share a line the one whose brackets are around it.
    let is_around = |one: &Document| {
        one.brackets.as_ref().is_some_and(|own| own.start <= byte && byte <= own.end)
    };
    let documents = &sheet.documents;
    documents.iter().position(is_around).or_else(|| documents.iter().position(holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place at the bar in a text.
    fn at(text: &str) -> Option<Place> {
        let byte = text.find('|').expect("a bar marks the place");
        let text = text.replace('|', "");
        place(&text, &Sheet::of(&text), byte)
    }

    fn path(text: &str) -> String {
        let place = at(text).expect("a place");
        let steps = place.path.iter().map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Item => "[]".to_owned(),
        });
        let part = if place.part == Part::Key { "key" } else { "value" };
        format!("{part} {}", steps.collect::<Vec<_>>().join("."))
    }

    const POD: &str = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n";

    #[test]
    fn a_key_is_found_under_the_keys_above_it() {
        assert_eq!(path("ki|"), "key ");
        assert_eq!(path("spec:\n  rep|: 1\n"), "key spec");
        assert_eq!(path("spec:\n  a: 1\n  b:\n    c: 2\n  |"), "key spec");
        assert_eq!(path(&format!("{POD}        - na|")), "key spec.template.spec.containers.[]");
        let second = format!("{POD}        - name: a\n          ports:\n            - x: 1\n");
        assert_eq!(path(&format!("{second}          im|")), "key spec.template.spec.containers.[]");
        assert_eq!(path(&format!("{second}        - |")), "key spec.template.spec.containers.[]");
        assert_eq!(
            path(&format!("{second}              pro|")),
            "key spec.template.spec.containers.[].ports.[]"
        );
        assert_eq!(path("a:\n- b: 1\n  |"), "key a.[]");
    }

    #[test]
    fn a_value_is_found_behind_its_colon() {
        assert_eq!(path("kind: Dep|"), "value kind");
        assert_eq!(path("spec:\n  type: |\n"), "value spec.type");
        assert_eq!(path("a:\n  - b: x|\n"), "value a.[].b");
        assert_eq!(path("spec:\n  accessModes: [Read|]\n"), "value spec.accessModes.[]");
        assert_eq!(path("spec:\n  sel: {a: 1, b: |}\n"), "value spec.sel.b");
        assert_eq!(path("spec:\n  sel: {a: 1, b|}\n"), "key spec.sel");
        assert_eq!(path("spec:\n  list: [{a: 1}, {b|"), "key spec.list.[]");
    }

    #[test]
    fn a_place_is_found_between_quotes_and_in_json() {
        assert_eq!(path("spec:\n  image: \"ng|\"\n"), "value spec.image");
        assert_eq!(path("spec:\n  \"ima|\": x\n"), "key spec");
        assert_eq!(path("{ki|}"), "key ");
        assert_eq!(path("{kind: Dep|}"), "value kind");
        let json = "{\n  \"kind\": \"Pod\",\n\t\"spec\": {\n    \"containers\": [\n      {\"name\": \"a\",\n";
        assert_eq!(path(&format!("{json}       \"im|\"}}]}}}}")), "key spec.containers.[]");
        assert_eq!(
            path(&format!("{json}       \"image\": \"n|\n")),
            "value spec.containers.[].image"
        );
        assert_eq!(path("a:\n  b: [\n    c, d|\n  ]\ne: 1\n"), "value a.b.[]");
        assert_eq!(path("a:\n  b: [\n  c: |\n"), "value a.c", "a bracket that nobody closed");
        let place = at("a: \"b|c\"\n").expect("a place");
        assert_eq!((place.from, place.to, place.quote, place.is_closed), (4, 6, Some('"'), true));
        let keys = |text: &str| {
            let place = at(text).expect("a place");
            let text = text.replace('|', "");
            siblings(&text, &Sheet::of(&text), &place)
        };
        assert_eq!(
            keys(&format!("{json}       \"im|\": 1, \"tty\": true}}]}}}}")),
            ["name", "tty"]
        );
    }

    #[test]
    fn no_place_is_found_in_comments_block_scalars_and_behind_tabs() {
        assert_eq!(at("a: 1 # no|"), None);
        assert_eq!(at("a: >\n  text|"), None);
        assert_eq!(at("a:\n\t|"), None);
        assert_eq!(at("a: \"b\n    c|\"\nd: 1\n"), None);
        for name in ["&b|", "*b|", "!b|", "!!str &b|"] {
            assert_eq!(at(&format!("a: {name}")), None, "{name}");
        }
    }

    #[test]
    fn the_word_is_what_a_completion_replaces() {
        let place = at("spec:\n  rep|licas: 1\n").expect("a place");
        assert_eq!((place.from, place.to, place.has_colon), (8, 16, true));
        let place = at("a: &b !!str Al|\n").expect("a place");
        assert_eq!((place.from, place.to), (12, 14));
        let place = at("\u{feff}ap|").expect("a place");
        assert_eq!((place.from, place.to, place.column), (3, 5, 0));
        let place = at("spec:\n  type: Clus|terIP # c\n").expect("a place");
        assert_eq!((place.from, place.to), (14, 23));
    }

    #[test]
    fn keys_of_the_same_mapping_are_its_siblings() {
        let keys = |text: &str| {
            let place = at(text).expect("a place");
            let text = text.replace('|', "");
            siblings(&text, &Sheet::of(&text), &place)
        };
        assert_eq!(keys("spec:\n  a: 1\n  |\n  b:\n    c: 1\n  d: 2\nx: 1\n"), ["a", "b", "d"]);
        assert_eq!(keys("s:\n  - a: 1\n    b: 2\n  - c: 1\n    |\n  - e: 1\n"), ["c"]);
        assert_eq!(keys("s: {a: 1, |}\n"), ["a"]);
    }

    #[test]
    fn no_text_makes_it_stumble() {
        let text = "a:\n- - b: {c: [1, {d: e}]}\n键: 值\n  - \"x: y\": 'z'\n\t- q\n--- \n- |\n x";
        let sheet = Sheet::of(text);
        for (byte, _) in text.char_indices() {
            if let Some(place) = place(text, &sheet, byte) {
                assert!(text.get(place.from..place.to).is_some(), "{byte}");
                let _ = siblings(text, &sheet, &place);
            }
        }
    }
}
