//! Drawing that is spread over frames: what is much has its turn part by part.
//!
//! Owns who has had their turn. It must not know what is drawn. Invariant: in the end everything
//! has had its turn, and what is little has it at once.

use gloo::render::request_animation_frame;
use std::rc::Rc;
use yew::prelude::*;

/// What is drawn at once.
pub(crate) const FEW: usize = 80;
/// What has its turn in one frame.
const EACH: usize = 60;

/// What each of many things is drawn with: the newest value, or the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Turns<T> {
    now: T,
    before: Option<T>,
    /// How many have had their turn.
    reached: usize,
}

impl<T: Copy + PartialEq> Turns<T> {
    fn new(now: T, count: usize) -> Self {
        Self { now, before: None, reached: 0 }.begun(count)
    }

    /// Where there are many, what stands around them is drawn first, by itself.
    fn begun(self, count: usize) -> Self {
        Self { reached: if count > FEW { 0 } else { usize::MAX }, ..self }
    }

    /// What the thing at a place is drawn with; none while it waits for its first turn.
    pub(crate) fn at(&self, place: usize) -> Option<T> {
        if place < self.reached { Some(self.now) } else { self.before }
    }

    /// Whether everything has had its turn.
    pub(crate) fn are_over(&self) -> bool {
        self.reached == usize::MAX
    }

    /// The same with another value, which has to come round again.
    fn with(self, now: T, count: usize) -> Self {
        if now == self.now {
            return self;
        }
        Self { now, before: Some(self.now), reached: 0 }.begun(count)
    }

    /// The same one frame later.
    fn later(self, count: usize) -> Self {
        let reached = self.reached.saturating_add(EACH);
        Self { reached: if reached < count { reached } else { usize::MAX }, ..self }
    }
}

/// Gives many things their value over some frames: at first, and whenever it is another one.
/// Nothing begins before all is ready for it.
#[hook]
pub(crate) fn use_turns<T: Copy + PartialEq + 'static>(
    value: T,
    count: usize,
    is_ready: bool,
) -> Turns<T> {
    let again = use_force_update();
    let kept = use_mut_ref(|| None::<Turns<T>>);
    let frame = use_mut_ref(|| None);
    let turns = {
        let before = kept.borrow().unwrap_or_else(|| Turns::new(value, count));
        before.with(value, count)
    };
    *kept.borrow_mut() = Some(turns);
    use_effect(move || {
        let is_due = !turns.are_over() && is_ready && frame.borrow().is_none();
        if is_due {
            let held = Rc::downgrade(&frame);
            let next = request_animation_frame(move |_| {
                if let Some(frame) = held.upgrade() {
                    frame.borrow_mut().take();
                }
                if let Some(turns) = &mut *kept.borrow_mut() {
                    *turns = turns.later(count);
                }
                again.force_update();
            });
            *frame.borrow_mut() = Some(next);
        }
    });
    turns
}

#[derive(Properties, PartialEq)]
pub(crate) struct NextProps {
    /// How many things it draws.
    pub(crate) count: usize,
    pub(crate) children: Children,
}

/// What has much to draw comes in the frame after the one in which what stood there goes.
#[component]
pub(crate) fn Next(props: &NextProps) -> Html {
    let is_due = use_state(|| props.count <= FEW);
    let set = is_due.setter();
    use_effect_with((), move |()| {
        let frame = request_animation_frame(move |_| set.set(true));
        move || drop(frame)
    });
    if *is_due {
        html! { <>{ for props.children.iter() }</> }
    } else {
        Html::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{EACH, FEW, Turns};

    #[test]
    fn few_things_have_their_turn_at_once() {
        let turns = Turns::new('a', FEW);
        assert!(turns.are_over());
        assert_eq!(turns.at(FEW), Some('a'));
        assert_eq!(turns.with('b', FEW).at(FEW), Some('b'));
    }

    #[test]
    fn many_things_come_one_part_a_frame_and_keep_what_they_had() {
        let count = FEW + EACH;
        let first = Turns::new('a', count);
        assert_eq!(first.at(0), None);
        let next = first.later(count);
        assert_eq!((next.at(EACH - 1), next.at(EACH)), (Some('a'), None));
        let all = next.later(count).later(count);
        assert!(all.are_over() && !next.later(count).are_over());
        let other = all.with('b', count);
        assert_eq!(other.at(0), Some('a'));
        let other = other.later(count);
        assert_eq!((other.at(0), other.at(EACH)), (Some('b'), Some('a')));
    }
}
