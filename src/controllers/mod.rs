//! The controllers of the control plane, each a pure function from what it knows to a plan.
//!
//! Must not know the server's store, one another, or time other than `now`. Invariant: at
//! rest, every key of every controller gives an empty plan.

mod cronjob;
mod daemon_backoff;
mod daemon_pods;
mod daemonset;
mod deployment;
mod disruption;
mod endpoints;
mod garbage;
mod job;
mod job_ttl;
mod memory;
mod namespace;
mod node_life;
mod node_taints;
mod podgc;
mod pods;
mod quota;
mod ranking;
mod replicaset;
mod revision;
mod statefulset;
mod taint_eviction;
mod tally;
mod template_hash;
mod ticks;
mod volumes;

pub use memory::Memory;

use crate::api::Kind;
use crate::base::SimTime;
use crate::server::{Change, Key, View};
use crate::sim::{Pause, Plan};

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
    VolumeProvisioner,
    VolumeProtection,
    AttachDetach,
    GarbageCollector,
    Namespace,
    NodeLifecycle,
    NodeTaints,
    TaintEviction,
    PodGc,
    Disruption,
    Job,
    DaemonSet,
    JobTtl,
    EphemeralVolume,
    VolumeExpand,
    CronJob,
    EndpointSliceMirroring,
    ResourceQuota,
}

impl Controller {
    /// Every controller.
    pub const ALL: [Controller; 24] = [
        Controller::Deployment,
        Controller::ReplicaSet,
        Controller::ReplicationController,
        Controller::StatefulSet,
        Controller::EndpointSlice,
        Controller::VolumeBinding,
        Controller::VolumeProvisioner,
        Controller::VolumeProtection,
        Controller::AttachDetach,
        Controller::GarbageCollector,
        Controller::Namespace,
        Controller::NodeLifecycle,
        Controller::NodeTaints,
        Controller::TaintEviction,
        Controller::PodGc,
        Controller::Disruption,
        Controller::Job,
        Controller::DaemonSet,
        Controller::JobTtl,
        Controller::EphemeralVolume,
        Controller::VolumeExpand,
        Controller::CronJob,
        Controller::EndpointSliceMirroring,
        Controller::ResourceQuota,
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
            Controller::VolumeProvisioner => "csi-provisioner",
            Controller::VolumeProtection => "pvc-protection-controller",
            Controller::AttachDetach => "attachdetach-controller",
            Controller::GarbageCollector => "garbage-collector",
            Controller::Namespace => "namespace-controller",
            Controller::NodeLifecycle | Controller::NodeTaints => "node-controller",
            Controller::PodGc => "pod-garbage-collector-controller",
            Controller::Disruption => "disruption-controller",
            Controller::Job => "job-controller",
            Controller::JobTtl => "ttl-after-finished-controller",
            Controller::EphemeralVolume => "ephemeral_volume",
            Controller::VolumeExpand => "volume_expand",
            Controller::CronJob => "cronjob-controller",
            Controller::EndpointSliceMirroring => "endpoint-slice-mirroring-controller",
            Controller::ResourceQuota => "resourcequota-controller",
            Controller::DaemonSet => "daemonset-controller",
            Controller::TaintEviction => "taint-eviction-controller",
        }
    }

    /// How long a key of it waits after a failure.
    pub fn pause(self) -> Pause {
        match self {
            Controller::Job => job::PAUSE,
            Controller::VolumeProvisioner => volumes::provisioning::PAUSE,
            _ => Pause::default(),
        }
    }

    /// The keys that a change makes this controller look at.
    pub fn wake(
        self,
        change: &Change,
        view: &View,
        memory: &mut Memory,
        now: SimTime,
        keys: &mut Vec<Key>,
    ) {
        match self {
            Controller::Deployment => deployment::wake(change, view, keys),
            Controller::ReplicaSet => {
                // Told before the other kind: one count serves both.
                memory.tallies.observe(change);
                replicaset::wake(Kind::ReplicaSet, change, view, keys);
            }
            Controller::ReplicationController => {
                replicaset::wake(Kind::ReplicationController, change, view, keys);
            }
            Controller::StatefulSet => statefulset::wake(change, view, keys),
            Controller::EndpointSlice => endpoints::wake(change, view, keys),
            Controller::EndpointSliceMirroring => endpoints::mirror::wake(change, view, keys),
            Controller::VolumeBinding => volumes::binding::wake(change, view, keys),
            Controller::VolumeProvisioner => volumes::provisioning::wake(change, view, keys),
            Controller::VolumeProtection => volumes::protection::wake(change, view, keys),
            Controller::AttachDetach => volumes::attachment::wake(change, view, keys),
            Controller::GarbageCollector => garbage::wake(change, view, keys),
            Controller::Namespace => namespace::wake(change, &mut memory.pauses, now, keys),
            Controller::NodeLifecycle => node_life::wake(change, view, &mut memory.nodes, keys),
            Controller::NodeTaints => node_taints::wake(change, keys),
            Controller::TaintEviction => {
                taint_eviction::wake(change, view, &mut memory.evictions, keys);
            }
            Controller::Disruption => disruption::wake(change, view, keys),
            Controller::DaemonSet => daemonset::wake(change, view, &mut memory.daemons, keys),
            Controller::JobTtl => job_ttl::wake(change, keys),
            Controller::EphemeralVolume => volumes::ephemeral::wake(change, view, keys),
            Controller::VolumeExpand => volumes::expansion::wake(change, keys),
            Controller::CronJob => cronjob::wake(change, view, &mut memory.crons, now, keys),
            Controller::Job => job::wake(change, view, &mut memory.jobs, now, keys),
            Controller::ResourceQuota => quota::wake(change, view, keys),
            Controller::PodGc => podgc::wake(change, view, &mut memory.gone, now, keys),
        }
    }

    /// What to do about a key.
    pub fn reconcile(self, key: Key, view: &View, memory: &mut Memory, now: SimTime) -> Plan {
        match self {
            Controller::Deployment => deployment::reconcile(key, view, now),
            Controller::ReplicaSet | Controller::ReplicationController => {
                replicaset::reconcile(key, view, &mut memory.tallies, now)
            }
            Controller::StatefulSet => statefulset::reconcile(key, view, now),
            Controller::EndpointSlice => {
                endpoints::reconcile(key, view, &mut memory.triggers, &mut memory.lost)
            }
            Controller::VolumeBinding => {
                volumes::binding::reconcile(key, view, &memory.claims, now)
            }
            Controller::VolumeProvisioner => volumes::provisioning::reconcile(key, view, now),
            Controller::VolumeProtection => volumes::protection::reconcile(key, view),
            Controller::AttachDetach => {
                volumes::attachment::reconcile(key, view, &mut memory.attachment, now)
            }
            Controller::GarbageCollector => garbage::reconcile(key, view),
            Controller::Namespace => namespace::reconcile(key, view, &mut memory.pauses, now),
            Controller::NodeLifecycle => node_life::reconcile(key, view, &mut memory.nodes, now),
            Controller::NodeTaints => node_taints::reconcile(key, view, now),
            Controller::TaintEviction => {
                taint_eviction::reconcile(key, view, &mut memory.evictions, now)
            }
            Controller::Disruption => disruption::reconcile(key, view, now),
            Controller::DaemonSet => daemonset::reconcile(key, view, &mut memory.daemons, now),
            Controller::JobTtl => job_ttl::reconcile(key, view, now),
            Controller::EphemeralVolume => volumes::ephemeral::reconcile(key, view),
            Controller::EndpointSliceMirroring => endpoints::mirror::reconcile(key, view),
            Controller::VolumeExpand => volumes::expansion::reconcile(key, view),
            Controller::CronJob => cronjob::reconcile(key, view, &memory.crons, now),
            Controller::Job => job::reconcile(key, view, &mut memory.jobs, now),
            Controller::ResourceQuota => quota::reconcile(key, view),
            Controller::PodGc => podgc::reconcile(key, view, &mut memory.gone, now),
        }
    }
}
