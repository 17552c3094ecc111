//! The namespace controller: a Namespace goes when all that is in it is gone.
//!
//! Must not know what the objects do. Invariant: Pods go before everything else, and the
//! Namespace itself goes last.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::core::Namespace;
use crate::api::pod::{Condition, Truth, condition};
use crate::api::{Kind, Object};
use crate::base::{PMap, SECOND_US, SimTime, Str};
use crate::server::{Action, Change, DeleteOptions, Key, Part, Patch, View};
use crate::sim::{Plan, Request, Rule, Step};

/// A Namespace is looked at so long after it was touched, so that all servers know of it.
///
/// Models pkg/controller/namespace/namespace_controller.go namespaceDeletionGracePeriod
const PAUSE_SECONDS: u64 = 5;
/// Seconds that are reckoned with where a finalizer holds something back.
const FINALIZER_SECONDS: u64 = 15;
/// What keeps a Namespace until its content is gone.
const FINALIZER: &str = "kubernetes";

/// When each Namespace that is on its way out may be looked at.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(in crate::controllers) struct Pauses(PMap<Key, SimTime>);

pub(super) fn wake(change: &Change, pauses: &mut Pauses, now: SimTime, keys: &mut Vec<Key>) {
    if change.kind != Kind::Namespace {
        return;
    }
    let key = change.key();
    if change.new.as_ref().is_none_or(|new| !new.meta.is_terminating()) {
        pauses.0.remove(&key);
        return;
    }
    pauses.0.insert(key, now.plus_seconds(PAUSE_SECONDS));
    keys.push(key);
}

/// What a Namespace still holds.
#[derive(Default)]
struct Remains {
    resources: BTreeMap<String, usize>,
    finalizers: BTreeMap<Str, usize>,
    seconds: u64,
}

/// Models pkg/controller/namespace/deletion/namespaced_resources_deleter.go Delete
pub(super) fn reconcile(key: Key, view: &View, pauses: &mut Pauses, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key).filter(|one| one.meta.is_terminating()) else {
        return plan;
    };
    let Some(namespace) = object.namespace() else { return plan };
    if let Some(due) = pauses.0.get(&key).filter(|due| **due > now) {
        plan.look_again(due.since_us(now));
        return plan;
    }
    if namespace.spec.finalizers.is_empty() {
        return plan;
    }
    let pods: Vec<&Rc<Object>> = view.table(Kind::Pod).in_namespace(&object.meta.name).collect();
    let content = if pods.is_empty() { rest_of(&object.meta.name, view) } else { pods };
    let remains = remains_of(&content);
    delete(&content, &mut plan);
    set_conditions(object, namespace, &remains, now, &mut plan);
    if content.is_empty() {
        plan.ask(Action::Patch(key, Patch::RemoveFinalizer(FINALIZER.into())), Rule("NS-FINALIZE"));
    } else {
        plan.look_again((remains.seconds / 2 + 1) * SECOND_US);
    }
    plan
}

/// Everything in a namespace but its Pods.
fn rest_of<'a>(namespace: &'a Str, view: &'a View) -> Vec<&'a Rc<Object>> {
    let kinds = Kind::ALL.into_iter();
    let kinds = kinds.filter(|kind| *kind != Kind::Pod && kind.facts().namespaced);
    kinds.flat_map(|kind| view.table(kind).in_namespace(namespace)).collect()
}

/// What will be left after everything was asked to go, and how long that may take.
///
/// Models pkg/controller/namespace/deletion/namespaced_resources_deleter.go
/// deleteAllContentForGroupVersionResource
fn remains_of(content: &[&Rc<Object>]) -> Remains {
    let mut remains = Remains::default();
    for one in content {
        let grace = one.pod().filter(|pod| pod.node().is_some() && !pod.status.phase.is_terminal());
        if grace.is_none() && one.meta.finalizers.is_empty() {
            continue;
        }
        let facts = one.kind().facts();
        let group = facts.api_version.split_once('/').map_or("", |(group, _)| group);
        *remains.resources.entry(format!("{}.{group}", facts.plural)).or_default() += 1;
        for finalizer in one.meta.finalizers.iter() {
            *remains.finalizers.entry(finalizer.clone()).or_default() += 1;
        }
        let seconds = grace.map_or(FINALIZER_SECONDS, |pod| pod.spec.grace().unwrap_or(30).into());
        remains.seconds = remains.seconds.max(seconds);
    }
    remains
}

fn delete(content: &[&Rc<Object>], plan: &mut Plan) {
    let going = content.iter().filter(|one| !one.meta.is_terminating());
    let requests = going.map(|one| {
        let key = Key { kind: one.kind(), id: one.meta.id };
        Request::new(Action::Delete(key, DeleteOptions::default()), Rule("NS-DELETE"))
    });
    let requests: Vec<_> = requests.collect();
    if !requests.is_empty() {
        plan.steps.push(Step::All(requests));
    }
}

/// Models pkg/controller/namespace/deletion/status_condition_utils.go
fn set_conditions(
    object: &Rc<Object>,
    namespace: &Namespace,
    remains: &Remains,
    now: SimTime,
    plan: &mut Plan,
) {
    let list = |counts: &mut dyn Iterator<Item = String>| counts.collect::<Vec<_>>().join(", ");
    let resources = list(
        &mut remains.resources.iter().map(|(name, n)| format!("{name} has {n} resource instances")),
    );
    let finalizers = list(
        &mut remains.finalizers.iter().map(|(name, n)| format!("{name} in {n} resource instances")),
    );
    let fine = |kind, reason, message: &str| (kind, false, reason, message.to_owned());
    let all = [
        fine(
            "NamespaceDeletionDiscoveryFailure",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        fine(
            "NamespaceDeletionGroupVersionParsingFailure",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        fine(
            "NamespaceDeletionContentFailure",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        if resources.is_empty() {
            fine("NamespaceContentRemaining", "ContentRemoved", "All content successfully removed")
        } else {
            let message = format!("Some resources are remaining: {resources}");
            ("NamespaceContentRemaining", true, "SomeResourcesRemain", message)
        },
        if finalizers.is_empty() {
            fine(
                "NamespaceFinalizersRemaining",
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished",
            )
        } else {
            let message =
                format!("Some content in the namespace has finalizers remaining: {finalizers}");
            ("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", message)
        },
    ];
    let mut conditions = namespace.status.conditions.clone();
    for (kind, holds, reason, message) in all {
        put(&mut conditions, kind, holds.into(), reason, message, now);
    }
    if conditions == namespace.status.conditions {
        return;
    }
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    if let Some(body) = new.namespace_mut() {
        body.status.conditions = conditions;
    }
    plan.ask(Action::Update(Rc::new(new), Part::Status), Rule("NS-STATUS"));
}

/// A condition is written when its status, reason or message changed.
fn put(
    conditions: &mut Vec<Condition>,
    kind: &str,
    status: Truth,
    reason: &str,
    message: String,
    now: SimTime,
) {
    let known = condition(conditions, kind);
    let is_same = known.is_some_and(|one| {
        one.status == status
            && one.reason.as_deref() == Some(reason)
            && one.message.as_deref() == Some(&message)
    });
    if is_same {
        return;
    }
    let new = Condition {
        kind: kind.into(),
        status,
        reason: Some(reason.into()),
        message: Some(message.into()),
        last_transition_time: Some(now),
        ..Condition::default()
    };
    match conditions.iter_mut().find(|one| &*one.kind == kind) {
        Some(one) => *one = new,
        None => conditions.push(new),
    }
}
