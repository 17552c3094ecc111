//! Where the keyboard goes when what it was on leaves the page, or when something new is for it.
//!
//! Must not know what is drawn. Invariant: nothing is given up before the page had frames to draw
//! it in; a clock would run out on a slow machine.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;

/// In how many frames the element is looked for: a view may need several to stand, and what had the
/// focus some to go.
const FRAMES: u32 = 30;

/// Gives the focus to the first element that a selector finds, once the page has been drawn.
pub(crate) fn focus_soon(selector: &'static str, only_if_lost: bool) {
    Timeout::new(0, move || look_for(selector, only_if_lost, FRAMES)).forget();
}

fn look_for(selector: &'static str, only_if_lost: bool, frames_left: u32) {
    let document = gloo::utils::document();
    let has = document.active_element().is_some_and(|one| one.tag_name() != "BODY");
    let found = document.query_selector(selector).ok().flatten();
    let found = found.and_then(|one| one.dyn_into::<HtmlElement>().ok());
    if let Some(found) = found.filter(|_| !(only_if_lost && has)) {
        // Focusing can only fail on an element that has left the page.
        let _ = found.focus();
    } else if frames_left > 0 {
        let next = move || look_for(selector, only_if_lost, frames_left - 1);
        let next = Closure::once_into_js(next);
        // A page that draws no frames any more has nothing to focus.
        let _ = gloo::utils::window().request_animation_frame(next.unchecked_ref());
    }
}
