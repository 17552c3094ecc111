//! An entry of the trace as a sentence.
//!
//! Owns chips and the frame of a sentence. It must not know who shows it. Invariant: whether an
//! entry is told follows from the trace up to it, so that both languages tell the same story.

use std::rc::Rc;

use super::commands::{declares_out_of_service, removal_of};
use super::known::Known;
use crate::api::core::{Event, Taint};
use crate::api::pod::{Truth, condition};
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::base::{SECOND_US, SimTime};
use crate::server::{Action, Change, Key, View};
use crate::sim::{Actor, Command, Trace, TraceEntry, TraceId, Waiting, What};
use crate::view::Identity;
use crate::view::scene::{lane_of, rules, split_made};
use crate::view::stage::{LaneKind, ObjectRef};
use crate::view::story::{Entry, Gist, Part, Tone};
use crate::view::words::Lang;

const WAIT_GONE: &str = "STS-WAIT-GONE";
/// The same where the Pod's node is lost.
pub(super) const AT_MOST_ONE: &str = "STS-AT-MOST-ONE";

/// Whom a command asks to leave.
pub(super) fn evicted(entry: &TraceEntry) -> Option<Key> {
    let What::Command(command) = &entry.what else { return None };
    let Command::Ask(action) = &**command else { return None };
    let Action::Evict(key, _) = **action else { return None };
    Some(key)
}

/// The claims of a Pod that outlive it: those that were made for it alone go with it.
pub(super) fn lasting_claims(pod: &Object) -> impl Iterator<Item = Str> {
    let own: Vec<Str> = pod.ephemeral_claims().map(|(name, _)| name).collect();
    pod.claims().filter(move |claim| !own.contains(claim))
}

/// Tells entries in one language.
pub(super) struct Teller<'a> {
    pub(super) view: &'a View,
    pub(super) known: &'a Known,
    pub(super) trace: &'a Trace,
    pub(super) lang: Lang,
}

impl Teller<'_> {
    pub(super) fn object(&self, key: Key) -> Option<&Rc<Object>> {
        self.known.objects.get(&key).or_else(|| self.view.object(key))
    }

    /// The claim that a volume serves.
    pub(super) fn claim_of(&self, volume: &Str) -> Option<(Str, Str)> {
        if let Some(claim) = self.known.claims.get(volume) {
            return Some(claim.clone());
        }
        let object = self.view.named(Kind::PersistentVolume, "", volume)?;
        let claim = object.volume()?.spec.claim_ref.as_ref()?;
        Some((claim.namespace.clone(), claim.name.clone()))
    }

    pub(super) fn pick<'b>(&self, en: &'b str, zh: &'b str) -> &'b str {
        self.lang.pick(en, zh)
    }

    /// A pattern whose `{}` are filled by objects and words in turn.
    pub(super) fn parts(&self, en: &str, zh: &str, fill: &[Part]) -> Vec<Part> {
        filled(self.pick(en, zh), fill)
    }

    pub(super) fn chip(&self, object: &Object) -> Part {
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
                split_made(name).1.to_owned()
            }
            _ => label_in(&object.meta.namespace, name),
        };
        Part::Object {
            label,
            object: ObjectRef::new(kind.name(), &object.meta.namespace, name),
            identity,
        }
    }

    pub(super) fn named(kind: Kind, namespace: &str, name: &str) -> Part {
        Part::Object {
            label: label_in(namespace, name),
            object: ObjectRef::new(kind.name(), namespace, name),
            identity: Identity::of_kind(kind.name()),
        }
    }

    /// The last object of a name that was seen, or that stands.
    pub(super) fn find(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Rc<Object>> {
        let is_meant = |one: &&Rc<Object>| {
            one.kind() == kind && *one.meta.name == *name && *one.meta.namespace == *namespace
        };
        let seen = self.known.objects.values().rev().find(is_meant);
        seen.or_else(|| self.view.named(kind, namespace, name))
    }

    /// Whether an object that was seen is not gone.
    pub(super) fn is_there(&self, object: &Object) -> bool {
        !self.known.gone.contains(&Key { kind: object.kind(), id: object.meta.id })
    }

    /// The object of a name that stands at the moment that is told of.
    pub(super) fn there(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Rc<Object>> {
        let found = self.find(kind, namespace, name)?;
        let key = Key { kind, id: found.meta.id };
        (!self.known.gone.contains(&key)).then_some(found)
    }

    /// An object by its name alone; a Pod that was seen gets its own chip.
    pub(super) fn by_name(&self, kind: Kind, namespace: &str, name: &str) -> Part {
        let object = match self.view.named(kind, namespace, name) {
            Some(object) => Some(object),
            None if kind == Kind::Pod => self.find(kind, namespace, name),
            None => None,
        };
        object.map_or_else(|| Self::named(kind, namespace, name), |object| self.chip(object))
    }

    /// The entry as a sentence; none if nobody would care about it.
    pub(super) fn tell(&self, entry: &TraceEntry) -> Option<Entry> {
        let (parts, tone) = self.sentence(entry)?;
        let rule = self.rule(entry).map(str::to_owned);
        let meaning = rule.as_deref().and_then(|code| rules::meaning(code, self.lang));
        let (meaning, url) = meaning.unzip();
        Some(Entry {
            id: u64::from(entry.id.0),
            at_us: entry.at.0,
            actor: self.actor(&entry.actor),
            about: self.about(entry, &parts),
            gist: self.gist(entry),
            parts,
            rule,
            meaning,
            url,
            tone,
            ..Entry::default()
        })
    }

    /// The rule behind an entry: of a person's own act what Kubernetes does with such a one.
    fn rule(&self, entry: &TraceEntry) -> Option<&'static str> {
        if let What::Waiting(key, waiting) = &entry.what {
            return Some(self.wait_rule(*key, waiting));
        }
        // What an Event tells has a rule of its own beside that of the act that it followed.
        if let What::Write(change) = &entry.what
            && let Some(rule) = change.object().event().and_then(event_rule)
        {
            return Some(rule);
        }
        if let Some(rule) = entry.rule {
            return Some(rule.0);
        }
        match &entry.what {
            What::Command(command) => {
                let refused = self.refused(entry);
                let refused = refused.and_then(|one| self.refusal_rule(entry, command, &one));
                refused.or_else(|| command_rule(command, self.effect(entry)))
            }
            What::Machine(is_up) => Some(if *is_up { "NODE-RECOVER" } else { "NODE-FAIL" }),
            What::Write(_) | What::Refused(_) | What::Waiting(..) => None,
        }
    }

    fn sentence(&self, entry: &TraceEntry) -> Option<(Vec<Part>, Tone)> {
        Some(match &entry.what {
            What::Command(command) => return self.act(entry, command),
            What::Write(change) => return self.write(entry, change),
            What::Waiting(key, waiting) => {
                let is_stuck = self.wait_rule(*key, waiting) == AT_MOST_ONE;
                let tone = if is_stuck { Tone::Bad } else { Tone::Plain };
                (self.waiting(*key, waiting)?, tone)
            }
            // It is told with what was asked for.
            What::Refused(_) => return None,
            What::Machine(is_up) => {
                let Actor::Machine(node) = &entry.actor else { return None };
                // A machine that is new has its word when its kubelet registers it.
                if *is_up && self.is_new(node, entry.at) {
                    return None;
                }
                // Who took a machine away has said so.
                if !*is_up && self.is_removal(entry) {
                    return None;
                }
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
        })
    }

    /// What a person did, or tried to do.
    fn act(&self, entry: &TraceEntry, command: &Command) -> Option<(Vec<Part>, Tone)> {
        if removal_of(self.trace, entry).is_some() {
            return None;
        }
        if let Some(refused) = self.refused(entry) {
            return Some(self.tried(entry, command, &refused));
        }
        if self.is_idle(command, entry) {
            return None;
        }
        let mut told = self.command(command, self.effect(entry));
        told.extend(self.consequence(command).unwrap_or_default());
        Some((told, Tone::User))
    }

    /// Whether a command asked for what was so already: `kubectl apply` sends some objects again
    /// although nothing in them is new, and a machine that is off cannot fail.
    fn is_idle(&self, command: &Command, entry: &TraceEntry) -> bool {
        let is_change = match command {
            Command::Ask(action) => matches!(
                **action,
                Action::Update(..)
                    | Action::Patch(..)
                    | Action::PatchTree { .. }
                    | Action::PatchNamed(..)
            ),
            Command::Cordon(..)
            | Command::FailNode(_)
            | Command::KillNode(_)
            | Command::RecoverNode(_)
            | Command::StartNode(_) => true,
            _ => false,
        };
        let next = self.trace.entry(TraceId(entry.id.0 + 1));
        is_change && next.is_none_or(|next| next.cause != Some(entry.id))
    }

    /// The write that a command made at once.
    fn effect(&self, entry: &TraceEntry) -> Option<&Change> {
        let next = self.trace.entry(TraceId(entry.id.0 + 1))?;
        match &next.what {
            What::Write(change) if next.cause == Some(entry.id) => Some(change),
            _ => None,
        }
    }

    /// Whether a machine went because somebody took it away for good.
    fn is_removal(&self, entry: &TraceEntry) -> bool {
        let cause = entry.cause.and_then(|cause| self.trace.entry(cause));
        cause.is_some_and(|cause| {
            matches!(&cause.what, What::Command(one) if matches!(**one, Command::RemoveNode(_)))
        })
    }

    /// Whether no Node of a name was ever seen before a moment.
    fn is_new(&self, name: &str, at: SimTime) -> bool {
        let mut seen = self.known.objects.values();
        let is_seen = seen.any(|one| one.kind() == Kind::Node && *one.meta.name == *name);
        // What was there before the trace begins is in the store alone.
        let standing = self.view.named(Kind::Node, "", name);
        let is_older = standing
            .and_then(|one| one.meta.creation_timestamp)
            .is_some_and(|made| at.since_us(made) > SECOND_US);
        !is_seen && !is_older
    }

    /// Why somebody waits: for a Pod that is on its way out, or for one of which nobody can tell
    /// whether it has stopped.
    fn wait_rule(&self, key: Key, waiting: &Waiting) -> &'static str {
        let is_lost = || {
            let namespace = &self.object(key)?.meta.namespace;
            let node = self.find(Kind::Pod, namespace, &waiting.object)?.pod()?.node()?;
            let node = self.known.node(node).or_else(|| self.view.named(Kind::Node, "", node))?;
            let ready = condition(&node.node()?.status.conditions, "Ready")?;
            Some(ready.status == Truth::Unknown)
        };
        if waiting.rule.0 == WAIT_GONE && is_lost() == Some(true) {
            return AT_MOST_ONE;
        }
        waiting.rule.0
    }

    fn waiting(&self, key: Key, waiting: &Waiting) -> Option<Vec<Part>> {
        let owner = self.object(key)?;
        let is_gone = matches!(waiting.rule.0, WAIT_GONE | AT_MOST_ONE)
            && self
                .known
                .doubted
                .contains_key(&(owner.meta.namespace.clone(), waiting.object.clone()));
        // Who looks a moment late still sees a Pod that was removed by force.
        if is_gone {
            return None;
        }
        let name = self.by_name(Kind::Pod, &owner.meta.namespace, &waiting.object);
        let fill = [self.chip(owner), name];
        Some(match self.wait_rule(key, waiting) {
            WAIT_GONE => {
                self.parts("{} waits until {} is gone for certain.", "{} 等待确认 {} 已消失。", &fill)
            }
            AT_MOST_ONE => {
                let pod = self.find(Kind::Pod, &owner.meta.namespace, &waiting.object)?;
                let node = Self::named(Kind::Node, "", pod.pod()?.node()?);
                let [_, name] = fill;
                if pod.claims().next().is_some() {
                    let en = "{} is not replaced: nobody can confirm that it stopped on {}, and two {} on one disk could corrupt it.";
                    let zh = "{} 未被替换：无法确认它在 {} 上已停止，两个 {} 共用一块磁盘可能损坏数据。";
                    return Some(self.parts(en, zh, &[name.clone(), node, name]));
                }
                let en = "{} is not replaced: nobody can confirm that it stopped on {}, and there must never be two.";
                let zh = "{} 未被替换：无法确认它在 {} 上已停止，而同名的 Pod 绝不能有两个。";
                self.parts(en, zh, &[name, node])
            }
            "STS-WAIT-AVAILABLE" | "DS-WAIT-AVAILABLE" => self.parts(
                "{} waits until {} has been ready for long enough.",
                "{} 等待 {} 就绪足够长的时间。",
                &fill,
            ),
            "STS-WAIT-BEHIND" => self.parts(
                "{} waits for {} to be ready before it gets the new template; if it is broken, delete it.",
                "{} 等待 {} 就绪后才给它换上新模板；如果它有故障，请删除它。",
                &fill,
            ),
            "DS-WAIT-ROLL" | "DS-WAIT-GONE" => {
                return self.daemons_wait(waiting.rule.0, owner, &waiting.object, fill);
            }
            _ => self.waits_to_roll(owner, &waiting.object, &fill),
        })
    }

    fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::Person => self.pick("you", "你").to_owned(),
            Actor::Kubelet(node) => {
                self.lang.pick(format!("kubelet on {node}"), format!("{node} 上的 kubelet"))
            }
            Actor::Machine(node) => node.to_string(),
            Actor::Component(name) => match *name {
                "deployment-controller" => self.pick("Deployment controller", "Deployment 控制器"),
                "replicaset-controller" => self.pick("ReplicaSet controller", "ReplicaSet 控制器"),
                "replication-controller" => {
                    self.pick("ReplicationController", "ReplicationController 控制器")
                }
                "statefulset-controller" => {
                    self.pick("StatefulSet controller", "StatefulSet 控制器")
                }
                "daemonset-controller" => self.pick("DaemonSet controller", "DaemonSet 控制器"),
                "job-controller" => self.pick("Job controller", "Job 控制器"),
                "default-scheduler" => self.pick("scheduler", "调度器"),
                "attachdetach-controller" => self.pick("attach controller", "挂接控制器"),
                "persistentvolume-controller" => self.pick("volume controller", "卷控制器"),
                "endpoint-slice-controller" => {
                    self.pick("EndpointSlice controller", "EndpointSlice 控制器")
                }
                "endpoint-slice-mirroring-controller" => {
                    self.pick("EndpointSlice mirror", "EndpointSlice 镜像控制器")
                }
                "cronjob-controller" => self.pick("CronJob controller", "CronJob 控制器"),
                "csi-provisioner" => self.pick("volume provisioner", "卷制备器"),
                "disruption-controller" => self.pick("disruption controller", "中断预算控制器"),
                "ephemeral_volume" => self.pick("ephemeral volumes", "临时卷控制器"),
                "pvc-protection-controller" => self.pick("claim protection", "PVC 保护控制器"),
                "ttl-after-finished-controller" => self.pick("Job clean-up", "Job 清理控制器"),
                "volume_expand" => self.pick("volume expansion", "卷扩容控制器"),
                "garbage-collector" => self.pick("garbage collector", "垃圾回收"),
                "node-controller" => self.pick("node controller", "节点控制器"),
                "taint-eviction-controller" => self.pick("taint eviction", "污点驱逐"),
                "namespace-controller" => self.pick("namespace controller", "命名空间控制器"),
                "pod-garbage-collector-controller" => {
                    self.pick("Pod garbage collector", "Pod 垃圾回收")
                }
                other => other,
            }
            .to_owned(),
        }
    }

    /// Whom an entry is about: what its sentence names, and the workload behind a Pod.
    fn about(&self, entry: &TraceEntry, parts: &[Part]) -> Vec<ObjectRef> {
        let named = parts.iter().filter_map(|part| match part {
            Part::Object { object, .. } => Some(object.clone()),
            _ => None,
        });
        let mut about: Vec<ObjectRef> = named.collect();
        if let What::Write(change) = &entry.what
            && change.kind == Kind::Pod
        {
            let object = change.object();
            let (kind, name) = lane_of(object, self.view);
            if kind != LaneKind::BarePods {
                about.push(ObjectRef::new(kind.kind(), &object.meta.namespace, &name));
            }
        }
        about.extend(self.deployment_of(&about));
        about.dedup();
        about
    }

    /// What an entry comes to, for a summary of many.
    fn gist(&self, entry: &TraceEntry) -> Option<Gist> {
        let What::Write(change) = &entry.what else { return None };
        let object = change.object();
        let pod = object.pod()?;
        let was = |one: &Option<Rc<Object>>| {
            one.as_ref().and_then(|one| one.pod()).is_some_and(crate::api::pod::Pod::is_ready)
        };
        let (kind, lane) = lane_of(object, self.view);
        let namespace = &object.meta.namespace;
        let (name, lane) = (label_in(namespace, &object.meta.name), label_in(namespace, &lane));
        let is_stateful = kind.identity() == Identity::Stateful;
        let lane = if kind == LaneKind::BarePods { String::new() } else { lane };
        let what = if change.new.is_none() {
            crate::view::story::Came::Gone
        } else if !was(&change.old) && pod.is_ready() {
            crate::view::story::Came::Ready
        } else {
            return None;
        };
        Some(Gist { lane, name, is_stateful, what })
    }
}

/// A name with its namespace, where that is not the usual one.
pub(super) fn label_in(namespace: &str, name: &str) -> String {
    ObjectRef::new("", namespace, name).label()
}

/// What Kubernetes does with a person's act.
fn command_rule(command: &Command, effect: Option<&Change>) -> Option<&'static str> {
    Some(match command {
        Command::Apply(_) => "YOU-APPLY",
        Command::Scale { .. } => "YOU-SCALE",
        Command::Cordon(..) => "YOU-CORDON",
        Command::Delete { kind: Kind::Pod, grace_seconds: Some(0), .. } => "YOU-FORCE",
        Command::Delete { kind, .. } => deletion_rule(*kind),
        Command::FailNode(_) | Command::KillNode(_) => "NODE-FAIL",
        Command::RecoverNode(_) | Command::StartNode(_) => "NODE-RECOVER",
        Command::KillContainer { .. } => "YOU-KILL",
        Command::RestartManager => "YOU-RESTART",
        Command::SetProbe { .. } => "YOU-PROBE",
        Command::AddNode(_) => "NODE-REGISTER",
        Command::RemoveNode(_) => "NODE-REMOVED",
        Command::Ask(action) => match &**action {
            Action::Delete(key, options)
                if key.kind == Kind::Pod && options.grace_seconds == Some(0) =>
            {
                "YOU-FORCE"
            }
            Action::Delete(key, _) => deletion_rule(key.kind),
            Action::Evict(..) => "YOU-EVICT",
            _ => match effect.and_then(|change| Some((change.old.as_ref()?, change.new.as_ref()?)))
            {
                Some((old, new)) => changes_rule(old, new),
                None => "YOU-ASK",
            },
        },
        _ => return None,
    })
}

fn deletion_rule(kind: Kind) -> &'static str {
    match kind {
        Kind::Pod => "YOU-DELETE",
        Kind::PersistentVolumeClaim => "PVC-RELEASE",
        Kind::Namespace => "NS-DELETE",
        Kind::Deployment
        | Kind::ReplicaSet
        | Kind::ReplicationController
        | Kind::StatefulSet
        | Kind::DaemonSet
        | Kind::Job
        | Kind::CronJob => "GC-DELETE",
        _ => "YOU-ASK",
    }
}

fn changes_rule(old: &Object, new: &Object) -> &'static str {
    match (old.node(), new.node()) {
        (Some(old), Some(new)) if old.spec.unschedulable != new.spec.unschedulable => "YOU-CORDON",
        (Some(old), Some(new)) if old.spec.taints != new.spec.taints => {
            let is_new = |taint: &&Taint| !old.spec.taints.contains(taint);
            match new.spec.taints.iter().find(is_new) {
                Some(taint) if declares_out_of_service(taint, new) => "NODE-OUT-OF-SERVICE",
                _ => "YOU-TAINT",
            }
        }
        _ => "YOU-APPLY",
    }
}

/// What an Event without a rule of its own follows.
fn event_rule(event: &Event) -> Option<&'static str> {
    Some(match &*event.reason {
        "FailedMount" => "KUBELET-VOLUMES",
        "FailedAttachVolume" => "VOL-MULTI-ATTACH",
        "ProvisioningFailed" => "PVC-NO-CLASS",
        "FailedBinding" => "PVC-NO-VOLUME",
        "FailedCreate" | "ReplicaSetCreateError" => "OWN-REFUSED",
        _ => return None,
    })
}

/// A pattern whose `{}` are filled in turn.
pub(super) fn filled(pattern: &str, fill: &[Part]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut fill = fill.iter();
    for (index, mut text) in pattern.split("{}").enumerate() {
        if index > 0 {
            let next = fill.next();
            // What is left out ends the sentence by itself.
            if next.is_some_and(|part| part.text().ends_with('…')) {
                text = text.trim_start_matches(['.', '。']);
            }
            parts.extend(next.cloned());
        }
        if !text.is_empty() {
            parts.push(Part::Text(text.to_owned()));
        }
    }
    parts
}

/// The pattern for one thing or for several.
pub(super) const fn one_or_many<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// The beginning of a text, in whole words.
pub(super) fn first_words(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= most {
        return text.to_owned();
    }
    format!("{}…", words[..most].join(" "))
}
