//! One Pod's worker: what wakes it, and what it does next.
//!
//! Must not know other Pods or the store. Invariant: a sync begins only when the runtime was
//! looked at after the sync before.

use std::rc::Rc;

use crate::api::pod::{Container, Pod, PodStatus};
use crate::api::{Kind, Object, ObjectRef};
use crate::base::Order as _;
use crate::base::{SECOND_US, Seed, Shared, SimTime, Str, format_smolstr};
use crate::kubelet::Machine;
use crate::kubelet::backoff::Backoffs;
use crate::kubelet::probe::Prober;
use crate::kubelet::restart::is_sidecar;
use crate::kubelet::runtime::Runtime;
use crate::kubelet::status::Reason;
use crate::kubelet::stop::Death;
use crate::kubelet::sync::Syncing;
use crate::server::{EventNote, Pace, View};
use crate::sim::TraceId;

/// What the kubelet takes from a new status to its request.
pub(super) const POST_US: u64 = 4_000;
/// What it takes to look at one Pod's containers after a sync.
pub(super) const RELIST_US: u64 = 12_000;

/// How far a worker is with its Pod.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Work {
    /// Containers are started and kept running.
    Sync,
    /// They are stopped.
    Terminating,
    /// They have stopped.
    Terminated,
    /// Nothing is left to do.
    Finished,
}

/// What a worker is in the middle of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Activity {
    /// Nothing.
    Idle,
    /// The runtime must be looked at first.
    Looking,
    /// Volumes are waited for, since then; looked after next at, if they may be there.
    Mounting(SimTime, Option<SimTime>),
    /// Containers are stopped and started.
    Syncing(Box<Syncing>),
    /// All containers are stopped.
    Stopping(Vec<Death>),
}

/// A Pod's worker.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Worker {
    /// The Pod as the kubelet was told of it last.
    pub(super) object: Rc<Object>,
    pub(super) node: Str,
    /// Since when the kubelet knows it.
    pub(super) since: SimTime,
    pub(super) work: Work,
    pub(super) activity: Activity,
    /// Whether something woke the worker while it was busy.
    pub(super) is_pending: bool,
    pub(super) last_sync: Option<SimTime>,
    /// When the work queue hands the Pod out again.
    pub(super) queue_at: Option<SimTime>,
    /// The runtime as it is.
    pub(super) truth: Rc<Runtime>,
    /// The runtime as it was when it was looked at.
    pub(super) seen: Rc<Runtime>,
    pub(super) seen_at: SimTime,
    pub(super) relist_at: Option<SimTime>,
    /// The runtime as the newest status tells it.
    pub(super) shown: Rc<Runtime>,
    pub(super) is_mounted: bool,
    /// How often a volume could not be made.
    pub(super) mount_tries: u32,
    /// Runs before the first one that this worker starts.
    pub(super) first_attempts: Vec<u32>,
    pub(super) reasons: Vec<Option<Reason>>,
    pub(super) backoff: Backoffs,
    pub(super) pulls: Backoffs,
    pub(super) probers: Vec<Prober>,
    /// The status as the kubelet holds it.
    pub(super) status: Shared<PodStatus>,
    pub(super) has_status: bool,
    /// Whether a status was posted.
    pub(super) has_posted: bool,
    pub(super) post_at: Option<SimTime>,
    /// Whether the Pod was taken out of the store.
    pub(super) is_removed: bool,
    /// When the worker is looked at next, as far as that is arranged.
    pub(super) wake_at: Option<SimTime>,
    pub(super) draws: u64,
    /// How long after its containers have stopped it lets the Pod go, if that is dealt.
    pub(super) parting_us: Option<u64>,
    /// What is told of a Pod that was turned away.
    pub(super) refused: Option<EventNote>,
    /// What it heard of the Pod last, or wrote of it since.
    pub(super) cause: Option<TraceId>,
}

/// What a worker tells and asks while it moves.
pub(super) struct Surroundings<'a> {
    pub(super) now: SimTime,
    pub(super) seed: Seed,
    /// How chance lets the machine take its time with this Pod.
    pub(super) pace: Option<&'a Pace>,
    pub(super) notes: &'a mut Vec<EventNote>,
    pub(super) machine: &'a mut Machine,
    /// What the kubelet has been told of other objects.
    pub(super) view: &'a View,
    /// Addresses that are taken, once they have come round.
    pub(super) used: &'a [Str],
    /// Whether every volume is attached to the node.
    pub(super) has_volumes: bool,
    /// Whether the Pod's programs answer no probe.
    pub(super) is_silent: bool,
}

impl Worker {
    pub(super) fn new(object: &Rc<Object>, node: &Str, now: SimTime) -> Worker {
        let pod = object.pod().expect("only Pods have workers");
        let count = pod.spec.init_containers.len() + pod.spec.containers.len();
        let runtime = Rc::new(Runtime::new(count));
        let work = match (pod.status.phase.is_terminal(), object.meta.is_terminating()) {
            (false, _) => Work::Sync,
            (true, true) => Work::Terminated,
            (true, false) => Work::Finished,
        };
        let known = pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses);
        let containers = pod.spec.init_containers.iter().chain(&pod.spec.containers);
        // A machine that was switched off finds the logs of earlier runs.
        let first_attempts = containers.map(|container| {
            let one = known.clone().find(|one| one.name == container.name);
            one.map_or(0, |one| one.restart_count + u32::from(one.container_id.is_some()))
        });
        let first_attempts = first_attempts.collect();
        Worker {
            object: Rc::clone(object),
            node: node.clone(),
            since: now,
            work,
            activity: Activity::Idle,
            is_pending: false,
            last_sync: None,
            queue_at: None,
            truth: Rc::clone(&runtime),
            seen: Rc::clone(&runtime),
            seen_at: now,
            relist_at: None,
            shown: runtime,
            is_mounted: false,
            mount_tries: 0,
            first_attempts,
            reasons: vec![None; count],
            backoff: Backoffs::default(),
            pulls: Backoffs::default(),
            probers: Vec::new(),
            status: pod.status.clone(),
            has_status: false,
            has_posted: false,
            post_at: None,
            is_removed: false,
            wake_at: None,
            draws: 0,
            parting_us: None,
            refused: None,
            cause: None,
        }
    }

    pub(super) fn pod(&self) -> &Pod {
        self.object.pod().expect("only Pods have workers")
    }

    pub(super) fn inits(&self) -> usize {
        self.pod().spec.init_containers.len()
    }

    pub(super) fn container(&self, unit: usize) -> &Container {
        let spec = &self.pod().spec;
        match spec.init_containers.get(unit) {
            Some(container) => container,
            None => &spec.containers[unit - spec.init_containers.len()],
        }
    }

    pub(super) fn is_sidecar(&self, unit: usize) -> bool {
        is_sidecar(self.container(unit), unit < self.inits())
    }

    /// Whether the Pod is to go.
    pub(super) fn is_deleted(&self) -> bool {
        self.is_removed || self.object.meta.is_terminating()
    }

    /// Whether containers may still run, as the status manager asks.
    pub(super) fn could_run(&self) -> bool {
        self.work < Work::Terminated
    }

    /// How the kubelet calls the Pod.
    ///
    /// Models pkg/kubelet/util/format/pod.go Pod
    pub(super) fn full_name(&self) -> String {
        let meta = &self.object.meta;
        format!("{}_{}({})", meta.name, meta.namespace, meta.uid)
    }

    /// An Event about a container.
    pub(super) fn note(
        &self,
        unit: usize,
        reason: &'static str,
        text: impl Into<Str>,
        warning: bool,
    ) -> EventNote {
        let container = self.container(unit);
        let list = if unit < self.inits() { "initContainers" } else { "containers" };
        let about: ObjectRef = self.object.reference();
        EventNote {
            field_path: format_smolstr!("spec.{list}{{{}}}", container.name),
            warning,
            host: self.node.clone(),
            ..EventNote::normal(about, "kubelet", reason, text)
        }
    }

    /// Wakes the worker, or notes that something came while it was busy.
    ///
    /// Models pkg/kubelet/pod_workers.go UpdatePod
    pub(super) fn update(&mut self, around: &mut Surroundings<'_>) {
        if matches!(self.activity, Activity::Idle) {
            self.begin(around);
        } else {
            self.is_pending = true;
        }
    }

    /// Takes up the next piece of work as soon as the runtime was looked at.
    ///
    /// Models pkg/kubelet/pod_workers.go podWorkerLoop
    pub(super) fn begin(&mut self, around: &mut Surroundings<'_>) {
        if self.work == Work::Finished {
            self.activity = Activity::Idle;
            return;
        }
        if self.work == Work::Sync && self.is_deleted() {
            self.work = Work::Terminating;
        }
        self.activity = Activity::Looking;
        self.work_on(around);
    }

    fn work_on(&mut self, around: &mut Surroundings<'_>) {
        if !self.was_looked_at(around) {
            return;
        }
        match self.work {
            Work::Sync => self.sync(around),
            Work::Terminating => self.terminate(around),
            Work::Terminated => self.finish(around),
            Work::Finished => {}
        }
    }

    /// Models pkg/kubelet/container/cache.go GetNewerThan
    fn was_looked_at(&self, around: &Surroundings<'_>) -> bool {
        let Some(last) = self.last_sync else { return true };
        match self.parting_us {
            Some(us) => last.plus_us(us) <= around.now,
            None => self.seen_at > last || around.machine.relist_after(last) <= around.now,
        }
    }

    /// When the runtime will have been looked at after what was done last.
    fn looked_at(&self, machine: &Machine) -> Option<SimTime> {
        let last = self.last_sync?;
        match self.parting_us {
            Some(us) => Some(last.plus_us(us)),
            None => Some(machine.relist_after(last)),
        }
    }

    /// Ends a piece of work; what came meanwhile is taken up at once.
    ///
    /// Models pkg/kubelet/pod_workers.go completeWork
    pub(super) fn complete(&mut self, around: &mut Surroundings<'_>) {
        self.last_sync = Some(around.now);
        self.activity = Activity::Idle;
        if std::mem::take(&mut self.is_pending) {
            self.begin(around);
        }
    }

    /// Changes the runtime; the next general look at the machine will see it.
    pub(super) fn change(&mut self, now: SimTime, machine: &Machine) -> &mut Runtime {
        let next = machine.relist_after(now);
        self.relist_at = Some(self.relist_at.map_or(next, |before| before.min(next)));
        Rc::make_mut(&mut self.truth)
    }

    /// Takes in what the runtime shows.
    ///
    /// Models pkg/kubelet/pleg/generic.go reconcilePodRecord
    fn relist(&mut self, around: &mut Surroundings<'_>) {
        self.relist_at = None;
        let events = self.truth.events_since(&self.seen);
        if events == 0 {
            return;
        }
        self.seen = Rc::clone(&self.truth);
        self.seen_at = around.now;
        for _ in 0..events {
            self.update(around);
        }
    }

    /// Lets the queue hand the Pod out after a delay and anything up to a half of it.
    ///
    /// Models pkg/kubelet/pod_workers.go completeWork, workerBackOffPeriodJitterFactor
    pub(super) fn queue_after(&mut self, delay_us: u64, around: &Surroundings<'_>) {
        self.draws += 1;
        let salt = u64::from(self.object.meta.id.0) << 24 | self.draws;
        let (first, last) = (around.now.plus_us(delay_us), around.now.plus_us(delay_us * 3 / 2));
        let drawn = around.seed.stream("jitter", salt).below(delay_us / 2 + 1);
        let dealt = around.pace.map(|pace| self.dealt_retry(first, last, pace));
        let at = dealt.unwrap_or(first.plus_us(drawn));
        self.queue_at = Some(around.machine.sync_tick(at));
    }

    /// The dealt retry that falls between two moments, half a look at the queue early, so that
    /// the next look lies near it. If none does, none was seen before the latest moment.
    fn dealt_retry(&self, first: SimTime, last: SimTime, pace: &Pace) -> SimTime {
        let mut looks = pace.looks.iter().map(|at| self.moved(*at, pace));
        let near = looks.find(|at| first <= *at && *at <= last.plus_us(SECOND_US));
        near.map_or(last, |at| SimTime(at.0.saturating_sub(SECOND_US / 2)).max(first))
    }

    /// Whether no kubelet had the Pod before this one.
    fn is_fresh(&self) -> bool {
        self.status.start_time.is_none_or(|at| at >= self.since)
    }

    /// A dealt moment, moved with the one at which the Pod was heard of.
    fn moved(&self, at: SimTime, pace: &Pace) -> SimTime {
        let (late, early) = (self.since.since_us(pace.heard), pace.heard.since_us(self.since));
        if late + early < MOVED_MIN_US || !self.is_fresh() {
            return at;
        }
        SimTime(at.0.saturating_sub(early)).plus_us(late)
    }

    /// How long mounting takes: what every Pod needs is there at the second look, and the machine
    /// is busy with others meanwhile.
    pub(super) fn mount_us(&self, around: &Surroundings<'_>) -> u64 {
        let salt = u64::from(self.object.meta.id.0);
        let drawn = MOUNT_US + around.seed.stream("mount", salt).below(BUSY_US);
        let dealt = around.pace.filter(|_| self.is_fresh()).and_then(|pace| {
            let at = self.moved(pace.start?, pace);
            Some(at.since_us(around.now).max(MOUNT_MIN_US))
        });
        dealt.unwrap_or(drawn)
    }

    /// Lets a status that is about to be posted wait for the dealt moment, if one is near.
    pub(super) fn slow_post(&mut self, pace: Option<&Pace>) {
        let (Some(at), Some(pace)) = (self.post_at, pace) else { return };
        let has_begun = self.status.container_statuses.iter().any(|one| !one.state.is_waiting());
        let network = pace.network.filter(|_| !has_begun && self.has_posted);
        let moments = network.iter().chain(&pace.posts).map(|post| self.moved(*post, pace));
        let mut moments: Vec<SimTime> = moments.collect();
        moments.order();
        if !self.has_posted {
            moments.truncate(1);
        }
        let near = moments.into_iter().find(|post| at <= *post);
        let late_us = if self.has_posted { POST_LATE_US } else { FIRST_POST_LATE_US };
        if let Some(post) = near.filter(|post| post.since_us(at) <= late_us) {
            self.post_at = Some(post);
        }
    }

    /// Until when the Pod may be active, which counts from the full second of its start.
    fn deadline(&self) -> Option<SimTime> {
        let seconds = self.pod().spec.active_deadline_seconds?;
        Some(SimTime::from_seconds(self.status.start_time?.seconds() + seconds))
    }

    /// The same, while somebody must still act on it.
    fn open_deadline(&self) -> Option<SimTime> {
        let is_open = self.work == Work::Sync && !self.status.phase.is_terminal();
        self.deadline().filter(|_| is_open)
    }

    /// Whether the Pod was on the node for longer than it may.
    ///
    /// Models pkg/kubelet/active_deadline.go pastActiveDeadline
    pub(super) fn is_past_deadline(&self, now: SimTime) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= now)
    }

    /// When something is due next.
    pub(super) fn next_due(&self, machine: &Machine) -> Option<SimTime> {
        let activity = match &self.activity {
            Activity::Idle => None,
            Activity::Looking => self.looked_at(machine),
            Activity::Mounting(_, due) => *due,
            Activity::Syncing(syncing) => syncing.next_due(),
            Activity::Stopping(deaths) => deaths.iter().filter_map(Death::next_due).min(),
        };
        // A busy worker that knows already takes it up when it is done.
        let deadline = self.open_deadline().filter(|_| !self.is_pending);
        let deadline = deadline.map(|at| machine.sync_tick(at));
        let fixed = [activity, self.queue_at, self.relist_at, self.post_at, deadline];
        let natural = self.truth.next_end().into_iter().chain(self.truth.next_step());
        let probes = self.probers.iter().filter_map(|one| one.next);
        fixed.into_iter().flatten().chain(natural).chain(probes).min()
    }

    /// When the worker must be looked at again, unless that is arranged already.
    pub(super) fn arrange(&mut self, machine: &Machine, now: SimTime) -> Option<SimTime> {
        let due = self.next_due(machine)?.max(now);
        if self.wake_at.is_some_and(|at| at > now && at <= due) {
            return None;
        }
        self.wake_at = Some(due);
        Some(due)
    }

    /// Posts the status again if the store tells something else.
    ///
    /// Models pkg/kubelet/status/status_manager.go syncBatch
    pub(super) fn repost(&mut self, view: &View, now: SimTime) {
        let stored = view.table(Kind::Pod).object(self.object.meta.id);
        let stored = stored.and_then(|one| one.pod());
        if self.has_status && stored.is_some_and(|pod| self.merged(&pod.status) != pod.status) {
            self.post_at = Some(now.plus_us(POST_US));
        }
    }

    /// Moves on as far as the present moment allows.
    pub(super) fn advance(&mut self, around: &mut Surroundings<'_>) {
        let now = around.now;
        let is_due = |at: Option<SimTime>| at.is_some_and(|at| at <= now);
        if is_due(self.truth.next_step()) {
            (0..self.truth.slots.len()).for_each(|unit| self.go_on_inside(unit, around));
        }
        if is_due(self.truth.next_end()) {
            self.end_runs(around);
        }
        if is_due(self.relist_at) {
            self.relist(around);
        }
        self.go_on(around);
        if self.is_pending && matches!(self.activity, Activity::Idle) {
            self.is_pending = false;
            self.begin(around);
        }
        if is_due(self.queue_at) || (is_due(self.open_deadline()) && self.has_status) {
            self.queue_at = None;
            self.update(around);
        }
        self.probe_due(around);
    }

    /// Goes on with what the worker is in the middle of.
    fn go_on(&mut self, around: &mut Surroundings<'_>) {
        match &self.activity {
            Activity::Idle => {}
            Activity::Looking => self.work_on(around),
            Activity::Mounting(..) => self.mount(around),
            Activity::Syncing(_) => self.proceed(around),
            Activity::Stopping(_) => self.stop_on(around),
        }
    }

    /// Lets a container's command go on as far as the moment allows; probes look at the files
    /// that it made meanwhile.
    pub(super) fn go_on_inside(&mut self, unit: usize, around: &Surroundings<'_>) {
        let run = Rc::make_mut(&mut self.truth).slots[unit].run.as_mut();
        let Some(run) = run.filter(|run| run.end.is_none()) else { return };
        let Some(process) = run.process.as_mut().map(Rc::make_mut) else { return };
        let has_changed = process.advance(around.now, Some(around.view));
        run.natural = process.end;
        if has_changed {
            self.wake_probers(around.now);
        }
    }

    /// Whether news of Services may let something go on here.
    pub(super) fn waits_for_news(&self) -> bool {
        self.truth.waits_for_news()
    }

    /// Lets commands ask again that got no answer.
    pub(super) fn hear(&mut self, now: SimTime) {
        for slot in &mut Rc::make_mut(&mut self.truth).slots {
            let run = slot.run.as_mut().filter(|run| run.end.is_none());
            if let Some(process) = run.and_then(|run| run.process.as_mut()) {
                Rc::make_mut(process).hear(now);
            }
        }
    }

    /// Lets runs end that end by themselves.
    fn end_runs(&mut self, around: &Surroundings<'_>) {
        for unit in 0..self.truth.slots.len() {
            let run = self.truth.slots[unit].run.as_ref().filter(|run| run.end.is_none());
            let natural = run.and_then(|run| Some((run.natural?, run.by)));
            if let Some(((at, code), by)) = natural.filter(|((at, _), _)| *at <= around.now) {
                self.change(around.now, around.machine).stop(unit, code, by, at);
            }
        }
    }
}

/// How long the mounting of volumes takes, and how often it is looked after.
///
/// Models pkg/kubelet/volumemanager/volume_manager.go podAttachAndMountRetryInterval
pub(super) const MOUNT_US: u64 = 300_000;

/// What mounting takes at least.
const MOUNT_MIN_US: u64 = 200_000;
/// A status is posted so much later at most, and the first one.
const POST_LATE_US: u64 = 600_000;
const FIRST_POST_LATE_US: u64 = 5_000_000;
/// Moments of two runs that lie nearer than this are one.
const MOVED_MIN_US: u64 = 300_000;

/// A machine that starts Pods side by side takes up to so much longer with each.
const BUSY_US: u64 = 100_000;

/// What a worker waits after an error that says nothing else.
///
/// Models pkg/kubelet/kubelet.go backOffPeriod
pub(super) const ERROR_US: u64 = 10 * SECOND_US;
