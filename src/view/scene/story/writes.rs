//! What the cluster wrote, as sentences: everything but Pods.
//!
//! Owns words only. Invariant: a write that changes nothing a person would see is not told.

use super::teller::{Teller, first_words, one_or_many};
use crate::api::core::{Event, Node, Taint};
use crate::api::pod::{Truth, condition};
use crate::api::wellknown::{NOT_READY, UNREACHABLE};
use crate::api::{Kind, Object};
use crate::server::Change;
use crate::sim::TraceEntry;
use crate::view::stage::ObjectRef;
use crate::view::story::{Part, Tone};
use crate::view::words::forbidden::{creation_refusal, why_forbidden};

/// Words of an Event's message that stand in a sentence.
const MESSAGE_WORDS: usize = 18;

/// Whether a node had fallen silent, and was not merely new.
fn was_lost(change: &Change) -> bool {
    let before = change.old.as_ref().and_then(|old| old.node());
    let ready = before.and_then(|node| condition(&node.status.conditions, "Ready"));
    ready.is_some_and(|one| one.status == Truth::Unknown)
}

impl Teller<'_> {
    pub(super) fn write(&self, entry: &TraceEntry, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let object = change.object();
        if change.kind == Kind::Event {
            return self.event(change);
        }
        let code = entry.rule?.0;
        let chip = self.chip(object);
        let told = match change.kind {
            Kind::Pod => return self.pod(code, entry, change),
            Kind::ReplicaSet => self.replica_set(code, change)?,
            Kind::PersistentVolumeClaim if code == "STS-CLAIM" => {
                let ordinal = object.meta.name.rsplit_once('-').map_or("", |(_, ordinal)| ordinal);
                let fill = [chip, Part::Strong(ordinal.to_owned())];
                let text = "Claim {} is made; from now on it belongs to ordinal {}.";
                self.parts(text, "创建了 PVC {}，今后归编号 {} 所有。", &fill)
            }
            Kind::PersistentVolumeClaim => return self.claim(code, change),
            Kind::VolumeAttachment => self.attachment(code, object)?,
            Kind::Deployment => return self.rollout(change),
            Kind::StatefulSet => self.updated(change)?,
            Kind::DaemonSet => self.daemons_updated(change)?,
            Kind::Job => return self.job(code, change),
            Kind::Namespace if change.new.is_none() => self.parts(
                "Namespace {} is gone, with all that was in it.",
                "命名空间 {} 连同其中的一切已消失。",
                &[chip],
            ),
            Kind::Node if code == "NODE-LOST" => {
                let text = "{} has been silent for 50 s and counts as lost: its Pods are marked not ready, but none is deleted yet.";
                let zh = "{} 静默 50 秒，视为失联：其 Pod 被标记为未就绪，但还不会删除。";
                return Some((self.parts(text, zh, &[chip]), Tone::Bad));
            }
            Kind::Node if code == "NODE-DRIVE-OUT" => self.lost_taint(change)?,
            Kind::Node if change.old.is_none() && code == "NODE-REGISTER" => {
                self.parts("{} joins the cluster.", "{} 加入集群。", &[chip])
            }
            Kind::Node if code == "NODE-BACK" => {
                if was_lost(change) {
                    self.parts("{} reports again.", "{} 重新上报状态。", &[chip])
                } else {
                    self.node_ready(object.node()?, chip)
                }
            }
            Kind::EndpointSlice if code == "EP-UPDATE" => {
                let slice = object.endpoint_slice()?;
                let before = change.old.as_ref().and_then(|old| old.endpoint_slice());
                if before.is_some_and(|before| before.ready() == slice.ready()) {
                    return None;
                }
                let name = object.meta.controller().map_or("", |owner| &owner.name);
                let others = self.known.reached_besides(change.key(), &object.meta.namespace, name);
                let ready = slice.ready() + others;
                let service = Self::named(Kind::Service, &object.meta.namespace, name);
                if ready == 0 {
                    let text = "Service {} reaches no ready Pod now.";
                    return Some((
                        self.parts(text, "Service {} 现在没有就绪的 Pod 可指向。", &[service]),
                        Tone::Plain,
                    ));
                }
                let en = one_or_many(
                    ready,
                    "Service {} now reaches {} ready Pod.",
                    "Service {} now reaches {} ready Pods.",
                );
                let count = Part::Strong(ready.to_string());
                self.parts(en, "Service {} 现在指向 {} 个就绪的 Pod。", &[service, count])
            }
            _ => return None,
        };
        Some((told, Tone::Plain))
    }

    /// A node that is ready, and what still keeps Pods away from it.
    fn node_ready(&self, node: &Node, chip: Part) -> Vec<Part> {
        if node.spec.unschedulable {
            let text = "{} is ready, but cordoned: it takes no new Pods.";
            return self.parts(text, "{} 就绪，但已被封锁：不接收新的 Pod。", &[chip]);
        }
        // The taints of a node that is not ready go by themselves.
        let passing = [NOT_READY, UNREACHABLE];
        let stays = |taint: &&Taint| {
            &*taint.effect != "PreferNoSchedule" && !passing.contains(&&*taint.key)
        };
        let Some(taint) = node.spec.taints.iter().find(stays) else {
            return self.parts("{} is ready to take Pods.", "{} 就绪，可以接收 Pod。", &[chip]);
        };
        let text = "{} is ready, but the taint {} keeps Pods away.";
        let fill = [chip, Part::Strong(taint.to_string())];
        self.parts(text, "{} 就绪，但污点 {} 让 Pod 不能来。", &fill)
    }

    fn replica_set(&self, code: &str, change: &Change) -> Option<Vec<Part>> {
        let object = change.object();
        let chip = self.chip(object);
        let count = usize::try_from(object.replica_set()?.spec.replicas.unwrap_or(0)).unwrap_or(0);
        let size = Part::Strong(count.to_string());
        Some(match code {
            "DEPLOY-CREATE-RS" => self.parts(
                one_or_many(
                    count,
                    "ReplicaSet {} is made for this template, {} Pod.",
                    "ReplicaSet {} is made for this template, {} Pods.",
                ),
                "为这个模板创建 ReplicaSet {}，{} 个 Pod。",
                &[chip, size],
            ),
            "DEPLOY-NEW-TEMPLATE" => self.parts(
                one_or_many(
                    count,
                    "The template changed: a new ReplicaSet {} starts with {} Pod.",
                    "The template changed: a new ReplicaSet {} starts with {} Pods.",
                ),
                "模板有变：新的 ReplicaSet {} 先启动 {} 个 Pod。",
                &[chip, size],
            ),
            "DEPLOY-ROLL-UP"
            | "DEPLOY-ROLL-DOWN"
            | "DEPLOY-SCALE"
            | "DEPLOY-PROPORTION"
            | "DEPLOY-RECREATE-DOWN" => {
                let before = change.old.as_ref()?.replica_set()?.spec.replicas;
                if before == object.replica_set()?.spec.replicas {
                    return None;
                }
                if let Some(told) = self.rolled(code, count, object) {
                    return Some(told);
                }
                let (en, zh) = match code {
                    "DEPLOY-ROLL-UP" => (
                        one_or_many(
                            count,
                            "The new ReplicaSet {} may grow to {} Pod.",
                            "The new ReplicaSet {} may grow to {} Pods.",
                        ),
                        "新的 ReplicaSet {} 可以增到 {} 个 Pod。",
                    ),
                    "DEPLOY-ROLL-DOWN" | "DEPLOY-RECREATE-DOWN" => (
                        one_or_many(
                            count,
                            "The old ReplicaSet {} shrinks to {} Pod.",
                            "The old ReplicaSet {} shrinks to {} Pods.",
                        ),
                        "旧的 ReplicaSet {} 减到 {} 个 Pod。",
                    ),
                    _ => (
                        one_or_many(
                            count,
                            "ReplicaSet {} is set to {} Pod.",
                            "ReplicaSet {} is set to {} Pods.",
                        ),
                        "ReplicaSet {} 调整为 {} 个 Pod。",
                    ),
                };
                self.parts(en, zh, &[chip, size])
            }
            "RS-STATUS" => return self.progress(change),
            _ => return None,
        })
    }

    /// A step of a rolling update with the bound that it keeps to.
    fn rolled(&self, code: &str, count: usize, object: &Object) -> Option<Vec<Part>> {
        let owner = object.meta.controller()?;
        let owner = self.find(Kind::Deployment, &object.meta.namespace, &owner.name)?;
        let (surge, unavailable) = owner.deployment()?.spec.fenceposts();
        let (en, zh, bound) = match (code, surge, unavailable) {
            ("DEPLOY-ROLL-UP", 0, _) => (
                "The new ReplicaSet {} may grow to {}: there may never be more Pods than wanted.",
                "新的 ReplicaSet {} 可以增到 {} 个：Pod 总数不能超过期望数。",
                surge,
            ),
            ("DEPLOY-ROLL-UP", ..) => (
                "The new ReplicaSet {} may grow to {}: no more than {} above the wanted number.",
                "新的 ReplicaSet {} 可以增到 {} 个：最多可比期望数多 {} 个 Pod。",
                surge,
            ),
            ("DEPLOY-ROLL-DOWN", _, 0) => (
                "The old ReplicaSet {} shrinks to {}; no ready Pod that is wanted may be missing.",
                "旧的 ReplicaSet {} 减到 {} 个；期望的就绪 Pod 一个也不能少。",
                unavailable,
            ),
            ("DEPLOY-ROLL-DOWN", ..) => (
                "The old ReplicaSet {} shrinks to {}: no more than {} may be missing.",
                "旧的 ReplicaSet {} 减到 {} 个：最多可少 {} 个 Pod。",
                unavailable,
            ),
            _ => return None,
        };
        let number = |text: String| Part::Strong(text);
        let fill = [self.chip(object), number(count.to_string()), number(bound.to_string())];
        Some(self.parts(en, zh, &fill))
    }

    fn attachment(&self, code: &str, object: &Object) -> Option<Vec<Part>> {
        let body = object.attachment()?;
        let (namespace, claim) = self.claim_of(&body.volume)?;
        let disk = Self::named(Kind::PersistentVolumeClaim, &namespace, &claim);
        let node = Self::named(Kind::Node, "", &body.node);
        Some(match code {
            "VOL-ATTACH-FIRST" => self.parts(
                "Disk {} is being attached to {}; no container starts before that.",
                "磁盘 {} 正在挂接到 {}；在此之前不会启动容器。",
                &[disk, node],
            ),
            "VOL-ATTACHED" => {
                if let Some(from) = self.known.taken_from(&body.volume, &body.node) {
                    let from = Self::named(Kind::Node, "", from);
                    return Some(self.parts(
                        "Disk {} moves from {} to {}: same disk, same data.",
                        "磁盘 {} 从 {} 改挂到 {}：还是同一块磁盘，数据不变。",
                        &[disk, from, node],
                    ));
                }
                // That it is being attached was told a moment ago.
                return None;
            }
            "VOL-DETACH" if !self.is_volume_of(&body.volume, &namespace, &claim) => {
                let volume = self.find(Kind::PersistentVolume, "", &body.volume);
                let policy = volume.and_then(|one| one.volume()).map(|one| &one.spec);
                let goes = policy
                    .and_then(|spec| spec.persistent_volume_reclaim_policy.as_deref())
                    .is_none_or(|policy| policy == "Delete");
                let (en, zh) = if goes {
                    (
                        "Disk {} is detached from {}; its claim is gone, and the data goes with it.",
                        "磁盘 {} 从 {} 卸下；它的 PVC 已删除，数据也随之删除。",
                    )
                } else {
                    (
                        "Disk {} is detached from {}; its claim is gone, but its volume keeps the data.",
                        "磁盘 {} 从 {} 卸下；它的 PVC 已删除，但卷上的数据保留。",
                    )
                };
                self.parts(en, zh, &[disk, node])
            }
            "VOL-DETACH" => self.parts(
                "Disk {} is detached from {}; the data on it stays.",
                "磁盘 {} 从 {} 卸下，上面的数据保留。",
                &[disk, node],
            ),
            _ => return None,
        })
    }

    /// Whether a claim is still the one that has a volume.
    fn is_volume_of(&self, volume: &str, namespace: &str, claim: &str) -> bool {
        let claim = self.there(Kind::PersistentVolumeClaim, namespace, claim);
        let bound = claim.and_then(|one| one.claim()?.spec.volume_name.as_ref());
        bound.is_some_and(|one| **one == *volume)
    }

    /// The owner that is gone and took a claim along, and how that is said.
    fn taken_along(&self, claim: &Object) -> Option<(Part, [&'static str; 2])> {
        let namespace = &claim.meta.namespace;
        let mut owners = claim.meta.owner_references.iter();
        let (owner, kind) = owners.find_map(|owner| {
            let kind = Kind::from_name(&owner.kind)?;
            let there = self.there(kind, namespace, &owner.name);
            there.is_none_or(|one| one.meta.uid != owner.uid).then_some((owner, kind))
        })?;
        let is_of_pod =
            kind == Kind::Pod && !claim.meta.name.ends_with(&format!("-{}", owner.name));
        let words = if is_of_pod {
            [
                "Disk {} is gone with {}: an ephemeral volume lives as long as its Pod.",
                "磁盘 {} 随 {} 一起删除：临时卷与它的 Pod 同生共死。",
            ]
        } else {
            [
                "Disk {} is gone with {}: its StatefulSet's retention policy says Delete.",
                "磁盘 {} 随 {} 一起删除：StatefulSet 的保留策略是 Delete。",
            ]
        };
        Some((Self::named(kind, namespace, &owner.name), words))
    }

    fn claim(&self, code: &str, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let object = change.object();
        let chip = self.chip(object);
        let phase = |one: &Option<std::rc::Rc<Object>>| {
            one.as_ref().and_then(|one| one.claim()).and_then(|one| one.status.phase.clone())
        };
        let (before, after) = (phase(&change.old), phase(&change.new));
        if change.new.is_none() {
            if let Some((owner, [en, zh])) = self.taken_along(object) {
                return Some((self.parts(en, zh, &[chip, owner]), Tone::Plain));
            }
            let text = "Disk {} is gone.";
            return Some((self.parts(text, "磁盘 {} 已消失。", &[chip]), Tone::Plain));
        }
        if before == after {
            return None;
        }
        match after.as_deref() {
            Some("Bound") => {
                let text = "Disk {} has a volume now and may be used.";
                Some((self.parts(text, "磁盘 {} 已有卷，可以使用了。", &[chip]), Tone::Plain))
            }
            Some("Lost") if code == "PVC-LOST" => {
                let text = "The volume of disk {} is gone; its data cannot be reached.";
                Some((self.parts(text, "磁盘 {} 的卷已不在，数据无法访问。", &[chip]), Tone::Bad))
            }
            _ => None,
        }
    }

    /// What a ReplicaSet is told is its Deployment's matter too.
    pub(super) fn deployment_of(&self, about: &[ObjectRef]) -> Option<ObjectRef> {
        let set = about.first().filter(|one| &*one.kind == "ReplicaSet")?;
        let owner = self.find(Kind::ReplicaSet, &set.namespace, &set.name)?.meta.controller()?;
        Some(ObjectRef::new(&owner.kind, &set.namespace, &owner.name))
    }

    /// A probe that keeps a Pod from ever being ready; that one is ready no more is told by its
    /// status.
    fn never_ready(&self, event: &Event, chip: Part) -> Option<Vec<Part>> {
        let about = &event.about;
        let pod = self.there(about.kind, &about.namespace, &about.name)?.pod()?;
        if pod.is_ready() {
            return None;
        }
        let (en, zh) = match event.message.split(' ').next() {
            Some("Readiness") => {
                ("{} is not ready: its readiness probe fails.", "{} 未就绪：它的就绪探针失败。")
            }
            Some("Startup") => (
                "{} does not count as started: its startup probe fails.",
                "{} 还不算启动完成：它的启动探针失败。",
            ),
            _ => return None,
        };
        Some(self.parts(en, zh, &[chip]))
    }

    /// A Pod that cannot have a volume, and which one.
    fn not_mounted(&self, event: &Event, chip: Part) -> Vec<Part> {
        let message = &*event.message;
        let told = message.strip_prefix("MountVolume.SetUp failed for volume \"");
        let volume = told.and_then(|rest| rest.split_once("\" : "));
        let why = |text| Part::Strong(first_words(&why_forbidden(text, self.lang), MESSAGE_WORDS));
        match volume {
            Some((volume, text)) => self.parts(
                "{} cannot start, for its volume {} cannot be mounted: {}.",
                "{} 无法启动，因为它的卷 {} 无法挂载：{}。",
                &[chip, Part::Strong(volume.to_owned()), why(text)],
            ),
            None => self.parts(
                "{} cannot start, for a volume cannot be mounted: {}.",
                "{} 无法启动，因为卷无法挂载：{}。",
                &[chip, why(message)],
            ),
        }
    }

    /// What only an Event tells, the first time.
    fn event(&self, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let event = change.object().event()?;
        let chip = self.by_name(event.about.kind, &event.about.namespace, &event.about.name);
        if change.new.is_some() && matches!(&*event.reason, "JobAlreadyActive" | "MissSchedule") {
            return Some((self.not_started(change, event, chip)?, Tone::Plain));
        }
        if change.old.is_some() {
            return None;
        }
        let why =
            || Part::Strong(first_words(&why_forbidden(&event.message, self.lang), MESSAGE_WORDS));
        let parts = match &*event.reason {
            "FailedAttachVolume" => self.parts(
                "{} cannot start: its disk is still attached to another node.",
                "{} 无法启动：它的磁盘仍挂接在另一个节点上。",
                &[chip],
            ),
            "FailedMount" => self.not_mounted(event, chip),
            "ProvisioningFailed" => {
                self.parts("Disk {} gets no volume: {}.", "磁盘 {} 得不到卷：{}。", &[chip, why()])
            }
            "FailedBinding" => self.parts(
                "Disk {} waits: no volume fits it, and no storage class makes one.",
                "磁盘 {} 在等待：没有合适的卷，也没有存储类来创建。",
                &[chip],
            ),
            "Unhealthy" => self.never_ready(event, chip)?,
            "FailedCreate" | "ReplicaSetCreateError" => {
                let why = creation_refusal(&event.message);
                // Each try is an Event of its own, for each names another Pod.
                if self.known.is_refused(event, why) {
                    return None;
                }
                let what = match event.about.kind {
                    Kind::CronJob => "Job",
                    Kind::Deployment => "ReplicaSet",
                    _ => "Pod",
                };
                let fill = [
                    chip,
                    Part::Text(what.to_owned()),
                    Part::Strong(first_words(&why_forbidden(why, self.lang), MESSAGE_WORDS)),
                ];
                self.parts("{} cannot make its {}: {}.", "{} 无法创建它的 {}：{}。", &fill)
            }
            _ => return None,
        };
        Some((parts, Tone::Bad))
    }

    /// A node that is lost gets a taint that its Pods tolerate for a while only.
    fn lost_taint(&self, change: &Change) -> Option<Vec<Part>> {
        let evicts = |node: &Node| {
            node.spec
                .taints
                .iter()
                .any(|one| &*one.key == UNREACHABLE && &*one.effect == "NoExecute")
        };
        let (old, new) = (change.old.as_ref()?.node()?, change.new.as_ref()?.node()?);
        (!evicts(old) && evicts(new)).then(|| {
            let text = "{} is tainted as unreachable: Pods must leave once their toleration is over, 300 s by default; those of DaemonSets stay.";
            let zh = "{} 带上了 unreachable 污点：Pod 的容忍时间（默认 300 秒）过后必须离开，DaemonSet 的 Pod 留下。";
            self.parts(text, zh, &[self.chip(change.object())])
        })
    }
}
