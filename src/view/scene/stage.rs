//! The stage of a moment: nodes, lanes, Pods, seats and disks.
//!
//! Must not know how they are drawn. Invariant: one lane a workload, in order of creation.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::batch::Job;
use crate::api::pod::{Condition, ContainerState, ContainerStatus, Phase, Pod, Truth, condition};
use crate::api::{Body, Kind, LabelSelector, Object, Uid};
use crate::base::Order as _;
use crate::base::{SimTime, Str};
use crate::cluster::{Cluster, World};
use crate::server::{Key, View};
use crate::sim::{Actor as Who, What};
use crate::view::scene::disks::disk;
use crate::view::scene::{containers, rollouts, seats, split_of};
use crate::view::stage::{
    Activity, Actor, ActorView, Dns, LaneKind, LaneView, MAINTENANCE, NodeState, NodeView,
    OUT_OF_SERVICE, PodState, PodView, RefusalView, ServiceView, StageView, Step, Stuck, Text,
    Usage, sort_disks,
};
use crate::view::words::forbidden::creation_refusal;

/// How long a lamp shines after its controller acted.
const ACTIVE_US: u64 = 400_000;
const RECENT_US: u64 = 3_000_000;

/// The stage at the present moment.
pub fn stage(cluster: &Cluster) -> StageView {
    let world = cluster.model();
    let view = world.view();
    let nodes: Vec<_> =
        view.table(Kind::Node).iter().map(|one| Rc::new(node(one, world))).collect();
    let lanes: Vec<_> = lanes(world).into_iter().map(Rc::new).collect();
    let mut disks: Vec<_> = view
        .table(Kind::PersistentVolumeClaim)
        .iter()
        .map(|one| Rc::new(disk(one, world, &lanes)))
        .collect();
    sort_disks(&mut disks, &lanes);
    StageView { actors: actors(cluster), nodes, lanes, disks }
}

fn actors(cluster: &Cluster) -> Vec<ActorView> {
    let now = cluster.now();
    let mut last: [Option<SimTime>; 8] = [None; 8];
    for entry in cluster.trace().iter().rev() {
        if now.since_us(entry.at) > RECENT_US {
            break;
        }
        let actor = match &entry.actor {
            Who::Kubelet(_) => Some(Actor::Kubelet),
            Who::Component(name) => actor_of(name),
            Who::Person | Who::Machine(_) => None,
        };
        let is_act = matches!(entry.what, What::Write(_));
        if let Some(actor) = actor.filter(|_| is_act) {
            last[actor as usize].get_or_insert(entry.at);
        }
    }
    Actor::ALL
        .into_iter()
        .map(|actor| {
            let activity = match last[actor as usize].map(|at| now.since_us(at)) {
                Some(us) if us <= ACTIVE_US => Activity::Active,
                Some(_) => Activity::Recent,
                None => Activity::Idle,
            };
            ActorView { actor, activity }
        })
        .collect()
}

fn actor_of(name: &str) -> Option<Actor> {
    Some(match name {
        "deployment-controller" => Actor::Deployment,
        "replicaset-controller" | "replication-controller" => Actor::ReplicaSet,
        "statefulset-controller" => Actor::StatefulSet,
        "default-scheduler" => Actor::Scheduler,
        "persistentvolume-controller" | "attachdetach-controller" => Actor::Volumes,
        "endpoint-slice-controller" => Actor::Endpoints,
        "node-controller" | "taint-eviction-controller" => Actor::NodeHealth,
        _ => return None,
    })
}

fn node(object: &Object, world: &World) -> NodeView {
    let body = object.node().cloned().unwrap_or_default();
    let name = &object.meta.name;
    let is_out = body.spec.taints.iter().any(|one| &*one.key == OUT_OF_SERVICE);
    let state = if is_out && body.is_ready() {
        // It reports again, and the taint still keeps every Pod away.
        NodeState::Cordoned
    } else if is_out {
        NodeState::OutOfService
    } else if !body.is_ready() {
        NodeState::NotReady
    } else if body.spec.unschedulable {
        NodeState::Cordoned
    } else {
        NodeState::Ready
    };
    let since = condition(&body.status.conditions, "Ready")
        .and_then(|one| one.last_transition_time)
        .filter(|_| state.is_lost());
    let mut cpu = Usage::default();
    let mut memory = Usage::default();
    let positive = |amount: i64| u64::try_from(amount).unwrap_or(0);
    for pod in world.view().table(Kind::Pod).on_node(name) {
        let Some(pod) = pod.pod().filter(|pod| !pod.status.phase.is_terminal()) else { continue };
        let requests = pod.spec.requests();
        cpu.used += requests.get("cpu").map_or(0, |one| positive(one.milli));
        memory.used += requests.get("memory").map_or(0, |one| positive(one.rounded_up()));
    }
    let has = &body.status.allocatable;
    cpu.allocatable = has.get("cpu").map_or(0, |one| positive(one.milli));
    memory.allocatable = has.get("memory").map_or(0, |one| positive(one.rounded_up()));
    NodeView {
        name: name.clone(),
        state,
        since_s: since.map(|since| crate::sim::Model::now(world).since_us(since) / 1_000_000),
        failed: !world.is_machine_up(name),
        is_cordoned: body.spec.unschedulable,
        is_evicting: body.spec.taints.iter().any(|taint| &*taint.key == MAINTENANCE),
        is_written_off: is_out,
        taints: body
            .spec
            .taints
            .iter()
            .filter(|one| !is_usual(&one.key))
            .map(|one| one.to_string().into())
            .collect(),
        drain: None,
        cidr: body.spec.pod_cidr.clone().unwrap_or_else(|| "".into()),
        cpu,
        memory,
    }
}

/// Whether a node's state says of a taint what it means.
fn is_usual(taint: &str) -> bool {
    taint.starts_with("node.kubernetes.io/")
}

fn lanes(world: &World) -> Vec<LaneView> {
    let view = world.view();
    let mut owners: Vec<(LaneKind, &Rc<Object>)> = Vec::new();
    let deployments = view.table(Kind::Deployment).iter().map(|one| (LaneKind::Deployment, one));
    owners.extend(deployments);
    let free = |one: &&Rc<Object>| one.meta.controller().is_none();
    let sets = view.table(Kind::ReplicaSet).iter().filter(free);
    owners.extend(sets.map(|one| (LaneKind::ReplicaSet, one)));
    let old = view.table(Kind::ReplicationController).iter();
    owners.extend(old.map(|one| (LaneKind::ReplicationController, one)));
    owners.extend(view.table(Kind::StatefulSet).iter().map(|one| (LaneKind::StatefulSet, one)));
    owners.extend(view.table(Kind::DaemonSet).iter().map(|one| (LaneKind::DaemonSet, one)));
    owners.extend(view.table(Kind::Job).iter().map(|one| (LaneKind::Job, one)));
    let mut lanes: Vec<LaneView> =
        owners.into_iter().map(|(kind, owner)| lane(kind, owner, world)).collect();
    mark_past(&mut lanes, view);
    lanes.order_by_key(|lane| lane.kind.identity());
    let bare: Vec<_> = view.table(Kind::Pod).iter().filter(free).collect();
    if !bare.is_empty() {
        let pods: Vec<_> =
            bare.iter().map(|one| Rc::new(pod(one, LaneKind::BarePods, 0, world))).collect();
        lanes.push(LaneView {
            uid: "bare".into(),
            kind: LaneKind::BarePods,
            ready: u32::try_from(bare.iter().filter(|one| is_ready(one)).count()).unwrap_or(0),
            desired: u32::try_from(pods.len()).unwrap_or(u32::MAX),
            pods,
            ..LaneView::default()
        });
    }
    lanes
}

/// Marks the runs of CronJobs that are over and not the last.
fn mark_past(lanes: &mut [LaneView], view: &View) {
    let mut last: BTreeMap<(Text, Text), Text> = BTreeMap::new();
    for lane in &*lanes {
        if let Some(maker) = &lane.maker {
            let newest = last.entry((lane.namespace.clone(), maker.clone())).or_default();
            // A run's name ends with the minute that it is for.
            *newest = lane.name.clone().max(newest.clone());
        }
    }
    for lane in lanes {
        let Some(maker) = lane.maker.clone() else { continue };
        let job = view.named(Kind::Job, &lane.namespace, &lane.name);
        let is_over = job.and_then(|one| one.job()).is_some_and(Job::is_finished);
        let is_last = last.get(&(lane.namespace.clone(), maker)) == Some(&lane.name);
        lane.is_past = is_over && !is_last;
    }
}

fn is_ready(object: &Object) -> bool {
    object.pod().is_some_and(Pod::is_ready)
}

fn lane(kind: LaneKind, owner: &Object, world: &World) -> LaneView {
    let view = world.view();
    let mut pods = Vec::new();
    let owned = |uid: Uid| view.table(Kind::Pod).owned_by(uid);
    if kind == LaneKind::Deployment {
        for set in view.table(Kind::ReplicaSet).owned_by(owner.meta.uid) {
            let number = rollouts::number_of(set);
            pods.extend(owned(set.meta.uid).map(|one| Rc::new(pod(one, kind, number, world))));
        }
    } else {
        pods.extend(owned(owner.meta.uid).map(|one| {
            let number = rollouts::number_of_pod(one, owner, view);
            Rc::new(pod(one, kind, number, world))
        }));
    }
    if kind == LaneKind::StatefulSet {
        pods.order_by_key(|pod| pod.ordinal);
    }
    let revisions = rollouts::revisions(owner, &pods, view);
    let desired = desired(owner);
    let mut services = services(owner, view).into_iter();
    LaneView {
        uid: owner.meta.uid.to_string().into(),
        kind,
        namespace: owner.meta.namespace.clone(),
        name: owner.meta.name.clone(),
        desired,
        ready: ready_by_status(owner),
        is_rolling: rollouts::is_rolling(owner, &revisions),
        hold: rollouts::hold(owner, &pods, &revisions),
        is_overdue: rollouts::is_overdue(owner),
        awaited: world.waits_for(Key { kind: owner.kind(), id: owner.meta.id }).cloned(),
        revisions,
        service: services.next(),
        more_services: services.collect(),
        answers: Vec::new(),
        seats: if kind == LaneKind::StatefulSet {
            seats::empty(owner, desired, &pods, view)
        } else {
            Vec::new()
        },
        traces: Vec::new(),
        pods,
        is_scaling: false,
        maker: (owner.meta.controller())
            .filter(|maker| &*maker.kind == "CronJob")
            .map(|maker| maker.name.clone()),
        is_past: false,
        is_paused: match &owner.body {
            Body::Deployment(one) => one.spec.paused,
            Body::Job(one) => one.is_suspended(),
            _ => false,
        },
        refusal: refusal(owner),
        failure: match &owner.body {
            Body::Job(job) => condition(&job.status.conditions, "Failed")
                .filter(|one| one.status == Truth::True)
                .map(|one| one.reason.clone().unwrap_or_default()),
            _ => None,
        },
        is_folded: false,
    }
}

/// What a workload may not make, as its conditions say it; of one that has no such condition only
/// the past tells.
fn refusal(owner: &Object) -> Option<RefusalView> {
    let conditions = match &owner.body {
        Body::Deployment(one) => &one.status.conditions,
        Body::ReplicaSet(one) | Body::ReplicationController(one) => &one.status.conditions,
        _ => return None,
    };
    let says = |what: &str, one: &Condition| {
        let why = creation_refusal(one.message.as_deref().unwrap_or_default());
        RefusalView { what: what.into(), why: why.into() }
    };
    let of_set = condition(conditions, "Progressing")
        .filter(|one| one.reason.as_deref() == Some("ReplicaSetCreateError"));
    let of_pods = condition(conditions, "ReplicaFailure").filter(|one| one.status == Truth::True);
    of_set.map(|one| says("ReplicaSet", one)).or_else(|| of_pods.map(|one| says("Pod", one)))
}

/// How many of a workload's Pods are ready as its controller counted them last, which is what
/// kubectl prints; a Job's are ready when they have ended well.
fn ready_by_status(owner: &Object) -> u32 {
    let count = match &owner.body {
        Body::Deployment(one) => one.status.ready_replicas,
        Body::StatefulSet(one) => one.status.ready_replicas,
        Body::ReplicaSet(one) | Body::ReplicationController(one) => one.status.ready_replicas,
        Body::DaemonSet(one) => one.status.number_ready,
        Body::Job(one) => one.status.succeeded,
        _ => 0,
    };
    u32::try_from(count).unwrap_or(0)
}

fn desired(owner: &Object) -> u32 {
    let replicas = match &owner.body {
        Body::Deployment(one) => one.spec.replicas,
        Body::StatefulSet(one) => one.spec.replicas,
        Body::ReplicaSet(one) | Body::ReplicationController(one) => one.spec.replicas,
        Body::DaemonSet(one) => Some(one.status.desired_number_scheduled),
        Body::Job(one) => one.spec.completions.or(one.spec.parallelism),
        _ => None,
    };
    u32::try_from(replicas.unwrap_or(1)).unwrap_or(0)
}

fn template_labels(owner: &Object) -> Option<&crate::api::Labels> {
    Some(match &owner.body {
        Body::Deployment(one) => &one.spec.template.metadata.labels,
        Body::StatefulSet(one) => &one.spec.template.metadata.labels,
        Body::ReplicaSet(one) | Body::ReplicationController(one) => {
            &one.spec.template.metadata.labels
        }
        Body::DaemonSet(one) => &one.spec.template.metadata.labels,
        Body::Job(one) => &one.spec.template.metadata.labels,
        _ => return None,
    })
}

fn services(owner: &Object, view: &View) -> Vec<ServiceView> {
    let Some(labels) = template_labels(owner) else { return Vec::new() };
    let governing = owner.stateful_set().map(|set| set.spec.service_name.clone());
    let services = view.table(Kind::Service).in_namespace(&owner.meta.namespace);
    let mut fitting: Vec<_> = services
        .filter(|one| {
            one.service().is_some_and(|service| {
                let wanted = &service.spec.selector;
                let is_met = |(key, value): (&_, &_)| labels.get(key) == Some(value);
                !wanted.is_empty() && wanted.iter().all(is_met)
            })
        })
        .collect();
    fitting.order_by_key(|one| governing.as_ref() != Some(&one.meta.name));
    let told = |one: &Rc<Object>| {
        let spec = &one.service()?.spec;
        let cluster_ip = spec.cluster_ip.clone().filter(|_| !spec.is_headless());
        let kind = spec.kind.clone().filter(|kind| &**kind != "ClusterIP");
        Some(ServiceView {
            name: one.meta.name.clone(),
            cluster_ip,
            kind: kind.unwrap_or_default(),
        })
    };
    fitting.into_iter().filter_map(told).collect()
}

fn pod(object: &Object, kind: LaneKind, revision: u32, world: &World) -> PodView {
    let pod = object.pod().cloned().unwrap_or_default();
    let view = world.view();
    // The name of a Pod that nobody made for a workload has no parts.
    let is_made = object.meta.controller().is_some();
    let (base, suffix) = if is_made { split_of(kind, &object.meta.name) } else { ("", "") };
    let is_lost = pod.node().is_some_and(|node| {
        view.named(Kind::Node, "", node).is_none_or(|one| one.node().is_none_or(|n| !n.is_ready()))
    });
    let deleting = object.meta.is_terminating();
    let state = state_of(&pod, deleting, is_lost);
    let is_stateful = kind == LaneKind::StatefulSet;
    let now = crate::sim::Model::now(world);
    let serving = pod.is_ready() && !deleting;
    let subdomain = pod.spec.subdomain.as_ref().filter(|_| is_stateful);
    let dns = subdomain.map(|service| Dns {
        name: format!("{}.{service}", object.meta.name).into(),
        has_record: has_record(object, service, serving, view),
    });
    let statuses = &pod.status.container_statuses;
    let containers = pod.spec.containers.iter();
    let probes = pod.spec.containers.iter().any(|one| one.readiness_probe.is_some());
    // A node that is gone has no column to stand in.
    let is_there = |node: &&Text| view.named(Kind::Node, "", node).is_some();
    PodView {
        uid: object.meta.uid.to_string().into(),
        namespace: object.meta.namespace.clone(),
        name: object.meta.name.clone(),
        base: base.into(),
        suffix: suffix.into(),
        ordinal: suffix.parse().ok().filter(|_| is_stateful),
        revision,
        node: pod.node().filter(is_there).cloned(),
        gone_node: pod.node().filter(|node| !is_there(node)).cloned(),
        is_stray: false,
        ip: pod.status.pod_ip.clone(),
        state,
        deleting,
        drained_permille: drained(object, now),
        reason: reason_of(&pod),
        init: pod.status.init_container_statuses.iter().map(|one| step(one, true)).collect(),
        running: containers::running(&pod).collect(),
        containers: containers
            .map(|one| {
                let status = statuses.iter().find(|status| status.name == one.name);
                let done = status.map_or(Step::Waiting, |one| step(one, false));
                (one.name.clone(), done)
            })
            .collect(),
        restarts: containers::restarts(&pod),
        dns,
        role: None,
        is_ready: pod.is_ready(),
        serving,
        claims: object.claims().collect(),
        disk_elsewhere: disk_elsewhere(object, &pod, view),
        answers: probes.then(|| world.answers_probes(&object.meta.namespace, &object.meta.name)),
        is_cut_off: pod.node().is_some_and(|node| !world.is_machine_up(node)),
        stuck: (is_stateful && deleting && is_lost).then_some(Stuck::NotReplaced),
    }
}

/// Whether a name of a Pod's own resolves: its Service must be headless and choose it, and it
/// must be ready, unless the Service asks for the others too.
///
/// <https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-hostname-and-subdomain-fields>
pub(super) fn has_record(pod: &Object, service: &Str, serving: bool, view: &View) -> bool {
    let found = view.named(Kind::Service, &pod.meta.namespace, service);
    found.and_then(|one| one.service()).is_some_and(|service| {
        let spec = &service.spec;
        let has_address = pod.pod().is_some_and(|pod| pod.status.pod_ip.is_some());
        spec.is_headless()
            && !spec.selector.is_empty()
            && LabelSelector::of_labels(&spec.selector).is_met_by(&pod.meta.labels)
            && (serving || (spec.publish_not_ready_addresses && has_address))
    })
}

/// The claim that a Pod waits for because its volume is attached to another node and may be to
/// one only, with that node.
///
/// Models pkg/controller/volume/attachdetach/util/util.go IsMultiAttachAllowed
fn disk_elsewhere(object: &Object, pod: &Pod, view: &View) -> Option<(Text, Text)> {
    let here =
        pod.node().filter(|_| pod.status.pod_ip.is_none() && !object.meta.is_terminating())?;
    object.claims().find_map(|name| {
        let claim = view.named(Kind::PersistentVolumeClaim, &object.meta.namespace, &name)?;
        let volume = claim.claim()?.spec.volume_name.as_ref()?;
        let modes = &view.named(Kind::PersistentVolume, "", volume)?.volume()?.spec.access_modes;
        if modes.iter().any(|mode| matches!(&**mode, "ReadWriteMany" | "ReadOnlyMany")) {
            return None;
        }
        let mut held = view
            .table(Kind::VolumeAttachment)
            .of_volume(volume)
            .filter(|one| !one.meta.is_terminating())
            .filter_map(|one| Some(&one.attachment()?.node));
        let first = held.next()?;
        (first != here && held.all(|node| node != here)).then(|| (name, first.clone()))
    })
}

fn step(status: &ContainerStatus, is_init: bool) -> Step {
    match &status.state {
        ContainerState::Running { .. } if status.ready => Step::Done,
        ContainerState::Running { .. } => Step::Running,
        ContainerState::Terminated { exit_code: 0, .. } if is_init => Step::Done,
        _ => Step::Waiting,
    }
}

fn drained(object: &Object, now: SimTime) -> Option<u16> {
    let end = object.meta.deletion_timestamp?;
    let grace_us = u64::from(object.meta.deletion_grace_period_seconds?) * 1_000_000;
    let left = end.since_us(now).min(grace_us);
    u16::try_from((grace_us - left) * 100 / grace_us.max(1) * 10).ok()
}

fn waiting(pod: &Pod) -> impl Iterator<Item = &Text> {
    let all = pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses);
    all.filter_map(|one| match &one.state {
        ContainerState::Waiting { reason, .. } => Some(reason),
        _ => None,
    })
}

/// What kubectl says of a container that does not run as it should: the reason why it waits, or
/// how it ended if it ended with an error.
fn trouble(one: &ContainerStatus) -> Option<Text> {
    match &one.state {
        ContainerState::Waiting { reason, .. } if !USUAL.contains(&&**reason) => {
            Some(reason.clone())
        }
        ContainerState::Terminated { exit_code, reason, .. } if *exit_code != 0 => {
            Some(if reason.is_empty() {
                format!("ExitCode:{exit_code}").into()
            } else {
                reason.clone()
            })
        }
        _ => None,
    }
}

/// Why a container waits while all goes well.
const USUAL: [&str; 2] = ["ContainerCreating", "PodInitializing"];

pub(super) fn state_of(pod: &Pod, deleting: bool, is_lost: bool) -> PodState {
    let has = |words: &[&str]| waiting(pod).any(|reason| words.contains(&&**reason));
    let mut statuses =
        pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses);
    let is_in_trouble = statuses.any(|one| trouble(one).is_some());
    let inits = &pod.status.init_container_statuses;
    let done = inits.iter().filter(|one| containers::is_passed(&pod.spec, one)).count();
    match pod.status.phase {
        // What has ended stays ended, wherever it was and whatever is asked of it.
        Phase::Succeeded => PodState::Completed,
        Phase::Failed => PodState::Failed,
        // No kubelet ever had it, so there is nothing that nobody knows.
        Phase::Pending if is_lost && !deleting && is_untouched(pod) => PodState::Pending,
        _ if is_lost => PodState::Unknown,
        _ if deleting => PodState::Terminating,
        Phase::Unknown => PodState::Unknown,
        _ if pod.node().is_none() => PodState::Pending,
        _ if has(&["ErrImagePull", "ImagePullBackOff"]) => PodState::ImagePull,
        _ if has(&["CrashLoopBackOff"]) => PodState::Crash,
        _ if is_in_trouble => PodState::Failed,
        _ if done < inits.len() && pod.status.pod_ip.is_some() => PodState::Init {
            done: u32::try_from(done).unwrap_or(0),
            total: u32::try_from(inits.len()).unwrap_or(0),
        },
        Phase::Pending => PodState::Creating,
        Phase::Running if pod.is_ready() => PodState::Ready,
        Phase::Running => PodState::Running,
    }
}

/// Whether no kubelet has said a word of a Pod.
fn is_untouched(pod: &Pod) -> bool {
    let status = &pod.status;
    status.start_time.is_none() && status.container_statuses.is_empty()
}

fn reason_of(pod: &Pod) -> Option<Text> {
    let scheduled = condition(&pod.status.conditions, "PodScheduled");
    if pod.node().is_none() {
        return scheduled.and_then(|one| one.message.clone());
    }
    let of_init = pod.status.init_container_statuses.iter().find_map(trouble);
    let of_init = of_init.map(|reason| format!("Init:{reason}").into());
    let own = pod.status.reason.clone();
    own.or(of_init).or_else(|| pod.status.container_statuses.iter().find_map(trouble))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(exit_code: i32) -> ContainerStatus {
        let state = ContainerState::Terminated {
            exit_code,
            reason: if exit_code == 0 { "Completed".into() } else { "Error".into() },
            message: None,
            started_at: None,
            finished_at: None,
        };
        ContainerStatus { state, ..ContainerStatus::default() }
    }

    #[test]
    fn a_container_that_ended_with_an_error_does_not_look_calm_before_it_starts_again() {
        let mut pod = Pod::default();
        Rc::make_mut(&mut pod.spec).node_name = Some("node-1".into());
        pod.status.phase = Phase::Running;
        pod.status.container_statuses = vec![ended(0)];
        assert_eq!(state_of(&pod, false, false), PodState::Running);
        pod.status.container_statuses = vec![ended(1)];
        assert_eq!(state_of(&pod, false, false), PodState::Failed);
        assert_eq!(reason_of(&pod).as_deref(), Some("Error"));
        assert_eq!(state_of(&pod, true, false), PodState::Terminating);
    }

    #[test]
    fn an_init_container_that_failed_is_told_as_kubectl_does() {
        let mut pod = Pod::default();
        Rc::make_mut(&mut pod.spec).node_name = Some("node-1".into());
        pod.status.phase = Phase::Pending;
        pod.status.pod_ip = Some("10.244.0.2".into());
        pod.status.init_container_statuses = vec![ended(1), ContainerStatus::default()];
        assert_eq!(state_of(&pod, false, false), PodState::Failed);
        assert_eq!(reason_of(&pod).as_deref(), Some("Init:Error"));
        let state = ContainerState::waiting("CrashLoopBackOff");
        pod.status.init_container_statuses[0].state = state;
        assert_eq!(state_of(&pod, false, false), PodState::Crash);
        assert_eq!(reason_of(&pod).as_deref(), Some("Init:CrashLoopBackOff"));
    }

    #[test]
    fn a_container_that_lacks_its_configuration_does_not_look_as_if_it_were_on_its_way() {
        let mut pod = Pod::default();
        Rc::make_mut(&mut pod.spec).node_name = Some("node-1".into());
        let state = ContainerState::waiting("CreateContainerConfigError");
        pod.status.container_statuses = vec![ContainerStatus { state, ..ended(0) }];
        assert_eq!(state_of(&pod, false, false), PodState::Failed);
        pod.status.container_statuses[0].state = ContainerState::waiting("ContainerCreating");
        assert_eq!(state_of(&pod, false, false), PodState::Creating);
    }

    #[test]
    fn a_pod_that_has_ended_is_completed_even_on_a_lost_node() {
        let mut pod = Pod::default();
        pod.status.phase = Phase::Succeeded;
        assert_eq!(state_of(&pod, false, true), PodState::Completed);
        assert_eq!(state_of(&pod, true, false), PodState::Completed);
        pod.status.phase = Phase::Running;
        assert_eq!(state_of(&pod, true, true), PodState::Unknown);
        assert_eq!(state_of(&pod, true, false), PodState::Terminating);
    }
}
