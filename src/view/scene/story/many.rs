//! Many Pods of one workload to which the same happens at about the same time, as one sentence.
//!
//! Owns when entries are told together and in which words. It must not know the engine. Invariant:
//! a story about one object is told entry by entry, and only Pods of which any one will do are
//! counted.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::teller::filled;
use crate::base::SECOND_US;
use crate::view::Identity;
use crate::view::stage::ObjectRef;
use crate::view::story::{Came, Entry, Part, Tone};
use crate::view::words::Lang;

/// From how many on they are told together.
const MANY: usize = 5;
/// How long after the first of them the last may come.
const NEAR_US: u64 = 2 * SECOND_US;

/// What happens to each of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Created,
    Replaced,
    Placed,
    Ready,
    Stopped,
    Gone,
    /// A Service reaches more Pods, or fewer: the last number holds.
    Reached,
}

/// What happens, and to whose Pods.
type Subject = (What, ObjectRef);

/// Entries that are told together if they are many.
#[derive(Clone)]
struct Group {
    subject: Subject,
    since_us: u64,
    /// Their places among the told ones, oldest first.
    members: Vec<usize>,
}

/// Which entries are told together.
#[derive(Clone, Default)]
pub(super) struct Groups {
    all: Vec<Group>,
    /// The group of an entry, by the entry's identity.
    of: BTreeMap<u64, usize>,
    /// The group that the next of a subject may still join.
    open: BTreeMap<Subject, usize>,
}

impl Groups {
    /// Takes in an entry at its place.
    pub(super) fn add(&mut self, at: usize, entry: &Entry) {
        if entry.tone == Tone::User {
            // What follows from another act is another thing.
            self.open.clear();
        }
        let Some(subject) = subject(entry) else { return };
        let is_near = |group: &Group| entry.at_us < group.since_us.saturating_add(NEAR_US);
        let open = self.open.get(&subject).copied();
        let open = open.filter(|at| self.all.get(*at).is_some_and(is_near));
        let index = open.unwrap_or(self.all.len());
        if open.is_none() {
            self.open.insert(subject.clone(), index);
            self.all.push(Group { subject, since_us: entry.at_us, members: Vec::new() });
        }
        self.all[index].members.push(at);
        self.of.insert(entry.id, index);
    }

    /// The group of an entry that is one of many.
    fn of(&self, entry: &Entry) -> Option<&Group> {
        let group = self.all.get(*self.of.get(&entry.id)?)?;
        (group.members.len() >= MANY).then_some(group)
    }

    /// Whether an entry at a place is told by the newest of its group.
    pub(super) fn is_told_by_another(&self, at: usize, entry: &Entry) -> bool {
        self.of(entry).is_some_and(|group| group.members.last() != Some(&at))
    }

    /// The sentence of the whole group, in place of that of its newest entry.
    pub(super) fn sentence(&self, entry: &Entry, lang: Lang) -> Option<Vec<Part>> {
        let Group { subject: (what, workload), members, .. } = self.of(entry)?;
        let count = members.len();
        let (en, zh) = match what {
            What::Created => ("{} Pods of {} are created.", "创建了 {} 个 {} 的 Pod。"),
            What::Replaced => (
                "{} Pods of {} take the places at once: new names, nothing carried over.",
                "{} 个 {} 的 Pod 立即补位：新名字，什么都不继承。",
            ),
            What::Placed => ("{} Pods of {} get their nodes.", "{} 个 {} 的 Pod 有了节点。"),
            What::Ready => ("{} Pods of {} are ready.", "{} 个 {} 的 Pod 已就绪。"),
            What::Stopped => ("{} Pods of {} are told to stop.", "{} 个 {} 的 Pod 被要求停止。"),
            What::Gone => ("{} Pods of {} are gone.", "{} 个 {} 的 Pod 已消失。"),
            What::Reached => return None,
        };
        let chip = Part::Object {
            label: workload.label(),
            identity: Identity::of_kind(&workload.kind),
            object: workload.clone(),
        };
        Some(filled(lang.pick(en, zh), &[Part::Strong(count.to_string()), chip]))
    }
}

fn subject(entry: &Entry) -> Option<Subject> {
    let mut objects = entry.parts.iter().filter_map(|part| match part {
        Part::Object { object, identity, .. } => Some((object, *identity)),
        _ => None,
    });
    let (first, identity) = objects.next()?;
    let what = match (entry.rule.as_deref()?, entry.gist.as_ref().map(|gist| gist.what)) {
        ("EP-UPDATE", _) if &*first.kind == "Service" => {
            return Some((What::Reached, first.clone()));
        }
        (_, Some(Came::Ready)) => What::Ready,
        (_, Some(Came::Gone)) => What::Gone,
        ("RS-CREATE" | "DS-CREATE" | "JOB-CREATE", _) => What::Created,
        ("RS-REPLACE", _) => What::Replaced,
        ("SCHED-SPREAD" | "SCHED-ONLY" | "SCHED-NOMINATED", _) => What::Placed,
        (
            "RS-SCALE-DOWN" | "DS-DELETE" | "DS-ROLL" | "JOB-DELETE" | "GC-DELETE" | "NS-DELETE",
            _,
        ) => What::Stopped,
        _ => return None,
    };
    let is_any = &*first.kind == "Pod" && identity != Identity::Stateful;
    // The workload stands behind what the sentence names.
    let workload = entry.about.last().filter(|one| &*one.kind != "Pod" && &*one.kind != "Node")?;
    is_any.then(|| (what, workload.clone()))
}

/// Several entries as one.
pub(super) fn told_together(newest: &Rc<Entry>, parts: Vec<Part>) -> Entry {
    let about = newest.about.last().cloned().into_iter().collect();
    Entry { parts, about, gist: None, ..Entry::clone(newest) }
}
