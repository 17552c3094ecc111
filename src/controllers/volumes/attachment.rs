//! Volumes to nodes: attached where a Pod needs them, detached where none does.
//!
//! Must not know how a node mounts. Invariant: a volume that only one node may use is attached
//! to one node at a time, and is not torn from a node that may still write to it, but by force.
//!
//! Models pkg/controller/volume/attachdetach/reconciler/reconciler.go

use crate::api::wellknown::OUT_OF_SERVICE;
use std::rc::Rc;

use crate::api::core::Node;
use crate::api::pod::{ContainerState, Pod};
use crate::api::storage::{Volume, VolumeAttachment};
use crate::api::{Body, Kind, Object, ObjectId};
use crate::base::{PMap, SECOND_US, SimTime, Str, digest_of};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, Patch, View};
use crate::sim::{Plan, Rule, Step};

const SOURCE: &str = "attachdetach-controller";
/// How long a node that is not healthy keeps a volume that nothing there needs.
const UNMOUNT_MAX_US: u64 = 6 * 60 * SECOND_US;
/// The reconciler looks this often.
const LOOP_US: u64 = 100_000;
/// How often the attacher looks whether the storage is done.
const POLL_US: u64 = 500_000;

/// What the reconciler remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(in crate::controllers) struct Memory {
    /// Since when an attachment is not needed.
    idle: PMap<ObjectId, SimTime>,
    /// When what a volume lacks is looked at.
    due: PMap<ObjectId, SimTime>,
    /// Volumes and the nodes that said last that they use them. A node that is removed takes
    /// nothing back.
    used: PMap<(ObjectId, Str), ()>,
    /// Volumes and nodes whose Pods were told that another node has the volume.
    told: PMap<(ObjectId, Str), ()>,
}

pub(in crate::controllers) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let object = change.object();
    let volume = |name: &str| {
        let found = view.named(Kind::PersistentVolume, "", name)?;
        Some(Key { kind: Kind::PersistentVolume, id: found.meta.id })
    };
    match &object.body {
        Body::Pod(pod) if pod.node().is_some() => {
            for claim in object.claims() {
                keys.extend(volume_of(&object.meta.namespace, &claim, view));
            }
        }
        Body::PersistentVolumeClaim(claim) => {
            keys.extend(claim.spec.volume_name.as_ref().and_then(|name| volume(name)));
        }
        Body::VolumeAttachment(attachment) => keys.extend(volume(&attachment.volume)),
        Body::Node(_) if has_news(change) => {
            let attached = view.table(Kind::VolumeAttachment).attached_to(&object.meta.name);
            let names = attached.filter_map(|one| one.attachment());
            keys.extend(names.filter_map(|one| volume(&one.volume)));
        }
        _ => {}
    }
}

/// Whether a node's change may let a volume go.
fn has_news(change: &Change) -> bool {
    let facts = |one: &Rc<Object>| {
        one.node().map(|node| {
            (node.is_ready(), is_out_of_service(node), node.status.volumes_in_use.clone())
        })
    };
    change.old.as_ref().and_then(facts) != change.new.as_ref().and_then(facts)
}

fn volume_of(namespace: &Str, claim: &Str, view: &View) -> Option<Key> {
    let claim = view.named(Kind::PersistentVolumeClaim, namespace, claim)?;
    let name = claim.claim()?.spec.volume_name.as_ref()?;
    let volume = view.named(Kind::PersistentVolume, "", name)?;
    Some(Key { kind: Kind::PersistentVolume, id: volume.meta.id })
}

fn is_out_of_service(node: &Node) -> bool {
    node.spec.taints.iter().any(|taint| &*taint.key == OUT_OF_SERVICE)
}

/// Whether no container of a Pod runs or will run.
///
/// Models pkg/volume/util/util.go IsPodTerminated
fn is_done(object: &Object, pod: &Pod) -> bool {
    let is_still = |state: &ContainerState| {
        matches!(state, ContainerState::Terminated { .. } | ContainerState::Waiting { .. })
    };
    pod.status.phase.is_terminal()
        || (object.meta.is_terminating()
            && pod.status.container_statuses.iter().all(|one| is_still(&one.state)))
}

/// A volume, the Pods that need it, and where.
struct Look<'a> {
    object: &'a Rc<Object>,
    name: Str,
    view: &'a View,
    users: Vec<(&'a Rc<Object>, &'a Str)>,
    /// Nodes that have it or are about to lose it.
    held: Vec<Str>,
    plan: Plan,
}

pub(in crate::controllers) fn reconcile(
    key: Key,
    view: &View,
    memory: &mut Memory,
    now: SimTime,
) -> Plan {
    let Some(object) = view.object(key) else {
        memory.due.remove(&key.id);
        return Plan::rest();
    };
    let Some(volume) = object.volume() else { return Plan::rest() };
    let Some(name) = volume.attached_name() else { return Plan::rest() };
    let users = users_of(object, volume, view);
    let mut look = Look { object, name, view, users, held: Vec::new(), plan: Plan::rest() };
    look.detach(memory, now);
    look.attach(volume, memory, now);
    look.plan
}

/// The Pods that need a volume. A new claim may have taken the name of the volume's own.
fn users_of<'a>(
    object: &Object,
    volume: &Volume,
    view: &'a View,
) -> Vec<(&'a Rc<Object>, &'a Str)> {
    let kind = Kind::PersistentVolumeClaim;
    let claim = volume.spec.claim_ref.iter().filter(|claim| {
        let found = view.named(kind, &claim.namespace, &claim.name).and_then(|one| one.claim());
        found.is_none_or(|one| one.spec.volume_name.as_ref() == Some(&object.meta.name))
    });
    let pods =
        claim.flat_map(|claim| view.table(Kind::Pod).using_claim(&claim.namespace, &claim.name));
    pods.filter_map(|one| {
        let pod = one.pod().filter(|pod| !is_done(one, pod))?;
        Some((one, pod.node()?))
    })
    .collect()
}

impl Look<'_> {
    fn detach(&mut self, memory: &mut Memory, now: SimTime) {
        let table = self.view.table(Kind::VolumeAttachment);
        for attachment in table.of_volume(&self.object.meta.name) {
            let Some(body) = attachment.attachment() else { continue };
            let id = attachment.meta.id;
            self.held.push(body.node.clone());
            let is_used = self.is_used(&body.node, memory);
            if self.users.iter().any(|(_, node)| **node == body.node) {
                memory.idle.remove(&id);
                if body.attached {
                    self.report(&body.node, now);
                }
                continue;
            }
            let since = if let Some(since) = memory.idle.get(&id) {
                *since
            } else {
                memory.idle.insert(id, now);
                now
            };
            if is_used && self.must_stay(&body.node, since, now) {
                continue;
            }
            memory.idle.remove(&id);
            memory.used.remove(&(self.object.meta.id, body.node.clone()));
            self.let_go(id, &body.node);
        }
    }

    /// Whether the node uses the volume, or did when it was last heard of.
    ///
    /// Models pkg/controller/volume/attachdetach/attach_detach_controller.go processVolumesInUse
    fn is_used(&self, node: &Str, memory: &mut Memory) -> bool {
        let key = (self.object.meta.id, node.clone());
        let Some(found) = self.view.named(Kind::Node, "", node).and_then(|one| one.node()) else {
            return memory.used.contains_key(&key);
        };
        let is_used = found.status.uses_volume(&self.name);
        if is_used {
            memory.used.insert(key, ());
        } else {
            memory.used.remove(&key);
        }
        is_used
    }

    /// Whether a node that uses the volume can't be made to give it up yet. One that was removed
    /// will never say that it has unmounted it.
    ///
    /// Models reconcile
    fn must_stay(&mut self, node: &Str, since: SimTime, now: SimTime) -> bool {
        let node = self.view.named(Kind::Node, "", node).and_then(|one| one.node());
        if node.is_some_and(is_out_of_service) {
            return false;
        }
        if node.is_some_and(Node::is_ready) {
            // The kubelet will say when it has unmounted it.
            return true;
        }
        let forced = since.plus_us(UNMOUNT_MAX_US + LOOP_US);
        if forced > now {
            self.plan.look_again(forced.since_us(now));
        }
        forced > now
    }

    /// Tells a node that registered anew of what is still attached to its machine by name.
    ///
    /// Models pkg/controller/volume/attachdetach/attach_detach_controller.go nodeAdd and
    /// pkg/controller/volume/attachdetach/statusupdater/node_status_updater.go UpdateNodeStatuses
    fn report(&mut self, node: &Str, now: SimTime) {
        let Some(found) = self.view.named(Kind::Node, "", node) else { return };
        if found.node().is_some_and(|one| one.status.has_attached(&self.name)) {
            return;
        }
        // The next look tells the node.
        self.plan.steps.push(Step::Delay(LOOP_US - now.0 % LOOP_US));
        let key = Key { kind: Kind::Node, id: found.meta.id };
        let patch = Patch::AttachedVolume(self.name.clone(), true);
        self.plan.ask(Action::Patch(key, patch), Rule("VOL-ATTACHED"));
    }

    fn let_go(&mut self, id: ObjectId, node: &Str) {
        if let Some(found) = self.view.named(Kind::Node, "", node) {
            let key = Key { kind: Kind::Node, id: found.meta.id };
            let patch = Patch::AttachedVolume(self.name.clone(), false);
            self.plan.ask(Action::Patch(key, patch), Rule("VOL-DETACH"));
        }
        let key = Key { kind: Kind::VolumeAttachment, id };
        self.plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("VOL-DETACH"));
        self.plan.steps.push(Step::Delay(POLL_US));
    }

    /// Attaches at the next look of the reconciler, for all Pods that need the volume by then.
    ///
    /// Models attachDesiredVolumes
    fn attach(&mut self, volume: &Volume, memory: &mut Memory, now: SimTime) {
        self.forget_refused(memory);
        if !self.is_time(memory, now) {
            return;
        }
        let users = self.users.clone();
        for (_, node) in users {
            let told = (self.object.meta.id, node.clone());
            if self.held.contains(node) {
                memory.told.remove(&told);
                continue;
            }
            if !self.held.is_empty() && !volume.is_shared() {
                if memory.told.insert(told, ()).is_none() {
                    self.refuse(node);
                }
                continue;
            }
            self.attach_to(volume, node);
            self.held.push(node.clone());
        }
    }

    /// Whether the reconciler looks at what the volume lacks; if not yet, it will.
    fn is_time(&mut self, memory: &mut Memory, now: SimTime) -> bool {
        let id = self.object.meta.id;
        if self.users.iter().all(|(_, node)| self.held.contains(node)) {
            memory.due.remove(&id);
            return true;
        }
        let due = memory.due.remove(&id);
        let due = due.unwrap_or_else(|| SimTime((now.0 / LOOP_US + 1) * LOOP_US));
        if due > now {
            memory.due.insert(id, due);
            self.plan.look_again(due.since_us(now));
        }
        due <= now
    }

    /// Nodes that need the volume no longer are told anew when they need it again.
    fn forget_refused(&self, memory: &mut Memory) {
        let id = self.object.meta.id;
        let is_needed = |node: &Str| self.users.iter().any(|(_, other)| *other == node);
        let old = memory.told.keys().filter(|(volume, node)| *volume == id && !is_needed(node));
        let old: Vec<_> = old.cloned().collect();
        for key in old {
            memory.told.remove(&key);
        }
    }

    /// Tells the Pods on a node that another node has the volume.
    ///
    /// Models reportMultiAttachError
    fn refuse(&mut self, node: &Str) {
        let others: Vec<&str> = self
            .users
            .iter()
            .filter(|(_, other)| *other != node && self.held.contains(other))
            .map(|(pod, _)| &*pod.meta.name)
            .collect();
        let why = if others.is_empty() {
            "Volume is already exclusively attached to one node and can't be attached to another"
                .to_owned()
        } else {
            format!("Volume is already used by pod(s) {}", others.join(", "))
        };
        let text = format!("Multi-Attach error for volume \"{}\" {why}", self.object.meta.name);
        for (pod, _) in self.users.iter().filter(|(_, other)| *other == node) {
            let about = pod.reference();
            let note = EventNote::warning(about, SOURCE, "FailedAttachVolume", text.clone());
            self.plan.tell(note, Rule("VOL-MULTI-ATTACH"));
        }
    }

    fn attach_to(&mut self, volume: &Volume, node: &Str) {
        let Some((driver, handle)) = volume.driver() else { return };
        let name = name_of(handle, driver, node);
        let body = |attached| {
            Body::VolumeAttachment(VolumeAttachment {
                volume: self.object.meta.name.clone(),
                node: node.clone(),
                attached,
            })
        };
        let attachment = Object::new("", &name, body(false));
        let attached = Object { body: body(true), ..attachment.clone() };
        let plan = &mut self.plan;
        plan.ask(Action::Create(Rc::new(attachment)), Rule("VOL-ATTACH-FIRST"));
        // The number is unknown before the creation: the update goes by name.
        plan.ask(Action::Update(Rc::new(attached), Part::Status), Rule("VOL-ATTACHED"));
        plan.steps.push(Step::Delay(POLL_US));
        let text =
            format!("AttachVolume.Attach succeeded for volume \"{}\" ", self.object.meta.name);
        for (pod, _) in self.users.iter().filter(|(_, other)| *other == node) {
            let about = pod.reference();
            let note = EventNote::normal(about, SOURCE, "SuccessfulAttachVolume", text.clone());
            self.plan.tell(note, Rule("VOL-ATTACHED"));
        }
        if let Some(found) = self.view.named(Kind::Node, "", node) {
            // The next look tells the node.
            self.plan.steps.push(Step::Delay(LOOP_US));
            let key = Key { kind: Kind::Node, id: found.meta.id };
            let patch = Patch::AttachedVolume(self.name.clone(), true);
            self.plan.ask(Action::Patch(key, patch), Rule("VOL-ATTACHED"));
        }
    }
}

/// `csi-` and 64 digits that follow from volume, driver and node.
///
/// Models pkg/volume/csi/csi_attacher.go getAttachmentName
/// Differs: another hash than SHA-256, which nobody can check as the handle is random.
fn name_of(handle: &str, driver: &str, node: &str) -> String {
    let digit = |part: u8| format!("{:016x}", digest_of(&(part, handle, driver, node)));
    format!("csi-{}{}{}{}", digit(0), digit(1), digit(2), digit(3))
}
