//! What chance deals: the draws of a run that are given from outside instead of drawn.
//!
//! Must not know why. Invariant: a deal only decides what chance would have decided: which of
//! several equals goes first, where a Pod lands among nodes that all fit, and how long its
//! machine takes within what it may take.

use std::rc::Rc;

use crate::api::{Kind, Object, ObjectId, Uid};
use crate::base::{PMap, SimTime, Str};

/// What is dealt to one object.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Deal {
    /// The end of its name, if the server makes one up.
    pub suffix: Option<Str>,
    /// Its UID.
    pub uid: Option<Uid>,
    /// Its place where ties fall by UID: a smaller one comes first.
    pub rank: Option<u32>,
    /// The nodes that the scheduler draws if they fit: one for each attempt to place it, the last
    /// for all further ones.
    pub nodes: Vec<Str>,
    /// Its turn where several waiting Pods may be tried again at once: a smaller one comes first.
    pub turn: Option<u32>,
    /// How its machine takes its time.
    pub pace: Option<Rc<Pace>>,
}

/// How a machine takes its time with a Pod.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Pace {
    /// When the machine hears of the Pod; if it does at quite another moment, the others move
    /// with it.
    pub heard: SimTime,
    /// When its volumes are there, if it needs no others than every Pod does.
    pub start: Option<SimTime>,
    /// When it writes that the Pod has its network.
    pub network: Option<SimTime>,
    /// When it writes what became of the Pod's containers, in order.
    pub posts: Vec<SimTime>,
    /// When it looks at the Pod and tells something, in order.
    pub looks: Vec<SimTime>,
    /// How long it keeps the Pod after all containers have stopped.
    pub parting_us: Option<u64>,
}

/// When a kubelet looks at what it looks at once a second, as far as that is known, in order.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Beats {
    /// At its machine's runtime.
    pub relists: Rc<Vec<SimTime>>,
    /// At its work queue.
    pub syncs: Rc<Vec<SimTime>>,
}

/// How many of the deals of one name are given out, and all of them.
type Hand = (u32, Rc<Vec<Deal>>);

/// The deals that are not yet given out, and the nodes of those that are.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(in crate::server) struct Deals {
    waiting: PMap<(Kind, Str, Str), Hand>,
    nodes: PMap<ObjectId, Vec<Str>>,
    turns: PMap<ObjectId, u32>,
    paces: PMap<ObjectId, Rc<Pace>>,
}

impl Deals {
    /// Lays down what the objects of a kind with this name or `generateName` get, in order of
    /// creation.
    pub(in crate::server) fn lay(
        &mut self,
        kind: Kind,
        namespace: Str,
        name: Str,
        deals: Rc<Vec<Deal>>,
    ) {
        self.waiting.insert((kind, namespace, name), (0, deals));
    }

    /// What a new object is dealt next, if anything.
    pub(in crate::server) fn next(&self, object: &Object) -> Option<Deal> {
        if self.waiting.is_empty() {
            return None;
        }
        let (next, deals) = self.waiting.get(&key(object))?;
        deals.get(*next as usize).cloned()
    }

    /// Gives a new object what it was dealt; `asked` is the object as it was asked for.
    pub(in crate::server) fn give(&mut self, object: &mut Object, asked: &Object, deal: &Deal) {
        if let Some((next, _)) = self.waiting.get_mut(&key(asked)) {
            *next += 1;
        }
        if let Some(rank) = deal.rank {
            object.meta.uid = ranked(object.meta.uid, rank);
        }
        if let Some(uid) = deal.uid {
            object.meta.uid = uid;
        }
        if !deal.nodes.is_empty() {
            self.nodes.insert(object.meta.id, deal.nodes.clone());
        }
        if let Some(turn) = deal.turn {
            self.turns.insert(object.meta.id, turn);
        }
        if let Some(pace) = &deal.pace {
            self.paces.insert(object.meta.id, Rc::clone(pace));
        }
    }

    /// The paces dealt to Pods.
    pub(in crate::server) fn paces(&self) -> &PMap<ObjectId, Rc<Pace>> {
        &self.paces
    }

    /// The turns dealt to Pods.
    pub(in crate::server) fn turns(&self) -> &PMap<ObjectId, u32> {
        &self.turns
    }

    /// The nodes dealt to Pods.
    pub(in crate::server) fn nodes(&self) -> &PMap<ObjectId, Vec<Str>> {
        &self.nodes
    }
}

/// Deals lie under the name that is asked for.
fn key(asked: &Object) -> (Kind, Str, Str) {
    let meta = &asked.meta;
    let name = if meta.name.is_empty() { &meta.generate_name } else { &meta.name };
    (asked.kind(), meta.namespace.clone(), name.clone())
}

/// The UID with its first digits telling the rank.
fn ranked(uid: Uid, rank: u32) -> Uid {
    Uid(uid.0 & (u128::MAX >> 32) | u128::from(rank) << 96)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_order_uids() {
        assert!(ranked(Uid(u128::MAX), 1) < ranked(Uid(7), 2));
    }
}
