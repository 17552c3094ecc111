//! The control plane's strip: a lamp for each part that acts by itself.
//!
//! Owns the strip. Invariant: a lamp shines because the view says so, never on a timer.

use podium::view::stage::{Activity, ActorView};
use podium::view::words::{Lang, StageWords, stage as phrases};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) actors: Vec<ActorView>,
    pub(crate) lang: Lang,
}

/// The control plane's strip.
#[component]
pub(crate) fn ControlPlane(props: &Props) -> Html {
    let words = StageWords::of(props.lang);
    html! {
        <div class="cplane" role="group" aria-label={words.control_plane}>
            <span class="cplane__label">{ words.control_plane }</span>
            { for props.actors.iter().map(|actor| lamp(props.lang, *actor)) }
        </div>
    }
}

fn lamp(lang: Lang, view: ActorView) -> Html {
    let active = match view.activity {
        Activity::Idle => "false",
        Activity::Recent => "recent",
        Activity::Active => "true",
    };
    let name = phrases::actor(lang, view.actor);
    let activity = phrases::activity(lang, view.activity);
    html! {
        <span key={name} class="actor" data-active={active} title={activity}>
            <span class="actor__led"></span>
            <span class="actor__name" data-name={name}>{ name }</span>
            <span class="sr">{ format!(" {activity}") }</span>
        </span>
    }
}
