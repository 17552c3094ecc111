//! The ledgers of two runs side by side: tallies, and who holds each place.
//!
//! Owns the table. Invariant: a row whose two sides differ says so in a word.

use super::{contrast, heading};
use crate::ledger::marks;
use podium::view::compare::{AccountRow, CompareView, Marked, SlotSide};
use podium::view::ledger::{Aspect, Place};
use podium::view::words::{Lang, ViewWords, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

/// Places that are drawn; the rest is counted.
const SLOTS_MAX: usize = 60;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<CompareView>,
    pub(crate) lang: Lang,
    /// Whether the other run never came to this moment.
    pub(crate) is_expected: bool,
}

/// See the module.
#[component]
pub(crate) fn Ledgers(props: &Props) -> Html {
    html! { <>{ for props.view.accounts.iter().map(|row| account(props, row)) }</> }
}

fn account(props: &Props, row: &AccountRow) -> Html {
    let (view, lang, words) = (&props.view, props.lang, ViewWords::of(props.lang));
    let name = phrases::workload(lang, &row.object);
    let letter = row.identity.letter();
    let rest = row.slots.len().saturating_sub(SLOTS_MAX);
    html! {
        <section key={format!("{}/{name}", row.object.namespace)} class="compare__ledger" aria-label={name.clone()}>
            <h4><span class={format!("shape shape--{letter}")}/>{ &name }</h4>
            <table class="plain">
                <caption class="sr">{ name }</caption>
                <thead><tr>
                    <th scope="col">{ words.column_aspect }</th>
                    <th scope="col">{ heading(view, lang, 0, props.is_expected) }</th>
                    <th scope="col">{ heading(view, lang, 1, props.is_expected) }</th>
                    <th scope="col"><span class="sr">{ words.compare }</span></th>
                </tr></thead>
                <tbody>
                    { for Aspect::ALL.map(|aspect| tally(lang, words, row, aspect)) }
                    { for row.slots.iter().take(SLOTS_MAX).enumerate().map(|(at, (place, sides))| {
                        slot(lang, words, at, place, sides)
                    }) }
                </tbody>
            </table>
            if rest > 0 { <p class="dim">{ format!("+{rest}") }</p> }
        </section>
    }
}

fn tally(lang: Lang, words: &ViewWords, row: &AccountRow, aspect: Aspect) -> Html {
    let differs = row.differing.contains(&aspect);
    html! {
        <tr key={phrases::aspect(lang, aspect)} class={differs.then_some("is-different")}>
            <th scope="row">{ phrases::aspect(lang, aspect) }</th>
            { for row.accounts.iter().map(|account| html! {
                <td>
                    if let Some(account) = account {
                        { phrases::verdict(lang, &account.tally(aspect).verdict) }
                        { marks(lang, row.identity, &account.tally(aspect).marks) }
                    } else {
                        { words.not_here }
                    }
                </td>
            }) }
            <td class="differs">{ if differs { words.differs } else { "" } }</td>
        </tr>
    }
}

fn slot(
    lang: Lang,
    words: &ViewWords,
    at: usize,
    place: &Place,
    sides: &[Option<Marked<SlotSide>>; 2],
) -> Html {
    let mark = sides.iter().flatten().find_map(|one| contrast(lang, one.contrast));
    html! {
        <tr key={format!("slot-{at}")} class={mark.map(|_| "is-different")}>
            <th scope="row">{ phrases::slot(lang, place, at) }</th>
            { for sides.iter().map(|side| html! {
                <td class="mono">{ side.as_ref().map_or_else(
                    || words.not_here.to_owned(),
                    |side| phrases::slot_side(lang, &side.it),
                ) }</td>
            }) }
            <td class="differs">{ mark.unwrap_or_default() }</td>
        </tr>
    }
}
