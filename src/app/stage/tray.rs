//! What a lane has that stands in no column: Pods without a node, and ordinals to come.
//!
//! Owns the list and whether it is unfolded. Invariant: every Pod of the lane can be reached, here
//! or in a cell.

use super::pod::Pod;
use super::setting::{Setting, use_setting};
use crate::list::keyed;
use podium::view::stage::{LaneView, Level, ObjectRef, PodState};
use podium::view::words::stage as phrases;
use std::rc::Rc;
use yew::prelude::*;

/// How many are drawn before the reader asks for all.
const TRAY_MAX: usize = 9;
/// How many are drawn at most; the rest are counted.
const ALL_MAX: usize = 400;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lane: Rc<LaneView>,
    pub(crate) selected: Option<ObjectRef>,
}

/// See the module.
#[component]
pub(crate) fn Tray(props: &Props) -> Html {
    let setting = use_setting();
    let is_open = use_state_eq(|| false);
    let lane = &props.lane;
    let waiting: Vec<_> = lane.pods.iter().filter(|pod| pod.node.is_none()).collect();
    let to_come: Vec<_> = lane.seats.iter().filter(|seat| seat.node.is_none()).collect();
    let all = waiting.len() + to_come.len();
    let room = if *is_open { ALL_MAX } else { TRAY_MAX };
    let words = setting.words();
    let word = match waiting.first() {
        None => "",
        Some(_) if waiting.iter().all(|pod| pod.state == PodState::Unknown) => words.node_gone,
        Some(_) => words.unscheduled,
    };
    let reason = waiting.iter().find_map(|pod| pod.reason.clone());
    html! {
        <div class={classes!("tray", is_open.then_some("tray--open"))}>
            if !waiting.is_empty() { <span class="tray__word">{ word }</span> }
            { keyed(waiting.iter().take(room).map(|pod| html! {
                <Pod key={pod.uid.to_string()} pod={(*pod).clone()} identity={lane.identity()}
                    label={phrases::pod_label(setting.lang, pod, lane, &[])} level={Level::Chip}
                    newest={false} half={false} tray={true}
                    selected={props.selected.as_ref() == Some(&pod.object())} />
            })) }
            if waiting.len() > TRAY_MAX { { unfold(&setting, &is_open, all) } }
            if let Some(reason) = reason {
                <p class="tray__reason" title={reason.to_string()}>{ &*reason }</p>
            }
            if !to_come.is_empty() { <span class="tray__word">{ words.to_come }</span> }
            { keyed(to_come.iter().take(room.saturating_sub(waiting.len())).map(|seat| html! {
                <span key={format!("seat-{}", seat.ordinal)} class="chip chip--slot tray__slot"
                    role="img" aria-label={phrases::seat_label(setting.lang, seat, &lane.name)}>
                    { seat.ordinal }
                </span>
            })) }
            if waiting.len() <= TRAY_MAX && all > TRAY_MAX { { unfold(&setting, &is_open, all) } }
        </div>
    }
}

/// The button that shows all, or only the first again.
fn unfold(setting: &Setting, is_open: &UseStateHandle<bool>, all: usize) -> Html {
    let (set, now) = (is_open.setter(), **is_open);
    let label = if now {
        setting.words().show_fewer.to_owned()
    } else {
        phrases::show_all(setting.lang, all)
    };
    let hidden = all.saturating_sub(TRAY_MAX);
    html! {
        <button key="more" type="button" class="tray__more" aria-expanded={now.to_string()}
            aria-label={label.clone()} title={label}
            onclick={Callback::from(move |_: MouseEvent| set.set(!now))}>
            { if now { "−".to_owned() } else { format!("+{hidden}") } }
        </button>
    }
}
