//! The command line of Kubernetes: words → requests to the server, answers → text.
//!
//! Knows what kubectl 1.36 asks and prints; must not know how the cluster does what it is
//! asked. Invariant: a command changes the cluster by requests alone, so that a run can be
//! replayed.

mod output;
pub mod print;
mod reader;

pub use output::Output;
pub use reader::Reader;
