//! How long a Job waits after Pods that failed.
//!
//! Must not know why they did. Invariant: a failure that was noted is not noted again.

use super::Record;
use crate::api::pod::{ContainerState, Truth, condition};
use crate::api::{Object, ObjectId};
use crate::base::{SECOND_US, SimTime, gather};

/// The first delay after a failed Pod, and the longest.
///
/// Models pkg/controller/job/job_controller.go DefaultJobPodFailureBackOff,
/// MaxJobPodFailureBackOff
const BACKOFF_US: u64 = 10 * SECOND_US;
const BACKOFF_MAX_US: u64 = 600 * SECOND_US;

impl Record {
    /// Takes note of Pods that ended, in order: when those that succeeded did, and which failed
    /// when.
    ///
    /// Models pkg/controller/job/backoff_utils.go newBackoffRecord
    pub(super) fn note(&mut self, succeeded: &[SimTime], failed: &[(SimTime, ObjectId)]) {
        let last_success = succeeded.last();
        if last_success.is_some() {
            (self.failures, self.last_failure) = (0, None);
            self.noted.clear();
        }
        // A look that is repeated counts nothing twice.
        let noted = std::mem::take(&mut self.noted);
        let later = failed
            .iter()
            .filter(|(at, _)| last_success.is_none_or(|last| at > last))
            .filter(|(_, pod)| !noted.contains(pod));
        for (at, _) in later {
            self.failures += 1;
            self.last_failure = Some(*at);
        }
        self.noted = gather(failed.iter().map(|(_, pod)| *pod));
    }

    /// How long no Pod may be made yet.
    ///
    /// Models pkg/controller/job/backoff_utils.go getRemainingTime
    pub(super) fn remaining_us(&self, now: SimTime) -> u64 {
        let last = self.last_failure.filter(|_| self.failures > 0);
        last.map_or(0, |last| remaining_us(self.failures, last, now))
    }
}

/// How long no Pod may be made yet after so many failures, at least one.
///
/// Models pkg/controller/job/backoff_utils.go getRemainingTimeForFailuresCount
pub(super) fn remaining_us(failures: u32, last: SimTime, now: SimTime) -> u64 {
    let shift = failures.saturating_sub(1).min(16);
    let delay_us = (BACKOFF_US << shift).min(BACKOFF_MAX_US);
    delay_us.saturating_sub(now.since_us(last))
}

/// The second in which a Pod ended, as far as it says so.
///
/// Models pkg/controller/job/backoff_utils.go getFinishedTime
pub(super) fn finished_at(object: &Object) -> SimTime {
    end_of(object).whole()
}

fn end_of(object: &Object) -> SimTime {
    let meta = &object.meta;
    let created = meta.creation_timestamp.unwrap_or_default();
    let Some(pod) = object.pod() else { return created };
    let ends: Option<Vec<SimTime>> = pod
        .status
        .container_statuses
        .iter()
        .map(|one| match &one.state {
            ContainerState::Terminated { finished_at, .. } => *finished_at,
            _ => None,
        })
        .collect();
    if let Some(last) = ends.and_then(|ends| ends.into_iter().max()) {
        return last;
    }
    let ready = condition(&pod.status.conditions, "Ready");
    if let Some(at) =
        ready.filter(|one| one.status == Truth::False).and_then(|one| one.last_transition_time)
    {
        return at;
    }
    let grace = u64::from(meta.deletion_grace_period_seconds.unwrap_or(0)) * SECOND_US;
    meta.deletion_timestamp.map_or(created, |at| SimTime(at.0.saturating_sub(grace)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failed_pod_counts_once_however_often_and_late_it_is_seen() {
        let at = SimTime::from_seconds;
        let mut record = Record::default();
        record.note(&[], &[(at(5), ObjectId(1))]);
        record.note(&[], &[(at(5), ObjectId(1))]);
        assert_eq!((record.failures, record.last_failure), (1, Some(at(5))));
        record.note(&[], &[(at(5), ObjectId(2)), (at(6), ObjectId(3))]);
        assert_eq!((record.failures, record.last_failure), (3, Some(at(6))));
        record.note(&[at(6)], &[(at(6), ObjectId(4)), (at(7), ObjectId(5))]);
        assert_eq!((record.failures, record.last_failure), (1, Some(at(7))));
        record.note(&[at(8)], &[]);
        assert_eq!(record.remaining_us(at(8)), 0);
    }
}
