//! The end of two runs, object by object and fact by fact.
//!
//! Must not know how it came about. Invariant: every object of either run is looked at.

use std::collections::BTreeSet;

use crate::conformance::compare::side::Side;
use crate::conformance::compare::{Difference, Report, Section};
use crate::conformance::schema::Facts;

pub(super) fn compare(theirs: &Side<'_>, ours: &Side<'_>, report: &mut Report) {
    let keys: BTreeSet<_> = theirs.end.keys().chain(ours.end.keys()).collect();
    for key in keys {
        let (expected, got) = (theirs.end.get(key), ours.end.get(key));
        let object = format!("{}/{}", key.0, key.1);
        let found = match (expected, got) {
            (Some(expected), Some(got)) => facts(&object, expected, got),
            (Some(_), None) => vec![difference(object, "it to be there", "it is not")],
            _ => vec![difference(object, "none", "it is there")],
        };
        report.add(Section::Final, found);
    }
}

fn difference(object: String, expected: &str, got: &str) -> Difference {
    Difference {
        section: Section::Final,
        step: None,
        at: None,
        object,
        expected: expected.to_owned(),
        got: got.to_owned(),
    }
}

fn facts(object: &str, expected: &Facts, got: &Facts) -> Vec<Difference> {
    let names: BTreeSet<&String> = expected.keys().chain(got.keys()).collect();
    let told = |facts: &Facts, name: &str| {
        facts.get(name).map_or_else(|| "nothing".to_owned(), ToString::to_string)
    };
    names
        .into_iter()
        // The order of endpoints is compared with their changes, which tell what came together.
        .filter(|name| *name != "order" && expected.get(*name) != got.get(*name))
        .map(|name| {
            let object = format!("{object} {name}");
            difference(object, &told(expected, name), &told(got, name))
        })
        .collect()
}
