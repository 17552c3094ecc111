//! CronJobs: Jobs started at set times.
//!
//! Must not know Pods. Invariant: a Job's name follows from the moment that it was started for, so
//! that no moment starts two.
//!
//! Differs: every time zone counts as UTC.

mod due;

use std::rc::Rc;

use crate::api::batch::{CronJob, CronJobStatus, Job, JobRef};
use crate::api::cron::Schedule;
use crate::api::{Body, Kind, Meta, Object, ObjectId, Propagation};
use crate::base::Order as _;
use crate::base::{EPOCH_UNIX_SECONDS, PMap, SimTime, Str};
use crate::controllers::pods;
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, View};
use crate::sim::{Plan, Request, Rule};

const SOURCE: &str = "cronjob-controller";
/// The annotation by which a Job knows the moment that it was started for.
const SCHEDULED: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";
/// A Job is started so long after its moment.
///
/// Models pkg/controller/cronjob/cronjob_controllerv2.go nextScheduleDelta
const DELTA_US: u64 = 100_000;

/// When CronJobs whose schedule was changed are looked at next, and not before.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Rests(PMap<ObjectId, SimTime>);

/// Models pkg/controller/cronjob/cronjob_controllerv2.go updateCronJob
pub(super) fn wake(
    change: &Change,
    view: &View,
    rests: &mut Rests,
    now: SimTime,
    keys: &mut Vec<Key>,
) {
    match change.kind {
        Kind::CronJob => {
            let id = change.object().meta.id;
            rests.0.remove(&id);
            let body = |one: &Rc<Object>| one.cron_job().map(|body| Rc::clone(&body.spec));
            if let (Some(old), Some(new)) =
                (change.old.as_ref().and_then(body), change.new.as_ref().and_then(body))
                && (old.schedule != new.schedule || old.time_zone != new.time_zone)
            {
                let found = change.new.as_ref().and_then(|one| Some((one, one.cron_job()?)));
                let Ok(schedule) = Schedule::parse(&new.schedule) else { return };
                let next = found.and_then(|(one, body)| due::again(one, body, &schedule, now));
                if let Some(at) = next {
                    rests.0.insert(id, at);
                }
            }
            keys.push(change.key());
        }
        Kind::Job => {
            for job in [&change.old, &change.new].into_iter().flatten() {
                let owner = job.meta.controller().filter(|owner| &*owner.kind == "CronJob");
                let found = owner.and_then(|owner| {
                    let found = view.named(Kind::CronJob, &job.meta.namespace, &owner.name);
                    found.filter(|one| one.meta.uid == owner.uid)
                });
                if let Some(found) = found {
                    rests.0.remove(&found.meta.id);
                    keys.push(Key { kind: Kind::CronJob, id: found.meta.id });
                }
            }
        }
        _ => {}
    }
}

/// One look at one CronJob.
struct Sync<'a> {
    object: &'a Rc<Object>,
    body: &'a CronJob,
    view: &'a View,
    now: SimTime,
    jobs: Vec<&'a Rc<Object>>,
    status: CronJobStatus,
    plan: Plan,
}

/// Models pkg/controller/cronjob/cronjob_controllerv2.go sync
pub(super) fn reconcile(key: Key, view: &View, rests: &Rests, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(body) = object.cron_job() else { return plan };
    if let Some(at) = rests.0.get(&key.id).filter(|at| **at > now) {
        plan.look_again(at.since_us(now));
        return plan;
    }
    let jobs = view.table(Kind::Job).owned_by(object.meta.uid).collect();
    let mut sync = Sync { object, body, view, now, jobs, status: body.status.clone(), plan };
    sync.clean_up();
    sync.note_ends();
    if !object.meta.is_terminating() && body.spec.suspend != Some(true) {
        sync.start();
    }
    sync.write();
    sync.plan
}

fn job_of(object: &Object) -> Option<&Job> {
    object.job()
}

fn is_finished(object: &Object) -> bool {
    job_of(object).is_some_and(Job::is_finished)
}

impl Sync<'_> {
    fn note(&self, reason: &'static str, text: impl Into<Str>) -> EventNote {
        EventNote::normal(self.object.reference(), SOURCE, reason, text)
    }

    fn warn(&mut self, reason: &'static str, text: String) {
        let note = EventNote::warning(self.object.reference(), SOURCE, reason, text);
        self.plan.tell(note, Rule("CRON-MISSED"));
    }

    /// Deletes Jobs that are over beyond the limits, those that began first.
    ///
    /// Models pkg/controller/cronjob/cronjob_controllerv2.go cleanupFinishedJobs
    fn clean_up(&mut self) {
        let spec = &self.body.spec;
        let limits = [
            ("Complete", spec.successful_jobs_history_limit),
            ("Failed", spec.failed_jobs_history_limit),
        ];
        for (kind, limit) in limits {
            let Some(limit) = limit else { continue };
            let ended = |one: &&Rc<Object>| job_of(one).is_some_and(|job| job.holds(kind));
            let mut jobs: Vec<_> = self.jobs.iter().copied().filter(ended).collect();
            jobs.order_by_key(|one| {
                let start = job_of(one).and_then(|job| job.status.start_time).map(SimTime::seconds);
                (start.is_none(), start, one.meta.name.clone())
            });
            let surplus = jobs.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
            for job in jobs.into_iter().take(surplus) {
                self.delete(job, "CRON-HISTORY");
                self.jobs.retain(|one| one.meta.id != job.meta.id);
            }
        }
    }

    /// Models pkg/controller/cronjob/cronjob_controllerv2.go deleteJob
    fn delete(&mut self, job: &Object, rule: &'static str) {
        self.status.active.retain(|one| one.uid != job.meta.uid);
        if job.meta.is_terminating() {
            return;
        }
        let key = Key { kind: Kind::Job, id: job.meta.id };
        let options =
            DeleteOptions { propagation: Propagation::Background, ..DeleteOptions::default() };
        let told = self.note("SuccessfulDelete", format!("Deleted job {}", job.meta.name));
        self.plan.ask_and_tell(Action::Delete(key, options), Rule(rule), told);
    }

    /// Takes note of Jobs that began, ended or are gone.
    ///
    /// Models pkg/controller/cronjob/cronjob_controllerv2.go syncCronJob
    fn note_ends(&mut self) {
        for job in self.jobs.clone() {
            let Some(body) = job_of(job) else { continue };
            let is_listed = self.status.active.iter().any(|one| one.uid == job.meta.uid);
            match (is_listed, body.is_finished()) {
                (false, false) => self.note_begun(job),
                (true, true) => {
                    self.status.active.retain(|one| one.uid != job.meta.uid);
                    let how = if body.holds("Complete") { "Complete" } else { "Failed" };
                    let text = format!("Saw completed job: {}, condition: {how}", job.meta.name);
                    let note = self.note("SawCompletedJob", text);
                    self.plan.tell(note, Rule("CRON-STATUS"));
                }
                (false, true) if body.holds("Complete") => {
                    let last = &mut self.status.last_successful_time;
                    *last = (*last).max(body.status.completion_time);
                }
                _ => {}
            }
        }
        for gone in self.status.active.clone() {
            if self.jobs.iter().all(|job| job.meta.uid != gone.uid) {
                self.status.active.retain(|one| one.uid != gone.uid);
                let text = format!("Active job went missing: {}", gone.name);
                let note = self.note("MissingJob", text);
                self.plan.tell(note, Rule("CRON-STATUS"));
            }
        }
    }

    /// A Job that is not listed yet: the one that the last look made, or somebody else's.
    fn note_begun(&mut self, job: &Rc<Object>) {
        let moment = job.meta.annotation(SCHEDULED).and_then(|text| SimTime::parse(text));
        let is_own = moment.filter(|at| {
            let is_new = self.status.last_schedule_time.is_none_or(|last| last < *at);
            is_new && job.meta.name == self.name_for(*at)
        });
        if is_own.is_some() {
            self.status.active.push(JobRef::to(job));
            self.status.last_schedule_time = is_own;
            return;
        }
        let name = &job.meta.name;
        self.warn(
            "UnexpectedJob",
            format!("Saw a job that the controller did not create or forgot: {name}"),
        );
    }

    /// Models pkg/controller/cronjob/cronjob_controllerv2.go getJobName
    fn name_for(&self, at: SimTime) -> Str {
        let minutes = (EPOCH_UNIX_SECONDS + at.seconds()) / 60;
        format!("{}-{minutes}", self.object.meta.name).into()
    }

    /// Starts a Job if its moment has come.
    fn start(&mut self) {
        let spec = &self.body.spec;
        let schedule = match Schedule::parse(&spec.schedule) {
            Ok(schedule) => schedule,
            Err(why) => {
                let shown = crate::api::go::quoted(&spec.schedule);
                let text = format!("unparseable schedule: {shown} : {why}");
                return self.warn("UnparseableSchedule", text);
            }
        };
        let status = CronJobStatus::clone(&self.status);
        let body = CronJob { status, ..self.body.clone() };
        if let Some(at) = due::again(self.object, &body, &schedule, self.now) {
            self.plan.look_again(at.since_us(self.now));
        }
        let found = due::missed(self.object, &body, &schedule, true, self.now);
        if found.is_many {
            let text = "too many missed start times. Set or decrease \
                        .spec.startingDeadlineSeconds or check clock skew";
            self.warn("TooManyMissedTimes", text.to_owned());
        }
        let Some(at) = found.latest else { return };
        let late = spec.starting_deadline_seconds.and_then(|seconds| u64::try_from(seconds).ok());
        if late.is_some_and(|seconds| at.plus_seconds(seconds) < self.now) {
            let text = format!("Missed scheduled time to start a job: {}", due::rfc1123(at));
            return self.warn("MissSchedule", text);
        }
        let name = self.name_for(at);
        let is_known = self.view.named(Kind::Job, &self.object.meta.namespace, &name).is_some();
        if is_known || self.status.last_schedule_time == Some(at) {
            return;
        }
        match spec.concurrency_policy.as_deref() {
            Some("Forbid") if !self.status.active.is_empty() => {
                let text = "Not starting job because prior execution is running and concurrency \
                            policy is Forbid";
                let note = self.note("JobAlreadyActive", text);
                return self.plan.tell(note, Rule("CRON-MISSED"));
            }
            Some("Replace") => {
                let active: Vec<_> =
                    self.jobs.iter().copied().filter(|job| !is_finished(job)).collect();
                for job in active {
                    self.delete(job, "CRON-REPLACE");
                }
            }
            _ => {}
        }
        self.create(at, name);
    }

    /// Models pkg/controller/cronjob/utils.go getJobFromTemplate2
    fn create(&mut self, at: SimTime, name: Str) {
        if !pods::is_open(&self.object.meta.namespace, self.view) {
            return;
        }
        let template = &self.body.spec.job_template;
        let mut meta = Meta {
            name,
            namespace: self.object.meta.namespace.clone(),
            labels: template.metadata.labels.clone(),
            annotations: template.metadata.annotations.clone(),
            owner_references: Rc::new(vec![self.object.owner_reference()]),
            ..Meta::default()
        };
        meta.annotate(SCHEDULED, at.to_string());
        let job = Job { spec: Rc::new(template.spec.clone()), ..Job::default() };
        let job = Rc::new(Object { meta, body: Body::Job(job) });
        let about = self.object.reference();
        let failed = EventNote::warning(about, SOURCE, "FailedCreate", "Error creating job: {}");
        let rule = Rule("CRON-CREATE");
        self.plan.if_refused = vec![Request::new(Action::Note(failed), rule)];
        let told = self.note("SuccessfulCreate", "Created job {}");
        self.plan.ask_and_tell(Action::Create(job), rule, told);
    }

    fn write(&mut self) {
        if self.status == self.body.status {
            return;
        }
        let mut new = Object::clone(self.object);
        new.meta.resource_version = 0;
        if let Some(body) = new.cron_job_mut() {
            body.status = self.status.clone();
        }
        self.plan.ask(Action::Update(Rc::new(new), Part::Status), Rule("CRON-STATUS"));
    }
}

#[cfg(test)]
mod tests;
