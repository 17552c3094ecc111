//! A Deployment's status: counts, conditions and the deadline of its progress.
//!
//! Must not know how Pods move. Invariant: the counts are sums over the ReplicaSets' statuses,
//! so they are as late as those.

use std::rc::Rc;

use super::Sync;
use crate::api::Object;
use crate::api::apps::{DeploymentStatus, ReplicaSet};
use crate::api::pod::{Condition, Truth, condition};
use crate::base::SECOND_US;

const PROGRESSING: &str = "Progressing";
const FAILURE: &str = "ReplicaFailure";
const AVAILABLE_REASON: &str = "NewReplicaSetAvailable";
const TIMED_OUT: &str = "ProgressDeadlineExceeded";

/// Sets a condition unless status and reason are as before. A changed one moves to the end,
/// and its transition time changes only with its status.
///
/// Models pkg/controller/deployment/util/deployment_util.go SetDeploymentCondition
pub(super) fn put_condition(conditions: &mut Vec<Condition>, mut new: Condition) {
    if let Some(old) = condition(conditions, &new.kind)
        && old.status == new.status
    {
        if old.reason == new.reason {
            return;
        }
        new.last_transition_time = old.last_transition_time;
    }
    conditions.retain(|one| one.kind != new.kind);
    conditions.push(new);
}

impl<'a> Sync<'a> {
    fn condition(&self, kind: &str, status: Truth, reason: &str, message: String) -> Condition {
        Condition {
            kind: kind.into(),
            status,
            reason: Some(reason.into()),
            message: Some(message.into()),
            last_transition_time: Some(self.now),
            last_update_time: Some(self.now),
            ..Condition::default()
        }
    }

    pub(super) fn progressing(&self, status: Truth, reason: &str, message: String) -> Condition {
        self.condition(PROGRESSING, status, reason, message)
    }

    /// The seconds granted to a rollout, if it has a deadline.
    ///
    /// Models pkg/controller/deployment/util/deployment_util.go HasProgressDeadline
    pub(super) fn deadline(&self) -> Option<u64> {
        let seconds = self.deployment.spec.progress_deadline_seconds.map(u64::from);
        seconds.filter(|seconds| *seconds != u64::from(i32::MAX.unsigned_abs()))
    }

    /// Tells of a pause and of its end, so that a paused rollout is not taken for a stuck one.
    ///
    /// Models pkg/controller/deployment/sync.go checkPausedConditions
    pub(super) fn note_pause(&mut self) {
        if self.deadline().is_none() {
            return;
        }
        let known = condition(&self.deployment.status.conditions, PROGRESSING);
        let reason = known.and_then(|one| one.reason.as_deref());
        if reason == Some(TIMED_OUT) {
            return;
        }
        let (reason, message) = match (self.deployment.spec.paused, reason) {
            (true, Some("DeploymentPaused")) => return,
            (true, _) => ("DeploymentPaused", "Deployment is paused"),
            (false, Some("DeploymentPaused")) => ("DeploymentResumed", "Deployment is resumed"),
            (false, _) => return,
        };
        let mut status = self.deployment.status.clone();
        let new = self.progressing(Truth::Unknown, reason, message.to_owned());
        put_condition(&mut status.conditions, new);
        self.put_status(status, None);
    }

    /// Models pkg/controller/deployment/sync.go calculateStatus
    fn counts(&self, new: Option<&Rc<Object>>, sets: &[&Rc<Object>]) -> DeploymentStatus {
        let before = &self.deployment.status;
        let bodies: Vec<_> = sets.iter().filter_map(|set| set.replica_set()).collect();
        let sum = |count: fn(&ReplicaSet) -> i32| bodies.iter().map(|set| count(set)).sum::<i32>();
        let available = sum(|set| set.status.available_replicas);
        let wanted = sum(|set| set.spec.replicas.unwrap_or(0));
        let updated = new.and_then(|set| set.replica_set()).map_or(0, |set| set.status.replicas);
        let mut status = DeploymentStatus {
            observed_generation: self.object.meta.generation,
            replicas: sum(|set| set.status.replicas),
            updated_replicas: updated,
            ready_replicas: sum(|set| set.status.ready_replicas),
            available_replicas: available,
            unavailable_replicas: (wanted - available).max(0),
            terminating_replicas: Some(sum(|set| set.status.terminating_replicas.unwrap_or(0))),
            conditions: before.conditions.clone(),
            collision_count: before.collision_count,
        };
        let (_, unavailable) = self.bounds();
        let is_available = available >= self.desired() - unavailable;
        let (reason, message) = if is_available {
            ("MinimumReplicasAvailable", "Deployment has minimum availability.")
        } else {
            ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
        };
        let new = self.condition("Available", is_available.into(), reason, message.to_owned());
        put_condition(&mut status.conditions, new);
        status
    }

    /// Whether the rollout is over.
    ///
    /// Models pkg/controller/deployment/util/deployment_util.go DeploymentComplete
    pub(super) fn is_complete(&self, status: &DeploymentStatus) -> bool {
        let wanted = self.desired();
        status.updated_replicas == wanted
            && status.replicas == wanted
            && status.available_replicas == wanted
            && status.observed_generation >= self.object.meta.generation
    }

    /// Models pkg/controller/deployment/util/deployment_util.go DeploymentProgressing
    fn is_progressing(&self, new: &DeploymentStatus) -> bool {
        let old = &self.deployment.status;
        new.updated_replicas > old.updated_replicas
            || new.replicas - new.updated_replicas < old.replicas - old.updated_replicas
            || new.ready_replicas > old.ready_replicas
            || new.available_replicas > old.available_replicas
    }

    /// Models pkg/controller/deployment/util/deployment_util.go DeploymentTimedOut
    fn is_timed_out(&self, status: &DeploymentStatus, deadline: u64) -> bool {
        let Some(known) = condition(&status.conditions, PROGRESSING) else { return false };
        match known.reason.as_deref() {
            Some(AVAILABLE_REASON) => false,
            Some(TIMED_OUT) => true,
            _ => known
                .last_update_time
                .is_some_and(|from| from.whole().plus_seconds(deadline) < self.now),
        }
    }

    /// Writes the status if it changed; `is_rollout` says whether progress is judged.
    ///
    /// Models pkg/controller/deployment/progress.go syncRolloutStatus
    pub(super) fn write_status(
        &mut self,
        new: Option<&'a Rc<Object>>,
        sets: &[&'a Rc<Object>],
        is_rollout: bool,
    ) {
        let mut status = self.counts(new, sets);
        if is_rollout {
            self.judge_progress(new, &mut status);
            match failure(new, sets) {
                Some(failure) => put_condition(&mut status.conditions, failure),
                None => status.conditions.retain(|one| &*one.kind != FAILURE),
            }
        }
        if status != self.deployment.status {
            self.put_status(status, None);
        } else if is_rollout && !self.has_written {
            self.wait_for_deadline(&status);
        }
    }

    fn judge_progress(&self, new: Option<&Rc<Object>>, status: &mut DeploymentStatus) {
        let Some(deadline) = self.deadline() else {
            status.conditions.retain(|one| &*one.kind != PROGRESSING);
            return;
        };
        let known = condition(&self.deployment.status.conditions, PROGRESSING).cloned();
        let was_complete =
            known.as_ref().is_some_and(|known| known.reason.as_deref() == Some(AVAILABLE_REASON))
                && status.replicas == status.updated_replicas;
        if was_complete {
            return;
        }
        let subject = match new {
            Some(new) => format!("ReplicaSet \"{}\"", new.meta.name),
            None => format!("Deployment \"{}\"", self.object.meta.name),
        };
        if self.is_complete(status) {
            let text = format!("{subject} has successfully progressed.");
            let done = self.progressing(Truth::True, AVAILABLE_REASON, text);
            put_condition(&mut status.conditions, done);
        } else if self.is_progressing(status) {
            let text = format!("{subject} is progressing.");
            let mut going = self.progressing(Truth::True, "ReplicaSetUpdated", text);
            if let Some(known) = known.filter(|known| known.status == Truth::True) {
                going.last_transition_time = known.last_transition_time;
            }
            // Each progress renews the time from which the deadline counts.
            status.conditions.retain(|one| &*one.kind != PROGRESSING);
            status.conditions.push(going);
        } else if self.is_timed_out(status, deadline) {
            let text = format!("{subject} has timed out progressing.");
            let late = self.progressing(Truth::False, TIMED_OUT, text);
            put_condition(&mut status.conditions, late);
        }
    }

    /// Looks again when the deadline is over.
    ///
    /// Models pkg/controller/deployment/progress.go requeueStuckDeployment
    /// Differs: a rollout that was complete once cannot time out, so it is not looked at by the
    /// clock either; upstream looks ten times a second and finds nothing.
    fn wait_for_deadline(&mut self, status: &DeploymentStatus) {
        let Some(deadline) = self.deadline() else { return };
        let known = condition(&self.deployment.status.conditions, PROGRESSING);
        let is_over =
            |one: &&Condition| matches!(one.reason.as_deref(), Some(TIMED_OUT | AVAILABLE_REASON));
        let Some(known) = known.filter(|one| !is_over(one)) else { return };
        if self.is_complete(status) {
            return;
        }
        let Some(from) = known.last_update_time else { return };
        let due = from.whole().plus_seconds(deadline);
        let left = due.since_us(self.now);
        // A second more, so that rounded times don't make it too early.
        self.plan.look_again(if left < SECOND_US { left + 5_000 } else { left + SECOND_US });
    }
}

/// What keeps a ReplicaSet from making or deleting Pods: the new one's failure first.
///
/// Models pkg/controller/deployment/deployment_controller.go getReplicaFailures
fn failure(new: Option<&Rc<Object>>, sets: &[&Rc<Object>]) -> Option<Condition> {
    let of = |set: &Object| {
        let conditions = &set.replica_set()?.status.conditions;
        let mut found = condition(conditions, FAILURE)?.clone();
        found.last_update_time = found.last_transition_time;
        Some(found)
    };
    let first = new.and_then(|new| of(new));
    first.or_else(|| sets.iter().find_map(|set| of(set)))
}
