//! The Pods of a DaemonSet: made for one node each, and bearing what befalls nodes.
//!
//! Must not know which nodes are chosen. Invariant: a daemon that is not bound names its node
//! in its affinity.

use crate::api::wellknown::{NOT_READY, UNREACHABLE, UNSCHEDULABLE};
use std::rc::Rc;

use crate::api::Object;
use crate::api::pod::{PodTemplate, Toleration};
use crate::base::{SimTime, Str};
use crate::controllers::{pods, revision};

/// The label of a daemon with the number that the template had.
pub(super) const GENERATION: &str = "pod-template-generation";
/// The annotation of a set with the number of its template.
pub(super) const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// What daemons bear, each by key and effect.
///
/// Models pkg/controller/daemon/util/daemonset_util.go AddOrUpdateDaemonPodTolerations
const BORNE: [(&str, &str); 6] = [
    (NOT_READY, "NoExecute"),
    (UNREACHABLE, "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    (UNSCHEDULABLE, "NoSchedule"),
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
pub(super) fn make(template: &PodTemplate, owner: &Object, node: &Str) -> Object {
    let mut object = pods::from_template(template, owner);
    if let Some(pod) = object.pod_mut() {
        let spec = Rc::make_mut(&mut pod.spec);
        Rc::make_mut(spec.affinity.get_or_insert_default()).pin_to(node);
    }
    object
}

/// The node that a daemon is on or was made for.
pub(super) fn target_of(object: &Object) -> Option<&Str> {
    let pod = object.pod()?;
    pod.node().or_else(|| pod.spec.affinity.as_ref()?.pinned_node())
}

/// The order in which the daemons of one node count: bound ones before others, older before
/// younger.
///
/// Models pkg/controller/daemon/daemon_controller.go podByCreationTimestampAndPhase
pub(super) fn age(object: &Object) -> (bool, u64, Str) {
    let is_waiting = object.pod().is_none_or(|pod| pod.node().is_none());
    let created = object.meta.creation_timestamp.map_or(0, SimTime::seconds);
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
        assert_eq!(target_of(&daemon).map(|one| &**one), Some("node-2"));
        assert_eq!(daemon.meta.label(GENERATION).map(|one| &**one), Some("3"));
        assert_eq!(daemon.pod().expect("a Pod").spec.tolerations.len(), 6);
    }
}
