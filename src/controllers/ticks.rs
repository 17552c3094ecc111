//! The moments at which a controller looks around by the clock.
//!
//! Must not know what it looks for. Invariant: they are a period apart, unless they are dealt.

use std::rc::Rc;

use crate::base::SimTime;

/// Where in its period a controller looks around, if chance was told.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Ticks {
    dealt: Rc<Vec<SimTime>>,
}

impl Ticks {
    /// It looks around at these moments next.
    pub(super) fn deal(&mut self, dealt: &Rc<Vec<SimTime>>) {
        self.dealt = Rc::clone(dealt);
    }

    /// The first tick after `now`.
    pub(super) fn after(&self, now: SimTime, period_us: u64) -> SimTime {
        let dealt = self.dealt.iter().find(|at| **at > now).copied();
        dealt.unwrap_or(SimTime((now.0 / period_us + 1) * period_us))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_a_period_apart_unless_they_are_dealt() {
        let mut ticks = Ticks::default();
        assert_eq!(ticks.after(SimTime(25), 20), SimTime(40));
        assert_eq!(ticks.after(SimTime(40), 20), SimTime(60));
        ticks.deal(&Rc::new(vec![SimTime(27), SimTime(47)]));
        assert_eq!(ticks.after(SimTime(25), 20), SimTime(27));
        assert_eq!(ticks.after(SimTime(27), 20), SimTime(47));
        assert_eq!(ticks.after(SimTime(47), 20), SimTime(60));
    }
}
