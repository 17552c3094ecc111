//! Pointers on the chart: a press goes somewhere, a drag scrubs, two fingers zoom and pan.
//!
//! Owns the gesture that is going on. It must not know how the chart is drawn. Invariant: what
//! turns out to be a gesture of two fingers leaves the present moment where it was.

use super::plot::Props;
use crate::command::Command;
use crate::scale::Scale;
use podium::view::timeline::chart::{Chart, Target};
use podium::view::timeline::{Window, Zoom};
use std::rc::Rc;
use web_sys::{Element, MouseEvent};
use yew::prelude::*;

/// A drag shorter than this is a click.
const CLICK_PX: f64 = 3.0;
/// Fingers closer together than this only pan.
const SPREAD_MIN_PX: f64 = 24.0;

/// The chart as laid out, and as SVG.
pub(super) type Laid = Rc<(Chart, AttrValue)>;

pub(super) struct Pointing {
    pub(super) down: Callback<PointerEvent>,
    pub(super) moved: Callback<PointerEvent>,
    pub(super) up: Callback<PointerEvent>,
    pub(super) cancel: Callback<PointerEvent>,
}

/// What the pointers are doing.
#[derive(Clone, Copy, Default)]
enum Doing {
    #[default]
    Nothing,
    /// Pressed there and not moved yet; a finger acts when it is lifted.
    Press {
        x: f64,
        y: f64,
        is_finger: bool,
    },
    Scrub,
    /// Time is held: what was shown, the moment under the middle, and how far apart fingers were.
    Grip {
        shown: Window,
        at_us: u64,
        spread: f64,
    },
}

/// One gesture at a time.
#[derive(Default)]
struct Hand {
    pointers: Vec<(i32, f64)>,
    doing: Doing,
    /// The moment shown when it began.
    began_us: u64,
}

impl Hand {
    fn middle(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a hand has few fingers")]
        let count = self.pointers.len().max(1) as f64;
        self.pointers.iter().map(|one| one.1).sum::<f64>() / count
    }

    fn spread(&self) -> f64 {
        match self.pointers.as_slice() {
            [a, b] => (a.1 - b.1).abs(),
            _ => 0.0,
        }
    }

    fn grip(&mut self, laid: &Laid, shown: Window) {
        let at_us = laid.0.moment(&shown, self.middle());
        self.doing = Doing::Grip { shown, at_us, spread: self.spread() };
    }
}

/// Where on the chart a pointer is.
pub(super) fn place(node: &NodeRef, event: &MouseEvent) -> Option<(f64, f64)> {
    let area = node.cast::<Element>()?.query_selector(".plot > svg").ok()??;
    let area = area.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let grown = Scale::now().factor();
    Some(((x - area.left()) / grown, (y - area.top()) / grown))
}

/// What the gestures act on.
#[derive(Clone)]
struct Aim {
    node: NodeRef,
    laid: Laid,
    shown: Window,
    now_us: u64,
    reached_us: u64,
    on: Callback<Command>,
}

impl Aim {
    fn seek(&self, x: f64) {
        self.on.emit(Command::Seek(self.laid.0.moment(&self.shown, x)));
    }

    /// A press on an event goes to its very moment, on a Pod selects it, elsewhere goes there.
    fn press(&self, x: f64, y: f64) {
        self.on.emit(match self.laid.0.hit(x, y).cloned() {
            Some(Target::Moment(at_us)) => Command::Seek(at_us),
            Some(Target::Run(id)) => Command::Compare(Some(id)),
            Some(Target::Object(object)) => Command::Select(Some(object)),
            None => return self.seek(x),
        });
    }

    fn capture(&self, pointer: i32) {
        let area = self.node.cast::<Element>();
        if let Some(plot) = area.and_then(|one| one.query_selector(".plot").ok()?) {
            // Without the capture a drag still works inside the chart.
            let _ = plot.set_pointer_capture(pointer);
        }
    }

    fn down(&self, hand: &mut Hand, event: &PointerEvent) {
        let Some((x, y)) = place(&self.node, event) else { return };
        let is_finger = event.pointer_type() == "touch";
        if event.is_primary() {
            *hand = Hand { began_us: self.now_us, ..Hand::default() };
        }
        hand.pointers.push((event.pointer_id(), x));
        match event.button() {
            0 if hand.pointers.len() > 1 => {
                if matches!(hand.doing, Doing::Scrub) {
                    self.on.emit(Command::Seek(hand.began_us));
                }
                hand.grip(&self.laid, self.shown);
            }
            0 if !event.shift_key() => {
                hand.doing = Doing::Press { x, y, is_finger };
                if !is_finger {
                    match self.laid.0.hit(x, y) {
                        // Whoever asked for one moment is not to slide off it.
                        Some(Target::Moment(_) | Target::Run(_)) => hand.doing = Doing::Nothing,
                        Some(Target::Object(_)) => {}
                        None => hand.doing = Doing::Scrub,
                    }
                    self.press(x, y);
                }
            }
            0 | 1 => {
                // Or the middle button would scroll by itself.
                event.prevent_default();
                hand.grip(&self.laid, self.shown);
            }
            _ => return,
        }
        self.capture(event.pointer_id());
    }

    fn moved(&self, hand: &mut Hand, event: &PointerEvent) {
        let Some((x, _)) = place(&self.node, event) else { return };
        let pointer = hand.pointers.iter_mut().find(|one| one.0 == event.pointer_id());
        let Some(pointer) = pointer else { return };
        pointer.1 = x;
        match hand.doing {
            Doing::Press { x: from, .. } if (x - from).abs() > CLICK_PX => {
                hand.doing = Doing::Scrub;
                self.seek(x);
            }
            Doing::Scrub => self.seek(x),
            Doing::Grip { shown, at_us, spread } => {
                let wide = spread.max(SPREAD_MIN_PX) / hand.spread().max(SPREAD_MIN_PX);
                let to = Zoom::stretched(&shown, wide, self.reached_us);
                let held = to.holding(at_us, self.laid.0.share(hand.middle()));
                self.on.emit(Command::Zoom(to, held));
            }
            Doing::Nothing | Doing::Press { .. } => {}
        }
    }

    fn up(&self, hand: &mut Hand, event: &PointerEvent) {
        hand.pointers.retain(|one| one.0 != event.pointer_id());
        if let Doing::Press { x, y, is_finger: true } = std::mem::take(&mut hand.doing) {
            self.press(x, y);
        }
    }
}

/// The handlers that follow the pointers.
#[hook]
pub(super) fn use_pointing(props: &Props, node: &NodeRef, laid: &Laid) -> Pointing {
    let hand = use_mut_ref(Hand::default);
    let aim = Aim {
        node: node.clone(),
        laid: laid.clone(),
        shown: props.shown,
        now_us: props.transport.now_us,
        reached_us: props.transport.reached_us,
        on: props.on.clone(),
    };
    let handler = |act: fn(&Aim, &mut Hand, &PointerEvent)| {
        let (aim, hand) = (aim.clone(), hand.clone());
        Callback::from(move |event: PointerEvent| act(&aim, &mut hand.borrow_mut(), &event))
    };
    Pointing {
        down: handler(Aim::down),
        moved: handler(Aim::moved),
        up: handler(Aim::up),
        cancel: handler(|_, hand, _| *hand = Hand::default()),
    }
}
