//! The head of a node's column: name, condition, addresses, meters and the menu.
//!
//! Owns the head and its menu. It must not know which menu is open elsewhere. Invariant: at most
//! what the cluster or the machine says is shown; failing a node changes nothing here by itself.

use super::drawing;
use super::setting::use_setting;
use podium::view::stage::{NodeState, NodeView, StageAction, Text, Usage};
use podium::view::words::stage as phrases;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) node: Rc<NodeView>,
    pub(crate) column: usize,
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
    html! {
        <div class="nodeslot" role="columnheader" data-node={node.name.to_string()}
            style={format!("grid-column:{}", props.column)}>
            <div class={classes!("node__head", bad.then_some("node__head--bad"))}
                data-selected={props.selected.to_string()}>
                <div class="node__row">
                    <button class="node__name" tabindex="-1" data-nav={format!("node/{}", node.name)}
                        aria-pressed={props.selected.to_string()} onclick={select}>
                        { &*node.name }
                    </button>
                    <span class="node__status">{ sign }<span class="node__word">{ phrases::node_state(setting.lang, node) }</span></span>
                    <button class="btn btn--icon" aria-haspopup="menu"
                        aria-expanded={props.open.to_string()}
                        aria-label={phrases::node_menu(setting.lang, &node.name)}
                        onclick={toggle}>{ drawing::more() }</button>
                </div>
                <div class="node__meta">
                    <span class="node__cidr">{ &*node.cidr }</span>
                    <span class="sr">{ phrases::node_usage(setting.lang, node) }</span>
                    { meter(setting.words().cpu, node.cpu, true) }
                    { meter(setting.words().memory, node.memory, false) }
                </div>
            </div>
            if props.open {
                <NodeMenu node={node.clone()} on_close={props.on_menu.reform(|()| None)} />
            }
        </div>
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

#[derive(Properties, PartialEq)]
struct MenuProps {
    node: Rc<NodeView>,
    on_close: Callback<()>,
}

/// What can be done with a node.
#[component]
fn NodeMenu(props: &MenuProps) -> Html {
    let setting = use_setting();
    let item = use_node_ref();
    use_effect_with(item.clone(), |item| {
        if let Some(item) = item.cast::<web_sys::HtmlElement>() {
            // Focus can only fail on an element that is already gone.
            let _ = item.focus();
        }
    });
    let (word, action) = if props.node.failed {
        (setting.words().recover_node, StageAction::RecoverNode(props.node.name.clone()))
    } else {
        (setting.words().fail_node, StageAction::FailNode(props.node.name.clone()))
    };
    let act = {
        let (on_action, on_close) = (setting.on_action.clone(), props.on_close.clone());
        Callback::from(move |_: MouseEvent| {
            on_close.emit(());
            on_action.emit(action.clone());
        })
    };
    // A menu that lost the focus is in the way.
    let leave = props.on_close.reform(|_: FocusEvent| ());
    html! {
        <div class="menu__list nodemenu" role="menu" aria-label={phrases::node_menu(setting.lang, &props.node.name)}
            onfocusout={leave}>
            <button ref={item} class={classes!("menu__item", "nodemenu__item", (!props.node.failed).then_some("tbad"))}
                role="menuitem" onclick={act} onmousedown={|event: MouseEvent| event.prevent_default()}>
                { drawing::icon(drawing::POWER, 14) }{ word }
            </button>
        </div>
    }
}
