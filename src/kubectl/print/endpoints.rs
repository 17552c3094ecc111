//! Endpoints, the old form of EndpointSlices: derived when somebody asks for them.
//!
//! Must not know how slices are made. Invariant: an address stands in Endpoints if it stands in
//! a slice of the same Service.
//!
//! Differs: upstream a controller of its own writes those of Services that select Pods; here they
//! are only shown.

use crate::api::wellknown::SERVICE_NAME;
use std::collections::{BTreeMap, BTreeSet};

use crate::api::outward::outward;
use crate::api::{Kind, Object, Value};
use crate::base::{Str, gather};
use crate::kubectl::print::look::Look;
use crate::kubectl::print::resource::Resource;
use crate::server::View;

/// What the server says to whoever asks for them.
pub const WARNING: &str =
    "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n";

/// Whether a resource is this one.
pub fn is_meant_by(resource: &Resource) -> bool {
    resource.group.is_empty() && &*resource.name == "Endpoints"
}

/// The slices of a Service.
pub fn slices(view: &View, service: &Object) -> Vec<Value> {
    let key = SERVICE_NAME;
    let table = view.table(Kind::EndpointSlice).in_namespace(&service.meta.namespace);
    table
        .filter(|slice| slice.meta.label(key) == Some(&service.meta.name))
        .map(|slice| outward(slice))
        .collect()
}

/// What Endpoints are made of: Services that select Pods, and those that somebody wrote.
pub const SOURCES: [Kind; 2] = [Kind::Service, Kind::Endpoints];

/// The Endpoints of this name.
pub fn named(view: &View, namespace: &str, name: &str) -> Option<Value> {
    SOURCES.into_iter().find_map(|kind| of(view, view.named(kind, namespace, name)?))
}

fn is_selecting(object: &Object) -> bool {
    object.service().is_some_and(|service| !service.spec.selector.is_empty())
}

/// The Endpoints of a Service, if it selects Pods; or those that somebody wrote, unless such a
/// Service has their name.
///
/// Models pkg/controller/endpoint/endpoints_controller.go syncService
pub fn of(view: &View, service: &Object) -> Option<Value> {
    let tree = outward(service);
    if service.kind() == Kind::Endpoints {
        let rival = view.named(Kind::Service, &service.meta.namespace, &service.meta.name);
        return (!rival.is_some_and(|rival| is_selecting(rival))).then_some(tree);
    }
    if !is_selecting(service) {
        return None;
    }
    let tree = Look::from(&tree);
    let mut subsets = Vec::new();
    for slice in slices(view, service) {
        let slice = Look::from(&slice);
        let addresses = |is_ready: bool| addresses(slice, is_ready);
        let (ready, waiting) = (addresses(true), addresses(false));
        if ready.is_empty() && waiting.is_empty() {
            continue;
        }
        let ports = slice.at("ports").value().cloned();
        let lists = [("addresses", ready), ("notReadyAddresses", waiting)];
        let mut subset: BTreeMap<Str, Value> = gather(
            lists
                .into_iter()
                .filter(|(_, list)| !list.is_empty())
                .map(|(key, list)| (key.into(), Value::List(list))),
        );
        subset.extend(ports.map(|ports| ("ports".into(), ports)));
        subsets.push(Value::Map(subset));
    }
    let mut metadata: BTreeMap<Str, Value> = BTreeMap::new();
    for key in ["name", "namespace", "creationTimestamp", "labels", "resourceVersion", "uid"] {
        let found = tree.at("metadata").key(key).value();
        metadata.extend(found.map(|value| (key.into(), value.clone())));
    }
    let text = |text: &str| Value::Str(text.into());
    let mut entries: BTreeMap<Str, Value> = gather([
        ("apiVersion".into(), text("v1")),
        ("kind".into(), text("Endpoints")),
        ("metadata".into(), Value::Map(metadata)),
    ]);
    if !subsets.is_empty() {
        entries.insert("subsets".into(), Value::List(subsets));
    }
    Some(Value::Map(entries))
}

/// Addresses that are ready, or those that wait for it, ordered by their text.
fn addresses(slice: Look, is_ready: bool) -> Vec<Value> {
    let found = slice.at("endpoints").list().filter(|one| {
        let conditions = one.at("conditions");
        let ready = conditions.at("ready");
        (!ready.is_some() || ready.bool()) == is_ready
            && (is_ready || !conditions.at("terminating").bool())
    });
    let found = found.flat_map(|one| {
        let fields: BTreeMap<Str, Value> = gather(
            ["hostname", "nodeName", "targetRef"]
                .into_iter()
                .filter_map(|key| Some((Str::from(key), one.at(key).value()?.clone()))),
        );
        one.at("addresses").list().map(move |ip| {
            let mut fields = fields.clone();
            fields.insert("ip".into(), Value::Str(ip.text().into()));
            (Str::from(ip.text()), Value::Map(fields))
        })
    });
    let found: BTreeSet<(Str, Value)> = gather(found);
    found.into_iter().map(|(_, address)| address).collect()
}
