//! How many Pods each ReplicaSet and ReplicationController has, kept change by change.
//!
//! Must not decide anything: a set whose count is not known here is counted anew. Invariant:
//! a tally that is known is what counting all the set's Pods in the view would give.

use std::rc::Rc;

use crate::api::apps::ReplicaSetSpec;
use crate::api::{Kind, LabelSelector, Object, Uid};
use crate::base::PMap;
use crate::controllers::pods;
use crate::server::{Change, View};

/// The Pods that a set controls.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Tally {
    /// What they were counted by.
    spec: Rc<ReplicaSetSpec>,
    /// Neither ended nor on their way out.
    pub(super) active: i32,
    /// Active ones with all labels of the template.
    pub(super) labeled: i32,
    /// Active ones that are ready.
    pub(super) ready: i32,
    /// On their way out, not ended.
    pub(super) terminating: i32,
    /// Active ones that the selector does not select any more.
    misfits: i32,
}

impl Tally {
    /// Counts all Pods of a set.
    pub(super) fn of(object: &Object, spec: &Rc<ReplicaSetSpec>, view: &View) -> Tally {
        let spec = Rc::clone(spec);
        let (active, labeled, ready, terminating, misfits) = (0, 0, 0, 0, 0);
        let mut tally = Tally { spec, active, labeled, ready, terminating, misfits };
        for pod in view.table(Kind::Pod).owned_by(object.meta.uid) {
            tally.count(pod, 1);
        }
        tally
    }

    fn count(&mut self, object: &Object, by: i32) {
        let Some(pod) = object.pod() else { return };
        let labels = &object.meta.labels;
        let template = &self.spec.template.metadata.labels;
        // Pods share their template's labels until somebody changes them, and those fit.
        let is_same = Rc::ptr_eq(labels, template);
        if !(is_same || self.spec.selector.is_met_by(labels)) {
            self.misfits += by;
        } else if pods::is_active(object) {
            self.active += by;
            if is_same || LabelSelector::of_labels(template).is_met_by(labels) {
                self.labeled += by;
            }
            if pod.is_ready() {
                self.ready += by;
            }
        } else if !pod.status.phase.is_terminal() {
            self.terminating += by;
        }
    }

    /// Whether the tally says all there is to know of a set: its Pods all fit, and time alone
    /// makes none of them available.
    fn is_enough_for(&self, spec: &Rc<ReplicaSetSpec>) -> bool {
        Rc::ptr_eq(&self.spec, spec) && self.misfits == 0 && spec.min_ready_seconds == 0
    }
}

/// The tallies of all sets that were looked at, by the set.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Tallies {
    counts: PMap<Uid, Tally>,
    /// The generation at which a set had all the Pods that it asks for: what it lacks since then
    /// was lost, however many of the losses its status has counted by now.
    whole: PMap<Uid, u64>,
}

impl Tallies {
    /// Takes a change in.
    pub(super) fn observe(&mut self, change: &Change) {
        match change.kind {
            Kind::Pod => {
                for (pod, by) in [(&change.old, -1), (&change.new, 1)] {
                    let Some(pod) = pod else { continue };
                    let tally = pod.meta.controller().and_then(|one| self.counts.get_mut(&one.uid));
                    if let Some(tally) = tally {
                        tally.count(pod, by);
                    }
                }
            }
            Kind::ReplicaSet | Kind::ReplicationController if change.new.is_none() => {
                let uid = &change.object().meta.uid;
                self.counts.remove(uid);
                self.whole.remove(uid);
            }
            _ => {}
        }
    }

    /// The tally of a set, if it says all there is to know.
    pub(super) fn known(
        &self,
        object: &Object,
        spec: &Rc<ReplicaSetSpec>,
        view: &View,
    ) -> Option<&Tally> {
        let tally = self.counts.get(&object.meta.uid)?;
        let pods = view.table(Kind::Pod);
        let is_alone = pods.orphans_in(&object.meta.namespace).next().is_none();
        if !is_alone || object.meta.is_terminating() || !tally.is_enough_for(spec) {
            return None;
        }
        debug_assert_eq!(*tally, Tally::of(object, spec, view), "{} is counted", object.meta.name);
        Some(tally)
    }

    /// Keeps count of a set from now on.
    pub(super) fn keep(&mut self, object: &Object, spec: &Rc<ReplicaSetSpec>, view: &View) {
        let is_kept =
            self.counts.get(&object.meta.uid).is_some_and(|one| Rc::ptr_eq(&one.spec, spec));
        if !is_kept && spec.min_ready_seconds == 0 && !object.meta.is_terminating() {
            self.counts.insert(object.meta.uid, Tally::of(object, spec, view));
        }
    }

    /// Remembers that a set has all the Pods that it asks for.
    pub(super) fn note_whole(&mut self, object: &Object) {
        if !self.was_whole(object) {
            self.whole.insert(object.meta.uid, object.meta.generation);
        }
    }

    /// Whether a set once had all the Pods that it asks for now.
    pub(super) fn was_whole(&self, object: &Object) -> bool {
        self.whole.get(&object.meta.uid) == Some(&object.meta.generation)
    }

    /// Forgets all counts: everything is about to be listed anew.
    pub(super) fn forget(&mut self) {
        *self = Tallies::default();
    }
}
