//! Where the focus is while a pane lies over the page.
//!
//! Owns the way in and the way back. It must not know when a drawer opens. Invariant: who opens it
//! by key is in it, and who was in it when it closes is where they were before.

use crate::browser::{active_element, elements};
use crate::command::Side;
use crate::focus::focus_soon;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// The button of a drawer that is open.
const BUTTON: &str = ":is(.rail, .embed__top) > [aria-expanded=true]";

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) side: Side,
}

/// Stands in a drawer for as long as that is open; there is nothing to be seen of it.
#[component]
pub(crate) fn DrawerFocus(props: &Props) -> Html {
    let here = use_node_ref();
    use_effect_with((here.clone(), props.side), |(here, side)| {
        let opener = active_element().filter(|at| at.tag_name() != "BODY");
        if opener.as_ref().is_some_and(is_by_key) {
            enter(here, *side);
        }
        let button = || gloo::utils::document().query_selector(BUTTON).ok().flatten();
        let opener = opener.or_else(button);
        move || {
            let is_lost = active_element().is_none_or(|at| at.tag_name() == "BODY");
            let opener = opener.filter(|one| is_lost && one.is_connected());
            if let Some(opener) = opener.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
                // Focusing can only fail on an element that has left the page.
                let _ = opener.focus();
            }
        }
    });
    html! { <i ref={here} hidden={true}></i> }
}

/// Whether the focus shows, as it does for those who use keys.
fn is_by_key(at: &Element) -> bool {
    at.matches(":focus-visible").unwrap_or(false)
}

/// Into what the drawer shows, past its tabs and its button.
fn enter(here: &NodeRef, side: Side) {
    if side == Side::Left {
        // The text may still be on its way.
        return focus_soon("#manifest", false);
    }
    let drawer = here.cast::<Element>().and_then(|one| one.parent_element());
    let of = |drawer: &Element, what| elements(drawer, what).into_iter().next();
    let first = drawer.and_then(|drawer| {
        let content = of(&drawer, r#"#side :is([tabindex="0"], button:not([tabindex]))"#);
        content.or_else(|| of(&drawer, "[aria-selected=true]"))
    });
    if let Some(first) = first {
        // Neither can it here.
        let _ = first.focus();
    }
}
