//! What Kubernetes fills in where a manifest is silent.
//!
//! Must not know the store. Invariant: defaulting twice changes nothing more.
//!
//! Models pkg/apis/apps/v1/defaults.go, pkg/apis/core/v1/defaults.go

use std::rc::Rc;

use crate::api::apps::{
    ClaimRetention, RollingUpdate, StatefulSetRollingUpdate, StatefulSetStrategy,
};
use crate::api::batch::{DaemonSetSpec, JobSpec};
use crate::api::pod::{Container, PodSpec, PodTemplate, Probe};
use crate::api::storage::ClaimSpec;
use crate::api::{Body, IntOrString, Object};

/// Fills an object's defaults in.
pub fn fill(object: &mut Object) {
    if let Body::ReplicationController(set) = &object.body
        && object.meta.labels.is_empty()
    {
        object.meta.labels = Rc::clone(&set.spec.template.metadata.labels);
    }
    match &mut object.body {
        Body::Pod(pod) => pod_spec(Rc::make_mut(&mut pod.spec)),
        Body::ReplicaSet(set) | Body::ReplicationController(set) => {
            let spec = Rc::make_mut(&mut set.spec);
            spec.replicas.get_or_insert(1);
            template(&mut spec.template);
            if spec.selector.is_empty() {
                spec.selector.match_labels = (*spec.template.metadata.labels).clone();
            }
        }
        Body::Deployment(deployment) => {
            let spec = Rc::make_mut(&mut deployment.spec);
            spec.replicas.get_or_insert(1);
            template(&mut spec.template);
            spec.revision_history_limit.get_or_insert(10);
            spec.progress_deadline_seconds.get_or_insert(600);
            let strategy = &mut spec.strategy;
            if strategy.kind.is_empty() {
                strategy.kind = "RollingUpdate".into();
            }
            if &*strategy.kind == "RollingUpdate" {
                let rolling = strategy.rolling_update.get_or_insert_with(RollingUpdate::default);
                let quarter = || IntOrString::Str("25%".into());
                rolling.max_surge.get_or_insert_with(quarter);
                rolling.max_unavailable.get_or_insert_with(quarter);
            }
        }
        Body::StatefulSet(set) => stateful_set(Rc::make_mut(&mut set.spec)),
        Body::DaemonSet(set) => daemon_set(Rc::make_mut(&mut set.spec)),
        Body::Job(job) => job_spec(Rc::make_mut(&mut job.spec)),
        Body::Service(service) => {
            let spec = Rc::make_mut(&mut service.spec);
            spec.kind.get_or_insert_with(|| "ClusterIP".into());
            for port in &mut spec.ports {
                port.protocol.get_or_insert_with(|| "TCP".into());
                let number = i32::from(port.port);
                port.target_port.get_or_insert(IntOrString::Int(number));
            }
        }
        Body::PersistentVolumeClaim(claim) => claim_spec(Rc::make_mut(&mut claim.spec)),
        Body::PersistentVolume(volume) => {
            let spec = Rc::make_mut(&mut volume.spec);
            spec.persistent_volume_reclaim_policy.get_or_insert_with(|| "Retain".into());
            spec.volume_mode.get_or_insert_with(|| "Filesystem".into());
        }
        Body::StorageClass(class) => {
            class.reclaim_policy.get_or_insert_with(|| "Delete".into());
            class.volume_binding_mode.get_or_insert_with(|| "Immediate".into());
        }
        _ => {}
    }
}

fn stateful_set(spec: &mut crate::api::apps::StatefulSetSpec) {
    spec.replicas.get_or_insert(1);
    template(&mut spec.template);
    spec.revision_history_limit.get_or_insert(10);
    if spec.pod_management_policy.is_empty() {
        spec.pod_management_policy = "OrderedReady".into();
    }
    let strategy: &mut StatefulSetStrategy = &mut spec.update_strategy;
    if strategy.kind.is_empty() {
        strategy.kind = "RollingUpdate".into();
    }
    if &*strategy.kind == "RollingUpdate" {
        let rolling = strategy.rolling_update.get_or_insert_with(StatefulSetRollingUpdate::default);
        rolling.partition.get_or_insert(0);
    }
    let retention =
        spec.persistent_volume_claim_retention_policy.get_or_insert_with(ClaimRetention::default);
    for policy in [&mut retention.when_deleted, &mut retention.when_scaled] {
        if policy.is_empty() {
            *policy = "Retain".into();
        }
    }
    for claim in &mut spec.volume_claim_templates {
        claim_spec(Rc::make_mut(&mut claim.claim.spec));
    }
}

fn daemon_set(spec: &mut DaemonSetSpec) {
    template(&mut spec.template);
    spec.revision_history_limit.get_or_insert(10);
    let strategy = &mut spec.update_strategy;
    if strategy.kind.is_empty() {
        strategy.kind = "RollingUpdate".into();
    }
    if &*strategy.kind == "RollingUpdate" {
        let rolling = strategy.rolling_update.get_or_insert_with(RollingUpdate::default);
        rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
        rolling.max_surge.get_or_insert(IntOrString::Int(0));
    }
}

/// Models pkg/apis/batch/v1/defaults.go SetDefaults_Job
fn job_spec(spec: &mut JobSpec) {
    if spec.completions.is_none() && spec.parallelism.is_none() {
        spec.completions = Some(1);
    }
    spec.parallelism.get_or_insert(1);
    spec.backoff_limit.get_or_insert(6);
    spec.completion_mode.get_or_insert_with(|| "NonIndexed".into());
    spec.suspend.get_or_insert(false);
    spec.manual_selector.get_or_insert(false);
    let replaces_failed_only = spec.rest.contains_key("podFailurePolicy");
    let policy = if replaces_failed_only { "Failed" } else { "TerminatingOrFailed" };
    spec.pod_replacement_policy.get_or_insert_with(|| policy.into());
    template(&mut spec.template);
}

fn claim_spec(spec: &mut ClaimSpec) {
    spec.volume_mode.get_or_insert_with(|| "Filesystem".into());
}

fn template(template: &mut PodTemplate) {
    pod_spec(Rc::make_mut(&mut template.spec));
}

fn pod_spec(spec: &mut PodSpec) {
    spec.restart_policy.get_or_insert_with(|| "Always".into());
    spec.termination_grace_period_seconds.get_or_insert(30);
    for one in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        container(one);
    }
}

fn container(container: &mut Container) {
    let is_latest = match container.image.rsplit_once('/').map_or(&*container.image, |(_, n)| n) {
        name if name.contains('@') => false,
        name => name.split_once(':').is_none_or(|(_, tag)| tag == "latest"),
    };
    let policy = if is_latest { "Always" } else { "IfNotPresent" };
    container.image_pull_policy.get_or_insert_with(|| policy.into());
    for port in &mut container.ports {
        port.protocol.get_or_insert_with(|| "TCP".into());
    }
    for (name, amount) in &container.resources.limits {
        container.resources.requests.entry(name.clone()).or_insert(*amount);
    }
    let probes = [
        &mut container.readiness_probe,
        &mut container.liveness_probe,
        &mut container.startup_probe,
    ];
    for probe in probes.into_iter().flatten() {
        fill_probe(probe);
    }
    for variable in &mut container.env {
        let source = variable.value_from.as_mut().and_then(|source| source.field_ref.as_mut());
        if let Some(field) = source {
            field.api_version.get_or_insert_with(|| "v1".into());
        }
    }
}

fn fill_probe(probe: &mut Probe) {
    probe.timeout_seconds.get_or_insert(1);
    probe.period_seconds.get_or_insert(10);
    probe.success_threshold.get_or_insert(1);
    probe.failure_threshold.get_or_insert(3);
}
