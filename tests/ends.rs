//! How Jobs, containers and waits come to their ends, each told with its reason.

mod common;

use common::{advance, run, start};
use podium::api::Kind;
use podium::api::pod::ContainerState;
use podium::cluster::Cluster;
use podium::sim::Command;
use podium::view::scene::Chronicle;
use podium::view::words::Lang;

fn sentences(cluster: &Cluster, lang: Lang) -> Vec<String> {
    let chronicle = Chronicle::of(cluster, lang);
    chronicle.entries().iter().map(|one| one.sentence()).collect()
}

/// What is told once a text was applied and some time has passed.
fn told(nodes: u32, text: &str, seconds: u64) -> [Vec<String>; 2] {
    let mut cluster = start(nodes);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, seconds);
    both(&cluster)
}

fn both(cluster: &Cluster) -> [Vec<String>; 2] {
    [sentences(cluster, Lang::En), sentences(cluster, Lang::Zh)]
}

/// Asserts that a sentence of each language ends so.
#[track_caller]
fn assert_ends([en, zh]: &[Vec<String>; 2], in_en: &str, in_zh: &str) {
    assert!(en.iter().any(|one| one.ends_with(in_en)), "{in_en}: {en:#?}");
    assert!(zh.iter().any(|one| one.ends_with(in_zh)), "{in_zh}: {zh:#?}");
}

fn job(name: &str, spec: &str, code: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n  template:\n    spec:\n      \
         restartPolicy: Never\n      containers: [{{name: c, image: busybox, command: [sh, -c, \"{code}\"]}}]\n"
    )
}

#[test]
fn a_job_says_by_which_of_its_policies_it_is_over() {
    let policy = "podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: c, operator: In, \
                  values: [42]}}]}";
    assert_ends(
        &told(1, &job("j", policy, "sleep 1; exit 42"), 60),
        "Job j has failed: a Pod failed as a FailJob rule of its podFailurePolicy says.",
        "Job j 失败了：有 Pod 的失败符合 podFailurePolicy 中的 FailJob 规则。",
    );
    let indexed = "completionMode: Indexed\n  completions: 2\n  parallelism: 2\n  ";
    let index = format!("{indexed}backoffLimitPerIndex: 0");
    let all = told(1, &job("j", &index, "exit $JOB_COMPLETION_INDEX"), 60);
    assert_ends(
        &all,
        "Job j has failed: not all of its indexes have ended well.",
        "Job j 失败了：有的索引没有成功结束。",
    );
    assert_ends(&all, " is created for index 1 of Job j.", "，负责 Job j 的索引 1。");
    let success = format!("{indexed}successPolicy: {{rules: [{{succeededIndexes: \"0\"}}]}}");
    let all = told(1, &job("j", &success, "sleep $((JOB_COMPLETION_INDEX * 500 + 2))"), 60);
    assert_ends(
        &all,
        "Job j is complete: what its successPolicy asks for has ended well.",
        "Job j 已完成：successPolicy 要求的部分已成功结束。",
    );
    assert_ends(&all, " is told to stop: its Job is over.", " 被要求停止：它的 Job 已结束。");
    let all = told(1, &job("j", "activeDeadlineSeconds: 10", "sleep 100"), 60);
    let en = " is told to stop: its Job's activeDeadlineSeconds are over.";
    assert_ends(&all, en, " 被要求停止：它的 Job 已超过 activeDeadlineSeconds。");
}

#[test]
fn a_job_that_a_person_suspends_says_why_its_pods_stop() {
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(&job("j", "parallelism: 1", "sleep 100")));
    advance(&mut cluster, 10);
    run(&mut cluster, "patch job j -p '{\"spec\": {\"suspend\": true}}'", None);
    advance(&mut cluster, 60);
    run(&mut cluster, "patch job j -p '{\"spec\": {\"suspend\": false}}'", None);
    let all = both(&cluster);
    let en = "You suspended Job j: its Pods are stopped until it is resumed.";
    assert_ends(&all, en, "你挂起了 Job j：恢复之前它的 Pod 会停下。");
    assert_ends(&all, " is told to stop: its Job is suspended.", " 被要求停止：它的 Job 已挂起。");
    let stops =
        all[0].iter().filter(|one| one.ends_with(" is told to stop: its Job is suspended."));
    assert_eq!(stops.count(), 1, "not once more for the finalizer");
    assert_ends(&all, "You resumed Job j.", "你恢复了 Job j。");
}

fn cron_job(policy: &str, code: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: tick}}\nspec:\n  schedule: \"* * * * *\"\n  \
         {policy}\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          \
         containers: [{{name: c, image: busybox, command: [sh, -c, \"{code}\"]}}]\n"
    )
}

#[test]
fn a_cron_job_says_why_it_starts_none_and_which_it_takes_away() {
    let all = told(1, &cron_job("concurrencyPolicy: Forbid", "sleep 200"), 200);
    let waits =
        "It is time, but CronJob tick starts no Job: one still runs, and its policy is Forbid.";
    let zh = "时间到了，但 CronJob tick 没有启动 Job：上一个还在运行，而策略是 Forbid。";
    assert_ends(&all, waits, zh);
    let times = all[0].iter().filter(|one| *one == waits).count();
    assert_eq!(times, 2, "once at each of two moments: {all:#?}");
    assert_ends(
        &told(1, &cron_job("concurrencyPolicy: Replace", "sleep 200"), 150),
        "is deleted while it runs: the next one is due, and the policy of CronJob tick is Replace.",
        "还在运行就被删除：下一次到时间了，而 CronJob tick 的策略是 Replace。",
    );
    assert_ends(
        &told(1, &cron_job("successfulJobsHistoryLimit: 1", "sleep 1"), 150),
        "is deleted: of those that are over CronJob tick keeps only the newest.",
        "被删除：已结束的 Job 中，CronJob tick 只保留最新的。",
    );
    let mut cluster = start(1);
    run(&mut cluster, "apply -f -", Some(&cron_job("suspend: false", "sleep 1")));
    run(&mut cluster, "patch cronjob tick -p '{\"spec\": {\"suspend\": true}}'", None);
    let en = "You suspended CronJob tick: it starts no Job until it is resumed.";
    assert_ends(&both(&cluster), en, "你挂起了 CronJob tick：恢复之前不会启动 Job。");
}

fn pod(name: &str, spec: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n")
}

#[test]
fn a_container_that_fails_is_called_what_it_is() {
    let begin = "restartPolicy: Never\n  initContainers: [{name: i, image: busybox, command: [sh, -c, \"exit 3\"]}]\n  \
                 containers: [{name: c, image: nginx}]";
    assert_ends(
        &told(1, &pod("p", begin), 30),
        "p has failed: init container i ended with exit code 3.",
        "p 失败了：Init 容器 i 以退出码 3 结束。",
    );
    let side = "restartPolicy: Never\n  initContainers: [{name: s, image: busybox, restartPolicy: Always, command: \
                [sh, -c, \"sleep 5; exit 1\"]}]\n  containers: [{name: c, image: busybox, command: [sh, -c, \
                \"sleep 30; exit 7\"]}]";
    let all = told(1, &pod("p", side), 60);
    assert_ends(&all, "Sidecar s of p ended with exit code 1.", "Sidecar s（p）以退出码 1 结束。");
    let en = "p has failed: container c ended with exit code 7.";
    assert_ends(&all, en, "p 失败了：容器 c 以退出码 7 结束。");
    let late = "activeDeadlineSeconds: 5\n  containers: [{name: c, image: nginx}]";
    let en = "p has failed: its activeDeadlineSeconds are over.";
    assert_ends(&told(1, &pod("p", late), 30), en, "p 失败了：已超过 activeDeadlineSeconds。");
}

#[test]
fn what_keeps_a_pod_from_starting_is_named() {
    let gated = "schedulingGates: [{name: a/b}]\n  containers: [{name: c, image: nginx}]";
    let en = "p is not scheduled while it has the scheduling gate a/b.";
    assert_ends(&told(1, &pod("p", gated), 5), en, "p 还带有调度门 a/b，暂不调度。");
    let lacking =
        "volumes: [{name: v, configMap: {name: nope}}]\n  containers: [{name: c, image: nginx}]";
    assert_ends(
        &told(1, &pod("p", lacking), 5),
        "p cannot start, for its volume v cannot be mounted: there is no ConfigMap nope.",
        "p 无法启动，因为它的卷 v 无法挂载：没有名为 nope 的 ConfigMap。",
    );
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {count/replicasets.apps: \
                 \"0\"}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: \
                 {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: \
                 [{name: c, image: nginx}]}\n";
    let [en, zh] = told(1, quota, 30);
    let refused =
        |all: &[String], words: &str| all.iter().filter(|one| one.starts_with(words)).count();
    assert_eq!(refused(&en, "web cannot make its ReplicaSet: quota q allows "), 1, "{en:#?}");
    assert_eq!(refused(&zh, "web 无法创建它的 ReplicaSet：配额 q 的上限是 "), 1, "{zh:#?}");
}

#[test]
fn a_pod_that_was_told_to_stop_before_its_node_was_lost_is_not_replaced_either() {
    let text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  serviceName: s\n  replicas: 2\n  \
                selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: \
                [{name: c, image: redis}]}\n";
    let mut cluster = start(3);
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 30);
    let pod = cluster.model().view().named(podium::api::Kind::Pod, "default", "db-1");
    let node = pod.and_then(|one| one.pod()?.node().cloned()).expect("it has a node");
    let _ = cluster.submit(Command::FailNode(node.clone()));
    advance(&mut cluster, 5);
    run(&mut cluster, "delete pod db-1 --wait=false", None);
    advance(&mut cluster, 10);
    assert_ends(
        &both(&cluster),
        "db waits until db-1 is gone for certain.",
        "等待确认 db-1 已消失。",
    );
    advance(&mut cluster, 60);
    let en = format!(
        "db-1 is not replaced: nobody can confirm that it stopped on {node}, and there must never be two."
    );
    let zh = format!("db-1 未被替换：无法确认它在 {node} 上已停止，而同名的 Pod 绝不能有两个。");
    assert_ends(&both(&cluster), &en, &zh);
    let story = Chronicle::of(&cluster, Lang::En).story(&cluster, None, 0);
    let now = story.now.map(|one| one.sentence());
    assert_eq!(now.as_deref(), Some(&*en), "it matters most");
}

/// The phase of a Pod, and how its container ended.
fn end_of(cluster: &Cluster, name: &str) -> Option<(String, i32)> {
    let pod = cluster.model().view().named(Kind::Pod, "default", name)?.pod()?;
    match &pod.status.container_statuses.first()?.state {
        ContainerState::Terminated { exit_code, .. } => {
            Some((format!("{:?}", pod.status.phase), *exit_code))
        }
        _ => None,
    }
}

#[test]
fn a_pod_that_only_sleeps_is_killed_when_its_grace_is_over_and_does_no_jobs_share() {
    let mut cluster = start(1);
    let pod = |name: &str, more: &str, command: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, finalizers: [a.b/keep]}}\nspec:\n  \
             terminationGracePeriodSeconds: 8\n  restartPolicy: Never\n  {more}containers: \
             [{{name: c, image: busybox, command: {command}}}]\n---\n"
        )
    };
    let text = pod("deaf", "", "[sleep, '600']")
        + &pod("loop", "", "[sh, -c, 'while true; do sleep 5; done']")
        + &pod("heard", "", "[sh, -c, 'trap \"exit 3\" TERM; while true; do sleep 1; done']")
        + &pod("shared", "shareProcessNamespace: true\n  ", "[sleep, '600']")
        + &pod("served", "", "[sh, -c, 'echo hi; exec server']")
        + &job("j", "backoffLimit: 0", "sleep 600");
    run(&mut cluster, "apply -f -", Some(&text));
    advance(&mut cluster, 10);
    run(&mut cluster, "delete pods --all --wait=false", None);
    advance(&mut cluster, 4);
    assert_eq!(end_of(&cluster, "deaf"), None);
    assert_eq!(end_of(&cluster, "loop"), None);
    assert_eq!(end_of(&cluster, "heard"), Some(("Failed".into(), 3)));
    assert_eq!(end_of(&cluster, "shared"), Some(("Failed".into(), 143)));
    assert_eq!(end_of(&cluster, "served"), Some(("Succeeded".into(), 0)));
    advance(&mut cluster, 36);
    for name in ["deaf", "loop"] {
        assert_eq!(end_of(&cluster, name), Some(("Failed".into(), 137)), "{name}");
    }
    let status =
        run(&mut cluster, "get job j -o jsonpath={.status.failed}/{.status.succeeded}", None);
    assert_eq!(status, "1/", "the Pod that was deleted did nothing of the Job");
}
