//! ResourceQuotas and LimitRanges.
//!
//! Must not know what is counted. Invariant: bounds are compared exactly, without fractions that
//! round.
//!
//! Models pkg/apis/core/validation/validation.go ValidateResourceQuota, ValidateLimitRange

use crate::api::pod::ResourceList;
use crate::api::tree::FromTree as _;
use crate::api::validation::amounts;
use crate::api::validation::names::qualified_name;
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::selector::OPERATORS;
use crate::api::{Quantity, Value, go};
use crate::base::{Order as _, Str};

const NONE: Value = Value::Null;
const OF_PODS: [&str; 7] =
    ["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
const SCOPES: [&str; 7] = [
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "VolumeAttributesClass",
    "CrossNamespacePodAffinity",
];
const OPPOSITES: [[&str; 2]; 2] =
    [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];

fn amounts_of(tree: &Value, field: &str) -> ResourceList {
    tree.at(field).and_then(|one| ResourceList::of(one).ok()).unwrap_or_default()
}

/// Models pkg/apis/core/validation/validation.go ValidateResourceQuotaSpec
pub(super) fn check_quota(tree: &Value, report: &mut Report) {
    let spec = tree.at("spec").unwrap_or(&NONE);
    let path = Path::root("spec");
    let hard = amounts_of(spec, "hard");
    let at = path.child("hard");
    for (name, amount) in &hard {
        let at = at.key(name);
        amounts::quota_name(name, &at, report);
        amounts::quantity(name, *amount, &at, report);
    }
    let names: Vec<&str> = hard.keys().map(|name| &**name).collect();
    let scopes = spec.items("scopes");
    let given: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
    let (at, shown) = (path.child("scopes"), Value::List(scopes.to_vec()));
    for scope in &given {
        if !SCOPES.contains(scope) {
            report.invalid(&at, &shown, "unsupported scope");
        }
        for _ in names.iter().filter(|name| !applies(scope, name)) {
            report.invalid(&at, &shown, "unsupported scope applied to resource");
        }
    }
    conflicts(&given, &at, &shown, report);
    if let Some(selector) = spec.at("scopeSelector") {
        let at = path.child("scopeSelector");
        scope_selector(selector, &names, &shown, &at.child("matchExpressions"), report);
    }
}

/// Models pkg/apis/core/helper/helpers.go IsResourceQuotaScopeValidForResource
fn applies(scope: &str, name: &str) -> bool {
    if !amounts::is_of_quotas(name) {
        return true;
    }
    match scope {
        "BestEffort" => name == "pods",
        "VolumeAttributesClass" => matches!(name, "persistentvolumeclaims" | "requests.storage"),
        other if SCOPES.contains(&other) => OF_PODS.contains(&name),
        _ => true,
    }
}

fn conflicts(given: &[&str], path: &Path<'_>, shown: &Value, report: &mut Report) {
    for pair in OPPOSITES {
        if pair.iter().all(|scope| given.contains(scope)) {
            report.invalid(path, shown, "conflicting scopes");
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateScopedResourceSelectorRequirement
fn scope_selector(
    selector: &Value,
    names: &[&str],
    scopes: &Value,
    path: &Path<'_>,
    report: &mut Report,
) {
    const ONLY_EXISTS: &str = "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, \
                               ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, \
                               ResourceQuotaScopeNotBestEffort or \
                               ResourceQuotaScopeCrossNamespacePodAffinity";
    let all = selector.items("matchExpressions");
    let operator = path.child("operator");
    for one in all {
        let (scope, how) = (one.word("scopeName"), one.word("operator"));
        if !SCOPES.contains(&scope) {
            report.invalid(&path.child("scopeName"), scope, "unsupported scope");
        }
        for _ in names.iter().filter(|name| !applies(scope, name)) {
            report.invalid(path, &shown(all), "unsupported scope applied to resource");
        }
        let takes_words = matches!(scope, "PriorityClass" | "VolumeAttributesClass");
        if SCOPES.contains(&scope) && !takes_words && how != "Exists" {
            report.invalid(&operator, how, ONLY_EXISTS);
        }
        let (at, values) = (path.child("values"), one.items("values"));
        match how {
            "In" | "NotIn" if values.is_empty() => {
                let detail = "must be at least one value when `operator` is 'In' or 'NotIn' for \
                              scope selector";
                report.required(&at, detail);
            }
            "In" | "NotIn" => {}
            "Exists" | "DoesNotExist" => {
                if !values.is_empty() {
                    let detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' \
                                  for scope selector";
                    report.invalid(&at, &Value::List(values.to_vec()), detail);
                }
            }
            other => report.no_operator(&operator, other, &OPERATORS),
        }
    }
    let given: Vec<&str> = all.iter().map(|one| one.word("scopeName")).collect();
    conflicts(&given, path, scopes, report);
}

/// A selector of scopes by the names of Go's fields.
fn shown(all: &[Value]) -> Raw {
    let one = |one: &Value| {
        let values = one.at("values").map_or_else(|| "null".to_owned(), go::json);
        let (scope, how) = (go::quoted(one.word("scopeName")), go::quoted(one.word("operator")));
        format!("{{\"ScopeName\":{scope},\"Operator\":{how},\"Values\":{values}}}")
    };
    let all: Vec<String> = all.iter().map(one).collect();
    Raw(format!("{{\"MatchExpressions\":[{}]}}", all.join(",")))
}

/// A quota keeps its scopes.
///
/// Models pkg/apis/core/validation/validation.go ValidateResourceQuotaUpdate
pub(super) fn check_quota_update(new: &Value, old: &Value, report: &mut Report) {
    let [now, before] = [new, old].map(|tree| tree.at("spec").unwrap_or(&NONE).items("scopes"));
    let is_within = |one: &[Value], other: &[Value]| one.iter().all(|scope| other.contains(scope));
    let is_same = is_within(now, before) && is_within(before, now);
    let path = Path::root("spec");
    report.immutable(&path.child("scopes"), is_same, || go::json(&Value::List(now.to_vec())));
}

const KINDS: [&str; 3] = ["Pod", "Container", "PersistentVolumeClaim"];

/// Models pkg/apis/core/validation/validation.go ValidateLimitRange
pub(super) fn check_limits(tree: &Value, report: &mut Report) {
    let limits = tree.at("spec").unwrap_or(&NONE).items("limits");
    let path = Path::root("spec");
    let path = path.child("limits");
    for (index, limit) in limits.iter().enumerate() {
        let at = path.index(index);
        let (kind, at_kind) = (limit.word("type"), at.child("type"));
        let messages = qualified_name(kind);
        if messages.is_empty() && !kind.contains('/') && !KINDS.contains(&kind) {
            let detail = "must be a standard limit type or fully qualified";
            report.invalid(&at_kind, kind, detail);
        }
        report.all_invalid(&at_kind, kind, messages);
        if limits[..index].iter().any(|other| other.word("type") == kind) {
            report.duplicate(&at_kind, kind);
        }
        limit_item(limit, kind, &at, report);
    }
}

fn limit_item(limit: &Value, kind: &str, path: &Path<'_>, report: &mut Report) {
    let is_pod = kind == "Pod";
    let named = |field: &str, report: &mut Report| {
        let found = amounts_of(limit, field);
        let at = path.child(field);
        for name in found.keys() {
            let at = at.key(name);
            if matches!(kind, "Pod" | "Container") {
                amounts::container_name(name, &at, report);
            } else {
                amounts::name(name, &at, report);
            }
        }
        found
    };
    let (most, least) = (named("max", report), named("min", report));
    let mut given = [ResourceList::new(), ResourceList::new()];
    for (field, found) in ["default", "defaultRequest"].into_iter().zip(&mut given) {
        if !is_pod {
            *found = named(field, report);
        } else if !limit.lacks(field) {
            let detail = "may not be specified when `type` is 'Pod'";
            report.forbidden(&path.child(field), detail);
        }
    }
    let [usual, asked] = given;
    let has_size = ["min", "max"]
        .iter()
        .any(|field| limit.at(field).is_some_and(|amounts| amounts.at("storage").is_some()));
    if kind == "PersistentVolumeClaim" && !has_size {
        let detail =
            "either minimum or maximum storage value is required, but neither was provided";
        report.required(&path.child("limits"), detail);
    }
    let ratios = named("maxLimitRequestRatio", report);
    let all = [&most, &least, &usual, &asked, &ratios];
    let mut names: Vec<&Str> = all.into_iter().flat_map(|all| all.keys()).collect();
    names.order();
    names.dedup();
    for name in names {
        let bounds = [&least, &most, &usual, &asked].map(|all| all.get(name).copied());
        compare(name, bounds, path, report);
        if let Some(ratio) = ratios.get(name) {
            let bounds = least.get(name).zip(most.get(name));
            let at = path.child("maxLimitRequestRatio");
            check_ratio(*ratio, bounds, &at.key(name), report);
        }
        if let (Some(usual), Some(asked)) = (usual.get(name), asked.get(name))
            && !amounts::may_overcommit(name)
            && usual.milli != asked.milli
        {
            let detail = format!(
                "default value {usual} must equal to defaultRequest value {asked} in {name}"
            );
            report.invalid(&path.child("defaultRequest").key(name), &*asked.to_string(), &detail);
        }
    }
}

/// What is lower than it may be, of the least, the most, the usual limit and the usual request.
fn compare(name: &str, bounds: [Option<Quantity>; 4], path: &Path<'_>, report: &mut Report) {
    let [least, most, usual, asked] = bounds;
    let words = ["min value", "max value", "default value", "default request value"];
    let [min, max, default, request] = words;
    for (field, low, high, low_word, high_word, shows_low) in [
        ("min", least, most, min, max, true),
        ("defaultRequest", least, asked, min, request, false),
        ("defaultRequest", asked, most, request, max, true),
        ("defaultRequest", asked, usual, request, "default limit value", true),
        ("default", least, usual, min, default, true),
        ("default", usual, most, default, max, false),
    ] {
        if let (Some(low), Some(high)) = (low, high)
            && low.milli > high.milli
        {
            let detail = format!("{low_word} {low} is greater than {high_word} {high}");
            let shown = if shows_low { low } else { high };
            let at = path.child(field);
            report.invalid(&at.key(name), &*shown.to_string(), &detail);
        }
    }
}

fn check_ratio(
    ratio: Quantity,
    bounds: Option<(&Quantity, &Quantity)>,
    path: &Path<'_>,
    report: &mut Report,
) {
    let shown = ratio.to_string();
    if ratio.milli < 1_000 {
        report.invalid(path, &*shown, &format!("ratio {ratio} is less than 1"));
    }
    let Some((least, most)) = bounds.filter(|(least, _)| least.milli > 0) else { return };
    let (ratio, least, most) =
        (i128::from(ratio.milli), i128::from(least.milli), i128::from(most.milli));
    if ratio * least > most * 1_000 {
        let millionths = (most * 1_000_000 + least / 2) / least;
        let (whole, part) = (millionths / 1_000_000, millionths % 1_000_000);
        let detail = format!("ratio {shown} is greater than max/min = {whole}.{part:06}");
        report.invalid(path, &*shown, &detail);
    }
}
