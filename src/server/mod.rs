//! The API server: the store, and the only code that writes to it.
//!
//! Must not know who asks. Invariant: every accepted write makes a new revision and exactly
//! one entry in the change log.

mod deal;
mod events;
mod evict;
mod gates;
mod limits;
mod match_keys;
mod names;
mod namespaces;
mod patch;
mod pods;
mod policies;
mod prepare;
pub mod quota;
mod request;
mod runtime_class;
mod serve;
mod service_types;
mod services;
mod settled;
mod table;
mod touch;
mod workloads;

pub use deal::{Beats, Deal, Pace};
pub use gates::{Gates, drop_by_default};
pub use patch::warnings as patch_warnings;
pub use request::{Action, DeleteOptions, EventNote, Part, Patch, PatchKind, Refusal};
pub use serve::{Outcome, Server};
pub use services::ports_out_of_range;
pub use table::{Change, Key, Table, View};
