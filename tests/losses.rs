//! How the story tells of what a cluster lacks: Pods without a node, and nodes that are gone.

mod common;

use common::{advance, run, start};
use podium::cluster::Cluster;
use podium::view::scene::Chronicle;
use podium::view::words::Lang;

fn deployment(replicas: u32) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  \
         replicas: {replicas}\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    \
         metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: a, image: nginx}}]}}\n"
    )
}

/// The sentences of a rule, oldest first.
fn told(cluster: &Cluster, lang: Lang, rule: &str) -> Vec<String> {
    let chronicle = Chronicle::of(cluster, lang);
    let of_rule = chronicle.entries().iter().filter(|one| one.rule.as_deref() == Some(rule));
    of_rule.map(|one| one.sentence()).collect()
}

#[test]
fn many_reasons_against_the_nodes_are_told_whole_and_the_rest_is_counted() {
    let mut cluster = start(5);
    let pod = |name: &str, spec: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n")
    };
    let wants = "containers: [{name: a, image: nginx, ports: [{containerPort: 80, hostPort: 80}], \
                 resources: {requests: {cpu: 2}}}]";
    let holds = |node: &str, what: &str| {
        format!("nodeName: {node}, containers: [{{name: a, image: nginx, {what}}}]")
    };
    let port = holds("node-3", "ports: [{containerPort: 80, hostPort: 80}]");
    let cpu = holds("node-4", "resources: {requests: {cpu: 3}}");
    run(&mut cluster, "cordon node-1", None);
    run(&mut cluster, "taint node node-2 a=b:NoSchedule", None);
    run(&mut cluster, "label node node-1 node-2 node-3 node-4 fit=yes", None);
    run(&mut cluster, "apply -f -", Some(&pod("port", &port)));
    run(&mut cluster, "apply -f -", Some(&pod("cpu", &cpu)));
    advance(&mut cluster, 10);
    let fat = pod("fat", &format!("nodeSelector: {{fit: \"yes\"}}, {wants}"));
    run(&mut cluster, "apply -f -", Some(&fat));
    advance(&mut cluster, 10);
    let first = |cluster: &Cluster, lang| told(cluster, lang, "SCHED-NO-NODE").pop();
    let reasons = "1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, \
                   1 node(s) had untolerated taint(s), 1 node(s) were unschedulable";
    let en = format!("fat can go to no node: {reasons}, and 1 more reason.");
    let zh = "fat 无法调度到任何节点：1 个节点 cpu 不足，1 个节点不符合 Pod 的节点选择条件，\
 1 个节点有不被容忍的污点，1 个节点已被封锁，另有 1 个原因。"
        .to_owned();
    assert_eq!(first(&cluster, Lang::En), Some(en));
    assert_eq!(first(&cluster, Lang::Zh), Some(zh));
    run(&mut cluster, "taint node node-3 a=b:NoSchedule", None);
    run(&mut cluster, "delete pod port", None);
    advance(&mut cluster, 60);
    let now = first(&cluster, Lang::En).expect("it is told");
    assert!(now.contains("2 node(s) had untolerated taint(s)"), "what changed is told: {now}");
    assert!(now.split_whitespace().count() <= 30 && !now.contains('…'), "{now}");
}

#[test]
fn the_pods_of_a_node_that_is_gone_go_because_it_is_gone() {
    let mut cluster = start(2);
    run(&mut cluster, "apply -f -", Some(&deployment(2)));
    advance(&mut cluster, 10);
    let _ = cluster.submit(podium::sim::Command::RemoveNode("node-2".into()));
    run(&mut cluster, "delete node node-2", None);
    advance(&mut cluster, 120);
    for (lang, failed, gone) in [
        (
            Lang::En,
            " is marked as failed: its node node-2 no longer exists.",
            " is removed by force: its node node-2 no longer exists.",
        ),
        (
            Lang::Zh,
            " 被标记为失败：它的节点 node-2 已不存在。",
            " 被强制移除：它的节点 node-2 已不存在。",
        ),
    ] {
        let told = told(&cluster, lang, "PODGC-ORPHAN");
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].ends_with(failed) && told[1].ends_with(gone), "{told:?}");
    }
}

#[test]
fn a_node_out_of_service_is_why_its_pods_are_given_up() {
    let mut cluster = start(2);
    run(&mut cluster, "apply -f -", Some(&deployment(2)));
    advance(&mut cluster, 10);
    let _ = cluster.submit(podium::sim::Command::FailNode("node-2".into()));
    advance(&mut cluster, 60);
    run(&mut cluster, "taint node node-2 node.kubernetes.io/out-of-service=x:NoExecute", None);
    advance(&mut cluster, 60);
    let told = told(&cluster, Lang::En, "PODGC-OUT-OF-SERVICE");
    assert!(!told.is_empty());
    assert!(told.iter().all(|one| one.contains("node-2 was declared out of service")), "{told:?}");
}

#[test]
fn all_pods_that_are_lost_with_a_node_are_replaced() {
    for replicas in [1, 4, 7] {
        let mut cluster = start(1);
        run(&mut cluster, "apply -f -", Some(&deployment(replicas)));
        advance(&mut cluster, 10);
        let _ = cluster.submit(podium::sim::Command::RemoveNode("node-1".into()));
        run(&mut cluster, "delete node node-1", None);
        advance(&mut cluster, 120);
        let made = |rule| told(&cluster, Lang::En, rule).len();
        let replicas = usize::try_from(replicas).expect("it is small");
        assert_eq!((made("RS-CREATE"), made("RS-REPLACE")), (replicas, replicas));
    }
}

#[test]
fn pods_that_were_asked_for_are_not_replacements() {
    let mut cluster = start(3);
    run(&mut cluster, "apply -f -", Some(&deployment(2)));
    advance(&mut cluster, 10);
    run(&mut cluster, "scale deployment web --replicas 5", None);
    advance(&mut cluster, 10);
    assert_eq!(told(&cluster, Lang::En, "RS-CREATE").len(), 5);
    assert!(told(&cluster, Lang::En, "RS-REPLACE").is_empty());
}

#[test]
fn while_a_pod_stops_only_the_one_that_comes_for_it_is_a_replacement() {
    let mut cluster = start(3);
    let slow = deployment(3).replace("image: nginx", "image: stubborn");
    assert!(slow.contains("stubborn"));
    run(&mut cluster, "apply -f -", Some(&slow));
    advance(&mut cluster, 10);
    let pods = run(&mut cluster, "get pods -o name", None);
    let first = pods.lines().next().expect("there are three");
    run(&mut cluster, &format!("delete {first} --wait=false"), None);
    advance(&mut cluster, 2);
    for replicas in [4, 5, 6] {
        run(&mut cluster, &format!("scale deployment web --replicas {replicas}"), None);
    }
    advance(&mut cluster, 2);
    let made = |cluster: &Cluster, rule| told(cluster, Lang::En, rule).len();
    assert_eq!((made(&cluster, "RS-CREATE"), made(&cluster, "RS-REPLACE")), (6, 1));
    run(&mut cluster, "set image deployment web *=stubborn:2", None);
    advance(&mut cluster, 5);
    assert_eq!(made(&cluster, "RS-REPLACE"), 1, "a rollout loses nobody");
}
