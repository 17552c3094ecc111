//! The list of examples, and the reader's own text among them.
//!
//! Owns the order of the list. Invariant: opening an example loses no typed text; the reader's
//! own stays in the list.

use crate::command::Command;
use crate::examples::Example;
use crate::icons::{Icon, icon};
use crate::menu::{Choice, Menu};
use podium::view::words::{Lang, PageWords};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) example: Option<Example>,
    pub(crate) has_own: bool,
    pub(crate) compact: bool,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn ExampleMenu(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let choice = |(name, about): (&'static str, &'static str), current: bool| Choice {
        name: name.into(),
        about: about.into(),
        shape: "",
        current,
    };
    let mut choices = vec![choice((words.welcome, words.welcome_about), false)];
    choices.extend(Example::ALL.map(|one| choice(one.words(words), props.example == Some(one))));
    if props.has_own || props.example.is_none() {
        let yours = (words.example_yours, words.example_yours_about);
        choices.push(choice(yours, props.example.is_none()));
    }
    let on = props.on.clone();
    let on_pick = Callback::from(move |at: usize| {
        on.emit(match at.checked_sub(1).map(|at| Example::ALL.get(at)) {
            None => Command::Welcome(true),
            Some(Some(example)) => Command::Open(*example),
            Some(None) => Command::OpenOwn,
        });
    });
    let name = props.example.map_or(words.example_yours, |example| example.words(words).0);
    html! {
        <Menu label={words.example} shows_label={!props.compact} {choices} {on_pick}
            class="picker--example">
            if !props.compact {
                { icon(Icon::Book, 15) }
                <span class="dim">{ words.example }</span>
            }
            <b>{ name }</b>
        </Menu>
    }
}
