//! The stage under the keyboard: arrows move between things, keys act on them.
//!
//! Owns which thing can be reached by Tab and what a key means. It must not know how an action is
//! carried out. Invariant: exactly one thing on the stage is in the page's Tab order.

use super::measure::{Area, all, area, rove};
use crate::browser::active_element;
use podium::view::stage::{
    LaneView, ObjectRef, Place as To, PodView, StageAction, StageView, Text,
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// What the keyboard is at: the thing in the Tab order with its lane and where it stands, and the
/// element that has the focus.
#[derive(Default)]
struct Place {
    thing: String,
    lane: Option<String>,
    area: Area,
    focused: Option<Element>,
    /// What has the focus until the selected Pod, which is gone, comes back.
    stand_in: Option<Element>,
}

/// Keeps one thing in the Tab order and gives the focus back to a thing that was drawn anew, once
/// the picture is whole: until then it may have yet to come.
#[hook]
pub(super) fn use_roving(root: NodeRef, is_whole: bool) -> Callback<FocusEvent> {
    let place = use_mut_ref(Place::default);
    {
        let (root, place) = (root.clone(), place.clone());
        use_effect(move || {
            let Some(root) = root.cast::<HtmlElement>().filter(|_| is_whole) else { return };
            let thing = place.borrow().thing.clone();
            rove(&root, &thing);
            let nowhere = active_element().is_none_or(|at| at.tag_name() == "BODY");
            let focused = if nowhere { place.borrow_mut().focused.take() } else { None };
            // A reader who clicked elsewhere has left; an element that is gone took the focus along.
            let taken = focused.filter(|element| !element.is_connected());
            let was_selected = taken.as_ref().is_some_and(is_selected);
            let taken = taken.is_some();
            let again = || {
                let place = place.borrow();
                let same = || selected(&root).filter(|_| was_selected);
                let near = || beside(&root, place.lane.as_deref()?, place.area);
                // Of what stands in no lane the nearest of its kind takes its place.
                let kind = thing.split('/').next().unwrap_or_default();
                let alike =
                    || nearest(&root, &root, &format!(r#"[data-nav^="{kind}/"]"#), place.area);
                let any = || nearest(&root, &root, "[data-nav]", place.area);
                find(&root, &thing).or_else(same).or_else(near).or_else(alike).or_else(any)
            };
            let back = || {
                let place = place.borrow();
                let stand_in = place.stand_in.as_ref();
                stand_in.filter(|one| active_element().as_ref() == Some(*one))?;
                selected(&root)
            };
            let next = if taken { again() } else { back() };
            if let Some(next) = next {
                let is_stand_in = taken && was_selected && !is_selected(&next);
                place.borrow_mut().stand_in = is_stand_in.then(|| next.clone().into());
                // Focus can only fail on an element that is already gone.
                let _ = next.focus();
            }
        });
    }
    Callback::from(move |event: FocusEvent| {
        if event.type_() == "focusout" {
            if event.related_target().is_some() {
                place.borrow_mut().focused = None;
            }
            return;
        }
        let Some(target) = event.target_dyn_into::<Element>() else { return };
        // A button that belongs to a thing may go with it.
        let at = thing_around(&target);
        let thing = at.as_ref().and_then(|at| at.get_attribute("data-nav"));
        if let (Some(thing), Some(root)) = (&thing, root.cast::<HtmlElement>()) {
            rove(&root, thing);
        }
        let mut place = place.borrow_mut();
        place.stand_in = place.stand_in.take().filter(|one| *one == target);
        if let (Some((at, thing)), Some(root)) = (at.zip(thing), root.cast::<HtmlElement>()) {
            let lane = at.closest("[data-lane]").ok().flatten();
            place.lane = lane.and_then(|lane| lane.get_attribute("data-lane"));
            place.area = at.dyn_ref().map_or(place.area, |at| area(at, &root));
            place.thing = thing;
        }
        place.focused = Some(target);
    })
}

/// Keeps the focus on a lane's head when it moves: the browser drops it from what is put
/// elsewhere.
#[hook]
pub(super) fn use_lane_focus(root: NodeRef, view: Rc<StageView>) {
    let order: Vec<Text> = view.lanes.iter().map(|lane| lane.uid.clone()).collect();
    let held = use_mut_ref(|| None::<Element>);
    {
        // While the stage is drawn, the focus is still where it was.
        let active = active_element();
        *held.borrow_mut() = active.filter(|at| at.closest(".lane").ok().flatten().is_some());
    }
    use_effect_with(order, move |_| {
        let nowhere = active_element().is_none_or(|at| at.tag_name() == "BODY");
        let inside =
            |at: &Element| root.cast::<Element>().is_some_and(|root| root.contains(Some(at)));
        let lost = held.borrow_mut().take().filter(|at| nowhere && inside(at));
        if let Some(head) = lost.and_then(|at| at.dyn_into::<HtmlElement>().ok()) {
            // Focus can only fail on an element that is already gone.
            let _ = head.focus();
        }
    });
}

/// The thing that an element is in or belongs to.
fn thing_around(at: &Element) -> Option<Element> {
    let beside = || {
        let around = at.closest("[data-pod],.nodeslot,.laneslot").ok().flatten()?;
        around.query_selector("[data-nav]").ok().flatten()
    };
    at.closest("[data-nav]").ok().flatten().or_else(beside)
}

fn is_selected(element: &Element) -> bool {
    element.get_attribute("data-selected").as_deref() == Some("true")
}

/// The selected Pod, as it stands now.
fn selected(root: &HtmlElement) -> Option<HtmlElement> {
    all(root, r#"[data-pod] [data-nav][data-selected="true"]"#).into_iter().next()
}

fn find(root: &HtmlElement, thing: &str) -> Option<HtmlElement> {
    all(root, "[data-nav]")
        .into_iter()
        .find(|element| element.get_attribute("data-nav").as_deref() == Some(thing))
}

/// The nearest Pod of a lane, or the lane's head if it has none.
fn beside(root: &HtmlElement, lane: &str, from: Area) -> Option<HtmlElement> {
    let mut rows = all(root, "[data-lane]").into_iter();
    let row = rows.find(|row| row.get_attribute("data-lane").as_deref() == Some(lane))?;
    let pod = nearest(root, &row, "[data-pod] [data-nav]", from);
    pod.or_else(|| find(root, &format!("lane/{lane}")))
}

/// What a selector finds nearest to a place.
fn nearest(
    root: &HtmlElement,
    within: &HtmlElement,
    what: &str,
    from: Area,
) -> Option<HtmlElement> {
    let away = |one: &HtmlElement| {
        let there = area(one, root);
        (there.middle() - from.middle()).abs() + (there.top - from.top).abs()
    };
    all(within, what).into_iter().min_by_key(away)
}

/// A direction on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Left,
    Right,
    Up,
    Down,
}

/// What a key asks for.
pub(super) enum Asked {
    /// An action of the cluster or the selection.
    Act(StageAction),
    /// The menu of a node.
    Menu(Text),
    /// Something that is done already.
    Done,
}

/// What a key on the stage asks for, if anything.
pub(super) fn ask(event: &KeyboardEvent, root: &HtmlElement, view: &StageView) -> Option<Asked> {
    if event.ctrl_key() || event.meta_key() {
        return None;
    }
    let at = event.target_dyn_into::<HtmlElement>()?;
    if event.alt_key() {
        let to = match event.key().as_str() {
            "ArrowUp" => To::Up,
            "ArrowDown" => To::Down,
            _ => return None,
        };
        at.closest(".lane").ok().flatten()?;
        let lane = lane(&at, view)?;
        return Some(Asked::Act(StageAction::MoveLane(lane.object(), to)));
    }
    let way = match event.key().as_str() {
        "ArrowLeft" => Way::Left,
        "ArrowRight" => Way::Right,
        "ArrowUp" => Way::Up,
        "ArrowDown" => Way::Down,
        key => return act(key, &at, view),
    };
    // From a button that belongs to a thing the way leads on as from the thing.
    let from = thing_around(&at)?.dyn_into::<HtmlElement>().ok()?;
    if let Some(next) = neighbour(root, &from, way) {
        let _ = next.focus();
    }
    Some(Asked::Done)
}

fn act(key: &str, at: &Element, view: &StageView) -> Option<Asked> {
    let action = match key {
        "Delete" | "Backspace" => {
            let pod = pod(at, view).filter(|pod| !pod.deleting)?;
            let (namespace, name) = (pod.namespace.clone(), pod.name.clone());
            StageAction::DeletePod { namespace, name, is_forced: false }
        }
        "+" | "=" | "-" => {
            let lane = lane(at, view).filter(|lane| lane.kind.is_scalable())?;
            let more = lane.desired.saturating_add(1);
            StageAction::Scale {
                kind: lane.kind.kind().into(),
                namespace: lane.namespace.clone(),
                name: lane.name.clone(),
                replicas: if key == "-" { lane.desired.checked_sub(1)? } else { more },
            }
        }
        "n" | "N" => {
            let node = at.closest("[data-node]").ok().flatten()?.get_attribute("data-node")?;
            return Some(Asked::Menu(node.into()));
        }
        "Enter" => StageAction::Inspect(thing(at, view)?),
        _ => return None,
    };
    Some(Asked::Act(action))
}

/// The object that stands under the focus.
fn thing(at: &Element, view: &StageView) -> Option<ObjectRef> {
    let nav = at.get_attribute("data-nav")?;
    let (kind, id) = nav.split_once('/')?;
    match kind {
        "pod" => pod(at, view).map(|pod| pod.object()),
        "lane" => lane(at, view).filter(|lane| !lane.name.is_empty()).map(|lane| lane.object()),
        "node" => Some(ObjectRef::new("Node", "", id)),
        "disk" => view.disks.iter().find(|disk| *disk.uid == *id).map(|disk| disk.object()),
        _ => None,
    }
}

fn pod<'a>(at: &Element, view: &'a StageView) -> Option<&'a Rc<PodView>> {
    let uid = at.closest("[data-pod]").ok().flatten()?.get_attribute("data-pod")?;
    view.lanes.iter().flat_map(|lane| &lane.pods).find(|pod| *pod.uid == *uid)
}

fn lane<'a>(at: &Element, view: &'a StageView) -> Option<&'a Rc<LaneView>> {
    let uid = at.closest("[data-lane]").ok().flatten()?.get_attribute("data-lane")?;
    view.lanes.iter().find(|lane| *lane.uid == *uid)
}

/// The nearest thing in a direction, preferring what lies straight ahead.
fn neighbour(root: &HtmlElement, from: &HtmlElement, way: Way) -> Option<HtmlElement> {
    let here = area(from, root);
    all(root, "[data-nav]")
        .into_iter()
        .filter_map(|thing| {
            let there = area(&thing, root);
            let x = there.middle() - here.middle();
            let y = there.top + there.height / 2 - here.top - here.height / 2;
            distance(way, x, y).map(|distance| (distance, thing))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, thing)| thing)
}

/// How far away something is in a direction; what lies aside counts thrice.
fn distance(way: Way, x: i32, y: i32) -> Option<i32> {
    let (ahead, aside) = match way {
        Way::Left => (-x, y.abs()),
        Way::Right => (x, y.abs()),
        Way::Up => (-y, x.abs()),
        Way::Down => (y, x.abs()),
    };
    (ahead > 4).then(|| ahead + aside * 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_prefers_what_lies_straight_ahead() {
        let straight = distance(Way::Right, 200, 0);
        let aside = distance(Way::Right, 60, 80);
        assert!(straight < aside);
        assert_eq!(distance(Way::Right, -60, 0), None);
        assert_eq!(distance(Way::Up, 0, -50), Some(50));
    }
}
