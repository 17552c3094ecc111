//! Claims, volumes and classes.
//!
//! Must not know who binds. Invariant: a bound claim may grow and never shrinks below what
//! its volume holds.

use std::rc::Rc;

use crate::api::pod::ResourceList;
use crate::api::storage::{Claim, ClaimSpec, StorageClass, Volume, VolumeSpec};
use crate::api::validation::names::{dns_label, dns_subdomain};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{affinity, classes, selector, shared, volume};
use crate::api::{Quantity, Value, encode, go};
use crate::base::Str;

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];
const CLASS_OF_ATTRIBUTES: &str = "volumeAttributesClassName";

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

fn positive(amount: Quantity, path: &Path<'_>, report: &mut Report) {
    if amount.milli <= 0 {
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
    match spec.resources.requests.get("storage") {
        Some(amount) => positive(*amount, &at, report),
        None => report.required(&at, ""),
    }
    if let Some(class) = spec.storage_class_name.as_deref().filter(|class| !class.is_empty()) {
        report.all_invalid(&path.child("storageClassName"), class, dns_subdomain(class));
    }
    if let Some(mode) = spec.volume_mode.as_deref().filter(|mode| !VOLUME_MODES.contains(mode)) {
        report.not_supported(&path.child("volumeMode"), mode, &VOLUME_MODES);
    }
    data_sources(spec, path, report);
    if let Some(class) = spec.rest.get(CLASS_OF_ATTRIBUTES).and_then(Value::as_str)
        && !class.is_empty()
    {
        report.all_invalid(&path.child(CLASS_OF_ATTRIBUTES), class, dns_subdomain(class));
    }
}

/// Models pkg/apis/core/validation/validation.go validateDataSource, validateDataSourceRef
fn data_sources(spec: &ClaimSpec, path: &Path<'_>, report: &mut Report) {
    let [one, other] = ["dataSource", "dataSourceRef"].map(|field| spec.rest.get(field));
    for (field, source) in [("dataSource", one), ("dataSourceRef", other)] {
        let Some(source) = source else { continue };
        let at = path.child(field);
        shared::needed(source, &["name", "kind"], &at, report);
        let (group, kind) = (source.word("apiGroup"), source.word("kind"));
        if group.is_empty() && kind != "PersistentVolumeClaim" {
            let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            report.invalid(&at, kind, detail);
        }
        shared::named(source, "apiGroup", dns_subdomain, &at, report);
        if field == "dataSourceRef" {
            shared::named(source, "namespace", dns_label, &at, report);
        }
    }
    if let (Some(one), Some(other)) = (one, other) {
        // What is shown is a path, of which nothing can be seen.
        let shown = Raw("{}".to_owned());
        if !other.lacks("namespace") {
            let detail = "may not be specified when dataSourceRef.namespace is specified";
            report.invalid(path, &shown, detail);
        } else if ["apiGroup", "kind", "name"].iter().any(|key| one.at(key) != other.at(key)) {
            report.invalid(path, &shown, "must match dataSourceRef");
        }
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
    let (key, class) = (CLASS_OF_ATTRIBUTES, new.spec.rest.get(CLASS_OF_ATTRIBUTES));
    if is_bound && allowed.rest.get(key) != class {
        let rest = Rc::make_mut(&mut allowed.rest);
        rest.remove(key);
        rest.extend(class.map(|class| (key.into(), class.clone())));
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
    for (name, amount) in &spec.capacity {
        let at = capacity.key(name);
        if amount.rounded_up() < 0 {
            report.invalid(&at, &amount.rounded_up(), "must be a valid resource quantity");
        }
        positive(*amount, &at, report);
    }
    let recycles = spec.persistent_volume_reclaim_policy.as_deref() == Some("Recycle");
    let policy = path.child("persistentVolumeReclaimPolicy");
    if let Some(word) = spec.persistent_volume_reclaim_policy.as_deref() {
        let policies = ["Delete", "Recycle", "Retain"];
        if !policies.contains(&word) {
            report.not_supported(&policy, word, &policies);
        }
    }
    if let Some(nodes) = &spec.node_affinity {
        let at = path.child("nodeAffinity");
        let at = at.child("required");
        if let Some(one) = &nodes.required {
            affinity::node_selector(one, &at, report);
        } else {
            report.required(&at, "must specify required node constraints");
        }
    }
    source(spec, path, report);
    let mount = spec.rest.get("hostPath").map(|source| source.word("path").to_owned());
    if recycles && mount.is_some_and(|place| is_root(&place)) {
        report.forbidden(&policy, "may not be 'recycle' for a hostPath mount of '/'");
    }
    if let Some(class) = spec.storage_class_name.as_deref().filter(|class| !class.is_empty()) {
        report.all_invalid(&path.child("storageClassName"), class, dns_subdomain(class));
    }
    if let Some(mode) = spec.volume_mode.as_deref().filter(|mode| !VOLUME_MODES.contains(mode)) {
        report.not_supported(&path.child("volumeMode"), mode, &VOLUME_MODES);
    }
    attributes(spec, path, report);
}

/// Whether a path names the root of a machine, as `/` or `/a/..` do.
///
/// Models Go's path.Clean
fn is_root(place: &str) -> bool {
    let mut depth = 0_u32;
    for part in place.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    place.starts_with('/') && depth == 0
}

fn attributes(spec: &VolumeSpec, path: &Path<'_>, report: &mut Report) {
    let Some(class) = spec.rest.get(CLASS_OF_ATTRIBUTES).and_then(Value::as_str) else { return };
    let at = path.child(CLASS_OF_ATTRIBUTES);
    if class.is_empty() {
        report.required(&at, "an empty string is disallowed");
    } else {
        report.all_invalid(&at, class, dns_subdomain(class));
    }
    if !spec.rest.contains_key("csi") {
        let detail = "has to be specified when using volumeAttributesClassName";
        report.required(&path.child("csi"), detail);
    }
}

/// Fields of a volume that are no source.
const NO_SOURCES: [&str; 3] = ["mountOptions", "nodeAffinity", CLASS_OF_ATTRIBUTES];

/// The sources in the order in which they are looked at, with the fields that they must have.
const SOURCES: [(&str, &[&str]); 22] = [
    ("hostPath", &[]),
    ("gcePersistentDisk", &["pdName"]),
    ("awsElasticBlockStore", &["volumeID"]),
    ("glusterfs", &["endpoints", "path"]),
    ("flocker", &[]),
    ("nfs", &["server", "path"]),
    ("rbd", &["monitors", "image"]),
    ("quobyte", &["registry", "volume"]),
    ("cephfs", &["monitors"]),
    ("iscsi", &["targetPortal", "iqn"]),
    ("cinder", &["volumeID"]),
    ("fc", &[]),
    ("flexVolume", &["driver"]),
    ("azureFile", &["secretName", "shareName"]),
    ("vsphereVolume", &["volumePath"]),
    ("photonPersistentDisk", &["pdID"]),
    ("portworxVolume", &["volumeID"]),
    ("azureDisk", &["diskName", "diskURI"]),
    ("scaleIO", &["gateway", "system", "volumeName"]),
    ("local", &["path"]),
    ("storageos", &["volumeName"]),
    ("csi", &["driver"]),
];

fn source(spec: &VolumeSpec, path: &Path<'_>, report: &mut Report) {
    let given =
        SOURCES.iter().filter_map(|(key, fields)| Some((*key, *fields, spec.rest.get(*key)?)));
    let mut count = 0;
    for (key, fields, source) in given {
        count += 1;
        if count > 1 && key != "flexVolume" {
            let told = if key == "cephfs" { "cephFS" } else { key };
            report.forbidden(&path.child(told), "may not specify more than 1 volume type");
            continue;
        }
        let told = if key == "gcePersistentDisk" { "persistentDisk" } else { key };
        let at = path.child(told);
        shared::needed(source, fields, &at, report);
        match key {
            "local" => {
                shared::no_backsteps(source.word("path"), &at.child("path"), report);
                if spec.node_affinity.is_none() {
                    let detail = "Local volume requires node affinity";
                    report.required(&path.child("nodeAffinity"), detail);
                }
            }
            "csi" => csi(source, &at, report),
            _ => volume::one_source(key, source, &at, report),
        }
    }
    if count == 0 {
        report.required(path, "must specify a volume type");
    }
}

/// Models pkg/apis/core/validation/validation.go validateCSIPersistentVolumeSource
fn csi(source: &Value, path: &Path<'_>, report: &mut Report) {
    volume::driver(source.word("driver"), &path.child("driver"), report);
    shared::needed(source, &["volumeHandle"], path, report);
    for field in [
        "controllerPublishSecretRef",
        "controllerExpandSecretRef",
        "nodePublishSecretRef",
        "nodeExpandSecretRef",
    ] {
        let Some(secret) = source.at(field) else { continue };
        let at = path.child(field);
        for (field, rule) in
            [("name", dns_subdomain as fn(&str) -> Vec<String>), ("namespace", dns_label)]
        {
            shared::needed(secret, &[field], &at, report);
            shared::named(secret, field, rule, &at, report);
        }
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
    let class = |spec: &VolumeSpec| spec.rest.contains_key(CLASS_OF_ATTRIBUTES);
    if class(&old.spec) && !class(&new.spec) {
        let detail = "update from non-nil value to nil is forbidden";
        report.forbidden(&path.child(CLASS_OF_ATTRIBUTES), detail);
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
    classes::provisioner(&class.provisioner, &Path::root("provisioner"), report);
    classes::parameters(class.rest.get("parameters"), true, report);
    if let Some(policy) = class.reclaim_policy.as_deref() {
        let policies = ["Delete", "Retain"];
        if !policies.contains(&policy) {
            report.not_supported(&Path::root("reclaimPolicy"), policy, &policies);
        }
    }
    if let Some(mode) = class.volume_binding_mode.as_deref() {
        let modes = ["Immediate", "WaitForFirstConsumer"];
        if !modes.contains(&mode) {
            report.not_supported(&Path::root("volumeBindingMode"), mode, &modes);
        }
    }
    if let Some(Value::List(terms)) = class.rest.get("allowedTopologies") {
        classes::topologies(terms, &Path::root("allowedTopologies"), report);
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
