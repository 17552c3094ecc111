//! Jobs: Pods that are to end well, so and so many of them.
//!
//! Must not know nodes. Invariant: a Pod loses its finalizer only after its end stands in the
//! Job's status, so that no end is lost or counted twice.

use std::rc::Rc;

use crate::api::batch::{Job, JobStatus};
use crate::api::pod::{Condition, ContainerState, Phase, PodTemplate, Truth, condition};
use crate::api::{Kind, LabelSelector, Object, ObjectId};
use crate::base::{PMap, SECOND_US, SimTime, Str};
use crate::controllers::job_index::{self, Indexes};
use crate::controllers::{pods, ranking};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, Patch, View};
use crate::sim::{Plan, Request, Rule, Step};

const SOURCE: &str = "job-controller";
/// Keeps an ended Pod until it was counted.
const TRACKING: &str = "batch.kubernetes.io/job-tracking";
/// Changes of Pods and of the status are gathered for so long.
///
/// Models pkg/controller/job/job_controller.go SyncJobBatchPeriod
/// Differs: ten milliseconds less. A Pod that ends says so twice, a second apart; the real
/// second word is the slower one and comes after the batch of the first.
const BATCH_US: u64 = SECOND_US - 10_000;
/// The first delay after a failed Pod, and the longest.
///
/// Models pkg/controller/job/job_controller.go DefaultJobPodFailureBackOff,
/// MaxJobPodFailureBackOff
const BACKOFF_US: u64 = 10 * SECOND_US;
const BACKOFF_MAX_US: u64 = 600 * SECOND_US;
/// Pods made or deleted in one sync at most.
const BURST: usize = 500;
/// Pods that may stand in the status uncounted at a time.
const UNCOUNTED_MAX: usize = 500;

/// What the controller remembers of a Job.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
struct Record {
    /// When it is looked at next; none means whenever it is woken.
    due: Option<SimTime>,
    failures: u32,
    last_failure: Option<SimTime>,
}

/// What the controller remembers of all Jobs.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Records(PMap<ObjectId, Record>);

impl Records {
    /// Lets a Job be looked at no later than then.
    fn plan(&mut self, id: ObjectId, at: SimTime) {
        let record = self.0.or_default(&id);
        record.due = Some(record.due.map_or(at, |before| before.min(at)));
    }
}

fn is_tracked(pod: &Object) -> bool {
    pod.meta.has_finalizer(TRACKING)
}

pub(super) fn wake(
    change: &Change,
    view: &View,
    records: &mut Records,
    now: SimTime,
    keys: &mut Vec<Key>,
) {
    let id = change.object().meta.id;
    match (change.kind, &change.old, &change.new) {
        (Kind::Job, _, None) => {
            records.0.remove(&id);
            // Nobody counts its Pods any more.
            let owned = view.table(Kind::Pod).owned_by(change.object().meta.uid);
            let tracked = owned.filter(|pod| is_tracked(pod));
            keys.extend(tracked.map(|pod| Key { kind: Kind::Pod, id: pod.meta.id }));
        }
        (Kind::Job, old, Some(new)) => {
            let is_new = old.as_ref().is_none_or(|old| old.meta.generation != new.meta.generation);
            records.plan(id, if is_new { now } else { now.plus_us(BATCH_US) });
            keys.push(change.key());
        }
        (Kind::Pod, ..) => {
            let before = keys.len();
            pods::wake_owner(Kind::Job, change, view, keys);
            for key in &keys[before..] {
                records.plan(key.id, now.plus_us(BATCH_US));
            }
            if keys.len() == before && change.new.as_ref().is_some_and(|pod| is_tracked(pod)) {
                keys.push(change.key());
            }
        }
        _ => {}
    }
}

/// Models pkg/controller/job/job_controller.go syncJob
pub(super) fn reconcile(key: Key, view: &View, records: &mut Records, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(job) = object.job() else {
        let_orphan_go(key, object, view, &mut plan);
        return plan;
    };
    let record = records.0.or_default(&key.id);
    if let Some(due) = record.due {
        if due > now {
            plan.look_again(due.since_us(now));
            return plan;
        }
        record.due = None;
    }
    if job.is_finished() {
        release_all(object, view, &mut plan);
        return plan;
    }
    let selector = job.spec.selector.clone().unwrap_or_default();
    if selector == LabelSelector::default() {
        return plan;
    }
    let mut sync = Sync::new(object, job, &selector, view, *record, now, plan);
    sync.run();
    let Sync { record, plan, .. } = sync;
    records.0.insert(key.id, record);
    if let Some(delay_us) = plan.requeue_us {
        records.plan(key.id, now.plus_us(delay_us));
    }
    plan
}

/// Models pkg/controller/job/job_controller.go syncOrphanPod
fn let_orphan_go(key: Key, object: &Object, view: &View, plan: &mut Plan) {
    let owner = object.meta.controller().filter(|owner| &*owner.kind == "Job");
    let job = owner.and_then(|owner| {
        let found = view.named(Kind::Job, &object.meta.namespace, &owner.name);
        found.filter(|one| one.meta.uid == owner.uid)
    });
    if job.is_none() && is_tracked(object) {
        let patch = Patch::RemoveFinalizer(TRACKING.into());
        plan.ask(Action::Patch(key, patch), Rule("JOB-ORPHAN"));
    }
}

/// Models pkg/controller/job/job_controller.go cleanupPodFinalizers
fn release_all(object: &Object, view: &View, plan: &mut Plan) {
    let owned = view.table(Kind::Pod).owned_by(object.meta.uid);
    for pod in owned.filter(|pod| is_tracked(pod)) {
        let key = Key { kind: Kind::Pod, id: pod.meta.id };
        let patch = Patch::RemoveFinalizer(TRACKING.into());
        plan.ask(Action::Patch(key, patch), Rule("JOB-COUNT"));
    }
}

/// Why a Job is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Verdict {
    is_success: bool,
    reason: &'static str,
    message: &'static str,
}

const REACHED: Verdict = Verdict {
    is_success: true,
    reason: "CompletionsReached",
    message: "Reached expected number of succeeded pods",
};
const BEYOND_LIMIT: Verdict = Verdict {
    is_success: false,
    reason: "BackoffLimitExceeded",
    message: "Job has reached the specified backoff limit",
};
const TOO_LATE: Verdict = Verdict {
    is_success: false,
    reason: "DeadlineExceeded",
    message: "Job was active longer than specified deadline",
};

impl Verdict {
    fn condition(self, kind: &str, now: SimTime) -> Condition {
        Condition {
            kind: kind.into(),
            status: Truth::True,
            reason: Some(self.reason.into()),
            message: Some(self.message.into()),
            last_transition_time: Some(now),
            ..Condition::default()
        }
    }
}

/// One look at one Job.
struct Sync<'a> {
    object: &'a Rc<Object>,
    job: &'a Job,
    now: SimTime,
    record: Record,
    plan: Plan,
    pods: Vec<&'a Rc<Object>>,
    active: Vec<&'a Rc<Object>>,
    status: JobStatus,
    succeeded: i32,
    failed: i32,
    done: Indexes,
    is_news: bool,
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn uid_of(pod: &Object) -> Str {
    pod.meta.uid.to_string().into()
}

fn phase_of(object: &Object) -> Phase {
    object.pod().map_or(Phase::Unknown, |pod| pod.status.phase)
}

fn is_ready(object: &Object) -> bool {
    object.pod().is_some_and(crate::api::pod::Pod::is_ready)
}

impl<'a> Sync<'a> {
    fn new(
        object: &'a Rc<Object>,
        job: &'a Job,
        selector: &LabelSelector,
        view: &'a View,
        record: Record,
        now: SimTime,
        mut plan: Plan,
    ) -> Sync<'a> {
        let pods = pods::claim(object, selector, view, &mut plan);
        let active: Vec<_> = pods.iter().copied().filter(|pod| pods::is_active(pod)).collect();
        let mut status = job.status.clone();
        status.uncounted_terminated_pods.get_or_insert_default();
        let ready = active.iter().filter(|pod| is_ready(pod)).count();
        status.ready = Some(count(ready));
        let terminating = pods
            .iter()
            .filter(|pod| pod.meta.is_terminating() && !phase_of(pod).is_terminal())
            .count();
        status.terminating = Some(count(terminating));
        status.active = count(active.len());
        Sync {
            object,
            job,
            now,
            record,
            plan,
            pods,
            active,
            status,
            succeeded: 0,
            failed: 0,
            done: Indexes::new(),
            is_news: false,
        }
    }

    fn replaces_failed_only(&self) -> bool {
        self.job.spec.pod_replacement_policy.as_deref() == Some("Failed")
    }

    /// Models pkg/controller/job/job_controller.go isPodFailed
    fn has_failed(&self, pod: &Object) -> bool {
        phase_of(pod) == Phase::Failed
            || (!self.replaces_failed_only()
                && pod.meta.is_terminating()
                && phase_of(pod) != Phase::Succeeded)
    }

    fn is_uncounted(&self, pod: &Object) -> bool {
        let uid = uid_of(pod);
        let known = self.job.status.uncounted_terminated_pods.as_ref();
        known.is_some_and(|one| one.succeeded.contains(&uid) || one.failed.contains(&uid))
    }

    fn completions(&self) -> i32 {
        self.job.spec.completions.unwrap_or(i32::MAX)
    }

    fn has_valid_index(&self, pod: &Object) -> bool {
        !self.job.is_indexed() || job_index::of(pod).is_some_and(|index| index < self.completions())
    }

    fn run(&mut self) {
        self.count_ends();
        if self.status.start_time.is_none() && !self.job.is_suspended() {
            self.status.start_time = Some(self.now);
        }
        let mut verdict = self.judge();
        if verdict.is_some() {
            self.delete_active();
        } else {
            if !self.object.meta.is_terminating() {
                self.manage();
                self.tell_suspension();
            }
            let is_complete = match self.job.spec.completions {
                Some(completions) => self.succeeded >= completions,
                None => self.succeeded > 0,
            };
            if is_complete && self.status.active == 0 {
                verdict = Some(REACHED);
            }
        }
        self.track(verdict);
    }

    /// Counts the Pods that ended, those in the status included, and the delay that the
    /// failed ones cause.
    fn count_ends(&mut self) {
        let is_new = |pod: &&&Rc<Object>| is_tracked(pod) && !self.is_uncounted(pod);
        let fresh: Vec<_> =
            self.pods.iter().filter(is_new).filter(|pod| self.has_valid_index(pod)).collect();
        let mut succeeded: Vec<SimTime> = fresh
            .iter()
            .filter(|pod| phase_of(pod) == Phase::Succeeded)
            .map(|pod| finished_at(pod))
            .collect();
        let mut failed: Vec<SimTime> =
            fresh.iter().filter(|pod| self.has_failed(pod)).map(|pod| finished_at(pod)).collect();
        let known = self.job.status.uncounted_terminated_pods.clone().unwrap_or_default();
        self.succeeded =
            self.job.status.succeeded + count(succeeded.len()) + count(known.succeeded.len());
        self.failed = self.job.status.failed + count(failed.len()) + count(known.failed.len());
        succeeded.sort_unstable();
        failed.sort_unstable();
        self.record.note(&succeeded, &failed);
        if self.job.is_indexed() {
            let text = self.job.status.completed_indexes.as_deref().unwrap_or_default();
            self.done = job_index::parse(text, self.completions());
            let ended = self.pods.iter().filter(|pod| {
                is_tracked(pod) && phase_of(pod) == Phase::Succeeded && self.has_valid_index(pod)
            });
            let ended: Vec<i32> = ended.filter_map(|pod| job_index::of(pod)).collect();
            self.done.extend(ended);
            self.succeeded = count(self.done.len());
        }
    }

    /// Whether the Job is over already, and why.
    fn judge(&mut self) -> Option<Verdict> {
        if self.job.holds("SuccessCriteriaMet") {
            return Some(REACHED);
        }
        if let Some(target) = condition(&self.job.status.conditions, "FailureTarget")
            && target.status == Truth::True
        {
            let is_late = target.reason.as_deref() == Some(TOO_LATE.reason);
            return Some(if is_late { TOO_LATE } else { BEYOND_LIMIT });
        }
        let limit = self.job.spec.backoff_limit.unwrap_or(6);
        if self.failed > limit || self.restarts_reach(limit) {
            return Some(BEYOND_LIMIT);
        }
        let seconds = self.job.spec.active_deadline_seconds?;
        let start = self.status.start_time.filter(|_| !self.job.is_suspended())?;
        let due = start.plus_seconds(u64::try_from(seconds).unwrap_or(0));
        if due <= self.now {
            return Some(TOO_LATE);
        }
        self.plan.look_again(due.since_us(self.now));
        None
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

    /// Models pkg/controller/job/job_controller.go deleteActivePods
    fn delete_active(&mut self) {
        let doomed = std::mem::take(&mut self.active);
        self.delete(&doomed, false);
    }

    /// Deletes Pods; those that are not to be counted lose their finalizer first.
    ///
    /// Models pkg/controller/job/job_controller.go deleteJobPods
    fn delete(&mut self, doomed: &[&'a Rc<Object>], is_uncounted: bool) {
        if doomed.is_empty() {
            return;
        }
        let mut requests = Vec::new();
        for pod in doomed {
            let key = Key { kind: Kind::Pod, id: pod.meta.id };
            if is_uncounted && is_tracked(pod) {
                let patch = Patch::RemoveFinalizer(TRACKING.into());
                let action = Action::Patch(key, patch);
                requests.push(Request { action, rule: Rule("JOB-DELETE"), then: None });
            }
            let text = format!("Deleted pod: {}", pod.meta.name);
            requests.push(Request {
                action: Action::Delete(key, DeleteOptions::default()),
                rule: Rule("JOB-DELETE"),
                then: Some(self.note("SuccessfulDelete", text)),
            });
        }
        self.plan.steps.push(Step::All(requests));
        let ready = count(doomed.iter().filter(|pod| is_ready(pod)).count());
        let gone = count(doomed.len());
        self.status.active -= gone;
        self.status.ready = self.status.ready.map(|before| before - ready);
        self.status.terminating = self.status.terminating.map(|before| before + gone);
    }

    fn note(&self, reason: &'static str, text: impl Into<Str>) -> EventNote {
        EventNote::normal(self.object.reference(), SOURCE, reason, text)
    }

    /// Models pkg/controller/job/job_controller.go manageJob
    fn manage(&mut self) {
        let active = self.active.len();
        if self.job.is_suspended() {
            let doomed = self.for_removal(active);
            return self.delete(&doomed, true);
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
            return self.delete(&doomed, true);
        }
        let held =
            if self.replaces_failed_only() { self.status.terminating.unwrap_or(0) } else { 0 };
        let missing = usize::try_from(wanted - held - count(active)).unwrap_or(0);
        if missing == 0 {
            return;
        }
        let delay_us = self.record.remaining_us(self.now);
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
            match job_index::of(pod) {
                _ if !self.job.is_indexed() => left.push(*pod),
                Some(index) if index < self.completions() && seen.insert(index) => left.push(*pod),
                _ => doomed.push(*pod),
            }
        }
        let more = at_least.saturating_sub(doomed.len());
        doomed.extend(ranking::to_delete(&left, &[], more, self.now));
        doomed
    }

    fn create(&mut self, missing: usize) {
        let template = &self.job.spec.template;
        let requests: Vec<Request> = if self.job.is_indexed() {
            let taken: Indexes = self.active.iter().filter_map(|pod| job_index::of(pod)).collect();
            job_index::first_pending(&self.done, &taken, missing, self.completions())
                .into_iter()
                .map(|index| {
                    let name = &self.object.meta.name;
                    let template = job_index::template(template, name, index);
                    self.creation(&template, format!("{name}-{index}-"))
                })
                .collect()
        } else {
            let request = self.creation(template, format!("{}-", self.object.meta.name));
            vec![request; missing]
        };
        self.status.active += count(requests.len());
        self.plan.steps.push(Step::SlowStart(requests));
    }

    fn creation(&self, template: &PodTemplate, prefix: String) -> Request {
        let mut pod = pods::from_template(template, self.object);
        pod.meta.generate_name = prefix.into();
        let finalizers = Rc::make_mut(&mut pod.meta.finalizers);
        if finalizers.iter().all(|one| &**one != TRACKING) {
            finalizers.push(TRACKING.into());
        }
        let told = self.note("SuccessfulCreate", "Created pod: {}");
        Request { action: Action::Create(Rc::new(pod)), rule: Rule("JOB-CREATE"), then: Some(told) }
    }

    fn tell_suspension(&mut self) {
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
        if !is_suspended {
            self.status.start_time = Some(self.now);
        }
        let note = self.note(event, message);
        self.plan.tell(note, Rule("JOB-SUSPEND"));
    }

    /// Models pkg/controller/job/job_controller.go trackJobStatusAndRemoveFinalizers
    fn track(&mut self, verdict: Option<Verdict>) {
        self.clean_uncounted(|sync, uid| {
            sync.pods.iter().any(|pod| is_tracked(pod) && uid_of(pod) == *uid)
        });
        let (released, is_full) = self.gather(verdict);
        if self.job.is_indexed() {
            let text = job_index::text(&self.done);
            let is_told = self.job.status.completed_indexes.is_some() || !text.is_empty();
            self.status.completed_indexes = is_told.then_some(text);
            self.status.succeeded = count(self.done.len());
        }
        if let Some(verdict) = verdict {
            let kind = if verdict.is_success { "SuccessCriteriaMet" } else { "FailureTarget" };
            if !self.job.holds(kind) {
                self.status.conditions.push(verdict.condition(kind, self.now));
            }
        }
        self.write(self.object.meta.resource_version);
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
            self.write(0);
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
    fn gather(&mut self, verdict: Option<Verdict>) -> (Vec<&'a Rc<Object>>, bool) {
        let mut uncounted = self.status.uncounted_terminated_pods.clone().unwrap_or_default();
        let mut released = Vec::new();
        let mut new_indexes = 0;
        let mut is_full = false;
        let is_over = verdict.is_some() || self.object.meta.is_terminating();
        for pod in self.pods.iter().filter(|pod| is_tracked(pod)) {
            let (has_ended_well, has_failed) =
                (phase_of(pod) == Phase::Succeeded, self.has_failed(pod));
            if !is_over && !has_ended_well && !has_failed {
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

    /// Sets the last condition, once all Pods are counted and none stops any more.
    ///
    /// Models pkg/controller/job/job_controller.go enactJobFinished
    fn finish(&mut self, verdict: Option<Verdict>) -> bool {
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

    fn tell_end(&mut self, verdict: Verdict) {
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
            EventNote::warning(about, SOURCE, verdict.reason, verdict.message)
        };
        self.plan.tell(note, Rule("JOB-END"));
    }

    /// Writes the status, if it is another one than the server has.
    fn write(&mut self, version: u64) {
        if self.status == self.job.status && !self.is_news {
            return;
        }
        let mut new = Object::clone(self.object);
        new.meta.resource_version = version;
        if let Some(body) = new.job_mut() {
            body.status = self.status.clone();
        }
        self.plan.ask(Action::Update(Rc::new(new), Part::Status), Rule("JOB-STATUS"));
    }
}

impl Record {
    /// Takes note of Pods that ended, each list in order.
    ///
    /// Models pkg/controller/job/backoff_utils.go newBackoffRecord
    fn note(&mut self, succeeded: &[SimTime], failed: &[SimTime]) {
        let last_success = succeeded.last();
        if last_success.is_some() {
            (self.failures, self.last_failure) = (0, None);
        }
        // A sync that is repeated counts nothing twice.
        let known = self.last_failure;
        let later = failed
            .iter()
            .filter(|at| last_success.is_none_or(|last| *at > last))
            .filter(|at| known.is_none_or(|known| **at > known));
        for at in later {
            self.failures += 1;
            self.last_failure = Some(*at);
        }
    }

    /// How long no Pod may be made yet.
    ///
    /// Models pkg/controller/job/backoff_utils.go getRemainingTime
    fn remaining_us(&self, now: SimTime) -> u64 {
        let Some(last) = self.last_failure.filter(|_| self.failures > 0) else { return 0 };
        let shift = (self.failures - 1).min(16);
        let delay_us = (BACKOFF_US << shift).min(BACKOFF_MAX_US);
        delay_us.saturating_sub(now.since_us(last))
    }
}

/// When a Pod ended, as far as it says so.
///
/// Models pkg/controller/job/backoff_utils.go getFinishedTime
fn finished_at(object: &Object) -> SimTime {
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
