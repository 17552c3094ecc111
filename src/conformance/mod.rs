//! Conformance: what the engine does with the steps of a recorded run beside what a real
//! control plane did.
//!
//! Must not know the terminal. Invariant: nothing here steers the engine but what a person, a
//! machine or chance could have done.

mod applied;
mod beats;
mod canon;
pub mod compare;
mod cordons;
mod deals;
pub mod facts;
mod names;
mod phases;
mod recorder;
pub mod replay;
mod rounds;
pub mod schema;
mod second;
mod setup;
mod shown;
mod wanted;
