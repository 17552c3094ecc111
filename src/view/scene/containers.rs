//! What the stage says of a Pod's containers.
//!
//! Must not know how a Pod is drawn. Invariant: a sidecar counts as an ordinary container once it
//! has started, and as an init container before.

use crate::api::pod::{ContainerState, ContainerStatus, Pod, PodSpec, Truth, condition};
use crate::base::Str;

/// Whether an init container is to run beside the ordinary ones.
pub(super) fn is_sidecar(spec: &PodSpec, name: &str) -> bool {
    let found = spec.init_containers.iter().find(|one| &*one.name == name);
    found.is_some_and(|one| one.restart_policy.as_deref() == Some("Always"))
}

/// Whether those behind an init container may start: it has ended well, or is a sidecar that has
/// started, ready or not.
pub(super) fn is_passed(spec: &PodSpec, status: &ContainerStatus) -> bool {
    match status.state {
        ContainerState::Terminated { exit_code, .. } => exit_code == 0,
        _ => status.started == Some(true) && is_sidecar(spec, &status.name),
    }
}

/// The containers that run, in the order of the spec, which is that in which they start.
pub(super) fn running(pod: &Pod) -> impl Iterator<Item = Str> {
    let status = &pod.status;
    let runs = |name: &Str| {
        let mut all = status.init_container_statuses.iter().chain(&status.container_statuses);
        all.any(|one| one.name == *name && matches!(one.state, ContainerState::Running { .. }))
    };
    let all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
    all.map(|one| one.name.clone()).filter(runs)
}

/// What kubectl writes under RESTARTS: of the init containers those up to the one at work while
/// they run, and afterwards of the sidecars and of the ordinary containers.
///
/// Models pkg/printers/internalversion/printers.go printPod
pub(super) fn restarts(pod: &Pod) -> u32 {
    let status = &pod.status;
    let (mut of_all, mut of_sidecars) = (0, 0);
    let mut is_initializing = false;
    for one in &status.init_container_statuses {
        of_all += one.restart_count;
        if is_sidecar(&pod.spec, &one.name) {
            of_sidecars += one.restart_count;
        }
        if !is_passed(&pod.spec, one) {
            is_initializing = true;
            break;
        }
    }
    let is_initialized =
        condition(&status.conditions, "Initialized").is_some_and(|one| one.status == Truth::True);
    if is_initializing && !is_initialized {
        return of_all;
    }
    of_sidecars + status.container_statuses.iter().map(|one| one.restart_count).sum::<u32>()
}
