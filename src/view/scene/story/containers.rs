//! What became of a Pod's containers, as sentences.
//!
//! Owns words only. Invariant: each start, end and trouble of a container is told once, and never
//! of a Pod that is leaving.

use super::pods::{READY, has_ended_well};
use super::teller::{Teller, first_words};
use crate::api::container_state::ContainerState;
use crate::api::pod::{ContainerStatus, Phase, Pod};
use crate::server::Change;
use crate::view::story::{Part, Tone};
use crate::view::words::Lang;
use crate::view::words::forbidden::why_forbidden;

type Told = (Vec<Part>, Tone);

/// Words of a message that stand in a sentence.
const MESSAGE_WORDS: usize = 16;

fn all(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.init_container_statuses.iter().chain(&pod.status.container_statuses)
}

/// The containers before and after, side by side.
fn both<'a>(
    before: &'a Pod,
    after: &'a Pod,
) -> impl Iterator<Item = (&'a ContainerStatus, &'a ContainerStatus)> {
    all(after).filter_map(|new| all(before).find(|old| old.name == new.name).map(|old| (old, new)))
}

fn waits_for<'a>(pod: &'a Pod, reasons: &'a [&str]) -> Option<&'a ContainerStatus> {
    all(pod).find(|one| {
        matches!(&one.state, ContainerState::Waiting { reason, .. } if reasons.contains(&&**reason))
    })
}

/// Whether a container crashed and waits before it is started again.
pub(super) fn is_looping(pod: &Pod) -> bool {
    waits_for(pod, &["CrashLoopBackOff"]).is_some()
}

/// Whether no container of a Pod runs any more and none is started again: its end follows.
fn is_ending(pod: &Pod) -> bool {
    let has_ended = |one: &ContainerStatus| matches!(one.state, ContainerState::Terminated { .. });
    pod.spec.restart_policy.as_deref() == Some("Never")
        && pod.status.container_statuses.iter().all(has_ended)
}

/// Whether a container is one of those that run before a Pod's others.
fn is_init(pod: &Pod, one: &ContainerStatus) -> bool {
    pod.status.init_container_statuses.iter().any(|init| init.name == one.name)
}

/// Whether a container starts before a Pod's others and stays.
fn is_sidecar(pod: &Pod, name: &str) -> bool {
    let mut inits = pod.spec.init_containers.iter();
    inits.any(|one| *one.name == *name && one.restart_policy.as_deref() == Some("Always"))
}

/// A pattern about a container, said of one that has a word of its own.
fn of_kind((en, zh): (&str, &str), [first, within, chinese]: [&str; 3]) -> (String, String) {
    let en = match en.strip_prefix("Container ") {
        Some(rest) => format!("{first} {rest}"),
        None => en.replacen(" container ", &format!(" {within} "), 1),
    };
    let zh = zh.replacen("了容器", &format!("了 {chinese}"), 1);
    (en, if zh.contains(chinese) { zh } else { zh.replacen("容器", chinese, 1) })
}

/// Why a container can't even be made.
const CONFIG: &[&str] = &[
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
    "InvalidImageName",
    "ErrImageNeverPull",
];
const IMAGES: &[&str] = &["ErrImagePull", "ImagePullBackOff"];

impl Teller<'_> {
    /// What a Pod's new state says, in one sentence.
    pub(super) fn readiness(&self, code: &str, change: &Change, chip: &Part) -> Option<Told> {
        let before = change.old.as_ref()?.pod()?;
        let after = change.new.as_ref()?.pod()?;
        if change.object().meta.is_terminating() {
            return None;
        }
        if code == "KUBELET-REFUSE" {
            return self.turned_away(after, chip);
        }
        let ended = self.ended(before, after, chip);
        let told = ended
            .or_else(|| self.started_again(code, before, after, chip))
            .or_else(|| self.trouble(change, before, after, chip))
            .or_else(|| self.prepared(before, after, chip));
        if told.is_some() {
            return told;
        }
        match (before.is_ready(), after.is_ready()) {
            (false, true) => {
                let node = Self::named(crate::api::Kind::Node, "", after.node()?);
                let object = change.object();
                let former = self.known.former(object);
                let (en, zh) = former.map_or(READY, |former| self.returned(former, object));
                Some((self.parts(en, zh, &[chip.clone(), node]), Tone::Plain))
            }
            // A Pod whose programs ended well is told of when all of them have.
            (true, false) if has_ended_well(after) || is_ending(after) => None,
            (true, false) if is_looping(after) => {
                let text =
                    "{} is not ready any more: its container has to wait for its next start.";
                let zh = "{} 不再就绪：它的容器要等待下一次启动。";
                Some((self.parts(text, zh, std::slice::from_ref(chip)), Tone::Bad))
            }
            (true, false) => {
                let fill = std::slice::from_ref(chip);
                Some((self.parts("{} is not ready any more.", "{} 不再就绪。", fill), Tone::Bad))
            }
            _ => None,
        }
    }

    /// A Pod of which its kubelet never started anything.
    fn turned_away(&self, pod: &Pod, chip: &Part) -> Option<Told> {
        let node = Self::named(crate::api::Kind::Node, "", pod.node()?);
        let reason = Part::Strong(pod.status.reason.clone().unwrap_or_default().to_string());
        let text = "{} has failed: the kubelet of {} turned it away, {}.";
        let zh = "{} 失败了：{} 的 kubelet 拒绝了它，{}。";
        Some((self.parts(text, zh, &[chip.clone(), node, reason]), Tone::Bad))
    }

    /// A container that was started again, and whether the Pod is ready with it.
    fn started_again(&self, code: &str, before: &Pod, after: &Pod, chip: &Part) -> Option<Told> {
        let (old, new) =
            both(before, after).find(|(old, new)| new.restart_count > old.restart_count)?;
        let name = Part::Strong(new.name.to_string());
        let count = Part::Strong(new.restart_count.to_string());
        let fill = [name, chip.clone(), count, chip.clone()];
        let is_killed = code == "KUBELET-PROBE";
        let is_ready = after.is_ready() && !before.is_ready();
        let (en, zh) = match (is_killed, is_ready) {
            (true, false) => (
                "The kubelet started container {} of {} again, because its probe failed (restart {}).",
                "探针失败，kubelet 重新启动了容器 {}（{}，第 {} 次重启）。",
            ),
            (true, true) => (
                "The kubelet started container {} of {} again, because its probe failed (restart {}): {} is ready.",
                "探针失败，kubelet 重新启动了容器 {}（{}，第 {} 次重启）：{} 已就绪。",
            ),
            (false, false) => (
                "Container {} of {} is started again (restart {}).",
                "容器 {}（{}）重新启动（第 {} 次重启）。",
            ),
            (false, true) => (
                "Container {} of {} is started again (restart {}): {} is ready.",
                "容器 {}（{}）重新启动（第 {} 次重启）：{} 已就绪。",
            ),
        };
        // That it had ended was told when it had; a start by itself is nothing that fails.
        let is_recovery = is_ready || !is_killed && !old.state.is_running();
        let tone = if is_recovery { Tone::Plain } else { Tone::Bad };
        Some((self.about_container(after, new, (en, zh), &fill), tone))
    }

    /// A Pod that has ended, or a container that has while its Pod goes on.
    fn ended(&self, before: &Pod, after: &Pod, chip: &Part) -> Option<Told> {
        let fill = std::slice::from_ref(chip);
        // How its sidecars end makes no Pod fail.
        let counts = |one: &&ContainerStatus| !is_sidecar(after, &one.name);
        let failed = all(after).filter(counts).find_map(|one| match one.state {
            ContainerState::Terminated { exit_code, .. } if exit_code != 0 => {
                Some((one, exit_code))
            }
            _ => None,
        });
        match (before.status.phase, after.status.phase) {
            (from, Phase::Succeeded) if from != Phase::Succeeded => {
                let text = "{} is completed: all its containers ended with exit code 0.";
                Some((self.parts(text, "{} 已完成：容器都以退出码 0 结束。", fill), Tone::Plain))
            }
            (from, Phase::Failed) if from != Phase::Failed => {
                if after.status.reason.as_deref() == Some("DeadlineExceeded") {
                    let text = "{} has failed: its activeDeadlineSeconds are over.";
                    let zh = "{} 失败了：已超过 activeDeadlineSeconds。";
                    return Some((self.parts(text, zh, fill), Tone::Bad));
                }
                if let Some(reason) = &after.status.reason {
                    let fill = [chip.clone(), Part::Strong(reason.to_string())];
                    return Some((
                        self.parts("{} has failed: {}.", "{} 失败了：{}。", &fill),
                        Tone::Bad,
                    ));
                }
                let Some((one, code)) = failed else {
                    return Some((self.parts("{} has failed.", "{} 失败了。", fill), Tone::Bad));
                };
                let fill = [chip.clone(), name(one), number(code)];
                let words = (
                    "{} has failed: container {} ended with exit code {}.",
                    "{} 失败了：容器 {} 以退出码 {} 结束。",
                );
                Some((self.about_container(after, one, words, &fill), Tone::Bad))
            }
            _ => self.container_ended(before, after, chip),
        }
    }

    fn container_ended(&self, before: &Pod, after: &Pod, chip: &Part) -> Option<Told> {
        // With its last container a Pod that starts none again fails itself.
        let goes_on = all(after).any(|one| one.state.is_running());
        if after.spec.restart_policy.as_deref() == Some("Never") && !goes_on {
            return None;
        }
        let end = |one: &ContainerStatus| match (&one.state, &one.last_state) {
            (ContainerState::Terminated { exit_code, reason, finished_at, .. }, _)
            | (
                ContainerState::Waiting { .. },
                ContainerState::Terminated { exit_code, reason, finished_at, .. },
            ) => Some((*exit_code, reason.clone(), *finished_at)),
            _ => None,
        };
        let mut ends = both(before, after).filter(|(old, new)| {
            let is_new = end(new).map(|one| one.2) != end(old).map(|one| one.2);
            is_new
                && !matches!(old.last_state, ContainerState::Terminated { finished_at, .. }
                if end(new).is_some_and(|one| one.2 == finished_at))
        });
        let (new, (code, reason, _)) = ends.find_map(|(_, new)| {
            let found = end(new)?;
            // Those that end well as they should are told of when the whole Pod has.
            (found.0 != 0).then_some((new, found))
        })?;
        let fill = [name(new), chip.clone(), number(code), Part::Strong(reason.to_string())];
        let (en, zh) = if matches!(&*reason, "Error" | "Completed" | "") {
            ("Container {} of {} ended with exit code {}.", "容器 {}（{}）以退出码 {} 结束。")
        } else {
            (
                "Container {} of {} ended with exit code {}: {}.",
                "容器 {}（{}）以退出码 {} 结束：{}。",
            )
        };
        Some((self.about_container(after, new, (en, zh), &fill), Tone::Bad))
    }

    /// A sentence about a container, which may be an init container.
    fn about_container(
        &self,
        pod: &Pod,
        one: &ContainerStatus,
        pattern: (&str, &str),
        fill: &[Part],
    ) -> Vec<Part> {
        if !is_init(pod, one) {
            return self.parts(pattern.0, pattern.1, fill);
        }
        let words = if is_sidecar(pod, &one.name) {
            ["Sidecar", "sidecar", "Sidecar"]
        } else {
            ["Init container", "init container", "Init 容器"]
        };
        let (en, zh) = of_kind(pattern, words);
        self.parts(&en, &zh, fill)
    }

    /// How far a Pod's init containers have come: each waits for the one before it.
    fn prepared(&self, before: &Pod, after: &Pod, chip: &Part) -> Option<Told> {
        let is_sidecar = |at: usize| {
            let spec = after.spec.init_containers.get(at);
            spec.is_some_and(|one| is_sidecar(after, &one.name))
        };
        let (old, new) =
            (&before.status.init_container_statuses, &after.status.init_container_statuses);
        let is_done = |one: &ContainerStatus| {
            matches!(one.state, ContainerState::Terminated { exit_code: 0, .. })
        };
        let has_begun = |at: usize, is_so: &dyn Fn(&ContainerStatus) -> bool| {
            is_so(&new[at]) && !old.get(at).is_some_and(is_so)
        };
        let runs = |one: &ContainerStatus| one.state.is_running();
        let done = (0..new.len()).rev().find(|at| !is_sidecar(*at) && has_begun(*at, &is_done));
        let running = (0..new.len()).rev().find(|at| has_begun(*at, &runs));
        let plain = |en, zh, fill: &[Part]| Some((self.parts(en, zh, fill), Tone::Plain));
        match (done, running) {
            (Some(done), _) if done + 1 == new.len() => plain(
                "Init container {} of {}, the last, is done: now its containers start.",
                "{} 是 {} 的最后一个 Init 容器，已完成：现在启动它的容器。",
                &[name(&new[done]), chip.clone()],
            ),
            (Some(done), Some(next)) if next > done => plain(
                "Init container {} of {} is done; now {} runs.",
                "Init 容器 {}（{}）已完成；现在运行 {}。",
                &[name(&new[done]), chip.clone(), name(&new[next])],
            ),
            (Some(done), _) => plain(
                "Init container {} of {} is done; the next may start.",
                "Init 容器 {}（{}）已完成；下一个可以启动。",
                &[name(&new[done]), chip.clone()],
            ),
            (None, Some(at)) if is_sidecar(at) => plain(
                "Sidecar {} of {} runs and stays; what comes after it may start.",
                "Sidecar {}（{}）开始运行并一直保留；后面的可以启动。",
                &[name(&new[at]), chip.clone()],
            ),
            (None, Some(at)) => plain(
                "Init container {} of {} runs; the others wait until it is done.",
                "Init 容器 {}（{}）开始运行；其余的等它完成。",
                &[name(&new[at]), chip.clone()],
            ),
            (None, None) => None,
        }
    }

    /// A container that can't be started.
    fn trouble(&self, change: &Change, before: &Pod, after: &Pod, chip: &Part) -> Option<Told> {
        let fill = std::slice::from_ref(chip);
        if waits_for(after, IMAGES).is_some() && waits_for(before, IMAGES).is_none() {
            let text =
                "An image of {} cannot be pulled; the kubelet tries again, less and less often.";
            let zh = "无法拉取 {} 的镜像；kubelet 会再试，间隔越来越长。";
            return Some((self.parts(text, zh, fill), Tone::Bad));
        }
        if let Some(one) = waits_for(after, CONFIG).filter(|_| waits_for(before, CONFIG).is_none())
        {
            let ContainerState::Waiting { reason, message } = &one.state else { return None };
            let why = message.as_ref().unwrap_or(reason);
            let why = self.lang.pick(why.to_string(), why_forbidden(why, Lang::Zh));
            let why = Part::Strong(first_words(&why, MESSAGE_WORDS));
            let text = "Container {} of {} cannot be started: {}.";
            let zh = "容器 {}（{}）无法启动：{}。";
            return Some((self.parts(text, zh, &[name(one), chip.clone(), why]), Tone::Bad));
        }
        // Told at the first wait; each later end and start is told by itself.
        if is_looping(after) && !self.known.is_looping(change.key()) {
            let text = "{} crashes again and again: the kubelet waits 10 s before the next start, then longer, up to 5 min.";
            let zh = "{} 反复崩溃：kubelet 等 10 秒再启动，之后越等越久，最长 5 分钟。";
            return Some((self.parts(text, zh, fill), Tone::Bad));
        }
        None
    }
}

fn name(one: &ContainerStatus) -> Part {
    Part::Strong(one.name.to_string())
}

fn number(code: i32) -> Part {
    Part::Strong(code.to_string())
}
