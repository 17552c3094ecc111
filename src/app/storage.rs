//! What the browser keeps for the reader: text, language, theme.
//!
//! Owns the keys, what each tab has for itself beside what all share, and the answer to a storage
//! that is forbidden or full: then the tab holds the value in the state of its history, which a
//! reload leaves alone. It must not know what the values mean. Invariant: nothing here can stop
//! the page, and no tab takes from another what was typed there.

use crate::browser;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Storage;

/// What of the tab's state is ours.
const TAB: &str = "podium";

/// A value that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The typed text.
    Text,
    /// The text that runs.
    Applied,
    /// The text that broke the page by itself.
    Broken,
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
            Key::Broken => "podium.broken",
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

/// What a tab has for itself: a reload brings it back whatever other tabs have kept since. A new
/// tab begins with what was kept last.
const OF_TAB: [Key; 7] =
    [Key::Text, Key::Applied, Key::Broken, Key::Own, Key::Example, Key::View, Key::Lanes];

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

/// What all tabs share. Asking for it is what a browser refuses, so it is asked before each use.
fn shared() -> Option<Storage> {
    browser::window()?.local_storage().ok().flatten()
}

/// What this tab has for itself.
fn own() -> Option<Storage> {
    browser::window()?.session_storage().ok().flatten()
}

fn read(from: &Storage, key: Key) -> Option<String> {
    serde_json::from_str(&from.get_item(key.name()).ok()??).ok()
}

fn write(to: &Storage, key: Key, value: &str) -> bool {
    serde_json::to_string(value).is_ok_and(|text| to.set_item(key.name(), &text).is_ok())
}

/// Whether the tab has anything of its own.
fn has_own(own: &Storage) -> bool {
    OF_TAB.iter().any(|key| own.get_item(key.name()).is_ok_and(|one| one.is_some()))
}

/// The kept value, if there is one and it can be read. What the tab holds is newer than what the
/// storage does, or it would not be there.
pub(crate) fn load(key: Key) -> Option<String> {
    held(key).or_else(|| {
        // A tab that has anything of its own mixes it with nothing of others.
        let own = own().filter(|own| OF_TAB.contains(&key) && has_own(own));
        read(&own.or_else(shared)?, key)
    })
}

/// Makes what was kept last this tab's own, unless it has something already.
pub(crate) fn claim() {
    let (Some(shared), Some(own)) = (shared(), own()) else { return };
    if !has_own(&own) {
        for key in OF_TAB {
            if let Some(value) = read(&shared, key) {
                write(&own, key, &value);
            }
        }
    }
}

/// Keeps a value.
pub(crate) fn save(key: Key, value: &str) -> Result<(), Trouble> {
    let kept = match shared() {
        None => Err(Trouble::Forbidden),
        Some(shared) => write(&shared, key, value).then_some(()).ok_or(Trouble::Full),
    };
    let own = own().filter(|_| OF_TAB.contains(&key));
    let is_own = own.as_ref().is_some_and(|own| write(own, key, value));
    if is_own || (kept.is_ok() && own.is_none()) {
        // A tab that can't let go of an older value could not take it in either.
        let _ = hold(key, None);
        return kept;
    }
    // What the tab kept before is old now.
    let _ = own.map(|own| own.remove_item(key.name()));
    match hold(key, Some(value)) {
        Ok(()) => kept,
        Err(_) => kept.map_err(|_| Trouble::Nowhere),
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
