//! What speaks against a node, and the sentence that sums it up.
//!
//! Must not know which node is best. Invariant: a reason is in Kubernetes' own words.

use crate::api::wellknown::UNSCHEDULABLE;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::api::Object;
use crate::api::affinity::Affinity;
use crate::api::core::Taint;
use crate::api::pod::{Pod, PodSpec, Toleration};
use crate::base::Order as _;
use crate::base::{Str, gather};
use crate::scheduler::affinity::{self, Rules};
use crate::scheduler::cache::{Amount, Cache, NodeUse};
use crate::scheduler::ports::Ports;
use crate::scheduler::spread::{self, Hard};
use crate::scheduler::volumes::Volumes;
use crate::server::View;

/// The plugin that rejected a Pod on a node: it says which changes may help.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Plugin {
    Unschedulable,
    Taints,
    NodeAffinity,
    Ports,
    Resources,
    VolumeRestrictions,
    VolumeBinding,
    VolumeZone,
    Spread,
    PodAffinity,
}

/// Something that speaks against a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Reason {
    pub(super) plugin: Plugin,
    pub(super) text: Str,
    /// Whether Pods that go could help.
    pub(super) is_resolvable: bool,
}

impl Reason {
    fn new(plugin: Plugin, text: &str, is_resolvable: bool) -> Reason {
        Reason { plugin, text: text.into(), is_resolvable }
    }
}

/// What a Pod asks of a node.
pub(super) struct Wanted<'a> {
    pub(super) amount: Amount,
    pub(super) counted: Amount,
    pub(super) affinity: Option<&'a Affinity>,
    spec: &'a PodSpec,
    hard: Vec<Hard<'a>>,
    rules: Rules<'a>,
    ports: Ports,
    volumes: Volumes<'a>,
    /// The only nodes that the Pod may go to, if it names them.
    named: Option<BTreeSet<Str>>,
}

impl<'a> Wanted<'a> {
    /// Reads a Pod's wishes against what is placed.
    pub(super) fn of(object: &'a Object, cache: &'a Cache, view: &'a View) -> Wanted<'a> {
        let pod = object.pod().expect("only Pods are scheduled");
        let amount = Amount::requested(object);
        let mut wanted = Wanted {
            counted: Amount::counted(object),
            amount,
            affinity: pod.spec.affinity.as_deref(),
            spec: &pod.spec,
            hard: Vec::new(),
            rules: Rules::of(object, cache, view),
            ports: Ports::of(object, cache),
            volumes: Volumes::of(object, cache, view),
            named: named_nodes(&pod.spec),
        };
        wanted.hard = spread::hard(object, &wanted, cache);
        wanted
    }

    fn tolerations(&self) -> &[Toleration] {
        &self.spec.tolerations
    }

    fn bears(&self, taint: &Taint) -> bool {
        self.tolerations().iter().any(|one| one.bears(taint))
    }

    /// Whether the taint is borne that a cordon stands for.
    fn bears_unschedulable(&self) -> bool {
        self.bears(&Taint {
            key: UNSCHEDULABLE.into(),
            effect: "NoSchedule".into(),
            ..Taint::default()
        })
    }

    /// Whether a taint that only asks is borne.
    pub(super) fn prefers_to_bear(&self, taint: &Taint) -> bool {
        self.tolerations()
            .iter()
            .filter(|one| matches!(one.effect.as_deref(), None | Some("" | "PreferNoSchedule")))
            .any(|one| one.bears(taint))
    }

    /// Whether every taint of a node that keeps Pods away is borne.
    pub(super) fn bears_all(&self, node: &NodeUse) -> bool {
        self.unborne(node).is_none()
    }

    fn unborne<'b>(&self, node: &'b NodeUse) -> Option<&'b Taint> {
        let taints = &node.object.node()?.spec.taints;
        let keeps_away = |taint: &&Taint| &*taint.effect != "PreferNoSchedule";
        taints.iter().filter(keeps_away).find(|taint| !self.bears(taint))
    }

    /// Whether a node meets the node selector and the required node affinity.
    pub(super) fn likes(&self, node: &NodeUse) -> bool {
        self.spec.likes(&node.object)
    }
}

/// The nodes that a Pod names by field, if each of its terms does.
///
/// Models pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go PreFilter
fn named_nodes(spec: &PodSpec) -> Option<BTreeSet<Str>> {
    let required = spec.affinity.as_ref()?.node_affinity.as_ref()?.required.as_ref()?;
    let mut names = BTreeSet::new();
    for term in &required.node_selector_terms {
        let fields = term.match_fields.iter();
        let by_name = fields.filter(|one| &*one.key == "metadata.name" && &*one.operator == "In");
        let sets = by_name.map(|one| gather::<BTreeSet<Str>, Str>(one.values.iter().cloned()));
        names.extend(sets.reduce(|all, more| gather(all.intersection(&more).cloned()))?);
    }
    (!required.node_selector_terms.is_empty()).then_some(names)
}

/// That no node can have all the names that a Pod names, if so.
///
/// Models pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go PreFilter
pub(super) fn conflict(pod: &Pod) -> Option<(Plugin, String)> {
    named_nodes(&pod.spec)?
        .is_empty()
        .then(|| (Plugin::NodeAffinity, "pod affinity terms conflict".to_owned()))
}

/// What speaks against a node; nothing if the Pod fits. The first plugin that objects decides.
///
/// Models the order of pkg/scheduler/apis/config/v1/default_plugins.go
pub(super) fn check(wanted: &Wanted<'_>, node: &NodeUse) -> Option<Vec<Reason>> {
    let one = |plugin, text, is_resolvable| Some(vec![Reason::new(plugin, text, is_resolvable)]);
    if wanted.named.as_ref().is_some_and(|names| !names.contains(&node.name)) {
        let text = "node(s) didn't satisfy plugin(s) [NodeAffinity]";
        return one(Plugin::NodeAffinity, text, false);
    }
    if node.repels {
        let body = node.object.node()?;
        if body.spec.unschedulable && !wanted.bears_unschedulable() {
            return one(Plugin::Unschedulable, "node(s) were unschedulable", false);
        }
        if wanted.unborne(node).is_some() {
            return one(Plugin::Taints, "node(s) had untolerated taint(s)", false);
        }
    }
    if !wanted.likes(node) {
        let text = "node(s) didn't match Pod's node affinity/selector";
        return one(Plugin::NodeAffinity, text, false);
    }
    if !wanted.ports.are_free_on(&node.name) {
        let text = "node(s) didn't have free ports for the requested pod ports";
        return one(Plugin::Ports, text, true);
    }
    let lacking = lacking(wanted, node);
    if !lacking.is_empty() {
        return Some(lacking);
    }
    if let Some((plugin, text, is_resolvable)) = wanted.volumes.check(node) {
        return one(plugin, text, is_resolvable);
    }
    for constraint in &wanted.hard {
        let text = "node(s) didn't match pod topology spread constraints";
        match constraint.check(node) {
            Some(spread::Against::TooUneven) => return one(Plugin::Spread, text, true),
            Some(spread::Against::NoLabel) => {
                let text = format!("{text} (missing required label)");
                return one(Plugin::Spread, &text, false);
            }
            None => {}
        }
    }
    let (text, is_resolvable) = match wanted.rules.check(node)? {
        affinity::Against::Existing => {
            ("node(s) didn't satisfy existing pods anti-affinity rules", true)
        }
        affinity::Against::Affinity => ("node(s) didn't match pod affinity rules", false),
        affinity::Against::AntiAffinity => ("node(s) didn't match pod anti-affinity rules", true),
    };
    one(Plugin::PodAffinity, text, is_resolvable)
}

/// Models pkg/scheduler/framework/plugins/noderesources/fit.go fitsRequest
fn lacking(wanted: &Wanted<'_>, node: &NodeUse) -> Vec<Reason> {
    let (asked, has, used) = (&wanted.amount, &node.allocatable, &node.requested);
    let mut reasons = Vec::new();
    if node.pods + 1 > node.pods_max {
        reasons.push(Reason::new(Plugin::Resources, "Too many pods", true));
    }
    let mut look = |name: &str, asked: i64, has: i64, used: i64| {
        if asked > 0 && asked > has - used {
            // More than the whole node has is asked for: no Pod that goes could help.
            let text = format!("Insufficient {name}");
            reasons.push(Reason::new(Plugin::Resources, &text, asked <= has));
        }
    };
    look("cpu", asked.cpu_milli, has.cpu_milli, used.cpu_milli);
    look("memory", asked.memory_bytes, has.memory_bytes, used.memory_bytes);
    for (name, amount) in asked.others.iter().flat_map(|all| all.iter()) {
        look(name, *amount, has.other(name), used.other(name));
    }
    reasons
}

/// The reasons of all nodes, counted and sorted.
///
/// Models pkg/scheduler/framework/types.go FitError.Error
pub(super) fn explain(nodes: usize, reasons: &[Str], then: Option<&str>) -> String {
    if nodes == 0 {
        return "no nodes available to schedule pods".to_owned();
    }
    let mut counts: BTreeMap<&Str, u32> = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    let mut parts: Vec<String> =
        counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    parts.order();
    let sum = format!("0/{nodes} nodes are available: {}.", parts.join(", "));
    match then {
        Some(then) => format!("{sum} {then}"),
        None => sum,
    }
}

/// Pods of no less priority that are to come to a node, with that node.
#[derive(Default)]
pub(super) struct Coming(pub(super) Vec<(Str, Rc<Object>)>);

impl Coming {
    /// What speaks against a node: first as if those that are to come there were there, then, by
    /// `plain`, without them, for nobody knows whether they will come.
    ///
    /// Models pkg/scheduler/framework/runtime/framework.go RunFilterPluginsWithNominatedPods
    pub(super) fn check(
        &self,
        object: &Object,
        index: usize,
        cache: &Cache,
        view: &View,
        plain: impl FnOnce() -> Option<Vec<Reason>>,
    ) -> Option<Vec<Reason>> {
        let node = &cache.nodes()[index].name;
        let mut here = self.0.iter().filter(|(name, _)| name == node).peekable();
        if here.peek().is_some() {
            let mut with = cache.clone();
            here.for_each(|(_, other)| with.assume(other, node));
            let against = check(&Wanted::of(object, &with, view), &with.nodes()[index]);
            if against.is_some() {
                return against;
            }
        }
        plain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_counted_and_sorted() {
        let reasons = ["Insufficient cpu", "node(s) had untolerated taint(s)", "Insufficient cpu"];
        let reasons = reasons.map(Str::from);
        assert_eq!(
            explain(3, &reasons, Some("preemption: no.")),
            "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. \
             preemption: no."
        );
        assert_eq!(explain(0, &[], None), "no nodes available to schedule pods");
    }
}
