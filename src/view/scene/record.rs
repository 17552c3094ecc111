//! What the trace says of Pods, disks and nodes, read once and kept.
//!
//! Must not know pixels or words. Invariant: a record holds what the trace holds up to the entry
//! that it has read, and is read anew when the trace was cut.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::pod::{Phase, condition};
use crate::api::{Body, Kind, Object, ObjectId};
use crate::base::Str;
use crate::cluster::Cluster;
use crate::server::{Change, View};
use crate::sim::{Actor, What};
use crate::view::ledger::Incarnation;
use crate::view::scene::disks::is_tied;
use crate::view::scene::refused::Refusals;
use crate::view::scene::rollouts::{is_retold, is_rolled_out};
use crate::view::scene::stage::{has_record, state_of};
use crate::view::scene::{lane_of, split_name, split_of};
use crate::view::stage::{LaneKind, PodState, RefusalView};
use crate::view::timeline::Level;

/// A workload by kind, namespace and name.
pub(super) type Lane = (LaneKind, Str, String);

/// One Pod from its creation to its end.
#[derive(Clone)]
pub(super) struct Lived {
    pub(super) object: Rc<Object>,
    pub(super) lane: Lane,
    pub(super) from_us: u64,
    /// When its sandbox had which address: all the while its volumes are mounted. One that goes
    /// keeps the last.
    pub(super) ips: Vec<(Spell, Str)>,
    /// When it had lost its sandbox and was not ready again.
    pub(super) anew: Vec<Spell>,
    pub(super) ready_us: Option<u64>,
    pub(super) deleted_us: Option<u64>,
    /// Whether what made it let it go, having one more than it was to have.
    pub(super) is_spared: bool,
    /// When its containers had ended for good.
    pub(super) done_us: Option<u64>,
    pub(super) end_us: Option<u64>,
    /// When it could not be placed or mount its volumes, or a container failed again and again,
    /// could not start or had no image.
    pub(super) failing: Vec<Spell>,
    /// Whether an Event told that a volume could not be attached or mounted.
    lacks_volume: bool,
    /// Times when readiness changed, and to what.
    pub(super) readiness: Vec<(u64, bool)>,
}

/// From when to when; none while it lasts.
pub(super) type Spell = (u64, Option<u64>);

/// One claim from its creation to its end.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) object: Rc<Object>,
    pub(super) from_us: u64,
    pub(super) end_us: Option<u64>,
    /// When its volume was attached, and to which node.
    pub(super) attached: BTreeMap<Str, Vec<Spell>>,
}

/// One node.
#[derive(Clone, Default)]
pub(super) struct Stood {
    pub(super) name: Str,
    pub(super) from_us: u64,
    pub(super) end_us: Option<u64>,
    /// When its machine was down.
    pub(super) down: Vec<Spell>,
    /// When the cluster did not take it for ready, its absence too.
    pub(super) unready: Vec<Spell>,
}

/// What a workload's status said of its Pods.
#[derive(Clone, Default)]
pub(super) struct Counted {
    /// How many were ready, from which moment on.
    pub(super) ready: Vec<Level>,
    /// Whether its number was changed and isn't reached yet.
    pub(super) is_scaling: bool,
    /// Whether it got another template that not all its Pods have yet; DaemonSets only.
    pub(super) is_rolling: bool,
    /// How many a person, an autoscaler or the number of nodes asked for, from which moment on.
    pub(super) wanted: Vec<Level>,
    /// When a larger number was asked for last.
    pub(super) grown_us: Option<u64>,
}

/// A workload's numbers at one moment.
struct Count {
    /// How many the spec asks for; of a DaemonSet, how many nodes are to have one.
    wanted: Option<i32>,
    ready: i32,
    /// Whether the controller has seen the spec and there are as many as it asks for.
    is_reached: bool,
}

impl Count {
    fn of(object: &Object) -> Option<Self> {
        let is_seen = |observed: u64| observed >= object.meta.generation;
        let scaled = |wanted: Option<i32>, there: i32, ready: i32, observed: u64| Self {
            wanted,
            ready,
            is_reached: is_seen(observed) && wanted.unwrap_or(1) == there,
        };
        Some(match &object.body {
            Body::Deployment(one) => {
                let status = &one.status;
                let (there, seen) = (status.replicas, status.observed_generation);
                scaled(one.spec.replicas, there, status.ready_replicas, seen)
            }
            Body::StatefulSet(one) => {
                let status = &one.status;
                let (there, seen) = (status.replicas, status.observed_generation);
                scaled(one.spec.replicas, there, status.ready_replicas, seen)
            }
            Body::ReplicaSet(one) | Body::ReplicationController(one) => {
                let status = &one.status;
                let (there, seen) = (status.replicas, status.observed_generation);
                scaled(one.spec.replicas, there, status.ready_replicas, seen)
            }
            Body::DaemonSet(one) => {
                let wanted = Some(one.status.desired_number_scheduled);
                Self { wanted, ready: one.status.number_ready, is_reached: true }
            }
            _ => return None,
        })
    }
}

/// The controllers that delete a Pod only when they have more than they are to have.
const SCALERS: [&str; 2] = ["replicaset-controller", "replication-controller"];

/// What was read so far.
#[derive(Clone, Default)]
pub struct Record {
    read: u32,
    turns: u64,
    pub(super) pods: Vec<Lived>,
    pods_by_id: BTreeMap<ObjectId, usize>,
    pub(super) disks: Vec<Kept>,
    disks_by_id: BTreeMap<ObjectId, usize>,
    /// Which claim a volume is bound to.
    claims: BTreeMap<Str, (Str, Str)>,
    pub(super) nodes: Vec<Stood>,
    /// The workloads whose status counts their Pods, by kind, namespace and name.
    counted: BTreeMap<(&'static str, Str, Str), Counted>,
    refusals: Refusals,
}

impl Record {
    /// A record of everything up to the present moment.
    pub fn of(cluster: &Cluster) -> Self {
        let mut record = Self::default();
        record.read(cluster);
        record
    }

    /// Reads what was added to the trace since. A record belongs to one run: it must not be read
    /// on from another.
    pub fn read(&mut self, cluster: &Cluster) {
        let trace = cluster.trace();
        if self.turns != cluster.turns() || self.read > trace.next() {
            *self = Self { turns: cluster.turns(), ..Self::default() };
        }
        let view = cluster.model().view();
        for entry in trace.since(self.read) {
            let at_us = entry.at.0;
            match (&entry.what, &entry.actor) {
                (What::Write(change), actor) => self.write(change, actor, at_us, view),
                (What::Machine(is_up), Actor::Machine(node)) => self.machine(node, *is_up, at_us),
                _ => {}
            }
        }
        self.read = trace.next();
        for one in view.table(Kind::Node).iter() {
            self.node(&one.meta.name);
        }
    }

    fn node(&mut self, name: &Str) -> &mut Stood {
        let found = self.nodes.iter().rposition(|one| one.name == *name && one.end_us.is_none());
        let at = found.unwrap_or_else(|| {
            self.nodes.push(Stood { name: name.clone(), ..Stood::default() });
            self.nodes.len() - 1
        });
        &mut self.nodes[at]
    }

    /// A machine that comes up may be another of the same name: nothing is lost any more.
    fn machine(&mut self, name: &Str, is_up: bool, at_us: u64) {
        if !is_up {
            switch(&mut self.node(name).down, true, at_us);
        }
        for one in self.nodes.iter_mut().filter(|one| is_up && one.name == *name) {
            switch(&mut one.down, false, at_us);
        }
    }

    fn node_written(&mut self, change: &Change, at_us: u64) {
        let name = &change.object().meta.name;
        if change.old.is_none() {
            for before in self.nodes.iter_mut().filter(|one| one.name == *name) {
                switch(&mut before.unready, false, at_us);
            }
            let is_down = self.is_down(name);
            let node = self.node(name);
            node.from_us = at_us;
            if is_down {
                switch(&mut node.down, true, at_us);
            }
        }
        let is_ready = change
            .new
            .as_ref()
            .is_some_and(|one| one.node().is_some_and(crate::api::core::Node::is_ready));
        let node = self.node(name);
        switch(&mut node.unready, !is_ready, at_us);
        if change.new.is_none() {
            node.end_us = Some(at_us);
        }
    }

    fn is_down(&self, name: &Str) -> bool {
        let mine = self.nodes.iter().filter(|one| one.name == *name);
        mine.filter_map(|one| one.down.last()).any(|(_, until)| until.is_none())
    }

    /// Whether there ever was a node of this name.
    pub(super) fn knows_node(&self, name: &str) -> bool {
        self.nodes.iter().any(|one| &*one.name == name)
    }

    /// When the cluster did not take the node of this name for ready.
    pub(super) fn unready(&self, name: &str) -> Vec<Spell> {
        let mine = self.nodes.iter().filter(|one| &*one.name == name);
        mine.flat_map(|one| one.unready.iter().copied()).collect()
    }

    fn write(&mut self, change: &Change, actor: &Actor, at_us: u64, view: &View) {
        match change.kind {
            Kind::Pod => {
                self.refusals.made(change);
                self.pod(change, actor, at_us, view);
            }
            Kind::PersistentVolumeClaim => self.claim(change, at_us),
            Kind::VolumeAttachment => self.attachment(change, at_us),
            Kind::Event => {
                self.refusals.note(change);
                self.event(change, at_us);
            }
            Kind::PersistentVolume => {
                let bound = change.object().volume().and_then(|one| one.spec.claim_ref.clone());
                if let Some(claim) = bound {
                    let claim = (claim.namespace.clone(), claim.name.clone());
                    self.claims.insert(change.object().meta.name.clone(), claim);
                }
            }
            Kind::Deployment
            | Kind::ReplicaSet
            | Kind::ReplicationController
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Job => {
                if change.kind == Kind::ReplicaSet {
                    self.hand_over(change);
                }
                self.refusals.settle(change);
                self.count(change, at_us);
            }
            Kind::Node => self.node_written(change, at_us),
            _ => {}
        }
    }

    /// What the API server refused to a workload whose conditions don't say so.
    pub(super) fn refusal(
        &self,
        kind: LaneKind,
        namespace: &str,
        name: &str,
    ) -> Option<&RefusalView> {
        self.refusals.of(kind.kind(), namespace, name)
    }

    /// What is known of a workload by its status, if its kind has one that counts ready Pods.
    pub(super) fn counted(&self, kind: LaneKind, namespace: &str, name: &str) -> Option<&Counted> {
        self.counted.get(&(kind.kind(), namespace.into(), name.into()))
    }

    /// The Pods of a ReplicaSet that its Deployment left behind, or that one has adopted.
    fn hand_over(&mut self, change: &Change) {
        let (Some(old), Some(new)) = (&change.old, &change.new) else { return };
        if old.meta.controller() == new.meta.controller() {
            return;
        }
        let (kind, name) = match new.meta.controller() {
            Some(above) => (LaneKind::Deployment, &above.name),
            None => (LaneKind::ReplicaSet, &new.meta.name),
        };
        let mine = |life: &&mut Lived| {
            life.end_us.is_none() && life.object.meta.is_controlled_by(new.meta.uid)
        };
        for life in self.pods.iter_mut().filter(mine) {
            life.lane = (kind, new.meta.namespace.clone(), name.to_string());
        }
    }

    fn count(&mut self, change: &Change, at_us: u64) {
        let meta = &change.object().meta;
        if meta.controller().is_some() {
            return;
        }
        let key = (change.kind.facts().name, meta.namespace.clone(), meta.name.clone());
        let counted = self.counted.entry(key).or_default();
        let before = change.old.as_ref().and_then(|one| Count::of(one));
        let now = change.new.as_ref().and_then(|one| Count::of(one));
        let is_reached = now.as_ref().is_none_or(|one| one.is_reached);
        let is_changed =
            |before: &Count| now.as_ref().is_some_and(|now| now.wanted != before.wanted);
        if is_reached {
            counted.is_scaling = false;
        } else if before.as_ref().is_some_and(is_changed) {
            counted.is_scaling = true;
        }
        if let Some(new) = &change.new {
            let is_done = new.daemon_set().is_none_or(|set| is_rolled_out(new, set));
            let is_new = change.old.as_ref().is_some_and(|old| is_retold(old, new));
            counted.is_rolling = !is_done && (counted.is_rolling || is_new);
        }
        let wanted = |one: &Option<Count>| one.as_ref().map(|one| one.wanted.unwrap_or(1));
        if before.is_some() && wanted(&before) < wanted(&now) {
            counted.grown_us = Some(at_us);
        }
        // Of what is gone nothing is asked for.
        let value = u32::try_from(wanted(&now).unwrap_or(0)).unwrap_or(0);
        if counted.wanted.last().is_none_or(|last| last.value != value) {
            counted.wanted.push(Level { at_us, value });
        }
        let value = now.map_or(0, |one| u32::try_from(one.ready).unwrap_or(0));
        match counted.ready.last_mut() {
            Some(last) if last.value == value => {}
            Some(last) if last.at_us == at_us => last.value = value,
            Some(_) => counted.ready.push(Level { at_us, value }),
            None if value == 0 || at_us == 0 => counted.ready.push(Level { at_us: 0, value }),
            None => counted.ready.extend([Level { at_us: 0, value: 0 }, Level { at_us, value }]),
        }
    }

    fn pod(&mut self, change: &Change, actor: &Actor, at_us: u64, view: &View) {
        let object = change.object();
        let pods = &mut self.pods;
        let index = *self.pods_by_id.entry(object.meta.id).or_insert_with(|| {
            let (kind, name) = lane_of(object, view);
            pods.push(Lived {
                object: Rc::clone(object),
                lane: (kind, object.meta.namespace.clone(), name),
                from_us: at_us,
                ips: Vec::new(),
                anew: Vec::new(),
                ready_us: None,
                deleted_us: None,
                is_spared: false,
                done_us: None,
                end_us: None,
                failing: Vec::new(),
                lacks_volume: false,
                readiness: Vec::new(),
            });
            pods.len() - 1
        });
        let life = &mut pods[index];
        life.object = Rc::clone(object);
        if change.old.as_ref().is_some_and(|old| old.meta.controller() != object.meta.controller())
        {
            let (kind, name) = lane_of(object, view);
            life.lane = (kind, object.meta.namespace.clone(), name);
        }
        let is_ready = change
            .new
            .as_ref()
            .is_some_and(|one| one.pod().is_some_and(crate::api::pod::Pod::is_ready));
        if is_ready {
            life.ready_us.get_or_insert(at_us);
        }
        if life.readiness.last().is_some_and(|(_, was)| *was) != is_ready {
            life.readiness.push((at_us, is_ready));
        }
        let is_over = object.pod().is_some_and(|pod| pod.status.phase.is_terminal());
        let is_going = object.meta.is_terminating() || change.new.is_none();
        match object.pod().and_then(|pod| pod.status.pod_ip.clone()) {
            Some(ip) => life.take_ip(ip, at_us),
            None if is_over || is_going => {}
            None => life.lose_ip(at_us),
        }
        if is_ready {
            switch(&mut life.anew, false, at_us);
        }
        let failing = change.new.as_ref().is_some_and(|one| life.lacks_volume || is_failing(one));
        switch(&mut life.failing, failing, at_us);
        if is_going && life.deleted_us.is_none() {
            life.deleted_us = Some(at_us);
            life.is_spared = matches!(actor, Actor::Component(name) if SCALERS.contains(name));
        }
        if is_over {
            life.done_us.get_or_insert(at_us);
        }
        if change.new.is_none() {
            life.end_us = Some(at_us);
        }
    }

    /// That a volume is not there only an Event tells.
    fn event(&mut self, change: &Change, at_us: u64) {
        let Some(event) = change.new.as_ref().and_then(|one| one.event()) else { return };
        if !["FailedAttachVolume", "FailedMount"].contains(&&*event.reason) {
            return;
        }
        let about = &event.about;
        let found = self.pods.iter_mut().rev().find(|one| {
            let meta = &one.object.meta;
            meta.name == about.name && meta.namespace == about.namespace
        });
        if let Some(life) = found.filter(|one| one.ip().is_none() && one.end_us.is_none()) {
            life.lacks_volume = true;
            switch(&mut life.failing, true, at_us);
        }
    }

    fn claim(&mut self, change: &Change, at_us: u64) {
        let object = change.object();
        let disks = &mut self.disks;
        let index = *self.disks_by_id.entry(object.meta.id).or_insert_with(|| {
            let object = Rc::clone(object);
            disks.push(Kept { object, from_us: at_us, end_us: None, attached: BTreeMap::new() });
            disks.len() - 1
        });
        let disk = &mut disks[index];
        disk.object = Rc::clone(object);
        if change.new.is_none() {
            disk.end_us = Some(at_us);
            for spells in disk.attached.values_mut() {
                switch(spells, false, at_us);
            }
        }
        if let Some(volume) = object.claim().and_then(|one| one.spec.volume_name.clone()) {
            let claim = (object.meta.namespace.clone(), object.meta.name.clone());
            self.claims.insert(volume, claim);
        }
    }

    fn attachment(&mut self, change: &Change, at_us: u64) {
        let Some(body) = change.object().attachment() else { return };
        let Some((namespace, name)) = self.claims.get(&body.volume) else { return };
        let found =
            self.disks.iter_mut().rev().find(|one| {
                one.object.meta.name == *name && one.object.meta.namespace == *namespace
            });
        if let Some(disk) = found {
            let spells = disk.attached.entry(body.node.clone()).or_default();
            switch(spells, body.attached && change.new.is_some(), at_us);
        }
    }
}

/// Whether a Pod that is to run has no place, or a container that does not as it should.
fn is_failing(object: &Object) -> bool {
    let Some(pod) = object.pod().filter(|pod| !pod.status.phase.is_terminal()) else {
        return false;
    };
    let scheduled = condition(&pod.status.conditions, "PodScheduled");
    if scheduled.is_some_and(|one| one.reason.as_deref() == Some("Unschedulable")) {
        return true;
    }
    let state = state_of(pod, object.meta.is_terminating(), false);
    matches!(state, PodState::Crash | PodState::ImagePull | PodState::Failed)
}

/// Whether a Job gave a Pod a number, and with it a hostname.
fn is_indexed(object: &Object) -> bool {
    object.meta.annotation("batch.kubernetes.io/job-completion-index").is_some()
}

/// Opens or closes a spell.
fn switch(spells: &mut Vec<Spell>, is_on: bool, at_us: u64) {
    match spells.last_mut() {
        Some((_, end @ None)) if !is_on => *end = Some(at_us),
        Some((_, None)) => {}
        _ if is_on => spells.push((at_us, None)),
        _ => {}
    }
}

impl Lived {
    /// Its address, or the last that it had if it goes.
    pub(super) fn ip(&self) -> Option<&Str> {
        self.ips.last().filter(|((_, until), _)| until.is_none()).map(|(_, ip)| ip)
    }

    fn take_ip(&mut self, ip: Str, at_us: u64) {
        self.lacks_volume = false;
        if self.ip() != Some(&ip) {
            self.end_ip(at_us);
            self.ips.push(((at_us, None), ip));
        }
    }

    fn lose_ip(&mut self, at_us: u64) {
        if self.ip().is_some() {
            self.end_ip(at_us);
            switch(&mut self.anew, true, at_us);
        }
    }

    fn end_ip(&mut self, at_us: u64) {
        if let Some(((_, until @ None), _)) = self.ips.last_mut() {
            *until = Some(at_us);
        }
    }

    /// Whether it was a Pod of this workload.
    pub(super) fn is_of(&self, kind: LaneKind, namespace: &str, name: &str) -> bool {
        self.lane.0 == kind && &*self.lane.1 == namespace && self.lane.2 == name
    }

    /// When its containers had ended for good by themselves, not because it was being deleted.
    pub(super) fn ended_us(&self) -> Option<u64> {
        self.done_us.filter(|done| self.deleted_us.is_none_or(|deleted| *done < deleted))
    }

    /// Whether its containers ended for good in a failure.
    pub(super) fn is_failed(&self) -> bool {
        let phase = self.object.pod().map(|pod| pod.status.phase);
        self.ended_us().is_some() && phase == Some(Phase::Failed)
    }

    /// The number in a StatefulSet's Pod's name.
    pub(super) fn ordinal(&self) -> Option<u32> {
        let digits = split_name(&self.object.meta.name).1;
        (self.lane.0 == LaneKind::StatefulSet).then(|| digits.parse().ok())?
    }

    /// Name, address, place and belongings, as they were last known.
    pub(super) fn as_incarnation(
        &self,
        service: Option<&str>,
        view: &View,
        record: &Record,
    ) -> Incarnation {
        let pod = self.object.pod().cloned().unwrap_or_default();
        let meta = &self.object.meta;
        // A Pod has a record of its own only if the Service that it names is there and headless.
        let has_seat = self.lane.0 == LaneKind::StatefulSet || is_indexed(&self.object);
        let governing = pod.spec.subdomain.as_ref().filter(|one| {
            let found = view.named(Kind::Service, &meta.namespace, one);
            has_seat
                && found.and_then(|one| one.service()).is_some_and(|one| one.spec.is_headless())
        });
        let host = pod.spec.hostname.as_ref().unwrap_or(&meta.name);
        let own = governing.map(|one| format!("{host}.{one}").into());
        let is_own = own.is_some();
        let is_serving = pod.is_ready() && !meta.is_terminating();
        let resolves = governing.is_some_and(|one| has_record(&self.object, one, is_serving, view));
        let disks: Vec<Str> = self.object.claims().collect();
        let claims: Vec<&Kept> = disks.iter().filter_map(|one| record.disk_of(self, one)).collect();
        Incarnation {
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            hostname: pod.spec.hostname.clone(),
            suffix: split_of(self.lane.0, &meta.name).1.into(),
            dns: own.or_else(|| service.filter(|_| !is_own).map(Into::into)),
            dns_is_own: is_own,
            has_record: resolves || self.end_us.is_some(),
            ip: self.ip().cloned(),
            node: pod.node().cloned(),
            claims: claims.iter().map(|one| one.object.meta.uid.to_string().into()).collect(),
            has_lost_disk: claims.iter().any(|one| one.end_us.is_some()),
            disks,
            is_bound: self.lane.0 == LaneKind::DaemonSet,
            is_tied: self.object.claims().any(|claim| {
                let claim = view.named(Kind::PersistentVolumeClaim, &meta.namespace, &claim);
                claim.is_some_and(|claim| is_tied(claim, view))
            }),
            uid: meta.uid.to_string().into(),
        }
    }
}
