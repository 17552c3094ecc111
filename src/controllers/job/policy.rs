//! What a Job's policies say of Pods that failed and of indexes that are complete.
//!
//! Must not know how Pods are made. Invariant: the first rule that fits decides.

use crate::api::Object;
use crate::api::batch::{FailureRule, Job, OnExitCodes, SuccessPolicy};
use crate::api::pod::{ContainerState, ContainerStatus, Pod, Truth};
use crate::base::Str;
use crate::controllers::job::index::{self, Indexes};

/// What becomes of a failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Action {
    /// It counts.
    Count,
    /// It does not count.
    Ignore,
    /// Its index has failed.
    FailIndex,
    /// The Job has failed, and why.
    FailJob(Str),
}

/// What the policy for failures says of a Pod that failed; without one, or if no rule fits, the
/// failure counts.
///
/// Models pkg/controller/job/pod_failure_policy.go matchPodFailurePolicy
pub(super) fn on_failure(job: &Job, pod: &Object) -> Action {
    let rules = job.spec.pod_failure_policy.iter().flat_map(|policy| &policy.rules);
    let Some(body) = pod.pod() else { return Action::Count };
    for (rule, index) in rules.zip(0_u32..) {
        let Some(why) = reason(rule, body) else { continue };
        let (namespace, name) = (&pod.meta.namespace, &pod.meta.name);
        return match &*rule.action {
            "Ignore" => Action::Ignore,
            "FailIndex" => Action::FailIndex,
            "FailJob" => {
                let what = match why {
                    Reason::Exit(container, code) => format!(
                        "Container {container} for pod {namespace}/{name} failed with exit code \
                         {code}"
                    ),
                    Reason::Condition(kind) => {
                        format!("Pod {namespace}/{name} has condition {kind}")
                    }
                };
                Action::FailJob(format!("{what} matching FailJob rule at index {index}").into())
            }
            _ => Action::Count,
        };
    }
    Action::Count
}

/// Why a rule fits.
enum Reason<'a> {
    Exit(&'a Str, i32),
    Condition(&'a Str),
}

fn reason<'a>(rule: &'a FailureRule, pod: &'a Pod) -> Option<Reason<'a>> {
    if let Some(codes) = &rule.on_exit_codes {
        let status = &pod.status;
        let mut all = status.container_statuses.iter().chain(&status.init_container_statuses);
        return all.find_map(|one| exit(codes, one));
    }
    let conditions = pod.status.conditions.iter();
    let mut fitting = conditions.filter(|one| {
        let is_it = |status: Option<Truth>| status.unwrap_or(Truth::True) == one.status;
        rule.on_pod_conditions.iter().any(|rule| rule.kind == one.kind && is_it(rule.status))
    });
    fitting.next().map(|one| Reason::Condition(&one.kind))
}

/// Models pkg/controller/job/pod_failure_policy.go getMatchingContainerFromList
fn exit<'a>(codes: &OnExitCodes, one: &'a ContainerStatus) -> Option<Reason<'a>> {
    let ContainerState::Terminated { exit_code, .. } = one.state else { return None };
    let is_meant = codes.container_name.as_ref().is_none_or(|name| *name == one.name);
    let is_listed = codes.values.contains(&exit_code);
    let fits = match &*codes.operator {
        "In" => is_listed,
        "NotIn" => !is_listed,
        _ => false,
    };
    (is_meant && exit_code != 0 && fits).then_some(Reason::Exit(&one.name, exit_code))
}

/// The rule of a policy for success that the complete indexes meet, in Kubernetes' words.
///
/// Models pkg/controller/job/success_policy.go matchSuccessPolicy
pub(super) fn on_success(
    policy: Option<&SuccessPolicy>,
    done: &Indexes,
    completions: i32,
) -> Option<Str> {
    let rules = policy.filter(|_| !done.is_empty()).into_iter().flat_map(|one| &one.rules);
    let is_enough = |count: Option<i32>, found: usize| {
        count.is_some_and(|count| found >= usize::try_from(count).unwrap_or(0))
    };
    let mut met = rules.zip(0_u32..).filter(|(rule, _)| match &rule.succeeded_indexes {
        Some(text) => {
            let wanted = index::parse(text, completions);
            let found = wanted.intersection(done).count();
            !wanted.is_empty() && (found == wanted.len() || is_enough(rule.succeeded_count, found))
        }
        None => is_enough(rule.succeeded_count, done.len()),
    });
    met.next().map(|(_, index)| format!("Matched rules at index {index}").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Body;
    use crate::api::pod::Condition;

    fn job(spec: &str) -> Job {
        serde_json::from_str(&format!("{{\"spec\": {spec}}}")).expect("valid")
    }

    fn failed(code: i32) -> Object {
        let mut pod = Pod::default();
        pod.status.container_statuses.push(ContainerStatus {
            name: "app".into(),
            state: ContainerState::Terminated {
                exit_code: code,
                reason: "Error".into(),
                message: None,
                started_at: None,
                finished_at: None,
            },
            ..ContainerStatus::default()
        });
        Object::new("default", "p", Body::Pod(pod))
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let job = job(r#"{"podFailurePolicy": {"rules": [
                {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]},
                {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}},
                {"action": "Count", "onExitCodes": {"operator": "NotIn", "values": [42, 43]}},
                {"action": "FailIndex", "onExitCodes":
                    {"containerName": "app", "operator": "In", "values": [43]}}]}}"#);
        let why = "Container app for pod default/p failed with exit code 42 matching FailJob rule \
                   at index 1";
        assert_eq!(on_failure(&job, &failed(42)), Action::FailJob(why.into()));
        assert_eq!(on_failure(&job, &failed(1)), Action::Count);
        assert_eq!(on_failure(&job, &failed(43)), Action::FailIndex);
        let mut disrupted = failed(42);
        if let Some(pod) = disrupted.pod_mut() {
            pod.status.conditions.push(Condition {
                kind: "DisruptionTarget".into(),
                status: Truth::True,
                ..Condition::default()
            });
        }
        assert_eq!(on_failure(&job, &disrupted), Action::Ignore);
    }

    #[test]
    fn success_needs_the_named_indexes_or_so_many_of_them() {
        let policy = |rules: &str| {
            let text = format!("{{\"successPolicy\": {{\"rules\": {rules}}}}}");
            job(&text).spec.success_policy.clone()
        };
        let done: Indexes = [0, 2, 3].into();
        let met = |rules: &str| on_success(policy(rules).as_ref(), &done, 5);
        assert_eq!(
            met(r#"[{"succeededIndexes": "0,2-3"}]"#),
            Some("Matched rules at index 0".into())
        );
        assert_eq!(met(r#"[{"succeededIndexes": "0-1"}]"#), None);
        let two =
            r#"[{"succeededIndexes": "1"}, {"succeededIndexes": "0-2", "succeededCount": 2}]"#;
        assert_eq!(met(two), Some("Matched rules at index 1".into()));
        assert_eq!(met(r#"[{"succeededCount": 4}]"#), None);
        assert_eq!(met(r#"[{"succeededCount": 3}]"#), Some("Matched rules at index 0".into()));
    }
}
