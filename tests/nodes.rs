//! Nodes that fall silent, come back, boot again or go for good, as a real control plane
//! treats them.

mod common;

use std::rc::Rc;

use common::advance;
use podium::api::pod::{Truth, condition};
use podium::api::{Body, Kind, Object, Propagation};
use podium::base::{Seed, SimTime, Str};
use podium::cluster::{self, Cluster, Setup};
use podium::server::{Action, DeleteOptions, Key, Patch};
use podium::sim::Command;

fn manifest(kind: &str, tolerate: Option<u32>) -> Object {
    let tolerations = tolerate.map_or_else(String::new, |seconds| {
        let one = |key: &str| {
            format!(
                r#"{{"key":"node.kubernetes.io/{key}","operator":"Exists","effect":"NoExecute",
                    "tolerationSeconds":{seconds}}}"#
            )
        };
        format!(r#","tolerations":[{},{}]"#, one("unreachable"), one("not-ready"))
    });
    let template = format!(
        r#"{{"metadata":{{"labels":{{"app":"{kind}"}}}},"spec":{{"restartPolicy":"Always",
            "terminationGracePeriodSeconds":30,
            "containers":[{{"name":"app","image":"nginx:1.27"}}]{tolerations}}}}}"#
    );
    let selector = format!(r#"{{"matchLabels":{{"app":"{kind}"}}}}"#);
    let body = if kind == "db" {
        Body::StatefulSet(
            serde_json::from_str(&format!(
                r#"{{"spec":{{"replicas":2,"serviceName":"db","selector":{selector},
                    "podManagementPolicy":"OrderedReady","template":{template},
                    "updateStrategy":{{"type":"RollingUpdate","rollingUpdate":{{"partition":0}}}}
                    }}}}"#
            ))
            .expect("valid"),
        )
    } else {
        Body::Deployment(
            serde_json::from_str(&format!(
                r#"{{"spec":{{"replicas":3,"selector":{selector},"template":{template},
                    "strategy":{{"type":"RollingUpdate",
                        "rollingUpdate":{{"maxSurge":"25%","maxUnavailable":"25%"}}}}}}}}"#
            ))
            .expect("valid"),
        )
    };
    Object::new("default", kind, body)
}

fn run(seed: u64, tolerate: Option<u32>) -> Cluster {
    let mut cluster = cluster::start(Setup { seed: Seed(seed), ..Setup::default() });
    let objects = vec![manifest("web", tolerate), manifest("db", tolerate)];
    let reply = cluster.submit(Command::Apply(Rc::new(objects)));
    assert!(reply.is_ok(), "{reply:?}");
    advance(&mut cluster, 23);
    cluster
}

fn object(cluster: &Cluster, kind: Kind, name: &str) -> Option<Rc<Object>> {
    let namespace = if kind == Kind::Node { "" } else { "default" };
    cluster.model().view().named(kind, namespace, name).cloned()
}

fn node_of(cluster: &Cluster, pod: &str) -> Str {
    let pod = object(cluster, Kind::Pod, pod).expect("it exists");
    pod.pod().and_then(|pod| pod.node().cloned()).expect("it is bound")
}

fn taints(cluster: &Cluster, node: &str) -> Vec<String> {
    let node = object(cluster, Kind::Node, node).expect("it exists");
    let taints = &node.node().expect("a node").spec.taints;
    let short = |key: &str| key.trim_start_matches("node.kubernetes.io/").to_owned();
    taints.iter().map(|one| format!("{}:{}", short(&one.key), one.effect)).collect()
}

fn ready(cluster: &Cluster, node: &str) -> Truth {
    let node = object(cluster, Kind::Node, node).expect("it exists");
    let conditions = &node.node().expect("a node").status.conditions;
    condition(conditions, "Ready").expect("it has one").status
}

/// Reason and source of every Event about an object, in order.
fn events(cluster: &Cluster, kind: Kind, name: &str) -> Vec<String> {
    let all = cluster.model().view().table(Kind::Event).iter();
    let about = all
        .filter_map(|one| one.event())
        .filter(|one| one.about.kind == kind && &*one.about.name == name);
    about.map(|one| format!("{} {}", one.source, one.reason)).collect()
}

fn webs(cluster: &Cluster) -> Vec<Rc<Object>> {
    let pods = cluster.model().view().table(Kind::Pod).iter();
    pods.filter(|one| one.meta.name.starts_with("web")).cloned().collect()
}

fn until(cluster: &mut Cluster, seconds: u64, holds: impl Fn(&Cluster) -> bool) -> SimTime {
    let end = cluster.now().plus_seconds(seconds);
    while !holds(cluster) {
        assert!(cluster.next_at().is_some_and(|at| at <= end), "it never came");
        cluster.step();
    }
    cluster.now()
}

fn seconds_between(from: SimTime, to: SimTime) -> u64 {
    to.since_us(from) / 1_000_000
}

#[test]
fn a_silent_node_is_unknown_after_the_grace_period_and_tainted_twice() {
    let mut cluster = run(1, None);
    let node = node_of(&cluster, "db-1");
    let start = cluster.now();
    cluster.submit(Command::FailNode(node.clone())).expect("it hangs");
    let at = until(&mut cluster, 60, |one| ready(one, &node) == Truth::Unknown);
    assert!((40..=55).contains(&seconds_between(start, at)), "{at}");
    advance(&mut cluster, 1);
    assert_eq!(taints(&cluster, &node), ["unreachable:NoSchedule", "unreachable:NoExecute"]);
    assert_eq!(events(&cluster, Kind::Node, &node), ["node-controller NodeNotReady"]);
    let pod = object(&cluster, Kind::Pod, "db-1").expect("it stays");
    let conditions = &pod.pod().expect("a Pod").status.conditions;
    let status = |kind: &str| condition(conditions, kind).expect("it has one").status;
    assert_eq!(status("Ready"), Truth::False);
    assert_eq!(status("ContainersReady"), Truth::True);
    assert_eq!(
        events(&cluster, Kind::Pod, "db-1").last().expect("some"),
        "node-controller NodeNotReady"
    );
}

#[test]
fn a_node_that_comes_back_in_time_keeps_its_pods() {
    let mut cluster = run(2, None);
    let node = node_of(&cluster, "db-1");
    let before = object(&cluster, Kind::Pod, "db-1").expect("it runs").meta.uid;
    cluster.submit(Command::FailNode(node.clone())).expect("it hangs");
    until(&mut cluster, 60, |one| taints(one, &node).len() == 2);
    advance(&mut cluster, 5);
    cluster.submit(Command::RecoverNode(node.clone())).expect("it goes on");
    let start = cluster.now();
    let at = until(&mut cluster, 20, |one| ready(one, &node) == Truth::True);
    assert_eq!(seconds_between(start, at), 10, "the status waits for the next beat");
    assert!(object(&cluster, Kind::Pod, "db-1").expect("kept").pod().expect("a Pod").is_ready());
    advance(&mut cluster, 6);
    assert!(taints(&cluster, &node).is_empty());
    let pod = object(&cluster, Kind::Pod, "db-1").expect("kept");
    assert_eq!(pod.meta.uid, before);
    assert!(!pod.meta.is_terminating());
    let told = events(&cluster, Kind::Pod, "db-1");
    assert_eq!(told.last().expect("some"), "taint-eviction-controller TaintManagerEviction");
    let told = events(&cluster, Kind::Node, &node);
    let expected = [
        "node-controller NodeNotReady",
        "kubelet NodeHasSufficientMemory",
        "kubelet NodeHasNoDiskPressure",
        "kubelet NodeHasSufficientPID",
        "kubelet NodeReady",
    ];
    assert_eq!(told, expected);
    // Longer than the deadline of a rollout, at which its controller looks once more.
    advance(&mut cluster, 600);
    assert_eq!(cluster.next_at(), None, "a cluster at rest has nothing to do");
}

#[test]
fn a_short_silence_is_not_noticed() {
    let mut cluster = run(3, None);
    let node = node_of(&cluster, "db-1");
    cluster.submit(Command::FailNode(node.clone())).expect("it hangs");
    advance(&mut cluster, 30);
    cluster.submit(Command::RecoverNode(node.clone())).expect("it goes on");
    advance(&mut cluster, 120);
    assert!(events(&cluster, Kind::Node, &node).is_empty());
    assert_eq!(ready(&cluster, &node), Truth::True);
}

#[test]
fn pods_of_a_lost_node_are_marked_after_their_toleration_and_stay() {
    let mut cluster = run(4, Some(15));
    let node = node_of(&cluster, "db-1");
    cluster.submit(Command::FailNode(node.clone())).expect("it hangs");
    let tainted = until(&mut cluster, 60, |one| taints(one, &node).len() == 2);
    let gone =
        |one: &Cluster| object(one, Kind::Pod, "db-1").is_some_and(|p| p.meta.is_terminating());
    let at = until(&mut cluster, 30, gone);
    assert_eq!(seconds_between(tainted, at), 15);
    advance(&mut cluster, 120);
    let pod = object(&cluster, Kind::Pod, "db-1").expect("it stays terminating");
    let target = condition(&pod.pod().expect("a Pod").status.conditions, "DisruptionTarget");
    assert_eq!(target.and_then(|one| one.reason.as_deref()), Some("DeletionByTaintManager"));
    assert_eq!(webs(&cluster).iter().filter(|one| !one.meta.is_terminating()).count(), 3);

    let key = Key { kind: Kind::Pod, id: pod.meta.id };
    let options = DeleteOptions { grace_seconds: Some(0), propagation: Propagation::Background };
    cluster.submit(Command::Ask(Rc::new(Action::Delete(key, options)))).expect("forced");
    advance(&mut cluster, 5);
    let new = object(&cluster, Kind::Pod, "db-1").expect("made anew");
    assert_ne!(new.meta.uid, pod.meta.uid);
    assert_ne!(node_of(&cluster, "db-1"), node);

    cluster.submit(Command::RecoverNode(node.clone())).expect("it goes on");
    advance(&mut cluster, 20);
    let told = cluster.model().view().table(Kind::Event).iter();
    let killed = told
        .filter_map(|one| one.event())
        .any(|one| one.about.uid == pod.meta.uid && &*one.reason == "Killing");
    assert!(killed, "the containers of the Pod that went are stopped");
    assert_eq!(webs(&cluster).len(), 3, "what was terminating is gone");
}

#[test]
fn deleting_the_node_object_frees_the_names_after_the_quarantine() {
    let mut cluster = run(5, Some(15));
    let node = node_of(&cluster, "db-1");
    let old = object(&cluster, Kind::Pod, "db-1").expect("it runs").meta.uid;
    cluster.submit(Command::FailNode(node.clone())).expect("it hangs");
    advance(&mut cluster, 100);
    let delete = Command::Delete {
        kind: Kind::Node,
        namespace: "".into(),
        name: node.clone(),
        grace_seconds: None,
        propagation: Propagation::Background,
    };
    cluster.submit(delete).expect("deleted");
    let start = cluster.now();
    let is_new = |one: &Cluster| object(one, Kind::Pod, "db-1").is_some_and(|p| p.meta.uid != old);
    let at = until(&mut cluster, 70, is_new);
    assert!((40..=60).contains(&seconds_between(start, at)));
    assert!(
        events(&cluster, Kind::Node, &node).contains(&"node-controller RemovingNode".to_owned())
    );

    cluster.submit(Command::RecoverNode(node.clone())).expect("it goes on");
    advance(&mut cluster, 30);
    assert!(object(&cluster, Kind::Node, &node).is_none(), "a running kubelet never registers");
    cluster.submit(Command::KillNode(node.clone())).expect("no power");
    cluster.submit(Command::StartNode(node.clone())).expect("boots");
    advance(&mut cluster, 10);
    assert_eq!(ready(&cluster, &node), Truth::True);
    assert!(taints(&cluster, &node).is_empty());
    let told = events(&cluster, Kind::Node, &node);
    assert_eq!(told.last().expect("some"), "node-controller RegisteredNode");
    assert!(told.contains(&"kubelet Starting".to_owned()));
}

#[test]
fn a_service_tells_which_pods_it_leaves_out_as_their_node_is_gone() {
    let mut cluster = run(15, None);
    let service = r#"{"spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}"#;
    let service = Body::Service(serde_json::from_str(service).expect("valid"));
    let objects = Rc::new(vec![Object::new("default", "web", service)]);
    cluster.submit(Command::Apply(objects)).expect("applied");
    advance(&mut cluster, 1);
    let lost = webs(&cluster)[0].pod().and_then(|pod| pod.node().cloned()).expect("bound");
    let id = object(&cluster, Kind::Node, &lost).expect("it stays").meta.id;
    let gone = Action::Delete(Key { kind: Kind::Node, id }, DeleteOptions::default());
    cluster.submit(Command::Ask(Rc::new(gone))).expect("deleted");
    let told = |cluster: &Cluster| events(cluster, Kind::Service, "web");
    advance(&mut cluster, 3);
    assert!(told(&cluster).is_empty(), "nothing woke the Service");
    let pods = webs(&cluster);
    let other = pods.iter().find(|one| one.pod().and_then(|pod| pod.node()) != Some(&lost));
    let key = Key { kind: Kind::Pod, id: other.expect("one elsewhere").meta.id };
    let delete = Action::Delete(key, DeleteOptions::default());
    cluster.submit(Command::Ask(Rc::new(delete))).expect("deleted");
    advance(&mut cluster, 10);
    assert_eq!(told(&cluster), ["endpoint-slice-controller FailedToUpdateEndpointSlices"]);
}

#[test]
fn out_of_service_takes_the_pods_away_by_force() {
    let mut cluster = run(6, None);
    let node = node_of(&cluster, "db-1");
    let old = object(&cluster, Kind::Pod, "db-1").expect("it runs").meta.uid;
    cluster.submit(Command::FailNode(node.clone())).expect("it hangs");
    until(&mut cluster, 60, |one| taints(one, &node).len() == 2);
    advance(&mut cluster, 3);
    let taint = serde_json::from_str(
        r#"{"key":"node.kubernetes.io/out-of-service","value":"nodeshutdown",
            "effect":"NoExecute"}"#,
    );
    let id = object(&cluster, Kind::Node, &node).expect("it stays").meta.id;
    let key = Key { kind: Kind::Node, id };
    let patch = Action::Patch(key, Patch::Taint(vec![taint.expect("valid")]));
    cluster.submit(Command::Ask(Rc::new(patch))).expect("tainted");
    advance(&mut cluster, 1);
    assert!(object(&cluster, Kind::Pod, "db-1").expect("not yet").meta.is_terminating());
    advance(&mut cluster, 25);
    let new = object(&cluster, Kind::Pod, "db-1").expect("made anew");
    assert_ne!(new.meta.uid, old);
    assert_ne!(node_of(&cluster, "db-1"), node);
}

#[test]
fn a_boot_restarts_the_containers_of_the_same_pods() {
    let mut cluster = run(7, None);
    let node = node_of(&cluster, "db-0");
    let before = object(&cluster, Kind::Pod, "db-0").expect("it runs");
    cluster.submit(Command::KillNode(node.clone())).expect("no power");
    advance(&mut cluster, 3);
    cluster.submit(Command::StartNode(node.clone())).expect("boots");
    advance(&mut cluster, 15);
    let after = object(&cluster, Kind::Pod, "db-0").expect("the same");
    assert_eq!(after.meta.uid, before.meta.uid);
    let pod = after.pod().expect("a Pod");
    assert!(pod.is_ready());
    assert_eq!(pod.status.container_statuses[0].restart_count, 1);
    assert_eq!(ready(&cluster, &node), Truth::True);
    let expected = [
        "kubelet Starting",
        "kubelet NodeHasSufficientMemory",
        "kubelet NodeHasNoDiskPressure",
        "kubelet NodeHasSufficientPID",
    ];
    assert_eq!(events(&cluster, Kind::Node, &node), expected);
}

#[test]
fn no_pod_is_driven_away_while_no_node_is_ready() {
    let mut cluster = run(8, Some(15));
    for node in ["node-1", "node-2", "node-3"] {
        cluster.submit(Command::FailNode(node.into())).expect("it hangs");
    }
    advance(&mut cluster, 200);
    for node in ["node-1", "node-2", "node-3"] {
        assert_eq!(taints(&cluster, node), ["unreachable:NoSchedule"]);
    }
    assert!(webs(&cluster).iter().all(|one| !one.meta.is_terminating()));
}

#[test]
fn the_loss_of_the_last_node_takes_back_what_drives_pods_away_in_the_same_round() {
    let drives = |cluster: &Cluster| {
        let all = ["node-1", "node-2", "node-3"].map(|node| taints(cluster, node));
        all.iter().flatten().filter(|one| one.ends_with("NoExecute")).count()
    };
    let is_lost = |cluster: &Cluster, node: &str| ready(cluster, node) == Truth::Unknown;
    // Lost in one round, no node is ever told to drive its Pods away.
    let mut cluster = run(1, None);
    for node in ["node-1", "node-2", "node-3"] {
        cluster.submit(Command::FailNode(node.into())).expect("it hangs");
    }
    until(&mut cluster, 60, |cluster| is_lost(cluster, "node-3"));
    for _ in 0..10 {
        assert_eq!(drives(&cluster), 0);
        advance(&mut cluster, 1);
    }
    // Lost one after the other, the others are when the last one goes.
    let mut cluster = run(1, None);
    cluster.submit(Command::FailNode("node-1".into())).expect("it hangs");
    cluster.submit(Command::FailNode("node-2".into())).expect("it hangs");
    advance(&mut cluster, 70);
    assert_eq!(drives(&cluster), 2);
    cluster.submit(Command::FailNode("node-3".into())).expect("it hangs");
    until(&mut cluster, 60, |cluster| is_lost(cluster, "node-3"));
    advance(&mut cluster, 1);
    assert_eq!(drives(&cluster), 0);
}

#[test]
fn lost_nodes_are_tainted_one_in_ten_seconds() {
    let mut cluster = run(9, None);
    for node in ["node-1", "node-2"] {
        cluster.submit(Command::FailNode(node.into())).expect("it hangs");
    }
    let count = |one: &Cluster| taints(one, "node-1").len() + taints(one, "node-2").len();
    let first = until(&mut cluster, 60, |one| count(one) == 3);
    let second = until(&mut cluster, 30, |one| count(one) == 4);
    assert_eq!(seconds_between(first, second), 10);
}

#[test]
fn a_cordoned_node_is_tainted_and_its_kubelet_says_so_at_its_next_beat() {
    let mut cluster = run(10, None);
    cluster.submit(Command::Cordon("node-1".into(), true)).expect("cordoned");
    advance(&mut cluster, 1);
    assert_eq!(taints(&cluster, "node-1"), ["unschedulable:NoSchedule"]);
    advance(&mut cluster, 10);
    assert_eq!(events(&cluster, Kind::Node, "node-1"), ["kubelet NodeNotSchedulable"]);
    cluster.submit(Command::Cordon("node-1".into(), false)).expect("free");
    advance(&mut cluster, 11);
    assert!(taints(&cluster, "node-1").is_empty());
    assert_eq!(
        events(&cluster, Kind::Node, "node-1").last().expect("some"),
        "kubelet NodeSchedulable"
    );
}

#[test]
fn a_new_machine_registers_a_node_that_takes_pods() {
    let mut cluster = run(11, None);
    let node = Object::new("", "extra", Body::Node(podium::api::core::Node::default()));
    cluster.submit(Command::AddNode(Rc::new(node))).expect("it boots");
    advance(&mut cluster, 10);
    assert_eq!(ready(&cluster, "extra"), Truth::True);
    assert!(taints(&cluster, "extra").is_empty());
    cluster.submit(Command::RemoveNode("extra".into())).expect("taken away");
    advance(&mut cluster, 70);
    assert_eq!(ready(&cluster, "extra"), Truth::Unknown);
}

#[test]
fn a_machine_that_was_off_for_long_comes_back_as_an_empty_one() {
    let mut cluster = run(12, Some(15));
    let node = node_of(&cluster, "db-1");
    cluster.submit(Command::KillNode(node.clone())).expect("no power");
    advance(&mut cluster, 120);
    assert_eq!(ready(&cluster, &node), Truth::Unknown);
    assert!(object(&cluster, Kind::Pod, "db-1").expect("it stays").meta.is_terminating());
    cluster.submit(Command::StartNode(node.clone())).expect("boots");
    advance(&mut cluster, 60);
    assert_eq!(ready(&cluster, &node), Truth::True);
    assert!(taints(&cluster, &node).is_empty());
    let pod = object(&cluster, Kind::Pod, "db-1").expect("made anew");
    assert!(!pod.meta.is_terminating() && pod.pod().expect("a Pod").is_ready());
    assert_eq!(webs(&cluster).len(), 3);
    let told = events(&cluster, Kind::Node, &node);
    let expected = [
        "node-controller NodeNotReady",
        "kubelet Starting",
        "kubelet NodeHasSufficientMemory",
        "kubelet NodeHasNoDiskPressure",
        "kubelet NodeHasSufficientPID",
        "kubelet NodeReady",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_taint_by_hand_drives_out_at_once_what_does_not_bear_it() {
    let mut cluster = run(13, None);
    let node = node_of(&cluster, "db-1");
    let before = object(&cluster, Kind::Pod, "db-1").expect("it runs").meta.uid;
    let taint = serde_json::from_str(r#"{"key":"repair","effect":"NoExecute"}"#).expect("valid");
    let id = object(&cluster, Kind::Node, &node).expect("it stays").meta.id;
    let key = Key { kind: Kind::Node, id };
    let patch = Action::Patch(key, Patch::Taint(vec![taint]));
    cluster.submit(Command::Ask(Rc::new(patch))).expect("tainted");
    advance(&mut cluster, 20);
    let after = object(&cluster, Kind::Pod, "db-1").expect("made anew");
    assert_ne!(after.meta.uid, before);
    assert_ne!(node_of(&cluster, "db-1"), node);
    assert!(webs(&cluster).iter().all(|one| one.pod().expect("a Pod").node() != Some(&node)));
}

#[test]
fn a_run_with_lost_nodes_can_be_moved_in_time() {
    let mut cluster = run(14, Some(15));
    let node = node_of(&cluster, "db-1");
    cluster.submit(Command::FailNode(node.clone())).expect("it hangs");
    advance(&mut cluster, 90);
    cluster.submit(Command::RecoverNode(node)).expect("it goes on");
    advance(&mut cluster, 40);
    let (end, digest) = (cluster.now(), cluster.digest());
    cluster.seek(SimTime::from_seconds(70));
    cluster.seek(end);
    assert_eq!(cluster.digest(), digest);
}

#[test]
fn what_was_told_without_a_uid_stands_in_no_description() {
    let mut cluster = run(2, Some(5));
    let node = node_of(&cluster, "db-1");
    cluster.submit(Command::FailNode(node.clone())).expect("it hangs");
    until(&mut cluster, 80, |one| {
        object(one, Kind::Pod, "db-1").is_some_and(|pod| pod.meta.is_terminating())
    });
    cluster.submit(Command::RecoverNode(node.clone())).expect("it goes on");
    let describe = |cluster: &mut Cluster, kind: &str, name: &str| {
        let words = podium::kubectl::split(&format!("kubectl describe {kind} {name}"));
        let limit = cluster.now().plus_seconds(1);
        podium::kubectl::execute(cluster, "default", &words, None, limit).stdout
    };
    let told = events(&cluster, Kind::Pod, "db-1");
    assert!(told.iter().any(|one| one.ends_with("TaintManagerEviction")), "{told:?}");
    let pod = describe(&mut cluster, "pod", "db-1");
    assert!(pod.contains("NodeNotReady") && !pod.contains("TaintManagerEviction"), "{pod}");
    advance(&mut cluster, 15);
    let told = events(&cluster, Kind::Node, &node);
    assert!(told.iter().any(|one| one == "kubelet NodeReady"), "{told:?}");
    let page = describe(&mut cluster, "node", &node);
    assert!(page.contains("NodeNotReady") && !page.contains("NodeHasSufficientPID"), "{page}");
}

#[test]
fn what_a_node_is_said_to_have_is_offered_to_pods_at_the_next_beat() {
    let mut cluster = common::start(1);
    let pod = |name: &str, amount: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: \
             c, image: 'nginx:1', resources: {{requests: {{{amount}}}, limits: {{{amount}}}}}}}]}}\n"
        )
    };
    let pods = [pod("gpu", "example.com/gpu: 1"), pod("disk", "ephemeral-storage: 1Gi")];
    common::run(&mut cluster, "kubectl apply -f -", Some(&pods.join("---\n")));
    advance(&mut cluster, 5);
    assert!(!node_of(&cluster, "disk").is_empty(), "every machine has a disk");
    let patch = "kubectl patch node node-1 --subresource=status -p \
                 '{status: {capacity: {example.com/gpu: \"2\", cpu: \"64\"}}}'";
    common::run(&mut cluster, patch, None);
    advance(&mut cluster, 12);
    let node = object(&cluster, Kind::Node, "node-1").expect("it is there");
    let status = &node.node().expect("a Node").status;
    assert_eq!(
        status.allocatable.get("example.com/gpu").map(ToString::to_string),
        Some("2".into())
    );
    assert_eq!(status.capacity.get("cpu").map(ToString::to_string), Some("4".into()));
    assert!(!node_of(&cluster, "gpu").is_empty());
    advance(&mut cluster, 600);
    assert_eq!(cluster.next_at(), None, "what is said stays said");
}

#[test]
fn a_pod_gets_the_zone_of_its_node_as_a_label() {
    let mut cluster = common::start(1);
    let pod = |name: &str, more: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{\
             topology.kubernetes.io/region: mine}}}}\nspec: {{{more}containers: [{{name: c, \
             image: 'nginx:1'}}]}}\n"
        )
    };
    let zone = "topology.kubernetes.io/zone=a topology.kubernetes.io/region=r";
    common::run(&mut cluster, &format!("kubectl label node node-1 {zone}"), None);
    let pods = [pod("free", ""), pod("bound", "nodeName: node-1, "), pod("lost", "nodeName: x, ")];
    common::run(&mut cluster, "kubectl apply -f -", Some(&pods.join("---\n")));
    advance(&mut cluster, 5);
    for (name, region, zone) in [("free", "r", "a"), ("bound", "r", "a"), ("lost", "mine", "")] {
        let pod = object(&cluster, Kind::Pod, name).expect("it exists");
        let label = |key: &str| pod.meta.label(key).map(ToString::to_string).unwrap_or_default();
        assert_eq!(label("topology.kubernetes.io/region"), region, "{name}");
        assert_eq!(label("topology.kubernetes.io/zone"), zone, "{name}");
    }
}

#[test]
fn a_drain_that_tries_again_asks_for_nobody_who_is_gone() {
    use podium::kubectl::{self, Run};
    use podium::sim::What;
    let mut cluster = common::start(1);
    let text = "apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: 'nginx:1'}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
";
    common::run(&mut cluster, "kubectl apply -f -", Some(text));
    advance(&mut cluster, 10);
    let words = kubectl::split("drain node-1 --force --timeout=60s");
    let mut drain = Run::start(&mut cluster, "default", &words, None);
    advance(&mut cluster, 1);
    assert!(drain.poll(&mut cluster).is_none(), "the budget lets nobody go");
    common::run(&mut cluster, "kubectl delete pod web --force", None);
    advance(&mut cluster, 5);
    let output = drain.poll(&mut cluster).expect("nobody is left");
    assert_eq!(output.code, 0);
    assert!(output.stdout.ends_with("node/node-1 drained\n"), "{}", output.stdout);
    let refused = cluster.trace().since(0).filter(|entry| matches!(entry.what, What::Refused(_)));
    assert_eq!(refused.count(), 1, "only the budget refused");
}
