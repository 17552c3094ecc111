//! The head of a lane: what the workload is, how many it wants, how far it has come, its Service,
//! and its Pods that have no node yet.
//!
//! Owns the head. It must not know cells or disks. Invariant: the stepper shows what the spec
//! asks for, so a press shows only once the cluster has taken it.

use super::acts::{Act, Acts, Opening, use_opening};
use super::cell::more;
use super::drawing;
use super::pod::{Pod, short};
use super::setting::{Setting, use_setting};
use super::tray::Tray;
use crate::list::keyed;
use podium::view::Identity;
use podium::view::stage::{
    Fill, LaneKind, LaneView, Level, ObjectRef, Place, Progress, ServiceView, StageAction,
};
use podium::view::words::{stage as phrases, views};
use std::rc::Rc;
use yew::prelude::*;

/// Longer names are written smaller.
const NAME_LARGE: usize = 12;
/// How many dots a folded head and a folded band have room for.
const DOTS_HEAD: usize = 3;
const DOTS_BAND: usize = 6;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lane: Rc<LaneView>,
    pub(crate) selected: Option<ObjectRef>,
    /// Whether the head is a full-width band.
    pub(crate) narrow: bool,
    /// Whether a rail begins here.
    pub(crate) joined: bool,
    /// Whether there is little room.
    pub(crate) small: bool,
    /// Whether no lane stands above it.
    pub(crate) is_first: bool,
    /// Whether no lane stands below it.
    pub(crate) is_last: bool,
}

/// The head of a lane.
#[component]
pub(crate) fn LaneHead(props: &Props) -> Html {
    let setting = use_setting();
    let lane = &props.lane;
    let is_selected = props.selected.as_ref() == Some(&lane.object());
    let letter = lane.identity().letter();
    let bare = lane.kind == LaneKind::BarePods;
    let class = classes!("lane", format!("lane--{letter}"), is_selected.then_some("is-selected"));
    let fold = fold_button(&setting, lane);
    let menu = html! {
        <LaneMenu lane={lane.clone()} is_first={props.is_first} is_last={props.is_last} />
    };
    if lane.is_folded {
        return html! {
            <div class={classes!(class, "lane--folded")}>
                { fold }
                <span class={format!("shape shape--{letter}")}></span>
                <span class="sr">{ lane.kind.kind() }</span>
                { name(&setting, lane, is_selected) }
                <span class="lane__ready">
                    <span aria-hidden="true">{ format!("{}/{}", lane.ready, lane.desired) }</span>
                    <span class="sr">{ ready(&setting, lane) }</span>
                </span>
                { dots(&setting, props) }
                { menu }
            </div>
        };
    }
    let has_tray = lane.pods.iter().any(|pod| pod.node.is_none())
        || lane.seats.iter().any(|seat| seat.node.is_none());
    let place = phrases::place(setting.lang, &lane.namespace);
    html! {
        <div {class}>
            if props.joined && !props.narrow { { drawing::client() } }
            <div class={classes!("lane__kind", (!place.is_empty()).then_some("lane__kind--placed"))}>
                { fold }
                <span class={format!("shape shape--{letter}")}></span>
                <span class="lane__what" title={lane.kind.kind()}>{ lane.kind.kind() }</span>
                if place.is_empty() {
                    <span class="dim">{ note(&setting, lane, props.narrow) }</span>
                } else {
                    <span class="lane__place">{ place }</span>
                }
            </div>
            <div class="lane__title">
                { name(&setting, lane, is_selected) }
                <span class="lane__tools">
                    { menu }
                    if lane.kind.is_scalable() { { stepper(&setting, lane) } }
                </span>
            </div>
            if !bare { { rollout(&setting, lane, props.narrow) } }
            if !bare { { service(&setting, lane) } }
            if has_tray {
                <Tray lane={lane.clone()} selected={props.selected.clone()} small={props.small} />
            } else {
                { answers(&setting, lane) }
            }
        </div>
    }
}

/// The name, which selects the workload and is the lane's place in the order of the keyboard.
fn name(setting: &Setting, lane: &LaneView, is_selected: bool) -> Html {
    let bare = lane.kind == LaneKind::BarePods;
    let name = if bare { setting.words().bare_pods } else { &lane.name };
    let long = !bare && lane.name.len() > NAME_LARGE;
    let is_placed = lane.is_folded && !phrases::place(setting.lang, &lane.namespace).is_empty();
    let title = views::workload(setting.lang, &lane.object());
    html! {
        <button class={classes!("lane__name", bare.then_some("lane__name--words"), long.then_some("lane__name--long"))} {title}
            tabindex="-1" data-nav={format!("lane/{}", lane.uid)}
            data-selected={is_selected.to_string()} aria-pressed={is_selected.to_string()}
            onclick={setting.act(StageAction::Select((!bare).then(|| lane.object())))}>
            if is_placed { <span class="lane__in">{ format!("{}/", lane.namespace) }</span> }
            <span>{ if lane.is_folded && !bare { short(name) } else { html! { name } } }</span>
        </button>
    }
}

fn fold_button(setting: &Setting, lane: &LaneView) -> Html {
    let label = phrases::fold_lane(setting.lang, &lane.object(), lane.is_folded);
    html! {
        <button class="lane__fold" aria-expanded={(!lane.is_folded).to_string()}
            aria-label={label.clone()} title={label}
            onclick={setting.act(StageAction::FoldLane(lane.object()))}>
            { drawing::icon(drawing::CHEVRON, 14) }
        </button>
    }
}

/// The Pods of a folded lane that stand in no cell: those without a node, and all of a band's.
fn dots(setting: &Setting, props: &Props) -> Html {
    let lane = &props.lane;
    let mine: Vec<_> = lane.pods.iter().filter(|pod| props.narrow || pod.node.is_none()).collect();
    let room = if props.narrow { DOTS_BAND } else { DOTS_HEAD };
    // The word that counts the rest takes the room of two.
    let shown = if mine.len() > room { room.saturating_sub(2).max(1) } else { room };
    let hidden = mine.len().saturating_sub(shown);
    html! {
        <span class="lane__dots">
            { keyed(mine.iter().take(shown).map(|pod| html! {
                <Pod key={pod.uid.to_string()} pod={(*pod).clone()} identity={lane.identity()}
                    label={phrases::pod_label(setting.lang, pod, lane, &[])} level={Level::Dot}
                    newest={false} half={false} wired={pod.node.is_some()} selected={props.selected.as_ref() == Some(&pod.object())} />
            })) }
            if hidden > 0 { { more(setting, hidden) } }
        </span>
    }
}

#[derive(Properties, PartialEq)]
struct LaneMenuProps {
    lane: Rc<LaneView>,
    is_first: bool,
    is_last: bool,
}

/// What can be done with a lane; the way for those who can't drag.
#[component]
fn LaneMenu(props: &LaneMenuProps) -> Html {
    let setting = use_setting();
    let Opening { is_open, toggle, on_close } = use_opening();
    let words = setting.words();
    let object = || props.lane.object();
    let mut acts = Vec::new();
    if props.lane.kind != LaneKind::BarePods {
        acts.push(Act::new(drawing::YAML, words.show_yaml, StageAction::Inspect(object())));
        acts.push(Act::new(drawing::BELL, words.show_events, StageAction::Events(object())));
    }
    if !props.is_first {
        acts.push(Act::new(drawing::UP, words.move_up, StageAction::MoveLane(object(), Place::Up)));
    }
    if !props.is_last {
        let act = StageAction::MoveLane(object(), Place::Down);
        acts.push(Act::new(drawing::DOWN, words.move_down, act));
    }
    let word = if props.lane.is_folded { words.unfold } else { words.fold };
    acts.push(Act::new(drawing::CHEVRON, word, StageAction::FoldLane(object())));
    if props.lane.kind != LaneKind::BarePods {
        let delete = |is_alone| StageAction::Delete { object: object(), is_alone };
        let word = phrases::delete_object(setting.lang, &object());
        acts.push(Act::new(drawing::REMOVE, words.delete_alone, delete(true)).harsh());
        acts.push(Act::new(drawing::REMOVE, word, delete(false)).harsh());
    }
    let label = phrases::lane_menu(setting.lang, &props.lane.object());
    html! {
        <span class="lane__deeds">
            <button class="lane__more" aria-haspopup="menu" aria-expanded={is_open.to_string()}
                aria-label={label.clone()} onclick={toggle}
                onmousedown={|event: MouseEvent| event.prevent_default()}>{ drawing::more() }</button>
            if is_open { <Acts {label} class="lanemenu" {acts} {on_close} /> }
        </span>
    }
}

fn note(setting: &Setting, lane: &LaneView, narrow: bool) -> String {
    if lane.kind == LaneKind::BarePods {
        return setting.words().bare_pods_note.into();
    }
    if let Some(maker) = &lane.maker {
        return phrases::made_by(setting.lang, maker);
    }
    let word = phrases::identity(setting.lang, lane.identity());
    match &lane.service {
        Some(service) if narrow => {
            phrases::band_note(setting.lang, word, service.cluster_ip.as_deref())
        }
        _ => word.into(),
    }
}

fn stepper(setting: &Setting, lane: &LaneView) -> Html {
    let step = |replicas: Option<u32>, path, word: &str| {
        let act = setting.act::<MouseEvent>(StageAction::Scale {
            kind: lane.kind.kind().into(),
            namespace: lane.namespace.clone(),
            name: lane.name.clone(),
            replicas: replicas.unwrap_or(lane.desired),
        });
        let label = format!("{}{}{word}", lane.object().label(), setting.lang.colon());
        html! {
            <button aria-label={label} disabled={replicas.is_none()} onclick={act}>
                { drawing::icon(path, 14) }
            </button>
        }
    };
    html! {
        <div class="stepper" role="group" aria-label={phrases::replicas_of(setting.lang, &lane.object().label())}>
            { step(lane.desired.checked_sub(1), drawing::MINUS, setting.words().one_fewer) }
            <output>{ lane.desired }</output>
            { step(lane.desired.checked_add(1), drawing::PLUS, setting.words().one_more) }
        </div>
    }
}

fn ready(setting: &Setting, lane: &LaneView) -> String {
    match lane.kind {
        LaneKind::Job => phrases::done_of(setting.lang, lane.ready, lane.desired),
        _ => phrases::ready_of(setting.lang, lane.ready, lane.desired),
    }
}

fn rollout(setting: &Setting, lane: &LaneView, narrow: bool) -> Html {
    let hash = match (lane.kind, lane.progress(), lane.revisions.last()) {
        (LaneKind::Deployment, Progress::Steady, Some(newest)) => Some(newest.hash.to_string()),
        _ => None,
    };
    // Beside a hash there is only room for the numbers.
    let is_bad =
        matches!(lane.progress(), Progress::Failed | Progress::Refused | Progress::Blocked { .. });
    let ready = if hash.is_some() && !narrow {
        format!("{}/{}", lane.ready, lane.desired)
    } else {
        ready(setting, lane)
    };
    let segment = |(at, fill): (usize, &Fill)| {
        let class = match fill {
            Fill::Ready => "on",
            Fill::Coming => "mid",
            Fill::Old => "old",
            Fill::Empty => "",
        };
        html! { <i key={at} class={class} title={phrases::fill(setting.lang, *fill)}></i> }
    };
    let waits = phrases::waits_for(setting.lang, lane);
    let title = lane.failure.as_ref().map(ToString::to_string).or(waits.clone());
    html! {
        <div class="rollout">
            if let Some(waits) = &waits { <span class="sr">{ waits }</span> }
            <span class={classes!("rollout__what", is_bad.then_some("rollout__what--bad"))}
                {title} aria-hidden={waits.is_some().then_some("true")}>
                if is_bad { { drawing::icon(drawing::ALERT, 12) } }
                { phrases::progress(setting.lang, lane) }
                if let Some(hash) = hash { { " " }<span class="mono">{ hash }</span> }
            </span>
            <span>{ ready }</span>
            <div class="rollout__bar" aria-hidden="true">
                { for lane.bar().iter().enumerate().map(segment) }
            </div>
        </div>
    }
}

fn service(setting: &Setting, lane: &LaneView) -> Html {
    let words = setting.words();
    let alone = lane.more_services.is_empty();
    let row = |service: &ServiceView| {
        let (path, word, address) = match &service.cluster_ip {
            Some(ip) => (drawing::SERVICE, words.service, ip.to_string()),
            None => (drawing::DNS, words.headless_service, words.no_cluster_ip.to_owned()),
        };
        let word = if service.kind.is_empty() { word } else { &service.kind };
        html! {
            <div key={service.name.to_string()} class="svc__head" title={format!("{word} {}", service.name)}>
                <span class="svc__what">
                    { drawing::icon(path, 13) }
                    <span class="svc__name">{ if alone { word } else { &service.name } }</span>
                </span>
                <span class="svc__ip">{ address }</span>
            </div>
        }
    };
    if lane.service.is_none() {
        return html! { <div class="svc svc--none">{ words.no_service }</div> };
    }
    html! { <div class="svc">{ for lane.services().map(row) }</div> }
}

fn answers(setting: &Setting, lane: &LaneView) -> Html {
    let words = setting.words();
    if !lane.answers.is_empty() {
        return html! {
            <div class="answers">
                { words.answers }{ " " }
                { for lane.answers.iter().enumerate().map(|(at, answer)| html! {
                    <span key={at} class="ans">{ &**answer }</span>
                }) }
            </div>
        };
    }
    let headless = lane.service.as_ref().is_some_and(|service| service.cluster_ip.is_none());
    let word = (headless && lane.identity() == Identity::Stateful).then_some(words.one_dns_per_pod);
    html! { <div class="answers">{ word.unwrap_or_default() }</div> }
}
