//! An object's name as a button.
//!
//! Must not know where it stands. Invariant: the same object is selected by each of its chips.

use crate::command::Command;
use podium::view::Identity;
use podium::view::stage::ObjectRef;
use yew::prelude::*;

/// An object as a chip that selects it, or lets it go if it is chosen.
pub(crate) fn chip(
    label: &str,
    object: &ObjectRef,
    identity: Identity,
    chosen: bool,
    on: &Callback<Command>,
) -> Html {
    chip_in(label, object, identity, chosen, None, on)
}

/// The same with its place in the order of the Tab key.
pub(crate) fn chip_in(
    label: &str,
    object: &ObjectRef,
    identity: Identity,
    chosen: bool,
    tab: Option<&'static str>,
    on: &Callback<Command>,
) -> Html {
    let next = (!chosen).then(|| object.clone());
    let on = on.clone();
    let select = Callback::from(move |_: MouseEvent| on.emit(Command::Select(next.clone())));
    html! {
        <button type="button" title={format!("{} {}", object.kind, object.name)} onclick={select}
            aria-pressed={chosen.to_string()} tabindex={tab}
            class={classes!("obj", format!("obj--{}", identity.letter()), chosen.then_some("obj--sel"))}>
            { label }
        </button>
    }
}
