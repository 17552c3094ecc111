//! Services.
//!
//! Must not know which addresses are free. Invariant: ports of one Service differ in number
//! or protocol, and are named if there are several.
//!
//! Models pkg/apis/core/validation/validation.go ValidateService

use crate::api::core::{ServicePort, ServiceSpec};
use crate::api::validation::meta;
use crate::api::validation::names::{dns_label, dns_subdomain, is_address, port_name, port_number};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::{IntOrString, Meta, Value, go};

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];
/// What provides a load balancer.
const CLASS: &str = "loadBalancerClass";
const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/// A Service.
pub(super) fn check(_meta: &Meta, spec: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    let kind = spec.kind.as_deref().unwrap_or("ClusterIP");
    let ports = path.child("ports");
    if spec.ports.is_empty() && !spec.is_headless() && kind != "ExternalName" {
        report.required(&ports, "");
    }
    check_type(spec, kind, path, report);
    let is_named = spec.ports.len() > 1;
    for (index, port) in spec.ports.iter().enumerate() {
        let before = &spec.ports[..index];
        check_port(port, is_named, before, &ports.index(index), report);
    }
    meta::labels(&spec.selector, &path.child("selector"), report);
    affinity(spec, path, report);
    if let Some(address) = spec.cluster_ip.as_deref()
        && !address.is_empty()
        && !spec.is_headless()
        && !is_address(address)
    {
        let at = path.child("clusterIPs");
        let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        report.invalid(&at.index(0), address, detail);
    }
    if !TYPES.contains(&kind) {
        report.not_supported(&path.child("type"), kind, &TYPES);
    }
    for (index, port) in spec.ports.iter().enumerate() {
        if kind == "ClusterIP" && node_port(port).is_some() {
            let at = ports.index(index);
            let detail = "may not be used when `type` is 'ClusterIP'";
            report.forbidden(&at.child("nodePort"), detail);
        }
    }
    node_ports(spec, path, report);
    for (index, port) in spec.ports.iter().enumerate() {
        let is_same = |one: &ServicePort| one.port == port.port && one.protocol == port.protocol;
        if spec.ports[..index].iter().any(is_same) {
            let shown = format!(
                "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{},\
                 \"TargetPort\":0,\"NodePort\":0}}",
                go::quoted(port.protocol.as_deref().unwrap_or("TCP")),
                port.port
            );
            report.duplicate(&ports.index(index), &Raw(shown));
        }
    }
    if kind != "LoadBalancer" && spec.rest.contains_key("allocateLoadBalancerNodePorts") {
        let at = path.child("allocateLoadBalancerNodePorts");
        report.forbidden(&at, "may only be used when `type` is 'LoadBalancer'");
    }
    if kind != "LoadBalancer" && spec.rest.contains_key(CLASS) {
        report.forbidden(&path.child(CLASS), "may only be used when `type` is 'LoadBalancer'");
    }
    traffic(spec, path, report);
    for (key, known) in [
        ("internalTrafficPolicy", &["Cluster", "Local"][..]),
        ("trafficDistribution", &["PreferClose", "PreferSameNode", "PreferSameZone"]),
    ] {
        if let Some(value) = spec.rest.get(key).and_then(Value::as_str) {
            report.one_of(&path.child(key), value, known);
        }
    }
}

fn node_port(port: &ServicePort) -> Option<i64> {
    match port.rest.get("nodePort") {
        Some(Value::Int(number)) if *number > 0 => Some(*number),
        _ => None,
    }
}

/// A node's port is given once to a protocol.
fn node_ports(spec: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    let path = path.child("ports");
    for (index, port) in spec.ports.iter().enumerate() {
        let Some(number) = node_port(port) else { continue };
        let is_same =
            |one: &ServicePort| one.protocol == port.protocol && node_port(one) == Some(number);
        if spec.ports[..index].iter().any(is_same) {
            report.duplicate(&path.index(index).child("nodePort"), &number);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateServiceExternalTrafficPolicy
fn traffic(spec: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    let at = path.child("externalTrafficPolicy");
    if let Some(policy) = spec.rest.get("externalTrafficPolicy").and_then(Value::as_str) {
        if spec.is_reached_from_outside() {
            report.one_of(&at, policy, &["Cluster", "Local"]);
        } else {
            report.invalid(&at, policy, "may only be set for externally-accessible services");
        }
    }
    if let Some(Value::Int(port)) = spec.rest.get("healthCheckNodePort")
        && !spec.has_health_check()
    {
        let detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is \
                      'Local'";
        report.invalid(&path.child("healthCheckNodePort"), port, detail);
    }
}

fn check_type(spec: &ServiceSpec, kind: &str, path: &Path<'_>, report: &mut Report) {
    let addresses = path.child("clusterIPs");
    match kind {
        "LoadBalancer" | "NodePort" if spec.is_headless() => {
            let detail = format!("may not be set to 'None' for {kind} services");
            report.invalid(&addresses.index(0), "None", &detail);
        }
        "ExternalName" => {
            if spec.cluster_ip.as_deref().is_some_and(|one| !one.is_empty()) {
                report.forbidden(&addresses, "may not be set for ExternalName services");
            }
            for key in ["ipFamilies", "ipFamilyPolicy"] {
                if spec.rest.contains_key(key) {
                    report.forbidden(&path.child(key), "may not be set for ExternalName services");
                }
            }
            let name = spec.rest.get("externalName").and_then(Value::as_str).unwrap_or_default();
            let name = name.strip_suffix('.').unwrap_or(name);
            let at = path.child("externalName");
            if name.is_empty() {
                report.required(&at, "");
            } else {
                report.all_invalid(&at, name, dns_subdomain(name));
            }
        }
        _ => {}
    }
}

/// Models pkg/apis/core/validation/validation.go validateServicePort
fn check_port(
    port: &ServicePort,
    is_named: bool,
    before: &[ServicePort],
    path: &Path<'_>,
    report: &mut Report,
) {
    let at = path.child("name");
    match port.name.as_deref().unwrap_or_default() {
        "" => {
            if is_named {
                report.required(&at, "");
            }
        }
        name => {
            report.all_invalid(&at, name, dns_label(name));
            if before.iter().any(|other| other.name.as_deref() == Some(name)) {
                report.duplicate(&at, name);
            }
        }
    }
    if let Some(detail) = port_number(port.port) {
        report.invalid(&path.child("port"), &port.port, detail);
    }
    let protocol = port.protocol.as_deref().unwrap_or("TCP");
    report.one_of(&path.child("protocol"), protocol, &PROTOCOLS);
    let at = path.child("targetPort");
    match &port.target_port {
        Some(IntOrString::Int(number)) => {
            if let Some(detail) = port_number(*number) {
                report.invalid(&at, number, detail);
            }
        }
        Some(IntOrString::Str(name)) => report.all_invalid(&at, name, port_name(name)),
        None => {}
    }
}

fn affinity(spec: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    let at = path.child("sessionAffinity");
    if let Some(word) = spec.rest.get("sessionAffinity").and_then(Value::as_str) {
        let words = ["ClientIP", "None"];
        report.one_of(&at, word, &words);
        if word == "None" && spec.rest.contains_key("sessionAffinityConfig") {
            let detail = "must not be set when session affinity is None";
            report.forbidden(&path.child("sessionAffinityConfig"), detail);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateServiceUpdate
pub(super) fn check_update(new: &ServiceSpec, old: &ServiceSpec, report: &mut Report) {
    let root = Path::root("spec");
    if new.has_address() && old.has_address() && new.cluster_ip != old.cluster_ip {
        check_address(new, &root, report);
    }
    let is_balanced = |spec: &ServiceSpec| spec.type_name() == "LoadBalancer";
    let (class, before) = (new.rest.get(CLASS), old.rest.get(CLASS));
    if is_balanced(new) && is_balanced(old) && class != before {
        let shown = class.unwrap_or(&Value::Null);
        report.invalid(&root.child(CLASS), shown, "may not change once set");
    }
}

/// The first address stays.
fn check_address(new: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    let path = path.child("clusterIPs");
    let address = new.cluster_ip.as_deref().unwrap_or_default();
    let shown = Raw(format!("[{}]", go::quoted(address)));
    let detail = match address {
        "" => "primary clusterIP can not be unset",
        _ => "may not change once set",
    };
    report.invalid(&path.index(0), &shown, detail);
}
