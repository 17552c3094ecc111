//! Ports of the node that Pods take for themselves.
//!
//! Must not know other filters. Invariant: only Pods that ask for host ports cost anything.

use std::collections::BTreeSet;

use crate::api::pod::Container;
use crate::api::{Object, Value};
use crate::base::{Str, gather};
use crate::scheduler::cache::Cache;

type Port = (i64, Str, Str);

/// The host ports of a Pod, and the nodes on which one of them is taken.
#[derive(Default)]
pub(super) struct Ports {
    taken_on: BTreeSet<Str>,
}

/// Port, protocol and address of each host port, those of sidecars included.
///
/// Models pkg/scheduler/util/utils.go GetHostPorts
fn host_ports(object: &Object) -> Vec<Port> {
    let Some(pod) = object.pod() else { return Vec::new() };
    let is_sidecar = |one: &&Container| one.restart_policy.as_deref() == Some("Always");
    let sidecars = pod.spec.init_containers.iter().filter(is_sidecar);
    let ports = sidecars.chain(&pod.spec.containers).flat_map(|container| &container.ports);
    ports
        .filter_map(|port| match port.rest.get("hostPort") {
            Some(Value::Int(number)) if *number > 0 => {
                let protocol = port.protocol.clone().unwrap_or_else(|| "TCP".into());
                let address = port.rest.get("hostIP").and_then(|one| one.as_str());
                Some((*number, protocol, address.unwrap_or("0.0.0.0").into()))
            }
            _ => None,
        })
        .collect()
}

impl Ports {
    /// Models pkg/scheduler/framework/plugins/nodeports/node_ports.go Filter
    pub(super) fn of(object: &Object, cache: &Cache) -> Ports {
        let wanted = host_ports(object);
        if wanted.is_empty() {
            return Ports::default();
        }
        let clashes = |a: &Port, b: &Port| {
            let is_any = |address: &Str| &**address == "0.0.0.0";
            a.0 == b.0 && a.1 == b.1 && (a.2 == b.2 || is_any(&a.2) || is_any(&b.2))
        };
        let is_taken_by = |other: &Object| {
            host_ports(other).iter().any(|one| wanted.iter().any(|own| clashes(own, one)))
        };
        let taken = cache.placed().filter(|placed| is_taken_by(&placed.object));
        Ports { taken_on: gather(taken.map(|placed| placed.node.clone())) }
    }

    pub(super) fn are_free_on(&self, node: &Str) -> bool {
        !self.taken_on.contains(node)
    }
}
