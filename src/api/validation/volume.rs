//! A Pod's volumes.
//!
//! Must not know claims or drivers. Invariant: a volume has exactly one source.
//!
//! Models pkg/apis/core/validation/validation.go ValidateVolumes, validateVolumeSource

use std::collections::BTreeSet;

use crate::api::Value;
use crate::api::pod::Volume;
use crate::api::validation::names::{config_key, dns_label, dns_subdomain};
use crate::api::validation::path::{Path, Report};

const MODE_MAX: i64 = 0o777;

/// The volumes; the names that may be mounted come back.
pub(super) fn check<'a>(
    volumes: &'a [Volume],
    path: &Path<'_>,
    report: &mut Report,
) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (index, volume) in volumes.iter().enumerate() {
        let at = path.index(index);
        let before = report.errors.len();
        source(volume, &at, report);
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

fn source(volume: &Volume, path: &Path<'_>, report: &mut Report) {
    let mut count = 0;
    if let Some(claim) = &volume.persistent_volume_claim {
        count += 1;
        if claim.claim_name.is_empty() {
            let at = path.child("persistentVolumeClaim");
            report.required(&at.child("claimName"), "");
        }
    }
    // Every other source stands under a key of its own.
    for (key, source) in volume.rest.iter() {
        let at = path.child(key);
        if count > 0 {
            report.forbidden(&at, "may not specify more than 1 volume type");
            continue;
        }
        count += 1;
        one_source(key, source, &at, report);
    }
    if count == 0 {
        report.required(path, "must specify a volume type");
    }
}

fn one_source(key: &str, source: &Value, path: &Path<'_>, report: &mut Report) {
    let word = |key: &str| source.at(key).and_then(Value::as_str).unwrap_or_default();
    match key {
        "hostPath" => host_path(word("path"), word("type"), path, report),
        "secret" => {
            if word("secretName").is_empty() {
                report.required(&path.child("secretName"), "");
            }
            mode(source, path, report);
            items(source, path, report);
        }
        "configMap" => {
            if word("name").is_empty() {
                report.required(&path.child("name"), "");
            }
            mode(source, path, report);
            items(source, path, report);
        }
        "nfs" => {
            for field in ["server", "path"] {
                if word(field).is_empty() {
                    report.required(&path.child(field), "");
                }
            }
            if !word("path").is_empty() && !word("path").starts_with('/') {
                report.invalid(&path.child("path"), word("path"), "must be an absolute path");
            }
        }
        "csi" => {
            if word("driver").is_empty() {
                report.required(&path.child("driver"), "");
            } else {
                let driver = word("driver");
                let messages = dns_subdomain(&driver.to_ascii_lowercase());
                report.all_invalid(&path.child("driver"), driver, messages);
            }
        }
        "projected" | "downwardAPI" => mode(source, path, report),
        "ephemeral" if source.at("volumeClaimTemplate").is_none() => {
            report.required(&path.child("volumeClaimTemplate"), "");
        }
        _ => {}
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

fn mode(source: &Value, path: &Path<'_>, report: &mut Report) {
    if let Some(Value::Int(mode)) = source.at("defaultMode")
        && !(0..=MODE_MAX).contains(mode)
    {
        let detail = "must be a number between 0 and 0777 (octal), both inclusive";
        report.invalid(&path.child("defaultMode"), mode, detail);
    }
}

/// Models pkg/apis/core/validation/validation.go validateKeyToPath
fn items(source: &Value, path: &Path<'_>, report: &mut Report) {
    let Some(Value::List(items)) = source.at("items") else { return };
    let at = path.child("items");
    for (index, item) in items.iter().enumerate() {
        let at = at.index(index);
        let word = |key: &str| item.at(key).and_then(Value::as_str).unwrap_or_default();
        if word("key").is_empty() {
            report.required(&at.child("key"), "");
        } else {
            report.all_invalid(&at.child("key"), word("key"), config_key(word("key")));
        }
        descending(word("path"), true, &at.child("path"), report);
    }
}

/// A path that stays below where it starts.
///
/// Models pkg/apis/core/validation/validation.go validateLocalNonReservedPath
pub(super) fn descending(text: &str, is_wanted: bool, path: &Path<'_>, report: &mut Report) {
    if text.is_empty() && is_wanted {
        report.required(path, "");
    }
    if text.starts_with('/') {
        report.invalid(path, text, "must be a relative path");
    }
    if text.split('/').any(|part| part == "..") {
        report.invalid(path, text, "must not contain '..'");
    }
}
