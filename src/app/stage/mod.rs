//! The stage: lanes of Pods across the nodes they run on, and the disks below.
//!
//! Owns how the stage is laid out and which part gets what. It must not know the engine: it draws
//! a `StageView` and reports a `StageAction`. Invariant: what is drawn follows from the view, the
//! room and the reader's choice of detail; nothing is drawn that the view doesn't say.

mod acts;
mod cell;
mod control_plane;
mod disk;
mod drag;
mod drawing;
mod glyph;
mod keyboard;
mod lane_head;
mod measure;
mod motion;
mod node_head;
mod nodes;
mod pod;
mod routes;
mod setting;
mod shelf;
mod tray;
mod wires;
mod zoom_row;

pub(crate) use control_plane::ControlPlane;
pub(crate) use drawing::{ALERT, KEPT, LOCK, NEW, OUT, can, icon};
pub(crate) use glyph::Glyph;
pub(crate) use motion::Pace;
pub(crate) use nodes::Nodes;
pub(crate) use pod::{named, short};

use crate::list::keyed;
use crate::turns::{Crowd, FEW, Turns, use_turns};
use cell::Cell;
use disk::Disk;
use lane_head::LaneHead;
use node_head::NodeHead;
use podium::base::gather;
use podium::view::Identity;
use podium::view::stage::seating;
use podium::view::stage::zoom::{Room, chips_abreast};
use podium::view::stage::{
    Detail, DiskView, LaneView, Level, NodeView, ObjectRef, StageAction, StageView, Text,
};
use podium::view::words::{Lang, stage as phrases};
use setting::Setting;
use shelf::{Place, ToCome};
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::HtmlElement;
use wires::Wires;
use yew::prelude::*;
use zoom_row::{Sample, ZoomRow};

/// Below this width lane heads become bands.
const NARROW_PX: u32 = 620;
/// Above this many nodes the stage scrolls sideways.
const NODES_ABREAST: usize = 4;
/// The same where lane heads are bands.
const NODES_ABREAST_NARROW: usize = 3;
/// The least width of a column with its gap where the stage scrolls.
const COLUMN_PX: u32 = 138;
/// The same where lane heads are bands.
const COLUMN_NARROW_PX: u32 = 118;
/// A disk is no wider than this where the stage is wider than the screen.
const DISK_WIDE_PX: u32 = 192;
/// A disk with its gap that has less room than this is drawn small.
const DISK_LARGE_PX: u32 = 110;
/// Above this many disks of one node only the can and the name fit.
const LOCALS_LARGE: usize = 3;
/// The lane heads with their gap.
const LANE_HEAD_PX: u32 = 184;
/// A cell's edges and the gap beside its column.
const CELL_EDGES_PX: u32 = 22;
/// The same where the stage is small.
const SMALL_NARROW_PX: u32 = 500;
const LANE_HEAD_SMALL_PX: u32 = 92;
const AROUND_SMALL_PX: u32 = 118;
/// Over how many screens a lane may go on a phone before its Pods become dots.
const FINGERS_SCREENS: u32 = 2;
/// A cell's height is taken to be at least this.
const LEAST_PX: u32 = 150;
const LEAST_SMALL_PX: u32 = 96;
/// A dot of a folded lane with its gap.
const DOT_PX: u32 = 18;
/// So many cards of a lane are drawn in one frame without holding the page up.
const CARDS_FEW: usize = 20;
/// How many lanes are drawn before the reader asks for more.
const LANES_MAX: usize = 40;
/// A folded lane.
const FOLDED_PX: u32 = 34;
/// What stands above and below the lanes: strip, heads, shelf and the before-and-after panel.
const AROUND_PX: u32 = 396;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<StageView>,
    pub(crate) lang: Lang,
    #[prop_or_default]
    pub(crate) selected: Option<ObjectRef>,
    /// How much room the page gives it.
    #[prop_or_default]
    pub(crate) form: Form,
    #[prop_or_default]
    pub(crate) pace: Pace,
    pub(crate) on_action: Callback<StageAction>,
}

/// The stage.
#[component]
pub(crate) fn Stage(props: &Props) -> Html {
    let (root, ghosts, seats) = (use_node_ref(), use_node_ref(), use_node_ref());
    let detail = use_state_eq(Detail::default);
    let menu = use_state_eq(|| None::<Text>);
    let memory = use_mut_ref(BTreeMap::<Text, Level>::new);
    let room = measure::use_room(root.clone());
    let lanes_max = use_state_eq(|| LANES_MAX);
    let view = use_memo((props.view.clone(), *lanes_max), |(view, most)| first(view, *most));
    let (view, rest) = (&*view, props.view.lanes.len().saturating_sub(*lanes_max));
    let pods = view.pods();
    let small = props.form == Form::Small;
    let narrow_px = if small { SMALL_NARROW_PX } else { NARROW_PX };
    let narrow = props.form == Form::Bands || (1..narrow_px).contains(&room.0);
    let shape = Shape { room, narrow, small };
    let seated = use_memo(view.clone(), |view| seating::seated(view));
    let levels = levels(&seated, shape, *detail, &mut memory.borrow_mut());
    let view = &*use_memo((view.clone(), seated, levels.clone()), with_seats);
    let crowds = use_mut_ref(Crowds::default);
    let crowd = crowds.borrow_mut().of(view, &levels);
    let is_of_cards = |(lane, level): (&Rc<LaneView>, &Level)| {
        *level == Level::Card && lane.pods.len() > CARDS_FEW
    };
    let is_of_cards = view.lanes.iter().zip(&levels).any(is_of_cards);
    let sized = if is_of_cards { Crowd::of_cards } else { Crowd::of_pods };
    // Before the room is known nobody knows how many Pods have room for a card.
    let turns = use_turns((props.lang, crowd), sized(pods), room.0 > 0);
    let layers = (ghosts.clone(), seats.clone());
    motion::use_motion(root.clone(), layers, props.pace, turns.are_over());
    let on_focus = keyboard::use_roving(root.clone(), turns.are_over());
    let on_key = use_callback(
        (view.clone(), props.on_action.clone(), root.clone(), menu.setter()),
        |event: KeyboardEvent, (view, on_action, root, menu)| {
            on_key(&event, view, on_action, root, menu);
        },
    );
    let on_menu = {
        let menu = menu.setter();
        use_callback((), move |node, ()| menu.set(node))
    };
    let setting = Setting { lang: props.lang, on_action: props.on_action.clone() };
    let (drag, hands) = drag::use_lane_drag(root.clone(), view.clone(), props.on_action.clone());
    keyboard::use_lane_focus(root.clone(), view.clone());
    let dots = (shape.column(view) / DOT_PX).max(1);
    // A phone's chips have the room of a finger, and before anything is laid out there is none to go by.
    let abreast = (!narrow && room.0 > 0).then(|| chips_abreast(shape.column(view)).max(1));
    let small_disks = shape.has_small_disks(view);
    let are_disks_mixed = shelf::is_mixed(view);
    let grid = Grid {
        props,
        view,
        setting: &setting,
        levels: &levels,
        turns,
        crowd,
        narrow,
        small_disks,
        are_disks_mixed,
        disk_px: shape.disk(view),
        dots,
        chips: abreast,
        drag: drag.as_ref(),
    };
    let mut shown = view.lanes.iter().zip(&levels).filter(|(lane, _)| !lane.is_folded);
    let crowded = shown.any(|(_, level)| *level != Level::Card) || *detail != Detail::Auto;
    let sample = sample(view, &levels);
    let is_sampled =
        |lane: &&Rc<LaneView>| sample == Some(Sample::Chip(is_stateful(lane))) || sample.is_none();
    let rollouts = view.lanes.iter().filter(|lane| lane.revisions.len() > 1).filter(is_sampled);
    let nodes_abreast = if narrow { NODES_ABREAST_NARROW } else { NODES_ABREAST };
    let wide = view.nodes.len() > nodes_abreast;
    html! {
        <ContextProvider<Setting> context={setting.clone()}>
            <div class={classes!("stagewrap", wide.then_some("stagewrap--wide"))}>
                <div ref={root.clone()} role="grid" aria-label={setting.words().stage}
                    class={classes!("stage", narrow.then_some("stage--narrow"), small.then_some("stage--small"), wide.then_some("stage--wide"), drag.is_some().then_some("is-dragging"))}
                    data-order={grid.order()}
                    onpointerdown={hands.down} onpointermove={hands.moved} onpointerup={hands.up}
                    onpointercancel={hands.cancel} data-pace={props.pace.name()} style={grid.style()} onkeydown={on_key}
                    onfocusin={on_focus.clone()} onfocusout={on_focus}>
                    { grid.backs() }
                    <div ref={seats} class="seats" aria-hidden="true"></div>
                    { grid.heads(menu.as_ref(), &on_menu) }
                    { keyed(grid.lanes()) }
                    { grid.locals() }
                    { grid.shelf() }
                    { grid.of_gone_nodes() }
                    <Wires root={root.clone()} view={view.clone()} selected={props.selected.clone()}
                        layout={(room.0, room.1, levels.clone())} {narrow} pace={props.pace} />
                    <div ref={ghosts} class="ghosts" aria-hidden="true"></div>
                    if let Some(drag) = &drag {
                        <div class="dropline" aria-hidden="true" style={format!("top:{}px", drag.line)}></div>
                    }
                </div>
            </div>
            { more_lanes(props.lang, rest, &lanes_max) }
            if crowded {
                <ZoomRow detail={*detail} {sample} rollout={rollouts.map(|lane| lane.newest()).max()} states={states(view)}
                    on_detail={{ let set = detail.setter(); move |chosen| set.set(chosen) }} />
            }
        </ContextProvider<Setting>>
    }
}

fn on_key(
    event: &KeyboardEvent,
    view: &StageView,
    on_action: &Callback<StageAction>,
    root: &NodeRef,
    menu: &UseStateSetter<Option<Text>>,
) {
    let Some(root) = root.cast::<HtmlElement>() else { return };
    match keyboard::ask(event, &root, view) {
        None => return,
        Some(keyboard::Asked::Act(action)) => {
            menu.set(None);
            on_action.emit(action);
        }
        Some(keyboard::Asked::Menu(node)) => menu.set(Some(node)),
        Some(keyboard::Asked::Done) => {}
    }
    // The page has keys of its own; this one is spoken for.
    event.prevent_default();
    event.stop_propagation();
}

/// The stage with its first lanes only; every disk has its lane.
fn first(view: &Rc<StageView>, shown: usize) -> Rc<StageView> {
    if view.lanes.len() <= shown {
        return view.clone();
    }
    let mut view = StageView::clone(view);
    let hidden = view.lanes.split_off(shown);
    view.disks.retain(|disk| hidden.iter().all(|lane| lane.uid != disk.lane));
    Rc::new(view)
}

/// The names of the states that Pods have, each once; what pulls no image fails too.
fn states(view: &StageView) -> Vec<&'static str> {
    let mut names = Vec::new();
    for pod in view.lanes.iter().flat_map(|lane| &lane.pods) {
        // Those that look the same as chips.
        let name = match pod.state.name() {
            "imagepull" => "crash",
            "init" => "creating",
            name => name,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn is_stateful(lane: &LaneView) -> bool {
    lane.identity() == Identity::Stateful
}

/// What stands for most Pods that are smaller than cards: round chips before square ones, and
/// those before dots.
fn sample(view: &StageView, levels: &[Level]) -> Option<Sample> {
    let lanes = view.lanes.iter().zip(levels).filter(|(lane, _)| !lane.is_folded);
    let samples = lanes.filter_map(|(lane, level)| match level {
        Level::Card => None,
        Level::Chip => Some(Sample::Chip(is_stateful(lane))),
        Level::Dot => Some(Sample::Dot(is_stateful(lane))),
    });
    samples.min_by_key(|sample| match sample {
        Sample::Chip(is_square) => (false, *is_square),
        Sample::Dot(is_square) => (true, *is_square),
    })
}

/// How many lanes are left out, and the way to more of them.
fn more_lanes(lang: Lang, rest: usize, lanes_max: &UseStateHandle<usize>) -> Html {
    if rest == 0 {
        return Html::default();
    }
    let (set, next) = (lanes_max.setter(), **lanes_max + LANES_MAX);
    let show = Callback::from(move |_: MouseEvent| set.set(next));
    html! {
        <p class="morelanes">
            { phrases::more_lanes(lang, rest) }
            <button type="button" class="btn" onclick={show}>
                { phrases::show_more(lang, rest.min(LANES_MAX)) }
            </button>
        </p>
    }
}

/// The stage with seats to come in the columns where Pods are drawn small; beside whole cards they
/// would take more room than they tell.
fn with_seats(
    (view, seated, levels): &(Rc<StageView>, Rc<StageView>, Vec<Level>),
) -> Rc<StageView> {
    let is_small = |(at, lane): (usize, &Rc<LaneView>)| {
        levels[at] != Level::Card && !Rc::ptr_eq(lane, &seated.lanes[at])
    };
    if !view.lanes.iter().enumerate().any(is_small) {
        return view.clone();
    }
    let lanes = view.lanes.iter().zip(&seated.lanes).zip(levels);
    let lane = |((lane, seated), level): ((&Rc<LaneView>, &Rc<LaneView>), &Level)| {
        if *level == Level::Card { lane.clone() } else { seated.clone() }
    };
    Rc::new(StageView { lanes: lanes.map(lane).collect(), ..StageView::clone(view) })
}

/// How much stands in each column of a lane.
fn fill(view: &StageView, lane: &LaneView) -> impl Iterator<Item = u32> {
    view.nodes.iter().map(|node| {
        let here = |at: &Option<Text>| at.as_ref() == Some(&node.name);
        let pods = lane.pods.iter().filter(|pod| here(&pod.node)).count();
        let all = pods + lane.seats.iter().filter(|seat| here(&seat.node)).count();
        u32::try_from(all).unwrap_or(u32::MAX)
    })
}

/// The level of each lane, by the room of its fullest cell.
fn levels(
    view: &StageView,
    shape: Shape,
    detail: Detail,
    memory: &mut BTreeMap<Text, Level>,
) -> Vec<Level> {
    let fixed = match detail {
        Detail::Fixed(level) => Some(level),
        // Nothing is laid out yet, so there is no room to go by.
        Detail::Auto => (shape.room.0 == 0).then_some(Level::Card),
    };
    if let Some(level) = fixed {
        let level = |lane: &Rc<LaneView>| if lane.is_folded { Level::Dot } else { level };
        return view.lanes.iter().map(level).collect();
    }
    let count = |amount: usize| u32::try_from(amount).unwrap_or(u32::MAX);
    let folded = count(view.lanes.iter().filter(|lane| lane.is_folded).count());
    let lanes = (count(view.lanes.len()) - folded).max(1);
    let column = shape.column(view);
    let around = if shape.small { AROUND_SMALL_PX } else { AROUND_PX };
    let lines = around + folded * FOLDED_PX;
    let spare = if shape.narrow { 0 } else { shape.room.2.saturating_sub(lines) / lanes };
    let least = if shape.small { LEAST_SMALL_PX } else { LEAST_PX };
    let for_fingers = shape.narrow.then(|| shape.room.2.max(least) * FINGERS_SCREENS);
    let level = |lane: &Rc<LaneView>| {
        if lane.is_folded {
            return (lane.uid.clone(), Level::Dot);
        }
        let pods = fill(view, lane).max().unwrap_or(0);
        let room = Room { width: column, height: spare.clamp(least, 420), pods, for_fingers };
        let now = memory.get(&lane.uid).copied().unwrap_or_default();
        (lane.uid.clone(), room.level(lane.identity() == Identity::Stateful, now))
    };
    let levels: Vec<(Text, Level)> = view.lanes.iter().map(level).collect();
    // A lane that is unfolded finds the level it had.
    let folded = |uid: &Text| view.lanes.iter().any(|lane| lane.uid == *uid && lane.is_folded);
    memory.retain(|uid, _| folded(uid));
    memory.extend(levels.iter().filter(|(uid, _)| !folded(uid)).cloned());
    levels.into_iter().map(|(_, level)| level).collect()
}

/// How much room the page gives the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lane heads beside the cells, everything on the cards.
    #[default]
    Full,
    /// Lane heads beside the cells, only what tells things apart on the cards.
    Small,
    /// Lane heads are bands.
    Bands,
}

/// Which crowd is on the stage: another one when Pods are drawn in another size, or when many come
/// at once because time leaps or their lane is unfolded.
#[derive(Default)]
struct Crowds {
    number: u32,
    pods: usize,
    levels: BTreeMap<Text, Level>,
}

impl Crowds {
    fn of(&mut self, view: &StageView, levels: &[Level]) -> u32 {
        let shown = view.lanes.iter().filter(|lane| !lane.is_folded);
        let pods = shown.map(|lane| lane.pods.len()).sum();
        let leaps = self.pods <= FEW && pods > 2 * FEW;
        let lanes = view.lanes.iter().zip(levels);
        let is_other = |(lane, level): (&Rc<LaneView>, &Level)| {
            self.levels.get(&lane.uid).is_some_and(|before| before != level)
        };
        if leaps || lanes.clone().any(is_other) {
            self.number += 1;
        }
        self.levels = gather(lanes.map(|(lane, level)| (lane.uid.clone(), *level)));
        self.pods = pods;
        self.number
    }
}

/// The room and how it is used.
#[derive(Clone, Copy)]
struct Shape {
    room: (u32, u32, u32),
    narrow: bool,
    small: bool,
}

impl Shape {
    /// Whether the shelf has no room for the names of its disks.
    fn has_small_disks(self, view: &StageView) -> bool {
        let disks = u32::try_from(shelf::places(view).len()).unwrap_or(u32::MAX);
        let shelf = self.room.0.saturating_sub(self.head());
        // Nothing is laid out yet, so there is no room to go by.
        if self.room.0 == 0 { disks > 5 } else { shelf < disks.saturating_mul(DISK_LARGE_PX) }
    }

    /// How wide a disk on the shelf is; those in a node are about as wide.
    fn disk(self, view: &StageView) -> u32 {
        let disks = u32::try_from(shelf::places(view).len()).unwrap_or(u32::MAX).max(1);
        let disk = (self.room.0.saturating_sub(self.head()) / disks).saturating_sub(8);
        if view.nodes.len() > NODES_ABREAST { disk.min(DISK_WIDE_PX) } else { disk }
    }

    const fn head(self) -> u32 {
        match self {
            Shape { narrow: true, .. } => 0,
            Shape { small: true, .. } => LANE_HEAD_SMALL_PX,
            Shape { .. } => LANE_HEAD_PX,
        }
    }

    /// The width of a cell.
    fn column(self, view: &StageView) -> u32 {
        let nodes = u32::try_from(view.nodes.len()).unwrap_or(u32::MAX).max(1);
        // A stage that is wider than the screen is measured a moment after its nodes have come.
        let least = match view.nodes.len() {
            many if self.narrow && many > NODES_ABREAST_NARROW => COLUMN_NARROW_PX,
            many if !self.narrow && many > NODES_ABREAST => COLUMN_PX,
            _ => 0,
        };
        let column = (self.room.0.saturating_sub(self.head()) / nodes).max(least);
        column.saturating_sub(CELL_EDGES_PX).max(80)
    }
}

/// What is needed to lay out the grid.
struct Grid<'a> {
    props: &'a Props,
    view: &'a StageView,
    setting: &'a Setting,
    levels: &'a [Level],
    /// The language and the crowd that each Pod has come to.
    turns: Turns<(Lang, u32)>,
    /// The crowd that is on the stage now: see `Crowds`.
    crowd: u32,
    narrow: bool,
    small_disks: bool,
    /// Whether an ordinal alone does not say which disk is meant.
    are_disks_mixed: bool,
    /// The width of a disk on the shelf; nothing while nothing is laid out.
    disk_px: u32,
    /// How many Pods of a folded lane fit in a cell.
    dots: u32,
    /// How many stateful chips stand in a row of a cell, if that is known.
    chips: Option<u32>,
    drag: Option<&'a drag::Drag>,
}

impl Grid<'_> {
    fn view(&self) -> &StageView {
        self.view
    }

    /// The grid column of a node; the first one belongs to lane heads where they have one.
    fn column(&self, node: usize) -> usize {
        node + if self.narrow { 1 } else { 2 }
    }

    /// The grid row of a lane's Pods; the row above it is for its rail or its band.
    const fn row(lane: usize) -> usize {
        3 + lane * 2
    }

    fn end(&self) -> usize {
        // A cluster without workloads still shows its nodes.
        2 + (self.view().lanes.len() * 2).max(1)
    }

    fn style(&self) -> String {
        let lanes: String = self.view().lanes.iter().map(|lane| self.lane_rows(lane)).collect();
        let (nodes, disks) = (self.view().nodes.len().max(1), shelf::places(self.view()).len());
        let head = if self.narrow { "auto" } else { "minmax(var(--h-head), auto)" };
        let wire = match disks {
            _ if self.view().lanes.is_empty() => "3.25rem",
            0 => "8px",
            _ => "var(--h-wire,34px)",
        };
        let local = if self.has_local() { "auto " } else { "" };
        let disks = disks.max(1);
        format!(
            "--nodes:{nodes};--disks:{disks};grid-template-rows:{head} {lanes}{local}{wire} auto"
        )
    }

    fn lane_rows(&self, lane: &LaneView) -> &'static str {
        match lane.identity() {
            _ if self.narrow && lane.is_folded => "auto 0 ",
            _ if lane.is_folded => "0 auto ",
            _ if self.narrow => "auto auto ",
            Identity::Stateful => "var(--h-rail-b,10px) auto ",
            _ => "var(--h-rail-a,18px) auto ",
        }
    }

    /// What stands where, in a word; it changes when lanes are arranged anew.
    fn order(&self) -> String {
        let word = |lane: &Rc<LaneView>| {
            let sign = if lane.is_folded { "-" } else { "" };
            format!("{sign}{}", lane.uid)
        };
        self.view().lanes.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    /// Whether some disk is part of a node.
    fn has_local(&self) -> bool {
        self.view().disks.iter().any(|disk| disk.local_node.is_some())
    }

    /// The columns behind everything.
    fn backs(&self) -> Html {
        let end = self.end() + usize::from(self.has_local());
        let back = |(at, node): (usize, &Rc<NodeView>)| {
            html! {
                <div key={format!("back-{}", node.name)} class="node" aria-hidden="true"
                    data-status={node.state.name()} data-down={node.failed.then_some("true")}
                    style={format!("grid-column:{};grid-row:1/{end}", self.column(at))}>
                    <div class="node__hatch"></div>
                </div>
            }
        };
        html! {<>{ for self.view().nodes.iter().enumerate().map(back) }</>}
    }

    fn heads(&self, menu: Option<&Text>, on_menu: &Callback<Option<Text>>) -> Html {
        let words = self.setting.words();
        let head = |(at, node): (usize, &Rc<NodeView>)| {
            html! {
                <NodeHead key={node.name.to_string()} node={node.clone()} column={self.column(at)}
                    rows={(!self.narrow).then(|| self.end() + usize::from(self.has_local()))}
                    open={menu == Some(&node.name)} on_menu={on_menu.clone()}
                    selected={self.props.selected.as_ref() == Some(&node.object())} />
            }
        };
        html! {
            <div class="stagerow" role="row">
                if !self.narrow && self.props.form != Form::Small {
                    <div class="stage__legend" role="columnheader">
                        <span><i class="shape shape--a"></i>{ words.round_note }</span>
                        <span><i class="shape shape--b"></i>{ words.square_note }</span>
                    </div>
                }
                { keyed(self.view().nodes.iter().enumerate().map(head)) }
                if self.view().nodes.is_empty() {
                    <div class="nonodes" role="columnheader" style={format!("grid-column:{}", self.column(0))}>
                        <span>{ words.no_nodes }</span>
                        <button type="button" class="btn" onclick={self.setting.act(StageAction::AddNode)}>
                            { drawing::icon(drawing::PLUS, 14) }{ words.add_node }
                        </button>
                    </div>
                }
            </div>
        }
    }

    fn lanes(&self) -> impl Iterator<Item = Html> {
        let mut before = 0;
        self.view().lanes.iter().enumerate().map(move |(at, lane)| {
            let html = self.lane(at, before);
            before += lane.pods.len();
            html
        })
    }

    /// A lane; so many Pods stand in the ones before it.
    fn lane(&self, at: usize, before: usize) -> Html {
        let lane = &self.view().lanes[at];
        let here = |node: &NodeView| {
            lane.pods.iter().filter(|pod| pod.node.as_ref() == Some(&node.name)).count()
        };
        let mut place = before;
        let cells: Vec<_> = self
            .cells(lane)
            .map(|(column, node)| {
                let turn = self.turns.at(place);
                // What has another size, or came with a leap, is drawn in its turn and not before.
                let is_due = turn.is_some_and(|(_, crowd)| crowd == self.crowd);
                let shown = if is_due { self.turns.reach(place) } else { 0 };
                place += here(node);
                (column, node, turn.map(|(lang, _)| lang), shown)
            })
            .collect();
        let row = Self::row(at);
        let most = fill(self.view(), lane).max().unwrap_or(0);
        let mine = |disk: &&Rc<_>| {
            let disk: &Rc<DiskView> = disk;
            disk.users.iter().any(|user| lane.pods.iter().any(|pod| pod.uid == user.uid))
        };
        let disks = Rc::new(self.view().disks.iter().filter(mine).cloned().collect::<Vec<_>>());
        let slot = if self.narrow {
            format!("grid-column:1/-1;grid-row:{}", row - 1)
        } else {
            format!("grid-column:1;grid-row:{}/{}", row - 1, row + 1)
        };
        let held = self.drag.filter(|drag| drag.lane == lane.uid);
        let style = held
            .map_or(slot.clone(), |drag| format!("{slot};transform:translateY({}px)", drag.shift));
        html! {
            <div key={lane.uid.to_string()} class="stagerow" role="row" data-lane={lane.uid.to_string()}>
                if at > 0 && !self.narrow {
                    <div class="lanebg" style={format!("grid-row:{}", row - 1)} aria-hidden="true"></div>
                }
                <div class={classes!("laneslot", held.map(|_| "is-held"))} role="rowheader" {style}>
                    <LaneHead lane={lane.clone()} selected={self.props.selected.clone()}
                        narrow={self.narrow} joined={self.is_joined(at)}
                        small={self.props.form == Form::Small} is_first={at == 0} is_last={at + 1 == self.view().lanes.len()} />
                </div>
                { keyed(cells.into_iter().map(|(column, node, lang, shown)| html! {
                    <Cell key={node.name.to_string()} {lang} {shown} lane={lane.clone()} node={node.clone()}
                        disks={disks.clone()} level={self.levels[at]} column={self.column(column)} {row}
                        dots={self.dots} {most} chips={self.chips}
                        selected={self.props.selected.clone()} />
                })) }
            </div>
        }
    }

    /// Whether a rail leads from a lane's head to some of its Pods.
    fn is_joined(&self, at: usize) -> bool {
        let lane = &self.view().lanes[at];
        let has_rail = lane.is_reached() && lane.identity() == Identity::Stateless;
        has_rail && self.levels[at] == Level::Card && lane.pods.iter().any(|pod| pod.node.is_some())
    }

    /// The cells of a lane; a folded band carries its Pods itself.
    fn cells(&self, lane: &LaneView) -> impl Iterator<Item = (usize, &Rc<NodeView>)> {
        let none = lane.is_folded && self.narrow;
        self.view().nodes.iter().enumerate().filter(move |_| !none)
    }

    /// The disks that are part of a node, at the foot of its column.
    fn locals(&self) -> Html {
        if !self.has_local() {
            return html! {};
        }
        let (words, row) = (self.setting.words(), self.end());
        let cell = |(at, node): (usize, &Rc<NodeView>)| {
            let disks = self.view().disks.iter();
            let mine: Vec<_> =
                disks.filter(|disk| disk.local_node.as_ref() == Some(&node.name)).collect();
            html! {
                <div key={node.name.to_string()} class="locals" role="gridcell"
                    style={format!("grid-column:{};grid-row:{row}", self.column(at))}>
                    { keyed(mine.iter().map(|disk| self.disk(disk, mine.len() > LOCALS_LARGE))) }
                </div>
            }
        };
        html! {
            <div class="stagerow" role="row">
                if !self.narrow {
                    <div class="shelfhead" role="rowheader" style={format!("grid-column:1;grid-row:{row}")}>
                        <b>{ drawing::can(13, true) }{ words.local_disks }</b>
                        if self.props.form != Form::Small { { words.local_note } }
                    </div>
                }
                { keyed(self.view().nodes.iter().enumerate().map(cell)) }
            </div>
        }
    }

    fn disk(&self, disk: &Rc<DiskView>, small: bool) -> Html {
        let selected = self.props.selected.as_ref();
        let tied = selected.is_some_and(|object| disk.users.iter().any(|one| one.is(object, disk)));
        html! {
            <Disk key={disk.uid.to_string()} disk={disk.clone()} {small} room={if disk.is_shared() { self.disk_px } else { 0 }} named={self.are_disks_mixed} brief={self.narrow || self.props.form == Form::Small}
                selected={selected == Some(&disk.object())} {tied} />
        }
    }

    fn shelf(&self) -> Html {
        let places = shelf::places(self.view());
        if places.is_empty() {
            return html! {};
        }
        let words = self.setting.words();
        let small = self.small_disks;
        let disks: Vec<_> = places.iter().filter_map(Place::disk).collect();
        let row = self.end() + 1 + usize::from(self.has_local());
        let caption = if small && self.props.form != Form::Small {
            phrases::disk_count(self.setting.lang, disks.iter().map(|disk| disk.state))
        } else {
            let is_said = self.props.form != Form::Small;
            if is_said { words.disks_note.to_owned() } else { String::new() }
        };
        let columns = if self.narrow { "1" } else { "2" };
        html! {
            <div class="stagerow" role="row">
                if !self.narrow {
                    <div class="shelfhead" role="rowheader" style={format!("grid-column:1;grid-row:{row}")}>
                        <b>{ drawing::can(13, true) }{ words.disks }</b>{ caption }
                    </div>
                }
                <div class={classes!("shelf", small.then_some("shelf--small"), self.are_disks_mixed.then_some("shelf--mixed"))} role="gridcell"
                    style={format!("grid-column:{columns}/-1;grid-row:{row}")}>
                    { for places.iter().map(|place| match place {
                        Place::Disk(disk) => self.disk(disk, small),
                        Place::ToCome { seat, claim, .. } => html! {
                            <ToCome key={claim.to_string()} seat={(*seat).clone()} claim={(*claim).clone()}
                                {small} named={self.are_disks_mixed} />
                        },
                    }) }
                </div>
            </div>
        }
    }

    /// The disks of nodes that are gone: they lie in no column and on no shelf, each group in a
    /// place that looks as a lost node does.
    fn of_gone_nodes(&self) -> Html {
        let gone = shelf::of_gone_nodes(self.view());
        if gone.is_empty() {
            return html! {};
        }
        let words = self.setting.words();
        let row = self.end() + 2 + usize::from(self.has_local());
        let group = |(node, disks): (&Text, Vec<&Rc<DiskView>>)| {
            let small = disks.len() > LOCALS_LARGE;
            html! {
                <div key={format!("gone-{node}")} class="gonenode">
                    <div class="gonenode__head">
                        { drawing::icon(drawing::ALERT, 13) }
                        { phrases::gone_node(self.setting.lang, node, disks.iter().any(|one| one.is_stray)) }
                    </div>
                    { keyed(disks.into_iter().map(|disk| self.disk(disk, small))) }
                </div>
            }
        };
        html! {
            <div class="stagerow" role="row">
                if !self.narrow {
                    <div class="shelfhead" role="rowheader" style={format!("grid-column:1;grid-row:{row}")}>
                        <b>{ drawing::can(13, false) }{ words.local_disks }</b>
                        if self.props.form != Form::Small { { words.node_gone } }
                    </div>
                }
                <div class="gonenodes" role="gridcell"
                    style={format!("grid-column:{}/-1;grid-row:{row}", if self.narrow { "1" } else { "2" })}>
                    { keyed(gone.into_iter().map(group)) }
                </div>
            </div>
        }
    }
}
