//! `kubectl describe`.
//!
//! Must not know how objects are found by selectors. Invariant: a description depends on the
//! view, the moment and the object alone.

mod autoscaler;
mod config;
mod containers;
pub(in crate::kubectl::print) mod events;
mod node;
mod other;
pub mod page;
mod pod;
mod service;
mod storage;
mod volumes;
mod workloads;

use std::rc::Rc;

use crate::api::{Object, Value};
use crate::base::{SimTime, Str};
use crate::kubectl::print::describe::page::Page;
use crate::kubectl::print::endpoints;
use crate::kubectl::print::find::{Batch, Files, Question, find};
use crate::kubectl::print::flags::{self, Flag, Said, switch, value};
use crate::kubectl::print::look::Look;
use crate::kubectl::print::resource::Resource;
use crate::kubectl::{Output, lines};
use crate::server::View;

/// What is described, and where to look for what belongs to it.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The cluster.
    pub view: &'a View,
    /// The moment.
    pub now: SimTime,
    /// The resource.
    pub resource: &'a Resource,
    /// The object.
    pub object: Look<'a>,
    /// Whether its Events are shown.
    pub with_events: bool,
}

impl Ask<'_> {
    /// The object's namespace.
    pub fn namespace(&self) -> Str {
        self.object.at("metadata.namespace").text().into()
    }

    /// The stored object.
    pub fn stored(&self) -> Option<&Rc<Object>> {
        let name = self.object.at("metadata.name").text();
        self.view.named(self.resource.kind, &self.namespace(), name)
    }
}

const FLAGS: [Flag; 7] = [
    value("selector", 'l'),
    value("filename", 'f'),
    value("kustomize", 'k'),
    value("chunk-size", ' '),
    switch("all-namespaces", 'A'),
    switch("show-events", ' '),
    switch("recursive", 'R'),
];

const NOTHING_ASKED: &str = "error: You must specify the type of resource to describe. Use \
\"kubectl api-resources\" for a complete list of supported resources.\n\n";

/// What the words after `describe` say.
pub fn said(words: &[String]) -> Result<Said, Output> {
    flags::read("describe", &FLAGS, words)
}

/// Answers `kubectl describe`, of what `files` name if there are some.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go Run
pub fn describe(
    view: &View,
    now: SimTime,
    namespace: &str,
    said: &Said,
    files: Option<&Files>,
) -> Output {
    if said.words.is_empty() && files.is_none() {
        return Output::failure(NOTHING_ASKED);
    }
    let mut question = Question {
        namespace: said.value("namespace").unwrap_or(namespace),
        all_namespaces: said.has("all-namespaces"),
        words: &said.words,
        selector: said.value("selector").unwrap_or_default(),
        field_selector: "",
        only_cells: false,
        shows_managers: false,
        files,
    };
    let found = match find(view, &question) {
        Ok(found) => found,
        Err(text) => return Output::failure(text + "\n"),
    };
    let count: usize = found.batches.iter().map(|batch| batch.items.len()).sum();
    let with_events = match said.value("show-events") {
        Some(given) => given == "true",
        None => count <= 1 && found.errors.is_empty(),
    };
    let mut output = Output::default();
    if !found.errors.is_empty() && said.words.len() == 2 && !said.words[0].contains('/') {
        // A single name that is not there may be the beginning of others.
        question.words = &said.words[..1];
        let all = find(view, &question).map(|found| found.batches).unwrap_or_default();
        let texts = texts(view, now, &all, with_events, &said.words[1]);
        output.stdout = lines(&texts);
        if !texts.is_empty() {
            return output;
        }
    } else {
        output.stdout = texts(view, now, &found.batches, with_events, "").join("\n\n");
    }
    output.stderr = lines(&found.errors);
    output.code = i32::from(!found.errors.is_empty());
    if count == 0 && found.errors.is_empty() {
        output.stderr = if question.all_namespaces {
            "No resources found\n".to_owned()
        } else {
            format!("No resources found in {} namespace.\n", question.namespace)
        };
    }
    if found.batches.iter().any(|batch| endpoints::is_meant_by(&batch.resource)) {
        output.stderr.insert_str(0, endpoints::WARNING);
    }
    output
}

fn texts(
    view: &View,
    now: SimTime,
    batches: &[Batch],
    with_events: bool,
    prefix: &str,
) -> Vec<String> {
    let items = batches.iter().flat_map(|batch| {
        let items = batch.items.iter().map(|item| (&*batch.resource, item));
        items.collect::<Vec<(&Resource, &Value)>>()
    });
    items
        .map(|(resource, item)| Ask { view, now, resource, object: Look::from(item), with_events })
        .filter(|ask| ask.object.at("metadata.name").text().starts_with(prefix))
        .map(|ask| text(&ask))
        .collect()
}

/// One description.
fn text(ask: &Ask) -> String {
    let mut page = Page::default();
    let (group, kind) = (&*ask.resource.group, &*ask.resource.name);
    let write: fn(&mut Page, &Ask) = match (group, kind) {
        ("", "Pod") => pod::pod,
        ("apps", "Deployment") => workloads::deployment,
        ("apps", "ReplicaSet") => workloads::replica_set,
        ("", "ReplicationController") => workloads::replication_controller,
        ("apps", "StatefulSet") => workloads::stateful_set,
        ("apps", "DaemonSet") => workloads::daemon_set,
        ("batch", "Job") => workloads::job,
        ("batch", "CronJob") => workloads::cron_job,
        ("policy", "PodDisruptionBudget") => workloads::budget,
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaler::autoscaler,
        ("", "Service") => service::service,
        ("", "Endpoints") => service::endpoints,
        ("discovery.k8s.io", "EndpointSlice") => service::slice,
        ("networking.k8s.io", "Ingress") => service::ingress,
        ("networking.k8s.io", "IngressClass") => service::ingress_class,
        ("", "Node") => node::node,
        ("", "PersistentVolumeClaim") => storage::claim,
        ("", "PersistentVolume") => storage::volume,
        ("storage.k8s.io", "StorageClass") => storage::class,
        ("", "Namespace") => config::namespace,
        ("", "ConfigMap") => config::config_map,
        ("", "Secret") => config::secret,
        ("", "ServiceAccount") => config::account,
        ("", "ResourceQuota") => config::quota,
        ("", "LimitRange") => config::limits,
        ("scheduling.k8s.io", "PriorityClass") => other::priority_class,
        ("networking.k8s.io", "NetworkPolicy") => other::network_policy,
        ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => other::role,
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => other::binding,
        _ => other::generic,
    };
    write(&mut page, ask);
    page.lay_out()
}

/// A Pod template as `kubectl rollout history` prints it: with its tabs.
pub fn pod_template(template: Look) -> String {
    let mut page = Page::default();
    pod::template(&mut page, template);
    page.raw()
}
