//! `kubectl rollout undo`: an earlier template comes back.
//!
//! Must not know how the workload rolls. Invariant: a paused Deployment stays as it is.
//!
//! Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go

use crate::api::wellknown::{DEPLOYMENT_REVISION, LAST_APPLIED};
use std::collections::BTreeMap;

use crate::api::{Kind, Object, Value};
use crate::base::Str;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::rollout::revisions::{self, Revision};
use crate::kubectl::run::Stage;
use crate::kubectl::session::{DryRun, Session, tree_of};
use crate::kubectl::target::Info;
use crate::kubectl::tree;

/// Annotations that belong to the Deployment and not to one of its revisions.
const KEPT: [&str; 6] = [
    LAST_APPLIED,
    DEPLOYMENT_REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
];

/// `kubectl rollout undo`.
pub(in crate::kubectl) fn undo(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let revision = flags.number("to-revision").unwrap_or(0);
    let found = super::find(session, flags)?;
    let mut failures = Vec::new();
    for info in found.infos {
        let result = info.and_then(|info| undo_one(session, &info, revision, &printing));
        failures.extend(result.err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn undo_one(session: &mut Session<'_>, info: &Info, wanted: i64, printing: &Printing) -> Done {
    let object = session.live(info)?;
    if object.meta.annotation(LAST_APPLIED).is_some() {
        session.complain(format!(
            "Warning: resource {}/{} was previously managed with 'kubectl apply'. Rolling back \
             will not update the {LAST_APPLIED} annotation, which may cause unexpected behavior \
             on future 'kubectl apply' operations. Consider using 'kubectl apply' with your \
             previous configuration file instead.",
            info.mapping.plural, info.name
        ));
    }
    let kind = info.mapping.kind;
    if !matches!(kind, Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet) {
        return Err(plain(format!(
            "no rollbacker has been implemented for \"{}\"",
            super::group_kind(&info.mapping)
        )));
    }
    let result = if wanted < 0 {
        Err(missing(wanted))
    } else if kind == Kind::Deployment {
        roll_deployment(session, info, &object, wanted, printing.dry)
    } else {
        roll_revision(session, info, &object, wanted, printing.dry)
    };
    printing.tell(session, &info.mapping, &object, &result?);
    Ok(())
}

fn missing(revision: i64) -> Failure {
    plain(format!("unable to find specified revision {revision} in history"))
}

fn skipped(revision: i64) -> String {
    format!("skipped rollback (current template already matches revision {revision})")
}

/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go
/// DeploymentRollbacker.Rollback
fn roll_deployment(
    session: &mut Session<'_>,
    info: &Info,
    object: &Object,
    wanted: i64,
    dry: DryRun,
) -> Done<String> {
    let mut known = revisions::list(session, object);
    let chosen = if wanted > 0 {
        known.into_iter().find(|one| one.number == wanted).ok_or_else(|| missing(wanted))?
    } else {
        known.pop();
        known.pop().ok_or_else(|| {
            plain(format!("no rollout history found for deployment \"{}\"", info.name))
        })?
    };
    let before = tree_of(object);
    let template = revisions::without_hash(&chosen.template);
    if dry == DryRun::Client {
        return Ok(super::history::template_text(&chosen.template));
    }
    if super::is_paused(&before) {
        return Err(plain(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout \
             resume' and try again",
        ));
    }
    if tree::at(&before, &["spec", "template"]) == Some(&template) {
        return Ok(skipped(wanted));
    }
    let mut after = before.clone();
    tree::map_at(&mut after, &["spec"]).insert("template".into(), template);
    let annotations = annotations(object, &chosen);
    tree::map_at(&mut after, &["metadata"]).insert("annotations".into(), annotations);
    restore(session, info, (&before, &after), wanted, dry)
}

/// The Deployment keeps its own annotations and takes those of the revision.
fn annotations(object: &Object, chosen: &Revision) -> Value {
    let own = object.meta.annotations.iter().filter(|(key, _)| KEPT.contains(&&***key));
    let theirs = &chosen.object.meta.annotations;
    let theirs = theirs.iter().filter(|(key, _)| !KEPT.contains(&&***key));
    let all: BTreeMap<Str, Value> =
        own.chain(theirs).map(|(key, value)| (key.clone(), Value::Str(value.clone()))).collect();
    Value::Map(all)
}

/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go
/// StatefulSetRollbacker.Rollback
fn roll_revision(
    session: &mut Session<'_>,
    info: &Info,
    object: &Object,
    wanted: i64,
    dry: DryRun,
) -> Done<String> {
    let mut known = revisions::list(session, object);
    if wanted == 0 && known.len() <= 1 {
        return Err(plain("no last revision to roll back to"));
    }
    let chosen = if wanted == 0 {
        known.swap_remove(known.len() - 2)
    } else {
        known.into_iter().find(|one| one.number == wanted).ok_or_else(|| missing(wanted))?
    };
    if dry == DryRun::Client {
        let text = super::history::template_text(&chosen.template);
        return Ok(format!("will roll back to {text}"));
    }
    let before = tree_of(object);
    if tree::at(&before, &["spec", "template"]) == Some(&chosen.template) {
        return Ok(skipped(wanted));
    }
    let mut after = before.clone();
    tree::map_at(&mut after, &["spec"]).insert("template".into(), chosen.template);
    restore(session, info, (&before, &after), wanted, dry)
}

fn restore(
    session: &mut Session<'_>,
    info: &Info,
    (before, after): (&Value, &Value),
    wanted: i64,
    dry: DryRun,
) -> Done<String> {
    session.change(info, before, after, dry).map_err(|failure| {
        plain(format!("failed restoring revision {wanted}: {}", failure.error()))
    })?;
    Ok("rolled back".to_owned())
}
