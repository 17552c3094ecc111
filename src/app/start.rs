//! How the page begins: what was kept from last time, and a cluster that already runs.
//!
//! Owns the first state. Invariant: whatever the storage holds, the page starts.

use crate::browser::{self, set_root_attribute};
use crate::command::MainView;
use crate::crash;
use crate::examples::Example;
use crate::layout::Layout;
use crate::look::Look;
use crate::scale::Scale;
use crate::session::{Extent, Session};
use crate::state::{Notice, Said, State};
use crate::storage::{self, Key, Trouble};
use crate::theme::Theme;
use podium::view::stage::Arrangement;
use podium::view::transport::{SECOND_US, Speed};
use podium::view::words::{Lang, PageWords};
use std::cell::RefCell;
use std::rc::Rc;

/// The seed of every run until a link or a reader brings another.
pub(crate) const SEED: u64 = 1;
/// How much of the run has passed when the page opens, so that the Pods are there.
const WARM_US: u64 = 40 * SECOND_US;

/// The first state and the cluster behind it.
#[derive(Clone)]
pub(crate) struct Start {
    pub(crate) state: State,
    pub(crate) layout: Layout,
    /// Why nothing can be kept, if so.
    pub(crate) trouble: Option<Trouble>,
    pub(crate) session: Rc<RefCell<Session>>,
}

impl PartialEq for Start {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

/// Begins in this browser.
pub(crate) fn start() -> Start {
    let lang = language();
    storage::claim();
    let mut start = begin(lang, Layout::now);
    start.trouble = storage::save(Key::Lang, lang.tag()).err();
    if let Some(trouble) = start.trouble {
        start.state.notice = Some(Notice::Storage(trouble));
    }
    start
}

/// Begins in a language and an arrangement, the latter asked for once the scale is known.
pub(crate) fn begin(lang: Lang, layout: impl FnOnce() -> Layout) -> Start {
    let example = match storage::load(Key::Example) {
        Some(id) => Example::by_id(&id),
        None => Some(Example::default()),
    };
    let kept = |key| {
        let fallback = || example.unwrap_or_default().text(lang);
        storage::load(key).map_or_else(fallback, Rc::from)
    };
    let text: Rc<str> = kept(Key::Text);
    let applied: Rc<str> = kept(Key::Applied);
    crash::note_text(&text);
    crash::note_run(SEED, lang);
    crash::note_beginning(&applied);
    let (mut session, answer) = Session::new(&applied, SEED, lang);
    session.seek(WARM_US);
    let problems = match answer {
        Ok(_) => Vec::new(),
        Err(problems) if applied == text => problems,
        Err(_) => session.check(&text, lang),
    };
    let arrangement = storage::load(Key::Lanes)
        .map_or_else(Rc::default, |text| Rc::new(Arrangement::read(&text)));
    let mut look = Look { lang, arrangement, ..Look::default() };
    if let Some(view) = storage::load(Key::View).as_deref().and_then(MainView::by_id) {
        look.show(view);
    }
    let scale = Scale::initial();
    // Before anything is measured.
    set_root_attribute("data-scale", scale.name());
    let layout = layout();
    // After a text broke the page twice, or when it was typed beside an empty cluster.
    let is_idle = session.applied().is_empty() && problems.is_empty() && !text.trim().is_empty();
    let has_editor = matches!(layout, Layout::Full | Layout::Rail) && look.view == MainView::Stage;
    let said = Said::Told(PageWords::of(lang).not_applied.into());
    let state = State {
        lang,
        theme: Theme::initial(),
        drawer: None,
        playing: true,
        speed: Speed::default(),
        views: session.views(&look, Extent::All),
        look,
        text,
        own: storage::load(Key::Own).map(Rc::from),
        example,
        problems: Rc::new(problems),
        problem: 0,
        notice: is_idle.then_some(Notice::NotApplied),
        said: (is_idle && !has_editor).then_some(said),
        selected: None,
        help: false,
        welcome: false,
        single_keys: storage::load(Key::SingleKeys).as_deref() != Some("off"),
        scale,
    };
    Start { state, layout, trouble: None, session: Rc::new(RefCell::new(session)) }
}

/// The kept language, else the browser's.
fn language() -> Lang {
    let kept = storage::load(Key::Lang).or_else(|| browser::window()?.navigator().language());
    match kept {
        Some(tag) if tag.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}
