//! The editor's plain data: problems with their places, the sheet of lines, and what changed.
//!
//! Owns what the editor pane needs to draw a text. It must not parse YAML (that is `text`'s
//! work): it only reads lines. Invariant: every range is on character boundaries of the text it
//! was made for.

mod back;
mod columns;
mod complete;
mod diff;
mod files;
mod filled;
mod flow;
mod hover;
mod known;
mod names;
mod paint;
mod partly;
mod place;
mod refer;
mod sheet;
mod templates;
mod told;
mod units;

pub use back::scaled;
pub use complete::{Completion, Names, Suggestion, complete};
pub use diff::{Changed, DiffLine, Fate, Hunk, changed, compare};
pub use files::{encodings, is_text, join};
pub use hover::{About, Fact, hover};
pub use paint::{Class, Token, tokens};
pub use partly::{partly_applied, without};
pub use place::{Part, Place, Step, document_at, place, siblings};
pub use sheet::{Document, Line, Sheet, left_out, owners};
pub use templates::Template;
pub use told::{follow, problems};
pub use units::Units;

use crate::base::Order as _;

/// One replacement in a text; the range is in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// First byte replaced.
    pub from: usize,
    /// One past the last byte replaced.
    pub to: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that removes a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the button says.
    pub label: String,
    /// The replacements; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// The text with the fix in it; unchanged where an edit does not fit the text any more.
    pub fn apply(&self, text: &str) -> String {
        let mut edits: Vec<&Edit> = self.edits.iter().collect();
        edits.order_by_key(|edit| std::cmp::Reverse(edit.from));
        let mut fixed = text.to_owned();
        for edit in edits {
            if edit.from <= edit.to && fixed.get(edit.from..edit.to).is_some() {
                fixed.replace_range(edit.from..edit.to, &edit.text);
            }
        }
        fixed
    }
}

/// How serious a problem is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Nothing was applied.
    #[default]
    Error,
    /// It was applied, yet something is odd.
    Warning,
}

/// Something wrong with the typed text, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// The code in the catalogue of diagnostics.
    pub code: String,
    /// How serious it is.
    pub severity: Severity,
    /// What is wrong, in two or three words.
    pub title: String,
    /// What is wrong, as Kubernetes says it.
    pub message: String,
    /// What the code means, and what to do about it.
    pub explanation: String,
    /// What kubectl says, or another word that helps.
    pub help: Option<String>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The first byte of the offending text.
    pub from: usize,
    /// One past its last byte.
    pub to: usize,
    /// Other places that have to do with it.
    pub related: Vec<Related>,
    /// How to mend it.
    pub fix: Option<Fix>,
}

/// A place that has to do with a problem elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Related {
    /// What stands there.
    pub label: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The first byte.
    pub from: usize,
    /// One past the last byte.
    pub to: usize,
}

#[cfg(test)]
mod tests {
    use super::{Edit, Fix};

    #[test]
    fn a_fix_changes_every_place_whatever_the_order_of_its_edits() {
        let edit = |from, to, text: &str| Edit { from, to, text: text.into() };
        let fix = Fix { label: "swap".into(), edits: vec![edit(0, 1, "one"), edit(2, 3, "two")] };
        assert_eq!(fix.apply("1 2"), "one two");
    }

    #[test]
    fn a_fix_for_an_older_text_leaves_what_it_cannot_find() {
        let fix =
            Fix { label: "late".into(), edits: vec![Edit { from: 5, to: 9, text: "x".into() }] };
        assert_eq!(fix.apply("abc"), "abc");
    }
}
