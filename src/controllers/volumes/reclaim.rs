//! What becomes of a volume whose claim is gone, if no provisioner of its own sees to it.
//!
//! Must not know who binds. Invariant: a volume that is kept is left alone, and one that could not
//! be deleted or recycled says why and stays.
//!
//! Models pkg/controller/volume/persistentvolume/pv_controller.go reclaimVolume

use std::rc::Rc;

use crate::api::storage::Volume;
use crate::api::{Body, Kind, Object, Value};
use crate::base::SECOND_US;
use crate::controllers::volumes::binding::{SOURCE, unbind};
use crate::controllers::volumes::{PROVISIONED_BY, set_phase};
use crate::server::{Action, DeleteOptions, EventNote, Key, Part};
use crate::sim::{Plan, Rule, Step};

/// What it takes to empty a volume.
const RECYCLE_US: u64 = 10 * SECOND_US;

/// Models deleteVolumeOperation, recycleVolumeOperation
/// Differs: a volume is emptied without a Pod that does it.
pub(super) fn reclaim(object: &Rc<Object>, volume: &Volume, plan: &mut Plan) {
    let policy = volume.spec.persistent_volume_reclaim_policy.as_deref();
    match policy.unwrap_or("Retain") {
        "Delete" => delete(object, volume, plan),
        "Recycle" => recycle(object, volume, plan),
        _ => {}
    }
}

/// Models doDeleteVolume, findDeletablePlugin and pkg/volume/hostpath/host_path.go Delete
fn delete(object: &Rc<Object>, volume: &Volume, plan: &mut Plan) {
    if object.meta.annotation(PROVISIONED_BY).is_some_and(|by| !by.is_empty()) {
        // Whoever made it deletes it.
        return;
    }
    let why = match host_path(volume) {
        Some(path) if path.split_once("/tmp/").is_some_and(|(_, rest)| !rest.is_empty()) => {
            if !object.meta.is_terminating() {
                let key = Key { kind: Kind::PersistentVolume, id: object.meta.id };
                let action = Action::Delete(key, DeleteOptions::default());
                plan.ask(action, Rule("PV-DELETE"));
            }
            return;
        }
        Some(path) => {
            format!("host_path deleter only supports /tmp/.+ but received provided {path}")
        }
        None => format!(
            "error getting deleter volume plugin for volume \"{}\": no deletable volume plugin \
             matched",
            object.meta.name
        ),
    };
    fail(object, volume, "VolumeFailedDelete", &why, plan);
}

fn recycle(object: &Rc<Object>, volume: &Volume, plan: &mut Plan) {
    if host_path(volume).is_none() && !volume.spec.rest.contains_key("nfs") {
        let why = "No recycler plugin found for the volume!";
        return fail(object, volume, "VolumeFailedRecycle", why, plan);
    }
    plan.steps.push(Step::Delay(RECYCLE_US));
    let about = object.reference();
    let note = EventNote::normal(about, SOURCE, "VolumeRecycled", "Volume recycled");
    plan.tell(note, Rule("PV-UNBIND"));
    unbind(object, volume, plan);
    set_phase(object, "Available", "PV-AVAILABLE", plan);
}

fn host_path(volume: &Volume) -> Option<&str> {
    volume.spec.rest.get("hostPath")?.at("path").and_then(Value::as_str)
}

/// Models updateVolumePhaseWithEvent
fn fail(object: &Rc<Object>, volume: &Volume, reason: &'static str, why: &str, plan: &mut Plan) {
    if volume.is_in("Failed") {
        return;
    }
    let mut new = Object::clone(object);
    new.meta.resource_version = 0;
    let mut body = volume.clone();
    body.status.phase = Some("Failed".into());
    body.status.message = Some(why.into());
    new.body = Body::PersistentVolume(body);
    let note = EventNote::warning(object.reference(), SOURCE, reason, why);
    plan.ask_and_tell(Action::Update(Rc::new(new), Part::Status), Rule("PV-FAILED"), note);
}
