//! Metadata: names, namespaces, labels, annotations, owners and finalizers.
//!
//! Must not know bodies. Invariant: a kind's own rule for names is looked up here alone.
//!
//! Models staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::api::validation::names::{
    dns_label, dns_subdomain, label_value, path_segment, qualified_name,
};
use crate::api::validation::path::{Path, Report};
use crate::api::{Kind, Meta, OwnerReference};
use crate::base::Str;

/// The most bytes that all annotations of an object may have.
const ANNOTATIONS_MAX: usize = 256 * 1024;

/// A prefix as a name: a dash at its end is followed by what is added.
///
/// Models staging/src/k8s.io/apimachinery/pkg/api/validation/generic.go maskTrailingDash
pub(super) fn masked(name: &str) -> Cow<'_, str> {
    match name.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => Cow::Owned(format!("{rest}a")),
        _ => Cow::Borrowed(name),
    }
}

/// What a kind's names may look like; a prefix gets a suffix before it is one.
fn name_messages(kind: Kind, name: &str, is_prefix: bool) -> Vec<String> {
    let name = &*if is_prefix { masked(name) } else { Cow::Borrowed(name) };
    match kind {
        _ if super::is_label_name(kind) => dns_label(name),
        Kind::ClusterRole | Kind::ClusterRoleBinding | Kind::Role | Kind::RoleBinding => {
            path_segment(name)
        }
        _ => dns_subdomain(name),
    }
}

/// Models staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go ValidateObjectMeta
pub(super) fn check(meta: &Meta, kind: Kind, report: &mut Report) {
    let path = Path::root("metadata");
    if !meta.generate_name.is_empty() {
        let messages = name_messages(kind, &meta.generate_name, true);
        report.all_invalid(&path.child("generateName"), &meta.generate_name, messages);
    }
    if meta.name.is_empty() {
        if meta.generate_name.is_empty() {
            report.required(&path.child("name"), "name or generateName is required");
        }
    } else {
        let messages = name_messages(kind, &meta.name, false);
        report.all_invalid(&path.child("name"), &meta.name, messages);
    }
    if kind.facts().namespaced && kind != Kind::Other {
        let at = path.child("namespace");
        if meta.namespace.is_empty() {
            report.required(&at, "");
        } else {
            report.all_invalid(&at, &meta.namespace, dns_label(&meta.namespace));
        }
    } else if !meta.namespace.is_empty() && kind != Kind::Other {
        report.forbidden(&path.child("namespace"), "not allowed on this type");
    }
    check_maps(meta, &path, report);
}

/// Models staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
/// ValidateObjectMetaUpdate
pub(super) fn check_update(new: &Meta, old: &Meta, kind: Kind, report: &mut Report) {
    let path = Path::root("metadata");
    if old.is_terminating() {
        let is_new = |one: &&Str| !old.finalizers.contains(one);
        let added: Vec<&Str> = new.finalizers.iter().filter(is_new).collect();
        if !added.is_empty() {
            let added: Vec<String> = added.iter().map(|one| format!("\"{one}\"")).collect();
            let detail = format!(
                "no new finalizers can be added if the object is being deleted, found new \
                 finalizers []string{{{}}}",
                added.join(", ")
            );
            report.forbidden(&path.child("finalizers"), &detail);
        }
    }
    let is_named = new.name == old.name && (new.namespace == old.namespace || kind == Kind::Other);
    report.immutable(&path.child("name"), is_named, || format!("\"{}\"", new.name));
    let is_same = new.labels == old.labels
        && new.annotations == old.annotations
        && new.owner_references == old.owner_references
        && new.finalizers == old.finalizers;
    if !is_same {
        check_maps(new, &path, report);
    }
}

fn check_maps(meta: &Meta, path: &Path<'_>, report: &mut Report) {
    labels(&meta.labels, &path.child("labels"), report);
    annotations(&meta.annotations, &path.child("annotations"), report);
    owners(&meta.owner_references, &path.child("ownerReferences"), report);
    let at = path.child("finalizers");
    for (index, finalizer) in meta.finalizers.iter().enumerate() {
        report.all_invalid(&at, finalizer, qualified_name(finalizer));
        let is_standard = ["kubernetes", "orphan", "foregroundDeletion"].contains(&&**finalizer);
        if !finalizer.contains('/') && !is_standard {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            report.invalid(&at.index(index), &**finalizer, detail);
        }
    }
    if meta.has_finalizer("orphan") && meta.has_finalizer("foregroundDeletion") {
        let shown = crate::api::encode::value_of(&*meta.finalizers);
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        report.invalid(&at, &shown, detail);
    }
}

/// Models staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go
/// ValidateLabels
pub(super) fn labels(labels: &BTreeMap<Str, Str>, path: &Path<'_>, report: &mut Report) {
    for (key, value) in labels {
        report.all_invalid(path, key, qualified_name(key));
        report.all_invalid(path, value, label_value(value));
    }
}

/// Models staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go ValidateAnnotations
pub(super) fn annotations(map: &BTreeMap<Str, Str>, path: &Path<'_>, report: &mut Report) {
    let mut size = 0;
    for (key, value) in map {
        if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            report.all_invalid(path, key, qualified_name(&key.to_ascii_lowercase()));
        } else {
            report.all_invalid(path, key, qualified_name(key));
        }
        size += key.len() + value.len();
    }
    if size > ANNOTATIONS_MAX {
        report.too_long(path, ANNOTATIONS_MAX);
    }
}

/// Models staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
/// ValidateOwnerReferences
fn owners(owners: &[OwnerReference], path: &Path<'_>, report: &mut Report) {
    let mut controller: Option<&OwnerReference> = None;
    for owner in owners {
        if owner.api_version.is_empty() {
            report.invalid(&path.child("apiVersion"), "", "version must not be empty");
        }
        for (field, text) in [("kind", &owner.kind), ("name", &owner.name)] {
            if text.is_empty() {
                report.invalid(&path.child(field), "", "must not be empty");
            }
        }
        if owner.uid.0 == 0 {
            report.invalid(&path.child("uid"), "", "must not be empty");
        }
        if owner.controller != Some(true) {
            continue;
        }
        if let Some(other) = controller {
            let shown = crate::api::encode::value_of(owners);
            let detail = format!(
                "Only one reference can have Controller set to true. Found \"true\" in references \
                 for {}/{} and {}/{}",
                other.kind, other.name, owner.kind, owner.name
            );
            report.invalid(path, &shown, &detail);
        }
        controller = Some(owner);
    }
}
