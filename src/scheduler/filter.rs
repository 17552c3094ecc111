//! What speaks against a node, and the sentence that sums it up.
//!
//! Must not know which node is best. Invariant: a reason is in Kubernetes' own words.

use std::collections::BTreeMap;

use crate::api::Object;
use crate::api::core::Taint;
use crate::api::pod::Toleration;
use crate::base::Str;
use crate::scheduler::cache::{Amount, NodeUse};

/// Something that speaks against a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Reason {
    Unschedulable,
    Taint,
    Selector,
    TooManyPods,
    Cpu,
    Memory,
}

impl Reason {
    const fn text(self) -> &'static str {
        match self {
            Reason::Unschedulable => "node(s) were unschedulable",
            Reason::Taint => "node(s) had untolerated taint(s)",
            Reason::Selector => "node(s) didn't match Pod's node affinity/selector",
            Reason::TooManyPods => "Too many pods",
            Reason::Cpu => "Insufficient cpu",
            Reason::Memory => "Insufficient memory",
        }
    }

    /// Whether evicting Pods could help.
    const fn is_resolvable(self) -> bool {
        matches!(self, Reason::TooManyPods | Reason::Cpu | Reason::Memory)
    }
}

/// What a Pod asks of a node.
pub(super) struct Wanted<'a> {
    pub(super) amount: Amount,
    tolerations: &'a [Toleration],
    selector: &'a BTreeMap<Str, Str>,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(object: &'a Object) -> Wanted<'a> {
        let pod = object.pod().expect("only Pods are scheduled");
        Wanted {
            amount: Amount::requested(object),
            tolerations: &pod.spec.tolerations,
            selector: &pod.spec.node_selector,
        }
    }

    fn bears(&self, taint: &Taint) -> bool {
        self.tolerations.iter().any(|one| one.bears(taint))
    }
}

/// What speaks against a node; nothing if the Pod fits.
///
/// Models the order of pkg/scheduler/apis/config/v1/default_plugins.go
pub(super) fn check(wanted: &Wanted<'_>, node: &NodeUse) -> Option<Vec<Reason>> {
    let body = node.object.node()?;
    if body.spec.unschedulable {
        return Some(vec![Reason::Unschedulable]);
    }
    let forbids = |taint: &&Taint| matches!(&*taint.effect, "NoSchedule" | "NoExecute");
    if body.spec.taints.iter().filter(forbids).any(|taint| !wanted.bears(taint)) {
        return Some(vec![Reason::Taint]);
    }
    let labels = &node.object.meta.labels;
    if wanted.selector.iter().any(|(key, value)| labels.get(key) != Some(value)) {
        return Some(vec![Reason::Selector]);
    }
    let mut reasons = Vec::new();
    if node.pods + 1 > node.pods_max {
        reasons.push(Reason::TooManyPods);
    }
    let (asked, has) = (wanted.amount, node.allocatable);
    if asked.cpu_milli > 0 && asked.cpu_milli > has.cpu_milli - node.requested.cpu_milli {
        reasons.push(Reason::Cpu);
    }
    if asked.memory_bytes > 0 && asked.memory_bytes > has.memory_bytes - node.requested.memory_bytes
    {
        reasons.push(Reason::Memory);
    }
    (!reasons.is_empty()).then_some(reasons)
}

/// The sentence of the FailedScheduling Event.
///
/// Models pkg/scheduler/framework/types.go FitError.Error
/// Differs: preemption is not modelled, so its half of the sentence assumes equal priorities.
pub(super) fn explain(nodes: usize, reasons: &[Reason]) -> String {
    if nodes == 0 {
        return "no nodes available to schedule pods".to_owned();
    }
    let mut counts: BTreeMap<Reason, u32> = BTreeMap::new();
    for reason in reasons {
        *counts.entry(*reason).or_default() += 1;
    }
    let mut parts: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{count} {}", reason.text())).collect();
    parts.sort();
    let resolvable = reasons.iter().any(|one| one.is_resolvable());
    let no_victims = if resolvable {
        format!("{nodes} No preemption victims found for incoming pod")
    } else {
        format!("{nodes} Preemption is not helpful for scheduling")
    };
    format!(
        "0/{nodes} nodes are available: {}. no new claims to deallocate, preemption: 0/{nodes} \
         nodes are available: {no_victims}.",
        parts.join(", ")
    )
}
