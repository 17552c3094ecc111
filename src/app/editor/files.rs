//! Files in and out: chosen, dropped, downloaded, copied.
//!
//! Owns the reading and writing. It must not know what a text means. Invariant: what was in the
//! editor before can be brought back with undo, and is kept as the reader's own.

use crate::command::Command;
use crate::state::Said;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::file::callbacks::read_as_bytes;
use podium::view::editor::{encodings, is_text, join};
use podium::view::words::{Lang, editor};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{
    Blob, BlobPropertyBag, FileList, HtmlAnchorElement, HtmlInputElement, TextDecoder,
    TextDecoderOptions, Url,
};
use yew::prelude::*;

/// How large a file may be.
const BYTES_MAX: u64 = 4 << 20;

/// Opens the browser's list of files.
pub(super) fn choose(input: &NodeRef) {
    if let Some(input) = input.cast::<HtmlInputElement>() {
        input.click();
    }
}

/// Says why a file is not taken.
fn refuse(reason: String, on: &Callback<Command>) {
    on.emit(Command::Say(Some(Said::Told(reason.into()))));
}

/// Reads files one after another and puts them in place of the text, as documents in their order.
pub(super) fn read(list: Option<FileList>, lang: Lang, on: &Callback<Command>) {
    let files = list.map(|list| gloo::file::FileList::from(list).to_vec()).unwrap_or_default();
    let (files, large): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.size() <= BYTES_MAX);
    if let Some(file) = large.first() {
        refuse(editor::too_large(lang, &file.name(), BYTES_MAX >> 20), on);
    }
    next(Rc::new(files), 0, None, (lang, on.clone()));
}

fn next(
    files: Rc<Vec<gloo::file::File>>,
    at: usize,
    text: Option<String>,
    (lang, on): (Lang, Callback<Command>),
) {
    let Some(file) = files.get(at).cloned() else {
        if let Some(text) = text {
            on.emit(Command::Load(text.into()));
        }
        return;
    };
    let name = file.name();
    // The reader must live until it has answered, and then goes with its own answer.
    let reader = Rc::new(RefCell::new(None));
    let kept = reader.clone();
    let task = read_as_bytes(&file, move |bytes| {
        let words = bytes.ok().map(|bytes| decoded(&bytes)).filter(|words| is_text(words));
        let joined = if let Some(words) = words {
            Some(join(text.as_deref().unwrap_or_default(), &words))
        } else {
            refuse(editor::not_text(lang, &name), &on);
            text
        };
        next(files, at + 1, joined, (lang, on));
        gloo::timers::callback::Timeout::new(0, move || drop(kept.borrow_mut().take())).forget();
    });
    *reader.borrow_mut() = Some(task);
}

/// The bytes as text in the first encoding that they are whole in; else with marks for what can't
/// be read.
fn decoded(bytes: &[u8]) -> String {
    let strict = TextDecoderOptions::new();
    strict.set_fatal(true);
    let read = |name: &&str| {
        let decoder = TextDecoder::new_with_label_and_options(name, &strict).ok()?;
        decoder.decode_with_u8_array(bytes).ok()
    };
    let whole = encodings(bytes).iter().find_map(read);
    whole.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Keeps the browser from putting a file in place of the page if it is let go beside the text.
pub(crate) fn hold_off() {
    let window = gloo::utils::window();
    let options = EventListenerOptions::enable_prevent_default();
    for name in ["dragover", "drop"] {
        EventListener::new_with_options(&window, name, options, |event| {
            let drag = event.unchecked_ref::<DragEvent>();
            if !event.default_prevented() && has_files(drag) {
                event.prevent_default();
                if let Some(data) = drag.data_transfer() {
                    data.set_drop_effect("none");
                }
            }
        })
        .forget();
    }
}

/// Whether files are dragged.
pub(super) fn has_files(event: &DragEvent) -> bool {
    let kinds = event.data_transfer().map(|data| data.types());
    kinds.is_some_and(|kinds| kinds.includes(&"Files".into(), 0))
}

/// Gives the text to the browser as a file.
pub(super) fn download(text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let kind = BlobPropertyBag::new();
    kind.set_type("application/yaml");
    let address = Blob::new_with_str_sequence_and_options(&parts, &kind)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    let link = gloo::utils::document().create_element("a");
    if let (Ok(address), Ok(link)) = (address, link) {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(&address);
        link.set_download("podium.yaml");
        link.click();
        // The download has begun by the next turn; until then the address must live.
        gloo::timers::callback::Timeout::new(10_000, move || {
            let _ = Url::revoke_object_url(&address);
        })
        .forget();
    }
}

/// Copies the text and says whether the browser allowed it.
pub(super) fn copy(text: &str, done: impl FnOnce(bool) + 'static) {
    let navigator = gloo::utils::window().navigator();
    // Outside a secure context there is no clipboard at all, and asking for it would throw.
    let has = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|one| !one.is_undefined() && !one.is_null());
    if !has {
        done(false);
        return;
    }
    let promise = navigator.clipboard().write_text(text);
    wasm_bindgen_futures::spawn_local(async move {
        done(wasm_bindgen_futures::JsFuture::from(promise).await.is_ok());
    });
}
