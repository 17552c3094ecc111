//! A document's lines as those who mend it see them.
//!
//! Must not know what is mended. Invariant: blank lines and comments are left out.

use granit_parser::Parser;

/// A line that says something.
pub(super) struct Line<'a> {
    /// Where it begins in its document.
    pub(super) start: usize,
    /// The blanks before it.
    pub(super) indent: usize,
    /// The rest, without blanks at its end.
    pub(super) body: &'a str,
}

/// The lines of a document.
pub(super) fn lines(part: &str) -> Vec<Line<'_>> {
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
