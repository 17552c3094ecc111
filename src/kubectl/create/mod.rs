//! `kubectl create`, `run`, `expose` and `autoscale`: new objects, from files or from words.
//!
//! Must not know how objects act. Invariant: an object that is there is never changed.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/create/create.go

mod autoscale;
mod expose;
mod pods;
mod policy;
mod services;
mod settings;

use crate::api::{Kind, Value};
use crate::kubectl::apply;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{DryRun, Session};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;

pub(super) use autoscale::autoscale;
pub(super) use expose::expose;
pub(super) use pods::{cron_job, deployment, job, run};
pub(super) use policy::{budget, priority_class, quota};
pub(super) use services::{cluster_ip, external_name, load_balancer, node_port};
pub(super) use settings::{
    config_map, namespace, secret, secret_registry, secret_tls, service_account,
};

/// `kubectl create -f`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    if !flags.is_given("filename") && !flags.is_given("kustomize") {
        return Err(plain("must specify one of -f and -k"));
    }
    if !flags.args.is_empty() {
        return Err(usage("create", &format!("Unexpected args: [{}]", flags.args.join(" "))));
    }
    let found = target::find(session, flags, &[], Search::default())?;
    let (mut count, mut failures) = (0_u32, Vec::new());
    for info in found.infos {
        let saves = flags.is_set("save-config");
        let result = info.and_then(|info| create_one(session, &info, saves, &printing));
        match result {
            Ok(()) => count += 1,
            Err(failure) => failures.push(failure),
        }
    }
    if count == 0 && failures.is_empty() {
        return Err(plain("no objects passed to create"));
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn create_one(session: &mut Session<'_>, info: &Info, saves: bool, printing: &Printing) -> Done {
    let Some(manifest) = &info.manifest else { return Ok(()) };
    let new = if saves { apply::with_last_applied(manifest) } else { manifest.clone() };
    let created = session
        .create(&new, printing.validation, printing.dry)
        .map_err(|failure| failure.at_source("creating", &info.source))?;
    match created {
        Some(object) => printing.tell(session, &info.mapping, &object, "created"),
        None => printing.tell_tree(session, &info.mapping, &new, "created"),
    }
    Ok(())
}

/// A wrong use of a command.
fn usage(command: &str, text: &str) -> Failure {
    plain(format!("{text}\nSee 'kubectl {command} -h' for help and examples"))
}

/// The one name that stands before `--`, and the words behind.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create.go NameFromCommandArgs
fn name<'a>(flags: &'a Flags, command: &str) -> Done<(&'a str, &'a [String])> {
    let count = flags.dash_at.unwrap_or(flags.args.len());
    match flags.args.split_first() {
        Some((name, rest)) if count == 1 => Ok((name, rest)),
        _ => Err(usage(command, &format!("exactly one NAME is required, got {count}"))),
    }
}

/// Creates an object that was made from words and tells it.
fn make(
    session: &mut Session<'_>,
    flags: &Flags,
    kind: Kind,
    body: serde_json::Value,
    (done, failed): (&str, &str),
) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let mapping = Mapping::of_kind(kind);
    let mut new = crate::api::encode::from_json(body);
    new_head(session, &mapping, &mut new);
    if flags.is_set("save-config") {
        new = apply::with_last_applied(&new);
    }
    if printing.dry == DryRun::Client {
        add_zeros(session, kind, &mut new);
    }
    let created = session.create(&new, printing.validation, printing.dry).map_err(|failure| {
        if failed.is_empty() { failure } else { plain(format!("{failed}{}", failure.error())) }
    })?;
    match created {
        _ if done.is_empty() => {}
        Some(object) => printing.tell(session, &mapping, &object, done),
        None => printing.tell_tree(session, &mapping, &new, done),
    }
    Ok(Stage::Ended)
}

/// Fills in what every object says of itself.
fn new_head(session: &Session<'_>, mapping: &Mapping, new: &mut Value) {
    let entries = tree::map_at(new, &[]);
    entries.insert("apiVersion".into(), Value::Str(mapping.api_version.clone()));
    entries.insert("kind".into(), Value::Str(mapping.name.clone()));
    if mapping.namespaced {
        let namespace = Value::Str(session.context.namespace.clone());
        tree::map_at(new, &["metadata"]).insert("namespace".into(), namespace);
    }
}

/// What a typed object prints though nobody set it, and a namespace that nobody asked for.
fn add_zeros(session: &Session<'_>, kind: Kind, new: &mut Value) {
    if !session.context.is_given {
        tree::map_at(new, &["metadata"]).remove("namespace");
    }
    zeros(kind, new);
}

/// What a typed object prints though nobody set it.
pub(super) fn zeros(kind: Kind, new: &mut Value) {
    let template: &[&[&str]] = match kind {
        Kind::Pod | Kind::Namespace => &[&["spec"]],
        Kind::Deployment => &[&["spec", "template", "spec"]],
        Kind::Job => &[&["spec", "template", "spec"], &["spec", "template", "metadata"]],
        Kind::CronJob => &[
            &["spec", "jobTemplate", "spec", "template", "spec"],
            &["spec", "jobTemplate", "spec", "template", "metadata"],
        ],
        _ => &[],
    };
    for path in template {
        let part = tree::map_at(new, path);
        if let Some(Value::List(containers)) = part.get_mut("containers") {
            for container in containers {
                tree::map_at(container, &["resources"]);
            }
        }
    }
    let status: &[&str] = match kind {
        Kind::Service => &["status", "loadBalancer"],
        Kind::Pod
        | Kind::Deployment
        | Kind::Job
        | Kind::CronJob
        | Kind::Namespace
        | Kind::ResourceQuota
        | Kind::PodDisruptionBudget => &["status"],
        _ => return,
    };
    let status = tree::map_at(new, status);
    if kind == Kind::PodDisruptionBudget {
        for key in ["currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods"] {
            status.insert(key.into(), Value::Int(0));
        }
    }
}

/// A flag that has to be given.
fn required<'a>(flags: &'a Flags, name: &str) -> Done<&'a str> {
    flags.text(name).ok_or_else(|| plain(format!("required flag(s) \"{name}\" not set")))
}

/// `80` as a number, `http` and `25%` as text.
fn int_or_text(text: &str) -> serde_json::Value {
    text.parse::<i32>().map_or_else(|_| text.into(), Into::into)
}

/// Labels such as `a=b,c=d`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/expose/expose.go parseLabels
fn labels(text: &str) -> Done<serde_json::Value> {
    let mut found = serde_json::Map::new();
    for part in text.split(',') {
        let pieces: Vec<&str> = part.split('=').collect();
        match pieces.as_slice() {
            ["", _] => return Err(plain("unexpected empty label key")),
            [key, value] => drop(found.insert((*key).to_owned(), (*value).into())),
            _ => return Err(plain(format!("unexpected label spec: {part}"))),
        }
    }
    Ok(found.into())
}
