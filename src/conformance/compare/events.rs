//! The Events of each object, in order of first appearance.
//!
//! Must not know times. Invariant: an Event counts once, however often it was told.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::conformance::compare::side::Side;
use crate::conformance::compare::tolerance::{
    GREETED, NOT_KUBERNETES, PARALLEL_SET, PARALLEL_SOURCES, PROVISIONER, PULLED, RACING, SCALING,
    SHARE, STEPPING, TIMES, TOLD_MAX,
};
use crate::conformance::compare::{Difference, Report, Section};
use crate::conformance::schema::{Deed, Record};

/// An Event as it was first told, or told anew as one of many similar ones.
#[derive(Clone, Debug)]
struct Told<'a> {
    record: &'a Record,
    /// Who told it why.
    group: String,
    words: String,
}

const COMBINED: &str = "(combined from similar events): ";

/// The words of an Event, without what counts how often it came.
fn words(record: &Record) -> Option<Told<'_>> {
    let facts = record.facts.as_ref()?;
    let text = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
    if NOT_KUBERNETES.contains(&text("reason")) {
        return None;
    }
    let source = text("source").split(PROVISIONER).next().unwrap_or_default();
    let message = text("message");
    let message = match message.strip_prefix(PULLED).and_then(|rest| rest.split_once("\" in ")) {
        Some((image, _)) => format!("{PULLED}{image}\""),
        None => message.trim_start_matches(COMBINED).to_owned(),
    };
    let group = [text("type"), text("reason"), source].join(" | ");
    let rest = [text("fieldPath"), text("host"), text("action"), text("object"), &message];
    let rest: Vec<&str> = rest.into_iter().filter(|word| !word.is_empty()).collect();
    let words = format!("{group} | {}", rest.join(" | "));
    Some(Told { record, group, words })
}

/// An Event that stands for many and was told anew: its words but for the new message.
fn renewed<'a>(record: &'a Record, known: &[Told<'a>]) -> Option<Told<'a>> {
    let message = record.changed.as_ref()?.get("message")?.as_str()?;
    let message = message.strip_prefix(COMBINED)?;
    let last = known.iter().rev().find(|one| {
        let first = one.record.fact("message").and_then(Value::as_str);
        first.is_some_and(|first| first.starts_with(COMBINED))
    })?;
    // Only the first one's record tells what it is about.
    let mut known = known.iter().filter(|one| one.group == last.group);
    let object = known.find_map(|one| one.record.fact("object")?.as_str());
    let rest: Vec<&str> = object.into_iter().chain([message]).collect();
    let words = format!("{} | {}", last.group, rest.join(" | "));
    Some(Told { record, group: last.group.clone(), words })
}

fn by_object<'a>(side: &'a Side<'_>) -> BTreeMap<&'a str, Vec<Told<'a>>> {
    let mut told: BTreeMap<&str, Vec<Told<'_>>> = BTreeMap::new();
    for record in side.records.iter().filter(|one| one.kind == "Event") {
        let known = told.entry(&record.id).or_default();
        let Some(new) = words(record).or_else(|| renewed(record, known)) else { continue };
        if !known.iter().any(|one| one.words == new.words) {
            known.push(new);
        }
    }
    for known in told.values_mut() {
        step_shapes(known, &side.records);
        held_back(known);
        let is_started = known.iter().any(|one| one.words.contains(" | Starting | "));
        known.retain(|one| is_started || !one.group.contains(GREETED));
    }
    told.retain(|_, known| !known.is_empty());
    told
}

/// Where a source told as much of an object as it may, chance says of which of its Pods.
fn held_back(told: &mut [Told<'_>]) {
    for source in PARALLEL_SOURCES {
        let is_own = |one: &Told<'_>| one.group.ends_with(source);
        if told.iter().filter(|one| is_own(one)).count() < TOLD_MAX {
            continue;
        }
        for one in told.iter_mut().filter(|one| is_own(one)) {
            if let Some((start, _)) = one.words.split_once("pod: ") {
                one.words = format!("{start}pod: …");
            }
        }
    }
}

/// The StatefulSets whose Pods are managed in parallel.
fn parallel_sets<'a>(side: &'a Side<'_>) -> BTreeSet<&'a str> {
    let sets = side.records.iter().filter(|one| one.kind == "StatefulSet");
    let is_parallel = |one: &&Record| {
        one.event == Deed::Added
            && one.fact("podManagementPolicy").and_then(Value::as_str) == Some(PARALLEL_SET)
    };
    sets.filter(is_parallel).map(|one| one.id.as_str()).collect()
}

/// The numbers of a ReplicaSet's steps in a run.
fn steps_of(name: &str, records: &[Record]) -> Vec<(i64, i64)> {
    let mut steps = Vec::new();
    let mut last = 0;
    for record in records.iter().filter(|one| one.kind == "ReplicaSet" && one.id == name) {
        let Some(desired) = record.fact("desired").and_then(Value::as_i64) else { continue };
        steps.push((if record.event == Deed::Added { 0 } else { last }, desired));
        last = desired;
    }
    steps
}

/// Takes the numbers out of the Events of steps that this run made.
fn step_shapes(told: &mut Vec<Told<'_>>, records: &[Record]) {
    for one in told.iter_mut().filter(|one| one.group.contains(SCALING)) {
        let shape = step_of(&one.words).and_then(|(start, name, from, to)| {
            let is_made = steps_of(name, records).contains(&(from, to));
            is_made.then(|| start.to_owned())
        });
        if let Some(shape) = shape {
            one.words = shape;
        }
    }
    let mut seen = BTreeSet::new();
    told.retain(|one| !one.group.contains(SCALING) || seen.insert(one.words.clone()));
}

/// `… Scaled up replica set web from 1 to 2`: all but the numbers, the name, the numbers.
fn step_of(words: &str) -> Option<(&str, &str, i64, i64)> {
    let (start, numbers) = words.rsplit_once(" from ")?;
    let (from, to) = numbers.split_once(" to ")?;
    let name = start.rsplit_once(' ')?.1;
    Some((start, name, from.parse().ok()?, to.parse().ok()?))
}

/// Puts what came in any order into one order: within each run of Events that one source told
/// for one reason, by words.
fn settle(told: &mut [Told<'_>], is_parallel_set: bool) {
    let mut start = 0;
    while start < told.len() {
        let group = &told[start].group;
        let is_racing = |group: &str| RACING.iter().any(|source| group.ends_with(source));
        if is_racing(group) {
            let end = (start..told.len()).find(|at| !is_racing(&told[*at].group));
            let end = end.unwrap_or(told.len());
            // Each source's own Events keep their order, since sorting is stable.
            told[start..end].sort_by(|a, b| source_of(&a.group).cmp(source_of(&b.group)));
            start = end;
            continue;
        }
        let end = (start..told.len()).find(|at| told[*at].group != *group).unwrap_or(told.len());
        let is_any = PARALLEL_SOURCES.iter().any(|source| group.ends_with(source));
        if is_any {
            told[start..end].sort_by(|a, b| a.words.cmp(&b.words));
        } else if is_parallel_set && group.ends_with("statefulset-controller") {
            // Each Pod's own Events keep their order, since sorting is stable.
            told[start..end].sort_by(|a, b| pod_of(&a.words).cmp(pod_of(&b.words)));
        }
        start = end;
    }
}

/// The last word of a group.
fn source_of(group: &str) -> &str {
    group.rsplit_once(" | ").map_or(group, |(_, source)| source)
}

/// The Pod in a StatefulSet's message.
fn pod_of(words: &str) -> &str {
    let after = words.rsplit_once("Pod ").map_or(words, |(_, rest)| rest);
    after.split(' ').next().unwrap_or_default()
}

/// How often the Events of each object were told at most, and where a count does not follow the
/// one before. Counts of before the run are not known of nodes.
fn counts<'a>(side: &'a Side<'_>) -> (BTreeMap<&'a str, i64>, Vec<&'a Record>) {
    let mut most: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    let mut odd = Vec::new();
    for record in side.records.iter().filter(|one| one.kind == "Event") {
        let known = most.entry(&record.id).or_default();
        // The scheduler's Events have no count before they come again.
        let count = record.fact("count").and_then(Value::as_i64);
        let is_new = record.event == Deed::Added;
        let Some(count) = count.or(is_new.then_some(1)) else { continue };
        let follows = count == 1 || known.contains(&(count - 1));
        if !follows && !record.id.starts_with("Node/") {
            odd.push(record);
        }
        known.insert(count);
    }
    let most = most.into_iter().map(|(id, counts)| (id, counts.into_iter().max().unwrap_or(0)));
    (most.collect(), odd)
}

/// How many steps a Deployment's rolling updates took: each is told of.
fn steps(object: &str, records: &[Record]) -> i64 {
    let Some(name) = object.strip_prefix("Deployment/") else { return 0 };
    let is_step = |one: &&Record| {
        let is_own = one.kind == STEPPING
            && one.id.strip_prefix(name).is_some_and(|rest| rest.starts_with('#'));
        is_own && one.event == Deed::Modified && one.fact("desired").is_some()
    };
    i64::try_from(records.iter().filter(is_step).count()).unwrap_or(i64::MAX)
}

fn compare_counts(theirs: &Side<'_>, ours_side: &Side<'_>, report: &mut Report) {
    let ((expected, odd), (got, odd_too)) = (counts(theirs), counts(ours_side));
    let differ = |object: &str, expected: String, got: String| Difference {
        section: Section::Events,
        step: None,
        at: None,
        object: format!("{object} count"),
        expected,
        got,
    };
    for record in odd.into_iter().chain(odd_too) {
        let told = record.fact("count").map(ToString::to_string).unwrap_or_default();
        report.add(Section::Events, vec![differ(&record.id, "one more than before".into(), told)]);
    }
    for (object, most) in expected.into_iter().filter(|(id, _)| !id.starts_with("Node/")) {
        let ours = got.get(object).copied().unwrap_or(0);
        let steps = (steps(object, &theirs.records) - steps(object, &ours_side.records)).abs();
        if (most - ours).abs() > TIMES + most / SHARE + steps {
            let found = differ(object, most.to_string(), ours.to_string());
            report.add(Section::Events, vec![found]);
        }
    }
}

pub(super) fn compare(theirs: &Side<'_>, ours: &Side<'_>, report: &mut Report) {
    compare_counts(theirs, ours, report);
    let parallel = parallel_sets(theirs);
    let (mut left, mut right) = (by_object(theirs), by_object(ours));
    let objects: BTreeSet<&str> = left.keys().chain(right.keys()).copied().collect();
    for object in objects {
        let mut expected = left.remove(object).unwrap_or_default();
        let mut got = right.remove(object).unwrap_or_default();
        let set = object.strip_prefix("StatefulSet/");
        let is_parallel_set = set.is_some_and(|set| parallel.contains(set));
        settle(&mut expected, is_parallel_set);
        settle(&mut got, is_parallel_set);
        let place = (0..expected.len().max(got.len())).find(|index| {
            expected.get(*index).map(|one| &one.words) != got.get(*index).map(|one| &one.words)
        });
        let found = place.map(|index| difference(object, index, &expected, &got));
        report.add(Section::Events, found.into_iter().collect());
    }
}

fn difference(object: &str, index: usize, expected: &[Told<'_>], got: &[Told<'_>]) -> Difference {
    let tell = |told: Option<&Told<'_>>| {
        told.map_or_else(|| "no more".to_owned(), |one| one.words.clone())
    };
    let record = expected.get(index).or(got.get(index)).map(|one| one.record);
    Difference {
        section: Section::Events,
        step: record.map(|one| one.step),
        at: record.map(|one| one.t),
        object: format!("{object} Event {}", index + 1),
        expected: tell(expected.get(index)),
        got: tell(got.get(index)),
    }
}
