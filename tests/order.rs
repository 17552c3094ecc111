//! Two changes of different objects that come in another order than a control plane guarantees
//! are noticed, rule by rule.

use std::path::Path;

use podium::conformance::compare::{Section, compare};
use podium::conformance::replay::{Replay, replay};
use podium::conformance::schema::{Deed, Record, Run};
use serde_json::Value;

fn own_run(name: &str) -> Replay {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/conformance/{name}.json"));
    let text = std::fs::read_to_string(path).expect("the trace can be read");
    let recorded: Run = serde_json::from_str(&text).expect("a trace");
    let own = replay(&recorded);
    assert!(compare(&own.run, &own).is_passed(), "{name}");
    own
}

/// What a record is about and what it says, to find it by.
struct Mark {
    kind: &'static str,
    id: String,
    is_it: Box<dyn Fn(&Record) -> bool>,
}

fn mark(kind: &'static str, id: &str, is_it: impl Fn(&Record) -> bool + 'static) -> Mark {
    Mark { kind, id: id.to_owned(), is_it: Box::new(is_it) }
}

impl Mark {
    fn fits(&self, record: &Record) -> bool {
        record.kind == self.kind && record.id == self.id && (self.is_it)(record)
    }
}

fn made(record: &Record) -> bool {
    record.event == Deed::Added
}

fn gone(record: &Record) -> bool {
    record.event == Deed::Deleted
}

/// Whether a fact is told whose text begins so.
fn says(fact: &'static str, start: &'static str) -> impl Fn(&Record) -> bool {
    move |record| {
        let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
        record.fact(fact).is_some_and(|value| text(value).starts_with(start))
    }
}

/// The run with the record `second` told just before the record `first`, which it follows.
fn swapped(run: &Run, first: &Mark, second: &Mark) -> Run {
    let mut run = run.clone();
    let at = run.trace.iter().position(|one| first.fits(one)).expect("the first record is there");
    let from = run.trace[at..].iter().position(|one| second.fits(one)).expect("so is the second");
    let mut record = run.trace.remove(at + from);
    (record.t, record.step) = (run.trace[at].t, run.trace[at].step);
    run.trace.insert(at, record);
    run
}

/// The rules that a swapped run breaks, by their names.
fn broken(own: &Replay, first: &Mark, second: &Mark) -> Vec<String> {
    let report = compare(&swapped(&own.run, first, second), own);
    let found = report.differences.iter().filter(|one| one.section == Section::Order);
    found.map(|one| one.object.clone()).collect()
}

#[track_caller]
fn expect(own: &Replay, first: &Mark, second: &Mark, rule: &str) {
    let found = broken(own, first, second);
    assert!(found.iter().any(|one| one.contains(rule)), "{rule}: {found:?}");
}

#[test]
fn the_order_within_a_stateful_set() {
    let own = own_run("02_sts_basic.r1");
    let pod = |name: &str, is_it: fn(&Record) -> bool| mark("Pod", name, is_it);
    let ready = mark("Pod", "db-0", says("cond:Ready", "True"));
    expect(&own, &ready, &pod("db-1", made), "ordered start");
    let delete = mark("Event", "StatefulSet/db", says("message", "Delete Pod db-3 "));
    expect(&own, &pod("db-4", gone), &delete, "ordered stop");
    expect(&own, &pod("db-1", gone), &pod("db-1", made), "deletion before creation");
    let claim = mark("PersistentVolumeClaim", "data-db-0", made);
    expect(&own, &claim, &pod("db-0", made), "claims before");
    expect(&own, &mark("StatefulSet", "db", made), &pod("db-0", made), "owner before dependents");
}

#[test]
fn the_order_of_volumes() {
    let own = own_run("02_sts_basic.r1");
    let claim = |is_it: fn(&Record) -> bool| mark("PersistentVolumeClaim", "data-db-0", is_it);
    let bound = mark("PersistentVolumeClaim", "data-db-0", says("phase", "Bound"));
    let placed = mark("Pod", "db-0", says("nodeName", ""));
    let volume = mark("PersistentVolume", "pv(data-db-0)", made);
    expect(&own, &bound, &placed, "bound claims");
    expect(&own, &claim(made), &volume, "a claim before its provisioned volume");
    let is_attachment = |one: &&Record| one.kind == "VolumeAttachment" && made(one);
    let id = own.run.trace.iter().find(is_attachment).expect("one is attached").id.clone();
    let attachment = |is_it: fn(&Record) -> bool| mark("VolumeAttachment", &id, is_it);
    expect(&own, &placed, &attachment(made), "a Pod's node before");
    let attached = attachment(|one| one.fact("attached") == Some(&Value::Bool(true)));
    let running = mark("Pod", "db-0", says("phase", "Running"));
    expect(&own, &attached, &running, "attached volumes");
    let own = own_run("06_pvc_retention.r1");
    let dropped = own.run.trace.iter().find(|one| one.kind == "PersistentVolumeClaim" && gone(one));
    let claim = dropped.expect("a claim goes").id.clone();
    let pod = claim.trim_start_matches("data-").to_owned();
    let ended = mark("Pod", &pod, says("phase", "Succeeded"));
    expect(&own, &ended, &mark("PersistentVolumeClaim", &claim, gone), "a claim stays");
}

/// The ReplicaSets of a run in order of creation.
fn sets(run: &Run) -> Vec<String> {
    let made = run.trace.iter().filter(|one| one.kind == "ReplicaSet" && made(one));
    made.map(|one| one.id.clone()).collect()
}

/// The first Pod of a ReplicaSet that is told so.
fn pod_of(run: &Run, set: &str, is_it: impl Fn(&Record) -> bool) -> String {
    let is_own = |one: &&Record| one.kind == "Pod" && one.id.starts_with(set) && is_it(one);
    run.trace.iter().find(is_own).expect("a Pod").id.clone()
}

#[test]
fn the_order_of_a_rolling_update() {
    let own = own_run("03b_rollout_surge1_unavail0.r1");
    let sets = sets(&own.run);
    let (old, new) = (&sets[0], &sets[1]);
    let shrinks = mark("ReplicaSet", old, says("desired", "3"));
    let grows = mark("ReplicaSet", new, says("desired", "2"));
    expect(&own, &shrinks, &grows, "within its surge");
    let (fresh, stale) =
        (pod_of(&own.run, new, made), pod_of(&own.run, old, |one| one.fact("deleting").is_some()));
    let ready = mark("Pod", &fresh, says("cond:Ready", "True"));
    let deleted = mark("Pod", &stale, |one| one.fact("deleting").is_some());
    expect(&own, &ready, &deleted, "within its unavailable");
    let own = own_run("03e_recreate.r1");
    let sets = self::sets(&own.run);
    let (old, new) = (pod_of(&own.run, &sets[0], made), pod_of(&own.run, &sets[1], made));
    let ends = mark("Pod", &old, |one| one.fact("deleting").is_some());
    let run = swapped(&own.run, &ends, &mark("ReplicaSet", &sets[1], made));
    let run = swapped(&run, &ends, &mark("Pod", &new, made));
    let found = compare(&run, &own).differences;
    assert!(found.iter().any(|one| one.object.contains("Recreate")), "{found:?}");
}

#[test]
fn the_order_of_what_is_written_from_what_was_read() {
    let own = own_run("01_deploy_basic.r1");
    let sets = sets(&own.run);
    let pod = pod_of(&own.run, &sets[0], made);
    expect(&own, &mark("ReplicaSet", &sets[0], made), &mark("Pod", &pod, made), "owner before");
    let ready = mark("Pod", &pod, says("cond:Ready", "True"));
    let listed = mark("EndpointSlice", "web~es1", {
        let pod = pod.clone();
        move |one| one.fact("endpoints").is_some_and(|all| all.get(&pod).is_some())
    });
    expect(&own, &ready, &listed, "readiness before its endpoint");
    let is_ready = says("cond:Ready", "True");
    let third = own.run.trace.iter().filter(|one| one.kind == "Pod" && is_ready(one)).nth(2);
    let third = third.expect("three get ready").id.clone();
    let ready = mark("Pod", &third, says("cond:Ready", "True"));
    let counted = mark("ReplicaSet", &sets[0], says("readyReplicas", "3"));
    expect(&own, &ready, &counted, "before they are counted");
    let own = own_run("07b_node_failure_default.r1");
    let tainted = mark("Node", "node-2", |one| {
        one.fact("taints").is_some_and(|taints| taints.to_string().contains(":NoExecute"))
    });
    let evicted = mark("Pod", "db-1", says("cond:DisruptionTarget", "True DeletionByTaint"));
    expect(&own, &tainted, &evicted, "a taint before");
}

#[test]
fn an_owner_that_waits_goes_last() {
    let own = own_run("09c_adoption.r1");
    let waits = mark("ReplicaSet", "solo", |one| {
        one.fact("finalizers").is_some_and(|all| all.to_string().contains("foregroundDeletion"))
    });
    let from = own.run.trace.iter().position(|one| waits.fits(one)).expect("it waits");
    let is_last = |one: &&Record| one.kind == "Pod" && gone(one);
    let pod = own.run.trace[from..].iter().find(is_last).expect("a Pod goes first").id.clone();
    let t = own.run.trace[from].t;
    let pod = mark("Pod", &pod, move |one| gone(one) && one.t > t);
    expect(&own, &pod, &mark("ReplicaSet", "solo", gone), "that waits");
}
