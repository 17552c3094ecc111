//! The buttons of the clock and the clock itself.
//!
//! Owns play, steps and speeds. Invariant: what it shows is virtual time, to a tenth of a second.

use crate::command::Command;
use crate::icons::{Icon, icon};
use crate::menu::{Choice, Menu};
use podium::view::transport::{Speed, clock};
use podium::view::words::{Lang, PageWords};
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
pub(crate) fn Deck(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let send = |command: Command| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(command.clone()))
    };
    html! {
        <div class="deck">
            <div class="deck__row">
                <PlayButton lang={props.lang} playing={props.playing} on={props.on.clone()}/>
                <StepButtons lang={props.lang} on={props.on.clone()}/>
                <Clock lang={props.lang} now_us={props.now_us}/>
            </div>
            <div class="deck__row">
                <SpeedRow lang={props.lang} speed={props.speed} on={props.on.clone()}/>
            </div>
            <div class="deck__row deck__foot">
                <span class="grow">{ words.virtual_time_note }</span>
                <button type="button" class="deck__start" aria-label={words.to_start}
                    title={words.to_start} onclick={send(Command::Seek(0))}>
                    { icon(Icon::ToStart, 14) }
                </button>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct StepProps {
    pub(crate) lang: Lang,
    pub(crate) on: Callback<Command>,
}

/// Back and on by one event.
#[component]
pub(crate) fn StepButtons(props: &StepProps) -> Html {
    let words = PageWords::of(props.lang);
    let send = |command: Command| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(command.clone()))
    };
    let key = |name: &str, key: &str| format!("{name} ({key})");
    html! {
        <>
            <button type="button" class="deck__step" aria-label={words.previous_event}
                title={key(words.previous_event, ",")} onclick={send(Command::PreviousEvent)}>
                { icon(Icon::Previous, 14) }
            </button>
            <button type="button" class="deck__step" title={key(words.next_event, ".")}
                onclick={send(Command::NextEvent)}>
                { icon(Icon::Next, 14) }{ words.next_event }
            </button>
        </>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SpeedProps {
    pub(crate) lang: Lang,
    pub(crate) speed: Speed,
    pub(crate) on: Callback<Command>,
}

/// The speeds.
#[component]
pub(crate) fn SpeedRow(props: &SpeedProps) -> Html {
    let words = PageWords::of(props.lang);
    let send = |command: Command| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(command.clone()))
    };
    html! {
        <div class="speed">
            <div class="seg" role="group" aria-label={words.speed}>
                { for Speed::ALL.map(|speed| html! {
                    <button key={speed.label()} type="button" onclick={send(Command::Speed(speed))}
                        aria-pressed={(speed == props.speed).to_string()}>
                        { speed.label() }
                    </button>
                }) }
            </div>
        </div>
    }
}

/// The speeds where there is no room for a row of them.
#[component]
pub(crate) fn SpeedMenu(props: &SpeedProps) -> Html {
    let words = PageWords::of(props.lang);
    let choice = |speed: Speed| Choice {
        name: speed.label().into(),
        current: speed == props.speed,
        ..Choice::default()
    };
    let choices: Vec<Choice> = Speed::ALL.into_iter().map(choice).collect();
    let on = props.on.clone();
    let on_pick = Callback::from(move |at: usize| {
        if let Some(speed) = Speed::ALL.get(at) {
            on.emit(Command::Speed(*speed));
        }
    });
    html! {
        <Menu label={words.speed} {choices} {on_pick} class="btn btn--quiet speedmenu">
            { props.speed.label() }
        </Menu>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct PlayProps {
    pub(crate) lang: Lang,
    pub(crate) playing: bool,
    pub(crate) on: Callback<Command>,
}

/// The round button.
#[component]
pub(crate) fn PlayButton(props: &PlayProps) -> Html {
    let words = PageWords::of(props.lang);
    let on = props.on.clone();
    let toggle = Callback::from(move |_: MouseEvent| on.emit(Command::TogglePlay));
    let (sign, name) =
        if props.playing { (Icon::Pause, words.pause) } else { (Icon::Play, words.play) };
    html! {
        <button type="button" class="deck__play" aria-label={name} title={format!("{name} (Space)")}
            onclick={toggle}>{ icon(sign, 18) }</button>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct ClockProps {
    pub(crate) lang: Lang,
    pub(crate) now_us: u64,
}

/// Virtual time.
#[component]
pub(crate) fn Clock(props: &ClockProps) -> Html {
    let (head, tenth) = clock(props.now_us);
    html! {
        <div class="clock" role="timer" aria-live="off" aria-label={PageWords::of(props.lang).virtual_time}>
            { head }<small>{ "." }{ tenth }</small>
        </div>
    }
}
