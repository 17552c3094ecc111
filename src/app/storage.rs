//! What the browser keeps for the reader: text, language, theme.
//!
//! Owns the keys and the answer to a storage that is forbidden or full. It must not know what
//! the values mean. Invariant: nothing here can stop the page.

use crate::browser;
use gloo::storage::{LocalStorage, Storage};

/// A value that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The typed text.
    Text,
    /// The text that runs.
    Applied,
    /// The reader's own text, set aside while an example is open.
    Own,
    /// The name of the open example.
    Example,
    /// The language.
    Lang,
    /// The theme.
    Theme,
    /// Whether single keys work.
    SingleKeys,
    /// The view in the middle.
    View,
    /// The order of the lanes and which are folded.
    Lanes,
    /// How large everything is.
    Scale,
}

impl Key {
    const fn name(self) -> &'static str {
        match self {
            Key::Text => "podium.text",
            Key::Applied => "podium.applied",
            Key::Own => "podium.own",
            Key::Example => "podium.example",
            Key::Lang => "podium.lang",
            Key::Theme => "podium.theme",
            Key::SingleKeys => "podium.single-keys",
            Key::View => "podium.view",
            Key::Lanes => "podium.lanes",
            Key::Scale => "podium.scale",
        }
    }
}

/// Why a value could not be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The browser allows no storage here.
    Forbidden,
    /// The storage has no room.
    Full,
}

/// Asking for the storage is what a browser refuses, so it is asked before each use.
fn is_allowed() -> bool {
    browser::window().is_some_and(|window| matches!(window.local_storage(), Ok(Some(_))))
}

/// The kept value, if there is one and it can be read.
pub(crate) fn load(key: Key) -> Option<String> {
    if is_allowed() { LocalStorage::get(key.name()).ok() } else { None }
}

/// Keeps a value.
pub(crate) fn save(key: Key, value: &str) -> Result<(), Trouble> {
    if !is_allowed() {
        return Err(Trouble::Forbidden);
    }
    LocalStorage::set(key.name(), value).map_err(|_| Trouble::Full)
}
