//! `kubectl rollout`: pause, resume, restart, undo, history and status.
//!
//! Must not know how a rollout proceeds. Invariant: none of them changes anything but the
//! workload itself.

mod history;
mod revisions;
mod status;
mod undo;

use crate::api::{Kind, Value};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{DryRun, Session, tree_of};
use crate::kubectl::target::{self, Found, Info, Search};
use crate::kubectl::tree;

pub(super) use history::history;
pub(super) use status::status;
pub(super) use undo::undo;

const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// `kubectl rollout pause`.
pub(super) fn pause(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    start(session, flags, "paused", |kind, tree, _| match (kind, is_paused(tree)) {
        (Kind::Deployment, true) => Err("is already paused"),
        (Kind::Deployment, false) => {
            tree::map_at(tree, &["spec"]).insert("paused".into(), Value::Bool(true));
            Ok(())
        }
        _ => Err("pausing is not supported"),
    })
}

/// `kubectl rollout resume`.
pub(super) fn resume(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    start(session, flags, "resumed", |kind, tree, _| match (kind, is_paused(tree)) {
        (Kind::Deployment, false) => Err("is not paused"),
        (Kind::Deployment, true) => {
            tree::map_at(tree, &["spec"]).remove("paused");
            Ok(())
        }
        _ => Err("resuming is not supported"),
    })
}

/// `kubectl rollout restart`.
pub(super) fn restart(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    start(session, flags, "restarted", |kind, tree, now| match (kind, is_paused(tree)) {
        (Kind::Deployment, true) => {
            Err("can't restart paused deployment (run rollout resume first)")
        }
        (Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet, _) => {
            tree::map_at(tree, &["spec", "template", "metadata", "annotations"])
                .insert(RESTARTED_AT.into(), tree::string(now));
            Ok(())
        }
        _ => Err("restarting is not supported"),
    })
}

fn is_paused(tree: &Value) -> bool {
    tree::at(tree, &["spec", "paused"]) == Some(&Value::Bool(true))
}

/// What the words name, for every command of rollouts.
fn find(session: &Session<'_>, flags: &Flags) -> Done<Found> {
    if flags.args.is_empty() && !flags.is_given("filename") {
        return Err(plain("required resource not specified"));
    }
    let search = Search { takes_kind_alone: true, ..Search::default() };
    target::find(session, flags, &flags.args, search)
}

type Edit = fn(Kind, &mut Value, &str) -> Result<(), &'static str>;

/// Models staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_pause.go RunPause and its siblings
fn start(session: &mut Session<'_>, flags: &Flags, done: &str, edit: Edit) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let found = find(session, flags)?;
    let (infos, failure) = session.fetch(found.infos);
    let mut failures: Vec<Failure> = failure.err().into_iter().collect();
    if infos.is_empty() && failures.is_empty() {
        nothing(session);
        return Ok(Stage::Ended);
    }
    for info in &infos {
        failures.extend(change(session, info, &printing, done, edit).err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn nothing(session: &mut Session<'_>) {
    let namespace = session.context.namespace.clone();
    session.complain(format!("No resources found in {namespace} namespace."));
}

fn change(
    session: &mut Session<'_>,
    info: &Info,
    printing: &Printing,
    done: &str,
    edit: Edit,
) -> Done {
    let object = session.live(info)?;
    let before = tree_of(&object);
    let mut after = before.clone();
    let now = session.now().to_string();
    edit(info.mapping.kind, &mut after, &now).map_err(|why| {
        plain(format!("error: {} \"{}\" {why}", info.mapping.resource(), info.name))
    })?;
    let changed = session
        .change(info, &before, &after, DryRun::No)
        .map_err(|failure| plain(format!("failed to patch: {}", failure.error())))?;
    let Some(object) = changed else {
        return Err(plain(format!(
            "failed to create patch for {}: if restart has already been triggered within the past \
             second, please wait before attempting to trigger another",
            info.name
        )));
    };
    printing.tell(session, &info.mapping, &object, done);
    Ok(())
}

/// `StatefulSet.apps`, as errors name a kind.
fn group_kind(mapping: &Mapping) -> String {
    match mapping.group() {
        "" => mapping.name.to_string(),
        group => format!("{}.{group}", mapping.name),
    }
}
