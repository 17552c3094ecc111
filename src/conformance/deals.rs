//! What chance dealt in a recorded run: the ends of names, the node on which each Pod landed,
//! and which of several equal Pods went first.
//!
//! Must not know the engine. Invariant: a deal is read from the life of one recorded object.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::api::{Kind, Uid};
use crate::base::Str;
use crate::conformance::schema::{Deed, Record, Run};
use crate::server::Deal;

type ByName = BTreeMap<(Kind, String), Rc<Vec<Deal>>>;

/// What the objects of a run were dealt, by the name or `generateName` that was asked for, in
/// order of creation.
#[derive(Clone, Debug, Default)]
pub(super) struct Dealt {
    /// Those of Pods whose `generateName` is their ReplicaSet's, whose hash another run may
    /// draw otherwise.
    pub(super) of_sets: BTreeMap<String, Rc<Vec<Deal>>>,
    /// All others.
    pub(super) known: ByName,
}

/// Ranks of Pods that stayed begin here.
const STAYED: u32 = 0x8000_0000;
/// Generated names end in so many drawn characters.
const SUFFIX: usize = 5;

/// Reads the deals of a run.
pub(super) fn of(run: &Run) -> Dealt {
    let mut known: BTreeMap<(Kind, String), Vec<Deal>> = BTreeMap::new();
    let mut of_sets: BTreeMap<String, Vec<Deal>> = BTreeMap::new();
    for (index, record) in run.trace.iter().enumerate() {
        if record.event != Deed::Added {
            continue;
        }
        if let Some((claim, uid)) = claim_uid(record) {
            let deal = Deal { uid: Some(uid), ..Deal::default() };
            known.entry((Kind::PersistentVolumeClaim, claim)).or_default().push(deal);
        }
        let kind = match record.kind.as_str() {
            "Pod" => Kind::Pod,
            "EndpointSlice" => Kind::EndpointSlice,
            _ => continue,
        };
        let owner = record.fact("owner").and_then(Value::as_str).unwrap_or_default();
        let is_drawn = run.names.contains_key(&record.name);
        let end = record.name.len().checked_sub(SUFFIX).filter(|_| is_drawn);
        let (asked, suffix) = end.map_or((record.name.as_str(), None), |end| {
            (&record.name[..end], Some(Str::from(&record.name[end..])))
        });
        let deals = if is_drawn && owner.starts_with("ReplicaSet/") {
            of_sets.entry(asked.to_owned()).or_default()
        } else {
            known.entry((kind, asked.to_owned())).or_default()
        };
        let deal = if kind == Kind::Pod { pod(index, record, &run.trace) } else { Deal::default() };
        deals.push(Deal { suffix, ..deal });
    }
    Dealt {
        of_sets: of_sets.into_iter().map(|(name, deals)| (name, Rc::new(deals))).collect(),
        known: known.into_iter().map(|(key, deals)| (key, Rc::new(deals))).collect(),
    }
}

/// A provisioned volume is named after the UID of its claim.
fn claim_uid(record: &Record) -> Option<(String, Uid)> {
    if record.kind != "PersistentVolume" {
        return None;
    }
    let claim = record.fact("claim").and_then(Value::as_str)?;
    let digits: String =
        record.name.strip_prefix("pvc-")?.chars().filter(|one| *one != '-').collect();
    Some((claim.to_owned(), Uid(u128::from_str_radix(&digits, 16).ok()?)))
}

fn pod(index: usize, added: &Record, trace: &[Record]) -> Deal {
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
    Deal { rank: Some(rank.unwrap_or(stayed)), node, ..Deal::default() }
}
