//! What runs after a text of which something was refused.
//!
//! Owns the text that stands for it: what was applied as it is written now, what was not as it
//! ran before. It must not know why anything was refused. Invariant: a text of which nothing was
//! refused stands for itself.

use super::sheet::{Document, Sheet};
use crate::text::Span;

/// A text with the objects at these places as `before` has them, or without them.
pub fn partly_applied(text: &str, before: &str, left_out: &[Span]) -> String {
    let (sheet, old) = (Sheet::of(text), Sheet::of(before));
    let is_left_out = |one: &&Document| {
        left_out.iter().any(|span| {
            let line = sheet.line_at(span.start as usize);
            one.first <= line && line < one.end
        })
    };
    let mut runs = text.to_owned();
    for document in sheet.documents.iter().filter(is_left_out).rev() {
        let is_it = |one: &&Document| {
            (&one.kind, &one.name, one.namespace(), one.column)
                == (&document.kind, &document.name, document.namespace(), document.column)
        };
        let ran = old.documents.iter().rfind(is_it);
        let ran = ran.map_or("", |one| &before[lines(before, &old, one)]);
        runs.replace_range(lines(text, &sheet, document), ran);
    }
    runs
}

/// Where a document's lines are, with their breaks.
fn lines(text: &str, sheet: &Sheet, document: &Document) -> std::ops::Range<usize> {
    let at = |line: usize| sheet.lines.get(line).map_or(text.len(), |line| line.from);
    at(document.first)..at(document.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(name: &str, value: u32) -> String {
        format!("kind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: \"{value}\"}}\n")
    }

    fn span(text: &str, word: &str) -> Span {
        let at = u32::try_from(text.find(word).expect("it is there")).expect("a short text");
        Span { start: at, end: at + 1 }
    }

    #[test]
    fn what_was_refused_stays_as_it_ran_and_the_rest_is_new() {
        let before = format!("{}---\n{}", map("a", 1), map("b", 1));
        let text = format!("{}---\n{}---\n{}", map("a", 2), map("b", 2), map("c", 2));
        let runs = partly_applied(&text, &before, &[span(&text, "name: b")]);
        assert_eq!(runs, format!("{}---\n{}---\n{}", map("a", 2), map("b", 1), map("c", 2)));
        let runs = partly_applied(&text, &before, &[span(&text, "name: c")]);
        assert_eq!(runs, format!("{}---\n{}---\n", map("a", 2), map("b", 2)));
        assert_eq!(partly_applied(&text, &before, &[]), text);
    }

    #[test]
    fn an_item_of_a_list_is_left_out_alone() {
        let item = |name: &str| format!("- kind: Pod\n  metadata: {{name: {name}}}\n");
        let text = format!("kind: List\nitems:\n{}{}", item("a"), item("b"));
        let runs = partly_applied(&text, "", &[span(&text, "kind: Pod\n  metadata: {name: b")]);
        assert_eq!(runs, format!("kind: List\nitems:\n{}", item("a")));
    }
}
