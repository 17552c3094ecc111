//! Services.
//!
//! Must not know which addresses are free. Invariant: ports of one Service differ in number
//! or protocol, and are named if there are several.
//!
//! Models pkg/apis/core/validation/validation.go ValidateService

use crate::api::core::{ServicePort, ServiceSpec};
use crate::api::validation::names::{dns_label, dns_subdomain, port_name, qualified_name};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{meta, shared};
use crate::api::{IntOrString, Meta, Value, go};

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];
const MODE: &str = "service.kubernetes.io/topology-mode";
const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
/// What provides a load balancer.
const CLASS: &str = "loadBalancerClass";
const FAMILIES: [&str; 2] = ["IPv4", "IPv6"];
const POLICIES: [&str; 3] = ["PreferDualStack", "RequireDualStack", "SingleStack"];
const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/// A Service.
pub(super) fn check(meta: &Meta, spec: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    if let (Some(mode), Some(hints)) = (meta.annotation(MODE), meta.annotation(HINTS))
        && mode != hints
    {
        let at = Path::root("metadata");
        let detail = format!("must match annotations[{HINTS}] when both are specified");
        report.invalid(&at.child("annotations").key(MODE), &**mode, &detail);
    }
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
    addresses(spec, path, report);
    external_addresses(spec, &path.child("externalIPs"), report);
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
    source_ranges(meta, spec, kind, &path.child("LoadBalancerSourceRanges"), report);
    if kind != "LoadBalancer" && spec.rest.contains_key("allocateLoadBalancerNodePorts") {
        let at = path.child("allocateLoadBalancerNodePorts");
        report.forbidden(&at, "may only be used when `type` is 'LoadBalancer'");
    }
    if let Some(class) = spec.rest.get(CLASS).and_then(Value::as_str) {
        let at = path.child(CLASS);
        if kind == "LoadBalancer" {
            report.all_invalid(&at, class, qualified_name(class));
        } else {
            report.forbidden(&at, "may only be used when `type` is 'LoadBalancer'");
        }
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
    } else if let Some(Value::Int(port)) = spec.rest.get("healthCheckNodePort") {
        report.port(&path.child("healthCheckNodePort"), *port);
    }
}

/// The addresses that a Service has or asks for.
fn addresses_of(spec: &ServiceSpec) -> Vec<&str> {
    match spec.rest.get("clusterIPs") {
        Some(Value::List(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => spec.cluster_ip.as_deref().filter(|one| !one.is_empty()).into_iter().collect(),
    }
}

/// A list of words in a field of its own.
fn words<'a>(spec: &'a ServiceSpec, key: &str) -> Vec<&'a str> {
    match spec.rest.get(key) {
        Some(Value::List(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether addresses and families fit one another.
///
/// Models pkg/apis/core/validation/validation.go ValidateServiceClusterIPsRelatedFields
pub(super) fn addresses(spec: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    if !spec.has_address() {
        return;
    }
    let all = addresses_of(spec);
    let shown: Vec<String> = all.iter().map(|one| go::quoted(one)).collect();
    let shown = Raw(format!("[{}]", shown.join(",")));
    let at = path.child("clusterIPs");
    match spec.cluster_ip.as_deref().unwrap_or_default() {
        "" if all.is_empty() => {}
        "" => report.invalid(&at, &shown, "must be empty when `clusterIP` is not specified"),
        one if all.first() != Some(&one) => {
            report.invalid(&at, &shown, "first value must match `clusterIP`");
        }
        _ => {}
    }
    let families = words(spec, "ipFamilies");
    for (index, family) in families.iter().enumerate() {
        let at = path.child("ipFamilies");
        if !FAMILIES.contains(family) {
            report.not_supported(&at.index(index), *family, &FAMILIES);
        }
        if families[..index].contains(family) {
            report.duplicate(&at.index(index), *family);
        }
    }
    if let Some(policy) = spec.rest.get("ipFamilyPolicy").and_then(Value::as_str)
        && !POLICIES.contains(&policy)
    {
        report.not_supported(&path.child("ipFamilyPolicy"), policy, &POLICIES);
    }
    let before = report.errors.len();
    for (index, address) in all.iter().enumerate() {
        if index == 0 && *address == "None" {
            if all.len() > 1 {
                report.invalid(&at, &shown, "'None' must be the first and only value");
            }
        } else {
            shared::address(address, &at.index(index), report);
        }
    }
    let is_broken = report.errors.len() > before;
    if all.len() > 2 {
        report.invalid(&at, &shown, "may only hold up to 2 values");
    }
    if is_broken {
        return;
    }
    let is_new = |address: &str| address.contains(':');
    if all.len() > 1 && all.iter().all(|one| is_new(one) == is_new(all[0])) {
        report.invalid(&at, &shown, "may specify no more than one IP for each IP family");
    }
    for (index, (address, family)) in all.iter().zip(families).enumerate() {
        if !spec.is_headless()
            && FAMILIES.contains(&family)
            && is_new(address) != (family == FAMILIES[1])
        {
            let detail =
                format!("expected an {family} value as indicated by `ipFamilies[{index}]`");
            report.invalid(&at.index(index), *address, &detail);
        }
    }
}

fn external_addresses(spec: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    for (index, text) in words(spec, "externalIPs").into_iter().enumerate() {
        let at = path.index(index);
        let before = report.errors.len();
        shared::address(text, &at, report);
        if report.errors.len() == before {
            shared::endpoint(text, &at, report);
        }
    }
}

fn source_ranges(
    meta: &Meta,
    spec: &ServiceSpec,
    kind: &str,
    path: &Path<'_>,
    report: &mut Report,
) {
    const BALANCED: &str = "may only be used when `type` is 'LoadBalancer'";
    let ranges = words(spec, "loadBalancerSourceRanges");
    if !ranges.is_empty() {
        if kind != "LoadBalancer" {
            report.forbidden(path, BALANCED);
        }
        for (index, range) in ranges.iter().enumerate() {
            shared::range(range.trim(), &path.index(index), report);
        }
    } else if let Some(ranges) = meta.annotation(RANGES) {
        let at = Path::root("metadata");
        let at = at.child("annotations");
        let at = at.key(RANGES);
        if kind != "LoadBalancer" {
            report.forbidden(&at, BALANCED);
        }
        for range in ranges.trim().split(',').filter(|_| !ranges.trim().is_empty()) {
            shared::range(range.trim(), &at, report);
        }
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
    report.port(&path.child("port"), i64::from(port.port));
    let protocol = port.protocol.as_deref().unwrap_or("TCP");
    report.one_of(&path.child("protocol"), protocol, &PROTOCOLS);
    let at = path.child("targetPort");
    match &port.target_port {
        Some(IntOrString::Int(number)) => report.port(&at, i64::from(*number)),
        Some(IntOrString::Str(name)) => report.all_invalid(&at, name, port_name(name)),
        None => {}
    }
    if let Some(word) = port.rest.get("appProtocol").and_then(Value::as_str) {
        report.all_invalid(&path.child("appProtocol"), word, qualified_name(word));
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
        let client = spec.rest.get("sessionAffinityConfig").and_then(|one| one.at("clientIP"));
        if word == "ClientIP"
            && let Some(Value::Int(seconds)) = client.and_then(|one| one.at("timeoutSeconds"))
            && !(1..=86_400).contains(seconds)
        {
            let at = path.child("sessionAffinityConfig");
            let at = at.child("clientIP");
            let detail = "must be greater than 0 and less than 86400";
            report.invalid(&at.child("timeoutSeconds"), seconds, detail);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateServiceUpdate
pub(super) fn check_update(new: &ServiceSpec, old: &ServiceSpec, report: &mut Report) {
    let root = Path::root("spec");
    if new.has_address() && old.has_address() && new.cluster_ip != old.cluster_ip {
        check_address(new, &root, report);
    }
    check_families(new, old, &root, report);
    let is_balanced = |spec: &ServiceSpec| spec.type_name() == "LoadBalancer";
    let (class, before) = (new.rest.get(CLASS), old.rest.get(CLASS));
    if is_balanced(new) && is_balanced(old) && class != before {
        let shown = class.unwrap_or(&Value::Null);
        report.invalid(&root.child(CLASS), shown, "may not change once set");
    }
    let port = "healthCheckNodePort";
    let is_asked = new.has_health_check() && old.has_health_check();
    if is_asked && new.rest.get(port) != old.rest.get(port) {
        report.forbidden(&root.child(port), "field is immutable");
    }
}

/// The first family stays, unless the Service has no address of its own.
///
/// Models pkg/apis/core/validation/validation.go validateUpgradeDowngradeIPFamilies
fn check_families(new: &ServiceSpec, old: &ServiceSpec, path: &Path<'_>, report: &mut Report) {
    let is_free = |spec: &ServiceSpec| !spec.has_address() || spec.is_headless();
    if is_free(new) || is_free(old) {
        return;
    }
    let of = |spec: &ServiceSpec| -> Vec<String> {
        let given = words(spec, "ipFamilies");
        let given = if given.is_empty() { vec!["IPv4"] } else { given };
        given.into_iter().map(go::quoted).collect()
    };
    let (now, before) = (of(new), of(old));
    let is_kept =
        if now.len() == before.len() { now == before } else { now.first() == before.first() };
    if !is_kept {
        let shown = Raw(format!("[{}]", now.join(",")));
        report.invalid(&path.child("ipFamilies").index(0), &shown, "may not change once set");
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
