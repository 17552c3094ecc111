//! How Pods move: what changed since the last picture is played once, from there to here.
//!
//! Owns animations and the ghosts of Pods that are gone. It must not know the engine or decide
//! where anything stands. Invariant: with every animation cut off, the picture is the same and
//! right; motion only shows the way from the last picture to this one.

use super::measure::{Area, all, area, spots};
use podium::base::gather;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Animation, Element, HtmlElement};
use yew::prelude::*;

/// How much movement there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Things travel.
    #[default]
    Travel,
    /// Things only fade: time is too fast to follow a way.
    Fade,
    /// Nothing moves; what is new flashes its border once.
    Still,
}

impl Pace {
    /// The pace for a speed in quarters of real time: above 20x nothing travels.
    pub(crate) const fn of(speed_quarters: u32, reduced: bool) -> Self {
        if reduced {
            Pace::Still
        } else if speed_quarters > 80 {
            Pace::Fade
        } else {
            Pace::Travel
        }
    }

    /// The value of the `data-pace` attribute.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Pace::Travel => "travel",
            Pace::Fade => "fade",
            Pace::Still => "still",
        }
    }
}

/// Above this many changes at once it is another picture, as after a leap of time: nobody can
/// follow so many ways, and no browser could draw them smoothly.
const CHANGES_MAX: usize = 120;
/// The same while time is too fast to follow a way.
const FADES_MAX: usize = 40;
const T_FADE: f64 = 120.0;
const T_STATE: f64 = 240.0;
const T_MOVE: f64 = 420.0;
const OUT: &str = "cubic-bezier(.2,.8,.2,1)";
const IN: &str = "cubic-bezier(.5,0,.9,.4)";
const MOVE: &str = "cubic-bezier(.45,.05,.15,1)";

/// What is remembered of a Pod in the last picture.
#[derive(Clone)]
struct Seen {
    element: HtmlElement,
    area: Area,
    state: String,
    shape: String,
}

#[derive(Default)]
struct Memory {
    pods: BTreeMap<String, Seen>,
    running: BTreeMap<String, Animation>,
    /// Copies of Pods that are gone, while they fade.
    ghosts: Vec<(HtmlElement, Area)>,
    started: bool,
    /// How the stage was laid out: its width, its form and its columns.
    layout: String,
}

/// Plays what changed on the stage since it was drawn last. `root` is the stage; of the empty
/// layers, which lie below the Pods, one is for those that are gone and one for the seats that are
/// being filled. Nothing moves while the picture is not whole: what is drawn later than the rest
/// did not come later.
#[hook]
pub(crate) fn use_motion(root: NodeRef, layers: (NodeRef, NodeRef), pace: Pace, is_whole: bool) {
    let memory = use_mut_ref(Memory::default);
    use_effect(move || {
        if !is_whole {
            memory.borrow_mut().started = false;
            return;
        }
        let stage = root.cast::<HtmlElement>();
        let layers = layers.0.cast::<HtmlElement>().zip(layers.1.cast::<HtmlElement>());
        if let Some((stage, (ghosts, seats))) = stage.zip(layers) {
            play(&memory, &stage, (&ghosts, &seats), pace);
        }
    });
}

fn look(stage: &HtmlElement) -> BTreeMap<String, Seen> {
    let spots = spots(stage, "[data-pod]", ["data-pod", "data-now", "data-shape"]);
    gather(spots.into_iter().map(|spot| {
        let [uid, state, shape] = spot.words;
        (uid, Seen { area: spot.area, state, shape, element: spot.element })
    }))
}

fn play(
    memory: &RefCell<Memory>,
    stage: &HtmlElement,
    (ghosts, seats): (&HtmlElement, &HtmlElement),
    pace: Pace,
) {
    let Memory { pods: now, running, ghosts: fading, started, layout: laid } =
        &mut *memory.borrow_mut();
    let before = std::mem::replace(now, look(stage));
    let now = &*now;
    if !std::mem::replace(started, true) {
        return;
    }
    // Cards keep to their nodes when columns come, go or change their width.
    let layout = layout(stage);
    let is_laid_anew = std::mem::replace(laid, layout.clone()) != layout;
    let moved =
        |uid: &String, seen: &Seen| before.get(uid).is_some_and(|old| old.area != seen.area);
    let arrivals = now.iter().filter(|(uid, seen)| !before.contains_key(*uid) || moved(uid, seen));
    let changed = arrivals.count() + before.keys().filter(|uid| !now.contains_key(*uid)).count();
    if changed > if pace == Pace::Fade { FADES_MAX } else { CHANGES_MAX } {
        for animation in std::mem::take(running).into_values() {
            animation.cancel();
        }
        for (ghost, _) in fading.drain(..) {
            ghost.remove();
        }
        return;
    }
    // All that is read is read before anything is set in motion: a place that is asked for in
    // between makes the browser lay out the page once more.
    let is_new = |(uid, _): &(&String, &Seen)| pace == Pace::Travel && !before.contains_key(*uid);
    let heads = now.iter().filter(is_new);
    let heads: BTreeMap<&String, Area> =
        gather(heads.filter_map(|(uid, seen)| Some((uid, lane_head(&seen.element, stage)?))));
    for (uid, seen) in now {
        let animation = match before.get(uid) {
            None => {
                if seen.shape == "b" && pace != Pace::Still {
                    lay_seat(seats, seen.area);
                }
                appear(seen, heads.get(uid), pace)
            }
            Some(old) if old.area != seen.area && is_laid_anew => None,
            Some(old) if old.area != seen.area => travel(old, seen, pace),
            Some(old) if old.state != seen.state => become_ready(seen, pace),
            Some(_) => None,
        };
        if let Some(animation) = animation {
            // One animation an object: the newer event replaces the older one.
            if let Some(older) = running.insert(uid.clone(), animation) {
                older.cancel();
            }
        }
    }
    // Whoever takes a seat takes it alone: what still fades there goes at once. So it does under
    // a neighbour who moved there and does not cover it.
    let arrived: Vec<&Area> = now
        .iter()
        .filter(|(uid, _)| !before.contains_key(*uid))
        .map(|(_, seen)| &seen.area)
        .collect();
    let has_ghosts = !fading.is_empty() || before.keys().any(|uid| !now.contains_key(uid));
    let clear = now.values().filter(|seen| has_ghosts && is_clear(seen));
    let clear: Vec<&Area> = gather(clear.map(|seen| &seen.area));
    let is_taken = |area: &Area| arrived.iter().chain(&clear).any(|one| one.overlaps(area));
    for (uid, seen) in before.iter().filter(|(uid, _)| !now.contains_key(*uid)) {
        running.remove(uid);
        if !is_taken(&seen.area) {
            fading.extend(leave(seen, ghosts, pace).map(|ghost| (ghost, seen.area)));
        }
    }
    fading.retain(|(ghost, area)| {
        if is_taken(area) {
            ghost.remove();
        }
        ghost.is_connected()
    });
    let alive: BTreeSet<&String> = gather(now.keys());
    running.retain(|uid, _| alive.contains(uid));
}

/// Whether what lies under a Pod shows through it: it has no ground, or is a glyph alone.
fn is_clear(seen: &Seen) -> bool {
    let is_chip = seen.shape == "b" && seen.element.class_name().contains("podwrap--chip");
    is_dot(seen) || is_chip || seen.state == "terminating"
}

fn is_dot(seen: &Seen) -> bool {
    seen.element.class_name().contains("podwrap--dot")
}

/// What decides where the columns stand.
fn layout(stage: &HtmlElement) -> String {
    let style = stage.get_attribute("style").unwrap_or_default();
    let columns = style.split(';').next().unwrap_or_default();
    let order = stage.get_attribute("data-order").unwrap_or_default();
    format!("{} {} {columns} {order}", stage.offset_width(), stage.class_name())
}

/// A Pod is made: a stateless one comes out of its lane's head, a stateful one fills its seat from
/// the ordinal outward.
fn appear(seen: &Seen, head: Option<&Area>, pace: Pace) -> Option<Animation> {
    let element: &Element = &seen.element;
    match (pace, seen.shape.as_str()) {
        (Pace::Still, _) => flash(element),
        (Pace::Fade, _) => {
            animate(element, &[&[("opacity", "0")], &[("opacity", "1")]], T_FADE, OUT)
        }
        (Pace::Travel, "b") => animate(
            element,
            &[
                &[("clipPath", "inset(-20px 80% -20px -20px)"), ("opacity", "0")],
                &[("clipPath", "inset(-20px)"), ("opacity", "1")],
            ],
            T_MOVE,
            OUT,
        ),
        (Pace::Travel, _) => {
            let way = head.map_or_else(String::new, |from| {
                let (x, y) = (from.middle() - seen.area.middle(), from.top + 40 - seen.area.top);
                format!("translate({x}px,{y}px) ")
            });
            animate(
                element,
                &[
                    &[("transform", &format!("{way}scale(.8)")), ("opacity", "0")],
                    &[("transform", "none"), ("opacity", "1")],
                ],
                T_MOVE,
                OUT,
            )
        }
    }
}

/// The seat under a Pod that fills it: it was empty for a moment, and not gone.
fn lay_seat(seats: &HtmlElement, Area { left, top, width, height }: Area) {
    let Ok(seat) = gloo::utils::document().create_element("i") else { return };
    let spot = format!("left:{left}px;top:{top}px;width:{width}px;height:{height}px");
    seat.set_attribute("style", &spot).ok();
    if seats.append_child(&seat).is_ok() {
        let frame: &[(&str, &str)] = &[("opacity", "1")];
        vanish(&seat, animate(&seat, &[frame, frame], T_MOVE, OUT));
    }
}

/// Where the Pod's lane begins.
fn lane_head(pod: &HtmlElement, stage: &HtmlElement) -> Option<Area> {
    let row = pod.closest("[data-lane]").ok().flatten()?;
    let head = row.query_selector(".laneslot").ok().flatten()?.dyn_into::<HtmlElement>().ok()?;
    Some(area(&head, stage))
}

/// A Pod gets a node, or its neighbours make room.
fn travel(old: &Seen, seen: &Seen, pace: Pace) -> Option<Animation> {
    if pace != Pace::Travel || seen.area.width == 0 || old.area.width == 0 {
        return None;
    }
    let (x, y) = (old.area.left - seen.area.left, old.area.top - seen.area.top);
    let scale = f64::from(old.area.width) / f64::from(seen.area.width);
    let is_neighbour = old.element == seen.element;
    let resized = (scale - 1.0).abs() > 0.02 && !is_neighbour;
    let scale = if resized { format!(" scale({scale:.3})") } else { String::new() };
    if resized {
        seen.element.style().set_property("transform-origin", "0 0").ok();
    }
    let from = format!("translate({x}px,{y}px){scale}");
    // In a crowd everyone moves up by one place whenever someone goes: a step, and no way to follow.
    let time = if is_neighbour && is_dot(seen) { T_FADE } else { T_MOVE };
    animate(&seen.element, &[&[("transform", &from)], &[("transform", "none")]], time, MOVE)
}

/// The ring closes into a disc.
fn become_ready(seen: &Seen, pace: Pace) -> Option<Animation> {
    if pace != Pace::Travel || seen.state != "ready" {
        return None;
    }
    let glyph = seen.element.query_selector(".pod__glyph,.dotpod--ready").ok().flatten()?;
    animate(
        &glyph,
        &[
            &[("transform", "scale(.45)"), ("opacity", ".3")],
            &[("transform", "none"), ("opacity", "1")],
        ],
        T_STATE,
        OUT,
    )
}

/// A Pod is gone: a stateless one shrinks to nothing, a stateful one fades off its seat.
fn leave(seen: &Seen, ghosts: &HtmlElement, pace: Pace) -> Option<HtmlElement> {
    if pace == Pace::Still || seen.area.width == 0 {
        return None;
    }
    let copy = seen.element.clone_node_with_deep(true).ok()?;
    let ghost = copy.dyn_into::<HtmlElement>().ok()?;
    for name in ["data-pod", "data-nav"] {
        ghost.remove_attribute(name).ok();
    }
    for part in all(&ghost, "[data-nav],[data-wired]") {
        part.remove_attribute("data-nav").ok();
        part.remove_attribute("data-wired").ok();
        part.remove_attribute("data-selected").ok();
    }
    for button in all(&ghost, ".pod__deeds button") {
        button.remove();
    }
    let Area { left, top, width, height } = seen.area;
    let spot = format!("left:{left}px;top:{top}px;width:{width}px;height:{height}px");
    ghost.set_attribute("style", &spot).ok();
    ghosts.append_child(&ghost).ok();
    let end: &[(&str, &str)] = match (pace, seen.shape.as_str()) {
        (Pace::Travel, "a") => &[("transform", "scale(0)"), ("opacity", "0")],
        _ => &[("opacity", "0")],
    };
    let start: &[(&str, &str)] = &[("transform", "none"), ("opacity", "1")];
    let duration = match (pace, seen.shape.as_str()) {
        (Pace::Travel, "a") => T_MOVE,
        (Pace::Travel, _) => T_STATE,
        _ => T_FADE,
    };
    vanish(&ghost, animate(&ghost, &[start, end], duration, IN));
    Some(ghost)
}

/// Takes an element off the page once its last animation is over.
pub(super) fn vanish(element: &Element, animation: Option<Animation>) {
    let gone = element.clone();
    match animation {
        Some(animation) => {
            let end = Closure::once_into_js(move || gone.remove());
            animation.set_onfinish(end.dyn_ref());
        }
        None => gone.remove(),
    }
}

fn flash(element: &Element) -> Option<Animation> {
    let ring = [("outline", "2px solid var(--line-ui)")];
    let none = [("outline", "2px solid transparent")];
    animate(element, &[&ring, &none], T_STATE, OUT)
}

/// Starts an animation between keyframes of CSS properties.
pub(super) fn animate(
    element: &Element,
    frames: &[&[(&str, &str)]],
    duration_ms: f64,
    easing: &str,
) -> Option<Animation> {
    let keyframes: js_sys::Array = frames
        .iter()
        .map(|frame| object(frame.iter().map(|(name, value)| (*name, JsValue::from_str(value)))))
        .collect();
    let options = object([
        ("duration", JsValue::from_f64(duration_ms)),
        ("easing", JsValue::from_str(easing)),
    ]);
    // `animate` is reached by name, since the bindings still count its options as unstable.
    let animate = js_sys::Reflect::get(element, &JsValue::from_str("animate")).ok()?;
    let animation =
        animate.dyn_into::<js_sys::Function>().ok()?.call2(element, &keyframes, &options);
    animation.ok()?.dyn_into().ok()
}

fn object<'a>(entries: impl IntoIterator<Item = (&'a str, JsValue)>) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in entries {
        // Setting a property of a fresh plain object can't fail.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), &value);
    }
    object.into()
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn nothing_travels_above_twenty_times_or_with_reduced_motion() {
        assert_eq!(Pace::of(4, false), Pace::Travel);
        assert_eq!(Pace::of(80, false), Pace::Travel);
        assert_eq!(Pace::of(400, false), Pace::Fade);
        assert_eq!(Pace::of(4, true), Pace::Still);
    }
}
