//! Pods and Pod templates.
//!
//! Must not know nodes. Invariant: a Pod's spec and a template's are held to the same rules,
//! except where Kubernetes itself differs.

use crate::api::pod::{Pod, PodSpec, PodTemplate, ResourceList, Volume};
use crate::api::signed::written;
use crate::api::tree::FromTree as _;
use crate::api::validation::container::{self, Shared};
use crate::api::validation::names::{dns_label, dns_subdomain, loose_subdomain, qualified_name};
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::{affinity, amounts, annotations, meta, os, security, shared, volume};
use crate::api::{Meta, Value, go};
use crate::base::Str;

const POLICIES: [&str; 3] = ["Always", "OnFailure", "Never"];
const DNS_POLICIES: [&str; 4] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/// Models pkg/apis/core/validation/validation.go ValidatePodTemplateSpec
pub(super) fn check_template(template: &PodTemplate, path: &Path<'_>, report: &mut Report) {
    check_template_with(template, &[], path, report);
}

/// A template to whose volumes others will be added.
pub(super) fn check_template_with(
    template: &PodTemplate,
    more_volumes: &[Str],
    path: &Path<'_>,
    report: &mut Report,
) {
    let (metadata, at) = (&template.metadata, path.child("annotations"));
    meta::labels(&metadata.labels, &path.child("labels"), report);
    meta::annotations(&metadata.annotations, &at, report);
    annotations::check(&metadata.annotations, &template.spec, &at, report);
    let at = path.child("spec");
    spec(&template.spec, more_volumes, false, &at, report);
    annotations::check_fields(&metadata.annotations, &template.spec, &at, report);
    if has_ephemeral(&template.spec) {
        let detail = "ephemeral containers not allowed in pod template";
        report.forbidden(&at.child("ephemeralContainers"), detail);
    }
}

fn has_ephemeral(spec: &PodSpec) -> bool {
    matches!(spec.rest.get("ephemeralContainers"), Some(Value::List(list)) if !list.is_empty())
}

/// Models pkg/apis/core/validation/validation.go ValidatePodSpec
pub(super) fn check_spec(meta: &Meta, of: &PodSpec, path: &Path<'_>, report: &mut Report) {
    check_annotations(meta, of, report);
    spec(of, &[], true, path, report);
}

/// Models pkg/apis/core/validation/validation.go ValidatePodSpecificAnnotations
pub(super) fn check_annotations(meta: &Meta, spec: &PodSpec, report: &mut Report) {
    let path = Path::root("metadata");
    annotations::check(&meta.annotations, spec, &path.child("annotations"), report);
}

fn spec(spec: &PodSpec, more_volumes: &[Str], is_pod: bool, path: &Path<'_>, report: &mut Report) {
    let mut volumes = volume::check(&spec.volumes, is_pod, &path.child("volumes"), report);
    volumes.extend(more_volumes.iter().map(|name| &**name));
    let grace = spec.termination_grace_period_seconds.map_or(30, written);
    let is_block = |volume: &&Volume| {
        volume.persistent_volume_claim.is_some() || volume.rest.contains_key("ephemeral")
    };
    let blocks = spec.volumes.iter().filter(is_block).map(|volume| &*volume.name);
    let blocks = blocks.chain(more_volumes.iter().map(|name| &**name)).collect();
    let claims = resource_claims(spec, &path.child("resourceClaims"), report);
    let shared = Shared {
        volumes: &volumes,
        blocks: &blocks,
        claims: &claims,
        grace: i64::from(grace),
        pod: spec,
    };
    container::regular(spec, &shared, &path.child("containers"), report);
    container::init(spec, &shared, &path.child("initContainers"), report);
    amounts::of_pod(spec, &path.child("resources"), report);
    host_ports(spec, is_pod, &path.child("containers"), report);
    let policy = spec.restart_policy.as_deref().unwrap_or("Always");
    report.one_of(&path.child("restartPolicy"), policy, &POLICIES);
    if let Some(policy) = spec.rest.get("dnsPolicy").and_then(Value::as_str) {
        report.one_of(&path.child("dnsPolicy"), policy, &DNS_POLICIES);
    }
    meta::labels(&spec.node_selector, &path.child("nodeSelector"), report);
    security::pod(spec, &path.child("securityContext"), report);
    if let Some(one) = &spec.affinity {
        affinity::check(one, &path.child("affinity"), report);
    }
    dns_config(spec, &path.child("dnsConfig"), report);
    let gates = path.child("readinessGates");
    for (index, gate) in spec.readiness_gates.iter().enumerate() {
        let at = gates.index(index);
        let messages = qualified_name(&gate.condition_type);
        report.all_invalid(&at.child("conditionType"), &gate.condition_type, messages);
    }
    scheduling_gates(spec, &path.child("schedulingGates"), report);
    let at = path.child("topologySpreadConstraints");
    affinity::spreads(&spec.topology_spread_constraints, &at, report);
    os::host_process(spec, path, report);
    os::host_users(spec, path, report);
    os::host_name(spec, path, report);
    names(spec, path, report);
    if let Some(overhead) = spec.rest.get("overhead").and_then(|one| ResourceList::of(one).ok()) {
        amounts::overhead(&overhead, &path.child("overhead"), report);
    }
    os::check(spec, path, report);
    files(spec, path, report);
}

/// Devices that a Pod claims; their names come back.
///
/// Models pkg/apis/core/validation/validation.go validatePodResourceClaims
fn resource_claims<'a>(spec: &'a PodSpec, path: &Path<'_>, report: &mut Report) -> Vec<&'a str> {
    const TEMPLATE: &str = "resourceClaimTemplateName";
    let Some(Value::List(claims)) = spec.rest.get("resourceClaims") else { return Vec::new() };
    let mut names = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        let at = path.index(index);
        let (name, at_name) = (claim.word("name"), at.child("name"));
        if name.is_empty() {
            report.required(&at_name, "");
        } else if names.contains(&name) {
            report.duplicate(&at_name, name);
        } else {
            report.all_invalid(&at_name, name, dns_label(name));
            names.push(name);
        }
        let [one, other] = ["resourceClaimName", TEMPLATE].map(|field| claim.at(field));
        if one.is_some() == other.is_some() {
            let detail = match one {
                Some(_) => {
                    "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be \
                     specified"
                }
                None => "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
            };
            let text = |one: Option<&Value>| one.map_or_else(|| "null".to_owned(), go::json);
            let shown = format!(
                "{{\"Name\":{},\"ResourceClaimName\":{},\"ResourceClaimTemplateName\":{}}}",
                go::quoted(name),
                text(one),
                text(other)
            );
            report.invalid(&at, &Raw(shown), detail);
        }
        for (field, given) in [("resourceClaimName", one), (TEMPLATE, other)] {
            if let Some(name) = given.and_then(Value::as_str) {
                report.all_invalid(&at.child(field), name, dns_subdomain(name));
            }
        }
    }
    names
}

/// Files that variables are read from lie in empty directories.
///
/// Models pkg/apis/core/validation/validation.go validateFileKeyRefVolumes
fn files(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    for (list, index, one) in annotations::containers(spec) {
        for (place, variable) in one.env.iter().enumerate() {
            let source = variable.value_from.as_ref().and_then(|one| one.rest.get("fileKeyRef"));
            let Some(name) = source.map(|source| source.word("volumeName")) else { continue };
            let volume = spec.volumes.iter().find(|volume| *volume.name == *name);
            if volume.is_some_and(|volume| volume.rest.contains_key("emptyDir")) {
                continue;
            }
            let at = path.child(list);
            let (at, env) = (at.index(index), "env");
            let at = at.child(env);
            let at = at.index(place);
            let at = at.child("valueFrom");
            let at = at.child("fileKeyRef");
            let at = at.child("volumeName");
            if volume.is_some() {
                report.invalid(&at, name, "referenced volume must be of type emptyDir");
            } else {
                report.not_found(&at, name);
            }
        }
    }
}

fn names(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let word = |key: &str| spec.rest.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut named = |field: &str, name: &str, messages: fn(&str) -> Vec<String>| {
        if !name.is_empty() {
            report.all_invalid(&path.child(field), name, messages(name));
        }
    };
    named("serviceAccountName", word("serviceAccountName"), dns_subdomain);
    named("nodeName", spec.node_name.as_deref().unwrap_or_default(), dns_subdomain);
    if let Some(seconds) = spec.active_deadline_seconds {
        let seconds = seconds.cast_signed();
        if !(1..=i64::from(i32::MAX)).contains(&seconds) {
            let detail = "must be between 1 and 2147483647, inclusive";
            report.invalid(&path.child("activeDeadlineSeconds"), &seconds, detail);
        }
    }
    let mut named = |field: &str, name: &str, messages: fn(&str) -> Vec<String>| {
        if !name.is_empty() {
            report.all_invalid(&path.child(field), name, messages(name));
        }
    };
    named("hostname", spec.hostname.as_deref().unwrap_or_default(), dns_label);
    named("subdomain", spec.subdomain.as_deref().unwrap_or_default(), dns_label);
    affinity::tolerations(&spec.tolerations, &path.child("tolerations"), report);
    host_aliases(spec, &path.child("hostAliases"), report);
    let class = spec.priority_class_name.as_deref().unwrap_or_default();
    if !class.is_empty() {
        report.all_invalid(&path.child("priorityClassName"), class, dns_subdomain(class));
    }
    let runtime = word("runtimeClassName");
    if !runtime.is_empty() {
        report.all_invalid(&path.child("runtimeClassName"), runtime, dns_subdomain(runtime));
    }
    if let Some(policy) = spec.preemption_policy.as_deref() {
        let policies = ["PreemptLowerPriority", "Never"];
        report.one_of(&path.child("preemptionPolicy"), policy, &policies);
    }
}

fn host_aliases(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    let Some(Value::List(aliases)) = spec.rest.get("hostAliases") else { return };
    for (index, alias) in aliases.iter().enumerate() {
        let at = path.index(index);
        shared::address(alias.word("ip"), &at.child("ip"), report);
        let at = at.child("hostnames");
        for (index, name) in alias.items("hostnames").iter().enumerate() {
            let name = name.as_str().unwrap_or_default();
            report.all_invalid(&at.index(index), name, dns_subdomain(name));
        }
    }
}

/// On the node's own network a port is the node's. A template may leave it to its Pods, which get
/// it when they are made.
///
/// Models pkg/apis/core/validation/validation.go validatePodHostNetworkDeps
fn host_ports(spec: &PodSpec, is_pod: bool, path: &Path<'_>, report: &mut Report) {
    if spec.rest.get("hostNetwork") != Some(&Value::Bool(true)) {
        return;
    }
    for (index, container) in spec.containers.iter().enumerate() {
        let ports = path.index(index);
        let ports = ports.child("ports");
        for (place, port) in container.ports.iter().enumerate() {
            let number = container::host_port(port);
            if (is_pod || number.is_some()) && number != Some(i64::from(port.container_port)) {
                let at = ports.index(place);
                let detail = "must match `containerPort` when `hostNetwork` is true";
                report.invalid(&at.child("hostPort"), &number.unwrap_or(0), detail);
            }
        }
    }
}

/// Models pkg/apis/core/validation/validation.go validatePodDNSConfig
fn dns_config(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    const SERVERS_MAX: usize = 3;
    const SEARCHES_MAX: usize = 32;
    const LETTERS_MAX: usize = 2_048;
    let config = spec.rest.get("dnsConfig");
    let servers = config.map_or(&[][..], |config| config.items("nameservers"));
    if spec.rest.get("dnsPolicy").and_then(Value::as_str) == Some("None") {
        if config.is_none() {
            let detail = "must provide `dnsConfig` when `dnsPolicy` is None";
            report.required(path, detail);
            return;
        }
        if servers.is_empty() {
            let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            report.required(&path.child("nameservers"), detail);
            return;
        }
    }
    let Some(config) = config else { return };
    let at = path.child("nameservers");
    if servers.len() > SERVERS_MAX {
        let detail = format!("must not have more than {SERVERS_MAX} nameservers");
        report.invalid(&at, &Value::List(servers.to_vec()), &detail);
    }
    for (index, server) in servers.iter().enumerate() {
        shared::address(server.as_str().unwrap_or_default(), &at.index(index), report);
    }
    let (at, searches) = (path.child("searches"), config.items("searches"));
    let shown = || Value::List(searches.to_vec());
    if searches.len() > SEARCHES_MAX {
        let detail = format!("must not have more than {SEARCHES_MAX} search paths");
        report.invalid(&at, &shown(), &detail);
    }
    let texts = || searches.iter().filter_map(Value::as_str);
    if texts().map(|text| text.len() + 1).sum::<usize>() > LETTERS_MAX + 1 {
        let detail = format!(
            "must not have more than {LETTERS_MAX} characters (including spaces) in the search list"
        );
        report.invalid(&at, &shown(), &detail);
    }
    for (index, text) in texts().enumerate().filter(|(_, text)| *text != ".") {
        let text = text.strip_suffix('.').unwrap_or(text);
        report.all_invalid(&at.index(index), text, loose_subdomain(text));
    }
    let at = path.child("options");
    for (index, option) in config.items("options").iter().enumerate() {
        if option.lacks("name") {
            report.required(&at.index(index), "must not be empty");
        }
    }
}

fn scheduling_gates(spec: &PodSpec, path: &Path<'_>, report: &mut Report) {
    for (index, gate) in spec.scheduling_gates.iter().enumerate() {
        let at = path.index(index);
        report.all_invalid(&at, &gate.name, qualified_name(&gate.name));
        if spec.scheduling_gates[..index].contains(gate) {
            report.duplicate(&at, &*gate.name);
        }
    }
}

/// What holds for a Pod and not for a template.
///
/// Models pkg/apis/core/validation/validation.go validatePodMetadataAndSpec
pub(super) fn check_whole(_meta: &Meta, pod: &Pod, report: &mut Report) {
    let path = Path::root("spec");
    let lists =
        [("containers", &pod.spec.containers), ("initContainers", &pod.spec.init_containers)];
    for (field, containers) in lists {
        let at = path.child(field);
        for (index, container) in containers.iter().enumerate() {
            if container.image.trim() != &*container.image {
                let at = at.index(index);
                let detail = "must not have leading or trailing whitespace";
                report.invalid(&at.child("image"), &*container.image, detail);
            }
        }
    }
}

/// What holds for a new Pod.
///
/// Models pkg/apis/core/validation/validation.go ValidatePodCreate
pub(super) fn check_new(meta: &Meta, pod: &Pod, report: &mut Report) {
    check_whole(meta, pod, report);
    let path = Path::root("spec");
    if has_ephemeral(&pod.spec) {
        report.forbidden(&path.child("ephemeralContainers"), "cannot be set on create");
    }
    if pod.spec.node_name.is_some() && !pod.spec.scheduling_gates.is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        report.forbidden(&path.child("nodeName"), detail);
    }
    annotations::check_fields(&meta.annotations, &pod.spec, &path, report);
}
