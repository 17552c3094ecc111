//! A document's lines as those who mend it see them.
//!
//! Must not know what is mended. Invariant: blank lines and comments are left out.

use granit_parser::Parser;

/// A line that says something.
pub(crate) struct Line<'a> {
    /// Where it begins in its document.
    pub(crate) start: usize,
    /// The blanks before it.
    pub(crate) indent: usize,
    /// The rest, without blanks at its end.
    pub(crate) body: &'a str,
}

impl Line<'_> {
    /// Where its body begins in the document.
    pub(super) fn at(&self) -> usize {
        self.start + self.indent
    }

    /// The column of its key, behind its dashes.
    pub(crate) fn column(&self) -> usize {
        let mut bare = self.body;
        while let Some(inner) = bare.strip_prefix("- ") {
            bare = inner.trim_start_matches(' ');
        }
        self.indent + self.body.len() - bare.len()
    }

    /// Whether something may stand below it, further in.
    pub(crate) fn opens_level(&self) -> bool {
        self.body.ends_with([':', '|', '>', '-'])
    }

    /// Where its body ends in the document.
    pub(super) fn end(&self) -> usize {
        self.at() + self.body.len()
    }
}

/// The lines of a document.
pub(crate) fn lines(part: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in part.split_inclusive('\n') {
        let bare = line.trim_end();
        let body = bare.trim_start_matches(' ');
        if !body.is_empty() && !body.starts_with('#') {
            lines.push(Line { start: at, indent: bare.len() - body.len(), body });
        }
        at += line.len();
    }
    lines
}

/// Whether a document can be read.
pub(super) fn is_readable(part: &str) -> bool {
    Parser::new_from_str(part).all(|event| event.is_ok())
}

/// Whether a line's value is a block of text on the lines below, as `|` and `>` begin it.
pub(super) fn opens_block(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    let mark = line.rsplit([' ', ':']).next().unwrap_or_default();
    let rest = mark.strip_prefix(['|', '>']);
    rest.is_some_and(|rest| {
        rest.chars().all(|letter| letter.is_ascii_digit() || "+-".contains(letter))
    }) && line.len() > mark.len()
}

/// For each line of a text whether it is part of a block that `|` or `>` begins.
pub(super) fn blocks(part: &str) -> Vec<bool> {
    let mut scalar: Option<usize> = None;
    let line = |line: &str| {
        let bare = line.trim_end();
        let indent = bare.len() - bare.trim_start_matches(' ').len();
        if scalar.is_some_and(|column| indent > column || bare.is_empty()) {
            return true;
        }
        scalar = opens_block(bare).then_some(indent);
        false
    };
    part.split_inclusive('\n').map(line).collect()
}
