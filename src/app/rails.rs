//! The narrow strips that stand for a pane where there is no room for it.
//!
//! Owns the strips only. Invariant: a strip's button says whether its pane is open.

use crate::command::{Command, Side};
use crate::icons::{Icon, icon};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) side: Side,
    pub(crate) name: AttrValue,
    pub(crate) open: bool,
    pub(crate) count: usize,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Rail(props: &Props) -> Html {
    let (side, on) = (props.side, props.on.clone());
    let toggle = Callback::from(move |_: MouseEvent| on.emit(Command::ToggleDrawer(side)));
    let (sign, class) = match side {
        Side::Left => (Icon::Yaml, "rail rail--left"),
        Side::Right => (Icon::Story, "rail rail--right"),
    };
    html! {
        <div {class}>
            <button type="button" aria-expanded={props.open.to_string()} onclick={toggle}>
                { icon(sign, 16) }
                <span>{ &props.name }</span>
                if props.count > 0 { <b class="count">{ props.count }</b> }
            </button>
        </div>
    }
}
