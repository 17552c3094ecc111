//! What kubectl printed.
//!
//! Must not know the cluster. Invariant: words are compared one by one in canonical names.

use std::collections::BTreeMap;

use crate::conformance::compare::align::{self, Line};
use crate::conformance::compare::layout;
use crate::conformance::compare::side::Side;
use crate::conformance::compare::slices::{self, Printed};
use crate::conformance::compare::tokens::{self, Token};
use crate::conformance::compare::tolerance::{AGE_SECONDS, PASSING, PULLED, ROUNDED, SHARE, TIMES};
use crate::conformance::compare::{Difference, Report, Section};
use crate::conformance::replay::Replay;
use crate::conformance::schema::Step;
use crate::conformance::shown;

pub(super) fn compare(theirs: &Side<'_>, ours: &Side<'_>, replay: &Replay, report: &mut Report) {
    let mut drift = 0;
    for (step, own) in theirs.steps.iter().zip(ours.steps) {
        drift += ((own.t_end.0 - own.t.0) - (step.t_end.0 - step.t.0)).abs();
        let clocks = Clocks {
            slack: AGE_SECONDS + drift / 100 + 1,
            elapsed: (step.t_end.0 / 100, own.t_end.0 / 100),
            began: (theirs.began, ours.began),
        };
        if step.action == "show" {
            show(theirs, ours, (step, own), replay, clocks, report);
        }
        if step.cmd.is_some() {
            report.add(Section::Output, command(theirs, ours, step, own, clocks));
        }
    }
}

/// How far the clocks of two runs may differ in one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    /// Seconds by which an age may differ.
    pub(super) slack: i64,
    /// Seconds since the start of each run.
    pub(super) elapsed: (i64, i64),
    /// When each began, in seconds since 1970.
    pub(super) began: (i64, i64),
}

/// A text in canonical names and as it was printed.
#[derive(Clone, Debug)]
pub(super) struct Twofold {
    pub(super) canon: String,
    pub(super) raw: String,
}

impl Twofold {
    fn of(side: &Side<'_>, raw: &str) -> Twofold {
        Twofold { canon: side.canon.text(raw), raw: raw.to_owned() }
    }

    /// Its tables, between which an empty line stands.
    fn tables(&self) -> Vec<Twofold> {
        let pairs = self.canon.split("\n\n").zip(self.raw.split("\n\n"));
        pairs.map(|(canon, raw)| Twofold { canon: canon.to_owned(), raw: raw.to_owned() }).collect()
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

fn command(
    theirs: &Side<'_>,
    ours: &Side<'_>,
    step: &Step,
    own: &Step,
    clocks: Clocks,
) -> Vec<Difference> {
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
        let expected = Twofold::of(theirs, expected.as_deref().unwrap_or_default());
        let got = Twofold::of(ours, got.as_deref().unwrap_or_default());
        if let Err(Unlike { sides: (expected, got), .. }) = same(line, &expected, &got, clocks) {
            found.push(difference(step, &format!("`{line}` {word}"), &expected, &got));
        }
    }
    found
}

fn show(
    theirs: &Side<'_>,
    ours: &Side<'_>,
    (step, own): (&Step, &Step),
    replay: &Replay,
    clocks: Clocks,
    report: &mut Report,
) {
    let parts = shown::split(step.text.as_deref().unwrap_or_default());
    let none = Vec::new();
    let printed = replay.shown.get(&step.i).unwrap_or(&none);
    for (index, part) in parts.iter().enumerate() {
        let expected = Twofold::of(theirs, &part.output);
        let outputs = printed.get(index).into_iter().flatten();
        let pairs = outputs.map(|output| {
            let got = Twofold::of(ours, output);
            if !part.line.contains("endpointslice") {
                return (expected.clone(), got);
            }
            let left = Printed { side: theirs, text: &expected, until: step.t_end };
            let right = Printed { side: ours, text: &got, until: own.t_end };
            slices::level(&left, &right)
        });
        let unlike = caught(&part.line, &expected, &pairs.collect::<Vec<_>>(), clocks);
        let found = unlike.map(|(expected, got)| difference(step, &part.line, &expected, &got));
        report.add(Section::Output, found.into_iter().collect());
    }
}

/// What no moment printed as expected, if anything; the pairs of what is expected and what was
/// printed stand in order of time. Of several kinds kubectl asks one after the other, so that each
/// table may be of a later moment than the one before.
fn caught(
    command: &str,
    expected: &Twofold,
    pairs: &[(Twofold, Twofold)],
    clocks: Clocks,
) -> Option<(String, String)> {
    let has_tables = command.starts_with("kubectl get ") && command.contains(',');
    let parts = |text: &Twofold| if has_tables { text.tables() } else { vec![text.clone()] };
    let count = parts(expected).len();
    let pairs: Vec<(Vec<Twofold>, Vec<Twofold>)> =
        pairs.iter().map(|(left, right)| (parts(left), parts(right))).collect();
    let mut from = 0;
    for index in 0..count {
        // Of the moments that differ the one is told that agrees longest.
        let nothing = (expected.canon.clone(), "nothing".to_owned());
        let mut unlike = Some(Unlike { line: 0, sides: nothing });
        for (moment, (left, right)) in pairs.iter().enumerate().skip(from) {
            if left.len() != count || right.len() != count {
                continue;
            }
            match same(command, &left[index], &right[index], clocks) {
                Ok(()) => {
                    (unlike, from) = (None, moment);
                    break;
                }
                Err(found) => {
                    unlike = unlike.into_iter().chain([found]).max_by_key(|one| one.line);
                }
            }
        }
        if let Some(unlike) = unlike {
            return Some(unlike.sides);
        }
    }
    None
}

/// The first lines that differ of two texts.
struct Unlike {
    line: usize,
    sides: (String, String),
}

/// Whether two texts that one command printed say the same.
fn same(command: &str, expected: &Twofold, got: &Twofold, clocks: Clocks) -> Result<(), Unlike> {
    if command.contains("rollout status") {
        let lines = |text: &'_ Twofold| text.canon.lines().map(str::to_owned).collect();
        let (left, right): (Vec<String>, Vec<String>) = (lines(expected), lines(got));
        return progress(&left, &right).map_err(|sides| Unlike { line: 0, sides });
    }
    let (mut left, mut right) =
        (align::lines(&expected.canon, &expected.raw), align::lines(&got.canon, &got.raw));
    let counts = (left.len(), right.len());
    layout::settle(command, &mut left);
    layout::settle(command, &mut right);
    let is_whole = counts == (left.len(), right.len());
    let clocks = layout::clocks(command, clocks);
    let mut bound = Bound::default();
    for index in 0..left.len().max(right.len()) {
        let (a, b) = (left.get(index), right.get(index));
        let is_same =
            matches!((a, b), (Some(a), Some(b)) if bound.is_same_line(a.text, b.text, clocks));
        if !is_same {
            let tell = |line: Option<&Line<'_>>| {
                line.map_or_else(|| "no more lines".to_owned(), |line| format!("{:?}", line.text))
            };
            return Err(Unlike { line: index, sides: (tell(a), tell(b)) });
        }
    }
    match align::unlike(&left, &right, is_whole) {
        None => Ok(()),
        Some(at) => {
            let tell = |line: &Line<'_>| format!("{:?}", line.raw.unwrap_or_default());
            Err(Unlike { line: at, sides: (tell(&left[at]), tell(&right[at])) })
        }
    }
}

/// A rollout's progress is told as it is caught: a watcher misses what passes quickly. The ends
/// must agree, what both tell comes in one order, and a line that only one of them tells is of a
/// kind that the other tells as well, or says that the change was not observed yet.
fn progress(left: &[String], right: &[String]) -> Result<(), (String, String)> {
    let shape =
        |line: &str| -> String { line.chars().filter(|one| !one.is_ascii_digit()).collect() };
    let tell = |lines: &[String]| format!("{:?}", lines.join(" / "));
    let differ = || Err((tell(left), tell(right)));
    if left.last() != right.last() {
        return differ();
    }
    let is_once =
        |lines: &[String], line: &str| lines.iter().filter(|one| *one == line).count() == 1;
    for (one, other) in [(left, right), (right, left)] {
        let mut at = 0;
        for line in one {
            if let Some(place) = other.iter().position(|known| known == line) {
                if is_once(one, line) && is_once(other, line) {
                    if place < at {
                        return differ();
                    }
                    at = place;
                }
            } else if !other.iter().any(|known| shape(known) == shape(line))
                && !line.starts_with(PASSING)
            {
                return differ();
            }
        }
    }
    Ok(())
}

/// Words of the engine and what they are in the recording.
#[derive(Debug, Default)]
struct Bound {
    words: BTreeMap<String, String>,
}

impl Bound {
    fn is_same_line(&mut self, a: &str, b: &str, clocks: Clocks) -> bool {
        if a == b {
            return true;
        }
        let (a, b) = (without_pull(a), without_pull(b));
        let (a, b) = (tokens::of(&a), tokens::of(&b));
        a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| self.is_same(a, b, clocks))
    }

    fn bind(&mut self, a: &str, b: &str) -> bool {
        self.words.entry(b.to_owned()).or_insert_with(|| a.to_owned()) == a
    }

    fn is_same(&mut self, a: &Token, b: &Token, clocks: Clocks) -> bool {
        match (a, b) {
            (Token::Blanks(a), Token::Blanks(b)) => (*a > 1) == (*b > 1),
            (Token::Age(a), Token::Age(b)) => {
                let is_older = *a > clocks.elapsed.0 + 1 && *b > clocks.elapsed.1 + 1;
                is_older || (a - b).abs() <= clocks.slack + rounding(*a)
            }
            (Token::Moment(a), Token::Moment(b)) => {
                let (a, b) = (a - clocks.began.0, b - clocks.began.1);
                (a < 0 && b < 0) || (a - b).abs() <= clocks.slack
            }
            (Token::Times(a), Token::Times(b)) => (a - b).abs() <= TIMES + a / SHARE,
            (Token::Millis, Token::Millis) => true,
            (Token::Address(a), Token::Address(b))
            | (Token::Uid(a), Token::Uid(b))
            | (Token::Drawn(a), Token::Drawn(b)) => self.bind(a, b),
            _ => a == b,
        }
    }
}

/// An age of more than some minutes is printed without its seconds.
fn rounding(seconds: i64) -> i64 {
    if seconds >= ROUNDED.0 { ROUNDED.1 } else { 0 }
}

/// How long a pull took and how large the image is, is the recording's own.
fn without_pull(line: &str) -> String {
    match line.split_once(PULLED).and_then(|(start, rest)| Some((start, rest.split_once(" in ")?)))
    {
        Some((start, (image, _))) => format!("{start}{PULLED}{image}"),
        None => line.to_owned(),
    }
}
