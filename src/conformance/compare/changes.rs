//! The sequence of changes of each object.
//!
//! Must not know other objects. Invariant: two sequences agree if both are foldings of one:
//! neighbouring writes may have become one write, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::conformance::compare::side::Side;
use crate::conformance::compare::tolerance::{
    BURST, COUNTING, FOLD, LAG_MAX, LISTING, MORE_MAX, PROGRESSING, RELEASED, RELEASED_BY,
};
use crate::conformance::compare::{Difference, Report, Section};
use crate::conformance::schema::{Centis, Deed, Facts, Record};

/// An object after a write.
struct State<'a> {
    record: &'a Record,
    facts: Facts,
    /// The endpoints of a slice in order, each with when it came.
    order: Vec<(String, Centis)>,
}

/// The order of a slice's endpoints stands beside its facts.
const ORDER: &str = "order";

fn states<'a>(life: &[&'a Record]) -> Vec<State<'a>> {
    let mut facts = Facts::new();
    let mut order: Vec<(String, Centis)> = Vec::new();
    life.iter()
        .filter(|record| record.event != Deed::Deleted)
        .map(|record| {
            for (name, value) in record.told() {
                if name == ORDER {
                    order = ordered(value, &order, record.t);
                } else if value.is_null() {
                    facts.remove(name);
                } else {
                    facts.insert(name.clone(), value.clone());
                }
            }
            State { record, facts: facts.clone(), order: order.clone() }
        })
        .collect()
}

fn ordered(value: &Value, before: &[(String, Centis)], now: Centis) -> Vec<(String, Centis)> {
    let names = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let came = |name: &str| before.iter().find(|(one, _)| one == name).map_or(now, |(_, at)| *at);
    names.map(|name| (name.to_owned(), came(name))).collect()
}

/// Whether two states are one.
fn is_same(a: &State<'_>, b: &State<'_>) -> bool {
    let is_same_fact = |(name, value): (&String, &Value)| {
        b.facts.get(name).is_some_and(|other| {
            value == other
                || (name == "cond:Progressing" && progress(value) == progress(other))
                || (name == "finalizers" && is_released(a) && is_released(b))
        })
    };
    a.facts.len() == b.facts.len()
        && a.facts.iter().all(is_same_fact)
        && is_same_order(&a.order, &b.order)
}

/// Whether several processes take their finalizers away from it.
fn is_released(state: &State<'_>) -> bool {
    let kept = state.facts.get("finalizers").and_then(Value::as_array);
    let is_known = |one: &Value| one.as_str().is_some_and(|one| RELEASED_BY.contains(&one));
    state.record.kind == RELEASED
        && state.facts.contains_key("deleting")
        && kept.is_some_and(|kept| kept.iter().all(is_known))
}

/// Of which ReplicaSet a Deployment says that it is at work; the whole text if of none.
fn progress(value: &Value) -> &str {
    let text = value.as_str().unwrap_or_default();
    let found = PROGRESSING
        .iter()
        .find_map(|(start, end)| text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)));
    found.unwrap_or(text)
}

/// Whether endpoints stand in one order, but for those that came at about the same time: what
/// one sync adds to a slice comes out of a set in any order.
fn is_same_order(a: &[(String, Centis)], b: &[(String, Centis)]) -> bool {
    let place = |name: &str| b.iter().position(|(one, _)| one == name);
    let Some(places) = a.iter().map(|(name, _)| place(name)).collect::<Option<Vec<usize>>>() else {
        return false;
    };
    let is_near = |x: Centis, y: Centis| (x.0 - y.0).abs() <= FOLD.0;
    a.len() == b.len()
        && (0..a.len()).all(|i| {
            (i + 1..a.len()).all(|j| {
                places[i] < places[j]
                    || is_near(a[i].1, a[j].1)
                    || is_near(b[places[i]].1, b[places[j]].1)
            })
        })
}

pub(super) fn compare(theirs: &Side<'_>, ours: &Side<'_>, report: &mut Report) {
    let (theirs, ours) = (theirs.lives(), ours.lives());
    let keys: BTreeSet<_> = theirs.keys().chain(ours.keys()).copied().collect();
    for key in keys {
        let none = Vec::new();
        let expected = theirs.get(&key).unwrap_or(&none);
        let got = ours.get(&key).unwrap_or(&none);
        for index in 0..expected.len().max(got.len()) {
            let object = match index {
                0 => format!("{}/{}", key.0, key.1),
                _ => format!("{}/{} (number {})", key.0, key.1, index + 1),
            };
            let found = match (expected.get(index), got.get(index)) {
                (Some(expected), Some(got)) => life(&object, expected, got),
                (Some(expected), None) => Some(difference(
                    expected.first().copied(),
                    &object,
                    "it to be made",
                    "it never was",
                )),
                (None, Some(got)) => {
                    let record = got.first().copied();
                    let mut one = difference(record, &object, "none", "it was made");
                    one.step = record.map(|record| record.step);
                    Some(one)
                }
                (None, None) => None,
            };
            report.add(Section::Changes, found.into_iter().collect());
        }
    }
}

fn difference(
    record: Option<&Record>,
    object: &str,
    expected: impl Into<String>,
    got: impl Into<String>,
) -> Difference {
    Difference {
        section: Section::Changes,
        step: record.map(|one| one.step),
        at: record.map(|one| one.t),
        object: object.to_owned(),
        expected: expected.into(),
        got: got.into(),
    }
}

fn told(record: Option<&Record>, before: Option<&State<'_>>) -> String {
    match record {
        None => "no more".to_owned(),
        Some(record) if record.event == Deed::Deleted => "DELETED".to_owned(),
        Some(record) => {
            let is_new = |name: &str, value: &Value| {
                before.is_none_or(|before| before.facts.get(name) != Some(value))
            };
            let facts: Vec<String> = record
                .told()
                .filter(|(name, value)| is_new(name, value))
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!("{} {}", record.event, facts.join(" "))
        }
    }
}

fn life(object: &str, expected: &[&Record], got: &[&Record]) -> Option<Difference> {
    let (theirs, ours) = (states(expected), states(got));
    let end =
        |life: &[&Record]| life.last().filter(|one| one.event == Deed::Deleted).map(|one| one.t);
    let is_gone = |life: &[&Record]| end(life).is_some();
    let ends = end(expected).zip(end(got));
    if let Some((i, j)) = stuck(&theirs, &ours, ends) {
        let (record, other) = (expected.get(i).copied(), got.get(j).copied());
        let before =
            |states: &'_ [State<'_>], at: usize| at.checked_sub(1).filter(|at| *at < states.len());
        let expected = told(record, before(&theirs, i).map(|at| &theirs[at]));
        let got = told(other, before(&ours, j).map(|at| &ours[at]));
        let mut one = difference(record.or(other), object, expected, got);
        if let (Some(theirs), Some(ours)) = (theirs.get(i), ours.get(j)) {
            let names: BTreeSet<&String> = theirs.facts.keys().chain(ours.facts.keys()).collect();
            let unlike =
                names.into_iter().filter(|name| theirs.facts.get(*name) != ours.facts.get(*name));
            let mut unlike: Vec<&str> = unlike.map(String::as_str).collect();
            if !is_same_order(&theirs.order, &ours.order) {
                unlike.push(ORDER);
            }
            one.got = format!("{} (unlike after it: {})", one.got, unlike.join(" "));
        }
        return Some(one);
    }
    if is_gone(expected) != is_gone(got) {
        let word = |gone: bool| if gone { "it to go" } else { "it to stay" };
        let record = if is_gone(expected) { expected.last() } else { got.last() };
        return Some(difference(
            record.copied(),
            object,
            word(is_gone(expected)),
            word(is_gone(got)),
        ));
    }
    None
}

/// Where two sequences can't be brought together any more: the first write of each that finds
/// no partner. None if they agree.
///
/// Where both objects are gone, their `ends` are known.
fn stuck(
    theirs: &[State<'_>],
    ours: &[State<'_>],
    ends: Option<(Centis, Centis)>,
) -> Option<(usize, usize)> {
    let (n, m) = (theirs.len(), ours.len());
    if n == 0 || m == 0 || !is_same(&theirs[0], &ours[0]) {
        return Some((0, 0)).filter(|_| n + m > 0);
    }
    let near = if is_counting(theirs) { is_burst } else { is_near };
    let mut reached = vec![vec![false; m]; n];
    reached[0][0] = true;
    let mut furthest = (0, 0);
    for i in 0..n {
        for j in 0..m {
            if !reached[i][j] {
                continue;
            }
            if i + j >= furthest.0 + furthest.1 {
                furthest = (i, j);
            }
            for a in i + 1..n {
                if a > i + 1 && !near(theirs, i + 1, a) {
                    break;
                }
                for b in j + 1..m {
                    if b > j + 1 && !near(ours, j + 1, b) {
                        break;
                    }
                    if !reached[a][b]
                        && is_same(&theirs[a], &ours[b])
                        && is_folding((theirs, i, a), (ours, j, b))
                    {
                        reached[a][b] = true;
                    }
                }
            }
        }
    }
    let is_over = reached[n - 1][m - 1]
        || ends.is_some_and(|ends| {
            (0..n).any(|i| reached[i][m - 1] && is_cut_off(theirs, i, ends.0, ours))
                || (0..m).any(|j| reached[n - 1][j] && is_cut_off(ours, j, ends.1, theirs))
        });
    (!is_over).then_some((furthest.0 + 1, furthest.1 + 1))
}

/// Whether the writes after one that both runs have only count what leaves an object that is about
/// to go: how many of them are made in time is open, as with writes that become one.
fn is_cut_off(states: &[State<'_>], from: usize, end: Centis, other: &[State<'_>]) -> bool {
    let first = &states[from];
    is_counting(states)
        && first.facts.contains_key("deleting")
        && end.0 - first.record.t.0 <= FOLD.0
        && states[from + 1..].iter().all(|state| {
            let names: BTreeSet<&String> = state.facts.keys().chain(first.facts.keys()).collect();
            names.into_iter().all(|name| {
                let value = state.facts.get(name);
                value == first.facts.get(name) || is_between(name, value, other)
            })
        })
}

/// Whether the object counts or lists Pods, so that what it says follows when they get ready.
fn is_counting(states: &[State<'_>]) -> bool {
    let kind = states.first().map_or("", |one| one.record.kind.as_str());
    COUNTING.contains(&kind) || kind == LISTING
}

fn is_near(states: &[State<'_>], from: usize, to: usize) -> bool {
    states[to].record.t.0 - states[from].record.t.0 <= FOLD.0
}

/// Whether the write `to` follows the one before it closely; all before it were looked at.
fn is_burst(states: &[State<'_>], from: usize, to: usize) -> bool {
    to == from || states[to].record.t.0 - states[to - 1].record.t.0 <= BURST.0
}

type Stretch<'a, 'b> = (&'a [State<'b>], usize, usize);

/// Whether every value in between is one that the other run passed as well or may have passed.
fn is_folding(theirs: Stretch<'_, '_>, ours: Stretch<'_, '_>) -> bool {
    let has_inner = |stretch: &Stretch<'_, '_>| stretch.2 - stretch.1 > 1;
    (!has_inner(&theirs) || passes(theirs, ours)) && (!has_inner(&ours) || passes(ours, theirs))
}

/// A value in between is right if the other run has it in the same stretch, if the other run
/// folded all that this fact went through there, or if it counts Pods and lies between the
/// counts of the other run's whole life.
fn passes(states: Stretch<'_, '_>, other: Stretch<'_, '_>) -> bool {
    let (all, from, to) = states;
    let (first, last) = (&all[from].facts, &all[to].facts);
    let beside = &other.0[other.1..=other.2];
    all[from + 1..to].iter().all(|state| {
        let names: BTreeSet<&String> = state.facts.keys().chain(first.keys()).collect();
        names.into_iter().all(|name| {
            let value = state.facts.get(name);
            value == first.get(name)
                || value == last.get(name)
                || beside.iter().any(|one| one.facts.get(name) == value)
                || is_folded(name, beside)
                || is_between(name, value, other.0)
        })
    })
}

/// Whether a stretch leaves a fact alone or changes it once: what it went through was folded.
fn is_folded(name: &str, stretch: &[State<'_>]) -> bool {
    let changes = stretch.windows(2).filter(|two| two[0].facts.get(name) != two[1].facts.get(name));
    changes.count() <= 1
}

/// Whether a number of Pods is one that there may be: not more than the other run ever counts.
fn is_between(name: &str, value: Option<&Value>, life: &[State<'_>]) -> bool {
    if !is_counting(life) {
        return false;
    }
    let number = |value: Option<&Value>| value.map_or(Some(0), Value::as_i64);
    if name == "observedGeneration" && number(value).is_some_and(|lag| (0..=LAG_MAX).contains(&lag))
    {
        return true;
    }
    let most = life.iter().flat_map(|state| state.facts.values()).filter_map(Value::as_i64).max();
    number(value).is_some_and(|value| 0 <= value && value <= most.unwrap_or(0) + MORE_MAX)
}
