//! How much is wrong with a text, so that of two texts the better one can be told.
//!
//! Must not know how mistakes are found. Invariant: a mistake that hides others weighs more than
//! all that it may hide.

use crate::text::{Diagnostic, Severity, complaint};

/// What is wrong, the gravest first: each kind of mistake hides those after it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Weight {
    /// Documents that can't be read.
    unread: usize,
    /// Characters that YAML can't take, in all places.
    marks: usize,
    /// Lines from where the reading stops on.
    rest: usize,
    /// Kinds that are missing or not known.
    kinds: usize,
    /// Fields that are unknown or of a wrong type.
    fields: usize,
    /// Objects without a version or a name.
    objects: usize,
    /// Rules that are broken.
    rules: usize,
    /// What is only odd.
    odd: usize,
}

impl Weight {
    /// Takes in what was found in a document.
    pub(super) fn add(&mut self, text: &str, is_read: bool, found: &[Diagnostic]) {
        let errors = || found.iter().filter(|one| one.severity == Severity::Error);
        if !is_read && errors().next().is_some() {
            self.unread += 1;
            self.marks += text.lines().map(tabs).sum::<usize>();
            let stop = complaint(text).map_or(0, |(at, _)| at.min(text.len()));
            self.rest += text.get(stop..).map_or(0, |rest| rest.matches('\n').count());
        }
        let count = |stage: &str| errors().filter(|one| one.code.starts_with(stage)).count();
        for one in found.iter().filter(|one| is_mark(one)) {
            self.marks += one.fix.as_ref().map_or(0, |fix| fix.edits.len());
        }
        let objects = count("POD-K002");
        self.kinds += count("POD-K") - objects;
        self.fields += count("POD-F");
        self.objects += objects;
        self.rules += count("POD-V");
        self.odd += found.iter().filter(|one| one.severity == Severity::Warning).count();
    }

    /// Whether every document can be read.
    pub(super) fn is_read(&self) -> bool {
        self.unread == 0
    }

    /// Whether nothing is wrong that keeps the text from being applied.
    pub(super) fn is_well(&self) -> bool {
        Weight { odd: 0, ..*self } == Weight::default()
    }

    /// Whether all can be read, and one field less than in another text is odd.
    pub(super) fn has_one_field_less(&self, other: &Weight) -> bool {
        self.is_read() && self.kinds == other.kinds && self.fields + 1 == other.fields
    }

    /// Whether all can be read, and every kind has the fields that it is given.
    pub(super) fn has_no_odd_field(&self) -> bool {
        Weight { odd: 0, rules: 0, objects: 0, ..*self } == Weight::default()
    }
}

/// Whether a mistake is one of characters that only look like YAML's own.
pub(super) fn is_mark(one: &Diagnostic) -> bool {
    matches!(one.code, "POD-Y005" | "POD-Y010" | "POD-Y013")
}

/// The tabs in a line's indentation.
fn tabs(line: &str) -> usize {
    line.chars()
        .take_while(|letter| matches!(letter, ' ' | '\t'))
        .filter(|one| *one == '\t')
        .count()
}
