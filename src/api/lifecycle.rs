//! Lifecycle hooks and restart rules of containers.
//!
//! Must not know who runs them. Invariant: plain data only.

use crate::api::pod::{Exec, is_default};
use crate::api::tree::{Deserialize, Serialize};
use crate::api::{Rest, signed};
use crate::base::Str;

/// What is done when a container has started and before it is stopped.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lifecycle {
    /// Right after the start.
    #[serde(skip_serializing_if = "is_default")]
    pub post_start: Option<Handler>,
    /// Before the container is asked to stop.
    #[serde(skip_serializing_if = "is_default")]
    pub pre_stop: Option<Handler>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// One hook.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Handler {
    /// A command.
    #[serde(skip_serializing_if = "is_default")]
    pub exec: Option<Exec>,
    /// A pause.
    #[serde(skip_serializing_if = "is_default")]
    pub sleep: Option<Pause>,
    /// Every other field, `httpGet` among them.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A pause.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Pause {
    /// How long.
    #[serde(with = "signed")]
    pub seconds: u32,
}

/// `restartPolicyRules[]`: what becomes of a container that ended with certain codes.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RestartRule {
    /// `Restart` or `RestartAllContainers`.
    pub action: Str,
    /// Which codes.
    #[serde(skip_serializing_if = "is_default")]
    pub exit_codes: Option<ExitCodes>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// Codes that a rule is about.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExitCodes {
    /// `In` or `NotIn`.
    pub operator: Str,
    /// The codes.
    pub values: Vec<i32>,
}

impl RestartRule {
    /// Whether it takes all containers of the Pod, not the one that ended alone.
    pub fn restarts_all(&self) -> bool {
        &*self.action == "RestartAllContainers"
    }

    /// Whether the rule is about this code.
    ///
    /// Models pkg/api/v1/pod/util.go isExitCodeMatched
    pub fn is_about(&self, code: i32) -> bool {
        self.exit_codes.as_ref().is_some_and(|codes| match &*codes.operator {
            "In" => codes.values.contains(&code),
            "NotIn" => !codes.values.contains(&code),
            _ => false,
        })
    }
}
