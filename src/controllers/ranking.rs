//! Which Pods go first when there are too many.
//!
//! Must not know who deletes them. Invariant: how crowded a node is is counted once, before
//! the first Pod is chosen, so that a whole crowded node may be emptied.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::Object;
use crate::api::pod::{ContainerStatus, Phase, Pod, condition};
use crate::base::Order as _;
use crate::base::{SimTime, Str};

const COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// The `surplus` Pods that go first. `related` are the Pods that count for crowding: those of
/// all ReplicaSets of the same owner.
///
/// Models pkg/controller/replicaset/replica_set.go getPodsToDelete
pub(super) fn to_delete<'a>(
    pods: &[&'a Rc<Object>],
    related: &[&Rc<Object>],
    surplus: usize,
    now: SimTime,
) -> Vec<&'a Rc<Object>> {
    if surplus >= pods.len() {
        return together(pods.to_vec());
    }
    let mut crowd: BTreeMap<Option<&Str>, u32> = BTreeMap::new();
    for pod in related.iter().filter_map(|one| one.pod()) {
        *crowd.entry(pod.node()).or_default() += 1;
    }
    let mut ranked: Vec<Ranked> = pods.iter().map(|pod| Ranked::new(pod, &crowd, now)).collect();
    sort(&mut ranked);
    together(ranked.into_iter().take(surplus).map(|one| one.object).collect())
}

/// The `surplus` Pods that go first where neither cost nor crowding counts and times are compared
/// to the second: the younger ones.
///
/// Models pkg/controller/controller_utils.go ActivePods.Less
pub(super) fn youngest<'a>(
    pods: &[&'a Rc<Object>],
    surplus: usize,
    now: SimTime,
) -> Vec<&'a Rc<Object>> {
    let crowd = BTreeMap::new();
    let mut ranked: Vec<Ranked> = pods.iter().map(|pod| Ranked::new(pod, &crowd, now)).collect();
    ranked.order_by(Ranked::by_age);
    ranked.into_iter().take(surplus).map(|one| one.object).collect()
}

/// Deletions are sent all at once, and chance, which gave the UIDs, says which comes first.
fn together(mut doomed: Vec<&Rc<Object>>) -> Vec<&Rc<Object>> {
    doomed.order_by_key(|one| one.meta.uid);
    doomed
}

/// What decides about a Pod.
#[derive(Clone)]
struct Ranked<'a> {
    object: &'a Rc<Object>,
    is_assigned: bool,
    phase: u8,
    is_ready: bool,
    cost: i64,
    crowd: u32,
    /// The second since which it is ready, and the power of two of its distance.
    ready: Option<(u64, i64)>,
    restarts: (u32, u32),
    created: (u64, i64),
}

impl<'a> Ranked<'a> {
    fn new(object: &'a Rc<Object>, crowd: &BTreeMap<Option<&Str>, u32>, now: SimTime) -> Self {
        let pod = object.pod().expect("only Pods are ranked");
        let ready = condition(&pod.status.conditions, "Ready")
            .filter(|_| pod.is_ready())
            .and_then(|ready| ready.last_transition_time);
        let second = |at: SimTime| (at.seconds(), magnitude(at, now));
        Ranked {
            object,
            is_assigned: pod.node().is_some(),
            phase: match pod.status.phase {
                Phase::Pending => 0,
                Phase::Unknown => 1,
                _ => 2,
            },
            is_ready: pod.is_ready(),
            cost: cost(object),
            crowd: crowd.get(&pod.node()).copied().unwrap_or(0),
            ready: ready.map(second),
            restarts: restarts(pod),
            created: second(object.meta.creation_timestamp.unwrap_or_default()),
        }
    }

    fn by_uid(&self, other: &Self) -> Ordering {
        self.object.meta.uid.cmp(&other.object.meta.uid)
    }

    /// Who goes first if only the Pods themselves count.
    fn by_age(&self, other: &Self) -> Ordering {
        let first = self
            .is_assigned
            .cmp(&other.is_assigned)
            .then(self.phase.cmp(&other.phase))
            .then(self.is_ready.cmp(&other.is_ready));
        let readier = match (self.ready, other.ready) {
            (Some(mine), Some(theirs)) => theirs.0.cmp(&mine.0),
            _ => Ordering::Equal,
        };
        first
            .then(readier)
            .then_with(|| other.restarts.cmp(&self.restarts))
            .then_with(|| other.created.0.cmp(&self.created.0))
            .then_with(|| self.by_uid(other))
    }

    /// Who goes first. Times of one magnitude count as one, and chance, which gave the UIDs,
    /// decides.
    ///
    /// Models pkg/controller/controller_utils.go ActivePodsWithRanks.Less
    fn order(&self, other: &Self) -> Ordering {
        let first = self
            .is_assigned
            .cmp(&other.is_assigned)
            .then(self.phase.cmp(&other.phase))
            .then(self.is_ready.cmp(&other.is_ready))
            .then(self.cost.cmp(&other.cost))
            .then(other.crowd.cmp(&self.crowd));
        if first.is_ne() {
            return first;
        }
        if let (Some(mine), Some(theirs)) = (self.ready, other.ready)
            && mine.0 != theirs.0
        {
            return mine.1.cmp(&theirs.1).then_with(|| self.by_uid(other));
        }
        if self.restarts != other.restarts {
            return other.restarts.cmp(&self.restarts);
        }
        if self.created.0 != other.created.0 {
            return self.created.1.cmp(&other.created.1).then_with(|| self.by_uid(other));
        }
        // Upstream leaves this to the sort, whose input comes in any order.
        self.by_uid(other)
    }
}

/// What an annotation says a Pod's deletion would cost.
///
/// Models pkg/apis/core/helper/helpers.go GetDeletionCostFromPodAnnotations
fn cost(object: &Object) -> i64 {
    let Some(text) = object.meta.annotation(COST) else { return 0 };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    text.parse::<i32>().ok().filter(|_| is_plain).map_or(0, i64::from)
}

/// The most restarts among the containers, and among the sidecars.
///
/// Models pkg/controller/controller_utils.go maxContainerRestarts
fn restarts(pod: &Pod) -> (u32, u32) {
    let most = |statuses: &mut dyn Iterator<Item = &ContainerStatus>| {
        statuses.map(|one| one.restart_count).max().unwrap_or(0)
    };
    let is_sidecar = |name: &Str| {
        let found = pod.spec.init_containers.iter().find(|one| one.name == *name);
        found.is_some_and(|one| one.restart_policy.as_deref() == Some("Always"))
    };
    let mut sidecars =
        pod.status.init_container_statuses.iter().filter(|one| is_sidecar(&one.name));
    (most(&mut pod.status.container_statuses.iter()), most(&mut sidecars))
}

/// How long ago, as a power of two of nanoseconds; -1 for now.
///
/// Models pkg/controller/controller_utils.go logarithmicRankDiff
fn magnitude(at: SimTime, now: SimTime) -> i64 {
    let since = now.since_us(at.whole()).saturating_mul(1_000);
    since.checked_ilog2().map_or(-1, i64::from)
}

/// Sorts by merging. The order is not one everywhere (times of one magnitude are equal only to
/// some), so a sort is needed that bears it and always does the same.
fn sort(ranked: &mut Vec<Ranked>) {
    let mut width = 1;
    while width < ranked.len() {
        let mut merged = Vec::with_capacity(ranked.len());
        for pair in ranked.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let (Some(a), Some(b)) = (left.first(), right.first()) {
                if b.order(a).is_lt() {
                    merged.push(b.clone());
                    right = &right[1..];
                } else {
                    merged.push(a.clone());
                    left = &left[1..];
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        *ranked = merged;
        width *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::pod::{Condition, Truth};
    use crate::api::{Body, Uid};

    const NOW: SimTime = SimTime::from_seconds(1_000);

    /// A Pod that has been ready for `seconds` on a node.
    fn pod(name: &str, node: &str, seconds: u64) -> Object {
        let mut pod = Pod::default();
        Rc::make_mut(&mut pod.spec).node_name = (!node.is_empty()).then(|| node.into());
        pod.status.phase = Phase::Running;
        pod.status.conditions.push(Condition {
            kind: "Ready".into(),
            status: Truth::True,
            last_transition_time: Some(SimTime::from_seconds(1_000 - seconds)),
            ..Condition::default()
        });
        let mut object = Object::new("default", name, Body::Pod(pod));
        object.meta.creation_timestamp = Some(SimTime::from_seconds(1_000 - seconds));
        let digits = name.bytes().fold(0_u128, |sum, byte| sum * 256 + u128::from(byte));
        object.meta.uid = Uid(digits);
        object
    }

    fn order(pods: Vec<Object>, count: usize) -> Vec<String> {
        let pods: Vec<Rc<Object>> = pods.into_iter().map(Rc::new).collect();
        let all: Vec<&Rc<Object>> = pods.iter().collect();
        let doomed = to_delete(&all, &all, count, NOW);
        doomed.iter().map(|one| one.meta.name.to_string()).collect()
    }

    #[test]
    fn unassigned_then_pending_then_unready_pods_go_first() {
        let mut unassigned = pod("d", "", 100);
        unassigned.pod_mut().expect("a Pod").status.phase = Phase::Pending;
        let mut pending = pod("c", "n1", 100);
        pending.pod_mut().expect("a Pod").status.phase = Phase::Pending;
        let mut unready = pod("b", "n1", 100);
        unready.pod_mut().expect("a Pod").status.conditions.clear();
        let pods = vec![pod("a", "n1", 100), unready, pending, unassigned];
        assert_eq!(order(pods.clone(), 1), ["d"]);
        assert_eq!(order(pods.clone(), 2), ["c", "d"]);
        assert_eq!(order(pods, 3), ["b", "c", "d"]);
    }

    #[test]
    fn a_lower_cost_goes_before_a_crowd() {
        let mut cheap = pod("a", "n1", 100);
        cheap.meta.annotate(COST, "-100");
        let mut dear = pod("b", "n2", 100);
        dear.meta.annotate(COST, "100");
        let pods = vec![dear, pod("c", "n2", 100), cheap];
        assert_eq!(order(pods, 2), ["a", "c"]);
    }

    #[test]
    fn the_youngest_go_first_whatever_they_cost() {
        let mut cheap = pod("a", "n1", 16);
        cheap.meta.annotate(COST, "-100");
        // 9 and 16 seconds are of one magnitude: here the seconds count.
        let pods: Vec<_> =
            [cheap, pod("b", "n1", 9), pod("c", "n1", 40)].into_iter().map(Rc::new).collect();
        let all: Vec<&Rc<Object>> = pods.iter().collect();
        let names = |count| {
            let doomed = youngest(&all, count, NOW);
            doomed.iter().map(|one| one.meta.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(1), ["b"]);
        assert_eq!(names(2), ["b", "a"]);
    }

    #[test]
    fn costs_are_whole_numbers_without_ornaments() {
        for (text, expected) in [("5", 5), ("-7", -7), ("+5", 0), ("05", 0), ("5.5", 0)] {
            let mut object = pod("a", "n1", 1);
            object.meta.annotate(COST, text);
            assert_eq!(cost(&object), expected, "{text}");
        }
    }

    #[test]
    fn crowded_nodes_are_emptied_since_their_rank_is_counted_once() {
        let mut pods = Vec::new();
        for (node, count) in [("n1", 17), ("n2", 17), ("n3", 16)] {
            pods.extend((0..count).map(|index| pod(&format!("{node}-{index:02}"), node, 20)));
        }
        let doomed = order(pods, 40);
        let on = |node: &str| doomed.iter().filter(|name| name.starts_with(node)).count();
        assert_eq!((on("n1"), on("n2"), on("n3")), (17, 17, 6));
    }

    #[test]
    fn younger_magnitudes_go_first_and_uids_decide_within_one() {
        // 9 and 16 seconds are of one magnitude (2^33 ns), 3 seconds of a lower one.
        let pods = vec![pod("a", "n1", 16), pod("b", "n1", 9), pod("c", "n1", 3)];
        assert_eq!(order(pods.clone(), 1), ["c"]);
        assert_eq!(order(pods, 2), ["a", "c"]);
    }

    #[test]
    fn of_pods_ready_in_one_second_the_one_that_restarted_more_goes_first() {
        let mut restless = pod("b", "n1", 50);
        let status = ContainerStatus { restart_count: 2, ..ContainerStatus::default() };
        restless.pod_mut().expect("a Pod").status.container_statuses.push(status);
        assert_eq!(order(vec![pod("a", "n1", 50), restless], 1), ["b"]);
    }
}
