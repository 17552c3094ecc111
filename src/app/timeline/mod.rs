//! The timeline view: the lives of all Pods, what is expected, and other runs.
//!
//! Owns the card around the chart and which of its two faces is shown. Invariant: the chart is a
//! function of the views, the look and the size.

mod plot;
mod pointing;
mod runs;
mod table;
mod zoom;

use crate::command::Command;
use crate::compare::Compare;
use crate::icons::{Icon, icon};
use crate::look::Look;
use crate::session::{Views, window};
use plot::Plot;
use podium::view::stage::ObjectRef;
use podium::view::transport::TransportView;
use podium::view::words::{PageWords, ViewWords};
use runs::RunTabs;
use std::rc::Rc;
use table::LivesTable;
use yew::prelude::*;
use zoom::{MomentField, ZoomRow};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) look: Look,
    pub(crate) views: Views,
    /// Whether the clock runs.
    pub(crate) playing: bool,
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn TimelineView(props: &Props) -> Html {
    let (look, views) = (&props.look, &props.views);
    let (page, words) = (PageWords::of(look.lang), ViewWords::of(look.lang));
    let transport = &views.transport;
    let shown = window(look, transport.now_us, transport.reached_us);
    let fork = {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(Command::Fork))
    };
    html! {
        <section class="card tlcard" aria-labelledby="timeline-title">
            <div class="card__head tlcard__head">
                <h2 id="timeline-title">{ page.timeline }</h2>
                <RunTabs lang={look.lang} runs={views.runs.clone()} compare={look.compare}
                    on={props.on.clone()}/>
                <span class="grow"/>
                <MomentField lang={look.lang} now_us={transport.now_us} on={props.on.clone()}/>
                if !look.compares() {
                    <ZoomRow lang={look.lang} zoom={look.zoom} {shown}
                        reached_us={transport.reached_us} on={props.on.clone()}/>
                }
                <button type="button" class="btn" title={format!("{} (F)", words.fork_here)} onclick={fork}>
                    { icon(Icon::Fork, 14) }{ words.fork_here }
                </button>
            </div>
            if let Some(view) = views.compare.clone().filter(|_| look.compares()) {
                <Compare {view} lang={look.lang} selected={props.selected.clone()}
                    transport={as_far_as_both(look, views)} reached_us={reached(look, views)} timeline={views.timeline.clone()}
                    on={props.on.clone()}/>
            } else {
                <Plot look={look.clone()} playing={props.playing} timeline={views.large.clone()} {shown}
                    transport={transport.clone()} runs={views.runs.clone()}
                    known_us={views.known_us} selected={props.selected.clone()} on={props.on.clone()}/>
                <LivesTable lang={look.lang} timeline={views.large.clone()}
                    transport={transport.clone()} runs={views.runs.clone()} {shown}
                    known_us={views.known_us}/>
            }
        </section>
    }
}

/// How far the other run came.
fn reached(look: &Look, views: &Views) -> u64 {
    let other = views.runs.iter().find(|one| Some(one.id) == look.compare);
    other.map_or(0, |one| one.reached_us)
}

/// The clock with the farther end of the two compared runs.
fn as_far_as_both(look: &Look, views: &Views) -> Rc<TransportView> {
    let transport = &views.transport;
    let reached_us = reached(look, views).max(transport.reached_us);
    if reached_us == transport.reached_us {
        return transport.clone();
    }
    Rc::new(TransportView { reached_us, ..(**transport).clone() })
}
