//! The keyboard overlay: every key that works, and the switch for single keys.
//!
//! Owns the list of keys as words. Invariant: it lists no key that does nothing.

use crate::command::Command;
use crate::icons::{Icon, icon};
use crate::scale::Scale;
use podium::view::words::{Lang, PageWords, ViewWords};
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) single_keys: bool,
    pub(crate) scale: Scale,
    pub(crate) on: Callback<Command>,
}

type Row = (&'static [&'static str], &'static str);

/// See the module.
#[component]
pub(crate) fn Help(props: &Props) -> Html {
    let words = PageWords::of(props.lang);
    let dialog = use_node_ref();
    use_effect_with(dialog.clone(), |dialog| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
            // It fails only when it is open already.
            let _ = dialog.show_modal();
        }
    });
    let close = {
        let on = props.on.clone();
        Callback::from(move |()| on.emit(Command::Help(false)))
    };
    let on_close = close.reform(|_: Event| ());
    let on_click = {
        let close = close.clone();
        Callback::from(move |event: MouseEvent| {
            // A click beside the card lands on the dialog itself.
            let on_backdrop = event
                .target()
                .is_some_and(|target| target.dyn_ref::<HtmlDialogElement>().is_some());
            if on_backdrop {
                close.emit(());
            }
        })
    };
    let switch = |on: bool| {
        let send = props.on.clone();
        Callback::from(move |_: MouseEvent| send.emit(Command::SingleKeys(on)))
    };
    let sized = |scale: Scale| {
        let send = props.on.clone();
        Callback::from(move |_: MouseEvent| send.emit(Command::UseScale(scale)))
    };
    html! {
        <dialog class="help" ref={dialog} aria-labelledby="help-title" onclose={on_close}
            onclick={on_click}>
            <div class="help__card">
                <div class="help__head">
                    <h2 id="help-title">{ words.keys_title }</h2>
                    <span class="grow"/>
                    <button type="button" class="btn btn--quiet btn--icon" aria-label={words.close}
                        onclick={close.reform(|_: MouseEvent| ())}>{ icon(Icon::Close, 16) }</button>
                </div>
                <div class="help__cols">
                    { for sections(words, ViewWords::of(props.lang)).into_iter().map(|(title, rows)| section(title, &rows)) }
                </div>
                <div class="help__foot">
                    <span>{ words.keys_single }</span>
                    <div class="seg" role="group" aria-label={words.keys_single}>
                        <button type="button" aria-pressed={props.single_keys.to_string()}
                            onclick={switch(true)}>{ words.keys_on }</button>
                        <button type="button" aria-pressed={(!props.single_keys).to_string()}
                            onclick={switch(false)}>{ words.keys_off }</button>
                    </div>
                    <span class="dim">{ words.keys_single_note }</span>
                    <span class="grow"/>
                    <span>{ words.scale }</span>
                    <div class="seg" role="group" aria-label={words.scale}>
                        { for [(Scale::Usual, words.scale_usual), (Scale::Projector, words.scale_projector)].map(|(scale, name)| html! {
                            <button key={name} type="button" onclick={sized(scale)}
                                aria-pressed={(props.scale == scale).to_string()}>{ name }</button>
                        }) }
                    </div>
                </div>
            </div>
        </dialog>
    }
}

fn sections(words: &'static PageWords, views: &'static ViewWords) -> Vec<(&'static str, Vec<Row>)> {
    vec![
        (
            words.keys_clock,
            vec![
                (&["Space"], words.key_play),
                (&["."], words.next_event),
                (&[","], words.previous_event),
                (&["[", "]"], words.key_slower_faster),
                (&["F"], views.key_fork),
            ],
        ),
        (
            views.keys_on_timeline,
            vec![
                (&["←", "→"], views.key_chart),
                (&["+", "−"], views.key_zoom),
                (&["PgUp", "PgDn"], views.key_pan),
            ],
        ),
        (
            words.keys_on_stage,
            vec![
                (&["←", "↑", "→", "↓"], words.key_arrows),
                (&["Space"], words.key_select),
                (&["Enter"], words.key_enter),
                (&["Delete"], words.key_delete),
                (&["+", "−"], words.key_scale),
                (&["Alt", "↑", "↓"], words.key_lane),
                (&["N"], words.key_node_menu),
            ],
        ),
        (
            words.keys_page,
            vec![
                (&["1", "2", "3"], words.key_views),
                (&["E"], words.key_editor),
                (&["T"], words.key_theme),
                (&["↑", "↓"], words.key_story),
                (&["?"], words.key_help),
                (&["Esc"], words.key_escape),
            ],
        ),
        (
            words.keys_editor,
            vec![
                (&["Ctrl", "Enter"], words.key_apply),
                (&["Ctrl", "."], words.key_fix),
                (&["Ctrl", "Space"], words.key_complete),
                (&["Ctrl", "I"], words.key_explain),
                (&["Ctrl", "F"], words.key_find),
                (&["F8"], words.next_problem),
                (&["Esc", "Tab"], words.key_leave),
            ],
        ),
    ]
}

fn section(title: &str, rows: &[Row]) -> Html {
    html! {
        <section key={title} class="help__section">
            <h3 class="eyebrow">{ title }</h3>
            <dl>
                { for rows.iter().map(|(keys, what)| html! {
                    <div key={*what} class="help__row">
                        <dt>{ for keys.iter().map(|key| html! { <kbd class="kbd">{ *key }</kbd> }) }</dt>
                        <dd>{ *what }</dd>
                    </div>
                }) }
            </dl>
        </section>
    }
}
