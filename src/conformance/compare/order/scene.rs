//! What stands at a moment of a run, told record by record.
//!
//! Must not know rules. Invariant: it holds what was told so far and nothing of what comes, but
//! for which Pods a controller deleted, which is told by Events a moment later.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::conformance::compare::tolerance::FOLD;
use crate::conformance::schema::{Centis, Deed, Facts, Record};

/// An object as told so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Thing {
    pub(super) facts: Facts,
    pub(super) is_alive: bool,
    /// Whether it ever was ready in this life.
    pub(super) was_ready: bool,
    /// When it last ceased to be ready.
    unready: Option<Centis>,
    /// When a number of replicas was last asked for.
    scaled: Option<Centis>,
}

impl Thing {
    pub(super) fn text(&self, fact: &str) -> &str {
        self.facts.get(fact).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn number(&self, fact: &str) -> i64 {
        self.facts.get(fact).and_then(Value::as_i64).unwrap_or(0)
    }

    pub(super) fn list(&self, fact: &str) -> Vec<&str> {
        let items = self.facts.get(fact).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).collect()
    }

    pub(super) fn is_ready(&self) -> bool {
        self.text("cond:Ready").starts_with("True")
    }

    pub(super) fn is_terminating(&self) -> bool {
        self.facts.contains_key("deleting")
    }

    /// Whether its containers have ended for good.
    pub(super) fn is_finished(&self) -> bool {
        matches!(self.text("phase"), "Succeeded" | "Failed")
    }

    /// Whether it is ready or ceased to be so shortly before that a status that lags behind may
    /// still tell of it.
    pub(super) fn is_ready_about(&self, now: Centis) -> bool {
        self.is_ready() || self.unready.is_some_and(|at| now.0 - at.0 <= FOLD.0)
    }

    /// Whether another number was asked for so shortly before that a controller may act on the
    /// one before.
    pub(super) fn is_scaled_about(&self, now: Centis) -> bool {
        self.scaled.is_some_and(|at| now.0 - at.0 <= FOLD.0)
    }

    fn take(&mut self, record: &Record) {
        let (was_ready, is_new) = (self.is_ready(), record.facts.is_some());
        if is_new {
            *self = Thing { is_alive: true, ..Thing::default() };
        }
        for (name, value) in record.told() {
            if value.is_null() {
                self.facts.remove(name);
            } else {
                self.facts.insert(name.clone(), value.clone());
            }
        }
        if record.event == Deed::Deleted {
            self.is_alive = false;
        }
        self.was_ready |= self.is_ready();
        if was_ready && (!self.is_ready() || !self.is_alive) {
            self.unready = Some(record.t);
        }
        if !is_new && record.fact("desired").is_some() {
            self.scaled = Some(record.t);
        }
    }
}

/// Everything that was told so far.
#[derive(Debug, Default)]
pub(super) struct Scene<'a> {
    things: BTreeMap<(&'a str, &'a str), Thing>,
    /// Pods that controllers deleted of themselves.
    pub(super) condemned: BTreeSet<&'a str>,
    /// Volumes that are attached at some time of the run, by node.
    pub(super) attached: BTreeSet<(&'a str, &'a str)>,
}

const DELETED_BY_SET: &str = "Deleted pod: ";

impl<'a> Scene<'a> {
    /// The scene before a run.
    pub(super) fn of(records: &'a [Record]) -> Scene<'a> {
        let mut scene = Scene::default();
        for record in records {
            let text = |fact: &str| record.fact(fact).and_then(Value::as_str);
            if record.kind == "Event" {
                scene
                    .condemned
                    .extend(text("message").and_then(|one| one.strip_prefix(DELETED_BY_SET)));
            }
            if record.kind == "VolumeAttachment" {
                scene.attached.extend(text("pv").zip(text("node")));
            }
        }
        scene
    }

    /// One more record was told.
    pub(super) fn take(&mut self, record: &'a Record) {
        if record.kind != "Event" {
            self.things.entry((&record.kind, &record.id)).or_default().take(record);
        }
    }

    /// An object that was ever told of.
    pub(super) fn known<'b>(&'b self, kind: &'b str, id: &'b str) -> Option<&'b Thing> {
        let things: &'b BTreeMap<(&'b str, &'b str), Thing> = &self.things;
        things.get(&(kind, id))
    }

    /// An object that lives.
    pub(super) fn alive<'b>(&'b self, kind: &'b str, id: &'b str) -> Option<&'b Thing> {
        self.known(kind, id).filter(|one| one.is_alive)
    }

    /// All objects of a kind that were told of, gone ones too.
    pub(super) fn ever<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = (&'b str, &'b Thing)> {
        let things: &'b BTreeMap<(&'b str, &'b str), Thing> = &self.things;
        let all = things.range((kind, "")..).take_while(move |((one, _), _)| *one == kind);
        all.map(|((_, id), thing)| (*id, thing))
    }

    /// The living objects of a kind.
    pub(super) fn all<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = (&'b str, &'b Thing)> {
        self.ever(kind).filter(|(_, thing)| thing.is_alive)
    }

    /// The living objects of a kind that belong to an owner, `Kind/name`.
    pub(super) fn owned<'b>(
        &'b self,
        kind: &'b str,
        owner: &'b str,
    ) -> impl Iterator<Item = (&'b str, &'b Thing)> {
        self.all(kind).filter(move |(_, one)| one.text("owner") == owner)
    }
}
