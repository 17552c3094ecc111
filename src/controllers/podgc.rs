//! Pods that nobody will ever finish: their node is gone or out of service, or too many of
//! those that ended are kept.
//!
//! Must not know machines. Invariant: a Pod on a node that exists and is not out of service
//! is never taken away by force.

use std::rc::Rc;

use crate::api::pod::{Condition, Truth};
use crate::api::{Kind, Object, ObjectId};
use crate::base::{PMap, SECOND_US, SimTime, Str};
use crate::controllers::ticks::Ticks;
use crate::server::{Action, Change, DeleteOptions, Key, Patch, View};
use crate::sim::{Plan, Rule};

/// How often the collector looks around.
///
/// Models pkg/controller/podgc/gc_controller.go gcCheckPeriod
const PERIOD_US: u64 = 20 * SECOND_US;
/// How long a node must be missing before its Pods are taken away.
///
/// Models pkg/controller/podgc/gc_controller.go quarantineTime
const QUARANTINE_SECONDS: u64 = 40;
/// Ended Pods that are kept (`--terminated-pod-gc-threshold`).
const ENDED_PODS_MAX: usize = 12_500;
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

/// The one key of this controller: it looks at all Pods at once.
const ALL: Key = Key { kind: Kind::Pod, id: ObjectId(0) };

/// What the collector has its eye on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Eye {
    /// Nodes that are missing, with the moment from which on they count as gone.
    missing: PMap<Str, SimTime>,
    /// Nodes that are out of service.
    dead: PMap<Str, ()>,
    /// Pods that ended, oldest first.
    ended: PMap<(SimTime, ObjectId), ()>,
    /// When it looks around next.
    tick: Option<SimTime>,
    pub(super) ticks: Ticks,
}

fn is_out_of_service(object: &Object) -> bool {
    object.node().is_some_and(|node| {
        !node.is_ready() && node.spec.taints.iter().any(|taint| &*taint.key == OUT_OF_SERVICE)
    })
}

pub(super) fn wake(change: &Change, view: &View, eye: &mut Eye, now: SimTime, keys: &mut Vec<Key>) {
    let is_news = match change.kind {
        Kind::Node => watch_node(change, view, eye, now),
        Kind::Pod => watch_pod(change, view, eye, now),
        _ => false,
    };
    if is_news {
        keys.push(ALL);
    }
}

fn watch_node(change: &Change, view: &View, eye: &mut Eye, now: SimTime) -> bool {
    let name = &change.object().meta.name;
    let Some(node) = &change.new else {
        eye.dead.remove(name);
        let has_pods = view.table(Kind::Pod).on_node(name).next().is_some();
        if has_pods {
            eye.missing.insert(name.clone(), eye.out_of_quarantine(now));
        }
        return has_pods;
    };
    eye.missing.remove(name);
    if !is_out_of_service(node) {
        eye.dead.remove(name);
        return false;
    }
    if eye.dead.insert(name.clone(), ()).is_some() {
        return false;
    }
    eye.look_around(now)
}

fn watch_pod(change: &Change, view: &View, eye: &mut Eye, now: SimTime) -> bool {
    let ended = |one: &Option<Rc<Object>>| {
        let one =
            one.as_ref().filter(|one| one.pod().is_some_and(|p| p.status.phase.is_terminal()));
        one.map(|one| (one.meta.creation_timestamp.unwrap_or_default(), one.meta.id))
    };
    match (ended(&change.old), ended(&change.new)) {
        (Some(age), None) => drop(eye.ended.remove(&age)),
        (None, Some(age)) => drop(eye.ended.insert(age, ())),
        _ => {}
    }
    let is_full = eye.ended.len() > ENDED_PODS_MAX;
    let Some(new) = &change.new else { return false };
    let Some(node) = new.pod().and_then(|pod| pod.node()) else { return false };
    let was_here = change.old.as_ref().and_then(|one| one.pod()?.node()).is_some();
    if !was_here && view.named(Kind::Node, "", node).is_none() {
        let due = eye.out_of_quarantine(now);
        if eye.missing.get(node).is_none() {
            eye.missing.insert(node.clone(), due);
        }
        return true;
    }
    let is_stuck = new.meta.is_terminating() && eye.dead.contains_key(node);
    (is_full || is_stuck) && eye.look_around(now)
}

impl Eye {
    /// A node that is gone is missed at the next tick, and its Pods are given up that long after.
    ///
    /// Models pkg/controller/podgc/gc_controller.go gcOrphaned
    fn out_of_quarantine(&self, now: SimTime) -> SimTime {
        self.ticks.after(now, PERIOD_US).plus_seconds(QUARANTINE_SECONDS)
    }

    /// Plans to look around at the next tick; true if that is news.
    fn look_around(&mut self, now: SimTime) -> bool {
        let is_news = self.tick.is_none();
        let next = self.ticks.after(now, PERIOD_US);
        self.tick.get_or_insert(next);
        is_news
    }
}

/// Models pkg/controller/podgc/gc_controller.go gc
/// Differs: a missing node is quarantined from the moment it is missed, not from the next
/// look around; Pods that stop without ever having had a node go at once in the server.
pub(super) fn reconcile(view: &View, eye: &mut Eye, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    if eye.tick.is_some_and(|tick| tick <= now) {
        eye.tick = None;
        clear_dead(view, eye, &mut plan);
        clear_ended(view, eye, &mut plan);
    }
    clear_missing(view, eye, now, &mut plan);
    let next = eye.missing.values().copied().chain(eye.tick).min();
    if let Some(at) = next {
        plan.look_again(at.since_us(now));
    }
    plan
}

/// Models pkg/controller/podgc/gc_controller.go gcTerminating
fn clear_dead(view: &View, eye: &Eye, plan: &mut Plan) {
    for name in eye.dead.keys() {
        for pod in view.table(Kind::Pod).on_node(name).filter(|pod| pod.meta.is_terminating()) {
            take_away(pod, None, "PODGC-OUT-OF-SERVICE", plan);
        }
    }
}

/// Models pkg/controller/podgc/gc_controller.go gcTerminated
fn clear_ended(view: &View, eye: &Eye, plan: &mut Plan) {
    let surplus = eye.ended.len().saturating_sub(ENDED_PODS_MAX);
    for (_, id) in eye.ended.keys().take(surplus) {
        if let Some(pod) = view.table(Kind::Pod).object(*id) {
            take_away(pod, None, "PODGC-ENDED", plan);
        }
    }
}

/// Models pkg/controller/podgc/gc_controller.go gcOrphaned
fn clear_missing(view: &View, eye: &mut Eye, now: SimTime, plan: &mut Plan) {
    let due: Vec<Str> =
        eye.missing.iter().filter(|(_, due)| **due <= now).map(|(name, _)| name.clone()).collect();
    for name in due {
        eye.missing.remove(&name);
        if view.named(Kind::Node, "", &name).is_some() {
            continue;
        }
        for pod in view.table(Kind::Pod).on_node(&name) {
            let target = Condition {
                kind: "DisruptionTarget".into(),
                status: Truth::True,
                reason: Some("DeletionByPodGC".into()),
                message: Some("PodGC: node no longer exists".into()),
                observed_generation: Some(pod.meta.generation),
                ..Condition::default()
            };
            take_away(pod, Some(target), "PODGC-ORPHAN", plan);
        }
    }
}

/// Models pkg/controller/podgc/gc_controller.go markFailedAndDeletePodWithCondition
fn take_away(pod: &Object, why: Option<Condition>, rule: &'static str, plan: &mut Plan) {
    let key = Key { kind: Kind::Pod, id: pod.meta.id };
    if pod.pod().is_some_and(|pod| !pod.status.phase.is_terminal()) {
        plan.ask(Action::Patch(key, Patch::Fail(why)), Rule(rule));
    }
    let options = DeleteOptions { grace_seconds: Some(0), ..DeleteOptions::default() };
    plan.ask(Action::Delete(key, options), Rule(rule));
}
