//! A Pod's volumes.
//!
//! Must not know claims or drivers. Invariant: a volume has exactly one source.
//!
//! Models pkg/apis/core/validation/validation.go ValidateVolumes, validateVolumeSource

use std::collections::{BTreeMap, BTreeSet};

use crate::api::pod::Volume;
use crate::api::storage::ClaimSpec;
use crate::api::tree::FromTree as _;
use crate::api::validation::names::{dns_label, dns_subdomain};
use crate::api::validation::path::{Path, Report};
use crate::api::validation::{container, storage};
use crate::api::{Quantity, Value};

const MODE_MAX: i64 = 0o777;

/// The volumes; the names that may be mounted come back.
pub(super) fn check<'a>(
    volumes: &'a [Volume],
    is_pod: bool,
    path: &Path<'_>,
    report: &mut Report,
) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (index, volume) in volumes.iter().enumerate() {
        let at = path.index(index);
        let before = report.errors.len();
        source(volume, is_pod, &at, report);
        let name = at.child("name");
        if volume.name.is_empty() {
            report.required(&name, "");
        } else {
            report.all_invalid(&name, &volume.name, dns_label(&volume.name));
        }
        if names.contains(&*volume.name) {
            report.duplicate(&name, &*volume.name);
        }
        if report.errors.len() == before {
            names.insert(&*volume.name);
        }
    }
    names
}

/// The sources in the order in which they are looked at, with the fields that they must have.
const SOURCES: [(&str, &[&str]); 30] = [
    ("emptyDir", &[]),
    ("hostPath", &[]),
    ("gitRepo", &["repository"]),
    ("gcePersistentDisk", &["pdName"]),
    ("awsElasticBlockStore", &["volumeID"]),
    ("secret", &["secretName"]),
    ("nfs", &["server", "path"]),
    ("iscsi", &["targetPortal", "iqn"]),
    ("glusterfs", &["endpoints", "path"]),
    ("flocker", &[]),
    ("persistentVolumeClaim", &[]),
    ("rbd", &["monitors", "image"]),
    ("cinder", &["volumeID"]),
    ("cephfs", &["monitors"]),
    ("quobyte", &["registry", "volume"]),
    ("downwardAPI", &[]),
    ("fc", &[]),
    ("flexVolume", &["driver"]),
    ("configMap", &["name"]),
    ("azureFile", &["secretName", "shareName"]),
    ("vsphereVolume", &["volumePath"]),
    ("photonPersistentDisk", &["pdID"]),
    ("portworxVolume", &["volumeID"]),
    ("azureDisk", &["diskName", "diskURI"]),
    ("storageos", &[]),
    ("projected", &[]),
    ("scaleIO", &["gateway", "system", "volumeName"]),
    ("csi", &["driver"]),
    ("ephemeral", &["volumeClaimTemplate"]),
    ("image", &["reference"]),
];

fn source(volume: &Volume, is_pod: bool, path: &Path<'_>, report: &mut Report) {
    let mut count = 0;
    for (key, fields) in SOURCES {
        let claim = volume.persistent_volume_claim.as_ref();
        let claim = claim.filter(|_| key == "persistentVolumeClaim");
        let source = volume.rest.get(key);
        if claim.is_none() && source.is_none() {
            continue;
        }
        let at = path.child(key);
        count += 1;
        if count > 1 {
            report.forbidden(&at, "may not specify more than 1 volume type");
            continue;
        }
        if claim.is_some_and(|claim| claim.claim_name.is_empty()) {
            report.required(&at.child("claimName"), "");
        }
        let Some(source) = source else { continue };
        // A template may leave the image open.
        let fields = if key == "image" && !is_pod { &[] } else { fields };
        for field in fields.iter().filter(|field| is_missing(source, field)) {
            report.required(&at.child(field), "");
        }
        one_source(key, source, &at, report);
    }
    if count == 0 {
        report.required(path, "must specify a volume type");
    }
}

fn is_missing(tree: &Value, field: &str) -> bool {
    match tree.at(field) {
        None | Some(Value::Null) => true,
        Some(Value::Str(text)) => text.is_empty(),
        Some(Value::List(items)) => items.is_empty(),
        Some(_) => false,
    }
}

fn one_source(key: &str, source: &Value, path: &Path<'_>, report: &mut Report) {
    let word = |key: &str| source.at(key).and_then(Value::as_str).unwrap_or_default();
    match key {
        "emptyDir" => {
            let limit = source.at("sizeLimit").and_then(|one| Quantity::of(one).ok());
            if limit.is_some_and(|limit| limit.milli < 0) {
                let detail = "SizeLimit field must be a valid resource quantity";
                report.forbidden(&path.child("sizeLimit"), detail);
            }
        }
        "hostPath" => host_path(word("path"), word("type"), path, report),
        "secret" | "configMap" => {
            mode(source, "defaultMode", path, report);
            items(source, path, report);
        }
        "nfs" if !word("path").is_empty() && !word("path").starts_with('/') => {
            report.invalid(&path.child("path"), word("path"), "must be an absolute path");
        }
        "csi" if !word("driver").is_empty() => {
            let driver = word("driver");
            let messages = dns_subdomain(&driver.to_ascii_lowercase());
            report.all_invalid(&path.child("driver"), driver, messages);
        }
        "downwardAPI" => {
            mode(source, "defaultMode", path, report);
            for file in list(source, "items") {
                downward(file, path, report);
            }
        }
        "projected" => {
            mode(source, "defaultMode", path, report);
            projected(source, path, report);
        }
        "ephemeral" => {
            let spec = source.at("volumeClaimTemplate").and_then(|one| one.at("spec"));
            if source.at("volumeClaimTemplate").is_some()
                && let Ok(spec) = ClaimSpec::of(spec.unwrap_or(&Value::Map(BTreeMap::new())))
            {
                let at = path.child("volumeClaimTemplate");
                storage::check_claim(&spec, &at.child("spec"), report);
            }
        }
        "image" if !word("pullPolicy").is_empty() => {
            let policies = ["Always", "IfNotPresent", "Never"];
            report.one_of(&path.child("pullPolicy"), word("pullPolicy"), &policies);
        }
        _ => {}
    }
}

fn list<'a>(tree: &'a Value, key: &str) -> &'a [Value] {
    match tree.at(key) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

const FIELDS: [&str; 5] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];

/// Models pkg/apis/core/validation/validation.go validateDownwardAPIVolumeFile
fn downward(file: &Value, path: &Path<'_>, report: &mut Report) {
    let place = file.at("path").and_then(Value::as_str).unwrap_or_default();
    if place.is_empty() {
        report.required(&path.child("path"), "");
    }
    local(place, &path.child("path"), report);
    match (file.at("fieldRef"), file.at("resourceFieldRef")) {
        (Some(field), other) => {
            let text = field.at("fieldPath").and_then(Value::as_str).unwrap_or_default();
            container::field_ref(text, &FIELDS, &path.child("fieldRef"), report);
            if other.is_some() {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                report.invalid(path, "resource", detail);
            }
        }
        (None, Some(one)) => {
            container::resource_ref(one, true, &path.child("resourceFieldRef"), report);
        }
        (None, None) => {
            report.required(path, "one of fieldRef and resourceFieldRef is required");
        }
    }
    mode(file, "mode", path, report);
}

/// Models pkg/apis/core/validation/validation.go validateProjectionSources
fn projected(volume: &Value, path: &Path<'_>, report: &mut Report) {
    let sources = path.child("sources");
    let mut seen = BTreeSet::new();
    for (index, source) in list(volume, "sources").iter().enumerate() {
        let at = sources.index(index);
        let mut count = 0;
        for key in ["secret", "configMap", "downwardAPI"] {
            let Some(part) = source.at(key) else { continue };
            let at = at.child(key);
            count += 1;
            let is_downward = key == "downwardAPI";
            if !is_downward && is_missing(part, "name") {
                report.required(&at.child("name"), "");
            }
            let name = part.at("name").and_then(Value::as_str).unwrap_or_default();
            let places = at.child("items");
            for (index, item) in list(part, "items").iter().enumerate() {
                if is_downward {
                    downward(item, &at, report);
                } else {
                    key_to_path(item, &places.index(index), report);
                }
                let place = item.at("path").and_then(Value::as_str).unwrap_or_default();
                if !place.is_empty() && !seen.insert(place) {
                    let shown = if is_downward { place } else { name };
                    report.invalid(path, shown, "conflicting duplicate paths");
                }
            }
        }
        if let Some(token) = source.at("serviceAccountToken") {
            count += 1;
            if let Some(Value::Int(seconds)) = token.at("expirationSeconds") {
                let at = at.child("serviceAccountToken");
                let at = at.child("expirationSeconds");
                if *seconds < 600 {
                    let detail = "may not specify a duration less than 10 minutes";
                    report.invalid(&at, seconds, detail);
                } else if *seconds > 1 << 32 {
                    let detail = "may not specify a duration larger than 2^32 seconds";
                    report.invalid(&at, seconds, detail);
                }
            }
            match token.at("path").and_then(Value::as_str).unwrap_or_default() {
                "" => report.required(&path.child("path"), ""),
                place => local(place, &path.child("path"), report),
            }
        }
        if count > 1 {
            report.forbidden(&at, "may not specify more than 1 volume type per source");
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateHostPathVolumeSource
pub(super) fn host_path(path: &str, kind: &str, at: &Path<'_>, report: &mut Report) {
    if path.is_empty() {
        report.required(&at.child("path"), "");
        return;
    }
    if path.split('/').any(|part| part == "..") {
        report.invalid(&at.child("path"), path, "must not contain '..'");
    }
    let kinds = [
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ];
    if !kinds.contains(&kind) {
        report.not_supported(&at.child("type"), kind, &kinds);
    }
}

fn mode(source: &Value, key: &str, path: &Path<'_>, report: &mut Report) {
    if let Some(Value::Int(mode)) = source.at(key)
        && !(0..=MODE_MAX).contains(mode)
    {
        let detail = "must be a number between 0 and 0777 (octal), both inclusive";
        report.invalid(&path.child(key), mode, detail);
    }
}

fn items(source: &Value, path: &Path<'_>, report: &mut Report) {
    let at = path.child("items");
    for (index, item) in list(source, "items").iter().enumerate() {
        key_to_path(item, &at.index(index), report);
    }
}

/// Models pkg/apis/core/validation/validation.go validateKeyToPath
fn key_to_path(item: &Value, path: &Path<'_>, report: &mut Report) {
    for field in ["key", "path"].into_iter().filter(|field| is_missing(item, field)) {
        report.required(&path.child(field), "");
    }
    let place = item.at("path").and_then(Value::as_str).unwrap_or_default();
    local(place, &path.child("path"), report);
    mode(item, "mode", path, report);
}

/// A path that stays below where it starts, and is none of those that the kubelet makes itself.
///
/// Models pkg/apis/core/validation/validation.go ValidateLocalNonReservedPath
fn local(text: &str, path: &Path<'_>, report: &mut Report) {
    descending(text, path, report);
    if text.starts_with("..") && !text.starts_with("../") {
        report.invalid(path, text, "must not start with '..'");
    }
}

/// A path that stays below where it starts.
///
/// Models pkg/apis/core/validation/validation.go validateLocalDescendingPath
pub(super) fn descending(text: &str, path: &Path<'_>, report: &mut Report) {
    if text.starts_with('/') {
        report.invalid(path, text, "must be a relative path");
    }
    if text.split('/').any(|part| part == "..") {
        report.invalid(path, text, "must not contain '..'");
    }
}
