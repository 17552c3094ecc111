//! One object applied: created, patched, or deleted and made anew.
//!
//! Must not know its neighbours. Invariant: an object that could not be made anew is restored.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go ApplyOptions.applyOneObject

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::merge::{Schema, three_way_merge, three_way_strategic};
use crate::api::wellknown::LAST_APPLIED;
use crate::api::{Kind, Object, Value};
use crate::base::SimTime;
use crate::kubectl::apply::{How, with_last_applied};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::session::{DryRun, Session, tree_of};
use crate::kubectl::target::Info;
use crate::kubectl::tree;
use crate::server::{Action, DeleteOptions, Key, PatchKind, Refusal};

/// What came of an object.
#[derive(Debug)]
pub(super) enum Turn {
    /// It is there now.
    Done(Rc<Object>),
    /// It was told and nothing was sent.
    Told,
    /// It could not be applied.
    Failed(Failure),
    /// The old object must go first.
    Waits(Box<Recreation>),
}

/// An object that is made anew once the old one is gone.
#[derive(Debug)]
pub(super) struct Recreation {
    info: Info,
    old: Rc<Object>,
    new: Value,
    /// When its patience ends.
    pub(super) deadline: SimTime,
}

/// Applies an object.
pub(super) fn apply(session: &mut Session<'_>, info: &Info, how: &How) -> Turn {
    try_apply(session, info, how).unwrap_or_else(Turn::Failed)
}

fn try_apply(session: &mut Session<'_>, info: &Info, how: &How) -> Done<Turn> {
    let Some(manifest) = &info.manifest else { return Ok(Turn::Told) };
    if info.name.is_empty() {
        let generated = tree::text(manifest, &["metadata", "generateName"]).unwrap_or_default();
        return Err(plain(if generated.is_empty() {
            nameless(info)
        } else {
            format!("from {generated}: cannot use generate name with apply")
        }));
    }
    let live = match session.live(info) {
        Ok(live) => Some(live),
        Err(failure) if failure.is_not_found() => None,
        Err(failure) => return Err(failure),
    };
    if let Some(live) = live.as_ref().filter(|live| live.kind() == Kind::Endpoints) {
        // To look at one is enough to be told.
        session.warn(live, None);
    }
    let mut manifest = manifest.clone();
    session.record(&mut manifest);
    if let Some(server_side) = &how.server_side {
        return (server_side.apply)(session, info, live.as_ref(), &manifest, how);
    }
    let modified = with_last_applied(&manifest);
    match live {
        None => create(session, info, modified, how, "created"),
        Some(live) => patch(session, info, &live, &modified, how),
    }
}

/// Models staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go Info.String
fn nameless(info: &Info) -> String {
    let (group, version) =
        info.mapping.api_version.split_once('/').unwrap_or(("", &info.mapping.api_version));
    format!(
        "error when retrieving current configuration of:\nResource: \"{group}/{version}, \
         Resource={}\", GroupVersionKind: \"{group}/{version}, Kind={}\"\nName: \"\", Namespace: \
         \"{}\"\nfrom server for: \"{}\": resource name may not be empty",
        info.mapping.plural, info.mapping.name, info.namespace, info.source
    )
}

pub(super) fn create(
    session: &mut Session<'_>,
    info: &Info,
    mut new: Value,
    how: &How,
    done: &str,
) -> Done<Turn> {
    tree::prune_nulls(&mut new);
    let printing = &how.printing;
    let created = session
        .create(&new, printing.validation, printing.dry)
        .map_err(|failure| failure.at_source("creating", &info.source))?;
    if let Some(object) = created {
        printing.tell(session, &info.mapping, &object, done);
        Ok(Turn::Done(object))
    } else {
        printing.tell_tree(session, &info.mapping, &new, done);
        Ok(Turn::Told)
    }
}

pub(super) fn warn_if_deleting(session: &mut Session<'_>, object: &Object) {
    if object.meta.is_terminating() {
        session.complain(format!(
            "Warning: Detected changes to resource {} which is currently being deleted.",
            object.meta.name
        ));
    }
}

fn patch(
    session: &mut Session<'_>,
    info: &Info,
    live: &Rc<Object>,
    modified: &Value,
    how: &How,
) -> Done<Turn> {
    let last = live.meta.annotation(LAST_APPLIED);
    if last.is_none() {
        session.complain(format!(
            "Warning: resource {}/{} is missing the {LAST_APPLIED} annotation which is required \
             by kubectl apply. kubectl apply should only be used on resources created \
             declaratively by either kubectl create --save-config or kubectl apply. The missing \
             annotation will be patched automatically.",
            info.mapping.plural, info.name
        ));
    }
    let original: Value = last.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let (kind, patch) = three_way(info, &original, modified, &tree_of(live))?;
    let is_same = patch == Value::Map(BTreeMap::new());
    let patched = if is_same {
        Ok(Rc::clone(live))
    } else {
        session.patch(info, kind, patch, how.printing.validation, how.printing.dry)
    };
    let object = match patched {
        Ok(object) => object,
        Err(Failure::Server(Refusal::Invalid(..) | Refusal::Conflict(..))) if how.is_forced => {
            return recreate(session, info, live, modified, how);
        }
        Err(failure) => return Err(failure.at_source("patching", &info.source)),
    };
    warn_if_deleting(session, &object);
    let done = if is_same { "unchanged" } else { "configured" };
    how.printing.tell(session, &info.mapping, &object, done);
    Ok(Turn::Done(object))
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/patcher.go Patcher.deleteAndCreate
fn recreate(
    session: &mut Session<'_>,
    info: &Info,
    live: &Rc<Object>,
    modified: &Value,
    how: &How,
) -> Done<Turn> {
    let key = Key { kind: info.mapping.kind, id: live.meta.id };
    let options = DeleteOptions { grace_seconds: how.grace, propagation: how.propagation };
    session.ask(Action::Delete(key, options), DryRun::No)?;
    let recreation = Recreation {
        info: info.clone(),
        old: Rc::clone(live),
        new: modified.clone(),
        deadline: session.now().plus_us(how.timeout_us),
    };
    Ok(recreation.look(session, how).unwrap_or_else(|| Turn::Waits(Box::new(recreation))))
}

impl Recreation {
    /// Makes the new object once the old one is gone.
    pub(super) fn look(&self, session: &mut Session<'_>, how: &How) -> Option<Turn> {
        if session.live(&self.info).is_ok() {
            let is_late = session.now() >= self.deadline;
            return is_late.then(|| Turn::Failed(plain("context deadline exceeded")));
        }
        let validation = how.printing.validation;
        Some(match session.create(&self.new, validation, DryRun::No) {
            Ok(Some(object)) => {
                how.printing.tell(session, &self.info.mapping, &object, "configured");
                Turn::Done(object)
            }
            Ok(None) => Turn::Told,
            Err(failure) => Turn::Failed(self.restore(session, &failure, how)),
        })
    }

    fn restore(&self, session: &mut Session<'_>, failure: &Failure, how: &How) -> Failure {
        let mut old = tree_of(&self.old);
        for key in ["uid", "resourceVersion", "creationTimestamp"] {
            tree::map_at(&mut old, &["metadata"]).remove(key);
        }
        let why = failure.error();
        match session.create(&old, how.printing.validation, DryRun::No) {
            Ok(_) => plain(why),
            Err(again) => plain(format!(
                "An error occurred force-replacing the existing object with the newly provided \
                 one:\n\n{why}.\n\nAdditionally, an error occurred attempting to restore the \
                 original object:\n\n{}",
                again.error()
            )),
        }
    }
}

/// The patch that brings the living object to the manifest.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/patcher.go Patcher.patchSimple
pub(in crate::kubectl) fn three_way(
    info: &Info,
    original: &Value,
    modified: &Value,
    current: &Value,
) -> Done<(PatchKind, Value)> {
    let schema = Schema::of_kind(&info.mapping.name, &info.mapping.api_version);
    if !schema.is_known() {
        return Ok((PatchKind::Merge, three_way_merge(original, modified, current)));
    }
    let patch = three_way_strategic(original, modified, current, schema);
    let patch = patch.map_err(|error| plain(format!("creating patch: {error}")))?;
    Ok((PatchKind::Strategic, patch))
}
