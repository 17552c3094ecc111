//! Light or dark: the reader's choice, or the system's until one is made.
//!
//! Owns the `data-theme` attribute. Invariant: the attribute is always set, so that every colour
//! comes from one theme.

use crate::browser::media_matches;
use crate::storage::{self, Key};

/// A theme of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Dark ink on paper.
    #[default]
    Light,
    /// Light ink on dark.
    Dark,
}

impl Theme {
    /// The kept choice, else what the system prefers.
    pub(crate) fn initial() -> Self {
        match storage::load(Key::Theme).as_deref() {
            Some("dark") => Theme::Dark,
            Some("light") => Theme::Light,
            _ if media_matches("(prefers-color-scheme: dark)") => Theme::Dark,
            _ => Theme::Light,
        }
    }

    /// The other theme.
    pub(crate) const fn other(self) -> Self {
        match self {
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::Light,
        }
    }

    /// The value of the attribute, and of the kept choice.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}
