//! What every controller of Pods shares: finding, adopting and making them.
//!
//! Must not know why a Pod is wanted. Invariant: a Pod has at most one controller.

use std::rc::Rc;

use crate::api::apps::ReplicaSet;
use crate::api::pod::{Phase, Pod, PodTemplate};
use crate::api::{Body, Kind, LabelSelector, Meta, Object};
use crate::server::{Action, Change, EventNote, Key, Patch, View};
use crate::sim::{Plan, Rule};

/// Whether a Pod still counts: not terminating, not ended.
///
/// Models pkg/controller/controller_utils.go IsPodActive
pub(super) fn is_active(object: &Object) -> bool {
    !object.meta.is_terminating() && object.pod().is_some_and(|pod| !pod.status.phase.is_terminal())
}

/// Whether new objects may be made in a namespace: it is not on its way out.
pub(super) fn is_open(namespace: &str, view: &View) -> bool {
    !view.named(Kind::Namespace, "", namespace).is_some_and(|one| one.meta.is_terminating())
}

/// The Pods of a controller, and the patches that make them so. Pods that ended or are on
/// their way out are neither adopted nor let go.
///
/// Models pkg/controller/controller_ref_manager.go ClaimPods
pub(super) fn claim<'a>(
    owner: &Object,
    selector: &LabelSelector,
    view: &'a View,
    plan: &mut Plan,
) -> Vec<&'a Rc<Object>> {
    let table = view.table(Kind::Pod);
    let is_terminating = owner.meta.is_terminating();
    // Pods share their template's labels until somebody changes them, and those fit.
    let labels = template_of(owner).map(|template| &template.metadata.labels);
    let fits = |pod: &Object| {
        labels.is_some_and(|labels| Rc::ptr_eq(labels, &pod.meta.labels))
            || selector.is_met_by(&pod.meta.labels)
    };
    let mut claimed = Vec::new();
    for pod in table.owned_by(owner.meta.uid) {
        if fits(pod) {
            claimed.push(pod);
        } else if !is_terminating && is_active(pod) {
            let key = Key { kind: Kind::Pod, id: pod.meta.id };
            plan.ask(Action::Patch(key, Patch::RemoveOwner(owner.meta.uid)), Rule("OWN-RELEASE"));
        }
    }
    if is_terminating || selector.is_empty() {
        return claimed;
    }
    for pod in table.orphans_in(&owner.meta.namespace) {
        if is_active(pod) && fits(pod) {
            let key = Key { kind: Kind::Pod, id: pod.meta.id };
            let patch = Patch::SetOwner(owner.owner_reference());
            plan.ask(Action::Patch(key, patch), Rule("OWN-ADOPT"));
            claimed.push(pod);
        }
    }
    claimed
}

/// A Pod made from a template, owned by `owner`.
///
/// Models pkg/controller/controller_utils.go GetPodFromTemplate
pub(super) fn from_template(template: &PodTemplate, owner: &Object) -> Object {
    let meta = Meta {
        generate_name: format!("{}-", owner.meta.name).into(),
        namespace: owner.meta.namespace.clone(),
        labels: template.metadata.labels.clone(),
        annotations: template.metadata.annotations.clone(),
        finalizers: template.metadata.finalizers.clone(),
        owner_references: Rc::new(vec![owner.owner_reference()]),
        ..Meta::default()
    };
    let mut pod = Pod { spec: template.spec.clone(), ..Pod::default() };
    pod.status.phase = Phase::Pending;
    Object { meta, body: Body::Pod(pod) }
}

/// What is told of a Pod that the server refused.
///
/// Models pkg/controller/controller_utils.go createPods
pub(super) fn failed_create(owner: &Object, source: &'static str) -> EventNote {
    EventNote::warning(owner.reference(), source, "FailedCreate", "Error creating: {}")
}

/// The keys of `kind` that a Pod's change concerns: its controller before and after, or
/// whoever might adopt it.
pub(super) fn wake_owner(kind: Kind, change: &Change, view: &View, keys: &mut Vec<Key>) {
    let is_same = |old: &&Rc<Object>| {
        change.new.as_ref().is_some_and(|new| {
            Rc::ptr_eq(&old.meta.owner_references, &new.meta.owner_references)
                && Rc::ptr_eq(&old.meta.labels, &new.meta.labels)
        })
    };
    // A change that touched neither owner nor labels concerns the same owners before and after.
    let old = change.old.as_ref().filter(|old| !is_same(old));
    for pod in old.into_iter().chain(&change.new) {
        match pod.meta.controller() {
            Some(owner) if &*owner.kind == kind.name() => {
                let found = view.named(kind, &pod.meta.namespace, &owner.name);
                if let Some(found) = found.filter(|found| found.meta.uid == owner.uid) {
                    keys.push(Key { kind, id: found.meta.id });
                }
            }
            Some(_) => {}
            None => {
                for owner in view.table(kind).in_namespace(&pod.meta.namespace) {
                    if selector_of(owner).is_some_and(|one| one.is_met_by(&pod.meta.labels)) {
                        keys.push(Key { kind, id: owner.meta.id });
                    }
                }
            }
        }
    }
}

/// The selector of a controller of Pods.
pub(super) fn selector_of(owner: &Object) -> Option<&LabelSelector> {
    match &owner.body {
        Body::ReplicaSet(ReplicaSet { spec, .. })
        | Body::ReplicationController(ReplicaSet { spec, .. }) => Some(&spec.selector),
        Body::StatefulSet(set) => Some(&set.spec.selector),
        Body::Deployment(deployment) => Some(&deployment.spec.selector),
        Body::DaemonSet(set) => Some(&set.spec.selector),
        Body::Job(job) => job.spec.selector.as_ref(),
        _ => None,
    }
}

/// The template of a controller of Pods.
fn template_of(owner: &Object) -> Option<&PodTemplate> {
    match &owner.body {
        Body::ReplicaSet(set) | Body::ReplicationController(set) => Some(&set.spec.template),
        _ => None,
    }
}
