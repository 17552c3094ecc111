//! Jobs that are deleted some time after their end.
//!
//! Must not know Pods. Invariant: a Job that is not over is never touched.

use crate::api::pod::{Truth, condition};
use crate::api::{Kind, Object, Propagation};
use crate::base::SimTime;
use crate::server::{Action, Change, DeleteOptions, Key, View};
use crate::sim::{Plan, Rule};

/// When a Job that is over is to be deleted.
///
/// Models pkg/controller/ttlafterfinished/ttlafterfinished_controller.go timeLeft
fn expiry(object: &Object) -> Option<SimTime> {
    let job = object.job()?;
    let seconds = job.spec.ttl_seconds_after_finished?;
    let end = ["Complete", "Failed"].into_iter().find_map(|kind| {
        condition(&job.status.conditions, kind).filter(|one| one.status == Truth::True)
    })?;
    Some(end.last_transition_time?.whole().plus_seconds(u64::from(seconds)))
}

pub(super) fn wake(change: &Change, keys: &mut Vec<Key>) {
    let new = change.new.as_ref().filter(|_| change.kind == Kind::Job);
    if new.is_some_and(|job| !job.meta.is_terminating() && expiry(job).is_some()) {
        keys.push(change.key());
    }
}

/// Models pkg/controller/ttlafterfinished/ttlafterfinished_controller.go processJob
pub(super) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key).filter(|one| !one.meta.is_terminating()) else {
        return plan;
    };
    match expiry(object) {
        Some(at) if at <= now => {
            let options =
                DeleteOptions { propagation: Propagation::Foreground, ..DeleteOptions::default() };
            plan.ask(Action::Delete(key, options), Rule("JOB-TTL"));
        }
        Some(at) => plan.look_again(at.since_us(now)),
        None => {}
    }
    plan
}
