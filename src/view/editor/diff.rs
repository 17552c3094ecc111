//! Two texts side by side: what goes, what comes, and a little around it.
//!
//! Owns the comparison by lines. It must not know YAML. Invariant: the lines that stay and go are
//! the old text in order, those that stay and come the new one.

/// How many lines around a change are shown.
const AROUND: usize = 3;
/// The most pairs of lines that are compared; beyond, all that differs counts as replaced.
const PAIRS_MAX: usize = 4_000_000;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Stays,
    /// It goes.
    Goes,
    /// It comes.
    Comes,
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// What became of it.
    pub fate: Fate,
    /// Its number in the new text, or in the old one if it goes; from 1.
    pub number: usize,
    /// What it says.
    pub text: String,
}

/// Lines that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hunk {
    /// The lines.
    pub lines: Vec<DiffLine>,
}

/// What differs between two texts, with a few lines around.
pub fn compare(before: &str, after: &str) -> Vec<Hunk> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let mut fates = vec![Fate::Stays; head];
    fates.extend(middle(&old[head..old.len() - tail], &new[head..new.len() - tail]));
    fates.extend(std::iter::repeat_n(Fate::Stays, tail));
    let (mut at_old, mut at_new) = (0, 0);
    let mut lines = Vec::new();
    for fate in fates {
        let (number, text) = match fate {
            Fate::Goes => (at_old, old[at_old]),
            _ => (at_new, new[at_new]),
        };
        at_old += usize::from(fate != Fate::Comes);
        at_new += usize::from(fate != Fate::Goes);
        lines.push(DiffLine { fate, number: number + 1, text: text.to_owned() });
    }
    hunks(&lines)
}

/// The fates of lines that have neither beginning nor end in common.
fn middle(old: &[&str], new: &[&str]) -> Vec<Fate> {
    let (rows, columns) = (old.len(), new.len());
    if rows * columns == 0 || rows.saturating_mul(columns) > PAIRS_MAX {
        let gone = std::iter::repeat_n(Fate::Goes, rows);
        return gone.chain(std::iter::repeat_n(Fate::Comes, columns)).collect();
    }
    // The longest common part of what is left from each pair of lines on.
    let width = columns + 1;
    let mut common = vec![0_u32; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            common[row * width + column] = if old[row] == new[column] {
                common[(row + 1) * width + column + 1] + 1
            } else {
                common[(row + 1) * width + column].max(common[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut fates = Vec::new();
    while row < rows || column < columns {
        let fate = if row < rows && column < columns && old[row] == new[column] {
            Fate::Stays
        } else if column == columns
            || (row < rows
                && common[(row + 1) * width + column] >= common[row * width + column + 1])
        {
            Fate::Goes
        } else {
            Fate::Comes
        };
        row += usize::from(fate != Fate::Comes);
        column += usize::from(fate != Fate::Goes);
        fates.push(fate);
    }
    fates
}

fn hunks(lines: &[DiffLine]) -> Vec<Hunk> {
    let changed: Vec<usize> =
        (0..lines.len()).filter(|at| lines[*at].fate != Fate::Stays).collect();
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut end = 0;
    for at in changed {
        let from = at.saturating_sub(AROUND).max(end);
        let to = (at + AROUND + 1).min(lines.len()).max(end);
        if from > end || hunks.is_empty() {
            hunks.push(Hunk::default());
        }
        if let Some(hunk) = hunks.last_mut() {
            hunk.lines.extend_from_slice(&lines[from..to]);
        }
        end = to;
    }
    hunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> Vec<String> {
        let line = |line: &DiffLine| {
            let mark = match line.fate {
                Fate::Stays => ' ',
                Fate::Goes => '-',
                Fate::Comes => '+',
            };
            format!("{mark}{} {}", line.number, line.text)
        };
        let all = compare(before, after);
        all.iter().map(|hunk| hunk.lines.iter().map(line).collect::<Vec<_>>().join("|")).collect()
    }

    #[test]
    fn what_goes_stands_before_what_comes() {
        assert_eq!(shown("a\nb\nc\n", "a\nx\nc\n"), [" 1 a|-2 b|+2 x| 3 c"]);
        assert_eq!(shown("a\n", "a\nb\n"), [" 1 a|+2 b"]);
        assert_eq!(shown("a\nb\n", "b\n"), ["-1 a| 1 b"]);
        assert!(shown("a\n", "a\n").is_empty());
    }

    fn joined(lines: impl Iterator<Item = String>) -> String {
        lines.flat_map(|line| [line, "\n".into()]).collect()
    }

    #[test]
    fn changes_far_apart_are_told_apart() {
        let text = joined((0..30).map(|at| at.to_string()));
        let other = text.replace("\n4\n", "\nx\n").replace("\n25\n", "\ny\n");
        let found = compare(&text, &other);
        assert_eq!(found.iter().map(|hunk| hunk.lines.len()).collect::<Vec<_>>(), [8, 8]);
    }

    #[test]
    fn both_texts_can_be_read_from_the_lines() {
        let (before, after) = ("a\nb\nc\nd\n", "b\nx\nd\na\n");
        let lines: Vec<DiffLine> =
            compare(before, after).into_iter().flat_map(|hunk| hunk.lines).collect();
        let side = |not: Fate| {
            let kept = lines.iter().filter(|line| line.fate != not);
            joined(kept.map(|line| line.text.clone()))
        };
        assert_eq!((side(Fate::Comes).as_str(), side(Fate::Goes).as_str()), (before, after));
    }
}
