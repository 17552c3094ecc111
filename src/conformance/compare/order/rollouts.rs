//! A Deployment's old ReplicaSets against the new one.
//!
//! Must not know revisions. Invariant: while a new number of replicas spreads, nothing is said.
//!
//! Models pkg/controller/deployment/util/deployment_util.go NewRSNewReplicas, ResolveFenceposts

use serde_json::Value;

use super::scene::{Scene, Thing};
use crate::conformance::schema::{Deed, Record};

const ROLLING: &str = "RollingUpdate";

/// The Deployment that an object belongs to by its owner, if it updates so.
fn deployment<'b>(scene: &'b Scene<'_>, owner: &'b str, how: &str) -> Option<&'b Thing> {
    let found = scene.alive("Deployment", owner.strip_prefix("Deployment/")?)?;
    let is_so = found.facts.get("strategy")?.get("type").and_then(Value::as_str) == Some(how);
    is_so.then_some(found)
}

/// Surge and unavailable Pods of a Deployment: how many may be too many and too few.
fn bounds(deployment: &Thing) -> (i64, i64) {
    let desired = deployment.number("desired");
    let rolling = deployment.facts.get("strategy").and_then(|one| one.get("rollingUpdate"));
    let amount = |key: &str, is_up: bool| {
        let value = rolling.and_then(|one| one.get(key));
        let percent = match value {
            Some(Value::String(text)) => text.trim_end_matches('%').parse::<i64>().unwrap_or(0),
            Some(value) => return value.as_i64().unwrap_or(0),
            None => 25,
        };
        (desired * percent + if is_up { 99 } else { 0 }) / 100
    };
    match (amount("maxSurge", true), amount("maxUnavailable", false)) {
        (0, 0) => (0, 1),
        both => both,
    }
}

pub(super) fn within_surge<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if record.kind != "ReplicaSet" || record.event == Deed::Deleted {
        return None;
    }
    let wanted = record.fact("desired").and_then(Value::as_i64)?;
    let known = scene.alive("ReplicaSet", &record.id);
    let owner = record.fact("owner").and_then(Value::as_str);
    let owner = owner.or_else(|| known.map(|one| one.text("owner")))?;
    let before = known.map_or(0, |one| one.number("desired"));
    let deployment = deployment(scene, owner, ROLLING)?;
    if wanted <= before || deployment.is_scaled_about(record.t) {
        return None;
    }
    let others = scene.owned("ReplicaSet", owner).filter(|(id, _)| *id != record.id);
    let sum = wanted + others.map(|(_, set)| set.number("desired")).sum::<i64>();
    let most = deployment.number("desired") + bounds(deployment).0;
    (sum > most).then(|| format!("{} grows so that {sum} Pods are asked for", record.id))
}

pub(super) fn within_unavailable<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    let is_asked = record.kind == "Pod" && record.fact("deleting").is_some();
    if !is_asked || !scene.condemned.contains(&*record.id) {
        return None;
    }
    let pod = scene.alive("Pod", &record.id).filter(|pod| pod.is_ready())?;
    let set = scene.alive("ReplicaSet", pod.text("owner").strip_prefix("ReplicaSet/")?)?;
    let owner = set.text("owner");
    let deployment = deployment(scene, owner, ROLLING)?;
    if deployment.is_scaled_about(record.t) {
        return None;
    }
    let sets = scene.owned("ReplicaSet", owner).map(|(id, _)| format!("ReplicaSet/{id}"));
    let ready = |set: &str| {
        let pods = scene.owned("Pod", set);
        let ready = pods.filter(|(_, pod)| pod.is_ready_about(record.t) && !pod.is_terminating());
        i64::try_from(ready.count()).unwrap_or(i64::MAX)
    };
    let left = sets.map(|set| ready(&set)).sum::<i64>() - 1;
    let least = deployment.number("desired") - bounds(deployment).1;
    (left < least).then(|| format!("{} is deleted so that {left} ready Pods are left", record.id))
}

pub(super) fn recreate<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if record.kind != "Pod" || record.event != Deed::Added {
        return None;
    }
    let set = record.fact("owner").and_then(Value::as_str)?.strip_prefix("ReplicaSet/")?;
    let owner = scene.alive("ReplicaSet", set)?.text("owner");
    deployment(scene, owner, "Recreate")?;
    let mut others = scene.owned("ReplicaSet", owner).filter(|(id, _)| *id != set);
    let old = others.find_map(|(id, _)| {
        let name = format!("ReplicaSet/{id}");
        let running =
            scene.all("Pod").find(|(_, pod)| pod.text("owner") == name && !pod.is_finished());
        running.map(|(pod, _)| pod.to_owned())
    })?;
    Some(format!("{} is made beside {old}", record.id))
}
