//! `kubectl cordon`, `uncordon`, `drain` and `taint`.
//!
//! Must not know the scheduler. Invariant: a node that is as wanted is left alone.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go DrainCmdOptions.RunCordonOrUncordon

mod drain;
mod evictable;
mod taint;

use crate::api::{Kind, Value};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::run::Stage;
use crate::kubectl::selector::Selector;
use crate::kubectl::session::{DryRun, Session, tree_of};
use crate::kubectl::target::Info;
use crate::kubectl::tree;

pub(super) use drain::drain;
pub(super) use taint::taint;

use crate::cluster::Cluster;
use crate::kubectl::run::Run;

/// Starts `kubectl drain NODE --ignore-daemonsets --delete-emptydir-data --force`. A program
/// that starts commands only by this function and the next does not carry the others.
pub fn drain_wholly(cluster: &mut Cluster, namespace: &str, node: &str) -> Run {
    Run::start_one(cluster, namespace, None, |session| drain::drain_wholly(session, node))
}

/// Carries out `kubectl taint nodes NODE SPEC`; a refusal comes back in kubectl's words.
pub fn taint_one(
    cluster: &mut Cluster,
    namespace: &str,
    node: &str,
    spec: &str,
) -> Result<(), String> {
    let mut run =
        Run::start_one(cluster, namespace, None, |session| taint::one(session, node, spec));
    match run.poll(cluster) {
        Some(output) if output.code != 0 => Err(output.stderr.trim_end().to_owned()),
        _ => Ok(()),
    }
}

/// `kubectl cordon`.
pub(super) fn cordon(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    start(session, flags, "cordon", true)
}

/// `kubectl uncordon`.
pub(super) fn uncordon(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    start(session, flags, "uncordon", false)
}

fn start(
    session: &mut Session<'_>,
    flags: &Flags,
    command: &str,
    is_cordoned: bool,
) -> Done<Stage> {
    let dry = DryRun::of(flags)?;
    let infos = chosen(session, flags, command, &format!("USAGE: {command} NODE [flags]"))?;
    for info in &infos {
        mark_or_complain(session, info, is_cordoned, dry);
    }
    Ok(Stage::Ended)
}

/// The nodes that the words name; a missing one refuses the whole command.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go DrainCmdOptions.Complete
fn chosen(session: &Session<'_>, flags: &Flags, command: &str, nothing: &str) -> Done<Vec<Info>> {
    let selector = flags.text("selector").unwrap_or_default();
    let usage =
        |text: String| plain(format!("{text}\nSee 'kubectl {command} -h' for help and examples"));
    if flags.args.is_empty() && selector.is_empty() {
        return Err(usage(nothing.to_owned()));
    }
    if !flags.args.is_empty() && !selector.is_empty() {
        return Err(usage("error: cannot specify both a node name and a --selector option".into()));
    }
    if !selector.is_empty() {
        let selector = Selector::read(selector, "");
        selector.fits(&Mapping::of_kind(Kind::Node))?;
        let nodes = session.list(&Mapping::of_kind(Kind::Node), true);
        let nodes = nodes.iter().filter(|node| selector.is_met_by(node));
        return Ok(nodes.map(|node| info(&node.meta.name)).collect());
    }
    let (mut infos, mut failures) = (Vec::new(), Vec::new());
    for word in &flags.args {
        let one = info(name_of(word));
        match session.live(&one) {
            Ok(_) => infos.push(one),
            Err(failure) => failures.push(failure),
        }
    }
    Failure::all(failures).map(|()| infos)
}

/// The name in `node-1` or, with one of the words for nodes, in `node/node-1`.
///
/// Models staging/src/k8s.io/cli-runtime/pkg/resource/builder.go Builder.ResourceNames
fn name_of(word: &str) -> &str {
    match word.split_once('/') {
        Some((resource, name)) if Kind::from_resource(resource) == Some(Kind::Node) => name,
        _ => word,
    }
}

/// What a command needs to know of the node of this name.
fn info(name: &str) -> Info {
    Info {
        mapping: Mapping::of_kind(Kind::Node),
        namespace: "".into(),
        name: name.into(),
        source: String::new(),
        manifest: None,
        is_local: false,
    }
}

/// Marks one node and tells it; a refusal is told and stops nothing.
fn mark_or_complain(session: &mut Session<'_>, info: &Info, is_cordoned: bool, dry: DryRun) {
    if let Err(failure) = mark(session, info, is_cordoned, dry) {
        let command = if is_cordoned { "cordon" } else { "uncordon" };
        let why = failure.error();
        session.complain(format!("error: unable to {command} node \"{}\": {why}", info.name));
    }
}

fn mark(session: &mut Session<'_>, info: &Info, is_cordoned: bool, dry: DryRun) -> Done {
    let object = session.live(info)?;
    let is_so = object.node().is_some_and(|node| node.spec.unschedulable);
    let word = if is_cordoned { "cordoned" } else { "uncordoned" };
    let suffix = dry.suffix();
    if is_so == is_cordoned {
        session.say(format!("node/{} already {word}{suffix}", info.name));
        return Ok(());
    }
    let before = tree_of(&object);
    let mut after = before.clone();
    let spec = tree::map_at(&mut after, &["spec"]);
    if is_cordoned {
        spec.insert("unschedulable".into(), Value::Bool(true));
    } else {
        spec.remove("unschedulable");
    }
    session.change(info, &before, &after, dry)?;
    session.say(format!("node/{} {word}{suffix}", info.name));
    Ok(())
}
