//! Descriptions of Pods and of the templates they are made from.
//!
//! Must not know controllers. Invariant: a template is described as a Pod is, less its status.

use std::fmt::Write;

use crate::base::Order as _;
use crate::kubectl::print::age;
use crate::kubectl::print::describe::containers::{Whose, containers, resources};
use crate::kubectl::print::describe::page::Page;
use crate::kubectl::print::describe::volumes::volumes;
use crate::kubectl::print::describe::{Ask, events};
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::selector;

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describePod
pub(super) fn pod(page: &mut Page, ask: &Ask) {
    let pod = ask.object;
    let (spec, status) = (pod.at("spec"), pod.at("status"));
    head(page, ask);
    status_lines(page, ask);
    let init = spec.at("initContainers");
    let whose = |key: &str| Whose { pod: Some(pod), statuses: Some(status.key(key)) };
    if !init.is_empty() {
        containers(page, "Init Containers", init, whose("initContainerStatuses"));
    }
    containers(page, "Containers", spec.at("containers"), whose("containerStatuses"));
    let ephemeral = spec.at("ephemeralContainers");
    if !ephemeral.is_empty() {
        containers(page, "Ephemeral Containers", ephemeral, whose("ephemeralContainerStatuses"));
    }
    let conditions = status.at("conditions");
    if !spec.at("readinessGates").is_empty() {
        page.line(0, "Readiness Gates:");
        page.line(1, "Type\tStatus");
        for gate in spec.at("readinessGates").list() {
            let kind = gate.at("conditionType").text();
            let text = conditions.find("type", kind).at("status").text_or("<none>");
            page.line(1, format!("{kind} \t{text} "));
        }
    }
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus");
        for one in conditions.list() {
            page.line(1, format!("{} \t{} ", one.at("type").text(), one.at("status").text()));
        }
    }
    volumes(page, spec.at("volumes"), "");
    page.field(0, "QoS Class", qos(pod));
    page.labels("", "Node-Selectors", spec.at("nodeSelector"));
    tolerations(page, "", spec.at("tolerations"));
    spread(page, "", spec.at("topologySpreadConstraints"));
    events::table(page, ask);
}

fn head(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    page.field(0, "Name", ask.object.at("metadata.name").text());
    page.field(0, "Namespace", ask.object.at("metadata.namespace").text());
    if spec.at("priority").is_some() {
        page.field(0, "Priority", spec.at("priority").int().to_string());
    }
    let named = [
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ];
    for (title, key) in named {
        let text = spec.key(key).text();
        if !text.is_empty() {
            page.field(0, title, text);
        }
    }
    match spec.at("nodeName").text() {
        "" => page.field(0, "Node", "<none>"),
        node => page.field(0, "Node", format!("{node}/{}", status.at("hostIP").text())),
    }
    if status.at("startTime").is_some() {
        page.field(0, "Start Time", age::rfc1123(status.at("startTime").text()));
    }
    page.meta(ask.object);
}

fn status_lines(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    let deleted = ask.object.at("metadata.deletionTimestamp");
    let phase = status.at("phase").text();
    if deleted.is_some() && !matches!(phase, "Failed" | "Succeeded") {
        let lasts = age::since(deleted.text(), ask.now);
        page.field(0, "Status", format!("Terminating (lasts {lasts})"));
        let grace = ask.object.at("metadata.deletionGracePeriodSeconds").int();
        page.field(0, "Termination Grace Period", format!("{grace}s"));
    } else {
        page.field(0, "Status", phase);
    }
    for (title, key) in [("Reason", "reason"), ("Message", "message")] {
        let text = status.key(key).text();
        if !text.is_empty() {
            page.field(0, title, text);
        }
    }
    let profile = spec.at("securityContext.seccompProfile");
    if profile.is_some() {
        page.field(0, "SeccompProfile", profile.at("type").text());
        if profile.at("type").text() == "Localhost" {
            page.field(0, "LocalhostProfile", profile.at("localhostProfile").text());
        }
    }
    page.field(0, "IP", status.at("podIP").text());
    let addresses = status.at("podIPs");
    if addresses.is_empty() {
        page.field(0, "IPs", "<none>");
    } else {
        page.line(0, "IPs:");
        for one in addresses.list() {
            page.field(1, "IP", one.at("ip").text());
        }
    }
    controller(page, ask.object);
    let nominated = status.at("nominatedNodeName").text();
    if !nominated.is_empty() {
        page.field(0, "NominatedNodeName", nominated);
    }
    if spec.at("resources").is_some() {
        page.line(0, "Resources:");
        resources(page, 1, spec.at("resources"));
    }
}

/// `Controlled By`, if there is a controller.
pub(super) fn controller(page: &mut Page, object: Look) {
    let owners = object.at("metadata.ownerReferences");
    if let Some(owner) = owners.list().find(|one| one.at("controller").bool()) {
        let text = format!("{}/{}", owner.at("kind").text(), owner.at("name").text());
        page.field(0, "Controlled By", text);
    }
}

/// A template.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go DescribePodTemplate
pub(super) fn template(page: &mut Page, template: Look) {
    page.line(0, "Pod Template:");
    page.labels("", "  Labels", template.at("metadata.labels"));
    if !template.at("metadata.annotations").is_empty() {
        page.annotations("  Annotations", template.at("metadata.annotations"));
    }
    let spec = template.at("spec");
    let account = spec.at("serviceAccountName").text();
    if !account.is_empty() {
        page.field(1, "Service Account", account);
    }
    let whose = Whose { pod: None, statuses: None };
    if !spec.at("initContainers").is_empty() {
        containers(page, "Init Containers", spec.at("initContainers"), whose);
    }
    containers(page, "Containers", spec.at("containers"), whose);
    volumes(page, spec.at("volumes"), "  ");
    spread(page, "  ", spec.at("topologySpreadConstraints"));
    let class = spec.at("priorityClassName").text();
    if !class.is_empty() {
        page.field(1, "Priority Class Name", class);
    }
    page.labels("", "  Node-Selectors", spec.at("nodeSelector"));
    tolerations(page, "  ", spec.at("tolerations"));
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go printTolerationsMultilineWithIndent
fn tolerations(page: &mut Page, indent: &str, tolerations: Look) {
    let mut sorted: Vec<Look> = tolerations.list().collect();
    sorted.order_by_key(|one| one.at("key").text());
    let texts: Vec<String> = sorted.into_iter().map(toleration).collect();
    page.lines(&format!("{indent}Tolerations"), &texts);
}

fn toleration(one: Look) -> String {
    let part = |key: &str| one.key(key).text();
    let mut text = part("key").to_owned();
    if !part("value").is_empty() {
        let _ = write!(text, "={}", part("value"));
    }
    if !part("effect").is_empty() {
        let _ = write!(text, ":{}", part("effect"));
    }
    if part("operator") == "Exists" && part("value").is_empty() {
        text.push_str(if text.is_empty() { "op=Exists" } else { " op=Exists" });
    }
    if one.at("tolerationSeconds").is_some() {
        let _ = write!(text, " for {}s", one.at("tolerationSeconds").int());
    }
    text
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeTopologySpreadConstraints
fn spread(page: &mut Page, indent: &str, constraints: Look) {
    if constraints.is_empty() {
        return;
    }
    let mut sorted: Vec<Look> = constraints.list().collect();
    sorted.order_by_key(|one| one.at("topologyKey").text());
    for (index, one) in sorted.into_iter().enumerate() {
        let title = if index == 0 { "Topology Spread Constraints:" } else { "" };
        let chosen = match one.at("labelSelector") {
            found if found.is_some() => format!(" for selector {}", selector(found)),
            _ => String::new(),
        };
        page.line(
            0,
            format!(
                "{indent}{title}\t{}:{} when max skew {} is exceeded{chosen}",
                one.at("topologyKey").text(),
                one.at("whenUnsatisfiable").text(),
                one.at("maxSkew").int()
            ),
        );
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/util/qos/qos.go GetPodQOS
fn qos(pod: Look<'_>) -> &str {
    let given = pod.at("status.qosClass").text();
    if !given.is_empty() {
        return given;
    }
    let all = || {
        let spec = pod.at("spec");
        spec.at("initContainers").list().chain(spec.at("containers").list())
    };
    let is_asked = |one: Look| {
        ["limits", "requests"].iter().any(|list| {
            ["cpu", "memory"].iter().any(|name| one.at("resources").key(list).key(name).is_some())
        })
    };
    let is_sure = |one: Look| {
        ["cpu", "memory"].iter().all(|name| {
            let limit = one.at("resources.limits").key(name);
            let request = one.at("resources.requests").key(name);
            limit.is_some() && (!request.is_some() || request.plain() == limit.plain())
        })
    };
    if !all().any(is_asked) {
        "BestEffort"
    } else if all().all(is_sure) {
        "Guaranteed"
    } else {
        "Burstable"
    }
}
