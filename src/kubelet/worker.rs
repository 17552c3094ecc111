//! One Pod on its node: volumes, network, init containers in order, containers, the end.
//!
//! Must not know other Pods or the store. Invariant: no container starts before all volumes
//! are there, nor before every earlier init container has ended well.

use std::rc::Rc;

use crate::api::pod::{Container, Pod};
use crate::api::{Object, ObjectRef};
use crate::base::{SECOND_US, SimTime, Str};
use crate::kubelet::program;
use crate::server::EventNote;

/// What mounting volumes and making the Pod's network takes.
const SANDBOX_US: u64 = 200_000;
/// The first delay before a crashed container is started again, after the first restart.
///
/// Models pkg/kubelet/kubelet.go backOffPeriod, MaxCrashLoopBackOff
const BACKOFF_US: u64 = 10 * SECOND_US;
const BACKOFF_MAX_US: u64 = 300 * SECOND_US;

/// How a container ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct End {
    pub(super) code: i32,
    pub(super) started: SimTime,
    pub(super) finished: SimTime,
}

/// What a container does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum Doing {
    /// Its turn has not come.
    #[default]
    Idle,
    /// Its image is pulled.
    Pulling,
    /// Its image can't be had: the last try failed, or the next one waits.
    NoImage { is_waiting: bool },
    /// It runs.
    Running { since: SimTime },
    /// It is asked to stop.
    Stopping { since: SimTime, code: i32 },
    /// It crashed and waits to be started again.
    BackOff(End),
    /// It ended for good.
    Ended(End),
}

/// A container and what is due for it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Unit {
    pub(super) doing: Doing,
    pub(super) due: Option<SimTime>,
    pub(super) ready_at: Option<SimTime>,
    pub(super) is_ready: bool,
    pub(super) restarts: u32,
    pub(super) failures: u32,
    pub(super) last: Option<End>,
}

/// How far the Pod as a whole is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Stage {
    /// Volumes are waited for.
    Volumes,
    /// The network is made.
    Sandbox(SimTime),
    /// Containers start and run.
    Live,
    /// Everything stops.
    Stopping,
    /// Everything has stopped; the object may go.
    Stopped,
    /// The server was told so.
    Gone,
}

/// A Pod's worker.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Worker {
    pub(super) object: Rc<Object>,
    pub(super) node: Str,
    pub(super) stage: Stage,
    pub(super) ip: Option<Str>,
    pub(super) started: SimTime,
    /// Init containers, then containers.
    pub(super) units: Vec<Unit>,
}

/// What a worker tells and asks while it moves.
pub(super) struct Surroundings<'a> {
    pub(super) now: SimTime,
    pub(super) notes: &'a mut Vec<EventNote>,
    /// Whether every volume is attached to the node.
    pub(super) has_volumes: bool,
    /// Whether an image is on the node; a pull puts it there.
    pub(super) has_image: &'a mut dyn FnMut(&str, bool) -> bool,
    /// Takes a free address.
    pub(super) address: &'a mut dyn FnMut() -> Str,
}

impl Worker {
    pub(super) fn new(object: &Rc<Object>, node: &Str, now: SimTime) -> Worker {
        let pod = object.pod().expect("only Pods have workers");
        let count = pod.spec.init_containers.len() + pod.spec.containers.len();
        Worker {
            object: Rc::clone(object),
            node: node.clone(),
            stage: Stage::Volumes,
            ip: None,
            started: now,
            units: vec![Unit::default(); count],
        }
    }

    pub(super) fn pod(&self) -> &Pod {
        self.object.pod().expect("only Pods have workers")
    }

    pub(super) fn inits(&self) -> usize {
        self.pod().spec.init_containers.len()
    }

    fn container(&self, index: usize) -> &Container {
        let spec = &self.pod().spec;
        match spec.init_containers.get(index) {
            Some(container) => container,
            None => &spec.containers[index - spec.init_containers.len()],
        }
    }

    /// An init container that runs beside the others.
    pub(super) fn is_sidecar(&self, index: usize) -> bool {
        index < self.inits() && self.container(index).restart_policy.as_deref() == Some("Always")
    }

    /// When something is due next.
    pub(super) fn next_due(&self) -> Option<SimTime> {
        let stage = match self.stage {
            Stage::Sandbox(at) => Some(at),
            _ => None,
        };
        let units = self.units.iter().flat_map(|unit| [unit.due, unit.ready_at]);
        units.flatten().chain(stage).min()
    }

    fn note(&self, index: usize, reason: &'static str, text: String, warning: bool) -> EventNote {
        let container = self.container(index);
        let list = if index < self.inits() { "initContainers" } else { "containers" };
        let about: ObjectRef = self.object.reference();
        EventNote {
            field_path: format!("spec.{list}{{{}}}", container.name).into(),
            warning,
            host: self.node.clone(),
            ..EventNote::normal(about, "kubelet", reason, text)
        }
    }

    /// Moves on as far as the present moment allows.
    pub(super) fn advance(&mut self, around: &mut Surroundings<'_>) {
        if self.object.meta.is_terminating() && !matches!(self.stage, Stage::Stopped | Stage::Gone)
        {
            self.begin_stop(around);
        }
        loop {
            match self.stage {
                Stage::Volumes if around.has_volumes => {
                    self.stage = Stage::Sandbox(around.now.plus_us(SANDBOX_US));
                }
                Stage::Sandbox(at) if at <= around.now => {
                    self.ip = Some((around.address)());
                    self.stage = Stage::Live;
                }
                _ => break,
            }
        }
        if matches!(self.stage, Stage::Live | Stage::Stopping) {
            self.settle_due(around);
        }
        if self.stage == Stage::Live {
            self.start_next(around);
        }
        if self.stage == Stage::Stopping
            && !self.units.iter().any(|unit| matches!(unit.doing, Doing::Stopping { .. }))
        {
            self.stage = Stage::Stopped;
        }
    }

    fn settle_due(&mut self, around: &mut Surroundings<'_>) {
        for index in 0..self.units.len() {
            let unit = &mut self.units[index];
            if unit.ready_at.is_some_and(|at| at <= around.now) {
                unit.ready_at = None;
                unit.is_ready = true;
            }
            // A unit can pass several moments at once after its machine was away.
            while self.units[index].due.is_some_and(|at| at <= around.now) {
                let at = self.units[index].due.take().unwrap_or(around.now);
                self.settle(index, at.max(self.started), around);
            }
        }
    }

    fn settle(&mut self, index: usize, at: SimTime, around: &mut Surroundings<'_>) {
        match self.units[index].doing {
            Doing::Pulling => self.pulled(index, around),
            Doing::NoImage { is_waiting } => {
                if is_waiting {
                    self.units[index].doing = Doing::Idle;
                    self.pull(index, around);
                } else {
                    self.wait_for_image(index, around);
                }
            }
            Doing::Running { since } => {
                let code = program::ending(self.container(index), index < self.inits())
                    .map_or(0, |ending| ending.code);
                self.ended(index, End { code, started: since, finished: at }, around);
            }
            Doing::Stopping { since, code } => {
                let end = End { code, started: since, finished: at };
                self.units[index].doing = Doing::Ended(end);
                self.units[index].is_ready = false;
            }
            Doing::BackOff(_) => self.run(index, around),
            Doing::Idle | Doing::Ended(_) => {}
        }
    }

    /// Starts whatever may start now.
    fn start_next(&mut self, around: &mut Surroundings<'_>) {
        let inits = self.inits();
        for index in 0..inits {
            match self.units[index].doing {
                Doing::Idle => return self.pull(index, around),
                Doing::Ended(end) if end.code == 0 => {}
                Doing::Running { .. } if self.is_sidecar(index) => {}
                _ => return,
            }
        }
        for index in inits..self.units.len() {
            if self.units[index].doing == Doing::Idle {
                self.pull(index, around);
            }
        }
    }

    fn pull(&mut self, index: usize, around: &mut Surroundings<'_>) {
        let container = self.container(index);
        let image = container.image.clone();
        let always = container.image_pull_policy.as_deref() == Some("Always");
        if !always && (around.has_image)(&image, false) {
            let text = format!(
                "Container image \"{image}\" already present on machine and can be accessed by \
                 the pod"
            );
            around.notes.push(self.note(index, "Pulled", text, false));
            return self.run(index, around);
        }
        around.notes.push(self.note(index, "Pulling", format!("Pulling image \"{image}\""), false));
        let unit = &mut self.units[index];
        unit.doing = Doing::Pulling;
        unit.due = Some(around.now.plus_us(program::PULL_US));
    }

    fn pulled(&mut self, index: usize, around: &mut Surroundings<'_>) {
        let image = self.container(index).image.clone();
        if program::is_missing(&image) {
            let text = format!(
                "Failed to pull image \"{image}\": rpc error: code = NotFound desc = failed to \
                 pull and unpack image \"{image}\": not found"
            );
            around.notes.push(self.note(index, "Failed", text, true));
            around.notes.push(self.note(index, "Failed", "Error: ErrImagePull".to_owned(), true));
            let unit = &mut self.units[index];
            unit.doing = Doing::NoImage { is_waiting: false };
            unit.due = Some(around.now.plus_seconds(12));
            return;
        }
        (around.has_image)(&image, true);
        let text = format!(
            "Successfully pulled image \"{image}\" in 300ms (300ms including waiting). Image \
             size: 72387654 bytes."
        );
        around.notes.push(self.note(index, "Pulled", text, false));
        self.run(index, around);
    }

    fn wait_for_image(&mut self, index: usize, around: &mut Surroundings<'_>) {
        let image = self.container(index).image.clone();
        let text = format!("Back-off pulling image \"{image}\"");
        around.notes.push(self.note(index, "BackOff", text, false));
        around.notes.push(self.note(index, "Failed", "Error: ImagePullBackOff".to_owned(), true));
        let unit = &mut self.units[index];
        let wait_us = (BACKOFF_US << unit.failures.min(5)).min(BACKOFF_MAX_US);
        unit.failures += 1;
        unit.doing = Doing::NoImage { is_waiting: true };
        unit.due = Some(around.now.plus_us(wait_us));
    }

    fn run(&mut self, index: usize, around: &mut Surroundings<'_>) {
        around.notes.push(self.note(index, "Created", "Container created".to_owned(), false));
        around.notes.push(self.note(index, "Started", "Container started".to_owned(), false));
        let is_init = index < self.inits() && !self.is_sidecar(index);
        let ending = program::ending(self.container(index), is_init);
        let readiness = self.container(index).readiness_probe.as_ref();
        let startup = self.container(index).startup_probe.as_ref();
        let ready_us = match (startup, readiness) {
            (None, None) => Some(0),
            (Some(one), None) | (None, Some(one)) => program::first_success_us(one),
            (Some(one), Some(other)) => program::first_success_us(one)
                .zip(program::first_success_us(other))
                .map(|(started, ready)| started + ready),
        };
        let unit = &mut self.units[index];
        if let Doing::BackOff(end) = unit.doing {
            unit.last = Some(end);
        }
        unit.doing = Doing::Running { since: around.now };
        unit.due = ending.map(|ending| around.now.plus_us(ending.after_us));
        unit.is_ready = !is_init && ready_us == Some(0);
        unit.ready_at = ready_us.filter(|us| *us > 0 && !is_init).map(|us| around.now.plus_us(us));
    }

    /// Models pkg/kubelet/container/helpers.go ShouldContainerBeRestarted and
    /// pkg/kubelet/kuberuntime/kuberuntime_manager.go doBackOff
    fn ended(&mut self, index: usize, end: End, around: &mut Surroundings<'_>) {
        let policy = self.pod().spec.restart_policy.as_deref().unwrap_or("Always").to_owned();
        let is_init = index < self.inits() && !self.is_sidecar(index);
        let restarts = match policy.as_str() {
            "Never" => self.is_sidecar(index),
            "OnFailure" => end.code != 0 || self.is_sidecar(index),
            _ => !is_init || end.code != 0,
        };
        let unit = &mut self.units[index];
        unit.is_ready = false;
        unit.ready_at = None;
        if !restarts {
            unit.doing = Doing::Ended(end);
            return;
        }
        unit.restarts += 1;
        unit.doing = Doing::BackOff(end);
        let wait_us = match unit.failures {
            0 => SECOND_US,
            n => (BACKOFF_US << (n - 1).min(5)).min(BACKOFF_MAX_US),
        };
        unit.failures += 1;
        let is_waiting_long = unit.failures > 1;
        unit.due = Some(around.now.plus_us(wait_us));
        if is_waiting_long {
            let text = format!(
                "Back-off restarting failed container {} in pod {}_{}({})",
                self.container(index).name,
                self.object.meta.name,
                self.object.meta.namespace,
                self.object.meta.uid
            );
            around.notes.push(self.note(index, "BackOff", text, true));
        }
    }

    /// Models pkg/kubelet/kuberuntime/kuberuntime_container.go killContainersWithSyncResult
    fn begin_stop(&mut self, around: &mut Surroundings<'_>) {
        let meta = &self.object.meta;
        let end = meta.deletion_timestamp.unwrap_or(around.now);
        let grace_us = end.since_us(around.now);
        let is_first = self.stage != Stage::Stopping;
        self.stage = Stage::Stopping;
        for index in 0..self.units.len() {
            match self.units[index].doing {
                Doing::Running { since } => {
                    let (stop_us, code) = program::stop(self.container(index), grace_us);
                    let name = &self.container(index).name;
                    let text = format!("Stopping container {name}");
                    around.notes.push(self.note(index, "Killing", text, false));
                    let unit = &mut self.units[index];
                    unit.doing = Doing::Stopping { since, code };
                    unit.due = Some(around.now.plus_us(stop_us));
                    unit.ready_at = None;
                }
                Doing::Stopping { .. } if !is_first => {
                    // A shorter deadline than the process would take cuts it off.
                    let unit = &mut self.units[index];
                    unit.due = unit.due.map(|due| due.min(end.max(around.now)));
                }
                Doing::BackOff(end) => {
                    self.units[index].doing = Doing::Ended(end);
                    self.units[index].due = None;
                }
                Doing::Idle | Doing::Pulling | Doing::NoImage { .. } => {
                    self.units[index].doing = Doing::Idle;
                    self.units[index].due = None;
                }
                Doing::Stopping { .. } | Doing::Ended(_) => {}
            }
        }
    }
}
