//! Many Pods of one workload to which the same happens at about the same time, as one sentence.
//!
//! Owns when entries are told together, in which words and in which order. It must not know the
//! engine. Invariant: a story about one object is told entry by entry, only Pods of which any one
//! will do are counted, and no effect is told before its cause.

use std::collections::{BTreeMap, BTreeSet};
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
    /// Their node is lost.
    Unready,
    /// Their node has been lost for too long.
    Evicted,
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
    until_us: u64,
    /// Their places among the told ones, oldest first.
    members: Vec<usize>,
    /// The groups that the nearest causes of its members belong to.
    causes: BTreeSet<usize>,
}

impl Group {
    fn first(&self) -> usize {
        self.members.first().copied().unwrap_or(0)
    }

    fn last(&self) -> usize {
        self.members.last().copied().unwrap_or(0)
    }

    fn is_many(&self) -> bool {
        self.members.len() >= MANY
    }
}

/// Where something is told: behind what stands at a place, and behind so many others there.
pub(super) type Place = (usize, usize);

/// Which entries are told together.
#[derive(Clone, Default)]
pub(super) struct Groups {
    all: Vec<Group>,
    /// The group of an entry, by the entry's identity.
    of: BTreeMap<u64, usize>,
    /// The group that the next of a subject may still join.
    open: BTreeMap<Subject, usize>,
    /// By the place of an entry that of its nearest cause which belongs to a group, and the group.
    above: Vec<Option<(usize, usize)>>,
}

impl Groups {
    /// Takes in an entry at its place, with its nearest cause that is told and that one's place.
    pub(super) fn add(&mut self, at: usize, entry: &Entry, cause: Option<(usize, u64)>) {
        if entry.tone == Tone::User {
            // What follows from another act is another thing.
            self.open.clear();
        }
        let above = cause.and_then(|(at, id)| {
            let own = self.of.get(&id).map(|group| (at, *group));
            own.or_else(|| self.above.get(at).copied().flatten())
        });
        self.above.push(above);
        let above = above.map(|(_, group)| group);
        let Some(subject) = subject(entry) else {
            // Told by itself it stands where it is: what led to it must have ended before.
            if let Some(above) = above.filter(|_| !self.open.is_empty()) {
                let led = self.led_to(above, 0);
                self.open.retain(|_, group| !led.contains(group));
            }
            return;
        };
        let may_join = |index: &usize| {
            let group = &self.all[*index];
            let is_near = entry.at_us < group.since_us.saturating_add(NEAR_US);
            let led = || above.map(|above| self.led_to(above, group.first()));
            // What a group led to is not told as part of it.
            is_near && led().is_none_or(|led| !led.contains(index))
        };
        let open = self.open.get(&subject).copied().filter(may_join);
        let index = open.unwrap_or(self.all.len());
        if open.is_none() {
            self.open.insert(subject.clone(), index);
            let (since_us, until_us) = (entry.at_us, entry.at_us);
            let (members, causes) = (Vec::new(), BTreeSet::new());
            self.all.push(Group { subject, since_us, until_us, members, causes });
        }
        let group = &mut self.all[index];
        group.members.push(at);
        group.until_us = entry.at_us;
        group.causes.extend(above);
        self.of.insert(entry.id, index);
    }

    /// A group and all that led to it, but for those that had ended before a place.
    fn led_to(&self, group: usize, place: usize) -> BTreeSet<usize> {
        let (mut found, mut next) = (BTreeSet::new(), vec![group]);
        while let Some(one) = next.pop() {
            if self.all[one].last() >= place && found.insert(one) {
                next.extend(&self.all[one].causes);
            }
        }
        found
    }

    /// Where an entry is told that is told by itself or for its whole group: never before what
    /// led to it, although that may be told with what came later.
    pub(super) fn place(&self, at: usize, entry: &Entry) -> Place {
        let own = [at];
        let members = self.of(entry).map_or(&own[..], |group| &group.members);
        self.behind(members, entry.at_us, &mut BTreeMap::new())
    }

    /// The place of entries that are told together at that of the last; what is found out about
    /// other groups is kept.
    fn behind(&self, members: &[usize], at_us: u64, known: &mut BTreeMap<usize, Place>) -> Place {
        let own = members.last().copied().unwrap_or(0);
        let mut place = (own, 0);
        for member in members {
            let mut next = self.above.get(*member).copied().flatten();
            while let Some((at, index)) = next {
                let group = &self.all[index];
                // What ended long before stands before in any case.
                if group.until_us.saturating_add(NEAR_US) < at_us {
                    break;
                }
                if !group.is_many() {
                    next = self.above.get(at).copied().flatten();
                    continue;
                }
                let (other, more) = known
                    .get(&index)
                    .copied()
                    .unwrap_or_else(|| self.behind(&group.members, group.until_us, known));
                known.insert(index, (other, more));
                if other > own {
                    place = place.max((other, more + 1));
                }
                break;
            }
        }
        place
    }

    /// The group of an entry that is one of many.
    fn of(&self, entry: &Entry) -> Option<&Group> {
        let group = self.all.get(*self.of.get(&entry.id)?)?;
        group.is_many().then_some(group)
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
            What::Unready => {
                ("{} Pods of {} are not ready any more.", "{} 个 {} 的 Pod 不再就绪。")
            }
            What::Evicted => (
                "{} Pods of {} are marked for deletion: they tolerated the loss of their node for \
                 long enough.",
                "{} 个 {} 的 Pod 被标记删除：容忍失联节点的时间到了。",
            ),
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
        ("NODE-POD-UNREADY", _) => What::Unready,
        ("TAINT-EVICT", _) => What::Evicted,
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

/// Several entries as one, which holds by a moment.
pub(super) fn told_together(newest: &Rc<Entry>, at_us: u64, parts: Vec<Part>) -> Entry {
    let about = newest.about.last().cloned().into_iter().collect();
    Entry { at_us, parts, about, gist: None, ..Entry::clone(newest) }
}
