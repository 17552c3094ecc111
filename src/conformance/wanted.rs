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
        let changes = near.map(|one| Change {
            kind: one.kind.clone(),
            id: theirs.text(&one.id),
            event: one.event,
            facts: told(one, theirs),
        });
        Wanted { changes: changes.collect() }
    }

    /// Whether nothing is to come any more.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
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
                    wanted.facts.retain(|fact| !told.contains(fact));
                }
                !is_it || !wanted.facts.is_empty()
            });
        }
    }
}

fn told(record: &Record, canon: &Canon) -> Vec<(String, Value)> {
    let facts = record.told().filter(|(name, _)| !BY_CHANCE.contains(&name.as_str()));
    facts.map(|(name, value)| (name.clone(), canon.value(value))).collect()
}
