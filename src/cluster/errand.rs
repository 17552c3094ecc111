//! Plans on their way: requests one after the other, each when its client may send it.
//!
//! Must not know what a controller wants. Invariant: a key rests until its own writes have been
//! seen, which takes the part of upstream's expectations.

use std::rc::Rc;

use crate::api::Kind;
use crate::cluster::{Event, Process, World};
use crate::controllers::Controller;
use crate::server::{Action, EventNote, Key, Outcome, Refusal};
use crate::sim::{Actor, Plan, Rate, Request, Rule, Step, Trace, TraceId};

/// A request takes this long there and back, if the server is not busy.
pub(super) const REQUEST_US: u64 = 4_000;

/// A plan on its way.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Errand {
    pub(super) controller: Controller,
    pub(super) key: Key,
    pub(super) plan: Plan,
    pub(super) cause: TraceId,
    /// During which start of the manager it was made.
    pub(super) starts: u32,
}

/// An Event of a controller, by which rule it is told and why.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Told {
    note: EventNote,
    rule: Rule,
    cause: TraceId,
}

/// Where an errand goes on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Place {
    step: u32,
    /// The next of the step's requests.
    from: u32,
    /// Whether that one has waited for its turn.
    is_due: bool,
    /// The last write of the errand.
    last: Option<TraceId>,
    /// What came of the wait for an outside system: what follows on that follows from the last
    /// write before it.
    since: Option<TraceId>,
}

/// How fast a controller's client sends.
///
/// Models cmd/kube-controller-manager/app/options/options.go --kube-api-qps, --kube-api-burst
/// and cmd/kube-controller-manager/app/core.go startGarbageCollectorController,
/// startNamespaceController
const fn rate(controller: Controller) -> Rate {
    match controller {
        // Twice as many as others, of which each deletion takes two.
        Controller::GarbageCollector => Rate { every_us: 50_000, burst: 15 },
        Controller::Namespace => Rate { every_us: 2_500, burst: 3_000 },
        // It is no part of the controller manager.
        Controller::VolumeProvisioner => Rate { every_us: 0, burst: 1 },
        _ => Rate { every_us: 50_000, burst: 30 },
    }
}

/// Where the batch of a slow start ends that holds this request: they are 1, 2, 4, … long.
///
/// Models pkg/controller/controller_utils.go slowStartBatch
fn batch_end(from: usize) -> usize {
    let size = 1_usize << (from + 1).ilog2();
    2 * size - 1
}

impl World {
    /// Sends an errand off.
    pub(super) fn send_off(&mut self, errand: Errand) {
        let at = self.now.plus_us(self.setup.request_us);
        self.queue.push(at, Event::Carry(Rc::new(errand), Place::default()));
    }

    /// Carries an errand on until it has to wait.
    pub(super) fn carry(&mut self, errand: &Rc<Errand>, mut place: Place, trace: &mut Trace) {
        if self.is_of_old_manager(errand.starts) {
            return;
        }
        let step = &errand.plan.steps[place.step as usize];
        let requests = match step {
            Step::One(request) => std::slice::from_ref(&**request),
            Step::All(requests) | Step::SlowStart(requests) => requests,
            Step::Delay(us) => {
                let since = place.last.or(place.since);
                let next = Place { step: place.step + 1, from: 0, since, ..place };
                let is_last = next.step as usize == errand.plan.steps.len();
                if *us == 0 && !is_last {
                    return self.carry(errand, next, trace);
                }
                return self.go_on(errand, next, *us);
            }
        };
        let from = place.from as usize;
        let end = match step {
            Step::SlowStart(_) => batch_end(from).min(requests.len()),
            _ => requests.len(),
        };
        let mut is_due = place.is_due;
        let mut result = Ok(());
        let mut refused = Vec::new();
        for (request, index) in requests[from..end].iter().zip(place.from..) {
            if !is_due && result.is_ok() && !matches!(request.action, Action::Note(_)) {
                let at = self.turn_of(errand.controller);
                if at > self.now {
                    let next = Place { from: index, is_due: true, ..place };
                    return self.queue.push(at, Event::Carry(Rc::clone(errand), next));
                }
            }
            is_due = false;
            let before = trace.next();
            let cause = place.since.unwrap_or(errand.cause);
            let done = self.ask_for(errand, request, cause, trace);
            if done.is_err() {
                refused.push(index);
            }
            result = result.and(done);
            let is_write = !matches!(request.action, Action::Note(_)) && result.is_ok();
            if is_write && before < trace.next() {
                place.last = Some(TraceId(before));
            }
        }
        if let Err(refusal) = result
            && !matches!(refusal, Refusal::NotFound(..))
        {
            let plan = errand.plan.after_refusal(place.step, &refused, requests.len() - end);
            return self.fail_errand(errand, place, plan, &refusal, trace);
        }
        match u32::try_from(end).expect("bursts are small") {
            end if (end as usize) < requests.len() => {
                let next = Place { from: end, is_due: false, ..place };
                self.go_on(errand, next, self.setup.request_us);
            }
            _ => {
                let next = Place { step: place.step + 1, from: 0, is_due: false, ..place };
                self.go_on(errand, next, self.setup.request_us);
            }
        }
    }

    /// Goes on with a step after a while, or ends the errand if there is none.
    fn go_on(&mut self, errand: &Rc<Errand>, next: Place, delay_us: u64) {
        if (next.step as usize) < errand.plan.steps.len() {
            self.queue.push(self.now.plus_us(delay_us), Event::Carry(Rc::clone(errand), next));
        } else if errand.plan.fails {
            self.rest_after_failure(errand);
        } else {
            // What an outside system takes at the end is waited for as well.
            let rest_us = match errand.plan.steps.last() {
                Some(Step::Delay(us)) => *us,
                _ => 0,
            };
            let seen = self.told[Process::Manager as usize].max(self.now.plus_us(rest_us));
            self.queue.push(seen, self.done_event(errand.controller, errand.key));
        }
    }

    /// Does what a plan has for a refusal, and goes on behind what it attempted.
    fn fail_errand(
        &mut self,
        errand: &Errand,
        place: Place,
        rest: Option<Plan>,
        refusal: &Refusal,
        trace: &mut Trace,
    ) {
        if self.is_told(refusal, errand.key) {
            for request in &errand.plan.if_refused {
                // Whoever is told of a refusal is not told of the next one.
                let request = request.about(&refusal.to_string());
                self.ask_for(errand, &request, errand.cause, trace).ok();
            }
        }
        match rest {
            Some(plan) => {
                let errand = Rc::new(Errand { plan, ..errand.clone() });
                let next = Place { last: place.last, since: place.since, ..Place::default() };
                self.go_on(&errand, next, self.setup.request_us);
            }
            None => self.rest_after_failure(errand),
        }
    }

    /// Whether a controller tells of a refusal. Of names that are taken and of writes that came
    /// first it does not, nor of a Namespace that takes nothing new.
    ///
    /// Models pkg/controller/controller_utils.go createPods
    fn is_told(&self, refusal: &Refusal, key: Key) -> bool {
        let view = self.server.view();
        let is_closed = view.object(key).is_some_and(|object| {
            let namespace = view.named(Kind::Namespace, "", &object.meta.namespace);
            namespace.is_some_and(|one| one.meta.is_terminating())
        });
        matches!(refusal, Refusal::Forbidden(..) | Refusal::Invalid(..)) && !is_closed
    }

    /// As after a success, what was written before a refusal is seen before the next look.
    fn rest_after_failure(&mut self, errand: &Errand) {
        let seen = self.told[Process::Manager as usize].max(self.now);
        let Errand { controller, key, cause, starts, .. } = *errand;
        self.queue.push(seen, Event::Failed(controller, key, cause, starts));
    }

    /// When a controller's client may send its next request.
    fn turn_of(&mut self, controller: Controller) -> crate::base::SimTime {
        self.limits[Self::index(controller)].take(rate(controller), self.now)
    }

    /// Sends one request of an errand; what is told of it waits for its own turn.
    fn ask_for(
        &mut self,
        errand: &Errand,
        request: &Request,
        cause: TraceId,
        trace: &mut Trace,
    ) -> Result<(), Refusal> {
        let controller = errand.controller;
        if let Action::Note(note) = &request.action {
            let told = Told { note: note.clone(), rule: request.rule, cause };
            self.tell_in_turn(controller, told, trace);
            return Ok(());
        }
        let actor = Actor::Component(controller.name());
        let rule = Some(request.rule);
        let outcome = self.execute(&request.action, rule, &actor, Some(cause), trace);
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(refusal) => {
                if self.is_told(&refusal, errand.key) {
                    for note in request.or.iter().flat_map(|notes| notes.iter()) {
                        let note = note.filled(&refusal.to_string());
                        self.tell_in_turn(
                            controller,
                            Told { note, rule: request.rule, cause },
                            trace,
                        );
                    }
                }
                return Err(refusal);
            }
        };
        if let Some(note) = &request.then {
            let told = Told { note: filled(note, &outcome), rule: request.rule, cause };
            self.tell_in_turn(controller, told, trace);
        }
        Ok(())
    }

    /// Tells an Event when the controller's client may; whoever works on goes on meanwhile.
    ///
    /// Models staging/src/k8s.io/client-go/tools/record/event.go recordToSink
    fn tell_in_turn(&mut self, controller: Controller, told: Told, trace: &mut Trace) {
        // What is only counted needs no request.
        let is_sent = !self.server.is_held_back(&told.note, self.now);
        let at = if is_sent { self.turn_of(controller) } else { self.now };
        if at > self.now {
            self.queue.push(at, Event::Tell(controller, Box::new(told)));
        } else {
            self.tell_now(controller, told, trace);
        }
    }

    pub(super) fn tell_now(&mut self, controller: Controller, told: Told, trace: &mut Trace) {
        let actor = Actor::Component(controller.name());
        let Told { note, rule, cause } = told;
        // An Event can't be refused.
        let _ = self.execute(&Action::Note(note), Some(rule), &actor, Some(cause), trace);
    }
}

/// A note with the name of the object that was made in the place of `{}`.
pub(super) fn filled(note: &EventNote, outcome: &Outcome) -> EventNote {
    match outcome {
        Outcome::Created(object) => note.filled(&object.meta.name),
        _ => note.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_double() {
        let ends: Vec<usize> = (0..8).map(batch_end).collect();
        assert_eq!(ends, [1, 3, 3, 7, 7, 7, 7, 15]);
    }
}
