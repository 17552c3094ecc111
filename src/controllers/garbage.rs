//! The garbage collector: what belonged to somebody who is gone goes too.
//!
//! Must not know what the objects do. Invariant: an object goes only when none of its owners
//! is left.

use std::rc::Rc;

use crate::api::{Kind, Object, OwnerReference, Propagation, Uid};
use crate::base::Order as _;
use crate::server::{Action, Change, DeleteOptions, Key, Patch, View};
use crate::sim::{Plan, Request, Rule, Step};

const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";
/// An owner that others still write is let go only after some tries.
const RETRIES_US: u64 = 40_000;

/// Models pkg/controller/garbagecollector/graph_builder.go processGraphChanges
pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let object = change.object();
    let Some(new) = &change.new else {
        wake_dependents(object.meta.uid, view, keys);
        // An owner that waits in the foreground looks again when a dependent is gone.
        for owner in object.meta.owner_references.iter() {
            if let Some(found) = find(owner, &object.meta.namespace, view)
                && is_waiting(found)
            {
                keys.push(key_of(found));
            }
        }
        return;
    };
    let had = |finalizer| change.old.as_ref().is_some_and(|old| is_leaving(old, finalizer));
    if is_leaving(new, ORPHAN) {
        keys.push(change.key());
    } else if is_leaving(new, FOREGROUND) {
        if !had(FOREGROUND) {
            wake_dependents(new.meta.uid, view, keys);
        }
        keys.push(change.key());
    }
    let before = change.old.as_ref().map(|old| &old.meta.owner_references);
    let has_new_owners = before.is_none_or(|before| *before != new.meta.owner_references);
    if has_new_owners && !new.meta.owner_references.is_empty() {
        keys.push(change.key());
    }
}

/// Everything that names an owner, in the order of its UID: chance, which gave the UIDs, says
/// which of them goes first.
fn dependents(owner: Uid, view: &View) -> Vec<&Rc<Object>> {
    let tables = Kind::ALL.into_iter().filter(|kind| !matches!(kind, Kind::Event | Kind::Node));
    let mut found: Vec<_> = tables.flat_map(|kind| view.table(kind).dependents_of(owner)).collect();
    found.order_by_key(|one| one.meta.uid);
    found
}

fn wake_dependents(owner: Uid, view: &View, keys: &mut Vec<Key>) {
    keys.extend(dependents(owner, view).into_iter().map(|one| key_of(one)));
}

fn key_of(object: &Object) -> Key {
    Key { kind: object.kind(), id: object.meta.id }
}

fn is_leaving(object: &Object, finalizer: &str) -> bool {
    object.meta.is_terminating() && object.meta.has_finalizer(finalizer)
}

/// Whether an owner waits until its dependents are gone.
fn is_waiting(object: &Object) -> bool {
    is_leaving(object, FOREGROUND)
}

fn find<'a>(owner: &OwnerReference, namespace: &str, view: &'a View) -> Option<&'a Rc<Object>> {
    let kind = Kind::from_name(&owner.kind)?;
    let namespace = if kind.facts().namespaced { namespace } else { "" };
    let found = view.named(kind, namespace, &owner.name)?;
    (found.meta.uid == owner.uid).then_some(found)
}

/// What an owner means for its dependent.
#[derive(PartialEq, Eq)]
enum Owner {
    Solid,
    Waiting,
    Gone,
}

/// Models pkg/controller/garbagecollector/garbagecollector.go classifyReferences
fn classify(owner: &OwnerReference, namespace: &str, view: &View) -> Owner {
    // An owner of a kind that only a CustomResourceDefinition knows can't be looked up and
    // counts as there.
    if Kind::from_name(&owner.kind).is_none() {
        return Owner::Solid;
    }
    match find(owner, namespace, view) {
        None => Owner::Gone,
        Some(found) if is_waiting(found) => Owner::Waiting,
        Some(_) => Owner::Solid,
    }
}

/// Models pkg/controller/garbagecollector/garbagecollector.go attemptToDeleteItem
pub(super) fn reconcile(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    if object.meta.is_terminating() {
        if object.meta.has_finalizer(ORPHAN) {
            orphan(key, object, view, &mut plan);
        } else if object.meta.has_finalizer(FOREGROUND) {
            finish(key, object, view, &mut plan);
        }
        return plan;
    }
    let owners = &object.meta.owner_references;
    let kinds: Vec<Owner> =
        owners.iter().map(|owner| classify(owner, &object.meta.namespace, view)).collect();
    if kinds.is_empty() {
        return plan;
    }
    if kinds.contains(&Owner::Solid) {
        let lost = owners.iter().zip(&kinds).filter(|(_, kind)| **kind != Owner::Solid);
        for (owner, _) in lost {
            plan.ask(Action::Patch(key, Patch::RemoveOwner(owner.uid)), Rule("GC-ORPHAN"));
        }
        return plan;
    }
    let is_waited_for = kinds.contains(&Owner::Waiting);
    let propagation = if is_waited_for && !dependents(object.meta.uid, view).is_empty() {
        Propagation::Foreground
    } else {
        Propagation::Background
    };
    let rule = if is_waited_for { Rule("GC-FOREGROUND") } else { Rule("GC-DELETE") };
    plan.ask(Action::Delete(key, DeleteOptions { propagation, ..DeleteOptions::default() }), rule);
    plan
}

/// Dependents lose their owner, then it may go.
///
/// Models pkg/controller/garbagecollector/garbagecollector.go attemptToOrphanWorker
fn orphan(key: Key, object: &Object, view: &View, plan: &mut Plan) {
    let rule = Rule("GC-ORPHAN");
    let patch = Patch::RemoveOwner(object.meta.uid);
    let loose = |one: &Rc<Object>| Request::new(Action::Patch(key_of(one), patch.clone()), rule);
    let requests: Vec<_> = dependents(object.meta.uid, view).into_iter().map(loose).collect();
    if !requests.is_empty() {
        plan.steps.push(Step::All(requests));
        plan.steps.push(Step::Delay(RETRIES_US));
    }
    plan.ask(Action::Patch(key, Patch::RemoveFinalizer(ORPHAN.into())), rule);
}

/// An owner goes when nobody blocks its deletion any longer.
///
/// Models pkg/controller/garbagecollector/garbagecollector.go processDeletingDependentsItem
fn finish(key: Key, object: &Object, view: &View, plan: &mut Plan) {
    let is_blocking = |one: &Object| {
        let mut owners = one.meta.owner_references.iter();
        owners.any(|owner| owner.uid == object.meta.uid && owner.block_owner_deletion == Some(true))
    };
    if !dependents(object.meta.uid, view).into_iter().any(|one| is_blocking(one)) {
        let patch = Patch::RemoveFinalizer(FOREGROUND.into());
        plan.ask(Action::Patch(key, patch), Rule("GC-FOREGROUND"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Body;
    use crate::api::core::ConfigMap;
    use crate::base::{Seed, SimTime};
    use crate::server::{Outcome, Server};

    fn owned(name: &str, owners: &[(&Object, bool)]) -> Object {
        let mut object = Object::new("default", name, Body::ConfigMap(ConfigMap::default()));
        let references = owners.iter().map(|(owner, blocks)| OwnerReference {
            block_owner_deletion: Some(*blocks),
            controller: None,
            ..owner.owner_reference()
        });
        object.meta.owner_references = Rc::new(references.collect());
        object
    }

    fn make(server: &mut Server, object: Object) -> Rc<Object> {
        let made = server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO);
        let Ok(Outcome::Created(object)) = made else { panic!("a new object") };
        object
    }

    fn delete(server: &mut Server, object: &Object, propagation: Propagation) {
        let options = DeleteOptions { propagation, ..DeleteOptions::default() };
        let action = Action::Delete(key_of(object), options);
        server.execute(&action, SimTime::ZERO).expect("it is there");
    }

    /// Looks at every object until nothing is left to do; the names that remain.
    fn settle(server: &mut Server) -> Vec<String> {
        loop {
            let view = server.view().clone();
            let plans: Vec<Plan> = view
                .table(Kind::ConfigMap)
                .iter()
                .map(|one| reconcile(key_of(one), &view))
                .collect();
            let mut is_done = true;
            for step in plans.into_iter().flat_map(|plan| plan.steps) {
                is_done = false;
                let requests = match step {
                    Step::One(request) => vec![*request],
                    Step::All(requests) | Step::SlowStart(requests) => requests,
                    Step::Delay(_) => Vec::new(),
                };
                for request in requests {
                    // What went with another look is not there any more.
                    server.execute(&request.action, SimTime::ZERO).ok();
                }
            }
            if is_done {
                let table = server.view().table(Kind::ConfigMap);
                return table.iter().map(|one| one.meta.name.to_string()).collect();
            }
        }
    }

    #[test]
    fn dependents_go_after_their_owner_and_their_own_after_them() {
        let mut server = Server::new(Seed(1));
        let top = make(&mut server, owned("top", &[]));
        let middle = make(&mut server, owned("middle", &[(&top, true)]));
        make(&mut server, owned("low", &[(&middle, true)]));
        delete(&mut server, &top, Propagation::Background);
        assert!(settle(&mut server).is_empty());
    }

    #[test]
    fn an_object_stays_while_one_owner_is_left_and_forgets_the_other() {
        let mut server = Server::new(Seed(1));
        let one = make(&mut server, owned("one", &[]));
        let other = make(&mut server, owned("other", &[]));
        make(&mut server, owned("both", &[(&one, true), (&other, true)]));
        delete(&mut server, &one, Propagation::Background);
        assert_eq!(settle(&mut server), ["other", "both"]);
        let both = server.view().named(Kind::ConfigMap, "default", "both").expect("it stays");
        assert_eq!(both.meta.owner_references.len(), 1);
    }

    #[test]
    fn an_orphan_loses_its_owner_and_stays() {
        let mut server = Server::new(Seed(1));
        let top = make(&mut server, owned("top", &[]));
        make(&mut server, owned("low", &[(&top, true)]));
        delete(&mut server, &top, Propagation::Orphan);
        assert_eq!(settle(&mut server), ["low"]);
        let low = server.view().named(Kind::ConfigMap, "default", "low").expect("it stays");
        assert!(low.meta.owner_references.is_empty());
    }

    #[test]
    fn in_the_foreground_only_those_that_block_are_waited_for() {
        let mut server = Server::new(Seed(1));
        let top = make(&mut server, owned("top", &[]));
        let mut held = owned("held", &[(&top, true)]);
        held.meta.finalizers = Rc::new(vec!["example.org/hold".into()]);
        let held = make(&mut server, held);
        make(&mut server, owned("free", &[(&top, false)]));
        delete(&mut server, &top, Propagation::Foreground);
        assert_eq!(settle(&mut server), ["top", "held"]);
        let patch = Patch::RemoveFinalizer("example.org/hold".into());
        server.execute(&Action::Patch(key_of(&held), patch), SimTime::ZERO).expect("it is there");
        assert!(settle(&mut server).is_empty());
    }

    #[test]
    fn an_object_whose_owner_never_was_goes() {
        let mut server = Server::new(Seed(1));
        let mut nobody = Object::new("default", "nobody", Body::ConfigMap(ConfigMap::default()));
        nobody.meta.uid = Uid(7);
        make(&mut server, owned("lost", &[(&nobody, true)]));
        assert!(settle(&mut server).is_empty());
    }
}
