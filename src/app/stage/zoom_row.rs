//! The row below a crowded stage: how much of each Pod is drawn, and what chips and dots mean.
//!
//! Owns the row. Invariant: it is there only while Pods are drawn smaller than cards or the
//! reader has chosen a level, and explains no shape that the stage doesn't show.

use super::glyph::Glyph;
use super::setting::use_setting;
use podium::view::stage::{Detail, Level, PodState};
use podium::view::words::stage as phrases;
use yew::prelude::*;

/// What stands for a Pod that is drawn smaller than a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sample {
    /// A chip, and whether it is square.
    Chip(bool),
    /// A dot, and whether it is of a Pod that keeps its number.
    Dot(bool),
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) detail: Detail,
    /// What is smaller than a card, if anything is.
    pub(crate) sample: Option<Sample>,
    /// The newest revision, if an older one is still there.
    pub(crate) rollout: Option<u32>,
    /// The names of the states that Pods have.
    pub(crate) states: Vec<&'static str>,
    pub(crate) on_detail: Callback<Detail>,
}

/// The states that look different as chips.
const KNOWN: [PodState; 6] = [
    PodState::Creating,
    PodState::Terminating,
    PodState::Running,
    PodState::Completed,
    PodState::Unknown,
    PodState::Crash,
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
    let sample = |state: PodState, rev: Option<&'static str>, word: String| {
        let shape = props.sample.map(|sample| shape(sample, state, rev));
        html! { <span key={word.clone()}>{ shape }{ word }</span> }
    };
    // In a rollout Pods come and go, if not at this very moment.
    let is_passing = |state: &PodState| matches!(state, PodState::Creating | PodState::Terminating);
    let is_known = |state: &PodState| {
        let is_drawn = props.states.contains(&state.name());
        props.sample.is_some() && (is_drawn || props.rollout.is_some() && is_passing(state))
    };
    // Dots of two revisions look the same.
    let rollout = props.rollout.filter(|_| matches!(props.sample, Some(Sample::Chip(_))));
    html! {
        <div class="zoomrow">
            <span class="dim">{ words.detail }</span>
            <div class="seg" role="group" aria-label={words.detail}>{ for choices.into_iter().map(choice) }</div>
            <span class="grow"></span>
            if let Some(newest) = rollout {
                { sample(PodState::Ready, Some("2"), phrases::revision(setting.lang, newest)) }
                { sample(PodState::Ready, None, phrases::revision(setting.lang, newest.saturating_sub(1))) }
            }
            { for KNOWN.into_iter().filter(is_known).map(|state| {
                sample(state, None, phrases::chip_state(setting.lang, state.name()).into())
            }) }
        </div>
    }
}

fn shape(sample: Sample, state: PodState, rev: Option<&'static str>) -> Html {
    match sample {
        Sample::Chip(is_square) => html! {
            <i class={classes!("chip", is_square.then_some("chip--b"))} data-state={state.name()} data-rev={rev}></i>
        },
        Sample::Dot(is_square) => html! {
            <i class={if is_square { "podwrap--b" } else { "podwrap--a" }}>
                <i class="dotpod" data-state={state.name()}><Glyph {state} size={14} /></i>
            </i>
        },
    }
}
