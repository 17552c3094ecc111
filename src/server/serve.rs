//! Requests carried out on the store.
//!
//! Must not know who asks or when others are told. Invariant: a write that changes nothing
//! makes no revision; an object with finalizers or running containers goes in two steps.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::api::core::Service;
use crate::api::pod::{PodSpec, Truth, set_condition};
use crate::api::{Body, Kind, Meta, Object, ObjectId, Propagation, Value, defaults};
use crate::base::{Aside, PMap, Seed, SimTime, Str};
use crate::server::deal::{Deals, Pace};
use crate::server::events::Recorders;
use crate::server::names::{generated_name, service_address, uid_of};
use crate::server::patch::patched;
use crate::server::settled::Settled;
use crate::server::{
    Action, Change, Deal, DeleteOptions, Gates, Key, Part, Patch, Refusal, Table, View,
};
use crate::server::{limits, namespaces, quota};
use crate::server::{
    match_keys, pods, policies, prepare, service_types, services, touch, workloads,
};

/// Keeps a claim while a Pod uses it.
pub(crate) const PVC_PROTECTION: &str = "kubernetes.io/pvc-protection";
/// Keeps a volume while a claim is bound to it.
const PV_PROTECTION: &str = "kubernetes.io/pv-protection";
/// Makes the garbage collector take dependents' owner away first.
pub(crate) const ORPHAN: &str = "orphan";
/// Makes the owner wait for its dependents.
pub(crate) const FOREGROUND: &str = "foregroundDeletion";

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new object.
    Created(Rc<Object>),
    /// A changed object.
    Changed(Rc<Object>),
    /// Nothing to do.
    Unchanged(Rc<Object>),
    /// The object is gone.
    Gone(Rc<Object>),
    /// An Event was recorded.
    Noted,
}

/// How the defaults of a new object came about.
enum Filled {
    /// Its spec was filled and admitted with another Pod of the template.
    Before,
    /// It is a Pod whose spec was `given` and is `filled` now.
    Now { given: Rc<PodSpec>, filled: Rc<PodSpec> },
    /// It is no Pod.
    Other,
}

impl Filled {
    /// The same, unless something of this Pod's own was written into its spec.
    fn if_still_of(self, new: &Object) -> Filled {
        let is_still =
            |filled: &Rc<PodSpec>| new.pod().is_some_and(|p| Rc::ptr_eq(&p.spec, filled));
        match self {
            Filled::Now { filled, .. } if !is_still(&filled) => Filled::Other,
            other => other,
        }
    }
}

/// The API server.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Server {
    seed: Seed,
    gates: Gates,
    deals: Deals,
    view: View,
    revision: u64,
    next_id: u32,
    pub(in crate::server) recorders: Recorders,
    outbox: VecDeque<Rc<Change>>,
    settled: Aside<Settled>,
}

impl Server {
    /// An empty server.
    pub fn new(seed: Seed) -> Server {
        Server::with_gates(seed, Gates::default())
    }

    /// An empty server with these feature gates.
    pub fn with_gates(seed: Seed, gates: Gates) -> Server {
        Server {
            seed,
            gates,
            deals: Deals::default(),
            view: View::default(),
            revision: 0,
            next_id: 1,
            recorders: Recorders::default(),
            outbox: VecDeque::new(),
            settled: Aside::default(),
        }
    }

    /// The store's newest state.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Lays down what chance deals to the objects of a kind that will be created with this name or
    /// `generateName`, in order of creation.
    pub fn deal(&mut self, kind: Kind, namespace: Str, name: Str, deals: Rc<Vec<Deal>>) {
        self.deals.lay(kind, namespace, name, deals);
    }

    /// The turns dealt to Pods.
    pub fn dealt_turns(&self) -> &PMap<ObjectId, u32> {
        self.deals.turns()
    }

    /// The nodes that chance dealt to Pods.
    pub fn dealt_nodes(&self) -> &PMap<ObjectId, Vec<Str>> {
        self.deals.nodes()
    }

    /// How chance lets machines take their time with Pods.
    pub fn dealt_paces(&self) -> &PMap<ObjectId, Rc<Pace>> {
        self.deals.paces()
    }

    /// The newest revision.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Takes the oldest change that nobody took yet.
    pub fn take_change(&mut self) -> Option<Rc<Change>> {
        self.outbox.pop_front()
    }

    /// Carries a request out.
    pub fn execute(&mut self, action: &Action, now: SimTime) -> Result<Outcome, Refusal> {
        match action {
            Action::Create(object) => self.create(object, now),
            Action::Update(object, part) => self.update(object, *part, now),
            Action::Patch(key, patch) => self.patch(*key, patch, now),
            Action::PatchTree { kind, namespace, name, how, patch, part, is_strict } => {
                let old = self.view.named(*kind, namespace, name).cloned();
                let old = old.ok_or_else(|| Refusal::NotFound(*kind, name.clone()))?;
                let new = patched(&old, *how, patch, *is_strict)?;
                self.update_found(old, &new, *part, now)
            }
            Action::PatchNamed(kind, namespace, name, patch) => {
                let found = self.view.named(*kind, namespace, name);
                let id = found.map(|one| one.meta.id);
                let id = id.ok_or_else(|| Refusal::NotFound(*kind, name.clone()))?;
                self.patch(Key { kind: *kind, id }, patch, now)
            }
            Action::Delete(key, options) => self.delete(*key, *options, now),
            Action::Evict(key, options) => self.evict(*key, *options, now),
            Action::Bind(pod, node) => self.bind(*pod, node, now),
            Action::Note(note) => Ok(self.note(note, now)),
        }
    }

    /// Keeps texts about an object for as long as it is there.
    pub fn annotate(&mut self, object: ObjectId, texts: Vec<Str>) {
        self.view.note(object, texts);
    }

    pub(in crate::server) fn commit(
        &mut self,
        old: Option<Rc<Object>>,
        new: Option<Object>,
    ) -> Rc<Object> {
        self.revision += 1;
        let new = new.map(|mut object| {
            object.meta.resource_version = self.revision;
            Rc::new(object)
        });
        let object = new.as_ref().or(old.as_ref()).expect("a write has a before or an after");
        let object = Rc::clone(object);
        let kind = object.kind();
        let decides_admission = matches!(
            kind,
            Kind::LimitRange | Kind::PriorityClass | Kind::RuntimeClass | Kind::ServiceAccount
        );
        if decides_admission {
            self.settled.clear();
        }
        let table = self.view.table_mut(kind);
        if let Some(new) = &new {
            table.put(new);
        } else {
            drop(table.take(object.meta.id));
            self.view.forget(object.meta.id);
        }
        self.outbox.push_back(Rc::new(Change::new(self.revision, kind, old, new)));
        object
    }

    fn create(&mut self, object: &Rc<Object>, now: SimTime) -> Result<Outcome, Refusal> {
        let deal = self.deals.next(object);
        if deal.is_some() {
            let before = self.deals.clone();
            if let Ok(made) = self.create_dealt(object, deal.as_ref(), now) {
                return Ok(made);
            }
            // What is refused takes nothing of what was dealt, its name included.
            self.deals = before;
        }
        self.create_dealt(object, None, now)
    }

    fn create_dealt(
        &mut self,
        object: &Rc<Object>,
        deal: Option<&Deal>,
        now: SimTime,
    ) -> Result<Outcome, Refusal> {
        let kind = object.kind();
        let id = ObjectId(self.next_id);
        let mut new = Object::clone(object);
        prepare::define(&mut new, &self.view);
        namespaces::check_open(&new, &self.view)?;
        if new.meta.name.is_empty() && !new.meta.generate_name.is_empty() {
            let suffix = deal.and_then(|deal| deal.suffix.as_deref());
            new.meta.name = generated_name(self.seed, id, self.view.table(kind), &new, suffix);
        }
        let filled = self.fill_new(&mut new);
        prepare::fresh(&mut new);
        if self.view.named(kind, &new.meta.namespace, &new.table_name()).is_some() {
            prepare::check_new(&new, false)?;
            return Err(Refusal::AlreadyExists(kind, new.table_name()));
        }
        self.next_identity(&mut new, now);
        if let Some(deal) = deal {
            self.deals.give(&mut new, object, deal);
        }
        if let Some(node) = self.deals.nodes().get(&id).and_then(|nodes| nodes.last()) {
            workloads::deal(&mut new, node, self.view.table(Kind::Pod));
        }
        new.meta.deletion_timestamp = None;
        new.meta.generation = u64::from(has_generation(kind));
        self.gates.settle(&mut new, None);
        let filled = filled.if_still_of(&new);
        let is_known = matches!(filled, Filled::Before);
        self.admit(&mut new, &object.meta, is_known, now)?;
        workloads::admit(&mut new);
        policies::check(&new, &self.view)?;
        services::check(&new, None, &self.view)?;
        prepare::check_new(&new, is_known)?;
        limits::check(&new, &self.view)?;
        let counted = quota::check(&new, &self.view)?;
        if let (Filled::Now { given, .. }, Some(pod)) = (filled, new.pod())
            && !match_keys::are_in(pod)
            && !limits::are_in(&new.meta.namespace, &self.view)
        {
            self.settled.keep(&new.meta.namespace, given, &pod.spec);
        }
        services::keep_families(&mut new);
        services::draw_ports(&mut new, &self.view);
        for (old, new) in counted {
            self.commit(Some(old), Some(new));
        }
        Ok(Outcome::Created(self.commit(None, Some(new))))
    }

    /// Fills defaults in. Pods of one template come with its very spec, which was filled and
    /// admitted with the first of them.
    fn fill_new(&self, new: &mut Object) -> Filled {
        let Body::Pod(pod) = &mut new.body else {
            defaults::fill(new);
            return Filled::Other;
        };
        if let Some(admitted) = self.settled.get(&new.meta.namespace, &pod.spec) {
            pod.spec = Rc::clone(admitted);
            return Filled::Before;
        }
        let given = Rc::clone(&pod.spec);
        defaults::fill(new);
        let filled = new.pod().map(|pod| Rc::clone(&pod.spec));
        filled.map_or(Filled::Other, |filled| Filled::Now { given, filled })
    }

    /// Gives a new object its number, its UID and its time.
    pub(in crate::server) fn next_identity(&mut self, new: &mut Object, now: SimTime) -> ObjectId {
        let id = ObjectId(self.next_id);
        self.next_id += 1;
        new.meta.id = id;
        new.meta.uid = uid_of(self.seed, id);
        new.meta.creation_timestamp = Some(now);
        id
    }

    /// What the server and its admission plugins fill in at creation.
    fn admit(
        &self,
        new: &mut Object,
        given: &Meta,
        is_known: bool,
        now: SimTime,
    ) -> Result<(), Refusal> {
        let id = new.meta.id;
        match &mut new.body {
            Body::Service(service) => self.draw_address(id, service),
            Body::PersistentVolumeClaim(claim) => {
                if claim.spec.storage_class_name.is_none() {
                    let class = default_class(self.view.table(Kind::StorageClass));
                    Rc::make_mut(&mut claim.spec).storage_class_name = class;
                }
                claim.status.phase = Some("Pending".into());
                add_finalizer(new, PVC_PROTECTION);
            }
            Body::Pod(pod) => {
                // Whoever gave no name is told of the one that names are made from.
                let meta = &new.meta;
                let is_made = given.name.is_empty();
                let name = if is_made { &given.generate_name } else { &given.name };
                if !is_known {
                    pods::admit(pod, &meta.namespace, name, &self.view)?;
                    match_keys::join(pod, &meta.labels);
                    limits::fill(pod, &mut new.meta, &self.view);
                }
                pods::tell(pod);
                if let Some(node) = pod.node().cloned() {
                    pods::place(&mut new.meta, &node, &self.view);
                }
            }
            Body::Namespace(_) => namespaces::prepare(new),
            Body::PersistentVolume(volume) => {
                volume.status.phase = Some("Pending".into());
                volume.status.last_phase_transition_time = Some(now);
                add_finalizer(new, PV_PROTECTION);
            }
            _ => {}
        }
        Ok(())
    }

    /// Gives a Service an address if it needs one and has none.
    fn draw_address(&self, id: ObjectId, service: &mut Service) {
        let is_asked = service.spec.rest.contains_key("clusterIPs");
        if service.spec.cluster_ip.is_none() && service.spec.has_address() && !is_asked {
            let address = service_address(self.seed, id, self.view.table(Kind::Service));
            Rc::make_mut(&mut service.spec).cluster_ip = Some(address);
        }
    }

    pub(in crate::server) fn current(&self, key: Key) -> Result<Rc<Object>, Refusal> {
        self.view
            .object(key)
            .cloned()
            .ok_or_else(|| Refusal::NotFound(key.kind, key.id.0.to_string().into()))
    }

    pub(in crate::server) fn update(
        &mut self,
        object: &Object,
        part: Part,
        now: SimTime,
    ) -> Result<Outcome, Refusal> {
        let key = Key { kind: object.kind(), id: object.meta.id };
        // A number of 0 means that the caller knows only the name.
        let found = match key.id {
            ObjectId(0) => self.view.named(key.kind, &object.meta.namespace, &object.table_name()),
            _ => self.view.object(key),
        };
        let old = found.cloned().ok_or_else(|| Refusal::NotFound(key.kind, object.table_name()))?;
        let version = object.meta.resource_version;
        if version != 0 && version != old.meta.resource_version {
            return Err(Refusal::Conflict(key.kind, old.table_name()));
        }
        self.update_found(old, object, part, now)
    }

    fn update_found(
        &mut self,
        old: Rc<Object>,
        object: &Object,
        part: Part,
        now: SimTime,
    ) -> Result<Outcome, Refusal> {
        let mut new = Object::clone(&old);
        match part {
            Part::Status => {
                keep_spec(&mut new.body, &object.body);
                // A Deployment's annotations go with its status: so its revision is written.
                if old.kind() == Kind::Deployment && object.meta.resource_version != 0 {
                    new.meta.annotations = object.meta.annotations.clone();
                }
                if let (Body::PersistentVolume(new), Body::PersistentVolume(old)) =
                    (&mut new.body, &old.body)
                {
                    let is_new = new.status.phase != old.status.phase;
                    let before = old.status.last_phase_transition_time;
                    new.status.last_phase_transition_time = if is_new { Some(now) } else { before };
                }
            }
            Part::Spec => {
                new.meta.labels = object.meta.labels.clone();
                new.meta.annotations = object.meta.annotations.clone();
                new.meta.owner_references = object.meta.owner_references.clone();
                new.meta.finalizers = object.meta.finalizers.clone();
                keep_status(&mut new.body, &object.body);
                if new.body != old.body {
                    service_types::keep_given(&mut new, &old);
                    defaults::fill(&mut new);
                    service_types::drop_useless(&mut new, &old);
                }
                if let Body::Service(service) = &mut new.body {
                    self.draw_address(old.meta.id, service);
                }
                workloads::keep(&mut new, &old);
                self.gates.settle(&mut new, Some(&old));
                // Models pkg/registry/apps/deployment/strategy.go PrepareForUpdate
                let is_annotated =
                    old.kind() == Kind::Deployment && new.meta.annotations != old.meta.annotations;
                if has_generation(old.kind()) && (new.body != old.body || is_annotated) {
                    new.meta.generation += 1;
                }
                policies::check(&new, &self.view)?;
                services::check(&new, Some(&old), &self.view)?;
                prepare::check_changed(&new, &old, &self.view)?;
                services::draw_ports(&mut new, &self.view);
            }
        }
        Ok(self.replace(old, new, now))
    }

    pub(in crate::server) fn replace(
        &mut self,
        old: Rc<Object>,
        new: Object,
        now: SimTime,
    ) -> Outcome {
        if is_free_to_go(&new, now) {
            // Who asked is answered with the object as it would be.
            self.commit(Some(old), None);
            return Outcome::Gone(Rc::new(new));
        }
        if *old == new {
            return Outcome::Unchanged(old);
        }
        Outcome::Changed(self.commit(Some(old), Some(new)))
    }

    fn patch(&mut self, key: Key, patch: &Patch, now: SimTime) -> Result<Outcome, Refusal> {
        let old = self.current(key)?;
        let mut new = Object::clone(&old);
        touch::apply(patch, &mut new, now);
        Ok(self.replace(old, new, now))
    }

    /// Models staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go Delete
    pub(in crate::server) fn delete(
        &mut self,
        key: Key,
        options: DeleteOptions,
        now: SimTime,
    ) -> Result<Outcome, Refusal> {
        let old = self.current(key)?;
        namespaces::check_mortal(&old)?;
        let mut new = Object::clone(&old);
        match options.propagation {
            Propagation::Background => {}
            Propagation::Orphan => add_finalizer(&mut new, ORPHAN),
            Propagation::Foreground => add_finalizer(&mut new, FOREGROUND),
        }
        let grace = grace_of(&old, options.grace_seconds);
        let granted = match old.meta.deletion_grace_period_seconds {
            // A second deletion can only shorten the time.
            Some(before) if old.meta.is_terminating() => before.min(grace),
            _ => grace,
        };
        let is_renewed = old.meta.deletion_grace_period_seconds != Some(granted);
        if !old.meta.is_terminating() || is_renewed {
            let started = if old.meta.is_terminating() {
                let before = u64::from(old.meta.deletion_grace_period_seconds.unwrap_or(0));
                let end = old.meta.deletion_timestamp.unwrap_or(now);
                SimTime(end.since_us(SimTime::from_seconds(before)))
            } else {
                now
            };
            new.meta.deletion_timestamp = Some(started.plus_seconds(u64::from(granted)));
            new.meta.deletion_grace_period_seconds = Some(granted);
            if has_generation(key.kind) && !old.meta.is_terminating() {
                new.meta.generation += 1;
            }
            namespaces::close(&mut new);
        }
        if old.kind() == Kind::Pod && *old != new && is_free_to_go(&new, now) {
            // A kind that knows grace is first told that none is left.
            let last = self.commit(Some(old), Some(new));
            return Ok(Outcome::Gone(self.commit(Some(last), None)));
        }
        Ok(self.replace(old, new, now))
    }

    /// Models pkg/registry/core/pod/storage/storage.go BindingREST
    fn bind(&mut self, pod: ObjectId, node: &Str, now: SimTime) -> Result<Outcome, Refusal> {
        let key = Key { kind: Kind::Pod, id: pod };
        let old = self.current(key)?;
        let name = old.meta.name.clone();
        let mut new = Object::clone(&old);
        let body = new.pod_mut().expect("a Pod's table holds Pods");
        if let Some(bound) = &body.spec.node_name {
            let why = format!("pod {name} is already assigned to node \"{bound}\"");
            return Err(Refusal::Forbidden(Kind::Pod, name, why.into()));
        }
        if old.meta.is_terminating() {
            let why = format!("pod {name} is being deleted, cannot be assigned to a host");
            return Err(Refusal::Forbidden(Kind::Pod, name, why.into()));
        }
        Rc::make_mut(&mut body.spec).node_name = Some(node.clone());
        body.status.nominated_node_name = None;
        let scheduled = crate::api::pod::Condition {
            kind: "PodScheduled".into(),
            status: Truth::True,
            ..Default::default()
        };
        set_condition(&mut body.status.conditions, scheduled, now);
        pods::place(&mut new.meta, node, &self.view);
        Ok(Outcome::Changed(self.commit(Some(old), Some(new))))
    }
}

fn add_finalizer(object: &mut Object, finalizer: &str) {
    if !object.meta.has_finalizer(finalizer) {
        Rc::make_mut(&mut object.meta.finalizers).push(finalizer.into());
    }
}

/// The newest default class.
///
/// Models plugin/pkg/admission/storage/storageclass/setdefault/admission.go
fn default_class(classes: &Table) -> Option<Str> {
    let key = "storageclass.kubernetes.io/is-default-class";
    classes
        .iter()
        .filter(|class| class.meta.annotation(key).is_some_and(|value| &**value == "true"))
        .last()
        .map(|class| class.meta.name.clone())
}

/// Seconds that a deletion grants.
///
/// Models pkg/registry/core/pod/strategy.go CheckGracefulDelete
fn grace_of(object: &Object, asked: Option<u32>) -> u32 {
    let Some(pod) = object.pod() else { return 0 };
    if pod.spec.node_name.is_none() || pod.status.phase.is_terminal() {
        return 0;
    }
    asked.unwrap_or(pod.spec.grace().unwrap_or(30))
}

/// Whether nothing holds a deleted object any longer.
fn is_free_to_go(object: &Object, _now: SimTime) -> bool {
    object.meta.is_terminating()
        && object.meta.finalizers.is_empty()
        && !namespaces::is_held(object)
        && object.meta.deletion_grace_period_seconds.unwrap_or(0) == 0
}

/// Whether the server counts generations for this kind.
fn has_generation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Pod
            | Kind::ReplicaSet
            | Kind::ReplicationController
            | Kind::Deployment
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::Job
            | Kind::CronJob
            | Kind::PodDisruptionBudget
            | Kind::PriorityClass
            | Kind::EndpointSlice
    )
}

/// Takes the status from `from` and leaves the rest.
fn keep_spec(to: &mut Body, from: &Body) {
    match (to, from) {
        (Body::Node(to), Body::Node(from)) => {
            // Volumes have writers of their own, who patch them.
            let attached = std::mem::take(&mut to.status.volumes_attached);
            let in_use = std::mem::take(&mut to.status.volumes_in_use);
            to.status = from.status.clone();
            to.status.volumes_attached = attached;
            to.status.volumes_in_use = in_use;
        }
        (Body::Pod(to), Body::Pod(from)) => to.status = from.status.clone(),
        (Body::ReplicaSet(to), Body::ReplicaSet(from))
        | (Body::ReplicationController(to), Body::ReplicationController(from)) => {
            to.status = from.status.clone();
        }
        (Body::Deployment(to), Body::Deployment(from)) => to.status = from.status.clone(),
        (Body::StatefulSet(to), Body::StatefulSet(from)) => to.status = from.status.clone(),
        (Body::PersistentVolume(to), Body::PersistentVolume(from)) => {
            to.status = from.status.clone();
        }
        (Body::PersistentVolumeClaim(to), Body::PersistentVolumeClaim(from)) => {
            to.status = from.status.clone();
        }
        (Body::VolumeAttachment(to), Body::VolumeAttachment(from)) => *to = from.clone(),
        (Body::DaemonSet(to), Body::DaemonSet(from)) => to.status = from.status.clone(),
        (Body::Job(to), Body::Job(from)) => to.status = from.status.clone(),
        (Body::CronJob(to), Body::CronJob(from)) => to.status = from.status.clone(),
        (Body::PodDisruptionBudget(to), Body::PodDisruptionBudget(from)) => {
            to.status = from.status.clone();
        }
        (Body::Namespace(to), Body::Namespace(from)) => to.status = from.status.clone(),
        (Body::Other(to), Body::Other(from)) if from.known == Kind::ResourceQuota => {
            let Value::Map(content) = &mut Rc::make_mut(to).content else { return };
            match from.content.at("status") {
                Some(status) => drop(content.insert("status".into(), status.clone())),
                None => drop(content.remove("status")),
            }
        }
        (Body::Service(to), Body::Service(from)) => {
            let rest = Rc::make_mut(&mut to.rest);
            match from.rest.get("status") {
                Some(status) => drop(rest.insert("status".into(), status.clone())),
                None => drop(rest.remove("status")),
            }
        }
        _ => {}
    }
}

/// Takes everything but the status from `from`.
fn keep_status(to: &mut Body, from: &Body) {
    let mut new = from.clone();
    keep_spec(&mut new, to);
    *to = new;
}
