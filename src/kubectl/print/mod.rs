//! What kubectl prints about objects: tables, descriptions, YAML, lists of resources.
//!
//! Must not know how requests are made. Invariant: every function here is pure: the same view,
//! moment and words give the same text.

pub mod age;
mod api_resources;
pub mod describe;
pub mod endpoints;
mod events;
mod explain;
pub mod find;
pub mod flags;
pub mod format;
mod get;
#[cfg(test)]
mod golden;
pub mod json;
pub mod kyaml;
pub mod labels;
pub mod look;
pub mod order;
pub mod path;
pub mod resource;
mod scale;
pub mod sorter;
pub mod table;
pub mod tabs;
pub mod template;
pub mod yaml;

pub use api_resources::api_resources;
pub use describe::{describe, pod_template, said as said_to_describe};
pub use events::events;
pub use explain::explain;
pub use get::{Watched, get, said, watch};
pub use table::pod_summary;
