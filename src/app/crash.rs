//! The calm page after a panic: the seed, the reason, the steps and the text, ready to be copied.
//!
//! Owns the last known facts, each noted before the engine hears of it, and the page of last resort. It must not use the engine or Yew, for
//! either may be what broke. Invariant: the typed text is kept before anything else is done.

use crate::storage::{self, Key};
use podium::view::acts::{Act, Acts};
use podium::view::words::{Lang, PageWords};
use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::rc::Rc;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, HtmlElement};

struct Facts {
    seed: u64,
    text: String,
    lang: Lang,
    acts: Acts,
}

thread_local! {
    static FACTS: RefCell<Facts> = const {
        RefCell::new(Facts { seed: 0, text: String::new(), lang: Lang::En, acts: Acts::new() })
    };
    static DOWN: Cell<bool> = const { Cell::new(false) };
}

/// Notes what the page would need to tell.
pub(crate) fn note_run(seed: u64, lang: Lang) {
    FACTS.with_borrow_mut(|facts| (facts.seed, facts.lang) = (seed, lang));
}

/// Notes the typed text.
pub(crate) fn note_text(text: &str) {
    FACTS.with_borrow_mut(|facts| text.clone_into(&mut facts.text));
}

/// Notes that a cluster begins with a text.
pub(crate) fn note_beginning(text: &Rc<str>) {
    FACTS.with_borrow_mut(|facts| facts.acts = Acts::new());
    note_act(0, Act::Apply(text.clone()));
}

/// Notes what is about to be done.
pub(crate) fn note_act(at_us: u64, act: Act) {
    FACTS.with_borrow_mut(|facts| facts.acts.note(at_us, act));
}

/// Notes the run on screen and its moment.
pub(crate) fn note_moment(run: u32, now_us: u64) {
    FACTS.with_borrow_mut(|facts| facts.acts.look(run, now_us));
}

/// Notes that the run on screen goes on under another number.
pub(crate) fn note_fork(run: u32) {
    FACTS.with_borrow_mut(|facts| facts.acts.fork(run));
}

/// Whether the page has stopped; nothing may run the engine any more.
pub(crate) fn is_down() -> bool {
    DOWN.get()
}

/// From now on a panic shows the calm page; Yew would set a hook of its own otherwise.
pub(crate) fn install() {
    yew::set_custom_panic_hook(Box::new(|info| {
        if DOWN.replace(true) {
            return;
        }
        let reason = info.to_string();
        web_sys::console::error_1(&reason.as_str().into());
        FACTS.with(|facts| {
            if let Ok(facts) = facts.try_borrow() {
                keep(&facts);
                show(&facts, &reason);
            }
        });
    }));
}

/// Keeps the text. What ran runs again at the next start, unless it broke by itself for the second
/// time: then that begins without it.
fn keep(facts: &Facts) {
    // There is no better place to put what can't be kept.
    let _ = storage::save(Key::Text, &facts.text);
    let alone = facts.acts.untouched().map_or("", |text| &**text);
    if !alone.is_empty() && storage::load(Key::Broken).as_deref() == Some(alone) {
        let _ = storage::save(Key::Applied, "");
    }
    let _ = storage::save(Key::Broken, alone);
}

fn show(facts: &Facts, reason: &str) -> Option<()> {
    let words = PageWords::of(facts.lang);
    let document = web_sys::window()?.document()?;
    let body = document.body()?;
    body.set_inner_html("");
    let page = child(&document, &body, "main", "crash", "")?;
    child(&document, &page, "h1", "", words.crash_title)?;
    child(&document, &page, "p", "crash__lead", words.crash_lead)?;
    let acts = child(&document, &page, "div", "crash__acts", "")?;
    let restart = child(&document, &acts, "button", "btn btn--solid", words.crash_restart)?;
    let copy = child(&document, &acts, "button", "btn", words.crash_copy)?;
    let details = details(facts, reason, words);
    child(&document, &page, "pre", "crash__details", &details)?.set_attribute("tabindex", "0").ok();
    on_click(&restart, || {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    });
    let (copied, button) = (words.crash_copied, copy.clone());
    on_click(&copy, move || {
        if let Some(window) = web_sys::window() {
            let _ = window.navigator().clipboard().write_text(&details);
            button.set_text_content(Some(copied));
        }
    });
    restart.dyn_into::<HtmlElement>().ok()?.focus().ok()
}

/// What can be copied: everything that is needed to see it happen again.
fn details(facts: &Facts, reason: &str, words: &PageWords) -> String {
    let Facts { seed, text, acts, .. } = facts;
    let script = acts.script(*seed);
    let colon = facts.lang.pick(": ", "：");
    let (of_seed, steps) = (words.crash_seed, words.crash_steps);
    let mut details = format!("{of_seed}{colon}{seed}\n{steps}{}\n{script}", colon.trim_end());
    let mut add = |name, text| {
        let _ = write!(details, "\n##### {name}\n{text}\n");
    };
    // What was applied stands in the script.
    if !script.contains(text.trim_end()) {
        add(words.crash_text, text.trim_end());
    }
    add(words.crash_reason, reason.trim_end());
    details
}

fn child(
    document: &Document,
    parent: &Element,
    tag: &str,
    class: &str,
    text: &str,
) -> Option<Element> {
    let element = document.create_element(tag).ok()?;
    element.set_class_name(class);
    element.set_text_content(Some(text));
    parent.append_child(&element).ok()?;
    Some(element)
}

fn on_click(element: &Element, act: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(act);
    let _ = element.add_event_listener_with_callback("click", closure.as_ref().unchecked_ref());
    // The page of last resort lives until the tab is reloaded.
    closure.forget();
}
