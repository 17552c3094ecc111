//! Descriptions of controllers and disruption budgets.
//!
//! Must not know how they reconcile. Invariant: Pods are counted by their controller's UID.

use crate::api::outward::outward;
use crate::api::pod::Phase;
use crate::api::wellknown::POD_TEMPLATE_HASH;
use crate::api::{Kind, Uid, Value};
use crate::base::Order as _;
use crate::base::{SimTime, Str};
use crate::kubectl::print::age;
use crate::kubectl::print::describe::page::{Page, go_list, shorten, truth};
use crate::kubectl::print::describe::pod::{controller, template};
use crate::kubectl::print::describe::{Ask, events};
use crate::kubectl::print::look::Look;
use crate::kubectl::print::table::{labels, selector};

fn number(look: Look, path: &str) -> i64 {
    look.at(path).int()
}

fn created(page: &mut Page, ask: &Ask) {
    let text = ask.object.at("metadata.creationTimestamp").text();
    page.field(0, "CreationTimestamp", age::rfc1123(text));
}

fn name(page: &mut Page, ask: &Ask) {
    page.field(0, "Name", ask.object.at("metadata.name").text());
    page.field(0, "Namespace", ask.object.at("metadata.namespace").text());
}

fn conditions(page: &mut Page, ask: &Ask) {
    let conditions = ask.object.at("status.conditions");
    if conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tReason");
    page.line(1, "----\t------\t------");
    for one in conditions.list() {
        let text = |key: &str| one.key(key).text();
        page.line(1, format!("{} \t{}\t{}", text("type"), text("status"), text("reason")));
    }
}

/// The number of Pods by phase.
///
/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go getPodStatusForController
fn pods_status(ask: &Ask) -> String {
    let uid = ask.stored().map_or(Uid(0), |object| object.meta.uid);
    let pods = ask.view.table(Kind::Pod);
    let count = |phase: Phase| {
        let owned = pods.owned_by(uid).filter(|_| uid != Uid(0));
        owned.filter(|pod| pod.pod().is_some_and(|pod| pod.status.phase == phase)).count()
    };
    format!(
        "{} Running / {} Waiting / {} Succeeded / {} Failed",
        count(Phase::Running),
        count(Phase::Pending),
        count(Phase::Succeeded),
        count(Phase::Failed)
    )
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeDeployment
pub(super) fn deployment(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    name(page, ask);
    created(page, ask);
    page.meta(ask.object);
    page.field(0, "Selector", selector(spec.at("selector")));
    let replicas = format!(
        "{} desired | {} updated | {} total | {} available | {} unavailable",
        number(spec, "replicas"),
        number(status, "updatedReplicas"),
        number(status, "replicas"),
        number(status, "availableReplicas"),
        number(status, "unavailableReplicas")
    );
    page.field(0, "Replicas", replicas);
    page.field(0, "StrategyType", spec.at("strategy.type").text());
    page.field(0, "MinReadySeconds", number(spec, "minReadySeconds").to_string());
    let rolling = spec.at("strategy.rollingUpdate");
    if rolling.is_some() {
        let (down, up) = (rolling.at("maxUnavailable").plain(), rolling.at("maxSurge").plain());
        page.field(0, "RollingUpdateStrategy", format!("{down} max unavailable, {up} max surge"));
    }
    template(page, spec.at("template"));
    conditions(page, ask);
    let sets = replica_sets(ask);
    let newest = newest(&sets, spec.at("template"));
    if !sets.is_empty() {
        let old = sets.iter().enumerate().filter(|(index, _)| Some(*index) != newest);
        page.field(0, "OldReplicaSets", sets_text(old.map(|(_, set)| set)));
        let new = newest.and_then(|index| sets.get(index));
        page.field(0, "NewReplicaSet", sets_text(new.into_iter()));
    }
    events::table(page, ask);
}

/// The Deployment's ReplicaSets, oldest first.
fn replica_sets(ask: &Ask) -> Vec<Value> {
    let Some(deployment) = ask.stored() else { return Vec::new() };
    let owned = ask.view.table(Kind::ReplicaSet).owned_by(deployment.meta.uid);
    let mut sets: Vec<_> = owned.collect();
    let seconds = |at: Option<SimTime>| at.map_or(0, SimTime::seconds);
    sets.order_by_key(|set| (seconds(set.meta.creation_timestamp), set.meta.name.clone()));
    sets.into_iter().map(|set| outward(set)).collect()
}

/// The set whose template is the Deployment's.
///
/// Models pkg/controller/deployment/util/deployment_util.go FindNewReplicaSet
fn newest(sets: &[Value], template: Look) -> Option<usize> {
    let wanted = without_hash(template);
    sets.iter().position(|set| without_hash(Look::from(set).at("spec.template")) == wanted)
}

fn without_hash(template: Look) -> Option<Value> {
    let mut tree = template.value().cloned()?;
    let labels = match &mut tree {
        Value::Map(entries) => match entries.get_mut("metadata") {
            Some(Value::Map(metadata)) => metadata.get_mut("labels"),
            _ => None,
        },
        _ => None,
    };
    if let Some(Value::Map(labels)) = labels {
        labels.remove(POD_TEMPLATE_HASH);
    }
    Some(tree)
}

fn sets_text<'a>(sets: impl Iterator<Item = &'a Value>) -> String {
    let texts: Vec<String> = sets
        .map(|set| {
            let set = Look::from(set);
            format!(
                "{} ({}/{} replicas created)",
                set.at("metadata.name").text(),
                number(set, "status.replicas"),
                number(set, "spec.replicas")
            )
        })
        .collect();
    if texts.is_empty() { "<none>".to_owned() } else { texts.join(", ") }
}

fn replicas(page: &mut Page, ask: &Ask) {
    let (now, wanted) =
        (number(ask.object, "status.replicas"), number(ask.object, "spec.replicas"));
    page.field(0, "Replicas", format!("{now} current / {wanted} desired"));
    page.field(0, "Pods Status", pods_status(ask));
    template(page, ask.object.at("spec.template"));
    conditions(page, ask);
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeReplicaSet
pub(super) fn replica_set(page: &mut Page, ask: &Ask) {
    name(page, ask);
    page.field(0, "Selector", selector(ask.object.at("spec.selector")));
    page.meta(ask.object);
    controller(page, ask.object);
    replicas(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeReplicationController
pub(super) fn replication_controller(page: &mut Page, ask: &Ask) {
    name(page, ask);
    page.field(0, "Selector", labels(ask.object.at("spec.selector")));
    page.meta(ask.object);
    replicas(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeStatefulSet
pub(super) fn stateful_set(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    name(page, ask);
    created(page, ask);
    page.field(0, "Selector", selector(spec.at("selector")));
    page.meta(ask.object);
    let (wanted, now) = (number(spec, "replicas"), number(status, "replicas"));
    page.field(0, "Replicas", format!("{wanted} desired | {now} total"));
    page.field(0, "Update Strategy", spec.at("updateStrategy.type").text());
    let rolling = spec.at("updateStrategy.rollingUpdate");
    if rolling.at("partition").is_some() {
        page.field(1, "Partition", number(rolling, "partition").to_string());
        if rolling.at("maxUnavailable").is_some() {
            page.field(1, "MaxUnavailable", rolling.at("maxUnavailable").plain());
        }
    }
    page.field(0, "Pods Status", pods_status(ask));
    template(page, spec.at("template"));
    claim_templates(page, spec.at("volumeClaimTemplates"));
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeVolumeClaimTemplates
fn claim_templates(page: &mut Page, templates: Look) {
    if templates.is_empty() {
        return page.field(0, "Volume Claims", "<none>");
    }
    page.line(0, "Volume Claims:");
    for one in templates.list() {
        page.field(1, "Name", one.at("metadata.name").text());
        page.field(1, "StorageClass", one.at("spec.storageClassName").text());
        page.labels("  ", "Labels", one.at("metadata.labels"));
        page.labels("  ", "Annotations", one.at("metadata.annotations"));
        let capacity = one.at("spec.resources.requests.storage").plain();
        page.field(1, "Capacity", if capacity.is_empty() { "<default>" } else { &capacity });
        page.field(1, "Access Modes", go_list(one.at("spec.accessModes")));
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeDaemonSet
pub(super) fn daemon_set(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    name(page, ask);
    page.field(0, "Selector", selector(spec.at("selector")));
    page.field(0, "Node-Selector", labels(spec.at("template.spec.nodeSelector")));
    page.meta(ask.object);
    let counts = [
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ];
    for (title, key) in counts {
        page.line(0, format!("{title}: {}", number(status, key)));
    }
    page.field(0, "Pods Status", pods_status(ask));
    template(page, spec.at("template"));
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeJob
pub(super) fn job(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    name(page, ask);
    page.field(0, "Selector", selector(spec.at("selector")));
    page.meta(ask.object);
    controller(page, ask.object);
    let given = [
        ("Parallelism", "parallelism", ""),
        ("Completions", "completions", "<unset>"),
        ("Completion Mode", "completionMode", ""),
        ("Suspend", "suspend", ""),
        ("Backoff Limit", "backoffLimit", ""),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished", ""),
    ];
    for (title, key, other) in given {
        match spec.key(key) {
            found if found.is_some() => page.field(0, title, found.plain()),
            _ if !other.is_empty() => page.field(0, title, other),
            _ => {}
        }
    }
    let (started, ended) = (status.at("startTime").text(), status.at("completionTime").text());
    for (title, text) in [("Start Time", started), ("Completed At", ended)] {
        if !text.is_empty() {
            page.field(0, title, age::rfc1123(text));
        }
    }
    if let (Some(from), Some(to)) = (SimTime::parse(started), SimTime::parse(ended)) {
        page.field(0, "Duration", age::human(age::span_us(from, to)));
    }
    let deadline = spec.at("activeDeadlineSeconds");
    if deadline.is_some() {
        page.field(0, "Active Deadline Seconds", format!("{}s", deadline.int()));
    }
    let ready = match status.at("ready") {
        found if found.is_some() => format!(" ({} Ready)", found.int()),
        _ => String::new(),
    };
    let (active, done) = (number(status, "active"), number(status, "succeeded"));
    let failed = number(status, "failed");
    let text = format!("{active} Active{ready} / {done} Succeeded / {failed} Failed");
    page.field(0, "Pods Statuses", text);
    if spec.at("completionMode").text() == "Indexed" {
        page.field(0, "Completed Indexes", indexes(status.at("completedIndexes").text()));
    }
    template(page, spec.at("template"));
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go capIndexesListOrNone
fn indexes(text: &str) -> String {
    const SHOWN_MAX: usize = 50;
    if text.is_empty() {
        return "<none>".to_owned();
    }
    match text.get(SHOWN_MAX..).and_then(|rest| rest.find(',')) {
        Some(at) => shorten(text, SHOWN_MAX + at + 1),
        None => text.to_owned(),
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describeCronJob
pub(super) fn cron_job(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    let unset = |found: Look| match found.plain() {
        text if text.is_empty() => "<unset>".to_owned(),
        text => text,
    };
    page.head(ask.object, true);
    page.field(0, "Schedule", spec.at("schedule").text());
    page.field(0, "Concurrency Policy", spec.at("concurrencyPolicy").text());
    let suspend = spec.at("suspend");
    let suspend = if suspend.is_some() { truth(suspend.bool()) } else { "<unset>" };
    page.field(0, "Suspend", suspend);
    page.field(0, "Time Zone", unset(spec.at("timeZone")));
    let limit = |key: &str| unset(spec.key(key));
    page.field(0, "Successful Job History Limit", limit("successfulJobsHistoryLimit"));
    page.field(0, "Failed Job History Limit", limit("failedJobsHistoryLimit"));
    let deadline = match limit("startingDeadlineSeconds") {
        text if text == "<unset>" => text,
        text => format!("{text}s"),
    };
    page.field(0, "Starting Deadline Seconds", deadline);
    let job = spec.at("jobTemplate.spec");
    let chosen = job.at("selector");
    let chosen = if chosen.is_some() { selector(chosen) } else { "<unset>".to_owned() };
    page.field(0, "Selector", chosen);
    page.field(0, "Parallelism", unset(job.at("parallelism")));
    page.field(0, "Completions", unset(job.at("completions")));
    let deadline = job.at("activeDeadlineSeconds");
    if deadline.is_some() {
        page.field(0, "Active Deadline Seconds", format!("{}s", deadline.int()));
    }
    template(page, job.at("template"));
    let last = match status.at("lastScheduleTime").text() {
        "" => "<unset>".to_owned(),
        text => age::rfc1123(text),
    };
    page.field(0, "Last Schedule Time", last);
    let active: Vec<Str> =
        status.at("active").list().map(|one| one.at("name").text().into()).collect();
    page.field(
        0,
        "Active Jobs",
        if active.is_empty() { "<none>".into() } else { active.join(", ") },
    );
    events::table(page, ask);
}

/// Models staging/src/k8s.io/kubectl/pkg/describe/describe.go describePodDisruptionBudgetV1
pub(super) fn budget(page: &mut Page, ask: &Ask) {
    let (spec, status) = (ask.object.at("spec"), ask.object.at("status"));
    name(page, ask);
    let (least, most) = (spec.at("minAvailable"), spec.at("maxUnavailable"));
    if least.is_some() {
        page.field(0, "Min available", least.plain());
    } else if most.is_some() {
        page.field(0, "Max unavailable", most.plain());
    }
    let chosen = spec.at("selector");
    let chosen = if chosen.is_some() { selector(chosen) } else { "<unset>".to_owned() };
    page.field(0, "Selector", chosen);
    page.line(0, "Status:");
    let counts = [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ];
    for (title, key) in counts {
        page.field(2, title, number(status, key).to_string());
    }
    events::table(page, ask);
}
