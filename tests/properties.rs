//! Properties of the engine's parts over drawn objects, moments and worlds: each named invariant
//! of the swarm catches a world that breaks it, and what should change nothing changes nothing.

use std::rc::Rc;

use podium::api::fields::{Field, Fields, Shape};
use podium::api::merge::{Schema, strategic_patch, three_way_merge, three_way_strategic};
use podium::api::{Body, Kind, Object, OwnerReference, Value, decode, defaults, encode};
use podium::base::{Rng, Seed, SimTime, Str};
use podium::cluster::{self, Cluster, Setup};
use podium::kubectl::{self, Reader};
use podium::server::{Action, Part};
use podium::sim::{Actor, Command, TraceEntry, TraceId, What};
use podium::swarm::{Invariants, Scenario};

const EVENTS_MAX: u64 = 1_000_000;

fn rng(purpose: &str) -> Rng {
    Seed(20_260_101).stream(purpose, 0)
}

fn below(rng: &mut Rng, bound: usize) -> usize {
    usize::try_from(rng.below(bound as u64)).expect("it was one")
}

/// Draws trees that fit the table of fields.
struct Drawing<'a> {
    rng: &'a mut Rng,
    fields: &'static Fields,
}

const DEPTH_MAX: u32 = 7;

impl Drawing<'_> {
    fn value(&mut self, shape: &Shape, depth: u32) -> Value {
        let number = i64::try_from(self.rng.below(100)).expect("a small number");
        match shape {
            Shape::Text | Shape::Any => Value::Str(format!("w{number}").into()),
            Shape::Bytes => Value::Str("cGFzcw==".into()),
            Shape::Truth => Value::Bool(number % 2 == 0),
            Shape::Time => Value::Str(format!("2026-01-01T00:00:{:02}Z", number % 60).into()),
            Shape::MicroTime => Value::Str(format!("2026-01-01T00:00:00.0000{number:02}Z").into()),
            Shape::IntOrString if number % 2 == 0 => Value::Str(format!("{number}%").into()),
            Shape::Int32 | Shape::Int64 | Shape::IntOrString => Value::Int(number),
            Shape::Quantity => Value::Str(format!("{}m", number + 1).into()),
            Shape::List(inner) => {
                let count = self.rng.between(1, 3);
                Value::List((0..count).map(|_| self.value(inner, depth + 1)).collect())
            }
            Shape::Map(inner) => {
                let count = self.rng.between(1, 3);
                let entry = |index| (format!("k{index}").into(), self.value(inner, depth + 1));
                Value::Map((0..count).map(entry).collect())
            }
            Shape::Struct(name) => self.tree(name, depth),
        }
    }

    fn tree(&mut self, name: &str, depth: u32) -> Value {
        let Some(known) = self.fields.named(name) else { return Value::Map([].into()) };
        let mut entries: Vec<(Str, Value)> = Vec::new();
        for (key, field) in &known.fields {
            let is_deep = depth >= DEPTH_MAX && !matches!(field.shape, Shape::Text | Shape::Int32);
            let is_wanted = known.required.contains(key) || self.rng.below(4) == 0;
            if is_wanted && !is_deep {
                let value = if key == "status" && field.shape == Shape::Text {
                    Value::Str("True".into())
                } else {
                    self.field(field, depth)
                };
                entries.push((key.as_str().into(), value));
            }
        }
        Value::Map(entries.into_iter().collect())
    }

    fn field(&mut self, field: &Field, depth: u32) -> Value {
        if field.words.is_empty() {
            return self.value(&field.shape, depth + 1);
        }
        let index = below(self.rng, field.words.len());
        let word = Value::Str(field.words[index].as_str().into());
        if matches!(field.shape, Shape::List(_)) { Value::List(vec![word]) } else { word }
    }

    fn object(&mut self, kind: Kind) -> Value {
        let facts = kind.facts();
        let Value::Map(mut entries) = self.tree(facts.name, 0) else { unreachable!("a struct") };
        entries.insert("apiVersion".into(), Value::Str(facts.api_version.into()));
        entries.insert("kind".into(), Value::Str(facts.name.into()));
        let name = Value::Str(format!("n{}", self.rng.below(1_000)).into());
        let labels = self.value(&Shape::Map(Box::new(Shape::Text)), 0);
        let mut metadata = vec![("name".into(), name), ("labels".into(), labels)];
        if facts.namespaced {
            metadata.push(("namespace".into(), Value::Str("default".into())));
        }
        entries.insert("metadata".into(), Value::Map(metadata.into_iter().collect()));
        Value::Map(entries)
    }
}

/// Drawn objects of every kind that the table of fields knows.
fn drawn(purpose: &str, each: u32) -> Vec<Value> {
    let mut rng = rng(purpose);
    let fields = Fields::table();
    let mut trees = Vec::new();
    for kind in Kind::ALL {
        let facts = kind.facts();
        if kind == Kind::Event || fields.kind(facts.name, facts.api_version).is_none() {
            continue;
        }
        for _ in 0..each {
            trees.push(Drawing { rng: &mut rng, fields }.object(kind));
        }
    }
    assert!(trees.len() >= 20 * each as usize, "there are many kinds");
    trees
}

fn read(tree: &Value) -> Object {
    decode::strict(tree).unwrap_or_else(|error| panic!("{error}\n{}", encode::yaml(tree)))
}

#[test]
fn an_object_written_and_read_again_is_the_same() {
    for tree in drawn("round trip", 40) {
        let object = read(&tree);
        let written = encode::encode(&object);
        assert!(read(&written) == object, "{}", encode::yaml(&tree));
    }
}

/// The paths of what one tree says and the other does not; Go leaves out what is nothing.
fn lost(from: &Value, to: Option<&Value>, path: &str, found: &mut Vec<String>) {
    let is_nothing = match from {
        Value::Null | Value::Bool(false) | Value::Int(0) => true,
        Value::Str(text) => text.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    };
    match (from, to) {
        _ if is_nothing => {}
        (Value::Map(entries), Some(to @ Value::Map(_))) => {
            for (key, value) in entries {
                lost(value, to.at(key), &format!("{path}.{key}"), found);
            }
        }
        (Value::List(items), Some(Value::List(others))) if items.len() == others.len() => {
            for (one, other) in items.iter().zip(others) {
                lost(one, Some(other), &format!("{path}[]"), found);
            }
        }
        (from, Some(to)) if from == to => {}
        (_, to) => found.push(format!("{path}: {from:?} became {to:?}")),
    }
}

#[test]
fn no_drawn_field_is_lost() {
    let mut found = Vec::new();
    for mut tree in drawn("nothing lost", 20) {
        // What a server makes data of is never written.
        if let Value::Map(entries) = &mut tree {
            entries.remove("stringData");
        }
        let written = encode::encode(&read(&tree));
        let kind = tree.at("kind").and_then(Value::as_str).expect("it has a kind").to_owned();
        lost(&tree, Some(&written), &kind, &mut found);
    }
    found.retain(|one| !NOT_KEPT.iter().any(|part| one.contains(part)));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Parts of objects that components write and of which only what the engine acts on is kept, and
/// metadata that stands in a template without meaning.
const NOT_KEPT: [&str; 8] = [
    ".status",
    ".template.metadata",
    ".jobTemplate.metadata",
    ".volumeClaimTemplates[].metadata",
    ".volumeClaimTemplates[].kind",
    ".volumeClaimTemplates[].apiVersion",
    "VolumeAttachment.spec",
    "EndpointSlice.endpoints[]",
];

#[test]
fn defaults_filled_in_twice_are_filled_in_once() {
    for tree in drawn("defaults", 40) {
        let mut once = read(&tree);
        defaults::fill(&mut once);
        let mut twice = once.clone();
        defaults::fill(&mut twice);
        assert!(once == twice, "{}", encode::yaml(&tree));
    }
}

/// A tree with some of its fields drawn anew.
fn edited(rng: &mut Rng, tree: &Value) -> Value {
    let Value::Map(entries) = tree else { return tree.clone() };
    let mut out = Vec::new();
    for (key, value) in entries {
        let is_kept = matches!(&**key, "apiVersion" | "kind" | "metadata" | "name");
        match rng.below(8) {
            0 if !is_kept => {}
            1 if matches!(value, Value::Str(_)) && !is_kept => {
                out.push((key.clone(), Value::Str(format!("e{}", rng.below(50)).into())));
            }
            _ => out.push((key.clone(), edited(rng, value))),
        }
    }
    Value::Map(out.into_iter().collect())
}

/// Kinds whose lists are merged by keys that a drawing need not hold are left to JSON's rules.
fn without_lists(tree: &Value) -> Value {
    match tree {
        Value::Map(entries) => {
            let kept = entries.iter().filter(|(_, value)| !matches!(value, Value::List(_)));
            Value::Map(kept.map(|(key, value)| (key.clone(), without_lists(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn a_three_way_merge_gives_what_is_written_and_keeps_what_others_wrote() {
    let mut rng = rng("merge");
    for tree in drawn("merge objects", 10) {
        let original = without_lists(&tree);
        let modified = edited(&mut rng, &original);
        let Value::Map(mut entries) = original.clone() else { unreachable!("an object") };
        entries.insert("foreign".into(), Value::Str("kept".into()));
        let current = Value::Map(entries);
        let patch = three_way_merge(&original, &modified, &current);
        let Value::Map(mut wanted) = modified.clone() else { unreachable!("an object") };
        wanted.insert("foreign".into(), Value::Str("kept".into()));
        let got = podium::api::merge::merge_patch(current.clone(), patch);
        assert!(
            without_empty(&got) == without_empty(&Value::Map(wanted)),
            "{}",
            encode::yaml(&got)
        );
        let again = three_way_merge(&modified, &modified, &got);
        assert!(
            podium::api::merge::merge_patch(got.clone(), again) == got,
            "nothing is left to do"
        );
    }
}

/// A merge leaves a mapping whose fields it took away, where a person writes none.
fn without_empty(tree: &Value) -> Value {
    match tree {
        Value::Map(entries) => {
            let inner = entries.iter().map(|(key, value)| (key.clone(), without_empty(value)));
            let is_empty = |value: &Value| matches!(value, Value::Map(inner) if inner.is_empty());
            Value::Map(inner.filter(|(_, value)| !is_empty(value)).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn a_strategic_merge_that_changes_nothing_says_nothing() {
    for tree in drawn("strategic", 10) {
        let (kind, version) = decode::kind_of(&tree).expect("it is an object");
        let schema = Schema::of_kind(&kind, &version);
        let Ok(patch) = three_way_strategic(&tree, &tree, &tree, schema) else { continue };
        assert_eq!(patch, Value::Map([].into()), "{}", encode::yaml(&tree));
        let same = strategic_patch(tree.clone(), patch, schema).expect("an empty patch");
        assert!(same == tree);
    }
}

/// The swarm's run of a seed, up to a moment.
fn scene(seed: u64, to: SimTime) -> Cluster {
    let scenario = Scenario::of(seed, &Reader::default());
    let mut cluster = cluster::start(scenario.setup());
    for (at, command) in scenario.commands().filter(|(at, _)| *at <= to) {
        cluster.run_until(at, EVENTS_MAX);
        let _ = cluster.submit(command);
    }
    cluster.run_until(to, EVENTS_MAX);
    cluster
}

#[test]
fn a_sought_a_forked_and_a_repeated_run_are_the_same_run() {
    let mut rng = rng("moments");
    for seed in 1..=12 {
        let end = SimTime::from_seconds(rng.between(60, 240));
        let mut cluster = scene(seed, end);
        let digest = cluster.digest();
        assert_eq!(scene(seed, end).digest(), digest, "seed {seed} repeated");
        for _ in 0..3 {
            let past = SimTime(rng.below(end.0));
            cluster.seek(past);
            let there = cluster.digest();
            cluster.seek(end);
            assert_eq!(cluster.digest(), digest, "seed {seed} sought from {past}");
            cluster.seek(past);
            assert_eq!(cluster.digest(), there, "seed {seed} sought {past} twice");
            let mut fork = cluster.fork();
            fork.run_until(past.plus_seconds(5), EVENTS_MAX);
            cluster.seek(end);
            assert_eq!(cluster.digest(), digest, "seed {seed} beside its fork");
        }
    }
}

#[test]
fn a_controller_manager_started_anew_at_rest_writes_nothing() {
    for seed in 1..=12 {
        let mut cluster = scene(seed, SimTime::from_seconds(20));
        cluster.run_until(SimTime::from_seconds(1_200), EVENTS_MAX);
        let revision = |cluster: &Cluster| {
            let writes = cluster.trace().iter().filter_map(|entry| match &entry.what {
                What::Write(change) if change.kind != Kind::Event => Some(change.revision),
                _ => None,
            });
            writes.max()
        };
        if !cluster.model().unsettled().is_empty() {
            continue;
        }
        let before = revision(&cluster);
        let now = cluster.now();
        cluster.submit(Command::RestartManager).expect("it may be");
        cluster.run_until(now.plus_seconds(10), EVENTS_MAX);
        assert_eq!(revision(&cluster), before, "seed {seed}");
    }
}

const MANIFEST: &str = "
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: app, image: 'db:1'}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: 'nginx:1', resources: {requests: {cpu: 100m}}}]}
";

fn run_line(cluster: &mut Cluster, line: &str, stdin: Option<&str>) -> kubectl::Output {
    let limit = cluster.now().plus_seconds(60);
    kubectl::execute(cluster, "default", &kubectl::split(line), stdin, limit)
}

fn at_work() -> Cluster {
    let mut cluster = cluster::start(Setup::default());
    let output = run_line(&mut cluster, "kubectl apply -f -", Some(MANIFEST));
    assert_eq!(output.code, 0, "{}", output.stderr);
    cluster.run_until(SimTime::from_seconds(120), EVENTS_MAX);
    cluster
}

#[test]
fn what_is_applied_twice_is_unchanged() {
    let mut cluster = at_work();
    let before = cluster.trace().next();
    let output = run_line(&mut cluster, "kubectl apply -f -", Some(MANIFEST));
    let lines: Vec<&str> = output.stdout.lines().collect();
    // Claim templates are replaced as a whole, so kubectl always finds something to send.
    assert_eq!(
        lines,
        ["service/db unchanged", "statefulset.apps/db configured", "deployment.apps/web unchanged"]
    );
    let is_write = |entry: &&TraceEntry| matches!(entry.what, What::Write(_));
    assert_eq!(cluster.trace().since(before).filter(is_write).count(), 0);
}

fn object(cluster: &Cluster, kind: Kind, name: &str) -> Rc<Object> {
    let namespace = if kind.facts().namespaced { "default" } else { "" };
    let found = cluster.model().view().named(kind, namespace, name);
    Rc::clone(found.unwrap_or_else(|| panic!("{name} is there")))
}

fn write(cluster: &mut Cluster, action: Action) {
    cluster.submit(Command::Ask(Rc::new(action))).expect("the server allows it");
}

/// What the invariants say of the world's own past and then of what somebody did to it.
fn broken(cluster: &mut Cluster, act: impl FnOnce(&mut Cluster)) -> &'static str {
    let mut invariants = Invariants::default();
    invariants.look(cluster).expect("all is well so far");
    act(cluster);
    invariants.look(cluster).expect_err("it is broken").property
}

/// A copy of a Pod under another name, without a place.
fn copy(pod: &Object, name: &str) -> Object {
    let mut object = Object::new("default", name, pod.body.clone());
    object.meta.labels = Rc::clone(&pod.meta.labels);
    object.meta.owner_references = Rc::clone(&pod.meta.owner_references);
    let body = object.pod_mut().expect("a Pod");
    body.status = podium::api::pod::Pod::default().status;
    Rc::make_mut(&mut body.spec).node_name = None;
    object
}

#[test]
fn a_pod_that_starts_before_its_turn_is_caught() {
    let mut cluster = at_work();
    let property = broken(&mut cluster, |cluster| {
        let mut pod = copy(&object(cluster, Kind::Pod, "db-0"), "db-7");
        Rc::make_mut(&mut pod.pod_mut().expect("a Pod").spec).volumes.clear();
        write(cluster, Action::Create(Rc::new(pod)));
    });
    assert_eq!(property, "ordered_start");
}

#[test]
fn two_pods_with_one_claim_are_caught() {
    let mut cluster = at_work();
    let property = broken(&mut cluster, |cluster| {
        let pod = copy(&object(cluster, Kind::Pod, "db-0"), "db-3");
        write(cluster, Action::Create(Rc::new(pod)));
    });
    assert_eq!(property, "one_pod_an_ordinal_and_claim");
}

#[test]
fn two_pods_with_one_address_are_caught() {
    let mut cluster = at_work();
    let property = broken(&mut cluster, |cluster| {
        let pods: Vec<Rc<Object>> =
            cluster.model().view().table(Kind::Pod).iter().cloned().collect();
        let node = |pod: &Object| pod.pod().and_then(|pod| pod.node().cloned());
        let twin = |one: &&Rc<Object>| {
            pods.iter().any(|other| other.meta.id != one.meta.id && node(other) == node(one))
        };
        let one = pods.iter().find(twin).expect("a node with two Pods");
        let other = pods.iter().find(|pod| pod.meta.id != one.meta.id && node(pod) == node(one));
        let mut changed = Object::clone(other.expect("there is another"));
        let address = one.pod().expect("a Pod").status.pod_ip.clone();
        changed.pod_mut().expect("a Pod").status.pod_ip = address;
        write(cluster, Action::Update(Rc::new(changed), Part::Status));
    });
    assert_eq!(property, "one_pod_an_address");
}

#[test]
fn a_volume_on_two_nodes_is_caught() {
    let mut cluster = at_work();
    let property = broken(&mut cluster, |cluster| {
        let attachments = cluster.model().view().table(Kind::VolumeAttachment);
        let one = Rc::clone(attachments.iter().next().expect("a volume is attached"));
        let mut body = one.attachment().expect("an attachment").clone();
        body.node = if &*body.node == "node-1" { "node-2".into() } else { "node-1".into() };
        body.attached = true;
        let other = Object::new("", "csi-other", Body::VolumeAttachment(body));
        write(cluster, Action::Create(Rc::new(other)));
    });
    assert_eq!(property, "one_node_a_volume");
}

#[test]
fn a_node_with_more_than_it_can_bear_is_caught() {
    let mut cluster = at_work();
    let property = broken(&mut cluster, |cluster| {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: big, namespace: default}\nspec:\n  \
                    nodeName: node-1\n  containers: [{name: app, image: 'app:1', resources: \
                    {requests: {cpu: '99'}}}]\n";
        let objects = Reader::default().read(text).expect("valid");
        cluster.submit(Command::Apply(Rc::new(objects))).expect("the server takes it");
    });
    assert_eq!(property, "no_bind_beyond_allocatable");
}

#[test]
fn owners_in_a_circle_are_caught() {
    let mut cluster = at_work();
    let property = broken(&mut cluster, |cluster| {
        let set = object(cluster, Kind::StatefulSet, "db");
        let deployment = object(cluster, Kind::Deployment, "web");
        let owner = |object: &Object| OwnerReference {
            controller: None,
            block_owner_deletion: None,
            ..object.owner_reference()
        };
        for (one, other) in [(&set, &deployment), (&deployment, &set)] {
            let mut changed = Object::clone(one);
            changed.meta.resource_version = 0;
            changed.meta.owner_references = Rc::new(vec![owner(other)]);
            write(cluster, Action::Update(Rc::new(changed), Part::Spec));
        }
    });
    assert_eq!(property, "owners_have_no_circle");
}

/// The entry that somebody's write of an object would leave in the trace.
fn entry(cluster: &Cluster, actor: &'static str, old: &Rc<Object>, new: Object) -> TraceEntry {
    let change = podium::server::Change {
        revision: u64::MAX / 2,
        kind: old.kind(),
        old: Some(Rc::clone(old)),
        new: Some(Rc::new(new)),
    };
    TraceEntry {
        id: TraceId(cluster.trace().next()),
        at: cluster.now(),
        cause: None,
        actor: Actor::Component(actor),
        what: What::Write(Rc::new(change)),
        rule: None,
    }
}

fn judged(cluster: &Cluster, entry: &TraceEntry) -> &'static str {
    let mut invariants = Invariants::default();
    invariants.look(cluster).expect("all is well so far");
    invariants.judge(entry, cluster.model().view()).expect_err("it is broken").property
}

#[test]
fn a_revision_or_a_generation_that_falls_is_caught() {
    let cluster = at_work();
    let web = object(&cluster, Kind::Deployment, "web");
    let mut late = entry(&cluster, "deployment-controller", &web, Object::clone(&web));
    if let What::Write(change) = &mut late.what {
        Rc::make_mut(change).revision = 1;
    }
    assert_eq!(judged(&cluster, &late), "resource_version_grows");
    let mut young = Object::clone(&web);
    young.meta.generation = 0;
    let young = entry(&cluster, "deployment-controller", &web, young);
    assert_eq!(judged(&cluster, &young), "generation_never_shrinks");
    let mut ahead = Object::clone(&web);
    ahead.deployment_mut().expect("it is one").status.observed_generation = 99;
    let ahead = entry(&cluster, "deployment-controller", &web, ahead);
    assert_eq!(judged(&cluster, &ahead), "generation_never_shrinks");
}

#[test]
fn a_rolling_update_beyond_its_bounds_is_caught() {
    for (replicas, property) in [(9, "replicas_within_surge"), (1, "replicas_above_unavailable")] {
        let mut cluster = at_work();
        cluster.run_until(SimTime::from_seconds(200), EVENTS_MAX);
        let sets = cluster.model().view().table(Kind::ReplicaSet);
        let set = Rc::clone(sets.iter().next().expect("the Deployment has one"));
        let mut changed = Object::clone(&set);
        let spec = &mut changed.replica_set_mut().expect("it is one").spec;
        Rc::make_mut(spec).replicas = Some(replicas);
        let entry = entry(&cluster, "deployment-controller", &set, changed.clone());
        let mut invariants = Invariants::default();
        invariants.look(&cluster).expect("all is well so far");
        write(&mut cluster, Action::Update(Rc::new(changed), Part::Spec));
        let found = invariants.judge(&entry, cluster.model().view()).expect_err("it is broken");
        assert_eq!(found.property, property);
    }
}

#[test]
fn a_pod_that_stops_before_its_turn_is_caught() {
    let mut cluster = at_work();
    cluster
        .submit(Command::FailNode(
            object(&cluster, Kind::Pod, "db-2")
                .pod()
                .and_then(|pod| pod.node().cloned())
                .expect("one"),
        ))
        .expect("it hangs");
    run_line(&mut cluster, "kubectl delete pod db-2 --wait=false", None);
    let now = cluster.now();
    cluster.run_until(now.plus_seconds(10), EVENTS_MAX);
    let pod = object(&cluster, Kind::Pod, "db-0");
    let mut going = Object::clone(&pod);
    going.meta.deletion_timestamp = Some(cluster.now());
    let entry = entry(&cluster, "statefulset-controller", &pod, going);
    assert_eq!(judged(&cluster, &entry), "ordered_stop");
}

/// What is said of a cluster that was broken and whose controllers do not know it yet.
fn at_rest(change: impl FnOnce(&mut Cluster)) -> &'static str {
    let mut cluster = at_work();
    cluster.run_until(SimTime::from_seconds(900), EVENTS_MAX);
    Invariants::default().at_rest(&cluster).expect("it rests");
    change(&mut cluster);
    Invariants::default().at_rest(&cluster).expect_err("it is broken").property
}

#[test]
fn a_cluster_that_only_seems_to_rest_is_caught() {
    let property = at_rest(|cluster| {
        run_line(cluster, "kubectl delete pod db-0 --wait=false", None);
    });
    assert_eq!(property, "terminating_pods_go");
    let property = at_rest(|cluster| {
        run_line(cluster, "kubectl scale deployment web --replicas=6", None);
    });
    assert_eq!(property, "every_key_plans_nothing");
}

#[test]
fn a_status_a_slice_or_an_owner_that_is_wrong_at_rest_is_caught() {
    let set = |cluster: &Cluster| {
        let sets = cluster.model().view().table(Kind::ReplicaSet);
        Rc::clone(sets.iter().next().expect("the Deployment has one"))
    };
    let property = at_rest(|cluster| {
        let mut changed = Object::clone(&set(cluster));
        changed.replica_set_mut().expect("it is one").status.ready_replicas = 9;
        write(cluster, Action::Update(Rc::new(changed), Part::Status));
    });
    assert_eq!(property, "statuses_tell_what_is");
    let property = at_rest(|cluster| {
        let mut changed = Object::clone(&set(cluster));
        let spec = &mut changed.replica_set_mut().expect("it is one").spec;
        Rc::make_mut(spec).replicas = Some(7);
        write(cluster, Action::Update(Rc::new(changed), Part::Spec));
    });
    assert_eq!(property, "workloads_are_complete");
    let property = at_rest(|cluster| {
        let slices = cluster.model().view().table(Kind::EndpointSlice);
        let mut changed = Object::clone(slices.iter().next().expect("the Service has one"));
        changed.endpoint_slice_mut().expect("it is one").endpoints = Rc::default();
        write(cluster, Action::Update(Rc::new(changed), Part::Spec));
    });
    assert_eq!(property, "endpoints_follow_pods");
    let property = at_rest(|cluster| {
        let mut revision = Object::clone(&set(cluster));
        revision.meta = podium::api::Meta {
            name: "stray".into(),
            namespace: "default".into(),
            labels: Rc::clone(&revision.meta.labels),
            owner_references: Rc::new(vec![OwnerReference {
                name: "gone".into(),
                ..revision.meta.owner_references[0].clone()
            }]),
            ..podium::api::Meta::default()
        };
        let spec = &mut revision.replica_set_mut().expect("it is one").spec;
        Rc::make_mut(spec).replicas = Some(0);
        let status = &mut revision.replica_set_mut().expect("it is one").status;
        *status = podium::api::apps::ReplicaSet::default().status;
        write(cluster, Action::Create(Rc::new(revision)));
    });
    assert_eq!(property, "dependents_have_owners");
}
