//! A button that opens a short list of choices.
//!
//! Owns opening, closing and the keys of a list box; it must not know what is chosen. Invariant:
//! the focus is on the button while the list is closed, and never lost when it closes.

use crate::browser::{active_element, elements};
use crate::icons::{Icon, icon};
use crate::popup::raise;
use gloo::events::{EventListener, EventListenerOptions};
use podium::view::words::Lang;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// One choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    /// What it is called.
    pub(crate) name: AttrValue,
    /// A word on it.
    pub(crate) about: AttrValue,
    /// The class of a shape before its name, or nothing.
    pub(crate) shape: &'static str,
    /// Whether it is the one chosen now.
    pub(crate) current: bool,
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// What is chosen; said before the choice unless the button shows it already.
    pub(crate) label: AttrValue,
    #[prop_or_default]
    pub(crate) shows_label: bool,
    /// Whether the button shows a sign alone, and no choice.
    #[prop_or_default]
    pub(crate) is_sign: bool,
    pub(crate) children: Html,
    pub(crate) choices: Vec<Choice>,
    pub(crate) on_pick: Callback<usize>,
    #[prop_or_default]
    pub(crate) class: Classes,
}

/// See the module.
#[component]
pub(crate) fn Menu(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let root = use_node_ref();
    let (button, list) = (use_node_ref(), use_node_ref());
    use_effect_with((*open, root.clone()), {
        let open = open.setter();
        let (button, list) = (button.clone(), list.clone());
        move |(is_open, root)| {
            let listeners = is_open.then(|| {
                raise(&list);
                focus_choice(root, Move::Current);
                close_outside(root.clone(), &open, &button)
            });
            move || drop(listeners)
        }
    });
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let on_keys = {
        let (open, root) = (open.clone(), root.clone());
        Callback::from(move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowDown" => Move::By(1),
                "ArrowUp" => Move::By(-1),
                "Home" => Move::First,
                "End" => Move::Last,
                _ if *open => match letter_of(&event) {
                    Some(letter) => Move::To(letter),
                    None => return,
                },
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if *open {
                focus_choice(&root, step);
            } else {
                open.set(true);
            }
        })
    };
    html! {
        <div class="menu" ref={root} onkeydown={on_keys}>
            <button ref={button.clone()} type="button" class={classes!("picker", props.class.clone())}
                aria-haspopup="listbox" aria-expanded={open.to_string()}
                onclick={toggle}>
                if !props.shows_label {
                    <span class="sr">
                        { props.label.clone() }
                        // In the language of the label.
                        if !props.is_sign { { colon(&props.label) } }
                    </span>
                }
                { props.children.clone() }
                { icon(Icon::Chevron, 14) }
            </button>
            if *open {
                <ul ref={list} class="menu__list" role="listbox" aria-label={props.label.clone()}>
                    { for props.choices.iter().enumerate().map(|(at, choice)| {
                        let (open, button) = (open.clone(), button.clone());
                        let on_pick = props.on_pick.clone();
                        let pick = Callback::from(move |_: MouseEvent| {
                            open.set(false);
                            focus(&button);
                            on_pick.emit(at);
                        });
                        choice_item(at, choice, pick)
                    }) }
                </ul>
            }
        </div>
    }
}

/// What stands behind a label, in its language.
fn colon(label: &str) -> &'static str {
    let lang = if label.is_ascii() { Lang::En } else { Lang::Zh };
    lang.colon()
}

fn choice_item(at: usize, choice: &Choice, pick: Callback<MouseEvent>) -> Html {
    html! {
        <li key={at} role="presentation">
            <button type="button" class="menu__item" role="option" onclick={pick}
                aria-selected={choice.current.to_string()}>
                <span class="menu__name">
                    if !choice.shape.is_empty() { <span class={classes!("shape", choice.shape)}/> }
                    { choice.name.clone() }
                    if choice.current { <span class="menu__tick">{ icon(Icon::Check, 14) }</span> }
                </span>
                if !choice.about.is_empty() {
                    <span class="menu__about">{ choice.about.clone() }</span>
                }
            </button>
        </li>
    }
}

fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<web_sys::HtmlElement>() {
        // Focusing can only fail on an element that has left the page.
        let _ = element.focus();
    }
}

#[derive(Clone, Copy)]
enum Move {
    Current,
    First,
    Last,
    By(i32),
    To(char),
}

/// The letter that a key types, by which an open list is searched.
pub(crate) fn letter_of(event: &KeyboardEvent) -> Option<char> {
    let is_plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
    let key = event.key();
    let mut letters = key.chars().filter(|letter| is_plain && !letter.is_whitespace());
    letters.next().filter(|_| letters.next().is_none())
}

/// The next item after the one at a place whose name begins with a letter, round and round.
pub(crate) fn by_letter(items: &[HtmlElement], here: Option<usize>, letter: char) -> Option<usize> {
    let lower = |letter: char| letter.to_lowercase().next();
    let fits = |item: &HtmlElement| {
        let name = item.text_content().unwrap_or_default();
        name.trim_start().chars().next().and_then(lower) == lower(letter)
    };
    let first = here.map_or(0, |here| here + 1);
    let round = (first..items.len()).chain(0..first.min(items.len()));
    round.into_iter().find(|at| fits(&items[*at]))
}

fn focus_choice(root: &NodeRef, step: Move) {
    let Some(root) = root.cast::<web_sys::Element>() else {
        return;
    };
    let items = elements(&root, ".menu__item");
    let active = active_element();
    let here =
        items.iter().position(|item| active.as_ref().is_some_and(|a| item.is_same_node(Some(a))));
    let chosen = items
        .iter()
        .position(|item| item.get_attribute("aria-selected").as_deref() == Some("true"));
    let last = items.len().saturating_sub(1);
    let at = match step {
        Move::Current => chosen.unwrap_or(0),
        Move::First => 0,
        Move::Last => last,
        Move::By(1) => here.map_or(0, |at| (at + 1).min(last)),
        Move::By(_) => here.map_or(last, |at| at.saturating_sub(1)),
        Move::To(letter) => match by_letter(&items, here, letter) {
            Some(at) => at,
            None => return,
        },
    };
    if let Some(item) = items.get(at) {
        let _ = item.focus();
    }
}

fn close_outside(
    root: NodeRef,
    open: &UseStateSetter<bool>,
    button: &NodeRef,
) -> [EventListener; 2] {
    let document = gloo::utils::document();
    let pressed = {
        let open = open.clone();
        EventListener::new(&document, "pointerdown", move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let inside =
                root.cast::<web_sys::Node>().is_some_and(|root| root.contains(target.as_ref()));
            if !inside {
                open.set(false);
            }
        })
    };
    let (open, button) = (open.clone(), button.clone());
    let options = EventListenerOptions::enable_prevent_default();
    let escaped = EventListener::new_with_options(&document, "keydown", options, move |event| {
        let key = event.dyn_ref::<web_sys::KeyboardEvent>().map(web_sys::KeyboardEvent::key);
        if matches!(key.as_deref(), Some("Escape" | "Tab")) {
            if key.as_deref() == Some("Escape") {
                // Spoken for: what lies under the menu stays.
                event.prevent_default();
            }
            open.set(false);
            focus(&button);
        }
    });
    [pressed, escaped]
}
