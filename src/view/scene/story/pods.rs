//! What became of a Pod, as sentences.
//!
//! Owns words only. Invariant: a Pod's birth, placing, readiness, trouble and end are told once.

use super::known::workload_of;
use super::reasons::reasons;
use super::teller::{Teller, lasting_claims, one_or_many};
use crate::api::container_state::ContainerState;
use crate::api::core::Taint;
use crate::api::pod::{Pod, condition};
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::server::Change;
use crate::sim::{Actor, TraceEntry, What};
use crate::view::scene::rollouts::has_template_of;
use crate::view::stage::OUT_OF_SERVICE;
use crate::view::story::{Part, Tone};
use crate::view::words::Lang;
use crate::view::words::scheduling::in_chinese;

/// Words of what speaks against the nodes: with the rest of its sentence not more than thirty.
const REASON_WORDS: usize = 24;

impl Teller<'_> {
    pub(super) fn pod(
        &self,
        code: &str,
        entry: &TraceEntry,
        change: &Change,
    ) -> Option<(Vec<Part>, Tone)> {
        let object = change.object();
        let chip = self.chip(object);
        let pod = object.pod()?;
        let plain = |parts| Some((parts, Tone::Plain));
        if change.new.is_none()
            && let Some(told) = self.gone_at_once(code, change, &chip)
        {
            return plain(told);
        }
        if change.old.is_none() && !pod.spec.scheduling_gates.is_empty() {
            return plain(self.gated(entry, pod, chip));
        }
        match code {
            "RS-CREATE" => {
                plain(self.parts("{} is created; any one will do.", "创建 {}；谁都一样。", &[chip]))
            }
            "RS-REPLACE" => plain(self.parts(
                "{} takes the place at once: new name, nothing carried over.",
                "{} 立即补位：新名字，什么都不继承。",
                &[chip],
            )),
            "STS-CREATE" if self.is_parallel(object) => plain(self.parts(
                "{} is created; Parallel waits for no other Pod.",
                "创建 {}；Parallel 策略不等其他 Pod。",
                &[chip],
            )),
            "STS-CREATE" => plain(self.turn(object, chip)),
            "STS-SAME-NAME" => {
                let (en, zh) = came_back(self.known.doubted(object));
                plain(self.parts(en, zh, &[chip]))
            }
            "SCHED-ONLY" | "SCHED-SPREAD" | "SCHED-NOMINATED" => {
                plain(self.placed(code, change, chip)?)
            }
            "SCHED-NO-NODE" => Some((self.unplaced(change, chip), Tone::Bad)),
            "DS-CREATE" => plain(self.parts(
                "{} is created: every node that may run it gets one.",
                "创建 {}：每个可用的节点各有一个。",
                &[chip],
            )),
            "JOB-CREATE" => plain(self.works_for(object, chip)),
            "OWN-ADOPT" | "OWN-RELEASE" => self.moved_owner(change, chip),
            "SCHED-PREEMPT" if object.meta.is_terminating() => {
                Some((self.preempted(pod, chip), Tone::Bad))
            }
            "PODGC-ORPHAN" | "PODGC-OUT-OF-SERVICE" => {
                Some((self.given_up(code, change, chip)?, Tone::Bad))
            }
            "RS-SCALE-DOWN" | "STS-SCALE-DOWN" | "STS-ROLL" | "STS-RECREATE" | "DS-DELETE"
            | "DS-ROLL" | "DS-SURPLUS" | "DS-ENDED" | "JOB-DELETE" | "JOB-SUSPEND"
            | "JOB-DEADLINE" | "JOB-BACKOFF" | "JOB-END" | "GC-DELETE" | "NS-DELETE"
            | "YOU-DELETE" => {
                // A Job takes its finalizer away before it deletes.
                let is_start = change.old.as_ref().is_some_and(|old| !old.meta.is_terminating())
                    && (change.new.is_none() || object.meta.is_terminating());
                let has_ended = pod.status.phase.is_terminal();
                if !is_start || has_ended || entry.actor == Actor::Person {
                    return None;
                }
                plain(self.told_to_stop(entry, code, object, chip))
            }
            "TAINT-EVICT" | "TAINT-AT-ONCE" if object.meta.is_terminating() => {
                // A second deletion of what is on its way out changes nothing.
                let was = change.old.as_ref().is_some_and(|old| old.meta.is_terminating());
                (!was).then(|| (self.evicted(pod, chip), Tone::Bad))
            }
            "YOU-FORCE" if change.new.is_none() => {
                let node = Self::named(Kind::Node, "", pod.node()?);
                let parts = self.parts(
                    "{} is forgotten; nobody knows whether its containers still run on {}.",
                    "{} 已除名；没有谁知道它的容器是否还在 {} 上运行。",
                    &[chip, node],
                );
                Some((parts, Tone::Bad))
            }
            "KUBELET-GONE" if !object.meta.finalizers.is_empty() && change.new.is_some() => {
                let names: Vec<&str> = object.meta.finalizers.iter().map(|one| &**one).collect();
                let en = "{} has stopped, but the finalizer {} holds it back.";
                let zh = "{} 已停止，但 finalizer {} 还拦着它。";
                plain(self.parts(en, zh, &[chip, Part::Strong(names.join(", "))]))
            }
            "KUBELET-GONE" if change.new.is_none() => {
                plain(self.parts("{} is gone.", "{} 已消失。", &[chip]))
            }
            _ => self.readiness(code, change, &chip),
        }
    }

    /// A Pod for which no node is looked for yet.
    fn gated(&self, entry: &TraceEntry, pod: &Pod, chip: Part) -> Vec<Part> {
        let gates: Vec<&str> = pod.spec.scheduling_gates.iter().map(|one| &*one.name).collect();
        let fill = [chip, Part::Strong(gates.join(", "))];
        if entry.actor == Actor::Person {
            let en = "{} is not scheduled while it has the scheduling gate {}.";
            return self.parts(en, "{} 还带有调度门 {}，暂不调度。", &fill);
        }
        let en = "{} is created, but not scheduled while it has the scheduling gate {}.";
        self.parts(en, "创建 {}；它还带有调度门 {}，暂不调度。", &fill)
    }

    /// A Pod that makes room, and for whom if that is plain.
    fn preempted(&self, pod: &Pod, chip: Part) -> Vec<Part> {
        let node = pod.node().map_or("", |node| node);
        let is_higher = |one: &&std::rc::Rc<Object>| {
            one.pod().is_some_and(|other| other.spec.priority > pod.spec.priority)
        };
        let mut coming = self.known.to_come(node).filter(is_higher);
        if let (Some(one), None) = (coming.next(), coming.next()) {
            let en = "{} must go: {} has a higher priority and needs its room.";
            let zh = "{} 必须离开：{} 的优先级更高，需要它的位置。";
            return self.parts(en, zh, &[chip, self.chip(one)]);
        }
        self.parts(
            "{} must go: a Pod of higher priority needs its room.",
            "{} 必须离开：优先级更高的 Pod 需要它的位置。",
            &[chip],
        )
    }

    /// A Pod whose turn has come: the one before it is ready.
    fn turn(&self, object: &Object, chip: Part) -> Vec<Part> {
        let before = || {
            let (base, ordinal) = object.meta.name.rsplit_once('-')?;
            let name = format!("{base}-{}", ordinal.parse::<u32>().ok()?.checked_sub(1)?);
            let before = self.find(Kind::Pod, &object.meta.namespace, &name)?;
            before.pod()?.is_ready().then(|| self.chip(before))
        };
        match before() {
            Some(before) => self.parts(
                "{} is created now, because {} is ready.",
                "现在创建 {}，因为 {} 已就绪。",
                &[chip, before],
            ),
            None => self.parts("{} is created: its turn has come.", "创建 {}：轮到它了。", &[chip]),
        }
    }

    /// A Pod that must stop, and why.
    fn told_to_stop(
        &self,
        entry: &TraceEntry,
        code: &str,
        object: &Object,
        chip: Part,
    ) -> Vec<Part> {
        let (en, zh) = match code {
            "DS-ROLL" => return self.renewed(object, chip),
            "STS-ROLL" => return self.makes_way(object, chip),
            "DS-DELETE" => return self.misplaced(object, chip),
            "RS-SCALE-DOWN" if self.is_replaced(entry, object) => (
                "{} is told to stop: it makes room for the new revision.",
                "{} 被要求停止：给新版本让位。",
            ),
            "RS-SCALE-DOWN" | "DS-SURPLUS" => {
                ("{} is told to stop: it is one too many.", "{} 被要求停止：多了它一个。")
            }
            "STS-SCALE-DOWN" => {
                let claim = lasting_claims(object).next().filter(|_| self.keeps_claims(object));
                if let Some(claim) = claim {
                    let namespace = &object.meta.namespace;
                    let claim = Self::named(Kind::PersistentVolumeClaim, namespace, &claim);
                    let en =
                        "{} is told to stop: the highest ordinal goes first. Its claim {} stays.";
                    let zh = "{} 被要求停止：最大的编号先走。它的 PVC {} 保留。";
                    return self.parts(en, zh, &[chip, claim]);
                }
                (
                    "{} is told to stop: the highest ordinal goes first.",
                    "{} 被要求停止：最大的编号先走。",
                )
            }
            "JOB-DELETE" => (
                "{} is told to stop: its Job needs no more of them.",
                "{} 被要求停止：它的 Job 不再需要它。",
            ),
            "JOB-SUSPEND" => {
                ("{} is told to stop: its Job is suspended.", "{} 被要求停止：它的 Job 已挂起。")
            }
            "JOB-DEADLINE" => (
                "{} is told to stop: its Job's activeDeadlineSeconds are over.",
                "{} 被要求停止：它的 Job 已超过 activeDeadlineSeconds。",
            ),
            "JOB-BACKOFF" => (
                "{} is told to stop: its Job has failed, having exceeded its backoffLimit.",
                "{} 被要求停止：它的 Job 超过了 backoffLimit，已失败。",
            ),
            "JOB-END" => {
                ("{} is told to stop: its Job is over.", "{} 被要求停止：它的 Job 已结束。")
            }
            "NS-DELETE" => (
                "{} is told to stop: its namespace is being deleted.",
                "{} 被要求停止：它的命名空间正在删除。",
            ),
            "GC-DELETE" => {
                ("{} is told to stop: its owner is deleted.", "{} 被要求停止：它的所有者已被删除。")
            }
            _ => ("{} is told to stop.", "{} 被要求停止。"),
        };
        self.parts(en, zh, &[chip])
    }

    /// Whether a Pod goes because its Deployment has another template, and not because somebody
    /// wants fewer.
    fn is_replaced(&self, entry: &TraceEntry, pod: &Object) -> bool {
        let by = entry.cause.and_then(|cause| self.trace.entry(cause));
        let by =
            by.filter(|one| matches!(&one.what, What::Write(to) if to.kind == Kind::ReplicaSet));
        let is_rolled = by.is_none_or(|one| {
            one.rule
                .is_some_and(|rule| matches!(rule.0, "DEPLOY-ROLL-DOWN" | "DEPLOY-RECREATE-DOWN"))
        });
        let above = |one: &Object, kind| {
            let owner = one.meta.controller()?;
            self.find(kind, &one.meta.namespace, &owner.name)
        };
        let set = above(pod, Kind::ReplicaSet);
        let owner = set.and_then(|set| above(set, Kind::Deployment));
        let is_old = set.zip(owner).is_some_and(|(set, owner)| !has_template_of(set, owner));
        is_rolled && is_old
    }

    /// A daemon that has an old template, and to which revision its DaemonSet goes.
    fn renewed(&self, object: &Object, chip: Part) -> Vec<Part> {
        let owner = object.meta.controller().map(|owner| owner.uid);
        let is_mine = |one: &&std::rc::Rc<Object>| {
            let owns = one.meta.controller().map(|owner| owner.uid);
            one.kind() == Kind::ControllerRevision && owns == owner
        };
        let all = self.known.seen().filter(is_mine);
        let newest = all.filter_map(|one| Some(one.controller_revision()?.revision)).max();
        let (en, zh) =
            ("{} is told to stop: it has the old template.", "{} 被要求停止：它还是旧模板。");
        let Some(newest) = newest else { return self.parts(en, zh, &[chip]) };
        self.parts(
            "{} is told to stop: it has the old template. Its node gets revision {}.",
            "{} 被要求停止：它还是旧模板。它的节点将换成版本 {}。",
            &[chip, Part::Strong(newest.to_string())],
        )
    }

    /// A daemon that its node is not to run any more: because of a taint, or of its labels.
    fn misplaced(&self, object: &Object, chip: Part) -> Vec<Part> {
        let plain = ("{} is told to stop.", "{} 被要求停止。");
        let pod = object.pod();
        let Some((pod, name)) = pod.and_then(|pod| Some((pod, pod.node()?))) else {
            return self.parts(plain.0, plain.1, &[chip]);
        };
        let node = self.known.node(name).or_else(|| self.view.named(Kind::Node, "", name));
        let taints = node.and_then(|one| one.node()).map_or(&[][..], |node| &node.spec.taints);
        let is_borne = |taint: &&Taint| pod.spec.tolerations.iter().any(|one| one.bears(taint));
        let drives_out = |taint: &&Taint| &*taint.effect == "NoExecute" && !is_borne(taint);
        let chips = [chip, Self::named(Kind::Node, "", name)];
        match taints.iter().find(drives_out) {
            Some(taint) => {
                let [chip, node] = chips;
                let (en, zh) = NOT_BORNE;
                self.parts(en, zh, &[chip, node, Part::Strong(taint.to_string())])
            }
            None => self.parts(
                "{} is told to stop: {} is no longer a node for it.",
                "{} 被要求停止：{} 不再是它该运行的节点。",
                &chips,
            ),
        }
    }

    /// Whether a Pod's StatefulSet keeps the claims of ordinals that it no longer has.
    fn keeps_claims(&self, pod: &Object) -> bool {
        let owner = pod.meta.controller();
        let set = owner.and_then(|owner| {
            self.find(Kind::StatefulSet, &pod.meta.namespace, &owner.name)?.stateful_set()
        });
        set.is_some_and(|set| {
            let policy = set.spec.persistent_volume_claim_retention_policy.as_ref();
            policy.is_none_or(|policy| &*policy.when_scaled != "Delete")
        })
    }

    /// A Pod that got its node, and why that one.
    fn placed(&self, code: &str, change: &Change, chip: Part) -> Option<Vec<Part>> {
        let object = change.object();
        let node = Self::named(Kind::Node, "", object.pod()?.node()?);
        if code == "SCHED-NOMINATED" && self.known.took_room(change.key()) {
            let en =
                "{} goes to {}, the node nominated for it: less important Pods made room there.";
            let zh = "{} 调度到 {}：这是为它提名的节点，较不重要的 Pod 已让出位置。";
            return Some(self.parts(en, zh, &[chip, node]));
        }
        if code == "SCHED-NOMINATED" {
            let en = "{} goes to {}, the node nominated for it.";
            return Some(self.parts(en, "{} 调度到 {}：这是为它提名的节点。", &[chip, node]));
        }
        if code == "SCHED-ONLY" {
            let en = "{} goes to {}, the only node that fits.";
            return Some(self.parts(en, "{} 调度到 {}：只有这个节点合适。", &[chip, node]));
        }
        let workload = workload_of(object).filter(|_| self.known.is_first_here(object));
        Some(match workload {
            Some(workload) => {
                let en = "{} goes to {}: no other {} Pod is there.";
                let zh = "{} 调度到 {}：那里还没有别的 {} Pod。";
                let workload = self.known.apart(&object.meta.namespace, &workload);
                self.parts(en, zh, &[chip, node, Part::Text(workload)])
            }
            None => self.parts("{} goes to {}.", "{} 调度到 {}。", &[chip, node]),
        })
    }

    /// A Pod that fits on no node, and what speaks against each.
    fn unplaced(&self, change: &Change, chip: Part) -> Vec<Part> {
        let message = |one: &Object| {
            condition(&one.pod()?.status.conditions, "PodScheduled")?.message.clone()
        };
        let now = change.new.as_deref().and_then(message).unwrap_or_default();
        let before = change.old.as_deref().and_then(message);
        let found = reasons(&now, before.as_deref(), REASON_WORDS);
        let told = match self.lang {
            Lang::En => found.told,
            Lang::Zh => in_chinese(&found.told),
        };
        let told = Part::Strong(told);
        if found.more == 0 {
            let (en, zh) = ("{} can go to no node: {}.", "{} 无法调度到任何节点：{}。");
            return self.parts(en, zh, &[chip, told]);
        }
        let en = one_or_many(
            found.more,
            "{} can go to no node: {}, and {} more reason.",
            "{} can go to no node: {}, and {} more reasons.",
        );
        let zh = "{} 无法调度到任何节点：{}，另有 {} 个原因。";
        self.parts(en, zh, &[chip, told, Part::Text(found.more.to_string())])
    }

    /// A Pod that went in the moment in which somebody asked: it had ended or never had a node, so
    /// that no kubelet had to stop anything, or it wants no time to stop. Those that a lost node
    /// took are told by that.
    fn gone_at_once(&self, code: &str, change: &Change, chip: &Part) -> Option<Vec<Part>> {
        if matches!(code, "KUBELET-GONE" | "PODGC-ORPHAN" | "PODGC-OUT-OF-SERVICE") {
            return None;
        }
        let pod = change.object().pod()?;
        let fill = std::slice::from_ref(chip);
        if !change.object().meta.finalizers.is_empty() {
            let en = "{} is gone: no finalizer holds it any more.";
            return Some(self.parts(en, "{} 已消失：不再有 finalizer 拦着它。", fill));
        }
        if pod.status.phase.is_terminal() {
            let en = "{} is gone: it had ended, so nothing had to be stopped.";
            return Some(self.parts(en, "{} 已消失：它已经结束，没有什么要停止。", fill));
        }
        if pod.node().is_none() {
            let en = "{} is gone at once: it had no node yet.";
            return Some(self.parts(en, "{} 立即消失：它还没有节点。", fill));
        }
        (code != "YOU-FORCE").then(|| {
            let en = "{} is gone at once: its grace period is 0 s.";
            self.parts(en, "{} 立即消失：它的宽限期是 0 秒。", fill)
        })
    }

    /// A Pod for which nobody waits any longer, because of what became of its node.
    fn given_up(&self, code: &str, change: &Change, chip: Part) -> Option<Vec<Part>> {
        let pod = change.object().pod()?;
        let had_ended = change.old.as_ref()?.pod()?.status.phase.is_terminal();
        // Between its failure and its end nothing happens to it.
        if had_ended && change.new.is_some() {
            return None;
        }
        let name = pod.node()?;
        let was_ever = self.known.node(name).is_some();
        let node = Self::named(Kind::Node, "", name);
        let (en, zh) = match (code, change.new.is_none()) {
            ("PODGC-ORPHAN", false) if !was_ever => (
                "{} is marked as failed: there never was a node {}.",
                "{} 被标记为失败：从来没有名为 {} 的节点。",
            ),
            ("PODGC-ORPHAN", true) if !was_ever => (
                "{} is removed by force: there never was a node {}.",
                "{} 被强制移除：从来没有名为 {} 的节点。",
            ),
            ("PODGC-ORPHAN", false) => (
                "{} is marked as failed: its node {} no longer exists.",
                "{} 被标记为失败：它的节点 {} 已不存在。",
            ),
            ("PODGC-ORPHAN", true) => (
                "{} is removed by force: its node {} no longer exists.",
                "{} 被强制移除：它的节点 {} 已不存在。",
            ),
            (_, false) => (
                "{} is marked as failed: {} was declared out of service.",
                "{} 被标记为失败：{} 已被声明停止服务。",
            ),
            (_, true) => (
                "{} is removed by force: {} was declared out of service, so it is taken to have stopped.",
                "{} 被强制移除：{} 已被声明停止服务，因此认定它已停止。",
            ),
        };
        Some(self.parts(en, zh, &[chip, node]))
    }

    /// Whether a Pod's StatefulSet makes its Pods all at once.
    fn is_parallel(&self, pod: &Object) -> bool {
        let owner = pod.meta.controller();
        let set = owner.and_then(|owner| {
            self.find(Kind::StatefulSet, &pod.meta.namespace, &owner.name)?.stateful_set()
        });
        set.is_some_and(|set| &*set.spec.pod_management_policy == "Parallel")
    }

    /// A Pod that must leave its node, and the taint that it does not bear any longer.
    fn evicted(&self, pod: &Pod, chip: Part) -> Vec<Part> {
        let name = pod.node().map_or("", |name| name);
        let node = self.known.node(name).or_else(|| self.view.named(Kind::Node, "", name));
        let taints = node.and_then(|one| one.node()).map_or(&[][..], |node| &node.spec.taints);
        let evicts = |taint: &&Taint| &*taint.effect == "NoExecute";
        let is_borne = |taint: &&Taint| pod.spec.tolerations.iter().any(|one| one.bears(taint));
        let is_loss = |taint: &&Taint| taint.key.starts_with("node.kubernetes.io/");
        let node = Self::named(Kind::Node, "", name);
        if let Some(taint) = taints.iter().filter(evicts).find(|one| !is_borne(one)) {
            let (en, zh) = if &*taint.key == OUT_OF_SERVICE {
                (
                    "{} is marked for deletion: {} was declared out of service.",
                    "{} 被标记删除：{} 已被声明停止服务。",
                )
            } else {
                NOT_BORNE
            };
            return self.parts(en, zh, &[chip, node, Part::Strong(taint.to_string())]);
        }
        if let Some(taint) = taints.iter().filter(evicts).find(|one| !is_loss(one)) {
            let en = "{} must leave {}: the time for which it tolerates the taint {} is over.";
            let zh = "{} 必须离开 {}：它容忍污点 {} 的时间到了。";
            return self.parts(en, zh, &[chip, node, Part::Strong(taint.to_string())]);
        }
        self.parts(
            "{} is marked for deletion: it tolerated the loss of its node for long enough.",
            "{} 被标记删除：容忍失联节点的时间到了。",
            &[chip],
        )
    }

    /// A Pod that found an owner, or lost one.
    fn moved_owner(&self, change: &Change, chip: Part) -> Option<(Vec<Part>, Tone)> {
        let namespace = &change.object().meta.namespace;
        let owner = |one: &Option<std::rc::Rc<Object>>| {
            let owner = one.as_ref()?.meta.controller()?;
            Some(Self::named(Kind::from_name(&owner.kind)?, namespace, &owner.name))
        };
        let parts = match (owner(&change.old), owner(&change.new)) {
            (None, Some(new)) => {
                self.parts("{} is adopted by {}.", "{} 由 {} 接管。", &[chip, new])
            }
            (Some(old), None) => {
                self.parts("{} is released by {}.", "{} 不再归 {} 管。", &[chip, old])
            }
            _ => return None,
        };
        Some((parts, Tone::Plain))
    }

    /// What a Pod kept of the one whose name it has, as a pattern.
    pub(super) fn returned(&self, former: &Object, now: &Object) -> (&'static str, &'static str) {
        let ip = |one: &Object| one.pod().and_then(|pod| pod.status.pod_ip.clone());
        // A claim that is younger than the former Pod was not that one's.
        let is_older = |name: Str| {
            let claim = self.known.claim(&now.meta.namespace, &name);
            claim.is_some_and(|one| one.meta.creation_timestamp <= former.meta.creation_timestamp)
        };
        let disk = if now.claims().next().is_none() {
            Disk::None
        } else if now.claims().all(is_older) {
            Disk::Same
        } else {
            Disk::New
        };
        returned(disk, ip(former) == ip(now))
    }
}

const NOT_BORNE: (&str, &str) =
    ("{} must leave {}: it does not tolerate the taint {}.", "{} 必须离开 {}：它不容忍污点 {}。");

/// The disk of a Pod that came back.
#[derive(Clone, Copy)]
enum Disk {
    None,
    Same,
    New,
}

pub(super) const READY: (&str, &str) = ("{} is ready on {}.", "{} 在 {} 上就绪。");

/// How it is told that a Pod with an ordinal is ready in the place of another: by what it kept.
const fn returned(disk: Disk, has_address: bool) -> (&'static str, &'static str) {
    match (disk, has_address) {
        (Disk::Same, false) => (
            "{} is ready on {}: same name, same disk, new IP.",
            "{} 在 {} 上就绪：名字不变，磁盘不变，IP 是新的。",
        ),
        (Disk::Same, true) => (
            "{} is ready on {}: same name, same disk, and by chance the same IP.",
            "{} 在 {} 上就绪：名字不变，磁盘不变，IP 碰巧相同。",
        ),
        (Disk::New, _) => (
            "{} is ready on {}: same name, new IP, but a new disk that is empty.",
            "{} 在 {} 上就绪：名字不变，IP 是新的，但磁盘也是新的，空的。",
        ),
        (Disk::None, false) => {
            ("{} is ready on {}: same name, new IP.", "{} 在 {} 上就绪：名字不变，IP 是新的。")
        }
        (Disk::None, true) => (
            "{} is ready on {}: same name, and by chance the same IP.",
            "{} 在 {} 上就绪：名字不变，IP 碰巧相同。",
        ),
    }
}

/// How a Pod under an old name is told of: whether the old one is surely gone is another matter.
fn came_back(doubted: Option<&str>) -> (&'static str, &'static str) {
    match doubted {
        Some("PODGC-OUT-OF-SERVICE") => (
            "{} comes back under its old name: its node was declared out of service, so the old Pod counts as stopped.",
            "{} 以原来的名字回来：它的节点已被声明停止服务，旧 Pod 视为已停止。",
        ),
        Some(_) => (
            "{} comes back under its old name, although nobody knows whether the old one has stopped.",
            "{} 以原来的名字回来，尽管没有谁知道旧的是否已停止。",
        ),
        None => (
            "{} comes back under its old name: the old Pod is gone, so its ordinal was free.",
            "{} 以原来的名字回来：旧 Pod 已消失，编号空了出来。",
        ),
    }
}

/// Whether every container has ended without a complaint.
pub(super) fn has_ended_well(pod: &Pod) -> bool {
    let mut statuses = pod.status.container_statuses.iter();
    statuses.all(|one| matches!(one.state, ContainerState::Terminated { exit_code: 0, .. }))
}
