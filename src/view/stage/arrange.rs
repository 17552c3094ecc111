//! How a reader arranged the lanes: their order, and which of them are folded.
//!
//! Owns the arrangement and its written form. It must not know the engine or how a lane is drawn.
//! Invariant: a lane is known by its name, so that an arrangement outlives a reload, a workload
//! that is made anew and a moment at which the workload isn't there; no lane is ever left out.

use crate::base::Order as _;
use crate::base::gather;

use super::{LaneView, ObjectRef};
use std::collections::BTreeSet;
use std::rc::Rc;

/// How many lanes are remembered; the last ones are forgotten first.
pub const REMEMBERED_MAX: usize = 200;

/// Where a lane is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One lane further up.
    Up,
    /// One lane further down.
    Down,
    /// At this place, counted from 0 among the lanes without the one that moves.
    At(usize),
}

/// The order of the lanes and which of them are folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    order: Vec<ObjectRef>,
    /// The lanes that the reader folded, and those that fold by themselves and were unfolded.
    folded: BTreeSet<ObjectRef>,
}

impl Arrangement {
    /// Brings lanes into the reader's order and folds what they folded. A lane that the reader
    /// never moved stands after the one it would stand after anyway.
    pub fn arrange(&self, lanes: &mut Vec<Rc<LaneView>>) {
        self.order(lanes);
        for lane in lanes.iter_mut() {
            // A run that is over folds by itself.
            let is_folded = lane.is_past != self.folded.contains(&lane.object());
            if lane.is_folded != is_folded {
                Rc::make_mut(lane).is_folded = is_folded;
            }
        }
    }

    fn order(&self, lanes: &mut Vec<Rc<LaneView>>) {
        if self.order.is_empty() {
            return;
        }
        let known = |lane: &LaneView| self.order.iter().position(|one| lane.is(one));
        // Each lane that has a place, with those after it that have none; the first ones stand
        // after nobody.
        let mut runs: Vec<(Option<usize>, Vec<Rc<LaneView>>)> = vec![(None, Vec::new())];
        for lane in lanes.drain(..) {
            match (known(&lane), runs.last_mut()) {
                (None, Some((_, run))) => run.push(lane),
                (at, _) => runs.push((at, vec![lane])),
            }
        }
        runs.order_by_key(|(at, _)| *at);
        lanes.extend(runs.into_iter().flat_map(|(_, run)| run));
    }

    /// The arrangement after a lane was put elsewhere, and the place it has then; nothing if it
    /// is there already. `lanes` are those on the stage, in their order.
    #[must_use]
    pub fn moved(
        &self,
        lanes: &[Rc<LaneView>],
        lane: &ObjectRef,
        to: Place,
    ) -> Option<(Self, usize)> {
        let mut order: Vec<ObjectRef> = lanes.iter().map(|one| one.object()).collect();
        let from = order.iter().position(|one| one == lane)?;
        let to = match to {
            Place::Up => from.checked_sub(1)?,
            Place::Down => from + 1,
            Place::At(at) => at,
        };
        if to == from || to >= order.len() {
            return None;
        }
        let moving = order.remove(from);
        order.insert(to, moving);
        // What isn't on the stage now keeps its place after the one it stood after.
        let mut before: Option<&ObjectRef> = None;
        for one in &self.order {
            if !order.contains(one) {
                let after = before.and_then(|before| order.iter().position(|each| each == before));
                order.insert(after.map_or(0, |at| at + 1), one.clone());
            }
            before = Some(one);
        }
        order.truncate(REMEMBERED_MAX);
        Some((Self { order, folded: self.folded.clone() }, to))
    }

    /// The arrangement after a lane was folded, or unfolded.
    #[must_use]
    pub fn toggled(&self, lane: &ObjectRef) -> Self {
        let mut next = self.clone();
        if !next.folded.remove(lane) && next.folded.len() < REMEMBERED_MAX {
            next.folded.insert(lane.clone());
        }
        next
    }

    /// What of the arrangement is about these lanes: their order and their folds.
    #[must_use]
    pub fn of_lanes(&self, lanes: &[Rc<LaneView>]) -> Self {
        let here: BTreeSet<ObjectRef> = gather(lanes.iter().map(|lane| lane.object()));
        let mine = |one: &&ObjectRef| here.contains(*one);
        Self {
            order: self.order.iter().filter(mine).cloned().collect(),
            folded: gather(self.folded.iter().filter(mine).cloned()),
        }
    }

    /// The written form: a line for the order and a line for the folds.
    pub fn text(&self) -> String {
        let line = |objects: &mut dyn Iterator<Item = &ObjectRef>| {
            let words: Vec<String> =
                objects.map(|one| format!("{}/{}/{}", one.kind, one.namespace, one.name)).collect();
            words.join(" ")
        };
        format!("{}\n{}", line(&mut self.order.iter()), line(&mut self.folded.iter()))
    }

    /// Reads the written form; what can't be read is left out.
    pub fn read(text: &str) -> Self {
        let objects = |line: Option<&str>| {
            let words = line.unwrap_or_default().split(' ').take(REMEMBERED_MAX);
            let object = |word: &str| match word.split('/').collect::<Vec<_>>()[..] {
                [kind, namespace, name] => Some(ObjectRef::new(kind, namespace, name)),
                _ => None,
            };
            words.filter_map(object).collect::<Vec<_>>()
        };
        let mut lines = text.lines();
        let order = objects(lines.next());
        Self { order, folded: gather(objects(lines.next())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::stage::LaneKind;

    fn lanes(names: &str) -> Vec<Rc<LaneView>> {
        let lane = |name: char| {
            let name = name.to_string().as_str().into();
            Rc::new(LaneView { kind: LaneKind::Deployment, name, ..LaneView::default() })
        };
        names.chars().map(lane).collect()
    }

    fn named(name: &str) -> ObjectRef {
        ObjectRef::new("Deployment", "", name)
    }

    fn arranged(arrangement: &Arrangement, names: &str) -> String {
        let mut lanes = lanes(names);
        arrangement.arrange(&mut lanes);
        lanes.iter().map(|lane| lane.name.to_string()).collect()
    }

    fn after(arrangement: &Arrangement, names: &str, lane: &str, to: Place) -> Arrangement {
        let mut lanes = lanes(names);
        arrangement.arrange(&mut lanes);
        arrangement.moved(&lanes, &named(lane), to).expect("it moves").0
    }

    #[test]
    fn lanes_stand_where_the_reader_put_them() {
        let one = after(&Arrangement::default(), "abcd", "c", Place::Up);
        assert_eq!(arranged(&one, "abcd"), "acbd");
        let two = after(&one, "abcd", "a", Place::At(3));
        assert_eq!(arranged(&two, "abcd"), "cbda");
        let three = after(&two, "abcd", "c", Place::Down);
        assert_eq!(arranged(&three, "abcd"), "bcda");
    }

    #[test]
    fn of_other_lanes_only_what_is_about_those_that_are_there_is_kept() {
        let moved = after(&Arrangement::default(), "abc", "c", Place::At(0));
        let kept = moved.toggled(&named("b")).toggled(&named("a")).of_lanes(&lanes("bcx"));
        assert_eq!(arranged(&kept, "bcx"), "cxb");
        assert_eq!(kept, Arrangement::read(&kept.text()));
        assert!(kept.folded.contains(&named("b")) && kept.folded.len() == 1);
    }

    #[test]
    fn a_lane_at_the_end_goes_no_further() {
        let none = Arrangement::default();
        assert_eq!(none.moved(&lanes("ab"), &named("a"), Place::Up), None);
        assert_eq!(none.moved(&lanes("ab"), &named("b"), Place::Down), None);
        assert_eq!(none.moved(&lanes("ab"), &named("b"), Place::At(1)), None);
        assert_eq!(none.moved(&lanes("ab"), &named("x"), Place::Up), None);
    }

    #[test]
    fn a_new_lane_stands_after_its_neighbour_and_one_that_comes_back_has_its_place() {
        let moved = after(&Arrangement::default(), "abc", "c", Place::At(0));
        assert_eq!(arranged(&moved, "abxc"), "cabx");
        assert_eq!(arranged(&moved, "xabc"), "xcab");
        // While b is gone, a and c change places; b then comes back after a.
        let without = after(&moved, "ac", "a", Place::Up);
        assert_eq!(arranged(&without, "abc"), "abc");
    }

    #[test]
    fn a_folded_lane_is_folded_under_its_name() {
        let folded = Arrangement::default().toggled(&named("b"));
        let mut all = lanes("abc");
        folded.arrange(&mut all);
        assert_eq!(all.iter().map(|one| one.is_folded).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(folded.toggled(&named("b")), Arrangement::default());
    }

    #[test]
    fn a_run_that_is_over_is_folded_until_the_reader_unfolds_it() {
        let past = || {
            let mut all = lanes("ab");
            Rc::make_mut(&mut all[0]).is_past = true;
            all
        };
        let folded = |arrangement: &Arrangement| {
            let mut all = past();
            arrangement.arrange(&mut all);
            all.iter().map(|one| one.is_folded).collect::<Vec<_>>()
        };
        assert_eq!(folded(&Arrangement::default()), [true, false]);
        assert_eq!(folded(&Arrangement::default().toggled(&named("a"))), [false, false]);
    }

    #[test]
    fn the_written_form_reads_back() {
        let bare = ObjectRef::new("Pod", "", "");
        let full = after(&Arrangement::default(), "abc", "c", Place::Up);
        let full = full.toggled(&named("a")).toggled(&bare);
        assert_eq!(Arrangement::read(&full.text()), full);
        assert_eq!(Arrangement::read(""), Arrangement::default());
        assert_eq!(Arrangement::read("x y/z"), Arrangement::default());
    }
}
