//! What a change of a Service keeps, and what it drops with its type.
//!
//! Must not know which addresses are free. Invariant: what a person changes together with the
//! type is never dropped.

use std::rc::Rc;

use crate::api::core::ServiceSpec;
use crate::api::{Body, Object, Value};
use crate::base::Str;
use crate::server::services::given;

/// Gives back what a whole object that was sent may leave out.
///
/// Models pkg/registry/core/service/storage/storage.go patchAllocatedValues
pub(in crate::server) fn keep_given(new: &mut Object, old: &Object) {
    let (Body::Service(new), Body::Service(old)) = (&mut new.body, &old.body) else { return };
    let is_unset = new.spec.cluster_ip.as_deref().unwrap_or_default().is_empty();
    if is_unset && old.spec.cluster_ip.is_some() && new.spec.has_address() {
        Rc::make_mut(&mut new.spec).cluster_ip.clone_from(&old.spec.cluster_ip);
    }
    keep_families(&mut new.spec, &old.spec);
    if old.spec.has_node_ports() && new.spec.has_node_ports() {
        keep_ports(&mut new.spec, &old.spec);
    }
    let key = "healthCheckNodePort";
    if new.spec.has_health_check()
        && !new.spec.rest.contains_key(key)
        && let Some(port) = old.spec.rest.get(key)
    {
        let spec = Rc::make_mut(&mut new.spec);
        Rc::make_mut(&mut spec.rest).insert(key.into(), port.clone());
    }
}

/// A Service without an address that selects nothing any more has the families that it had, not
/// those that it would have been made with.
///
/// Models pkg/registry/core/service/storage/alloc.go initIPFamilyFields
fn keep_families(new: &mut Rc<ServiceSpec>, old: &ServiceSpec) {
    let is_open = |spec: &ServiceSpec| spec.is_headless() && spec.selector.is_empty();
    let keys = ["ipFamilyPolicy", "ipFamilies"];
    let is_given = keys.iter().any(|key| new.rest.contains_key(*key));
    if !is_open(new) || is_open(old) || !old.has_address() || is_given {
        return;
    }
    let text = |text: &str| Value::Str(text.into());
    let usual = [text("SingleStack"), Value::List(vec![text("IPv4")])];
    let rest = Rc::make_mut(&mut Rc::make_mut(new).rest);
    for (key, usual) in keys.into_iter().zip(usual) {
        rest.insert(key.into(), old.rest.get(key).cloned().unwrap_or(usual));
    }
}

/// Node ports are known by the names of their ports, whatever else of them is new.
fn keep_ports(new: &mut Rc<ServiceSpec>, old: &ServiceSpec) {
    let is_in = |spec: &ServiceSpec, number: i64| {
        spec.ports.iter().filter_map(given).any(|port| port == number)
    };
    for index in 0..new.ports.len() {
        let port = &new.ports[index];
        if given(port).is_some() {
            continue;
        }
        let same = old.ports.iter().rfind(|one| one.name == port.name).and_then(given);
        let Some(number) = same.filter(|number| !is_in(new, *number)) else { continue };
        let port = &mut Rc::make_mut(new).ports[index];
        Rc::make_mut(&mut port.rest).insert("nodePort".into(), Value::Int(number));
    }
}

/// Drops what the old type needed, the new one does not know, and nobody changed.
///
/// Models pkg/registry/core/service/strategy.go dropTypeDependentFields
pub(in crate::server) fn drop_useless(new: &mut Object, old: &Object) {
    let (Body::Service(new), Body::Service(old)) = (&mut new.body, &old.body) else { return };
    if new.spec.type_name() != "LoadBalancer" && new.rest.contains_key("status") {
        drop_key(&mut new.rest, "status");
    }
    let old = &old.spec;
    if new.spec.kind == old.kind && new.spec.rest == old.rest {
        return;
    }
    let spec = Rc::make_mut(&mut new.spec);
    if old.has_address() && !spec.has_address() {
        drop_address(spec, old);
    }
    if old.has_node_ports() && !spec.has_node_ports() {
        let had = |port: i64| old.ports.iter().filter_map(given).any(|one| one == port);
        if spec.ports.iter().filter_map(given).all(had) {
            spec.ports.iter_mut().for_each(|port| drop_key(&mut port.rest, "nodePort"));
        }
    }
    let is_balanced = |spec: &ServiceSpec| spec.type_name() == "LoadBalancer";
    for (key, needed) in [
        ("healthCheckNodePort", ServiceSpec::has_health_check as fn(&ServiceSpec) -> bool),
        ("allocateLoadBalancerNodePorts", is_balanced),
        ("loadBalancerClass", is_balanced),
        ("externalTrafficPolicy", ServiceSpec::is_reached_from_outside),
    ] {
        if needed(old) && !needed(spec) && spec.rest.get(key) == old.rest.get(key) {
            drop_key(&mut spec.rest, key);
        }
    }
}

fn drop_address(spec: &mut ServiceSpec, old: &ServiceSpec) {
    let address = Value::List(old.cluster_ip.iter().cloned().map(Value::Str).collect());
    let is_same = |spec: &ServiceSpec, key: &str, shown: &Value| {
        spec.rest.get(key).unwrap_or(shown) == old.rest.get(key).unwrap_or(shown)
    };
    if spec.cluster_ip == old.cluster_ip && is_same(spec, "clusterIPs", &address) {
        spec.cluster_ip = None;
        drop_key(&mut spec.rest, "clusterIPs");
    }
    let text = |text: &str| Value::Str(Str::from(text));
    for (key, shown) in
        [("ipFamilies", Value::List(vec![text("IPv4")])), ("ipFamilyPolicy", text("SingleStack"))]
    {
        if is_same(spec, key, &shown) {
            drop_key(&mut spec.rest, key);
        }
    }
}

fn drop_key(rest: &mut crate::api::Rest, key: &str) {
    if rest.contains_key(key) {
        Rc::make_mut(rest).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Kind, decode};
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, Outcome, Part, PatchKind, Refusal, Server};

    fn patch(server: &mut Server, patch: &str) -> Result<ServiceSpec, Refusal> {
        let action = Action::PatchTree {
            kind: Kind::Service,
            namespace: "default".into(),
            name: "s".into(),
            how: PatchKind::Strategic,
            patch: Rc::new(serde_json::from_str(patch).expect("valid")),
            part: Part::Spec,
            is_strict: true,
        };
        match server.execute(&action, SimTime::ZERO)? {
            Outcome::Changed(one) => Ok((*one.service().expect("a Service").spec).clone()),
            other => panic!("{other:?}"),
        }
    }

    fn server(spec: &str) -> Server {
        let text = format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{{\"name\":\"s\",\
             \"namespace\":\"default\"}},\"spec\":{spec}}}"
        );
        let tree: Value = serde_json::from_str(&text).expect("valid");
        let object = decode::strict(&tree).expect("an object");
        let mut server = Server::new(Seed(1));
        server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO).expect("it is valid");
        server
    }

    #[test]
    fn a_service_whose_type_is_changed_loses_what_the_new_one_does_not_know() {
        let mut server = server(
            r#"{"type":"LoadBalancer","externalTrafficPolicy":"Local","ports":[{"port":80}]}"#,
        );
        let keys = |spec: &ServiceSpec| {
            let keys = spec.rest.keys().map(ToString::to_string);
            keys.filter(|key| !key.starts_with("session")).collect::<Vec<_>>().join(" ")
        };
        let spec = patch(&mut server, r#"{"spec":{"type":"NodePort"}}"#).expect("it may");
        assert_eq!(keys(&spec), "externalTrafficPolicy internalTrafficPolicy");
        let port = given(&spec.ports[0]).expect("it stays");
        let renamed = r#"{"spec":{"ports":[{"port":80,"$patch":"delete"},{"port":81}]}}"#;
        let spec = patch(&mut server, renamed).expect("it may");
        assert_eq!(given(&spec.ports[0]), Some(port));
        let mut spec = patch(&mut server, r#"{"spec":{"type":"ClusterIP"}}"#).expect("it may");
        assert_eq!((keys(&spec).as_str(), given(&spec.ports[0])), ("internalTrafficPolicy", None));
        assert!(spec.cluster_ip.take().is_some());
        let external = r#"{"spec":{"type":"ExternalName","externalName":"a.b"}}"#;
        let spec = patch(&mut server, external).expect("it may");
        assert_eq!(spec.cluster_ip, None);
        let spec = patch(&mut server, r#"{"spec":{"type":"ClusterIP"}}"#).expect("it may");
        assert!(spec.cluster_ip.is_some());
    }

    #[test]
    fn a_service_that_selects_nothing_any_more_keeps_its_families() {
        let mut server =
            server(r#"{"clusterIP":"None","selector":{"a":"b"},"ports":[{"port":80}]}"#);
        let spec = patch(&mut server, r#"{"spec":{"selector":{"a":null}}}"#).expect("it may");
        assert!(spec.selector.is_empty());
        let policy = spec.rest.get("ipFamilyPolicy").and_then(Value::as_str);
        assert_eq!(policy, Some("SingleStack"));
        let families = spec.rest.get("ipFamilies");
        assert_eq!(families, Some(&Value::List(vec![Value::Str("IPv4".into())])));
    }

    #[test]
    fn what_is_changed_with_the_type_is_refused_if_it_does_not_fit() {
        let mut server = server(r#"{"type":"NodePort","ports":[{"port":80,"nodePort":30080}]}"#);
        let refused = patch(
            &mut server,
            r#"{"spec":{"type":"ClusterIP","externalTrafficPolicy":"Local","ports":[{"port":80,
            "nodePort":30081}]}}"#,
        );
        assert_eq!(
            refused.expect_err("changed").to_string(),
            "Service \"s\" is invalid: [spec.ports[0].nodePort: Forbidden: may not be used when \
             `type` is 'ClusterIP', spec.externalTrafficPolicy: Invalid value: \"Local\": may only \
             be set for externally-accessible services]"
        );
    }

    #[test]
    fn a_load_balancers_class_stays_and_its_status_is_somebody_elses() {
        let mut server = server(r#"{"type":"LoadBalancer","ports":[{"port":80}]}"#);
        let class = patch(&mut server, r#"{"spec":{"loadBalancerClass":"x.io/y"}}"#);
        assert_eq!(
            class.expect_err("it has none").to_string(),
            "Service \"s\" is invalid: spec.loadBalancerClass: Invalid value: \"x.io/y\": may not \
             change once set"
        );
        let ports = r#"{"spec":{"ports":[{"port":80,"nodePort":30001},
            {"port":81,"name":"b","nodePort":30001}]}}"#;
        let refused = patch(&mut server, ports).expect_err("once").to_string();
        assert!(refused.contains("spec.ports[1].nodePort: Duplicate value: 30001"), "{refused}");
        let status = r#"{"status":{"loadBalancer":{"ingress":[{"ip":"9.9.9.9"}]}}}"#;
        let action = Action::PatchTree {
            kind: Kind::Service,
            namespace: "default".into(),
            name: "s".into(),
            how: PatchKind::Merge,
            patch: Rc::new(serde_json::from_str(status).expect("valid")),
            part: Part::Status,
            is_strict: true,
        };
        let has = |server: &Server| {
            let found = server.view().named(Kind::Service, "default", "s").expect("there");
            found.service().is_some_and(|one| one.rest.contains_key("status"))
        };
        server.execute(&action, SimTime::ZERO).expect("it may");
        assert!(has(&server));
        patch(&mut server, r#"{"spec":{"type":"ClusterIP"}}"#).expect("it may");
        assert!(!has(&server));
    }
}
