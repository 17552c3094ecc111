//! Patches: how a document is changed by another.
//!
//! Must not know who asks for a patch. Invariant: a patch that was made from two documents
//! and is carried out on the first gives the second.

mod diff;
mod json;
mod lists;
mod schema;
mod strategic;
mod three_way;

use std::collections::BTreeMap;
use std::fmt;

use crate::api::Value;
use crate::base::Str;

pub use json::{json_patch, merge_patch, merge_patch_between};
pub use schema::Schema;
pub use three_way::{three_way_merge, three_way_strategic};

type Entries = BTreeMap<Str, Value>;

/// Why a patch can't be carried out or made.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum PatchError {
    /// The patch is not of its form.
    Malformed(String),
    /// The patch does not fit the document.
    Misfit(String),
}

impl fmt::Display for PatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PatchError::Malformed(text) | PatchError::Misfit(text) => f.write_str(text),
        }
    }
}

fn malformed<T>(text: impl Into<String>) -> Result<T, PatchError> {
    Err(PatchError::Malformed(text.into()))
}

/// The document with a strategic merge patch carried out.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// StrategicMergeMapPatch
pub fn strategic_patch(document: Value, patch: Value, schema: Schema) -> Result<Value, PatchError> {
    let (Value::Map(document), Value::Map(patch)) = (document, patch) else {
        return malformed("invalid JSON document");
    };
    strategic::merge(document, patch, schema, strategic::Mode::Apply).map(Value::Map)
}

/// The strategic merge patch that turns one document into another.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// CreateTwoWayMergeMapPatch
pub fn strategic_patch_between(
    from: &Value,
    to: &Value,
    schema: Schema,
) -> Result<Value, PatchError> {
    let (Value::Map(from), Value::Map(to)) = (from, to) else {
        return malformed("invalid JSON document");
    };
    diff::maps(from, to, schema, diff::Wanted::ALL).map(Value::Map)
}
