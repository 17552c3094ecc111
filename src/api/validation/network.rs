//! NetworkPolicies, Ingresses and their classes.
//!
//! Must not know who carries them out. Invariant: errors come in the order of the API server.
//!
//! Models pkg/apis/networking/validation/validation.go

use crate::api::tree::FromTree as _;
use crate::api::validation::names::{dns_label, dns_subdomain, port_name, read_address, wildcard};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{selector, shared};
use crate::api::{LabelSelector, Meta, Value};

const NONE: Value = Value::Null;
const CLASS: &str = "kubernetes.io/ingress.class";

/// Models pkg/apis/networking/validation/validation.go ValidateNetworkPolicySpec
pub(super) fn check_policy(tree: &Value, report: &mut Report) {
    let spec = tree.at("spec").unwrap_or(&NONE);
    let path = Path::root("spec");
    selects(spec, "podSelector", &path, report);
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules = path.child(direction);
        for (index, rule) in spec.items(direction).iter().enumerate() {
            let at = rules.index(index);
            let ports = at.child("ports");
            for (index, one) in rule.items("ports").iter().enumerate() {
                policy_port(one, &ports.index(index), report);
            }
            let at = at.child(peers);
            for (index, one) in rule.items(peers).iter().enumerate() {
                peer(one, &at.index(index), report);
            }
        }
    }
    let at = path.child("policyTypes");
    let (types, known) = (spec.items("policyTypes"), ["Ingress", "Egress"]);
    if types.len() > known.len() {
        let shown = Value::List(types.to_vec());
        return report.invalid(&at, &shown, "may not specify more than two policyTypes");
    }
    for (index, one) in types.iter().enumerate() {
        report.some_of(&at.index(index), Some(one), &known);
    }
}

/// The requirements of a selector in a field; whether there is one.
fn selects(tree: &Value, field: &str, path: &Path<'_>, report: &mut Report) -> bool {
    let Some(found) = tree.at(field) else { return false };
    if let Ok(one) = LabelSelector::of(found) {
        selector::check(&one, &path.child(field), report);
    }
    true
}

/// Models pkg/apis/networking/validation/validation.go ValidateNetworkPolicyPort
fn policy_port(one: &Value, path: &Path<'_>, report: &mut Report) {
    let protocols = ["TCP", "UDP", "SCTP"];
    report.some_of(&path.child("protocol"), one.at("protocol"), &protocols);
    let (port, last) = (path.child("port"), path.child("endPort"));
    match (one.at("port"), one.int("endPort")) {
        (Some(Value::Int(number)), end) => {
            report.port(&port, *number);
            if let Some(end) = end {
                if end < *number {
                    report.invalid(&last, &end, "must be greater than or equal to `port`");
                }
                report.port(&last, end);
            }
        }
        (Some(Value::Str(name)), end) => {
            if let Some(end) = end {
                report.invalid(&last, &end, "may not be specified when `port` is non-numeric");
            }
            report.all_invalid(&port, name, port_name(name));
        }
        (_, Some(end)) => {
            report.invalid(&last, &end, "may not be specified when `port` is not specified");
        }
        _ => {}
    }
}

/// Models pkg/apis/networking/validation/validation.go ValidateNetworkPolicyPeer, ValidateIPBlock
fn peer(one: &Value, path: &Path<'_>, report: &mut Report) {
    let mut count = 0;
    for field in ["podSelector", "namespaceSelector"] {
        count += usize::from(selects(one, field, path, report));
    }
    let block = one.at("ipBlock");
    if let Some(block) = block {
        count += 1;
        let at = path.child("ipBlock");
        let (field, whole) = (at.child("cidr"), block.word("cidr"));
        if whole.is_empty() {
            report.required(&field, "");
        } else if let Some(whole) = shared::range(whole, &field, report) {
            let at = at.child("except");
            for (index, one) in block.items("except").iter().enumerate() {
                let (at, text) = (at.index(index), one.as_str().unwrap_or_default());
                let part = shared::range(text, &at, report);
                if part.is_some_and(|part| !whole.is_around(part)) {
                    report.invalid(&at, text, "must be a strict subset of `cidr`");
                }
            }
        }
    }
    if count == 0 {
        report.required(path, "must specify a peer");
    } else if count > 1 && block.is_some() {
        report.forbidden(path, "may not specify both ipBlock and another peer");
    }
}

/// A new Ingress also fits the annotation that once named its class.
///
/// Models pkg/apis/networking/validation/validation.go ValidateIngressCreate
pub(super) fn check_new_ingress(meta: &Meta, tree: &Value, report: &mut Report) {
    let class = tree.at("spec").and_then(|spec| spec.at("ingressClassName"));
    if let (Some(old), Some(class)) = (meta.annotation(CLASS), class.and_then(Value::as_str))
        && **old != *class
    {
        let at = Path::root("annotations");
        let detail = "must match `ingressClassName` when both are specified";
        report.invalid(&at.child(CLASS), &**old, detail);
    }
}

/// Models pkg/apis/networking/validation/validation.go ValidateIngressSpec
pub(super) fn check_ingress(tree: &Value, report: &mut Report) {
    let spec = tree.at("spec").unwrap_or(&NONE);
    let path = Path::root("spec");
    let rules = spec.items("rules");
    let default = spec.at("defaultBackend");
    if rules.is_empty() && default.is_none() {
        let detail = "either `defaultBackend` or `rules` must be specified";
        report.invalid(&path, &Raw("null".to_owned()), detail);
    }
    if let Some(one) = default {
        backend(one, &path.child("defaultBackend"), report);
    }
    let at = path.child("rules");
    for (index, one) in rules.iter().enumerate() {
        rule(one, &at.index(index), report);
    }
    let at = path.child("tls");
    for (index, one) in spec.items("tls").iter().enumerate() {
        let at = at.index(index);
        let hosts = at.child("hosts");
        for (index, host) in one.items("hosts").iter().enumerate() {
            host_name(host.as_str().unwrap_or_default(), &hosts.index(index), report);
        }
        shared::named(one, "secretName", dns_subdomain, &at, report);
    }
    if let Some(class) = spec.at("ingressClassName").and_then(Value::as_str) {
        report.all_invalid(&path.child("ingressClassName"), class, dns_subdomain(class));
    }
}

fn host_name(host: &str, path: &Path<'_>, report: &mut Report) {
    let messages = if host.contains('*') { wildcard(host) } else { dns_subdomain(host) };
    report.all_invalid(path, host, messages);
}

/// Models pkg/apis/networking/validation/validation.go validateIngressRules
fn rule(one: &Value, path: &Path<'_>, report: &mut Report) {
    let (at, host) = (path.child("host"), one.word("host"));
    if !host.is_empty() {
        if read_address(host).is_some() {
            report.invalid(&at, host, "must be a DNS name, not an IP address");
        }
        host_name(host, &at, report);
    }
    let Some(http) = one.at("http") else { return };
    let at = path.child("http");
    let at = at.child("paths");
    if http.items("paths").is_empty() {
        report.required(&at, "");
    }
    for (index, one) in http.items("paths").iter().enumerate() {
        http_path(one, &at.index(index), report);
    }
}

/// Models pkg/apis/networking/validation/validation.go validateHTTPIngressPath
fn http_path(one: &Value, path: &Path<'_>, report: &mut Report) {
    let (kind, at) = (path.child("pathType"), path.child("path"));
    let Some(given) = one.at("pathType").and_then(Value::as_str) else {
        return report.required(&kind, "pathType must be specified");
    };
    let text = one.word("path");
    let is_exact = matches!(given, "Exact" | "Prefix");
    if is_exact || given == "ImplementationSpecific" {
        if !text.starts_with('/') && (is_exact || !text.is_empty()) {
            report.invalid(&at, text, "must be an absolute path");
        }
    } else {
        let kinds = ["Exact", "ImplementationSpecific", "Prefix"];
        report.not_supported(&kind, given, &kinds);
    }
    if is_exact {
        for part in ["//", "/./", "/../", "%2f", "%2F"] {
            if text.contains(part) {
                report.invalid(&at, text, &format!("must not contain '{part}'"));
            }
        }
        for end in ["/..", "/."] {
            if text.ends_with(end) {
                report.invalid(&at, text, &format!("cannot end with '{end}'"));
            }
        }
    }
    backend(one.at("backend").unwrap_or(&NONE), &path.child("backend"), report);
}

/// Models pkg/apis/networking/validation/validation.go validateIngressBackend
fn backend(one: &Value, path: &Path<'_>, report: &mut Report) {
    match (one.at("resource"), one.at("service")) {
        (Some(_), Some(_)) => {
            report.invalid(path, "", "cannot set both resource and service backends");
        }
        (Some(resource), None) => reference(resource, &path.child("resource"), report),
        (None, Some(service)) => {
            let at = path.child("service");
            let name = service.word("name");
            if name.is_empty() {
                report.required(&at.child("name"), "");
            } else {
                report.all_invalid(&at.child("name"), name, dns_label(name));
            }
            let port = service.at("port").unwrap_or(&NONE);
            let at = at.child("port");
            match (port.word("name"), port.int("number").unwrap_or(0)) {
                ("", 0) => report.required(path, "port name or number is required"),
                ("", number) => report.port(&at.child("number"), number),
                (name, 0) => report.all_invalid(&at.child("name"), name, port_name(name)),
                _ => report.invalid(path, "", "cannot set both port name & port number"),
            }
        }
        (None, None) => report.invalid(path, "", "resource or service backend is required"),
    }
}

/// Models pkg/apis/networking/validation/validation.go validateIngressTypedLocalObjectReference
fn reference(one: &Value, path: &Path<'_>, report: &mut Report) {
    if let Some(group) = one.at("apiGroup").and_then(Value::as_str) {
        report.all_invalid(&path.child("apiGroup"), group, dns_subdomain(group));
    }
    shared::segments(one, &["kind", "name"], path, report);
}

/// Models pkg/apis/networking/validation/validation.go ValidateIngressClass
pub(super) fn check_class(tree: &Value, report: &mut Report) {
    const CONTROLLER_MAX: usize = 250;
    let spec = tree.at("spec").unwrap_or(&NONE);
    let path = Path::root("spec");
    let (at, controller) = (path.child("controller"), spec.word("controller"));
    if controller.len() > CONTROLLER_MAX {
        report.too_long(&at, CONTROLLER_MAX);
    }
    shared::domain_path(controller, &at, report);
    let Some(parameters) = spec.at("parameters") else { return };
    let path = path.child("parameters");
    reference(parameters, &path, report);
    let at = path.child("namespace");
    let namespace = parameters.at("namespace").and_then(Value::as_str);
    match (parameters.word("scope"), namespace) {
        ("Namespace", None) => report.required(&at, "`parameters.scope` is set to 'Namespace'"),
        ("Namespace", Some(name)) => report.all_invalid(&at, name, dns_label(name)),
        ("Cluster", Some(_)) => {
            report.forbidden(&at, "`parameters.scope` is set to 'Cluster'");
        }
        ("Cluster", None) => {}
        (other, _) => {
            report.not_supported(&path.child("scope"), other, &["Cluster", "Namespace"]);
        }
    }
}

/// A class keeps its controller.
///
/// Models pkg/apis/networking/validation/validation.go validateIngressClassSpecUpdate
pub(super) fn check_class_update(new: &Value, old: &Value, report: &mut Report) {
    let controller = |tree: &Value| tree.at("spec").map(|spec| spec.word("controller").to_owned());
    let now = controller(new);
    let path = Path::root("spec");
    report.immutable(&path.child("controller"), now == controller(old), || {
        crate::api::go::quoted(&now.unwrap_or_default())
    });
}
