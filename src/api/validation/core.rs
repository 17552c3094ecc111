//! ConfigMaps.
//!
//! Must not know who reads them. Invariant: an immutable ConfigMap keeps its data.
//!
//! Models pkg/apis/core/validation/validation.go ValidateConfigMap

use crate::api::Value;
use crate::api::core::ConfigMap;
use crate::api::validation::names::config_key;
use crate::api::validation::path::{Path, Report};

const SIZE_MAX: usize = 1024 * 1024;

/// Keys and size.
pub(super) fn check_config_map(map: &ConfigMap, report: &mut Report) {
    let path = Path::root("data");
    let mut size = 0;
    let binary = match map.rest.get("binaryData") {
        Some(Value::Map(entries)) => Some(entries),
        _ => None,
    };
    for (key, value) in &map.data {
        let at = path.key(key);
        report.all_invalid(&at, key, config_key(key));
        if binary.is_some_and(|entries| entries.contains_key(key)) {
            report.invalid(&at, &**key, "duplicate of key present in binaryData");
        }
        size += value.len();
    }
    let path = Path::root("binaryData");
    for (key, value) in binary.into_iter().flatten() {
        report.all_invalid(&path.key(key), key, config_key(key));
        size += value.as_str().map_or(0, |text| text.trim_end_matches('=').len() * 3 / 4);
    }
    if size > SIZE_MAX {
        report.too_long(&Path::root(""), SIZE_MAX);
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateConfigMapUpdate
pub(super) fn check_config_map_update(new: &ConfigMap, old: &ConfigMap, report: &mut Report) {
    let detail = "field is immutable when `immutable` is set";
    if old.rest.get("immutable") != Some(&Value::Bool(true)) {
        return;
    }
    if new.rest.get("immutable") != Some(&Value::Bool(true)) {
        report.forbidden(&Path::root("immutable"), detail);
    }
    if new.data != old.data {
        report.forbidden(&Path::root("data"), detail);
    }
    if new.rest.get("binaryData") != old.rest.get("binaryData") {
        report.forbidden(&Path::root("binaryData"), detail);
    }
}
