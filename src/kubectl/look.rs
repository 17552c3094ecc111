//! Commands that only look: `get`, `describe`, `logs`, `exec`, `top`, `version` and others.
//!
//! Must not know how things are drawn. Invariant: none of them sends a request that writes.

#![allow(clippy::unnecessary_wraps, reason = "every command has the same signature")]

use crate::api::Object;
use crate::base::Order as _;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::manifest;
use crate::kubectl::output::Output;
use crate::kubectl::print;
use crate::kubectl::print::find::{Files, Named};
use crate::kubectl::print::flags::Said;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target::{self, Search};
use crate::kubectl::tree;
use crate::kubectl::watch;
use crate::server::Refusal;

/// `kubectl get`.
pub(super) fn get(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    if let Some(watch) = watch::start(session, &flags.words)? {
        return Ok(Stage::Waits(watch));
    }
    let said = print::said(&flags.words).map_err(refused)?;
    if said.is_given("raw") {
        return not_here(session, flags);
    }
    let files = files(session, &said)?;
    let namespace = session.context.namespace.clone();
    let (view, now) = (session.view(), session.now());
    let output = print::get(view, now, &namespace, &said, files.as_ref());
    finish(session, output)
}

/// `kubectl events`.
pub(super) fn events(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let namespace = session.context.namespace.clone();
    let output = print::events(session.view(), session.now(), &namespace, &flags.words);
    finish(session, output)
}

/// `kubectl describe`.
pub(super) fn describe(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let said = print::said_to_describe(&flags.words).map_err(refused)?;
    let files = files(session, &said)?;
    let namespace = session.context.namespace.clone();
    let (view, now) = (session.view(), session.now());
    let output = print::describe(view, now, &namespace, &said, files.as_ref());
    finish(session, output)
}

fn refused(output: Output) -> Failure {
    Failure::Exit(output.code, output.stderr)
}

/// What the manifests name that `-f` names, if it is given.
fn files(session: &Session<'_>, said: &Said) -> Done<Option<Files>> {
    if said.is_given("kustomize") {
        return Err(plain(target::NO_KUSTOMIZE));
    }
    if !said.is_given("filename") {
        return Ok(None);
    }
    let names: Vec<String> = said.values("filename").into_iter().map(str::to_owned).collect();
    let mut files = Files::default();
    for info in manifest::infos_of(session, &names, false)? {
        match info {
            Ok(info) => files.objects.push(Named {
                resource: info.mapping.resource(),
                namespace: info.namespace,
                name: info.name,
            }),
            Err(failure) => files.errors.push(failure.text().trim_end().to_owned()),
        }
    }
    Ok(Some(files))
}

/// `kubectl explain`.
pub(super) fn explain(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let output = print::explain(session.view(), &flags.words);
    finish(session, output)
}

/// `kubectl api-resources`.
pub(super) fn api_resources(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let output = print::api_resources(session.view(), &flags.words);
    finish(session, output)
}

/// Takes over what was printed.
fn finish(session: &mut Session<'_>, output: Output) -> Done<Stage> {
    session.io.stdout.push_str(&output.stdout);
    if output.code == 0 {
        session.io.stderr.push_str(&output.stderr);
        return Ok(Stage::Ended);
    }
    Err(Failure::Exit(output.code, output.stderr))
}

/// `kubectl version`.
pub(super) fn version(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    session.say("Client Version: v1.36.2");
    session.say("Kustomize Version: v5.8.1");
    if !flags.is_set("client") {
        session.say("Server Version: v1.36.2");
    }
    Ok(Stage::Ended)
}

/// `kubectl auth whoami`.
pub(super) fn whoami(session: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    session.say("ATTRIBUTE   VALUE");
    session.say("Username    admin");
    session.say("UID         admin");
    session.say("Groups      [system:masters system:authenticated]");
    Ok(Stage::Ended)
}

/// The verbs that `can-i` knows.
const VERBS: [&str; 16] = [
    "*",
    "approve",
    "attest",
    "bind",
    "create",
    "delete",
    "deletecollection",
    "escalate",
    "get",
    "impersonate",
    "list",
    "patch",
    "sign",
    "update",
    "use",
    "watch",
];

/// `kubectl auth can-i`: whoever asks may do everything here.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/auth/cani.go
/// Differs: roles have no effect here, so that anybody else may do nothing.
pub(super) fn can_i(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let [verb, resource] = flags.args.as_slice() else {
        return Err(plain(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee \
             'kubectl auth can-i -h' for help and examples.",
        ));
    };
    let word = resource.split('/').next().unwrap_or_default();
    let mut warnings = Vec::new();
    if word != "*" && !resource.starts_with('/') {
        match print::resource::meant_by(session.view(), word).first() {
            None => {
                let (name, group) = word.split_once('.').unwrap_or((word, ""));
                let group =
                    if group.is_empty() { String::new() } else { format!(" in group '{group}'") };
                warnings.push(format!("the server doesn't have a resource type '{name}'{group}"));
            }
            Some(found) if !found.namespaced && !flags.is_set("all-namespaces") => {
                let group = match &*found.group {
                    "" => String::new(),
                    group => format!(" in group '{group}'"),
                };
                warnings
                    .push(format!("resource '{}' is not namespace scoped{group}", found.plural));
            }
            Some(_) => {}
        }
    }
    if !VERBS.contains(&verb.as_str()) {
        warnings.push(format!("verb '{verb}' is not a known verb"));
    }
    for text in warnings {
        session.complain(format!("Warning: {text}\n"));
    }
    let is_quiet = flags.is_set("quiet");
    if flags.text("as").is_some_and(|name| !name.is_empty() && name != "admin") {
        if !is_quiet {
            session.say("no");
        }
        return Err(Failure::Exit(1, String::new()));
    }
    if !is_quiet {
        session.say("yes");
    }
    Ok(Stage::Ended)
}

/// `kubectl top`: a plain cluster has nobody who measures.
pub(super) fn top(_: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    Err(plain("Metrics API not available"))
}

/// `kubectl api-versions`.
pub(super) fn api_versions(session: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    let mut versions: Vec<&str> =
        crate::api::resources::RESOURCES.iter().map(|one| one.api_version).collect();
    versions.push("autoscaling/v1");
    versions.order();
    versions.dedup();
    for version in versions {
        session.say(version);
    }
    Ok(Stage::Ended)
}

/// `kubectl cluster-info`.
pub(super) fn cluster_info(session: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    session.say("Kubernetes control plane is running at https://127.0.0.1:6443");
    session.say("");
    session.say("To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.");
    Ok(Stage::Ended)
}

/// `kubectl logs`.
///
/// Differs: the containers here write nothing, so that there is nothing to print.
pub(super) fn logs(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let words: Vec<String> = match flags.args.as_slice() {
        [] if !flags.is_given("selector") => {
            return Err(plain(
                "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is \
                 a required argument for the logs command\nSee 'kubectl logs -h' for help and \
                 examples",
            ));
        }
        [name, ..] if !name.contains('/') => vec![format!("pods/{name}")],
        words => words.iter().take(1).cloned().collect(),
    };
    let search = Search::default();
    let found = target::find(session, flags, &words, search)?;
    let (infos, failure) = session.fetch(found.infos);
    let namespace = &session.context.namespace;
    failure.map_err(|failure| match failure {
        Failure::Server(refusal @ Refusal::NotFound(..)) => plain(format!(
            "error: error from server (NotFound): {refusal} in namespace \"{namespace}\""
        )),
        other => other,
    })?;
    let asked = flags.text("container").or_else(|| flags.args.get(1).map(String::as_str));
    for info in infos {
        let object = session.live(&info)?;
        has_begun(&object, asked)?;
    }
    Ok(Stage::Ended)
}

/// Whether a container of a Pod has written anything yet.
///
/// Models pkg/registry/core/pod/strategy.go LogLocation and pkg/kubelet/kubelet_pods.go
/// validateContainerLogStatus
fn has_begun(object: &Object, asked: Option<&str>) -> Done {
    let Some(pod) = object.pod() else { return Ok(()) };
    let Some(first) = pod.spec.containers.first() else { return Ok(()) };
    let name = asked.unwrap_or(&first.name);
    let mut all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
    let pod_name = &object.meta.name;
    if !all.any(|one| &*one.name == name) {
        let text = format!("container {name} is not valid for pod {pod_name}");
        return Err(Refusal::BadRequest(text.into()).into());
    }
    let whole = tree_of(object);
    let lists = ["containerStatuses", "initContainerStatuses"];
    let state = lists.iter().find_map(|list| match tree::at(&whole, &["status", list]) {
        Some(crate::api::Value::List(items)) => {
            items.iter().find(|one| tree::text(one, &["name"]) == Some(name)).cloned()
        }
        _ => None,
    });
    let waiting = state
        .as_ref()
        .and_then(|state| tree::text(state, &["state", "waiting", "reason"]))
        .filter(|_| state.as_ref().is_some_and(|state| state.at("lastState").is_none()));
    match waiting {
        None => Ok(()),
        Some(reason) => {
            let text =
                format!("container \"{name}\" in pod \"{pod_name}\" is waiting to start: {reason}");
            Err(Refusal::BadRequest(text.into()).into())
        }
    }
}

/// `kubectl exec`.
///
/// Differs: nothing can be run inside a container here.
pub(super) fn exec(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let Some(name) = flags.args.first().filter(|_| flags.dash_at != Some(0)) else {
        return Err(plain(
            "pod, type/name or --filename must be specified\nSee 'kubectl exec -h' for help and \
             examples",
        ));
    };
    if flags.args.len() < 2 {
        return Err(plain("you must specify at least one command for the container"));
    }
    let word = if name.contains('/') { name.clone() } else { format!("pods/{name}") };
    let found = target::find(session, flags, &[word], Search::default())?;
    let (infos, failure) = session.fetch(found.infos);
    failure?;
    for info in infos {
        let object = session.live(&info)?;
        has_container(&object, flags.text("container"))?;
    }
    Err(plain("Podium runs no commands inside containers"))
}

/// Whether a Pod has the container that a command asks for and is not over.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/exec/exec.go ExecOptions.Run
fn has_container(object: &Object, asked: Option<&str>) -> Done {
    let Some(pod) = object.pod() else { return Ok(()) };
    if pod.status.phase.is_terminal() {
        return Err(plain(format!(
            "cannot exec into a container in a completed pod; current phase is {:?}",
            pod.status.phase
        )));
    }
    let mut all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
    match asked.filter(|name| !all.any(|one| &*one.name == *name)) {
        None => Ok(()),
        Some(name) => Err(plain(format!("container {name} not found in pod {}", object.meta.name))),
    }
}

/// A command of kubectl that makes no sense for a cluster that is not there.
pub(super) fn not_here(_: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    Err(plain("Podium does not simulate this command"))
}
