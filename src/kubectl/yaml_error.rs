//! What kubectl says of a text that is no YAML.
//!
//! Must not know objects. Invariant: a text that can be read has no error.
//!
//! Models go.yaml.in/yaml decode.go parser.fail, with its habit of counting lines

use crate::text::{Diagnostic, Document, Parsed, Severity};

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
    let at = found.primary.start.saturating_sub(document.span.start) as usize;
    let line = part.get(..at).map_or(0, |before| before.matches('\n').count());
    let problem = problem(found);
    let line = if is_of_scanner(problem) { line + 1 } else { context(part, line) };
    let place = if line == 0 { String::new() } else { format!("line {line}: ") };
    Some(format!("error converting YAML to JSON: yaml: {place}{problem}"))
}

/// The problem in libyaml's words.
fn problem(found: &Diagnostic) -> &str {
    match found.code {
        // An item or a key at the wrong column ends its block early.
        "POD-Y002" => "did not find expected key",
        "POD-Y003" => "found character that cannot start any token",
        _ => {
            let text = found.message.trim_end_matches('.');
            let text = text.split_once(": ").map_or(text, |(_, problem)| problem);
            text.rsplit_once(", ").map_or(text, |(_, problem)| problem)
        }
    }
}

fn is_of_scanner(problem: &str) -> bool {
    problem.starts_with("found ")
        || problem.starts_with("mapping values are not allowed")
        || problem.starts_with("could not find expected")
        || problem.starts_with("block sequence entries are not allowed")
}

/// The line that the parser names: where the block began in which it stood, counted from 0,
/// or the line of the problem if the block began at the top.
fn context(part: &str, problem_line: usize) -> usize {
    let lines: Vec<&str> = part.lines().collect();
    let indent_of = |line: &str| line.len() - line.trim_start().len();
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let Some(own) = lines.get(problem_line).map(|line| indent_of(line)) else {
        return problem_line;
    };
    let before = lines.get(..problem_line).unwrap_or_default();
    let enclosing = before
        .iter()
        .rev()
        .filter(|line| !is_blank(line))
        .map(|line| indent_of(line))
        .find(|indent| *indent <= own);
    let Some(enclosing) = enclosing else { return problem_line };
    let mut start = problem_line;
    for (index, line) in before.iter().enumerate().rev() {
        if is_blank(line) {
            continue;
        }
        if indent_of(line) < enclosing {
            break;
        }
        start = index;
    }
    if start == 0 { problem_line } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> Option<String> {
        first(text, &crate::text::parse(text))
    }

    #[test]
    fn a_key_at_the_wrong_column_is_told_as_go_tells_it() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n spec: {}\n";
        let wanted = "error converting YAML to JSON: yaml: line 4: did not find expected key";
        assert_eq!(error(text).as_deref(), Some(wanted));
        assert_eq!(error("a: 1\n"), None);
    }

    #[test]
    fn a_tab_is_counted_from_one() {
        let wanted = "error converting YAML to JSON: yaml: line 2: found character that cannot \
                      start any token";
        assert_eq!(error("a:\n\tb: 1\n").as_deref(), Some(wanted));
    }
}
