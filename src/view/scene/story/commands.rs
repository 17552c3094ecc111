//! What a person did, as sentences.
//!
//! Owns words only. Invariant: every command has a sentence.

use super::teller::{Teller, one_or_many};
use crate::api::Kind;
use crate::server::Action;
use crate::sim::Command;
use crate::view::story::Part;

impl Teller<'_> {
    pub(super) fn command(&self, command: &Command) -> Vec<Part> {
        match command {
            Command::Ask(action) => self.request(action),
            Command::Apply(objects) => {
                let count = Part::Strong(objects.len().to_string());
                let en =
                    one_or_many(objects.len(), "You applied {} object.", "You applied {} objects.");
                self.parts(en, "你应用了 {} 个对象。", &[count])
            }
            Command::Scale { kind, namespace, name, replicas } => {
                let chip = Self::named(*kind, namespace, name);
                let count = Part::Strong(replicas.to_string());
                let en = one_or_many(
                    usize::try_from(*replicas).unwrap_or(0),
                    "You asked {} for {} replica.",
                    "You asked {} for {} replicas.",
                );
                self.parts(en, "你要求 {} 有 {} 个副本。", &[chip, count])
            }
            Command::Delete { kind, namespace, name, grace_seconds, .. } => {
                let chip = self.by_name(*kind, namespace, name);
                self.deleted(*kind, chip, *grace_seconds)
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
                let chip = Self::named(Kind::Pod, namespace, pod);
                let container = Part::Strong(container.to_string());
                self.parts("You killed {} in {}.", "你杀死了 {}（在 {} 中）。", &[container, chip])
            }
            Command::SetProbe { namespace, pod, is_ready } => {
                let chip = self.by_name(Kind::Pod, namespace, pod);
                if *is_ready {
                    self.parts("You let the probes of {} pass.", "你让 {} 的探针通过。", &[chip])
                } else {
                    self.parts("You let the probes of {} fail.", "你让 {} 的探针失败。", &[chip])
                }
            }
        }
    }

    fn changed(&self, kind: Kind, chip: Part) -> Vec<Part> {
        self.parts("You changed {}{}.", "你修改了 {}{}。", &[kind_of(kind), chip])
    }

    /// A deletion; one by force is another thing, for then nobody waits.
    fn deleted(&self, kind: Kind, chip: Part, grace_seconds: Option<u32>) -> Vec<Part> {
        if kind == Kind::Pod && grace_seconds == Some(0) {
            return self.parts("You deleted {} by force.", "你强制删除了 {}。", &[chip]);
        }
        self.parts("You deleted {}{}.", "你删除了 {}{}。", &[kind_of(kind), chip])
    }

    fn request(&self, action: &Action) -> Vec<Part> {
        let known = |key: &crate::server::Key| {
            let object = self.object(*key);
            object.map_or_else(|| Part::Strong(key.kind.name().to_owned()), |one| self.chip(one))
        };
        match action {
            Action::Create(object) => {
                let fill = [kind_of(object.kind()), self.chip(object)];
                self.parts("You created {}{}.", "你创建了 {}{}。", &fill)
            }
            Action::Update(object, _) => self.changed(object.kind(), self.chip(object)),
            Action::Patch(key, _) => self.changed(key.kind, known(key)),
            Action::PatchTree { kind, namespace, name, .. }
            | Action::PatchNamed(kind, namespace, name, _) => {
                self.changed(*kind, Self::named(*kind, namespace, name))
            }
            Action::Delete(key, options) => {
                self.deleted(key.kind, known(key), options.grace_seconds)
            }
            Action::Evict(key, _) => {
                self.parts("You asked {} to leave.", "你请 {} 离开（驱逐）。", &[known(key)])
            }
            Action::Bind(_, node) => {
                let chip = Self::named(Kind::Node, "", node);
                self.parts("You put a Pod on {}.", "你把一个 Pod 放到了 {}。", &[chip])
            }
            Action::Note(note) => vec![Part::Text(note.message.to_string())],
        }
    }
}

/// The kind in front of a name; a Pod is known by its shape.
fn kind_of(kind: Kind) -> Part {
    let word = if kind == Kind::Pod { String::new() } else { format!("{} ", kind.name()) };
    Part::Text(word)
}
