//! What LimitRanges give to containers and demand of Pods and claims.
//!
//! Must not know quotas. Invariant: what an object says itself is never changed.
//!
//! Differs: of several LimitRanges, and of several resources in one, the one whose name comes
//! first counts first; upstream takes them in no order.

use std::rc::Rc;

use crate::api::outward::outward;
use crate::api::pod::{Container, Pod, PodSpec, ResourceList};
use crate::api::{Body, Kind, Meta, Object, Quantity, Value};
use crate::base::Str;
use crate::server::{Refusal, View};

const ANNOTATION: &str = "kubernetes.io/limit-ranger";

/// One entry of a LimitRange.
struct Limit(Value);

impl Limit {
    fn is_of(&self, kind: &str) -> bool {
        self.0.at("type").and_then(Value::as_str) == Some(kind)
    }

    /// The amounts of one of its lists, in the order of their names.
    fn list(&self, key: &str) -> Vec<(Str, Quantity)> {
        let Some(Value::Map(list)) = self.0.at(key) else { return Vec::new() };
        let amount = |value: &Value| match value {
            Value::Int(number) => Quantity::parse(&number.to_string()),
            other => Quantity::parse(other.as_str()?),
        };
        list.iter().filter_map(|(name, value)| Some((name.clone(), amount(value)?))).collect()
    }
}

/// The entries of each LimitRange of a Namespace.
fn ranges(namespace: &Str, view: &View) -> Vec<Vec<Limit>> {
    let of = |object: &Rc<Object>| {
        let limits = outward(object).at("spec").and_then(|spec| spec.at("limits")).cloned();
        match limits {
            Some(Value::List(limits)) => limits.into_iter().map(Limit).collect(),
            _ => Vec::new(),
        }
    };
    view.table(Kind::LimitRange).in_namespace(namespace).map(of).collect()
}

/// Whether a Namespace has any.
pub(in crate::server) fn are_in(namespace: &Str, view: &View) -> bool {
    view.table(Kind::LimitRange).in_namespace(namespace).next().is_some()
}

/// Gives containers that say nothing what is usual in their Namespace.
///
/// Models plugin/pkg/admission/limitranger/admission.go PodMutateLimitFunc
pub(in crate::server) fn fill(pod: &mut Pod, meta: &mut Meta, view: &View) {
    for limits in ranges(&meta.namespace, view) {
        let of_containers = || limits.iter().filter(|limit| limit.is_of("Container"));
        let usual = |key: &str| -> ResourceList {
            of_containers().flat_map(|limit| limit.list(key)).collect()
        };
        let (requests, most) = (usual("defaultRequest"), usual("default"));
        if requests.is_empty() && most.is_empty() {
            continue;
        }
        let spec = Rc::make_mut(&mut pod.spec);
        let mut told = Vec::new();
        for container in &mut spec.containers {
            merge(container, "container", &requests, &most, &mut told);
        }
        for container in &mut spec.init_containers {
            merge(container, "init container", &requests, &most, &mut told);
        }
        if !told.is_empty() {
            meta.annotate(ANNOTATION, format!("LimitRanger plugin set: {}", told.join("; ")));
        }
    }
}

/// Models plugin/pkg/admission/limitranger/admission.go mergeContainerResources
fn merge(
    container: &mut Container,
    what: &str,
    requests: &ResourceList,
    limits: &ResourceList,
    told: &mut Vec<String>,
) {
    let own = &mut container.resources;
    for (word, usual, list) in
        [("request", requests, &mut own.requests), ("limit", limits, &mut own.limits)]
    {
        let is_new = |name: &&Str| !list.contains_key(*name);
        let names: Vec<Str> = usual.keys().filter(is_new).cloned().collect();
        if names.is_empty() {
            continue;
        }
        for name in &names {
            list.insert(name.clone(), usual[name]);
        }
        told.push(format!("{} {word} for {what} {}", names.join(", "), container.name));
    }
}

/// Refuses a Pod or a claim that asks for more or less than its Namespace allows.
///
/// Models plugin/pkg/admission/limitranger/admission.go PodValidateLimitFunc and
/// PersistentVolumeClaimValidateLimitFunc
pub(in crate::server) fn check(new: &Object, view: &View) -> Result<(), Refusal> {
    for limits in ranges(&new.meta.namespace, view) {
        let mut errors = Vec::new();
        for limit in &limits {
            match &new.body {
                Body::Pod(pod) => check_pod(&pod.spec, limit, &mut errors),
                Body::PersistentVolumeClaim(claim) if limit.is_of("PersistentVolumeClaim") => {
                    let own = &claim.spec.resources.requests;
                    check_least("PersistentVolumeClaim", limit, own, None, &mut errors);
                    check_most("PersistentVolumeClaim", limit, Some(own), None, &mut errors);
                }
                _ => {}
            }
        }
        let why = match errors.as_slice() {
            [] => continue,
            [only] => only.clone(),
            _ => format!("[{}]", errors.join(", ")),
        };
        return Err(Refusal::Forbidden(new.kind(), new.table_name(), why.into()));
    }
    Ok(())
}

fn check_pod(spec: &PodSpec, limit: &Limit, errors: &mut Vec<String>) {
    let mut look = |kind: &str, requests: &ResourceList, limits: &ResourceList| {
        check_least(kind, limit, requests, Some(limits), errors);
        check_most(kind, limit, Some(requests), Some(limits), errors);
        check_ratio(kind, limit, requests, limits, errors);
    };
    if limit.is_of("Container") {
        for container in spec.containers.iter().chain(&spec.init_containers) {
            look("Container", &container.resources.requests, &container.resources.limits);
        }
    }
    if limit.is_of("Pod") {
        look("Pod", &spec.container_requests(), &spec.container_limits());
    }
}

/// Models plugin/pkg/admission/limitranger/admission.go minConstraint
fn check_least(
    kind: &str,
    limit: &Limit,
    requests: &ResourceList,
    limits: Option<&ResourceList>,
    errors: &mut Vec<String>,
) {
    for (name, least) in limit.list("min") {
        let rule = format!("minimum {name} usage per {kind} is {least}");
        let given = limits.and_then(|limits| limits.get(&name));
        match requests.get(&name) {
            None => errors.push(format!("{rule}.  No request is specified")),
            Some(one) if one.milli < least.milli => {
                errors.push(format!("{rule}, but request is {one}"));
            }
            Some(_) => {
                if let Some(one) = given.filter(|one| one.milli < least.milli) {
                    errors.push(format!("{rule}, but limit is {one}"));
                }
            }
        }
    }
}

/// Models plugin/pkg/admission/limitranger/admission.go maxConstraint and maxRequestConstraint
fn check_most(
    kind: &str,
    limit: &Limit,
    requests: Option<&ResourceList>,
    limits: Option<&ResourceList>,
    errors: &mut Vec<String>,
) {
    for (name, most) in limit.list("max") {
        let rule = format!("maximum {name} usage per {kind} is {most}");
        let over = |list: Option<&ResourceList>| {
            list.and_then(|list| list.get(&name)).copied().filter(|one| one.milli > most.milli)
        };
        let has = |list: Option<&ResourceList>| list.is_some_and(|list| list.contains_key(&name));
        if limits.is_some() && !has(limits) {
            errors.push(format!("{rule}.  No limit is specified"));
        } else if let Some(one) = over(limits) {
            errors.push(format!("{rule}, but limit is {one}"));
        } else if limits.is_none() && !has(requests) {
            errors.push(format!("{rule}.  No request is specified"));
        } else if let Some(one) = over(requests) {
            errors.push(format!("{rule}, but request is {one}"));
        }
    }
}

/// Models plugin/pkg/admission/limitranger/admission.go limitRequestRatioConstraint
fn check_ratio(
    kind: &str,
    limit: &Limit,
    requests: &ResourceList,
    limits: &ResourceList,
    errors: &mut Vec<String>,
) {
    for (name, most) in limit.list("maxLimitRequestRatio") {
        let rule = format!("{name} max limit to request ratio per {kind} is {most}");
        let amount = |list: &ResourceList| list.get(&name).map_or(0, |one| i128::from(one.milli));
        let (request, limit) = (amount(requests), amount(limits));
        if request == 0 {
            errors.push(format!("{rule}, but no request is specified or request is 0"));
        } else if limit == 0 {
            errors.push(format!("{rule}, but no limit is specified or limit is 0"));
        } else if limit * 1_000 > i128::from(most.milli) * request {
            let millionths = (limit * 2_000_000 / request + 1) / 2;
            let (whole, part) = (millionths / 1_000_000, millionths % 1_000_000);
            errors.push(format!("{rule}, but provided ratio is {whole}.{part:06}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::decode;
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, Outcome, Server};

    fn create(server: &mut Server, json: &str) -> Result<Rc<Object>, String> {
        let tree: Value = serde_json::from_str(json).expect("valid");
        let object = decode::whole(&tree).expect("an object");
        match server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO) {
            Ok(Outcome::Created(made)) => Ok(made),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err(refusal.to_string()),
        }
    }

    fn server(limits: &str) -> Server {
        let mut server = Server::new(Seed(1));
        let range = format!(
            r#"{{"apiVersion":"v1","kind":"LimitRange","metadata":{{"name":"r","namespace":"default"}},
            "spec":{{"limits":[{limits}]}}}}"#
        );
        create(&mut server, &range).expect("new");
        server
    }

    fn pod(resources: &str) -> String {
        format!(
            r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"p","namespace":"default"}},
            "spec":{{"containers":[{{"name":"c","image":"nginx","resources":{resources}}}]}}}}"#
        )
    }

    /// The requests and limits of memory that a Pod got, or why it was refused.
    fn memory(limits: &str, resources: &str) -> Result<(String, String), String> {
        let made = create(&mut server(limits), &pod(resources))?;
        let own = &made.pod().expect("a Pod").spec.containers[0].resources;
        let of = |list: &ResourceList| list.get("memory").map(ToString::to_string);
        Ok((of(&own.requests).unwrap_or_default(), of(&own.limits).unwrap_or_default()))
    }

    #[test]
    fn a_container_that_says_nothing_gets_what_is_usual() {
        let usual = r#"{"type":"Container","default":{"memory":"512Mi"},
            "defaultRequest":{"memory":"256Mi"}}"#;
        let pair = |request: &str, limit: &str| Ok((request.to_owned(), limit.to_owned()));
        assert_eq!(memory(usual, "{}"), pair("256Mi", "512Mi"));
        // A limit alone is the request too, before anybody looks.
        assert_eq!(memory(usual, r#"{"limits":{"memory":"1Gi"}}"#), pair("1Gi", "1Gi"));
        assert_eq!(memory(usual, r#"{"requests":{"memory":"128Mi"}}"#), pair("128Mi", "512Mi"));
        // What is most and least is usual if nothing else is said.
        let bounds = r#"{"type":"Container","max":{"memory":"1Gi"},"min":{"memory":"500Mi"}}"#;
        assert_eq!(memory(bounds, "{}"), pair("1Gi", "1Gi"));
        let made = create(&mut server(usual), &pod("{}")).expect("admitted");
        assert_eq!(
            made.meta.annotation(ANNOTATION).map(|text| &**text),
            Some(
                "LimitRanger plugin set: memory request for container c; memory limit for \
                 container c"
            )
        );
        assert_eq!(
            made.pod().and_then(|pod| pod.status.qos_class.as_deref()),
            Some("Burstable"),
            "the class follows from what it got"
        );
    }

    #[test]
    fn more_or_less_than_is_allowed_is_refused_in_kubernetes_words() {
        let bounds = r#"{"type":"Container","max":{"memory":"1Gi"},"min":{"memory":"500Mi"},
            "maxLimitRequestRatio":{"memory":"1.2"}}"#;
        let why = |limits: &str, resources: &str| memory(limits, resources).expect_err("refused");
        let both = |request: &str, limit: &str| {
            format!(r#"{{"requests":{{"memory":"{request}"}},"limits":{{"memory":"{limit}"}}}}"#)
        };
        assert_eq!(
            why(bounds, &both("1.5Gi", "1.5Gi")),
            "pods \"p\" is forbidden: maximum memory usage per Container is 1Gi, but limit is 1536Mi"
        );
        assert_eq!(
            why(bounds, &both("100Mi", "110Mi")),
            "pods \"p\" is forbidden: minimum memory usage per Container is 500Mi, but request is \
             100Mi"
        );
        assert_eq!(
            why(bounds, &both("600Mi", "900Mi")),
            "pods \"p\" is forbidden: memory max limit to request ratio per Container is 1200m, \
             but provided ratio is 1.500000"
        );
        let of_pod = r#"{"type":"Pod","max":{"memory":"1Gi","cpu":"1"}}"#;
        assert_eq!(
            why(of_pod, &both("1Gi", "2Gi")),
            "pods \"p\" is forbidden: [maximum cpu usage per Pod is 1.  No limit is specified, \
             maximum memory usage per Pod is 1Gi, but limit is 2Gi]"
        );
        let storage = r#"{"type":"PersistentVolumeClaim","max":{"storage":"2Gi"},
            "min":{"storage":"1Gi"}}"#;
        let claim = |size: &str| {
            let claim = format!(
                r#"{{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{{"name":"c",
                "namespace":"default"}},"spec":{{"accessModes":["ReadWriteOnce"],
                "resources":{{"requests":{{"storage":"{size}"}}}}}}}}"#
            );
            create(&mut server(storage), &claim).map(|_| ())
        };
        let refused = |why: &str| Err(format!("persistentvolumeclaims \"c\" is forbidden: {why}"));
        assert_eq!(
            claim("5Gi"),
            refused("maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi")
        );
        assert_eq!(
            claim("500Mi"),
            refused("minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi")
        );
        assert_eq!(claim("2Gi"), Ok(()));
    }

    #[test]
    fn pods_of_a_template_are_looked_at_anew_when_a_range_comes() {
        let mut server = Server::new(Seed(1));
        let tree: Value = serde_json::from_str(&pod("{}")).expect("valid");
        let first = decode::whole(&tree).expect("a Pod");
        let named = |name: &str| {
            let mut other = first.clone();
            other.meta.name = name.into();
            Action::Create(Rc::new(other))
        };
        let limits = |outcome: Result<Outcome, Refusal>| match outcome {
            Ok(Outcome::Created(made)) => {
                made.pod().expect("a Pod").spec.containers[0].resources.limits.len()
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(limits(server.execute(&named("a"), SimTime::ZERO)), 0);
        create(
            &mut server,
            r#"{"apiVersion":"v1","kind":"LimitRange","metadata":{"name":"r",
            "namespace":"default"},"spec":{"limits":[{"type":"Container",
            "default":{"cpu":"1"}}]}}"#,
        )
        .expect("new");
        for name in ["b", "c"] {
            let Ok(Outcome::Created(made)) = server.execute(&named(name), SimTime::ZERO) else {
                panic!("{name} is admitted");
            };
            assert!(made.meta.annotation(ANNOTATION).is_some(), "{name} says what it got");
        }
    }
}
