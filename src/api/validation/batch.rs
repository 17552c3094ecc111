//! Jobs and CronJobs.
//!
//! Must not know how they run. Invariant: a Job's template never restarts for ever.
//!
//! Models pkg/apis/batch/validation/validation.go

use std::rc::Rc;

use crate::api::affinity::Affinity;
use crate::api::batch::{CronJobSpec, Job, JobSpec};
use crate::api::cron::Schedule;
use crate::api::pod::{PodSpec, PodTemplate};
use crate::api::signed::written;
use crate::api::validation::path::{Path, Report};
use crate::api::validation::{apps, job_policy, names, pod, selector, shared};
use crate::api::{Meta, Uid, encode, go};
use crate::base::gather;

/// Models pkg/apis/batch/validation/validation.go ValidateJobSpec
pub(super) fn check_job(spec: &JobSpec, path: &Path<'_>, report: &mut Report) {
    let counts = [
        ("parallelism", spec.parallelism.map(i64::from)),
        ("completions", spec.completions.map(i64::from)),
        ("activeDeadlineSeconds", spec.active_deadline_seconds),
        ("backoffLimit", spec.backoff_limit.map(i64::from)),
        ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished.map(written).map(i64::from)),
        ("backoffLimitPerIndex", spec.backoff_limit_per_index.map(i64::from)),
        ("maxFailedIndexes", spec.max_failed_indexes.map(i64::from)),
    ];
    for (field, count) in counts {
        report.nonnegative(&path.child(field), count.unwrap_or(0));
    }
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        report.required(&path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
    }
    if let Some(name) = &spec.managed_by {
        const LENGTH_MAX: usize = 63;
        let at = path.child("managedBy");
        shared::domain_path(name, &at, report);
        if name.len() > LENGTH_MAX {
            report.too_long(&at, LENGTH_MAX);
        }
    }
    let modes = ["NonIndexed", "Indexed"];
    if let Some(mode) = spec.completion_mode.as_deref().filter(|mode| !modes.contains(mode)) {
        report.not_supported(&path.child("completionMode"), mode, &modes);
    }
    job_policy::check(spec, path, report);
    let at = path.child("template");
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

/// What a Job has beyond the template of a CronJob: a selector, which the server makes.
///
/// Models pkg/apis/batch/validation/validation.go ValidateJob, ValidateJobSpec
pub(super) fn check_whole_job(
    meta: &Meta,
    spec: &JobSpec,
    is_new: bool,
    path: &Path<'_>,
    report: &mut Report,
) {
    // The selector is made together with the identity.
    let has_selector = meta.uid != Uid(0);
    if is_new && has_selector {
        generated(meta, spec, path, report);
    }
    check_job(spec, path, report);
    let labels = &spec.template.metadata.labels;
    if has_selector {
        let at = path.child("selector");
        match &spec.selector {
            None => report.required(&at, ""),
            Some(one) => selector::check(one, &at, report),
        }
        if spec.selector.as_ref().is_none_or(|one| !one.is_met_by(labels)) {
            apps::labels_mismatch(&spec.template, &path.child("template"), report);
        }
    }
    if is_new
        && spec.completion_mode.as_deref() == Some("Indexed")
        && let Some(last) = spec.completions.filter(|count| *count > 0).map(|count| count - 1)
    {
        let host = format!("{}-{last}", meta.name);
        if !names::dns_label(&host).is_empty() {
            let path = Path::root("metadata");
            let detail = format!("will not able to create pod with invalid DNS label: {host}");
            report.invalid(&path.child("name"), &*meta.name, &detail);
        }
    }
}

/// Models pkg/apis/batch/validation/validation.go validateGeneratedSelector
fn generated(meta: &Meta, spec: &JobSpec, path: &Path<'_>, report: &mut Report) {
    let Some(one) = spec.selector.as_ref().filter(|_| spec.manual_selector != Some(true)) else {
        return;
    };
    let uid = meta.uid.to_string();
    let wanted = [
        ("controller-uid", uid.as_str()),
        ("job-name", &meta.name),
        ("batch.kubernetes.io/controller-uid", uid.as_str()),
        ("batch.kubernetes.io/job-name", &meta.name),
    ];
    let labels = &spec.template.metadata.labels;
    let at = path.child("template");
    let (at, field) = (at.child("metadata"), "labels");
    let at = at.child(field);
    for (key, value) in wanted {
        let detail = format!("must be '{value}'");
        match labels.get(key) {
            None => report.required(&at.key(key), &detail),
            Some(given) if **given != *value => {
                report.invalid(&at.key(key), &encode::value_of(&**labels), &detail);
            }
            Some(_) => {}
        }
    }
    let wanted = gather(wanted.map(|(key, value)| (key.into(), value.into())));
    if !one.is_met_by(&wanted) {
        let detail = "`selector` not auto-generated";
        report.invalid(&path.child("selector"), &selector::shown(one), detail);
    }
}

/// Models pkg/apis/batch/validation/validation.go validateTimeZone
fn time_zone(zone: &str, path: &Path<'_>, report: &mut Report) {
    if zone.is_empty() {
        report.invalid(path, zone, "timeZone must be nil or non-empty string");
    } else if zone.eq_ignore_ascii_case("Local") {
        let detail = "timeZone must be an explicit time zone as defined in \
                      https://www.iana.org/time-zones";
        report.invalid(path, zone, detail);
    } else if !is_time_zone(zone) {
        report.invalid(path, zone, &format!("unknown time zone {zone}"));
    }
}

/// The zones of the IANA's database: a line for each area, which stands before its places.
const TIME_ZONES: &str = include_str!("time_zones.txt");

fn is_time_zone(zone: &str) -> bool {
    let (area, place) = zone.rsplit_once('/').unwrap_or(("", zone));
    let mut lines = TIME_ZONES.lines().filter_map(|line| line.split_once(' '));
    lines.any(|(one, places)| one == area && places.split(' ').any(|one| one == place))
}

/// Models pkg/apis/batch/validation/validation.go validateScheduleFormat
fn schedule(text: &str, path: &Path<'_>, report: &mut Report) {
    let zoned = text.strip_prefix("TZ=").or_else(|| text.strip_prefix("CRON_TZ="));
    let (zone, fields) = zoned.map_or((None, text), |rest| {
        let (zone, fields) = rest.split_once(' ').unwrap_or((rest, ""));
        (Some(zone), fields.trim())
    });
    let bad = zone.filter(|zone| !matches!(*zone, "" | "Local") && !is_time_zone(zone));
    if let Some(zone) = bad {
        let detail = format!("provided bad location {zone}: unknown time zone {zone}");
        report.invalid(path, text, &detail);
    } else if let Err(why) = Schedule::parse(fields) {
        report.invalid(path, text, &why);
    }
    if text.contains("TZ") {
        let detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        report.invalid(path, text, detail);
    }
}

/// Names of Jobs are so much longer than those of their CronJobs.
const CRON_NAME_MAX: usize = 52;

/// Models pkg/apis/batch/validation/validation.go ValidateCronJobCreate, validateCronJobSpec
pub(super) fn check_cron_job(
    meta: &Meta,
    spec: &CronJobSpec,
    is_new: bool,
    path: &Path<'_>,
    report: &mut Report,
) {
    let at = path.child("schedule");
    if spec.schedule.is_empty() {
        report.required(&at, "");
    } else {
        schedule(&spec.schedule, &at, report);
    }
    if let Some(seconds) = spec.starting_deadline_seconds {
        report.nonnegative(&path.child("startingDeadlineSeconds"), seconds);
    }
    if let Some(zone) = &spec.time_zone {
        time_zone(zone, &path.child("timeZone"), report);
    }
    let at = path.child("concurrencyPolicy");
    match spec.concurrency_policy.as_deref().unwrap_or("Allow") {
        "Allow" | "Forbid" | "Replace" => {}
        "" => report.required(&at, ""),
        other => report.not_supported(&at, other, &["Allow", "Forbid", "Replace"]),
    }
    let at = path.child("jobTemplate");
    let at = at.child("spec");
    let job = &spec.job_template.spec;
    check_job(job, &at, report);
    if let Some(one) = &job.selector {
        let detail = "`selector` will be auto-generated";
        report.invalid(&at.child("selector"), &selector::shown(one), detail);
    }
    if job.manual_selector == Some(true) {
        report.not_supported(&at.child("manualSelector"), &true, &["nil", "false"]);
    }
    for (field, limit) in [
        ("successfulJobsHistoryLimit", spec.successful_jobs_history_limit),
        ("failedJobsHistoryLimit", spec.failed_jobs_history_limit),
    ] {
        report.nonnegative(&path.child(field), limit.unwrap_or(0));
    }
    if is_new && meta.name.len() > CRON_NAME_MAX {
        let path = Path::root("metadata");
        let detail = format!("must be no more than {CRON_NAME_MAX} characters");
        report.invalid(&path.child("name"), &*meta.name, &detail);
    }
}

/// Models pkg/apis/batch/validation/validation.go ValidateJobSpecUpdate
/// Differs: a template and a policy are shown by their fields' names in JSON, without those that
/// are empty, where upstream shows all fields of Go's structs.
pub(super) fn check_job_update(new: &JobSpec, job: &Job, report: &mut Report) {
    let (path, old) = (Path::root("spec"), &job.spec);
    let is_indexed = new.completion_mode.as_deref() == Some("Indexed");
    let (at, count) = (path.child("completions"), new.completions);
    let is_same = count == old.completions;
    if !is_indexed {
        let shown = || count.map_or_else(|| "null".to_owned(), |one| one.to_string());
        report.immutable(&at, is_same, shown);
    } else if let Some(count) = count.filter(|_| !is_same && count != new.parallelism) {
        report.invalid(&at, &count, "can only be modified in tandem with spec.parallelism");
    }
    let shown = |value: &crate::api::Value| go::json(value);
    report.immutable(&path.child("selector"), new.selector == old.selector, || {
        shown(&encode::value_of(&new.selector))
    });
    let at = path.child("template");
    if is_at_rest(job) {
        let is_same = new.template.spec == eased(&new.template, &old.template);
        let whole = || shown(&encode::value_of(&new.template.spec));
        report.immutable(&at.child("spec"), is_same, whole);
    } else {
        let whole = || shown(&encode::value_of(&new.template));
        report.immutable(&at, new.template == old.template, whole);
    }
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
    let at = path.child("successPolicy");
    report.immutable(&at, new.success_policy == old.success_policy, || {
        shown(&encode::value_of(&new.success_policy))
    });
}

/// Whether a Job is suspended and no Pods of it run, so that its next ones may be others.
///
/// Models pkg/registry/batch/job/strategy.go validationOptionsForJob
fn is_at_rest(job: &Job) -> bool {
    let has_started = job.status.start_time.is_some();
    job.is_suspended() && (!has_started || (job.holds("Suspended") && job.status.active == 0))
}

/// The old template's spec with all that a Job at rest may change as the new one has it.
///
/// Models pkg/apis/batch/validation/validation.go validatePodTemplateUpdate
fn eased(new: &PodTemplate, old: &PodTemplate) -> Rc<PodSpec> {
    let (new, mut old) = (&new.spec, Rc::clone(&old.spec));
    let spec = Rc::make_mut(&mut old);
    let mut affinity = spec.affinity.as_deref().cloned().unwrap_or_default();
    affinity.node_affinity = new.affinity.as_ref().and_then(|one| one.node_affinity.clone());
    let is_gone = new.affinity.is_none() && affinity == Affinity::default();
    spec.affinity = (!is_gone).then(|| Rc::new(affinity));
    spec.node_selector = new.node_selector.clone();
    spec.tolerations.clone_from(&new.tolerations);
    spec.scheduling_gates.clone_from(&new.scheduling_gates);
    let lists = [
        (&mut spec.containers, &new.containers),
        (&mut spec.init_containers, &new.init_containers),
    ];
    for (old, new) in lists {
        for (old, new) in old.iter_mut().zip(new) {
            old.resources = new.resources.clone();
        }
    }
    old
}

#[cfg(test)]
mod tests {
    use crate::api::validation::{validate_create, validate_update};
    use crate::api::{Uid, Value, decode, defaults};

    fn errors(kind: &str, version: &str, spec: &str) -> Vec<String> {
        let text = format!(
            "{{\"apiVersion\":\"{version}\",\"kind\":\"{kind}\",\"metadata\":{{\"name\":\"j\",\
             \"namespace\":\"d\"}},\"spec\":{spec}}}"
        );
        let tree: Value = serde_json::from_str(&text).expect("valid");
        let mut object = decode::strict(&tree).expect("an object");
        object.meta.uid = Uid(7);
        defaults::fill(&mut object);
        validate_create(&object).iter().map(ToString::to_string).collect()
    }

    const POD: &str = r#""spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i",
        "terminationMessagePolicy":"File","imagePullPolicy":"Always"}]}"#;

    #[test]
    fn a_selector_of_somebodys_own_needs_manual_selector() {
        let job = |more: &str| {
            errors(
                "Job",
                "batch/v1",
                &format!(
                    "{{\"selector\":{{\"matchLabels\":{{\"x\":\"1\"}}}},{more}\"template\":{{\
                     \"metadata\":{{\"labels\":{{\"x\":\"1\"}}}},{POD}}}}}"
                ),
            )
        };
        let told = job("");
        assert_eq!(
            (told.len(), &*told[0], &*told[4]),
            (
                5,
                "spec.template.metadata.labels[controller-uid]: Required value: must be \
                 '00000000-0000-0000-0000-000000000007'",
                "spec.selector: Invalid value: {\"matchLabels\":{\"x\":\"1\"}}: `selector` not \
                 auto-generated"
            )
        );
        assert_eq!(job("\"manualSelector\":true,"), [""; 0]);
        assert_eq!(
            job("\"manualSelector\":true,\"ttlSecondsAfterFinished\":-1,"),
            ["spec.ttlSecondsAfterFinished: Invalid value: -1: must be greater than or equal to 0"]
        );
    }

    #[test]
    fn the_template_of_a_job_that_rests_may_ask_for_other_nodes_and_amounts() {
        let job = |pod: &str, status: &str| {
            let text = format!(
                "{{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{{\"name\":\"j\",\
                 \"namespace\":\"d\"}},\"spec\":{{\"suspend\":true,\"manualSelector\":true,\
                 \"selector\":{{\"matchLabels\":{{\"x\":\"1\"}}}},\"template\":{{\"metadata\":\
                 {{\"labels\":{{\"x\":\"1\"}}}},\"spec\":{{\"restartPolicy\":\"Never\",{pod}}}}}}},\
                 \"status\":{{{status}}}}}"
            );
            let tree: Value = serde_json::from_str(&text).expect("valid");
            let mut object = decode::strict(&tree).expect("an object");
            object.meta.uid = Uid(7);
            defaults::fill(&mut object);
            object
        };
        let paths = |new: &str, status: &str| -> Vec<String> {
            let old = job("\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]", status);
            let errors = validate_update(&job(new, status), &old);
            errors.iter().map(|one| one.path.to_string()).collect()
        };
        let image = "\"containers\":[{\"name\":\"c\",\"image\":\"other\"}]";
        let eased = "\"nodeSelector\":{\"a\":\"b\"},\"tolerations\":[{\"operator\":\"Exists\"}],\
                     \"affinity\":{\"nodeAffinity\":{}},\"containers\":[{\"name\":\"c\",\
                     \"image\":\"i\",\"resources\":{\"requests\":{\"cpu\":\"1\"}}}]";
        let started = "\"startTime\":\"2026-01-01T00:00:00Z\"";
        let rests =
            format!("{started},\"conditions\":[{{\"type\":\"Suspended\",\"status\":\"True\"}}]");
        let busy = format!("\"active\":1,{rests}");
        assert_eq!(paths(eased, ""), [""; 0]);
        assert_eq!(paths(image, ""), ["spec.template.spec"]);
        assert_eq!(paths(eased, &rests), [""; 0]);
        assert_eq!(paths(eased, started), ["spec.template"]);
        assert_eq!(paths(eased, &busy), ["spec.template"]);
    }

    #[test]
    fn a_time_zone_is_one_that_is_known() {
        let zone = |zone: &str| {
            let spec = format!(
                "{{\"schedule\":\"* * * * *\",\"timeZone\":\"{zone}\",\"jobTemplate\":{{\"spec\":{{\
                 \"template\":{{{POD}}}}}}}}}"
            );
            errors("CronJob", "batch/v1", &spec)
        };
        for known in ["Asia/Shanghai", "UTC", "America/Argentina/Ushuaia", "Etc/GMT+8"] {
            assert_eq!(zone(known), [""; 0], "{known}");
        }
        for unknown in ["Mars/X", "Asia/Beijing", "Shanghai"] {
            let told =
                format!("spec.timeZone: Invalid value: \"{unknown}\": unknown time zone {unknown}");
            assert_eq!(zone(unknown), [told]);
        }
    }
}
