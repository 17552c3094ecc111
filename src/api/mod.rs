//! Kubernetes' objects as typed data.
//!
//! Knows how an object looks and what its fields mean; must not know what any component
//! does with it. Invariant: every type is plain data with a derived, ordered `Hash`.

pub mod affinity;
pub mod apps;
pub mod batch;
pub mod container_state;
pub mod core;
pub mod cron;
pub mod decode;
pub mod defaults;
pub mod discovery;
pub mod encode;
pub mod field_error;
mod field_words;
pub mod fields;
pub mod go;
pub mod kind;
pub mod lifecycle;
pub mod merge;
pub mod meta;
pub mod object;
pub mod outward;
pub mod placement;
pub mod pod;
pub mod policy;
pub mod quantity;
pub mod resources;
pub mod selector;
pub mod signed;
pub mod storage;
pub mod tree;
pub mod validation;
pub mod value;
pub mod wellknown;

pub use field_error::{FieldError, FieldErrorKind};
pub use kind::Kind;
pub use meta::{LocalRef, Meta, ObjectId, ObjectRef, OwnerReference, Propagation, Uid};
pub use object::{Body, Object};
pub use quantity::Quantity;
pub use selector::{LabelSelector, Labels};
pub use value::{IntOrString, Rest, Value};
