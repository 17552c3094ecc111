//! Replays the steps of a trace on the engine in virtual time.
//!
//! Must not know how runs are compared. Invariant: the engine sees only what a person and the
//! machines did; what the trace says of the outcome decides nothing but when a step is over.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::api::Kind;
use crate::base::{SECOND_US, Seed, SimTime};
use crate::cluster::Cluster;
use crate::conformance::applied::{self, Turn};
use crate::conformance::beats;
use crate::conformance::canon::Canon;
use crate::conformance::compare::{Report, compare};
use crate::conformance::deals::{self, Dealt};
use crate::conformance::phases;
use crate::conformance::recorder::Recorder;
use crate::conformance::rounds::Rounds;
use crate::conformance::schema::{Centis, Deed, Record, Run, Step};
use crate::conformance::setup;
use crate::conformance::shown::{self, Shown};
use crate::conformance::wanted::Wanted;
use crate::kubectl::{self, Output, Pace, Run as Job};
use crate::server::Beats;
use crate::sim::Command;

/// What a replay gave.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The engine's own run in the schema of the traces.
    pub run: Run,
    /// What the commands of each `show` printed at the moments of its span.
    pub shown: BTreeMap<u32, Vec<Vec<String>>>,
    /// The step in which the engine never came to rest, if any; no later one was replayed.
    pub stuck: Option<u32>,
}

impl Replay {
    /// A run of somebody else in the place of a replay: what its `show` steps caught is all that
    /// is known of them.
    pub fn of(run: Run) -> Replay {
        let shown = run.steps.iter().filter_map(|step| {
            let parts = shown::split(step.text.as_deref()?);
            Some((step.i, parts.into_iter().map(|part| vec![part.output]).collect()))
        });
        Replay { shown: shown.collect(), run, stuck: None }
    }
}

/// kubectl takes this long to start before it asks anything.
const KUBECTL_US: u64 = 80_000;
/// It never takes longer.
const LAG_MAX_US: u64 = SECOND_US;
/// The kinds that people make and change, and nobody else.
const ASKED: [&str; 6] =
    ["Deployment", "StatefulSet", "DaemonSet", "Job", "ReplicationController", "Service"];
/// A `show` after a change may have caught what the engine, which is not as busy, has left behind
/// so long ago.
const RECENT_US: u64 = 500_000;
/// A `show` so many steps ahead, this one included, comes soon.
const SOON: usize = 3;
/// Times that differ by less say nothing, so the README of the traces.
const SLACK_US: u64 = 200_000;
/// How long nothing must change before a step is over, if the trace does not say.
const QUIET_US: u64 = 3 * SECOND_US;
/// The engine may take so much longer for a step, in hundredths of a second.
const ROUNDS_AHEAD: i64 = 6_000;
/// The longest that one step may take.
const STEP_MAX_US: u64 = 1_800 * SECOND_US;
/// How much longer than in the recording a condition is waited for.
const PATIENCE_US: u64 = 60 * SECOND_US;
/// The same, for Pods that are to be there before the next object of a manifest is sent.
const PATIENCE_SHORT_US: u64 = SECOND_US;
/// Events that one step may take.
const EVENTS_MAX: u64 = 30_000;

/// Whose luck a replay has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Luck {
    /// That of the recording: names, nodes, ties and how long machines took are dealt as they fell.
    Recorded {
        /// Which of the places of the clock's second is tried at which the run may have begun.
        place: usize,
    },
    /// Its own, as another recording of the same steps would have.
    Own {
        /// The seed of all that is drawn.
        seed: Seed,
        /// How slow watches are, in hundredths of their usual delay.
        slowness: u32,
    },
}

/// Replays a trace.
pub fn replay(recorded: &Run) -> Replay {
    replay_with(recorded, Luck::Recorded { place: 0 })
}

/// Replays a trace and compares. Where in a second of its clock the run began is tried at several
/// places, for nothing tells: it passes if it does so at one of them, and else fails as at the
/// likeliest.
pub fn check(recorded: &Run) -> Report {
    let reports = (0..phases::starts(recorded).len())
        .map(|place| compare(recorded, &replay_with(recorded, Luck::Recorded { place })));
    let mut first = None;
    for report in reports {
        if report.is_passed() {
            return report;
        }
        first = first.or(Some(report));
    }
    first.unwrap_or_else(|| compare(recorded, &replay(recorded)))
}

/// Replays a trace with some luck.
pub fn replay_with(recorded: &Run, luck: Luck) -> Replay {
    let cluster = setup::cluster(recorded, luck);
    let start = cluster.now();
    let is_dealt = matches!(luck, Luck::Recorded { .. });
    let recorder = Recorder::start(&cluster, &recorded.namespace);
    let mut player = Player {
        recorded,
        cluster,
        recorder,
        theirs: Canon::of(&recorded.namespace, &recorded.trace, &recorded.names),
        dealt: if is_dealt { deals::of(recorded, start) } else { Dealt::default() },
        rounds: if is_dealt { Rounds::of(recorded) } else { Rounds::default() },
        is_dealt,
        beats: if is_dealt { beats::of(&recorded.trace) } else { beats::Known::default() },
        sets: 0,
        stuck: None,
        is_shown_next: false,
        recent: Vec::new(),
        background: Vec::new(),
        steps: Vec::new(),
        shown: BTreeMap::new(),
    };
    player.deal_known();
    for step in &recorded.steps {
        if player.stuck.is_some() {
            break;
        }
        player.play(step);
    }
    player.finish()
}

/// A command in the background.
struct Background {
    step: usize,
    job: Job,
}

struct Player<'a> {
    recorded: &'a Run,
    cluster: Cluster,
    recorder: Recorder,
    theirs: Canon,
    dealt: Dealt,
    rounds: Rounds,
    beats: beats::Known,
    /// Whether the luck is that of the recording.
    is_dealt: bool,
    /// How many records were looked through for new ReplicaSets.
    sets: usize,
    stuck: Option<u32>,
    /// Whether a `show` follows soon.
    is_shown_next: bool,
    /// The cluster as it was after the latest changes, if a `show` follows soon.
    recent: Vec<(SimTime, Cluster)>,
    background: Vec<Background>,
    steps: Vec<Step>,
    shown: BTreeMap<u32, Vec<Vec<String>>>,
}

impl Player<'_> {
    fn play(&mut self, step: &Step) {
        let place = self.steps.len();
        let next = self.recorded.steps.iter().skip(place).take(SOON);
        self.is_shown_next = next.into_iter().any(|one| one.action == "show");
        let now = self.cluster.now();
        self.recent.retain(|(at, _)| at.plus_us(RECENT_US) >= now);
        self.recorder.enter(step.i);
        let began = self.cluster.now();
        self.deal_rounds(step);
        self.deal_beats(step);
        let span_us = step.t_end.us().saturating_sub(step.t.us());
        let mut own = Step { t: self.recorder.stamp(began), ..step.clone() };
        match step.action.as_str() {
            "show" => self.show(step, &mut own, span_us),
            "kbg" => {
                self.pass(KUBECTL_US);
                let job = self.start(step);
                self.background.push(Background { step: self.steps.len(), job });
            }
            "apply" | "k" | "kpick" => {
                self.pass(self.lag_us(step));
                let mut job = self.start(step);
                let output = self.await_job(step, &mut job);
                own.cmd = step.cmd.as_ref().map(|line| self.translate(line));
                own.rc = Some(output.code);
                own.stdout = Some(output.stdout);
                own.stderr = Some(output.stderr);
                self.rest(step, began, span_us);
            }
            "until" => self.await_condition(step, span_us),
            "node" | "notready" | "ready" => {
                self.machine(step);
                self.pass_until(began.plus_us(span_us));
            }
            _ => self.rest(step, began, span_us),
        }
        own.t_end = self.recorder.stamp(self.cluster.now());
        self.steps.push(own);
    }

    /// How long kubectl took until its first request was carried out, as far as the trace shows:
    /// until something changed that only a person changes.
    fn lag_us(&self, step: &Step) -> u64 {
        let mut own = self.recorded.trace.iter().filter(|one| one.step == step.i);
        let deletes = step.cmd.as_ref().is_some_and(|cmd| cmd.contains("kubectl delete"));
        let is_asked = |one: &&Record| {
            let is_made = one.event == Deed::Added && one.fact("owner").is_none();
            let goes = one.event == Deed::Deleted || one.fact("deleting").is_some();
            let is_theirs = ASKED.contains(&one.kind.as_str());
            (is_theirs && (is_made || one.fact("generation").is_some()))
                || (one.kind == "Pod" && is_made)
                || (deletes && goes && one.kind != "VolumeAttachment")
        };
        let first = own.find(is_asked).map_or(step.t, |one| one.t);
        let late_us = self.recorder.moment(first).since_us(self.cluster.now());
        late_us.clamp(KUBECTL_US, LAG_MAX_US)
    }

    /// Lets the time of a step pass after what was asked is done.
    fn rest(&mut self, step: &Step, began: SimTime, span_us: u64) {
        match step.stable.or(step.quiet) {
            Some(true) => {
                let quiet_us = self.quiet_us(step, began);
                self.settle(quiet_us);
                if !self.is_dealt {
                    // A recorder goes on; it has no other run to look at.
                    return;
                }
                self.catch_up(step, span_us, quiet_us);
                self.keep_up(step);
            }
            _ => self.pass_until(began.plus_us(span_us)),
        }
    }

    /// How long nothing must change until the step is over: what the recorder waited, as far as
    /// its trace shows.
    fn quiet_us(&self, step: &Step, began: SimTime) -> u64 {
        let taken = Centis::from_us(self.cluster.now().since_us(began));
        let done = Centis(step.t.0 + taken.0);
        let last = self
            .recorded
            .trace
            .iter()
            .filter(|one| one.kind != "Event" && one.t <= step.t_end)
            .map(|one| one.t)
            .max()
            .unwrap_or_default();
        let waited = step.t_end.0 - last.max(done).0;
        let seconds = u64::try_from((waited + 5) / 100).unwrap_or(0);
        (seconds * SECOND_US).max(QUIET_US)
    }

    /// Lets time pass until nothing has changed for so long.
    fn settle(&mut self, quiet_us: u64) {
        let began = self.cluster.now();
        let end = began.plus_us(STEP_MAX_US);
        for _ in 0..EVENTS_MAX {
            let due = self.recorder.last_change().max(began).plus_us(quiet_us).min(end);
            match self.cluster.next_at() {
                Some(at) if at <= due => self.step(),
                _ => return self.pass_until(due),
            }
        }
        self.stuck = Some(self.recorder.step());
    }

    /// Where the recording shows that the cluster was not at rest yet, since a Pod still waited
    /// for its volumes or for the end of a back-off, lets time pass until that has come about.
    fn catch_up(&mut self, step: &Step, span_us: u64, quiet_us: u64) {
        let end = self.cluster.now().plus_us(span_us + PATIENCE_US);
        let mut wanted = Wanted::last_of(step, self.recorded, &self.theirs);
        let all = self.recorder.records();
        let from = all.iter().position(|one| one.step == step.i).unwrap_or(all.len());
        let ours = self.ours();
        wanted.cross_off(&all[from..], &ours);
        // The engine may have come so far in an earlier step.
        wanted.cross_off_known(all, &ours);
        let read = all.len();
        if !wanted.is_empty() && self.await_wanted(&mut wanted, read, end) {
            self.settle(quiet_us);
        }
    }

    /// Lets time pass until what is wanted has come about, from the record `read` on; false if it
    /// had not by the end.
    fn await_wanted(&mut self, wanted: &mut Wanted, mut read: usize, end: SimTime) -> bool {
        while self.stuck.is_none() {
            let Some(at) = self.cluster.next_at().filter(|at| *at <= end) else { break };
            self.pass_until(at);
            let records = self.recorder.records();
            if records.len() > read {
                wanted.cross_off(&records[read..], &self.ours());
                read = records.len();
                if wanted.is_empty() {
                    return true;
                }
            }
        }
        false
    }

    /// Lets time pass until the recorder, too, was done with the step: whoever acts does so at the
    /// recorded moments.
    fn keep_up(&mut self, step: &Step) {
        self.pass_until(self.recorder.moment(step.t_end));
    }

    fn pass(&mut self, us: u64) {
        self.pass_until(self.cluster.now().plus_us(us));
    }

    fn pass_until(&mut self, to: SimTime) {
        for _ in 0..EVENTS_MAX {
            match self.cluster.next_at() {
                Some(at) if at <= to => self.step(),
                _ => {
                    self.cluster.run_until(to, 0);
                    return;
                }
            }
        }
        self.stuck = Some(self.recorder.step());
    }

    /// Carries one event out and looks what became of it.
    fn step(&mut self) {
        let before = self.recorder.records().len();
        self.cluster.step();
        self.absorb();
        if self.is_shown_next && self.recorder.records().len() > before {
            let now = self.cluster.now();
            self.recent.retain(|(at, _)| at.plus_us(RECENT_US) >= now);
            self.recent.push((now, self.cluster.fork()));
        }
    }

    /// Lays down what chance deals to the Pods whose names follow from the steps.
    fn deal_known(&mut self) {
        for ((kind, name), deals) in &self.dealt.known {
            let namespace = self.recorded.namespace.as_str().into();
            let command = Command::Deal(*kind, namespace, name.as_str().into(), Rc::clone(deals));
            // Nothing can be refused here.
            let _ = self.cluster.submit(command);
        }
    }

    /// Lays down when the kubelets look at their nodes' status during a step, and controllers at
    /// what they look at by the clock.
    fn deal_rounds(&mut self, step: &Step) {
        let began = self.cluster.now();
        let end = Centis(step.t_end.0 + ROUNDS_AHEAD);
        let nodes = self.rounds.nodes().map(|one| (&**one, self.rounds.after(one, step.t, end)));
        let ticks = self.rounds.ticks(step.t, end);
        for (name, rounds) in nodes.chain(ticks).filter(|(_, all)| !all.is_empty()) {
            let moved = |at: &Centis| began.plus_us(Centis(at.0 - step.t.0).us());
            let dealt = Rc::new(rounds.iter().map(moved).collect());
            // Nothing can be refused here.
            let _ = self.cluster.submit(Command::DealRounds(name.into(), dealt));
        }
    }

    /// Lays down when the kubelets look at their machines during a step.
    fn deal_beats(&mut self, step: &Step) {
        let began = self.cluster.now();
        let early = self.recorder.moment(step.t);
        let (late, soon) = (began.since_us(early), early.since_us(began));
        let moved = |looks: Option<&Vec<Centis>>| {
            let looks = looks.into_iter().flatten();
            let at = |at: &Centis| self.recorder.moment(*at).plus_us(late).0.saturating_sub(soon);
            Rc::new(looks.map(|look| SimTime(at(look))).collect())
        };
        let (relists, syncs) = (&self.beats.relists, &self.beats.syncs);
        let nodes: BTreeSet<&String> = relists.keys().chain(syncs.keys()).collect();
        let dealt = nodes.into_iter().map(|node| {
            let beats = Beats { relists: moved(relists.get(node)), syncs: moved(syncs.get(node)) };
            Command::DealBeats(node.as_str().into(), beats)
        });
        for command in dealt.collect::<Vec<_>>() {
            // Nothing can be refused here.
            let _ = self.cluster.submit(command);
        }
    }

    /// Does the same for the Pods of new ReplicaSets, before they are made.
    fn deal_sets(&mut self) {
        let new = &self.recorder.records()[self.sets..];
        let is_new = |one: &&Record| one.kind == "ReplicaSet" && one.event == Deed::Added;
        // One that comes back under its name goes on where the last one left off.
        let known = &self.recorder.records()[..self.sets];
        let is_back = |set: &&Record| known.iter().any(|one| is_new(&one) && one.name == set.name);
        let fresh = new.iter().filter(is_new).filter(|set| !is_back(set));
        let sets: Vec<String> = fresh.map(|one| one.name.clone()).collect();
        self.sets = self.recorder.records().len();
        if sets.is_empty() {
            return;
        }
        let ours = self.ours();
        for set in sets {
            let name = ours.name_of(&set).unwrap_or_else(|| set.clone());
            let recorded = self.theirs.word_of(&name).unwrap_or(&name);
            let Some(deals) = self.dealt.of_sets.get(&format!("{recorded}-")) else { continue };
            let namespace = self.recorded.namespace.as_str().into();
            let name = format!("{set}-").into();
            let command = Command::Deal(Kind::Pod, namespace, name, Rc::clone(deals));
            let _ = self.cluster.submit(command);
        }
    }

    fn absorb(&mut self) {
        self.recorder.absorb(&self.cluster);
        self.deal_sets();
        let mut still = Vec::new();
        for mut one in std::mem::take(&mut self.background) {
            match one.job.poll(&mut self.cluster) {
                Some(output) => {
                    let done = self.recorder.stamp(self.cluster.now());
                    self.note_done(one.step, output, Some(done));
                }
                None => still.push(one),
            }
        }
        self.background = still;
    }

    fn note_done(&mut self, step: usize, output: Output, done: Option<Centis>) {
        if let Some(own) = self.steps.get_mut(step) {
            own.rc = Some(output.code);
            own.stdout = Some(output.stdout);
            own.stderr = Some(output.stderr);
            own.t_done = done;
        }
    }

    fn ours(&self) -> Canon {
        let names = self.recorder.names().known();
        Canon::of(&self.recorded.namespace, self.recorder.records(), names)
    }

    /// A recorded text in the engine's own names.
    fn translate(&self, text: &str) -> String {
        self.ours().translate(text, &self.theirs)
    }

    /// A recorded text with the namespace where it leaves it open.
    fn in_namespace(&self, text: &str) -> String {
        text.replace("{ns}", &self.recorded.namespace)
    }

    fn start(&mut self, step: &Step) -> Job {
        let line = self.translate(&self.in_namespace(step.cmd.as_deref().unwrap_or_default()));
        let stdin = step.manifest.as_ref().or(step.stdin.as_ref());
        let stdin = stdin.map(|text| self.in_namespace(text));
        self.start_line(&line, stdin.as_deref())
    }

    fn start_line(&mut self, line: &str, stdin: Option<&str>) -> Job {
        let job = kubectl::run_line(&mut self.cluster, &self.recorded.namespace, line, stdin);
        self.absorb();
        job
    }

    fn await_job(&mut self, step: &Step, job: &mut Job) -> Output {
        let end = self.cluster.now().plus_us(STEP_MAX_US);
        let turns = applied::turns(step, self.recorded);
        loop {
            job.set_pace(self.pace(step, &turns, job));
            let output = job.poll(&mut self.cluster);
            self.absorb();
            if let Some(output) = output {
                return output;
            }
            match self.cluster.next_at().into_iter().chain(job.due()).min() {
                Some(at) if at <= end => {
                    kubectl::step_to(&mut self.cluster, at);
                    self.absorb();
                }
                _ => return Output { code: -1, ..Output::default() },
            }
        }
    }

    /// How fast kubectl goes on to the next object of a manifest.
    fn pace(&self, step: &Step, turns: &[Turn], job: &Job) -> Pace {
        let sent = job.stdout().lines().count();
        let count = match turns.get(sent).copied().unwrap_or(Turn::Own) {
            Turn::Own => return Pace::Own,
            Turn::First => return Pace::Now,
            Turn::After(count) => count,
        };
        let own = self.recorder.records().iter().rev().take_while(|one| one.step == step.i);
        let made = own.filter(|one| {
            one.kind == "Pod" && one.event == Deed::Added && one.fact("owner").is_some()
        });
        let last = self.recorder.last_change().plus_us(PATIENCE_SHORT_US);
        let is_late = self.cluster.next_at().is_none_or(|next| next > last);
        if made.count() >= count || is_late { Pace::Now } else { Pace::Held }
    }

    fn machine(&mut self, step: &Step) {
        let node = step.node.as_deref().unwrap_or_default();
        let is_ready = step.action == "ready";
        let probe = step.pod.as_deref().filter(|_| is_ready || step.action == "notready");
        if let Some(pod) = probe {
            let namespace = self.recorded.namespace.as_str().into();
            let pod = self.translate(pod).as_str().into();
            let _ = self.cluster.submit(Command::SetProbe { namespace, pod, is_ready });
            return self.absorb();
        }
        let command = match step.verb.as_deref() {
            Some("freeze") => Command::FailNode(node.into()),
            Some("kill") => Command::KillNode(node.into()),
            Some("thaw") => Command::RecoverNode(node.into()),
            Some("start") => Command::StartNode(node.into()),
            _ => return,
        };
        // A machine that is already so stays so.
        let _ = self.cluster.submit(command);
        self.absorb();
    }

    /// Lets time pass until the change that ended the step in the recording has come about.
    fn await_condition(&mut self, step: &Step, span_us: u64) {
        let mut wanted = Wanted::of(step, self.recorded, &self.theirs);
        if wanted.is_empty() {
            return self.pass(span_us);
        }
        // The engine may have come so far while the step before was still going on.
        let all = self.recorder.records();
        let from = all.iter().position(|one| one.step + 1 >= step.i).unwrap_or(all.len());
        wanted.cross_off(&all[from..], &self.ours());
        if wanted.is_empty() {
            return;
        }
        let end = self.cluster.now().plus_us(span_us * 2 + PATIENCE_US);
        let read = self.recorder.records().len();
        if !self.await_wanted(&mut wanted, read, end) {
            self.pass_until(end);
        }
    }

    /// Prints what a `show` asks for at every moment of its span at which something changed.
    fn show(&mut self, step: &Step, own: &mut Step, span_us: u64) {
        let parts = shown::split(step.text.as_deref().unwrap_or_default());
        let lines: Vec<String> =
            parts.iter().map(|one| self.translate(&self.in_namespace(&one.line))).collect();
        let mut printed: Vec<Vec<String>> = vec![Vec::new(); lines.len()];
        let end = self.cluster.now().plus_us(span_us);
        for (_, past) in &self.recent {
            self.print(past, &lines, &mut printed);
        }
        let mut present: Vec<Vec<String>> = vec![Vec::new(); lines.len()];
        self.print(&self.cluster, &lines, &mut present);
        self.print(&self.cluster, &lines, &mut printed);
        while self.cluster.next_at().is_some_and(|at| at <= end) {
            let before = self.recorder.records().len();
            self.step();
            if self.recorder.records().len() > before {
                self.print(&self.cluster, &lines, &mut printed);
            }
        }
        self.pass_until(end);
        self.print(&self.cluster, &lines, &mut printed);
        let first: Vec<Shown> = lines
            .iter()
            .zip(&parts)
            .zip(&present)
            .map(|((_, part), outputs)| Shown {
                line: self.translate(&part.line),
                output: outputs.first().cloned().unwrap_or_default(),
            })
            .collect();
        own.text = Some(shown::join(&first));
        self.shown.insert(step.i, printed);
    }

    fn print(&self, cluster: &Cluster, lines: &[String], printed: &mut [Vec<String>]) {
        for (line, outputs) in lines.iter().zip(printed) {
            let mut fork = cluster.fork();
            let mut job = kubectl::run_line(&mut fork, &self.recorded.namespace, line, None);
            let output = job.poll(&mut fork).unwrap_or_default();
            let mut text = output.stdout + &output.stderr;
            if output.code != 0 {
                text = format!("{text}[exit status {}]\n", output.code);
            }
            if !outputs.contains(&text) {
                outputs.push(text);
            }
        }
    }

    fn finish(mut self) -> Replay {
        // The recorder went on watching for a moment.
        let end = self.recorded.steps.last().map_or(Centis(0), |step| step.t_end);
        let last = self.recorded.trace.iter().map(|one| one.t).max().unwrap_or(end);
        if self.stuck.is_none() && last > end {
            self.pass(Centis(last.0 - end.0).us() + SLACK_US);
        }
        for one in std::mem::take(&mut self.background) {
            self.note_done(one.step, Output { code: -1, ..Output::default() }, None);
        }
        let run = Run {
            steps: self.steps,
            trace: self.recorder.records().to_vec(),
            end: self.recorder.end(&self.cluster),
            names: self.recorder.names().known().clone(),
            writes: self.recorder.writes().clone(),
            ..Run {
                scenario: self.recorded.scenario.clone(),
                title: self.recorded.title.clone(),
                run: self.recorded.run,
                namespace: self.recorded.namespace.clone(),
                k8s: self.recorded.k8s.clone(),
                date: self.cluster.now().to_string().replace('Z', "+00:00"),
                ..Run::default()
            }
        };
        Replay { run, shown: self.shown, stuck: self.stuck }
    }
}
