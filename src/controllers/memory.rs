//! What controllers remember between two looks and is written nowhere in the cluster.
//!
//! Must not know how it is used. Invariant: plain data that is part of the world's digest, so
//! that a run can be repeated and moved in time.

/// The memory of all controllers: timers they set, work they hold back.
///
/// A controller that is restarted loses it, as a real one does.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Memory {}
