//! The manifest pane: the text, its problems and the Apply button.
//!
//! Owns the order of the pane. It must not know YAML. Invariant: nothing here changes the text
//! but the reader's own keys and the fix that the reader takes.

mod bar;
mod bridge;
mod changes;
mod files;
mod keys;
mod mirror;
mod pad;
mod plain;
mod problems;
mod rich;
mod tools;

pub(crate) use bridge::settle;
pub(crate) use files::hold_off;
pub(crate) use pad::{PAD_ID, focus};

use crate::command::Command;
use crate::focus::focus_soon;
use crate::state::Notice;
use bar::Bar;
use changes::Changes;
use pad::Pad;
use podium::view::editor::{self, Problem, Sheet, document_at};
use podium::view::stage::ObjectRef;
use podium::view::words::{EditorWords, Lang, PageWords, page};
use problems::Problems;
use std::rc::Rc;
use yew::prelude::*;

/// A question about a place of a text.
pub(crate) struct Question {
    /// The text.
    pub(crate) text: Rc<str>,
    /// The place, in the browser's units.
    pub(crate) unit: usize,
    /// What is asked.
    pub(crate) what: What,
}

/// What can be asked about a place.
pub(crate) enum What {
    /// What may stand there.
    Complete {
        /// Whether it was asked for with a key.
        is_explicit: bool,
    },
    /// What stands there.
    Hover,
}

/// A longer notice scrolls, so that keys must reach it.
const NOTICE_LONG: usize = 300;

/// The way to ask; the answer is the editor's own data as JSON, or nothing.
pub(crate) type Ask = Callback<Question, Option<String>>;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) text: Rc<str>,
    pub(crate) applied: Rc<str>,
    pub(crate) problems: Rc<Vec<Problem>>,
    pub(crate) problem: usize,
    pub(crate) notice: Option<Notice>,
    /// Whose document the selected object's is.
    pub(crate) owners: Option<[ObjectRef; 2]>,
    pub(crate) ask: Ask,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Editor(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let sheet = use_memo(props.text.clone(), |text| Sheet::of(text));
    let selected = props.owners.as_ref().and_then(|owners| sheet.document_of(owners));
    let changed = use_memo((props.text.clone(), props.applied.clone()), |(text, applied)| {
        editor::changed(applied, text)
    });
    let is_changed = props.text != props.applied;
    let comparing = use_state_eq(|| false);
    let is_comparing = *comparing && is_changed;
    // The next change is not compared unasked.
    use_effect_with(is_changed, {
        let comparing = comparing.setter();
        move |is_changed| {
            if !is_changed {
                comparing.set(false);
            }
        }
    });
    let compare = {
        let comparing = comparing.setter();
        Callback::from(move |()| comparing.set(true))
    };
    let on_close = {
        let comparing = comparing.setter();
        Callback::from(move |()| {
            comparing.set(false);
            // Until it is drawn anew the text behind takes no focus.
            focus_soon("#manifest", false);
        })
    };
    let caret = use_state_eq(|| None::<usize>);
    let on_caret = use_callback((), {
        let caret = caret.setter();
        move |byte: usize, ()| caret.set(Some(byte))
    });
    // The caret is told before the text around it is drawn anew.
    let current = caret.and_then(|byte| document_at(&sheet, byte));
    let dropping = use_state_eq(|| false);
    let drops = drops(&dropping, props.lang, &props.on);
    html! {
        <>
            <Bar lang={props.lang} text={props.text.clone()} sheet={sheet.clone()} {current}
                changed={is_changed} has_problems={!props.problems.is_empty()}
                on={props.on.clone()} on_compare={compare}/>
            <div class="editor__body" ondragenter={drops.over.clone()} ondragover={drops.over}
                ondragleave={drops.out} ondrop={drops.here}>
                <div class="editor__layer" inert={is_comparing}>
                    <Pad lang={props.lang} text={props.text.clone()} {sheet} {changed}
                        problems={props.problems.clone()} problem={props.problem}
                        {selected} ask={props.ask.clone()} on={props.on.clone()}
                        {on_caret}/>
                </div>
                if is_comparing {
                    <Changes lang={props.lang} before={props.applied.clone()}
                        after={props.text.clone()} on={props.on.clone()} {on_close}/>
                }
                if *dropping {
                    <div class="editor__drop" aria-hidden="true">
                        { EditorWords::of(props.lang).drop_here }
                    </div>
                }
            </div>
            if let Some(shown) = props.problems.get(props.problem) {
                <Problems key={format!("{}:{}", shown.code, shown.from)} lang={props.lang}
                    text={props.text.clone()} problem={shown.clone()} at={props.problem}
                    of={props.problems.len()} on={props.on.clone()}/>
            }
            if let Some(notice) = &props.notice {
                { notice_line(notice, props.lang, words, &props.on) }
            }
        </>
    }
}

/// What happens while files are held over the text.
struct Drops {
    over: Callback<DragEvent>,
    out: Callback<DragEvent>,
    here: Callback<DragEvent>,
}

fn drops(dropping: &UseStateHandle<bool>, lang: Lang, on: &Callback<Command>) -> Drops {
    let set = |is_over: bool| {
        let dropping = dropping.setter();
        move || dropping.set(is_over)
    };
    let (over, out, done) = (set(true), set(false), set(false));
    let on = on.clone();
    Drops {
        over: Callback::from(move |event: DragEvent| {
            if files::has_files(&event) {
                event.prevent_default();
                over();
            }
        }),
        out: Callback::from(move |_: DragEvent| out()),
        here: Callback::from(move |event: DragEvent| {
            if files::has_files(&event) {
                event.prevent_default();
                done();
                files::read(event.data_transfer().and_then(|data| data.files()), lang, &on);
            }
        }),
    }
}

fn notice_line(notice: &Notice, lang: Lang, words: &PageWords, on: &Callback<Command>) -> Html {
    use crate::storage::Trouble;
    let text = match notice {
        Notice::Applied(lines) => page::applied(lang, lines),
        Notice::Refused(reason) => page::refused(lang, reason),
        Notice::Empty => words.nothing_applied.to_owned(),
        Notice::NotApplied => words.not_applied.to_owned(),
        Notice::Storage(Trouble::Forbidden) => words.storage_off.to_owned(),
        Notice::Storage(Trouble::Full) => words.storage_full.to_owned(),
        Notice::Storage(Trouble::Nowhere) => words.storage_nowhere.to_owned(),
    };
    let on = on.clone();
    let dismiss = Callback::from(move |_: MouseEvent| on.emit(Command::Dismiss));
    html! {
        <div class="notice" role="status">
            <span class="grow notice__text" tabindex={(text.len() > NOTICE_LONG).then_some("0")}>
                { text }
            </span>
            <button type="button" class="btn btn--quiet btn--icon" aria-label={words.dismiss}
                title={words.dismiss} onclick={dismiss}>
                { crate::icons::icon(crate::icons::Icon::Close, 14) }
            </button>
        </div>
    }
}
