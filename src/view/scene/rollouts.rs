//! The revisions of a workload, and whether a rollout of it is under way.
//!
//! Must not know how they are drawn. Invariant: a rollout is over for the stage when it is over for
//! its controller and for the story.

use crate::api::apps::StatefulSet;
use crate::api::batch::DaemonSet;
use crate::api::pod::condition;
use crate::api::wellknown::{CONTROLLER_REVISION_HASH, DEPLOYMENT_REVISION, POD_TEMPLATE_HASH};
use crate::api::{Body, Kind, Object};
use crate::base::Order as _;
use crate::server::View;
use crate::view::scene::split_name;
use crate::view::stage::{Hold, PodState, PodView, RevisionView};
use std::rc::Rc;

/// Which of its Deployment's templates a ReplicaSet has.
pub(super) fn number_of(set: &Object) -> u32 {
    let text = set.meta.annotation(DEPLOYMENT_REVISION);
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn number_of_revision(one: &Object) -> u32 {
    one.controller_revision().and_then(|one| u32::try_from(one.revision).ok()).unwrap_or(0)
}

/// Which of its owner's templates a Pod has; 0 for an owner that keeps no revisions.
pub(super) fn number_of_pod(pod: &Object, owner: &Object, view: &View) -> u32 {
    let Some(label) = pod.meta.label(CONTROLLER_REVISION_HASH) else { return 0 };
    let found = match &owner.body {
        // A StatefulSet's Pods bear the name, a DaemonSet's the hash alone.
        Body::StatefulSet(_) => view.named(Kind::ControllerRevision, &pod.meta.namespace, label),
        Body::DaemonSet(_) => view
            .table(Kind::ControllerRevision)
            .owned_by(owner.meta.uid)
            .find(|one| one.meta.label(CONTROLLER_REVISION_HASH) == Some(label)),
        _ => None,
    };
    found.map_or(0, |one| number_of_revision(one))
}

/// A workload's revisions that still have or want Pods, oldest first; the last is the one wanted.
pub(super) fn revisions(owner: &Object, pods: &[Rc<PodView>], view: &View) -> Vec<RevisionView> {
    let mut revisions = match &owner.body {
        Body::Deployment(_) => sets(owner, pods, view),
        Body::StatefulSet(set) => {
            let wanted = &set.status.update_revision;
            kept(owner, pods, view, &|one| one.meta.name == *wanted)
        }
        Body::DaemonSet(_) => {
            let kept_ones = view.table(Kind::ControllerRevision).owned_by(owner.meta.uid);
            let newest = kept_ones.map(|one| number_of_revision(one)).max();
            kept(owner, pods, view, &|one| Some(number_of_revision(one)) == newest)
        }
        _ => Vec::new(),
    };
    revisions.order_by_key(|one| one.number);
    revisions
}

fn revision(number: u32, hash: &str, pods: &[Rc<PodView>]) -> RevisionView {
    let mine = || pods.iter().filter(|pod| pod.revision == number);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    RevisionView {
        number,
        hash: hash.into(),
        replicas: count(mine().count()),
        ready: count(mine().filter(|pod| pod.state == PodState::Ready).count()),
        is_to_come: false,
    }
}

fn kept(
    owner: &Object,
    pods: &[Rc<PodView>],
    view: &View,
    is_wanted: &dyn Fn(&Object) -> bool,
) -> Vec<RevisionView> {
    let all = view.table(Kind::ControllerRevision).owned_by(owner.meta.uid);
    let told = all.filter_map(|one| {
        let hash = split_name(&one.meta.name).1;
        let told = revision(number_of_revision(one), hash, pods);
        (told.replicas > 0 || is_wanted(one)).then_some(told)
    });
    told.collect()
}

fn sets(owner: &Object, pods: &[Rc<PodView>], view: &View) -> Vec<RevisionView> {
    let all: Vec<_> = view.table(Kind::ReplicaSet).owned_by(owner.meta.uid).collect();
    let wants = |set: &Object| set.replica_set().and_then(|set| set.spec.replicas).unwrap_or(0) > 0;
    let told = all.iter().filter_map(|set| {
        let hash = set.meta.label(POD_TEMPLATE_HASH).map_or("", |hash| hash);
        let told = revision(number_of(set), hash, pods);
        (told.replicas > 0 || wants(set)).then_some(told)
    });
    let mut told: Vec<_> = told.collect();
    // With Recreate the new ReplicaSet is made when the Pods of all others are gone; its number is
    // known before.
    let is_to_come = !told.is_empty()
        && owner
            .deployment()
            .is_some_and(|one| one.status.updated_replicas == 0 && !one.spec.paused)
        && !all.iter().any(|set| has_template_of(set, owner));
    if is_to_come {
        let newest = all.iter().map(|set| number_of(set)).max().unwrap_or(0);
        told.push(RevisionView { number: newest + 1, is_to_come, ..RevisionView::default() });
    }
    told
}

/// Whether a ReplicaSet has its Deployment's present template.
pub(super) fn has_template_of(set: &Object, owner: &Object) -> bool {
    let both = set.replica_set().zip(owner.deployment());
    both.is_some_and(|(set, owner)| set.spec.template.is_same_but_hash(&owner.spec.template))
}

/// Whether a Deployment's controller says that its Pods are not yet as its template wants them.
fn is_under_way(owner: &Object) -> bool {
    let conditions = owner.deployment().map_or(&[][..], |one| &one.status.conditions);
    let progressing = condition(conditions, "Progressing");
    progressing.is_some_and(|one| one.reason.as_deref() != Some("NewReplicaSetAvailable"))
}

/// Whether a Deployment's controller says that its rollout has got nowhere for too long.
pub(super) fn is_overdue(owner: &Object) -> bool {
    let conditions = owner.deployment().map_or(&[][..], |one| &one.status.conditions);
    let progressing = condition(conditions, "Progressing");
    progressing.is_some_and(|one| one.reason.as_deref() == Some("ProgressDeadlineExceeded"))
}

/// Whether one revision replaces another, as far as the present says it: of a DaemonSet only the
/// past tells a rollout from daemons that come and go.
///
/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go Status
pub(super) fn is_rolling(owner: &Object, revisions: &[RevisionView]) -> bool {
    match &owner.body {
        Body::Deployment(one) if condition(&one.status.conditions, "Progressing").is_some() => {
            let newest = revisions.last();
            newest.is_some_and(|one| one.is_to_come || (is_under_way(owner) && one.number > 1))
        }
        Body::StatefulSet(one) if &*one.spec.update_strategy.kind != "OnDelete" => {
            one.status.current_revision != one.status.update_revision
        }
        _ => revisions.len() > 1,
    }
}

/// Which ordinals of a StatefulSet a partition keeps from its new revision.
///
/// Models pkg/controller/statefulset/stateful_set_utils.go newVersionedStatefulSetPod
pub(super) fn partition(set: &StatefulSet) -> Option<Hold> {
    let update = set.spec.update_strategy.rolling_update.as_ref();
    let partition = update.and_then(|one| one.partition).filter(|partition| *partition > 0)?;
    let number = |count: i32| u32::try_from(count).unwrap_or(0);
    let first = number(set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start));
    let (partition, replicas) = (number(partition), number(set.spec.replicas.unwrap_or(1)));
    let from = first.saturating_add(partition);
    Some(Hold::Partition { partition, first, from, end: first.saturating_add(replicas) })
}

/// Why a workload's rollout goes no further by itself: a partition that every higher ordinal has
/// reached, or Pods that wait for somebody to delete them.
pub(super) fn hold(
    owner: &Object,
    pods: &[Rc<PodView>],
    revisions: &[RevisionView],
) -> Option<Hold> {
    let newest = revisions.last()?.number;
    let waits = |kind: &str| {
        let is_old =
            |pod: &Rc<PodView>| pod.revision != newest && pod.state != PodState::Terminating;
        (kind == "OnDelete" && pods.iter().any(is_old)).then_some(Hold::OnDelete)
    };
    match &owner.body {
        Body::DaemonSet(set) => waits(&set.spec.update_strategy.kind),
        Body::StatefulSet(set) if &*set.spec.update_strategy.kind == "OnDelete" => {
            waits(&set.spec.update_strategy.kind)
        }
        Body::StatefulSet(set) => {
            let found = partition(set)?;
            let Hold::Partition { from, end, .. } = found else { return None };
            let has_reached = |ordinal: u32| {
                pods.iter().any(|pod| {
                    pod.ordinal == Some(ordinal)
                        && pod.revision == newest
                        && pod.state == PodState::Ready
                })
            };
            (from..end).all(has_reached).then_some(found)
        }
        _ => None,
    }
}

/// Whether a DaemonSet or a StatefulSet got another template.
pub(super) fn is_retold(old: &Object, new: &Object) -> bool {
    match (&old.body, &new.body) {
        (Body::DaemonSet(old), Body::DaemonSet(new)) => old.spec.template != new.spec.template,
        (Body::StatefulSet(old), Body::StatefulSet(new)) => old.spec.template != new.spec.template,
        _ => false,
    }
}

/// Whether a StatefulSet's partition was moved.
pub(super) fn is_let_on(old: &Object, new: &Object) -> bool {
    let both = old.stateful_set().zip(new.stateful_set());
    both.is_some_and(|(old, new)| old.spec.update_strategy != new.spec.update_strategy)
}

/// Whether every ordinal of a StatefulSet that its partition lets on is of the present template,
/// and all are ready.
///
/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go
/// StatefulSetStatusViewer.Status
pub(super) fn is_at_partition(owner: &Object, set: &StatefulSet) -> bool {
    let (status, wanted) = (&set.status, set.spec.replicas.unwrap_or(1));
    let Some(Hold::Partition { from, end, .. }) = partition(set) else { return false };
    let reached = i32::try_from(end.saturating_sub(from)).unwrap_or(0);
    status.observed_generation >= owner.meta.generation
        && reached > 0
        && (status.updated_replicas, status.ready_replicas) == (reached, wanted)
        && status.current_revision != status.update_revision
}

/// Whether every Pod of a StatefulSet is of the present template and ready.
pub(super) fn is_wholly_new(owner: &Object, set: &StatefulSet) -> bool {
    let (status, wanted) = (&set.status, set.spec.replicas.unwrap_or(1));
    status.observed_generation >= owner.meta.generation
        && (status.updated_replicas, status.ready_replicas) == (wanted, wanted)
}

/// Whether every daemon is of the present template and available.
///
/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go
/// DaemonSetStatusViewer.Status
pub(super) fn is_rolled_out(owner: &Object, set: &DaemonSet) -> bool {
    let status = &set.status;
    status.observed_generation >= owner.meta.generation
        && status.updated_number_scheduled == status.desired_number_scheduled
        && status.number_available == status.desired_number_scheduled
}
