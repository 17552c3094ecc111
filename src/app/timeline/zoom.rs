//! How much time the chart shows, where it is held, and the field for going to a moment exactly.
//!
//! Owns the controls. Invariant: whatever the pointer can do on the chart, these can do too.

use crate::command::Command;
use crate::icons::{Icon, icon};
use podium::view::timeline::window::parse;
use podium::view::timeline::{Window, Zoom};
use podium::view::transport::{SECOND_US, stamp};
use podium::view::words::{Lang, ViewWords, views as phrases};
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) zoom: Zoom,
    pub(crate) shown: Window,
    pub(crate) reached_us: u64,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn ZoomRow(props: &Props) -> Html {
    let (lang, words) = (props.lang, ViewWords::of(props.lang));
    let set = |zoom: Zoom, held_us: Option<u64>| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(Command::Zoom(zoom, held_us)))
    };
    let half = props.shown.span_us() / 2;
    let (earlier, later) = (props.shown.from_us.saturating_sub(half), props.shown.from_us + half);
    let (at_start, at_end) = (props.shown.from_us == 0, props.shown.from_us >= props.reached_us);
    // A button that were disabled would take the focus along, and the way back with it.
    let go = |ends: bool, to: u64| (!ends).then(|| set(props.zoom, Some(to)));
    html! {
        <>
            if props.zoom.0.is_some() {
                <span class="seg" role="group" aria-label={format!("{}, {}", words.earlier, words.later)}>
                    <button type="button" aria-label={words.earlier} title={words.earlier}
                        aria-disabled={at_start.to_string()} onclick={go(at_start, earlier)}>
                        { icon(Icon::Earlier, 14) }</button>
                    <button type="button" aria-label={words.later} title={words.later}
                        aria-disabled={at_end.to_string()} onclick={go(at_end, later)}>{ icon(Icon::Later, 14) }</button>
                </span>
            }
            <span class="runs dim" id="zoom-label">{ words.zoom }</span>
            <span class="seg" role="group" aria-labelledby="zoom-label">
                { for Zoom::PRESETS.map(|zoom| {
                    let name = phrases::zoom(lang, zoom.0.map(|us| us / SECOND_US));
                    // A button that is pressed again lets the chart follow once more.
                    html! {
                        <button key={name.clone()} type="button" onclick={set(zoom, None)}
                            aria-pressed={(zoom == props.zoom).to_string()}>{ name }</button>
                    }
                }) }
            </span>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct MomentProps {
    pub(super) lang: Lang,
    pub(super) now_us: u64,
    pub(super) on: Callback<Command>,
}

/// The present moment as the clock shows it, which can be written over, to the thousandth.
#[component]
pub(super) fn MomentField(props: &MomentProps) -> Html {
    let words = ViewWords::of(props.lang);
    let draft = use_state(|| None::<String>);
    // Nothing changes under the hand of who is about to write.
    let held = use_state(|| None::<String>);
    let wrong = draft.as_ref().is_some_and(|text| parse(text).is_none());
    let on_input = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            draft.set(Some(event.target_unchecked_into::<HtmlInputElement>().value()));
        })
    };
    let on_keys = {
        let (draft, held, on) = (draft.clone(), held.setter(), props.on.clone());
        let set = draft.setter();
        let let_go = move || {
            set.set(None);
            held.set(None);
        };
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                if let Some(at_us) = draft.as_ref().and_then(|text| parse(text)) {
                    on.emit(Command::Seek(at_us));
                    let_go();
                }
            }
            "Escape" => let_go(),
            _ => {}
        })
    };
    let on_focus = {
        let (held, now) = (held.setter(), stamp(props.now_us));
        Callback::from(move |_: FocusEvent| held.set(Some(now.clone())))
    };
    let on_blur = {
        let (draft, held) = (draft.setter(), held.setter());
        Callback::from(move |_: FocusEvent| {
            draft.set(None);
            held.set(None);
        })
    };
    let shown = draft.as_ref().or(held.as_ref());
    let value = shown.map_or_else(|| stamp(props.now_us), Clone::clone);
    html! {
        <input class="moment" type="text" inputmode="decimal" autocomplete="off" spellcheck="false"
            aria-label={words.go_to} title={format!("{}{}{}", words.go_to, props.lang.colon(), words.go_to_hint)}
            aria-invalid={wrong.to_string()} {value} oninput={on_input} onkeydown={on_keys}
            onfocus={on_focus} onblur={on_blur}/>
    }
}
