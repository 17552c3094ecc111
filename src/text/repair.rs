//! List items that were pulled to the left while the lines below them stayed.
//!
//! Must not know Kubernetes. Invariant: a fix is offered only if the mended text can be read.

use granit_parser::{Event, Parser};

use crate::text::lines::{Line, is_readable, lines};
use crate::text::yaml::known_escapes;
use crate::text::{Diagnostic, Edit, Fix, Severity, Span};

fn is_item(body: &str) -> bool {
    body == "-" || body.starts_with("- ")
}

/// Whether the text can be read and each of its items stands in a list.
fn is_mended(text: &str) -> bool {
    is_readable(text)
        && Parser::new_from_str(&known_escapes(text))
            .flatten()
            .any(|(event, _)| matches!(event, Event::SequenceStart(..)))
}

/// What is wrong with the indentation of a document's list items, if that is what is wrong.
/// `base` is where the document begins in its text.
pub fn repair_indentation(part: &str, base: u32) -> Option<Diagnostic> {
    let lines = lines(part);
    let mut columns: Vec<usize> = Vec::new();
    let mut edits: Vec<Edit> = Vec::new();
    let mut first: Option<(usize, usize, usize)> = None;
    for (index, line) in lines.iter().enumerate() {
        let wanted = wanted_column(&lines, &columns, index);
        columns.push(wanted);
        if wanted > line.indent {
            let at = base + u32::try_from(line.start).ok()?;
            let added = " ".repeat(wanted - line.indent);
            edits.push(Edit { span: Span { start: at, end: at }, text: added });
            first.get_or_insert((index, line.indent, wanted));
        }
    }
    let (index, found, wanted) = first?;
    let fix = Fix {
        title: "Restore the indentation of the list items".to_owned(),
        chinese: "恢复列表项的缩进".to_owned(),
        edits,
    };
    let local: Vec<Edit> = fix
        .edits
        .iter()
        .map(|edit| {
            let at = edit.span.start - base;
            Edit { span: Span { start: at, end: at }, text: edit.text.clone() }
        })
        .collect();
    let mended = Fix { title: String::new(), chinese: String::new(), edits: local }.apply(part);
    if !is_mended(&mended) {
        return None;
    }
    let line = &lines[index];
    let start = base + u32::try_from(line.start + line.indent).ok()?;
    let end = start + u32::try_from(line.body.len()).ok()?;
    let parent = lines[..index].iter().rev().find(|one| one.body.ends_with(':'));
    let under = parent.map_or("the key above", |one| one.body);
    let number = part[..line.start].matches('\n').count() + 1;
    Some(Diagnostic {
        code: "POD-Y002",
        severity: Severity::Error,
        message: format!(
            "The indentation is wrong: this list item under `{under}` begins at column {}, but \
             its place is column {}, where the lines that belong to it are.",
            found + 1,
            wanted + 1
        ),
        chinese: format!(
            "缩进有误：“{under}”下的这个列表项从第 {} 列开始，但它应在第 {} 列，与属于它的行对齐。",
            found + 1,
            wanted + 1
        ),
        primary: Span { start, end },
        others: Vec::new(),
        help: Some(format!(
            "kubectl says: error converting YAML to JSON: yaml: line {number}: did not find \
             expected key"
        )),
        fix: Some(fix),
    })
}

/// The column where a line belongs, given where the lines before it belong.
fn wanted_column(lines: &[Line<'_>], columns: &[usize], index: usize) -> usize {
    let line = &lines[index];
    if !is_item(line.body) || index == 0 {
        return line.indent;
    }
    let previous = index - 1;
    let above = columns[previous];
    let opens = lines[previous].body.ends_with(':');
    let key_column = if is_item(lines[previous].body) && opens { above + 2 } else { above };
    // An item that stands at or right of the key that opens its list is where it may be.
    if opens && line.indent >= key_column {
        return line.indent;
    }
    // The lines that follow an item stand two columns right of its dash.
    let follower = lines.get(index + 1).filter(|next| !is_item(next.body));
    let by_follower = follower
        .filter(|next| next.indent >= line.indent + 4 && line.body.contains(':'))
        .map(|next| {
            if line.body.ends_with(':') { next.indent.saturating_sub(4) } else { next.indent - 2 }
        });
    if opens {
        let fallback = key_column + 2;
        return by_follower.filter(|column| *column >= key_column).unwrap_or(fallback);
    }
    // Not the first item of its list: it belongs below the items before it.
    let siblings = (0..index).rev().filter(|one| is_item(lines[*one].body)).map(|one| columns[one]);
    let fits = |column: &usize| by_follower.is_none_or(|wanted| *column == wanted);
    let is_sibling_here = (0..index).any(|one| {
        is_item(lines[one].body) && columns[one] == line.indent && lines[one].indent == line.indent
    });
    if is_sibling_here && by_follower.is_none() && line.indent > 0 {
        return line.indent;
    }
    siblings.into_iter().find(fits).or(by_follower).unwrap_or(line.indent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{line_column, parse};

    const MANIFEST: &str = include_str!("../../tests/manifests/first-light.yaml");

    fn pulled(text: &str) -> String {
        let lines = text.lines().map(|line| {
            let body = line.trim_start();
            if is_item(body) { body.to_owned() } else { line.to_owned() }
        });
        lines.map(|line| line + "\n").collect()
    }

    #[test]
    fn items_pulled_to_the_left_are_put_back_where_they_were() {
        let mangled = pulled(MANIFEST);
        let parsed = parse(&mangled);
        let mut fixed = mangled.clone();
        for found in parsed.diagnostics.iter().rev() {
            assert_eq!(found.code, "POD-Y002");
            fixed = found.fix.as_ref().expect("it can be mended").apply(&fixed);
        }
        assert_eq!(fixed, MANIFEST);
        assert_eq!(line_column(&mangled, parsed.diagnostics[0].primary.start), (10, 1));
    }

    #[test]
    fn a_text_that_can_be_read_is_left_alone() {
        assert!(parse(MANIFEST).diagnostics.is_empty());
        assert!(parse("a:\n- b\n- c:\n  - d\n").diagnostics.is_empty());
    }
}
