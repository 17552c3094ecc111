//! What the server fills in for Jobs and DaemonSets beyond their defaults.
//!
//! Must not know the store. Invariant: a generated selector selects the Pods of one Job only.

use std::rc::Rc;

use crate::api::batch::{DaemonSet, Job};
use crate::api::{Body, LabelSelector, Labels, Meta, Object, Uid};
use crate::base::Str;
use crate::server::Table;

const CONTROLLER_UID: &str = "batch.kubernetes.io/controller-uid";
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// Fills in what belongs to a new object.
pub(in crate::server) fn admit(new: &mut Object) {
    let (meta, body) = (&mut new.meta, &mut new.body);
    match body {
        Body::Job(job) => generate_selector(meta, job),
        Body::DaemonSet(_) => meta.annotate(TEMPLATE_GENERATION, "1"),
        _ => {}
    }
}

/// Models pkg/registry/batch/job/strategy.go generateSelector
fn generate_selector(meta: &mut Meta, job: &mut Job) {
    let spec = Rc::make_mut(&mut job.spec);
    if spec.manual_selector != Some(true) {
        let uid: Str = meta.uid.to_string().into();
        let labels: &mut Labels = &mut spec.template.metadata.labels;
        let labels = Rc::make_mut(labels);
        // What somebody wrote instead stays, and validation tells of it.
        for key in ["job-name", "batch.kubernetes.io/job-name"] {
            labels.entry(key.into()).or_insert_with(|| meta.name.clone());
        }
        for key in ["controller-uid", CONTROLLER_UID] {
            labels.entry(key.into()).or_insert_with(|| uid.clone());
        }
        let selector = spec.selector.get_or_insert_with(LabelSelector::default);
        selector.match_labels.entry(CONTROLLER_UID.into()).or_insert(uid);
    }
    if meta.labels.is_empty() {
        meta.labels = Rc::clone(&spec.template.metadata.labels);
    }
}

/// Lets a new daemon have the node that it was dealt, if its set lacks one there: in which
/// order a set goes over its nodes is open.
pub(in crate::server) fn deal(new: &mut Object, node: &Str, pods: &Table) {
    let Some(owner) = new.meta.controller().filter(|owner| &*owner.kind == "DaemonSet") else {
        return;
    };
    let target = |object: &Object| {
        let pod = object.pod()?;
        pod.node().or_else(|| pod.spec.affinity.as_ref()?.pinned_node()).cloned()
    };
    let is_taken =
        |one: &Rc<Object>| !one.meta.is_terminating() && target(one).as_ref() == Some(node);
    if target(new).is_none() || pods.owned_by(owner.uid).any(is_taken) {
        return;
    }
    if let Some(pod) = new.pod_mut() {
        let spec = Rc::make_mut(&mut pod.spec);
        Rc::make_mut(spec.affinity.get_or_insert_default()).pin_to(node);
    }
}

/// Keeps what a change of an object may not take away.
pub(in crate::server) fn keep(new: &mut Object, old: &Object) {
    match (&mut new.body, &old.body) {
        (Body::DaemonSet(set), Body::DaemonSet(before)) => {
            count_template(&mut new.meta, set, &old.meta, before);
        }
        (Body::Job(job), Body::Job(before)) if job.spec.selector.is_none() => {
            keep_generated(job, before, old.meta.uid);
        }
        _ => {}
    }
}

/// Models pkg/registry/apps/daemonset/strategy.go PrepareForUpdate
fn count_template(meta: &mut Meta, set: &DaemonSet, before: &Meta, old: &DaemonSet) {
    let number = before.annotation(TEMPLATE_GENERATION).and_then(|text| text.parse().ok());
    let mut number: u64 = number.unwrap_or(1);
    number += u64::from(set.spec.template != old.spec.template);
    meta.annotate(TEMPLATE_GENERATION, number.to_string());
}

/// A manifest that is applied again names neither selector nor labels that were generated.
fn keep_generated(job: &mut Job, before: &Job, uid: Uid) {
    let spec = Rc::make_mut(&mut job.spec);
    spec.selector.clone_from(&before.spec.selector);
    let uid: Str = uid.to_string().into();
    let labels = Rc::make_mut(&mut spec.template.metadata.labels);
    let generated = before.spec.template.metadata.labels.iter();
    for (key, value) in generated.filter(|(key, value)| {
        **value == uid || matches!(&***key, "job-name" | "batch.kubernetes.io/job-name")
    }) {
        labels.entry(key.clone()).or_insert_with(|| value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_selects_its_pods_by_its_own_uid() {
        let mut object = Object::new("default", "ok", Body::Job(Job::default()));
        object.meta.uid = Uid(7);
        admit(&mut object);
        let job = object.job().expect("a Job");
        let selector = job.spec.selector.as_ref().expect("generated");
        assert!(selector.is_met_by(&job.spec.template.metadata.labels));
        assert_eq!(job.spec.template.metadata.labels.len(), 4);
        assert_eq!(object.meta.labels, job.spec.template.metadata.labels);
        let mut again = Object::new("default", "ok", Body::Job(Job::default()));
        keep(&mut again, &object);
        assert_eq!(again.job().map(|job| &job.spec), object.job().map(|job| &job.spec));
    }

    #[test]
    fn only_a_new_template_counts() {
        let mut old = Object::new("default", "agent", Body::DaemonSet(DaemonSet::default()));
        admit(&mut old);
        let mut same = Object::new("default", "agent", Body::DaemonSet(DaemonSet::default()));
        keep(&mut same, &old);
        assert_eq!(same.meta.annotation(TEMPLATE_GENERATION).map(|one| &**one), Some("1"));
        let mut new = same.clone();
        if let Some(set) = new.daemon_set_mut() {
            let spec = Rc::make_mut(&mut set.spec);
            spec.template.metadata.annotate("a", "b");
        }
        keep(&mut new, &same);
        assert_eq!(new.meta.annotation(TEMPLATE_GENERATION).map(|one| &**one), Some("2"));
    }
}
