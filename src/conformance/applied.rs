//! What stood between the objects of a manifest when they were applied: kubectl sends one after
//! the other, and the cluster acts meanwhile.
//!
//! Must not know the engine. Invariant: an object waits for no more Pods than the recorded one
//! found.

use serde_json::Value;

use crate::conformance::schema::{Deed, Record, Run, Step};

/// When the next object of a manifest is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    /// When kubectl comes to it.
    Own,
    /// Before the controllers have done anything.
    First,
    /// After so many Pods were made for the objects before it.
    After(usize),
}

/// The kinds that make Pods.
const WORKLOADS: [&str; 6] =
    ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"];

/// The turn of each object of a recorded step, in the order of its manifest.
pub(super) fn turns(step: &Step, run: &Run) -> Vec<Turn> {
    let printed = step.stdout.as_deref().unwrap_or_default();
    let own: Vec<&Record> = run.trace.iter().filter(|one| one.step == step.i).collect();
    let mut has_workload = false;
    let mut turns = Vec::new();
    for line in printed.lines() {
        let place = place_of(line, &own);
        turns.push(match place.map_or(0, |place| pods_before(place, &own)) {
            0 if has_workload => Turn::First,
            0 => Turn::Own,
            count => Turn::After(count),
        });
        has_workload |= place.is_some_and(|at| WORKLOADS.contains(&own[at].kind.as_str()));
    }
    turns
}

/// Where in a step's records an object was made of which kubectl printed `KIND/NAME created`.
fn place_of(line: &str, own: &[&Record]) -> Option<usize> {
    let (kind, rest) = line.split_once('/')?;
    let (name, verb) = rest.split_once(' ')?;
    let kind = kind.split('.').next()?;
    let is_it = |one: &&Record| {
        one.event == Deed::Added && one.id == name && one.kind.eq_ignore_ascii_case(kind)
    };
    own.iter().position(is_it).filter(|_| verb.starts_with("created"))
}

/// How many Pods of the objects before it a new object's controller found.
fn pods_before(place: usize, own: &[&Record]) -> usize {
    let about = format!("{}/{}", own[place].kind, own[place].id);
    let mut told = own[place..].iter().filter(|one| one.kind == "Event" && one.id == about);
    let first = told.next();
    let text = |name: &str| {
        let value = first.and_then(|one| one.fact(name)).and_then(Value::as_str);
        value.unwrap_or_default()
    };
    match text("reason") {
        "NoPods" | "WaitForFirstConsumer" => 0,
        "WaitForPodScheduled" => text("message").matches(',').count() + 1,
        _ => {
            let is_made = |one: &&&Record| {
                one.kind == "Pod" && one.event == Deed::Added && one.fact("owner").is_some()
            };
            own[..place].iter().filter(is_made).count()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::schema::Centis;

    fn made(kind: &str, id: &str, facts: &[(&str, &str)]) -> Record {
        let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
        Record {
            t: Centis(0),
            step: 3,
            kind: kind.to_owned(),
            id: id.to_owned(),
            name: id.to_owned(),
            event: Deed::Added,
            facts: Some(facts.collect()),
            changed: None,
        }
    }

    fn turns_of(stdout: &str, trace: Vec<Record>) -> Vec<Turn> {
        let step = Step { i: 3, stdout: Some(stdout.to_owned()), ..Step::default() };
        turns(&step, &Run { trace, ..Run::default() })
    }

    #[test]
    fn an_object_waits_for_the_pods_that_it_found() {
        let owner = [("owner", "ReplicaSet/web")];
        let trace = || {
            vec![
                made("Deployment", "web", &[]),
                made("Pod", "web~1", &owner),
                made("Pod", "web~2", &owner),
                made("PersistentVolumeClaim", "data", &[]),
            ]
        };
        let stdout = "deployment.apps/web created\npersistentvolumeclaim/data created\n";
        assert_eq!(turns_of(stdout, trace()), [Turn::Own, Turn::After(2)]);
        let event = |reason: &str, message: &str| {
            let facts = [("reason", reason), ("message", message)];
            let mut trace = trace();
            trace.push(made("Event", "PersistentVolumeClaim/data", &facts));
            turns_of(stdout, trace)
        };
        let found = event("WaitForPodScheduled", "waiting for pod web~1 to be scheduled");
        assert_eq!(found, [Turn::Own, Turn::After(1)]);
        assert_eq!(event("WaitForFirstConsumer", "waiting"), [Turn::Own, Turn::First]);
    }

    #[test]
    fn what_was_there_already_and_what_no_workload_precedes_has_its_own_time() {
        let trace = vec![made("Service", "db", &[]), made("StatefulSet", "db", &[])];
        let stdout = "service/db created\nstatefulset.apps/db created\nservice/x unchanged\n";
        assert_eq!(turns_of(stdout, trace), [Turn::Own, Turn::Own, Turn::First]);
    }
}
