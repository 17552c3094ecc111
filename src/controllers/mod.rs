//! The controllers of the control plane, each a pure function from what it knows to a plan.
//!
//! Must not know the server's store, one another, or time other than `now`. Invariant: at
//! rest, every key of every controller gives an empty plan.

mod deployment;
mod endpoints;
mod garbage;
mod memory;
pub mod node_life;
mod pods;
mod ranking;
mod replicaset;
mod revision;
mod statefulset;
mod volumes;

pub use memory::Memory;

use crate::api::Kind;
use crate::base::SimTime;
use crate::server::{Change, Key, View};
use crate::sim::Plan;

/// The controllers, in the order in which they are told of a change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub enum Controller {
    Deployment,
    ReplicaSet,
    ReplicationController,
    StatefulSet,
    EndpointSlice,
    VolumeBinding,
    AttachDetach,
    GarbageCollector,
    NodeLifecycle,
    TaintEviction,
}

impl Controller {
    /// Every controller.
    pub const ALL: [Controller; 10] = [
        Controller::Deployment,
        Controller::ReplicaSet,
        Controller::ReplicationController,
        Controller::StatefulSet,
        Controller::EndpointSlice,
        Controller::VolumeBinding,
        Controller::AttachDetach,
        Controller::GarbageCollector,
        Controller::NodeLifecycle,
        Controller::TaintEviction,
    ];

    /// The name under which it tells Events.
    pub const fn name(self) -> &'static str {
        match self {
            Controller::Deployment => "deployment-controller",
            Controller::ReplicaSet => "replicaset-controller",
            Controller::ReplicationController => "replication-controller",
            Controller::StatefulSet => "statefulset-controller",
            Controller::EndpointSlice => "endpoint-slice-controller",
            Controller::VolumeBinding => "persistentvolume-controller",
            Controller::AttachDetach => "attachdetach-controller",
            Controller::GarbageCollector => "garbage-collector",
            Controller::NodeLifecycle => "node-controller",
            Controller::TaintEviction => "taint-eviction-controller",
        }
    }

    /// The keys that a change makes this controller look at.
    pub fn wake(
        self,
        change: &Change,
        view: &View,
        _memory: &mut Memory,
        _now: SimTime,
        keys: &mut Vec<Key>,
    ) {
        match self {
            Controller::Deployment => deployment::wake(change, view, keys),
            Controller::ReplicaSet => replicaset::wake(Kind::ReplicaSet, change, view, keys),
            Controller::ReplicationController => {
                replicaset::wake(Kind::ReplicationController, change, view, keys);
            }
            Controller::StatefulSet => statefulset::wake(change, view, keys),
            Controller::EndpointSlice => endpoints::wake(change, view, keys),
            Controller::VolumeBinding => volumes::wake_binding(change, view, keys),
            Controller::AttachDetach => volumes::wake_attachment(change, view, keys),
            Controller::GarbageCollector => garbage::wake(change, view, keys),
            Controller::NodeLifecycle => {}
            Controller::TaintEviction => node_life::wake_eviction(change, view, keys),
        }
    }

    /// What to do about a key.
    pub fn reconcile(self, key: Key, view: &View, _memory: &mut Memory, now: SimTime) -> Plan {
        match self {
            Controller::Deployment => deployment::reconcile(key, view, now),
            Controller::ReplicaSet | Controller::ReplicationController => {
                replicaset::reconcile(key, view, now)
            }
            Controller::StatefulSet => statefulset::reconcile(key, view, now),
            Controller::EndpointSlice => endpoints::reconcile(key, view),
            Controller::VolumeBinding => volumes::reconcile_binding(key, view),
            Controller::AttachDetach => volumes::reconcile_attachment(key, view),
            Controller::GarbageCollector => garbage::reconcile(key, view),
            Controller::NodeLifecycle => node_life::reconcile(key, view, now),
            Controller::TaintEviction => node_life::reconcile_eviction(key, view, now),
        }
    }
}
