//! What must be done to bring a Pod's runs to what is asked.
//!
//! Must not do it. Invariant: follows from spec, runs and probe results alone.

use crate::base::Str;
use crate::kubelet::probe::{Outcome, Sort};
use crate::kubelet::restart;
use crate::kubelet::runtime::Run;
use crate::kubelet::worker::Worker;

/// Why a container is killed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Cause {
    Liveness,
    Startup,
    Other,
}

/// A container to kill.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Kill {
    pub(super) unit: usize,
    pub(super) message: Str,
    pub(super) cause: Cause,
}

impl Kill {
    /// A container is stopped for no reason of its own.
    pub(super) fn plain(unit: usize) -> Kill {
        Kill { unit, message: "".into(), cause: Cause::Other }
    }
}

/// One step of a sync.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Step {
    Kill(Kill),
    /// The network is made.
    Sandbox,
    /// All that still runs is stopped, and the network taken down: nothing is to start again.
    KillPod,
    Start(usize),
    /// A container is stopped without its hook, and forgotten: it is as if it had never run.
    Reset(usize),
}

/// Kills, and starts in order of the spec.
#[derive(Default)]
struct Changes {
    kills: Vec<Kill>,
    starts: Vec<usize>,
    ends: bool,
}

/// Models pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions
pub(super) fn compute(worker: &Worker) -> Vec<Step> {
    if worker.is_restarting_all() {
        return resets(worker);
    }
    if !worker.seen.sandbox.is_ready() {
        return first_steps(worker);
    }
    let mut changes = Changes::default();
    let is_initialized = init_containers(worker, &mut changes);
    if !changes.ends && is_initialized {
        containers(worker, &mut changes);
    }
    if changes.ends {
        return vec![Step::KillPod];
    }
    let kills = changes.kills.into_iter().map(Step::Kill);
    kills.chain(changes.starts.into_iter().map(Step::Start)).collect()
}

/// The containers to forget; those whose end asked for it come last, so that a kubelet that is
/// interrupted finds them still.
///
/// Models pkg/kubelet/kuberuntime/kuberuntime_manager.go getContainersToReset
fn resets(worker: &Worker) -> Vec<Step> {
    let slots = &worker.seen.slots;
    let known = (0..slots.len()).filter(|unit| slots[*unit].run.is_some());
    let has_asked = |unit: &usize| {
        let end = slots[*unit].end();
        end.is_some_and(|end| restart::takes_all(worker.container(*unit), end.code))
    };
    let (askers, others): (Vec<usize>, Vec<usize>) = known.partition(has_asked);
    others.into_iter().chain(askers).map(Step::Reset).collect()
}

/// The steps of a Pod that has no network yet.
fn first_steps(worker: &Worker) -> Vec<Step> {
    let (inits, count) = (worker.inits(), worker.seen.slots.len());
    let spec = &worker.pod().spec;
    let succeeded = |unit: usize| {
        spec.restart_policy.as_deref() == Some("OnFailure")
            && worker.seen.slots[unit].end().is_some_and(|end| end.code == 0)
    };
    let mut steps = vec![Step::Sandbox];
    if inits > 0 {
        steps.push(Step::Start(0));
    } else {
        steps.extend((0..count).filter(|unit| !succeeded(*unit)).map(Step::Start));
    }
    steps
}

/// Whether all init containers have done their part.
///
/// Models pkg/kubelet/kuberuntime/kuberuntime_container.go computeInitContainerActions
fn init_containers(worker: &Worker, changes: &mut Changes) -> bool {
    let inits = worker.inits();
    if inits == 0 {
        return true;
    }
    let slots = &worker.seen.slots;
    let mut has_initialized = slots[inits..].iter().any(super::runtime::Slot::is_running);
    let mut is_previous = has_initialized;
    for unit in (0..inits).rev() {
        let is_sidecar = worker.is_sidecar(unit);
        let Some(run) = &slots[unit].run else {
            if is_previous && is_sidecar {
                changes.starts.push(unit);
            }
            continue;
        };
        if is_previous && !is_sidecar {
            continue;
        }
        let mut comes_back = false;
        let is_done = match run.end {
            None if is_sidecar => {
                let (is_done, kill) = sidecar(worker, unit, run);
                comes_back = kill.is_some();
                changes.kills.extend(kill);
                is_done
            }
            None => false,
            Some(_) if is_sidecar => {
                changes.starts.push(unit);
                false
            }
            Some(end) if end.code == 0 => true,
            Some(end) => {
                let spec = &worker.pod().spec;
                if !restart::after(worker.container(unit), spec, true, end.code) {
                    changes.ends = true;
                    changes.starts.clear();
                    return false;
                }
                changes.starts.push(unit);
                false
            }
        };
        if is_done && unit == inits - 1 {
            has_initialized = true;
        } else if is_done && !is_previous {
            changes.starts.push(unit + 1);
        }
        if comes_back {
            changes.starts.push(unit);
        }
        is_previous = true;
    }
    if !is_previous {
        changes.starts.push(0);
    }
    changes.starts.reverse();
    has_initialized
}

/// Whether a sidecar that runs lets the next container start, and whether it must be killed.
fn sidecar(worker: &Worker, unit: usize, run: &Run) -> (bool, Option<Kill>) {
    let container = worker.container(unit);
    let kill = |what: &str, cause: Cause| {
        let message = format!("Init container {} {what}", container.name).into();
        Some(Kill { unit, message, cause })
    };
    if container.startup_probe.is_some() {
        match worker.outcome(unit, Sort::Startup) {
            Some(Outcome::Success) => {}
            Some(Outcome::Failure) => return (false, kill("failed startup probe", Cause::Startup)),
            _ => return (false, None),
        }
    }
    if run.image != container.image {
        return (true, kill("definition changed", Cause::Other));
    }
    let is_sick = worker.outcome(unit, Sort::Liveness) == Some(Outcome::Failure);
    (true, if is_sick { kill("failed liveness probe", Cause::Liveness) } else { None })
}

fn containers(worker: &Worker, changes: &mut Changes) {
    let spec = &worker.pod().spec;
    let mut kept = 0;
    let mut starts = 0;
    for unit in worker.inits()..worker.seen.slots.len() {
        let (slot, container) = (&worker.seen.slots[unit], worker.container(unit));
        let Some(run) = slot.run.as_ref().filter(|run| run.end.is_none()) else {
            if restart::is_due(container, spec, false, worker.is_deleted(), slot) {
                changes.starts.push(unit);
                starts += 1;
            }
            continue;
        };
        let name = &container.name;
        let (message, cause) = if run.image != container.image {
            (format!("Container {name} definition changed"), Cause::Other)
        } else if worker.outcome(unit, Sort::Liveness) == Some(Outcome::Failure) {
            (format!("Container {name} failed liveness probe"), Cause::Liveness)
        } else if worker.outcome(unit, Sort::Startup) == Some(Outcome::Failure) {
            (format!("Container {name} failed startup probe"), Cause::Startup)
        } else {
            kept += 1;
            continue;
        };
        let comes_back = cause == Cause::Other || restart::on_failure(container, spec);
        if comes_back {
            changes.starts.push(unit);
            starts += 1;
        }
        let message = if comes_back { format!("{message}, will be restarted") } else { message };
        changes.kills.push(Kill { unit, message: message.into(), cause });
    }
    if kept == 0 && starts == 0 {
        changes.ends = true;
        changes.starts.clear();
    }
}
