//! Open lists over everything else, where no scroller cuts them.
//!
//! Owns the way into the browser's top layer. It must not know what is in a list. Invariant: an
//! open list lies whole on the screen, beside the button that opened it.

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;
use yew::NodeRef;

#[wasm_bindgen(module = "/src/app/popup.js")]
extern "C" {
    #[wasm_bindgen(js_name = raise)]
    fn raise_list(list: &HtmlElement);
}

/// Puts a list that has just been drawn beside its button.
pub(crate) fn raise(list: &NodeRef) {
    if let Some(list) = list.cast::<HtmlElement>() {
        raise_list(&list);
    }
}
