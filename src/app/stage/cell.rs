//! A cell: the Pods of one lane on one node.
//!
//! Owns the order in a cell and how its room is shared. Invariant: a Pod stands in the cell of
//! the node that the cluster bound it to, and nowhere else.

use super::drawing;
use super::glyph::Glyph;
use super::pod::{Pod, named};
use super::setting::{Setting, use_setting};
use crate::list::keyed;
use podium::base::Order as _;
use podium::view::Identity;
use podium::view::stage::{
    DiskView, LaneView, Level, NodeView, ObjectRef, PodState, PodView, SeatView,
};
use podium::view::words::{Lang, stage as phrases};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// The language it has come to; none while its turn has yet to come.
    pub(crate) lang: Option<Lang>,
    /// How many of its Pods have had their turn.
    pub(crate) shown: usize,
    pub(crate) lane: Rc<LaneView>,
    pub(crate) node: Rc<NodeView>,
    /// The disks of the lane's Pods.
    pub(crate) disks: Rc<Vec<Rc<DiskView>>>,
    pub(crate) level: Level,
    pub(crate) column: usize,
    pub(crate) row: usize,
    /// How many Pods a folded lane has room for here.
    pub(crate) dots: u32,
    /// How much the fullest cell of the lane holds.
    pub(crate) most: u32,
    /// How many stateful chips stand in a row, if that is known.
    pub(crate) chips: Option<u32>,
    pub(crate) selected: Option<ObjectRef>,
}

/// How many Pods a cell draws; the others are counted.
const ITEMS_MAX: u32 = 400;

/// What stands in a cell, in the order of ordinals.
enum Item<'a> {
    Pod(&'a Rc<PodView>),
    Seat(&'a Rc<SeatView>),
}

impl Item<'_> {
    fn ordinal(&self) -> u32 {
        match self {
            Item::Pod(pod) => pod.ordinal.unwrap_or(0),
            Item::Seat(seat) => seat.ordinal,
        }
    }
}

/// The Pods of one lane on one node.
#[component]
pub(crate) fn Cell(props: &Props) -> Html {
    let setting = use_setting();
    let setting = Setting { lang: props.lang.unwrap_or(setting.lang), ..setting };
    let (lane, node) = (&props.lane, &props.node);
    let here = |name: &Option<_>| name.as_ref() == Some(&node.name);
    let mut items: Vec<Item> =
        lane.pods.iter().filter(|pod| here(&pod.node)).map(Item::Pod).collect();
    items.extend(lane.seats.iter().filter(|seat| here(&seat.node)).map(Item::Seat));
    items.order_by_key(Item::ordinal);
    if props.lang.is_none() {
        items.clear();
    }
    let is_bare = items.is_empty();
    let is_selected = |item: &Item| matches!(item, Item::Pod(pod) if props.selected.as_ref() == Some(&pod.object()));
    let mut at = 0;
    items.retain(|item| {
        at += 1;
        // The one whose menu may be open is never taken away.
        at <= props.shown || is_selected(item)
    });
    let hidden = fold(&mut items, if lane.is_folded { props.dots } else { ITEMS_MAX });
    let stateful = lane.identity() == Identity::Stateful;
    let joined = lane.is_reached();
    let half = items.len() > 1;
    let class = match (props.level, stateful) {
        (Level::Card, true) => "cell cell--b",
        (Level::Card, false) if joined => "cell cell--a",
        (Level::Card, false) => "cell cell--a cell--plain",
        (Level::Chip, true) => "cell cell--b cell--bchips",
        (Level::Chip, false) => "cell cell--chips",
        (Level::Dot, _) if lane.is_folded => "cell cell--dots cell--folded",
        (Level::Dot, _) => "cell cell--dots",
    };
    let is_picked = items.iter().any(is_selected);
    html! {
        // With a language of its own it is not laid out anew when the page's changes before its turn.
        <div class={classes!(class, is_picked.then_some("cell--picked"))} role="gridcell" lang={props.lang.map(Lang::tag)}
            data-node={node.name.to_string()} data-lost={node.state.is_lost().then_some("true")}
            data-down={node.failed.then_some("true")}
            style={format!("grid-column:{};grid-row:{}{}", props.column, props.row, share(props, stateful))}>
            <ContextProvider<Setting> context={setting.clone()}>
                { keyed(items.iter().map(|item| match item {
                    Item::Pod(pod) => standing(props, &setting, pod, half),
                    Item::Seat(seat) => empty(&setting, lane, seat, props.level),
                })) }
            </ContextProvider<Setting>>
            if hidden > 0 { { more(&setting, hidden) } }
            { keyed(lane.traces.iter().filter(|trace| props.lang.is_some() && !lane.is_folded && is_bare && trace.node == node.name).map(|trace| html! {
                <span key={format!("trace-{}", trace.pod)} class="trace">{ phrases::trace(setting.lang, trace) }</span>
            })) }
        </div>
    }
}

/// The part of its width that each chip has: the same in all cells of a lane. Those in several
/// rows are lower.
fn share(props: &Props, stateful: bool) -> String {
    if !stateful || props.level != Level::Chip {
        return String::new();
    }
    let most = props.most.max(1);
    match props.chips.filter(|chips| *chips < most) {
        Some(chips) => format!(";--most:{chips};--h-chip:4rem"),
        None => format!(";--most:{most}"),
    }
}

fn standing(props: &Props, setting: &Setting, pod: &Rc<PodView>, half: bool) -> Html {
    let lane = &props.lane;
    let mine = |disk: &&DiskView| disk.users.iter().any(|user| user.uid == pod.uid);
    let disks: Vec<&DiskView> = props.disks.iter().map(|disk| &**disk).filter(mine).collect();
    let newest = lane.revisions.len() > 1 && pod.revision == lane.newest();
    html! {
        <Pod key={pod.uid.to_string()} pod={pod.clone()} identity={lane.identity()} {newest} {half} wired={!disks.is_empty()}
            level={props.level} label={phrases::pod_label(setting.lang, pod, lane, &disks)}
            selected={props.selected.as_ref() == Some(&pod.object())} />
    }
}

/// Leaves as many Pods as one line has room for, those that aren't well before the others; says
/// how many are left out.
fn fold(items: &mut Vec<Item<'_>>, dots: u32) -> usize {
    let room = usize::try_from(dots).unwrap_or(usize::MAX);
    if items.len() <= room {
        return 0;
    }
    // The word that counts the rest takes the room of two.
    let shown = room.saturating_sub(2).max(1);
    let is_well = |item: &Item| matches!(item, Item::Pod(pod) if pod.state == PodState::Ready);
    items.order_by_key(is_well);
    let hidden = items.len() - shown;
    items.truncate(shown);
    items.order_by_key(Item::ordinal);
    hidden
}

/// How many Pods a line has no room for.
pub(super) fn more(setting: &Setting, count: usize) -> Html {
    html! {
        <span key="more" class="tray__more" title={phrases::more_pods(setting.lang, count)}>
            <span aria-hidden="true">{ format!("+{count}") }</span>
            <span class="sr">{ phrases::more_pods(setting.lang, count) }</span>
        </span>
    }
}

/// The seat that a stateful Pod left: its number stays, its record is struck; or one to come.
fn empty(setting: &Setting, lane: &LaneView, seat: &SeatView, level: Level) -> Html {
    let label = phrases::seat_label(setting.lang, seat, &lane.object().label());
    let key = format!("seat-{}", seat.ordinal);
    if level == Level::Dot {
        return html! { <span {key} class="dotseat" role="img" aria-label={label}></span> };
    }
    if level != Level::Card {
        return html! {
            <span {key} class="chip chip--b chip--slot" role="img" title={label.clone()} aria-label={label}
                data-state={seat.is_to_come.then_some("pending")}>
                { seat.ordinal }
                if seat.is_to_come { <Glyph state={PodState::Pending} size={13} /> }
            </span>
        };
    }
    html! {
        <div {key} class="seat seat--empty" role="img" aria-label={label}>
            <div class="dnstab dnstab--off" title={seat.dns.as_ref().map(ToString::to_string)}>
                if let Some(dns) = &seat.dns {
                    { drawing::icon(drawing::DNS, 12) }<s>{ named(dns) }</s>
                    <span class="req req--off">{ setting.words().no_record }</span>
                }
            </div>
            <div class="seat__place">
                <span class="pod__ord">{ seat.ordinal }</span>
                <span class="seat__word">{ phrases::empty_seat(setting.lang) }</span>
            </div>
        </div>
    }
}
