//! What a lane has that stands in no column: Pods without a node, and ordinals to come.
//!
//! Owns the list and whether it is unfolded. Invariant: every Pod of the lane can be reached, here
//! or in a cell.

use super::pod::Pod;
use super::setting::{Setting, use_setting};
use crate::list::keyed;
use podium::base::Order as _;
use podium::view::stage::{LaneView, Level, ObjectRef, PodView, Text};
use podium::view::words::stage as phrases;
use std::rc::Rc;
use yew::prelude::*;

/// How many are drawn before the reader asks for all.
const TRAY_MAX: usize = 9;
const TRAY_SMALL: usize = 2;
/// How many are drawn at most; the rest are counted.
const ALL_MAX: usize = 400;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lane: Rc<LaneView>,
    pub(crate) selected: Option<ObjectRef>,
    /// Whether there is little room.
    pub(crate) small: bool,
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
    let least = if props.small { TRAY_SMALL } else { TRAY_MAX };
    let room = if *is_open { ALL_MAX } else { least };
    let words = setting.words();
    let unfold = unfold(&setting, &is_open, all, least);
    let mut left = room;
    let groups = groups(&waiting);
    let group = |(at, group): (usize, &Group)| {
        let word = match group.node {
            Node::ToCome => words.unscheduled,
            Node::Gone => words.node_went,
            Node::Never => words.node_never,
        };
        let shown = group.pods.len().min(left);
        left -= shown;
        let is_named = at == 0 || group.node != groups[at - 1].node;
        if shown == 0 {
            return Html::default();
        }
        let is_last = waiting.len() > least && (left == 0 || at + 1 == groups.len());
        html! {<>
            if is_named { <span class="tray__word">{ word }</span> }
            { keyed(group.pods.iter().take(shown).map(|pod| html! {
                <Pod key={pod.uid.to_string()} pod={(*pod).clone()} identity={lane.identity()}
                    label={phrases::pod_label(setting.lang, pod, lane, &[])} level={Level::Chip}
                    newest={false} half={false} tray={true}
                    selected={props.selected.as_ref() == Some(&pod.object())} />
            })) }
            if is_last { { unfold.clone() } }
            if let Some(reason) = &group.reason {
                <p class="tray__reason" title={reason.to_string()}>{ phrases::waits_because(setting.lang, reason) }</p>
            }
        </>}
    };
    let groups_shown: Vec<Html> = groups.iter().enumerate().map(group).collect();
    html! {
        <div class={classes!("tray", is_open.then_some("tray--open"))}>
            { for groups_shown }
            if !to_come.is_empty() && left > 0 { <span class="tray__word">{ words.to_come }</span> }
            { keyed(to_come.iter().take(room.saturating_sub(waiting.len())).map(|seat| html! {
                <span key={format!("seat-{}", seat.ordinal)} class="chip chip--slot tray__slot"
                    role="img" aria-label={phrases::seat_label(setting.lang, seat, &lane.object().label())}>
                    { seat.ordinal }
                </span>
            })) }
            if waiting.len() <= least && all > least { { unfold } }
        </div>
    }
}

/// Why Pods stand in no column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// No node is chosen yet.
    ToCome,
    /// Their node was taken away from under them.
    Gone,
    /// They name a node that never was.
    Never,
}

/// Pods that wait for one reason.
struct Group<'a> {
    node: Node,
    reason: Option<Text>,
    pods: Vec<&'a Rc<PodView>>,
}

/// The Pods by what keeps them, in the order in which the first of each came.
fn groups<'a>(waiting: &[&'a Rc<PodView>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for pod in waiting {
        let node = match pod.gone_node {
            Some(_) if pod.is_stray => Node::Never,
            Some(_) => Node::Gone,
            None => Node::ToCome,
        };
        let reason = pod.reason.clone().filter(|_| node == Node::ToCome);
        match groups.iter_mut().find(|one| one.node == node && one.reason == reason) {
            Some(group) => group.pods.push(pod),
            None => groups.push(Group { node, reason, pods: vec![pod] }),
        }
    }
    groups.order_by_key(|group| group.node);
    groups
}

/// The button that shows all, or only the first again.
fn unfold(setting: &Setting, is_open: &UseStateHandle<bool>, all: usize, least: usize) -> Html {
    let (set, now) = (is_open.setter(), **is_open);
    let label = if now {
        setting.words().show_fewer.to_owned()
    } else {
        phrases::show_all(setting.lang, all)
    };
    let hidden = all.saturating_sub(least);
    html! {
        <button key="more" type="button" class="tray__more" aria-expanded={now.to_string()}
            aria-label={label.clone()} title={label}
            onclick={Callback::from(move |_: MouseEvent| set.set(!now))}>
            { if now { "−".to_owned() } else { format!("+{hidden}") } }
        </button>
    }
}
