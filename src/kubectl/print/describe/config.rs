//! Descriptions of Namespaces and of what configures Pods in them.
//!
//! Must not know Pods. Invariant: a Secret's values are never shown.

use std::collections::BTreeSet;

use crate::api::outward::outward;
use crate::api::{Kind, Value};
use crate::base::{Str, gather};
use crate::kubectl::print::age;
use crate::kubectl::print::describe::page::Page;
use crate::kubectl::print::describe::{Ask, events};
use crate::kubectl::print::look::Look;

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeNamespace
pub(super) fn namespace(page: &mut Page, ask: &Ask) {
    let namespace = ask.object;
    page.head(namespace, false);
    page.field(0, "Status", namespace.at("status.phase").text());
    let conditions = namespace.at("status.conditions");
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
        page.line(1, "----\t------\t------------------\t------\t-------");
    }
    for one in conditions.list() {
        let text = |key: &str| one.key(key).text();
        let time = age::rfc1123(text("lastTransitionTime"));
        let row = [text("type"), text("status"), &time, text("reason"), text("message")];
        page.row(1, &row);
    }
    page.line(0, "");
    quotas(page, &inside(ask, Kind::ResourceQuota));
    page.line(0, "");
    ranges(page, &inside(ask, Kind::LimitRange));
}

/// The objects of a kind in the described namespace.
fn inside(ask: &Ask, kind: Kind) -> Vec<Value> {
    let namespace = Str::from(ask.object.at("metadata.name").text());
    ask.view.table(kind).in_namespace(&namespace).map(|one| outward(one)).collect()
}

fn quotas(page: &mut Page, quotas: &[Value]) {
    if quotas.is_empty() {
        return page.line(0, "No resource quota.");
    }
    page.line(0, "Resource Quotas");
    for quota in quotas.iter().map(Look::from) {
        page.field(1, "Name", quota.at("metadata.name").text());
        page.line(1, "Resource\tUsed\tHard");
        page.line(1, "--------\t---\t---");
        amounts(page, 1, quota);
    }
}

fn amounts(page: &mut Page, level: usize, quota: Look) {
    for (name, hard) in quota.at("status.hard").entries() {
        let used = quota.at("status.used").key(name).plain();
        let used = if used.is_empty() { "0" } else { &used };
        page.row(level, &[name, used, &hard.plain()]);
    }
}

fn ranges(page: &mut Page, ranges: &[Value]) {
    if ranges.is_empty() {
        return page.line(0, "No LimitRange resource.");
    }
    page.line(0, "Resource Limits");
    page.line(
        0,
        " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    );
    page.line(
        0,
        " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    );
    for range in ranges.iter().map(Look::from) {
        range_rows(page, range, " ");
    }
}

/// Differs: upstream lists the resources of a limit in no order.
fn range_rows(page: &mut Page, range: Look, indent: &str) {
    const LISTS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
    for limit in range.at("spec.limits").list() {
        let names: BTreeSet<&str> =
            LISTS.iter().flat_map(|list| limit.key(list).entries().map(|(name, _)| name)).collect();
        for name in names {
            let cells = LISTS.map(|list| match limit.key(list).key(name).plain() {
                text if text.is_empty() => "-".to_owned(),
                text => text,
            });
            let kind = limit.at("type").text();
            page.line(0, format!("{indent}{kind}\t{name}\t{}", cells.join("\t")));
        }
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeLimitRange
pub(super) fn limits(page: &mut Page, ask: &Ask) {
    page.field(0, "Name", ask.object.at("metadata.name").text());
    page.field(0, "Namespace", ask.object.at("metadata.namespace").text());
    page.line(
        0,
        "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    );
    page.line(
        0,
        "----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    );
    range_rows(page, ask.object, "");
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeQuota
pub(super) fn quota(page: &mut Page, ask: &Ask) {
    page.field(0, "Name", ask.object.at("metadata.name").text());
    page.field(0, "Namespace", ask.object.at("metadata.namespace").text());
    page.line(0, "Resource\tUsed\tHard");
    page.line(0, "--------\t----\t----");
    amounts(page, 0, ask.object);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go ConfigMapDescriber.Describe
pub(super) fn config_map(page: &mut Page, ask: &Ask) {
    page.head(ask.object, true);
    page.line(0, "\nData\n====");
    for (key, value) in ask.object.at("data").entries() {
        page.line(0, format!("{key}:\n----\n{}\n", value.text()));
    }
    page.line(0, "\nBinaryData\n====");
    for (key, value) in ask.object.at("binaryData").entries() {
        page.line(0, format!("{key}: {} bytes", decoded_length(value.text())));
    }
    page.line(0, "");
    events::table(page, ask);
}

/// How many bytes a text in base 64 stands for.
fn decoded_length(text: &str) -> usize {
    let letters = text.trim_end_matches('=').len();
    letters * 3 / 4
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeSecret
pub(super) fn secret(page: &mut Page, ask: &Ask) {
    page.head(ask.object, true);
    page.line(0, format!("\nType:\t{}", ask.object.at("type").text_or("Opaque")));
    page.line(0, "\nData\n====");
    let (data, plain) = (ask.object.at("data"), ask.object.at("stringData"));
    let keys: BTreeSet<&str> = gather(data.entries().chain(plain.entries()).map(|(key, _)| key));
    for key in keys {
        let length = match plain.key(key) {
            found if found.is_some() => found.text().len(),
            _ => decoded_length(data.key(key).text()),
        };
        page.field(0, key, format!("{length} bytes"));
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeServiceAccount
pub(super) fn account(page: &mut Page, ask: &Ask) {
    page.head(ask.object, true);
    let secrets = ask.object.at("imagePullSecrets");
    if secrets.is_empty() {
        page.line(0, "Image pull secrets:\t<none>");
    }
    for (index, secret) in secrets.list().enumerate() {
        let title = if index == 0 { "Image pull secrets:" } else { "                   " };
        page.line(0, format!("{title}\t{}", secret.at("name").text()));
    }
    events::table(page, ask);
}
