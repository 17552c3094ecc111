//! The controllers of group `apps`, and ReplicationController.
//!
//! Must not know how they reconcile. Invariant: defaults are filled in by the server, so an
//! `Option` that Kubernetes defaults is `Some` in every stored object.

use std::rc::Rc;

use crate::api::pod::{Condition, PodTemplate, is_default};
use crate::api::storage::Claim;
use crate::api::tree::{Deserialize, FromTree, IntoTree, Misfit, Serialize};
use crate::api::{IntOrString, LabelSelector, Meta, Rest, Value, signed};
use crate::base::Str;

/// A ReplicaSet, and (with its own selector form outside) a ReplicationController.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplicaSet {
    /// What is asked.
    pub spec: Rc<ReplicaSetSpec>,
    /// What is so.
    pub status: ReplicaSetStatus,
}

/// A ReplicaSet's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetSpec {
    /// How many Pods.
    pub replicas: Option<i32>,
    /// Seconds of readiness that make a Pod available.
    #[serde(with = "signed", skip_serializing_if = "is_default")]
    pub min_ready_seconds: u32,
    /// Which Pods.
    pub selector: LabelSelector,
    /// What Pods.
    pub template: PodTemplate,
}

/// A ReplicaSet's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetStatus {
    /// Pods that are not terminating.
    pub replicas: i32,
    /// Those with all labels of the template.
    #[serde(skip_serializing_if = "is_default")]
    pub fully_labeled_replicas: i32,
    /// Those that are ready.
    #[serde(skip_serializing_if = "is_default")]
    pub ready_replicas: i32,
    /// Those that are available.
    #[serde(skip_serializing_if = "is_default")]
    pub available_replicas: i32,
    /// Pods that are terminating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating_replicas: Option<i32>,
    /// The generation that the controller acted on.
    #[serde(skip_serializing_if = "is_default")]
    pub observed_generation: u64,
    /// Conditions.
    #[serde(skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
}

/// A Deployment.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Deployment {
    /// What is asked.
    pub spec: Rc<DeploymentSpec>,
    /// What is so.
    pub status: DeploymentStatus,
}

/// A Deployment's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentSpec {
    /// How many Pods.
    pub replicas: Option<i32>,
    /// Which Pods.
    pub selector: LabelSelector,
    /// What Pods.
    pub template: PodTemplate,
    /// How to replace them.
    pub strategy: DeploymentStrategy,
    /// Seconds of readiness that make a Pod available.
    #[serde(with = "signed", skip_serializing_if = "is_default")]
    pub min_ready_seconds: u32,
    /// How many old ReplicaSets to keep.
    pub revision_history_limit: Option<i32>,
    /// Whether rollouts are paused.
    #[serde(skip_serializing_if = "is_default")]
    pub paused: bool,
    /// Seconds until a rollout that does not move counts as failed.
    #[serde(with = "signed::option", skip_serializing_if = "Option::is_none")]
    pub progress_deadline_seconds: Option<u32>,
}

impl DeploymentSpec {
    /// How many Pods a rolling update may make above the desired number, and how many may be
    /// missing below it.
    ///
    /// Models pkg/controller/deployment/util/deployment_util.go ResolveFenceposts
    pub fn fenceposts(&self) -> (i32, i32) {
        let desired = self.replicas.unwrap_or(1);
        let rolling = self.strategy.rolling_update.clone().unwrap_or_default();
        let resolve =
            |value: Option<IntOrString>, up| value.and_then(|value| value.scaled(desired, up));
        let surge = resolve(rolling.max_surge, true).unwrap_or(1);
        let unavailable = resolve(rolling.max_unavailable, false).unwrap_or(0);
        let unavailable = if surge == 0 && unavailable == 0 { 1 } else { unavailable };
        (surge, unavailable.min(desired.max(0)))
    }
}

/// `spec.strategy`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentStrategy {
    /// `RollingUpdate` or `Recreate`.
    #[serde(rename = "type")]
    pub kind: Str,
    /// Bounds of a rolling update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_update: Option<RollingUpdate>,
}

/// Bounds of a rolling update.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpdate {
    /// Pods above the desired number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_surge: Option<IntOrString>,
    /// Pods that may be missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrString>,
}

/// A Deployment's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentStatus {
    /// The generation that the controller acted on.
    #[serde(skip_serializing_if = "is_default")]
    pub observed_generation: u64,
    /// Pods that are not terminating.
    #[serde(skip_serializing_if = "is_default")]
    pub replicas: i32,
    /// Those of the newest template.
    #[serde(skip_serializing_if = "is_default")]
    pub updated_replicas: i32,
    /// Those that are ready.
    #[serde(skip_serializing_if = "is_default")]
    pub ready_replicas: i32,
    /// Those that are available.
    #[serde(skip_serializing_if = "is_default")]
    pub available_replicas: i32,
    /// Those missing to the desired number.
    #[serde(skip_serializing_if = "is_default")]
    pub unavailable_replicas: i32,
    /// Pods that are terminating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating_replicas: Option<i32>,
    /// Conditions.
    #[serde(skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
    /// Hash collisions seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<i32>,
}

/// A StatefulSet.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StatefulSet {
    /// What is asked.
    pub spec: Rc<StatefulSetSpec>,
    /// What is so.
    pub status: StatefulSetStatus,
}

/// A StatefulSet's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatefulSetSpec {
    /// How many Pods.
    pub replicas: Option<i32>,
    /// Which Pods.
    pub selector: LabelSelector,
    /// What Pods.
    pub template: PodTemplate,
    /// What claims each Pod gets.
    #[serde(skip_serializing_if = "is_default")]
    pub volume_claim_templates: Vec<ClaimTemplate>,
    /// The headless Service that names the Pods.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub service_name: Str,
    /// `OrderedReady` or `Parallel`.
    pub pod_management_policy: Str,
    /// How to replace Pods.
    pub update_strategy: StatefulSetStrategy,
    /// How many old revisions to keep.
    pub revision_history_limit: Option<i32>,
    /// Seconds of readiness that make a Pod available.
    #[serde(with = "signed", skip_serializing_if = "is_default")]
    pub min_ready_seconds: u32,
    /// What becomes of claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent_volume_claim_retention_policy: Option<ClaimRetention>,
    /// Where ordinals start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordinals: Option<Ordinals>,
}

fn str_is_empty(text: &Str) -> bool {
    text.is_empty()
}

/// One of `volumeClaimTemplates`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ClaimTemplate {
    /// Its name and labels.
    pub metadata: Meta,
    /// The claim, whose fields stand beside.
    pub claim: Claim,
}

impl FromTree for ClaimTemplate {
    fn of(value: &Value) -> Result<Self, Misfit> {
        let claim = Claim::of(value)?;
        let metadata = value.at("metadata").filter(|one| **one != Value::Null).map(Meta::of);
        Ok(ClaimTemplate { metadata: metadata.transpose()?.unwrap_or_default(), claim })
    }
}

impl IntoTree for ClaimTemplate {
    fn write(&self) -> Value {
        let mut tree = self.claim.write();
        if let Value::Map(entries) = &mut tree {
            entries.insert("metadata".into(), self.metadata.write());
        }
        tree
    }
}

/// `persistentVolumeClaimRetentionPolicy`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimRetention {
    /// `Retain` or `Delete` when the set is deleted.
    pub when_deleted: Str,
    /// `Retain` or `Delete` when it is scaled down.
    pub when_scaled: Str,
}

/// `ordinals`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ordinals {
    /// The first ordinal.
    #[serde(skip_serializing_if = "is_default")]
    pub start: i32,
}

/// `updateStrategy`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatefulSetStrategy {
    /// `RollingUpdate` or `OnDelete`.
    #[serde(rename = "type")]
    pub kind: Str,
    /// Bounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_update: Option<StatefulSetRollingUpdate>,
}

/// Bounds of a StatefulSet's update.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatefulSetRollingUpdate {
    /// Ordinals below it keep their revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<i32>,
    /// How many Pods may be missing; there only behind a feature gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrString>,
}

/// A StatefulSet's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatefulSetStatus {
    /// The generation that the controller acted on.
    #[serde(skip_serializing_if = "is_default")]
    pub observed_generation: u64,
    /// Pods that exist.
    pub replicas: i32,
    /// Those that are ready.
    #[serde(skip_serializing_if = "is_default")]
    pub ready_replicas: i32,
    /// Those of the current revision.
    #[serde(skip_serializing_if = "is_default")]
    pub current_replicas: i32,
    /// Those of the update revision.
    #[serde(skip_serializing_if = "is_default")]
    pub updated_replicas: i32,
    /// The current revision's name.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub current_revision: Str,
    /// The update revision's name.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub update_revision: Str,
    /// Hash collisions seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collision_count: Option<i32>,
    /// Those that are available.
    pub available_replicas: i32,
}

/// A ControllerRevision: one state of a StatefulSet's template.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ControllerRevision {
    /// The state.
    pub data: Rc<Value>,
    /// Its number.
    pub revision: i64,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}
