//! Label keys that a Pod's own labels give values for: they join the selectors beside them.
//!
//! Must not know the scheduler. Invariant: a term without a selector stays as it is.

use std::rc::Rc;

use crate::api::affinity::{PodAffinity, PodTerm};
use crate::api::pod::Pod;
use crate::api::selector::Requirement;
use crate::api::{LabelSelector, Labels, Rest, Value};

/// Lets the label keys of a new Pod's terms and constraints join their selectors.
///
/// Models pkg/registry/core/pod/strategy.go mutatePodAffinity and mutateTopologySpreadConstraints
pub(in crate::server) fn join(pod: &mut Pod, labels: &Labels) {
    if !are_in(pod) {
        return;
    }
    let spec = Rc::make_mut(&mut pod.spec);
    for one in &mut spec.topology_spread_constraints {
        join_keys(&mut one.label_selector, &one.rest, &["matchLabelKeys"], labels);
    }
    let affinity = spec.affinity.as_mut().map(Rc::make_mut);
    let parts = affinity
        .into_iter()
        .flat_map(|one| [&mut one.pod_affinity, &mut one.pod_anti_affinity].into_iter().flatten());
    for part in parts {
        let preferred = part.preferred.iter_mut().map(|one| &mut one.pod_affinity_term);
        for term in part.required.iter_mut().chain(preferred) {
            let fields = ["matchLabelKeys", "mismatchLabelKeys"];
            join_keys(&mut term.label_selector, &term.rest, &fields, labels);
        }
    }
}

/// Whether there may be such keys in a Pod's spec, so that it depends on the Pod's labels.
pub(in crate::server) fn are_in(pod: &Pod) -> bool {
    let has_affinity = pod.spec.affinity.as_ref().is_some_and(|one| {
        let parts = [&one.pod_affinity, &one.pod_anti_affinity];
        parts.into_iter().flatten().any(|part| terms(part).any(|term| !term.rest.is_empty()))
    });
    has_affinity || pod.spec.topology_spread_constraints.iter().any(|one| !one.rest.is_empty())
}

fn terms(part: &PodAffinity) -> impl Iterator<Item = &PodTerm> {
    part.required.iter().chain(part.preferred.iter().map(|one| &one.pod_affinity_term))
}

fn join_keys(selector: &mut Option<LabelSelector>, rest: &Rest, fields: &[&str], labels: &Labels) {
    let Some(selector) = selector else { return };
    for field in fields {
        let Some(Value::List(keys)) = rest.get(*field) else { continue };
        for key in keys.iter().filter_map(Value::as_str) {
            let Some(value) = labels.get(key) else { continue };
            selector.match_expressions.push(Requirement {
                key: key.into(),
                operator: if field.starts_with("mis") { "NotIn" } else { "In" }.into(),
                values: vec![value.clone()],
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_join_the_selectors_with_the_values_of_the_pod() {
        let spec = r#"{"spec":{
            "topologySpreadConstraints":[
              {"topologyKey":"zone","labelSelector":{"matchLabels":{"app":"a"}},
               "matchLabelKeys":["version","none"]}],
            "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
              {"topologyKey":"zone","labelSelector":{},"mismatchLabelKeys":["version"]},
              {"topologyKey":"zone","matchLabelKeys":["version"]}]}}}}"#;
        let mut pod: Pod = serde_json::from_str(spec).expect("valid");
        let labels: Labels = Rc::new([("version".into(), "2".into())].into());
        join(&mut pod, &labels);
        let spread = pod.spec.topology_spread_constraints[0].label_selector.as_ref();
        assert_eq!(spread.map(ToString::to_string).as_deref(), Some("app=a,version in (2)"));
        let affinity = pod.spec.affinity.as_ref().expect("it is there");
        let avoids = &affinity.pod_anti_affinity.as_ref().expect("it is there").required;
        let text = avoids[0].label_selector.as_ref().map(ToString::to_string);
        assert_eq!(text.as_deref(), Some("version notin (2)"));
        assert_eq!(avoids[1].label_selector, None);
    }
}
