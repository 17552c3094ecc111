//! The ledger: every workload's places, and the newest replacement on each side.
//!
//! Must not know how it is drawn. Invariant: both are read from one pairing of Pods, so that the
//! panel on the stage and the ledger never tell two stories.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::Kind;
use crate::base::{Str, gather};
use crate::cluster::Cluster;
use crate::view::Identity;
use crate::view::ledger::{self, Account, Arrival, Book, LedgerView, Place, Replacement, Tenant};
use crate::view::scene::lives::{Workload, workloads};
use crate::view::scene::record::{Lived, Record};
use crate::view::stage::{LaneKind, LaneView, ObjectRef, PodView, Text};

/// The Pods that are on the stage, by UID.
type Shown<'a> = BTreeMap<&'a str, &'a Rc<PodView>>;

/// The ledger of every workload that has or had Pods.
pub fn book(cluster: &Cluster, record: &Record, lanes: &[Rc<LaneView>]) -> Book {
    let accounts = workloads(record, lanes);
    Book { accounts: accounts.iter().map(|one| Rc::new(one.account(cluster, record))).collect() }
}

/// The newest replacement on each side.
pub fn ledger(cluster: &Cluster, record: &Record, lanes: &[Rc<LaneView>]) -> LedgerView {
    let all = workloads(record, lanes);
    let newest = |identity: Identity| {
        // Only where a Pod went can there be a replacement; most workloads have none to read.
        let has_gone = |one: &&Workload<'_>| {
            one.pods.iter().any(|pod| pod.deleted_us.is_some() || pod.end_us.is_some())
        };
        let mine = all.iter().filter(|one| one.lane.is_some() && one.kind.identity() == identity);
        mine.filter(has_gone)
            .filter_map(|one| last(one, &one.account(cluster, record)))
            .max_by_key(|one| one.at_us)
    };
    let newcomers = all.iter().filter(|one| one.lane.is_some());
    let newcomers = newcomers.filter_map(|one| one.newcomer(cluster, record));
    let stateful = newest(Identity::Stateful).into_iter().chain(newcomers);
    LedgerView {
        stateless: newest(Identity::Stateless),
        stateful: stateful.max_by_key(|one| one.at_us),
        absent: absent(lanes),
    }
}

/// The side without a workload that replaces its Pods, if the other side has one.
fn absent(lanes: &[Rc<LaneView>]) -> Option<Identity> {
    let has = |identity: Identity| {
        lanes.iter().any(|lane| lane.identity() == identity && lane.kind != LaneKind::BarePods)
    };
    match (has(Identity::Stateless), has(Identity::Stateful)) {
        (true, false) => Some(Identity::Stateful),
        (false, true) => Some(Identity::Stateless),
        _ => None,
    }
}

impl Workload<'_> {
    fn account(&self, cluster: &Cluster, record: &Record) -> Account {
        let view = cluster.model().view();
        let service = self.lane.and_then(|lane| lane.service.as_ref()).map(|one| &*one.name);
        let mine = self.pods.iter();
        let shown = self.lane.into_iter().flat_map(|lane| &lane.pods);
        let shown: Shown<'_> = gather(shown.map(|pod| (&*pod.uid, pod)));
        let is_job = self.kind == LaneKind::Job;
        let all = mine.map(|one| {
            let tenant = tenant(one, service, &shown, (cluster, record));
            // A Job makes another Pod for one that failed, not for one that ended well; whoever
            // keeps a number of replicas counts neither.
            let done_us = one.ended_us().filter(|_| !is_job || one.is_failed());
            let left_us = one.deleted_us.into_iter().chain(done_us).min();
            Arrival {
                place: self.place(one),
                maker: maker(one),
                is_spared: one.is_spared,
                tenant: Tenant { left_us, ..tenant },
            }
        });
        let counted = record.counted(self.kind, self.namespace, self.name);
        let wanted = counted.filter(|_| self.is_scaled()).map_or(&[][..], |one| &one.wanted);
        let owner = view.named(Kind::StatefulSet, self.namespace, self.name);
        let policy = owner.filter(|_| self.kind == LaneKind::StatefulSet);
        let policy = policy.and_then(|one| one.stateful_set());
        Account {
            object: ObjectRef::new(self.kind.kind(), self.namespace, self.name),
            identity: self.kind.identity(),
            desired: self.lane.map(|lane| lane.desired),
            is_ordered: self.kind == LaneKind::StatefulSet
                && policy.is_none_or(|one| &*one.spec.pod_management_policy != "Parallel"),
            at_once: self.at_once(cluster),
            gives_disks_up: policy
                .and_then(|one| one.spec.persistent_volume_claim_retention_policy.as_ref())
                .is_some_and(|one| &*one.when_scaled == "Delete"),
            slots: ledger::seat(all.collect(), wanted),
        }
    }

    /// Whether it has so many Pods of which any one will do as it is told.
    fn is_scaled(&self) -> bool {
        use LaneKind::{Deployment, ReplicaSet, ReplicationController};
        matches!(self.kind, Deployment | ReplicaSet | ReplicationController)
    }

    /// The newest Pod of an ordinal that was asked for later and that no Pod had before.
    fn newcomer(&self, cluster: &Cluster, record: &Record) -> Option<Replacement> {
        let keeps = self.kind == LaneKind::StatefulSet;
        let counted = record.counted(self.kind, self.namespace, self.name);
        let grown_us = counted.filter(|_| keeps)?.grown_us?;
        let account = self.account(cluster, record);
        let alone = account.slots.iter().filter(|slot| slot.tenants.len() == 1);
        let new = alone.filter_map(|slot| slot.tenants.last()).filter(|one| {
            one.from_us >= grown_us && one.deleted_us.is_none() && one.end_us.is_none()
        });
        let new = new.max_by_key(|one| one.from_us)?;
        let is_new = |claim: &Str| {
            record.disks.iter().any(|disk| {
                let meta = &disk.object.meta;
                *claim == meta.name
                    && &*meta.namespace == self.namespace
                    && disk.end_us.is_none()
                    && disk.from_us >= grown_us
            })
        };
        let has_new_disks = new.pod.disks.iter().all(is_new);
        let kind = self.kind.kind();
        Some(Replacement::newcomer(kind, self.name, new.from_us, &new.pod, has_new_disks))
    }

    /// How many Pods a Job runs at a time.
    fn at_once(&self, cluster: &Cluster) -> Option<u32> {
        let view = cluster.model().view();
        let job = view.named(Kind::Job, self.namespace, self.name);
        let job = job.filter(|_| self.kind == LaneKind::Job)?.job()?;
        let most = job.spec.parallelism.unwrap_or(1);
        let wanted = job.spec.completions.unwrap_or(most);
        u32::try_from(most.min(wanted)).ok()
    }

    fn place(&self, one: &Lived) -> Option<Place> {
        let meta = &one.object.meta;
        match self.kind {
            LaneKind::BarePods => {
                let space = meta.namespace.as_str();
                let is_plain = space == "default";
                let name =
                    if is_plain { meta.name.to_string() } else { format!("{space}/{}", meta.name) };
                Some(Place::Only(name.into()))
            }
            LaneKind::Job => {
                let index = meta.annotation("batch.kubernetes.io/job-completion-index")?;
                index.parse().ok().map(Place::Index)
            }
            LaneKind::StatefulSet => one.ordinal().map(Place::Ordinal),
            LaneKind::DaemonSet => {
                one.object.pod().and_then(|pod| pod.node()).cloned().map(Place::Node)
            }
            _ => None,
        }
    }
}

/// What made a Pod: of a Deployment's Pods, the ReplicaSet.
fn maker(one: &Lived) -> Text {
    let owner = one.object.meta.controller();
    owner.map_or_else(Text::default, |owner| owner.uid.to_string().into())
}

fn tenant(
    one: &Lived,
    service: Option<&str>,
    shown: &Shown<'_>,
    (cluster, record): (&Cluster, &Record),
) -> Tenant {
    let is_there = one.end_us.is_none();
    let uid = is_there.then(|| one.object.meta.uid.to_string());
    let shown = uid.and_then(|uid| shown.get(&*uid).copied());
    Tenant {
        pod: one.as_incarnation(service, cluster.model().view(), record),
        from_us: one.from_us,
        deleted_us: one.deleted_us,
        done_us: one.ended_us(),
        left_us: one.deleted_us,
        end_us: one.end_us,
        state: shown.map(|pod| pod.state),
        reason: shown.and_then(|pod| pod.reason.clone()),
        lacks_disk: shown.is_some_and(|pod| pod.disk_elsewhere.is_some()),
    }
}

/// The last Pod of a workload that went, and the one that took its place.
fn last(workload: &Workload<'_>, account: &Account) -> Option<Replacement> {
    let keeps = account.identity == Identity::Stateful;
    let made = account.replacements().pop();
    // A seat that is wanted and empty is a replacement that is still to come.
    let tenants = account.slots.iter().filter_map(|slot| slot.tenants.last());
    let gone = tenants.filter(|one| one.deleted_us.is_some() && keeps);
    let is_wanted = |one: &&Tenant| {
        let lane = workload.lane;
        lane.is_some_and(|lane| {
            lane.pods.iter().any(|pod| pod.name == one.pod.name)
                || lane.seats.iter().any(|seat| seat.name == one.pod.name)
        })
    };
    let empty = gone.filter(is_wanted).max_by_key(|one| one.deleted_us);
    let (old, new) = match (made, empty) {
        (Some((_, new)), Some(empty)) if empty.deleted_us > Some(new.from_us) => (empty, None),
        (Some((old, new)), _) => (old, Some(new)),
        (None, Some(empty)) => (empty, None),
        (None, None) => return None,
    };
    let at_us = new.map_or(old.deleted_us.unwrap_or(old.from_us), |new| new.from_us);
    let new = new.map(|new| &new.pod);
    Some(Replacement::new(workload.kind.kind(), workload.name, at_us, &old.pod, new))
}
