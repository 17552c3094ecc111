//! Which Pods a kubelet turns away: those that do not fit its node, whoever put them there.
//!
//! Must not know the scheduler. Invariant: a Pod that was taken in once is not turned away as long
//! as the kubelet runs.
//!
//! Differs: critical Pods push no others off the node.

use std::rc::Rc;

use crate::api::core::Taint;
use crate::api::go::quoted;
use crate::api::pod::{Phase, PodStatus, ResourceList, condition};
use crate::api::{Kind, Object, Quantity, Value};
use crate::base::{Shared, SimTime, Str};
use crate::kubelet::Fleet;
use crate::kubelet::worker::{POST_US, Work, Worker};
use crate::server::{EventNote, View};

/// Why a Pod is turned away.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Refusal {
    reason: &'static str,
    message: String,
}

impl Refusal {
    /// Models pkg/kubelet/lifecycle/predicate.go PredicateFailureError.Error
    fn failed(predicate: &'static str, why: &str) -> Refusal {
        let message = format!("Predicate {predicate} failed: {why}");
        Refusal { reason: predicate, message }
    }
}

/// What is asked of a node, has been given, and is there of one resource.
struct Share {
    asked: i64,
    used: i64,
    has: i64,
}

/// That a node has too little of something, if so.
///
/// Models pkg/kubelet/lifecycle/predicate.go InsufficientResourceError.Error
fn lacking(name: &str, share: &Share) -> Option<Refusal> {
    let Share { asked, used, has } = share;
    if *asked <= has - used {
        return None;
    }
    let reason = match name {
        "cpu" => "OutOfcpu",
        "memory" => "OutOfmemory",
        "ephemeral-storage" => "OutOfephemeral-storage",
        "pods" => "OutOfpods",
        _ => "UnexpectedAdmissionError",
    };
    let message = format!(
        "Node didn't have enough resource: {name}, requested: {asked}, used: {used}, capacity: {has}"
    );
    Some(Refusal { reason, message })
}

/// An amount in the units in which the kubelet counts it.
fn units(list: &ResourceList, name: &str) -> i64 {
    let amount = |one: &Quantity| if name == "cpu" { one.milli } else { one.rounded_up() };
    list.get(name).map_or(0, amount)
}

/// Why a Pod does not fit a node on which others are, if it does not.
///
/// Models pkg/kubelet/lifecycle/predicate.go generalFilter and
/// pkg/scheduler/schedule_one.go AdmissionCheck
fn refusal(pod: &Object, node: &Object, others: &[Rc<Object>]) -> Option<Refusal> {
    let (spec, body) = (&pod.pod()?.spec, node.node()?);
    let allocatable = &body.status.allocatable;
    let pods = i64::try_from(others.len()).unwrap_or(i64::MAX);
    let most = units(allocatable, "pods");
    let asked = spec.requests();
    let sum = |name: &str| {
        let all = others.iter().filter_map(|one| one.pod());
        all.map(|one| units(&one.spec.requests(), name)).sum::<i64>()
    };
    let share = |name: &Str| {
        let asked = units(&asked, name);
        let is_counted = asked > 0 && (is_native(name) || allocatable.contains_key(name));
        is_counted.then(|| Share { asked, used: sum(name), has: units(allocatable, name) })
    };
    // Processor and memory come first, as they stand in the order of names.
    lacking("pods", &Share { asked: 1, used: pods, has: most })
        .or_else(|| asked.keys().find_map(|name| lacking(name, &share(name)?)))
        .or_else(|| {
            let text = "node(s) didn't match Pod's node affinity/selector";
            (!spec.likes(node)).then(|| Refusal::failed("NodeAffinity", text))
        })
        .or_else(|| {
            let wanted = spec.host_ports();
            let taken = others.iter().filter_map(|one| one.pod());
            let mut taken = taken.flat_map(|one| one.spec.host_ports());
            let clashes = !wanted.is_empty()
                && taken.any(|one| wanted.iter().any(|own| own.clashes_with(&one)));
            let text = "node(s) didn't have free ports for the requested pod ports";
            clashes.then(|| Refusal::failed("NodePorts", text))
        })
        .or_else(|| {
            let drives_out = |taint: &&Taint| &*taint.effect == "NoExecute";
            let bears = |taint: &Taint| spec.tolerations.iter().any(|one| one.bears(taint));
            let is_driven = body.spec.taints.iter().filter(drives_out).any(|one| !bears(one));
            let text = "node(s) had taints that the pod didn't tolerate";
            is_driven.then(|| Refusal::failed("TaintToleration", text))
        })
}

/// Whether Kubernetes itself knows a resource; of others a node may not have heard yet.
///
/// Models pkg/kubelet/lifecycle/predicate.go removeMissingExtendedResources
fn is_native(name: &str) -> bool {
    !name.contains('/')
}

/// What a Pod may set of its kernel without the node's owner having agreed.
///
/// Models pkg/kubelet/sysctl/safe_sysctls.go
const SAFE_SYSCTLS: [&str; 12] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
];

/// A kernel setting's name with dots between its parts, however it is written.
///
/// Models staging/src/k8s.io/component-helpers/node/util/sysctl ConvertSysctlVariableToDotsSeparator
fn dotted(name: &str) -> String {
    match name.find(['.', '/']) {
        Some(at) if name[at..].starts_with('/') => {
            let swap = |one| match one {
                '/' => '.',
                '.' => '/',
                other => other,
            };
            name.chars().map(swap).collect()
        }
        _ => name.to_owned(),
    }
}

/// Why no kubelet on Linux takes a Pod in, whatever else its node holds, if so.
///
/// Models pkg/kubelet/sysctl/allowlist.go Admit and pkg/kubelet/lifecycle/predicate.go
/// rejectPodAdmissionBasedOnOSSelector, rejectPodAdmissionBasedOnOSField
fn ban(pod: &Object) -> Option<Refusal> {
    let rest = &pod.pod()?.spec.rest;
    let name = |value: &Value| value.at("name").and_then(Value::as_str).map(dotted);
    if let Some(Value::List(sysctls)) =
        rest.get("securityContext").and_then(|one| one.at("sysctls"))
        && let Some(unsafe_one) =
            sysctls.iter().filter_map(name).find(|one| !SAFE_SYSCTLS.contains(&&**one))
    {
        let message = format!("forbidden sysctl: {} not allowlisted", quoted(&unsafe_one));
        return Some(Refusal { reason: "SysctlForbidden", message });
    }
    if pod.meta.label("kubernetes.io/os").is_some_and(|os| &**os != "linux") {
        let text = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
        let reason = "PodOSSelectorNodeLabelDoesNotMatch";
        return Some(Refusal { reason, message: text.to_owned() });
    }
    let os = rest.get("os").and_then(|os| os.at("name")).and_then(Value::as_str);
    let text = "Failed to admit pod as the OS field doesn't match node OS";
    os.filter(|os| *os != "linux")
        .map(|_| Refusal { reason: "PodOSNotSupported", message: text.to_owned() })
}

impl Fleet {
    /// Whether Pods here may be more than the scheduler reckoned with: one named its node itself.
    fn is_unreckoned(&self, worker: &Worker) -> bool {
        let machine = self.machines.get(&worker.node);
        let was_placed = condition(&worker.pod().status.conditions, "PodScheduled").is_some();
        !was_placed || machine.is_some_and(|one| one.is_unreckoned)
    }

    /// Turns a new Pod away if it does not fit its node. One that the scheduler placed where it
    /// knows of all Pods fits, unless the kubelet starts anew and finds it there.
    ///
    /// Models pkg/kubelet/kubelet.go HandlePodAdditions, GetActivePods
    pub(super) fn admit(&mut self, worker: &mut Worker, view: &View, is_anew: bool, now: SimTime) {
        let is_unreckoned = self.is_unreckoned(worker);
        if worker.work != Work::Sync {
            return;
        }
        if let Some(ban) = ban(&worker.object) {
            return refuse(worker, ban, now);
        }
        if !(is_anew || is_unreckoned) {
            return;
        }
        if is_unreckoned && let Some(machine) = self.machines.get_mut(&worker.node) {
            machine.is_unreckoned = true;
        }
        let Some(node) = view.named(Kind::Node, "", &worker.node) else { return };
        let here = self.machines.get(&worker.node).into_iter().flat_map(|one| one.pods.keys());
        // Who is gone from the server counts no more, though its containers still stop.
        let others: Vec<Rc<Object>> = here
            .filter_map(|id| self.workers.get(id))
            .filter(|one| one.work < Work::Terminated && !one.is_removed)
            .map(|one| Rc::clone(&one.object))
            .collect();
        if let Some(refusal) = refusal(&worker.object, node, &others) {
            refuse(worker, refusal, now);
        }
    }
}

/// Models pkg/kubelet/kubelet.go rejectPod
fn refuse(worker: &mut Worker, refusal: Refusal, now: SimTime) {
    let generation = worker.object.meta.generation;
    let pod = worker.pod();
    worker.status = Shared::from(PodStatus {
        observed_generation: Some(generation).filter(|one| *one > 0),
        phase: Phase::Failed,
        reason: Some(refusal.reason.into()),
        message: Some(format!("Pod was rejected: {}", refusal.message).into()),
        qos_class: Some(pod.spec.qos_class()),
        start_time: pod.status.start_time.or(Some(now)),
        ..PodStatus::default()
    });
    let about = worker.object.reference();
    let note = EventNote::normal(about, "kubelet", refusal.reason, refusal.message);
    worker.refused = Some(EventNote { warning: true, host: worker.node.clone(), ..note });
    worker.work = Work::Finished;
    worker.has_status = true;
    worker.post_at = Some(now.plus_us(POST_US));
}
