//! The bar over the text: the outline of documents, the tools and the Apply button.
//!
//! Owns the controls. Invariant: Apply never hides; when the text has a problem it steps back
//! and the problem says why.

use super::pad::caret_to;
use super::tools::Tools;
use crate::command::Command;
use crate::menu::{Choice, Menu};
use podium::view::Identity;
use podium::view::editor::{Document, Sheet};
use podium::view::words::{Lang, PageWords, editor};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) text: Rc<str>,
    pub(crate) sheet: Rc<Sheet>,
    /// The document that the caret is in.
    pub(crate) current: Option<usize>,
    pub(crate) changed: bool,
    pub(crate) has_problems: bool,
    pub(crate) on: Callback<Command>,
    pub(crate) on_compare: Callback<()>,
}

/// See the module.
#[component]
pub(crate) fn Bar(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let documents = &props.sheet.documents;
    let choices = documents
        .iter()
        .enumerate()
        .map(|(at, document)| choice(document, props.current == Some(at)))
        .collect::<Vec<_>>();
    let on_pick = {
        let (text, sheet) = (props.text.clone(), props.sheet.clone());
        Callback::from(move |at: usize| {
            let from = sheet.documents.get(at).map_or(0, |document| {
                let line = sheet.lines.get(document.first).map_or(0, |line| line.from);
                // Others may stand on its line.
                document.brackets.as_ref().map_or(line, |own| own.start)
            });
            caret_to(&text, from, from);
        })
    };
    let apply = {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(Command::Apply))
    };
    let solid = (!props.has_problems).then_some("btn--solid");
    html! {
        <div class="editor__bar">
            <Tools lang={props.lang} text={props.text.clone()} changed={props.changed}
                on={props.on.clone()} on_compare={props.on_compare.clone()}/>
            <div class="grow">
                <Menu label={words.documents} {choices} {on_pick} class="picker--wide">
                    <b class="nowrap">{ outline(documents, props.lang) }</b>
                    <span class="grow"/>
                </Menu>
            </div>
            <button type="button" class={classes!("btn", "apply", solid)} title={words.apply_hint}
                onclick={apply}>
                { words.apply }
                if props.changed {
                    <span class="apply__dot"/>
                    <span class="sr">{ words.changed }</span>
                }
            </button>
        </div>
    }
}

/// The shape of a kind; data is a cylinder.
pub(super) fn sign(kind: &str) -> &'static str {
    match (kind, Identity::of_kind(kind)) {
        ("PersistentVolumeClaim" | "PersistentVolume", _) => "shape--d",
        (_, Identity::Stateless) => "shape--a",
        (_, Identity::Stateful) => "shape--b",
        (_, Identity::Neutral) => "shape--n",
    }
}

fn choice(document: &Document, current: bool) -> Choice {
    let shape = sign(&document.kind);
    let name = match (document.kind.as_str(), document.name.as_str()) {
        ("", "") => "?".to_owned(),
        (kind, name) => format!("{kind} {name}"),
    };
    Choice { name: name.into(), about: AttrValue::default(), shape, current }
}

/// The workloads of the text in few words.
fn outline(documents: &[Document], lang: Lang) -> String {
    let words = PageWords::of(lang);
    let is_workload = |document: &&Document| Identity::of_kind(&document.kind) != Identity::Neutral;
    let kinds: Vec<&str> =
        documents.iter().filter(is_workload).map(|document| document.kind.as_str()).collect();
    match (kinds.as_slice(), documents) {
        (_, []) => words.no_documents.to_owned(),
        ([], [one]) => format!("{} {}", one.kind, one.name),
        ([], many) => format!("{}{}{}", words.documents, lang.colon(), many.len()),
        (kinds, _) => editor::outline(lang, kinds),
    }
}
