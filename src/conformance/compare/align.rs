//! Whether two texts that say the same stand alike: indentation, columns, gaps.
//!
//! Must not know what the words mean. Invariant: what is looked at are the texts as they were
//! printed, since other names make other widths; two texts stand alike if the same lines' columns
//! begin at one place in both, with the same room beside the widest cell.

/// A line of an output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// In canonical names.
    pub(super) text: &'a str,
    /// As it was printed; none if a part of it was taken away.
    pub(super) raw: Option<&'a str>,
}

/// The lines of a text in canonical names beside those that were printed.
pub(super) fn lines<'a>(text: &'a str, raw: &'a str) -> Vec<Line<'a>> {
    let mut printed = raw.lines();
    text.lines().map(|text| Line { text, raw: printed.next() }).collect()
}

/// A run of blanks inside a line that may part two columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Gap {
    start: usize,
    end: usize,
}

/// How far a line is indented, and its gaps.
fn shape(line: &str) -> (usize, Vec<Gap>) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let mut gaps = Vec::new();
    let mut start = None;
    for (at, byte) in line.bytes().enumerate().skip(indent).chain([(line.len(), b'x')]) {
        match (byte == b' ', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                if at - from > 1 {
                    gaps.push(Gap { start: from, end: at });
                }
                start = None;
            }
            _ => {}
        }
    }
    (indent, gaps)
}

/// The first line in which two texts of the same words stand otherwise. Whether the room beside
/// the widest cell is looked at must be said: the widest may have been taken away.
pub(super) fn unlike(left: &[Line<'_>], right: &[Line<'_>], is_whole: bool) -> Option<usize> {
    let shapes = |lines: &[Line<'_>]| -> Vec<Option<(usize, Vec<Gap>)>> {
        lines.iter().map(|line| line.raw.map(shape)).collect()
    };
    let (left, right) = (shapes(left), shapes(right));
    let pairs: Vec<Option<Pair>> = left
        .into_iter()
        .zip(right)
        .map(|(a, b)| {
            let (a, b) = (a?, b?);
            Some(Pair { indents: (a.0, b.0), gaps: a.1.into_iter().zip(b.1).collect() })
        })
        .collect();
    let indented =
        |pair: &Option<Pair>| pair.as_ref().is_some_and(|one| one.indents.0 != one.indents.1);
    if let Some(at) = pairs.iter().position(indented) {
        return Some(at);
    }
    let most = pairs.iter().flatten().map(|one| one.gaps.len()).max().unwrap_or(0);
    (0..most).find_map(|column| unlike_column(&pairs, column, is_whole))
}

/// One line of both texts.
struct Pair {
    indents: (usize, usize),
    gaps: Vec<(Gap, Gap)>,
}

/// The first line whose column begins elsewhere: apart from the line before it in one text only,
/// or with other room beside the widest cell of the lines that stand alike.
fn unlike_column(pairs: &[Option<Pair>], column: usize, is_whole: bool) -> Option<usize> {
    let gap = |at: usize| {
        let pair = pairs.get(at)?.as_ref()?;
        pair.gaps.get(column).copied()
    };
    let room = |one: Gap| one.end - one.start;
    let mut start = 0;
    while start < pairs.len() {
        let Some(first) = gap(start) else {
            start += 1;
            continue;
        };
        let mut least = (room(first.0), room(first.1));
        let mut end = start + 1;
        while let Some(next) = gap(end) {
            let (is_left, is_right) = (next.0.end == first.0.end, next.1.end == first.1.end);
            if is_left != is_right {
                return Some(end);
            }
            if !is_left {
                break;
            }
            least = (least.0.min(room(next.0)), least.1.min(room(next.1)));
            end += 1;
        }
        if is_whole && least.0 != least.1 {
            return Some(start);
        }
        start = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlike_lines(left: &str, right: &str) -> Option<usize> {
        unlike(&lines(left, left), &lines(right, right), true)
    }

    #[test]
    fn longer_names_make_wider_columns_and_stand_alike() {
        let left = "NAME   READY   AGE\nweb    1/1     4s\ndb     1/1     4s";
        let right = "NAME         READY   AGE\nweb-worker   1/1     4s\ndb           1/1     4s";
        assert_eq!(unlike_lines(left, right), None);
    }

    #[test]
    fn a_row_that_is_moved_is_seen() {
        let left = "NAME   READY   AGE\nweb    1/1     4s\ndb     1/1     4s";
        let right = "NAME   READY   AGE\nweb     1/1     4s\ndb     1/1     4s";
        assert_eq!(unlike_lines(left, right), Some(1));
    }

    #[test]
    fn a_column_that_is_moved_as_a_whole_is_seen() {
        let left = "NAME   AGE\nweb    4s";
        let right = "NAME    AGE\nweb     4s";
        assert_eq!(unlike_lines(left, right), Some(0));
        assert_eq!(unlike(&lines(left, left), &lines(right, right), false), None);
    }

    #[test]
    fn indentation_is_part_of_a_text() {
        assert_eq!(unlike_lines("a:\n  b: 1", "a:\n    b: 1"), Some(1));
    }
}
