//! What the trace names as the cause and the rule of what happens.

mod common;

use podium::api::{Kind, Propagation};
use podium::cluster::Cluster;
use podium::sim::{Command, TraceEntry, What};
use podium::view::scene::Chronicle;
use podium::view::story::{Cause, Entry, Part};
use podium::view::words::Lang;
use std::rc::Rc;

use common::{advance, run, start};

/// The writes of objects of a kind whose name begins so, by a rule.
fn writes<'a>(cluster: &'a Cluster, kind: Kind, name: &str, rule: &str) -> Vec<&'a TraceEntry> {
    let is_meant = |entry: &&TraceEntry| match &entry.what {
        What::Write(change) => {
            let is_one = change.kind == kind && change.object().meta.name.starts_with(name);
            is_one && entry.rule.is_some_and(|one| one.0 == rule)
        }
        _ => false,
    };
    cluster.trace().iter().filter(is_meant).collect()
}

/// The entries behind an entry, the nearest first.
fn causes<'a>(cluster: &'a Cluster, entry: &TraceEntry) -> Vec<&'a TraceEntry> {
    let before = |entry: &TraceEntry| entry.cause.and_then(|id| cluster.trace().entry(id));
    std::iter::successors(before(entry), |entry| before(entry)).collect()
}

fn one<'a>(found: &[&'a TraceEntry]) -> &'a TraceEntry {
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]
}

fn bare_pod(name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: app, \
         image: nginx}}]}}\n---\n"
    )
}

#[test]
fn each_pod_of_one_apply_is_placed_because_of_its_own_creation() {
    let mut cluster = start(2);
    let names = ["a", "b", "c"];
    run(&mut cluster, "apply -f -", Some(&names.map(bare_pod).concat()));
    advance(&mut cluster, 5);
    for name in names {
        let placed = one(&writes(&cluster, Kind::Pod, name, "SCHED-SPREAD"));
        let cause = causes(&cluster, placed)[0];
        let What::Write(change) = &cause.what else { panic!("{cause:?}") };
        assert!(change.old.is_none(), "{cause:?}");
        assert_eq!(change.object().meta.name, *name);
    }
}

#[test]
fn an_event_that_a_controller_tells_has_its_rule() {
    let mut cluster = start(1);
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: \
                 {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: \
                 {storage: 1Gi}}}\n";
    run(&mut cluster, "apply -f -", Some(claim));
    advance(&mut cluster, 5);
    let told = writes(&cluster, Kind::Event, "data.", "PVC-NO-CLASS");
    assert_eq!(told.len(), 1, "{told:?}");
}

const WEB_AND_DATABASE: &str = include_str!("../static/examples/web-and-database.yaml");

#[test]
fn a_disk_that_moves_does_so_because_its_pod_has_gone() {
    let mut cluster = start(3);
    run(&mut cluster, "apply -f -", Some(WEB_AND_DATABASE));
    advance(&mut cluster, 40);
    run(&mut cluster, "drain node-2 --ignore-daemonsets --force", None);
    advance(&mut cluster, 30);
    let all = writes(&cluster, Kind::VolumeAttachment, "csi-", "VOL-DETACH");
    assert!(!all.is_empty());
    let mut moved = String::new();
    for detached in &all {
        let behind = causes(&cluster, detached);
        let by = |rule: &str| behind.iter().find(|one| one.rule.is_some_and(|one| one.0 == rule));
        assert!(by("YOU-EVICT").is_some(), "{detached:?}");
        let gone = by("KUBELET-GONE").expect("its Pod has gone first");
        let What::Write(change) = &gone.what else { panic!("{gone:?}") };
        assert!(change.object().meta.name.starts_with("db-"), "{gone:?}");
        moved = change.object().meta.name.to_string();
    }
    // What is attached in its place follows on that, and the Pod starts because of it.
    let attached = writes(&cluster, Kind::VolumeAttachment, "csi-", "VOL-ATTACHED");
    let last = attached.last().expect("it is attached again");
    assert!(causes(&cluster, last).iter().any(|one| all.iter().any(|other| one.id == other.id)));
    let ready = writes(&cluster, Kind::Pod, &moved, "KUBELET-STATUS");
    let ready = ready.last().expect("it is ready again");
    assert!(causes(&cluster, ready).iter().any(|one| one.id == last.id), "{ready:?}");
}

#[test]
fn a_job_at_a_set_time_is_started_because_of_its_cron_job_and_not_of_the_job_before() {
    let mut cluster = start(1);
    let text = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: tick}\nspec:\n  schedule: \
                '* * * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec: \
                {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sleep, \
                '2']}]}\n";
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 190);
    let started = writes(&cluster, Kind::Job, "tick-", "CRON-CREATE");
    assert_eq!(started.len(), 3);
    for one in &started {
        let all = causes(&cluster, one);
        assert!(all.iter().all(|one| one.rule.is_none_or(|rule| rule.0 != "CRON-CREATE")));
    }
    for pod in writes(&cluster, Kind::Pod, "tick-", "JOB-CREATE") {
        assert!(started.iter().any(|one| Some(one.id) == pod.cause), "{pod:?}");
    }
}

/// The rules by which the status of a Pod was written, one after the other, each once.
fn rules(cluster: &Cluster, name: &str) -> Vec<&'static str> {
    let is_meant = |entry: &&TraceEntry| match &entry.what {
        What::Write(change) => change.kind == Kind::Pod && change.object().meta.name == *name,
        _ => false,
    };
    let mine = cluster.trace().iter().filter(is_meant);
    let mut rules: Vec<_> = mine.filter_map(|entry| entry.rule).map(|rule| rule.0).collect();
    rules.dedup();
    rules
}

/// A Pod of one container with these fields, in flow style, and what else its spec says.
fn one_pod(cluster: &mut Cluster, name: &str, container: &str, spec: &str) {
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{{spec}containers: [{{name: \
         app, {container}}}]}}\n"
    );
    run(cluster, "apply -f -", Some(&text));
}

#[test]
fn a_kubelet_says_by_which_rule_it_reports() {
    let mut cluster = start(1);
    let sleeps = "image: busybox, command: [sh, -c, 'sleep 3; exit 3']";
    one_pod(&mut cluster, "crasher", sleeps, "");
    one_pod(&mut cluster, "once", sleeps, "restartPolicy: Never, ");
    one_pod(&mut cluster, "no-image", "image: bad", "");
    let lacks = "image: nginx, envFrom: [{configMapRef: {name: none}}]";
    one_pod(&mut cluster, "no-config", lacks, "");
    one_pod(&mut cluster, "late", "image: nginx", "activeDeadlineSeconds: 5, ");
    one_pod(&mut cluster, "misplaced", "image: nginx", "nodeName: node-1, nodeSelector: {a: b}, ");
    advance(&mut cluster, 60);
    let start = ["YOU-ASK", "SCHED-SPREAD", "KUBELET-VOLUMES", "KUBELET-SANDBOX"];
    let after = |name: &str| {
        let rules = rules(&cluster, name);
        assert_eq!(rules[..4], start, "{name}: {rules:?}");
        rules[4..].to_vec()
    };
    let crashes = after("crasher");
    assert_eq!(crashes[..2], ["KUBELET-STATUS", "KUBELET-RESTART"], "{crashes:?}");
    assert!(crashes.contains(&"KUBELET-BACKOFF"), "{crashes:?}");
    assert!(!crashes.contains(&"KUBELET-END") && !crashes.contains(&"KUBELET-PROBE"));
    assert_eq!(after("once"), ["KUBELET-STATUS", "KUBELET-END"]);
    assert_eq!(after("no-image")[0], "KUBELET-IMAGE");
    assert_eq!(after("no-config")[0], "KUBELET-CONFIG");
    assert_eq!(after("late"), ["KUBELET-STATUS", "KUBELET-DEADLINE"]);
    assert_eq!(rules(&cluster, "misplaced"), ["YOU-ASK", "KUBELET-REFUSE"]);
}

#[test]
fn a_probe_that_fails_is_the_reason_and_not_the_containers_own_end() {
    let mut cluster = start(1);
    let probe =
        |kind: &str| format!("image: nginx, {kind}: {{httpGet: {{port: 80}}, periodSeconds: 1}}");
    let sickens = probe("livenessProbe").replace("nginx", "registry.k8s.io/liveness");
    one_pod(&mut cluster, "live", &sickens, "");
    one_pod(&mut cluster, "ready", &probe("readinessProbe"), "");
    advance(&mut cluster, 10);
    let (namespace, pod) = ("default".into(), "ready".into());
    let _ = cluster.submit(Command::SetProbe { namespace, pod, is_ready: false });
    advance(&mut cluster, 15);
    let live = rules(&cluster, "live");
    assert!(live.contains(&"KUBELET-PROBE") && !live.contains(&"KUBELET-RESTART"), "{live:?}");
    let ready = rules(&cluster, "ready");
    assert_eq!(ready.last(), Some(&"KUBELET-UNREADY"), "{ready:?}");
    for (name, rule) in [("live.", "KUBELET-PROBE"), ("ready.", "KUBELET-UNREADY")] {
        assert!(!writes(&cluster, Kind::Event, name, rule).is_empty(), "{name}");
    }
}

#[test]
fn a_job_that_ends_says_by_which_rule() {
    let mut cluster = start(1);
    let job = |name: &str, more: &str, command: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec: {{{more}template: \
             {{spec: {{restartPolicy: Never, containers: [{{name: c, image: busybox, command: [sh, \
             -c, '{command}']}}]}}}}}}\n---\n"
        )
    };
    let text = job("good", "", "sleep 1")
        + &job("bad", "backoffLimit: 0, ", "exit 1")
        + &job("long", "activeDeadlineSeconds: 5, ", "sleep 90");
    run(&mut cluster, "apply -f -", Some(&text));
    // What sleeps is killed when its grace of 30 s is over, and a Job ends with its last Pod.
    advance(&mut cluster, 40);
    for (name, rule) in [("good", "JOB-END"), ("bad", "JOB-BACKOFF"), ("long", "JOB-DEADLINE")] {
        let ends = writes(&cluster, Kind::Job, name, rule);
        let What::Write(change) = &ends.last().expect(name).what else { unreachable!() };
        let is_over = change
            .new
            .as_ref()
            .and_then(|one| one.job())
            .is_some_and(podium::api::batch::Job::is_finished);
        assert!(is_over, "{name}");
    }
    assert!(!writes(&cluster, Kind::Pod, "long-", "JOB-DEADLINE").is_empty());
}

#[test]
fn a_taint_that_is_not_borne_and_one_that_was_borne_long_enough_are_told_apart() {
    let mut cluster = start(2);
    let bears = "tolerations: [{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 10}], nodeName: node-1, ";
    one_pod(&mut cluster, "patient", "image: nginx", bears);
    one_pod(&mut cluster, "other", "image: nginx", "nodeName: node-1, ");
    advance(&mut cluster, 5);
    run(&mut cluster, "taint node node-1 a=b:NoExecute", None);
    advance(&mut cluster, 30);
    assert!(rules(&cluster, "patient").contains(&"TAINT-EVICT"));
    assert!(rules(&cluster, "other").contains(&"TAINT-AT-ONCE"));
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    advance(&mut cluster, 90);
    assert!(!writes(&cluster, Kind::Node, "node-2", "NODE-TAINT").is_empty());
    assert_eq!(writes(&cluster, Kind::Node, "node-2", "NODE-DRIVE-OUT").len(), 1);
}

#[test]
fn pods_of_two_nodes_that_were_removed_go_because_of_their_own_node() {
    let mut cluster = start(3);
    for number in 1..=2 {
        let spec = format!("nodeName: node-{number}, ");
        one_pod(&mut cluster, &format!("on-{number}"), "image: nginx", &spec);
    }
    advance(&mut cluster, 10);
    // A minute apart, so that each is looked for at another time.
    run(&mut cluster, "delete node node-1", None);
    advance(&mut cluster, 30);
    run(&mut cluster, "delete node node-2", None);
    advance(&mut cluster, 120);
    for number in 1..=2 {
        let gone = writes(&cluster, Kind::Pod, &format!("on-{number}"), "PODGC-ORPHAN");
        let gone = gone.last().expect("it is gone");
        let cause = causes(&cluster, gone)[0];
        let What::Write(change) = &cause.what else { panic!("{cause:?}") };
        assert_eq!(change.object().meta.name, format!("node-{number}"), "{cause:?}");
    }
}

#[test]
fn each_replacement_comes_because_of_another_pod_that_left() {
    let mut cluster = start(1);
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: \
                2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: \
                web}}\n    spec: {containers: [{name: app, image: nginx}]}\n";
    run(&mut cluster, "apply -f -", Some(text));
    advance(&mut cluster, 10);
    let pods = cluster.model().view().table(Kind::Pod);
    let names: Vec<_> = pods.iter().map(|one| one.meta.name.clone()).collect();
    for name in names {
        let _ = cluster.submit(Command::Delete {
            kind: Kind::Pod,
            namespace: "default".into(),
            name,
            grace_seconds: None,
            propagation: Propagation::Background,
        });
    }
    advance(&mut cluster, 10);
    let replaced = writes(&cluster, Kind::Pod, "web-", "RS-REPLACE");
    let left = |entry: &&TraceEntry| {
        let behind = causes(&cluster, entry);
        let by = behind.iter().find(|one| one.rule.is_some_and(|one| one.0 == "YOU-DELETE"));
        by.map(|one| one.id)
    };
    let left: Vec<_> = replaced.iter().map(left).collect();
    assert_eq!(left.len(), 2);
    assert!(left[0].is_some() && left[1].is_some() && left[0] != left[1], "{left:?}");
}

#[test]
fn a_lost_node_is_the_cause_of_what_becomes_of_its_pods_and_its_taint() {
    let mut cluster = start(2);
    one_pod(&mut cluster, "there", "image: nginx", "nodeName: node-1, ");
    advance(&mut cluster, 10);
    let _ = cluster.submit(Command::FailNode("node-1".into()));
    advance(&mut cluster, 400);
    let rules_behind = |entry: &TraceEntry| -> Vec<&str> {
        causes(&cluster, entry).iter().filter_map(|one| Some(one.rule?.0)).collect()
    };
    let unready = writes(&cluster, Kind::Pod, "there", "NODE-POD-UNREADY");
    assert_eq!(rules_behind(one(&unready)), ["NODE-LOST"]);
    let leaves = writes(&cluster, Kind::Pod, "there", "TAINT-EVICT");
    let behind = rules_behind(leaves.last().expect("it must leave"));
    assert_eq!(behind, ["NODE-DRIVE-OUT", "NODE-LOST"]);
}

#[test]
fn a_pod_that_waited_for_its_volume_is_placed_by_the_rule_that_chose_its_node() {
    let mut cluster = start(3);
    run(&mut cluster, "apply -f -", Some(include_str!("manifests/one-disk.yaml")));
    let claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: NAME}\nspec: \
                 {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n---\n";
    let volume = |claim: &str| {
        format!("volumes: [{{name: v, persistentVolumeClaim: {{claimName: {claim}}}}}], ")
    };
    for (name, picky) in
        [("picky", "nodeSelector: {kubernetes.io/hostname: node-2}, "), ("easy", "")]
    {
        run(&mut cluster, "apply -f -", Some(&claim.replace("NAME", name)));
        one_pod(&mut cluster, name, "image: nginx", &(volume(name) + picky));
    }
    advance(&mut cluster, 10);
    // Whoever comes first has the volume made, and waits for it.
    let placed = writes(&cluster, Kind::Pod, "wp-", "SCHED-ONLY");
    assert_eq!(placed.len(), 3, "{placed:?}");
    assert!(writes(&cluster, Kind::Pod, "wp-", "SCHED-SPREAD").is_empty());
    assert_eq!(rules(&cluster, "picky")[..3], ["YOU-ASK", "SCHED-NOMINATE", "SCHED-ONLY"]);
    assert_eq!(rules(&cluster, "easy")[..3], ["YOU-ASK", "SCHED-NOMINATE", "SCHED-SPREAD"]);
}

/// Of each sentence of the feed, newest first, which causes stand above it: by themselves, or in
/// the sentence of many that holds them.
fn effects_below_causes(chronicle: &Chronicle, feed: &[Rc<Entry>]) -> Vec<String> {
    // Whichever rule chose the node, it is told in one sentence.
    let rule = |one: &Entry| {
        let rule = one.rule.clone().unwrap_or_default();
        if rule.starts_with("SCHED-") { "SCHED".to_owned() } else { rule }
    };
    let place = |cause: &Cause| {
        let is_it = |one: &&Rc<Entry>| one.at_us == cause.at_us && one.parts == cause.parts;
        let told = chronicle.entries().iter().find(is_it)?;
        let alone = feed.iter().position(|one| one.id == told.id);
        alone.or_else(|| {
            let is_of = |one: &Rc<Entry>| {
                rule(one) == rule(told) && one.at_us >= told.at_us && one.gist.is_none()
            };
            feed.iter().rposition(is_of)
        })
    };
    let told = |(at, one): (usize, &Rc<Entry>)| {
        let above = one.causes.iter().find(|cause| place(cause).is_some_and(|place| place < at))?;
        let cause: String = above.parts.iter().map(Part::text).collect();
        Some(format!("{} stands below {cause}", one.sentence()))
    };
    feed.iter().enumerate().filter_map(told).collect()
}

#[test]
fn no_effect_stands_below_its_cause_where_many_are_told_together() {
    let text = include_str!("../static/examples/web-and-database.yaml")
        .replace("replicas: 4", "replicas: 30");
    let newer = text.replace("nginx:1.27", "nginx:1.28");
    let daemons = include_str!("../static/examples/daemons-and-job.yaml");
    let acts = [
        ("apply -f -", Some(&*text)),
        ("apply -f -", Some(&newer)),
        ("apply -f -", Some(daemons)),
        ("scale deploy/web --replicas=3", None),
        ("scale deploy/web --replicas=40", None),
    ];
    let mut cluster = start(3);
    let mut together = 0;
    let mut check = |cluster: &Cluster, act: &str| {
        let chronicle = Chronicle::of(cluster, Lang::En);
        let feed = chronicle.story(cluster, None, 9).feed;
        together += feed.iter().filter(|one| one.sentence().contains(" Pods of web ")).count();
        assert_eq!(effects_below_causes(&chronicle, &feed), Vec::<String>::new(), "{act}");
    };
    for (act, text) in acts {
        run(&mut cluster, act, text);
        advance(&mut cluster, 60);
        check(&cluster, act);
    }
    let _ = cluster.submit(Command::FailNode("node-2".into()));
    advance(&mut cluster, 400);
    check(&cluster, "fail node-2");
    assert!(together > 20, "{together}");
}
