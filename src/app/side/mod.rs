//! The side panel: the story, the selected object, and the Events about it, as tabs.
//!
//! Owns the tabs and their keys. It must not know what stands in one. Invariant: one tab is in the
//! order of focus, the one chosen; a tab is drawn only while it is open.

mod events;
mod inspect;

use crate::command::Command;
use crate::look::SideTab;
use crate::session::SideViews;
use crate::story::Story;
use events::Events;
use inspect::Inspect;
use podium::view::stage::{ObjectRef, StuckView};
use podium::view::story::StoryView;
use podium::view::words::{Lang, PageWords, ViewWords};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use yew::prelude::*;

const TABS: [SideTab; 3] = [SideTab::Story, SideTab::Inspect, SideTab::Events];

const fn tab_id(tab: SideTab) -> &'static str {
    match tab {
        SideTab::Story => "side-story",
        SideTab::Inspect => "side-inspect",
        SideTab::Events => "side-events",
    }
}

fn name(lang: Lang, tab: SideTab) -> &'static str {
    match tab {
        SideTab::Story => PageWords::of(lang).story,
        SideTab::Inspect => ViewWords::of(lang).inspect,
        SideTab::Events => ViewWords::of(lang).events,
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct TabsProps {
    pub(crate) lang: Lang,
    pub(crate) tab: SideTab,
    pub(crate) on: Callback<Command>,
}

/// The tabs' names.
#[component]
pub(crate) fn SideTabs(props: &TabsProps) -> Html {
    let words = ViewWords::of(props.lang);
    let keys = {
        let (on, here) = (props.on.clone(), props.tab);
        Callback::from(move |event: KeyboardEvent| {
            let at = TABS.iter().position(|tab| *tab == here).unwrap_or(0);
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % TABS.len(),
                "ArrowLeft" => (at + TABS.len() - 1) % TABS.len(),
                "Home" => 0,
                "End" => TABS.len() - 1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            on.emit(Command::ShowSide(TABS[to]));
            focus(tab_id(TABS[to]));
        })
    };
    html! {
        <div class="tabs__list" role="tablist" aria-label={words.side} onkeydown={keys}>
            { for TABS.map(|tab| {
                let on = props.on.clone();
                let show = Callback::from(move |_: MouseEvent| on.emit(Command::ShowSide(tab)));
                let chosen = tab == props.tab;
                html! {
                    <button key={tab_id(tab)} type="button" id={tab_id(tab)} role="tab"
                        aria-selected={chosen.to_string()} aria-controls="side"
                        tabindex={if chosen { "0" } else { "-1" }} onclick={show}>{ name(props.lang, tab) }</button>
                }
            }) }
        </div>
    }
}

fn focus(id: &str) {
    let tab = gloo::utils::document().get_element_by_id(id);
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Focusing can only fail on an element that has left the page.
        let _ = tab.focus();
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) tab: SideTab,
    pub(crate) story: Rc<StoryView>,
    pub(crate) views: SideViews,
    pub(crate) selected: Option<ObjectRef>,
    /// The object that the story is about; none tells everything.
    pub(crate) about: Option<ObjectRef>,
    /// A Pod that nobody can replace.
    pub(crate) stuck: Option<StuckView>,
    pub(crate) on: Callback<Command>,
}

/// What the open tab shows.
#[component]
pub(crate) fn Side(props: &Props) -> Html {
    let content = match props.tab {
        SideTab::Story => html! {
            <Story view={props.story.clone()} lang={props.lang} selected={props.selected.clone()}
                about={props.about.clone()} stuck={props.stuck.clone()} on={props.on.clone()}/>
        },
        SideTab::Inspect => html! {
            <Inspect lang={props.lang} view={props.views.inspect.clone()} on={props.on.clone()}/>
        },
        SideTab::Events => html! {
            <Events lang={props.lang} view={props.views.events.clone().unwrap_or_default()}
                on={props.on.clone()}/>
        },
    };
    html! {
        <div id="side" class="side" role="tabpanel" aria-labelledby={tab_id(props.tab)}>
            <h2 class="sr">{ name(props.lang, props.tab) }</h2>
            { content }
        </div>
    }
}
