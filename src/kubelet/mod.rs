//! The kubelets: Pods made real on machines.
//!
//! Must not know controllers or the scheduler. Invariant: nothing moves on a machine that is
//! down.
//!
//! Differs: containers are not resized in place, and ephemeral containers do not start.

mod actions;
mod admission;
mod backoff;
mod beat;
mod beats;
pub mod environment;
mod image;
mod machine;
mod mounts;
mod presence;
mod probe;
mod program;
mod report;
mod restart;
mod rounds;
mod rules;
mod runtime;
mod shell;
mod status;
mod stop;
mod sync;
mod user;
mod volumes;
mod wellknown;
mod worker;

use std::rc::Rc;

use crate::api::{Kind, Meta, Object, ObjectId};
use crate::base::{PMap, Seed, Shared, SimTime, Str};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Pace, Part, View};
use crate::sim::{Rule, TraceId};

pub use beats::{NodeMoves, Stir};
pub use image::invalid_name;

use machine::Machine;
use presence::Power;
use worker::{Activity, Surroundings, Work, Worker};

/// All machines and the Pods on them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Fleet {
    seed: Seed,
    machines: PMap<Str, Shared<Machine>>,
    workers: PMap<ObjectId, Rc<Worker>>,
    /// Namespaces and names of Pods whose programs answer no probe.
    silent: PMap<(Str, Str), ()>,
    /// Pods whose commands wait for a Service.
    asking: PMap<ObjectId, ()>,
}

/// What a kubelet asks after it looked at a Pod.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    /// Events to record, each by its rule if one stands behind it.
    pub notes: Vec<(EventNote, Option<Rule>)>,
    /// Requests.
    pub actions: Vec<(Action, Rule)>,
    /// When to look again.
    pub due: Option<SimTime>,
    /// Whether the node's volumes in use have changed, which its next report says.
    pub has_volume_news: bool,
}

impl Fleet {
    /// A fleet without machines.
    pub fn new(seed: Seed) -> Fleet {
        Fleet { seed, ..Fleet::default() }
    }

    /// Puts an image on a machine.
    pub fn hold_image(&mut self, node: &Str, image: &Str) {
        if let Some(machine) = self.machines.get_mut(node) {
            machine.put_image(image);
        }
    }

    /// Whether there is a machine under this name.
    pub fn has(&self, node: &str) -> bool {
        self.machines.contains_key(node)
    }

    /// Whether the machine runs.
    pub fn is_up(&self, node: &str) -> bool {
        self.machines.get(node).is_some_and(|machine| machine.presence.power == Power::On)
    }

    /// Whether the machine's kubelet follows its Pods.
    fn works(&self, node: &str) -> bool {
        self.machines.get(node).is_some_and(|machine| machine.presence.works())
    }

    /// Lets the programs of a Pod answer readiness probes or not; the Pod to look at, if there is
    /// one.
    pub fn set_probe(
        &mut self,
        namespace: &Str,
        pod: &Str,
        is_ready: bool,
        view: &View,
        now: SimTime,
    ) -> Option<ObjectId> {
        let key = (namespace.clone(), pod.clone());
        if is_ready {
            self.silent.remove(&key);
        } else {
            self.silent.insert(key, ());
        }
        let id = view.named(Kind::Pod, namespace, pod)?.meta.id;
        Rc::make_mut(self.workers.get_mut(&id)?).wake_probers(now);
        Some(id)
    }

    /// Kills the process of a container; false if there is none that runs on a live machine.
    pub fn kill_container(&mut self, id: ObjectId, container: &str, now: SimTime) -> bool {
        let Some(worker) = self.workers.get(&id).filter(|one| self.works(&one.node)) else {
            return false;
        };
        let spec = &worker.pod().spec;
        let names = spec.init_containers.iter().chain(&spec.containers).map(|one| &one.name);
        let Some(unit) = names.into_iter().position(|name| name == container) else {
            return false;
        };
        let worker = self.workers.get_mut(&id).map(Rc::make_mut);
        worker.is_some_and(|worker| Rc::make_mut(&mut worker.truth).kill(unit, now))
    }

    /// Whether the programs of a Pod answer readiness probes.
    pub fn answers_probes(&self, namespace: &Str, pod: &Str) -> bool {
        self.silent.is_empty() || !self.silent.contains_key(&(namespace.clone(), pod.clone()))
    }

    /// Whether a command somewhere waits for a Service.
    pub fn is_asking(&self) -> bool {
        !self.asking.is_empty()
    }

    /// Lets commands that wait for Services ask again; the Pods to look at.
    pub fn hear(&mut self, now: SimTime) -> Vec<ObjectId> {
        let asking: Vec<ObjectId> = self.asking.keys().copied().collect();
        for id in &asking {
            if let Some(worker) = self.workers.get_mut(id) {
                Rc::make_mut(worker).hear(now);
            }
        }
        asking
    }

    fn forget(&mut self, id: ObjectId) {
        self.asking.remove(&id);
        if let Some(worker) = self.workers.remove(&id)
            && let Some(machine) = self.machines.get_mut(&worker.node)
        {
            machine.pods.remove(&id);
        }
    }

    /// Takes a Pod's change in.
    ///
    /// Models pkg/kubelet/kubelet.go syncLoopIteration
    pub fn observe(
        &mut self,
        change: &Change,
        view: &View,
        pace: Option<&Pace>,
        now: SimTime,
    ) -> Option<Moves> {
        let object = change.object();
        let node = object.pod()?.node()?.clone();
        if !self.works(&node) {
            return None;
        }
        let is_news = match &change.new {
            Some(new) => self.take_in(new, &node, view, false, now),
            None => self.take_out(object.meta.id),
        };
        is_news.then(|| self.look(object.meta.id, view, pace, now))
    }

    /// Takes a Pod in as it is now; whether its worker must be woken.
    ///
    /// Models pkg/kubelet/config/config.go checkAndUpdatePod
    fn take_in(
        &mut self,
        object: &Rc<Object>,
        node: &Str,
        view: &View,
        is_anew: bool,
        now: SimTime,
    ) -> bool {
        let id = object.meta.id;
        let Some(worker) = self.workers.get_mut(&id) else {
            let mut worker = Worker::new(object, node, now);
            worker.is_pending = true;
            self.admit(&mut worker, view, is_anew, now);
            self.workers.insert(id, Rc::new(worker));
            if let Some(machine) = self.machines.get_mut(node) {
                machine.pods.insert(id, ());
            }
            return true;
        };
        let worker = Rc::make_mut(worker);
        let old = std::mem::replace(&mut worker.object, Rc::clone(object));
        let is_news = is_update(&old, object) || has_open_gates(&old, object);
        worker.is_pending |= is_news;
        is_news
    }

    /// Takes note that a Pod is gone from the store; its containers may still have to stop.
    fn take_out(&mut self, id: ObjectId) -> bool {
        let Some(worker) = self.workers.get_mut(&id) else { return false };
        if worker.work == Work::Finished {
            self.forget(id);
            return false;
        }
        let worker = Rc::make_mut(worker);
        worker.is_removed = true;
        worker.is_pending = true;
        true
    }

    /// Looks at every Pod of a machine that came back, as a kubelet lists them anew.
    fn relist(&mut self, node: &Str, view: &View, now: SimTime) -> Vec<ObjectId> {
        let Some(machine) = self.machines.get_mut(node) else { return Vec::new() };
        machine.presence.is_listening = true;
        let mut here: Vec<ObjectId> = machine.pods.keys().copied().collect();
        here.retain(|id| view.table(Kind::Pod).object(*id).is_none() && self.take_out(*id));
        for pod in view.table(Kind::Pod).on_node(node) {
            self.take_in(pod, node, view, true, now);
            here.push(pod.meta.id);
        }
        for id in &here {
            if let Some(worker) = self.workers.get_mut(id) {
                let worker = Rc::make_mut(worker);
                worker.wake_at = None;
                worker.repost(view, now);
            }
        }
        here
    }

    /// Lets a Pod's worker go on as far as the moment allows.
    pub fn look(&mut self, id: ObjectId, view: &View, pace: Option<&Pace>, now: SimTime) -> Moves {
        let mut moves = Moves::default();
        if let Some(node) = self.node_of(id).cloned() {
            self.let_go(&node, view, now);
        }
        let Some(worker) = self.workers.get(&id).filter(|one| self.works(&one.node)) else {
            return moves;
        };
        let meta = &worker.object.meta;
        let is_mounting = matches!(worker.activity, Activity::Mounting(..));
        let has_volumes = is_mounting && self.has_volumes(worker, view);
        moves.has_volume_news = is_mounting && !has_volumes && self.has_unreported(worker, view);
        let needed = volumes::needs_volumes(worker);
        let is_silent = !self.silent.is_empty() && {
            let key = (meta.namespace.clone(), meta.name.clone());
            self.silent.contains_key(&key)
        };
        let node = worker.node.clone();
        let used = self.used_addresses(&node);
        let (Some(shared), Some(machine)) =
            (self.workers.get_mut(&id), self.machines.get_mut(&node))
        else {
            return moves;
        };
        let worker = Rc::make_mut(shared);
        let mut told_now = Vec::new();
        let notes = &mut told_now;
        let (seed, used) = (self.seed, used.as_slice());
        let mut around =
            Surroundings { now, seed, pace, notes, machine, view, used, has_volumes, is_silent };
        around.notes.extend(worker.refused.take());
        let told = worker.status.clone();
        worker.advance(&mut around);
        moves.notes.extend(told_now.into_iter().map(|note| {
            let rule = rules::of_note(&note);
            (note, rule)
        }));
        if !told.is_same(&worker.status) {
            worker.slow_post(pace);
        }
        if worker.post_at.is_some_and(|at| at <= now) {
            worker.post_at = None;
            worker.has_posted = true;
            post(worker, view, &mut moves.actions);
        }
        let is_over =
            worker.work == Work::Finished && worker.is_removed && worker.post_at.is_none();
        moves.due = worker.arrange(machine, now);
        if worker.waits_for_news() {
            self.asking.insert(id, ());
        } else if !self.asking.is_empty() {
            self.asking.remove(&id);
        }
        if needed && !volumes::needs_volumes(worker) {
            moves.has_volume_news |= self.unmount(id, view, now);
        }
        if is_over {
            moves.due = None;
            self.forget(id);
        }
        moves
    }

    /// Remembers what a Pod's worker heard, if it is news to it; what it acts on now.
    pub fn blame(&mut self, id: ObjectId, news: Option<TraceId>) -> Option<TraceId> {
        let worker = self.workers.get_mut(&id)?;
        if let Some(news) = news.filter(|news| worker.cause.is_none_or(|known| known < *news)) {
            Rc::make_mut(worker).cause = Some(news);
            let machine = self.machines.get(&worker.node);
            let known = machine.and_then(|machine| machine.volumes_by);
            if known.is_some_and(|(pod, _)| pod == id)
                && let Some(machine) = self.machines.get_mut(&worker.node)
            {
                machine.volumes_by = Some((id, news));
            }
        }
        worker.cause
    }

    /// The node that a Pod's worker runs on.
    pub fn node_of(&self, id: ObjectId) -> Option<&Str> {
        self.workers.get(&id).map(|worker| &worker.node)
    }

    fn used_addresses(&self, node: &Str) -> Vec<Str> {
        // Only asked for when the counter has come round; until then no address repeats. A
        // network that is taken down gives its address back, though the status goes on telling it.
        let wrapped = self.machines.get(node).filter(|one| one.has_wrapped());
        let here = wrapped.into_iter().flat_map(|machine| machine.pods.keys());
        here.filter_map(|id| self.workers.get(id)?.truth.sandbox.taken().cloned()).collect()
    }

    /// The Pods on a machine whose volumes may have arrived.
    pub fn waiting_for_volumes(&self, node: &str) -> Vec<ObjectId> {
        let here = self.machines.get(node).into_iter().flat_map(|machine| machine.pods.keys());
        let waits = |id: &&ObjectId| {
            let worker = self.workers.get(*id);
            worker.is_some_and(|one| matches!(one.activity, Activity::Mounting(_, None)))
        };
        here.filter(waits).copied().collect()
    }
}

/// Whether a change of a Pod is more than a change of its status.
fn is_update(old: &Object, new: &Object) -> bool {
    let told = |meta: &Meta| {
        let labels = (meta.labels.clone(), meta.annotations.clone());
        (labels, meta.deletion_timestamp, meta.deletion_grace_period_seconds)
    };
    let spec = |object: &Object| object.pod().map(|pod| Rc::clone(&pod.spec));
    told(&old.meta) != told(&new.meta) || spec(old) != spec(new)
}

/// Whether conditions changed that a Pod's readiness waits for.
///
/// Models pkg/kubelet/status/status_manager.go NeedToReconcilePodReadiness
fn has_open_gates(old: &Object, new: &Object) -> bool {
    let (Some(old), Some(new)) = (old.pod(), new.pod()) else { return false };
    !new.spec.readiness_gates.is_empty() && old.status.conditions != new.status.conditions
}

/// Posts the status that the kubelet holds, and lets a Pod go that nothing is left of.
///
/// Models pkg/kubelet/status/status_manager.go syncPod
fn post(worker: &Worker, view: &View, actions: &mut Vec<(Action, Rule)>) {
    let key = Key { kind: Kind::Pod, id: worker.object.meta.id };
    let Some(stored) = view.object(key) else { return };
    let Some(pod) = stored.pod() else { return };
    let status = worker.merged(&pod.status);
    let is_over = status.phase.is_terminal();
    if status != pod.status {
        let rule = rules::of_status(worker, &pod.status, &status);
        let mut object = Object::clone(stored);
        object.meta.resource_version = 0;
        if let Some(pod) = object.pod_mut() {
            pod.status = status;
        }
        actions.reserve_exact(1);
        actions.push((Action::Update(Rc::new(object), Part::Status), rule));
    }
    if worker.work == Work::Finished && stored.meta.is_terminating() && is_over {
        let options = DeleteOptions { grace_seconds: Some(0), ..DeleteOptions::default() };
        actions.push((Action::Delete(key, options), Rule("KUBELET-GONE")));
    }
}
