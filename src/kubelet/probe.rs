//! Probes: when they are tried, what their answers add up to, and whom they wake.
//!
//! Must not know how a program answers. Invariant: a prober that could not change anything
//! has no next try.

use crate::api::go::quoted;
use crate::api::pod::{Container, Phase, PodStatus, Probe};
use crate::base::{SECOND_US, SimTime};
use crate::kubelet::program::{self, Asked};
use crate::kubelet::restart;
use crate::kubelet::wellknown;
use crate::kubelet::worker::{Surroundings, Worker};

/// What a probe is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Sort {
    Startup,
    Readiness,
    Liveness,
}

/// What a probe's answers add up to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Outcome {
    Unknown,
    Failure,
    Success,
}

/// What a try takes.
const TRY_US: u64 = 1_000;

/// One probe of one container.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Prober {
    unit: usize,
    pub(super) sort: Sort,
    /// Tries are made at this moment and each period after it.
    origin: SimTime,
    /// The next try, if one could change anything.
    pub(super) next: Option<SimTime>,
    /// The run that the outcome is about.
    attempt: Option<u32>,
    outcome: Option<Outcome>,
    last: Option<bool>,
    repeats: u32,
    is_on_hold: bool,
}

impl Prober {
    /// Which one it is in its Pod.
    const fn who(&self) -> (usize, Sort) {
        (self.unit, self.sort)
    }
}

/// What becomes of a prober after a try.
#[derive(PartialEq, Eq)]
enum After {
    /// It is tried again.
    Again,
    /// It waits for news.
    Rest,
    /// It is not needed any more.
    Stop,
}

impl Sort {
    const fn word(self) -> &'static str {
        match self {
            Sort::Startup => "Startup",
            Sort::Readiness => "Readiness",
            Sort::Liveness => "Liveness",
        }
    }

    const fn initial(self) -> Outcome {
        match self {
            Sort::Startup => Outcome::Unknown,
            Sort::Readiness => Outcome::Failure,
            Sort::Liveness => Outcome::Success,
        }
    }
}

/// Why a probe finds no port to ask, if so: the container has none of the name.
///
/// Models pkg/probe/util.go ResolveContainerPort
fn no_port(probe: &Probe, container: &Container) -> Option<String> {
    let mut asked = ["httpGet", "tcpSocket"].iter().filter_map(|field| probe.rest.get(*field));
    let name = asked.next()?.at("port")?.as_str()?;
    let is_known = container.ports.iter().any(|port| port.name.as_deref() == Some(name));
    (!is_known).then(|| format!("strconv.Atoi: parsing {}: invalid syntax", quoted(name)))
}

impl Worker {
    /// Models pkg/kubelet/prober/prober_manager.go AddPod
    pub(super) fn add_probers(&mut self, now: SimTime) {
        let inits = self.inits();
        for unit in 0..self.seen.slots.len() {
            if unit < inits && !self.is_sidecar(unit) {
                continue;
            }
            for sort in [Sort::Startup, Sort::Readiness, Sort::Liveness] {
                let is_there = self.probers.iter().any(|one| one.who() == (unit, sort));
                if is_there || self.probe_of(unit, sort).is_none() {
                    continue;
                }
                self.probers.push(Prober {
                    unit,
                    sort,
                    origin: now,
                    next: None,
                    attempt: None,
                    outcome: None,
                    last: None,
                    repeats: 0,
                    is_on_hold: false,
                });
            }
        }
    }

    fn probe_of(&self, unit: usize, sort: Sort) -> Option<&Probe> {
        let container = self.container(unit);
        match sort {
            Sort::Startup => container.startup_probe.as_ref(),
            Sort::Readiness => container.readiness_probe.as_ref(),
            Sort::Liveness => container.liveness_probe.as_ref(),
        }
    }

    fn prober(&self, unit: usize, sort: Sort) -> Option<&Prober> {
        self.probers.iter().find(|one| one.who() == (unit, sort))
    }

    /// What a probe says of the newest run that was seen.
    pub(super) fn outcome(&self, unit: usize, sort: Sort) -> Option<Outcome> {
        self.outcome_of(unit, sort, self.seen.slots[unit].run.as_ref()?.attempt)
    }

    fn outcome_of(&self, unit: usize, sort: Sort, attempt: u32) -> Option<Outcome> {
        let prober = self.prober(unit, sort)?;
        if prober.attempt == Some(attempt) { prober.outcome } else { None }
    }

    /// The first try after a moment.
    fn next_try(&self, prober: &Prober, now: SimTime) -> SimTime {
        let probe = self.probe_of(prober.unit, prober.sort);
        let seconds = probe.and_then(|probe| probe.period_seconds).unwrap_or(10).max(1);
        let period_us = u64::from(seconds) * SECOND_US;
        let tries = now.since_us(prober.origin) / period_us + 1;
        prober.origin.plus_us(tries * period_us)
    }

    /// Lets resting probers look at what is new.
    pub(super) fn wake_probers(&mut self, now: SimTime) {
        for index in 0..self.probers.len() {
            if self.probers[index].next.is_none() {
                self.probers[index].next = Some(self.next_try(&self.probers[index], now));
            }
        }
    }

    /// Fills in which containers have started and are ready; one that is not ready yet is
    /// tried at once.
    ///
    /// Models pkg/kubelet/prober/prober_manager.go UpdatePodStatus
    pub(super) fn ask_probers(&mut self, status: &mut PodStatus, now: SimTime) {
        let inits = self.inits();
        let PodStatus { init_container_statuses, container_statuses, .. } = status;
        let all = init_container_statuses.iter_mut().chain(container_statuses);
        for (unit, one) in all.enumerate() {
            let run = self.shown.slots[unit].run.as_ref();
            let attempt = run.filter(|run| run.end.is_none()).map(|run| run.attempt);
            let attempt = attempt.filter(|_| one.state.is_running());
            let has_started = attempt.is_some_and(|attempt| {
                match self.outcome_of(unit, Sort::Startup, attempt) {
                    Some(outcome) => outcome == Outcome::Success,
                    None => self.prober(unit, Sort::Startup).is_none(),
                }
            });
            one.started = Some(has_started);
            if unit < inits && !self.is_sidecar(unit) {
                one.ready = self.shown.slots[unit].end().is_some_and(|end| end.code == 0);
                continue;
            }
            let Some(attempt) = attempt.filter(|_| has_started) else { continue };
            let is_ready =
                self.outcome_of(unit, Sort::Readiness, attempt) == Some(Outcome::Success);
            one.ready = is_ready || self.prober(unit, Sort::Readiness).is_none();
            let waiting = self.probers.iter_mut().filter(|_| !is_ready);
            for prober in waiting.filter(|one| one.who() == (unit, Sort::Readiness)) {
                prober.origin = now;
                prober.next = Some(now.plus_us(TRY_US));
            }
        }
    }

    /// Makes all tries that are due.
    pub(super) fn probe_due(&mut self, around: &mut Surroundings<'_>) {
        let mut index = 0;
        while index < self.probers.len() {
            if self.probers[index].next.is_none_or(|at| at > around.now) {
                index += 1;
                continue;
            }
            self.probers[index].next = None;
            let who = self.probers[index].who();
            let after = self.try_once(index, around);
            // The worker may have dropped its probers meanwhile.
            if self.probers.get(index).map(Prober::who) != Some(who) {
                continue;
            }
            match after {
                // What came of this try may have asked for another at once.
                After::Again if self.probers[index].next.is_none() => {
                    let next = self.next_try(&self.probers[index], around.now);
                    self.probers[index].next = Some(next);
                }
                After::Again | After::Rest => {}
                After::Stop => drop(self.probers.remove(index)),
            }
        }
    }

    /// Models pkg/kubelet/prober/worker.go doProbe
    fn try_once(&mut self, index: usize, around: &mut Surroundings<'_>) -> After {
        let (unit, sort) = (self.probers[index].unit, self.probers[index].sort);
        if matches!(self.status.phase, Phase::Failed | Phase::Succeeded) {
            return After::Stop;
        }
        let Some(run) = self.shown.slots[unit].run.clone() else { return After::Rest };
        let prober = &mut self.probers[index];
        if prober.attempt != Some(run.attempt) {
            prober.attempt = Some(run.attempt);
            prober.outcome = None;
            prober.is_on_hold = false;
            self.settle(index, sort.initial(), around);
        }
        if self.prober(unit, sort).is_none_or(|one| one.is_on_hold) {
            return After::Rest;
        }
        if let Some(end) = run.end {
            self.settle(index, Outcome::Failure, around);
            let spec = &self.pod().spec;
            let is_init = unit < self.inits();
            let comes_back = restart::after(self.container(unit), spec, is_init, end.code);
            return if comes_back { After::Rest } else { After::Stop };
        }
        if self.object.meta.is_terminating() && sort != Sort::Readiness {
            self.settle(index, Outcome::Success, around);
            return After::Stop;
        }
        let Some(probe) = self.probe_of(unit, sort) else { return After::Stop };
        // The moment of the start is kept in whole seconds.
        let started = run.started.whole();
        if around.now < started.plus_seconds(u64::from(probe.initial_delay_seconds)) {
            return After::Again;
        }
        let has_started = self.has_started(unit);
        if has_started == (sort == Sort::Startup) {
            return After::Rest;
        }
        if let Some(error) = no_port(probe, self.container(unit)) {
            let word = sort.word();
            let text = format!("{word} probe errored and resulted in unknown state: {error}");
            around.notes.push(self.note(unit, "Unhealthy", text, true));
            return After::Again;
        }
        let asked = Asked {
            object: &self.object,
            container: self.container(unit),
            // The program may be further than the kubelet has seen.
            run: self.truth.slots[unit].run.as_ref().unwrap_or(&run),
            is_silent: around.is_silent && sort == Sort::Readiness,
            view: around.view,
            now: around.now,
        };
        let answer = program::answer(probe, &asked);
        let (failures, successes) =
            (probe.failure_threshold.unwrap_or(3), probe.success_threshold.unwrap_or(1));
        if let Err(output) = &answer {
            let text = format!("{} probe failed: {output}", sort.word());
            around.notes.push(self.note(unit, "Unhealthy", text, true));
        }
        let turns = wellknown::sickens_after_us(self.container(unit)).is_some();
        match self.count(index, answer.is_ok(), (failures, successes), around) {
            // What answers now may not answer later.
            After::Rest if turns => After::Again,
            after => after,
        }
    }

    fn has_started(&self, unit: usize) -> bool {
        let inits = self.inits();
        let one = match unit.checked_sub(inits) {
            None => self.status.init_container_statuses.get(unit),
            Some(index) => self.status.container_statuses.get(index),
        };
        one.is_some_and(|one| one.started == Some(true))
    }

    /// Adds an answer up.
    fn count(
        &mut self,
        index: usize,
        is_ok: bool,
        (failures, successes): (u32, u32),
        around: &mut Surroundings<'_>,
    ) -> After {
        let prober = &mut self.probers[index];
        prober.repeats = if prober.last == Some(is_ok) { prober.repeats + 1 } else { 1 };
        prober.last = Some(is_ok);
        let needed = if is_ok { successes } else { failures };
        if prober.repeats < needed {
            return After::Again;
        }
        let sort = prober.sort;
        if sort == Sort::Startup || (sort == Sort::Liveness && !is_ok) {
            prober.is_on_hold = true;
            prober.repeats = 0;
        }
        self.settle(index, if is_ok { Outcome::Success } else { Outcome::Failure }, around);
        // A program that answers goes on answering until something is told of it.
        if is_ok { After::Rest } else { After::Again }
    }

    /// Keeps an outcome, and wakes the worker if it is new.
    ///
    /// Models pkg/kubelet/prober/results/results_manager.go Set and
    /// pkg/kubelet/kubelet.go syncLoopIteration
    fn settle(&mut self, index: usize, outcome: Outcome, around: &mut Surroundings<'_>) {
        let prober = &mut self.probers[index];
        if prober.outcome == Some(outcome) {
            return;
        }
        prober.outcome = Some(outcome);
        let (unit, is_ok) = (prober.unit, outcome == Outcome::Success);
        match prober.sort {
            Sort::Readiness => self.set_readiness(unit, is_ok, around.now),
            Sort::Startup => self.set_startup(unit, is_ok, around.now),
            Sort::Liveness if outcome != Outcome::Failure => return,
            Sort::Liveness => {}
        }
        self.update(around);
    }
}
