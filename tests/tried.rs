//! What a person asked for in vain: one sentence that says what it was and why it was refused, in
//! both languages, and nowhere counted as done.

mod common;

use common::{advance, run, start};
use podium::api::{Kind, Propagation};
use podium::cluster::Cluster;
use podium::kubectl::Reader;
use podium::sim::Command;
use podium::view::scene::Chronicle;
use podium::view::story::{Entry, Tone};
use podium::view::transport::MarkKind;
use podium::view::words::Lang;
use std::rc::Rc;

const BOTH: &str = include_str!("../static/examples/web-and-database.yaml");

/// A cluster with a Deployment and a StatefulSet.
fn cluster() -> Cluster {
    let mut cluster = start(3);
    let objects = Reader::default().read(BOTH).expect("the example is valid");
    let _ = cluster.submit(Command::Apply(Rc::new(objects)));
    advance(&mut cluster, 40);
    cluster
}

fn apply(cluster: &mut Cluster, text: &str) {
    let _ = Reader::default().apply(cluster, "default", text);
}

fn told(cluster: &Cluster, lang: Lang) -> Vec<Rc<Entry>> {
    Chronicle::of(cluster, lang).entries().to_vec()
}

/// What an act adds to the story, told once and with the rule that refused it.
#[track_caller]
fn refused(cluster: &mut Cluster, act: &dyn Fn(&mut Cluster), rule: &str, words: [&str; 2]) {
    let before = told(cluster, Lang::En).len();
    act(cluster);
    for (lang, wanted) in Lang::ALL.into_iter().zip(words) {
        let chronicle = Chronicle::of(cluster, lang);
        let new: Vec<_> = chronicle.entries()[before..].iter().collect();
        let sentences: Vec<_> = new.iter().map(|one| one.sentence()).collect();
        assert_eq!(sentences, [wanted]);
        let one = new[0];
        assert!(wanted.split_whitespace().count() <= 30, "{wanted}");
        assert_eq!((one.rule.as_deref(), one.tone), (Some(rule), Tone::Bad), "{wanted}");
        let url = one.url.as_deref().unwrap_or_default();
        assert!(url.starts_with("https://kubernetes.io/docs/"), "{wanted}: {url}");
        assert!(one.meaning.is_some() && one.causes.is_empty());
        let transport = chronicle.transport(cluster);
        let acts = transport.marks.iter().filter(|one| one.kind == MarkKind::User);
        assert_eq!(acts.count(), 1, "only the first apply was done: {:?}", transport.marks);
    }
}

fn scale(kind: Kind, name: &str, replicas: i32) -> impl Fn(&mut Cluster) {
    move |cluster| {
        let (namespace, name) = ("default".into(), name.into());
        let command = Command::Scale { kind, namespace, name, replicas };
        assert!(cluster.submit(command).is_err());
    }
}

fn delete(kind: Kind, name: &str, grace_seconds: Option<u32>) -> impl Fn(&mut Cluster) {
    move |cluster| {
        let (namespace, name) = ("default".into(), name.into());
        let propagation = Propagation::Background;
        let command = Command::Delete { kind, namespace, name, grace_seconds, propagation };
        assert!(cluster.submit(command).is_err());
    }
}

#[test]
fn scaling_that_is_refused_says_what_and_why() {
    let mut cluster = cluster();
    refused(
        &mut cluster,
        &scale(Kind::Deployment, "web", -1),
        "API-INVALID",
        [
            "You tried to scale web to -1 replicas; refused: spec.replicas is not valid: must be \
             greater than or equal to 0.",
            "你尝试把 web 扩缩到 -1 个副本；被拒绝：spec.replicas 无效：必须大于或等于 0。",
        ],
    );
    advance(&mut cluster, 5);
    refused(
        &mut cluster,
        &scale(Kind::StatefulSet, "gone", 4),
        "API-NOT-FOUND",
        [
            "You tried to scale gone to 4 replicas; refused: StatefulSet gone does not exist.",
            "你尝试把 gone 扩缩到 4 个副本；被拒绝：StatefulSet gone 不存在。",
        ],
    );
}

#[test]
fn deletions_that_are_refused_say_so() {
    let mut cluster = cluster();
    for (grace, words) in [
        (
            None,
            [
                "You tried to delete nobody; refused: Pod nobody does not exist.",
                "你尝试删除 nobody；被拒绝：Pod nobody 不存在。",
            ],
        ),
        (
            Some(0),
            [
                "You tried to delete nobody by force; refused: Pod nobody does not exist.",
                "你尝试强制删除 nobody；被拒绝：Pod nobody 不存在。",
            ],
        ),
    ] {
        refused(&mut cluster, &delete(Kind::Pod, "nobody", grace), "API-NOT-FOUND", words);
    }
    let namespace = |cluster: &mut Cluster| {
        let _ = cluster.submit(Command::Delete {
            kind: Kind::Namespace,
            namespace: "".into(),
            name: "kube-system".into(),
            grace_seconds: None,
            propagation: Propagation::Background,
        });
    };
    refused(
        &mut cluster,
        &namespace,
        "API-ADMISSION",
        [
            "You tried to delete Namespace kube-system; refused: this namespace may not be deleted.",
            "你尝试删除 Namespace kube-system；被拒绝：这个命名空间不能删除。",
        ],
    );
}

#[test]
fn what_is_refused_of_a_node_is_told_by_what_was_asked() {
    let mut cluster = cluster();
    let cordon = |is_on: bool| {
        move |cluster: &mut Cluster| {
            assert!(cluster.submit(Command::Cordon("node-9".into(), is_on)).is_err());
        }
    };
    refused(
        &mut cluster,
        &cordon(true),
        "API-NOT-FOUND",
        [
            "You tried to cordon node-9; refused: Node node-9 does not exist.",
            "你尝试封锁 node-9；被拒绝：Node node-9 不存在。",
        ],
    );
    refused(
        &mut cluster,
        &cordon(false),
        "API-NOT-FOUND",
        [
            "You tried to uncordon node-9; refused: Node node-9 does not exist.",
            "你尝试解除 node-9 的封锁；被拒绝：Node node-9 不存在。",
        ],
    );
    let taint = |cluster: &mut Cluster| {
        let patch = "{\"spec\":{\"taints\":[{\"key\":\"a b\",\"effect\":\"NoExecute\"}]}}";
        let line = ["kubectl", "patch", "node", "node-1", "-p", patch].map(str::to_owned);
        let limit = cluster.now().plus_seconds(100);
        let done = podium::kubectl::execute(cluster, "default", &line, None, limit);
        assert_ne!(done.code, 0, "{}", done.stdout);
    };
    let before = told(&cluster, Lang::En).len();
    taint(&mut cluster);
    let new = told(&cluster, Lang::En);
    assert_eq!(new.len(), before + 1);
    let sentence = new[before].sentence();
    let start =
        "You tried to change the taints of node-1; refused: spec.taints[0].key is not valid";
    assert!(sentence.starts_with(start), "{sentence}");
    assert!(sentence.split_whitespace().count() <= 30, "{sentence}");
}

#[test]
fn what_may_not_change_is_told_in_few_words() {
    let mut cluster = start(3);
    apply(&mut cluster, BOTH);
    advance(&mut cluster, 40);
    let fixed = BOTH.replace("serviceName: db", "serviceName: other");
    assert_ne!(fixed, BOTH);
    let text = move |cluster: &mut Cluster| apply(cluster, &fixed);
    refused(
        &mut cluster,
        &text,
        "API-FIXED",
        [
            "You tried to change StatefulSet db; refused: of its spec only replicas, template, \
             updateStrategy and a few other fields may change.",
            "你尝试修改 StatefulSet db；被拒绝：StatefulSet 的 spec 中只能修改 \
             replicas、template、updateStrategy 等少数字段。",
        ],
    );
}

const QUOTA: &str = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: few}\n\
                     spec: {hard: {pods: \"0\"}}\n";

fn pod(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\n\
         spec: {{containers: [{{name: a, image: a}}]}}\n"
    )
}

#[test]
fn of_several_objects_that_are_applied_those_that_are_refused_are_told_with_the_rest() {
    let mut cluster = start(3);
    let read = |text: &str| Rc::new(Reader::default().read(text).expect("the text is valid"));
    let _ = cluster.submit(Command::Apply(read(QUOTA)));
    advance(&mut cluster, 5);
    let three = format!(
        "{}---\n{}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n",
        pod("p1"),
        pod("p2")
    );
    let before = told(&cluster, Lang::En).len();
    let _ = cluster.submit(Command::Apply(read(&three)));
    let new = &told(&cluster, Lang::En)[before..];
    let sentences: Vec<_> = new.iter().map(|one| one.sentence()).collect();
    let wanted = "You applied 1 of 3 objects; refused: quota few allows pods=0; pods=0 is used, and \
                  pods=1 was asked for (and 1 more).";
    assert_eq!(sentences, [wanted]);
    assert_eq!(new[0].rule.as_deref(), Some("YOU-APPLY"), "what was done has its rule");
    let _ = cluster.submit(Command::Apply(read(&pod("p3"))));
    let all = told(&cluster, Lang::Zh);
    let last = all.last().expect("it is told");
    assert_eq!(
        last.sentence(),
        "你尝试应用 1 个对象；被拒绝：配额 few 的上限是 pods=0，已用 pods=0，又请求 pods=1。"
    );
    assert_eq!(last.rule.as_deref(), Some("API-QUOTA"));
}

#[test]
fn a_workload_whose_pods_a_quota_refuses_says_so_in_both_languages() {
    let mut cluster = start(3);
    run(&mut cluster, "kubectl apply -f -", Some(QUOTA));
    advance(&mut cluster, 5);
    run(&mut cluster, "kubectl create deployment web --image=nginx:1.27", None);
    advance(&mut cluster, 5);
    for (lang, wanted) in [
        (
            Lang::En,
            "cannot make its Pod: quota few allows pods=0; pods=0 is used, and pods=1 was asked for.",
        ),
        (Lang::Zh, "无法创建它的 Pod：配额 few 的上限是 pods=0，已用 pods=0，又请求 pods=1。"),
    ] {
        let told = told(&cluster, lang);
        let sentences: Vec<_> = told.iter().map(|one| one.sentence()).collect();
        assert!(sentences.iter().any(|one| one.ends_with(wanted)), "{sentences:?}");
    }
}

#[test]
fn what_changes_nothing_is_not_told() {
    let mut cluster = cluster();
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    let before = told(&cluster, Lang::En).len();
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    let _ = cluster.submit(Command::RecoverNode("node-1".into()));
    assert_eq!(told(&cluster, Lang::En).len(), before, "one is off already, the other runs");
}
