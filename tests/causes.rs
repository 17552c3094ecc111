//! What the trace names as the cause and the rule of what happens.

mod common;

use podium::api::Kind;
use podium::cluster::Cluster;
use podium::sim::{TraceEntry, What};

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
