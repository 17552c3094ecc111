//! What a Job says of failures and of success.
//!
//! Must not know how Jobs run. Invariant: messages are Kubernetes' own.
//!
//! Models pkg/apis/batch/validation/validation.go

use std::collections::BTreeSet;

use crate::api::batch::{
    FailureRule, JobSpec, OnExitCodes, OnPodCondition, SuccessPolicy, SuccessRule,
};
use crate::api::encode;
use crate::api::validation::names::qualified_name;
use crate::api::validation::path::{Path, Raw, Report};

const INDEXED: &str = "requires indexed completion mode";

const INDEXES_MAX: i32 = 100_000;
/// What holds beyond so many completions with limits for each index.
const MANY_MAX: i32 = 10_000;

/// Checks the limits of indexes and the policies.
///
/// Models pkg/apis/batch/validation/validation.go validateJobSpec
pub(super) fn check(spec: &JobSpec, path: &Path<'_>, report: &mut Report) {
    const RULES_MAX: usize = 20;
    limits(spec, path, report);
    let at = path.child("podFailurePolicy");
    let at = at.child("rules");
    if let Some(policy) = &spec.pod_failure_policy {
        if policy.rules.len() > RULES_MAX {
            report.too_many(&at, policy.rules.len(), RULES_MAX);
        }
        for (place, rule) in policy.rules.iter().enumerate() {
            check_rule(spec, rule, &at.index(place), report);
        }
    }
    success(spec, path, report);
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
}

fn limits(spec: &JobSpec, path: &Path<'_>, report: &mut Report) {
    let (parallelism, completions) = (path.child("parallelism"), path.child("completions"));
    let failed = path.child("maxFailedIndexes");
    if spec.completion_mode.as_deref() != Some("Indexed") {
        let fields = [
            ("backoffLimitPerIndex", spec.backoff_limit_per_index),
            ("maxFailedIndexes", spec.max_failed_indexes),
        ];
        for (field, number) in fields {
            if let Some(number) = number {
                report.invalid(&path.child(field), &number, INDEXED);
            }
        }
        return;
    }
    if spec.completions.is_none() {
        report.required(&completions, "when completion mode is Indexed");
    }
    let at_most =
        |path: &Path<'_>, number: Option<i32>, most: i32, more: &str, report: &mut Report| {
            if let Some(number) = number.filter(|number| *number > most) {
                let detail = format!("must be less than or equal to {most}{more}");
                report.invalid(path, &number, &detail);
            }
        };
    let more = " when completion mode is Indexed";
    at_most(&parallelism, spec.parallelism, INDEXES_MAX, more, report);
    if let (Some(most), Some(all)) = (spec.max_failed_indexes, spec.completions)
        && most > all
    {
        report.invalid(&failed, &most, "must be less than or equal to completions");
    }
    at_most(&failed, spec.max_failed_indexes, INDEXES_MAX, "", report);
    let is_many = spec.completions.is_some_and(|all| all > INDEXES_MAX);
    if is_many && spec.backoff_limit_per_index.is_some() {
        if spec.max_failed_indexes.is_none() {
            let detail = format!("must be specified when completions is above {INDEXES_MAX}");
            report.required(&failed, &detail);
        }
        let more = format!(
            " when completions are above {INDEXES_MAX} and used with backoff limit per index"
        );
        at_most(&parallelism, spec.parallelism, MANY_MAX, &more, report);
        at_most(&failed, spec.max_failed_indexes, MANY_MAX, &more, report);
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
    check_conditions(&rule.on_pod_conditions, &path.child("onPodConditions"), report);
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

/// Models pkg/apis/batch/validation/validation.go validatePodFailurePolicyRuleOnPodConditions
fn check_conditions(conditions: &[OnPodCondition], path: &Path<'_>, report: &mut Report) {
    const CONDITIONS_MAX: usize = 20;
    if conditions.len() > CONDITIONS_MAX {
        report.too_many(path, conditions.len(), CONDITIONS_MAX);
    }
    for (place, one) in conditions.iter().enumerate() {
        let at = path.index(place);
        report.all_invalid(&at.child("type"), &one.kind, qualified_name(&one.kind));
    }
}

/// Models pkg/apis/batch/validation/validation.go validatePodFailurePolicyRuleOnExitCodes
fn check_codes(spec: &JobSpec, codes: &OnExitCodes, path: &Path<'_>, report: &mut Report) {
    const CODES_MAX: usize = 255;
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
    } else if codes.values.len() > CODES_MAX {
        report.too_many(&at, codes.values.len(), CODES_MAX);
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
    const RULES_MAX: usize = 20;
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
    if policy.rules.len() > RULES_MAX {
        report.too_many(&at, policy.rules.len(), RULES_MAX);
    }
    for (place, rule) in policy.rules.iter().enumerate() {
        success_rule(rule, spec.completions.unwrap_or(0), &at.index(place), report);
    }
}

/// Models pkg/apis/batch/validation/validation.go validateSuccessPolicyRule
fn success_rule(rule: &SuccessRule, all: i32, path: &Path<'_>, report: &mut Report) {
    const LENGTH_MAX: usize = 64 * 1024;
    if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
        let text = "at least one of succeededCount or succeededIndexes must be specified";
        report.required(path, text);
    }
    let mut counted = 0;
    if let Some(text) = rule.succeeded_indexes.as_deref() {
        let at = path.child("succeededIndexes");
        if text.len() > LENGTH_MAX {
            report.too_long(&at, LENGTH_MAX);
        }
        match count_indexes(text, all) {
            Ok(count) => counted = count,
            Err(why) => {
                report.invalid(&at, text, &format!("error parsing succeededIndexes: {why}"));
            }
        }
    }
    let Some(count) = rule.succeeded_count else { return };
    let at = path.child("succeededCount");
    report.nonnegative(&at, count);
    for (most, is_given, what) in [
        (all, true, "the number of specified completions"),
        (
            counted,
            rule.succeeded_indexes.is_some(),
            "the number of indexes in the specified succeededIndexes field",
        ),
    ] {
        if is_given && count > most {
            let detail = format!("must be less than or equal to {most} ({what})");
            report.invalid(&at, &count, &detail);
        }
    }
}

/// How many indexes a text like `0,2-4` names, each below `all`.
///
/// Models pkg/apis/batch/validation/validation.go validateIndexesFormat
fn count_indexes(text: &str, all: i32) -> Result<i32, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let (mut last, mut count) = (None, 0_i32);
    for part in text.split(',') {
        let ends: Vec<&str> = part.split('-').collect();
        if ends.len() > 2 {
            return Err(format!(
                "the fragment \"{part}\" violates the requirement that an index interval can have \
                 at most two parts separated by '-'"
            ));
        }
        let read = |text: &str| {
            let number: i64 = text
                .parse()
                .map_err(|_| format!("cannot convert string to integer for index: \"{text}\""))?;
            let too_large = || format!("too large index: \"{text}\"");
            i32::try_from(number).ok().filter(|number| *number < all).ok_or_else(too_large)
        };
        let first = read(ends[0])?;
        if let Some(last) = last.filter(|last| *last >= first) {
            return Err(format!("non-increasing order, previous: {last}, current: {first}"));
        }
        let end = ends.get(1).map_or(Ok(first), |text| {
            let end = read(text)?;
            if first < end {
                return Ok(end);
            }
            Err(format!("non-increasing order, previous: {first}, current: {end}"))
        })?;
        count = count.saturating_add(end - first + 1);
        last = Some(end);
    }
    Ok(count)
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
            ["spec.maxFailedIndexes: Invalid value: 3: must be less than or equal to completions"]
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
