//! How many replicas of each workload are ready, now and over time.
//!
//! Owns the rows and their small charts. Invariant: the number beside a chart is its last level.

use crate::chart;
use crate::command::Command;
use crate::icons::{Icon, icon};
use crate::layout::use_size;
use crate::list::keyed;
use crate::scale;
use crate::stage::short;
use podium::view::timeline::{Group, TimelineView};
use podium::view::transport::span;
use podium::view::words::stage as phrases;
use podium::view::words::{Lang, PageWords, ViewWords, page, views};
use std::rc::Rc;
use yew::prelude::*;

/// How many workloads have a row; the others are counted.
const ROWS_MAX: usize = 40;
/// From how many on the rows are low; how low, and how far apart, at the usual scale.
const MANY: usize = 3;
const ROW_PX: f64 = 19.0;
const ROW_GAP_PX: f64 = 2.0;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) timeline: Rc<TimelineView>,
    pub(crate) now_us: u64,
    pub(crate) reached_us: u64,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Readout(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let (whole_us, _) = span(props.reached_us);
    let rest = props.timeline.groups.len().saturating_sub(ROWS_MAX);
    let list = use_node_ref();
    // As many whole rows as there is room for; the others are counted beside the title.
    let (_, height) = use_size(list.clone());
    let hidden = hidden(props.timeline.groups.len(), height / scale::Scale::now().factor());
    let on = props.on.clone();
    let fork = Callback::from(move |_: MouseEvent| on.emit(Command::Fork));
    html! {
        <div class="readout">
            <div class="readout__head">
                <h2 class="eyebrow">{ words.ready_replicas }</h2>
                if hidden > 0 {
                    <span class="readout__rest" title={phrases::more_below(props.lang, hidden)}>
                        { format!("+{hidden}") }
                    </span>
                }
            </div>
            <div class="readout__room">
            <div ref={list} class="readout__rows" tabindex="0" role="group" aria-label={words.ready_replicas}>
            if props.timeline.groups.is_empty() { <p class="dim">{ words.no_workloads }</p> }
            { keyed(props.timeline.groups.iter().take(ROWS_MAX).map(|group| html! {
                <ReadyRow key={format!("{}/{}", group.kind, group.label())} lang={props.lang}
                    group={levels(group)} {whole_us}
                    now_us={chart::snap(props.now_us, whole_us, chart::READY_WIDTH)}/>
            })) }
            if rest > 0 { <p class="dim">{ phrases::more_lanes(props.lang, rest) }</p> }
            </div>
            </div>
            <button type="button" class="btn readout__fork" onclick={fork}
                title={format!("{} (F)", ViewWords::of(props.lang).fork_here)}>
                { icon(Icon::Fork, 14) }{ ViewWords::of(props.lang).fork_here }
            </button>
        </div>
    }
}

/// How many workloads lie below the edge of so high a list.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a handful of rows in a few pixels"
)]
fn hidden(count: usize, height: f64) -> usize {
    let fit = ((height + ROW_GAP_PX) / (ROW_PX + ROW_GAP_PX)).round() as usize;
    // Before anything is laid out, and where all have room, there is nothing to say.
    if count < MANY || fit == 0 { 0 } else { count.saturating_sub(fit) }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    lang: Lang,
    group: Group,
    whole_us: u64,
    now_us: u64,
}

/// A workload without the lives of its Pods: the row shows how many, not which.
fn levels(group: &Group) -> Group {
    Group {
        kind: group.kind.clone(),
        namespace: group.namespace.clone(),
        name: group.name.clone(),
        identity: group.identity,
        desired: group.desired,
        wanted: group.wanted.clone(),
        rows: Vec::new(),
        ready: group.ready.clone(),
    }
}

#[component]
fn ReadyRow(props: &RowProps) -> Html {
    let group = &props.group;
    let ready = group.ready_now();
    let name = views::group(props.lang, group);
    // Of a Job's Pods, and of those that are nobody's, no number is wanted to be ready.
    let of = group.desired.map_or_else(String::new, |desired| format!("/{desired}"));
    let svg = chart::ready(group, props.whole_us, props.now_us);
    html! {
        <div class="readout__row">
            <span class={classes!("shape", format!("shape--{}", group.identity.letter()))}/>
            <span class="mono readout__name" title={name.clone()}>
                { if group.name.is_empty() { html! { &name } } else { short(&name) } }
            </span>
            <b>{ format!("{ready}{of}") }</b>
            <span class="readout__chart" role="img"
                aria-label={page::ready_of(props.lang, &name, ready, group.desired)}>
                { Html::from_html_unchecked(svg.into()) }
            </span>
        </div>
    }
}
