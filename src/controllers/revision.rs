//! ControllerRevisions: the states that a StatefulSet's template has had.
//!
//! Must not know Pods. Invariant: equal templates share one revision.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::apps::{ControllerRevision, StatefulSet};
use crate::api::pod::PodTemplate;
use crate::api::{Body, Kind, Meta, Object, Value};
use crate::base::{Str, digest_of};
use crate::controllers::pods;
use crate::server::View;

/// The label by which a Pod names its revision.
pub(super) const LABEL: &str = "controller-revision-hash";

/// A StatefulSet's revisions, oldest number first.
pub(super) fn list<'a>(set: &Object, view: &'a View) -> Vec<&'a Rc<Object>> {
    let table = view.table(Kind::ControllerRevision);
    let mut revisions: Vec<_> = table.owned_by(set.meta.uid).collect();
    revisions.sort_by_key(|one| (number(one), one.meta.id));
    revisions
}

/// A revision's number.
pub(super) fn number(revision: &Object) -> i64 {
    revision.controller_revision().map_or(0, |body| body.revision)
}

/// The hash that names the revision of the present template.
pub(super) fn hash(set: &StatefulSet) -> String {
    pods::safe_hash(digest_of(&set.spec.template))
}

/// The revision of the present template as an object to be made.
///
/// Models pkg/controller/statefulset/stateful_set_utils.go newRevision
pub(super) fn of_template(object: &Object, set: &StatefulSet, number: i64) -> Object {
    let template = &set.spec.template;
    let hash = hash(set);
    let mut meta = Meta {
        name: format!("{}-{hash}", object.meta.name).into(),
        namespace: object.meta.namespace.clone(),
        labels: template.metadata.labels.clone(),
        owner_references: Rc::new(vec![object.owner_reference()]),
        ..Meta::default()
    };
    meta.set_label("controller.kubernetes.io/hash", hash.as_str());
    let body = ControllerRevision {
        data: Rc::new(data(template)),
        revision: number,
        ..ControllerRevision::default()
    };
    Object { meta, body: Body::ControllerRevision(body) }
}

/// `{"spec": {"template": …}}`, as a strategic merge patch that brings the template back.
fn data(template: &PodTemplate) -> Value {
    let text = serde_json::to_string(template).expect("a template is plain data");
    let mut inner: Value = serde_json::from_str(&text).expect("it was just written");
    if let Value::Map(map) = &mut inner {
        map.insert("$patch".into(), Value::Str("replace".into()));
    }
    let wrap = |key: &str, value| Value::Map(BTreeMap::from([(Str::from(key), value)]));
    wrap("spec", wrap("template", inner))
}

/// The template that a revision holds.
pub(super) fn template_of(revision: &Object) -> Option<PodTemplate> {
    let template = revision.controller_revision()?.data.at("spec")?.at("template")?;
    let text = serde_json::to_string(template).ok()?;
    serde_json::from_str(&text).ok()
}
