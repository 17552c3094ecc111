//! The trace: everything that happened, in order, each with its cause.
//!
//! Must not know how it is told. Invariants: a cause is always an earlier entry; entries that lie
//! ahead after going back are written again just as they stand.

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

/// All entries up to the present moment. A clone shares every full chunk.
///
/// After going back the entries ahead are kept but not seen, so that going forward again need not
/// make them anew.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    full: Vec<Rc<Vec<TraceEntry>>>,
    tail: Vec<TraceEntry>,
    /// How many entries are seen.
    seen: u32,
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
        let id = TraceId(self.seen);
        debug_assert!(cause.is_none_or(|cause| cause < id), "a cause comes first");
        let entry = TraceEntry { id, at, cause, actor, what, rule };
        self.seen = self.seen.checked_add(1).expect("a run ends before 2^32 entries");
        if let Some(known) = self.stored(id) {
            debug_assert_eq!(*known, entry, "what lies ahead happens as it did");
            return id;
        }
        self.tail.push(entry);
        if self.tail.len() == CHUNK {
            let full = std::mem::replace(&mut self.tail, Vec::with_capacity(CHUNK));
            self.full.push(Rc::new(full));
        }
        id
    }

    /// The number that the next entry gets.
    pub fn next(&self) -> u32 {
        self.seen
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.seen as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.seen == 0
    }

    fn stored(&self, id: TraceId) -> Option<&TraceEntry> {
        let index = id.0 as usize;
        match self.full.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK),
            None => self.tail.get(index - self.full.len() * CHUNK),
        }
    }

    /// The entry with this number.
    pub fn entry(&self, id: TraceId) -> Option<&TraceEntry> {
        if id.0 < self.seen { self.stored(id) } else { None }
    }

    /// All entries, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &TraceEntry> {
        let (chunks, rest) = (self.len() / CHUNK, self.len() % CHUNK);
        let whole = self.full.iter().take(chunks).flat_map(|chunk| chunk.iter());
        let last = self.full.get(chunks).map_or(&self.tail, |chunk| chunk);
        whole.chain(last[..rest].iter())
    }

    /// The entries from number `from` on.
    pub fn since(&self, from: u32) -> impl Iterator<Item = &TraceEntry> {
        (from..self.next()).filter_map(|id| self.entry(TraceId(id)))
    }

    /// Shows the entries before number `len`, of those that are kept.
    pub(super) fn show(&mut self, len: u32) {
        let kept = self.full.len() * CHUNK + self.tail.len();
        assert!(len as usize <= kept, "what is shown has happened");
        self.seen = len;
    }

    /// Forgets the entries that lie ahead.
    pub(super) fn forget_ahead(&mut self) {
        let (chunks, rest) = (self.len() / CHUNK, self.len() % CHUNK);
        if let Some(chunk) = self.full.get(chunks) {
            self.tail = chunk[..rest].to_vec();
            self.full.truncate(chunks);
        } else {
            self.tail.truncate(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(trace: &mut Trace, at: u64) -> TraceId {
        trace.push(SimTime(at), None, Actor::Person, What::Machine(true), None)
    }

    fn of_three_thousand() -> Trace {
        let mut trace = Trace::default();
        for number in 0..3_000 {
            assert_eq!(u64::from(push(&mut trace, number).0), number);
        }
        trace
    }

    #[test]
    fn a_trace_that_was_cut_goes_on_where_it_was_cut() {
        let mut trace = of_three_thousand();
        trace.show(1_500);
        trace.forget_ahead();
        assert_eq!(trace.len(), 1_500);
        assert_eq!(push(&mut trace, 9), TraceId(1_500));
        assert_eq!(trace.entry(TraceId(1_499)).map(|entry| entry.at), Some(SimTime(1_499)));
        assert_eq!(trace.entry(TraceId(1_500)).map(|entry| entry.at), Some(SimTime(9)));
        assert_eq!(trace.since(1_499).count(), 2);
    }

    #[test]
    fn what_lies_ahead_is_kept_and_not_seen() {
        let mut trace = of_three_thousand();
        for len in [0, 1, 1_023, 1_024, 1_025, 2_048, 2_999, 3_000] {
            trace.show(len);
            assert_eq!(trace.next(), len);
            assert_eq!(trace.entry(TraceId(len)), None);
            assert_eq!(
                trace.iter().map(|entry| entry.id.0).collect::<Vec<_>>(),
                (0..len).collect::<Vec<_>>()
            );
            assert_eq!(trace.iter().next_back().map(|entry| entry.id.0), len.checked_sub(1));
            assert_eq!(trace.since(len.saturating_sub(2)).count(), trace.len().min(2));
        }
        trace.show(1_500);
        assert_eq!(push(&mut trace, 1_500), TraceId(1_500));
        trace.show(2_900);
        assert_eq!(trace.entry(TraceId(2_000)).map(|entry| entry.at), Some(SimTime(2_000)));
    }
}
