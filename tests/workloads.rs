//! Jobs, DaemonSets and evictions, as a real control plane treats them.

use std::rc::Rc;

use podium::api::batch::{Job, JobStatus};
use podium::api::core::Taint;
use podium::api::defaults;
use podium::api::pod::{ContainerState, Phase, condition};
use podium::api::{Body, Kind, Object, Propagation};
use podium::base::Seed;
use podium::cluster::{self, Cluster, Setup};
use podium::controllers::{Controller, Memory};
use podium::server::{Action, DeleteOptions, Key, Part, Refusal};
use podium::sim::Command;

fn object(name: &str, body: Body) -> Object {
    let mut object = Object::new("default", name, body);
    defaults::fill(&mut object);
    object
}

fn job(name: &str, spec: &str, script: &str) -> Object {
    let text = format!(
        r#"{{"spec":{{{spec}"template":{{"spec":{{"restartPolicy":"Never","containers":[
            {{"name":"main","image":"busybox:1","command":["sh","-c","{script}"]}}]}}}}}}}}"#
    );
    object(name, Body::Job(serde_json::from_str(&text).expect("valid")))
}

fn template(app: &str, image: &str) -> String {
    format!(
        r#"{{"metadata":{{"labels":{{"app":"{app}"}}}},
            "spec":{{"containers":[{{"name":"app","image":"{image}"}}]}}}}"#
    )
}

fn daemon_set(image: &str, strategy: &str) -> Object {
    let text = format!(
        r#"{{"spec":{{"selector":{{"matchLabels":{{"app":"agent"}}}},{strategy}
            "template":{}}}}}"#,
        template("agent", image)
    );
    object("agent", Body::DaemonSet(serde_json::from_str(&text).expect("valid")))
}

fn deployment(replicas: i32) -> Object {
    let text = format!(
        r#"{{"spec":{{"replicas":{replicas},"selector":{{"matchLabels":{{"app":"web"}}}},
            "template":{}}}}}"#,
        template("web", "nginx:1.27")
    );
    object("web", Body::Deployment(serde_json::from_str(&text).expect("valid")))
}

fn start(objects: Vec<Object>) -> Cluster {
    let mut cluster = cluster::start(Setup { seed: Seed(3), ..Setup::default() });
    apply(&mut cluster, objects);
    cluster
}

fn apply(cluster: &mut Cluster, objects: Vec<Object>) {
    let reply = cluster.submit(Command::Apply(Rc::new(objects)));
    assert!(reply.is_ok(), "{reply:?}");
}

fn advance(cluster: &mut Cluster, seconds: u64) {
    let to = cluster.now().plus_seconds(seconds);
    assert!(cluster.run_until(to, 1_000_000));
}

fn find(cluster: &Cluster, kind: Kind, name: &str) -> Option<Rc<Object>> {
    cluster.model().view().named(kind, "default", name).cloned()
}

fn with_job<T>(cluster: &Cluster, name: &str, read: impl Fn(&Job) -> T) -> T {
    let object = find(cluster, Kind::Job, name).expect("it is there");
    read(object.job().expect("a Job"))
}

fn status(cluster: &Cluster, name: &str) -> JobStatus {
    with_job(cluster, name, |job| job.status.clone())
}

fn pods(cluster: &Cluster, prefix: &str) -> Vec<Rc<Object>> {
    let pods = cluster.model().view().table(Kind::Pod).iter();
    pods.filter(|one| one.meta.name.starts_with(prefix)).cloned().collect()
}

fn events(cluster: &Cluster, kind: Kind, name: &str) -> Vec<String> {
    let all = cluster.model().view().table(Kind::Event).iter();
    let about = all.filter_map(|one| one.event());
    let about = about.filter(|one| one.about.kind == kind && &*one.about.name == name);
    about.map(|one| one.reason.to_string()).collect()
}

fn reason(status: &JobStatus, kind: &str) -> Option<String> {
    condition(&status.conditions, kind).and_then(|one| one.reason.as_ref().map(ToString::to_string))
}

#[test]
fn a_job_runs_as_many_pods_at_a_time_as_it_may_until_all_succeeded() {
    let mut cluster = start(vec![job("ok", r#""completions":3,"parallelism":2,"#, "sleep 2")]);
    advance(&mut cluster, 3);
    assert_eq!(pods(&cluster, "ok").len(), 2);
    assert_eq!(status(&cluster, "ok").active, 2);
    advance(&mut cluster, 20);
    let end = status(&cluster, "ok");
    assert_eq!((end.succeeded, end.active, end.ready), (3, 0, Some(0)));
    assert_eq!(reason(&end, "SuccessCriteriaMet").as_deref(), Some("CompletionsReached"));
    assert_eq!(reason(&end, "Complete").as_deref(), Some("CompletionsReached"));
    assert!(end.completion_time.is_some());
    let done = pods(&cluster, "ok");
    assert!(done.iter().all(|pod| pod.meta.finalizers.is_empty()), "all are counted");
    let told = events(&cluster, Kind::Job, "ok");
    assert_eq!(told.last().map(String::as_str), Some("Completed"));
    advance(&mut cluster, 60);
    assert_eq!(cluster.next_at(), None, "a cluster at rest has nothing to do");
}

#[test]
fn a_failing_job_waits_twice_as_long_each_time_and_gives_up() {
    let mut cluster =
        start(vec![job("ko", r#""completions":1,"backoffLimit":2,"#, "sleep 1; exit 3")]);
    advance(&mut cluster, 90);
    let end = status(&cluster, "ko");
    assert_eq!(end.failed, 3);
    assert_eq!(reason(&end, "FailureTarget").as_deref(), Some("BackoffLimitExceeded"));
    assert_eq!(reason(&end, "Failed").as_deref(), Some("BackoffLimitExceeded"));
    let made: Vec<u64> = pods(&cluster, "ko")
        .iter()
        .map(|pod| pod.meta.creation_timestamp.expect("stored").seconds())
        .collect();
    assert_eq!(made.len(), 3);
    assert!((10..=13).contains(&(made[1] - made[0])), "{made:?}");
    assert!((20..=23).contains(&(made[2] - made[1])), "{made:?}");
    let told = events(&cluster, Kind::Job, "ko");
    assert_eq!(told.last().map(String::as_str), Some("BackoffLimitExceeded"));
}

#[test]
fn an_indexed_job_gives_each_pod_its_own_index() {
    let spec = r#""completions":4,"parallelism":2,"completionMode":"Indexed","#;
    let mut cluster = start(vec![job("ix", spec, "sleep 1")]);
    advance(&mut cluster, 30);
    let end = status(&cluster, "ix");
    assert_eq!(end.completed_indexes.as_deref(), Some("0-3"));
    assert_eq!(end.succeeded, 4);
    let mut hosts: Vec<String> = pods(&cluster, "ix")
        .iter()
        .map(|pod| pod.pod().expect("a Pod").spec.hostname.as_deref().unwrap_or("").to_owned())
        .collect();
    hosts.sort();
    assert_eq!(hosts, ["ix-0", "ix-1", "ix-2", "ix-3"]);
}

const PER_INDEX: &str = r#""completionMode":"Indexed","backoffLimitPerIndex":"#;

#[test]
fn each_index_has_its_own_limit_of_failures_and_its_own_delay() {
    let spec = format!(r#"{PER_INDEX}1,"completions":2,"parallelism":2,"#);
    let mut cluster = start(vec![job("calc", &spec, "exit 1")]);
    advance(&mut cluster, 8);
    assert_eq!(status(&cluster, "calc").failed_indexes.as_deref(), Some(""));
    assert_eq!(pods(&cluster, "calc-").len(), 2, "failed Pods wait for those that come after");
    advance(&mut cluster, 30);
    let end = status(&cluster, "calc");
    assert_eq!((end.failed, end.succeeded), (4, 0));
    assert_eq!(end.failed_indexes.as_deref(), Some("0,1"));
    assert_eq!(reason(&end, "Failed").as_deref(), Some("FailedIndexes"));
    let key = "batch.kubernetes.io/job-index-failure-count";
    let mut counts: Vec<String> = pods(&cluster, "calc-")
        .iter()
        .filter_map(|pod| pod.meta.annotation(key).map(ToString::to_string))
        .collect();
    counts.sort();
    assert_eq!(counts, ["0", "0", "1", "1"]);
    assert_eq!(
        events(&cluster, Kind::Job, "calc").last().map(String::as_str),
        Some("FailedIndexes")
    );
}

#[test]
fn a_job_ends_when_more_indexes_have_failed_than_may() {
    let spec = format!(r#"{PER_INDEX}0,"maxFailedIndexes":1,"completions":4,"parallelism":4,"#);
    let mut cluster = start(vec![job("calc", &spec, "exit 1")]);
    advance(&mut cluster, 20);
    let end = status(&cluster, "calc");
    assert_eq!(reason(&end, "Failed").as_deref(), Some("MaxFailedIndexesExceeded"));
}

#[test]
fn a_policy_for_failures_ends_a_job_at_once_or_forgives() {
    let policy = |action: &str| {
        format!(
            r#""backoffLimit":0,"podFailurePolicy":{{"rules":[{{"action":"{action}",
                "onExitCodes":{{"operator":"In","values":[42]}}}}]}},"#
        )
    };
    let strict = job("strict", &policy("FailJob"), "exit 42");
    let kind = job("kind", &policy("Ignore"), "exit 42");
    let mut cluster = start(vec![strict, kind]);
    advance(&mut cluster, 40);
    let end = status(&cluster, "strict");
    assert_eq!(reason(&end, "Failed").as_deref(), Some("PodFailurePolicy"));
    let target = condition(&end.conditions, "FailureTarget").expect("it was told first");
    let message = target.message.as_deref().unwrap_or_default();
    assert!(message.ends_with("failed with exit code 42 matching FailJob rule at index 0"));
    let kind = status(&cluster, "kind");
    assert_eq!((kind.failed, reason(&kind, "Failed")), (0, None));
    assert!(pods(&cluster, "kind-").len() > 1, "it is tried again");
}

#[test]
fn a_policy_for_success_ends_a_job_before_all_indexes_are_complete() {
    let spec = r#""completionMode":"Indexed","completions":5,"parallelism":1,
        "successPolicy":{"rules":[{"succeededIndexes":"0-2","succeededCount":2}]},"#;
    let mut cluster = start(vec![job("leader", spec, "sleep 1")]);
    advance(&mut cluster, 30);
    let end = status(&cluster, "leader");
    assert_eq!(end.completed_indexes.as_deref(), Some("0,1"));
    assert_eq!(reason(&end, "SuccessCriteriaMet").as_deref(), Some("SuccessPolicy"));
    assert_eq!(reason(&end, "Complete").as_deref(), Some("SuccessPolicy"));
    assert_eq!(end.active, 0);
}

#[test]
fn a_suspended_job_loses_its_pods_and_counts_no_failure() {
    let mut cluster = start(vec![job("sus", r#""completions":1,"#, "sleep 600")]);
    advance(&mut cluster, 5);
    assert_eq!(status(&cluster, "sus").active, 1);
    apply(&mut cluster, vec![job("sus", r#""completions":1,"suspend":true,"#, "sleep 600")]);
    advance(&mut cluster, 40);
    let held = status(&cluster, "sus");
    assert_eq!((held.active, held.failed, held.start_time), (0, 0, None));
    assert_eq!(reason(&held, "Suspended").as_deref(), Some("JobSuspended"));
    assert!(pods(&cluster, "sus").is_empty());
    apply(&mut cluster, vec![job("sus", r#""completions":1,"suspend":false,"#, "sleep 600")]);
    advance(&mut cluster, 5);
    assert_eq!(status(&cluster, "sus").active, 1);
    assert_eq!(reason(&status(&cluster, "sus"), "Suspended").as_deref(), Some("JobResumed"));
}

#[test]
fn a_job_that_is_too_slow_fails_and_one_that_is_over_goes_after_its_time() {
    let slow = job("slow", r#""completions":1,"activeDeadlineSeconds":5,"#, "sleep 600");
    let quick = job("quick", r#""completions":1,"ttlSecondsAfterFinished":10,"#, "sleep 1");
    let mut cluster = start(vec![slow, quick]);
    advance(&mut cluster, 10);
    assert!(find(&cluster, Kind::Job, "quick").is_some());
    advance(&mut cluster, 50);
    let end = status(&cluster, "slow");
    assert_eq!(reason(&end, "Failed").as_deref(), Some("DeadlineExceeded"));
    assert_eq!(end.failed, 1);
    assert!(find(&cluster, Kind::Job, "quick").is_none());
    assert!(pods(&cluster, "quick").is_empty());
}

#[test]
fn a_jobs_spans_count_from_the_whole_seconds_that_the_api_keeps() {
    let mut cluster = start(Vec::new());
    let late = cluster.now().whole().plus_seconds(1).plus_us(700_000);
    assert!(cluster.run_until(late, 1_000_000));
    let slow = r#""completions":1,"activeDeadlineSeconds":5,"#;
    apply(
        &mut cluster,
        vec![
            job("slow", slow, "sleep 600"),
            job("quick", r#""completions":1,"ttlSecondsAfterFinished":10,"#, "sleep 1"),
            job("ko", r#""completions":1,"backoffLimit":1,"#, "sleep 1; exit 3"),
        ],
    );
    let found = |cluster: &Cluster, kind: &str, name: &str| {
        condition(&status(cluster, name).conditions, kind).and_then(|one| one.last_transition_time)
    };
    advance(&mut cluster, 7);
    let begun = status(&cluster, "slow").start_time.expect("begun");
    assert_ne!(begun, begun.whole());
    let given_up = found(&cluster, "FailureTarget", "slow").expect("given up");
    assert!(given_up.since_us(begun.whole().plus_seconds(5)) < 5_000, "{given_up:?}");
    assert!(given_up < begun.plus_seconds(5));
    let done = found(&cluster, "Complete", "quick").expect("complete");
    assert!(done > done.whole().plus_us(100_000), "{done:?}");
    assert!(cluster.run_until(done.whole().plus_seconds(10).plus_us(100_000), 1_000_000));
    assert!(find(&cluster, Kind::Job, "quick").is_none());
    advance(&mut cluster, 10);
    let two = pods(&cluster, "ko");
    let end = match &two[0].pod().expect("a Pod").status.container_statuses[0].state {
        ContainerState::Terminated { finished_at, .. } => finished_at.expect("it ended"),
        _ => panic!("it ended"),
    };
    let again = two[1].meta.creation_timestamp.expect("stored");
    assert_ne!(end, end.whole());
    assert!(again.since_us(end.whole().plus_seconds(10)) < 5_000, "{again:?} after {end:?}");
}

#[test]
fn a_job_of_another_controller_is_left_alone() {
    let run = |name: &str| {
        let name = format!(r#""managedBy":"{name}","#);
        let mut cluster = start(vec![job("m", &name, "sleep 1")]);
        advance(&mut cluster, 10);
        (status(&cluster, "m").succeeded, status(&cluster, "m") == JobStatus::default())
    };
    assert_eq!(run("example.com/x"), (0, true));
    assert_eq!(run("kubernetes.io/job-controller"), (1, false));
    let mut cluster = start(Vec::new());
    let refused = |cluster: &mut Cluster, name: &str| {
        let job = job("n", &format!(r#""managedBy":"{name}","#), "sleep 1");
        let asked = Action::Create(Rc::new(job));
        cluster.submit(Command::Ask(Rc::new(asked))).expect_err("it breaks a rule").to_string()
    };
    let why = "Invalid value: \"x\": must be a domain-prefixed path (such as \"acme.io/foo\")";
    assert_eq!(
        refused(&mut cluster, "x"),
        format!("Job.batch \"n\" is invalid: spec.managedBy: {why}")
    );
    assert!(refused(&mut cluster, "a.io/ ").contains("\" \": Invalid path (regex used for"));
}

#[test]
fn a_deleted_job_takes_its_pods_along() {
    let mut cluster = start(vec![job("gone", r#""completions":1,"#, "sleep 600")]);
    advance(&mut cluster, 5);
    let key = Key { kind: Kind::Job, id: find(&cluster, Kind::Job, "gone").expect("made").meta.id };
    let delete = Action::Delete(key, DeleteOptions::default());
    cluster.submit(Command::Ask(Rc::new(delete))).expect("deleted");
    advance(&mut cluster, 60);
    assert!(pods(&cluster, "gone").is_empty(), "no finalizer holds them");
}

#[test]
fn a_daemon_runs_on_every_node_and_is_renewed_one_by_one() {
    let mut cluster = start(vec![daemon_set("agent:1", "")]);
    advance(&mut cluster, 10);
    let daemons = pods(&cluster, "agent");
    let mut nodes: Vec<_> = daemons.iter().filter_map(|one| one.pod()?.node().cloned()).collect();
    nodes.sort();
    assert_eq!(nodes.iter().map(|one| &**one).collect::<Vec<_>>(), ["node-1", "node-2", "node-3"]);
    let numbers = |cluster: &Cluster| {
        let set = find(cluster, Kind::DaemonSet, "agent").expect("made");
        let status = &set.daemon_set().expect("a DaemonSet").status;
        (status.desired_number_scheduled, status.number_available, status.updated_number_scheduled)
    };
    assert_eq!(numbers(&cluster), (3, 3, 3));
    apply(&mut cluster, vec![daemon_set("agent:2", "")]);
    for _ in 0..600 {
        let next = cluster.now().plus_us(50_000);
        cluster.run_until(next, 100_000);
        let living = pods(&cluster, "agent");
        let available =
            living.iter().filter(|one| one.pod().is_some_and(podium::api::pod::Pod::is_ready));
        assert!(available.filter(|one| !one.meta.is_terminating()).count() >= 2);
    }
    assert_eq!(numbers(&cluster), (3, 3, 3));
    let daemons = pods(&cluster, "agent");
    let image = |one: &Rc<Object>| one.pod().expect("a Pod").spec.containers[0].image.clone();
    assert!(daemons.iter().all(|one| &*image(one) == "agent:2"));
    assert_eq!(cluster.model().view().table(Kind::ControllerRevision).len(), 2);
}

/// A DaemonSet's update that starts the new daemon before the old one stops.
const SURGING: &str = r#""updateStrategy":{"type":"RollingUpdate",
    "rollingUpdate":{"maxSurge":1,"maxUnavailable":0}},"#;

#[test]
fn a_surging_daemon_set_never_leaves_a_node_without_its_daemon() {
    let mut cluster = start(vec![daemon_set("agent:1", SURGING)]);
    advance(&mut cluster, 10);
    apply(&mut cluster, vec![daemon_set("agent:2", SURGING)]);
    for _ in 0..600 {
        let next = cluster.now().plus_us(50_000);
        cluster.run_until(next, 100_000);
        let living = pods(&cluster, "agent");
        let available =
            living.iter().filter(|one| one.pod().is_some_and(podium::api::pod::Pod::is_ready));
        assert!(available.filter(|one| !one.meta.is_terminating()).count() >= 3);
    }
    assert_eq!(pods(&cluster, "agent").len(), 3);
}

#[test]
fn a_surging_daemon_takes_over_once_it_was_ready_long_enough() {
    let patient = format!(r#""minReadySeconds":2,{SURGING}"#);
    let mut cluster = start(vec![daemon_set("agent:1", &patient)]);
    advance(&mut cluster, 10);
    apply(&mut cluster, vec![daemon_set("agent:2", &patient)]);
    advance(&mut cluster, 20);
    let set = find(&cluster, Kind::DaemonSet, "agent").expect("it is there");
    let status = &set.daemon_set().expect("a DaemonSet").status;
    assert_eq!((status.updated_number_scheduled, status.number_available), (3, 3));
    assert_eq!(pods(&cluster, "agent").len(), 3);
}

#[test]
fn a_daemon_that_is_out_of_date_and_not_available_counts_as_missing() {
    let mut cluster = start(vec![daemon_set("agent:1", "")]);
    advance(&mut cluster, 10);
    apply(&mut cluster, vec![daemon_set("bad:2", "")]);
    advance(&mut cluster, 10);
    apply(&mut cluster, vec![daemon_set("agent:3", "")]);
    for _ in 0..400 {
        let next = cluster.now().plus_us(50_000);
        cluster.run_until(next, 100_000);
        let living = pods(&cluster, "agent");
        let available = living.iter().filter(|one| {
            one.pod().is_some_and(podium::api::pod::Pod::is_ready) && !one.meta.is_terminating()
        });
        assert!(available.count() >= 2);
    }
    let daemons = pods(&cluster, "agent");
    let image = |one: &Rc<Object>| one.pod().expect("a Pod").spec.containers[0].image.clone();
    assert!(daemons.iter().all(|one| &*image(one) == "agent:3"));
}

#[test]
fn an_orphaned_daemon_and_its_revision_are_adopted_by_the_next_set_of_their_name() {
    let mut cluster = start(vec![daemon_set("agent:1", "")]);
    advance(&mut cluster, 10);
    let set = find(&cluster, Kind::DaemonSet, "agent").expect("made");
    let key = Key { kind: Kind::DaemonSet, id: set.meta.id };
    let options = DeleteOptions { propagation: Propagation::Orphan, ..DeleteOptions::default() };
    let delete = Action::Delete(key, options);
    cluster.submit(Command::Ask(Rc::new(delete))).expect("deleted");
    advance(&mut cluster, 5);
    apply(&mut cluster, vec![daemon_set("agent:2", "")]);
    advance(&mut cluster, 60);
    // The name that a real control plane gave the revision of this template.
    let old = find(&cluster, Kind::ControllerRevision, "agent-5946fb5b8").expect("kept");
    let new = find(&cluster, Kind::DaemonSet, "agent").expect("made");
    assert!(old.meta.is_controlled_by(new.meta.uid));
    // Both templates are the first of their set: by that number the daemons are up to date.
    let daemons = pods(&cluster, "agent");
    let image = |one: &Rc<Object>| one.pod().expect("a Pod").spec.containers[0].image.clone();
    assert!(daemons.iter().all(|one| &*image(one) == "agent:1"));
    assert_eq!(new.daemon_set().expect("a DaemonSet").status.updated_number_scheduled, 3);
}

#[test]
fn a_surging_daemon_leaves_a_node_that_is_to_run_none_once_enough_others_are_there() {
    let mut cluster = start(vec![daemon_set("agent:1", SURGING)]);
    advance(&mut cluster, 10);
    let known = cluster.model().view().named(Kind::Node, "", "node-2").cloned();
    let mut node = Object::clone(&known.expect("it is there"));
    let spec = Rc::make_mut(&mut node.node_mut().expect("a node").spec);
    let (key, effect) = ("full".into(), "NoSchedule".into());
    spec.taints.push(Taint { key, effect, ..Taint::default() });
    node.meta.resource_version = 0;
    let taint = Action::Update(Rc::new(node), Part::Spec);
    cluster.submit(Command::Ask(Rc::new(taint))).expect("tainted");
    advance(&mut cluster, 10);
    assert_eq!(pods(&cluster, "agent").len(), 3, "who runs may go on");
    apply(&mut cluster, vec![daemon_set("agent:2", SURGING)]);
    advance(&mut cluster, 30);
    let nodes = pods(&cluster, "agent");
    let nodes: Vec<_> = nodes.iter().filter_map(|one| one.pod()?.node().cloned()).collect();
    assert_eq!(nodes.len(), 2);
    assert!(nodes.iter().all(|node| &**node != "node-2"));
}

#[test]
fn a_budget_lets_one_pod_go_and_refuses_the_next_until_it_is_replaced() {
    let text = r#"{"spec":{"minAvailable":3,"selector":{"matchLabels":{"app":"web"}}}}"#;
    let budget = Body::PodDisruptionBudget(serde_json::from_str(text).expect("valid"));
    let mut cluster = start(vec![deployment(4), object("web", budget)]);
    advance(&mut cluster, 10);
    let evict = |cluster: &mut Cluster, pod: &Object| {
        let key = Key { kind: Kind::Pod, id: pod.meta.id };
        let action = Action::Evict(key, DeleteOptions::default());
        cluster.submit(Command::Ask(Rc::new(action)))
    };
    let webs = pods(&cluster, "web");
    assert!(evict(&mut cluster, &webs[0]).is_ok());
    assert!(matches!(evict(&mut cluster, &webs[1]), Err(Refusal::TooManyRequests(_))));
    advance(&mut cluster, 10);
    let webs = pods(&cluster, "web");
    assert_eq!(webs.len(), 4);
    assert!(webs.iter().all(|one| one.pod().expect("a Pod").status.phase == Phase::Running));
    let budget = find(&cluster, Kind::PodDisruptionBudget, "web").expect("made");
    let status = budget.budget().expect("a budget").status.clone();
    assert_eq!((status.current_healthy, status.disruptions_allowed), (4, 1));
    assert!(status.disrupted_pods.is_empty());
    assert!(evict(&mut cluster, &webs[1]).is_ok());
}

#[test]
fn at_rest_no_controller_wants_anything() {
    let text = r#"{"spec":{"maxUnavailable":1,"selector":{"matchLabels":{"app":"web"}}}}"#;
    let budget = Body::PodDisruptionBudget(serde_json::from_str(text).expect("valid"));
    let empty = r#"{"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"none"}}}}"#;
    let empty = Body::PodDisruptionBudget(serde_json::from_str(empty).expect("valid"));
    let mut cluster = start(vec![
        deployment(3),
        daemon_set("agent:1", ""),
        job("ok", r#""completions":2,"#, "sleep 1"),
        job("ko", r#""completions":1,"backoffLimit":1,"#, "exit 1"),
        object("web", budget),
        object("none", empty),
    ]);
    advance(&mut cluster, 30);
    cluster.submit(Command::FailNode("node-2".into())).expect("it hangs");
    advance(&mut cluster, 90);
    cluster.submit(Command::RecoverNode("node-2".into())).expect("it goes on");
    cluster.submit(Command::Cordon("node-1".into(), true)).expect("cordoned");
    advance(&mut cluster, 900);
    assert_eq!(cluster.next_at(), None);
    let view = cluster.model().view();
    for controller in Controller::ALL {
        for kind in Kind::ALL {
            for object in view.table(kind).iter() {
                let key = Key { kind, id: object.meta.id };
                // A controller that was just started remembers nothing.
                let mut memory = Memory::default();
                let plan = controller.reconcile(key, view, &mut memory, cluster.now());
                assert!(plan.is_empty(), "{controller:?} {}: {plan:?}", object.meta.name);
            }
        }
    }
}
