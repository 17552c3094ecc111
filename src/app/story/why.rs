//! The chain of causes behind an entry, back to the person's own act.
//!
//! Owns how the chain is drawn. Invariant: it is a list from the nearest cause to the first.

use super::entry::parts_in;
use crate::command::Command;
use podium::view::stage::ObjectRef;
use podium::view::story::{Cause, Entry};
use podium::view::transport::stamp;
use podium::view::words::{Lang, PageWords, ViewWords};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) entry: Rc<Entry>,
    pub(crate) lang: Lang,
    pub(crate) selected: Option<ObjectRef>,
    /// The place of what is in it in the order of the Tab key.
    pub(crate) tab: Option<&'static str>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Why(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let entry = &props.entry;
    html! {
        <div class="whychain">
            { rule(props, entry.meaning.as_deref(), None, entry.url.as_deref()) }
            { waited(props, entry.waited.as_deref()) }
            if entry.causes.is_empty() {
                <p class="dim">{ words.no_cause }</p>
            }
            <ol>
                { for entry.causes.iter().enumerate().map(|(at, cause)| html! {
                    <li key={at} class="whychain__step">{ step(props, cause) }</li>
                }) }
            </ol>
        </div>
    }
}

/// What a rule says in general, its code and its page.
fn rule(props: &Props, meaning: Option<&str>, code: Option<&str>, url: Option<&str>) -> Html {
    let words = PageWords::of(props.lang);
    html! {
        <>
            if let Some(meaning) = meaning { <p class="whychain__rule">{ meaning }</p> }
            if let Some(code) = code { <span class="code">{ code }</span> }
            if let Some(url) = url {
                <a class="whychain__doc" href={url.to_owned()} target="_blank" rel="noreferrer" tabindex={props.tab}
                    aria-label={code.map(|code| format!("{} ({code})", words.documented_at))}>
                    { words.documented_at }
                </a>
            }
        </>
    }
}

/// A sentence with the way to its moment.
fn told(props: &Props, cause: &Cause) -> Html {
    let (on, moment) = (props.on.clone(), cause.at_us);
    let go = Callback::from(move |_: MouseEvent| on.emit(Command::Visit(moment, None)));
    html! {
        <>
            <div class="note__time">
                <button type="button" class="whychain__at" onclick={go} tabindex={props.tab}
                    title={ViewWords::of(props.lang).go_there}>{ stamp(cause.at_us) }</button>
                <span class="actorname">{ &cause.actor }</span>
            </div>
            <p class="note__text">{ parts_in(&cause.parts, props.selected.as_ref(), props.tab, &props.on) }</p>
        </>
    }
}

fn step(props: &Props, cause: &Cause) -> Html {
    html! {
        <>
            { told(props, cause) }
            { rule(props, cause.meaning.as_deref(), cause.rule.as_deref(), cause.url.as_deref()) }
            { waited(props, cause.waited.as_deref()) }
        </>
    }
}

/// What an actor had waited for before it acted.
fn waited(props: &Props, waited: Option<&Cause>) -> Html {
    let words = ViewWords::of(props.lang);
    waited.map_or_else(Html::default, |cause| {
        html! {
            <div class="whychain__wait">
                <p class="eyebrow">{ words.waited_for }</p>
                { told(props, cause) }
                { rule(props, cause.meaning.as_deref(), cause.rule.as_deref(),
                    cause.url.as_deref()) }
            </div>
        }
    })
}
