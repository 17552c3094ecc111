//! Claims that ask for more than they have.
//!
//! Must not know the storage. Invariant: a claim is told of once for each time it asks for more.

use crate::api::{Kind, Object};
use crate::controllers::volumes::class_of;
use crate::server::{Change, EventNote, Key, View};
use crate::sim::{Plan, Rule};

const SOURCE: &str = "volume_expand";

fn wanted_milli(object: &Object) -> i64 {
    object.claim().map_or(0, crate::api::storage::Claim::wanted_milli)
}

pub(in crate::controllers) fn wake(change: &Change, keys: &mut Vec<Key>) {
    let (Kind::PersistentVolumeClaim, Some(new)) = (change.kind, &change.new) else { return };
    let asks_more = match &change.old {
        Some(old) => wanted_milli(new) > wanted_milli(old),
        None => new.claim().is_some_and(crate::api::storage::Claim::is_bound),
    };
    if asks_more {
        keys.push(change.key());
    }
}

/// Models pkg/controller/volume/expand/expand_controller.go syncHandler
pub(in crate::controllers) fn reconcile(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(claim) = object.claim().filter(|claim| claim.is_bound()) else { return plan };
    let has_milli = claim.status.capacity.get("storage").map_or(0, |amount| amount.milli);
    if claim.wanted_milli() <= has_milli || class_of(claim, view).is_none() {
        return plan;
    }
    let text = "waiting for an external controller to expand this PVC";
    let note = EventNote::normal(object.reference(), SOURCE, "ExternalExpanding", text);
    plan.tell(note, Rule("PVC-EXPAND"));
    plan
}
