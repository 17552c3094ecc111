//! The bar at the top: brand, examples, views, language, theme, help.
//!
//! Owns their order. Invariant: it shows no button that does nothing.

mod examples;
mod tabs;

pub(crate) use tabs::tab_id;

use crate::command::{Command, MainView};
use crate::examples::Example;
use crate::export::ExportMenu;
use crate::icons::{Icon, icon, logo};
use crate::theme::Theme;
use podium::view::words::{Lang, PageWords};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    pub(crate) view: MainView,
    pub(crate) example: Option<Example>,
    pub(crate) has_own: bool,
    #[prop_or_default]
    pub(crate) compact: bool,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Header(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let send = |command: Command| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(command.clone()))
    };
    let examples = html! {
        <examples::ExampleMenu lang={props.lang} example={props.example} has_own={props.has_own}
            compact={props.compact} on={props.on.clone()}/>
    };
    let tools = tools(props, words);
    if props.compact {
        return html! {
            <header class="phone__top">
                <h1 class="brand">{ logo() }<span class="sr">{ "Podium" }</span></h1>
                { examples }
                <span class="grow"/>
                { tools }
            </header>
        };
    }
    html! {
        <header class="topbar">
            <a class="skip" href="#stage">{ words.skip_to_stage }</a>
            <h1 class="brand">{ logo() }{ "Podium" }</h1>
            { examples }
            <span class="grow"/>
            <tabs::Tabs lang={props.lang} view={props.view} on={props.on.clone()}/>
            <span class="grow"/>
            <ExportMenu lang={props.lang} view={props.view} on={props.on.clone()}/>
            <span class="topbar__sep"/>
            { tools }
            <button type="button" class="btn btn--quiet btn--icon" aria-label={words.keyboard_help}
                title={format!("{} (?)", words.keyboard_help)} onclick={send(Command::Help(true))}>
                { icon(Icon::Keyboard, 17) }
            </button>
        </header>
    }
}

/// Language and theme.
fn tools(props: &Props, words: &PageWords) -> Html {
    let send = |command: Command| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(command.clone()))
    };
    let (theme_icon, theme_label) = match props.theme {
        Theme::Light => (Icon::Moon, words.theme_to_dark),
        Theme::Dark => (Icon::Sun, words.theme_to_light),
    };
    html! {
        <>
            <div class="seg" role="group" aria-label={words.language}>
                { for Lang::ALL.map(|lang| html! {
                    <button key={lang.tag()} type="button" lang={lang.tag()}
                        aria-pressed={(lang == props.lang).to_string()}
                        onclick={send(Command::Speak(lang))}>{ lang.own_name() }</button>
                }) }
            </div>
            <button type="button" class="btn btn--quiet btn--icon" aria-label={theme_label}
                title={theme_label} onclick={send(Command::UseTheme(props.theme.other()))}>
                { icon(theme_icon, 16) }
            </button>
        </>
    }
}
