//! Descriptions of Services, of what stands behind them and of what stands before them.
//!
//! Must not know how endpoints are chosen. Invariant: only ready endpoints are listed.

use crate::api::{Kind, Value};
use crate::base::Order as _;
use crate::kubectl::print::describe::page::Page;
use crate::kubectl::print::describe::{Ask, events};
use crate::kubectl::print::endpoints::slices;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::labels;

fn joined(list: Look, separator: &str) -> String {
    list.list().map(Look::plain).collect::<Vec<_>>().join(separator)
}

fn or_none(text: String) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeService
pub(super) fn service(page: &mut Page, ask: &Ask) {
    let spec = ask.object.at("spec");
    let slices = ask.stored().map(|service| slices(ask.view, service)).unwrap_or_default();
    page.head(ask.object, true);
    page.field(0, "Selector", labels(spec.at("selector")));
    page.field(0, "Type", spec.at("type").text());
    if spec.at("ipFamilyPolicy").is_some() {
        page.field(0, "IP Family Policy", spec.at("ipFamilyPolicy").text());
    }
    page.field(0, "IP Families", or_none(joined(spec.at("ipFamilies"), ",")));
    page.field(0, "IP", spec.at("clusterIP").text());
    page.field(0, "IPs", or_none(joined(spec.at("clusterIPs"), ",")));
    let given = [
        ("External IPs", joined(spec.at("externalIPs"), ",")),
        ("Desired LoadBalancer IP", spec.at("loadBalancerIP").text().to_owned()),
        ("External Name", spec.at("externalName").text().to_owned()),
        ("LoadBalancer Ingress", balancers(ask.object.at("status.loadBalancer.ingress"))),
    ];
    for (title, text) in given {
        if !text.is_empty() {
            page.field(0, title, text);
        }
    }
    for port in spec.at("ports").list() {
        service_port(page, port, &slices);
    }
    page.field(0, "Session Affinity", spec.at("sessionAffinity").text());
    let policies = [
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
        ("HealthCheck NodePort", "healthCheckNodePort"),
        ("LoadBalancer Source Ranges", "loadBalancerSourceRanges"),
        ("Traffic Distribution", "trafficDistribution"),
    ];
    for (title, key) in policies {
        let found = spec.key(key);
        let text = if found.list().len() > 0 { joined(found, ",") } else { found.plain() };
        if !text.is_empty() && text != "0" {
            page.field(0, title, text);
        }
    }
    events::table(page, ask);
}

fn balancers(ingress: Look) -> String {
    let texts: Vec<String> = ingress
        .list()
        .map(|one| match (one.at("ip").text(), one.at("ipMode").text()) {
            ("", _) => one.at("hostname").text().to_owned(),
            (ip, "") => ip.to_owned(),
            (ip, mode) => format!("{ip} ({mode})"),
        })
        .collect();
    texts.join(", ")
}

fn service_port(page: &mut Page, port: Look, slices: &[Value]) {
    let name = port.at("name").text();
    let shown = if name.is_empty() { "<unset>" } else { name };
    let protocol = port.at("protocol").text();
    page.field(0, "Port", format!("{shown}\t{}/{protocol}", port.at("port").int()));
    page.field(0, "TargetPort", format!("{}/{protocol}", port.at("targetPort").plain()));
    if port.at("appProtocol").is_some() {
        page.field(0, "AppProtocol", port.at("appProtocol").text());
    }
    if port.at("nodePort").int() != 0 {
        page.field(0, "NodePort", format!("{shown}\t{}/{protocol}", port.at("nodePort").int()));
    }
    page.field(0, "Endpoints", ready_addresses(slices, name));
}

/// The ready endpoints of a port, at most three.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go formatEndpointSlices
fn ready_addresses(slices: &[Value], port: &str) -> String {
    const SHOWN_MAX: usize = 3;
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut all = Vec::new();
    let mut is_full = false;
    for slice in slices.iter().map(Look::from) {
        let mut add = |suffix: &str| {
            for one in slice.at("endpoints").list() {
                is_full |= all.len() >= SHOWN_MAX;
                let ready = one.at("conditions.ready");
                if !ready.is_some() || ready.bool() {
                    let address = one.at("addresses").list().next();
                    all.push(format!("{}{suffix}", address.map_or("", Look::text)));
                }
            }
        };
        if slice.at("ports").is_empty() {
            add("");
        }
        for found in slice.at("ports").list().filter(|one| one.at("name").text() == port) {
            add(&format!(":{}", found.at("port").int()));
        }
    }
    let shown: Vec<&str> = all.iter().take(SHOWN_MAX).map(String::as_str).collect();
    let shown = shown.join(",");
    match all.len().saturating_sub(SHOWN_MAX) {
        more if is_full => format!("{shown} + {more} more..."),
        _ => shown,
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeEndpoints
pub(super) fn endpoints(page: &mut Page, ask: &Ask) {
    page.head(ask.object, true);
    page.line(0, "Subsets:");
    for subset in ask.object.at("subsets").list() {
        for (title, key) in [("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")]
        {
            let addresses: Vec<&str> =
                subset.key(key).list().map(|one| one.at("ip").text()).collect();
            page.field(1, title, or_none(addresses.join(",")));
        }
        if !subset.at("ports").is_empty() {
            page.line(1, "Ports:");
            page.line(2, "Name\tPort\tProtocol");
            page.line(2, "----\t----\t--------");
            for port in subset.at("ports").list() {
                let name = port.at("name").text_or("<unset>");
                let (number, protocol) = (port.at("port").plain(), port.at("protocol").text());
                page.row(2, &[name, &number, protocol]);
            }
        }
        page.line(0, "");
    }
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeEndpointSliceV1
pub(super) fn slice(page: &mut Page, ask: &Ask) {
    let slice = ask.object;
    page.head(slice, true);
    page.field(0, "AddressType", slice.at("addressType").text());
    if slice.at("ports").is_empty() {
        page.line(0, "Ports: <unset>");
    } else {
        page.line(0, "Ports:");
        page.line(1, "Name\tPort\tProtocol");
        page.line(1, "----\t----\t--------");
        for port in slice.at("ports").list() {
            let name = port.at("name").text_or("<unset>");
            let number = match port.at("port") {
                found if found.is_some() => found.plain(),
                _ => "<unset>".to_owned(),
            };
            page.row(1, &[name, &number, port.at("protocol").text()]);
        }
    }
    if slice.at("endpoints").is_empty() {
        page.line(0, "Endpoints: <none>");
    } else {
        page.line(0, "Endpoints:");
    }
    for one in slice.at("endpoints").list() {
        page.field(1, "- Addresses", or_none(joined(one.at("addresses"), ", ")));
        page.line(2, "Conditions:");
        let ready = match one.at("conditions.ready") {
            found if found.is_some() => found.plain(),
            _ => "<unset>".to_owned(),
        };
        page.field(3, "Ready", ready);
        page.field(2, "Hostname", one.at("hostname").text_or("<unset>"));
        let target = one.at("targetRef");
        if target.is_some() {
            let text = format!("{}/{}", target.at("kind").text(), target.at("name").text());
            page.field(2, "TargetRef", text);
        }
        page.field(2, "NodeName", one.at("nodeName").text_or("<unset>"));
        page.field(2, "Zone", one.at("zone").text_or("<unset>"));
    }
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeIngressV1
pub(super) fn ingress(page: &mut Page, ask: &Ask) {
    let (ingress, spec) = (ask.object, ask.object.at("spec"));
    page.field(0, "Name", ingress.at("metadata.name").text());
    page.labels("", "Labels", ingress.at("metadata.labels"));
    page.field(0, "Namespace", ingress.at("metadata.namespace").text());
    let mut addresses: Vec<&str> = ingress
        .at("status.loadBalancer.ingress")
        .list()
        .map(|one| one.at("ip").text_or(one.at("hostname").text()))
        .collect();
    addresses.order();
    page.field(0, "Address", addresses.join(","));
    page.field(0, "Ingress Class", spec.at("ingressClassName").text_or("<none>"));
    let fallback = match spec.at("defaultBackend") {
        found if found.is_some() => backend(ask, found),
        _ => "<default>".to_owned(),
    };
    page.field(0, "Default backend", &fallback);
    if !spec.at("tls").is_empty() {
        page.line(0, "TLS:");
    }
    for one in spec.at("tls").list() {
        let hosts = joined(one.at("hosts"), ",");
        match one.at("secretName").text() {
            "" => page.line(1, format!("SNI routes {hosts}")),
            secret => page.line(1, format!("{secret} terminates {hosts}")),
        }
    }
    page.line(0, "Rules:");
    page.line(1, "Host\tPath\tBackends");
    page.line(1, "----\t----\t--------");
    let mut is_empty = true;
    for rule in spec.at("rules").list().filter(|rule| rule.at("http").is_some()) {
        is_empty = false;
        page.line(1, format!("{}\t", rule.at("host").text_or("*")));
        for path in rule.at("http.paths").list() {
            let behind = backend(ask, path.at("backend"));
            page.line(2, format!("\t{} \t{behind}", path.at("path").text()));
        }
    }
    if is_empty {
        page.line(1, format!("*\t*\t{fallback}"));
    }
    page.annotations("Annotations", ingress.at("metadata.annotations"));
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeBackendV1
fn backend(ask: &Ask, backend: Look) -> String {
    let resource = backend.at("resource");
    if resource.is_some() {
        return format!(
            "APIGroup: {}, Kind: {}, Name: {}",
            resource.at("apiGroup").text_or("<none>"),
            resource.at("kind").text(),
            resource.at("name").text()
        );
    }
    let service = backend.at("service");
    let name = service.at("name").text();
    let port = service.at("port");
    let wanted = match port.at("number").int() {
        0 => port.at("name").text().to_owned(),
        number => number.to_string(),
    };
    let shown = format!("{name}:{wanted}");
    let Some(object) = ask.view.named(Kind::Service, &ask.namespace(), name) else {
        return format!("{shown} (<error: services \"{name}\" not found>)");
    };
    let tree = crate::api::outward::outward(object);
    let ports = Look::from(&tree).at("spec.ports");
    let found = ports.list().find(|one| {
        one.at("port").plain() == wanted || (!wanted.is_empty() && one.at("name").text() == wanted)
    });
    let port_name = found.map_or("", |one| one.at("name").text());
    format!("{shown} ({})", ready_addresses(&slices(ask.view, object), port_name))
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeIngressClassV1
pub(super) fn ingress_class(page: &mut Page, ask: &Ask) {
    let spec = ask.object.at("spec");
    page.head(ask.object, false);
    page.field(0, "Controller", spec.at("controller").text());
    let parameters = spec.at("parameters");
    if parameters.is_some() {
        page.line(0, "Parameters:");
        for (title, key) in [("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")] {
            if parameters.key(key).is_some() {
                page.field(1, title, parameters.key(key).text());
            }
        }
    }
    events::table(page, ask);
}
