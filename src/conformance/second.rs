//! Where in a second of its clock a recorded run began, as the printed ages tell.
//!
//! Must not know the engine. Invariant: the API keeps whole seconds, so that an age tells whether
//! a second has begun between the making of an object and the printing; nothing else is read.

use crate::conformance::schema::{Centis, Deed, Run};
use crate::conformance::shown;

/// A printed age.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Age {
    /// When the object was made.
    made: Centis,
    /// Between which moments it was printed.
    printed: (Centis, Centis),
    seconds: i64,
}

const SECOND: i64 = 100;

impl Age {
    /// Whether this age may be printed if the run began so far into a second.
    fn fits(&self, begun: i64) -> bool {
        let second = |at: Centis| (at.0 + begun).div_euclid(SECOND);
        let oldest = second(self.printed.1) - second(self.made);
        let youngest = second(self.printed.0) - second(self.made);
        (youngest..=oldest).contains(&self.seconds)
    }
}

/// How many hundredths of a second may have passed of the second in which a run began, the likeliest
/// first.
pub(super) fn begun(run: &Run) -> Vec<u64> {
    let ages = ages(run);
    let fits = |begun: i64| ages.iter().filter(|age| age.fits(begun)).count();
    let counts: Vec<usize> = (0..SECOND).map(fits).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    let (from, size) = longest(&counts, most);
    let eighths: [usize; 5] = if size == counts.len() { [0, 2, 4, 6, 1] } else { [4, 2, 6, 1, 7] };
    let places = eighths.map(|eighths| (from + size * eighths / 8) % counts.len());
    places.into_iter().filter_map(|place| u64::try_from(place).ok()).collect()
}

/// The longest stretch of the best places on the clock: where it begins and how long it is.
fn longest(counts: &[usize], most: usize) -> (usize, usize) {
    let len = counts.len();
    let is_best = |place: usize| counts[place % len] == most;
    if (0..len).all(is_best) {
        return (0, len);
    }
    let starts = (0..len).filter(|place| is_best(*place) && !is_best(place + len - 1));
    let stretch = |from: usize| (from..from + len).take_while(|place| is_best(*place)).count();
    starts.map(|from| (from, stretch(from))).max_by_key(|(_, size)| *size).unwrap_or((0, len))
}

fn ages(run: &Run) -> Vec<Age> {
    let mut ages = Vec::new();
    for step in run.steps.iter().filter(|step| step.action == "show") {
        for part in shown::split(step.text.as_deref().unwrap_or_default()) {
            for table in part.output.split("\n\n") {
                for (name, seconds) in rows(table) {
                    let made = made(run, name, step.t_end);
                    let printed = (step.t, step.t_end);
                    ages.extend(made.map(|made| Age { made, printed, seconds }));
                }
            }
        }
    }
    ages.sort();
    ages.dedup();
    ages
}

/// The names and ages in seconds of a table.
fn rows(table: &str) -> Vec<(&str, i64)> {
    let mut lines = table.lines().skip_while(|line| line.is_empty());
    let column = lines.next().filter(|head| head.starts_with("NAME")).and_then(|head| {
        let at = head.find(" AGE")?;
        Some(at + 1)
    });
    let Some(column) = column else { return Vec::new() };
    let age = |line: &str| -> Option<i64> {
        line.get(column..)?.split(' ').next()?.strip_suffix('s')?.parse().ok()
    };
    lines.filter_map(|line| Some((line.split(' ').next()?, age(line)?))).collect()
}

/// When the latest object of this name was made, if there is no doubt which one is meant.
fn made(run: &Run, name: &str, before: Centis) -> Option<Centis> {
    let (kind, name) = match name.split_once('/') {
        Some((kind, name)) => (kind.split('.').next(), name),
        None => (None, name),
    };
    let of_kind = |other: &str| kind.is_none_or(|kind| kind.eq_ignore_ascii_case(other));
    let found = run.trace.iter().filter(|one| {
        one.event == Deed::Added
            && one.name == name
            && one.kind != "Event"
            && of_kind(&one.kind)
            && one.t <= before
    });
    let times: Vec<Centis> = found.map(|one| one.t).collect();
    let (first, last) = (*times.first()?, *times.last()?);
    (kind.is_some() || last.0 - first.0 <= 2).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(made: i64, printed: i64, seconds: i64) -> Age {
        Age { made: Centis(made), printed: (Centis(printed), Centis(printed)), seconds }
    }

    #[test]
    fn an_age_tells_whether_a_second_began_in_between() {
        // Made at 0.5 s and printed at 4.6 s as five seconds old.
        let one = age(50, 460, 5);
        let fitting: Vec<i64> = (0..SECOND).filter(|begun| one.fits(*begun)).collect();
        assert_eq!((fitting.first(), fitting.last()), (Some(&40), Some(&49)));
    }

    #[test]
    fn the_longest_stretch_is_taken_around_the_clock_too() {
        assert_eq!(longest(&[1, 1, 0, 1, 0, 1], 1), (5, 3));
        assert_eq!(longest(&[2, 2, 2, 2], 2), (0, 4));
        assert_eq!(longest(&[0, 3, 3, 3, 0], 3), (1, 3));
    }

    #[test]
    fn a_run_without_ages_may_have_begun_anywhere() {
        assert_eq!(begun(&Run::default()), [0, 25, 50, 75, 12]);
    }

    #[test]
    fn rows_are_read_below_their_heads() {
        let table = "NAME   READY   STATUS    RESTARTS      AGE\nweb    1/1     Running   1 (2s ago)    7s\n";
        assert_eq!(rows(table), [("web", 7)]);
        assert!(rows("LAST SEEN   TYPE\n5s   Normal").is_empty());
    }
}
