//! What must hold after every event.
//!
//! Must not know how the engine keeps it. Invariant: each property has a name, and says what
//! broke it.

mod rest;

use std::collections::BTreeMap;

use crate::api::apps::{Deployment, StatefulSet};
use crate::api::pod::{Phase, Truth, condition};
use crate::api::{Body, Kind, Object, ObjectId, OwnerReference, Uid};
use crate::base::{SECOND_US, SimTime, Str};
use crate::cluster::Cluster;
use crate::server::{Change, View};
use crate::sim::{Actor, TraceEntry, What};

/// A property that did not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Its name.
    pub property: &'static str,
    /// What broke it.
    pub what: String,
}

impl Violation {
    pub(super) fn new(property: &'static str, what: impl Into<String>) -> Violation {
        Violation { property, what: what.into() }
    }
}

type Verdict = Result<(), Violation>;

/// Controllers act on what they were told, which may be this old.
const LAG_US: u64 = 3 * SECOND_US;

/// What is remembered from event to event.
#[derive(Default)]
pub struct Invariants {
    seen: u32,
    revision: u64,
    /// When a Pod was last ready.
    ready: BTreeMap<ObjectId, SimTime>,
    /// Since when a Pod has been terminating.
    going: BTreeMap<ObjectId, SimTime>,
    /// By how many Pods a Deployment may exceed its bound since a person changed it.
    surplus: BTreeMap<ObjectId, i32>,
    /// When a person last changed a Deployment.
    changed: BTreeMap<ObjectId, SimTime>,
}

fn fails(property: &'static str, what: String) -> Verdict {
    Err(Violation::new(property, what))
}

impl Invariants {
    /// Looks at what was written since the last look.
    pub fn look(&mut self, cluster: &Cluster) -> Verdict {
        let from = self.seen;
        self.seen = cluster.trace().next();
        for entry in cluster.trace().since(from) {
            self.judge(entry, cluster.model().view())?;
        }
        Ok(())
    }

    /// Looks at one entry of a trace; `view` is the store after it.
    pub fn judge(&mut self, entry: &TraceEntry, view: &View) -> Verdict {
        let What::Write(change) = &entry.what else { return Ok(()) };
        if change.revision <= self.revision {
            let text = format!("revision {} after {}", change.revision, self.revision);
            return fails("resource_version_grows", text);
        }
        self.revision = change.revision;
        owners_have_no_circle(change, view)?;
        generation_never_shrinks(change)?;
        match change.kind {
            Kind::Pod => self.pod(entry, change, view),
            Kind::VolumeAttachment => one_node_a_volume(change, view),
            Kind::ReplicaSet => self.replica_set(entry, change, view),
            Kind::Deployment => {
                self.deployment(entry, change, view);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn pod(&mut self, entry: &TraceEntry, change: &Change, view: &View) -> Verdict {
        let Some(object) = &change.new else {
            self.ready.remove(&change.object().meta.id);
            self.going.remove(&change.object().meta.id);
            return Ok(());
        };
        let Some(pod) = object.pod() else { return Ok(()) };
        let was_ready = change
            .old
            .as_ref()
            .and_then(|old| old.pod())
            .is_some_and(super::super::api::pod::Pod::is_ready);
        if pod.is_ready() || was_ready {
            self.ready.insert(object.meta.id, entry.at);
        }
        let is_bound_now = pod.node().is_some()
            && change.old.as_ref().and_then(|old| old.pod()).is_none_or(|old| old.node().is_none());
        if is_bound_now {
            no_bind_beyond_allocatable(object, view)?;
        }
        if change.old.is_none() {
            self.created(entry, object, view)?;
        }
        let was_going = change.old.as_ref().is_some_and(|old| old.meta.is_terminating());
        if object.meta.is_terminating() && !was_going {
            self.going.insert(object.meta.id, entry.at);
            self.stops_in_order(entry, object, view)?;
        }
        restarts_back_off(entry.at, object)?;
        one_pod_an_address(object, view)
    }

    fn created(&self, entry: &TraceEntry, object: &Object, view: &View) -> Verdict {
        let owner = object.meta.controller().filter(|owner| &*owner.kind == "StatefulSet");
        let Some(owner) = owner else { return Ok(()) };
        let namespace = &object.meta.namespace;
        let found = view.named(Kind::StatefulSet, namespace, &owner.name);
        let Some(set) = found.and_then(|one| one.stateful_set()) else { return Ok(()) };
        one_pod_an_ordinal(object, view)?;
        if &*set.spec.pod_management_policy == "Parallel" {
            return Ok(());
        }
        self.starts_in_order(entry, object, &owner.name, set, view)
    }

    /// Every lower ordinal was ready a moment ago.
    fn starts_in_order(
        &self,
        entry: &TraceEntry,
        object: &Object,
        name: &Str,
        set: &StatefulSet,
        view: &View,
    ) -> Verdict {
        let own = ordinal(&object.meta.name, name).unwrap_or(0);
        let start = set.spec.ordinals.as_ref().map_or(0, |one| one.start);
        for lower in start..own {
            let pod = view.named(Kind::Pod, &object.meta.namespace, &format!("{name}-{lower}"));
            let was = pod.and_then(|pod| self.ready.get(&pod.meta.id));
            let is_well = pod
                .is_some_and(|pod| pod.pod().is_some_and(super::super::api::pod::Pod::is_ready))
                || was.is_some_and(|at| entry.at.since_us(*at) <= LAG_US);
            if !is_well {
                let text =
                    format!("{} was created while {name}-{lower} was not ready", object.meta.name);
                return fails("ordered_start", text);
            }
        }
        Ok(())
    }

    /// Under `OrderedReady` the controller deletes a Pod once none of a higher ordinal is
    /// terminating; a lower one that is doomed too does not hold it up.
    fn stops_in_order(&self, entry: &TraceEntry, object: &Object, view: &View) -> Verdict {
        if entry.actor != Actor::Component("statefulset-controller") {
            return Ok(());
        }
        let Some(owner) = object.meta.controller() else { return Ok(()) };
        let found = view.named(Kind::StatefulSet, &object.meta.namespace, &owner.name);
        let Some(set) = found.and_then(|one| one.stateful_set()) else { return Ok(()) };
        if &*set.spec.pod_management_policy == "Parallel" {
            return Ok(());
        }
        let place = |one: &Object| ordinal(&one.meta.name, &owner.name).unwrap_or(-1);
        let others = view.table(Kind::Pod).owned_by(owner.uid).filter(|one| {
            let since = self.going.get(&one.meta.id);
            place(one) > place(object)
                && since.is_some_and(|since| entry.at.since_us(*since) > LAG_US)
        });
        match others.into_iter().next() {
            Some(other) => {
                let text =
                    format!("{} was deleted while {} goes", object.meta.name, other.meta.name);
                fails("ordered_stop", text)
            }
            None => Ok(()),
        }
    }

    fn deployment(&mut self, entry: &TraceEntry, change: &Change, view: &View) {
        let Some((object, deployment)) =
            change.new.as_ref().and_then(|one| Some((one, one.deployment()?)))
        else {
            return;
        };
        let is_same = change.old.as_ref().and_then(|old| old.deployment()).is_some_and(|old| {
            old.spec.replicas == deployment.spec.replicas
                && old.spec.strategy == deployment.spec.strategy
        });
        if !is_same {
            // What a person asked for may lie below what there is: it can only shrink now.
            let over = asked(object, view) - ceiling(deployment);
            self.surplus.insert(object.meta.id, over.max(0));
            self.changed.insert(object.meta.id, entry.at);
        }
    }

    fn replica_set(&mut self, entry: &TraceEntry, change: &Change, view: &View) -> Verdict {
        let Some(owner) = change.object().meta.controller() else { return Ok(()) };
        let found = view.named(Kind::Deployment, &change.object().meta.namespace, &owner.name);
        let Some(object) = found.filter(|one| one.meta.uid == owner.uid) else { return Ok(()) };
        let Some(deployment) = object.deployment() else { return Ok(()) };
        let is_ours = matches!(&entry.actor, Actor::Component("deployment-controller"));
        let replicas = |one: Option<&std::rc::Rc<Object>>| {
            one.and_then(|one| one.replica_set()).and_then(|set| set.spec.replicas).unwrap_or(0)
        };
        let (before, after) = (replicas(change.old.as_ref()), replicas(change.new.as_ref()));
        if !is_ours || before == after {
            return Ok(());
        }
        let surplus = self.surplus.entry(object.meta.id).or_default();
        let (asked, ceiling) = (asked(object, view), ceiling(deployment));
        let changed = self.changed.get(&object.meta.id);
        if changed.is_some_and(|at| entry.at.since_us(*at) <= LAG_US) {
            // A plan made before the change may still be under way.
            *surplus = (*surplus).max(asked - ceiling);
            return Ok(());
        }
        if after > before && asked > ceiling + *surplus {
            let text = format!("{} asks for {asked} Pods, more than {ceiling}", object.meta.name);
            return fails("replicas_within_surge", text);
        }
        *surplus = (*surplus).min((asked - ceiling).max(0));
        let floor = floor(deployment);
        let is_rolling = &*deployment.spec.strategy.kind != "Recreate" && !deployment.spec.paused;
        if after < before && is_rolling && asked < floor {
            let text =
                format!("{} is left with {asked} Pods, fewer than {floor}", object.meta.name);
            return fails("replicas_above_unavailable", text);
        }
        Ok(())
    }
}

fn desired(deployment: &Deployment) -> i32 {
    deployment.spec.replicas.unwrap_or(1)
}

fn bounds(deployment: &Deployment) -> (i32, i32) {
    if &*deployment.spec.strategy.kind == "Recreate" {
        return (0, desired(deployment));
    }
    let rolling = deployment.spec.strategy.rolling_update.clone().unwrap_or_default();
    let number = |value: Option<crate::api::IntOrString>, up| {
        value.and_then(|value| value.scaled(desired(deployment), up)).unwrap_or(0)
    };
    match (number(rolling.max_surge, true), number(rolling.max_unavailable, false)) {
        (0, 0) => (0, 1),
        bounds => bounds,
    }
}

fn ceiling(deployment: &Deployment) -> i32 {
    desired(deployment) + bounds(deployment).0
}

fn floor(deployment: &Deployment) -> i32 {
    desired(deployment) - bounds(deployment).1
}

/// How many Pods all ReplicaSets of a Deployment ask for.
fn asked(object: &Object, view: &View) -> i32 {
    let sets = view.table(Kind::ReplicaSet).owned_by(object.meta.uid);
    sets.filter_map(|one| one.replica_set()?.spec.replicas).sum()
}

fn ordinal(pod: &str, set: &str) -> Option<i32> {
    pod.strip_prefix(set)?.strip_prefix('-')?.parse().ok()
}

/// Nobody owns itself, through whomever.
fn owners_have_no_circle(change: &Change, view: &View) -> Verdict {
    let Some(object) = &change.new else { return Ok(()) };
    let mut open: Vec<OwnerReference> = object.meta.owner_references.to_vec();
    let mut seen: Vec<Uid> = Vec::new();
    while let Some(owner) = open.pop() {
        if owner.uid == object.meta.uid {
            return fails("owners_have_no_circle", object.meta.name.to_string());
        }
        if seen.contains(&owner.uid) {
            continue;
        }
        seen.push(owner.uid);
        let kind = Kind::from_name(&owner.kind);
        let namespace: &str = if kind.is_some_and(|kind| !kind.facts().namespaced) {
            ""
        } else {
            &object.meta.namespace
        };
        let found = kind.and_then(|kind| view.named(kind, namespace, &owner.name));
        let found = found.filter(|one| one.meta.uid == owner.uid);
        open.extend(found.into_iter().flat_map(|one| one.meta.owner_references.iter().cloned()));
    }
    Ok(())
}

/// A generation counts the changes of what is asked for, and no status is ahead of it.
fn generation_never_shrinks(change: &Change) -> Verdict {
    let Some(new) = &change.new else { return Ok(()) };
    let before = change.old.as_ref().map_or(0, |old| old.meta.generation);
    let told = match &new.body {
        Body::Deployment(one) => one.status.observed_generation,
        Body::ReplicaSet(one) => one.status.observed_generation,
        Body::StatefulSet(one) => one.status.observed_generation,
        Body::DaemonSet(one) => one.status.observed_generation,
        _ => 0,
    };
    if new.meta.generation < before || told > new.meta.generation {
        let text =
            format!("{}: {} after {before}, {told} observed", new.meta.name, new.meta.generation);
        return fails("generation_never_shrinks", text);
    }
    Ok(())
}

/// At most one living Pod for an ordinal, and for a claim of one.
fn one_pod_an_ordinal(object: &Object, view: &View) -> Verdict {
    let table = view.table(Kind::Pod);
    for claim in object.claims() {
        let users = table.using_claim(&object.meta.namespace, &claim);
        if let Some(other) = users.into_iter().find(|one| one.meta.id != object.meta.id) {
            let text = format!("{} and {} both use {claim}", object.meta.name, other.meta.name);
            return fails("one_pod_an_ordinal_and_claim", text);
        }
    }
    Ok(())
}

fn one_node_a_volume(change: &Change, view: &View) -> Verdict {
    let Some(body) = change.new.as_ref().and_then(|one| one.attachment()) else { return Ok(()) };
    let found = view.named(Kind::PersistentVolume, "", &body.volume);
    let is_exclusive = found.and_then(|one| one.volume()).is_some_and(|volume| {
        volume.spec.access_modes.iter().all(|mode| mode.starts_with("ReadWriteOnce"))
    });
    let table = view.table(Kind::VolumeAttachment);
    let nodes: Vec<&Str> = table
        .of_volume(&body.volume)
        .filter_map(|one| one.attachment())
        .filter(|one| one.attached)
        .map(|one| &one.node)
        .collect();
    if is_exclusive && nodes.len() > 1 {
        let text = format!("{} is attached to {nodes:?}", body.volume);
        return fails("one_node_a_volume", text);
    }
    Ok(())
}

fn no_bind_beyond_allocatable(object: &Object, view: &View) -> Verdict {
    let Some(name) = object.pod().and_then(|pod| pod.node()) else { return Ok(()) };
    let Some(node) = view.named(Kind::Node, "", name).and_then(|one| one.node()) else {
        return Ok(());
    };
    let mut sums: BTreeMap<Str, i64> = BTreeMap::new();
    let mut count = 0;
    for pod in view.table(Kind::Pod).on_node(name).filter_map(|one| one.pod()) {
        if pod.status.phase.is_terminal() {
            continue;
        }
        count += 1;
        for (resource, amount) in pod.spec.requests() {
            *sums.entry(resource).or_default() += amount.milli;
        }
    }
    let most = node.status.allocatable.get("pods").map_or(i64::MAX, |one| one.milli / 1_000);
    let over = sums.iter().find(|(resource, sum)| {
        node.status.allocatable.get(*resource).is_some_and(|has| **sum > has.milli)
    });
    if let Some((resource, _)) = over {
        return fails("no_bind_beyond_allocatable", format!("{resource} of {name}"));
    }
    if count > most {
        return fails("no_bind_beyond_allocatable", format!("{count} Pods on {name}"));
    }
    Ok(())
}

/// Whether somebody may reach a Pod at its address.
fn is_reachable(object: &Object, view: &View) -> bool {
    let Some(pod) = object.pod() else { return false };
    let node = pod.node().and_then(|name| view.named(Kind::Node, "", name));
    let is_up = node.and_then(|one| one.node()).is_some_and(|node| {
        condition(&node.status.conditions, "Ready").is_some_and(|one| one.status == Truth::True)
    });
    is_up && pod.status.phase == Phase::Running
}

/// How many restarts come without a pause: the first, those of machines that boot, and those
/// that a probe brings about.
const RESTARTS_FREE: u64 = 20;
/// The shortest pause between two others.
const RESTART_SECONDS: u64 = 5;

/// No container starts again and again without a pause.
fn restarts_back_off(at: SimTime, object: &Object) -> Verdict {
    let (Some(pod), Some(made)) = (object.pod(), object.meta.creation_timestamp) else {
        return Ok(());
    };
    let most = RESTARTS_FREE + at.since_us(made) / SECOND_US / RESTART_SECONDS;
    let status = &pod.status;
    let mut all = status.init_container_statuses.iter().chain(&status.container_statuses);
    match all.find(|one| u64::from(one.restart_count) > most) {
        Some(one) => {
            let (pod, count) = (&object.meta.name, one.restart_count);
            fails("restarts_back_off", format!("{} of {pod} has {count} restarts", one.name))
        }
        None => Ok(()),
    }
}

fn one_pod_an_address(object: &Object, view: &View) -> Verdict {
    let Some(pod) = object.pod() else { return Ok(()) };
    let (Some(address), Some(node)) = (&pod.status.pod_ip, pod.node()) else { return Ok(()) };
    if !is_reachable(object, view) || pod.spec.has_host_network() {
        return Ok(());
    }
    // Addresses are of the node's own range, so only its own Pods could share one.
    let other = view.table(Kind::Pod).on_node(node).find(|one| {
        one.meta.id != object.meta.id
            && is_reachable(one, view)
            && one.pod().and_then(|pod| pod.status.pod_ip.as_ref()) == Some(address)
    });
    match other {
        Some(other) => {
            let text = format!("{} and {} have {address}", object.meta.name, other.meta.name);
            fails("one_pod_an_address", text)
        }
        None => Ok(()),
    }
}
