//! The status that the kubelet holds of a Pod, and how it reaches the server.
//!
//! Must not know what containers do. Invariant: what others said of the Pod is kept.

use std::rc::Rc;

use crate::api::pod::{
    Condition, ContainerState, ContainerStatus, Phase, PodSpec, PodStatus, Truth, condition,
};
use crate::base::Order as _;
use crate::base::{Shared, SimTime, Str};
use crate::kubelet::restart::{self, is_sidecar};
use crate::kubelet::runtime::{Runtime, Slot};
use crate::kubelet::status::{self, Place};
use crate::kubelet::worker::{POST_US, Surroundings, Worker};
use crate::server::EventNote;

const OVERTIME: &str = "Pod was active on the node longer than the specified deadline";
/// The condition of a Pod all of whose containers start anew.
const RESTARTING_ALL: &str = "AllContainersRestarting";
const RESTARTING_WHY: &str = "container exited with restart policy rule";
const LOST: &str = "The container could not be located when the pod was terminated";

/// Whether a condition is the kubelet's own.
///
/// Models pkg/kubelet/types/pod_status.go PodConditionByKubelet
fn is_own(kind: &str) -> bool {
    matches!(
        kind,
        "PodScheduled"
            | "Ready"
            | "Initialized"
            | "ContainersReady"
            | "PodReadyToStartContainers"
            | RESTARTING_ALL
    )
}

/// Conditions that others set.
fn others(status: &PodStatus) -> Vec<Condition> {
    status.conditions.iter().filter(|one| !is_own(&one.kind)).cloned().collect()
}

/// The condition that all containers start anew: it holds from the end that a rule is about until
/// the runtime knows no container any more.
///
/// Models pkg/kubelet/status/generate.go GenerateAllContainersRestartingCondition
fn restarting_all(status: &PodStatus, old: &PodStatus, holds: bool, now: SimTime) -> Condition {
    let (holds, reason, message) = match status.phase {
        Phase::Succeeded => (false, Some("PodCompleted"), None),
        Phase::Failed => (false, Some("PodFailed"), None),
        _ if holds => (true, Some("RestartAllContainersStarted"), Some(RESTARTING_WHY.into())),
        _ => (false, None, None),
    };
    let truth = Truth::from(holds);
    let before = condition(&old.conditions, RESTARTING_ALL).filter(|old| old.status == truth);
    Condition {
        kind: Str::new_static(RESTARTING_ALL),
        status: truth,
        reason: reason.map(Str::new_static),
        message,
        last_transition_time: before.and_then(|old| old.last_transition_time).or(Some(now)),
        ..Condition::default()
    }
}

impl Worker {
    /// The Pod's status as the runtime shows it.
    ///
    /// Models pkg/kubelet/kubelet_pods.go generateAPIPodStatus
    pub(super) fn generate(
        &mut self,
        is_terminal: bool,
        around: &mut Surroundings<'_>,
    ) -> PodStatus {
        let runtime = Rc::clone(if is_terminal { &self.truth } else { &self.seen });
        let old = self.status.clone();
        let object = Rc::clone(&self.object);
        let pod = self.pod();
        let spec = Rc::clone(&pod.spec);
        let told = (pod.status.phase, pod.status.reason.clone(), pod.status.message.clone());
        let foreign = others(&pod.status);
        let mut status = PodStatus {
            observed_generation: Some(object.meta.generation).filter(|one| *one > 0),
            host_ip: Some(around.machine.ip.clone()),
            pod_ip: if spec.has_host_network() {
                Some(around.machine.ip.clone())
            } else {
                runtime.sandbox.address().cloned()
            },
            start_time: old.start_time.or(Some(around.now)),
            qos_class: old.qos_class.clone().or_else(|| Some(spec.qos_class())),
            ..PodStatus::default()
        };
        let is_restarting = self.must_restart_all(&old, &runtime);
        self.fill_containers(&mut status, &runtime, &old, is_restarting);
        self.shown = Rc::clone(&runtime);
        let (inits, mains) = (&status.init_container_statuses, &status.container_statuses);
        let has_begun = runtime.slots[self.inits()..].iter().any(|slot| slot.run.is_some());
        let phase = status::phase(&spec, inits, mains, is_terminal, has_begun);
        status.phase = match (phase.is_terminal(), old.phase.is_terminal(), told.0.is_terminal()) {
            (_, _, true) => told.0,
            (false, true, _) => old.phase,
            _ => phase,
        };
        if status.phase == old.phase {
            status.reason = old.reason.clone().or(told.1);
            status.message = old.message.clone().or(told.2);
        }
        if self.is_past_deadline(around.now) {
            let about = object.reference();
            let note = EventNote::normal(about, "kubelet", "DeadlineExceeded", OVERTIME);
            around.notes.push(EventNote { host: self.node.clone(), ..note });
            status.phase = Phase::Failed;
            status.reason = Some("DeadlineExceeded".into());
            status.message = Some(OVERTIME.into());
        }
        self.ask_probers(&mut status, around.now);
        status.conditions =
            status::conditions(&spec, &status, &old.conditions, &runtime, &foreign, around.now);
        if restart::could_take_all(&spec) {
            let is_known = runtime.slots.iter().any(|slot| slot.run.is_some());
            let holds = is_restarting && is_known;
            status.conditions.push(restarting_all(&status, &old, holds, around.now));
        }
        status
    }

    /// Whether the newest status says that all containers are to start anew.
    pub(super) fn is_restarting_all(&self) -> bool {
        let own = condition(&self.status.conditions, RESTARTING_ALL);
        own.is_some_and(|one| one.status == Truth::True)
    }

    /// Whether all containers are being taken away, or one has ended that asks for it.
    ///
    /// Models pkg/kubelet/container/helpers.go ShouldAllContainersRestart
    fn must_restart_all(&self, old: &PodStatus, runtime: &Runtime) -> bool {
        let before = condition(&old.conditions, RESTARTING_ALL);
        let has_asked = |(unit, slot): (usize, &Slot)| {
            slot.end().is_some_and(|end| restart::takes_all(self.container(unit), end.code))
        };
        before.is_some_and(|one| one.status == Truth::True)
            || runtime.slots.iter().enumerate().any(has_asked)
    }

    fn fill_containers(
        &self,
        status: &mut PodStatus,
        runtime: &Runtime,
        old: &PodStatus,
        is_restarting: bool,
    ) {
        let spec = &self.pod().spec;
        let inits = spec.init_containers.len();
        let one = |unit: usize, is_init: bool, before: &[ContainerStatus]| {
            let container = self.container(unit);
            let object = &self.object;
            let place = Place { object, spec, container, unit, is_init, is_restarting };
            let old = before.iter().find(|one| one.name == container.name);
            let reason = self.reasons[unit].as_ref();
            status::of_container(&place, &runtime.slots[unit], reason, old)
        };
        status.init_container_statuses =
            (0..inits).map(|unit| one(unit, true, &old.init_container_statuses)).collect();
        status.container_statuses = (inits..runtime.slots.len())
            .map(|unit| one(unit, false, &old.container_statuses))
            .collect();
    }

    /// Keeps a status, and posts it soon if it is new.
    ///
    /// Models pkg/kubelet/status/status_manager.go updateStatusInternal
    pub(super) fn set_status(&mut self, status: PodStatus, now: SimTime) {
        if self.has_status && status == *self.status {
            return;
        }
        self.has_status = true;
        self.status = status.into();
        self.post_at = self.post_at.or(Some(now.plus_us(POST_US)));
        self.wake_probers(now);
    }

    /// Says that the network is there while the sync goes on.
    ///
    /// Models pkg/kubelet/kubelet.go OnPodSandboxReady
    pub(super) fn show_sandbox(&mut self, now: SimTime) {
        let mut status = PodStatus::clone(&self.status);
        let own =
            status.conditions.iter_mut().find(|one| &*one.kind == "PodReadyToStartContainers");
        if let Some(one) = own.filter(|one| one.status != Truth::True) {
            one.status = Truth::True;
            one.last_transition_time = Some(now);
            self.set_status(status, now);
        }
    }

    /// Models pkg/kubelet/status/status_manager.go SetContainerReadiness
    pub(super) fn set_readiness(&mut self, unit: usize, is_ready: bool, now: SimTime) {
        let spec = Rc::clone(&self.pod().spec);
        let foreign = others(&self.pod().status);
        let mut status = PodStatus::clone(&self.status);
        let Some(one) = container_mut(&spec, &mut status, unit) else { return };
        if one.ready == is_ready {
            return;
        }
        one.ready = is_ready;
        status::renew_readiness(&spec, &mut status, &foreign, now);
        self.set_status(status, now);
    }

    /// Models pkg/kubelet/status/status_manager.go SetContainerStartup
    pub(super) fn set_startup(&mut self, unit: usize, has_started: bool, now: SimTime) {
        let spec = Rc::clone(&self.pod().spec);
        let mut status = PodStatus::clone(&self.status);
        let Some(one) = container_mut(&spec, &mut status, unit) else { return };
        if one.started == Some(has_started) {
            return;
        }
        one.started = Some(has_started);
        self.set_status(status, now);
    }

    /// The status of a Pod that nothing is left of: containers that nobody saw end are lost.
    ///
    /// Models pkg/kubelet/status/status_manager.go TerminatePod
    pub(super) fn final_status(&self) -> PodStatus {
        let spec = &self.pod().spec;
        let mut status = PodStatus::clone(&self.status);
        let has_ended =
            |one: &ContainerStatus| matches!(one.state, ContainerState::Terminated { .. });
        if is_initialized(spec, &status) {
            for one in status.container_statuses.iter_mut().filter(|one| !has_ended(one)) {
                one.state = status::unknown(LOST);
            }
        }
        let inits = &mut status.init_container_statuses;
        let begun = inits.iter().rposition(|one| {
            !matches!(one.state, ContainerState::Waiting { .. })
                || one.last_state != ContainerState::None
        });
        let count = begun.map_or(1, |last| last + 1).min(inits.len());
        for one in inits[..count].iter_mut().filter(|one| !has_ended(one)) {
            one.state = status::unknown(LOST);
        }
        if !status.phase.is_terminal() {
            status.phase = Phase::Failed;
        }
        status
    }

    /// What is sent to the server, given what it has. There containers stand in the order of their
    /// names, init containers in that of the spec.
    ///
    /// Models pkg/kubelet/status/status_manager.go mergePodStatus and
    /// pkg/kubelet/types/types.go SortedContainerStatuses
    pub(super) fn merged(&self, stored: &PodStatus) -> Shared<PodStatus> {
        let mut merged = self.status.clone();
        if !merged.container_statuses.is_sorted_by(|one, next| one.name <= next.name) {
            merged.container_statuses.order_by_key(|one| one.name.clone());
        }
        let mut conditions = others(stored);
        if !conditions.is_empty() {
            conditions.extend(merged.conditions.iter().cloned());
            merged.conditions = conditions;
        }
        if merged.nominated_node_name != stored.nominated_node_name {
            merged.nominated_node_name.clone_from(&stored.nominated_node_name);
        }
        // A Pod is over only when nothing of it can run any more.
        if !stored.phase.is_terminal() && merged.phase.is_terminal() && self.could_run() {
            merged.phase = stored.phase;
            merged.reason.clone_from(&stored.reason);
            merged.message.clone_from(&stored.message);
        }
        merged
    }
}

fn container_mut<'a>(
    spec: &PodSpec,
    status: &'a mut PodStatus,
    unit: usize,
) -> Option<&'a mut ContainerStatus> {
    let inits = spec.init_containers.len();
    match unit.checked_sub(inits) {
        None => status.init_container_statuses.get_mut(unit),
        Some(index) => status.container_statuses.get_mut(index),
    }
}

/// Whether all init containers of a Pod once did their part.
///
/// Models pkg/kubelet/status/status_manager.go hasPodInitialized
fn is_initialized(spec: &PodSpec, status: &PodStatus) -> bool {
    let (Some(container), Some(last)) =
        (spec.init_containers.last(), status.init_container_statuses.last())
    else {
        return true;
    };
    let has_moved = status.container_statuses.iter().any(|one| {
        one.last_state != ContainerState::None
            || !matches!(one.state, ContainerState::Waiting { .. })
    });
    let ended_well =
        |state: &ContainerState| matches!(state, ContainerState::Terminated { exit_code: 0, .. });
    has_moved
        || if is_sidecar(container, true) {
            last.state.is_running() && last.started == Some(true)
        } else {
            ended_well(&last.state) || ended_well(&last.last_state)
        }
}
