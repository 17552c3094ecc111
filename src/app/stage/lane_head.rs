//! The head of a lane: what the workload is, how many it wants, how far it has come, its Service,
//! and its Pods that have no node yet.
//!
//! Owns the head. It must not know cells or disks. Invariant: the stepper shows what the spec
//! asks for, so a press shows only once the cluster has taken it.

use super::drawing;
use super::pod::Pod;
use super::setting::{Setting, use_setting};
use podium::view::Identity;
use podium::view::stage::{
    Fill, LaneKind, LaneView, Level, ObjectRef, PodState, Progress, StageAction,
};
use podium::view::words::stage as phrases;
use std::rc::Rc;
use yew::prelude::*;

/// How many Pods without a node are drawn; the rest are counted.
const TRAY_MAX: usize = 9;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lane: Rc<LaneView>,
    pub(crate) selected: Option<ObjectRef>,
    /// Whether the head is a full-width band.
    pub(crate) narrow: bool,
}

/// The head of a lane.
#[component]
pub(crate) fn LaneHead(props: &Props) -> Html {
    let setting = use_setting();
    let lane = &props.lane;
    let object = lane.object();
    let is_selected = props.selected.as_ref() == Some(&object);
    let letter = lane.identity().letter();
    let bare = lane.kind == LaneKind::BarePods;
    let name = if bare { setting.words().bare_pods } else { &lane.name };
    html! {
        <div class={format!("lane lane--{letter}")}>
            <div class="lane__kind">
                <span class={format!("shape shape--{letter}")}></span>
                { lane.kind.kind() }
                <span class="dim">{ note(&setting, lane, props.narrow) }</span>
            </div>
            <div class="lane__title">
                <button class={classes!("lane__name", bare.then_some("lane__name--words"))}
                    tabindex="-1" data-nav={format!("lane/{}", lane.uid)}
                    data-selected={is_selected.to_string()} aria-pressed={is_selected.to_string()}
                    onclick={setting.act(StageAction::Select((!bare).then_some(object)))}>{ name }</button>
                if lane.kind.is_scalable() { { stepper(&setting, lane) } }
            </div>
            if !bare { { rollout(&setting, lane) } }
            if !bare { { service(&setting, lane) } }
            { tray(&setting, lane, props.selected.as_ref()) }
        </div>
    }
}

fn note(setting: &Setting, lane: &LaneView, narrow: bool) -> String {
    if lane.kind == LaneKind::BarePods {
        return setting.words().bare_pods_note.into();
    }
    let word = phrases::identity(setting.lang, lane.identity());
    match &lane.service {
        Some(service) if narrow => match &service.cluster_ip {
            Some(ip) => format!("{word}, {} {ip}", setting.words().service),
            None => format!("{word}, {}", setting.words().headless_service),
        },
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
        let label = format!("{}: {word}", lane.name);
        html! {
            <button aria-label={label} disabled={replicas.is_none()} onclick={act}>
                { drawing::icon(path, 14) }
            </button>
        }
    };
    html! {
        <div class="stepper" role="group" aria-label={phrases::replicas_of(setting.lang, &lane.name)}>
            { step(lane.desired.checked_sub(1), drawing::MINUS, setting.words().one_fewer) }
            <output>{ lane.desired }</output>
            { step(lane.desired.checked_add(1), drawing::PLUS, setting.words().one_more) }
        </div>
    }
}

fn rollout(setting: &Setting, lane: &LaneView) -> Html {
    let hash = match (lane.kind, lane.progress(), lane.revisions.last()) {
        (LaneKind::Deployment, Progress::Steady, Some(newest)) => Some(newest.hash.to_string()),
        _ => None,
    };
    let ready = if hash.is_some() {
        format!("{}/{}", lane.ready, lane.desired)
    } else if lane.kind == LaneKind::Job {
        phrases::done_of(setting.lang, lane.ready, lane.desired)
    } else {
        phrases::ready_of(setting.lang, lane.ready, lane.desired)
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
    html! {
        <div class="rollout">
            <span class="rollout__what">
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
    let (path, word, address) = match &lane.service {
        None => return html! { <div class="svc svc--none">{ words.no_service }</div> },
        Some(service) => match &service.cluster_ip {
            Some(ip) => (drawing::SERVICE, words.service, ip.to_string()),
            None => (drawing::DNS, words.headless_service, words.no_cluster_ip.to_owned()),
        },
    };
    html! {
        <div class="svc"><div class="svc__head">
            { drawing::icon(path, 13) }<span>{ word }</span>
            <span class="svc__ip">{ address }</span>
        </div></div>
    }
}

/// Pods without a node and ordinals to come; what the lane last answered if there are none.
fn tray(setting: &Setting, lane: &Rc<LaneView>, selected: Option<&ObjectRef>) -> Html {
    let waiting: Vec<_> = lane.pods.iter().filter(|pod| pod.node.is_none()).collect();
    let to_come: Vec<_> = lane.seats.iter().filter(|seat| seat.node.is_none()).collect();
    if waiting.is_empty() && to_come.is_empty() {
        return answers(setting, lane);
    }
    let reason = waiting.iter().find_map(|pod| pod.reason.clone());
    let words = setting.words();
    let word = match waiting.first() {
        None => words.to_come,
        Some(_) if waiting.iter().all(|pod| pod.state == PodState::Unknown) => words.node_gone,
        Some(_) => words.unscheduled,
    };
    let more = (waiting.len() + to_come.len()).saturating_sub(TRAY_MAX);
    html! {
        <div class="tray" title={reason.as_ref().map(ToString::to_string)}>
            <span class="tray__word">{ word }</span>
            { for waiting.iter().take(TRAY_MAX).map(|pod| html! {
                <Pod key={pod.uid.to_string()} pod={(*pod).clone()} identity={lane.identity()}
                    label={phrases::pod_label(setting.lang, pod, lane, &[])} level={Level::Chip}
                    newest={false} half={false} tray={true}
                    selected={selected == Some(&pod.object())} />
            }) }
            { for to_come.iter().take(TRAY_MAX.saturating_sub(waiting.len())).map(|seat| html! {
                <span key={format!("seat-{}", seat.ordinal)} class="chip chip--slot tray__slot"
                    role="img" aria-label={phrases::seat_label(setting.lang, seat, &lane.name)}>
                    { seat.ordinal }
                </span>
            }) }
            if more > 0 { <span class="tray__more">{ format!("+{more}") }</span> }
            if let Some(reason) = reason { <p class="tray__reason">{ &*reason }</p> }
        </div>
    }
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
