//! What the API server warns of though it takes the object.
//!
//! Must not know the store. Invariant: an object without oddities costs next to nothing.
//!
//! Models pkg/api/pod/warnings.go warningsForPodSpecAndMeta and the strategies'
//! WarningsOnCreate and WarningsOnUpdate
//! Differs: paths that overlap within a volume are not told.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::affinity::{Affinity, NodeSelectorTerm, PodAffinity};
use crate::api::core::Service;
use crate::api::pod::{Container, ContainerPort, PodSpec, PodTemplate};
use crate::api::signed::written;
use crate::api::validation::names::dns_label;
use crate::api::validation::path::Path;
use crate::api::{Body, Kind, Meta, Object, Quantity, Value, go};
use crate::base::Str;

const POD_NAME: &str = "the Pod's hostname";
const OWNER_NAME: &str = "Pod names and hostnames";
const NO_MATCH: &str = "a null labelSelector results in matching no pod";

/// Models staging/src/k8s.io/api/core/v1/zz_generated.prerelease-lifecycle.go Endpoints
const OLD_ENDPOINTS: &str =
    "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";

/// What is told of an object that was created, or that was changed from an old one.
pub fn warnings(new: &Object, old: Option<&Object>) -> Vec<String> {
    let mut told = Vec::new();
    let is_asked = old.is_none_or(|old| old.meta.generation != new.meta.generation);
    let path = Path::root("spec");
    let of_template = |one: &PodTemplate, path: &Path<'_>, told: &mut Vec<String>| {
        if is_asked {
            let (metadata, spec) = (path.child("metadata"), path.child("spec"));
            of_pod(&one.spec, &one.metadata, &metadata, &spec, told);
        }
    };
    let template = path.child("template");
    match &new.body {
        // People seldom change Pods themselves.
        Body::Pod(pod) if old.is_none() => {
            of_name(&new.meta, POD_NAME, &mut told);
            of_pod(&pod.spec, &new.meta, &Path::root("metadata"), &path, &mut told);
        }
        Body::Deployment(one) => {
            of_new_name(new, old, &mut told);
            of_template(&one.spec.template, &template, &mut told);
        }
        Body::ReplicaSet(one) | Body::ReplicationController(one) => {
            of_new_name(new, old, &mut told);
            of_template(&one.spec.template, &template, &mut told);
        }
        Body::StatefulSet(one) => {
            of_template(&one.spec.template, &template, &mut told);
            if one.spec.revision_history_limit.is_some_and(|limit| limit < 0) {
                let at = path.child("revisionHistoryLimit");
                told.push(format!(
                    "{at}: a negative value retains all historical revisions; a value >= 0 is \
                     recommended"
                ));
            }
        }
        Body::DaemonSet(one) => of_template(&one.spec.template, &template, &mut told),
        Body::Job(one) => {
            of_new_name(new, old, &mut told);
            of_template(&one.spec.template, &template, &mut told);
        }
        Body::CronJob(one) => {
            of_new_name(new, old, &mut told);
            let path = path.child("jobTemplate");
            let path = path.child("spec");
            let job = &one.spec.job_template.spec;
            of_template(&job.template, &path.child("template"), &mut told);
        }
        Body::Service(one) => of_service(&new.meta, one, &mut told),
        Body::PersistentVolume(one) => {
            of_class(&new.meta, &mut told);
            let policy = one.spec.persistent_volume_reclaim_policy.as_deref();
            if policy == Some("Recycle") {
                told.push(format!(
                    "{}: The Recycle reclaim policy is deprecated. Instead, the recommended \
                     approach is to use dynamic provisioning.",
                    path.child("persistentVolumeReclaimPolicy")
                ));
            }
        }
        Body::PersistentVolumeClaim(one) => {
            of_class(&new.meta, &mut told);
            let at = path.child("resources");
            let at = at.child("requests");
            fraction(one.spec.resources.requests.get("storage"), &at.key("storage"), &mut told);
        }
        Body::Other(one) if one.known == Kind::Ingress && old.is_none() => {
            let key = "kubernetes.io/ingress.class";
            let class = one.content.at("spec").and_then(|spec| spec.at("ingressClassName"));
            if new.meta.annotation(key).is_some() && class.is_none() {
                let now = "'spec.ingressClassName'";
                told.push(format!("annotation \"{key}\" is deprecated, please use {now} instead"));
            }
        }
        Body::Other(one) if one.known == Kind::Endpoints => told.push(OLD_ENDPOINTS.to_owned()),
        _ => {}
    }
    told
}

/// The class of a volume or a claim was once an annotation.
fn of_class(meta: &Meta, told: &mut Vec<String>) {
    let key = "volume.beta.kubernetes.io/storage-class";
    if meta.annotation(key).is_some() {
        let text = "deprecated since v1.8; use \"storageClassName\" attribute instead";
        told.push(format!("metadata.annotations[{key}]: {text}"));
    }
}

fn of_new_name(new: &Object, old: Option<&Object>, told: &mut Vec<String>) {
    if old.is_none() {
        of_name(&new.meta, OWNER_NAME, told);
    }
}

fn of_name(meta: &Meta, place: &str, told: &mut Vec<String>) {
    let messages = dns_label(&meta.name);
    if !messages.is_empty() {
        told.push(format!(
            "metadata.name: this is used in {place}, which can result in surprising behavior; a \
             DNS label is recommended: [{}]",
            messages.join(" ")
        ));
    }
}

/// Models pkg/api/service/warnings.go GetWarningsForService
fn of_service(meta: &Meta, service: &Service, told: &mut Vec<String>) {
    const HINTS: &str = "service.kubernetes.io/topology-aware-hints";
    if meta.annotation(HINTS).is_some() {
        let now = "service.kubernetes.io/topology-mode";
        told.push(format!("annotation {HINTS} is deprecated, please use {now} instead"));
    }
    let spec = &service.spec;
    let word = |key: &str| spec.rest.get(key).and_then(Value::as_str).unwrap_or_default();
    let has_addresses = spec.rest.contains_key("externalIPs");
    if spec.is_headless() {
        for (field, is_given) in [
            ("loadBalancerIP", !word("loadBalancerIP").is_empty()),
            ("externalIPs", has_addresses),
            ("SessionAffinity", word("sessionAffinity") == "ClientIP"),
        ] {
            if is_given {
                told.push(format!("spec.{field} is ignored for headless services"));
            }
        }
    }
    for (is_given, text) in [
        (
            has_addresses && spec.has_address() && !spec.is_headless(),
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
        ),
        (
            has_addresses && !spec.has_address(),
            "spec.externalIPs is ignored when spec.type is \"ExternalName\"",
        ),
        (
            spec.has_address() && !word("externalName").is_empty(),
            "spec.externalName is ignored when spec.type is not \"ExternalName\"",
        ),
        (
            word("trafficDistribution") == "PreferClose",
            "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"",
        ),
    ] {
        if is_given {
            told.push(text.to_owned());
        }
    }
}

fn of_pod(
    spec: &PodSpec,
    meta: &Meta,
    metadata: &Path<'_>,
    path: &Path<'_>,
    told: &mut Vec<String>,
) {
    let at = path.child("nodeSelector");
    for key in spec.node_selector.keys() {
        if let Some(text) = outdated(key) {
            told.push(format!("{}: {text}", at.key(key)));
        }
    }
    if let Some(affinity) = &spec.affinity {
        of_nodes(affinity, &path.child("affinity"), told);
    }
    let spreads = path.child("topologySpreadConstraints");
    for (index, one) in spec.topology_spread_constraints.iter().enumerate() {
        let at = spreads.index(index);
        if let Some(text) = outdated(&one.topology_key) {
            told.push(format!("{}: {} is {text}", at.child("topologyKey"), one.topology_key));
        }
        if one.label_selector.is_none() {
            told.push(format!("{}: {NO_MATCH}", at.child("labelSelector")));
        }
    }
    let annotations = metadata.child("annotations");
    for (key, since, field) in OLD_ANNOTATIONS {
        if meta.annotation(key).is_some() {
            let text = format!("non-functional in v1.{since}+; use the \"{field}\" field instead");
            told.push(format!("{}: {text}", annotations.key(key)));
        }
    }
    let volumes = path.child("volumes");
    for (index, volume) in spec.volumes.iter().enumerate() {
        let at = volumes.index(index);
        for (source, field, text) in OLD_VOLUMES {
            if volume.rest.contains_key(source) {
                told.push(format!("{}: {text}", at.child(field)));
            }
        }
    }
    twice(spec, ("hostAliases", "ip"), path, told);
    twice(spec, ("imagePullSecrets", "name"), path, told);
    let has = |rest: &crate::api::Rest, key: &str| {
        rest.get("securityContext").is_some_and(|one| one.at(key).is_some())
    };
    let mut tell = |key: &str, text: &str| {
        if meta.annotation(key).is_some() {
            told.push(format!("{}: {text}", annotations.key(key)));
        }
    };
    if !has(&spec.rest, "seccompProfile") {
        tell("seccomp.security.alpha.kubernetes.io/pod", SECCOMP);
    }
    for (container, ..) in containers(spec).filter(|one| !has(&one.0.rest, "seccompProfile")) {
        let name = &container.name;
        tell(&format!("container.seccomp.security.alpha.kubernetes.io/{name}"), SECCOMP);
    }
    for (container, field, index) in containers(spec) {
        let at = path.child(field);
        of_container(container, &at.index(index), told);
    }
    of_ports(spec, path, told);
    if spec.termination_grace_period_seconds.is_some_and(|seconds| written(seconds) < 0) {
        told.push(format!(
            "{}: must be >= 0; negative values are invalid and will be treated as 1",
            path.child("terminationGracePeriodSeconds")
        ));
    }
    if let Some(affinity) = &spec.affinity {
        of_neighbours(affinity, &path.child("affinity"), told);
    }
}

const SECCOMP: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";

/// Annotations that became fields: since which version they do nothing, and the field.
const OLD_ANNOTATIONS: [(&str, u32, &str); 3] = [
    ("scheduler.alpha.kubernetes.io/critical-pod", 16, "priorityClassName"),
    ("security.alpha.kubernetes.io/sysctls", 11, "sysctls"),
    ("security.alpha.kubernetes.io/unsafe-sysctls", 11, "sysctls"),
];

/// Sources of volumes that are old: how they are written, how they are told, and what.
const OLD_VOLUMES: [(&str, &str, &str); 9] = [
    (
        "photonPersistentDisk",
        "photonPersistentDisk",
        "deprecated in v1.11, non-functional in v1.16+",
    ),
    ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

/// All containers with their places, those that start first before the others.
fn containers(spec: &PodSpec) -> impl Iterator<Item = (&Container, &'static str, usize)> {
    let place = |field: &'static str| move |(index, one)| (one, field, index);
    let inits = spec.init_containers.iter().enumerate().map(place("initContainers"));
    inits.chain(spec.containers.iter().enumerate().map(place("containers")))
}

/// What is said of a node's label that has another name now.
///
/// Models pkg/api/node/util.go GetNodeLabelDeprecatedMessage
fn outdated(label: &str) -> Option<String> {
    let (since, now) = match label {
        "beta.kubernetes.io/arch" => (14, "kubernetes.io/arch"),
        "beta.kubernetes.io/os" => (14, "kubernetes.io/os"),
        "failure-domain.beta.kubernetes.io/region" => (17, "topology.kubernetes.io/region"),
        "failure-domain.beta.kubernetes.io/zone" => (17, "topology.kubernetes.io/zone"),
        "beta.kubernetes.io/instance-type" => (17, "node.kubernetes.io/instance-type"),
        "node-role.kubernetes.io/master" => {
            return Some("use \"node-role.kubernetes.io/control-plane\" instead".to_owned());
        }
        _ => return None,
    };
    Some(format!("deprecated since v1.{since}; use \"{now}\" instead"))
}

fn of_nodes(affinity: &Affinity, path: &Path<'_>, told: &mut Vec<String>) {
    let Some(nodes) = &affinity.node_affinity else { return };
    let path = path.child("nodeAffinity");
    let mut of_term = |term: &NodeSelectorTerm, at: &Path<'_>| {
        let at = at.child("matchExpressions");
        for (index, one) in term.match_expressions.iter().enumerate() {
            if let Some(text) = outdated(&one.key) {
                told.push(format!("{}: {} is {text}", at.index(index).child("key"), one.key));
            }
        }
    };
    let at = path.child("requiredDuringSchedulingIgnoredDuringExecution");
    let at = at.child("nodeSelectorTerms");
    let terms = nodes.required.iter().flat_map(|one| &one.node_selector_terms);
    for (index, term) in terms.enumerate() {
        of_term(term, &at.index(index));
    }
    let at = path.child("preferredDuringSchedulingIgnoredDuringExecution");
    for (index, one) in nodes.preferred.iter().enumerate() {
        of_term(&one.preference, &at.index(index).child("preference"));
    }
}

fn of_neighbours(affinity: &Affinity, path: &Path<'_>, told: &mut Vec<String>) {
    let mut of_terms = |pods: &PodAffinity, path: &Path<'_>| {
        let at = path.child("requiredDuringSchedulingIgnoredDuringExecution");
        for (index, one) in pods.required.iter().enumerate() {
            if one.label_selector.is_none() {
                told.push(format!("{}: {NO_MATCH}", at.index(index).child("labelSelector")));
            }
        }
        let at = path.child("preferredDuringSchedulingIgnoredDuringExecution");
        for (index, one) in pods.preferred.iter().enumerate() {
            if one.pod_affinity_term.label_selector.is_none() {
                let at = at.index(index);
                let at = at.child("podAffinityTerm");
                told.push(format!("{}: {NO_MATCH}", at.child("labelSelector")));
            }
        }
    };
    for (field, pods) in
        [("podAffinity", &affinity.pod_affinity), ("podAntiAffinity", &affinity.pod_anti_affinity)]
    {
        if let Some(pods) = pods {
            of_terms(pods, &path.child(field));
        }
    }
}

/// Items of a list that are told apart by a field and are not.
fn twice(spec: &PodSpec, (list, key): (&str, &str), path: &Path<'_>, told: &mut Vec<String>) {
    let Some(Value::List(items)) = spec.rest.get(list) else { return };
    let at = path.child(list);
    let name = |item: &Value| item.at(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    for (index, item) in items.iter().enumerate() {
        if items[..index].iter().any(|one| name(one) == name(item)) {
            let shown = go::quoted(&name(item));
            told.push(format!("{}: duplicate {key} {shown}", at.index(index).child(key)));
        }
    }
    for (index, _) in items.iter().enumerate().filter(|one| key == "name" && name(one.1).is_empty())
    {
        told.push(format!("{}: invalid empty name \"\"", at.index(index).child(key)));
    }
}

fn fraction(amount: Option<&Quantity>, path: &Path<'_>, told: &mut Vec<String>) {
    if let Some(amount) = amount.filter(|amount| amount.milli % 1_000 != 0) {
        told.push(format!(
            "{path}: fractional byte value \"{amount}\" is invalid, must be an integer"
        ));
    }
}

fn of_container(one: &Container, path: &Path<'_>, told: &mut Vec<String>) {
    let at = path.child("resources");
    let (limits, requests) = (at.child("limits"), at.child("requests"));
    for name in ["memory", "ephemeral-storage"] {
        fraction(one.resources.limits.get(name), &limits.key(name), told);
        fraction(one.resources.requests.get(name), &requests.key(name), told);
    }
    let at = path.child("env");
    let mut known: BTreeSet<&Str> = BTreeSet::new();
    for (index, variable) in one.env.iter().enumerate() {
        let name = &variable.name;
        let reference = format!("$({name})");
        let value = variable.value.as_deref().unwrap_or_default();
        let is_built_on =
            variable.value_from.is_none() && value != reference && value.contains(&reference);
        if !known.insert(name) && !is_built_on {
            told.push(format!(
                "{}: hides previous definition of {}, which may be dropped when using apply",
                at.index(index),
                go::quoted(name)
            ));
        }
    }
}

/// Ports that are named twice, within and across containers.
fn of_ports(spec: &PodSpec, path: &Path<'_>, told: &mut Vec<String>) {
    let host = |port: &ContainerPort| {
        let address = port.rest.get("hostIP").and_then(Value::as_str).unwrap_or_default();
        let number = match port.rest.get("hostPort") {
            Some(Value::Int(number)) => *number,
            _ => 0,
        };
        (address.to_owned(), number)
    };
    let mut seen: Vec<(&ContainerPort, String)> = Vec::new();
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    let mut named = Vec::new();
    for (container, field, index) in containers(spec) {
        let at = path.child(field);
        let at = at.index(index);
        let at = at.child("ports");
        let runs_along = field == "containers" || container.restart_policy.is_some();
        for (index, port) in container.ports.iter().enumerate() {
            let place = at.index(index).to_string();
            let (ip, number) = host(port);
            if !ip.is_empty() && number == 0 {
                let name = port.name.as_deref().unwrap_or_default();
                let protocol = port.protocol.as_deref().unwrap_or("TCP");
                told.push(format!(
                    "{place}: hostIP set without hostPort: {{Name:{name} HostPort:0 \
                     ContainerPort:{} Protocol:{protocol} HostIP:{ip}}}",
                    port.container_port
                ));
            }
            let is_same = |one: &&(&ContainerPort, String)| {
                one.0.container_port == port.container_port && one.0.protocol == port.protocol
            };
            for (other, there) in seen.iter().filter(is_same) {
                let ((ip, number), (other_ip, other_number)) = (host(port), host(other));
                let how = if (&ip, number) == (&other_ip, other_number) {
                    "duplicate"
                } else if number == 0 || other_number == 0 {
                    "overlapping"
                } else if number == other_number && ip.is_empty() != other_ip.is_empty() {
                    "dangerously ambiguous"
                } else {
                    continue;
                };
                told.push(format!("{place}: {how} port definition with {there}"));
            }
            seen.push((port, place.clone()));
            let name = port.name.as_deref().filter(|name| runs_along && !name.is_empty());
            match name.map(|name| (name, names.get(name))) {
                Some((name, Some(there))) => named.push(format!(
                    "{place}: duplicate port name {} with {there}, services and probes that \
                     select ports by name will use {there}",
                    go::quoted(name)
                )),
                Some((name, None)) => drop(names.insert(name, place)),
                None => {}
            }
        }
    }
    told.append(&mut named);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{decode, defaults};

    fn told(kind: &str, version: &str, name: &str, spec: &str) -> Vec<String> {
        let text = format!(
            "{{\"apiVersion\":\"{version}\",\"kind\":\"{kind}\",\"metadata\":{{\"name\":\"{name}\",\
             \"namespace\":\"d\"}},\"spec\":{spec}}}"
        );
        let tree: Value = serde_json::from_str(&text).expect("valid");
        let mut object = decode::strict(&tree).expect("an object");
        defaults::fill(&mut object);
        warnings(&object, None)
    }

    #[test]
    fn odd_pods_are_taken_with_a_warning() {
        let spec = r#"{"nodeSelector":{"beta.kubernetes.io/os":"linux"},"containers":[{"name":"c",
            "image":"i","ports":[{"containerPort":80,"name":"a"},{"containerPort":80,"name":"b"},
            {"containerPort":81,"name":"x"}],"env":[{"name":"B","value":"x"},
            {"name":"B","value":"$(B)y"},{"name":"B","value":"y"}],
            "resources":{"requests":{"memory":"100m"}}},{"name":"d","image":"i",
            "ports":[{"containerPort":82,"name":"x"}]}]}"#;
        assert_eq!(
            told("Pod", "v1", "has.dots", spec),
            [
                "metadata.name: this is used in the Pod's hostname, which can result in surprising \
                 behavior; a DNS label is recommended: [must not contain dots]",
                "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \
                 \"kubernetes.io/os\" instead",
                "spec.containers[0].resources.requests[memory]: fractional byte value \"100m\" is \
                 invalid, must be an integer",
                "spec.containers[0].env[2]: hides previous definition of \"B\", which may be \
                 dropped when using apply",
                "spec.containers[0].ports[1]: duplicate port definition with \
                 spec.containers[0].ports[0]",
                "spec.containers[1].ports[0]: duplicate port name \"x\" with \
                 spec.containers[0].ports[2], services and probes that select ports by name will \
                 use spec.containers[0].ports[2]",
            ]
        );
        let plain = r#"{"containers":[{"name":"c","image":"i"}]}"#;
        assert_eq!(told("Pod", "v1", "p", plain), [""; 0]);
    }

    #[test]
    fn templates_and_services_are_warned_of_too() {
        let template = r#"{"selector":{"matchLabels":{"a":"b"}},"revisionHistoryLimit":-1,
            "template":{"metadata":{"labels":{"a":"b"}},"spec":{"imagePullSecrets":[{}],
            "containers":[{"name":"c","image":"i"}]}}}"#;
        assert_eq!(
            told("StatefulSet", "apps/v1", "s", template),
            [
                "spec.template.spec.imagePullSecrets[0].name: invalid empty name \"\"",
                "spec.revisionHistoryLimit: a negative value retains all historical revisions; a \
                 value >= 0 is recommended",
            ]
        );
        let service = r#"{"clusterIP":"None","sessionAffinity":"ClientIP","ports":[{"port":80}]}"#;
        assert_eq!(
            told("Service", "v1", "s", service),
            ["spec.SessionAffinity is ignored for headless services"]
        );
    }
}
