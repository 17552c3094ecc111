//! The before-and-after panel: what the last replacement on each side kept; and the whole ledger.
//!
//! Owns the panel. It must not know how values were compared. Invariant: every mark is a word as
//! well as a colour.

mod account;
mod book;
mod copy;
mod survive;

pub(crate) use book::Ledger;
pub(crate) use survive::marks;

use crate::stage::{KEPT, NEW, OUT, icon, named};
use podium::view::Identity;
use podium::view::ledger::{Field, LedgerView, Mark, Replacement, Row};
use podium::view::story::{Entry, Part};
use podium::view::words::{Lang, StageWords, ViewWords, stage as phrases};
use std::rc::Rc;
use yew::prelude::*;

/// The longest value that is drawn in one piece.
const VALUE_MAX: usize = 18;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<LedgerView>,
    pub(crate) lang: Lang,
    /// Opens the whole ledger, where there is one.
    #[prop_or_default]
    pub(crate) on_open: Option<Callback<()>>,
    /// What the button to the whole ledger says.
    #[prop_or_default]
    pub(crate) open_word: &'static str,
}

/// The before-and-after panel.
#[component]
pub(crate) fn LedgerDock(props: &Props) -> Html {
    let words = StageWords::of(props.lang);
    html! {
        // It scrolls where there is little room, so the keyboard must reach it.
        <section class="dock" aria-labelledby="dock-title" tabindex="0">
            <div class="dock__head">
                <h2 id="dock-title">{ words.before_after }</h2>
                <span class="grow"></span>
                if let Some(open) = &props.on_open {
                    <button class="btn btn--quiet dock__open" onclick={open.reform(|_| ())}>
                        { props.open_word }{ icon(OUT, 13) }
                    </button>
                }
            </div>
            <div class="dock__body">
                if props.view.absent != Some(Identity::Stateless) {
                    { side(props.lang, Identity::Stateless, props.view.stateless.as_ref()) }
                }
                if props.view.absent != Some(Identity::Stateful) {
                    { side(props.lang, Identity::Stateful, props.view.stateful.as_ref()) }
                }
            </div>
        </section>
    }
}

fn side(lang: Lang, identity: Identity, replacement: Option<&Replacement>) -> Html {
    let words = StageWords::of(lang);
    let title = match identity {
        Identity::Stateful => words.stateful_pod,
        _ => words.stateless_pod,
    };
    let letter = identity.letter();
    html! {
        <div class={format!("cmp cmp--{letter}")}>
            <div class="cmp__head">
                <span class={format!("shape shape--{letter}")}></span>
                <span class="cmp__title">{ title }</span>
                if let Some(Replacement { old, new, at_us, .. }) = replacement {
                    <span class="dim" title={phrases::replacement(lang, old, new.as_deref(), *at_us)}>
                        { phrases::replacement(
                            lang,
                            &phrases::short_name(old),
                            new.as_deref().map(phrases::short_name).as_deref(),
                            *at_us,
                        ) }
                    </span>
                }
            </div>
            if let Some(replacement) = replacement {
                { table(lang, title, replacement) }
            } else {
                <p class="cmp__none">{ words.nothing_replaced_yet }</p>
            }
        </div>
    }
}

fn table(lang: Lang, title: &str, replacement: &Replacement) -> Html {
    let words = StageWords::of(lang);
    html! {
        <table>
            <caption class="sr">{ format!("{}{}{title}", words.before_after, lang.colon()) }</caption>
            <colgroup><col class="cmp__what" /><col /><col /><col class="cmp__mark" /></colgroup>
            <thead class="sr"><tr>
                <th scope="col">{ words.column_what }</th>
                <th scope="col">{ words.column_before }</th>
                <th scope="col">{ words.column_after }</th>
                <th scope="col">{ words.column_mark }</th>
            </tr></thead>
            <tbody>{ for replacement.rows.iter().map(|row| line(lang, row)) }</tbody>
        </table>
    }
}

fn line(lang: Lang, row: &Row) -> Html {
    let (old, new) = (phrases::value(lang, &row.old), phrases::value(lang, &row.new));
    let short = |text: &str| match row.field {
        Field::Name => phrases::short_name(text).into(),
        Field::Uid => phrases::short_uid(text).into(),
        // The end tells whose it is.
        _ if text.len() > VALUE_MAX => html! { <span class="cmp__long">{ named(text) }</span> },
        _ => Html::from(text.to_owned()),
    };
    let gone = (row.mark == Mark::New).then_some("old--gone");
    html! {
        <tr key={phrases::field(lang, row.field)}>
            <th scope="row">{ phrases::field(lang, row.field) }</th>
            <td class={classes!("old", gone)} title={old.clone()}>{ short(&old) }</td>
            <td title={new.clone()}>{ short(&new) }</td>
            <td>{ mark(row.mark, html! { { phrases::mark(lang, row.mark) } }) }</td>
        </tr>
    }
}

fn mark(mark: Mark, word: Html) -> Html {
    let (class, sign) = match mark {
        Mark::Kept => ("mark mark--kept", icon(KEPT, 11)),
        Mark::New => ("mark mark--new", icon(NEW, 11)),
        _ => ("dim", Html::default()),
    };
    html! { <span {class}>{ sign }{ word }</span> }
}

/// What the Pod that a sentence is about kept of the one before it, in a row; nothing where it
/// took no place.
pub(crate) fn strip(view: &LedgerView, entry: &Entry, lang: Lang) -> Html {
    let is_told = |replacement: &&Replacement| {
        let new = replacement.new.as_deref();
        let is_new =
            |part: &Part| matches!(part, Part::Object { label, .. } if Some(&**label) == new);
        !replacement.old.is_empty() && entry.parts.iter().any(is_new)
    };
    let Some(replacement) = [&view.stateful, &view.stateless].into_iter().flatten().find(is_told)
    else {
        return Html::default();
    };
    let words = ViewWords::of(lang);
    let one = |(wanted, row): (Mark, &Row)| {
        let name = match row.field {
            Field::Name => words.column_name,
            Field::Dns => words.column_dns,
            Field::Ip => words.column_ip,
            Field::Disk => words.column_disk,
            Field::Uid => words.column_uid,
            Field::Node => return Html::default(),
        };
        if row.mark != wanted {
            return Html::default();
        }
        let word = format!(" {}", phrases::mark(lang, wanted));
        mark(wanted, html! { <>{ name }<span class="sr">{ word }</span></> })
    };
    let all = [Mark::Kept, Mark::New].into_iter();
    let all = all.flat_map(|wanted| replacement.rows.iter().map(move |row| (wanted, row)));
    html! { <div class="strip">{ for all.map(one) }</div> }
}
