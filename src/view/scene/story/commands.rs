//! What a person did, as sentences.
//!
//! Owns words only. Invariant: every command has a sentence.

use super::teller::{Teller, lasting_claims, one_or_many};
use crate::api::core::{Node, Taint};
use crate::api::pod::PodTemplate;
use crate::api::{Body, Kind, Object, Propagation};
use crate::server::{Action, Change};
use crate::sim::{Command, Trace, TraceEntry, TraceId, What};
use crate::view::scene::rollouts::partition;
use crate::view::stage::{Hold, OUT_OF_SERVICE};
use crate::view::story::Part;

/// The act of removing a machine in the same moment as which its Node is deleted: one act to a
/// person.
pub(super) fn removal_of(trace: &Trace, entry: &TraceEntry) -> Option<TraceId> {
    let What::Command(command) = &entry.what else { return None };
    let Command::Delete { kind: Kind::Node, name, .. } = &**command else { return None };
    let before = (0..entry.id.0).rev().map_while(|id| trace.entry(TraceId(id)));
    let mut before = before.take_while(|one| one.at == entry.at);
    let found = before.find(|one| {
        matches!(&one.what, What::Command(one)
            if matches!(&**one, Command::RemoveNode(node) if node == name))
    })?;
    Some(found.id)
}

impl Teller<'_> {
    /// A command with the write that it made at once, where that is known.
    pub(super) fn command(&self, command: &Command, effect: Option<&Change>) -> Vec<Part> {
        match command {
            Command::Ask(action) => self.request(action, effect),
            Command::Apply(objects) => {
                let count = Part::Strong(objects.len().to_string());
                let en =
                    one_or_many(objects.len(), "You applied {} object.", "You applied {} objects.");
                self.parts(en, "你应用了 {} 个对象。", &[count])
            }
            Command::Scale { kind, namespace, name, replicas } => {
                self.scaled(Self::named(*kind, namespace, name), *replicas)
            }
            Command::Delete { kind, namespace, name, grace_seconds, .. } => {
                let chip = self.by_name(*kind, namespace, name);
                self.deleted(*kind, chip, *grace_seconds)
            }
            Command::FailNode(name) => {
                let chip = Self::named(Kind::Node, "", name);
                self.parts("You made {} fail.", "你让 {} 发生故障。", &[chip])
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
                self.parts("You removed {}.", "你移除了 {}。", &[chip])
            }
            Command::RestartManager => {
                let text = "You restarted the controller manager.";
                self.parts(text, "你重启了控制器管理器。", &[])
            }
            Command::Cordon(name, is_cordoned) => {
                self.cordoned(Self::named(Kind::Node, "", name), *is_cordoned)
            }
            Command::HoldImage(node, image) => {
                let chip = Self::named(Kind::Node, "", node);
                let image = Part::Strong(image.to_string());
                self.parts("{} has the image {}.", "{} 已有镜像 {}。", &[chip, image])
            }
            // It belongs to what was told before.
            Command::Annotate(..) => Vec::new(),
            Command::Deal(_, _, name, _)
            | Command::DealRounds(name, _)
            | Command::DealBeats(name, _) => {
                let name = Part::Strong(name.to_string());
                self.parts(
                    "You laid down what chance deals to {}.",
                    "你定下了 {} 的运气。",
                    &[name],
                )
            }
            Command::KillContainer { namespace, pod, container } => {
                let chip = self.by_name(Kind::Pod, namespace, pod);
                let container = Part::Strong(container.to_string());
                self.parts(
                    "You killed container {} of {}.",
                    "你杀死了容器 {}（属于 {}）。",
                    &[container, chip],
                )
            }
            Command::SetProbe { namespace, pod, is_ready } => {
                let chip = self.by_name(Kind::Pod, namespace, pod);
                if *is_ready {
                    self.parts(
                        "You made the readiness probe of {} pass.",
                        "你让 {} 的就绪探针通过。",
                        &[chip],
                    )
                } else {
                    self.parts(
                        "You made the readiness probe of {} fail.",
                        "你让 {} 的就绪探针失败。",
                        &[chip],
                    )
                }
            }
        }
    }

    /// What a deletion does and does not take along; it stands behind the act.
    pub(super) fn consequence(&self, command: &Command) -> Option<Vec<Part>> {
        let is_of_claim = |kind: Kind| kind == Kind::PersistentVolumeClaim;
        if is_orphaning(command) {
            let text = " What belonged to it stays and has no owner any more.";
            return Some(self.parts(text, "属于它的对象保留，不再有所有者。", &[]));
        }
        let pod = match command {
            Command::Delete { kind, .. } if is_of_claim(*kind) => return Some(self.claim_goes()),
            Command::Ask(action) if matches!(&**action, Action::Delete(key, _) if is_of_claim(key.kind)) =>
            {
                return Some(self.claim_goes());
            }
            Command::Delete { grace_seconds: Some(0), .. } => return None,
            Command::Delete { kind: Kind::Pod, namespace, name, .. } => {
                self.find(Kind::Pod, namespace, name)?
            }
            Command::Ask(action) => match &**action {
                Action::Delete(key, options)
                    if key.kind == Kind::Pod && options.grace_seconds != Some(0) =>
                {
                    self.object(*key)?
                }
                _ => return None,
            },
            _ => return None,
        };
        let namespace = &pod.meta.namespace;
        let Some(owner) = pod.meta.controller() else {
            let text = " Nobody replaces it: it has no controller.";
            return Some(self.parts(text, "它没有控制器，没有谁会替它补建。", &[]));
        };
        match &*owner.kind {
            "ReplicaSet" | "ReplicationController" => Some(self.parts(
                " Any other Pod can take its place.",
                "任何别的 Pod 都能顶替它。",
                &[],
            )),
            "StatefulSet" => {
                let claims: Vec<_> = lasting_claims(pod).collect();
                let [claim, rest @ ..] = &claims[..] else {
                    let text = " Its name stays reserved for the Pod that comes after it.";
                    return Some(self.parts(text, "它的名字留给接替它的 Pod。", &[]));
                };
                let claim = Self::named(Kind::PersistentVolumeClaim, namespace, claim);
                let (en, zh) = if rest.is_empty() {
                    (
                        " Its claim {} stays: deleting a Pod never deletes its claim.",
                        "它的 PVC {} 保留：删除 Pod 从不删除 PVC。",
                    )
                } else {
                    (
                        " Its claims stay, {} among them: deleting a Pod never deletes its claims.",
                        "它的 PVC（如 {}）都保留：删除 Pod 从不删除 PVC。",
                    )
                };
                Some(self.parts(en, zh, &[claim]))
            }
            _ => None,
        }
    }

    fn claim_goes(&self) -> Vec<Part> {
        self.parts(" It goes once no Pod uses it.", "没有 Pod 使用它时，它才会消失。", &[])
    }

    fn changed(&self, kind: Kind, chip: Part, effect: Option<&Change>) -> Vec<Part> {
        let effect = effect.filter(|change| change.kind == kind);
        let both = effect.and_then(|change| change.old.as_ref().zip(change.new.as_ref()));
        let known = both.and_then(|(old, new)| match (old.node(), new.node()) {
            (Some(old), Some(new)) => self.changed_node(old, new, &chip),
            _ => self.changed_workload(old, new, &chip),
        });
        known.unwrap_or_else(|| {
            self.parts("You changed {}{}.", "你修改了 {}{}。", &[kind_of(kind), chip])
        })
    }

    /// A node that takes no more Pods, or gets or loses a taint.
    fn changed_node(&self, old: &Node, new: &Node, chip: &Part) -> Option<Vec<Part>> {
        if old.spec.unschedulable != new.spec.unschedulable {
            return Some(self.cordoned(chip.clone(), new.spec.unschedulable));
        }
        let lacks = |node: &Node, taint: &Taint| {
            !node.spec.taints.iter().any(|one| one.key == taint.key && one.effect == taint.effect)
        };
        let set = new.spec.taints.iter().find(|one| lacks(old, one));
        let gone = old.spec.taints.iter().find(|one| lacks(new, one));
        if set.is_some_and(|taint| declares_out_of_service(taint, new)) {
            let en = "You declared {} out of service: its Pods are removed by force and its disks released.";
            let zh = "你宣布 {} 停止服务：其上的 Pod 会被强制移除，磁盘随之释放。";
            return Some(self.parts(en, zh, std::slice::from_ref(chip)));
        }
        let (en, zh, taint) = match (set, gone) {
            (Some(taint), _) => ("You tainted {} with {}.", "你给 {} 加上了污点 {}。", taint),
            (None, Some(taint)) => {
                ("You freed {} of the taint {}.", "你去掉了 {} 的污点 {}。", taint)
            }
            (None, None) => return None,
        };
        Some(self.parts(en, zh, &[chip.clone(), Part::Strong(taint.to_string())]))
    }

    fn cordoned(&self, chip: Part, is_cordoned: bool) -> Vec<Part> {
        if is_cordoned {
            self.parts("You cordoned {}.", "你封锁了 {}。", &[chip])
        } else {
            self.parts("You uncordoned {}.", "你解除了 {} 的封锁。", &[chip])
        }
    }

    /// A workload that gets another size or another template.
    fn changed_workload(&self, old: &Object, new: &Object, chip: &Part) -> Option<Vec<Part>> {
        let kind = kind_of(new.kind());
        if let Some(told) = self.suspended(old, new, &[kind.clone(), chip.clone()]) {
            return Some(told);
        }
        let is_new = template(old)? != template(new)?;
        let wanted = replicas(new).filter(|wanted| replicas(old) != Some(*wanted));
        let chip = chip.clone();
        match (is_new, wanted) {
            (true, None) if rests(new) == Some(Rest::Paused) => {
                let en = "You changed the template of {}{}; it is paused, so nothing rolls out.";
                let zh = "你修改了 {}{} 的模板；它已暂停，所以不会上线。";
                Some(self.parts(en, zh, &[kind, chip]))
            }
            (true, None) if rests(new) == Some(Rest::OnDelete) => {
                let en = "You changed the template of {}{}; with OnDelete each Pod keeps the old one until it is deleted.";
                let zh = "你修改了 {}{} 的模板；策略为 OnDelete，各 Pod 在被删除前保持旧模板。";
                Some(self.parts(en, zh, &[kind, chip]))
            }
            (true, None) if partition_of(new).is_some() => {
                Some(self.partitioned(partition_of(new)?, kind, chip))
            }
            (true, None) => {
                let (en, zh) = ("You changed the template of {}{}.", "你修改了 {}{} 的模板。");
                Some(self.parts(en, zh, &[kind, chip]))
            }
            (true, Some(wanted)) => {
                let en = "You changed the template of {}{} and asked for {}.";
                let zh = "你修改了 {}{} 的模板，并要求 {} 个副本。";
                let count = self.lang.pick(replicas_word(wanted), wanted.to_string());
                Some(self.parts(en, zh, &[kind, chip, Part::Strong(count)]))
            }
            (false, Some(wanted)) => Some(self.scaled(chip, wanted)),
            (false, None) => self.changed_rollout(old, new, &[kind, chip]),
        }
    }

    /// A new template of a StatefulSet that keeps some ordinals from it.
    fn partitioned(&self, hold: Hold, kind: Part, chip: Part) -> Vec<Part> {
        let Hold::Partition { partition, from, end, .. } = hold else { return Vec::new() };
        let number = |one: u32| Part::Strong(one.to_string());
        if from >= end {
            let en = "You changed the template of {}{}; partition {} keeps every ordinal from it.";
            let zh = "你修改了 {}{} 的模板；分区 {} 让所有编号保持旧模板。";
            return self.parts(en, zh, &[kind, chip, number(partition)]);
        }
        let en = "You changed the template of {}{}; only ordinals from {} on get it, for the partition is {}.";
        let zh = "你修改了 {}{} 的模板；只有编号 {} 及以上会换成它，因为分区是 {}。";
        self.parts(en, zh, &[kind, chip, number(from), number(partition)])
    }

    /// How far a rollout may go, or whether it may go on at all.
    fn changed_rollout(&self, old: &Object, new: &Object, fill: &[Part; 2]) -> Option<Vec<Part>> {
        if let (Body::Deployment(old), Body::Deployment(new)) = (&old.body, &new.body) {
            return match (old.spec.paused, new.spec.paused) {
                (false, true) => Some(self.parts(
                    "You paused the rollouts of {}{}: a new template has to wait.",
                    "你暂停了 {}{} 的上线：新模板要等恢复后才生效。",
                    fill,
                )),
                (true, false) => Some(self.parts(
                    "You resumed the rollouts of {}{}.",
                    "你恢复了 {}{} 的上线。",
                    fill,
                )),
                _ => None,
            };
        }
        let (before, now) = (strategy(old)?, strategy(new)?);
        if before != now {
            let (en, zh) = if now == "OnDelete" {
                (
                    "You set the update strategy of {}{} to OnDelete: each Pod keeps its template until it is deleted.",
                    "你把 {}{} 的更新策略设为 OnDelete：各 Pod 在被删除前保持自己的模板。",
                )
            } else {
                (
                    "You set the update strategy of {}{} to RollingUpdate: a new template reaches the Pods by itself.",
                    "你把 {}{} 的更新策略设为 RollingUpdate：新模板会自动到达各 Pod。",
                )
            };
            return Some(self.parts(en, zh, fill));
        }
        let (before, now) = (partition_of(old), partition_of(new));
        if before == now {
            return None;
        }
        let number = |one: u32| Part::Strong(one.to_string());
        let [kind, chip] = fill.clone();
        Some(match now {
            Some(Hold::Partition { partition, from, end, .. }) if from < end => {
                let en = "You set the partition of {}{} to {}: a new template reaches ordinals from {} on.";
                let zh = "你把 {}{} 的分区设为 {}：新模板只到编号 {} 及以上。";
                self.parts(en, zh, &[kind, chip, number(partition), number(from)])
            }
            Some(Hold::Partition { partition, .. }) => {
                let en = "You set the partition of {}{} to {}: a new template reaches no ordinal.";
                let zh = "你把 {}{} 的分区设为 {}：新模板到不了任何编号。";
                self.parts(en, zh, &[kind, chip, number(partition)])
            }
            _ => self.parts(
                "You took the partition of {}{} away: a new template reaches every ordinal.",
                "你取消了 {}{} 的分区：新模板会到所有编号。",
                fill,
            ),
        })
    }

    fn scaled(&self, chip: Part, wanted: i32) -> Vec<Part> {
        let count = self.lang.pick(replicas_word(wanted), wanted.to_string());
        let count = Part::Strong(count);
        self.parts("You asked {} for {}.", "你要求 {} 有 {} 个副本。", &[chip, count])
    }

    /// A deletion; one by force is another thing, for then nobody waits.
    fn deleted(&self, kind: Kind, chip: Part, grace_seconds: Option<u32>) -> Vec<Part> {
        if kind == Kind::Pod && grace_seconds == Some(0) {
            return self.parts("You deleted {} by force.", "你强制删除了 {}。", &[chip]);
        }
        self.parts("You deleted {}{}.", "你删除了 {}{}。", &[kind_of(kind), chip])
    }

    fn request(&self, action: &Action, effect: Option<&Change>) -> Vec<Part> {
        let known = |key: &crate::server::Key| {
            let changed = effect.filter(|change| change.key() == *key).map(Change::object);
            let object = self.object(*key).or(changed);
            object.map_or_else(|| Part::Strong(key.kind.name().to_owned()), |one| self.chip(one))
        };
        match action {
            Action::Create(object) => {
                let fill = [kind_of(object.kind()), self.chip(object)];
                self.parts("You created {}{}.", "你创建了 {}{}。", &fill)
            }
            Action::Update(object, _) => self.changed(object.kind(), self.chip(object), effect),
            Action::Patch(key, _) => self.changed(key.kind, known(key), effect),
            Action::PatchTree { kind, namespace, name, .. }
            | Action::PatchNamed(kind, namespace, name, _) => {
                self.changed(*kind, Self::named(*kind, namespace, name), effect)
            }
            Action::Delete(key, options) => {
                self.deleted(key.kind, known(key), options.grace_seconds)
            }
            Action::Evict(key, _) => {
                self.parts("You asked for {} to be evicted.", "你请求驱逐 {}。", &[known(key)])
            }
            Action::Bind(_, node) => {
                let chip = Self::named(Kind::Node, "", node);
                self.parts("You put a Pod on {}.", "你把一个 Pod 放到了 {}。", &[chip])
            }
            Action::Note(note) => vec![Part::Text(note.message.to_string())],
        }
    }
}

/// Whether a taint says of a lost node that its machine is off for certain.
pub(super) fn declares_out_of_service(taint: &Taint, node: &Node) -> bool {
    &*taint.key == OUT_OF_SERVICE && !node.is_ready()
}

/// The kind in front of a name; a Pod is known by its shape.
/// Whether a deletion lets the objects go that its object owns.
fn is_orphaning(command: &Command) -> bool {
    match command {
        Command::Delete { propagation, .. } => *propagation == Propagation::Orphan,
        Command::Ask(action) => matches!(&**action, Action::Delete(_, options)
            if options.propagation == Propagation::Orphan),
        _ => false,
    }
}

pub(super) fn kind_of(kind: Kind) -> Part {
    let word = if kind == Kind::Pod { String::new() } else { format!("{} ", kind.name()) };
    Part::Text(word)
}

pub(super) fn replicas_word(count: i32) -> String {
    let word = if count == 1 { "replica" } else { "replicas" };
    format!("{count} {word}")
}

/// Why a new template reaches no Pod by itself.
#[derive(PartialEq, Eq)]
enum Rest {
    Paused,
    OnDelete,
}

fn rests(object: &Object) -> Option<Rest> {
    if matches!(&object.body, Body::Deployment(one) if one.spec.paused) {
        return Some(Rest::Paused);
    }
    (strategy(object) == Some("OnDelete")).then_some(Rest::OnDelete)
}

/// How a StatefulSet or a DaemonSet brings a new template to its Pods.
fn strategy(object: &Object) -> Option<&str> {
    Some(match &object.body {
        Body::StatefulSet(one) => &one.spec.update_strategy.kind,
        Body::DaemonSet(one) => &one.spec.update_strategy.kind,
        _ => return None,
    })
}

/// The ordinals that a StatefulSet's partition keeps from a new template.
fn partition_of(object: &Object) -> Option<Hold> {
    let set = object.stateful_set()?;
    if &*set.spec.update_strategy.kind == "OnDelete" { None } else { partition(set) }
}

fn template(object: &Object) -> Option<&PodTemplate> {
    Some(match &object.body {
        Body::Deployment(one) => &one.spec.template,
        Body::StatefulSet(one) => &one.spec.template,
        Body::ReplicaSet(one) | Body::ReplicationController(one) => &one.spec.template,
        Body::DaemonSet(one) => &one.spec.template,
        _ => return None,
    })
}

pub(super) fn replicas(object: &Object) -> Option<i32> {
    match &object.body {
        Body::Deployment(one) => one.spec.replicas,
        Body::StatefulSet(one) => one.spec.replicas,
        Body::ReplicaSet(one) | Body::ReplicationController(one) => one.spec.replicas,
        _ => None,
    }
}
