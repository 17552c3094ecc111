//! What Kubernetes fills in where a manifest is silent.
//!
//! Must not know the store. Invariant: defaulting twice changes nothing more, and what is
//! complete is not copied.
//!
//! Models pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go,
//! pkg/apis/core/v1/defaults.go, pkg/apis/discovery/v1/defaults.go,
//! pkg/apis/storage/v1/defaults.go

mod kinds;
mod pod;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::apps::{
    ClaimRetention, DeploymentSpec, RollingUpdate, StatefulSetRollingUpdate, StatefulSetSpec,
};
use crate::api::batch::{CronJobSpec, DaemonSetSpec, JobSpec};
use crate::api::core::ServiceSpec;
use crate::api::pod::PodTemplate;
use crate::api::storage::{ClaimSpec, VolumeSpec};
use crate::api::{Body, IntOrString, Object, Rest, Value};
use crate::base::Str;

/// Fills an object's defaults in.
pub fn fill(object: &mut Object) {
    let meta = &mut object.meta;
    match &mut object.body {
        Body::Pod(pod) => {
            pod::fill(&mut pod.spec);
            pod::fill_pod_only(&mut pod.spec);
        }
        Body::ReplicaSet(set) => {
            let spec = Rc::make_mut(&mut set.spec);
            spec.replicas.get_or_insert(1);
            template(&mut spec.template);
        }
        Body::ReplicationController(set) => {
            let spec = Rc::make_mut(&mut set.spec);
            spec.replicas.get_or_insert(1);
            template(&mut spec.template);
            let labels = &spec.template.metadata.labels;
            if !labels.is_empty() {
                if spec.selector.is_empty() {
                    spec.selector.match_labels = (**labels).clone();
                }
                if meta.labels.is_empty() {
                    meta.labels = labels.clone();
                }
            }
        }
        Body::Deployment(one) => deployment(Rc::make_mut(&mut one.spec)),
        Body::StatefulSet(set) => stateful_set(Rc::make_mut(&mut set.spec)),
        Body::DaemonSet(set) => daemon_set(Rc::make_mut(&mut set.spec)),
        Body::Job(job) => job_spec(Rc::make_mut(&mut job.spec)),
        Body::CronJob(one) => cron_job(Rc::make_mut(&mut one.spec)),
        Body::Service(service) => service_spec(Rc::make_mut(&mut service.spec)),
        Body::PersistentVolumeClaim(claim) => {
            claim_spec(Rc::make_mut(&mut claim.spec));
            claim.status.phase.get_or_insert_with(|| "Pending".into());
        }
        Body::PersistentVolume(volume) => volume_spec(Rc::make_mut(&mut volume.spec)),
        Body::StorageClass(class) => {
            class.reclaim_policy.get_or_insert_with(|| "Delete".into());
            class.volume_binding_mode.get_or_insert_with(|| "Immediate".into());
        }
        Body::PriorityClass(class) => {
            class.preemption_policy.get_or_insert_with(|| "PreemptLowerPriority".into());
        }
        Body::Namespace(_) => {
            let key = "kubernetes.io/metadata.name";
            if meta.label(key) != Some(&meta.name) && !meta.name.is_empty() {
                let name = meta.name.clone();
                meta.set_label(key, name);
            }
        }
        Body::EndpointSlice(slice) => {
            for port in Rc::make_mut(&mut slice.ports).iter_mut() {
                if port.protocol.is_empty() {
                    port.protocol = "TCP".into();
                }
            }
        }
        Body::Other(other) => kinds::fill(other),
        _ => {}
    }
}

/// A text as a value.
fn text(text: &str) -> Value {
    Value::Str(text.into())
}

/// A mapping as a value.
fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries)
}

/// Puts a field in where there is none; a shared mapping is copied only then.
fn put(rest: &mut Rest, key: &str, value: impl FnOnce() -> Value) {
    if !rest.contains_key(key) {
        Rc::make_mut(rest).insert(key.into(), value());
    }
}

/// Puts an entry into a mapping where there is none.
fn put_into(entries: &mut BTreeMap<Str, Value>, key: &str, value: Value) {
    entries.entry(key.into()).or_insert(value);
}

fn template(template: &mut PodTemplate) {
    pod::fill(&mut template.spec);
}

fn deployment(spec: &mut DeploymentSpec) {
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

fn stateful_set(spec: &mut StatefulSetSpec) {
    spec.replicas.get_or_insert(1);
    template(&mut spec.template);
    spec.revision_history_limit.get_or_insert(10);
    if spec.pod_management_policy.is_empty() {
        spec.pod_management_policy = "OrderedReady".into();
    }
    let strategy = &mut spec.update_strategy;
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
        claim.claim.status.phase.get_or_insert_with(|| "Pending".into());
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
    template(&mut spec.template);
    if spec.completions.is_none() && spec.parallelism.is_none() {
        spec.completions = Some(1);
    }
    spec.parallelism.get_or_insert(1);
    let limit = if spec.backoff_limit_per_index.is_some() { i32::MAX } else { 6 };
    spec.backoff_limit.get_or_insert(limit);
    spec.completion_mode.get_or_insert_with(|| "NonIndexed".into());
    spec.suspend.get_or_insert(false);
    spec.manual_selector.get_or_insert(false);
    let replaces_failed_only = spec.pod_failure_policy.is_some();
    let rules = spec.pod_failure_policy.iter_mut().flat_map(|policy| &mut policy.rules);
    for condition in rules.flat_map(|rule| &mut rule.on_pod_conditions) {
        condition.status.get_or_insert(crate::api::pod::Truth::True);
    }
    let policy = if replaces_failed_only { "Failed" } else { "TerminatingOrFailed" };
    spec.pod_replacement_policy.get_or_insert_with(|| policy.into());
}

/// Models pkg/apis/batch/v1/defaults.go SetDefaults_CronJob
fn cron_job(spec: &mut CronJobSpec) {
    template(&mut spec.job_template.spec.template);
    spec.concurrency_policy.get_or_insert_with(|| "Allow".into());
    spec.suspend.get_or_insert(false);
    spec.successful_jobs_history_limit.get_or_insert(3);
    spec.failed_jobs_history_limit.get_or_insert(1);
}

/// Models pkg/apis/core/v1/defaults.go SetDefaults_Service
fn service_spec(spec: &mut ServiceSpec) {
    put(&mut spec.rest, "sessionAffinity", || text("None"));
    // The list says the same as the one address, unless somebody wrote something else.
    if let (Some(address), Some(Value::List(all))) = (&spec.cluster_ip, spec.rest.get("clusterIPs"))
        && matches!(&all[..], [only] if only.as_str() == Some(address))
    {
        Rc::make_mut(&mut spec.rest).remove("clusterIPs");
    }
    let affinity = spec.rest.get("sessionAffinity").and_then(Value::as_str);
    if affinity == Some("None") && spec.rest.contains_key("sessionAffinityConfig") {
        Rc::make_mut(&mut spec.rest).remove("sessionAffinityConfig");
    } else if affinity == Some("ClientIP") {
        let hours = map([("timeoutSeconds", Value::Int(10_800))]);
        put(&mut spec.rest, "sessionAffinityConfig", || map([("clientIP", hours)]));
    }
    let kind = spec.kind.get_or_insert_with(|| "ClusterIP".into()).clone();
    for port in &mut spec.ports {
        port.protocol.get_or_insert_with(|| "TCP".into());
        if matches!(port.target_port, None | Some(IntOrString::Int(0))) {
            port.target_port = Some(IntOrString::Int(port.port));
        }
    }
    if spec.is_reached_from_outside() {
        put(&mut spec.rest, "externalTrafficPolicy", || text("Cluster"));
    }
    if matches!(&*kind, "NodePort" | "LoadBalancer" | "ClusterIP") {
        put(&mut spec.rest, "internalTrafficPolicy", || text("Cluster"));
    }
    if &*kind == "LoadBalancer" {
        put(&mut spec.rest, "allocateLoadBalancerNodePorts", || Value::Bool(true));
    }
}

fn claim_spec(spec: &mut ClaimSpec) {
    spec.volume_mode.get_or_insert_with(|| "Filesystem".into());
}

/// Models pkg/apis/core/v1/defaults.go SetDefaults_PersistentVolume
fn volume_spec(spec: &mut VolumeSpec) {
    spec.persistent_volume_reclaim_policy.get_or_insert_with(|| "Retain".into());
    spec.volume_mode.get_or_insert_with(|| "Filesystem".into());
    if let Some(Value::Map(source)) = spec.rest.get("hostPath")
        && !source.contains_key("type")
    {
        let mut source = source.clone();
        put_into(&mut source, "type", text(""));
        Rc::make_mut(&mut spec.rest).insert("hostPath".into(), Value::Map(source));
    }
}
