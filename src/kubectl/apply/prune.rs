//! `kubectl apply --prune`: what was applied once and is not any more goes.
//!
//! Must not know manifests. Invariant: an object that nobody applied is never pruned.
//!
//! Models staging/src/k8s.io/kubectl/pkg/cmd/apply/prune.go

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::api::wellknown::LAST_APPLIED;
use crate::api::{Kind, Object, Uid};
use crate::base::Str;
use crate::kubectl::apply::How;
use crate::kubectl::failure::Done;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::selector::Selector;
use crate::kubectl::session::{DryRun, Session};
use crate::server::{Action, DeleteOptions, Key};

/// The kinds that are pruned unless others are named.
///
/// Models staging/src/k8s.io/kubectl/pkg/util/prune/prune.go GetRESTMappings
const KINDS: [Kind; 14] = [
    Kind::ConfigMap,
    Kind::Endpoints,
    Kind::PersistentVolumeClaim,
    Kind::Pod,
    Kind::ReplicationController,
    Kind::Secret,
    Kind::Service,
    Kind::Job,
    Kind::CronJob,
    Kind::Ingress,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
];

/// What was applied.
#[derive(Debug, Default)]
pub(super) struct Visited {
    uids: BTreeSet<Uid>,
    namespaces: BTreeSet<Str>,
}

impl Visited {
    /// Remembers an object.
    pub(super) fn add(&mut self, object: &Object) {
        self.uids.insert(object.meta.uid);
        if !object.meta.namespace.is_empty() {
            self.namespaces.insert(object.meta.namespace.clone());
        }
    }
}

/// Deletes what is selected, was applied, and was not applied now.
pub(super) fn prune(
    session: &mut Session<'_>,
    how: &How,
    selector: &Selector,
    visited: &Visited,
) -> Done {
    for namespace in &visited.namespaces {
        for kind in KINDS {
            let table = session.view().table(kind);
            let old: Vec<Rc<Object>> = table
                .in_namespace(namespace)
                .filter(|one| one.meta.annotation(LAST_APPLIED).is_some())
                .filter(|one| !visited.uids.contains(&one.meta.uid) && selector.is_met_by(one))
                .cloned()
                .collect();
            for object in old {
                let key = Key { kind, id: object.meta.id };
                let options =
                    DeleteOptions { grace_seconds: how.grace, propagation: how.propagation };
                if how.printing.dry != DryRun::Client {
                    session.ask(Action::Delete(key, options), how.printing.dry)?;
                }
                how.printing.tell(session, &Mapping::of_kind(kind), &object, "pruned");
            }
        }
    }
    Ok(())
}
