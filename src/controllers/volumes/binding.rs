//! Which volume serves which claim.
//!
//! Must not know how volumes are made or attached. Invariant: a volume that was released is
//! never given to another claim, and both halves of a binding name each other.
//!
//! Models pkg/controller/volume/persistentvolume/pv_controller.go

use std::rc::Rc;

use crate::api::storage::{Claim, ClaimRef, ClaimStatus, Volume};
use crate::api::{Body, Kind, Object};
use crate::base::{SECOND_US, SimTime, Str};
use crate::controllers::ticks::Ticks;
use crate::controllers::volumes::{
    PROVISIONED_BY, PROVISIONER, PROVISIONER_BETA, SELECTED_NODE, class_of, provisioner_of,
    reclaim, set_phase,
};
use crate::server::{Action, Change, EventNote, Key, Part, View};
use crate::sim::{Plan, Rule};

pub(super) const SOURCE: &str = "persistentvolume-controller";
const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
/// Claims that wait are looked at again this often (`--pvclaimbinder-sync-period`).
const RESYNC_US: u64 = 15 * SECOND_US;

pub(in crate::controllers) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let object = change.object();
    match &object.body {
        Body::PersistentVolumeClaim(claim) => {
            keys.push(change.key());
            if change.new.is_none() {
                let name = claim.spec.volume_name.iter();
                let named = name.filter_map(|name| view.named(Kind::PersistentVolume, "", name));
                let table = view.table(Kind::PersistentVolume);
                let meant = table.using_claim(&object.meta.namespace, &object.meta.name);
                let volumes = named.chain(meant);
                keys.extend(
                    volumes.map(|one| Key { kind: Kind::PersistentVolume, id: one.meta.id }),
                );
            }
        }
        Body::PersistentVolume(volume) => {
            keys.push(change.key());
            let claim = volume.spec.claim_ref.as_ref();
            let kind = Kind::PersistentVolumeClaim;
            let claim = claim.and_then(|one| view.named(kind, &one.namespace, &one.name));
            keys.extend(claim.map(|one| Key { kind, id: one.meta.id }));
        }
        _ => {}
    }
}

pub(in crate::controllers) fn reconcile(
    key: Key,
    view: &View,
    ticks: &Ticks,
    now: SimTime,
) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    match &object.body {
        Body::PersistentVolumeClaim(claim) => {
            if object.meta.annotation(BIND_COMPLETED).is_some() {
                sync_bound(object, claim, view, &mut plan);
            } else {
                sync_unbound(object, claim, view, &mut plan);
                plan.look_again(ticks.after(now, RESYNC_US).since_us(now));
            }
        }
        Body::PersistentVolume(volume) => sync_volume(object, volume, view, &mut plan),
        _ => {}
    }
    plan
}

/// Models syncUnboundClaim
fn sync_unbound(object: &Rc<Object>, claim: &Claim, view: &View, plan: &mut Plan) {
    if let Some(name) = &claim.spec.volume_name {
        return sync_requested(object, claim, name, view, plan);
    }
    let class = class_of(claim, view);
    let waits = class.is_some_and(super::StorageClass::waits_for_consumer);
    if let Some(volume) = best_match(object, claim, waits, view) {
        bind(object, claim, volume, plan);
    } else if waits && object.meta.annotation(SELECTED_NODE).is_none() {
        tell_waiting(object, view, plan);
    } else if let Some(class) = class {
        provision(object, &provisioner_of(class), plan);
    } else if claim.class().is_empty() {
        let text = "no persistent volumes available for this claim and no storage class is set";
        let note = EventNote::normal(object.reference(), SOURCE, "FailedBinding", text);
        plan.tell(note, Rule("PVC-NO-VOLUME"));
    } else {
        let text = format!("storageclass.storage.k8s.io \"{}\" not found", claim.class());
        let note = EventNote::warning(object.reference(), SOURCE, "ProvisioningFailed", text);
        plan.tell(note, Rule("PVC-NO-CLASS"));
    }
}

/// A claim that names the volume that it wants.
fn sync_requested(object: &Rc<Object>, claim: &Claim, name: &Str, view: &View, plan: &mut Plan) {
    let Some(found) = view.named(Kind::PersistentVolume, "", name) else { return };
    let Some(volume) = found.volume() else { return };
    let about = object.reference();
    if volume.spec.claim_ref.is_none() {
        match mismatch(claim, volume) {
            None => bind(object, claim, found, plan),
            Some(why) => {
                let text = format!("Cannot bind to requested volume \"{name}\": {why}");
                let note = EventNote::warning(about, SOURCE, "VolumeMismatch", text);
                plan.tell(note, Rule("PVC-MISMATCH"));
            }
        }
    } else if is_for(volume, object) {
        bind(object, claim, found, plan);
    } else {
        let text = format!("volume \"{name}\" already bound to a different claim.");
        let note = EventNote::warning(about, SOURCE, "FailedBinding", text);
        plan.tell(note, Rule("PVC-NO-VOLUME"));
    }
}

fn is_for(volume: &Volume, claim: &Object) -> bool {
    volume.is_for(&claim.meta.namespace, &claim.meta.name, claim.meta.uid)
}

/// Why a volume can't serve the claim that asks for it by name.
///
/// Models checkVolumeSatisfyClaim
fn mismatch(claim: &Claim, volume: &Volume) -> Option<&'static str> {
    if volume.size_milli() < claim.wanted_milli() {
        Some("requested PV is too small")
    } else if volume.class() != claim.class() {
        Some("storageClassName does not match")
    } else if mode_of(claim.spec.volume_mode.as_ref()) != mode_of(volume.spec.volume_mode.as_ref())
    {
        Some("incompatible volumeMode")
    } else if !has_modes(claim, volume) {
        Some("incompatible accessMode")
    } else {
        None
    }
}

fn mode_of(mode: Option<&Str>) -> &str {
    mode.map_or("Filesystem", |mode| &**mode)
}

fn has_modes(claim: &Claim, volume: &Volume) -> bool {
    claim.spec.access_modes.iter().all(|mode| volume.spec.access_modes.contains(mode))
}

/// The free volume with the fewest modes, then the smallest, that has all that the claim asks
/// for; a volume reserved for the claim before any other. A claim that waits for its consumer
/// gets only a reserved one here: among the others the scheduler chooses.
///
/// Models pkg/controller/volume/persistentvolume/index.go findBestMatchForClaim and
/// staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go FindMatchingVolume
fn best_match<'a>(
    object: &Object,
    claim: &Claim,
    waits: bool,
    view: &'a View,
) -> Option<&'a Rc<Object>> {
    let table = view.table(Kind::PersistentVolume);
    let fits = |one: &Object, volume: &Volume| {
        volume.size_milli() >= claim.wanted_milli()
            && mode_of(claim.spec.volume_mode.as_ref()) == mode_of(volume.spec.volume_mode.as_ref())
            && has_modes(claim, volume)
            && !one.meta.is_terminating()
    };
    let mut reserved = table.using_claim(&object.meta.namespace, &object.meta.name).filter(|one| {
        one.volume().is_some_and(|volume| is_for(volume, object) && fits(one, volume))
    });
    if let Some(found) = reserved.next() {
        return Some(found);
    }
    if waits {
        return None;
    }
    let selector = claim.spec.selector.as_ref();
    table
        .free_of_class(claim.class())
        .filter(|one| {
            one.volume().is_some_and(|volume| volume.is_in("Available") && fits(one, volume))
                && selector.is_none_or(|selector| selector.is_met_by(&one.meta.labels))
        })
        .min_by_key(|one| {
            let volume = one.volume();
            (
                volume.map(|one| one.spec.access_modes.len()),
                volume.map(Volume::size_milli),
                one.meta.id,
            )
        })
}

/// Models emitEventForUnboundDelayBindingClaim
fn tell_waiting(object: &Rc<Object>, view: &View, plan: &mut Plan) {
    let pods = view.table(Kind::Pod).using_claim(&object.meta.namespace, &object.meta.name);
    let mut names: Vec<&str> = pods
        .filter(|one| {
            one.pod().is_some_and(|pod| pod.node().is_none() && !pod.status.phase.is_terminal())
        })
        .map(|one| &*one.meta.name)
        .collect();
    names.reverse();
    let (reason, text) = match names.as_slice() {
        [] => (
            "WaitForFirstConsumer",
            "waiting for first consumer to be created before binding".to_owned(),
        ),
        [one] => ("WaitForPodScheduled", format!("waiting for pod {one} to be scheduled")),
        several => (
            "WaitForPodScheduled",
            format!("waiting for pods {} to be scheduled", several.join(",")),
        ),
    };
    let note = EventNote::normal(object.reference(), SOURCE, reason, text);
    plan.tell(note, Rule("PVC-WAIT-CONSUMER"));
}

/// Asks the storage for a volume, and says at each look that it is waited for.
///
/// Models provisionClaimOperationExternal and setClaimProvisioner
fn provision(object: &Rc<Object>, provisioner: &Str, plan: &mut Plan) {
    let about = object.reference();
    if provisioner.starts_with("kubernetes.io/") {
        let text = format!("no volume plugin matched name: {provisioner}");
        let note = EventNote::warning(about, SOURCE, "ProvisioningFailed", text);
        plan.tell(note, Rule("PVC-NO-CLASS"));
        return;
    }
    let text = format!(
        "Waiting for a volume to be created either by the external provisioner '{provisioner}' or \
         manually by the system administrator. If volume creation is delayed, please verify that \
         the provisioner is running and correctly registered."
    );
    let note = EventNote::normal(about, SOURCE, "ExternalProvisioning", text);
    if object.meta.annotation(PROVISIONER) == Some(provisioner) {
        return plan.tell(note, Rule("PVC-PROVISION"));
    }
    let mut new = Object::clone(object);
    new.meta.annotate(PROVISIONER_BETA, provisioner.clone());
    new.meta.annotate(PROVISIONER, provisioner.clone());
    let action = Action::Update(Rc::new(new), Part::Spec);
    plan.ask_and_tell(action, Rule("PVC-PROVISION"), note);
}

/// Writes what is missing of a binding: the volume, its phase, the claim, its status.
///
/// Models bind
fn bind(object: &Rc<Object>, claim: &Claim, volume: &Rc<Object>, plan: &mut Plan) {
    let Some(body) = volume.volume() else { return };
    bind_volume(object, volume, body, plan);
    set_phase(volume, "Bound", "PVC-BOUND", plan);
    let mut new = Object::clone(object);
    if claim.spec.volume_name.as_ref() != Some(&volume.meta.name) {
        new.meta.annotate(BOUND_BY_CONTROLLER, "yes");
    }
    new.meta.annotate(BIND_COMPLETED, "yes");
    let mut body_of_claim = claim.clone();
    Rc::make_mut(&mut body_of_claim.spec).volume_name = Some(volume.meta.name.clone());
    new.body = Body::PersistentVolumeClaim(body_of_claim.clone());
    if new != **object {
        plan.ask(Action::Update(Rc::new(new), Part::Spec), Rule("PVC-BIND"));
    }
    // A bound claim that is told of less than its volume has is not told of more here.
    let mut status = claim.status.clone();
    if status.phase.as_deref() != Some("Bound") {
        status.capacity.clone_from(&body.spec.capacity);
    }
    status.phase = Some("Bound".into());
    status.access_modes.clone_from(&body.spec.access_modes);
    if status != claim.status {
        tell_status(object, status, plan);
    }
}

/// Models bindVolumeToClaim
fn bind_volume(object: &Rc<Object>, volume: &Rc<Object>, body: &Volume, plan: &mut Plan) {
    let known = body.spec.claim_ref.as_ref();
    if known.is_some_and(|one| one.uid == object.meta.uid && is_for(body, object)) {
        return;
    }
    let mut new = Object::clone(volume);
    if !is_for(body, object) {
        new.meta.annotate(BOUND_BY_CONTROLLER, "yes");
    }
    let mut body = body.clone();
    Rc::make_mut(&mut body.spec).claim_ref = Some(ClaimRef::to(object));
    new.body = Body::PersistentVolume(body);
    plan.ask(Action::Update(Rc::new(new), Part::Spec), Rule("PVC-BIND"));
}

fn tell_status(object: &Rc<Object>, status: ClaimStatus, plan: &mut Plan) {
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    if let Some(claim) = new.claim_mut() {
        claim.status = status;
    }
    plan.ask(Action::Update(Rc::new(new), Part::Status), Rule("PVC-BOUND"));
}

/// Models syncBoundClaim
fn sync_bound(object: &Rc<Object>, claim: &Claim, view: &View, plan: &mut Plan) {
    let Some(name) = &claim.spec.volume_name else {
        let text =
            "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!";
        return lose(object, claim, "ClaimLost", text, plan);
    };
    let Some(found) = view.named(Kind::PersistentVolume, "", name) else {
        let text = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
        return lose(object, claim, "ClaimLost", text, plan);
    };
    let Some(volume) = found.volume() else { return };
    let claim_ref = volume.spec.claim_ref.as_ref();
    if claim_ref.is_none_or(|one| one.uid == object.meta.uid) {
        bind(object, claim, found, plan);
    } else {
        let text = "Two claims are bound to the same volume, this one is bound incorrectly";
        lose(object, claim, "ClaimMisbound", text, plan);
    }
}

fn lose(
    object: &Rc<Object>,
    claim: &Claim,
    reason: &'static str,
    text: &'static str,
    plan: &mut Plan,
) {
    if claim.status.phase.as_deref() == Some("Lost") {
        return;
    }
    let status = ClaimStatus { phase: Some("Lost".into()), ..ClaimStatus::default() };
    tell_status(object, status, plan);
    let note = EventNote::warning(object.reference(), SOURCE, reason, text);
    plan.tell(note, Rule("PVC-LOST"));
}

/// Models syncVolume
fn sync_volume(object: &Rc<Object>, volume: &Volume, view: &View, plan: &mut Plan) {
    let Some(claim_ref) = volume.spec.claim_ref.as_ref().filter(|one| one.uid.0 != 0) else {
        return set_phase(object, "Available", "PV-AVAILABLE", plan);
    };
    let kind = Kind::PersistentVolumeClaim;
    let claim = view.named(kind, &claim_ref.namespace, &claim_ref.name);
    let claim = claim.filter(|one| one.meta.uid == claim_ref.uid).and_then(|one| one.claim());
    match claim.map(|claim| claim.spec.volume_name.as_ref()) {
        // The claim's own look finishes the binding.
        Some(None) => {}
        Some(Some(name)) if *name == object.meta.name => {
            set_phase(object, "Bound", "PVC-BOUND", plan);
        }
        Some(Some(_)) => release_misbound(object, volume, plan),
        // The next look, which this one's news bring, sees what becomes of it.
        None if volume.is_in("Released") || volume.is_in("Failed") => {
            reclaim::reclaim(object, volume, plan);
        }
        None => set_phase(object, "Released", "PV-RELEASED", plan),
    }
}

/// The claim is bound elsewhere: a volume made for it is not needed, any other is free again.
///
/// Models syncVolume
fn release_misbound(object: &Rc<Object>, volume: &Volume, plan: &mut Plan) {
    let is_deleted = volume.spec.persistent_volume_reclaim_policy.as_deref() == Some("Delete");
    if object.meta.annotation(PROVISIONED_BY).is_some() && is_deleted {
        return set_phase(object, "Released", "PV-RELEASED", plan);
    }
    unbind(object, volume, plan);
    set_phase(object, "Available", "PV-AVAILABLE", plan);
}

/// Takes away what binds a volume, but not what somebody reserved it for.
///
/// Models unbindVolume
pub(super) fn unbind(object: &Rc<Object>, volume: &Volume, plan: &mut Plan) {
    let mut new = Object::clone(object);
    let mut body = volume.clone();
    let spec = Rc::make_mut(&mut body.spec);
    if object.meta.annotation(BOUND_BY_CONTROLLER).is_some() {
        spec.claim_ref = None;
        Rc::make_mut(&mut new.meta.annotations).remove(BOUND_BY_CONTROLLER);
    } else if let Some(claim) = &mut spec.claim_ref {
        claim.uid = crate::api::Uid(0);
        claim.resource_version = None;
    }
    new.body = Body::PersistentVolume(body);
    plan.ask(Action::Update(Rc::new(new), Part::Spec), Rule("PV-UNBIND"));
}
