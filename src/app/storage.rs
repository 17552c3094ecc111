//! What the browser keeps for the reader: text, language, theme.
//!
//! Owns the keys and the answer to a storage that is forbidden or full: then the tab holds the
//! value in the state of its history, which a reload leaves alone. It must not know what the
//! values mean. Invariant: nothing here can stop the page.

use crate::browser;
use gloo::storage::{LocalStorage, Storage};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// What of the tab's state is ours.
const TAB: &str = "podium";

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
    /// The browser allows no storage here; the tab holds the value.
    Forbidden,
    /// The storage has no room; the tab holds the value.
    Full,
    /// Not even the tab can hold it.
    Nowhere,
}

/// Asking for the storage is what a browser refuses, so it is asked before each use.
fn is_allowed() -> bool {
    browser::window().is_some_and(|window| matches!(window.local_storage(), Ok(Some(_))))
}

/// The kept value, if there is one and it can be read. What the tab holds is newer than what the
/// storage does, or it would not be there.
pub(crate) fn load(key: Key) -> Option<String> {
    let kept = || if is_allowed() { LocalStorage::get(key.name()).ok() } else { None };
    held(key).or_else(kept)
}

/// Keeps a value.
pub(crate) fn save(key: Key, value: &str) -> Result<(), Trouble> {
    let trouble = if !is_allowed() {
        Trouble::Forbidden
    } else if LocalStorage::set(key.name(), value).is_err() {
        Trouble::Full
    } else {
        // A tab that can't let go of an older value could not take it in either.
        let _ = hold(key, None);
        return Ok(());
    };
    match hold(key, Some(value)) {
        Ok(()) => Err(trouble),
        Err(_) => Err(Trouble::Nowhere),
    }
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    let member = Reflect::get(object, &name.into()).ok()?;
    (!member.is_undefined() && !member.is_null()).then_some(member)
}

/// The value that the tab holds.
fn held(key: Key) -> Option<String> {
    let state = browser::window()?.history().ok()?.state().ok()?;
    member(&member(&state, TAB)?, key.name())?.as_string()
}

/// Lets the tab hold a value, or let go of it.
fn hold(key: Key, value: Option<&str>) -> Result<(), JsValue> {
    if value.is_none() && held(key).is_none() {
        return Ok(());
    }
    let window = browser::window().ok_or(JsValue::NULL)?;
    let history = window.history()?;
    let copy = |of: Option<&JsValue>| {
        let fresh = Object::new();
        if let Some(of) = of.and_then(|of| of.dyn_ref::<Object>()) {
            Object::assign(&fresh, of);
        }
        fresh
    };
    let state = history.state()?;
    let (state, ours) = (copy(Some(&state)), copy(member(&state, TAB).as_ref()));
    match value {
        Some(value) => Reflect::set(&ours, &key.name().into(), &value.into())?,
        None => Reflect::delete_property(&ours, &key.name().into())?,
    };
    Reflect::set(&state, &TAB.into(), &ours)?;
    history.replace_state(&state, "")
}
