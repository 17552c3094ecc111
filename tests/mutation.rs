//! A run agrees with itself, and with one fact changed it does not.

use std::collections::BTreeMap;
use std::path::Path;

use podium::conformance::compare::compare;
use podium::conformance::replay::{Replay, replay};
use podium::conformance::schema::{Facts, Run};
use serde_json::{Value, json};

/// Runs that together tell every kind of object and fact.
const RUNS: [&str; 6] = [
    "02_sts_basic.r1",
    "05a_deploy_bad_image.r1",
    "06_pvc_retention.r1",
    "08a_drain_pdb.r1",
    "08b_job.r1",
    "09d_endpoints.r1",
];

fn own_run(name: &str) -> Replay {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/conformance/{name}.json"));
    let text = std::fs::read_to_string(path).expect("the trace can be read");
    let recorded: Run = serde_json::from_str(&text).expect("a trace");
    replay(&recorded)
}

/// Another value of the same kind.
fn changed(value: &Value) -> Value {
    match value {
        Value::Null => json!("x"),
        Value::Bool(value) => json!(!value),
        Value::Number(number) => json!(number.as_i64().unwrap_or(0) + 1_000),
        Value::String(text) => json!(format!("{text}x")),
        Value::Array(items) => {
            let mut items = items.clone();
            items.push(json!("x"));
            items.into()
        }
        Value::Object(map) => {
            let mut map = map.clone();
            match map.iter_mut().next() {
                Some((_, first)) => *first = changed(first),
                None => drop(map.insert("x".to_owned(), json!("x"))),
            }
            map.into()
        }
    }
}

/// A fact's kind: `cond:Ready` and `cond:Available` are one.
fn kind_of(kind: &str, fact: &str) -> (String, String) {
    (kind.to_owned(), fact.split(':').next().unwrap_or(fact).to_owned())
}

/// Where a fact of each kind is told: the first record that tells it and the last.
fn places(run: &Run) -> BTreeMap<(String, String), Vec<(usize, String)>> {
    let mut places: BTreeMap<(String, String), Vec<(usize, String)>> = BTreeMap::new();
    for (index, record) in run.trace.iter().enumerate() {
        for (fact, _) in record.told().filter(|(_, value)| !value.is_null()) {
            let known = places.entry(kind_of(&record.kind, fact)).or_default();
            known.truncate(1);
            known.push((index, fact.clone()));
        }
    }
    places
}

fn mutate(facts: Option<&mut Facts>, fact: &str) {
    if let Some(value) = facts.and_then(|facts| facts.get_mut(fact)) {
        *value = changed(value);
    }
}

#[test]
fn a_run_agrees_with_itself_and_with_one_fact_changed_it_does_not() {
    let mut missed = Vec::new();
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    for name in RUNS {
        let own = own_run(name);
        let report = compare(&own.run, &own);
        assert!(report.is_passed(), "{name}: {:?}", report.differences.first());
        for (kind, places) in places(&own.run) {
            let count = seen.entry(kind.clone()).or_default();
            if *count > 0 {
                continue;
            }
            *count += 1;
            for (index, fact) in places {
                let mut run = own.run.clone();
                let record = &mut run.trace[index];
                mutate(record.facts.as_mut(), &fact);
                mutate(record.changed.as_mut(), &fact);
                if compare(&run, &own).is_passed() {
                    missed.push(format!("{name} {} {}: {fact}", kind.0, own.run.trace[index].id));
                }
            }
        }
    }
    assert!(seen.len() > 100, "the runs tell {} kinds of facts", seen.len());
    assert!(missed.is_empty(), "not noticed:\n{}", missed.join("\n"));
}

#[test]
fn a_fact_changed_at_the_end_or_a_printed_word_is_noticed() {
    let own = own_run("08b_job.r1");
    let mut run = own.run.clone();
    let node = run.end.get_mut("Node").and_then(|nodes| nodes.values_mut().next());
    mutate(node, "podCIDR");
    assert!(!compare(&run, &own).is_passed());
    for index in 0..own.run.steps.len() {
        let mut run = own.run.clone();
        let step = &mut run.steps[index];
        let Some(printed) = step.stdout.as_mut().or(step.text.as_mut()) else { continue };
        *printed = printed.replacen("job", "jab", 1).replacen("NAME", "NOUN", 1);
        assert!(!compare(&run, &own).is_passed(), "step {index}");
    }
}

#[test]
fn a_record_too_few_or_too_many_is_noticed() {
    let own = own_run("02_sts_basic.r1");
    let is_pod = |kind: &str| kind == "Pod";
    let places: Vec<usize> =
        (0..own.run.trace.len()).filter(|at| is_pod(&own.run.trace[*at].kind)).collect();
    let added = places.iter().rev().find(|at| own.run.trace[**at].facts.is_some());
    let added = *added.expect("a Pod is made");
    let mut run = own.run.clone();
    run.trace.remove(added);
    assert!(!compare(&run, &own).is_passed(), "a Pod that was never made");
    let mut run = own.run.clone();
    let copy = run.trace[added].clone();
    run.trace.push(copy);
    assert!(!compare(&run, &own).is_passed(), "a Pod that was made once more");
}

/// A run whose `show` steps were changed, if any could be.
fn shown(run: &Run, change: impl Fn(&str) -> Option<String>) -> Vec<Run> {
    let steps = 0..run.steps.len();
    let changed = steps.filter_map(|index| {
        let text = change(run.steps[index].text.as_deref()?)?;
        let mut run = run.clone();
        run.steps[index].text = Some(text);
        Some(run)
    });
    changed.collect()
}

#[test]
fn a_moved_column_or_indentation_is_noticed() {
    let own = own_run("09d_endpoints.r1");
    let row = |text: &str| {
        let at = text.find("\nNAME ")? + 1;
        let row = at + text[at..].find('\n')? + 1;
        let gap = row + text[row..].find("   ")?;
        Some(format!("{} {}", &text[..gap], &text[gap..]))
    };
    let moved = shown(&own.run, row);
    assert!(moved.len() > 2, "there are tables");
    for run in moved {
        assert!(!compare(&run, &own).is_passed(), "a row is moved");
    }
    let indented = shown(&own.run, |text| {
        text.contains("\n    conditions:")
            .then(|| text.replace("\n    conditions:", "\n     conditions:"))
    });
    assert!(!indented.is_empty(), "there is YAML");
    for run in indented {
        assert!(!compare(&run, &own).is_passed(), "a field is indented otherwise");
    }
}

#[test]
fn another_number_of_writes_or_another_trigger_time_is_noticed() {
    const TRIGGER: &str = "last-change-trigger-time: ";
    let own = own_run("01_deploy_basic.r1");
    let counted = shown(&own.run, |text| {
        let at = text.find("    generation: ")?;
        Some(format!("{}    generation: 9{}", &text[..at], &text[at + 16..]))
    });
    let timed = shown(&own.run, |text| {
        let at = text.find(TRIGGER)? + TRIGGER.len();
        Some(format!("{}{}", &text[..at], text[at..].replacen("2026", "2025", 1)))
    });
    assert!(!counted.is_empty() && !timed.is_empty(), "slices are shown");
    for (what, runs) in [("number of writes", counted), ("trigger time", timed)] {
        for (index, run) in runs.into_iter().enumerate() {
            assert!(!compare(&run, &own).is_passed(), "{what} {index}");
        }
    }
}
