//! One line that the page says for a moment, over whatever is on screen.
//!
//! Owns how long it stays, where, and the way back that it may offer. Invariant: it is read aloud
//! once, takes the focus only where that would be lost, and lies over nothing that can be pressed.

use crate::command::Command;
use crate::focus::focus_soon;
use crate::state::Said;
use gloo::timers::callback::Timeout;
use podium::view::words::{EditorWords, Lang, ViewWords, views as phrases};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;
use yew::prelude::*;

#[wasm_bindgen(module = "/src/app/toast.js")]
extern "C" {
    #[wasm_bindgen(js_name = place)]
    fn place_line(line: &HtmlElement);
}

/// How long a line stays at least.
const STAYS_MS: u32 = 5_000;
/// How long it takes to read a character.
const READING_MS: u32 = 110;
/// How long a line stays that offers a way back.
const OFFER_MS: u32 = 12_000;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) said: Option<Said>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Toast(props: &Props) -> Html {
    // Who is at it may take their time.
    let is_held = use_state_eq(|| false);
    let hold = |to: bool| {
        let set = is_held.setter();
        move || set.set(to)
    };
    use_effect_with(props.said.clone(), {
        let let_go = hold(false);
        move |said| match said {
            Some(Said::Closed(_)) => focus_soon(".toast button", true),
            _ => let_go(),
        }
    });
    use_effect_with((props.said.clone(), *is_held), {
        let on = props.on.clone();
        move |(said, is_held)| {
            let long = match said {
                Some(Said::Told(text)) => u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
                Some(Said::Ahead(ahead)) => {
                    let text = phrases::ahead(Lang::En, ahead);
                    u32::try_from(text.len()).unwrap_or(u32::MAX)
                }
                _ => 0,
            };
            let least_ms = if matches!(said, Some(Said::Closed(_))) { OFFER_MS } else { STAYS_MS };
            let stays_ms = least_ms.max(READING_MS.saturating_mul(long));
            let end = said
                .as_ref()
                .filter(|_| !is_held)
                .map(|_| Timeout::new(stays_ms, move || on.emit(Command::Say(None))));
            move || drop(end)
        }
    });
    let line = use_node_ref();
    use_effect_with((props.said.clone(), props.lang), {
        let line = line.clone();
        move |_| {
            if let Some(line) = line.cast::<HtmlElement>() {
                place_line(&line);
            }
        }
    });
    let words = ViewWords::of(props.lang);
    let heard = match &props.said {
        Some(Said::Heard(text)) => Some(text.clone()),
        _ => None,
    };
    let text = props.said.as_ref().and_then(|said| match said {
        Said::Heard(_) => None,
        other => Some(other),
    });
    let text = text.map(|said| match said {
        Said::Heard(text) | Said::Told(text) => text.to_string(),
        Said::Forked(new, old) => phrases::forked(props.lang, *new, *old),
        Said::Ahead(ahead) => phrases::ahead(props.lang, ahead),
        Said::Closed(letter) => phrases::closed(props.lang, *letter),
        Said::NoRoom => words.fork_full.to_owned(),
        Said::AtRest => words.at_rest.to_owned(),
        Said::Copied => words.copied.to_owned(),
        Said::CopyRefused => EditorWords::of(props.lang).copy_refused.to_owned(),
        Said::Saved => words.export_done.to_owned(),
        Said::NoPicture => words.export_failed.to_owned(),
    });
    // While the line fades its words are still drawn, but no longer said.
    let last = use_mut_ref(AttrValue::default);
    if let Some(text) = &text {
        *last.borrow_mut() = text.clone().into();
    }
    let last = last.borrow().clone();
    let (over, out) = (hold(true), hold(false));
    let (over, out) = (move |_: MouseEvent| over(), move |_: MouseEvent| out());
    let (focused, left) = (hold(true), hold(false));
    let (focused, left) = (move |_: FocusEvent| focused(), move |_: FocusEvent| left());
    let undo = props.on.reform(|_: MouseEvent| Command::ReopenRun);
    html! {
        <>
        <p class="sr" role="status" aria-live="polite">{ heard }</p>
        <div ref={line} class={classes!("toast", text.is_some().then_some("is-shown"))} role="status"
            aria-live="polite" data-last={last} onmouseenter={over} onmouseleave={out}
            onfocusin={focused} onfocusout={left}>
            { text }
            if matches!(props.said, Some(Said::Closed(_))) {
                <button type="button" class="toast__undo" aria-keyshortcuts="Control+Z" onclick={undo}>
                    { words.undo }
                </button>
            }
        </div>
        </>
    }
}
