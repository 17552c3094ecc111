//! What happens between the choice of a node and the binding of a Pod that needs volumes.
//!
//! Must not know who makes volumes. Invariant: a Pod is bound only when every claim of it has
//! its volume, and a claim is told its node only as it was seen when the node was chosen.

use std::rc::Rc;

use crate::api::pod::{Condition, Truth};
use crate::api::storage::ClaimRef;
use crate::api::{Kind, Object, ObjectId};
use crate::base::{SECOND_US, SimTime, Str};
use crate::scheduler::volumes::{Claims, Matches};
use crate::scheduler::{SELECTED_NODE, SOURCE, Scheduler};
use crate::server::{Action, EventNote, Key, Part, Patch, Refusal, View};
use crate::sim::{Plan, Rule, TraceId};

/// How often it is looked whether the volumes are there.
///
/// Models pkg/scheduler/framework/plugins/volumebinding/binder.go BindPodVolumes
const POLL_US: u64 = SECOND_US;
/// How long a Pod rests after an error, the first time and at most.
///
/// Models pkg/scheduler/backend/queue/scheduling_queue.go DefaultPodInitialBackoffDuration
const BACKOFF_US: u64 = SECOND_US;
const BACKOFF_MAX_US: u64 = 10 * SECOND_US;

/// A Pod on its way to a node.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Binding {
    pub(super) node: Str,
    /// Why it is that one.
    rule: Rule,
    /// Its claims and their volumes as they were when the node was chosen.
    matches: Matches,
    is_written: bool,
    is_announced: bool,
    /// What lets it go on: what made the scheduler try the Pod, then the last of its claims that
    /// got a volume.
    pub(super) cause: TraceId,
}

impl Binding {
    pub(super) fn new(choice: (&Str, Rule), matches: Matches, cause: TraceId) -> Binding {
        let (node, rule) = (choice.0.clone(), choice.1);
        Binding { node, rule, matches, is_written: false, is_announced: false, cause }
    }

    /// Whether it needs a volume for this claim.
    pub(super) fn waits_for(&self, claim: ObjectId) -> bool {
        let taken = self.matches.taken.iter().map(|(_, claim)| claim);
        taken.chain(&self.matches.made).any(|one| one.meta.id == claim)
    }
}

/// What a look at a Pod on its way comes to.
pub struct Progress {
    /// Requests; the first that is refused ends the attempt.
    pub plan: Plan,
    /// When to look again, in microseconds from now.
    pub again_us: Option<u64>,
    /// What lets it go on.
    pub cause: TraceId,
}

/// The request that gives a volume to a claim, unless it was given to it before.
///
/// Models staging/src/k8s.io/component-helpers/storage/volume/helpers.go GetBindVolumeToClaim
fn reserve(volume: &Rc<Object>, claim: &Object) -> Option<Action> {
    const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
    let body = volume.volume()?;
    let meta = &claim.meta;
    let is_for = body.is_for(&meta.namespace, &meta.name, meta.uid);
    if is_for && body.spec.claim_ref.as_ref().is_some_and(|one| one.uid == meta.uid) {
        return None;
    }
    let mut new = Object::clone(volume);
    if !is_for {
        new.meta.annotate(BOUND_BY_CONTROLLER, "yes");
    }
    if let Some(body) = new.volume_mut() {
        Rc::make_mut(&mut body.spec).claim_ref = Some(ClaimRef::to(claim));
    }
    Some(Action::Update(Rc::new(new), Part::Spec))
}

impl Scheduler {
    /// Pods that were given a node since the last call and now need their volumes.
    pub fn take_begun(&mut self) -> Vec<ObjectId> {
        let begun: Vec<ObjectId> =
            self.binding.iter().filter(|(_, one)| !one.is_announced).map(|(id, _)| *id).collect();
        for id in &begun {
            if let Some(binding) = self.binding.get_mut(id) {
                binding.is_announced = true;
            }
        }
        begun
    }

    /// Goes on with a Pod that was given a node.
    ///
    /// Models pkg/scheduler/framework/plugins/volumebinding/volume_binding.go PreBind
    pub fn pre_bind(&mut self, id: ObjectId, view: &View) -> Option<Progress> {
        let binding = self.binding.get_mut(&id)?;
        let mut progress = Progress { plan: Plan::rest(), again_us: None, cause: binding.cause };
        let (node, rule) = (binding.node.clone(), binding.rule);
        if !binding.is_written {
            binding.is_written = true;
            for (volume, claim) in &binding.matches.taken {
                if let Some(action) = reserve(volume, claim) {
                    progress.plan.ask(action, Rule("SCHED-VOLUME"));
                }
            }
            for claim in &binding.matches.made {
                let mut new = Object::clone(claim);
                new.meta.annotate(SELECTED_NODE, node.clone());
                let action = Action::Update(Rc::new(new), Part::Spec);
                progress.plan.ask(action, Rule("SCHED-VOLUME"));
            }
            progress.again_us = Some(POLL_US);
            return Some(progress);
        }
        let Some(object) = view.table(Kind::Pod).object(id) else { return Some(progress) };
        if Claims::of(object, view).is_ok_and(|claims| claims.unbound.is_empty()) {
            Self::bind(object, &node, rule, &mut progress.plan);
            self.end_binding(id);
        } else {
            progress.again_us = Some(POLL_US);
        }
        Some(progress)
    }

    pub(super) fn end_binding(&mut self, id: ObjectId) {
        if let Some(binding) = self.binding.remove(&id) {
            for claim in &binding.matches.made {
                self.cache.chosen.remove(&claim.meta.id);
            }
            for (volume, _) in &binding.matches.taken {
                self.cache.taken.remove(&volume.meta.id);
            }
        }
    }

    /// Gives up an attempt because a request was refused; what to tell, and when to try again.
    ///
    /// Models pkg/scheduler/schedule_one.go handleBindingCycleError
    pub fn fail_binding(
        &mut self,
        id: ObjectId,
        refusal: &Refusal,
        view: &View,
        now: SimTime,
    ) -> Option<(Plan, SimTime)> {
        self.end_binding(id);
        self.cache.forget(id);
        let object = view.table(Kind::Pod).object(id)?;
        let message: Str = format!("running PreBind plugin \"VolumeBinding\": {refusal}").into();
        let condition = Condition {
            kind: "PodScheduled".into(),
            status: Truth::False,
            reason: Some("SchedulerError".into()),
            message: Some(message.clone()),
            ..Condition::default()
        };
        let mut plan = Plan::rest();
        let key = Key { kind: Kind::Pod, id };
        let note = EventNote::warning(object.reference(), SOURCE, "FailedScheduling", message);
        let patch = Patch::Nominate(vec![condition], None);
        plan.ask_and_tell(Action::Patch(key, patch), Rule("SCHED-ERROR"), note);
        let failures = self.errors.or_default(&id);
        let rest_us = (BACKOFF_US << (*failures).min(4)).min(BACKOFF_MAX_US);
        *failures += 1;
        // Those that have rested are taken back at the full second.
        let end = now.plus_us(rest_us).0.div_ceil(SECOND_US) * SECOND_US;
        Some((plan, SimTime(end)))
    }

    /// A Pod has rested after an error; true if it is to be tried now.
    pub fn retry(&mut self, id: ObjectId, cause: TraceId, view: &View) -> bool {
        let Some(object) = view.table(Kind::Pod).object(id) else { return false };
        let is_free = object.pod().is_some_and(|pod| pod.node().is_none());
        if !is_free || object.meta.is_terminating() || self.binding.contains_key(&id) {
            return false;
        }
        self.enqueue(object, cause);
        true
    }
}
