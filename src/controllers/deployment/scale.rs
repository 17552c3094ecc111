//! Changes of size outside a rollout: scaling events and paused Deployments.
//!
//! Must not know templates. Invariant: a change of size is shared among the active
//! ReplicaSets by their sizes, so that a stuck rollout gets neither better nor worse.

use std::cmp::Reverse;
use std::rc::Rc;

use super::revision::{DESIRED, MAX, revision_of};
use super::{Sync, age_order, available, key_of, replicas, total};
use crate::api::Object;
use crate::base::Order as _;
use crate::server::{Action, DeleteOptions, Part};
use crate::sim::Rule;

impl<'a> Sync<'a> {
    /// Models pkg/controller/deployment/sync.go sync
    pub(super) fn scale_or_pause(&mut self, sets: &[&'a Rc<Object>]) {
        let (new, old) = self.split(sets);
        if self.deployment.spec.paused
            && let Some(new) = new
        {
            self.renew(new, &old);
        }
        self.scale(new, &old);
        if self.deployment.spec.paused {
            self.clean_up(&old);
        }
        self.write_status(new, sets, false);
    }

    /// Whether the desired number changed since the ReplicaSets were last scaled.
    ///
    /// Models pkg/controller/deployment/sync.go isScalingEvent
    pub(super) fn is_scaling_event(&self, sets: &[&Rc<Object>]) -> bool {
        sets.iter().filter(|set| replicas(set) > 0).any(|set| {
            let desired = set.meta.annotation(DESIRED).and_then(|text| text.parse().ok());
            desired.is_some_and(|desired: i32| desired != self.desired())
        })
    }

    /// Sets a ReplicaSet's size and the annotations that remember what it was sized for; true
    /// if the size changed.
    ///
    /// Models pkg/controller/deployment/sync.go scaleReplicaSet
    pub(super) fn scale_to(&mut self, set: &Rc<Object>, from: i32, to: i32, rule: Rule) -> bool {
        let (surge, _) = self.bounds();
        let mut new = Object::clone(set);
        new.meta.annotate(DESIRED, self.desired().to_string());
        new.meta.annotate(MAX, (self.desired().wrapping_add(surge)).to_string());
        if let Some(body) = new.replica_set_mut()
            && body.spec.replicas != Some(to)
        {
            Rc::make_mut(&mut body.spec).replicas = Some(to);
        }
        if from != replicas(set) {
            // This look wrote it already.
            new.meta.resource_version = 0;
        } else if new == **set {
            return false;
        }
        let action = Action::Update(Rc::new(new), Part::Spec);
        if from == to {
            self.plan.ask(action, rule);
            return false;
        }
        let direction = if to > from { "up" } else { "down" };
        let text = format!("Scaled {direction} replica set {} from {from} to {to}", set.meta.name);
        let note = self.note("ScalingReplicaSet", text);
        self.plan.ask_and_tell(action, rule, note);
        true
    }

    /// Models pkg/controller/deployment/sync.go scale
    fn scale(&mut self, new: Option<&Rc<Object>>, old: &[&Rc<Object>]) {
        let all: Vec<&Rc<Object>> = old.iter().copied().chain(new).collect();
        let active: Vec<_> = all.iter().copied().filter(|set| replicas(set) > 0).collect();
        if active.len() <= 1 {
            let newest = old.iter().copied().max_by_key(|set| age_order(set));
            let only = active.first().copied().or(new).or(newest);
            // One that has its size already is left alone, its annotations too.
            if let Some(only) = only.filter(|only| replicas(only) != self.desired()) {
                self.scale_to(only, replicas(only), self.desired(), Rule("DEPLOY-SCALE"));
            }
            return;
        }
        if new.is_some_and(|new| self.is_saturated(new)) {
            for set in old.iter().filter(|set| replicas(set) > 0) {
                self.scale_to(set, replicas(set), 0, Rule("DEPLOY-ROLL-DOWN"));
            }
        } else if !super::is_recreate(self.deployment) {
            self.scale_in_proportion(active);
        }
    }

    /// Models pkg/controller/deployment/util/deployment_util.go IsSaturated
    fn is_saturated(&self, new: &Object) -> bool {
        let desired = new.meta.annotation(DESIRED).and_then(|text| text.parse::<i32>().ok());
        let wanted = self.desired();
        replicas(new) == wanted && desired == Some(wanted) && available(new) == wanted
    }

    /// Shares a change of size among the active ReplicaSets by their sizes.
    ///
    /// Models pkg/controller/deployment/sync.go scale
    fn scale_in_proportion(&mut self, mut active: Vec<&Rc<Object>>) {
        let (surge, _) = self.bounds();
        let allowed = if self.desired() > 0 { self.desired().wrapping_add(surge) } else { 0 };
        let to_add = allowed.wrapping_sub(total(active.iter().copied(), replicas));
        // The larger first; of equal ones the newer when growing, the older when shrinking.
        active.order_by_key(|set| age_order(set));
        if to_add > 0 {
            active.reverse();
        }
        active.order_by_key(|set| Reverse(replicas(set)));
        let mut added = 0;
        let mut sizes: Vec<i32> = Vec::new();
        for set in &active {
            let share = share(
                &Share {
                    size: replicas(set),
                    desired: self.desired(),
                    max: self.desired().wrapping_add(surge),
                    max_before: self.max_before(set),
                },
                to_add,
                to_add - added,
            );
            added += share;
            sizes.push(replicas(set) + share);
        }
        if let Some(first) = sizes.first_mut().filter(|_| to_add != 0) {
            *first = (*first + to_add - added).max(0);
        }
        for (set, size) in active.into_iter().zip(sizes) {
            self.scale_to(set, replicas(set), size, Rule("DEPLOY-PROPORTION"));
        }
    }

    /// The greatest number of Pods for which a ReplicaSet was last sized; 0 if unknown.
    fn max_before(&self, set: &Object) -> i32 {
        let noted = set.meta.annotation(MAX).and_then(|text| text.parse::<i32>().ok());
        noted.filter(|max| *max != 0).unwrap_or(self.deployment.status.replicas)
    }

    /// Deletes old ReplicaSets beyond the history limit.
    ///
    /// Models pkg/controller/deployment/sync.go cleanupDeployment
    pub(super) fn clean_up(&mut self, old: &[&Rc<Object>]) {
        let limit = self.deployment.spec.revision_history_limit;
        let Some(limit) = limit.filter(|limit| *limit != i32::MAX) else { return };
        let mut cleanable: Vec<_> =
            old.iter().copied().filter(|set| !set.meta.is_terminating()).collect();
        let keep = usize::try_from(limit).unwrap_or(0);
        let surplus = cleanable.len().saturating_sub(keep);
        cleanable.order_by_key(|set| (revision_of(set), age_order(set)));
        for set in cleanable.into_iter().take(surplus) {
            let is_spent = replicas(set) == 0
                && set.replica_set().is_some_and(|body| {
                    body.status.replicas == 0
                        && body.status.observed_generation >= set.meta.generation
                });
            if is_spent {
                let action = Action::Delete(key_of(set), DeleteOptions::default());
                self.plan.ask(action, Rule("DEPLOY-HISTORY"));
            }
        }
    }
}

/// What a ReplicaSet's share of a change depends on.
struct Share {
    size: i32,
    desired: i32,
    max: i32,
    max_before: i32,
}

/// A ReplicaSet's share of a change of which `left` is not shared out yet.
///
/// Models pkg/controller/deployment/util/deployment_util.go GetReplicaSetProportion
fn share(set: &Share, to_add: i32, left: i32) -> i32 {
    if set.size == 0 || to_add == 0 || left == 0 {
        return 0;
    }
    let fraction = fraction(set);
    if to_add > 0 { fraction.min(left) } else { fraction.max(left) }
}

/// Models pkg/controller/deployment/util/deployment_util.go getReplicaSetFraction
fn fraction(set: &Share) -> i32 {
    if set.desired == 0 {
        return -set.size;
    }
    if set.max_before == 0 {
        return 0;
    }
    // Rounded half away from zero.
    let (scaled, before) = (i64::from(set.size) * i64::from(set.max), i64::from(set.max_before));
    let rounded = (2 * scaled + before).div_euclid(2 * before);
    i32::try_from(rounded).unwrap_or(i32::MAX) - set.size
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes after a Deployment with maxSurge 3 goes from one desired number to another.
    fn proportions(sizes: &[i32], before: i32, after: i32) -> Vec<i32> {
        let surge = 3;
        let to_add = after + surge - sizes.iter().sum::<i32>();
        let mut added = 0;
        let mut new: Vec<i32> = Vec::new();
        for size in sizes {
            let set = Share {
                size: *size,
                desired: after,
                max: after + surge,
                max_before: before + surge,
            };
            let share = share(&set, to_add, to_add - added);
            added += share;
            new.push(size + share);
        }
        new[0] += to_add - added;
        new
    }

    #[test]
    fn a_stuck_rollout_grows_and_shrinks_in_proportion() {
        assert_eq!(proportions(&[8, 5], 10, 15), [11, 7]);
        assert_eq!(proportions(&[11, 7], 15, 6), [5, 4]);
    }

    #[test]
    fn scaling_to_nothing_takes_all() {
        let set = Share { size: 4, desired: 0, max: 0, max_before: 13 };
        assert_eq!(share(&set, -4, -4), -4);
    }
}
