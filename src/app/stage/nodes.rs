//! The cluster's nodes alone, with how many Pods each has: the foot of the welcome.
//!
//! Owns the row. Invariant: it says what the stage would, and its menus do what they do there.

use super::node_head::NodeHead;
use super::setting::Setting;
use crate::command::Command;
use podium::view::stage::{NodeView, StageView, Text};
use podium::view::words::{Lang, page as phrases};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<StageView>,
    pub(crate) lang: Lang,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Nodes(props: &Props) -> Html {
    let menu = use_state_eq(|| None::<Text>);
    let on_menu = {
        let menu = menu.setter();
        use_callback((), move |node, ()| menu.set(node))
    };
    let setting = Setting { lang: props.lang, on_action: props.on.reform(Command::Stage) };
    let label = setting.words().nodes;
    let nodes = || (2..).zip(&props.view.nodes);
    let back = |(column, node): (usize, &Rc<NodeView>)| {
        html! {
            <div class="node" data-status={node.state.name()} style={format!("grid-column:{column};grid-row:1/3")}/>
        }
    };
    let head = |(column, node): (usize, &Rc<NodeView>)| {
        html! {
            <NodeHead node={node.clone()} {column} selected={false} on_menu={on_menu.clone()}
                open={menu.as_ref() == Some(&node.name)}/>
        }
    };
    let pods = |(column, node): (usize, &Rc<NodeView>)| {
        let pods = props.view.lanes.iter().flat_map(|lane| &lane.pods);
        let here = pods.filter(|pod| pod.node.as_ref() == Some(&node.name)).count();
        html! {
            <p class="dim" role="gridcell" style={format!("grid-column:{column};grid-row:2")}>
                { phrases::pods_here(props.lang, here) }
            </p>
        }
    };
    let style = format!("--nodes:{};--lane-head:0px", props.view.nodes.len());
    html! {
        <ContextProvider<Setting> context={setting}>
            <div class="stage stage--empty" role="grid" aria-label={label} {style}>
                { for nodes().map(back) }
                <div class="stagerow" role="row">{ for nodes().map(head) }</div>
                <div class="stagerow" role="row">{ for nodes().map(pods) }</div>
            </div>
        </ContextProvider<Setting>>
    }
}
