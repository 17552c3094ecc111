//! Which Pods of a node a drain takes away, and what it says of the others.
//!
//! Must not know how they are taken away. Invariant: a Pod with a mistake is never taken.
//!
//! Models staging/src/k8s.io/kubectl/pkg/drain/filters.go

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::{Kind, Object, Value};
use crate::base::Order as _;
use crate::base::{SECOND_US, SimTime};
use crate::kubectl::failure::{Failure, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::selector::Selector;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::tree;

/// The mark of a Pod that the kubelet reads from a file.
const MIRROR: &str = "kubernetes.io/config.mirror";

/// What a drain may do.
#[derive(Clone, Debug)]
pub(super) struct Permits {
    is_forced: bool,
    ignores_daemons: bool,
    deletes_data: bool,
    pods: Selector,
    /// Seconds of termination after which a Pod is not waited for; 0 waits for all.
    pub(super) skip_after_seconds: u64,
}

impl Permits {
    /// What the flags permit, with a selector that was read.
    pub(super) fn of(flags: &Flags, pods: Selector) -> Permits {
        let skip = flags.number("skip-wait-for-delete-timeout").unwrap_or(0);
        Permits {
            is_forced: flags.is_set("force"),
            ignores_daemons: flags.is_set("ignore-daemonsets"),
            deletes_data: flags.is_set("delete-emptydir-data"),
            pods,
            skip_after_seconds: u64::try_from(skip).unwrap_or(0),
        }
    }

    /// Whatever may be taken away at all; DaemonSets' Pods stay.
    pub(super) fn all() -> Permits {
        Permits {
            is_forced: true,
            ignores_daemons: true,
            deletes_data: true,
            pods: Selector::default(),
            skip_after_seconds: 0,
        }
    }
}

enum Fate {
    Goes,
    GoesWith(String),
    StaysWith(String),
    Stays,
    Wrong(String),
}

/// The Pods of a node, sorted.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// Those that go, in order of name.
    pub(super) pods: Vec<Rc<Object>>,
    /// What is said of some of them.
    pub(super) warnings: String,
    /// Why nothing may go at all.
    pub(super) failures: Vec<Failure>,
}

/// Sorts the Pods of a node.
///
/// Models staging/src/k8s.io/kubectl/pkg/drain/drain.go Helper.GetPodsForDeletion
pub(super) fn choose(session: &Session<'_>, node: &str, permits: &Permits) -> Chosen {
    let table = session.view().table(Kind::Pod);
    let mut pods: Vec<Rc<Object>> = table.on_node(&node.into()).cloned().collect();
    pods.order_by(|a, b| (&a.meta.namespace, &a.meta.name).cmp(&(&b.meta.namespace, &b.meta.name)));
    let (mut chosen, mut warnings, mut wrong) =
        (Chosen::default(), BTreeMap::new(), BTreeMap::new());
    let note = |to: &mut BTreeMap<String, Vec<String>>, text: String, pod: &Object| {
        let name = format!("{}/{}", pod.meta.namespace, pod.meta.name);
        to.entry(text).or_default().push(name);
    };
    for pod in pods.into_iter().filter(|pod| permits.pods.is_met_by(pod)) {
        match fate(session, &pod, permits) {
            Fate::Goes => chosen.pods.push(pod),
            Fate::GoesWith(text) => {
                note(&mut warnings, text, &pod);
                chosen.pods.push(pod);
            }
            Fate::StaysWith(text) => note(&mut warnings, text, &pod),
            Fate::Stays => {}
            Fate::Wrong(text) => note(&mut wrong, text, &pod),
        }
    }
    let warnings: Vec<String> =
        warnings.iter().map(|(text, pods)| format!("{text}: {}", pods.join(", "))).collect();
    chosen.warnings = warnings.join("; ");
    chosen.failures = wrong
        .iter()
        .map(|(text, pods)| plain(format!("cannot delete {text}: {}", pods.join(", "))))
        .collect();
    chosen
}

/// What becomes of a Pod: the filters in their order. Of several warnings the last counts,
/// and that is always the one of the last filter.
fn fate(session: &Session<'_>, pod: &Object, permits: &Permits) -> Fate {
    let is_over = pod.pod().is_some_and(|pod| pod.status.phase.is_terminal());
    if is_skipped(session.now(), pod, permits.skip_after_seconds) {
        return Fate::Stays;
    }
    let owner = pod.meta.controller();
    if let Some(owner) = owner.filter(|owner| &*owner.kind == "DaemonSet" && !is_over) {
        let set = session.view().named(Kind::DaemonSet, &pod.meta.namespace, &owner.name);
        match (set.is_some(), permits.ignores_daemons, permits.is_forced) {
            (true, true, _) => {
                return Fate::StaysWith("ignoring DaemonSet-managed Pods".to_owned());
            }
            (true, false, _) => {
                let text = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
                return Fate::Wrong(text.to_owned());
            }
            (false, _, false) => {
                return Fate::Wrong(format!("daemonsets.apps \"{}\" not found", owner.name));
            }
            (false, _, true) => {}
        }
    }
    if pod.meta.annotation(MIRROR).is_some() {
        return Fate::Stays;
    }
    if is_over {
        return Fate::Goes;
    }
    if has_local_storage(pod) && !permits.deletes_data {
        let text = "Pods with local storage (use --delete-emptydir-data to override)";
        return Fate::Wrong(text.to_owned());
    }
    match (owner.is_none(), permits.is_forced) {
        (false, _) => Fate::Goes,
        (true, true) => Fate::GoesWith("deleting Pods that declare no controller".to_owned()),
        (true, false) => {
            Fate::Wrong("Pods that declare no controller (use --force to override)".to_owned())
        }
    }
}

/// Whether a Pod has been terminating for so long that nobody waits for it.
pub(super) fn is_skipped(now: SimTime, pod: &Object, after_seconds: u64) -> bool {
    let deleted = pod.meta.deletion_timestamp;
    after_seconds > 0 && deleted.is_some_and(|at| now.since_us(at) / SECOND_US > after_seconds)
}

fn has_local_storage(pod: &Object) -> bool {
    match tree::at(&tree_of(pod), &["spec", "volumes"]) {
        Some(Value::List(volumes)) => volumes.iter().any(|one| one.at("emptyDir").is_some()),
        _ => false,
    }
}
