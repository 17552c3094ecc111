//! Two small stages with the same columns: nodes, lanes, chips, disks.
//!
//! Owns their drawing. Invariant: a chip's mark is in its words as well as in its outline.

use super::{contrast, side_name, sign};
use crate::command::Command;
use crate::stage::Glyph;
use podium::view::Identity;
use podium::view::compare::{CompareView, LaneRow, Marked};
use podium::view::stage::{DiskView, ObjectRef, PodView};
use podium::view::timeline::window::tenths;
use podium::view::words::{Lang, ViewWords, stage as stage_words, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

/// Chips of one cell that are drawn; the rest is counted.
const CHIPS_MAX: usize = 24;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<CompareView>,
    pub(crate) lang: Lang,
    /// Since when the other run is only expected, if it is.
    pub(crate) expected_us: Option<u64>,
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Stages(props: &Props) -> Html {
    html! { <div class="compare__sides">{ for [0, 1].map(|side| stage(props, side)) }</div> }
}

fn stage(props: &Props, side: usize) -> Html {
    let (view, lang, words) = (&props.view, props.lang, ViewWords::of(props.lang));
    let title = side_name(view, lang, side);
    let expected = props.expected_us.filter(|_| side == 1);
    let expected = expected.map(|at_us| phrases::expected_since(lang, &tenths(at_us)));
    html! {
        <section class={classes!("ministage", expected.as_ref().map(|_| "is-expected"))}
            aria-label={title.clone()}>
            <table>
                <caption>
                    { title }
                    if let Some(expected) = expected { <small>{ expected }</small> }
                </caption>
                <thead><tr>
                    <th scope="col"><span class="sr">{ words.column_workload }</span></th>
                    { for view.nodes.iter().map(|(name, sides)| {
                        let state = sides[side].as_ref();
                        let word = state.map_or(Some(words.not_here), |one| {
                            contrast(lang, one.contrast)
                        });
                        let class = state.is_none().then_some("is-absent");
                        html! {
                            <th key={name.to_string()} scope="col" {class}>
                                { &**name }{ state.map_or_else(Html::default, |one| sign(one.contrast)) }
                                if let Some(one) = state {
                                    <small>{ stage_words::node_state(lang, &one.it) }</small>
                                }
                                if let Some(word) = word { <small class="differs">{ word }</small> }
                            </th>
                        }
                    }) }
                    if view.has_unplaced { <th scope="col">{ words.no_node }</th> }
                </tr></thead>
                <tbody>
                    { for view.lanes.iter().map(|row| lane(props, row, side)) }
                    if !view.disks.is_empty() { { disks(props, side) } }
                </tbody>
            </table>
        </section>
    }
}

fn lane(props: &Props, row: &LaneRow, side: usize) -> Html {
    let (view, lang, words) = (&props.view, props.lang, ViewWords::of(props.lang));
    let here = &row.sides[side];
    let word = contrast(lang, here.contrast);
    let name = phrases::workload(lang, &row.object);
    let columns = view.nodes.len() + usize::from(view.has_unplaced);
    html! {
        <tr key={name.clone()}>
            <th scope="row">
                <span class={format!("shape shape--{}", row.identity.letter())}/>
                { name }{ sign(here.contrast) }
                <small>{ here.lane.as_ref().map_or_else(
                    || words.not_here.to_owned(),
                    |lane| stage_words::ready_of(lang, lane.ready, lane.desired),
                ) }</small>
                if let Some(word) = word { <small class="differs">{ word }</small> }
            </th>
            { for here.cells.iter().take(columns).enumerate().map(|(at, pods)| html! {
                <td key={at}>
                    { for pods.iter().take(CHIPS_MAX).map(|pod| chip(props, row, pod)) }
                    if pods.len() > CHIPS_MAX {
                        <small class="dim">{ format!("+{}", pods.len() - CHIPS_MAX) }</small>
                    }
                </td>
            }) }
        </tr>
    }
}

fn chip(props: &Props, row: &LaneRow, pod: &Marked<Rc<PodView>>) -> Html {
    let lang = props.lang;
    let word = contrast(lang, pod.contrast);
    let class = word.map(|_| "is-marked");
    let it = &pod.it;
    let object = it.object();
    let chosen = props.selected.as_ref() == Some(&object);
    let next = (!chosen).then_some(object);
    let on = props.on.clone();
    let select = Callback::from(move |_: MouseEvent| on.emit(Command::Select(next.clone())));
    let square = row.identity == Identity::Stateful;
    let suffix = if it.suffix.is_empty() { &it.name } else { &it.suffix };
    let state = stage_words::pod_state(lang, it);
    let ip = it.ip.as_deref().map_or_else(String::new, |ip| format!(", {ip}"));
    let note = word.map_or_else(String::new, |word| format!(" ({word})"));
    html! {
        <button type="button" key={it.uid.to_string()} onclick={select}
            class={classes!("chip", square.then_some("chip--b"), class)}
            data-state={it.state.name()} data-selected={chosen.to_string()}
            aria-pressed={chosen.to_string()} title={format!("{}{}{state}{ip}{note}", it.name, lang.colon())}>
            <span aria-hidden="true">{ &**suffix }</span>
            <Glyph state={it.state} size={13}/>
            { sign(pod.contrast) }
            <span class="sr">{ format!("{}, {state}{ip}{note}", it.name) }</span>
        </button>
    }
}

fn disks(props: &Props, side: usize) -> Html {
    let (view, words) = (&props.view, ViewWords::of(props.lang));
    let columns = view.nodes.len() + usize::from(view.has_unplaced);
    html! {
        <tr>
            <th scope="row">{ words.disks }</th>
            <td colspan={columns.to_string()}>
                { for view.disks.iter().filter_map(|(_, sides)| sides[side].as_ref()).map(|one| {
                    disk(props.lang, one)
                }) }
            </td>
        </tr>
    }
}

fn disk(lang: Lang, disk: &Marked<Rc<DiskView>>) -> Html {
    let word = contrast(lang, disk.contrast);
    let tag = stage_words::disk_tag(lang, &disk.it);
    // Claims of two namespaces can have one name.
    let name = match &*disk.it.namespace {
        "default" => disk.it.claim.to_string(),
        other => format!("{other}/{}", disk.it.claim),
    };
    html! {
        <span key={disk.it.uid.to_string()} class="minidisk">
            <b>{ name }</b>{ format!(" {tag}") }
            { sign(disk.contrast) }
            if let Some(word) = word { <small class="differs">{ word }</small> }
        </span>
    }
}
