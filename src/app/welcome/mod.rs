//! The page that asks what comes back: three ways to begin, over the cluster's own nodes.
//!
//! Owns its arrangement. It must not touch the text or the cluster by itself. Invariant: each card
//! and each link does what it says at once.

mod figures;
mod way;

pub(crate) use way::Way;

use crate::command::Command;
use crate::focus::focus_soon;
use crate::stage::{Glyph, Nodes, can};
use podium::view::stage::{PodState, StageView};
use podium::view::words::{Lang, PageWords};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    /// The cluster, where there is room for its nodes.
    pub(crate) view: Option<Rc<StageView>>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Welcome(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    use_effect_with((), |()| {
        focus_soon(".welcome", false);
        || focus_soon(".brand button", true)
    });
    let send = |command: Command| props.on.reform(move |_: MouseEvent| command.clone());
    let card = |way: Way| {
        let (name, about) = way.words(words);
        let is_first = way == Way::Delete;
        let (class, open) =
            if is_first { ("btn btn--solid", words.start_here) } else { ("btn", words.open) };
        html! {
            <button type="button" class={classes!("start", is_first.then_some("start--first"))}
                onclick={send(Command::Begin(way))}>
                <span class="start__fig">{ figures::figure(way) }</span>
                <span class="start__body">
                    <b>{ name }</b><p>{ about }</p>
                    <span class="start__meta"><span {class}>{ open }</span></span>
                </span>
            </button>
        }
    };
    let list = Callback::from(|_: MouseEvent| {
        let picker = gloo::utils::document().query_selector("header .picker").ok().flatten();
        if let Some(picker) = picker.and_then(|one| one.dyn_into::<HtmlElement>().ok()) {
            picker.click();
        }
    });
    html! {
        <>
            <section class="welcome" aria-labelledby="welcome" tabindex="-1">
                <div class="welcome__in">
                    <h1 id="welcome">{ words.welcome_title }</h1>
                    <p class="welcome__lead">{ words.welcome_lead }</p>
                    <div class="starts">{ for Way::ALL.map(card) }</div>
                    <div class="legend">
                        <span><span class="ta"><Glyph state={PodState::Ready} size=18/></span>{ words.legend_round }</span>
                        <span><svg width="18" height="18" viewBox="0 0 26 26" aria-hidden="true">{ figures::seat(13, 13, 0, true) }</svg>{ words.legend_square }</span>
                        <span>{ can(14, true) }{ words.legend_disk }</span>
                        <span class="grow"></span>
                        <span class="legend__ways">
                            <button type="button" class="link" onclick={list}>{ words.all_examples }</button>
                            <button type="button" class="link" onclick={send(Command::OpenEmpty)}>{ words.start_empty }</button>
                        </span>
                    </div>
                </div>
            </section>
            if let Some(view) = &props.view {
                <Nodes view={view.clone()} lang={props.lang} on={props.on.clone()}/>
            }
        </>
    }
}
