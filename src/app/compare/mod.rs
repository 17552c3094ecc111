//! Two runs at one moment: what differs, their stages and their ledgers side by side.
//!
//! Owns the arrangement. It must not know how they were compared. Invariant: a mark has a word,
//! and both sides keep the same rows and columns.

mod ledgers;
mod stages;

use crate::command::Command;
use crate::story::parts;
use ledgers::Ledgers;
use podium::view::compare::{CompareView, Contrast, Difference};
use podium::view::stage::ObjectRef;
use podium::view::story::Part;
use podium::view::timeline::window::exact;
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
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Compare(props: &Props) -> Html {
    let (view, lang, words) = (&props.view, props.lang, ViewWords::of(props.lang));
    html! {
        <div class="compare" tabindex="0" role="group" aria-label={words.compare_title}>
            <h3 class="compare__title">
                { words.compare_title }
                <span class="mono">{ exact(view.at_us) }</span>
                <span class="dim">{ phrases::differences(lang, view.differences.len()) }</span>
                if !view.is_there { <span class="dim" role="status">{ words.catching_up }</span> }
            </h3>
            <Stages view={view.clone()} {lang} selected={props.selected.clone()}
                on={props.on.clone()}/>
            { differences(props) }
            <Ledgers view={view.clone()} {lang}/>
        </div>
    }
}

/// The name of a side.
pub(crate) fn side_name(view: &CompareView, lang: Lang, side: usize) -> String {
    phrases::run(lang, view.letters[side])
}

/// The word and the class of a contrast; what is alike needs neither.
pub(crate) fn contrast(lang: Lang, contrast: Contrast) -> (Option<&'static str>, &'static str) {
    let words = ViewWords::of(lang);
    match contrast {
        Contrast::Alike => (None, ""),
        Contrast::Differs => (Some(words.differs), "is-different"),
        Contrast::Only => (Some(words.only_here), "is-only"),
    }
}

fn differences(props: &Props) -> Html {
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
                    <th scope="col">{ side_name(view, lang, 0) }</th>
                    <th scope="col">{ side_name(view, lang, 1) }</th>
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
        </tr>
    }
}
