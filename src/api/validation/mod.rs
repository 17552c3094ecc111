//! Whether an object keeps the rules of its kind, in Kubernetes' own words.
//!
//! Must not know the store or defaults: what is validated has its defaults already.
//! Invariant: errors come in the order in which the API server finds them, and a valid object
//! costs no allocation but that of an empty list.

mod affinity;
mod amounts;
mod annotations;
mod apps;
mod autoscaling;
mod batch;
mod classes;
mod container;
mod core;
mod endpoints;
mod job_policy;
mod json;
mod kinds;
#[cfg(test)]
mod kinds_tests;
mod meta;
mod names;
mod network;
mod node;
mod os;
mod path;
mod pod;
mod pod_update;
#[cfg(test)]
mod pods_tests;
mod policy;
mod probe;
mod quota;
mod rbac;
mod restart;
mod secret;
mod security;
mod selector;
mod service;
mod shared;
mod storage;
#[cfg(test)]
mod tests;
mod volume;
mod warnings;

pub use warnings::warnings;

use crate::api::{Body, FieldError, Kind, Object};

use self::path::{Path, Report};

/// What is wrong with a new object.
///
/// Models staging/src/k8s.io/apiserver/pkg/registry/rest/create.go BeforeCreate
pub fn validate_create(object: &Object) -> Vec<FieldError> {
    let mut report = Report::default();
    meta::check(&object.meta, object.kind(), &mut report);
    spec(object, true, &mut report);
    match &object.body {
        Body::Pod(pod) => pod::check_new(&object.meta, pod, &mut report),
        Body::Node(node) => node::check_new(&object.meta, node, &mut report),
        Body::Other(one) if one.known == Kind::Ingress => {
            network::check_new_ingress(&object.meta, &one.content, &mut report);
        }
        _ => {}
    }
    report.distinct()
}

/// What is wrong with a new Pod whose very spec was found valid before.
pub fn validate_pod_again(object: &Object) -> Vec<FieldError> {
    let mut report = Report::default();
    meta::check(&object.meta, object.kind(), &mut report);
    if let Body::Pod(pod) = &object.body {
        pod::check_annotations(&object.meta, &pod.spec, &mut report);
        pod::check_new(&object.meta, pod, &mut report);
    }
    report.distinct()
}

/// What is wrong with a Service's addresses and families, which is asked before any is given.
pub fn service_addresses(spec: &crate::api::core::ServiceSpec) -> Vec<FieldError> {
    let mut report = Report::default();
    service::addresses(spec, &Path::root("spec"), &mut report);
    report.distinct()
}

/// What is wrong with a changed object.
///
/// Models staging/src/k8s.io/apiserver/pkg/registry/rest/update.go BeforeUpdate
pub fn validate_update(new: &Object, old: &Object) -> Vec<FieldError> {
    let mut report = Report::default();
    meta::check_update(&new.meta, &old.meta, new.kind(), &mut report);
    if new.body == old.body {
        return report.distinct();
    }
    match (&new.body, &old.body) {
        (Body::Pod(new_pod), Body::Pod(old_pod)) => {
            if new_pod.spec != old_pod.spec {
                spec(new, false, &mut report);
                pod::check_whole(&new.meta, new_pod, &mut report);
                pod_update::check(new_pod, old_pod, &mut report);
            }
        }
        (Body::PersistentVolumeClaim(one), Body::PersistentVolumeClaim(other)) => {
            storage::check_claim_update(one, other, &mut report);
        }
        (Body::PersistentVolume(one), Body::PersistentVolume(other)) => {
            spec(new, false, &mut report);
            storage::check_volume_update(one, other, &mut report);
        }
        (Body::Node(one), Body::Node(other)) => node::check_update(one, other, &mut report),
        (Body::ControllerRevision(one), Body::ControllerRevision(other)) => {
            spec(new, false, &mut report);
            let path = Path::root("data");
            report.immutable(&path, one.data == other.data, || crate::api::go::json(&one.data));
        }
        (Body::StatefulSet(one), Body::StatefulSet(other)) => {
            spec(new, false, &mut report);
            apps::check_stateful_set_update(&one.spec, &other.spec, &mut report);
        }
        (Body::Deployment(one), Body::Deployment(other)) => {
            spec(new, false, &mut report);
            apps::selector_is_fixed(&one.spec.selector, &other.spec.selector, &mut report);
        }
        (Body::ReplicaSet(one), Body::ReplicaSet(other)) => {
            spec(new, false, &mut report);
            apps::selector_is_fixed(&one.spec.selector, &other.spec.selector, &mut report);
        }
        (Body::DaemonSet(one), Body::DaemonSet(other)) => {
            spec(new, false, &mut report);
            apps::selector_is_fixed(&one.spec.selector, &other.spec.selector, &mut report);
        }
        (Body::Job(one), Body::Job(other)) => {
            spec(new, false, &mut report);
            batch::check_job_update(&one.spec, other, &mut report);
        }
        (Body::Service(one), Body::Service(other)) => {
            service::check_update(&one.spec, &other.spec, &mut report);
            spec(new, false, &mut report);
        }
        (Body::StorageClass(one), Body::StorageClass(other)) => {
            spec(new, false, &mut report);
            storage::check_class_update(one, other, &mut report);
        }
        (Body::ConfigMap(one), Body::ConfigMap(other)) => {
            self::core::check_config_map_update(one, other, &mut report);
            spec(new, false, &mut report);
        }
        (Body::PriorityClass(one), Body::PriorityClass(other)) => {
            policy::check_class_update(one, other, &mut report);
        }
        (Body::EndpointSlice(one), Body::EndpointSlice(other)) => {
            spec(new, false, &mut report);
            let is_same = one.address_type == other.address_type;
            let shown = || crate::api::go::quoted(&one.address_type);
            report.immutable(&Path::root("addressType"), is_same, shown);
        }
        (Body::Other(one), Body::Other(other)) => {
            kinds::check_update(&new.meta, one, other, &mut report);
        }
        _ => spec(new, false, &mut report),
    }
    report.distinct()
}

/// What a new and a changed object have in common, with what is asked of new ones alone.
fn spec(object: &Object, is_new: bool, report: &mut Report) {
    let path = Path::root("spec");
    match &object.body {
        Body::Pod(pod) => pod::check_spec(&object.meta, &pod.spec, &path, report),
        Body::Deployment(one) => apps::check_deployment(&one.spec, &path, report),
        Body::ReplicaSet(one) => apps::check_replica_set(&one.spec, &path, report),
        Body::ReplicationController(one) => {
            apps::check_replication_controller(&one.spec, &path, report);
        }
        Body::StatefulSet(one) => apps::check_stateful_set(&one.spec, &path, report),
        Body::DaemonSet(one) => apps::check_daemon_set(&one.spec, &path, report),
        Body::Job(one) => batch::check_whole_job(&object.meta, &one.spec, is_new, &path, report),
        Body::CronJob(one) => {
            batch::check_cron_job(&object.meta, &one.spec, is_new, &path, report);
        }
        Body::Service(one) => service::check(&object.meta, &one.spec, &path, report),
        Body::PersistentVolumeClaim(one) => storage::check_claim(&one.spec, &path, report),
        Body::PersistentVolume(one) => storage::check_volume(&one.spec, &path, report),
        Body::StorageClass(one) => storage::check_class(one, report),
        Body::ConfigMap(one) => self::core::check_config_map(one, report),
        Body::PodDisruptionBudget(one) => policy::check_budget(&one.spec, &path, report),
        Body::PriorityClass(one) => policy::check_class(&object.meta, one, report),
        Body::ControllerRevision(one) => apps::check_revision(one, report),
        Body::EndpointSlice(one) => endpoints::check_slice(one, report),
        Body::Other(one) => kinds::check(&object.meta, one, None, report),
        _ => {}
    }
}

/// Whether a kind's names may have dots: most may.
fn is_label_name(kind: Kind) -> bool {
    matches!(kind, Kind::Namespace | Kind::Service)
}
