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
}

impl Request {
    /// This request with a refusal's text in the place of `{}`.
    #[must_use]
    pub fn about(&self, refusal: &str) -> Request {
        let fill = |text: &str| text.replace("{}", refusal).into();
        let action = match &self.action {
            Action::Note(note) => {
                Action::Note(EventNote { message: fill(&note.message), ..note.clone() })
            }
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
        self.steps.push(Step::One(Box::new(Request { action, rule, then: None })));
    }

    /// Adds a single request and what is told when it is done.
    pub fn ask_and_tell(&mut self, action: Action, rule: Rule, then: EventNote) {
        self.steps.push(Step::One(Box::new(Request { action, rule, then: Some(then) })));
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

    /// Asks to look again after `delay_us`, or sooner if that was asked before.
    pub fn look_again(&mut self, delay_us: u64) {
        self.requeue_us = Some(self.requeue_us.map_or(delay_us, |before| before.min(delay_us)));
    }
}
