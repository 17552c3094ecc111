//! The runs that are kept, which one is shown, and which two are compared.
//!
//! Owns the row. Invariant: with one run there is nothing to choose, so nothing is shown.

use crate::command::Command;
use crate::icons::{Icon, icon};
use crate::menu::{Choice, Menu};
use podium::view::scene::RunView;
use podium::view::timeline::window::tenths;
use podium::view::words::{Lang, ViewWords, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) runs: Rc<Vec<RunView>>,
    pub(crate) compare: Option<u32>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn RunTabs(props: &Props) -> Html {
    let (lang, words) = (props.lang, ViewWords::of(props.lang));
    if props.runs.len() < 2 {
        return Html::default();
    }
    let send = |command: Command| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(command.clone()))
    };
    html! {
        <span class="runs">
            <span class="seg" role="group" aria-label={words.runs}>
                { for props.runs.iter().map(|run| {
                    let forked = run.forked_us.map(tenths);
                    let name = phrases::run_tab(lang, run.letter, run.is_current, forked.as_deref());
                    html! {
                        <button key={run.id} type="button" title={run.story.clone()}
                            aria-pressed={run.is_current.to_string()}
                            onclick={send(Command::ShowRun(run.id))}>{ name }</button>
                    }
                }) }
            </span>
            { compare(props, words) }
        </span>
    }
}

/// Compare with the only other run, or with one of several; or stop; and close one.
fn compare(props: &Props, words: &'static ViewWords) -> Html {
    let lang = props.lang;
    let others: Vec<RunView> = props.runs.iter().filter(|one| !one.is_current).cloned().collect();
    if props.compare.is_some() {
        let on = props.on.clone();
        let stop = Callback::from(move |_: MouseEvent| on.emit(Command::Compare(None)));
        return html! {
            <button type="button" class="btn" onclick={stop}>
                { icon(Icon::Close, 14) }{ words.compare_stop }
            </button>
        };
    }
    let mut choices: Vec<Choice> = Vec::new();
    let mut acts: Vec<Command> = Vec::new();
    for run in &others {
        choices.push(Choice {
            name: phrases::compare_with(lang, run.letter).into(),
            about: run.story.clone().into(),
            ..Choice::default()
        });
        acts.push(Command::Compare(Some(run.id)));
    }
    for run in &others {
        choices.push(Choice {
            name: phrases::close_run(lang, run.letter).into(),
            ..Choice::default()
        });
        acts.push(Command::CloseRun(run.id));
    }
    let on = props.on.clone();
    let on_pick = Callback::from(move |at: usize| {
        if let Some(act) = acts.get(at) {
            on.emit(act.clone());
        }
    });
    html! {
        <Menu label={words.compare} shows_label=true {choices} {on_pick} class="btn">
            { icon(Icon::Compare, 14) }{ words.compare }
        </Menu>
    }
}
