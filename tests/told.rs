//! What the story and the stage say of what goes at once, waits, is refused, or was never there.

mod common;

use common::{advance, run, start};
use podium::cluster::Cluster;
use podium::sim::Command;
use podium::view::ledger::{Field, Tie};
use podium::view::scene::{self, Chronicle, Record};
use podium::view::story::Tone;
use podium::view::words::{Lang, stage as words};

fn sentences(cluster: &Cluster, lang: Lang) -> Vec<String> {
    let chronicle = Chronicle::of(cluster, lang);
    chronicle.entries().iter().map(|one| one.sentence()).collect()
}

/// Asserts that so many sentences are these words, in both languages.
#[track_caller]
fn assert_told(cluster: &Cluster, en: &str, zh: &str, times: usize) {
    for (lang, words) in [(Lang::En, en), (Lang::Zh, zh)] {
        let all = sentences(cluster, lang);
        let told = all.iter().filter(|one| *one == words).count();
        assert_eq!(told, times, "{words}: {all:#?}");
    }
}

fn ended() -> Cluster {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: done}\nspec: {restartPolicy: Never, containers: \
                [{name: c, image: busybox, command: [sh, -c, \"sleep 1\"]}]}\n---\n\
                apiVersion: v1\nkind: Pod\nmetadata: {name: broken}\nspec: {restartPolicy: Never, containers: \
                [{name: c, image: busybox, command: [sh, -c, \"exit 1\"]}]}\n";
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 20);
    cluster
}

#[test]
fn a_pod_that_had_ended_is_told_as_gone_whoever_takes_it() {
    for line in [
        "drain node-1 --force",
        "taint node node-1 maint=1:NoExecute",
        "delete pod done broken",
        "delete pod done broken --force",
    ] {
        let mut cluster = ended();
        run(&mut cluster, line, None);
        advance(&mut cluster, 20);
        for pod in ["done", "broken"] {
            let en = format!("{pod} is gone: it had ended, so nothing had to be stopped.");
            let zh = format!("{pod} 已消失：它已经结束，没有什么要停止。");
            assert_told(&cluster, &en, &zh, 1);
        }
        let en = sentences(&cluster, Lang::En);
        assert!(en.iter().all(|one| !one.contains("nobody knows")), "{line}: {en:#?}");
    }
}

#[test]
fn a_pod_that_never_had_a_node_or_wants_no_time_is_told_as_gone_too() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: odd}\nspec: {nodeSelector: {a: b}, containers: \
                [{name: c, image: nginx}]}\n---\n\
                apiVersion: v1\nkind: Pod\nmetadata: {name: hasty}\nspec: {terminationGracePeriodSeconds: 0, \
                containers: [{name: c, image: nginx}]}\n";
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 20);
    run(&mut cluster, "delete pod odd hasty", None);
    advance(&mut cluster, 20);
    let en = "odd is gone at once: it had no node yet.";
    assert_told(&cluster, en, "odd 立即消失：它还没有节点。", 1);
    let en = "hasty is gone at once: its grace period is 0 s.";
    assert_told(&cluster, en, "hasty 立即消失：它的宽限期是 0 秒。", 1);
}

fn bound_to(node: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: astray}}\nspec: {{nodeName: {node}, containers: \
         [{{name: c, image: nginx}}]}}\n"
    )
}

fn label(cluster: &Cluster, lang: Lang) -> String {
    let mut stage = scene::stage(cluster);
    scene::mark_left(&Record::of(cluster), &mut stage);
    let lane = stage.lanes.first().expect("it has a Pod");
    words::pod_label(lang, &lane.pods[0], lane, &[])
}

#[test]
fn a_node_that_never_was_is_not_told_as_one_that_went() {
    let mut cluster = start(2);
    run(&mut cluster, "apply -f -", Some(&bound_to("nowhere")));
    advance(&mut cluster, 5);
    let told = "astray, pending, its node nowhere never existed";
    assert_eq!(label(&cluster, Lang::En), told);
    assert_eq!(label(&cluster, Lang::Zh), "astray，等待调度，所在节点 nowhere 从未存在");
    advance(&mut cluster, 120);
    for (en, zh) in [("is marked as failed", "被标记为失败"), ("is removed by force", "被强制移除")]
    {
        let en = format!("astray {en}: there never was a node nowhere.");
        assert_told(&cluster, &en, &format!("astray {zh}：从来没有名为 nowhere 的节点。"), 1);
    }

    let mut cluster = start(2);
    run(&mut cluster, "apply -f -", Some(&bound_to("node-2")));
    advance(&mut cluster, 20);
    let _ = cluster.submit(Command::RemoveNode("node-2".into()));
    run(&mut cluster, "delete node node-2", None);
    advance(&mut cluster, 5);
    let told = label(&cluster, Lang::En);
    assert!(told.starts_with("astray, unknown, its node node-2 is gone, IP "), "{told}");
    advance(&mut cluster, 120);
    let en = "astray is removed by force: its node node-2 no longer exists.";
    assert_told(&cluster, en, "astray 被强制移除：它的节点 node-2 已不存在。", 1);
}

fn deployment(namespace: &str, name: &str, replicas: u32) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  \
         replicas: {replicas}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: \
         {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: c, image: nginx}}]}}\n"
    )
}

#[test]
fn workloads_of_one_name_in_two_namespaces_are_told_apart() {
    let mut cluster = start(3);
    run(&mut cluster, "create namespace b", None);
    run(&mut cluster, "apply -f -", Some(&deployment("default", "api", 2)));
    advance(&mut cluster, 10);
    let en = sentences(&cluster, Lang::En);
    let is_told = |words: &str, all: &[String]| all.iter().any(|one| one.ends_with(words));
    assert!(is_told(": no other api Pod is there.", &en), "one name, one workload: {en:#?}");

    let mut cluster = start(3);
    run(&mut cluster, "create namespace b", None);
    let both = format!("{}---\n{}", deployment("default", "api", 6), deployment("b", "api", 6));
    run(&mut cluster, "apply -f -", Some(&both));
    advance(&mut cluster, 10);
    let (en, zh) = (sentences(&cluster, Lang::En), sentences(&cluster, Lang::Zh));
    for place in ["default/api", "b/api"] {
        assert!(is_told(&format!(": no other {place} Pod is there."), &en), "{en:#?}");
        assert!(is_told(&format!("：那里还没有别的 {place} Pod。"), &zh), "{zh:#?}");
    }
    assert!(!is_told(" other api Pod is there.", &en), "{en:#?}");
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let story = chronicle.story(&cluster, None, 9);
    let together: Vec<String> = story.feed.iter().map(|one| one.sentence()).collect();
    assert!(together.contains(&"6 Pods of b/api are created.".to_owned()), "{together:#?}");
    assert!(together.contains(&"6 Pods of api are created.".to_owned()), "{together:#?}");
    let sums = podium::view::story::sum(chronicle.entries());
    let mut ready: Vec<_> = sums.into_iter().map(|(_, name, count)| (name, count)).collect();
    ready.sort();
    assert_eq!(ready, [("api".to_owned(), 6), ("b/api".to_owned(), 6)]);
    let heard: Vec<String> = chronicle.entries().iter().map(|one| one.heard()).collect();
    assert!(heard.iter().any(|one| one.starts_with("b/api ")), "{heard:#?}");
}

fn with_priority() -> Cluster {
    let mut low = deployment("default", "low", 2);
    low = low.replace("image: nginx", "image: nginx, resources: {requests: {cpu: 1500m}}");
    let high = "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n";
    let vip = "apiVersion: v1\nkind: Pod\nmetadata: {name: vip}\nspec: {priorityClassName: high, containers: \
               [{name: c, image: nginx, resources: {requests: {cpu: 3}}}]}\n";
    let mut cluster = start(2);
    run(&mut cluster, "apply -f -", Some(&format!("{high}---\n{low}")));
    advance(&mut cluster, 20);
    run(&mut cluster, "apply -f -", Some(vip));
    advance(&mut cluster, 60);
    cluster
}

#[test]
fn a_pod_that_took_room_goes_to_the_node_nominated_for_it() {
    let cluster = with_priority();
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let entries = chronicle.entries();
    let placed = entries.iter().find(|one| one.sentence().starts_with("vip goes to "));
    let placed = placed.expect("it found room");
    assert_eq!(placed.rule.as_deref(), Some("SCHED-NOMINATED"));
    let node = cluster.model().view().named(podium::api::Kind::Pod, "default", "vip");
    let node = node.and_then(|one| one.pod()?.node().cloned()).expect("it has a node");
    let en = format!(
        "vip goes to {node}, the node nominated for it: less important Pods made room there."
    );
    let zh = format!("vip 调度到 {node}：这是为它提名的节点，较不重要的 Pod 已让出位置。");
    assert_told(&cluster, &en, &zh, 1);
}

const QUOTA: &str =
    "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {pods: \"1\"}}\n---\n";

/// A workload of two Pods or more; a quota allows one.
fn workload(kind: &str) -> String {
    let (group, more) = match kind {
        "Job" => ("batch/v1", "parallelism: 2, completions: 2, "),
        "DaemonSet" => ("apps/v1", "selector: {matchLabels: {app: a}}, "),
        "StatefulSet" => {
            ("apps/v1", "replicas: 2, serviceName: s, selector: {matchLabels: {app: a}}, ")
        }
        _ => ("apps/v1", "replicas: 2, selector: {matchLabels: {app: a}}, "),
    };
    let policy = if kind == "Job" { "restartPolicy: Never, " } else { "" };
    format!(
        "apiVersion: {group}\nkind: {kind}\nmetadata: {{name: w}}\nspec: {{{more}template: {{metadata: \
         {{labels: {{app: a}}}}, spec: {{{policy}containers: [{{name: c, image: nginx}}]}}}}}}\n"
    )
}

/// What the head of the first lane says in short, and what it waits for.
fn head(cluster: &Cluster, lang: Lang) -> (String, Option<String>) {
    let mut stage = scene::stage(cluster);
    scene::mark_left(&Record::of(cluster), &mut stage);
    let lane = stage.lanes.first().expect("there is a workload");
    (words::progress(lang, lane), words::waits_for(lang, lane))
}

#[test]
fn a_workload_that_is_refused_its_pods_says_so_on_its_lane_until_it_gets_them() {
    for kind in ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job"] {
        let mut cluster = start(2);
        run(&mut cluster, "apply -f -", Some(&format!("{QUOTA}{}", workload(kind))));
        advance(&mut cluster, 10);
        let why =
            "cannot make its Pod: quota q allows pods=1; pods=1 is used, and pods=1 was asked for";
        let told = (String::from("Pod refused"), Some(why.into()));
        assert_eq!(head(&cluster, Lang::En), told, "{kind}");
        let why = "无法创建它的 Pod：配额 q 的上限是 pods=1，已用 pods=1，又请求 pods=1";
        let told = (String::from("Pod 被拒绝"), Some(why.into()));
        assert_eq!(head(&cluster, Lang::Zh), told, "{kind}");
        let fewer = cluster.clone();
        run(&mut cluster, "delete resourcequota q", None);
        advance(&mut cluster, 400);
        let told = head(&cluster, Lang::En);
        assert_ne!(told.0, "Pod refused", "{kind}");
        assert_eq!(told.1, None, "{kind}");

        // Who asks for fewer lacks nothing.
        let mut cluster = fewer;
        match kind {
            "Deployment" | "StatefulSet" | "ReplicaSet" => {
                run(&mut cluster, &format!("scale {kind} w --replicas=1"), None);
            }
            "Job" => {
                let line = "patch job w -p '{\"spec\": {\"parallelism\": 1}}'";
                run(&mut cluster, line, None);
            }
            _ => run(&mut cluster, "delete node node-1", None).clear(),
        }
        advance(&mut cluster, 60);
        assert_eq!(head(&cluster, Lang::En).1, None, "{kind}");
    }
}

#[test]
fn a_deployment_that_is_refused_its_replica_set_says_so() {
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: \
                 {count/replicasets.apps: \"0\"}}\n---\n";
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(&format!("{quota}{}", workload("Deployment"))));
    advance(&mut cluster, 10);
    let (short, long) = head(&cluster, Lang::En);
    assert_eq!(short, "ReplicaSet refused");
    assert!(long.is_some_and(|one| one.starts_with("cannot make its ReplicaSet: quota q allows ")));
}

fn agents(strategy: &str) -> Cluster {
    let text = format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: agent}}\nspec:\n  updateStrategy: \
         {{rollingUpdate: {{{strategy}}}}}\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    \
         metadata: {{labels: {{app: a}}}}\n    spec: {{containers: [{{name: c, image: nginx}}]}}\n"
    );
    let mut cluster = start(3);
    run(&mut cluster, "apply -f -", Some(&text));
    advance(&mut cluster, 20);
    cluster
}

/// The only sentence that begins with these words.
#[track_caller]
fn only(cluster: &Cluster, lang: Lang, begin: &str) -> String {
    let mut all = sentences(cluster, lang);
    all.retain(|one| one.starts_with(begin));
    assert_eq!(all.len(), 1, "{begin}: {all:#?}");
    all.remove(0)
}

#[test]
fn a_disk_of_a_node_that_never_was_is_not_told_as_one_whose_node_went() {
    let disk = |host: &str, lang: Lang| {
        let text = include_str!("manifests/local-and-bare.yaml")
            .replace("volumeBindingMode: WaitForFirstConsumer\n", "")
            .replace("values: [node-3]", &format!("values: [{host}]"));
        let mut cluster = start(3);
        run(&mut cluster, "apply -f -", Some(&text));
        advance(&mut cluster, 60);
        if host == "node-2" {
            let _ = cluster.submit(Command::RemoveNode("node-2".into()));
            run(&mut cluster, "delete node node-2", None);
        }
        let mut stage = scene::stage(&cluster);
        scene::mark_left(&Record::of(&cluster), &mut stage);
        let gone = stage.disks.iter().find(|one| one.gone_node.is_some()).expect("it is there");
        let head =
            words::gone_node(lang, gone.gone_node.as_deref().expect("it names one"), gone.is_stray);
        (head, words::disk_tag(lang, gone))
    };
    let both = |head: &str, tag: &str| (head.to_owned(), tag.to_owned());
    let never = both("ghost, never existed", "its node ghost never existed");
    assert_eq!(disk("ghost", Lang::En), never);
    assert_eq!(disk("ghost", Lang::Zh), both("ghost，从未存在", "所在节点 ghost 从未存在"));
    assert_eq!(disk("node-2", Lang::En), both("node-2, gone", "its node node-2 is gone"));
}

#[test]
fn a_rollout_of_daemons_says_which_one_holds_it_up() {
    for strategy in ["maxUnavailable: 1", "maxUnavailable: 0, maxSurge: 1"] {
        let mut cluster = agents(strategy);
        run(&mut cluster, "set image ds agent c=nginx:no-such-tag", None);
        advance(&mut cluster, 120);
        let view = cluster.model().view();
        let pods = view.table(podium::api::Kind::Pod);
        let broken = pods.iter().find(|one| one.pod().is_some_and(|pod| !pod.is_ready()));
        let name = broken.expect("it has no image").meta.name.clone();
        let (_, chip) = name.rsplit_once('-').expect("it was made");
        let told = only(&cluster, Lang::En, "The rollout of agent to");
        let wanted = format!(
            "The rollout of agent to revision 2 waits for {chip} to be ready: 0 of 3 done."
        );
        assert_eq!(told, wanted, "{strategy}");
        let told = only(&cluster, Lang::Zh, "agent 上线到");
        let wanted = format!("agent 上线到版本 2，正等待 {chip} 就绪：已完成 0/3 个 Pod。");
        assert_eq!(told, wanted, "{strategy}");
        let held =
            format!("the rollout to revision 2 cannot end while {name} is not ready: ImagePull");
        assert_eq!(head(&cluster, Lang::En), ("rev. 2: 1 failing".into(), Some(held)));
        let held = format!("更新到版本 2，但 {name} 未就绪（拉取镜像失败），无法完成");
        assert_eq!(head(&cluster, Lang::Zh).1, Some(held));

        run(&mut cluster, "rollout undo ds agent", None);
        advance(&mut cluster, 200);
        assert_eq!(head(&cluster, Lang::En), ("one on each node".into(), None), "{strategy}");
    }
}

#[test]
fn a_rollout_of_daemons_waits_for_one_that_is_to_go_from_a_lost_node() {
    let mut cluster = agents("maxUnavailable: 1");
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    advance(&mut cluster, 60);
    run(&mut cluster, "set image ds agent c=nginx:1.25", None);
    advance(&mut cluster, 60);
    let told = only(&cluster, Lang::En, "The rollout of agent to");
    let end = " is gone: node-2 is not ready.";
    assert!(
        told.starts_with("The rollout of agent to revision 2 waits until ") && told.ends_with(end)
    );
    let told = only(&cluster, Lang::Zh, "agent 上线到");
    assert!(told.ends_with(" 消失：node-2 未就绪。"), "{told}");
    let _ = cluster.submit(Command::RecoverNode("node-2".into()));
    advance(&mut cluster, 120);
    only(&cluster, Lang::En, "The rollout of agent is complete: ");
}

#[test]
fn a_daemon_that_must_be_ready_for_a_while_is_waited_for_by_that() {
    let mut cluster = agents("maxUnavailable: 1");
    let line = "patch ds agent -p '{\"spec\": {\"minReadySeconds\": 10, \"template\": {\"spec\": \
                {\"terminationGracePeriodSeconds\": 3}}}}'";
    run(&mut cluster, line, None);
    advance(&mut cluster, 100);
    let all = sentences(&cluster, Lang::En);
    let waits = all.iter().filter(|one| one.ends_with(" has been ready for long enough."));
    assert_eq!(waits.count(), 2, "the last has nobody behind it: {all:#?}");
}

#[test]
fn who_makes_room_says_for_whom() {
    let cluster = with_priority();
    let en = sentences(&cluster, Lang::En);
    let words = " must go: vip has a higher priority and needs its room.";
    assert!(en.iter().any(|one| one.ends_with(words)), "{en:#?}");
    let zh = sentences(&cluster, Lang::Zh);
    let words = " 必须离开：vip 的优先级更高，需要它的位置。";
    assert!(zh.iter().any(|one| one.ends_with(words)), "{zh:#?}");
}

#[test]
fn a_pod_that_a_finalizer_holds_back_says_so_and_when_it_does_no_more() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: held, finalizers: [a.b/hold]}\nspec: \
                {terminationGracePeriodSeconds: 2, containers: [{name: c, image: nginx}]}\n";
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 10);
    run(&mut cluster, "delete pod held --wait=false", None);
    advance(&mut cluster, 10);
    let en = "held has stopped, but the finalizer a.b/hold holds it back.";
    assert_told(&cluster, en, "held 已停止，但 finalizer a.b/hold 还拦着它。", 1);
    run(&mut cluster, "patch pod held -p '{\"metadata\": {\"finalizers\": null}}'", None);
    advance(&mut cluster, 10);
    let en = "held is gone: no finalizer holds it any more.";
    assert_told(&cluster, en, "held 已消失：不再有 finalizer 拦着它。", 1);
}

#[test]
fn a_pod_that_its_kubelet_turns_away_did_not_fail_by_itself() {
    let text = bound_to("node-1")
        .replace("image: nginx", "image: nginx, resources: {requests: {memory: 900Gi}}");
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(&text));
    advance(&mut cluster, 10);
    let en = "astray has failed: the kubelet of node-1 turned it away, OutOfmemory.";
    assert_told(&cluster, en, "astray 失败了：node-1 的 kubelet 拒绝了它，OutOfmemory。", 1);
}

#[test]
fn pods_of_a_namespace_that_is_deleted_say_why_they_stop() {
    let mut cluster = start(1);
    run(&mut cluster, "create namespace b", None);
    run(&mut cluster, "apply -f -", Some(&deployment("b", "api", 1)));
    advance(&mut cluster, 10);
    run(&mut cluster, "delete namespace b --wait=false", None);
    advance(&mut cluster, 60);
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| sentences(&cluster, lang));
    let ends = |all: &[String], words: &str| all.iter().filter(|one| one.ends_with(words)).count();
    assert_eq!(ends(&en, " is told to stop: its namespace is being deleted."), 1, "{en:#?}");
    assert_eq!(ends(&zh, " 被要求停止：它的命名空间正在删除。"), 1, "{zh:#?}");
}

#[test]
fn a_workload_that_is_deleted_alone_says_that_its_pods_stay() {
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(&deployment("default", "api", 1)));
    advance(&mut cluster, 10);
    run(&mut cluster, "delete deployment api --cascade=orphan", None);
    let en = "You deleted Deployment api. What belonged to it stays and has no owner any more.";
    assert_told(&cluster, en, "你删除了 Deployment api。属于它的对象保留，不再有所有者。", 1);
}

#[test]
fn an_init_container_that_is_started_again_is_no_failure_of_its_own() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec: {initContainers: \
                [{name: prep, image: busybox, command: [sh, -c, \"sleep 1; exit 2\"]}], \
                containers: [{name: c, image: nginx}]}\n";
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 60);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let tone = |words: &str| {
        let found = chronicle.entries().iter().find(|one| one.sentence().starts_with(words));
        found.expect("it is told").tone
    };
    assert_eq!(tone("Init container prep of one ended with exit code 2"), Tone::Bad);
    assert_eq!(tone("Init container prep of one is started again"), Tone::Plain);
}

#[test]
fn the_ledger_has_a_dns_name_for_a_pod_only_while_it_resolves() {
    let dns = |cluster: &Cluster| {
        let mut stage = scene::stage(cluster);
        let record = Record::of(cluster);
        scene::mark_left(&record, &mut stage);
        let book = scene::book(cluster, &record, &stage.lanes);
        let db = book.accounts.iter().find(|one| &*one.object.name == "db").expect("it is there");
        let slot = &db.slots[1];
        let cells = db.cells(slot, slot.tenants.len() - 1);
        let cell = cells.iter().find(|one| one.field == Field::Dns).expect("it has a column");
        (words::value(Lang::En, &cell.value), cell.tie)
    };
    let mut cluster = start(3);
    let text = include_str!("../static/examples/web-and-database.yaml");
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 60);
    assert_eq!(dns(&cluster), ("db-1.db".into(), Tie::First));
    run(&mut cluster, "delete pod db-1", None);
    advance(&mut cluster, 1);
    assert_eq!(dns(&cluster), ("no record".into(), Tie::Nothing), "it is not ready yet");
    advance(&mut cluster, 60);
    assert_eq!(dns(&cluster), ("db-1.db".into(), Tie::Kept));
}
