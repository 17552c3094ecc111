//! One entry of the story, large or small.
//!
//! Owns how a sentence, its chips, its rule and its "why?" are drawn. Invariant: an object in a
//! sentence is a button that selects it everywhere.

use super::why::Why;
use crate::chip::chip_in;
use crate::command::Command;
use podium::view::stage::ObjectRef;
use podium::view::story::{Entry, Part, Tone, bound_signs};
use podium::view::transport::stamp;
use podium::view::words::{Lang, PageWords, ViewWords};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) entry: Rc<Entry>,
    pub(crate) lang: Lang,
    pub(crate) selected: Option<ObjectRef>,
    /// The place of what is in it in the order of the Tab key.
    #[prop_or_default]
    pub(crate) tab: Option<&'static str>,
    /// Is told when its chain of causes is unfolded or folded.
    #[prop_or_default]
    pub(crate) on_unfold: Option<Callback<bool>>,
    pub(crate) on: Callback<Command>,
}

/// The newest entry.
#[component]
pub(crate) fn Now(props: &Props) -> Html {
    let entry = &props.entry;
    html! {
        <div class={classes!("now", tone(entry.tone))}>
            { time_row(props, "now__time") }
            <p class="now__text">{ parts(&entry.parts, props.selected.as_ref(), &props.on) }</p>
            <Foot entry={entry.clone()} lang={props.lang} selected={props.selected.clone()}
                class="now__foot" on_unfold={props.on_unfold.clone()} on={props.on.clone()}/>
        </div>
    }
}

/// The newest entry in one line.
#[component]
pub(crate) fn Caption(props: &Props) -> Html {
    let entry = &props.entry;
    html! {
        <section class={classes!("caption", tone(entry.tone))}
            aria-label={PageWords::of(props.lang).story}>
            <p class="caption__text now__text">{ parts(&entry.parts, props.selected.as_ref(), &props.on) }</p>
            <Foot entry={entry.clone()} lang={props.lang} selected={props.selected.clone()}
                class="caption__foot" on={props.on.clone()}/>
        </section>
    }
}

/// An earlier entry. Where it is no stop of the Tab key, arrows come to it, and Enter visits it.
#[component]
pub(crate) fn Note(props: &Props) -> Html {
    let entry = &props.entry;
    html! {
        <li class={classes!("note", tone(entry.tone))} tabindex={props.tab} onclick={visit(props)}>
            { time_row(props, "note__time") }
            <p class="note__text">
                { parts_in(&entry.parts, props.selected.as_ref(), props.tab, &props.on) }
            </p>
            <Foot entry={entry.clone()} lang={props.lang} selected={props.selected.clone()}
                class="note__foot" tab={props.tab} on={props.on.clone()}/>
        </li>
    }
}

fn tone(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Bad => Some("is-bad"),
        Tone::Plain | Tone::User => None,
    }
}

/// The object that an entry is about first.
fn subject(entry: &Entry) -> Option<ObjectRef> {
    entry.parts.iter().find_map(|part| match part {
        Part::Object { object, .. } => Some(object.clone()),
        _ => None,
    })
}

/// A click on an entry, but not on a button in it, goes to its moment and selects its object.
fn visit(props: &Props) -> Callback<MouseEvent> {
    let (on, entry) = (props.on.clone(), props.entry.clone());
    Callback::from(move |event: MouseEvent| {
        let target = event.target().and_then(|one| one.dyn_into::<web_sys::Element>().ok());
        let is_inner =
            target.is_some_and(|one| one.closest("button, a, .whychain").ok().flatten().is_some());
        let is_reading = gloo::utils::window()
            .get_selection()
            .ok()
            .flatten()
            .is_some_and(|selection| !selection.is_collapsed());
        if !is_inner && !is_reading {
            on.emit(Command::Visit(entry.at_us, subject(&entry)));
        }
    })
}

fn time_row(props: &Props, class: &'static str) -> Html {
    let entry = &props.entry;
    let (on, target) = (props.on.clone(), entry.clone());
    let go = Callback::from(move |_: MouseEvent| {
        on.emit(Command::Visit(target.at_us, subject(&target)));
    });
    html! {
        <div {class}>
            <button type="button" class="note__at" title={ViewWords::of(props.lang).go_there}
                tabindex={props.tab} onclick={go}>{ stamp(entry.at_us) }</button>
            <span class="actorname">{ &entry.actor }</span>
        </div>
    }
}

/// The pieces of a sentence.
pub(crate) fn parts(parts: &[Part], selected: Option<&ObjectRef>, on: &Callback<Command>) -> Html {
    parts_in(parts, selected, None, on)
}

/// The same with their place in the order of the Tab key.
pub(super) fn parts_in(
    parts: &[Part],
    selected: Option<&ObjectRef>,
    tab: Option<&'static str>,
    on: &Callback<Command>,
) -> Html {
    let is_chip = |part: Option<&Part>| matches!(part, Some(Part::Object { .. }));
    // The signs at both ends of a text, where a chip stands next to it.
    let signs = |at: usize| -> [&str; 3] {
        let Some(Part::Text(text)) = parts.get(at) else { return ["", "", ""] };
        let [kept, free, next] = bound_signs(text);
        let start = if at > 0 && is_chip(parts.get(at - 1)) { kept.len() } else { 0 };
        let end = if is_chip(parts.get(at + 1)) { next.len() } else { 0 };
        let whole = kept.len() + free.len() + next.len();
        [&text[..start], &text[start..whole - end], &text[whole - end..]]
    };
    let piece = |(at, part): (usize, &Part)| match part {
        Part::Text(_) => html! { { signs(at)[1] } },
        Part::Strong(text) => html! { <b>{ text }</b> },
        Part::Object { label, object, identity } => {
            let chip = chip_in(label, object, *identity, selected == Some(object), tab, on);
            let before = at.checked_sub(1).map_or("", |at| signs(at)[2]);
            let behind = signs(at + 1)[0];
            if before.is_empty() && behind.is_empty() {
                chip
            } else {
                html! { <span class="bound">{ before }{ chip }{ behind }</span> }
            }
        }
    };
    parts.iter().enumerate().map(piece).collect()
}

/// A question whose full-width mark has no line below: half of it is blank.
fn question(text: &'static str) -> Html {
    match text.strip_suffix('？') {
        Some(asked) => html! { <>{ asked }<span class="why__mark">{ "？" }</span></> },
        None => html! { text },
    }
}

#[derive(Properties, PartialEq)]
struct FootProps {
    entry: Rc<Entry>,
    lang: Lang,
    selected: Option<ObjectRef>,
    class: &'static str,
    #[prop_or_default]
    tab: Option<&'static str>,
    #[prop_or_default]
    on_unfold: Option<Callback<bool>>,
    on: Callback<Command>,
}

#[component]
fn Foot(props: &FootProps) -> Html {
    let words = PageWords::of(props.lang);
    let open = use_state_eq(|| false);
    let entry = &props.entry;
    let has_why = !entry.causes.is_empty() || entry.meaning.is_some();
    let toggle = {
        let (open, on_unfold) = (open.clone(), props.on_unfold.clone());
        Callback::from(move |_: MouseEvent| {
            // Once it is set, the handle reads the new value.
            let is_open = !*open;
            open.set(is_open);
            if let Some(on_unfold) = &on_unfold {
                on_unfold.emit(is_open);
            }
        })
    };
    // Many of them stand on the page.
    let word = if *open { words.why_hide } else { words.why };
    let label = format!("{word} {}", entry.sentence());
    html! {
        <>
            <div class={props.class}>
                if let Some(rule) = &entry.rule { <span class="code">{ rule }</span> }
                if has_why {
                    <button type="button" class="why" aria-expanded={open.to_string()}
                        aria-label={label} tabindex={props.tab} onclick={toggle}>
                        { question(word) }
                    </button>
                }
            </div>
            if *open {
                <Why entry={entry.clone()} lang={props.lang} selected={props.selected.clone()}
                    tab={props.tab} on={props.on.clone()}/>
            }
        </>
    }
}
