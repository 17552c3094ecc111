//! Security contexts of Pods and of their containers.
//!
//! Must not know kernels. Invariant: what one kind of context alone has is not asked of the other.
//!
//! Models pkg/apis/core/validation/validation.go ValidateSecurityContext,
//! validatePodSpecSecurityContext

use crate::api::Value;
use crate::api::pod::{Container, PodSpec};
use crate::api::validation::path::{Path, Report};
use crate::api::validation::{os, volume};

const PROFILES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];
const SYSCTL_MAX: usize = 253;

/// A container's.
pub(super) fn container(one: &Container, shares_users: bool, path: &Path<'_>, report: &mut Report) {
    let Some(context) = one.rest.get("securityContext") else { return };
    for field in ["runAsUser", "runAsGroup"] {
        identity(context, field, path, report);
    }
    word(context, "procMount", &["Default", "Unmasked"], path, report);
    if shares_users && context.word("procMount") == "Unmasked" {
        let detail = "`hostUsers` must be false to use `Unmasked`";
        report.invalid(&path.child("procMount"), "Unmasked", detail);
    }
    profile(context, "seccompProfile", "seccomp", path, report);
    if context.at("allowPrivilegeEscalation") == Some(&Value::Bool(false)) {
        if context.at("privileged") == Some(&Value::Bool(true)) {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            report.invalid(path, context, detail);
        }
        let added = context.at("capabilities").map(|one| one.items("add")).unwrap_or_default();
        if added.iter().any(|one| one.as_str() == Some("CAP_SYS_ADMIN")) {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` \
                          CAP_SYS_ADMIN";
            report.invalid(path, context, detail);
        }
    }
    os::options(context, path, report);
    profile(context, "appArmorProfile", "AppArmor", path, report);
}

/// A Pod's.
pub(super) fn pod(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let none = Value::Null;
    let context = spec.rest.get("securityContext").unwrap_or(&none);
    for field in ["fsGroup", "runAsUser", "runAsGroup"] {
        identity(context, field, path, report);
    }
    let groups = path.child("supplementalGroups");
    for (index, group) in context.items("supplementalGroups").iter().enumerate() {
        number(group, &groups.index(index), report);
    }
    let is_on = |key: &str| spec.rest.get(key) == Some(&Value::Bool(true));
    if is_on("shareProcessNamespace") && is_on("hostPID") {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        report.invalid(&path.child("shareProcessNamespace"), &true, detail);
    }
    let hosts = ["hostNetwork", "hostIPC"].into_iter().filter(|key| is_on(key)).collect::<Vec<_>>();
    sysctls(context, &hosts, &path.child("sysctls"), report);
    word(context, "fsGroupChangePolicy", &["Always", "OnRootMismatch"], path, report);
    profile(context, "seccompProfile", "seccomp", path, report);
    os::options(context, path, report);
    profile(context, "appArmorProfile", "AppArmor", path, report);
    word(context, "supplementalGroupsPolicy", &["Merge", "Strict"], path, report);
    word(context, "seLinuxChangePolicy", &["Recursive"], path, report);
}

/// A field that may be missing, but not be another word.
fn word(context: &Value, key: &str, words: &[&str], path: &Path<'_>, report: &mut Report) {
    report.some_of(&path.child(key), context.at(key), words);
}

/// A user or a group of Linux.
fn identity(context: &Value, field: &str, path: &Path<'_>, report: &mut Report) {
    if let Some(value) = context.at(field) {
        number(value, &path.child(field), report);
    }
}

fn number(value: &Value, path: &Path<'_>, report: &mut Report) {
    if let Value::Int(number) = value
        && !(0..=i64::from(i32::MAX)).contains(number)
    {
        report.invalid(path, number, "must be between 0 and 2147483647, inclusive");
    }
}

/// A profile of seccomp or of AppArmor.
///
/// Models pkg/apis/core/validation/validation.go validateSeccompProfileField,
/// ValidateAppArmorProfileField
fn profile(context: &Value, key: &str, what: &str, path: &Path<'_>, report: &mut Report) {
    let Some(profile) = context.at(key) else { return };
    let path = path.child(key);
    let kind = profile.at("type").and_then(Value::as_str).unwrap_or_default();
    let at = path.child("type");
    if kind.is_empty() {
        report.required(&at, &format!("type is required when {key} is set"));
    } else if !PROFILES.contains(&kind) {
        report.not_supported(&at, kind, &PROFILES);
    }
    let at = path.child("localhostProfile");
    let is_seccomp = what == "seccomp";
    match (kind, profile.at("localhostProfile").and_then(Value::as_str)) {
        ("Localhost", Some(file)) if is_seccomp => volume::descending(file, &at, report),
        ("Localhost", Some(file)) if file.trim() != file => {
            report.invalid(&at, file, "must not be padded with whitespace");
        }
        ("Localhost", None | Some("")) => {
            report.required(&at, &format!("must be set when {what} type is Localhost"));
        }
        ("Localhost", Some(_)) | (_, None) => {}
        (_, Some(file)) if is_seccomp || PROFILES.contains(&kind) => {
            let detail = format!("can only be set when {what} type is Localhost");
            let shown = if is_seccomp { profile.clone() } else { Value::Str(file.into()) };
            report.invalid(&at, &shown, &detail);
        }
        _ => {}
    }
}

/// Models pkg/apis/core/validation/validation.go validateSysctls
fn sysctls(context: &Value, hosts: &[&str], path: &Path<'_>, report: &mut Report) {
    let all: Vec<&str> = context.items("sysctls").iter().map(|one| one.word("name")).collect();
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_part = |part: &str| {
        part.starts_with(is_letter)
            && part.ends_with(is_letter)
            && part.chars().all(|c| is_letter(c) || matches!(c, '-' | '_'))
    };
    for (index, name) in all.iter().enumerate() {
        let at = path.index(index);
        let at = at.child("name");
        if name.is_empty() {
            report.required(&at, "");
        } else if name.len() > SYSCTL_MAX || !name.split(['.', '/']).all(is_part) {
            let detail = format!(
                "must have at most {SYSCTL_MAX} characters and match regex \
                 ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"
            );
            report.invalid(&at, *name, &detail);
        } else if all[..index].contains(name) {
            report.duplicate(&at, *name);
        }
        if let Some(host) = hosts.iter().find(|host| **host == namespace_of(name)) {
            let detail = format!("may not be specified when '{host}' is true");
            report.invalid(&at, *name, &detail);
        }
    }
}

/// The field that shares the namespace of a setting with the node.
///
/// Models staging/src/k8s.io/component-helpers/node/util/sysctl/namespace.go GetNamespace
fn namespace_of(name: &str) -> &'static str {
    let name = if name.find('/') < name.find('.').or(Some(usize::MAX)) && name.contains('/') {
        // Slashes part the name, and dots are letters of its parts.
        name.replace('.', "\n").replace('/', ".").replace('\n', "/")
    } else {
        name.to_owned()
    };
    let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    if name == "kernel.sem" || starts(&["kernel.shm", "kernel.msg", "fs.mqueue."]) {
        "hostIPC"
    } else if starts(&["net."]) {
        "hostNetwork"
    } else {
        ""
    }
}
