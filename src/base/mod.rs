//! The lowest floor: time, randomness, stable hashing, shared strings and the persistent map.
//!
//! Knows nothing of Kubernetes. Invariant: nothing here reads a clock, the machine's word
//! size or any other thing that two runs of one seed could disagree about.

mod aside;
pub mod base64;
mod hash;
mod map;
mod order;
mod rng;
mod shared;
mod time;

pub use aside::Aside;
pub use hash::{StableHasher, digest_of, fnv1_32, fnv1a_32, fnv1a_128};
pub use map::PMap;
pub use order::{Order, gather};
pub use rng::{Rng, Seed};
pub use shared::Shared;
/// Writes a [`Str`] as `format!` does a `String`; a short one without an allocation.
pub use smol_str::format_smolstr;
pub use time::{EPOCH_UNIX_SECONDS, SECOND_US, SimTime, civil_from_days};

/// An immutable string, cheap to clone: short ones (to 23 bytes) stand in place, as most names
/// and words do; longer ones are shared.
pub type Str = smol_str::SmolStr;
