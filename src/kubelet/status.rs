//! What the runtime shows, as the status that the kubelet gives a Pod.
//!
//! Must not know how a worker got there. Invariant: follows from spec, runs, the reasons of
//! failed starts and the status before.

use crate::api::pod::{
    Condition, Container, ContainerState, ContainerStatus, Phase, PodSpec, PodStatus, Truth,
    condition,
};
use crate::api::{Object, Uid};
use crate::base::{SimTime, Str, digest_of};
use crate::kubelet::restart::{self, is_sidecar};
use crate::kubelet::runtime::{By, End, Runtime, Slot};

/// Why a container's last start failed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Reason {
    pub(super) word: &'static str,
    pub(super) message: Str,
}

/// A container's place in its Pod.
pub(super) struct Place<'a> {
    pub(super) object: &'a Object,
    pub(super) spec: &'a PodSpec,
    pub(super) container: &'a Container,
    /// Its number among init containers and containers together.
    pub(super) unit: usize,
    pub(super) is_init: bool,
    /// Whether all containers of the Pod are started anew.
    pub(super) is_restarting: bool,
}

fn terminated(end: End) -> ContainerState {
    let reason = match end.by {
        By::Memory => "OOMKilled",
        _ if end.code == 0 => "Completed",
        _ => "Error",
    };
    ContainerState::Terminated {
        exit_code: end.code,
        reason: reason.into(),
        message: None,
        started_at: Some(end.started),
        finished_at: Some(end.finished),
    }
}

/// The state of a container that the runtime does not know any more.
pub(super) fn unknown(message: &str) -> ContainerState {
    ContainerState::Terminated {
        exit_code: 137,
        reason: "ContainerStatusUnknown".into(),
        message: Some(message.into()),
        started_at: None,
        finished_at: None,
    }
}

fn container_id(uid: Uid, unit: usize, attempt: u32) -> Str {
    let word = |part: u8| digest_of(&(uid, unit as u64, attempt, part));
    format!("containerd://{:016x}{:016x}{:016x}{:016x}", word(0), word(1), word(2), word(3)).into()
}

/// A container's status; whether it is ready and started is told by its probes.
///
/// Models pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses
pub(super) fn of_container(
    place: &Place<'_>,
    slot: &Slot,
    reason: Option<&Reason>,
    old: Option<&ContainerStatus>,
) -> ContainerStatus {
    let mut status = match &slot.run {
        Some(run) => {
            let state = match run.end {
                None => ContainerState::Running { started_at: run.started },
                Some(end) => terminated(end),
            };
            let before = slot.before.map(terminated);
            let kept = || old.map(|old| old.last_state.clone()).unwrap_or_default();
            let known = old.filter(|old| old.restart_count == run.attempt);
            let id = known.and_then(|old| old.container_id.clone());
            ContainerStatus {
                name: place.container.name.clone(),
                state,
                last_state: before.unwrap_or_else(kept),
                restart_count: run.attempt,
                image: run.image.clone(),
                image_id: Some(run.image.clone()),
                container_id: id
                    .or_else(|| Some(container_id(place.object.meta.uid, place.unit, run.attempt))),
                ..ContainerStatus::default()
            }
        }
        None => without_run(place, old),
    };
    let is_deleted = place.object.meta.is_terminating();
    let (container, spec) = (place.container, place.spec);
    // Even a sidecar that ended well is shown as it ended until it runs again.
    let is_done = place.is_init && slot.end().is_some_and(|end| end.code == 0);
    if let Some(reason) = reason
        && !is_done
        && restart::is_due(container, spec, place.is_init, is_deleted, slot)
    {
        if matches!(status.state, ContainerState::Terminated { .. }) {
            status.last_state = std::mem::take(&mut status.state);
        }
        let message = (!reason.message.is_empty()).then(|| reason.message.clone());
        status.state = ContainerState::Waiting { reason: reason.word.into(), message };
    }
    status.ready = false;
    status.started = Some(false);
    status
}

/// Why a container waits that was stopped to be started anew with all others, and how its last run
/// ended.
pub(super) const RESTARTING: &str = "RestartingAllContainers";
const RESTARTING_WHY: &str = "The container is removed because RestartAllContainers in place";

/// The status of a container that was taken away with all others of its Pod.
fn removed(old: &ContainerStatus) -> ContainerStatus {
    ContainerStatus {
        state: ContainerState::Waiting {
            reason: RESTARTING.into(),
            message: Some(RESTARTING_WHY.into()),
        },
        last_state: ContainerState::Terminated {
            exit_code: 137,
            reason: RESTARTING.into(),
            message: Some(RESTARTING_WHY.into()),
            started_at: None,
            finished_at: None,
        },
        restart_count: old.restart_count + 1,
        name: old.name.clone(),
        image: old.image.clone(),
        image_id: Some("".into()),
        ..ContainerStatus::default()
    }
}

fn without_run(place: &Place<'_>, old: Option<&ContainerStatus>) -> ContainerStatus {
    if let Some(old) = old.filter(|old| place.is_restarting && old.container_id.is_some()) {
        return removed(old);
    }
    if let Some(old) = old
        && matches!(old.state, ContainerState::Terminated { .. })
    {
        return old.clone();
    }
    let has_inits = !place.spec.init_containers.is_empty();
    let waits = if has_inits { "PodInitializing" } else { "ContainerCreating" };
    let mut status = ContainerStatus {
        name: place.container.name.clone(),
        image: place.container.image.clone(),
        image_id: Some("".into()),
        state: ContainerState::waiting(waits),
        ..ContainerStatus::default()
    };
    let Some(old) = old else { return status };
    status.restart_count = old.restart_count;
    status.last_state = old.last_state.clone();
    if old.state.is_running() && old.last_state == ContainerState::None {
        status.last_state = unknown(
            "The container could not be located when the pod was deleted.  The container used \
             to be Running",
        );
        status.restart_count += u32::from(!place.object.meta.is_terminating());
    }
    status
}

/// How many containers are in which state.
#[derive(Default)]
struct Count {
    running: u32,
    waiting: u32,
    stopped: u32,
    succeeded: u32,
    restarting: u32,
}

/// Whether a container was taken away with all others of its Pod and has not started anew.
fn is_removed(status: &ContainerStatus) -> bool {
    let has_gone = |state: &ContainerState| matches!(state, ContainerState::Terminated { reason, .. } if &**reason == RESTARTING);
    matches!(status.state, ContainerState::Waiting { .. }) && has_gone(&status.last_state)
}

fn last_code(status: &ContainerStatus) -> Option<i32> {
    match (&status.state, &status.last_state) {
        (ContainerState::Terminated { exit_code, .. }, _)
        | (ContainerState::Waiting { .. }, ContainerState::Terminated { exit_code, .. }) => {
            Some(*exit_code)
        }
        _ => None,
    }
}

/// How far the init containers are: those still to do, and whether one failed for good.
fn initialization(
    spec: &PodSpec,
    inits: &[ContainerStatus],
    count: &mut Count,
) -> (u32, u32, bool) {
    let (mut pending, mut pending_sidecars, mut has_failed) = (0, 0, false);
    for (container, status) in spec.init_containers.iter().zip(inits) {
        if is_sidecar(container, true) {
            match status.state {
                ContainerState::Running { .. } => {
                    pending_sidecars += u32::from(status.started != Some(true));
                    count.running += 1;
                }
                // One that is to start again counts as little as one that has ended.
                _ if last_code(status).is_some() && !is_removed(status) => {}
                _ => {
                    pending_sidecars += 1;
                    count.waiting += 1;
                }
            }
            continue;
        }
        match last_code(status).filter(|_| !is_removed(status)) {
            Some(0) if matches!(status.state, ContainerState::Terminated { .. }) => {}
            Some(code) => has_failed |= !restart::after(container, spec, true, code) && code != 0,
            None => pending += 1,
        }
    }
    (pending, pending_sidecars, has_failed)
}

/// Models pkg/kubelet/kubelet_pods.go getPhase
pub(super) fn phase(
    spec: &PodSpec,
    inits: &[ContainerStatus],
    mains: &[ContainerStatus],
    is_terminal: bool,
    has_begun: bool,
) -> Phase {
    let mut count = Count::default();
    let (pending, pending_sidecars, has_failed) = initialization(spec, inits, &mut count);
    for (container, status) in spec.containers.iter().zip(mains) {
        match (&status.state, last_code(status)) {
            (ContainerState::Running { .. }, _) => count.running += 1,
            (state, Some(code)) => {
                let has_ended = matches!(state, ContainerState::Terminated { .. });
                count.stopped += 1;
                count.succeeded += u32::from(has_ended && code == 0);
                let comes_back = restart::after(container, spec, false, code);
                count.restarting += u32::from(comes_back || is_removed(status));
            }
            _ => count.waiting += 1,
        }
    }
    if has_failed {
        return Phase::Failed;
    }
    let is_pending = pending > 0 || (pending_sidecars > 0 && !has_begun);
    if is_pending || count.waiting > 0 {
        Phase::Pending
    } else if count.running > 0 {
        Phase::Running
    } else if count.stopped == 0 {
        Phase::Pending
    } else if !is_terminal && count.restarting > 0 {
        Phase::Running
    } else if count.stopped == count.succeeded {
        Phase::Succeeded
    } else {
        Phase::Failed
    }
}

/// Models pkg/kubelet/container/helpers.go HasAnyRegularContainerStarted
pub(super) fn has_started(mains: &[ContainerStatus]) -> bool {
    mains.iter().any(|one| {
        matches!(one.state, ContainerState::Running { .. } | ContainerState::Terminated { .. })
    })
}

type Verdict = (bool, Option<&'static str>, Option<Str>);

/// Models pkg/kubelet/status/generate.go GenerateContainersReadyCondition
fn containers_ready(spec: &PodSpec, status: &PodStatus) -> Verdict {
    match status.phase {
        Phase::Succeeded => return (false, Some("PodCompleted"), None),
        Phase::Failed => return (false, Some("PodFailed"), None),
        _ => {}
    }
    let sidecars = spec.init_containers.iter().zip(&status.init_container_statuses);
    let sidecars = sidecars.filter(|(one, _)| is_sidecar(one, true)).map(|(_, status)| status);
    let all = sidecars.chain(&status.container_statuses);
    let unready: Vec<&str> = all.filter(|one| !one.ready).map(|one| &*one.name).collect();
    if unready.is_empty() {
        return (true, None, None);
    }
    let text = format!("containers with unready status: [{}]", unready.join(" "));
    (false, Some("ContainersNotReady"), Some(text.into()))
}

/// Models pkg/kubelet/status/generate.go GeneratePodReadyCondition
fn ready(spec: &PodSpec, others: &[Condition], containers: Verdict) -> Verdict {
    if !containers.0 {
        return containers;
    }
    let gates = spec.readiness_gates.iter().filter_map(|gate| {
        let kind = &gate.condition_type;
        match condition(others, kind).map(|one| one.status) {
            Some(Truth::True) => None,
            None => Some(format!(
                "corresponding condition of pod readiness gate \"{kind}\" does not exist."
            )),
            Some(other) => Some(format!(
                "the status of pod readiness gate \"{kind}\" is not \"True\", but {other:?}"
            )),
        }
    });
    let closed: Vec<String> = gates.collect();
    if closed.is_empty() {
        return (true, None, None);
    }
    (false, Some("ReadinessGatesNotReady"), Some(closed.join(", ").into()))
}

/// Models pkg/kubelet/status/generate.go GeneratePodInitializedCondition
fn initialized(spec: &PodSpec, status: &PodStatus) -> Verdict {
    if status.phase == Phase::Succeeded {
        return (true, Some("PodCompleted"), None);
    }
    if has_started(&status.container_statuses) {
        return (true, None, None);
    }
    let inits = spec.init_containers.iter().zip(&status.init_container_statuses);
    let is_done = |(container, status): &(&Container, &ContainerStatus)| {
        if is_sidecar(container, true) { status.started == Some(true) } else { status.ready }
    };
    let open: Vec<&str> =
        inits.filter(|one| !is_done(one)).map(|(_, status)| &*status.name).collect();
    if open.is_empty() {
        return (true, None, None);
    }
    let text = format!("containers with incomplete status: [{}]", open.join(" "));
    (false, Some("ContainersNotInitialized"), Some(text.into()))
}

/// The kubelet's own conditions; a moment of transition moves only with its status.
///
/// Models pkg/kubelet/kubelet_pods.go generateAPIPodStatus
pub(super) fn conditions(
    spec: &PodSpec,
    status: &PodStatus,
    before: &[Condition],
    runtime: &Runtime,
    others: &[Condition],
    now: SimTime,
) -> Vec<Condition> {
    let containers = containers_ready(spec, status);
    let verdicts = [
        ("PodReadyToStartContainers", (runtime.sandbox.is_ready(), None, None)),
        ("Initialized", initialized(spec, status)),
        ("Ready", ready(spec, others, containers.clone())),
        ("ContainersReady", containers),
        ("PodScheduled", (true, None, None)),
    ];
    let generation = status.observed_generation;
    let new = verdicts.map(|(kind, (holds, reason, message))| {
        let truth = Truth::from(holds);
        let old = condition(before, kind).filter(|old| old.status == truth);
        let since = old.and_then(|old| old.last_transition_time);
        Condition {
            kind: Str::new_static(kind),
            status: truth,
            reason: reason.map(Str::new_static),
            message,
            last_transition_time: since.or(Some(now)),
            observed_generation: generation,
            ..Condition::default()
        }
    });
    new.into()
}

/// Sets `Ready` and `ContainersReady` anew after a container's readiness changed.
pub(super) fn renew_readiness(
    spec: &PodSpec,
    status: &mut PodStatus,
    others: &[Condition],
    now: SimTime,
) {
    let containers = containers_ready(spec, status);
    let verdicts =
        [("Ready", ready(spec, others, containers.clone())), ("ContainersReady", containers)];
    for (kind, (holds, reason, message)) in verdicts {
        if let Some(one) = status.conditions.iter_mut().find(|one| &*one.kind == kind) {
            if one.status != Truth::from(holds) {
                one.last_transition_time = Some(now);
            }
            one.status = holds.into();
            one.reason = reason.map(Str::new_static);
            one.message = message;
        }
    }
}
