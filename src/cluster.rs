//! The cluster: every floor put together, driven by one queue of events.
//!
//! The only file that names every floor. Must not know the page or the command line.
//! Invariant: what a component acts on is what it has been told, never the store itself.

mod errand;
mod founding;
mod nodes;
mod person;
mod resync;

use std::rc::Rc;

use crate::api::core::{Namespace, Node};
use crate::api::{Body, Kind, Object, ObjectId};
use crate::base::{Aside, PMap, Seed, SimTime, Str};
use crate::controllers::{Controller, Memory};
use crate::kubelet::{Fleet, Moves, Stir};
use crate::scheduler::{self, Attempt, Scheduler};
use crate::server::{Action, Change, Gates, Key, Outcome, Refusal, Server, View};
use crate::sim::{
    Actor, Command, EventQueue, History, Limit, Model, Plan, Request, Rule, Step, Trace, TraceId,
    Waiting, What, WorkQueue,
};

use errand::{Errand, Place, REQUEST_US, Told};

/// A cluster with its past.
pub type Cluster = History<World>;

/// What a person's command is answered with.
pub type Reply = Result<Outcome, Refusal>;

/// A process that is told of changes over a watch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Process {
    Manager,
    Scheduler,
    Kubelet,
}

/// What happens at a moment.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Event {
    Told(Process, Rc<Change>, TraceId),
    Sync(Controller, Key),
    Carry(Rc<Errand>, Place),
    /// A controller's Event has waited for its turn.
    Tell(Controller, Box<Told>),
    Done(Controller, Key, u32),
    /// Work failed, and what it wrote before that has been seen.
    Failed(Controller, Key, TraceId, u32),
    Again(Controller, Key, TraceId),
    Schedule,
    /// The scheduler goes on evicting.
    Evict(Rc<Plan>, u32, TraceId),
    /// The scheduler goes on with a Pod that was given a node and needs volumes.
    PreBind(ObjectId),
    /// A Pod has rested after an error of the scheduler.
    Rested(ObjectId, TraceId),
    /// The scheduler looks for Pods that wait for too long, and counts of its Events are written.
    Flush,
    Pod(ObjectId),
    /// A machine's kubelet does something, unless its life is another one by then.
    Machine(Str, u32, Stir, Option<TraceId>),
}

/// How much room an event of the queue takes.
pub const EVENT_BYTES: usize = size_of::<Event>();

/// How a cluster is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Setup {
    /// The seed of all that is drawn.
    pub seed: Seed,
    /// How many nodes of the default size.
    pub nodes: u32,
    /// The feature gates of the control plane.
    pub gates: Gates,
    /// How slow watches are, in hundredths of their usual delay.
    pub slowness: u32,
    /// How long a request of a controller takes there and back, in microseconds.
    pub request_us: u64,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            seed: Seed(1),
            nodes: 3,
            gates: Gates::default(),
            slowness: 100,
            request_us: REQUEST_US,
        }
    }
}

/// The whole state of a cluster.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct World {
    setup: Setup,
    now: SimTime,
    server: Server,
    queue: EventQueue<Event>,
    manager: View,
    memory: Memory,
    /// How often the controller manager was started anew.
    manager_starts: u32,
    /// The revision that it listed when it started.
    manager_listed: u64,
    work: [WorkQueue<Key>; Controller::ALL.len()],
    /// What each controller's client has used of its rate.
    limits: [Limit; Controller::ALL.len()],
    scheduler_view: View,
    scheduler: Scheduler,
    is_scheduling: bool,
    /// When the scheduler has time for the next Pod.
    schedules_at: SimTime,
    /// When it looks next for Pods that wait for too long.
    flushes_at: Option<SimTime>,
    fleet: Fleet,
    machines: u32,
    told: [SimTime; 3],
    /// What each key was last said to wait for, so that it is said once.
    waiting: PMap<Key, Waiting>,
    /// Room for the keys that a change wakes.
    woken: Aside<Vec<Key>>,
}

/// A controller takes a key from its queue this long after it was woken.
const SYNC_US: u64 = 100;
/// One scheduling cycle.
const SCHEDULE_US: u64 = 1_000;
/// A watch tells of a change after between this and `WATCH_MAX_US`.
const WATCH_MIN_US: u64 = 3_000;
const WATCH_MAX_US: u64 = 6_000;
/// A watch hands its changes over one after the other, each at least so long after the last, so
/// that a component that rests may act on one before it hears of the next.
const WATCH_GAP_US: u64 = 150;

/// A cluster of the default shape at the start of its run.
pub fn start(setup: Setup) -> Cluster {
    History::new(World::new(setup))
}

impl World {
    /// The default cluster: nodes, the `standard` class and the usual namespaces.
    pub fn new(setup: Setup) -> World {
        let mut world = World {
            setup,
            now: SimTime::ZERO,
            server: Server::with_gates(setup.seed, setup.gates),
            queue: EventQueue::default(),
            manager: View::default(),
            manager_starts: 0,
            manager_listed: 0,
            memory: Memory::default(),
            work: Default::default(),
            limits: Default::default(),
            scheduler_view: View::default(),
            scheduler: Scheduler::default(),
            is_scheduling: false,
            schedules_at: SimTime::ZERO,
            flushes_at: None,
            fleet: Fleet::new(setup.seed),
            machines: 0,
            told: [SimTime::ZERO; 3],
            waiting: PMap::new(),
            woken: Aside::default(),
        };
        let mut founding: Vec<Object> =
            ["default", "kube-node-lease", "kube-public", "kube-system"]
                .map(|name| Object::new("", name, Body::Namespace(Namespace::default())))
                .into();
        founding.extend(founding::classes());
        for number in 1..=setup.nodes {
            founding.push(Object::new("", &format!("node-{number}"), Body::Node(Node::default())));
        }
        for object in founding {
            let object = world.prepare(object);
            let created = world.server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO);
            created.expect("the founding objects have names of their own");
        }
        while let Some(change) = world.server.take_change() {
            world.manager.observe(&change);
            world.scheduler_view.observe(&change);
            let turns = world.server.dealt_turns();
            let nothing = TraceId::default();
            world.scheduler.observe(&change, nothing, &world.scheduler_view, turns);
        }
        world
    }

    /// The store's newest state.
    pub fn view(&self) -> &View {
        self.server.view()
    }

    /// The seed of this run.
    pub fn seed(&self) -> Seed {
        self.setup.seed
    }

    /// For which Pod the controller of a workload waits now.
    pub fn waits_for(&self, workload: Key) -> Option<&Str> {
        self.waiting.get(&workload).map(|waiting| &waiting.object)
    }

    /// Whether there is a machine of this name, whether its node has joined or not.
    pub fn has_machine(&self, node: &str) -> bool {
        self.fleet.has(node)
    }

    /// Whether a node's machine runs.
    pub fn is_machine_up(&self, node: &str) -> bool {
        self.fleet.is_up(node)
    }

    /// Whether a Pod's programs answer probes.
    pub fn answers_probes(&self, namespace: &Str, pod: &Str) -> bool {
        self.fleet.answers_probes(namespace, pod)
    }

    /// Controllers with work at hand, for the lights of the control plane.
    pub fn is_busy(&self, controller: Controller) -> bool {
        let index = Controller::ALL.iter().position(|one| *one == controller);
        index.is_some_and(|index| !self.work[index].is_idle())
    }

    fn index(controller: Controller) -> usize {
        Controller::ALL
            .iter()
            .position(|one| *one == controller)
            .expect("every controller is listed")
    }

    /// Carries a request out, tells the trace, and sends the news on their way.
    fn execute(
        &mut self,
        action: &Action,
        rule: Option<Rule>,
        actor: &Actor,
        cause: Option<TraceId>,
        trace: &mut Trace,
    ) -> Result<Outcome, Refusal> {
        let outcome = self.server.execute(action, self.now);
        self.publish(rule, actor, cause, trace);
        if let Err(refusal) = &outcome {
            trace.push(self.now, cause, actor.clone(), What::Refused(refusal.clone()), rule);
        }
        outcome
    }

    /// Tells the trace what was written, and sends the news on their way.
    fn publish(
        &mut self,
        rule: Option<Rule>,
        actor: &Actor,
        cause: Option<TraceId>,
        trace: &mut Trace,
    ) {
        while let Some(change) = self.server.take_change() {
            let what = What::Write(Rc::clone(&change));
            let id = trace.push(self.now, cause, actor.clone(), what, rule);
            self.send(&change, id);
            self.notice_node(&change, id);
        }
    }

    fn send(&mut self, change: &Rc<Change>, id: TraceId) {
        let kind = change.kind;
        if kind == Kind::Event {
            return;
        }
        let mut rng = self.setup.seed.stream("watch", change.revision);
        let delay_us = rng.between(WATCH_MIN_US, WATCH_MAX_US);
        let delay_us = delay_us * u64::from(self.setup.slowness) / 100;
        let is_scheduling = matches!(
            kind,
            Kind::Pod
                | Kind::Node
                | Kind::PersistentVolumeClaim
                | Kind::PersistentVolume
                | Kind::StorageClass
                | Kind::Service
                | Kind::Namespace
                | Kind::PodDisruptionBudget
        );
        let is_local = match &change.object().body {
            Body::Pod(pod) => pod.node().is_some(),
            // A kubelet waits for volumes to be attached.
            Body::Node(node) => has_more_volumes(change, node),
            // A command in a container waits for a Service.
            Body::Service(_) | Body::EndpointSlice(_) => self.fleet.is_asking(),
            _ => false,
        };
        for (process, wants) in [
            (Process::Manager, true),
            (Process::Scheduler, is_scheduling),
            (Process::Kubelet, is_local),
        ] {
            if wants {
                let last = &mut self.told[process as usize];
                let gap_us = if process == Process::Manager { WATCH_GAP_US } else { 0 };
                *last = self.now.plus_us(delay_us).max(last.plus_us(gap_us));
                self.queue.push(*last, Event::Told(process, Rc::clone(change), id));
            }
        }
    }

    fn tell(&mut self, process: Process, change: &Change, cause: TraceId, trace: &mut Trace) {
        match process {
            Process::Manager if change.revision <= self.manager_listed => {}
            Process::Manager => {
                self.manager.observe(change);
                let teller = match trace.entry(cause).map(|entry| &entry.actor) {
                    Some(Actor::Component(name)) => name,
                    _ => "",
                };
                let mut keys = std::mem::take(&mut *self.woken);
                for (index, controller) in Controller::ALL.into_iter().enumerate() {
                    keys.clear();
                    let memory = &mut self.memory;
                    controller.wake(change, &self.manager, memory, self.now, &mut keys);
                    if keys.is_empty() {
                        continue;
                    }
                    // What it did itself is less of a reason than what others did meanwhile.
                    let is_echo = teller == controller.name();
                    for key in &keys {
                        let work = &mut self.work[index];
                        let is_new =
                            if is_echo { work.add_late(key, cause) } else { work.add(key, cause) };
                        if is_new {
                            self.queue
                                .push(self.now.plus_us(SYNC_US), Event::Sync(controller, *key));
                        }
                    }
                }
                *self.woken = keys;
            }
            Process::Scheduler => {
                self.scheduler_view.observe(change);
                let turns = self.server.dealt_turns();
                if self.scheduler.observe(change, cause, &self.scheduler_view, turns) {
                    self.wake_scheduler();
                }
            }
            Process::Kubelet => self.tell_kubelet(change, cause, trace),
        }
    }

    fn tell_kubelet(&mut self, change: &Change, cause: TraceId, trace: &mut Trace) {
        if change.kind == Kind::Node {
            for id in self.fleet.waiting_for_volumes(&change.object().meta.name) {
                self.look(id, Some(cause), trace);
            }
            return;
        }
        if matches!(change.kind, Kind::Service | Kind::EndpointSlice) {
            for id in self.fleet.hear(self.now) {
                self.look(id, Some(cause), trace);
            }
            return;
        }
        let Some(node) = change.object().pod().and_then(|pod| pod.node()).cloned() else { return };
        let pace = self.server.dealt_paces().get(&change.object().meta.id).map(|one| &**one);
        if let Some(moves) = self.fleet.observe(change, self.server.view(), pace, self.now) {
            let id = change.object().meta.id;
            self.fleet.blame(id, Some(cause));
            self.make(moves, id, &node, Some(cause), trace);
        }
    }

    fn look(&mut self, id: ObjectId, cause: Option<TraceId>, trace: &mut Trace) {
        let Some(node) = self.fleet.node_of(id).cloned() else { return };
        // What a kubelet does by its own clock follows from what it heard or wrote last.
        let cause = self.fleet.blame(id, cause);
        let pace = self.server.dealt_paces().get(&id).map(|one| &**one);
        let moves = self.fleet.look(id, self.server.view(), pace, self.now);
        self.make(moves, id, &node, cause, trace);
    }

    fn make(
        &mut self,
        moves: Moves,
        id: ObjectId,
        node: &Str,
        cause: Option<TraceId>,
        trace: &mut Trace,
    ) {
        let actor = Actor::Kubelet(node.clone());
        for (note, rule) in moves.notes {
            // An Event can't be refused.
            let _ = self.execute(&Action::Note(note), rule, &actor, cause, trace);
        }
        let mut cause = cause;
        for (action, rule) in moves.actions {
            let next = TraceId(trace.next());
            // A Pod that is gone meanwhile needs no status; its end is told separately.
            let is_done = self.execute(&action, Some(rule), &actor, cause, trace).is_ok();
            if is_done && next.0 < trace.next() {
                cause = Some(next);
                self.fleet.blame(id, cause);
            }
        }
        if let Some(due) = moves.due {
            self.queue.push(due.max(self.now), Event::Pod(id));
        }
        if moves.has_volume_news {
            self.fleet.blame_volumes(node, id, cause);
            self.plan_report(node, cause);
        }
    }

    fn wake_scheduler(&mut self) {
        if !self.is_scheduling {
            self.is_scheduling = true;
            let at = self.now.plus_us(SCHEDULE_US).max(self.schedules_at);
            self.queue.push(at, Event::Schedule);
        }
    }

    fn schedule(&mut self, trace: &mut Trace) {
        let attempt = self.scheduler.schedule(
            &self.scheduler_view,
            self.setup.seed,
            self.server.dealt_nodes(),
            self.now,
        );
        let time_us = self.scheduler.take_time_us();
        self.schedules_at = self.now.plus_us(time_us);
        let has_failed = time_us == scheduler::FAILED_US;
        if let Some(Attempt { plan, cause }) = attempt {
            if has_failed {
                // That there is no node is said when all of them were looked at.
                self.queue.push(self.schedules_at, Event::Evict(Rc::new(plan), 0, cause));
            } else {
                // What becomes of one request says nothing about the next.
                let _ = self.carry_now(&plan, false, cause, trace);
            }
            for id in self.scheduler.take_begun() {
                self.queue.push(self.now.plus_us(REQUEST_US), Event::PreBind(id));
            }
            if let Some(plan) = self.scheduler.take_evictions() {
                let at = self.schedules_at.plus_us(REQUEST_US);
                self.queue.push(at, Event::Evict(Rc::new(plan), 0, cause));
            }
        }
        self.is_scheduling = false;
        if self.scheduler.has_work() {
            self.wake_scheduler();
        }
        if has_failed {
            self.plan_flush();
        }
    }

    /// Sees to it that a Pod that nothing wakes is tried again some day.
    fn plan_flush(&mut self) {
        if self.flushes_at.is_some() {
            return;
        }
        let dues = [self.scheduler.flush_due(), self.server.series_due()];
        if let Some(at) = dues.into_iter().flatten().min() {
            self.flushes_at = Some(at);
            self.queue.push(at, Event::Flush);
        }
    }

    /// The clock alone brings this: what is counted has no cause but the clock.
    fn flush(&mut self, trace: &mut Trace) {
        self.flushes_at = None;
        self.server.write_series(self.now);
        let actor = Actor::Component(scheduler::SOURCE);
        self.publish(Some(Rule("SCHED-NO-NODE")), &actor, None, trace);
        if self.scheduler.flush(&self.scheduler_view, self.now) {
            self.wake_scheduler();
        }
        self.plan_flush();
    }

    /// Carries the steps of an eviction out as far as the next pause.
    fn evict(&mut self, plan: &Rc<Plan>, from: u32, cause: TraceId, trace: &mut Trace) {
        let actor = Actor::Component(scheduler::SOURCE);
        for (step, number) in plan.steps[from as usize..].iter().zip(from + 1..) {
            match step {
                // A victim that is gone already needs no more.
                Step::One(request) => drop(self.request(request, &actor, Some(cause), trace)),
                Step::Delay(us) => {
                    let next = Event::Evict(Rc::clone(plan), number, cause);
                    return self.queue.push(self.now.plus_us(*us), next);
                }
                Step::All(_) | Step::SlowStart(_) => {}
            }
        }
    }

    /// Carries the scheduler's requests out at this moment.
    fn carry_now(
        &mut self,
        plan: &Plan,
        stops: bool,
        cause: TraceId,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let actor = Actor::Component(scheduler::SOURCE);
        for step in &plan.steps {
            if let Step::One(request) = step {
                let result = self.request(request, &actor, Some(cause), trace);
                if stops {
                    result?;
                }
            }
        }
        Ok(())
    }

    fn pre_bind(&mut self, id: ObjectId, trace: &mut Trace) {
        let Some(progress) = self.scheduler.pre_bind(id, &self.scheduler_view) else { return };
        let cause = progress.cause;
        match self.carry_now(&progress.plan, true, cause, trace) {
            Ok(()) => {
                if let Some(wait_us) = progress.again_us {
                    self.queue.push(self.now.plus_us(wait_us), Event::PreBind(id));
                }
            }
            Err(refusal) => {
                let view = &self.scheduler_view;
                let failed = self.scheduler.fail_binding(id, &refusal, view, self.now);
                let Some((plan, rested)) = failed else { return };
                let _ = self.carry_now(&plan, false, cause, trace);
                self.queue.push(rested, Event::Rested(id, cause));
            }
        }
    }

    fn request(
        &mut self,
        request: &Request,
        actor: &Actor,
        cause: Option<TraceId>,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let outcome = self.execute(&request.action, Some(request.rule), actor, cause, trace)?;
        if let Some(note) = &request.then {
            let note = errand::filled(note, &outcome);
            self.execute(&Action::Note(note), Some(request.rule), actor, cause, trace)?;
        }
        Ok(())
    }

    fn sync(&mut self, controller: Controller, key: Key, trace: &mut Trace) {
        let index = Self::index(controller);
        let Some(cause) = self.work[index].start(&key) else { return };
        let plan = controller.reconcile(key, &self.manager, &mut self.memory, self.now);
        if let Some(delay_us) = plan.requeue_us {
            let again = Event::Again(controller, key, cause);
            self.queue.push(self.now.plus_us(delay_us), again);
        }
        let is_news = plan.waiting.is_some() && self.waiting.get(&key) != plan.waiting.as_ref();
        match &plan.waiting {
            Some(waiting) => drop(self.waiting.insert(key, waiting.clone())),
            // A key belongs to one controller that waits: that of its own kind.
            None if matches!(controller, Controller::StatefulSet | Controller::DaemonSet) => {
                self.waiting.remove(&key);
            }
            None => {}
        }
        if let Some(waiting) = plan.waiting.as_ref().filter(|_| is_news) {
            let actor = Actor::Component(controller.name());
            let what = What::Waiting(key, waiting.clone());
            trace.push(self.now, Some(cause), actor, what, Some(waiting.rule));
        }
        if plan.is_empty() {
            if plan.fails {
                self.retry(controller, key, cause);
            } else {
                self.finish(controller, key);
            }
            return;
        }
        let starts = self.manager_starts;
        self.send_off(Errand { controller, key, plan, cause, starts });
    }

    /// Ends work that failed, and sees to it that it is tried again.
    fn retry(&mut self, controller: Controller, key: Key, cause: TraceId) {
        let event = match self.work[Self::index(controller)].fail(&key, controller.pause()) {
            Some(wait_us) => (wait_us, Event::Again(controller, key, cause)),
            None => (SYNC_US, Event::Sync(controller, key)),
        };
        self.queue.push(self.now.plus_us(event.0), event.1);
    }

    fn finish(&mut self, controller: Controller, key: Key) {
        if self.work[Self::index(controller)].finish(&key) {
            self.queue.push(self.now.plus_us(SYNC_US), Event::Sync(controller, key));
        }
    }

    fn wake_again(&mut self, controller: Controller, key: Key, cause: TraceId) {
        if self.work[Self::index(controller)].add_late(&key, cause) {
            self.queue.push(self.now.plus_us(SYNC_US), Event::Sync(controller, key));
        }
    }

    fn handle(&mut self, event: Event, trace: &mut Trace) {
        match event {
            Event::Told(process, news, cause) => self.tell(process, &news, cause, trace),
            Event::Sync(controller, key) => self.sync(controller, key, trace),
            Event::Carry(errand, place) => self.carry(&errand, place, trace),
            Event::Tell(controller, told) => self.tell_now(controller, *told, trace),
            Event::Done(controller, key, starts) => self.done(controller, key, starts),
            Event::Failed(controller, key, cause, starts) => {
                if !self.is_of_old_manager(starts) {
                    self.retry(controller, key, cause);
                }
            }
            Event::Again(controller, key, cause) => self.wake_again(controller, key, cause),
            Event::Schedule => self.schedule(trace),
            Event::Evict(plan, from, cause) => self.evict(&plan, from, cause, trace),
            Event::PreBind(id) => self.pre_bind(id, trace),
            Event::Rested(id, cause) => {
                if self.scheduler.retry(id, cause, &self.scheduler_view) {
                    self.wake_scheduler();
                }
            }
            Event::Flush => self.flush(trace),
            Event::Pod(id) => self.look(id, None, trace),
            Event::Machine(name, life, stir, cause) => {
                self.stir(&name, life, stir, cause, trace);
            }
        }
    }
}

impl Model for World {
    type Reply = Reply;

    fn now(&self) -> SimTime {
        self.now
    }

    fn next_at(&self) -> Option<SimTime> {
        self.queue.next_at()
    }

    fn step(&mut self, trace: &mut Trace) -> bool {
        let Some((at, event)) = self.queue.pop() else { return false };
        debug_assert!(at >= self.now, "time never goes back");
        self.now = at.max(self.now);
        self.handle(event, trace);
        true
    }

    fn wait(&mut self, to: SimTime) {
        self.now = self.now.max(to);
    }

    fn copy_cost(&self) -> u64 {
        // The queue is copied at once, and of what is shared a part for each Pod that changes.
        self.queue.len() as u64 + 2 * self.view().table(Kind::Pod).len() as u64
    }

    fn submit(&mut self, command: &Rc<Command>, trace: &mut Trace) -> Reply {
        if matches!(**command, Command::Annotate(..)) {
            // It belongs to the request before, and nothing comes of it.
            return self.obey(command, TraceId(trace.next()), trace);
        }
        let what = What::Command(Rc::clone(command));
        let cause = trace.push(self.now, None, Actor::Person, what, None);
        let before = trace.next();
        let reply = self.obey(command, cause, trace);
        let is_told = trace.since(before).any(|entry| matches!(entry.what, What::Refused(_)));
        if let Err(refusal) = &reply
            && !is_told
        {
            let what = What::Refused(refusal.clone());
            trace.push(self.now, Some(cause), Actor::Person, what, None);
        }
        reply
    }
}

/// Whether a node's change says that a volume was attached.
fn has_more_volumes(change: &Change, node: &Node) -> bool {
    let before = change.old.as_ref().and_then(|one| one.node());
    let had = before.map_or(0, |node| node.status.volumes_attached.len());
    node.status.volumes_attached.len() > had
}
