//! EndpointSlices: which Pods stand behind each Service.
//!
//! Must not know routing. Invariant: a Pod without an address is never an endpoint.

use std::rc::Rc;

use crate::api::core::Service;
use crate::api::discovery::{Endpoint, EndpointConditions, EndpointPort, EndpointSlice, TargetRef};
use crate::api::pod::Pod;
use crate::api::{Body, IntOrString, Kind, LabelSelector, Meta, Object};
use crate::base::Str;
use crate::server::{Action, Change, Key, Part, View};
use crate::sim::{Plan, Rule};

const SERVICE_NAME: &str = "kubernetes.io/service-name";

pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::Service => keys.push(change.key()),
        Kind::Pod if concerns_endpoints(change) => {
            let pod = change.object();
            for service in view.table(Kind::Service).in_namespace(&pod.meta.namespace) {
                let selector = service.service().map(|one| &one.spec.selector);
                let fits = selector.is_some_and(|selector| {
                    !selector.is_empty()
                        && LabelSelector::of_labels(selector).is_met_by(&pod.meta.labels)
                });
                if fits {
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
        || before.status.phase != after.status.phase
        || old.meta.is_terminating() != new.meta.is_terminating()
        || old.meta.labels != new.meta.labels
}

/// Models staging/src/k8s.io/endpointslice/reconciler.go Reconcile
/// Differs: one slice a Service, however many endpoints.
pub(super) fn reconcile(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(service) = object.service() else { return plan };
    if service.spec.selector.is_empty() || object.meta.is_terminating() {
        return plan;
    }
    let selector = LabelSelector::of_labels(&service.spec.selector);
    let mut endpoints: Vec<Endpoint> = Vec::new();
    let mut ports: Vec<EndpointPort> = Vec::new();
    for one in view.table(Kind::Pod).in_namespace(&object.meta.namespace) {
        let Some(pod) = one.pod() else { continue };
        if !selector.is_met_by(&one.meta.labels) || pod.status.phase.is_terminal() {
            continue;
        }
        if ports.is_empty() {
            ports = ports_of(service, pod);
        }
        endpoints.extend(endpoint(object, service, one, pod));
    }
    let slice = EndpointSlice {
        address_type: "IPv4".into(),
        endpoints: Rc::new(endpoints),
        ports: Rc::new(ports),
    };
    let known = view.table(Kind::EndpointSlice).owned_by(object.meta.uid).next();
    match known {
        Some(known) if known.endpoint_slice() == Some(&slice) => {}
        Some(known) => {
            let mut new = Object::clone(known);
            new.body = Body::EndpointSlice(slice);
            plan.ask(Action::Update(Rc::new(new), Part::Spec), Rule("EP-UPDATE"));
        }
        None => {
            let mut meta = Meta {
                generate_name: format!("{}-", object.meta.name).into(),
                namespace: object.meta.namespace.clone(),
                labels: object.meta.labels.clone(),
                owner_references: Rc::new(vec![object.owner_reference()]),
                ..Meta::default()
            };
            meta.set_label(SERVICE_NAME, object.meta.name.clone());
            meta.set_label(
                "endpointslice.kubernetes.io/managed-by",
                "endpointslice-controller.k8s.io",
            );
            if service.spec.is_headless() {
                meta.set_label("service.kubernetes.io/headless", "");
            }
            let object = Object { meta, body: Body::EndpointSlice(slice) };
            plan.ask(Action::Create(Rc::new(object)), Rule("EP-CREATE"));
        }
    }
    plan
}

/// Models staging/src/k8s.io/endpointslice/utils.go podToEndpoint
fn endpoint(owner: &Object, service: &Service, object: &Object, pod: &Pod) -> Option<Endpoint> {
    let address = pod.status.pod_ip.clone()?;
    let is_serving = pod.is_ready();
    let is_terminating = object.meta.is_terminating();
    let publishes = service.spec.publish_not_ready_addresses;
    let is_named = pod.spec.subdomain.as_ref() == Some(&owner.meta.name);
    Some(Endpoint {
        addresses: [address],
        conditions: EndpointConditions {
            ready: publishes || (is_serving && !is_terminating),
            serving: is_serving,
            terminating: is_terminating,
        },
        hostname: pod.spec.hostname.clone().filter(|_| is_named),
        node_name: pod.spec.node_name.clone(),
        target_ref: TargetRef {
            kind: "Pod".into(),
            namespace: object.meta.namespace.clone(),
            name: object.meta.name.clone(),
            uid: object.meta.uid,
        },
    })
}

/// Models staging/src/k8s.io/endpointslice/utils.go getEndpointPorts
fn ports_of(service: &Service, pod: &Pod) -> Vec<EndpointPort> {
    let find = |name: &Str| {
        let mut ports = pod.spec.containers.iter().flat_map(|one| one.ports.iter());
        ports.find(|port| port.name.as_ref() == Some(name)).map(|port| port.container_port)
    };
    let ports = service.spec.ports.iter();
    ports
        .filter_map(|port| {
            let number = match &port.target_port {
                None | Some(IntOrString::Int(0)) => port.port,
                Some(IntOrString::Int(number)) => *number,
                Some(IntOrString::Str(name)) => find(name)?,
            };
            Some(EndpointPort {
                name: port.name.clone().unwrap_or_else(|| "".into()),
                port: number,
                protocol: port.protocol.clone().unwrap_or_else(|| "TCP".into()),
            })
        })
        .collect()
}
