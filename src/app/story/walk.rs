//! Walking through what came before: up and down from sentence to sentence, left and right among
//! what can be pressed in one.
//!
//! Owns the keys of the feed. It must not know what a sentence says. Invariant: the Tab key leaves
//! the feed from wherever in it the focus is.

use crate::browser::{active_element, elements};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::NodeRef;

/// Answers a key.
pub(super) fn answer(feed: &NodeRef, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(feed) = feed.cast::<Element>() else { return };
    let Some(active) = active_element() else { return };
    let entry = active.closest(".feed li.note, .feed__older").ok().flatten();
    let to = match event.key().as_str() {
        "ArrowDown" => beside(&feed, entry.as_ref(), 1),
        "ArrowUp" => beside(&feed, entry.as_ref(), -1),
        "Home" => entries(&feed).first().cloned(),
        "End" => entries(&feed).last().cloned(),
        "ArrowRight" => entry.as_ref().and_then(|entry| within(entry, &active, 1)),
        "ArrowLeft" => entry.as_ref().and_then(|entry| within(entry, &active, -1)),
        "Enter" if active.matches(".note").unwrap_or(false) => {
            if let Some(note) = active.dyn_ref::<HtmlElement>() {
                note.click();
            }
            None
        }
        _ => return,
    };
    // Enter on a button is the button's own.
    if event.key() != "Enter" || active.matches(".note").unwrap_or(false) {
        event.prevent_default();
        event.stop_propagation();
    }
    if let Some(to) = to {
        // Focus can only fail on an element that is already gone.
        let _ = to.focus();
    }
}

/// The sentences, and the button to more of them.
fn entries(feed: &Element) -> Vec<HtmlElement> {
    elements(feed, "li.note, .feed__older > button")
}

/// The entry so many further; the feed itself above the first.
fn beside(feed: &Element, entry: Option<&Element>, by: isize) -> Option<HtmlElement> {
    let entries = entries(feed);
    let is_here = |one: &HtmlElement| entry.is_some_and(|entry| entry.contains(Some(one)));
    match entries.iter().position(is_here) {
        None => entries.first().filter(|_| by > 0).cloned(),
        Some(0) if by < 0 => feed.dyn_ref::<HtmlElement>().cloned(),
        Some(here) => entries.get(here.checked_add_signed(by)?).cloned(),
    }
}

/// What can be pressed so many further in an entry; the entry itself before the first.
fn within(entry: &Element, active: &Element, by: isize) -> Option<HtmlElement> {
    let mut stops: Vec<HtmlElement> = entry.dyn_ref::<HtmlElement>().cloned().into_iter().collect();
    stops.extend(elements(entry, "button, a"));
    let here = stops.iter().position(|one| one.is_same_node(Some(active)))?;
    stops.get(here.checked_add_signed(by)?).cloned()
}
