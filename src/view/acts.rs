//! What a person did since a cluster began, as a script that `podium run` carries out again.
//!
//! Owns the acts and their words. It must not ask the engine, which may be what broke. Invariant:
//! the script of a run holds the acts of its past, each at its moment, and no others.

use super::stage::{MAINTENANCE, OUT_OF_SERVICE, ObjectRef, StageAction};
use crate::base::gather;
use std::fmt::Write as _;
use std::rc::Rc;

/// What the file of the acts is called.
const SCRIPT: &str = "steps.txt";
/// The namespace that a script means if none is named.
const NAMESPACE: &str = "default";
/// Acts that are kept; the oldest go first, which the script then says.
const ACTS_MAX: usize = 2_000;

/// What a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Applied a text.
    Apply(Rc<str>),
    /// Gave commands, each in the words of a script.
    Give(Vec<String>),
}

impl Act {
    /// What was done on the stage, if it is the cluster's business; `new_node` is the name that
    /// a new node would get.
    pub fn of_stage(action: &StageAction, new_node: &str) -> Option<Act> {
        let line = match action {
            StageAction::DeletePod { namespace, name, is_forced } => {
                let force = if *is_forced { " --force" } else { "" };
                format!("delete pod {}{force}", named(namespace, name))
            }
            StageAction::Delete { object, is_alone } => {
                let ObjectRef { kind, namespace, name } = object;
                let space =
                    if namespace.is_empty() { String::new() } else { format!(" -n {namespace}") };
                let cascade = if *is_alone { " --cascade=orphan" } else { "" };
                let kind = kind.to_ascii_lowercase();
                format!("kubectl delete {kind} {name}{space}{cascade} --wait=false")
            }
            StageAction::KillContainer { namespace, pod, container } => {
                format!("kill {} {container}", named(namespace, pod))
            }
            StageAction::SetReady { namespace, pod, is_ready } => {
                let word = if *is_ready { "ready" } else { "notready" };
                format!("{word} {}", named(namespace, pod))
            }
            StageAction::Scale { kind, namespace, name, replicas } => {
                format!("scale {} {} {replicas}", kind.to_ascii_lowercase(), named(namespace, name))
            }
            StageAction::FailNode(node) => format!("fail {node}"),
            StageAction::RecoverNode(node) => format!("recover {node}"),
            StageAction::Cordon(node, true) => format!("cordon {node}"),
            StageAction::Cordon(node, false) => format!("uncordon {node}"),
            StageAction::Drain(node) => {
                format!("kubectl drain {node} --ignore-daemonsets --delete-emptydir-data --force")
            }
            StageAction::Taint(node, is_on) => {
                taint(node, &format!("{MAINTENANCE}=planned:NoExecute"), *is_on)
            }
            StageAction::OutOfService(node, is_on) => {
                taint(node, &format!("{OUT_OF_SERVICE}=nodeshutdown:NoExecute"), *is_on)
            }
            StageAction::AddNode => format!("add {new_node}"),
            StageAction::RemoveNode(node) => {
                return Some(Act::Give(vec![
                    format!("remove {node}"),
                    format!("delete node {node}"),
                ]));
            }
            StageAction::Select(_)
            | StageAction::Inspect(_)
            | StageAction::Events(_)
            | StageAction::MoveLane(..)
            | StageAction::FoldLane(_) => return None,
        };
        Some(Act::Give(vec![line]))
    }
}

fn named(namespace: &str, name: &str) -> String {
    if namespace == NAMESPACE { name.to_owned() } else { format!("{namespace}/{name}") }
}

fn taint(node: &str, taint: &str, is_on: bool) -> String {
    format!("kubectl taint nodes {node} {taint}{}", if is_on { "" } else { "-" })
}

/// A moment as a script says it, to the microsecond.
fn moment(at_us: u64) -> String {
    let (seconds, rest) = (at_us / 1_000_000, at_us % 1_000_000);
    let text = format!("{seconds}.{rest:06}");
    format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The acts of a run.
#[derive(Clone, Debug, Default)]
struct Past {
    run: u32,
    acts: Vec<(u64, Act)>,
    is_cut: bool,
}

/// The acts of a cluster's runs.
#[derive(Clone, Debug, Default)]
pub struct Acts {
    runs: Vec<Past>,
    run: u32,
    now_us: u64,
}

impl Acts {
    /// No acts yet: a new cluster begins.
    pub const fn new() -> Self {
        Self { runs: Vec::new(), run: 0, now_us: 0 }
    }

    /// The run on screen and its moment.
    pub fn look(&mut self, run: u32, now_us: u64) {
        (self.run, self.now_us) = (run, now_us);
    }

    /// Notes an act at a moment of the run on screen. What had lain ahead is forgotten, as it is
    /// when somebody who went back acts.
    pub fn note(&mut self, at_us: u64, act: Act) {
        let run = self.run;
        if self.past().is_none() {
            self.runs.push(Past { run, ..Past::default() });
        }
        self.now_us = at_us;
        let Some(past) = self.runs.iter_mut().find(|one| one.run == run) else { return };
        past.acts.retain(|(at, _)| *at <= at_us);
        past.acts.push((at_us, act));
        if past.acts.len() > ACTS_MAX {
            past.acts.remove(0);
            past.is_cut = true;
        }
    }

    /// The text that the run on screen began with, if nobody has done anything since: then it
    /// comes to the same by itself.
    pub fn untouched(&self) -> Option<&Rc<str>> {
        match self.past()?.acts.as_slice() {
            [(0, Act::Apply(text))] => Some(text),
            _ => None,
        }
    }

    fn past(&self) -> Option<&Past> {
        self.runs.iter().find(|one| one.run == self.run)
    }

    /// The run on screen goes on under another number, with the same past.
    pub fn fork(&mut self, run: u32) {
        let now_us = self.now_us;
        let mut past = Past { run, ..self.past().cloned().unwrap_or_default() };
        past.acts.retain(|(at, _)| *at <= now_us);
        self.runs.push(past);
        self.run = run;
    }

    /// How to do again what was done: the command, its script, and the files that it names.
    pub fn script(&self, seed: u64) -> String {
        let none = Past::default();
        let past = self.past().unwrap_or(&none);
        let acts: Vec<&(u64, Act)> = gather(past.acts.iter().filter(|(at, _)| *at <= self.now_us));
        let mut files: Vec<&Rc<str>> = Vec::new();
        let mut lines = String::new();
        for (at, act) in acts {
            let at = moment(*at);
            match act {
                Act::Give(given) => {
                    for line in given {
                        let _ = writeln!(lines, "{at} {line}");
                    }
                }
                Act::Apply(text) => {
                    let file = files.iter().position(|one| *one == text).unwrap_or_else(|| {
                        files.push(text);
                        files.len() - 1
                    });
                    let _ = writeln!(lines, "{at} apply {}", file_name(file));
                }
            }
        }
        let until = moment(self.now_us);
        let mut script = format!("podium run --seed {seed} --until {until} --script {SCRIPT}\n");
        let cut = if past.is_cut { "# earlier steps are not kept\n" } else { "" };
        section(&mut script, SCRIPT, &format!("{cut}{lines}"));
        for (index, text) in files.into_iter().enumerate() {
            section(&mut script, &file_name(index), text);
        }
        script
    }
}

fn file_name(index: usize) -> String {
    format!("{}.yaml", index + 1)
}

fn section(out: &mut String, name: &str, text: &str) {
    let end = if text.ends_with('\n') || text.is_empty() { "" } else { "\n" };
    let _ = write!(out, "\n##### {name}\n{text}{end}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn give(line: &str) -> Act {
        Act::Give(vec![line.to_owned()])
    }

    fn steps(acts: &Acts) -> Vec<String> {
        let script = acts.script(7);
        let lines = script.lines().skip_while(|line| *line != "##### steps.txt").skip(1);
        lines.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn a_script_tells_every_act_at_its_moment_and_holds_the_texts() {
        let mut acts = Acts::new();
        acts.note(0, Act::Apply("a: 1\n".into()));
        acts.note(12_345_678, give("delete pod db-1"));
        acts.note(20_000_000, Act::Apply("a: 2".into()));
        acts.note(30_500_000, Act::Apply("a: 1\n".into()));
        acts.look(0, 41_000_000);
        let wanted = "podium run --seed 7 --until 41s --script steps.txt\n\n##### steps.txt\n0s \
                      apply 1.yaml\n12.345678s delete pod db-1\n20s apply 2.yaml\n30.5s apply \
                      1.yaml\n\n##### 1.yaml\na: 1\n\n##### 2.yaml\na: 2\n";
        assert_eq!(acts.script(7), wanted);
    }

    #[test]
    fn what_is_deleted_is_told_as_kubectl_deletes_it() {
        let told = |object, is_alone| {
            let action = StageAction::Delete { object, is_alone };
            Act::of_stage(&action, "")
        };
        let line = |line: &str| Some(give(line));
        let set = ObjectRef::new("StatefulSet", "shop", "db");
        let wanted = "kubectl delete statefulset db -n shop --cascade=orphan --wait=false";
        assert_eq!(told(set, true), line(wanted));
        let volume = ObjectRef::new("PersistentVolume", "", "pv-1");
        assert_eq!(told(volume, false), line("kubectl delete persistentvolume pv-1 --wait=false"));
    }

    #[test]
    fn a_run_is_untouched_until_somebody_acts() {
        let mut acts = Acts::new();
        assert_eq!(acts.untouched(), None);
        acts.note(0, Act::Apply("a: 1\n".into()));
        acts.look(0, 41_000_000);
        assert_eq!(acts.untouched().map(|text| &**text), Some("a: 1\n"));
        acts.note(41_000_000, give("cordon node-2"));
        assert_eq!(acts.untouched(), None);
    }

    #[test]
    fn what_lay_ahead_is_forgotten_when_somebody_who_went_back_acts() {
        let mut acts = Acts::new();
        acts.note(10_000_000, give("fail node-1"));
        acts.note(30_000_000, give("recover node-1"));
        acts.look(0, 20_000_000);
        assert_eq!(steps(&acts), ["10s fail node-1"], "not yet done at this moment");
        acts.look(0, 40_000_000);
        assert_eq!(steps(&acts).len(), 2, "and done again on the way");
        acts.note(20_000_000, give("cordon node-2"));
        acts.look(0, 40_000_000);
        assert_eq!(steps(&acts), ["10s fail node-1", "20s cordon node-2"]);
    }

    #[test]
    fn a_fork_has_the_past_of_its_run_and_a_future_of_its_own() {
        let mut acts = Acts::new();
        acts.note(10_000_000, give("fail node-1"));
        acts.note(30_000_000, give("recover node-1"));
        acts.look(0, 20_000_000);
        acts.fork(1);
        acts.note(25_000_000, give("cordon node-2"));
        assert_eq!(steps(&acts), ["10s fail node-1", "25s cordon node-2"]);
        acts.look(0, 40_000_000);
        assert_eq!(steps(&acts), ["10s fail node-1", "30s recover node-1"]);
    }
}
