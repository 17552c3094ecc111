//! The frame loop: lets real time pass for the session, and shows what came of it.
//!
//! Owns the only use of the browser's clock. Invariant: a frame asks the engine to run up to a
//! virtual moment and nothing else; how many frames there are changes no event.

use crate::crash;
use gloo::render::{AnimationFrame, request_animation_frame};
use std::cell::RefCell;
use std::rc::Rc;

/// A tab in the background comes back with a long gap; it must not be made up for at once.
const GAP_MAX_MS: f64 = 100.0;

/// A running loop; it stops when it is dropped.
pub(crate) struct Frames {
    slot: Rc<RefCell<Option<AnimationFrame>>>,
}

impl Frames {
    /// Calls `step` with the real microseconds since the frame before.
    pub(crate) fn start(step: impl Fn(u64) + 'static) -> Self {
        let slot = Rc::new(RefCell::new(None));
        next(&slot, None, Rc::new(step));
        Self { slot }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.slot.borrow_mut().take();
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

fn next(slot: &Rc<RefCell<Option<AnimationFrame>>>, last_ms: Option<f64>, step: Rc<dyn Fn(u64)>) {
    let again = Rc::downgrade(slot);
    let frame = request_animation_frame(move |now_ms| {
        if crash::is_down() {
            return;
        }
        if let Some(last_ms) = last_ms {
            let gap_ms = (now_ms - last_ms).clamp(0.0, GAP_MAX_MS);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between zero and a hundred thousand"
            )]
            step((gap_ms * 1000.0) as u64);
        }
        if let Some(slot) = again.upgrade() {
            next(&slot, Some(now_ms), step);
        }
    });
    *slot.borrow_mut() = Some(frame);
}
