//! What the cluster wrote, as sentences: everything but Pods.
//!
//! Owns words only. Invariant: a write that changes nothing a person would see is not told.

use super::teller::{Teller, one_or_many};
use crate::api::core::{Node, Taint};
use crate::api::pod::{Truth, condition};
use crate::api::{Kind, Object};
use crate::server::Change;
use crate::sim::TraceEntry;
use crate::view::story::{Part, Tone};

/// Whether a node had fallen silent, and was not merely new.
fn was_lost(change: &Change) -> bool {
    let before = change.old.as_ref().and_then(|old| old.node());
    let ready = before.and_then(|node| condition(&node.status.conditions, "Ready"));
    ready.is_some_and(|one| one.status == Truth::Unknown)
}

impl Teller<'_> {
    pub(super) fn write(&self, entry: &TraceEntry, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let object = change.object();
        let code = entry.rule?.0;
        let chip = self.chip(object);
        let told = match change.kind {
            Kind::Pod => return self.pod(code, entry, change),
            Kind::ReplicaSet => self.replica_set(code, change)?,
            Kind::PersistentVolumeClaim if code == "STS-CLAIM" => {
                self.parts("Claim {} is made for this ordinal.", "为这个编号创建 PVC {}。", &[chip])
            }
            Kind::PersistentVolumeClaim => return self.claim(code, change),
            Kind::PersistentVolume if code == "PV-PROVISIONED" => {
                let (namespace, claim) = self.claim_of(&object.meta.name)?;
                let disk = Self::named(Kind::PersistentVolumeClaim, &namespace, &claim);
                self.parts("A volume is made for disk {}.", "为磁盘 {} 创建了卷。", &[disk])
            }
            Kind::VolumeAttachment => self.attachment(code, object)?,
            Kind::Deployment => return self.rollout(change),
            Kind::StatefulSet => self.updated(change)?,
            Kind::Job => return self.job_end(change),
            Kind::Namespace if change.new.is_none() => self.parts(
                "Namespace {} is gone, with all that was in it.",
                "命名空间 {} 连同其中的一切已消失。",
                &[chip],
            ),
            Kind::Event => return self.event(code, object),
            Kind::Node if code == "NODE-LOST" => {
                let text =
                    "{} has been silent for 50 s and counts as lost. Its Pods stay as they are.";
                return Some((
                    self.parts(text, "{} 静默 50 秒，视为失联。其 Pod 暂时不动。", &[chip]),
                    Tone::Bad,
                ));
            }
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
                let service = object.meta.controller().map_or("", |owner| &owner.name);
                let service = Self::named(Kind::Service, &object.meta.namespace, service);
                let slice = object.endpoint_slice()?;
                let reached = |slice: &crate::api::discovery::EndpointSlice| {
                    slice.endpoints.iter().filter(|one| one.conditions.ready).count()
                };
                let ready = reached(slice);
                let before = change.old.as_ref().and_then(|old| old.endpoint_slice()).map(reached);
                if before == Some(ready) {
                    return None;
                }
                if ready == 0 {
                    let text = "{} reaches no ready Pod now.";
                    return Some((
                        self.parts(text, "{} 现在没有就绪的 Pod 可指向。", &[service]),
                        Tone::Plain,
                    ));
                }
                let en = one_or_many(
                    ready,
                    "{} now reaches {} ready Pod.",
                    "{} now reaches {} ready Pods.",
                );
                let count = Part::Strong(ready.to_string());
                self.parts(en, "{} 现在指向 {} 个就绪的 Pod。", &[service, count])
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
        let passing = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
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
                "模板变了：新的 ReplicaSet {} 从 {} 个 Pod 开始。",
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
                let en = one_or_many(count, "{} is set to {} Pod.", "{} is set to {} Pods.");
                self.parts(en, "{} 调整为 {} 个 Pod。", &[chip, size])
            }
            _ => return None,
        })
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
                        "The wire of disk {} moves from {} to {}: same disk, same data.",
                        "磁盘 {} 的连线从 {} 改到 {}：还是同一块磁盘，数据不变。",
                        &[disk, from, node],
                    ));
                }
                self.parts("Disk {} is attached to {}.", "磁盘 {} 已挂接到 {}。", &[disk, node])
            }
            "VOL-DETACH" => self.parts(
                "Disk {} is detached from {}. The disk stays put; only the wire goes.",
                "磁盘 {} 从 {} 卸下。磁盘不动，只是连线断开。",
                &[disk, node],
            ),
            _ => return None,
        })
    }

    fn claim(&self, code: &str, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let object = change.object();
        let chip = self.chip(object);
        let phase = |one: &Option<std::rc::Rc<Object>>| {
            one.as_ref().and_then(|one| one.claim()).and_then(|one| one.status.phase.clone())
        };
        let (before, after) = (phase(&change.old), phase(&change.new));
        if change.new.is_none() {
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

    /// A rollout that is complete, or that makes no progress.
    fn rollout(&self, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let reason = |one: &Object| {
            let conditions = &one.deployment()?.status.conditions;
            condition(conditions, "Progressing")?.reason.clone()
        };
        let after = reason(change.new.as_ref()?)?;
        if change.old.as_ref().and_then(|old| reason(old)).as_ref() == Some(&after) {
            return None;
        }
        let chip = self.chip(change.object());
        match &*after {
            "NewReplicaSetAvailable" => {
                let text = "The rollout of {} is complete.";
                Some((self.parts(text, "{} 的更新已完成。", &[chip]), Tone::Plain))
            }
            "ProgressDeadlineExceeded" => {
                let text = "The rollout of {} makes no progress: its deadline is over.";
                Some((self.parts(text, "{} 的更新没有进展：已超过期限。", &[chip]), Tone::Bad))
            }
            _ => None,
        }
    }

    /// A rolling update that has reached every ordinal.
    fn updated(&self, change: &Change) -> Option<Vec<Part>> {
        let (old, new) =
            (change.old.as_ref()?.stateful_set()?, change.new.as_ref()?.stateful_set()?);
        let (before, after) = (&old.status, &new.status);
        let is_done = before.current_revision != before.update_revision
            && !before.current_revision.is_empty()
            && after.current_revision == after.update_revision;
        is_done.then(|| {
            let chip = self.chip(change.object());
            self.parts(
                "Every Pod of {} has the new revision.",
                "{} 的所有 Pod 都是新版本了。",
                &[chip],
            )
        })
    }

    fn job_end(&self, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let job = change.new.as_ref()?.job()?;
        let before = change.old.as_ref().and_then(|old| old.job());
        let is_new = |kind: &str| job.holds(kind) && !before.is_some_and(|old| old.holds(kind));
        let chip = self.chip(change.object());
        if is_new("Complete") {
            let text = "Job {} is complete.";
            return Some((self.parts(text, "Job {} 已完成。", &[chip]), Tone::Plain));
        }
        is_new("Failed").then(|| {
            let text = "Job {} has failed.";
            (self.parts(text, "Job {} 失败了。", &[chip]), Tone::Bad)
        })
    }

    /// What only an Event tells.
    fn event(&self, code: &str, object: &Object) -> Option<(Vec<Part>, Tone)> {
        let event = object.event()?;
        let chip = Self::named(event.about.kind, &event.about.namespace, &event.about.name);
        match code {
            "VOL-MULTI-ATTACH" => {
                let text = "{} cannot start: its disk is still attached to another node.";
                Some((
                    self.parts(text, "{} 无法启动：它的磁盘仍挂接在另一个节点上。", &[chip]),
                    Tone::Bad,
                ))
            }
            "PVC-NO-CLASS" => {
                let text = "Disk {} names a storage class that does not exist.";
                Some((self.parts(text, "磁盘 {} 引用了不存在的存储类。", &[chip]), Tone::Bad))
            }
            "PVC-NO-VOLUME" => {
                let text = "Disk {} waits: no volume fits it.";
                Some((self.parts(text, "磁盘 {} 在等待：没有合适的卷。", &[chip]), Tone::Bad))
            }
            _ => None,
        }
    }
}
