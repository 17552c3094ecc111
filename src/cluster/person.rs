//! What a person asks of the cluster, carried out request by request.
//!
//! Must not know who types. Invariant: a person asks the server like everybody else and is told of
//! each refusal.

use std::rc::Rc;

use crate::api::{Body, Kind, Object};
use crate::base::Str;
use crate::cluster::{Reply, World};
use crate::server::{Action, DeleteOptions, Key, Outcome, Part, Refusal};
use crate::sim::{Actor, Command, Rule, Trace, TraceId};

impl World {
    fn by_name(&self, kind: Kind, namespace: &str, name: &str) -> Result<Rc<Object>, Refusal> {
        let namespace = if kind.facts().namespaced { namespace } else { "" };
        let found = self.view().named(kind, namespace, name).cloned();
        found.ok_or_else(|| Refusal::NotFound(kind, name.into()))
    }

    fn apply(&mut self, object: &Object, cause: TraceId, trace: &mut Trace) -> Reply {
        let kind = object.kind();
        let known = self.view().named(kind, &object.meta.namespace, &object.meta.name).cloned();
        let action = match known {
            None => Action::Create(Rc::new(object.clone())),
            Some(known) => {
                let mut new = Object::clone(object);
                new.meta.id = known.meta.id;
                new.meta.resource_version = 0;
                new.meta.owner_references = known.meta.owner_references.clone();
                new.meta.finalizers = known.meta.finalizers.clone();
                keep_given(&mut new, &known);
                Action::Update(Rc::new(new), Part::Spec)
            }
        };
        self.ask(&action, "YOU-APPLY", cause, trace)
    }

    /// A person's request; a refusal is told in the trace, where the person sees it.
    fn ask(
        &mut self,
        action: &Action,
        rule: &'static str,
        cause: TraceId,
        trace: &mut Trace,
    ) -> Reply {
        let rule = if is_force(action) { "YOU-FORCE" } else { rule };
        let (rule, actor) = (Some(Rule(rule)), Actor::Person);
        match action {
            Action::Create(object) if object.kind() == Kind::Node => {
                let node = Rc::new(self.prepare(Object::clone(object)));
                self.execute(&Action::Create(node), rule, &actor, Some(cause), trace)
            }
            _ => self.execute(action, rule, &actor, Some(cause), trace),
        }
    }

    fn scale(
        &mut self,
        object: &Object,
        replicas: i32,
        cause: TraceId,
        trace: &mut Trace,
    ) -> Reply {
        let mut new = object.clone();
        new.meta.resource_version = 0;
        let wanted = Some(replicas);
        match &mut new.body {
            Body::Deployment(body) => Rc::make_mut(&mut body.spec).replicas = wanted,
            Body::StatefulSet(body) => Rc::make_mut(&mut body.spec).replicas = wanted,
            Body::ReplicaSet(body) | Body::ReplicationController(body) => {
                Rc::make_mut(&mut body.spec).replicas = wanted;
            }
            _ => return Err(Refusal::NotFound(object.kind(), object.meta.name.clone())),
        }
        self.ask(&Action::Update(Rc::new(new), Part::Spec), "YOU-SCALE", cause, trace)
    }

    fn cordon(
        &mut self,
        name: &Str,
        is_cordoned: bool,
        cause: TraceId,
        trace: &mut Trace,
    ) -> Reply {
        let object = self.by_name(Kind::Node, "", name)?;
        let mut new = Object::clone(&object);
        new.meta.resource_version = 0;
        if let Some(node) = new.node_mut() {
            Rc::make_mut(&mut node.spec).unschedulable = is_cordoned;
        }
        self.ask(&Action::Update(Rc::new(new), Part::Spec), "YOU-CORDON", cause, trace)
    }

    /// Carries a person's command out; the outcome of several requests is the first refusal,
    /// or that of the last.
    pub(super) fn obey(&mut self, command: &Command, cause: TraceId, trace: &mut Trace) -> Reply {
        match command {
            Command::Ask(action) => self.ask(action, rule_of(action), cause, trace),
            Command::Apply(objects) => {
                let mut reply = Ok(Outcome::Noted);
                for object in objects.iter() {
                    let one = self.apply(object, cause, trace);
                    reply = reply.and(one);
                }
                reply
            }
            Command::Scale { kind, namespace, name, replicas } => {
                let object = self.by_name(*kind, namespace, name)?;
                self.scale(&object, *replicas, cause, trace)
            }
            Command::Delete { kind, namespace, name, grace_seconds, propagation } => {
                let object = self.by_name(*kind, namespace, name)?;
                let key = Key { kind: *kind, id: object.meta.id };
                let options =
                    DeleteOptions { grace_seconds: *grace_seconds, propagation: *propagation };
                self.ask(&Action::Delete(key, options), "YOU-DELETE", cause, trace)
            }
            Command::FailNode(_)
            | Command::RecoverNode(_)
            | Command::KillNode(_)
            | Command::StartNode(_)
            | Command::AddNode(_)
            | Command::RemoveNode(_) => self.move_machine(command, cause, trace),
            Command::RestartManager => {
                self.restart_manager(cause);
                Ok(Outcome::Noted)
            }
            Command::Cordon(name, is_cordoned) => self.cordon(name, *is_cordoned, cause, trace),
            Command::HoldImage(node, image) => {
                self.fleet.hold_image(node, image);
                Ok(Outcome::Noted)
            }
            Command::Deal(kind, namespace, name, deals) => {
                self.server.deal(*kind, namespace.clone(), name.clone(), Rc::clone(deals));
                Ok(Outcome::Noted)
            }
            Command::Annotate(object, texts) => {
                self.server.annotate(*object, Vec::clone(texts));
                Ok(Outcome::Noted)
            }
            Command::DealRounds(name, dealt) => {
                self.fleet.deal_rounds(name, dealt);
                self.memory.deal_rounds(name, dealt);
                Ok(Outcome::Noted)
            }
            Command::DealBeats(name, dealt) => {
                self.fleet.deal_beats(name, dealt);
                Ok(Outcome::Noted)
            }
            Command::KillContainer { namespace, pod, container } => {
                let id = self.by_name(Kind::Pod, namespace, pod)?.meta.id;
                if self.fleet.kill_container(id, container, self.now) {
                    self.look(id, Some(cause), trace);
                    return Ok(Outcome::Noted);
                }
                let object = self.by_name(Kind::Pod, namespace, pod)?;
                let node = object.pod().and_then(|pod| pod.node());
                let why = match node.filter(|node| !self.fleet.is_up(node)) {
                    Some(node) => format!("{node} is out of reach"),
                    None => format!("container {container} of pod {pod} does not run"),
                };
                Err(Refusal::BadRequest(why.into()))
            }
            Command::SetProbe { namespace, pod, is_ready } => {
                let view = self.server.view();
                if let Some(id) = self.fleet.set_probe(namespace, pod, *is_ready, view, self.now) {
                    self.look(id, Some(cause), trace);
                }
                Ok(Outcome::Noted)
            }
        }
    }
}

/// The rule that a request follows that a person sends as it is.
const fn rule_of(action: &Action) -> &'static str {
    match action {
        Action::Evict(..) => "YOU-EVICT",
        Action::Delete(..) => "YOU-DELETE",
        _ => "YOU-ASK",
    }
}

/// Whether a Pod is to be forgotten without a word from its node.
fn is_force(action: &Action) -> bool {
    matches!(
        action,
        Action::Delete(Key { kind: Kind::Pod, .. }, DeleteOptions { grace_seconds: Some(0), .. })
    )
}

/// Keeps what the server gave and a manifest may leave out.
fn keep_given(new: &mut Object, known: &Object) {
    match (&mut new.body, &known.body) {
        (Body::Service(new), Body::Service(known)) if new.spec.cluster_ip.is_none() => {
            Rc::make_mut(&mut new.spec).cluster_ip.clone_from(&known.spec.cluster_ip);
        }
        (Body::PersistentVolumeClaim(new), Body::PersistentVolumeClaim(known)) => {
            let spec = Rc::make_mut(&mut new.spec);
            if spec.volume_name.is_none() {
                spec.volume_name.clone_from(&known.spec.volume_name);
            }
            if spec.storage_class_name.is_none() {
                spec.storage_class_name.clone_from(&known.spec.storage_class_name);
            }
        }
        (Body::Node(new), Body::Node(known)) => {
            let spec = Rc::make_mut(&mut new.spec);
            spec.pod_cidr.clone_from(&known.spec.pod_cidr);
        }
        _ => {}
    }
}
