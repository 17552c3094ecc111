//! Jobs: Pods that are to end well, so and so many of them.
//!
//! Must not know nodes. Invariant: a Pod loses its finalizer only after its end stands in the
//! Job's status, so that no end is lost or counted twice.

mod backoff;
mod ends;
mod index;
mod manage;
mod policy;
mod track;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::batch::{Job, JobStatus};
use crate::api::pod::{Condition, Phase, Truth};
use crate::api::{Kind, LabelSelector, Object, ObjectId};
use crate::base::{PMap, SECOND_US, SimTime, Str};
use crate::controllers::pods;
use crate::server::{Action, Change, Key, Patch, View};
use crate::sim::{Pause, Plan, Rule};

use index::Indexes;

const SOURCE: &str = "job-controller";
/// How this controller is called in a Job.
const CONTROLLER: &str = "kubernetes.io/job-controller";
/// Keeps an ended Pod until it was counted.
const TRACKING: &str = "batch.kubernetes.io/job-tracking";
/// Changes of Pods and of the status are gathered for so long.
///
/// Models pkg/controller/job/job_controller.go SyncJobBatchPeriod
/// Differs: ten milliseconds less. A Pod that ends says so twice, a second apart; the real
/// second word is the slower one and comes after the batch of the first.
const BATCH_US: u64 = SECOND_US - 10_000;
/// How long a Job waits after a look that failed.
///
/// Models pkg/controller/job/job_controller.go DefaultJobApiBackOff, MaxJobApiBackOff
pub(super) const PAUSE: Pause = Pause { first_us: SECOND_US, longest_us: 60 * SECOND_US };
/// Pods made or deleted in one sync at most.
const BURST: usize = 500;
/// Pods that may stand in the status uncounted at a time.
const UNCOUNTED_MAX: usize = 500;

/// What the controller remembers of a Job.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Record {
    /// When it is looked at next; none means whenever it is woken.
    due: Option<SimTime>,
    failures: u32,
    last_failure: Option<SimTime>,
    /// The failed Pods of the last look, which counted them.
    noted: Vec<ObjectId>,
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
    if is_of_others(job) {
        return plan;
    }
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
    let mut sync = Sync::new(object, job, &selector, view, record.clone(), now, plan);
    sync.run();
    let Sync { record, plan, .. } = sync;
    records.0.insert(key.id, record);
    if let Some(delay_us) = plan.requeue_us {
        records.plan(key.id, now.plus_us(delay_us));
    }
    plan
}

/// Whether another controller runs a Job.
///
/// Models pkg/controller/job/job_controller.go managedByExternalController
fn is_of_others(job: &Job) -> bool {
    job.spec.managed_by.as_deref().is_some_and(|name| name != CONTROLLER)
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
#[derive(Clone, PartialEq, Eq, Debug)]
struct Verdict {
    is_success: bool,
    reason: &'static str,
    message: Str,
}

/// Why Jobs end.
const REASONS: [&str; 7] = [
    "CompletionsReached",
    "SuccessPolicy",
    "PodFailurePolicy",
    "BackoffLimitExceeded",
    "DeadlineExceeded",
    "MaxFailedIndexesExceeded",
    "FailedIndexes",
];

impl Verdict {
    fn success(reason: &'static str, message: impl Into<Str>) -> Verdict {
        Verdict { is_success: true, reason, message: message.into() }
    }

    fn failure(reason: &'static str, message: impl Into<Str>) -> Verdict {
        Verdict { is_success: false, reason, message: message.into() }
    }

    /// What an earlier look said, as it stands in the status.
    fn told(known: &Condition, is_success: bool) -> Verdict {
        let is_it = |reason: &&str| known.reason.as_deref() == Some(*reason);
        let reason = REASONS.into_iter().find(is_it).unwrap_or_default();
        let message = known.message.clone().unwrap_or_else(|| "".into());
        Verdict { is_success, reason, message }
    }

    /// The rule by which the Job is over.
    fn rule(&self) -> Rule {
        Rule(match self.reason {
            "DeadlineExceeded" => "JOB-DEADLINE",
            "BackoffLimitExceeded" => "JOB-BACKOFF",
            _ => "JOB-END",
        })
    }

    fn condition(&self, kind: &str, now: SimTime) -> Condition {
        Condition {
            kind: kind.into(),
            status: Truth::True,
            reason: Some(self.reason.into()),
            message: Some(self.message.clone()),
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
    /// The indexes that have failed, if they have limits of their own.
    broken: Indexes,
    /// Failed Pods that stay until another one has taken over what they count, by index.
    delayed: BTreeMap<i32, &'a Rc<Object>>,
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
            broken: Indexes::new(),
            delayed: BTreeMap::new(),
            is_news: false,
        }
    }

    fn replaces_failed_only(&self) -> bool {
        self.job.spec.pod_replacement_policy.as_deref() == Some("Failed")
            || self.job.spec.pod_failure_policy.is_some()
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
        !self.job.is_indexed() || index::of(pod).is_some_and(|index| index < self.completions())
    }

    fn run(&mut self) {
        self.count_ends();
        if self.status.start_time.is_none() && !self.job.is_suspended() {
            self.status.start_time = Some(self.now);
        }
        let mut verdict = self.judge();
        if let Some(verdict) = &verdict {
            self.delete_active(verdict.rule());
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
                let text = "Reached expected number of succeeded pods";
                verdict = Some(Verdict::success("CompletionsReached", text));
            }
        }
        self.track(verdict.as_ref());
    }
}
