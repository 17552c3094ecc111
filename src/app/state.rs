//! The page's state: everything that a picture of it depends on.
//!
//! Owns one plain value and its changes. It must not touch the engine, the browser or the clock.
//! Invariant: the same state draws the same page.

use crate::command::{MainView, Side, Tab};
use crate::examples::Example;
use crate::look::{Look, SideTab};
use crate::scale::Scale;
use crate::session::Views;
use crate::storage::Trouble;
use crate::theme::Theme;
use podium::view::editor::{Problem, follow};
use podium::view::scene::Ahead;
use podium::view::stage::{Arrangement, ObjectRef};
use podium::view::timeline::Zoom;
use podium::view::transport::Speed;
use podium::view::words::Lang;
use std::rc::Rc;
use yew::prelude::*;

/// What the page says about itself, in one line under the editor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Notice {
    /// What applying did, one line an object.
    Applied(Rc<Vec<String>>),
    /// The cluster refused a command.
    Refused(Rc<str>),
    /// There is nothing to apply.
    Empty,
    /// There is a text, and nothing runs.
    NotApplied,
    /// The browser keeps nothing.
    Storage(Trouble),
}

/// What the page says for a moment, wherever the reader looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// A run goes on under the first letter; the one before is kept under the second.
    Forked(char, char),
    /// A person acted before what they had done later.
    Ahead(Ahead),
    /// A run was closed; it can come back for as long as this is said.
    Closed(char),
    /// There is no room for another run.
    NoRoom,
    /// Nothing is left to happen by itself.
    AtRest,
    /// Something was copied.
    Copied,
    /// The browser forbids copying.
    CopyRefused,
    /// A picture was saved.
    Saved,
    /// The browser could not make the picture.
    NoPicture,
    /// Something else, in whole words.
    Told(Rc<str>),
    /// Something that eyes see by themselves.
    Heard(Rc<str>),
}

/// The page's state.
#[derive(Clone, PartialEq)]
pub(crate) struct State {
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    pub(crate) look: Look,
    pub(crate) drawer: Option<Side>,
    pub(crate) playing: bool,
    pub(crate) speed: Speed,
    pub(crate) views: Views,
    pub(crate) text: Rc<str>,
    pub(crate) own: Option<Rc<str>>,
    pub(crate) example: Option<Example>,
    pub(crate) problems: Rc<Vec<Problem>>,
    pub(crate) problem: usize,
    pub(crate) notice: Option<Notice>,
    pub(crate) said: Option<Said>,
    pub(crate) selected: Option<ObjectRef>,
    pub(crate) help: bool,
    /// Whether the welcome lies over the view.
    pub(crate) welcome: bool,
    pub(crate) single_keys: bool,
    pub(crate) scale: Scale,
}

/// A change of the state.
pub(crate) enum Action {
    /// Time went on, or the cluster changed.
    Views(Views),
    /// The clock starts or stops.
    Playing(bool),
    /// Another speed.
    Speed(Speed),
    /// The text was edited.
    Edited(Rc<str>),
    /// The text was looked at.
    Checked(Rc<Vec<Problem>>),
    /// The text runs.
    Applied(Rc<Vec<String>>),
    /// Another text came from outside; the reader's own before it is set aside.
    Loaded(Option<Rc<str>>),
    /// Another text runs in a new cluster.
    Opened {
        text: Rc<str>,
        example: Option<Example>,
        own: Option<Rc<str>>,
        arrangement: Rc<Arrangement>,
    },
    /// Another problem is shown.
    Problem(usize),
    /// Another object is selected.
    Selected(Option<ObjectRef>),
    /// Another language.
    Lang(Lang),
    /// Another theme.
    Theme(Theme),
    /// Another view in the middle.
    View(MainView),
    /// Another tab of the phone.
    Tab(Tab),
    /// The side panel shows another tab.
    Side(SideTab),
    /// The side panel shows a tab, wherever it is.
    Reveal(SideTab),
    /// A drawer opens or closes.
    Drawer(Side),
    /// The timeline shows more or less time, and is held at a moment or follows.
    Zoom(Zoom, Option<u64>),
    /// Another run is compared, or none.
    Compare(Option<u32>),
    /// The ledger shows another workload on a side.
    Pick(usize, ObjectRef),
    /// The story is about an object, or about everything.
    About(Option<ObjectRef>),
    /// The story goes further back.
    Earlier,
    /// The lanes stand in another order, or others are folded.
    Arranged(Rc<Arrangement>),
    /// The welcome opens, or is left.
    Welcome(bool),
    /// The keyboard overlay opens or closes.
    Help(bool),
    /// Single keys go on or off.
    SingleKeys(bool),
    /// Another scale.
    Scale(Scale),
    /// The page says something for a moment, or nothing any more.
    Said(Option<Said>),
    /// The page says something about itself, or nothing.
    Notice(Option<Notice>),
}

/// An example's text in another language; any other text as it is.
pub(crate) fn in_language(
    example: Option<Example>,
    text: &Rc<str>,
    from: Lang,
    to: Lang,
) -> Rc<str> {
    match example {
        Some(example) if *text == example.text(from) => example.text(to),
        _ => text.clone(),
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Views(views) => next.views = views,
            Action::Playing(playing) => next.playing = playing,
            Action::Speed(speed) => next.speed = speed,
            Action::Edited(text) => next.edited(text),
            Action::Checked(problems) => next.found(problems),
            Action::Applied(lines) => {
                next.found(Rc::default());
                next.notice = Some(Notice::Applied(lines));
            }
            Action::Loaded(own) => {
                next.example = None;
                next.own = own;
            }
            Action::Opened { text, example, own, arrangement } => {
                next.text = text;
                next.example = example;
                next.own = own;
                next.notice = None;
                next.selected = None;
                next.welcome = false;
                next.said = None;
                next.look = Look {
                    lang: next.lang,
                    view: next.look.view,
                    tab: next.look.tab,
                    side: next.look.side,
                    arrangement,
                    ..Look::default()
                };
                next.found(Rc::default());
            }
            Action::Problem(at) => next.problem = at,
            Action::Selected(selected) => next.selected = selected,
            Action::Lang(lang) => {
                next.text = in_language(next.example, &next.text, next.lang, lang);
                (next.lang, next.look.lang) = (lang, lang);
            }
            Action::Theme(theme) => next.theme = theme,
            Action::View(view) => next.show(|look| look.show(view)),
            Action::Tab(tab) => next.show(|look| look.show_tab(tab)),
            Action::Zoom(zoom, held_us) => {
                next.look.zoom = zoom;
                next.look.held_us = held_us;
            }
            Action::Compare(run) => next.look.compare = run,
            Action::Pick(side, object) => {
                let before = next.look.picks[side].take();
                let other = &mut next.look.picks[1 - side];
                if other.as_ref() == Some(&object) {
                    // A workload stands on one side at a time; the two change places.
                    *other = before;
                }
                next.look.picks[side] = Some(object);
            }
            Action::About(object) => {
                next.look.about = object;
                next.look.earlier = 0;
            }
            Action::Earlier => next.look.earlier += 1,
            Action::Side(tab) => next.look.side = tab,
            Action::Reveal(tab) => {
                next.look.side = tab;
                next.look.tab = Tab::Story;
                next.welcome = false;
                next.drawer = Some(Side::Right);
            }
            Action::Arranged(arrangement) => next.look.arrangement = arrangement,
            Action::Drawer(side) => {
                next.drawer = if next.drawer == Some(side) { None } else { Some(side) };
            }
            Action::Welcome(open) => (next.welcome, next.drawer) = (open, None),
            Action::Help(open) => next.help = open,
            Action::SingleKeys(on) => next.single_keys = on,
            Action::Scale(scale) => next.scale = scale,
            Action::Said(said) => next.said = said,
            Action::Notice(notice) => next.notice = notice,
        }
        let has_object = next.look.side != SideTab::Story;
        next.look.inspected = next.selected.clone().filter(|_| has_object);
        Rc::new(next)
    }
}

impl State {
    /// How many Pods there are to draw.
    pub(crate) fn pods(&self) -> usize {
        self.views.stage.pods()
    }

    /// A drawer lies over the view that it was opened in, not over the next one; what was said of
    /// the one is no word of the other, unless it offers a way back.
    fn show(&mut self, change: impl FnOnce(&mut Look)) {
        change(&mut self.look);
        (self.drawer, self.welcome) = (None, false);
        self.said.take_if(|said| !matches!(said, Said::Closed(_)));
    }

    /// Problems move with the text until it is looked at again; what was edited takes its own away.
    fn edited(&mut self, text: Rc<str>) {
        if self.text != text {
            let moved = follow(&self.problems, &self.text, &text);
            self.text = text;
            self.found(Rc::new(moved));
            if !matches!(self.notice, Some(Notice::Storage(_))) {
                self.notice = None;
            }
        }
    }

    fn found(&mut self, problems: Rc<Vec<Problem>>) {
        self.problem = self.problem.min(problems.len().saturating_sub(1));
        self.problems = problems;
    }
}
