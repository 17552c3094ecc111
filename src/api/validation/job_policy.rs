//! What a Job says of failures and of success.
//!
//! Must not know how Jobs run. Invariant: messages are Kubernetes' own.
//!
//! Models pkg/apis/batch/validation/validation.go

use std::collections::BTreeSet;

use crate::api::batch::{FailureRule, JobSpec, OnExitCodes, SuccessPolicy, SuccessRule};
use crate::api::encode;
use crate::api::validation::path::{Path, Raw, Report};

const INDEXED: &str = "requires indexed completion mode";

/// Checks the limits of indexes and the policies.
///
/// Models pkg/apis/batch/validation/validation.go validateJobSpec
pub(super) fn check(spec: &JobSpec, path: &Path<'_>, report: &mut Report) {
    limits(spec, path, report);
    let at = path.child("podFailurePolicy");
    let at = at.child("rules");
    let rules = spec.pod_failure_policy.iter().flat_map(|policy| &policy.rules);
    for (place, rule) in rules.enumerate() {
        check_rule(spec, rule, &at.index(place), report);
    }
    let at = path.child("podReplacementPolicy");
    let supported: &[&str] = match &spec.pod_failure_policy {
        Some(_) => &["Failed"],
        None => &["Failed", "TerminatingOrFailed"],
    };
    if let Some(policy) = spec.pod_replacement_policy.as_deref()
        && !supported.contains(&policy)
    {
        report.not_supported(&at, policy, supported);
    }
    success(spec, path, report);
}

fn limits(spec: &JobSpec, path: &Path<'_>, report: &mut Report) {
    let is_indexed = spec.completion_mode.as_deref() == Some("Indexed");
    let fields = [
        ("backoffLimitPerIndex", spec.backoff_limit_per_index),
        ("maxFailedIndexes", spec.max_failed_indexes),
    ];
    for (field, number) in fields {
        report.nonnegative(&path.child(field), number.unwrap_or(0));
    }
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        report.required(&path.child("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
    }
    if let (true, Some(most), Some(all)) = (is_indexed, spec.max_failed_indexes, spec.completions)
        && most > all
    {
        let at = path.child("maxFailedIndexes");
        report.invalid(&at, &most, "must be less than or equal to completions");
    }
    for (field, number) in fields.into_iter().filter(|_| !is_indexed) {
        if let Some(number) = number {
            report.invalid(&path.child(field), &number, INDEXED);
        }
    }
}

/// Models pkg/apis/batch/validation/validation.go validatePodFailurePolicyRule
fn check_rule(spec: &JobSpec, rule: &FailureRule, path: &Path<'_>, report: &mut Report) {
    const ACTIONS: [&str; 4] = ["Count", "FailIndex", "FailJob", "Ignore"];
    let at = path.child("action");
    match &*rule.action {
        "" => {
            report.required(&at, "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]");
        }
        "FailIndex" if spec.backoff_limit_per_index.is_none() => {
            report.invalid(&at, "FailIndex", "requires the backoffLimitPerIndex to be set");
        }
        action if !ACTIONS.contains(&action) => report.not_supported(&at, action, &ACTIONS),
        _ => {}
    }
    if let Some(codes) = &rule.on_exit_codes {
        check_codes(spec, codes, &path.child("onExitCodes"), report);
    }
    let nothing = Raw(String::new());
    match (rule.on_exit_codes.is_some(), !rule.on_pod_conditions.is_empty()) {
        (true, true) => {
            let text = "specifying both OnExitCodes and OnPodConditions is not supported";
            report.invalid(path, &nothing, text);
        }
        (false, false) => {
            let text = "specifying one of OnExitCodes and OnPodConditions is required";
            report.invalid(path, &nothing, text);
        }
        _ => {}
    }
}

/// Models pkg/apis/batch/validation/validation.go validatePodFailurePolicyRuleOnExitCodes
fn check_codes(spec: &JobSpec, codes: &OnExitCodes, path: &Path<'_>, report: &mut Report) {
    let at = path.child("operator");
    match &*codes.operator {
        "" => report.required(&at, "valid values: [\"In\" \"NotIn\"]"),
        "In" | "NotIn" => {}
        other => report.not_supported(&at, other, &["In", "NotIn"]),
    }
    let template = &spec.template.spec;
    let mut all = template.containers.iter().chain(&template.init_containers);
    if let Some(name) = &codes.container_name
        && !all.any(|one| one.name == *name)
    {
        let text = "must be one of the container or initContainer names in the pod template";
        report.invalid(&path.child("containerName"), &**name, text);
    }
    let at = path.child("values");
    let shown = Raw(crate::api::go::json(&encode::value_of(&codes.values)));
    if codes.values.is_empty() {
        report.invalid(&at, &shown, "at least one value is required");
    }
    let mut seen = BTreeSet::new();
    for (place, code) in codes.values.iter().enumerate() {
        if &*codes.operator == "In" && *code == 0 {
            report.invalid(&at.index(place), code, "must not be 0 for the In operator");
        }
        if !seen.insert(*code) {
            report.duplicate(&at.index(place), code);
        }
    }
    if !codes.values.is_sorted() {
        report.invalid(&at, &shown, "must be ordered");
    }
}

/// A policy as an error shows it: by the names of Go's fields.
fn shown(policy: &SuccessPolicy) -> Raw {
    let rule = |rule: &SuccessRule| {
        let indexes = rule.succeeded_indexes.as_deref().map(crate::api::go::quoted);
        let count = rule.succeeded_count.map(|count| count.to_string());
        let given = |text: Option<String>| text.unwrap_or_else(|| "null".to_owned());
        format!("{{\"SucceededIndexes\":{},\"SucceededCount\":{}}}", given(indexes), given(count))
    };
    let rules: Vec<String> = policy.rules.iter().map(rule).collect();
    Raw(format!("{{\"Rules\":[{}]}}", rules.join(",")))
}

/// Models pkg/apis/batch/validation/validation.go validateSuccessPolicy
fn success(spec: &JobSpec, path: &Path<'_>, report: &mut Report) {
    let Some(policy) = &spec.success_policy else { return };
    let path = path.child("successPolicy");
    if spec.completion_mode.as_deref() != Some("Indexed") {
        report.invalid(&path, &shown(policy), INDEXED);
        return;
    }
    let at = path.child("rules");
    if policy.rules.is_empty() {
        let text = "at least one rules must be specified when the successPolicy is specified";
        report.required(&at, text);
    }
    for (place, rule) in policy.rules.iter().enumerate() {
        if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
            let text = "at least one of succeededCount or succeededIndexes must be specified";
            report.required(&at.index(place), text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(spec: &str) -> Vec<String> {
        let spec: JobSpec = serde_json::from_str(spec).expect("it decodes");
        let mut report = Report::default();
        check(&spec, &Path::root("spec"), &mut report);
        report.errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn limits_of_indexes_need_indexes() {
        assert_eq!(
            errors(r#"{"backoffLimitPerIndex": 1}"#),
            ["spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"]
        );
        assert_eq!(
            errors(r#"{"completionMode": "Indexed", "completions": 2, "maxFailedIndexes": 3}"#),
            [
                "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
                "spec.maxFailedIndexes: Invalid value: 3: must be less than or equal to completions",
            ]
        );
    }

    #[test]
    fn rules_for_failures_are_whole() {
        let rule =
            |rule: &str| errors(&format!(r#"{{"podFailurePolicy": {{"rules": [{rule}]}}}}"#));
        assert_eq!(
            rule(r#"{"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [0]}}"#),
            [
                "spec.podFailurePolicy.rules[0].action: Invalid value: \"FailIndex\": requires the \
                 backoffLimitPerIndex to be set",
                "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not \
                 be 0 for the In operator",
            ]
        );
        let both =
            rule(r#"{"action": "Skip", "onExitCodes": {"operator": "In", "values": [2, 1]}}"#);
        assert_eq!(
            both[0],
            "spec.podFailurePolicy.rules[0].action: Unsupported value: \"Skip\": supported values: \
             \"Count\", \"FailIndex\", \"FailJob\", \"Ignore\""
        );
        assert!(both[1].ends_with("must be ordered"));
    }
}
