//! A run that can be moved in time: checkpoints, commands given, seek and fork.
//!
//! Must not know what the model is. Invariant: seeking to a moment, back or ahead, gives the same
//! digest and the same trace as running to it.

use std::hash::Hash;
use std::rc::Rc;

use crate::base::{SimTime, digest_of};
use crate::sim::{Command, Trace};

/// What history moves in time.
pub trait Model: Clone + Hash {
    /// What a command is answered with.
    type Reply;
    /// The present moment.
    fn now(&self) -> SimTime;
    /// When the next event is due.
    fn next_at(&self) -> Option<SimTime>;
    /// Carries the next event out; false if there is none.
    fn step(&mut self, trace: &mut Trace) -> bool;
    /// Lets time pass until `to` without an event.
    fn wait(&mut self, to: SimTime);
    /// What a copy of the model costs, in events: as many are worth one.
    fn copy_cost(&self) -> u64;
    /// Carries a command out at the present moment.
    fn submit(&mut self, command: &Rc<Command>, trace: &mut Trace) -> Self::Reply;
}

#[derive(Clone, Debug)]
struct Checkpoint<M> {
    model: M,
    events: u64,
    commands: u32,
    trace: u32,
}

#[derive(Clone, Debug)]
struct Given {
    at: SimTime,
    after_events: u64,
    command: Rc<Command>,
}

/// Events between two checkpoints while they are young.
const CHECKPOINT_EVENTS: u64 = 1_000;
/// Checkpoints kept; beyond, every second one is dropped.
const CHECKPOINTS_MAX: usize = 96;

/// A run with its past.
#[derive(Clone, Debug)]
pub struct History<M> {
    model: M,
    trace: Trace,
    events: u64,
    commands: Vec<Given>,
    commands_done: u32,
    checkpoints: Vec<Rc<Checkpoint<M>>>,
    spacing: u64,
    end: SimTime,
    edition: u64,
    turns: u64,
}

impl<M: Model> History<M> {
    /// A run that starts with `model`.
    pub fn new(model: M) -> History<M> {
        let mut history = History {
            end: model.now(),
            model,
            trace: Trace::default(),
            events: 0,
            commands: Vec::new(),
            commands_done: 0,
            checkpoints: Vec::new(),
            spacing: CHECKPOINT_EVENTS,
            edition: 0,
            turns: 0,
        };
        history.keep_checkpoint();
        history
    }

    /// The present state.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// What happened up to the present moment.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The present moment.
    pub fn now(&self) -> SimTime {
        self.model.now()
    }

    /// The latest moment that was reached, which may lie ahead after a seek.
    pub fn end(&self) -> SimTime {
        self.end.max(self.now())
    }

    /// How many events were carried out up to now.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// The commands of the whole run with their moments, oldest first, also those that lie ahead
    /// after a seek.
    pub fn commands(&self) -> impl Iterator<Item = (SimTime, &Rc<Command>)> {
        self.commands.iter().map(|given| (given.at, &given.command))
    }

    /// The commands that lie ahead after a seek, with their moments: another one given now takes
    /// their place.
    pub fn ahead(&self) -> impl Iterator<Item = (SimTime, &Rc<Command>)> {
        self.commands().skip(self.commands_done as usize)
    }

    /// How often a command was given: while it stays the same, so does what is going to happen.
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// How often the trace was cut by going back: while it stays the same, what was read of the
    /// trace still holds.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// The digest of the present state.
    pub fn digest(&self) -> u64 {
        digest_of(&self.model)
    }

    /// A second run with the same past, which goes its own way from now on.
    #[must_use]
    pub fn fork(&self) -> History<M> {
        let mut fork = self.clone();
        fork.forget_future();
        fork
    }

    /// Gives a command now. What lay ahead after a seek is forgotten.
    pub fn submit(&mut self, command: Command) -> M::Reply {
        self.forget_future();
        self.edition += 1;
        let command = Rc::new(command);
        let given =
            Given { at: self.now(), after_events: self.events, command: Rc::clone(&command) };
        self.commands.push(given);
        self.commands_done += 1;
        self.model.submit(&command, &mut self.trace)
    }

    fn forget_future(&mut self) {
        self.commands.truncate(self.commands_done as usize);
        self.end = self.now();
        self.trace.forget_ahead();
        let events = self.events;
        self.checkpoints.retain(|one| one.events <= events);
    }

    fn keep_checkpoint(&mut self) {
        self.checkpoints.push(Rc::new(Checkpoint {
            model: self.model.clone(),
            events: self.events,
            commands: self.commands_done,
            trace: self.trace.next(),
        }));
        if self.checkpoints.len() > CHECKPOINTS_MAX {
            let mut index = 0_u32;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing *= 2;
        }
    }

    /// The next recorded command, if it is due before the next event.
    fn due_command(&self) -> Option<&Given> {
        self.commands
            .get(self.commands_done as usize)
            .filter(|given| given.after_events <= self.events)
    }

    /// When something happens next.
    pub fn next_at(&self) -> Option<SimTime> {
        self.due_command().map(|given| given.at).or_else(|| self.model.next_at())
    }

    /// Carries out what is next: a recorded command or an event. False if there is nothing.
    pub fn step(&mut self) -> bool {
        if let Some(given) = self.due_command().cloned() {
            self.model.wait(given.at);
            self.commands_done += 1;
            self.model.submit(&given.command, &mut self.trace);
            return true;
        }
        if !self.model.step(&mut self.trace) {
            return false;
        }
        self.events += 1;
        let last = self.checkpoints.last().map_or(0, |one| one.events);
        if self.events >= last + self.spacing && self.events >= last + self.model.copy_cost() {
            self.keep_checkpoint();
        }
        true
    }

    /// Runs to the moment `to`, with at most `budget` steps; true if it was reached.
    pub fn run_until(&mut self, to: SimTime, budget: u64) -> bool {
        for _ in 0..budget {
            match self.next_at() {
                Some(at) if at <= to => drop(self.step()),
                _ => {
                    self.model.wait(to);
                    self.end = self.end.max(to);
                    return true;
                }
            }
        }
        self.next_at().is_none_or(|at| at > to) && {
            self.model.wait(to);
            true
        }
    }

    /// Goes to the moment `to`, back or forward.
    pub fn seek(&mut self, to: SimTime) {
        self.begin_seek(to);
        while !self.run_until(to, u64::MAX) {}
    }

    /// Goes as near to the moment `to` as is possible at once; `run_until` goes the rest of the
    /// way, in as many turns as its caller likes.
    pub fn begin_seek(&mut self, to: SimTime) {
        self.end = self.end();
        self.restore(to < self.now(), |one| one.model.now() <= to);
    }

    /// Goes to the state after exactly `events` events, back or forward.
    pub fn seek_event(&mut self, events: u64) {
        self.end = self.end();
        self.restore(events < self.events, |one| one.events <= events);
        while self.events < events && self.step() {}
    }

    /// Goes to the nearest checkpoint before a moment: back, or ahead if one lies between.
    fn restore(&mut self, is_back: bool, fits: impl Fn(&Checkpoint<M>) -> bool) {
        // A checkpoint of the very moment may lie before later events of that moment, never
        // after them: the last that fits is the nearest.
        let found = self.checkpoints.iter().rev().find(|one| fits(one));
        let checkpoint = Rc::clone(found.expect("the first checkpoint stands at the start"));
        if !is_back && checkpoint.events <= self.events {
            return;
        }
        self.model = checkpoint.model.clone();
        self.events = checkpoint.events;
        self.commands_done = checkpoint.commands;
        self.trace.show(checkpoint.trace);
        self.turns += u64::from(is_back);
    }
}
