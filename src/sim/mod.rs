//! The event loop's parts: the queue, work queues, plans, the trace and history.
//!
//! Must not know any controller. Invariant: what happens next depends on the state alone.

mod command;
mod history;
mod limit;
mod plan;
mod queue;
mod trace;
mod work;

pub use command::Command;
pub use history::{History, Model};
pub use limit::{Limit, Rate};
pub use plan::{Attempt, Plan, Request, Rule, Step, Waiting};
pub use queue::EventQueue;
pub use trace::{Actor, Trace, TraceEntry, TraceId, What};
pub use work::{Pause, WorkQueue};
