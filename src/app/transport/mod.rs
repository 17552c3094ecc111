//! The transport: the deck of buttons, the timeline with its scrubber, the ready counts.
//!
//! Owns their arrangement. Invariant: its thirds line up with the panes above.

mod deck;
mod readout;
mod scrub;
mod slim;

pub(crate) use deck::{Clock, PlayButton, SpeedMenu, StepButtons};
pub(crate) use scrub::Scrub;

use crate::command::Command;
use deck::Deck;
use podium::view::stage::ObjectRef;
use podium::view::timeline::TimelineView;
use podium::view::transport::{Speed, TransportView};
use podium::view::words::Lang;
use readout::Readout;
use slim::Slim;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) playing: bool,
    pub(crate) speed: Speed,
    pub(crate) transport: Rc<TransportView>,
    pub(crate) timeline: Rc<TimelineView>,
    pub(crate) selected: Option<ObjectRef>,
    /// Whether a large chart above takes the scrubber's part.
    #[prop_or_default]
    pub(crate) slim: bool,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Transport(props: &Props) -> Html {
    if props.slim {
        return html! {
            <Slim lang={props.lang} playing={props.playing} speed={props.speed}
                now_us={props.transport.now_us} on={props.on.clone()}/>
        };
    }
    html! {
        <footer class="transport" lang={props.lang.tag()}>
            <Deck lang={props.lang} playing={props.playing} speed={props.speed}
                now_us={props.transport.now_us} on={props.on.clone()}/>
            <Scrub lang={props.lang} transport={props.transport.clone()} playing={props.playing}
                timeline={props.timeline.clone()} selected={props.selected.clone()}
                on={props.on.clone()}/>
            <Readout lang={props.lang} timeline={props.timeline.clone()}
                now_us={props.transport.now_us} reached_us={props.transport.reached_us}
                on={props.on.clone()}/>
        </footer>
    }
}
