//! What the reader looks at: which views must be made, and how they are cut.
//!
//! Owns plain values. It must not touch the engine. Invariant: two equal looks at one moment show
//! the same page.

use crate::command::{MainView, Tab};
use podium::view::stage::{Arrangement, ObjectRef};
use podium::view::timeline::Zoom;
use podium::view::words::Lang;
use std::rc::Rc;

/// What the side panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SideTab {
    /// What happened.
    #[default]
    Story,
    /// The selected object, whole.
    Inspect,
    /// The Events about it.
    Events,
}

/// What the reader looks at.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Look {
    pub(crate) lang: Lang,
    pub(crate) view: MainView,
    pub(crate) tab: Tab,
    /// How much time the timeline shows.
    pub(crate) zoom: Zoom,
    /// Where the timeline is held; none follows the present moment.
    pub(crate) held_us: Option<u64>,
    /// The run that the one on screen is compared with.
    pub(crate) compare: Option<u32>,
    /// The workloads that the ledger shows, where they were chosen.
    pub(crate) picks: [Option<ObjectRef>; 2],
    /// The object that the story is about; none tells everything.
    pub(crate) about: Option<ObjectRef>,
    /// How many steps back the story goes beyond its newest entries.
    pub(crate) earlier: u32,
    /// What the side panel shows.
    pub(crate) side: SideTab,
    /// The object that the side panel shows more of; none while it tells the story.
    pub(crate) inspected: Option<ObjectRef>,
    /// The order of the lanes and which are folded.
    pub(crate) arrangement: Rc<Arrangement>,
}

impl Look {
    /// Whether the ledger is on screen.
    pub(crate) fn has_ledger(&self) -> bool {
        self.view == MainView::Ledger || self.compares()
    }

    /// Whether the large timeline is on screen.
    pub(crate) fn has_timeline(&self) -> bool {
        self.view == MainView::Timeline
    }

    /// Whether two runs are on screen.
    pub(crate) fn compares(&self) -> bool {
        self.view == MainView::Timeline && self.compare.is_some()
    }

    /// Shows another view; a phone's tab goes with it.
    pub(crate) fn show(&mut self, view: MainView) {
        self.view = view;
        self.tab = match view {
            MainView::Stage => Tab::Stage,
            MainView::Ledger => Tab::Ledger,
            MainView::Timeline => Tab::Timeline,
        };
    }

    /// Shows another of the phone's tabs; the view goes with it where there is one.
    pub(crate) fn show_tab(&mut self, tab: Tab) {
        self.tab = tab;
        self.view = match tab {
            Tab::Stage => MainView::Stage,
            Tab::Ledger => MainView::Ledger,
            Tab::Timeline => MainView::Timeline,
            Tab::Yaml | Tab::Story => self.view,
        };
    }
}

impl MainView {
    /// The name under which the choice is kept.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            MainView::Stage => "stage",
            MainView::Ledger => "ledger",
            MainView::Timeline => "timeline",
        }
    }

    /// The view of a kept name.
    pub(crate) fn by_id(id: &str) -> Option<Self> {
        [MainView::Stage, MainView::Ledger, MainView::Timeline]
            .into_iter()
            .find(|view| view.id() == id)
    }
}
