//! Two texts compared line by line, as `diff -u` shows it.
//!
//! Must not know what the texts say. Invariant: equal texts give nothing.

use std::fmt::Write as _;

/// Lines around a change that are shown too.
const CONTEXT: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Same,
    Gone,
    New,
}

/// The hunks of a unified diff.
pub(super) fn hunks(before: &str, after: &str) -> String {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let steps = steps(&old, &new);
    let mut out = String::new();
    let changed: Vec<usize> =
        (0..steps.len()).filter(|index| steps[*index] != Step::Same).collect();
    let mut next = 0;
    while next < changed.len() {
        let mut last = next;
        while last + 1 < changed.len() && changed[last + 1] - changed[last] <= 2 * CONTEXT {
            last += 1;
        }
        let from = changed[next].saturating_sub(CONTEXT);
        let to = (changed[last] + CONTEXT + 1).min(steps.len());
        hunk(&mut out, (&old, &new), &steps, from..to);
        next = last + 1;
    }
    out
}

fn hunk(
    out: &mut String,
    (old, new): (&[&str], &[&str]),
    steps: &[Step],
    range: std::ops::Range<usize>,
) {
    let count = |steps: &[Step], not: Step| steps.iter().filter(|step| **step != not).count();
    let (old_at, new_at) =
        (count(&steps[..range.start], Step::New), count(&steps[..range.start], Step::Gone));
    let part = &steps[range];
    let (old_count, new_count) = (count(part, Step::New), count(part, Step::Gone));
    let place = |at: usize, count: usize| match count {
        0 => format!("{at},0"),
        1 => format!("{}", at + 1),
        count => format!("{},{count}", at + 1),
    };
    writeln!(out, "@@ -{} +{} @@", place(old_at, old_count), place(new_at, new_count))
        .expect("text takes text");
    let (mut i, mut j) = (old_at, new_at);
    for step in part {
        let (mark, line) = match step {
            Step::Same => (' ', old[i]),
            Step::Gone => ('-', old[i]),
            Step::New => ('+', new[j]),
        };
        i += usize::from(*step != Step::New);
        j += usize::from(*step != Step::Gone);
        writeln!(out, "{mark}{line}").expect("text takes text");
    }
}

/// The steps from the one to the other along a longest common subsequence; of a change the
/// old lines come first.
fn steps(old: &[&str], new: &[&str]) -> Vec<Step> {
    let width = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut steps) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        let step = if i < old.len() && j < new.len() && old[i] == new[j] {
            Step::Same
        } else if i < old.len()
            && (j == new.len() || longest[(i + 1) * width + j] >= longest[i * width + j + 1])
        {
            Step::Gone
        } else {
            Step::New
        };
        i += usize::from(step != Step::New);
        j += usize::from(step != Step::Gone);
        steps.push(step);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_three_lines_around() {
        let old: String = (1..=9).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect();
        let new = old.replace("5\n", "five\n");
        assert_eq!(hunks(&old, &new), "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
        assert_eq!(hunks(&old, &old), "");
    }

    #[test]
    fn a_new_text_is_all_new() {
        assert_eq!(hunks("", "a\nb\n"), "@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    #[test]
    fn changes_far_apart_stand_in_hunks_of_their_own() {
        let old: String = (1..=20).flat_map(|n| [n.to_string(), "\n".to_owned()]).collect();
        let new = old.replace("\n2\n", "\ntwo\n").replace("\n19\n", "\n");
        assert_eq!(hunks(&old, &new).matches("@@ -").count(), 2);
    }
}
