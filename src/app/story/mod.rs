//! The story pane: the newest sentence told large, and what came before it.
//!
//! Owns how entries are laid out and when they are read aloud. It must not know how they came to
//! be. Invariant: a reader who listens hears each sentence, or a summary when they come too fast.

mod announcer;
mod choices;
mod entry;
mod filter;
mod walk;
mod why;

pub(crate) use announcer::Announcer;
pub(crate) use entry::{Caption, Now, parts};

use crate::command::Command;
use crate::list::keyed;
use crate::turns::{Crowd, use_turns};
use choices::Choices;
use entry::Note;
use filter::Filter;
use podium::view::stage::{ObjectRef, StuckView};
use podium::view::story::{Entry, StoryView};
use podium::view::words::{Lang, PageWords, ViewWords, page};
use std::rc::Rc;
use yew::prelude::*;

/// How many entries stand below the newest one on a phone's stage.
const FEW_MAX: usize = 4;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<StoryView>,
    pub(crate) lang: Lang,
    pub(crate) selected: Option<ObjectRef>,
    /// The object that the story is about; none tells everything.
    pub(crate) about: Option<ObjectRef>,
    /// A Pod that nobody can replace.
    pub(crate) stuck: Option<StuckView>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Story(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let view = &props.view;
    let feed = use_node_ref();
    let on_keys = {
        let feed = feed.clone();
        Callback::from(move |event: KeyboardEvent| walk::answer(&feed, &event))
    };
    let turns = use_turns(props.lang, Crowd::of_sentences(view.feed.len()), true);
    let note = |(place, entry): (usize, &Rc<Entry>)| {
        let lang = turns.at(place)?;
        Some(html! {
            <Note key={entry.id} entry={entry.clone()} {lang} tab="-1"
                selected={props.selected.clone()} on={props.on.clone()}/>
        })
    };
    let now = view.now.as_ref().map(|now| now.id);
    let unfolded = use_state_eq(|| None);
    let on_unfold = {
        let set = unfolded.setter();
        use_callback(now, move |is_open: bool, now| set.set(now.filter(|_| is_open)))
    };
    let is_unfolded = now.is_some() && *unfolded == now;
    let earlier = props.on.reform(|_: MouseEvent| Command::Earlier);
    html! {
        <div class={classes!("story", is_unfolded.then_some("is-unfolded"))}>
            <Filter lang={props.lang} view={view.clone()} about={props.about.clone()}
                selected={props.selected.clone()} on={props.on.clone()}/>
            if let Some(now) = &view.now {
                <Now key={now.id} entry={now.clone()} lang={props.lang} {on_unfold}
                    selected={props.selected.clone()} on={props.on.clone()}/>
            } else {
                <p class="story__empty">
                    { if props.about.is_some() {
                        ViewWords::of(props.lang).story_none
                    } else {
                        words.story_empty
                    } }
                </p>
            }
            if let Some(stuck) = &props.stuck {
                <Choices lang={props.lang} stuck={stuck.clone()} is_told={is_told(view, stuck)}
                    on={props.on.clone()}/>
            }
            // However long it grows, the Tab key stops here once.
            <div ref={feed} class="feed" role="log" aria-live="off" aria-label={words.earlier}
                tabindex="0" onkeydown={on_keys}><ol>
                { keyed(view.feed.iter().enumerate().filter_map(note)) }
                if view.older > 0 {
                    <li class="feed__older">
                        <button type="button" class="btn btn--quiet" tabindex="-1" onclick={earlier}>
                            { page::older_entries(props.lang, view.older) }
                        </button>
                    </li>
                }
            </ol></div>
        </div>
    }
}

/// Whether the sentence that is told large says what keeps a Pod.
fn is_told(view: &StoryView, stuck: &StuckView) -> bool {
    view.now.as_ref().is_some_and(|now| {
        now.rule.as_deref() == Some("STS-AT-MOST-ONE") && now.about.contains(&stuck.pod.object())
    })
}

#[derive(Properties, PartialEq)]
pub(crate) struct EarlierProps {
    pub(crate) view: Rc<StoryView>,
    pub(crate) lang: Lang,
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// The few entries before the newest one, below it where the story has no pane beside the stage.
#[component]
pub(crate) fn Earlier(props: &EarlierProps) -> Html {
    let notes = props.view.feed.iter().take(FEW_MAX).map(|entry| {
        html! {
            <Note key={entry.id} entry={entry.clone()} lang={props.lang}
                selected={props.selected.clone()} on={props.on.clone()}/>
        }
    });
    html! {
        <ol class="earlier" aria-label={PageWords::of(props.lang).earlier}>{ keyed(notes) }</ol>
    }
}
