//! The chain of causes behind an entry, back to the person's own act.
//!
//! Owns how the chain is drawn. Invariant: it is a list from the nearest cause to the first.

use super::parts;
use crate::command::Command;
use podium::view::stage::ObjectRef;
use podium::view::story::Entry;
use podium::view::transport::stamp;
use podium::view::words::{Lang, PageWords};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) entry: Rc<Entry>,
    pub(crate) lang: Lang,
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Why(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let entry = &props.entry;
    html! {
        <div class="whychain">
            if let Some(meaning) = &entry.meaning { <p class="whychain__rule">{ meaning }</p> }
            if entry.causes.is_empty() {
                <p class="dim">{ words.no_cause }</p>
            }
            <ol>
                { for entry.causes.iter().enumerate().map(|(at, cause)| {
                    let (on, moment) = (props.on.clone(), cause.at_us);
                    let go = Callback::from(move |_: MouseEvent| on.emit(Command::Seek(moment)));
                    html! {
                        <li key={at} class="whychain__step">
                            <div class="note__time">
                                <button type="button" class="whychain__at" onclick={go}>{ stamp(cause.at_us) }</button>
                                <span class="actorname">{ &cause.actor }</span>
                            </div>
                            <p class="note__text">{ parts(&cause.parts, props.selected.as_ref(), &props.on) }</p>
                            if let Some(meaning) = &cause.meaning {
                                <p class="whychain__rule">{ meaning }</p>
                            }
                            if let Some(rule) = &cause.rule {
                                <span class="code">{ rule }</span>
                            }
                            if let Some(url) = &cause.url {
                                <a class="whychain__doc" href={url.clone()} target="_blank" rel="noreferrer">
                                    { words.documented_at }
                                </a>
                            }
                        </li>
                    }
                }) }
            </ol>
        </div>
    }
}
