//! The Pods of a DaemonSet: made for one node each, and bearing what befalls nodes.
//!
//! Must not know which nodes are chosen. Invariant: a daemon that is not bound names its node
//! in its affinity.

use std::rc::Rc;

use crate::api::Object;
use crate::api::affinity::{NodeRequirement, NodeSelector, NodeSelectorTerm};
use crate::api::pod::{PodTemplate, Toleration};
use crate::base::{SimTime, Str};
use crate::controllers::{pods, revision};

const GENERATION: &str = "pod-template-generation";
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";
const NODE_NAME: &str = "metadata.name";

/// What daemons bear, each by key and effect.
///
/// Models pkg/controller/daemon/util/daemonset_util.go AddOrUpdateDaemonPodTolerations
const BORNE: [(&str, &str); 6] = [
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];

/// A set's template as its Pods get it, their node aside.
///
/// Models pkg/controller/daemon/util/daemonset_util.go CreatePodTemplate
pub(super) fn template(owner: &Object, of: &PodTemplate, hash: &Str) -> PodTemplate {
    let mut template = of.clone();
    if let Some(number) = owner.meta.annotation(TEMPLATE_GENERATION) {
        template.metadata.set_label(GENERATION, number.clone());
    }
    if !hash.is_empty() {
        template.metadata.set_label(revision::LABEL, hash.clone());
    }
    let spec = Rc::make_mut(&mut template.spec);
    let has_network = spec.rest.get("hostNetwork") == Some(&crate::api::Value::Bool(true));
    let network = has_network.then_some(("node.kubernetes.io/network-unavailable", "NoSchedule"));
    for (key, effect) in BORNE.into_iter().chain(network) {
        let new = Toleration {
            key: Some(key.into()),
            operator: Some("Exists".into()),
            effect: Some(effect.into()),
            ..Toleration::default()
        };
        let is_same = |one: &&mut Toleration| {
            (&one.key, &one.effect, &one.operator, &one.value)
                == (&new.key, &new.effect, &new.operator, &new.value)
        };
        match spec.tolerations.iter_mut().find(is_same) {
            Some(old) => *old = new,
            None => spec.tolerations.push(new),
        }
    }
    template
}

/// A daemon for one node.
///
/// Models pkg/controller/daemon/util/daemonset_util.go ReplaceDaemonSetPodNodeNameNodeAffinity
pub(super) fn make(template: &PodTemplate, owner: &Object, node: &Str) -> Object {
    let mut object = pods::from_template(template, owner);
    let Some(pod) = object.pod_mut() else { return object };
    let spec = Rc::make_mut(&mut pod.spec);
    let only = NodeRequirement {
        key: NODE_NAME.into(),
        operator: "In".into(),
        values: vec![node.clone()],
    };
    let affinity = Rc::make_mut(spec.affinity.get_or_insert_default());
    let required = affinity.node_affinity.get_or_insert_default().required.get_or_insert_default();
    pin(required, &only);
    object
}

fn pin(required: &mut NodeSelector, only: &NodeRequirement) {
    if required.node_selector_terms.is_empty() {
        required.node_selector_terms.push(NodeSelectorTerm::default());
    }
    for term in &mut required.node_selector_terms {
        term.match_fields = vec![only.clone()];
    }
}

/// The node that a daemon is on or was made for.
///
/// Models pkg/controller/daemon/util/daemonset_util.go GetTargetNodeName
pub(super) fn target_of(object: &Object) -> Option<Str> {
    let pod = object.pod()?;
    if let Some(node) = pod.node() {
        return Some(node.clone());
    }
    let required = pod.spec.affinity.as_ref()?.node_affinity.as_ref()?.required.as_ref()?;
    let fields = required.node_selector_terms.iter().flat_map(|term| &term.match_fields);
    let mut named = fields.filter(|one| &*one.key == NODE_NAME && &*one.operator == "In");
    named.find_map(|one| one.values.first().cloned())
}

/// The order in which the daemons of one node count: bound ones before others, older before
/// younger.
///
/// Models pkg/controller/daemon/daemon_controller.go podByCreationTimestampAndPhase
pub(super) fn age(object: &Object) -> (bool, SimTime, Str) {
    let is_waiting = object.pod().is_none_or(|pod| pod.node().is_none());
    let created = object.meta.creation_timestamp.unwrap_or_default();
    (is_waiting, created, object.meta.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Body;
    use crate::api::batch::DaemonSet;

    #[test]
    fn a_daemon_names_its_node_and_bears_what_befalls_nodes() {
        let mut owner = Object::new("default", "agent", Body::DaemonSet(DaemonSet::default()));
        owner.meta.annotate(TEMPLATE_GENERATION, "3");
        let template = template(&owner, &PodTemplate::default(), &"abc".into());
        let again = super::template(&owner, &template, &"abc".into());
        assert_eq!(again, template, "nothing is added twice");
        let daemon = make(&template, &owner, &"node-2".into());
        assert_eq!(target_of(&daemon).as_deref(), Some("node-2"));
        assert_eq!(daemon.meta.label(GENERATION).map(|one| &**one), Some("3"));
        assert_eq!(daemon.pod().expect("a Pod").spec.tolerations.len(), 6);
    }
}
