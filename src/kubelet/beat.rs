//! A look that comes once a second: where in the second, chance says once for a machine's life.
//!
//! Must not know what is looked at. Invariant: two looks are a second apart, but for where dealt
//! ones have drifted.

use std::rc::Rc;

use crate::base::{SECOND_US, SimTime};

/// The looks of one kind of a machine.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Beat {
    drawn_us: u64,
    /// Looks that are known, in order.
    dealt: Rc<Vec<SimTime>>,
}

impl Beat {
    /// Looks at this part of each second.
    pub(super) fn at(drawn_us: u64) -> Beat {
        Beat { drawn_us, dealt: Rc::default() }
    }

    /// These looks are known; the others are a whole number of seconds from the nearest.
    pub(super) fn deal(&mut self, dealt: &Rc<Vec<SimTime>>) {
        self.dealt = Rc::clone(dealt);
    }

    /// The first look after a moment.
    pub(super) fn after(&self, at: SimTime) -> SimTime {
        let next = self.dealt.partition_point(|look| *look <= at);
        let before = next.checked_sub(1).and_then(|index| self.dealt.get(index));
        let behind = self.dealt.get(next);
        let nearest = match (before, behind) {
            (Some(before), Some(behind)) if at.since_us(*before) < behind.since_us(at) => before,
            (_, Some(behind)) => behind,
            (Some(before), None) => before,
            (None, None) => return beat_after(at, self.drawn_us),
        };
        let look = beat_after(at, nearest.0 % SECOND_US);
        // A look that drifted a little takes the place of the one it comes before.
        behind.copied().filter(|behind| *behind <= look).unwrap_or(look)
    }
}

/// The first moment after `at` that lies `phase_us` behind a full second.
fn beat_after(at: SimTime, phase_us: u64) -> SimTime {
    let seconds = (at.0 + SECOND_US - phase_us) / SECOND_US;
    SimTime(seconds * SECOND_US + phase_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beat_is_later_than_its_moment_by_a_second_at_most() {
        for phase_us in [0, 1, 250_000, 999_999] {
            for at in [0, 1, 249_999, 250_000, 250_001, 999_999, 1_000_000, 5_250_000] {
                let beat = Beat::at(phase_us).after(SimTime(at));
                assert!(beat.0 > at && beat.0 <= at + SECOND_US, "{at} {phase_us} {beat:?}");
                assert_eq!(beat.0 % SECOND_US, phase_us);
            }
        }
    }

    #[test]
    fn looks_follow_the_nearest_one_that_is_known() {
        let mut beat = Beat::at(500_000);
        beat.deal(&Rc::new([2_830, 30_870].map(|ms| SimTime(ms * 1_000)).to_vec()));
        let after = |ms: u64| beat.after(SimTime(ms * 1_000)).0 / 1_000;
        let looks = [0, 2_000, 2_830, 10_000, 29_900, 30_870, 40_000].map(after);
        assert_eq!(looks, [830, 2_830, 3_830, 10_830, 30_870, 31_870, 40_870]);
    }
}
