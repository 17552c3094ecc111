//! Rules that fields of several kinds share.
//!
//! Must not know kinds. Invariant: each text stands here once.

use crate::api::Value;
use crate::api::validation::names;
use crate::api::validation::path::{Path, Report};

/// An address.
pub(super) fn address(text: &str, path: &Path<'_>, report: &mut Report) {
    if let Some(detail) = names::address(text) {
        report.invalid(path, text, detail);
    }
}

/// A range of addresses; what it is comes back if it can be read.
pub(super) fn range(text: &str, path: &Path<'_>, report: &mut Report) -> Option<names::Range> {
    let (range, detail) = names::range(text);
    if let Some(detail) = detail {
        report.invalid(path, text, detail);
    }
    range
}

/// An address behind which something may stand.
///
/// Models pkg/apis/core/validation/validation.go ValidateEndpointIP
pub(super) fn endpoint(text: &str, path: &Path<'_>, report: &mut Report) {
    use std::net::IpAddr;
    let Some(read) = names::read_address(text) else {
        return report.invalid(path, text, "must be a valid IP address");
    };
    let (is_near, is_near_group) = match read {
        IpAddr::V4(one) => (one.is_link_local(), one.octets()[..3] == [224, 0, 0]),
        IpAddr::V6(one) => (one.is_unicast_link_local(), one.segments()[0] & 0xff0f == 0xff02),
    };
    let unspecified = format!("may not be unspecified ({text})");
    for (is_so, detail) in [
        (read.is_unspecified(), unspecified.as_str()),
        (read.is_loopback(), "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        (is_near, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        (is_near_group, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
    ] {
        if is_so {
            report.invalid(path, text, detail);
        }
    }
}

/// A number or a name of a port.
///
/// Models pkg/apis/core/validation/validation.go ValidatePortNumOrName
pub(super) fn port(port: Option<&Value>, path: &Path<'_>, report: &mut Report) {
    match port {
        Some(Value::Str(name)) => report.all_invalid(path, name, names::port_name(name)),
        Some(Value::Int(number)) => report.port(path, *number),
        _ => report.port(path, 0),
    }
}

/// A path below a domain: `acme.io/foo`.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsDomainPrefixedPath
pub(super) fn domain_path(text: &str, path: &Path<'_>, report: &mut Report) {
    let is_in_path = |c: char| c.is_ascii_alphanumeric() || "/-._~%!$&'()*+,;=:".contains(c);
    match text.split_once('/') {
        _ if text.is_empty() => report.required(path, ""),
        Some((host, rest)) if !host.is_empty() && !rest.is_empty() => {
            report.all_invalid(path, host, names::dns_subdomain(host));
            if !rest.chars().all(is_in_path) {
                let detail = "Invalid path (regex used for validation is \
                              '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
                report.invalid(path, rest, detail);
            }
        }
        _ => {
            let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            report.invalid(path, text, detail);
        }
    }
}

/// Fields that must be given and may stand in a path.
pub(super) fn segments(tree: &Value, fields: &[&str], path: &Path<'_>, report: &mut Report) {
    for field in fields {
        let (at, text) = (path.child(field), tree.word(field));
        if text.is_empty() {
            report.required(&at, "");
        } else {
            report.all_invalid(&at, text, names::path_segment(text));
        }
    }
}

/// Fields that must not be missing or empty.
pub(super) fn needed(tree: &Value, fields: &[&str], path: &Path<'_>, report: &mut Report) {
    for field in fields.iter().filter(|field| tree.lacks(field)) {
        report.required(&path.child(field), "");
    }
}

/// A name in a field, if one is given there.
pub(super) fn named(
    tree: &Value,
    field: &str,
    rule: fn(&str) -> Vec<String>,
    path: &Path<'_>,
    report: &mut Report,
) {
    let text = tree.word(field);
    if !text.is_empty() {
        report.all_invalid(&path.child(field), text, rule(text));
    }
}

/// A path without steps back.
///
/// Models pkg/apis/core/validation/validation.go validatePathNoBacksteps
pub(super) fn no_backsteps(text: &str, path: &Path<'_>, report: &mut Report) {
    if text.split('/').any(|part| part == "..") {
        report.invalid(path, text, "must not contain '..'");
    }
}

/// How long a token may be good for.
///
/// Models pkg/apis/core/validation/validation.go validateProjectionSources
pub(super) fn token_life(seconds: i64, path: &Path<'_>, report: &mut Report) {
    if seconds < 600 {
        report.invalid(path, &seconds, "may not specify a duration less than 10 minutes");
    } else if seconds > 1 << 32 {
        report.invalid(path, &seconds, "may not specify a duration larger than 2^32 seconds");
    }
}
