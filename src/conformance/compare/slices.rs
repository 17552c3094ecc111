//! What `EndpointSlices` print of their own writes: how often they were written, and since when
//! the last write was due.
//!
//! Must not know kubectl's layouts beyond one line. Invariant: what is levelled here is what the
//! run's own records account for.

use std::collections::BTreeSet;

use crate::conformance::compare::output::Twofold;
use crate::conformance::compare::side::Side;
use crate::conformance::compare::tolerance::{FOLD, LISTING, TRIGGER_TIME};
use crate::conformance::schema::{Centis, Deed, Record};

/// What one run printed, and when its step was over.
pub(super) struct Printed<'a> {
    pub(super) side: &'a Side<'a>,
    pub(super) text: &'a Twofold,
    pub(super) until: Centis,
}

/// Both texts without what the folding of neighbouring writes decides.
pub(super) fn level(theirs: &Printed<'_>, ours: &Printed<'_>) -> (Twofold, Twofold) {
    let (left, right) = (marks(theirs), marks(ours));
    let is_lacking = |one: &Printed<'_>, marks: &Marks<'_>, name: &str| {
        !marks.timed.contains(name) && is_fresh(one, name)
    };
    let bare: BTreeSet<&str> = left
        .all
        .intersection(&right.all)
        .copied()
        .filter(|name| left.timed.contains(name) != right.timed.contains(name))
        .filter(|name| is_lacking(theirs, &left, name) || is_lacking(ours, &right, name))
        .collect();
    (rewrite(theirs, &bare), rewrite(ours, &bare))
}

/// The slices that a text tells of, and those of which it tells since when a write was due.
struct Marks<'a> {
    all: BTreeSet<&'a str>,
    timed: BTreeSet<&'a str>,
}

fn marks<'a>(printed: &Printed<'a>) -> Marks<'a> {
    let lines: Vec<&str> = printed.text.canon.lines().collect();
    let mut marks = Marks { all: BTreeSet::new(), timed: BTreeSet::new() };
    for (at, line) in lines.iter().enumerate() {
        marks.all.extend(named(line));
        if line.contains(TRIGGER_TIME) {
            marks.timed.extend(slice_at(&lines, at));
        }
    }
    marks
}

/// The name in a line of an object's metadata or at the head of its description.
fn named(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("name: ").or_else(|| line.strip_prefix("Name:")).map(str::trim)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The slice whose metadata a line is a part of: in YAML the name stands after it, no further to
/// the right; in a description before it.
fn slice_at<'a>(lines: &[&'a str], at: usize) -> Option<&'a str> {
    if lines[at].starts_with("Annotations:") {
        return lines[..at].iter().rev().find_map(|line| named(line));
    }
    let depth = indent(lines[at]);
    let after = lines[at + 1..].iter().take_while(|line| indent(line) > 0);
    after.filter(|line| indent(line) <= depth).find_map(|line| named(line))
}

fn writes<'a>(printed: &Printed<'a>, slice: &str) -> Vec<&'a Record> {
    let records = printed.side.records.iter();
    let own =
        records.filter(|one| one.kind == LISTING && one.id == slice && one.t <= printed.until);
    own.collect()
}

/// Whether a Pod's readiness changed close to the slice's last write, so that one of its
/// neighbouring writes was due since then.
fn is_fresh(printed: &Printed<'_>, slice: &str) -> bool {
    let Some(last) = writes(printed, slice).last().map(|one| one.t) else { return false };
    printed.side.records.iter().any(|one| {
        let is_near = (one.t.0 - last.0).abs() <= FOLD.0;
        one.kind == "Pod" && is_near && one.fact("cond:Ready").is_some()
    })
}

/// How often a slice had been written at some moment close to the end of the step.
fn is_count(printed: &Printed<'_>, slice: &str, number: usize) -> bool {
    let writes = writes(printed, slice);
    let begun = writes.iter().rposition(|one| one.event == Deed::Added).unwrap_or(0);
    let life = &writes[begun..];
    let recent = life.iter().filter(|one| printed.until.0 - one.t.0 <= FOLD.0).count();
    (life.len() - recent..=life.len()).contains(&number)
}

fn rewrite(printed: &Printed<'_>, bare: &BTreeSet<&str>) -> Twofold {
    let lines: Vec<&str> = printed.text.canon.lines().collect();
    let mut out: Vec<(String, String)> = Vec::with_capacity(lines.len());
    for (at, (line, raw)) in lines.iter().zip(printed.text.raw.lines()).enumerate() {
        let slice = slice_at(&lines, at);
        let is_bare = slice.is_some_and(|slice| bare.contains(slice));
        let counted =
            line.trim_start().strip_prefix("generation: ").and_then(|one| one.parse().ok());
        let is_own =
            counted.zip(slice).is_some_and(|(number, slice)| is_count(printed, slice, number));
        if !line.contains(TRIGGER_TIME) || !is_bare {
            let own = format!("{}generation: as often as it was written", &line[..indent(line)]);
            out.push((if is_own { own } else { (*line).to_owned() }, raw.to_owned()));
        } else if line.starts_with("Annotations:") {
            let none = "Annotations:  <none>".to_owned();
            out.push((none.clone(), none));
        } else if out.last().is_some_and(|(last, _)| last.trim() == "annotations:")
            && lines.get(at + 1).is_none_or(|next| indent(next) < indent(line))
        {
            out.pop();
        }
    }
    let (canon, raw): (Vec<String>, Vec<String>) = out.into_iter().unzip();
    Twofold { canon: canon.join("\n"), raw: raw.join("\n") }
}
