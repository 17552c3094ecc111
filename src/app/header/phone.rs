//! What a phone's bar has no room for, behind one button.
//!
//! Owns the list. Invariant: it offers a picture only of what is on screen.

use crate::command::{Command, MainView, Tab};
use crate::export::save_choice;
use crate::icons::{Icon, icon};
use crate::menu::{Choice, Menu};
use crate::theme::Theme;
use podium::view::words::{Lang, PageWords, ViewWords};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    pub(crate) view: MainView,
    pub(crate) tab: Tab,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn PhoneMenu(props: &Props) -> Html {
    let (words, views) = (PageWords::of(props.lang), ViewWords::of(props.lang));
    let others: Vec<Lang> = Lang::ALL.into_iter().filter(|lang| *lang != props.lang).collect();
    let theme = match props.theme {
        Theme::Light => words.theme_to_dark,
        Theme::Dark => words.theme_to_light,
    };
    let mut names: Vec<&str> = others.iter().map(|lang| lang.full_name()).collect();
    names.push(theme);
    let before = names.len();
    if matches!(props.tab, Tab::Stage | Tab::Ledger | Tab::Timeline) {
        names.extend([views.export_view_svg, views.export_view_png]);
    }
    let choices: Vec<Choice> = names
        .into_iter()
        .map(|name| Choice { name: name.to_owned().into(), ..Choice::default() })
        .collect();
    let (on, other, view) = (props.on.clone(), props.theme.other(), props.view);
    let on_pick = Callback::from(move |at: usize| match others.get(at) {
        Some(lang) => on.emit(Command::Speak(*lang)),
        None if at < before => on.emit(Command::UseTheme(other)),
        None => save_choice(view, at - before, on.clone()),
    });
    html! {
        <Menu label={words.more} {choices} {on_pick} is_sign=true class="btn btn--quiet phone__more">
            { icon(Icon::Bars, 18) }
        </Menu>
    }
}
