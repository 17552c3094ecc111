//! The frame loop: lets real time pass for the session, and shows what came of it.
//!
//! Owns the only use of the browser's clock. Invariant: a frame asks the engine to run up to a
//! virtual moment and nothing else; how many frames there are changes no event.

use crate::crash;
use gloo::render::{AnimationFrame, request_animation_frame};
use gloo::timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A tab in the background comes back with a long gap; it must not be made up for at once.
const GAP_MAX_MS: f64 = 100.0;

/// A running loop; it stops when it is dropped.
pub(crate) struct Frames {
    turns: Rc<Turns>,
}

/// What is done as a task of its own once the next frame is laid out; it is not when this is
/// dropped before.
pub(crate) struct AfterFrame {
    _frame: AnimationFrame,
    _task: Rc<RefCell<Option<Timeout>>>,
}

impl AfterFrame {
    pub(crate) fn start(run: impl FnOnce() + 'static) -> Self {
        let task = Rc::new(RefCell::new(None));
        let after = Rc::downgrade(&task);
        let frame = request_animation_frame(move |_| {
            if let Some(task) = after.upgrade() {
                *task.borrow_mut() = Some(Timeout::new(0, run));
            }
        });
        Self { _frame: frame, _task: task }
    }
}

/// What comes next, and what is done then.
struct Turns {
    frame: RefCell<Option<AnimationFrame>>,
    task: RefCell<Option<Timeout>>,
    /// Whether the task has still to come.
    is_asked: Cell<bool>,
    /// The real time that no step was told of yet.
    due_us: Cell<u64>,
    draw: Box<dyn Fn()>,
    step: Box<dyn Fn(u64)>,
}

impl Frames {
    /// In each frame calls `draw`, and then, as a task of its own so that neither holds the page
    /// up for as long as both, `step` with the real microseconds since the one before.
    pub(crate) fn start(draw: impl Fn() + 'static, step: impl Fn(u64) + 'static) -> Self {
        let turns = Rc::new(Turns {
            frame: RefCell::default(),
            task: RefCell::default(),
            is_asked: Cell::default(),
            due_us: Cell::default(),
            draw: Box::new(draw),
            step: Box::new(step),
        });
        turns.next(None);
        Self { turns }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.turns.frame.borrow_mut().take();
        self.turns.task.borrow_mut().take();
    }
}

impl Turns {
    fn next(self: &Rc<Self>, last_ms: Option<f64>) {
        let again = Rc::downgrade(self);
        let frame = request_animation_frame(move |now_ms| {
            let Some(turns) = again.upgrade().filter(|_| !crash::is_down()) else { return };
            turns.next(Some(now_ms));
            (turns.draw)();
            if let Some(last_ms) = last_ms {
                let gap_ms = (now_ms - last_ms).clamp(0.0, GAP_MAX_MS);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "between zero and a hundred thousand"
                )]
                turns.due_us.set(turns.due_us.get() + (gap_ms * 1000.0) as u64);
                turns.ask();
            }
        });
        *self.frame.borrow_mut() = Some(frame);
    }

    /// Sees to it that the time that is due is told of.
    fn ask(self: &Rc<Self>) {
        if self.is_asked.replace(true) {
            return;
        }
        let turns = Rc::downgrade(self);
        let task = Timeout::new(0, move || {
            if let Some(turns) = turns.upgrade().filter(|_| !crash::is_down()) {
                turns.is_asked.set(false);
                (turns.step)(turns.due_us.take());
            }
        });
        *self.task.borrow_mut() = Some(task);
    }
}

/// Repeats `step` until it has nothing more to do or the time is over, so that work which may
/// wait never holds up a frame; true once it has nothing more to do.
pub(crate) fn within_ms(limit_ms: f64, mut step: impl FnMut() -> bool) -> bool {
    let Some(clock) = gloo::utils::window().performance() else { return step() };
    let until_ms = clock.now() + limit_ms;
    loop {
        if step() {
            return true;
        }
        if clock.now() >= until_ms {
            return false;
        }
    }
}
