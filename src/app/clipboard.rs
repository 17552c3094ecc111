//! The way to the clipboard.
//!
//! Owns one function. It must not know what is copied. Invariant: where the browser forbids
//! copying, the caller learns it and can show the text instead.

/// Whether the browser took the text.
pub(crate) async fn write(text: &str) -> bool {
    let navigator = gloo::utils::window().navigator();
    // Outside a secure context there is no clipboard at all, and asking for it would throw.
    let has = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|one| !one.is_undefined() && !one.is_null());
    if !has {
        return false;
    }
    let promise = navigator.clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
}
