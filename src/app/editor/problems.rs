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

/// The code of what the server refused.
const REFUSED: &str = "POD-S001";

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
    let is_open = use_state_eq(|| false);
    let (sign, grade) = match problem.severity {
        Severity::Error => (Icon::Error, None),
        Severity::Warning => (Icon::Warning, Some("problem--warning")),
    };
    // A warning hinders nothing, and of a refusal the other objects were applied.
    let runs_on = problem.severity == Severity::Error && problem.code != REFUSED;
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |_: MouseEvent| is_open.set(!*is_open))
    };
    html! {
        <section class={classes!("problem", grade)} role="status" aria-label={words.problems}>
            <div class="problem__head">
                { icon(sign, 15) }
                <span class="nowrap">{ &problem.title }</span>
                <span class="code">{ &problem.code }</span>
                { place(props, problem.from, problem.to, (problem.line, problem.column)) }
            </div>
            <div class="problem__text">
            <p class="problem__msg">
                { prose(&problem.message) }
                if runs_on { { " " }{ words.still_running } }
                { " " }
                <button type="button" class="why" aria-expanded={is_open.to_string()}
                    onclick={toggle}>{ if *is_open { words.why_hide } else { words.why } }</button>
            </p>
            if *is_open { { details(props) } }
            </div>
            <div class="problem__act">
                if let Some(fix) = &problem.fix {
                    <button type="button" class="btn btn--solid problem__fix" onclick={
                        let (fix, text, on) = (fix.clone(), props.text.clone(), props.on.clone());
                        Callback::from(move |_: MouseEvent| keys::take(&fix, &text, &on))
                    }>
                        { icon(Icon::Fix, 14) }
                        <span>{ prose(&fix.label) }</span>
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

/// A button that names a place as line:column and goes there.
fn place(props: &Props, from: usize, to: usize, (line, column): (u32, u32)) -> Html {
    let words = PageWords::of(props.lang);
    let text = props.text.clone();
    let go = Callback::from(move |_: MouseEvent| caret_to(&text, from, to));
    html! {
        <button type="button" class="problem__pos" title={words.go_to_problem} onclick={go}>
            <span aria-hidden="true">{ format!("{line}:{column}") }</span>
            <span class="sr">{ page::place(props.lang, line, column) }</span>
        </button>
    }
}

/// What the code means, what else has to do with it, and what kubectl says.
fn details(props: &Props) -> Html {
    let problem = &props.problem;
    html! {
        <div class="problem__more">
            <p>{ prose(&problem.explanation) }</p>
            { for problem.related.iter().map(|other| html! {
                <p key={other.from} class="problem__other">
                    <span class="grow">{ prose(&other.label) }</span>
                    { place(props, other.from, other.to, (other.line, other.column)) }
                </p>
            }) }
            if let Some(help) = &problem.help { <p class="problem__help">{ prose(help) }</p> }
        </div>
    }
}

/// A sentence with what stands between backticks, field paths and quoted values set in the font of
/// the text.
fn prose(sentence: &str) -> Html {
    let parts: Vec<&str> = sentence.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return words_of(sentence);
    }
    let part = |(at, part): (usize, &str)| {
        if at.is_multiple_of(2) {
            words_of(part)
        } else {
            html! { <span class="mono">{ part.to_owned() }</span> }
        }
    };
    parts.into_iter().enumerate().map(part).collect()
}

fn words_of(sentence: &str) -> Html {
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
