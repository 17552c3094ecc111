//! The facts of an object: what the traces tell of it.
//!
//! Must not know runs. Invariant: a fact is read from the object's public form alone, as the
//! recorder read it from the API.

use serde_json::{Map, Value, json};

use crate::api::{Kind, Object, encode};
use crate::conformance::schema::Facts;

/// The kinds that a trace tells of, Events aside.
pub const KINDS: [Kind; 15] = [
    Kind::Node,
    Kind::Pod,
    Kind::ReplicaSet,
    Kind::ReplicationController,
    Kind::Deployment,
    Kind::StatefulSet,
    Kind::DaemonSet,
    Kind::Job,
    Kind::ControllerRevision,
    Kind::Service,
    Kind::EndpointSlice,
    Kind::PersistentVolumeClaim,
    Kind::PersistentVolume,
    Kind::VolumeAttachment,
    Kind::PodDisruptionBudget,
];

/// Labels that a trace tells of one by one.
const TOLD_LABELS: [&str; 5] = [
    "pod-template-hash",
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "pod-template-generation",
];

/// The facts of an object, with raw names; none if the traces don't tell of its kind.
pub fn of(object: &Object) -> Option<Facts> {
    if object.kind() == Kind::Event {
        return event(object);
    }
    if !KINDS.contains(&object.kind()) {
        return None;
    }
    let tree = serde_json::to_value(encode::encode(object)).ok()?;
    Some(of_tree(object.kind(), &tree))
}

/// The facts of an object of one of the `KINDS`, from its public form.
fn of_tree(kind: Kind, tree: &Value) -> Facts {
    let mut facts = Facts::new();
    let out = &mut facts;
    match kind {
        Kind::Node => node(tree, out),
        Kind::Pod => pod(tree, out),
        Kind::ReplicaSet => replica_set(tree, out),
        Kind::ReplicationController => replicas_of_set(tree, out),
        Kind::Deployment => deployment(tree, out),
        Kind::StatefulSet => stateful_set(tree, out),
        Kind::DaemonSet => daemon_set(tree, out),
        Kind::Job => job(tree, out),
        Kind::ControllerRevision => revision(tree, out),
        Kind::Service => service(tree, out),
        Kind::EndpointSlice => slice(tree, out),
        Kind::PersistentVolumeClaim => claim(tree, out),
        Kind::PersistentVolume => volume(tree, out),
        Kind::VolumeAttachment => attachment(tree, out),
        _ => budget(tree, out),
    }
    going(tree, kind, out);
    facts
}

fn at<'a>(tree: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(tree, |tree, key| &tree[key])
}

fn text<'a>(tree: &'a Value, path: &str) -> &'a str {
    at(tree, path).as_str().unwrap_or_default()
}

fn annotation<'a>(tree: &'a Value, key: &str) -> &'a Value {
    &tree["metadata"]["annotations"][key]
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Tells a fact if there is something to tell.
fn tell(out: &mut Facts, name: &str, value: &Value) {
    if !is_empty(value) {
        out.insert(name.to_owned(), value.clone());
    }
}

/// Tells a number that is 0 if it is not given.
fn count(out: &mut Facts, name: &str, value: &Value) {
    out.insert(name.to_owned(), if value.is_null() { json!(0) } else { value.clone() });
}

/// `Status`, `Status Reason` or `Status Reason: Message`.
fn conditions(tree: &Value, with_messages: bool, out: &mut Facts) {
    for one in items(at(tree, "status.conditions")) {
        let mut words = text(one, "status").to_owned();
        let (reason, message) = (text(one, "reason"), text(one, "message"));
        if !reason.is_empty() {
            words = format!("{words} {reason}");
        }
        if with_messages && !message.is_empty() {
            words = format!("{words}: {message}");
        }
        out.insert(format!("cond:{}", text(one, "type")), words.into());
    }
}

/// What is told of an object of any kind that goes or can't.
fn going(tree: &Value, kind: Kind, out: &mut Facts) {
    if !at(tree, "metadata.deletionTimestamp").is_null() {
        out.insert("deleting".to_owned(), true.into());
        tell(out, "deletionGrace", at(tree, "metadata.deletionGracePeriodSeconds"));
    }
    if kind != Kind::Node {
        tell(out, "finalizers", at(tree, "metadata.finalizers"));
    }
}

fn owner(tree: &Value, out: &mut Facts) {
    let owners = items(at(tree, "metadata.ownerReferences"));
    if let Some(one) = owners.iter().find(|one| one["controller"] == json!(true)) {
        let name = format!("{}/{}", text(one, "kind"), text(one, "name"));
        out.insert("owner".to_owned(), name.into());
    }
}

fn node(tree: &Value, out: &mut Facts) {
    tell(out, "podCIDR", at(tree, "spec.podCIDR"));
    tell(out, "unschedulable", at(tree, "spec.unschedulable"));
    let taint = |one: &Value| {
        Value::from(format!("{}={}:{}", text(one, "key"), text(one, "value"), text(one, "effect")))
    };
    let taints: Vec<Value> = items(at(tree, "spec.taints")).iter().map(taint).collect();
    tell(out, "taints", &taints.into());
    let attached = items(at(tree, "status.volumesAttached")).len();
    if attached > 0 {
        out.insert("attached".to_owned(), attached.into());
    }
    conditions(tree, false, out);
}

fn pod(tree: &Value, out: &mut Facts) {
    tell(out, "phase", at(tree, "status.phase"));
    owner(tree, out);
    for (name, path) in [
        ("hostname", "spec.hostname"),
        ("subdomain", "spec.subdomain"),
        ("nodeName", "spec.nodeName"),
        ("nominatedNodeName", "status.nominatedNodeName"),
        ("podIP", "status.podIP"),
        ("qos", "status.qosClass"),
    ] {
        tell(out, name, at(tree, path));
    }
    let volumes = items(at(tree, "spec.volumes")).iter();
    let claims = volumes.map(|one| at(one, "persistentVolumeClaim.claimName").clone());
    tell(out, "claims", &claims.filter(|name| !name.is_null()).collect());
    let containers = items(at(tree, "spec.containers")).iter();
    tell(out, "images", &containers.map(|one| one["image"].clone()).collect());
    let mut labels = at(tree, "metadata.labels").as_object().cloned().unwrap_or_default();
    for name in TOLD_LABELS {
        if let Some(value) = labels.remove(name) {
            out.insert(format!("label:{name}"), value);
        }
    }
    out.insert("labels".to_owned(), labels.into());
    tell(out, "deletionCost", annotation(tree, "controller.kubernetes.io/pod-deletion-cost"));
    conditions(tree, true, out);
    if let Some(ready) = out.get("cond:Ready") {
        let is_ready = ready.as_str().is_some_and(|words| words.starts_with("True"));
        out.insert("ready".to_owned(), is_ready.into());
    }
    for (word, path) in
        [("container", "status.containerStatuses"), ("init", "status.initContainerStatuses")]
    {
        for one in items(at(tree, path)) {
            out.insert(format!("{word}:{}", text(one, "name")), container(one));
        }
    }
}

fn container(status: &Value) -> Value {
    let is = |name: &str| status[name].as_bool().unwrap_or(false);
    let mut told = json!({
        "state": state(&status["state"]).unwrap_or_default(),
        "ready": is("ready"),
        "restarts": status["restartCount"].as_u64().unwrap_or(0),
        "started": is("started"),
    });
    if let Some(last) = state(&status["lastState"]) {
        told["last"] = last.into();
    }
    told
}

fn state(state: &Value) -> Option<String> {
    let (word, content) = state.as_object()?.iter().find(|(_, content)| !content.is_null())?;
    Some(match word.as_str() {
        "waiting" => format!("waiting:{}", text(content, "reason")),
        "terminated" => {
            format!("terminated:{}:{}", text(content, "reason"), content["exitCode"])
        }
        other => other.to_owned(),
    })
}

/// What a ReplicaSet and a ReplicationController have in common.
fn replicas_of_set(tree: &Value, out: &mut Facts) {
    count(out, "desired", at(tree, "spec.replicas"));
    for (name, path) in [
        ("replicas", "status.replicas"),
        ("readyReplicas", "status.readyReplicas"),
        ("availableReplicas", "status.availableReplicas"),
        ("fullyLabeled", "status.fullyLabeledReplicas"),
    ] {
        count(out, name, at(tree, path));
    }
    tell(out, "observedGeneration", at(tree, "status.observedGeneration"));
}

fn replica_set(tree: &Value, out: &mut Facts) {
    replicas_of_set(tree, out);
    tell(out, "terminating", at(tree, "status.terminatingReplicas"));
    owner(tree, out);
    for (name, key) in [
        ("revision", "deployment.kubernetes.io/revision"),
        ("desiredAnn", "deployment.kubernetes.io/desired-replicas"),
        ("maxAnn", "deployment.kubernetes.io/max-replicas"),
        ("revisionHistory", "deployment.kubernetes.io/revision-history"),
    ] {
        tell(out, name, annotation(tree, key));
    }
    tell(out, "hash", &tree["metadata"]["labels"]["pod-template-hash"]);
}

fn deployment(tree: &Value, out: &mut Facts) {
    count(out, "desired", at(tree, "spec.replicas"));
    for name in ["replicas", "updatedReplicas", "readyReplicas", "availableReplicas"] {
        count(out, name, &tree["status"][name]);
    }
    count(out, "unavailableReplicas", at(tree, "status.unavailableReplicas"));
    tell(out, "generation", at(tree, "metadata.generation"));
    tell(out, "observedGeneration", at(tree, "status.observedGeneration"));
    tell(out, "terminating", at(tree, "status.terminatingReplicas"));
    tell(out, "paused", at(tree, "spec.paused"));
    tell(out, "strategy", at(tree, "spec.strategy"));
    tell(out, "revision", annotation(tree, "deployment.kubernetes.io/revision"));
    conditions(tree, true, out);
}

fn stateful_set(tree: &Value, out: &mut Facts) {
    count(out, "desired", at(tree, "spec.replicas"));
    for name in
        ["replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas"]
    {
        count(out, name, &tree["status"][name]);
    }
    tell(out, "generation", at(tree, "metadata.generation"));
    for name in ["observedGeneration", "currentRevision", "updateRevision", "collisionCount"] {
        tell(out, name, &tree["status"][name]);
    }
    tell(out, "updateStrategy", at(tree, "spec.updateStrategy"));
    tell(out, "podManagementPolicy", at(tree, "spec.podManagementPolicy"));
    tell(out, "pvcRetention", at(tree, "spec.persistentVolumeClaimRetentionPolicy"));
    conditions(tree, true, out);
}

fn daemon_set(tree: &Value, out: &mut Facts) {
    for name in [
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "numberAvailable",
        "numberUnavailable",
        "numberMisscheduled",
        "updatedNumberScheduled",
    ] {
        count(out, name, &tree["status"][name]);
    }
    tell(out, "generation", at(tree, "metadata.generation"));
    tell(out, "observedGeneration", at(tree, "status.observedGeneration"));
}

fn job(tree: &Value, out: &mut Facts) {
    tell(out, "parallelism", at(tree, "spec.parallelism"));
    tell(out, "completions", at(tree, "spec.completions"));
    for name in ["active", "succeeded", "failed"] {
        count(out, name, &tree["status"][name]);
    }
    tell(out, "ready", at(tree, "status.ready"));
    tell(out, "terminating", at(tree, "status.terminating"));
    let is_done = !at(tree, "status.completionTime").is_null();
    out.insert("completed".to_owned(), is_done.into());
    let uncounted = at(tree, "status.uncountedTerminatedPods");
    if !uncounted.is_null() {
        out.insert("uncounted".to_owned(), uncounted.clone());
    }
    conditions(tree, true, out);
}

fn revision(tree: &Value, out: &mut Facts) {
    tell(out, "revision", at(tree, "revision"));
    owner(tree, out);
    tell(out, "labels", at(tree, "metadata.labels"));
}

fn service(tree: &Value, out: &mut Facts) {
    tell(out, "clusterIP", at(tree, "spec.clusterIP"));
    tell(out, "type", at(tree, "spec.type"));
    tell(out, "selector", at(tree, "spec.selector"));
    if at(tree, "spec.publishNotReadyAddresses") == &json!(true) {
        out.insert("publishNotReady".to_owned(), true.into());
    }
}

fn slice(tree: &Value, out: &mut Facts) {
    tell(out, "service", &tree["metadata"]["labels"]["kubernetes.io/service-name"]);
    tell(out, "addressType", at(tree, "addressType"));
    let port = |one: &Value| {
        Value::from(format!("{}:{}/{}", text(one, "name"), one["port"], text(one, "protocol")))
    };
    let ports: Vec<Value> = items(at(tree, "ports")).iter().map(port).collect();
    let mut endpoints = Map::new();
    let mut order: Vec<Value> = Vec::new();
    for one in items(at(tree, "endpoints")) {
        let is = |name: &str| one["conditions"][name].as_bool().unwrap_or(false);
        let name = text(one, "targetRef.name");
        order.push(name.into());
        endpoints.insert(
            name.to_owned(),
            json!({
                "ip": one["addresses"][0],
                "node": one["nodeName"],
                "hostname": one["hostname"],
                "ready": is("ready"),
                "serving": is("serving"),
                "terminating": is("terminating"),
            }),
        );
    }
    out.insert("ports".to_owned(), ports.into());
    out.insert("endpoints".to_owned(), endpoints.into());
    out.insert("order".to_owned(), order.into());
}

fn claim(tree: &Value, out: &mut Facts) {
    tell(out, "phase", at(tree, "status.phase"));
    let class = at(tree, "spec.storageClassName");
    if !class.is_null() {
        out.insert("storageClass".to_owned(), class.clone());
    }
    tell(out, "volumeName", at(tree, "spec.volumeName"));
    tell(out, "labels", at(tree, "metadata.labels"));
    tell(out, "annotations", &told_annotations(tree));
    tell(out, "accessModes", at(tree, "status.accessModes"));
    tell(out, "capacity", at(tree, "status.capacity.storage"));
    let owner = |one: &Value| {
        let word = if one["controller"] == json!(true) { " controller" } else { "" };
        Value::from(format!("{}/{}{word}", text(one, "kind"), text(one, "name")))
    };
    let owners: Vec<Value> =
        items(at(tree, "metadata.ownerReferences")).iter().map(owner).collect();
    tell(out, "owners", &owners.into());
}

/// The annotations without what `kubectl apply` keeps for itself.
fn told_annotations(tree: &Value) -> Value {
    let mut all = at(tree, "metadata.annotations").as_object().cloned().unwrap_or_default();
    all.remove("kubectl.kubernetes.io/last-applied-configuration");
    all.into()
}

fn volume(tree: &Value, out: &mut Facts) {
    tell(out, "phase", at(tree, "status.phase"));
    tell(out, "claim", at(tree, "spec.claimRef.name"));
    out.insert("claimUidSet".to_owned(), (!at(tree, "spec.claimRef.uid").is_null()).into());
    tell(out, "reclaim", at(tree, "spec.persistentVolumeReclaimPolicy"));
    tell(out, "storageClass", at(tree, "spec.storageClassName"));
    tell(out, "annotations", &told_annotations(tree));
    tell(out, "capacity", at(tree, "spec.capacity.storage"));
}

fn attachment(tree: &Value, out: &mut Facts) {
    tell(out, "node", at(tree, "spec.nodeName"));
    tell(out, "pv", at(tree, "spec.source.persistentVolumeName"));
    let is_attached = at(tree, "status.attached").as_bool().unwrap_or(false);
    out.insert("attached".to_owned(), is_attached.into());
}

fn budget(tree: &Value, out: &mut Facts) {
    for name in ["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"] {
        count(out, name, &tree["status"][name]);
    }
    tell(out, "disruptedPods", at(tree, "status.disruptedPods"));
    conditions(tree, true, out);
}

/// What the scheduler was about to do when it told this, which its Events say beside the reason.
///
/// Models pkg/scheduler/schedule_one.go and framework/preemption/preemption.go: the `action` of
/// each Eventf
fn scheduler_action(reason: &str) -> &'static str {
    match reason {
        "Scheduled" => "Binding",
        "Preempted" => "Preempting",
        _ => "Scheduling",
    }
}

fn event(object: &Object) -> Option<Facts> {
    let event = object.event()?;
    let mut facts = Facts::new();
    let kind = if event.warning { "Warning" } else { "Normal" };
    facts.insert("type".to_owned(), kind.into());
    facts.insert("reason".to_owned(), (*event.reason).into());
    facts.insert("message".to_owned(), (*event.message).into());
    let about = format!("{}/{}", event.about.kind.name(), event.about.name);
    facts.insert("object".to_owned(), about.into());
    tell(&mut facts, "fieldPath", &(*event.field_path).into());
    facts.insert("source".to_owned(), (*event.source).into());
    tell(&mut facts, "host", &(*event.host).into());
    if &*event.source == "default-scheduler" {
        facts.insert("action".to_owned(), scheduler_action(&event.reason).into());
        if let Some(series) = &event.series {
            facts.insert("count".to_owned(), series.count.into());
        }
    } else {
        facts.insert("count".to_owned(), event.count.into());
    }
    Some(facts)
}

/// What differs between two sets of facts: new values, null for what is gone.
pub fn difference(old: &Facts, new: &Facts) -> Facts {
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    let mut changed: Facts = gone.map(|name| (name.clone(), Value::Null)).collect();
    for (name, value) in new {
        if old.get(name) != Some(value) {
            changed.insert(name.clone(), value.clone());
        }
    }
    changed
}
