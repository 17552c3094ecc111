//! Carries out the reader's commands: the one place that drives the session.
//!
//! Owns the running session and the pace of saving and checking. Invariant: each command ends in
//! a new state or in none; no component sees the session.

mod deeds;
mod seeking;

use crate::browser::set_root_attribute;
use crate::command::{Command, MainView, Side, Tab};
use crate::crash;
use crate::editor::{self, Ask, Question};
use crate::examples::Example;
use crate::focus::focus_soon;
use crate::frames::{AfterFrame, Frames};
use crate::look::Look;
use crate::session::{Ended, Extent, Session, Views};
use crate::start::{SEED, Start};
use crate::state::{Action, Notice, Said, State, in_language};
use crate::storage::{self, Key, Trouble};
use crate::turns::FEW;
use crate::welcome::Way;
use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use podium::kubectl::{Applied, Applying, Checker};
use podium::text::Severity;
use podium::view::acts::Act;
use podium::view::editor::{partly_applied, problems};
use podium::view::scene::Ahead;
use podium::view::transport::Speed;
use podium::view::words::{Lang, stage as phrases};
use seeking::{Arriving, Seeking, seek};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::prelude::*;

/// How long after the last keystroke the text is kept.
const SAVE_MS: u32 = 250;
/// How long after the last keystroke the text is looked at.
const CHECK_MS: u32 = 200;
/// How long a text may be looked at before the page has its turn.
const CHECK_SLICE_MS: f64 = 10.0;

/// While time passes the stage is drawn in every frame, sentences and charts in each of so many:
/// nobody reads faster.
const FRAMES_PER_TEXT: u32 = 6;
/// The frame after the charts' in which the story has its turn where there are many Pods.
const STORY_FRAME: u32 = 3;
/// A frame that came this long after the one before was late.
const LATE_US: u64 = 25_000;
/// How many times as long sentences and charts may wait while frames are late.
const PATIENCE: u32 = 3;

type Dispatch = UseReducerDispatcher<State>;

/// What commands need between two renders.
struct Player {
    session: Rc<RefCell<Session>>,
    state: State,
    /// The newest text; the state has it one render later.
    text: Rc<str>,
    /// Why nothing could be kept; it is told once.
    trouble: Option<Trouble>,
    /// Asks before the page is left; there only after something could not be kept, for browsers
    /// let a page that asks go more slowly.
    asks: Option<EventListener>,
    dispatch: Option<Dispatch>,
    /// What the next frame draws while time passes.
    next: Option<Views>,
    /// The moment that is being gone to.
    seek: Option<Seeking>,
    /// What is drawn next of a moment that is reached.
    arriving: Option<Arriving>,
    /// The text that will be kept once the typing rests.
    save: Option<(Timeout, Rc<str>)>,
    check: Option<Timeout>,
    checker: Checker,
    /// The text that is being applied, and its next turn.
    work: Option<(Work, Option<Timeout>)>,
    /// The words of another language that are on their way.
    words: Option<AfterFrame>,
}

/// A text on its way into the cluster.
struct Work {
    text: Rc<str>,
    /// How far it is applied; none while it is looked at.
    applying: Option<Applying>,
}

type Shared = Rc<RefCell<Player>>;

/// Runs the page: gives the state, and the ways to ask about the text and to send commands.
#[hook]
pub(crate) fn use_player(start: &Start) -> (UseReducerHandle<State>, Ask, Callback<Command>) {
    let state = use_reducer(|| start.state.clone());
    let player = use_mut_ref(|| Player {
        session: start.session.clone(),
        state: start.state.clone(),
        text: start.state.text.clone(),
        trouble: start.trouble,
        asks: None,
        dispatch: None,
        next: None,
        seek: None,
        arriving: None,
        save: None,
        check: None,
        checker: Checker::default(),
        work: None,
        words: None,
    });
    {
        let mut player = player.borrow_mut();
        player.state = (*state).clone();
        player.dispatch = Some(state.dispatcher());
    }
    use_effect_with((), {
        let player = player.clone();
        move |()| {
            // Whoever leaves in the middle of a word finds it again; a phone tells of no more than
            // that the page can't be seen any longer.
            let document = gloo::utils::document();
            let hidden = EventListener::new(&document, "visibilitychange", {
                let player = player.clone();
                move |_| {
                    if gloo::utils::document().hidden() {
                        keep_typed(&player);
                    }
                }
            });
            if player.borrow().trouble.is_some() {
                ask_before_leaving(&player);
            }
            let leave = EventListener::new(&gloo::utils::window(), "pagehide", move |_| {
                keep_typed(&player);
            });
            move || drop((hidden, leave))
        }
    });
    use_effect_with((state.playing, state.speed), {
        let player = player.clone();
        move |&(playing, speed)| {
            if !playing {
                show(&player);
            }
            let since = Cell::new(0_u32);
            let frames = playing.then(|| {
                let drawer = player.clone();
                let draw = move || {
                    let next = drawer.borrow_mut().next.take();
                    if let Some(views) = next {
                        send(&drawer, Action::Views(views));
                    }
                };
                Frames::start(draw, move |real_us| {
                    // After a frame that took long, what can wait does.
                    let patience = if real_us > LATE_US { PATIENCE } else { 1 };
                    let frames = FRAMES_PER_TEXT * patience;
                    let count = since.get() + 1;
                    since.set(if count >= frames { 0 } else { count });
                    let turn = match count {
                        count if count >= frames => Turn::Texts,
                        STORY_FRAME => Turn::Story,
                        _ => Turn::Stage,
                    };
                    advance(&player, real_us, speed, turn);
                })
            });
            move || drop(frames)
        }
    });
    // Another look needs other views; what it needs besides is made in the frames' spare time.
    use_effect_with(state.look.clone(), {
        let player = player.clone();
        move |look| {
            show(&player);
            let frames = look.has_timeline().then(|| {
                Frames::start(
                    || (),
                    move |_| {
                        let is_new = {
                            let player = player.borrow();
                            player.session.borrow().look_ahead(&player.state.look)
                        };
                        if is_new {
                            show(&player);
                        }
                    },
                )
            });
            move || drop(frames)
        }
    });
    use_effect_with(state.theme, |theme| set_root_attribute("data-theme", theme.name()));
    let ask = use_callback(state.lang, {
        let session = start.session.clone();
        move |question: Question, lang| {
            if crash::is_down() { None } else { session.borrow().answer(&question, *lang) }
        }
    });
    let on = use_callback((), move |command, ()| {
        if !crash::is_down() {
            run(&player, command);
        }
    });
    (state, ask, on)
}

fn send(player: &Shared, action: Action) {
    let dispatch = player.borrow().dispatch.clone();
    if let Some(dispatch) = dispatch {
        dispatch.dispatch(action);
    }
}

/// Shows the session as it is now.
fn show(player: &Shared) {
    let views = views(player, Extent::All);
    // What was made for the next frame is of an earlier moment.
    player.borrow_mut().next = None;
    send(player, Action::Views(views));
}

/// Makes what another look needs before it is on screen, so that nothing stands there empty.
fn turn_to(player: &Shared, mut look: Look, change: impl FnOnce(&mut Look)) {
    change(&mut look);
    let views = state_session(player).borrow().views(&look, Extent::All);
    send(player, Action::Views(views));
}

fn views(player: &Shared, extent: Extent) -> Views {
    let player = player.borrow();
    let session = player.session.borrow();
    crash::note_moment(session.run(), session.now_us());
    session.views(&player.state.look, extent)
}

fn with_session<T>(player: &Shared, act: impl FnOnce(&mut Session) -> T) -> T {
    let session = state_session(player);
    let answer = act(&mut session.borrow_mut());
    show(player);
    tell_ended(player);
    answer
}

/// What a frame draws while time passes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Stage,
    /// The story where there are many Pods, for then much is told at once; else the stage.
    Story,
    /// Sentences and charts.
    Texts,
}

/// Lets time pass for one frame.
fn advance(player: &Shared, real_us: u64, speed: Speed, turn: Turn) {
    // A text is applied at one moment.
    if player.borrow().work.is_some() {
        return;
    }
    state_session(player).borrow_mut().advance(real_us, speed);
    let mut next = views(player, if turn == Turn::Texts { Extent::All } else { Extent::Stage });
    {
        // Two large drawings in one frame would take too long; the others have their turns.
        let player = player.borrow();
        let is_crowd = player.state.pods() > FEW;
        if turn == Turn::Texts || turn == Turn::Story && is_crowd {
            next.stage = player.state.views.stage.clone();
        }
        if turn != Turn::Story && is_crowd {
            next.story = player.state.views.story.clone();
        }
    }
    player.borrow_mut().next = Some(next);
    tell_ended(player);
}

fn tell_ended(player: &Shared) {
    let ended = state_session(player).borrow_mut().take_ended();
    for one in ended {
        told(player, &one);
    }
}

/// Tells how a drain ended: shortly when it ended well, else in kubectl's words, which stay.
fn told(player: &Shared, ended: &Ended) {
    let lang = player.borrow().state.lang;
    if ended.output.code == 0 {
        let text = phrases::drained(lang, &ended.node);
        send(player, Action::Said(Some(Said::Told(text.into()))));
        return;
    }
    let reason: Rc<str> = ended.output.stderr.trim_end().into();
    send(player, Action::Notice(Some(Notice::Refused(reason.clone()))));
    let text = phrases::drain_failed(lang, &ended.node, &reason);
    send(player, Action::Said(Some(Said::Told(text.into()))));
}

fn run(player: &Shared, command: Command) {
    if command.is_about_run() {
        go_on(player, false);
    }
    if command.is_about_present() {
        seeking::finish(player);
    }
    let state = {
        let player = player.borrow();
        State { text: player.text.clone(), ..player.state.clone() }
    };
    match command {
        Command::TogglePlay => send(player, Action::Playing(!state.playing)),
        Command::NextEvent => {
            send(player, Action::Playing(false));
            if !with_session(player, Session::next_event) {
                send(player, Action::Said(Some(Said::AtRest)));
            }
        }
        Command::PreviousEvent => {
            send(player, Action::Playing(false));
            with_session(player, Session::previous_event);
        }
        Command::Seek(at_us) => seek(player, |_| at_us),
        Command::SeekBy(by_us) => seek(player, |from| from.saturating_add_signed(by_us)),
        Command::Speed(speed) => send(player, Action::Speed(speed)),
        Command::Edit(text) => edit(player, text),
        Command::Load(text) => load(player, &state, text),
        Command::Apply => apply(player, &state),
        Command::Fix => fix(player, &state),
        Command::ShowProblem(at) => send(player, Action::Problem(at)),
        Command::Open(example) => open(player, &state, example),
        Command::Begin(way) => begin_way(player, &state, way),
        Command::OpenEmpty => open_empty(player, &state),
        Command::OpenOwn => {
            if let Some(own) = state.own.clone() {
                begin(player, own, None, None);
            }
        }
        Command::Stage(action) => deeds::on_stage(player, &state, action),
        Command::Select(selection) => send(player, Action::Selected(selection)),
        Command::Speak(lang) => speak(player, lang),
        Command::UseTheme(theme) => {
            send(player, Action::Theme(theme));
            keep(player, Key::Theme, theme.name());
        }
        Command::Show(view) => {
            turn_to(player, state.look.clone(), |look| look.show(view));
            send(player, Action::View(view));
            keep(player, Key::View, view.id());
        }
        Command::ShowTab(tab) => {
            turn_to(player, state.look.clone(), |look| look.show_tab(tab));
            send(player, Action::Tab(tab));
        }
        Command::Zoom(zoom, held_us) => send(player, Action::Zoom(zoom, held_us)),
        Command::Fork => fork(player),
        Command::ShowRun(id) => {
            send(player, Action::Playing(false));
            send(player, Action::Compare(None));
            with_session(player, |session| session.show_run(id));
        }
        Command::CloseRun(id) => close_run(player, &state, id),
        Command::ReopenRun => {
            with_session(player, Session::reopen_run);
            send(player, Action::Said(None));
            focus_soon(".runs .picker", true);
        }
        Command::Compare(run) => send(player, Action::Compare(run)),
        Command::Pick(side, object) => send(player, Action::Pick(side, object)),
        Command::About(object) => send(player, Action::About(object)),
        Command::Earlier => send(player, Action::Earlier),
        Command::Visit(at_us, object) => {
            seek(player, |_| at_us);
            if object.is_some() {
                send(player, Action::Selected(object));
            }
        }
        Command::ShowSide(tab) => send(player, Action::Side(tab)),
        Command::ToggleDrawer(side) => send(player, Action::Drawer(side)),
        Command::Welcome(open) => send(player, Action::Welcome(open)),
        Command::Help(open) => send(player, Action::Help(open)),
        Command::SingleKeys(on) => {
            send(player, Action::SingleKeys(on));
            keep(player, Key::SingleKeys, if on { "on" } else { "off" });
        }
        Command::UseScale(scale) => {
            set_root_attribute("data-scale", scale.name());
            send(player, Action::Scale(scale));
            keep(player, Key::Scale, scale.name());
        }
        Command::Say(said) => {
            if said.is_none() {
                state_session(player).borrow_mut().forget_closed();
            }
            send(player, Action::Said(said));
        }
        Command::Dismiss => send(player, Action::Notice(None)),
        Command::FocusEditor => focus_editor(player),
    }
}

/// Speaks another language. The sentences are made a frame before they are drawn: neither holds
/// the page up for as long as both.
fn speak(player: &Shared, lang: Lang) {
    {
        let player = player.borrow();
        let look = Look { lang, ..player.state.look.clone() };
        player.session.borrow().views(&look, Extent::All);
    }
    let again = player.clone();
    player.borrow_mut().words = Some(AfterFrame::start(move || say_in(&again, lang)));
}

/// Says everything in another language.
fn say_in(player: &Shared, lang: Lang) {
    let state = player.borrow().state.clone();
    // An example that nobody touched speaks the page's language too.
    let reword = |text: &Rc<str>| in_language(state.example, text, state.lang, lang);
    let text = reword(&state.text);
    player.borrow_mut().text = text.clone();
    crash::note_text(&text);
    let session = state_session(player);
    session.borrow_mut().reword(&reword);
    send(player, Action::Lang(lang));
    keep(player, Key::Lang, lang.tag());
    crash::note_run(session.borrow().seed(), lang);
    // The server's words stay; ours are said anew.
    if state.problems.iter().all(|problem| problem.code != "POD-S001") {
        // They are said once the page speaks the language.
        let check = later(player, text, 0);
        player.borrow_mut().check = Some(check);
    }
}

/// Who acts before what they did later goes on in a run of its own: what was done later is kept,
/// or, where no room is left, it is said what goes.
fn keep_ahead(player: &Shared) {
    let (session, lang) = (state_session(player), player.borrow().state.lang);
    let Some(ahead) = session.borrow_mut().keep_ahead(lang) else { return };
    if matches!(ahead, Ahead::Kept(..)) {
        crash::note_fork(session.borrow().run());
    }
    send(player, Action::Said(Some(Said::Ahead(ahead))));
}

fn state_session(player: &Shared) -> Rc<RefCell<Session>> {
    player.borrow().session.clone()
}

/// Goes on from here in a run of its own; the one before is kept.
fn fork(player: &Shared) {
    let letters = with_session(player, |session| {
        let letters = session.fork();
        letters.inspect(|_| crash::note_fork(session.run()))
    });
    let said = letters.map_or(Said::NoRoom, |(new, old)| Said::Forked(new, old));
    send(player, Action::Said(Some(said)));
}

/// Closes another run, and says so for as long as it can come back.
fn close_run(player: &Shared, state: &State, id: u32) {
    if state.look.compare == Some(id) {
        send(player, Action::Compare(None));
    }
    if let Some(letter) = with_session(player, |session| session.close_run(id)) {
        send(player, Action::Said(Some(Said::Closed(letter))));
    }
}

/// A command that the cluster may refuse; says whether it was done.
fn ask(player: &Shared, act: impl FnOnce(&mut Session) -> Result<(), String>) -> bool {
    let answer = with_session(player, act);
    let is_done = answer.is_ok();
    if let Err(reason) = answer {
        send(player, Action::Notice(Some(Notice::Refused(reason.into()))));
    }
    is_done
}

fn keep(player: &Shared, key: Key, value: &str) {
    let trouble = storage::save(key, value).err();
    let is_text = matches!(key, Key::Text | Key::Applied | Key::Own | Key::Example);
    let is_told = key == Key::Text || (is_text && trouble.is_some());
    if !is_told && trouble != Some(Trouble::Forbidden) {
        // There may be room for a word and not for the text, or for the text and not for a word.
        return;
    }
    let before = std::mem::replace(&mut player.borrow_mut().trouble, trouble);
    let Some(trouble) = trouble else { return };
    ask_before_leaving(player);
    if before != Some(trouble) {
        send(player, Action::Notice(Some(Notice::Storage(trouble))));
    }
}

/// From now on what was typed last is held before the page goes, and a text that nothing holds
/// does not go without a question.
fn ask_before_leaving(player: &Shared) {
    if player.borrow().asks.is_some() {
        return;
    }
    let options = EventListenerOptions::enable_prevent_default();
    let again = player.clone();
    let window = gloo::utils::window();
    let asks = EventListener::new_with_options(&window, "beforeunload", options, move |event| {
        keep_typed(&again);
        let is_lost = {
            let player = again.borrow();
            let is_own = !Example::ALL.iter().any(|one| one.is_in(&player.text));
            player.trouble == Some(Trouble::Nowhere) && is_own && !player.text.trim().is_empty()
        };
        if is_lost && !crash::is_down() {
            event.prevent_default();
            // Older browsers go by this alone; setting it can't fail.
            let _ = js_sys::Reflect::set(event, &"returnValue".into(), &"?".into());
        }
    });
    player.borrow_mut().asks = Some(asks);
}

/// Keeps at once what would be kept when the typing rests.
fn keep_typed(player: &Shared) {
    if crash::is_down() {
        return;
    }
    editor::settle();
    let typed = player.borrow_mut().save.take();
    if let Some((_, text)) = typed {
        keep(player, Key::Text, &text);
    }
}

fn edit(player: &Shared, text: Rc<str>) {
    crash::note_text(&text);
    let save = {
        let (player, text) = (player.clone(), text.clone());
        let kept = text.clone();
        (Timeout::new(SAVE_MS, move || keep(&player, Key::Text, &kept)), text)
    };
    let check = later(player, text.clone(), CHECK_MS);
    {
        let mut player = player.borrow_mut();
        (player.save, player.check) = (Some(save), Some(check));
        player.text = text.clone();
    }
    send(player, Action::Edited(text));
}

/// Looks at a text after a pause.
fn later(player: &Shared, text: Rc<str>, pause_ms: u32) -> Timeout {
    let player = player.clone();
    Timeout::new(pause_ms, move || {
        player.borrow_mut().checker.begin(&text);
        look(&player, text);
    })
}

fn clock_ms() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |clock| clock.now())
}

/// Looks at the text for a short while, and goes on after the page has had its turn.
fn look(player: &Shared, text: Rc<str>) {
    if crash::is_down() {
        return;
    }
    let until = clock_ms() + CHECK_SLICE_MS;
    while player.borrow_mut().checker.step() {
        if clock_ms() >= until {
            let next = {
                let player = player.clone();
                Timeout::new(0, move || look(&player, text))
            };
            player.borrow_mut().check = Some(next);
            return;
        }
    }
    let problems = {
        let mut player = player.borrow_mut();
        let found = player.checker.finish();
        problems(&text, &found, player.state.lang)
    };
    send(player, Action::Checked(Rc::new(problems)));
}

/// Looks at the text and applies it: at once if that is soon done, else in slices between which
/// the page has its turn and time stands still.
fn apply(player: &Shared, state: &State) {
    if state.text.trim().is_empty() {
        send(player, Action::Notice(Some(Notice::Empty)));
        return;
    }
    {
        let mut player = player.borrow_mut();
        player.check = None;
        player.checker.begin(&state.text);
        player.work = Some((Work { text: state.text.clone(), applying: None }, None));
    }
    go_on(player, true);
}

/// Goes on applying, for a slice or to the end.
fn go_on(player: &Shared, in_slices: bool) {
    let Some((mut work, _)) = player.borrow_mut().work.take() else { return };
    let until = in_slices.then(|| clock_ms() + CHECK_SLICE_MS);
    let is_over = || until.is_some_and(|until| clock_ms() >= until);
    let later = |work: Work| {
        let again = player.clone();
        let next = Timeout::new(0, move || go_on(&again, true));
        player.borrow_mut().work = Some((work, Some(next)));
    };
    let mut applying = if let Some(applying) = work.applying.take() {
        applying
    } else {
        while player.borrow_mut().checker.step() {
            if is_over() {
                return later(work);
            }
        }
        let found = player.borrow_mut().checker.finish();
        if found.iter().any(|one| one.severity == Severity::Error) {
            let problems = problems(&work.text, &found, player.borrow().state.lang);
            return send(player, Action::Checked(Rc::new(problems)));
        }
        keep_ahead(player);
        let now_us = state_session(player).borrow().now_us();
        crash::note_act(now_us, Act::Apply(work.text.clone()));
        Applying::new(work.text.clone())
    };
    let session = state_session(player);
    while session.borrow_mut().apply_some(&mut applying) {
        if is_over() {
            return later(Work { applying: Some(applying), ..work });
        }
    }
    told_applied(player, &work.text, applying.finish());
}

/// Shows what became of a text; where something was refused, the rest runs all the same.
fn told_applied(player: &Shared, text: &Rc<str>, applied: Applied) {
    let Applied { lines, refused, left_out } = applied;
    let before = state_session(player).borrow().applied();
    let runs = (!lines.is_empty() || refused.is_empty()).then(|| {
        let all = left_out.is_empty();
        if all { text.clone() } else { partly_applied(text, &before, &left_out).into() }
    });
    with_session(player, |session| runs.iter().for_each(|text| session.note_applied(text.clone())));
    if let Some(runs) = runs {
        send(player, Action::Applied(Rc::new(lines)));
        send(player, Action::Playing(true));
        keep(player, Key::Applied, &runs);
    }
    if !refused.is_empty() {
        let problems = problems(text, &refused, player.borrow().state.lang);
        send(player, Action::Checked(Rc::new(problems)));
    }
}

fn fix(player: &Shared, state: &State) {
    // A problem's places are those of the text that was shown with it.
    let is_shown = player.borrow().state.text == state.text;
    let problem = state.problems.get(state.problem).filter(|_| is_shown);
    if let Some(fix) = problem.and_then(|problem| problem.fix.as_ref()) {
        edit(player, fix.apply(&state.text).into());
    }
}

/// The reader's own text, to be set aside: what is typed, unless it is an example's.
fn own_text(state: &State) -> Option<Rc<str>> {
    let is_own = !Example::ALL.iter().any(|each| each.is_in(&state.text));
    if is_own { Some(state.text.clone()) } else { state.own.clone() }
}

/// Puts another text in place of the one there; it can be undone, and is not applied.
fn load(player: &Shared, state: &State, text: Rc<str>) {
    let own = own_text(state);
    keep(player, Key::Own, own.as_deref().unwrap_or_default());
    keep(player, Key::Example, "");
    send(player, Action::Loaded(own));
    edit(player, text);
}

/// Opens an example; typed text that is in no example is set aside, not lost.
fn open(player: &Shared, state: &State, example: Example) {
    begin(player, example.text(state.lang), Some(example), own_text(state));
}

/// Starts an empty cluster with an empty text, and goes to it: where the editor has no place of its
/// own it comes as a tab or a drawer.
fn open_empty(player: &Shared, state: &State) {
    begin(player, Rc::default(), None, own_text(state));
    for action in [
        Action::View(MainView::Stage),
        Action::Tab(Tab::Yaml),
        Action::Checked(Rc::default()),
        Action::Notice(Some(Notice::Empty)),
        Action::Drawer(Side::Left),
    ] {
        send(player, action);
    }
    focus_soon("#manifest", false);
}

/// Opens a way's example and leads the eye to what to act on first.
fn begin_way(player: &Shared, state: &State, way: Way) {
    open(player, state, way.example());
    if way.begins_ready() {
        with_session(player, Session::settle);
    }
    let stage = {
        let player = player.borrow();
        player.session.borrow().views(&player.state.look, Extent::All).stage
    };
    if let Some((object, told)) = way.lead(&stage, state.lang) {
        send(player, Action::View(MainView::Stage));
        send(player, Action::Selected(Some(object)));
        send(player, Action::Said(Some(Said::Told(told.into()))));
        focus_soon(".stage [aria-pressed=true]", false);
    }
}

/// Starts a new cluster with a text.
fn begin(player: &Shared, text: Rc<str>, example: Option<Example>, own: Option<Rc<str>>) {
    let lang = {
        let mut player = player.borrow_mut();
        (player.save, player.check) = (None, None);
        player.text = text.clone();
        player.state.lang
    };
    crash::note_text(&text);
    crash::note_beginning(&text);
    let (session, answer) = Session::new(&text, SEED, lang);
    // What the reader arranged stays for the lanes that are still there.
    let arrangement = Rc::new(session.of_lanes(&player.borrow().state.look.arrangement));
    *state_session(player).borrow_mut() = session;
    keep(player, Key::Text, &text);
    keep(player, Key::Applied, if answer.is_ok() { &text } else { "" });
    keep(player, Key::Example, example.map_or("", Example::id));
    keep(player, Key::Own, own.as_deref().unwrap_or_default());
    keep(player, Key::Lanes, &arrangement.text());
    send(player, Action::Opened { text, example, own, arrangement });
    if let Err(problems) = answer {
        send(player, Action::Checked(Rc::new(problems)));
    }
    send(player, Action::Playing(true));
    show(player);
}

/// Goes to the text; where it is not on screen its tab or its drawer comes first.
fn focus_editor(player: &Shared) {
    let document = gloo::utils::document();
    if document.get_element_by_id(editor::PAD_ID).is_some() {
        return editor::focus();
    }
    let is_phone = matches!(document.query_selector("[data-layout=phone]"), Ok(Some(_)));
    send(player, if is_phone { Action::Tab(Tab::Yaml) } else { Action::Drawer(Side::Left) });
    focus_soon("#manifest", false);
}
