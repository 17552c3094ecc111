//! What may change in a living Pod.
//!
//! Must not know templates. Invariant: only images, deadlines, tolerations and gates change.
//!
//! Models pkg/apis/core/validation/validation.go ValidatePodUpdate

use crate::api::pod::{Container, Pod, PodSpec, Toleration};
use crate::api::validation::path::{Path, Report};

const ALLOWED: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
                       `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
                       `spec.tolerations` (only additions to existing tolerations),\
                       `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was \
                       previously negative)";

/// The changes of a Pod's spec.
///
/// Differs: the text ends where upstream adds a diff of Go's structs.
pub(super) fn check(new: &Pod, old: &Pod, report: &mut Report) {
    let path = Path::root("spec");
    let (new, old) = (&*new.spec, &*old.spec);
    let lists = [
        ("containers", &new.containers, &old.containers),
        ("initContainers", &new.init_containers, &old.init_containers),
    ];
    for (field, new, old) in lists {
        if !has_as_many(new, old, &path.child(field), report) {
            return;
        }
    }
    let deadline = path.child("activeDeadlineSeconds");
    match (new.active_deadline_seconds, old.active_deadline_seconds) {
        (Some(new), Some(old)) if new > old => {
            let new = i64::try_from(new).unwrap_or(i64::MAX);
            let detail = "must be less than or equal to previous value";
            report.invalid(&deadline, &new, detail);
            return;
        }
        (None, Some(_)) => {
            let detail = "must not update from a positive integer to nil value";
            report.invalid(&deadline, &crate::api::Value::Null, detail);
        }
        _ => {}
    }
    tolerations(&new.tolerations, &old.tolerations, &path.child("tolerations"), report);
    let gates = path.child("schedulingGates");
    for (index, gate) in new.scheduling_gates.iter().enumerate() {
        if !old.scheduling_gates.contains(gate) {
            let at = gates.index(index);
            let detail =
                format!("only deletion is allowed, but found new scheduling gate '{}'", gate.name);
            report.forbidden(&at.child("name"), &detail);
        }
    }
    if munged(new, old) != *old {
        report.forbidden(&path, ALLOWED);
    }
}

fn has_as_many(new: &[Container], old: &[Container], path: &Path<'_>, report: &mut Report) -> bool {
    let is_same = new.len() == old.len();
    if !is_same {
        report.forbidden(path, "pod updates may not add or remove containers");
    }
    is_same
}

/// Models pkg/apis/core/validation/validation.go validateOnlyAddedTolerations
fn tolerations(new: &[Toleration], old: &[Toleration], path: &Path<'_>, report: &mut Report) {
    let is_kept = |one: &Toleration| {
        new.iter().any(|other| {
            *one == Toleration { toleration_seconds: one.toleration_seconds, ..other.clone() }
        })
    };
    if !old.iter().all(is_kept) {
        let detail = "existing toleration can not be modified except its tolerationSeconds";
        report.forbidden(path, detail);
    }
}

/// The new spec with all that may change as it was.
fn munged(new: &PodSpec, old: &PodSpec) -> PodSpec {
    let images = |new: &[Container], old: &[Container]| -> Vec<Container> {
        let pairs = new.iter().zip(old);
        pairs.map(|(new, old)| Container { image: old.image.clone(), ..new.clone() }).collect()
    };
    PodSpec {
        containers: images(&new.containers, &old.containers),
        init_containers: images(&new.init_containers, &old.init_containers),
        active_deadline_seconds: old.active_deadline_seconds,
        tolerations: old.tolerations.clone(),
        scheduling_gates: old.scheduling_gates.clone(),
        ..new.clone()
    }
}
