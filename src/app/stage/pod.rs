//! A Pod: a round card, a square card with its ordinal, a chip or a dot.
//!
//! Owns the Pod's looks and its own buttons. It must not know where it stands or move itself.
//! Invariant: round means that any one will do, square means that it keeps its number.

use super::acts::{Act, Acts, Opening, use_opening};
use super::drawing;
use super::glyph::Glyph;
use super::setting::{Setting, use_setting};
use podium::view::Identity;
use podium::view::stage::{Level, PodState, PodView, StageAction, Step, Stuck};
use podium::view::words::stage as phrases;
use std::rc::Rc;
use yew::prelude::*;

/// Of how many containers the first is named beside its bar.
const NAMED_MAX: usize = 2;
/// How wide a digit of a count is, and that count's sign with its gaps; in hundredths of the size
/// of the type.
const DIGIT_PERCENT: u32 = 60;
const AGAIN_PERCENT: u32 = 165;
/// How many letters after the first of a long name's end are always shown.
const NAME_TAIL: usize = 4;
/// What would leave less than this before it is not parted.
const NAME_HEAD: usize = 4;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) pod: Rc<PodView>,
    pub(crate) identity: Identity,
    pub(crate) level: Level,
    /// What the Pod is called by ears.
    pub(crate) label: String,
    /// Whether it has the newest of several revisions.
    pub(crate) newest: bool,
    /// Whether it shares its cell.
    pub(crate) half: bool,
    /// Whether a wire leads from it to a disk.
    #[prop_or_default]
    pub(crate) wired: bool,
    /// Whether it stands in the lane's head for want of a node.
    #[prop_or_default]
    pub(crate) tray: bool,
    pub(crate) selected: bool,
}

/// A Pod.
#[component]
pub(crate) fn Pod(props: &Props) -> Html {
    let setting = use_setting();
    let pod = &props.pod;
    let letter = props.identity.letter();
    let level = match props.level {
        Level::Card => "card",
        Level::Chip => "chip",
        Level::Dot => "dot",
    };
    let body = match (props.level, props.identity) {
        // Those who are well are the many: one element each, where the others have a drawing.
        (Level::Dot, _) if pod.state == PodState::Ready && !props.selected => {
            button(props, &setting, "dotpod dotpod--ready".into(), Html::default())
        }
        (Level::Dot, _) => button(props, &setting, "dotpod".into(), dot(pod)),
        (Level::Chip, identity) => chip(props, &setting, identity),
        (Level::Card, Identity::Stateful) => square(props, &setting),
        (Level::Card, _) => button(props, &setting, "pod pod--a".into(), round(pod, &setting)),
    };
    html! {
        <div class={format!("podwrap podwrap--{letter} podwrap--{level}{}", if props.selected { " podwrap--picked" } else { "" })}
            data-pod={pod.uid.to_string()} data-shape={letter} data-now={pod.state.name()}>
            { body }
            if props.selected { <Deeds pod={pod.clone()} /> }
        </div>
    }
}

fn button(props: &Props, setting: &Setting, class: Classes, inside: Html) -> Html {
    let pod = &props.pod;
    let select =
        setting.act::<MouseEvent>(StageAction::Select((!props.selected).then(|| pod.object())));
    let reached = pod.serving && !pod.deleting;
    // Dots are many, and each element that the browser lays out takes time.
    let is_dot = props.level == Level::Dot;
    html! {
        <button {class} tabindex="-1" aria-label={is_dot.then(|| props.label.clone())} data-nav={format!("pod/{}", pod.uid)}
            data-state={pod.state.name()} data-deleting={pod.deleting.then_some("true")} data-ep={(!reached).then_some("off")}
            data-rev={props.newest.then_some("2")} data-selected={props.selected.to_string()}
            data-wired={props.wired.then(|| pod.uid.to_string())} aria-pressed={props.selected.to_string()}
            title={phrases::pod_title(setting.lang, pod)} onclick={select}>
            if is_dot {
                { inside }
            } else {
                // Ears get one whole sentence instead of the pieces on the card.
                <span class="face" aria-hidden="true">{ inside }</span>
                <span class="sr">{ &props.label }</span>
            }
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct DeedProps {
    pod: Rc<PodView>,
}

/// What can be done with the selected Pod: delete it, or open the rest.
#[component]
fn Deeds(props: &DeedProps) -> Html {
    let setting = use_setting();
    let pod = &props.pod;
    let Opening { is_open, toggle, on_close } = use_opening();
    let act = setting.act::<MouseEvent>(delete(pod, false));
    let label = phrases::pod_menu(setting.lang, &pod.name);
    html! {
        <div class="pod__strip"><div class="pod__deeds">
            if !pod.deleting {
                <button class="pod__delete" aria-label={phrases::delete_pod(setting.lang, &pod.name)}
                    onclick={act}>{ drawing::icon(drawing::REMOVE, 12) }{ setting.words().delete_pod }</button>
            }
            <button class="pod__more" aria-haspopup="menu" aria-expanded={is_open.to_string()}
                aria-label={label.clone()} onclick={toggle}
                onmousedown={|event: MouseEvent| event.prevent_default()}>{ drawing::more() }</button>
            if is_open {
                <Acts {label} class="podmenu" acts={acts(&setting, pod)} {on_close} />
            }
        </div></div>
    }
}

fn delete(pod: &PodView, is_forced: bool) -> StageAction {
    let (namespace, name) = (pod.namespace.clone(), pod.name.clone());
    StageAction::DeletePod { namespace, name, is_forced }
}

fn acts(setting: &Setting, pod: &PodView) -> Vec<Act> {
    let words = setting.words();
    let (namespace, name) = (|| pod.namespace.clone(), || pod.name.clone());
    let mut acts = vec![
        Act::new(drawing::YAML, words.show_yaml, StageAction::Inspect(pod.object())),
        Act::new(drawing::BELL, words.show_events, StageAction::Events(pod.object())),
    ];
    if let Some(answers) = pod.can_answer() {
        let word = if answers { words.make_unready } else { words.make_ready };
        let action =
            StageAction::SetReady { namespace: namespace(), pod: name(), is_ready: !answers };
        acts.push(Act::new(drawing::ALERT, word, action));
    }
    for container in pod.killable() {
        let word = phrases::kill_container(setting.lang, container);
        let container = container.clone();
        let action = StageAction::KillContainer { namespace: namespace(), pod: name(), container };
        acts.push(Act::new(drawing::POWER, word, action).harsh());
    }
    acts.push(Act::new(drawing::REMOVE, words.force_delete, delete(pod, true)).harsh());
    acts
}

fn dot(pod: &PodView) -> Html {
    html! { <Glyph state={pod.state} size={16} drained={pod.drained_permille} /> }
}

fn chip(props: &Props, setting: &Setting, identity: Identity) -> Html {
    let pod = &props.pod;
    let suffix = if pod.suffix.is_empty() { &pod.name } else { &pod.suffix };
    let suffix = short(suffix);
    if identity == Identity::Stateful && !props.tray {
        let inside = html! {<>
            { suffix }<Glyph state={pod.state} size={13} drained={pod.drained_permille} />
        </>};
        return button(props, setting, "chip chip--b".into(), inside);
    }
    let class = if identity == Identity::Stateful { "chip chip--square" } else { "chip" };
    button(props, setting, class.into(), suffix)
}

/// A name in two parts, of which the end is never cut: it tells one Pod from the next.
pub(crate) fn short(name: &str) -> Html {
    short_or(name, |name| html! { name })
}

/// A name with a domain in parts: of a long one the middle gives way, and before it the domain,
/// which fellows have in common.
pub(crate) fn named(name: &str) -> Html {
    let (host, domain) = name.split_at(name.find('.').unwrap_or(name.len()));
    html! {<>
        { short_or(host, |whole| html! { <span class="name__whole">{ whole }</span> }) }
        if !domain.is_empty() {
            // Of a domain that has no room for more than its dot nothing is shown.
            <span class="name__domain" style={format!("--host:{}", host.chars().count())}>{ domain }</span>
        }
    </>}
}

/// The same as `short`, where a name of one part is drawn in its own way.
fn short_or(name: &str, whole: fn(&str) -> Html) -> Html {
    let tail = name.char_indices().rev().nth(NAME_TAIL).map(|(at, _)| at);
    match tail.and_then(|at| name.split_at_checked(at)).filter(|(head, _)| head.len() >= NAME_HEAD)
    {
        Some((head, tail)) => {
            // Whether it is cut decides how wide it is.
            let letters = format!("--n:{}", head.chars().count());
            html! { <><span class="name__head" style={letters}>{ head }</span><span>{ tail }</span></> }
        }
        None => whole(name),
    }
}

/// The address, with its network part apart so that a narrow card can drop it.
fn address(pod: &PodView, setting: &Setting, style: Option<String>) -> Html {
    match (&pod.ip, pod.short_ip()) {
        (Some(ip), Some(host)) => {
            let network = ip.get(..ip.len() - host.len()).unwrap_or_default();
            html! { <span class="pod__ip" {style}><span class="pod__net">{ network }</span>{ host }</span> }
        }
        _ => html! { <span class="pod__ip">{ setting.words().no_ip_yet }</span> },
    }
}

fn state(pod: &PodView, setting: &Setting) -> Html {
    html! { <span class="pod__state">{ phrases::pod_state(setting.lang, pod) }</span> }
}

/// How often its containers were started again, if ever.
fn restarts(pod: &PodView, setting: &Setting) -> Html {
    if pod.restarts == 0 {
        return Html::default();
    }
    html! {
        <span class="pod__again" title={phrases::restarts(setting.lang, pod.restarts)}>
            { drawing::icon(drawing::AGAIN, 10) }{ pod.restarts }
        </span>
    }
}

/// What stands on the line of a round card's address, for the style to tell whether there is room
/// for all of it: the letters of the address and of its end, and the rest in the size of its type.
/// The network part gives way before what tells Pods apart, and all of it before the state.
fn line(pod: &PodView, setting: &Setting) -> Option<String> {
    let (ip, host) = (pod.ip.as_ref()?.len(), pod.short_ip()?.len());
    let word = phrases::pod_state(setting.lang, pod);
    let word: u32 = word.chars().map(wide).sum();
    let again = match pod.restarts {
        0 => 0,
        some => AGAIN_PERCENT + (some.ilog10() + 1) * DIGIT_PERCENT,
    };
    let rest = word + again;
    Some(format!("--ip:{ip};--host:{host};--word:{}.{:02}", rest / 100, rest % 100))
}

/// About how wide a letter is, in hundredths of the size of the type.
const fn wide(letter: char) -> u32 {
    match letter {
        'f' | 'i' | 'j' | 'l' | 'r' | 't' | ' ' | '/' | ':' => 33,
        'M' | 'W' | 'm' | 'w' => 85,
        'A'..='Z' => 70,
        '\0'..='\x7f' => 58,
        _ => 100,
    }
}

fn round(pod: &PodView, setting: &Setting) -> Html {
    // A long name leaves no room for a dash before what the server added.
    let has_dash = pod.name.len() > pod.base.len() + pod.suffix.len();
    html! {<>
        <Glyph state={pod.state} drained={pod.drained_permille} />
        <span class="pod__body">
            <span class="pod__name">
                if pod.suffix.is_empty() {
                    <b>{ short(&pod.name) }</b>
                } else {
                    <span class="pod__hash">{ &*pod.base }</span>if has_dash { <span class="pod__dash">{ "-" }</span> }<b>{ &*pod.suffix }</b>
                }
            </span>
            <span class="pod__meta">{ address(pod, setting, line(pod, setting)) }{ restarts(pod, setting) }{ state(pod, setting) }</span>
        </span>
    </>}
}

fn square(props: &Props, setting: &Setting) -> Html {
    let pod = &props.pod;
    let class = classes!("pod", "pod--b", props.half.then_some("pod--half"));
    let stuck = pod.stuck.map(|Stuck::NotReplaced| setting.words().not_replaced);
    let inside = html! {<>
        <span class="pod__ord">{ ordinal(pod) }</span>
        <span class="pod__body">
            <span class="pod__name">
                <b>{ short(&pod.name) }</b>
                if let Some(role) = &pod.role { <span class="pod__role">{ &**role }</span> }
            </span>
            <span class="pod__meta">{ address(pod, setting, None) }</span>
            <span class="pod__meta">
                <Glyph state={pod.state} size={15} drained={pod.drained_permille} />
                { state(pod, setting) }
                { restarts(pod, setting) }
            </span>
            { steps(pod, setting, props.half) }
        </span>
        if let Some(stuck) = stuck { <span class="pod__stuck">{ stuck }</span> }
    </>};
    html! {
        <div class="seat">
            { dns_tab(pod, setting, stuck.is_none()) }
            { button(props, setting, class, inside) }
        </div>
    }
}

fn ordinal(pod: &PodView) -> String {
    pod.ordinal.map_or_else(|| pod.suffix.to_string(), |ordinal| ordinal.to_string())
}

fn dns_tab(pod: &PodView, setting: &Setting, says: bool) -> Html {
    let Some(dns) = &pod.dns else { return html! { <div class="dnstab dnstab--none"></div> } };
    html! {
        <div class={classes!("dnstab", (!dns.has_record).then_some("dnstab--off"))} title={dns.name.to_string()}>
            { drawing::icon(drawing::DNS, 12) }
            if dns.has_record {
                <span class="dnstab__name">{ named(&dns.name) }</span>
            } else {
                <s>{ named(&dns.name) }</s>
                if says { <span class="req req--off">{ setting.words().no_record }</span> }
            }
        </div>
    }
}

/// A bar for each container: the init containers first, in the order in which they run.
fn steps(pod: &PodView, setting: &Setting, half: bool) -> Html {
    let bar = |class: &'static str, at: usize, step: &Step| {
        let step = match step {
            Step::Waiting => "",
            Step::Running => "run",
            Step::Done => "done",
        };
        html! { <i key={format!("{class}{at}")} class={classes!(class, step)}></i> }
    };
    // A name stands before its own bar; several bars would take its room.
    let one = pod.containers.first().filter(|_| pod.containers.len() <= NAMED_MAX);
    let name = one.map(|(name, _)| name.to_string());
    html! {
        <span class="steps">
            if !half && !pod.init.is_empty() { <span class="steps__word">{ setting.words().init }</span> }
            { for pod.init.iter().enumerate().map(|(at, step)| bar("init", at, step)) }
            if let (false, Some(name)) = (half, name) { <span class="steps__name">{ name }</span> }
            { for pod.containers.iter().enumerate().map(|(at, (_, step))| bar("app", at, step)) }
        </span>
    }
}
