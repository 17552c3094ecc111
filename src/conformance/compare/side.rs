//! One of the two runs, in canonical names.
//!
//! Must not know the other. Invariant: addresses are told by whom they belong to, so that two
//! runs agree on them when each hands them out consistently.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::conformance::canon::Canon;
use crate::conformance::compare::tokens;
use crate::conformance::compare::tolerance::{FOREIGN_VOLUMES, STEPPING};
use crate::conformance::schema::{Deed, Facts, Record, Run, Step};

/// A run in canonical names.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) canon: Canon,
    pub(super) records: Vec<Record>,
    pub(super) end: BTreeMap<(String, String), Facts>,
    pub(super) steps: &'a [Step],
    /// When it began, in seconds since 1970: its date is that of its end.
    pub(super) began: i64,
}

/// Addresses as they are handed out.
#[derive(Default)]
struct Addresses {
    of: BTreeMap<String, Vec<String>>,
}

impl Addresses {
    /// What an address is called in the facts of its holder.
    fn named(&mut self, holder: &str, address: &str) -> String {
        let known = self.of.entry(holder.to_owned()).or_default();
        let number = known.iter().position(|one| one == address).unwrap_or_else(|| {
            known.push(address.to_owned());
            known.len() - 1
        });
        format!("address {} of {holder}", number + 1)
    }

    fn replace(&mut self, kind: &str, id: &str, facts: &mut Facts) {
        let fact = if kind == "Pod" { "podIP" } else { "clusterIP" };
        let holder = format!("{kind}/{id}");
        if matches!(kind, "Pod" | "Service")
            && let Some(Value::String(address)) = facts.get_mut(fact)
            && address != "None"
        {
            *address = self.named(&holder, address);
        }
        let Some(Value::Object(endpoints)) = facts.get_mut("endpoints") else { return };
        for (pod, endpoint) in endpoints {
            if let Some(Value::String(address)) = endpoint.get_mut("ip") {
                *address = self.named(&format!("Pod/{pod}"), address);
            }
        }
    }
}

impl Side<'_> {
    pub(super) fn of(run: &Run) -> Side<'_> {
        let canon = Canon::of(&run.namespace, &run.trace, &run.names);
        let mut addresses = Addresses::default();
        let mut records: Vec<Record> = run.trace.iter().map(|one| canonical(one, &canon)).collect();
        for record in &mut records {
            for facts in record.facts.iter_mut().chain(&mut record.changed) {
                addresses.replace(&record.kind, &record.id, facts);
            }
        }
        spread_all(&mut records);
        tell_lags(&mut records);
        let mut end = BTreeMap::new();
        for (kind, objects) in &run.end {
            for (id, facts) in objects {
                let id = canon.text(id);
                let mut facts = canon.map(facts);
                addresses.replace(kind, &id, &mut facts);
                spread(&mut facts);
                end.insert((kind.clone(), id), facts);
            }
        }
        tell_lags_at_end(&records, &mut end);
        Side { canon, records, end, steps: &run.steps, began: began(run) }
    }

    /// Whether the nodes had volumes of others attached: when the run began, or in a run that has
    /// no volumes of its own.
    pub(super) fn is_foreign(&self) -> bool {
        let is_before = |one: &Record| {
            one.event == Deed::Initial && one.kind == "Node" && one.fact(FOREIGN_VOLUMES).is_some()
        };
        self.records.iter().any(is_before)
            || !self.records.iter().any(|one| one.kind == "VolumeAttachment")
    }

    /// Leaves out what other runs have a part in.
    pub(super) fn forget_foreign(&mut self) {
        for facts in self.records.iter_mut().filter(|one| one.kind == "Node").flat_map(told_mut) {
            facts.remove(FOREIGN_VOLUMES);
        }
        self.records.retain(|one| one.event != Deed::Modified || one.told().next().is_some());
        for (_, facts) in self.end.iter_mut().filter(|((kind, _), _)| kind == "Node") {
            facts.remove(FOREIGN_VOLUMES);
        }
    }

    /// The records of each object, Events aside, in order.
    pub(super) fn lives(&self) -> BTreeMap<(&str, &str), Vec<Vec<&Record>>> {
        let mut lives: BTreeMap<(&str, &str), Vec<Vec<&Record>>> = BTreeMap::new();
        for record in self.records.iter().filter(|one| one.kind != "Event") {
            let of = lives.entry((&record.kind, &record.id)).or_default();
            if matches!(record.event, Deed::Added | Deed::Initial) || of.is_empty() {
                of.push(Vec::new());
            }
            if let Some(life) = of.last_mut() {
                life.push(record);
            }
        }
        lives
    }
}

fn began(run: &Run) -> i64 {
    let date = run.date.get(..19).and_then(tokens::stamped).unwrap_or(0);
    date - run.steps.last().map_or(0, |step| step.t_end.0 / 100)
}

/// The generation of a ReplicaSet counts the steps in which it was scaled, whose number depends
/// on timing: what is told instead is by how many steps the observed one lags behind.
fn tell_lags(records: &mut [Record]) {
    let mut steps: BTreeMap<String, i64> = BTreeMap::new();
    for record in records.iter_mut().filter(|one| one.kind == STEPPING) {
        let known = steps.entry(record.id.clone()).or_default();
        if record.event == Deed::Added {
            *known = 1;
        } else if record.fact("desired").is_some() {
            *known += 1;
        }
        let known = *known;
        told_mut(record).for_each(|facts| tell_lag(facts, known));
    }
}

fn tell_lag(facts: &mut Facts, generation: i64) {
    if let Some(observed) = facts.get_mut("observedGeneration")
        && let Some(number) = observed.as_i64()
    {
        *observed = Value::from(generation - number);
    }
}

fn tell_lags_at_end(records: &[Record], end: &mut BTreeMap<(String, String), Facts>) {
    for ((_, id), facts) in end.iter_mut().filter(|((kind, _), _)| kind == STEPPING) {
        let life = records.iter().filter(|one| one.kind == STEPPING && one.id == *id);
        let scaled = |one: &&Record| one.event == Deed::Modified && one.fact("desired").is_some();
        let newest: Vec<&Record> = life.collect();
        let start = newest.iter().rposition(|one| one.event == Deed::Added).unwrap_or(0);
        let steps = newest[start..].iter().filter(|one| scaled(one)).count();
        tell_lag(facts, 1 + i64::try_from(steps).unwrap_or(0));
    }
}

fn told_mut(record: &mut Record) -> impl Iterator<Item = &mut Facts> {
    record.facts.iter_mut().chain(&mut record.changed)
}

/// Makes a fact of its own of each endpoint, so that each is compared for itself.
fn spread(facts: &mut Facts) {
    if let Some(Value::Object(endpoints)) = facts.remove("endpoints") {
        for (name, endpoint) in endpoints {
            facts.insert(format!("endpoint {name}"), endpoint);
        }
    }
}

/// The same for records, where an endpoint that is gone is told as such.
fn spread_all(records: &mut [Record]) {
    let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in records.iter_mut().filter(|one| one.kind == "EndpointSlice") {
        let before = known.remove(&record.id).unwrap_or_default();
        let now = match record.fact("endpoints") {
            Some(Value::Object(endpoints)) => endpoints.keys().cloned().collect(),
            _ => before.clone(),
        };
        let gone: Vec<&String> = before.iter().filter(|name| !now.contains(*name)).collect();
        if let Some(facts) = &mut record.changed {
            for name in &gone {
                facts.insert(format!("endpoint {name}"), Value::Null);
            }
        }
        let id = record.id.clone();
        told_mut(record).for_each(spread);
        known.insert(id, now);
    }
}

fn canonical(record: &Record, canon: &Canon) -> Record {
    let rename = |facts: &Option<Facts>| facts.as_ref().map(|facts| canon.map(facts));
    Record {
        id: canon.text(&record.id),
        facts: rename(&record.facts),
        changed: rename(&record.changed),
        ..record.clone()
    }
}
