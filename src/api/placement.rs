//! What a Pod asks of its node: amounts, ports, labels and claims.
//!
//! Must not know nodes' loads or who compares them. Invariant: an answer follows from the Pod
//! alone.

use std::collections::BTreeMap;

use crate::api::pod::{Container, PodSpec, ResourceList, Resources};
use crate::api::{Object, Quantity, Value};
use crate::base::{Str, gather};

/// Whether a Pod itself may ask for a resource.
///
/// Models staging/src/k8s.io/component-helpers/resource/helpers.go IsSupportedPodLevelResource
pub fn is_of_pods(name: &str) -> bool {
    matches!(name, "cpu" | "memory") || name.starts_with("hugepages-")
}

fn amounts(list: &BTreeMap<Str, Value>) -> ResourceList {
    let amount = |value: &Value| match value {
        Value::Str(text) => Quantity::parse(text),
        Value::Int(number) => Quantity::parse(&number.to_string()),
        _ => None,
    };
    gather(list.iter().filter_map(|(name, value)| Some((name.clone(), amount(value)?))))
}

/// A port of the node that a Pod takes for itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HostPort {
    /// The port.
    pub number: i64,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Str,
    /// The address, `0.0.0.0` for all.
    pub address: Str,
}

impl HostPort {
    /// Whether both cannot be had on one node.
    ///
    /// Models staging/src/k8s.io/kube-scheduler/framework HostPortInfo.CheckConflict
    pub fn clashes_with(&self, other: &HostPort) -> bool {
        let is_any = |address: &Str| &**address == "0.0.0.0";
        self.number == other.number
            && self.protocol == other.protocol
            && (self.address == other.address || is_any(&self.address) || is_any(&other.address))
    }
}

impl Object {
    /// The claims that a Pod mounts, by name: those that it names, and those that are made for
    /// it.
    pub fn claims(&self) -> impl Iterator<Item = Str> {
        let volumes = self.pod().into_iter().flat_map(|pod| &pod.spec.volumes);
        volumes.filter_map(|one| match &one.persistent_volume_claim {
            Some(claim) => Some(claim.claim_name.clone()),
            None => one.rest.get("ephemeral").map(|_| self.ephemeral_name(&one.name)),
        })
    }

    /// The claims that are made for a Pod, each with its template.
    pub fn ephemeral_claims(&self) -> impl Iterator<Item = (Str, Option<&Value>)> {
        let volumes = self.pod().into_iter().flat_map(|pod| &pod.spec.volumes);
        volumes.filter_map(|one| {
            let source = one.rest.get("ephemeral")?;
            Some((self.ephemeral_name(&one.name), source.at("volumeClaimTemplate")))
        })
    }

    /// Models staging/src/k8s.io/component-helpers/storage/ephemeral/ephemeral.go VolumeClaimName
    fn ephemeral_name(&self, volume: &str) -> Str {
        format!("{}-{volume}", self.meta.name).into()
    }
}

impl PodSpec {
    /// The host ports of its containers, those of sidecars included.
    ///
    /// Models pkg/scheduler/util/utils.go GetHostPorts
    pub fn host_ports(&self) -> Vec<HostPort> {
        let is_sidecar = |one: &&Container| one.restart_policy.as_deref() == Some("Always");
        let sidecars = self.init_containers.iter().filter(is_sidecar);
        let ports = sidecars.chain(&self.containers).flat_map(|container| &container.ports);
        ports
            .filter_map(|port| match port.rest.get("hostPort") {
                Some(Value::Int(number)) if *number > 0 => Some(HostPort {
                    number: *number,
                    protocol: port.protocol.clone().unwrap_or_else(|| "TCP".into()),
                    address: port
                        .rest
                        .get("hostIP")
                        .and_then(Value::as_str)
                        .unwrap_or("0.0.0.0")
                        .into(),
                }),
                _ => None,
            })
            .collect()
    }

    /// Whether a node meets the node selector and the required node affinity.
    ///
    /// Models staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
    /// RequiredNodeAffinity.Match
    pub fn likes(&self, node: &Object) -> bool {
        if self.node_selector.is_empty() && self.affinity.is_none() {
            return true;
        }
        let labels = &node.meta.labels;
        let required = self.affinity.as_ref().and_then(|one| one.node_affinity.as_ref());
        self.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value))
            && required
                .and_then(|one| one.required.as_ref())
                .is_none_or(|selector| selector.is_met_by(&node.meta.name, labels))
    }

    /// `Guaranteed`, `Burstable` or `BestEffort`.
    ///
    /// Models pkg/apis/core/v1/helper/qos/qos.go ComputePodQOS
    pub fn qos_class(&self) -> Str {
        const COUNTED: [&str; 2] = ["cpu", "memory"];
        let containers = self.init_containers.iter().chain(&self.containers);
        // Where the Pod itself says something, its containers do not count.
        let of_pod = self.own_resources();
        let all: Vec<&Resources> = match &of_pod {
            Some(own) => vec![own],
            None => containers.map(|one| &one.resources).collect(),
        };
        let sum = |list: fn(&Resources) -> &ResourceList| {
            let mut sum = ResourceList::new();
            for (name, amount) in all.iter().flat_map(|one| list(one)) {
                if COUNTED.contains(&&**name) && amount.milli > 0 {
                    sum.entry(name.clone()).or_default().milli += amount.milli;
                }
            }
            sum
        };
        let (requests, limits) = (sum(|one| &one.requests), sum(|one| &one.limits));
        if requests.is_empty() && limits.is_empty() {
            return "BestEffort".into();
        }
        let is_limited = all.iter().all(|one| {
            let limit = |name| one.limits.get(name).map_or(0, |limit| limit.milli);
            COUNTED.into_iter().all(|name| limit(name) > 0)
        });
        if is_limited && requests == limits { "Guaranteed".into() } else { "Burstable".into() }
    }

    /// What the scheduler reserves: what the Pod itself asks for, or its containers, and what
    /// running it costs besides.
    ///
    /// Models staging/src/k8s.io/component-helpers/resource/helpers.go PodRequests
    pub fn requests(&self) -> ResourceList {
        let mut sum = self.container_requests();
        if let Some(own) = self.own_resources() {
            sum.extend(own.requests.into_iter().filter(|(name, _)| is_of_pods(name)));
        }
        if let Some(Value::Map(overhead)) = self.rest.get("overhead") {
            add(&mut sum, &amounts(overhead));
        }
        sum
    }

    /// The resources that the Pod itself asks for, whatever its containers do.
    ///
    /// Models staging/src/k8s.io/component-helpers/resource/helpers.go IsPodLevelResourcesSet
    pub fn own_resources(&self) -> Option<Resources> {
        self.rest.get("resources")?;
        let own = self.given_resources();
        let is_set = own.requests.keys().chain(own.limits.keys()).any(|name| is_of_pods(name));
        is_set.then_some(own)
    }

    /// All that the Pod itself says of resources.
    pub fn given_resources(&self) -> Resources {
        let list = |key: &str| match self.rest.get("resources").and_then(|own| own.at(key)) {
            Some(Value::Map(list)) => amounts(list),
            _ => ResourceList::new(),
        };
        let (limits, requests) = (list("limits"), list("requests"));
        Resources { limits, requests, ..Resources::default() }
    }

    /// The sum of the containers and sidecars, or the greatest amount of an init container and
    /// the sidecars that run beside it.
    ///
    /// Models staging/src/k8s.io/component-helpers/resource/helpers.go AggregateContainerRequests
    pub fn container_requests(&self) -> ResourceList {
        self.aggregate(|one| &one.requests)
    }

    /// The same of what they may take at most.
    ///
    /// Models staging/src/k8s.io/component-helpers/resource/helpers.go AggregateContainerLimits
    pub fn container_limits(&self) -> ResourceList {
        self.aggregate(|one| &one.limits)
    }

    fn aggregate(&self, list: fn(&Resources) -> &ResourceList) -> ResourceList {
        let (mut sum, mut sidecars, mut most) =
            (ResourceList::new(), ResourceList::new(), ResourceList::new());
        for container in &self.containers {
            add(&mut sum, list(&container.resources));
        }
        for container in &self.init_containers {
            let own = list(&container.resources);
            if container.restart_policy.as_deref() == Some("Always") {
                add(&mut sum, own);
                add(&mut sidecars, own);
                raise(&mut most, &sidecars);
            } else {
                let mut own = own.clone();
                add(&mut own, &sidecars);
                raise(&mut most, &own);
            }
        }
        raise(&mut sum, &most);
        sum
    }

    /// The same of one resource, in thousandths, where a container that does not ask for it
    /// counts with `missing_milli`.
    pub fn request_or(&self, name: &str, missing_milli: i64) -> i64 {
        if let Some(own) = self.own_resources()
            && !own.requests.is_empty()
        {
            return self.requests().get(name).map_or(missing_milli, |one| one.milli);
        }
        let overhead = match self.rest.get("overhead") {
            Some(Value::Map(overhead)) => amounts(overhead).get(name).map_or(0, |one| one.milli),
            _ => 0,
        };
        let of = |container: &Container| {
            container.resources.requests.get(name).map_or(missing_milli, |one| one.milli)
        };
        let mut sum: i64 = self.containers.iter().map(of).sum();
        let (mut sidecars, mut most) = (0, 0);
        for container in &self.init_containers {
            let own = of(container);
            if container.restart_policy.as_deref() == Some("Always") {
                sum += own;
                sidecars += own;
                most = most.max(sidecars);
            } else {
                most = most.max(own + sidecars);
            }
        }
        sum.max(most) + overhead
    }
}

fn add(sum: &mut ResourceList, more: &ResourceList) {
    for (name, amount) in more {
        let entry = sum.entry(name.clone()).or_default();
        entry.milli = entry.milli.saturating_add(amount.milli);
        entry.format = amount.format;
    }
}

fn raise(most: &mut ResourceList, other: &ResourceList) {
    for (name, amount) in other {
        let entry = most.entry(name.clone()).or_insert(*amount);
        if amount.milli > entry.milli {
            *entry = *amount;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> PodSpec {
        serde_json::from_str(text).expect("valid")
    }

    fn cpu(list: &ResourceList) -> i64 {
        list.get("cpu").map_or(0, |one| one.milli)
    }

    #[test]
    fn a_sidecar_counts_beside_the_containers_and_beside_later_init_containers() {
        let own = |cpu: &str| format!(r#""resources":{{"requests":{{"cpu":"{cpu}"}}}}"#);
        let pod = |second: &str| {
            spec(&format!(
                r#"{{"initContainers":[{{"name":"s","restartPolicy":"Always",{}}},
                    {{"name":"i",{}}}],"containers":[{{"name":"a",{}}},{{"name":"b"}}]}}"#,
                own("300m"),
                own(second),
                own("500m")
            ))
        };
        assert_eq!(cpu(&pod("100m").requests()), 800);
        assert_eq!(cpu(&pod("900m").requests()), 1_200);
        assert_eq!(pod("100m").request_or("cpu", 0), 800);
        assert_eq!(pod("900m").request_or("cpu", 100), 1_200);
        assert_eq!(pod("100m").request_or("cpu", 100), 900, "container b counts too");
    }

    #[test]
    fn what_a_pod_asks_for_itself_and_costs_besides_counts() {
        let pod = spec(
            r#"{"resources":{"requests":{"cpu":"2"},"limits":{"memory":"1Gi"}},
                "overhead":{"cpu":"250m"},
                "containers":[{"name":"a","resources":{"requests":{"cpu":"1","gpu":"1"}}}]}"#,
        );
        assert_eq!(cpu(&pod.requests()), 2_250);
        assert_eq!(pod.requests().get("gpu").map(|one| one.milli), Some(1_000));
        assert_eq!(pod.request_or("cpu", 100), 2_250);
        assert_eq!(pod.request_or("memory", 7), 7);
        assert_eq!(pod.qos_class(), "Burstable");
        let plain = spec(r#"{"overhead":{"cpu":"250m"},"containers":[{"name":"a"}]}"#);
        assert_eq!((cpu(&plain.requests()), plain.request_or("cpu", 100)), (250, 350));
    }

    #[test]
    fn the_class_counts_processor_and_memory_above_zero_alone() {
        let of = |resources: &str| {
            spec(&format!(r#"{{"containers":[{{"name":"a","resources":{resources}}}]}}"#))
                .qos_class()
        };
        assert_eq!(of("{}"), "BestEffort");
        assert_eq!(of(r#"{"requests":{"cpu":"0","ephemeral-storage":"1Gi"}}"#), "BestEffort");
        assert_eq!(of(r#"{"requests":{"cpu":"1"}}"#), "Burstable");
        let both = r#""cpu":"1","memory":"1Gi""#;
        assert_eq!(of(&format!(r#"{{"limits":{{{both}}},"requests":{{{both}}}}}"#)), "Guaranteed");
        let less = r#""cpu":"1","memory":"1Mi""#;
        assert_eq!(of(&format!(r#"{{"limits":{{{both}}},"requests":{{{less}}}}}"#)), "Burstable");
    }
}
