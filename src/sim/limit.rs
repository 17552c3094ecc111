//! A client's limit of requests: so many at once, then one each so often.
//!
//! Must not know who asks. Invariant: requests are let through in the order in which they were
//! asked for.

use crate::base::SimTime;

/// How many requests a client may send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// One request comes free each so many microseconds.
    pub every_us: u64,
    /// So many may be saved up.
    pub burst: u64,
}

/// What a client has used of its rate.
///
/// Models staging/src/k8s.io/client-go/util/flowcontrol/throttle.go NewTokenBucketRateLimiter
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Limit {
    /// When all that was used will have come free again.
    full_at: SimTime,
}

impl Limit {
    /// Takes one request; when it may be sent.
    pub fn take(&mut self, rate: Rate, now: SimTime) -> SimTime {
        self.full_at = self.full_at.max(now).plus_us(rate.every_us);
        let saved_us = rate.every_us * rate.burst;
        SimTime(self.full_at.0.saturating_sub(saved_us)).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { every_us: 50_000, burst: 30 };

    #[test]
    fn a_burst_goes_at_once_and_the_rest_one_by_one() {
        let mut limit = Limit::default();
        let now = SimTime::from_seconds(7);
        let sent: Vec<SimTime> = (0..33).map(|_| limit.take(RATE, now)).collect();
        assert!(sent[..30].iter().all(|at| *at == now));
        let late: Vec<u64> = sent[30..].iter().map(|at| at.since_us(now)).collect();
        assert_eq!(late, [50_000, 100_000, 150_000]);
    }

    #[test]
    fn what_was_used_comes_free_with_time() {
        let mut limit = Limit::default();
        for _ in 0..30 {
            limit.take(RATE, SimTime::ZERO);
        }
        let later = SimTime::from_millis(100);
        let sent: Vec<SimTime> = (0..3).map(|_| limit.take(RATE, later)).collect();
        assert_eq!(sent, [later, later, later.plus_us(50_000)]);
    }
}
