//! Objects as the API shows them: with what Kubernetes stores and the engine need not.
//!
//! Must not know who looks. Invariant: what the engine holds is never changed, only added to;
//! what is added follows from the object alone.
//!
//! Differs: the API server and the kubelet write these fields into the stored objects; here
//! `inward` takes them away from what comes back.

mod inward;
mod pod;
mod service;

pub use inward::inward;
pub(crate) use pod::{TOKEN_PATH, TOKEN_VOLUME};

use std::collections::BTreeMap;

use crate::api::encode::encode;
use crate::api::{Kind, Object, Value};
use crate::base::{Str, digest_of};

/// The entries of a mapping.
type Entries = BTreeMap<Str, Value>;

/// The object as `kubectl get -o yaml` shows it.
pub fn outward(object: &Object) -> Value {
    let mut tree = encode(object);
    let Value::Map(entries) = &mut tree else { return tree };
    match object.kind() {
        Kind::Pod => pod::complete(entries, object),
        Kind::Deployment
        | Kind::ReplicaSet
        | Kind::ReplicationController
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::Job => {
            if let Some(spec) = inside(entries, &["spec", "template", "spec"]) {
                pod::complete_spec(spec);
            }
            claim_templates(entries);
            if object.kind() == Kind::Job {
                job_conditions(entries);
            }
        }
        Kind::Service => service::complete(entries),
        Kind::PersistentVolume => volume(entries, object),
        Kind::Namespace => namespace(entries, object),
        Kind::CronJob => {
            let path = ["spec", "jobTemplate", "spec", "template", "spec"];
            if let Some(pod) = inside(entries, &path) {
                pod::complete_spec(pod);
            }
        }
        Kind::EndpointSlice => {
            // A list without items is written as nothing.
            for key in ["endpoints", "ports"] {
                if entries.get(key).is_none_or(|list| *list == Value::List(Vec::new())) {
                    entries.insert(key.into(), Value::Null);
                }
            }
        }
        _ => {}
    }
    tree
}

/// A volume that the provisioner made says where it lies.
fn volume(entries: &mut Entries, object: &Object) {
    let maker = object.meta.annotation("pv.kubernetes.io/provisioned-by");
    let Some(spec) = inside(entries, &["spec"]) else { return };
    if let Some(claim) = inside(spec, &["claimRef"]) {
        add(claim, "apiVersion", text("v1"));
        add(claim, "kind", text("PersistentVolumeClaim"));
    }
    let has_source = ["csi", "hostPath", "local", "nfs"].iter().any(|key| spec.contains_key(*key));
    if let Some(maker) = maker.filter(|_| !has_source) {
        let handle = text(&object.meta.name);
        add(spec, "csi", map([("driver", text(maker)), ("volumeHandle", handle)]));
    }
}

/// Models pkg/registry/core/namespace/strategy.go PrepareForCreate
fn namespace(entries: &mut Entries, object: &Object) {
    let phase = if object.meta.is_terminating() { "Terminating" } else { "Active" };
    add(entries, "spec", map([("finalizers", list([text("kubernetes")]))]));
    add(entries, "status", map([]));
    if let Some(status) = inside(entries, &["status"]) {
        add(status, "phase", text(phase));
    }
    if let Some(metadata) = inside(entries, &["metadata"]) {
        add(metadata, "labels", map([]));
        if let Some(labels) = inside(metadata, &["labels"]) {
            add(labels, "kubernetes.io/metadata.name", text(&object.meta.name));
        }
    }
}

/// What a Job's condition says was found out when it became so.
///
/// Models pkg/controller/job/job_controller.go newCondition
fn job_conditions(entries: &mut Entries) {
    let Some(status) = inside(entries, &["status"]) else { return };
    for condition in each(status, "conditions") {
        if let Some(at) = condition.get("lastTransitionTime").cloned() {
            add(condition, "lastProbeTime", at);
        }
    }
}

/// A claim that is only a template is pending for ever.
fn claim_templates(entries: &mut Entries) {
    let Some(spec) = inside(entries, &["spec"]) else { return };
    let Some(Value::List(templates)) = spec.get_mut("volumeClaimTemplates") else { return };
    for template in templates {
        if let Value::Map(template) = template {
            add(template, "status", map([("phase", text("Pending"))]));
        }
    }
}

fn text(text: &str) -> Value {
    Value::Str(text.into())
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries)
}

fn list<const N: usize>(items: [Value; N]) -> Value {
    Value::List(items.into())
}

/// Adds a field that is not there.
fn add(entries: &mut Entries, key: &str, value: Value) {
    entries.entry(key.into()).or_insert(value);
}

/// The mapping at a path.
fn inside<'a>(entries: &'a mut Entries, path: &[&str]) -> Option<&'a mut Entries> {
    path.iter().try_fold(entries, |entries, key| match entries.get_mut(*key) {
        Some(Value::Map(inner)) => Some(inner),
        _ => None,
    })
}

/// The mappings of a list at a key.
fn each<'a>(entries: &'a mut Entries, key: &str) -> impl Iterator<Item = &'a mut Entries> {
    let items = match entries.get_mut(key) {
        Some(Value::List(items)) => items.as_mut_slice(),
        _ => &mut [],
    };
    items.iter_mut().filter_map(|item| match item {
        Value::Map(entries) => Some(entries),
        _ => None,
    })
}

/// Five letters that follow from a seed, as generated names have them.
fn suffix(seed: u64) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut rest = seed;
    let letters = (0..5).map(|_| {
        let at = usize::try_from(rest % 27).unwrap_or(0);
        rest /= 27;
        char::from(LETTERS[at])
    });
    letters.collect()
}

/// Sixty-four hexadecimal digits that follow from what is given.
fn long_hex(parts: &(u128, &str, u64)) -> String {
    let part = |part: u64| format!("{:016x}", digest_of(&(parts, part)));
    [0, 1, 2, 3].map(part).concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::decode;

    fn shown(json: &str) -> Value {
        let tree: Value = serde_json::from_str(json).expect("valid");
        outward(&decode::whole(&tree).expect("an object"))
    }

    fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
        path.split('.').try_fold(value, |value, key| match key.parse::<usize>() {
            Ok(index) => match value {
                Value::List(items) => items.get(index),
                _ => None,
            },
            Err(_) => value.at(key),
        })
    }

    #[test]
    fn a_pod_shows_its_token_volume_once() {
        let json = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"n",
            "uid":"00000000-0000-0000-0000-000000000001"},
            "spec":{"containers":[{"name":"c","image":"x:1"}]}}"#;
        let once = shown(json);
        let volume = at(&once, "spec.volumes.0.name").and_then(Value::as_str).expect("a volume");
        assert!(volume.starts_with("kube-api-access-") && volume.len() == 21);
        let mount = at(&once, "spec.containers.0.volumeMounts.0.name");
        assert_eq!(mount.and_then(Value::as_str), Some(volume));
        let again = outward(&decode::whole(&once).expect("an object"));
        assert_eq!(again, once);
    }

    #[test]
    fn the_conditions_of_a_job_say_when_they_were_found_out() {
        let json = r#"{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a","namespace":"n"},
            "spec":{"template":{"spec":{"containers":[{"name":"c","image":"x:1"}]}}},"status":
            {"conditions":[{"type":"Failed","status":"True",
            "lastTransitionTime":"2026-01-01T00:00:05Z"}]}}"#;
        let once = shown(json);
        let found = at(&once, "status.conditions.0.lastProbeTime").and_then(Value::as_str);
        assert_eq!(found, Some("2026-01-01T00:00:05Z"));
        assert_eq!(outward(&decode::whole(&once).expect("an object")), once);
    }

    #[test]
    fn a_service_shows_its_families_and_policies() {
        let json = r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a","namespace":"n"},
            "spec":{"clusterIP":"10.96.0.9","type":"ClusterIP","ports":[{"port":80}]}}"#;
        let tree = shown(json);
        assert_eq!(at(&tree, "spec.ipFamilies.0"), Some(&text("IPv4")));
        assert_eq!(at(&tree, "spec.clusterIPs.0"), Some(&text("10.96.0.9")));
        assert_eq!(at(&tree, "spec.internalTrafficPolicy"), Some(&text("Cluster")));
    }
}
