//! Watches a run of the engine and writes down what a trace tells.
//!
//! Must not know what was asked of the engine. Invariant: records stand in the order of the
//! writes, and a record tells a change of facts or is left out.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::{Kind, ObjectId};
use crate::base::SimTime;
use crate::cluster::Cluster;
use crate::conformance::facts;
use crate::conformance::names::Names;
use crate::conformance::schema::{Centis, Deed, Facts, Record};
use crate::server::Change;
use crate::sim::What;

/// What was seen so far.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    names: Names,
    namespace: String,
    known: BTreeMap<(Kind, ObjectId), Facts>,
    records: Vec<Record>,
    writes: BTreeMap<String, u64>,
    read: u32,
    start: SimTime,
    step: u32,
    last_change: SimTime,
}

impl Recorder {
    /// Starts with the state of a cluster, whose present moment is the trace's 0.
    pub(super) fn start(cluster: &Cluster, namespace: &str) -> Recorder {
        let mut recorder = Recorder {
            names: Names::new(namespace),
            namespace: namespace.to_owned(),
            known: BTreeMap::new(),
            records: Vec::new(),
            writes: BTreeMap::new(),
            read: cluster.trace().next(),
            start: cluster.now(),
            step: 0,
            last_change: cluster.now(),
        };
        let view = cluster.model().view();
        for kind in facts::KINDS {
            for object in view.table(kind).iter() {
                let is_told = !kind.facts().namespaced || *object.meta.namespace == *namespace;
                if let Some(told) = facts::of(object).filter(|_| is_told) {
                    recorder.names.learn(object);
                    recorder.known.insert((kind, object.meta.id), told.clone());
                    let told = recorder.names.normalize_map(&told);
                    let name = object.meta.name.to_string();
                    recorder.push(kind, name, Deed::Initial, Some(told), None, cluster.now());
                }
            }
        }
        recorder
    }

    /// The names given so far.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// What was written down.
    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// How often each object was written.
    pub(super) fn writes(&self) -> &BTreeMap<String, u64> {
        &self.writes
    }

    /// When a fact of any object last changed, Events aside.
    pub(super) fn last_change(&self) -> SimTime {
        self.last_change
    }

    /// Which step what comes now belongs to.
    pub(super) fn enter(&mut self, step: u32) {
        self.step = step;
    }

    /// The present step.
    pub(super) fn step(&self) -> u32 {
        self.step
    }

    /// Hundredths of a second since the start.
    pub(super) fn stamp(&self, at: SimTime) -> Centis {
        Centis::from_us(at.since_us(self.start))
    }

    /// The moment at which a recorded run was so far.
    pub(super) fn moment(&self, at: Centis) -> SimTime {
        self.start.plus_us(at.us())
    }

    /// Reads what happened since the last call; whether any object changed, Events included.
    pub(super) fn absorb(&mut self, cluster: &Cluster) -> bool {
        let before = self.records.len();
        for entry in cluster.trace().since(self.read) {
            if let What::Write(change) = &entry.what {
                self.observe(change, entry.at);
            }
        }
        self.read = cluster.trace().next();
        self.records.len() > before
    }

    fn observe(&mut self, change: &Change, at: SimTime) {
        let object = change.object();
        let is_event = change.kind == Kind::Event;
        let is_told = match object.event() {
            Some(event) => {
                event.about.kind == Kind::Node || *event.about.namespace == *self.namespace
            }
            None => !change.kind.facts().namespaced || *object.meta.namespace == *self.namespace,
        };
        let Some(told) = facts::of(object).filter(|_| is_told) else { return };
        let key = (change.kind, object.meta.id);
        if change.old.is_none() {
            self.names.learn(object);
        }
        let name = match told.get("object").and_then(Value::as_str).filter(|_| is_event) {
            Some(about) => about.to_owned(),
            None => object.meta.name.to_string(),
        };
        if !is_event {
            let id = format!("{}/{}", change.kind.name(), self.names.normalize(&name));
            *self.writes.entry(id).or_default() += 1;
        }
        if change.new.is_none() {
            self.known.remove(&key);
            self.push(change.kind, name, Deed::Deleted, None, None, at);
            return;
        }
        let old = self.known.insert(key, told.clone());
        match old {
            None => {
                let told = self.names.normalize_map(&told);
                self.push(change.kind, name, Deed::Added, Some(told), None, at);
            }
            Some(old) => {
                let changed = facts::difference(&old, &told);
                if !changed.is_empty() {
                    let changed = self.names.normalize_map(&changed);
                    self.push(change.kind, name, Deed::Modified, None, Some(changed), at);
                }
            }
        }
    }

    fn push(
        &mut self,
        kind: Kind,
        name: String,
        event: Deed,
        facts: Option<Facts>,
        changed: Option<Facts>,
        at: SimTime,
    ) {
        if kind != Kind::Event && event != Deed::Initial {
            self.last_change = at;
        }
        self.records.push(Record {
            t: self.stamp(at),
            step: self.step,
            kind: kind.name().to_owned(),
            id: self.names.normalize(&name),
            name,
            event,
            facts,
            changed,
        });
    }

    /// The facts of every object now, by kind and normalized name.
    pub(super) fn end(&self, cluster: &Cluster) -> BTreeMap<String, BTreeMap<String, Facts>> {
        let view = cluster.model().view();
        let mut end: BTreeMap<String, BTreeMap<String, Facts>> = BTreeMap::new();
        for ((kind, id), told) in &self.known {
            if let Some(object) = view.table(*kind).object(*id).filter(|_| *kind != Kind::Event) {
                let name = self.names.normalize(&object.meta.name);
                let told = self.names.normalize_map(told);
                end.entry(kind.name().to_owned()).or_default().insert(name, told);
            }
        }
        end
    }
}
