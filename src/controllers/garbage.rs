//! The garbage collector: what belonged to somebody who is gone goes too.
//!
//! Must not know what the objects do. Invariant: an object goes only when none of its owners
//! is left.

use std::rc::Rc;

use crate::api::{Kind, Object, OwnerReference};
use crate::server::{Action, Change, DeleteOptions, Key, Patch, View};
use crate::sim::{Plan, Rule};

/// Kinds that are owned by others.
const DEPENDENTS: [Kind; 5] = [
    Kind::Pod,
    Kind::ReplicaSet,
    Kind::ControllerRevision,
    Kind::EndpointSlice,
    Kind::PersistentVolumeClaim,
];
const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let object = change.object();
    if object.meta.is_terminating()
        && (object.meta.has_finalizer(ORPHAN) || object.meta.has_finalizer(FOREGROUND))
    {
        keys.push(change.key());
    }
    if change.new.is_none() {
        for kind in DEPENDENTS {
            let dependents = view.table(kind).owned_by(object.meta.uid);
            keys.extend(dependents.map(|one| Key { kind, id: one.meta.id }));
        }
        // An owner that waits in the foreground looks again when a dependent is gone.
        for owner in object.meta.owner_references.iter() {
            if let Some((kind, found)) = find(owner, &object.meta.namespace, view)
                && found.meta.has_finalizer(FOREGROUND)
            {
                keys.push(Key { kind, id: found.meta.id });
            }
        }
    } else if change.old.is_none() && !object.meta.owner_references.is_empty() {
        keys.push(change.key());
    }
}

fn find<'a>(
    owner: &OwnerReference,
    namespace: &str,
    view: &'a View,
) -> Option<(Kind, &'a Rc<Object>)> {
    let kind = Kind::from_name(&owner.kind)?;
    let namespace = if kind.facts().namespaced { namespace } else { "" };
    let found = view.named(kind, namespace, &owner.name)?;
    (found.meta.uid == owner.uid).then_some((kind, found))
}

/// Models pkg/controller/garbagecollector/garbagecollector.go attemptToDeleteItem
pub(super) fn reconcile(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    if object.meta.is_terminating() {
        finish(key, object, view, &mut plan);
        return plan;
    }
    let owners = &object.meta.owner_references;
    if owners.is_empty() {
        return plan;
    }
    let knows = |owner: &OwnerReference| {
        // An owner of a kind that is not simulated can't be looked up and counts as there.
        Kind::from_name(&owner.kind).is_none()
            || find(owner, &object.meta.namespace, view).is_some_and(|(_, found)| {
                !(found.meta.is_terminating() && found.meta.has_finalizer(FOREGROUND))
            })
    };
    if !owners.iter().any(knows) {
        plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("GC-DELETE"));
    }
    plan
}

fn finish(key: Key, object: &Object, view: &View, plan: &mut Plan) {
    let mut dependents = DEPENDENTS
        .into_iter()
        .flat_map(|kind| view.table(kind).owned_by(object.meta.uid))
        .collect::<Vec<_>>();
    if object.meta.has_finalizer(ORPHAN) {
        for one in dependents {
            let key = Key { kind: one.kind(), id: one.meta.id };
            plan.ask(Action::Patch(key, Patch::RemoveOwner(object.meta.uid)), Rule("GC-ORPHAN"));
        }
        plan.ask(Action::Patch(key, Patch::RemoveFinalizer(ORPHAN.into())), Rule("GC-ORPHAN"));
    } else if object.meta.has_finalizer(FOREGROUND) {
        if dependents.is_empty() {
            let patch = Patch::RemoveFinalizer(FOREGROUND.into());
            plan.ask(Action::Patch(key, patch), Rule("GC-FOREGROUND"));
        }
        dependents.retain(|one| !one.meta.is_terminating());
        for one in dependents {
            let key = Key { kind: one.kind(), id: one.meta.id };
            plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("GC-FOREGROUND"));
        }
    }
}
