//! HorizontalPodAutoscalers.
//!
//! Must not know what is measured. Invariant: a metric has one source, the one that its type
//! names.
//!
//! Models pkg/apis/autoscaling/validation/validation.go

use crate::api::tree::FromTree as _;
use crate::api::validation::amounts::container_name;
use crate::api::validation::names::dns_label;
use crate::api::validation::path::{Path, Report};
use crate::api::validation::shared;
use crate::api::{Quantity, Value};

const NONE: Value = Value::Null;
const WINDOW_MAX: i64 = 3_600;
const PERIOD_MAX: i64 = 1_800;
const EITHER: &str = "may not set both a target raw value and a target utilization";

/// The sources of metrics in the order in which they are looked at, with the types that name them.
const SOURCES: [(&str, &str); 5] = [
    ("object", "Object"),
    ("external", "External"),
    ("pods", "Pods"),
    ("resource", "Resource"),
    ("containerResource", "ContainerResource"),
];

const KINDS: [&str; 5] = ["ContainerResource", "External", "Object", "Pods", "Resource"];

/// Models pkg/apis/autoscaling/validation/validation.go validateHorizontalPodAutoscalerSpec
pub(super) fn check(tree: &Value, before: Option<&Value>, report: &mut Report) {
    let spec = tree.at("spec").unwrap_or(&NONE);
    let path = Path::root("spec");
    let (least, most) = (spec.int("minReplicas"), spec.int("maxReplicas").unwrap_or(0));
    if let Some(least) = least.filter(|least| *least < 1) {
        report.invalid(&path.child("minReplicas"), &least, "must be greater than or equal to 1");
    }
    let at = path.child("maxReplicas");
    if most < 1 {
        report.invalid(&at, &most, "must be greater than 0");
    }
    if least.is_some_and(|least| most < least) {
        report.invalid(&at, &most, "must be greater than or equal to `minReplicas`");
    }
    target(spec, before, &path, report);
    let at = path.child("metrics");
    let metrics = spec.items("metrics");
    for (index, one) in metrics.iter().enumerate() {
        metric(one, &at.index(index), report);
    }
    let counts = |one: &Value| matches!(one.word("type"), "Object" | "External");
    if least == Some(0) && !metrics.iter().any(counts) {
        let detail = "must specify at least one Object or External metric to support scaling to \
                      zero replicas";
        report.forbidden(&at, detail);
    }
    let at = path.child("behavior");
    for field in ["scaleUp", "scaleDown"] {
        if let Some(rules) = spec.at("behavior").and_then(|one| one.at(field)) {
            scaling(rules, &at.child(field), report);
        }
    }
}

/// Models pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go
/// validationOptionsForHorizontalPodAutoscaler
fn target(spec: &Value, before: Option<&Value>, path: &Path<'_>, report: &mut Report) {
    let field = "scaleTargetRef";
    let one = spec.at(field).unwrap_or(&NONE);
    let old = before.and_then(|tree| tree.at("spec")).and_then(|spec| spec.at(field));
    let is_same =
        |old: &Value| ["apiVersion", "kind"].iter().all(|key| old.word(key) == one.word(key));
    let needs_group = one.word("kind") != "ReplicationController";
    let needs = (!old.is_some_and(is_same)).then_some(needs_group);
    reference(one, needs, &path.child(field), report);
}

/// An object of any version; the version is looked at unless nothing is said of its group.
///
/// Models pkg/apis/autoscaling/validation/validation.go ValidateCrossVersionObjectReference
fn reference(one: &Value, needs_group: Option<bool>, path: &Path<'_>, report: &mut Report) {
    shared::segments(one, &["kind", "name"], path, report);
    let (at, version) = (path.child("apiVersion"), one.word("apiVersion"));
    let Some(needs_group) = needs_group else { return };
    if version.matches('/').count() > 1 {
        report.invalid(&at, version, &format!("unexpected GroupVersion string: {version}"));
    } else if needs_group && version.split_once('/').is_none_or(|(group, _)| group.is_empty()) {
        report.invalid(&at, version, "apiVersion must specify API group");
    }
}

/// Models pkg/apis/autoscaling/validation/validation.go validateMetricSpec
fn metric(one: &Value, path: &Path<'_>, report: &mut Report) {
    let (at, kind) = (path.child("type"), one.word("type"));
    if kind.is_empty() {
        report.required(&at, "must specify a metric source type");
    }
    if !KINDS.contains(&kind) {
        report.not_supported(&at, kind, &KINDS);
    }
    let given: Vec<&str> =
        SOURCES.iter().map(|(field, _)| *field).filter(|field| one.at(field).is_some()).collect();
    if let Some(field) = given.first() {
        source(field, one.at(field).unwrap_or(&NONE), &path.child(field), report);
    }
    let wanted = SOURCES.iter().find(|(_, name)| *name == kind).map(|(field, _)| *field);
    if let Some(field) = wanted.filter(|field| !given.contains(field)) {
        let detail = "must populate information for the given metric source";
        report.required(&path.child(field), detail);
    }
    if given.len() != 1 {
        for field in given.iter().filter(|field| wanted != Some(**field)) {
            report.forbidden(&path.child(field), "must populate the given metric source only");
        }
    }
}

/// Models pkg/apis/autoscaling/validation/validation.go validateObjectSource,
/// validateExternalSource, validatePodsSource, validateResourceSource,
/// validateContainerResourceSource
fn source(kind: &str, one: &Value, path: &Path<'_>, report: &mut Report) {
    let is_resource = matches!(kind, "resource" | "containerResource");
    if kind == "object" {
        let at = path.child("describedObject");
        reference(one.at("describedObject").unwrap_or(&NONE), Some(false), &at, report);
    }
    let (at, name) = (path.child("name"), one.word("name"));
    if !is_resource {
        let (at, metric) = (path.child("metric"), one.at("metric").unwrap_or(&NONE));
        if metric.lacks("name") {
            report.required(&at.child("name"), "must specify a metric name");
        } else {
            shared::segments(metric, &["name"], &at, report);
        }
    } else if name.is_empty() {
        report.required(&at, "must specify a resource name");
    } else if kind == "containerResource" {
        container_name(name, &at, report);
    }
    if kind == "containerResource" {
        let at = path.child("container");
        if one.lacks("container") {
            report.required(&at, "must specify a container");
        }
        shared::named(one, "container", dns_label, path, report);
    }
    let at = path.child("target");
    let target = one.at("target").unwrap_or(&NONE);
    goal(target, &at, report);
    let has = |field: &str| target.at(field).is_some();
    let (value, average) = (has("value"), has("averageValue"));
    match kind {
        "object" | "external" if !value && !average => {
            let detail = match kind {
                "object" => "must set either a target value or averageValue",
                _ => "must set either a target value for metric or a per-pod target",
            };
            report.required(&at.child("averageValue"), detail);
        }
        "external" if value && average => {
            let detail = "may not set both a target value for metric and a per-pod target";
            report.forbidden(&at.child("value"), detail);
        }
        "pods" if !average => {
            let detail = "must specify a positive target averageValue";
            report.required(&at.child("averageValue"), detail);
        }
        _ if is_resource => match (has("averageUtilization"), average) {
            (false, false) => {
                let detail = "must set either a target raw value or a target utilization";
                report.required(&at.child("averageUtilization"), detail);
            }
            (true, true) => report.forbidden(&at.child("averageValue"), EITHER),
            _ => {}
        },
        _ => {}
    }
}

/// Models pkg/apis/autoscaling/validation/validation.go validateMetricTarget
fn goal(target: &Value, path: &Path<'_>, report: &mut Report) {
    let (at, kind) = (path.child("type"), target.word("type"));
    if kind.is_empty() {
        report.required(&at, "must specify a metric target type");
    }
    if !matches!(kind, "Utilization" | "Value" | "AverageValue") {
        report.invalid(&at, kind, "must be either Utilization, Value, or AverageValue");
    }
    for field in ["value", "averageValue"] {
        let amount = target.at(field).and_then(|one| Quantity::of(one).ok());
        if let Some(amount) = amount.filter(|amount| amount.milli <= 0) {
            report.invalid(&path.child(field), &*amount.to_string(), "must be positive");
        }
    }
    let field = "averageUtilization";
    if let Some(percent) = target.int(field).filter(|percent| *percent < 1) {
        report.invalid(&path.child(field), &percent, "must be greater than 0");
    }
}

/// Models pkg/apis/autoscaling/validation/validation.go validateScalingRules
fn scaling(rules: &Value, path: &Path<'_>, report: &mut Report) {
    let field = "stabilizationWindowSeconds";
    if let Some(seconds) = rules.int(field) {
        let at = path.child(field);
        if seconds < 0 {
            report.invalid(&at, &seconds, "must be greater than or equal to zero");
        }
        if seconds > WINDOW_MAX {
            let detail = format!("must be less than or equal to {WINDOW_MAX}");
            report.invalid(&at, &seconds, &detail);
        }
    }
    let words = ["Disabled", "Max", "Min"];
    report.some_of(&path.child("selectPolicy"), rules.at("selectPolicy"), &words);
    let at = path.child("policies");
    if rules.items("policies").is_empty() {
        report.required(&at, "must specify at least one Policy");
    }
    for (index, one) in rules.items("policies").iter().enumerate() {
        let at = at.index(index);
        let kind = one.word("type");
        if !matches!(kind, "Pods" | "Percent") {
            report.not_supported(&at.child("type"), kind, &["Percent", "Pods"]);
        }
        for field in ["value", "periodSeconds"] {
            let number = one.int(field).unwrap_or(0);
            if number <= 0 {
                report.invalid(&at.child(field), &number, "must be greater than zero");
            }
            if field == "periodSeconds" && number > PERIOD_MAX {
                let detail = format!("must be less than or equal to {PERIOD_MAX}");
                report.invalid(&at.child(field), &number, &detail);
            }
        }
    }
    let tolerance = rules.at("tolerance").and_then(|one| Quantity::of(one).ok());
    if let Some(tolerance) = tolerance.filter(|one| one.milli < 0) {
        let detail = "must be greater than or equal to 0";
        report.invalid(&path.child("tolerance"), &*tolerance.to_string(), detail);
    }
}
