//! The strategy RollingUpdate: new Pods come and old ones go within bounds.
//!
//! Must not know templates. Invariant: one look does one thing, up or down.

use std::rc::Rc;

use super::{Sync, available, replicas, total};
use crate::api::Object;
use crate::sim::Rule;

impl<'a> Sync<'a> {
    /// Models pkg/controller/deployment/rolling.go rolloutRolling
    pub(super) fn roll(
        &mut self,
        new: Option<&'a Rc<Object>>,
        old: &[&'a Rc<Object>],
        sets: &[&'a Rc<Object>],
    ) {
        let made = if let Some(new) = new {
            Rc::clone(new)
        } else {
            let size = self.size_of_new(0, total(old.iter().copied(), replicas));
            let Some(made) = self.create_set(old, size) else { return };
            made
        };
        let all = total(old.iter().copied(), replicas) + replicas(&made);
        let is_moving = self.scale_new(&made, old, all) || self.scale_old_down(&made, old, all);
        if !is_moving && self.is_complete(&self.deployment.status) {
            self.clean_up(old);
        }
        self.write_status(new, sets, true);
    }

    /// How many Pods the new ReplicaSet may have when there are `all` in sum.
    ///
    /// Models pkg/controller/deployment/util/deployment_util.go NewRSNewReplicas
    fn size_of_new(&self, size: i32, all: i32) -> i32 {
        let (surge, _) = self.bounds();
        // The sum wraps, as Go's does: so much surge leaves no room at all.
        let most = self.desired().wrapping_add(surge);
        if all >= most { size } else { size + (most - all).min(self.desired() - size) }
    }

    /// Models pkg/controller/deployment/rolling.go reconcileNewReplicaSet
    fn scale_new(&mut self, new: &Rc<Object>, old: &[&Rc<Object>], all: i32) -> bool {
        let size = replicas(new);
        if size == self.desired() {
            return false;
        }
        let to = if size > self.desired() { self.desired() } else { self.size_of_new(size, all) };
        if to == size {
            return false;
        }
        let is_first = old.iter().all(|set| replicas(set) == 0);
        let rule = if is_first { Rule("DEPLOY-SCALE") } else { Rule("DEPLOY-ROLL-UP") };
        self.scale_to(new, size, to, rule)
    }

    /// Models pkg/controller/deployment/rolling.go reconcileOldReplicaSets
    fn scale_old_down(&mut self, new: &Rc<Object>, old: &[&Rc<Object>], all: i32) -> bool {
        let old: Vec<_> = old.iter().copied().filter(|set| replicas(set) > 0).collect();
        let (_, unavailable) = self.bounds();
        let min_available = self.desired() - unavailable;
        let new_unavailable = replicas(new) - available(new);
        let budget = all - min_available - new_unavailable;
        if old.is_empty() || budget <= 0 {
            return false;
        }
        let mut sizes: Vec<i32> = old.iter().map(|set| replicas(set)).collect();
        let available = total(old.iter().copied(), available) + available(new);
        let Some(cleaned) = self.drop_unhealthy(&old, &mut sizes, budget) else { return false };
        let dropped = self.drop_available(&old, &mut sizes, available - min_available);
        cleaned || dropped
    }

    /// Pods that never became available go first; they serve nobody. `None` if a status is out
    /// of date: it counts more Pods than there shall be, and nothing can be told from it.
    ///
    /// Models pkg/controller/deployment/rolling.go cleanupUnhealthyReplicas
    fn drop_unhealthy(
        &mut self,
        old: &[&Rc<Object>],
        sizes: &mut [i32],
        budget: i32,
    ) -> Option<bool> {
        let mut left = budget;
        for (set, size) in old.iter().zip(sizes) {
            if left <= 0 {
                break;
            }
            let unhealthy = (*size - available(set)).min(left);
            if unhealthy < 0 {
                return None;
            }
            if unhealthy > 0 {
                self.scale_to(set, *size, *size - unhealthy, Rule("DEPLOY-ROLL-DOWN"));
                *size -= unhealthy;
                left -= unhealthy;
            }
        }
        Some(left < budget)
    }

    /// Models pkg/controller/deployment/rolling.go scaleDownOldReplicaSetsForRollingUpdate
    fn drop_available(&mut self, old: &[&Rc<Object>], sizes: &mut [i32], spare: i32) -> bool {
        let mut left = spare.max(0);
        for (set, size) in old.iter().zip(sizes) {
            let down = (*size).min(left);
            if down > 0 {
                self.scale_to(set, *size, *size - down, Rule("DEPLOY-ROLL-DOWN"));
                *size -= down;
                left -= down;
            }
        }
        left < spare
    }
}
