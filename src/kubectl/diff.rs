//! `kubectl diff`: what `apply` would change.
//!
//! Must not know kinds. Invariant: the cluster stays as it is.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go

use std::fmt::Write as _;
use std::rc::Rc;

use crate::api::wellknown::LAST_APPLIED;
use crate::api::{Kind, Object, Value};
use crate::base::Order as _;
use crate::base::SimTime;
use crate::kubectl::apply;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::print::yaml::yaml;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{DryRun, Session, Validation, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;
use crate::kubectl::unified;

/// `kubectl diff`.
pub(super) fn start(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    match compare(session, flags) {
        Ok(false) => Ok(Stage::Ended),
        Ok(true) => Err(Failure::Exit(1, String::new())),
        // 1 says that there are differences, so a failure says 2.
        Err(failure) => Err(Failure::Exit(2, failure.text())),
    }
}

/// Prints all differences; whether there are some.
fn compare(session: &mut Session<'_>, flags: &Flags) -> Done<bool> {
    if !flags.args.is_empty() {
        return Err(plain(format!(
            "Unexpected args: [{}]\nSee 'kubectl diff -h' for help and examples",
            flags.args.join(" ")
        )));
    }
    if !flags.is_given("filename") && !flags.is_given("kustomize") {
        return Err(plain("must specify one of -f and -k"));
    }
    let found = target::find(session, flags, &[], Search::default())?;
    let mut files = Vec::new();
    for info in found.infos {
        files.push(versions(session, &info?, flags.is_set("show-secrets"))?);
    }
    files.order_by(|a, b| a.name.cmp(&b.name));
    let mut rng = session.cluster.model().seed().stream("diff", session.now().0);
    let mut number = || rng.between(100_000_000, 4_294_967_295);
    let folders = [format!("LIVE-{}", number()), format!("MERGED-{}", number())];
    let (mut is_different, moment) = (false, moment(session.now()));
    for file in &files {
        let changes = unified::hunks(&file.live, &file.merged);
        if changes.is_empty() {
            continue;
        }
        is_different = true;
        let [from, to] = folders.clone().map(|folder| format!("{folder}/{}", file.name));
        let absent = "1970-01-01 00:00:00.000000000 +0000".to_owned();
        let before = if file.live.is_empty() { &absent } else { &moment };
        let out = &mut session.io.stdout;
        write!(out, "diff -u -N {from} {to}\n--- {from}\t{before}\n+++ {to}\t{moment}\n{changes}")
            .expect("text takes text");
    }
    Ok(is_different)
}

/// A moment as `diff` prints it.
fn moment(at: SimTime) -> String {
    let text = at.to_string().replace('T', " ").replace('Z', "");
    format!("{text}.{:06}000 +0000", at.0 % 1_000_000)
}

struct File {
    name: String,
    live: String,
    merged: String,
}

/// The object as it is and as it would be.
fn versions(session: &mut Session<'_>, info: &Info, shows_secrets: bool) -> Done<File> {
    let manifest = info.manifest.clone().unwrap_or_default();
    let live = match session.live(info) {
        Ok(live) => Some(live),
        Err(failure) if failure.is_not_found() => None,
        Err(failure) => return Err(failure),
    };
    let merged = match &live {
        None => session.create(&manifest, Validation::Strict, DryRun::Server)?,
        Some(live) => Some(merged(session, info, live, &manifest)?),
    };
    let mut before = live.as_deref().map(tree_of);
    let mut after = merged.as_deref().map(tree_of);
    if info.mapping.kind == Kind::Secret && !shows_secrets {
        mask(before.as_mut(), after.as_mut());
    }
    let (group, version) =
        info.mapping.api_version.split_once('/').unwrap_or(("", &info.mapping.api_version));
    let group = if group.is_empty() { String::new() } else { format!("{group}.") };
    let text = |tree: Option<Value>| tree.map(|tree| yaml(&tree)).unwrap_or_default();
    Ok(File {
        name: format!("{group}{version}.{}.{}.{}", info.mapping.name, info.namespace, info.name),
        live: text(before),
        merged: text(after),
    })
}

fn merged(
    session: &mut Session<'_>,
    info: &Info,
    live: &Rc<Object>,
    manifest: &Value,
) -> Done<Rc<Object>> {
    let last = live.meta.annotation(LAST_APPLIED);
    let original: Value = last.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let mut modified = manifest.clone();
    tree::map_at(&mut modified, &["metadata", "annotations"]).remove(LAST_APPLIED);
    let (how, patch) = apply::three_way(info, &original, &modified, &tree_of(live))?;
    session.patch(info, how, patch, Validation::Strict, DryRun::Server)
}

/// Hides the values of a Secret, but not whether they differ.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go Masker.run
fn mask(before: Option<&mut Value>, after: Option<&mut Value>) {
    let mut empty = (Value::Null, Value::Null);
    let before = tree::map_at(before.unwrap_or(&mut empty.0), &["data"]);
    let after = tree::map_at(after.unwrap_or(&mut empty.1), &["data"]);
    for (key, old) in before.iter_mut() {
        let texts = match after.get(key) {
            Some(new) if new != old => ["*** (before)", "*** (after)"],
            _ => ["***", "***"],
        };
        *old = tree::string(texts[0]);
        if let Some(new) = after.get_mut(key) {
            *new = tree::string(texts[1]);
        }
    }
    for (key, new) in after.iter_mut() {
        if !before.contains_key(key) {
            *new = tree::string("***");
        }
    }
}
