//! What a Job's status says, and when its Pods may go.
//!
//! Must not know how many Pods are wanted. Invariant: a Pod loses its finalizer only after its end
//! stands in the status.

use std::rc::Rc;

use super::{SOURCE, Sync, TRACKING, UNCOUNTED_MAX, Verdict, count, is_tracked, phase_of, uid_of};
use crate::api::pod::Phase;
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::controllers::job::index;
use crate::server::{Action, EventNote, Key, Part, Patch};
use crate::sim::Rule;

impl<'a> Sync<'a> {
    /// Models pkg/controller/job/job_controller.go trackJobStatusAndRemoveFinalizers
    pub(super) fn track(&mut self, verdict: Option<&Verdict>) {
        self.clean_uncounted(|sync, uid| {
            sync.pods.iter().any(|pod| is_tracked(pod) && uid_of(pod) == *uid)
        });
        let (released, is_full) = self.gather(verdict);
        if self.job.is_indexed() {
            let text = index::text(&self.done);
            let is_told = self.job.status.completed_indexes.is_some() || !text.is_empty();
            self.status.completed_indexes = is_told.then_some(text);
            self.status.succeeded = count(self.done.len());
            let broken = self.job.limits_indexes().then(|| index::text(&self.broken));
            self.status.failed_indexes = broken;
        }
        let mut rule = Rule("JOB-STATUS");
        if let Some(verdict) = verdict {
            let kind = if verdict.is_success { "SuccessCriteriaMet" } else { "FailureTarget" };
            if !self.job.holds(kind) {
                self.status.conditions.push(verdict.condition(kind, self.now));
                rule = verdict.rule();
            }
        }
        self.write(self.object.meta.resource_version, rule);
        let before = self.status.clone();
        for pod in &released {
            let key = Key { kind: Kind::Pod, id: pod.meta.id };
            let patch = Patch::RemoveFinalizer(TRACKING.into());
            self.plan.ask(Action::Patch(key, patch), Rule("JOB-COUNT"));
        }
        let released: Vec<Str> = released.iter().map(|pod| uid_of(pod)).collect();
        self.clean_uncounted(|_, uid| !released.contains(uid));
        let is_over = verdict.filter(|_| !is_full && self.finish(verdict));
        if self.status != before {
            self.is_news = true;
            self.write(0, is_over.map_or(Rule("JOB-STATUS"), Verdict::rule));
        }
        if let Some(verdict) = is_over {
            self.tell_end(verdict);
        }
    }

    /// Counts the Pods whose finalizer is gone: they may leave the list.
    ///
    /// Models pkg/controller/job/job_controller.go cleanUncountedPodsWithoutFinalizers
    fn clean_uncounted(&mut self, stays: impl Fn(&Self, &Str) -> bool) {
        let mut uncounted = self.status.uncounted_terminated_pods.clone().unwrap_or_default();
        let before = (uncounted.succeeded.len(), uncounted.failed.len());
        uncounted.succeeded.retain(|uid| stays(self, uid));
        uncounted.failed.retain(|uid| stays(self, uid));
        self.status.succeeded += count(before.0 - uncounted.succeeded.len());
        self.status.failed += count(before.1 - uncounted.failed.len());
        self.status.uncounted_terminated_pods = Some(uncounted);
    }

    /// Lists the Pods that ended as uncounted; those that may lose their finalizer, and
    /// whether the list is full.
    fn gather(&mut self, verdict: Option<&Verdict>) -> (Vec<&'a Rc<Object>>, bool) {
        let mut uncounted = self.status.uncounted_terminated_pods.clone().unwrap_or_default();
        let mut released = Vec::new();
        let mut new_indexes = 0;
        let mut is_full = false;
        let is_over = verdict.is_some() || self.object.meta.is_terminating();
        for pod in self.pods.iter().filter(|pod| is_tracked(pod)) {
            let (has_ended_well, has_failed) =
                (phase_of(pod) == Phase::Succeeded, self.has_failed(pod));
            if !is_over && !has_ended_well && (!has_failed || self.is_delayed(pod)) {
                continue;
            }
            released.push(*pod);
            let uid = uid_of(pod);
            let is_listed = uncounted.succeeded.contains(&uid) || uncounted.failed.contains(&uid);
            if is_listed {
                continue;
            }
            if has_ended_well {
                if self.job.is_indexed() {
                    new_indexes += 1;
                } else {
                    uncounted.succeeded.push(uid);
                }
            } else if (has_failed || verdict.is_some_and(|one| !one.is_success))
                && self.has_valid_index(pod)
                && self.counts(pod)
            {
                uncounted.failed.push(uid);
            }
            if new_indexes + uncounted.succeeded.len() + uncounted.failed.len() >= UNCOUNTED_MAX {
                is_full = true;
                break;
            }
        }
        self.status.uncounted_terminated_pods = Some(uncounted);
        (released, is_full)
    }

    /// Whether a failed Pod stays until its index has another one.
    ///
    /// Models pkg/controller/job/job_controller.go canRemoveFinalizer
    fn is_delayed(&self, pod: &Object) -> bool {
        let delayed = index::of(pod).and_then(|index| self.delayed.get(&index));
        delayed.is_some_and(|one| one.meta.id == pod.meta.id)
    }

    /// Sets the last condition, once all Pods are counted and none stops any more.
    ///
    /// Models pkg/controller/job/job_controller.go enactJobFinished
    fn finish(&mut self, verdict: Option<&Verdict>) -> bool {
        let Some(verdict) = verdict else { return false };
        let uncounted = self.status.uncounted_terminated_pods.as_ref();
        let is_counted =
            uncounted.is_none_or(|one| one.succeeded.is_empty() && one.failed.is_empty());
        if !is_counted || self.status.terminating.unwrap_or(0) > 0 {
            return false;
        }
        let kind = if verdict.is_success { "Complete" } else { "Failed" };
        self.status.conditions.push(verdict.condition(kind, self.now));
        if verdict.is_success {
            self.status.completion_time = Some(self.now);
        }
        true
    }

    fn tell_end(&mut self, verdict: &Verdict) {
        let note = if verdict.is_success {
            let wanted = self.job.spec.completions.unwrap_or(i32::MAX);
            if self.status.succeeded > wanted {
                let text = "Too many succeeded pods running after completion count reached";
                let about = self.object.reference();
                let note = EventNote::warning(about, SOURCE, "TooManySucceededPods", text);
                self.plan.tell(note, Rule("JOB-END"));
            }
            self.note("Completed", "Job completed")
        } else {
            let about = self.object.reference();
            EventNote::warning(about, SOURCE, verdict.reason, verdict.message.clone())
        };
        self.plan.tell(note, verdict.rule());
    }

    /// Writes the status, if it is another one than the server has.
    fn write(&mut self, version: u64, rule: Rule) {
        if self.status == self.job.status && !self.is_news {
            return;
        }
        let mut new = Object::clone(self.object);
        new.meta.resource_version = version;
        if let Some(body) = new.job_mut() {
            body.status = self.status.clone();
        }
        self.plan.ask(Action::Update(Rc::new(new), Part::Status), rule);
    }
}
