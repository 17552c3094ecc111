//! What kubectl prints when a command is asked for help or given without its subcommand.
//!
//! Must not know how commands work. Invariant: the words are kubectl's own.

use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
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
