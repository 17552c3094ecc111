//! A workload's card in the ledger: every place and everyone who held it.
//!
//! Owns the table. Invariant: "kept" and "new" are in the text of a cell, not only in its look.

use crate::command::Command;
use crate::stage::{Glyph, named};
use crate::turns::{Crowd, use_turns};
use podium::view::Identity;
use podium::view::ledger::{Account, Cell, Field, Place, Slot, Tenant, Tie};
use podium::view::stage::{ObjectRef, PodState};
use podium::view::words::{Lang, ViewWords, stage as stage_words, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

/// Letters of a name that always have room.
const WHOLE_MAX: usize = 20;
/// Holders of one place that are drawn; older ones are counted.
const TENANTS_MAX: usize = 12;
/// Places that are drawn before the reader asks for more, and by how many those become more: a
/// browser lays out a whole table whenever a row comes, and long ones hold it up.
const SLOTS_EACH: usize = 30;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) lang: Lang,
    pub(crate) account: Rc<Account>,
    pub(crate) side: usize,
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) on: Callback<Command>,
}

/// See the module.
#[component]
pub(crate) fn AccountCard(props: &Props) -> Html {
    let (lang, words, account) = (props.lang, ViewWords::of(props.lang), &props.account);
    let letter = account.identity.letter();
    let title = phrases::workload(lang, &account.object);
    let id = format!("account-{}", props.side);
    let slots_max = use_state_eq(|| SLOTS_EACH);
    let shown = account.slots.len().min(*slots_max);
    let rest = account.slots.len() - shown;
    let turns = use_turns((), Crowd::of_rows(shown), true);
    html! {
        <section class={classes!("card", "account", format!("account--{letter}"))} aria-labelledby={id.clone()}>
            <div class="card__head account__head">
                <span class={format!("shape shape--{letter}")}/>
                <h2 {id}>{ &title }</h2>
                <span class="dim card__note">{ phrases::account_note(lang, account) }</span>
            </div>
            <div class="account__scroll" tabindex="0" role="group" aria-label={title.clone()}>
                <table class="incs">
                    <caption class="sr">{ title }</caption>
                    { head(account, words) }
                    { for account.slots.iter().take(shown).enumerate().filter(|(at, _)| turns.at(*at).is_some()).map(|(at, slot)| html! {
                        <SlotRows key={at} {lang} account={account.clone()} {at}
                            slot={slot.clone()} selected={props.selected.clone()}
                            on={props.on.clone()}/>
                    }) }
                </table>
                if rest > 0 { { more(lang, rest, &slots_max) } }
                if account.identity == Identity::Stateful || props.side == 1 { { legend(words) } }
            </div>
        </section>
    }
}

/// How many places are left out, and the way to more of them.
fn more(lang: Lang, rest: usize, slots_max: &UseStateHandle<usize>) -> Html {
    let (set, next) = (slots_max.setter(), **slots_max + SLOTS_EACH);
    let show = Callback::from(move |_: MouseEvent| set.set(next));
    html! {
        <p class="account__rest">
            { phrases::more_places(lang, rest) }
            <button type="button" class="btn" onclick={show}>
                { stage_words::show_more(lang, rest.min(SLOTS_EACH)) }
            </button>
        </p>
    }
}

fn head(account: &Account, words: &ViewWords) -> Html {
    let mut columns = vec![words.column_name];
    columns.extend(account.has_dns().then_some(words.column_dns));
    columns.extend([
        words.column_ip,
        words.column_node,
        words.column_disk,
        words.column_uid,
        words.column_lived,
    ]);
    html! {
        <thead><tr>
            <th scope="col"><span class="sr">{ words.column_place }</span></th>
            <th scope="col"><span class="sr">{ words.column_state }</span></th>
            { for columns.into_iter().map(|name| html! {
                <th key={name} scope="col">{ name }</th>
            }) }
        </tr></thead>
    }
}

fn legend(words: &ViewWords) -> Html {
    html! {
        <p class="legendline account__legend">
            <b class="k">{ words.legend_kept }</b>{ format!(" {}", words.legend_kept_note) }
            <span class="legend__gap"/>
            <span class="c">{ words.legend_changed }</span>{ format!(" {}", words.legend_changed_note) }
            <span class="legend__gap"/>
            { words.legend_plain }
        </p>
    }
}

#[derive(Properties, PartialEq)]
struct SlotProps {
    lang: Lang,
    account: Rc<Account>,
    at: usize,
    slot: Slot,
    selected: Option<ObjectRef>,
    on: Callback<Command>,
}

#[component]
fn SlotRows(props: &SlotProps) -> Html {
    let (lang, slot) = (props.lang, &props.slot);
    let older = slot.tenants.len().saturating_sub(TENANTS_MAX);
    let shown = slot.tenants.len() - older;
    let (class, place) = match &slot.place {
        Place::Any | Place::Only(_) => ("slot__id slot__id--a", phrases::place(lang, &slot.place)),
        Place::Ordinal(_) => ("slot__id slot__id--b", phrases::place(lang, &slot.place)),
        Place::Index(_) | Place::Node(_) | Place::Surge => {
            ("slot__id slot__id--n", phrases::place(lang, &slot.place))
        }
    };
    html! {
        <tbody class="slotrows">
            { for (older..slot.tenants.len()).map(|at| html! {
                <tr key={at} class={row_class(props, &slot.tenants[at])}>
                    if at == older {
                        <th scope="rowgroup" rowspan={shown.to_string()}>
                            <span {class}>{ &place }</span>
                            if older > 0 { <small class="dim">{ format!("+{older}") }</small> }
                        </th>
                    }
                    { line(props, at) }
                </tr>
            }) }
        </tbody>
    }
}

fn row_class(props: &SlotProps, tenant: &Tenant) -> Classes {
    let is_selected = props.selected.as_ref().is_some_and(|one| {
        &*one.kind == "Pod" && one.name == tenant.pod.name && tenant.state.is_some()
    });
    let is_over =
        |state| matches!(state, PodState::Terminating | PodState::Completed | PodState::Failed);
    let is_past = tenant.state.is_none_or(is_over);
    classes!("incrow", is_past.then_some("inc--past"), is_selected.then_some("is-selected"))
}

fn line(props: &SlotProps, at: usize) -> Html {
    let (lang, tenant) = (props.lang, &props.slot.tenants[at]);
    let standing = phrases::standing(lang, tenant);
    let glyph = tenant.state.unwrap_or(PodState::Terminating);
    html! {
        <>
            <td class="incs__state" title={standing.clone()}>
                <Glyph state={glyph} size={13}/><span class="sr">{ standing }</span>
            </td>
            { for props.account.cells(&props.slot, at).into_iter().map(|one| {
                cell(props, tenant, &one)
            }) }
            <td>{ phrases::lived(lang, tenant) }</td>
        </>
    }
}

fn cell(props: &SlotProps, tenant: &Tenant, cell: &Cell) -> Html {
    let lang = props.lang;
    let value = stage_words::value(lang, &cell.value);
    let word = phrases::tie(lang, cell.tie);
    let class = match cell.tie {
        Tie::Kept => Some("k"),
        Tie::Changed => Some("c"),
        _ => None,
    };
    let shown = match cell.field {
        Field::Uid => stage_words::short_uid(&value).into(),
        // The middle of a long name gives way, so that every column has room.
        Field::Name | Field::Dns | Field::Disk => shortened(&value),
        _ => Html::from(value.clone()),
    };
    let title = if word.is_empty() { value } else { format!("{value} ({word})") };
    let inside = html! {
        <>
            <span class={classes!("incs__value", class)}>{ shown }</span>
            if matches!(cell.tie, Tie::Kept | Tie::Changed) {
                <small class="tieword">{ format!(" {word}") }</small>
            }
        </>
    };
    let living = (cell.field == Field::Name && tenant.state.is_some())
        .then(|| ObjectRef::new("Pod", &props.account.object.namespace, &tenant.pod.name));
    html! {
        <td key={stage_words::field(lang, cell.field)} {title}>
            if let Some(object) = living {
                { choose(props, object, inside) }
            } else {
                { inside }
            }
        </td>
    }
}

/// A name of which the middle gives way where there is no room. One that always has room stays in
/// one piece, which can be copied as it stands.
fn shortened(name: &str) -> Html {
    if name.chars().count() > WHOLE_MAX {
        named(name)
    } else {
        html! { name }
    }
}

/// A living Pod's name selects it everywhere.
fn choose(props: &SlotProps, object: ObjectRef, inside: Html) -> Html {
    let chosen = props.selected.as_ref() == Some(&object);
    let next = (!chosen).then_some(object);
    let on = props.on.clone();
    let select = Callback::from(move |_: MouseEvent| on.emit(Command::Select(next.clone())));
    html! {
        <button type="button" class="incs__pod" aria-pressed={chosen.to_string()} onclick={select}>
            { inside }
        </button>
    }
}
