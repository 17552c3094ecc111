//! The places on the shelf: the disks that any node can have, and those that are to come. Beside
//! it, those of nodes that are gone.
//!
//! Owns their order and the looks of a claim that is not made yet. Invariant: a disk that is made
//! takes the place that was kept for it, so that no other one moves.

use super::pod::short;
use super::setting::use_setting;
use podium::base::Order as _;
use podium::view::stage::{DiskView, LaneView, SeatView, StageView, Text};
use podium::view::words::stage as phrases;
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::prelude::*;

/// What has a place on the shelf.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place<'a> {
    Disk(&'a Rc<DiskView>),
    /// A claim that will be made with a seat's Pod.
    ToCome {
        lane: &'a LaneView,
        seat: &'a Rc<SeatView>,
        claim: &'a Text,
    },
}

impl<'a> Place<'a> {
    pub(super) fn disk(&self) -> Option<&'a Rc<DiskView>> {
        match self {
            Place::Disk(disk) => Some(disk),
            Place::ToCome { .. } => None,
        }
    }

    /// The lane, the ordinal and the name: what it lies by.
    fn order(&self) -> (&'a Text, Option<u32>, &'a Text) {
        match self {
            Place::Disk(disk) => (&disk.lane, disk.ordinal, &disk.claim),
            Place::ToCome { lane, seat, claim } => (&lane.uid, Some(seat.ordinal), claim),
        }
    }
}

/// The places, each where it will always be.
pub(super) fn places(view: &StageView) -> Vec<Place<'_>> {
    let disks = view.disks.iter().filter(|disk| disk.is_shared());
    let mut places: Vec<Place> = disks.map(Place::Disk).collect();
    let made = places.len();
    for lane in &view.lanes {
        for seat in &lane.seats {
            places.extend(seat.claims.iter().map(|claim| Place::ToCome { lane, seat, claim }));
        }
    }
    // Disks are in order already.
    if places.len() > made {
        let lane = |uid: &Text| view.lanes.iter().position(|lane| lane.uid == *uid);
        places.order_by_key(|place| {
            let (uid, ordinal, claim) = place.order();
            (lane(uid).unwrap_or(usize::MAX), ordinal, claim)
        });
    }
    places
}

/// Whether the disks come from more than one template, so that two of them may have one ordinal.
pub(super) fn is_mixed(view: &StageView) -> bool {
    let local = view.disks.iter().filter(|disk| !disk.is_shared()).map(Place::Disk);
    let all: Vec<Place> = places(view).into_iter().chain(local).collect();
    let template = |place: &Place| {
        let (lane, ordinal, claim) = place.order();
        Some((lane.clone(), Text::from(claim.strip_suffix(&*ordinal?.to_string())?)))
    };
    let mut templates = all.iter().map(template);
    let first = templates.next().flatten();
    first.is_none() && !all.is_empty() || templates.any(|one| one != first)
}

/// The disks whose node is gone, by its name.
pub(super) fn of_gone_nodes(view: &StageView) -> BTreeMap<&Text, Vec<&Rc<DiskView>>> {
    let mut gone: BTreeMap<&Text, Vec<&Rc<DiskView>>> = BTreeMap::new();
    for disk in &view.disks {
        if let Some(node) = &disk.gone_node {
            gone.entry(node).or_default().push(disk);
        }
    }
    gone
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) seat: Rc<SeatView>,
    pub(crate) claim: Text,
    /// Whether only the ordinal fits.
    pub(crate) small: bool,
    /// Whether the ordinal alone would not tell it from others.
    pub(crate) named: bool,
}

/// The place of a claim that is not made yet.
#[component]
pub(crate) fn ToCome(props: &Props) -> Html {
    let setting = use_setting();
    let tag = phrases::made_with(setting.lang, &props.seat.name);
    let label = phrases::disk_to_come(setting.lang, &props.claim, &props.seat.name);
    let inside = match (props.small, props.named) {
        (true, true) => html! { <span class="mdisk__name">{ &*props.claim }</span> },
        (true, false) => html! { props.seat.ordinal },
        (false, _) => html! {
            <span class="disk__body">
                <span class="disk__name">{ short(&props.claim) }</span>
                <span class="disk__tag">{ tag }</span>
            </span>
        },
    };
    let class = classes!(
        "tocome",
        props.small.then_some("tocome--small"),
        (props.small && props.named).then_some("mdisk--named")
    );
    html! {
        <div {class} role="img" aria-label={label.clone()} title={label}>
            <span class="face" aria-hidden="true">{ inside }</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_made_takes_the_place_that_was_kept_for_it() {
        let seat = |ordinal: u32| {
            let claims = vec![format!("data-db-{ordinal}").into()];
            Rc::new(SeatView { ordinal, claims, ..SeatView::default() })
        };
        let disk = |ordinal: u32| {
            let claim = format!("data-db-{ordinal}").into();
            let lane = "db".into();
            let ordinal = Some(ordinal);
            Rc::new(DiskView { claim, lane, ordinal, ..DiskView::default() })
        };
        let view = |made: u32| {
            let seats = (made..12).map(seat).collect();
            let lane = LaneView { uid: "db".into(), seats, ..LaneView::default() };
            let shared = DiskView { claim: "shared".into(), ..DiskView::default() };
            let disks = (0..made).map(disk).chain([Rc::new(shared)]).collect();
            StageView { lanes: vec![Rc::new(lane)], disks, ..StageView::default() }
        };
        for made in [0, 3, 10, 12] {
            let view = view(made);
            let claims: Vec<_> = places(&view).iter().map(|one| one.order().2.clone()).collect();
            let wanted: Vec<Text> = (0..12).map(|at| format!("data-db-{at}").into()).collect();
            assert_eq!(claims[..12], wanted);
            assert_eq!(&*claims[12], "shared");
        }
    }
}
