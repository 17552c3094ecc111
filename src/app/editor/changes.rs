//! What applying the text would change in it, line by line.
//!
//! Owns the comparison's picture. Invariant: what goes and what comes is said in words too.

use crate::command::Command;
use crate::focus::focus_soon;
use crate::icons::{Icon, icon};
use podium::view::editor::{DiffLine, Fate, compare, left_out};
use podium::view::stage::{ObjectRef, StageAction};
use podium::view::words::{EditorWords, Lang, PageWords, editor, stage};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) before: Rc<str>,
    pub(crate) after: Rc<str>,
    pub(crate) on: Callback<Command>,
    pub(crate) on_close: Callback<()>,
}

/// See the module.
#[component]
pub(crate) fn Changes(props: &Props) -> Html {
    let words = EditorWords::of(props.lang);
    let hunks = use_memo((props.before.clone(), props.after.clone()), |(a, b)| compare(a, b));
    let left = use_memo((props.before.clone(), props.after.clone()), |(a, b)| left_out(a, b));
    let title = use_node_ref();
    use_effect_with(title.clone(), |title| {
        if let Some(title) = title.cast::<web_sys::HtmlElement>() {
            let _ = title.focus();
        }
    });
    let close = {
        let on_close = props.on_close.clone();
        Callback::from(move |_: MouseEvent| on_close.emit(()))
    };
    let on_keys = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                on_close.emit(());
            }
        })
    };
    let count = |fate| {
        let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
        lines.filter(|line| line.fate == fate).count()
    };
    html! {
        <section class="changes" aria-label={words.show_changes} onkeydown={on_keys}>
            <div class="changes__head">
                <h2 ref={title} tabindex="-1">
                    { editor::changes(props.lang, count(Fate::Comes), count(Fate::Goes)) }
                </h2>
                <button type="button" class="btn btn--quiet btn--icon" onclick={close}
                    aria-label={PageWords::of(props.lang).close}>{ icon(Icon::Close, 14) }</button>
            </div>
            if !left.is_empty() {
                <div class="changes__note">
                    <p>{ editor::stays(props.lang, left.len()) }</p>
                    <div class="changes__left">{ for left.iter().map(|one| delete(props, one)) }</div>
                </div>
            }
            <div class="changes__body" tabindex="0" role="group" aria-label={words.show_changes}>
                { for hunks.iter().enumerate().map(|(at, hunk)| html! {
                    <div key={at} class="changes__hunk">
                        { for hunk.lines.iter().map(|line| self::line(line, props.lang)) }
                    </div>
                }) }
            </div>
        </section>
    }
}

/// A way to delete what the text says nothing of any more.
fn delete(props: &Props, object: &ObjectRef) -> Html {
    let on = props.on.clone();
    let action = StageAction::delete(object.clone());
    let delete = Callback::from(move |_: MouseEvent| {
        on.emit(Command::Stage(action.clone()));
        // The button goes with what it was for.
        focus_soon(".changes h2, .editor__layer:not([inert]) #manifest", false);
    });
    let key = format!("{}/{}/{}", object.kind, object.namespace, object.name);
    html! {
        <button {key} type="button" class="btn" onclick={delete}>
            { icon(Icon::Remove, 13) }{ stage::delete_object(props.lang, object) }
        </button>
    }
}

fn line(line: &DiffLine, lang: Lang) -> Html {
    let words = EditorWords::of(lang);
    let (class, mark, said) = match line.fate {
        Fate::Stays => ("dl", " ", ""),
        Fate::Goes => ("dl dl--goes", "−", words.goes),
        Fate::Comes => ("dl dl--comes", "+", words.comes),
    };
    html! {
        <div key={format!("{mark}{}", line.number)} {class}>
            <span class="dl__no" aria-hidden="true">{ line.number }</span>
            <span class="dl__mark" aria-hidden="true">{ mark }</span>
            if !said.is_empty() { <span class="sr">{ said }{ lang.colon() }</span> }
            <span class="dl__text">{ &line.text }</span>
        </div>
    }
}
