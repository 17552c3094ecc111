//! ReplicaSets, Namespaces and Events in a whole cluster.

use std::rc::Rc;

use podium::api::apps::ReplicaSet;
use podium::api::core::{ConfigMap, Namespace};
use podium::api::pod::condition;
use podium::api::policy::PriorityClass;
use podium::api::{Body, Kind, Object, Propagation};
use podium::base::{Seed, SimTime};
use podium::cluster::{self, Cluster, Setup};
use podium::server::Deal;
use podium::sim::Command;

fn replica_set(namespace: &str, replicas: i32, more: &str) -> Object {
    let text = format!(
        r#"{{"spec": {{"replicas": {replicas}, "selector": {{"matchLabels": {{"app": "web"}}}},
            "template": {{"metadata": {{"labels": {{"app": "web"}}}},
                "spec": {{"restartPolicy": "Always", "terminationGracePeriodSeconds": 30, {more}
                    "containers": [{{"name": "app", "image": "nginx:1.25"}}]}}}}}}}}"#
    );
    let body: ReplicaSet = serde_json::from_str(&text).expect("valid");
    Object::new(namespace, "web", Body::ReplicaSet(body))
}

fn start() -> Cluster {
    cluster::start(Setup { seed: Seed(1), nodes: 3, ..Setup::default() })
}

fn apply(cluster: &mut Cluster, objects: Vec<Object>) {
    cluster.submit(Command::Apply(Rc::new(objects))).expect("valid objects");
}

fn advance(cluster: &mut Cluster, seconds: u64) {
    let until = cluster.now().plus_seconds(seconds);
    assert!(cluster.run_until(until, 1_000_000));
}

fn delete(cluster: &mut Cluster, kind: Kind, namespace: &str, name: &str) {
    let command = Command::Delete {
        kind,
        namespace: namespace.into(),
        name: name.into(),
        grace_seconds: None,
        propagation: Propagation::Background,
    };
    cluster.submit(command).expect("it is there");
}

fn set(cluster: &Cluster, namespace: &str) -> ReplicaSet {
    let found = cluster.model().view().named(Kind::ReplicaSet, namespace, "web");
    found.and_then(|one| one.replica_set()).expect("the set").clone()
}

fn events(cluster: &Cluster, reason: &str) -> Vec<(String, u32)> {
    let table = cluster.model().view().table(Kind::Event);
    let events = table.iter().filter_map(|one| one.event());
    let events = events.filter(|one| &*one.reason == reason);
    events.map(|one| (one.message.to_string(), one.count)).collect()
}

#[test]
fn refused_pods_are_told_of_and_come_once_they_may() {
    let mut cluster = start();
    let urgent = r#""priorityClassName": "urgent","#;
    apply(&mut cluster, vec![replica_set("default", 2, urgent)]);
    advance(&mut cluster, 5);
    let failed = set(&cluster, "default");
    let failure = condition(&failed.status.conditions, "ReplicaFailure").expect("it failed");
    let why = "pods \"web-\" is forbidden: no PriorityClass with name urgent was found";
    assert_eq!(failure.reason.as_deref(), Some("FailedCreate"));
    assert_eq!(failure.message.as_deref(), Some(why));
    let told = events(&cluster, "FailedCreate");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, format!("Error creating: {why}"));
    assert!(told[0].1 > 3, "it tries again and again");

    let class = PriorityClass { value: 10, ..PriorityClass::default() };
    apply(&mut cluster, vec![Object::new("", "urgent", Body::PriorityClass(class))]);
    advance(&mut cluster, 30);
    let status = set(&cluster, "default").status;
    assert_eq!(status.ready_replicas, 2);
    assert!(condition(&status.conditions, "ReplicaFailure").is_none());
}

#[test]
fn what_is_refused_takes_nothing_of_what_was_dealt() {
    let mut cluster = start();
    let deal = |suffix: &str| Deal { suffix: Some(suffix.into()), ..Deal::default() };
    let deals = Rc::new(vec![deal("bbbbb"), deal("ccccc")]);
    let command = Command::Deal(Kind::Pod, "default".into(), "web-".into(), deals);
    cluster.submit(command).expect("laid down");
    let urgent = r#""priorityClassName": "urgent","#;
    apply(&mut cluster, vec![replica_set("default", 2, urgent)]);
    advance(&mut cluster, 5);
    let class = PriorityClass { value: 10, ..PriorityClass::default() };
    apply(&mut cluster, vec![Object::new("", "urgent", Body::PriorityClass(class))]);
    advance(&mut cluster, 30);
    let pods = cluster.model().view().table(Kind::Pod).iter();
    let names: Vec<&str> = pods.map(|one| &*one.meta.name).collect();
    assert_eq!(names, ["web-bbbbb", "web-ccccc"]);
}

#[test]
fn a_namespace_goes_with_all_that_is_in_it_pods_first() {
    let mut cluster = start();
    let namespace = Object::new("", "shop", Body::Namespace(Namespace::default()));
    let map = Object::new("shop", "settings", Body::ConfigMap(ConfigMap::default()));
    apply(&mut cluster, vec![namespace, map, replica_set("shop", 3, "")]);
    advance(&mut cluster, 10);
    assert_eq!(set(&cluster, "shop").status.ready_replicas, 3);

    delete(&mut cluster, Kind::Namespace, "", "shop");
    let found = |cluster: &Cluster| {
        let found = cluster.model().view().named(Kind::Namespace, "", "shop");
        found.and_then(|one| one.namespace()).cloned()
    };
    let count = |cluster: &Cluster, kind: Kind| {
        cluster.model().view().table(kind).in_namespace(&"shop".into()).count()
    };
    assert_eq!(found(&cluster).and_then(|one| one.status.phase).as_deref(), Some("Terminating"));
    advance(&mut cluster, 6);
    let status = found(&cluster).expect("it waits for its Pods").status;
    let remaining = condition(&status.conditions, "NamespaceContentRemaining").expect("set");
    assert_eq!(
        remaining.message.as_deref(),
        Some("Some resources are remaining: pods. has 3 resource instances")
    );
    assert_eq!(count(&cluster, Kind::ReplicaSet), 1);
    advance(&mut cluster, 30);
    assert_eq!(found(&cluster), None);
    for kind in [Kind::Pod, Kind::ReplicaSet, Kind::ConfigMap] {
        assert_eq!(count(&cluster, kind), 0);
    }
}

#[test]
fn a_pod_that_is_relabeled_is_let_go_and_taken_back() {
    let mut cluster = start();
    apply(&mut cluster, vec![replica_set("default", 2, "")]);
    advance(&mut cluster, 10);
    let first = {
        let table = cluster.model().view().table(Kind::Pod);
        Object::clone(table.iter().next().expect("two Pods"))
    };
    let relabel = |cluster: &mut Cluster, app: &str| {
        let now = cluster.model().view().table(Kind::Pod).object(first.meta.id);
        let mut pod = Object::clone(now.expect("it lives"));
        pod.meta.set_label("app", app);
        pod.meta.resource_version = 0;
        let update = podium::server::Action::Update(Rc::new(pod), podium::server::Part::Spec);
        cluster.submit(Command::Ask(Rc::new(update))).expect("labels may change");
        advance(cluster, 10);
    };
    relabel(&mut cluster, "other");
    let owner = |cluster: &Cluster| {
        let pod = cluster.model().view().table(Kind::Pod).object(first.meta.id).cloned();
        pod.expect("it lives").meta.controller().is_some()
    };
    assert!(!owner(&cluster));
    assert_eq!(cluster.model().view().table(Kind::Pod).len(), 3);
    relabel(&mut cluster, "web");
    assert!(owner(&cluster));
    assert_eq!(cluster.model().view().table(Kind::Pod).len(), 2);
    assert_eq!(set(&cluster, "default").status.ready_replicas, 2);
    assert!(cluster.now() > SimTime::ZERO);
}

#[test]
fn a_controllers_client_sends_thirty_requests_at_once_and_then_twenty_a_second() {
    let mut cluster = start();
    apply(&mut cluster, vec![replica_set("default", 60, "")]);
    let pods = |cluster: &Cluster| cluster.model().view().table(Kind::Pod).iter().count();
    let until = cluster.now().plus_us(100_000);
    assert!(cluster.run_until(until, 1_000_000));
    let first = pods(&cluster);
    // Each Pod costs two requests, one that makes it and one that tells of it.
    assert!((15..=20).contains(&first), "{first}");
    advance(&mut cluster, 1);
    let second = pods(&cluster);
    assert!((first + 8..=first + 22).contains(&second), "{first} {second}");
    advance(&mut cluster, 4);
    assert_eq!(pods(&cluster), 60);
}
