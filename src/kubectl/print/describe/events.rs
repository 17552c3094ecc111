//! The table of Events at the end of a description.
//!
//! Must not know kinds. Invariant: only Events about the very object are shown.

use crate::api::outward::outward;
use crate::api::{Kind, Value};
use crate::base::Order as _;
use crate::base::SimTime;
use crate::kubectl::print::describe::Ask;
use crate::kubectl::print::describe::page::Page;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::{age, order};

/// Writes the table, if Events are asked for.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go DescribeEvents
pub(super) fn table(page: &mut Page, ask: &Ask) {
    if !ask.with_events {
        return;
    }
    let mut events = about(ask);
    if events.is_empty() {
        return page.field(0, "Events", "<none>");
    }
    order::sort(&mut events, |left, right| {
        Look::from(left).at("lastTimestamp").text() < Look::from(right).at("lastTimestamp").text()
    });
    page.line(0, "Events:");
    page.line(1, "Type\tReason\tAge\tFrom\tMessage");
    page.line(1, "----\t------\t----\t----\t-------");
    for event in &events {
        let event = Look::from(event);
        let source = event.at("source.component").text_or(event.at("reportingComponent").text());
        let mut message = event.at("message").text().trim().to_owned();
        let place = event.at("involvedObject.fieldPath").text();
        if !place.is_empty() {
            message = format!("{place}: {message}");
        }
        let (kind, reason) = (event.at("type").text(), event.at("reason").text());
        page.row(1, &[kind, reason, &interval(event, ask.now), source, &message]);
    }
}

/// When an Event was told: once, or so often over so long.
pub(in crate::kubectl::print) fn interval(event: Look, now: SimTime) -> String {
    let since = |path: &str| age::since(event.at(path).text(), now);
    let first = match event.at("eventTime").text() {
        "" => since("firstTimestamp"),
        _ => since("eventTime"),
    };
    let count = event.at("count").int();
    if event.at("series").is_some() {
        let last = since("series.lastObservedTime");
        return format!("{last} (x{} over {first})", event.at("series.count").int());
    }
    if count > 1 {
        return format!("{} (x{count} over {first})", since("lastTimestamp"));
    }
    first
}

/// The Events about the object, by name.
fn about(ask: &Ask) -> Vec<Value> {
    let metadata = ask.object.at("metadata");
    let (name, namespace) = (metadata.at("name").text(), metadata.at("namespace").text());
    let uid = metadata.at("uid").text();
    let kind = ask.object.at("kind").text();
    let mut found: Vec<_> = ask
        .view
        .table(Kind::Event)
        .iter()
        .filter(|object| {
            object.event().is_some_and(|event| {
                *event.about.name == *name && *event.about.namespace == *namespace
            })
        })
        .map(|object| (object.meta.name.clone(), outward(object)))
        .filter(|(_, event)| {
            let about = Look::from(event).at("involvedObject");
            about.at("kind").text() == kind
                && (about.at("uid").text() == uid || about.at("uid").text() == name)
        })
        .collect();
    found.order_by(|left, right| left.0.cmp(&right.0));
    found.into_iter().map(|(_, event)| event).collect()
}
