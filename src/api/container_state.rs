//! What a container does: it waits, runs or has ended.
//!
//! Must not know the kubelet. Invariant: a state has one form at most; none is written as an
//! empty mapping, which reads back as none.

use serde::{Deserialize, Deserializer, Serialize};

use crate::api::pod::is_default;
use crate::base::{SimTime, Str};

/// What a container does.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the fields are Kubernetes' own")]
pub enum ContainerState {
    /// Nothing is known.
    #[default]
    #[serde(skip)]
    None,
    /// It waits.
    Waiting {
        reason: Str,
        #[serde(skip_serializing_if = "is_default")]
        message: Option<Str>,
    },
    /// It runs.
    #[serde(rename_all = "camelCase")]
    Running { started_at: SimTime },
    /// It ended.
    #[serde(rename_all = "camelCase")]
    Terminated {
        exit_code: i32,
        reason: Str,
        #[serde(skip_serializing_if = "is_default")]
        message: Option<Str>,
        started_at: Option<SimTime>,
        finished_at: Option<SimTime>,
    },
}

impl ContainerState {
    /// A state of waiting for `reason`.
    pub fn waiting(reason: &str) -> ContainerState {
        ContainerState::Waiting { reason: reason.into(), message: None }
    }

    /// Whether it waits to be started.
    pub const fn is_waiting(&self) -> bool {
        matches!(self, ContainerState::Waiting { .. } | ContainerState::None)
    }

    /// Whether it runs.
    pub const fn is_running(&self) -> bool {
        matches!(self, ContainerState::Running { .. })
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    waiting: Option<Wait>,
    running: Option<Run>,
    terminated: Option<End>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wait {
    reason: Str,
    message: Option<Str>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Run {
    started_at: SimTime,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct End {
    exit_code: i32,
    reason: Str,
    message: Option<Str>,
    started_at: Option<SimTime>,
    finished_at: Option<SimTime>,
}

impl<'de> Deserialize<'de> for ContainerState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        Ok(match written {
            Written { running: Some(run), .. } => {
                ContainerState::Running { started_at: run.started_at }
            }
            Written { terminated: Some(end), .. } => ContainerState::Terminated {
                exit_code: end.exit_code,
                reason: end.reason,
                message: end.message,
                started_at: end.started_at,
                finished_at: end.finished_at,
            },
            Written { waiting: Some(wait), .. } => {
                ContainerState::Waiting { reason: wait.reason, message: wait.message }
            }
            Written { .. } => ContainerState::None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_state_is_none_and_others_read_back() {
        let read = |text: &str| serde_json::from_str::<ContainerState>(text).expect("valid");
        assert_eq!(read("{}"), ContainerState::None);
        let text = r#"{"waiting":{"reason":"CrashLoopBackOff"}}"#;
        assert_eq!(serde_json::to_string(&read(text)).expect("plain"), text);
        assert!(read(r#"{"running":{"startedAt":"2026-01-01T00:00:01Z"}}"#).is_running());
    }
}
