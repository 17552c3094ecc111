//! The trace as sentences, each with the causes behind it.
//!
//! Must not know how they are shown. Invariant: an entry is told or left out by its rule
//! alone, so that both languages tell the same story.

use std::rc::Rc;

use crate::api::{Kind, Object};
use crate::cluster::Cluster;
use crate::server::{Action, Change, View};
use crate::sim::{Actor, Command, TraceEntry, What};
use crate::view::Identity;
use crate::view::scene::{lane_of, rules};
use crate::view::stage::{LaneKind, ObjectRef};
use crate::view::story::{Cause, Entry, Part, StoryView, Tone};
use crate::view::transport::{Mark, MarkKind, TransportView};
use crate::view::words::Lang;

/// Entries in the feed at most.
const FEED_MAX: usize = 60;
/// Steps back in a "why?" at most.
const CAUSES_MAX: usize = 8;

/// The story up to the present moment, newest first.
pub fn story(cluster: &Cluster, lang: Lang) -> StoryView {
    let teller = Teller { view: cluster.model().view(), lang };
    let mut feed = Vec::new();
    let mut older = 0_u32;
    for entry in cluster.trace().iter().rev() {
        let Some(told) = teller.tell(entry) else { continue };
        if feed.len() == FEED_MAX {
            older += 1;
            continue;
        }
        let causes = causes(cluster, entry, &teller);
        feed.push(Rc::new(Entry { causes, ..told }));
    }
    let now = feed.first().cloned();
    feed.drain(..usize::from(now.is_some()));
    StoryView { now, feed, older }
}

fn causes(cluster: &Cluster, entry: &TraceEntry, teller: &Teller<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut next = entry.cause;
    while let Some(found) = next.and_then(|id| cluster.trace().entry(id)) {
        if let Some(told) = teller.tell(found) {
            causes.push(Cause {
                at_us: told.at_us,
                actor: told.actor,
                parts: told.parts,
                rule: told.rule,
                meaning: told.meaning.clone(),
                url: found.rule.and_then(|one| rules::meaning(one.0, teller.lang)).map(|one| one.1),
            });
            if causes.len() == CAUSES_MAX {
                break;
            }
        }
        next = found.cause;
    }
    causes
}

/// The clock and the marks of the scrubber.
pub fn transport(cluster: &Cluster, lang: Lang) -> TransportView {
    let teller = Teller { view: cluster.model().view(), lang };
    let mut marks: Vec<Mark> = Vec::new();
    let mut caption = String::new();
    for entry in cluster.trace().iter() {
        let Some(told) = teller.tell(entry) else { continue };
        let kind = match told.tone {
            Tone::User => MarkKind::User,
            Tone::Bad => MarkKind::Bad,
            Tone::Plain => MarkKind::Event,
        };
        let is_loud = kind != MarkKind::Event || Teller::is_milestone(entry);
        let last = marks.last().map(|one| (one.at_us, one.kind));
        caption = told.sentence();
        let is_near = last.is_some_and(|(at, old)| old == kind && told.at_us < at + 300_000);
        if is_loud && !is_near {
            marks.push(Mark { at_us: told.at_us, kind, label: told.sentence() });
        }
    }
    TransportView { now_us: cluster.now().0, reached_us: cluster.end().0, marks, caption }
}

/// Whether an entry is told as a sentence.
pub fn is_told(cluster: &Cluster, entry: &TraceEntry) -> bool {
    Teller { view: cluster.model().view(), lang: Lang::En }.tell(entry).is_some()
}

/// An entry as a sentence with its actor, for a terminal.
pub fn sentence(cluster: &Cluster, entry: &TraceEntry, lang: Lang) -> Option<(String, String)> {
    let told = Teller { view: cluster.model().view(), lang }.tell(entry)?;
    Some((told.actor.clone(), told.sentence()))
}

/// A command as a sentence.
pub(super) fn command_sentence(cluster: &Cluster, lang: Lang, command: &Command) -> String {
    let teller = Teller { view: cluster.model().view(), lang };
    teller.command(command).iter().map(Part::text).collect()
}

struct Teller<'a> {
    view: &'a View,
    lang: Lang,
}

impl Teller<'_> {
    fn pick<'b>(&self, en: &'b str, zh: &'b str) -> &'b str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    /// A pattern whose `{}` are filled by objects and words in turn.
    fn parts(&self, en: &str, zh: &str, fill: &[Part]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut fill = fill.iter();
        for (index, text) in self.pick(en, zh).split("{}").enumerate() {
            if index > 0 {
                parts.extend(fill.next().cloned());
            }
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
        }
        parts
    }

    fn chip(&self, object: &Object) -> Part {
        let kind = object.kind();
        let identity = match kind {
            Kind::Pod => match lane_of(object, self.view).0 {
                LaneKind::BarePods => Identity::Stateless,
                lane => lane.identity(),
            },
            _ => Identity::of_kind(kind.name()),
        };
        let name = &object.meta.name;
        let label = match (kind, identity) {
            (Kind::Pod, Identity::Stateless) if object.meta.controller().is_some() => {
                name.rsplit_once('-').map_or(&**name, |(_, suffix)| suffix)
            }
            _ => name,
        };
        Part::Object {
            label: label.to_owned(),
            object: ObjectRef::new(kind.name(), &object.meta.namespace, name),
            identity,
        }
    }

    fn named(kind: Kind, namespace: &str, name: &str) -> Part {
        Part::Object {
            label: name.to_owned(),
            object: ObjectRef::new(kind.name(), namespace, name),
            identity: Identity::of_kind(kind.name()),
        }
    }

    fn is_milestone(entry: &TraceEntry) -> bool {
        let code = entry.rule.map_or("", |rule| rule.0);
        matches!(code, "KUBELET-STATUS" | "KUBELET-GONE" | "STS-SAME-NAME" | "NODE-LOST")
    }

    fn tell(&self, entry: &TraceEntry) -> Option<Entry> {
        let (parts, tone) = match &entry.what {
            What::Command(command) => (self.command(command), Tone::User),
            What::Write(change) => self.write(entry, change)?,
            What::Waiting(key, waiting) => {
                let name = Self::named(Kind::Pod, "", &waiting.object);
                let owner = self.view.object(*key).map(|one| self.chip(one))?;
                let parts = match waiting.rule.0 {
                    "STS-WAIT-GONE" => self.parts(
                        "{} waits until {} is gone for certain.",
                        "{} 等待 {} 确实消失。",
                        &[owner, name],
                    ),
                    _ => self.parts(
                        "{} waits for {} to be ready.",
                        "{} 等待 {} 就绪。",
                        &[owner, name],
                    ),
                };
                (parts, Tone::Plain)
            }
            What::Refused(refusal) if entry.actor == Actor::Person => {
                let text = Part::Strong(refusal.to_string());
                (self.parts("The server refused: {}", "服务器拒绝：{}", &[text]), Tone::Bad)
            }
            What::Refused(_) => return None,
            What::Machine(is_up) => {
                let Actor::Machine(node) = &entry.actor else { return None };
                let node = Self::named(Kind::Node, "", node);
                let parts = if *is_up {
                    self.parts("{} is back.", "{} 恢复了。", &[node])
                } else {
                    self.parts(
                        "{} falls silent. Nobody else knows yet.",
                        "{} 没有响应了。其他组件还不知道。",
                        &[node],
                    )
                };
                (parts, if *is_up { Tone::Plain } else { Tone::Bad })
            }
        };
        let rule = entry.rule.map(|rule| rule.0.to_owned());
        let meaning = rule.as_deref().and_then(|code| rules::meaning(code, self.lang));
        Some(Entry {
            id: u64::from(entry.id.0),
            at_us: entry.at.0,
            actor: self.actor(&entry.actor),
            parts,
            rule,
            meaning: meaning.map(|one| one.0),
            tone,
            causes: Vec::new(),
        })
    }

    fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::Person => self.pick("you", "你").to_owned(),
            Actor::Kubelet(node) => match self.lang {
                Lang::Zh => format!("{node} 上的 kubelet"),
                Lang::En => format!("kubelet on {node}"),
            },
            Actor::Machine(node) => node.to_string(),
            Actor::Component(name) => match *name {
                "deployment-controller" => self.pick("Deployment controller", "Deployment 控制器"),
                "replicaset-controller" => self.pick("ReplicaSet controller", "ReplicaSet 控制器"),
                "statefulset-controller" => {
                    self.pick("StatefulSet controller", "StatefulSet 控制器")
                }
                "default-scheduler" => self.pick("scheduler", "调度器"),
                "attachdetach-controller" => self.pick("attach controller", "挂接控制器"),
                "persistentvolume-controller" => self.pick("volume controller", "卷控制器"),
                "endpoint-slice-controller" => self.pick("endpoints", "端点控制器"),
                "garbage-collector" => self.pick("garbage collector", "垃圾回收"),
                "node-controller" => self.pick("node controller", "节点控制器"),
                "taint-eviction-controller" => self.pick("taint eviction", "污点驱逐"),
                other => other,
            }
            .to_owned(),
        }
    }

    fn command(&self, command: &Command) -> Vec<Part> {
        match command {
            Command::Ask(action) => self.request(action),
            Command::Apply(objects) => {
                let count = Part::Strong(objects.len().to_string());
                self.parts("You applied {} objects.", "你应用了 {} 个对象。", &[count])
            }
            Command::Scale { kind, namespace, name, replicas } => {
                let chip = Self::named(*kind, namespace, name);
                let count = Part::Strong(replicas.to_string());
                self.parts(
                    "You asked {} for {} replicas.",
                    "你要求 {} 有 {} 个副本。",
                    &[chip, count],
                )
            }
            Command::Delete { kind, namespace, name, .. } => {
                let chip = Self::named(*kind, namespace, name);
                self.parts("You deleted {}.", "你删除了 {}。", &[chip])
            }
            Command::FailNode(name) => {
                let chip = Self::named(Kind::Node, "", name);
                self.parts("You let {} fail.", "你让 {} 发生故障。", &[chip])
            }
            Command::RecoverNode(name) => {
                let chip = Self::named(Kind::Node, "", name);
                self.parts("You brought {} back.", "你恢复了 {}。", &[chip])
            }
            Command::KillNode(name) => {
                let chip = Self::named(Kind::Node, "", name);
                self.parts("You cut the power of {}.", "你切断了 {} 的电源。", &[chip])
            }
            Command::StartNode(name) => {
                let chip = Self::named(Kind::Node, "", name);
                self.parts("You started {} again.", "你重新启动了 {}。", &[chip])
            }
            Command::AddNode(object) => {
                let chip = Self::named(Kind::Node, "", &object.meta.name);
                self.parts("You added {}.", "你添加了 {}。", &[chip])
            }
            Command::RemoveNode(name) => {
                let chip = Self::named(Kind::Node, "", name);
                self.parts("You took {} away.", "你拿走了 {}。", &[chip])
            }
            Command::RestartManager => {
                let text = "You started the controller manager anew.";
                self.parts(text, "你重启了控制器管理器。", &[])
            }
            Command::Cordon(name, is_cordoned) => {
                let chip = Self::named(Kind::Node, "", name);
                if *is_cordoned {
                    self.parts("You cordoned {}.", "你封锁了 {}。", &[chip])
                } else {
                    self.parts("You uncordoned {}.", "你解除了 {} 的封锁。", &[chip])
                }
            }
            Command::HoldImage(node, image) => {
                let chip = Self::named(Kind::Node, "", node);
                let image = Part::Strong(image.to_string());
                self.parts("{} has the image {}.", "{} 已有镜像 {}。", &[chip, image])
            }
            Command::Deal(_, _, name, _) | Command::DealRounds(name, _) => {
                let name = Part::Strong(name.to_string());
                self.parts(
                    "You laid down what chance deals to {}.",
                    "你定下了 {} 的运气。",
                    &[name],
                )
            }
            Command::SetProbe { namespace, pod, is_ready } => {
                let chip = Self::named(Kind::Pod, namespace, pod);
                if *is_ready {
                    self.parts("You let the probes of {} pass.", "你让 {} 的探针通过。", &[chip])
                } else {
                    self.parts("You let the probes of {} fail.", "你让 {} 的探针失败。", &[chip])
                }
            }
        }
    }

    fn request(&self, action: &Action) -> Vec<Part> {
        let known = |key: &crate::server::Key| {
            let object = self.view.object(*key);
            object.map_or_else(|| Part::Strong(key.kind.name().to_owned()), |one| self.chip(one))
        };
        match action {
            Action::Create(object) => {
                self.parts("You created {}.", "你创建了 {}。", &[self.chip(object)])
            }
            Action::Update(object, _) => {
                self.parts("You changed {}.", "你修改了 {}。", &[self.chip(object)])
            }
            Action::Patch(key, _) => self.parts("You changed {}.", "你修改了 {}。", &[known(key)]),
            Action::PatchTree { kind, namespace, name, .. }
            | Action::PatchNamed(kind, namespace, name, _) => {
                let chip = Self::named(*kind, namespace, name);
                self.parts("You changed {}.", "你修改了 {}。", &[chip])
            }
            Action::Delete(key, _) => self.parts("You deleted {}.", "你删除了 {}。", &[known(key)]),
            Action::Evict(key, _) => self.parts("You evicted {}.", "你驱逐了 {}。", &[known(key)]),
            Action::Bind(_, node) => {
                let chip = Self::named(Kind::Node, "", node);
                self.parts("You put a Pod on {}.", "你把一个 Pod 放到了 {}。", &[chip])
            }
            Action::Note(note) => vec![Part::Text(note.message.to_string())],
        }
    }

    fn write(&self, entry: &TraceEntry, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let object = change.object();
        let code = entry.rule?.0;
        let chip = self.chip(object);
        let told = match change.kind {
            Kind::Pod => return self.pod(code, entry, change),
            Kind::ReplicaSet => self.replica_set(code, change)?,
            Kind::PersistentVolumeClaim if code == "STS-CLAIM" => {
                self.parts("Claim {} is made for this ordinal.", "为这个编号创建 PVC {}。", &[chip])
            }
            Kind::VolumeAttachment => self.attachment(code, object)?,
            Kind::Node if code == "NODE-LOST" => {
                let text =
                    "{} has been silent for 50 s and counts as lost. Its Pods stay as they are.";
                return Some((
                    self.parts(text, "{} 静默 50 秒，视为失联。其 Pod 暂时不动。", &[chip]),
                    Tone::Bad,
                ));
            }
            Kind::Node if code == "NODE-BACK" => {
                self.parts("{} reports again.", "{} 重新上报状态。", &[chip])
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
                let count = Part::Strong(ready.to_string());
                self.parts(
                    "{} now reaches {} ready Pods.",
                    "{} 现在指向 {} 个就绪的 Pod。",
                    &[service, count],
                )
            }
            _ => return None,
        };
        Some((told, Tone::Plain))
    }

    fn replica_set(&self, code: &str, change: &Change) -> Option<Vec<Part>> {
        let object = change.object();
        let chip = self.chip(object);
        let size = object.replica_set()?.spec.replicas.unwrap_or(0).to_string();
        let size = Part::Strong(size);
        Some(match code {
            "DEPLOY-CREATE-RS" => self.parts(
                "ReplicaSet {} is made for this template, {} Pods.",
                "为这个模板创建 ReplicaSet {}，{} 个 Pod。",
                &[chip, size],
            ),
            "DEPLOY-NEW-TEMPLATE" => self.parts(
                "The template changed: a new ReplicaSet {} starts with {} Pods.",
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
                self.parts("{} is set to {} Pods.", "{} 调整为 {} 个 Pod。", &[chip, size])
            }
            _ => return None,
        })
    }

    fn attachment(&self, code: &str, object: &Object) -> Option<Vec<Part>> {
        let body = object.attachment()?;
        let volume = self.view.named(Kind::PersistentVolume, "", &body.volume)?;
        let claim = volume.volume()?.spec.claim_ref.as_ref()?;
        let disk = Self::named(Kind::PersistentVolumeClaim, &claim.namespace, &claim.name);
        let node = Self::named(Kind::Node, "", &body.node);
        Some(match code {
            "VOL-ATTACH-FIRST" => self.parts(
                "Disk {} is being attached to {}; no container starts before that.",
                "磁盘 {} 正在挂接到 {}；在此之前不会启动容器。",
                &[disk, node],
            ),
            "VOL-ATTACHED" => {
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

    fn pod(&self, code: &str, entry: &TraceEntry, change: &Change) -> Option<(Vec<Part>, Tone)> {
        let object = change.object();
        let chip = self.chip(object);
        let pod = object.pod()?;
        let plain = |parts| Some((parts, Tone::Plain));
        match code {
            "RS-CREATE" => {
                plain(self.parts("{} is created; any one will do.", "创建 {}；谁都一样。", &[chip]))
            }
            "RS-REPLACE" => plain(self.parts(
                "{} takes the place at once: new name, nothing carried over.",
                "{} 立即补位：新名字，什么都不继承。",
                &[chip],
            )),
            "STS-CREATE" => plain(self.parts(
                "{} is created: its turn has come.",
                "创建 {}：轮到它了。",
                &[chip],
            )),
            "STS-SAME-NAME" => plain(self.parts(
                "{} comes back under its old name. The ordinal was empty, and the old Pod is gone.",
                "{} 以原来的名字回来。编号空着，旧 Pod 已经消失。",
                &[chip],
            )),
            "SCHED-SPREAD" => {
                let node = Self::named(Kind::Node, "", pod.node()?);
                plain(self.parts("{} goes to {}.", "{} 调度到 {}。", &[chip, node]))
            }
            "SCHED-NO-NODE" => {
                let why = crate::api::pod::condition(&pod.status.conditions, "PodScheduled");
                let why = why.and_then(|one| one.message.clone()).unwrap_or_else(|| "".into());
                let why = why.split(". ").next().unwrap_or_default().to_owned();
                let parts = self.parts(
                    "{} fits on no node: {}.",
                    "{} 没有合适的节点：{}。",
                    &[chip, Part::Strong(why)],
                );
                Some((parts, Tone::Bad))
            }
            "RS-SCALE-DOWN" | "STS-SCALE-DOWN" | "STS-ROLL" | "GC-DELETE" | "YOU-DELETE" => {
                let is_start = change.old.as_ref().is_some_and(|old| !old.meta.is_terminating());
                if !is_start || entry.actor == Actor::Person {
                    return None;
                }
                plain(self.parts("{} is told to stop.", "{} 被要求停止。", &[chip]))
            }
            "TAINT-EVICT" if object.meta.is_terminating() => Some((
                self.parts(
                    "{} is marked for deletion: it bore the lost node long enough.",
                    "{} 被标记删除：容忍失联节点的时间到了。",
                    &[chip],
                ),
                Tone::Bad,
            )),
            "KUBELET-GONE" => plain(self.parts("{} is gone.", "{} 已消失。", &[chip])),
            _ => self.readiness(change, &chip),
        }
    }

    fn readiness(&self, change: &Change, chip: &Part) -> Option<(Vec<Part>, Tone)> {
        let before = change.old.as_ref()?.pod()?;
        let after = change.new.as_ref()?.pod()?;
        let chip = chip.clone();
        let restarts = |pod: &crate::api::pod::Pod| {
            pod.status.container_statuses.iter().map(|one| one.restart_count).sum::<u32>()
        };
        if restarts(after) > restarts(before) {
            let parts = self.parts(
                "A container of {} ended and is started again.",
                "{} 的一个容器退出，将重新启动。",
                &[chip],
            );
            return Some((parts, Tone::Bad));
        }
        let is_going = change.object().meta.is_terminating();
        match (before.is_ready(), after.is_ready()) {
            (false, true) => {
                let node = Self::named(Kind::Node, "", after.node()?);
                let parts = self.parts("{} is ready on {}.", "{} 在 {} 上就绪。", &[chip, node]);
                Some((parts, Tone::Plain))
            }
            (true, false) if !is_going => {
                Some((self.parts("{} is not ready any more.", "{} 不再就绪。", &[chip]), Tone::Bad))
            }
            _ => None,
        }
    }
}
