//! What a reader can do about a Pod that nobody can replace.
//!
//! Owns the buttons. It must not know why the Pod is stuck. Invariant: each choice is a command
//! that the cluster carries out or refuses; none is made for the reader.

use crate::command::Command;
use crate::stage::{ALERT, KEPT, LOCK, icon};
use podium::view::stage::{StageAction, StuckView};
use podium::view::words::{Lang, stage as phrases};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) stuck: StuckView,
    /// Whether it is said above already what keeps the Pod.
    pub(crate) is_told: bool,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Choices(props: &Props) -> Html {
    let StuckView { pod, node } = &props.stuck;
    let act = |action: StageAction| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(Command::Stage(action.clone())))
    };
    let name = &node.name;
    let force = StageAction::DeletePod {
        namespace: pod.namespace.clone(),
        name: pod.name.clone(),
        is_forced: true,
    };
    html! {
        <div class="choice" role="group" aria-label={phrases::stuck(props.lang, &pod.name, name)}>
            if !props.is_told {
                <p class="choice__why">{ phrases::stuck(props.lang, &pod.name, name) }</p>
            }
            if node.failed {
                <button type="button" class="btn" onclick={act(StageAction::RecoverNode(name.clone()))}>
                    { icon(KEPT, 14) }{ phrases::bring_back(props.lang, name) }
                </button>
            }
            if !node.is_written_off {
                <button type="button" class="btn"
                    onclick={act(StageAction::OutOfService(name.clone(), true))}>
                    { icon(LOCK, 14) }{ phrases::write_off(props.lang, name) }
                </button>
            }
            <button type="button" class="btn btn--bad" onclick={act(force)}>
                { icon(ALERT, 14) }{ phrases::force_delete(props.lang, &pod.name) }
            </button>
        </div>
    }
}
