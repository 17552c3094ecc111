//! The lowest floor: time, randomness, stable hashing, shared strings and the persistent map.
//!
//! Knows nothing of Kubernetes. Invariant: nothing here reads a clock, the machine's word
//! size or any other thing that two runs of one seed could disagree about.

mod hash;
mod map;
mod rng;
mod time;

use std::rc::Rc;

pub use hash::{StableHasher, digest_of, fnv1_32, fnv1a_32, fnv1a_128};
pub use map::PMap;
pub use rng::{Rng, Seed};
pub use time::{EPOCH_UNIX_SECONDS, SECOND_US, SimTime};

/// A shared, immutable string: cheap to clone, compared by its text.
pub type Str = Rc<str>;
