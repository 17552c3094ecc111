//! The changes that ended a recorded wait for a condition.
//!
//! Must not know the engine. Invariant: what was crossed off never comes back.

use serde_json::Value;

use crate::conformance::canon::Canon;
use crate::conformance::schema::{Centis, Deed, Record, Run, Step};

/// Changes so shortly before the end belong to what the recorder waited for.
const WINDOW_CENTIS: i64 = 4;
/// Facts that chance decides.
const BY_CHANCE: [&str; 3] = ["podIP", "endpoints", "order"];

/// What a Pod gets so soon after it was said not to have it that nobody may have said so.
const FOLDED: [&str; 1] = ["cond:PodReadyToStartContainers"];

/// What is still to come before the wait is over.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    changes: Vec<Change>,
}

#[derive(Debug)]
struct Change {
    kind: String,
    id: String,
    event: Deed,
    facts: Vec<(String, Value)>,
}

impl Wanted {
    /// The changes of the last moments of a recorded step, in canonical names.
    pub(super) fn of(step: &Step, recorded: &Run, theirs: &Canon) -> Wanted {
        Wanted::before(step.t_end, step, recorded, theirs)
    }

    /// The last changes of a recorded step that ended because nothing changed any more.
    pub(super) fn last_of(step: &Step, recorded: &Run, theirs: &Canon) -> Wanted {
        let own = recorded.trace.iter().filter(|one| one.kind == "Pod" && one.step == step.i);
        let last = own.map(|one| one.t).max().unwrap_or(step.t);
        Wanted::before(last, step, recorded, theirs)
    }

    fn before(end: Centis, step: &Step, recorded: &Run, theirs: &Canon) -> Wanted {
        let from = (end.0 - WINDOW_CENTIS).max(step.t.0);
        let near = recorded.trace.iter().filter(|one| {
            one.kind != "Event" && one.step == step.i && from <= one.t.0 && one.t <= end
        });
        let mut wanted = Wanted::default();
        for one in near {
            wanted.add(Change {
                kind: one.kind.clone(),
                id: theirs.text(&one.id),
                event: one.event,
                facts: told(one, theirs),
            });
        }
        wanted
    }

    /// One more change, which takes the place of what it writes over: the engine may fold the two
    /// into one write.
    fn add(&mut self, change: Change) {
        for before in &mut self.changes {
            if (&before.kind, &before.id) == (&change.kind, &change.id) {
                let is_kept = |name: &String| change.facts.iter().all(|(new, _)| new != name);
                before.facts.retain(|(name, _)| is_kept(name));
            }
        }
        // A write of which nothing is left says no more than the next one, unless it is the
        // object's first or last.
        self.changes.retain(|before| {
            let is_same = (&before.kind, &before.id) == (&change.kind, &change.id);
            !is_same || before.event != Deed::Modified || !before.facts.is_empty()
        });
        self.changes.push(change);
    }

    /// Whether nothing is to come any more.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Takes away what all records so far have left behind already.
    pub(super) fn cross_off_known(&mut self, records: &[Record], ours: &Canon) {
        for wanted in self.changes.iter_mut().filter(|one| one.event == Deed::Modified) {
            let mut known: Vec<(String, Value)> = Vec::new();
            for record in records.iter().filter(|one| one.kind == wanted.kind) {
                if ours.text(&record.id) == wanted.id {
                    for (name, value) in told(record, ours) {
                        known.retain(|(other, _)| *other != name);
                        known.push((name, value));
                    }
                }
            }
            wanted.facts.retain(|fact| !known.contains(fact));
        }
        self.changes.retain(|one| one.event != Deed::Modified || !one.facts.is_empty());
    }

    /// Takes away what new records of the engine tell.
    pub(super) fn cross_off(&mut self, records: &[Record], ours: &Canon) {
        for record in records {
            let id = ours.text(&record.id);
            let told = told(record, ours);
            self.changes.retain_mut(|wanted| {
                let is_it =
                    wanted.kind == record.kind && wanted.id == id && wanted.event == record.event;
                if is_it {
                    wanted.facts.retain(|fact| !told.iter().any(|one| is_passed(fact, one)));
                }
                !is_it || !wanted.facts.is_empty()
            });
        }
    }
}

/// Whether a fact has come about: it was told, or the next one of the same name, where the
/// two may have been folded.
fn is_passed(wanted: &(String, Value), told: &(String, Value)) -> bool {
    wanted == told
        || (wanted.0 == told.0 && FOLDED.contains(&wanted.0.as_str()) && wanted.1 == "False")
}

fn told(record: &Record, canon: &Canon) -> Vec<(String, Value)> {
    let facts = record.told().filter(|(name, _)| !BY_CHANCE.contains(&name.as_str()));
    facts.map(|(name, value)| (name.clone(), canon.value(value))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn write(t: i64, facts: Value) -> Record {
        let Value::Object(facts) = facts else { panic!("facts") };
        Record {
            t: Centis(t),
            step: 0,
            kind: "Pod".into(),
            id: "db-0".into(),
            name: "db-0".into(),
            event: Deed::Modified,
            facts: None,
            changed: Some(facts),
        }
    }

    #[test]
    fn what_was_written_over_at_once_need_not_come() {
        let trace = vec![
            write(100, json!({"phase": "Running", "ready": false})),
            write(102, json!({"ready": true})),
        ];
        let canon = Canon::of("d", &trace, &BTreeMap::new());
        let run = Run { trace, ..Run::default() };
        let mut wanted = Wanted::last_of(&Step::default(), &run, &canon);
        wanted.cross_off(&[write(90, json!({"phase": "Running"}))], &canon);
        assert!(!wanted.is_empty(), "it is not ready yet");
        wanted.cross_off(&[write(95, json!({"ready": true}))], &canon);
        assert!(wanted.is_empty());
    }
}
