//! The one persistent ordered map: a clone is a pointer, a write copies one path.
//!
//! Must not know what it holds. Invariant: iteration is in key order.

mod node;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Bound, RangeBounds};
use std::rc::Rc;

use equivalent::Comparable;

use node::{Iter, Node};

/// A persistent map ordered by key.
pub struct PMap<K, V> {
    root: Rc<Node<K, V>>,
    len: usize,
}

impl<K, V> Clone for PMap<K, V> {
    fn clone(&self) -> Self {
        PMap { root: Rc::clone(&self.root), len: self.len }
    }
}

impl<K, V> Default for PMap<K, V> {
    fn default() -> Self {
        PMap { root: Rc::new(Node::new()), len: 0 }
    }
}

impl<K: Ord + Clone, V: Clone> PMap<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value at `key`.
    pub fn get<Q: Comparable<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.root.get(key)
    }

    /// The value at `key`, to change in place.
    pub fn get_mut<Q: Comparable<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        if self.contains_key(key) { node::get_mut(&mut self.root, key) } else { None }
    }

    /// Whether `key` has a value.
    pub fn contains_key<Q: Comparable<K> + ?Sized>(&self, key: &Q) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value at `key` and returns the one before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let old = node::insert(&mut self.root, key, value);
        self.len += usize::from(old.is_none());
        old
    }

    /// Takes the value at `key` away.
    pub fn remove<Q: Comparable<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        // What is not there must not be looked for by copying a path.
        if !self.contains_key(key) {
            return None;
        }
        let old = node::remove(&mut self.root, key);
        self.len -= usize::from(old.is_some());
        old
    }

    /// The value at `key`, put there first if it was missing.
    pub fn or_default(&mut self, key: &K) -> &mut V
    where
        V: Default,
    {
        if !self.contains_key(key) {
            self.insert(key.clone(), V::default());
        }
        node::get_mut(&mut self.root, key).expect("the key was just put there")
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All entries in key order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        Iter::new(&self.root)
    }

    /// All keys in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// All values in key order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The entries whose keys lie in `range`, in order.
    pub fn range<R: RangeBounds<K>>(&self, range: R) -> impl Iterator<Item = (&K, &V)> {
        let from = Iter::from(&self.root, range.start_bound());
        from.take_while(move |(key, _)| match range.end_bound() {
            Bound::Included(end) => *key <= end,
            Bound::Excluded(end) => *key < end,
            Bound::Unbounded => true,
        })
    }

    /// The entry with the smallest key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.root.first()
    }

    /// The entry with the greatest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.root.last()
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for PMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = PMap::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

impl<K: Ord + Clone + fmt::Debug, V: Clone + fmt::Debug> fmt::Debug for PMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Ord + Clone, V: Clone + PartialEq> PartialEq for PMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.root, &other.root) || self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K: Ord + Clone, V: Clone + Eq> Eq for PMap<K, V> {}

/// The length, then each entry in key order: how the entries lie in nodes must not matter.
impl<K: Ord + Clone + Hash, V: Clone + Hash> Hash for PMap<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        for (key, value) in self.iter() {
            key.hash(state);
            value.hash(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::base::Seed;

    #[test]
    fn a_clone_keeps_what_the_original_forgets() {
        let mut map: PMap<u32, &str> = [(1, "a"), (2, "b")].into_iter().collect();
        let before = map.clone();
        map.remove(&1);
        map.insert(3, "c");
        assert_eq!(before.get(&1), Some(&"a"));
        assert_eq!(before.len(), 2);
        assert_eq!(map.keys().copied().collect::<Vec<_>>(), [2, 3]);
        assert_eq!(map.range(2..3).count(), 1);
    }

    #[test]
    fn it_holds_what_the_standard_map_holds_after_any_writes() {
        for (seed, keys) in [(1, 40), (2, 700), (3, 20_000)] {
            let mut rng = Seed(seed).stream("map", 0);
            let (mut map, mut model) = (PMap::new(), BTreeMap::new());
            let mut kept = Vec::new();
            for step in 0..6_000_u64 {
                let key = rng.below(keys);
                // Times of growth and of decline.
                let is_removal = rng.below(10) < if step / 1_500 % 2 == 0 { 3 } else { 8 };
                if is_removal {
                    assert_eq!(map.remove(&key), model.remove(&key));
                } else if step % 7 == 0 {
                    *map.or_default(&key) += step;
                    *model.entry(key).or_default() += step;
                } else {
                    assert_eq!(map.insert(key, step), model.insert(key, step));
                }
                assert_eq!(map.len(), model.len());
                if step % 500 == 0 {
                    kept.push((map.clone(), model.clone()));
                }
                if step % 50 == 0 {
                    check(&map, &model, rng.below(keys), rng.below(keys));
                }
            }
            for (map, model) in &kept {
                check(map, model, 0, keys);
            }
        }
    }

    #[test]
    fn it_holds_keys_that_come_and_go_in_order() {
        let (mut map, mut model) = (PMap::new(), BTreeMap::new());
        for key in (0..3_000).chain((0..3_000).rev()) {
            assert_eq!(map.insert(key, key), model.insert(key, key));
        }
        check(&map, &model, 70, 2_000);
        for key in 0..2_990 {
            assert_eq!(map.remove(&key), model.remove(&key));
            if key % 100 == 0 {
                check(&map, &model, key, key + 50);
            }
        }
        check(&map, &model, 0, 3_000);
    }

    #[test]
    fn it_holds_keys_that_go_from_either_end() {
        for is_from_behind in [false, true] {
            let keys = || 0..2_000_u64;
            let mut map: PMap<u64, u64> = keys().map(|key| (key, key)).collect();
            let mut model: BTreeMap<u64, u64> = keys().map(|key| (key, key)).collect();
            for step in keys() {
                let key = if is_from_behind { 1_999 - step } else { step };
                assert_eq!(map.remove(&key), model.remove(&key));
                assert_eq!(map.first(), model.first_key_value());
                assert_eq!(map.last(), model.last_key_value());
            }
            assert_eq!(map.insert(1, 2), None);
            check(&map, &[(1, 2)].into(), 0, 9);
        }
    }

    fn check(map: &PMap<u64, u64>, model: &BTreeMap<u64, u64>, one: u64, other: u64) {
        assert!(map.iter().eq(model.iter()));
        assert_eq!((map.first(), map.last()), (model.first_key_value(), model.last_key_value()));
        let (low, high) = (one.min(other), one.max(other));
        assert!(map.range(low..high).eq(model.range(low..high)));
        assert!(map.range(low..=high).eq(model.range(low..=high)));
        assert!(map.range(..low).eq(model.range(..low)));
        assert!(map.range(high..).eq(model.range(high..)));
        for key in [low, high] {
            assert_eq!(map.get(&key), model.get(&key));
        }
        let again: PMap<u64, u64> = model.iter().rev().map(|(key, value)| (*key, *value)).collect();
        assert!(again == *map);
    }
}
