//! The Events of each object, in order of first appearance.
//!
//! Must not know times. Invariant: an Event counts once, however often it was told.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::conformance::compare::side::Side;
use crate::conformance::compare::{Difference, Report, Section};
use crate::conformance::schema::Record;

/// What the README of the traces says is of the recording and not of Kubernetes.
const NOT_KUBERNETES: [&str; 3] = ["ImageGCFailed", "InvalidDiskCapacity", "CIDRAssignmentFailed"];

/// The words of an Event, without what counts how often it came.
fn words(record: &Record) -> Option<String> {
    let facts = record.facts.as_ref()?;
    let text = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
    if NOT_KUBERNETES.contains(&text("reason")) {
        return None;
    }
    let source = text("source").split("_csi-provisioner-").next().unwrap_or_default();
    let all = [
        text("type"),
        text("reason"),
        text("fieldPath"),
        source,
        text("host"),
        text("action"),
        text("message"),
    ];
    let all: Vec<&str> = all.into_iter().filter(|word| !word.is_empty()).collect();
    Some(all.join(" | "))
}

type Told<'a> = BTreeMap<&'a str, Vec<(&'a Record, String)>>;

fn by_object<'a>(side: &'a Side<'_>) -> Told<'a> {
    let mut told: Told<'_> = BTreeMap::new();
    for record in side.records.iter().filter(|one| one.kind == "Event") {
        let renewed = record.changed.as_ref().and_then(|changed| changed.get("message"));
        let renewed = renewed.and_then(Value::as_str).map(str::to_owned);
        let Some(words) = words(record).or(renewed) else { continue };
        let known = told.entry(&record.id).or_default();
        if !known.iter().any(|(_, one)| *one == words) {
            known.push((record, words));
        }
    }
    told
}

pub(super) fn compare(theirs: &Side<'_>, ours: &Side<'_>, report: &mut Report) {
    let (theirs, ours) = (by_object(theirs), by_object(ours));
    let mut objects: Vec<&str> = theirs.keys().chain(ours.keys()).copied().collect();
    objects.sort_unstable();
    objects.dedup();
    for object in objects {
        let none = Vec::new();
        let expected = theirs.get(object).unwrap_or(&none);
        let got = ours.get(object).unwrap_or(&none);
        let place = (0..expected.len().max(got.len())).find(|index| {
            expected.get(*index).map(|(_, words)| words) != got.get(*index).map(|(_, words)| words)
        });
        let found = place.map(|index| {
            let tell = |told: Option<&(&Record, String)>| {
                told.map_or_else(|| "no more".to_owned(), |(_, words)| words.clone())
            };
            let record = expected.get(index).map(|(record, _)| *record);
            Difference {
                section: Section::Events,
                step: record.map(|one| one.step),
                at: record.map(|one| one.t),
                object: format!("{object} Event {}", index + 1),
                expected: tell(expected.get(index)),
                got: tell(got.get(index)),
            }
        });
        report.add(Section::Events, found.into_iter().collect());
    }
}
