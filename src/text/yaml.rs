//! YAML as kubectl reads it, where that differs from the parser's: an escape that only libyaml knows,
//! tabs that it refuses, and what stands behind the end of a document.
//!
//! Must not know Kubernetes. Invariant: what is given to the parser has each of its bytes at the
//! place of the text's own.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle};

use crate::text::lines::{Line, blocks, rows};
use crate::text::slips::{Slip, is_inside, value_of};
use crate::text::{Diagnostic, Severity};

/// What takes the place of an escaped single quote while the text is parsed.
const BELL: &str = "\\a";
/// How many values with such escapes are read before the rest is left to the parser.
const ESCAPES_MAX: usize = 200;

/// A text in which the parser knows every escape that libyaml does: `\'` has another that is as
/// long, and becomes a quote again in `quotes_back`.
pub(super) fn known_escapes(part: &str) -> Cow<'_, str> {
    if !part.contains("\\'") || part.contains(BELL) {
        return Cow::Borrowed(part);
    }
    let mut text = part.to_owned();
    for _ in 0..ESCAPES_MAX {
        let stop = Parser::new_from_str(&text).find_map(Result::err);
        let stop = stop.filter(|error| *error.kind() == ErrorKind::UnknownQuotedScalarEscape);
        let start = stop.and_then(|error| error.marker().byte_offset());
        let escapes = start.map(|start| escaped(&text, start)).unwrap_or_default();
        if escapes.is_empty() {
            break;
        }
        for at in escapes {
            text.replace_range(at..at + BELL.len(), BELL);
        }
    }
    Cow::Owned(text)
}

/// Where single quotes are escaped in the value in double quotes that begins at a byte.
fn escaped(text: &str, start: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut is_escape = false;
    for (at, letter) in text[start..].char_indices().skip(1) {
        match letter {
            '\'' if is_escape => found.push(start + at - 1),
            '"' if !is_escape => break,
            _ => {}
        }
        is_escape = letter == '\\' && !is_escape;
    }
    found
}

/// What a value says, with the quotes for which its escapes stood.
pub(super) fn quotes_back(said: &str) -> Cow<'_, str> {
    if said.contains('\u{7}') {
        Cow::Owned(said.replace('\u{7}', "'"))
    } else {
        Cow::Borrowed(said)
    }
}

/// The first tab of a line that libyaml refuses though the parser takes it, and what belongs in the
/// place of the blanks that it is among: at the beginning of a line with nothing or a comment behind
/// it, and behind a dash.
///
/// Models sigs.k8s.io/yaml/goyaml.v2/scannerc.go yaml_parser_scan_to_next_token
fn refused(line: &Line<'_>, above: Option<&Line<'_>>) -> Option<(usize, usize, String)> {
    let blanks = line.body.len() - line.body.trim_start_matches(['\t', ' ']).len();
    let rest = &line.body[blanks..];
    if line.body.starts_with('\t') && (rest.is_empty() || rest.starts_with('#')) {
        let end = line.at() + blanks;
        // A value without quotes may go on below, from the column behind its key's on.
        let is_behind = above.is_some_and(|above| goes_on(above) && line.indent > above.floor());
        let put = if rest.is_empty() { String::new() } else { " ".repeat(line.indent) };
        return (!is_behind).then_some((line.start, end, put));
    }
    let mut at = 0;
    while let Some(behind) = line.body[at..].strip_prefix('-') {
        let item = behind.trim_start_matches(['\t', ' ']);
        let (from, to) = (at + 1, line.body.len() - item.len());
        if from == to {
            break;
        }
        if line.body[from..to].contains('\t') {
            return Some((line.at() + from, line.at() + to, " ".to_owned()));
        }
        at = to;
    }
    None
}

/// Whether a line ends with a value without quotes, which the lines below may go on with.
fn goes_on(line: &Line<'_>) -> bool {
    let value = &line.body[value_of(line.body)..];
    let is_plain = !value.is_empty() && !value.starts_with(['"', '\'', '[', '{', '|', '>', '#']);
    is_plain && !value.contains(" #") && !line.body.ends_with(':')
}

/// Tabs that the parser takes and libyaml, and so kubectl, does not.
pub(super) fn tabs(part: &str, base: u32) -> Option<Diagnostic> {
    if !part.contains('\t') {
        return None;
    }
    let (rows, is_text) = (bare_rows(part), blocks(part));
    let mut edits = Vec::new();
    let mut above: Option<&Line<'_>> = None;
    let mut quoted: Option<Vec<(usize, usize)>> = None;
    for (row, is_text) in rows.iter().zip(is_text) {
        if !is_text && row.body.contains('\t') {
            let quoted = quoted.get_or_insert_with(|| scalars(part));
            let found = refused(row, above).filter(|(from, ..)| {
                !is_inside(part, *from)
                    && !quoted.iter().any(|(start, end)| start < from && from < end)
            });
            edits.extend(found);
        }
        if is_text || !row.body.trim_start_matches('\t').is_empty() {
            above = Some(row);
        }
    }
    let first = edits.first()?;
    let at = first.0 + part[first.0..].find('\t')?;
    let number = part[..at].matches('\n').count() + 1;
    let told = Slip {
        code: "POD-Y003",
        said: [
            "A tab stands where YAML allows only spaces: before a comment, on an empty line or \
             behind a dash."
                .to_owned(),
            "此处有制表符，但 YAML 在注释前、空行中和短横线后只允许空格。".to_owned(),
        ],
        fix: ["Use spaces instead of tabs", "改用空格"],
        from: at,
        to: at + 1,
        edits,
    };
    let help =
        format!("kubectl says: yaml: line {number}: found character that cannot start any token");
    Some(Diagnostic { help: Some(help), ..told.diagnostic(base) })
}

/// The rows of a document whose bodies keep the tabs of empty lines.
fn bare_rows(part: &str) -> Vec<Line<'_>> {
    let mut rows = rows(part);
    for row in &mut rows {
        if row.body.is_empty() {
            let line = part[row.start..].split(['\n', '\r']).next().unwrap_or_default();
            row.body = line.trim_start_matches(' ');
            row.indent = line.len() - row.body.len();
        }
    }
    rows
}

/// Where values in quotes and blocks of text stand.
fn scalars(part: &str) -> Vec<(usize, usize)> {
    let known = known_escapes(part);
    let of = |(event, span): (Event<'_>, granit_parser::Span)| {
        let range = span.byte_range()?;
        let is_marked = matches!(event, Event::Scalar(_, style, ..) if style != ScalarStyle::Plain);
        is_marked.then_some((range.start, range.end))
    };
    Parser::new_from_str(&known).flatten().filter_map(of).collect()
}

/// Whether the mark that ends a document stands at a byte, or behind the blanks there.
pub(super) fn is_end(part: &str, at: usize) -> bool {
    part.get(at..).is_some_and(|rest| rest.trim_start().starts_with("..."))
}

/// What stands behind `...`, which ends a document: kubectl goes on at the next `---` only. The way
/// to mend it depends on whether a new object begins there.
pub(super) fn behind_end(part: &str, base: u32) -> Option<Diagnostic> {
    let is_text = blocks(part);
    let mut rows = rows(part).into_iter().zip(is_text).filter(|(row, _)| !row.body.is_empty());
    let (end, _) = rows.find(|(row, is_text)| !is_text && row.indent == 0 && row.body == "...")?;
    let is_said = |row: &Line<'_>| !row.body.starts_with('#') && row.body != "...";
    let next = rows.map(|(row, _)| row).find(is_said)?;
    let is_object = ["apiVersion:", "kind:", "{"].iter().any(|one| next.body.starts_with(one));
    let (fix, put) = if is_object && next.indent == 0 {
        (["Change to ---", "改为 ---"], "---")
    } else {
        (["Take it away", "删除它"], "")
    };
    let told = Slip {
        code: "POD-Y001",
        said: [
            "`...` ends the document: kubectl reads nothing behind it up to the next `---`."
                .to_owned(),
            "“...”表示文档结束：它之后直到下一个“---”的内容，kubectl 都不会读取。".to_owned(),
        ],
        fix,
        from: end.at(),
        to: end.end(),
        edits: vec![(end.at(), end.end(), put.to_owned())],
    };
    Some(Diagnostic { severity: Severity::Warning, ..told.diagnostic(base) })
}

impl Line<'_> {
    /// The column from which on blanks belong to the value that this line ends with.
    fn floor(&self) -> usize {
        let is_item =
            self.body.starts_with("- ") && value_of(self.body) + self.indent == self.column();
        if is_item { self.column().saturating_sub(2) } else { self.column() }
    }
}

#[cfg(test)]
mod tests {
    use crate::text::{Severity, parse};

    fn told(text: &str) -> Option<(&'static str, Severity, String)> {
        let found = parse(text).diagnostics;
        let one = found.first()?;
        Some((one.code, one.severity, one.fix.as_ref().map(|fix| fix.apply(text))?))
    }

    #[test]
    fn tabs_that_kubectl_refuses_are_told() {
        for (bad, good) in [
            ("a: 1\n\t\nb: 2\n", "a: 1\n\nb: 2\n"),
            ("a:\n  b: 1\n\t\t\n  c: 2\n", "a:\n  b: 1\n\n  c: 2\n"),
            ("a: \"x\"\n\t\nb: 2\n", "a: \"x\"\n\nb: 2\n"),
            ("a:\n-\tb: 1\n", "a:\n- b: 1\n"),
            ("a:\n- \tb: 1\n", "a:\n- b: 1\n"),
            ("\t# x\na: 1\n", "# x\na: 1\n"),
            ("a: 1\n\t# x\nb: 1\n", "a: 1\n# x\nb: 1\n"),
            ("a:\n  - b\n\t\n  - c\n", "a:\n  - b\n\n  - c\n"),
            ("a: 1\n\t", "a: 1\n"),
            ("a: 'x'\n \t \nb: 1\n", "a: 'x'\n\nb: 1\n"),
            ("a: [1]\n\t\nb: 1\n", "a: [1]\n\nb: 1\n"),
            ("a:\n\t\n  b: 1\n", "a:\n\n  b: 1\n"),
        ] {
            assert_eq!(told(bad), Some(("POD-Y003", Severity::Error, good.to_owned())), "{bad:?}");
        }
    }

    #[test]
    fn tabs_that_kubectl_takes_are_left_alone() {
        for text in [
            "a:\n  b: 1\n    \t\n  c: 2\n",
            "a:\tx\n",
            "a: x\t\n",
            "a:\t\n  b: 1\n",
            "a: [1,\n\t2]\n",
            "a: {b: 1,\n\t\n\tc: 2}\n",
            "a: 1 \t# x\n",
            "a: |\n  x\n  \ty\n",
            "a: \"x\n\t\n\ty\"\n",
            "a: x\n  \ty\n",
        ] {
            assert_eq!(parse(text).diagnostics, [], "{text:?}");
        }
    }

    #[test]
    fn a_single_quote_may_be_escaped() {
        let parsed = parse("a: [\"b\\'c\\\\\", 'd\\', \"\\\"\\'\"]\nb: c\\'d\n");
        assert_eq!(parsed.diagnostics, []);
        let words = format!("{:?}", parsed.documents[0].root);
        for word in ["b'c\\\\", "d\\\\", "\\\"'", "c\\\\'d"] {
            assert!(words.contains(&format!("\"{word}\"")), "{word}: {words}");
        }
        // What no parser knows is still told.
        assert_eq!(parse("a: \"\\'\\d\"\n").diagnostics.len(), 1);
    }

    #[test]
    fn what_stands_behind_the_end_of_a_document_is_not_read() {
        for (text, good) in [
            ("a: 1\n...\n  b: 2\n", "a: 1\n\n  b: 2\n"),
            ("apiVersion: 1\n...\napiVersion: 2\n", "apiVersion: 1\n---\napiVersion: 2\n"),
        ] {
            assert_eq!(told(text), Some(("POD-Y001", Severity::Warning, good.to_owned())));
            assert_eq!(parse(text).documents.len(), 1);
        }
        for text in ["a: 1\n...\n", "a: 1\n...\n---\nb: 1\n", "a: |\n  b\n  ...\n  c\n"] {
            assert_eq!(parse(text).diagnostics, [], "{text}");
        }
    }
}
