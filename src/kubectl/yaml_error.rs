//! What kubectl says of a text that is no YAML.
//!
//! Must not know objects. Invariant: a text that can be read has no error.
//!
//! Models go.yaml.in/yaml/v2 decode.go parser.fail, with its habit of counting lines: a parser's
//! from 0, a scanner's from 1, and none in the first line

use crate::text::{self, Document, Parsed, Severity};

/// The error of the first document that can't be read.
pub(super) fn first(text: &str, parsed: &Parsed) -> Option<String> {
    let broken = parsed.documents.iter().find(|document| document.root.is_none())?;
    of_document(text, broken, parsed)
}

/// The error of a document, if it can't be read.
pub(super) fn of_document(text: &str, document: &Document, parsed: &Parsed) -> Option<String> {
    let inside = document.span.start..=document.span.end;
    let mut errors = parsed.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    let found = errors.find(|one| inside.contains(&one.primary.start))?;
    let part = text.get(document.span.start as usize..document.span.end as usize)?;
    let problem = if let Some((at, message)) = text::complaint(part) {
        translate(part, at.min(part.len()), &message)
    } else {
        // What the parser can read and kubectl can't.
        if found.message.contains("`<<`") {
            let text = "map merge requires map or sequence of maps as the value";
            return Some(format!("error converting YAML to JSON: yaml: {text}"));
        }
        let at = found.primary.start.saturating_sub(document.span.start) as usize;
        let text = found.message.trim_end_matches('.').to_owned();
        Problem { text, line: line_of(part, at), is_of_scanner: false }
    };
    Some(format!("error converting YAML to JSON: yaml: {problem}"))
}

/// A problem in libyaml's words.
struct Problem {
    text: String,
    /// Counted from 0.
    line: usize,
    is_of_scanner: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line + usize::from(self.is_of_scanner))?;
        }
        f.write_str(&self.text)
    }
}

fn line_of(part: &str, at: usize) -> usize {
    part.get(..at).map_or(0, |before| before.matches('\n').count())
}

/// The first line after this byte's that is not blank, or the one after the last.
fn next_line(part: &str, at: usize) -> usize {
    let own = line_of(part, at);
    let mut lines = part.lines().enumerate().skip(own + 1);
    let found = lines.find(|(_, line)| !line.trim().is_empty());
    found.map_or(part.matches('\n').count(), |(number, _)| number)
}

/// What closes the innermost bracket that is open before this byte.
fn closing(part: &str, at: usize) -> char {
    let mut open = Vec::new();
    for letter in part.get(..at).unwrap_or_default().chars() {
        match letter {
            '[' => open.push(']'),
            '{' => open.push('}'),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    open.pop().unwrap_or('}')
}

/// The parser's words, and where it noticed, as libyaml has them.
fn translate(part: &str, at: usize, message: &str) -> Problem {
    let parser = |text: &str, line| Problem { text: text.to_owned(), line, is_of_scanner: false };
    let scanner = |text: &str, line| Problem { text: text.to_owned(), line, is_of_scanner: true };
    let here = line_of(part, at);
    let end = part.matches('\n').count();
    let bracket = |closing: char| format!("did not find expected ',' or '{closing}'");
    if let Some(open) = message.strip_prefix("unclosed bracket '") {
        let text = bracket(if open.starts_with('[') { ']' } else { '}' });
        return parser(&text, end);
    }
    if let Some(open) = message.strip_prefix("mismatched bracket '") {
        let text = bracket(if open.starts_with('[') { ']' } else { '}' });
        return parser(&text, here);
    }
    match message {
        "illegal placement of ':' indicator" => parser(&bracket(closing(part, at)), here),
        "misplaced bracket"
        | "invalid trailing content after double-quoted scalar"
        | "invalid trailing content after single-quoted scalar" => {
            parser("did not find expected key", here)
        }
        "unclosed quote" => scanner("found unexpected end of stream", end),
        "simple key expected ':'" => scanner("could not find expected ':'", next_line(part, at)),
        "while scanning a plain scalar, found a tab" => {
            let line = part.get(at..).and_then(|rest| rest.find("\n\t"));
            let line = line.map_or(here, |tab| line_of(part, at + tab) + 1);
            scanner("found a tab character that violates indentation", line)
        }
        "while parsing node, found unknown anchor" => {
            let rest = part.get(at..).unwrap_or_default().trim_start_matches('*');
            let name = rest.split(|letter: char| !letter.is_alphanumeric() && letter != '-').next();
            // Whoever composes the tree says this, and knows no lines.
            parser(&format!("unknown anchor '{}' referenced", name.unwrap_or_default()), 0)
        }
        _ if message.starts_with("unexpected character")
            || message.starts_with("tabs disallowed")
            || message.starts_with("tab cannot be used") =>
        {
            scanner("found character that cannot start any token", here)
        }
        _ => {
            let text = message.trim_end_matches('.');
            let (context, text) = text.split_once(", ").unwrap_or(("", text));
            let is_of_scanner = context.starts_with("while scanning")
                || ["found ", "mapping values", "mapping keys", "block sequence entries"]
                    .iter()
                    .any(|start| text.starts_with(start));
            Problem { text: text.to_owned(), line: here, is_of_scanner }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> Option<String> {
        let error = first(text, &crate::text::parse(text))?;
        error.strip_prefix("error converting YAML to JSON: yaml: ").map(str::to_owned)
    }

    #[test]
    fn a_key_at_the_wrong_column_is_told_as_go_tells_it() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n spec: {}\n";
        assert_eq!(error(text).as_deref(), Some("line 4: did not find expected key"));
        let text = "spec:\n  containers:\n  - name: a\n   image: b\n";
        assert_eq!(error(text).as_deref(), Some("line 3: did not find expected key"));
        assert_eq!(error("a: 1\n"), None);
    }

    #[test]
    fn scanners_count_from_one_and_say_nothing_of_the_first_line() {
        for (text, wanted) in [
            ("a:\n\tb: 1\n", "line 2: found character that cannot start any token"),
            ("a: @b\n", "found character that cannot start any token"),
            ("a: b: c\n", "mapping values are not allowed in this context"),
            ("a: b\nc: d\n e: f\n", "line 3: mapping values are not allowed in this context"),
            ("a: b\n\tc: d\n", "line 2: found a tab character that violates indentation"),
            ("a: \"b\nc: d\n", "line 3: found unexpected end of stream"),
            ("a: v1\nkind Pod\nc: d\n", "line 3: could not find expected ':'"),
        ] {
            assert_eq!(error(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn a_merge_of_something_else_is_told_as_go_tells_it() {
        let text = "map merge requires map or sequence of maps as the value";
        assert_eq!(error("a: {<<: 1}\n").as_deref(), Some(text));
    }

    #[test]
    fn brackets_and_anchors_are_told_as_go_tells_them() {
        for (text, wanted) in [
            ("a: {b: c\n", "line 1: did not find expected ',' or '}'"),
            ("a: [b, c\nd: e\n", "line 1: did not find expected ',' or ']'"),
            ("a: [b]]\n", "did not find expected key"),
            ("a: *x\n", "unknown anchor 'x' referenced"),
        ] {
            assert_eq!(error(text).as_deref(), Some(wanted), "{text}");
        }
    }
}
