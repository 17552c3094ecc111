//! A controller's work queue: a key waits once, and is never worked on twice at a time.
//!
//! Must not know what a key means. Invariant: a key added while it is worked on waits again
//! when that work is done.

use crate::base::PMap;
use crate::sim::TraceId;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct State {
    dirty: Option<TraceId>,
    is_processing: bool,
    failures: u32,
}

/// Keys that wait or are worked on.
///
/// Models staging/src/k8s.io/client-go/util/workqueue/queue.go Typed
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct WorkQueue<K: Ord + Clone>(PMap<K, State>);

impl<K: Ord + Clone> Default for WorkQueue<K> {
    fn default() -> Self {
        WorkQueue(PMap::new())
    }
}

/// How long a key waits after a failure, and how long at most after many, in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pause {
    /// After the first failure.
    pub first_us: u64,
    /// However many there were.
    pub longest_us: u64,
}

impl Default for Pause {
    /// Models staging/src/k8s.io/client-go/util/workqueue/default_rate_limiters.go
    /// DefaultTypedControllerRateLimiter
    fn default() -> Pause {
        Pause { first_us: 5_000, longest_us: 1_000_000_000 }
    }
}

impl<K: Ord + Clone> WorkQueue<K> {
    /// Adds a key; true if its work must be started by the caller.
    pub fn add(&mut self, key: &K, cause: TraceId) -> bool {
        let state = self.0.or_default(key);
        let was_dirty = state.dirty.replace(cause).is_some();
        !was_dirty && !state.is_processing
    }

    /// Adds a key because its time has come, or because of what its controller did itself; true
    /// if its work must be started by the caller. Whatever made it wait before counts more.
    pub fn add_late(&mut self, key: &K, cause: TraceId) -> bool {
        let known = self.0.get(key).and_then(|state| state.dirty);
        self.add(key, known.unwrap_or(cause))
    }

    /// Begins work on a key, and says what made it wait.
    pub fn start(&mut self, key: &K) -> Option<TraceId> {
        let state = self.0.get_mut(key)?;
        let cause = state.dirty.take()?;
        state.is_processing = true;
        Some(cause)
    }

    /// Ends work on a key; true if it must be started again.
    pub fn finish(&mut self, key: &K) -> bool {
        let Some(state) = self.0.get_mut(key) else { return false };
        state.is_processing = false;
        state.failures = 0;
        if state.dirty.is_some() {
            return true;
        }
        self.0.remove(key);
        false
    }

    /// Ends work on a key that failed; the delay after which it must be added again, or none
    /// if it was added meanwhile and must be started at once.
    pub fn fail(&mut self, key: &K, pause: Pause) -> Option<u64> {
        let state = self.0.or_default(key);
        state.is_processing = false;
        state.failures += 1;
        if state.dirty.is_some() {
            return None;
        }
        let shift = (state.failures - 1).min(20);
        Some((pause.first_us << shift).min(pause.longest_us))
    }

    /// Whether nothing waits and nothing is worked on.
    pub fn is_idle(&self) -> bool {
        self.0.values().all(|state| state.dirty.is_none() && !state.is_processing)
    }

    /// Whether this key is worked on.
    pub fn is_processing(&self, key: &K) -> bool {
        self.0.get(key).is_some_and(|state| state.is_processing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_added_during_work_is_worked_on_again() {
        let mut queue = WorkQueue::default();
        assert!(queue.add(&1, TraceId(1)));
        assert!(!queue.add(&1, TraceId(2)));
        assert_eq!(queue.start(&1), Some(TraceId(2)));
        assert!(!queue.add(&1, TraceId(3)));
        assert!(queue.finish(&1));
        assert_eq!(queue.start(&1), Some(TraceId(3)));
        assert!(!queue.finish(&1));
        assert!(queue.is_idle());
    }

    #[test]
    fn news_count_before_a_timer_and_of_timers_the_first() {
        let mut queue = WorkQueue::default();
        assert!(queue.add_late(&1, TraceId(1)));
        assert!(!queue.add_late(&1, TraceId(2)));
        assert_eq!(queue.start(&1), Some(TraceId(1)));
        assert!(!queue.add_late(&1, TraceId(3)));
        assert!(!queue.add(&1, TraceId(4)));
        assert!(!queue.add_late(&1, TraceId(5)));
        assert!(queue.finish(&1));
        assert_eq!(queue.start(&1), Some(TraceId(4)));
    }

    #[test]
    fn a_key_added_during_failed_work_is_started_at_once() {
        let mut queue = WorkQueue::default();
        assert!(queue.add(&1, TraceId(1)));
        assert!(queue.start(&1).is_some());
        assert!(!queue.add(&1, TraceId(2)));
        assert_eq!(queue.fail(&1, Pause::default()), None);
        assert_eq!(queue.start(&1), Some(TraceId(2)));
    }

    #[test]
    fn failures_wait_twice_as_long_each_time() {
        let mut queue: WorkQueue<u32> = WorkQueue::default();
        assert_eq!(queue.fail(&1, Pause::default()), Some(5_000));
        assert_eq!(queue.fail(&1, Pause::default()), Some(10_000));
        assert_eq!(queue.fail(&1, Pause::default()), Some(20_000));
        let short = Pause { first_us: 10, longest_us: 70 };
        assert_eq!(queue.fail(&1, short), Some(70));
    }
}
