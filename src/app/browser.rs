//! The browser's window, if there is one.
//!
//! Owns the one question whether the page is in a browser: while the site is built, the first
//! picture is drawn without one. Invariant: whatever is asked while drawing is asked through
//! here, so that drawing never needs a browser.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The window; none where the page is only drawn as text.
pub(crate) fn window() -> Option<web_sys::Window> {
    if cfg!(target_family = "wasm") { web_sys::window() } else { None }
}

/// Whether a media query holds now.
pub(crate) fn media_matches(query: &str) -> bool {
    window()
        .and_then(|window| window.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

/// Sets an attribute of the `html` element.
pub(crate) fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = root() {
        // Only an invalid name can fail, and the names are ours.
        let _ = root.set_attribute(name, value);
    }
}

/// An attribute of the `html` element.
pub(crate) fn root_attribute(name: &str) -> Option<String> {
    root()?.get_attribute(name)
}

/// What has the focus.
pub(crate) fn active_element() -> Option<web_sys::Element> {
    window()?.document()?.active_element()
}

/// The elements in an element that a selector fits.
pub(crate) fn elements(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = root.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

fn root() -> Option<web_sys::Element> {
    window()?.document()?.document_element()
}
