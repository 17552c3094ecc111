//! Compares two runs of a scenario: what was recorded and what the engine did.
//!
//! Must not know the engine. Invariant: a run compared with itself has no difference.

mod align;
mod changes;
mod end;
mod events;
mod layout;
mod order;
mod output;
mod side;
mod slices;
mod tokens;
mod tolerance;

use std::fmt;

use crate::conformance::replay::Replay;
use crate::conformance::schema::{Centis, Run};

use side::Side;

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Section {
    /// The facts of every object at the end.
    Final,
    /// The sequence of changes of every object.
    Changes,
    /// The order of changes across objects.
    Order,
    /// The Events of every object.
    Events,
    /// What kubectl printed.
    Output,
}

impl Section {
    /// All of them.
    pub const ALL: [Section; 5] =
        [Section::Final, Section::Changes, Section::Order, Section::Events, Section::Output];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Section::Final => "final",
            Section::Changes => "changes",
            Section::Order => "order",
            Section::Events => "events",
            Section::Output => "output",
        }
    }
}

/// Something in which two runs differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Where it was found.
    pub section: Section,
    /// During which step of the recording, if of one.
    pub step: Option<u32>,
    /// When, in the recording.
    pub at: Option<Centis>,
    /// What it is about.
    pub object: String,
    /// What the recording says.
    pub expected: String,
    /// What the engine did.
    pub got: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.section.word())?;
        if let Some(step) = self.step {
            write!(f, " step {step}")?;
        }
        if let Some(at) = self.at {
            write!(f, " t={at}")?;
        }
        write!(f, " {}: expected {}, got {}", self.object, self.expected, self.got)
    }
}

/// What was compared and in what the runs differ.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// How many things were compared, by section.
    pub compared: [u32; Section::ALL.len()],
    /// In how many of them the runs differ, by section.
    pub failed: [u32; Section::ALL.len()],
    /// The differences, section by section.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether the runs agree.
    pub fn is_passed(&self) -> bool {
        self.differences.is_empty()
    }

    /// One more thing was compared, with these differences.
    fn add(&mut self, section: Section, found: Vec<Difference>) {
        self.compared[section as usize] += 1;
        self.failed[section as usize] += u32::from(!found.is_empty());
        self.differences.extend(found);
    }
}

fn never_rests(step: u32) -> Difference {
    Difference {
        section: Section::Final,
        step: Some(step),
        at: None,
        object: "the cluster".to_owned(),
        expected: "it to come to rest".to_owned(),
        got: "it never does".to_owned(),
    }
}

/// Compares a recorded run with a replay of its steps.
pub fn compare(recorded: &Run, replay: &Replay) -> Report {
    let mut theirs = Side::of(recorded);
    let mut ours = Side::of(&replay.run);
    if theirs.is_foreign() {
        theirs.forget_foreign();
        ours.forget_foreign();
    }
    let mut report = Report::default();
    if let Some(step) = replay.stuck {
        report.add(Section::Final, vec![never_rests(step)]);
        return report;
    }
    end::compare(&theirs, &ours, &mut report);
    changes::compare(&theirs, &ours, &mut report);
    order::compare(&theirs, &ours, &mut report);
    events::compare(&theirs, &ours, &mut report);
    output::compare(&theirs, &ours, replay, &mut report);
    report
}
