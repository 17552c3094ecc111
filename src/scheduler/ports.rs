//! Ports of the node that Pods take for themselves.
//!
//! Must not know other filters. Invariant: only Pods that ask for host ports cost anything.

use std::collections::BTreeSet;

use crate::api::Object;
use crate::api::placement::HostPort;
use crate::base::{Str, gather};
use crate::scheduler::cache::Cache;

/// The nodes on which one of a Pod's host ports is taken.
#[derive(Default)]
pub(super) struct Ports {
    taken_on: BTreeSet<Str>,
}

fn host_ports(object: &Object) -> Vec<HostPort> {
    object.pod().map(|pod| pod.spec.host_ports()).unwrap_or_default()
}

impl Ports {
    /// Models pkg/scheduler/framework/plugins/nodeports/node_ports.go Filter
    pub(super) fn of(object: &Object, cache: &Cache) -> Ports {
        let wanted = host_ports(object);
        if wanted.is_empty() {
            return Ports::default();
        }
        let is_taken_by = |other: &Object| {
            host_ports(other).iter().any(|one| wanted.iter().any(|own| own.clashes_with(one)))
        };
        let taken = cache.placed().filter(|placed| is_taken_by(&placed.object));
        Ports { taken_on: gather(taken.map(|placed| placed.node.clone())) }
    }

    pub(super) fn are_free_on(&self, node: &Str) -> bool {
        !self.taken_on.contains(node)
    }
}
