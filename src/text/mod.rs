//! YAML text as a tree that remembers where everything stands, and what is wrong with it.
//!
//! Must not know Kubernetes. Invariant: spans are byte ranges on character boundaries of the
//! text they were made for; parsing never fails, it collects diagnostics.

mod blanks;
mod block;
mod breaks;
mod catalogue;
mod entities;
mod excerpt;
mod fallen;
mod first;
mod foreign;
mod hands;
mod insert;
pub(crate) mod lines;
mod near;
mod parse;
mod quotes;
mod repair;
mod scalar;
mod shift;
mod slips;
mod why;
mod width;
mod yaml;

use crate::base::Order as _;
use crate::base::Str;

pub use breaks::{BREAK, JOINED, is_joined};
pub use catalogue::{CATALOGUE, Explanation, explain};
pub use excerpt::{Excerpt, excerpt, is_long};
pub use fallen::back_into_text;
pub use first::first_of_several;
pub use insert::{Tree, add_entry, line_of, quoted};
pub use near::{distance, nearest};
pub use parse::{Reading, complaint, documents, parse, parse_document, read_bare, read_document};
pub use repair::repair_indentation;
pub use slips::{margin, wrong_colon};
pub use why::at_bracket;
pub use width::{narrowed, wide_colons};

/// A byte range.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

/// A value and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Where.
    pub span: Span,
    /// What.
    pub value: NodeValue,
}

/// What a node holds.
#[derive(Clone, PartialEq, Debug)]
pub enum NodeValue {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, as text.
    Float(Str),
    /// A string.
    Str(Str),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping, in the order of the text.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key.
    pub key: Str,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value at a key of a mapping.
    pub fn at(&self, key: &str) -> Option<&Node> {
        match &self.value {
            NodeValue::Map(entries) => {
                entries.iter().rev().find(|entry| &*entry.key == key).map(|entry| &entry.value)
            }
            _ => None,
        }
    }

    /// The whole number that this is, however it is written: `2`, `2.0`, `2e0`.
    pub fn whole(&self) -> Option<i64> {
        match &self.value {
            NodeValue::Int(number) => Some(*number),
            NodeValue::Float(text) => scalar::whole(text),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Str(text) => Some(text),
            _ => None,
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Severity {
    /// The text can't be applied.
    Error,
    /// It can, but may not mean what was meant.
    Warning,
}

/// A change of the text.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// A change that mends a mistake.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// The same in Chinese.
    pub chinese: String,
    /// How.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// The text with the fix made.
    pub fn apply(&self, text: &str) -> String {
        let mut edits: Vec<&Edit> = self.edits.iter().collect();
        edits.order_by_key(|edit| std::cmp::Reverse(edit.span));
        let mut fixed = text.to_owned();
        for edit in edits {
            let range = edit.span.start as usize..edit.span.end as usize;
            if fixed.get(range.clone()).is_some() {
                fixed.replace_range(range, &edit.text);
            }
        }
        fixed
    }
}

/// A place that has to do with a mistake elsewhere.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What stands there.
    pub message: String,
    /// The same in Chinese.
    pub chinese: String,
}

/// Something wrong with a text.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Diagnostic {
    /// Which mistake it is, `POD-Y001`.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The same in Chinese.
    pub chinese: String,
    /// Where.
    pub primary: Span,
    /// What else has to do with it.
    pub others: Vec<Related>,
    /// What may help; kubectl's own words where they are known.
    pub help: Option<String>,
    /// How to mend it.
    pub fix: Option<Fix>,
}

impl Span {
    fn moved(self, by: u32) -> Span {
        Span { start: self.start + by, end: self.end + by }
    }
}

impl Diagnostic {
    /// The same in a text that has so many bytes more before it.
    #[must_use]
    pub fn moved(mut self, by: u32) -> Diagnostic {
        self.primary = self.primary.moved(by);
        for other in &mut self.others {
            other.span = other.span.moved(by);
        }
        for edit in self.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
            edit.span = edit.span.moved(by);
        }
        self
    }
}

/// A document of a text.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// Where it stands.
    pub span: Span,
    /// What it holds; nothing if it is empty or broken.
    pub root: Option<Node>,
}

/// A text, read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// Its documents.
    pub documents: Vec<Document>,
    /// What is wrong, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Line and column, counted from 1 in characters, of a byte.
pub fn line_column(text: &str, at: u32) -> (u32, u32) {
    let at = (at as usize).min(text.len());
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |index| index + 1);
    let column = before[start..].chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
