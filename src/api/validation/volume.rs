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
use crate::api::validation::{container, meta, shared, storage};
use crate::api::{Meta, Quantity, Value};
use crate::base::Str;

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
        shared::needed(source, fields, &at, report);
        one_source(key, source, &at, report);
    }
    if count == 0 {
        report.required(path, "must specify a volume type");
    }
}

/// What one source holds beside the fields that it must have.
pub(super) fn one_source(key: &str, source: &Value, path: &Path<'_>, report: &mut Report) {
    let word = |key: &str| source.word(key);
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
        "nfs" if !word("path").starts_with('/') => {
            report.invalid(&path.child("path"), word("path"), "must be an absolute path");
        }
        "gitRepo" => descending(word("directory"), &path.child("directory"), report),
        "gcePersistentDisk" | "awsElasticBlockStore" => {
            number(source, "partition", 1, path, report);
        }
        "iscsi" => iscsi(source, path, report),
        "fc" => fibre(source, path, report),
        "csi" => {
            driver(word("driver"), &path.child("driver"), report);
            if let Some(secret) = source.at("nodePublishSecretRef") {
                let at = path.child("nodePublishSecretRef");
                shared::needed(secret, &["name"], &at, report);
                shared::named(secret, "name", dns_subdomain, path, report);
            }
        }
        "downwardAPI" => {
            mode(source, "defaultMode", path, report);
            for file in source.items("items") {
                downward(file, path, report);
            }
        }
        "projected" => {
            mode(source, "defaultMode", path, report);
            projected(source, path, report);
        }
        "ephemeral" => {
            if let Some(template) = source.at("volumeClaimTemplate") {
                claim_template(template, &path.child("volumeClaimTemplate"), report);
            }
        }
        "image" if !word("pullPolicy").is_empty() => {
            let policies = ["Always", "IfNotPresent", "Never"];
            report.one_of(&path.child("pullPolicy"), word("pullPolicy"), &policies);
        }
        "flexVolume" => flex(source, path, report),
        _ => {}
    }
}

/// A number of one byte, which may be missing.
fn number(source: &Value, field: &str, least: i64, path: &Path<'_>, report: &mut Report) {
    if let Some(number) = source.int(field).filter(|number| !(0..=255).contains(number)) {
        let detail = format!("must be between {least} and 255, inclusive");
        report.invalid(&path.child(field), &number, &detail);
    }
}

/// Models pkg/apis/core/validation/validation.go validateISCSIVolumeSource
fn iscsi(source: &Value, path: &Path<'_>, report: &mut Report) {
    let name = source.word("iqn");
    if !name.is_empty() && !["iqn", "eui", "naa"].iter().any(|start| name.starts_with(start)) {
        let detail = "must be valid format starting with iqn, eui, or naa";
        report.invalid(&path.child("iqn"), name, detail);
    }
    number(source, "lun", 0, path, report);
    let asks = source.is_on("chapAuthDiscovery") || source.is_on("chapAuthSession");
    if asks && source.at("secretRef").is_none() {
        report.required(&path.child("secretRef"), "");
    }
}

/// Models pkg/apis/core/validation/validation.go validateFCVolumeSource
fn fibre(source: &Value, path: &Path<'_>, report: &mut Report) {
    let (at, lun) = (path.child("targetWWNs"), path.child("lun"));
    match (source.items("targetWWNs"), source.items("wwids")) {
        ([], []) => report.required(&at, "must specify either targetWWNs or wwids, but not both"),
        ([], _) => {}
        (targets, others) => {
            if !others.is_empty() {
                let detail = "targetWWNs and wwids can not be specified simultaneously";
                report.invalid(&at, &Value::List(targets.to_vec()), detail);
            }
            if source.at("lun").is_none() {
                report.required(&lun, "lun is required if targetWWNs is specified");
            }
            number(source, "lun", 0, path, report);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateFlexVolumeSource
fn flex(source: &Value, path: &Path<'_>, report: &mut Report) {
    let Some(Value::Map(options)) = source.at("options") else { return };
    let at = path.child("options");
    for key in options.keys() {
        let space = key.split_once('/').map_or(&**key, |(space, _)| space);
        let space = format!(".{}", space.to_ascii_lowercase());
        if space.ends_with(".kubernetes.io") || space.ends_with(".k8s.io") {
            let detail = "kubernetes.io and k8s.io namespaces are reserved";
            report.invalid(&at.key(key), &**key, detail);
        }
    }
}

/// The name of a driver, which must be given.
///
/// Models pkg/apis/core/validation/validation.go ValidateCSIDriverName
pub(super) fn driver(name: &str, path: &Path<'_>, report: &mut Report) {
    const NAME_MAX: usize = 63;
    if name.len() > NAME_MAX {
        report.too_long(path, NAME_MAX);
    }
    report.all_invalid(path, name, dns_subdomain(&name.to_ascii_lowercase()));
}

/// Models pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaimTemplate
fn claim_template(template: &Value, path: &Path<'_>, report: &mut Report) {
    let metadata = template.at("metadata").and_then(|one| Meta::of(one).ok()).unwrap_or_default();
    let at = path.child("metadata");
    meta::annotations(&metadata.annotations, &at.child("annotations"), report);
    meta::labels(&metadata.labels, &at.child("labels"), report);
    if let Some(Value::Map(entries)) = template.at("metadata") {
        let is_taken = |key: &&Str| matches!(&***key, "annotations" | "labels");
        for key in entries.keys().filter(|key| !is_taken(key)) {
            report.forbidden(&at.child(key), "cannot be set");
        }
    }
    let none = Value::Map(BTreeMap::new());
    if let Ok(spec) = ClaimSpec::of(template.at("spec").unwrap_or(&none)) {
        storage::check_claim(&spec, &path.child("spec"), report);
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
    let place = file.word("path");
    if place.is_empty() {
        report.required(&path.child("path"), "");
    }
    local(place, &path.child("path"), report);
    match (file.at("fieldRef"), file.at("resourceFieldRef")) {
        (Some(field), other) => {
            let text = field.word("fieldPath");
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
    for (index, source) in volume.items("sources").iter().enumerate() {
        let at = sources.index(index);
        let mut count = 0;
        for key in ["secret", "configMap", "downwardAPI"] {
            let Some(part) = source.at(key) else { continue };
            let at = at.child(key);
            count += 1;
            let is_downward = key == "downwardAPI";
            if !is_downward && part.lacks("name") {
                report.required(&at.child("name"), "");
            }
            let name = part.word("name");
            let places = at.child("items");
            for (index, item) in part.items("items").iter().enumerate() {
                if is_downward {
                    downward(item, &at, report);
                } else {
                    key_to_path(item, &places.index(index), report);
                }
                let place = item.word("path");
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
                shared::token_life(*seconds, &at, report);
            }
            match token.word("path") {
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
    shared::no_backsteps(path, &at.child("path"), report);
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
    for (index, item) in source.items("items").iter().enumerate() {
        key_to_path(item, &at.index(index), report);
    }
}

/// Models pkg/apis/core/validation/validation.go validateKeyToPath
fn key_to_path(item: &Value, path: &Path<'_>, report: &mut Report) {
    for field in ["key", "path"].into_iter().filter(|field| item.lacks(field)) {
        report.required(&path.child(field), "");
    }
    let place = item.word("path");
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
    shared::no_backsteps(text, path, report);
}
