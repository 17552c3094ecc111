//! Owners and their dependents, and the order within a StatefulSet.
//!
//! Must not know volumes beyond the names of claims. Invariant: what a person deletes breaks no
//! rule here.

use serde_json::Value;

use super::scene::{Scene, Thing};
use crate::conformance::schema::{Deed, Record};

fn is_added(record: &Record, kind: &str) -> bool {
    record.event == Deed::Added && record.kind == kind
}

fn text<'a>(record: &'a Record, fact: &str) -> &'a str {
    record.fact(fact).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn owner_before_dependents<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    let (kind, name) = text(record, "owner").split_once('/')?;
    let is_first = record.event == Deed::Added && scene.known(kind, name).is_none();
    is_first.then(|| format!("{}/{} is made before {kind}/{name}", record.kind, record.id))
}

pub(super) fn one_of_a_name<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    let is_second = record.event == Deed::Added && scene.alive(&record.kind, &record.id).is_some();
    (is_second && record.kind != "Event")
        .then(|| format!("{}/{} is made while one of its name lives", record.kind, record.id))
}

pub(super) fn foreground<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if record.event != Deed::Deleted {
        return None;
    }
    let owner = scene.alive(&record.kind, &record.id)?;
    if !owner.list("finalizers").contains(&"foregroundDeletion") {
        return None;
    }
    let name = format!("{}/{}", record.kind, record.id);
    let kinds = ["Pod", "ReplicaSet"];
    let left = kinds.into_iter().find_map(|kind| scene.owned(kind, &name).next())?;
    Some(format!("{name} goes before {}", left.0))
}

/// The set and the ordinal of a StatefulSet's Pod.
fn member<'a>(id: &'a str, owner: &'a str) -> Option<(&'a str, u32)> {
    let set = owner.strip_prefix("StatefulSet/")?;
    let (_, ordinal) = id.rsplit_once('-')?;
    Some((set, ordinal.parse().ok()?))
}

fn is_ordered(set: &Thing) -> bool {
    set.text("podManagementPolicy") != "Parallel"
}

pub(super) fn ordered_start<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if !is_added(record, "Pod") {
        return None;
    }
    let owner = text(record, "owner");
    let (set, ordinal) = member(&record.id, owner)?;
    scene.alive("StatefulSet", set).filter(|set| is_ordered(set))?;
    let mut before: Vec<(u32, &Thing)> = scene
        .owned("Pod", owner)
        .filter_map(|(id, pod)| Some((member(id, owner)?.1, pod)))
        .filter(|(one, _)| *one < ordinal)
        .collect();
    before.sort_by_key(|(one, _)| *one);
    let least = before.first()?.0;
    let missing = (least..ordinal).find(|one| {
        let pod = before.iter().find(|(known, _)| known == one);
        !pod.is_some_and(|(_, pod)| pod.is_ready() && !pod.is_terminating())
    })?;
    Some(format!("{} is made before ordinal {missing} is ready", record.id))
}

pub(super) fn ordered_stop<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    const START: &str = "Delete Pod ";
    if record.kind != "Event" || record.event != Deed::Added {
        return None;
    }
    let set = record.id.strip_prefix("StatefulSet/")?;
    let (pod, _) = text(record, "message").strip_prefix(START)?.split_once(' ')?;
    let known = scene.alive("StatefulSet", set).filter(|set| is_ordered(set))?;
    let at_once = known.facts.get("updateStrategy")?.pointer("/rollingUpdate/maxUnavailable");
    if at_once.is_some_and(|count| *count != 1) {
        return None;
    }
    let place = |id: &str| member(id, &record.id).map(|(_, ordinal)| ordinal);
    let mut others = scene.owned("Pod", &record.id);
    let other = others.find(|(id, one)| place(id) > place(pod) && one.is_terminating())?;
    Some(format!("{pod} is deleted while {} terminates", other.0))
}

pub(super) fn claims_first<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if !is_added(record, "Pod") || !text(record, "owner").starts_with("StatefulSet/") {
        return None;
    }
    let claims = record.fact("claims").and_then(Value::as_array)?;
    let names = claims.iter().filter_map(Value::as_str);
    let missing =
        names.into_iter().find(|name| scene.known("PersistentVolumeClaim", name).is_none())?;
    Some(format!("{} is made before its claim {missing}", record.id))
}
