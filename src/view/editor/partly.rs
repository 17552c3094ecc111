//! What runs after a text of which something was refused.
//!
//! Owns the text that stands for it: what was applied as it is written now, what was not as it
//! ran before. It must not know why anything was refused. Invariant: a text of which nothing was
//! refused stands for itself.

use super::place::document_at;
use super::sheet::{Document, Sheet};
use crate::base::gather;
use crate::text::Span;
use crate::view::stage::ObjectRef;

/// A text with the objects at these places as `before` has them, or without them.
pub fn partly_applied(text: &str, before: &str, left_out: &[Span]) -> String {
    let sheet = Sheet::of(text);
    let places: Vec<_> =
        left_out.iter().map(|span| document_at(&sheet, span.start as usize)).collect();
    let documents = sheet.documents.iter().enumerate();
    let left_out = documents.filter(|(at, _)| places.contains(&Some(*at)));
    put_back(text, &sheet, gather(left_out.map(|(_, document)| document)), (before, false))
}

/// A text without the document of an object that was deleted: to apply it would not bring the
/// object back. None if the text has no such document. The line that parts it from others goes with
/// it if `shown`, which is compared with the text, has no document of the object either.
pub fn without(text: &str, object: &ObjectRef, shown: &str) -> Option<String> {
    let is_it = |document: &Document| document.object() == *object;
    let is_whole = !Sheet::of(shown).documents.iter().any(is_it);
    let sheet = Sheet::of(text);
    let gone: Vec<&Document> = gather(sheet.documents.iter().filter(|document| is_it(document)));
    (!gone.is_empty()).then(|| put_back(text, &sheet, gone, ("", is_whole)))
}

/// A text with some of its documents as `before` has them, or without them and perhaps the lines
/// that part them from others.
fn put_back(
    text: &str,
    sheet: &Sheet,
    documents: Vec<&Document>,
    (before, is_whole): (&str, bool),
) -> String {
    let old = Sheet::of(before);
    let mut runs = text.to_owned();
    for document in documents.into_iter().rev() {
        let is_it = |one: &&Document| {
            let is_alike = one.column == document.column
                && one.brackets.is_some() == document.brackets.is_some();
            (&one.kind, &one.name, one.namespace(), is_alike)
                == (&document.kind, &document.name, document.namespace(), true)
        };
        let ran = old.documents.iter().rfind(is_it);
        let ran = ran.map_or("", |one| &before[bytes(before, &old, one)]);
        let mut place = bytes(text, sheet, document);
        if ran.is_empty() && document.brackets.is_some() {
            // Its comma goes with it.
            let behind = &text[place.end..];
            let comma = behind.trim_start().strip_prefix(',').map(|rest| behind.len() - rest.len());
            place.end += comma.unwrap_or(0);
        }
        if ran.is_empty() && document.brackets.is_none() && is_whole {
            if let Some(before) = separator(sheet, document.first.checked_sub(1)) {
                place.start = before;
            } else if separator(sheet, Some(document.end)).is_some() {
                place.end = start_of(text, sheet, document.end + 1);
            }
        }
        runs.replace_range(place, ran);
    }
    runs
}

/// Where a document is: its brackets, or its lines with their breaks.
fn bytes(text: &str, sheet: &Sheet, document: &Document) -> std::ops::Range<usize> {
    if let Some(brackets) = &document.brackets {
        return brackets.clone();
    }
    start_of(text, sheet, document.first)..start_of(text, sheet, document.end)
}

/// Where a line begins, or the text ends.
fn start_of(text: &str, sheet: &Sheet, line: usize) -> usize {
    sheet.lines.get(line).map_or(text.len(), |line| line.from)
}

/// Where a line begins, if it parts two documents.
fn separator(sheet: &Sheet, line: Option<usize>) -> Option<usize> {
    let line = sheet.lines.get(line?)?;
    line.separator.then_some(line.from)
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
    fn a_text_goes_on_without_an_object_that_was_deleted() {
        let (a, b) = (map("a", 1), map("b", 2));
        let object = |name| ObjectRef::new("ConfigMap", "default", name);
        let both = format!("{a}---\n{b}");
        assert_eq!(without(&both, &object("b"), &a).as_deref(), Some(&*a));
        assert_eq!(without(&both, &object("a"), &b).as_deref(), Some(&*b));
        assert_eq!(without(&both, &object("b"), &both), Some(format!("{a}---\n")));
        assert_eq!(without(&both, &object("c"), &both), None);
        assert_eq!(without(&both, &ObjectRef::new("ConfigMap", "shop", "a"), ""), None);
        let list = "kind: List\nitems:\n- kind: Pod\n  metadata: {name: x}\n- kind: Pod\n  \
                    metadata: {name: y}\n";
        let rest = without(list, &ObjectRef::new("Pod", "default", "x"), "");
        assert_eq!(
            rest.as_deref(),
            Some("kind: List\nitems:\n- kind: Pod\n  metadata: {name: y}\n")
        );
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

    #[test]
    fn an_item_in_brackets_is_left_out_with_its_comma() {
        let item = |name: &str, more: &str| {
            format!("{{\"kind\": \"Pod\", \"metadata\": {{\"name\": \"{name}\"}}{more}}}")
        };
        let list =
            |items: &[String]| format!("{{\"kind\": \"List\", \"items\": [{}]}}", items.join(", "));
        let text = list(&[item("a", ""), item("b", ", \"x\": 1"), item("c", "")]);
        let span = [span(&text, "\"x\"")];
        let before = list(&[item("b", "")]);
        let runs = partly_applied(&text, &before, &span);
        assert_eq!(runs, list(&[item("a", ""), item("b", ""), item("c", "")]));
        let runs = partly_applied(&text, "", &span);
        assert_eq!(runs, list(&[item("a", ""), item("c", "")]).replace("}, {", "},  {"));
    }
}
