//! What a person can do on the stage, and how an object is named when it is selected.
//!
//! Owns plain data only. It must not know who carries an action out. Invariant: an object is
//! named as Kubernetes names it, so that a Pod that comes back under its name stays selected.

use super::{Place, Text};

/// An object by its kind, namespace and name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectRef {
    /// The kind, as a manifest says it.
    pub kind: Text,
    /// The namespace; empty for what has none.
    pub namespace: Text,
    /// The name.
    pub name: Text,
}

impl ObjectRef {
    /// Names an object.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self { kind: kind.into(), namespace: namespace.into(), name: name.into() }
    }

    /// Its name with its namespace, where that is not the usual one: two namespaces may have things
    /// of one name.
    pub fn label(&self) -> String {
        match &*self.namespace {
            "" | "default" => self.name.to_string(),
            namespace => format!("{namespace}/{}", self.name),
        }
    }
}

/// The taint that the stage's menu sets for maintenance.
pub const MAINTENANCE: &str = "maintenance";
/// The taint that says that a node is down for good.
pub use crate::api::wellknown::OUT_OF_SERVICE;

/// What a person did on the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageAction {
    /// Delete a Pod.
    DeletePod {
        /// Its namespace.
        namespace: Text,
        /// Its name.
        name: Text,
        /// Whether its record goes at once, without a word from its kubelet.
        is_forced: bool,
    },
    /// Delete an object of another kind.
    Delete {
        /// Which one.
        object: ObjectRef,
        /// Whether what it owns stays, and then belongs to nobody.
        is_alone: bool,
    },
    /// Kill the process of a container.
    KillContainer {
        /// The Pod's namespace.
        namespace: Text,
        /// The Pod's name.
        pod: Text,
        /// The container's name.
        container: Text,
    },
    /// Let a Pod's program answer readiness probes, or not.
    SetReady {
        /// The Pod's namespace.
        namespace: Text,
        /// The Pod's name.
        pod: Text,
        /// Whether it answers.
        is_ready: bool,
    },
    /// Ask for another number of replicas.
    Scale {
        /// The workload's kind.
        kind: Text,
        /// Its namespace.
        namespace: Text,
        /// Its name.
        name: Text,
        /// How many.
        replicas: u32,
    },
    /// Let a node fail.
    FailNode(Text),
    /// Bring a node back.
    RecoverNode(Text),
    /// Let a node take no new Pods, or take them again.
    Cordon(Text, bool),
    /// Cordon a node and evict its Pods.
    Drain(Text),
    /// Taint a node for maintenance, or lift the taint.
    Taint(Text, bool),
    /// Declare a node out of service, or take it back.
    OutOfService(Text, bool),
    /// Add a node.
    AddNode,
    /// Take a node away for good.
    RemoveNode(Text),
    /// Put a lane elsewhere among the others.
    MoveLane(ObjectRef, Place),
    /// Fold a lane to one line, or unfold it.
    FoldLane(ObjectRef),
    /// Select an object and show all of it.
    Inspect(ObjectRef),
    /// Select an object and show the Events about it.
    Events(ObjectRef),
    /// Select an object, or nothing.
    Select(Option<ObjectRef>),
}

impl StageAction {
    /// Deletes an object, and in time what it owns.
    pub fn delete(object: ObjectRef) -> Self {
        if &*object.kind == "Pod" {
            let ObjectRef { namespace, name, .. } = object;
            return StageAction::DeletePod { namespace, name, is_forced: false };
        }
        StageAction::Delete { object, is_alone: false }
    }
}
