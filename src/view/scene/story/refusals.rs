//! What a person asked for in vain, as sentences: what it was, and why it was refused.
//!
//! Owns words only. Invariant: an act and its refusal are one sentence, and a refused act is never
//! told as done.

use super::commands::{kind_of, replicas, replicas_word};
use super::teller::{Teller, evicted, first_words, one_or_many};
use crate::api::value::Value;
use crate::api::{Body, FieldError, FieldErrorKind, Kind, Object};
use crate::base::Str;
use crate::server::{Action, Key, Refusal};
use crate::sim::{Actor, Command, TraceEntry, TraceId, What};
use crate::view::story::{Part, Tone};
use crate::view::words::forbidden::why_forbidden;
use std::rc::Rc;

/// Words of a reason: with what was asked for not more than thirty.
const REASON_WORDS: usize = 20;

/// What the server refused of a command.
pub(super) struct Refused<'a> {
    first: &'a Refusal,
    count: usize,
}

/// What was asked for: a pattern in both languages, and what fills it.
type Asked = (&'static str, &'static str, Vec<Part>);

const CHANGE: (&str, &str) = ("You tried to change {}{}", "你尝试修改 {}{}");

impl Teller<'_> {
    /// What was refused of a command: a person is answered at once.
    pub(super) fn refused(&self, entry: &TraceEntry) -> Option<Refused<'_>> {
        let next = (entry.id.0 + 1..).map_while(|id| self.trace.entry(TraceId(id)));
        let next =
            next.take_while(|one| one.at == entry.at && !matches!(one.what, What::Command(_)));
        let mut refused = next.filter_map(|one| match &one.what {
            What::Refused(refusal) if one.cause == Some(entry.id) && one.actor == Actor::Person => {
                Some(refusal)
            }
            _ => None,
        });
        let first = refused.next()?;
        Some(Refused { first, count: 1 + refused.count() })
    }

    /// What a person tried, and why it was refused.
    pub(super) fn tried(
        &self,
        entry: &TraceEntry,
        command: &Command,
        refused: &Refused<'_>,
    ) -> (Vec<Part>, Tone) {
        if let (Command::KillContainer { .. }, Refusal::BadRequest(_)) = (command, refused.first) {
            return (self.not_killed(entry.id, command), Tone::Bad);
        }
        let reason = |text: &str| Part::Strong(first_words(text, REASON_WORDS));
        let mut why = self.why(refused.first);
        let told = if let Command::Apply(objects) = command {
            let done = objects.len().saturating_sub(refused.count);
            if refused.count > 1 {
                let more = refused.count - 1;
                why = format!(
                    "{why}{}",
                    self.lang.pick(format!(" (and {more} more)"), format!("（另有 {more} 个）"),)
                );
            }
            let number = |count: usize| Part::Strong(count.to_string());
            let all = number(objects.len());
            if done > 0 {
                let en = "You applied {} of {} objects; refused: {}.";
                let zh = "你应用了 {} 个对象（共 {} 个）；被拒绝：{}。";
                return (self.parts(en, zh, &[number(done), all, reason(&why)]), Tone::User);
            }
            let en = one_or_many(
                objects.len(),
                "You tried to apply {} object; refused: {}.",
                "You tried to apply {} objects; refused: {}.",
            );
            self.parts(en, "你尝试应用 {} 个对象；被拒绝：{}。", &[all, reason(&why)])
        } else {
            if let Some(held) = self.held_back(entry, refused.first) {
                why = held;
            }
            let (en, zh, mut fill) = self.asked(command);
            fill.push(reason(&why));
            self.parts(&format!("{en}; refused: {{}}."), &format!("{zh}；被拒绝：{{}}。"), &fill)
        };
        (told, Tone::Bad)
    }

    /// The rule that refused a command; none where a part of it was done.
    pub(super) fn refusal_rule(
        &self,
        entry: &TraceEntry,
        command: &Command,
        refused: &Refused<'_>,
    ) -> Option<&'static str> {
        if matches!(command, Command::Apply(objects) if objects.len() > refused.count) {
            return None;
        }
        Some(match refused.first {
            Refusal::NotFound(..) => "API-NOT-FOUND",
            Refusal::AlreadyExists(..) => "API-NAME-TAKEN",
            Refusal::Conflict(..) => "API-CONFLICT",
            Refusal::Forbidden(_, _, why) => forbidding(why),
            Refusal::Invalid(_, _, errors) if errors.iter().all(is_fixed) => "API-FIXED",
            Refusal::TooManyRequests(_) => "YOU-EVICT",
            Refusal::BadRequest(_) => match command {
                Command::KillContainer { .. } if self.lost_node(entry.id, command).is_some() => {
                    "NODE-FAIL"
                }
                Command::KillContainer { .. } => "YOU-KILL",
                _ => "API-INVALID",
            },
            Refusal::Invalid(..) | Refusal::Unprocessable(_) | Refusal::Internal(_) => {
                "API-INVALID"
            }
        })
    }

    /// Why the server refused, as the end of a sentence.
    fn why(&self, refusal: &Refusal) -> String {
        let plain = |text: &str| text.trim_end_matches(['.', '。']).to_owned();
        match refusal {
            Refusal::NotFound(kind, name) if *kind != Kind::Other => {
                let kind = kind.name();
                self.lang
                    .pick(format!("{kind} {name} does not exist"), format!("{kind} {name} 不存在"))
            }
            Refusal::AlreadyExists(..) => {
                self.pick("the name is taken", "这个名字已被占用").to_owned()
            }
            Refusal::Conflict(..) => self
                .pick("somebody else changed it in the meantime", "在此期间它已被别人修改")
                .to_owned(),
            Refusal::Forbidden(_, _, why) => why_forbidden(why, self.lang),
            Refusal::Invalid(_, _, errors) => {
                let Some(first) = errors.first() else { return plain(&refusal.to_string()) };
                let (en, zh) = fixed_words(first).unwrap_or_else(|| first.sentences());
                let told = plain(&self.lang.pick(en, zh));
                match errors.len() - 1 {
                    0 => told,
                    more => self.lang.pick(
                        format!("{told} (and {more} more)"),
                        format!("{told}（另有 {more} 处）"),
                    ),
                }
            }
            other => plain(&other.to_string()),
        }
    }

    /// A Pod whose eviction a budget does not allow now: the budget's own count.
    fn held_back(&self, entry: &TraceEntry, refusal: &Refusal) -> Option<String> {
        let Refusal::TooManyRequests(_) = refusal else { return None };
        let object = self.object(evicted(entry)?)?;
        let covers = |one: &&Rc<Object>| {
            let selector = one.budget().and_then(|budget| budget.spec.selector.as_ref());
            one.meta.namespace == object.meta.namespace
                && selector.is_some_and(|selector| selector.is_met_by(&object.meta.labels))
        };
        let seen = self.known.latest(&covers);
        let standing = self.view.table(Kind::PodDisruptionBudget).iter();
        let found = seen.or_else(|| standing.into_iter().find(covers))?;
        let status = &found.budget()?.status;
        let (wanted, healthy) = (status.desired_healthy, status.current_healthy);
        let name = &found.meta.name;
        // An eviction that was allowed uses the budget up before the Pod is counted out.
        Some(if healthy > wanted {
            self.lang.pick(
                format!("budget {name} has just let another Pod go"),
                format!("中断预算 {name} 刚刚放行了另一个 Pod"),
            )
        } else {
            self.lang.pick(
                format!("budget {name} wants {wanted} healthy Pods and has {healthy}"),
                format!("中断预算 {name} 要求 {wanted} 个健康的 Pod，现有 {healthy} 个"),
            )
        })
    }

    /// What a command asked for.
    fn asked(&self, command: &Command) -> Asked {
        let node = |name: &Str| vec![Self::named(Kind::Node, "", name)];
        match command {
            Command::Ask(action) => self.asked_of_server(action),
            // It is told by itself, for it is about many objects.
            Command::Apply(_) => ("You tried to apply it", "你尝试应用它", Vec::new()),
            Command::Scale { kind, namespace, name, replicas } => {
                self.asked_scale(Self::named(*kind, namespace, name), *replicas)
            }
            Command::Delete { kind, namespace, name, grace_seconds, .. } => {
                asked_delete(*kind, self.by_name(*kind, namespace, name), *grace_seconds)
            }
            Command::Cordon(name, true) => ("You tried to cordon {}", "你尝试封锁 {}", node(name)),
            Command::Cordon(name, false) => {
                ("You tried to uncordon {}", "你尝试解除 {} 的封锁", node(name))
            }
            Command::FailNode(name) => {
                ("You tried to make {} fail", "你尝试让 {} 发生故障", node(name))
            }
            Command::KillNode(name) => {
                ("You tried to cut the power of {}", "你尝试切断 {} 的电源", node(name))
            }
            Command::RecoverNode(name) | Command::StartNode(name) => {
                ("You tried to bring {} back", "你尝试恢复 {}", node(name))
            }
            Command::AddNode(object) => {
                ("You tried to add {}", "你尝试添加 {}", node(&object.meta.name))
            }
            Command::RemoveNode(name) => ("You tried to remove {}", "你尝试移除 {}", node(name)),
            Command::KillContainer { namespace, pod, container } => {
                let pod = self.by_name(Kind::Pod, namespace, pod);
                let container = Part::Strong(container.to_string());
                let (en, zh) =
                    ("You tried to kill container {} of {}", "你尝试杀死容器 {}（属于 {}）");
                (en, zh, vec![container, pod])
            }
            Command::SetProbe { namespace, pod, .. } => {
                let pod = self.by_name(Kind::Pod, namespace, pod);
                ("You tried to set the readiness of {}", "你尝试改变 {} 的就绪探针", vec![pod])
            }
            Command::RestartManager
            | Command::HoldImage(..)
            | Command::Deal(..)
            | Command::DealRounds(..)
            | Command::DealBeats(..)
            | Command::Annotate(..) => {
                ("You tried to change how this run goes", "你尝试改变本次运行", Vec::new())
            }
        }
    }

    fn asked_of_server(&self, action: &Action) -> Asked {
        let known = |key: &Key| {
            let object = self.object(*key);
            object.map_or_else(|| Part::Strong(key.kind.name().to_owned()), |one| self.chip(one))
        };
        let change = |kind: Kind, chip: Part| (CHANGE.0, CHANGE.1, vec![kind_of(kind), chip]);
        match action {
            Action::Create(object) => {
                let fill = vec![kind_of(object.kind()), self.chip(object)];
                ("You tried to create {}{}", "你尝试创建 {}{}", fill)
            }
            Action::Delete(key, options) => {
                asked_delete(key.kind, known(key), options.grace_seconds)
            }
            Action::Evict(key, _) => ("You tried to evict {}", "你尝试驱逐 {}", vec![known(key)]),
            Action::Bind(_, node) => {
                let node = vec![Self::named(Kind::Node, "", node)];
                ("You tried to put a Pod on {}", "你尝试把一个 Pod 放到 {}", node)
            }
            Action::Update(object, _) => self
                .asked_update(object)
                .unwrap_or_else(|| change(object.kind(), self.chip(object))),
            Action::Patch(key, _) => change(key.kind, known(key)),
            Action::PatchTree { kind, namespace, name, patch, .. } => {
                let chip = self.by_name(*kind, namespace, name);
                let asked = self.asked_patch(patch, &chip);
                asked.unwrap_or_else(|| change(*kind, chip))
            }
            Action::PatchNamed(kind, namespace, name, _) => {
                change(*kind, self.by_name(*kind, namespace, name))
            }
            Action::Note(_) => ("You tried to record an Event", "你尝试记一条 Event", Vec::new()),
        }
    }

    fn asked_scale(&self, chip: Part, wanted: i32) -> Asked {
        let count = self.lang.pick(replicas_word(wanted), wanted.to_string());
        let fill = vec![chip, Part::Strong(count)];
        ("You tried to scale {} to {}", "你尝试把 {} 扩缩到 {} 个副本", fill)
    }

    /// What a whole object would have changed, where that is one thing.
    fn asked_update(&self, new: &Object) -> Option<Asked> {
        let old = self.find(new.kind(), &new.meta.namespace, &new.meta.name)?;
        let chip = self.chip(new);
        if let (Body::Node(old), Body::Node(new)) = (&old.body, &new.body) {
            return asked_node(
                (old.spec.unschedulable != new.spec.unschedulable)
                    .then_some(new.spec.unschedulable),
                old.spec.taints != new.spec.taints,
                chip,
            );
        }
        let wanted = replicas(new).filter(|wanted| replicas(old) != Some(*wanted))?;
        Some(self.asked_scale(chip, wanted))
    }

    /// The same of a patch.
    fn asked_patch(&self, patch: &Value, chip: &Part) -> Option<Asked> {
        let Value::Map(spec) = patch.at("spec")? else { return None };
        let ((field, value), 1) = (spec.iter().next()?, spec.len()) else { return None };
        match (&**field, value) {
            ("replicas", Value::Int(wanted)) => {
                Some(self.asked_scale(chip.clone(), i32::try_from(*wanted).ok()?))
            }
            ("unschedulable", on) => {
                asked_node(Some(*on == Value::Bool(true)), false, chip.clone())
            }
            ("taints", _) => asked_node(None, true, chip.clone()),
            _ => None,
        }
    }

    /// The node of the Pod whose container was to be killed, if its machine could not hear then.
    fn lost_node(&self, id: TraceId, command: &Command) -> Option<&Str> {
        let Command::KillContainer { namespace, pod, .. } = command else { return None };
        let node = self.find(Kind::Pod, namespace, pod)?.pod()?.node()?;
        let mut before = (0..id.0).rev().map_while(|id| self.trace.entry(TraceId(id)));
        let is_up = before.find_map(|one| match (&one.actor, &one.what) {
            (Actor::Machine(name), What::Machine(is_up)) if name == node => Some(*is_up),
            _ => None,
        });
        (is_up == Some(false)).then_some(node)
    }

    /// That a container was not killed, and why.
    fn not_killed(&self, id: TraceId, command: &Command) -> Vec<Part> {
        let Command::KillContainer { namespace, pod, container } = command else {
            return Vec::new();
        };
        let chip = self.by_name(Kind::Pod, namespace, pod);
        let container = Part::Strong(container.to_string());
        match self.lost_node(id, command) {
            Some(node) => self.parts(
                "You could not kill container {} of {}: {} is out of reach.",
                "无法杀死容器 {}（属于 {}）：{} 失去联系。",
                &[container, chip, Self::named(Kind::Node, "", node)],
            ),
            None => self.parts(
                "You could not kill container {} of {}: it does not run.",
                "无法杀死容器 {}（属于 {}）：它没有在运行。",
                &[container, chip],
            ),
        }
    }
}

fn asked_delete(kind: Kind, chip: Part, grace_seconds: Option<u32>) -> Asked {
    if kind == Kind::Pod && grace_seconds == Some(0) {
        return ("You tried to delete {} by force", "你尝试强制删除 {}", vec![chip]);
    }
    ("You tried to delete {}{}", "你尝试删除 {}{}", vec![kind_of(kind), chip])
}

/// What was asked of a node: whether to take Pods, or other taints.
fn asked_node(is_cordoned: Option<bool>, has_taints: bool, chip: Part) -> Option<Asked> {
    Some(match is_cordoned {
        Some(true) => ("You tried to cordon {}", "你尝试封锁 {}", vec![chip]),
        Some(false) => ("You tried to uncordon {}", "你尝试解除 {} 的封锁", vec![chip]),
        None if has_taints => {
            ("You tried to change the taints of {}", "你尝试修改 {} 的污点", vec![chip])
        }
        None => return None,
    })
}

/// Whether a mistake is about a field that can't change any more.
fn is_fixed(one: &FieldError) -> bool {
    one.detail.contains("immutable")
        || (one.kind == FieldErrorKind::Forbidden && one.detail.contains("updates "))
}

/// What the server says of fixed fields with the names of all that are not.
fn fixed_words(one: &FieldError) -> Option<(String, String)> {
    let en = if one.detail.starts_with("updates to statefulset spec") {
        "of its spec only replicas, template, updateStrategy and a few other fields may change"
    } else if one.detail.starts_with("pod updates may not change fields") {
        "of its spec only images, tolerations and a few other fields may change"
    } else {
        return None;
    };
    Some((en.to_owned(), one.chinese_detail()))
}

/// Which rule forbids.
fn forbidding(why: &str) -> &'static str {
    if why.starts_with("exceeded quota") || why.starts_with("failed quota") {
        "API-QUOTA"
    } else if why.contains(" usage per ") || why.contains("limit to request ratio") {
        "API-LIMITS"
    } else if why.contains("because it is being terminated") {
        "NS-DELETE"
    } else {
        "API-ADMISSION"
    }
}
