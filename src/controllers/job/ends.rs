//! How a Job's Pods ended, and what that says of the Job.
//!
//! Must not know how Pods are made. Invariant: a Pod's end counts once.

use std::rc::Rc;

use super::backoff::finished_at;
use super::{Sync, Verdict, count, is_tracked, phase_of};
use crate::api::Object;
use crate::api::pod::{Phase, Truth, condition};
use crate::base::Order as _;
use crate::base::{SimTime, gather};
use crate::controllers::job::index;
use crate::controllers::job::policy::{self, Action};

impl<'a> Sync<'a> {
    /// Counts the Pods that ended, those in the status included, and the delay that the
    /// failed ones cause.
    pub(super) fn count_ends(&mut self) {
        let is_new = |pod: &&&Rc<Object>| is_tracked(pod) && !self.is_uncounted(pod);
        let fresh: Vec<_> =
            self.pods.iter().filter(is_new).filter(|pod| self.has_valid_index(pod)).collect();
        let mut succeeded: Vec<SimTime> = fresh
            .iter()
            .filter(|pod| phase_of(pod) == Phase::Succeeded)
            .map(|pod| finished_at(pod))
            .collect();
        let broken: Vec<_> = fresh.iter().filter(|pod| self.has_failed(pod)).collect();
        let counted = broken.iter().filter(|pod| self.counts(pod)).count();
        let mut failed: Vec<_> = broken.iter().map(|pod| (finished_at(pod), pod.meta.id)).collect();
        let known = self.job.status.uncounted_terminated_pods.clone().unwrap_or_default();
        self.succeeded =
            self.job.status.succeeded + count(succeeded.len()) + count(known.succeeded.len());
        self.failed = self.job.status.failed + count(counted) + count(known.failed.len());
        succeeded.order();
        failed.order();
        self.record.note(&succeeded, &failed);
        if self.job.is_indexed() {
            let text = self.job.status.completed_indexes.as_deref().unwrap_or_default();
            self.done = index::parse(text, self.completions());
            let ended = self.pods.iter().filter(|pod| {
                is_tracked(pod) && phase_of(pod) == Phase::Succeeded && self.has_valid_index(pod)
            });
            let ended: Vec<i32> = ended.filter_map(|pod| index::of(pod)).collect();
            self.done.extend(ended);
            self.succeeded = count(self.done.len());
            self.break_indexes();
        }
    }

    /// Whether a failed Pod's failure counts.
    pub(super) fn counts(&self, pod: &Object) -> bool {
        policy::on_failure(self.job, pod) != Action::Ignore
    }

    /// Finds the indexes that have failed, and the Pods that must stay until others have taken
    /// over how often they did.
    ///
    /// Models pkg/controller/job/indexed_job_utils.go calculateFailedIndexes,
    /// getPodsWithDelayedDeletionPerIndex
    fn break_indexes(&mut self) {
        let Some(limit) = self.job.spec.backoff_limit_per_index else { return };
        let text = self.job.status.failed_indexes.as_deref().unwrap_or_default();
        self.broken = index::parse(text, self.completions());
        let failed: Vec<&'a Rc<Object>> = self
            .pods
            .iter()
            .copied()
            .filter(|pod| is_tracked(pod) && self.has_valid_index(pod) && self.has_failed(pod))
            .collect();
        let is_broken = |pod: &Object| match policy::on_failure(self.job, pod) {
            Action::FailIndex => true,
            Action::Ignore => false,
            Action::Count | Action::FailJob(_) => index::failures(pod).0 >= limit,
        };
        let broken: Vec<i32> =
            failed.iter().filter(|pod| is_broken(pod)).filter_map(|pod| index::of(pod)).collect();
        self.broken.extend(broken);
        let active: index::Indexes = gather(self.active.iter().filter_map(|pod| index::of(pod)));
        let all = |pod: &Object| {
            let (counted, ignored) = index::failures(pod);
            (counted + ignored, finished_at(pod))
        };
        for pod in failed {
            let Some(place) = index::of(pod) else { continue };
            let is_over = self.done.contains(&place) || self.broken.contains(&place);
            if is_over || active.contains(&place) {
                continue;
            }
            let known = self.delayed.entry(place).or_insert(pod);
            let (old, new) = (all(known), all(pod));
            if old.0 <= new.0 && old.1 <= new.1 {
                *known = pod;
            }
        }
    }

    /// Whether the Job is over already, and why.
    pub(super) fn judge(&mut self) -> Option<Verdict> {
        self.known_verdict().or_else(|| self.pod_verdict()).or_else(|| self.index_verdict())
    }

    fn known_verdict(&self) -> Option<Verdict> {
        let known = |kind: &str| {
            let conditions = &self.job.status.conditions;
            condition(conditions, kind).filter(|one| one.status == Truth::True)
        };
        let met = known("SuccessCriteriaMet").map(|one| Verdict::told(one, true));
        met.or_else(|| known("FailureTarget").map(|one| Verdict::told(one, false)))
    }

    fn pod_verdict(&mut self) -> Option<Verdict> {
        let failed = self.pods.iter().filter(|pod| self.has_failed(pod));
        let mut actions = failed.map(|pod| policy::on_failure(self.job, pod));
        if let Some(Action::FailJob(why)) = actions.find(|one| matches!(one, Action::FailJob(_))) {
            return Some(Verdict::failure("PodFailurePolicy", why));
        }
        let limit = self.job.spec.backoff_limit.unwrap_or(6);
        if self.failed > limit || self.restarts_reach(limit) {
            let text = "Job has reached the specified backoff limit";
            return Some(Verdict::failure("BackoffLimitExceeded", text));
        }
        let seconds = self.job.spec.active_deadline_seconds?;
        let start = self.status.start_time.filter(|_| !self.job.is_suspended())?;
        let due = start.whole().plus_seconds(u64::try_from(seconds).unwrap_or(0));
        if due <= self.now {
            let text = "Job was active longer than specified deadline";
            return Some(Verdict::failure("DeadlineExceeded", text));
        }
        self.plan.look_again(due.since_us(self.now));
        None
    }

    /// Whether enough indexes are complete or too many have failed.
    ///
    /// Models pkg/controller/job/job_controller.go syncJob
    fn index_verdict(&self) -> Option<Verdict> {
        if !self.job.is_indexed() {
            return None;
        }
        let (broken, done) = (count(self.broken.len()), count(self.done.len()));
        if self.job.limits_indexes() {
            if self.job.spec.max_failed_indexes.is_some_and(|most| broken > most) {
                let text = "Job has exceeded the specified maximal number of failed indexes";
                return Some(Verdict::failure("MaxFailedIndexesExceeded", text));
            }
            if broken > 0 && broken + done >= self.completions() {
                return Some(Verdict::failure("FailedIndexes", "Job has failed indexes"));
            }
        }
        let policy = self.job.spec.success_policy.as_ref();
        let met = policy::on_success(policy, &self.done, self.completions())?;
        Some(Verdict::success("SuccessPolicy", met))
    }

    /// Models pkg/controller/job/job_controller.go pastBackoffLimitOnFailure
    fn restarts_reach(&self, limit: i32) -> bool {
        if self.job.spec.template.spec.restart_policy.as_deref() != Some("OnFailure") {
            return false;
        }
        let living = self.pods.iter().filter_map(|one| one.pod());
        let living =
            living.filter(|pod| matches!(pod.status.phase, Phase::Running | Phase::Pending));
        let restarts: i32 = living
            .flat_map(|pod| {
                pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses)
            })
            .map(|one| i32::try_from(one.restart_count).unwrap_or(i32::MAX))
            .sum();
        if limit == 0 { restarts > 0 } else { restarts >= limit }
    }
}
