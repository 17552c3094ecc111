//! The panel under the text that says what is wrong, where, and how to mend it.
//!
//! Owns how a problem is told. Invariant: it names the place as line:column and takes the reader
//! there; the fix is one press away if there is one.

use super::keys;
use super::pad::caret_to;
use crate::command::Command;
use crate::icons::{Icon, icon};
use podium::view::editor::{Problem, Severity};
use podium::view::words::{Lang, PageWords, page};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) text: Rc<str>,
    pub(crate) problem: Problem,
    pub(crate) at: usize,
    pub(crate) of: usize,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Problems(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let problem = &props.problem;
    let (from, to) = (problem.from, problem.to);
    let go = {
        let text = props.text.clone();
        Callback::from(move |_: MouseEvent| caret_to(&text, from, to))
    };
    let sign = match problem.severity {
        Severity::Error => Icon::Error,
        Severity::Warning => Icon::Warning,
    };
    html! {
        <section class="problem" role="status" aria-label={words.problems}>
            <div class="problem__head">
                { icon(sign, 15) }
                <span>{ &problem.title }</span>
                <button type="button" class="problem__pos" title={words.go_to_problem} onclick={go}>
                    { format!("{}:{}", problem.line, problem.column) }
                    <span class="sr">{ page::place(props.lang, problem.line, problem.column) }</span>
                </button>
            </div>
            <p class="problem__msg">
                { prose(&problem.message) }{ " " }{ words.still_running }
            </p>
            if let Some(help) = &problem.help { <p class="problem__help">{ prose(help) }</p> }
            <div class="problem__act">
                if let Some(fix) = &problem.fix {
                    <button type="button" class="btn btn--solid problem__fix" onclick={
                        let (fix, text, on) = (fix.clone(), props.text.clone(), props.on.clone());
                        Callback::from(move |_: MouseEvent| keys::take(&fix, &text, &on))
                    }>
                        { icon(Icon::Fix, 14) }
                        <span>{ &fix.label }</span>
                    </button>
                    <span class="kbd">{ "Ctrl ." }</span>
                }
                if props.of > 1 {
                    <span class="grow"/>
                    { pager(props, words) }
                }
            </div>
        </section>
    }
}

/// A sentence with field paths and quoted values set in the font of the text.
fn prose(sentence: &str) -> Html {
    let is_code = |word: &str| {
        let bare = word.trim_matches([',', '.', ':', ';', '(', ')']);
        let path =
            bare.contains('.') && bare.chars().all(|c| c.is_alphanumeric() || ".[]-_/".contains(c));
        path || (bare.len() > 2 && bare.starts_with('"') && bare.ends_with('"'))
    };
    let pieces = sentence.split_inclusive(' ').map(|word| {
        if is_code(word.trim_end()) {
            let bare = word.trim_end_matches([' ', ',', '.', ':', ';']);
            html! { <><span class="mono">{ bare }</span>{ &word[bare.len()..] }</> }
        } else {
            html! { { word } }
        }
    });
    pieces.collect()
}

fn pager(props: &Props, words: &PageWords) -> Html {
    let step = |at: usize| {
        let on = props.on.clone();
        Callback::from(move |_: MouseEvent| on.emit(Command::ShowProblem(at)))
    };
    let previous = (props.at + props.of - 1) % props.of;
    let next = (props.at + 1) % props.of;
    html! {
        <span class="pager">
            <button type="button" class="btn btn--quiet btn--icon pager__back" onclick={step(previous)}
                aria-label={words.previous_problem}>{ icon(Icon::Chevron, 14) }</button>
            <span>{ page::problem_count(props.lang, props.at + 1, props.of) }</span>
            <button type="button" class="btn btn--quiet btn--icon pager__on" onclick={step(next)}
                aria-label={words.next_problem}>{ icon(Icon::Chevron, 14) }</button>
        </span>
    }
}
