//! Where Pods go and why they go nowhere, in the scheduler's own words.

mod common;

use std::rc::Rc;

use podium::api::core::Node;
use podium::api::pod::condition;
use podium::api::{Body, Kind, Object};
use podium::cluster::Cluster;
use podium::sim::Command;

use common::{advance, run, start};

/// Creates a Pod of one container with these further fields, in flow style.
fn pod(cluster: &mut Cluster, name: &str, labels: &str, spec: &str) {
    let comma = if spec.is_empty() { "" } else { ", " };
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{{labels}}}}}\nspec: \
         {{containers: [{{name: app, image: nginx}}]{comma}{spec}}}\n"
    );
    run(cluster, "apply -f -", Some(&text));
    advance(cluster, 5);
}

fn find(cluster: &Cluster, name: &str) -> Rc<Object> {
    cluster.model().view().named(Kind::Pod, "default", name).cloned().expect("it is there")
}

fn node_of(cluster: &Cluster, name: &str) -> Option<String> {
    find(cluster, name).pod().and_then(|pod| pod.node().map(ToString::to_string))
}

/// The message of a Pod's `PodScheduled` condition.
fn why(cluster: &Cluster, name: &str) -> String {
    let object = find(cluster, name);
    let status = &object.pod().expect("a Pod").status;
    let one = condition(&status.conditions, "PodScheduled").expect("it was told");
    one.message.as_deref().unwrap_or_default().to_owned()
}

const NO_VICTIMS: &str = "no new claims to deallocate, preemption: 0/1 nodes are available: 1 No \
                          preemption victims found for incoming pod.";
const NO_HELP: &str = "no new claims to deallocate, preemption: 0/1 nodes are available: 1 \
                       Preemption is not helpful for scheduling.";

#[test]
fn a_pod_with_scheduling_gates_is_held_back_until_they_are_lifted() {
    let mut cluster = start(1);
    pod(&mut cluster, "gated", "", "schedulingGates: [{name: example.com/wait}]");
    assert_eq!(why(&cluster, "gated"), "Scheduling is blocked due to non-empty scheduling gates");
    let table = run(&mut cluster, "get pod gated", None);
    assert!(table.contains("SchedulingGated"), "{table}");
    let events = run(&mut cluster, "get events", None);
    assert!(!events.contains("pod/gated"), "{events}");
    run(&mut cluster, "patch pod gated -p '{\"spec\":{\"schedulingGates\":null}}'", None);
    advance(&mut cluster, 5);
    assert!(node_of(&cluster, "gated").is_some());
}

#[test]
fn a_pod_that_seeks_others_by_several_terms_needs_pods_that_meet_them_all() {
    let mut cluster = start(1);
    pod(&mut cluster, "a", "a: '1'", "");
    pod(&mut cluster, "b", "b: '1'", "");
    let term = |label: &str| {
        format!(
            "{{topologyKey: kubernetes.io/hostname, labelSelector: {{matchLabels: {{{label}: \
             '1'}}}}}}"
        )
    };
    let both = format!(
        "affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{}, {}]}}}}",
        term("a"),
        term("b")
    );
    pod(&mut cluster, "seeker", "", &both);
    assert_eq!(
        why(&cluster, "seeker"),
        format!("0/1 nodes are available: 1 node(s) didn't match pod affinity rules. {NO_HELP}")
    );
    pod(&mut cluster, "c", "a: '1', b: '1'", "");
    assert!(node_of(&cluster, "seeker").is_some(), "one Pod has both labels now");
}

#[test]
fn a_node_without_one_of_the_labels_of_the_constraints_counts_for_none_of_them() {
    let mut cluster = start(3);
    for (node, labels) in
        [("node-1", "zone=a rack=r"), ("node-2", "zone=a"), ("node-3", "zone=b rack=s")]
    {
        run(&mut cluster, &format!("label node {node} {labels}"), None);
    }
    for name in ["one", "two"] {
        pod(&mut cluster, name, "app: x", "nodeSelector: {kubernetes.io/hostname: node-2}");
    }
    run(&mut cluster, "cordon node-3", None);
    advance(&mut cluster, 5);
    let by = |key: &str| {
        format!(
            "{{maxSkew: 1, topologyKey: {key}, whenUnsatisfiable: DoNotSchedule, labelSelector: \
             {{matchLabels: {{app: x}}}}}}"
        )
    };
    let spread = format!("topologySpreadConstraints: [{}, {}]", by("zone"), by("rack"));
    pod(&mut cluster, "three", "app: x", &spread);
    assert_eq!(node_of(&cluster, "three").as_deref(), Some("node-1"));
}

#[test]
fn the_host_port_of_a_sidecar_is_taken_too() {
    let mut cluster = start(1);
    let port = "ports: [{containerPort: 80, hostPort: 8080}]";
    let side =
        format!("initContainers: [{{name: side, image: nginx, restartPolicy: Always, {port}}}]");
    pod(&mut cluster, "first", "", &side);
    pod(&mut cluster, "second", "", &side);
    assert_eq!(
        why(&cluster, "second"),
        format!(
            "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod \
             ports. {NO_VICTIMS}"
        )
    );
}

#[test]
fn a_term_that_names_two_nodes_at_once_is_a_conflict() {
    let mut cluster = start(1);
    let name = |node: &str| format!("{{key: metadata.name, operator: In, values: [{node}]}}");
    let affinity = format!(
        "affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
         {{nodeSelectorTerms: [{{matchFields: [{}, {}]}}]}}}}}}",
        name("node-1"),
        name("node-2")
    );
    pod(&mut cluster, "torn", "", &affinity);
    assert_eq!(
        why(&cluster, "torn"),
        "0/1 nodes are available: pod affinity terms conflict. not found"
    );
}

#[test]
fn a_volume_of_another_zone_keeps_its_pod_away() {
    let mut cluster = start(1);
    run(&mut cluster, "label node node-1 topology.kubernetes.io/zone=a", None);
    let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: disk, labels: \
                  {topology.kubernetes.io/zone: b}}\nspec: {capacity: {storage: 1Gi}, accessModes: \
                  [ReadWriteOnce], hostPath: {path: /disk}}\n---\napiVersion: v1\nkind: \
                  PersistentVolumeClaim\nmetadata: {name: data}\nspec: {storageClassName: '', \
                  accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
    run(&mut cluster, "apply -f -", Some(volume));
    advance(&mut cluster, 20);
    pod(
        &mut cluster,
        "far",
        "",
        "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]",
    );
    let text = "1 node(s) had no available volume zone";
    assert_eq!(why(&cluster, "far"), format!("0/1 nodes are available: {text}. {NO_HELP}"));
    run(&mut cluster, "label node node-1 --overwrite topology.kubernetes.io/zone=b", None);
    advance(&mut cluster, 5);
    assert!(node_of(&cluster, "far").is_some());
}

#[test]
fn a_pod_that_is_relabelled_makes_room_for_one_that_avoided_it() {
    let mut cluster = start(1);
    pod(&mut cluster, "old", "app: x", "");
    let avoids = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                  [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: x}}}]}}";
    pod(&mut cluster, "new", "", avoids);
    assert_eq!(node_of(&cluster, "new"), None);
    run(&mut cluster, "label pod old app=y --overwrite", None);
    advance(&mut cluster, 5);
    assert!(node_of(&cluster, "new").is_some());
}

#[test]
fn a_pod_that_no_node_could_hold_is_not_tried_again_for_a_node_without_room() {
    let mut cluster = start(1);
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: huge}\nspec: {containers: [{name: app, \
                image: nginx, resources: {requests: {cpu: '99'}}}]}\n";
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 5);
    let tries = |cluster: &Cluster| {
        let all = cluster.model().view().table(Kind::Event).iter();
        let about = all.filter_map(|one| one.event()).filter(|one| &*one.about.name == "huge");
        about.map(|one| one.series.as_ref().map_or(1, |series| series.count)).sum::<u32>()
    };
    assert_eq!(tries(&cluster), 1);
    let machine = Rc::new(Object::new("", "extra", Body::Node(Node::default())));
    cluster.submit(Command::AddNode(machine)).expect("there is room");
    advance(&mut cluster, 60);
    // It is looked at once more when the new node loses its taint, whatever taint that is.
    assert_eq!(tries(&cluster), 2, "{}", why(&cluster, "huge"));
}

/// How often the scheduler gave a Pod up.
fn failures(cluster: &Cluster, name: &str) -> u32 {
    let all = cluster.model().view().table(Kind::Event).iter();
    let about = all.filter_map(|one| one.event()).filter(|one| &*one.about.name == name);
    let about = about.filter(|one| &*one.reason == "FailedScheduling");
    about.map(|one| one.series.as_ref().map_or(1, |series| series.count)).sum()
}

#[test]
fn a_pod_without_its_claim_is_tried_again_whenever_a_taint_changes() {
    let mut cluster = start(2);
    pod(
        &mut cluster,
        "waits",
        "",
        "volumes: [{name: data, persistentVolumeClaim: {claimName: none}}]",
    );
    assert_eq!(failures(&cluster, "waits"), 1);
    run(&mut cluster, "taint node node-1 a=b:NoSchedule", None);
    advance(&mut cluster, 5);
    assert_eq!(failures(&cluster, "waits"), 2);
}

#[test]
fn a_claim_that_lost_its_volume_is_told_even_if_it_is_being_deleted() {
    let mut cluster = start(1);
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: \
                 {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
    run(&mut cluster, "apply -f -", Some(claim));
    let volumes = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]";
    pod(&mut cluster, "first", "", volumes);
    advance(&mut cluster, 20);
    let claim = "get pvc data -o go-template={{.spec.volumeName}}";
    let volume = run(&mut cluster, claim, None);
    let free = format!("patch pv {volume} -p '{{\"metadata\":{{\"finalizers\":null}}}}'");
    run(&mut cluster, &format!("delete pv {volume} --wait=false"), None);
    run(&mut cluster, &free, None);
    advance(&mut cluster, 60);
    run(&mut cluster, "delete pvc data --wait=false", None);
    pod(&mut cluster, "second", "", volumes);
    assert_eq!(
        why(&cluster, "second"),
        format!(
            "0/1 nodes are available: persistentvolumeclaim \"data\" bound to non-existent \
             persistentvolume \"{volume}\". not found"
        )
    );
}

#[test]
fn a_pod_that_nothing_wakes_is_tried_again_after_five_minutes_and_its_failures_are_counted() {
    let mut cluster = start(1);
    pod(&mut cluster, "big", "", "nodeSelector: {disk: ssd}");
    let count = |cluster: &Cluster| {
        let all = cluster.model().view().table(Kind::Event).iter();
        let failed =
            all.filter_map(|one| one.event()).filter(|one| &*one.reason == "FailedScheduling");
        let found: Vec<u32> =
            failed.map(|one| one.series.as_ref().map_or(1, |one| one.count)).collect();
        found
    };
    assert_eq!(count(&cluster), [1]);
    advance(&mut cluster, 290);
    assert_eq!(count(&cluster), [1]);
    // The first failure changed the Pod, so that the second is told as another Event.
    advance(&mut cluster, 50);
    assert_eq!(count(&cluster), [1, 1]);
    advance(&mut cluster, 330);
    assert_eq!(count(&cluster), [1, 2]);
    // Later ones are counted, and written each half hour.
    advance(&mut cluster, 1_000);
    assert_eq!(count(&cluster), [1, 2]);
    advance(&mut cluster, 200);
    assert_eq!(count(&cluster), [1, 5]);
    run(&mut cluster, "label node node-1 disk=ssd", None);
    advance(&mut cluster, 2_000);
    assert!(node_of(&cluster, "big").is_some());
    assert_eq!(cluster.next_at(), None, "nothing is left to do");
}

/// A Deployment whose Pods take nearly half of a default node each.
fn crowd(cluster: &mut Cluster, name: &str, replicas: u32, more: &str) {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: \
         {replicas}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: \
         {{labels: {{app: {name}}}}}\n    spec: {{{more}containers: [{{name: app, image: nginx, \
         resources: {{requests: {{cpu: 1800m}}}}}}]}}\n"
    );
    run(cluster, "apply -f -", Some(&text));
}

fn high(cluster: &mut Cluster) {
    let text = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\n\
                value: 1000\n";
    run(cluster, "apply -f -", Some(text));
}

fn nodes_of(cluster: &Cluster, prefix: &str) -> Vec<Option<String>> {
    let pods = cluster.model().view().table(Kind::Pod);
    let mine = pods.iter().filter(|one| one.meta.name.starts_with(prefix));
    mine.map(|one| one.pod().and_then(|pod| pod.node().map(ToString::to_string))).collect()
}

#[test]
fn each_of_two_preemptors_takes_the_nomination_of_the_other_into_account() {
    for seed in 1..=8 {
        let mut cluster = podium::cluster::start(podium::cluster::Setup {
            seed: podium::base::Seed(seed),
            ..podium::cluster::Setup::default()
        });
        crowd(&mut cluster, "low", 6, "");
        advance(&mut cluster, 10);
        high(&mut cluster);
        crowd(&mut cluster, "vip", 2, "priorityClassName: high, ");
        advance(&mut cluster, 60);
        let mut nodes = nodes_of(&cluster, "vip-");
        nodes.sort();
        nodes.dedup();
        // One low Pod less is enough for each on a node of its own.
        assert_eq!(nodes.len(), 2, "seed {seed}: {nodes:?}");
        assert!(nodes.iter().all(Option::is_some), "seed {seed}: {nodes:?}");
        let low = nodes_of(&cluster, "low-");
        assert_eq!(low.iter().flatten().count(), 4, "seed {seed}: {low:?}");
    }
}

#[test]
fn two_preemptors_on_one_node_take_room_for_both() {
    let mut cluster = start(1);
    crowd(&mut cluster, "low", 2, "");
    advance(&mut cluster, 10);
    high(&mut cluster);
    crowd(&mut cluster, "vip", 2, "priorityClassName: high, ");
    advance(&mut cluster, 60);
    assert!(nodes_of(&cluster, "vip-").iter().all(Option::is_some));
    assert_eq!(nodes_of(&cluster, "low-"), [None, None]);
    let events = run(&mut cluster, "get events", None);
    let told = events.lines().filter(|one| one.contains("Preempted by pod")).count();
    assert_eq!(told, 2, "each victim is asked once: {events}");
}

#[test]
fn a_pod_of_less_priority_loses_the_room_that_was_made_for_it() {
    let mut cluster = start(1);
    let class = |name: &str, value: u32| {
        format!(
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {name}}}\n\
             value: {value}\n"
        )
    };
    run(&mut cluster, "apply -f -", Some(&class("middle", 10)));
    run(&mut cluster, "apply -f -", Some(&class("high", 1_000)));
    let add = |cluster: &mut Cluster, name: &str, class: &str, cpu: u32| {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{class}containers: \
             [{{name: app, image: stubborn, resources: {{requests: {{cpu: \
             {cpu}m}}}}}}]}}\n"
        );
        run(cluster, "apply -f -", Some(&text));
        advance(cluster, 5);
    };
    add(&mut cluster, "low-1", "", 1_800);
    add(&mut cluster, "low-2", "", 1_800);
    // An image of that name ignores the signal: its Pod takes all of its grace period.
    add(&mut cluster, "middle", "priorityClassName: middle, ", 1_800);
    let nominated = |cluster: &Cluster, name: &str| {
        find(cluster, name).pod().and_then(|pod| pod.status.nominated_node_name.clone())
    };
    assert_eq!(nominated(&cluster, "middle").as_deref(), Some("node-1"));
    add(&mut cluster, "vip", "priorityClassName: high, ", 3_600);
    assert_eq!(nominated(&cluster, "vip").as_deref(), Some("node-1"));
    assert_eq!(nominated(&cluster, "middle"), None);
    advance(&mut cluster, 60);
    assert!(node_of(&cluster, "vip").is_some());
    assert_eq!(node_of(&cluster, "middle"), None);
}

#[test]
fn a_preemptor_asks_each_victim_once_though_the_first_is_gone_at_once() {
    let mut cluster = start(1);
    crowd(&mut cluster, "low", 2, "terminationGracePeriodSeconds: 0, ");
    advance(&mut cluster, 10);
    high(&mut cluster);
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: vip}\nspec: {priorityClassName: high, \
                containers: [{name: app, image: nginx, resources: {requests: {cpu: 3600m}}}]}\n";
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 30);
    assert!(node_of(&cluster, "vip").is_some());
    let events = run(&mut cluster, "get events", None);
    let told = events.lines().filter(|one| one.contains("Preempted by pod")).count();
    assert_eq!(told, 2, "{events}");
    assert_eq!(failures(&cluster, "vip"), 1);
}

#[test]
fn a_preemptor_whose_room_went_to_another_looks_for_victims_again() {
    let mut cluster = start(2);
    let class = |name: &str, value: u32, more: &str| {
        format!(
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {{name: {name}}}\n\
             value: {value}\n{more}"
        )
    };
    run(&mut cluster, "apply -f -", Some(&class("patient", 2_000, "preemptionPolicy: Never\n")));
    run(&mut cluster, "apply -f -", Some(&class("high", 1_000, "")));
    let add = |cluster: &mut Cluster, name: &str, class: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{class}containers: \
             [{{name: app, image: nginx, resources: {{requests: {{cpu: 3}}}}}}]}}\n"
        );
        run(cluster, "apply -f -", Some(&text));
        advance(cluster, 5);
    };
    add(&mut cluster, "low-1", "");
    add(&mut cluster, "low-2", "");
    add(&mut cluster, "patient", "priorityClassName: patient, ");
    // The one that waits takes the room as soon as the victim has ended.
    add(&mut cluster, "vip", "priorityClassName: high, ");
    assert!(node_of(&cluster, "patient").is_some());
    assert!(node_of(&cluster, "vip").is_some());
    assert_ne!(node_of(&cluster, "vip"), node_of(&cluster, "patient"));
}
