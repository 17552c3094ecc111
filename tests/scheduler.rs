//! Where Pods go and why they go nowhere, in the scheduler's own words.

use std::rc::Rc;

use podium::api::pod::condition;
use podium::api::{Kind, Object};
use podium::cluster::{self, Cluster, Setup};
use podium::kubectl;

const STEPS_MAX: u64 = 1_000_000;

fn start(nodes: u32) -> Cluster {
    cluster::start(Setup { nodes, ..Setup::default() })
}

fn run(cluster: &mut Cluster, line: &str, stdin: Option<&str>) -> String {
    let limit = cluster.now().plus_seconds(100);
    let output = kubectl::execute(cluster, "default", &kubectl::split(line), stdin, limit);
    assert_eq!(output.code, 0, "{line}: {}", output.stderr);
    output.stdout
}

fn advance(cluster: &mut Cluster, seconds: u64) {
    let to = cluster.now().plus_seconds(seconds);
    assert!(cluster.run_until(to, STEPS_MAX));
}

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
