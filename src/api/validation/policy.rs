//! Disruption budgets and priority classes.
//!
//! Must not know who evicts or ranks. Invariant: a budget has one bound at most.

use crate::api::policy::{BudgetSpec, PriorityClass};
use crate::api::validation::apps::{at_most_all, int_or_percent};
use crate::api::validation::path::{Path, Raw, Report, Shown};
use crate::api::validation::selector;
use crate::api::{IntOrString, Meta};

/// The highest value that a person may give.
const VALUE_MAX: i32 = 1_000_000_000;
const SYSTEM: [(&str, i32); 2] =
    [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)];

/// Models pkg/apis/policy/validation/validation.go ValidatePodDisruptionBudgetSpec
pub(super) fn check_budget(spec: &BudgetSpec, path: &Path<'_>, report: &mut Report) {
    if spec.min_available.is_some() && spec.max_unavailable.is_some() {
        let part = |value: &Option<IntOrString>| {
            value.as_ref().map_or_else(|| "null".to_owned(), Shown::shown)
        };
        let labels =
            spec.selector.as_ref().map_or_else(|| "null".to_owned(), |one| selector::shown(one).0);
        let policy = spec
            .unhealthy_pod_eviction_policy
            .as_deref()
            .map_or_else(|| "null".to_owned(), Shown::shown);
        let shown = format!(
            "{{\"MinAvailable\":{},\"Selector\":{labels},\"MaxUnavailable\":{},\
             \"UnhealthyPodEvictionPolicy\":{policy}}}",
            part(&spec.min_available),
            part(&spec.max_unavailable)
        );
        let detail = "minAvailable and maxUnavailable cannot be both set";
        report.invalid(path, &Raw(shown), detail);
    }
    let bounds = [("minAvailable", &spec.min_available), ("maxUnavailable", &spec.max_unavailable)];
    for (field, bound) in bounds {
        if let Some(bound) = bound {
            let at = path.child(field);
            int_or_percent(bound, &at, report);
            at_most_all(bound, &at, report);
        }
    }
    let policies = ["AlwaysAllow", "IfHealthyBudget"];
    if let Some(policy) = spec.unhealthy_pod_eviction_policy.as_deref()
        && !policies.contains(&policy)
    {
        let at = path.child("unhealthyPodEvictionPolicy");
        report.not_supported(&at, policy, &policies);
    }
    if let Some(one) = &spec.selector {
        selector::check(one, &path.child("selector"), report);
    }
}

/// Models pkg/apis/scheduling/validation/validation.go ValidatePriorityClass
pub(super) fn check_class(meta: &Meta, class: &PriorityClass, report: &mut Report) {
    if meta.name.starts_with("system-") {
        if !SYSTEM.contains(&(&*meta.name, class.value)) {
            let path = Path::root("metadata");
            let detail = format!(
                "priority class names with 'system-' prefix are reserved for system use only. \
                 error: {} is not a known system priority class",
                meta.name
            );
            report.forbidden(&path.child("name"), &detail);
        }
    } else if class.value > VALUE_MAX {
        let detail = "maximum allowed value of a user defined priority is 1000000000";
        report.forbidden(&Path::root("value"), detail);
    }
    if let Some(policy) = class.preemption_policy.as_deref() {
        let policies = ["PreemptLowerPriority", "Never"];
        report.one_of(&Path::root("preemptionPolicy"), policy, &policies);
    }
}

/// Models pkg/apis/scheduling/validation/validation.go ValidatePriorityClassUpdate
pub(super) fn check_class_update(new: &PriorityClass, old: &PriorityClass, report: &mut Report) {
    if new.value != old.value {
        report.forbidden(&Path::root("value"), "may not be changed in an update.");
    }
    let path = Path::root("preemptionPolicy");
    report.immutable(&path, new.preemption_policy == old.preemption_policy, || {
        new.preemption_policy.as_deref().unwrap_or_default().shown()
    });
}
