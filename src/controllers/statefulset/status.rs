//! What a StatefulSet's status says.
//!
//! Must not know why Pods come and go. Invariant: it counts the Pods as they were seen, not
//! as this look leaves them.

use std::rc::Rc;

use crate::api::Object;
use crate::api::apps::StatefulSetStatus;
use crate::controllers::revision;
use crate::controllers::statefulset::{Sync, is_running_and_ready};
use crate::server::{Action, Part};
use crate::sim::Rule;

impl Sync<'_> {
    /// Models pkg/controller/statefulset/stateful_set_control.go updateStatefulSetStatus
    pub(super) fn update_status(&mut self) {
        let mut status = self.count();
        status.current_replicas -= self.rolled;
        self.complete(&mut status);
        if !self.is_news(&status) {
            return;
        }
        if status.current_replicas < 0 {
            // The server would refuse the number, and the look would count as failed.
            self.plan.fails = true;
            return;
        }
        let mut object = Object::clone(self.object);
        object.meta.resource_version = 0;
        if let Some(body) = object.stateful_set_mut() {
            body.status = status;
        }
        self.plan.ask(Action::Update(Rc::new(object), Part::Status), Rule("STS-STATUS"));
    }

    /// Models pkg/controller/statefulset/stateful_set_control.go updateStatus and
    /// computeReplicaStatus
    fn count(&mut self) -> StatefulSetStatus {
        let mut status = StatefulSetStatus {
            observed_generation: self.object.meta.generation,
            current_revision: self.current.name.clone(),
            update_revision: self.update.name.clone(),
            collision_count: Some(self.collisions),
            ..StatefulSetStatus::default()
        };
        let seconds = self.set.spec.min_ready_seconds;
        let mut next = None;
        for pod in self.replicas.iter().flatten().chain(&self.condemned) {
            status.replicas += 1;
            if is_running_and_ready(pod) {
                status.ready_replicas += 1;
                if self.is_available(pod) {
                    status.available_replicas += 1;
                } else if let Some(at) = pod.pod().and_then(|pod| pod.available_at(seconds)) {
                    next = Some(next.map_or(at, |before| at.min(before)));
                }
            }
            if !pod.meta.is_terminating() {
                let label = pod.meta.label(revision::LABEL);
                status.current_replicas += i32::from(label == Some(&self.current.name));
                status.updated_replicas += i32::from(label == Some(&self.update.name));
            }
        }
        if let Some(at) = next {
            self.plan.look_again(at.since_us(self.now));
        }
        status
    }

    /// Models pkg/controller/statefulset/stateful_set_utils.go completeRollingUpdate
    fn complete(&self, status: &mut StatefulSetStatus) {
        let wanted = self.set.spec.replicas.unwrap_or(1);
        let is_complete = &*self.set.spec.update_strategy.kind == "RollingUpdate"
            && status.updated_replicas == wanted
            && status.ready_replicas == wanted
            && status.replicas == wanted;
        if is_complete {
            status.current_replicas = status.updated_replicas;
            status.current_revision = status.update_revision.clone();
        }
    }

    /// Models pkg/controller/statefulset/stateful_set_utils.go inconsistentStatus
    fn is_news(&self, status: &StatefulSetStatus) -> bool {
        let known = &self.set.status;
        let counted = StatefulSetStatus {
            observed_generation: known.observed_generation,
            collision_count: known.collision_count,
            ..status.clone()
        };
        status.observed_generation > known.observed_generation || counted != *known
    }
}
