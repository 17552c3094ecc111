//! What a person, a script or a lesson asks of the running cluster.
//!
//! Must not know how it is done. Invariant: plain data, so that a run can be replayed.

use std::rc::Rc;

use crate::api::{Kind, Object, ObjectId, Propagation};
use crate::base::{SimTime, Str};
use crate::server::{Action, Beats, Deal};

/// A command. Names are resolved when it is carried out.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// One request to the API server, as kubectl sends it.
    Ask(Rc<Action>),
    /// Creates the objects, or brings the living ones to what is written.
    Apply(Rc<Vec<Object>>),
    /// `kubectl scale`.
    Scale {
        /// The kind.
        kind: Kind,
        /// The namespace.
        namespace: Str,
        /// The name.
        name: Str,
        /// How many.
        replicas: i32,
    },
    /// `kubectl delete`.
    Delete {
        /// The kind.
        kind: Kind,
        /// The namespace; empty for kinds that live in none.
        namespace: Str,
        /// The name.
        name: Str,
        /// Seconds to stop; none takes the object's own, 0 forces.
        grace_seconds: Option<u32>,
        /// What becomes of dependents.
        propagation: Propagation,
    },
    /// The machine hangs: nothing runs or answers, but memory stays.
    FailNode(Str),
    /// The machine that hung goes on as it was.
    RecoverNode(Str),
    /// The machine loses power, and what it had in memory.
    KillNode(Str),
    /// The machine boots again: its kubelet starts and registers its node.
    StartNode(Str),
    /// A new machine boots and registers a node; name, labels, taints and capacity are taken
    /// from this one.
    AddNode(Rc<Object>),
    /// The machine goes for good; its node's object stays until somebody deletes it.
    RemoveNode(Str),
    /// The controller manager is killed and starts anew.
    RestartManager,
    /// `kubectl cordon` and `uncordon`.
    Cordon(Str, bool),
    /// A machine has an image already, so that no Pod there waits for it.
    HoldImage(Str, Str),
    /// What chance deals to the objects of a kind that will be created in a namespace with a name
    /// or `generateName`, in order of creation.
    Deal(Kind, Str, Str, Rc<Vec<Deal>>),
    /// The moments at which chance lets a node's kubelet look at its node's status next, or a
    /// controller of this name at what it looks at by the clock.
    DealRounds(Str, Rc<Vec<SimTime>>),
    /// The moments at which chance lets a node's kubelet look at its machine.
    DealBeats(Str, Beats),
    /// What is noted of an object beside it, as texts.
    Annotate(ObjectId, Rc<Vec<Str>>),
    /// The process of a container is killed, as the kernel does it for want of memory.
    KillContainer {
        /// The namespace.
        namespace: Str,
        /// The Pod.
        pod: Str,
        /// The container.
        container: Str,
    },
    /// From now on the readiness probes of every Pod of this name fail, or are answered again; other
    /// probes go on as they are.
    SetProbe {
        /// The namespace.
        namespace: Str,
        /// The Pod, which need not exist yet.
        pod: Str,
        /// Whether its program says that it is ready.
        is_ready: bool,
    },
}
