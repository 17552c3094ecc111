//! The chart as a table, for those who would rather read it.
//!
//! Owns the table. Invariant: it says of every drawn life what the chart shows.

use podium::view::stage::ObjectRef;
use podium::view::timeline::window::exact;
use podium::view::timeline::{Life, TimelineView};
use podium::view::words::{Lang, ViewWords, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

/// Rows at most; the newest are the ones that count.
const ROWS_MAX: usize = 300;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) timeline: Rc<TimelineView>,
    pub(crate) now_us: u64,
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
            if *open { { table(props, words) } }
        </div>
    }
}

fn table(props: &Props, words: &ViewWords) -> Html {
    let lives: Vec<(String, &Life)> = props
        .timeline
        .groups
        .iter()
        .flat_map(|group| {
            let name = phrases::workload(
                props.lang,
                &ObjectRef::new(&group.kind, &group.namespace, &group.name),
            );
            group.rows.iter().flat_map(|row| &row.lives).map(move |life| (name.clone(), life))
        })
        .filter(|(_, life)| life.from_us <= props.now_us)
        .collect();
    if lives.is_empty() {
        return html! { <p class="dim">{ words.no_lives }</p> };
    }
    let cut = lives.len().saturating_sub(ROWS_MAX);
    let columns = [
        words.column_workload,
        words.column_name,
        words.column_from,
        words.column_ready,
        words.column_until,
        words.column_node,
        words.column_ip,
    ];
    let past =
        |at: Option<u64>| at.filter(|at| *at <= props.now_us).map_or_else(String::new, exact);
    html! {
        <div class="tltable__scroll" tabindex="0" role="group" aria-label={words.as_table}>
            <table class="plain">
                <caption class="sr">{ words.as_table }</caption>
                <thead><tr>
                    { for columns.into_iter().map(|name| html! { <th key={name} scope="col">{ name }</th> }) }
                </tr></thead>
                <tbody>
                    { for lives.into_iter().skip(cut).enumerate().map(|(at, (name, life))| html! {
                        <tr key={at}>
                            <td>{ name }</td>
                            <th scope="row">{ &life.name }</th>
                            <td>{ exact(life.from_us) }</td>
                            <td>{ past(life.ready_us) }</td>
                            <td>{ past(life.end_us) }</td>
                            <td>{ life.node.as_deref().unwrap_or_default() }</td>
                            <td>{ life.ip.as_deref().unwrap_or_default() }</td>
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}
