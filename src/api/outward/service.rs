//! What a shown Service has beyond what the engine holds of it.
//!
//! Must not know endpoints. Invariant: a field that is there already stays as it is.

use super::{Entries, add, each, inside, list, map, text};
use crate::api::{Object, Value};
use crate::base::digest_of;

/// Completes a Service.
///
/// Models pkg/apis/core/v1/defaults.go SetDefaults_Service and
/// pkg/registry/core/service/storage/alloc.go
pub(super) fn complete(entries: &mut Entries, object: &Object) {
    add(entries, "status", map([("loadBalancer", map([]))]));
    let Some(spec) = inside(entries, &["spec"]) else { return };
    let kind = spec.get("type").and_then(Value::as_str).unwrap_or("ClusterIP").to_owned();
    add(spec, "sessionAffinity", text("None"));
    if kind == "ExternalName" {
        return;
    }
    if let Some(address) = spec.get("clusterIP").cloned() {
        add(spec, "clusterIPs", list([address]));
    }
    add(spec, "internalTrafficPolicy", text("Cluster"));
    add(spec, "ipFamilies", list([text("IPv4")]));
    add(spec, "ipFamilyPolicy", text("SingleStack"));
    if kind == "ClusterIP" {
        return;
    }
    add(spec, "externalTrafficPolicy", text("Cluster"));
    if kind == "LoadBalancer" {
        add(spec, "allocateLoadBalancerNodePorts", Value::Bool(true));
    }
    for (number, port) in (0_u64..).zip(each(spec, "ports")) {
        // The range of node ports is 30000 to 32767.
        let drawn = 30_000 + digest_of(&(object.meta.uid.0, number)) % 2_768;
        add(port, "nodePort", Value::Int(i64::try_from(drawn).unwrap_or(30_000)));
    }
}
