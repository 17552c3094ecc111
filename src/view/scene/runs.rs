//! Several runs of one beginning: forked, kept, gone back to, and looked ahead of.
//!
//! Must not know the page. Invariant: the run on screen is the one that the caller holds; every
//! other one rests as it was left.

use std::rc::Rc;

use crate::base::SimTime;
use crate::cluster::Cluster;
use crate::sim::Command;
use crate::view::scene::record::Record;
use crate::view::scene::story::command_sentence;
use crate::view::timeline::chart::Branch;
use crate::view::timeline::window::tenths;
use crate::view::words::{Lang, views as words};

/// Runs that are kept at most.
pub const RUNS_MAX: usize = 6;

/// One run.
#[derive(Clone)]
struct Run {
    id: u32,
    letter: char,
    /// The runs that it came from and itself, each with the moment of its fork.
    lineage: Vec<(u32, u64)>,
    /// Its cluster while it rests.
    resting: Option<Cluster>,
}

/// A run as the page lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunView {
    /// Its number.
    pub id: u32,
    /// Its letter.
    pub letter: char,
    /// Whether it is the one on screen.
    pub is_current: bool,
    /// When it was forked; none for the first.
    pub forked_us: Option<u64>,
    /// When it and the one on screen parted.
    pub parted_us: u64,
    /// How far it came.
    pub reached_us: u64,
    /// What sets it apart from the one on screen.
    pub story: String,
}

/// What becomes of what a person did later when they act before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ahead {
    /// The run goes on under the first letter; all of it is kept under the second.
    Kept(char, char),
    /// There is no room for another run, so it is gone.
    Lost {
        /// The run that loses it.
        letter: char,
        /// When the first of those acts was given.
        at_us: u64,
        /// What it was, as a sentence.
        first: String,
        /// How many more there were.
        more: usize,
    },
}

/// All runs.
#[derive(Clone)]
pub struct Runs {
    all: Vec<Run>,
    current: u32,
    next: u32,
    /// The run that was closed last, and its place, while it can come back.
    closed: Option<(usize, Run)>,
}

impl Default for Runs {
    fn default() -> Self {
        let first = Run { id: 0, letter: 'A', lineage: vec![(0, 0)], resting: None };
        Self { all: vec![first], current: 0, next: 1, closed: None }
    }
}

impl Runs {
    /// The number of the run on screen.
    pub fn current(&self) -> u32 {
        self.current
    }

    /// The letter of a run.
    pub fn letter(&self, id: u32) -> Option<char> {
        self.run(id).map(|one| one.letter)
    }

    fn run(&self, id: u32) -> Option<&Run> {
        self.all.iter().find(|one| one.id == id)
    }

    fn run_mut(&mut self, id: u32) -> Option<&mut Run> {
        self.all.iter_mut().find(|one| one.id == id)
    }

    /// Forks the run on screen at its present moment; the fork takes its place there. None if
    /// there is no room for another.
    pub fn fork(&mut self, cluster: &mut Cluster) -> Option<u32> {
        if self.all.len() >= RUNS_MAX {
            return None;
        }
        let id = self.next;
        self.next += 1;
        let taken = |letter: &char| self.all.iter().all(|one| one.letter != *letter);
        let letter = ('A'..='Z').find(taken)?;
        let fork = cluster.fork();
        let at_us = fork.now().0;
        let old = std::mem::replace(cluster, fork);
        let parent = self.current;
        let parent = self.run_mut(parent)?;
        let mut lineage = parent.lineage.clone();
        lineage.push((id, at_us));
        parent.resting = Some(old);
        // Its letter and its room may be taken now.
        self.closed = None;
        self.all.push(Run { id, letter, lineage, resting: None });
        self.current = id;
        Some(id)
    }

    /// Keeps what a person did after the present moment, for an act now would take its place: the
    /// run goes on from here as a fork, and the one with those acts rests. None if nothing of the
    /// kind lies ahead.
    pub fn keep_ahead(&mut self, cluster: &mut Cluster, lang: Lang) -> Option<Ahead> {
        let (at, first) = cluster.ahead().next().map(|(at, one)| (at, Rc::clone(one)))?;
        let more = cluster.ahead().count() - 1;
        let letter = self.letter(self.current)?;
        if let Some(fork) = self.fork(cluster) {
            return Some(Ahead::Kept(self.letter(fork)?, letter));
        }
        let first = command_sentence(cluster, cluster.trace(), lang, (at, &first));
        Some(Ahead::Lost { letter, at_us: at.0, first, more })
    }

    /// Shows another run, at the present moment or as far as it came.
    pub fn switch(&mut self, id: u32, cluster: &mut Cluster) -> bool {
        if id == self.current {
            return false;
        }
        let Some(mut next) = self.run_mut(id).and_then(|one| one.resting.take()) else {
            return false;
        };
        let now = cluster.now();
        next.seek(now.min(next.end()));
        let old = std::mem::replace(cluster, next);
        let current = self.current;
        if let Some(run) = self.run_mut(current) {
            run.resting = Some(old);
        }
        self.current = id;
        true
    }

    /// Closes a run that is not on screen, and says its letter. It can come back until another
    /// one is made or closed, or until it is forgotten.
    pub fn close(&mut self, id: u32) -> Option<char> {
        let at = self.all.iter().position(|one| one.id == id && id != self.current)?;
        let run = self.all.remove(at);
        let letter = run.letter;
        self.closed = Some((at, run));
        Some(letter)
    }

    /// Brings back the run that was closed last, where it was; says whether there is one.
    pub fn reopen(&mut self) -> bool {
        let Some((at, run)) = self.closed.take() else { return false };
        self.all.insert(at.min(self.all.len()), run);
        true
    }

    /// Lets go of what was closed.
    pub fn forget_closed(&mut self) {
        self.closed = None;
    }

    /// A run that rests, as it was left.
    pub fn resting(&self, id: u32) -> Option<&Cluster> {
        self.run(id)?.resting.as_ref()
    }

    /// The runs as the page lists them.
    pub fn views(&self, cluster: &Cluster, lang: Lang) -> Vec<RunView> {
        let mine = self.run(self.current).map(|one| &*one.lineage).unwrap_or_default();
        let of = |id: u32| if id == self.current { Some(cluster) } else { self.resting(id) };
        let view = |one: &Run| {
            // Who went back and acted before the fork parted the two runs there.
            let moved = |forked_us: u64, other: u32| {
                let both = of(one.id).zip(of(other)).map(|(a, b)| first_different(a, b));
                both.and_then(|(a, b)| earliest(a, b)).map_or(forked_us, |at| at.min(forked_us))
            };
            let parted_us = moved(parted(&one.lineage, mine), self.current);
            let parent = one.lineage.len().checked_sub(2).map(|at| one.lineage[at].0);
            let forked = one.lineage.last().zip(parent);
            let story = one.resting.as_ref().map_or_else(String::new, |other| {
                let (own, without) = first_different(other, cluster);
                // What one run deleted stands in the other, which knows it by its short name.
                let own = own.map(|one| command_sentence(cluster, other.trace(), lang, one));
                let without =
                    without.map(|one| command_sentence(other, cluster.trace(), lang, one));
                let at = tenths(parted_us);
                let (own, without) = (own.as_deref(), without.as_deref());
                words::run_story(lang, &at, own, without, more(other, cluster))
            });
            RunView {
                id: one.id,
                letter: one.letter,
                is_current: one.id == self.current,
                forked_us: forked.map(|((_, at_us), parent)| moved(*at_us, parent)),
                parted_us,
                reached_us: of(one.id).map_or(0, |run| run.end().0),
                story,
            }
        };
        self.all.iter().map(view).collect()
    }
}

impl RunView {
    /// The run as the timeline draws it.
    pub fn branch(&self) -> Branch {
        Branch {
            id: self.id,
            letter: self.letter,
            parted_us: self.parted_us,
            story: self.story.clone(),
        }
    }
}

/// When two runs parted: at the earlier fork behind their last common run.
fn parted(a: &[(u32, u64)], b: &[(u32, u64)]) -> u64 {
    let common = a.iter().zip(b).take_while(|(a, b)| a.0 == b.0).count();
    let forks = [a.get(common), b.get(common)];
    forks.into_iter().flatten().map(|one| one.1).min().unwrap_or(0)
}

/// A command and its moment.
type Given<'a> = Option<(SimTime, &'a Rc<Command>)>;

/// The first command that one run has and the other has not, on either side.
fn first_different<'a>(a: &'a Cluster, b: &'a Cluster) -> (Given<'a>, Given<'a>) {
    let common = common(a, b);
    (a.commands().nth(common), b.commands().nth(common))
}

/// How many commands both runs began with.
fn common(a: &Cluster, b: &Cluster) -> usize {
    let is_same = |a: &(SimTime, &Rc<Command>), b: &(SimTime, &Rc<Command>)| {
        a.0 == b.0 && (Rc::ptr_eq(a.1, b.1) || a.1 == b.1)
    };
    a.commands().zip(b.commands()).take_while(|(a, b)| is_same(a, b)).count()
}

/// How many commands a run has besides the first that sets it apart from another.
fn more(a: &Cluster, b: &Cluster) -> usize {
    a.commands().count().saturating_sub(common(a, b) + 1)
}

fn earliest(a: Given<'_>, b: Given<'_>) -> Option<u64> {
    a.into_iter().chain(b).map(|(at, _)| at.0).min()
}

/// A look at what will be if nothing is changed: the same run, further on.
#[derive(Clone, Default)]
pub struct Outlook {
    of: Option<(u32, u64)>,
    ahead: Option<Cluster>,
    record: Record,
}

impl Outlook {
    /// Goes on looking, with at most `budget` steps; true once everything up to `to_us` is known.
    /// It begins anew when another run is on screen, when a command was given, or when the run
    /// itself has come further.
    pub fn look(&mut self, run: u32, cluster: &Cluster, to_us: u64, budget: u64) -> bool {
        let of = Some((run, cluster.edition()));
        let is_behind = self.ahead.as_ref().is_none_or(|ahead| ahead.now() < cluster.now());
        if self.of != of || is_behind {
            self.ahead = Some(cluster.clone());
            self.record = Record::default();
            self.of = of;
        }
        self.ahead
            .as_mut()
            .is_none_or(|ahead| ahead.now().0 >= to_us || ahead.run_until(SimTime(to_us), budget))
    }

    /// The run, as far ahead as it is known, with its record.
    pub fn read(&mut self) -> Option<(&Cluster, &Record)> {
        let ahead = self.ahead.as_ref()?;
        self.record.read(ahead);
        Some((ahead, &self.record))
    }

    /// Whether it is of this run, as its commands are now.
    pub fn is_of(&self, run: u32, cluster: &Cluster) -> bool {
        self.of == Some((run, cluster.edition()))
    }

    /// Up to which moment it is known.
    pub fn known_us(&self) -> u64 {
        self.ahead.as_ref().map_or(0, |ahead| ahead.now().0)
    }

    /// Forgets what was seen.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Another run, brought to the moment on screen to be compared.
#[derive(Clone)]
pub struct Companion {
    id: u32,
    edition: u64,
    cluster: Cluster,
    record: Record,
}

impl Companion {
    /// The run that is compared with.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Begins with a resting run.
    pub fn new(runs: &Runs, id: u32) -> Option<Self> {
        let cluster = runs.resting(id)?.clone();
        Some(Self { id, edition: cluster.edition(), cluster, record: Record::default() })
    }

    /// Whether it still is the run as it rests.
    pub fn is_of(&self, runs: &Runs) -> bool {
        runs.resting(self.id).is_some_and(|one| one.edition() == self.edition)
    }

    /// Goes towards a moment with at most `budget` steps; true once it is there.
    pub fn follow(&mut self, to_us: u64, budget: u64) -> bool {
        let to = SimTime(to_us);
        if self.cluster.now() > to {
            self.cluster.seek(to);
        }
        self.cluster.now() == to || self.cluster.run_until(to, budget)
    }

    /// The run at that moment with its record.
    pub fn read(&mut self) -> (&Cluster, &Record) {
        self.record.read(&self.cluster);
        (&self.cluster, &self.record)
    }
}
