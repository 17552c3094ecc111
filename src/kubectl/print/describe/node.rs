//! Descriptions of nodes: their conditions, what they have and what their Pods ask of them.
//!
//! Must not know how nodes fail. Invariant: only Pods that have not ended are counted.

use std::collections::BTreeMap;

use crate::api::outward::outward;
use crate::api::{Kind, Quantity, Value};
use crate::base::Order as _;
use crate::base::{SECOND_US, SimTime, Str};
use crate::kubectl::print::age;
use crate::kubectl::print::describe::page::Page;
use crate::kubectl::print::describe::{Ask, events};
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::core::node_roles;

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeNode
pub(super) fn node(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    page.field(0, "Name", ask.object.at("metadata.name").text());
    let roles = node_roles(ask.object).join(",");
    page.field(0, "Roles", if roles.is_empty() { "<none>" } else { &roles });
    page.meta(ask.object);
    let created = ask.object.at("metadata.creationTimestamp").text();
    page.field(0, "CreationTimestamp", age::rfc1123(created));
    taints(page, spec.at("taints"));
    page.field(0, "Unschedulable", spec.at("unschedulable").bool().to_string());
    lease(page, ask);
    conditions(page, status.at("conditions"));
    page.line(0, "Addresses:");
    for one in status.at("addresses").list() {
        page.field(1, one.at("type").text(), one.at("address").text());
    }
    for (title, key) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let amounts = status.key(key);
        if !amounts.is_empty() {
            page.line(0, format!("{title}:"));
        }
        for (name, amount) in amounts.entries() {
            page.field(1, name, amount.plain());
        }
    }
    system(page, status.at("nodeInfo"));
    if !spec.at("podCIDR").is_empty() {
        page.field(0, "PodCIDR", spec.at("podCIDR").text());
    }
    let ranges: Vec<&str> = spec.at("podCIDRs").list().map(Look::text).collect();
    if !ranges.is_empty() {
        page.field(0, "PodCIDRs", ranges.join(","));
    }
    if !spec.at("providerID").is_empty() {
        page.field(0, "ProviderID", spec.at("providerID").text());
    }
    pods(page, ask);
    events::table(page, ask);
}

fn taints(page: &mut Page, taints: Look) {
    let mut sorted: Vec<Look> = taints.list().collect();
    sorted.order_by_key(|one| format!("{},{}", one.at("effect").text(), one.at("key").text()));
    let texts: Vec<String> = sorted
        .into_iter()
        .map(|one| {
            let (key, value) = (one.at("key").text(), one.at("value").text());
            match (one.at("effect").text(), value) {
                ("", "") => key.to_owned(),
                ("", _) => format!("{key}={value}:"),
                (effect, "") => format!("{key}:{effect}"),
                (effect, _) => format!("{key}={value}:{effect}"),
            }
        })
        .collect();
    page.lines("Taints", &texts);
}

/// The node's lease.
///
/// Differs: leases of living nodes are not stored; their last renewal follows from the period.
fn lease(page: &mut Page, ask: &Ask) {
    const PERIOD_US: u64 = 10 * SECOND_US;
    let ready = ask.object.at("status.conditions").find("type", "Ready");
    let renewed = if ready.at("status").text() == "Unknown" {
        SimTime::parse(ready.at("lastHeartbeatTime").text())
    } else {
        let created = SimTime::parse(ask.object.at("metadata.creationTimestamp").text());
        created.map(|created| {
            let since = ask.now.since_us(created) % PERIOD_US;
            SimTime(ask.now.0.saturating_sub(since))
        })
    };
    page.line(0, "Lease:");
    page.field(1, "HolderIdentity", ask.object.at("metadata.name").text());
    page.field(1, "AcquireTime", "<unset>");
    let renewed = renewed.map(|at| age::rfc1123(&at.to_string()));
    page.field(1, "RenewTime", renewed.unwrap_or_else(|| "<unset>".to_owned()));
}

fn conditions(page: &mut Page, conditions: Look) {
    if conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for one in conditions.list() {
        let text = |key: &str| one.key(key).text();
        let time = |key: &str| age::rfc1123(one.key(key).text());
        page.line(
            1,
            format!(
                "{} \t{} \t{} \t{} \t{} \t{}",
                text("type"),
                text("status"),
                time("lastHeartbeatTime"),
                time("lastTransitionTime"),
                text("reason"),
                text("message")
            ),
        );
    }
}

fn system(page: &mut Page, info: Look) {
    page.line(0, "System Info:");
    let lines = [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
    ];
    for (title, key) in lines {
        page.field(1, title, info.key(key).text());
    }
}

/// Amounts by resource.
type Amounts = BTreeMap<Str, Quantity>;

fn amount(amounts: &Amounts, name: &str) -> Quantity {
    amounts.get(name).copied().unwrap_or_default()
}

fn add(sum: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        let entry = sum.entry(name.clone()).or_insert(Quantity { milli: 0, format: amount.format });
        if entry.milli == 0 {
            entry.format = amount.format;
        }
        entry.milli = entry.milli.saturating_add(amount.milli);
    }
}

fn raise(most: &mut Amounts, other: &Amounts) {
    for (name, amount) in other {
        let entry = most.entry(name.clone()).or_insert(*amount);
        if amount.milli > entry.milli {
            *entry = *amount;
        }
    }
}

fn read(list: Look) -> Amounts {
    let entries = list.entries();
    entries.filter_map(|(name, one)| Some((name.into(), Quantity::parse(&one.plain())?))).collect()
}

/// What a Pod asks for, or may take at most.
///
/// Models staging/src/k8s.io/component-helpers/resource/helpers.go PodRequests, PodLimits
fn pod_amounts(pod: Look, list: &str) -> Amounts {
    let spec = pod.at("spec");
    let of = |container: Look| read(container.at("resources").key(list));
    let mut sum = Amounts::new();
    spec.at("containers").list().for_each(|container| add(&mut sum, &of(container)));
    let (mut sidecars, mut greatest) = (Amounts::new(), Amounts::new());
    for container in spec.at("initContainers").list() {
        let mut here = of(container);
        if container.at("restartPolicy").text() == "Always" {
            add(&mut sum, &here);
            add(&mut sidecars, &here);
            here = sidecars.clone();
        } else {
            add(&mut here, &sidecars);
        }
        raise(&mut greatest, &here);
    }
    raise(&mut sum, &greatest);
    let whole = read(spec.at("resources").key(list));
    sum.extend(whole);
    let overhead = read(spec.at("overhead"));
    if list == "requests" {
        add(&mut sum, &overhead);
    } else {
        let limited = overhead.into_iter().filter(|(name, _)| amount(&sum, name).milli > 0);
        let limited: Amounts = limited.collect();
        add(&mut sum, &limited);
    }
    sum
}

/// A share in percent, cut as a computer's fractions cut it.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "kubectl computes these shares so, and their last digit shows it"
)]
fn percent(part: i64, whole: i64) -> i64 {
    if whole == 0 { 0 } else { (part as f64 / whole as f64 * 100.0) as i64 }
}

fn share(amounts: &Amounts, name: &str, allocatable: &Amounts) -> String {
    let (part, whole) = (amount(amounts, name), amount(allocatable, name));
    let percent = if name == "cpu" {
        percent(part.milli, whole.milli)
    } else {
        percent(part.rounded_up(), whole.rounded_up())
    };
    format!("{part} ({percent}%)")
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeNodeResource
fn pods(page: &mut Page, ask: &Ask) {
    let name = Str::from(ask.object.at("metadata.name").text());
    let on_node = ask.view.table(Kind::Pod).on_node(&name);
    let living = on_node.filter(|pod| pod.pod().is_some_and(|pod| !pod.status.phase.is_terminal()));
    let mut living: Vec<_> = living.collect();
    living.sort_by_cached_key(|pod| format!("{}/{}", pod.meta.namespace, pod.meta.name));
    let trees: Vec<Value> = living.into_iter().map(|pod| outward(pod)).collect();
    let status = ask.object.at("status");
    let allocatable = match status.at("allocatable") {
        found if !found.is_empty() => read(found),
        _ => read(status.at("capacity")),
    };
    page.field(0, "Non-terminated Pods", format!("({} in total)", trees.len()));
    page.line(
        1,
        "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge",
    );
    page.line(
        1,
        "---------\t----\t\t------------\t----------\t---------------\t-------------\t---",
    );
    let (mut requests, mut limits) = (Amounts::new(), Amounts::new());
    for pod in trees.iter().map(Look::from) {
        let (asked, most) = (pod_amounts(pod, "requests"), pod_amounts(pod, "limits"));
        let metadata = pod.at("metadata");
        let row = [
            metadata.at("namespace").text(),
            metadata.at("name").text(),
            "",
            &share(&asked, "cpu", &allocatable),
            &share(&most, "cpu", &allocatable),
            &share(&asked, "memory", &allocatable),
            &share(&most, "memory", &allocatable),
            &age::since(metadata.at("creationTimestamp").text(), ask.now),
        ];
        page.row(1, &row);
        add(&mut requests, &asked);
        add(&mut limits, &most);
    }
    page.line(0, "Allocated resources:");
    page.line(0, "  (Total limits may be over 100 percent, i.e., overcommitted.)");
    page.line(1, "Resource\tRequests\tLimits");
    page.line(1, "--------\t--------\t------");
    let is_huge = |name: &&Str| name.starts_with("hugepages-");
    let standard = ["cpu", "memory", "ephemeral-storage"].map(Str::from);
    let huge = allocatable.keys().filter(is_huge);
    for name in standard.iter().chain(huge) {
        let (asked, most) =
            (share(&requests, name, &allocatable), share(&limits, name, &allocatable));
        page.row(1, &[name, &asked, &most]);
    }
    let is_extra = |name: &&Str| !standard.contains(name) && !is_huge(name) && &***name != "pods";
    for name in allocatable.keys().filter(is_extra) {
        let (asked, most) = (amount(&requests, name), amount(&limits, name));
        page.row(1, &[name, &asked.to_string(), &most.to_string()]);
    }
}
