//! Disruption budgets and priority classes.
//!
//! Must not know who asks for evictions or ranks Pods. Invariant: plain data only.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::pod::{Condition, is_default, set_condition};
use crate::api::tree::{Deserialize, Serialize};
use crate::api::{IntOrString, LabelSelector, Rest};
use crate::base::{SimTime, Str};

/// A PodDisruptionBudget.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DisruptionBudget {
    /// What is asked.
    pub spec: Rc<BudgetSpec>,
    /// What is so.
    pub status: BudgetStatus,
}

/// A budget's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BudgetSpec {
    /// Which Pods; none matches none, an empty one all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
    /// How many must stay available.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_available: Option<IntOrString>,
    /// How many may be unavailable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unavailable: Option<IntOrString>,
    /// `IfHealthyBudget` or `AlwaysAllow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unhealthy_pod_eviction_policy: Option<Str>,
}

/// A budget's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BudgetStatus {
    /// The generation that the controller acted on.
    #[serde(skip_serializing_if = "is_default")]
    pub observed_generation: u64,
    /// Pods whose eviction was granted and is not seen yet, with the moment.
    #[serde(skip_serializing_if = "is_default")]
    pub disrupted_pods: BTreeMap<Str, SimTime>,
    /// How many may go now.
    pub disruptions_allowed: i32,
    /// How many are healthy.
    pub current_healthy: i32,
    /// How many must be healthy.
    pub desired_healthy: i32,
    /// How many there should be.
    pub expected_pods: i32,
    /// Conditions.
    #[serde(skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
}

impl BudgetStatus {
    /// Says in the condition `DisruptionAllowed` what the number says.
    ///
    /// Models staging/src/k8s.io/component-helpers/apps/poddisruptionbudget/helpers.go
    /// UpdateDisruptionAllowedCondition
    pub fn renew_condition(&mut self, now: SimTime) {
        let is_allowed = self.disruptions_allowed > 0;
        let reason = if is_allowed { "SufficientPods" } else { "InsufficientPods" };
        let new = Condition {
            kind: "DisruptionAllowed".into(),
            status: is_allowed.into(),
            reason: Some(reason.into()),
            message: Some("".into()),
            observed_generation: Some(self.observed_generation),
            ..Condition::default()
        };
        set_condition(&mut self.conditions, new, now);
    }
}

/// A PriorityClass.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PriorityClass {
    /// The priority of its Pods.
    pub value: i32,
    /// Whether it is the one of Pods that name none.
    #[serde(skip_serializing_if = "is_default")]
    pub global_default: bool,
    /// `PreemptLowerPriority` or `Never`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preemption_policy: Option<Str>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}
