//! The keys of the whole page.
//!
//! Owns which key sends which command. Invariant: single keys do nothing while the reader types
//! or when they are switched off.

use crate::command::{Command, MainView, Side};
use crate::state::{Said, State};
use gloo::events::{EventListener, EventListenerOptions};
use podium::view::stage::ObjectRef;
use podium::view::transport::Speed;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// What the keys depend on.
#[derive(Clone, PartialEq)]
struct Situation {
    speed: Speed,
    theme: crate::theme::Theme,
    help: bool,
    welcome: bool,
    single_keys: bool,
    selected: Option<ObjectRef>,
    drawer: Option<Side>,
    can_reopen: bool,
}

/// Listens to the page's keys.
#[hook]
pub(crate) fn use_shortcuts(state: &State, on: &Callback<Command>) {
    let situation = Situation {
        speed: state.speed,
        theme: state.theme,
        help: state.help,
        welcome: state.welcome,
        single_keys: state.single_keys,
        selected: state.selected.clone(),
        drawer: state.drawer,
        can_reopen: matches!(state.said, Some(Said::Closed(_))),
    };
    let latest = use_mut_ref(|| situation.clone());
    *latest.borrow_mut() = situation;
    let on = on.clone();
    use_effect_with((), move |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let window = gloo::utils::window();
        let listener = EventListener::new_with_options(&window, "keydown", options, move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                answer(event, &latest, &on);
            }
        });
        move || drop(listener)
    });
}

fn answer(event: &KeyboardEvent, latest: &Rc<RefCell<Situation>>, on: &Callback<Command>) {
    let situation = latest.borrow().clone();
    if event.default_prevented() || event.is_composing() || situation.help {
        return;
    }
    let command = if event.ctrl_key() || event.meta_key() {
        match event.key().as_str() {
            "Enter" => Some(Command::Apply),
            "." => Some(Command::Fix),
            "z" if situation.can_reopen && !is_typing(event) => Some(Command::ReopenRun),
            _ => None,
        }
    } else if event.alt_key() || is_typing(event) {
        None
    } else {
        single(event, &situation)
    };
    if let Some(command) = command {
        event.prevent_default();
        on.emit(command);
    }
}

fn single(event: &KeyboardEvent, situation: &Situation) -> Option<Command> {
    let key = event.key();
    if key == "Escape" {
        // What lies on top goes first; a pane that has its own place is no drawer, and one that
        // closes a list does no more than that.
        let drawn = gloo::utils::document().query_selector(".is-drawer").ok().flatten();
        return match situation.drawer {
            Some(side) if drawn.is_some() => Some(Command::ToggleDrawer(side)),
            _ if situation.welcome => {
                (!is_on(event, ".menu__list")).then_some(Command::Welcome(false))
            }
            _ => situation.selected.as_ref().map(|_| Command::Select(None)),
        };
    }
    if !situation.single_keys || (key == " " && is_on(event, "button, a, [role=option], summary")) {
        return None;
    }
    match key.as_str() {
        " " => Some(Command::TogglePlay),
        "." => Some(Command::NextEvent),
        "," => Some(Command::PreviousEvent),
        "[" => Some(Command::Speed(situation.speed.slower())),
        "]" => Some(Command::Speed(situation.speed.faster())),
        "1" => Some(Command::Show(MainView::Stage)),
        "2" => Some(Command::Show(MainView::Ledger)),
        "3" => Some(Command::Show(MainView::Timeline)),
        "f" | "F" => Some(Command::Fork),
        "e" | "E" => Some(Command::FocusEditor),
        "t" | "T" => Some(Command::UseTheme(situation.theme.other())),
        "?" => Some(Command::Help(true)),
        _ => None,
    }
}

fn is_on(event: &KeyboardEvent, selector: &str) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

fn is_typing(event: &KeyboardEvent) -> bool {
    is_on(event, "textarea, input, select, [contenteditable], dialog")
}
