//! Stopping containers: hooks, order, grace, and the end of a Pod.
//!
//! Must not know why a Pod stops. Invariant: a sidecar is asked to stop after all containers
//! that were started after it, unless its grace runs out.

use std::rc::Rc;

use crate::base::{SECOND_US, SimTime};
use crate::kubelet::actions::{Cause, Kill};
use crate::kubelet::probe::Sort;
use crate::kubelet::program;
use crate::kubelet::runtime::By;
use crate::kubelet::worker::{Activity, POST_US, Surroundings, Work, Worker};

/// A process gets this much time at least.
///
/// Models pkg/kubelet/kuberuntime/kuberuntime_manager.go minimumGracePeriodInSeconds
const GRACE_MIN_US: u64 = 2 * SECOND_US;

/// How far a container is on its way to the end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Stage {
    /// Its hook runs, from the first moment to the second.
    Hook(SimTime, SimTime),
    /// It waits for its turn since then.
    Turn(SimTime),
    /// It was asked to stop; it will be gone then, with this code.
    Asked(SimTime, i32),
    Dead,
}

/// A container that is stopped.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Death {
    unit: usize,
    by: By,
    grace_us: u64,
    stage: Stage,
}

impl Death {
    pub(super) fn next_due(&self) -> Option<SimTime> {
        match self.stage {
            Stage::Hook(_, until) | Stage::Asked(until, _) => Some(until),
            Stage::Turn(since) => Some(since.plus_us(self.grace_us)),
            Stage::Dead => None,
        }
    }

    /// The same, because of what a probe said, if one did.
    pub(super) fn because(self, cause: Cause) -> Death {
        let by = if cause == Cause::Other { self.by } else { By::Probe };
        Death { by, ..self }
    }

    /// Takes whole seconds that went by off the grace.
    fn spend(&mut self, since: SimTime, now: SimTime) {
        let spent_us = now.since_us(since) / SECOND_US * SECOND_US;
        self.grace_us = self.grace_us.saturating_sub(spent_us);
    }
}

impl Worker {
    /// The grace of a container that is killed while its Pod goes on.
    ///
    /// Models pkg/kubelet/kuberuntime/kuberuntime_container.go setTerminationGracePeriod
    pub(super) fn kill_grace(&self, kill: &Kill) -> u64 {
        let container = self.container(kill.unit);
        let probe = match kill.cause {
            Cause::Liveness => container.liveness_probe.as_ref(),
            Cause::Startup => container.startup_probe.as_ref(),
            Cause::Other => None,
        };
        let own = probe.and_then(|probe| probe.termination_grace_period_seconds);
        let asked = self.object.meta.deletion_grace_period_seconds.or(own);
        let whole = self.pod().spec.grace();
        u64::from(asked.or(whole).unwrap_or(2)) * SECOND_US
    }

    /// The grace of a Pod that stops as a whole.
    ///
    /// Models pkg/kubelet/pod_workers.go calculateEffectiveGracePeriod
    fn pod_grace(&self) -> u64 {
        let asked = self.object.meta.deletion_grace_period_seconds.filter(|one| *one > 0);
        let whole = self.pod().spec.grace();
        (u64::from(asked.or(whole).unwrap_or(1)) * SECOND_US).max(GRACE_MIN_US)
    }

    pub(super) fn begin_death(&self, unit: usize, grace_us: u64, now: SimTime) -> Death {
        let lifecycle = self.container(unit).lifecycle.as_ref();
        let hook = lifecycle.and_then(|one| one.pre_stop.as_ref()).map(program::hook);
        let stage = match hook {
            Some((us, _)) if grace_us > 0 => Stage::Hook(now, now.plus_us(us.min(grace_us))),
            _ => Stage::Turn(now),
        };
        Death { unit, by: By::Kubelet, grace_us, stage }
    }

    /// Goes on stopping a container; true when it has stopped.
    ///
    /// Models pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer
    pub(super) fn kill_on(
        &mut self,
        death: &mut Death,
        is_alone: bool,
        around: &mut Surroundings<'_>,
    ) -> bool {
        let (now, unit) = (around.now, death.unit);
        loop {
            match death.stage {
                Stage::Hook(_, until) if until > now => return false,
                Stage::Hook(since, _) => {
                    self.tell_failed_hook(unit, around);
                    death.spend(since, now);
                    death.stage = Stage::Turn(now);
                }
                Stage::Turn(since) => {
                    let may_wait = !is_alone && now < since.plus_us(death.grace_us);
                    if may_wait && self.waits_for_turn(unit) {
                        return false;
                    }
                    death.spend(since, now);
                    let grace_us = death.grace_us.max(GRACE_MIN_US);
                    let run = self.truth.slots[unit].run.as_ref();
                    let is_first = !self.pod().spec.shares_processes();
                    let (us, code) = program::stop(self.container(unit), run, is_first, grace_us);
                    death.stage = Stage::Asked(now.plus_us(us), code);
                }
                Stage::Asked(until, code) => {
                    if self.truth.slots[unit].is_running() {
                        if until > now {
                            return false;
                        }
                        self.change(now, around.machine).stop(unit, code, death.by, until);
                    }
                    death.stage = Stage::Dead;
                }
                Stage::Dead => return true,
            }
        }
    }

    fn tell_failed_hook(&self, unit: usize, around: &mut Surroundings<'_>) {
        let lifecycle = self.container(unit).lifecycle.as_ref();
        let hook = lifecycle.and_then(|one| one.pre_stop.as_ref()).map(program::hook);
        if hook.is_some_and(|(_, holds)| !holds) {
            around.notes.push(self.note(unit, "FailedPreStopHook", "PreStopHook failed", true));
        }
    }

    /// Whether a sidecar must wait for containers that came after it.
    ///
    /// Models pkg/kubelet/kuberuntime/kuberuntime_termination_order.go waitForTurn
    fn waits_for_turn(&self, unit: usize) -> bool {
        let inits = self.inits();
        let matters = |other: &usize| *other >= inits || self.is_sidecar(*other);
        let later = (unit + 1..self.truth.slots.len()).filter(matters);
        self.is_sidecar(unit) && later.into_iter().any(|other| self.truth.slots[other].is_running())
    }

    /// Models pkg/kubelet/kubelet.go SyncTerminatingPod
    pub(super) fn terminate(&mut self, around: &mut Surroundings<'_>) {
        let status = self.generate(false, around);
        self.set_status(status, around.now);
        self.probers.retain(|one| one.sort == Sort::Readiness);
        let grace_us = self.pod_grace();
        let deaths = self.kill_all(|_| grace_us, around);
        self.activity = Activity::Stopping(deaths);
        self.stop_on(around);
    }

    /// Begins to stop all containers that run.
    ///
    /// Models pkg/kubelet/kuberuntime/kuberuntime_container.go killContainersWithSyncResult
    pub(super) fn kill_all(
        &self,
        grace_us: impl Fn(usize) -> u64,
        around: &mut Surroundings<'_>,
    ) -> Vec<Death> {
        let units = 0..self.truth.slots.len();
        let running: Vec<usize> =
            units.filter(|unit| self.truth.slots[*unit].is_running()).collect();
        for unit in &running {
            let text = format!("Stopping container {}", self.container(*unit).name);
            around.notes.push(self.note(*unit, "Killing", text, false));
        }
        running.iter().map(|unit| self.begin_death(*unit, grace_us(*unit), around.now)).collect()
    }

    /// Goes on stopping containers; true when all have stopped.
    pub(super) fn kill_all_on(
        &mut self,
        deaths: &mut Vec<Death>,
        around: &mut Surroundings<'_>,
    ) -> bool {
        loop {
            let before = deaths.len();
            deaths.retain_mut(|death| !self.kill_on(death, false, around));
            if deaths.is_empty() || deaths.len() == before {
                return deaths.is_empty();
            }
        }
    }

    /// Goes on stopping all containers; tells the end when all have stopped.
    pub(super) fn stop_on(&mut self, around: &mut Surroundings<'_>) {
        let idle = std::mem::replace(&mut self.activity, Activity::Idle);
        let Activity::Stopping(mut deaths) = idle else {
            self.activity = idle;
            return;
        };
        if !self.kill_all_on(&mut deaths, around) {
            self.activity = Activity::Stopping(deaths);
            return;
        }
        self.probers.clear();
        if self.truth.sandbox.is_ready() {
            self.change(around.now, around.machine).stop_sandbox();
        }
        let status = self.generate(true, around);
        self.set_status(status, around.now);
        self.work = Work::Terminated;
        self.parting_us = around.pace.and_then(|pace| pace.parting_us);
        self.is_pending |= self.parting_us.is_some();
        self.queue_at = Some(around.machine.sync_tick(around.now.plus_us(1)));
        self.complete(around);
    }

    /// Models pkg/kubelet/kubelet.go SyncTerminatedPod
    pub(super) fn finish(&mut self, around: &mut Surroundings<'_>) {
        let status = self.generate(true, around);
        self.set_status(status, around.now);
        let status = self.final_status();
        self.set_status(status, around.now);
        self.work = Work::Finished;
        self.queue_at = None;
        self.relist_at = None;
        // Even an unchanged status lets the Pod go.
        self.post_at = Some(around.now.plus_us(POST_US));
        self.shown = Rc::clone(&self.truth);
        self.complete(around);
    }
}
