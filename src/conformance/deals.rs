//! What chance dealt in a recorded run: on which node each Pod landed, and which of several
//! equal Pods went first.
//!
//! Must not know the engine. Invariant: a deal is read from the life of one recorded Pod.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::base::Str;
use crate::conformance::schema::{Deed, Record, Run};
use crate::server::Deal;

/// What the Pods of a run were dealt, by their name or `generateName`, in order of creation.
#[derive(Clone, Debug, Default)]
pub(super) struct Dealt {
    /// Those of Pods whose `generateName` is their ReplicaSet's, whose hash another run may
    /// draw otherwise.
    pub(super) of_sets: BTreeMap<String, Rc<Vec<Deal>>>,
    /// All others.
    pub(super) known: BTreeMap<String, Rc<Vec<Deal>>>,
}

/// Ranks of Pods that stayed begin here.
const STAYED: u32 = 0x8000_0000;

/// Reads the deals of a run.
pub(super) fn of(run: &Run) -> Dealt {
    let mut known: BTreeMap<String, Vec<Deal>> = BTreeMap::new();
    let mut of_sets: BTreeMap<String, Vec<Deal>> = BTreeMap::new();
    for (index, record) in run.trace.iter().enumerate() {
        if record.kind != "Pod" || record.event != Deed::Added {
            continue;
        }
        let owner = record.fact("owner").and_then(Value::as_str).unwrap_or_default();
        let is_drawn = run.names.contains_key(&record.name);
        let asked = match record.name.len().checked_sub(5) {
            Some(end) if is_drawn => record.name[..end].to_owned(),
            _ => record.name.clone(),
        };
        let deals = if is_drawn && owner.starts_with("ReplicaSet/") {
            of_sets.entry(asked).or_default()
        } else {
            known.entry(asked).or_default()
        };
        deals.push(deal(index, record, &run.trace));
    }
    let share = |all: BTreeMap<String, Vec<Deal>>| {
        all.into_iter().map(|(name, deals)| (name, Rc::new(deals))).collect()
    };
    Dealt { of_sets: share(of_sets), known: share(known) }
}

fn deal(index: usize, added: &Record, trace: &[Record]) -> Deal {
    let life = trace[index..]
        .iter()
        .enumerate()
        .filter(|(_, one)| one.kind == "Pod" && one.id == added.id)
        .take_while(|(place, one)| *place == 0 || one.event != Deed::Added);
    let mut node = None;
    let mut going = None;
    for (place, record) in life {
        let named = record.fact("nodeName").and_then(Value::as_str);
        node = node.or(named.map(Str::from));
        let goes = record.event == Deed::Deleted || record.fact("deleting").is_some();
        going = going.or(goes.then_some(index + place));
    }
    let rank = going.and_then(|place| u32::try_from(place).ok());
    let stayed = STAYED + u32::try_from(index).unwrap_or(0);
    Deal { rank: Some(rank.unwrap_or(stayed)), node }
}
