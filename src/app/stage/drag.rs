//! Putting a lane elsewhere by dragging its head.
//!
//! Owns one gesture at a time. It must not know what the new order means. Invariant: nothing moves
//! until the pointer has gone a few pixels, so that a press on a head is still a press; a gesture
//! that is broken off changes nothing.

use super::measure::{all, area};
use gloo::events::{EventListener, EventListenerOptions};
use podium::view::stage::{Place, StageAction, StageView, Text};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};
use yew::prelude::*;

/// How far the pointer goes before a press is a drag.
const SLACK_PX: i32 = 6;
/// How near the edge of the scrolled part the pointer makes it scroll, and by how much.
const EDGE_PX: i32 = 28;
const SCROLL_PX: i32 = 14;

/// A lane on its way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drag {
    /// Whose head is dragged.
    pub(super) lane: Text,
    /// How far it is from where it stood.
    pub(super) shift: i32,
    /// Where the line stands that shows its new place.
    pub(super) line: i32,
    /// Its new place among the others.
    at: usize,
}

/// A press that may become a drag.
struct Press {
    lane: Text,
    from: i32,
    is_dragging: bool,
}

/// What the stage listens to.
#[derive(Clone, PartialEq)]
pub(super) struct Handlers {
    pub(super) down: Callback<PointerEvent>,
    pub(super) moved: Callback<PointerEvent>,
    pub(super) up: Callback<PointerEvent>,
    pub(super) cancel: Callback<PointerEvent>,
}

/// The lane that is dragged now, and the handlers that follow the pointer.
#[hook]
pub(super) fn use_lane_drag(
    root: NodeRef,
    view: Rc<StageView>,
    on_action: Callback<StageAction>,
) -> (Option<Drag>, Handlers) {
    let drag = use_state_eq(|| None::<Drag>);
    let press = use_mut_ref(|| None::<Press>);
    let is_dragging = drag.is_some();
    use_effect_with(is_dragging, {
        let (press, set) = (press.clone(), drag.setter());
        move |is_dragging| {
            let listener = is_dragging.then(|| {
                // Before the stage hears the key, which would take the selection away.
                let options = EventListenerOptions::run_in_capture_phase();
                let document = gloo::utils::document();
                EventListener::new_with_options(&document, "keydown", options, move |event| {
                    let key = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key);
                    if key.as_deref() == Some("Escape") {
                        event.stop_propagation();
                        *press.borrow_mut() = None;
                        set.set(None);
                    }
                })
            });
            move || drop(listener)
        }
    });
    let down = {
        let press = press.clone();
        Callback::from(move |event: PointerEvent| {
            *press.borrow_mut() = pressed(&event);
        })
    };
    let moved = {
        let (press, set, root) = (press.clone(), drag.setter(), root.clone());
        Callback::from(move |event: PointerEvent| {
            let mut press = press.borrow_mut();
            let Some((press, root)) = press.as_mut().zip(root.cast::<HtmlElement>()) else {
                return;
            };
            if !press.is_dragging {
                if (event.client_y() - press.from).abs() < SLACK_PX {
                    return;
                }
                press.is_dragging = true;
                // Without the capture the drag ends at the stage's edge, which is bearable.
                let _ = root.set_pointer_capture(event.pointer_id());
                if let Ok(Some(selection)) = gloo::utils::window().get_selection() {
                    let _ = selection.remove_all_ranges();
                }
            }
            scroll(&root, event.client_y());
            set.set(dragged(&root, press, event.client_y()));
        })
    };
    let cancel = {
        let (press, set) = (press.clone(), drag.setter());
        Callback::from(move |_: PointerEvent| {
            *press.borrow_mut() = None;
            set.set(None);
        })
    };
    let up = {
        let (now, cancel) = ((*drag).clone(), cancel.clone());
        Callback::from(move |event: PointerEvent| {
            let is_over = press.borrow().as_ref().is_some_and(|press| press.is_dragging);
            cancel.emit(event);
            let Some(drag) = now.as_ref().filter(|_| is_over) else { return };
            if let Some(lane) = view.lanes.iter().find(|lane| lane.uid == drag.lane) {
                on_action.emit(StageAction::MoveLane(lane.object(), Place::At(drag.at)));
            }
        })
    };
    ((*drag).clone(), Handlers { down, moved, up, cancel })
}

/// A press on a lane's head, where nothing else answers to it. A finger scrolls instead; it has
/// the lane's menu.
fn pressed(event: &PointerEvent) -> Option<Press> {
    if event.button() != 0 || event.pointer_type() == "touch" {
        return None;
    }
    let at = event.target()?.dyn_into::<Element>().ok()?;
    let head = at.closest(".lane").ok().flatten()?;
    let busy = ".stepper, .tray, .lane__fold, .lane__more, .menu__list";
    if at.closest(busy).ok().flatten().is_some() {
        return None;
    }
    let row = head.closest("[data-lane]").ok().flatten()?;
    let lane = row.get_attribute("data-lane")?.into();
    Some(Press { lane, from: event.client_y(), is_dragging: false })
}

/// Where the lane would go if it were let go now.
fn dragged(root: &HtmlElement, press: &Press, client_y: i32) -> Option<Drag> {
    #[expect(clippy::cast_possible_truncation, reason = "a position on the screen")]
    let y = client_y - root.get_bounding_client_rect().top() as i32;
    let bands = bands(root);
    let others: Vec<&Band> = bands.iter().filter(|band| band.lane != press.lane).collect();
    let at = others.iter().filter(|band| i32::midpoint(band.top, band.bottom) < y).count();
    let line = match others.get(at) {
        Some(band) => band.top,
        None => bands.iter().map(|band| band.bottom).max()?,
    };
    Some(Drag { lane: press.lane.clone(), shift: client_y - press.from, line, at })
}

/// From where to where a lane reaches.
struct Band {
    lane: Text,
    top: i32,
    bottom: i32,
}

fn bands(root: &HtmlElement) -> Vec<Band> {
    all(root, "[data-lane]")
        .into_iter()
        .filter_map(|row| {
            let parts: Vec<_> =
                all(&row, ".laneslot, .cell").iter().map(|one| area(one, root)).collect();
            Some(Band {
                lane: row.get_attribute("data-lane")?.into(),
                top: parts.iter().map(|one| one.top).min()?,
                bottom: parts.iter().map(|one| one.bottom()).max()?,
            })
        })
        .collect()
}

/// Lets the stage scroll while a lane is held at its edge.
fn scroll(root: &HtmlElement, client_y: i32) {
    let Some(outer) = root.closest(".stagewrap, .phone__main").ok().flatten() else { return };
    let area = outer.get_bounding_client_rect();
    let y = f64::from(client_y);
    let by = if y < area.top() + f64::from(EDGE_PX) {
        -SCROLL_PX
    } else if y > area.bottom() - f64::from(EDGE_PX) {
        SCROLL_PX
    } else {
        return;
    };
    outer.set_scroll_top(outer.scroll_top() + by);
}
