//! What a real kubectl printed, against what is printed here from the same objects.
//!
//! Must not know how objects come about. Invariant: only the moment of printing is looked for;
//! every other letter must be the same.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::api::outward::outward;
use crate::api::{Object, Value, decode};
use crate::base::SimTime;
use crate::kubectl::Output;
use crate::kubectl::print::{describe, get};
use crate::server::View;

/// Objects of a real cluster and what kubectl said of them.
#[derive(Deserialize)]
struct Golden {
    namespace: String,
    objects: Vec<Value>,
    shows: Vec<(String, String)>,
}

fn printed(view: &View, now: SimTime, namespace: &str, line: &str) -> Output {
    let mut words: Vec<String> = line.split_whitespace().skip(1).map(str::to_owned).collect();
    let verb = words.remove(0);
    if verb == "get" {
        let said = super::said(&words).expect("flags");
        return get(view, now, namespace, &said, None);
    }
    // Events are not among the objects.
    if !line.contains(" svc ") {
        words.push("--show-events=false".to_owned());
    }
    let said = super::said_to_describe(&words).expect("flags");
    describe(view, now, namespace, &said, None)
}

/// The first moment of the ten minutes after the last write at which the text is printed.
fn moment(golden: &Golden, view: &View, line: &str, text: &str) -> Result<SimTime, String> {
    let text = text.replace("{ns}", &golden.namespace);
    let line = line.replace("{ns}", &golden.namespace);
    let stamps = golden.objects.iter().filter_map(newest_stamp);
    let from = stamps.max().unwrap_or(SimTime::ZERO);
    for seconds in 0..600 {
        let now = from.plus_seconds(seconds);
        if printed(view, now, &golden.namespace, &line).stdout == text {
            return Ok(now);
        }
    }
    let now = from.plus_seconds(4);
    let ours = printed(view, now, &golden.namespace, &line);
    Err(format!("{line}\n--- real\n{text}--- ours\n{}{}", ours.stdout, ours.stderr))
}

fn newest_stamp(object: &Value) -> Option<SimTime> {
    let created = object.at("metadata")?.at("creationTimestamp")?.as_str()?;
    SimTime::parse(created)
}

fn check(path: &Path, golden: &Golden, mistakes: &mut Vec<String>) {
    let objects: Result<Vec<Object>, String> = golden.objects.iter().map(decode::whole).collect();
    let view = View::of_objects(objects.expect("they are objects"));
    for (line, text) in &golden.shows {
        if let Err(mistake) = moment(golden, &view, line, text) {
            mistakes.push(format!("{}: {mistake}", path.display()));
        }
    }
}

/// Fields whose values only a running cluster gives.
const GIVEN: [&str; 7] = [
    ".containerID",
    ".name=kube-api-access",
    ".lastPhaseTransitionTime",
    ".spec.claimRef.resourceVersion",
    ".nodePort",
    ".state.terminated",
    ".lastState.terminated",
];

/// Fields that the engine need not hold: a Pod or Service of the engine has none of them.
const ADDED: [&str; 15] = [
    "dnsPolicy",
    "schedulerName",
    "securityContext",
    "enableServiceLinks",
    "preemptionPolicy",
    "serviceAccount",
    "serviceAccountName",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "clusterIPs",
    "ipFamilies",
    "ipFamilyPolicy",
    "internalTrafficPolicy",
    "externalTrafficPolicy",
    "allocateLoadBalancerNodePorts",
];

/// Takes away what is added when an object is shown.
fn forget(tree: &mut Value) {
    let is_token = |value: &Value| {
        let name = value.at("name").and_then(Value::as_str);
        name.is_some_and(|name| name.starts_with("kube-api-access-"))
    };
    match tree {
        Value::Map(entries) => {
            if entries.get("kind").and_then(Value::as_str) == Some("ControllerRevision") {
                return;
            }
            entries.retain(|key, _| !ADDED.contains(&&**key));
            entries.values_mut().for_each(forget);
        }
        Value::List(items) => {
            items.retain(|item| !is_token(item));
            items.iter_mut().for_each(forget);
        }
        _ => {}
    }
}

/// The paths at which two values differ.
fn differences(path: &str, real: &Value, ours: &Value, found: &mut Vec<String>) {
    match (real, ours) {
        (Value::Map(real), Value::Map(ours)) => {
            let keys: std::collections::BTreeSet<_> = real.keys().chain(ours.keys()).collect();
            for key in keys {
                let (left, right) = (real.get(key), ours.get(key));
                let none = Value::Str("(none)".into());
                let path = format!("{path}.{key}");
                differences(&path, left.unwrap_or(&none), right.unwrap_or(&none), found);
            }
        }
        (Value::List(real), Value::List(ours)) if real.len() == ours.len() => {
            for (real, ours) in real.iter().zip(ours) {
                differences(path, real, ours, found);
            }
        }
        _ if real == ours => {}
        _ => {
            let is_token = |value: &Value| {
                value.as_str().is_some_and(|text| text.starts_with("kube-api-access-"))
            };
            let is_given = GIVEN.iter().any(|given| path.ends_with(given));
            let is_drawn = is_token(real) && is_token(ours);
            if !is_given && !is_drawn {
                found.push(format!("{path}: {real:?} / {ours:?}"));
            }
        }
    }
}

#[test]
fn objects_of_a_real_cluster_are_shown_with_all_their_fields() {
    let mut mistakes = std::collections::BTreeMap::new();
    for (path, golden) in all() {
        for tree in &golden.objects {
            let mut known = tree.clone();
            forget(&mut known);
            let object = decode::whole(&known).expect("an object");
            let mut found = Vec::new();
            differences("", tree, &outward(&object), &mut found);
            for one in found {
                let line = format!("{} {one}", object.kind().name());
                mistakes.entry(line).or_insert_with(|| path.clone());
            }
        }
    }
    let lines: Vec<String> =
        mistakes.iter().map(|(line, path)| format!("{line} in {}", path.display())).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

/// Every file with what stands in it.
fn all() -> Vec<(std::path::PathBuf, Golden)> {
    let folder = std::env::var("PRINT_GOLDEN")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/print").to_owned());
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|one| one == "json"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "there is something to compare");
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).expect("the file can be read");
        (path, serde_json::from_str(&text).expect("the file is valid"))
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn objects_of_a_real_cluster_are_printed_as_kubectl_printed_them() {
    let mut mistakes = Vec::new();
    for (path, golden) in all() {
        check(&path, &golden, &mut mistakes);
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n\n"));
}
