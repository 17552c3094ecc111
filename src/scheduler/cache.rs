//! What the scheduler knows of the nodes' load, kept up to date change by change.
//!
//! Must not know how nodes are compared. Invariant: a node's sums are those of the Pods that
//! are counted on it.

use crate::api::wellknown::ZONE;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::pod::ResourceList;
use crate::api::{Object, ObjectId, Quantity, Uid};
use crate::base::{PMap, Str, gather};
use crate::server::Change;

/// A Pod without requests counts as this much when nodes are compared.
///
/// Models pkg/scheduler/util/pod_resources.go DefaultMilliCPURequest
const DEFAULT_CPU_MILLI: i64 = 100;
/// Models pkg/scheduler/util/pod_resources.go DefaultMemoryRequest
const DEFAULT_MEMORY_BYTES: i64 = 200 * 1_024 * 1_024;

/// Amounts of a Pod or of a node.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Amount {
    /// Processor time in thousandths.
    pub cpu_milli: i64,
    /// Memory.
    pub memory_bytes: i64,
    /// Every other resource but Pods, in whole units; mostly there is none.
    pub others: Option<Rc<BTreeMap<Str, i64>>>,
}

impl Amount {
    /// The requests of a Pod.
    pub(super) fn requested(object: &Object) -> Amount {
        let requests = object.pod().map(|pod| pod.spec.requests()).unwrap_or_default();
        Amount::of(&requests)
    }

    fn of(list: &ResourceList) -> Amount {
        let is_other = |name: &str| !matches!(name, "cpu" | "memory" | "pods");
        let others: BTreeMap<Str, i64> = gather(
            list.iter()
                .filter(|(name, _)| is_other(name))
                .map(|(name, one)| (name.clone(), one.rounded_up())),
        );
        Amount {
            cpu_milli: list.get("cpu").map_or(0, |one| one.milli),
            memory_bytes: list.get("memory").map_or(0, |one| one.rounded_up()),
            others: (!others.is_empty()).then(|| Rc::new(others)),
        }
    }

    /// Processor and memory as they count when nodes are compared: with defaults for each
    /// container that does not ask for them.
    ///
    /// Models pkg/scheduler/framework/types.go calculateResource
    pub(super) fn counted(object: &Object) -> Amount {
        let Some(pod) = object.pod() else { return Amount::default() };
        let memory_milli = pod.spec.request_or("memory", DEFAULT_MEMORY_BYTES * 1_000);
        Amount {
            cpu_milli: pod.spec.request_or("cpu", DEFAULT_CPU_MILLI),
            memory_bytes: Quantity::milli(memory_milli).rounded_up(),
            others: None,
        }
    }

    /// Adds another amount `sign` times.
    pub(super) fn add(&mut self, other: &Amount, sign: i64) {
        self.cpu_milli += sign * other.cpu_milli;
        self.memory_bytes += sign * other.memory_bytes;
        if let Some(more) = &other.others {
            let mine = Rc::make_mut(self.others.get_or_insert_default());
            for (name, amount) in more.iter() {
                *mine.entry(name.clone()).or_default() += sign * amount;
            }
        }
    }

    /// The amount of another resource.
    pub(super) fn other(&self, name: &Str) -> i64 {
        self.others.as_ref().and_then(|all| all.get(name)).copied().unwrap_or(0)
    }

    /// Whether nothing is asked for.
    pub(super) fn is_nothing(&self) -> bool {
        self.cpu_milli == 0 && self.memory_bytes == 0 && self.others.is_none()
    }
}

/// A node's load.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NodeUse {
    /// The node.
    pub name: Str,
    /// As it was last seen.
    pub object: Rc<Object>,
    /// The zone that its label names.
    pub zone: Option<Str>,
    /// Whether it has a taint or is cordoned.
    pub repels: bool,
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

impl NodeUse {
    /// Adds a Pod of this size, or takes it away.
    fn count(&mut self, placed: &Placed, sign: i64) {
        self.requested.add(&placed.amount, sign);
        self.counted.add(&placed.counted, sign);
        self.pods += sign;
    }
}

/// A Pod that counts on a node.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Placed {
    pub(super) node: Str,
    amount: Amount,
    counted: Amount,
    pub(super) object: Rc<Object>,
}

impl Placed {
    /// A Pod that is being deleted does not count when Pods are spread.
    fn crowds(&self) -> Option<Uid> {
        (!self.object.meta.is_terminating()).then(|| owner_of(&self.object))
    }
}

/// All nodes' loads, by name.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Cache {
    nodes: Rc<Vec<NodeUse>>,
    placed: PMap<ObjectId, Rc<Placed>>,
    /// Placed Pods that have something to say about their neighbours.
    choosy: PMap<ObjectId, ()>,
    /// For each controller, how many Pods each node has, in the order of the nodes.
    crowds: PMap<Uid, Rc<Vec<u32>>>,
    /// Nodes that were chosen for claims and that the claims do not say yet.
    pub(super) chosen: PMap<ObjectId, Str>,
    /// Volumes that were chosen for claims and do not say so yet.
    pub(super) taken: PMap<ObjectId, ObjectId>,
}

fn owner_of(object: &Object) -> Uid {
    object.meta.controller().map_or(object.meta.uid, |owner| owner.uid)
}

fn is_choosy(object: &Object) -> bool {
    let affinity = object.pod().and_then(|pod| pod.spec.affinity.as_ref());
    affinity.is_some_and(|one| one.pod_affinity.is_some() || one.pod_anti_affinity.is_some())
}

impl Cache {
    pub(super) fn nodes(&self) -> &[NodeUse] {
        &self.nodes
    }

    /// How many Pods of the same controller each node has, in the order of the nodes.
    pub(super) fn crowd(&self, object: &Object) -> Option<&[u32]> {
        self.crowds.get(&owner_of(object)).map(|crowd| crowd.as_slice())
    }

    /// The Pods that count, in order of creation.
    pub(super) fn placed(&self) -> impl Iterator<Item = &Placed> {
        self.placed.values().map(|placed| &**placed)
    }

    /// Where a Pod counts.
    pub(super) fn place_of(&self, id: ObjectId) -> Option<&Str> {
        self.placed.get(&id).map(|placed| &placed.node)
    }

    /// Placed Pods with affinity or anti-affinity to others.
    pub(super) fn choosy(&self) -> impl Iterator<Item = &Placed> {
        self.choosy.keys().filter_map(|id| self.placed.get(id).map(|placed| &**placed))
    }

    /// The place of a node in the order of the nodes.
    pub(super) fn index_of(&self, name: &Str) -> Option<usize> {
        self.nodes.binary_search_by(|one| one.name.cmp(name)).ok()
    }

    pub(super) fn observe_node(&mut self, change: &Change) {
        let name = &change.object().meta.name;
        let nodes = Rc::make_mut(&mut self.nodes);
        match (&change.new, nodes.binary_search_by(|one| one.name.cmp(name))) {
            (Some(new), Ok(index)) => set_node(&mut nodes[index], new),
            (Some(new), Err(index)) => {
                let mut node = NodeUse {
                    name: name.clone(),
                    object: Rc::clone(new),
                    zone: None,
                    repels: false,
                    allocatable: Amount::default(),
                    pods_max: 0,
                    requested: Amount::default(),
                    counted: Amount::default(),
                    pods: 0,
                };
                set_node(&mut node, new);
                for placed in self.placed.values().filter(|placed| placed.node == *name) {
                    node.count(placed, 1);
                }
                nodes.insert(index, node);
                self.count_crowds();
            }
            (None, Ok(index)) => {
                nodes.remove(index);
                self.count_crowds();
            }
            (None, Err(_)) => {}
        }
    }

    /// Counts every crowd anew: the order of the nodes changed.
    fn count_crowds(&mut self) {
        self.crowds = PMap::new();
        let placed: Vec<Rc<Placed>> = self.placed.values().cloned().collect();
        for one in placed {
            self.crowd_changes(one.crowds(), &one.node, 1);
        }
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

    pub(super) fn assume(&mut self, object: &Rc<Object>, node: &Str) {
        self.put(object, node.clone());
    }

    /// Takes an assumption back.
    pub(super) fn forget(&mut self, id: ObjectId) {
        self.take(id);
    }

    fn put(&mut self, object: &Rc<Object>, node: Str) {
        let id = object.meta.id;
        if let Some(placed) = self.placed.get(&id).filter(|placed| placed.node == node) {
            let old = &placed.object.meta;
            let is_same = old.is_terminating() == object.meta.is_terminating()
                && Rc::ptr_eq(&old.labels, &object.meta.labels);
            if is_same {
                return;
            }
        }
        self.take(id);
        let (amount, counted) = (Amount::requested(object), Amount::counted(object));
        let placed = Rc::new(Placed { node, amount, counted, object: Rc::clone(object) });
        self.change(&placed, 1);
        if is_choosy(object) {
            self.choosy.insert(id, ());
        }
        self.placed.insert(id, placed);
    }

    fn take(&mut self, id: ObjectId) -> bool {
        let Some(placed) = self.placed.remove(&id) else { return false };
        self.choosy.remove(&id);
        self.change(&placed, -1);
        true
    }

    fn change(&mut self, placed: &Placed, sign: i64) {
        let nodes = Rc::make_mut(&mut self.nodes);
        if let Ok(index) = nodes.binary_search_by(|one| one.name.cmp(&placed.node)) {
            nodes[index].count(placed, sign);
        }
        self.crowd_changes(placed.crowds(), &placed.node, sign);
    }

    fn crowd_changes(&mut self, owner: Option<Uid>, node: &Str, sign: i64) {
        let (Some(owner), Some(index)) = (owner, self.index_of(node)) else { return };
        let count = self.nodes.len();
        let crowd = Rc::make_mut(self.crowds.or_default(&owner));
        crowd.resize(count, 0);
        let here = &mut crowd[index];
        *here = if sign > 0 { *here + 1 } else { here.saturating_sub(1) };
        if sign < 0 && crowd.iter().all(|count| *count == 0) {
            self.crowds.remove(&owner);
        }
    }
}

fn is_assumed(object: &Object) -> bool {
    object.pod().is_some_and(|pod| pod.node().is_none() && !pod.status.phase.is_terminal())
        && !object.meta.is_terminating()
}

fn set_node(node: &mut NodeUse, object: &Rc<Object>) {
    node.object = Rc::clone(object);
    node.zone = object.meta.labels.get(ZONE).cloned();
    let Some(body) = object.node() else { return };
    node.repels = body.spec.unschedulable || !body.spec.taints.is_empty();
    let allocatable = &body.status.allocatable;
    node.allocatable = Amount::of(allocatable);
    node.pods_max = allocatable.get("pods").map_or(110, |one| one.rounded_up());
}
