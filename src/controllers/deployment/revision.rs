//! Which ReplicaSet stands for the present template: finding, numbering and making it.
//!
//! Must not know how Pods move from one to the next. Invariant: the ReplicaSet of the present
//! template has the greatest revision of all.

use crate::api::wellknown::{LAST_APPLIED, POD_TEMPLATE_HASH};
use std::rc::Rc;

use super::status::put_condition;
use super::{SOURCE, Sync, replicas};
use crate::api::apps::{ReplicaSet, ReplicaSetSpec};
use crate::api::pod::{Truth, condition};
use crate::api::{Body, Kind, Meta, Object};
use crate::base::Str;
use crate::controllers::template_hash::template_hash;
use crate::server::{Action, EventNote, Part};
use crate::sim::{Request, Rule};

pub(super) use crate::api::wellknown::DEPLOYMENT_REVISION as REVISION;
pub(super) const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
pub(super) const MAX: &str = "deployment.kubernetes.io/max-replicas";
const HISTORY: &str = "deployment.kubernetes.io/revision-history";
/// Annotations that a ReplicaSet doesn't take over from its Deployment.
const OWN: [&str; 6] =
    [LAST_APPLIED, REVISION, HISTORY, DESIRED, MAX, "deprecated.deployment.rollback.to"];
/// How long the list of a ReplicaSet's earlier revisions may become.
const HISTORY_CHARS_MAX: usize = 2_000;

pub(super) fn revision_of(set: &Object) -> i64 {
    set.meta.annotation(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The list of earlier revisions with one more at its end; the first go if it gets too long.
fn with_history(history: Option<&Str>, revision: &str) -> Option<String> {
    let Some(history) = history.filter(|text| !text.is_empty()) else {
        return Some(revision.to_owned());
    };
    let mut all: Vec<&str> = history.split(',').collect();
    let mut length = history.len() + revision.len() + 1;
    while length > HISTORY_CHARS_MAX && !all.is_empty() {
        length -= all.remove(0).len() + 1;
    }
    all.push(revision);
    (length <= HISTORY_CHARS_MAX).then(|| all.join(","))
}

impl<'a> Sync<'a> {
    /// Brings a ReplicaSet's annotations to those of its Deployment; true if one changed.
    ///
    /// Models pkg/controller/deployment/util/deployment_util.go SetNewReplicaSetAnnotations
    fn annotate(&self, set: &mut Object, revision: i64) -> bool {
        let before = Rc::clone(&set.meta.annotations);
        for (key, value) in self.object.meta.annotations.iter() {
            if !OWN.contains(&&**key) {
                set.meta.annotate(key, value.clone());
            }
        }
        let old = set.meta.annotation(REVISION).cloned();
        let known = old.as_deref().map_or(Some(0), |text| text.parse::<i64>().ok());
        if let Some(known) = known
            && known < revision
        {
            set.meta.annotate(REVISION, revision.to_string());
            let history =
                old.as_ref().and_then(|old| with_history(set.meta.annotation(HISTORY), old));
            if let Some(history) = history {
                set.meta.annotate(HISTORY, history);
            }
        }
        set.meta.annotations != before
    }

    /// Brings the new ReplicaSet's annotations up to date, then the Deployment's own; false
    /// if the ReplicaSet had to be written.
    ///
    /// Models pkg/controller/deployment/sync.go getNewReplicaSet
    pub(super) fn renew(&mut self, new: &Rc<Object>, old: &[&Rc<Object>]) -> bool {
        let newest = old.iter().map(|set| revision_of(set)).max().unwrap_or(0);
        let mut copy = Object::clone(new);
        let mut is_changed = self.annotate(&mut copy, newest + 1);
        let seconds = self.deployment.spec.min_ready_seconds;
        if let Some(body) = copy.replica_set_mut()
            && body.spec.min_ready_seconds != seconds
        {
            Rc::make_mut(&mut body.spec).min_ready_seconds = seconds;
            is_changed = true;
        }
        if is_changed {
            let action = Action::Update(Rc::new(copy), Part::Spec);
            self.plan.ask(action, Rule("DEPLOY-REVISION"));
            return false;
        }
        let revision = new.meta.annotation(REVISION).cloned().unwrap_or_else(|| "".into());
        let is_news = self.object.meta.annotation(REVISION) != Some(&revision);
        let mut status = self.deployment.status.clone();
        let is_found =
            self.deadline().is_some() && condition(&status.conditions, "Progressing").is_none();
        if is_found {
            let text = format!("Found new replica set \"{}\"", new.meta.name);
            let found = self.progressing(Truth::True, "FoundNewReplicaSet", text);
            put_condition(&mut status.conditions, found);
        }
        if is_news || is_found {
            self.put_status(status, Some(&revision));
        }
        true
    }

    /// Makes the ReplicaSet of the present template; `None` if its name is taken.
    ///
    /// Models pkg/controller/deployment/sync.go getNewReplicaSet
    pub(super) fn create_set(&mut self, old: &[&'a Rc<Object>], size: i32) -> Option<Rc<Object>> {
        let revision = old.iter().map(|set| revision_of(set)).max().unwrap_or(0) + 1;
        let set = Rc::new(self.new_set(revision, size));
        let name = set.meta.name.clone();
        if self.view.named(Kind::ReplicaSet, &set.meta.namespace, &name).is_some() {
            // Another template has this hash: a count of collisions changes the next one.
            let mut status = self.deployment.status.clone();
            status.collision_count = Some(status.collision_count.unwrap_or(0) + 1);
            self.put_status(status, None);
            return None;
        }
        self.plan.if_refused = self.on_refusal(&name);
        let is_first = old.iter().all(|set| replicas(set) == 0);
        let rule = if is_first { Rule("DEPLOY-CREATE-RS") } else { Rule("DEPLOY-NEW-TEMPLATE") };
        let action = Action::Create(Rc::clone(&set));
        if size > 0 {
            let text = format!("Scaled up replica set {name} from 0 to {size}");
            let note = self.note("ScalingReplicaSet", text);
            self.plan.ask_and_tell(action, rule, note);
        } else {
            self.plan.ask(action, rule);
        }
        let mut status = self.deployment.status.clone();
        if self.deadline().is_some() {
            let text = format!("Created new replica set \"{name}\"");
            let created = self.progressing(Truth::True, "NewReplicaSetCreated", text);
            put_condition(&mut status.conditions, created);
        }
        self.put_status(status, Some(&revision.to_string()));
        Some(set)
    }

    fn new_set(&self, revision: i64, size: i32) -> Object {
        let spec = &self.deployment.spec;
        let hash = template_hash(&spec.template, self.deployment.status.collision_count);
        let mut template = spec.template.clone();
        template.metadata.set_label(POD_TEMPLATE_HASH, hash.as_str());
        let mut selector = spec.selector.clone();
        selector.match_labels.insert(POD_TEMPLATE_HASH.into(), hash.as_str().into());
        let meta = Meta {
            name: format!("{}-{hash}", self.object.meta.name).into(),
            namespace: self.object.meta.namespace.clone(),
            labels: template.metadata.labels.clone(),
            owner_references: Rc::new(vec![self.object.owner_reference()]),
            ..Meta::default()
        };
        let set = ReplicaSet {
            spec: Rc::new(ReplicaSetSpec {
                replicas: Some(size),
                min_ready_seconds: spec.min_ready_seconds,
                selector,
                template,
            }),
            ..ReplicaSet::default()
        };
        let mut object = Object { meta, body: Body::ReplicaSet(set) };
        self.annotate(&mut object, revision);
        let (surge, _) = self.bounds();
        object.meta.annotate(DESIRED, self.desired().to_string());
        object.meta.annotate(MAX, (self.desired().wrapping_add(surge)).to_string());
        object
    }

    /// What is said and noted if the server refuses the new ReplicaSet.
    fn on_refusal(&self, name: &str) -> Vec<Request> {
        let text = format!("Failed to create new replica set \"{name}\": {{}}");
        let mut object = Object::clone(self.object);
        if let Some(body) = object.deployment_mut()
            && self.deadline().is_some()
        {
            let failed = self.progressing(Truth::False, "ReplicaSetCreateError", text.clone());
            put_condition(&mut body.status.conditions, failed);
        }
        let about = self.object.reference();
        let note = EventNote::warning(about, SOURCE, "ReplicaSetCreateError", text);
        let rule = Rule("DEPLOY-STATUS");
        vec![
            Request::new(Action::Update(Rc::new(object), Part::Status), rule),
            Request::new(Action::Note(note), rule),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_revisions_are_listed_and_the_oldest_go_when_the_list_is_long() {
        assert_eq!(with_history(None, "1").as_deref(), Some("1"));
        assert_eq!(with_history(Some(&"1,3".into()), "5").as_deref(), Some("1,3,5"));
        let long: Str = vec!["1234"; 400].join(",").into();
        let list = with_history(Some(&long), "77777").expect("it fits once some are gone");
        assert!(list.len() <= HISTORY_CHARS_MAX && list.ends_with(",1234,77777"));
    }
}
