//! Copying the ledger: two buttons, and the text itself where the browser forbids copying.
//!
//! Owns the way to the clipboard. Invariant: a reader gets the text, one way or the other.

use crate::clipboard::write;
use crate::command::Command;
use crate::icons::{Icon, icon};
use crate::state::Said;
use podium::view::ledger::{Account, export};
use podium::view::words::{Lang, PageWords, ViewWords};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) accounts: Vec<Rc<Account>>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn CopyMenu(props: &Props) -> Html {
    let words = ViewWords::of(props.lang);
    let refused = use_state(|| None::<AttrValue>);
    let copy = |text: fn(Lang, &[&Account]) -> String| {
        let (accounts, lang, on) = (props.accounts.clone(), props.lang, props.on.clone());
        let refused = refused.clone();
        Callback::from(move |_: MouseEvent| {
            let accounts: Vec<&Account> = accounts.iter().map(|one| &**one).collect();
            let (text, on, refused) = (text(lang, &accounts), on.clone(), refused.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if write(&text).await {
                    refused.set(None);
                    on.emit(Command::Say(Some(Said::Copied)));
                } else {
                    refused.set(Some(text.into()));
                }
            });
        })
    };
    let close = {
        let refused = refused.clone();
        Callback::from(move |_: MouseEvent| refused.set(None))
    };
    html! {
        <div class="ledger__copy">
            <button type="button" class="btn" onclick={copy(export::markdown)}>
                { icon(Icon::Out, 14) }{ words.copy_markdown }
            </button>
            <button type="button" class="btn" onclick={copy(|_, accounts| export::csv(accounts))}>
                { words.copy_csv }
            </button>
            if let Some(text) = &*refused {
                <div class="ledger__text">
                    <p>{ words.copy_refused }</p>
                    <textarea readonly=true rows="8" aria-label={words.copy_refused}
                        value={text.clone()}/>
                    <button type="button" class="btn" onclick={close}>
                        { PageWords::of(props.lang).close }
                    </button>
                </div>
            }
        </div>
    }
}
