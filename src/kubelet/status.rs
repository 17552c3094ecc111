//! A worker's state as the Pod status that the kubelet posts.
//!
//! Must not know how a worker got there. Invariant: conditions move only with their status.

use crate::api::pod::{
    Condition, Container, ContainerState, ContainerStatus, Phase, PodSpec, PodStatus, Truth,
    condition, set_condition,
};
use crate::base::{SimTime, Str};
use crate::kubelet::worker::{Doing, End, Stage, Unit, Worker};

/// The status of a Pod as its worker sees it.
///
/// Models pkg/kubelet/kubelet_pods.go generateAPIPodStatus
pub(super) fn of(worker: &Worker, host_ip: &Str, now: SimTime) -> PodStatus {
    let pod = worker.pod();
    let inits = worker.inits();
    let mut status = pod.status.clone();
    status.host_ip = Some(host_ip.clone());
    status.start_time = status.start_time.or(Some(worker.started));
    status.pod_ip.clone_from(&worker.ip);
    status.qos_class = Some(qos_class(&pod.spec));
    let is_initialized = (0..inits).all(|index| {
        let unit = &worker.units[index];
        match unit.doing {
            Doing::Ended(end) => end.code == 0,
            Doing::Running { .. } | Doing::Stopping { .. } => worker.is_sidecar(index),
            _ => false,
        }
    });
    let one = |(container, unit): (&Container, &Unit), is_init: bool| {
        let waits = if is_init || is_initialized { "ContainerCreating" } else { "PodInitializing" };
        let waits = if is_init || inits > 0 { "PodInitializing" } else { waits };
        container_status(container, unit, is_init, waits)
    };
    let spec = &pod.spec;
    let init_units = spec.init_containers.iter().zip(&worker.units[..inits]);
    status.init_container_statuses = init_units.map(|pair| one(pair, true)).collect();
    let units = spec.containers.iter().zip(&worker.units[inits..]);
    status.container_statuses = units.map(|pair| one(pair, false)).collect();
    status.phase = phase(worker, is_initialized);
    set_conditions(worker, &mut status, is_initialized, now);
    status
}

/// Models pkg/apis/core/v1/helper/qos/qos.go ComputePodQOS
fn qos_class(spec: &PodSpec) -> Str {
    let containers = || spec.init_containers.iter().chain(&spec.containers);
    let has_none = containers()
        .all(|one| one.resources.requests.is_empty() && one.resources.limits.is_empty());
    if has_none {
        return "BestEffort".into();
    }
    let is_guaranteed = containers().all(|one| {
        ["cpu", "memory"].into_iter().all(|name| {
            let limit = one.resources.limits.get(name);
            limit.is_some() && one.resources.requests.get(name).is_none_or(|r| Some(r) == limit)
        })
    });
    if is_guaranteed { "Guaranteed".into() } else { "Burstable".into() }
}

fn terminated(end: End) -> ContainerState {
    ContainerState::Terminated {
        exit_code: end.code,
        reason: if end.code == 0 { "Completed".into() } else { "Error".into() },
        started_at: Some(end.started),
        finished_at: Some(end.finished),
    }
}

fn container_status(
    container: &Container,
    unit: &Unit,
    is_init: bool,
    waits: &str,
) -> ContainerStatus {
    let state = match unit.doing {
        Doing::Idle | Doing::Pulling => ContainerState::waiting(waits),
        Doing::NoImage { is_waiting: false } => ContainerState::waiting("ErrImagePull"),
        Doing::NoImage { is_waiting: true } => ContainerState::waiting("ImagePullBackOff"),
        Doing::Running { since } | Doing::Stopping { since, .. } => {
            ContainerState::Running { started_at: since }
        }
        Doing::BackOff(end) if unit.failures <= 1 => terminated(end),
        Doing::BackOff(_) => ContainerState::waiting("CrashLoopBackOff"),
        Doing::Ended(end) => terminated(end),
    };
    let last_state = match unit.doing {
        Doing::BackOff(end) if unit.failures > 1 => terminated(end),
        _ => unit.last.map_or(ContainerState::None, terminated),
    };
    let has_ended_well = matches!(unit.doing, Doing::Ended(end) if end.code == 0);
    ContainerStatus {
        name: container.name.clone(),
        ready: unit.is_ready || (is_init && has_ended_well),
        started: Some(state.is_running()),
        state,
        last_state,
        restart_count: unit.restarts,
        image: container.image.clone(),
    }
}

/// Models pkg/kubelet/kubelet_pods.go getPhase
fn phase(worker: &Worker, is_initialized: bool) -> Phase {
    let units = &worker.units[worker.inits()..];
    let inits = &worker.units[..worker.inits()];
    if inits.iter().any(|unit| matches!(unit.doing, Doing::Ended(end) if end.code != 0)) {
        return Phase::Failed;
    }
    let ended: Vec<End> = units
        .iter()
        .filter_map(|unit| match unit.doing {
            Doing::Ended(end) => Some(end),
            _ => None,
        })
        .collect();
    if !units.is_empty() && ended.len() == units.len() {
        let is_well = ended.iter().all(|end| end.code == 0);
        return if is_well { Phase::Succeeded } else { Phase::Failed };
    }
    if matches!(worker.stage, Stage::Stopped | Stage::Gone) && !ended.is_empty() {
        return Phase::Failed;
    }
    let has_run =
        |unit: &Unit| !matches!(unit.doing, Doing::Idle | Doing::Pulling | Doing::NoImage { .. });
    if is_initialized && units.iter().all(has_run) { Phase::Running } else { Phase::Pending }
}

/// Models pkg/kubelet/status/generate.go
fn set_conditions(worker: &Worker, status: &mut PodStatus, is_initialized: bool, now: SimTime) {
    let names = |list: &[ContainerStatus]| {
        let unready: Vec<&str> =
            list.iter().filter(|one| !one.ready).map(|one| &*one.name).collect();
        unready.join(" ")
    };
    let is_over = matches!(worker.stage, Stage::Stopped | Stage::Gone);
    let is_done = status.phase == Phase::Succeeded;
    let unready = names(&status.container_statuses);
    let is_ready = unready.is_empty() && is_initialized;
    let (reason, message) = if is_done {
        (Some("PodCompleted"), None)
    } else if !is_initialized {
        let pending = names(&status.container_statuses);
        (Some("ContainersNotReady"), Some(format!("containers with unready status: [{pending}]")))
    } else if is_ready {
        (None, None)
    } else {
        (Some("ContainersNotReady"), Some(format!("containers with unready status: [{unready}]")))
    };
    let incomplete = names(&status.init_container_statuses);
    let initialized = if is_initialized {
        (is_done.then_some("PodCompleted"), None)
    } else {
        let text = format!("containers with incomplete status: [{incomplete}]");
        (Some("ContainersNotInitialized"), Some(text))
    };
    let has_network = worker.ip.is_some() && !is_over;
    let wanted = [
        ("PodReadyToStartContainers", has_network, (None, None)),
        ("Initialized", is_initialized, initialized),
        ("Ready", is_ready && !is_done, (reason, message.clone())),
        ("ContainersReady", is_ready && !is_done, (reason, message)),
        ("PodScheduled", true, (None, None)),
    ];
    for (kind, holds, (reason, message)) in wanted {
        let new = Condition {
            kind: kind.into(),
            status: Truth::from(holds),
            reason: reason.map(Str::from),
            message: message.map(Str::from),
            ..Condition::default()
        };
        let is_same = condition(&status.conditions, kind).is_some_and(|old| {
            (old.status, &old.reason, &old.message) == (new.status, &new.reason, &new.message)
        });
        if !is_same {
            set_condition(&mut status.conditions, new, now);
        }
    }
}
