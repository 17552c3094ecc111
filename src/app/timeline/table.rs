//! The chart as tables, for those who would rather read it.
//!
//! Owns when they are open and how many rows are drawn. Invariant: what is left out is counted.

use podium::view::scene::RunView;
use podium::view::timeline::chart::Frame;
use podium::view::timeline::sheet::{Sheet, sheets};
use podium::view::timeline::{TimelineView, Window};
use podium::view::transport::TransportView;
use podium::view::words::{Lang, ViewWords};
use std::rc::Rc;
use yew::prelude::*;

/// Rows of a table that are drawn; the newest are the ones that count.
const ROWS_MAX: usize = 300;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) timeline: Rc<TimelineView>,
    pub(crate) transport: Rc<TransportView>,
    pub(crate) runs: Rc<Vec<RunView>>,
    pub(crate) shown: Window,
    pub(crate) known_us: u64,
}

/// See the module.
#[component]
pub(crate) fn LivesTable(props: &Props) -> Html {
    let words = ViewWords::of(props.lang);
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    html! {
        <div class="tltable">
            <button type="button" class="why" aria-expanded={open.to_string()} onclick={toggle}>
                { words.as_table }
            </button>
            if *open { { tables(props, words) } }
        </div>
    }
}

fn tables(props: &Props, words: &ViewWords) -> Html {
    let frame = Frame {
        width: 0.0,
        height: 0.0,
        window: props.shown,
        now_us: props.transport.now_us,
        known_us: props.known_us,
        marks: Rc::new(props.transport.marks.clone()),
        branches: props.runs.iter().filter(|one| !one.is_current).map(RunView::branch).collect(),
        selected: None,
        lang: props.lang,
    };
    html! {
        <div class="tltable__scroll" tabindex="0" role="group" aria-label={words.as_table}>
            if props.timeline.groups.is_empty() { <p class="dim">{ words.no_lives }</p> }
            { for sheets(&props.timeline, &frame).iter().map(table) }
        </div>
    }
}

fn table(sheet: &Sheet) -> Html {
    let cut = sheet.rows.len().saturating_sub(ROWS_MAX);
    html! {
        <table key={sheet.title.clone()} class="plain">
            <caption>{ &sheet.title }</caption>
            <thead><tr>
                { for sheet.columns.iter().map(|name| html! { <th key={*name} scope="col">{ name }</th> }) }
            </tr></thead>
            <tbody>
                if cut > 0 {
                    <tr><td class="dim" colspan={sheet.columns.len().to_string()}>{ format!("+{cut}") }</td></tr>
                }
                { for sheet.rows.iter().skip(cut).enumerate().map(|(at, row)| html! {
                    <tr key={at}>{ for row.iter().enumerate().map(|(column, text)| {
                        if column == sheet.names {
                            html! { <th key={column} scope="row">{ text }</th> }
                        } else {
                            html! { <td key={column}>{ text }</td> }
                        }
                    }) }</tr>
                }) }
            </tbody>
        </table>
    }
}
