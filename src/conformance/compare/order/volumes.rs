//! Claims, volumes and the Pods that use them.
//!
//! Must not know provisioners. Invariant: a claim that no record tells of breaks no rule.

use serde_json::Value;

use super::scene::Scene;
use crate::conformance::schema::{Deed, Record};

const CLAIM: &str = "PersistentVolumeClaim";

pub(super) fn bound_first<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    let is_bound_now = record.kind == "Pod" && record.event == Deed::Modified;
    record.fact("nodeName").filter(|_| is_bound_now)?;
    let pod = scene.alive("Pod", &record.id)?;
    let claims = pod.list("claims");
    let open = claims.into_iter().find(|claim| {
        scene.alive(CLAIM, claim).is_some_and(|claim| claim.text("phase") != "Bound")
    })?;
    Some(format!("{} gets its node before {open} is bound", record.id))
}

pub(super) fn scheduled_first<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if record.kind != "VolumeAttachment" || record.event != Deed::Added {
        return None;
    }
    let text = |fact: &str| record.fact(fact).and_then(Value::as_str).unwrap_or_default();
    let (volume, node) = (text("pv"), text("node"));
    let uses = |claim: &&str| {
        scene.known(CLAIM, claim).is_some_and(|claim| claim.text("volumeName") == volume)
    };
    let mut pods = scene.ever("Pod").filter(|(_, pod)| pod.text("nodeName") == node);
    let is_wanted = pods.any(|(_, pod)| pod.list("claims").iter().any(uses));
    (!is_wanted).then(|| format!("{volume} is attached to {node}, where no Pod asks for it"))
}

pub(super) fn attached_first<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    let phase = record.fact("phase").and_then(Value::as_str);
    if record.kind != "Pod" || record.event != Deed::Modified || phase != Some("Running") {
        return None;
    }
    let pod = scene.alive("Pod", &record.id)?;
    let node = pod.text("nodeName");
    let claims = pod.list("claims");
    let volumes = claims.iter().filter_map(|claim| scene.alive(CLAIM, claim));
    let open = volumes.map(|claim| claim.text("volumeName")).find(|volume| {
        let mut all = scene.all("VolumeAttachment");
        let is_attached = all.any(|(_, one)| {
            let is_it = one.text("pv") == *volume && one.text("node") == node;
            is_it && one.facts.get("attached") == Some(&Value::Bool(true))
        });
        scene.attached.contains(&(*volume, node)) && !is_attached
    })?;
    Some(format!("{} runs before {open} is attached to {node}", record.id))
}

pub(super) fn protected<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if record.kind != CLAIM || record.event != Deed::Deleted {
        return None;
    }
    let uses = |list: Vec<&str>| list.contains(&&*record.id);
    let user = scene.all("Pod").find(|(_, pod)| !pod.is_finished() && uses(pod.list("claims")))?;
    Some(format!("{} goes while {} uses it", record.id, user.0))
}

pub(super) fn claim_first<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if record.kind != "PersistentVolume" || record.event != Deed::Added {
        return None;
    }
    let claim = record.fact("claim").and_then(Value::as_str)?;
    let is_provisioned = record
        .fact("annotations")
        .is_some_and(|all| all.get("pv.kubernetes.io/provisioned-by").is_some());
    let is_first = is_provisioned && scene.known(CLAIM, claim).is_none();
    is_first.then(|| format!("{} is made before {claim}", record.id))
}
