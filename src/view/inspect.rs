//! One object looked at closely, and the Events about it.
//!
//! Owns the shape of both tabs. It must not know the engine or how anything is printed.
//! Invariant: texts are Kubernetes' own; what a person reads beyond them comes from the catalogue.

use super::Identity;
use super::stage::{ObjectRef, Text};
use std::rc::Rc;

/// How many Events are shown; the newest stay.
pub const EVENTS_MAX: usize = 200;

/// An object as it is at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InspectView {
    /// Which one.
    pub object: ObjectRef,
    /// Whether it is there at this moment.
    pub exists: bool,
    /// Whether it was told to go and has not gone yet.
    pub is_deleting: bool,
    /// What kubectl's table says of it: a heading and a value.
    pub facts: Vec<(String, String)>,
    /// A word and a sentence, where a Pod as a whole failed.
    pub failure: Option<(Text, Text)>,
    /// A Pod's containers, those that run first before the others.
    pub containers: Vec<ContainerView>,
    /// Its conditions, in the order in which it holds them.
    pub conditions: Vec<ConditionView>,
    /// Who owns it, the nearest first.
    pub owners: Vec<ObjectRef>,
    /// What `kubectl get -o yaml` prints.
    pub yaml: Rc<str>,
}

/// What sort of container it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContainerKind {
    /// One of those that the Pod is for.
    #[default]
    Main,
    /// One that runs to its end before the others start.
    Init,
    /// One that starts before the others and runs beside them.
    Sidecar,
}

/// What a container does, or how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ContainerRun {
    /// Nobody has said yet.
    #[default]
    Unknown,
    /// It runs.
    Running {
        /// Since when.
        since_us: u64,
    },
    /// It waits.
    Waiting {
        /// A word on why.
        reason: Text,
        /// A sentence on why, if there is one.
        message: Text,
    },
    /// It ended.
    Ended {
        /// A word on why.
        reason: Text,
        /// The code of its process.
        exit_code: i32,
        /// When.
        at_us: Option<u64>,
        /// A sentence on why, if there is one.
        message: Text,
    },
}

/// One container of a Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerView {
    /// Its name.
    pub name: Text,
    /// Its sort.
    pub kind: ContainerKind,
    /// How often it was started again.
    pub restarts: u32,
    /// What it does.
    pub now: ContainerRun,
    /// How it ended the last time.
    pub last: Option<ContainerRun>,
}

/// What a container waits for on its ordinary way.
const ORDINARY: [&str; 2] = ["ContainerCreating", "PodInitializing"];

impl ContainerView {
    /// Whether its state is bad news.
    pub fn is_bad(&self) -> bool {
        match &self.now {
            ContainerRun::Waiting { reason, .. } => !ORDINARY.contains(&&**reason),
            ContainerRun::Ended { exit_code, .. } => *exit_code != 0,
            ContainerRun::Unknown | ContainerRun::Running { .. } => false,
        }
    }

    /// A sentence on why it is so, if there is one.
    pub fn message(&self) -> &str {
        match &self.now {
            ContainerRun::Waiting { message, .. } | ContainerRun::Ended { message, .. } => message,
            ContainerRun::Unknown | ContainerRun::Running { .. } => "",
        }
    }
}

/// A condition of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionView {
    /// Its type, such as `Ready`.
    pub kind: Text,
    /// `True`, `False` or `Unknown`.
    pub status: Text,
    /// A word on why, if there is one.
    pub reason: Text,
    /// A sentence on why, if there is one.
    pub message: Text,
    /// When it became so.
    pub since_us: Option<u64>,
    /// Whether it is said of a Pod whose containers have ended, of which no readiness is expected.
    pub is_over: bool,
}

/// Conditions that are bad news when they hold.
const BAD_WHEN_TRUE: [&str; 8] = [
    "DiskPressure",
    "DisruptionTarget",
    "Failed",
    "FailureTarget",
    "MemoryPressure",
    "NetworkUnavailable",
    "PIDPressure",
    "ReplicaFailure",
];
/// Conditions that are news of neither kind.
const NEITHER: [&str; 5] =
    ["Complete", "FileSystemResizePending", "Resizing", "SuccessCriteriaMet", "Suspended"];

impl ConditionView {
    /// Whether the condition is bad news.
    pub fn is_bad(&self) -> bool {
        let is_trouble = BAD_WHEN_TRUE.contains(&&*self.kind);
        if NEITHER.contains(&&*self.kind) || (self.is_over && !is_trouble) {
            return false;
        }
        let good = if is_trouble { "False" } else { "True" };
        *self.status != *good
    }
}

/// The Events tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventsView {
    /// Whose Events; none shows all.
    pub object: Option<ObjectRef>,
    /// The Events, newest last.
    pub events: Vec<EventView>,
    /// How many older ones are left out.
    pub older: usize,
}

/// A row of `kubectl get events`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventView {
    /// What tells it from every other one.
    pub uid: Text,
    /// How long ago it was told last, as kubectl says it.
    pub last_seen: String,
    /// When it was told last.
    pub last_us: u64,
    /// Whether something is wrong.
    pub is_warning: bool,
    /// A word.
    pub reason: String,
    /// `pod/db-1`.
    pub object: String,
    /// The object, for selecting it.
    pub about: ObjectRef,
    /// Its shape.
    pub identity: Identity,
    /// A sentence.
    pub message: String,
    /// How often it was told.
    pub count: u32,
}

#[cfg(test)]
mod tests {
    use super::ConditionView;

    #[test]
    fn pressure_is_bad_when_it_holds_and_readiness_when_it_does_not() {
        let bad = |kind: &str, status: &str| {
            let (kind, status) = (kind.into(), status.into());
            ConditionView { kind, status, ..ConditionView::default() }.is_bad()
        };
        assert!(bad("Ready", "False") && bad("Ready", "Unknown") && !bad("Ready", "True"));
        assert!(bad("MemoryPressure", "True") && !bad("MemoryPressure", "False"));
        assert!(bad("MemoryPressure", "Unknown"));
        let over = |kind: &str, status: &str| {
            let (kind, status) = (kind.into(), status.into());
            ConditionView { kind, status, is_over: true, ..ConditionView::default() }.is_bad()
        };
        assert!(!over("Ready", "False") && over("DisruptionTarget", "True"));
        assert!(!bad("Suspended", "True") && !bad("Suspended", "False"));
    }
}
