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
/// Differs: what came before the first count is counted at once, not at the next full count five
/// minutes later: what is applied together comes in one moment here.
pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    let object = change.object();
    if change.kind == Kind::ResourceQuota {
        // Its status is written by whoever counts.
        if let Some(new) = &change.new
            && (change.old.as_ref().is_none_or(|old| hard(old) != hard(new)) || is_short(new, view))
        {
            keys.push(change.key());
        }
        return;
    }
    if object.meta.namespace.is_empty() || change.kind == Kind::Event {
        return;
    }
    let mut quotas = quota::quotas(&object.meta.namespace, view).peekable();
    if quotas.peek().is_none() {
        return;
    }
    if change.old.is_none() {
        let uncounted = quotas.filter(|one| is_short(one, view));
        keys.extend(uncounted.map(|one| Key { kind: Kind::ResourceQuota, id: one.meta.id }));
        return;
    }
    let used = |one: &Option<Rc<Object>>| one.as_ref().map(|one: &Rc<Object>| quota::usage(one));
    if used(&change.old) != used(&change.new) {
        keys.extend(quotas.map(|one| Key { kind: Kind::ResourceQuota, id: one.meta.id }));
    }
}

/// Whether more is used than a quota's status says.
fn is_short(object: &Object, view: &View) -> bool {
    quota::Quota::of(object).is_some_and(|quota| {
        let (told, used) = (quota.told(), quota.used(&object.meta.namespace, view));
        used.iter().any(|(name, one)| told.get(name).is_some_and(|told| told.milli < one.milli))
    })
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
