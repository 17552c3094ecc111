//! What a person can do on the stage, and how an object is named when it is selected.
//!
//! Owns plain data only. It must not know who carries an action out. Invariant: an object is
//! named as Kubernetes names it, so that a Pod that comes back under its name stays selected.

use super::Text;

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
}

/// What a person did on the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageAction {
    /// Delete a Pod.
    DeletePod {
        /// Its namespace.
        namespace: Text,
        /// Its name.
        name: Text,
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
    /// Select an object, or nothing.
    Select(Option<ObjectRef>),
}
