//! The strategy Recreate: all old Pods go before a new one comes.
//!
//! Must not know bounds. Invariant: no new Pod is asked for while an old one may run.

use std::rc::Rc;

use super::{Sync, replicas};
use crate::api::{Kind, Object};
use crate::sim::Rule;

impl<'a> Sync<'a> {
    /// Models pkg/controller/deployment/recreate.go rolloutRecreate
    pub(super) fn recreate(
        &mut self,
        new: Option<&'a Rc<Object>>,
        old: &[&'a Rc<Object>],
        sets: &[&'a Rc<Object>],
    ) {
        let mut is_scaled = false;
        for set in old.iter().filter(|set| replicas(set) > 0) {
            is_scaled |= self.scale_to(set, replicas(set), 0, Rule("DEPLOY-RECREATE-DOWN"));
        }
        if is_scaled || self.is_old_running(new, old) {
            self.write_status(new, sets, true);
            return;
        }
        match new {
            Some(new) => {
                self.scale_to(new, replicas(new), self.desired(), Rule("DEPLOY-SCALE"));
            }
            None => {
                if self.create_set(old, self.desired()).is_none() {
                    return;
                }
            }
        }
        if self.is_complete(&self.deployment.status) {
            self.clean_up(old);
        }
        self.write_status(new, sets, true);
    }

    /// Models pkg/controller/deployment/recreate.go oldPodsRunning
    fn is_old_running(&self, new: Option<&Rc<Object>>, old: &[&Rc<Object>]) -> bool {
        let counted = old.iter().filter_map(|set| set.replica_set());
        if counted.map(|set| set.status.replicas).sum::<i32>() > 0 {
            return true;
        }
        let table = self.view.table(Kind::Pod);
        old.iter()
            .filter(|set| new.is_none_or(|new| new.meta.uid != set.meta.uid))
            .flat_map(|set| table.owned_by(set.meta.uid))
            .any(|pod| pod.pod().is_some_and(|pod| !pod.status.phase.is_terminal()))
    }
}
