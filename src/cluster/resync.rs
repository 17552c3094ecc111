//! The controller manager started anew, and what it would do if it looked at everything.
//!
//! Must not know any controller. Invariant: what a restart forgets is only what upstream keeps
//! in memory; the store is not touched.

use std::collections::BTreeSet;

use crate::api::Kind;
use crate::controllers::{Controller, Memory};
use crate::server::{Action, Change, Key};
use crate::sim::{Limit, Step, TraceId, WorkQueue};

use super::{Event, World};

impl World {
    /// The controller manager starts anew: plans under way and what was kept in memory are
    /// lost, then every object is listed and looked at.
    pub(super) fn restart_manager(&mut self, cause: TraceId) {
        self.manager_starts += 1;
        self.work = std::array::from_fn(|_| WorkQueue::default());
        self.memory = Memory::default();
        // It lists what there is; news of before that are no news.
        self.manager = self.server.view().clone();
        self.manager_listed = self.server.revision();
        self.server.restart_recorders(&"".into());
        self.limits = std::array::from_fn(|_| Limit::default());
        for (controller, key) in self.listed() {
            self.wake_again(controller, key, cause);
        }
    }

    /// Every key that listing all objects wakes.
    fn listed(&mut self) -> BTreeSet<(Controller, Key)> {
        self.memory.relist();
        let view = self.manager.clone();
        let mut found = BTreeSet::new();
        let mut keys = Vec::new();
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Event) {
            for object in view.table(kind).iter() {
                let added = Change {
                    revision: object.meta.resource_version,
                    kind,
                    old: None,
                    new: Some(object.clone()),
                };
                for controller in Controller::ALL {
                    keys.clear();
                    controller.wake(&added, &view, &mut self.memory, self.now, &mut keys);
                    found.extend(keys.iter().map(|key| (controller, *key)));
                }
            }
        }
        found
    }

    /// Whether news or work is on its way, and not only something that the clock will bring.
    pub fn is_in_flight(&self) -> bool {
        self.queue.events().any(|event| match event {
            Event::Again(..)
            | Event::Tell(..)
            | Event::PreBind(..)
            | Event::Rested(..)
            | Event::Flush
            | Event::Pod(_)
            | Event::Machine(..) => false,
            Event::Told(..)
            | Event::Sync(..)
            | Event::Carry(..)
            | Event::Done(..)
            | Event::Failed(..)
            | Event::Schedule
            | Event::Evict(..) => true,
        })
    }

    /// The keys of controllers that would write something if they looked now. At rest there
    /// are none: a key here was not woken by a change that concerns it.
    pub fn unsettled(&self) -> Vec<(Controller, Key)> {
        let mut world = self.clone();
        world.manager = world.server.view().clone();
        let writes = |steps: &[Step]| {
            steps.iter().any(|step| match step {
                Step::One(request) => !matches!(request.action, Action::Note(_)),
                Step::All(requests) | Step::SlowStart(requests) => !requests.is_empty(),
                Step::Delay(_) => false,
            })
        };
        let listed = world.listed();
        listed
            .into_iter()
            .filter(|(controller, key)| {
                let view = world.manager.clone();
                let plan = controller.reconcile(*key, &view, &mut world.memory, world.now);
                writes(&plan.steps)
            })
            .collect()
    }

    /// Whether work of an earlier start of the manager is to be dropped.
    pub(super) fn is_of_old_manager(&self, starts: u32) -> bool {
        starts != self.manager_starts
    }

    /// Ends work on a key, unless the manager was started anew meanwhile.
    pub(super) fn done(&mut self, controller: Controller, key: Key, starts: u32) {
        if !self.is_of_old_manager(starts) {
            self.finish(controller, key);
        }
    }

    pub(super) fn done_event(&self, controller: Controller, key: Key) -> Event {
        Event::Done(controller, key, self.manager_starts)
    }
}
