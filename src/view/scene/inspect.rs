//! One object looked at closely, and the Events about it, from the store of a moment.
//!
//! Must not know how kubectl prints. Invariant: what is asked of an object that isn't there is
//! empty; the Events about it stay as long as the cluster keeps them.

use std::rc::Rc;

use crate::api::outward::outward;
use crate::api::pod::{ContainerState, ContainerStatus};
use crate::api::{Body, Kind, Object, Value};
use crate::base::{Order as _, SimTime, Str};
use crate::cluster::Cluster;
use crate::view::Identity;
use crate::view::inspect::{ConditionView, ContainerKind, ContainerRun, ContainerView};
use crate::view::scene::containers::is_sidecar;
use crate::view::scene::split_name;
use crate::view::stage::ObjectRef;

/// How far a chain of owners is followed.
const OWNERS_MAX: usize = 8;

/// The object of a name at the present moment.
pub fn found<'a>(cluster: &'a Cluster, object: &ObjectRef) -> Option<&'a Rc<Object>> {
    let kind = Kind::from_name(&object.kind)?;
    cluster.model().view().named(kind, &object.namespace, &object.name)
}

/// The conditions of an object, as its status holds them.
pub fn conditions(object: &Object) -> Vec<ConditionView> {
    let tree = outward(object);
    let held = tree.at("status").and_then(|status| status.at("conditions"));
    let Some(Value::List(held)) = held else { return Vec::new() };
    let text =
        |one: &Value, key: &str| one.at(key).and_then(Value::as_str).unwrap_or_default().into();
    let is_over = object.pod().is_some_and(|pod| pod.status.phase.is_terminal());
    held.iter()
        .map(|one| ConditionView {
            is_over,
            kind: text(one, "type"),
            status: text(one, "status"),
            reason: text(one, "reason"),
            message: text(one, "message"),
            since_us: one
                .at("lastTransitionTime")
                .and_then(Value::as_str)
                .and_then(SimTime::parse)
                .map(|at| at.0),
        })
        .collect()
}

/// The containers of a Pod; those that run first come before the others.
pub fn containers(object: &Object) -> Vec<ContainerView> {
    let Some(pod) = object.pod() else { return Vec::new() };
    let view = |status: &ContainerStatus, is_first: bool| ContainerView {
        name: status.name.clone(),
        kind: match (is_first, is_sidecar(&pod.spec, &status.name)) {
            (false, _) => ContainerKind::Main,
            (true, false) => ContainerKind::Init,
            (true, true) => ContainerKind::Sidecar,
        },
        restarts: status.restart_count,
        now: run(&status.state),
        last: Some(run(&status.last_state)).filter(|last| *last != ContainerRun::Unknown),
    };
    let first = pod.status.init_container_statuses.iter().map(|one| view(one, true));
    first.chain(pod.status.container_statuses.iter().map(|one| view(one, false))).collect()
}

fn run(state: &ContainerState) -> ContainerRun {
    let text = |message: &Option<Str>| message.clone().unwrap_or_default();
    match state {
        ContainerState::None => ContainerRun::Unknown,
        ContainerState::Running { started_at } => ContainerRun::Running { since_us: started_at.0 },
        ContainerState::Waiting { reason, message } => {
            ContainerRun::Waiting { reason: reason.clone(), message: text(message) }
        }
        ContainerState::Terminated { exit_code, reason, message, finished_at, .. } => {
            ContainerRun::Ended {
                reason: reason.clone(),
                exit_code: *exit_code,
                at_us: finished_at.map(|at| at.0),
                message: text(message),
            }
        }
    }
}

/// Why a Pod as a whole failed, in a word and a sentence.
pub fn failure(object: &Object) -> Option<(Str, Str)> {
    let status = &object.pod()?.status;
    let reason = status.reason.clone()?;
    Some((reason, status.message.clone().unwrap_or_default()))
}

/// Who owns an object, the nearest first; an owner that is gone ends the chain.
pub fn owners(cluster: &Cluster, object: &Object) -> Vec<ObjectRef> {
    let mut chain = Vec::new();
    let mut at = Some(object);
    while let Some(owned) = at.filter(|_| chain.len() < OWNERS_MAX) {
        let references = &owned.meta.owner_references;
        let Some(owner) = owned.meta.controller().or(references.first()) else { break };
        let namespaced = Kind::from_name(&owner.kind).is_none_or(|kind| kind.facts().namespaced);
        let namespace = if namespaced { &*owned.meta.namespace } else { "" };
        let named = ObjectRef::new(&owner.kind, namespace, &owner.name);
        at = found(cluster, &named).map(|one| &**one);
        chain.push(named);
    }
    chain
}

/// The Events about an object, or all of them; the one that was told last is the last.
pub fn events<'a>(cluster: &'a Cluster, about: Option<&ObjectRef>) -> Vec<&'a Rc<Object>> {
    let is_meant = |one: &&Rc<Object>| {
        let Body::Event(event) = &one.body else { return false };
        about.is_none_or(|object| *object == named(&event.about))
    };
    let mut events: Vec<_> =
        cluster.model().view().table(Kind::Event).iter().filter(is_meant).collect();
    events.order_by_key(|one| told_at(one));
    events
}

/// When an Event was told last.
pub fn told_at(object: &Object) -> SimTime {
    match &object.body {
        Body::Event(event) => event.series.as_ref().map_or(event.last, |series| series.last),
        _ => SimTime::ZERO,
    }
}

/// How often an Event was told.
pub fn told_times(object: &Object) -> u32 {
    match &object.body {
        Body::Event(event) => event.series.as_ref().map_or(event.count, |one| one.count).max(1),
        _ => 0,
    }
}

/// The shape of an object; a Pod has its owner's, also when it is gone and its StatefulSet isn't.
pub fn identity(cluster: &Cluster, object: &ObjectRef) -> Identity {
    if &*object.kind != "Pod" {
        return Identity::of_kind(&object.kind);
    }
    if let Some(pod) = found(cluster, object) {
        let owner = pod.meta.controller();
        return owner.map_or(Identity::Stateless, |owner| Identity::of_kind(&owner.kind));
    }
    let (set, ordinal) = split_name(&object.name);
    let set = ObjectRef::new("StatefulSet", &object.namespace, set);
    let is_its = ordinal.parse::<u32>().is_ok() && found(cluster, &set).is_some();
    if is_its { Identity::Stateful } else { Identity::Stateless }
}

/// What an Event is about, by name.
pub fn about(object: &Object) -> ObjectRef {
    match &object.body {
        Body::Event(event) => named(&event.about),
        _ => ObjectRef::default(),
    }
}

fn named(about: &crate::api::ObjectRef) -> ObjectRef {
    ObjectRef::new(about.kind.name(), &about.namespace, &about.name)
}
