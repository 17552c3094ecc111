//! The page's only door to the engine: one running cluster and its views.
//!
//! Owns the running cluster. It must not know components or the browser; of frames only how long
//! they may take. Invariant: the views are a function of the commands given so far and the moment
//! on screen.

mod side;
mod sight;

pub(crate) use side::SideViews;
pub(crate) use sight::window;

use crate::editor::{Question, What};
use crate::frames::within_ms;
use crate::look::Look;
use podium::api::core::Node;
use podium::api::{Body, Kind, Object, Propagation};
use podium::base::{Seed, SimTime};
use podium::cluster::{self, Cluster, Setup};
use podium::kubectl::{self, Applying, Reader};
use podium::sim::Command;
use podium::text::Diagnostic;
use podium::view::compare::CompareView;
use podium::view::editor::{self, Problem, Units};
use podium::view::given::Texts;
use podium::view::ledger::{Book, LedgerView};
use podium::view::scene::{self, RunView};
use podium::view::stage::{
    Arrangement, DrainView, MAINTENANCE, NodeState, OUT_OF_SERVICE, ObjectRef, StageAction,
    StageView, Text,
};
use podium::view::story::StoryView;
use podium::view::timeline::TimelineView;
use podium::view::transport::{SECOND_US, Speed, TransportView};
use podium::view::words::Lang;
use sight::Sight;
use std::cell::RefCell;
use std::rc::Rc;

/// How much of a frame the engine may take; what it has not come to waits for the next frame.
const ENGINE_MS: f64 = 8.0;
/// The same while nothing is drawn but the moment that it goes to.
const SEEK_MS: f64 = 20.0;
/// Steps between two looks at the clock.
const STEPS: u64 = 64;
/// Steps that "next event" may take before it gives up.
const STEPS_TO_NEXT_MAX: u32 = 100_000;
/// How long an example is given to come up.
const SETTLE_SECONDS_MAX: u64 = 120;
/// Where objects go that name no namespace.
const NAMESPACE: &str = "default";
/// How finely the lamps and the draining of Pods follow the clock.
const STAGE_TICK_US: u64 = 100_000;

/// What the page draws at one moment, in one language.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Views {
    pub(crate) stage: Rc<StageView>,
    pub(crate) ledger: Rc<LedgerView>,
    pub(crate) story: Rc<StoryView>,
    pub(crate) timeline: Rc<TimelineView>,
    pub(crate) transport: Rc<TransportView>,
    /// The whole ledger, while it is on screen.
    pub(crate) book: Rc<Book>,
    /// The large timeline with what is expected, while it is on screen.
    pub(crate) large: Rc<TimelineView>,
    /// Up to which moment the large timeline is known.
    pub(crate) known_us: u64,
    pub(crate) runs: Rc<Vec<RunView>>,
    pub(crate) compare: Option<Rc<CompareView>>,
    pub(crate) side: SideViews,
    /// The text that this run was given last at this moment.
    pub(crate) applied: Rc<str>,
}

/// Which views are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of them.
    All,
    /// The stage and the clock.
    Stage,
}

/// What the views were made from.
#[derive(Clone, PartialEq)]
struct Made {
    run: u32,
    edition: u64,
    events: u64,
    entries: usize,
    /// Which tick of the clock the stage shows; none while the other views are of an earlier one.
    tick: Option<u64>,
    look: Look,
}

impl Made {
    /// The same said in a language.
    fn in_language(&self, lang: Lang) -> Self {
        Self { look: Look { lang, ..self.look.clone() }, ..self.clone() }
    }
}

/// A node that is being emptied.
struct Drain {
    node: Text,
    run: kubectl::Run,
}

/// A drain that ended, well or not.
pub(crate) struct Ended {
    pub(crate) node: Text,
    pub(crate) output: kubectl::Output,
}

/// A running cluster.
pub(crate) struct Session {
    seed: u64,
    cluster: Cluster,
    reader: Reader,
    /// Commands that have not ended.
    waiting: Vec<Drain>,
    /// How those ended that nobody was told of yet.
    ended: Vec<Ended>,
    texts: Texts,
    sight: RefCell<Sight>,
    side: RefCell<Option<(side::Seen, SideViews)>>,
    made: RefCell<Option<(Made, Views)>>,
}

impl Session {
    /// Starts a cluster and applies a manifest to it at time zero; the problems of a manifest
    /// that could not be applied come back beside the empty cluster.
    pub(crate) fn new(
        manifest: &str,
        seed: u64,
        lang: Lang,
    ) -> (Self, Result<Vec<String>, Vec<Problem>>) {
        let setup = Setup { seed: Seed(seed), ..Setup::default() };
        let (cluster, reader) = (cluster::start(setup), Reader::default());
        let mut session = Self {
            seed,
            cluster,
            reader,
            waiting: Vec::new(),
            ended: Vec::new(),
            texts: Texts::default(),
            sight: RefCell::default(),
            side: RefCell::default(),
            made: RefCell::default(),
        };
        let answer = session.apply(manifest, lang);
        if answer.is_ok() {
            session.note_applied(manifest.into());
        }
        (session, answer)
    }

    /// The seed that this run's randomness comes from.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// The present moment.
    pub(crate) fn now_us(&self) -> u64 {
        self.cluster.now().0
    }

    /// Lets real time pass.
    pub(crate) fn advance(&mut self, real_us: u64, speed: Speed) {
        let to = self.cluster.now().plus_us(speed.scale(real_us));
        if self.waiting.is_empty() {
            within_ms(ENGINE_MS, || self.cluster.run_until(to, STEPS));
            return;
        }
        // Commands that wait look again after every event.
        within_ms(ENGINE_MS, || {
            self.poll();
            let due = self.waiting.iter().filter_map(|one| one.run.due());
            let next = self.cluster.next_at().into_iter().chain(due).min().filter(|at| *at <= to);
            if let Some(at) = next {
                kubectl::step_to(&mut self.cluster, at);
            }
            next.is_none()
        });
        self.cluster.run_until(to, 0);
    }

    /// Lets time pass until every workload has all it wants, or has been waited for long enough.
    pub(crate) fn settle(&mut self) {
        for second in 1..=SETTLE_SECONDS_MAX {
            while !self.cluster.run_until(SimTime(second * SECOND_US), STEPS) {}
            if scene::stage(&self.cluster).lanes.iter().all(|lane| lane.ready == lane.desired) {
                return;
            }
        }
    }

    /// Lets commands that wait look again, and keeps how they ended.
    fn poll(&mut self) {
        let Self { waiting, cluster, ended, .. } = self;
        waiting.retain_mut(|one| {
            let output = one.run.poll(cluster);
            let waits = output.is_none();
            ended.extend(output.map(|output| Ended { node: one.node.clone(), output }));
            waits
        });
    }

    /// The commands that ended since this was asked last.
    pub(crate) fn take_ended(&mut self) -> Vec<Ended> {
        std::mem::take(&mut self.ended)
    }

    /// Goes to the next event that is told, if there is one; else stays at this moment.
    pub(crate) fn next_event(&mut self) -> bool {
        if !self.waiting.is_empty() {
            return self.next_of_waiting();
        }
        // What is never told must not move the clock, so the way there is gone by a copy.
        let mut ahead = self.cluster.clone();
        let is_found = (0..STEPS_TO_NEXT_MAX).map_while(|_| step(&mut ahead)).any(|told| told);
        if is_found {
            self.cluster = ahead;
        }
        is_found
    }

    /// The same while commands wait: they look again after every event, and what they print is
    /// one too.
    fn next_of_waiting(&mut self) -> bool {
        let printed = |one: &Drain| one.run.stdout().len() + one.run.stderr().len();
        for _ in 0..STEPS_TO_NEXT_MAX {
            let due = self.waiting.iter().filter_map(|one| one.run.due()).min();
            let is_due = due.filter(|at| self.cluster.next_at().is_none_or(|next| *at < next));
            let before: usize = self.waiting.iter().map(printed).sum();
            let is_told = match is_due {
                Some(at) => {
                    kubectl::step_to(&mut self.cluster, at);
                    false
                }
                None => match step(&mut self.cluster) {
                    Some(told) => told,
                    None => return false,
                },
            };
            self.poll();
            let after: usize = self.waiting.iter().map(printed).sum();
            if is_told || !self.ended.is_empty() || before != after {
                return true;
            }
        }
        false
    }

    /// Goes back to the event before this moment.
    pub(crate) fn previous_event(&mut self) {
        let now = self.cluster.now();
        let told = |at: SimTime| {
            let mut past = self.cluster.trace().iter().rev().skip_while(|one| one.at >= at);
            past.find(|entry| scene::is_told(&self.cluster, entry)).map(|one| one.at)
        };
        let to = told(now).unwrap_or(SimTime::ZERO);
        self.waiting.clear();
        self.cluster.seek(to);
    }

    /// Goes to a moment, back or ahead.
    pub(crate) fn seek(&mut self, at_us: u64) {
        self.begin_seek(at_us);
        while !self.cluster.run_until(SimTime(at_us), u64::MAX) {}
    }

    /// Goes as near to a moment as is possible at once.
    pub(crate) fn begin_seek(&mut self, at_us: u64) {
        // What waits now was not asked yet then.
        self.waiting.clear();
        self.cluster.begin_seek(SimTime(at_us));
    }

    /// Goes on to a moment that was begun to go to, for a part of a frame; says whether it is
    /// reached.
    pub(crate) fn go_on_to(&mut self, at_us: u64) -> bool {
        within_ms(SEEK_MS, || self.cluster.run_until(SimTime(at_us), STEPS))
    }

    /// What of an arrangement is about the lanes that are there.
    pub(crate) fn of_lanes(&self, arrangement: &Arrangement) -> Arrangement {
        arrangement.of_lanes(&scene::stage(&self.cluster).lanes)
    }

    /// What is wrong with a text, without applying it.
    pub(crate) fn check(&self, text: &str, lang: Lang) -> Vec<Problem> {
        editor::problems(text, &self.reader.check(text), lang)
    }

    /// Answers a question about a place of a text, in the browser's units.
    pub(crate) fn answer(&self, question: &Question, lang: Lang) -> Option<String> {
        let text = &question.text;
        let units = Units::of(text);
        let byte = units.byte(question.unit);
        let names = self.cluster.model().view();
        let answer = match question.what {
            What::Complete { is_explicit } => {
                let mut found = editor::complete(text, byte, is_explicit, names, lang)?;
                (found.from, found.to) = (units.unit(found.from), units.unit(found.to));
                serde_json::to_string(&found)
            }
            What::Hover => {
                let mut about = editor::hover(text, byte, names, lang)?;
                (about.from, about.to) = (units.unit(about.from), units.unit(about.to));
                serde_json::to_string(&about)
            }
        };
        answer.ok()
    }

    /// Applies a text as `kubectl apply` would; answers one line an object.
    pub(crate) fn apply(&mut self, text: &str, lang: Lang) -> Result<Vec<String>, Vec<Problem>> {
        let problems = |found: &[Diagnostic]| editor::problems(text, found, lang);
        let applied = self.reader.apply(&mut self.cluster, NAMESPACE, text);
        let applied = applied.map_err(|found| problems(&found))?;
        if applied.refused.is_empty() { Ok(applied.lines) } else { Err(problems(&applied.refused)) }
    }

    /// Applies the next document of a text; says whether there may be more.
    pub(crate) fn apply_some(&mut self, applying: &mut Applying) -> bool {
        applying.step(&mut self.cluster, NAMESPACE)
    }

    /// Does what was asked on the stage; the cluster's refusal comes back in its own words.
    pub(crate) fn act(&mut self, action: &StageAction) -> Result<(), String> {
        let command = match action {
            StageAction::DeletePod { namespace, name, is_forced } => {
                self.known(Kind::Pod, namespace, name)?;
                Command::Delete {
                    kind: Kind::Pod,
                    namespace: namespace.clone(),
                    name: name.clone(),
                    grace_seconds: is_forced.then_some(0),
                    propagation: Propagation::Background,
                }
            }
            StageAction::Delete { object: ObjectRef { kind, namespace, name }, is_alone } => {
                let kind = Kind::from_name(kind).ok_or_else(|| format!("no kind {kind}"))?;
                self.known(kind, namespace, name)?;
                let propagation =
                    if *is_alone { Propagation::Orphan } else { Propagation::Background };
                Command::Delete {
                    kind,
                    namespace: namespace.clone(),
                    name: name.clone(),
                    grace_seconds: None,
                    propagation,
                }
            }
            StageAction::Scale { kind, namespace, name, replicas } => {
                let kind = Kind::from_name(kind).ok_or_else(|| format!("no kind {kind}"))?;
                self.known(kind, namespace, name)?;
                Command::Scale {
                    kind,
                    namespace: namespace.clone(),
                    name: name.clone(),
                    replicas: i32::try_from(*replicas).map_err(|error| error.to_string())?,
                }
            }
            StageAction::FailNode(node) => {
                self.known(Kind::Node, "", node)?;
                Command::FailNode(node.clone())
            }
            StageAction::RecoverNode(node) => {
                self.known(Kind::Node, "", node)?;
                Command::RecoverNode(node.clone())
            }
            StageAction::KillContainer { namespace, pod, container } => Command::KillContainer {
                namespace: namespace.clone(),
                pod: pod.clone(),
                container: container.clone(),
            },
            StageAction::SetReady { namespace, pod, is_ready } => {
                self.known(Kind::Pod, namespace, pod)?;
                let (namespace, pod) = (namespace.clone(), pod.clone());
                Command::SetProbe { namespace, pod, is_ready: *is_ready }
            }
            StageAction::Cordon(node, is_cordoned) => Command::Cordon(node.clone(), *is_cordoned),
            StageAction::Drain(node) => {
                self.drain(node);
                return Ok(());
            }
            StageAction::Taint(node, is_on) => {
                return self.taint(node, &format!("{MAINTENANCE}=planned:NoExecute"), *is_on);
            }
            StageAction::OutOfService(node, is_on) => {
                return self.taint(
                    node,
                    &format!("{OUT_OF_SERVICE}=nodeshutdown:NoExecute"),
                    *is_on,
                );
            }
            StageAction::AddNode => Command::AddNode(Rc::new(self.next_node())),
            StageAction::RemoveNode(node) => return self.remove_node(node),
            // What the reader does with the picture is not the cluster's business.
            StageAction::Select(_)
            | StageAction::Inspect(_)
            | StageAction::Events(_)
            | StageAction::MoveLane(..)
            | StageAction::FoldLane(_) => return Ok(()),
        };
        self.cluster.submit(command).map(|_| ()).map_err(|refusal| refusal.to_string())
    }

    fn taint(&mut self, node: &str, taint: &str, is_on: bool) -> Result<(), String> {
        let end = if is_on { "" } else { "-" };
        kubectl::taint_one(&mut self.cluster, NAMESPACE, node, &format!("{taint}{end}"))
    }

    fn drain(&mut self, node: &Text) {
        let node = node.clone();
        let mut run = kubectl::drain_wholly(&mut self.cluster, NAMESPACE, &node);
        match run.poll(&mut self.cluster) {
            None => self.waiting.push(Drain { node, run }),
            Some(output) => self.ended.push(Ended { node, output }),
        }
    }

    /// The first free name of a node.
    pub(crate) fn next_node_name(&self) -> String {
        let world = self.cluster.model();
        // A machine that was just added joins a moment later.
        let is_free = |name: &String| {
            !world.has_machine(name) && world.view().named(Kind::Node, "", name).is_none()
        };
        let name = (1..=u32::MAX).map(|number| format!("node-{number}")).find(is_free);
        name.unwrap_or_default()
    }

    fn next_node(&self) -> Object {
        Object::new("", &self.next_node_name(), Body::Node(Node::default()))
    }

    fn remove_node(&mut self, node: &Text) -> Result<(), String> {
        self.known(Kind::Node, "", node)?;
        let gone = self.cluster.submit(Command::RemoveNode(node.clone()));
        gone.map_err(|refusal| refusal.to_string())?;
        let deletion = Command::Delete {
            kind: Kind::Node,
            namespace: Text::default(),
            name: node.clone(),
            grace_seconds: None,
            propagation: Propagation::Background,
        };
        self.cluster.submit(deletion).map(|_| ()).map_err(|refusal| refusal.to_string())
    }

    /// The stage, with what only the person who asked knows: which nodes are being emptied.
    fn stage(&self, look: &Look) -> StageView {
        let mut stage = scene::stage(&self.cluster);
        scene::mark_left(&self.sight.borrow().record, &mut stage);
        look.arrangement.arrange(&mut stage.lanes);
        for node in &mut stage.nodes {
            let Some(drain) = self.waiting.iter().find(|one| one.node == node.name) else {
                continue;
            };
            let node = Rc::make_mut(node);
            if node.state == NodeState::Cordoned {
                node.state = NodeState::Draining;
            }
            node.drain = Some(DrainView::of_output(drain.run.stdout(), drain.run.stderr()));
        }
        stage
    }

    fn known(&self, kind: Kind, namespace: &str, name: &str) -> Result<(), String> {
        let found = self.cluster.model().view().named(kind, namespace, name);
        let missing = || format!("{} \"{name}\" not found", kind.facts().plural);
        found.map(|_| ()).ok_or_else(missing)
    }

    /// The text that this run was given last at this moment.
    pub(crate) fn applied(&self) -> Rc<str> {
        self.texts.at(self.run(), self.now_us())
    }

    /// Notes the text that runs from this moment on.
    pub(crate) fn note_applied(&mut self, text: Rc<str>) {
        self.texts.note(self.run(), self.now_us(), text);
    }

    /// Says what was applied in other words, which make no difference to the cluster.
    pub(crate) fn reword(&mut self, reword: &dyn Fn(&Rc<str>) -> Rc<str>) {
        self.texts.reword(reword);
    }

    /// The views of this moment; the stage alone where the others may lag for a few frames.
    pub(crate) fn views(&self, look: &Look, extent: Extent) -> Views {
        let now_us = self.cluster.now().0;
        let mut made = Made {
            run: self.run(),
            edition: self.cluster.edition(),
            events: self.cluster.events(),
            entries: self.cluster.trace().len(),
            tick: Some(now_us / STAGE_TICK_US),
            look: look.clone(),
        };
        let mut kept = self.made.borrow_mut();
        let mut views = match kept.take() {
            Some((before, views)) if before == made => views,
            Some((before, views)) if Made { tick: made.tick, ..before.clone() } == made => {
                Views { stage: Rc::new(self.stage(look)), ..views }
            }
            Some((before, views))
                if extent == Extent::Stage
                    && before.run == made.run
                    && before.look == made.look =>
            {
                self.sight.borrow_mut().record.read(&self.cluster);
                made = Made { tick: None, ..before };
                Views { stage: Rc::new(self.stage(look)), ..views }
            }
            Some((before, views)) if before.in_language(look.lang) == made => {
                let Views { story, transport, runs, .. } = self.told(look);
                Views { story, transport, runs, ..views }
            }
            _ => self.make(look),
        };
        if views.transport.now_us != now_us {
            let reached_us = self.cluster.end().0;
            let transport = TransportView { now_us, reached_us, ..(*views.transport).clone() };
            views.transport = Rc::new(transport);
        }
        (views.large, views.known_us) = self.large(look, &views.stage);
        views.compare = self.comparison(look, &views.stage, &views.book);
        views.side = self.side(look);
        views.applied = self.applied();
        *kept = Some((made, views.clone()));
        views
    }

    fn make(&self, look: &Look) -> Views {
        self.sight.borrow_mut().record.read(&self.cluster);
        let stage = self.stage(look);
        let told = self.told(look);
        let record = &self.sight.borrow().record;
        Views {
            ledger: Rc::new(scene::ledger(&self.cluster, record, &stage.lanes)),
            timeline: Rc::new(scene::timeline(record, &stage.lanes)),
            book: self.book(look, &stage, record),
            stage: Rc::new(stage),
            ..told
        }
    }

    /// What is said in a language.
    fn told(&self, look: &Look) -> Views {
        let runs = self.run_views(look.lang);
        let chronicle = &mut self.sight.borrow_mut().chronicle;
        chronicle.read(&self.cluster, look.lang);
        Views {
            runs,
            story: Rc::new(chronicle.story(&self.cluster, look.about.as_ref(), look.earlier)),
            transport: Rc::new(chronicle.transport(&self.cluster)),
            ..Views::default()
        }
    }

    /// The digest of the engine's state.
    pub(crate) fn digest(&self) -> u64 {
        self.cluster.digest()
    }
}

/// Carries out what is next; says whether it is told, or nothing if there is nothing.
fn step(cluster: &mut Cluster) -> Option<bool> {
    let before = cluster.trace().next();
    cluster.step().then(|| {
        let mut new = cluster.trace().since(before);
        new.any(|entry| scene::is_told(cluster, entry))
    })
}
