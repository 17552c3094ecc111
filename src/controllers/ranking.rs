//! Which Pods go first when there are too many.
//!
//! Must not know who deletes them. Invariant: the order is total; ties fall by UID.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::Object;
use crate::api::pod::{Phase, condition};
use crate::base::{SECOND_US, SimTime, Str};

const COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// The Pods in the order in which they are deleted. `related` are the Pods that count for
/// crowding: those of the same controller's controller.
///
/// Models pkg/controller/controller_utils.go ActivePodsWithRanks.Less
pub(super) fn by_deletion<'a>(
    pods: &[&'a Rc<Object>],
    related: &[&Rc<Object>],
    now: SimTime,
) -> Vec<&'a Rc<Object>> {
    let mut crowd: BTreeMap<&Str, u32> = BTreeMap::new();
    for node in related.iter().filter_map(|one| one.pod().and_then(|pod| pod.node())) {
        *crowd.entry(node).or_default() += 1;
    }
    let mut ranked: Vec<_> = pods.iter().map(|pod| (rank(pod, &crowd, now), *pod)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, pod)| pod).collect()
}

type Rank = (bool, u8, bool, i64, Reverse<u32>, (u32, Reverse<u32>), u32, u128);

fn rank(object: &Object, crowd: &BTreeMap<&Str, u32>, now: SimTime) -> Rank {
    let pod = object.pod().expect("only Pods are ranked");
    let phase = match pod.status.phase {
        Phase::Pending => 0,
        Phase::Unknown => 1,
        _ => 2,
    };
    let cost = object.meta.annotation(COST).and_then(|cost| cost.parse().ok()).unwrap_or(0);
    let neighbours = pod.node().and_then(|node| crowd.get(node)).copied().unwrap_or(0);
    let ready = condition(&pod.status.conditions, "Ready")
        .filter(|_| pod.is_ready())
        .and_then(|ready| ready.last_transition_time);
    let restarts: u32 = pod.status.container_statuses.iter().map(|one| one.restart_count).sum();
    (
        pod.node().is_some(),
        phase,
        pod.is_ready(),
        cost,
        Reverse(neighbours),
        (magnitude(ready, now), Reverse(restarts)),
        magnitude(object.meta.creation_timestamp, now),
        object.meta.uid.0,
    )
}

/// How old, in powers of two seconds: younger Pods go first, and of one power any.
///
/// Models pkg/controller/controller_utils.go logarithmicRankDiff
fn magnitude(since: Option<SimTime>, now: SimTime) -> u32 {
    since.map_or(0, |since| {
        let seconds = now.since_us(since) / SECOND_US;
        seconds.checked_ilog2().map_or(0, |power| power + 1)
    })
}
