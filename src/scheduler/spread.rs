//! How Pods are spread over domains of nodes.
//!
//! Must not know other filters. Invariant: integers only; a logarithm is a fixed-point number.

use crate::api::wellknown::{HOSTNAME, ZONE};
use std::collections::BTreeMap;

use crate::api::pod::TopologySpread;
use crate::api::{Kind, LabelSelector, Object};
use crate::base::{Str, gather};
use crate::scheduler::cache::{Cache, NodeUse};
use crate::scheduler::filter::Wanted;
use crate::scheduler::score::MAX_SCORE;
use crate::server::View;

/// The constraints that every Pod has that names none itself.
///
/// Models pkg/scheduler/framework/plugins/podtopologyspread/plugin.go systemDefaultConstraints
const DEFAULTS: [(&str, i64); 2] = [(HOSTNAME, 3), (ZONE, 5)];

/// The score of a node that lacks a constraint's label, until scores are normalised.
///
/// Models pkg/scheduler/framework/plugins/podtopologyspread/scoring.go invalidScore
const IGNORED: i64 = -1;

/// A fixed-point number has this many bits behind the point.
const POINT: u32 = 20;

/// How many Pods stand in each domain of one hard constraint.
pub(super) struct Hard<'a> {
    constraint: &'a TopologySpread,
    domains: BTreeMap<&'a Str, i64>,
    is_own: bool,
}

/// Whether a Pod is one of those that a constraint counts.
fn counts(constraint: &TopologySpread, namespace: &Str, object: &Object, wanted: &Object) -> bool {
    object.meta.namespace == *namespace
        && !object.meta.is_terminating()
        && selects(constraint, object, wanted)
}

/// Models pkg/scheduler/framework/plugins/podtopologyspread/common.go
/// filterTopologySpreadConstraints (matchLabelKeys join the selector)
fn selects(constraint: &TopologySpread, object: &Object, wanted: &Object) -> bool {
    let Some(selector) = &constraint.label_selector else { return false };
    let keys = match constraint.rest.get("matchLabelKeys") {
        Some(crate::api::Value::List(keys)) => keys.as_slice(),
        _ => &[],
    };
    let mut keys = keys.iter().filter_map(|key| key.as_str());
    selector.is_met_by(&object.meta.labels)
        && keys.all(|key| {
            wanted.meta.label(key).is_none_or(|value| object.meta.label(key) == Some(value))
        })
}

fn is_counted_node(constraint: &TopologySpread, wanted: &Wanted<'_>, node: &NodeUse) -> bool {
    let policy = |name: &str| constraint.rest.get(name).and_then(|value| value.as_str());
    let honors_affinity = policy("nodeAffinityPolicy") != Some("Ignore");
    let honors_taints = policy("nodeTaintsPolicy") == Some("Honor");
    (!honors_affinity || wanted.likes(node)) && (!honors_taints || wanted.bears_all(node))
}

/// The hard constraints of a Pod with their counts.
///
/// Models pkg/scheduler/framework/plugins/podtopologyspread/filtering.go calPreFilterState
pub(super) fn hard<'a>(object: &'a Object, wanted: &Wanted<'_>, cache: &'a Cache) -> Vec<Hard<'a>> {
    let constraints = object.pod().map(|pod| pod.spec.topology_spread_constraints.as_slice());
    let is_hard = |one: &&TopologySpread| &*one.when_unsatisfiable == "DoNotSchedule";
    let hard: Vec<_> = constraints.unwrap_or_default().iter().filter(is_hard).collect();
    let has_all = |node: &NodeUse| {
        hard.iter().all(|one| node.object.meta.labels.contains_key(&one.topology_key))
    };
    hard.iter()
        .map(|constraint| {
            let mut domains = BTreeMap::new();
            for node in cache.nodes() {
                let value = node.object.meta.labels.get(&constraint.topology_key);
                if has_all(node) && is_counted_node(constraint, wanted, node) {
                    domains.extend(value.map(|value| (value, 0)));
                }
            }
            count_domains(constraint, object, wanted, (cache, &has_all), &mut domains);
            Hard { constraint, domains, is_own: selects(constraint, object, object) }
        })
        .collect()
}

fn count_domains<'a>(
    constraint: &TopologySpread,
    object: &Object,
    wanted: &Wanted<'_>,
    (cache, is_one): (&'a Cache, &dyn Fn(&NodeUse) -> bool),
    domains: &mut BTreeMap<&'a Str, i64>,
) {
    for placed in cache.placed() {
        if !counts(constraint, &object.meta.namespace, &placed.object, object) {
            continue;
        }
        let Some(index) = cache.index_of(&placed.node) else { continue };
        let node = &cache.nodes()[index];
        let value = node.object.meta.labels.get(&constraint.topology_key);
        let domain = value.and_then(|value| domains.get_mut(value));
        let is_counted = is_one(node) && is_counted_node(constraint, wanted, node);
        if let Some(count) = domain.filter(|_| is_counted) {
            *count += 1;
        }
    }
}

/// What speaks against a node.
pub(super) enum Against {
    /// It has not the label that makes a domain.
    NoLabel,
    /// One more Pod there would be too many.
    TooUneven,
}

impl Hard<'_> {
    /// Models pkg/scheduler/framework/plugins/podtopologyspread/filtering.go Filter
    pub(super) fn check(&self, node: &NodeUse) -> Option<Against> {
        let Some(value) = node.object.meta.labels.get(&self.constraint.topology_key) else {
            return Some(Against::NoLabel);
        };
        let min_domains = self.constraint.rest.get("minDomains").and_then(|one| match one {
            crate::api::Value::Int(number) => Some(*number),
            _ => None,
        });
        let known = i64::try_from(self.domains.len()).unwrap_or(i64::MAX);
        let is_short = min_domains.is_some_and(|min| known < min);
        let least = if is_short { 0 } else { self.domains.values().copied().min().unwrap_or(0) };
        let here = self.domains.get(value).copied().unwrap_or(0);
        let skew = here + i64::from(self.is_own) - least;
        (skew > i64::from(self.constraint.max_skew)).then_some(Against::TooUneven)
    }
}

/// Adds to the scores of the fitting nodes what the soft constraints say, if there are any.
pub(super) fn add_scores(
    weight: i64,
    of: (&Object, &Wanted<'_>),
    fitting: &[usize],
    around: (&Cache, &View),
    scores: &mut [i64],
) {
    let (object, wanted) = of;
    let own = object.pod().map_or(&[][..], |pod| &pod.spec.topology_spread_constraints);
    if own.is_empty() {
        return add_by_default(weight, object, fitting, around, scores);
    }
    let soft: Vec<_> =
        own.iter().filter(|one| &*one.when_unsatisfiable == "ScheduleAnyway").collect();
    if let Some(raw) = by_own(object, wanted, &soft, fitting, around.0) {
        add(weight, raw.into_iter(), scores);
    }
}

/// Adds counts as scores: the fewer, the better.
///
/// Models pkg/scheduler/framework/plugins/podtopologyspread/scoring.go NormalizeScore
fn add(weight: i64, raw: impl Iterator<Item = i64> + Clone, scores: &mut [i64]) {
    let known = || raw.clone().filter(|score| *score != IGNORED);
    let (least, most) = (known().min().unwrap_or(0), known().max().unwrap_or(0));
    for (score, raw) in scores.iter_mut().zip(raw) {
        *score += weight
            * match raw {
                IGNORED => 0,
                _ if most == 0 => MAX_SCORE,
                raw => MAX_SCORE * (most + least - raw) / most,
            };
    }
}

/// Pods that count as one's own kind without a constraint of one's own: those of the same
/// controller, or else those behind the same Services.
///
/// Models pkg/scheduler/framework/plugins/helper/spread.go DefaultSelector
/// Differs: a controller's Pods are counted by owner, not by its selector.
fn add_by_default(
    weight: i64,
    object: &Object,
    fitting: &[usize],
    (cache, view): (&Cache, &View),
    scores: &mut [i64],
) {
    let nodes = cache.nodes();
    let owner = object.meta.controller().map(|owner| &*owner.kind);
    let counted: Vec<u32>;
    let crowd: &[u32] =
        if matches!(owner, Some("ReplicaSet" | "StatefulSet" | "ReplicationController")) {
            cache.crowd(object).unwrap_or(&[])
        } else {
            let Some(selector) = services_selector(object, view) else { return };
            let mut counts = vec![0; nodes.len()];
            for placed in cache.placed() {
                let meta = &placed.object.meta;
                let is_one = meta.namespace == object.meta.namespace
                    && !meta.is_terminating()
                    && selector.is_met_by(&meta.labels);
                if let Some(index) = cache.index_of(&placed.node).filter(|_| is_one) {
                    counts[index] += 1;
                }
            }
            counted = counts;
            &counted
        };
    let here = |index: usize| crowd.get(index).copied().map_or(0, i64::from);
    let zone_of = |index: usize| nodes[index].zone.as_ref();
    let has_zones = fitting.iter().any(|index| zone_of(*index).is_some());
    let mut zones: BTreeMap<Option<&Str>, i64> = BTreeMap::new();
    if has_zones {
        zones.extend(fitting.iter().map(|index| (zone_of(*index), 0)));
        for index in 0..nodes.len() {
            if let Some(count) = zones.get_mut(&zone_of(index)) {
                *count += here(index);
            }
        }
    }
    let (by_host, by_zone) = (log(fitting.len() + 2), log(zones.len() + 2));
    let one = |index: &usize| {
        let mut sum = here(*index) * by_host + ((DEFAULTS[0].1 - 1) << POINT);
        if let Some(zone) = zone_of(*index) {
            sum += zones[&Some(zone)] * by_zone + ((DEFAULTS[1].1 - 1) << POINT);
        }
        rounded(sum)
    };
    add(weight, fitting.iter().map(one), scores);
}

/// The labels that all Services of a Pod select by, joined.
fn services_selector(object: &Object, view: &View) -> Option<LabelSelector> {
    let mut labels = BTreeMap::new();
    for service in view.table(Kind::Service).in_namespace(&object.meta.namespace) {
        let Some(body) = service.service().filter(|one| !one.spec.selector.is_empty()) else {
            continue;
        };
        let selector = LabelSelector::of_labels(&body.spec.selector);
        if selector.is_met_by(&object.meta.labels) {
            labels.extend(body.spec.selector.clone());
        }
    }
    (!labels.is_empty()).then(|| LabelSelector::of_labels(&labels))
}

fn by_own(
    object: &Object,
    wanted: &Wanted<'_>,
    soft: &[&TopologySpread],
    fitting: &[usize],
    cache: &Cache,
) -> Option<Vec<i64>> {
    if soft.is_empty() {
        return None;
    }
    let labels = |index: usize| &cache.nodes()[index].object.meta.labels;
    let is_one = |node: &NodeUse| {
        soft.iter().all(|one| node.object.meta.labels.contains_key(&one.topology_key))
    };
    let has_all = |index: usize| is_one(&cache.nodes()[index]);
    let mut sums: Vec<Option<i64>> =
        fitting.iter().map(|index| has_all(*index).then_some(0)).collect();
    for constraint in soft {
        let mut domains: BTreeMap<&Str, i64> = gather(
            fitting
                .iter()
                .filter(|index| has_all(**index))
                .filter_map(|index| Some((labels(*index).get(&constraint.topology_key)?, 0))),
        );
        count_domains(constraint, object, wanted, (cache, &is_one), &mut domains);
        let weight = log(domains.len() + 2);
        for (sum, index) in sums.iter_mut().zip(fitting) {
            let value = labels(*index).get(&constraint.topology_key);
            let count = value.and_then(|value| domains.get(value)).copied().unwrap_or(0);
            if let Some(sum) = sum {
                *sum += count * weight + (i64::from(constraint.max_skew - 1) << POINT);
            }
        }
    }
    Some(sums.into_iter().map(|sum| sum.map_or(IGNORED, rounded)).collect())
}

fn rounded(fixed: i64) -> i64 {
    (fixed + (1 << (POINT - 1))) >> POINT
}

/// The natural logarithm of a number from 1 on, as a fixed-point number.
fn log(number: usize) -> i64 {
    const LN_2: u64 = 762_123_384_786; // ln 2 · 2^40
    let number = u64::try_from(number).unwrap_or(u64::MAX).max(1);
    let whole = u64::from(number.ilog2());
    // The binary logarithm bit by bit: squaring doubles it.
    let mut fraction = 0_u64;
    let mut x = (u128::from(number) << 32) >> whole;
    for bit in (0..POINT).rev() {
        x = (x * x) >> 32;
        if x >= 2 << 32 {
            x >>= 1;
            fraction |= 1 << bit;
        }
    }
    let binary = (whole << POINT) | fraction;
    i64::try_from((u128::from(binary) * u128::from(LN_2)) >> 40).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_exact_to_a_millionth_part() {
        // ln 5 = 1.609437…, ln 502 = 6.218600…, in 2^-20.
        assert!((log(5) - 1_687_617).abs() <= 2, "{}", log(5));
        assert!((log(502) - 6_520_675).abs() <= 4, "{}", log(502));
        assert_eq!(log(1), 0);
    }
}
