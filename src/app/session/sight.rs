//! The views that need more than the present moment: the ledger, what lies ahead, other runs.
//!
//! Owns what was read of the trace, the runs that rest, and the look ahead. Invariant: looking
//! ahead and comparing change nothing of the run on screen, and take a frame's spare time only.

use super::Session;
use crate::frames::within_ms;
use crate::look::Look;
use podium::cluster::Cluster;
use podium::view::compare::{CompareView, Side, compare};
use podium::view::ledger::Book;
use podium::view::scene::{self, Ahead, Chronicle, Companion, Outlook, Record, RunView, Runs};
use podium::view::stage::{Arrangement, StageView};
use podium::view::timeline::{TimelineView, Window};
use podium::view::words::Lang;
use std::rc::Rc;

/// How much of a frame may go to looking ahead and to the run that is compared.
const SPARE_MS: f64 = 4.0;
/// Steps between two looks at the clock.
const STEPS: u64 = 32;

/// What was read and what rests.
#[derive(Default)]
pub(super) struct Sight {
    pub(super) runs: Runs,
    pub(super) record: Record,
    pub(super) chronicle: Chronicle,
    outlook: Outlook,
    companion: Option<Companion>,
    is_companion_there: bool,
    large: Option<(Seen, Rc<TimelineView>)>,
}

/// What the large timeline was made from.
#[derive(Clone, PartialEq)]
struct Seen {
    run: u32,
    edition: u64,
    known_us: u64,
    is_ahead: bool,
    entries: usize,
    arrangement: Rc<Arrangement>,
}

/// The window of the timeline that a look shows.
pub(crate) fn window(look: &Look, now_us: u64, reached_us: u64) -> Window {
    Window::new(look.zoom, look.held_us, now_us, reached_us)
}

impl Session {
    /// Forks the run at the present moment; gives the letters of the new one and the old one.
    pub(crate) fn fork(&mut self) -> Option<(char, char)> {
        let sight = self.sight.get_mut();
        let old = sight.runs.letter(sight.runs.current())?;
        let parent = sight.runs.current();
        let id = sight.runs.fork(&mut self.cluster)?;
        self.texts.fork(parent, self.cluster.now().0, id);
        sight.outlook.forget();
        *self.made.get_mut() = None;
        Some((sight.runs.letter(id)?, old))
    }

    /// Keeps what was done after the present moment before something else is done at it.
    pub(crate) fn keep_ahead(&mut self, lang: Lang) -> Option<Ahead> {
        let sight = self.sight.get_mut();
        let run = sight.runs.current();
        let ahead = sight.runs.keep_ahead(&mut self.cluster, lang)?;
        let (now_us, new) = (self.cluster.now().0, sight.runs.current());
        if new == run {
            self.texts.cut(run, now_us);
        } else {
            self.texts.fork(run, now_us, new);
        }
        sight.outlook.forget();
        *self.made.get_mut() = None;
        Some(ahead)
    }

    /// Shows another run.
    pub(crate) fn show_run(&mut self, id: u32) {
        let sight = self.sight.get_mut();
        if sight.runs.switch(id, &mut self.cluster) {
            sight.record = Record::default();
            sight.chronicle = Chronicle::default();
            sight.outlook.forget();
            sight.companion = None;
            // What waits was asked in the run that rests now.
            self.waiting.clear();
        }
        *self.made.get_mut() = None;
    }

    /// Closes a run that is not on screen, and says its letter.
    pub(crate) fn close_run(&mut self, id: u32) -> Option<char> {
        let sight = self.sight.get_mut();
        let letter = sight.runs.close(id);
        sight.companion = sight.companion.take().filter(|one| one.id() != id);
        *self.made.get_mut() = None;
        letter
    }

    /// Brings back the run that was closed last.
    pub(crate) fn reopen_run(&mut self) {
        self.sight.get_mut().runs.reopen();
        *self.made.get_mut() = None;
    }

    /// Lets go of what was closed.
    pub(crate) fn forget_closed(&mut self) {
        self.sight.get_mut().runs.forget_closed();
    }

    /// The number of the run on screen.
    pub(crate) fn run(&self) -> u32 {
        self.sight.borrow().runs.current()
    }

    /// Uses a frame's spare time for what the look asks for; true if there is something new to
    /// show.
    pub(crate) fn look_ahead(&self, look: &Look) -> bool {
        if !look.has_timeline() {
            return false;
        }
        let sight = &mut *self.sight.borrow_mut();
        let before = (sight.outlook.known_us(), sight.is_companion_there);
        sight.follow(look, self.cluster.now().0);
        if !look.compares() {
            let now_us = self.cluster.now().0;
            let to_us = window(look, now_us, self.cluster.end().0).to_us;
            let run = sight.runs.current();
            within_ms(SPARE_MS, || sight.outlook.look(run, &self.cluster, to_us, STEPS));
        }
        before != (sight.outlook.known_us(), sight.is_companion_there)
    }

    /// The ledger, if it is on screen.
    pub(super) fn book(&self, look: &Look, stage: &StageView, record: &Record) -> Rc<Book> {
        if look.has_ledger() {
            Rc::new(scene::book(&self.cluster, record, &stage.lanes))
        } else {
            Rc::default()
        }
    }

    /// The runs as the page lists them.
    pub(super) fn run_views(&self, lang: Lang) -> Rc<Vec<RunView>> {
        Rc::new(self.sight.borrow().runs.views(&self.cluster, lang))
    }

    /// The large timeline with what is expected, and up to which moment it is known.
    pub(super) fn large(&self, look: &Look, stage: &StageView) -> (Rc<TimelineView>, u64) {
        let now_us = self.cluster.now().0;
        if !look.has_timeline() {
            return (Rc::default(), now_us);
        }
        let sight = &mut *self.sight.borrow_mut();
        let run = sight.runs.current();
        let known_us = sight.outlook.known_us();
        let is_ahead = sight.outlook.is_of(run, &self.cluster) && known_us > now_us;
        let seen = Seen {
            run,
            edition: self.cluster.edition(),
            known_us: if is_ahead { known_us } else { 0 },
            is_ahead,
            entries: if is_ahead { 0 } else { self.cluster.trace().len() },
            arrangement: look.arrangement.clone(),
        };
        let shown_us = if is_ahead { known_us } else { now_us };
        if let Some((before, view)) = &sight.large
            && *before == seen
        {
            return (view.clone(), shown_us);
        }
        let view = match sight.outlook.read().filter(|_| is_ahead) {
            Some((ahead, record)) => {
                let mut lanes = scene::stage(ahead).lanes;
                look.arrangement.arrange(&mut lanes);
                scene::timeline(record, &lanes)
            }
            None => scene::timeline(&sight.record, &stage.lanes),
        };
        let view = Rc::new(view);
        sight.large = Some((seen, view.clone()));
        (view, shown_us)
    }

    /// The run on screen beside another one at the present moment.
    pub(super) fn comparison(
        &self,
        look: &Look,
        stage: &StageView,
        book: &Book,
    ) -> Option<Rc<CompareView>> {
        if !look.compares() {
            return None;
        }
        let sight = &mut *self.sight.borrow_mut();
        let mine = sight.runs.letter(sight.runs.current())?;
        let companion = sight.companion.as_mut()?;
        let other = sight.runs.letter(companion.id())?;
        let (cluster, record) = companion.read();
        let (there, there_book) = picture(cluster, record, &look.arrangement);
        let sides = [
            &Side { letter: mine, stage, book },
            &Side { letter: other, stage: &there, book: &there_book },
        ];
        let now_us = self.cluster.now().0;
        Some(Rc::new(compare(now_us, sight.is_companion_there, sides)))
    }
}

fn picture(cluster: &Cluster, record: &Record, arrangement: &Arrangement) -> (StageView, Book) {
    let mut stage = scene::stage(cluster);
    scene::mark_left(record, &mut stage);
    arrangement.arrange(&mut stage.lanes);
    let book = scene::book(cluster, record, &stage.lanes);
    (stage, book)
}

impl Sight {
    /// Brings the run that is compared to the present moment.
    fn follow(&mut self, look: &Look, now_us: u64) {
        let wanted = look.compare.filter(|_| look.compares());
        let fits = |one: &Companion| Some(one.id()) == wanted && one.is_of(&self.runs);
        if !self.companion.as_ref().is_some_and(fits) {
            self.companion = wanted.and_then(|id| Companion::new(&self.runs, id));
        }
        self.is_companion_there = match &mut self.companion {
            Some(companion) => within_ms(SPARE_MS, || companion.follow(now_us, STEPS)),
            None => false,
        };
    }
}
