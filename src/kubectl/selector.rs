//! Selectors of the command line: by labels and by fields.
//!
//! Must not know who selects. Invariant: a selector that can't be read selects nothing, never
//! "everything".

use crate::api::{Labels, Object};
use crate::kubectl::failure::Done;
use crate::kubectl::fields::Fields;
use crate::kubectl::mapping::Mapping;
use crate::kubectl::print::labels;
use crate::kubectl::session;
use crate::server::Refusal;

/// What `-l` and `--field-selector` ask for.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    labels: labels::Selector,
    /// Why the labels can't be read.
    mistake: Option<String>,
    /// As it was written.
    text: String,
    fields: Fields,
}

impl Selector {
    /// The selector of two texts.
    pub(super) fn read(text: &str, fields: &str) -> Selector {
        let (labels, mistake) = match labels::Selector::read(text) {
            Ok(labels) => (labels, None),
            Err(why) => (labels::Selector::default(), Some(why)),
        };
        Selector { labels, mistake, text: text.to_owned(), fields: Fields::read(fields) }
    }

    /// Why the labels can't be read, for whoever does not leave that to the server.
    pub(super) fn mistake(&self) -> Option<&str> {
        self.mistake.as_deref()
    }

    /// Whether the server selects objects of a kind so.
    pub(super) fn fits(&self, mapping: &Mapping) -> Done {
        let labels = (self.text.as_str(), self.mistake());
        self.fields
            .check(mapping.kind, &mapping.api_version, &mapping.plural, labels)
            .map_err(|text| Refusal::BadRequest(text.into()).into())
    }

    /// Whether labels are selected.
    pub(super) fn is_met_by_labels(&self, labels: &Labels) -> bool {
        self.mistake.is_none() && self.labels.is_met_by(labels)
    }

    /// Whether an object is selected.
    pub(super) fn is_met_by(&self, object: &Object) -> bool {
        self.is_met_by_labels(&object.meta.labels)
            && (self.fields.is_empty() || self.fields.is_met_by(&session::tree_of(object)))
    }
}
