//! What the scheduler knows of the nodes' load, kept up to date change by change.
//!
//! Must not know how nodes are compared. Invariant: a node's sums are those of the Pods that
//! are counted on it.

use std::rc::Rc;

use crate::api::{Kind, Object, ObjectId, Uid};
use crate::base::{PMap, Str};
use crate::server::{Change, Table};

/// A Pod without requests counts as this much when nodes are compared.
///
/// Models pkg/scheduler/util/pod_resources.go DefaultMilliCPURequest
const DEFAULT_CPU_MILLI: i64 = 100;
/// Models pkg/scheduler/util/pod_resources.go DefaultMemoryRequest
const DEFAULT_MEMORY_BYTES: i64 = 200 * 1_024 * 1_024;

/// Amounts of a Pod or of a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Amount {
    /// Processor time in thousandths.
    pub cpu_milli: i64,
    /// Memory.
    pub memory_bytes: i64,
}

impl Amount {
    /// The requests of a Pod.
    pub(super) fn requested(object: &Object) -> Amount {
        let requests = object.pod().map(|pod| pod.spec.requests()).unwrap_or_default();
        Amount {
            cpu_milli: requests.get("cpu").map_or(0, |one| one.milli),
            memory_bytes: requests.get("memory").map_or(0, |one| one.rounded_up()),
        }
    }

    /// The same, with defaults for what is not requested.
    pub(super) fn or_default(self) -> Amount {
        let or = |amount, default| if amount == 0 { default } else { amount };
        Amount {
            cpu_milli: or(self.cpu_milli, DEFAULT_CPU_MILLI),
            memory_bytes: or(self.memory_bytes, DEFAULT_MEMORY_BYTES),
        }
    }

    fn add(&mut self, other: Amount, sign: i64) {
        self.cpu_milli += sign * other.cpu_milli;
        self.memory_bytes += sign * other.memory_bytes;
    }
}

/// A node's load.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NodeUse {
    /// The node.
    pub name: Str,
    /// As it was last seen.
    pub object: Rc<Object>,
    /// What Pods may request.
    pub allocatable: Amount,
    /// How many Pods it takes.
    pub pods_max: i64,
    /// What is requested.
    pub requested: Amount,
    /// What is counted when nodes are compared.
    pub counted: Amount,
    /// How many Pods it has.
    pub pods: i64,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Placed {
    node: Str,
    amount: Amount,
    owner: Uid,
}

/// All nodes' loads, by name.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Cache {
    nodes: Rc<Vec<NodeUse>>,
    placed: PMap<ObjectId, Placed>,
    crowds: PMap<Uid, PMap<Str, u32>>,
}

fn owner_of(object: &Object) -> Uid {
    object.meta.controller().map_or(object.meta.uid, |owner| owner.uid)
}

impl Cache {
    pub(super) fn nodes(&self) -> &[NodeUse] {
        &self.nodes
    }

    /// How many Pods of the same controller each node has.
    pub(super) fn crowd(&self, object: &Object) -> Option<&PMap<Str, u32>> {
        self.crowds.get(&owner_of(object))
    }

    pub(super) fn observe_node(&mut self, change: &Change, table: &Table) {
        let name = &change.object().meta.name;
        let nodes = Rc::make_mut(&mut self.nodes);
        match (&change.new, nodes.binary_search_by(|one| one.name.cmp(name))) {
            (Some(new), Ok(index)) => set_node(&mut nodes[index], new),
            (Some(new), Err(index)) => {
                let mut node = NodeUse {
                    name: name.clone(),
                    object: Rc::clone(new),
                    allocatable: Amount::default(),
                    pods_max: 0,
                    requested: Amount::default(),
                    counted: Amount::default(),
                    pods: 0,
                };
                set_node(&mut node, new);
                for placed in self.placed.values().filter(|placed| placed.node == *name) {
                    count(&mut node, placed.amount, 1);
                }
                nodes.insert(index, node);
            }
            (None, Ok(index)) => drop(nodes.remove(index)),
            (None, Err(_)) => {}
        }
        debug_assert!(self.nodes.len() <= table.len() + 1, "only known nodes are counted");
    }

    /// Takes a Pod's change in; true if room was freed.
    pub(super) fn observe_pod(&mut self, change: &Change) -> bool {
        let id = change.object().meta.id;
        let now = change.new.as_ref().and_then(|object| {
            let pod = object.pod().filter(|pod| !pod.status.phase.is_terminal())?;
            Some((object, pod.node()?.clone()))
        });
        match now {
            Some((object, node)) => {
                self.put(object, node);
                false
            }
            // A Pod that is assumed but not seen bound yet stays counted.
            None if change.new.as_ref().is_some_and(|one| is_assumed(one)) => false,
            None => self.take(id),
        }
    }

    pub(super) fn assume(&mut self, object: &Object, node: &Str) {
        self.put(object, node.clone());
    }

    fn put(&mut self, object: &Object, node: Str) {
        let id = object.meta.id;
        if self.placed.get(&id).is_some_and(|placed| placed.node == node) {
            return;
        }
        self.take(id);
        let placed = Placed { node, amount: Amount::requested(object), owner: owner_of(object) };
        self.change(&placed, 1);
        self.placed.insert(id, placed);
    }

    fn take(&mut self, id: ObjectId) -> bool {
        let Some(placed) = self.placed.remove(&id) else { return false };
        self.change(&placed, -1);
        true
    }

    fn change(&mut self, placed: &Placed, sign: i64) {
        let nodes = Rc::make_mut(&mut self.nodes);
        if let Ok(index) = nodes.binary_search_by(|one| one.name.cmp(&placed.node)) {
            count(&mut nodes[index], placed.amount, sign);
        }
        let crowd = self.crowds.or_default(&placed.owner);
        let here = crowd.or_default(&placed.node);
        if sign > 0 {
            *here += 1;
        } else {
            *here = here.saturating_sub(1);
            if *here == 0 {
                crowd.remove(&placed.node);
            }
        }
        if crowd.is_empty() {
            self.crowds.remove(&placed.owner);
        }
    }
}

fn is_assumed(object: &Object) -> bool {
    object.pod().is_some_and(|pod| pod.node().is_none() && !pod.status.phase.is_terminal())
        && !object.meta.is_terminating()
        && object.kind() == Kind::Pod
}

fn count(node: &mut NodeUse, amount: Amount, sign: i64) {
    node.requested.add(amount, sign);
    node.counted.add(amount.or_default(), sign);
    node.pods += sign;
}

fn set_node(node: &mut NodeUse, object: &Rc<Object>) {
    node.object = Rc::clone(object);
    let Some(body) = object.node() else { return };
    let allocatable = &body.status.allocatable;
    node.allocatable = Amount {
        cpu_milli: allocatable.get("cpu").map_or(0, |one| one.milli),
        memory_bytes: allocatable.get("memory").map_or(0, |one| one.rounded_up()),
    };
    node.pods_max = allocatable.get("pods").map_or(110, |one| one.rounded_up());
}
