//! The storage's own process: it makes volumes for claims and deletes those that are done.
//!
//! Must not know who binds or attaches. Invariant: a volume is deleted only when its claim is
//! gone and no node has it attached.
//!
//! Models github.com/kubernetes-sigs/sig-storage-lib-external-provisioner controller.go
//! Differs: one process serves every provisioner that a class may name.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::affinity::{NodeRequirement, NodeSelector, NodeSelectorTerm};
use crate::api::storage::{Claim, ClaimRef, StorageClass, Volume, VolumeNodes, VolumeSpec};
use crate::api::{Body, Kind, Meta, Object, Value};
use crate::base::{SimTime, Str, gather};
use crate::controllers::volumes::{
    PROVISIONED_BY, PROVISIONER, SELECTED_NODE, class_of, provisioner_of,
};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Patch, View};
use crate::sim::{Plan, Rule, Step};

/// Who tells of it: a provisioner's name, its host and a number of its process.
const SOURCE: &str = "csi.sim.local_csi-provisioner-0_4f1c0a52-7d1e-4c1b-9a55-6d0c1c3a2b10";
/// Keeps a volume's object until its storage is deleted.
const FINALIZER: &str = "external-provisioner.volume.kubernetes.io/finalizer";
/// What the storage takes to make or delete a volume.
const STORAGE_US: u64 = 250_000;
/// What it takes until the storage's process has seen that its own deletion was accepted.
const DELETED_US: u64 = 15_000;

pub(in crate::controllers) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::PersistentVolumeClaim | Kind::PersistentVolume => keys.push(change.key()),
        Kind::VolumeAttachment if change.new.is_none() => {
            let volume = change.object().attachment().map(|one| one.volume.clone());
            let volume = volume.and_then(|name| view.named(Kind::PersistentVolume, "", &name));
            keys.extend(volume.map(|one| Key { kind: Kind::PersistentVolume, id: one.meta.id }));
        }
        _ => {}
    }
}

pub(in crate::controllers) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    match &object.body {
        Body::PersistentVolumeClaim(claim) => make(object, claim, view, &mut plan),
        Body::PersistentVolume(volume) => delete(object, volume, view, now, &mut plan),
        _ => {}
    }
    plan
}

fn name_for(claim: &Object) -> Str {
    format!("pvc-{}", claim.meta.uid).into()
}

/// Models shouldProvision and provisionClaimOperation
fn make(object: &Rc<Object>, claim: &Claim, view: &View, plan: &mut Plan) {
    let Some(class) = class_of(claim, view) else { return };
    let is_asked = object.meta.annotation(PROVISIONER) == Some(&provisioner_of(class));
    let is_placed = !class.waits_for_consumer() || object.meta.annotation(SELECTED_NODE).is_some();
    let name = name_for(object);
    let is_made = view.named(Kind::PersistentVolume, "", &name).is_some();
    let is_bound = claim.spec.volume_name.is_some();
    if !is_asked || !is_placed || is_made || is_bound || object.meta.is_terminating() {
        return;
    }
    let about = object.reference();
    let text = format!(
        "External provisioner is provisioning volume for claim \"{}/{}\"",
        object.meta.namespace, object.meta.name
    );
    let note = EventNote::normal(about.clone(), SOURCE, "Provisioning", text);
    plan.tell(note, Rule("PVC-PROVISION"));
    plan.steps.push(Step::Delay(STORAGE_US));
    let volume = volume_for(object, claim, class, &name, view);
    let text = format!("Successfully provisioned volume {}", volume.meta.name);
    let note = EventNote::normal(about, SOURCE, "ProvisioningSucceeded", text);
    plan.ask_and_tell(Action::Create(Rc::new(volume)), Rule("PV-PROVISIONED"), note);
}

fn text(text: &str) -> Value {
    Value::Str(text.into())
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries)
}

fn volume_for(
    object: &Object,
    claim: &Claim,
    class: &StorageClass,
    name: &Str,
    view: &View,
) -> Object {
    let mut meta =
        Meta { name: name.clone(), finalizers: Rc::new(vec![FINALIZER.into()]), ..Meta::default() };
    meta.annotate(PROVISIONED_BY, provisioner_of(class));
    let mut capacity = BTreeMap::new();
    if let Some(amount) = claim.spec.resources.requests.get("storage") {
        capacity.insert("storage".into(), *amount);
    }
    let spec = VolumeSpec {
        capacity,
        access_modes: claim.spec.access_modes.clone(),
        claim_ref: Some(ClaimRef::to(object)),
        persistent_volume_reclaim_policy: Some(
            class.reclaim_policy.clone().unwrap_or_else(|| "Delete".into()),
        ),
        storage_class_name: claim.spec.storage_class_name.clone(),
        volume_mode: claim.spec.volume_mode.clone(),
        node_affinity: nodes_of(object, class, view),
        rest: Rc::new(source_of(object, class, name)),
    };
    let volume = Volume { spec: Rc::new(spec), ..Volume::default() };
    Object { meta, body: Body::PersistentVolume(volume) }
}

/// The chosen node, if the class keeps the data on the node itself.
fn local_node<'a>(object: &'a Object, class: &StorageClass) -> Option<&'a Str> {
    let is_local = class.provisioner.ends_with("/local-path");
    object.meta.annotation(SELECTED_NODE).filter(|_| is_local)
}

/// Where the data is: on a node, or behind a CSI driver.
fn source_of(object: &Object, class: &StorageClass, name: &Str) -> BTreeMap<Str, Value> {
    if local_node(object, class).is_none() {
        let csi = map([("driver", text(&provisioner_of(class))), ("volumeHandle", text(name))]);
        return gather([("csi".into(), csi)]);
    }
    let meta = &object.meta;
    let path = format!("/opt/local-path-provisioner/{name}_{}_{}", meta.namespace, meta.name);
    let host_path = map([("path", text(&path)), ("type", text("DirectoryOrCreate"))]);
    gather([("hostPath".into(), host_path)])
}

/// From where the data can be reached.
fn nodes_of(object: &Object, class: &StorageClass, view: &View) -> Option<VolumeNodes> {
    const HOSTNAME: &str = "kubernetes.io/hostname";
    let node = local_node(object, class)?;
    let found = view.named(Kind::Node, "", node);
    let hostname = found.and_then(|one| one.meta.label(HOSTNAME)).unwrap_or(node).clone();
    let requirement =
        NodeRequirement { key: HOSTNAME.into(), operator: "In".into(), values: vec![hostname] };
    let term =
        NodeSelectorTerm { match_expressions: vec![requirement], ..NodeSelectorTerm::default() };
    Some(VolumeNodes { required: Some(NodeSelector { node_selector_terms: vec![term] }) })
}

/// Models shouldDelete and deleteVolumeOperation
fn delete(object: &Rc<Object>, volume: &Volume, view: &View, now: SimTime, plan: &mut Plan) {
    if object.meta.annotation(PROVISIONED_BY).is_none() || !object.meta.has_finalizer(FINALIZER) {
        return;
    }
    let key = Key { kind: Kind::PersistentVolume, id: object.meta.id };
    let let_go = Action::Patch(key, Patch::RemoveFinalizer(FINALIZER.into()));
    let is_deleted = volume.spec.persistent_volume_reclaim_policy.as_deref() == Some("Delete");
    if !is_deleted {
        // Only the object goes; the storage stays for whoever wants it back.
        if object.meta.is_terminating() {
            plan.ask(let_go, Rule("PV-DELETE"));
        }
        return;
    }
    let is_attached =
        view.table(Kind::VolumeAttachment).of_volume(&object.meta.name).next().is_some();
    if !volume.is_in("Released") || is_attached {
        return;
    }
    let released = volume.status.last_phase_transition_time.unwrap_or(now);
    let done = released.plus_us(STORAGE_US);
    if done > now {
        return plan.look_again(done.since_us(now));
    }
    if !object.meta.is_terminating() {
        plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("PV-DELETE"));
        plan.steps.push(Step::Delay(DELETED_US));
    }
    plan.ask(let_go, Rule("PV-DELETE"));
}
