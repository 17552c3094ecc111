//! The transport under the timeline, where the chart above takes the scrubber's part.
//!
//! Owns one row. Invariant: it names only keys that work.

use super::deck::{Clock, PlayButton, SpeedRow, StepButtons};
use crate::command::Command;
use podium::view::transport::Speed;
use podium::view::words::{Lang, ViewWords};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) playing: bool,
    pub(crate) speed: Speed,
    pub(crate) now_us: u64,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Slim(props: &Props) -> Html {
    let words = ViewWords::of(props.lang);
    let keys =
        [("Space", words.hint_play), (".", words.hint_next), (",", words.back), ("F", words.fork)];
    html! {
        <footer class="transport transport--slim" lang={props.lang.tag()}>
            <div class="deck">
                <div class="deck__row">
                    <PlayButton lang={props.lang} playing={props.playing} on={props.on.clone()}/>
                    <StepButtons lang={props.lang} on={props.on.clone()}/>
                    <Clock lang={props.lang} now_us={props.now_us}/>
                </div>
                <SpeedRow lang={props.lang} speed={props.speed} on={props.on.clone()}/>
                <span class="grow"/>
                <span class="dim slim__keys">
                    { for keys.map(|(key, what)| html! {
                        <span key={key}><kbd class="kbd">{ key }</kbd>{ format!(" {what}") }</span>
                    }) }
                </span>
            </div>
        </footer>
    }
}
