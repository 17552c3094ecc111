//! Whose story is told: everything, or one object.
//!
//! Owns the choice. Invariant: it names only objects that the story tells of, and the one chosen.

use crate::command::Command;
use crate::icons::{Icon, icon};
use crate::menu::{Choice, Menu};
use podium::view::Identity;
use podium::view::stage::ObjectRef;
use podium::view::story::StoryView;
use podium::view::words::stage;
use podium::view::words::{Lang, ViewWords, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) view: Rc<StoryView>,
    pub(crate) about: Option<ObjectRef>,
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Filter(props: &Props) -> Html {
    let (lang, words) = (props.lang, ViewWords::of(props.lang));
    let mut objects = props.view.subjects.clone();
    // What is selected is what a reader most likely asks about.
    for one in [&props.selected, &props.about].into_iter().flatten() {
        let at = objects.iter().position(|(other, _)| other == one);
        let known = at.map(|at| objects.remove(at).1);
        let identity = known.unwrap_or_else(|| Identity::of_kind(&one.kind));
        objects.insert(0, (one.clone(), identity));
    }
    let mut choices = vec![Choice {
        name: words.story_all.into(),
        current: props.about.is_none(),
        ..Choice::default()
    }];
    choices.extend(objects.iter().map(|(one, identity)| Choice {
        name: one.name.to_string().into(),
        about: format!("{} {}", one.kind, stage::place(lang, &one.namespace)).into(),
        shape: match identity {
            Identity::Stateful => "shape--b",
            Identity::Stateless => "shape--a",
            Identity::Neutral => "shape--n",
        },
        current: props.about.as_ref() == Some(one),
    }));
    let on = props.on.clone();
    let on_pick = Callback::from(move |at: usize| {
        let object = at.checked_sub(1).and_then(|at| objects.get(at)).map(|(one, _)| one.clone());
        on.emit(Command::About(object));
    });
    let shown = match &props.about {
        Some(one) => phrases::only(lang, &one.name),
        None => words.story_all.to_owned(),
    };
    let clear = {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(Command::About(None)))
    };
    html! {
        <div class="storyfilter">
            <Menu label={words.story_filter} {choices} {on_pick} class="storyfilter__pick">
                <b>{ shown }</b>
            </Menu>
            if props.about.is_some() {
                <button type="button" class="btn btn--quiet btn--icon" aria-label={words.story_all}
                    title={words.story_all} onclick={clear}>{ icon(Icon::Close, 13) }</button>
            }
        </div>
    }
}
