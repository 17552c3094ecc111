//! Claims to volumes, and volumes to nodes: binding, provisioning, attaching, reclaiming.
//!
//! Must not know the kubelet's mounts. Invariant: a ReadWriteOnce volume is attached to one
//! node at a time, and a claim in use is never let go.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::storage::{
    Claim, ClaimRef, StorageClass, Volume, VolumeAttachment, VolumeSpec, VolumeStatus,
};
use crate::api::{Body, Kind, Meta, Object};
use crate::base::{Str, digest_of};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, Patch, View};
use crate::sim::{Plan, Rule, Step};

const SOURCE: &str = "persistentvolume-controller";
const ATTACHER: &str = "attachdetach-controller";
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";
const PROVISIONER: &str = "volume.kubernetes.io/storage-provisioner";
const PROVISIONER_BETA: &str = "volume.beta.kubernetes.io/storage-provisioner";
const PVC_PROTECTION: &str = "kubernetes.io/pvc-protection";
const PV_PROTECTION: &str = "kubernetes.io/pv-protection";
/// What the storage behind the provisioner takes to make a volume.
const PROVISION_US: u64 = 250_000;
/// What the storage takes to attach a volume to a node.
const ATTACH_US: u64 = 500_000;

pub(super) fn wake_binding(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::PersistentVolumeClaim => {
            keys.push(change.key());
            let volume = change.object().claim().and_then(|claim| claim.spec.volume_name.clone());
            let volume = volume.and_then(|name| {
                view.named(Kind::PersistentVolume, "", &name).map(|one| one.meta.id)
            });
            keys.extend(volume.map(|id| Key { kind: Kind::PersistentVolume, id }));
        }
        Kind::PersistentVolume => {
            keys.push(change.key());
            wake_pending(view, keys);
        }
        Kind::StorageClass => wake_pending(view, keys),
        Kind::Pod if has_left(change) => {
            let pod = change.object();
            for claim in pod.pod().into_iter().flat_map(super::super::api::pod::Pod::claims) {
                let kind = Kind::PersistentVolumeClaim;
                if let Some(found) = view.named(kind, &pod.meta.namespace, claim)
                    && found.meta.is_terminating()
                {
                    keys.push(Key { kind, id: found.meta.id });
                }
            }
        }
        _ => {}
    }
}

fn has_left(change: &Change) -> bool {
    let ended = |one: &Rc<Object>| one.pod().is_some_and(|pod| pod.status.phase.is_terminal());
    change.new.as_ref().is_none_or(ended)
}

fn wake_pending(view: &View, keys: &mut Vec<Key>) {
    let kind = Kind::PersistentVolumeClaim;
    let pending = view.table(kind).iter().filter(|one| !is_bound(one));
    keys.extend(pending.map(|one| Key { kind, id: one.meta.id }));
}

fn is_bound(object: &Object) -> bool {
    object.claim().is_some_and(|claim| claim.status.phase.as_deref() == Some("Bound"))
}

/// Models pkg/controller/volume/persistentvolume/pv_controller.go syncClaim and syncVolume
pub(super) fn reconcile_binding(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    match &object.body {
        Body::PersistentVolumeClaim(claim) => bind_claim(object, claim, view, &mut plan),
        Body::PersistentVolume(volume) => reclaim(object, volume, view, &mut plan),
        _ => {}
    }
    plan
}

fn bind_claim(object: &Rc<Object>, claim: &Claim, view: &View, plan: &mut Plan) {
    if object.meta.is_terminating() {
        release_claim(object, view, plan);
        return;
    }
    if is_bound(object) {
        return;
    }
    let made = format!("pvc-{}", object.meta.uid);
    let reserved = claim.spec.volume_name.as_deref().unwrap_or(&made);
    if let Some(volume) = view.named(Kind::PersistentVolume, "", reserved) {
        bind(object, volume, plan);
        return;
    }
    let class_name = claim.spec.storage_class_name.clone().unwrap_or_else(|| "".into());
    let class = view.named(Kind::StorageClass, "", &class_name);
    let body = class.and_then(|class| class.storage_class());
    let waits = body
        .is_some_and(|class| class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer"));
    let node = object.meta.annotation(SELECTED_NODE);
    if waits && node.is_none() {
        let text = "waiting for first consumer to be created before binding";
        let note = EventNote::normal(object.reference(), SOURCE, "WaitForFirstConsumer", text);
        plan.tell(note, Rule("PVC-WAIT-CONSUMER"));
        return;
    }
    if let Some(volume) = smallest_fitting(claim, &class_name, view) {
        bind(object, volume, plan);
        return;
    }
    match body {
        Some(class) => provision(object, claim, class, &class_name, plan),
        None if class_name.is_empty() => {
            let text = "no persistent volumes available for this claim and no storage class is set";
            let note = EventNote::normal(object.reference(), SOURCE, "FailedBinding", text);
            plan.tell(note, Rule("PVC-NO-VOLUME"));
        }
        None => {
            let text = format!("storageclass.storage.k8s.io \"{class_name}\" not found");
            let note = EventNote::warning(object.reference(), SOURCE, "ProvisioningFailed", text);
            plan.tell(note, Rule("PVC-NO-CLASS"));
        }
    }
}

/// Models pkg/controller/volume/pvcprotection/pvc_protection_controller.go processPVC
fn release_claim(object: &Rc<Object>, view: &View, plan: &mut Plan) {
    let mut users = view.table(Kind::Pod).using_claim(&object.meta.namespace, &object.meta.name);
    let is_used = users.any(|one| one.pod().is_some_and(|pod| !pod.status.phase.is_terminal()));
    if !is_used && object.meta.has_finalizer(PVC_PROTECTION) {
        let key = Key { kind: Kind::PersistentVolumeClaim, id: object.meta.id };
        let patch = Patch::RemoveFinalizer(PVC_PROTECTION.into());
        plan.ask(Action::Patch(key, patch), Rule("PVC-RELEASE"));
    }
}

fn milli(list: &crate::api::pod::ResourceList) -> i64 {
    list.get("storage").map_or(0, |amount| amount.milli)
}

/// The smallest free volume that has all that the claim asks for.
///
/// Models pkg/volume/util/util.go FindMatchingVolume
fn smallest_fitting<'a>(claim: &Claim, class: &str, view: &'a View) -> Option<&'a Rc<Object>> {
    let wanted = milli(&claim.spec.resources.requests);
    view.table(Kind::PersistentVolume)
        .iter()
        .filter(|one| {
            one.volume().is_some_and(|volume| {
                let spec = &volume.spec;
                volume.status.phase.as_deref() == Some("Available")
                    && spec.claim_ref.is_none()
                    && spec.storage_class_name.as_deref().unwrap_or_default() == class
                    && milli(&spec.capacity) >= wanted
                    && claim.spec.access_modes.iter().all(|mode| spec.access_modes.contains(mode))
            })
        })
        .min_by_key(|one| (one.volume().map(|one| milli(&one.spec.capacity)), one.meta.id))
}

/// Writes both halves of a binding.
///
/// Models pkg/controller/volume/persistentvolume/pv_controller.go bind
fn bind(object: &Rc<Object>, volume: &Rc<Object>, plan: &mut Plan) {
    let Some(body) = volume.volume() else { return };
    if body.spec.claim_ref.as_ref().is_some_and(|one| one.uid != object.meta.uid && one.uid.0 != 0)
    {
        return;
    }
    bind_volume(object, volume, plan);
    let Some(claim) = object.claim() else { return };
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    new.meta.annotate("pv.kubernetes.io/bind-completed", "yes");
    new.meta.annotate("pv.kubernetes.io/bound-by-controller", "yes");
    let mut claim = claim.clone();
    Rc::make_mut(&mut claim.spec).volume_name = Some(volume.meta.name.clone());
    claim.status.phase = Some("Bound".into());
    claim.status.access_modes.clone_from(&body.spec.access_modes);
    claim.status.capacity = body.spec.capacity.clone();
    new.body = Body::PersistentVolumeClaim(claim);
    let new = Rc::new(new);
    plan.ask(Action::Update(new.clone(), Part::Spec), Rule("PVC-BIND"));
    plan.ask(Action::Update(new, Part::Status), Rule("PVC-BOUND"));
}

fn bind_volume(object: &Rc<Object>, volume: &Rc<Object>, plan: &mut Plan) {
    let Some(body) = volume.volume() else { return };
    let claim_ref = ClaimRef {
        namespace: object.meta.namespace.clone(),
        name: object.meta.name.clone(),
        uid: object.meta.uid,
    };
    let mut new = Object::clone(volume);
    new.meta.resource_version = 0;
    let mut body = body.clone();
    Rc::make_mut(&mut body.spec).claim_ref = Some(claim_ref);
    body.status = VolumeStatus { phase: Some("Bound".into()) };
    new.body = Body::PersistentVolume(body);
    let new = Rc::new(new);
    if new.body != volume.body {
        plan.ask(Action::Update(new.clone(), Part::Spec), Rule("PVC-BIND"));
        plan.ask(Action::Update(new, Part::Status), Rule("PVC-BOUND"));
    }
}

/// Has the storage make a volume.
///
/// Models pkg/controller/volume/persistentvolume/pv_controller.go provisionClaimOperationExternal
fn provision(
    object: &Rc<Object>,
    claim: &Claim,
    class: &StorageClass,
    class_name: &Str,
    plan: &mut Plan,
) {
    let provisioner = &class.provisioner;
    let key = Key { kind: Kind::PersistentVolumeClaim, id: object.meta.id };
    for name in [PROVISIONER_BETA, PROVISIONER] {
        if object.meta.annotation(name).is_none() {
            let patch = Patch::Annotation(name.into(), Some(provisioner.clone()));
            plan.ask(Action::Patch(key, patch), Rule("PVC-PROVISION"));
        }
    }
    let text = format!(
        "Waiting for a volume to be created either by the external provisioner '{provisioner}' or \
         manually by the system administrator. If volume creation is delayed, please verify that \
         the provisioner is running and correctly registered."
    );
    let about = object.reference();
    plan.tell(
        EventNote::normal(about.clone(), SOURCE, "ExternalProvisioning", text),
        Rule("PVC-PROVISION"),
    );
    plan.steps.push(Step::Delay(PROVISION_US));
    let volume = new_volume(object, claim, class, class_name);
    let text = format!("Successfully provisioned volume {}", volume.meta.name);
    let note = EventNote::normal(about, "csi-provisioner", "ProvisioningSucceeded", text);
    plan.ask_and_tell(Action::Create(Rc::new(volume)), Rule("PV-PROVISIONED"), note);
}

fn new_volume(object: &Object, claim: &Claim, class: &StorageClass, class_name: &Str) -> Object {
    let mut meta = Meta { name: format!("pvc-{}", object.meta.uid).into(), ..Meta::default() };
    meta.annotate("pv.kubernetes.io/provisioned-by", class.provisioner.clone());
    let mut capacity = BTreeMap::new();
    if let Some(amount) = claim.spec.resources.requests.get("storage") {
        capacity.insert("storage".into(), *amount);
    }
    let reclaim = class.reclaim_policy.clone().unwrap_or_else(|| "Delete".into());
    let spec = VolumeSpec {
        capacity,
        access_modes: claim.spec.access_modes.clone(),
        claim_ref: Some(ClaimRef {
            namespace: object.meta.namespace.clone(),
            name: object.meta.name.clone(),
            uid: object.meta.uid,
        }),
        persistent_volume_reclaim_policy: Some(reclaim),
        storage_class_name: Some(class_name.clone()),
        volume_mode: claim.spec.volume_mode.clone(),
        ..VolumeSpec::default()
    };
    let volume = Volume { spec: Rc::new(spec), ..Volume::default() };
    Object { meta, body: Body::PersistentVolume(volume) }
}

/// What becomes of a volume whose claim is gone.
///
/// Models pkg/controller/volume/persistentvolume/pv_controller.go syncVolume, reclaimVolume
fn reclaim(object: &Rc<Object>, volume: &Volume, view: &View, plan: &mut Plan) {
    let key = Key { kind: Kind::PersistentVolume, id: object.meta.id };
    let phase = volume.status.phase.as_deref().unwrap_or("Pending");
    let Some(claim_ref) = &volume.spec.claim_ref else {
        if phase == "Pending" {
            set_phase(object, "Available", "PV-AVAILABLE", plan);
        }
        return;
    };
    if claim_ref.uid.0 == 0 {
        if phase == "Pending" {
            set_phase(object, "Available", "PV-AVAILABLE", plan);
        }
        return;
    }
    let kind = Kind::PersistentVolumeClaim;
    let claim = view.named(kind, &claim_ref.namespace, &claim_ref.name);
    if claim.is_some_and(|claim| claim.meta.uid == claim_ref.uid) {
        return;
    }
    if phase != "Released" {
        set_phase(object, "Released", "PV-RELEASED", plan);
    }
    let is_deleted = volume.spec.persistent_volume_reclaim_policy.as_deref() == Some("Delete");
    if is_deleted
        && view.table(Kind::VolumeAttachment).of_volume(&object.meta.name).next().is_none()
    {
        if !object.meta.is_terminating() {
            plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("PV-DELETE"));
        }
        let patch = Patch::RemoveFinalizer(PV_PROTECTION.into());
        plan.ask(Action::Patch(key, patch), Rule("PV-DELETE"));
    }
}

fn set_phase(object: &Rc<Object>, phase: &str, rule: &'static str, plan: &mut Plan) {
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    if let Some(volume) = new.volume_mut() {
        volume.status.phase = Some(phase.into());
    }
    plan.ask(Action::Update(Rc::new(new), Part::Status), Rule(rule));
}

pub(super) fn wake_attachment(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::Pod => {
            let pod = change.object();
            for claim in pod.pod().into_iter().flat_map(super::super::api::pod::Pod::claims) {
                keys.extend(volume_of(&pod.meta.namespace, claim, view));
            }
        }
        Kind::PersistentVolumeClaim => {
            let claim = change.object();
            keys.extend(volume_of(&claim.meta.namespace, &claim.meta.name, view));
        }
        Kind::VolumeAttachment => {
            let volume = change.object().attachment().map(|one| one.volume.clone());
            let found = volume.and_then(|name| view.named(Kind::PersistentVolume, "", &name));
            let found = found.map(|one| Key { kind: Kind::PersistentVolume, id: one.meta.id });
            keys.extend(found);
        }
        Kind::Node => {
            for attachment in view.table(Kind::VolumeAttachment).iter() {
                let Some(body) = attachment.attachment() else { continue };
                let found = view.named(Kind::PersistentVolume, "", &body.volume);
                if body.node == change.object().meta.name {
                    keys.extend(
                        found.map(|one| Key { kind: Kind::PersistentVolume, id: one.meta.id }),
                    );
                }
            }
        }
        _ => {}
    }
}

fn volume_of(namespace: &Str, claim: &Str, view: &View) -> Option<Key> {
    let claim = view.named(Kind::PersistentVolumeClaim, namespace, claim)?;
    let name = claim.claim()?.spec.volume_name.as_ref()?;
    let volume = view.named(Kind::PersistentVolume, "", name)?;
    Some(Key { kind: Kind::PersistentVolume, id: volume.meta.id })
}

/// Attaches a volume where a Pod needs it, and detaches it where none does.
///
/// Models pkg/controller/volume/attachdetach/reconciler/reconciler.go reconcile
/// Differs: a lost node keeps its volumes until it is back, gone or out of service; the
/// forced detach after six minutes is not modelled.
pub(super) fn reconcile_attachment(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(volume) = object.volume() else { return plan };
    let Some(claim) = &volume.spec.claim_ref else { return plan };
    let users: Vec<_> = view
        .table(Kind::Pod)
        .using_claim(&claim.namespace, &claim.name)
        .filter(|one| {
            one.pod().is_some_and(|pod| pod.node().is_some() && !pod.status.phase.is_terminal())
        })
        .collect();
    let mut held: Vec<Str> = Vec::new();
    for attachment in view.table(Kind::VolumeAttachment).of_volume(&object.meta.name) {
        let Some(body) = attachment.attachment() else { continue };
        let is_used = users.iter().any(|one| one.pod().and_then(|p| p.node()) == Some(&body.node));
        if is_used || !is_safe_to_detach(&body.node, view) {
            held.push(body.node.clone());
            continue;
        }
        let key = Key { kind: Kind::VolumeAttachment, id: attachment.meta.id };
        plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("VOL-DETACH"));
    }
    let is_shared = volume
        .spec
        .access_modes
        .iter()
        .any(|mode| &**mode != "ReadWriteOnce" && &**mode != "ReadWriteOncePod");
    for pod in users {
        let Some(node) = pod.pod().and_then(|pod| pod.node()) else { continue };
        if held.contains(node) {
            continue;
        }
        if !held.is_empty() && !is_shared {
            let text = format!(
                "Multi-Attach error for volume \"{}\" Volume is already exclusively attached to \
                 one node and can't be attached to another",
                object.meta.name
            );
            let note = EventNote::warning(pod.reference(), ATTACHER, "FailedAttachVolume", text);
            plan.tell(note, Rule("VOL-MULTI-ATTACH"));
            continue;
        }
        attach(object, pod, node, &mut plan);
        held.push(node.clone());
    }
    plan
}

fn is_safe_to_detach(node: &str, view: &View) -> bool {
    view.named(Kind::Node, "", node).and_then(|one| one.node()).is_none_or(|node| {
        let taints = node.spec.taints.iter();
        let is_out = |key: &str| key == "node.kubernetes.io/out-of-service";
        node.is_ready() || taints.into_iter().any(|taint| is_out(&taint.key))
    })
}

fn attach(object: &Object, pod: &Object, node: &Str, plan: &mut Plan) {
    let digest = digest_of(&(&object.meta.uid, node));
    let name = format!("csi-{digest:016x}{:016x}", digest_of(&(digest, "attachment")));
    let body = |attached| {
        Body::VolumeAttachment(VolumeAttachment {
            volume: object.meta.name.clone(),
            node: node.clone(),
            attached,
        })
    };
    let attachment = Object::new("", &name, body(false));
    plan.ask(Action::Create(Rc::new(attachment.clone())), Rule("VOL-ATTACH-FIRST"));
    plan.steps.push(Step::Delay(ATTACH_US));
    let text = format!("AttachVolume.Attach succeeded for volume \"{}\" ", object.meta.name);
    let note = EventNote::normal(pod.reference(), ATTACHER, "SuccessfulAttachVolume", text);
    let attached = Object { body: body(true), ..attachment };
    // The number is unknown before the creation: the update goes by name.
    plan.ask_and_tell(Action::Update(Rc::new(attached), Part::Status), Rule("VOL-ATTACHED"), note);
}
