//! Claims, volumes and classes.
//!
//! Must not know who binds. Invariant: a bound claim may grow and never shrinks below what
//! its volume holds.

use crate::api::pod::ResourceList;
use crate::api::storage::{Claim, ClaimSpec, StorageClass, Volume, VolumeSpec};
use crate::api::validation::names::{dns_subdomain, qualified_name};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{selector, volume};
use crate::api::{Value, encode, go};
use crate::base::Str;

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];

fn modes(modes: &[Str], path: &Path<'_>, report: &mut Report) {
    let at = path.child("accessModes");
    for mode in modes {
        if !MODES.contains(&&**mode) {
            report.not_supported(&at, &**mode, &MODES);
        }
    }
    let is_alone = |mode: &Str| &**mode == "ReadWriteOncePod";
    if modes.iter().any(is_alone) && !modes.iter().all(is_alone) {
        report.forbidden(&at, "may not use ReadWriteOncePod with other access modes");
    }
}

fn positive(amounts: &ResourceList, path: &Path<'_>, report: &mut Report) {
    if let Some(amount) = amounts.get("storage").filter(|amount| amount.milli <= 0) {
        report.invalid(path, &*amount.to_string(), "must be greater than zero");
    }
}

/// Models pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimSpec
pub(super) fn check_claim(spec: &ClaimSpec, path: &Path<'_>, report: &mut Report) {
    if spec.access_modes.is_empty() {
        report.required(&path.child("accessModes"), "at least 1 access mode is required");
    }
    if let Some(one) = &spec.selector {
        selector::check(one, &path.child("selector"), report);
    }
    modes(&spec.access_modes, path, report);
    let at = path.child("resources");
    let at = at.key("storage");
    if spec.resources.requests.contains_key("storage") {
        positive(&spec.resources.requests, &at, report);
    } else {
        report.required(&at, "");
    }
    if let Some(class) = spec.storage_class_name.as_deref().filter(|class| !class.is_empty()) {
        report.all_invalid(&path.child("storageClassName"), class, dns_subdomain(class));
    }
    if let Some(mode) = spec.volume_mode.as_deref().filter(|mode| !VOLUME_MODES.contains(mode)) {
        report.not_supported(&path.child("volumeMode"), mode, &VOLUME_MODES);
    }
}

/// Models pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimUpdate
///
/// Differs: the text ends where upstream adds a diff of Go's structs.
pub(super) fn check_claim_update(new: &Claim, old: &Claim, report: &mut Report) {
    if new.spec == old.spec {
        return;
    }
    let path = Path::root("spec");
    check_claim(&new.spec, &path, report);
    let mut allowed = ClaimSpec::clone(&old.spec);
    if allowed.volume_name.is_none() {
        allowed.volume_name.clone_from(&new.spec.volume_name);
    }
    if allowed.storage_class_name.is_none() {
        // A claim without a class gets the default one later.
        allowed.storage_class_name.clone_from(&new.spec.storage_class_name);
    }
    let is_bound = new.status.phase.as_deref() == Some("Bound");
    if is_bound && let Some(size) = new.spec.resources.requests.get("storage") {
        allowed.resources.requests.insert("storage".into(), *size);
    }
    if allowed != *new.spec {
        let detail = "spec is immutable after creation except resources.requests and \
                      volumeAttributesClassName for bound claims";
        report.forbidden(&path, detail);
    }
    let size = |amounts: &ResourceList| amounts.get("storage").map_or(0, |one| one.milli);
    let wanted = size(&new.spec.resources.requests);
    if wanted < size(&old.spec.resources.requests) && wanted <= size(&old.status.capacity) {
        let at = path.child("resources");
        let at = at.child("requests");
        report.forbidden(&at.child("storage"), "field can not be less than status.capacity");
    }
    let is_same = new.spec.volume_mode == old.spec.volume_mode;
    report.immutable(&Path::root("volumeMode"), is_same, || {
        go::quoted(new.spec.volume_mode.as_deref().unwrap_or_default())
    });
}

/// Models pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec
pub(super) fn check_volume(spec: &VolumeSpec, path: &Path<'_>, report: &mut Report) {
    if spec.access_modes.is_empty() {
        report.required(&path.child("accessModes"), "");
    }
    modes(&spec.access_modes, path, report);
    let capacity = path.child("capacity");
    if spec.capacity.is_empty() {
        report.required(&capacity, "");
    }
    if !spec.capacity.contains_key("storage") || spec.capacity.len() > 1 {
        let shown = encode::value_of(&spec.capacity);
        report.not_supported(&capacity, &shown, &["storage"]);
    }
    positive(&spec.capacity, &capacity.key("storage"), report);
    if let Some(policy) = spec.persistent_volume_reclaim_policy.as_deref() {
        let policies = ["Delete", "Recycle", "Retain"];
        if !policies.contains(&policy) {
            let at = path.child("persistentVolumeReclaimPolicy");
            report.not_supported(&at, policy, &policies);
        }
    }
    source(spec, path, report);
    if let Some(class) = spec.storage_class_name.as_deref().filter(|class| !class.is_empty()) {
        report.all_invalid(&path.child("storageClassName"), class, dns_subdomain(class));
    }
    if let Some(mode) = spec.volume_mode.as_deref().filter(|mode| !VOLUME_MODES.contains(mode)) {
        report.not_supported(&path.child("volumeMode"), mode, &VOLUME_MODES);
    }
}

/// Fields of a volume that are no source.
const NO_SOURCES: [&str; 3] = ["mountOptions", "nodeAffinity", "volumeAttributesClassName"];

fn source(spec: &VolumeSpec, path: &Path<'_>, report: &mut Report) {
    let sources = spec.rest.iter().filter(|(key, _)| !NO_SOURCES.contains(&&***key));
    let mut count = 0;
    for (key, source) in sources {
        let at = path.child(key);
        count += 1;
        if count > 1 {
            report.forbidden(&at, "may not specify more than 1 volume type");
            continue;
        }
        let word = |key: &str| source.at(key).and_then(Value::as_str).unwrap_or_default();
        match &**key {
            "hostPath" => volume::host_path(word("path"), word("type"), &at, report),
            "local" => {
                if word("path").is_empty() {
                    report.required(&at.child("path"), "");
                }
                if spec.node_affinity.is_none() {
                    let detail = "Local volume requires node affinity";
                    report.required(&path.child("nodeAffinity"), detail);
                }
            }
            "csi" => {
                for field in ["driver", "volumeHandle"] {
                    if word(field).is_empty() {
                        report.required(&at.child(field), "");
                    }
                }
            }
            "nfs" => {
                for field in ["server", "path"] {
                    if word(field).is_empty() {
                        report.required(&at.child(field), "");
                    }
                }
            }
            _ => {}
        }
    }
    if count == 0 {
        report.required(path, "must specify a volume type");
    }
}

/// Models pkg/apis/core/validation/validation.go ValidatePersistentVolumeUpdate
pub(super) fn check_volume_update(new: &Volume, old: &Volume, report: &mut Report) {
    let path = Path::root("spec");
    let sources = |spec: &VolumeSpec| -> Vec<(Str, Value)> {
        let all = spec.rest.iter().filter(|(key, _)| !NO_SOURCES.contains(&&***key));
        all.map(|(key, value)| (key.clone(), value.clone())).collect()
    };
    if sources(&new.spec) != sources(&old.spec) {
        let at = path.child("persistentvolumesource");
        report.forbidden(&at, "spec.persistentvolumesource is immutable after creation");
    }
    let is_same = new.spec.volume_mode == old.spec.volume_mode;
    report.immutable(&Path::root("volumeMode"), is_same, || {
        go::quoted(new.spec.volume_mode.as_deref().unwrap_or_default())
    });
    if old.spec.node_affinity.is_some() && new.spec.node_affinity != old.spec.node_affinity {
        let mut shown = encode::value_of(&new.spec.node_affinity);
        as_go_has_it(&mut shown);
        let detail = "field is immutable, except for updating from beta label to GA";
        report.invalid(&Path::root("nodeAffinity"), &shown, detail);
    }
}

/// Renames the fields of selectors of nodes to those of Go's own structs.
fn as_go_has_it(tree: &mut Value) {
    match tree {
        Value::List(items) => items.iter_mut().for_each(as_go_has_it),
        Value::Map(entries) => {
            for (key, mut value) in std::mem::take(entries) {
                as_go_has_it(&mut value);
                let (first, rest) = key.split_at(1);
                entries.insert(format!("{}{rest}", first.to_ascii_uppercase()).into(), value);
            }
            for (one, other) in
                [("MatchExpressions", "MatchFields"), ("MatchFields", "MatchExpressions")]
            {
                if entries.contains_key(one) && !entries.contains_key(other) {
                    entries.insert(other.into(), Value::Null);
                }
            }
        }
        _ => {}
    }
}

/// Models pkg/apis/storage/validation/validation.go ValidateStorageClass
pub(super) fn check_class(class: &StorageClass, report: &mut Report) {
    let at = Path::root("provisioner");
    if class.provisioner.is_empty() {
        report.required(&at, "");
    } else {
        let messages = qualified_name(&class.provisioner.to_ascii_lowercase());
        report.all_invalid(&at, &class.provisioner, messages);
    }
    if let Some(policy) = class.reclaim_policy.as_deref() {
        let policies = ["Delete", "Retain"];
        if !policies.contains(&policy) {
            report.not_supported(&Path::root("reclaimPolicy"), policy, &policies);
        }
    }
    if let Some(mode) = class.volume_binding_mode.as_deref() {
        let modes = ["Immediate", "WaitForFirstConsumer"];
        report.one_of(&Path::root("volumeBindingMode"), mode, &modes);
    }
}

/// Models pkg/apis/storage/validation/validation.go ValidateStorageClassUpdate
pub(super) fn check_class_update(new: &StorageClass, old: &StorageClass, report: &mut Report) {
    let fixed = [
        ("parameters", new.rest.get("parameters") == old.rest.get("parameters")),
        ("provisioner", new.provisioner == old.provisioner),
        ("reclaimPolicy", new.reclaim_policy == old.reclaim_policy),
    ];
    for (field, _) in fixed.into_iter().filter(|(_, is_same)| !is_same) {
        let detail = format!("updates to {field} are forbidden.");
        report.forbidden(&Path::root(field), &detail);
    }
    let is_same = new.volume_binding_mode == old.volume_binding_mode;
    report.immutable(&Path::root("volumeBindingMode"), is_same, || {
        Raw(go::quoted(new.volume_binding_mode.as_deref().unwrap_or_default())).0
    });
}
