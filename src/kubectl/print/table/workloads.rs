//! Rows of controllers and of what scales and guards them.
//!
//! Must not know Pods. Invariant: numbers that are not given count as 0.

use crate::base::SimTime;
use crate::kubectl::print::age;
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::{
    Ask, Column, Row, Shape, containers, labels, none_if_empty, selector,
};

const DEPLOYMENT: &[Column] = &[
    ("NAME", false),
    ("READY", false),
    ("UP-TO-DATE", false),
    ("AVAILABLE", false),
    ("AGE", false),
    ("CONTAINERS", true),
    ("IMAGES", true),
    ("SELECTOR", true),
];
const REPLICA_SET: &[Column] = &[
    ("NAME", false),
    ("DESIRED", false),
    ("CURRENT", false),
    ("READY", false),
    ("AGE", false),
    ("CONTAINERS", true),
    ("IMAGES", true),
    ("SELECTOR", true),
];
const STATEFUL_SET: &[Column] =
    &[("NAME", false), ("READY", false), ("AGE", false), ("CONTAINERS", true), ("IMAGES", true)];
const DAEMON_SET: &[Column] = &[
    ("NAME", false),
    ("DESIRED", false),
    ("CURRENT", false),
    ("READY", false),
    ("UP-TO-DATE", false),
    ("AVAILABLE", false),
    ("NODE SELECTOR", false),
    ("AGE", false),
    ("CONTAINERS", true),
    ("IMAGES", true),
    ("SELECTOR", true),
];
const JOB: &[Column] = &[
    ("NAME", false),
    ("STATUS", false),
    ("COMPLETIONS", false),
    ("DURATION", false),
    ("AGE", false),
    ("CONTAINERS", true),
    ("IMAGES", true),
    ("SELECTOR", true),
];
const CRON_JOB: &[Column] = &[
    ("NAME", false),
    ("SCHEDULE", false),
    ("TIMEZONE", false),
    ("SUSPEND", false),
    ("ACTIVE", false),
    ("LAST SCHEDULE", false),
    ("AGE", false),
    ("CONTAINERS", true),
    ("IMAGES", true),
    ("SELECTOR", true),
];
const REVISION: &[Column] =
    &[("NAME", false), ("CONTROLLER", false), ("REVISION", false), ("AGE", false)];
const BUDGET: &[Column] = &[
    ("NAME", false),
    ("MIN AVAILABLE", false),
    ("MAX UNAVAILABLE", false),
    ("ALLOWED DISRUPTIONS", false),
    ("AGE", false),
];
const AUTOSCALER: &[Column] = &[
    ("NAME", false),
    ("REFERENCE", false),
    ("TARGETS", false),
    ("MINPODS", false),
    ("MAXPODS", false),
    ("REPLICAS", false),
    ("AGE", false),
];

/// The shape of a kind of this file.
pub(super) fn shape(group: &str, kind: &str) -> Option<Shape> {
    let (columns, row): (&'static [Column], Row) = match (group, kind) {
        ("apps", "Deployment") => (DEPLOYMENT, deployment),
        ("apps", "ReplicaSet") => (REPLICA_SET, replica_set),
        ("", "ReplicationController") => (REPLICA_SET, replication_controller),
        ("apps", "StatefulSet") => (STATEFUL_SET, stateful_set),
        ("apps", "DaemonSet") => (DAEMON_SET, daemon_set),
        ("apps", "ControllerRevision") => (REVISION, revision),
        ("batch", "Job") => (JOB, job),
        ("batch", "CronJob") => (CRON_JOB, cron_job),
        ("policy", "PodDisruptionBudget") => (BUDGET, budget),
        ("autoscaling", "HorizontalPodAutoscaler") => (AUTOSCALER, autoscaler),
        _ => return None,
    };
    Some(Shape { columns, row })
}

fn number(ask: &Ask, path: &str) -> String {
    ask.at(path).int().to_string()
}

fn with_containers(mut row: Vec<String>, spec: Look, selected: Option<String>) -> Vec<String> {
    row.extend(containers(spec));
    row.extend(selected);
    row
}

fn deployment(ask: &Ask) -> Vec<String> {
    let row = vec![
        ask.name(),
        format!("{}/{}", ask.at("status.readyReplicas").int(), ask.at("spec.replicas").int()),
        number(ask, "status.updatedReplicas"),
        number(ask, "status.availableReplicas"),
        ask.age(),
    ];
    let selected = selector(ask.at("spec.selector"));
    with_containers(row, ask.at("spec.template.spec"), Some(selected))
}

fn replicas(ask: &Ask, selected: String) -> Vec<String> {
    let row = vec![
        ask.name(),
        number(ask, "spec.replicas"),
        number(ask, "status.replicas"),
        number(ask, "status.readyReplicas"),
        ask.age(),
    ];
    with_containers(row, ask.at("spec.template.spec"), Some(selected))
}

fn replica_set(ask: &Ask) -> Vec<String> {
    replicas(ask, selector(ask.at("spec.selector")))
}

fn replication_controller(ask: &Ask) -> Vec<String> {
    replicas(ask, labels(ask.at("spec.selector")))
}

fn stateful_set(ask: &Ask) -> Vec<String> {
    let row = vec![
        ask.name(),
        format!("{}/{}", ask.at("status.readyReplicas").int(), ask.at("spec.replicas").int()),
        ask.age(),
    ];
    with_containers(row, ask.at("spec.template.spec"), None)
}

fn daemon_set(ask: &Ask) -> Vec<String> {
    let row = vec![
        ask.name(),
        number(ask, "status.desiredNumberScheduled"),
        number(ask, "status.currentNumberScheduled"),
        number(ask, "status.numberReady"),
        number(ask, "status.updatedNumberScheduled"),
        number(ask, "status.numberAvailable"),
        labels(ask.at("spec.template.spec.nodeSelector")),
        ask.age(),
    ];
    let selected = selector(ask.at("spec.selector"));
    with_containers(row, ask.at("spec.template.spec"), Some(selected))
}

fn revision(ask: &Ask) -> Vec<String> {
    let owners = ask.at("metadata.ownerReferences");
    let owner = owners.list().find(|one| one.at("controller").bool());
    let controller = owner.map_or_else(
        || "<none>".to_owned(),
        |owner| {
            let kind = owner.at("kind").text().to_ascii_lowercase();
            let name = owner.at("name").text();
            match owner.at("apiVersion").text().split_once('/') {
                Some((group, _)) => format!("{kind}.{group}/{name}"),
                None => format!("{kind}/{name}"),
            }
        },
    );
    vec![ask.name(), controller, number(ask, "revision"), ask.age()]
}

fn job(ask: &Ask) -> Vec<String> {
    let succeeded = ask.at("status.succeeded").int();
    let completions = ask.at("spec.completions");
    let parallelism = ask.at("spec.parallelism").int();
    let completions = if completions.is_some() {
        format!("{succeeded}/{}", completions.int())
    } else if parallelism > 1 {
        format!("{succeeded}/1 of {parallelism}")
    } else {
        format!("{succeeded}/1")
    };
    let started = SimTime::parse(ask.at("status.startTime").text());
    let ended = SimTime::parse(ask.at("status.completionTime").text()).unwrap_or(ask.now);
    let duration = started.map(|at| age::human(age::span_us(at, ended))).unwrap_or_default();
    let has =
        |kind: &str| ask.at("status.conditions").find("type", kind).at("status").text() == "True";
    let status = if has("Complete") {
        "Complete"
    } else if has("Failed") {
        "Failed"
    } else if ask.at("metadata.deletionTimestamp").is_some() {
        "Terminating"
    } else if has("Suspended") {
        "Suspended"
    } else if has("FailureTarget") {
        "FailureTarget"
    } else {
        "Running"
    };
    let row = vec![ask.name(), status.to_owned(), completions, duration, ask.age()];
    let selected = selector(ask.at("spec.selector"));
    with_containers(row, ask.at("spec.template.spec"), Some(selected))
}

fn cron_job(ask: &Ask) -> Vec<String> {
    let suspend = match ask.at("spec.suspend") {
        one if !one.is_some() => "<unset>",
        one if one.bool() => "True",
        _ => "False",
    };
    let last = match ask.at("status.lastScheduleTime").text() {
        "" => "<none>".to_owned(),
        text => age::since(text, ask.now),
    };
    let row = vec![
        ask.name(),
        ask.at("spec.schedule").text().to_owned(),
        none_if_empty(ask.at("spec.timeZone").text().to_owned()),
        suspend.to_owned(),
        ask.at("status.active").list().len().to_string(),
        last,
        ask.age(),
    ];
    let job = ask.at("spec.jobTemplate.spec");
    with_containers(row, job.at("template.spec"), Some(selector(job.at("selector"))))
}

fn budget(ask: &Ask) -> Vec<String> {
    let amount = |path: &str| match ask.at(path) {
        one if one.is_some() => one.plain(),
        _ => "N/A".to_owned(),
    };
    vec![
        ask.name(),
        amount("spec.minAvailable"),
        amount("spec.maxUnavailable"),
        number(ask, "status.disruptionsAllowed"),
        ask.age(),
    ]
}

fn autoscaler(ask: &Ask) -> Vec<String> {
    let target = ask.at("spec.scaleTargetRef");
    let least = match ask.at("spec.minReplicas") {
        one if one.is_some() => one.plain(),
        _ => "<unset>".to_owned(),
    };
    vec![
        ask.name(),
        format!("{}/{}", target.at("kind").text(), target.at("name").text()),
        metrics(ask.at("spec.metrics"), ask.at("status.currentMetrics")),
        least,
        number(ask, "spec.maxReplicas"),
        number(ask, "status.currentReplicas"),
        ask.age(),
    ]
}

/// Models pkg/printers/internalversion/printers.go formatHPAMetrics
fn metrics(specs: Look, statuses: Look) -> String {
    const SHOWN_MAX: usize = 2;
    if specs.is_empty() {
        return "<none>".to_owned();
    }
    let texts: Vec<String> = specs
        .list()
        .enumerate()
        .map(|(index, spec)| metric(spec, statuses.list().nth(index)))
        .collect();
    let shown: Vec<&str> = texts.iter().take(SHOWN_MAX).map(String::as_str).collect();
    let shown = shown.join(", ");
    match texts.len().saturating_sub(SHOWN_MAX) {
        0 => shown,
        more => format!("{shown} + {more} more..."),
    }
}

fn metric(spec: Look, status: Option<Look>) -> String {
    let kind = spec.at("type").text();
    let part = match kind {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        _ => return "<unknown type>".to_owned(),
    };
    let target = spec.key(part).at("target");
    let current = |key: &str| {
        let found = status.map(|one| one.key(part).at("current").key(key).plain());
        found.filter(|text| !text.is_empty())
    };
    let unknown = || "<unknown>".to_owned();
    let average = target.at("averageValue");
    if matches!(part, "resource" | "containerResource") {
        let name = spec.key(part).at("name").text();
        if average.is_some() {
            let now = current("averageValue").unwrap_or_else(unknown);
            return format!("{name}: {now}/{}", average.plain());
        }
        let percent = |text: String| format!("{text}%");
        let now = current("averageUtilization").map_or_else(unknown, percent);
        let wanted = match target.at("averageUtilization") {
            one if one.is_some() => percent(one.plain()),
            _ => "<auto>".to_owned(),
        };
        return format!("{name}: {now}/{wanted}");
    }
    if average.is_some() {
        let now = current("averageValue").unwrap_or_else(unknown);
        let suffix = if part == "pods" { "" } else { " (avg)" };
        return format!("{now}/{}{suffix}", average.plain());
    }
    let now = current("value").unwrap_or_else(unknown);
    format!("{now}/{}", target.at("value").plain())
}
