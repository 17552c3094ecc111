//! Rows of Pods: READY, STATUS and RESTARTS.
//!
//! Must not know other kinds. Invariant: what is computed depends on the Pod and the moment.

use crate::base::SimTime;
use crate::kubectl::print::age;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::{Ask, Shape};

/// The columns of Pods.
pub(super) const SHAPE: Shape = Shape {
    columns: &[
        ("NAME", false),
        ("READY", false),
        ("STATUS", false),
        ("RESTARTS", false),
        ("AGE", false),
        ("IP", true),
        ("NODE", true),
        ("NOMINATED NODE", true),
        ("READINESS GATES", true),
    ],
    row,
};

fn row(ask: &Ask) -> Vec<String> {
    let pod = ask.object;
    let sum = summary(pod);
    let none = |text: &str| if text.is_empty() { "<none>".to_owned() } else { text.to_owned() };
    vec![
        ask.name(),
        format!("{}/{}", sum.ready, sum.total),
        sum.status.clone(),
        sum.restarts_text(ask.now),
        ask.age(),
        none(ip(pod)),
        none(pod.at("spec.nodeName").text()),
        none(pod.at("status.nominatedNodeName").text()),
        gates(pod),
    ]
}

fn ip(pod: Look<'_>) -> &str {
    let first = pod.at("status.podIPs").list().next();
    first.map_or_else(|| pod.at("status.podIP").text(), |one| one.at("ip").text())
}

fn gates(pod: Look) -> String {
    let gates = pod.at("spec.readinessGates");
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let conditions = pod.at("status.conditions");
    let is_met = |gate: &Look| {
        conditions.find("type", gate.at("conditionType").text()).at("status").text() == "True"
    };
    format!("{}/{}", gates.list().filter(is_met).count(), gates.list().len())
}

/// What a row says of a Pod's containers.
#[derive(Debug, PartialEq, Eq)]
pub struct Summary {
    /// Containers that are ready.
    pub ready: usize,
    /// Containers that should be.
    pub total: usize,
    /// `Running`, `Init:0/2`, `CrashLoopBackOff`, …
    pub status: String,
    /// Restarts.
    pub restarts: i64,
    /// When a container last ended before it was restarted.
    pub last_restart: Option<SimTime>,
}

impl Summary {
    fn restarts_text(&self, now: SimTime) -> String {
        match self.last_restart {
            Some(last) if self.restarts != 0 => {
                format!("{} ({} ago)", self.restarts, age::human(age::span_us(last, now)))
            }
            _ => self.restarts.to_string(),
        }
    }
}

/// What a Pod's row says.
///
/// Models pkg/printers/internalversion/printers.go printPod
pub fn summary(pod: Look) -> Summary {
    let status = pod.at("status");
    let phase = status.at("phase").text();
    let mut sum = Summary {
        ready: 0,
        total: pod.at("spec.containers").list().len(),
        status: status.at("reason").text_or(phase).to_owned(),
        restarts: 0,
        last_restart: None,
    };
    let conditions = status.at("conditions");
    if conditions.find("type", "PodScheduled").at("reason").text() == "SchedulingGated" {
        "SchedulingGated".clone_into(&mut sum.status);
    }
    sum.total += pod.at("spec.initContainers").list().filter(|one| is_sidecar(*one)).count();
    let init = init_part(pod, &mut sum);
    if !init.is_initializing || conditions.find("type", "Initialized").at("status").text() == "True"
    {
        (sum.restarts, sum.last_restart) = init.sidecars;
        main_part(status, &mut sum);
    }
    if pod.at("metadata.deletionTimestamp").is_some() {
        if status.at("reason").text() == "NodeLost" {
            "Unknown".clone_into(&mut sum.status);
        } else if !matches!(phase, "Succeeded" | "Failed") {
            "Terminating".clone_into(&mut sum.status);
        }
    }
    sum
}

fn is_sidecar(container: Look) -> bool {
    container.at("restartPolicy").text() == "Always"
}

fn ended(container: Look) -> Option<SimTime> {
    SimTime::parse(container.at("lastState.terminated.finishedAt").text())
}

struct InitPart {
    is_initializing: bool,
    /// The restarts of sidecars and when the last one ended.
    sidecars: (i64, Option<SimTime>),
}

fn init_part(pod: Look, sum: &mut Summary) -> InitPart {
    let specs = pod.at("spec.initContainers");
    let mut part = InitPart { is_initializing: false, sidecars: (0, None) };
    for (index, container) in pod.at("status.initContainerStatuses").list().enumerate() {
        let restarts = container.at("restartCount").int();
        sum.restarts += restarts;
        sum.last_restart = sum.last_restart.max(ended(container));
        let is_sidecar = is_sidecar(specs.find("name", container.at("name").text()));
        if is_sidecar {
            part.sidecars.0 += restarts;
            part.sidecars.1 = part.sidecars.1.max(ended(container));
        }
        let terminated = container.at("state.terminated");
        let waiting = container.at("state.waiting.reason").text();
        if terminated.is_some() && terminated.at("exitCode").int() == 0 {
            continue;
        }
        if is_sidecar && container.at("started").bool() {
            sum.ready += usize::from(container.at("ready").bool());
            continue;
        }
        sum.status = if terminated.is_some() {
            format!("Init:{}", end_reason(terminated))
        } else if !waiting.is_empty() && waiting != "PodInitializing" {
            format!("Init:{waiting}")
        } else {
            format!("Init:{index}/{}", specs.list().len())
        };
        part.is_initializing = true;
        break;
    }
    part
}

fn end_reason(terminated: Look) -> String {
    let signal = terminated.at("signal").int();
    match terminated.at("reason").text() {
        "" if signal != 0 => format!("Signal:{signal}"),
        "" => format!("ExitCode:{}", terminated.at("exitCode").int()),
        reason => reason.to_owned(),
    }
}

fn main_part(status: Look, sum: &mut Summary) {
    let mut has_running = false;
    for container in status.at("containerStatuses").list().rev() {
        sum.restarts += container.at("restartCount").int();
        sum.last_restart = sum.last_restart.max(ended(container));
        let terminated = container.at("state.terminated");
        let waiting = container.at("state.waiting.reason").text();
        if !waiting.is_empty() {
            waiting.clone_into(&mut sum.status);
        } else if terminated.is_some() {
            sum.status = end_reason(terminated);
        } else if container.at("ready").bool() && container.at("state.running").is_some() {
            has_running = true;
            sum.ready += 1;
        }
    }
    if sum.status == "Completed" && has_running {
        let ready = status.at("conditions").find("type", "Ready").at("status").text();
        let text = if ready == "True" { "Running" } else { "NotReady" };
        text.clone_into(&mut sum.status);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Value;

    fn summed(pod: &str) -> (String, String, String) {
        let tree: Value = serde_json::from_str(pod).expect("valid");
        let sum = summary(Look::from(&tree));
        let now = SimTime::from_seconds(100);
        (format!("{}/{}", sum.ready, sum.total), sum.status.clone(), sum.restarts_text(now))
    }

    fn is(found: &(String, String, String), ready: &str, status: &str, restarts: &str) {
        assert_eq!(*found, (ready.to_owned(), status.to_owned(), restarts.to_owned()));
    }

    const INIT: &str = r#"{"spec":{"initContainers":[{"name":"one"},{"name":"two"}],
        "containers":[{"name":"main"}]},"status":{"phase":"Pending","initContainerStatuses":["#;
    const MAIN: &str = r#"{"spec":{"containers":[{"name":"a"},{"name":"b"}]},"status":
        {"phase":"Running","containerStatuses":["#;

    #[test]
    fn init_containers_are_counted_as_they_end() {
        let done = r#"{"name":"one","state":{"terminated":{"exitCode":0}}}"#;
        let wait = r#"{"name":"two","state":{"waiting":{"reason":"PodInitializing"}}}"#;
        is(&summed(&format!("{INIT}{wait}]}}}}")), "0/1", "Init:0/2", "0");
        is(&summed(&format!("{INIT}{done},{wait}]}}}}")), "0/1", "Init:1/2", "0");
    }

    #[test]
    fn a_failed_init_container_gives_its_reason() {
        let failed = r#"{"name":"one","restartCount":2,
            "lastState":{"terminated":{"finishedAt":"2026-01-01T00:01:13Z"}},
            "state":{"terminated":{"exitCode":1,"reason":"Error"}}}"#;
        is(&summed(&format!("{INIT}{failed}]}}}}")), "0/1", "Init:Error", "2 (27s ago)");
    }

    #[test]
    fn a_started_sidecar_counts_as_a_container() {
        let pod = r#"{"spec":{"initContainers":[{"name":"side","restartPolicy":"Always"}],
            "containers":[{"name":"main"}]},"status":{"phase":"Running",
            "initContainerStatuses":[{"name":"side","started":true,"ready":true,
                "state":{"running":{}}}],
            "containerStatuses":[{"name":"main","ready":true,"state":{"running":{}}}]}}"#;
        is(&summed(pod), "2/2", "Running", "0");
    }

    #[test]
    fn the_first_container_that_does_not_run_gives_the_status() {
        let crash = r#"{"restartCount":1,"lastState":{"terminated":{"exitCode":1,
            "finishedAt":"2026-01-01T00:01:35Z"}},"state":{"waiting":{"reason":"CrashLoopBackOff"}}}"#;
        let runs = r#"{"ready":true,"state":{"running":{}}}"#;
        is(&summed(&format!("{MAIN}{crash},{runs}]}}}}")), "1/2", "CrashLoopBackOff", "1 (5s ago)");
        let done = r#"{"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}"#;
        is(&summed(&format!("{MAIN}{done},{runs}]}}}}")), "1/2", "NotReady", "0");
    }

    #[test]
    fn a_deleted_pod_is_terminating_until_it_ended() {
        let pod = |phase: &str| {
            format!(
                r#"{{"metadata":{{"deletionTimestamp":"2026-01-01T00:00:00Z"}},
                    "spec":{{"containers":[{{}}]}},"status":{{"phase":"{phase}"}}}}"#
            )
        };
        is(&summed(&pod("Running")), "0/1", "Terminating", "0");
        is(&summed(&pod("Succeeded")), "0/1", "Succeeded", "0");
    }
}
