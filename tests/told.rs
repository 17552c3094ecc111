//! What the story and the stage say of what goes at once, waits, is refused, or was never there.

mod common;

use common::{advance, run, start};
use podium::cluster::Cluster;
use podium::sim::Command;
use podium::view::scene::{self, Chronicle, Record};
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
    let en = "odd is gone: it had no node, so nothing had to be stopped.";
    assert_told(&cluster, en, "odd 已消失：它还没有节点，没有什么要停止。", 1);
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
    scene::mark_left(&Record::of(cluster), &mut stage.lanes, &stage.nodes);
    let lane = stage.lanes.first().expect("it has a Pod");
    words::pod_label(lang, &lane.pods[0], lane, &[])
}

#[test]
fn a_node_that_never_was_is_not_told_as_one_that_went() {
    let mut cluster = start(2);
    run(&mut cluster, "apply -f -", Some(&bound_to("nowhere")));
    advance(&mut cluster, 5);
    let told = "astray, unknown, its node nowhere never existed";
    assert_eq!(label(&cluster, Lang::En), told);
    assert_eq!(label(&cluster, Lang::Zh), "astray，失联，所在节点 nowhere 从未存在");
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
