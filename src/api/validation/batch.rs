//! Jobs.
//!
//! Must not know how they run. Invariant: a Job's template never restarts for ever.
//!
//! Models pkg/apis/batch/validation/validation.go

use crate::api::batch::JobSpec;
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{job_policy, pod, selector};
use crate::api::{encode, go};

/// Models pkg/apis/batch/validation/validation.go ValidateJobSpec
pub(super) fn check_job(spec: &JobSpec, path: &Path<'_>, report: &mut Report) {
    let counts = [
        ("parallelism", spec.parallelism),
        ("completions", spec.completions),
        ("backoffLimit", spec.backoff_limit),
    ];
    for (field, count) in counts {
        report.nonnegative(&path.child(field), count.unwrap_or(0));
    }
    let deadline = spec.active_deadline_seconds.unwrap_or(0);
    report.nonnegative(&path.child("activeDeadlineSeconds"), deadline);
    match spec.completion_mode.as_deref() {
        None | Some("NonIndexed") => {}
        Some("Indexed") => {
            if spec.completions.is_none() {
                report.required(&path.child("completions"), "when completion mode is Indexed");
            }
        }
        Some(other) => {
            let modes = ["NonIndexed", "Indexed"];
            report.not_supported(&path.child("completionMode"), other, &modes);
        }
    }
    job_policy::check(spec, path, report);
    let at = path.child("template");
    if let Some(one) = &spec.selector {
        selector::check(one, &path.child("selector"), report);
    }
    pod::check_template(&spec.template, &at, report);
    let at = at.child("spec");
    let at = at.child("restartPolicy");
    match spec.template.spec.restart_policy.as_deref() {
        None | Some("" | "Always") => {
            report.required(&at, "valid values: \"OnFailure\", \"Never\"");
        }
        Some("OnFailure") if spec.pod_failure_policy.is_some() => {
            let text = "only \"Never\" is supported when podFailurePolicy is specified";
            report.invalid(&at, "OnFailure", text);
        }
        Some("OnFailure" | "Never") => {}
        Some(other) => report.not_supported(&at, other, &["OnFailure", "Never"]),
    }
}

/// Models pkg/apis/batch/validation/validation.go ValidateJobSpecUpdate
pub(super) fn check_job_update(new: &JobSpec, old: &JobSpec, report: &mut Report) {
    let path = Path::root("spec");
    let is_elastic =
        new.completion_mode.as_deref() == Some("Indexed") && new.completions == new.parallelism;
    if !is_elastic && new.completions != old.completions {
        let shown = new.completions.map_or_else(|| "null".to_owned(), |one| one.to_string());
        report.invalid(&path.child("completions"), &Raw(shown), "field is immutable");
    }
    let shown = |value: &crate::api::Value| go::json(value);
    report.immutable(&path.child("selector"), new.selector == old.selector, || {
        shown(&encode::value_of(&new.selector))
    });
    // A Job that has not started yet may still get another template's scheduling.
    report.immutable(&path.child("template"), new.template == old.template, || {
        shown(&encode::value_of(&new.template))
    });
    report.immutable(
        &path.child("completionMode"),
        new.completion_mode == old.completion_mode,
        || go::quoted(new.completion_mode.as_deref().unwrap_or_default()),
    );
    let at = path.child("podFailurePolicy");
    report.immutable(&at, new.pod_failure_policy == old.pod_failure_policy, || {
        shown(&encode::value_of(&new.pod_failure_policy))
    });
    let (now, before) = (new.backoff_limit_per_index, old.backoff_limit_per_index);
    report.immutable(&path.child("backoffLimitPerIndex"), now == before, || {
        now.map_or_else(|| "null".to_owned(), |limit| limit.to_string())
    });
}
