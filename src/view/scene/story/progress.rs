//! How far a rollout has come, as sentences: its begin, its way, where it rests, and its end.
//!
//! Owns words only. Invariant: a rollout that stands still on purpose is never told as going on,
//! and each step of substance is told once.

use super::teller::{Teller, one_or_many};
use crate::api::apps::StatefulSet;
use crate::api::pod::{Pod, condition};
use crate::api::wellknown::CONTROLLER_REVISION_HASH;
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::server::{Change, Key};
use crate::view::scene::rollouts::{
    is_at_partition, is_rolled_out, is_wholly_new, number_of, partition,
};
use crate::view::stage::Hold;
use crate::view::story::{Part, Tone};
use crate::view::words::stage::ordinals;
use std::rc::Rc;

/// From how many Pods on the way of a rollout is told.
const MANY: i32 = 8;

/// Which quarter of the way a number is.
const fn quarter(count: i32, wanted: i32) -> i32 {
    count.saturating_mul(4) / if wanted > 1 { wanted } else { 1 }
}

fn number(count: i64) -> Part {
    Part::Strong(count.to_string())
}

impl Teller<'_> {
    /// How far a rollout of many Pods has come, at each quarter of the way; its end has a word of
    /// its own.
    pub(super) fn progress(&self, change: &Change) -> Option<Vec<Part>> {
        let object = change.new.as_ref()?;
        let owner = object.meta.controller()?;
        let deployment = self.find(Kind::Deployment, &object.meta.namespace, &owner.name)?;
        let wanted = deployment.deployment()?.spec.replicas.unwrap_or(1);
        let ready = |one: &Object| one.replica_set().map_or(0, |set| set.status.ready_replicas);
        let now = ready(object);
        let before = change.old.as_ref().map_or(0, |old| ready(old));
        let is_step = quarter(now, wanted) > quarter(before, wanted);
        if wanted < MANY || !is_step || now >= wanted {
            return None;
        }
        let mine = number_of(object);
        let is_former = |one: &&Rc<Object>| {
            one.meta.controller().is_some_and(|other| other.uid == owner.uid)
                && one.replica_set().is_some_and(|set| set.status.replicas > 0)
        };
        let mut others = self.known.seen().filter(is_former).map(|one| number_of(one));
        if !others.any(|other| other < mine) {
            return None;
        }
        Some(self.so_many_ready(now, wanted, self.chip(deployment), mine.into()))
    }

    fn so_many_ready(&self, now: i32, wanted: i32, chip: Part, revision: i64) -> Vec<Part> {
        let fill = [number(now.into()), number(wanted.into()), chip, number(revision)];
        let en = "{} of {} Pods of {} are ready on revision {}.";
        self.parts(en, "{}/{} 个 {} 的 Pod 已在版本 {} 上就绪。", &fill)
    }

    /// A rollout that is complete, or that makes no progress.
    pub(super) fn rollout(&self, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let reason = |one: &Object| {
            let conditions = &one.deployment()?.status.conditions;
            condition(conditions, "Progressing")?.reason.clone()
        };
        let object = change.new.as_ref()?;
        let after = reason(object)?;
        if change.old.as_ref().and_then(|old| reason(old)).as_ref() == Some(&after) {
            return None;
        }
        let wanted = object.deployment()?.spec.replicas.unwrap_or(1);
        let is_mine = |one: &&Rc<Object>| {
            one.kind() == Kind::ReplicaSet
                && one.meta.controller().is_some_and(|owner| owner.uid == object.meta.uid)
        };
        let newest = self.known.seen().filter(is_mine).max_by_key(|one| number_of(one));
        let revision = newest.map_or(0, |one| number_of(one));
        let chip = self.chip(object);
        match &*after {
            "NewReplicaSetAvailable" => {
                Some((self.complete(chip, wanted, revision.into()), Tone::Plain))
            }
            "ProgressDeadlineExceeded" if revision > 1 => {
                let ready = newest.and_then(|one| one.replica_set());
                let ready = ready.map_or(0, |set| set.status.ready_replicas);
                let en = "The rollout of {} makes no progress, and its deadline is over: {} of {} Pods are ready on revision {}.";
                let zh = "{} 的上线没有进展，已超过期限：{}/{} 个 Pod 在版本 {} 上就绪。";
                let fill =
                    [chip, number(ready.into()), number(wanted.into()), number(revision.into())];
                Some((self.parts(en, zh, &fill), Tone::Bad))
            }
            "ProgressDeadlineExceeded" => {
                let text = "The rollout of {} makes no progress: its deadline is over.";
                Some((self.parts(text, "{} 的上线没有进展：已超过期限。", &[chip]), Tone::Bad))
            }
            _ => None,
        }
    }

    /// That a rollout is over, and on which revision all Pods are, if they had another before.
    fn complete(&self, chip: Part, count: i32, revision: i64) -> Vec<Part> {
        if revision < 2 || count < 1 {
            return self.parts("The rollout of {} is complete.", "{} 的上线已完成。", &[chip]);
        }
        if count == 1 {
            let en = "The rollout of {} is complete: its Pod is on revision {}.";
            return self.parts(
                en,
                "{} 的上线已完成：它的 Pod 是版本 {}。",
                &[chip, number(revision)],
            );
        }
        let en = "The rollout of {} is complete: all its {} Pods are on revision {}.";
        let zh = "{} 的上线已完成：{} 个 Pod 都是版本 {}。";
        self.parts(en, zh, &[chip, number(count.into()), number(revision)])
    }

    /// The number of a StatefulSet's newest revision.
    fn update_number(&self, object: &Object, set: &StatefulSet) -> Option<i64> {
        let name = &set.status.update_revision;
        let found = self.find(Kind::ControllerRevision, &object.meta.namespace, name)?;
        Some(found.controller_revision()?.revision)
    }

    /// A rolling update that has reached every ordinal, or all that its partition lets it reach.
    pub(super) fn updated(&self, change: &Change) -> Option<Vec<Part>> {
        let object = change.new.as_ref()?;
        let (old, new) = (change.old.as_ref()?.stateful_set()?, object.stateful_set()?);
        let (before, after) = (&old.status, &new.status);
        let is_rollout = !before.current_revision.is_empty()
            && before.current_revision != before.update_revision;
        let revision = self.update_number(object, new).unwrap_or(0);
        let chip = self.chip(object);
        let is_whole =
            after.updated_replicas == after.replicas && after.ready_replicas == after.replicas;
        let is_over = is_rollout && is_whole && after.current_revision == after.update_revision;
        // With OnDelete the current revision stays the old one for good.
        let is_renewed = &*new.spec.update_strategy.kind == "OnDelete"
            && self.known.is_rolling(change.key())
            && is_wholly_new(object, new);
        if is_over || is_renewed {
            return Some(self.complete(chip, after.replicas, revision));
        }
        let Hold::Partition { partition, first, from, .. } = partition(new)? else {
            return None;
        };
        let rests = self.known.is_rolling(change.key()) && is_at_partition(object, new);
        rests.then(|| {
            let kept = Part::Strong(ordinals(self.lang, first, from - 1));
            let (revision, from) = (number(revision), number(from.into()));
            // Each language has its own order.
            let [second, third] =
                self.lang.pick([revision.clone(), from.clone()], [from, revision]);
            self.parts(
                "The rollout of {} rests: revision {} from ordinal {} on; partition {} keeps {}.",
                "{} 的上线到此为止：编号 {} 起为版本 {}；分区 {} 保持 {}。",
                &[chip, second, third, number(partition.into()), kept],
            )
        })
    }

    /// A rollout of daemons that has come a quarter further, or reached every node.
    pub(super) fn daemons_updated(&self, change: &Change) -> Option<Vec<Part>> {
        let object = change.new.as_ref()?;
        let set = object.daemon_set()?;
        if !self.known.is_rolling(change.key()) {
            return None;
        }
        let chip = self.chip(object);
        let revision = self.newest_revision(object).map_or(0, |(number, _)| number);
        let wanted = set.status.desired_number_scheduled;
        if is_rolled_out(object, set) {
            return Some(self.complete(chip, wanted, revision));
        }
        let updated = set.status.updated_number_scheduled;
        let before = change.old.as_ref()?.daemon_set()?.status.updated_number_scheduled;
        let is_step = wanted >= MANY
            && set.status.observed_generation >= object.meta.generation
            && quarter(updated, wanted) > quarter(before, wanted)
            && updated < wanted;
        is_step.then(|| {
            let fill = [number(updated.into()), number(wanted.into()), chip, number(revision)];
            let en = "{} of {} Pods of {} are on revision {}.";
            self.parts(en, "{}/{} 个 {} 的 Pod 已是版本 {}。", &fill)
        })
    }

    /// The number of a workload's newest revision, and the hash by which its daemons bear it.
    fn newest_revision(&self, owner: &Object) -> Option<(i64, Option<&Str>)> {
        let is_mine = |one: &&Rc<Object>| {
            one.kind() == Kind::ControllerRevision
                && one.meta.controller().is_some_and(|other| other.uid == owner.meta.uid)
        };
        let number = |one: &Rc<Object>| Some(one.controller_revision()?.revision);
        let newest = self.known.seen().filter(is_mine).max_by_key(|one| number(one))?;
        Some((number(newest)?, newest.meta.label(CONTROLLER_REVISION_HASH)))
    }

    /// A DaemonSet whose update may replace no other daemon before one is ready or gone.
    pub(super) fn daemons_wait(
        &self,
        code: &str,
        owner: &Object,
        pod: &str,
        [set, pod_chip]: [Part; 2],
    ) -> Option<Vec<Part>> {
        let (revision, hash) = self.newest_revision(owner)?;
        if code == "DS-WAIT-GONE" {
            let pod = self.find(Kind::Pod, &owner.meta.namespace, pod)?;
            let node = Self::named(Kind::Node, "", pod.pod()?.node()?);
            let en = "The rollout of {} to revision {} waits until {} is gone: {} is not ready.";
            let zh = "{} 上线到版本 {}，正等待 {} 消失：{} 未就绪。";
            return Some(self.parts(en, zh, &[set, number(revision), pod_chip, node]));
        }
        let is_done = |one: &&Rc<Object>| {
            let is_mine = one.meta.controller().is_some_and(|other| other.uid == owner.meta.uid);
            is_mine
                && one.meta.label(CONTROLLER_REVISION_HASH) == hash
                && one.pod().is_some_and(Pod::is_ready)
                && self.is_there(one)
        };
        let done = i64::try_from(self.known.seen().filter(is_done).count()).unwrap_or(i64::MAX);
        let wanted = owner.daemon_set()?.status.desired_number_scheduled;
        let fill = [set, number(revision), pod_chip, number(done), number(wanted.into())];
        Some(self.waits_for_ready(&fill))
    }

    fn waits_for_ready(&self, fill: &[Part; 5]) -> Vec<Part> {
        let [set, revision, pod, done, all] = fill.clone();
        self.parts(
            "The rollout of {} to revision {} waits for {} to be ready: {} of {} done.",
            "{} 上线到版本 {}，正等待 {} 就绪：已完成 {}/{} 个 Pod。",
            &[set, revision, pod, done, all],
        )
    }

    /// How far a StatefulSet has come on its way to another revision: how many Pods have it, of
    /// how many, and which it is.
    fn way(&self, object: &Object) -> Option<[Part; 3]> {
        let set = object.stateful_set()?;
        let status = &set.status;
        let is_on = status.observed_generation >= object.meta.generation
            && status.current_revision != status.update_revision
            && status.updated_replicas > 0;
        let revision = self.update_number(object, set).filter(|_| is_on)?;
        let wanted = set.spec.replicas.unwrap_or(1);
        Some([number(status.updated_replicas.into()), number(wanted.into()), number(revision)])
    }

    /// A Pod of an old template that makes way, and how many have the new one already.
    pub(super) fn makes_way(&self, object: &Object, chip: Part) -> Vec<Part> {
        let owner = object.meta.controller();
        let set = owner
            .and_then(|owner| self.find(Kind::StatefulSet, &object.meta.namespace, &owner.name));
        match set.and_then(|set| self.way(set)) {
            Some([count, all, revision]) => self.parts(
                one_or_many(
                    usize::from(count.text() != "1") + 1,
                    "{} is told to stop: it has the old template. {} of {} Pods is on revision {}.",
                    "{} is told to stop: it has the old template. {} of {} Pods are on revision {}.",
                ),
                "{} 被要求停止：它还是旧模板。已有 {}/{} 个 Pod 是版本 {}。",
                &[chip, count, all, revision],
            ),
            None => self.parts(
                "{} is told to stop: it has the old template.",
                "{} 被要求停止：它还是旧模板。",
                &[chip],
            ),
        }
    }

    /// A set that waits for a Pod of its new revision, and how far its rollout has come.
    pub(super) fn waits_to_roll(&self, owner: &Object, pod: &str, fill: &[Part; 2]) -> Vec<Part> {
        let plain = || self.parts("{} waits for {} to be ready.", "{} 等待 {} 就绪。", fill);
        let found = self.find(Kind::Pod, &owner.meta.namespace, pod);
        let wanted = owner.stateful_set().map(|set| &set.status.update_revision);
        let is_new = found.is_some_and(|pod| {
            pod.meta.label(CONTROLLER_REVISION_HASH) == wanted && wanted.is_some()
        });
        let done =
            owner.stateful_set().filter(|_| is_new).and_then(|set| self.done(owner, set, pod));
        let Some([done, all, revision]) = done else { return plain() };
        let [set, pod] = fill.clone();
        self.waits_for_ready(&[set, revision, pod, done, all])
    }

    /// How many ordinals a rollout has behind it that waits for a Pod, of how many, and to which
    /// revision it goes: it begins with the highest.
    fn done(&self, owner: &Object, set: &StatefulSet, pod: &str) -> Option<[Part; 3]> {
        let status = &set.status;
        // With OnDelete there is no order, and what comes back later is no rollout.
        let is_on = status.observed_generation >= owner.meta.generation
            && status.current_revision != status.update_revision
            && &*set.spec.update_strategy.kind != "OnDelete"
            && self.known.is_rolling(Key { kind: owner.kind(), id: owner.meta.id });
        let revision = self.update_number(owner, set).filter(|_| is_on)?;
        let first = set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start);
        let end = i64::from(first) + i64::from(set.spec.replicas.unwrap_or(1));
        let from = match partition(set) {
            Some(Hold::Partition { from, .. }) => i64::from(from),
            _ => first.into(),
        };
        let ordinal: i64 = pod.rsplit_once('-')?.1.parse().ok()?;
        let (done, all) = (end - 1 - ordinal, end - from);
        (0..all).contains(&done).then(|| [number(done), number(all), number(revision)])
    }
}
