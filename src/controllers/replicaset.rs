//! ReplicaSet and ReplicationController: as many Pods as asked for, any will do.
//!
//! Must not know Deployments' rollouts. Invariant: it never deletes a Pod that it does not
//! control, nor acts on a set that is being deleted.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::api::apps::{ReplicaSet, ReplicaSetStatus};
use crate::api::pod::{Condition, Truth, condition};
use crate::api::{Kind, LabelSelector, Object};
use crate::base::SimTime;
use crate::controllers::tally::{Tallies, Tally};
use crate::controllers::{pods, ranking};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, View};
use crate::sim::{Plan, Request, Rule, Step};

/// The condition of a set whose Pods are refused.
const FAILURE: &str = "ReplicaFailure";
/// Pods made or deleted in one sync at most.
const BURST_REPLICAS: usize = 500;

pub(super) fn wake(kind: Kind, change: &Change, view: &View, keys: &mut Vec<Key>) {
    if change.kind == kind {
        keys.push(change.key());
    } else if change.kind == Kind::Pod {
        pods::wake_owner(kind, change, view, keys);
    }
}

const fn source(kind: Kind) -> &'static str {
    match kind {
        Kind::ReplicationController => "replication-controller",
        _ => "replicaset-controller",
    }
}

/// Models pkg/controller/replicaset/replica_set.go syncReplicaSet
pub(super) fn reconcile(key: Key, view: &View, tallies: &mut Tallies, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(set) = object.replica_set() else { return plan };
    let wanted = set.spec.replicas.unwrap_or(1);
    let tally = tallies.known(object, &set.spec, view);
    if let Some(tally) = tally.filter(|tally| tally.active == wanted) {
        // As many as asked for, and all of them one's own: only the status may have changed.
        settle(object, set, status_by(object, set, tally), &mut plan);
        tallies.note_whole(object);
        return plan;
    }
    tallies.keep(object, &set.spec, view);
    let claimed = pods::claim(object, &set.spec.selector, view, &mut plan);
    let active: Vec<_> = claimed.iter().copied().filter(|pod| pods::is_active(pod)).collect();
    let status = status_of(object, set, &claimed, &active, now);
    if !object.meta.is_terminating() {
        let wanted = usize::try_from(wanted).unwrap_or(0);
        match active.len().cmp(&wanted) {
            Ordering::Less if pods::is_open(&object.meta.namespace, view) => {
                let missing = wanted - active.len();
                let was_whole = tallies.was_whole(object);
                let lost = if was_whole { missing } else { lost(set, active.len()).min(missing) };
                create(object, set, missing, lost, &mut plan);
                plan.if_refused.extend(on_refusal(object, set, &status, now));
            }
            Ordering::Greater => {
                delete(object, &active, active.len() - wanted, view, now, &mut plan);
            }
            Ordering::Equal => tallies.note_whole(object),
            Ordering::Less => {}
        }
    }
    settle(object, set, status, &mut plan);
    let min_ready = set.spec.min_ready_seconds;
    if min_ready > 0 {
        let soonest = active
            .iter()
            .filter_map(|one| one.pod())
            .filter(|pod| pod.is_ready() && !pod.is_available(min_ready, now))
            .filter_map(|pod| pod.available_at(min_ready))
            .min();
        if let Some(at) = soonest {
            plan.look_again(at.since_us(now).max(1));
        }
    }
    plan
}

/// Writes the status if it changed; what was refused before is forgotten once it is no more.
fn settle(object: &Rc<Object>, set: &ReplicaSet, mut status: ReplicaSetStatus, plan: &mut Plan) {
    status.conditions.retain(|one| &*one.kind != FAILURE);
    if status != set.status {
        plan.ask(write(object, status), Rule("RS-STATUS"));
    }
}

fn write(object: &Rc<Object>, status: ReplicaSetStatus) -> Action {
    let mut new = Object::clone(object);
    if let Some(body) = new.replica_set_mut() {
        body.status = status;
    }
    // Pods are written more often than sets, and nobody else writes this part.
    new.meta.resource_version = 0;
    Action::Update(Rc::new(new), Part::Status)
}

/// Creates what is missing, of which `lost` come in place of Pods that there were.
///
/// Models pkg/controller/replicaset/replica_set.go manageReplicas
fn create(object: &Rc<Object>, set: &ReplicaSet, missing: usize, lost: usize, plan: &mut Plan) {
    let pod = Rc::new(pods::from_template(&set.spec.template, object));
    let source = source(object.kind());
    let told = EventNote::normal(object.reference(), source, "SuccessfulCreate", "Created pod: {}");
    let failed = pods::failed_create(object, source);
    let request = |rule: &'static str| {
        let create = Action::Create(Rc::clone(&pod));
        Request::new(create, Rule(rule)).then(told.clone()).or(std::slice::from_ref(&failed))
    };
    let count = missing.min(BURST_REPLICAS);
    let mut requests = vec![request("RS-REPLACE"); lost.min(count)];
    requests.resize(count, request("RS-CREATE"));
    plan.steps.push(Step::SlowStart(requests));
}

/// The condition that says that a Pod was refused. Looks that follow leave it as it is until Pods
/// can be made again.
///
/// Models pkg/controller/replicaset/replica_set_utils.go calculateStatus
fn on_refusal(
    object: &Rc<Object>,
    set: &ReplicaSet,
    status: &ReplicaSetStatus,
    now: SimTime,
) -> Option<Request> {
    let mut status = status.clone();
    if condition(&status.conditions, FAILURE).is_none() {
        status.conditions.push(Condition {
            kind: FAILURE.into(),
            status: Truth::True,
            reason: Some("FailedCreate".into()),
            message: Some("{}".into()),
            last_transition_time: Some(now),
            ..Condition::default()
        });
    }
    (status != set.status).then(|| Request::new(write(object, status), Rule("RS-STATUS")))
}

/// Models pkg/controller/replicaset/replica_set.go manageReplicas
fn delete(
    object: &Rc<Object>,
    active: &[&Rc<Object>],
    surplus: usize,
    view: &View,
    now: SimTime,
    plan: &mut Plan,
) {
    let source = source(object.kind());
    let related = related_pods(object, view);
    let doomed = ranking::to_delete(active, &related, surplus.min(BURST_REPLICAS), now);
    let requests = doomed.into_iter().map(|pod| {
        let key = Key { kind: Kind::Pod, id: pod.meta.id };
        let text = format!("Deleted pod: {}", pod.meta.name);
        let told = EventNote::normal(object.reference(), source, "SuccessfulDelete", text);
        let delete = Action::Delete(key, DeleteOptions::default());
        Request::new(delete, Rule("RS-SCALE-DOWN")).then(told)
    });
    plan.steps.push(Step::All(requests.collect()));
}

/// How many Pods there are less than when they were counted last.
fn lost(set: &ReplicaSet, active: usize) -> usize {
    usize::try_from(set.status.replicas).unwrap_or(0).saturating_sub(active)
}

/// The Pods of all ReplicaSets of the same owner; none if there is no owner.
///
/// Models pkg/controller/replicaset/replica_set.go getIndirectlyRelatedPods
fn related_pods<'a>(object: &Object, view: &'a View) -> Vec<&'a Rc<Object>> {
    let Some(owner) = object.meta.controller() else { return Vec::new() };
    view.table(object.kind())
        .owned_by(owner.uid)
        .flat_map(|sibling| view.table(Kind::Pod).owned_by(sibling.meta.uid))
        .filter(|pod| pods::is_active(pod))
        .collect()
}

/// The status by a count that is known.
fn status_by(object: &Object, set: &ReplicaSet, tally: &Tally) -> ReplicaSetStatus {
    let is_new = object.kind() == Kind::ReplicaSet;
    ReplicaSetStatus {
        observed_generation: object.meta.generation,
        conditions: set.status.conditions.clone(),
        replicas: tally.active,
        fully_labeled_replicas: tally.labeled,
        ready_replicas: tally.ready,
        available_replicas: tally.ready,
        terminating_replicas: is_new.then_some(tally.terminating),
    }
}

/// Models pkg/controller/replicaset/replica_set_utils.go calculateStatus
fn status_of(
    object: &Object,
    set: &ReplicaSet,
    claimed: &[&Rc<Object>],
    active: &[&Rc<Object>],
    now: SimTime,
) -> ReplicaSetStatus {
    let template = LabelSelector::of_labels(&set.spec.template.metadata.labels);
    let mut status = ReplicaSetStatus {
        observed_generation: object.meta.generation,
        conditions: set.status.conditions.clone(),
        ..ReplicaSetStatus::default()
    };
    for one in active {
        let Some(pod) = one.pod() else { continue };
        status.replicas += 1;
        let is_same = Rc::ptr_eq(&one.meta.labels, &set.spec.template.metadata.labels);
        let is_labeled = is_same || template.is_met_by(&one.meta.labels);
        status.fully_labeled_replicas += i32::from(is_labeled);
        status.ready_replicas += i32::from(pod.is_ready());
        status.available_replicas += i32::from(pod.is_available(set.spec.min_ready_seconds, now));
    }
    if object.kind() == Kind::ReplicaSet {
        let terminating = claimed.iter().filter(|pod| {
            pod.meta.is_terminating()
                && pod.pod().is_some_and(|pod| !pod.status.phase.is_terminal())
        });
        status.terminating_replicas = Some(i32::try_from(terminating.count()).unwrap_or(i32::MAX));
    }
    status
}
