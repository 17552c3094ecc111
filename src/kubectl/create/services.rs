//! `kubectl create service`.
//!
//! Must not know how requests are routed. Invariant: a Service made here selects `app=NAME`.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go

use serde_json::{Value as Json, json};

use crate::api::Kind;
use crate::kubectl::create::{int_or_text, make, name, required};
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;

/// `kubectl create service clusterip`.
pub(in crate::kubectl) fn cluster_ip(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    start(session, flags, "clusterip", "ClusterIP")
}

/// `kubectl create service nodeport`.
pub(in crate::kubectl) fn node_port(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    start(session, flags, "nodeport", "NodePort")
}

/// `kubectl create service loadbalancer`.
pub(in crate::kubectl) fn load_balancer(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    start(session, flags, "loadbalancer", "LoadBalancer")
}

/// `kubectl create service externalname`.
pub(in crate::kubectl) fn external_name(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    required(flags, "external-name")?;
    start(session, flags, "externalname", "ExternalName")
}

fn start(session: &mut Session<'_>, flags: &Flags, command: &str, kind: &str) -> Done<Stage> {
    let (name, _) = name(flags, &format!("create service {command}"))?;
    let address = flags.text("clusterip").unwrap_or_default();
    let pairs = flags.list("tcp");
    if pairs.is_empty() && address != "None" && kind != "ExternalName" {
        return Err(plain("at least one tcp port specifier must be provided"));
    }
    let ports: Vec<Json> =
        pairs.iter().map(|pair| port(pair, flags.number("node-port"))).collect::<Done<_>>()?;
    let mut spec = json!({"type": kind, "selector": {"app": name}});
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    if !address.is_empty() {
        spec["clusterIP"] = address.into();
    }
    if let Some(outside) = flags.text("external-name") {
        spec["externalName"] = outside.into();
    }
    let body = json!({"metadata": {"name": name, "labels": {"app": name}}, "spec": spec});
    let failed = format!("failed to create {kind} service: ");
    make(session, flags, Kind::Service, body, ("created", &failed))
}

/// `80:http` as a port.
fn port(pair: &str, node_port: Option<i64>) -> Done<Json> {
    let (port, target) = pair.split_once(':').unwrap_or((pair, pair));
    let number: u16 = port
        .parse()
        .map_err(|_| plain(format!("strconv.ParseUint: parsing \"{port}\": invalid syntax")))?;
    let mut found = json!({
        "name": pair.replace(':', "-"),
        "port": number,
        "protocol": "TCP",
        "targetPort": int_or_text(target),
    });
    if let Some(node_port) = node_port.filter(|port| *port != 0) {
        found["nodePort"] = node_port.into();
    }
    Ok(found)
}
