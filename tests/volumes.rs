//! Volumes between nodes: when they are let go, and who gets them next.

use std::rc::Rc;

use podium::api::core::Node;
use podium::api::{Body, Kind, Object, ObjectId};
use podium::base::{SECOND_US, Seed, SimTime, Str};
use podium::cluster::{self, Cluster, Setup};
use podium::kubectl;
use podium::sim::Command;

const SET: &str = "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 1
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: app, image: 'db:1.0'}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
";

fn kubectl(cluster: &mut Cluster, line: &str, stdin: Option<&str>) -> String {
    let mut job = kubectl::run_line(cluster, "default", line, stdin);
    let end = cluster.now().plus_us(60 * SECOND_US);
    loop {
        if let Some(output) = job.poll(cluster) {
            return output.stdout + &output.stderr;
        }
        let next = cluster.next_at().into_iter().chain(job.due()).min();
        let at = next.filter(|at| *at <= end).expect("the command ends");
        kubectl::step_to(cluster, at);
    }
}

fn step_until(cluster: &mut Cluster, seconds: u64, holds: impl Fn(&Cluster) -> bool) -> SimTime {
    let end = cluster.now().plus_us(seconds * SECOND_US);
    while !holds(cluster) {
        assert!(cluster.next_at().is_some_and(|at| at <= end), "it never came about");
        cluster.step();
    }
    cluster.now()
}

fn find(cluster: &Cluster, kind: Kind, name: &str) -> Option<Rc<Object>> {
    let namespace = if kind.facts().namespaced { "default" } else { "" };
    cluster.model().view().named(kind, namespace, name).cloned()
}

fn is_ready(cluster: &Cluster, pod: &str) -> bool {
    let found = find(cluster, Kind::Pod, pod);
    found.is_some_and(|one| one.pod().is_some_and(podium::api::pod::Pod::is_ready))
}

fn attachments(cluster: &Cluster) -> Vec<(ObjectId, Str)> {
    let table = cluster.model().view().table(Kind::VolumeAttachment);
    let node = |one: &Rc<Object>| one.attachment().map(|body| body.node.clone());
    table.iter().filter_map(|one| Some((one.meta.id, node(one)?))).collect()
}

/// A set of one Pod that runs, on a cluster of two nodes.
fn running(seed: u64) -> Cluster {
    let mut cluster = cluster::start(Setup { seed: Seed(seed), nodes: 2, ..Setup::default() });
    kubectl(&mut cluster, "kubectl apply -f -", Some(SET));
    step_until(&mut cluster, 60, |cluster| is_ready(cluster, "db-0"));
    cluster
}

fn node_of(cluster: &Cluster, pod: &str) -> Option<Str> {
    find(cluster, Kind::Pod, pod)?.pod()?.node().cloned()
}

/// Gives the nodes rounds at these tenths of a second from now.
fn deal_rounds(cluster: &mut Cluster, tenths: &[u64]) {
    for node in ["node-1", "node-2"] {
        let at = |tenths: &u64| cluster.now().plus_us(tenths * SECOND_US / 10);
        let dealt = Rc::new(tenths.iter().map(at).collect());
        let _ = cluster.submit(Command::DealRounds(node.into(), dealt));
    }
}

#[test]
fn a_volume_moves_when_its_node_has_said_that_it_is_free_and_half_a_second_later() {
    let mut cluster = running(1);
    deal_rounds(&mut cluster, &[1, 101, 202]);
    let begin = cluster.now();
    let from = node_of(&cluster, "db-0").expect("it runs");
    kubectl(&mut cluster, &format!("kubectl cordon {from}"), None);
    kubectl(&mut cluster, "kubectl delete pod db-0", None);
    step_until(&mut cluster, 5, |cluster| {
        node_of(cluster, "db-0").is_some_and(|node| node != from)
    });
    assert_eq!(attachments(&cluster).len(), 1, "the old node has it still");
    let freed = step_until(&mut cluster, 30, |cluster| attachments(cluster).is_empty());
    assert!(freed.since_us(begin) >= 10_100_000, "a round lets it go: {freed:?}");
    let moved = step_until(&mut cluster, 30, |cluster| !attachments(cluster).is_empty());
    let pause_us = moved.since_us(freed);
    assert!((500_000..700_000).contains(&pause_us), "{pause_us}");
    assert_ne!(attachments(&cluster)[0].1, from);
}

/// How long a Pod that comes back on its node waits for its volume, if the kubelet keeps the old
/// one for so long after its containers have stopped.
fn wait_us(parting_us: u64) -> u64 {
    let mut cluster = cluster::start(Setup { seed: Seed(3), nodes: 1, ..Setup::default() });
    let pace = podium::server::Pace { parting_us: Some(parting_us), ..Default::default() };
    let deal = podium::server::Deal { pace: Some(Rc::new(pace)), ..Default::default() };
    let command = Command::Deal(Kind::Pod, "default".into(), "db-0".into(), Rc::new(vec![deal; 2]));
    let _ = cluster.submit(command);
    kubectl(&mut cluster, "kubectl apply -f -", Some(SET));
    step_until(&mut cluster, 60, |cluster| is_ready(cluster, "db-0"));
    deal_rounds(&mut cluster, &[1, 101, 202]);
    let old = find(&cluster, Kind::Pod, "db-0").map(|one| one.meta.id);
    kubectl(&mut cluster, "kubectl delete pod db-0", None);
    let is_new = |cluster: &Cluster| {
        let new = find(cluster, Kind::Pod, "db-0").map(|one| one.meta.id);
        new.is_some() && new != old
    };
    let back = step_until(&mut cluster, 30, is_new);
    step_until(&mut cluster, 60, |cluster| is_ready(cluster, "db-0")).since_us(back)
}

#[test]
fn a_pod_that_comes_back_soon_enough_finds_its_volume_as_it_was() {
    let soon_us = wait_us(100_000);
    assert!(soon_us < SECOND_US, "{soon_us}");
    let late_us = wait_us(600_000);
    assert!(late_us > 5 * SECOND_US, "{late_us}");
}

/// A round that comes while the kubelet has only just heard of a Pod says nothing of its volume;
/// the next one, ten seconds later, does, though nobody looks at the Pod in between.
#[test]
fn a_volume_that_a_pod_waits_for_is_told_at_the_next_round() {
    let mut cluster = running(1);
    let from = node_of(&cluster, "db-0").expect("it runs");
    deal_rounds(&mut cluster, &[1, 125, 230]);
    let start = cluster.now().plus_us(13 * SECOND_US);
    let heard = cluster.now().plus_us(SECOND_US);
    let pace = podium::server::Pace { heard, start: Some(start), ..Default::default() };
    let deal = podium::server::Deal { pace: Some(Rc::new(pace)), ..Default::default() };
    let command = Command::Deal(Kind::Pod, "default".into(), "db-0".into(), Rc::new(vec![deal]));
    let _ = cluster.submit(command);
    kubectl(&mut cluster, &format!("kubectl cordon {from}"), None);
    kubectl(&mut cluster, "kubectl delete pod db-0", None);
    let moved = |cluster: &Cluster| node_of(cluster, "db-0").filter(|node| *node != from);
    step_until(&mut cluster, 5, |cluster| moved(cluster).is_some());
    let first = cluster.now().plus_us(20_000);
    let rounds = [0, 10_200_000, 20_400_000].map(|us| first.plus_us(us));
    let node = moved(&cluster).expect("it has moved");
    let _ = cluster.submit(Command::DealRounds(node, Rc::new(rounds.to_vec())));
    let ready = step_until(&mut cluster, 60, |one| is_ready(one, "db-0"));
    assert!(ready < rounds[2], "{:?} after the first round", ready.since_us(first));
}

fn claim(name: &str, modes: &str, class: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec: \
         {{storageClassName: {class}, accessModes: [{modes}], resources: {{requests: {{storage: \
         1Gi}}}}}}\n---\n"
    )
}

fn pod(name: &str, claim: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: app, \
         image: 'app:1'}}], volumes: [{{name: d, persistentVolumeClaim: {{claimName: {claim}}}}}]}}\n\
         ---\n"
    )
}

/// Messages of a Pod's failed attempts, with how often each was told.
fn failures(cluster: &Cluster, pod: &str) -> Vec<(String, u32)> {
    let table = cluster.model().view().table(Kind::Event);
    let events = table.iter().filter_map(|one| one.event());
    let own = events.filter(|one| *one.about.name == *pod && &*one.reason == "FailedScheduling");
    let count = |one: &podium::api::core::Event| one.series.as_ref().map_or(1, |all| all.count);
    own.map(|one| (one.message.to_string(), count(one))).collect()
}

#[test]
fn a_pod_whose_claim_is_missing_is_woken_by_that_claim_alone() {
    let mut cluster = cluster::start(Setup { nodes: 2, ..Setup::default() });
    kubectl(&mut cluster, "kubectl apply -f -", Some(&pod("p", "lacking")));
    step_until(&mut cluster, 5, |cluster| !failures(cluster, "p").is_empty());
    let others = claim("other", "ReadWriteOnce", "''") + &pod("q", "other");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&others));
    cluster.run_until(cluster.now().plus_us(5 * SECOND_US), 100_000);
    let text = "0/2 nodes are available: persistentvolumeclaim \"lacking\" not found. not found";
    assert_eq!(failures(&cluster, "p"), [(text.to_owned(), 1)]);
    let own = claim("lacking", "ReadWriteOnce", "standard");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&own));
    step_until(&mut cluster, 30, |cluster| is_ready(cluster, "p"));
}

#[test]
fn a_pod_that_may_not_share_a_claim_waits_for_the_end_of_the_other_and_for_nothing_else() {
    let mut cluster = cluster::start(Setup { nodes: 2, ..Setup::default() });
    let text = claim("one", "ReadWriteOncePod", "standard") + &pod("first", "one");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&(text + &pod("second", "one"))));
    step_until(&mut cluster, 30, |cluster| is_ready(cluster, "first"));
    let told = failures(&cluster, "second");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].1, 1, "the claim's own changes do not help");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&pod("alone", "none")));
    kubectl(&mut cluster, "kubectl delete pod alone", None);
    assert_eq!(failures(&cluster, "second"), told, "a Pod without the claim does not help");
    kubectl(&mut cluster, "kubectl delete pod first", None);
    step_until(&mut cluster, 30, |cluster| is_ready(cluster, "second"));
}

#[test]
fn apply_sends_one_object_after_the_other() {
    let mut cluster = cluster::start(Setup { nodes: 1, ..Setup::default() });
    let text = claim("a", "ReadWriteOnce", "standard") + &claim("b", "ReadWriteOnce", "standard");
    let begun = cluster.now();
    kubectl(&mut cluster, "kubectl apply -f -", Some(&text));
    let made = |name: &str| {
        let found = find(&cluster, Kind::PersistentVolumeClaim, name).expect("it was made");
        found.meta.resource_version
    };
    assert!(made("a") < made("b"));
    assert!(cluster.now() > begun, "the cluster acts meanwhile");
    let told = |name: &str| {
        let table = cluster.model().view().table(Kind::Event);
        let found =
            table.iter().find(|one| one.event().is_some_and(|event| *event.about.name == *name));
        found.map(|one| one.meta.resource_version)
    };
    assert!(told("a").expect("the first was looked at") < made("b"));
}

const LOCAL: &str = "
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
";

fn local(name: &str, size: &str, node: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: {{name: {name}}}\nspec:\n  capacity: \
         {{storage: {size}}}\n  accessModes: [ReadWriteOnce]\n  storageClassName: local\n  \
         persistentVolumeReclaimPolicy: Retain\n  local: {{path: /mnt/{name}}}\n  nodeAffinity: \
         {{required: {{nodeSelectorTerms: [{{matchExpressions: [{{key: kubernetes.io/hostname, \
         operator: In, values: [{node}]}}]}}]}}}}\n---\n"
    )
}

fn claim_of(cluster: &Cluster, volume: &str) -> Option<Str> {
    let found = find(cluster, Kind::PersistentVolume, volume)?;
    found.volume()?.spec.claim_ref.as_ref().map(|one| one.name.clone())
}

#[test]
fn a_pod_goes_where_the_smallest_free_volume_that_fits_its_claim_can_be_reached() {
    let mut cluster = cluster::start(Setup { nodes: 3, ..Setup::default() });
    let text = LOCAL.to_owned()
        + &local("large", "9Gi", "node-3")
        + &local("small", "2Gi", "node-3")
        + &local("tiny", "1Mi", "node-1");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&text));
    let text = claim("a", "ReadWriteOnce", "local") + &pod("first", "a");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&text));
    step_until(&mut cluster, 10, |cluster| is_ready(cluster, "first"));
    assert_eq!(node_of(&cluster, "first").as_deref(), Some("node-3"));
    assert_eq!(claim_of(&cluster, "small").as_deref(), Some("a"));
    let found = find(&cluster, Kind::PersistentVolumeClaim, "a").expect("it was made");
    assert_eq!(found.meta.annotation("volume.kubernetes.io/selected-node"), None);
    let text = claim("b", "ReadWriteOnce", "local")
        + &pod("second", "b")
        + &claim("c", "ReadWriteOnce", "local")
        + &pod("third", "c");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&text));
    step_until(&mut cluster, 10, |cluster| is_ready(cluster, "second"));
    assert_eq!(claim_of(&cluster, "large").as_deref(), Some("b"));
    let text = "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to \
                bind. no new claims to deallocate, preemption: 0/3 nodes are available: 3 \
                Preemption is not helpful for scheduling.";
    assert_eq!(failures(&cluster, "third").first().map(|one| one.0.as_str()), Some(text));
    kubectl(&mut cluster, "kubectl apply -f -", Some(&local("more", "3Gi", "node-2")));
    step_until(&mut cluster, 20, |cluster| is_ready(cluster, "third"));
    assert_eq!(node_of(&cluster, "third").as_deref(), Some("node-2"));
}

#[test]
fn a_free_volume_of_its_class_is_taken_before_one_is_made() {
    let mut cluster = cluster::start(Setup { nodes: 2, ..Setup::default() });
    let volume = local("given", "2Gi", "node-2").replace("Name: local", "Name: standard");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&volume));
    let text = claim("a", "ReadWriteOnce", "standard") + &pod("first", "a");
    let deal = podium::server::Deal { nodes: vec!["node-2".into()], ..Default::default() };
    let deal = Command::Deal(Kind::Pod, "default".into(), "first".into(), Rc::new(vec![deal]));
    let _ = cluster.submit(deal);
    kubectl(&mut cluster, "kubectl apply -f -", Some(&text));
    step_until(&mut cluster, 10, |cluster| is_ready(cluster, "first"));
    assert_eq!(claim_of(&cluster, "given").as_deref(), Some("a"));
    assert_eq!(cluster.model().view().table(Kind::PersistentVolume).len(), 1);
}

#[test]
fn the_claim_of_an_ephemeral_volume_comes_and_goes_with_its_pod() {
    let mut cluster = cluster::start(Setup::default());
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: app\n    \
               image: nginx\n    volumeMounts: [{name: scratch, mountPath: /s}]\n  volumes:\n  - name: \
               scratch\n    ephemeral:\n      volumeClaimTemplate:\n        metadata: {labels: {kind: \
               scratch}}\n        spec:\n          accessModes: [ReadWriteOnce]\n          \
               storageClassName: standard\n          resources: {requests: {storage: 1Gi}}\n";
    kubectl(&mut cluster, "apply -f -", Some(pod));
    step_until(&mut cluster, 60, |cluster| is_ready(cluster, "p"));
    let claim = find(&cluster, Kind::PersistentVolumeClaim, "p-scratch").expect("made");
    let owner = find(&cluster, Kind::Pod, "p").expect("it runs").meta.uid;
    assert!(claim.meta.is_controlled_by(owner));
    assert_eq!(claim.meta.label("kind").map(|one| &**one), Some("scratch"));
    let waits = "0/3 nodes are available: waiting for ephemeral volume controller to create the \
                 persistentvolumeclaim \"p-scratch\". not found";
    let told = failures(&cluster, "p");
    assert!(told.iter().all(|(text, _)| text == waits), "{told:?}");
    kubectl(&mut cluster, "delete pod p", None);
    let is_gone = |cluster: &Cluster| {
        find(cluster, Kind::PersistentVolumeClaim, "p-scratch").is_none()
            && cluster.model().view().table(Kind::PersistentVolume).iter().next().is_none()
    };
    step_until(&mut cluster, 60, is_gone);
}

#[test]
fn a_claim_that_was_there_before_serves_no_ephemeral_volume() {
    let mut cluster = cluster::start(Setup::default());
    kubectl(&mut cluster, "apply -f -", Some(&claim("p-d", "ReadWriteOnce", "standard")));
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: app, \
               image: nginx}]\n  volumes: [{name: d, ephemeral: {volumeClaimTemplate: {spec: \
               {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}}}]\n";
    kubectl(&mut cluster, "apply -f -", Some(pod));
    let to = cluster.now().plus_seconds(5);
    cluster.run_until(to, 1_000_000);
    let why = "0/3 nodes are available: PVC default/p-d was not created for pod default/p (pod is \
               not owner). not found";
    assert_eq!(failures(&cluster, "p")[0].0, why);
}

#[test]
fn a_class_of_some_zones_keeps_its_volumes_and_their_pods_there() {
    let mut cluster = cluster::start(Setup { seed: Seed(4), nodes: 3, ..Setup::default() });
    for (node, zone) in [("node-1", "a"), ("node-2", "b"), ("node-3", "c")] {
        kubectl(&mut cluster, &format!("kubectl label node {node} zone={zone}"), None);
    }
    for (name, mode, zone) in [("lazy", "WaitForFirstConsumer", "b"), ("eager", "Immediate", "c")] {
        let text = format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: {name}}}\n\
             provisioner: csi.sim.local\nvolumeBindingMode: {mode}\nallowedTopologies: \
             [{{matchLabelExpressions: [{{key: zone, values: [{zone}]}}]}}]\n---\napiVersion: v1\n\
             kind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec: {{storageClassName: \
             {name}, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}\n"
        );
        kubectl(&mut cluster, "kubectl apply -f -", Some(&text));
    }
    let pod = |name: &str, claim: &str, more: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{more}containers: \
             [{{name: c, image: nginx}}], volumes: [{{name: d, persistentVolumeClaim: {{claimName: \
             {claim}}}}}]}}\n"
        )
    };
    kubectl(&mut cluster, "kubectl apply -f -", Some(&pod("p", "lazy", "")));
    kubectl(&mut cluster, "kubectl apply -f -", Some(&pod("q", "eager", "")));
    step_until(&mut cluster, 30, |cluster| is_ready(cluster, "p") && is_ready(cluster, "q"));
    assert_eq!(node_of(&cluster, "p").as_deref(), Some("node-2"));
    assert_eq!(node_of(&cluster, "q").as_deref(), Some("node-3"));
    let other = pod("r", "lazy", "nodeSelector: {zone: a}, ");
    kubectl(&mut cluster, "kubectl apply -f -", Some(&other));
    let now = cluster.now();
    while cluster.next_at().is_some_and(|at| at <= now.plus_us(3 * SECOND_US)) {
        cluster.step();
    }
    let told = kubectl(&mut cluster, "kubectl describe pod r", None);
    let text = "1 node(s) didn't match PersistentVolume's node affinity";
    assert!(told.contains(text), "{told}");
}

#[test]
fn a_volume_that_is_attached_is_told_to_every_pod_that_came_to_the_node_for_it_meanwhile() {
    let mut cluster = cluster::start(Setup { nodes: 2, ..Setup::default() });
    let all = [claim("data", "ReadWriteOnce", "standard"), pod("a", "data"), pod("b", "data")];
    kubectl(&mut cluster, "kubectl apply -f -", Some(&all.concat()));
    step_until(&mut cluster, 60, |cluster| is_ready(cluster, "a") && is_ready(cluster, "b"));
    let told = kubectl(&mut cluster, "kubectl get events", None);
    for name in ["pod/a ", "pod/b "] {
        let is_told = |line: &str| line.contains("SuccessfulAttachVolume") && line.contains(name);
        assert!(told.lines().any(is_told), "{name}: {told}");
    }
}

/// What the page does when a person removes a node: the machine goes, then its object.
fn remove_node(cluster: &mut Cluster, name: &Str) {
    cluster.submit(Command::RemoveNode(name.clone())).expect("there is a machine");
    kubectl(cluster, &format!("kubectl delete node {name}"), None);
}

#[test]
fn a_node_that_registers_anew_is_told_of_the_volumes_that_it_still_has() {
    let mut cluster = running(3);
    let node = node_of(&cluster, "db-0").expect("it is placed");
    let before = attachments(&cluster);
    remove_node(&mut cluster, &node);
    let object = Object::new("", &node, Body::Node(Node::default()));
    cluster.submit(Command::AddNode(Rc::new(object))).expect("the name is free");
    step_until(&mut cluster, 30, |cluster| !is_ready(cluster, "db-0"));
    step_until(&mut cluster, 30, |cluster| is_ready(cluster, "db-0"));
    assert_eq!(node_of(&cluster, "db-0"), Some(node));
    assert_eq!(attachments(&cluster), before, "nothing was detached");
}

#[test]
fn a_volume_in_use_on_a_node_that_was_removed_is_taken_away_after_six_minutes() {
    let mut cluster = running(3);
    let node = node_of(&cluster, "db-0").expect("it is placed");
    let held = attachments(&cluster);
    remove_node(&mut cluster, &node);
    let is_elsewhere =
        |cluster: &Cluster| node_of(cluster, "db-0").is_some_and(|other| other != node);
    let moved = step_until(&mut cluster, 120, is_elsewhere);
    assert_eq!(attachments(&cluster), held);
    step_until(&mut cluster, 400, |cluster| attachments(cluster) != held);
    let waited_us = cluster.now().since_us(moved);
    assert!((355..362).contains(&(waited_us / SECOND_US)), "{waited_us}");
    let told = kubectl(&mut cluster, "kubectl get events", None);
    assert!(told.contains("Multi-Attach"), "{told}");
    step_until(&mut cluster, 150, |cluster| is_ready(cluster, "db-0"));
}
