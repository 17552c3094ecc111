//! Slips of the pen that are not all that keeps a document from being read.
//!
//! Must not know Kubernetes. Invariant: the document can be read further once one is mended, and it
//! can't be read as a whole.

use crate::text::lines::{Line, lines};
use crate::text::shift::spaces;
use crate::text::slips::colon;
use crate::text::{Diagnostic, complaint, foreign, hands, quotes};

/// The slips of single marks near the place where the reading stops, each of which lets it go on.
pub fn first_of_several(part: &str) -> Vec<Diagnostic> {
    let Some((at, _)) = complaint(part) else { return Vec::new() };
    let lines = lines(part);
    let Some(stop) = lines.partition_point(|line| line.start <= at).checked_sub(1) else {
        return Vec::new();
    };
    // Items below a word may have been read as part of it.
    let around = lines[..stop].iter().rposition(|line| line.indent <= lines[stop].indent);
    let near = [Some(stop), stop.checked_sub(1), around];
    let mut tried: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for index in near.into_iter().flatten() {
        if tried.contains(&index) {
            continue;
        }
        tried.push(index);
        let line = &lines[index];
        let marks = [
            foreign::label(line),
            colon(line),
            hands::typed_dash(line),
            quotes::before_brackets(line),
            quotes::backticks(line),
            quotes::missing(line),
            quotes::stray(line),
        ];
        let marks = marks.into_iter().flatten().map(|slip| slip.diagnostic(0));
        let slips = spaces(&[line], 0).into_iter().chain(marks).chain(dash(line));
        found.extend(slips.filter(|one| goes_on(part, at, one)));
    }
    found
}

/// `-name: a`, in this line alone.
fn dash(line: &Line<'_>) -> Option<Diagnostic> {
    crate::text::slips::dashes(std::slice::from_ref(line)).map(|slip| slip.diagnostic(0))
}

/// Whether the reading stops on a later line once a slip is mended.
fn goes_on(part: &str, at: usize, one: &Diagnostic) -> bool {
    let Some(fix) = &one.fix else { return false };
    let fixed = fix.apply(part);
    let line =
        |text: &str, at: usize| text.get(..at).map_or(0, |above| above.matches('\n').count());
    let own = line(part, at).max(line(part, one.primary.start as usize));
    complaint(&fixed).is_some_and(|(later, _)| line(&fixed, later) > own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_two_slips_lets_the_reading_go_on() {
        let bad = "a:1\nb: 2\nc:\n  d e\n  f: g\n";
        let found = first_of_several(bad);
        let fixed: Vec<String> =
            found.iter().filter_map(|one| one.fix.as_ref()).map(|fix| fix.apply(bad)).collect();
        assert_eq!(fixed, [bad.replace("a:1", "a: 1")]);
        // One slip alone is told by what mends the whole.
        assert!(first_of_several("a:1\nb: 2\n").is_empty());
        assert!(first_of_several("a: 1\n").is_empty());
    }
}
