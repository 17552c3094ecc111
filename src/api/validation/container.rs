//! Containers: names, images, ports, environment, mounts and resources.
//!
//! Must not know other containers than those of one Pod. Invariant: errors of one container
//! come in the order of the API server.

use std::collections::BTreeSet;

use crate::api::Value;
use crate::api::pod::{
    Container, ContainerPort, EnvSource, EnvVar, FieldRef, PodSpec, Resources, VolumeMount,
};
use crate::api::validation::names::{
    config_key, dns_label, dns_subdomain, env_name, port_name, port_number, qualified_name,
};
use crate::api::validation::path::{Path, Report};
use crate::api::validation::{probe, volume};

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// What containers of one Pod share.
pub(super) struct Shared<'a> {
    /// The volumes that may be mounted.
    pub(super) volumes: &'a BTreeSet<&'a str>,
    /// Seconds granted to stop.
    pub(super) grace: i64,
}

/// Models pkg/apis/core/validation/validation.go validateContainers
pub(super) fn regular(spec: &PodSpec, shared: &Shared<'_>, path: &Path<'_>, report: &mut Report) {
    if spec.containers.is_empty() {
        report.required(path, "");
        return;
    }
    for (index, one) in spec.containers.iter().enumerate() {
        let at = path.index(index);
        common(one, shared, &at, report);
        if spec.containers[..index].iter().any(|other| other.name == one.name) {
            report.duplicate(&at.child("name"), &*one.name);
        }
        hooks(one, shared, &at, report);
        let probes = [&one.liveness_probe, &one.readiness_probe, &one.startup_probe];
        probe::check_all(probes.map(Option::as_ref), &at, report);
        restart_policy(one, &at, report);
    }
    host_port_conflicts(&spec.containers, path, report);
}

/// Models pkg/apis/core/validation/validation.go validateInitContainers
pub(super) fn init(spec: &PodSpec, shared: &Shared<'_>, path: &Path<'_>, report: &mut Report) {
    for (index, one) in spec.init_containers.iter().enumerate() {
        let at = path.index(index);
        common(one, shared, &at, report);
        let before = &spec.init_containers[..index];
        let mut others = spec.containers.iter().chain(before);
        if !one.name.is_empty() && others.any(|other| other.name == one.name) {
            report.duplicate(&at.child("name"), &*one.name);
        }
        host_port_conflicts(std::slice::from_ref(one), path, report);
        restart_policy(one, &at, report);
        let probes = [&one.liveness_probe, &one.readiness_probe, &one.startup_probe];
        if one.restart_policy.as_deref() == Some("Always") {
            hooks(one, shared, &at, report);
            probe::check_all(probes.map(Option::as_ref), &at, report);
            continue;
        }
        let fields = ["livenessProbe", "readinessProbe", "startupProbe"];
        let given = fields.into_iter().zip(probes.map(Option::is_some));
        let given = [("lifecycle", one.lifecycle.is_some())].into_iter().chain(given);
        for (field, _) in given.filter(|(_, is_given)| *is_given) {
            let detail = "may not be set for init containers without restartPolicy=Always";
            report.forbidden(&at.child(field), detail);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateContainerCommon
fn common(one: &Container, shared: &Shared<'_>, path: &Path<'_>, report: &mut Report) {
    let name = path.child("name");
    if one.name.is_empty() {
        report.required(&name, "");
    } else {
        report.all_invalid(&name, &one.name, dns_label(&one.name));
    }
    if one.image.is_empty() {
        report.required(&path.child("image"), "");
    }
    if let Some(policy) = one.rest.get("terminationMessagePolicy").and_then(Value::as_str) {
        let policies = ["File", "FallbackToLogsOnError"];
        report.one_of(&path.child("terminationMessagePolicy"), policy, &policies);
    }
    ports(&one.ports, &path.child("ports"), report);
    env(&one.env, &path.child("env"), report);
    env_from(one, &path.child("envFrom"), report);
    mounts(&one.volume_mounts, shared.volumes, &path.child("volumeMounts"), report);
    let policy = one.image_pull_policy.as_deref().unwrap_or("IfNotPresent");
    let policies = ["Always", "IfNotPresent", "Never"];
    report.one_of(&path.child("imagePullPolicy"), policy, &policies);
    resources(&one.resources, &path.child("resources"), report);
    security(one, &path.child("securityContext"), report);
}

fn hooks(one: &Container, shared: &Shared<'_>, path: &Path<'_>, report: &mut Report) {
    let Some(lifecycle) = &one.lifecycle else { return };
    let path = path.child("lifecycle");
    for (field, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
        if let Some(hook) = hook {
            probe::hook(hook, shared.grace, &path.child(field), report);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateContainerRestartPolicy
fn restart_policy(one: &Container, path: &Path<'_>, report: &mut Report) {
    let policies = ["Always", "Never", "OnFailure"];
    if let Some(policy) = one.restart_policy.as_deref().filter(|one| !policies.contains(one)) {
        report.not_supported(&path.child("restartPolicy"), policy, &policies);
    }
}

/// The port of the node that a container's is given.
pub(super) fn host_port(port: &ContainerPort) -> Option<i64> {
    match port.rest.get("hostPort") {
        Some(Value::Int(number)) if *number != 0 => Some(*number),
        _ => None,
    }
}

/// Models pkg/apis/core/validation/validation.go validateContainerPorts
fn ports(ports: &[ContainerPort], path: &Path<'_>, report: &mut Report) {
    for (index, port) in ports.iter().enumerate() {
        let at = path.index(index);
        if let Some(name) = port.name.as_deref().filter(|name| !name.is_empty()) {
            let messages = port_name(name);
            let is_known = |other: &ContainerPort| other.name.as_deref() == Some(name);
            if messages.is_empty() && ports[..index].iter().any(is_known) {
                report.duplicate(&at.child("name"), name);
            }
            report.all_invalid(&at.child("name"), name, messages);
        }
        let number = at.child("containerPort");
        if port.container_port == 0 {
            report.required(&number, "");
        } else if let Some(detail) = port_number(port.container_port) {
            report.invalid(&number, &port.container_port, detail);
        }
        if let Some(number) = host_port(port)
            && let Some(detail) = port_number(i32::try_from(number).unwrap_or(-1))
        {
            report.invalid(&at.child("hostPort"), &number, detail);
        }
        let protocol = port.protocol.as_deref().unwrap_or("TCP");
        report.one_of(&at.child("protocol"), protocol, &PROTOCOLS);
    }
}

/// Models pkg/apis/core/validation/validation.go AccumulateUniqueHostPorts
fn host_port_conflicts(containers: &[Container], path: &Path<'_>, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (index, container) in containers.iter().enumerate() {
        for (place, port) in container.ports.iter().enumerate() {
            let Some(number) = host_port(port) else { continue };
            let host = port.rest.get("hostIP").and_then(Value::as_str).unwrap_or_default();
            let protocol = port.protocol.as_deref().unwrap_or("TCP");
            let key = format!("{protocol}/{host}/{number}");
            if seen.contains(&key) {
                let at = path.index(index);
                let at = at.child("ports");
                report.duplicate(&at.index(place).child("hostPort"), &*key);
            }
            seen.insert(key);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateEnv
fn env(variables: &[EnvVar], path: &Path<'_>, report: &mut Report) {
    for (index, variable) in variables.iter().enumerate() {
        let at = path.index(index);
        if variable.name.is_empty() {
            report.required(&at.child("name"), "");
        } else {
            report.all_invalid(&at.child("name"), &variable.name, env_name(&variable.name));
        }
        if let Some(source) = &variable.value_from {
            let has_value = variable.value.as_deref().is_some_and(|value| !value.is_empty());
            value_from(source, has_value, &at.child("valueFrom"), report);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validateEnvVarValueFrom
fn value_from(source: &EnvSource, has_value: bool, path: &Path<'_>, report: &mut Report) {
    if let Some(field) = &source.field_ref {
        field_ref(field, &path.child("fieldRef"), report);
    }
    let word = |value: &Value, key: &str| {
        value.at(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    if let Some(key) = &source.config_map_key_ref {
        key_ref(&key.name, &key.key, &path.child("configMapKeyRef"), report);
    }
    if let Some(key) = source.rest.get("secretKeyRef") {
        let at = path.child("secretKeyRef");
        key_ref(&word(key, "name"), &word(key, "key"), &at, report);
    }
    let count = usize::from(source.field_ref.is_some())
        + usize::from(source.config_map_key_ref.is_some())
        + source.rest.len();
    if count == 0 {
        let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, \
                      `secretKeyRef` or `fileKeyRef`";
        report.invalid(path, "", detail);
    } else if has_value {
        report.invalid(path, "", "may not be specified when `value` is not empty");
    } else if count > 1 {
        report.invalid(path, "", "may not have more than one field specified at a time");
    }
}

fn key_ref(name: &str, key: &str, path: &Path<'_>, report: &mut Report) {
    report.all_invalid(&path.child("name"), name, dns_subdomain(name));
    if key.is_empty() {
        report.required(&path.child("key"), "");
    } else {
        report.all_invalid(&path.child("key"), key, config_key(key));
    }
}

const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Fields that can be converted and still are no environment.
const OTHER_FIELDS: [&str; 7] = [
    "metadata.annotations",
    "metadata.labels",
    "spec.hostNetwork",
    "spec.restartPolicy",
    "spec.schedulerName",
    "status.nominatedNodeName",
    "status.phase",
];

/// Models pkg/apis/core/validation/validation.go validateObjectFieldSelector
fn field_ref(field: &FieldRef, path: &Path<'_>, report: &mut Report) {
    let at = path.child("fieldPath");
    let text = &*field.field_path;
    if text.is_empty() {
        report.required(&at, "");
        return;
    }
    if let Some((base, key)) = text.strip_suffix("']").and_then(|rest| rest.split_once("['")) {
        match base {
            "metadata.annotations" => {
                report.all_invalid(&at, key, qualified_name(&key.to_ascii_lowercase()));
            }
            "metadata.labels" => report.all_invalid(&at, key, qualified_name(key)),
            _ => report.invalid(&at, text, "does not support subscript"),
        }
    } else if OTHER_FIELDS.contains(&text) {
        report.not_supported(&at, text, &FIELDS);
    } else if !FIELDS.contains(&text) {
        let detail = format!("error converting fieldPath: field label not supported: {text}");
        report.invalid(&at, text, &detail);
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateEnvFrom
fn env_from(one: &Container, path: &Path<'_>, report: &mut Report) {
    let Some(Value::List(sources)) = one.rest.get("envFrom") else { return };
    for (index, source) in sources.iter().enumerate() {
        let at = path.index(index);
        let kinds = ["configMapRef", "secretRef"];
        let given: Vec<&str> = kinds.into_iter().filter(|kind| source.at(kind).is_some()).collect();
        for kind in &given {
            let name = source.at(kind).and_then(|one| one.at("name")).and_then(Value::as_str);
            let name = name.unwrap_or_default();
            report.all_invalid(&at.child(kind).child("name"), name, dns_subdomain(name));
        }
        match given.len() {
            0 => report.invalid(&at, "", "must specify one of: `configMapRef` or `secretRef`"),
            1 => {}
            _ => report.invalid(&at, "", "may not have more than one field specified at a time"),
        }
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateVolumeMounts
fn mounts(mounts: &[VolumeMount], volumes: &BTreeSet<&str>, path: &Path<'_>, report: &mut Report) {
    for (index, mount) in mounts.iter().enumerate() {
        let at = path.index(index);
        let name = at.child("name");
        if mount.name.is_empty() {
            report.required(&name, "");
        }
        if !volumes.contains(&*mount.name) {
            report.not_found(&name, &mount.name);
        }
        let place = at.child("mountPath");
        if mount.mount_path.is_empty() {
            report.required(&place, "");
        }
        if mounts[..index].iter().any(|other| other.mount_path == mount.mount_path) {
            report.invalid(&place, &*mount.mount_path, "must be unique");
        }
        let word = |key: &str| mount.rest.get(key).and_then(Value::as_str).unwrap_or_default();
        let (sub, expression) = (word("subPath"), word("subPathExpr"));
        if !sub.is_empty() {
            volume::descending(sub, false, &path.child("subPath"), report);
        }
        if !expression.is_empty() {
            if !sub.is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                report.invalid(&at.child("subPathExpr"), expression, detail);
            }
            volume::descending(expression, false, &path.child("subPathExpr"), report);
        }
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateContainerResourceRequirements
pub(super) fn resources(resources: &Resources, path: &Path<'_>, report: &mut Report) {
    let (limits, requests) = (path.child("limits"), path.child("requests"));
    for (name, amount) in &resources.limits {
        let at = limits.key(name);
        resource_name(name, &at, report);
        quantity(name, *amount, &at, report);
    }
    for (name, amount) in &resources.requests {
        let at = requests.key(name);
        resource_name(name, &at, report);
        quantity(name, *amount, &at, report);
        let may_overcommit = is_native(name) && !name.starts_with("hugepages-");
        match resources.limits.get(name) {
            Some(limit) if amount.milli != limit.milli && !may_overcommit => {
                let detail = format!("must be equal to {name} limit of {limit}");
                report.invalid(&requests, &*amount.to_string(), &detail);
            }
            Some(limit) if amount.milli > limit.milli => {
                let detail = format!("must be less than or equal to {name} limit of {limit}");
                report.invalid(&requests, &*amount.to_string(), &detail);
            }
            None if !may_overcommit => {
                report.required(&limits, "Limit must be set for non overcommitable resources");
            }
            _ => {}
        }
    }
}

/// Models pkg/apis/core/v1/helper/helpers.go IsNativeResource
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.starts_with("kubernetes.io/")
}

/// Models pkg/apis/core/helper/helpers.go IsStandardResourceName
fn is_standard(name: &str) -> bool {
    const NAMES: [&str; 20] = [
        "cpu",
        "memory",
        "ephemeral-storage",
        "requests.cpu",
        "requests.memory",
        "requests.ephemeral-storage",
        "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage",
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "persistentvolumeclaims",
        "configmaps",
        "services.nodeports",
        "services.loadbalancers",
        "requests.storage",
        "storage",
    ];
    NAMES.contains(&name)
        || name.starts_with("hugepages-")
        || name.starts_with("requests.hugepages-")
}

/// Models pkg/apis/core/validation/validation.go validateContainerResourceName
fn resource_name(name: &str, path: &Path<'_>, report: &mut Report) {
    let messages = qualified_name(name);
    let is_qualified = messages.is_empty();
    report.all_invalid(path, name, messages);
    if name.contains('/') {
        return;
    }
    if is_qualified && !is_standard(name) {
        report.invalid(path, name, "must be a standard resource type or fully qualified");
    }
    let is_of_containers =
        ["cpu", "memory", "ephemeral-storage"].contains(&name) || name.starts_with("hugepages-");
    if !is_of_containers {
        report.invalid(path, name, "must be a standard resource for containers");
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateResourceQuantityValue
fn quantity(name: &str, amount: crate::api::Quantity, path: &Path<'_>, report: &mut Report) {
    if amount.milli < 0 {
        let detail = "must be greater than or equal to 0";
        report.invalid(path, &*amount.to_string(), detail);
    }
    let is_whole = !is_native(name) || name.starts_with("hugepages-");
    if is_whole && amount.milli % 1_000 != 0 {
        report.invalid(path, &*amount.to_string(), "must be an integer");
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateSecurityContext
fn security(one: &Container, path: &Path<'_>, report: &mut Report) {
    let Some(context) = one.rest.get("securityContext") else { return };
    for field in ["runAsUser", "runAsGroup"] {
        identity(context, field, path, report);
    }
    let flag = |key: &str| context.at(key).cloned();
    if flag("allowPrivilegeEscalation") == Some(Value::Bool(false))
        && flag("privileged") == Some(Value::Bool(true))
    {
        let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
        report.invalid(path, context, detail);
    }
}

/// A user or a group of Linux.
pub(super) fn identity(context: &Value, field: &str, path: &Path<'_>, report: &mut Report) {
    if let Some(Value::Int(number)) = context.at(field)
        && !(0..=i64::from(i32::MAX)).contains(number)
    {
        let detail = "must be between 0 and 2147483647, inclusive";
        report.invalid(&path.child(field), number, detail);
    }
}
