//! Annotations of Pods and templates that once were fields.
//!
//! Must not know other annotations. Invariant: an annotation and the field that took its place
//! say the same.
//!
//! Models pkg/apis/core/validation/validation.go ValidatePodSpecificAnnotations
//! Differs: tolerations in an annotation are not read.

use crate::api::pod::{Container, PodSpec};
use crate::api::validation::path::{Path, Report};
use crate::api::validation::volume;
use crate::api::{Labels, Value, go};

const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const MIRROR: &str = "kubernetes.io/config.mirror";
const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";
const LOCALHOST: &str = "localhost/";

/// What is said in annotations of a Pod or a template.
pub(super) fn check(all: &Labels, spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    if all.is_empty() {
        return;
    }
    if let Some(value) = all.get(MIRROR).filter(|_| spec.node_name.is_none()) {
        let detail = "must set spec.nodeName if mirror pod annotation is set";
        report.invalid(&path.key(MIRROR), &**value, detail);
    }
    if let Some(cost) = all.get(DELETION_COST).filter(|cost| !is_cost(cost)) {
        report.invalid(&path.key(DELETION_COST), &**cost, "must be a 32bit integer");
    }
    if let Some(profile) = all.get(SECCOMP_POD) {
        seccomp(profile, &path.child(SECCOMP_POD), report);
    }
    for (key, profile) in all.iter().filter(|(key, _)| key.starts_with(SECCOMP)) {
        seccomp(profile, &path.child(key), report);
    }
    for (key, profile) in all.iter() {
        let Some(name) = key.strip_prefix(APPARMOR) else { continue };
        let at = path.key(key);
        if !containers(spec).any(|(_, _, one)| *one.name == *name) {
            report.invalid(&at, name, "container not found");
        }
        let is_known = matches!(&**profile, "" | "runtime/default" | "unconfined");
        if !is_known && !profile.starts_with(LOCALHOST) {
            let detail = format!("invalid AppArmor profile name: {}", go::quoted(profile));
            report.invalid(&at, &**profile, &detail);
        }
    }
}

/// Models pkg/apis/core/helper/helpers.go GetDeletionCostFromPodAnnotations
fn is_cost(text: &str) -> bool {
    let is_padded = text.starts_with('+') || (text.starts_with('0') && text.len() > 1);
    text.parse::<i32>().is_ok() && !is_padded
}

/// The containers with the lists in which they stand, init containers first.
///
/// Models pkg/api/pod/util.go VisitContainersWithPath
pub(super) fn containers(
    spec: &PodSpec,
) -> impl Iterator<Item = (&'static str, usize, &Container)> {
    let init = spec.init_containers.iter().enumerate();
    let init = init.map(|(index, one)| ("initContainers", index, one));
    let regular = spec.containers.iter().enumerate();
    init.chain(regular.map(|(index, one)| ("containers", index, one)))
}

/// Models pkg/apis/core/validation/validation.go ValidateSeccompProfile
fn seccomp(profile: &str, path: &Path<'_>, report: &mut Report) {
    match profile {
        "runtime/default" | "docker/default" | "unconfined" => {}
        other => match other.strip_prefix(LOCALHOST) {
            Some(file) => volume::descending(file, path, report),
            None => report.invalid(path, other, "must be a valid seccomp profile"),
        },
    }
}

/// Where annotations and fields must say the same.
///
/// Models pkg/apis/core/validation/validation.go validateSeccompAnnotationsAndFields,
/// validateAppArmorAnnotationsAndFieldsMatchOnCreate
pub(super) fn check_fields(all: &Labels, spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    if all.is_empty() {
        return;
    }
    let context = |of: &'_ crate::api::Rest, key: &str| -> Option<Value> {
        of.get("securityContext").and_then(|one| one.at(key)).cloned()
    };
    let field = "seccompProfile";
    let known = ["runtime/default", "docker/default"];
    if let (Some(given), Some(own)) = (all.get(SECCOMP_POD), context(&spec.rest, field)) {
        let at = path.child("securityContext");
        matches(given, &own, &known, "seccomp", &at.child(field), report);
    }
    for (list, index, one) in containers(spec) {
        let given = all.get(&*format!("{SECCOMP}{}", one.name));
        if let (Some(given), Some(own)) = (given, context(&one.rest, field)) {
            let (at, place) = (path.child(list), index);
            let at = at.index(place);
            let at = at.child("securityContext");
            matches(given, &own, &known, "seccomp", &at.child(field), report);
        }
    }
    if spec.rest.get("os").is_some_and(|os| os.word("name") == "windows") {
        return;
    }
    let field = "appArmorProfile";
    for (list, index, one) in containers(spec) {
        let given = all.get(&*format!("{APPARMOR}{}", one.name));
        let own = context(&one.rest, field).or_else(|| context(&spec.rest, field));
        if let (Some(given), Some(own)) = (given, own) {
            let at = path.child(list);
            let at = at.index(index);
            let at = at.child("securityContext");
            matches(given, &own, &known[..1], "apparmor", &at.child(field), report);
        }
    }
}

fn matches(
    given: &str,
    field: &Value,
    defaults: &[&str],
    what: &str,
    path: &Path<'_>,
    report: &mut Report,
) {
    let is_same = match field.word("type") {
        "Unconfined" => given == "unconfined",
        "RuntimeDefault" => defaults.contains(&given),
        "Localhost" => given.starts_with(LOCALHOST),
        _ => true,
    };
    if !is_same {
        let detail = format!("{what} type in annotation and field must match");
        report.forbidden(&path.child("type"), &detail);
    } else if field.word("type") == "Localhost"
        && given.strip_prefix(LOCALHOST) != field.at("localhostProfile").and_then(Value::as_str)
    {
        let detail = format!("{what} profile in annotation and field must match");
        report.forbidden(&path.child("localhostProfile"), &detail);
    }
}
