//! Claims of generic ephemeral volumes: made for a Pod, owned by it, gone with it.
//!
//! Must not know how claims are bound. Invariant: a claim that is there already is left as it is,
//! whoever made it.

use std::rc::Rc;

use crate::api::storage::ClaimSpec;
use crate::api::tree::FromTree;
use crate::api::{Body, Kind, Meta, Object, Value};
use crate::base::{Str, gather};
use crate::controllers::pods;
use crate::server::{Action, Change, Key, View};
use crate::sim::{Plan, Rule};

pub(in crate::controllers) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match (change.kind, &change.new) {
        (Kind::Pod, Some(pod)) if pod.ephemeral_claims().next().is_some() => {
            keys.push(change.key());
        }
        (Kind::PersistentVolumeClaim, None) => {
            let meta = &change.object().meta;
            let users = view.table(Kind::Pod).using_claim(&meta.namespace, &meta.name);
            let own = users.filter(|pod| pod.ephemeral_claims().any(|(name, _)| name == meta.name));
            keys.extend(own.map(|pod| Key { kind: Kind::Pod, id: pod.meta.id }));
        }
        _ => {}
    }
}

/// Models pkg/controller/volume/ephemeral/controller.go syncHandler, handleVolume
pub(in crate::controllers) fn reconcile(key: Key, view: &View) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key).filter(|one| !one.meta.is_terminating()) else {
        return plan;
    };
    let namespace = &object.meta.namespace;
    if !pods::is_open(namespace, view) {
        return plan;
    }
    for (name, template) in object.ephemeral_claims() {
        match view.named(Kind::PersistentVolumeClaim, namespace, &name) {
            // It belongs to somebody else: that may change, so it is looked at again.
            Some(claim) if !claim.meta.is_controlled_by(object.meta.uid) => plan.fails = true,
            Some(_) => {}
            None => {
                let made = Rc::new(claim(object, name, template));
                plan.ask(Action::Create(made), Rule("PVC-EPHEMERAL"));
            }
        }
    }
    plan
}

/// A Pod's claim as its template says it.
fn claim(pod: &Object, name: Str, template: Option<&Value>) -> Object {
    let strings = |key: &str| {
        let found = template.and_then(|one| one.at("metadata")?.at(key));
        let entries = match found {
            Some(Value::Map(entries)) => entries.iter(),
            _ => return Rc::default(),
        };
        Rc::new(gather(
            entries.filter_map(|(key, value)| Some((key.clone(), Str::from(value.as_str()?)))),
        ))
    };
    let spec = template.and_then(|one| ClaimSpec::of(one.at("spec")?).ok());
    let meta = Meta {
        name,
        namespace: pod.meta.namespace.clone(),
        labels: strings("labels"),
        annotations: strings("annotations"),
        owner_references: Rc::new(vec![pod.owner_reference()]),
        ..Meta::default()
    };
    let claim = crate::api::storage::Claim {
        spec: Rc::new(spec.unwrap_or_default()),
        ..crate::api::storage::Claim::default()
    };
    Object { meta, body: Body::PersistentVolumeClaim(claim) }
}
