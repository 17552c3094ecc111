//! Families, addresses and node ports that a Service asks for, and node ports that it is given.
//!
//! Must not know how addresses are drawn. Invariant: no address and no node port is given twice.

use std::rc::Rc;

use crate::api::core::{Service, ServicePort};
use crate::api::validation::service_addresses;
use crate::api::{FieldError, FieldErrorKind, Kind, Object, Value, go};
use crate::base::{Str, digest_of};
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
    let found = family(service);
    if !found.is_empty() {
        return Err(Refusal::Invalid(Kind::Service, new.meta.name.clone(), Rc::new(found)));
    }
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
        words: &[],
    }
}

/// Refuses what a cluster of one family of addresses can't do.
///
/// Models pkg/registry/core/service/storage/alloc.go initIPFamilyFields
fn family(service: &Service) -> Vec<FieldError> {
    let spec = &service.spec;
    let mut found = service_addresses(spec);
    if !found.is_empty() || !spec.has_address() || (spec.is_headless() && spec.selector.is_empty())
    {
        return found;
    }
    let policy = spec.rest.get("ipFamilyPolicy").and_then(Value::as_str).unwrap_or("SingleStack");
    let families = match spec.rest.get("ipFamilies") {
        Some(Value::List(families)) => families.as_slice(),
        _ => &[],
    };
    let mut tell = |path: String, value: &str, detail: &str| {
        found.push(invalid(path, go::quoted(value), detail.to_owned()));
    };
    if policy == "SingleStack" && families.len() == 2 {
        let detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families \
                      are specified";
        tell("spec.ipFamilyPolicy".to_owned(), policy, detail);
        return found;
    }
    if policy == "RequireDualStack" {
        let detail = "this cluster is not configured for dual-stack services";
        tell("spec.ipFamilyPolicy".to_owned(), policy, detail);
    }
    for (index, family) in families.iter().enumerate() {
        let family = family.as_str().unwrap_or_default();
        if family != "IPv4" {
            tell(format!("spec.ipFamilies[{index}]"), family, "not configured on this cluster");
        }
    }
    found
}

fn asked(service: &Service) -> Option<&Str> {
    let is_external = service.spec.kind.as_deref() == Some("ExternalName");
    let address = service.spec.cluster_ip.as_ref().filter(|_| !is_external)?;
    (!address.is_empty() && &**address != "None").then_some(address)
}

fn address(service: &Service, before: Option<&Service>, others: &[&Service]) -> Option<FieldError> {
    let address = asked(service)?;
    if before.is_some_and(|before| before.spec.has_address()) {
        return None;
    }
    if address.parse::<std::net::IpAddr>().is_err() {
        // Validation tells of what is no address.
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

/// The node port that a port asks for.
pub(in crate::server) fn given(port: &ServicePort) -> Option<i64> {
    match port.rest.get("nodePort") {
        Some(Value::Int(number)) if *number != 0 => Some(*number),
        _ => None,
    }
}

fn node_port(
    service: &Service,
    before: Option<&Service>,
    others: &[&Service],
) -> Option<FieldError> {
    if !service.spec.has_node_ports() {
        return None;
    }
    let has = |service: &Service, number: i64| {
        service.spec.ports.iter().filter_map(given).any(|one| one == number)
    };
    let mut seen: Vec<(i64, i32)> = Vec::new();
    for (index, port) in service.spec.ports.iter().enumerate() {
        let Some(asked) = given(port) else { continue };
        if before.is_some_and(|before| has(before, asked)) {
            continue;
        }
        let is_taken = || {
            // Of a new Service only ports of one number share it; of a changed one validation
            // tells.
            let is_twice = |one: &(i64, i32)| one.0 == asked && one.1 != port.port;
            (before.is_none() && seen.iter().any(is_twice))
                || others.iter().any(|other| has(other, asked))
        };
        if let Some(error) = out_of_range(index, asked) {
            return Some(error);
        }
        if is_taken() {
            let why = "provided port is already allocated".to_owned();
            return Some(invalid(path_of(index), asked.to_string(), why));
        }
        seen.push((asked, port.port));
    }
    None
}

fn path_of(index: usize) -> String {
    format!("spec.ports[{index}].nodePort")
}

fn out_of_range(index: usize, asked: i64) -> Option<FieldError> {
    (!PORTS.contains(&asked)).then(|| {
        let why = format!(
            "provided port is not in the valid range. The range of valid ports is {}-{}",
            PORTS.start(),
            PORTS.end()
        );
        invalid(path_of(index), asked.to_string(), why)
    })
}

/// The node ports that a Service asks for and no cluster of this range gives, whatever else is in
/// it.
pub fn ports_out_of_range(object: &Object) -> Vec<FieldError> {
    let Some(service) = object.service().filter(|one| one.spec.has_node_ports()) else {
        return Vec::new();
    };
    let asked = service.spec.ports.iter().enumerate();
    asked.filter_map(|(index, port)| out_of_range(index, given(port)?)).collect()
}

/// A headless Service keeps the families with which it was made.
///
/// Models pkg/registry/core/service/storage/alloc.go initIPFamilyFields
pub(in crate::server) fn keep_families(new: &mut Object) {
    let Some(service) = new.service_mut().filter(|one| one.spec.is_headless()) else { return };
    let is_open = service.spec.selector.is_empty();
    let rest = &mut Rc::make_mut(&mut service.spec).rest;
    if is_open && !rest.contains_key("ipFamilyPolicy") && !rest.contains_key("ipFamilies") {
        let text = |text: &str| Value::Str(text.into());
        let rest = Rc::make_mut(rest);
        rest.insert("ipFamilyPolicy".into(), text("RequireDualStack"));
        rest.insert("ipFamilies".into(), Value::List(vec![text("IPv4"), text("IPv6")]));
    }
}

/// Draws the node ports that a Service needs and has not.
///
/// Models pkg/registry/core/service/storage/alloc.go initNodePorts, allocHealthCheckNodePort
pub(in crate::server) fn draw_ports(new: &mut Object, view: &View) {
    let (id, uid) = (new.meta.id, new.meta.uid);
    let Some(service) = new.service_mut().filter(|one| one.spec.has_node_ports()) else { return };
    let is_off = Some(&Value::Bool(false));
    let has_ports = service.spec.rest.get("allocateLoadBalancerNodePorts") != is_off;
    let lacks = has_ports && service.spec.ports.iter().any(|port| given(port).is_none());
    let check = "healthCheckNodePort";
    let lacks_check = service.spec.has_health_check() && !service.spec.rest.contains_key(check);
    if !lacks && !lacks_check {
        return;
    }
    let others = view.table(Kind::Service).iter().filter(|one| one.meta.id != id);
    let mut taken: Vec<i64> = others
        .filter_map(|one| one.service())
        .flat_map(|one| one.spec.ports.iter().filter_map(given))
        .chain(service.spec.ports.iter().filter_map(given))
        .collect();
    let mut draw = |number: u64| {
        let count = PORTS.end() - PORTS.start() + 1;
        let start = i64::try_from(digest_of(&(uid.0, number)) % 2_768).unwrap_or(0);
        let ports = (0..count).map(|step| PORTS.start() + (start + step) % count);
        let found = ports.into_iter().find(|port| !taken.contains(port))?;
        taken.push(found);
        Some(Value::Int(found))
    };
    let spec = Rc::make_mut(&mut service.spec);
    for index in 0..spec.ports.len() {
        if !has_ports || given(&spec.ports[index]).is_some() {
            continue;
        }
        // Ports of one number and several protocols share it.
        let number = spec.ports[index].port;
        let shared = spec.ports.iter().filter(|one| one.port == number).find_map(given);
        let shared = shared.map(Value::Int);
        if let Some(port) = shared.or_else(|| draw(index as u64)) {
            Rc::make_mut(&mut spec.ports[index].rest).insert("nodePort".into(), port);
        }
    }
    if lacks_check && let Some(port) = draw(u64::MAX) {
        Rc::make_mut(&mut spec.rest).insert(check.into(), port);
    }
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

    #[test]
    fn what_needs_two_families_of_addresses_is_refused() {
        let mut server = Server::new(Seed(1));
        let dual = r#"|,"selector":{"a":"b"},"ipFamilyPolicy":"RequireDualStack","ipFamilies":["IPv4","IPv6"]"#;
        assert_eq!(
            create(&mut server, "a", dual).expect_err("one family"),
            "Service \"a\" is invalid: [spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": \
             this cluster is not configured for dual-stack services, spec.ipFamilies[1]: Invalid \
             value: \"IPv6\": not configured on this cluster]"
        );
        let either = r#"|,"selector":{"a":"b"},"ipFamilyPolicy":"PreferDualStack""#;
        create(&mut server, "a", either).expect("it takes what there is");
    }

    #[test]
    fn node_ports_are_drawn_once_and_shared_by_protocols() {
        let mut server = Server::new(Seed(1));
        for name in ["a", "b"] {
            create(&mut server, name, r#"|,"type":"NodePort""#).expect("it is valid");
        }
        let ports = |name: &str, server: &Server| {
            let found = server.view().named(Kind::Service, "default", name).expect("there");
            let service = found.service().expect("a Service").clone();
            service.spec.ports.iter().map(|port| given(port).expect("drawn")).collect::<Vec<_>>()
        };
        let first = ports("a", &server);
        assert!(PORTS.contains(&first[0]) && first != ports("b", &server));
        let both = r#","name":"t"},{"port":80,"protocol":"UDP","name":"u"|,"type":"NodePort""#;
        create(&mut server, "c", both).expect("it is valid");
        let both = ports("c", &server);
        assert_eq!(both[0], both[1]);
    }
}
