//! Which of the nodes that fit is best.
//!
//! Must not know why others don't fit. Invariant: integers only; equal scores are left for
//! the caller to draw from.

use crate::api::Object;
use crate::base::Rng;
use crate::scheduler::affinity;
use crate::scheduler::cache::{Cache, NodeUse};
use crate::scheduler::filter::Wanted;
use crate::scheduler::spread;
use crate::server::View;

pub(super) const MAX_SCORE: i64 = 100;
/// Models pkg/scheduler/apis/config/v1/default_plugins.go getDefaultPlugins
const TAINT_WEIGHT: i64 = 3;
const NODE_AFFINITY_WEIGHT: i64 = 2;
const SPREAD_WEIGHT: i64 = 2;
const POD_AFFINITY_WEIGHT: i64 = 2;

/// The index of the best node; of several, chance takes one.
///
/// Models pkg/scheduler/schedule_one.go prioritizeNodes and selectHost
/// Differs: images are not weighed (ImageLocality).
pub(super) fn best(
    object: &Object,
    wanted: &Wanted<'_>,
    fitting: &[usize],
    around: (&Cache, &View),
    scores: &mut Vec<i64>,
    rng: &mut Rng,
) -> usize {
    let (cache, view) = around;
    let nodes = cache.nodes();
    scores.clear();
    scores.extend(fitting.iter().map(|one| resources(wanted, &nodes[*one])));
    let mut add = |weight: i64, more: Option<Vec<i64>>| {
        for (score, more) in scores.iter_mut().zip(more.into_iter().flatten()) {
            *score += weight * more;
        }
    };
    add(TAINT_WEIGHT, taints(wanted, fitting, nodes));
    add(NODE_AFFINITY_WEIGHT, preferred_nodes(wanted, fitting, nodes));
    add(POD_AFFINITY_WEIGHT, affinity::scores(object, fitting, cache, view));
    spread::add_scores(SPREAD_WEIGHT, (object, wanted), fitting, around, scores);
    let top = scores.iter().copied().max().unwrap_or(0);
    let mut tops = fitting.iter().zip(&*scores).filter(|(_, score)| **score == top);
    let draw = rng.below(tops.clone().count() as u64);
    let drawn = usize::try_from(draw).expect("fewer nodes than memory");
    let (index, _) = tops.nth(drawn).expect("as many as were counted");
    *index
}

/// Models pkg/scheduler/framework/plugins/helper/normalize_score.go DefaultNormalizeScore
fn normalized(counts: Vec<i64>, is_reversed: bool) -> Vec<i64> {
    let max = counts.iter().copied().max().unwrap_or(0);
    let one = |count: i64| {
        let share = if max == 0 { 0 } else { MAX_SCORE * count / max };
        if is_reversed { MAX_SCORE - share } else { share }
    };
    counts.into_iter().map(one).collect()
}

/// Models pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go Score
fn taints(wanted: &Wanted<'_>, fitting: &[usize], nodes: &[NodeUse]) -> Option<Vec<i64>> {
    if !fitting.iter().any(|index| nodes[*index].repels) {
        return None;
    }
    let count = |index: &usize| -> i64 {
        let taints = nodes[*index].object.node().map(|node| node.spec.taints.as_slice());
        let against = taints
            .unwrap_or_default()
            .iter()
            .filter(|taint| &*taint.effect == "PreferNoSchedule" && !wanted.prefers_to_bear(taint));
        i64::try_from(against.count()).unwrap_or(i64::MAX)
    };
    let counts: Vec<i64> = fitting.iter().map(count).collect();
    counts.iter().any(|count| *count > 0).then(|| normalized(counts, true))
}

/// Models pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go Score
fn preferred_nodes(wanted: &Wanted<'_>, fitting: &[usize], nodes: &[NodeUse]) -> Option<Vec<i64>> {
    let affinity = wanted.affinity?.node_affinity.as_ref()?;
    if affinity.preferred.is_empty() {
        return None;
    }
    let count = |index: &usize| -> i64 {
        let meta = &nodes[*index].object.meta;
        let fits = affinity
            .preferred
            .iter()
            .filter(|term| term.weight != 0 && term.preference.is_met_by(&meta.name, &meta.labels));
        fits.map(|term| i64::from(term.weight)).sum()
    };
    Some(normalized(fitting.iter().map(count).collect(), false))
}

/// Models pkg/scheduler/framework/plugins/noderesources/least_allocated.go and
/// balanced_allocation.go
fn resources(wanted: &Wanted<'_>, node: &NodeUse) -> i64 {
    let pod = &wanted.counted;
    let has = &node.allocatable;
    let least = |used: i64, has: i64| if used > has { 0 } else { (has - used) * MAX_SCORE / has };
    let pairs = [
        (node.counted.cpu_milli + pod.cpu_milli, has.cpu_milli),
        (node.counted.memory_bytes + pod.memory_bytes, has.memory_bytes),
    ];
    let known = pairs.iter().filter(|(_, has)| *has > 0);
    let (sum, count) =
        known.fold((0, 0), |(sum, n), (used, has)| (sum + least(*used, *has), n + 1));
    let allocated = if count == 0 { 0 } else { sum / count };
    if wanted.amount.is_nothing() {
        return allocated;
    }
    let cpu = node.requested.cpu_milli + wanted.amount.cpu_milli;
    let memory = node.requested.memory_bytes + wanted.amount.memory_bytes;
    allocated + balanced((cpu, has.cpu_milli), (memory, has.memory_bytes))
}

/// 100 less half the difference between the two shares in use, in hundredths.
fn balanced(a: (i64, i64), b: (i64, i64)) -> i64 {
    if a.1 == 0 || b.1 == 0 {
        return MAX_SCORE;
    }
    let share = |(used, has): (i64, i64)| i128::from(used.min(has));
    let (has_a, has_b) = (i128::from(a.1), i128::from(b.1));
    let whole = 2 * has_a * has_b;
    let apart = (share(a) * has_b - share(b) * has_a).abs();
    let score = (whole - apart) * i128::from(MAX_SCORE) / whole;
    i64::try_from(score).expect("a share of 100")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_in_use_that_are_apart_cost_half_their_difference() {
        assert_eq!(balanced((1, 2), (1, 2)), 100);
        assert_eq!(balanced((1, 1), (0, 1)), 50);
        assert_eq!(balanced((1, 4), (0, 8)), 87);
        assert_eq!(balanced((9, 4), (8, 8)), 100);
    }

    #[test]
    fn counts_are_scaled_to_a_hundred() {
        assert_eq!(normalized(vec![0, 1, 3], false), [0, 33, 100]);
        assert_eq!(normalized(vec![0, 1, 3], true), [100, 67, 0]);
        assert_eq!(normalized(vec![0, 0], true), [100, 100]);
    }
}
