//! `kubectl label` and `kubectl annotate`.
//!
//! Must not know what labels are for. Invariant: a value that is there is only replaced with
//! `--overwrite`.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/label/label.go and annotate/annotate.go

use std::collections::BTreeMap;

use crate::api::Value;
use crate::base::Str;
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::pairs::{self, Pairs};
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{CHANGE_CAUSE, DryRun, Session, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;

/// `kubectl label`.
pub(super) fn label(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (words, changes) = pairs::split(&flags.args, "label")?;
    let changes = parse_labels(&changes)?;
    start(session, flags, &words, &Work { kind: "labels", changes })
}

/// `kubectl annotate`.
pub(super) fn annotate(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (words, changes) = pairs::split(&flags.args, "annotation")?;
    let changes = pairs::parse(&changes, "annotation", true)?;
    let both: Vec<&str> =
        changes.removed.iter().filter(|key| changes.has(key)).map(String::as_str).collect();
    if !both.is_empty() {
        return Err(plain(format!(
            "can not both modify and remove the following annotation(s) in the same command: {}",
            both.join(", ")
        )));
    }
    start(session, flags, &words, &Work { kind: "annotations", changes })
}

struct Work {
    /// `labels` or `annotations`.
    kind: &'static str,
    changes: Pairs,
}

impl Work {
    fn is_labels(&self) -> bool {
        self.kind == "labels"
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/label/label.go parseLabels
fn parse_labels(specs: &[String]) -> Done<Pairs> {
    let mut pairs = Pairs::default();
    for spec in specs {
        if spec.contains('=') {
            let parts: Vec<&str> = spec.split('=').collect();
            let [key, value] = parts.as_slice() else {
                return Err(plain(format!("invalid label spec: {spec}")));
            };
            if let Some(why) = pairs::label_value_mistake(value) {
                return Err(plain(format!("invalid label value: \"{spec}\": {why}")));
            }
            pairs.set(key, value);
        } else if let Some(key) = spec.strip_suffix('-') {
            pairs.removed.push(key.to_owned());
        } else {
            return Err(plain(format!("unknown label spec: {spec}")));
        }
    }
    if pairs.removed.iter().any(|key| pairs.has(key)) {
        return Err(plain("can not both modify and remove a label in the same command"));
    }
    Ok(pairs)
}

fn start(session: &mut Session<'_>, flags: &Flags, words: &[String], work: &Work) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let is_list = flags.is_set("list");
    let is_all = flags.is_set("all");
    for other in ["selector", "field-selector"] {
        if is_all && flags.text(other).is_some_and(|text| !text.is_empty()) {
            return Err(plain(format!("cannot set --all and --{other} at the same time")));
        }
    }
    if words.is_empty() && !flags.is_given("filename") {
        return Err(plain(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    if work.changes.is_empty() && !is_list {
        let one = if work.is_labels() { "label" } else { "annotation" };
        return Err(plain(format!("at least one {one} update is required")));
    }
    let search = Search { takes_kind_alone: is_all, ..Search::default() };
    let found = target::find(session, flags, words, search)?;
    let is_single = found.is_single;
    let version = flags.text("resource-version").unwrap_or_default();
    if !is_single && !version.is_empty() {
        return Err(plain("--resource-version may only be used with a single resource"));
    }
    let mut failures = Vec::new();
    for info in found.infos {
        let result = info.and_then(|info| {
            if is_list {
                list(session, &info, work, is_single)
            } else {
                change(session, &info, work, (flags.is_set("overwrite"), version), &printing)
            }
        });
        failures.extend(result.err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

fn list(session: &mut Session<'_>, info: &Info, work: &Work, is_single: bool) -> Done {
    let object = session.live(info)?;
    let entries = if work.is_labels() { &object.meta.labels } else { &object.meta.annotations };
    let indent = if is_single { "" } else { " " };
    if !is_single {
        let (kind, group) = (&info.mapping.name, info.mapping.group());
        session.say(format!("Listing {} for {kind}.{group}/{}:", work.kind, info.name));
    }
    for (key, value) in entries.iter() {
        session.say(format!("{indent}{key}={value}"));
    }
    Ok(())
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/label/label.go LabelOptions.RunLabel
fn change(
    session: &mut Session<'_>,
    info: &Info,
    work: &Work,
    (overwrites, version): (bool, &str),
    printing: &Printing,
) -> Done {
    let object = session.live(info)?;
    let before = tree_of(&object);
    let known = if work.is_labels() { &object.meta.labels } else { &object.meta.annotations };
    if work.is_labels() && printing.dry != DryRun::Client {
        for key in work.changes.removed.iter().filter(|key| !known.contains_key(key.as_str())) {
            session.say(format!("label \"{key}\" not found."));
        }
    }
    if !overwrites {
        no_overwrites(known, work)?;
    }
    let is_added = work.changes.set.iter().any(|(key, value)| known.get(key) != Some(value));
    let is_removed = work.changes.removed.iter().any(|key| known.contains_key(key.as_str()));
    let mut after = before.clone();
    let entries = tree::map_at(&mut after, &["metadata", work.kind]);
    for (key, value) in &work.changes.set {
        entries.insert(key.clone(), Value::Str(value.clone()));
    }
    for key in &work.changes.removed {
        entries.remove(key.as_str());
    }
    if !version.is_empty() {
        // The server compares it with the version that is there.
        tree::map_at(&mut after, &["metadata"])
            .insert("resourceVersion".into(), tree::string(version));
    }
    let done = match (work.is_labels(), is_added, is_removed) {
        (false, _, _) => "annotated",
        (true, true, true) => "modified",
        (true, true, false) => "labeled",
        (true, false, true) => "unlabeled",
        (true, false, false) => "not labeled",
    };
    let is_recorded = session.context.cause.is_some();
    if is_added || is_removed || is_recorded || !version.is_empty() {
        session.change(info, &before, &after, printing.dry)?;
    }
    if printing.is_whole() {
        printing.tell_tree(session, &info.mapping, &after, done);
    } else {
        printing.tell(session, &info.mapping, &object, done);
    }
    Ok(())
}

fn no_overwrites(known: &BTreeMap<Str, Str>, work: &Work) -> Done {
    let clashes = work.changes.set.iter().filter_map(|(key, value)| {
        let there = known.get(key).filter(|there| *there != value)?;
        // The cause of a change may always be told anew.
        (work.is_labels() || &**key != CHANGE_CAUSE).then_some((key, there))
    });
    let texts: Vec<String> = if work.is_labels() {
        clashes
            .map(|(key, there)| {
                format!("'{key}' already has a value ({there}), and --overwrite is false")
            })
            .collect()
    } else {
        clashes.map(|(key, there)| format!("'{key}' already has a value ({there})")).collect()
    };
    match (texts.is_empty(), work.is_labels()) {
        (true, _) => Ok(()),
        (false, true) => Failure::all(texts.into_iter().map(Failure::Plain).collect()),
        (false, false) => Err(plain(format!(
            "--overwrite is false but found the following declared annotation(s): {}",
            texts.join("; ")
        ))),
    }
}
