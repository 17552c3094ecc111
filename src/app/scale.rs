//! How large everything is: as usual, or for a projector.
//!
//! Owns the `data-scale` attribute and its factor. Invariant: whoever counts in pixels counts as
//! if the scale were the usual one.

use crate::browser::root_attribute;
use crate::storage::{self, Key};

/// A scale of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Scale {
    /// As usual.
    #[default]
    Usual,
    /// A quarter larger, to be read from the last row.
    Projector,
}

impl Scale {
    /// The kept choice.
    pub(crate) fn initial() -> Self {
        match storage::load(Key::Scale).as_deref() {
            Some("projector") => Scale::Projector,
            _ => Scale::Usual,
        }
    }

    /// The value of the attribute, and of the kept choice.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Scale::Usual => "usual",
            Scale::Projector => "projector",
        }
    }

    /// By how much everything is larger.
    pub(crate) const fn factor(self) -> f64 {
        match self {
            Scale::Usual => 1.0,
            Scale::Projector => 1.25,
        }
    }

    /// The scale that the page has now.
    pub(crate) fn now() -> Self {
        match root_attribute("data-scale").as_deref() {
            Some("projector") => Scale::Projector,
            _ => Scale::Usual,
        }
    }
}
