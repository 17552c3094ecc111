//! What a controller decided: requests in order, and what it waits for.
//!
//! Must not know how requests are carried out. Invariant: plain data.

use std::rc::Rc;

use crate::api::{Body, Object};
use crate::base::Str;
use crate::server::{Action, EventNote, Part};

/// The code of the rule behind a decision; `view::story` explains each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Rule(pub &'static str);

/// One request with its reason.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Request {
    /// The request.
    pub action: Action,
    /// Why.
    pub rule: Rule,
    /// What is told when it is done; `{}` stands for the object's name.
    pub then: Option<EventNote>,
    /// What is told if the server refuses it; `{}` stands for the refusal.
    pub or: Option<Rc<[EventNote]>>,
}

/// One step of a plan.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// A single request; the plan ends if it is refused.
    One(Box<Request>),
    /// Requests sent together.
    All(Vec<Request>),
    /// Requests in batches of 1, 2, 4, …; the rest is dropped when one is refused.
    SlowStart(Vec<Request>),
    /// Time that an outside system takes, in microseconds.
    Delay(u64),
}

/// What a controller waits for, for the story.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Waiting {
    /// Why.
    pub rule: Rule,
    /// For which object.
    pub object: Str,
    /// On whose behalf: the generation of the spec that is being carried out.
    pub generation: u64,
}

/// The steps of a plan of which one may be refused and the plan still goes on behind them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Attempt {
    from: u32,
    end: u32,
}

/// A controller's decision about one key.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Plan {
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// When to look again, in microseconds from now.
    pub requeue_us: Option<u64>,
    /// What it waits for.
    pub waiting: Option<Waiting>,
    /// Whether the look failed: the key is tried again after a pause that grows.
    pub fails: bool,
    /// What is written and told if a new object is refused; `{}` stands for the refusal.
    pub if_refused: Vec<Request>,
    /// Which steps don't end the plan if they are refused.
    pub attempt: Option<Attempt>,
}

impl Request {
    /// A request of which nothing is told.
    pub fn new(action: Action, rule: Rule) -> Request {
        Request { action, rule, then: None, or: None }
    }

    /// This request, and what is told when it is done.
    #[must_use]
    pub fn then(self, note: EventNote) -> Request {
        Request { then: Some(note), ..self }
    }

    /// This request, and what is told if it is refused.
    #[must_use]
    pub fn or(self, notes: &[EventNote]) -> Request {
        Request { or: Some(notes.into()), ..self }
    }

    /// This request with a refusal's text in the place of `{}`.
    #[must_use]
    pub fn about(&self, refusal: &str) -> Request {
        let fill = |text: &str| text.replace("{}", refusal).into();
        let action = match &self.action {
            Action::Note(note) => Action::Note(note.filled(refusal)),
            Action::Update(object, Part::Status) => {
                let mut object = Object::clone(object);
                let conditions = match &mut object.body {
                    Body::ReplicaSet(body) | Body::ReplicationController(body) => {
                        &mut body.status.conditions[..]
                    }
                    Body::Deployment(body) => &mut body.status.conditions[..],
                    _ => &mut [],
                };
                for message in conditions.iter_mut().filter_map(|one| one.message.as_mut()) {
                    *message = fill(message);
                }
                Action::Update(Rc::new(object), Part::Status)
            }
            other => other.clone(),
        };
        Request { action, ..self.clone() }
    }

    /// This request if so many Pods that it counts were not made after all.
    fn without(&self, lost: i32) -> Request {
        let mut request = self.clone();
        if let Action::Update(object, Part::Status) = &mut request.action
            && let Body::Job(job) = &mut Rc::make_mut(object).body
        {
            job.status.active -= lost;
        }
        request
    }
}

/// What goes on beside what was refused in the first of these steps: steps as wide as that one
/// belong to the same objects in the same order, unless new objects are made in them.
fn beside(steps: &[Step], refused: &[u32]) -> Vec<Step> {
    let Some((Step::All(first), next)) = steps.split_first() else { return Vec::new() };
    let is_new = |one: &Request| matches!(one.action, Action::Create(_));
    let layers = next.iter().map_while(|step| match step {
        Step::All(all) if all.len() == first.len() && !all.iter().any(is_new) => Some(all),
        _ => None,
    });
    let kept = |all: &Vec<Request>| {
        let own = all.iter().zip(0_u32..).filter(|(_, index)| !refused.contains(index));
        Step::All(own.map(|(request, _)| request.clone()).collect())
    };
    let is_any = refused.len() < first.len();
    layers.filter(|_| is_any).map(kept).collect()
}

impl Plan {
    /// Nothing to do.
    pub fn rest() -> Plan {
        Plan::default()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Adds a request that was put together elsewhere.
    pub fn send(&mut self, request: Request) {
        self.steps.push(Step::One(Box::new(request)));
    }

    /// Adds a single request.
    pub fn ask(&mut self, action: Action, rule: Rule) {
        self.send(Request::new(action, rule));
    }

    /// Adds a single request and what is told when it is done.
    pub fn ask_and_tell(&mut self, action: Action, rule: Rule, then: EventNote) {
        self.send(Request::new(action, rule).then(then));
    }

    /// What is added from here on follows from the last request before, not from what woke the
    /// controller.
    pub fn hence(&mut self) {
        self.steps.push(Step::Delay(0));
    }

    /// Adds an Event.
    pub fn tell(&mut self, note: EventNote, rule: Rule) {
        self.ask(Action::Note(note), rule);
    }

    fn place(&self) -> u32 {
        u32::try_from(self.steps.len()).expect("plans are short")
    }

    /// If a step from here on is refused the plan does not end; see `end_attempt`.
    pub fn begin_attempt(&mut self) {
        let place = self.place();
        self.attempt = Some(Attempt { from: place, end: place });
    }

    /// Where the plan goes on if a step of the attempt is refused.
    pub fn end_attempt(&mut self) {
        let end = self.place();
        if let Some(attempt) = &mut self.attempt {
            attempt.end = end;
        }
    }

    /// What is left to do after requests of a step were refused, these of them, and others of it
    /// not sent: what follows from those that were done, then what comes behind the attempt.
    pub fn after_refusal(&self, step: u32, refused: &[u32], unsent: usize) -> Option<Plan> {
        let attempt = self.attempt.filter(|one| (one.from..one.end).contains(&step))?;
        let lost = i32::try_from(refused.len() + unsent).unwrap_or(i32::MAX);
        let (tried, rest) = self.steps.split_at(attempt.end as usize);
        let mut steps = beside(&tried[step as usize..], refused);
        steps.extend(rest.iter().map(|step| match step {
            Step::One(request) => Step::One(Box::new(request.without(lost))),
            step => step.clone(),
        }));
        let fails = true;
        (!steps.is_empty()).then(|| Plan { steps, fails, ..Plan::default() })
    }

    /// Asks to look again after `delay_us`, or sooner if that was asked before.
    pub fn look_again(&mut self, delay_us: u64) {
        self.requeue_us = Some(self.requeue_us.map_or(delay_us, |before| before.min(delay_us)));
    }
}
