//! Conditions of nodes as taints that keep new Pods away.
//!
//! Must not know why a condition holds. Invariant: of the taints that speak of conditions a
//! node has exactly those whose condition holds; all others are left alone.

use crate::api::wellknown::{NOT_READY, UNREACHABLE, UNSCHEDULABLE};
use std::rc::Rc;

use crate::api::core::{Node, Taint};
use crate::api::pod::{Truth, condition};
use crate::api::{Kind, Object};
use crate::base::{SimTime, Str};
use crate::server::{Action, Change, Key, Patch, View};
use crate::sim::{Plan, Rule};

/// Condition, the status in which it taints, and the taint.
///
/// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go
/// nodeConditionToTaintKeyStatusMap
const TAINTS: [(&str, Truth, &str); 6] = [
    ("Ready", Truth::False, NOT_READY),
    ("Ready", Truth::Unknown, UNREACHABLE),
    ("MemoryPressure", Truth::True, "node.kubernetes.io/memory-pressure"),
    ("DiskPressure", Truth::True, "node.kubernetes.io/disk-pressure"),
    ("NetworkUnavailable", Truth::True, "node.kubernetes.io/network-unavailable"),
    ("PIDPressure", Truth::True, "node.kubernetes.io/pid-pressure"),
];
const EFFECT: &str = "NoSchedule";

pub(super) fn wake(change: &Change, keys: &mut Vec<Key>) {
    if change.kind != Kind::Node || change.new.is_none() {
        return;
    }
    let node = |one: &Option<Rc<Object>>| one.as_ref().and_then(|one| one.node().cloned());
    let is_same = match (node(&change.old), node(&change.new)) {
        (Some(old), Some(new)) => {
            let before = old.status.conditions.iter().map(|one| (&one.kind, one.status));
            let after = new.status.conditions.iter().map(|one| (&one.kind, one.status));
            old.spec.unschedulable == new.spec.unschedulable
                && old.spec.taints == new.spec.taints
                && before.eq(after)
        }
        _ => false,
    };
    if !is_same {
        keys.push(change.key());
    }
}

fn wants(node: &Node) -> Vec<&'static str> {
    let holds = |(kind, status, _): &&(&str, Truth, &str)| {
        condition(&node.status.conditions, kind).is_some_and(|one| one.status == *status)
    };
    let mut wanted: Vec<_> = TAINTS.iter().filter(holds).map(|(_, _, key)| *key).collect();
    if node.spec.unschedulable {
        wanted.push(UNSCHEDULABLE);
    }
    wanted
}

/// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass
/// and pkg/controller/util/node/controller_utils.go SwapNodeControllerTaint
pub(super) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(node) = view.object(key).and_then(|object| object.node()) else { return plan };
    let wanted = wants(node);
    let is_ours = |key: &str| key == UNSCHEDULABLE || TAINTS.iter().any(|(_, _, one)| *one == key);
    let known: Vec<&Str> = node
        .spec
        .taints
        .iter()
        .filter(|taint| &*taint.effect == EFFECT && is_ours(&taint.key))
        .map(|taint| &taint.key)
        .collect();
    let missing: Vec<Taint> = wanted
        .iter()
        .filter(|key| known.iter().all(|one| ***one != ***key))
        .map(|key| Taint {
            key: (*key).into(),
            value: None,
            effect: EFFECT.into(),
            time_added: Some(now),
        })
        .collect();
    let surplus: Vec<(Str, Str)> = known
        .iter()
        .filter(|key| wanted.iter().all(|one| **one != ****key))
        .map(|key| (Str::clone(key), EFFECT.into()))
        .collect();
    if !missing.is_empty() {
        plan.ask(Action::Patch(key, Patch::Taint(missing)), Rule("NODE-TAINT"));
    }
    if !surplus.is_empty() {
        plan.ask(Action::Patch(key, Patch::Untaint(surplus)), Rule("NODE-UNTAINT"));
    }
    plan
}
