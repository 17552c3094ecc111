//! Wires between Pods and disks, and rails from Services to Pods, drawn where things really are.
//!
//! Owns the two drawings over and under the Pods. It must not know why a wire is there. Invariant:
//! every wire ends at its Pod's card and its disk as they are laid out now.

use super::measure::{Area, all, area, spots, spots_in};
use super::motion::{Pace, animate, vanish};
use super::routes::{Ask, Ground};
use crate::list::keyed;
use podium::base::gather;
use podium::view::stage::{LaneView, Level, Link, ObjectRef, StageView, Text, is_wired_densely};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Animation, Element, HtmlElement, SvgGeometryElement};
use yew::prelude::*;

/// What has a place in a cell.
const STANDING: &str = ".cell [data-pod],.seat--empty,.chip--slot,.dotseat,.trace";
/// What stands for the Pods of a lane that has many.
const CROWDED: &str = ".cell:has([data-pod])";
/// The free room below a card, and below what is smaller.
const BELOW_CARD: i32 = 6;
const BELOW_CHIP: i32 = 3;
const T_WIRE: f64 = 420.0;
const EASE: &str = "cubic-bezier(.45,.05,.15,1)";

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) root: NodeRef,
    pub(crate) view: Rc<StageView>,
    pub(crate) selected: Option<ObjectRef>,
    /// Everything else that changes the layout: the room and the levels of the lanes.
    pub(crate) layout: (u32, u32, Vec<Level>),
    pub(crate) narrow: bool,
    pub(crate) pace: Pace,
}

/// A wire as it is drawn.
#[derive(Clone, Debug, PartialEq)]
struct Wire {
    key: String,
    path: String,
    from: (i32, i32),
    to: (i32, i32),
    link: Link,
    /// What the plug at the disk shows: the same for all wires of a disk.
    at_disk: Link,
    thin: bool,
    /// Whether its Pod is out of reach, so that nothing on the way there moves.
    still: bool,
    plugged: bool,
    /// Whether its Pod or its disk is selected.
    picked: bool,
}

/// A rail as it is drawn.
#[derive(Clone, Debug, PartialEq)]
struct Rail {
    key: Text,
    from: i32,
    to: i32,
    y: i32,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Geometry {
    width: i32,
    height: i32,
    wires: Vec<Wire>,
    rails: Vec<Rail>,
    /// Whether everything stands elsewhere because the stage was laid out anew: then nothing
    /// travels, since the way from there to here would lead across the cards.
    is_anew: bool,
}

/// Wires and rails.
#[component]
pub(crate) fn Wires(props: &Props) -> Html {
    let geometry = use_state_eq(Geometry::default);
    let lines = use_node_ref();
    {
        let set = geometry.setter();
        let root = props.root.clone();
        let (view, selected, narrow) = (props.view.clone(), props.selected.clone(), props.narrow);
        let levels = props.layout.2.clone();
        let order: Vec<Text> = view.lanes.iter().map(|lane| lane.uid.clone()).collect();
        let laid = (props.layout.clone(), narrow, view.nodes.len(), order);
        let (before, last) = ((*geometry).clone(), use_mut_ref(|| None));
        use_effect(move || {
            if let Some(root) = root.cast::<HtmlElement>() {
                let mut next = measure(&root, &view, selected.as_ref(), &levels, narrow);
                let is_other = last.borrow_mut().replace(laid.clone()) != Some(laid);
                next.is_anew = is_other || (before.is_anew && before.wires == next.wires);
                set.set(next);
            }
        });
    }
    use_wire_motion(lines.clone(), (*geometry).clone(), props.pace);
    let Geometry { width, height, wires, rails, is_anew } = &*geometry;
    let view_box = format!("0 0 {width} {height}");
    let size = |class: &'static str| {
        (classes!(class, is_anew.then_some("is-anew")), width.to_string(), height.to_string())
    };
    let (under, w, h) = size("overlay overlay--under");
    let (over, ..) = size("overlay overlay--over");
    let (top, ..) = size("overlay overlay--top");
    let plugged = |is_picked: bool| {
        let wires = wires.iter().filter(move |wire| wire.plugged && wire.picked == is_picked);
        keyed(wires.map(plugs))
    };
    html! {<>
        <svg ref={lines} class={under} width={w.clone()} height={h.clone()} viewBox={view_box.clone()}
            aria-hidden="true">
            { for wires.iter().map(line) }
        </svg>
        <svg class={over} width={w.clone()} height={h.clone()} viewBox={view_box.clone()}
            aria-hidden="true">
            { keyed(rails.iter().map(rail)) }
            { plugged(false) }
        </svg>
        // A selected card lies over its neighbours' plugs, and its own lie over its ring.
        if wires.iter().any(|wire| wire.picked) {
            <svg class={top} width={w} height={h} viewBox={view_box} aria-hidden="true">
                { plugged(true) }
            </svg>
        }
    </>}
}

fn line(wire: &Wire) -> Html {
    let kind = match wire.link {
        Link::Mounted => "",
        Link::Waiting => "wire--wait",
        Link::Held => "wire--held",
    };
    html! {
        <path key={wire.key.clone()}
            class={classes!("wire", kind, wire.thin.then_some("wire--thin"), wire.still.then_some("wire--still"))}
            data-wire={wire.key.clone()} data-link={wire.link.name()} d={wire.path.clone()} />
    }
}

fn plugs(wire: &Wire) -> Html {
    let plug = |key: &'static str, link: Link, (x, y): (i32, i32)| {
        let class = match link {
            Link::Mounted => "wire__end",
            Link::Waiting => "wire__plug",
            Link::Held => "wire__end wire__end--held",
        };
        html! { <circle {key} {class} cx="0" cy="0" r="4"
        style={format!("transform:translate({x}px,{y}px)")} /> }
    };
    html! {
        <g key={wire.key.clone()}>
            { plug("pod", wire.link, wire.from) }{ plug("disk", wire.at_disk, wire.to) }
        </g>
    }
}

fn rail(rail: &Rail) -> Html {
    let Rail { key, from, to, y } = rail;
    html! {
        <g key={key.to_string()} class="rail-line">
            <path d={format!("M{from} {y}H{to}")} />
        </g>
    }
}

type Places = BTreeMap<String, Area>;

/// Where the Pods with a wire and the disks are, by UID.
fn places(root: &HtmlElement) -> (Places, Places) {
    let spots = spots(root, "[data-wired],[data-disk]", ["data-wired", "data-disk"]);
    let (pods, disks): (Vec<_>, Vec<_>) = spots
        .into_iter()
        .map(|spot| (spot.words, spot.area))
        .partition(|([_, disk], _)| disk.is_empty());
    let pods = pods.into_iter().map(|([pod, _], area)| (pod, area));
    (gather(pods), gather(disks.into_iter().map(|([_, disk], area)| (disk, area))))
}

fn measure(
    root: &HtmlElement,
    view: &StageView,
    selected: Option<&ObjectRef>,
    levels: &[Level],
    narrow: bool,
) -> Geometry {
    let (pods, disks) = if view.disks.is_empty() { <_>::default() } else { places(root) };
    // A Pod without a node has nothing to plug a disk into.
    let standing = view.lanes.iter().zip(levels).flat_map(|(lane, level)| {
        let pods = lane.pods.iter().filter(|pod| pod.node.is_some());
        pods.map(|pod| (&pod.uid, (*level, pod.is_out_of_reach())))
    });
    let standing: BTreeMap<&Text, (Level, bool)> = gather(standing);
    let (mut wires, mut asks) = (Vec::new(), Vec::new());
    let is_crowded = is_wired_densely(&view.disks);
    for disk in &view.disks {
        for user in &disk.users {
            let Some((level, still)) = standing.get(&user.uid) else { continue };
            let (Some(pod), Some(end)) = (pods.get(&*user.uid), disks.get(&*disk.uid)) else {
                continue;
            };
            let picked =
                selected.is_some_and(|object| *object == disk.object() || user.is(object, disk));
            let card = *level == Level::Card;
            let thin = !card && !picked && user.link == Link::Mounted;
            if is_crowded && thin {
                continue;
            }
            let from = (pod.middle(), pod.bottom());
            asks.push(Ask {
                from,
                below: if card { BELOW_CARD } else { BELOW_CHIP },
                disk: *end,
                is_local: disk.local_node.is_some(),
            });
            wires.push(Wire {
                key: format!("{}/{}", disk.uid, user.uid),
                path: String::new(),
                from,
                to: (end.middle(), end.top),
                link: user.link,
                at_disk: disk.state.link(),
                thin,
                still: *still,
                plugged: card || picked,
                picked,
            });
        }
    }
    let rows = all(root, "[data-lane]");
    if !wires.is_empty() {
        let paths =
            ground(root, &rows, view, levels, &disks).with_columns(root, &asks).routes(&asks);
        for (wire, path) in wires.iter_mut().zip(paths) {
            wire.path = path;
        }
    }
    let rails = if narrow { Vec::new() } else { rails(root, &rows, view, levels) };
    let (width, height) = (root.offset_width(), root.offset_height());
    Geometry { width, height, wires, rails, is_anew: false }
}

/// What stands on the stage for a wire to go round, in the lanes from the first with a wire on.
/// Where many Pods stand and none is wired their cells do, for each place that is read costs time.
fn ground(
    root: &HtmlElement,
    rows: &[HtmlElement],
    view: &StageView,
    levels: &[Level],
    disks: &Places,
) -> Ground {
    let is_wired = |lane: &LaneView| {
        let mut users = view.disks.iter().flat_map(|disk| &disk.users);
        users.any(|user| lane.pods.iter().any(|pod| pod.uid == user.uid))
    };
    let lanes = view.lanes.iter().zip(levels).zip(rows);
    let lanes = lanes.map(|((lane, level), row)| (is_wired(lane), *level, row));
    let mut blocks = Vec::new();
    for (is_wired, level, row) in lanes.skip_while(|(is_wired, ..)| !is_wired) {
        let what = if is_wired || level == Level::Card { STANDING } else { CROWDED };
        blocks.extend(spots_in(root, row, what, []).into_iter().map(|spot| spot.area));
    }
    let (on_shelf, in_nodes): (Vec<_>, Vec<_>) = view
        .disks
        .iter()
        .filter_map(|disk| Some((disk, disks.get(&*disk.uid)?)))
        .partition(|(disk, _)| disk.local_node.is_none());
    blocks.extend(in_nodes.iter().map(|(_, area)| **area));
    let shelf = on_shelf.iter().map(|(_, area)| area.top).min().unwrap_or(i32::MAX);
    Ground { columns: Vec::new(), blocks, shelf }
}

impl Ground {
    /// With the columns, if a wire must go round something.
    fn with_columns(mut self, root: &HtmlElement, asks: &[Ask]) -> Self {
        if asks.iter().any(|ask| self.is_in_way(ask)) {
            let columns = spots(root, ".nodeslot", []);
            self.columns = columns.into_iter().map(|spot| spot.area).collect();
        }
        self
    }
}

/// A rail from the lane's head to the last column whose Pods the Service reaches.
fn rails(
    root: &HtmlElement,
    rows: &[HtmlElement],
    view: &StageView,
    levels: &[Level],
) -> Vec<Rail> {
    let mut rails = Vec::new();
    for ((lane, level), row) in view.lanes.iter().zip(levels).zip(rows) {
        if *level != Level::Card || !lane.is_reached() {
            continue;
        }
        let head = all(row, ".laneslot").first().map(|head| area(head, root));
        let serving = all(row, ".cell--a")
            .into_iter()
            .filter(|cell| cell.query_selector(".pod").ok().flatten().is_some())
            .map(|cell| area(&cell, root))
            .next_back();
        if let Some((head, cell)) = head.zip(serving) {
            rails.push(Rail {
                key: lane.uid.clone(),
                from: head.left + head.width - 22,
                to: cell.left + 9,
                y: cell.top - 4,
            });
        }
    }
    rails
}

/// Lets a wire grow from its disk when it is attached and draw back when it is let go.
#[hook]
fn use_wire_motion(lines: NodeRef, geometry: Geometry, pace: Pace) {
    let memory = use_mut_ref(BTreeMap::<String, (Element, Link)>::new);
    use_effect_with(geometry, move |_| {
        let Some(lines) = lines.cast::<Element>() else { return };
        let now = drawn(&lines);
        let before = std::mem::replace(&mut *memory.borrow_mut(), now.clone());
        if pace != Pace::Travel || before.is_empty() {
            return;
        }
        for (key, (wire, link)) in &now {
            let was = before.get(key).map(|(_, link)| *link);
            if *link == Link::Mounted && was != Some(Link::Mounted) {
                grow(wire);
            }
        }
        for (key, (wire, link)) in &before {
            if *link == Link::Mounted && !now.contains_key(key) {
                draw_back(wire, &lines);
            }
        }
    });
}

fn drawn(lines: &Element) -> BTreeMap<String, (Element, Link)> {
    let mut drawn = BTreeMap::new();
    if let Ok(found) = lines.query_selector_all("[data-wire]") {
        for wire in (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<Element>().ok()) {
            let link = match wire.get_attribute("data-link").as_deref() {
                Some("waiting") => Link::Waiting,
                Some("held") => Link::Held,
                _ => Link::Mounted,
            };
            drawn.insert(wire.get_attribute("data-wire").unwrap_or_default(), (wire, link));
        }
    }
    drawn
}

fn length(wire: &Element) -> f32 {
    wire.dyn_ref::<SvgGeometryElement>().map_or(0.0, SvgGeometryElement::get_total_length)
}

fn grow(wire: &Element) {
    let length = length(wire);
    slide(wire, length, &format!("-{length}"), "0");
}

fn draw_back(wire: &Element, lines: &Element) {
    let Some(ghost) = wire.clone_node().ok().and_then(|copy| copy.dyn_into::<Element>().ok())
    else {
        return;
    };
    ghost.remove_attribute("data-wire").ok();
    lines.append_child(&ghost).ok();
    let length = length(&ghost);
    let animation = slide(&ghost, length, "0", &format!("-{length}"));
    vanish(&ghost, animation);
}

/// Moves one dash as long as the wire along it: out of sight toward the disk, or back.
fn slide(wire: &Element, length: f32, from: &str, to: &str) -> Option<Animation> {
    let dash = format!("{length} {length}");
    let frame = |offset| [("strokeDasharray", dash.as_str()), ("strokeDashoffset", offset)];
    let (from, to) = (frame(from), frame(to));
    animate(wire, &[&from, &to], T_WIRE, EASE)
}
