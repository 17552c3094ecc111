//! Rows of the core group's kinds, Pods and controllers aside.
//!
//! Must not know what stands behind a Service. Invariant: what is not given is said so.

use std::collections::BTreeSet;

use crate::base::gather;
use crate::kubectl::print::age;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::{Ask, Column, Row, Shape, containers, labels};

const SERVICE: &[Column] = &[
    ("NAME", false),
    ("TYPE", false),
    ("CLUSTER-IP", false),
    ("EXTERNAL-IP", false),
    ("PORT(S)", false),
    ("AGE", false),
    ("SELECTOR", true),
];
const NODE: &[Column] = &[
    ("NAME", false),
    ("STATUS", false),
    ("ROLES", false),
    ("AGE", false),
    ("VERSION", false),
    ("INTERNAL-IP", true),
    ("EXTERNAL-IP", true),
    ("OS-IMAGE", true),
    ("KERNEL-VERSION", true),
    ("CONTAINER-RUNTIME", true),
];
const EVENT: &[Column] = &[
    ("LAST SEEN", false),
    ("TYPE", false),
    ("REASON", false),
    ("OBJECT", false),
    ("SUBOBJECT", true),
    ("SOURCE", true),
    ("MESSAGE", false),
    ("FIRST SEEN", true),
    ("COUNT", true),
    ("NAME", true),
];
const ENDPOINTS: &[Column] = &[("NAME", false), ("ENDPOINTS", false), ("AGE", false)];
const SLICE: &[Column] = &[
    ("NAME", false),
    ("ADDRESSTYPE", false),
    ("PORTS", false),
    ("ENDPOINTS", false),
    ("AGE", false),
];
const NAMESPACE: &[Column] = &[("NAME", false), ("STATUS", false), ("AGE", false)];
const CONFIG_MAP: &[Column] = &[("NAME", false), ("DATA", false), ("AGE", false)];
const SECRET: &[Column] = &[("NAME", false), ("TYPE", false), ("DATA", false), ("AGE", false)];
const ACCOUNT: &[Column] = &[("NAME", false), ("SECRETS", false), ("AGE", false)];
const QUOTA: &[Column] = &[("NAME", false), ("REQUEST", false), ("LIMIT", false), ("AGE", false)];
const TEMPLATE: &[Column] =
    &[("NAME", false), ("CONTAINERS", false), ("IMAGES", false), ("POD LABELS", false)];

/// The shape of a kind of this file.
pub(super) fn shape(group: &str, kind: &str) -> Option<Shape> {
    let (columns, row): (&'static [Column], Row) = match (group, kind) {
        ("", "Service") => (SERVICE, service),
        ("", "Node") => (NODE, node),
        ("" | "events.k8s.io", "Event") => (EVENT, event),
        ("", "Endpoints") => (ENDPOINTS, endpoints),
        ("discovery.k8s.io", "EndpointSlice") => (SLICE, slice),
        ("", "Namespace") => (NAMESPACE, namespace),
        ("", "ConfigMap") => (CONFIG_MAP, config_map),
        ("", "Secret") => (SECRET, secret),
        ("", "ServiceAccount") => (ACCOUNT, account),
        ("", "ResourceQuota") => (QUOTA, quota),
        ("", "PodTemplate") => (TEMPLATE, template),
        _ => return None,
    };
    Some(Shape { columns, row })
}

fn or(text: &str, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text.to_owned() }
}

fn service(ask: &Ask) -> Vec<String> {
    let spec = ask.at("spec");
    let address = match spec.at("clusterIPs").list().next() {
        Some(first) => first.text(),
        None => spec.at("clusterIP").text(),
    };
    let ports: Vec<String> = spec
        .at("ports")
        .list()
        .map(|one| {
            let (port, protocol) = (one.at("port").int(), one.at("protocol").text());
            match one.at("nodePort").int() {
                0 => format!("{port}/{protocol}"),
                node => format!("{port}:{node}/{protocol}"),
            }
        })
        .collect();
    vec![
        ask.name(),
        spec.at("type").text().to_owned(),
        or(address, "<none>"),
        external_address(ask),
        or(&ports.join(","), "<none>"),
        ask.age(),
        labels(spec.at("selector")),
    ]
}

/// Models pkg/printers/internalversion/printers.go getServiceExternalIP
fn external_address(ask: &Ask) -> String {
    let spec = ask.at("spec");
    let given: Vec<&str> = spec.at("externalIPs").list().map(Look::text).collect();
    match spec.at("type").text() {
        "ClusterIP" | "NodePort" => or(&given.join(","), "<none>"),
        "LoadBalancer" => {
            let balancer = balancer(ask.at("status.loadBalancer"), ask.wide);
            let all: Vec<&str> =
                (!balancer.is_empty()).then_some(&*balancer).into_iter().chain(given).collect();
            or(&all.join(","), "<pending>")
        }
        "ExternalName" => spec.at("externalName").text().to_owned(),
        _ => "<unknown>".to_owned(),
    }
}

/// The addresses of a load balancer, cut to 16 letters unless `-o wide` was asked.
///
/// Models pkg/printers/internalversion/printers.go loadBalancerStatusStringer
pub(super) fn balancer(status: Look, wide: bool) -> String {
    const WIDTH: usize = 16;
    let addresses: BTreeSet<&str> = gather(
        status
            .at("ingress")
            .list()
            .map(|one| one.at("ip").text_or(one.at("hostname").text()))
            .filter(|one| !one.is_empty()),
    );
    let text = addresses.into_iter().collect::<Vec<_>>().join(",");
    match text.get(..WIDTH - 3) {
        Some(cut) if !wide && text.len() > WIDTH => format!("{cut}..."),
        _ => text,
    }
}

fn node(ask: &Ask) -> Vec<String> {
    let ready = ask.at("status.conditions").find("type", "Ready");
    let mut status = match ready.at("status").text() {
        _ if !ready.is_some() => "Unknown",
        "True" => "Ready",
        _ => "NotReady",
    }
    .to_owned();
    if ask.at("spec.unschedulable").bool() {
        status.push_str(",SchedulingDisabled");
    }
    let address = |kind: &str| {
        or(ask.at("status.addresses").find("type", kind).at("address").text(), "<none>")
    };
    let info = ask.at("status.nodeInfo");
    let known = |key: &str| or(info.at(key).text(), "<unknown>");
    vec![
        ask.name(),
        status,
        or(&node_roles(ask.object).join(","), "<none>"),
        ask.age(),
        info.at("kubeletVersion").text().to_owned(),
        address("InternalIP"),
        address("ExternalIP"),
        known("osImage"),
        known("kernelVersion"),
        known("containerRuntimeVersion"),
    ]
}

/// The roles of a node, by its labels.
///
/// Models pkg/printers/internalversion/printers.go findNodeRoles
pub fn node_roles<'a>(node: Look<'a>) -> Vec<&'a str> {
    let roles: BTreeSet<&'a str> = gather(
        node.at("metadata.labels")
            .entries()
            .filter_map(|(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
                Some(role) => Some(role),
                None => (key == "kubernetes.io/role").then(|| value.text()),
            })
            .filter(|role| !role.is_empty()),
    );
    roles.into_iter().collect()
}

fn event(ask: &Ask) -> Vec<String> {
    let moment = |path: &str| ask.at(path).text();
    let first = match moment("firstTimestamp") {
        "" => age::since(moment("eventTime"), ask.now),
        text => age::since(text, ask.now),
    };
    let mut last = match moment("lastTimestamp") {
        "" => first.clone(),
        text => age::since(text, ask.now),
    };
    let mut count = ask.at("count").int().max(1);
    if ask.at("series").is_some() {
        last = age::since(moment("series.lastObservedTime"), ask.now);
        count = ask.at("series.count").int();
    }
    let about = ask.at("involvedObject");
    let kind = about.at("kind").text().to_ascii_lowercase();
    let object = match about.at("name").text() {
        "" => kind,
        name => format!("{kind}/{name}"),
    };
    let source = ask.at("source.component").text_or(ask.at("reportingComponent").text());
    let host = ask.at("source.host").text_or(ask.at("reportingInstance").text());
    let source = if host.is_empty() { source.to_owned() } else { format!("{source}, {host}") };
    vec![
        last,
        ask.at("type").text().to_owned(),
        ask.at("reason").text().to_owned(),
        object,
        about.at("fieldPath").text().to_owned(),
        source,
        ask.at("message").text().trim().to_owned(),
        first,
        count.to_string(),
        ask.name(),
    ]
}

/// At most three of `all`, and how many more there are.
///
/// Models pkg/printers/internalversion/printers.go listWithMoreString
fn three_of(all: &[String], nothing: &str) -> String {
    const SHOWN_MAX: usize = 3;
    let shown = all.iter().take(SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join(",");
    match all.len().saturating_sub(SHOWN_MAX) {
        0 => or(&shown, nothing),
        more => format!("{shown} + {more} more..."),
    }
}

fn endpoints(ask: &Ask) -> Vec<String> {
    vec![ask.name(), endpoint_addresses(ask.object), ask.age()]
}

/// The addresses of an Endpoints object with their ports.
///
/// Models pkg/printers/internalversion/printers.go formatEndpoints
pub fn endpoint_addresses(endpoints: Look) -> String {
    let mut all = Vec::new();
    for subset in endpoints.at("subsets").list() {
        let addresses = || subset.at("addresses").list().map(|one| one.at("ip").text());
        if subset.at("ports").is_empty() {
            all.extend(addresses().map(str::to_owned));
        }
        for port in subset.at("ports").list() {
            all.extend(addresses().map(|ip| format!("{ip}:{}", port.at("port").int())));
        }
    }
    three_of(&all, "<none>")
}

fn slice(ask: &Ask) -> Vec<String> {
    let ports: Vec<String> = ask
        .at("ports")
        .list()
        .map(|one| match (one.at("port"), one.at("name").text()) {
            (port, _) if port.is_some() => port.plain(),
            (_, "") => "*".to_owned(),
            (_, name) => name.to_owned(),
        })
        .collect();
    let addresses: Vec<String> = ask
        .at("endpoints")
        .list()
        .flat_map(|one| one.at("addresses").list().map(|ip| ip.text().to_owned()))
        .collect();
    vec![
        ask.name(),
        ask.at("addressType").text().to_owned(),
        three_of(&ports, "<unset>"),
        three_of(&addresses, "<unset>"),
        ask.age(),
    ]
}

fn namespace(ask: &Ask) -> Vec<String> {
    vec![ask.name(), ask.at("status.phase").text().to_owned(), ask.age()]
}

fn count(ask: &Ask, path: &str) -> usize {
    ask.at(path).entries().count() + ask.at(path).list().len()
}

fn config_map(ask: &Ask) -> Vec<String> {
    vec![ask.name(), (count(ask, "data") + count(ask, "binaryData")).to_string(), ask.age()]
}

fn secret(ask: &Ask) -> Vec<String> {
    let kind = or(ask.at("type").text(), "Opaque");
    let text_only =
        ask.at("stringData").entries().filter(|(key, _)| !ask.at("data").key(key).is_some());
    vec![ask.name(), kind, (count(ask, "data") + text_only.count()).to_string(), ask.age()]
}

fn account(ask: &Ask) -> Vec<String> {
    vec![ask.name(), count(ask, "secrets").to_string(), ask.age()]
}

fn quota(ask: &Ask) -> Vec<String> {
    let status = ask.at("status");
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    for (name, hard) in status.at("hard").entries() {
        let used = status.at("used").key(name).plain();
        let used = if used.is_empty() { "0".to_owned() } else { used };
        let text = format!("{name}: {used}/{}", hard.plain());
        if name.starts_with("limits.") { limits.push(text) } else { requests.push(text) }
    }
    vec![ask.name(), requests.join(", "), limits.join(", "), ask.age()]
}

fn template(ask: &Ask) -> Vec<String> {
    let [names, images] = containers(ask.at("template.spec"));
    vec![ask.name(), names, images, labels(ask.at("template.metadata.labels"))]
}
