//! Feature gates: what a control plane of this version may be told to do otherwise.
//!
//! Must not know requests. Invariant: the default is the version's own.

use std::rc::Rc;

use crate::api::apps::StatefulSetSpec;
use crate::api::{Body, IntOrString, Object};

/// Which gates are set otherwise than by default.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Gates {
    /// `MaxUnavailableStatefulSet`, off by default in 1.36.
    pub max_unavailable_stateful_set: bool,
}

impl Gates {
    /// Brings the fields behind gates to what the gates make of them.
    pub(in crate::server) fn settle(self, new: &mut Object, old: Option<&Object>) {
        if self.max_unavailable_stateful_set {
            fill(new);
        } else {
            drop_disabled(new, old);
        }
    }
}

/// Takes away what of an object nobody has stored yet belongs to features that are off by
/// default; says under which path it stood.
pub fn drop_by_default(new: &mut Object) -> Option<&'static str> {
    drop_disabled(new, None).then_some("spec.updateStrategy.rollingUpdate.maxUnavailable")
}

/// Takes away fields of features that are off, unless the stored object has them already; says
/// whether there were any.
///
/// Models pkg/registry/apps/statefulset/strategy.go dropStatefulSetDisabledFields
fn drop_disabled(new: &mut Object, old: Option<&Object>) -> bool {
    let Body::StatefulSet(set) = &mut new.body else { return false };
    let is_given = |spec: &StatefulSetSpec| {
        let rolling = spec.update_strategy.rolling_update.as_ref();
        rolling.is_some_and(|rolling| rolling.max_unavailable.is_some())
    };
    let is_in_use = old.and_then(|old| old.stateful_set()).is_some_and(|old| is_given(&old.spec));
    if is_in_use || !is_given(&set.spec) {
        return false;
    }
    let spec = Rc::make_mut(&mut set.spec);
    if let Some(rolling) = &mut spec.update_strategy.rolling_update {
        rolling.max_unavailable = None;
    }
    true
}

/// Models pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet
fn fill(new: &mut Object) {
    let Body::StatefulSet(set) = &mut new.body else { return };
    let strategy = &mut Rc::make_mut(&mut set.spec).update_strategy;
    if let Some(rolling) =
        strategy.rolling_update.as_mut().filter(|_| &*strategy.kind == "RollingUpdate")
    {
        rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::apps::{StatefulSet, StatefulSetRollingUpdate};

    fn set() -> Object {
        let mut set = StatefulSet::default();
        Rc::make_mut(&mut set.spec).update_strategy.rolling_update =
            Some(StatefulSetRollingUpdate {
                max_unavailable: Some(IntOrString::Int(2)),
                ..StatefulSetRollingUpdate::default()
            });
        Object::new("default", "db", Body::StatefulSet(set))
    }

    #[test]
    fn a_field_behind_a_gate_is_dropped_unless_it_is_in_use() {
        let mut dropped = set();
        Gates::default().settle(&mut dropped, None);
        assert_ne!(dropped, set());
        let mut kept = set();
        Gates::default().settle(&mut kept, Some(&set()));
        assert_eq!(kept, set());
        let gates = Gates { max_unavailable_stateful_set: true };
        gates.settle(&mut kept, None);
        assert_eq!(kept, set());
    }

    #[test]
    fn behind_an_open_gate_one_pod_at_most_is_unavailable_by_default() {
        let gates = Gates { max_unavailable_stateful_set: true };
        let mut new = set();
        let strategy = |object: &mut Object, kind: &str| {
            let Body::StatefulSet(set) = &mut object.body else { return };
            let strategy = &mut Rc::make_mut(&mut set.spec).update_strategy;
            strategy.kind = kind.into();
            strategy.rolling_update = Some(StatefulSetRollingUpdate::default());
        };
        let most = |object: &Object| {
            let spec = &object.stateful_set().expect("a set").spec;
            spec.update_strategy.rolling_update.as_ref().and_then(|one| one.max_unavailable.clone())
        };
        strategy(&mut new, "RollingUpdate");
        gates.settle(&mut new, None);
        assert_eq!(most(&new), Some(IntOrString::Int(1)));
        strategy(&mut new, "OnDelete");
        gates.settle(&mut new, None);
        assert_eq!(most(&new), None);
    }
}
