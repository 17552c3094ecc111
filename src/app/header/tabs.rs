//! The three views in the middle of the page, as tabs.
//!
//! Owns the keys of the tab list. Invariant: one tab is in the order of focus, the one chosen.

use crate::command::{Command, MainView};
use crate::icons::{Icon, icon};
use podium::view::words::{Lang, PageWords};
use wasm_bindgen::JsCast;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) view: MainView,
    pub(crate) on: Callback<Command>,
}

const VIEWS: [MainView; 3] = [MainView::Stage, MainView::Ledger, MainView::Timeline];

/// The id of a view's tab.
pub(crate) const fn tab_id(view: MainView) -> &'static str {
    match view {
        MainView::Stage => "tab-stage",
        MainView::Ledger => "tab-ledger",
        MainView::Timeline => "tab-timeline",
    }
}

/// See the module.
#[component]
pub(crate) fn Tabs(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let face = |view| match view {
        MainView::Stage => (Icon::Stage, words.stage),
        MainView::Ledger => (Icon::Ledger, words.ledger),
        MainView::Timeline => (Icon::Timeline, words.timeline),
    };
    let keys = {
        let (on, here) = (props.on.clone(), props.view);
        Callback::from(move |event: KeyboardEvent| {
            let at = VIEWS.iter().position(|view| *view == here).unwrap_or(0);
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % VIEWS.len(),
                "ArrowLeft" => (at + VIEWS.len() - 1) % VIEWS.len(),
                "Home" => 0,
                "End" => VIEWS.len() - 1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            on.emit(Command::Show(VIEWS[to]));
            focus(tab_id(VIEWS[to]));
        })
    };
    html! {
        <div class="seg" role="tablist" aria-label={words.view} onkeydown={keys}>
            { for VIEWS.map(|view| {
                let (sign, name) = face(view);
                let on = props.on.clone();
                let show = Callback::from(move |_: MouseEvent| on.emit(Command::Show(view)));
                let chosen = view == props.view;
                html! {
                    <button key={tab_id(view)} type="button" id={tab_id(view)} role="tab"
                        aria-selected={chosen.to_string()} aria-controls="view"
                        tabindex={if chosen { "0" } else { "-1" }} onclick={show}>
                        { icon(sign, 14) }{ name }
                    </button>
                }
            }) }
        </div>
    }
}

fn focus(id: &str) {
    let tab = gloo::utils::document().get_element_by_id(id);
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Focusing can only fail on an element that has left the page.
        let _ = tab.focus();
    }
}
