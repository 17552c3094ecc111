//! Jobs and CronJobs.
//!
//! Must not know how they run. Invariant: a Job's template never restarts for ever.
//!
//! Models pkg/apis/batch/validation/validation.go

use crate::api::batch::{CronJobSpec, JobSpec};
use crate::api::cron::Schedule;
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{job_policy, names, pod, selector};
use crate::api::{Meta, encode, go};

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
    if let Some(name) = &spec.managed_by {
        check_manager(name, &path.child("managedBy"), report);
    }
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

/// The controller that runs a Job.
///
/// Models pkg/apis/batch/validation/validation.go validateJobSpec and
/// staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsDomainPrefixedPath
fn check_manager(name: &str, path: &Path<'_>, report: &mut Report) {
    const LENGTH_MAX: usize = 63;
    let is_in_path = |c: char| c.is_ascii_alphanumeric() || "/-._~%!$&'()*+,;=:".contains(c);
    match name.split_once('/') {
        _ if name.is_empty() => report.required(path, ""),
        Some((host, rest)) if !host.is_empty() && !rest.is_empty() => {
            report.all_invalid(path, host, names::dns_subdomain(host));
            if !rest.chars().all(is_in_path) {
                let detail = "Invalid path (regex used for validation is \
                              '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
                report.invalid(path, rest, detail);
            }
        }
        _ => {
            let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            report.invalid(path, name, detail);
        }
    }
    if name.len() > LENGTH_MAX {
        report.too_long(path, LENGTH_MAX);
    }
}

/// Names of Jobs are so much longer than those of their CronJobs.
const CRON_NAME_MAX: usize = 52;

/// Models pkg/apis/batch/validation/validation.go ValidateCronJobCreate, validateCronJobSpec
pub(super) fn check_cron_job(
    meta: &Meta,
    spec: &CronJobSpec,
    path: &Path<'_>,
    report: &mut Report,
) {
    let at = path.child("schedule");
    if spec.schedule.is_empty() {
        report.required(&at, "");
    } else if spec.schedule.contains("TZ") {
        let detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        report.invalid(&at, &*spec.schedule, detail);
    } else if let Err(why) = Schedule::parse(&spec.schedule) {
        report.invalid(&at, &*spec.schedule, &why);
    }
    if let Some(seconds) = spec.starting_deadline_seconds {
        report.nonnegative(&path.child("startingDeadlineSeconds"), seconds);
    }
    let at = path.child("concurrencyPolicy");
    match spec.concurrency_policy.as_deref().unwrap_or("Allow") {
        "Allow" | "Forbid" | "Replace" => {}
        "" => report.required(&at, ""),
        other => report.not_supported(&at, other, &["Allow", "Forbid", "Replace"]),
    }
    let at = path.child("jobTemplate");
    check_job(&spec.job_template.spec, &at.child("spec"), report);
    for (field, limit) in [
        ("successfulJobsHistoryLimit", spec.successful_jobs_history_limit),
        ("failedJobsHistoryLimit", spec.failed_jobs_history_limit),
    ] {
        report.nonnegative(&path.child(field), limit.unwrap_or(0));
    }
    if meta.name.len() > CRON_NAME_MAX {
        let path = Path::root("metadata");
        let detail = format!("must be no more than {CRON_NAME_MAX} characters");
        report.invalid(&path.child("name"), &*meta.name, &detail);
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
    let quoted = |one: Option<&str>| one.map_or_else(|| "null".to_owned(), go::quoted);
    report.immutable(&path.child("managedBy"), new.managed_by == old.managed_by, || {
        quoted(new.managed_by.as_deref())
    });
}
