//! Pods made and deleted, as many as a Job wants at a time.
//!
//! Must not know how they are counted. Invariant: one look either makes Pods or deletes some.

use std::rc::Rc;

use super::{BURST, SOURCE, Sync, TRACKING, backoff, count, is_ready, is_tracked, phase_of};
use crate::api::pod::{Condition, PodTemplate, Truth, condition};
use crate::api::{Kind, Object};
use crate::base::{Str, gather};
use crate::controllers::job::index::{self, Indexes};
use crate::controllers::{pods, ranking};
use crate::server::{Action, DeleteOptions, EventNote, Key, Patch};
use crate::sim::{Request, Rule, Step};

impl<'a> Sync<'a> {
    /// Models pkg/controller/job/job_controller.go deleteActivePods
    pub(super) fn delete_active(&mut self, rule: Rule) {
        let doomed = std::mem::take(&mut self.active);
        self.delete(&doomed, false, rule);
    }

    /// Deletes Pods; those that are not to be counted lose their finalizer first.
    ///
    /// Models pkg/controller/job/job_controller.go deleteJobPods
    fn delete(&mut self, doomed: &[&'a Rc<Object>], is_uncounted: bool, rule: Rule) {
        if doomed.is_empty() {
            return;
        }
        let mut requests = Vec::new();
        for pod in doomed {
            let key = Key { kind: Kind::Pod, id: pod.meta.id };
            if is_uncounted && is_tracked(pod) {
                let patch = Patch::RemoveFinalizer(TRACKING.into());
                requests.push(Request::new(Action::Patch(key, patch), rule));
            }
            let text = format!("Deleted pod: {}", pod.meta.name);
            let delete = Action::Delete(key, DeleteOptions::default());
            requests.push(Request::new(delete, rule).then(self.note("SuccessfulDelete", text)));
        }
        self.plan.steps.push(Step::All(requests));
        let ready = count(doomed.iter().filter(|pod| is_ready(pod)).count());
        let gone = count(doomed.len());
        self.status.active -= gone;
        self.status.ready = self.status.ready.map(|before| before - ready);
        self.status.terminating = self.status.terminating.map(|before| before + gone);
    }

    pub(super) fn note(&self, reason: &'static str, text: impl Into<Str>) -> EventNote {
        EventNote::normal(self.object.reference(), SOURCE, reason, text)
    }

    /// Models pkg/controller/job/job_controller.go manageJob
    pub(super) fn manage(&mut self) {
        let active = self.active.len();
        if self.job.is_suspended() {
            let doomed = self.for_removal(active);
            return self.delete(&doomed, true, Rule("JOB-SUSPEND"));
        }
        let parallelism = self.job.spec.parallelism.unwrap_or(1).max(0);
        let wanted = match self.job.spec.completions {
            Some(completions) => (completions - self.succeeded).clamp(0, parallelism),
            None if self.succeeded > 0 => count(active),
            None => parallelism,
        };
        let surplus = active.saturating_sub(usize::try_from(wanted).unwrap_or(0));
        let mut doomed = self.for_removal(surplus);
        doomed.truncate(BURST);
        if !doomed.is_empty() {
            return self.delete(&doomed, true, Rule("JOB-DELETE"));
        }
        let held =
            if self.replaces_failed_only() { self.status.terminating.unwrap_or(0) } else { 0 };
        let missing = usize::try_from(wanted - held - count(active)).unwrap_or(0);
        if missing == 0 {
            return;
        }
        let delay_us =
            if self.job.limits_indexes() { 0 } else { self.record.remaining_us(self.now) };
        if delay_us > 0 {
            self.plan.look_again(delay_us);
            self.status.active = 0;
            return;
        }
        self.create(missing.min(BURST));
    }

    /// Models pkg/controller/job/job_controller.go activePodsForRemoval
    fn for_removal(&self, at_least: usize) -> Vec<&'a Rc<Object>> {
        let (mut doomed, mut left, mut seen) = (Vec::new(), Vec::new(), Indexes::new());
        for pod in &self.active {
            match index::of(pod) {
                _ if !self.job.is_indexed() => left.push(*pod),
                Some(index) if index < self.completions() && seen.insert(index) => left.push(*pod),
                _ => doomed.push(*pod),
            }
        }
        let more = at_least.saturating_sub(doomed.len());
        doomed.extend(ranking::youngest(&left, more, self.now));
        doomed
    }

    fn create(&mut self, missing: usize) {
        let requests = if self.job.is_indexed() {
            let Some(indexes) = self.ready_indexes(missing) else { return };
            indexes.into_iter().map(|index| self.indexed(index)).collect()
        } else {
            let prefix = format!("{}-", self.object.meta.name);
            vec![self.creation(&self.job.spec.template, prefix); missing]
        };
        self.status.active += count(requests.len());
        // Whatever becomes of them, what ended is counted.
        self.plan.begin_attempt();
        self.plan.steps.push(Step::SlowStart(requests));
        self.plan.end_attempt();
    }

    /// The next indexes that have no Pod and need one, if any may have one by now.
    ///
    /// Models pkg/controller/job/job_controller.go getPodCreationInfoForIndependentIndexes
    fn ready_indexes(&mut self, missing: usize) -> Option<Vec<i32>> {
        let mut taken: Indexes = gather(self.active.iter().filter_map(|pod| index::of(pod)));
        if self.replaces_failed_only() {
            let going = self.pods.iter().filter(|pod| pod.meta.is_terminating());
            let going = going.filter(|pod| !phase_of(pod).is_terminal());
            taken.extend(going.filter_map(|pod| index::of(pod)));
        }
        taken.extend(&self.broken);
        let all = index::first_pending(&self.done, &taken, missing, self.completions());
        if !self.job.limits_indexes() {
            return Some(all);
        }
        let wait_us = |index: &i32| self.delayed.get(index).map_or(0, |pod| self.rest_us(pod));
        let (ready, waiting): (Vec<i32>, Vec<i32>) =
            all.into_iter().partition(|index| wait_us(index) == 0);
        let soonest = waiting.iter().map(wait_us).min();
        if let Some(soonest) = soonest.filter(|_| ready.is_empty()) {
            self.plan.look_again(soonest);
            self.status.active = 0;
            return None;
        }
        Some(ready)
    }

    /// How long an index rests after its Pod failed.
    ///
    /// Models pkg/controller/job/backoff_utils.go getRemainingTimePerIndex
    fn rest_us(&self, failed: &Object) -> u64 {
        let (counted, ignored) = index::failures(failed);
        let failures = u32::try_from(counted.saturating_add(ignored)).unwrap_or(0) + 1;
        backoff::remaining_us(failures, backoff::finished_at(failed), self.now)
    }

    fn indexed(&self, index: i32) -> Request {
        let name = &self.object.meta.name;
        let mut template = index::template(&self.job.spec.template, name, index);
        if self.job.limits_indexes() {
            let before = self.delayed.get(&index).map_or((0, 0), |pod| {
                let (counted, ignored) = index::failures(pod);
                if self.counts(pod) { (counted + 1, ignored) } else { (counted, ignored + 1) }
            });
            index::count_failures(&mut template, before);
        }
        self.creation(&template, format!("{name}-{index}-"))
    }

    fn creation(&self, template: &PodTemplate, prefix: String) -> Request {
        let mut pod = pods::from_template(template, self.object);
        pod.meta.generate_name = prefix.into();
        let finalizers = Rc::make_mut(&mut pod.meta.finalizers);
        if finalizers.iter().all(|one| &**one != TRACKING) {
            finalizers.push(TRACKING.into());
        }
        let told = self.note("SuccessfulCreate", "Created pod: {}");
        let failed = pods::failed_create(self.object, SOURCE);
        Request::new(Action::Create(Rc::new(pod)), Rule("JOB-CREATE")).then(told).or(&[failed])
    }

    pub(super) fn tell_suspension(&mut self) {
        let is_suspended = self.job.is_suspended();
        let was = condition(&self.status.conditions, "Suspended").map(|one| one.status);
        if was == Some(Truth::from(is_suspended)) || (was.is_none() && !is_suspended) {
            return;
        }
        let (reason, message, event) = if is_suspended {
            ("JobSuspended", "Job suspended", "Suspended")
        } else {
            ("JobResumed", "Job resumed", "Resumed")
        };
        let new = Condition {
            kind: "Suspended".into(),
            status: Truth::from(is_suspended),
            reason: Some(reason.into()),
            message: Some(message.into()),
            ..Condition::default()
        };
        crate::api::pod::set_condition(&mut self.status.conditions, new, self.now);
        // A Job that is suspended counts as one that has not started.
        self.status.start_time = (!is_suspended).then_some(self.now);
        let note = self.note(event, message);
        self.plan.tell(note, Rule("JOB-SUSPEND"));
    }
}
