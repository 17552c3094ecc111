//! Rollouts that stand still on purpose, that are held up, and that end: what the lane and the
//! story say of each, in both languages.

mod common;

use common::{advance, run, start};
use podium::cluster::Cluster;
use podium::view::scene::{self, Chronicle, Record};
use podium::view::stage::{Hold, LaneKind, LaneView, Progress};
use podium::view::words::{Lang, stage as phrases};
use std::rc::Rc;

/// A workload whose Pods sleep.
fn workload(kind: &str, spec: &str, image: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: one}}\nspec:\n  {spec}\n  \
         selector: {{matchLabels: {{app: one}}}}\n  template:\n    \
         metadata: {{labels: {{app: one}}}}\n    \
         spec: {{terminationGracePeriodSeconds: 1, containers: [{{name: c, image: '{image}'}}]}}\n"
    )
}

fn apply(cluster: &mut Cluster, text: &str) {
    run(cluster, "kubectl apply -f -", Some(text));
}

/// A workload that has run for a while and gets another image.
fn renewed(kind: &str, spec: &str, image: &str) -> Cluster {
    let mut cluster = start(3);
    apply(&mut cluster, &workload(kind, spec, "nginx:1.27"));
    advance(&mut cluster, 60);
    apply(&mut cluster, &workload(kind, spec, image));
    advance(&mut cluster, 60);
    cluster
}

fn lane(cluster: &Cluster, kind: LaneKind) -> Rc<LaneView> {
    let mut stage = scene::stage(cluster);
    scene::mark_left(&Record::of(cluster), &mut stage);
    stage.lanes.iter().find(|one| one.kind == kind).expect("it is there").clone()
}

/// The lane's words, short and whole, in both languages.
fn words(lane: &LaneView) -> [(String, String); 2] {
    Lang::ALL.map(|lang| {
        (phrases::progress(lang, lane), phrases::waits_for(lang, lane).unwrap_or_default())
    })
}

fn sentences(cluster: &Cluster, lang: Lang) -> Vec<String> {
    Chronicle::of(cluster, lang).entries().iter().map(|one| one.sentence()).collect()
}

#[track_caller]
fn tells(cluster: &Cluster, count: usize, wanted: [&str; 2]) {
    for (lang, wanted) in Lang::ALL.into_iter().zip(wanted) {
        let told = sentences(cluster, lang);
        let found = told.iter().filter(|one| *one == wanted).count();
        assert_eq!(found, count, "{wanted}: {told:#?}");
        assert!(lang == Lang::Zh || wanted.split_whitespace().count() <= 30, "{wanted}");
    }
}

fn partitioned(partition: u32) -> String {
    format!(
        "serviceName: one\n  replicas: 5\n  \
         updateStrategy: {{type: RollingUpdate, rollingUpdate: {{partition: {partition}}}}}"
    )
}

#[test]
fn a_partition_lets_a_rollout_rest_and_both_lane_and_story_say_where() {
    let mut cluster = renewed("StatefulSet", &partitioned(3), "nginx:1.28");
    let set = lane(&cluster, LaneKind::StatefulSet);
    let hold = Hold::Partition { partition: 3, first: 0, from: 3, end: 5 };
    assert_eq!(set.progress(), Progress::Held { to: 2, hold });
    assert_eq!(
        words(&set),
        [
            (
                "revision 2 from 3 on".to_owned(),
                "revision 2 from ordinal 3 on; partition 3 keeps 0 to 2".to_owned()
            ),
            ("3 起为版本 2".to_owned(), "编号 3 起为版本 2；分区 3 保持 0 到 2".to_owned()),
        ]
    );
    tells(
        &cluster,
        1,
        [
            "You changed the template of StatefulSet one; only ordinals from 3 on get it, for the \
             partition is 3.",
            "你修改了 StatefulSet one 的模板；只有编号 3 及以上会换成它，因为分区是 3。",
        ],
    );
    tells(
        &cluster,
        1,
        [
            "The rollout of one to revision 2 waits for one-3 to be ready: 1 of 2 done.",
            "one 上线到版本 2，正等待 one-3 就绪：已完成 1/2 个 Pod。",
        ],
    );
    let rests = [
        "The rollout of one rests: revision 2 from ordinal 3 on; partition 3 keeps 0 to 2.",
        "one 的上线到此为止：编号 3 起为版本 2；分区 3 保持 0 到 2。",
    ];
    tells(&cluster, 1, rests);
    // A Pod that comes back later is no rollout.
    run(&mut cluster, "kubectl delete pod one-4 one-0", None);
    advance(&mut cluster, 40);
    tells(&cluster, 1, rests);
    let told = sentences(&cluster, Lang::En);
    let waits = told.iter().rfind(|one| one.contains("waits for one-4")).expect("it is told");
    assert_eq!(waits, "one waits for one-4 to be ready.");
    apply(&mut cluster, &workload("StatefulSet", &partitioned(0), "nginx:1.28"));
    let ahead = lane(&cluster, LaneKind::StatefulSet);
    assert_eq!(ahead.progress(), Progress::RollingOut { to: 2 }, "it goes on");
    advance(&mut cluster, 60);
    assert_eq!(lane(&cluster, LaneKind::StatefulSet).progress(), Progress::Steady);
    tells(
        &cluster,
        1,
        [
            "You took the partition of StatefulSet one away: a new template reaches every ordinal.",
            "你取消了 StatefulSet one 的分区：新模板会到所有编号。",
        ],
    );
    tells(
        &cluster,
        1,
        [
            "The rollout of one is complete: all its 5 Pods are on revision 2.",
            "one 的上线已完成：5 个 Pod 都是版本 2。",
        ],
    );
}

#[test]
fn a_partition_above_every_ordinal_keeps_all() {
    let cluster = renewed("StatefulSet", &partitioned(9), "nginx:1.28");
    assert_eq!(
        words(&lane(&cluster, LaneKind::StatefulSet)),
        [
            (
                "held by partition 9".to_owned(),
                "partition 9 keeps every ordinal; none gets revision 2".to_owned()
            ),
            ("分区 9 保持全部".to_owned(), "分区 9 保持所有编号；没有编号得到版本 2".to_owned()),
        ]
    );
    tells(
        &cluster,
        1,
        [
            "You changed the template of StatefulSet one; partition 9 keeps every ordinal from it.",
            "你修改了 StatefulSet one 的模板；分区 9 让所有编号保持旧模板。",
        ],
    );
}

#[test]
fn a_rollout_that_is_broken_does_not_rest() {
    let cluster = renewed("StatefulSet", &partitioned(3), "nginx:bad");
    assert_eq!(
        lane(&cluster, LaneKind::StatefulSet).progress(),
        Progress::Blocked { to: 2 },
        "its first Pod has no image"
    );
    tells(
        &cluster,
        1,
        [
            "The rollout of one to revision 2 waits for one-4 to be ready: 0 of 2 done.",
            "one 上线到版本 2，正等待 one-4 就绪：已完成 0/2 个 Pod。",
        ],
    );
}

#[test]
fn with_on_delete_lane_and_story_say_that_old_pods_must_be_deleted_first() {
    for (kind, name, spec, count) in [
        (
            LaneKind::StatefulSet,
            "StatefulSet",
            "serviceName: one\n  replicas: 3\n  updateStrategy: {type: OnDelete}",
            3,
        ),
        (LaneKind::DaemonSet, "DaemonSet", "updateStrategy: {type: OnDelete}", 3),
    ] {
        let mut cluster = renewed(name, spec, "nginx:1.28");
        let expected = [
            (
                "revision 2: OnDelete".to_owned(),
                "revision 2 waits for the old Pods to be deleted (OnDelete)".to_owned(),
            ),
            ("版本 2：OnDelete".to_owned(), "版本 2 等待旧 Pod 被删除（OnDelete）".to_owned()),
        ];
        assert_eq!(words(&lane(&cluster, kind)), expected, "{name}");
        let first = lane(&cluster, kind).pods[0].name.to_string();
        run(&mut cluster, &format!("kubectl delete pod {first}"), None);
        advance(&mut cluster, 30);
        assert_eq!(words(&lane(&cluster, kind)), expected, "{name}: one has it, two wait");
        run(&mut cluster, "kubectl delete pod --all", None);
        advance(&mut cluster, 60);
        assert_eq!(lane(&cluster, kind).progress(), Progress::Steady, "{name}");
        tells(
            &cluster,
            1,
            [
                &format!("The rollout of one is complete: all its {count} Pods are on revision 2."),
                &format!("one 的上线已完成：{count} 个 Pod 都是版本 2。"),
            ],
        );
        let told = sentences(&cluster, Lang::En);
        assert!(!told.iter().any(|one| one.contains(" done.")), "there is no order: {told:#?}");
    }
}

#[test]
fn a_deployment_that_is_paused_waits_until_it_is_resumed() {
    let mut cluster = start(3);
    apply(&mut cluster, &workload("Deployment", "replicas: 2", "nginx:1.27"));
    advance(&mut cluster, 20);
    run(&mut cluster, "kubectl rollout pause deployment one", None);
    run(&mut cluster, "kubectl set image deployment/one c=nginx:1.28", None);
    advance(&mut cluster, 20);
    assert_eq!(
        words(&lane(&cluster, LaneKind::Deployment)),
        [
            (
                "paused".to_owned(),
                "paused: a new template waits until the rollouts are resumed".to_owned()
            ),
            ("已暂停".to_owned(), "已暂停：新模板要等恢复后才会上线".to_owned()),
        ]
    );
    run(&mut cluster, "kubectl rollout resume deployment one", None);
    advance(&mut cluster, 30);
    assert_eq!(words(&lane(&cluster, LaneKind::Deployment))[0].1, "");
    for wanted in [
        [
            "You paused the rollouts of Deployment one: a new template has to wait.",
            "你暂停了 Deployment one 的上线：新模板要等恢复后才生效。",
        ],
        ["You resumed the rollouts of Deployment one.", "你恢复了 Deployment one 的上线。"],
        [
            "The rollout of one is complete: all its 2 Pods are on revision 2.",
            "one 的上线已完成：2 个 Pod 都是版本 2。",
        ],
    ] {
        tells(&cluster, 1, wanted);
    }
}

#[test]
fn a_rollout_that_is_held_up_says_how_far_it_came() {
    let mut cluster =
        renewed("Deployment", "replicas: 4\n  progressDeadlineSeconds: 30", "nginx:bad");
    let late = [
        "The rollout of one makes no progress, and its deadline is over: 0 of 4 Pods are ready on \
         revision 2.",
        "one 的上线没有进展，已超过期限：0/4 个 Pod 在版本 2 上就绪。",
    ];
    tells(&cluster, 1, late);
    run(&mut cluster, "kubectl rollout undo deployment one", None);
    advance(&mut cluster, 20);
    let told = sentences(&cluster, Lang::En);
    assert!(!told.iter().any(|one| one.contains("no more than 0")), "{told:#?}");
}

#[test]
fn many_daemons_are_told_by_quarters_of_the_way() {
    let mut cluster = start(12);
    apply(&mut cluster, &workload("DaemonSet", "revisionHistoryLimit: 3", "nginx:1.27"));
    advance(&mut cluster, 30);
    apply(&mut cluster, &workload("DaemonSet", "revisionHistoryLimit: 3", "nginx:1.28"));
    advance(&mut cluster, 200);
    let told = sentences(&cluster, Lang::En);
    let steps: Vec<_> = told.iter().filter(|one| one.contains(" of 12 Pods of one")).collect();
    let wanted = ["3", "6", "9"].map(|one| format!("{one} of 12 Pods of one are on revision 2."));
    assert_eq!(steps, wanted.iter().collect::<Vec<_>>(), "{told:#?}");
}

#[test]
fn what_is_refused_again_and_again_for_one_reason_is_told_once() {
    let mut cluster = start(3);
    let quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: few}\n\
                 spec: {hard: {pods: \"2\"}}\n";
    apply(&mut cluster, quota);
    advance(&mut cluster, 2);
    apply(&mut cluster, &workload("Deployment", "replicas: 5", "nginx:1.27"));
    advance(&mut cluster, 30);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let refused: Vec<_> =
        chronicle.entries().iter().filter(|one| one.sentence().contains("cannot make")).collect();
    assert_eq!(
        refused.len(),
        1,
        "{:?}",
        refused.iter().map(|one| one.sentence()).collect::<Vec<_>>()
    );
    assert_eq!(refused[0].rule.as_deref(), Some("OWN-REFUSED"));
    assert!(refused[0].meaning.is_some() && refused[0].url.is_some());
}

#[test]
fn troubles_are_told_once_by_what_they_are_and_in_the_readers_language() {
    let mut cluster = start(3);
    let text = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: fails}\nspec:\n  \
                backoffLimit: 0\n  template:\n    spec:\n      restartPolicy: Never\n      \
                containers: [{name: c, image: busybox, command: [sh, -c, 'sleep 2; exit 1']}]\n\
                ---\napiVersion: v1\nkind: Pod\nmetadata: {name: begin}\nspec:\n  \
                initContainers: [{name: i, image: busybox, command: [sh, -c, 'exit 3']}]\n  \
                containers: [{name: c, image: nginx}]\n\
                ---\napiVersion: v1\nkind: Pod\nmetadata: {name: big}\nspec:\n  \
                containers: [{name: c, image: nginx, resources: {requests: {cpu: 900}}}]\n\
                ---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: none}\nspec: \
                {accessModes: [ReadWriteOnce], storageClassName: nope, resources: {requests: \
                {storage: 1Gi}}}\n";
    apply(&mut cluster, text);
    advance(&mut cluster, 20);
    let english = sentences(&cluster, Lang::En);
    assert!(!english.iter().any(|one| one.ends_with("is not ready any more.")), "{english:#?}");
    tells(
        &cluster,
        3,
        [
            "Init container i of begin ended with exit code 3.",
            "Init 容器 i（begin）以退出码 3 结束。",
        ],
    );
    tells(
        &cluster,
        1,
        [
            "big can go to no node: 0/3 nodes are available: 3 Insufficient cpu.",
            "big 无法调度到任何节点：共 3 个节点，3 个节点 cpu 不足。",
        ],
    );
    tells(
        &cluster,
        1,
        [
            "Disk none gets no volume: there is no StorageClass nope.",
            "磁盘 none 得不到卷：没有名为 nope 的 StorageClass。",
        ],
    );
}

#[test]
fn what_comes_back_after_a_declared_outage_is_not_doubted_and_a_claim_in_use_is_not_gone() {
    let mut cluster = start(3);
    apply(&mut cluster, include_str!("../static/examples/web-and-database.yaml"));
    advance(&mut cluster, 40);
    run(&mut cluster, "kubectl delete pvc data-db-1 --wait=false", None);
    tells(
        &cluster,
        1,
        [
            "You deleted PersistentVolumeClaim data-db-1. It goes once no Pod uses it.",
            "你删除了 PersistentVolumeClaim data-db-1。没有 Pod 使用它时，它才会消失。",
        ],
    );
    let told = sentences(&cluster, Lang::En);
    assert!(!told.iter().any(|one| one == "Disk data-db-1 is gone."), "{told:#?}");
    let _ = cluster.submit(podium::sim::Command::FailNode("node-1".into()));
    advance(&mut cluster, 100);
    let taint = "kubectl taint nodes node-1 node.kubernetes.io/out-of-service=gone:NoExecute";
    run(&mut cluster, taint, None);
    advance(&mut cluster, 120);
    let back: Vec<_> = sentences(&cluster, Lang::En)
        .into_iter()
        .filter(|one| one.contains("comes back under its old name"))
        .collect();
    assert!(!back.is_empty(), "a Pod of node-1 is back");
    for one in back {
        assert!(
            one.ends_with("declared out of service, so the old Pod counts as stopped."),
            "{one}"
        );
    }
    let _ = cluster.submit(podium::sim::Command::RestartManager);
    let chronicle = Chronicle::of(&cluster, Lang::En);
    let last = chronicle.entries().last().expect("it is told");
    assert_eq!(last.rule.as_deref(), Some("YOU-RESTART"));
    assert!(last.meaning.is_some() && last.url.is_some());
}

#[test]
fn a_deployment_whose_new_pods_fail_is_not_told_as_one_that_goes_on() {
    let spec = "replicas: 4\n  progressDeadlineSeconds: 90";
    let mut cluster = renewed("Deployment", spec, "nginx:bad");
    let held = lane(&cluster, LaneKind::Deployment);
    assert_eq!(held.progress(), Progress::Blocked { to: 2 });
    let [(en, en_whole), (zh, zh_whole)] = words(&held);
    assert_eq!((&*en, &*zh), ("rev. 2: 2 failing", "版本 2：2 个失败"));
    let name = &held.failing().next().expect("it has no image").name;
    let whole = format!(
        "the rollout to revision 2 cannot end while {name} is not ready: ImagePull, and 1 more"
    );
    assert_eq!(en_whole, whole);
    assert!(zh_whole.ends_with("；另有 1 个也失败"), "{zh_whole}");

    // One that is never ready fails nowhere; its deadline tells that it gets nowhere.
    let unready = "readinessProbe: {exec: {command: [cat, /never]}, initialDelaySeconds: 600}";
    let text = workload("Deployment", spec, "nginx:1.28");
    apply(
        &mut cluster,
        &text.replace("image: 'nginx:1.28'", &format!("image: 'nginx:1.28', {unready}")),
    );
    advance(&mut cluster, 30);
    let under_way = lane(&cluster, LaneKind::Deployment);
    assert_eq!(under_way.progress(), Progress::RollingOut { to: 3 });
    advance(&mut cluster, 120);
    let overdue = lane(&cluster, LaneKind::Deployment);
    let [(en, _), (zh, _)] = words(&overdue);
    assert_eq!((&*en, &*zh), ("rev. 3: overdue", "版本 3：超时"));
    run(&mut cluster, "kubectl rollout undo deploy/one --to-revision=1", None);
    advance(&mut cluster, 60);
    assert_eq!(lane(&cluster, LaneKind::Deployment).progress(), Progress::Steady);
}

#[test]
fn a_pod_of_an_old_template_makes_room_and_one_of_a_smaller_number_is_one_too_many() {
    let ends = |cluster: &Cluster, end: [&str; 2]| {
        [0, 1].map(|at| {
            let told = sentences(cluster, Lang::ALL[at]);
            told.iter().filter(|one| one.ends_with(end[at])).count()
        })
    };
    let room =
        [" is told to stop: it makes room for the new revision.", " 被要求停止：给新版本让位。"];
    let surplus = [" is told to stop: it is one too many.", " 被要求停止：多了它一个。"];
    for strategy in ["RollingUpdate", "Recreate"] {
        let spec = format!("replicas: 3\n  strategy: {{type: {strategy}}}");
        let mut cluster = renewed("Deployment", &spec, "nginx:1.28");
        assert_eq!(ends(&cluster, room), [3, 3], "{strategy}");
        assert_eq!(ends(&cluster, surplus), [0, 0], "{strategy}");
        run(&mut cluster, "kubectl scale deploy/one --replicas=1", None);
        advance(&mut cluster, 20);
        assert_eq!(ends(&cluster, room), [3, 3], "{strategy}");
        assert_eq!(ends(&cluster, surplus), [2, 2], "{strategy}");
    }
}

#[test]
fn fewer_are_wanted_in_the_middle_of_a_rollout_that_is_paused() {
    let mut cluster = renewed("Deployment", "replicas: 6", "nginx:1.27");
    apply(&mut cluster, &workload("Deployment", "replicas: 6", "nginx:bad"));
    advance(&mut cluster, 20);
    let room = |cluster: &Cluster| {
        let told = sentences(cluster, Lang::En);
        told.iter().filter(|one| one.ends_with("makes room for the new revision.")).count()
    };
    let before = room(&cluster);
    assert!(before > 0);
    run(&mut cluster, "kubectl rollout pause deploy/one", None);
    run(&mut cluster, "kubectl scale deploy/one --replicas=2", None);
    advance(&mut cluster, 20);
    assert_eq!(room(&cluster), before, "{:#?}", sentences(&cluster, Lang::En));
}
