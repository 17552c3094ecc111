//! Two texts side by side: what goes, what comes, and a little around it.
//!
//! Owns the comparison by lines. It must not know YAML. Invariant: the lines that stay and go are
//! the old text in order, those that stay and come the new one.

/// How many lines around a change are shown.
const AROUND: usize = 3;
/// The most lines that go and come together; beyond, all that differs counts as replaced.
const STEPS_MAX: usize = 2_000;
/// The same while somebody types.
const STEPS_TYPING_MAX: usize = 700;

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
    let (mut at_old, mut at_new) = (0, 0);
    let mut lines = Vec::new();
    for fate in fates(&old, &new, STEPS_MAX) {
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

/// Where a text differs from what was applied; lines from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The lines that are new or other than they were.
    pub lines: Vec<usize>,
    /// The lines above which some are gone that no other took the place of; the number of lines
    /// where they stood at the end.
    pub gone: Vec<usize>,
}

/// Where `text` differs from `applied`; blank lines count for nothing.
pub fn changed(applied: &str, text: &str) -> Changed {
    let mut changed = Changed::default();
    if applied == text {
        return changed;
    }
    let old: Vec<&str> = applied.lines().collect();
    let new: Vec<&str> = text.lines().collect();
    let (mut at_old, mut at_new) = (0, 0);
    let mut goes = None;
    let fates = fates(&old, &new, STEPS_TYPING_MAX);
    for fate in fates.into_iter().chain([Fate::Stays]) {
        match fate {
            Fate::Goes => {
                let is_blank = old[at_old].trim().is_empty();
                goes = goes.or_else(|| (!is_blank).then_some(at_new));
                at_old += 1;
            }
            Fate::Comes => {
                if !new[at_new].trim().is_empty() {
                    changed.lines.push(at_new);
                    goes = None;
                }
                at_new += 1;
            }
            Fate::Stays => {
                changed.gone.extend(goes.take());
                (at_old, at_new) = (at_old + 1, at_new + 1);
            }
        }
    }
    changed
}

/// What became of every line of two texts, in order; what goes stands before what comes.
fn fates(old: &[&str], new: &[&str], most: usize) -> Vec<Fate> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail =
        old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let mut fates = vec![Fate::Stays; head];
    fates.extend(middle(&old[head..old.len() - tail], &new[head..new.len() - tail], most));
    fates.extend(std::iter::repeat_n(Fate::Stays, tail));
    fates
}

/// The fates of lines that have neither beginning nor end in common.
///
/// The fewest lines that go and come, found step by step: after each, how far every surplus of
/// lines gone over lines come has led (Myers).
fn middle(old: &[&str], new: &[&str], most: usize) -> Vec<Fate> {
    let replaced = || {
        let gone = std::iter::repeat_n(Fate::Goes, old.len());
        gone.chain(std::iter::repeat_n(Fate::Comes, new.len())).collect()
    };
    if old.is_empty() || new.is_empty() {
        return replaced();
    }
    // How many old lines are passed on each diagonal: of step `d` at `at` there have gone
    // `2 * at - d` lines more than have come.
    let mut steps: Vec<Vec<usize>> = Vec::new();
    for step in 0..=most.min(old.len() + new.len()) {
        let mut reach = Vec::with_capacity(step + 1);
        for at in 0..=step {
            let mut row = start_of(steps.last(), at);
            let mut column = row + step - 2 * at;
            while row < old.len() && column < new.len() && old[row] == new[column] {
                (row, column) = (row + 1, column + 1);
            }
            reach.push(row);
            if row >= old.len() && column >= new.len() {
                return walked(&steps, (old.len(), new.len()), at);
            }
        }
        steps.push(reach);
    }
    replaced()
}

/// How many old lines are passed when a step begins on a diagonal: one more went, or one came.
fn start_of(before: Option<&Vec<usize>>, at: usize) -> usize {
    let Some(before) = before else { return 0 };
    let came = before.get(at).copied();
    let went = at.checked_sub(1).map(|at| before[at] + 1);
    match (went, came) {
        (Some(went), Some(came)) => went.max(came),
        (went, came) => went.or(came).unwrap_or(0),
    }
}

/// The way back through the steps from the end of both texts, as fates in order.
fn walked(steps: &[Vec<usize>], (rows, columns): (usize, usize), at: usize) -> Vec<Fate> {
    let (mut row, mut column, mut at) = (rows, columns, at);
    let mut fates = Vec::new();
    for before in steps.iter().rev() {
        let start = start_of(Some(before), at);
        fates.extend(std::iter::repeat_n(Fate::Stays, row - start));
        column -= row - start;
        row = start;
        let went = at.checked_sub(1).is_some_and(|at| before[at] + 1 == row);
        if went {
            fates.push(Fate::Goes);
            (row, at) = (row - 1, at - 1);
        } else {
            fates.push(Fate::Comes);
            column -= 1;
        }
    }
    debug_assert_eq!(row, column);
    fates.extend(std::iter::repeat_n(Fate::Stays, row));
    fates.reverse();
    // Between two lines that stay the order is free.
    for run in fates.split_mut(|fate| *fate == Fate::Stays) {
        let goes = run.iter().filter(|fate| **fate == Fate::Goes).count();
        run[..goes].fill(Fate::Goes);
        run[goes..].fill(Fate::Comes);
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
    fn only_the_edited_lines_count_as_changed() {
        let both = |applied, text| {
            let Changed { lines, gone } = changed(applied, text);
            (lines, gone)
        };
        assert_eq!(both("a\nb\nc\n", "a\nx\nc\n"), (vec![1], vec![]));
        assert_eq!(both("a\nb\nc\n", "a\nx\ny\nc\n"), (vec![1, 2], vec![]));
        assert_eq!(both("a\nb", "a\nnew\nb"), (vec![1], vec![]));
        assert_eq!(both("", "a\n\nb"), (vec![0, 2], vec![]));
        assert_eq!(both("same", "same"), (vec![], vec![]));
    }

    #[test]
    fn lines_that_are_gone_are_known_by_the_line_below() {
        let gone = |applied, text| changed(applied, text).gone;
        assert_eq!(gone("a\nb\nc\n", "a\nc\n"), [1]);
        assert_eq!(gone("a\nb\n", "b\n"), [0]);
        assert_eq!(gone("a\nb\nc\n", "a\n"), [1]);
        assert_eq!(gone("a\n\nc\n", "a\nc\n"), Vec::<usize>::new(), "a blank line");
        let moved = changed("a\nb\nc\nd\n", "b\nc\na\nd\n");
        assert_eq!((moved.lines, moved.gone), (vec![2], vec![0]));
    }

    #[test]
    fn the_fewest_lines_go_and_come() {
        let lines = |text: &str| text.chars().map(|one| one.to_string()).collect::<Vec<_>>();
        let (old, new) = (lines("abcabba"), lines("cbabac"));
        let old: Vec<&str> = old.iter().map(String::as_str).collect();
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        let found = fates(&old, &new, STEPS_MAX);
        assert_eq!(found.iter().filter(|fate| **fate == Fate::Stays).count(), 4);
        let far: Vec<String> = (0..3_000).map(|at| at.to_string()).collect();
        let far: Vec<&str> = far.iter().map(String::as_str).collect();
        assert_eq!(middle(&far, &vec!["x"; 3_000], STEPS_MAX).len(), 6_000);
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
