//! The door to CodeMirror: its module, the open editor, and what each can be asked.
//!
//! Owns the loading and the types of the calls. It must not know what a text means. Invariant: a
//! module that can't be had leaves the plain text area in place.

use js_sys::{Array, Object, Promise, Reflect};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::Callback;

/// Where the bundle lies. Its length tells builds apart for the browser's cache.
const BUNDLE: &str = "editor.js?";
const LENGTH: usize = include_bytes!("../../../static/editor.js").len();

#[wasm_bindgen(module = "/src/app/editor/load.js")]
extern "C" {
    #[wasm_bindgen(js_name = load)]
    fn import(path: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// The bundle.
    #[derive(Clone)]
    pub(super) type Module;

    /// Opens an editor in an element.
    #[wasm_bindgen(method, catch)]
    pub(super) fn open(
        this: &Module,
        parent: &Element,
        text: &str,
        said: &JsValue,
        hooks: &JsValue,
        start: &JsValue,
    ) -> Result<Handle, JsValue>;

    /// An open editor.
    #[derive(Clone)]
    pub(super) type Handle;

    /// Puts another text in place of the one there, as one step of the history.
    #[wasm_bindgen(method)]
    pub(super) fn replace(this: &Handle, text: &str);

    /// Makes edits as if they had been typed.
    #[wasm_bindgen(method)]
    pub(super) fn edit(this: &Handle, edits: &Array);

    /// The text; what was not told yet is told first.
    #[wasm_bindgen(method)]
    fn text(this: &Handle) -> String;

    /// Speaks with these words from now on.
    #[wasm_bindgen(method)]
    pub(super) fn speak(this: &Handle, said: &JsValue);

    /// Shows whose lines are whose, which changed and which are selected.
    #[wasm_bindgen(method)]
    pub(super) fn mark(this: &Handle, what: &JsValue);

    /// Shows what is wrong.
    #[wasm_bindgen(method)]
    pub(super) fn problems(this: &Handle, found: &Array);

    /// Selects a range, brings it into sight and takes the focus.
    #[wasm_bindgen(method)]
    pub(super) fn select(this: &Handle, from: u32, to: u32);

    /// Takes the focus.
    #[wasm_bindgen(method)]
    pub(super) fn focus(this: &Handle);

    /// Runs one of CodeMirror's own commands.
    #[wasm_bindgen(method)]
    pub(super) fn run(this: &Handle, command: &str);

    /// Leaves the page; the history is kept for the next one.
    #[wasm_bindgen(method)]
    pub(super) fn close(this: &Handle);
}

/// How far the loading is.
enum Loading {
    Not,
    Waiting(Vec<Callback<Module>>),
    Here(Module),
    Failed,
}

thread_local! {
    static LOADING: RefCell<Loading> = const { RefCell::new(Loading::Not) };
    static OPEN: RefCell<Option<Handle>> = const { RefCell::new(None) };
}

/// The bundle, if it has arrived.
pub(super) fn arrived() -> Option<Module> {
    LOADING.with_borrow(|loading| match loading {
        Loading::Here(module) => Some(module.clone()),
        _ => None,
    })
}

/// Asks for the bundle; the answer never comes if it can't be had.
pub(super) fn load(ready: &Callback<Module>) {
    if let Some(module) = arrived() {
        ready.emit(module);
        return;
    }
    let is_first = LOADING.with_borrow_mut(|loading| match loading {
        Loading::Waiting(others) => {
            others.push(ready.clone());
            false
        }
        Loading::Not => {
            *loading = Loading::Waiting(vec![ready.clone()]);
            true
        }
        Loading::Here(_) | Loading::Failed => false,
    });
    if !is_first {
        return;
    }
    let here = Closure::once(|module: JsValue| {
        let module: Module = module.unchecked_into();
        let before =
            LOADING.with_borrow_mut(|it| std::mem::replace(it, Loading::Here(module.clone())));
        if let Loading::Waiting(waiting) = before {
            for ready in waiting {
                ready.emit(module.clone());
            }
        }
    });
    let failed = Closure::once(|reason: JsValue| {
        web_sys::console::warn_1(&reason);
        LOADING.set(Loading::Failed);
    });
    let _ = import(&format!("{BUNDLE}{LENGTH}")).then2(&here, &failed);
    // One of them is called once; there is one loading in the life of a page.
    here.forget();
    failed.forget();
}

/// The open editor, if there is one. A clone: a call may change the text, and whoever is told of
/// that may ask for the editor again.
pub(super) fn current() -> Option<Handle> {
    OPEN.with_borrow(Clone::clone)
}

/// Lets the editor tell what it held back of a long text.
pub(crate) fn settle() {
    if let Some(editor) = current() {
        editor.text();
    }
}

/// Says which editor is open.
pub(super) fn set_current(handle: Option<Handle>) {
    OPEN.set(handle);
}

/// An object with these members.
pub(super) fn object<const N: usize>(members: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh object can't fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}

/// A number as the browser's.
pub(super) fn number(value: usize) -> JsValue {
    u32::try_from(value).unwrap_or(u32::MAX).into()
}
