//! The page: which pane stands where.
//!
//! Owns the arrangement for each width. It must not know what a pane does. Invariant: every
//! arrangement reaches the editor, the stage, the story and the transport.

use crate::browser::{media_matches, set_root_attribute};
use crate::command::{Command, MainView, Side, Tab};
use crate::drawer::DrawerFocus;
use crate::editor::{Ask, Editor};
use crate::focus::use_focus_kept;
use crate::header::{Header, tab_id};
use crate::help::Help;
use crate::icons::{Icon, icon};
use crate::layout::{Layout, use_layout};
use crate::ledger::{Ledger, LedgerDock, strip as kept};
use crate::player::use_player;
use crate::rails::Rail;
use crate::shortcuts::use_shortcuts;
use crate::side::{Side as SidePanel, SideTabs};
use crate::stage::{ControlPlane, Form, Pace, Stage};
use crate::start::Start;
use crate::state::State;
use crate::story::{Announcer, Caption, Earlier, Now};
use crate::timeline::TimelineView;
use crate::toast::Toast;
use crate::transport::{Clock, PlayButton, Scrub, SpeedMenu, StepButtons, Transport};
use crate::turns::{Crowd, Next, Turns, use_turns};
use crate::welcome::Welcome;
use podium::view::editor::owners;
use podium::view::stage::{ObjectRef, StageView};
use podium::view::transport::stamp;
use podium::view::words::{Lang, PageWords, ViewWords, views as phrases};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) start: Start,
}

/// See the module.
#[component]
pub(crate) fn Page(props: &Props) -> Html {
    let (state, ask, on) = use_player(&props.start);
    let layout = use_layout(props.start.layout, state.scale);
    use_shortcuts(&state, &on);
    use_focus_kept((state.look.view, state.look.tab, state.welcome, layout));
    let spoken = Spoken::new(&state, use_spoken(&state));
    let page = match layout {
        Layout::Phone => phone(&spoken, &ask, &on),
        Layout::Low => low(&spoken, &ask, &on),
        _ => desk(&spoken, layout, &ask, &on),
    };
    html! {
        <>
            { page }
            <Toast lang={state.lang} said={state.said.clone()} on={on.clone()}/>
            <Announcer view={state.views.story.clone()} lang={state.lang}/>
            if state.help {
                <Help lang={state.lang} single_keys={state.single_keys} scale={state.scale} {on}/>
            }
        </>
    }
}

/// The parts of the page in the order in which they come to another language, where there are
/// many Pods.
#[derive(Clone, Copy)]
enum Pane {
    Head,
    Left,
    Right,
    Foot,
    /// The whole document, which only names its language.
    Document,
    Main,
}

const PANES: usize = Pane::Main as usize + 1;

/// The language of each part. Each says its own in the document too, so that the browser does not
/// lay out all of the page anew at once when the document names another.
#[hook]
fn use_spoken(state: &State) -> Turns<Lang> {
    let turns = use_turns(state.lang, Crowd::of_panes(PANES, state.pods()), true);
    use_effect_with(turns.at(Pane::Document as usize), |lang| {
        if let Some(lang) = lang {
            set_root_attribute("lang", lang.tag());
            gloo::utils::document().set_title(PageWords::of(*lang).title);
        }
    });
    turns
}

/// The state as each part of the page draws it.
struct Spoken<'a> {
    now: &'a State,
    /// In the language before, while some parts are still to come.
    before: Option<State>,
    turns: Turns<Lang>,
}

impl<'a> Spoken<'a> {
    fn new(now: &'a State, turns: Turns<Lang>) -> Self {
        let last = turns.at(PANES - 1).filter(|lang| *lang != now.lang);
        Self { now, before: last.map(|lang| State { lang, ..now.clone() }), turns }
    }

    fn at(&self, pane: Pane) -> &State {
        let is_old = self.turns.at(pane as usize) != Some(self.now.lang);
        self.before.as_ref().filter(|_| is_old).unwrap_or(self.now)
    }
}

fn header(state: &State, layout: Layout, on: &Callback<Command>) -> Html {
    html! {
        <Header lang={state.lang} theme={state.theme} view={state.look.view} example={state.example}
            text={state.text.clone()}
            has_own={state.own.is_some()} welcome={state.welcome} {layout} tab={state.look.tab} drawer={state.drawer}
            problems={state.problems.len()} on={on.clone()}/>
    }
}

fn editor(state: &State, ask: &Ask, on: &Callback<Command>) -> Html {
    let owners = state.selected.as_ref().map(|selected| owners(&state.views.stage, selected));
    html! {
        <Editor lang={state.lang} text={state.text.clone()} applied={state.views.applied.clone()}
            problems={state.problems.clone()} problem={state.problem}
            notice={state.notice.clone()} {owners} ask={ask.clone()}
            on={on.clone()}/>
    }
}

fn side(state: &State, on: &Callback<Command>) -> Html {
    html! {
        <SidePanel lang={state.lang} tab={state.look.side} story={state.views.story.clone()}
            views={state.views.side.clone()} selected={state.selected.clone()}
            about={state.look.about.clone()} stuck={state.views.stage.stuck()} on={on.clone()}/>
    }
}

fn side_tabs(state: &State, on: &Callback<Command>) -> Html {
    html! { <SideTabs lang={state.lang} tab={state.look.side} on={on.clone()}/> }
}

fn timeline(state: &State, on: &Callback<Command>) -> Html {
    html! {
        <TimelineView look={state.look.clone()} views={state.views.clone()} playing={state.playing}
            selected={state.selected.clone()} on={on.clone()}/>
    }
}

/// The stage itself.
fn stage(state: &State, form: Form, on: &Callback<Command>) -> Html {
    let quarters = state.speed.quarters();
    let reduced = media_matches("(prefers-reduced-motion: reduce)");
    html! {
        <StagePane view={state.views.stage.clone()} lang={state.lang} on={on.clone()}
            selected={state.selected.clone()} {form} pace={Pace::of(quarters, reduced)}/>
    }
}

#[derive(Properties, PartialEq)]
struct StagePaneProps {
    view: Rc<StageView>,
    lang: Lang,
    selected: Option<ObjectRef>,
    form: Form,
    pace: Pace,
    on: Callback<Command>,
}

/// The stage with one way back for as long as it stands, so that it is only drawn anew when there
/// is something new to draw.
#[component]
fn StagePane(props: &StagePaneProps) -> Html {
    let on_action = use_callback(props.on.clone(), |action, on| on.emit(Command::Stage(action)));
    html! {
        <Stage view={props.view.clone()} lang={props.lang} selected={props.selected.clone()}
            form={props.form} pace={props.pace} {on_action}/>
    }
}

/// The welcome, with the nodes below it where there is room.
fn welcome(state: &State, is_roomy: bool, on: &Callback<Command>) -> Html {
    let view = is_roomy.then(|| state.views.stage.clone());
    html! { <Welcome lang={state.lang} {view} on={on.clone()}/> }
}

/// The panel under the stage, with the way to the whole ledger.
fn dock(state: &State, on: &Callback<Command>) -> Html {
    let words = ViewWords::of(state.lang);
    let on = on.clone();
    let on_open = Callback::from(move |()| on.emit(Command::Show(MainView::Ledger)));
    html! {
        <LedgerDock view={state.views.ledger.clone()} lang={state.lang} {on_open}
            open_word={words.open_ledger}/>
    }
}

/// The whole ledger; where the stage leaves no room for before and after, that stands above it.
fn ledger(state: &State, has_dock: bool, on: &Callback<Command>) -> Html {
    html! {
        <>
            if has_dock {
                <LedgerDock view={state.views.ledger.clone()} lang={state.lang}/>
            }
            <Ledger book={state.views.book.clone()} lang={state.lang}
                picks={state.look.picks.clone()} selected={state.selected.clone()}
                on={on.clone()}/>
        </>
    }
}

/// Whether virtual time runs on the page or stands.
fn time_of(state: &State) -> &'static str {
    if state.playing { "runs" } else { "stands" }
}

/// What a print says of itself: which run it shows, and at which moment.
fn printed(state: &State) -> Html {
    let run = state.views.runs.iter().find(|one| one.is_current);
    let run = run.map(|one| phrases::run(state.lang, one.letter));
    let moment = stamp(state.views.transport.now_us);
    let said: Vec<&str> =
        [Some("Podium"), run.as_deref(), Some(&moment)].into_iter().flatten().collect();
    html! { <p class="printed">{ said.join(" · ") }</p> }
}

fn desk(spoken: &Spoken, layout: Layout, ask: &Ask, on: &Callback<Command>) -> Html {
    let state = spoken.now;
    let open = |side| state.drawer == Some(side);
    let view = state.look.view;
    let is_wide = view != MainView::Stage || state.welcome;
    let left_rail = layout == Layout::Drawers || is_wide;
    let right_rail = layout != Layout::Full || is_wide;
    let left = (!left_rail || open(Side::Left))
        .then(|| left_pane(spoken.at(Pane::Left), left_rail, ask, on));
    let right = (!right_rail || open(Side::Right))
        .then(|| right_pane(spoken.at(Pane::Right), right_rail, on));
    let words = PageWords::of(spoken.at(Pane::Head).lang);
    let rail = |side, name: &'static str, count| {
        html! { <Rail {side} {name} open={open(side)} {count} on={on.clone()}/> }
    };
    html! {
        <div class="app" data-layout={layout.name()} data-time={time_of(state)}
            data-view={if state.welcome { "welcome" } else { view.id() }}>
            { header(spoken.at(Pane::Head), layout, on) }
            if left_rail { { rail(Side::Left, words.manifest, state.problems.len()) } }
            { left.unwrap_or_default() }
            { main(spoken.at(Pane::Main), layout, right_rail, on) }
            { right.unwrap_or_default() }
            if right_rail { { rail(Side::Right, words.story, 0) } }
            <Transport lang={spoken.at(Pane::Foot).lang} playing={state.playing}
                speed={state.speed} transport={state.views.transport.clone()}
                timeline={state.views.timeline.clone()} selected={state.selected.clone()}
                slim={view == MainView::Timeline && !state.welcome} on={on.clone()}/>
        </div>
    }
}

/// How many Pods a pane comes beside; a drawer has its frame for itself.
fn beside(state: &State, is_drawer: bool) -> usize {
    if is_drawer { 0 } else { state.pods() }
}

/// The manifest, beside the stage or in a drawer over it.
fn left_pane(state: &State, is_drawer: bool, ask: &Ask, on: &Callback<Command>) -> Html {
    let words = PageWords::of(state.lang);
    html! {
        <section class={classes!("pane", "pane--left", is_drawer.then_some("is-drawer"))}
            lang={state.lang.tag()} aria-label={words.manifest}>
            <div class="tabs">
                <h2 class="tabs__only">
                    { words.manifest }
                    if !state.problems.is_empty() {
                        <span class="count">{ state.problems.len() }</span>
                    }
                </h2>
                if is_drawer { { close_drawer(Side::Left, words, on) } }
            </div>
            <Next count={beside(state, is_drawer)} frames=2>{ editor(state, ask, on) }</Next>
            if is_drawer { <DrawerFocus side={Side::Left}/> }
        </section>
    }
}

/// The story and what is selected, beside the stage or in a drawer over it.
fn right_pane(state: &State, is_drawer: bool, on: &Callback<Command>) -> Html {
    html! {
        <section class={classes!("pane", "pane--right", is_drawer.then_some("is-drawer"))}
            lang={state.lang.tag()} aria-label={ViewWords::of(state.lang).side}>
            <div class="tabs">
                { side_tabs(state, on) }
                if is_drawer { { close_drawer(Side::Right, PageWords::of(state.lang), on) } }
            </div>
            <Next count={beside(state, is_drawer)} frames=3>{ side(state, on) }</Next>
            if is_drawer { <DrawerFocus side={Side::Right}/> }
        </section>
    }
}

/// The view in the middle, with the newest sentence where the story is a drawer.
fn main(state: &State, layout: Layout, has_strip: bool, on: &Callback<Command>) -> Html {
    let view = state.look.view;
    html! {
        <main class="main" id="stage" tabindex="-1" lang={state.lang.tag()}>
            { printed(state) }
            <div class="view" id="view" role="tabpanel" aria-labelledby={tab_id(view)}>
                <Next key={view.id()} count={state.pods()}>{ match view {
                    _ if state.welcome => welcome(state, true, on),
                    MainView::Ledger => ledger(state, layout == Layout::Drawers, on),
                    MainView::Stage => html! {
                        <>
                            <ControlPlane actors={state.views.stage.actors.clone()} lang={state.lang}/>
                            if has_strip { { strip(state, on) } }
                            { stage(state, Form::Full, on) }
                            if layout != Layout::Drawers { { dock(state, on) } }
                        </>
                    },
                    MainView::Timeline => timeline(state, on),
                } }</Next>
            </div>
        </main>
    }
}

/// A low window: the stage, one sentence and one row; the panes slide over it.
fn low(spoken: &Spoken, ask: &Ask, on: &Callback<Command>) -> Html {
    let (state, foot) = (spoken.at(Pane::Main), spoken.at(Pane::Foot));
    let view = state.look.view;
    let transport = &state.views.transport;
    html! {
        <div class="embed" data-layout="low" data-time={time_of(state)} data-view={view.id()}>
            { header(spoken.at(Pane::Head), Layout::Low, on) }
            <main class={classes!("main", "embed__stage")} id="stage" tabindex="-1"
                lang={state.lang.tag()}>
                { printed(state) }
                <div class="view" id="view" role="tabpanel" aria-labelledby={tab_id(view)}>
                    { match view {
                        _ if state.welcome => welcome(state, false, on),
                        MainView::Stage => stage(state, Form::Small, on),
                        MainView::Ledger => ledger(state, true, on),
                        MainView::Timeline => timeline(state, on),
                    } }
                </div>
            </main>
            if view == MainView::Stage && !state.welcome {
                if let Some(entry) = &state.views.story.now {
                    <Caption key={entry.id} entry={entry.clone()} lang={state.lang}
                        selected={state.selected.clone()} on={on.clone()}/>
                }
            }
            <footer class="embed__tp" lang={foot.lang.tag()}>
                <PlayButton lang={foot.lang} playing={state.playing} on={on.clone()}/>
                <StepButtons lang={foot.lang} on={on.clone()}/>
                <Scrub lang={foot.lang} transport={transport.clone()} bare=true
                    timeline={state.views.timeline.clone()} on={on.clone()}/>
                <Clock lang={foot.lang} now_us={transport.now_us}/>
                <SpeedMenu lang={foot.lang} speed={state.speed} on={on.clone()}/>
            </footer>
            if state.drawer == Some(Side::Left) {
                { left_pane(spoken.at(Pane::Left), true, ask, on) }
            }
            if state.drawer == Some(Side::Right) {
                { right_pane(spoken.at(Pane::Right), true, on) }
            }
        </div>
    }
}

fn close_drawer(side: Side, words: &PageWords, on: &Callback<Command>) -> Html {
    let on = on.clone();
    let close = Callback::from(move |_: MouseEvent| on.emit(Command::ToggleDrawer(side)));
    html! {
        <button type="button" class="btn btn--quiet btn--icon tabs__close" aria-label={words.close}
            onclick={close}>{ icon(Icon::Close, 14) }</button>
    }
}

/// The newest sentence, where the story has no pane, or that there is none yet.
fn strip(state: &State, on: &Callback<Command>) -> Html {
    html! {
        <div class="nowstrip">
            if let Some(entry) = &state.views.story.now {
                <Now key={entry.id} entry={entry.clone()} lang={state.lang}
                    selected={state.selected.clone()} on={on.clone()}/>
            } else {
                <p class="story__empty">{ PageWords::of(state.lang).story_empty }</p>
            }
        </div>
    }
}

fn phone(spoken: &Spoken, ask: &Ask, on: &Callback<Command>) -> Html {
    let (state, foot) = (spoken.at(Pane::Main), spoken.at(Pane::Foot));
    let transport = &state.views.transport;
    let content = match state.look.tab {
        _ if state.welcome => welcome(state, false, on),
        Tab::Stage => html! {
            <>
                <div class="phone__stage" id="stage">{ stage(state, Form::Bands, on) }</div>
                <div class="phone__story">
                    { strip(state, on) }
                    if let Some(now) = &state.views.story.now {
                        { kept(&state.views.ledger, now, state.lang) }
                    }
                    <Earlier view={state.views.story.clone()} lang={state.lang}
                        selected={state.selected.clone()} on={on.clone()}/>
                </div>
            </>
        },
        Tab::Yaml => {
            let name = PageWords::of(state.lang).manifest;
            html! { <section class="pane" aria-label={name}>{ editor(state, ask, on) }</section> }
        }
        Tab::Story => {
            html! {
                <section class="pane" aria-label={ViewWords::of(state.lang).side}>
                    <div class="tabs">{ side_tabs(state, on) }</div>
                    { side(state, on) }
                </section>
            }
        }
        Tab::Ledger => ledger(state, true, on),
        Tab::Timeline => timeline(state, on),
    };
    let words = PageWords::of(foot.lang);
    let tabs = [
        (Tab::Stage, Icon::Stage, words.stage),
        (Tab::Yaml, Icon::Yaml, words.yaml),
        (Tab::Story, Icon::Story, words.story),
        (Tab::Ledger, Icon::Ledger, words.ledger),
        (Tab::Timeline, Icon::Timeline, words.timeline),
    ];
    html! {
        <div class="phone" data-layout="phone" data-time={time_of(state)}>
            { header(spoken.at(Pane::Head), Layout::Phone, on) }
            <main class="phone__main" tabindex="-1" lang={state.lang.tag()}>{ printed(state) }{ content }</main>
            <footer class="phone__tp" lang={foot.lang.tag()}>
                <PlayButton lang={foot.lang} playing={state.playing} on={on.clone()}/>
                <StepButtons lang={foot.lang} on={on.clone()}/>
                <Scrub lang={foot.lang} transport={transport.clone()} bare=true
                    timeline={state.views.timeline.clone()} on={on.clone()}/>
                // One place to press: the time, and how fast it passes.
                <div class="phone__clock">
                    <Clock lang={foot.lang} now_us={transport.now_us}/>
                    <SpeedMenu lang={foot.lang} speed={state.speed} on={on.clone()}/>
                </div>
            </footer>
            <nav class="tabbar" lang={foot.lang.tag()} aria-label={words.view}>
                { for tabs.map(|(tab, sign, name)| {
                    let on = on.clone();
                    let show = Callback::from(move |_: MouseEvent| on.emit(Command::ShowTab(tab)));
                    html! {
                        <button key={name} type="button" onclick={show}
                            aria-current={(tab == state.look.tab && !state.welcome).then_some("page")}>
                            { icon(sign, 18) }{ name }
                            if tab == Tab::Yaml && !state.problems.is_empty() {
                                <b class="count">{ state.problems.len() }</b>
                            }
                        </button>
                    }
                }) }
            </nav>
        </div>
    }
}
