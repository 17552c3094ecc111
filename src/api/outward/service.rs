//! What a shown Service has beyond what the engine holds of it.
//!
//! Must not know endpoints. Invariant: a field that is there already stays as it is.

use super::{Entries, add, inside, list, map, text};
use crate::api::Value;

/// Completes a Service.
///
/// Models pkg/apis/core/v1/defaults.go SetDefaults_Service and
/// pkg/registry/core/service/storage/alloc.go
pub(super) fn complete(entries: &mut Entries) {
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
    families(spec);
    if kind == "ClusterIP" {
        return;
    }
    add(spec, "externalTrafficPolicy", text("Cluster"));
    if kind == "LoadBalancer" {
        add(spec, "allocateLoadBalancerNodePorts", Value::Bool(true));
    }
}

/// A headless Service that selects nothing may have endpoints of either family.
///
/// Models pkg/registry/core/service/storage/alloc.go initIPFamilyFields
fn families(spec: &mut Entries) {
    let is_headless = spec.get("clusterIP").and_then(Value::as_str) == Some("None");
    let is_open = is_headless && !spec.contains_key("selector");
    add(spec, "ipFamilyPolicy", text(if is_open { "RequireDualStack" } else { "SingleStack" }));
    let is_single = spec.get("ipFamilyPolicy").and_then(Value::as_str) == Some("SingleStack");
    let mut all = vec![text("IPv4")];
    all.extend((is_open && !is_single).then(|| text("IPv6")));
    add(spec, "ipFamilies", Value::List(all));
}
