//! The text: in the plain text area until CodeMirror has arrived, then in CodeMirror.
//!
//! Owns the change from one to the other. Invariant: the text that is shown is the page's text,
//! whichever editor shows it; a word that is being composed is not torn apart.

use super::bridge;
use super::plain::{Plain, text_area};
use super::rich::{self, Rich};
use super::{Ask, keys};
use crate::command::Command;
use gloo::events::EventListener;
use gloo::render::request_animation_frame;
use gloo::timers::callback::Timeout;
use podium::view::editor::{Changed, Problem, Sheet, Units};
use podium::view::words::Lang;
use std::rc::Rc;
use yew::prelude::*;

/// The id of the text, in either editor.
pub(crate) const PAD_ID: &str = "manifest";

#[derive(Clone, Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) text: Rc<str>,
    pub(crate) sheet: Rc<Sheet>,
    pub(crate) changed: Rc<Changed>,
    /// The document that is the selected object's.
    pub(crate) selected: Option<usize>,
    pub(crate) problems: Rc<Vec<Problem>>,
    pub(crate) problem: usize,
    pub(crate) ask: Ask,
    pub(crate) on: Callback<Command>,
    /// Told of the byte at which the caret stands.
    pub(crate) on_caret: Callback<usize>,
}

/// Moves the focus to the text.
pub(crate) fn focus() {
    if let Some(editor) = bridge::current() {
        editor.focus();
    } else if let Some(area) = text_area() {
        let _ = area.focus();
    }
}

/// Selects a range of bytes of `text`, brings it into sight and moves the focus there.
pub(super) fn caret_to(text: &str, from: usize, to: usize) {
    let units = Units::of(text);
    match bridge::current() {
        Some(editor) => editor.select(keys::short(units.unit(from)), keys::short(units.unit(to))),
        None => super::plain::caret_to(from, to),
    }
}

/// See the module.
#[component]
pub(crate) fn Pad(props: &Props) -> Html {
    let module = use_state(bridge::arrived);
    let composing = use_state_eq(|| false);
    let start = use_mut_ref(|| None);
    use_effect_with((), {
        let composing = composing.setter();
        move |()| {
            let listen = |name: &'static str, is_composing: bool| {
                let composing = composing.clone();
                let document = gloo::utils::document();
                EventListener::new(&document, name, move |_| composing.set(is_composing))
            };
            let listeners = [listen("compositionstart", true), listen("compositionend", false)];
            move || drop(listeners)
        }
    });
    use_effect_with((), {
        let module = module.setter();
        let asks = bridge::arrived().is_none();
        move |()| {
            // The picture first: a frame is drawn, then the bundle is asked for.
            let frame = asks.then(|| {
                request_animation_frame(move |_| {
                    let ready = Callback::from(move |arrived| module.set(Some(arrived)));
                    Timeout::new(0, move || bridge::load(&ready)).forget();
                })
            });
            move || drop(frame)
        }
    });
    let is_rich = start.borrow().is_some() || !*composing;
    match &*module {
        Some(module) if is_rich => {
            // The text area is still on the page while this is drawn for the first time.
            let start = start.borrow_mut().get_or_insert_with(rich::start).clone();
            html! { <Rich module={module.clone()} pad={props.clone()} {start}/> }
        }
        _ => html! { <Plain ..props.clone()/> },
    }
}
