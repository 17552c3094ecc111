//! The life of one Pod, and the stretches of it that look alike.
//!
//! Owns what a Pod went through and when. It must not know pixels or words. Invariant: the
//! stretches of a life follow one another without a gap, and what was lost or failing stays so
//! whatever comes after it.

use super::Spell;
use crate::base::Order as _;

/// The life of one Pod; each later moment is at or after the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// The Pod's name.
    pub name: String,
    /// When it was created.
    pub from_us: u64,
    /// When it first became ready.
    pub ready_us: Option<u64>,
    /// When its deletion began.
    pub deleted_us: Option<u64>,
    /// When its node's machine was down.
    pub lost: Vec<Spell>,
    /// When it could not be placed or mount its volumes, or a container failed again and again,
    /// could not start or had no image.
    pub failing: Vec<Spell>,
    /// When all that ran in it had ended for good.
    pub done_us: Option<u64>,
    /// Whether that was a failure.
    pub is_failed: bool,
    /// When it was gone.
    pub end_us: Option<u64>,
    /// Where it ran.
    pub node: Option<String>,
    /// When it had which address; one that is gone keeps the last.
    pub ips: Vec<(Spell, String)>,
    /// When it had lost its sandbox and was not ready again.
    pub anew: Vec<Spell>,
    /// Whether it has init containers.
    pub has_init: bool,
}

/// What a Pod goes through for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It is on its way to being ready, for the first time or in a new sandbox.
    Waiting,
    /// It was ready once.
    Running,
    /// It cannot start, or a container fails.
    Failing,
    /// Its node is lost.
    Lost,
    /// It is being stopped.
    Ending,
    /// Its containers have ended; it is kept as an object.
    Kept,
}

/// Whether a moment lies in one of the spells.
fn is_within(spells: &[Spell], at_us: u64) -> bool {
    let is_in = |spell: &Spell| spell.0 <= at_us && spell.1.is_none_or(|end| at_us < end);
    spells.iter().any(is_in)
}

impl Life {
    /// When it stopped being of use: its containers had ended, its deletion began, or it was gone.
    pub fn left_us(&self) -> Option<u64> {
        [self.done_us, self.deleted_us, self.end_us].into_iter().flatten().min()
    }

    /// Its address at a moment.
    pub fn ip_at(&self, at_us: u64) -> Option<&str> {
        let last = self.ips.iter().take_while(|((from, _), _)| *from <= at_us).last();
        let last = last.filter(|((_, until), _)| until.is_none_or(|until| at_us < until));
        last.map(|(_, ip)| &**ip)
    }

    /// Whether all that ran in it had ended at a moment.
    pub fn is_over(&self, at_us: u64) -> bool {
        self.done_us.or(self.end_us).is_some_and(|end| end <= at_us)
    }

    /// The stretches of the life that look alike, up to the moment to which it is known.
    pub fn stretches(&self, known_us: u64) -> Vec<(u64, u64, Spent)> {
        let last_us = self.end_us.unwrap_or(known_us).min(known_us);
        let turns = [self.ready_us, self.left_us(), self.done_us, Some(last_us)];
        let spells = self.lost.iter().chain(&self.failing).chain(&self.anew);
        let spells = spells.flat_map(|(from, end)| [Some(*from), *end]);
        let mut cuts: Vec<u64> = turns.into_iter().chain(spells).flatten().collect();
        cuts.push(self.from_us);
        cuts.retain(|at| (self.from_us..=last_us).contains(at));
        cuts.order();
        let mut found: Vec<(u64, u64, Spent)> = Vec::new();
        for pair in cuts.windows(2).filter(|pair| pair[0] < pair[1]) {
            let spent = self.spent(pair[0]);
            match found.last_mut() {
                Some((_, until, last)) if *last == spent => *until = pair[1],
                _ => found.push((pair[0], pair[1], spent)),
            }
        }
        found
    }

    /// What it went through from a moment on.
    fn spent(&self, at_us: u64) -> Spent {
        let is_past = |moment: Option<u64>| moment.is_some_and(|moment| moment <= at_us);
        if is_past(self.done_us) {
            Spent::Kept
        } else if is_within(&self.lost, at_us) {
            Spent::Lost
        } else if is_past(self.left_us()) {
            Spent::Ending
        } else if is_within(&self.failing, at_us) {
            Spent::Failing
        } else if is_past(self.ready_us) && !is_within(&self.anew, at_us) {
            Spent::Running
        } else {
            Spent::Waiting
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life() -> Life {
        Life { from_us: 1, ready_us: Some(4), ..Life::default() }
    }

    #[test]
    fn what_was_lost_stays_lost_once_the_node_is_back() {
        let survived = Life { lost: vec![(10, Some(20)), (30, None)], ..life() };
        let expected = [
            (1, 4, Spent::Waiting),
            (4, 10, Spent::Running),
            (10, 20, Spent::Lost),
            (20, 30, Spent::Running),
            (30, 40, Spent::Lost),
        ];
        assert_eq!(survived.stretches(40), expected);
        assert_eq!(survived.stretches(15).last(), Some(&(10, 15, Spent::Lost)));
        // Marked for deletion while nobody could reach it, it stays lost until somebody can.
        let evicted = Life { deleted_us: Some(15), end_us: Some(23), ..survived };
        let expected = [(10, 20, Spent::Lost), (20, 23, Spent::Ending)];
        assert_eq!(evicted.stretches(40)[2..], expected);
    }

    #[test]
    fn a_failing_pod_does_not_look_like_a_young_one() {
        let failing = vec![(6, Some(8)), (12, None)];
        let young = Life { ready_us: None, failing: failing.clone(), ..life() };
        let expected = [
            (1, 6, Spent::Waiting),
            (6, 8, Spent::Failing),
            (8, 12, Spent::Waiting),
            (12, 20, Spent::Failing),
        ];
        assert_eq!(young.stretches(20), expected);
        let spent =
            |life: &Life| life.stretches(20).into_iter().map(|one| one.2).collect::<Vec<_>>();
        let once_ready = Life { failing, deleted_us: Some(14), ..life() };
        let [Spent::Waiting, Spent::Running, Spent::Failing, Spent::Running, Spent::Failing, last] =
            spent(&once_ready)[..]
        else {
            panic!("{:?}", spent(&once_ready));
        };
        assert_eq!(last, Spent::Ending);
    }

    #[test]
    fn what_has_ended_is_kept_and_is_lost_with_no_node() {
        let done = Life { done_us: Some(9), lost: vec![(12, None)], end_us: Some(15), ..life() };
        assert_eq!(done.stretches(40)[1..], [(4, 9, Spent::Running), (9, 15, Spent::Kept)]);
        assert!(done.is_over(9) && !done.is_over(8));
        assert_eq!(life().stretches(1), []);
    }
}
