//! Delays that grow with each failure and are forgotten after a long time of peace.
//!
//! Must not know what failed. Invariant: a delay never exceeds `BACKOFF_MAX_US`.

use crate::base::{SECOND_US, SimTime, Str};

/// The first delay.
///
/// Models pkg/kubelet/kubelet.go initialCrashLoopBackOff, imageBackOffPeriod
const BACKOFF_US: u64 = 10 * SECOND_US;
/// The longest delay.
const BACKOFF_MAX_US: u64 = 300 * SECOND_US;

/// A delay and when it was last used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Backoff {
    pub(super) delay_us: u64,
    updated: SimTime,
}

/// Delays by what failed.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Backoffs(Vec<(Str, Backoff)>);

impl Backoffs {
    pub(super) fn get(&self, key: &str) -> Option<Backoff> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, one)| *one)
    }

    /// Notes one more failure, which happened at `event`.
    pub(super) fn grow(&mut self, key: Str, event: SimTime, now: SimTime) {
        let grown = next(self.get(&key), event, now);
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, one)) => *one = grown,
            None => self.0.push((key, grown)),
        }
    }
}

/// Whether nothing happened for twice the longest delay.
fn has_expired(event: SimTime, updated: SimTime) -> bool {
    event.since_us(updated) > 2 * BACKOFF_MAX_US
}

/// The delay after one more failure, which happened at `event`.
///
/// Models staging/src/k8s.io/client-go/util/flowcontrol/backoff.go Next
fn next(entry: Option<Backoff>, event: SimTime, now: SimTime) -> Backoff {
    let delay_us = match entry {
        Some(entry) if !has_expired(event, entry.updated) => {
            (entry.delay_us * 2).min(BACKOFF_MAX_US)
        }
        _ => BACKOFF_US,
    };
    Backoff { delay_us, updated: now }
}

impl Backoff {
    /// When the delay that began at `event` is over, unless it is forgotten or over already.
    ///
    /// Models staging/src/k8s.io/client-go/util/flowcontrol/backoff.go IsInBackOffSince
    pub(super) fn holds_until(self, event: SimTime, now: SimTime) -> Option<SimTime> {
        let end = event.plus_us(self.delay_us);
        (!has_expired(event, self.updated) && now < end).then_some(end)
    }

    /// The same, counted from the last failure.
    ///
    /// Models staging/src/k8s.io/client-go/util/flowcontrol/backoff.go IsInBackOffSinceUpdate
    pub(super) fn holds_since_update(self, now: SimTime) -> bool {
        !has_expired(now, self.updated) && now.since_us(self.updated) < self.delay_us
    }

    /// The delay as Go prints a duration of whole seconds.
    pub(super) fn text(self) -> String {
        let seconds = self.delay_us / SECOND_US;
        match (seconds / 60, seconds % 60) {
            (0, seconds) => format!("{seconds}s"),
            (minutes, seconds) => format!("{minutes}m{seconds}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_five_minutes_and_start_anew_after_ten_quiet_minutes() {
        let at = SimTime::from_seconds;
        let mut entry = next(None, at(0), at(0));
        let mut seen = vec![entry.text()];
        for step in 1..7 {
            entry = next(Some(entry), at(step), at(step));
            seen.push(entry.text());
        }
        assert_eq!(seen, ["10s", "20s", "40s", "1m20s", "2m40s", "5m0s", "5m0s"]);
        assert_eq!(entry.holds_until(at(10), at(309)), Some(at(310)));
        assert_eq!(entry.holds_until(at(10), at(310)), None);
        assert_eq!(next(Some(entry), at(607), at(607)).text(), "10s");
    }
}
