//! Sorting, stable, with code that is written once and not once for every type.
//!
//! The standard library's sorts are faster on many thousands of items, but each use of one
//! with another type brings about 4 kB of code, and the page travels. Must not know what is
//! sorted. Invariant: equal items keep their order.

use std::cmp::Ordering;

/// Lists of up to so many items are sorted in place.
const SMALL: usize = 16;

/// A list that can be put in order.
trait Line {
    /// How the items at two places stand to each other.
    fn compare(&self, a: usize, b: usize) -> Ordering;
    /// Changes the places of two items.
    fn swap(&mut self, a: usize, b: usize);
}

struct By<'a, T, F>(&'a mut [T], F);

impl<T, F: Fn(&T, &T) -> Ordering> Line for By<'_, T, F> {
    fn compare(&self, a: usize, b: usize) -> Ordering {
        (self.1)(&self.0[a], &self.0[b])
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.0.swap(a, b);
    }
}

/// What can be put in order.
pub trait Order<T> {
    /// Puts the items in the order that `compare` tells; equal ones stay in theirs.
    fn order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    /// Puts the items in the order of a key of theirs.
    fn order_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }

    /// Puts the items in their own order.
    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(Ord::cmp);
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        let len = self.len();
        if len > 1 {
            sort(len, &mut By(self, compare));
        }
    }
}

/// What the items make, taken one by one: collecting a map sorts all its entries first, with
/// code of its own for every type of entry and every way they come.
pub fn gather<C: Default + Extend<T>, T>(items: impl IntoIterator<Item = T>) -> C {
    let mut all = C::default();
    all.extend(items);
    all
}

fn sort(len: usize, line: &mut dyn Line) {
    if len <= SMALL {
        for end in 1..len {
            let mut at = end;
            while at > 0 && line.compare(at - 1, at) == Ordering::Greater {
                line.swap(at - 1, at);
                at -= 1;
            }
        }
    } else if (1..len).any(|at| line.compare(at - 1, at) == Ordering::Greater) {
        let mut places: Vec<usize> = (0..len).collect();
        merge_sort(&mut places, &mut vec![0; len], line);
        arrange(&mut places, line);
    }
}

/// Sorts places by what stands there.
fn merge_sort(places: &mut [usize], spare: &mut [usize], line: &dyn Line) {
    let half = places.len() / 2;
    if half == 0 {
        return;
    }
    let (left, right) = places.split_at_mut(half);
    merge_sort(left, spare, line);
    merge_sort(right, spare, line);
    if line.compare(left[half - 1], right[0]) != Ordering::Greater {
        return;
    }
    let left = &mut spare[..half];
    left.copy_from_slice(&places[..half]);
    let (mut from_left, mut from_right) = (0, half);
    let mut at = 0;
    while from_left < half {
        let is_right = from_right < places.len()
            && line.compare(left[from_left], places[from_right]) == Ordering::Greater;
        places[at] = if is_right { places[from_right] } else { left[from_left] };
        if is_right {
            from_right += 1;
        } else {
            from_left += 1;
        }
        at += 1;
    }
}

/// Brings to each place what stands at the place that is named there.
fn arrange(places: &mut [usize], line: &mut dyn Line) {
    for start in 0..places.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut places[at], at);
            if from == start {
                break;
            }
            line.swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    #[test]
    fn every_length_is_sorted_as_the_standard_library_sorts_it() {
        let mut rng = Seed(7).stream("order", 0);
        for len in 0..200 {
            for kinds in [1, 2, 7, 1_000] {
                let mut list: Vec<(u64, usize)> =
                    (0..len).map(|place| (rng.below(kinds), place)).collect();
                let mut expected = list.clone();
                expected.sort_by_key(|one| one.0);
                list.order_by_key(|one| one.0);
                assert_eq!(list, expected, "{len} items of {kinds} kinds");
                expected.sort_by(|a, b| b.cmp(a));
                list.order_by(|a, b| b.cmp(a));
                assert_eq!(list, expected, "{len} items of {kinds} kinds");
            }
        }
    }
}
