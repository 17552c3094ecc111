//! Machines in the world: what befalls them, and what their kubelets do about their nodes.
//!
//! Must not know what controllers make of it. Invariant: a machine that runs costs no event
//! for its heartbeats; the controllers are told of the last one when it falls silent.

use std::rc::Rc;

use crate::api::core::{Node, NodeStatus};
use crate::api::{Kind, Object};
use crate::base::{SimTime, Str};
use crate::cluster::{Event, Reply, World};
use crate::controllers::Controller;
use crate::kubelet::Stir;
use crate::server::{Action, Change, Key, Outcome, Refusal};
use crate::sim::{Actor, Command, Rule, Trace, TraceId, What};

impl World {
    /// Gives a node a machine and fills in what a kubelet that runs says of it.
    pub(super) fn prepare(&mut self, mut object: Object) -> Object {
        if object.kind() != Kind::Node {
            return object;
        }
        self.add_machine(&object);
        self.fleet.describe(&mut object);
        self.fleet.settle(&mut object, self.now);
        object
    }

    fn add_machine(&mut self, object: &Object) {
        let name = &object.meta.name;
        if self.fleet.has(name) {
            return;
        }
        let number = self.machines;
        self.machines += 1;
        let given = object.node().and_then(|node| node.spec.pod_cidr.clone());
        let prefix = given
            .as_deref()
            .and_then(|cidr| cidr.rsplit_once('.'))
            .map_or_else(|| address_block(number), |(start, _)| format!("{start}.").into());
        let ip = format!("192.168.0.{}", 11 + number).into();
        self.fleet.add(object, prefix, ip, self.now);
    }

    fn node_key(&self, name: &str) -> Option<Key> {
        let found = self.view().named(Kind::Node, "", name)?;
        Some(Key { kind: Kind::Node, id: found.meta.id })
    }

    /// Lets the node controller look at a node's lease.
    fn wake_lifecycle(&mut self, name: &str, cause: TraceId) {
        if let Some(key) = self.node_key(name) {
            self.queue.push(self.now, Event::Again(Controller::NodeLifecycle, key, cause));
        }
    }

    /// Carries a command out that concerns a machine and not the server.
    pub(super) fn move_machine(
        &mut self,
        command: &Command,
        cause: TraceId,
        trace: &mut Trace,
    ) -> Reply {
        match command {
            Command::FailNode(name) => {
                let last = self.fleet.freeze(name, self.now);
                self.fall_silent(name, last, cause, trace);
            }
            Command::KillNode(name) => {
                let last = self.fleet.cut_power(name, self.now);
                self.fall_silent(name, last, cause, trace);
            }
            Command::RecoverNode(name) => {
                let next = self.fleet.thaw(name, self.now);
                self.come_back(name, next, cause, trace);
            }
            Command::StartNode(name) => {
                let next = self.fleet.boot(name, self.now);
                if !next.is_empty() {
                    self.server.restart_recorders(name);
                }
                self.come_back(name, next, cause, trace);
            }
            Command::AddNode(object) => return self.add_node(object, cause, trace),
            Command::RemoveNode(name) => {
                let last = self.fleet.cut_power(name, self.now);
                self.fall_silent(name, last, cause, trace);
                self.fleet.remove(name);
            }
            _ => {}
        }
        Ok(Outcome::Noted)
    }

    fn tell_machine(&self, name: &Str, is_up: bool, cause: TraceId, trace: &mut Trace) -> TraceId {
        let what = What::Machine(is_up);
        trace.push(self.now, Some(cause), Actor::Machine(name.clone()), what, None)
    }

    fn fall_silent(
        &mut self,
        name: &Str,
        last: Option<SimTime>,
        cause: TraceId,
        trace: &mut Trace,
    ) {
        let Some(last) = last else { return };
        let cause = self.tell_machine(name, false, cause, trace);
        self.memory.lease_stopped(name, last);
        self.wake_lifecycle(name, cause);
    }

    fn come_back(
        &mut self,
        name: &Str,
        next: Vec<(SimTime, Stir)>,
        cause: TraceId,
        trace: &mut Trace,
    ) {
        if next.is_empty() {
            return;
        }
        let cause = self.tell_machine(name, true, cause, trace);
        self.memory.lease_goes_on(name);
        self.wake_lifecycle(name, cause);
        self.plan_stirs(name, next, Some(cause));
    }

    fn plan_stirs(
        &mut self,
        name: &Str,
        next: impl IntoIterator<Item = (SimTime, Stir)>,
        cause: Option<TraceId>,
    ) {
        let life = self.fleet.life(name);
        for (at, stir) in next {
            self.queue.push(at.max(self.now), Event::Machine(name.clone(), life, stir, cause));
        }
    }

    fn add_node(&mut self, object: &Object, cause: TraceId, trace: &mut Trace) -> Reply {
        let name = &object.meta.name;
        if self.fleet.has(name) {
            return Err(Refusal::AlreadyExists(Kind::Node, name.clone()));
        }
        self.add_machine(object);
        self.fleet.cut_power(name, self.now);
        let next = self.fleet.boot(name, self.now);
        self.come_back(name, next, cause, trace);
        Ok(Outcome::Noted)
    }

    /// Lets a kubelet do about its node what is due.
    pub(super) fn stir(
        &mut self,
        name: &Str,
        life: u32,
        stir: Stir,
        cause: Option<TraceId>,
        trace: &mut Trace,
    ) {
        if self.fleet.life(name) != life {
            return;
        }
        let moves = self.fleet.stir(name, stir, self.server.view(), self.now);
        let actor = Actor::Kubelet(name.clone());
        for note in moves.notes {
            let action = Action::Note(note);
            // An Event can't be refused.
            let _ = self.execute(&action, None, &actor, cause, trace);
        }
        for (action, rule) in moves.actions {
            // A node that is gone meanwhile needs no status.
            let _ = self.execute(&action, Some(rule), &actor, cause, trace);
        }
        if let Some((action, by)) = moves.volumes {
            let rule = Some(Rule("NODE-VOLUMES"));
            let _ = self.execute(&action, rule, &actor, by.or(cause), trace);
        }
        self.plan_stirs(name, moves.next, cause);
        for id in moves.pods {
            self.look(id, cause, trace);
        }
    }

    /// A kubelet sees at its next beat that its node was cordoned or freed, or is said to have
    /// something else than before.
    pub(super) fn notice_node(&mut self, change: &Change, cause: TraceId) {
        fn node(one: Option<&Rc<Object>>) -> Option<&Node> {
            one.and_then(|one| one.node())
        }
        if change.kind != Kind::Node {
            return;
        }
        let (old, new) = (node(change.old.as_ref()), node(change.new.as_ref()));
        let is_cordoned = |node: Option<&Node>| node.is_some_and(|node| node.spec.unschedulable);
        let is_other = |old: &NodeStatus, new: &NodeStatus| {
            old.capacity != new.capacity || old.allocatable != new.allocatable
        };
        let has_other = old.zip(new).is_some_and(|(old, new)| is_other(&old.status, &new.status));
        if is_cordoned(old) == is_cordoned(new) && !has_other {
            return;
        }
        let name = change.object().meta.name.clone();
        self.plan_report(&name, Some(cause));
    }

    /// Lets a kubelet report its node's status at its next beat.
    pub(super) fn plan_report(&mut self, name: &Str, cause: Option<TraceId>) {
        if let Some(at) = self.fleet.next_report(name, self.now) {
            self.plan_stirs(name, [(at, Stir::Report)], cause);
        }
    }
}

/// The addresses of a machine's Pods: the first machine has 10.244.0.0/24.
fn address_block(number: u32) -> Str {
    format!("10.{}.{}.", 244 + number / 256, number % 256).into()
}
