//! What may change in a living Pod.
//!
//! Must not know templates. Invariant: only images, deadlines, tolerations and gates change, and
//! of a Pod behind gates the nodes that it may go to, which get fewer.
//!
//! Models pkg/apis/core/validation/validation.go ValidatePodUpdate

use std::rc::Rc;

use crate::api::affinity::{Affinity, NodeAffinity, NodeRequirement, NodeSelectorTerm};
use crate::api::pod::{Container, Pod, PodSpec, Toleration};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::{Value, encode, go};
use crate::base::Str;

const ALLOWED: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
                       `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
                       `spec.tolerations` (only additions to existing tolerations),\
                       `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was \
                       previously negative)";

/// The changes of a Pod's spec.
///
/// Differs: the text ends where upstream adds a diff of Go's structs.
pub(super) fn check(new: &Pod, old: &Pod, report: &mut Report) {
    let path = Path::root("spec");
    let (new, old) = (&*new.spec, &*old.spec);
    let lists = [
        ("containers", &new.containers, &old.containers),
        ("initContainers", &new.init_containers, &old.init_containers),
    ];
    for (field, new, old) in lists {
        if !has_as_many(new, old, &path.child(field), report) {
            return;
        }
    }
    let deadline = path.child("activeDeadlineSeconds");
    match (new.active_deadline_seconds, old.active_deadline_seconds) {
        (Some(new), Some(old)) if new > old => {
            let new = i64::try_from(new).unwrap_or(i64::MAX);
            let detail = "must be less than or equal to previous value";
            report.invalid(&deadline, &new, detail);
            return;
        }
        (None, Some(_)) => {
            let detail = "must not update from a positive integer to nil value";
            report.invalid(&deadline, &crate::api::Value::Null, detail);
        }
        _ => {}
    }
    tolerations(&new.tolerations, &old.tolerations, &path.child("tolerations"), report);
    let gates = path.child("schedulingGates");
    for (index, gate) in new.scheduling_gates.iter().enumerate() {
        if !old.scheduling_gates.contains(gate) {
            let at = gates.index(index);
            let detail =
                format!("only deletion is allowed, but found new scheduling gate '{}'", gate.name);
            report.forbidden(&at.child("name"), &detail);
        }
    }
    let mut munged = munged(new, old);
    if !old.scheduling_gates.is_empty() {
        settle_gated(&mut munged, old, &path, report);
    }
    if munged != *old {
        report.forbidden(&path, ALLOWED);
    }
}

/// A Pod that waits behind gates may still be narrowed down to fewer nodes.
fn settle_gated(munged: &mut PodSpec, old: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let is_kept = |(key, value): (&Str, &Str)| munged.node_selector.get(key) == Some(value);
    if !old.node_selector.iter().all(is_kept) {
        let shown = go::json(&encode::value_of(&munged.node_selector));
        let detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        report.invalid(&path.child("nodeSelector"), &Raw(shown), detail);
    }
    munged.node_selector = old.node_selector.clone();
    let of = |spec: &PodSpec| spec.affinity.as_ref().and_then(|one| one.node_affinity.clone());
    let (new, before) = (of(munged), of(old));
    if new == before {
        return;
    }
    let terms = |affinity: Option<NodeAffinity>| {
        let required = affinity.and_then(|one| one.required).unwrap_or_default();
        required.node_selector_terms
    };
    narrowed(&terms(new), &terms(before.clone()), path, report);
    let mut affinity = munged.affinity.as_deref().cloned().unwrap_or_default();
    affinity.node_affinity = before;
    let is_gone = old.affinity.is_none() && affinity == Affinity::default();
    munged.affinity = (!is_gone).then(|| Rc::new(affinity));
}

/// Models pkg/apis/core/validation/validation.go validateNodeAffinityMutation
fn narrowed(
    new: &[NodeSelectorTerm],
    old: &[NodeSelectorTerm],
    path: &Path<'_>,
    report: &mut Report,
) {
    let (affinity, field) =
        (path.child("affinity"), "requiredDuringSchedulingIgnoredDuringExecution");
    let (node, terms) = (affinity.child("nodeAffinity"), "nodeSelectorTerms");
    let required = node.child(field);
    let at = required.child(terms);
    if !old.is_empty() && old.len() != new.len() {
        let detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        let all: Vec<String> = new.iter().map(shown_term).collect();
        return report.invalid(&at, &Raw(format!("[{}]", all.join(","))), detail);
    }
    for (index, (new, old)) in new.iter().zip(old).enumerate() {
        let (fields, labels) = (&old.match_fields, &old.match_expressions);
        let was_empty = fields.is_empty() && labels.is_empty();
        let grows = new.match_expressions.starts_with(labels)
            && new.match_fields.starts_with(fields)
            && (!was_empty || new == old);
        if !grows {
            let detail = "only additions are allowed (no mutations or deletions)";
            report.invalid(&at.index(index), &Raw(shown_term(new)), detail);
        }
    }
}

/// A term as JSON of Go's own type, which names its fields as Go does.
fn shown_term(term: &NodeSelectorTerm) -> String {
    let texts = |texts: &[Str]| match texts {
        [] => Value::Null,
        some => Value::List(some.iter().cloned().map(Value::Str).collect()),
    };
    let one = |one: &NodeRequirement| {
        let (key, operator) = (Value::Str(one.key.clone()), Value::Str(one.operator.clone()));
        Value::map([("Key", key), ("Operator", operator), ("Values", texts(&one.values))])
    };
    let all = |list: &[NodeRequirement]| match list {
        [] => Value::Null,
        some => Value::List(some.iter().map(one).collect()),
    };
    let (labels, fields) = (all(&term.match_expressions), all(&term.match_fields));
    go::json(&Value::map([("MatchExpressions", labels), ("MatchFields", fields)]))
}

fn has_as_many(new: &[Container], old: &[Container], path: &Path<'_>, report: &mut Report) -> bool {
    let is_same = new.len() == old.len();
    if !is_same {
        report.forbidden(path, "pod updates may not add or remove containers");
    }
    is_same
}

/// Models pkg/apis/core/validation/validation.go validateOnlyAddedTolerations
fn tolerations(new: &[Toleration], old: &[Toleration], path: &Path<'_>, report: &mut Report) {
    let is_kept = |one: &Toleration| {
        new.iter().any(|other| {
            *one == Toleration { toleration_seconds: one.toleration_seconds, ..other.clone() }
        })
    };
    if !old.iter().all(is_kept) {
        let detail = "existing toleration can not be modified except its tolerationSeconds";
        report.forbidden(path, detail);
    }
}

/// The new spec with all that may change as it was.
fn munged(new: &PodSpec, old: &PodSpec) -> PodSpec {
    let images = |new: &[Container], old: &[Container]| -> Vec<Container> {
        let pairs = new.iter().zip(old);
        pairs.map(|(new, old)| Container { image: old.image.clone(), ..new.clone() }).collect()
    };
    PodSpec {
        containers: images(&new.containers, &old.containers),
        init_containers: images(&new.init_containers, &old.init_containers),
        active_deadline_seconds: old.active_deadline_seconds,
        tolerations: old.tolerations.clone(),
        scheduling_gates: old.scheduling_gates.clone(),
        ..new.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::validation::validate_update;
    use crate::api::{Object, decode, defaults};

    fn pod(more: &str) -> Object {
        let text = format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"p\",\"namespace\":\
             \"d\"}},\"spec\":{{{more}\"containers\":[{{\"name\":\"c\",\"image\":\"i\"}}]}}}}"
        );
        let tree: Value = serde_json::from_str(&text).expect("valid");
        let mut object = decode::strict(&tree).expect("an object");
        defaults::fill(&mut object);
        object
    }

    fn errors(new: &str, old: &str) -> Vec<String> {
        validate_update(&pod(new), &pod(old)).iter().map(ToString::to_string).collect()
    }

    fn gated(more: &str) -> String {
        format!("\"schedulingGates\":[{{\"name\":\"a.b/c\"}}],{more}")
    }

    fn affinity(terms: &[&str]) -> String {
        let term = |keys: &&str| {
            let one = |key: &str| format!("{{\"key\":\"{key}\",\"operator\":\"Exists\"}}");
            let all: Vec<String> = keys.split_whitespace().map(one).collect();
            format!("{{\"matchExpressions\":[{}]}}", all.join(","))
        };
        let terms: Vec<String> = terms.iter().map(term).collect();
        gated(&format!(
            "\"affinity\":{{\"nodeAffinity\":{{\"requiredDuringSchedulingIgnoredDuringExecution\":\
             {{\"nodeSelectorTerms\":[{}]}}}}}},",
            terms.join(",")
        ))
    }

    #[test]
    fn only_a_gated_pod_may_be_narrowed_down_to_fewer_nodes() {
        let selector = |pairs: &str| format!("\"nodeSelector\":{{{pairs}}},");
        let (a, both) = (selector("\"a\":\"1\""), selector("\"a\":\"1\",\"b\":\"2\""));
        assert_eq!(errors(&a, "").len(), 1);
        assert_eq!(errors(&gated(&a), &gated("")), [""; 0]);
        assert_eq!(errors(&gated(&both), &gated(&a)), [""; 0]);
        assert_eq!(
            errors(&gated(&a), &gated(&both)),
            [
                "spec.nodeSelector: Invalid value: {\"a\":\"1\"}: only additions to spec.nodeSelector \
              are allowed (no mutations or deletions)"
            ]
        );
        let (one, more) = (affinity(&["a"]), affinity(&["a b"]));
        assert_eq!(errors(&one, &gated("")), [""; 0]);
        assert_eq!(errors(&more, &one), [""; 0]);
        let path = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.\
                    nodeSelectorTerms";
        let b = "{\"MatchExpressions\":[{\"Key\":\"b\",\"Operator\":\"Exists\",\"Values\":null}],\
                 \"MatchFields\":null}";
        let text = "only additions are allowed (no mutations or deletions)";
        let told = format!("{path}[0]: Invalid value: {b}: {text}");
        assert_eq!(errors(&affinity(&["b"]), &one), [told]);
        let text = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        let told = format!("{path}: Invalid value: []: {text}");
        assert_eq!(errors(&gated(""), &one), [told]);
        assert_eq!(errors(&gated("\"hostname\":\"x\","), &gated("")).len(), 1);
    }
}
