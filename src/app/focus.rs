//! Where the keyboard goes when what it was on leaves the page, or when something new is for it.
//!
//! Must not know what is drawn. Invariant: nothing is given up before the page had frames to draw
//! it in; a clock would run out on a slow machine.

use crate::browser::active_element;
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

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
        in_next_frame(move || look_for(selector, only_if_lost, frames_left - 1));
    }
}

fn in_next_frame(act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    // A page that draws no frames any more has nothing to focus.
    let _ = gloo::utils::window().request_animation_frame(act.unchecked_ref());
}

/// How many frames pass before the page itself takes a focus that was lost, when it went with a
/// view: nothing of that comes back.
const WITH_A_VIEW: u32 = 3;
/// And else, where those who know what was there come first.
const ALONE: u32 = FRAMES + 3;

/// What had the focus last, and whether its stay is being watched.
#[derive(Default)]
struct Kept {
    last: Option<Element>,
    is_watched: bool,
    is_view_new: bool,
}

/// Gives the focus to the page's main part when what had it is gone and nothing else took it: else
/// the next key would begin at the top, and ears would hear nothing of what is there now. `view`
/// is any value that differs when the main part shows something else.
#[hook]
pub(crate) fn use_focus_kept<V: PartialEq + 'static>(view: V) {
    let kept = use_mut_ref(Kept::default);
    use_effect_with((), {
        let kept = kept.clone();
        move |()| {
            let on = |event, hear: fn(&mut Kept, &Event)| {
                let kept = kept.clone();
                let hear = move |event: &Event| hear(&mut kept.borrow_mut(), event);
                EventListener::new(&gloo::utils::document(), event, hear)
            };
            let listeners = [
                on("focusin", |kept, event| kept.last = event.target_dyn_into()),
                // Whoever points beside everything has left it.
                on("pointerdown", |kept, _| kept.last = None),
            ];
            move || drop(listeners)
        }
    });
    use_effect_with(view, {
        let kept = kept.clone();
        move |_| kept.borrow_mut().is_view_new = true
    });
    use_effect(move || {
        let is_first = !std::mem::replace(&mut kept.borrow_mut().is_watched, true);
        if is_first {
            in_next_frame(move || watch(kept, 0, ALONE));
        }
    });
}

/// Looks once a frame: for as long as a loss may show after the page changed, and for as long as
/// somebody else may mend it.
fn watch(kept: Rc<RefCell<Kept>>, lost_for: u32, frames_left: u32) {
    let mut now = kept.borrow_mut();
    let is_gone = now.last.as_ref().is_some_and(|one| !one.is_connected());
    let is_lost = is_gone && active_element().is_none_or(|one| one.tag_name() == "BODY");
    let is_enough = lost_for >= if now.is_view_new { WITH_A_VIEW } else { ALONE };
    if is_lost && !is_enough {
        drop(now);
        in_next_frame(move || watch(kept, lost_for + 1, frames_left));
    } else if is_lost || frames_left == 0 {
        (now.is_watched, now.is_view_new) = (false, false);
        drop(now);
        if is_lost {
            // Now or not at all: later it may be somebody else's.
            look_for("main", true, 0);
        }
    } else {
        drop(now);
        in_next_frame(move || watch(kept, 0, frames_left - 1));
    }
}
