//! The workloads of group `apps`, and ReplicationController.
//!
//! Must not know how they reconcile. Invariant: errors come in the order of the API server.
//!
//! Models pkg/apis/apps/validation/validation.go

use crate::api::apps::{
    ControllerRevision, DeploymentSpec, ReplicaSetSpec, StatefulSetSpec, StatefulSetStrategy,
};
use crate::api::batch::{DaemonSetSpec, DaemonSetStrategy};
use crate::api::pod::PodTemplate;
use crate::api::signed::written;
use crate::api::validation::names::{dns_label, percent};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{pod, selector, storage};
use crate::api::{IntOrString, LabelSelector, Value, go};
use crate::base::Str;

const NO_MATCH: &str = "`selector` does not match template `labels`";

/// The selector of a workload; without one the rest can still be looked at.
fn workload_selector(one: &LabelSelector, path: &Path<'_>, report: &mut Report) {
    let at = path.child("selector");
    if one.is_empty() {
        report.required(&at, "");
    } else {
        selector::check(one, &at, report);
    }
}

fn labels_match(one: &LabelSelector, template: &PodTemplate, path: &Path<'_>, report: &mut Report) {
    if one.is_empty() || !one.is_met_by(&template.metadata.labels) {
        labels_mismatch(template, path, report);
    }
}

/// Tells that a template's labels are not those that its owner selects.
pub(super) fn labels_mismatch(template: &PodTemplate, path: &Path<'_>, report: &mut Report) {
    let labels = &template.metadata.labels;
    let shown = if labels.is_empty() {
        "null".to_owned()
    } else {
        serde_json::to_string(&**labels).expect("labels are text")
    };
    let at = path.child("metadata");
    report.invalid(&at.child("labels"), &Raw(shown), NO_MATCH);
}

fn only_always(template: &PodTemplate, owner: &str, path: &Path<'_>, report: &mut Report) {
    let path = path.child("spec");
    let policy = template.spec.restart_policy.as_deref().unwrap_or("Always");
    if policy != "Always" {
        report.not_supported(&path.child("restartPolicy"), policy, &["Always"]);
    }
    if template.spec.active_deadline_seconds.is_some() {
        let detail = format!("activeDeadlineSeconds in {owner} is not Supported");
        report.forbidden(&path.child("activeDeadlineSeconds"), &detail);
    }
}

/// Models pkg/apis/apps/validation/validation.go ValidatePodTemplateSpecForReplicaSet
fn replica_template(
    one: &LabelSelector,
    template: &PodTemplate,
    path: &Path<'_>,
    report: &mut Report,
) {
    labels_match(one, template, path, report);
    pod::check_template(template, path, report);
    only_always(template, "ReplicaSet", path, report);
}

/// Models pkg/apis/apps/validation/validation.go ValidateDeploymentSpec
pub(super) fn check_deployment(spec: &DeploymentSpec, path: &Path<'_>, report: &mut Report) {
    report.nonnegative(&path.child("replicas"), spec.replicas.unwrap_or(1));
    workload_selector(&spec.selector, path, report);
    replica_template(&spec.selector, &spec.template, &path.child("template"), report);
    let at = path.child("strategy");
    let strategy = &spec.strategy;
    match (&*strategy.kind, &strategy.rolling_update) {
        ("Recreate", Some(_)) => {
            let detail = "may not be specified when strategy `type` is 'Recreate'";
            report.forbidden(&at.child("rollingUpdate"), detail);
        }
        ("RollingUpdate", Some(rolling)) => {
            let at = at.child("rollingUpdate");
            let zero = IntOrString::Int(0);
            let unavailable = rolling.max_unavailable.as_ref().unwrap_or(&zero);
            let surge = rolling.max_surge.as_ref().unwrap_or(&zero);
            let below = at.child("maxUnavailable");
            int_or_percent(unavailable, &below, report);
            int_or_percent(surge, &at.child("maxSurge"), report);
            if amount(unavailable) == 0 && amount(surge) == 0 {
                report.invalid(&below, unavailable, "may not be 0 when `maxSurge` is 0");
            }
            at_most_all(unavailable, &below, report);
        }
        ("Recreate" | "RollingUpdate", None) => {}
        (kind, rolling) => {
            let rolling = rolling.as_ref().map_or_else(
                || "null".to_owned(),
                |one| {
                    let part = |value: &Option<IntOrString>| match value {
                        Some(IntOrString::Int(number)) => number.to_string(),
                        Some(IntOrString::Str(text)) => go::quoted(text),
                        None => "0".to_owned(),
                    };
                    format!(
                        "{{\"MaxUnavailable\":{},\"MaxSurge\":{}}}",
                        part(&one.max_unavailable),
                        part(&one.max_surge)
                    )
                },
            );
            let shown = format!("{{\"Type\":{},\"RollingUpdate\":{rolling}}}", go::quoted(kind));
            report.not_supported(&at, &Raw(shown), &["Recreate", "RollingUpdate"]);
        }
    }
    let min_ready = written(spec.min_ready_seconds);
    report.nonnegative(&path.child("minReadySeconds"), min_ready);
    if let Some(limit) = spec.revision_history_limit {
        report.nonnegative(&path.child("revisionHistoryLimit"), limit);
    }
    if let Some(deadline) = spec.progress_deadline_seconds.map(written) {
        let at = path.child("progressDeadlineSeconds");
        report.nonnegative(&at, deadline);
        if deadline <= min_ready {
            report.invalid(&at, &deadline, "must be greater than minReadySeconds");
        }
    }
}

/// Models pkg/apis/apps/validation/validation.go ValidatePositiveIntOrPercent
pub(super) fn int_or_percent(value: &IntOrString, path: &Path<'_>, report: &mut Report) {
    match value {
        IntOrString::Int(number) => report.nonnegative(path, *number),
        IntOrString::Str(text) => {
            if percent(text).is_none() {
                let detail = "a valid percent string must be a numeric string followed by an \
                              ending '%' (e.g. '1%',  or '93%', regex used for validation is \
                              '[0-9]+%')";
                report.invalid(path, value, detail);
            }
        }
    }
}

/// Models pkg/apis/apps/validation/validation.go IsNotMoreThan100Percent
pub(super) fn at_most_all(value: &IntOrString, path: &Path<'_>, report: &mut Report) {
    if let IntOrString::Str(text) = value
        && percent(text).is_some_and(|percent| percent > 100)
    {
        report.invalid(path, value, "must not be greater than 100%");
    }
}

/// Models pkg/apis/apps/validation/validation.go getIntOrPercentValue
fn amount(value: &IntOrString) -> i64 {
    match value {
        IntOrString::Int(number) => i64::from(*number),
        IntOrString::Str(text) => percent(text).or_else(|| text.parse().ok()).unwrap_or(0),
    }
}

/// A selector that may not change.
pub(super) fn selector_is_fixed(new: &LabelSelector, old: &LabelSelector, report: &mut Report) {
    let path = Path::root("spec");
    report.immutable(&path.child("selector"), new == old, || selector::shown(new).0);
}

/// Models pkg/apis/apps/validation/validation.go ValidateReplicaSetSpec
pub(super) fn check_replica_set(spec: &ReplicaSetSpec, path: &Path<'_>, report: &mut Report) {
    report.nonnegative(&path.child("replicas"), spec.replicas.unwrap_or(1));
    report.nonnegative(&path.child("minReadySeconds"), written(spec.min_ready_seconds));
    workload_selector(&spec.selector, path, report);
    replica_template(&spec.selector, &spec.template, &path.child("template"), report);
}

/// Models pkg/apis/core/validation/validation.go ValidateReplicationControllerSpec
pub(super) fn check_replication_controller(
    spec: &ReplicaSetSpec,
    path: &Path<'_>,
    report: &mut Report,
) {
    report.nonnegative(&path.child("minReadySeconds"), written(spec.min_ready_seconds));
    if spec.selector.is_empty() {
        report.required(&path.child("selector"), "");
    }
    report.nonnegative(&path.child("replicas"), spec.replicas.unwrap_or(1));
    let at = path.child("template");
    if !spec.selector.is_empty() {
        labels_match(&spec.selector, &spec.template, &at, report);
    }
    pod::check_template(&spec.template, &at, report);
    only_always(&spec.template, "ReplicationController", &at, report);
}

fn strategy_shown(strategy: &StatefulSetStrategy) -> Raw {
    let rolling = strategy.rolling_update.as_ref().map_or_else(
        || "null".to_owned(),
        |one| {
            let partition = one.partition.unwrap_or(0);
            format!("{{\"Partition\":{partition},\"MaxUnavailable\":null}}")
        },
    );
    Raw(format!("{{\"Type\":{},\"RollingUpdate\":{rolling}}}", go::quoted(&strategy.kind)))
}

/// Models pkg/apis/apps/validation/validation.go ValidateStatefulSetSpec
pub(super) fn check_stateful_set(spec: &StatefulSetSpec, path: &Path<'_>, report: &mut Report) {
    let at = path.child("podManagementPolicy");
    match &*spec.pod_management_policy {
        "" => report.required(&at, ""),
        "OrderedReady" | "Parallel" => {}
        other => report.invalid(&at, other, "must be 'OrderedReady' or 'Parallel'"),
    }
    stateful_strategy(&spec.update_strategy, &path.child("updateStrategy"), report);
    if let Some(retention) = &spec.persistent_volume_claim_retention_policy {
        let at = path.child("persistentVolumeClaimRetentionPolicy");
        let policies = ["Retain", "Delete"];
        for (field, policy) in
            [("whenDeleted", &retention.when_deleted), ("whenScaled", &retention.when_scaled)]
        {
            if !policies.contains(&&**policy) {
                report.not_supported(&at.child(field), &**policy, &policies);
            }
        }
    }
    report.nonnegative(&path.child("replicas"), spec.replicas.unwrap_or(1));
    report.nonnegative(&path.child("minReadySeconds"), written(spec.min_ready_seconds));
    if let Some(ordinals) = &spec.ordinals {
        report.nonnegative(&path.child("ordinals.start"), ordinals.start);
    }
    if !spec.service_name.is_empty() {
        let messages = dns_label(&spec.service_name);
        report.all_invalid(&path.child("serviceName"), &spec.service_name, messages);
    }
    workload_selector(&spec.selector, path, report);
    let at = path.child("template");
    labels_match(&spec.selector, &spec.template, &at, report);
    let claims: Vec<Str> =
        spec.volume_claim_templates.iter().map(|one| one.metadata.name.clone()).collect();
    pod::check_template_with(&spec.template, &claims, &at, report);
    only_always(&spec.template, "StatefulSet", &at, report);
    let templates = path.child("volumeClaimTemplates");
    for (index, template) in spec.volume_claim_templates.iter().enumerate() {
        let at = templates.index(index);
        storage::check_claim(&template.claim.spec, &at.child("spec"), report);
    }
}

fn stateful_strategy(strategy: &StatefulSetStrategy, path: &Path<'_>, report: &mut Report) {
    let at = path.child("rollingUpdate");
    match (&*strategy.kind, &strategy.rolling_update) {
        ("", _) => report.required(path, ""),
        ("OnDelete", Some(one)) => {
            let shown =
                format!("{{\"Partition\":{},\"MaxUnavailable\":null}}", one.partition.unwrap_or(0));
            report.invalid(&at, &Raw(shown), "only allowed for updateStrategy 'RollingUpdate'");
        }
        ("RollingUpdate", Some(one)) => {
            report.nonnegative(&at.child("partition"), one.partition.unwrap_or(0));
            if let Some(unavailable) = &one.max_unavailable {
                let at = at.child("maxUnavailable");
                int_or_percent(unavailable, &at, report);
                if amount(unavailable) == 0 {
                    report.invalid(&at, unavailable, "cannot be 0");
                }
                at_most_all(unavailable, &at, report);
            }
        }
        ("OnDelete" | "RollingUpdate", None) => {}
        _ => {
            let detail = "must be 'RollingUpdate' or 'OnDelete'";
            report.invalid(path, &strategy_shown(strategy), detail);
        }
    }
}

/// Models pkg/apis/apps/validation/validation.go ValidateStatefulSetUpdate
pub(super) fn check_stateful_set_update(
    new: &StatefulSetSpec,
    old: &StatefulSetSpec,
    report: &mut Report,
) {
    let allowed = StatefulSetSpec {
        replicas: new.replicas,
        ordinals: new.ordinals.clone(),
        template: new.template.clone(),
        update_strategy: new.update_strategy.clone(),
        revision_history_limit: new.revision_history_limit,
        persistent_volume_claim_retention_policy: new
            .persistent_volume_claim_retention_policy
            .clone(),
        min_ready_seconds: new.min_ready_seconds,
        ..old.clone()
    };
    if allowed != *new {
        report.forbidden(
            &Path::root("spec"),
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', \
             'template', 'updateStrategy', 'revisionHistoryLimit', \
             'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        );
    }
}

/// Models pkg/apis/apps/validation/validation.go ValidateDaemonSetSpec
pub(super) fn check_daemon_set(spec: &DaemonSetSpec, path: &Path<'_>, report: &mut Report) {
    let at = path.child("template");
    // A missing selector fits no labels, and upstream says no more of it.
    selector::check(&spec.selector, &path.child("selector"), report);
    labels_match(&spec.selector, &spec.template, &at, report);
    pod::check_template(&spec.template, &at, report);
    only_always(&spec.template, "DaemonSet", &at, report);
    report.nonnegative(&path.child("minReadySeconds"), written(spec.min_ready_seconds));
    daemon_strategy(&spec.update_strategy, &path.child("updateStrategy"), report);
    if let Some(limit) = spec.revision_history_limit {
        report.nonnegative(&path.child("revisionHistoryLimit"), limit);
    }
}

/// Models pkg/apis/apps/validation/validation.go ValidateDaemonSetUpdateStrategy
fn daemon_strategy(strategy: &DaemonSetStrategy, path: &Path<'_>, report: &mut Report) {
    match (&*strategy.kind, &strategy.rolling_update) {
        ("OnDelete", _) => {}
        ("RollingUpdate", Some(rolling)) => {
            let at = path.child("rollingUpdate");
            let zero = IntOrString::Int(0);
            let unavailable = rolling.max_unavailable.as_ref().unwrap_or(&zero);
            let surge = rolling.max_surge.as_ref().unwrap_or(&zero);
            let fields = [("maxUnavailable", unavailable), ("maxSurge", surge)];
            for (field, value) in fields {
                int_or_percent(value, &at.child(field), report);
            }
            for (field, value) in fields {
                at_most_all(value, &at.child(field), report);
            }
            match (amount(unavailable) != 0, amount(surge) != 0) {
                (true, true) => {
                    let detail = "may not be set when maxUnavailable is non-zero";
                    report.invalid(&at.child("maxSurge"), surge, detail);
                }
                (false, false) => {
                    let detail = "cannot be 0 when maxSurge is 0";
                    report.required(&at.child("maxUnavailable"), detail);
                }
                _ => {}
            }
        }
        ("RollingUpdate", None) => report.required(&path.child("rollingUpdate"), ""),
        (kind, _) => {
            let shown = format!("{{\"Type\":{},\"RollingUpdate\":null}}", go::quoted(kind));
            report.not_supported(path, &Raw(shown), &["RollingUpdate", "OnDelete"]);
        }
    }
}

/// Models pkg/apis/apps/validation/validation.go ValidateControllerRevision
pub(super) fn check_revision(revision: &ControllerRevision, report: &mut Report) {
    if *revision.data == Value::Null {
        report.required(&Path::root("data"), "data is mandatory");
    }
    report.nonnegative(&Path::root("revision"), revision.revision);
}
