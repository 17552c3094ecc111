//! Slices of Endpoints that somebody wrote for a Service without a selector.
//!
//! Must not know Pods. Invariant: a Service that selects Pods has no slice of these.
//!
//! Models pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go and
//! reconciler.go
//! Differs: the endpoints of a slice stand in the order of the Endpoints, not by chance; no Event
//! tells of addresses that are left out.

use crate::api::wellknown::LAST_APPLIED;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{MANAGED_BY, SERVICE_NAME, TRIGGER_TIME, in_order};
use crate::api::discovery::{Addresses, Endpoint, EndpointPort, EndpointSlice};
use crate::api::tree::FromTree;
use crate::api::{Body, Kind, Meta, Object, Value};
use crate::base::Str;
use crate::controllers::pods;
use crate::server::{Action, Change, DeleteOptions, Key, Part, View};
use crate::sim::{Plan, Rule};

const MANAGER: &str = "endpointslicemirroring-controller.k8s.io";
const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";
const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";
/// Models cmd/kube-controller-manager's --mirroring-max-endpoints-per-subset
const ADDRESSES_MAX: usize = 1000;
const RULE: Rule = Rule("EP-MIRROR");

/// Endpoints and their Service share a name; the key is that of the one that is there.
pub(in crate::controllers) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let meta = &change.object().meta;
    let name = match change.kind {
        Kind::Endpoints => &meta.name,
        Kind::Service => {
            let selects = |one: &Option<Rc<Object>>| one.as_deref().is_some_and(is_selecting);
            let is_news = match (&change.old, &change.new) {
                (Some(_), Some(_)) => selects(&change.old) != selects(&change.new),
                (old, new) => !selects(old) && !selects(new),
            };
            if !is_news {
                return;
            }
            &meta.name
        }
        Kind::EndpointSlice if is_mirror(meta) => match meta.label(SERVICE_NAME) {
            Some(name) => name,
            None => return,
        },
        _ => return,
    };
    let kinds = [Kind::Endpoints, Kind::Service];
    let found = kinds.into_iter().find_map(|kind| view.named(kind, &meta.namespace, name));
    keys.extend(found.map(|one| Key { kind: one.kind(), id: one.meta.id }));
}

fn is_mirror(meta: &Meta) -> bool {
    meta.label(MANAGED_BY).is_some_and(|by| &**by == MANAGER)
}

fn is_selecting(object: &Object) -> bool {
    object.service().is_some_and(|one| !one.spec.selector.is_empty())
}

/// Models pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go syncEndpoints
pub(in crate::controllers) fn reconcile(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let (namespace, name) = (&object.meta.namespace, &object.meta.name);
    let slices = view.table(Kind::EndpointSlice).in_namespace(namespace);
    let is_its =
        |one: &&Rc<Object>| is_mirror(&one.meta) && one.meta.label(SERVICE_NAME) == Some(name);
    let mut known: Vec<&Rc<Object>> = slices.filter(is_its).collect();
    let service = view.named(Kind::Service, namespace, name);
    let is_open = service.is_some_and(|one| !is_selecting(one));
    let endpoints = view.named(Kind::Endpoints, namespace, name);
    let endpoints = endpoints.filter(|one| is_open && is_mirrored(&one.meta));
    let mut new = Vec::new();
    for slice in endpoints.map(|one| desired(one)).unwrap_or_default() {
        let ports = in_order(&slice.ports);
        let fits = |one: &&Rc<Object>| {
            one.endpoint_slice().is_some_and(|one| {
                one.address_type == slice.address_type && in_order(&one.ports) == ports
            })
        };
        match known.iter().position(fits) {
            Some(at) => new.push((Some(known.remove(at)), slice)),
            None => new.push((None, slice)),
        }
    }
    for (old, slice) in new {
        let Some(endpoints) = endpoints else { break };
        // A slice that would go is written over.
        let old = old.or_else(|| (!known.is_empty()).then(|| known.remove(0)));
        write(endpoints, old, slice, view, &mut plan);
    }
    for old in known {
        let key = Key { kind: Kind::EndpointSlice, id: old.meta.id };
        plan.ask(Action::Delete(key, DeleteOptions::default()), RULE);
    }
    plan
}

/// Models pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go shouldMirror
fn is_mirrored(meta: &Meta) -> bool {
    meta.label(SKIP).is_none_or(|word| &**word != "true") && meta.annotation(LEADER).is_none()
}

/// A slice for each set of ports and each family of addresses.
fn desired(endpoints: &Object) -> Vec<EndpointSlice> {
    let Body::Other(other) = &endpoints.body else { return Vec::new() };
    let mut all: BTreeMap<(Vec<EndpointPort>, Str), Vec<Endpoint>> = BTreeMap::new();
    for subset in items(&other.content, "subsets") {
        let ports = items(subset, "ports").filter_map(|port| EndpointPort::of(port).ok());
        let ports = in_order(&ports.collect::<Vec<_>>());
        let lists = [("addresses", true), ("notReadyAddresses", false)];
        let addresses = lists.into_iter().flat_map(|(key, is_ready)| {
            items(subset, key).filter_map(move |one| endpoint(one, is_ready))
        });
        for (family, endpoint) in addresses.take(ADDRESSES_MAX) {
            let list = all.entry((ports.clone(), family.into())).or_default();
            if !list.iter().any(|one| one.addresses == endpoint.addresses) {
                list.push(endpoint);
            }
        }
    }
    let slice = |((ports, address_type), endpoints)| EndpointSlice {
        address_type,
        endpoints: Rc::new(endpoints),
        ports: Rc::new(ports),
    };
    all.into_iter().map(slice).collect()
}

fn items<'a>(tree: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    match tree.at(key) {
        Some(Value::List(items)) => items.iter(),
        _ => [].iter(),
    }
}

/// Models pkg/controller/endpointslicemirroring/utils.go addressToEndpoint
fn endpoint(address: &Value, is_ready: bool) -> Option<(&'static str, Endpoint)> {
    let ip = address.at("ip").and_then(Value::as_str)?;
    let family = match ip.parse().ok()? {
        std::net::IpAddr::V4(_) => "IPv4",
        std::net::IpAddr::V6(_) => "IPv6",
    };
    let mut endpoint = Endpoint::of(address).ok()?;
    endpoint.addresses = Addresses::of(ip.into());
    endpoint.conditions.ready = Some(is_ready);
    Some((family, endpoint))
}

/// Models pkg/controller/endpointslicemirroring/utils.go newEndpointSlice
fn write(
    endpoints: &Object,
    old: Option<&Rc<Object>>,
    slice: EndpointSlice,
    view: &View,
    plan: &mut Plan,
) {
    let of = &endpoints.meta;
    let mut meta = Meta {
        generate_name: format!("{}-", of.name).into(),
        namespace: of.namespace.clone(),
        labels: of.labels.clone(),
        annotations: of.annotations.clone(),
        owner_references: Rc::new(vec![endpoints.owner_reference()]),
        ..Meta::default()
    };
    meta.set_label(SERVICE_NAME, of.name.clone());
    meta.set_label(MANAGED_BY, MANAGER);
    let annotations = Rc::make_mut(&mut meta.annotations);
    for key in [TRIGGER_TIME, LAST_APPLIED] {
        annotations.remove(key);
    }
    let Some(old) = old else {
        if !of.is_terminating() && pods::is_open(&of.namespace, view) {
            let object = Object { meta, body: Body::EndpointSlice(slice) };
            plan.ask(Action::Create(Rc::new(object)), RULE);
        }
        return;
    };
    let mut new = Object::clone(old);
    new.meta.labels = meta.labels;
    new.meta.annotations = meta.annotations;
    new.meta.owner_references = meta.owner_references;
    new.body = Body::EndpointSlice(slice);
    if new != **old {
        plan.ask(Action::Update(Rc::new(new), Part::Spec), RULE);
    }
}
