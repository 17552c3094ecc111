//! Addresses and node ports that a Service asks for itself.
//!
//! Must not know how others are drawn. Invariant: no address and no node port is given twice.

use std::rc::Rc;

use crate::api::core::{Service, ServicePort};
use crate::api::{FieldError, FieldErrorKind, Kind, Object, Value};
use crate::base::Str;
use crate::server::{Refusal, View};

/// The range of Service addresses and how it begins.
const RANGE: &str = "10.96.0.0/16";
const PREFIX: [u8; 2] = [10, 96];
/// The range of node ports.
const PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;

/// Refuses an address or a node port that can't be given; what the Service has already is its.
///
/// Models pkg/registry/core/service/storage/alloc.go allocIPs, initNodePorts
pub(in crate::server) fn check(
    new: &Object,
    old: Option<&Object>,
    view: &View,
) -> Result<(), Refusal> {
    let Some(service) = new.service() else { return Ok(()) };
    let before = old.and_then(|old| old.service());
    let others: Vec<&Service> = view
        .table(Kind::Service)
        .iter()
        .filter(|one| one.meta.id != new.meta.id)
        .filter_map(|one| one.service())
        .collect();
    let found = address(service, before, &others).or_else(|| node_port(service, before, &others));
    found.map_or(Ok(()), |error| {
        Err(Refusal::Invalid(Kind::Service, new.meta.name.clone(), Rc::new(vec![error])))
    })
}

fn invalid(path: String, value: String, detail: String) -> FieldError {
    FieldError {
        kind: FieldErrorKind::Invalid,
        path: path.into(),
        value: value.into(),
        detail: detail.into(),
    }
}

fn asked(service: &Service) -> Option<&Str> {
    let is_external = service.spec.kind.as_deref() == Some("ExternalName");
    let address = service.spec.cluster_ip.as_ref().filter(|_| !is_external)?;
    (!address.is_empty() && &**address != "None").then_some(address)
}

fn address(service: &Service, before: Option<&Service>, others: &[&Service]) -> Option<FieldError> {
    let address = asked(service)?;
    if before.and_then(asked) == Some(address) {
        return None;
    }
    let parts: Vec<u8> = address.split('.').filter_map(|part| part.parse().ok()).collect();
    let why = if parts.len() != 4 || parts[..2] != PREFIX {
        format!(
            "the provided IP ({address}) is not in the valid range. The range of valid IPs is \
             {RANGE}"
        )
    } else if others.iter().any(|other| asked(other) == Some(address)) {
        "provided IP is already allocated".to_owned()
    } else {
        return None;
    };
    let detail = format!("failed to allocate IP {address}: {why}");
    Some(invalid("spec.clusterIPs".to_owned(), format!("[\"{address}\"]"), detail))
}

/// The node port that a port asks for, and its protocol.
fn given(port: &ServicePort) -> Option<(i64, &str)> {
    match port.rest.get("nodePort") {
        Some(Value::Int(0)) | None => None,
        Some(Value::Int(number)) => Some((*number, port.protocol.as_deref().unwrap_or("TCP"))),
        Some(_) => None,
    }
}

fn node_port(
    service: &Service,
    before: Option<&Service>,
    others: &[&Service],
) -> Option<FieldError> {
    let had = |one: &(i64, &str)| {
        before.is_some_and(|before| before.spec.ports.iter().any(|port| given(port) == Some(*one)))
    };
    let mut seen: Vec<(i64, &str)> = Vec::new();
    for (index, port) in service.spec.ports.iter().enumerate() {
        let Some(asked) = given(port).filter(|asked| !had(asked)) else { continue };
        let is_taken = || {
            let mut ports = others.iter().flat_map(|other| other.spec.ports.iter());
            seen.contains(&asked) || ports.any(|other| given(other) == Some(asked))
        };
        let why = if !PORTS.contains(&asked.0) {
            format!(
                "provided port is not in the valid range. The range of valid ports is {}-{}",
                PORTS.start(),
                PORTS.end()
            )
        } else if is_taken() {
            "provided port is already allocated".to_owned()
        } else {
            seen.push(asked);
            continue;
        };
        return Some(invalid(format!("spec.ports[{index}].nodePort"), asked.0.to_string(), why));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Body;
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, Server};

    /// Creates a Service; its port's own fields stand before the stroke, the spec's after it.
    fn create(server: &mut Server, name: &str, fields: &str) -> Result<(), String> {
        let (port, spec) = fields.split_once('|').expect("a stroke");
        let text = format!(r#"{{"spec":{{"ports":[{{"port":80{port}}}]{spec}}}}}"#);
        let body: Service = serde_json::from_str(&text).expect("valid");
        let object = Object::new("default", name, Body::Service(body));
        let made = server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO);
        made.map(|_| ()).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn an_address_beyond_the_range_or_taken_is_refused() {
        let mut server = Server::new(Seed(1));
        let far = create(&mut server, "a", r#"|,"clusterIP":"1.2.3.4""#);
        assert_eq!(
            far.expect_err("beyond the range"),
            "Service \"a\" is invalid: spec.clusterIPs: Invalid value: [\"1.2.3.4\"]: failed to \
             allocate IP 1.2.3.4: the provided IP (1.2.3.4) is not in the valid range. The range \
             of valid IPs is 10.96.0.0/16"
        );
        create(&mut server, "b", r#"|,"clusterIP":"10.96.3.4""#).expect("it is free");
        let taken = create(&mut server, "c", r#"|,"clusterIP":"10.96.3.4""#);
        assert!(
            taken
                .expect_err("taken")
                .ends_with("failed to allocate IP 10.96.3.4: provided IP is already allocated")
        );
    }

    #[test]
    fn a_node_port_beyond_the_range_or_taken_is_refused() {
        let mut server = Server::new(Seed(1));
        let far = create(&mut server, "a", r#","nodePort":80|,"type":"NodePort""#);
        assert_eq!(
            far.expect_err("beyond the range"),
            "Service \"a\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port \
             is not in the valid range. The range of valid ports is 30000-32767"
        );
        create(&mut server, "b", r#","nodePort":30001|,"type":"NodePort""#).expect("it is free");
        let taken = create(&mut server, "c", r#","nodePort":30001|,"type":"NodePort""#);
        assert!(taken.expect_err("taken").ends_with("provided port is already allocated"));
    }
}
