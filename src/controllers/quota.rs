//! ResourceQuotas' statuses: what is used of what they limit.
//!
//! Must not know who asks for what. Invariant: a status that is right is not written.

use std::rc::Rc;

use crate::api::pod::ResourceList;
use crate::api::{Kind, Object};
use crate::server::{Action, Change, Key, Part, View, quota};
use crate::sim::{Plan, Rule};

/// Quotas look again when they change, and when something that they count goes or changes; what
/// comes was counted when it was admitted.
///
/// Models pkg/controller/resourcequota/resource_quota_monitor.go processResourceChanges
pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let object = change.object();
    if change.kind == Kind::ResourceQuota {
        // Its status is written by whoever counts.
        if let Some(new) = &change.new
            && change.old.as_ref().is_none_or(|old| hard(old) != hard(new))
        {
            keys.push(change.key());
        }
        return;
    }
    if object.meta.namespace.is_empty() || change.old.is_none() {
        return;
    }
    let mut quotas = quota::quotas(&object.meta.namespace, view).peekable();
    if quotas.peek().is_none() {
        return;
    }
    let used = |one: &Option<Rc<Object>>| one.as_ref().map(|one: &Rc<Object>| quota::usage(one));
    if used(&change.old) != used(&change.new) {
        keys.extend(quotas.map(|one| Key { kind: Kind::ResourceQuota, id: one.meta.id }));
    }
}

fn hard(object: &Object) -> Option<ResourceList> {
    quota::Quota::of(object).map(|quota| quota.hard())
}

/// Models pkg/controller/resourcequota/resource_quota_controller.go syncResourceQuota
pub(super) fn reconcile(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key).filter(|one| !one.meta.is_terminating()) else {
        return plan;
    };
    let Some(quota) = quota::Quota::of(object) else { return plan };
    let used = quota.used(&object.meta.namespace, view);
    let new = quota::with_status(object, &quota.hard(), &used);
    if new != **object {
        let action = Action::Update(Rc::new(new), Part::Status);
        plan.ask(action, Rule("QUOTA-STATUS"));
    }
    plan
}
