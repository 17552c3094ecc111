//! `kubectl taint`: taints of nodes come and go.
//!
//! Must not know what a taint does. Invariant: a taint that is there is only replaced with
//! `--overwrite`.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/taint/taint.go and utils.go

use std::rc::Rc;

use crate::api::core::Taint;
use crate::api::encode::value_of;
use crate::api::{Kind, Object, Value};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::pairs;
use crate::kubectl::printing::Printing;
use crate::kubectl::run::Stage;
use crate::kubectl::session::{DryRun, Session, tree_of};
use crate::kubectl::target::{self, Info, Search};
use crate::kubectl::tree;

#[derive(Default)]
struct Changes {
    added: Vec<Taint>,
    removed: Vec<Taint>,
}

/// `kubectl taint`.
pub(in crate::kubectl) fn taint(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let printing = Printing::of(flags)?;
    let is_taint = |word: &str| word.contains('=') || word.contains(':') || word.ends_with('-');
    let count = flags.args.iter().take_while(|word| !is_taint(word)).count();
    let (resources, specs) = flags.args.split_at(count);
    if let Some(word) = specs.iter().find(|word| !is_taint(word)) {
        return Err(plain(format!("all resources must be specified before taint changes: {word}")));
    }
    let Some((kind, names)) = resources.split_first() else {
        return Err(plain("one or more resources must be specified as <resource> <name>"));
    };
    if specs.is_empty() {
        return Err(plain("at least one taint update is required"));
    }
    let changes = parse(specs).map_err(|failure| {
        plain(format!("{}\nSee 'kubectl taint -h' for help and examples", failure.message()))
    })?;
    let mapping = target::mapping(session, &kind.to_lowercase())?;
    if mapping.kind != Kind::Node {
        let kind = kind.to_lowercase();
        return Err(plain(format!("invalid resource type {kind}, only node types are supported")));
    }
    check(&changes)?;
    let (is_all, selects) = (flags.is_set("all"), flags.is_given("selector"));
    if is_all && selects {
        return Err(plain("setting 'all' parameter with a non empty selector is prohibited"));
    }
    if !is_all && !selects && names.is_empty() {
        return Err(plain(
            "at least one resource name must be specified since 'all' parameter is not set",
        ));
    }
    let words: Vec<String> = if is_all || selects { vec![kind.clone()] } else { resources.into() };
    let found = target::find(session, flags, &words, Search { is_all, ..Search::default() })?;
    let mut failures = Vec::new();
    for info in found.infos {
        let overwrites = flags.is_set("overwrite");
        let result = info.and_then(|info| change(session, &info, &changes, overwrites, &printing));
        failures.extend(result.err());
    }
    Failure::all(failures).map(|()| Stage::Ended)
}

/// `kubectl taint nodes NODE SPEC`.
pub(super) fn one(session: &mut Session<'_>, node: &str, spec: &str) -> Done<Stage> {
    let changes = parse(&[spec.to_owned()])?;
    turn(session, &super::info(node), &changes, false, DryRun::No).map(|_| Stage::Ended)
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/taint/utils.go parseTaints
fn parse(specs: &[String]) -> Done<Changes> {
    let mut changes = Changes::default();
    for spec in specs {
        if let Some(spec) = spec.strip_suffix('-') {
            changes.removed.push(Taint { value: None, ..parse_one(spec)? });
            continue;
        }
        let taint = parse_one(spec)?;
        if taint.effect.is_empty() {
            return Err(plain(format!("invalid taint spec: {spec}")));
        }
        if changes.added.iter().any(|one| is_same(one, &taint)) {
            return Err(plain(format!(
                "duplicated taints with the same key and effect: {{{} {} {} <nil>}}",
                taint.key,
                taint.value.as_deref().unwrap_or_default(),
                taint.effect
            )));
        }
        changes.added.push(taint);
    }
    Ok(changes)
}

fn parse_one(spec: &str) -> Done<Taint> {
    let invalid = |why: &str| plain(format!("invalid taint spec: {spec}{why}"));
    let (pair, effect) = spec.split_once(':').unwrap_or((spec, ""));
    if effect.contains(':') {
        return Err(invalid(""));
    }
    let is_effect = matches!(effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute");
    let mut taint = Taint { effect: effect.into(), ..Taint::default() };
    if !spec.contains(':') {
        taint.key = pair.into();
    } else if is_effect {
        let parts: Vec<&str> = pair.split('=').collect();
        match parts.as_slice() {
            [key] => taint.key = (*key).into(),
            [key, value] => {
                if let Some(why) = pairs::label_value_mistake(value) {
                    return Err(invalid(&format!(", {why}")));
                }
                taint.key = (*key).into();
                taint.value = Some((*value).into()).filter(|_| !value.is_empty());
            }
            _ => return Err(invalid("")),
        }
    } else {
        return Err(plain(format!("invalid taint effect: {effect}, unsupported taint effect")));
    }
    match pairs::key_mistake(&taint.key) {
        Some(why) => Err(invalid(&format!(", {why}"))),
        None => Ok(taint),
    }
}

fn is_same(a: &Taint, b: &Taint) -> bool {
    a.key == b.key && a.effect == b.effect
}

fn check(changes: &Changes) -> Done {
    let clashes: Vec<String> = changes
        .added
        .iter()
        .flat_map(|added| changes.removed.iter().filter(move |one| is_removed(added, one)))
        .map(|one| format!("{}={}", one.key, one.effect))
        .collect();
    if clashes.is_empty() {
        return Ok(());
    }
    Err(plain(format!(
        "can not both modify and remove the following taint(s) in the same command: {}",
        clashes.join(", ")
    )))
}

/// Whether `removed` takes a taint away: an effect left out stands for all of them.
fn is_removed(taint: &Taint, removed: &Taint) -> bool {
    taint.key == removed.key && (removed.effect.is_empty() || taint.effect == removed.effect)
}

fn change(
    session: &mut Session<'_>,
    info: &Info,
    changes: &Changes,
    overwrites: bool,
    printing: &Printing,
) -> Done {
    let Turned { object, after, operation } =
        turn(session, info, changes, overwrites, printing.dry)?;
    if printing.is_whole() {
        printing.tell_tree(session, &info.mapping, &after, operation);
    } else {
        printing.tell(session, &info.mapping, &object, operation);
    }
    Ok(())
}

/// A node with other taints.
struct Turned {
    /// As it was.
    object: Rc<Object>,
    /// As it is wanted.
    after: Value,
    /// What was done, in a word.
    operation: &'static str,
}

/// Gives a node other taints.
fn turn(
    session: &mut Session<'_>,
    info: &Info,
    changes: &Changes,
    overwrites: bool,
    dry: DryRun,
) -> Done<Turned> {
    let object = session.live(info)?;
    let Some(node) = object.node() else {
        return Err(plain(format!("unexpected type {}, expected Node", info.mapping.name)));
    };
    let before = tree_of(&object);
    let (operation, taints) = reorganize(&info.name, &node.spec.taints, changes, overwrites)?;
    let mut after = before.clone();
    let spec = tree::map_at(&mut after, &["spec"]);
    if taints.is_empty() {
        spec.remove("taints");
    } else {
        spec.insert("taints".into(), Value::List(taints.iter().map(value_of).collect()));
    }
    session.change(info, &before, &after, dry)?;
    Ok(Turned { object, after, operation })
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/taint/utils.go reorganizeTaints
fn reorganize(
    node: &str,
    old: &[Taint],
    changes: &Changes,
    overwrites: bool,
) -> Done<(&'static str, Vec<Taint>)> {
    if !overwrites {
        let there: Vec<&str> = changes
            .added
            .iter()
            .filter(|taint| old.iter().any(|one| is_same(one, taint)))
            .map(|taint| &*taint.key)
            .collect();
        if !there.is_empty() {
            return Err(plain(format!(
                "node {node} already has {} taint(s) with same effect(s) and --overwrite is false",
                there.join(",")
            )));
        }
    }
    let mut taints = changes.added.clone();
    taints.extend(
        old.iter().filter(|one| !changes.added.iter().any(|new| is_same(new, one))).cloned(),
    );
    let is_added = taints.len() != old.len();
    let (mut failures, mut is_deleted) = (Vec::new(), false);
    for removed in &changes.removed {
        let before = taints.len();
        taints.retain(|one| !is_removed(one, removed));
        is_deleted = taints.len() != before;
        if !is_deleted {
            let effect = if removed.effect.is_empty() {
                String::new()
            } else {
                format!(":{}", removed.effect)
            };
            failures.push(plain(format!("taint \"{}{effect}\" not found", removed.key)));
        }
    }
    Failure::all(failures)?;
    let operation = match (is_added, is_deleted) {
        (true, true) => "modified",
        _ if overwrites => "modified",
        (true, false) => "tainted",
        (false, _) => "untainted",
    };
    Ok((operation, taints))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(line: &str) -> Changes {
        parse(&crate::kubectl::words::split(line)).expect("valid")
    }

    #[test]
    fn taints_are_added_in_front_and_removed_by_key() {
        let old = changes("old=1:NoSchedule").added;
        let (done, taints) = reorganize("n", &old, &changes("k=v:NoExecute"), false).expect("ok");
        assert_eq!((done, taints.len(), &*taints[0].key), ("tainted", 2, "k"));
        let (done, taints) = reorganize("n", &taints, &changes("k-"), false).expect("ok");
        assert_eq!((done, taints), ("untainted", old));
    }

    #[test]
    fn a_taint_that_is_not_there_can_not_go() {
        let text =
            |spec: &str| reorganize("n", &[], &changes(spec), false).expect_err("a mistake").text();
        assert_eq!(text("k:NoSchedule-"), "error: taint \"k:NoSchedule\" not found\n");
        assert_eq!(text("k-"), "error: taint \"k\" not found\n");
    }
}
