//! By which rule a kubelet reports: what its newest status of a Pod says that the one before it
//! did not, and what an Event is about.
//!
//! Must not decide anything. Invariant: of several things that a status says at once the worst
//! one names the rule.

use crate::api::pod::{ContainerState, ContainerStatus, Phase, PodStatus, Truth, condition};
use crate::kubelet::restart;
use crate::kubelet::runtime::By;
use crate::kubelet::worker::{Activity, Work, Worker};
use crate::server::EventNote;
use crate::sim::Rule;

const BACKOFF: Rule = Rule("KUBELET-BACKOFF");
const CONFIG: Rule = Rule("KUBELET-CONFIG");
const DEADLINE: Rule = Rule("KUBELET-DEADLINE");
const END: Rule = Rule("KUBELET-END");
const HOOK: Rule = Rule("KUBELET-HOOK");
const IMAGE: Rule = Rule("KUBELET-IMAGE");
const INIT: Rule = Rule("KUBELET-INIT");
const PROBE: Rule = Rule("KUBELET-PROBE");
const REFUSE: Rule = Rule("KUBELET-REFUSE");
const RESTART: Rule = Rule("KUBELET-RESTART");
const SANDBOX: Rule = Rule("KUBELET-SANDBOX");
const SIDECAR: Rule = Rule("KUBELET-SIDECAR");
const STATUS: Rule = Rule("KUBELET-STATUS");
const STOP: Rule = Rule("KUBELET-STOP");
const UNREADY: Rule = Rule("KUBELET-UNREADY");
const VOLUMES: Rule = Rule("KUBELET-VOLUMES");

/// What a container's status may say, the worst first.
const WORST_FIRST: [Rule; 8] = [BACKOFF, IMAGE, CONFIG, HOOK, PROBE, RESTART, END, INIT];

/// By which rule a status follows on the one before it.
pub(super) fn of_status(worker: &Worker, before: &PodStatus, after: &PodStatus) -> Rule {
    if worker.work != Work::Sync {
        return of_end(worker, after);
    }
    let said: Vec<Rule> = all(after)
        .enumerate()
        .filter_map(|(unit, one)| of_container(worker, unit, of_name(before, one), one))
        .collect();
    let worst = WORST_FIRST.into_iter().find(|rule| said.contains(rule));
    worst.unwrap_or_else(|| of_progress(worker, before, after))
}

fn all(status: &PodStatus) -> impl Iterator<Item = &ContainerStatus> {
    status.init_container_statuses.iter().chain(&status.container_statuses)
}

fn of_name<'a>(status: &'a PodStatus, one: &ContainerStatus) -> Option<&'a ContainerStatus> {
    all(status).find(|other| other.name == one.name)
}

/// Why a Pod stops or has stopped.
fn of_end(worker: &Worker, after: &PodStatus) -> Rule {
    let is_empty = all(after).next().is_none();
    if is_empty && after.phase == Phase::Failed {
        REFUSE
    } else if worker.is_deleted() {
        STOP
    } else if worker.status.reason.as_deref() == Some("DeadlineExceeded") {
        DEADLINE
    } else {
        END
    }
}

fn waits_for(status: &ContainerStatus) -> Option<&str> {
    match &status.state {
        ContainerState::Waiting { reason, .. } => Some(reason),
        _ => None,
    }
}

fn has_ended(status: &ContainerStatus) -> bool {
    matches!(status.state, ContainerState::Terminated { .. })
}

/// What is new in one container's status.
fn of_container(
    worker: &Worker,
    unit: usize,
    before: Option<&ContainerStatus>,
    after: &ContainerStatus,
) -> Option<Rule> {
    let why = waits_for(after).filter(|why| before.and_then(waits_for) != Some(why));
    let rule = why.and_then(of_reason);
    if rule.is_some() {
        return rule;
    }
    let slot = worker.shown.slots.get(unit)?;
    let is_restarted = before.is_some_and(|old| old.restart_count < after.restart_count);
    let ends = has_ended(after) && before.is_none_or(|old| !has_ended(old));
    if !is_restarted && !ends {
        return None;
    }
    if slot.newest_end().is_some_and(|end| end.by == By::Probe) {
        return Some(PROBE);
    }
    let is_init = unit < worker.inits();
    let spec = &worker.pod().spec;
    let comes_back =
        is_restarted || restart::is_due(worker.container(unit), spec, is_init, false, slot);
    let is_well = slot.newest_end().is_some_and(|end| end.code == 0);
    Some(match (comes_back, is_init && is_well) {
        (true, _) => RESTART,
        (false, true) => INIT,
        (false, false) => END,
    })
}

/// The rule behind the reason for which a container does not run.
fn of_reason(reason: &str) -> Option<Rule> {
    match reason {
        "CrashLoopBackOff" => Some(BACKOFF),
        "ErrImagePull" | "ImagePullBackOff" | "ErrImageNeverPull" | "InvalidImageName" => {
            Some(IMAGE)
        }
        "CreateContainerConfigError" => Some(CONFIG),
        "PostStartHookError" => Some(HOOK),
        _ => None,
    }
}

/// What a status says that tells of no container's trouble.
fn of_progress(worker: &Worker, before: &PodStatus, after: &PodStatus) -> Rule {
    let is = |status: &PodStatus, kind: &str| {
        condition(&status.conditions, kind).is_some_and(|one| one.status == Truth::True)
    };
    let loses_readiness = |one: &ContainerStatus| {
        one.state.is_running() && !one.ready && of_name(before, one).is_some_and(|old| old.ready)
    };
    let begins = |unit: &usize| {
        let one = all(after).nth(*unit);
        let is_new =
            |one: &ContainerStatus| of_name(before, one).is_none_or(|old| !old.state.is_running());
        one.is_some_and(|one| one.state.is_running() && is_new(one))
    };
    if is(before, "Ready") && !is(after, "Ready") && all(after).any(loses_readiness) {
        UNREADY
    } else if let Some(unit) = (0..worker.inits()).find(begins) {
        if worker.is_sidecar(unit) { SIDECAR } else { INIT }
    } else if matches!(worker.activity, Activity::Mounting(..)) {
        VOLUMES
    } else if is(after, "PodReadyToStartContainers") && !is(before, "PodReadyToStartContainers") {
        SANDBOX
    } else {
        STATUS
    }
}

/// By which rule a kubelet tells an Event of a Pod, if one stands behind it.
pub(super) fn of_note(note: &EventNote) -> Option<Rule> {
    let says = |word: &str| note.message.contains(word);
    Some(match note.reason {
        "BackOff" if says("restarting") => BACKOFF,
        "BackOff"
        | "ErrImageNeverPull"
        | "InspectFailed"
        | "Pulling"
        | "Pulled"
        | "FailedToRetrieveImagePullSecret" => IMAGE,
        "Failed" if says("image") || says("Image") => IMAGE,
        "Failed" => CONFIG,
        "FailedMount" => VOLUMES,
        "FailedPostStartHook" | "FailedPreStopHook" => HOOK,
        "Unhealthy" if note.message.starts_with("Readiness") => UNREADY,
        "Unhealthy" => PROBE,
        "Killing" if says("FailedPostStartHook") => HOOK,
        "Killing" if says(" probe") => PROBE,
        "Killing" if says("Stopping") => STOP,
        "Killing" => RESTART,
        "DeadlineExceeded" => DEADLINE,
        reason if reason.starts_with("OutOf") => REFUSE,
        "NodeAffinity" | "NodePorts" | "TaintToleration" | "UnexpectedAdmissionError" => REFUSE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::pod::Pod;
    use crate::api::{Body, Object};

    #[test]
    fn a_failed_image_and_a_failed_configuration_are_told_apart() {
        let about = Object::new("", "p", Body::Pod(Pod::default()));
        let rule = |reason: &'static str, text: &str| {
            of_note(&EventNote::warning(about.reference(), "kubelet", reason, text))
        };
        assert_eq!(rule("Failed", "Error: ErrImagePull"), Some(IMAGE));
        assert_eq!(rule("Failed", "Error: InvalidImageName"), Some(IMAGE));
        assert_eq!(rule("Failed", "Error: configmap \"a\" not found"), Some(CONFIG));
        assert_eq!(rule("BackOff", "Back-off pulling image \"a\""), Some(IMAGE));
        assert_eq!(rule("BackOff", "Back-off restarting failed container a in pod"), Some(BACKOFF));
        assert_eq!(rule("Unhealthy", "Readiness probe failed: no"), Some(UNREADY));
        assert_eq!(rule("Unhealthy", "Startup probe failed: no"), Some(PROBE));
        assert_eq!(rule("Killing", "Stopping container a"), Some(STOP));
        assert_eq!(rule("Started", "Container started"), None);
    }
}
