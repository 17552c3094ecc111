//! Two runs at one moment: what differs, their stages and their ledgers side by side.
//!
//! Owns the arrangement. It must not know how they were compared. Invariant: a mark has a word,
//! and both sides keep the same rows and columns.

mod ledgers;
mod stages;

use crate::command::Command;
use crate::story::parts;
use crate::transport::Scrub;
use ledgers::Ledgers;
use podium::view::compare::{CompareView, Contrast, Difference};
use podium::view::stage::ObjectRef;
use podium::view::story::Part;
use podium::view::timeline::TimelineView;
use podium::view::transport::{TransportView, stamp};
use podium::view::words::{Lang, ViewWords, views as phrases};
use stages::Stages;
use std::rc::Rc;
use yew::prelude::*;

/// Differences that are listed; the rest is counted.
const LISTED_MAX: usize = 40;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<CompareView>,
    pub(crate) lang: Lang,
    pub(crate) selected: Option<ObjectRef>,
    /// The clock, as far as either run came.
    pub(crate) transport: Rc<TransportView>,
    pub(crate) timeline: Rc<TimelineView>,
    /// How far the other run came.
    pub(crate) reached_us: u64,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Compare(props: &Props) -> Html {
    let (view, lang, words) = (&props.view, props.lang, ViewWords::of(props.lang));
    let expected_us = (props.reached_us < view.at_us).then_some(props.reached_us);
    html! {
        <div class="compare" tabindex="0" role="group" aria-label={words.compare_title}>
            <h3 class="compare__title">
                { words.compare_title }
                <span class="mono">{ stamp(view.at_us) }</span>
                <span class="dim">{ phrases::differences(lang, view.differences.len()) }</span>
                if !view.is_there { <span class="dim" role="status">{ words.catching_up }</span> }
            </h3>
            <div class="compare__time">
                <Scrub {lang} transport={props.transport.clone()} bare=true
                    timeline={props.timeline.clone()} on={props.on.clone()}/>
            </div>
            { legend(words) }
            <Stages view={view.clone()} {lang} {expected_us} selected={props.selected.clone()}
                on={props.on.clone()}/>
            { differences(props, expected_us.is_some()) }
            <Ledgers view={view.clone()} {lang} is_expected={expected_us.is_some()}/>
        </div>
    }
}

/// The name of a side.
pub(crate) fn side_name(view: &CompareView, lang: Lang, side: usize) -> String {
    phrases::run(lang, view.letters[side])
}

/// The name of a side as a heading: the other run may never have come to this moment.
fn heading(view: &CompareView, lang: Lang, side: usize, is_expected: bool) -> String {
    let name = side_name(view, lang, side);
    if is_expected && side == 1 { phrases::expected_run(lang, &name) } else { name }
}

/// The word of a contrast; what is alike needs none.
pub(crate) fn contrast(lang: Lang, contrast: Contrast) -> Option<&'static str> {
    let words = ViewWords::of(lang);
    match contrast {
        Contrast::Alike => None,
        Contrast::Differs => Some(words.differs),
        Contrast::Only => Some(words.only_here),
    }
}

/// The sign of a contrast. It is no ring, for a ring is what is selected.
pub(crate) fn sign(contrast: Contrast) -> Html {
    match contrast {
        Contrast::Alike => Html::default(),
        Contrast::Differs => html! { <i class="diffsign" aria-hidden="true">{ "≠" }</i> },
        Contrast::Only => {
            html! { <i class="diffsign diffsign--only" aria-hidden="true">{ "+" }</i> }
        }
    }
}

fn legend(words: &ViewWords) -> Html {
    html! {
        <p class="compare__legend">
            <span>{ sign(Contrast::Differs) }{ words.legend_differs }</span>
            <span>{ sign(Contrast::Only) }{ words.legend_only }</span>
            <span><i class="diffsign diffsign--ring" aria-hidden="true"/>{ words.legend_selected }</span>
        </p>
    }
}

fn differences(props: &Props, is_expected: bool) -> Html {
    let (view, lang, words) = (&props.view, props.lang, ViewWords::of(props.lang));
    if view.differences.is_empty() {
        return Html::default();
    }
    let rest = view.differences.len().saturating_sub(LISTED_MAX);
    html! {
        <section class="compare__list">
            <table class="plain">
                <caption class="sr">{ phrases::differences(lang, view.differences.len()) }</caption>
                <thead><tr>
                    <th scope="col">{ words.column_aspect }</th>
                    <th scope="col">{ heading(view, lang, 0, is_expected) }</th>
                    <th scope="col">{ heading(view, lang, 1, is_expected) }</th>
                    <th scope="col"><span class="sr">{ words.compare }</span></th>
                </tr></thead>
                <tbody>{ for view.differences.iter().take(LISTED_MAX).map(|one| {
                    difference(props, one)
                }) }</tbody>
            </table>
            if rest > 0 { <p class="dim">{ format!("+{rest}") }</p> }
        </section>
    }
}

fn difference(props: &Props, one: &Difference) -> Html {
    let (lang, words) = (props.lang, ViewWords::of(props.lang));
    let chip = Part::Object {
        label: one.object.name.to_string(),
        object: one.object.clone(),
        identity: one.identity,
    };
    html! {
        <tr key={format!("{}/{}/{}", one.object.kind, one.object.namespace, one.object.name)}>
            <th scope="row">{ parts(&[chip], props.selected.as_ref(), &props.on) }</th>
            { for one.facts.iter().map(|facts| html! {
                <td>{ facts.as_ref().map_or_else(
                    || words.not_here.to_owned(),
                    |facts| phrases::facts(lang, facts),
                ) }</td>
            }) }
            <td class="differs">{ mark(props, one) }</td>
        </tr>
    }
}

/// Whether a thing is another or missing on a side, and on which.
fn mark(props: &Props, one: &Difference) -> Html {
    let (lang, view) = (props.lang, &props.view);
    let only = match &one.facts {
        [Some(_), None] => Some(0),
        [None, Some(_)] => Some(1),
        _ => None,
    };
    match only {
        Some(side) => html! {
            <>{ sign(Contrast::Only) }{ phrases::only_in(lang, &side_name(view, lang, side)) }</>
        },
        None => html! { <>{ sign(Contrast::Differs) }{ ViewWords::of(lang).differs }</> },
    }
}
