//! Which nodes and neighbours a Pod asks for, its tolerations and how it is spread.
//!
//! Must not know the scheduler. Invariant: paths are those of the Pod's spec.

use crate::api::affinity::{Affinity, NodeRequirement, NodeSelector, NodeSelectorTerm, PodTerm};
use crate::api::pod::{Toleration, TopologySpread};
use crate::api::validation::names::{dns_label, dns_subdomain, label_value, qualified_name};
use crate::api::validation::path::{Path, Report};
use crate::api::validation::selector;
use crate::base::Str;

const NODE_OPERATORS: [&str; 6] = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Models pkg/apis/core/validation/validation.go validateAffinity
pub(super) fn check(affinity: &Affinity, path: &Path<'_>, report: &mut Report) {
    if let Some(node) = &affinity.node_affinity {
        let at = path.child("nodeAffinity");
        if let Some(required) = &node.required {
            let at = at.child("requiredDuringSchedulingIgnoredDuringExecution");
            node_selector(required, &at, report);
        }
        let at = at.child("preferredDuringSchedulingIgnoredDuringExecution");
        for (index, one) in node.preferred.iter().enumerate() {
            let at = at.index(index);
            weight(one.weight, &at, report);
            node_term(&one.preference, &at.child("preference"), report);
        }
    }
    let pods =
        [("podAffinity", &affinity.pod_affinity), ("podAntiAffinity", &affinity.pod_anti_affinity)];
    for (field, pods) in pods {
        let Some(pods) = pods else { continue };
        let at = path.child(field);
        let required = at.child("requiredDuringSchedulingIgnoredDuringExecution");
        for (index, term) in pods.required.iter().enumerate() {
            pod_term(term, &required.index(index), report);
        }
        let preferred = at.child("preferredDuringSchedulingIgnoredDuringExecution");
        for (index, one) in pods.preferred.iter().enumerate() {
            let at = preferred.index(index);
            weight(one.weight, &at, report);
            pod_term(&one.pod_affinity_term, &at.child("podAffinityTerm"), report);
        }
    }
}

fn weight(weight: i32, path: &Path<'_>, report: &mut Report) {
    if !(1..=100).contains(&weight) {
        report.invalid(&path.child("weight"), &weight, "must be in the range 1-100");
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateNodeSelector
pub(super) fn node_selector(selector: &NodeSelector, path: &Path<'_>, report: &mut Report) {
    let at = path.child("nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        report.required(&at, "must have at least one node selector term");
    }
    for (index, term) in selector.node_selector_terms.iter().enumerate() {
        node_term(term, &at.index(index), report);
    }
}

fn node_term(term: &NodeSelectorTerm, path: &Path<'_>, report: &mut Report) {
    let at = path.child("matchExpressions");
    for (index, one) in term.match_expressions.iter().enumerate() {
        requirement(one, &at.index(index), report);
    }
    let at = path.child("matchFields");
    for (index, one) in term.match_fields.iter().enumerate() {
        let at = at.index(index);
        match &*one.operator {
            "In" | "NotIn" => {
                if one.values.len() != 1 {
                    let detail = "must be only one value when `operator` is 'In' or 'NotIn' for \
                                  node field selector";
                    report.required(&at.child("values"), detail);
                }
            }
            operator => {
                report.no_operator(&at.child("operator"), operator, &["In", "NotIn"]);
            }
        }
        if &*one.key == "metadata.name" {
            let values = at.child("values");
            for (index, value) in one.values.iter().enumerate() {
                report.all_invalid(&values.index(index), value, dns_subdomain(value));
            }
        } else {
            report.invalid(&at.child("key"), &*one.key, "not a valid field selector key");
        }
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateNodeSelectorRequirement
fn requirement(one: &NodeRequirement, path: &Path<'_>, report: &mut Report) {
    let values = path.child("values");
    match &*one.operator {
        "In" | "NotIn" => {
            if one.values.is_empty() {
                let detail = "must be specified when `operator` is 'In' or 'NotIn'";
                report.required(&values, detail);
            }
        }
        "Exists" | "DoesNotExist" => {
            if !one.values.is_empty() {
                let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                report.forbidden(&values, detail);
            }
        }
        "Gt" | "Lt" => {
            if one.values.len() != 1 {
                let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
                report.required(&values, detail);
            }
        }
        operator => {
            report.no_operator(&path.child("operator"), operator, &NODE_OPERATORS);
        }
    }
    report.all_invalid(&path.child("key"), &one.key, qualified_name(&one.key));
    for (index, value) in one.values.iter().enumerate() {
        report.all_invalid(&values.index(index), value, label_value(value));
    }
}

/// Models pkg/apis/core/validation/validation.go validatePodAffinityTerm
fn pod_term(term: &PodTerm, path: &Path<'_>, report: &mut Report) {
    if let Some(one) = &term.label_selector {
        selector::check(one, &path.child("labelSelector"), report);
    }
    if let Some(one) = &term.namespace_selector {
        selector::check(one, &path.child("namespaceSelector"), report);
    }
    for namespace in &term.namespaces {
        report.all_invalid(&path.child("namespace"), namespace, dns_label(namespace));
    }
    let at = path.child("topologyKey");
    if term.topology_key.is_empty() {
        report.required(&at, "can not be empty");
    }
    report.all_invalid(&at, &term.topology_key, qualified_name(&term.topology_key));
}

/// Models pkg/apis/core/validation/validation.go ValidateTolerations
pub(super) fn tolerations(tolerations: &[Toleration], path: &Path<'_>, report: &mut Report) {
    for (index, one) in tolerations.iter().enumerate() {
        let at = path.index(index);
        let text = |text: &Option<Str>| text.clone().unwrap_or_else(|| "".into());
        let (key, operator) = (text(&one.key), text(&one.operator));
        let (value, effect) = (text(&one.value), text(&one.effect));
        if !key.is_empty() {
            report.all_invalid(&at.child("key"), &key, qualified_name(&key));
        } else if &*operator != "Exists" {
            let detail = "operator must be Exists when `key` is empty, which means \"match all \
                          values and all keys\"";
            report.invalid(&at.child("operator"), &*operator, detail);
        }
        if one.toleration_seconds.is_some() && &*effect != "NoExecute" {
            let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            report.invalid(&at.child("effect"), &*effect, detail);
        }
        match &*operator {
            "" | "Equal" => {
                let messages = label_value(&value);
                if !messages.is_empty() {
                    report.invalid(&at.child("operator"), &*value, &messages.join(";"));
                }
            }
            "Exists" => {
                if !value.is_empty() {
                    let shown = crate::api::encode::value_of(one);
                    let detail = "value must be empty when `operator` is 'Exists'";
                    report.invalid(&at.child("operator"), &shown, detail);
                }
            }
            other => report.not_supported(&at.child("operator"), other, &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            report.one_of(&at.child("effect"), &effect, &EFFECTS);
        }
    }
}

/// A taint's effect.
pub(super) fn effect(effect: &str, path: &Path<'_>, report: &mut Report) {
    report.one_of(path, effect, &EFFECTS);
}

/// Models pkg/apis/core/validation/validation.go validateTopologySpreadConstraints
pub(super) fn spreads(spreads: &[TopologySpread], path: &Path<'_>, report: &mut Report) {
    for (index, one) in spreads.iter().enumerate() {
        let at = path.index(index);
        if one.max_skew <= 0 {
            report.invalid(&at.child("maxSkew"), &one.max_skew, "must be greater than zero");
        }
        let key = at.child("topologyKey");
        if one.topology_key.is_empty() {
            report.required(&key, "can not be empty");
        } else {
            report.all_invalid(&key, &one.topology_key, qualified_name(&one.topology_key));
        }
        let action = at.child("whenUnsatisfiable");
        let actions = ["DoNotSchedule", "ScheduleAnyway"];
        if !actions.contains(&&*one.when_unsatisfiable) {
            report.not_supported(&action, &*one.when_unsatisfiable, &actions);
        }
        let is_same = |other: &&TopologySpread| {
            other.topology_key == one.topology_key
                && other.when_unsatisfiable == one.when_unsatisfiable
        };
        if spreads[index + 1..].iter().any(|other| is_same(&other)) {
            let pair = format!("{{{}, {}}}", one.topology_key, one.when_unsatisfiable);
            report.duplicate(&at.child("{topologyKey, whenUnsatisfiable}"), &*pair);
        }
        if let Some(labels) = &one.label_selector {
            selector::check(labels, &at.child("labelSelector"), report);
        }
    }
}
