//! The revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of others.
//!
//! Must not know what is done with them. Invariant: they come in order of their numbers.

use crate::api::wellknown::{DEPLOYMENT_REVISION, POD_TEMPLATE_HASH};
use crate::api::{Kind, Object, Value};
use crate::base::Order as _;
use crate::kubectl::session::{Session, tree_of};
use crate::kubectl::tree;
use std::rc::Rc;

const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// One revision.
#[derive(Clone, Debug)]
pub(super) struct Revision {
    /// Its number.
    pub(super) number: i64,
    /// The object that holds it.
    pub(super) object: Rc<Object>,
    /// Its template.
    pub(super) template: Value,
}

impl Revision {
    /// Why it came about, or `<none>`.
    pub(super) fn cause(&self) -> &str {
        let own = self.object.meta.annotation(CHANGE_CAUSE).map(|text| &**text);
        let inner = tree::text(&self.template, &["metadata", "annotations", CHANGE_CAUSE]);
        own.or(inner).filter(|text| !text.is_empty()).unwrap_or("<none>")
    }
}

/// All revisions of a Deployment, StatefulSet or DaemonSet.
///
/// Models staging/src/k8s.io/kubectl/pkg/polymorphichelpers/history.go
pub(super) fn list(session: &Session<'_>, owner: &Object) -> Vec<Revision> {
    let is_deployment = owner.kind() == Kind::Deployment;
    let kind = if is_deployment { Kind::ReplicaSet } else { Kind::ControllerRevision };
    let owned = session.view().table(kind).owned_by(owner.meta.uid);
    let mut found: Vec<Revision> = owned
        .filter_map(|object| {
            let number = match object.controller_revision() {
                Some(body) => body.revision,
                None => object.meta.annotation(DEPLOYMENT_REVISION)?.parse().ok()?,
            };
            let template = template_of(object)?;
            Some(Revision { number, object: Rc::clone(object), template })
        })
        .collect();
    found.order_by_key(|one| (one.number, one.object.meta.id));
    found
}

fn template_of(object: &Object) -> Option<Value> {
    if let Some(body) = object.controller_revision() {
        let mut template = tree::at(&body.data, &["spec", "template"])?.clone();
        if let Value::Map(entries) = &mut template {
            entries.remove("$patch");
        }
        return Some(template);
    }
    tree::at(&tree_of(object), &["spec", "template"]).cloned()
}

/// A template without the label that its ReplicaSet gave it.
pub(super) fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(Value::Map(labels)) = tree::at_mut(&mut template, &["metadata", "labels"]) {
        labels.remove(POD_TEMPLATE_HASH);
    }
    template
}
