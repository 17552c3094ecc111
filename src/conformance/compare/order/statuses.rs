//! What is written from what was read: statuses, endpoints, evictions.
//!
//! Must not know how long a writer lags behind. Invariant: what was true a moment ago may still
//! be told.

use serde_json::Value;

use super::scene::Scene;
use crate::conformance::compare::tolerance::{COUNTING, LISTING};
use crate::conformance::schema::{Deed, Record};

pub(super) fn endpoint_follows<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    const ENDPOINT: &str = "endpoint ";
    if record.kind != LISTING {
        return None;
    }
    let serving = record.told().find_map(|(name, value)| {
        let pod = name.strip_prefix(ENDPOINT)?;
        let is_serving = value.get("serving").and_then(Value::as_bool) == Some(true);
        let known = scene.known("Pod", pod)?;
        (is_serving && !known.was_ready).then_some(pod)
    })?;
    Some(format!("{} says that {serving} serves before it was ready", record.id))
}

pub(super) fn count_follows<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    if !COUNTING.contains(&&*record.kind) || record.event != Deed::Modified {
        return None;
    }
    let told = record.fact("readyReplicas").and_then(Value::as_i64)?;
    let before = scene.alive(&record.kind, &record.id)?.number("readyReplicas");
    let owner = format!("{}/{}", record.kind, record.id);
    let ready = |owner: &str| {
        let pods = scene.ever("Pod").filter(|(_, pod)| pod.text("owner") == owner);
        let ready = pods.filter(|(_, pod)| pod.is_ready_about(record.t));
        i64::try_from(ready.count()).unwrap_or(i64::MAX)
    };
    let count = match record.kind.as_str() {
        "Deployment" => {
            let sets = scene.ever("ReplicaSet").filter(|(_, set)| set.text("owner") == owner);
            sets.map(|(id, _)| ready(&format!("ReplicaSet/{id}"))).sum()
        }
        _ => ready(&owner),
    };
    (told > before && told > count)
        .then(|| format!("{owner} counts {told} ready Pods before there are as many"))
}

pub(super) fn taint_first<'a>(scene: &Scene<'a>, record: &'a Record) -> Option<String> {
    const EVICTED: &str = "True DeletionByTaintManager";
    let told = record.fact("cond:DisruptionTarget").and_then(Value::as_str)?;
    if record.kind != "Pod" || !told.starts_with(EVICTED) {
        return None;
    }
    let node = scene.alive("Pod", &record.id)?.text("nodeName");
    let taints = scene.known("Node", node)?.list("taints");
    let is_tainted = taints.iter().any(|taint| taint.ends_with(":NoExecute"));
    (!is_tainted).then(|| format!("{} is evicted from {node} before its taint", record.id))
}
