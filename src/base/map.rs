//! The one persistent ordered map: a clone is a few pointers, a write copies one path.
//!
//! Hides the crate behind it. Invariant: iteration is in key order.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::RangeBounds;

use equivalent::Comparable;
use imbl::shared_ptr::RcK;

type Inner<K, V> = imbl::GenericOrdMap<K, V, RcK>;

/// A persistent map ordered by key.
#[derive(Clone)]
pub struct PMap<K, V>(Inner<K, V>);

impl<K, V> Default for PMap<K, V> {
    fn default() -> Self {
        PMap(Inner::new())
    }
}

impl<K: Ord + Clone, V: Clone> PMap<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value at `key`.
    pub fn get<Q: Comparable<K> + ?Sized>(&self, key: &Q) -> Option<&V> {
        self.0.get(key)
    }

    /// The value at `key`, to change in place.
    pub fn get_mut<Q: Comparable<K> + ?Sized>(&mut self, key: &Q) -> Option<&mut V> {
        self.0.get_mut(key)
    }

    /// Whether `key` has a value.
    pub fn contains_key<Q: Comparable<K> + ?Sized>(&self, key: &Q) -> bool {
        self.0.contains_key(key)
    }

    /// Sets the value at `key` and returns the one before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    /// Takes the value at `key` away.
    pub fn remove<Q: Comparable<K> + ?Sized>(&mut self, key: &Q) -> Option<V> {
        self.0.remove(key)
    }

    /// The value at `key`, put there first if it was missing.
    pub fn or_default(&mut self, key: &K) -> &mut V
    where
        V: Default,
    {
        if !self.0.contains_key(key) {
            self.0.insert(key.clone(), V::default());
        }
        self.0.get_mut(key).expect("the key was just put there")
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All entries in key order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.iter()
    }

    /// All keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.0.keys()
    }

    /// All values in key order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values()
    }

    /// The entries whose keys lie in `range`, in order.
    pub fn range<R: RangeBounds<K>>(&self, range: R) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.0.range(range)
    }

    /// The entry with the smallest key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.0.get_min().map(|(key, value)| (key, value))
    }

    /// The entry with the greatest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.0.get_max().map(|(key, value)| (key, value))
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for PMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        PMap(entries.into_iter().collect())
    }
}

impl<K: Ord + Clone + fmt::Debug, V: Clone + fmt::Debug> fmt::Debug for PMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Ord + Clone, V: Clone + PartialEq> PartialEq for PMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Ord + Clone, V: Clone + Eq> Eq for PMap<K, V> {}

/// By hand because the crate's own `Hash` is not promised to stay as it is: the length,
/// then each entry in key order.
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
    use super::*;

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
}
