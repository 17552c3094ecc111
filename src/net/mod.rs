//! Names and addresses as clients inside the cluster see them.
//!
//! Must not know controllers. Invariant: a record exists only for an endpoint that is ready,
//! unless the Service publishes unready ones.

use crate::api::wellknown::SERVICE_NAME;
use crate::api::{Kind, Object};
use crate::server::View;

/// The DNS records of a Service: name and address.
///
/// Models the specification "Kubernetes DNS-Based Service Discovery", sections 2.3 and 2.4
pub fn records(object: &Object, view: &View) -> Vec<(String, String)> {
    let Some(service) = object.service() else { return Vec::new() };
    let domain = format!("{}.{}.svc.cluster.local", object.meta.name, object.meta.namespace);
    if !service.spec.is_headless() {
        let address = service.spec.cluster_ip.iter();
        return address.map(|address| (domain.clone(), address.to_string())).collect();
    }
    // Whoever writes a slice says by a label of which Service it is.
    let is_its =
        |one: &&std::rc::Rc<Object>| one.meta.label(SERVICE_NAME) == Some(&object.meta.name);
    let slices = view.table(Kind::EndpointSlice).in_namespace(&object.meta.namespace);
    slices
        .filter(is_its)
        .filter_map(|one| one.endpoint_slice())
        .flat_map(|slice| slice.endpoints.iter())
        .filter(|endpoint| endpoint.conditions.is_ready())
        .map(|endpoint| {
            let address = endpoint.addresses.first.to_string();
            let own = endpoint.hostname.as_ref().map(|name| format!("{name}.{domain}"));
            (own.unwrap_or_else(|| domain.clone()), address)
        })
        .collect()
}
