//! The head of a node's column: name, condition, addresses, meters and the menu.
//!
//! Owns the head and its menu. It must not know which menu is open elsewhere. Invariant: at most
//! what the cluster or the machine says is shown; failing a node changes nothing here by itself.

use super::acts::{Act, Acts};
use super::drawing;
use super::pod;
use super::setting::{Setting, use_setting};
use podium::view::stage::{NodeState, NodeView, StageAction, Text, Usage};
use podium::view::words::stage as phrases;
use std::rc::Rc;
use yew::prelude::*;

/// The longest word about a node's state that always stands beside its name.
const WORD_BESIDE: usize = 6;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) node: Rc<NodeView>,
    pub(crate) column: usize,
    /// The row before which its column ends, if the head stays in sight beside all of it.
    #[prop_or_default]
    pub(crate) rows: Option<usize>,
    pub(crate) open: bool,
    pub(crate) selected: bool,
    /// Opens the menu of a node, or closes what is open.
    pub(crate) on_menu: Callback<Option<Text>>,
}

/// The head of a node's column.
#[component]
pub(crate) fn NodeHead(props: &Props) -> Html {
    let setting = use_setting();
    let node = &props.node;
    let bad = node.state.is_lost() || node.failed;
    let sign = match node.state {
        _ if bad => drawing::icon(drawing::ALERT, 13),
        NodeState::Ready => drawing::dot(9),
        _ => drawing::icon(drawing::MINUS, 11),
    };
    let toggle = {
        let next = (!props.open).then(|| node.name.clone());
        props.on_menu.reform(move |_: MouseEvent| next.clone())
    };
    let select = setting.act(StageAction::Select(Some(node.object())));
    let word = phrases::node_state(setting.lang, node);
    let held = node.drain.as_ref().and_then(|drain| drain.held.as_ref().zip(drain.why.as_ref()));
    // Where it does not fit beside the name, it takes the place of the addresses, unless something
    // else has taken it.
    let long = held.is_none() && word.len() > WORD_BESIDE;
    let drain = node.drain.as_ref().filter(|drain| drain.of > 0);
    let draining = match held {
        Some(_) => Some("node__head--held"),
        None => drain.map(|_| "node__head--drain"),
    };
    html! {
        <div class="nodeslot" role="columnheader" data-node={node.name.to_string()}
            data-status={node.state.name()} data-down={node.failed.then_some("true")}
            style={match props.rows {
                Some(end) => format!("grid-column:{};grid-row:1/{end}", props.column),
                None => format!("grid-column:{}", props.column),
            }}>
            <div class={classes!("node__head", bad.then_some("node__head--bad"), long.then_some("node__head--long"), draining)}
                data-selected={props.selected.to_string()}>
                <div class="node__row">
                    <button class="node__name" tabindex="-1" data-nav={format!("node/{}", node.name)}
                        aria-pressed={props.selected.to_string()} onclick={select}>
                        { pod::named(&node.name) }
                    </button>
                    <span class="node__status" title={(!node.taints.is_empty()).then(|| node.taints.join("\n"))}>{ sign }<span class="node__word">{ lasting(&setting, node, &word) }</span></span>
                    <button class="btn btn--icon" aria-haspopup="menu"
                        aria-expanded={props.open.to_string()}
                        aria-label={phrases::node_menu(setting.lang, &node.name)}
                        onclick={toggle}>{ drawing::more() }</button>
                </div>
                <div class="node__meta">
                    { place(&setting, node, held) }
                    <span class="sr">{ phrases::node_usage(setting.lang, node) }</span>
                    { meter(setting.words().cpu, node.cpu, true) }
                    { meter(setting.words().memory, node.memory, false) }
                </div>
            </div>
            if let Some(drain) = drain {
                <div class={classes!("drainbar", drain.held.is_some().then_some("is-held"))}
                    role="progressbar" aria-valuemin="0" aria-valuemax={drain.of.to_string()}
                    aria-valuenow={drain.gone.to_string()}
                    aria-label={phrases::drain_progress(setting.lang, &node.name, drain)}>
                    <i style={format!("width:{}%", drain.gone * 100 / drain.of)}></i>
                </div>
            }
            if props.open {
                <Acts label={phrases::node_menu(setting.lang, &node.name)} acts={acts(&setting, node)}
                    on_close={props.on_menu.reform(|()| None)} />
            }
        </div>
    }
}

/// The state in parts: where there is little room the time is what must be read.
fn lasting(setting: &Setting, node: &NodeView, word: &str) -> Html {
    let Some([joint, since]) = phrases::node_since(setting.lang, node) else {
        return html! { { word } };
    };
    let head = word.strip_suffix(&since).and_then(|rest| rest.trim_end().strip_suffix(&joint));
    html! {<>
        <span class="node__what">{ head }</span><span class="node__joint">{ joint }{ " " }</span>{ since }
    </>}
}

/// The node's addresses, or what keeps a drain from going on.
fn place(setting: &Setting, node: &NodeView, held: Option<(&Text, &Text)>) -> Html {
    match held {
        Some((pod, why)) => html! {
            <span class="node__cidr node__held" title={why.to_string()}>
                { phrases::drain_held(setting.lang, pod) }
            </span>
        },
        None => html! { <span class="node__cidr">{ &*node.cidr }</span> },
    }
}

fn meter(word: &str, usage: Usage, first: bool) -> Html {
    let push = if first { ";margin-left:auto" } else { "" };
    html! {
        <span class="meter" aria-hidden="true" title={format!("{word} {} %", usage.percent())}
            style={format!("--v:{}%{push}", usage.percent())}>
            { word }{ " " }<i></i>
        </span>
    }
}

/// What can be done with a node.
fn acts(setting: &Setting, node: &NodeView) -> Vec<Act> {
    let words = setting.words();
    let name = || node.name.clone();
    let mut acts = Vec::new();
    if node.is_cordoned {
        acts.push(Act::new(drawing::PLUS, words.uncordon, StageAction::Cordon(name(), false)));
    } else {
        acts.push(Act::new(drawing::MINUS, words.cordon, StageAction::Cordon(name(), true)));
    }
    if node.state != NodeState::Draining {
        acts.push(Act::new(drawing::OUT, words.drain, StageAction::Drain(name())));
    }
    let (word, is_on) =
        if node.is_evicting { (words.untaint_node, false) } else { (words.taint_node, true) };
    acts.push(Act::new(drawing::ALERT, word, StageAction::Taint(name(), is_on)));
    if node.failed {
        let act = StageAction::RecoverNode(name());
        acts.push(Act::new(drawing::POWER, words.recover_node, act));
    } else {
        acts.push(Act::new(drawing::POWER, words.fail_node, StageAction::FailNode(name())).harsh());
    }
    if node.is_written_off {
        acts.push(Act::new(
            drawing::KEPT,
            words.take_back,
            StageAction::OutOfService(name(), false),
        ));
    } else if node.state.is_lost() {
        let act = StageAction::OutOfService(name(), true);
        acts.push(Act::new(drawing::OUT, words.write_off, act).harsh());
    }
    acts.push(Act::new(drawing::YAML, words.show_yaml, StageAction::Inspect(node.object())));
    acts.push(Act::new(drawing::BELL, words.show_events, StageAction::Events(node.object())));
    acts.push(Act::new(drawing::PLUS, words.add_node, StageAction::AddNode));
    acts.push(
        Act::new(drawing::REMOVE, words.remove_node, StageAction::RemoveNode(name())).harsh(),
    );
    acts
}
