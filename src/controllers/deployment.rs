//! Deployment: one ReplicaSet for each template, and the way from one to the next.
//!
//! Must not know Pods' names or nodes. Invariant: during a rolling update there are never
//! more than desired + maxSurge Pods asked for, nor fewer than desired − maxUnavailable kept
//! available by its own doing.

use std::rc::Rc;

use crate::api::apps::{Deployment, DeploymentStatus, ReplicaSet, ReplicaSetSpec};
use crate::api::pod::{Condition, PodTemplate, Truth, condition, set_condition};
use crate::api::{Body, Kind, Meta, Object};
use crate::base::{SimTime, digest_of};
use crate::controllers::pods;
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, View};
use crate::sim::{Plan, Rule};

const SOURCE: &str = "deployment-controller";
const HASH: &str = "pod-template-hash";
const REVISION: &str = "deployment.kubernetes.io/revision";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MAX: &str = "deployment.kubernetes.io/max-replicas";

pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::Deployment => keys.push(change.key()),
        Kind::ReplicaSet => pods::wake_owner(Kind::Deployment, change, view, keys),
        // A gone Pod matters to Recreate, which waits until all old ones are gone.
        Kind::Pod if change.new.is_none() => {
            let owner = change.object().meta.controller();
            let set = owner
                .and_then(|one| view.named(Kind::ReplicaSet, namespace(change), &one.name))
                .and_then(|set| set.meta.controller());
            let found =
                set.and_then(|one| view.named(Kind::Deployment, namespace(change), &one.name));
            keys.extend(found.map(|one| Key { kind: Kind::Deployment, id: one.meta.id }));
        }
        _ => {}
    }
}

fn namespace(change: &Change) -> &str {
    &change.object().meta.namespace
}

struct Sync<'a> {
    object: &'a Rc<Object>,
    deployment: &'a Deployment,
    view: &'a View,
    now: SimTime,
    plan: Plan,
}

/// Models pkg/controller/deployment/deployment_controller.go syncDeployment
pub(super) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let Some(object) = view.object(key) else { return Plan::rest() };
    let Some(deployment) = object.deployment() else { return Plan::rest() };
    let mut sync = Sync { object, deployment, view, now, plan: Plan::rest() };
    let sets = sync.sets();
    if object.meta.is_terminating() {
        return sync.plan;
    }
    let (new, old) = split(&sets, &deployment.spec.template);
    let is_scaling = sync.is_scaling_event(&sets);
    if deployment.spec.paused || is_scaling {
        sync.scale(new, &old);
    } else if &*deployment.spec.strategy.kind == "Recreate" {
        sync.recreate(new, &old);
    } else {
        sync.roll(new, &old);
    }
    sync.clean_up(new, &old);
    sync.update_status(new, &sets);
    sync.plan
}

fn replicas(set: &Object) -> i32 {
    set.replica_set().and_then(|set| set.spec.replicas).unwrap_or(0)
}

fn available(set: &Object) -> i32 {
    set.replica_set().map_or(0, |set| set.status.available_replicas)
}

fn without_hash(template: &PodTemplate) -> PodTemplate {
    let mut template = template.clone();
    if template.metadata.labels.contains_key(HASH) {
        Rc::make_mut(&mut template.metadata.labels).remove(HASH);
    }
    template
}

/// The ReplicaSet of the present template, and the others, oldest first.
///
/// Models pkg/controller/deployment/util/deployment_util.go FindNewReplicaSet
fn split<'a>(
    sets: &[&'a Rc<Object>],
    template: &PodTemplate,
) -> (Option<&'a Rc<Object>>, Vec<&'a Rc<Object>>) {
    let new = sets
        .iter()
        .copied()
        .find(|set| set.replica_set().is_some_and(|s| without_hash(&s.spec.template) == *template));
    let old = sets.iter().copied().filter(|set| new.is_none_or(|n| n.meta.id != set.meta.id));
    (new, old.collect())
}

impl<'a> Sync<'a> {
    fn desired(&self) -> i32 {
        self.deployment.spec.replicas.unwrap_or(1)
    }

    /// Models pkg/controller/deployment/util/deployment_util.go ResolveFenceposts
    fn bounds(&self) -> (i32, i32) {
        if &*self.deployment.spec.strategy.kind == "Recreate" {
            return (0, 0);
        }
        let rolling = self.deployment.spec.strategy.rolling_update.clone().unwrap_or_default();
        let resolve = |value: Option<crate::api::IntOrString>, up| {
            value.and_then(|value| value.scaled(self.desired(), up))
        };
        let surge = resolve(rolling.max_surge, true).unwrap_or(1);
        let unavailable = resolve(rolling.max_unavailable, false).unwrap_or(0);
        if surge == 0 && unavailable == 0 {
            return (0, 1);
        }
        (surge, unavailable.min(self.desired().max(0)))
    }

    /// The ReplicaSets that this Deployment controls, oldest first.
    fn sets(&mut self) -> Vec<&'a Rc<Object>> {
        let table = self.view.table(Kind::ReplicaSet);
        table.owned_by(self.object.meta.uid).collect()
    }

    /// Whether the desired number changed since the ReplicaSets were last scaled.
    ///
    /// Models pkg/controller/deployment/sync.go isScalingEvent
    fn is_scaling_event(&self, sets: &[&Rc<Object>]) -> bool {
        sets.iter().filter(|set| replicas(set) > 0).any(|set| {
            let desired = set.meta.annotation(DESIRED).and_then(|text| text.parse().ok());
            desired.is_some_and(|desired: i32| desired != self.desired())
        })
    }

    /// Models pkg/controller/deployment/sync.go scaleReplicaSet
    fn scale_to(&mut self, set: &Rc<Object>, to: i32, rule: Rule) {
        let from = replicas(set);
        let (surge, _) = self.bounds();
        let mut new = Object::clone(set);
        new.meta.annotate(DESIRED, self.desired().to_string());
        new.meta.annotate(MAX, (self.desired() + surge).to_string());
        if let Some(body) = new.replica_set_mut()
            && from != to
        {
            Rc::make_mut(&mut body.spec).replicas = Some(to);
        }
        if new == **set {
            return;
        }
        let action = Action::Update(Rc::new(new), Part::Spec);
        if from == to {
            return self.plan.ask(action, rule);
        }
        let direction = if to > from { "up" } else { "down" };
        let text = format!("Scaled {direction} replica set {} from {from} to {to}", set.meta.name);
        let note = EventNote::normal(self.object.reference(), SOURCE, "ScalingReplicaSet", text);
        self.plan.ask_and_tell(action, rule, note);
    }

    /// Models pkg/controller/deployment/sync.go scale
    fn scale(&mut self, new: Option<&Rc<Object>>, old: &[&Rc<Object>]) {
        let all: Vec<&Rc<Object>> = old.iter().copied().chain(new).collect();
        let active: Vec<_> = all.iter().copied().filter(|set| replicas(set) > 0).collect();
        if active.len() <= 1 {
            let newest = active.first().copied().or(new);
            if let Some(only) = newest {
                self.scale_to(only, self.desired(), Rule("DEPLOY-SCALE"));
            }
            return;
        }
        let is_saturated = new
            .is_some_and(|new| replicas(new) == self.desired() && available(new) == self.desired());
        if is_saturated {
            for set in old.iter().filter(|set| replicas(set) > 0) {
                self.scale_to(set, 0, Rule("DEPLOY-ROLL-DOWN"));
            }
            return;
        }
        self.scale_in_proportion(active);
    }

    /// Shares a change of size among the active ReplicaSets by their sizes.
    ///
    /// Models pkg/controller/deployment/sync.go scale and util GetReplicaSetProportion
    fn scale_in_proportion(&mut self, mut active: Vec<&Rc<Object>>) {
        let (surge, _) = self.bounds();
        let total: i32 = active.iter().map(|set| replicas(set)).sum();
        let allowed = if self.desired() > 0 { self.desired() + surge } else { 0 };
        let to_add = allowed - total;
        // The larger first; of equal ones the newer when growing, the older when shrinking.
        active.sort_by_key(|set| {
            let id = i64::from(set.meta.id.0);
            (-replicas(set), if to_add > 0 { -id } else { id })
        });
        let mut added = 0;
        let mut sizes: Vec<i32> = Vec::new();
        for set in &active {
            let size = replicas(set);
            let share =
                if to_add == 0 { 0 } else { self.share(set, size, allowed, to_add - added) };
            added += share;
            sizes.push(size + share);
        }
        if let Some(first) = sizes.first_mut() {
            *first = (*first + to_add - added).max(0);
        }
        for (set, size) in active.into_iter().zip(sizes) {
            self.scale_to(set, size, Rule("DEPLOY-PROPORTION"));
        }
    }

    fn share(&self, set: &Object, size: i32, allowed: i32, left: i32) -> i32 {
        if size == 0 || left == 0 {
            return 0;
        }
        let before = set.meta.annotation(MAX).and_then(|text| text.parse::<i64>().ok());
        let before = before
            .filter(|max| *max > 0)
            .unwrap_or(i64::from(self.deployment.status.replicas.max(1)));
        // Rounded half away from zero, as the original rounds.
        let scaled = 2 * i64::from(size) * i64::from(allowed) + before;
        let wanted = i32::try_from(scaled.div_euclid(2 * before)).unwrap_or(i32::MAX);
        let share = wanted - size;
        if left > 0 { share.clamp(0, left) } else { share.clamp(left, 0) }
    }

    /// Models pkg/controller/deployment/recreate.go rolloutRecreate
    fn recreate(&mut self, new: Option<&Rc<Object>>, old: &[&Rc<Object>]) {
        let active: Vec<_> = old.iter().copied().filter(|set| replicas(set) > 0).collect();
        if !active.is_empty() {
            for set in active {
                self.scale_to(set, 0, Rule("DEPLOY-RECREATE-DOWN"));
            }
            return;
        }
        let table = self.view.table(Kind::Pod);
        let is_any_left = old
            .iter()
            .flat_map(|set| table.owned_by(set.meta.uid))
            .any(|pod| pod.pod().is_some_and(|pod| !pod.status.phase.is_terminal()));
        if is_any_left {
            return;
        }
        match new {
            Some(new) => self.scale_to(new, self.desired(), Rule("DEPLOY-SCALE")),
            None => self.create_set(old, self.desired()),
        }
    }

    /// Models pkg/controller/deployment/rolling.go rolloutRolling
    fn roll(&mut self, new: Option<&Rc<Object>>, old: &[&Rc<Object>]) {
        let (surge, unavailable) = self.bounds();
        let all: i32 = old.iter().copied().chain(new).map(|set| replicas(set)).sum();
        let room = (self.desired() + surge - all).max(0);
        let Some(new) = new else {
            let first = if old.iter().any(|set| replicas(set) > 0) {
                room.min(self.desired())
            } else {
                self.desired()
            };
            return self.create_set(old, first);
        };
        self.renew_revision(new, old);
        let size = replicas(new);
        let to = if size > self.desired() {
            self.desired()
        } else {
            size + room.min(self.desired() - size)
        };
        if to != size {
            let is_first = old.iter().all(|set| replicas(set) == 0);
            let rule = if is_first { Rule("DEPLOY-SCALE") } else { Rule("DEPLOY-ROLL-UP") };
            return self.scale_to(new, to, rule);
        }
        self.scale_to(new, to, Rule("DEPLOY-SCALE"));
        self.scale_old_down(new, old, all, unavailable);
    }

    /// Models pkg/controller/deployment/rolling.go reconcileOldReplicaSets
    fn scale_old_down(
        &mut self,
        new: &Rc<Object>,
        old: &[&Rc<Object>],
        all: i32,
        unavailable: i32,
    ) {
        let min_available = self.desired() - unavailable;
        let new_unavailable = replicas(new) - available(new);
        let mut budget = all - min_available - new_unavailable;
        if budget <= 0 || old.iter().all(|set| replicas(set) == 0) {
            return;
        }
        let mut sizes: Vec<i32> = old.iter().map(|set| replicas(set)).collect();
        // Pods that never became available go first; they serve nobody.
        for (size, set) in sizes.iter_mut().zip(old) {
            let unhealthy = (*size - available(set)).clamp(0, budget);
            *size -= unhealthy;
            budget -= unhealthy;
        }
        let total_available: i32 =
            old.iter().copied().map(|set| available(set)).sum::<i32>() + available(new);
        let mut spare = (total_available - min_available).max(0);
        for size in &mut sizes {
            let down = (*size).min(spare);
            *size -= down;
            spare -= down;
        }
        for (set, size) in old.iter().zip(sizes) {
            if size != replicas(set) {
                self.scale_to(set, size, Rule("DEPLOY-ROLL-DOWN"));
            }
        }
    }

    fn revision_of(set: &Object) -> i64 {
        set.meta.annotation(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// A ReplicaSet that is in use again gets the next revision number.
    fn renew_revision(&mut self, new: &Rc<Object>, old: &[&Rc<Object>]) {
        let newest = old.iter().map(|set| Self::revision_of(set)).max().unwrap_or(0);
        if Self::revision_of(new) <= newest {
            let patch = crate::server::Patch::Annotation(
                REVISION.into(),
                Some((newest + 1).to_string().into()),
            );
            let key = Key { kind: Kind::ReplicaSet, id: new.meta.id };
            self.plan.ask(Action::Patch(key, patch), Rule("DEPLOY-REVISION"));
        }
        let revision = Self::revision_of(new).max(newest + i64::from(newest > 0)).max(1);
        self.annotate_revision(revision.max(Self::revision_of(new)));
    }

    fn annotate_revision(&mut self, revision: i64) {
        let text = revision.to_string();
        if self.object.meta.annotation(REVISION).is_none_or(|one| **one != *text) {
            let patch = crate::server::Patch::Annotation(REVISION.into(), Some(text.into()));
            let key = Key { kind: Kind::Deployment, id: self.object.meta.id };
            self.plan.ask(Action::Patch(key, patch), Rule("DEPLOY-REVISION"));
        }
    }

    /// Models pkg/controller/deployment/sync.go getNewReplicaSet
    fn create_set(&mut self, old: &[&Rc<Object>], size: i32) {
        let spec = &self.deployment.spec;
        let collisions = self.deployment.status.collision_count.unwrap_or(0);
        let hash = pods::safe_hash(digest_of(&(&spec.template, collisions)));
        let mut template = spec.template.clone();
        template.metadata.set_label(HASH, hash.as_str());
        let mut selector = spec.selector.clone();
        selector.match_labels.insert(HASH.into(), hash.as_str().into());
        let mut meta = Meta {
            name: format!("{}-{hash}", self.object.meta.name).into(),
            namespace: self.object.meta.namespace.clone(),
            labels: template.metadata.labels.clone(),
            owner_references: Rc::new(vec![self.object.owner_reference()]),
            ..Meta::default()
        };
        let revision = old.iter().map(|set| Self::revision_of(set)).max().unwrap_or(0) + 1;
        let (surge, _) = self.bounds();
        meta.annotate(REVISION, revision.to_string());
        meta.annotate(DESIRED, self.desired().to_string());
        meta.annotate(MAX, (self.desired() + surge).to_string());
        let name = meta.name.clone();
        let set = ReplicaSet {
            spec: Rc::new(ReplicaSetSpec {
                replicas: Some(size),
                min_ready_seconds: spec.min_ready_seconds,
                selector,
                template,
            }),
            ..ReplicaSet::default()
        };
        let object = Object { meta, body: Body::ReplicaSet(set) };
        let is_first = old.iter().all(|set| replicas(set) == 0);
        let rule = if is_first { Rule("DEPLOY-CREATE-RS") } else { Rule("DEPLOY-NEW-TEMPLATE") };
        let note = EventNote::normal(
            self.object.reference(),
            SOURCE,
            "ScalingReplicaSet",
            format!("Scaled up replica set {name} from 0 to {size}"),
        );
        self.annotate_revision(revision);
        let action = Action::Create(Rc::new(object));
        if size > 0 {
            self.plan.ask_and_tell(action, rule, note);
        } else {
            self.plan.ask(action, rule);
        }
    }

    /// Deletes old ReplicaSets beyond the history limit, once the rollout is complete.
    ///
    /// Models pkg/controller/deployment/sync.go cleanupDeployment
    fn clean_up(&mut self, new: Option<&Rc<Object>>, old: &[&Rc<Object>]) {
        let is_complete = new.is_some_and(|new| available(new) == self.desired());
        if !is_complete {
            return;
        }
        let limit = self.deployment.spec.revision_history_limit.unwrap_or(10);
        let mut spent: Vec<_> = old
            .iter()
            .filter(|set| {
                let body = set.replica_set();
                replicas(set) == 0
                    && body.is_some_and(|set| set.status.replicas == 0)
                    && !set.meta.is_terminating()
            })
            .collect();
        let keep = usize::try_from(limit).unwrap_or(0);
        if spent.len() <= keep {
            return;
        }
        spent.sort_by_key(|set| Self::revision_of(set));
        for set in &spent[..spent.len() - keep] {
            let key = Key { kind: Kind::ReplicaSet, id: set.meta.id };
            self.plan.ask(Action::Delete(key, DeleteOptions::default()), Rule("DEPLOY-HISTORY"));
        }
    }

    /// Models pkg/controller/deployment/sync.go calculateStatus
    fn update_status(&mut self, new: Option<&Rc<Object>>, sets: &[&Rc<Object>]) {
        let before = &self.deployment.status;
        let bodies: Vec<_> = sets.iter().filter_map(|set| set.replica_set()).collect();
        let sum = |count: fn(&ReplicaSet) -> i32| bodies.iter().map(|set| count(set)).sum::<i32>();
        let available = sum(|set| set.status.available_replicas);
        let wanted = sum(|set| set.spec.replicas.unwrap_or(0));
        let mut status = DeploymentStatus {
            observed_generation: self.object.meta.generation,
            replicas: sum(|set| set.status.replicas),
            updated_replicas: new
                .and_then(|set| set.replica_set())
                .map_or(0, |set| set.status.replicas),
            ready_replicas: sum(|set| set.status.ready_replicas),
            available_replicas: available,
            unavailable_replicas: (wanted - available).max(0),
            terminating_replicas: Some(sum(|set| set.status.terminating_replicas.unwrap_or(0))),
            conditions: before.conditions.clone(),
            collision_count: before.collision_count,
        };
        self.set_conditions(&mut status, new);
        if status != *before {
            let mut object = Object::clone(self.object);
            // Annotations may have been patched earlier in this very plan.
            object.meta.resource_version = 0;
            if let Some(body) = object.deployment_mut() {
                body.status = status;
            }
            let action = Action::Update(Rc::new(object), Part::Status);
            self.plan.ask(action, Rule("DEPLOY-STATUS"));
        }
    }

    fn set_conditions(&self, status: &mut DeploymentStatus, new: Option<&Rc<Object>>) {
        let (_, unavailable) = self.bounds();
        let is_available = status.available_replicas >= self.desired() - unavailable;
        let (reason, message) = if is_available {
            ("MinimumReplicasAvailable", "Deployment has minimum availability.")
        } else {
            ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
        };
        self.set_one(status, "Available", is_available, reason, message.to_owned());
        let Some(new) = new else { return };
        let is_complete = status.updated_replicas == self.desired()
            && status.replicas == self.desired()
            && status.available_replicas == self.desired();
        let (reason, text) = if is_complete {
            ("NewReplicaSetAvailable", "has successfully progressed")
        } else {
            ("ReplicaSetUpdated", "is progressing")
        };
        let message = format!("ReplicaSet \"{}\" {text}.", new.meta.name);
        self.set_one(status, "Progressing", true, reason, message);
    }

    fn set_one(
        &self,
        status: &mut DeploymentStatus,
        kind: &str,
        holds: bool,
        reason: &str,
        message: String,
    ) {
        let old = condition(&status.conditions, kind);
        let is_same = old.is_some_and(|old| {
            old.status == Truth::from(holds) && old.reason.as_deref() == Some(reason)
        });
        if is_same {
            return;
        }
        let new = Condition {
            kind: kind.into(),
            status: Truth::from(holds),
            reason: Some(reason.into()),
            message: Some(message.into()),
            last_update_time: Some(self.now),
            ..Condition::default()
        };
        set_condition(&mut status.conditions, new, self.now);
    }
}
