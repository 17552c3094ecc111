//! What a shown Pod has beyond what the engine holds of it.
//!
//! Must not know other kinds. Invariant: a field that is there already stays as it is.

use super::{Entries, add, each, inside, list, long_hex, map, suffix, text};
use crate::api::{Object, Quantity, Value};
use crate::base::{Str, digest_of, gather};

/// What the name of a Pod's token volume begins with.
pub(crate) const TOKEN_VOLUME: &str = "kube-api-access-";
/// Where it is mounted.
pub(crate) const TOKEN_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Completes a Pod.
pub(super) fn complete(entries: &mut Entries, object: &Object) {
    if let Some(spec) = inside(entries, &["spec"]) {
        complete_spec(spec);
        admit(spec, object);
    }
    let generation = object.meta.generation;
    let containers: Vec<Entries> =
        inside(entries, &["spec"]).map(all_containers).unwrap_or_default();
    let Some(status) = inside(entries, &["status"]) else { return };
    complete_status(status, i64::try_from(generation).unwrap_or(0));
    // A kubelet that refuses a Pod looks at no container of it.
    let is_looked_at = status.contains_key("startTime") && status.contains_key("containerStatuses");
    for key in ["initContainerStatuses", "containerStatuses"] {
        for one in each(status, key) {
            container_status(one, &containers, object);
        }
    }
    if is_looked_at {
        amounts(status, &containers);
    }
}

fn all_containers(spec: &mut Entries) -> Vec<Entries> {
    let mut all: Vec<Entries> = each(spec, "initContainers").map(|one| one.clone()).collect();
    all.extend(each(spec, "containers").map(|one| one.clone()));
    all
}

/// The defaults of a Pod's spec, which templates have as well.
///
/// Models pkg/apis/core/v1/defaults.go SetDefaults_PodSpec, SetDefaults_Container
pub(super) fn complete_spec(spec: &mut Entries) {
    add(spec, "dnsPolicy", text("ClusterFirst"));
    add(spec, "schedulerName", text("default-scheduler"));
    add(spec, "securityContext", map([]));
    for key in ["initContainers", "containers"] {
        for container in each(spec, key) {
            add(container, "resources", map([]));
            add(container, "terminationMessagePath", text("/dev/termination-log"));
            add(container, "terminationMessagePolicy", text("File"));
        }
    }
    for volume in each(spec, "volumes") {
        for kind in ["configMap", "secret", "projected", "downwardAPI"] {
            if let Some(Value::Map(source)) = volume.get_mut(kind) {
                add(source, "defaultMode", Value::Int(420));
            }
        }
    }
}

/// What admission adds to a Pod that is created.
///
/// Models plugin/pkg/admission/serviceaccount/admission.go Admit
fn admit(spec: &mut Entries, object: &Object) {
    add(spec, "enableServiceLinks", Value::Bool(true));
    add(spec, "preemptionPolicy", text("PreemptLowerPriority"));
    add(spec, "priority", Value::Int(0));
    add(spec, "serviceAccountName", text("default"));
    if let Some(account) = spec.get("serviceAccountName").cloned() {
        add(spec, "serviceAccount", account);
    }
    let has_token = ["initContainers", "containers"].iter().any(|key| {
        each(spec, key).any(|container| {
            each(container, "volumeMounts")
                .any(|mount| mount.get("mountPath") == Some(&text(TOKEN_PATH)))
        })
    });
    if has_token || spec.get("automountServiceAccountToken") == Some(&Value::Bool(false)) {
        return;
    }
    let name = format!("{TOKEN_VOLUME}{}", suffix(digest_of(&object.meta.uid.0)));
    for key in ["initContainers", "containers"] {
        for container in each(spec, key) {
            let mount = map([
                ("mountPath", text(TOKEN_PATH)),
                ("name", text(&name)),
                ("readOnly", Value::Bool(true)),
            ]);
            append(container, "volumeMounts", mount);
        }
    }
    append(spec, "volumes", token_volume(&name));
}

fn append(entries: &mut Entries, key: &str, item: Value) {
    let items = entries.entry(key.into()).or_insert_with(|| Value::List(Vec::new()));
    if let Value::List(items) = items {
        items.push(item);
    }
}

fn token_volume(name: &str) -> Value {
    let token = map([("expirationSeconds", Value::Int(3607)), ("path", text("token"))]);
    let item = map([("key", text("ca.crt")), ("path", text("ca.crt"))]);
    let root = map([("items", list([item])), ("name", text("kube-root-ca.crt"))]);
    let field = map([("apiVersion", text("v1")), ("fieldPath", text("metadata.namespace"))]);
    let item = map([("fieldRef", field), ("path", text("namespace"))]);
    let sources = list([
        map([("serviceAccountToken", token)]),
        map([("configMap", root)]),
        map([("downwardAPI", map([("items", list([item]))]))]),
    ]);
    let projected = map([("defaultMode", Value::Int(420)), ("sources", sources)]);
    map([("name", text(name)), ("projected", projected)])
}

fn complete_status(status: &mut Entries, generation: i64) {
    for condition in each(status, "conditions") {
        add(condition, "lastProbeTime", Value::Null);
        add(condition, "observedGeneration", Value::Int(generation));
    }
    for (key, plural) in [("hostIP", "hostIPs"), ("podIP", "podIPs")] {
        if let Some(ip) = status.get(key).cloned() {
            add(status, plural, list([map([("ip", ip)])]));
        }
    }
    if status.contains_key("startTime") {
        add(status, "observedGeneration", Value::Int(generation));
    }
}

/// Models pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses
fn container_status(status: &mut Entries, containers: &[Entries], object: &Object) {
    add(status, "lastState", map([]));
    add(status, "state", map([]));
    let name = match status.get("name") {
        Some(Value::Str(name)) => name.clone(),
        _ => Str::from(""),
    };
    let restarts = match status.get("restartCount") {
        Some(Value::Int(number)) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    };
    let id =
        |run: u64| text(&format!("containerd://{}", long_hex(&(object.meta.uid.0, &name, run))));
    // Of a run whose traces are gone nothing is known.
    let has_run = ["running", "terminated"].iter().any(|state| {
        inside(status, &["state", state]).is_some_and(|one| one.contains_key("startedAt"))
    });
    let ended = inside(status, &["lastState", "terminated"]);
    let has_ended = ended.is_some_and(|one| one.contains_key("startedAt"));
    if has_run || has_ended {
        add(status, "containerID", id(if has_run { restarts } else { restarts.saturating_sub(1) }));
        if let Some(image) = status.get("image").cloned() {
            add(status, "imageID", image);
        }
    } else {
        add(status, "imageID", text(""));
    }
    let own = status.get("containerID").cloned().unwrap_or_default();
    if let Some(ended) = inside(status, &["lastState", "terminated"]) {
        ended_run(ended, id(restarts.saturating_sub(1)));
    }
    if let Some(ended) = inside(status, &["state", "terminated"]) {
        ended_run(ended, own);
    }
    let spec = containers.iter().find(|one| one.get("name") == Some(&Value::Str(name.clone())));
    if let Some(spec) = spec {
        if let Some(Value::List(mounts)) = spec.get("volumeMounts") {
            add(status, "volumeMounts", Value::List(mounts.iter().map(mounted).collect()));
        }
        if has_run {
            container_amounts(status, spec);
        }
    }
}

/// A run whose traces are gone has neither times nor a number.
fn ended_run(ended: &mut Entries, id: Value) {
    if ended.contains_key("startedAt") {
        add(ended, "containerID", id);
    }
    add(ended, "startedAt", Value::Null);
    add(ended, "finishedAt", Value::Null);
}

fn mounted(mount: &Value) -> Value {
    let mut mount = mount.clone();
    if let Value::Map(entries) = &mut mount
        && entries.get("readOnly") == Some(&Value::Bool(true))
    {
        add(entries, "recursiveReadOnly", text("Disabled"));
    }
    mount
}

fn requests(container: &Entries) -> Option<&Entries> {
    let Some(Value::Map(resources)) = container.get("resources") else { return None };
    match resources.get("requests") {
        Some(Value::Map(requests)) if !requests.is_empty() => Some(requests),
        _ => None,
    }
}

/// Models pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses, its resources
fn container_amounts(status: &mut Entries, spec: &Entries) {
    let mut resources = match spec.get("resources") {
        Some(Value::Map(resources)) => resources.clone(),
        _ => Entries::new(),
    };
    if let Some(requests) = requests(spec) {
        add(status, "allocatedResources", Value::Map(requests.clone()));
        let mut shown = requests.clone();
        add(&mut shown, "memory", text("0"));
        resources.insert("requests".into(), Value::Map(shown));
    }
    add(status, "resources", Value::Map(resources));
}

/// The sums of all containers, as the Pod's own status says them.
fn amounts(status: &mut Entries, containers: &[Entries]) {
    let mut sum: std::collections::BTreeMap<Str, Quantity> = std::collections::BTreeMap::new();
    for (name, amount) in containers.iter().filter_map(requests).flatten() {
        let Some(amount) = amount.as_str().and_then(Quantity::parse) else { continue };
        let entry = sum.entry(name.clone()).or_insert(Quantity { milli: 0, ..amount });
        entry.milli = entry.milli.saturating_add(amount.milli);
    }
    if sum.is_empty() {
        return add(status, "resources", map([]));
    }
    let sum: Entries =
        gather(sum.into_iter().map(|(name, amount)| (name, text(&amount.to_string()))));
    add(status, "allocatedResources", Value::Map(sum.clone()));
    add(status, "resources", map([("requests", Value::Map(sum))]));
}
