//! Nodes that fall silent: conditions, Pods called unready, and the taints that drive Pods
//! away, one node at a time.
//!
//! Must not know machines. Invariant: a node is called Unknown only after the whole grace
//! period without a renewed lease, and no Pod is driven away while no node at all is ready.

use crate::api::wellknown::{NOT_READY, UNREACHABLE, ZONE};
use std::rc::Rc;

use crate::api::core::{Node, Taint};
use crate::api::pod::{Condition, Truth, condition};
use crate::api::{Kind, Object, ObjectId, ObjectRef};
use crate::base::{PMap, SECOND_US, SimTime, Str};
use crate::server::{Action, Change, EventNote, Key, Patch, View};
use crate::sim::{Plan, Rule};

/// How long a lease may stay without renewal (`--node-monitor-grace-period`).
const GRACE_SECONDS: u64 = 50;
/// How often the controller looks at all nodes (`--node-monitor-period`).
const POLL_US: u64 = 5 * SECOND_US;
/// How often it sees to the taints that drive Pods away.
///
/// Models pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go NodeEvictionPeriod
const PASS_US: u64 = 100_000;
/// One node of a healthy zone in so long is tainted (`--node-eviction-rate` 0.1 a second).
const RATE_US: u64 = 10 * SECOND_US;
/// The same where most nodes of a large zone are lost (`--secondary-node-eviction-rate`).
const SECONDARY_RATE_US: u64 = 100 * SECOND_US;
/// A zone with more nodes is large (`--large-cluster-size-threshold`).
const LARGE_ZONE: u32 = 50;
/// Per cent of lost nodes from which on a zone counts as disrupted
/// (`--unhealthy-zone-threshold`).
const UNHEALTHY_PERCENT: u32 = 55;

const SOURCE: &str = "node-controller";

/// What the controller knows of nodes besides their objects.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Watch {
    /// Nodes whose leases are not renewed any more, with the last renewal.
    pub(super) silent: PMap<Str, SimTime>,
    /// When a node is looked at next.
    polls: PMap<ObjectId, SimTime>,
    /// Nodes that nobody was told of yet.
    fresh: PMap<ObjectId, ()>,
    /// Nodes that are gone, until somebody was told.
    gone: PMap<ObjectId, ObjectRef>,
    /// When a node gets the taint that drives Pods away.
    due: PMap<ObjectId, SimTime>,
    /// When a node of a zone got it last.
    granted: PMap<Str, SimTime>,
}

fn readiness(node: &Node) -> Truth {
    condition(&node.status.conditions, "Ready").map_or(Truth::Unknown, |ready| ready.status)
}

pub(super) fn wake(change: &Change, view: &View, watch: &mut Watch, keys: &mut Vec<Key>) {
    if change.kind != Kind::Node {
        return;
    }
    let id = change.object().meta.id;
    let of = |one: &Option<Rc<Object>>| one.as_ref().and_then(|one| one.node()).map(readiness);
    match (of(&change.old), of(&change.new)) {
        (None, _) => drop(watch.fresh.insert(id, ())),
        (_, None) => drop(watch.gone.insert(id, change.object().reference())),
        (before, after) if before != after => {
            // A zone is judged by all its nodes: the lost ones may be treated otherwise now.
            let nodes = view.table(Kind::Node).iter();
            let lost = nodes.filter(|one| one.node().is_some_and(|node| !node.is_ready()));
            keys.extend(lost.map(|one| Key { kind: Kind::Node, id: one.meta.id }));
        }
        _ if has_same_taints(change) => return,
        _ => {}
    }
    keys.push(change.key());
}

fn has_same_taints(change: &Change) -> bool {
    let of = |one: &Option<Rc<Object>>| {
        one.as_ref().and_then(|one| one.node()).map(|node| Rc::clone(&node.spec))
    };
    match (of(&change.old), of(&change.new)) {
        (Some(old), Some(new)) => Rc::ptr_eq(&old, &new) || old.taints == new.taints,
        _ => false,
    }
}

/// The first poll after a moment.
fn next_poll(now: SimTime) -> SimTime {
    SimTime((now.0 / POLL_US + 1) * POLL_US)
}

/// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go monitorNodeHealth
/// Differs: a living node's lease renewals are not told one by one; the last is told when the
/// node falls silent.
pub(super) fn reconcile(key: Key, view: &View, watch: &mut Watch, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let object = view.object(key);
    if let Some(object) = object {
        drive_out(object, watch, now, &mut plan);
    }
    let poll = match watch.polls.get(&key.id) {
        Some(poll) => *poll,
        None => next_poll(now),
    };
    if poll > now {
        watch.polls.insert(key.id, poll);
        plan.look_again(poll.since_us(now));
        return plan;
    }
    watch.polls.remove(&key.id);
    let Some(object) = object else {
        if let Some(about) = watch.gone.remove(&key.id) {
            watch.due.remove(&key.id);
            let text = format!("Node {0} event: Removing Node {0} from Controller", about.name);
            let note = EventNote::normal(about, SOURCE, "RemovingNode", text);
            plan.tell(note, Rule("NODE-REMOVED"));
        }
        return plan;
    };
    if watch.fresh.remove(&key.id).is_some() {
        let name = &object.meta.name;
        let text = format!("Node {name} event: Registered Node {name} in Controller");
        let note = EventNote::normal(object.reference(), SOURCE, "RegisteredNode", text);
        plan.tell(note, Rule("NODE-REGISTERED"));
    }
    let Some(node) = object.node() else { return plan };
    let readiness = judge_health(object, node, view, watch, now, &mut plan);
    judge_taints(object, node, readiness, view, watch, now, &mut plan);
    plan
}

/// Calls a node Unknown that was silent for too long; how ready it is from now on.
///
/// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth
fn judge_health(
    object: &Rc<Object>,
    node: &Node,
    view: &View,
    watch: &mut Watch,
    now: SimTime,
    plan: &mut Plan,
) -> Truth {
    let before = readiness(node);
    let Some(last) = watch.silent.get(&object.meta.name) else { return before };
    let is_known = node.status.conditions.iter().any(|one| one.status != Truth::Unknown);
    if !is_known && node.status.conditions.len() >= 4 {
        return before;
    }
    let due = last.plus_seconds(GRACE_SECONDS);
    if due > now {
        let poll = SimTime(due.0.div_ceil(POLL_US) * POLL_US);
        watch.polls.insert(object.meta.id, poll);
        plan.look_again(poll.since_us(now));
        return before;
    }
    let lost = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"]
        .into_iter()
        .filter_map(|kind| lost_condition(node, kind, *last));
    let patch = Patch::Conditions(lost.collect());
    let key = Key { kind: Kind::Node, id: object.meta.id };
    if before != Truth::True {
        plan.ask(Action::Patch(key, patch), Rule("NODE-LOST"));
        return Truth::Unknown;
    }
    let text = format!("Node {} status is now: NodeNotReady", object.meta.name);
    let note = EventNote::normal(object.reference(), SOURCE, "NodeNotReady", text);
    plan.ask_and_tell(Action::Patch(key, patch), Rule("NODE-LOST"), note);
    plan.hence();
    for pod in view.table(Kind::Pod).on_node(&object.meta.name) {
        mark_not_ready(pod, plan);
    }
    Truth::Unknown
}

/// What is said of a condition that nobody confirms any more.
///
/// Differs: the last heartbeat is that of the lease, which no object holds here.
fn lost_condition(node: &Node, kind: &str, last: SimTime) -> Option<Condition> {
    let known = condition(&node.status.conditions, kind);
    if known.is_some_and(|one| one.status == Truth::Unknown) {
        return None;
    }
    let (reason, message) = match known {
        Some(_) => ("NodeStatusUnknown", "Kubelet stopped posting node status."),
        None => ("NodeStatusNeverUpdated", "Kubelet never posted node status."),
    };
    Some(Condition {
        kind: kind.into(),
        status: Truth::Unknown,
        reason: Some(reason.into()),
        message: Some(message.into()),
        last_heartbeat_time: Some(last),
        ..Condition::default()
    })
}

/// Models pkg/controller/util/node/controller_utils.go MarkPodsNotReady
fn mark_not_ready(pod: &Rc<Object>, plan: &mut Plan) {
    let ready = pod.pod().and_then(|pod| condition(&pod.status.conditions, "Ready"));
    let Some(ready) = ready.filter(|ready| ready.status != Truth::False) else { return };
    let condition = Condition {
        status: Truth::False,
        observed_generation: Some(pod.meta.generation),
        ..ready.clone()
    };
    let key = Key { kind: Kind::Pod, id: pod.meta.id };
    let patch = Patch::Conditions(vec![condition]);
    let note = EventNote::warning(pod.reference(), SOURCE, "NodeNotReady", "Node is not ready");
    plan.ask_and_tell(Action::Patch(key, patch), Rule("NODE-POD-UNREADY"), note);
}

/// How a zone stands, and how fast its lost nodes may be tainted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pace {
    /// One node in so many microseconds.
    Every(u64),
    /// None at all: too many nodes are lost for that to help.
    Halted,
    /// No node of the cluster is ready: whatever is wrong is not theirs.
    Reversed,
}

/// A node that this round will find silent for too long counts as lost already.
///
/// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go ComputeZoneState,
/// setLimiterInZone and handleDisruption
fn pace(view: &View, watch: &Watch, zone: &str, now: SimTime) -> Pace {
    let (mut ready, mut lost, mut is_any_ready) = (0_u32, 0_u32, false);
    for object in view.table(Kind::Node).iter() {
        let Some(node) = object.node() else { continue };
        let last = watch.silent.get(&object.meta.name);
        let is_overdue = last.is_some_and(|last| last.plus_seconds(GRACE_SECONDS) <= now);
        let is_ready = node.is_ready() && !is_overdue;
        is_any_ready |= is_ready;
        if zone_of(object) == *zone {
            ready += u32::from(is_ready);
            lost += u32::from(!is_ready);
        }
    }
    let total = ready + lost;
    if !is_any_ready {
        Pace::Reversed
    } else if ready == 0 || lost <= 2 || lost * 100 < UNHEALTHY_PERCENT * total {
        Pace::Every(RATE_US)
    } else if total > LARGE_ZONE {
        Pace::Every(SECONDARY_RATE_US)
    } else {
        Pace::Halted
    }
}

/// Models staging/src/k8s.io/component-helpers/node/topology/helpers.go GetZoneKey
fn zone_of(object: &Object) -> String {
    let label = |key: &str| object.meta.label(key).map_or("", |value| &**value);
    let region = label("topology.kubernetes.io/region");
    format!("{region}:\0:{}", label(ZONE))
}

fn drives_out(key: &str) -> impl Fn(&&Taint) -> bool {
    move |taint: &&Taint| &*taint.key == key && &*taint.effect == "NoExecute"
}

/// The taints of this controller that drive Pods off a node.
fn ours(node: &Node) -> Vec<(Str, Str)> {
    let has = |key: &&str| node.spec.taints.iter().any(|taint| drives_out(key)(&taint));
    let keys = [UNREACHABLE, NOT_READY].into_iter().filter(has);
    keys.map(|key| (key.into(), "NoExecute".into())).collect()
}

/// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go processTaintBaseEviction
fn judge_taints(
    object: &Rc<Object>,
    node: &Node,
    readiness: Truth,
    view: &View,
    watch: &mut Watch,
    now: SimTime,
    plan: &mut Plan,
) {
    let id = object.meta.id;
    let ours = ours(node);
    let (wanted, other) = match readiness {
        Truth::True => return lift(id, ours, watch, plan),
        Truth::False => (NOT_READY, UNREACHABLE),
        Truth::Unknown => (UNREACHABLE, NOT_READY),
    };
    let has = |key: &str| ours.iter().any(|(one, _)| **one == *key);
    let zone = zone_of(object);
    let pace = pace(view, watch, &zone, now);
    if pace == Pace::Reversed {
        let nodes = view.table(Kind::Node).iter();
        let all = nodes.filter_map(|one| Some((one.meta.id, self::ours(one.node()?))));
        return all.for_each(|(id, ours)| lift(id, ours, watch, plan));
    }
    if has(wanted) || watch.due.contains_key(&id) {
        return;
    }
    if has(other) {
        let key = Key { kind: Kind::Node, id };
        let add = Patch::Taint(vec![taint(wanted, now)]);
        plan.ask(Action::Patch(key, add), Rule("NODE-DRIVE-OUT"));
        let take = Patch::Untaint(vec![(other.into(), "NoExecute".into())]);
        plan.ask(Action::Patch(key, take), Rule("NODE-UNTAINT"));
        return;
    }
    let Pace::Every(rate_us) = pace else { return };
    let pass = SimTime((now.0 / PASS_US + 1) * PASS_US);
    let granted = watch.granted.get(&*zone).map_or(pass, |last| last.plus_us(rate_us).max(pass));
    watch.granted.insert(zone.into(), granted);
    watch.due.insert(id, granted);
    // Its own word that the node is lost brings the controller back before that.
    if self::readiness(node) == readiness {
        plan.look_again(granted.since_us(now));
    }
}

fn lift(id: ObjectId, ours: Vec<(Str, Str)>, watch: &mut Watch, plan: &mut Plan) {
    watch.due.remove(&id);
    if !ours.is_empty() {
        let key = Key { kind: Kind::Node, id };
        plan.ask(Action::Patch(key, Patch::Untaint(ours)), Rule("NODE-UNTAINT"));
    }
}

fn taint(key: &str, now: SimTime) -> Taint {
    Taint { key: key.into(), value: None, effect: "NoExecute".into(), time_added: Some(now) }
}

/// Gives a node whose turn has come the taint that drives Pods away.
///
/// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go doNoExecuteTaintingPass
fn drive_out(object: &Rc<Object>, watch: &mut Watch, now: SimTime, plan: &mut Plan) {
    let Some(due) = watch.due.get(&object.meta.id).copied() else { return };
    if due > now {
        plan.look_again(due.since_us(now));
        return;
    }
    watch.due.remove(&object.meta.id);
    let Some(node) = object.node() else { return };
    let key = match readiness(node) {
        Truth::True => return,
        Truth::False => NOT_READY,
        Truth::Unknown => UNREACHABLE,
    };
    let patch = Patch::Taint(vec![taint(key, now)]);
    let of = Key { kind: Kind::Node, id: object.meta.id };
    plan.ask(Action::Patch(of, patch), Rule("NODE-DRIVE-OUT"));
}
