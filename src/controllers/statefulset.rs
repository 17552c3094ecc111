//! StatefulSet: Pods with ordinals that keep their names and claims.
//!
//! Must not know nodes or volumes behind claims. Invariant: it never asks for a second Pod of
//! an ordinal before the first is gone, and never deletes a claim.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::apps::{StatefulSet, StatefulSetStatus};
use crate::api::pod::{ClaimSource, Phase, PodTemplate, Volume};
use crate::api::{Body, Kind, Meta, Object};
use crate::base::{SimTime, Str};
use crate::controllers::{pods, revision};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, View};
use crate::sim::{Plan, Rule, Waiting};

const SOURCE: &str = "statefulset-controller";
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";

pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::StatefulSet => keys.push(change.key()),
        Kind::Pod => pods::wake_owner(Kind::StatefulSet, change, view, keys),
        _ => {}
    }
}

/// The ordinal in a Pod's name, if it is one of this set's names.
fn ordinal_of(set: &Object, pod: &Object) -> Option<i32> {
    let digits = pod.meta.name.strip_prefix(&*set.meta.name)?.strip_prefix('-')?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn is_running_and_ready(object: &Object) -> bool {
    object.pod().is_some_and(|pod| pod.status.phase == Phase::Running && pod.is_ready())
}

struct Sync<'a> {
    object: &'a Rc<Object>,
    set: &'a StatefulSet,
    view: &'a View,
    now: SimTime,
    plan: Plan,
    /// Pods by ordinal; those outside the wanted range are condemned.
    pods: BTreeMap<i32, &'a Rc<Object>>,
    update: Str,
    current: Str,
}

/// Models pkg/controller/statefulset/stateful_set.go sync
pub(super) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let Some(object) = view.object(key) else { return Plan::rest() };
    let Some(set) = object.stateful_set() else { return Plan::rest() };
    let mut plan = Plan::rest();
    let claimed = pods::claim(object, &set.spec.selector, view, &mut plan);
    if object.meta.is_terminating() {
        return plan;
    }
    let by_ordinal = claimed.into_iter().filter_map(|pod| Some((ordinal_of(object, pod)?, pod)));
    let update = revise(object, set, view, &mut plan);
    let current = match &*set.status.current_revision {
        "" => update.clone(),
        _ => set.status.current_revision.clone(),
    };
    let pods = by_ordinal.collect();
    let mut sync = Sync { object, set, view, now, plan, pods, update, current };
    sync.replicas();
    sync.update_status();
    sync.plan
}

/// Sees to it that the present template has a revision, and gives its name.
///
/// Models pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions
fn revise(object: &Rc<Object>, set: &StatefulSet, view: &View, plan: &mut Plan) -> Str {
    let name: Str = format!("{}-{}", object.meta.name, revision::hash(set)).into();
    let known = revision::list(object, view);
    let newest = known.last().map_or(0, |one| revision::number(one));
    match known.iter().find(|one| one.meta.name == name) {
        Some(same) if revision::number(same) == newest => {}
        Some(same) => {
            // An old template is wanted again: its revision becomes the newest.
            let mut renewed = Object::clone(same);
            if let Some(body) = renewed.controller_revision_mut() {
                body.revision = newest + 1;
            }
            plan.ask(Action::Update(Rc::new(renewed), Part::Spec), Rule("STS-REVISION"));
        }
        None => {
            let new = revision::of_template(object, set, newest + 1);
            plan.ask(Action::Create(Rc::new(new)), Rule("STS-REVISION"));
        }
    }
    name
}

impl Sync<'_> {
    fn start(&self) -> i32 {
        self.set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start)
    }

    fn end(&self) -> i32 {
        self.start() + self.set.spec.replicas.unwrap_or(1)
    }

    fn is_monotonic(&self) -> bool {
        &*self.set.spec.pod_management_policy != "Parallel"
    }

    fn partition(&self) -> Option<i32> {
        self.set.spec.update_strategy.rolling_update.as_ref().and_then(|one| one.partition)
    }

    fn is_healthy(pod: &Object) -> bool {
        is_running_and_ready(pod) && !pod.meta.is_terminating()
    }

    fn is_available(&self, object: &Object) -> bool {
        let seconds = self.set.spec.min_ready_seconds;
        object.pod().is_some_and(|pod| pod.is_available(seconds, self.now))
    }

    fn wait_for(&mut self, rule: &'static str, pod: &Object) {
        let object = pod.meta.name.clone();
        self.plan.waiting = Some(Waiting { rule: Rule(rule), object });
        let seconds = self.set.spec.min_ready_seconds;
        let due = pod.pod().filter(|pod| pod.is_ready()).and_then(|pod| pod.available_at(seconds));
        if let Some(at) = due.filter(|at| *at > self.now) {
            self.plan.look_again(at.since_us(self.now));
        }
    }

    /// Models pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
    fn replicas(&mut self) {
        for ordinal in self.start()..self.end() {
            if !self.process(ordinal) {
                return;
            }
        }
        let condemned: Vec<_> = self
            .pods
            .iter()
            .filter(|(ordinal, _)| **ordinal < self.start() || **ordinal >= self.end())
            .map(|(_, pod)| *pod)
            .collect();
        let unhealthy = self.pods.values().find(|pod| !Self::is_healthy(pod)).copied();
        for pod in condemned.into_iter().rev() {
            if !self.process_condemned(pod, unhealthy) {
                return;
            }
        }
        self.roll();
    }

    /// Sees to one wanted ordinal; false if the others must wait.
    ///
    /// Models pkg/controller/statefulset/stateful_set_control.go processReplica
    fn process(&mut self, ordinal: i32) -> bool {
        let Some(pod) = self.pods.get(&ordinal).copied() else {
            self.create(ordinal);
            return !self.is_monotonic();
        };
        let phase = pod.pod().map_or(Phase::Pending, |pod| pod.status.phase);
        if pod.meta.is_terminating() {
            if self.is_monotonic() {
                self.wait_for("STS-WAIT-GONE", pod);
            }
            return !self.is_monotonic();
        }
        if phase.is_terminal() {
            let text = format!(
                "StatefulSet {}/{} is recreating {} Pod {}",
                self.object.meta.namespace,
                self.object.meta.name,
                if phase == Phase::Failed { "failed" } else { "succeeded" },
                pod.meta.name
            );
            let reason = if phase == Phase::Failed {
                "RecreatingFailedPod"
            } else {
                "RecreatingTerminatedPod"
            };
            let note = EventNote::warning(self.object.reference(), SOURCE, reason, text);
            self.plan.tell(note, Rule("STS-RECREATE"));
            self.delete(pod, "STS-RECREATE");
            return !self.is_monotonic();
        }
        if self.is_monotonic() && !is_running_and_ready(pod) {
            self.wait_for("STS-WAIT-READY", pod);
            return false;
        }
        if self.is_monotonic() && !self.is_available(pod) {
            self.wait_for("STS-WAIT-AVAILABLE", pod);
            return false;
        }
        self.create_claims(&pod.meta.name);
        true
    }

    /// Models pkg/controller/statefulset/stateful_set_control.go processCondemned
    fn process_condemned(&mut self, pod: &Rc<Object>, unhealthy: Option<&Rc<Object>>) -> bool {
        if pod.meta.is_terminating() {
            if self.is_monotonic() {
                self.wait_for("STS-WAIT-GONE", pod);
            }
            return !self.is_monotonic();
        }
        let is_other = unhealthy.is_some_and(|one| one.meta.id != pod.meta.id);
        if self.is_monotonic() && is_other && !is_running_and_ready(pod) {
            self.wait_for("STS-WAIT-READY", pod);
            return false;
        }
        if self.is_monotonic() && is_other {
            let first = unhealthy.expect("there is another unhealthy Pod");
            self.wait_for("STS-WAIT-READY", first);
            return false;
        }
        self.delete(pod, "STS-SCALE-DOWN");
        !self.is_monotonic()
    }

    fn delete(&mut self, pod: &Object, rule: &'static str) {
        let key = Key { kind: Kind::Pod, id: pod.meta.id };
        let text = format!(
            "Delete Pod {} in StatefulSet {} successful",
            pod.meta.name, self.object.meta.name
        );
        let note = EventNote::normal(self.object.reference(), SOURCE, "SuccessfulDelete", text);
        self.plan.ask_and_tell(Action::Delete(key, DeleteOptions::default()), Rule(rule), note);
    }

    /// Replaces Pods of another revision, from the highest ordinal.
    ///
    /// Models pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
    fn roll(&mut self) {
        if &*self.set.spec.update_strategy.kind == "OnDelete" {
            return;
        }
        let first = self.start() + self.partition().unwrap_or(0);
        for ordinal in (first.max(self.start())..self.end()).rev() {
            let Some(pod) = self.pods.get(&ordinal).copied() else { return };
            let is_updated = pod.meta.label(revision::LABEL) == Some(&self.update);
            if !is_updated && !pod.meta.is_terminating() {
                self.delete(pod, "STS-ROLL");
                return;
            }
            if !Self::is_healthy(pod) {
                self.wait_for("STS-WAIT-READY", pod);
                return;
            }
        }
    }

    /// Which revision a new Pod of this ordinal gets.
    ///
    /// Models pkg/controller/statefulset/stateful_set_utils.go newVersionedStatefulSetPod
    fn revision_for(&self, ordinal: i32) -> Str {
        let strategy = &self.set.spec.update_strategy;
        let is_old = match self.partition() {
            Some(partition) => ordinal < self.start() + partition,
            None => {
                &*strategy.kind == "RollingUpdate"
                    && strategy.rolling_update.is_none()
                    && ordinal < self.start() + self.set.status.current_replicas
            }
        };
        if is_old { self.current.clone() } else { self.update.clone() }
    }

    fn template(&self, name: &Str) -> PodTemplate {
        if *name == self.update {
            return self.set.spec.template.clone();
        }
        let namespace = &self.object.meta.namespace;
        self.view
            .named(Kind::ControllerRevision, namespace, name)
            .and_then(|found| revision::template_of(found))
            .unwrap_or_else(|| self.set.spec.template.clone())
    }

    /// Models pkg/controller/statefulset/stateful_pod_control.go CreateStatefulPod
    fn create(&mut self, ordinal: i32) {
        let name: Str = format!("{}-{ordinal}", self.object.meta.name).into();
        self.create_claims(&name);
        let revision = self.revision_for(ordinal);
        let mut pod = pods::from_template(&self.template(&revision), self.object);
        pod.meta.generate_name = format!("{}-", self.object.meta.name).into();
        pod.meta.name = name.clone();
        pod.meta.set_label(POD_NAME, name.clone());
        pod.meta.set_label(POD_INDEX, ordinal.to_string());
        pod.meta.set_label(revision::LABEL, revision);
        self.give_identity(&mut pod, &name);
        let is_back = self.set.status.ready_replicas > 0 && self.was_there(ordinal);
        let rule = if is_back { Rule("STS-SAME-NAME") } else { Rule("STS-CREATE") };
        let text = format!("Create Pod {name} in StatefulSet {} successful", self.object.meta.name);
        let note = EventNote::normal(self.object.reference(), SOURCE, "SuccessfulCreate", text);
        self.plan.ask_and_tell(Action::Create(Rc::new(pod)), rule, note);
    }

    /// Whether the status counts more Pods than there are, so that this ordinal had one.
    fn was_there(&self, ordinal: i32) -> bool {
        let known = i32::try_from(self.pods.len()).unwrap_or(i32::MAX);
        self.set.status.replicas > known || self.pods.keys().any(|one| *one > ordinal)
    }

    fn give_identity(&self, pod: &mut Object, name: &Str) {
        let Some(body) = pod.pod_mut() else { return };
        let spec = Rc::make_mut(&mut body.spec);
        spec.hostname = Some(name.clone());
        if !self.set.spec.service_name.is_empty() {
            spec.subdomain = Some(self.set.spec.service_name.clone());
        }
        for template in &self.set.spec.volume_claim_templates {
            let volume = &template.metadata.name;
            spec.volumes.retain(|one| one.name != *volume);
            let claim_name = format!("{volume}-{name}").into();
            spec.volumes.push(Volume {
                name: volume.clone(),
                persistent_volume_claim: Some(ClaimSource { claim_name, read_only: false }),
                ..Volume::default()
            });
        }
    }

    fn create_claims(&mut self, pod: &Str) {
        let set = self.set;
        for template in &set.spec.volume_claim_templates {
            let name = format!("{}-{pod}", template.metadata.name);
            let namespace = &self.object.meta.namespace;
            if self.view.named(Kind::PersistentVolumeClaim, namespace, &name).is_some() {
                continue;
            }
            let mut labels = BTreeMap::clone(&template.metadata.labels);
            labels.extend(set.spec.selector.match_labels.clone());
            let meta = Meta {
                name: name.as_str().into(),
                namespace: namespace.clone(),
                labels: Rc::new(labels),
                annotations: template.metadata.annotations.clone(),
                ..Meta::default()
            };
            let body = Body::PersistentVolumeClaim(template.claim.clone());
            let text = format!(
                "Create Claim {name} Pod {pod} in StatefulSet {} success",
                self.object.meta.name
            );
            let note = EventNote::normal(self.object.reference(), SOURCE, "SuccessfulCreate", text);
            let action = Action::Create(Rc::new(Object { meta, body }));
            self.plan.ask_and_tell(action, Rule("STS-CLAIM"), note);
        }
    }

    /// Models pkg/controller/statefulset/stateful_set_control.go updateReplicas and
    /// completeRollingUpdate
    fn update_status(&mut self) {
        let before = &self.set.status;
        let mut status = StatefulSetStatus {
            observed_generation: self.object.meta.generation,
            current_revision: self.current.clone(),
            update_revision: self.update.clone(),
            collision_count: Some(before.collision_count.unwrap_or(0)),
            ..StatefulSetStatus::default()
        };
        for pod in self.pods.values() {
            status.replicas += 1;
            if is_running_and_ready(pod) {
                status.ready_replicas += 1;
                status.available_replicas += i32::from(self.is_available(pod));
            }
            if !pod.meta.is_terminating() {
                let label = pod.meta.label(revision::LABEL);
                status.current_replicas += i32::from(label == Some(&self.current));
                status.updated_replicas += i32::from(label == Some(&self.update));
            }
        }
        let wanted = self.set.spec.replicas.unwrap_or(1);
        let is_complete = &*self.set.spec.update_strategy.kind == "RollingUpdate"
            && status.updated_replicas == status.replicas
            && status.ready_replicas == status.replicas
            && status.replicas == wanted;
        if is_complete {
            status.current_replicas = status.updated_replicas;
            status.current_revision = status.update_revision.clone();
        }
        if status != *before {
            let mut object = Object::clone(self.object);
            if let Some(body) = object.stateful_set_mut() {
                body.status = status;
            }
            self.plan.ask(Action::Update(Rc::new(object), Part::Status), Rule("STS-STATUS"));
        }
    }
}
