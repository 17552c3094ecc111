//! Endpoints and EndpointSlices that people write.
//!
//! Must not know Services. Invariant: an address is one behind which something may stand.

use std::net::IpAddr;

use crate::api::Value;
use crate::api::discovery::EndpointSlice;
use crate::api::validation::names::{dns_label, dns_subdomain, qualified_name};
use crate::api::validation::path::{Path, Report};
use crate::api::validation::shared;

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// Models pkg/apis/core/validation/validation.go validateEndpointSubsets
pub(super) fn check(tree: &Value, report: &mut Report) {
    let path = Path::root("subsets");
    for (index, subset) in tree.items("subsets").iter().enumerate() {
        let at = path.index(index);
        let lists = ["addresses", "notReadyAddresses"];
        if lists.iter().all(|list| subset.items(list).is_empty()) {
            report.required(&at, "must specify `addresses` or `notReadyAddresses`");
        }
        for list in lists {
            let at = at.child(list);
            for (index, one) in subset.items(list).iter().enumerate() {
                address(one, &at.index(index), report);
            }
        }
        let ports = subset.items("ports");
        let at = at.child("ports");
        for (index, one) in ports.iter().enumerate() {
            let at = at.index(index);
            if ports.len() > 1 {
                shared::needed(one, &["name"], &at, report);
            }
            shared::named(one, "name", dns_label, &at, report);
            report.port(&at.child("port"), one.int("port").unwrap_or(0));
            report.some_of(&at.child("protocol"), one.at("protocol"), &PROTOCOLS);
            shared::named(one, "appProtocol", qualified_name, &at, report);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateEndpointAddress
fn address(one: &Value, path: &Path<'_>, report: &mut Report) {
    let (at, text) = (path.child("ip"), one.word("ip"));
    shared::address(text, &at, report);
    shared::named(one, "hostname", dns_label, path, report);
    shared::named(one, "nodeName", dns_subdomain, path, report);
    shared::endpoint(text, &at, report);
}

/// Models pkg/apis/discovery/validation/validation.go ValidateEndpointSlice
pub(super) fn check_slice(slice: &EndpointSlice, report: &mut Report) {
    const COUNT_MAX: usize = 1_000;
    const ADDRESSES_MAX: usize = 100;
    let kind = &*slice.address_type;
    report.one_of(&Path::root("addressType"), kind, &["FQDN", "IPv4", "IPv6"]);
    let path = Path::root("endpoints");
    if slice.endpoints.len() > COUNT_MAX {
        report.too_many(&path, slice.endpoints.len(), COUNT_MAX);
    }
    for (index, one) in slice.endpoints.iter().take(COUNT_MAX).enumerate() {
        let at = path.index(index);
        let addresses = at.child("addresses");
        match one.addresses.all().count() {
            0 => report.required(&addresses, "must contain at least 1 address"),
            count if count > ADDRESSES_MAX => report.too_many(&addresses, count, ADDRESSES_MAX),
            _ => {}
        }
        for (index, text) in one.addresses.all().enumerate() {
            slice_address(text, kind, &addresses.index(index), report);
        }
        if let Some(node) = one.node_name.as_deref() {
            report.all_invalid(&at.child("nodeName"), node, dns_subdomain(node));
        }
        if let Some(host) = one.hostname.as_deref() {
            report.all_invalid(&at.child("hostname"), host, dns_label(host));
        }
    }
    let path = Path::root("ports");
    for (index, port) in slice.ports.iter().enumerate() {
        let at = path.index(index);
        if !port.name.is_empty() {
            report.all_invalid(&at.child("name"), &port.name, dns_label(&port.name));
        }
        if slice.ports[..index].iter().any(|other| other.name == port.name) {
            report.duplicate(&at.child("name"), &*port.name);
        }
        report.one_of(&at.child("protocol"), &port.protocol, &PROTOCOLS);
        if let Some(word) = port.app_protocol.as_deref() {
            report.all_invalid(&at.child("appProtocol"), word, qualified_name(word));
        }
    }
}

fn slice_address(text: &str, kind: &str, path: &Path<'_>, report: &mut Report) {
    let is_new = match kind {
        "IPv4" => false,
        "IPv6" => true,
        "FQDN" => {
            let name = text.strip_suffix('.').unwrap_or(text);
            return match name.matches('.').count() {
                _ if text.is_empty() => report.required(path, ""),
                0 if dns_subdomain(name).is_empty() => {
                    let detail = "should be a domain with at least two segments separated by dots";
                    report.invalid(path, text, detail);
                }
                _ => report.all_invalid(path, text, dns_subdomain(name)),
            };
        }
        _ => return,
    };
    let before = report.errors.len();
    shared::address(text, path, report);
    if report.errors.len() > before {
        return;
    }
    if text.parse::<IpAddr>().is_ok_and(|one| one.is_ipv6() != is_new) {
        let detail = if is_new { "must be an IPv6 address" } else { "must be an IPv4 address" };
        report.invalid(path, text, detail);
    }
    shared::endpoint(text, path, report);
}
