//! DaemonSets and Jobs.
//!
//! Must not know how they reconcile. Invariant: plain data only.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::api::pod::{Condition, PodTemplate, is_default};
use crate::api::{LabelSelector, Rest, signed};
use crate::base::{SimTime, Str};

/// A DaemonSet.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DaemonSet {
    /// What is asked.
    pub spec: Rc<DaemonSetSpec>,
    /// What is so.
    pub status: DaemonSetStatus,
}

/// A DaemonSet's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DaemonSetSpec {
    /// Which Pods.
    pub selector: LabelSelector,
    /// What Pods.
    pub template: PodTemplate,
    /// Seconds of readiness that make a Pod available.
    #[serde(with = "signed", skip_serializing_if = "is_default")]
    pub min_ready_seconds: u32,
    /// How many old revisions to keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_history_limit: Option<i32>,
    /// Every other field, `updateStrategy` among them.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A DaemonSet's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DaemonSetStatus {
    /// Nodes that run a Pod and should.
    pub current_number_scheduled: i32,
    /// Nodes that run a Pod and should not.
    pub number_misscheduled: i32,
    /// Nodes that should run a Pod.
    pub desired_number_scheduled: i32,
    /// Of those, the ones whose Pod is ready.
    pub number_ready: i32,
    /// The generation that the controller acted on.
    #[serde(skip_serializing_if = "is_default")]
    pub observed_generation: u64,
    /// Nodes whose Pod has the newest template.
    #[serde(skip_serializing_if = "is_default")]
    pub updated_number_scheduled: i32,
    /// Nodes whose Pod is available.
    #[serde(skip_serializing_if = "is_default")]
    pub number_available: i32,
    /// Nodes that should have an available Pod and have none.
    #[serde(skip_serializing_if = "is_default")]
    pub number_unavailable: i32,
    /// Hash collisions seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<i32>,
}

/// A Job.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    /// What is asked.
    pub spec: Rc<JobSpec>,
    /// What is so.
    pub status: JobStatus,
}

/// A Job's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobSpec {
    /// How many Pods at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<i32>,
    /// How many Pods must succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completions: Option<i32>,
    /// How many failures are borne.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_limit: Option<i32>,
    /// Seconds that the whole may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_deadline_seconds: Option<i64>,
    /// Which Pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
    /// What Pods.
    pub template: PodTemplate,
    /// `NonIndexed` or `Indexed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_mode: Option<Str>,
    /// Whether no Pods are made for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A Job's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobStatus {
    /// Conditions.
    #[serde(skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
    /// When the controller first saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<SimTime>,
    /// When it was complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_time: Option<SimTime>,
    /// Pods that run or wait.
    #[serde(skip_serializing_if = "is_default")]
    pub active: i32,
    /// Pods that are ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<i32>,
    /// Pods that are terminating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating: Option<i32>,
    /// Pods that ended well.
    #[serde(skip_serializing_if = "is_default")]
    pub succeeded: i32,
    /// Pods that failed.
    #[serde(skip_serializing_if = "is_default")]
    pub failed: i32,
    /// Pods that ended and are not in the counts yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncounted_terminated_pods: Option<Uncounted>,
}

/// Pods that ended and are not in a Job's counts yet, by UID.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Uncounted {
    /// Those that ended well.
    #[serde(skip_serializing_if = "is_default")]
    pub succeeded: Vec<Str>,
    /// Those that failed.
    #[serde(skip_serializing_if = "is_default")]
    pub failed: Vec<Str>,
}
