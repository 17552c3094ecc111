//! EndpointSlices: which Pods stand behind each Service.
//!
//! Must not know routing. Invariant: a Pod without an address, or whose containers are all
//! ended, is never an endpoint.

mod lost;
pub(super) mod mirror;
mod slices;
mod trigger;

use crate::api::wellknown::{SERVICE_NAME, ZONE};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::core::Service;
use crate::api::discovery::{
    Addresses, Endpoint, EndpointConditions, EndpointPort, EndpointSlice, TargetRef,
};
use crate::api::pod::{Container, Pod};
use crate::api::{Body, IntOrString, Kind, LabelSelector, Labels, Meta, Object, Value};
use crate::base::Order as _;
use crate::base::{Str, fnv1a_128};
use crate::controllers::pods;
use crate::server::{Action, Change, DeleteOptions, Key, Part, View};
use crate::sim::{Plan, Rule};

pub(super) use lost::Failures;
pub(super) use trigger::Triggers;

const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const MANAGER: &str = "endpointslice-controller.k8s.io";
const HEADLESS: &str = "service.kubernetes.io/headless";
const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";
const TOPOLOGY: [&str; 2] =
    ["service.kubernetes.io/topology-mode", "service.kubernetes.io/topology-aware-hints"];

pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::Service => keys.push(change.key()),
        Kind::EndpointSlice if change.new.is_none() => {
            let owner = change.object().meta.controller();
            let namespace = &change.object().meta.namespace;
            let found = owner.and_then(|one| view.named(Kind::Service, namespace, &one.name));
            keys.extend(found.map(|one| Key { kind: Kind::Service, id: one.meta.id }));
        }
        Kind::Pod if concerns_endpoints(change) => {
            let namespace = &change.object().meta.namespace;
            for service in view.table(Kind::Service).in_namespace(namespace) {
                let selector = service.service().map(|one| &one.spec.selector);
                let Some(selector) = selector.filter(|one| !one.is_empty()) else { continue };
                let selector = LabelSelector::of_labels(selector);
                let mut sides = [&change.old, &change.new].into_iter().flatten();
                if sides.any(|pod| selector.is_met_by(&pod.meta.labels)) {
                    keys.push(Key { kind: Kind::Service, id: service.meta.id });
                }
            }
        }
        _ => {}
    }
}

/// Models staging/src/k8s.io/endpointslice/util/controller_utils.go podEndpointsChanged
fn concerns_endpoints(change: &Change) -> bool {
    let (Some(old), Some(new)) = (&change.old, &change.new) else { return true };
    let (Some(before), Some(after)) = (old.pod(), new.pod()) else { return true };
    before.status.pod_ip != after.status.pod_ip
        || before.is_ready() != after.is_ready()
        || before.status.phase.is_terminal() != after.status.phase.is_terminal()
        || old.meta.is_terminating() != new.meta.is_terminating()
        || old.meta.labels != new.meta.labels
}

/// What one look at a Service would have: endpoints by the ports that they offer.
type Desired = BTreeMap<Vec<EndpointPort>, Vec<Endpoint>>;

/// Models pkg/controller/endpointslice/endpointslice_controller.go syncService
pub(super) fn reconcile(
    key: Key,
    view: &View,
    triggers: &mut Triggers,
    failures: &mut Failures,
) -> Plan {
    let mut plan = Plan::rest();
    let found = view.object(key).and_then(|object| Some((object, object.service()?)));
    let Some((object, service)) = found else {
        triggers.forget(key);
        failures.forget(key);
        return plan;
    };
    let is_external = service.spec.kind.as_deref() == Some("ExternalName");
    if service.spec.selector.is_empty() || is_external {
        return plan;
    }
    let pods = selected(object, service, view);
    let since = triggers.note(key, object, &pods);
    let known: Vec<&Rc<Object>> = view
        .table(Kind::EndpointSlice)
        .dependents_of(object.meta.uid)
        .filter(|one| {
            !one.meta.is_terminating()
                && one.meta.label(MANAGED_BY).is_some_and(|by| &**by == MANAGER)
        })
        .collect();
    let (desired, lost) = desired(object, service, &pods, view);
    let labels = labels_of(object, service);
    let changes = slices::reconcile(&known, desired, &labels);
    carry_out(object, changes, &labels, since, view, &mut plan);
    failures.tell(key, object, &lost, &mut plan);
    plan
}

/// The Pods that a Service selects, in order of name.
fn selected<'a>(object: &Object, service: &Service, view: &'a View) -> Vec<&'a Rc<Object>> {
    let selector = LabelSelector::of_labels(&service.spec.selector);
    // Pods of one template share their labels, so most need no look at them.
    let mut last: Option<(&'a Labels, bool)> = None;
    let table = view.table(Kind::Pod);
    let pods = table.in_namespace(&object.meta.namespace).filter(|pod| {
        let labels = &pod.meta.labels;
        let known = last.filter(|(seen, _)| Rc::ptr_eq(seen, labels)).map(|(_, fits)| fits);
        let fits = known.unwrap_or_else(|| selector.is_met_by(labels));
        last = Some((labels, fits));
        fits
    });
    pods.collect()
}

/// The endpoints, and the Pods that are left out as their node is gone.
///
/// Models staging/src/k8s.io/endpointslice/reconciler.go reconcileByAddressType
fn desired<'a>(
    object: &Object,
    service: &Service,
    pods: &[&'a Rc<Object>],
    view: &View,
) -> (Desired, Vec<&'a Object>) {
    let mut desired = Desired::new();
    let mut lost = Vec::new();
    for one in pods {
        let Some(pod) = one.pod().filter(|pod| !pod.status.phase.is_terminal()) else { continue };
        let Some(address) = &pod.status.pod_ip else { continue };
        let node = pod.node().and_then(|node| view.named(Kind::Node, "", node));
        let ports = ports_of(service, pod);
        let endpoints = desired.entry(ports).or_default();
        if node.is_some() || service.spec.publish_not_ready_addresses {
            endpoints.push(endpoint(object, service, one, pod, address, node));
        } else {
            lost.push(&***one);
        }
    }
    (desired, lost)
}

/// Models staging/src/k8s.io/endpointslice/utils.go podToEndpoint
fn endpoint(
    owner: &Object,
    service: &Service,
    object: &Object,
    pod: &Pod,
    address: &Str,
    node: Option<&Rc<Object>>,
) -> Endpoint {
    let is_serving = pod.is_ready();
    let is_terminating = object.meta.is_terminating();
    let publishes = service.spec.publish_not_ready_addresses;
    let is_named = pod.spec.subdomain.as_ref() == Some(&owner.meta.name);
    let is_ready = publishes || (is_serving && !is_terminating);
    let zone = node.and_then(|node| node.meta.label(ZONE)).filter(|zone| !zone.is_empty());
    let node_name = pod.spec.node_name.as_ref();
    Endpoint {
        addresses: Addresses::of(address.clone()),
        conditions: EndpointConditions {
            ready: Some(is_ready),
            serving: Some(is_serving),
            terminating: Some(is_terminating),
        },
        hints: hints(owner, service, zone, node_name).filter(|_| is_ready),
        hostname: pod.spec.hostname.clone().filter(|_| is_named),
        node_name: node_name.cloned(),
        zone: zone.cloned(),
        target_ref: TargetRef {
            kind: "Pod".into(),
            namespace: object.meta.namespace.clone(),
            name: object.meta.name.clone(),
            uid: object.meta.uid,
        },
    }
}

/// Whom a Service that prefers what is near offers an endpoint first.
///
/// Models staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go preferCloseHeuristic
/// Differs: the annotation `service.kubernetes.io/topology-mode` shares no zones out; it only
/// takes the effect of `trafficDistribution` away, as upstream.
fn hints(
    owner: &Object,
    service: &Service,
    zone: Option<&Str>,
    node: Option<&Str>,
) -> Option<Value> {
    let asked = service.spec.rest.get("trafficDistribution").and_then(Value::as_str)?;
    if !matches!(asked, "PreferClose" | "PreferSameZone" | "PreferSameNode") {
        return None;
    }
    let mode = TOPOLOGY.into_iter().find_map(|key| owner.meta.annotation(key));
    if mode.is_some_and(|mode| matches!(&**mode, "Auto" | "auto")) {
        return None;
    }
    let node = node.filter(|_| asked == "PreferSameNode");
    let list = |key: &'static str, name: Option<&Str>| {
        let name = Value::map([("name", Value::Str(name?.clone()))]);
        Some((key, Value::List(vec![name])))
    };
    let lists = [list("forNodes", node), list("forZones", zone)];
    let lists: Vec<_> = lists.into_iter().flatten().collect();
    (!lists.is_empty()).then(|| Value::map(lists))
}

/// Models staging/src/k8s.io/endpointslice/utils.go getEndpointPorts
fn ports_of(service: &Service, pod: &Pod) -> Vec<EndpointPort> {
    let ports = service.spec.ports.iter().filter_map(|port| {
        let protocol = port.protocol.clone().unwrap_or_else(|| "TCP".into());
        let number = match &port.target_port {
            None | Some(IntOrString::Int(0)) => port.port,
            Some(IntOrString::Int(number)) => *number,
            Some(IntOrString::Str(name)) => named_port(pod, name, &protocol)?,
        };
        let application = port.rest.get("appProtocol").and_then(Value::as_str);
        Some(EndpointPort {
            name: port.name.clone().unwrap_or_else(|| "".into()),
            port: number,
            protocol,
            app_protocol: application.map(Str::from),
        })
    });
    in_order(&ports.collect::<Vec<_>>())
}

/// Ports in the order of their hashes, as they are stored.
///
/// Models staging/src/k8s.io/endpointslice/util/controller_utils.go NewPortMapKey
fn in_order(ports: &[EndpointPort]) -> Vec<EndpointPort> {
    // Most Services have one port, and this is asked of every Pod.
    if ports.len() < 2 {
        return ports.to_vec();
    }
    let hash = |port: &EndpointPort| {
        let application = port.app_protocol.as_deref().unwrap_or("<nil>");
        let text = format!(
            "(v1.EndpointPort){{Name:(*string){} Protocol:(*v1.Protocol){} Port:(*int32){} \
             AppProtocol:(*string){application}}}",
            port.name, port.protocol, port.port
        );
        fnv1a_128(text.as_bytes())
    };
    let mut ports: Vec<_> = ports.iter().map(|port| (hash(port), port)).collect();
    ports.order_by_key(|one| one.0);
    ports.into_iter().map(|(_, port)| port.clone()).collect()
}

/// A port by its name, in the containers and in the sidecars.
///
/// Models staging/src/k8s.io/endpointslice/utils.go FindPort
fn named_port(pod: &Pod, name: &Str, protocol: &Str) -> Option<i32> {
    let is_sidecar = |one: &&Container| one.restart_policy.as_deref() == Some("Always");
    let sidecars = pod.spec.init_containers.iter().filter(is_sidecar);
    let mut ports = pod.spec.containers.iter().chain(sidecars).flat_map(|one| one.ports.iter());
    let fits = ports.find(|port| {
        let own = port.protocol.as_deref().unwrap_or("TCP");
        port.name.as_ref() == Some(name) && own == &**protocol
    });
    fits.map(|port| port.container_port)
}

/// Models staging/src/k8s.io/endpointslice/utils.go setEndpointSliceLabels
fn labels_of(object: &Object, service: &Service) -> Labels {
    let mut meta = Meta { labels: object.meta.labels.clone(), ..Meta::default() };
    if service.spec.is_headless() {
        meta.set_label(HEADLESS, "");
    } else if meta.label(HEADLESS).is_some() {
        Rc::make_mut(&mut meta.labels).remove(HEADLESS);
    }
    meta.set_label(SERVICE_NAME, object.meta.name.clone());
    meta.set_label(MANAGED_BY, MANAGER);
    meta.labels
}

/// Models staging/src/k8s.io/endpointslice/reconciler.go finalize
fn carry_out(
    service: &Object,
    changes: slices::Changes,
    labels: &Labels,
    since: Option<crate::base::SimTime>,
    view: &View,
    plan: &mut Plan,
) {
    let annotate = |meta: &mut Meta| match since {
        Some(since) => meta.annotate(TRIGGER_TIME, since.to_string()),
        None if meta.annotation(TRIGGER_TIME).is_some() => {
            Rc::make_mut(&mut meta.annotations).remove(TRIGGER_TIME);
        }
        None => {}
    };
    if !service.meta.is_terminating() && pods::is_open(&service.meta.namespace, view) {
        for slice in changes.create {
            let mut meta = Meta {
                generate_name: format!("{}-", service.meta.name).into(),
                namespace: service.meta.namespace.clone(),
                labels: labels.clone(),
                owner_references: Rc::new(vec![service.owner_reference()]),
                ..Meta::default()
            };
            annotate(&mut meta);
            let object = Object { meta, body: Body::EndpointSlice(slice) };
            plan.ask(Action::Create(Rc::new(object)), Rule("EP-CREATE"));
        }
    }
    for (known, slice) in changes.update {
        let mut new = Object::clone(known);
        new.meta.labels = labels.clone();
        annotate(&mut new.meta);
        new.body = Body::EndpointSlice(slice);
        plan.ask(Action::Update(Rc::new(new), Part::Spec), Rule("EP-UPDATE"));
    }
    for known in changes.delete {
        let key = Key { kind: Kind::EndpointSlice, id: known.meta.id };
        plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("EP-DELETE"));
    }
}

/// A slice with nothing in it, for a Service without endpoints.
fn placeholder() -> EndpointSlice {
    EndpointSlice { address_type: "IPv4".into(), ..EndpointSlice::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::decode;

    fn hinted(distribution: &str, annotations: &str) -> Option<String> {
        let text = format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{{\"name\":\"s\",\
             \"annotations\":{{{annotations}}}}},\"spec\":{{\"trafficDistribution\":\
             \"{distribution}\"}}}}"
        );
        let tree = serde_json::from_str(&text).expect("valid");
        let object = decode::whole(&tree).expect("an object");
        let service = object.service().expect("a Service");
        let found = hints(&object, service, Some(&"z".into()), Some(&"n".into()))?;
        Some(crate::api::go::json(&found))
    }

    #[test]
    fn who_is_near_is_hinted_at_if_the_service_prefers_so() {
        let zone = r#"{"forZones":[{"name":"z"}]}"#;
        assert_eq!(hinted("PreferClose", "").as_deref(), Some(zone));
        assert_eq!(hinted("PreferSameZone", "").as_deref(), Some(zone));
        let both = r#"{"forNodes":[{"name":"n"}],"forZones":[{"name":"z"}]}"#;
        assert_eq!(hinted("PreferSameNode", "").as_deref(), Some(both));
        let auto = r#""service.kubernetes.io/topology-mode":"Auto""#;
        assert_eq!(hinted("PreferClose", auto), None);
        assert_eq!(hinted("Other", ""), None);
    }
}
