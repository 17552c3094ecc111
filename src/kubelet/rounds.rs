//! When a kubelet looks at its node's status and posts what changed.
//!
//! Must not know what is posted. Invariant: two rounds are ten seconds apart and up to four
//! hundredths more, and each machine makes them at a time of its own.
//!
//! Models pkg/kubelet/kubelet.go Run, which calls syncNodeStatus by wait.JitterUntil

use std::rc::Rc;

use crate::base::{Seed, SimTime};
use crate::kubelet::presence::BEAT_US;

/// By how much a pause may be longer than a beat: `nodeStatusUpdateFrequency` times 0.04.
const JITTER_US: u64 = BEAT_US / 25;

/// The rounds of one machine.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Rounds {
    seed: Seed,
    machine: u64,
    /// A round, from which the later ones are counted.
    known: SimTime,
    /// How many pauses were drawn.
    drawn: u64,
    /// Rounds that are given from outside, in order; the drawn ones follow the last.
    dealt: Rc<Vec<SimTime>>,
}

impl Rounds {
    /// Those of a machine that has run for some time.
    pub(super) fn new(seed: Seed, machine: u64, now: SimTime) -> Rounds {
        let first = seed.stream("rounds", machine).below(BEAT_US);
        Rounds { seed, machine, known: now.plus_us(first), drawn: 0, dealt: Rc::default() }
    }

    /// The kubelet starts or wakes, and makes its first round at `first`.
    pub(super) fn begin(&mut self, first: SimTime) {
        self.known = first;
        self.dealt = Rc::default();
    }

    /// The next rounds come at these moments.
    pub(super) fn deal(&mut self, dealt: &Rc<Vec<SimTime>>) {
        self.dealt = Rc::clone(dealt);
    }

    /// The first round after `now`.
    pub(super) fn after(&mut self, now: SimTime) -> SimTime {
        if let Some(next) = self.dealt.iter().find(|at| **at > now) {
            return *next;
        }
        if let Some(last) = self.dealt.last() {
            self.known = self.known.max(*last);
        }
        while self.known <= now {
            let salt = self.machine << 32 | self.drawn;
            let jitter_us = self.seed.stream("round", salt).below(JITTER_US);
            self.known = self.known.plus_us(BEAT_US + jitter_us);
            self.drawn += 1;
        }
        self.known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SECOND_US;

    #[test]
    fn rounds_are_ten_seconds_apart_and_a_little_more() {
        let mut rounds = Rounds::new(Seed(1), 0, SimTime::ZERO);
        let mut last = rounds.after(SimTime::ZERO);
        for _ in 0..50 {
            let next = rounds.after(last);
            let pause_us = next.since_us(last);
            assert!((BEAT_US..BEAT_US + JITTER_US).contains(&pause_us), "{pause_us}");
            last = next;
        }
    }

    #[test]
    fn machines_make_their_rounds_at_times_of_their_own() {
        let mut firsts: Vec<SimTime> = (0..8)
            .map(|machine| Rounds::new(Seed(1), machine, SimTime::ZERO).after(SimTime::ZERO))
            .collect();
        firsts.sort_unstable();
        firsts.dedup();
        assert_eq!(firsts.len(), 8);
    }

    #[test]
    fn dealt_rounds_come_first_and_the_drawn_ones_follow_the_last() {
        let at = |tenths: u64| SimTime(tenths * SECOND_US / 10);
        let mut rounds = Rounds::new(Seed(1), 0, SimTime::ZERO);
        rounds.deal(&Rc::new(vec![at(32), at(135)]));
        assert_eq!(rounds.after(at(0)), at(32));
        assert_eq!(rounds.after(at(32)), at(135));
        let next = rounds.after(at(135));
        assert!((at(235)..at(239)).contains(&next), "{next:?}");
        rounds.begin(at(500));
        assert_eq!(rounds.after(at(240)), at(500));
    }
}
