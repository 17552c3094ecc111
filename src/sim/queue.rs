//! The queue of events to come: a binary heap by time, then by order of arrival.
//!
//! Must not know what an event is. Invariant: two events of one moment come out in the order
//! in which they were put in.

use crate::base::SimTime;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Entry<E> {
    at: SimTime,
    order: u64,
    event: E,
}

/// Events by time.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct EventQueue<E> {
    heap: Vec<Entry<E>>,
    pushed: u64,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        EventQueue { heap: Vec::new(), pushed: 0 }
    }
}

impl<E> EventQueue<E> {
    /// Puts an event in.
    pub fn push(&mut self, at: SimTime, event: E) {
        let order = self.pushed;
        self.pushed += 1;
        self.heap.push(Entry { at, order, event });
        let mut child = self.heap.len() - 1;
        while child > 0 {
            let parent = (child - 1) / 2;
            if self.is_before(parent, child) {
                break;
            }
            self.heap.swap(parent, child);
            child = parent;
        }
    }

    /// Takes the next event out.
    pub fn pop(&mut self) -> Option<(SimTime, E)> {
        let last = self.heap.len().checked_sub(1)?;
        self.heap.swap(0, last);
        let entry = self.heap.pop()?;
        let mut parent = 0;
        loop {
            let left = 2 * parent + 1;
            if left >= self.heap.len() {
                break;
            }
            let right = left + 1;
            let child =
                if right < self.heap.len() && self.is_before(right, left) { right } else { left };
            if self.is_before(parent, child) {
                break;
            }
            self.heap.swap(parent, child);
            parent = child;
        }
        Some((entry.at, entry.event))
    }

    /// When the next event is due.
    pub fn next_at(&self) -> Option<SimTime> {
        self.heap.first().map(|entry| entry.at)
    }

    /// The events that wait, in no order that means anything.
    pub fn events(&self) -> impl Iterator<Item = &E> {
        self.heap.iter().map(|entry| &entry.event)
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether no event waits.
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    fn is_before(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.heap[a], &self.heap[b]);
        (a.at, a.order) < (b.at, b.order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    #[test]
    fn events_come_out_by_time_and_then_by_arrival() {
        let mut rng = Seed(5).stream("queue", 0);
        let mut queue = EventQueue::default();
        let mut expected: Vec<(SimTime, u64)> = Vec::new();
        for number in 0..2_000 {
            let at = SimTime(rng.below(50));
            queue.push(at, number);
            expected.push((at, number));
        }
        expected.sort_unstable();
        let drained: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(drained, expected);
    }
}
