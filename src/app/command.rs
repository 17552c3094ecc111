//! What the reader can ask for: the one way from a component to the rest of the page.
//!
//! Owns the list of commands. It must not know how any is carried out. Invariant: a component
//! changes nothing by itself; it sends a command.

use crate::examples::Example;
use crate::look::SideTab;
use crate::scale::Scale;
use crate::state::Said;
use crate::theme::Theme;
use crate::welcome::Way;
use podium::view::stage::{ObjectRef, StageAction};
use podium::view::timeline::Zoom;
use podium::view::transport::Speed;
use podium::view::words::Lang;
use std::rc::Rc;

/// What a reader asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Command {
    /// Start or stop the clock.
    TogglePlay,
    /// Run to the next event.
    NextEvent,
    /// Go back to the event before.
    PreviousEvent,
    /// Go to a moment.
    Seek(u64),
    /// Go so much further, or back, from the moment last asked for.
    SeekBy(i64),
    /// Let time go faster or slower.
    Speed(Speed),
    /// The text was edited.
    Edit(Rc<str>),
    /// Put another text, of a file, in place of the one there.
    Load(Rc<str>),
    /// Apply the text to the running cluster.
    Apply,
    /// Take the shown problem's fix, without an editor to type it.
    Fix,
    /// Show another problem.
    ShowProblem(usize),
    /// Open an example in a new cluster.
    Open(Example),
    /// Begin one of the ways of the welcome: open its example and show what to act on first.
    Begin(Way),
    /// Start an empty cluster with an empty text.
    OpenEmpty,
    /// Put the reader's own text back, in a new cluster.
    OpenOwn,
    /// What was done on the stage.
    Stage(StageAction),
    /// Select an object, or nothing.
    Select(Option<ObjectRef>),
    /// Speak another language.
    Speak(Lang),
    /// Use another theme.
    UseTheme(Theme),
    /// Show another view in the middle.
    Show(MainView),
    /// Show another part on a phone.
    ShowTab(Tab),
    /// Let the timeline show more or less time, held at a moment or following.
    Zoom(Zoom, Option<u64>),
    /// Fork the run at this moment.
    Fork,
    /// Show another run.
    ShowRun(u32),
    /// Close a run that is not on screen.
    CloseRun(u32),
    /// Bring back the run that was closed last.
    ReopenRun,
    /// Compare the run on screen with another, or with none.
    Compare(Option<u32>),
    /// Show another workload on a side of the ledger.
    Pick(usize, ObjectRef),
    /// Tell the story of one object, or of everything.
    About(Option<ObjectRef>),
    /// Show more of the story's earlier entries.
    Earlier,
    /// Go to a moment and select what the story tells of there.
    Visit(u64, Option<ObjectRef>),
    /// Show another tab of the side panel.
    ShowSide(SideTab),
    /// Open or close a drawer.
    ToggleDrawer(Side),
    /// Show the welcome, or leave it.
    Welcome(bool),
    /// Open or close the keyboard overlay.
    Help(bool),
    /// Turn single keys on or off.
    SingleKeys(bool),
    /// Use another scale.
    UseScale(Scale),
    /// Say something for a moment, or nothing any more.
    Say(Option<Said>),
    /// Put away what the page said about itself.
    Dismiss,
    /// Go to the editor.
    FocusEditor,
}

impl Command {
    /// Whether it changes the run or the moment on screen, or begins another.
    pub(crate) const fn is_about_run(&self) -> bool {
        use Command::{
            Apply, Begin, CloseRun, Fork, NextEvent, Open, OpenEmpty, OpenOwn, PreviousEvent,
            ReopenRun, Seek, SeekBy, ShowRun, Stage, Visit,
        };
        matches!(
            self,
            Apply
                | Begin(_)
                | CloseRun(_)
                | Fork
                | NextEvent
                | Open(_)
                | OpenEmpty
                | OpenOwn
                | PreviousEvent
                | ReopenRun
                | Seek(_)
                | SeekBy(_)
                | ShowRun(_)
                | Stage(_)
                | Visit(..)
        )
    }

    /// Whether it goes by the moment on screen, which has to be the one that was asked for last.
    pub(crate) const fn is_about_present(&self) -> bool {
        let is_going = matches!(self, Self::Seek(_) | Self::SeekBy(_) | Self::Visit(..));
        matches!(self, Self::TogglePlay) || (self.is_about_run() && !is_going)
    }
}

/// What the middle of the page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MainView {
    /// The nodes and their Pods.
    #[default]
    Stage,
    /// What every replacement kept.
    Ledger,
    /// The lives of the Pods, and other runs.
    Timeline,
}

/// What a phone shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// The stage with the newest sentence.
    #[default]
    Stage,
    /// The manifest.
    Yaml,
    /// The whole story.
    Story,
    /// Before and after.
    Ledger,
    /// The timeline.
    Timeline,
}

/// A side of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The manifest's.
    Left,
    /// The story's.
    Right,
}
