//! What makes a container start again: its policy, its rules, and changes of its size.
//!
//! Must not know who restarts. Invariant: rules stand beside a policy.

use crate::api::Value;
use crate::api::lifecycle::RestartRule;
use crate::api::pod::{Container, PodSpec};
use crate::api::validation::path::{Path, Report};

/// Models pkg/apis/core/validation/validation.go validateContainerRestartPolicy
pub(super) fn check(one: &Container, path: &Path<'_>, report: &mut Report) {
    const RULES_MAX: usize = 20;
    let policies = ["Always", "Never", "OnFailure"];
    let at = path.child("restartPolicy");
    match one.restart_policy.as_deref() {
        None if !one.restart_policy_rules.is_empty() => {
            report.required(&at, "must specify restartPolicy when restart rules are used");
        }
        Some(policy) if !policies.contains(&policy) => {
            report.not_supported(&at, policy, &policies);
        }
        _ => {}
    }
    let at = path.child("restartPolicyRules");
    if one.restart_policy_rules.len() > RULES_MAX {
        report.too_long(&at, RULES_MAX);
    }
    for (index, one) in one.restart_policy_rules.iter().enumerate() {
        rule(one, &at.index(index), report);
    }
}

fn rule(one: &RestartRule, path: &Path<'_>, report: &mut Report) {
    const CODES_MAX: usize = 255;
    let actions = ["Restart", "RestartAllContainers"];
    if !actions.contains(&&*one.action) {
        report.not_supported(&path.child("action"), &*one.action, &actions);
    }
    let at = path.child("exitCodes");
    let Some(codes) = &one.exit_codes else { return report.required(&at, "must be specified") };
    let operators = ["In", "NotIn"];
    if !operators.contains(&&*codes.operator) {
        report.not_supported(&at.child("operator"), &*codes.operator, &operators);
    }
    if codes.values.len() > CODES_MAX {
        report.too_long(&at.child("values"), CODES_MAX);
    }
}

/// Models pkg/apis/core/validation/validation.go validateResizePolicy
pub(super) fn of_resizes(one: &Container, pod: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let Some(Value::List(all)) = one.rest.get("resizePolicy") else { return };
    for (index, one) in all.iter().enumerate() {
        let name = one.word("resourceName");
        if all[..index].iter().any(|other| other.word("resourceName") == name) {
            report.duplicate(&path.index(index), name);
        }
        report.one_of(path, name, &["cpu", "memory"]);
        let policy = one.word("restartPolicy");
        report.one_of(path, policy, &["NotRequired", "RestartContainer"]);
        if pod.restart_policy.as_deref() == Some("Never") && policy != "NotRequired" {
            let detail = "must be 'NotRequired' when `restartPolicy` is 'Never'";
            report.invalid(path, policy, detail);
        }
    }
}
