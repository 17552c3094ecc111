//! Text to trees, document by document, so that one broken document loses no other.
//!
//! Must not know what documents mean. Invariant: at most `DEPTH_MAX` levels and `NODES_MAX`
//! nodes come out, whatever goes in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::base::Order as _;
use crate::text::{
    Diagnostic, Document, Edit, Entry, Fix, Node, NodeValue, Parsed, Related, Severity, Span,
    blanks, block, entities, fallen, insert, lines, repair_indentation, scalar, shift, slips, why,
    width, yaml,
};

const DEPTH_MAX: usize = 100;
const NODES_MAX: usize = 200_000;
/// How many spaces a tab may be meant as, the likeliest first.
const TAB_WIDTHS: [usize; 4] = [2, 4, 8, 3];
/// So many letters that can't be read make a text no text.
const ODD_MAX: usize = 10;
/// Documents longer than this are not tried again and again.
const LENGTH_MAX: usize = 40_000;

/// Reads a text.
pub fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    for span in documents(text) {
        let (document, mut found) = parse_document(text, span);
        parsed.documents.push(document);
        parsed.diagnostics.append(&mut found);
    }
    parsed.diagnostics.order_by_key(|one| one.primary);
    parsed
}

/// A document, read, with every way in which it may be mended.
pub struct Reading {
    /// The document.
    pub document: Document,
    /// What is wrong with it.
    pub found: Vec<Diagnostic>,
    /// If it can't be read: each way to mend it, the likeliest first. One of them may stand in
    /// place of what was found last.
    pub ways: Vec<Diagnostic>,
}

/// Reads one document of a text, and says what is wrong with it.
pub fn parse_document(text: &str, span: Span) -> (Document, Vec<Diagnostic>) {
    let Reading { document, mut found, ways } = read_document(text, span);
    if let Some(way) = ways.into_iter().next() {
        found.pop();
        found.push(way);
    }
    (document, found)
}

/// Reads one document of a text, and looks for ways to mend it.
pub fn read_document(text: &str, span: Span) -> Reading {
    read(text, span, true)
}

/// Reads one document of a text, whether or not there are ways to mend it.
pub fn read_bare(text: &str, span: Span) -> (Document, Vec<Diagnostic>) {
    let Reading { document, found, .. } = read(text, span, false);
    (document, found)
}

fn read(text: &str, span: Span, wants_ways: bool) -> Reading {
    let part = &text[span.start as usize..span.end as usize];
    if let Some(found) = no_text(part, span) {
        let document = Document { span, root: None };
        return Reading { document, found: vec![found], ways: Vec::new() };
    }
    let mut reader = Reader {
        part,
        base: span.start,
        anchors: BTreeMap::new(),
        nodes: 0,
        open: Vec::new(),
        has_escapes: false,
    };
    let mut found = width::full_width(part, span.start);
    found.append(&mut blanks::odd_blanks(part, span.start));
    found.extend(entities::entities(part, span.start));
    let is_told = found.iter().any(|one| one.severity == Severity::Error);
    let mut ways = Vec::new();
    let is_wide = |one: &Diagnostic| one.code == "POD-Y005" && one.severity == Severity::Error;
    if let Some(wide) = found.iter().position(is_wide).filter(|_| wants_ways) {
        ways = width::widths(part, span.start);
        // What the ways may take the place of stands last.
        if !ways.is_empty() {
            found[wide..].rotate_left(1);
        }
    }
    let root = match reader.read(part) {
        Ok(root) => {
            let tabs = yaml::tabs(part, span.start).filter(|_| !is_told);
            found.splice(0..0, yaml::behind_end(part, span.start));
            ways.extend(tabs.clone());
            let is_read = !is_told && tabs.is_none();
            found.extend(tabs);
            root.filter(|_| is_read)
        }
        Err(problem) => {
            if let Some(odd) = found.iter_mut().find(|one| !is_told && is_cause(part, span, one)) {
                odd.severity = Severity::Error;
            } else if !is_told {
                let open = reader.open.last().copied();
                if wants_ways {
                    ways = mends(part, span, &problem, open);
                }
                found.push(explain(part, span, &problem, open));
            }
            None
        }
    };
    let document = Document { span, root };
    let mut twice = duplicates(&document, text);
    if document.root.is_some() {
        twice.append(&mut fallen::fallen(part, span.start));
    }
    // What was found last is what keeps the document from being read.
    twice.append(&mut found);
    Reading { document, found: twice, ways }
}

/// Whether a document can be read once what is only odd elsewhere is mended.
fn is_cause(part: &str, span: Span, one: &Diagnostic) -> bool {
    let fix = one.fix.clone().map(|mut fix| {
        for edit in &mut fix.edits {
            edit.span.start -= span.start;
            edit.span.end -= span.start;
        }
        fix.apply(part)
    });
    fix.is_some_and(|mended| lines::is_readable(&mended))
}

/// A document that was never text, such as a picture.
fn no_text(part: &str, span: Span) -> Option<Diagnostic> {
    let odd = part.chars().filter(|letter| *letter == '\u{fffd}').take(ODD_MAX).count();
    if !part.contains('\0') && odd < ODD_MAX {
        return None;
    }
    Some(Diagnostic {
        code: "POD-Y012",
        severity: Severity::Error,
        message: "This is no text: it seems to be a picture, an archive or a program.".to_owned(),
        chinese: "这不是文本，看起来是图片、压缩包或程序。".to_owned(),
        primary: Span { start: span.start, end: span.start },
        others: Vec::new(),
        help: None,
        fix: None,
    })
}

/// What the parser itself says of a document that it can't read, and at which byte.
pub fn complaint(document: &str) -> Option<(usize, String)> {
    let document = yaml::known_escapes(document);
    let mut events = Parser::new_from_str(&document);
    loop {
        match events.next_event()? {
            Ok((Event::StreamEnd, _)) => return None,
            Ok(_) => {}
            Err(error) => return Some((error.marker().byte_offset().unwrap_or(0), error.info())),
        }
    }
}

/// The spans between lines of `---`.
pub fn documents(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let position = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let is_mark = bare == "---" || bare.starts_with("--- ");
        if is_mark {
            spans.push(Span { start: position(start), end: position(at) });
            start = at + line.len();
        }
        at += line.len();
    }
    spans.push(Span { start: position(start), end: position(at) });
    if text.contains('{') {
        spans = spans.into_iter().flat_map(|span| objects(text, span)).collect();
    }
    spans
}

/// The objects of JSON that stand one after another; all else is one document.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go YAMLOrJSONDecoder.Decode
fn objects(text: &str, span: Span) -> Vec<Span> {
    let part = &text[span.start as usize..span.end as usize];
    let mut spans = Vec::new();
    let mut start = span.start;
    if part.trim_start().starts_with('{') {
        let (mut depth, mut is_quoted, mut is_escaped, mut has_ended) =
            (0_u32, false, false, false);
        for (at, letter) in part.char_indices() {
            match letter {
                _ if is_escaped => is_escaped = false,
                '\\' if is_quoted => is_escaped = true,
                '"' => is_quoted = !is_quoted,
                _ if is_quoted => {}
                '{' | '[' => {
                    if has_ended {
                        let end = span.start + u32::try_from(at).unwrap_or(0);
                        spans.push(Span { start, end });
                        start = end;
                        has_ended = false;
                    }
                    depth += 1;
                }
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    has_ended = depth == 0;
                }
                _ if letter.is_whitespace() => {}
                // Anything else behind an object is no stream of objects.
                _ if depth == 0 => return vec![span],
                _ => {}
            }
        }
    }
    spans.push(Span { start, end: span.end });
    spans
}

struct Problem {
    at: u32,
    english: String,
    chinese: String,
}

impl Problem {
    fn new(at: u32, english: &str, chinese: &str) -> Problem {
        Problem { at, english: english.to_owned(), chinese: chinese.to_owned() }
    }
}

struct Reader<'p> {
    part: &'p str,
    base: u32,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    /// The brackets that are not closed yet, outermost first.
    open: Vec<Span>,
    /// Whether an escape stands for another in what is parsed.
    has_escapes: bool,
}

type Events<'a> = Parser<'a, granit_parser::StrInput<'a>>;

impl Reader<'_> {
    fn read(&mut self, part: &str) -> Result<Option<Node>, Problem> {
        let known = yaml::known_escapes(part);
        let has_escapes = matches!(known, Cow::Owned(_));
        self.has_escapes = has_escapes;
        let mut events = Parser::new_from_str(&known);
        let mut root = None;
        while let Some((event, span)) = self.next(&mut events)? {
            match event {
                // What stands behind the end is no part of the document.
                Event::StreamEnd => break,
                Event::DocumentEnd if yaml::is_end(part, (span.start - self.base) as usize) => {
                    break;
                }
                Event::StreamStart
                | Event::DocumentStart(..)
                | Event::DocumentEnd
                | Event::Comment(..)
                | Event::Anchor(..) => {}
                other => root = Some(self.node(other, span, &mut events, 0)?),
            }
        }
        let is_null = |node: &Node| node.value == NodeValue::Null;
        Ok(root.filter(|node| !is_null(node)))
    }

    fn next<'a>(&self, events: &mut Events<'a>) -> Result<Option<(Event<'a>, Span)>, Problem> {
        match events.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or(0..0);
                let place = |index: usize| self.base + u32::try_from(index).unwrap_or(0);
                Ok(Some((event, Span { start: place(range.start), end: place(range.end) })))
            }
            Some(Err(error)) => {
                let at = error.marker().byte_offset().unwrap_or(0);
                let at = self.base + u32::try_from(at).unwrap_or(0);
                let (english, chinese) = why::reason(error.kind());
                Err(Problem { at, english, chinese })
            }
        }
    }

    /// The next event that is part of the tree.
    fn part<'a>(&self, events: &mut Events<'a>) -> Result<(Event<'a>, Span), Problem> {
        loop {
            match self.next(events)? {
                Some((Event::Comment(..) | Event::Anchor(..), _)) => {}
                Some(found) => return Ok(found),
                None => {
                    let (english, chinese) = ("the text ends too early", "文本过早结束");
                    return Err(Problem::new(self.base, english, chinese));
                }
            }
        }
    }

    fn node<'a>(
        &mut self,
        event: Event<'a>,
        span: Span,
        events: &mut Events<'a>,
        depth: usize,
    ) -> Result<Node, Problem> {
        self.nodes += 1;
        if depth > DEPTH_MAX || self.nodes > NODES_MAX {
            return Err(Problem::new(span.start, "the document is too large", "文档过大"));
        }
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain
                    && tag.is_none_or(|tag| !tag.suffix().ends_with("str"));
                let value = if is_plain {
                    scalar::resolve(&text)
                } else if self.has_escapes {
                    NodeValue::Str(yaml::quotes_back(&text).as_ref().into())
                } else {
                    NodeValue::Str(text.as_ref().into())
                };
                (Node { span, value }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                let is_flow = self.opens(span);
                let node = self.sequence(span, events, depth)?;
                self.closes(is_flow);
                (node, anchor)
            }
            Event::MappingStart(_, anchor, _) => {
                let is_flow = self.opens(span);
                let node = self.mapping(span, events, depth)?;
                self.closes(is_flow);
                (node, anchor)
            }
            Event::Alias(id) => {
                let node = self.anchors.get(&id).cloned();
                self.nodes += node.as_ref().map_or(0, count);
                let node = node.unwrap_or(Node { span, value: NodeValue::Null });
                (Node { span, ..node }, 0)
            }
            _ => {
                return Err(Problem::new(span.start, "this can't stand here", "这里不能有此内容"));
            }
        };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    /// Notes a list or mapping that starts with a bracket.
    fn opens(&mut self, span: Span) -> bool {
        let rest = self.part.get((span.start - self.base) as usize..).unwrap_or_default();
        let is_flow = rest.starts_with(['{', '[']);
        if is_flow {
            self.open.push(Span { start: span.start, end: span.start + 1 });
        }
        is_flow
    }

    fn closes(&mut self, is_flow: bool) {
        if is_flow {
            self.open.pop();
        }
    }

    fn sequence(
        &mut self,
        start: Span,
        events: &mut Events<'_>,
        depth: usize,
    ) -> Result<Node, Problem> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.part(events)?;
            if matches!(event, Event::SequenceEnd) {
                let end = items.last().map_or(span.end, |item: &Node| item.span.end);
                let span = Span { start: start.start, end: end.max(start.end) };
                return Ok(Node { span, value: NodeValue::Seq(items) });
            }
            items.push(self.node(event, span, events, depth + 1)?);
        }
    }

    fn mapping(
        &mut self,
        start: Span,
        events: &mut Events<'_>,
        depth: usize,
    ) -> Result<Node, Problem> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (event, key_span) = self.part(events)?;
            if matches!(event, Event::MappingEnd) {
                let end = entries.last().map_or(key_span.end, |one| one.value.span.end);
                let span = Span { start: start.start, end: end.max(start.end) };
                return Ok(Node { span, value: NodeValue::Map(entries) });
            }
            let Event::Scalar(text, ..) = &event else {
                let english = "a key must be a word, not a list or a mapping";
                return Err(Problem::new(
                    key_span.start,
                    english,
                    "键必须是一个词，不能是列表或映射",
                ));
            };
            let is_merge =
                matches!(&event, Event::Scalar(key, ScalarStyle::Plain, ..) if key == MERGE);
            let key: crate::base::Str = text.as_ref().into();
            let (event, span) = self.part(events)?;
            let value = self.node(event, span, events, depth + 1)?;
            if is_merge {
                let merged = merged(value.value, key_span);
                entries.extend(merged.ok_or_else(|| {
                    Problem::new(key_span.start, NO_MERGE, "“<<”只能合并映射或映射的列表")
                })?);
                continue;
            }
            entries.push(Entry { key, key_span, value });
        }
    }
}

/// The key of a mapping whose value's entries stand in its place.
const MERGE: &str = "<<";
/// What is said of such a key with another value.
const NO_MERGE: &str = "`<<` takes in only a mapping or a list of mappings";

/// The entries that a merge puts in the place of its key.
///
/// Models sigs.k8s.io/yaml/goyaml.v2/decode.go decoder.merge
fn merged(value: NodeValue, key_span: Span) -> Option<Vec<Entry>> {
    let entries = match value {
        NodeValue::Map(entries) => entries,
        // What stands earlier in a list counts more.
        NodeValue::Seq(items) => {
            let mut all = Vec::new();
            for item in items.into_iter().rev() {
                let NodeValue::Map(entries) = item.value else { return None };
                all.extend(entries);
            }
            all
        }
        _ => return None,
    };
    Some(entries.into_iter().map(|entry| Entry { key_span, ..entry }).collect())
}

fn count(node: &Node) -> usize {
    1 + match &node.value {
        NodeValue::Seq(items) => items.iter().map(count).sum::<usize>(),
        NodeValue::Map(entries) => entries.iter().map(|one| count(&one.value)).sum(),
        _ => 0,
    }
}

/// Keys that stand twice in one mapping; the last one counts.
fn duplicates(document: &Document, text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let is_merge = |span: Span| text.get(span.start as usize..span.end as usize) == Some(MERGE);
    let mut open: Vec<&Node> = document.root.iter().collect();
    while let Some(node) = open.pop() {
        match &node.value {
            NodeValue::Seq(items) => open.extend(items),
            NodeValue::Map(entries) => {
                let mut seen = BTreeMap::new();
                for entry in entries {
                    open.push(&entry.value);
                    if let Some(earlier) = seen.insert(&entry.key, entry)
                        && let first = earlier.key_span
                        && !is_merge(first)
                        && !is_merge(entry.key_span)
                    {
                        found.push(Diagnostic {
                            code: "POD-Y004",
                            severity: Severity::Warning,
                            message: format!(
                                "The key \"{}\" stands twice in this mapping; the last one counts.",
                                entry.key
                            ),
                            chinese: format!(
                                "键“{}”在此映射中重复出现，只有最后一个有效。",
                                entry.key
                            ),
                            primary: entry.key_span,
                            others: vec![Related {
                                span: first,
                                message: "the same key".into(),
                                chinese: "相同的键".into(),
                            }],
                            help: None,
                            fix: without(earlier, text),
                        });
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// Takes the entry away that does not count, where it is one word on a line.
fn without(earlier: &Entry, text: &str) -> Option<Fix> {
    let is_word = !matches!(earlier.value.value, NodeValue::Seq(_) | NodeValue::Map(_));
    let value = match earlier.value.value {
        NodeValue::Null => {
            // Up to its colon.
            let end = earlier.key_span.end + 1;
            Span { start: end, end }
        }
        _ => earlier.value.span,
    };
    let span = insert::line_of(text, earlier.key_span, value).filter(|_| is_word)?;
    Some(Fix {
        title: "Take the first away, which does not count".to_owned(),
        chinese: "删除不起作用的前一个".to_owned(),
        edits: vec![Edit { span, text: String::new() }],
    })
}

/// The ways to mend a document that can't be read, the likeliest first.
fn mends(part: &str, span: Span, problem: &Problem, open: Option<Span>) -> Vec<Diagnostic> {
    let at = (problem.at.clamp(span.start, span.end) - span.start) as usize;
    if let Some(found) = slips::expression(part, span.start) {
        return vec![found];
    }
    let mut ways = Vec::new();
    ways.extend(repair_indentation(part, span.start));
    ways.extend(TAB_WIDTHS.iter().filter_map(|width| tab(part, span.start, *width)));
    if part.len() > LENGTH_MAX {
        return ways;
    }
    // Of a text that goes on below, what fell out of it is told before all that YAML makes of it.
    let fallen = block::fallen(part, span.start);
    let (sure, unsure): (Vec<_>, Vec<_>) = fallen.into_iter().partition(|(_, is_sure)| *is_sure);
    ways.splice(0..0, sure.into_iter().map(|(told, _)| told));
    ways.append(&mut shift::missing_space(part, span.start, at));
    ways.append(&mut slips::slips(part, span.start, at));
    let closed = |open: Span| slips::bracket(part, span.start, (open.start - span.start) as usize);
    ways.extend(
        open.and_then(closed)
            .map(|fix| Diagnostic { fix: Some(fix), ..explain(part, span, problem, open) }),
    );
    ways.append(&mut shift::shifted_keys(part, span.start, at));
    ways.extend(unsure.into_iter().map(|(told, _)| told));
    ways
}

/// The diagnostic of a document that can't be read; `open` is the bracket that was open there.
fn explain(part: &str, span: Span, problem: &Problem, open: Option<Span>) -> Diagnostic {
    let at = problem.at.clamp(span.start, span.end) - span.start;
    let line_end = part.get(at as usize..).and_then(|rest| rest.find('\n'));
    let length = line_end.map_or(0, |end| u32::try_from(end).unwrap_or(0));
    let start = span.start + at;
    Diagnostic {
        code: "POD-Y001",
        severity: Severity::Error,
        message: format!("This is not valid YAML: {}.", problem.english),
        chinese: format!("这不是有效的 YAML：{}。", problem.chinese),
        primary: Span { start, end: start + length },
        others: open.map_or_else(Vec::new, |open| vec![opened(part, span.start, open)]),
        help: None,
        fix: None,
    }
}

/// The bracket that may be missing its partner.
fn opened(part: &str, base: u32, open: Span) -> Related {
    let bracket = part.get((open.start - base) as usize..(open.end - base) as usize);
    let bracket = bracket.unwrap_or_default();
    Related {
        span: open,
        message: format!("this `{bracket}` is open"),
        chinese: format!("这个“{bracket}”没有闭合"),
    }
}

/// A tab where indentation must be spaces; the fix mends every one in the document.
fn tab(part: &str, base: u32, width: usize) -> Option<Diagnostic> {
    let mut at = 0;
    let mut first = None;
    let mut edits = Vec::new();
    // Behind the indentation of a text a tab is part of it.
    let is_text = lines::blocks(part);
    for (number, line) in part.split_inclusive('\n').enumerate() {
        let is_own = is_text.get(number).copied().unwrap_or_default();
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let indent = if is_own { 0 } else { indent };
        for (place, _) in line[..indent].match_indices('\t') {
            let start = base + u32::try_from(at + place).ok()?;
            let span = Span { start, end: start + 1 };
            first.get_or_insert((number + 1, span));
            edits.push(Edit { span, text: " ".repeat(width) });
        }
        at += line.len();
    }
    let (number, primary) = first?;
    Some(Diagnostic {
        code: "POD-Y003",
        severity: Severity::Error,
        message: "A tab stands in the indentation; YAML allows only spaces there.".to_owned(),
        chinese: "缩进中有制表符；YAML 只允许用空格缩进。".to_owned(),
        primary,
        others: Vec::new(),
        help: Some(format!(
            "kubectl says: yaml: line {number}: found character that cannot start any token"
        )),
        fix: Some(Fix {
            title: "Use spaces instead of tabs".to_owned(),
            chinese: "改用空格".to_owned(),
            edits,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_read_and_a_broken_one_loses_no_other() {
        let parsed = parse("a: 1\n---\nb: [\n---\nc: {d: x}\n");
        assert_eq!(parsed.documents.len(), 3);
        assert_eq!(parsed.documents.iter().filter(|one| one.root.is_some()).count(), 2);
        assert_eq!(parsed.diagnostics.len(), 1);
        let last = parsed.documents[2].root.as_ref().and_then(|root| root.at("c")?.at("d"));
        assert_eq!(last.and_then(Node::as_str), Some("x"));
    }

    #[test]
    fn spans_point_at_the_text() {
        let text = "a: 1\n---\nname: wéb\n";
        let parsed = parse(text);
        let node = parsed.documents[1].root.as_ref().and_then(|root| root.at("name"));
        let span = node.expect("it is there").span;
        assert_eq!(&text[span.start as usize..span.end as usize], "wéb");
    }

    #[test]
    fn no_prefix_of_a_text_makes_the_parser_panic() {
        let text = "a: &x {b: [1, \"two\"]}\nc: *x\nd: |\n  text\n- bad\n\t: ?\n";
        for end in 0..=text.len() {
            if let Some(prefix) = text.get(..end) {
                let _ = parse(prefix);
            }
        }
    }

    #[test]
    fn a_bracket_without_its_partner_is_shown() {
        let open = |text: &str| {
            let found = parse(text).diagnostics;
            let others: Vec<_> = found.iter().flat_map(|one| &one.others).collect();
            others
                .iter()
                .map(|one| crate::text::line_column(text, one.span.start))
                .collect::<Vec<_>>()
        };
        assert_eq!(open("a: 1\nb: {c: 1,\nd: {e: 2}\nf: 3\n"), [(2, 4)]);
        assert_eq!(open("a: [1, {b: 2}, [3]\nc: 4\n"), [(1, 4)]);
        assert_eq!(open("---\na: 1\n---\nb: {c: [1, 2}\n"), [(4, 8)]);
        assert_eq!(open("a: b: c\n"), []);
        let text = "a: {b: 1\nc: 2\n";
        assert_eq!(parse(text).diagnostics[0].others[0].message, "this `{` is open");
    }

    #[test]
    fn tabs_are_mended_in_every_line() {
        let text = "a:\n\tb: 1\n\tc:\n\t\td: 2\n";
        let found = parse(text).diagnostics;
        assert_eq!(found[0].code, "POD-Y003");
        let fixed = found[0].fix.as_ref().map(|fix| fix.apply(text));
        assert_eq!(fixed.as_deref(), Some("a:\n  b: 1\n  c:\n    d: 2\n"));
    }

    #[test]
    fn objects_of_json_may_follow_one_another() {
        let parsed = parse("{\"a\": \"} {\"}\n{\"b\": [1]} {\"c\": {}}\n");
        assert_eq!(parsed.documents.iter().filter(|one| one.root.is_some()).count(), 3);
        assert!(parsed.diagnostics.is_empty());
        assert_eq!(parse("{a: 1}: b\n").documents.len(), 1);
    }

    #[test]
    fn merges_take_entries_in_where_they_stand() {
        let parsed = parse("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: {<<: [{y: 4}, *a]}\n");
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        let root = parsed.documents[0].root.as_ref().expect("it can be read");
        let at = |path: [&str; 2]| {
            root.at(path[0]).and_then(|one| one.at(path[1])).map(|one| &one.value)
        };
        assert_eq!(at(["b", "x"]), Some(&NodeValue::Int(1)));
        assert_eq!(at(["b", "y"]), Some(&NodeValue::Int(3)));
        assert_eq!(at(["c", "y"]), Some(&NodeValue::Int(4)));
        assert_eq!(at(["b", "<<"]), None);
        let found = parse("a: {<<: 1}\n").diagnostics;
        assert!(found[0].message.contains("only a mapping"), "{}", found[0].message);
        assert_eq!(parse("a: {\"<<\": 1}\n").diagnostics, []);
    }

    #[test]
    fn what_was_never_text_is_told_so() {
        let found = parse("\u{fffd}PNG\n\u{1a}\n\0\0\tIHDR\n").diagnostics;
        assert_eq!((found.len(), found[0].code), (1, "POD-Y012"));
    }

    #[test]
    fn repeated_keys_are_told() {
        let parsed = parse("a: 1\nb: 2\na: 3\n");
        assert_eq!(parsed.diagnostics[0].code, "POD-Y004");
        assert_eq!(
            crate::text::line_column("a: 1\nb: 2\na: 3\n", parsed.diagnostics[0].primary.start),
            (3, 1)
        );
        let fixed = parsed.diagnostics[0].fix.as_ref().map(|fix| fix.apply("a: 1\nb: 2\na: 3\n"));
        assert_eq!(fixed.as_deref(), Some("b: 2\na: 3\n"));
    }
}
