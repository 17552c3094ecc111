//! A node's column: its name, its condition and what is left of it.
//!
//! Owns plain data only. Invariant: usage is what the scheduler counts, the requests of the Pods
//! that are bound to the node.

use super::{ObjectRef, Text};

/// A node's condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeState {
    /// Its kubelet reports, and it takes Pods.
    #[default]
    Ready,
    /// Its kubelet is silent or says that it isn't ready.
    NotReady,
    /// It runs its Pods and takes no new ones.
    Cordoned,
    /// It takes no new Pods and is being emptied.
    Draining,
    /// A person declared that it is down for good.
    OutOfService,
}

impl NodeState {
    /// The value of the `data-status` attribute.
    pub const fn name(self) -> &'static str {
        match self {
            NodeState::Ready => "ready",
            NodeState::NotReady | NodeState::OutOfService => "notready",
            NodeState::Cordoned => "cordoned",
            NodeState::Draining => "draining",
        }
    }

    /// Whether nothing on the node can be relied on.
    pub const fn is_lost(self) -> bool {
        matches!(self, NodeState::NotReady | NodeState::OutOfService)
    }
}

/// How much of a resource is asked for, of how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Usage {
    /// The sum of the requests, in the resource's base unit.
    pub used: u64,
    /// What may be asked for.
    pub allocatable: u64,
}

impl Usage {
    /// The used part in percent, at most 100.
    pub fn percent(self) -> u32 {
        let used = u128::from(self.used.min(self.allocatable)) * 100;
        let percent = used.checked_div(u128::from(self.allocatable)).unwrap_or(0);
        u32::try_from(percent).unwrap_or(100)
    }
}

/// A node's column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeView {
    /// The node's name.
    pub name: Text,
    /// Its condition as the cluster knows it.
    pub state: NodeState,
    /// How long it has been in that condition, in whole seconds; shown while it is not ready.
    pub since_s: Option<u64>,
    /// Whether the machine is down, which the cluster may not know yet.
    pub failed: bool,
    /// Whether it takes no new Pods because a person said so.
    pub is_cordoned: bool,
    /// Whether a person tainted it for maintenance, which makes its Pods leave.
    pub is_evicting: bool,
    /// Whether a person declared it out of service.
    pub is_written_off: bool,
    /// Its Pods' addresses.
    pub cidr: Text,
    /// CPU in thousandths of a core.
    pub cpu: Usage,
    /// Memory in bytes.
    pub memory: Usage,
}

impl NodeView {
    /// The node as an object to select.
    pub fn object(&self) -> ObjectRef {
        ObjectRef::new("Node", "", &self.name)
    }
}
