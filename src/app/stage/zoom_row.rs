//! The row below a crowded stage: how much of each Pod is drawn, and what chips mean.
//!
//! Owns the row. Invariant: it is there only while Pods are drawn smaller than cards or the
//! reader has chosen a level.

use super::setting::use_setting;
use podium::view::stage::{Detail, Level};
use podium::view::words::stage as phrases;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) detail: Detail,
    /// The newest revision, if an older one is still there.
    pub(crate) rollout: Option<u32>,
    /// The names of the states that Pods have.
    pub(crate) states: Vec<&'static str>,
    pub(crate) on_detail: Callback<Detail>,
}

/// The states that look different as chips, and whether they are always explained.
const KNOWN: [(&str, bool); 5] = [
    ("creating", true),
    ("terminating", true),
    ("running", false),
    ("unknown", false),
    ("crash", false),
];

/// The row below a crowded stage.
#[component]
pub(crate) fn ZoomRow(props: &Props) -> Html {
    let setting = use_setting();
    let words = setting.words();
    let choices = [
        (Detail::Auto, words.detail_auto),
        (Detail::Fixed(Level::Card), words.detail_card),
        (Detail::Fixed(Level::Chip), words.detail_chip),
        (Detail::Fixed(Level::Dot), words.detail_dot),
    ];
    let choice = |(detail, word): (Detail, &'static str)| {
        html! {
            <button key={word} aria-pressed={(props.detail == detail).to_string()}
                onclick={props.on_detail.reform(move |_| detail)}>{ word }</button>
        }
    };
    let sample = |state: &'static str, rev: Option<&'static str>, word: String| {
        html! { <span key={word.clone()}><i class="chip" data-state={state} data-rev={rev}></i>{ word }</span> }
    };
    html! {
        <div class="zoomrow">
            <span class="dim">{ words.detail }</span>
            <div class="seg" role="group" aria-label={words.detail}>{ for choices.into_iter().map(choice) }</div>
            <span class="grow"></span>
            if let Some(newest) = props.rollout {
                { sample("ready", Some("2"), phrases::revision(setting.lang, newest)) }
                { sample("ready", None, phrases::revision(setting.lang, newest.saturating_sub(1))) }
            }
            { for KNOWN.into_iter().filter(|(state, always)| *always || props.states.contains(state)).map(|(state, _)| {
                sample(state, None, phrases::chip_state(setting.lang, state).into())
            }) }
        </div>
    }
}
