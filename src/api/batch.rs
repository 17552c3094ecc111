//! DaemonSets, Jobs and CronJobs.
//!
//! Must not know how they reconcile. Invariant: plain data only.

use std::rc::Rc;

use crate::api::apps::RollingUpdate;
use crate::api::pod::{Condition, PodTemplate, Truth, condition, is_default};
use crate::api::tree::{Deserialize, Serialize};
use crate::api::{IntOrString, LabelSelector, Meta, Object, Rest, Uid, signed};
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
    /// How to replace Pods.
    pub update_strategy: DaemonSetStrategy,
    /// How many old revisions to keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_history_limit: Option<i32>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A DaemonSet's `updateStrategy`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DaemonSetStrategy {
    /// `RollingUpdate` or `OnDelete`.
    #[serde(rename = "type", skip_serializing_if = "str_is_empty")]
    pub kind: Str,
    /// Bounds of a rolling update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_update: Option<RollingUpdate>,
}

fn str_is_empty(text: &Str) -> bool {
    text.is_empty()
}

impl DaemonSetSpec {
    /// Bounds of a rolling update in Pods: how many may be missing, and how many too many.
    ///
    /// Models pkg/controller/daemon/update.go updatedDesiredNodeCounts
    pub fn bounds(&self, desired: i32) -> (i32, i32) {
        let rolling = self.update_strategy.rolling_update.as_ref();
        let scaled = |one: Option<&IntOrString>| one.and_then(|one| one.scaled(desired, true));
        let unavailable = rolling.and_then(|one| scaled(one.max_unavailable.as_ref()));
        let surge = rolling.and_then(|one| scaled(one.max_surge.as_ref())).unwrap_or(0);
        match (unavailable.unwrap_or(1), surge) {
            // A set that could neither take away nor add would never move.
            (0, 0) if desired > 0 => (1, 0),
            bounds => bounds,
        }
    }
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
    /// Whether the selector was given by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manual_selector: Option<bool>,
    /// Seconds after its end until the Job is deleted.
    #[serde(with = "signed::option", skip_serializing_if = "Option::is_none")]
    pub ttl_seconds_after_finished: Option<u32>,
    /// `TerminatingOrFailed` or `Failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_replacement_policy: Option<Str>,
    /// How many failures of each index are borne.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_limit_per_index: Option<i32>,
    /// How many indexes may fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_failed_indexes: Option<i32>,
    /// What becomes of failures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_failure_policy: Option<PodFailurePolicy>,
    /// Which indexes are enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_policy: Option<SuccessPolicy>,
    /// The controller that runs it, if it is not the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed_by: Option<Str>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A Job's `podFailurePolicy`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodFailurePolicy {
    /// The rules, of which the first that fits decides.
    pub rules: Vec<FailureRule>,
}

/// One of its rules.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FailureRule {
    /// `Ignore`, `Count`, `FailIndex` or `FailJob`.
    pub action: Str,
    /// Exit codes of containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_exit_codes: Option<OnExitCodes>,
    /// Conditions of the Pod.
    #[serde(skip_serializing_if = "is_default")]
    pub on_pod_conditions: Vec<OnPodCondition>,
}

/// Exit codes that a rule is about.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OnExitCodes {
    /// Of which container; of any if none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_name: Option<Str>,
    /// `In` or `NotIn`.
    pub operator: Str,
    /// The codes.
    pub values: Vec<i32>,
}

/// A condition that a rule is about.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OnPodCondition {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Str,
    /// Its status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Truth>,
}

/// A Job's `successPolicy`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SuccessPolicy {
    /// The rules, of which one must be met.
    pub rules: Vec<SuccessRule>,
}

/// One of its rules.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SuccessRule {
    /// The indexes that must be complete, as `0,2-4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub succeeded_indexes: Option<Str>,
    /// How many of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub succeeded_count: Option<i32>,
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
    /// The indexes that are complete, as `0,2-4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_indexes: Option<Str>,
    /// The indexes that have failed, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_indexes: Option<Str>,
    /// Pods that ended and are not in the counts yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncounted_terminated_pods: Option<Uncounted>,
}

impl Job {
    /// Whether each Pod has an index of its own.
    pub fn is_indexed(&self) -> bool {
        self.spec.completion_mode.as_deref() == Some("Indexed")
    }

    /// Whether each index has a limit of failures of its own.
    pub fn limits_indexes(&self) -> bool {
        self.spec.backoff_limit_per_index.is_some()
    }

    /// Whether no Pods are made for now.
    pub fn is_suspended(&self) -> bool {
        self.spec.suspend == Some(true)
    }

    /// Whether a condition of this type holds.
    pub fn holds(&self, kind: &str) -> bool {
        condition(&self.status.conditions, kind).is_some_and(|one| one.status == Truth::True)
    }

    /// Whether it is over, well or not.
    pub fn is_finished(&self) -> bool {
        self.holds("Complete") || self.holds("Failed")
    }
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

/// A CronJob.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CronJob {
    /// What is asked.
    pub spec: Rc<CronJobSpec>,
    /// What is so.
    pub status: CronJobStatus,
}

/// A CronJob's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CronJobSpec {
    /// When, as cron writes it.
    pub schedule: Str,
    /// Where the clock hangs that the schedule goes by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Str>,
    /// How many seconds late a Job may start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starting_deadline_seconds: Option<i64>,
    /// `Allow`, `Forbid` or `Replace`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency_policy: Option<Str>,
    /// Whether no Jobs are started for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspend: Option<bool>,
    /// What Jobs.
    pub job_template: JobTemplate,
    /// How many Jobs that ended well are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successful_jobs_history_limit: Option<i32>,
    /// How many failed Jobs are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_jobs_history_limit: Option<i32>,
}

/// What a CronJob makes Jobs from.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobTemplate {
    /// Labels and annotations.
    pub metadata: Meta,
    /// The rest.
    pub spec: JobSpec,
}

/// A CronJob's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CronJobStatus {
    /// Jobs that are not over.
    #[serde(skip_serializing_if = "is_default")]
    pub active: Vec<JobRef>,
    /// The moment for which a Job was started last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_schedule_time: Option<SimTime>,
    /// When a Job was complete last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_successful_time: Option<SimTime>,
}

/// A Job as its CronJob names it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobRef {
    /// `batch/v1`.
    pub api_version: Str,
    /// `Job`.
    pub kind: Str,
    /// Its name.
    pub name: Str,
    /// Its namespace.
    pub namespace: Str,
    /// Its version when it was noted.
    pub resource_version: Str,
    /// Its UID.
    pub uid: Uid,
}

impl JobRef {
    /// The reference to a Job.
    pub fn to(job: &Object) -> JobRef {
        let facts = job.kind().facts();
        JobRef {
            api_version: facts.api_version.into(),
            kind: facts.name.into(),
            name: job.meta.name.clone(),
            namespace: job.meta.namespace.clone(),
            resource_version: job.meta.resource_version.to_string().into(),
            uid: job.meta.uid,
        }
    }
}
