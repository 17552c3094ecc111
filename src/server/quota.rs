//! What ResourceQuotas count, and what they refuse.
//!
//! Must not know who creates. Invariant: what is refused is never counted.
//!
//! Differs: a Service or a claim that changes is counted by the controller, not refused at once;
//! the scope `CrossNamespacePodAffinity` matches nothing.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::api::core::Service;
use crate::api::object::OtherObject;
use crate::api::pod::{Container, Pod, PodSpec, ResourceList};
use crate::api::storage::Claim;
use crate::api::{Body, Kind, Object, Quantity, Value};
use crate::base::{Str, gather};
use crate::server::{Refusal, View};

/// What a ResourceQuota says: amounts, and which objects it is about.
pub struct Quota<'a> {
    name: &'a Str,
    content: &'a OtherObject,
}

fn amounts(list: Option<&Value>) -> ResourceList {
    let Some(Value::Map(list)) = list else { return ResourceList::new() };
    let amount = |value: &Value| match value {
        Value::Int(number) => Quantity::parse(&number.to_string()),
        other => Quantity::parse(other.as_str()?),
    };
    list.iter().filter_map(|(name, value)| Some((name.clone(), amount(value)?))).collect()
}

/// The ResourceQuotas of a Namespace.
pub fn quotas<'a>(namespace: &Str, view: &'a View) -> impl Iterator<Item = &'a Rc<Object>> {
    view.table(Kind::ResourceQuota).in_namespace(namespace)
}

impl<'a> Quota<'a> {
    /// What an object says, if it is a ResourceQuota.
    pub fn of(object: &'a Object) -> Option<Quota<'a>> {
        match &object.body {
            Body::Other(other) if other.known == Kind::ResourceQuota => {
                Some(Quota { name: &object.meta.name, content: other })
            }
            _ => None,
        }
    }

    fn list(&self, part: &str, key: &str) -> ResourceList {
        amounts(self.content.content.at(part).and_then(|part| part.at(key)))
    }

    /// The amounts that may be used.
    pub fn hard(&self) -> ResourceList {
        self.list("spec", "hard")
    }

    /// What its status says is used.
    pub fn told(&self) -> ResourceList {
        self.list("status", "used")
    }

    /// Whether it counts an object.
    ///
    /// Models pkg/quota/v1/evaluator/core/pods.go podMatchesScopeFunc and podMatchesSelector
    fn is_about(&self, object: &Object) -> bool {
        let spec = self.content.content.at("spec");
        let items = |value: Option<&'a Value>| match value {
            Some(Value::List(items)) => items.as_slice(),
            _ => &[],
        };
        let scopes = items(spec.and_then(|spec| spec.at("scopes")));
        let selector = spec.and_then(|spec| spec.at("scopeSelector"));
        let wanted = items(selector.and_then(|one| one.at("matchExpressions")));
        let is_plain = |scope: &Value| has_scope(object, scope.as_str().unwrap_or(""), None);
        scopes.iter().all(is_plain)
            && wanted.iter().all(|one| {
                let word = |key: &str| one.at(key).and_then(Value::as_str).unwrap_or("");
                let values = items(one.at("values"));
                match word("operator") {
                    "Exists" => has_scope(object, word("scopeName"), None),
                    "DoesNotExist" => !has_scope(object, word("scopeName"), None),
                    "NotIn" => !has_scope(object, word("scopeName"), Some(values)),
                    _ => has_scope(object, word("scopeName"), Some(values)),
                }
            })
    }

    /// What the objects of its Namespace use of what it limits.
    ///
    /// Models pkg/quota/v1/evaluator/core and generic CalculateUsageStats
    pub fn used(&self, namespace: &Str, view: &View) -> ResourceList {
        let hard = self.hard();
        let zero = |(name, limit): (&Str, &Quantity)| {
            (name.clone(), Quantity { milli: 0, format: limit.format })
        };
        let mut sum: ResourceList = hard.iter().map(zero).collect();
        let tables = Kind::ALL.iter().filter(|kind| kind.facts().namespaced);
        for object in tables.flat_map(|kind| view.table(*kind).in_namespace(namespace)) {
            if !self.is_about(object) {
                continue;
            }
            for (name, amount) in usage(object) {
                if let Some(entry) = sum.get_mut(&name) {
                    entry.milli = entry.milli.saturating_add(amount.milli);
                    entry.format = amount.format;
                }
            }
        }
        sum
    }
}

/// Whether an object is within a scope, of these values if some are asked for.
fn has_scope(object: &Object, scope: &str, values: Option<&[Value]>) -> bool {
    let is_named = |name: Option<&Str>| {
        let name = name.map(|name| &**name);
        let is_it = |value: &Value| value.as_str() == name;
        name.is_some_and(|name| !name.is_empty()) && values.is_none_or(|all| all.iter().any(is_it))
    };
    if let Body::PersistentVolumeClaim(claim) = &object.body {
        let class = claim.spec.rest.get("volumeAttributesClassName").and_then(Value::as_str);
        return scope == "VolumeAttributesClass" && is_named(class.map(Str::from).as_ref());
    }
    let Some(pod) = object.pod() else { return false };
    let is_best_effort = &*pod.spec.qos_class() == "BestEffort";
    let is_bounded = pod.spec.active_deadline_seconds.is_some();
    match scope {
        "Terminating" => is_bounded,
        "NotTerminating" => !is_bounded,
        "BestEffort" => is_best_effort,
        "NotBestEffort" => !is_best_effort,
        "PriorityClass" => is_named(pod.spec.priority_class_name.as_ref()),
        _ => false,
    }
}

/// Kinds whose plain name is counted too.
const PLAIN: [Kind; 6] = [
    Kind::ConfigMap,
    Kind::PersistentVolumeClaim,
    Kind::ReplicationController,
    Kind::ResourceQuota,
    Kind::Secret,
    Kind::Service,
];

/// What one object uses, under every name that a quota may limit.
pub fn usage(object: &Object) -> ResourceList {
    let mut used = ResourceList::new();
    let mut count = |name: String, number: i64| {
        used.insert(name.into(), Quantity::milli(number.saturating_mul(1_000)));
    };
    let facts = object.kind().facts();
    if facts.plural.is_empty() {
        return used;
    }
    count(
        match facts.api_version.split_once('/') {
            Some((group, _)) => format!("count/{}.{group}", facts.plural),
            None => format!("count/{}", facts.plural),
        },
        1,
    );
    if PLAIN.contains(&object.kind()) {
        count(facts.plural.to_owned(), 1);
    }
    match &object.body {
        Body::Pod(pod) if !pod.status.phase.is_terminal() => {
            count("pods".to_owned(), 1);
            used.extend(of_pod(&pod.spec));
        }
        Body::Service(service) => of_service(service, &mut count),
        Body::PersistentVolumeClaim(claim) => used.extend(of_claim(claim)),
        _ => {}
    }
    used
}

/// Models pkg/quota/v1/evaluator/core/pods.go podComputeUsageHelper
fn of_pod(spec: &PodSpec) -> ResourceList {
    let mut used = ResourceList::new();
    for (name, amount) in spec.requests() {
        used.insert(format!("requests.{name}").into(), amount);
        if matches!(&*name, "cpu" | "memory" | "ephemeral-storage")
            || name.starts_with("hugepages-")
        {
            used.insert(name, amount);
        }
    }
    let mut limits = spec.container_limits();
    limits.extend(spec.own_resources().map(|own| own.limits).unwrap_or_default());
    let limits = limits.into_iter();
    used.extend(limits.map(|(name, amount)| (Str::from(format!("limits.{name}")), amount)));
    used
}

/// Models pkg/quota/v1/evaluator/core/services.go Usage
fn of_service(service: &Service, count: &mut dyn FnMut(String, i64)) {
    let ports = i64::try_from(service.spec.ports.len()).unwrap_or(i64::MAX);
    let is_without =
        service.spec.rest.get("allocateLoadBalancerNodePorts") == Some(&Value::Bool(false));
    let (balancers, ports) = match service.spec.kind.as_deref().unwrap_or_default() {
        "LoadBalancer" => (1, if is_without { 0 } else { ports }),
        "NodePort" => (0, ports),
        _ => (0, 0),
    };
    count("services.loadbalancers".to_owned(), balancers);
    count("services.nodeports".to_owned(), ports);
}

/// Models pkg/quota/v1/evaluator/core/persistent_volume_claims.go Usage
fn of_claim(claim: &Claim) -> ResourceList {
    let mut used = ResourceList::new();
    let class = claim.spec.storage_class_name.as_ref().filter(|class| !class.is_empty());
    let of_class = |what: &str| {
        class.map(|class| Str::from(format!("{class}.storageclass.storage.k8s.io/{what}")))
    };
    let one = Quantity::milli(1_000);
    used.extend(of_class("persistentvolumeclaims").map(|name| (name, one)));
    if let Some(storage) = claim.spec.resources.requests.get("storage") {
        used.insert("requests.storage".into(), *storage);
        used.extend(of_class("requests.storage").map(|name| (name, *storage)));
    }
    used
}

/// What containers must say where these amounts are limited, and do not.
///
/// Models pkg/quota/v1/evaluator/core/pods.go podEvaluator.Constraints
fn unsaid(pod: &Pod, hard: &ResourceList) -> Option<String> {
    const SAID: [(&str, &str, bool); 6] = [
        ("cpu", "cpu", false),
        ("limits.cpu", "cpu", true),
        ("limits.memory", "memory", true),
        ("memory", "memory", false),
        ("requests.cpu", "cpu", false),
        ("requests.memory", "memory", false),
    ];
    if pod.spec.own_resources().is_some() {
        return None;
    }
    let wanted = SAID.iter().filter(|(name, ..)| hard.contains_key(*name));
    let missing = wanted.filter_map(|(name, resource, is_limit)| {
        let says = |one: &&Container| {
            let list = if *is_limit { &one.resources.limits } else { &one.resources.requests };
            !list.contains_key(*resource)
        };
        let all = pod.spec.containers.iter().chain(&pod.spec.init_containers);
        let names: BTreeSet<&str> = gather(all.filter(says).map(|one| &*one.name));
        let names: Vec<&str> = names.into_iter().collect();
        (!names.is_empty()).then(|| format!("{name} for: {}", names.join(",")))
    });
    let missing: Vec<String> = missing.collect();
    (!missing.is_empty()).then(|| format!("must specify {}", missing.join("; ")))
}

/// A list as it is told.
///
/// Models staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go prettyPrint
fn told(list: &ResourceList, names: &[Str]) -> String {
    let of = |name: &Str| {
        let amount = list.get(name).copied().unwrap_or(Quantity::milli(0));
        format!("{name}={amount}")
    };
    names.iter().map(of).collect::<Vec<_>>().join(",")
}

/// Refuses what would exceed a quota; otherwise the quotas as they are with the new object.
///
/// Models staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
/// CheckRequest
pub(in crate::server) fn check(
    new: &Object,
    view: &View,
) -> Result<Vec<(Rc<Object>, Object)>, Refusal> {
    let mut changed = Vec::new();
    let forbidden = |why: String| Refusal::Forbidden(new.kind(), new.table_name(), why.into());
    let mut delta = None;
    for object in quotas(&new.meta.namespace, view) {
        let Some(quota) = Quota::of(object).filter(|quota| quota.is_about(new)) else { continue };
        let (hard, used) = (quota.list("status", "hard"), quota.told());
        let delta = delta.get_or_insert_with(|| usage(new));
        let mine: Vec<Str> =
            delta.keys().filter(|name| hard.contains_key(*name)).cloned().collect();
        if mine.is_empty() && new.kind() != Kind::Pod {
            continue;
        }
        if let Some(why) = new.pod().and_then(|pod| unsaid(pod, &hard)) {
            return Err(forbidden(format!("failed quota: {}: {why}", quota.name)));
        }
        let mut after = used.clone();
        for name in &mine {
            let entry = after.entry(name.clone()).or_default();
            entry.milli = entry.milli.saturating_add(delta[name].milli);
            entry.format = delta[name].format;
        }
        let is_over =
            |name: &&Str| delta[*name].milli > 0 && after[*name].milli > hard[*name].milli;
        let over: Vec<Str> = mine.iter().filter(is_over).cloned().collect();
        if !over.is_empty() {
            return Err(forbidden(format!(
                "exceeded quota: {}, requested: {}, used: {}, limited: {}",
                quota.name,
                told(delta, &over),
                told(&used, &over),
                told(&hard, &over)
            )));
        }
        if after != used {
            changed.push((Rc::clone(object), with_status(object, &hard, &after)));
        }
    }
    Ok(changed)
}

/// A ResourceQuota with another status.
pub fn with_status(object: &Object, hard: &ResourceList, used: &ResourceList) -> Object {
    let list = |list: &ResourceList| {
        Value::map(
            list.iter().map(|(name, one)| (name.clone(), Value::Str(one.to_string().into()))),
        )
    };
    let mut new = object.clone();
    if let Body::Other(other) = &mut new.body
        && let Value::Map(content) = &mut Rc::make_mut(other).content
    {
        let status = Value::map([("hard", list(hard)), ("used", list(used))]);
        content.insert("status".into(), status);
    }
    new
}
