//! A kubelet's presence: the power of its machine, its beat, and what it says of its node.
//!
//! Must not know Pods or the store. Invariant: a machine without power says nothing.

use crate::api::wellknown::{HOSTNAME, NOT_READY};
use std::rc::Rc;

use crate::api::core::{Node, NodeStatus, Taint};
use crate::api::pod::{Condition, ResourceList, Truth, condition, set_condition};
use crate::api::{Object, Quantity, Value};
use crate::base::{SECOND_US, SimTime, Str};
use crate::server::EventNote;

/// How often a kubelet renews its lease, and at least how long it waits from one look at its
/// node's status to the next.
///
/// Models pkg/kubelet/apis/config/v1beta1/defaults.go NodeStatusUpdateFrequency
pub(super) const BEAT_US: u64 = 10 * SECOND_US;
/// How long a kubelet may have slept before it doubts its container runtime.
///
/// Models pkg/kubelet/pleg/generic.go relistThreshold
const DOUBT_US: u64 = 180 * SECOND_US;

/// Whether a machine runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Power {
    /// It runs.
    On,
    /// It hangs since this moment: memory and processes stay.
    Frozen(SimTime),
    /// It has no power: memory and processes are lost.
    Off,
}

/// Whether a machine's kubelet is there, and since when.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Presence {
    /// What it registers its node with.
    pub(super) template: Rc<Object>,
    pub(super) power: Power,
    /// Whether the kubelet follows its Pods: not yet in the second after it woke.
    pub(super) is_listening: bool,
    /// When its kubelet started, which sets the beat.
    started: SimTime,
    /// Grows with each change of power, so that a timer of an earlier life is known.
    pub(super) life: u32,
    /// Whether its node was cordoned when the kubelet last looked.
    is_cordoned: bool,
}

impl Presence {
    /// That of a kubelet that starts now.
    pub(super) fn new(template: Rc<Object>, now: SimTime) -> Presence {
        let (power, is_listening) = (Power::On, true);
        Presence { template, power, is_listening, started: now, life: 0, is_cordoned: false }
    }

    /// Whether it runs and follows its Pods.
    pub(super) fn works(&self) -> bool {
        self.power == Power::On && self.is_listening
    }

    /// The latest beat up to now.
    pub(super) fn last_beat(&self, now: SimTime) -> SimTime {
        let age = now.since_us(self.started);
        self.started.plus_us(age / BEAT_US * BEAT_US)
    }

    /// Takes away its power, or only its time.
    pub(super) fn stop(&mut self, power: Power) {
        self.power = power;
        self.is_listening = false;
        self.life += 1;
    }

    /// Lets it go on; how long it hung.
    pub(super) fn wake(&mut self, now: SimTime) -> u64 {
        let slept_us = match self.power {
            Power::Frozen(since) => now.since_us(since),
            Power::On | Power::Off => 0,
        };
        self.power = Power::On;
        self.life += 1;
        // The kubelet's timers have run out meanwhile and start anew.
        self.started = now;
        slept_us
    }

    /// What the kubelet tells when it finds its node cordoned or free.
    ///
    /// Models pkg/kubelet/kubelet_node_status.go recordNodeSchedulableEvent
    pub(super) fn notice_cordon(&mut self, object: &Object) -> Option<EventNote> {
        let is_cordoned = object.node()?.spec.unschedulable;
        if std::mem::replace(&mut self.is_cordoned, is_cordoned) == is_cordoned {
            return None;
        }
        let reason = if is_cordoned { "NodeNotSchedulable" } else { "NodeSchedulable" };
        Some(told(object, reason))
    }
}

/// Whether a kubelet that slept so long doubts its runtime at first.
pub(super) const fn doubts_after(slept_us: u64) -> bool {
    slept_us > DOUBT_US
}

/// An Event of a kubelet about its own node.
///
/// Models pkg/kubelet/kubelet_node_status.go recordNodeStatusEvent
pub(super) fn told(node: &Object, reason: &'static str) -> EventNote {
    let text = format!("Node {} status is now: {reason}", node.meta.name);
    let about = node.reference().without_uid();
    let note = EventNote::normal(about, "kubelet", reason, text);
    EventNote { host: node.meta.name.clone(), ..note }
}

/// The conditions of a healthy node, in the order in which they are set: type, whether it
/// holds, reason, message, and the Event of its coming.
///
/// Models pkg/kubelet/nodestatus/setters.go
const HEALTHY: [(&str, bool, &str, &str, &str); 4] = [
    (
        "MemoryPressure",
        false,
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
        "NodeHasSufficientMemory",
    ),
    (
        "DiskPressure",
        false,
        "KubeletHasNoDiskPressure",
        "kubelet has no disk pressure",
        "NodeHasNoDiskPressure",
    ),
    (
        "PIDPressure",
        false,
        "KubeletHasSufficientPID",
        "kubelet has sufficient PID available",
        "NodeHasSufficientPID",
    ),
    ("Ready", true, "KubeletReady", "kubelet is posting ready status", "NodeReady"),
];

/// What a healthy kubelet posts.
///
/// Differs: it posts when something has changed, not every five minutes besides, so that a
/// heartbeat's time is that of the last change; nor does it list the images on its machine.
pub(super) fn healthy(now: SimTime) -> Vec<Condition> {
    let one = |(kind, holds, reason, message, _): (&str, bool, &str, &str, &str)| Condition {
        kind: kind.into(),
        status: Truth::from(holds),
        reason: Some(reason.into()),
        message: Some(message.into()),
        last_heartbeat_time: Some(now),
        ..Condition::default()
    };
    HEALTHY.map(one).into()
}

/// What a kubelet posts that has not heard from its runtime yet.
pub(super) fn doubtful(message: &str, now: SimTime) -> Condition {
    Condition {
        kind: "Ready".into(),
        status: Truth::False,
        reason: Some("KubeletNotReady".into()),
        message: Some(message.into()),
        last_heartbeat_time: Some(now),
        ..Condition::default()
    }
}

/// The Events of the conditions that become healthy by the next post.
pub(super) fn recoveries(object: &Object) -> Vec<EventNote> {
    let Some(node) = object.node() else { return Vec::new() };
    let is_new = |kind: &str, holds: bool| {
        condition(&node.status.conditions, kind).is_none_or(|one| one.status != Truth::from(holds))
    };
    let news = HEALTHY.iter().filter(|(kind, holds, ..)| is_new(kind, *holds));
    news.map(|(_, _, _, _, event)| told(object, event)).collect()
}

/// The Events of a kubelet that describes its node from nothing.
///
/// Models pkg/kubelet/kubelet_node_status.go initialNode
pub(super) fn introduction(node: &Object) -> Vec<EventNote> {
    HEALTHY[..3].iter().map(|(_, _, _, _, event)| told(node, event)).collect()
}

fn text(value: &str) -> Value {
    Value::Str(value.into())
}

fn mapping<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::map(pairs)
}

/// Fills in what a kubelet says of its node when it registers, its conditions aside.
///
/// Models pkg/kubelet/kubelet_node_status.go initialNode
pub(super) fn describe(object: &mut Object, prefix: &str, ip: &str) {
    let name = object.meta.name.clone();
    for (key, value) in [
        ("beta.kubernetes.io/arch", "amd64"),
        ("beta.kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", "amd64"),
        (HOSTNAME, &*name),
        ("kubernetes.io/os", "linux"),
    ] {
        object.meta.set_label(key, value);
    }
    for (key, value) in [
        ("csi.volume.kubernetes.io/nodeid", format!("{{\"csi.sim.local\":\"{name}\"}}").as_str()),
        ("node.alpha.kubernetes.io/ttl", "0"),
        ("volumes.kubernetes.io/controller-managed-attach-detach", "true"),
    ] {
        object.meta.annotate(key, value);
    }
    let cidr: Str = format!("{prefix}0/24").into();
    let Some(node) = object.node_mut() else { return };
    describe_spec(node, &name, cidr);
    describe_status(node, &name, ip);
}

fn describe_spec(node: &mut Node, name: &str, cidr: Str) {
    let spec = Rc::make_mut(&mut node.spec);
    let cidr = spec.pod_cidr.get_or_insert(cidr).clone();
    let rest = Rc::make_mut(&mut spec.rest);
    rest.insert("podCIDRs".into(), Value::List(vec![Value::Str(cidr)]));
    // The nodes are hollow ones, as kubemark's are: no cloud stands behind them.
    rest.insert("providerID".into(), Value::Str(format!("kubemark://{name}").into()));
}

fn describe_status(node: &mut Node, name: &str, ip: &str) {
    let status = &mut node.status;
    for (resource, amount) in own_resources() {
        status.capacity.entry(resource).or_insert(amount);
    }
    for (resource, capacity) in &status.capacity {
        status.allocatable.entry(resource.clone()).or_insert(*capacity);
    }
    let address = |kind, value| mapping([("type", text(kind)), ("address", text(value))]);
    let addresses = vec![address("InternalIP", ip), address("Hostname", name)];
    let info = mapping([
        ("machineID", text("")),
        ("systemUUID", text("")),
        ("bootID", text("")),
        ("kernelVersion", text("6.12.0-sim")),
        ("osImage", text("Debian GNU/Linux 13 (trixie)")),
        ("containerRuntimeVersion", text("containerd://2.1.4")),
        ("kubeletVersion", text("v1.36.2")),
        ("kubeProxyVersion", text("")),
        ("operatingSystem", text("linux")),
        ("architecture", text("amd64")),
    ]);
    let endpoints = mapping([("kubeletEndpoint", mapping([("Port", Value::Int(10_250))]))]);
    let rest = Rc::make_mut(&mut status.rest);
    rest.insert("addresses".into(), Value::List(addresses));
    rest.insert("nodeInfo".into(), info);
    rest.entry("daemonEndpoints".into()).or_insert(endpoints);
}

/// What a machine has of which nothing else is said. Its Pods may use it all: a hollow node keeps
/// nothing back.
fn own_resources() -> ResourceList {
    [
        ("cpu".into(), Quantity::whole(4)),
        ("ephemeral-storage".into(), Quantity::bytes(100 << 30)),
        ("memory".into(), Quantity::bytes(8 << 30)),
        ("pods".into(), Quantity::whole(110)),
    ]
    .into()
}

impl Presence {
    /// The node as its kubelet posts it if the amounts are others than the kubelet knows: its own
    /// are as the machine has them, and of what somebody else has put there Pods may use all.
    ///
    /// Models pkg/kubelet/nodestatus/setters.go MachineInfo
    pub(super) fn corrected(&self, object: &Object) -> Option<Object> {
        let given = self.template.node().map(|node| &node.status);
        let status = &object.node()?.status;
        let (mut capacity, mut allocatable) = (status.capacity.clone(), status.allocatable.clone());
        for (resource, amount) in own_resources() {
            let of = |list: fn(&NodeStatus) -> &ResourceList| {
                given.and_then(|given| list(given).get(&resource).copied())
            };
            let amount = of(|given| &given.capacity).unwrap_or(amount);
            let offered = of(|given| &given.allocatable).unwrap_or(amount);
            capacity.insert(resource.clone(), amount);
            allocatable.insert(resource, offered);
        }
        let others = capacity.iter().filter(|(name, _)| !own_resources().contains_key(*name));
        allocatable.extend(others.map(|(name, amount)| (name.clone(), *amount)));
        if capacity == status.capacity && allocatable == status.allocatable {
            return None;
        }
        let mut new = object.clone();
        new.meta.resource_version = 0;
        let status = &mut new.node_mut()?.status;
        (status.capacity, status.allocatable) = (capacity, allocatable);
        Some(new)
    }
}

/// Makes a node that registers anew wait until its kubelet has heard from its runtime.
///
/// Models plugin/pkg/admission/nodetaint/admission.go addNotReadyTaint
pub(super) fn begin_unready(object: &mut Object, now: SimTime) {
    let Some(node) = object.node_mut() else { return };
    for condition in healthy(now) {
        set_condition(&mut node.status.conditions, condition, now);
    }
    let message = "[container runtime status check may not have completed yet, PLEG is not \
                   healthy: pleg has yet to be successful]";
    set_condition(&mut node.status.conditions, doubtful(message, now), now);
    let taint = Taint { key: NOT_READY.into(), effect: "NoSchedule".into(), ..Taint::default() };
    Rc::make_mut(&mut node.spec).taints.push(taint);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Body;

    fn presence() -> Presence {
        Presence::new(Rc::new(node()), SimTime::from_seconds(3))
    }

    fn node() -> Object {
        Object::new("", "node-1", Body::Node(Node::default()))
    }

    #[test]
    fn the_beat_counts_from_the_start_of_the_kubelet() {
        let one = presence();
        let now = SimTime::from_seconds(38);
        assert_eq!(one.last_beat(now), SimTime::from_seconds(33));
        let at_beat = SimTime::from_seconds(43);
        assert_eq!(one.last_beat(at_beat), at_beat);
    }

    #[test]
    fn only_conditions_that_change_are_told() {
        let mut object = node();
        assert_eq!(recoveries(&object).len(), 4);
        let now = SimTime::ZERO;
        if let Some(node) = object.node_mut() {
            node.status.conditions = healthy(now);
            let unknown = Condition { status: Truth::Unknown, ..doubtful("", now) };
            set_condition(&mut node.status.conditions, unknown, now);
        }
        let told: Vec<&str> = recoveries(&object).iter().map(|note| note.reason).collect();
        assert_eq!(told, ["NodeReady"]);
    }

    #[test]
    fn a_cordon_is_told_once_each_way() {
        let (mut one, mut object) = (presence(), node());
        assert_eq!(one.notice_cordon(&object), None);
        for (is_cordoned, reason) in [(true, "NodeNotSchedulable"), (false, "NodeSchedulable")] {
            if let Some(node) = object.node_mut() {
                Rc::make_mut(&mut node.spec).unschedulable = is_cordoned;
            }
            assert_eq!(one.notice_cordon(&object).map(|note| note.reason), Some(reason));
            assert_eq!(one.notice_cordon(&object), None);
        }
    }

    #[test]
    fn a_machine_that_slept_long_doubts_its_runtime() {
        let mut one = presence();
        one.stop(Power::Frozen(SimTime::from_seconds(10)));
        assert!(!one.works());
        let slept_us = one.wake(SimTime::from_seconds(200));
        assert!(doubts_after(slept_us) && !doubts_after(slept_us - 20 * SECOND_US));
    }
}
