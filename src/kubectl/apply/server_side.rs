//! `kubectl apply --server-side`: the server merges, and knows who manages which fields.
//!
//! Must not know other commands. Invariant: a field that another manager has written is not
//! changed unless that is forced.
//!
//! Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/structuredmerge.go and
//! sigs.k8s.io/structured-merge-diff/merge update.go Updater.Apply

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::wellknown::LAST_APPLIED;
use crate::api::{Object, Value, go};
use crate::base::Str;
use crate::kubectl::apply::How;
use crate::kubectl::apply::one::{Turn, create, warn_if_deleting};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::managed::{
    Entry, Form, Managers, Set, Who, difference, merged, misfits, named, pruned, stripped,
};
use crate::kubectl::session::{DryRun, Session, tree_of};
use crate::kubectl::target::Info;
use crate::kubectl::tree;
use crate::server::Refusal;

/// Who applies on the server unless another name is given.
const KUBECTL: &str = "kubectl";
/// Who keeps the annotation of applying on the client.
const KEEPER: &str = "kubectl-last-applied";
const DONE: &str = "serverside-applied";

/// What applies a manifest to an object, if there is one.
type Apply = fn(&mut Session<'_>, &Info, Option<&Rc<Object>>, &Value, &How) -> Done<Turn>;

/// How it is applied.
#[derive(Clone, Debug)]
pub(super) struct ServerSide {
    manager: Str,
    is_forced: bool,
    /// How an object is applied: known only where somebody may ask for it.
    pub(super) apply: Apply,
}

impl ServerSide {
    /// What the flags ask for.
    pub(super) fn of(flags: &Flags) -> Option<ServerSide> {
        let manager = flags.text("field-manager").filter(|name| !name.is_empty());
        flags.is_set("server-side").then(|| ServerSide {
            manager: manager.unwrap_or(KUBECTL).into(),
            is_forced: flags.is_set("force-conflicts"),
            apply,
        })
    }
}

/// What kubectl adds to a conflict.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go ApplyOptions.applyOneObject
const ADVICE: &str = "Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

fn apply(
    session: &mut Session<'_>,
    info: &Info,
    live: Option<&Rc<Object>>,
    manifest: &Value,
    how: &How,
) -> Done<Turn> {
    let Some(server_side) = &how.server_side else { return Ok(Turn::Told) };
    let mut given = manifest.clone();
    if tree::at(&given, &["metadata", "managedFields"]).is_some() {
        let text = "metadata.managedFields must be nil";
        return Err(Refusal::BadRequest(text.into()).into());
    }
    tree::prune_nulls(&mut given);
    let form = Form::of_kind(&info.mapping.name, &info.mapping.api_version);
    let mut unknown = Vec::new();
    misfits(form, &given, "", &mut unknown);
    if !unknown.is_empty() {
        return Err(untyped(info, &unknown));
    }
    let config = Config { given, form, manager: &server_side.manager };
    let Some(live) = live else {
        let turn = create(session, info, config.given.clone(), how, DONE)?;
        if let (Turn::Done(object), DryRun::No) = (&turn, how.printing.dry) {
            let own = config.entry(session, info, stripped(named(form, &config.given)));
            Managers(vec![own]).keep(session, object.meta.id);
        }
        return Ok(turn);
    };
    let mut object = write(session, info, live, &config, how, server_side.is_forced)?;
    if how.printing.dry == DryRun::No && take_over(session, info, &object, &config) {
        let current = session.live(info)?;
        object = write(session, info, &current, &config, how, server_side.is_forced)?;
    }
    warn_if_deleting(session, &object);
    how.printing.tell(session, &info.mapping, &object, DONE);
    Ok(Turn::Done(object))
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/structuredmerge.go
/// structuredMergeManager.Apply
fn untyped(info: &Info, unknown: &[String]) -> Failure {
    let (namespace, name, kind) = (&info.namespace, &info.name, &info.mapping.name);
    let what = match unknown {
        [one] => one.clone(),
        many => {
            let lines: String = many.iter().flat_map(|one| ["\n  ", one]).collect();
            format!("errors:{lines}")
        }
    };
    let text = format!(
        "failed to create typed patch object ({namespace}/{name}; {}, Kind={kind}): {what}",
        info.mapping.api_version
    );
    Failure::Exit(1, format!("Error from server: {text}"))
}

/// What is applied, and who applies it.
struct Config<'a> {
    given: Value,
    form: Form,
    manager: &'a Str,
}

impl Config<'_> {
    fn entry(&self, session: &Session<'_>, info: &Info, fields: Set) -> Entry {
        Entry {
            who: Who { manager: self.manager.clone(), subresource: Str::default() },
            is_applied: true,
            api_version: info.mapping.api_version.clone(),
            time: session.now().to_string().into(),
            fields,
        }
    }
}

/// Merges a configuration into an object and sends it.
fn write(
    session: &mut Session<'_>,
    info: &Info,
    live: &Rc<Object>,
    config: &Config<'_>,
    how: &How,
    is_forced: bool,
) -> Done<Rc<Object>> {
    let (form, before) = (config.form, tree_of(live));
    let known = Managers::of(session.view(), live, &info.mapping);
    let fields = stripped(named(form, &config.given));
    let own = config.entry(session, info, fields);
    let last = known.applied(config.manager).map(|one| one.fields.clone()).unwrap_or_default();
    let is_own = |one: &Entry| one.is_applied && one.who.manager == *config.manager;
    let mut others = Managers(known.0.iter().filter(|one| !is_own(one)).cloned().collect());

    let mut after = merged(form, &before, &config.given);
    let changed = difference(form, &before, &after).changed;
    let mut conflicts: Vec<(String, Vec<String>)> = Vec::new();
    let may_go_on = !is_forced && **config.manager == *KUBECTL;
    let allowed =
        if may_go_on { applied_before(form, live, &before, info) } else { Set::default() };
    for one in &others.0 {
        let fields = one.fields.common(&changed);
        let fields = if is_forced { Set::default() } else { fields.without(&allowed) };
        if !fields.is_empty() {
            conflicts.push((one.printed(), fields.paths()));
        }
    }
    if !conflicts.is_empty() {
        return Err(plain(format!("{}\n{ADVICE}", conflict(&conflicts))));
    }
    others.take(&changed);
    let mut all = others.clone();
    all.0.push(own);
    let gone = last.without(&all.all());
    after = pruned(form, &after, &gone, &all.all());
    keep_annotation(live, config, &mut after);
    let removed = difference(form, &before, &after).removed;
    let object = session.put(info, &before, &after, how.printing.dry)?;
    let object = object.unwrap_or_else(|| Rc::clone(live));
    if how.printing.dry == DryRun::No {
        all.take(&removed);
        // Who applies the same again has managed it since before.
        let is_same = object.meta.resource_version == live.meta.resource_version;
        if let (true, Some(last)) = (is_same, known.applied(config.manager))
            && let Some(own) = all.0.iter_mut().find(|one| is_own(one))
            && own.fields == last.fields
        {
            own.time.clone_from(&last.time);
        }
        all.keep(session, live.meta.id);
    }
    Ok(object)
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go
/// getConflictMessage
fn conflict(conflicts: &[(String, Vec<String>)]) -> String {
    let count: usize = conflicts.iter().map(|(_, paths)| paths.len()).sum();
    if let ([(manager, paths)], 1) = (conflicts, count) {
        return format!("Apply failed with 1 conflict: conflict with {manager}: {}", paths[0]);
    }
    let mut by_manager: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (manager, paths) in conflicts {
        by_manager.entry(manager).or_default().extend(paths.iter().map(String::as_str));
    }
    let mut lines = Vec::new();
    for (manager, paths) in by_manager {
        lines.push(format!("conflicts with {manager}:"));
        lines.extend(paths.iter().map(|path| format!("- {path}")));
    }
    format!("Apply failed with {count} conflicts: {}", lines.join("\n"))
}

/// The fields that were applied on the client and still are as they were: kubectl may go on with
/// them on the server.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedmanager.go
/// allowedConflictsFromLastApplied
fn applied_before(form: Form, live: &Object, before: &Value, info: &Info) -> Set {
    let last = live.meta.annotation(LAST_APPLIED);
    let last: Option<Value> = last.and_then(|text| serde_json::from_str(text).ok());
    let Some(last) = last.filter(|last| last.word("apiVersion") == &*info.mapping.api_version)
    else {
        return Set::default();
    };
    let found = difference(form, &last, before);
    named(form, &last).without(&found.changed).without(&found.removed)
}

/// Who applies as kubectl does keeps the annotation up to date, if there is one.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastappliedupdater.go
fn keep_annotation(live: &Object, config: &Config<'_>, after: &mut Value) {
    if **config.manager != *KUBECTL || live.meta.annotation(LAST_APPLIED).is_none() {
        return;
    }
    let mut last = config.given.clone();
    if let Some(Value::Map(annotations)) = tree::at_mut(&mut last, &["metadata", "annotations"]) {
        annotations.remove(LAST_APPLIED);
    }
    tree::map_at(after, &["metadata", "annotations"])
        .insert(LAST_APPLIED.into(), tree::string(format!("{}\n", go::json(&last))));
}

/// Makes what was applied on the client this manager's own, so that what is no longer named goes;
/// whether there was anything.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go
/// ApplyOptions.saveLastApplyAnnotationIfNecessary, migrateToSSAIfNecessary
fn take_over(session: &mut Session<'_>, info: &Info, object: &Object, config: &Config<'_>) -> bool {
    let step = format!("f:{LAST_APPLIED}");
    let place: [&str; 3] = ["f:metadata", "f:annotations", &step];
    let mut all = Managers::of(session.view(), object, &info.mapping);
    let has = |one: &Entry, is_applied| one.is_applied == is_applied && one.fields.has(&place);
    if object.meta.annotation(LAST_APPLIED).is_some()
        && **config.manager == *KUBECTL
        && !all.0.iter().any(|one| has(one, true))
    {
        let who = Who { manager: KEEPER.into(), subresource: Str::default() };
        all.0.push(Entry { who, ..config.entry(session, info, Set::at(&place)) });
    }
    // The old manager is told by its writing of the annotation.
    let (old, rest): (Vec<Entry>, Vec<Entry>) =
        all.0.into_iter().partition(|one| has(one, false) && one.who.subresource.is_empty());
    let mut all = Managers(rest);
    let was_any = !old.is_empty();
    for one in old {
        let is_own = |own: &Entry| own.is_applied && own.who.manager == *config.manager;
        match all.0.iter_mut().find(|own| is_own(own)) {
            Some(own) => own.fields = own.fields.union(&one.fields),
            None => all.0.push(config.entry(session, info, one.fields)),
        }
    }
    all.keep(session, object.meta.id);
    was_any
}
