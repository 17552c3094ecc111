//! What kubelets do about their own nodes: start, register, report, fall silent, come back.
//!
//! Must not know controllers. Invariant: a kubelet registers its node when it starts and at
//! no other time.

use std::rc::Rc;

use crate::api::core::Node;
use crate::api::pod::set_condition;
use crate::api::{Body, Kind, Object, ObjectId, ObjectRef, Uid};
use crate::base::{SECOND_US, SimTime, Str};
use crate::kubelet::Fleet;
use crate::kubelet::machine::Machine;
use crate::kubelet::presence::{self, Power, Presence};
use crate::server::{Action, Beats, EventNote, Key, Part, Patch, View};
use crate::sim::{Rule, TraceId};

/// What a kubelet does at a moment, its Pods aside.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stir {
    /// It starts and registers its node.
    Boot,
    /// It says that it has not heard from its runtime for so many microseconds.
    Doubt(u64),
    /// It looks at its node's status and posts what changed.
    Report,
    /// It hears from the server again and looks at all its Pods.
    Listen,
}

/// What a kubelet asks and tells about its node.
#[derive(Clone, Debug, Default)]
pub struct NodeMoves {
    /// Events to record before the requests.
    pub notes: Vec<EventNote>,
    /// Requests.
    pub actions: Vec<(Action, Rule)>,
    /// Which volumes are in use, and what changed that.
    pub volumes: Option<(Action, Option<TraceId>)>,
    /// What it does next, and when.
    pub next: Option<(SimTime, Stir)>,
    /// Pods to look at.
    pub pods: Vec<ObjectId>,
}

/// A process takes this long from the power switch to its first word.
const BOOT_US: u64 = 270_000;
/// After its first word a kubelet posts its node's status.
const FIRST_POST_US: u64 = 40_000;
/// A new kubelet hears from its runtime this long after it registered.
const RUNTIME_US: u64 = 500_000;
/// A kubelet that starts or wakes hears of its Pods after this long.
const LISTEN_US: u64 = 1_000_000;
/// A kubelet that wakes doubts its runtime this soon.
const DOUBT_AFTER_US: u64 = 30_000;
/// What it thinks of its node when it wakes is what it knew when it fell asleep, which needs
/// no post; it learns better before the next beat.
const REPORT_US: u64 = presence::BEAT_US + 150_000;

impl Fleet {
    /// Adds a machine that runs and registers a node like this one; its Pods get addresses
    /// that begin with `prefix` (`10.244.0.`).
    pub fn add(&mut self, node: &Object, prefix: Str, ip: Str, now: SimTime) {
        let presence = Presence::new(Rc::new(node.clone()), now);
        let number = self.machines.len() as u64;
        let machine = Machine::new(prefix, ip, presence, self.seed, number, now);
        self.machines.insert(node.meta.name.clone(), machine.into());
    }

    /// Takes a machine away for good.
    pub fn remove(&mut self, node: &Str) {
        self.drop_workers(node);
        self.machines.remove(node);
    }

    fn drop_workers(&mut self, node: &Str) {
        let Some(machine) = self.machines.get(node) else { return };
        let pods: Vec<ObjectId> = machine.pods.keys().copied().collect();
        for id in pods {
            self.forget(id);
        }
    }

    /// Fills in what the kubelet says of a node when it registers.
    pub fn describe(&self, object: &mut Object) {
        if let Some(machine) = self.machines.get(&object.meta.name) {
            presence::describe(object, &machine.prefix, &machine.ip);
        }
    }

    /// Says of a node what a kubelet does that has run for long.
    pub fn settle(&self, object: &mut Object, now: SimTime) {
        if let Some(node) = object.node_mut() {
            for condition in presence::healthy(now) {
                set_condition(&mut node.status.conditions, condition, now);
            }
        }
    }

    /// The machine hangs; when it renewed its lease last, if it ran.
    pub fn freeze(&mut self, node: &Str, now: SimTime) -> Option<SimTime> {
        self.halt(node, Power::Frozen(now), now)
    }

    /// The machine loses power and what it had in memory; when it renewed its lease last, if
    /// it ran.
    pub fn cut_power(&mut self, node: &Str, now: SimTime) -> Option<SimTime> {
        let last = self.halt(node, Power::Off, now);
        self.drop_workers(node);
        last
    }

    fn halt(&mut self, node: &Str, power: Power, now: SimTime) -> Option<SimTime> {
        let machine = self.machines.get_mut(node)?;
        let ran = machine.presence.power == Power::On;
        // A machine that hung and now loses power says nothing new.
        let last = machine.presence.last_beat(now);
        machine.presence.stop(power);
        ran.then_some(last)
    }

    /// A hanging machine goes on: what it does next.
    pub fn thaw(&mut self, node: &Str, now: SimTime) -> Vec<(SimTime, Stir)> {
        let Some(machine) = self.machines.get_mut(node) else { return Vec::new() };
        if !matches!(machine.presence.power, Power::Frozen(_)) {
            return Vec::new();
        }
        let slept_us = machine.presence.wake(now);
        machine.rounds.begin(now.plus_us(REPORT_US));
        let mut next =
            vec![(now.plus_us(LISTEN_US), Stir::Listen), (now.plus_us(REPORT_US), Stir::Report)];
        if presence::doubts_after(slept_us) {
            next.push((now.plus_us(DOUBT_AFTER_US), Stir::Doubt(slept_us)));
        }
        next
    }

    /// A machine without power boots: what it does next.
    pub fn boot(&mut self, node: &Str, now: SimTime) -> Vec<(SimTime, Stir)> {
        let Some(machine) = self.machines.get_mut(node) else { return Vec::new() };
        if machine.presence.power != Power::Off {
            return Vec::new();
        }
        let start = now.plus_us(BOOT_US);
        machine.presence.wake(start);
        machine.rounds.begin(start.plus_us(FIRST_POST_US));
        machine.reset();
        vec![(start, Stir::Boot), (start.plus_us(LISTEN_US), Stir::Listen)]
    }

    /// The life that a machine is in, by which an old timer is known.
    pub fn life(&self, node: &str) -> u32 {
        self.machines.get(node).map_or(0, |machine| machine.presence.life)
    }

    /// When a running kubelet next looks at its node's status.
    pub fn next_report(&mut self, node: &str, now: SimTime) -> Option<SimTime> {
        let machine = self.machines.get_mut(node)?;
        (machine.presence.power == Power::On).then(|| machine.rounds.after(now))
    }

    /// A kubelet looks at its node's status at these moments next.
    pub fn deal_rounds(&mut self, node: &str, dealt: &Rc<Vec<SimTime>>) {
        if let Some(machine) = self.machines.get_mut(node) {
            machine.rounds.deal(dealt);
        }
    }

    /// A kubelet looks at its machine's runtime and at its work queue at these moments.
    pub fn deal_beats(&mut self, node: &str, dealt: &Beats) {
        if let Some(machine) = self.machines.get_mut(node) {
            machine.deal(dealt);
        }
    }

    /// The latest renewal of a node's lease.
    pub fn lease(&self, node: &str, now: SimTime) -> Option<SimTime> {
        let machine = self.machines.get(node)?;
        match machine.presence.power {
            Power::On => Some(machine.presence.last_beat(now)),
            Power::Frozen(since) => Some(machine.presence.last_beat(since)),
            Power::Off => None,
        }
    }

    /// Does what is due.
    pub fn stir(&mut self, node: &Str, stir: Stir, view: &View, now: SimTime) -> NodeMoves {
        let object = view.named(Kind::Node, "", node).cloned();
        if self.machines.get(node).is_none_or(|one| one.presence.power != Power::On) {
            return NodeMoves::default();
        }
        match stir {
            Stir::Boot => self.register(node, object.as_ref(), now),
            Stir::Doubt(slept_us) => {
                object.map(|object| doubt(&object, slept_us, now)).unwrap_or_default()
            }
            Stir::Report => {
                object.map(|object| self.report_node(&object, view, now)).unwrap_or_default()
            }
            Stir::Listen => self.listen(node, object.as_ref(), view, now),
        }
    }

    /// Models pkg/kubelet/kubelet_node_status.go registerWithAPIServer
    fn register(&self, node: &Str, known: Option<&Rc<Object>>, now: SimTime) -> NodeMoves {
        let mut moves = NodeMoves::default();
        let reference =
            known.map_or_else(|| by_name(node), |known| known.reference().without_uid());
        let start = EventNote::normal(reference, "kubelet", "Starting", "Starting kubelet.");
        moves.notes.push(EventNote { host: node.clone(), ..start });
        if let Some(object) = known {
            moves.notes.extend(presence::introduction(object));
            moves.next = Some((now.plus_us(FIRST_POST_US), Stir::Report));
        } else {
            let Some(machine) = self.machines.get(node) else { return moves };
            let mut object = Object::clone(&machine.presence.template);
            presence::describe(&mut object, &machine.prefix, &machine.ip);
            presence::begin_unready(&mut object, now);
            moves.notes.extend(presence::introduction(&object));
            moves.actions.push((Action::Create(Rc::new(object)), Rule("NODE-REGISTER")));
            moves.next = Some((now.plus_us(RUNTIME_US), Stir::Report));
        }
        moves
    }

    /// Models pkg/kubelet/kubelet_node_status.go updateNodeStatus
    fn report_node(&mut self, object: &Rc<Object>, view: &View, now: SimTime) -> NodeMoves {
        let mut moves = NodeMoves { notes: presence::recoveries(object), ..NodeMoves::default() };
        if !moves.notes.is_empty() {
            let patch = Patch::Conditions(presence::healthy(now));
            moves.actions.push((Action::Patch(key_of(object), patch), Rule("NODE-BACK")));
        }
        let machine = self.machines.get(&object.meta.name);
        if let Some(new) = machine.and_then(|machine| machine.presence.corrected(object)) {
            let update = Action::Update(Rc::new(new), Part::Status);
            moves.actions.push((update, Rule("NODE-STATUS")));
        }
        moves.volumes = self.report_volumes(object, view, now);
        moves.pods = self.waiting_for_volumes(&object.meta.name);
        let is_behind = self.has_news_of_volumes(&object.meta.name, view);
        if let Some(machine) = self.machines.get_mut(&object.meta.name) {
            moves.notes.extend(machine.presence.notice_cordon(object));
            // What is about to be let go is told at the next round, and so is what a Pod needs
            // that came too late for this one.
            let has_more = is_behind || !machine.leaving.is_empty();
            moves.next = has_more.then(|| (machine.rounds.after(now), Stir::Report));
        }
        moves
    }

    fn listen(
        &mut self,
        node: &Str,
        object: Option<&Rc<Object>>,
        view: &View,
        now: SimTime,
    ) -> NodeMoves {
        let pods = self.relist(node, view, now);
        let mut moves = NodeMoves { pods, ..NodeMoves::default() };
        if object.is_none() && !moves.pods.is_empty() {
            // Whoever asks for a node that is gone gets one described from nothing.
            let nobody = Object::new("", node, Body::Node(Node::default()));
            moves.notes = presence::introduction(&nobody);
        }
        moves
    }
}

fn key_of(object: &Object) -> Key {
    Key { kind: Kind::Node, id: object.meta.id }
}

/// A node that is known by its name only.
fn by_name(node: &Str) -> ObjectRef {
    ObjectRef {
        kind: Kind::Node,
        namespace: "".into(),
        name: node.clone(),
        id: ObjectId(0),
        uid: Uid(0),
    }
}

/// Models pkg/kubelet/nodestatus/setters.go ReadyCondition
fn doubt(object: &Rc<Object>, slept_us: u64, now: SimTime) -> NodeMoves {
    let seconds = slept_us / SECOND_US;
    let message = format!(
        "PLEG is not healthy: pleg was last seen active {}m{}s ago; threshold is 3m0s",
        seconds / 60,
        seconds % 60
    );
    let patch = Patch::Conditions(vec![presence::doubtful(&message, now)]);
    NodeMoves {
        notes: vec![presence::told(object, "NodeNotReady")],
        actions: vec![(Action::Patch(key_of(object), patch), Rule("NODE-DOUBT"))],
        ..NodeMoves::default()
    }
}
