//! Names of resources, and how much of them is asked for.
//!
//! Must not know machines. Invariant: a resource that can't be shared out twice is asked for as
//! it is limited.
//!
//! Models pkg/apis/core/validation/validation.go validateResourceRequirements

use crate::api::placement::is_of_pods;
use crate::api::pod::{PodSpec, ResourceList, Resources};
use crate::api::validation::names::{dns_label, qualified_name};
use crate::api::validation::path::{Path, Report};
use crate::api::{Quantity, Value};
use crate::base::Order as _;

/// What is counted by a quota and is no amount of something.
const COUNTED: [&str; 9] = [
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
];
const MEASURED: [&str; 10] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.storage",
];
const HUGE: &str = "hugepages-";

/// Models pkg/apis/core/v1/helper/helpers.go IsNativeResource
pub(super) fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Models pkg/apis/core/helper/helpers.go IsOvercommitAllowed
pub(super) fn may_overcommit(name: &str) -> bool {
    is_native(name) && !name.starts_with(HUGE)
}

/// Models pkg/apis/core/helper/helpers.go IsStandardQuotaResourceName
pub(super) fn is_of_quotas(name: &str) -> bool {
    let is_huge = name.starts_with(HUGE) || name.starts_with("requests.hugepages-");
    COUNTED.contains(&name) || MEASURED.contains(&name) || is_huge
}

/// Models pkg/apis/core/helper/helpers.go IsExtendedResourceName
fn is_extended(name: &str) -> bool {
    let is_own = !is_native(name) && !name.starts_with("requests.");
    is_own && qualified_name(&format!("requests.{name}")).is_empty()
}

/// The name of any resource; whether nothing is wrong with it.
///
/// Models pkg/apis/core/validation/validation.go validateResourceName
pub(super) fn name(name: &str, path: &Path<'_>, report: &mut Report) -> bool {
    let messages = qualified_name(name);
    let is_good = messages.is_empty();
    report.all_invalid(path, name, messages);
    let is_known = name.contains('/') || name == "storage" || is_of_quotas(name);
    if is_good && !is_known {
        report.invalid(path, name, "must be a standard resource type or fully qualified");
    }
    is_good && is_known
}

/// Models pkg/apis/core/validation/validation.go validateContainerResourceName
pub(super) fn container_name(text: &str, path: &Path<'_>, report: &mut Report) {
    name(text, path, report);
    let is_known = ["cpu", "memory", "ephemeral-storage"].contains(&text) || text.starts_with(HUGE);
    if !text.contains('/') && !is_known {
        report.invalid(path, text, "must be a standard resource for containers");
    } else if !is_native(text) && !is_extended(text) {
        report.invalid(path, text, "doesn't follow extended resource name standard");
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateResourceQuotaResourceName
pub(super) fn quota_name(text: &str, path: &Path<'_>, report: &mut Report) {
    name(text, path, report);
    if !text.contains('/') && !is_of_quotas(text) {
        report.invalid(path, text, "must be a standard resource for quota");
    }
}

/// Models pkg/apis/core/validation/validation.go validatePodResourceName
fn pod_name(text: &str, path: &Path<'_>, report: &mut Report) {
    if name(text, path, report) && !is_of_pods(text) {
        report.not_supported(path, text, &["cpu", "hugepages-", "memory"]);
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateResourceQuantityValue
pub(super) fn quantity(name: &str, amount: Quantity, path: &Path<'_>, report: &mut Report) {
    let shown = amount.to_string();
    if amount.milli < 0 {
        report.invalid(path, &*shown, "must be greater than or equal to 0");
    }
    if (COUNTED.contains(&name) || is_extended(name)) && amount.milli % 1_000 != 0 {
        report.invalid(path, &*shown, "must be an integer");
    }
}

/// Models pkg/apis/core/validation/validation.go validateResourceQuantityHugePageValue
fn huge(name: &str, amount: Quantity, path: &Path<'_>, report: &mut Report) {
    let Some(size) = name.strip_prefix(HUGE) else { return };
    let size = Quantity::parse(size).filter(|size| size.milli > 0 && size.milli % 1_000 == 0);
    if size.is_none_or(|size| amount.rounded_up() % size.rounded_up() != 0) {
        let detail = format!("{amount} is not positive integer multiple of {name}");
        report.invalid(path, &*amount.to_string(), &detail);
    }
}

type Named = fn(&str, &Path<'_>, &mut Report);

/// Models pkg/apis/core/validation/validation.go ValidateContainerResourceRequirements
pub(super) fn of_container(own: &Resources, claims: &[&str], path: &Path<'_>, report: &mut Report) {
    requirements(own, container_name, path, report);
    claimed(own.rest.get("claims"), claims, &path.child("claims"), report);
}

/// What a class of runtimes or a Pod takes beside its containers.
///
/// Models pkg/apis/core/validation/validation.go validateOverhead
pub(super) fn overhead(amounts: &ResourceList, path: &Path<'_>, report: &mut Report) {
    let limits = amounts.clone();
    requirements(&Resources { limits, ..Resources::default() }, container_name, path, report);
}

fn requirements(own: &Resources, named: Named, path: &Path<'_>, report: &mut Report) {
    let (limits, requests) = (path.child("limits"), path.child("requests"));
    for (name, amount) in &own.limits {
        let at = limits.key(name);
        named(name, &at, report);
        quantity(name, *amount, &at, report);
        huge(name, *amount, &at, report);
    }
    for (name, amount) in &own.requests {
        let at = requests.key(name);
        named(name, &at, report);
        quantity(name, *amount, &at, report);
        match own.limits.get(name) {
            Some(limit) if amount.milli != limit.milli && !may_overcommit(name) => {
                let detail = format!("must be equal to {name} limit of {limit}");
                report.invalid(&requests, &*amount.to_string(), &detail);
            }
            Some(limit) if amount.milli > limit.milli => {
                let detail = format!("must be less than or equal to {name} limit of {limit}");
                report.invalid(&requests, &*amount.to_string(), &detail);
            }
            None if !may_overcommit(name) => {
                report.required(&limits, "Limit must be set for non overcommitable resources");
            }
            _ => {}
        }
        huge(name, *amount, &at, report);
    }
    let has = |is_so: fn(&str) -> bool| {
        own.limits.keys().chain(own.requests.keys()).any(|name| is_so(name))
    };
    if has(|name| name.starts_with(HUGE)) && !has(|name| matches!(name, "cpu" | "memory")) {
        report.forbidden(path, "HugePages require cpu or memory");
    }
}

/// Devices that a container takes from those that its Pod claims.
///
/// Models pkg/apis/core/validation/validation.go validateResourceClaimNames
fn claimed(list: Option<&Value>, known: &[&str], path: &Path<'_>, report: &mut Report) {
    let Some(Value::List(list)) = list else { return };
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (index, one) in list.iter().enumerate() {
        let at = path.index(index);
        let (name, request) = (one.word("name"), one.word("request"));
        if name.is_empty() {
            report.required(&at, "");
            continue;
        }
        if !request.is_empty() && !seen.contains(&(name, "")) {
            report.all_invalid(&at.child("request"), request, dns_label(request));
        }
        let overlaps = |other: &(&str, &str)| {
            other.0 == name && (other.1.is_empty() || request.is_empty() || other.1 == request)
        };
        if let Some(other) = seen.iter().find(|other| overlaps(other)) {
            let is_same = !request.is_empty() && other.1 == request;
            let shown = if is_same { format!("{name}/{request}") } else { name.to_owned() };
            report.duplicate(&at, &*shown);
        }
        seen.push((name, request));
        if !known.contains(&name) {
            let mut sorted = known.to_vec();
            sorted.order();
            let behind = match sorted.as_slice() {
                [] => " which is empty".to_owned(),
                some => format!(": {}", some.join(", ")),
            };
            let detail = format!("must be one of the names in pod.spec.resourceClaims{behind}");
            report.not_found_in(&at, name, &detail);
        }
    }
}

/// What a Pod asks for itself, beside what its containers do.
///
/// Models pkg/apis/core/validation/validation.go validatePodResources
pub(super) fn of_pod(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let Some(given @ Value::Map(_)) = spec.rest.get("resources") else { return };
    if spec.rest.get("os").is_some_and(|os| os.word("name") == "windows") {
        return report.forbidden(path, "may not be set for a windows pod");
    }
    if given.at("claims").is_some() {
        let detail = "claims may not be set for Resources at pod-level";
        report.forbidden(&path.child("claims"), detail);
    }
    let own = spec.given_resources();
    requirements(&own, pod_name, path, report);
    let requests = path.child("requests");
    for (name, sum) in &spec.container_requests() {
        if let Some(amount) = own.requests.get(name).filter(|amount| sum.milli > amount.milli) {
            let detail =
                format!("must be greater than or equal to aggregate container requests of {sum}");
            report.invalid(&requests.key(name), &*amount.to_string(), &detail);
        }
    }
    let containers = path.child("containers");
    for (index, one) in spec.containers.iter().enumerate() {
        for (name, limit) in &one.resources.limits {
            if let Some(most) = own.limits.get(name).filter(|most| limit.milli > most.milli) {
                let at = containers.index(index);
                let at = at.key(name);
                let detail = format!("must be less than or equal to pod limits of {most}");
                report.invalid(&at.child("limits"), &*limit.to_string(), &detail);
            }
        }
    }
}
