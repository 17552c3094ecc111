//! `kubectl apply`: what is written becomes so, and what was written before and is no longer
//! goes.
//!
//! Must not know how objects act. Invariant: what nobody wrote in a manifest is left alone.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::merge::{Schema, three_way_merge, three_way_strategic};
use crate::api::{Object, Value, go};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;
use crate::server::PatchKind;

/// Where `apply` keeps what it applied last.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// `kubectl apply`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    if !flags.args.is_empty() {
        return Err(plain(format!(
            "Unexpected args: [{}]\nSee 'kubectl apply -h' for help and examples",
            flags.args.join(" ")
        )));
    }
    let printing = Printing::of(flags)?;
    if !flags.is_given("filename") && !flags.is_given("kustomize") {
        return Err(plain("must specify one of -f and -k"));
    }
    if flags.is_set("all") && flags.is_given("selector") {
        return Err(plain("cannot set --all and --selector at the same time"));
    }
    let found = target::find(session, flags, &[], Search::default())?;
    let mut failures = Vec::new();
    let mut infos = Vec::new();
    for info in found.infos {
        match info {
            Ok(info) => infos.push(info),
            Err(failure) => failures.push(failure),
        }
    }
    if infos.is_empty() && failures.is_empty() {
        return Err(plain("no objects passed to apply"));
    }
    for info in infos {
        failures.extend(apply_one(session, &info, &printing).err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go ApplyOptions.applyOneObject
fn apply_one(session: &mut Session<'_>, info: &Info, printing: &Printing) -> Done {
    let Some(manifest) = &info.manifest else { return Ok(()) };
    if info.name.is_empty() {
        let generated = tree::text(manifest, &["metadata", "generateName"]).unwrap_or_default();
        return Err(plain(if generated.is_empty() {
            nameless(info)
        } else {
            format!("from {generated}: cannot use generate name with apply")
        }));
    }
    let modified = with_last_applied(manifest);
    match session.live(info) {
        Err(failure) if failure.is_not_found() => create(session, info, modified, printing),
        Err(failure) => Err(failure),
        Ok(live) => patch(session, info, &live, &modified, printing),
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

/// A manifest that remembers itself in an annotation.
///
/// Models staging/src/k8s.io/kubectl/pkg/util/apply.go GetModifiedConfiguration
pub(super) fn with_last_applied(manifest: &Value) -> Value {
    let mut modified = manifest.clone();
    tree::map_at(&mut modified, &["metadata", "annotations"]).remove(LAST_APPLIED);
    let text = format!("{}\n", go::json(&modified));
    tree::map_at(&mut modified, &["metadata", "annotations"])
        .insert(LAST_APPLIED.into(), tree::string(text));
    modified
}

fn create(session: &mut Session<'_>, info: &Info, mut new: Value, printing: &Printing) -> Done {
    tree::prune_nulls(&mut new);
    let created = session.create(&new, printing.validation, printing.dry);
    let created = created.map_err(|failure| failure.at_source("creating", &info.source))?;
    match created {
        Some(object) => printing.tell(session, &info.mapping, &object, "created"),
        None => printing.tell_tree(session, &info.mapping, &new, "created"),
    }
    Ok(())
}

fn patch(
    session: &mut Session<'_>,
    info: &Info,
    live: &Rc<Object>,
    modified: &Value,
    printing: &Printing,
) -> Done {
    let Some(last) = live.meta.annotation(LAST_APPLIED) else {
        session.complain(format!(
            "Warning: resource {}/{} is missing the {LAST_APPLIED} annotation which is required \
             by kubectl apply. kubectl apply should only be used on resources created \
             declaratively by either kubectl create --save-config or kubectl apply. The missing \
             annotation will be patched automatically.",
            info.mapping.plural, info.name
        ));
        return merge(session, info, live, &Value::Null, modified, printing);
    };
    let original: Value = serde_json::from_str(last).unwrap_or_default();
    merge(session, info, live, &original, modified, printing)
}

fn merge(
    session: &mut Session<'_>,
    info: &Info,
    live: &Rc<Object>,
    original: &Value,
    modified: &Value,
    printing: &Printing,
) -> Done {
    let (how, patch) = three_way(info, original, modified, &tree_of(live))?;
    let is_same = patch == Value::Map(BTreeMap::new());
    let object = if is_same {
        Rc::clone(live)
    } else {
        session
            .patch(info, how, patch, printing.dry)
            .map_err(|failure| failure.at_source("patching", &info.source))?
    };
    if object.meta.is_terminating() {
        session.complain(format!(
            "Warning: Detected changes to resource {} which is currently being deleted.",
            object.meta.name
        ));
    }
    let done = if is_same { "unchanged" } else { "configured" };
    printing.tell(session, &info.mapping, &object, done);
    Ok(())
}

/// The patch that brings the living object to the manifest.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/patcher.go Patcher.patchSimple
pub(super) fn three_way(
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
