//! What the API server refuses to controllers whose objects have no condition that says so.
//!
//! Must not know words. Invariant: a refusal is kept for as long as its workload lacks Pods, and no
//! longer than until the next one is made.

use std::collections::BTreeMap;

use crate::api::{Body, Kind, Object};
use crate::base::Str;
use crate::server::Change;
use crate::view::stage::RefusalView;
use crate::view::words::forbidden::creation_refusal;

/// A workload by kind, namespace and name.
type Whose = (Str, Str, Str);

/// The refusals that stand.
#[derive(Clone, Default)]
pub(super) struct Refusals(BTreeMap<Whose, RefusalView>);

impl Refusals {
    /// Takes an Event in.
    pub(super) fn note(&mut self, change: &Change) {
        let Some(event) = change.new.as_ref().and_then(|one| one.event()) else { return };
        let about = &event.about;
        let has_no_condition =
            matches!(about.kind, Kind::StatefulSet | Kind::DaemonSet | Kind::Job);
        if has_no_condition && &*event.reason == "FailedCreate" {
            let whose = (about.kind.name().into(), about.namespace.clone(), about.name.clone());
            let why = creation_refusal(&event.message).into();
            self.0.insert(whose, RefusalView { what: "Pod".into(), why });
        }
    }

    /// A StatefulSet is refused one Pod at a time; who makes several at once may get one and be
    /// refused the next.
    pub(super) fn made(&mut self, change: &Change) {
        let owner = change.object().meta.controller().filter(|_| change.old.is_none());
        if let Some(owner) = owner.filter(|owner| &*owner.kind == Kind::StatefulSet.name()) {
            let namespace = change.object().meta.namespace.clone();
            self.0.remove(&(owner.kind.clone(), namespace, owner.name.clone()));
        }
    }

    /// Forgets what a workload needs no more.
    pub(super) fn settle(&mut self, change: &Change) {
        if change.new.as_ref().is_none_or(|one| has_enough(one)) {
            let meta = &change.object().meta;
            let kind = change.kind.name().into();
            self.0.remove(&(kind, meta.namespace.clone(), meta.name.clone()));
        }
    }

    /// What a workload may not make.
    pub(super) fn of(&self, kind: &str, namespace: &str, name: &str) -> Option<&RefusalView> {
        self.0.get(&(kind.into(), namespace.into(), name.into()))
    }
}

/// Whether a workload has the Pods that its present spec asks for.
fn has_enough(object: &Object) -> bool {
    let is_seen = |observed: u64| observed >= object.meta.generation;
    match &object.body {
        Body::StatefulSet(one) => {
            let (status, wanted) = (&one.status, one.spec.replicas.unwrap_or(1));
            is_seen(status.observed_generation) && status.replicas >= wanted
        }
        Body::DaemonSet(one) => {
            let status = &one.status;
            is_seen(status.observed_generation)
                && status.current_number_scheduled >= status.desired_number_scheduled
        }
        Body::Job(one) => {
            let (spec, status) = (&one.spec, &one.status);
            let at_once = spec.parallelism.unwrap_or(1);
            let left = spec.completions.map_or(at_once, |all| all - status.succeeded);
            one.is_suspended() || one.is_finished() || status.active >= at_once.min(left)
        }
        _ => true,
    }
}
