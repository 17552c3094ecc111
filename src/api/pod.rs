//! Pods: what is asked of them and what the kubelet says of them.
//!
//! Must not know how a Pod is run. Invariant: every field that Kubernetes accepts is kept,
//! by type or in `rest`.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::affinity::Affinity;
pub use crate::api::container_state::ContainerState;
use crate::api::lifecycle::{Lifecycle, RestartRule};
use crate::api::signed::written;
use crate::api::tree::{Deserialize, Serialize};
use crate::api::wellknown::POD_TEMPLATE_HASH;
use crate::api::{LabelSelector, Labels, LocalRef, Meta, Quantity, Rest, signed};
use crate::base::{Shared, SimTime, Str};

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// `spec.template`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodTemplate {
    /// Labels and annotations of the Pods to be.
    pub metadata: Meta,
    /// Their spec.
    pub spec: Rc<PodSpec>,
}

impl PodTemplate {
    /// Whether two templates are equal but for the label that holds the hash.
    ///
    /// Models pkg/controller/deployment/util/deployment_util.go EqualIgnoreHash
    pub fn is_same_but_hash(&self, other: &PodTemplate) -> bool {
        if !Rc::ptr_eq(&self.spec, &other.spec) && self.spec != other.spec {
            return false;
        }
        let labels = |one: &PodTemplate| {
            let all = one.metadata.labels.iter().filter(|(key, _)| &***key != POD_TEMPLATE_HASH);
            all.map(|(key, value)| (key.clone(), value.clone())).collect::<Vec<(Str, Str)>>()
        };
        let without_labels =
            |one: &PodTemplate| Meta { labels: Labels::default(), ..one.metadata.clone() };
        labels(self) == labels(other) && without_labels(self) == without_labels(other)
    }
}

/// A Pod.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pod {
    /// What is asked.
    pub spec: Rc<PodSpec>,
    /// What is so.
    pub status: Shared<PodStatus>,
}

/// A Pod's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    /// Volumes.
    #[serde(skip_serializing_if = "is_default")]
    pub volumes: Vec<Volume>,
    /// Init containers, run in order.
    #[serde(skip_serializing_if = "is_default")]
    pub init_containers: Vec<Container>,
    /// Containers.
    pub containers: Vec<Container>,
    /// `Always`, `OnFailure` or `Never`.
    #[serde(skip_serializing_if = "is_default")]
    pub restart_policy: Option<Str>,
    /// Seconds granted to stop.
    #[serde(with = "signed::option", skip_serializing_if = "is_default")]
    pub termination_grace_period_seconds: Option<u32>,
    /// The node, once bound.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "unless_empty")]
    pub node_name: Option<Str>,
    /// Labels that the node must have.
    #[serde(skip_serializing_if = "is_default")]
    pub node_selector: BTreeMap<Str, Str>,
    /// The host name, which a StatefulSet sets to the Pod's name.
    #[serde(skip_serializing_if = "is_default")]
    pub hostname: Option<Str>,
    /// The Service that gives the Pod a DNS name.
    #[serde(skip_serializing_if = "is_default")]
    pub subdomain: Option<Str>,
    /// Taints that the Pod bears.
    #[serde(skip_serializing_if = "is_default")]
    pub tolerations: Vec<Toleration>,
    /// How to spread.
    #[serde(skip_serializing_if = "is_default")]
    pub topology_spread_constraints: Vec<TopologySpread>,
    /// Which nodes and neighbours.
    #[serde(skip_serializing_if = "is_default")]
    pub affinity: Option<Rc<Affinity>>,
    /// The PriorityClass.
    #[serde(skip_serializing_if = "is_default")]
    pub priority_class_name: Option<Str>,
    /// Its value, resolved at admission.
    #[serde(skip_serializing_if = "is_default")]
    pub priority: Option<i32>,
    /// `PreemptLowerPriority` or `Never`.
    #[serde(skip_serializing_if = "is_default")]
    pub preemption_policy: Option<Str>,
    /// Who schedules it.
    #[serde(skip_serializing_if = "is_default")]
    pub scheduler_name: Option<Str>,
    /// What must be lifted before it is scheduled.
    #[serde(skip_serializing_if = "is_default")]
    pub scheduling_gates: Vec<LocalRef>,
    /// Conditions that must hold besides before the Pod counts as ready.
    #[serde(skip_serializing_if = "is_default")]
    pub readiness_gates: Vec<ReadinessGate>,
    /// Seconds after which the Pod has failed, counted from its start.
    #[serde(with = "signed::wide", skip_serializing_if = "is_default")]
    pub active_deadline_seconds: Option<u64>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// An empty string says no more than none.
fn unless_empty<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Str>, D::Error> {
    let text: Option<Str> = serde::Deserialize::deserialize(from)?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// A container.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Its name.
    pub name: Str,
    /// Its image.
    pub image: Str,
    /// The command line.
    #[serde(skip_serializing_if = "is_default")]
    pub command: Vec<Str>,
    /// Arguments.
    #[serde(skip_serializing_if = "is_default")]
    pub args: Vec<Str>,
    /// Ports.
    #[serde(skip_serializing_if = "is_default")]
    pub ports: Vec<ContainerPort>,
    /// Environment.
    #[serde(skip_serializing_if = "is_default")]
    pub env: Vec<EnvVar>,
    /// Requests and limits.
    pub resources: Resources,
    /// Mounts.
    #[serde(skip_serializing_if = "is_default")]
    pub volume_mounts: Vec<VolumeMount>,
    /// `Always` makes an init container a sidecar.
    #[serde(skip_serializing_if = "is_default")]
    pub restart_policy: Option<Str>,
    /// Says when the container may get requests.
    #[serde(skip_serializing_if = "is_default")]
    pub readiness_probe: Option<Probe>,
    /// Says when the container must be restarted.
    #[serde(skip_serializing_if = "is_default")]
    pub liveness_probe: Option<Probe>,
    /// Holds the other probes back.
    #[serde(skip_serializing_if = "is_default")]
    pub startup_probe: Option<Probe>,
    /// `Always`, `IfNotPresent` or `Never`.
    #[serde(skip_serializing_if = "is_default")]
    pub image_pull_policy: Option<Str>,
    /// Hooks.
    #[serde(skip_serializing_if = "is_default")]
    pub lifecycle: Option<Lifecycle>,
    /// What certain exit codes lead to.
    #[serde(skip_serializing_if = "is_default")]
    pub restart_policy_rules: Vec<RestartRule>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A container's port.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerPort {
    /// Its name.
    #[serde(skip_serializing_if = "is_default")]
    pub name: Option<Str>,
    /// The port.
    pub container_port: i32,
    /// `TCP`, `UDP` or `SCTP`.
    #[serde(skip_serializing_if = "is_default")]
    pub protocol: Option<Str>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// An environment variable.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvVar {
    /// Its name.
    pub name: Str,
    /// Its value.
    #[serde(skip_serializing_if = "is_default")]
    pub value: Option<Str>,
    /// Where its value comes from.
    #[serde(skip_serializing_if = "is_default")]
    pub value_from: Option<EnvSource>,
}

/// Where an environment variable's value comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvSource {
    /// A field of the Pod.
    #[serde(skip_serializing_if = "is_default")]
    pub field_ref: Option<FieldRef>,
    /// A key of a ConfigMap.
    #[serde(skip_serializing_if = "is_default")]
    pub config_map_key_ref: Option<KeyRef>,
    /// Every other source.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A field of the Pod.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FieldRef {
    /// The version that the path is written for.
    #[serde(skip_serializing_if = "is_default")]
    pub api_version: Option<Str>,
    /// `metadata.name`, `status.podIP`, …
    pub field_path: Str,
}

/// A key of a ConfigMap.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeyRef {
    /// The ConfigMap.
    pub name: Str,
    /// The key.
    pub key: Str,
    /// Whether it may be missing.
    #[serde(skip_serializing_if = "is_default")]
    pub optional: Option<bool>,
}

/// Amounts by resource name.
pub type ResourceList = BTreeMap<Str, Quantity>;

/// Requests and limits.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Resources {
    /// At most.
    #[serde(skip_serializing_if = "is_default")]
    pub limits: ResourceList,
    /// At least.
    #[serde(skip_serializing_if = "is_default")]
    pub requests: ResourceList,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A mount.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeMount {
    /// The volume.
    pub name: Str,
    /// Where.
    pub mount_path: Str,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A volume.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Volume {
    /// Its name.
    pub name: Str,
    /// A claim as its source.
    #[serde(skip_serializing_if = "is_default")]
    pub persistent_volume_claim: Option<ClaimSource>,
    /// Every other source.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A claim as a volume's source.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimSource {
    /// The claim.
    pub claim_name: Str,
    /// Whether it is only read.
    #[serde(skip_serializing_if = "is_default")]
    pub read_only: bool,
}

/// A probe.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Probe {
    /// Seconds before the first try.
    #[serde(with = "signed", skip_serializing_if = "is_default")]
    pub initial_delay_seconds: u32,
    /// Seconds between tries.
    #[serde(with = "signed::option", skip_serializing_if = "is_default")]
    pub period_seconds: Option<u32>,
    /// Seconds until a try counts as failed.
    #[serde(with = "signed::option", skip_serializing_if = "is_default")]
    pub timeout_seconds: Option<u32>,
    /// Tries in a row that turn failure into success.
    #[serde(with = "signed::option", skip_serializing_if = "is_default")]
    pub success_threshold: Option<u32>,
    /// Tries in a row that turn success into failure.
    #[serde(with = "signed::option", skip_serializing_if = "is_default")]
    pub failure_threshold: Option<u32>,
    /// Seconds granted to stop after a failed probe.
    #[serde(with = "signed::option", skip_serializing_if = "is_default")]
    pub termination_grace_period_seconds: Option<u32>,
    /// A command.
    #[serde(skip_serializing_if = "is_default")]
    pub exec: Option<Exec>,
    /// Every other field, `httpGet` and `tcpSocket` among them.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A command to run.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Exec {
    /// Its words.
    pub command: Vec<Str>,
}

/// A condition that the kubelet waits for before it calls a Pod ready.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReadinessGate {
    /// Its type.
    pub condition_type: Str,
}

/// A toleration.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Toleration {
    /// The taint's key; none matches every key.
    #[serde(skip_serializing_if = "is_default")]
    pub key: Option<Str>,
    /// `Equal` (also when empty) or `Exists`.
    #[serde(skip_serializing_if = "is_default")]
    pub operator: Option<Str>,
    /// The taint's value.
    #[serde(skip_serializing_if = "is_default")]
    pub value: Option<Str>,
    /// The taint's effect; none matches every effect.
    #[serde(skip_serializing_if = "is_default")]
    pub effect: Option<Str>,
    /// How long a `NoExecute` taint is borne.
    #[serde(skip_serializing_if = "is_default")]
    pub toleration_seconds: Option<i64>,
}

/// `topologySpreadConstraints[]`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopologySpread {
    /// The greatest difference allowed.
    pub max_skew: i32,
    /// The node label that makes a domain.
    pub topology_key: Str,
    /// `DoNotSchedule` or `ScheduleAnyway`.
    pub when_unsatisfiable: Str,
    /// The Pods that are counted.
    #[serde(skip_serializing_if = "is_default")]
    pub label_selector: Option<LabelSelector>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A Pod's phase.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub enum Phase {
    #[default]
    Pending,
    Running,
    Succeeded,
    Failed,
    Unknown,
}

impl Phase {
    /// Whether no container will run again.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Phase::Succeeded | Phase::Failed)
    }
}

/// A condition's status.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub enum Truth {
    True,
    #[default]
    False,
    Unknown,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Truth::True } else { Truth::False }
    }
}

/// A condition of a Pod, a node or a controller.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// `Ready`, `PodScheduled`, …
    #[serde(rename = "type")]
    pub kind: Str,
    /// Whether it holds.
    pub status: Truth,
    /// A word for why.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<Str>,
    /// A sentence for why.
    #[serde(skip_serializing_if = "is_default")]
    pub message: Option<Str>,
    /// When the status last changed.
    #[serde(skip_serializing_if = "is_default")]
    pub last_transition_time: Option<SimTime>,
    /// When a Deployment's condition was last touched.
    #[serde(skip_serializing_if = "is_default")]
    pub last_update_time: Option<SimTime>,
    /// The generation of the object that it speaks of.
    #[serde(skip_serializing_if = "is_default")]
    pub observed_generation: Option<u64>,
    /// When a node's condition was last confirmed.
    #[serde(skip_serializing_if = "is_default")]
    pub last_heartbeat_time: Option<SimTime>,
}

/// The condition of a type.
pub fn condition<'a>(conditions: &'a [Condition], kind: &str) -> Option<&'a Condition> {
    conditions.iter().find(|one| &*one.kind == kind)
}

/// Sets a condition; the transition time moves only with the status.
pub fn set_condition(conditions: &mut Vec<Condition>, mut new: Condition, now: SimTime) {
    if let Some(old) = conditions.iter_mut().find(|one| one.kind == new.kind) {
        new.last_transition_time =
            if old.status == new.status { old.last_transition_time } else { Some(now) };
        *old = new;
    } else {
        new.last_transition_time = Some(now);
        conditions.reserve_exact(1);
        conditions.push(new);
    }
}

/// A Pod's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    /// The generation of the Pod that the status is about.
    #[serde(skip_serializing_if = "is_default")]
    pub observed_generation: Option<u64>,
    /// The phase.
    pub phase: Phase,
    /// Conditions.
    #[serde(skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
    /// A sentence, where the Pod as a whole failed.
    #[serde(skip_serializing_if = "is_default")]
    pub message: Option<Str>,
    /// A word, where the Pod as a whole failed.
    #[serde(skip_serializing_if = "is_default")]
    pub reason: Option<Str>,
    /// The node that the scheduler means to use.
    #[serde(skip_serializing_if = "is_default")]
    pub nominated_node_name: Option<Str>,
    /// The node's address.
    #[serde(rename = "hostIP", skip_serializing_if = "is_default")]
    pub host_ip: Option<Str>,
    /// The Pod's address.
    #[serde(rename = "podIP", skip_serializing_if = "is_default")]
    pub pod_ip: Option<Str>,
    /// When the kubelet first saw it.
    #[serde(skip_serializing_if = "is_default")]
    pub start_time: Option<SimTime>,
    /// Init containers.
    #[serde(skip_serializing_if = "is_default")]
    pub init_container_statuses: Vec<ContainerStatus>,
    /// Containers.
    #[serde(skip_serializing_if = "is_default")]
    pub container_statuses: Vec<ContainerStatus>,
    /// `Guaranteed`, `Burstable` or `BestEffort`.
    #[serde(skip_serializing_if = "is_default")]
    pub qos_class: Option<Str>,
}

/// A container's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerStatus {
    /// Its name.
    pub name: Str,
    /// What it does now.
    #[serde(skip_serializing_if = "is_default")]
    pub state: ContainerState,
    /// How it ended last time.
    #[serde(skip_serializing_if = "is_default")]
    pub last_state: ContainerState,
    /// Whether it may get requests.
    pub ready: bool,
    /// How often it was started again.
    pub restart_count: u32,
    /// Its image.
    pub image: Str,
    /// The image as the runtime has it.
    #[serde(rename = "imageID", skip_serializing_if = "is_default")]
    pub image_id: Option<Str>,
    /// Its newest run.
    #[serde(rename = "containerID", skip_serializing_if = "is_default")]
    pub container_id: Option<Str>,
    /// Whether its startup probe passed.
    #[serde(skip_serializing_if = "is_default")]
    pub started: Option<bool>,
}

impl Pod {
    /// Whether the `Ready` condition holds.
    pub fn is_ready(&self) -> bool {
        self.status.phase == Phase::Running
            && condition(&self.status.conditions, "Ready")
                .is_some_and(|ready| ready.status == Truth::True)
    }

    /// Whether it has been ready for `min_ready_seconds`.
    ///
    /// Models pkg/api/v1/pod/util.go IsPodAvailable
    pub fn is_available(&self, min_ready_seconds: u32, now: SimTime) -> bool {
        self.is_ready()
            && (min_ready_seconds == 0
                || self.available_at(min_ready_seconds).is_some_and(|at| at <= now))
    }

    /// When a ready Pod becomes available. Kubernetes' timestamps are whole seconds, so this is
    /// up to a second sooner than one would reckon.
    pub fn available_at(&self, min_ready_seconds: u32) -> Option<SimTime> {
        let ready = condition(&self.status.conditions, "Ready")?;
        let since = ready.last_transition_time?.whole();
        Some(since.plus_seconds(u64::from(min_ready_seconds)))
    }

    /// The node it is bound to.
    pub fn node(&self) -> Option<&Str> {
        self.spec.node_name.as_ref()
    }
}

impl PodSpec {
    /// Seconds that it is given to stop, if it says how many; fewer than none are one.
    ///
    /// Models pkg/registry/core/pod/strategy.go CheckGracefulDelete
    pub fn grace(&self) -> Option<u32> {
        let seconds = self.termination_grace_period_seconds?;
        Some(if written(seconds) < 0 { 1 } else { seconds })
    }

    /// Whether it uses its node's network instead of one of its own.
    pub fn has_host_network(&self) -> bool {
        self.rest.get("hostNetwork") == Some(&crate::api::Value::Bool(true))
    }

    /// Whether a container's program sees other processes, so that it is not the first one.
    pub fn shares_processes(&self) -> bool {
        let is_on = |name| self.rest.get(name) == Some(&crate::api::Value::Bool(true));
        is_on("shareProcessNamespace") || is_on("hostPID")
    }
}
