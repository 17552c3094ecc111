//! Which of the nodes that fit is best.
//!
//! Must not know why others don't fit. Invariant: integers only; equal scores are left for
//! the caller to draw from.

use crate::base::{PMap, Str};
use crate::scheduler::cache::NodeUse;
use crate::scheduler::filter::Wanted;

const MAX_SCORE: i64 = 100;
/// Models pkg/scheduler/apis/config/v1/default_plugins.go PodTopologySpread
const SPREAD_WEIGHT: i64 = 2;

/// The indexes of the best nodes.
pub(super) fn best(
    wanted: &Wanted<'_>,
    fitting: &[usize],
    nodes: &[NodeUse],
    crowd: Option<&PMap<Str, u32>>,
) -> Vec<usize> {
    let neighbours: Vec<i64> = fitting
        .iter()
        .map(|index| {
            let here = crowd.and_then(|crowd| crowd.get(&nodes[*index].name));
            here.copied().map_or(0, i64::from)
        })
        .collect();
    let most = neighbours.iter().copied().max().unwrap_or(0);
    let least = neighbours.iter().copied().min().unwrap_or(0);
    let mut best = Vec::new();
    let mut top = i64::MIN;
    for (index, here) in fitting.iter().zip(neighbours) {
        let score = resources(wanted, &nodes[*index]) + SPREAD_WEIGHT * spread(here, least, most);
        if score > top {
            top = score;
            best.clear();
        }
        if score == top {
            best.push(*index);
        }
    }
    best
}

/// Models pkg/scheduler/framework/plugins/podtopologyspread/scoring.go NormalizeScore
/// Differs: Pods of the same controller stand for those of the same Services.
const fn spread(here: i64, least: i64, most: i64) -> i64 {
    if most == 0 { MAX_SCORE } else { MAX_SCORE * (most + least - here) / most }
}

/// Models pkg/scheduler/framework/plugins/noderesources/least_allocated.go and
/// balanced_allocation.go
fn resources(wanted: &Wanted<'_>, node: &NodeUse) -> i64 {
    let pod = wanted.amount.or_default();
    let least = |used: i64, has: i64| {
        if has == 0 || used > has { 0 } else { (has - used) * MAX_SCORE / has }
    };
    let cpu = node.counted.cpu_milli + pod.cpu_milli;
    let memory = node.counted.memory_bytes + pod.memory_bytes;
    let has = node.allocatable;
    let allocated = i64::midpoint(least(cpu, has.cpu_milli), least(memory, has.memory_bytes));
    let share =
        |used: i64, has: i64| if has == 0 { 1_000 } else { (used * 1_000 / has).min(1_000) };
    let exact = node.requested;
    let cpu_share = share(exact.cpu_milli + wanted.amount.cpu_milli, has.cpu_milli);
    let memory_share = share(exact.memory_bytes + wanted.amount.memory_bytes, has.memory_bytes);
    let balanced = (1_000 - (cpu_share - memory_share).abs() / 2) / 10;
    allocated + balanced
}
