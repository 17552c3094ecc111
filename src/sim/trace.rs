//! The trace: everything that happened, in order, each with its cause.
//!
//! Must not know how it is told. Invariant: a cause is always an earlier entry.

use std::rc::Rc;

use crate::base::{SimTime, Str};
use crate::server::{Change, Key, Refusal};
use crate::sim::{Command, Rule, Waiting};

/// An entry's number: its place in the trace.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TraceId(pub u32);

/// Who did it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    /// A person.
    Person,
    /// A controller, the scheduler or another part of the control plane, by name.
    Component(&'static str),
    /// The kubelet of a node.
    Kubelet(Str),
    /// A machine.
    Machine(Str),
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum What {
    /// A command was given.
    Command(Rc<Command>),
    /// A write was accepted.
    Write(Rc<Change>),
    /// A request was refused.
    Refused(Refusal),
    /// A controller waits.
    Waiting(Key, Waiting),
    /// A machine failed or came back.
    Machine(bool),
}

/// One entry.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TraceEntry {
    /// Its number.
    pub id: TraceId,
    /// When.
    pub at: SimTime,
    /// What led to it.
    pub cause: Option<TraceId>,
    /// Who.
    pub actor: Actor,
    /// What.
    pub what: What,
    /// By which rule.
    pub rule: Option<Rule>,
}

const CHUNK: usize = 1_024;

/// All entries. A clone shares every full chunk.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    full: Vec<Rc<Vec<TraceEntry>>>,
    tail: Vec<TraceEntry>,
}

impl Trace {
    /// Appends an entry and gives its number.
    pub fn push(
        &mut self,
        at: SimTime,
        cause: Option<TraceId>,
        actor: Actor,
        what: What,
        rule: Option<Rule>,
    ) -> TraceId {
        let id = TraceId(self.next());
        debug_assert!(cause.is_none_or(|cause| cause < id), "a cause comes first");
        self.tail.push(TraceEntry { id, at, cause, actor, what, rule });
        if self.tail.len() == CHUNK {
            let full = std::mem::replace(&mut self.tail, Vec::with_capacity(CHUNK));
            self.full.push(Rc::new(full));
        }
        id
    }

    /// The number that the next entry gets.
    pub fn next(&self) -> u32 {
        u32::try_from(self.len()).expect("a run ends before 2^32 entries")
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.full.len() * CHUNK + self.tail.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry with this number.
    pub fn entry(&self, id: TraceId) -> Option<&TraceEntry> {
        let index = id.0 as usize;
        match self.full.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK),
            None => self.tail.get(index - self.full.len() * CHUNK),
        }
    }

    /// All entries, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &TraceEntry> {
        self.full.iter().flat_map(|chunk| chunk.iter()).chain(self.tail.iter())
    }

    /// The entries from number `from` on.
    pub fn since(&self, from: u32) -> impl Iterator<Item = &TraceEntry> {
        (from..self.next()).filter_map(|id| self.entry(TraceId(id)))
    }

    /// Forgets every entry from number `len` on.
    pub fn truncate(&mut self, len: u32) {
        let len = len as usize;
        if len >= self.full.len() * CHUNK {
            self.tail.truncate(len - self.full.len() * CHUNK);
            return;
        }
        let chunk = self.full[len / CHUNK].clone();
        self.tail = chunk[..len % CHUNK].to_vec();
        self.full.truncate(len / CHUNK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truncated_trace_goes_on_where_it_was_cut() {
        let mut trace = Trace::default();
        for number in 0..3_000 {
            let id = trace.push(SimTime(number), None, Actor::Person, What::Machine(true), None);
            assert_eq!(u64::from(id.0), number);
        }
        trace.truncate(1_500);
        assert_eq!(trace.len(), 1_500);
        let id = trace.push(SimTime(9), None, Actor::Person, What::Machine(true), None);
        assert_eq!(id, TraceId(1_500));
        assert_eq!(trace.entry(TraceId(1_499)).map(|entry| entry.at), Some(SimTime(1_499)));
        assert_eq!(trace.since(1_499).count(), 2);
    }
}
