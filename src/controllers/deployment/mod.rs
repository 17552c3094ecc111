//! Deployment: one ReplicaSet for each template, and the way from one to the next.
//!
//! Must not know Pods' names or nodes. Invariant: during a rolling update there are never
//! more than desired + maxSurge Pods asked for, nor fewer than desired − maxUnavailable kept
//! available by its own doing.

mod recreate;
mod revision;
mod rolling;
mod scale;
mod status;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::api::apps::{Deployment, DeploymentStatus};
use crate::api::{Kind, Object};
use crate::base::{Order as _, SimTime};
use crate::controllers::pods;
use crate::server::{Action, Change, EventNote, Key, Part, Patch, View};
use crate::sim::{Plan, Rule};

const SOURCE: &str = "deployment-controller";

pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::Deployment => keys.push(change.key()),
        Kind::ReplicaSet => pods::wake_owner(Kind::Deployment, change, view, keys),
        // A gone Pod matters to Recreate, which waits until all old ones are gone.
        Kind::Pod if change.new.is_none() => {
            let namespace = &change.object().meta.namespace;
            let of = |kind, object: &Object| {
                let owner = object.meta.controller()?;
                view.named(kind, namespace, &owner.name).cloned()
            };
            let found = of(Kind::ReplicaSet, change.object())
                .and_then(|set| of(Kind::Deployment, &set))
                .filter(|one| one.deployment().is_some_and(is_recreate));
            keys.extend(found.map(|one| Key { kind: Kind::Deployment, id: one.meta.id }));
        }
        _ => {}
    }
}

fn is_recreate(deployment: &Deployment) -> bool {
    &*deployment.spec.strategy.kind == "Recreate"
}

/// One look at a Deployment.
struct Sync<'a> {
    object: &'a Rc<Object>,
    deployment: &'a Deployment,
    view: &'a View,
    now: SimTime,
    plan: Plan,
    /// Whether this look has written the status. What it would write after that would be
    /// refused, since what it read is out of date; its own write brings the next look.
    has_written: bool,
}

/// Models pkg/controller/deployment/deployment_controller.go syncDeployment
pub(super) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let Some(object) = view.object(key) else { return Plan::rest() };
    let Some(deployment) = object.deployment() else { return Plan::rest() };
    let plan = Plan::rest();
    let mut sync = Sync { object, deployment, view, now, plan, has_written: false };
    let sets = sync.claim();
    if object.meta.is_terminating() {
        let (new, _) = sync.split(&sets);
        sync.write_status(new, &sets, false);
        return sync.plan;
    }
    sync.note_pause();
    if deployment.spec.paused {
        sync.scale_or_pause(&sets);
        return sync.plan;
    }
    let (new, old) = sync.split(&sets);
    if let Some(new) = new
        && !sync.renew(new, &old)
    {
        // The ReplicaSet that was just renewed is out of date here: the next look goes on.
        return sync.plan;
    }
    if sync.is_scaling_event(&sets) {
        sync.scale_or_pause(&sets);
    } else if is_recreate(deployment) {
        sync.recreate(new, &old, &sets);
    } else {
        sync.roll(new, &old, &sets);
    }
    sync.plan
}

fn replicas(set: &Object) -> i32 {
    set.replica_set().and_then(|set| set.spec.replicas).unwrap_or(0)
}

fn available(set: &Object) -> i32 {
    set.replica_set().map_or(0, |set| set.status.available_replicas)
}

fn total<'a>(sets: impl IntoIterator<Item = &'a Rc<Object>>, count: fn(&Object) -> i32) -> i32 {
    // Sums of 32 bits wrap, as Go's do.
    sets.into_iter().fold(0, |sum, set| sum.wrapping_add(count(set)))
}

/// Older first, as far as the API's times tell: whole seconds, then names.
///
/// Models pkg/controller/controller_utils.go ReplicaSetsByCreationTimestamp
fn age_order(set: &Object) -> (u64, crate::base::Str) {
    let seconds = set.meta.creation_timestamp.map_or(0, SimTime::seconds);
    (seconds, set.meta.name.clone())
}

impl<'a> Sync<'a> {
    fn desired(&self) -> i32 {
        self.deployment.spec.replicas.unwrap_or(1)
    }

    /// How many Pods there may be above, and how many may be missing below the desired number.
    fn bounds(&self) -> (i32, i32) {
        if is_recreate(self.deployment) { (0, 0) } else { self.deployment.spec.fenceposts() }
    }

    /// The ReplicaSets of this Deployment, oldest first: those that it controls, less those
    /// that it lets go, and those that it adopts.
    ///
    /// Models pkg/controller/controller_ref_manager.go ClaimReplicaSets
    fn claim(&mut self) -> Vec<&'a Rc<Object>> {
        let table = self.view.table(Kind::ReplicaSet);
        let selector = &self.deployment.spec.selector;
        let is_terminating = self.object.meta.is_terminating();
        let mut sets = Vec::new();
        for set in table.owned_by(self.object.meta.uid) {
            if selector.is_met_by(&set.meta.labels) {
                sets.push(set);
            } else if !is_terminating {
                let patch = Patch::RemoveOwner(self.object.meta.uid);
                self.plan.ask(Action::Patch(key_of(set), patch), Rule("OWN-RELEASE"));
            }
        }
        if !is_terminating {
            for set in table.orphans_in(&self.object.meta.namespace) {
                if set.meta.is_terminating() || !selector.is_met_by(&set.meta.labels) {
                    continue;
                }
                let patch = Patch::SetOwner(self.object.owner_reference());
                self.plan.ask(Action::Patch(key_of(set), patch), Rule("OWN-ADOPT"));
                sets.push(set);
            }
        }
        sets.order_by_key(|set| age_order(set));
        sets
    }

    /// The ReplicaSet of the present template, and the others, oldest first.
    ///
    /// Models pkg/controller/deployment/util/deployment_util.go FindNewReplicaSet
    fn split(&self, sets: &[&'a Rc<Object>]) -> (Option<&'a Rc<Object>>, Vec<&'a Rc<Object>>) {
        let template = &self.deployment.spec.template;
        let new = sets.iter().copied().find(|set| {
            let body = set.replica_set();
            body.is_some_and(|set| set.spec.template.is_same_but_hash(template))
        });
        let old = sets.iter().copied().filter(|set| new.is_none_or(|n| n.meta.id != set.meta.id));
        (new, old.collect())
    }

    /// Writes the Deployment's status, and its annotations with it.
    fn put_status(&mut self, status: DeploymentStatus, revision: Option<&str>) {
        if self.has_written {
            return;
        }
        self.has_written = true;
        let mut object = Object::clone(self.object);
        if let Some(body) = object.deployment_mut() {
            body.status = status;
        }
        if let Some(revision) = revision {
            object.meta.annotate(revision::REVISION, revision);
        }
        self.plan.ask(Action::Update(Rc::new(object), Part::Status), Rule("DEPLOY-STATUS"));
    }

    fn note(&self, reason: &'static str, text: String) -> EventNote {
        EventNote::normal(self.object.reference(), SOURCE, reason, text)
    }
}

fn key_of(object: &Object) -> Key {
    Key { kind: object.kind(), id: object.meta.id }
}
