//! `kubectl drain`: cordons nodes and takes their Pods away, node by node.
//!
//! Must not know budgets. Invariant: a Pod counts as taken away when its UID is gone.
//!
//! Models staging/src/k8s.io/kubectl/pkg/drain/drain.go

use std::collections::VecDeque;
use std::rc::Rc;

use crate::api::{Kind, Object, Propagation};
use crate::base::{SECOND_US, SimTime};
use crate::kubectl::failure::{Done, Failure, plain};
use crate::kubectl::flags::{self, Flags};
use crate::kubectl::nodes::evictable::{self, Permits};
use crate::kubectl::run::{Stage, Wait};
use crate::kubectl::selector::Selector;
use crate::kubectl::session::{DryRun, Session};
use crate::kubectl::target::Info;
use crate::server::{Action, DeleteOptions, Key, Refusal};

/// An eviction that a budget refused is tried again after this long.
const RETRY_US: u64 = 5 * SECOND_US;
/// kubectl looks this often whether a Pod is gone.
const LOOK_US: u64 = SECOND_US;

/// `kubectl drain`.
pub(in crate::kubectl) fn drain(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let dry = DryRun::of(flags)?;
    let selector = flags.text("pod-selector").unwrap_or_default();
    let pods = Selector::read(selector, "");
    if pods.mistake().is_some() {
        return Err(plain("--pod-selector=<pod_selector> must be a valid label selector"));
    }
    let nodes = super::chosen(session, flags, "drain", "USAGE: drain NODE [flags]")?;
    let grace = flags.number("grace-period").and_then(|seconds| u32::try_from(seconds).ok());
    let how = How {
        permits: Permits::of(flags, pods),
        dry,
        options: DeleteOptions { grace_seconds: grace, propagation: Propagation::Background },
        is_deleting: flags.is_set("disable-eviction"),
        timeout_us: flags.span_us("timeout").filter(|us| *us > 0),
    };
    Ok(begin(session, nodes, how))
}

/// `kubectl drain NODE --ignore-daemonsets --delete-emptydir-data --force`.
pub(in crate::kubectl) fn drain_wholly(session: &mut Session<'_>, node: &str) -> Done<Stage> {
    let node = super::info(node);
    session.live(&node)?;
    let how = How {
        permits: Permits::all(),
        dry: DryRun::No,
        options: DeleteOptions { grace_seconds: None, propagation: Propagation::Background },
        is_deleting: false,
        timeout_us: None,
    };
    Ok(begin(session, vec![node], how))
}

fn begin(session: &mut Session<'_>, nodes: Vec<Info>, how: How) -> Stage {
    for node in &nodes {
        super::mark_or_complain(session, node, true, how.dry);
    }
    Stage::Waits(Box::new(Drain {
        nodes: nodes.into(),
        current: None,
        how,
        failures: Vec::new(),
        remaining: Vec::new(),
    }))
}

/// What the flags ask for.
#[derive(Debug)]
struct How {
    permits: Permits,
    dry: DryRun,
    options: DeleteOptions,
    /// Deletes without asking the budgets.
    is_deleting: bool,
    timeout_us: Option<u64>,
}

/// A drain under way.
#[derive(Debug)]
struct Drain {
    nodes: VecDeque<Info>,
    current: Option<Emptying>,
    how: How,
    failures: Vec<Failure>,
    remaining: Vec<String>,
}

/// A node that is being emptied.
#[derive(Debug)]
struct Emptying {
    node: Info,
    pods: Vec<Leaving>,
    deadline: Option<SimTime>,
    failures: Vec<Failure>,
}

/// A Pod on its way out.
#[derive(Debug)]
struct Leaving {
    pod: Rc<Object>,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// To be evicted at this moment.
    Evict(SimTime),
    /// Asked to go; looked for at this moment.
    Look(SimTime),
    /// Gone, or given up.
    Over,
}

impl Wait for Drain {
    fn poll(&mut self, session: &mut Session<'_>) -> Option<Done> {
        loop {
            if self.current.is_none() {
                let Some(node) = self.nodes.pop_front() else {
                    return Some(self.finish(session));
                };
                self.current = self.begin(session, node);
                continue;
            }
            let emptying = self.current.as_mut()?;
            emptying.look(session, &self.how);
            if emptying.pods.iter().any(|one| one.step != Step::Over) {
                return None;
            }
            let emptied = self.current.take()?;
            self.end(session, emptied);
        }
    }

    fn due(&self) -> Option<SimTime> {
        let emptying = self.current.as_ref()?;
        let steps = emptying.pods.iter().filter_map(|one| match one.step {
            Step::Evict(at) => Some(at),
            Step::Look(at) => Some(emptying.deadline.map_or(at, |deadline| deadline.min(at))),
            Step::Over => None,
        });
        steps.min()
    }
}

impl Drain {
    /// Starts with a node; nothing is under way if it can't be emptied or is empty.
    fn begin(&mut self, session: &mut Session<'_>, node: Info) -> Option<Emptying> {
        let chosen = evictable::choose(session, &node.name, &self.how.permits);
        if !chosen.failures.is_empty() {
            self.give_up(session, &node, chosen.failures);
            return None;
        }
        if !chosen.warnings.is_empty() {
            session.complain(format!("Warning: {}", chosen.warnings));
        }
        if self.how.dry == DryRun::Client {
            for pod in &chosen.pods {
                let (namespace, name) = (&pod.meta.namespace, &pod.meta.name);
                session.say(format!("evicting pod {namespace}/{name} (dry run)"));
            }
            drained(session, &node, self.how.dry);
            return None;
        }
        let now = session.now();
        let leaving = |pod| Leaving { pod, step: Step::Evict(now) };
        let mut emptying = Emptying {
            node,
            pods: chosen.pods.into_iter().map(leaving).collect(),
            deadline: self.how.timeout_us.map(|us| now.plus_us(us)),
            failures: Vec::new(),
        };
        emptying.start(session, &self.how);
        Some(emptying)
    }

    /// Tells how the emptying of a node ended.
    fn end(&mut self, session: &mut Session<'_>, emptied: Emptying) {
        if emptied.failures.is_empty() {
            drained(session, &emptied.node, self.how.dry);
            return;
        }
        let pending = evictable::choose(session, &emptied.node.name, &self.how.permits).pods;
        if !pending.is_empty() {
            session.complain(format!(
                "There are pending pods in node \"{}\" when an error occurred: {}",
                emptied.node.name,
                aggregate(&emptied.failures)
            ));
            for pod in pending {
                session.complain(format!("pod/{}", pod.meta.name));
            }
        }
        self.give_up(session, &emptied.node, emptied.failures);
    }

    fn give_up(&mut self, session: &mut Session<'_>, node: &Info, failures: Vec<Failure>) {
        session.complain(format!(
            "error: unable to drain node \"{}\" due to error: {}, continuing command...",
            node.name,
            aggregate(&failures)
        ));
        self.remaining.push(node.name.to_string());
        self.failures.push(Failure::Many(failures));
    }

    fn finish(&mut self, session: &mut Session<'_>) -> Done {
        if self.remaining.is_empty() {
            return Ok(());
        }
        session.complain("There are pending nodes to be drained:");
        for node in &self.remaining {
            session.complain(format!(" {node}"));
        }
        Failure::all(std::mem::take(&mut self.failures))
    }
}

fn drained(session: &mut Session<'_>, node: &Info, dry: DryRun) {
    session.say(format!("node/{} drained{}", node.name, dry.suffix()));
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/errors/errors.go aggregate.Error
fn aggregate(failures: &[Failure]) -> String {
    let texts: Vec<String> = failures.iter().map(Failure::error).collect();
    match texts.as_slice() {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    }
}

impl Emptying {
    /// Sends the first requests. Go starts the routine that was made last first, and so the
    /// last Pod is the first to be asked.
    fn start(&mut self, session: &mut Session<'_>, how: &How) {
        if how.is_deleting {
            return self.delete_all(session, how);
        }
        let count = self.pods.len();
        if count > 0 {
            self.evict(session, how, count - 1);
        }
        for index in 0..count.saturating_sub(1) {
            self.evict(session, how, index);
        }
    }

    /// Does what is due.
    fn look(&mut self, session: &mut Session<'_>, how: &How) {
        let now = session.now();
        for index in 0..self.pods.len() {
            match self.pods[index].step {
                Step::Evict(at) if at <= now => self.evict(session, how, index),
                Step::Look(at) => self.look_for(session, how, index, at),
                _ => {}
            }
        }
    }

    fn is_late(&self, now: SimTime) -> bool {
        self.deadline.is_some_and(|deadline| now >= deadline)
    }

    /// Models staging/src/k8s.io/kubectl/pkg/drain/drain.go Helper.evictPods
    fn evict(&mut self, session: &mut Session<'_>, how: &How, index: usize) {
        let pod = Rc::clone(&self.pods[index].pod);
        let (namespace, name) = (&pod.meta.namespace, &pod.meta.name);
        session.say(format!("evicting pod {namespace}/{name}{}", how.dry.suffix()));
        let now = session.now();
        if self.is_late(now) {
            self.failures.push(plain(format!(
                "error when evicting pods/\"{name}\" -n \"{namespace}\": global timeout reached: \
                 {}",
                flags::span_text(how.timeout_us.unwrap_or(0))
            )));
            self.pods[index].step = Step::Over;
            return;
        }
        // Who is asked to go is whoever has the name now.
        let Some(there) = session.view().named(Kind::Pod, namespace, name) else {
            self.pods[index].step = Step::Over;
            return;
        };
        let key = Key { kind: Kind::Pod, id: there.meta.id };
        let answer = session.ask(Action::Evict(key, how.options), how.dry);
        self.pods[index].step = match answer {
            Ok(_) if how.dry == DryRun::Server => Step::Over,
            Ok(_) => Step::Look(now),
            Err(Failure::Server(Refusal::NotFound(..))) => Step::Over,
            Err(Failure::Server(Refusal::TooManyRequests(why))) => {
                session.complain(format!(
                    "error when evicting pods/\"{name}\" -n \"{namespace}\" (will retry after \
                     5s): {why}"
                ));
                Step::Evict(now.plus_us(RETRY_US))
            }
            Err(failure) => {
                let why = failure.error();
                self.failures.push(plain(format!(
                    "error when evicting pods/\"{name}\" -n \"{namespace}\": {why}"
                )));
                Step::Over
            }
        };
        if self.pods[index].step == Step::Look(now) {
            self.look_for(session, how, index, now);
        }
    }

    /// Models staging/src/k8s.io/kubectl/pkg/drain/drain.go Helper.deletePods
    fn delete_all(&mut self, session: &mut Session<'_>, how: &How) {
        let now = session.now();
        for index in 0..self.pods.len() {
            let key = Key { kind: Kind::Pod, id: self.pods[index].pod.meta.id };
            match session.ask(Action::Delete(key, how.options), how.dry) {
                Ok(_) | Err(Failure::Server(Refusal::NotFound(..))) => {
                    self.pods[index].step = Step::Look(now);
                }
                Err(failure) => {
                    self.failures.push(failure);
                    self.pods.iter_mut().for_each(|one| one.step = Step::Over);
                    return;
                }
            }
        }
    }

    /// Models staging/src/k8s.io/kubectl/pkg/drain/drain.go waitForDelete
    fn look_for(&mut self, session: &mut Session<'_>, how: &How, index: usize, at: SimTime) {
        let now = session.now();
        let pod = Rc::clone(&self.pods[index].pod);
        let (namespace, name) = (&pod.meta.namespace, &pod.meta.name);
        if at <= now {
            let there = session.view().named(Kind::Pod, namespace, name).cloned();
            let there = there.filter(|one| one.meta.uid == pod.meta.uid);
            let skip = how.permits.skip_after_seconds;
            match there {
                None => {
                    let done = if how.is_deleting { "deleted" } else { "evicted" };
                    session.say(format!("pod/{name} {done}{}", how.dry.suffix()));
                    self.pods[index].step = Step::Over;
                    return;
                }
                Some(there) if evictable::is_skipped(now, &there, skip) => {
                    session.say(format!(
                        "pod \"{name}\" has DeletionTimestamp older than {skip} seconds, skipping"
                    ));
                    self.pods[index].step = Step::Over;
                    return;
                }
                Some(_) => self.pods[index].step = Step::Look(at.plus_us(LOOK_US)),
            }
        }
        if self.is_late(now) {
            let why = "context deadline exceeded";
            if how.is_deleting {
                // All Pods are waited for as one.
                self.failures.push(plain(why));
                self.pods.iter_mut().for_each(|one| one.step = Step::Over);
                return;
            }
            self.failures.push(plain(format!(
                "error when waiting for pod \"{name}\" in namespace \"{namespace}\" to \
                 terminate: {why}"
            )));
            self.pods[index].step = Step::Over;
        }
    }
}
