//! The cluster in which a trace began.
//!
//! Must not know its steps. Invariant: what stands in the cluster follows from the trace's
//! `INITIAL` records and from what the README of the traces says of every run.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use crate::api::core::{Namespace, Node};
use crate::api::storage::StorageClass;
use crate::api::{Body, Object};
use crate::cluster::{self, Cluster, Setup};
use crate::conformance::phases;
use crate::conformance::replay::Luck;
use crate::conformance::schema::{Deed, Record, Run};
use crate::server::{Action, Gates};
use crate::sim::Command;

/// Events that the warm-up may take.
const EVENTS_MAX: u64 = 1_000_000;

/// The cluster at the start of a trace.
pub(super) fn cluster(recorded: &Run, luck: Luck) -> Cluster {
    let gates = gates(recorded);
    let request_us = request_us(recorded);
    let setup = Setup { nodes: 0, gates, request_us, ..Setup::default() };
    let setup = match luck {
        Luck::Recorded { .. } => setup,
        Luck::Own { seed, slowness } => Setup { seed, slowness, ..setup },
    };
    let mut cluster = cluster::start(setup);
    let mut objects: Vec<Object> = vec![
        Object::new("", &recorded.namespace, Body::Namespace(Namespace::default())),
        class("immediate", "csi.sim.local", "Immediate"),
        class("local-path", "sim.local/local-path", "WaitForFirstConsumer"),
    ];
    let mut nodes: Vec<&Record> = recorded
        .trace
        .iter()
        .filter(|one| one.event == Deed::Initial && one.kind == "Node")
        .collect();
    let starts = phases::starts(recorded);
    let place = if let Luck::Recorded { place } = luck { place } else { 0 };
    let start = starts.get(place).or(starts.first()).copied().unwrap_or_default();
    let beats = phases::beats(recorded, start);
    let beat = |one: &Record| beats.get(one.id.as_str()).copied().unwrap_or_default();
    let eve = phases::eve(start);
    cluster.run_until(eve, EVENTS_MAX);
    nodes.sort_by(|a, b| (beat(a), &a.id).cmp(&(beat(b), &b.id)));
    let create = |cluster: &mut Cluster, object: Object| {
        // The names are those of a fresh cluster, so that nothing is refused.
        let _ = cluster.submit(Command::Ask(Rc::new(Action::Create(Rc::new(object)))));
    };
    objects.drain(..).for_each(|object| create(&mut cluster, object));
    for record in nodes {
        cluster.run_until(eve.plus_us(beat(record).0).max(cluster.now()), EVENTS_MAX);
        create(&mut cluster, node(record));
    }
    for (node, image) in images(recorded) {
        let _ = cluster.submit(Command::HoldImage(node.into(), image.into()));
    }
    cluster.run_until(start, EVENTS_MAX);
    cluster
}

/// A server that is not busy answers a new size of a ReplicaSet within this time, in
/// milliseconds.
const BUSY: u64 = 25;
/// How long a request takes then, and at most, in microseconds.
const REQUEST_US: u64 = 4_000;
const REQUEST_MAX_US: u64 = 40_000;

/// How long requests took in a run, as the time tells that passed between a ReplicaSet's new size
/// and the first Pod that came or went for it.
fn request_us(recorded: &Run) -> u64 {
    let mut lags: Vec<i64> = Vec::new();
    for (index, set) in recorded.trace.iter().enumerate() {
        if set.kind != "ReplicaSet" || set.fact("desired").is_none() {
            continue;
        }
        let is_own = |one: &Record| {
            let rest = one.id.strip_prefix(&set.id);
            one.kind == "Pod" && rest.is_some_and(|rest| rest.starts_with('~'))
        };
        let moves = |one: &Record| one.event == Deed::Added || one.fact("deleting").is_some();
        let mut soon =
            recorded.trace[index + 1..].iter().take_while(|one| one.t.0 - set.t.0 <= 100);
        lags.extend(soon.find(|one| is_own(one) && moves(one)).map(|one| one.t.0 - set.t.0));
    }
    let sum: i64 = lags.iter().sum();
    let mean = sum * 10 / i64::try_from(lags.len().max(1)).unwrap_or(1);
    match u64::try_from(mean).unwrap_or(0) {
        millis if millis < BUSY => REQUEST_US,
        // The rest is what a watch takes.
        millis => ((millis - 5) * 1_000).min(REQUEST_MAX_US),
    }
}

/// The gates of a run: the README of the traces names the one scenario that sets one.
fn gates(recorded: &Run) -> Gates {
    Gates { max_unavailable_stateful_set: recorded.scenario.starts_with("04g") }
}

/// Which images lay on which nodes before: those whose first use there found them present.
fn images(recorded: &Run) -> BTreeSet<(String, String)> {
    const PULLING: &str = "Pulling image \"";
    const PRESENT: &str = "Container image \"";
    let mut seen = BTreeSet::new();
    let mut present = BTreeSet::new();
    for record in recorded.trace.iter().filter(|one| one.kind == "Event") {
        let text = |name: &str| record.fact(name).and_then(Value::as_str).unwrap_or_default();
        let message = text("message");
        let is_present = message.contains("already present");
        let quoted = message.strip_prefix(PULLING).or_else(|| message.strip_prefix(PRESENT));
        let Some((image, _)) = quoted.and_then(|rest| rest.split_once('"')) else { continue };
        let pair = (text("host").to_owned(), image.to_owned());
        if seen.insert(pair.clone()) && is_present {
            present.insert(pair);
        }
    }
    present
}

fn node(record: &Record) -> Object {
    let mut node = Node::default();
    let range = record.fact("podCIDR").and_then(Value::as_str);
    Rc::make_mut(&mut node.spec).pod_cidr = range.map(Into::into);
    Object::new("", &record.id, Body::Node(node))
}

/// A class that stands beside `standard` in every run.
fn class(name: &str, provisioner: &str, mode: &str) -> Object {
    let class = StorageClass {
        provisioner: provisioner.into(),
        reclaim_policy: Some("Delete".into()),
        volume_binding_mode: Some(mode.into()),
        ..StorageClass::default()
    };
    Object::new("", name, Body::StorageClass(class))
}
