//! Feature gates: what a control plane of this version may be told to do otherwise.
//!
//! Must not know requests. Invariant: the default is the version's own.

use std::rc::Rc;

use crate::api::apps::StatefulSetSpec;
use crate::api::{Body, Object};

/// Which gates are set otherwise than by default.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Gates {
    /// `MaxUnavailableStatefulSet`, off by default in 1.36.
    pub max_unavailable_stateful_set: bool,
}

impl Gates {
    /// Takes away fields of features that are off, unless the stored object has them already.
    ///
    /// Models pkg/registry/apps/statefulset/strategy.go dropStatefulSetDisabledFields
    pub(in crate::server) fn drop_disabled(self, new: &mut Object, old: Option<&Object>) {
        let Body::StatefulSet(set) = &mut new.body else { return };
        let is_given = |spec: &StatefulSetSpec| {
            let rolling = spec.update_strategy.rolling_update.as_ref();
            rolling.is_some_and(|rolling| rolling.max_unavailable.is_some())
        };
        let is_in_use =
            old.and_then(|old| old.stateful_set()).is_some_and(|old| is_given(&old.spec));
        if self.max_unavailable_stateful_set || is_in_use || !is_given(&set.spec) {
            return;
        }
        let spec = Rc::make_mut(&mut set.spec);
        if let Some(rolling) = &mut spec.update_strategy.rolling_update {
            rolling.max_unavailable = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::apps::{StatefulSet, StatefulSetRollingUpdate};
    use crate::api::{IntOrString, Object};

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
        Gates::default().drop_disabled(&mut dropped, None);
        assert_ne!(dropped, set());
        let mut kept = set();
        Gates::default().drop_disabled(&mut kept, Some(&set()));
        assert_eq!(kept, set());
        let gates = Gates { max_unavailable_stateful_set: true };
        gates.drop_disabled(&mut kept, None);
        assert_eq!(kept, set());
    }
}
