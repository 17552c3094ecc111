//! A Pod on the stage.
//!
//! Owns plain data only. It must not know where on the stage the Pod stands beyond its node.
//! Invariant: a UID belongs to one Pod for ever; a Pod that comes back has a new one.

use super::{ObjectRef, Text};

/// What a Pod is going through; each state has a silhouette of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PodState {
    /// It has no node.
    #[default]
    Pending,
    /// Its node prepares volumes, network and images.
    Creating,
    /// Its init containers run, one after another.
    Init {
        /// How many have ended well.
        done: u32,
        /// How many there are.
        total: u32,
    },
    /// Its containers run; it isn't ready.
    Running,
    /// It is ready.
    Ready,
    /// It is being deleted and its containers are told to end.
    Terminating,
    /// A container ends again and again.
    Crash,
    /// An image can't be pulled.
    ImagePull,
    /// Its node is silent, so nobody knows.
    Unknown,
    /// Its containers have ended well.
    Completed,
    /// A container ended with an error and is not started again.
    Failed,
}

impl PodState {
    /// The value of the `data-state` attribute.
    pub const fn name(self) -> &'static str {
        match self {
            PodState::Pending => "pending",
            PodState::Creating => "creating",
            PodState::Init { .. } => "init",
            PodState::Running => "running",
            PodState::Ready => "ready",
            PodState::Terminating => "terminating",
            PodState::Crash | PodState::Failed => "crash",
            PodState::ImagePull => "imagepull",
            PodState::Unknown => "unknown",
            PodState::Completed => "completed",
        }
    }

    /// Whether the Pod may become ready if nothing goes wrong.
    pub const fn is_on_its_way(self) -> bool {
        matches!(
            self,
            PodState::Pending | PodState::Creating | PodState::Init { .. } | PodState::Running
        )
    }
}

/// How far a container has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Step {
    /// It hasn't started.
    #[default]
    Waiting,
    /// It runs; an ordinary container isn't ready yet.
    Running,
    /// An init container has ended well, or an ordinary container or a sidecar is ready.
    Done,
}

/// A DNS name of one Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dns {
    /// The name within its namespace, such as `db-1.db`.
    pub name: Text,
    /// Whether it resolves now.
    pub has_record: bool,
}

/// Why a Pod stays where a reader expects another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stuck {
    /// Nobody can confirm that it has stopped, so it isn't replaced.
    NotReplaced,
}

/// A Pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodView {
    /// Its UID.
    pub uid: Text,
    /// Its namespace.
    pub namespace: Text,
    /// Its name.
    pub name: Text,
    /// The part of the name before the last dash, such as `web-6d4cf56db6`; empty if none.
    pub base: Text,
    /// The part of the name that tells it from its fellows, such as `x7k2p` or `1`.
    pub suffix: Text,
    /// Its ordinal, if it keeps one.
    pub ordinal: Option<u32>,
    /// The number of its revision.
    pub revision: u32,
    /// Its node, once it is scheduled, if it still has a column.
    pub node: Option<Text>,
    /// The node that it is bound to and that is not there.
    pub gone_node: Option<Text>,
    /// Whether that node never was.
    pub is_stray: bool,
    /// Its address, once it has one.
    pub ip: Option<Text>,
    /// What it is going through.
    pub state: PodState,
    /// Whether it is marked for deletion.
    pub deleting: bool,
    /// While it is being deleted: how much of its grace period is over, in thousandths;
    /// in steps of 10, so that a picture doesn't change more often than an eye can tell.
    pub drained_permille: Option<u16>,
    /// The cluster's own word or sentence about its state, such as `CrashLoopBackOff` or the
    /// scheduler's message.
    pub reason: Option<Text>,
    /// Its init containers.
    pub init: Vec<Step>,
    /// Its containers, by name.
    pub containers: Vec<(Text, Step)>,
    /// The names of those that run, whichever they are, in the order in which they start.
    pub running: Vec<Text>,
    /// How often its containers were started again, as kubectl counts it.
    pub restarts: u32,
    /// Its DNS name, if it has one of its own.
    pub dns: Option<Dns>,
    /// What it does among its fellows, such as `primary`.
    pub role: Option<Text>,
    /// Whether its condition says that it is ready, whatever becomes of it.
    pub is_ready: bool,
    /// Whether its Service sends it traffic.
    pub serving: bool,
    /// The claims it mounts.
    pub claims: Vec<Text>,
    /// A claim that it cannot have yet, and the node that holds its volume meanwhile.
    pub disk_elsewhere: Option<(Text, Text)>,
    /// Whether its program answers readiness probes; nothing if it has none.
    pub answers: Option<bool>,
    /// Whether its machine does not hear what is asked of it.
    pub is_cut_off: bool,
    /// Why it stays, if that needs saying.
    pub stuck: Option<Stuck>,
}

impl PodView {
    /// The Pod as an object to select.
    pub fn object(&self) -> ObjectRef {
        ObjectRef::new("Pod", &self.namespace, &self.name)
    }

    /// The containers whose processes can be killed now.
    pub fn killable(&self) -> impl Iterator<Item = &Text> {
        self.running.iter().filter(|_| !self.is_cut_off)
    }

    /// Whether its node is dead or lost: nothing about it moves.
    pub fn is_out_of_reach(&self) -> bool {
        self.is_cut_off || self.state == PodState::Unknown
    }

    /// Whether its program answers readiness probes, if that can be changed now.
    pub fn can_answer(&self) -> Option<bool> {
        self.answers.filter(|_| !self.deleting && !self.is_cut_off)
    }

    /// The host part of the address, for narrow cards: `10.244.3.12` in a /24 gives `3.12`.
    pub fn short_ip(&self) -> Option<&str> {
        let ip = self.ip.as_deref()?;
        let mut dots = ip.rmatch_indices('.');
        let second = dots.nth(1).map_or(0, |(at, _)| at + 1);
        ip.get(second..)
    }
}
