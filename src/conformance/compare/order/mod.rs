//! The order of changes across objects, where a control plane guarantees it.
//!
//! Must not know single traces. Invariant: a rule looks at the present and the past of one run
//! only, and what breaks it in one run must break it in the other.

mod rollouts;
mod scene;
mod sets;
mod statuses;
mod volumes;

use crate::conformance::compare::side::Side;
use crate::conformance::compare::{Difference, Report, Section};
use crate::conformance::schema::Record;

use scene::Scene;

/// What a rule finds wrong in a record, told in a scene to which it does not belong yet.
type Check = for<'a> fn(&Scene<'a>, &'a Record) -> Option<String>;

/// A guarantee of order and its reason.
struct Guarantee {
    /// Its name.
    name: &'static str,
    /// Why no run of a real control plane can break it.
    reason: &'static str,
    check: Check,
}

const GUARANTEES: &[Guarantee] = &[
    Guarantee {
        name: "owner before dependents",
        reason: "a controller makes a dependent with its owner's UID, which it has read",
        check: sets::owner_before_dependents,
    },
    Guarantee {
        name: "deletion before creation of one name",
        reason: "the store holds one object of a name",
        check: sets::one_of_a_name,
    },
    Guarantee {
        name: "dependents before an owner that waits for them",
        reason: "the finalizer foregroundDeletion goes once no blocking dependent is left",
        check: sets::foreground,
    },
    Guarantee {
        name: "ordered start of a StatefulSet",
        reason: "under OrderedReady a Pod is made once all before it are running and ready",
        check: sets::ordered_start,
    },
    Guarantee {
        name: "ordered stop of a StatefulSet",
        reason: "under OrderedReady a Pod is deleted once none of a higher ordinal is terminating",
        check: sets::ordered_stop,
    },
    Guarantee {
        name: "claims before a StatefulSet's Pod",
        reason: "the claims of a Pod are made in the same sync, before it",
        check: sets::claims_first,
    },
    Guarantee {
        name: "a rolling update within its surge",
        reason: "a ReplicaSet grows by what maxSurge leaves of all that are there",
        check: rollouts::within_surge,
    },
    Guarantee {
        name: "a rolling update within its unavailable Pods",
        reason: "an old ReplicaSet shrinks by what is available beyond the least number",
        check: rollouts::within_unavailable,
    },
    Guarantee {
        name: "Recreate: no new Pod beside an old one",
        reason: "the new ReplicaSet grows once no old Pod runs any more",
        check: rollouts::recreate,
    },
    Guarantee {
        name: "bound claims before a Pod's node",
        reason: "the scheduler binds a Pod once its claims are bound",
        check: volumes::bound_first,
    },
    Guarantee {
        name: "a Pod's node before its volume is attached",
        reason: "attaching follows from where a Pod is",
        check: volumes::scheduled_first,
    },
    Guarantee {
        name: "attached volumes before a Pod runs",
        reason: "the kubelet starts a container once its volumes are mounted",
        check: volumes::attached_first,
    },
    Guarantee {
        name: "a claim stays while a Pod uses it",
        reason: "the finalizer pvc-protection goes once no Pod uses the claim",
        check: volumes::protected,
    },
    Guarantee {
        name: "a claim before its provisioned volume",
        reason: "a volume is provisioned for a claim that was read",
        check: volumes::claim_first,
    },
    Guarantee {
        name: "a Pod's readiness before its endpoint's",
        reason: "an endpoint is written from a Pod that was read",
        check: statuses::endpoint_follows,
    },
    Guarantee {
        name: "Pods ready before they are counted",
        reason: "a status counts Pods that were read",
        check: statuses::count_follows,
    },
    Guarantee {
        name: "a taint before the evictions that it causes",
        reason: "a Pod is evicted for a NoExecute taint that its node has",
        check: statuses::taint_first,
    },
];

/// What breaks a rule in a run, in order.
fn broken(rule: &Guarantee, side: &Side<'_>) -> Vec<(Record, String)> {
    let mut scene = Scene::of(&side.records);
    let mut found = Vec::new();
    for record in &side.records {
        if let Some(text) = (rule.check)(&scene, record) {
            found.push((record.clone(), text));
        }
        scene.take(record);
    }
    found
}

pub(super) fn compare(theirs: &Side<'_>, ours: &Side<'_>, report: &mut Report) {
    for rule in GUARANTEES {
        let (expected, got) = (broken(rule, theirs), broken(rule, ours));
        let is_told =
            |list: &[(Record, String)], text: &str| list.iter().any(|(_, one)| one == text);
        let missing = expected.iter().filter(|(_, text)| !is_told(&got, text));
        let added = got.iter().filter(|(_, text)| !is_told(&expected, text));
        let mut found: Vec<Difference> = Vec::new();
        found.extend(missing.map(|one| difference(rule, one, &one.1, rule.reason)));
        found.extend(added.map(|one| difference(rule, one, rule.reason, &one.1)));
        report.add(Section::Order, found);
    }
}

fn difference(
    rule: &Guarantee,
    (record, _): &(Record, String),
    expected: &str,
    got: &str,
) -> Difference {
    Difference {
        section: Section::Order,
        step: Some(record.step),
        at: Some(record.t),
        object: format!("{}/{} ({})", record.kind, record.id, rule.name),
        expected: expected.to_owned(),
        got: got.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::schema::Run;

    #[test]
    fn no_recorded_run_breaks_a_guarantee() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance");
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .expect("the recordings are there")
            .map(|entry| entry.expect("a file").path())
            .collect();
        paths.sort();
        let mut told = Vec::new();
        for path in paths {
            let text = std::fs::read_to_string(&path).expect("a text");
            let run: Run = serde_json::from_str(&text).expect("a trace");
            let side = Side::of(&run);
            for rule in GUARANTEES {
                for (record, text) in broken(rule, &side) {
                    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                    told.push(format!("{name:?} {} t={}: {text}", rule.name, record.t));
                }
            }
        }
        assert!(told.is_empty(), "{}", told.join("\n"));
    }
}
