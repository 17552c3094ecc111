//! The table of what survives a replacement: promises, this run's marks, and why.
//!
//! Owns the table. Invariant: a filled mark is a replacement that kept the value, and its count
//! stands beside it for ears. On a phone its rows are no table to the eye any more, so each part
//! says what it is.

use crate::command::Command;
use crate::icons::{Icon, icon};
use crate::menu::{Choice, Menu};
use crate::stage::short;
use podium::view::Identity;
use podium::view::ledger::{Account, Aspect, Book, Tally, Verdict};
use podium::view::words::reasons::reason;
use podium::view::words::{Lang, ViewWords, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

/// Marks drawn at most; older ones are counted.
const MARKS_MAX: usize = 8;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) book: Rc<Book>,
    pub(crate) accounts: Vec<Rc<Account>>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn Survive(props: &Props) -> Html {
    let (lang, words) = (props.lang, ViewWords::of(props.lang));
    let accounts: Vec<&Account> = props.accounts.iter().map(|one| &**one).collect();
    let is_new = accounts.iter().all(|one| one.replacements().is_empty());
    html! {
        <div class="survive__scroll">
            <table class="survive" role="table">
                <caption class="sr">{ words.survives }</caption>
                <thead role="rowgroup"><tr role="row">
                    <th scope="col" role="columnheader"><span class="sr">{ words.column_aspect }</span></th>
                    { for props.accounts.iter().enumerate().map(|(side, account)| html! {
                        <th key={side} scope="col" role="columnheader" class="survive__side">
                            { picker(props, side, account) }
                        </th>
                    }) }
                    <th scope="col" role="columnheader">{ words.column_why }</th>
                </tr></thead>
                <tbody role="rowgroup">{ for Aspect::ALL.map(|aspect| html! {
                    <tr key={phrases::aspect(lang, aspect)} role="row">
                        <th scope="row" role="rowheader">{ phrases::aspect(lang, aspect) }</th>
                        { for accounts.iter().enumerate().map(|(side, account)| html! {
                            <td key={side} role="cell">{ tally(lang, account.identity, &account.tally(aspect)) }</td>
                        }) }
                        <td class="why" role="cell">{ reason(lang, aspect, &accounts) }</td>
                    </tr>
                }) }</tbody>
            </table>
            if is_new { <p class="survive__none">{ words.no_replacement }</p> }
        </div>
    }
}

/// The workload of a column, and the list of all that could stand there.
fn picker(props: &Props, side: usize, account: &Account) -> Html {
    let (lang, words) = (props.lang, ViewWords::of(props.lang));
    let name = phrases::workload(lang, &account.object);
    // Of a long name the middle gives way, and where there is little room it stands below its kind.
    let shown = match name.strip_prefix(&*account.object.kind) {
        Some(own) if !account.object.name.is_empty() => html! {
            <><span>{ &*account.object.kind }{ " " }</span><span class="survive__name">{ short(own.trim_start()) }</span></>
        },
        _ => html! { &name },
    };
    let letter = account.identity.letter();
    let label = if side == 0 { words.choose_left } else { words.choose_right };
    let choices: Vec<Choice> = props
        .book
        .accounts
        .iter()
        .map(|one| Choice {
            name: phrases::workload(lang, &one.object).into(),
            about: phrases::account_note(lang, one).into(),
            shape: match one.identity {
                Identity::Stateful => "shape--b",
                _ => "shape--a",
            },
            current: one.object == account.object,
        })
        .collect();
    let (on, book) = (props.on.clone(), props.book.clone());
    let on_pick = Callback::from(move |at: usize| {
        if let Some(one) = book.accounts.get(at) {
            on.emit(Command::Pick(side, one.object.clone()));
        }
    });
    html! {
        <Menu {label} {choices} {on_pick} class={classes!("picker--plain", format!("t-{letter}"))}>
            <span class={format!("shape shape--{letter}")}/>
            <b title={name}>{ shown }</b>
        </Menu>
    }
}

fn tally(lang: Lang, identity: Identity, tally: &Tally) -> Html {
    let (class, sign) = match tally.verdict {
        Verdict::Kept | Verdict::InOrder(_) => ("tick tick--yes", Icon::Check),
        Verdict::New | Verdict::Nothing => ("tick tick--no", Icon::Swap),
        Verdict::Unowned => ("tick tick--no", Icon::Close),
        Verdict::Shared
        | Verdict::Any
        | Verdict::Together
        | Verdict::AtOnce(_)
        | Verdict::ByHand => ("tick tick--maybe", Icon::Wave),
    };
    html! {
        <>
            <span {class}>{ icon(sign, 14) }{ phrases::verdict(lang, &tally.verdict) }</span>
            { marks(lang, identity, &tally.marks) }
        </>
    }
}

/// One mark a replacement, the newest last.
pub(crate) fn marks(lang: Lang, identity: Identity, marks: &[bool]) -> Html {
    if marks.is_empty() {
        return Html::default();
    }
    let older = marks.len().saturating_sub(MARKS_MAX);
    let label = phrases::marks(lang, marks);
    html! {
        <span class="ev" title={label.clone()}>
            <span class="sr">{ label }</span>
            if older > 0 { <span class="ev__more" aria-hidden="true">{ format!("+{older}") }</span> }
            { for marks.iter().skip(older).map(|kept| {
                let class = if *kept { "ev__mark is-kept" } else { "ev__mark" };
                html! {
                    <svg {class} width="9" height="9" viewBox="0 0 9 9" aria-hidden="true">
                        if identity == Identity::Stateful {
                            <rect x=".7" y=".7" width="7.6" height="7.6" rx="1"/>
                        } else {
                            <circle cx="4.5" cy="4.5" r="3.8"/>
                        }
                    </svg>
                }
            }) }
        </span>
    }
}
