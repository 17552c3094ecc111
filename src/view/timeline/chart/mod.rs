//! Where everything stands on the large timeline: shapes in pixels, and what a pointer hits.
//!
//! Owns the layout. It must not know colours, plotters or the page. Invariant: a shape that lies
//! ahead of the present moment is marked so, and what is not in the window is not drawn.

mod frame;
mod ready;
mod rows;

use super::{Group, TimelineView, Window};
use crate::view::Identity;
use crate::view::stage::ObjectRef;
use crate::view::transport::Mark;
use crate::view::words::{Lang, views as words};
use frame::Draft;
use std::rc::Rc;

/// How a shape looks; the style sheet has a class for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Look {
    /// A grid line.
    Grid,
    /// The time that lies ahead.
    Future,
    /// The ring around what is selected.
    Ring,
    /// The line and the label of the present moment.
    Head,
    /// The ground of that label.
    HeadFill,
    /// A ready Pod.
    Bar(Identity),
    /// A Pod on its way to being ready.
    Wait(Identity),
    /// A Pod that was ready once.
    Old(Identity),
    /// A Pod whose containers have ended, kept as an object.
    Done(Identity),
    /// A Pod whose containers have ended in a failure.
    DoneBad,
    /// How many were ready.
    Line(Identity),
    /// The ground below that line.
    Area(Identity),
    /// A workload's name.
    Name(Identity),
    /// Small words in a workload's colour.
    Tone(Identity),
    /// The same on the tint below a line.
    OnArea(Identity),
    /// Small words on a bar that is not filled.
    OnOld(Identity),
    /// Words on a filled bar.
    OnBar,
    /// Small words on a Pod that fails or is lost.
    OnBad,
    /// A Pod that is being stopped.
    Terminating(Identity),
    /// A Pod with a container that fails.
    Failing,
    /// A Pod on a lost node.
    Lost(Identity),
    /// A node that is up.
    Up,
    /// A node that is down.
    Down,
    /// A mounted disk.
    DiskOn,
    /// A disk that a lost node holds.
    DiskHeld,
    /// A disk that is not mounted.
    DiskOff,
    /// What the cluster did.
    Event,
    /// What the reader did.
    User,
    /// A failure.
    Bad,
    /// Where a run was forked off.
    Fork,
    /// The head of that arrow.
    Tip,
    /// A tick's label.
    Axis,
    /// A heading.
    Strong,
    /// Words that a press on does something.
    Act,
    /// Plain words.
    Plain,
    /// What the reader did, with a ground of its own.
    Said,
    /// Plain words with a ground of their own.
    Halo,
}

/// On which side of its place a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// Something to draw, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A rectangle by its corners.
    Rect {
        /// Left and top.
        from: (f64, f64),
        /// Right and bottom.
        to: (f64, f64),
        /// How it looks.
        look: Look,
        /// Whether it lies ahead of the present moment.
        ahead: bool,
    },
    /// A line through points.
    Line {
        /// The points.
        points: Vec<(f64, f64)>,
        /// How it looks.
        look: Look,
        /// Whether it lies ahead of the present moment.
        ahead: bool,
    },
    /// The ground between a line and a level.
    Area {
        /// The line.
        points: Vec<(f64, f64)>,
        /// The level.
        base: f64,
        /// How it looks.
        look: Look,
    },
    /// A small disc.
    Dot {
        /// Its centre.
        at: (f64, f64),
        /// Its radius.
        radius: f64,
        /// How it looks.
        look: Look,
    },
    /// A small square that stands on its corner.
    Diamond {
        /// Its centre.
        at: (f64, f64),
        /// How it looks.
        look: Look,
    },
    /// Words.
    Words {
        /// Where, at half of their height.
        at: (f64, f64),
        /// The words.
        text: String,
        /// How they look.
        look: Look,
        /// Which side of the place they stand on.
        anchor: Anchor,
    },
}

/// What a pointer can hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A moment that is worth going to exactly.
    Moment(u64),
    /// An object.
    Object(ObjectRef),
    /// Another run, by its number.
    Run(u32),
}

/// Where a pointer can hit something.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// Left and top.
    pub from: (f64, f64),
    /// Right and bottom.
    pub to: (f64, f64),
    /// What is hit.
    pub target: Target,
}

/// Another run that was forked off this one, or this one off it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branch {
    /// Its number.
    pub id: u32,
    /// Its letter.
    pub letter: char,
    /// When the two parted.
    pub parted_us: u64,
    /// What sets it apart.
    pub story: String,
}

/// What the chart is drawn from, besides the lives.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The width in pixels.
    pub width: f64,
    /// The least height in pixels.
    pub height: f64,
    /// The time shown.
    pub window: Window,
    /// The present moment.
    pub now_us: u64,
    /// Up to which moment the lives are known; what is beyond the present one is expected.
    pub known_us: u64,
    /// The marks of the run.
    pub marks: Rc<Vec<Mark>>,
    /// The other runs.
    pub branches: Vec<Branch>,
    /// What is selected; each stretch of its life has a ring.
    pub selected: Option<ObjectRef>,
    /// The reader's language.
    pub lang: Lang,
}

/// The drawn timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// The width in pixels.
    pub width: f64,
    /// The height in pixels.
    pub height: f64,
    /// Where the axis begins and ends.
    pub plot: (f64, f64),
    /// Everything to draw, from the ground up.
    pub shapes: Vec<Shape>,
    /// What a pointer can hit.
    pub spots: Vec<Spot>,
}

/// How high the axis is, above all that it measures.
pub const AXIS: f64 = 24.0;
const TOP: f64 = 26.0;
/// How many letters of a name's end are always told.
const NAME_TAIL: usize = 5;
const EVENTS_Y: f64 = 50.0;
/// Between the ready counts and the first workload's rows.
const GROUP_TOP_GAP: f64 = 28.0;

/// Lays the timeline out.
pub fn chart(view: &TimelineView, frame: &Frame) -> Chart {
    let mut draft = Draft::new(frame, view);
    let mut y = draft.ready_bottom(&view.groups) + GROUP_TOP_GAP;
    let mut body = Draft::new(frame, view);
    for group in &view.groups {
        y = body.group(group, y);
    }
    y = body.disks(view, y);
    y = body.nodes(view, y);
    let runs = if frame.branches.is_empty() { 0.0 } else { 34.0 };
    #[expect(clippy::cast_precision_loss, reason = "a handful of runs")]
    let runs = runs + frame.branches.len() as f64 * 30.0;
    let bottom = (y + 4.0).max(frame.height - runs - 12.0);
    draft.ground(bottom);
    draft.ready(&view.groups);
    draft.branches(bottom);
    draft.events();
    draft.shapes.append(&mut body.shapes);
    draft.spots.append(&mut body.spots);
    draft.rings();
    draft.head(bottom);
    Chart {
        width: frame.width,
        height: bottom + runs + 12.0,
        plot: (draft.left, draft.right),
        shapes: draft.shapes,
        spots: draft.spots,
    }
}

/// About how wide words are, in pixels.
pub fn words_width(text: &str) -> f64 {
    text.chars().map(|one| if one.is_ascii() { 6.3 } else { 11.0 }).sum()
}

#[expect(clippy::cast_precision_loss, reason = "pixels need no more than a double's precision")]
fn float(value: u64) -> f64 {
    value as f64
}

impl Chart {
    /// The moment under a pixel, to a thousandth of a second.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the share lies between nought and one"
    )]
    pub fn moment(&self, window: &Window, x: f64) -> u64 {
        let share = self.share(x).clamp(0.0, 1.0);
        let at_us = window.from_us + (share * float(window.span_us())) as u64;
        at_us / 1_000 * 1_000
    }

    /// How far along the axis a pixel lies, as a share of it.
    pub fn share(&self, x: f64) -> f64 {
        (x - self.plot.0) / (self.plot.1 - self.plot.0)
    }

    /// What lies under a pixel; the last one drawn lies on top.
    pub fn hit(&self, x: f64, y: f64) -> Option<&Target> {
        let inside = |spot: &&Spot| {
            (spot.from.0..=spot.to.0).contains(&x) && (spot.from.1..=spot.to.1).contains(&y)
        };
        self.spots.iter().rev().find(inside).map(|spot| &spot.target)
    }
}

impl Shape {
    /// Whether it belongs to the axis, which stays in sight while what is below it scrolls.
    pub fn is_axis(&self) -> bool {
        match self {
            Shape::Rect { to, .. } => to.1 < AXIS,
            Shape::Words { at, .. } | Shape::Dot { at, .. } | Shape::Diamond { at, .. } => {
                at.1 < AXIS
            }
            Shape::Line { .. } | Shape::Area { .. } => false,
        }
    }
}

impl Group {
    /// The workload's name in so many letters: of a longer one the middle gives way, for its end
    /// tells it from its fellows.
    fn cut_name(&self, lang: Lang, most: usize) -> String {
        let label = words::group(lang, self);
        // Words of ours are short enough, and no name.
        if self.name.is_empty() || label.chars().count() <= most {
            return label;
        }
        // Those of one namespace, and the runs of one CronJob, begin alike.
        let letters: Vec<char> = label.chars().collect();
        let (head, tail) =
            (&letters[..most - 1 - NAME_TAIL], &letters[letters.len() - NAME_TAIL..]);
        let text = |letters: &[char]| letters.iter().collect::<String>();
        format!("{}…{}", text(head), text(tail))
    }

    /// The workload's name, short enough for the margin.
    pub fn short_name(&self, lang: Lang) -> String {
        self.cut_name(lang, 14)
    }
}

#[cfg(test)]
mod tests;
