//! Defaults of Pods and Pod templates.
//!
//! Must not know who owns the template. Invariant: a complete spec is not copied, so that
//! Pods share the spec of their template.
//!
//! Models pkg/apis/core/v1/defaults.go

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::defaults::{map, put, put_into, text};
use crate::api::lifecycle::Lifecycle;
use crate::api::placement::is_of_pods;
use crate::api::pod::{Container, PodSpec, Probe, Volume};
use crate::api::{Rest, Value};
use crate::base::Str;

/// `rw-r--r--`.
const FILE_MODE: i64 = 0o644;

/// What a template's spec gets as well as a Pod's.
///
/// Models pkg/apis/core/v1/defaults.go SetDefaults_PodSpec
pub(super) fn fill(spec: &mut Rc<PodSpec>) {
    if !is_complete(spec) {
        complete(Rc::make_mut(spec));
    }
}

/// What only a Pod gets.
///
/// Models pkg/apis/core/v1/defaults.go SetDefaults_Pod
pub(super) fn fill_pod_only(spec: &mut Rc<PodSpec>) {
    let lacks_requests = |one: &Container| {
        one.resources.limits.keys().any(|name| !one.resources.requests.contains_key(name))
    };
    if spec.containers.iter().chain(&spec.init_containers).any(lacks_requests) {
        let spec = Rc::make_mut(spec);
        for one in spec.containers.iter_mut().chain(&mut spec.init_containers) {
            for (name, amount) in &one.resources.limits {
                one.resources.requests.entry(name.clone()).or_insert(*amount);
            }
        }
    }
    if let Some(requests) = own_requests(spec) {
        let rest = Rc::make_mut(&mut Rc::make_mut(spec).rest);
        if let Some(Value::Map(own)) = rest.get_mut("resources") {
            own.insert("requests".into(), Value::Map(requests));
        }
    }
    if !spec.rest.contains_key("enableServiceLinks") {
        put(&mut Rc::make_mut(spec).rest, "enableServiceLinks", || Value::Bool(true));
    }
    if spec.rest.get("hostNetwork") == Some(&Value::Bool(true)) {
        let spec = Rc::make_mut(spec);
        for one in spec.containers.iter_mut().chain(&mut spec.init_containers) {
            for port in &mut one.ports {
                let number = i64::from(port.container_port);
                put(&mut port.rest, "hostPort", || Value::Int(number));
            }
        }
    }
}

/// What the Pod itself asks for, where it says something: its containers' requests, or its own
/// limits, stand in for what it does not name.
///
/// Models pkg/apis/core/v1/defaults.go setDefaultPodRequests
fn own_requests(spec: &PodSpec) -> Option<BTreeMap<Str, Value>> {
    let own = spec.own_resources()?;
    let given = match spec.rest.get("resources") {
        Some(Value::Map(all)) => all.get("requests"),
        _ => None,
    };
    let mut requests = match given {
        Some(Value::Map(requests)) => requests.clone(),
        _ => BTreeMap::new(),
    };
    let before = requests.len();
    for (name, amount) in spec.container_requests().iter().chain(&own.limits) {
        if is_of_pods(name) && !requests.contains_key(name) {
            requests.insert(name.clone(), text(&amount.to_string()));
        }
    }
    (requests.len() > before).then_some(requests)
}

fn is_complete(spec: &PodSpec) -> bool {
    let has = |key: &str| spec.rest.contains_key(key);
    spec.restart_policy.is_some()
        && spec.termination_grace_period_seconds.is_some()
        && spec.scheduler_name.is_some()
        && has("dnsPolicy")
        && has("securityContext")
        && has("serviceAccount") == has("serviceAccountName")
        && spec.containers.iter().chain(&spec.init_containers).all(is_complete_container)
        && spec.volumes.iter().all(|volume| matches!(source(volume), Cow::Borrowed(_)))
}

fn complete(spec: &mut PodSpec) {
    spec.restart_policy.get_or_insert_with(|| "Always".into());
    spec.termination_grace_period_seconds.get_or_insert(30);
    spec.scheduler_name.get_or_insert_with(|| "default-scheduler".into());
    put(&mut spec.rest, "dnsPolicy", || text("ClusterFirst"));
    put(&mut spec.rest, "securityContext", || map([]));
    // The old name of the field always says the same as the new one.
    for (from, to) in
        [("serviceAccountName", "serviceAccount"), ("serviceAccount", "serviceAccountName")]
    {
        if let Some(name) = spec.rest.get(from).cloned() {
            put(&mut spec.rest, to, || name);
        }
    }
    for one in spec.init_containers.iter_mut().chain(&mut spec.containers) {
        complete_container(one);
    }
    for volume in &mut spec.volumes {
        if let Cow::Owned(rest) = source(volume) {
            volume.rest = rest;
        }
    }
}

fn is_complete_container(one: &Container) -> bool {
    let has = |key: &str| one.rest.contains_key(key);
    one.image_pull_policy.is_some()
        && has("terminationMessagePath")
        && has("terminationMessagePolicy")
        && one.ports.iter().all(|port| port.protocol.is_some())
        && [&one.readiness_probe, &one.liveness_probe, &one.startup_probe]
            .into_iter()
            .flatten()
            .all(is_complete_probe)
        && one.env.iter().all(|variable| {
            let source = variable.value_from.as_ref().and_then(|one| one.field_ref.as_ref());
            source.is_none_or(|field| field.api_version.is_some())
        })
        && one.lifecycle.as_ref().is_none_or(|one| {
            [&one.post_start, &one.pre_stop]
                .into_iter()
                .flatten()
                .all(|hook| matches!(http(&hook.rest), Cow::Borrowed(_)))
        })
}

fn complete_container(one: &mut Container) {
    put(&mut one.rest, "terminationMessagePath", || text("/dev/termination-log"));
    put(&mut one.rest, "terminationMessagePolicy", || text("File"));
    let policy = if is_latest(&one.image) { "Always" } else { "IfNotPresent" };
    one.image_pull_policy.get_or_insert_with(|| policy.into());
    for port in &mut one.ports {
        port.protocol.get_or_insert_with(|| "TCP".into());
    }
    let probes = [&mut one.readiness_probe, &mut one.liveness_probe, &mut one.startup_probe];
    for probe in probes.into_iter().flatten() {
        complete_probe(probe);
    }
    for variable in &mut one.env {
        let source = variable.value_from.as_mut().and_then(|one| one.field_ref.as_mut());
        if let Some(field) = source {
            field.api_version.get_or_insert_with(|| "v1".into());
        }
    }
    if let Some(Lifecycle { post_start, pre_stop, .. }) = &mut one.lifecycle {
        for hook in [post_start, pre_stop].into_iter().flatten() {
            if let Cow::Owned(rest) = http(&hook.rest) {
                hook.rest = rest;
            }
        }
    }
}

/// Whether an image's tag is `latest`, also by leaving it out.
fn is_latest(image: &str) -> bool {
    let name = image.rsplit_once('/').map_or(image, |(_, name)| name);
    !name.contains('@') && name.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}

fn is_complete_probe(probe: &Probe) -> bool {
    let counts = [
        probe.timeout_seconds,
        probe.period_seconds,
        probe.success_threshold,
        probe.failure_threshold,
    ];
    counts.iter().all(|one| one.is_some_and(|count| count != 0))
        && matches!(http(&probe.rest), Cow::Borrowed(_))
}

/// Models pkg/apis/core/v1/defaults.go SetDefaults_Probe
fn complete_probe(probe: &mut Probe) {
    for (count, default) in [
        (&mut probe.timeout_seconds, 1),
        (&mut probe.period_seconds, 10),
        (&mut probe.success_threshold, 1),
        (&mut probe.failure_threshold, 3),
    ] {
        if matches!(count, None | Some(0)) {
            *count = Some(default);
        }
    }
    if let Cow::Owned(rest) = http(&probe.rest) {
        probe.rest = rest;
    }
}

/// A handler whose request, if it is one, has a path and a scheme.
fn http(rest: &Rest) -> Cow<'_, Rest> {
    let Some(Value::Map(request)) = rest.get("httpGet") else { return Cow::Borrowed(rest) };
    if request.contains_key("path") && request.contains_key("scheme") {
        return Cow::Borrowed(rest);
    }
    let mut request = request.clone();
    put_into(&mut request, "path", text("/"));
    put_into(&mut request, "scheme", text("HTTP"));
    let mut rest = Rest::clone(rest);
    Rc::make_mut(&mut rest).insert("httpGet".into(), Value::Map(request));
    Cow::Owned(rest)
}

/// A volume's sources with their modes and types.
fn source(volume: &Volume) -> Cow<'_, Rest> {
    let rest = &volume.rest;
    let mut filled = None;
    for (key, value) in rest.iter() {
        let Value::Map(entries) = value else { continue };
        let mut new = entries.clone();
        match &**key {
            "configMap" | "secret" | "downwardAPI" => {
                put_into(&mut new, "defaultMode", Value::Int(FILE_MODE));
            }
            "projected" => {
                put_into(&mut new, "defaultMode", Value::Int(FILE_MODE));
                if let Some(Value::List(sources)) = new.get_mut("sources") {
                    sources.iter_mut().for_each(projection);
                }
            }
            "hostPath" => put_into(&mut new, "type", text("")),
            "ephemeral" => {
                if let Some(Value::Map(template)) = new.get_mut("volumeClaimTemplate")
                    && let Some(Value::Map(spec)) = template.get_mut("spec")
                {
                    put_into(spec, "volumeMode", text("Filesystem"));
                }
            }
            _ => {}
        }
        if let Some(Value::List(items)) = new.get_mut("items") {
            items.iter_mut().for_each(field_version);
        }
        if new != *entries {
            let target: &mut Rest = filled.get_or_insert_with(|| Rest::clone(rest));
            Rc::make_mut(target).insert(key.clone(), Value::Map(new));
        }
    }
    if filled.is_none() && volume.persistent_volume_claim.is_none() && rest.is_empty() {
        // A volume without a source is an empty directory.
        let mut empty = Rest::default();
        put(&mut empty, "emptyDir", || map([]));
        return Cow::Owned(empty);
    }
    filled.map_or(Cow::Borrowed(rest), Cow::Owned)
}

fn projection(source: &mut Value) {
    let Value::Map(entries) = source else { return };
    if let Some(Value::Map(token)) = entries.get_mut("serviceAccountToken") {
        put_into(token, "expirationSeconds", Value::Int(3_600));
    }
    if let Some(Value::Map(downward)) = entries.get_mut("downwardAPI")
        && let Some(Value::List(items)) = downward.get_mut("items")
    {
        items.iter_mut().for_each(field_version);
    }
}

fn field_version(item: &mut Value) {
    if let Value::Map(item) = item
        && let Some(Value::Map(field)) = item.get_mut("fieldRef")
    {
        put_into(field, "apiVersion", text("v1"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pods_own_requests_are_completed_by_its_containers_and_its_limits() {
        let text = r#"{"resources":{"requests":{"cpu":"2"},"limits":{"memory":"1Gi","cpu":"4"}},
            "containers":[{"name":"a","resources":{"requests":{"memory":"256Mi"}}},
                {"name":"b","resources":{"requests":{"memory":"256Mi"}}}],
            "volumes":[{"name":"d","ephemeral":{"volumeClaimTemplate":{"spec":{}}}}]}"#;
        let mut spec: Rc<PodSpec> = Rc::new(serde_json::from_str(text).expect("valid"));
        fill(&mut spec);
        fill_pod_only(&mut spec);
        let at = |path: &[&str]| {
            let value = spec.rest.get(path[0]).cloned();
            let found = path[1..].iter().try_fold(value?, |value, key| value.at(key).cloned());
            found?.as_str().map(ToOwned::to_owned)
        };
        assert_eq!(at(&["resources", "requests", "cpu"]).as_deref(), Some("2"));
        assert_eq!(at(&["resources", "requests", "memory"]).as_deref(), Some("512Mi"));
        let template = spec.volumes[0].rest.get("ephemeral").expect("kept").clone();
        let mode =
            template.at("volumeClaimTemplate").and_then(|one| one.at("spec")?.at("volumeMode"));
        assert_eq!(mode.and_then(Value::as_str), Some("Filesystem"));
    }
}
