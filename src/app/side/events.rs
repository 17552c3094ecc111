//! The Events tab: what `kubectl get events` prints, newest last.
//!
//! Owns the list and that its end stays in sight. Invariant: a Warning is told by its word, not by
//! its colour alone.

use crate::camel::camel;
use crate::chip::chip;
use crate::command::Command;
use crate::icons::{Icon, icon};
use podium::view::inspect::{EventView, EventsView};
use podium::view::words::{Lang, ViewWords, views as phrases};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// How far from its end the list may be scrolled and still follow.
const NEAR_PX: i32 = 48;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) view: Rc<EventsView>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Events(props: &Props) -> Html {
    let (lang, words) = (props.lang, ViewWords::of(props.lang));
    let view = &props.view;
    let list = use_node_ref();
    use_end(list.clone(), view);
    let clear = {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(Command::Select(None)))
    };
    let title = match &view.object {
        Some(object) => phrases::events_of(lang, &object.name),
        None => words.all_events.to_owned(),
    };
    html! {
        <div class="events">
            <div class="events__head">
                <h3>{ title }</h3>
                if view.object.is_some() {
                    <button type="button" class="btn btn--quiet btn--icon" onclick={clear}
                        aria-label={words.show_all_events} title={words.show_all_events}>
                        { icon(Icon::Close, 13) }
                    </button>
                }
            </div>
            if view.events.is_empty() { <p class="story__empty">{ words.no_events }</p> }
            <div ref={list} class="events__list" tabindex="0" role="group" aria-label={words.events}>
                if view.older > 0 {
                    <p class="feed__older">{ phrases::older_events(lang, view.older) }</p>
                }
                <ol>{ for view.events.iter().map(|event| row(props, event)) }</ol>
            </div>
        </div>
    }
}

fn row(props: &Props, event: &EventView) -> Html {
    let words = ViewWords::of(props.lang);
    let is_own = props.view.object.as_ref() == Some(&event.about);
    let (on, at_us) = (props.on.clone(), event.last_us);
    let visit = Callback::from(move |_: MouseEvent| on.emit(Command::Visit(at_us, None)));
    html! {
        <li key={event.uid.to_string()} class={classes!("event", event.is_warning.then_some("event--warning"))}>
            <div class="event__row">
                <button type="button" class="note__at" title={words.go_there} onclick={visit}>
                    <span class="sr">{ words.last_seen }{ " " }</span>{ &event.last_seen }
                </button>
                <span class="event__type">
                    if event.is_warning { { icon(Icon::Warning, 12) }{ "Warning" } } else { { "Normal" } }
                </span>
                <b class="event__reason">{ camel(&event.reason) }</b>
                if event.count > 1 {
                    <span class="event__count" title={phrases::times(props.lang, event.count)}>
                        { format!("×{}", event.count) }
                    </span>
                }
            </div>
            if !is_own {
                { chip(&event.object, &event.about, event.identity, false, &props.on) }
            }
            <p class="event__message">{ &event.message }</p>
        </li>
    }
}

/// Keeps the newest in sight, unless the reader scrolled away from it.
#[hook]
fn use_end(list: NodeRef, view: &Rc<EventsView>) {
    let was_at_end = use_mut_ref(|| true);
    if let Some(list) = list.cast::<Element>() {
        let left = list.scroll_height() - list.scroll_top() - list.client_height();
        *was_at_end.borrow_mut() = left < NEAR_PX;
    }
    let newest = view.events.last().map(|event| (event.uid.clone(), event.count));
    use_effect_with((view.object.clone(), newest), move |_| {
        if let Some(list) = list.cast::<Element>().filter(|_| *was_at_end.borrow()) {
            list.set_scroll_top(list.scroll_height());
        }
    });
}
