//! The scheduler: which node a Pod gets, and why it gets none.
//!
//! Must not know controllers or kubelets. Invariant: it never places a Pod where requests
//! would exceed what the node can give.
//!
//! Differs: how many volumes a node can hold is not counted (NodeVolumeLimits).

mod affinity;
mod binding;
mod cache;
mod filter;
mod hints;
mod ports;
mod preemption;
mod score;
mod spread;
mod volumes;

use std::rc::Rc;

use crate::api::pod::{Condition, Truth, set_condition};
use crate::api::{Kind, Object, ObjectId};
use crate::base::Order as _;
use crate::base::{Aside, PMap, SECOND_US, Seed, SimTime, Str};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Patch, View};
use crate::sim::{Plan, Rule, Step, TraceId};

use binding::Binding;
pub use binding::Progress;
use cache::Cache;
pub use cache::NodeUse;
use filter::{Coming, Reason, Wanted};
use hints::Rejected;
use preemption::{Chance, Known, Preemption};
use volumes::{Claims, Volumes};

/// Who the scheduler is in Events.
pub const SOURCE: &str = "default-scheduler";
/// Several nodes fit: the one with the most points.
const BEST: Rule = Rule("SCHED-SPREAD");
/// One node fits alone.
const ONLY: Rule = Rule("SCHED-ONLY");
/// It was nominated for the Pod, which fits there.
const NOMINATED: Rule = Rule("SCHED-NOMINATED");
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

/// What an attempt takes that finds a node.
const CYCLE_US: u64 = 1_000;
/// What one takes that does not: it looks for victims, too.
pub const FAILED_US: u64 = 10_000;
/// What passes until an eviction is told, and until the next victim's turn.
const TELL_US: u64 = 15_000;
const EVICT_US: u64 = 5_000;

/// A Pod that nothing wakes waits no longer than this, by a look each half minute.
///
/// Models pkg/scheduler/backend/queue/scheduling_queue.go
/// DefaultPodMaxInUnschedulablePodsDuration
const WAIT_MAX_US: u64 = 300 * SECOND_US;
const FLUSH_US: u64 = 30 * SECOND_US;

/// Above this many nodes only a part of them is looked at for each Pod.
///
/// Models pkg/scheduler/schedule_one.go minFeasibleNodesToFind
const FEASIBLE_MIN: usize = 100;

/// Gives the places of one controller's Pods that are tried again at once to these Pods in the
/// order of their turns.
fn take_turns(woken: &mut [(Rc<Object>, u64)], turns: &PMap<ObjectId, u32>) {
    let owner = |object: &Object| object.meta.controller().map(|owner| owner.uid);
    woken.order_by_key(|(object, stamp)| (owner(object), *stamp));
    for alike in woken.chunk_by_mut(|one, other| owner(&one.0) == owner(&other.0)) {
        let stamps: Vec<u64> = alike.iter().map(|(_, stamp)| *stamp).collect();
        alike.order_by_key(|(object, stamp)| {
            (turns.get(&object.meta.id).copied().unwrap_or(u32::MAX), *stamp)
        });
        for ((_, stamp), place) in alike.iter_mut().zip(stamps) {
            *stamp = place;
        }
    }
}

/// A Pod that waits to be tried, and what made it wait.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Queued {
    id: ObjectId,
    cause: TraceId,
}

/// What came of trying one Pod.
pub struct Attempt {
    /// What to do.
    pub plan: Plan,
    /// What made the scheduler try it.
    pub cause: TraceId,
}

/// What becomes of a nomination: nothing, it is lifted, or a node is named.
enum Nomination {
    Stays,
    Lifted,
    Named(Str),
}

/// Nodes by their place in the cache, and what speaks against each.
type Against = Vec<(usize, Vec<Reason>)>;

/// A Pod's place in the queue: the higher priority first, then the earlier arrival.
type Place = (i64, u64);

/// What the scheduler remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Scheduler {
    cache: Cache,
    /// Pods to be tried, in order.
    queue: PMap<Place, Queued>,
    queued: PMap<ObjectId, Place>,
    arrivals: u64,
    /// Pods that fitted nowhere, until something changes that may help.
    unschedulable: PMap<ObjectId, Waiting>,
    /// Pods whose claims are being bound for a chosen node.
    binding: PMap<ObjectId, Binding>,
    /// How often an attempt to bind a Pod failed.
    errors: PMap<ObjectId, u32>,
    /// Pods that wait for their victims to leave a node.
    nominated: PMap<ObjectId, Str>,
    /// Pods whose victims are being asked to go, with the last of these.
    preempting: PMap<ObjectId, ObjectId>,
    /// The node that the next search begins with.
    next_node: u32,
    /// What must be done to victims, with the time between.
    evictions: Plan,
    /// Whether the newest attempt found no node.
    has_failed: bool,
    room: Aside<Room>,
}

/// A Pod that fitted nowhere.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Waiting {
    rejected: Rejected,
    /// Its place among those of its priority.
    stamp: u64,
    since: SimTime,
    /// What made the scheduler try it last.
    cause: TraceId,
}

/// Room for what an attempt reckons with, so that it is not asked for anew each time.
#[derive(Debug, Default)]
struct Room {
    fitting: Vec<usize>,
    scores: Vec<i64>,
}

impl Scheduler {
    /// Takes a change in, and what in the trace tells of it; true if there may be something to
    /// schedule.
    ///
    /// Models pkg/scheduler/eventhandlers.go
    pub fn observe(
        &mut self,
        change: &Change,
        cause: TraceId,
        view: &View,
        turns: &PMap<ObjectId, u32>,
    ) -> bool {
        match change.kind {
            Kind::Pod => self.observe_pod(change, cause),
            Kind::Node => self.cache.observe_node(change),
            Kind::PersistentVolumeClaim => self.observe_claim(change, cause),
            _ => {}
        }
        self.wake(change, cause, view, turns);
        !self.queue.is_empty()
    }

    fn observe_pod(&mut self, change: &Change, cause: TraceId) {
        let object = change.object();
        let id = object.meta.id;
        self.cache.observe_pod(change);
        let Some(pod) = change.new.as_ref().and_then(|one| one.pod()) else {
            return self.forget(id);
        };
        if pod.node().is_some() || object.meta.is_terminating() || pod.status.phase.is_terminal() {
            return self.forget(id);
        }
        self.note_nomination(change);
        let is_ours = pod.spec.scheduler_name.as_deref().is_none_or(|name| name == SOURCE);
        if !is_ours || !pod.spec.scheduling_gates.is_empty() {
            return;
        }
        let is_changed = change.old.as_ref().is_none_or(|old| {
            let labels = old.meta.labels != object.meta.labels;
            labels || old.pod().is_none_or(|old| old.spec != pod.spec)
        });
        if is_changed && !self.binding.contains_key(&id) {
            self.unschedulable.remove(&id);
            self.enqueue(object, cause);
        }
    }

    /// What was not told before and is not told now may still be on its way to the server.
    ///
    /// Models pkg/scheduler/backend/queue/nominator.go UpdateNominatedPod
    fn note_nomination(&mut self, change: &Change) {
        let id = change.object().meta.id;
        let named = |one: &Option<Rc<Object>>| {
            one.as_ref().and_then(|one| one.pod()?.status.nominated_node_name.clone())
        };
        match (named(&change.old), named(&change.new)) {
            (_, Some(node)) => drop(self.nominated.insert(id, node)),
            (Some(_), None) => drop(self.nominated.remove(&id)),
            (None, None) => {}
        }
    }

    /// A volume that a Pod on its way waited for is what lets it go on.
    fn observe_claim(&mut self, change: &Change, cause: TraceId) {
        let is_bound = change
            .new
            .as_ref()
            .and_then(|one| one.claim())
            .is_some_and(|claim| claim.status.phase.as_deref() == Some("Bound"));
        if !is_bound || self.binding.is_empty() {
            return;
        }
        let id = change.object().meta.id;
        let waits = self.binding.iter().filter(|(_, binding)| binding.waits_for(id));
        let waits: Vec<ObjectId> = waits.map(|(pod, _)| *pod).collect();
        for pod in waits {
            if let Some(binding) = self.binding.get_mut(&pod) {
                binding.cause = cause;
            }
        }
    }

    /// The Pods of no less priority that are to come to a node and are not counted there yet.
    ///
    /// Models pkg/scheduler/framework/runtime/framework.go addGENominatedPods
    fn coming(&self, object: &Object, view: &View) -> Coming {
        let pods = view.table(Kind::Pod);
        let others = self.nominated.iter().filter(|(id, _)| **id != object.meta.id);
        let others = others.filter(|(id, _)| self.cache.place_of(**id).is_none());
        let first = others.filter_map(|(id, node)| {
            let other = pods.object(*id)?;
            (priority_of(other) >= priority_of(object)).then(|| (node.clone(), Rc::clone(other)))
        });
        Coming(first.collect())
    }

    fn forget(&mut self, id: ObjectId) {
        self.unschedulable.remove(&id);
        self.end_binding(id);
        self.errors.remove(&id);
        self.nominated.remove(&id);
        self.preempting.remove(&id);
        if let Some(place) = self.queued.remove(&id) {
            self.queue.remove(&place);
        }
    }

    fn enqueue(&mut self, object: &Object, cause: TraceId) {
        self.enqueue_as(object, self.arrivals, cause);
        self.arrivals += 1;
    }

    /// Puts a Pod where its priority and then the moment of its stamp place it: when it came, or
    /// when it was last given up.
    ///
    /// Models pkg/scheduler/framework/plugins/queuesort/priority_sort.go Less and
    /// pkg/scheduler/backend/queue/scheduling_queue.go AddUnschedulablePodIfNotPresent
    fn enqueue_as(&mut self, object: &Object, stamp: u64, cause: TraceId) {
        let id = object.meta.id;
        if self.queued.contains_key(&id) {
            return;
        }
        let place = (-i64::from(priority_of(object)), stamp);
        self.queue.insert(place, Queued { id, cause });
        self.queued.insert(id, place);
    }

    /// Puts those back in the queue whom a change may help.
    ///
    /// Differs: a Pod that was woken is tried at once; upstream lets it rest up to ten seconds
    /// while others are in the queue.
    fn wake(&mut self, change: &Change, cause: TraceId, view: &View, turns: &PMap<ObjectId, u32>) {
        if self.unschedulable.is_empty() {
            return;
        }
        let pods = view.table(Kind::Pod);
        let mut woken: Vec<(Rc<Object>, u64)> = self
            .unschedulable
            .iter()
            .filter_map(|(id, waiting)| {
                let object = pods.object(*id).filter(|_| !self.is_preempting(*id, view))?;
                let helps = hints::helps(waiting.rejected, object, change, view);
                helps.then(|| (Rc::clone(object), waiting.stamp))
            })
            .collect();
        if !turns.is_empty() {
            take_turns(&mut woken, turns);
        }
        for (object, stamp) in woken {
            self.unschedulable.remove(&object.meta.id);
            self.preempting.remove(&object.meta.id);
            self.enqueue_as(&object, stamp, cause);
        }
    }

    /// Whether the last of a Pod's victims has not been asked to go yet: until then it is not
    /// tried again, lest it asks others, too.
    ///
    /// Models pkg/scheduler/framework/preemption/executor.go IsPodRunningPreemption
    fn is_preempting(&self, id: ObjectId, view: &View) -> bool {
        let last = self.preempting.get(&id).and_then(|last| view.table(Kind::Pod).object(*last));
        last.is_some_and(|victim| !victim.meta.is_terminating())
    }

    /// When the Pod that has waited longest is tried again though nothing has woken it.
    pub fn flush_due(&self) -> Option<SimTime> {
        let since = self.unschedulable.iter().map(|(_, one)| one.since).min()?;
        let ticks = since.plus_us(WAIT_MAX_US).0 / FLUSH_US + 1;
        Some(SimTime(ticks * FLUSH_US))
    }

    /// Puts those back in the queue that have waited too long; true if there is something to do.
    ///
    /// Models pkg/scheduler/backend/queue/scheduling_queue.go flushUnschedulablePodsLeftover
    pub fn flush(&mut self, view: &View, now: SimTime) -> bool {
        let pods = view.table(Kind::Pod);
        let late: Vec<(ObjectId, u64, TraceId)> = self
            .unschedulable
            .iter()
            .filter(|(_, one)| one.since.plus_us(WAIT_MAX_US) < now)
            .map(|(id, one)| (*id, one.stamp, one.cause))
            .collect();
        for (id, stamp, cause) in late {
            self.unschedulable.remove(&id);
            if let Some(object) = pods.object(id) {
                // Only the clock lets it be tried again.
                self.enqueue_as(object, stamp, cause);
            }
        }
        self.has_work()
    }

    /// How long the newest attempt took: one that finds no node looks for victims and tells.
    pub fn take_time_us(&mut self) -> u64 {
        if std::mem::take(&mut self.has_failed) { FAILED_US } else { CYCLE_US }
    }

    /// What must be done to victims, one after the other.
    pub fn take_evictions(&mut self) -> Option<Plan> {
        let plan = std::mem::take(&mut self.evictions);
        (!plan.is_empty()).then_some(plan)
    }

    /// Whether a Pod waits to be tried.
    pub fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Tries the next Pod, if one waits.
    ///
    /// Models pkg/scheduler/schedule_one.go ScheduleOne
    pub fn schedule(
        &mut self,
        view: &View,
        seed: Seed,
        dealt: &PMap<ObjectId, Vec<Str>>,
        now: SimTime,
    ) -> Option<Attempt> {
        let (place, Queued { id, cause }) =
            self.queue.first().map(|(place, queued)| (*place, *queued))?;
        self.queue.remove(&place);
        self.queued.remove(&id);
        let mut attempt = Attempt { plan: Plan::rest(), cause };
        let object = view.table(Kind::Pod).object(id);
        let is_free = |object: &Object| {
            let is_placed = object.pod().is_none_or(|pod| pod.node().is_some());
            !is_placed && !object.meta.is_terminating()
        };
        if let Some(object) = object.filter(|object| is_free(object)) {
            self.attempt(object, view, seed, dealt, now, &mut attempt);
        }
        Some(attempt)
    }

    fn attempt(
        &mut self,
        object: &Rc<Object>,
        view: &View,
        seed: Seed,
        dealt: &PMap<ObjectId, Vec<Str>>,
        now: SimTime,
        attempt: &mut Attempt,
    ) {
        let id = object.meta.id;
        let Some(pod) = object.pod() else { return };
        let claims = match filter::conflict(pod).map_or_else(|| Claims::of(object, view), Err) {
            Ok(claims) => claims,
            Err((plugin, message)) => {
                let nodes = self.cache.nodes().len();
                let text = format!("0/{nodes} nodes are available: {message}. not found");
                let mut rejected = Rejected::default();
                rejected.add(plugin);
                return self.give_up(object, rejected, text, Nomination::Stays, now, attempt);
            }
        };
        if self.binding.contains_key(&id) {
            return;
        }
        let dealt = dealt.get(&id).and_then(|nodes| {
            let failures = self.errors.get(&id).copied().unwrap_or(0);
            nodes.get(failures as usize).or(nodes.last())
        });
        match self.choose(object, view, seed, dealt) {
            Ok((node, rule)) => self.place(object, &node, rule, &claims, view, attempt),
            Err(against) => {
                let rng = seed.stream("preempt", u64::from(id.0));
                let chance = Chance { rng, dealt };
                self.fail(object, &against, view, chance, now, attempt);
            }
        }
    }

    /// How many nodes that fit are enough.
    ///
    /// Models pkg/scheduler/schedule_one.go numFeasibleNodesToFind
    fn enough(nodes: usize) -> usize {
        if nodes < FEASIBLE_MIN {
            return nodes;
        }
        let percent = 50_usize.saturating_sub(nodes / 125).max(5);
        (nodes * percent / 100).max(FEASIBLE_MIN)
    }

    /// The best node and why it is that one, or what speaks against each.
    ///
    /// A dealt node is taken if it fits: what made it the best may lie outside this run.
    fn choose(
        &mut self,
        object: &Rc<Object>,
        view: &View,
        seed: Seed,
        dealt: Option<&Str>,
    ) -> Result<(Str, Rule), Against> {
        let coming = self.coming(object, view);
        let wanted = Wanted::of(object, &self.cache, view);
        let nodes = self.cache.nodes();
        let check = |index: usize| {
            coming.check(object, index, &self.cache, view, || filter::check(&wanted, &nodes[index]))
        };
        let is_one = |name: &Str| {
            let index = self.cache.index_of(name)?;
            check(index).is_none().then(|| name.clone())
        };
        // A Pod for whom others made room looks there first.
        let nominated = self.nominated.get(&object.meta.id);
        if let Some(node) = dealt.or(nominated).and_then(is_one) {
            let rule = if nominated == Some(&node) { NOMINATED } else { BEST };
            return Ok((node, rule));
        }
        let (enough, count) = (Self::enough(nodes.len()), nodes.len());
        let Room { fitting, scores } = &mut *self.room;
        fitting.clear();
        let mut against = Vec::new();
        for step in 0..count {
            let index = (self.next_node as usize + step) % count;
            match check(index) {
                None => fitting.push(index),
                Some(reasons) => against.push((index, reasons)),
            }
            if fitting.len() == enough {
                break;
            }
        }
        let seen = fitting.len() + against.len();
        if fitting.is_empty() {
            return Err(against);
        }
        let rule = if seen == count && fitting.len() == 1 && count > 1 { ONLY } else { BEST };
        let mut rng = seed.stream("schedule", u64::from(object.meta.id.0));
        let best = score::best(object, &wanted, fitting, (&self.cache, view), scores, &mut rng);
        let node = nodes[best].name.clone();
        let next = (self.next_node as usize + seen) % count;
        self.next_node = u32::try_from(next).expect("fewer nodes than 2^32");
        Ok((node, rule))
    }

    /// Models pkg/scheduler/framework/plugins/volumebinding/binder.go AssumePodVolumes
    fn place(
        &mut self,
        object: &Rc<Object>,
        node: &Str,
        rule: Rule,
        claims: &Claims,
        view: &View,
        attempt: &mut Attempt,
    ) {
        let plan = &mut attempt.plan;
        if claims.unbound.is_empty() {
            self.cache.assume(object, node);
            return Self::bind(object, node, rule, plan);
        }
        let found = view.named(Kind::Node, "", node);
        let matches = found.and_then(|found| Volumes::of(object, &self.cache, view).matches(found));
        self.cache.assume(object, node);
        let matches = matches.unwrap_or_default();
        for claim in &matches.made {
            self.cache.chosen.insert(claim.meta.id, node.clone());
        }
        for (volume, claim) in &matches.taken {
            self.cache.taken.insert(volume.meta.id, claim.meta.id);
        }
        self.binding.insert(object.meta.id, Binding::new((node, rule), matches, attempt.cause));
        let key = Key { kind: Kind::Pod, id: object.meta.id };
        let patch = Patch::Nominate(Vec::new(), Some(node.clone()));
        plan.ask(Action::Patch(key, patch), Rule("SCHED-NOMINATE"));
    }

    fn bind(object: &Object, node: &Str, rule: Rule, plan: &mut Plan) {
        let meta = &object.meta;
        let text = format!("Successfully assigned {}/{} to {node}", meta.namespace, meta.name);
        let note = EventNote::normal(object.reference(), SOURCE, "Scheduled", text);
        let note = note.acting("Binding", object);
        plan.ask_and_tell(Action::Bind(meta.id, node.clone()), rule, note);
    }

    /// No node fits: others of less priority may have to go.
    fn fail(
        &mut self,
        object: &Rc<Object>,
        against: &[(usize, Vec<Reason>)],
        view: &View,
        chance: Chance<'_>,
        now: SimTime,
        attempt: &mut Attempt,
    ) {
        let nodes = self.cache.nodes().len();
        let mut rejected = Rejected::default();
        let mut texts = Vec::new();
        for reason in against.iter().flat_map(|(_, reasons)| reasons) {
            rejected.add(reason.plugin);
            texts.push(reason.text.clone());
        }
        let coming = self.coming(object, view);
        let known = Known { cache: &self.cache, view, coming: &coming };
        match preemption::preempt(object, against, &known, chance) {
            Preemption::Victims(node, victims) => {
                let text = filter::explain(nodes, &texts, None);
                self.evict_all(object, &node, &victims, view);
                self.nominated.insert(object.meta.id, node.clone());
                self.give_up(object, rejected, text, Nomination::Named(node), now, attempt);
            }
            Preemption::Helpless(why, lifts) => {
                let then = format!("no new claims to deallocate, preemption: {why}");
                let text = filter::explain(nodes, &texts, Some(&then));
                let was_nominated = self.nominated.contains_key(&object.meta.id);
                let is_lifted = lifts && was_nominated;
                let nominated = if is_lifted { Nomination::Lifted } else { Nomination::Stays };
                self.give_up(object, rejected, text, nominated, now, attempt);
            }
        }
    }

    /// Plans what must be done to those that go: Pods of less priority that were to come to the
    /// node look for another, and who is on the way out already is not asked again.
    ///
    /// Models pkg/scheduler/framework/preemption/executor.go prepareCandidateAsync,
    /// getLowerPriorityNominatedPods and clearNominatedNodeName
    fn evict_all(&mut self, object: &Object, node: &Str, victims: &[Rc<Object>], view: &View) {
        let staying = victims.iter().filter(|victim| !victim.meta.is_terminating());
        let staying: Vec<&Rc<Object>> = staying.collect();
        let Some(last) = staying.last() else { return };
        self.preempting.insert(object.meta.id, last.meta.id);
        let pods = view.table(Kind::Pod);
        let lesser = |id: ObjectId| {
            pods.object(id).is_some_and(|one| priority_of(one) < priority_of(object))
        };
        let rivals: Vec<ObjectId> = self
            .nominated
            .iter()
            .filter(|(id, other)| *other == node && lesser(**id))
            .map(|(id, _)| *id)
            .collect();
        for id in rivals {
            self.nominated.remove(&id);
            let key = Key { kind: Kind::Pod, id };
            let patch = Patch::Nominate(Vec::new(), None);
            self.evictions.ask(Action::Patch(key, patch), Rule("SCHED-PREEMPT"));
        }
        for victim in staying {
            evict(object, victim, node, &mut self.evictions);
        }
    }

    /// Models pkg/scheduler/schedule_one.go handleSchedulingFailure
    fn give_up(
        &mut self,
        object: &Rc<Object>,
        rejected: Rejected,
        message: String,
        nominated: Nomination,
        now: SimTime,
        attempt: &mut Attempt,
    ) {
        let Attempt { plan, cause } = attempt;
        let waiting = Waiting { rejected, stamp: self.arrivals, since: now, cause: *cause };
        self.unschedulable.insert(object.meta.id, waiting);
        self.arrivals += 1;
        self.has_failed = true;
        let message = Str::from(message);
        let condition = Condition {
            kind: "PodScheduled".into(),
            status: Truth::False,
            reason: Some("Unschedulable".into()),
            message: Some(message.clone()),
            ..Condition::default()
        };
        let note = EventNote::warning(object.reference(), SOURCE, "FailedScheduling", message);
        let note = note.acting("Scheduling", object);
        let mut conditions = object.pod().map(|pod| pod.status.conditions.clone());
        if let Some(conditions) = &mut conditions {
            set_condition(conditions, condition.clone(), now);
        }
        let is_known = conditions.as_ref() == object.pod().map(|pod| &pod.status.conditions);
        if is_known && matches!(nominated, Nomination::Stays) {
            return plan.tell(note, Rule("SCHED-NO-NODE"));
        }
        let key = Key { kind: Kind::Pod, id: object.meta.id };
        let patch = match nominated {
            Nomination::Named(node) => Patch::Nominate(vec![condition], Some(node)),
            Nomination::Lifted => Patch::Nominate(vec![condition], None),
            Nomination::Stays => Patch::Conditions(vec![condition]),
        };
        plan.ask_and_tell(Action::Patch(key, patch), Rule("SCHED-NO-NODE"), note);
    }
}

/// How important a Pod is.
fn priority_of(object: &Object) -> i32 {
    object.pod().and_then(|pod| pod.spec.priority).unwrap_or(0)
}

/// Models pkg/scheduler/framework/preemption/executor.go PreemptPod
fn evict(object: &Object, victim: &Rc<Object>, node: &Str, plan: &mut Plan) {
    let key = Key { kind: Kind::Pod, id: victim.meta.id };
    let scheduler = object.pod().and_then(|pod| pod.spec.scheduler_name.as_deref());
    let target = Condition {
        kind: "DisruptionTarget".into(),
        status: Truth::True,
        reason: Some("PreemptionByScheduler".into()),
        message: Some(
            format!(
                "{}: preempting to accommodate a higher priority pod",
                scheduler.unwrap_or(SOURCE)
            )
            .into(),
        ),
        ..Condition::default()
    };
    let patch = Patch::Conditions(vec![target]);
    let rule = Rule("SCHED-PREEMPT");
    plan.ask(Action::Patch(key, patch), rule);
    plan.ask(Action::Delete(key, DeleteOptions::default()), rule);
    let text = format!("Preempted by pod {} on node {node}", object.meta.uid);
    let note = EventNote::normal(victim.reference(), SOURCE, "Preempted", text);
    plan.steps.push(Step::Delay(TELL_US));
    plan.tell(note.acting("Preempting", victim), rule);
    plan.steps.push(Step::Delay(EVICT_US));
}
