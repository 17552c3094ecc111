//! StatefulSet: Pods with ordinals that keep their names and claims.
//!
//! Must not know nodes or volumes behind claims. Invariant: it never asks for a second Pod of
//! an ordinal before the first is gone, and never deletes a claim.

mod members;
mod order;
mod retention;
mod status;

use std::rc::Rc;

use crate::api::apps::StatefulSet;
use crate::api::pod::{Phase, PodTemplate};
use crate::api::{Kind, Object};
use crate::base::{SimTime, Str};
use crate::controllers::{pods, revision};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, View};
use crate::sim::{Plan, Request, Rule, Step, Waiting};

const SOURCE: &str = "statefulset-controller";

pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::StatefulSet => keys.push(change.key()),
        Kind::Pod => pods::wake_owner(Kind::StatefulSet, change, view, keys),
        _ => {}
    }
}

fn is_running_and_ready(object: &Object) -> bool {
    object.pod().is_some_and(|pod| pod.status.phase == Phase::Running && pod.is_ready())
}

/// A state of the template: its revision's name and the template itself, where it is known.
struct State {
    name: Str,
    template: Option<PodTemplate>,
}

/// One look at a set.
struct Sync<'a> {
    object: &'a Rc<Object>,
    set: &'a StatefulSet,
    view: &'a View,
    now: SimTime,
    plan: Plan,
    /// The wanted ordinals from the first on, each with its Pod.
    replicas: Vec<Option<&'a Rc<Object>>>,
    /// Pods outside the wanted range, highest ordinal first.
    condemned: Vec<&'a Rc<Object>>,
    current: State,
    update: State,
    collisions: i32,
    /// Pods that this look deletes for the update.
    rolled: i32,
}

/// Models pkg/controller/statefulset/stateful_set.go sync and
/// pkg/controller/statefulset/stateful_set_control.go UpdateStatefulSet
pub(super) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(set) = object.stateful_set() else { return plan };
    let revisions = revision::list(object, &set.spec.selector, view);
    revision::adopt(object, &revisions, &mut plan);
    let pods = members::claim(object, set, view, &mut plan);
    let (current, update, collisions) = revise(object, set, &revisions, view, &mut plan);
    let start = first_ordinal(set);
    let wanted = usize::try_from(set.spec.replicas.unwrap_or(1)).unwrap_or(0);
    let mut replicas = vec![None; wanted];
    let mut condemned = Vec::new();
    for (ordinal, pod) in &pods {
        let index = usize::try_from(ordinal - start).ok();
        match index.and_then(|index| replicas.get_mut(index)) {
            Some(slot) => *slot = Some(*pod),
            None => condemned.push(*pod),
        }
    }
    condemned.reverse();
    let rolled = 0;
    let mut sync = Sync {
        object,
        set,
        view,
        now,
        plan,
        replicas,
        condemned,
        current,
        update,
        collisions,
        rolled,
    };
    if !object.meta.is_terminating() {
        // Whatever becomes of it, what was seen is written.
        sync.plan.begin_attempt();
        sync.arrange();
        sync.plan.end_attempt();
    }
    sync.update_status();
    sync.truncate_history(&revisions);
    sync.plan
}

fn first_ordinal(set: &StatefulSet) -> i32 {
    set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start)
}

/// Sees to it that the present template has the newest revision; gives the revision that is
/// being left, the one that is wanted, and how many names were found taken.
///
/// Models pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions
fn revise(
    object: &Rc<Object>,
    set: &StatefulSet,
    revisions: &[&Rc<Object>],
    view: &View,
    plan: &mut Plan,
) -> (State, State, i32) {
    let mut collisions = set.status.collision_count.unwrap_or(0);
    let newest = revisions.last().copied();
    // The spec has not changed since the newest revision was recorded.
    let is_known = set.status.observed_generation == object.meta.generation
        && newest.is_some_and(|one| one.meta.name == set.status.update_revision);
    let update = if is_known {
        set.status.update_revision.clone()
    } else {
        let data = revision::data_of(&set.spec.template);
        let next = newest.map_or(0, |one| revision::number(one)) + 1;
        if let Some(same) = revisions.iter().rev().find(|one| revision::holds(one, &data)) {
            if newest.is_none_or(|one| !revision::holds(one, &data)) {
                // An old state is wanted again: its revision becomes the newest.
                plan.ask(revision::renumber(object, same, next), Rule("STS-REVISION"));
            }
            same.meta.name.clone()
        } else {
            let (made, seen) =
                revision::make(object, &set.spec.template, data, next, collisions, view);
            collisions = seen;
            let name = made.meta.name.clone();
            plan.ask(Action::Create(Rc::new(made)), Rule("STS-REVISION"));
            name
        }
    };
    let known = revisions.iter().find(|one| one.meta.name == set.status.current_revision);
    let current = match known {
        Some(one) if one.meta.name != update => {
            State { name: one.meta.name.clone(), template: revision::template_of(one) }
        }
        _ => State { name: update.clone(), template: None },
    };
    (current, State { name: update, template: None }, collisions)
}

impl<'a> Sync<'a> {
    fn is_monotonic(&self) -> bool {
        &*self.set.spec.pod_management_policy != "Parallel"
    }

    fn partition(&self) -> Option<i32> {
        self.set.spec.update_strategy.rolling_update.as_ref().and_then(|one| one.partition)
    }

    fn is_available(&self, object: &Object) -> bool {
        let seconds = self.set.spec.min_ready_seconds;
        object.pod().is_some_and(|pod| pod.is_available(seconds, self.now))
    }

    /// Models pkg/controller/statefulset/stateful_set_utils.go isUnavailable
    fn is_unavailable(&self, object: &Object) -> bool {
        !self.is_available(object) || object.meta.is_terminating()
    }

    fn wait_for(&mut self, rule: &'static str, pod: &Object) {
        let object = pod.meta.name.clone();
        let generation = self.object.meta.generation;
        self.plan.waiting = Some(Waiting { rule: Rule(rule), object, generation });
    }

    /// The ordinal at an index of `replicas`.
    ///
    /// Differs: beyond 32 bits, where upstream no longer knows its own Pods, it is the last one.
    fn ordinal(&self, index: usize) -> i32 {
        let index = i32::try_from(index).expect("replicas are counted in 32 bits");
        first_ordinal(self.set).saturating_add(index)
    }

    /// Which state a new Pod of this ordinal gets.
    ///
    /// Models pkg/controller/statefulset/stateful_set_utils.go newVersionedStatefulSetPod
    fn state_for(&self, ordinal: i32) -> &State {
        let strategy = &self.set.spec.update_strategy;
        let start = first_ordinal(self.set);
        let is_old = match self.partition() {
            Some(partition) => ordinal < start.saturating_add(partition),
            None => {
                &*strategy.kind == "RollingUpdate"
                    && strategy.rolling_update.is_none()
                    && ordinal < start.saturating_add(self.set.status.current_replicas)
            }
        };
        if is_old { &self.current } else { &self.update }
    }

    /// Whether a wanted ordinal's Pod, or the one that is to be made, has the wanted state.
    fn is_updated(&self, index: usize) -> bool {
        match self.replicas[index] {
            Some(pod) => pod.meta.label(revision::LABEL) == Some(&self.update.name),
            None => self.state_for(self.ordinal(index)).name == self.update.name,
        }
    }

    /// Models pkg/controller/statefulset/stateful_pod_control.go DeleteStatefulPod
    fn deletion(&self, pod: &Object, rule: &'static str) -> Request {
        let key = Key { kind: Kind::Pod, id: pod.meta.id };
        let text =
            format!("Delete Pod {} in StatefulSet {} successful", pod.meta.name, self.name());
        let delete = Action::Delete(key, DeleteOptions::default());
        Request::new(delete, Rule(rule)).then(self.note("SuccessfulDelete", text))
    }

    fn note(&self, reason: &'static str, text: String) -> EventNote {
        EventNote::normal(self.object.reference(), SOURCE, reason, text)
    }

    fn failure(&self, reason: &'static str, text: String) -> EventNote {
        EventNote::warning(self.object.reference(), SOURCE, reason, text)
    }

    fn name(&self) -> &Str {
        &self.object.meta.name
    }

    /// Deletes revisions that nothing uses, oldest first, until only as many are left as wanted.
    ///
    /// Models pkg/controller/statefulset/stateful_set_control.go truncateHistory
    fn truncate_history(&mut self, revisions: &[&'a Rc<Object>]) {
        let Ok(limit) = usize::try_from(self.set.spec.revision_history_limit.unwrap_or(10)) else {
            return;
        };
        if revisions.len() <= limit {
            return;
        }
        let pods = || self.replicas.iter().copied().flatten().chain(self.condemned.iter().copied());
        let is_live = |name: &Str| {
            *name == self.current.name
                || *name == self.update.name
                || pods().any(|pod| pod.meta.label(revision::LABEL) == Some(name))
        };
        let history: Vec<_> = revisions.iter().filter(|one| !is_live(&one.meta.name)).collect();
        for one in &history[..history.len().saturating_sub(limit)] {
            let key = Key { kind: Kind::ControllerRevision, id: one.meta.id };
            let delete = Action::Delete(key, DeleteOptions::default());
            self.plan.ask(delete, Rule("STS-REVISION-LIMIT"));
        }
    }
}

/// Requests of several ordinals side by side: one ordinal first, then two, four, …; within an
/// ordinal one after the other.
///
/// Models pkg/controller/statefulset/stateful_set_control.go slowStartBatch
fn slow_start(mut works: Vec<Vec<Request>>, plan: &mut Plan) {
    const BATCH_MAX: usize = 500;
    works.retain(|work| !work.is_empty());
    let mut rest = works.into_iter().map(Vec::into_iter);
    let mut size = 1;
    loop {
        let mut batch: Vec<_> = rest.by_ref().take(size).collect();
        if batch.is_empty() {
            return;
        }
        loop {
            let layer: Vec<Request> = batch.iter_mut().filter_map(Iterator::next).collect();
            if layer.is_empty() {
                break;
            }
            plan.steps.push(Step::All(layer));
        }
        size = (2 * size).min(BATCH_MAX);
    }
}

#[cfg(test)]
mod tests;
