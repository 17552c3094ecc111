//! Classes of runtimes and of volumes' attributes, drivers of storage and what they have left.
//!
//! Must not know who serves them. Invariant: what a Pod or a volume was made by does not change.
//!
//! Models pkg/apis/node/validation/validation.go, pkg/apis/storage/validation/validation.go

use std::collections::BTreeMap;

use crate::api::pod::{ResourceList, Toleration};
use crate::api::tree::FromTree as _;
use crate::api::validation::names::{dns_label, dns_subdomain, qualified_name};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{affinity, amounts, meta, selector, shared};
use crate::api::{LabelSelector, Quantity, Value, go};
use crate::base::{Order as _, Str};

const NONE: Value = Value::Null;

/// Models pkg/apis/node/validation/validation.go ValidateRuntimeClass
pub(super) fn check_runtime(tree: &Value, report: &mut Report) {
    let handler = tree.word("handler");
    report.all_invalid(&Path::root("handler"), handler, dns_label(handler));
    let overhead = tree.at("overhead").and_then(|one| one.at("podFixed"));
    if let Some(amounts) = overhead.and_then(|one| ResourceList::of(one).ok()) {
        amounts::overhead(&amounts, &Path::root("overhead"), report);
    }
    let Some(scheduling) = tree.at("scheduling") else { return };
    let path = Path::root("scheduling");
    let labels = scheduling.at("nodeSelector").and_then(|one| BTreeMap::<Str, Str>::of(one).ok());
    meta::labels(&labels.unwrap_or_default(), &path.child("nodeSelector"), report);
    let all = scheduling.at("tolerations").and_then(|one| Vec::<Toleration>::of(one).ok());
    let all = all.unwrap_or_default();
    let at = path.child("tolerations");
    affinity::tolerations(&all, &at, report);
    let key = |one: &Toleration| Toleration { toleration_seconds: None, ..one.clone() };
    for (index, one) in all.iter().enumerate() {
        if all[..index].iter().any(|other| key(other) == key(one)) {
            report.duplicate(&at.index(index), &shown(one));
        }
    }
}

/// A toleration by the names of Go's fields.
fn shown(one: &Toleration) -> Raw {
    let text = |text: &Option<Str>| go::quoted(text.as_deref().unwrap_or_default());
    let seconds = one.toleration_seconds.map_or_else(|| "null".to_owned(), |one| one.to_string());
    Raw(format!(
        "{{\"Key\":{},\"Operator\":{},\"Value\":{},\"Effect\":{},\"TolerationSeconds\":{seconds}}}",
        text(&one.key),
        text(&one.operator),
        text(&one.value),
        text(&one.effect)
    ))
}

/// A field at the top that keeps its text.
///
/// Models pkg/apis/node/validation/validation.go ValidateRuntimeClassUpdate
pub(super) fn keeps_word(new: &Value, old: &Value, field: &str, report: &mut Report) {
    let word = new.word(field);
    report.immutable(&Path::root(field), word == old.word(field), || go::quoted(word));
}

/// Models pkg/apis/storage/validation/validation.go validateProvisioner
pub(super) fn provisioner(name: &str, path: &Path<'_>, report: &mut Report) {
    if name.is_empty() {
        report.required(path, "");
    } else {
        let name = name.to_ascii_lowercase();
        report.all_invalid(path, &name, qualified_name(&name));
    }
}

/// Models pkg/apis/storage/validation/validation.go validateParameters
pub(super) fn parameters(given: Option<&Value>, may_lack: bool, report: &mut Report) {
    const COUNT_MAX: usize = 512;
    const SIZE_MAX: usize = 256 * 1024;
    let path = Path::root("parameters");
    let none = BTreeMap::new();
    let given = match given {
        Some(Value::Map(entries)) => entries,
        _ => &none,
    };
    if given.len() > COUNT_MAX {
        return report.too_long(&path, COUNT_MAX);
    }
    if given.contains_key("") {
        report.invalid(&path, "", "field can not be empty.");
    }
    let length = |(key, value): (&Str, &Value)| key.len() + value.as_str().map_or(0, str::len);
    if given.iter().map(length).sum::<usize>() > SIZE_MAX {
        report.too_long(&path, SIZE_MAX);
    }
    if given.is_empty() && !may_lack {
        report.required(&path, "must contain at least one key/value pair");
    }
}

/// Models pkg/apis/storage/validation/validation.go ValidateVolumeAttributesClass
pub(super) fn check_attributes(tree: &Value, report: &mut Report) {
    provisioner(tree.word("driverName"), &Path::root("driverName"), report);
    parameters(tree.at("parameters"), false, report);
}

/// Models pkg/apis/storage/validation/validation.go ValidateVolumeAttributesClassUpdate
pub(super) fn check_attributes_update(new: &Value, old: &Value, report: &mut Report) {
    for field in ["driverName", "parameters"] {
        if new.at(field) != old.at(field) {
            let detail = format!("updates to {field} are forbidden.");
            report.forbidden(&Path::root(field), &detail);
        }
    }
}

/// Models pkg/apis/storage/validation/validation.go validateCSIDriverSpec
pub(super) fn check_driver(tree: &Value, report: &mut Report) {
    let spec = tree.at("spec").unwrap_or(&NONE);
    let path = Path::root("spec");
    let policies = ["File", "None", "ReadWriteOnceWithFSType"];
    report.some_of(&path.child("fsGroupPolicy"), spec.at("fsGroupPolicy"), &policies);
    let at = path.child("tokenRequests");
    let requests = spec.items("tokenRequests");
    for (index, one) in requests.iter().enumerate() {
        let at = at.index(index);
        let audience = one.word("audience");
        if requests[..index].iter().any(|other| other.word("audience") == audience) {
            report.duplicate(&at.child("audience"), audience);
        } else if let Some(seconds) = one.int("expirationSeconds") {
            shared::token_life(seconds, &at.child("expirationSeconds"), report);
        }
    }
    let modes = ["Persistent", "Ephemeral"];
    for mode in spec.items("volumeLifecycleModes") {
        report.some_of(&path.child("volumeLifecycleModes"), Some(mode), &modes);
    }
    let field = "nodeAllocatableUpdatePeriodSeconds";
    if let Some(seconds) = spec.int(field).filter(|seconds| *seconds < 10) {
        let detail = "must be greater than or equal to 10 seconds";
        report.invalid(&path.child(field), &seconds, detail);
    }
}

/// Models pkg/apis/storage/validation/validation.go ValidateCSIDriverUpdate
pub(super) fn check_driver_update(new: &Value, old: &Value, report: &mut Report) {
    let path = Path::root("spec");
    for (field, told) in
        [("attachRequired", "attachedRequired"), ("volumeLifecycleModes", "volumeLifecycleModes")]
    {
        let value = |tree: &Value| tree.at("spec").and_then(|spec| spec.at(field)).cloned();
        let now = value(new);
        let is_same = now == value(old);
        report.immutable(&path.child(told), is_same, || go::json(&now.unwrap_or_default()));
    }
}

/// Models pkg/apis/storage/validation/validation.go ValidateCSIStorageCapacity
pub(super) fn check_capacity(tree: &Value, report: &mut Report) {
    if let Some(one) = tree.at("nodeTopology").and_then(|one| LabelSelector::of(one).ok()) {
        selector::check(&one, &Path::root("nodeTopology"), report);
    }
    let class = tree.word("storageClassName");
    report.all_invalid(&Path::root("storageClassName"), class, dns_subdomain(class));
    let amount = tree.at("capacity").and_then(|one| Quantity::of(one).ok());
    if let Some(amount) = amount.filter(|amount| amount.milli < 0) {
        let detail = "must be greater than or equal to 0";
        report.invalid(&Path::root("capacity"), &*amount.to_string(), detail);
    }
}

/// Models pkg/apis/storage/validation/validation.go ValidateCSIStorageCapacityUpdate
pub(super) fn check_capacity_update(new: &Value, old: &Value, report: &mut Report) {
    for field in ["nodeTopology", "storageClassName"] {
        let now = new.at(field);
        let shown = || go::json(now.unwrap_or(&NONE));
        report.immutable(&Path::root(field), now == old.at(field), shown);
    }
}

/// Where a class of storage allows its volumes.
///
/// Models pkg/apis/storage/validation/validation.go validateAllowedTopologies
pub(super) fn topologies(terms: &[Value], path: &Path<'_>, report: &mut Report) {
    let field = "matchLabelExpressions";
    let raw = |term: &Value| {
        let sorted = |one: &Value| {
            let mut values = one.items("values").to_vec();
            values.order();
            values.dedup();
            (one.word("key").to_owned(), Value::List(values))
        };
        Value::map(term.items(field).iter().map(sorted))
    };
    for (index, term) in terms.iter().enumerate() {
        let at = path.index(index);
        let all = at.child(field);
        for (place, one) in term.items(field).iter().enumerate() {
            let at = all.index(place);
            let (values, list) = (at.child("values"), one.items("values"));
            if list.is_empty() {
                report.required(&values, "");
            }
            for (place, value) in list.iter().enumerate() {
                if list[..place].contains(value) {
                    report.duplicate(&values.index(place), value);
                }
            }
            let key = one.word("key");
            report.all_invalid(&at.child("key"), key, qualified_name(key));
            if term.items(field)[..place].iter().any(|other| other.word("key") == key) {
                report.duplicate(&at.child("key"), key);
            }
        }
        if terms[..index].iter().any(|other| raw(other) == raw(term)) {
            report.duplicate(&all, "");
        }
    }
}
