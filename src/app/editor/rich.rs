//! CodeMirror on the page: what it is told and what it asks.
//!
//! Owns the life of one editor. It must not know YAML. Invariant: the editor's text and the
//! page's text are the same after every render; a change of either reaches the other once.

use super::bridge::{self, Handle, Module, number, object};
use super::keys;
use super::pad::Props as Pad;
use super::plain::text_area;
use super::{Question, What};
use crate::browser::active_element;
use crate::command::Command;
use js_sys::{Array, Reflect};
use podium::view::Identity;
use podium::view::editor::{Changed, Document, Severity, Sheet, Units};
use podium::view::words::{EditorWords, Lang, PageWords};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsValue, closure::Closure};
use web_sys::Element;
use yew::prelude::*;

#[derive(Properties)]
pub(crate) struct Props {
    pub(super) module: Module,
    pub(super) pad: Pad,
    /// Where the caret and the scrolling were in the plain text area.
    pub(super) start: JsValue,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        // There is one bundle, and one beginning.
        self.pad == other.pad
    }
}

/// An open editor with the hooks that it calls.
struct Open {
    handle: Handle,
    _hooks: [JsValue; 7],
}

impl Drop for Open {
    fn drop(&mut self) {
        bridge::set_current(None);
        self.handle.close();
    }
}

/// What the hooks read: the newest props, and the text that the editor is known to hold.
struct Latest {
    pad: Pad,
    known: Rc<str>,
}

type Shared = Rc<RefCell<Latest>>;

/// See the module.
#[component]
pub(crate) fn Rich(props: &Props) -> Html {
    let pad = &props.pad;
    let host = use_node_ref();
    let latest = use_mut_ref(|| Latest { pad: pad.clone(), known: pad.text.clone() });
    latest.borrow_mut().pad = pad.clone();
    let open = use_mut_ref(|| None::<Open>);
    use_effect_with((), {
        let (open, host, latest) = (open.clone(), host.clone(), latest.clone());
        let (module, lang, start) = (props.module.clone(), pad.lang, props.start.clone());
        move |()| {
            let opened = host
                .cast::<Element>()
                .and_then(|host| begin(&module, &host, &latest, lang, &start));
            *open.borrow_mut() = opened;
            move || {
                let closed = open.borrow_mut().take();
                drop(closed);
            }
        }
    });
    use_effect_with(pad.text.clone(), {
        let latest = latest.clone();
        move |text| follow(&latest, text)
    });
    use_effect_with(pad.lang, |lang| {
        if let Some(editor) = bridge::current() {
            editor.speak(&said(*lang));
        }
    });
    use_effect_with(
        (pad.sheet.clone(), pad.changed.clone(), pad.selected),
        |(sheet, changed, selected)| {
            if let Some(editor) = bridge::current() {
                editor.mark(&marks(sheet, changed, *selected));
            }
        },
    );
    use_effect_with((pad.problems.clone(), pad.text.clone()), |(problems, text)| {
        if let Some(editor) = bridge::current() {
            editor.problems(&told(problems, text));
        }
    });
    html! {
        <div class="editor__code editor__code--rich">
            <div class="editor__host" ref={host}></div>
            <p id="manifest-hint" class="sr">{ PageWords::of(pad.lang).leave_editor }</p>
        </div>
    }
}

/// Where the caret and the scrolling are in the plain text area, if it is on the page.
pub(super) fn start() -> JsValue {
    let Some(area) = text_area() else { return JsValue::NULL };
    let at = |place: Result<Option<u32>, JsValue>| JsValue::from(place.ok().flatten().unwrap_or(0));
    let scroller = area.closest(".editor__code").ok().flatten();
    let (top, left) = scroller.map_or((0, 0), |one| (one.scroll_top(), one.scroll_left()));
    let active = active_element();
    let selection = Array::of2(&at(area.selection_start()), &at(area.selection_end()));
    object([
        ("selection", selection.into()),
        ("top", top.into()),
        ("left", left.into()),
        ("focused", active.is_some_and(|one| one.is_same_node(Some(&area))).into()),
    ])
}

fn begin(
    module: &Module,
    host: &Element,
    latest: &Shared,
    lang: Lang,
    start: &JsValue,
) -> Option<Open> {
    let hooks = hooks(latest);
    let [change, apply, fix, problem, caret, complete, hover] = hooks.clone();
    let told = object([
        ("change", change),
        ("apply", apply),
        ("fix", fix),
        ("problem", problem),
        ("caret", caret),
        ("complete", complete),
        ("hover", hover),
    ]);
    let text = latest.borrow().known.clone();
    let handle = match module.open(host, &text, &said(lang), &told, start) {
        Ok(handle) => handle,
        Err(reason) => {
            web_sys::console::error_1(&reason);
            return None;
        }
    };
    bridge::set_current(Some(handle.clone()));
    Some(Open { handle, _hooks: hooks })
}

/// The functions that the editor calls; they live as long as it does.
fn hooks(latest: &Shared) -> [JsValue; 7] {
    let change = {
        let latest = latest.clone();
        Closure::<dyn Fn(String)>::new(move |text: String| {
            let text: Rc<str> = text.into();
            latest.borrow_mut().known = text.clone();
            let on = latest.borrow().pad.on.clone();
            on.emit(Command::Edit(text));
        })
    };
    let apply = {
        let latest = latest.clone();
        Closure::<dyn Fn()>::new(move || {
            let on = latest.borrow().pad.on.clone();
            on.emit(Command::Apply);
        })
    };
    let fix = {
        let latest = latest.clone();
        Closure::<dyn Fn(i32)>::new(move |index: i32| {
            let pad = latest.borrow().pad.clone();
            let at = usize::try_from(index).unwrap_or(pad.problem);
            if let Some(fix) = pad.problems.get(at).and_then(|problem| problem.fix.as_ref()) {
                keys::take(fix, &pad.text, &pad.on);
            }
        })
    };
    let problem = {
        let latest = latest.clone();
        Closure::<dyn Fn(u32)>::new(move |index: u32| {
            let on = latest.borrow().pad.on.clone();
            on.emit(Command::ShowProblem(index as usize));
        })
    };
    let caret = {
        let latest = latest.clone();
        Closure::<dyn Fn(u32)>::new(move |unit: u32| {
            let (on, text) = {
                let latest = latest.borrow();
                (latest.pad.on_caret.clone(), latest.known.clone())
            };
            on.emit(Units::of(&text).byte(unit as usize));
        })
    };
    let complete = {
        let latest = latest.clone();
        Closure::<dyn Fn(u32, bool) -> Option<String>>::new(move |unit, is_explicit| {
            ask(&latest, unit, What::Complete { is_explicit })
        })
    };
    let hover = {
        let latest = latest.clone();
        Closure::<dyn Fn(u32) -> Option<String>>::new(move |unit| ask(&latest, unit, What::Hover))
    };
    [
        change.into_js_value(),
        apply.into_js_value(),
        fix.into_js_value(),
        problem.into_js_value(),
        caret.into_js_value(),
        complete.into_js_value(),
        hover.into_js_value(),
    ]
}

fn ask(latest: &Shared, unit: u32, what: What) -> Option<String> {
    let (ask, text) = {
        let latest = latest.borrow();
        (latest.pad.ask.clone(), latest.known.clone())
    };
    ask.emit(Question { text, unit: unit as usize, what })
}

/// Gives the editor a text that came from elsewhere.
fn follow(latest: &Shared, text: &Rc<str>) {
    let is_known = latest.borrow().known == *text;
    if is_known {
        return;
    }
    latest.borrow_mut().known = text.clone();
    if let Some(editor) = bridge::current() {
        editor.replace(text);
    }
}

/// The words that the editor itself shows or says.
fn said(lang: Lang) -> JsValue {
    let phrases = object([]);
    for (english, word) in EditorWords::phrases(lang) {
        let _ = Reflect::set(&phrases, &english.into(), &word.into());
    }
    object([
        ("label", PageWords::of(lang).manifest_text.into()),
        ("hint", "manifest-hint".into()),
        ("phrases", phrases),
    ])
}

fn marks(sheet: &Sheet, changed: &Changed, selected: Option<usize>) -> JsValue {
    let owners = sheet.documents.iter().filter_map(|document| {
        let letter = match Identity::of_kind(&document.kind) {
            Identity::Neutral => return None,
            identity => identity.letter(),
        };
        Some(object([
            ("first", number(document.first + 1)),
            ("last", number(document.end)),
            ("letter", letter.into()),
        ]))
    });
    let numbers = |lines: &[usize]| lines.iter().map(|line| number(line + 1)).collect::<Array>();
    let selected = selected
        .and_then(|at| sheet.documents.get(at))
        .map_or(JsValue::NULL, |one| Array::of2(&number(one.first + 1), &number(one.end)).into());
    let owners: Array = owners.collect();
    let title = |document: &Document| -> JsValue {
        let name = format!("{} {}", document.kind, document.name);
        Array::of2(&number(document.first + 1), &name.trim().into()).into()
    };
    let titles: Array = sheet.documents.iter().map(title).collect();
    object([
        ("owners", owners.into()),
        ("titles", titles.into()),
        ("changed", numbers(&changed.lines).into()),
        ("gone", numbers(&changed.gone).into()),
        ("selected", selected),
    ])
}

fn told(problems: &[podium::view::editor::Problem], text: &str) -> Array {
    let units = Units::of(text);
    let one = |(index, problem): (usize, &podium::view::editor::Problem)| {
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let fix = problem.fix.as_ref().map_or(JsValue::NULL, |fix| fix.label.as_str().into());
        object([
            ("index", number(index)),
            ("from", number(units.unit(problem.from))),
            ("to", number(units.unit(problem.to))),
            ("severity", severity.into()),
            ("title", problem.title.as_str().into()),
            ("code", problem.code.as_str().into()),
            ("message", problem.message.as_str().into()),
            ("fix", fix),
        ])
    };
    problems.iter().enumerate().map(one).collect()
}

/// Makes a fix's edits in the open editor.
pub(super) fn edit(handle: &Handle, text: &str, edits: &[podium::view::editor::Edit]) {
    let units = Units::of(text);
    let edits: Array = edits
        .iter()
        .map(|edit| {
            object([
                ("from", number(units.unit(edit.from))),
                ("to", number(units.unit(edit.to))),
                ("insert", edit.text.as_str().into()),
            ])
        })
        .collect();
    handle.edit(&edits);
}
