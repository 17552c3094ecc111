//! Since when a Service's endpoints have been due for a change.
//!
//! Must not know slices. Invariant: times are whole seconds, as the API keeps them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::pod::condition;
use crate::api::{Object, ObjectId};
use crate::base::{PMap, SimTime};
use crate::server::Key;

/// What was seen of each Service's Pods at the last look.
///
/// Models staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go TriggerTimeTracker
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(in crate::controllers) struct Triggers(PMap<Key, Rc<BTreeMap<ObjectId, u64>>>);

impl Triggers {
    /// Remembers what is seen now; the earliest moment of what changed since the last look.
    pub(super) fn note(
        &mut self,
        key: Key,
        service: &Object,
        pods: &[&Rc<Object>],
    ) -> Option<SimTime> {
        let before = self.0.get(&key).cloned();
        let mut now: BTreeMap<ObjectId, u64> = BTreeMap::new();
        let mut first: Option<u64> = None;
        for one in pods {
            let ready = one.pod().and_then(|pod| condition(&pod.status.conditions, "Ready"));
            let Some(since) = ready.and_then(|ready| ready.last_transition_time) else { continue };
            let since = since.seconds();
            now.insert(one.meta.id, since);
            let last = before.as_ref().and_then(|before| before.get(&one.meta.id));
            if last.is_none_or(|last| since > *last) {
                first = Some(first.map_or(since, |first| first.min(since)));
            }
        }
        let is_known = before.is_some();
        if before.is_none_or(|before| *before != now) {
            self.0.insert(key, Rc::new(now));
        }
        if is_known {
            return first.map(SimTime::from_seconds);
        }
        service.meta.creation_timestamp
    }

    /// The Service is gone.
    pub(super) fn forget(&mut self, key: Key) {
        self.0.remove(&key);
    }
}
