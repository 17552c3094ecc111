//! What kubectl prints when a command is asked for help or given without its subcommand.
//!
//! Must not know how commands work. Invariant: the words are kubectl's own.

#![allow(clippy::unnecessary_wraps, reason = "every command has the same signature")]

use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::{Flag, Flags};
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;

const ROLLOUT: &[&str] = &[
    "Manage the rollout of one or many resources.",
    "        ",
    " Valid resource types include:",
    "",
    "  *  deployments",
    "  *  daemonsets",
    "  *  statefulsets",
    "",
    "Examples:",
    "  # Rollback to the previous deployment",
    "  kubectl rollout undo deployment/abc",
    "  ",
    "  # Check the rollout status of a daemonset",
    "  kubectl rollout status daemonset/foo",
    "  ",
    "  # Restart a deployment",
    "  kubectl rollout restart deployment/abc",
    "  ",
    "  # Restart deployments with the 'app=nginx' label",
    "  kubectl rollout restart deployment --selector=app=nginx",
    "",
    "Available Commands:",
    "  history       View rollout history",
    "  pause         Mark the provided resource as paused",
    "  restart       Restart a resource",
    "  resume        Resume a paused resource",
    "  status        Show the status of the rollout",
    "  undo          Undo a previous rollout",
    "",
    "Usage:",
    "  kubectl rollout SUBCOMMAND [options]",
    "",
    "Use \"kubectl rollout <command> --help\" for more information about a given command.",
    "Use \"kubectl options\" for a list of global command-line options (applies to all commands).",
];

const SET: &[&str] = &[
    "Configure application resources.",
    "",
    " These commands help you make changes to existing application resources.",
    "",
    "Available Commands:",
    "  env              Update environment variables on a pod template",
    "  image            Update the image of a pod template",
    "  resources        Update resource requests/limits on objects with pod templates",
    "  selector         Set the selector on a resource",
    "  serviceaccount   Update the service account of a resource",
    "  subject          Update the user, group, or service account in a role binding or cluster role binding",
    "",
    "Usage:",
    "  kubectl set SUBCOMMAND [options]",
    "",
    "Use \"kubectl set <command> --help\" for more information about a given command.",
    "Use \"kubectl options\" for a list of global command-line options (applies to all commands).",
];

/// Commands by what they are for, each with its words.
const GROUPS: &[(&str, &[&str])] = &[
    ("Basic commands", &["create", "expose", "run", "set", "explain", "get", "delete"]),
    ("Deploy commands", &["rollout", "scale", "autoscale"]),
    ("Cluster commands", &["cluster-info", "top", "cordon", "uncordon", "drain", "taint"]),
    ("Troubleshooting commands", &["describe", "logs", "exec", "auth", "events"]),
    ("Advanced commands", &["diff", "apply", "patch", "replace", "wait"]),
    ("Settings commands", &["label", "annotate"]),
    ("Other commands", &["api-resources", "api-versions", "config", "version"]),
];

/// `kubectl` alone, `kubectl help` and `kubectl --help`.
///
/// Differs: a list of what there is here, in words of our own.
pub(super) fn all(session: &mut Session<'_>, _: &Flags) -> Done<Stage> {
    session.say("kubectl controls the Kubernetes cluster manager.");
    for (title, commands) in GROUPS {
        session.say(format!("\n{title}:"));
        session.say(format!("  {}", commands.join(", ")));
    }
    session.say("\nUsage:\n  kubectl [flags] [options]");
    session.say("\nUse \"kubectl <command> --help\" for more information about a given command.");
    Ok(Stage::Ended)
}

/// `kubectl COMMAND --help`: how a command is written and which flags it knows.
///
/// Differs: the flags alone, without their explanations.
pub(super) fn one(session: &mut Session<'_>, path: &str, flags: &[Flag]) {
    session.say(format!("Usage:\n  kubectl {path} [flags] [options]"));
    if !flags.is_empty() {
        session.say("\nOptions:");
    }
    for flag in flags {
        let short = flag.short.map_or("    ".to_owned(), |letter| format!("-{letter}, "));
        session.say(format!("    {short}--{}", flag.name));
    }
}

/// `kubectl rollout` without a subcommand.
pub(super) fn rollout(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    group(session, flags, "rollout", ROLLOUT)
}

/// `kubectl set` without a subcommand.
pub(super) fn set(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    group(session, flags, "set", SET)
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go DefaultSubCommandRun
fn group(session: &mut Session<'_>, flags: &Flags, command: &str, lines: &[&str]) -> Done<Stage> {
    if !flags.args.is_empty() {
        return Err(plain(format!(
            "unknown command \"{}\"\nSee 'kubectl {command} -h' for help and examples",
            flags.args.join(" ")
        )));
    }
    for line in lines {
        session.say(line);
    }
    Err(Failure::Exit(1, String::new()))
}
