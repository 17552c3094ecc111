//! Whether a container that is not running is started again.
//!
//! Must not know when. Invariant: follows from spec and runs alone.

use crate::api::lifecycle::RestartRule;
use crate::api::pod::{Container, PodSpec};
use crate::kubelet::runtime::Slot;

/// Whether an init container runs beside the others.
pub(super) fn is_sidecar(container: &Container, is_init: bool) -> bool {
    is_init && container.restart_policy.as_deref() == Some("Always")
}

/// Whether a container that ended with `code` is started again.
///
/// Models pkg/api/v1/pod/util.go ContainerShouldRestart
pub(super) fn after(container: &Container, spec: &PodSpec, is_init: bool, code: i32) -> bool {
    if rule(container, code).is_some() {
        return true;
    }
    let policy = container.restart_policy.as_deref().or(spec.restart_policy.as_deref());
    match policy.unwrap_or("Always") {
        "Never" => false,
        "OnFailure" => code != 0,
        // An init container has done its part when it ended well.
        _ => code != 0 || !is_init || is_sidecar(container, is_init),
    }
}

/// The first rule that is about a code.
///
/// Models pkg/api/v1/pod/util.go FindMatchingContainerRestartRule
fn rule(container: &Container, code: i32) -> Option<&RestartRule> {
    container.restart_policy_rules.iter().find(|rule| rule.is_about(code))
}

/// Whether a container that ended with `code` takes all others of its Pod with it.
pub(super) fn takes_all(container: &Container, code: i32) -> bool {
    rule(container, code).is_some_and(RestartRule::restarts_all)
}

/// Whether the end of a container may restart all of its Pod.
///
/// Models pkg/api/v1/pod/util.go AllContainersCouldRestart
pub(super) fn could_take_all(spec: &PodSpec) -> bool {
    let mut rules = spec
        .init_containers
        .iter()
        .chain(&spec.containers)
        .flat_map(|one| &one.restart_policy_rules);
    rules.any(RestartRule::restarts_all)
}

/// Whether a container that is killed for its health comes back.
///
/// Models pkg/kubelet/kuberuntime/kuberuntime_manager.go shouldRestartOnFailure
pub(super) fn on_failure(container: &Container, spec: &PodSpec) -> bool {
    let policy = container.restart_policy.as_deref().or(spec.restart_policy.as_deref());
    policy != Some("Never")
}

/// Whether a container is to be started, given its runs.
///
/// Models pkg/kubelet/container/helpers.go ShouldContainerBeRestarted
pub(super) fn is_due(
    container: &Container,
    spec: &PodSpec,
    is_init: bool,
    is_deleted: bool,
    slot: &Slot,
) -> bool {
    if is_deleted || slot.is_running() {
        return false;
    }
    slot.end().is_none_or(|end| after(container, spec, is_init, end.code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::lifecycle::ExitCodes;

    fn spec(policy: &str) -> PodSpec {
        PodSpec { restart_policy: Some(policy.into()), ..PodSpec::default() }
    }

    #[test]
    fn the_policy_of_a_container_goes_before_that_of_its_pod_and_rules_before_both() {
        let plain = Container::default();
        assert!(after(&plain, &spec("Always"), false, 0));
        assert!(!after(&plain, &spec("OnFailure"), false, 0));
        assert!(!after(&plain, &spec("Never"), false, 1));
        let own = Container { restart_policy: Some("OnFailure".into()), ..Container::default() };
        assert!(after(&own, &spec("Never"), false, 1));
        let rule = RestartRule {
            action: "Restart".into(),
            exit_codes: Some(ExitCodes { operator: "In".into(), values: vec![42] }),
            ..RestartRule::default()
        };
        let ruled = Container {
            restart_policy: Some("Never".into()),
            restart_policy_rules: vec![rule],
            ..Container::default()
        };
        assert!(after(&ruled, &spec("Never"), false, 42));
        assert!(!after(&ruled, &spec("Always"), false, 1));
    }

    #[test]
    fn an_init_container_that_ended_well_is_done_and_a_sidecar_never_is() {
        let sidecar = Container { restart_policy: Some("Always".into()), ..Container::default() };
        assert!(!after(&Container::default(), &spec("Always"), true, 0));
        assert!(after(&Container::default(), &spec("Always"), true, 1));
        assert!(after(&sidecar, &spec("Never"), true, 0));
    }
}
