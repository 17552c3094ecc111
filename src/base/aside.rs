//! A value that stands beside a state without being part of it: room to work in, work done.
//!
//! Must not know what it holds. Invariant: it changes no outcome, so it counts for no digest and
//! no comparison, and a copy starts empty.

use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

/// A value beside a state.
#[derive(Debug, Default)]
pub struct Aside<T>(T);

impl<T> Deref for Aside<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Aside<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Default> Clone for Aside<T> {
    fn clone(&self) -> Self {
        Aside(T::default())
    }
}

impl<T> PartialEq for Aside<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Aside<T> {}

impl<T> Hash for Aside<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest_of;

    #[test]
    fn it_is_no_part_of_a_state() {
        let mut one: Aside<Vec<u8>> = Aside::default();
        one.push(7);
        let other = one.clone();
        assert!(other.is_empty());
        assert_eq!(one, other);
        assert_eq!(digest_of(&one), digest_of(&other));
    }
}
