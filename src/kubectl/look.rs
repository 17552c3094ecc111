//! Commands that only look: `get`, `describe`, `top`, `version` and others.
//!
//! Must not know how things are drawn. Invariant: none of them sends a request that writes.

#![allow(clippy::unnecessary_wraps, reason = "every command has the same signature")]

use crate::base::Order as _;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::manifest;
use crate::kubectl::output::Output;
use crate::kubectl::print;
use crate::kubectl::print::find::{Files, Named};
use crate::kubectl::print::flags::Said;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;
use crate::kubectl::target;
use crate::kubectl::watch;

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

/// A command of kubectl that makes no sense for a cluster that is not there.
pub(super) fn not_here(_: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    Err(plain("Podium does not simulate this command"))
}
