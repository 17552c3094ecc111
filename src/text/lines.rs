//! A document's lines as those who mend it see them.
//!
//! Must not know what is mended. Invariant: blank lines and comments are left out of `lines`.

use granit_parser::Parser;

use crate::text::yaml::known_escapes;

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

    /// The column that the text of a block must be right of, if this line begins one: that of its
    /// key, or of the dash before the mark.
    pub(super) fn text_floor(&self) -> Option<usize> {
        let is_bare = self.body[self.column() - self.indent..].starts_with(['|', '>']);
        let floor = self.column();
        opens_block(self.body).then(|| if is_bare { floor.saturating_sub(2) } else { floor })
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
    let mut lines = rows(part);
    lines.retain(|line| !line.body.is_empty() && !line.body.starts_with('#'));
    lines
}

/// The lines of a document with those that are blank and the comments, as what is text for YAML
/// may have both.
pub(super) fn rows(part: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    let mut rows = Vec::new();
    for line in part.split_inclusive('\n') {
        let bare = line.trim_end();
        let body = bare.trim_start_matches(' ');
        rows.push(Line { start: at, indent: bare.len() - body.len(), body });
        at += line.len();
    }
    rows
}

/// Whether a document can be read.
pub(super) fn is_readable(part: &str) -> bool {
    Parser::new_from_str(&known_escapes(part)).all(|event| event.is_ok())
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
pub(crate) fn blocks(part: &str) -> Vec<bool> {
    let mut scalar: Option<usize> = None;
    let row = |row: &Line<'_>| {
        if scalar.is_some_and(|floor| row.indent > floor || row.body.is_empty()) {
            return true;
        }
        scalar = row.text_floor();
        false
    };
    rows(part).iter().map(row).collect()
}
