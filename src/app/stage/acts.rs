//! A menu of things that can be done with a node or a Pod.
//!
//! Owns the list, its keys and its focus. It must not know how an act is carried out. Invariant:
//! the focus is on an entry while the menu is open, goes back to where it came from when the menu
//! closes, and the menu closes when it leaves.

use super::drawing;
use super::measure::all;
use super::setting::use_setting;
use crate::browser::active_element;
use crate::menu::{by_letter, letter_of};
use crate::popup::raise;
use podium::view::stage::StageAction;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Act {
    pub(crate) icon: &'static str,
    pub(crate) word: AttrValue,
    pub(crate) action: StageAction,
    /// Whether it breaks something.
    pub(crate) is_harsh: bool,
}

impl Act {
    pub(crate) fn new(icon: &'static str, word: impl Into<AttrValue>, action: StageAction) -> Act {
        Act { icon, word: word.into(), action, is_harsh: false }
    }

    #[must_use]
    pub(crate) fn harsh(self) -> Act {
        Act { is_harsh: true, ..self }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) label: String,
    pub(crate) acts: Vec<Act>,
    #[prop_or_default]
    pub(crate) class: Classes,
    pub(crate) on_close: Callback<()>,
}

/// Whether a menu is open, and the ways to open and to close it.
pub(crate) struct Opening {
    pub(crate) is_open: bool,
    pub(crate) toggle: Callback<MouseEvent>,
    pub(crate) on_close: Callback<()>,
}

/// A menu that a button opens and closes.
#[hook]
pub(crate) fn use_opening() -> Opening {
    let open = use_state_eq(|| false);
    let (is_open, set) = (*open, open.setter());
    let toggle = {
        let set = set.clone();
        Callback::from(move |_: MouseEvent| set.set(!is_open))
    };
    Opening { is_open, toggle, on_close: Callback::from(move |()| set.set(false)) }
}

/// The open menu.
#[component]
pub(crate) fn Acts(props: &Props) -> Html {
    let setting = use_setting();
    let root = use_node_ref();
    let (opener, give_back) = use_opener();
    use_effect_with(root.clone(), move |root| {
        *opener.borrow_mut() = opener_of(root);
        raise(root);
        step(root, Step::First);
    });
    let on_keys = {
        let (root, on_close) = (root.clone(), props.on_close.clone());
        let give_back = give_back.clone();
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => step(&root, Step::By(1)),
                "ArrowUp" => step(&root, Step::By(-1)),
                "Home" => step(&root, Step::First),
                "End" => step(&root, Step::Last),
                "Escape" => {
                    on_close.emit(());
                    give_back.emit(());
                }
                _ => match letter_of(&event) {
                    Some(letter) => step(&root, Step::To(letter)),
                    None => return,
                },
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    // A menu that lost the focus is in the way.
    let leave = {
        let (root, on_close) = (root.clone(), props.on_close.clone());
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
            let root = root.cast::<web_sys::Node>();
            if !root.is_some_and(|root| to.is_some() && root.contains(to.as_ref())) {
                on_close.emit(());
            }
        })
    };
    let entry = |(at, act): (usize, &Act)| {
        let (on_action, on_close) = (setting.on_action.clone(), props.on_close.clone());
        let (action, give_back) = (act.action.clone(), give_back.clone());
        let pick = Callback::from(move |_: MouseEvent| {
            on_close.emit(());
            give_back.emit(());
            on_action.emit(action.clone());
        });
        html! {
            <button key={at} class={classes!("menu__item", "nodemenu__item", act.is_harsh.then_some("tbad"))}
                role="menuitem" tabindex="-1" onclick={pick}
                onmousedown={|event: MouseEvent| event.prevent_default()}>
                { drawing::icon(act.icon, 14) }{ act.word.clone() }
            </button>
        }
    };
    html! {
        <div ref={root} class={classes!("menu__list", "nodemenu", props.class.clone())} role="menu"
            aria-label={props.label.clone()} onkeydown={on_keys} onfocusout={leave}>
            { for props.acts.iter().enumerate().map(entry) }
        </div>
    }
}

type Opener = Rc<RefCell<Option<HtmlElement>>>;

/// A place for what had the focus when a menu opened, and the way to give it back.
#[hook]
fn use_opener() -> (Opener, Callback<()>) {
    let opener: Opener = use_mut_ref(|| None);
    let held = opener.clone();
    let give_back = Callback::from(move |()| {
        let opener = held.borrow_mut().take().filter(|opener| opener.is_connected());
        if let Some(opener) = opener {
            // Focus can only fail on an element that is already gone.
            let _ = opener.focus();
        }
    });
    (opener, give_back)
}

/// What the focus comes from; where a press of a button does not give it the focus, the button.
fn opener_of(menu: &NodeRef) -> Option<HtmlElement> {
    let active = active_element().filter(|at| at.tag_name() != "BODY");
    let button = || {
        let beside = menu.cast::<HtmlElement>()?.parent_element()?;
        beside.query_selector("[aria-haspopup]").ok().flatten()
    };
    active.or_else(button)?.dyn_into().ok()
}

/// Where the focus goes.
#[derive(Clone, Copy)]
enum Step {
    First,
    Last,
    /// So many entries further, round and round; to the first one if none has the focus.
    By(i32),
    /// The next entry that begins with a letter.
    To(char),
}

fn step(root: &NodeRef, by: Step) {
    let Some(root) = root.cast::<web_sys::HtmlElement>() else { return };
    let items = all(&root, ".menu__item");
    let active = active_element();
    let here =
        items.iter().position(|item| active.as_ref().is_some_and(|a| item.is_same_node(Some(a))));
    let at = match (here, by) {
        (Some(here), Step::By(by)) if by > 0 => (here + 1) % items.len(),
        (Some(here), Step::By(_)) => (here + items.len() - 1) % items.len(),
        (_, Step::Last) => items.len().saturating_sub(1),
        (_, Step::To(letter)) => match by_letter(&items, here, letter) {
            Some(at) => at,
            None => return,
        },
        _ => 0,
    };
    if let Some(item) = items.get(at) {
        // Focus can only fail on an element that is already gone.
        let _ = item.focus();
    }
}
