//! The stage: nodes, lanes of Pods, and the disks below them.
//!
//! Owns the shape of what is drawn at one moment. It must not know the engine, a language, or how
//! a thing is drawn. Invariant: names, IPs and reasons are the cluster's own; whatever a person
//! reads beyond those comes from the catalogue of words when it is drawn.

pub mod action;
pub mod arrange;
pub mod node;
pub mod pod;
pub mod seating;
pub mod zoom;

pub use action::{MAINTENANCE, OUT_OF_SERVICE, ObjectRef, StageAction};
pub use arrange::{Arrangement, Place};
pub use node::{DrainView, NodeState, NodeView, Usage};
pub use pod::{Dns, PodState, PodView, Step, Stuck};
pub use zoom::{Detail, Level, is_wired_densely};

use crate::base::Order as _;

use super::Identity;
use std::rc::Rc;

/// A name, an address or a reason: text of the cluster's own.
pub type Text = crate::base::Str;

/// Everything the stage shows at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageView {
    /// The control plane's parts, in the order in which a change runs through them.
    pub actors: Vec<ActorView>,
    /// The nodes, in the order of their columns.
    pub nodes: Vec<Rc<NodeView>>,
    /// The workloads, in the order of their lanes.
    pub lanes: Vec<Rc<LaneView>>,
    /// The claims, in the order in which they lie on the shelf (see [`sort_disks`]).
    pub disks: Vec<Rc<DiskView>>,
}

/// A Pod that isn't replaced, and the node that it is stuck on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckView {
    /// The Pod.
    pub pod: Rc<PodView>,
    /// Its node.
    pub node: Rc<NodeView>,
}

impl StageView {
    /// How many Pods there are.
    pub fn pods(&self) -> usize {
        self.lanes.iter().map(|lane| lane.pods.len()).sum()
    }

    /// The first Pod that isn't replaced.
    pub fn stuck(&self) -> Option<StuckView> {
        let mut pods = self.lanes.iter().flat_map(|lane| &lane.pods);
        let pod = pods.find(|pod| pod.stuck.is_some())?;
        let node = self.nodes.iter().find(|node| Some(&node.name) == pod.node.as_ref())?;
        Some(StuckView { pod: pod.clone(), node: node.clone() })
    }
}

/// A part of the control plane that acts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Actor {
    /// The Deployment controller.
    Deployment,
    /// The ReplicaSet controller; it also stands for the ReplicationController's.
    ReplicaSet,
    /// The StatefulSet controller.
    StatefulSet,
    /// The scheduler.
    Scheduler,
    /// Binding, provisioning and attaching of volumes.
    Volumes,
    /// The EndpointSlice controller.
    Endpoints,
    /// The node lifecycle controller and taint eviction.
    NodeHealth,
    /// The kubelets of all nodes.
    Kubelet,
}

impl Actor {
    /// Every actor, in the order of the strip.
    pub const ALL: [Actor; 8] = [
        Actor::Deployment,
        Actor::ReplicaSet,
        Actor::StatefulSet,
        Actor::Scheduler,
        Actor::Volumes,
        Actor::Endpoints,
        Actor::NodeHealth,
        Actor::Kubelet,
    ];
}

/// How lately an actor did something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activity {
    /// Not for a while.
    #[default]
    Idle,
    /// A moment ago.
    Recent,
    /// Just now.
    Active,
}

/// An actor's lamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActorView {
    /// Whose lamp it is.
    pub actor: Actor,
    /// How it shines.
    pub activity: Activity,
}

/// What a lane stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LaneKind {
    /// A Deployment with its ReplicaSets.
    #[default]
    Deployment,
    /// A ReplicaSet that no Deployment owns.
    ReplicaSet,
    /// A ReplicationController.
    ReplicationController,
    /// A StatefulSet.
    StatefulSet,
    /// A DaemonSet.
    DaemonSet,
    /// A Job.
    Job,
    /// Pods that nothing owns; the lane has no name of its own.
    BarePods,
}

impl LaneKind {
    /// The kind as a manifest says it.
    pub const fn kind(self) -> &'static str {
        match self {
            LaneKind::Deployment => "Deployment",
            LaneKind::ReplicaSet => "ReplicaSet",
            LaneKind::ReplicationController => "ReplicationController",
            LaneKind::StatefulSet => "StatefulSet",
            LaneKind::DaemonSet => "DaemonSet",
            LaneKind::Job => "Job",
            LaneKind::BarePods => "Pod",
        }
    }

    /// The shape of the lane's Pods.
    pub const fn identity(self) -> Identity {
        match self {
            LaneKind::StatefulSet => Identity::Stateful,
            _ => Identity::Stateless,
        }
    }

    /// Whether a person can set its number of replicas.
    pub const fn is_scalable(self) -> bool {
        matches!(
            self,
            LaneKind::Deployment
                | LaneKind::ReplicaSet
                | LaneKind::ReplicationController
                | LaneKind::StatefulSet
        )
    }
}

/// A workload and its Pods, wherever they run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneView {
    /// The workload's UID.
    pub uid: Text,
    /// What it is.
    pub kind: LaneKind,
    /// Its namespace.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
    /// How many replicas its spec asks for.
    pub desired: u32,
    /// How many of its Pods are ready, as its status says it: what `kubectl get` prints.
    pub ready: u32,
    /// Its revisions that still have or want Pods, oldest first; the last is the one wanted.
    pub revisions: Vec<RevisionView>,
    /// The Service that finds its Pods; the governing one of a StatefulSet.
    pub service: Option<ServiceView>,
    /// The other Services that find its Pods.
    pub more_services: Vec<ServiceView>,
    /// The newest answers its Pods gave, newest last.
    pub answers: Vec<Text>,
    /// Its Pods: stateful ones by ordinal, others by age.
    pub pods: Vec<Rc<PodView>>,
    /// Wanted ordinals that have no Pod now; stateful lanes only.
    pub seats: Vec<Rc<SeatView>>,
    /// Where a stateful Pod was before it came back on another node.
    pub traces: Vec<TraceView>,
    /// Whether one revision replaces another: until the controller says that it is done.
    pub is_rolling: bool,
    /// Why its rollout stands still although nothing fails; none while it goes on.
    pub hold: Option<Hold>,
    /// Whether its rollout has got nowhere for longer than its deadline.
    pub is_overdue: bool,
    /// For which of its Pods its controller waits before it goes on.
    pub awaited: Option<Text>,
    /// Whether its number was changed and isn't reached yet.
    pub is_scaling: bool,
    /// Whether a person paused its rollouts, or suspended a Job.
    pub is_paused: bool,
    /// What it may not make, while it lacks that.
    pub refusal: Option<RefusalView>,
    /// Why it has failed for good; Jobs only.
    pub failure: Option<Text>,
    /// The CronJob that made it; Jobs only.
    pub maker: Option<Text>,
    /// Whether it is a run of a CronJob that is over, and a newer one is there.
    pub is_past: bool,
    /// Whether it is folded to one line.
    pub is_folded: bool,
}

impl LaneView {
    /// The shape of the lane's Pods.
    pub const fn identity(&self) -> Identity {
        self.kind.identity()
    }

    /// The Pods of the newest revision that cannot become ready as they are.
    pub fn failing(&self) -> impl Iterator<Item = &Rc<PodView>> {
        let newest = self.newest();
        let is_failing = |pod: &PodView| match pod.state {
            PodState::Crash | PodState::ImagePull | PodState::Failed => true,
            PodState::Pending => pod.reason.is_some(),
            _ => false,
        };
        self.pods.iter().filter(move |pod| pod.revision == newest && is_failing(pod))
    }

    /// The workload as an object to select.
    pub fn object(&self) -> ObjectRef {
        ObjectRef::new(self.kind.kind(), &self.namespace, &self.name)
    }

    /// Whether an object is this workload.
    pub fn is(&self, object: &ObjectRef) -> bool {
        object.name == self.name
            && object.namespace == self.namespace
            && object.kind == self.kind.kind()
    }

    /// Whether a Service with an address sends traffic to its Pods.
    pub fn is_reached(&self) -> bool {
        self.services().any(|service| service.cluster_ip.is_some())
    }

    /// All Services that find its Pods.
    pub fn services(&self) -> impl Iterator<Item = &ServiceView> {
        self.service.iter().chain(&self.more_services)
    }

    /// The segments of the lane's bar, at most [`BAR_SEGMENTS_MAX`], one a wanted replica while
    /// they fit. As many are full as the number above them says.
    ///
    /// A stateful lane's segments stand for its ordinals, in order; a stateless lane's are only
    /// counted, the newest revision first.
    pub fn bar(&self) -> Vec<Fill> {
        let mut full = match self.identity() {
            Identity::Stateful => self.bar_by_ordinal(),
            _ => self.bar_by_count(),
        };
        self.settle(&mut full);
        let count = u32::try_from(full.len()).unwrap_or(u32::MAX);
        if count <= BAR_SEGMENTS_MAX {
            return full;
        }
        (0..BAR_SEGMENTS_MAX)
            .filter_map(|at| {
                let from = (u64::from(at) * u64::from(count)) / u64::from(BAR_SEGMENTS_MAX);
                full.get(usize::try_from(from).ok()?).copied()
            })
            .collect()
    }

    fn bar_by_ordinal(&self) -> Vec<Fill> {
        let newest = self.newest();
        let mut bar: Vec<(u32, Fill)> = self
            .pods
            .iter()
            .map(|pod| {
                // A StatefulSet counts a Pod that is told to stop until it is not ready any more.
                let fill = match (pod.is_ready, pod.revision == newest) {
                    (true, true) => Fill::Ready,
                    (true, false) => Fill::Old,
                    (false, _) if pod.state.is_on_its_way() => Fill::Coming,
                    _ => Fill::Empty,
                };
                (pod.ordinal.unwrap_or(u32::MAX), fill)
            })
            .chain(self.seats.iter().map(|seat| (seat.ordinal, Fill::Empty)))
            .collect();
        bar.order_by_key(|(ordinal, _)| *ordinal);
        bar.dedup_by_key(|(ordinal, _)| *ordinal);
        bar.into_iter().map(|(_, fill)| fill).collect()
    }

    fn bar_by_count(&self) -> Vec<Fill> {
        let newest = self.newest();
        let count = |wanted: fn(&PodView) -> bool, new: bool| {
            self.pods.iter().filter(|pod| wanted(pod) && (pod.revision == newest) == new).count()
        };
        let desired = usize::try_from(self.desired).unwrap_or(usize::MAX);
        let is_job = self.kind == LaneKind::Job;
        // A Job counts what it has done; who works at it is on the way.
        let done = if is_job { self.ready.min(self.desired) } else { 0 };
        let mut bar = vec![Fill::Ready; usize::try_from(done).unwrap_or(usize::MAX)];
        if is_job {
            let is_coming = |pod: &PodView| pod.serving || pod.state.is_on_its_way();
            bar.extend(vec![Fill::Coming; count(is_coming, true)]);
        } else {
            bar.extend(vec![Fill::Ready; count(|pod| pod.serving, true)]);
            let is_coming = |pod: &PodView| !pod.serving && pod.state.is_on_its_way();
            bar.extend(vec![Fill::Coming; count(is_coming, true)]);
            bar.extend(vec![Fill::Old; count(|pod| pod.serving, false)]);
        }
        if bar.len() < desired && desired <= BAR_REPLICAS_MAX {
            bar.resize(desired, Fill::Empty);
        }
        bar
    }

    /// Makes as many segments full as the status counts ready. A controller counts a moment after
    /// its Pods change: until it has, the bar goes by its count, as the number above it does. Of
    /// two revisions nothing says which one the count is late for.
    fn settle(&self, bar: &mut Vec<Fill>) {
        if bar.contains(&Fill::Old) {
            return;
        }
        let is_full = |fill: &&Fill| **fill == Fill::Ready;
        let (full, ready) = (bar.iter().filter(is_full).count(), self.ready);
        let ready = usize::try_from(ready).unwrap_or(usize::MAX);
        let mut turn = |from: Fill, to: Fill, count: usize, is_last: bool| {
            let mut fitting: Vec<&mut Fill> =
                bar.iter_mut().filter(|fill| **fill == from).collect();
            let skipped = if is_last { fitting.len().saturating_sub(count) } else { 0 };
            let turned = fitting.iter_mut().skip(skipped).take(count);
            count - turned.map(|fill| **fill = to).count()
        };
        turn(Fill::Ready, Fill::Coming, full.saturating_sub(ready), true);
        let rest = turn(Fill::Coming, Fill::Ready, ready.saturating_sub(full), false);
        let rest = turn(Fill::Empty, Fill::Ready, rest, false);
        bar.extend(vec![Fill::Ready; rest]);
    }

    /// The number of the revision that the workload wants its Pods to have.
    pub fn newest(&self) -> u32 {
        self.revisions.last().map_or(0, |revision| revision.number)
    }

    /// What the lane is busy with.
    pub fn progress(&self) -> Progress {
        if self.failure.is_some() {
            Progress::Failed
        } else if self.refusal.is_some() {
            Progress::Refused
        } else if self.is_paused {
            Progress::Paused
        } else if self.is_rolling || self.is_overdue {
            // The first rollout replaces nothing, and can get nowhere all the same.
            let to = self.newest();
            match self.hold {
                Some(hold) => Progress::Held { to, hold },
                None if self.is_overdue || self.failing().next().is_some() => {
                    Progress::Blocked { to }
                }
                None => Progress::RollingOut { to },
            }
        } else if self.is_scaling {
            Progress::Scaling { to: self.desired }
        } else {
            Progress::Steady
        }
    }
}

/// How many segments a lane's bar has at most.
pub const BAR_SEGMENTS_MAX: u32 = 16;
/// Above this many replicas a stateless bar shows the Pods that exist, not the ones that lack.
const BAR_REPLICAS_MAX: usize = 20_000;

/// A segment of a lane's bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fill {
    /// A ready Pod of the newest revision.
    Ready,
    /// A Pod on its way to being ready.
    Coming,
    /// A ready Pod of an older revision.
    Old,
    /// No Pod, or one that can't serve.
    Empty,
}

/// Why a rollout stands still on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hold {
    /// A StatefulSet's lower ordinals keep the old revision.
    Partition {
        /// How many they are, as the spec says it.
        partition: u32,
        /// The lowest ordinal.
        first: u32,
        /// The lowest ordinal that gets the new revision; there may be none such.
        from: u32,
        /// The ordinal behind the highest.
        end: u32,
    },
    /// Each Pod keeps its revision until somebody deletes it.
    OnDelete,
}

/// What a lane is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// Nothing.
    Steady,
    /// Nothing, for a person paused it.
    Paused,
    /// Nothing any more, for it has failed for good.
    Failed,
    /// It tries to make what the API server refuses.
    Refused,
    /// One revision replaces another.
    RollingOut {
        /// The number of the new one.
        to: u32,
    },
    /// One revision is to replace another and cannot: its Pods fail, or it takes too long.
    Blocked {
        /// The number of the new one.
        to: u32,
    },
    /// One revision has replaced another as far as it is meant to by itself.
    Held {
        /// The number of the new one.
        to: u32,
        /// Why it goes no further.
        hold: Hold,
    },
    /// Its number was changed, and there are more or fewer Pods than it wants.
    Scaling {
        /// How many are wanted.
        to: u32,
    },
}

/// What the API server refused to a workload's controller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusalView {
    /// The kind of what it may not make.
    pub what: Text,
    /// The server's words.
    pub why: Text,
}

/// A ReplicaSet of a Deployment, or a revision of a StatefulSet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevisionView {
    /// Its number, counted from 1.
    pub number: u32,
    /// The hash in its name; none for workloads without revisions.
    pub hash: Text,
    /// How many Pods it has.
    pub replicas: u32,
    /// How many of them are ready.
    pub ready: u32,
    /// Whether its ReplicaSet is still to be made.
    pub is_to_come: bool,
}

/// The Service in front of a lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceView {
    /// Its name.
    pub name: Text,
    /// Its cluster IP; none for a headless Service.
    pub cluster_ip: Option<Text>,
    /// Its type, such as `NodePort`; empty for the usual one.
    pub kind: Text,
}

/// A wanted ordinal that has no Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeatView {
    /// The ordinal.
    pub ordinal: u32,
    /// The name the next Pod will have.
    pub name: Text,
    /// Its DNS name, without a record.
    pub dns: Option<Text>,
    /// The node of the Pod that was there last; none if there was none or the node is gone.
    pub node: Option<Text>,
    /// The claims that will be made with its Pod and have a place on the shelf; of very many seats
    /// none says so.
    pub claims: Vec<Text>,
    /// Whether no Pod was there yet and its node is only the column that is kept for it.
    pub is_to_come: bool,
}

/// A stateful Pod was here before it came back elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceView {
    /// The node it left.
    pub node: Text,
    /// Its name.
    pub pod: Text,
    /// When it left.
    pub at_us: u64,
    /// Whether the node was not ready then, so that nobody knows whether it stopped.
    pub is_doubtful: bool,
}

/// What a disk is up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DiskState {
    /// The claim has no volume yet.
    #[default]
    Unbound,
    /// A running Pod uses it.
    Mounted,
    /// It is there, and a Pod that wants it doesn't have it yet.
    Waiting,
    /// It is still attached to a node that can't be reached.
    Held,
    /// No Pod wants it; it keeps its data.
    Released,
    /// It was part of a node that is gone; no Pod can have it.
    Gone,
}

impl DiskState {
    /// The value of the `data-state` attribute.
    pub const fn name(self) -> &'static str {
        match self {
            DiskState::Unbound => "unbound",
            DiskState::Mounted => "mounted",
            DiskState::Waiting => "waiting",
            DiskState::Held => "held",
            DiskState::Released => "released",
            DiskState::Gone => "gone",
        }
    }

    /// What the plug at the disk shows, however its Pods fare one by one: one that any Pod has
    /// mounted is plugged in.
    pub const fn link(self) -> Link {
        match self {
            DiskState::Mounted => Link::Mounted,
            DiskState::Held => Link::Held,
            DiskState::Unbound | DiskState::Waiting | DiskState::Released | DiskState::Gone => {
                Link::Waiting
            }
        }
    }
}

/// A claim and its volume.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiskView {
    /// The claim's UID.
    pub uid: Text,
    /// The claim's namespace.
    pub namespace: Text,
    /// The claim's name.
    pub claim: Text,
    /// The lane whose template made it; empty for a claim of its own.
    pub lane: Text,
    /// The ordinal it belongs to.
    pub ordinal: Option<u32>,
    /// What it is up to.
    pub state: DiskState,
    /// The Pods that use it or wait for it.
    pub users: Vec<DiskUser>,
    /// The node it is attached to.
    pub attached_to: Option<Text>,
    /// The node it is part of, for a local volume.
    pub local_node: Option<Text>,
    /// The node it was part of, if that is gone; no name, if nothing names it.
    pub gone_node: Option<Text>,
    /// Whether that node never was.
    pub is_stray: bool,
    /// Its size, as the claim says it.
    pub capacity: Text,
    /// The rows that the program wrote on it, first and last.
    pub rows: Option<(u64, u64)>,
}

impl DiskView {
    /// Whether any node can have it.
    pub fn is_shared(&self) -> bool {
        self.local_node.is_none() && self.gone_node.is_none()
    }

    /// The claim as an object to select.
    pub fn object(&self) -> ObjectRef {
        ObjectRef::new("PersistentVolumeClaim", &self.namespace, &self.claim)
    }
}

/// A Pod that has to do with a disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiskUser {
    /// The Pod's UID.
    pub uid: Text,
    /// The Pod's name.
    pub name: Text,
    /// What the wire between them looks like.
    pub link: Link,
}

impl DiskUser {
    /// Whether an object is this Pod, which has to do with `disk`.
    pub fn is(&self, object: &ObjectRef, disk: &DiskView) -> bool {
        &*object.kind == "Pod" && object.name == self.name && object.namespace == disk.namespace
    }
}

/// What joins a Pod and a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Link {
    /// It is mounted.
    #[default]
    Mounted,
    /// It is being provisioned, attached or mounted.
    Waiting,
    /// It is attached to a node that can't be reached.
    Held,
}

impl Link {
    /// The letter for keys and classes.
    pub const fn name(self) -> &'static str {
        match self {
            Link::Mounted => "mounted",
            Link::Waiting => "waiting",
            Link::Held => "held",
        }
    }
}

/// Puts disks in the order of the shelf, which no later change of their Pods can alter: by lane,
/// then by ordinal, then by name.
pub fn sort_disks(disks: &mut [Rc<DiskView>], lanes: &[Rc<LaneView>]) {
    let place = |disk: &DiskView| {
        lanes.iter().position(|lane| lane.uid == disk.lane).unwrap_or(lanes.len())
    };
    disks.order_by(|a, b| (place(a), a.ordinal, &a.claim).cmp(&(place(b), b.ordinal, &b.claim)));
}

#[cfg(test)]
mod tests;
