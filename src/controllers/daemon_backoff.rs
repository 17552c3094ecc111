//! How long a daemon that failed stays before another one takes its place.
//!
//! Must not know why it failed. Invariant: a delay never exceeds `BACKOFF_MAX_US`.

use crate::api::Uid;
use crate::base::{PMap, SECOND_US, SimTime, Str};

/// The first delay.
///
/// Models cmd/kube-controller-manager/app/apps.go startDaemonSetController
const BACKOFF_US: u64 = SECOND_US;
/// The longest delay.
const BACKOFF_MAX_US: u64 = 900 * SECOND_US;

/// A set, its generation as last observed, and a node.
type Place = (Uid, u64, Str);

/// The delays of all sets on all nodes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(in crate::controllers) struct Backoffs(PMap<Place, Backoff>);

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Backoff {
    delay_us: u64,
    updated: SimTime,
}

impl Backoff {
    /// Whether nothing failed for twice the longest delay.
    fn has_expired(self, now: SimTime) -> bool {
        now.since_us(self.updated) > 2 * BACKOFF_MAX_US
    }
}

impl Backoffs {
    /// How long a failed daemon must stay where the last one failed not long ago; nothing if it
    /// may go now, and then the next one must stay twice as long.
    ///
    /// Models staging/src/k8s.io/client-go/util/flowcontrol/backoff.go IsInBackOffSinceUpdate,
    /// Get and Next
    pub(in crate::controllers) fn hold(&mut self, place: Place, now: SimTime) -> Option<u64> {
        let known = self.0.get(&place).copied().filter(|one| !one.has_expired(now));
        if let Some(known) = known
            && now.since_us(known.updated) < known.delay_us
        {
            return Some(known.delay_us);
        }
        let delay_us = known.map_or(BACKOFF_US, |one| (2 * one.delay_us).min(BACKOFF_MAX_US));
        self.0.insert(place, Backoff { delay_us, updated: now });
        None
    }

    /// Forgets a set that is gone.
    pub(in crate::controllers) fn forget(&mut self, set: Uid) {
        let all = (set, 0, Str::from(""))..;
        let of_set: Vec<Place> = self
            .0
            .range(all)
            .map(|(place, _)| place)
            .take_while(|one| one.0 == set)
            .cloned()
            .collect();
        for place in of_set {
            self.0.remove(&place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_on_a_node_keeps_the_next_failed_daemon_twice_as_long() {
        let mut all = Backoffs::default();
        let place = |node: &str| (Uid(1), 1, Str::from(node));
        let at = SimTime::from_seconds;
        assert_eq!(all.hold(place("a"), at(10)), None);
        assert_eq!(all.hold(place("b"), at(10)), None, "each node for itself");
        assert_eq!(all.hold(place("a"), SimTime(10_400_000)), Some(SECOND_US));
        assert_eq!(all.hold(place("a"), at(11)), None);
        assert_eq!(all.hold(place("a"), at(12)), Some(2 * SECOND_US));
        assert_eq!(all.hold(place("a"), at(13)), None);
        assert_eq!(all.hold(place("a"), at(2_000)), None, "long ago");
        assert_eq!(all.hold(place("a"), at(2_000)), Some(SECOND_US));
        all.forget(Uid(1));
        assert_eq!(all, Backoffs::default());
    }
}
