//! Nodes that fall silent: conditions, taints, and the eviction of Pods that don't bear them.
//!
//! Must not know machines. Invariant: a node is called Unknown only after the whole grace
//! period without a renewed lease.

use std::rc::Rc;

use crate::api::core::{Node, Taint};
use crate::api::pod::{Condition, Truth, condition, set_condition};
use crate::api::{Kind, Object};
use crate::base::{SECOND_US, SimTime};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, View};
use crate::sim::{Plan, Rule};

/// How long a lease may stay without renewal (`--node-monitor-grace-period`).
pub const GRACE_SECONDS: u64 = 50;
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const NOT_READY: &str = "node.kubernetes.io/not-ready";

/// Models pkg/controller/nodelifecycle/node_lifecycle_controller.go monitorNodeHealth
/// Differs: a living node's lease renewals are not written one by one; the node's last
/// heartbeat is recorded when it falls silent.
pub(super) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(node) = object.node() else { return plan };
    let Some(ready) = condition(&node.status.conditions, "Ready") else { return plan };
    match ready.last_heartbeat_time {
        Some(last) if ready.status != Truth::Unknown => {
            let due = last.plus_seconds(GRACE_SECONDS);
            if due > now {
                plan.look_again(due.since_us(now));
            } else {
                declare_lost(object, node, view, now, &mut plan);
            }
        }
        Some(_) => {}
        None => lift_taints(object, node, &mut plan),
    }
    plan
}

fn declare_lost(object: &Rc<Object>, node: &Node, view: &View, now: SimTime, plan: &mut Plan) {
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    if let Some(body) = new.node_mut() {
        for kind in ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"] {
            let last = condition(&node.status.conditions, kind).and_then(|c| c.last_heartbeat_time);
            let lost = Condition {
                kind: kind.into(),
                status: Truth::Unknown,
                reason: Some("NodeStatusUnknown".into()),
                message: Some("Kubelet stopped posting node status.".into()),
                last_heartbeat_time: last,
                ..Condition::default()
            };
            set_condition(&mut body.status.conditions, lost, now);
        }
        let taints = &mut Rc::make_mut(&mut body.spec).taints;
        for effect in ["NoSchedule", "NoExecute"] {
            taints.push(Taint {
                key: UNREACHABLE.into(),
                value: None,
                effect: effect.into(),
                time_added: Some(now),
            });
        }
    }
    let new = Rc::new(new);
    let text = format!("Node {} status is now: NodeNotReady", object.meta.name);
    let note = EventNote::normal(object.reference(), "node-controller", "NodeNotReady", text);
    plan.ask_and_tell(Action::Update(new.clone(), Part::Status), Rule("NODE-LOST"), note);
    plan.ask(Action::Update(new, Part::Spec), Rule("NODE-TAINT"));
    for pod in view.table(Kind::Pod).on_node(&object.meta.name) {
        mark_not_ready(pod, now, plan);
    }
}

/// Models pkg/controller/util/node/controller_utils.go MarkPodsNotReady
fn mark_not_ready(pod: &Rc<Object>, now: SimTime, plan: &mut Plan) {
    let is_ready = pod
        .pod()
        .and_then(|pod| condition(&pod.status.conditions, "Ready"))
        .is_some_and(|ready| ready.status == Truth::True);
    if !is_ready {
        return;
    }
    let mut new = Object::clone(pod);
    new.meta.resource_version = 0;
    if let Some(body) = new.pod_mut() {
        let not_ready = Condition { kind: "Ready".into(), ..Condition::default() };
        set_condition(&mut body.status.conditions, not_ready, now);
    }
    let note =
        EventNote::warning(pod.reference(), "node-controller", "NodeNotReady", "Node is not ready");
    plan.ask_and_tell(Action::Update(Rc::new(new), Part::Status), Rule("NODE-POD-UNREADY"), note);
}

fn lift_taints(object: &Rc<Object>, node: &Node, plan: &mut Plan) {
    let is_ours = |taint: &Taint| &*taint.key == UNREACHABLE || &*taint.key == NOT_READY;
    if !node.is_ready() || !node.spec.taints.iter().any(is_ours) {
        return;
    }
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    if let Some(body) = new.node_mut() {
        Rc::make_mut(&mut body.spec).taints.retain(|taint| !is_ours(taint));
    }
    plan.ask(Action::Update(Rc::new(new), Part::Spec), Rule("NODE-UNTAINT"));
}

pub(super) fn wake_eviction(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let taints = |one: &Rc<Object>| one.node().map(|node| node.spec.taints.clone());
    match change.kind {
        Kind::Node
            if change.old.as_ref().and_then(taints) != change.new.as_ref().and_then(taints) =>
        {
            let pods = view.table(Kind::Pod).on_node(&change.object().meta.name);
            keys.extend(pods.map(|pod| Key { kind: Kind::Pod, id: pod.meta.id }));
        }
        Kind::Pod => {
            let node = |one: &Rc<Object>| one.pod().and_then(|pod| pod.node().cloned());
            let before = change.old.as_ref().and_then(node);
            let after = change.new.as_ref().and_then(node);
            if after.is_some() && before != after {
                keys.push(change.key());
            }
        }
        _ => {}
    }
}

/// Models pkg/controller/tainteviction/taint_eviction.go processPodOnNode
pub(super) fn reconcile_eviction(key: Key, view: &View, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(pod) = object.pod() else { return plan };
    let node = pod.node().and_then(|name| view.named(Kind::Node, "", name));
    let Some(node) = node.and_then(|node| node.node()) else { return plan };
    let taints: Vec<_> =
        node.spec.taints.iter().filter(|taint| &*taint.effect == "NoExecute").collect();
    if taints.is_empty() || object.meta.is_terminating() {
        return plan;
    }
    let mut due: Option<SimTime> = None;
    for taint in taints {
        let borne: Vec<_> = pod.spec.tolerations.iter().filter(|one| one.bears(taint)).collect();
        if borne.is_empty() {
            due = Some(now);
            break;
        }
        let shortest = borne.iter().filter_map(|one| one.toleration_seconds).min();
        if let Some(seconds) = shortest {
            let since = taint.time_added.unwrap_or(now);
            let at = since.plus_us(u64::try_from(seconds).unwrap_or(0) * SECOND_US);
            due = Some(due.map_or(at, |before| before.min(at)));
        }
    }
    match due {
        Some(at) if at <= now => evict(key, object, now, &mut plan),
        Some(at) => plan.look_again(at.since_us(now)),
        None => {}
    }
    plan
}

fn evict(key: Key, object: &Rc<Object>, now: SimTime, plan: &mut Plan) {
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    if let Some(body) = new.pod_mut() {
        let target = Condition {
            kind: "DisruptionTarget".into(),
            status: Truth::True,
            reason: Some("DeletionByTaintManager".into()),
            message: Some("Taint manager: deleting due to NoExecute taint".into()),
            ..Condition::default()
        };
        set_condition(&mut body.status.conditions, target, now);
    }
    let meta = &object.meta;
    let text = format!("Marking for deletion Pod {}/{}", meta.namespace, meta.name);
    let note = EventNote::normal(
        object.reference(),
        "taint-eviction-controller",
        "TaintManagerEviction",
        text,
    );
    plan.ask_and_tell(Action::Update(Rc::new(new), Part::Status), Rule("TAINT-EVICT"), note);
    plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("TAINT-EVICT"));
}
