//! The trace as sentences, each with the causes behind it.
//!
//! Must not know how they are shown. Invariant: what was told of an entry is kept and holds as
//! long as the trace is not cut, so that a long run is not told anew at every event.

mod commands;
mod containers;
mod jobs;
mod known;
mod many;
mod pods;
mod progress;
mod reasons;
mod refusals;
mod teller;
mod writes;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::Order as _;
use crate::base::{SECOND_US, SimTime, gather};
use crate::cluster::Cluster;
use crate::server::{Change, Key};
use crate::sim::{Actor, Command, Trace, TraceEntry, TraceId, What};
use crate::view::Identity;
use crate::view::stage::ObjectRef;
use crate::view::story::{Cause, Entry, Part, StoryView, Tone};
use crate::view::transport::{Mark, MarkKind, TransportView};
use crate::view::words::Lang;
use commands::removal_of;
use known::Known;
use many::{Groups, Place, told_together};
use teller::{AT_MOST_ONE, Teller, evicted};

/// Entries that the feed holds, and by how many it grows.
const FEED_STEP: usize = 60;
/// Steps back in a "why?" at most.
const CAUSES_MAX: usize = 30;
/// Marks that are nearer than this are one.
const NEAR_US: u64 = 300_000;

/// Who waits on whose behalf: actor, kind, namespace and name.
type Subject = (String, String, String, String);

/// Somebody waits.
#[derive(Clone)]
struct Wait {
    /// Where it is told.
    at: usize,
    /// Its entry.
    id: TraceId,
    /// For whom, where that can be seen.
    whom: Option<ObjectRef>,
}

/// How an object is drawn in a sentence about it.
fn shape(entry: &Entry, object: &ObjectRef) -> Identity {
    let drawn = entry.parts.iter().find_map(|part| match part {
        Part::Object { object: other, identity, .. } if other == object => Some(*identity),
        _ => None,
    });
    drawn.unwrap_or_else(|| Identity::of_kind(&object.kind))
}

/// Which objects a reader asks about first.
fn relevance(kind: &str) -> u8 {
    match kind {
        "Deployment"
        | "StatefulSet"
        | "DaemonSet"
        | "Job"
        | "CronJob"
        | "ReplicationController" => 0,
        "Pod" => 1,
        "PersistentVolumeClaim" => 2,
        "Node" => 3,
        "Service" => 4,
        _ => 5,
    }
}

/// What was told so far of one run, in one language.
#[derive(Clone, Default)]
pub struct Chronicle {
    lang: Lang,
    read: u32,
    turns: u64,
    known: Known,
    /// Every told entry, without its causes, oldest first.
    told: Vec<Rc<Entry>>,
    /// Those that were shown last, with their causes.
    whole: RefCell<BTreeMap<u64, Rc<Entry>>>,
    /// Where an entry of the trace stands among the told ones.
    by_id: BTreeMap<u32, usize>,
    /// What somebody said to wait for and has not got yet.
    waiting: BTreeMap<Subject, Wait>,
    /// What an entry had waited for.
    waited: BTreeMap<usize, usize>,
    marks: Vec<Mark>,
    /// How many acts the last mark stands for besides the first.
    merged: u32,
    /// What is told together.
    groups: Groups,
    /// The last write of each object.
    last: BTreeMap<Key, TraceId>,
    /// What stands for the cause that an entry lacks.
    instead: BTreeMap<u32, TraceId>,
}

impl Chronicle {
    /// Everything up to the present moment, in a language.
    pub fn of(cluster: &Cluster, lang: Lang) -> Self {
        let mut chronicle = Self::default();
        chronicle.read(cluster, lang);
        chronicle
    }

    /// Tells what was added to the trace since. A chronicle belongs to one run.
    pub fn read(&mut self, cluster: &Cluster, lang: Lang) {
        let trace = cluster.trace();
        let is_cut = self.turns != cluster.turns() || self.read > trace.next();
        if is_cut || self.lang != lang {
            *self = Self { lang, turns: cluster.turns(), ..Self::default() };
        }
        for entry in trace.since(self.read) {
            if let What::Write(change) = &entry.what {
                self.known.note(change, entry.rule);
                // A kubelet acts by its own clock; what it reports of a Pod follows from how the
                // Pod was before.
                let before = self.last.insert(change.key(), entry.id);
                if let Some(before) = before.filter(|_| entry.cause.is_none()) {
                    self.instead.insert(entry.id.0, before);
                }
            }
            if let Some(removal) = removal_of(trace, entry) {
                self.instead.insert(entry.id.0, removal);
            }
            // A drain asks again and again; what it is told each time is told once.
            if self.is_repeated(entry, trace) {
                continue;
            }
            let view = cluster.model().view();
            let teller = Teller { view, known: &self.known, trace, lang };
            if let Some(told) = teller.tell(entry) {
                self.add(entry, told, trace);
            }
            if let What::Write(change) = &entry.what {
                self.known.settle(change);
            }
        }
        self.read = trace.next();
    }

    /// Whether an entry is about an eviction that was refused before and is refused again.
    fn is_repeated(&mut self, entry: &TraceEntry, trace: &Trace) -> bool {
        if let Some(key) = evicted(entry) {
            let next = trace.entry(TraceId(entry.id.0 + 1));
            let answer = next.filter(|next| next.cause == Some(entry.id));
            let is_refused = answer.is_some_and(|one| matches!(one.what, What::Refused(_)));
            return self.known.note_eviction(key, is_refused) && is_refused;
        }
        false
    }

    fn add(&mut self, entry: &TraceEntry, told: Entry, trace: &Trace) {
        let at = self.told.len();
        self.by_id.insert(entry.id.0, at);
        self.mark(entry, &told);
        let actor = told.actor.clone();
        let mut subjects = told.about.iter().map(move |one| {
            let (kind, namespace) = (one.kind.to_string(), one.namespace.to_string());
            (actor.clone(), kind, namespace, one.name.to_string())
        });
        match &entry.what {
            What::Waiting(_, waiting) => {
                // The first is who waits, the second for whom.
                let is_timed = waiting.rule.0.ends_with("-WAIT-AVAILABLE");
                let whom = told.about.get(1).filter(|_| !is_timed).cloned();
                let wait = Wait { at, id: entry.id, whom };
                self.waiting.extend(subjects.take(1).map(|one| (one, wait.clone())));
            }
            What::Write(_) if told.rule.as_deref() == Some("SCHED-NO-NODE") => {
                let wait = Wait { at, id: entry.id, whom: None };
                self.waiting.extend(subjects.take(1).map(|one| (one, wait.clone())));
            }
            // Whoever tries again makes another object, which knows its workload alone.
            What::Write(_) if told.rule.as_deref() == Some("OWN-REFUSED") => {
                let wait = Wait { at, id: entry.id, whom: None };
                self.waiting.extend(subjects.map(|one| (one, wait.clone())));
            }
            What::Write(_) if matches!(entry.actor, Actor::Component(_)) => {
                let found = subjects.find_map(|one| self.waiting.remove(&one));
                if let Some(found) = found.filter(|wait| self.is_end_of(wait, entry, trace)) {
                    self.waited.insert(at, found.at);
                }
            }
            _ => {}
        }
        let cause = self.nearest(entry, trace);
        self.groups.add(at, &told, cause);
        self.told.push(Rc::new(told));
    }

    /// Whether somebody acts now because what was waited for has come: among the causes since must
    /// be something that happened to the one that was waited for.
    fn is_end_of(&self, wait: &Wait, entry: &TraceEntry, trace: &Trace) -> bool {
        let Some(whom) = &wait.whom else { return true };
        let is_about = |change: &Change| {
            let meta = &change.object().meta;
            change.kind.name() == &*whom.kind
                && meta.name == whom.name
                && meta.namespace == whom.namespace
        };
        let mut next = self.cause_of(entry);
        while let Some(cause) = next.filter(|id| *id > wait.id).and_then(|id| trace.entry(id)) {
            if matches!(&cause.what, What::Write(change) if is_about(change)) {
                return true;
            }
            next = self.cause_of(cause);
        }
        false
    }

    /// What led to an entry, or what stands for it.
    fn cause_of(&self, entry: &TraceEntry) -> Option<TraceId> {
        entry.cause.or(self.instead.get(&entry.id.0).copied())
    }

    /// The nearest cause of an entry that is told, by its place and its identity.
    fn nearest(&self, entry: &TraceEntry, trace: &Trace) -> Option<(usize, u64)> {
        let mut next = self.cause_of(entry);
        while let Some(id) = next {
            if let Some(at) = self.by_id.get(&id.0) {
                return Some((*at, u64::from(id.0)));
            }
            next = trace.entry(id).and_then(|one| self.cause_of(one));
        }
        None
    }

    fn mark(&mut self, entry: &TraceEntry, told: &Entry) {
        let kind = match told.tone {
            Tone::User => MarkKind::User,
            Tone::Bad => MarkKind::Bad,
            Tone::Plain => MarkKind::Event,
        };
        let is_loud = kind != MarkKind::Event || is_milestone(entry);
        let last = self.marks.last().map(|one| (one.at_us, one.kind));
        let is_near =
            last.is_some_and(|(at, old)| old == kind && told.at_us < at.saturating_add(NEAR_US));
        if is_near && kind == MarkKind::User {
            // One act may be several requests; their number stands beside the first.
            self.merged += 1;
            let merged = self.merged;
            if let Some(mark) = self.marks.last_mut() {
                let first = mark.label.trim_end_matches(['.', '。']);
                let first = first.rsplit_once(" +").map_or(first, |(first, _)| first);
                mark.label = format!("{first} +{merged}");
            }
        } else if is_loud && !is_near {
            self.merged = 0;
            let sentence = told.sentence();
            // A mark names what happened; what follows from it is the story's.
            let end = sentence.find(". ").map(|at| at + 1);
            let end = end.or(sentence.find('。').map(|at| at + '。'.len_utf8()));
            let label = end.map_or(&*sentence, |end| &sentence[..end]).to_owned();
            self.marks.push(Mark { at_us: told.at_us, kind, label });
        }
    }

    /// The story up to the present moment, newest first, of everything or of one object, and so
    /// many steps further back than usual.
    pub fn story(&self, cluster: &Cluster, about: Option<&ObjectRef>, earlier: u32) -> StoryView {
        let most = FEED_STEP * (1 + usize::try_from(earlier).unwrap_or(0));
        let is_meant = |one: &Rc<Entry>| about.is_none_or(|about| one.about.contains(about));
        let mine = self.told.iter().enumerate().rev().filter(|(_, one)| is_meant(one));
        let news: Vec<_> = mine.clone().take(FEED_STEP).map(|(_, one)| one.clone()).collect();
        let is_whole = about.is_none();
        let is_own = |(at, one): &(usize, &Rc<Entry>)| {
            !is_whole || !self.groups.is_told_by_another(*at, one)
        };
        let mut mine = mine.filter(is_own);
        let mut shown: Vec<_> =
            mine.by_ref().take(most).map(|one| (self.place(one, is_whole), one)).collect();
        let older = u32::try_from(mine.count()).unwrap_or(u32::MAX);
        // The newest first: turned round twice, what has one place keeps its order.
        shown.order_by_key(|(place, (at, _))| std::cmp::Reverse((*place, *at)));
        let mut known = self.whole.borrow_mut();
        let feed = shown.iter().map(|((at, _), (_, one))| {
            self.whole(cluster, &known, one, is_whole.then(|| self.told[*at].at_us))
        });
        let mut feed: Vec<_> = feed.collect();
        let held = self.held().filter(|one| is_meant(one));
        let held = held.map(|one| self.whole(cluster, &known, one, is_whole.then_some(one.at_us)));
        *known = gather(feed.iter().chain(&held).map(|one| (one.id, one.clone())));
        let now = match held {
            Some(held) => {
                feed.retain(|one| one.id != held.id);
                Some(held)
            }
            None => (!feed.is_empty()).then(|| feed.remove(large(&feed))),
        };
        StoryView { now, feed, news, older, subjects: self.subjects() }
    }

    /// Where an entry stands in the story of everything, or in that of one object.
    fn place(&self, (at, one): (usize, &Rc<Entry>), is_whole: bool) -> Place {
        if is_whole { self.groups.place(at, one) } else { (at, 0) }
    }

    /// An entry with its causes, or, in the story of everything, the sentence of all that are told
    /// together with it and the moment by which it holds. What is told of an entry and its causes never changes, so those that are still on the page are not
    /// put together again.
    fn whole(
        &self,
        cluster: &Cluster,
        known: &BTreeMap<u64, Rc<Entry>>,
        one: &Rc<Entry>,
        together_us: Option<u64>,
    ) -> Rc<Entry> {
        let sentence = |at_us| Some((at_us, self.groups.sentence(one, self.lang)?));
        let together = together_us.and_then(sentence);
        let told = together.map(|(at_us, parts)| Rc::new(told_together(one, at_us, parts)));
        let told = told.as_ref().unwrap_or(one);
        if let Some(known) = known
            .get(&one.id)
            .filter(|known| known.parts == told.parts && known.at_us == told.at_us)
        {
            return known.clone();
        }
        let (causes, waited) = (self.causes(cluster, one), self.waited_by(one));
        Rc::new(Entry { waited, causes, ..Entry::clone(told) })
    }

    /// What keeps a Pod from being replaced, for as long as it does and nobody acts: it matters
    /// more than what happens beside it.
    fn held(&self) -> Option<&Rc<Entry>> {
        let is_held = |wait: &&Wait| self.told[wait.at].rule.as_deref() == Some(AT_MOST_ONE);
        let held = self.waiting.values().filter(is_held).max_by_key(|wait| wait.at)?;
        let act = self.told.iter().rposition(|one| one.tone == Tone::User);
        (act < Some(held.at)).then(|| &self.told[held.at])
    }

    /// The latest objects that the story tells of, each with its shape: workloads first, then
    /// their Pods, disks and nodes, and last what stands between them.
    fn subjects(&self) -> Vec<(ObjectRef, Identity)> {
        const SUBJECTS_MAX: usize = 40;
        let mut found: Vec<(ObjectRef, Identity)> = Vec::new();
        for entry in self.told.iter().rev().take(2_000) {
            for one in &entry.about {
                match found.iter_mut().find(|(other, _)| other == one) {
                    // Not every sentence about a Pod knows its shape.
                    Some((_, known @ Identity::Neutral)) if &*one.kind == "Pod" => {
                        *known = shape(entry, one);
                    }
                    Some(_) => {}
                    None => found.push((one.clone(), shape(entry, one))),
                }
            }
            if found.len() >= SUBJECTS_MAX {
                break;
            }
        }
        found.order_by_key(|(one, _)| (relevance(&one.kind), one.clone()));
        found
    }

    /// What an entry's actor had waited for before it.
    fn waited_by(&self, entry: &Entry) -> Option<Box<Cause>> {
        let at = self.by_id.get(&u32::try_from(entry.id).ok()?)?;
        let found = self.told.get(*self.waited.get(at)?)?;
        Some(Box::new(cause(found, None)))
    }

    fn causes(&self, cluster: &Cluster, entry: &Entry) -> Vec<Cause> {
        let mut causes = Vec::new();
        let id = u32::try_from(entry.id).unwrap_or(u32::MAX);
        let mut next = cluster.trace().entry(TraceId(id)).and_then(|one| self.cause_of(one));
        while let Some(found) = next.and_then(|id| cluster.trace().entry(id)) {
            next = self.cause_of(found);
            let told = self.by_id.get(&found.id.0).and_then(|at| self.told.get(*at));
            let Some(told) = told else { continue };
            // The chain must end at the person's own act, however long it is.
            if causes.len() + 1 < CAUSES_MAX || found.actor == Actor::Person {
                causes.push(cause(told, self.waited_by(told)));
            }
        }
        causes
    }

    /// The clock and the marks of the scrubber.
    pub fn transport(&self, cluster: &Cluster) -> TransportView {
        TransportView {
            now_us: cluster.now().0,
            reached_us: cluster.end().0,
            marks: self.marks.clone(),
            caption: self.told.last().map_or_else(String::new, |one| one.sentence()),
        }
    }

    /// Every told entry, oldest first.
    pub fn entries(&self) -> &[Rc<Entry>] {
        &self.told
    }
}

/// Which of the newest entries is told large. That a Service reaches a Pod follows at once from
/// the Pod's being ready or gone, which tells more.
fn large(feed: &[Rc<Entry>]) -> usize {
    let is_echo = |one: &Entry| one.rule.as_deref() == Some("EP-UPDATE");
    let [newest, before, ..] = feed else { return 0 };
    let is_near = newest.at_us < before.at_us.saturating_add(SECOND_US);
    usize::from(is_echo(newest) && is_near && before.gist.is_some())
}

fn cause(told: &Entry, waited: Option<Box<Cause>>) -> Cause {
    Cause {
        at_us: told.at_us,
        actor: told.actor.clone(),
        parts: told.parts.clone(),
        rule: told.rule.clone(),
        meaning: told.meaning.clone(),
        url: told.url.clone(),
        waited,
    }
}

/// By which rules something comes about that a person waits for.
const MILESTONES: [&str; 7] = [
    "KUBELET-STATUS",
    "KUBELET-INIT",
    "KUBELET-SIDECAR",
    "KUBELET-GONE",
    "STS-SAME-NAME",
    "STS-STATUS",
    "NODE-LOST",
];

fn is_milestone(entry: &TraceEntry) -> bool {
    entry.rule.is_some_and(|rule| MILESTONES.contains(&rule.0))
}

/// Whether an entry is told as a sentence.
pub fn is_told(cluster: &Cluster, entry: &TraceEntry) -> bool {
    tell(cluster, entry, Lang::En).is_some()
}

/// An entry as a sentence with its actor, for a terminal.
pub fn sentence(cluster: &Cluster, entry: &TraceEntry, lang: Lang) -> Option<(String, String)> {
    let told = tell(cluster, entry, lang)?;
    Some((told.actor.clone(), told.sentence()))
}

/// An entry by itself, by what the cluster knows now.
fn tell(cluster: &Cluster, entry: &TraceEntry, lang: Lang) -> Option<Entry> {
    let (view, known) = (cluster.model().view(), &Known::default());
    Teller { view, known, trace: cluster.trace(), lang }.tell(entry)
}

/// A command that was given at a moment of a run, as a sentence: as tried where the run's trace
/// says that it was refused. Names are as a cluster knows them, which may be another run's.
pub(super) fn command_sentence(
    cluster: &Cluster,
    trace: &Trace,
    lang: Lang,
    (at, command): (SimTime, &Rc<Command>),
) -> String {
    let (view, known) = (cluster.model().view(), &Known::default());
    let teller = Teller { view, known, trace, lang };
    let is_it = |one: &&TraceEntry| matches!(&one.what, What::Command(one) if one == command);
    let here = trace.since(first_at(trace, at)).take_while(|one| one.at == at);
    let entry = { here }.find(is_it);
    let tried = entry.and_then(|one| Some(teller.tried(one, command, &teller.refused(one)?).0));
    let parts = tried.unwrap_or_else(|| teller.command(command, None));
    parts.iter().map(Part::text).collect()
}

/// The number of the first entry at a moment or after it.
fn first_at(trace: &Trace, at: SimTime) -> u32 {
    let (mut from, mut to) = (0, trace.next());
    while from < to {
        let middle = from + (to - from) / 2;
        if trace.entry(TraceId(middle)).is_some_and(|one| one.at < at) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}
