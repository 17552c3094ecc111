//! The bar at the top: brand, examples, views, language, theme, help.
//!
//! Owns their order. Invariant: it shows no button that does nothing.

mod examples;
mod phone;
mod tabs;

pub(crate) use tabs::tab_id;

use crate::command::{Command, MainView, Side, Tab};
use crate::examples::Example;
use crate::export::ExportMenu;
use crate::icons::{Icon, icon, logo};
use crate::layout::Layout;
use crate::theme::Theme;
use podium::view::words::{Lang, PageWords};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    pub(crate) view: MainView,
    /// What was opened last.
    pub(crate) example: Option<Example>,
    /// What stands in the editor.
    pub(crate) text: Rc<str>,
    pub(crate) has_own: bool,
    pub(crate) welcome: bool,
    pub(crate) layout: Layout,
    /// The phone's tab.
    pub(crate) tab: Tab,
    /// The open drawer.
    pub(crate) drawer: Option<Side>,
    /// How many problems the text has.
    pub(crate) problems: usize,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Header(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    // Who has written over an example has a text of their own.
    let example = use_memo((props.example, props.text.clone()), |(example, text)| {
        example.filter(|one| one.is_akin(text))
    });
    let examples = html! {
        <examples::ExampleMenu lang={props.lang} example={*example} has_own={props.has_own}
            compact={matches!(props.layout, Layout::Phone | Layout::Low)} on={props.on.clone()}/>
    };
    let on = props.on.reform({
        let open = !props.welcome;
        move |_: MouseEvent| Command::Welcome(open)
    });
    let brand = html! {
        <h1 class="brand">
            <button type="button" title={words.welcome} aria-expanded={props.welcome.to_string()}
                onclick={on}>{ logo() }<span>{ "Podium" }</span></button>
        </h1>
    };
    if props.layout == Layout::Phone {
        return html! {
            <header class="phone__top" lang={props.lang.tag()}>
                { brand }
                <span class="grow"/>
                { examples }
                <phone::PhoneMenu lang={props.lang} theme={props.theme} view={props.view}
                    tab={props.tab} on={props.on.clone()}/>
            </header>
        };
    }
    let tools = tools(props, words);
    if props.layout == Layout::Low {
        return low(props, &brand, &examples, &tools);
    }
    html! {
        <header class="topbar" lang={props.lang.tag()}>
            <a class="skip" href="#stage">{ words.skip_to_stage }</a>
            { brand }
            { examples }
            <span class="grow"/>
            <tabs::Tabs lang={props.lang} view={props.view} on={props.on.clone()}/>
            <span class="grow"/>
            <ExportMenu lang={props.lang} view={props.view}
                has_charts={props.view != MainView::Timeline} on={props.on.clone()}/>
            <span class="topbar__sep"/>
            { tools }
        </header>
    }
}

/// The bar of a low window: everything in one row, the panes as buttons.
fn low(props: &Props, brand: &Html, examples: &Html, tools: &Html) -> Html {
    let words = PageWords::of(props.lang);
    let pane = |side: Side, sign: Icon, name: &'static str, class: &'static str| {
        let on = props.on.clone();
        let toggle = Callback::from(move |_: MouseEvent| on.emit(Command::ToggleDrawer(side)));
        let open = props.drawer == Some(side);
        html! {
            <button type="button" class={classes!("btn", class)} aria-expanded={open.to_string()}
                title={name} onclick={toggle}>
                { icon(sign, 14) }<span class="wide-only">{ name }</span>
                if side == Side::Left && props.problems > 0 {
                    <b class="count">{ props.problems }</b>
                }
            </button>
        }
    };
    html! {
        <header class="embed__top" lang={props.lang.tag()}>
            <a class="skip" href="#stage">{ words.skip_to_stage }</a>
            { brand.clone() }
            { examples.clone() }
            <tabs::Tabs lang={props.lang} view={props.view} on={props.on.clone()}/>
            <span class="grow"/>
            { pane(Side::Left, Icon::Yaml, words.edit_yaml, "embed__edit") }
            { pane(Side::Right, Icon::Story, words.story, "btn--quiet") }
            <ExportMenu lang={props.lang} view={props.view} on={props.on.clone()}/>
            { tools.clone() }
        </header>
    }
}

/// Language, theme and help.
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
            <button type="button" class="btn btn--quiet btn--icon" aria-label={words.keyboard_help}
                title={format!("{} (?)", words.keyboard_help)} onclick={send(Command::Help(true))}>
                { icon(Icon::Keyboard, 17) }
            </button>
        </>
    }
}
