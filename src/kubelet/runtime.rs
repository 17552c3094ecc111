//! The container runtime of a machine, as far as one Pod is concerned: sandbox and runs.
//!
//! Must not know what the kubelet wants. Invariant: of each container the newest run and the
//! end of the one before it are kept.

use std::rc::Rc;

use crate::base::{SimTime, Str};
use crate::kubelet::shell::Process;

/// 128 and the number of SIGKILL.
pub(super) const KILLED: i32 = 137;

/// The Pod's network.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) enum Sandbox {
    /// There is none yet.
    #[default]
    None,
    /// It is there, with its address.
    Ready(Str),
    /// It was stopped; the address is remembered.
    Stopped(Str),
}

impl Sandbox {
    pub(super) const fn is_ready(&self) -> bool {
        matches!(self, Sandbox::Ready(_))
    }

    pub(super) const fn address(&self) -> Option<&Str> {
        match self {
            Sandbox::None => None,
            Sandbox::Ready(ip) | Sandbox::Stopped(ip) => Some(ip),
        }
    }

    /// The address that no other may have meanwhile.
    pub(super) const fn taken(&self) -> Option<&Str> {
        match self {
            Sandbox::Ready(ip) => Some(ip),
            Sandbox::None | Sandbox::Stopped(_) => None,
        }
    }
}

/// What ended a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum By {
    /// The process itself, or whoever killed it on the machine.
    Itself,
    /// The kubelet, which was to stop it.
    Kubelet,
    /// The kubelet, because a probe failed.
    Probe,
    /// The machine's kernel, because it took more memory than it may.
    Memory,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct End {
    pub(super) code: i32,
    pub(super) by: By,
    pub(super) started: SimTime,
    pub(super) finished: SimTime,
}

/// One run of a container.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Run {
    /// How many runs came before it.
    pub(super) attempt: u32,
    pub(super) image: Str,
    pub(super) started: SimTime,
    /// When and how it will end by itself.
    pub(super) natural: Option<(SimTime, i32)>,
    /// What it does until then, if it runs a command that is understood.
    pub(super) process: Option<Rc<Process>>,
    /// Who is going to end it.
    pub(super) by: By,
    pub(super) end: Option<End>,
}

/// A container's runs.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Slot {
    pub(super) run: Option<Run>,
    pub(super) before: Option<End>,
}

impl Slot {
    pub(super) fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.end.is_none())
    }

    /// How the newest run ended, if it did.
    pub(super) fn end(&self) -> Option<End> {
        self.run.as_ref().and_then(|run| run.end)
    }

    /// The end of the newest run that has ended.
    pub(super) fn newest_end(&self) -> Option<End> {
        self.end().or(self.before)
    }

    fn mark(&self) -> Option<(u32, bool)> {
        self.run.as_ref().map(|run| (run.attempt, run.end.is_none()))
    }
}

/// What a runtime knows of a Pod.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Runtime {
    pub(super) sandbox: Sandbox,
    /// Init containers, then containers.
    pub(super) slots: Vec<Slot>,
}

impl Runtime {
    pub(super) fn new(containers: usize) -> Runtime {
        Runtime { sandbox: Sandbox::None, slots: vec![Slot::default(); containers] }
    }

    /// How many lifecycle events lead from `before` to this state: one for each sandbox and
    /// container that started or died.
    ///
    /// Models pkg/kubelet/pleg/generic.go computeEvents
    pub(super) fn events_since(&self, before: &Runtime) -> u32 {
        let pairs = self.slots.iter().zip(&before.slots);
        let moved = |(new, old): (&Slot, &Slot)| match (new.mark(), old.mark()) {
            (new, old) if new == old => 0,
            // The run that was running died, and another one came.
            (Some((attempt, _)), Some((old, true))) if attempt != old => 2,
            _ => 1,
        };
        let slots: u32 = pairs.map(moved).sum();
        slots + u32::from(self.sandbox.is_ready() != before.sandbox.is_ready())
    }

    pub(super) fn start(&mut self, unit: usize, run: Run) {
        let slot = &mut self.slots[unit];
        slot.before = slot.end();
        slot.run = Some(run);
    }

    pub(super) fn stop(&mut self, unit: usize, code: i32, by: By, at: SimTime) {
        if let Some(run) = &mut self.slots[unit].run
            && run.end.is_none()
        {
            run.end = Some(End { code, by, started: run.started, finished: at });
        }
    }

    /// Lets a run end now by a signal that cannot be caught; false if none is under way.
    pub(super) fn kill(&mut self, unit: usize, now: SimTime) -> bool {
        let run = self.slots[unit].run.as_mut().filter(|run| run.end.is_none());
        run.is_some_and(|run| {
            run.natural = Some((now, KILLED));
            run.process = None;
            run.by = By::Itself;
            true
        })
    }

    /// The runs that are under way.
    fn running(&self) -> impl Iterator<Item = &Run> {
        let runs = self.slots.iter().filter_map(|slot| slot.run.as_ref());
        runs.filter(|run| run.end.is_none())
    }

    /// The next moment at which a run ends by itself.
    pub(super) fn next_end(&self) -> Option<SimTime> {
        self.running().filter_map(|run| Some(run.natural?.0)).min()
    }

    /// The next moment at which a command goes on.
    pub(super) fn next_step(&self) -> Option<SimTime> {
        self.running().filter_map(|run| run.process.as_ref()?.due).min()
    }

    /// Whether a command waits for an answer that it does not get.
    pub(super) fn waits_for_news(&self) -> bool {
        self.running().any(|run| run.process.as_ref().is_some_and(|one| one.waits_for_news()))
    }

    pub(super) fn stop_sandbox(&mut self) {
        if let Sandbox::Ready(ip) = &self.sandbox {
            self.sandbox = Sandbox::Stopped(ip.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(attempt: u32) -> Run {
        let (image, started) = ("a".into(), SimTime::ZERO);
        Run { attempt, image, started, natural: None, process: None, by: By::Itself, end: None }
    }

    #[test]
    fn a_first_start_gives_an_event_for_the_sandbox_and_one_for_the_container() {
        let empty = Runtime::new(1);
        let mut runtime = empty.clone();
        runtime.sandbox = Sandbox::Ready("10.244.1.2".into());
        runtime.start(0, run(0));
        assert_eq!(runtime.events_since(&empty), 2);
        assert_eq!(runtime.events_since(&runtime.clone()), 0);
    }

    #[test]
    fn a_restart_between_two_looks_gives_a_death_and_a_start() {
        let mut before = Runtime::new(1);
        before.start(0, run(0));
        let mut after = before.clone();
        after.stop(0, 0, By::Itself, SimTime::from_seconds(1));
        assert_eq!(after.events_since(&before), 1);
        after.start(0, run(1));
        assert_eq!(after.events_since(&before), 2);
        assert_eq!(after.slots[0].before.map(|end| end.code), Some(0));
    }
}
