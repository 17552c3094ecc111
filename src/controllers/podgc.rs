//! Pods that nobody will ever finish: their node is gone or out of service, or too many of
//! those that ended are kept.
//!
//! Must not know machines. Invariant: a Pod on a node that exists and is not out of service
//! is never taken away by force.

use crate::api::wellknown::OUT_OF_SERVICE;
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

/// The key of the Pods that ended: all of them are counted together. Every other key is that of
/// a node, or of the first Pod that named a node that is not there, so that what is done about
/// one node is not put down to another.
const ENDED: Key = Key { kind: Kind::Pod, id: ObjectId(0) };

/// A node that is missing.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Missing {
    /// From when on it counts as gone.
    due: SimTime,
    /// Under which key it is looked after.
    key: Key,
}

/// What the collector has its eye on.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Eye {
    missing: PMap<Str, Missing>,
    /// Nodes that are out of service.
    dead: PMap<Str, ObjectId>,
    /// Pods that ended, oldest first.
    ended: PMap<(SimTime, ObjectId), ()>,
    /// When a key is looked at next.
    looks: PMap<Key, SimTime>,
    pub(super) ticks: Ticks,
}

fn is_out_of_service(object: &Object) -> bool {
    object.node().is_some_and(|node| {
        !node.is_ready() && node.spec.taints.iter().any(|taint| &*taint.key == OUT_OF_SERVICE)
    })
}

pub(super) fn wake(change: &Change, view: &View, eye: &mut Eye, now: SimTime, keys: &mut Vec<Key>) {
    keys.extend(match change.kind {
        Kind::Node => watch_node(change, view, eye, now),
        Kind::Pod => watch_pod(change, view, eye, now),
        _ => None,
    });
}

fn watch_node(change: &Change, view: &View, eye: &mut Eye, now: SimTime) -> Option<Key> {
    let name = &change.object().meta.name;
    let key = change.key();
    let Some(node) = &change.new else {
        eye.dead.remove(name);
        let has_pods = view.table(Kind::Pod).on_node(name).next().is_some();
        return has_pods.then(|| eye.miss(name, key, now));
    };
    eye.missing.remove(name);
    if !is_out_of_service(node) {
        eye.dead.remove(name);
        return None;
    }
    let is_known = eye.dead.insert(name.clone(), key.id).is_some();
    if is_known { None } else { eye.look_around(key, now) }
}

fn watch_pod(change: &Change, view: &View, eye: &mut Eye, now: SimTime) -> Option<Key> {
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
    let new = change.new.as_ref()?;
    let node = new.pod()?.node()?;
    let was_here = change.old.as_ref().and_then(|one| one.pod()?.node()).is_some();
    if !was_here && view.named(Kind::Node, "", node).is_none() {
        let known = eye.missing.get(node).map(|one| one.key);
        return Some(known.unwrap_or_else(|| eye.miss(node, change.key(), now)));
    }
    if is_full {
        return eye.look_around(ENDED, now);
    }
    let dead = eye.dead.get(node).filter(|_| new.meta.is_terminating()).copied()?;
    eye.look_around(Key { kind: Kind::Node, id: dead }, now)
}

impl Eye {
    /// A node that is gone is missed at the next tick, and its Pods are given up that long after.
    ///
    /// Models pkg/controller/podgc/gc_controller.go gcOrphaned
    fn miss(&mut self, node: &Str, key: Key, now: SimTime) -> Key {
        let due = self.ticks.after(now, PERIOD_US).plus_seconds(QUARANTINE_SECONDS);
        self.missing.insert(node.clone(), Missing { due, key });
        key
    }

    /// Plans to look at a key at the next tick; the key, if that is news.
    fn look_around(&mut self, key: Key, now: SimTime) -> Option<Key> {
        if self.looks.contains_key(&key) {
            return None;
        }
        self.looks.insert(key, self.ticks.after(now, PERIOD_US));
        Some(key)
    }
}

/// Models pkg/controller/podgc/gc_controller.go gc
/// Differs: a missing node is quarantined from the moment it is missed, not from the next
/// look around; Pods that stop without ever having had a node go at once in the server.
pub(super) fn reconcile(key: Key, view: &View, eye: &mut Eye, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    if eye.looks.get(&key).is_some_and(|look| *look <= now) {
        eye.looks.remove(&key);
        if key == ENDED {
            clear_ended(view, eye, &mut plan);
        } else {
            clear_dead(key, view, eye, &mut plan);
        }
    }
    clear_missing(key, view, eye, now, &mut plan);
    let missing = eye.missing.values().filter(|one| one.key == key).map(|one| one.due);
    let next = missing.chain(eye.looks.get(&key).copied()).min();
    if let Some(at) = next {
        plan.look_again(at.since_us(now));
    }
    plan
}

/// Models pkg/controller/podgc/gc_controller.go gcTerminating
fn clear_dead(key: Key, view: &View, eye: &Eye, plan: &mut Plan) {
    for (name, _) in eye.dead.iter().filter(|(_, id)| **id == key.id) {
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
fn clear_missing(key: Key, view: &View, eye: &mut Eye, now: SimTime, plan: &mut Plan) {
    let mine = eye.missing.iter().filter(|(_, one)| one.key == key && one.due <= now);
    let due: Vec<Str> = mine.map(|(name, _)| name.clone()).collect();
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
