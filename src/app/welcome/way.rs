//! The three ways to begin: what each opens, and where it leads the eye.
//!
//! Owns which object is the first to act on. It must not know the engine. Invariant: what a way
//! points at is on the stage, found in the view and not by a name that is written here.

use crate::examples::Example;
use podium::view::Identity;
use podium::view::stage::{LaneView, ObjectRef, StageView};
use podium::view::words::{Lang, PageWords, StageWords, page as phrases};
use std::rc::Rc;

/// A way to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// One Pod of each shape is deleted.
    Delete,
    /// Pods start and stop one after another.
    Order,
    /// A node is lost.
    LoseNode,
}

impl Way {
    /// Every way, in the order of the cards.
    pub(crate) const ALL: [Way; 3] = [Way::Delete, Way::Order, Way::LoseNode];

    /// The example that it opens.
    pub(crate) const fn example(self) -> Example {
        match self {
            Way::Delete => Example::WebAndDatabase,
            Way::Order => Example::StartInOrder,
            Way::LoseNode => Example::NodeLoss,
        }
    }

    /// Whether everything is up when it begins; else the start itself is what to watch.
    pub(crate) const fn begins_ready(self) -> bool {
        !matches!(self, Way::Order)
    }

    /// What it is called and what is to be seen.
    pub(super) const fn words(self, words: &PageWords) -> (&'static str, &'static str) {
        match self {
            Way::Delete => (words.way_delete, words.way_delete_about),
            Way::Order => (words.example_order, words.way_order_about),
            Way::LoseNode => (words.way_lose, words.way_lose_about),
        }
    }

    /// What to act on first, and a sentence that says how.
    pub(crate) fn lead(self, view: &StageView, lang: Lang) -> Option<(ObjectRef, String)> {
        let lane = |wanted: Identity| view.lanes.iter().find(|lane| lane.identity() == wanted);
        let stateful: &Rc<LaneView> = lane(Identity::Stateful)?;
        if self == Way::Order {
            return Some((stateful.object(), phrases::lead_order(lang, &stateful.name)));
        }
        let pod = stateful.pods.get(1).or(stateful.pods.first())?;
        if self == Way::Delete {
            let other = &lane(Identity::Stateless)?.name;
            return Some((pod.object(), phrases::lead_delete(lang, &pod.name, other)));
        }
        let node = view.nodes.iter().find(|node| pod.node.as_ref() == Some(&node.name))?;
        let act = StageWords::of(lang).fail_node;
        Some((node.object(), phrases::lead_lose(lang, &pod.name, &node.name, act)))
    }
}
