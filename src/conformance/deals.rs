//! What chance dealt in a recorded run: the ends of names, the node on which each Pod landed,
//! which of several equal Pods went first, and how long machines took.
//!
//! Must not know the engine. Invariant: a deal is read from the life of one recorded object.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use crate::api::{Kind, Uid};
use crate::base::{SimTime, Str};
use crate::conformance::schema::{Centis, Deed, Record, Run};
use crate::server::{Deal, Pace};

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
/// A kubelet looks at its runtime once a second: whatever took longer had another reason.
const PARTING_MAX_US: u64 = 1_200_000;
/// What nobody holds back is gone so soon, in hundredths of a second.
const AT_ONCE: i64 = 10;
/// Generated names end in so many drawn characters.
const SUFFIX: usize = 5;

/// Reads the deals of a run, to be played from `start` on.
pub(super) fn of(run: &Run, start: SimTime) -> Dealt {
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
        let deal =
            if kind == Kind::Pod { pod(index, record, &run.trace, start) } else { Deal::default() };
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

fn pod(index: usize, added: &Record, trace: &[Record], start: SimTime) -> Deal {
    let rest = trace[index..].iter().enumerate();
    let is_own = |one: &Record| one.kind == "Pod" && one.id == added.id;
    let life =
        rest.take_while(|(place, one)| *place == 0 || !(is_own(one) && one.event == Deed::Added));
    let about = format!("Pod/{}", added.id);
    let is_about = |one: &Record| is_own(one) || (one.kind == "Event" && one.id == about);
    let life: Vec<(usize, &Record)> = life.filter(|(_, one)| is_about(one)).collect();
    let own = || life.iter().filter(|(_, one)| one.kind == "Pod");
    let goes = |one: &Record| one.event == Deed::Deleted || one.fact("deleting").is_some();
    let going = own().find(|(_, one)| goes(one)).map(|(place, _)| index + place);
    let rank = going.and_then(|place| u32::try_from(place).ok());
    let bound = own().find(|(_, one)| one.fact("nodeName").is_some()).map(|(place, _)| *place);
    let stayed = STAYED + u32::try_from(index).unwrap_or(0);
    Deal {
        rank: Some(rank.unwrap_or(stayed)),
        nodes: nodes(own().map(|(_, one)| *one)),
        turn: bound.and_then(|place| u32::try_from(index + place).ok()),
        pace: Some(Rc::new(pace(&life, start))),
        ..Deal::default()
    }
}

/// The nodes that the scheduler chose for a Pod, one for each attempt that chose any.
fn nodes<'a>(life: impl Iterator<Item = &'a Record>) -> Vec<Str> {
    let mut nodes: Vec<Str> = Vec::new();
    for record in life {
        let told = |name: &str| record.fact(name).and_then(Value::as_str).map(Str::from);
        nodes.extend(told("nominatedNodeName"));
        // What was begun is now done.
        nodes.extend(told("nodeName").filter(|node| nodes.last() != Some(node)));
    }
    nodes
}

/// The fact that tells whether a Pod has its network.
const NETWORK: &str = "cond:PodReadyToStartContainers";
/// The beginnings of facts that only a kubelet writes.
const OF_KUBELET: [&str; 4] = ["container:", "init:", "phase", "cond:ContainersReady"];
/// A status is written about so long after what it tells.
const WRITING_US: u64 = 5_000;
/// It is then taken to have them so much later.
const LATER: i64 = 100;
/// A kubelet tells all Events of one look at a Pod within this time.
const LOOK: Centis = Centis(80);

/// How a Pod's machine took its time, as the records of the Pod and the kubelet's Events tell.
fn pace(life: &[(usize, &Record)], start: SimTime) -> Pace {
    let moment = |at: Centis| start.plus_us(at.us());
    let own = || life.iter().map(|(_, one)| *one).filter(|one| one.kind == "Pod");
    let is_made = |one: &&Record| one.fact(NETWORK).and_then(Value::as_str) == Some("True");
    let made = own().find(is_made).map(|one| one.t);
    let looks = looks(life);
    let first = made.map(|made| looks.first().map_or(made, |look| made.min(*look)));
    // One that was asked to go before it had its network did not have its volumes until then.
    let asked =
        || own().find(|one| one.fact("deleting").is_some()).map(|one| Centis(one.t.0 + LATER));
    let first = first.or_else(asked);
    let is_post = |one: &&Record| {
        let is_own = |name: &str| OF_KUBELET.iter().any(|known| name.starts_with(known));
        one.event == Deed::Modified && one.told().any(|(name, _)| is_own(name))
    };
    let heard = own().find(|one| one.fact("nodeName").is_some()).map(|one| one.t);
    Pace {
        heard: heard.map(moment).unwrap_or_default(),
        start: first.map(|at| SimTime(moment(at).0.saturating_sub(WRITING_US))),
        network: made.map(moment),
        posts: own().filter(is_post).map(|one| moment(one.t)).collect(),
        looks: looks.into_iter().map(moment).collect(),
        parting_us: parting_us(life).filter(|us| *us <= PARTING_MAX_US),
    }
}

/// From when all containers of a Pod that was asked to go have stopped to its end.
fn parting_us(life: &[(usize, &Record)]) -> Option<u64> {
    let own = life.iter().map(|(_, one)| *one).filter(|one| one.kind == "Pod");
    let mut asked = own.skip_while(|one| one.fact("deleting").is_none());
    let is_over = |one: &&Record| {
        let phase = one.fact("phase").and_then(Value::as_str);
        matches!(phase, Some("Succeeded" | "Failed"))
    };
    let stopped = asked.find(is_over)?.t;
    // What somebody else holds back stays when its machine is done with it.
    let is_last = |one: &&Record| {
        one.event == Deed::Deleted || one.fact("deletionGrace").and_then(Value::as_i64) == Some(0)
    };
    let last = asked.find(is_last)?.t;
    let next = asked.next().filter(|one| one.t.0 - last.0 <= AT_ONCE && one.event == Deed::Deleted);
    let gone = next.map_or(last, |one| one.t);
    Some(Centis(gone.0 - stopped.0).us())
}

/// When a kubelet looked at a Pod and told something. Of an Event that came again the trace does
/// not say whose it is; the kubelet's are those that do.
fn looks(life: &[(usize, &Record)]) -> Vec<Centis> {
    let mut looks: Vec<Centis> = Vec::new();
    let mut last: Option<Centis> = None;
    for (_, event) in life.iter().filter(|(_, one)| one.kind == "Event") {
        let source = event.fact("source").and_then(Value::as_str);
        if event.event == Deed::Added && source != Some("kubelet") {
            continue;
        }
        if last.is_none_or(|last| event.t.0 - last.0 > LOOK.0) {
            looks.push(event.t);
        }
        last = Some(event.t);
    }
    looks
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(t: i64, event: Deed, facts: &Value) -> Record {
        Record {
            t: Centis(t),
            step: 0,
            kind: "Pod".to_owned(),
            id: "ok~1".to_owned(),
            name: "ok-x7q2b".to_owned(),
            event,
            facts: None,
            changed: facts.as_object().cloned(),
        }
    }

    /// How long a Pod's machine kept it that was done with it at 5.10 and gone at `gone`.
    fn parting(gone: i64) -> Option<u64> {
        let life = [
            record(300, Deed::Modified, &json!({"deleting": true})),
            record(450, Deed::Modified, &json!({"phase": "Succeeded"})),
            record(510, Deed::Modified, &json!({"deletionGrace": 0})),
            record(gone, Deed::Deleted, &json!({})),
        ];
        parting_us(&life.iter().map(|one| (0, one)).collect::<Vec<_>>())
    }

    #[test]
    fn a_machine_is_done_with_a_pod_that_somebody_else_holds_back() {
        assert_eq!(parting(512), Some(620_000));
        assert_eq!(parting(560), Some(600_000));
    }
}
