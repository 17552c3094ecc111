//! What a strategic merge must know of a field: its type and how lists are merged.
//!
//! Must not know documents. Invariant: where no type is known, lists are replaced and
//! mappings merged, as a JSON merge patch does.

use crate::api::fields::{Fields, Shape, Type};
use crate::api::merge::PatchError;

/// What is known of the mapping at hand.
#[derive(Clone, Copy)]
pub enum Schema {
    /// A type of the table, with its name.
    Struct(&'static str, &'static Type),
    /// A mapping from text to this.
    Map(&'static Shape),
    /// Nothing.
    Unknown,
}

/// How the value of a field is merged.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// The mapping in the field, or that of a list's elements.
    pub(super) inner: Schema,
    /// The key by which elements are told apart; empty for scalars.
    pub(super) merge_key: &'static str,
    /// Whether a list is merged.
    pub(super) merges: bool,
    /// Whether a mapping is replaced.
    pub(super) replaces: bool,
    /// Whether a patch names the keys that stay.
    pub(super) retains_keys: bool,
}

impl Schema {
    /// What is known of a kind's objects; nothing if the table lacks the kind.
    pub fn of_kind(kind: &str, api_version: &str) -> Schema {
        let table = Fields::table();
        let name = table.name_of(kind);
        match (name, table.kind(kind, api_version)) {
            (Some(name), Some(known)) => Schema::Struct(name, known),
            _ => Schema::Unknown,
        }
    }

    /// Whether a strategic merge is possible at all.
    pub fn is_known(self) -> bool {
        !matches!(self, Schema::Unknown)
    }

    /// Models staging/src/k8s.io/apimachinery/third_party/forked/golang/json/fields.go
    /// LookupPatchMetadataForStruct
    pub(super) fn rule(self, key: &str) -> Result<Rule, PatchError> {
        let plain = |inner| Rule {
            inner,
            merge_key: "",
            merges: false,
            replaces: false,
            retains_keys: false,
        };
        match self {
            Schema::Unknown => Ok(plain(Schema::Unknown)),
            Schema::Map(shape) => Ok(plain(within(shape))),
            Schema::Struct(name, known) => {
                let Some(field) = known.fields.get(key) else {
                    return Err(PatchError::Misfit(format!(
                        "unable to find api field in struct {name} for the json field \"{key}\""
                    )));
                };
                Ok(Rule {
                    inner: within(&field.shape),
                    merge_key: field.merge_key.as_deref().unwrap_or_default(),
                    merges: field.merges,
                    replaces: field.replaces,
                    retains_keys: field.retains_keys,
                })
            }
        }
    }
}

fn within(shape: &'static Shape) -> Schema {
    match shape {
        Shape::List(inner) => within(inner),
        Shape::Map(inner) => Schema::Map(inner),
        Shape::Struct(name) => match Fields::table().named(name) {
            Some(known) => Schema::Struct(name, known),
            None => Schema::Unknown,
        },
        _ => Schema::Unknown,
    }
}
