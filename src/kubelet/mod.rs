//! The kubelets: Pods made real on machines.
//!
//! Must not know controllers or the scheduler. Invariant: nothing moves on a machine that is
//! down.

pub mod environment;
mod program;
mod status;
mod worker;

use std::rc::Rc;

use crate::api::{Kind, Object, ObjectId};
use crate::base::{PMap, SimTime, Str};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, View};
use crate::sim::Rule;

use worker::{Stage, Surroundings, Worker};

/// A machine under a node.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Machine {
    /// The first three parts of its Pods' addresses.
    prefix: Str,
    ip: Str,
    next_host: u32,
    images: PMap<Str, ()>,
    /// The Pods that have a worker here.
    pods: PMap<ObjectId, ()>,
    is_up: bool,
}

/// All machines and the Pods on them.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Fleet {
    machines: PMap<Str, Machine>,
    workers: PMap<ObjectId, Worker>,
    timers: PMap<ObjectId, SimTime>,
    /// Namespaces and names of Pods whose programs answer no probe.
    silent: PMap<(Str, Str), ()>,
}

/// What a kubelet asks after it looked at a Pod.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    /// Events to record.
    pub notes: Vec<EventNote>,
    /// Requests.
    pub actions: Vec<(Action, Rule)>,
    /// When to look again.
    pub due: Option<SimTime>,
}

const HOSTS: u32 = 254;

impl Fleet {
    /// Adds a machine whose Pods get addresses that begin with `prefix` (`10.244.1.`).
    pub fn add(&mut self, node: &Str, prefix: Str, ip: Str) {
        let (images, pods) = (PMap::new(), PMap::new());
        let machine = Machine { prefix, ip, next_host: 2, images, pods, is_up: true };
        self.machines.insert(node.clone(), machine);
    }

    /// Whether there is a machine under this name.
    pub fn has(&self, node: &str) -> bool {
        self.machines.contains_key(node)
    }

    /// Whether the machine runs.
    pub fn is_up(&self, node: &str) -> bool {
        self.machines.get(node).is_some_and(|machine| machine.is_up)
    }

    /// Stops or starts a machine; its Pods to look at when it starts.
    pub fn set_up(&mut self, node: &Str, is_up: bool) -> Vec<ObjectId> {
        let Some(machine) = self.machines.get_mut(node) else { return Vec::new() };
        machine.is_up = is_up;
        machine.pods.keys().copied().collect()
    }

    /// Lets the programs of a Pod answer probes or not; the Pod to look at, if there is one.
    pub fn set_probe(
        &mut self,
        namespace: &Str,
        pod: &Str,
        is_ready: bool,
        view: &View,
    ) -> Option<ObjectId> {
        let key = (namespace.clone(), pod.clone());
        if is_ready {
            self.silent.remove(&key);
        } else {
            self.silent.insert(key, ());
        }
        view.named(Kind::Pod, namespace, pod).map(|one| one.meta.id)
    }

    fn forget(&mut self, id: ObjectId) {
        if let Some(worker) = self.workers.remove(&id)
            && let Some(machine) = self.machines.get_mut(&worker.node)
        {
            machine.pods.remove(&id);
        }
        self.timers.remove(&id);
    }

    /// Takes a Pod's change in.
    ///
    /// Models pkg/kubelet/kubelet.go syncLoopIteration
    pub fn observe(&mut self, change: &Change, view: &View, now: SimTime) -> Option<Moves> {
        let object = change.object();
        let id = object.meta.id;
        let node = object.pod()?.node()?.clone();
        if !self.is_up(&node) {
            return None;
        }
        if change.new.is_none() {
            self.forget(id);
            return None;
        }
        self.take_in(object, &node, now);
        Some(self.look(id, view, now))
    }

    fn take_in(&mut self, object: &Rc<Object>, node: &Str, now: SimTime) {
        let id = object.meta.id;
        match self.workers.get_mut(&id) {
            Some(worker) => worker.object = Rc::clone(object),
            None => {
                self.workers.insert(id, Worker::new(object, node, now));
                if let Some(machine) = self.machines.get_mut(node) {
                    machine.pods.insert(id, ());
                }
            }
        }
    }

    /// Looks at every Pod of a machine that came back, as a kubelet lists them anew.
    pub fn relist(&mut self, node: &Str, view: &View, now: SimTime) -> Vec<ObjectId> {
        let here: Vec<ObjectId> = self.set_up(node, true);
        for id in &here {
            if view.table(Kind::Pod).object(*id).is_none() {
                self.forget(*id);
            }
        }
        let pods: Vec<_> = view.table(Kind::Pod).on_node(node).cloned().collect();
        for pod in &pods {
            self.take_in(pod, node, now);
        }
        pods.iter().map(|pod| pod.meta.id).collect()
    }

    /// Lets a Pod's worker go on as far as the moment allows.
    pub fn look(&mut self, id: ObjectId, view: &View, now: SimTime) -> Moves {
        let mut moves = Moves::default();
        let Some(mut worker) = self.workers.get(&id).cloned() else { return moves };
        let node = worker.node.clone();
        if !self.is_up(&node) {
            return moves;
        }
        let has_volumes = worker.stage == Stage::Volumes && volumes_attached(&worker, view);
        let used = self.used_addresses(&node);
        if let Some(machine) = self.machines.get_mut(&*node) {
            let Machine { prefix, next_host, images, .. } = machine;
            let mut around = Surroundings {
                now,
                notes: &mut moves.notes,
                has_volumes,
                has_image: &mut |image, put| {
                    if put {
                        images.insert(image.into(), ());
                    }
                    images.contains_key(image)
                },
                address: &mut || free_address(prefix, next_host, &used),
            };
            worker.advance(&mut around);
            let status = status::of(&worker, &machine.ip, now);
            report(&mut worker, status, &mut moves);
        }
        moves.due = worker.next_due().filter(|due| self.timers.get(&id) != Some(due));
        if let Some(due) = moves.due {
            self.timers.insert(id, due);
        }
        self.workers.insert(id, worker);
        moves
    }

    fn used_addresses(&self, node: &Str) -> Vec<Str> {
        // Only asked for when the counter has come round; until then no address repeats.
        let wrapped = self.machines.get(node).filter(|one| one.next_host > HOSTS);
        let here = wrapped.into_iter().flat_map(|machine| machine.pods.keys());
        here.filter_map(|id| self.workers.get(id)?.ip.clone()).collect()
    }

    /// The Pods on a machine whose volumes may have arrived.
    pub fn waiting_for_volumes(&self, node: &str) -> Vec<ObjectId> {
        let here = self.machines.get(node).into_iter().flat_map(|machine| machine.pods.keys());
        let waits = |id: &&ObjectId| {
            self.workers.get(*id).is_some_and(|worker| worker.stage == Stage::Volumes)
        };
        here.filter(waits).copied().collect()
    }
}

/// Posts a status that changed, and lets a stopped Pod go.
///
/// Models pkg/kubelet/status/status_manager.go syncPod
fn report(worker: &mut Worker, status: crate::api::pod::PodStatus, moves: &mut Moves) {
    let rule = match worker.stage {
        Stage::Volumes => Rule("KUBELET-VOLUMES"),
        Stage::Sandbox(_) => Rule("KUBELET-SANDBOX"),
        Stage::Live => Rule("KUBELET-STATUS"),
        Stage::Stopping | Stage::Stopped | Stage::Gone => Rule("KUBELET-STOP"),
    };
    if status != worker.pod().status {
        let mut object = Object::clone(&worker.object);
        object.meta.resource_version = 0;
        if let Some(pod) = object.pod_mut() {
            pod.status = status;
        }
        moves.actions.push((Action::Update(Rc::new(object), Part::Status), rule));
    }
    if worker.stage == Stage::Stopped {
        worker.stage = Stage::Gone;
        let key = Key { kind: Kind::Pod, id: worker.object.meta.id };
        let options = DeleteOptions { grace_seconds: Some(0), ..DeleteOptions::default() };
        moves.actions.push((Action::Delete(key, options), Rule("KUBELET-GONE")));
    }
}

/// The next address of a machine; one that was freed comes back only after all others.
fn free_address(prefix: &str, next_host: &mut u32, used: &[Str]) -> Str {
    loop {
        let host = (*next_host - 2) % (HOSTS - 1) + 2;
        *next_host += 1;
        let address: Str = format!("{prefix}{host}").into();
        if !used.contains(&address) {
            return address;
        }
    }
}

/// Whether every claim's volume is attached to the worker's node.
///
/// Models pkg/kubelet/volumemanager/volume_manager.go WaitForAttachAndMount
fn volumes_attached(worker: &Worker, view: &View) -> bool {
    let namespace = &worker.object.meta.namespace;
    worker.pod().claims().all(|claim| {
        let claim = view.named(Kind::PersistentVolumeClaim, namespace, claim);
        let volume =
            claim.and_then(|one| one.claim()).and_then(|claim| claim.spec.volume_name.clone());
        volume.is_some_and(|volume| {
            view.table(Kind::VolumeAttachment).of_volume(&volume).any(|one| {
                one.attachment().is_some_and(|one| one.attached && one.node == worker.node)
            })
        })
    })
}
