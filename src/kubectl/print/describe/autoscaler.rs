//! Descriptions of HorizontalPodAutoscalers.
//!
//! Must not know who would measure. Invariant: what nobody measured is said to be unknown.

use crate::kubectl::print::age;
use crate::kubectl::print::describe::page::Page;
use crate::kubectl::print::describe::{Ask, events};
use crate::kubectl::print::look::Look;

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeHorizontalPodAutoscalerV2
pub(super) fn autoscaler(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    page.head(ask.object, true);
    let created = ask.object.at("metadata.creationTimestamp").text();
    page.field(0, "CreationTimestamp", age::rfc1123(created));
    let target = spec.at("scaleTargetRef");
    let kind = target.at("kind").text();
    page.field(0, "Reference", format!("{kind}/{}", target.at("name").text()));
    page.field(0, "Metrics", "( current / target )");
    for (index, one) in spec.at("metrics").list().enumerate() {
        page.line(1, metric(one, status.at("currentMetrics").list().nth(index)));
    }
    let least = spec.at("minReplicas");
    let least = if least.is_some() { least.plain() } else { "<unset>".to_owned() };
    page.field(0, "Min replicas", least);
    page.field(0, "Max replicas", spec.at("maxReplicas").int().to_string());
    let behavior = spec.at("behavior");
    if behavior.is_some() {
        page.line(0, "Behavior:");
        rules(page, "Scale Up", behavior.at("scaleUp"));
        rules(page, "Scale Down", behavior.at("scaleDown"));
    }
    let (now, wanted) = (status.at("currentReplicas").int(), status.at("desiredReplicas").int());
    page.field(0, &format!("{kind} pods"), format!("{now} current / {wanted} desired"));
    let conditions = status.at("conditions");
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tReason\tMessage");
        page.line(1, "----\t------\t------\t-------");
    }
    for one in conditions.list() {
        let text = |key: &str| one.key(key).text();
        page.row(1, &[text("type"), text("status"), text("reason"), text("message")]);
    }
    events::table(page, ask);
}

fn metric(spec: Look, status: Option<Look>) -> String {
    let part = match spec.at("type").text() {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        other => return format!("<unknown metric type \"{other}\">"),
    };
    let own = spec.key(part);
    let target = own.at("target");
    let current = |key: &str| {
        let found = status.map(|one| one.key(part).at("current").key(key).plain());
        found.filter(|text| !text.is_empty())
    };
    let unknown = || "<unknown>".to_owned();
    let value = |key: &str| {
        format!("{} / {}", current(key).unwrap_or_else(unknown), target.key(key).plain())
    };
    let name = own.at("metric.name").text();
    let average = target.at("averageValue").is_some();
    match part {
        "external" if average => {
            format!("\"{name}\" (target average value):\t{}", value("averageValue"))
        }
        "external" => format!("\"{name}\" (target value):\t{}", value("value")),
        "pods" => format!("\"{name}\" on pods:\t{}", value("averageValue")),
        "object" => {
            let about = own.at("describedObject");
            let about = format!("{}/{}", about.at("kind").text(), about.at("name").text());
            if target.at("type").text() == "AverageValue" {
                let value = value("averageValue");
                return format!("\"{name}\" on {about} (target average value):\t{value}");
            }
            format!("\"{name}\" on {about} (target value):\t{}", value("value"))
        }
        _ => {
            let of = match own.at("container").text() {
                "" => String::new(),
                container => format!(" of container \"{container}\""),
            };
            let what = format!("resource {}{of} on pods", own.at("name").text());
            if average {
                return format!("{what}:\t{}", value("averageValue"));
            }
            let used = current("averageUtilization").map(|percent| {
                format!("{percent}% ({})", current("averageValue").unwrap_or_default())
            });
            let wanted = match target.at("averageUtilization") {
                found if found.is_some() => format!("{}%", found.int()),
                _ => "<auto>".to_owned(),
            };
            let used = used.unwrap_or_else(unknown);
            format!("{what}  (as a percentage of request):\t{used} / {wanted}")
        }
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go printDirectionBehavior
fn rules(page: &mut Page, title: &str, rules: Look) {
    if !rules.is_some() {
        return;
    }
    page.line(1, format!("{title}:"));
    let window = rules.at("stabilizationWindowSeconds");
    if window.is_some() {
        page.line(2, format!("Stabilization Window: {} seconds", window.int()));
    }
    if rules.at("policies").is_empty() {
        return;
    }
    page.line(2, format!("Select Policy: {}", rules.at("selectPolicy").text_or("Max")));
    page.line(2, "Policies:");
    for one in rules.at("policies").list() {
        let (kind, value) = (one.at("type").text(), one.at("value").int());
        let period = one.at("periodSeconds").int();
        page.line(3, format!("- Type: {kind}\tValue: {value}\tPeriod: {period} seconds"));
    }
}
