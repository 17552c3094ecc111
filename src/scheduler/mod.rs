//! The scheduler: which node a Pod gets, and why it gets none.
//!
//! Must not know controllers or kubelets. Invariant: it never places a Pod where requests
//! would exceed what the node can give.

mod cache;
mod filter;
mod score;

use std::rc::Rc;

use crate::api::pod::{Condition, Truth, set_condition};
use crate::api::{Kind, Object, ObjectId};
use crate::base::{PMap, Seed, SimTime, Str};
use crate::server::{Action, Change, EventNote, Key, Part, Patch, View};
use crate::sim::{Plan, Rule};

use cache::Cache;
pub use cache::NodeUse;

/// Who the scheduler is in Events.
pub const SOURCE: &str = "default-scheduler";
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

/// What the scheduler remembers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Scheduler {
    cache: Cache,
    /// Pods to be tried, in order of arrival.
    queue: PMap<u64, ObjectId>,
    arrivals: u64,
    /// Pods that fitted nowhere, until something changes.
    unschedulable: PMap<ObjectId, ()>,
    /// Pods whose claims are being bound for a chosen node.
    binding: PMap<ObjectId, Str>,
}

impl Scheduler {
    /// Takes a change in; true if there may be something to schedule.
    ///
    /// Models pkg/scheduler/eventhandlers.go
    pub fn observe(&mut self, change: &Change, view: &View) -> bool {
        match change.kind {
            Kind::Pod => self.observe_pod(change),
            Kind::Node => {
                self.cache.observe_node(change, view.table(Kind::Node));
                self.retry();
            }
            Kind::PersistentVolumeClaim => self.observe_claim(change, view),
            Kind::PersistentVolume | Kind::StorageClass => self.retry(),
            _ => {}
        }
        !self.queue.is_empty()
    }

    fn observe_pod(&mut self, change: &Change) {
        let id = change.object().meta.id;
        let frees = self.cache.observe_pod(change);
        let Some(pod) = change.new.as_ref().and_then(|one| one.pod()) else {
            self.unschedulable.remove(&id);
            self.binding.remove(&id);
            return self.retry();
        };
        if frees {
            self.retry();
        }
        let is_waiting = pod.node().is_none() && !change.object().meta.is_terminating();
        if is_waiting && change.old.is_none() {
            self.enqueue(id);
        }
        if !is_waiting {
            self.unschedulable.remove(&id);
            self.binding.remove(&id);
        }
    }

    /// A claim that became bound may complete the placement of a Pod.
    fn observe_claim(&mut self, change: &Change, view: &View) {
        self.retry();
        let claim = change.object();
        let pods = view.table(Kind::Pod);
        for pod in pods.using_claim(&claim.meta.namespace, &claim.meta.name) {
            if self.binding.contains_key(&pod.meta.id) {
                self.enqueue(pod.meta.id);
            }
        }
    }

    fn enqueue(&mut self, id: ObjectId) {
        self.queue.insert(self.arrivals, id);
        self.arrivals += 1;
    }

    fn retry(&mut self) {
        let waiting: Vec<ObjectId> = self.unschedulable.keys().copied().collect();
        self.unschedulable = PMap::new();
        for id in waiting {
            self.enqueue(id);
        }
    }

    /// Whether a Pod waits to be tried.
    pub fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Tries the next Pod.
    ///
    /// Models pkg/scheduler/schedule_one.go ScheduleOne
    pub fn schedule(
        &mut self,
        view: &View,
        seed: Seed,
        dealt: &PMap<ObjectId, Str>,
        now: SimTime,
    ) -> Plan {
        let mut plan = Plan::rest();
        let Some((arrival, id)) = self.queue.first().map(|(arrival, id)| (*arrival, *id)) else {
            return plan;
        };
        self.queue.remove(&arrival);
        let Some(object) = view.table(Kind::Pod).object(id) else { return plan };
        let Some(pod) = object.pod() else { return plan };
        if pod.node().is_some() || object.meta.is_terminating() {
            return plan;
        }
        let claims = match Claims::of(object, view) {
            Ok(claims) => claims,
            Err(message) => {
                let text = format!("0/{} nodes are available: {message}", self.cache.nodes().len());
                self.give_up(object, text, now, &mut plan);
                return plan;
            }
        };
        if let Some(node) = self.binding.get(&id).cloned() {
            if claims.unbound.is_empty() {
                Self::bind(object, &node, &mut plan);
            }
            return plan;
        }
        match self.choose(object, seed, dealt.get(&id)) {
            Ok(node) => self.place(object, &node, &claims, &mut plan),
            Err(reasons) => {
                let text = filter::explain(self.cache.nodes().len(), &reasons);
                self.give_up(object, text, now, &mut plan);
            }
        }
        plan
    }

    /// The best node, or what speaks against each.
    ///
    /// A dealt node is taken if it fits: what made it the best may lie outside this run.
    fn choose(
        &self,
        object: &Object,
        seed: Seed,
        dealt: Option<&Str>,
    ) -> Result<Str, Vec<filter::Reason>> {
        let wanted = filter::Wanted::of(object);
        let mut fitting = Vec::new();
        let mut reasons = Vec::new();
        for (index, node) in self.cache.nodes().iter().enumerate() {
            match filter::check(&wanted, node) {
                None => fitting.push(index),
                Some(mut against) => reasons.append(&mut against),
            }
        }
        if fitting.is_empty() {
            return Err(reasons);
        }
        let is_dealt = |index: &&usize| Some(&self.cache.nodes()[**index].name) == dealt;
        if let Some(index) = fitting.iter().find(is_dealt) {
            return Ok(self.cache.nodes()[*index].name.clone());
        }
        let crowd = self.cache.crowd(object);
        let best = score::best(&wanted, &fitting, self.cache.nodes(), crowd);
        let mut rng = seed.stream("schedule", u64::from(object.meta.id.0));
        let draw = rng.below(best.len() as u64);
        let drawn = usize::try_from(draw).expect("fewer nodes than memory");
        Ok(self.cache.nodes()[best[drawn]].name.clone())
    }

    fn place(&mut self, object: &Rc<Object>, node: &Str, claims: &Claims, plan: &mut Plan) {
        self.cache.assume(object, node);
        if claims.unbound.is_empty() {
            return Self::bind(object, node, plan);
        }
        self.binding.insert(object.meta.id, node.clone());
        let mut nominated = Object::clone(object);
        nominated.meta.resource_version = 0;
        if let Some(pod) = nominated.pod_mut() {
            pod.status.nominated_node_name = Some(node.clone());
        }
        plan.ask(Action::Update(Rc::new(nominated), Part::Status), Rule("SCHED-NOMINATE"));
        for claim in &claims.unbound {
            let patch = Patch::Annotation(SELECTED_NODE.into(), Some(node.clone()));
            plan.ask(Action::Patch(*claim, patch), Rule("SCHED-VOLUME"));
        }
    }

    fn bind(object: &Object, node: &Str, plan: &mut Plan) {
        let meta = &object.meta;
        let text = format!("Successfully assigned {}/{} to {node}", meta.namespace, meta.name);
        let note = EventNote::normal(object.reference(), SOURCE, "Scheduled", text);
        plan.ask_and_tell(Action::Bind(meta.id, node.clone()), Rule("SCHED-SPREAD"), note);
    }

    /// Models pkg/scheduler/schedule_one.go handleSchedulingFailure
    fn give_up(&mut self, object: &Rc<Object>, message: String, now: SimTime, plan: &mut Plan) {
        self.unschedulable.insert(object.meta.id, ());
        let mut new = Object::clone(object);
        new.meta.resource_version = 0;
        let message = Str::from(message);
        if let Some(pod) = new.pod_mut() {
            let condition = Condition {
                kind: "PodScheduled".into(),
                status: Truth::False,
                reason: Some("Unschedulable".into()),
                message: Some(message.clone()),
                ..Condition::default()
            };
            set_condition(&mut pod.status.conditions, condition, now);
        }
        if new.body == object.body {
            return;
        }
        let note = EventNote::warning(object.reference(), SOURCE, "FailedScheduling", message);
        let action = Action::Update(Rc::new(new), Part::Status);
        plan.ask_and_tell(action, Rule("SCHED-NO-NODE"), note);
    }
}

/// The claims of a Pod, as far as they are not bound.
struct Claims {
    unbound: Vec<Key>,
}

impl Claims {
    /// Models pkg/scheduler/framework/plugins/volumebinding/volume_binding.go PreFilter
    fn of(object: &Object, view: &View) -> Result<Claims, String> {
        let mut unbound = Vec::new();
        let kind = Kind::PersistentVolumeClaim;
        for name in object.pod().into_iter().flat_map(super::api::pod::Pod::claims) {
            let Some(found) = view.named(kind, &object.meta.namespace, name) else {
                return Err(format!("persistentvolumeclaim \"{name}\" not found. not found"));
            };
            if found.meta.is_terminating() {
                return Err(format!(
                    "persistentvolumeclaim \"{name}\" is being deleted. not found"
                ));
            }
            let Some(claim) = found.claim() else { continue };
            if claim.status.phase.as_deref() == Some("Bound") {
                continue;
            }
            let class = claim.spec.storage_class_name.as_deref().unwrap_or_default();
            let class = view.named(Kind::StorageClass, "", class);
            let waits = class.and_then(|one| one.storage_class()).is_some_and(|class| {
                class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer")
            });
            if !waits {
                let text = "pod has unbound immediate PersistentVolumeClaims. not found";
                return Err(text.to_owned());
            }
            unbound.push(Key { kind, id: found.meta.id });
        }
        Ok(Claims { unbound })
    }
}
