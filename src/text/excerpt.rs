//! A long document cut down to what stands around a mistake, so that looking for the mistake costs
//! as much as in a short one.
//!
//! Must not know Kubernetes. Invariant: an excerpt can't be read where its document can't, for the
//! same reason.

use crate::text::lines::{Line, lines};
use crate::text::{Diagnostic, Edit, Fix, Related, Span, complaint, line_column};

/// Documents shorter than this are looked at as a whole.
const LONG_MIN: usize = 3_000;
/// How many lines on each side of a place are kept at least, and at most.
const NEAR: usize = 8;
const FAR: usize = 24;
/// How many runs of lines are kept.
const RUNS_MAX: usize = 8;

/// Lines of a document, and where they were.
pub struct Excerpt<'a> {
    whole: &'a str,
    /// The lines that are kept.
    pub text: String,
    /// Where each run of them begins here, and in the document.
    runs: Vec<(usize, usize)>,
}

/// Whether a document is so long that an excerpt is looked at first.
pub fn is_long(part: &str) -> bool {
    part.len() >= LONG_MIN
}

fn is_item(line: &Line<'_>) -> bool {
    line.body == "-" || line.body.starts_with("- ")
}

/// Whether a line ends what another begins: it stands further left, or holds its list.
fn is_around(line: &Line<'_>, other: &Line<'_>) -> bool {
    line.indent < other.indent || (line.indent == other.indent && is_item(other) && !is_item(line))
}

/// Where the lines below a place may be cut: before the first of those that stand furthest left.
fn cut_below(lines: &[Line<'_>], at: usize) -> usize {
    if lines.len() <= at + FAR {
        return lines.len();
    }
    let near = at + NEAR..=at + FAR;
    near.min_by_key(|index| lines.get(*index).map_or(0, |line| line.indent)).unwrap_or(lines.len())
}

/// The same for those above it.
fn cut_above(lines: &[Line<'_>], at: usize) -> usize {
    let Some(first) = at.checked_sub(FAR) else { return 0 };
    (first..=at - NEAR).rev().min_by_key(|index| lines[*index].indent).unwrap_or(0)
}

/// The lines that are kept: those at the beginning, those around a place with what holds them, and
/// what follows once the lists and mappings there are over.
fn kept(lines: &[Line<'_>], stop: usize) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let (head, first) = (cut_below(lines, 0), cut_above(lines, stop));
    let mut from = 0;
    if head < first {
        runs.push((0, head));
        let mut inner = first;
        let mut holders = Vec::new();
        for index in (head..first).rev() {
            if is_around(&lines[index], &lines[inner]) {
                holders.push((index, index + 1));
                inner = index;
            }
        }
        runs.extend(holders.into_iter().rev());
        from = first;
    }
    let mut at = stop;
    for _ in 0..RUNS_MAX {
        let end = cut_below(lines, at);
        runs.push((from, end));
        let Some(gone) = lines.get(end) else { break };
        let Some(next) = lines[end..].iter().position(|line| is_around(line, gone)) else { break };
        (from, at) = (end + next, end + next);
    }
    runs
}

/// What stands around the place at which a long document can't be read; nothing if that would not
/// be much shorter, or says something else.
pub fn excerpt(part: &str) -> Option<Excerpt<'_>> {
    // What is named in one place and meant in another can't be cut.
    if !is_long(part) || part.contains(": &") || part.contains("- &") {
        return None;
    }
    let (at, why) = complaint(part)?;
    let lines = lines(part);
    let stop = lines.partition_point(|line| line.start <= at).checked_sub(1)?;
    let mut cut = Excerpt { whole: part, text: String::new(), runs: Vec::new() };
    for (from, to) in kept(&lines, stop) {
        let start = lines.get(from)?.start;
        let end = lines.get(to).map_or(part.len(), |line| line.start);
        cut.runs.push((cut.text.len(), start));
        cut.text.push_str(part.get(start..end)?);
    }
    let is_short = cut.text.len() * 3 < part.len() * 2;
    let (own, same) = complaint(&cut.text).filter(|_| is_short)?;
    (same == why && cut.place(own) == Some(at)).then_some(cut)
}

impl Excerpt<'_> {
    /// Where in the document a place of the excerpt is.
    fn place(&self, at: usize) -> Option<usize> {
        let next = self.runs.partition_point(|(own, _)| *own <= at);
        let (own, place) = self.runs.get(next.checked_sub(1)?)?;
        Some(place + (at - own))
    }

    fn span(&self, span: Span) -> Option<Span> {
        let (start, end) = (span.start as usize, span.end as usize);
        let from = self.place(start)?;
        let to = if start == end { from } else { self.place(end.checked_sub(1)?)? + 1 };
        let place = |at: usize| u32::try_from(at).ok();
        (to >= from).then_some(Span { start: place(from)?, end: place(to)? })
    }

    /// An edit in places of the document; nothing between two runs, where it could mean two places.
    fn edit(&self, edit: &Edit) -> Option<Edit> {
        let Span { start, end } = edit.span;
        let span = self.span(edit.span)?;
        let is_border = self.runs.iter().skip(1).any(|(own, _)| *own == start as usize);
        let is_whole = span.end - span.start == end - start && !(start == end && is_border);
        is_whole.then(|| Edit { span, text: edit.text.clone() })
    }

    /// What is wrong in the excerpt, in places of the document.
    pub fn told(&self, one: &Diagnostic) -> Option<Diagnostic> {
        let primary = self.span(one.primary)?;
        let others = one.others.iter();
        let others = others
            .filter_map(|other| Some(Related { span: self.span(other.span)?, ..other.clone() }));
        let fix = |fix: &Fix| {
            let edits: Option<Vec<Edit>> = fix.edits.iter().map(|edit| self.edit(edit)).collect();
            Some(Fix { edits: edits?, ..fix.clone() })
        };
        // kubectl names the line of what is told.
        let line = |text: &str, at: u32| format!("line {}:", line_column(text, at).0);
        let (own, place) = (line(&self.text, one.primary.start), line(self.whole, primary.start));
        Some(Diagnostic {
            primary,
            others: others.collect(),
            help: one.help.as_ref().map(|help| help.replace(&own, &place)),
            fix: one.fix.as_ref().and_then(fix),
            ..one.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Pod of many containers, with something in place of a value in the middle.
    fn pod(middle: &str) -> String {
        let one = |number: usize| {
            let value = if number == 150 { middle } else { "      value: b\n" };
            format!("  - name: c{number}\n    env:\n    - name: A\n{value}    image: x\n")
        };
        let all: String = (0..300).map(one).collect();
        format!("kind: Pod\nspec:\n  containers:\n{all}  volumes:\n  - name: v\n")
    }

    #[test]
    fn an_excerpt_breaks_where_its_document_does() {
        for middle in ["       value: b\n", "      value b\n", "      value: @b\n"] {
            let text = pod(middle);
            let cut = excerpt(&text).expect("it is long");
            assert!(cut.text.lines().count() < 80, "{}", cut.text);
            for kept in ["kind: Pod\n", "  - name: c150\n", "  volumes:\n", middle] {
                assert!(cut.text.contains(kept), "{kept}: {}", cut.text);
            }
        }
        // What anchors name may be meant elsewhere, and what can be read needs no excerpt.
        for middle in ["      value: &a b\n", "      value: b\n"] {
            assert!(excerpt(&pod(middle)).is_none(), "{middle}");
        }
    }

    #[test]
    fn what_is_told_of_an_excerpt_stands_in_its_document() {
        let text = pod("      value b\n");
        let cut = excerpt(&text).expect("it is long");
        let found = crate::text::parse(&cut.text).diagnostics;
        let told = cut.told(&found[0]).expect("it has a place");
        assert_eq!(&text[told.primary.start as usize..told.primary.end as usize], "value b");
        assert_eq!(told.fix.map(|fix| fix.apply(&text)), Some(pod("      value: b\n")));
    }
}
