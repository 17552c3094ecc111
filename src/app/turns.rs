//! Drawing that is spread over frames: what is much has its turn part by part.
//!
//! Owns who has had their turn. It must not know what is drawn. Invariant: in the end everything
//! has had its turn, and what is little has it at once.

use gloo::render::request_animation_frame;
use std::rc::Rc;
use yew::prelude::*;

/// So many Pods are drawn at once.
pub(crate) const FEW: usize = 80;

/// How many things are drawn, and how they are parted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crowd {
    count: usize,
    /// So many are drawn at once.
    few: usize,
    /// So many of more come at once too.
    first: usize,
    /// So many have their turn in one frame.
    each: usize,
}

impl Crowd {
    pub(crate) const fn of_pods(count: usize) -> Self {
        Self { count, few: FEW, first: 0, each: 40 }
    }

    /// A card takes twice as long as what is smaller.
    pub(crate) const fn of_cards(count: usize) -> Self {
        Self { count, few: FEW, first: 0, each: 20 }
    }

    /// The newest ones are in sight at once.
    pub(crate) const fn of_sentences(count: usize) -> Self {
        Self { count, few: 16, first: 8, each: 8 }
    }

    /// The first rows of a table are in sight at once.
    pub(crate) const fn of_rows(count: usize) -> Self {
        Self { count, few: 16, first: 12, each: 14 }
    }

    /// The page's parts, which come one by one where there are many Pods.
    pub(crate) const fn of_panes(count: usize, pods: usize) -> Self {
        Self { count, few: if pods > FEW { 0 } else { count }, first: 0, each: 1 }
    }

    /// All of them at once.
    #[cfg(not(target_family = "wasm"))]
    const fn at_once(self) -> Self {
        Self { few: self.count, ..self }
    }

    const fn is_much(self) -> bool {
        self.count > self.few
    }
}

/// What each of many things is drawn with: the newest value, or the one before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Turns<T> {
    now: T,
    before: Option<T>,
    /// How many have had their turn.
    reached: usize,
}

impl<T: Copy + PartialEq> Turns<T> {
    fn new(now: T, crowd: Crowd) -> Self {
        Self { now, before: None, reached: 0 }.begun(crowd)
    }

    /// Where there are many Pods, what stands around them is drawn first, by itself.
    fn begun(self, crowd: Crowd) -> Self {
        Self { reached: if crowd.is_much() { crowd.first } else { usize::MAX }, ..self }
    }

    /// What the thing at a place is drawn with; none while it waits for its first turn.
    pub(crate) fn at(&self, place: usize) -> Option<T> {
        if place < self.reached { Some(self.now) } else { self.before }
    }

    /// How many things from a place on have had their turn.
    pub(crate) fn reach(&self, place: usize) -> usize {
        self.reached.saturating_sub(place)
    }

    /// Whether everything has had its turn.
    pub(crate) fn are_over(&self) -> bool {
        self.reached == usize::MAX
    }

    /// The same with another value, which has to come round again.
    fn with(self, now: T, crowd: Crowd) -> Self {
        if now == self.now {
            return self;
        }
        Self { now, before: Some(self.now), reached: 0 }.begun(crowd)
    }

    /// The same one frame later.
    fn later(self, crowd: Crowd) -> Self {
        let reached = self.reached.saturating_add(crowd.each);
        Self { reached: if reached < crowd.count { reached } else { usize::MAX }, ..self }
    }
}

/// Gives many things their value over some frames: at first, and whenever it is another one.
/// Nothing begins before all is ready for it.
#[hook]
pub(crate) fn use_turns<T: Copy + PartialEq + 'static>(
    value: T,
    crowd: Crowd,
    is_ready: bool,
) -> Turns<T> {
    // The first picture has one frame.
    #[cfg(not(target_family = "wasm"))]
    let crowd = crowd.at_once();
    let again = use_force_update();
    let kept = use_mut_ref(|| None::<Turns<T>>);
    let frame = use_mut_ref(|| None);
    let turns = {
        let before = kept.borrow().unwrap_or_else(|| Turns::new(value, crowd));
        before.with(value, crowd)
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
                    *turns = turns.later(crowd);
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
    /// How many things there are.
    pub(crate) count: usize,
    /// How many frames later it comes if they are many.
    #[prop_or(1)]
    pub(crate) frames: u32,
    pub(crate) children: Children,
}

/// Where there is much to draw, it comes some frames after the one in which what stood there goes:
/// neither holds the page up for as long as both.
#[component]
pub(crate) fn Next(props: &NextProps) -> Html {
    let left = use_state(|| if props.count > FEW { props.frames } else { 0 });
    let set = left.setter();
    use_effect_with(*left, move |left| {
        let next = left.checked_sub(1);
        let frame = next.map(|next| request_animation_frame(move |_| set.set(next)));
        move || drop(frame)
    });
    if *left == 0 {
        html! { <>{ for props.children.iter() }</> }
    } else {
        Html::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Crowd, FEW, Turns};

    #[test]
    fn few_things_have_their_turn_at_once() {
        let few = Crowd::of_pods(FEW);
        let turns = Turns::new('a', few);
        assert!(turns.are_over());
        assert_eq!(turns.at(FEW), Some('a'));
        assert_eq!(turns.with('b', few).at(FEW), Some('b'));
    }

    #[test]
    fn many_things_come_one_part_a_frame_and_keep_what_they_had() {
        let each = Crowd::of_pods(0).each;
        let crowd = Crowd::of_pods(FEW + each);
        let first = Turns::new('a', crowd);
        assert_eq!(first.at(0), None);
        let next = first.later(crowd);
        assert_eq!((next.at(each - 1), next.at(each)), (Some('a'), None));
        assert_eq!((next.reach(0), next.reach(each - 1), next.reach(each)), (each, 1, 0));
        let all = next.later(crowd).later(crowd);
        assert!(all.are_over() && !next.later(crowd).are_over());
        let other = all.with('b', crowd);
        assert_eq!(other.at(0), Some('a'));
        let other = other.later(crowd);
        assert_eq!((other.at(0), other.at(each)), (Some('b'), Some('a')));
    }

    #[test]
    fn the_newest_sentences_are_there_at_once() {
        let turns = Turns::new('a', Crowd::of_sentences(40));
        assert_eq!([turns.at(7), turns.at(8)], [Some('a'), None]);
        assert!(Turns::new('a', Crowd::of_sentences(40).at_once()).are_over());
    }

    #[test]
    fn panes_come_one_by_one_around_many_pods_only() {
        assert!(Turns::new('a', Crowd::of_panes(3, FEW)).are_over());
        let crowd = Crowd::of_panes(3, FEW + 1);
        let turns = Turns::new('a', crowd).with('b', crowd).later(crowd).later(crowd);
        assert_eq!([turns.at(1), turns.at(2)], [Some('b'), Some('a')]);
        assert!(turns.later(crowd).are_over());
    }
}
