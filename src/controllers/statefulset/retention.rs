//! Whom a StatefulSet's claims belong to, so that they go when they are meant to.
//!
//! Must not know how claims are collected. Invariant: a claim has at most one owner that
//! manages it, and an owner that somebody else set is left alone.
//!
//! Models pkg/controller/statefulset/stateful_set_utils.go

use std::rc::Rc;

use crate::api::{Kind, Object, OwnerReference};
use crate::base::Str;
use crate::controllers::statefulset::members::ordinal_of;
use crate::controllers::statefulset::{Sync, first_ordinal};
use crate::server::{Action, EventNote, Part};
use crate::sim::{Request, Rule};

const SOURCE: &str = super::SOURCE;

fn is_ref_to(owner: &OwnerReference, kind: Kind, name: &str) -> bool {
    let facts = kind.facts();
    *owner.kind == *facts.name && *owner.api_version == *facts.api_version && *owner.name == *name
}

impl Sync<'_> {
    fn deletes(&self) -> (bool, bool) {
        let policy = self.set.spec.persistent_volume_claim_retention_policy.as_ref();
        let is_delete = |word: &Str| &**word == "Delete";
        policy.map_or((false, false), |policy| {
            (is_delete(&policy.when_deleted), is_delete(&policy.when_scaled))
        })
    }

    /// Who a claim of this Pod must belong to.
    fn owner_for(&self, pod: &Object) -> Option<OwnerReference> {
        let (when_deleted, when_scaled) = self.deletes();
        let wanted = i32::try_from(self.replicas.len()).unwrap_or(i32::MAX);
        let start = first_ordinal(self.set);
        let is_doomed = ordinal_of(self.object, pod)
            .is_none_or(|ordinal| ordinal < start || ordinal >= start.saturating_add(wanted));
        if when_scaled && is_doomed {
            return Some(pod.owner_reference());
        }
        when_deleted.then(|| self.object.owner_reference())
    }

    /// Whether somebody else manages the claim, or a set or Pod of these names that is no more.
    ///
    /// Models hasUnexpectedController
    fn is_foreign(&self, claim: &Object, pod: &Object) -> bool {
        claim.meta.owner_references.iter().any(|owner| {
            if is_ref_to(owner, Kind::StatefulSet, self.name()) {
                owner.uid != self.object.meta.uid
            } else if is_ref_to(owner, Kind::Pod, &pod.meta.name) {
                owner.uid != pod.meta.uid
            } else {
                owner.controller == Some(true)
            }
        })
    }

    /// The owners that the claim must have instead of those it has, if they differ.
    ///
    /// Models isClaimOwnerUpToDate and updateClaimOwnerRefForSetAndPod
    fn owners_of(&self, claim: &Object, pod: &Object) -> Option<Vec<OwnerReference>> {
        let is_ours = |owner: &OwnerReference| {
            is_ref_to(owner, Kind::StatefulSet, self.name())
                || is_ref_to(owner, Kind::Pod, &pod.meta.name)
        };
        let is_foreign = self.is_foreign(claim, pod);
        let wanted = if is_foreign { None } else { self.owner_for(pod) };
        let has =
            |owner: &OwnerReference| owner.uid == self.object.meta.uid || owner.uid == pod.meta.uid;
        let known: Vec<_> = claim.meta.owner_references.iter().filter(|owner| has(owner)).collect();
        let is_right = match &wanted {
            Some(owner) => {
                known.len() == 1 && known[0].uid == owner.uid && known[0].controller == Some(true)
            }
            None => known.is_empty(),
        };
        if is_right {
            return None;
        }
        let others = claim.meta.owner_references.iter().filter(|owner| !is_ours(owner));
        Some(others.cloned().chain(wanted).collect())
    }

    /// The requests that give a Pod's claims the owners that the policy wants.
    ///
    /// Models pkg/controller/statefulset/stateful_pod_control.go UpdatePodClaimForRetentionPolicy
    pub(super) fn claim_owners(&self, pod: &Object) -> Vec<Request> {
        let mut requests = Vec::new();
        for template in &self.set.spec.volume_claim_templates {
            let name = format!("{}-{}", template.metadata.name, pod.meta.name);
            let namespace = &self.object.meta.namespace;
            let Some(claim) = self.view.named(Kind::PersistentVolumeClaim, namespace, &name) else {
                continue;
            };
            let Some(owners) = self.owners_of(claim, pod) else { continue };
            if self.is_foreign(claim, pod) {
                requests.push(self.conflict(claim));
            }
            let mut new = Object::clone(claim);
            new.meta.owner_references = Rc::new(owners);
            let action = Action::Update(Rc::new(new), Part::Spec);
            requests.push(Request::new(action, Rule("STS-CLAIM-OWNER")));
        }
        requests
    }

    fn conflict(&self, claim: &Object) -> Request {
        let text = format!(
            "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a manging \
             controller, the retention policy is ignored for this claim",
            claim.meta.name
        );
        let about = self.object.reference();
        let note = EventNote::warning(about, SOURCE, "ConflictingController", text);
        Request::new(Action::Note(note), Rule("STS-CLAIM-OWNER"))
    }

    /// Whether a claim of this ordinal still goes with the Pod that the ordinal had before.
    ///
    /// Models pkg/controller/statefulset/stateful_pod_control.go PodClaimIsStale
    pub(super) fn has_stale_claim(&self, ordinal: i32) -> bool {
        if !self.deletes().1 {
            return false;
        }
        let pod = format!("{}-{ordinal}", self.name());
        self.set.spec.volume_claim_templates.iter().any(|template| {
            let name = format!("{}-{pod}", template.metadata.name);
            let namespace = &self.object.meta.namespace;
            let claim = self.view.named(Kind::PersistentVolumeClaim, namespace, &name);
            claim.is_some_and(|claim| {
                claim.meta.owner_references.iter().any(|one| is_ref_to(one, Kind::Pod, &pod))
            })
        })
    }
}
