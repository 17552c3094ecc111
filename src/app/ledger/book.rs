//! The ledger: what survives a replacement, and who held each place, for two workloads.
//!
//! Owns which two are shown. It must not know how values were compared. Invariant: whatever is
//! shown can be copied and printed.

use super::account::AccountCard;
use super::copy::CopyMenu;
use super::survive::Survive;
use crate::command::Command;
use crate::icons::{Icon, icon};
use podium::view::Identity;
use podium::view::ledger::{Account, Book};
use podium::view::stage::ObjectRef;
use podium::view::words::{Lang, ViewWords};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) book: Rc<Book>,
    pub(crate) lang: Lang,
    pub(crate) picks: [Option<ObjectRef>; 2],
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// The two accounts that are shown: the chosen ones, else the first of each shape.
fn shown(book: &Book, picks: &[Option<ObjectRef>; 2]) -> Vec<Rc<Account>> {
    let all = &book.accounts;
    let picked = |side: usize| {
        let wanted = picks[side].as_ref()?;
        all.iter().position(|one| one.object == *wanted)
    };
    let first = |stateful: bool, but: Option<usize>| {
        let fits = |at: &usize| (all[*at].identity == Identity::Stateful) == stateful;
        let mut free = (0..all.len()).filter(|at| Some(*at) != but);
        let chosen = free.clone().find(|at| fits(at));
        chosen.or_else(|| free.next())
    };
    let left = picked(0).or_else(|| first(false, picked(1)));
    let right = picked(1).or_else(|| first(true, left));
    [left, right].into_iter().flatten().map(|at| all[at].clone()).collect()
}

/// See the module.
#[component]
pub(crate) fn Ledger(props: &Props) -> Html {
    let words = ViewWords::of(props.lang);
    let accounts = shown(&props.book, &props.picks);
    if accounts.is_empty() {
        return html! {
            <div class="ledger"><div class="card"><p class="empty">{ words.ledger_empty }</p></div></div>
        };
    }
    let print = Callback::from(|_: MouseEvent| {
        // A browser without printing does nothing, as its own menu would.
        let _ = gloo::utils::window().print();
    });
    html! {
        <div class="ledger" id="ledger">
            <section class="card" aria-labelledby="survive-title">
                <div class="card__head">
                    <h2 id="survive-title">{ words.survives }</h2>
                    <span class="dim card__note">{ words.survives_note }</span>
                    <span class="grow"/>
                    <CopyMenu lang={props.lang} accounts={accounts.clone()} on={props.on.clone()}/>
                    <button type="button" class="btn ledger__print" onclick={print}>
                        { icon(Icon::Print, 14) }{ words.print }
                    </button>
                </div>
                <Survive lang={props.lang} book={props.book.clone()} accounts={accounts.clone()}
                    on={props.on.clone()}/>
            </section>
            <div class="ledger__cols">
                { for accounts.into_iter().enumerate().map(|(side, account)| {
                    let object = &account.object;
                    let key = format!("{side} {}/{}/{}", object.kind, object.namespace, object.name);
                    // Another workload begins anew: how many places were asked for is of this one.
                    html! {
                        <AccountCard {key} lang={props.lang} {account} {side}
                            selected={props.selected.clone()} on={props.on.clone()}/>
                    }
                }) }
            </div>
        </div>
    }
}
