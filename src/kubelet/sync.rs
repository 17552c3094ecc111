//! Bringing a Pod to what is asked: volumes, sandbox, containers.
//!
//! Must not know when it is called. Invariant: containers start one after the other, in the
//! order of the steps.

use std::rc::Rc;

use crate::api::{Kind, Value};
use crate::base::{SimTime, Str};
use crate::kubelet::actions::{self, Kill, Step};
use crate::kubelet::backoff::Backoff;
use crate::kubelet::image::{invalid_name, millis, missing};
use crate::kubelet::program;
use crate::kubelet::runtime::{Run, Runtime, Sandbox, Slot};
use crate::kubelet::status::Reason;
use crate::kubelet::stop::Death;
use crate::kubelet::worker::{Activity, ERROR_US, MOUNT_US, RELIST_US, Surroundings, Work, Worker};
use crate::kubelet::{environment, user};
use crate::server::EventNote;

/// What a sync is waiting for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Doing {
    Nothing,
    /// An image is pulled, asked for at the first moment, until the second.
    Pull(usize, SimTime, SimTime),
    /// A hook runs until then, and may fail.
    Hook(usize, SimTime, bool),
    /// A container is stopped.
    Kill(Death),
    /// A container is stopped, to be forgotten.
    Reset(usize, Death),
    /// All containers are stopped.
    KillPod(Vec<Death>),
}

/// A sync on its way.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Syncing {
    /// What is left to do, last first.
    steps: Vec<Step>,
    doing: Doing,
    /// The runtime as the sync found it.
    base: Rc<Runtime>,
    has_failed: bool,
    /// When the first back-off is over.
    retry_at: Option<SimTime>,
}

impl Syncing {
    pub(super) fn next_due(&self) -> Option<SimTime> {
        match &self.doing {
            Doing::Nothing => None,
            Doing::Pull(_, _, until) | Doing::Hook(_, until, _) => Some(*until),
            Doing::Kill(death) | Doing::Reset(_, death) => death.next_due(),
            Doing::KillPod(deaths) => deaths.iter().filter_map(Death::next_due).min(),
        }
    }
}

impl Worker {
    /// Models pkg/kubelet/kubelet.go SyncPod
    pub(super) fn sync(&mut self, around: &mut Surroundings<'_>) {
        let status = self.generate(false, around);
        let is_terminal = status.phase.is_terminal();
        self.set_status(status, around.now);
        if is_terminal {
            self.work = Work::Terminating;
            self.queue_at = Some(around.machine.sync_tick(around.now.plus_us(1)));
            return self.complete(around);
        }
        if self.is_mounted {
            return self.act(around);
        }
        let due = around.now.plus_us(self.mount_us(around));
        self.activity = Activity::Mounting(around.now, Some(due));
    }

    /// Models pkg/kubelet/volumemanager/volume_manager.go WaitForAttachAndMount
    pub(super) fn mount(&mut self, around: &mut Surroundings<'_>) {
        let Activity::Mounting(since, due) = self.activity else { return };
        if self.is_deleted() {
            return self.complete(around);
        }
        let now = around.now;
        match due {
            Some(due) if due > now => {}
            _ if !around.has_volumes => self.activity = Activity::Mounting(since, None),
            // Volumes that arrive between two looks are seen at the second.
            None => {
                let looks = now.since_us(since) / MOUNT_US + 1;
                let next = since.plus_us(looks * MOUNT_US);
                self.activity = Activity::Mounting(since, Some(next));
            }
            Some(_) if self.makes_volumes(since, around) => {
                self.is_mounted = true;
                self.act(around);
            }
            Some(_) => {}
        }
    }

    /// Names the secrets of registries that are not there; images are pulled all the same.
    ///
    /// Models pkg/kubelet/kubelet_pods.go getPullSecretsForPod
    fn tell_secrets(&self, around: &mut Surroundings<'_>) {
        let Some(Value::List(secrets)) = self.pod().spec.rest.get("imagePullSecrets") else {
            return;
        };
        let namespace = &self.object.meta.namespace;
        let names = secrets.iter().filter_map(|one| one.at("name")?.as_str());
        let is_lacking = |name: &&str| {
            !name.is_empty() && around.view.named(Kind::Secret, namespace, name).is_none()
        };
        let lacking: Vec<&str> = names.filter(is_lacking).collect();
        if lacking.is_empty() {
            return;
        }
        let text = format!(
            "Unable to retrieve some image pull secrets ({}); attempting to pull the image may not \
             succeed.",
            lacking.join(", ")
        );
        let about = self.object.reference();
        let host = self.node.clone();
        around.notes.push(EventNote {
            host,
            ..EventNote::warning(about, "kubelet", "FailedToRetrieveImagePullSecret", text)
        });
    }

    fn act(&mut self, around: &mut Surroundings<'_>) {
        self.add_probers(around.now);
        self.tell_secrets(around);
        let mut steps = actions::compute(self);
        steps.reverse();
        self.activity = Activity::Syncing(Box::new(Syncing {
            steps,
            doing: Doing::Nothing,
            base: Rc::clone(&self.seen),
            has_failed: false,
            retry_at: None,
        }));
        self.proceed(around);
    }

    /// Goes on with a sync.
    ///
    /// Models pkg/kubelet/kuberuntime/kuberuntime_manager.go SyncPod
    pub(super) fn proceed(&mut self, around: &mut Surroundings<'_>) {
        let idle = std::mem::replace(&mut self.activity, Activity::Idle);
        let Activity::Syncing(mut syncing) = idle else {
            self.activity = idle;
            return;
        };
        loop {
            if syncing.next_due().is_some_and(|due| due > around.now) {
                self.activity = Activity::Syncing(syncing);
                return;
            }
            match std::mem::replace(&mut syncing.doing, Doing::Nothing) {
                Doing::Nothing => match syncing.steps.pop() {
                    Some(step) => self.take_step(&step, &mut syncing, around),
                    None => break,
                },
                Doing::Pull(unit, since, _) => self.pulled(unit, since, &mut syncing, around),
                Doing::Hook(unit, _, holds) => self.hooked(unit, holds, &mut syncing, around),
                Doing::Kill(mut death) => {
                    if !self.kill_on(&mut death, true, around) {
                        syncing.doing = Doing::Kill(death);
                    }
                }
                Doing::Reset(unit, death) => self.reset_on(unit, death, &mut syncing, around),
                Doing::KillPod(deaths) => self.kill_pod(deaths, &mut syncing, around),
            }
        }
        self.end_sync(&syncing, around);
    }

    fn take_step(&mut self, step: &Step, syncing: &mut Syncing, around: &mut Surroundings<'_>) {
        match step {
            Step::Kill(kill) => self.kill(kill, syncing, around),
            Step::Sandbox => {
                let address = if self.pod().spec.has_host_network() {
                    around.machine.ip.clone()
                } else {
                    around.machine.take_address(around.used)
                };
                self.change(around.now, around.machine).sandbox = Sandbox::Ready(address);
                self.show_sandbox(around.now);
            }
            Step::KillPod => {
                let grace = |unit: usize| self.kill_grace(&Kill::plain(unit));
                let deaths = self.kill_all(grace, around);
                self.kill_pod(deaths, syncing, around);
            }
            Step::Start(unit) => self.start(*unit, syncing, around),
            Step::Reset(unit) => self.reset(*unit, syncing, around),
        }
    }

    /// Stops a container at once and forgets its runs; only how many there were is remembered.
    fn reset(&mut self, unit: usize, syncing: &mut Syncing, around: &mut Surroundings<'_>) {
        if self.truth.slots[unit].is_running() {
            around.notes.push(self.note(unit, "Killing", "killing", false));
        }
        let death = self.begin_death(unit, 0, around.now);
        self.reset_on(unit, death, syncing, around);
    }

    fn reset_on(
        &mut self,
        unit: usize,
        mut death: Death,
        syncing: &mut Syncing,
        around: &mut Surroundings<'_>,
    ) {
        if self.truth.slots[unit].is_running() && !self.kill_on(&mut death, true, around) {
            syncing.doing = Doing::Reset(unit, death);
            return;
        }
        if let Some(run) = &self.truth.slots[unit].run {
            self.first_attempts[unit] = run.attempt + 1;
        }
        self.reasons[unit] = None;
        self.change(around.now, around.machine).slots[unit] = Slot::default();
    }

    fn kill(&mut self, kill: &Kill, syncing: &mut Syncing, around: &mut Surroundings<'_>) {
        let grace = self.kill_grace(kill);
        let note = self.note(kill.unit, "Killing", kill.message.clone(), false);
        around.notes.push(note);
        let mut death = self.begin_death(kill.unit, grace, around.now).because(kill.cause);
        if !self.kill_on(&mut death, true, around) {
            syncing.doing = Doing::Kill(death);
        }
    }

    /// Goes on stopping all containers, and takes the network down when they have stopped.
    fn kill_pod(
        &mut self,
        mut deaths: Vec<Death>,
        syncing: &mut Syncing,
        around: &mut Surroundings<'_>,
    ) {
        if self.kill_all_on(&mut deaths, around) {
            self.change(around.now, around.machine).stop_sandbox();
        } else {
            syncing.doing = Doing::KillPod(deaths);
        }
    }

    /// Ends a sync, well or not.
    fn end_sync(&mut self, syncing: &Syncing, around: &mut Surroundings<'_>) {
        let now = around.now;
        self.queue_at = None;
        if syncing.has_failed {
            let delay_us = syncing.retry_at.map_or(ERROR_US, |at| at.since_us(now));
            self.queue_after(delay_us.min(RESYNC_US), around);
        } else {
            let soon = now.plus_us(RELIST_US);
            let is_new = self.truth.events_since(&self.seen) > 0;
            if is_new {
                self.relist_at = Some(self.relist_at.map_or(soon, |before| before.min(soon)));
            }
        }
        self.complete(around);
    }

    fn fail(
        &mut self,
        unit: usize,
        reason: Reason,
        retry_at: Option<SimTime>,
        syncing: &mut Syncing,
    ) {
        self.reasons[unit] = Some(reason);
        syncing.has_failed = true;
        if let Some(at) = retry_at {
            syncing.retry_at = Some(syncing.retry_at.map_or(at, |before| before.min(at)));
        }
        // What comes after an init container waits for it.
        if unit < self.inits() && !self.is_sidecar(unit) {
            syncing.steps.clear();
        }
    }

    /// Models pkg/kubelet/kuberuntime/kuberuntime_manager.go doBackOff
    fn start(&mut self, unit: usize, syncing: &mut Syncing, around: &mut Surroundings<'_>) {
        let now = around.now;
        if let Some(end) = syncing.base.slots[unit].newest_end() {
            let key = self.backoff_key(unit);
            let known = self.backoff.get(&key);
            let held = known.and_then(|one| Some((one, one.holds_until(end.finished, now)?)));
            if let Some((entry, until)) = held {
                return self.hold(unit, entry, until, syncing, around);
            }
            self.backoff.grow(key, end.finished, now);
        }
        self.get_image(unit, syncing, around);
    }

    /// A container of another image has not failed yet.
    ///
    /// Models pkg/kubelet/kuberuntime/helpers.go GetBackoffKey
    fn backoff_key(&self, unit: usize) -> Str {
        let container = self.container(unit);
        format!("{} {}", container.name, container.image).into()
    }

    fn hold(
        &mut self,
        unit: usize,
        entry: Backoff,
        until: SimTime,
        syncing: &mut Syncing,
        around: &mut Surroundings<'_>,
    ) {
        let (pod, name) = (self.full_name(), &self.container(unit).name);
        let text = format!("Back-off restarting failed container {name} in pod {pod}");
        let message =
            format!("back-off {} restarting failed container={name} pod={pod}", entry.text());
        around.notes.push(self.note(unit, "BackOff", text, true));
        let reason = Reason { word: "CrashLoopBackOff", message: message.into() };
        self.fail(unit, reason, Some(until), syncing);
    }

    /// Models pkg/kubelet/images/image_manager.go EnsureImageExists
    fn get_image(&mut self, unit: usize, syncing: &mut Syncing, around: &mut Surroundings<'_>) {
        let container = self.container(unit);
        let image = container.image.clone();
        let policy = container.image_pull_policy.as_deref().unwrap_or("IfNotPresent").to_owned();
        if let Some(why) = invalid_name(&image) {
            let text = format!(
                "Failed to apply default image tag \"{image}\": couldn't parse image name \
                 \"{image}\": {why}"
            );
            around.notes.push(self.note(unit, "InspectFailed", text.clone(), true));
            return self.fail_image(unit, "InvalidImageName", text, syncing, around);
        }
        let is_there = around.machine.has_image(&image);
        if is_there && policy != "Always" {
            let text = format!(
                "Container image \"{image}\" already present on machine and can be accessed by \
                 the pod"
            );
            around.notes.push(self.note(unit, "Pulled", text, false));
            return self.make(unit, syncing, around);
        }
        if policy == "Never" {
            let text =
                format!("Container image \"{image}\" is not present with pull policy of Never");
            around.notes.push(self.note(unit, "ErrImageNeverPull", text.clone(), true));
            return self.fail_image(unit, "ErrImageNeverPull", text, syncing, around);
        }
        // All containers of the Pod share the back-off of an image.
        if self.pulls.get(&image).is_some_and(|entry| entry.holds_since_update(around.now)) {
            let text = format!("Back-off pulling image \"{image}\"");
            around.notes.push(self.note(unit, "BackOff", text.clone(), false));
            let text = format!("{text}: ErrImagePull: {}", missing(&image));
            return self.fail_image(unit, "ImagePullBackOff", text, syncing, around);
        }
        around.notes.push(self.note(unit, "Pulling", format!("Pulling image \"{image}\""), false));
        let until = around.machine.pull(around.now, program::PULL_US);
        syncing.doing = Doing::Pull(unit, around.now, until);
    }

    fn fail_image(
        &mut self,
        unit: usize,
        word: &'static str,
        message: String,
        syncing: &mut Syncing,
        around: &mut Surroundings<'_>,
    ) {
        around.notes.push(self.note(unit, "Failed", format!("Error: {word}"), true));
        self.fail(unit, Reason { word, message: message.into() }, None, syncing);
    }

    fn pulled(
        &mut self,
        unit: usize,
        since: SimTime,
        syncing: &mut Syncing,
        around: &mut Surroundings<'_>,
    ) {
        let image = self.container(unit).image.clone();
        if program::is_missing(&image) {
            let error = missing(&image);
            let text = format!("Failed to pull image \"{image}\": {error}");
            around.notes.push(self.note(unit, "Failed", text, true));
            self.pulls.grow(image, around.now, around.now);
            return self.fail_image(unit, "ErrImagePull", error, syncing, around);
        }
        around.machine.put_image(&image);
        let (own, all) = (program::PULL_US / 1_000, around.now.since_us(since) / 1_000);
        let text = format!(
            "Successfully pulled image \"{image}\" in {} ({} including waiting). Image size: \
             72387654 bytes.",
            millis(own),
            millis(all)
        );
        around.notes.push(self.note(unit, "Pulled", text, false));
        self.make(unit, syncing, around);
    }

    /// Makes the container, unless what its environment is made of is missing or it would run as
    /// root and may not.
    ///
    /// Models pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer
    fn make(&mut self, unit: usize, syncing: &mut Syncing, around: &mut Surroundings<'_>) {
        let container = self.container(unit);
        let error = environment::error(&self.object, container, around.view)
            .or_else(|| user::error(&self.pod().spec, container, &self.full_name()));
        if let Some(error) = error {
            around.notes.push(self.note(unit, "Failed", format!("Error: {error}"), true));
            let reason = Reason { word: "CreateContainerConfigError", message: error.into() };
            return self.fail(unit, reason, None, syncing);
        }
        self.run(unit, syncing, around);
    }

    fn run(&mut self, unit: usize, syncing: &mut Syncing, around: &mut Surroundings<'_>) {
        around.notes.push(self.note(unit, "Created", "Container created", false));
        around.notes.push(self.note(unit, "Started", "Container started", false));
        self.reasons[unit] = None;
        let is_init = unit < self.inits() && !self.is_sidecar(unit);
        let is_once = self.pod().spec.restart_policy.as_deref().unwrap_or("Always") != "Always";
        let container = self.container(unit);
        let owner = self.object.meta.controller();
        let is_job = owner.is_some_and(|owner| owner.kind == "Job");
        let is_task = is_init || (is_once && (is_job || !container.command.is_empty()));
        let hook = container.lifecycle.as_ref().and_then(|one| one.post_start.as_ref());
        let hook = hook.map(program::hook);
        let before = self.truth.slots[unit].run.as_ref();
        let started = around.now.plus_us(program::START_US);
        let roles = (is_task, is_init);
        let course = program::course(&self.object, container, roles, started, around.view);
        let run = Run {
            attempt: before.map_or(self.first_attempts[unit], |run| run.attempt + 1),
            image: container.image.clone(),
            started,
            natural: course.natural,
            process: course.process,
            by: course.by,
            end: None,
        };
        self.change(around.now, around.machine).start(unit, run);
        self.go_on_inside(unit, around);
        match hook {
            Some((0, true)) | None => {}
            Some((after_us, holds)) => {
                syncing.doing = Doing::Hook(unit, around.now.plus_us(after_us), holds);
            }
        }
    }

    fn hooked(
        &mut self,
        unit: usize,
        holds: bool,
        syncing: &mut Syncing,
        around: &mut Surroundings<'_>,
    ) {
        if holds || !self.truth.slots[unit].is_running() {
            return;
        }
        around.notes.push(self.note(unit, "FailedPostStartHook", "PostStartHook failed", true));
        let lifecycle = self.container(unit).lifecycle.as_ref();
        let hook = lifecycle.and_then(|one| one.post_start.as_ref());
        let command = hook.and_then(|one| one.exec.as_ref()).map(|one| one.command.as_slice());
        let command = command.unwrap_or_default();
        let message = format!(
            "Exec lifecycle hook ([{}]) for Container \"{}\" in Pod \"{}\" failed - error: command \
             '{0}' exited with {}: , message: \"\"",
            command.join(" "),
            self.container(unit).name,
            self.full_name(),
            program::hook_code(command),
        );
        let reason = Reason { word: "PostStartHookError", message: message.into() };
        self.fail(unit, reason, None, syncing);
        let kill =
            Kill { unit, message: "FailedPostStartHook".into(), cause: actions::Cause::Other };
        self.kill(&kill, syncing, around);
    }
}

/// The longest time between two syncs.
///
/// Models pkg/kubelet/kubelet.go resyncInterval
const RESYNC_US: u64 = 60_000_000;
