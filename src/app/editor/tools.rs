//! The tools of the editor: a document to begin with, and what else can be done with the text.
//!
//! Owns both menus. Invariant: every entry does something at once.

use super::bar::sign;
use super::bridge;
use super::files;
use super::pad::caret_to;
use crate::command::Command;
use crate::icons::{Icon, icon};
use crate::menu::{Choice, Menu};
use crate::state::Said;
use podium::view::editor::Template;
use podium::view::words::{EditorWords, Lang};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) text: Rc<str>,
    /// Whether the text differs from what runs.
    pub(crate) changed: bool,
    pub(crate) on: Callback<Command>,
    pub(crate) on_compare: Callback<()>,
}

/// One of the tools.
#[derive(Clone, Copy, PartialEq)]
enum Tool {
    Changes,
    Find,
    Fold,
    Unfold,
    Open,
    Download,
    Copy,
}

/// See the module.
#[component]
pub(crate) fn Tools(props: &Props) -> Html {
    let words = EditorWords::of(props.lang);
    let chooser = use_node_ref();
    let templates = Template::ALL.map(|template| Choice {
        name: template.kind().into(),
        about: template.about(words).into(),
        shape: sign(template.kind()),
        current: false,
    });
    let on_template = {
        let (text, on) = (props.text.clone(), props.on.clone());
        Callback::from(move |at: usize| {
            let Some(template) = Template::ALL.get(at) else { return };
            let (added, from) = template.add_to(&text);
            on.emit(Command::Edit(added.as_str().into()));
            // The editor takes the text in its next turn; then there is a place to go to.
            gloo::timers::callback::Timeout::new(0, move || caret_to(&added, from, from)).forget();
        })
    };
    let tools = tools(props.changed);
    let choices: Vec<Choice> = tools
        .iter()
        .map(|tool| {
            let (name, about) = named(*tool, words);
            Choice { name: name.into(), about: about.into(), shape: "", current: false }
        })
        .collect();
    let on_tool = {
        let (text, on, chooser) = (props.text.clone(), props.on.clone(), chooser.clone());
        let on_compare = props.on_compare.clone();
        Callback::from(move |at: usize| match tools.get(at) {
            Some(Tool::Changes) => on_compare.emit(()),
            Some(Tool::Find) => run("search"),
            Some(Tool::Fold) => run("foldAll"),
            Some(Tool::Unfold) => run("unfoldAll"),
            Some(Tool::Open) => files::choose(&chooser),
            Some(Tool::Download) => files::download(&text),
            Some(Tool::Copy) => {
                let on = on.clone();
                files::copy(&text, move |has| {
                    let said = if has { Said::Copied } else { Said::CopyRefused };
                    on.emit(Command::Say(Some(said)));
                });
            }
            None => {}
        })
    };
    let on_files = {
        let (lang, on) = (props.lang, props.on.clone());
        Callback::from(move |event: Event| {
            let input: web_sys::HtmlInputElement = event.target_unchecked_into();
            files::read(input.files(), lang, &on);
            // The same file can be chosen again.
            input.set_value("");
        })
    };
    html! {
        <div class="editor__tools">
            <Menu label={words.add_template} choices={templates.to_vec()} on_pick={on_template}
                is_sign=true class="picker--icon">{ icon(Icon::Plus, 15) }</Menu>
            <Menu label={words.tools} {choices} on_pick={on_tool} is_sign=true class="picker--icon">
                { icon(Icon::More, 15) }
            </Menu>
            <input ref={chooser} type="file" class="sr" tabindex="-1" aria-hidden="true"
                multiple=true accept=".yaml,.yml,.json,.txt" onchange={on_files}/>
        </div>
    }
}

/// What can be done now: nothing to compare while nothing changed, and no folds in the plain
/// editor.
fn tools(changed: bool) -> Vec<Tool> {
    let mut tools = Vec::new();
    tools.extend(changed.then_some(Tool::Changes));
    if bridge::arrived().is_some() {
        tools.extend([Tool::Find, Tool::Fold, Tool::Unfold]);
    }
    tools.extend([Tool::Open, Tool::Download, Tool::Copy]);
    tools
}

const fn named(tool: Tool, words: &EditorWords) -> (&'static str, &'static str) {
    match tool {
        Tool::Changes => (words.show_changes, words.show_changes_about),
        Tool::Find => (words.find_tool, words.find_tool_about),
        Tool::Fold => (words.fold_all, ""),
        Tool::Unfold => (words.unfold_all, ""),
        Tool::Open => (words.open_file, words.open_file_about),
        Tool::Download => (words.download, ""),
        Tool::Copy => (words.copy_text, ""),
    }
}

fn run(command: &str) {
    if let Some(editor) = bridge::current() {
        editor.run(command);
    }
}
