//! Rows of kinds that are kept but not simulated.
//!
//! Must not know what they would do. Invariant: each row says only what the object says.

use std::collections::BTreeSet;

use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::core::balancer;
use crate::kubectl::print::table::{Ask, Column, Row, Shape, selector};

const INGRESS: &[Column] = &[
    ("NAME", false),
    ("CLASS", false),
    ("HOSTS", false),
    ("ADDRESS", false),
    ("PORTS", false),
    ("AGE", false),
];
const INGRESS_CLASS: &[Column] =
    &[("NAME", false), ("CONTROLLER", false), ("PARAMETERS", false), ("AGE", false)];
const POLICY: &[Column] = &[("NAME", false), ("POD-SELECTOR", false), ("AGE", false)];
const ROLE: &[Column] = &[("NAME", false), ("CREATED AT", false)];
const BINDING: &[Column] = &[
    ("NAME", false),
    ("ROLE", false),
    ("AGE", false),
    ("USERS", true),
    ("GROUPS", true),
    ("SERVICEACCOUNTS", true),
];
const PRIORITY: &[Column] = &[
    ("NAME", false),
    ("VALUE", false),
    ("GLOBAL-DEFAULT", false),
    ("AGE", false),
    ("PREEMPTIONPOLICY", false),
];
const RUNTIME: &[Column] = &[("NAME", false), ("HANDLER", false), ("AGE", false)];
const LEASE: &[Column] = &[("NAME", false), ("HOLDER", false), ("AGE", false)];
const CREATED: &[Column] = &[("NAME", false), ("CREATED AT", false)];
const WEBHOOKS: &[Column] = &[("NAME", false), ("WEBHOOKS", false), ("AGE", false)];
const CIDRS: &[Column] = &[("NAME", false), ("CIDRS", false), ("AGE", false)];
const ADDRESS: &[Column] = &[("NAME", false), ("PARENTREF", false)];

/// The shape of a kind of this file.
pub(super) fn shape(group: &str, kind: &str) -> Option<Shape> {
    let (columns, row): (&'static [Column], Row) = match (group, kind) {
        ("networking.k8s.io", "Ingress") => (INGRESS, ingress),
        ("networking.k8s.io", "IngressClass") => (INGRESS_CLASS, ingress_class),
        ("networking.k8s.io", "NetworkPolicy") => (POLICY, policy),
        ("networking.k8s.io", "ServiceCIDR") => (CIDRS, cidrs),
        ("networking.k8s.io", "IPAddress") => (ADDRESS, address),
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => (ROLE, created),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => (BINDING, binding),
        ("scheduling.k8s.io", "PriorityClass") => (PRIORITY, priority),
        ("node.k8s.io", "RuntimeClass") => (RUNTIME, runtime),
        ("coordination.k8s.io", "Lease") => (LEASE, lease),
        ("", "LimitRange") | ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            (CREATED, created)
        }
        (
            "admissionregistration.k8s.io",
            "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
        ) => (WEBHOOKS, webhooks),
        _ => return None,
    };
    Some(Shape { columns, row })
}

fn text(ask: &Ask, path: &str) -> String {
    ask.at(path).text().to_owned()
}

/// Kinds without a printer of their own show the moment of their creation.
///
/// Models staging/src/k8s.io/apiserver/pkg/registry/rest/table.go ConvertToTable
fn created(ask: &Ask) -> Vec<String> {
    vec![ask.name(), text(ask, "metadata.creationTimestamp")]
}

fn ingress(ask: &Ask) -> Vec<String> {
    const SHOWN_MAX: usize = 3;
    let rules = ask.at("spec.rules");
    let hosts: Vec<&str> = rules
        .list()
        .map(|rule| rule.at("host").text())
        .filter(|host| !host.is_empty())
        .take(SHOWN_MAX)
        .collect();
    let hosts = match rules.list().len().saturating_sub(SHOWN_MAX) {
        _ if hosts.is_empty() => "*".to_owned(),
        more if more > 0 && hosts.len() == SHOWN_MAX => {
            format!("{} + {more} more...", hosts.join(","))
        }
        _ => hosts.join(","),
    };
    let ports = if ask.at("spec.tls").is_empty() { "80" } else { "80, 443" };
    vec![
        ask.name(),
        ask.at("spec.ingressClassName").text_or("<none>").to_owned(),
        hosts,
        balancer(ask.at("status.loadBalancer"), ask.wide),
        ports.to_owned(),
        ask.age(),
    ]
}

fn ingress_class(ask: &Ask) -> Vec<String> {
    let given = ask.at("spec.parameters");
    let parameters = if given.is_some() {
        let kind = given.at("kind").text();
        let name = given.at("name").text();
        match given.at("apiGroup").text() {
            "" => format!("{kind}/{name}"),
            group => format!("{kind}.{group}/{name}"),
        }
    } else {
        "<none>".to_owned()
    };
    vec![ask.name(), text(ask, "spec.controller"), parameters, ask.age()]
}

fn policy(ask: &Ask) -> Vec<String> {
    vec![ask.name(), selector(ask.at("spec.podSelector")), ask.age()]
}

fn cidrs(ask: &Ask) -> Vec<String> {
    let cidrs: Vec<&str> = ask.at("spec.cidrs").list().map(Look::text).collect();
    vec![ask.name(), cidrs.join(","), ask.age()]
}

fn address(ask: &Ask) -> Vec<String> {
    let parent = ask.at("spec.parentRef");
    let mut name = parent.at("resource").text().to_ascii_lowercase();
    for part in ["group", "namespace", "name"] {
        let text = parent.key(part).text();
        if !text.is_empty() {
            name.push(if part == "group" { '.' } else { '/' });
            name.push_str(text);
        }
    }
    vec![ask.name(), if parent.is_some() { name } else { "<none>".to_owned() }]
}

/// Models pkg/apis/rbac/helpers.go SubjectsStrings
fn binding(ask: &Ask) -> Vec<String> {
    let subjects = |kind: &str| {
        let names: Vec<String> = ask
            .at("subjects")
            .list()
            .filter(|one| one.at("kind").text() == kind)
            .map(|one| match one.at("namespace").text() {
                namespace if kind == "ServiceAccount" => {
                    format!("{namespace}/{}", one.at("name").text())
                }
                _ => one.at("name").text().to_owned(),
            })
            .collect();
        names.join(", ")
    };
    let role = ask.at("roleRef");
    vec![
        ask.name(),
        format!("{}/{}", role.at("kind").text(), role.at("name").text()),
        ask.age(),
        subjects("User"),
        subjects("Group"),
        subjects("ServiceAccount"),
    ]
}

fn priority(ask: &Ask) -> Vec<String> {
    vec![
        ask.name(),
        ask.at("value").int().to_string(),
        ask.at("globalDefault").bool().to_string(),
        ask.age(),
        ask.at("preemptionPolicy").text_or("PreemptLowerPriority").to_owned(),
    ]
}

fn runtime(ask: &Ask) -> Vec<String> {
    vec![ask.name(), text(ask, "handler"), ask.age()]
}

fn lease(ask: &Ask) -> Vec<String> {
    vec![ask.name(), text(ask, "spec.holderIdentity"), ask.age()]
}

fn webhooks(ask: &Ask) -> Vec<String> {
    let names: BTreeSet<&str> =
        ask.at("webhooks").list().map(|one| one.at("name").text()).collect();
    vec![ask.name(), names.len().to_string(), ask.age()]
}
