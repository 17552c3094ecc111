//! The volumes that a kubelet's Pods need: which it says that it uses, and which are there.
//!
//! Must not know who attaches them. Invariant: no volume is mounted before the node's status
//! has said that it is in use, so that nobody takes it away meanwhile.

use std::rc::Rc;

use crate::api::{Kind, Object, ObjectId};
use crate::base::Order as _;
use crate::base::{SimTime, Str};
use crate::kubelet::Fleet;
use crate::kubelet::worker::{Activity, Work, Worker};
use crate::server::{Action, Key, Patch, View};
use crate::sim::TraceId;

/// The names of a Pod's volumes that must be attached; nothing if a claim has no volume yet.
fn names_of(worker: &Worker, view: &View) -> Option<Vec<Str>> {
    let namespace = &worker.object.meta.namespace;
    let mut names = Vec::new();
    for claim in worker.object.claims() {
        let claim = view.named(Kind::PersistentVolumeClaim, namespace, &claim)?.claim()?;
        let name = claim.spec.volume_name.as_ref().filter(|_| claim.is_bound())?;
        let volume = view.named(Kind::PersistentVolume, "", name)?.volume()?;
        names.extend(volume.attached_name());
    }
    Some(names)
}

/// A new Pod's volumes are wanted from so long after its kubelet has heard of it.
///
/// Models pkg/kubelet/volumemanager/volume_manager.go desiredStateOfWorldPopulatorLoopSleepPeriod
const KNOWN_US: u64 = 100_000;
/// A volume that no Pod needs any more is unmounted, its device too, and is then let go: three
/// looks at what is wanted. A Pod that comes to need it meanwhile finds it as it was.
///
/// Models pkg/kubelet/volumemanager/volume_manager.go reconcilerLoopSleepPeriod
const LEAVE_US: u64 = 350_000;

/// Whether a Pod's volumes are wanted by a moment.
fn is_known(worker: &Worker, now: SimTime) -> bool {
    let is_new = match worker.activity {
        Activity::Mounting(since, _) => since.plus_us(KNOWN_US) > now,
        _ => !worker.is_mounted && worker.work == Work::Sync,
    };
    needs_volumes(worker) && !is_new
}

/// Whether a Pod's containers may still run or stop.
pub(super) fn needs_volumes(worker: &Worker) -> bool {
    matches!(worker.work, Work::Sync | Work::Terminating)
}

impl Fleet {
    /// Whether every volume of a Pod is attached to its node and reported as in use.
    ///
    /// Models pkg/kubelet/volumemanager/volume_manager.go WaitForAttachAndMount and
    /// pkg/volume/util/operationexecutor/operation_generator.go
    /// GenerateVerifyControllerAttachedVolumeFunc
    pub(super) fn has_volumes(&self, worker: &Worker, view: &View) -> bool {
        let Some(names) = names_of(worker, view) else { return false };
        if names.is_empty() {
            return true;
        }
        let node = view.named(Kind::Node, "", &worker.node).and_then(|one| one.node());
        let machine = self.machines.get(&worker.node);
        names.iter().all(|name| {
            node.is_some_and(|node| node.status.has_attached(name))
                && machine.is_some_and(|machine| machine.reported.contains_key(name))
        })
    }

    /// Whether a Pod needs a volume that its node's status does not name yet.
    pub(super) fn has_unreported(&self, worker: &Worker, view: &View) -> bool {
        let names = names_of(worker, view).unwrap_or_default();
        let machine = self.machines.get(&worker.node);
        machine.is_some_and(|machine| names.iter().any(|one| !machine.reported.contains_key(one)))
    }

    /// Whether a Pod on a node mounts a volume that the node's status does not name yet.
    pub(super) fn has_news_of_volumes(&self, node: &str, view: &View) -> bool {
        let mut pods = self.machines.get(node).into_iter().flat_map(|one| one.pods.keys());
        pods.any(|id| {
            self.workers.get(id).is_some_and(|worker| {
                matches!(worker.activity, Activity::Mounting(..))
                    && self.has_unreported(worker, view)
            })
        })
    }

    /// Unmounts the volumes of a Pod that has stopped, but for those that another one uses;
    /// whether there were any.
    pub(super) fn unmount(&mut self, id: ObjectId, view: &View, now: SimTime) -> bool {
        let Some(worker) = self.workers.get(&id) else { return false };
        let names = names_of(worker, view).unwrap_or_default();
        if names.is_empty() {
            return false;
        }
        let node = worker.node.clone();
        let needed = self.needed(&node, view, now);
        if let Some(machine) = self.machines.get_mut(&node) {
            for name in names.iter().filter(|name| !needed.contains(name)) {
                machine.leaving.insert(name.clone(), now.plus_us(LEAVE_US));
            }
        }
        true
    }

    /// Lets go what nobody came to need in time.
    ///
    /// Models pkg/kubelet/volumemanager/reconciler/reconciler_common.go unmountDetachDevices
    pub(super) fn let_go(&mut self, node: &str, view: &View, now: SimTime) {
        let Some(machine) = self.machines.get(node).filter(|one| !one.leaving.is_empty()) else {
            return;
        };
        let leaving: Vec<(Str, SimTime)> =
            machine.leaving.iter().map(|(name, until)| (name.clone(), *until)).collect();
        for (name, until) in leaving {
            let is_needed = self.needed(node, view, now.min(until)).contains(&name);
            let Some(machine) = self.machines.get_mut(node) else { return };
            if is_needed || until <= now {
                machine.leaving.remove(&name);
            }
            if !is_needed && until <= now {
                machine.reported.remove(&name);
            }
        }
    }

    /// The volumes that Pods of a node have mounted or wait for, in order of name.
    fn needed(&self, node: &str, view: &View, now: SimTime) -> Vec<Str> {
        let pods = self.machines.get(node).into_iter().flat_map(|one| one.pods.keys());
        let workers = pods.filter_map(|id| self.workers.get(id)).filter(|one| is_known(one, now));
        let mut names: Vec<Str> =
            workers.filter_map(|worker| names_of(worker, view)).flatten().collect();
        names.order();
        names.dedup();
        names
    }

    /// Remembers which Pod changed which volumes of a node are in use, and why.
    pub fn blame_volumes(&mut self, node: &str, pod: ObjectId, cause: Option<TraceId>) {
        if let (Some(machine), Some(cause)) = (self.machines.get_mut(node), cause) {
            machine.volumes_by = Some((pod, cause));
        }
    }

    /// Says in the node's status which volumes are in use, if that is news.
    ///
    /// Models pkg/kubelet/nodestatus/setters.go VolumesInUse and
    /// pkg/kubelet/volumemanager/volume_manager.go GetVolumesInUse
    pub(super) fn report_volumes(
        &mut self,
        object: &Rc<Object>,
        view: &View,
        now: SimTime,
    ) -> Option<(Action, Option<TraceId>)> {
        let node = &object.meta.name;
        self.let_go(node, view, now);
        let mut names = self.needed(node, view, now);
        if let Some(machine) = self.machines.get_mut(node) {
            names.extend(machine.leaving.keys().cloned());
            names.order();
            names.dedup();
            machine.reported = names.iter().map(|name| (name.clone(), ())).collect();
        }
        let known = object.node().map(|node| node.status.volumes_in_use.as_slice());
        let is_news = known != Some(names.as_slice());
        let key = Key { kind: Kind::Node, id: object.meta.id };
        let patch = Action::Patch(key, Patch::VolumesInUse(Rc::new(names)));
        let machine = self.machines.get_mut(node).filter(|_| is_news)?;
        Some((patch, machine.volumes_by.take().map(|(_, cause)| cause)))
    }
}
