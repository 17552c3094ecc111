//! What kubectl printed.
//!
//! Must not know the cluster. Invariant: words are compared one by one in canonical names.

use std::collections::BTreeMap;

use crate::conformance::compare::side::Side;
use crate::conformance::compare::{Difference, Report, Section};
use crate::conformance::replay::Replay;
use crate::conformance::schema::Step;
use crate::conformance::shown;

pub(super) fn compare(theirs: &Side<'_>, ours: &Side<'_>, replay: &Replay, report: &mut Report) {
    for (step, own) in theirs.steps.iter().zip(ours.steps) {
        if step.action == "show" {
            show(theirs, ours, step, replay, report);
        }
        if step.cmd.is_some() {
            let found = command(theirs, ours, step, own);
            report.add(Section::Output, found);
        }
    }
}

fn difference(step: &Step, what: &str, expected: &str, got: &str) -> Difference {
    Difference {
        section: Section::Output,
        step: Some(step.i),
        at: Some(step.t),
        object: what.to_owned(),
        expected: expected.to_owned(),
        got: got.to_owned(),
    }
}

fn command(theirs: &Side<'_>, ours: &Side<'_>, step: &Step, own: &Step) -> Vec<Difference> {
    let line = step.cmd.as_deref().unwrap_or_default();
    if step.rc != own.rc {
        let tell = |rc: Option<i32>| rc.map_or("none".to_owned(), |rc| rc.to_string());
        let got = format!("{} {:?}", tell(own.rc), own.stderr.as_deref().unwrap_or_default());
        return vec![difference(step, &format!("`{line}` exit code"), &tell(step.rc), &got)];
    }
    let mut found = Vec::new();
    for (word, expected, got) in
        [("stdout", &step.stdout, &own.stdout), ("stderr", &step.stderr, &own.stderr)]
    {
        let expected = theirs.canon.text(expected.as_deref().unwrap_or_default());
        let got = ours.canon.text(got.as_deref().unwrap_or_default());
        if let Err((expected, got)) = same(&expected, &got) {
            found.push(difference(step, &format!("`{line}` {word}"), &expected, &got));
        }
    }
    found
}

fn show(theirs: &Side<'_>, ours: &Side<'_>, step: &Step, replay: &Replay, report: &mut Report) {
    let parts = shown::split(step.text.as_deref().unwrap_or_default());
    let none = Vec::new();
    let printed = replay.shown.get(&step.i).unwrap_or(&none);
    for (index, part) in parts.iter().enumerate() {
        let expected = theirs.canon.text(&part.output);
        let mut unlike = Some((expected.clone(), "nothing".to_owned()));
        for output in printed.get(index).into_iter().flatten() {
            match same(&expected, &ours.canon.text(output)) {
                Ok(()) => {
                    unlike = None;
                    break;
                }
                Err(found) => unlike = Some(found),
            }
        }
        let found = unlike.map(|(expected, got)| difference(step, &part.line, &expected, &got));
        report.add(Section::Output, found.into_iter().collect());
    }
}

/// Whether two texts say the same; if not, the first lines that differ.
fn same(expected: &str, got: &str) -> Result<(), (String, String)> {
    let mut bound = BTreeMap::new();
    let (mut left, mut right) = (expected.lines(), got.lines());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return Ok(()),
            (Some(a), Some(b)) if is_same_line(a, b, &mut bound) => {}
            (a, b) => {
                let tell = |line: Option<&str>| {
                    line.map_or_else(|| "no more lines".to_owned(), |line| format!("{line:?}"))
                };
                return Err((tell(a), tell(b)));
            }
        }
    }
}

fn is_same_line(a: &str, b: &str, bound: &mut BTreeMap<String, String>) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (left, right): (Vec<&str>, Vec<&str>) =
        (a.split_whitespace().collect(), b.split_whitespace().collect());
    indent(a) == indent(b)
        && left.len() == right.len()
        && left.iter().zip(&right).all(|(a, b)| is_same_word(a, b, bound))
}

fn is_same_word(a: &str, b: &str, bound: &mut BTreeMap<String, String>) -> bool {
    a == b
        || (is_age(a) && is_age(b))
        || (is_address(a)
            && is_address(b)
            && bound.entry(a.to_owned()).or_insert_with(|| b.to_owned()) == b)
}

fn is_age(word: &str) -> bool {
    let word = word.trim_matches(['(', ')']);
    let mut digits = 0;
    let mut units = 0;
    for c in word.chars() {
        match c {
            '0'..='9' => digits += 1,
            's' | 'm' | 'h' | 'd' | 'y' if digits > 0 => units += 1,
            _ => return false,
        }
    }
    digits > 0 && units > 0
}

fn is_address(word: &str) -> bool {
    let word = word.trim_end_matches(',');
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
}
