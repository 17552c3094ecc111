//! `kubectl config`: the one cluster that there is, and the namespace that was chosen.
//!
//! Must not know commands that use it. Invariant: nothing but the namespace can be changed.
//!
//! Differs: the configuration is no file; a chosen namespace holds as long as whoever started
//! the command keeps it.

#![allow(clippy::unnecessary_wraps, reason = "every command has the same signature")]

use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;

const CONTEXT: &str = "podium";
const USER: &str = "admin";
const DEFAULT: &str = "default";

/// `kubectl config view`.
pub(super) fn view(session: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    let namespace = session.context.namespace.clone();
    for line in [
        "apiVersion: v1",
        "clusters:",
        "- cluster:",
        "    server: https://127.0.0.1:6443",
        "  name: podium",
        "contexts:",
        "- context:",
        "    cluster: podium",
    ] {
        session.say(line);
    }
    if &*namespace != DEFAULT {
        session.say(format!("    namespace: {namespace}"));
    }
    for line in [
        "    user: admin",
        "  name: podium",
        "current-context: podium",
        "kind: Config",
        "users:",
        "- name: admin",
        "  user: {}",
    ] {
        session.say(line);
    }
    Ok(Stage::Ended)
}

/// `kubectl config current-context`.
pub(super) fn current_context(session: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    session.say(CONTEXT);
    Ok(Stage::Ended)
}

/// `kubectl config get-contexts`.
pub(super) fn contexts(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    if let Some(other) = flags.args.iter().find(|name| *name != CONTEXT) {
        return Err(plain(format!("context {other} not found")));
    }
    if flags.text("output") == Some("name") {
        session.say(CONTEXT);
        return Ok(Stage::Ended);
    }
    let namespace = Some(session.context.namespace.to_string()).filter(|one| one != DEFAULT);
    if !flags.is_set("no-headers") {
        session.say("CURRENT   NAME     CLUSTER   AUTHINFO   NAMESPACE");
    }
    let row = format!("*         {CONTEXT}   podium    {USER}      ");
    session.say(format!("{row}{}", namespace.unwrap_or_default()));
    Ok(Stage::Ended)
}

/// `kubectl config use-context`.
pub(super) fn use_context(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    match flags.args.as_slice() {
        [name] if name == CONTEXT => {
            session.say(format!("Switched to context \"{CONTEXT}\"."));
            Ok(Stage::Ended)
        }
        [name] => Err(plain(format!("no context exists with the name: \"{name}\""))),
        _ => Err(plain("Unexpected args: []")),
    }
}

/// `kubectl config set-context --current --namespace=shop`.
pub(super) fn set_context(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let is_current =
        flags.is_set("current") || flags.args.first().is_some_and(|one| one == CONTEXT);
    if !is_current {
        return Err(plain(match flags.args.first() {
            None => "you must specify a non-empty context name or --current",
            Some(_) => "Podium has one cluster and one context",
        }));
    }
    if let Some(namespace) = flags.text("namespace") {
        session.io.namespace = Some(namespace.into());
    }
    session.say(format!("Context \"{CONTEXT}\" modified."));
    Ok(Stage::Ended)
}
