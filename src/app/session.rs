//! The page's only door to the engine: one running cluster and its views.
//!
//! Owns the running cluster. It must not know components, frames or the browser. Invariant: the
//! views are a function of the commands given so far and the moment on screen.

use crate::sample;
use podium::view::editor::Problem;
use podium::view::ledger::LedgerView;
use podium::view::stage::{StageAction, StageView};
use podium::view::story::StoryView;
use podium::view::timeline::TimelineView;
use podium::view::transport::{Speed, TransportView};
use podium::view::words::Lang;
use std::rc::Rc;

/// What the page draws at one moment, in one language.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Views {
    pub(crate) stage: Rc<StageView>,
    pub(crate) ledger: Rc<LedgerView>,
    pub(crate) story: Rc<StoryView>,
    pub(crate) timeline: Rc<TimelineView>,
    pub(crate) transport: Rc<TransportView>,
}

/// A running cluster.
pub(crate) struct Session {
    seed: u64,
    now_us: u64,
    reached_us: u64,
}

impl Session {
    /// Starts a cluster and applies a manifest to it at time zero; the problems of a manifest
    /// that could not be applied come back beside the empty cluster.
    pub(crate) fn new(manifest: &str, seed: u64) -> (Self, Result<Vec<String>, Vec<Problem>>) {
        let mut session = Self { seed, now_us: 0, reached_us: 0 };
        let answer = session.apply(manifest);
        (session, answer)
    }

    /// The seed that this run's randomness comes from.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Lets real time pass.
    pub(crate) fn advance(&mut self, real_us: u64, speed: Speed) {
        self.seek(self.now_us + speed.scale(real_us));
    }

    /// Goes to the next event.
    pub(crate) fn next_event(&mut self) {
        let after = sample::EVENTS_US.into_iter().find(|at| *at > self.now_us);
        self.seek(after.unwrap_or(self.now_us));
    }

    /// Goes back to the event before this moment.
    pub(crate) fn previous_event(&mut self) {
        let before = sample::EVENTS_US.into_iter().rev().find(|at| *at < self.now_us);
        self.seek(before.unwrap_or(0));
    }

    /// Goes to a moment, back or ahead.
    pub(crate) fn seek(&mut self, at_us: u64) {
        self.now_us = at_us;
        self.reached_us = self.reached_us.max(at_us);
    }

    /// What is wrong with a text, without applying it.
    #[expect(clippy::unused_self, reason = "the running cluster is part of the question")]
    pub(crate) fn check(&self, text: &str) -> Vec<Problem> {
        sample::problems(text)
    }

    /// Applies a text as `kubectl apply` would; answers one line an object.
    pub(crate) fn apply(&mut self, text: &str) -> Result<Vec<String>, Vec<Problem>> {
        let problems = self.check(text);
        if problems.is_empty() { Ok(Vec::new()) } else { Err(problems) }
    }

    /// Does what was asked on the stage; the cluster's refusal comes back in its own words.
    pub(crate) fn act(&mut self, action: &StageAction) -> Result<(), String> {
        match action {
            StageAction::DeletePod { namespace, name } => self.delete_pod(namespace, name),
            StageAction::Scale { kind, namespace, name, replicas } => {
                self.scale(kind, namespace, name, *replicas)
            }
            StageAction::FailNode(node) => self.fail_node(node),
            StageAction::RecoverNode(node) => self.recover_node(node),
            StageAction::Select(_) => Ok(()),
        }
    }

    fn delete_pod(&mut self, _namespace: &str, name: &str) -> Result<(), String> {
        Err(format!("pods \"{name}\" not found"))
    }

    fn scale(
        &mut self,
        kind: &str,
        _namespace: &str,
        name: &str,
        _replicas: u32,
    ) -> Result<(), String> {
        Err(format!("{kind} \"{name}\" not found"))
    }

    fn fail_node(&mut self, name: &str) -> Result<(), String> {
        Err(format!("nodes \"{name}\" not found"))
    }

    fn recover_node(&mut self, name: &str) -> Result<(), String> {
        Err(format!("nodes \"{name}\" not found"))
    }

    /// The views of this moment.
    pub(crate) fn views(&self, lang: Lang) -> Views {
        sample::views(self.now_us, self.reached_us, lang)
    }
}
