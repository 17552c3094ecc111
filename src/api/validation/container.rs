//! Containers: names, images, ports, environment, mounts and resources.
//!
//! Must not know other containers than those of one Pod. Invariant: errors of one container
//! come in the order of the API server.

use std::collections::BTreeSet;

use crate::api::Value;
use crate::api::pod::{Container, ContainerPort, EnvSource, EnvVar, PodSpec, VolumeMount};
use crate::api::validation::names::{
    config_key, dns_label, dns_subdomain, env_name, port_name, qualified_name,
};
use crate::api::validation::path::{Path, Report};
use crate::api::validation::{amounts, meta, os, probe, restart, security, shared, volume};

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// What containers of one Pod share.
pub(super) struct Shared<'a> {
    /// The volumes that may be mounted.
    pub(super) volumes: &'a BTreeSet<&'a str>,
    /// Those of them that may be devices.
    pub(super) blocks: &'a BTreeSet<&'a str>,
    /// The names under which devices are claimed.
    pub(super) claims: &'a [&'a str],
    /// Seconds granted to stop.
    pub(super) grace: i64,
    /// The Pod.
    pub(super) pod: &'a PodSpec,
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
        restart::check(one, &at, report);
    }
    host_port_conflicts(&spec.containers, path, report);
}

/// Models pkg/apis/core/validation/validation.go validateInitContainers
pub(super) fn init(spec: &PodSpec, shared: &Shared<'_>, path: &Path<'_>, report: &mut Report) {
    for (index, one) in spec.init_containers.iter().enumerate() {
        let at = path.index(index);
        common(one, shared, &at, report);
        if one.restart_policy.is_some() {
            restart::check(one, &at, report);
        }
        let before = &spec.init_containers[..index];
        let mut others = spec.containers.iter().chain(before);
        if !one.name.is_empty() && others.any(|other| other.name == one.name) {
            report.duplicate(&at.child("name"), &*one.name);
        }
        host_port_conflicts(std::slice::from_ref(one), path, report);
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
    mounts(one, shared.volumes, &path.child("volumeMounts"), report);
    devices(one, shared, &path.child("volumeDevices"), report);
    let policy = one.image_pull_policy.as_deref().unwrap_or("IfNotPresent");
    let policies = ["Always", "IfNotPresent", "Never"];
    report.one_of(&path.child("imagePullPolicy"), policy, &policies);
    amounts::of_container(&one.resources, shared.claims, &path.child("resources"), report);
    restart::of_resizes(one, shared.pod, &path.child("resizePolicy"), report);
    let shares_users = os::shares_users(shared.pod);
    security::container(one, shares_users, &path.child("securityContext"), report);
}

fn hooks(one: &Container, shared: &Shared<'_>, path: &Path<'_>, report: &mut Report) {
    let Some(lifecycle) = &one.lifecycle else { return };
    let path = path.child("lifecycle");
    for (field, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
        if let Some(hook) = hook {
            probe::hook(hook, shared.grace, &path.child(field), report);
        }
    }
    if let Some(signal) = lifecycle.rest.get("stopSignal").and_then(Value::as_str) {
        os::stop_signal(signal, shared.pod, &path.child("stopSignal"), report);
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
        } else {
            report.port(&number, i64::from(port.container_port));
        }
        if let Some(number) = host_port(port) {
            report.port(&at.child("hostPort"), number);
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
        field_ref(&field.field_path, &FIELDS, &path.child("fieldRef"), report);
    }
    if let Some(one) = source.rest.get("resourceFieldRef") {
        resource_ref(one, false, &path.child("resourceFieldRef"), report);
    }
    if let Some(key) = &source.config_map_key_ref {
        key_ref(&key.name, &key.key, &path.child("configMapKeyRef"), report);
    }
    if let Some(key) = source.rest.get("secretKeyRef") {
        let at = path.child("secretKeyRef");
        key_ref(key.word("name"), key.word("key"), &at, report);
    }
    if let Some(file) = source.rest.get("fileKeyRef") {
        let at = path.child("fileKeyRef");
        for (field, rule) in
            [("key", env_name as fn(&str) -> Vec<String>), ("volumeName", dns_label)]
        {
            shared::needed(file, &[field], &at, report);
            shared::named(file, field, rule, &at, report);
        }
        shared::needed(file, &["path"], &at, report);
        shared::no_backsteps(file.word("path"), &at.child("path"), report);
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

/// A field of the Pod, of which some may be asked for.
///
/// Models pkg/apis/core/validation/validation.go validateObjectFieldSelector
pub(super) fn field_ref(text: &str, known: &[&str], path: &Path<'_>, report: &mut Report) {
    let at = path.child("fieldPath");
    if text.is_empty() {
        report.required(&at, "");
        return;
    }
    let wrong = |what: &str| format!("error converting fieldPath: field label {what}: {text}");
    if let Some((base, key)) = text.strip_suffix("']").and_then(|rest| rest.split_once("['")) {
        let lower = key.to_ascii_lowercase();
        match base {
            "metadata.annotations" => report.all_invalid(path, &lower, qualified_name(&lower)),
            "metadata.labels" => report.all_invalid(path, key, qualified_name(key)),
            _ => report.invalid(&at, text, &wrong("does not support subscript")),
        }
    } else if known.contains(&text) {
    } else if OTHER_FIELDS.contains(&text) || FIELDS.contains(&text) {
        report.not_supported(&at, text, known);
    } else {
        report.invalid(&at, text, &wrong("not supported"));
    }
}

const AMOUNTS: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// An amount that a container asks for; a volume says of which.
///
/// Models pkg/apis/core/validation/validation.go validateContainerResourceFieldSelector
pub(super) fn resource_ref(one: &Value, is_volume: bool, path: &Path<'_>, report: &mut Report) {
    let name = one.word("resource");
    let (of, what) = name.split_once('.').unwrap_or_default();
    let is_huge = matches!(of, "limits" | "requests") && what.starts_with("hugepages-");
    if is_volume && one.lacks("containerName") {
        report.required(&path.child("containerName"), "");
    } else if name.is_empty() {
        report.required(&path.child("resource"), "");
    } else if !AMOUNTS.contains(&name) && !is_huge {
        report.not_supported(&path.child("resource"), name, &AMOUNTS);
    }
    let divisor = one.at("divisor").map(crate::api::go::printed).unwrap_or_default();
    let mut known = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are";
    let kind = match what {
        "cpu" => {
            known = "1m and 1 are";
            "cpu"
        }
        "memory" => "memory",
        "ephemeral-storage" => "local ephemeral storage",
        _ if is_huge => "hugepages",
        _ => return,
    };
    let mut values = known.split([',', ' ']);
    if !matches!(&*divisor, "" | "0") && !values.any(|value| value == divisor) {
        let resource = if is_huge { "the hugepages resource" } else { "the" };
        let kind = if is_huge { String::new() } else { format!(" {kind} resource") };
        let detail = format!("only divisor's values {known} supported with {resource}{kind}");
        report.invalid(&path.child("divisor"), name, &detail);
    }
}

/// A name to which something may be added.
fn as_prefix(name: &str) -> Vec<String> {
    dns_subdomain(&meta::masked(name))
}

/// Models pkg/apis/core/validation/validation.go ValidateEnvFrom
fn env_from(one: &Container, path: &Path<'_>, report: &mut Report) {
    let Some(Value::List(sources)) = one.rest.get("envFrom") else { return };
    for (index, source) in sources.iter().enumerate() {
        let at = path.index(index);
        let prefix = source.at("prefix").and_then(Value::as_str).unwrap_or_default();
        if !prefix.is_empty() {
            report.all_invalid(&at.child("prefix"), prefix, env_name(prefix));
        }
        let kinds = ["configMapRef", "secretRef"];
        let given: Vec<&str> = kinds.into_iter().filter(|kind| source.at(kind).is_some()).collect();
        for kind in &given {
            let (at, none) = (at.child(kind), Value::Null);
            let one = source.at(kind).unwrap_or(&none);
            shared::needed(one, &["name"], &at, report);
            shared::named(one, "name", as_prefix, &at, report);
        }
        match given.len() {
            0 => report.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"),
            1 => {}
            _ => report.invalid(path, "", "may not have more than one field specified at a time"),
        }
    }
}

/// Models pkg/apis/core/validation/validation.go ValidateVolumeMounts
fn mounts(of: &Container, volumes: &BTreeSet<&str>, path: &Path<'_>, report: &mut Report) {
    let mounts = &of.volume_mounts;
    let devices = volume_devices(of);
    let has = |at: usize, text: &str| devices.iter().any(|one| [one.0, one.1][at] == text);
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
        if has(0, &mount.name) {
            report.invalid(&name, &*mount.name, "must not already exist in volumeDevices");
        }
        if has(1, &mount.mount_path) {
            let detail = "must not already exist as a path in volumeDevices";
            report.invalid(&place, &*mount.mount_path, detail);
        }
        let word = |key: &str| mount.rest.get(key).and_then(Value::as_str).unwrap_or_default();
        let (sub, expression) = (word("subPath"), word("subPathExpr"));
        if !sub.is_empty() {
            volume::descending(sub, &path.child("subPath"), report);
        }
        if !expression.is_empty() {
            if !sub.is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                report.invalid(&at.child("subPathExpr"), expression, detail);
            }
            volume::descending(expression, &path.child("subPathExpr"), report);
        }
        propagation(of, mount, path, report);
    }
}

/// Models pkg/apis/core/validation/validation.go validateMountPropagation,
/// validateMountRecursiveReadOnly
fn propagation(of: &Container, mount: &VolumeMount, path: &Path<'_>, report: &mut Report) {
    let word = |key: &str| mount.rest.get(key).and_then(Value::as_str);
    let at = path.child("mountPropagation");
    let way = word("mountPropagation").unwrap_or("None");
    let ways = ["Bidirectional", "HostToContainer", "None"];
    if !ways.contains(&way) {
        report.not_supported(&at, way, &ways);
    }
    let privileged = of.rest.get("securityContext").and_then(|one| one.at("privileged"));
    if way == "Bidirectional" && privileged != Some(&Value::Bool(true)) {
        let detail = "Bidirectional mount propagation is available only to privileged containers";
        report.forbidden(&at, detail);
    }
    let at = path.child("recursiveReadOnly");
    match word("recursiveReadOnly") {
        None | Some("Disabled") => {}
        Some("Enabled" | "IfPossible") => {
            if mount.rest.get("readOnly") != Some(&Value::Bool(true)) {
                report.forbidden(&at, "may only be specified when readOnly is true");
            }
            if way != "None" {
                let detail = "may only be specified when mountPropagation is None or not specified";
                report.forbidden(&at, detail);
            }
        }
        Some(other) => report.not_supported(&at, other, &["Disabled", "Enabled", "IfPossible"]),
    }
}

/// Names and paths of the devices that a container is given.
fn volume_devices(of: &Container) -> Vec<(&str, &str)> {
    let Some(Value::List(devices)) = of.rest.get("volumeDevices") else { return Vec::new() };
    let pairs = devices.iter().map(|one| {
        let text = |key: &str| one.at(key).and_then(Value::as_str).unwrap_or_default();
        (text("name"), text("devicePath"))
    });
    pairs.collect()
}

/// Models pkg/apis/core/validation/validation.go ValidateVolumeDevices
fn devices(of: &Container, shared: &Shared<'_>, path: &Path<'_>, report: &mut Report) {
    let all = volume_devices(of);
    for (index, (volume, place)) in all.iter().enumerate() {
        let at = path.index(index);
        let (name, device) = (at.child("name"), at.child("devicePath"));
        let before = &all[..index];
        if volume.is_empty() {
            report.required(&name, "");
        } else if before.iter().any(|one| one.0 == *volume) {
            report.invalid(&name, *volume, "must be unique");
        }
        if !shared.volumes.contains(volume) {
            report.not_found(&name, volume);
        } else if !shared.blocks.contains(volume) {
            let detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for \
                          block mode";
            report.invalid(&name, *volume, detail);
        }
        if place.is_empty() {
            report.required(&device, "");
        }
        if before.iter().any(|one| one.1 == *place) {
            report.invalid(&device, *place, "must be unique");
        }
        if place.split('/').any(|part| part == "..") {
            report.invalid(&device, *place, "can not contain backsteps ('..')");
        }
        if of.volume_mounts.iter().any(|one| one.name == *volume) {
            report.invalid(&name, *volume, "must not already exist in volumeMounts");
        }
        if of.volume_mounts.iter().any(|one| one.mount_path == *place) {
            report.invalid(&device, *place, "must not already exist as a path in volumeMounts");
        }
    }
}
