//! ControllerRevisions: the states that a template has had, with their real names.
//!
//! Must not know Pods. Invariant: equal templates share one revision.

use std::fmt::Write;
use std::rc::Rc;

use crate::api::apps::ControllerRevision;
use crate::api::encode::value_of;
use crate::api::pod::PodTemplate;
use crate::api::tree::FromTree;
use crate::api::{Body, Kind, LabelSelector, Meta, Object, Value};
use crate::base::Order as _;
use crate::base::{Str, fnv1_32};
use crate::controllers::template_hash::safe;
use crate::server::{Action, Key, Part, Patch, View};
use crate::sim::{Plan, Rule};

/// The label by which a Pod names its revision.
pub(super) use crate::api::wellknown::CONTROLLER_REVISION_HASH as LABEL;
/// The label by which a revision names its hash.
pub(super) const HASH_LABEL: &str = "controller.kubernetes.io/hash";

/// The revisions of `owner`, oldest number first, and those that it may adopt.
///
/// Models pkg/controller/history/controller_history.go ListControllerRevisions and
/// SortControllerRevisions
pub(super) fn list<'a>(
    owner: &Object,
    selector: &LabelSelector,
    view: &'a View,
) -> Vec<&'a Rc<Object>> {
    let table = view.table(Kind::ControllerRevision);
    let free = table.orphans_in(&owner.meta.namespace).filter(|one| !one.meta.is_terminating());
    let mut revisions: Vec<_> = table
        .owned_by(owner.meta.uid)
        .chain(free)
        .filter(|one| selector.is_met_by(&one.meta.labels))
        .collect();
    revisions.order_by(|a, b| {
        let key = |one: &Object| (number(one), one.meta.creation_timestamp);
        key(a).cmp(&key(b)).then_with(|| a.meta.name.cmp(&b.meta.name))
    });
    revisions
}

/// Makes the revisions that `list` found without an owner the owner's own.
///
/// Models pkg/controller/statefulset/stateful_set.go adoptOrphanRevisions and
/// pkg/controller/controller_ref_manager.go ClaimControllerRevisions
pub(super) fn adopt(owner: &Object, revisions: &[&Rc<Object>], plan: &mut Plan) {
    if owner.meta.is_terminating() {
        return;
    }
    for one in revisions.iter().filter(|one| one.meta.controller().is_none()) {
        let key = Key { kind: Kind::ControllerRevision, id: one.meta.id };
        let patch = Patch::SetOwner(owner.owner_reference());
        plan.ask(Action::Patch(key, patch), Rule("OWN-ADOPT"));
    }
}

/// The request that gives a revision another number; one that is adopted in this very look stays
/// so.
///
/// Models pkg/controller/history/controller_history.go UpdateControllerRevision
pub(super) fn renumber(owner: &Object, revision: &Object, number: i64) -> Action {
    let mut renewed = revision.clone();
    renewed.meta.resource_version = 0;
    if revision.meta.controller().is_none() && !owner.meta.is_terminating() {
        Rc::make_mut(&mut renewed.meta.owner_references).push(owner.owner_reference());
    }
    if let Some(body) = renewed.controller_revision_mut() {
        body.revision = number;
    }
    Action::Update(Rc::new(renewed), Part::Spec)
}

/// A revision's number.
pub(super) fn number(revision: &Object) -> i64 {
    revision.controller_revision().map_or(0, |body| body.revision)
}

/// Whether a revision holds this state.
pub(super) fn holds(revision: &Object, data: &Value) -> bool {
    revision.controller_revision().is_some_and(|body| *body.data == *data)
}

/// `{"spec": {"template": …}}`, as a strategic merge patch that brings the template back.
///
/// Models pkg/controller/statefulset/stateful_set_utils.go getPatch
pub(super) fn data_of(template: &PodTemplate) -> Value {
    let mut inner = value_of(template);
    if let Value::Map(map) = &mut inner {
        map.insert("$patch".into(), Value::Str("replace".into()));
        if let Some(Value::Map(meta)) = map.get_mut("metadata")
            && meta.get("name").and_then(Value::as_str) == Some("")
        {
            meta.remove("name");
        }
    }
    let wrap = |key: &str, value| Value::map([(key, value)]);
    wrap("spec", wrap("template", inner))
}

/// The hash that names a state.
///
/// Models pkg/controller/history/controller_history.go HashControllerRevision
pub(super) fn hash(data: &Value, collisions: i32) -> String {
    let mut text = go_json(data);
    write!(text, "{collisions}").expect("a String takes all text");
    safe(fnv1_32(text.as_bytes()))
}

/// JSON as Go writes it: keys in order, no spaces, and five characters escaped that others
/// leave alone.
fn go_json(value: &Value) -> String {
    let plain = serde_json::to_string(value).expect("a value is plain data");
    let mut text = String::with_capacity(plain.len() + 1);
    for character in plain.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                write!(text, "\\u{:04x}", u32::from(character)).expect("a String takes all text");
            }
            _ => text.push(character),
        }
    }
    text
}

/// A revision as an object to be made, under a name that is free or holds the same state, and
/// how many names were found taken by other states.
///
/// Models pkg/controller/history/controller_history.go NewControllerRevision and
/// CreateControllerRevision
pub(super) fn make(
    owner: &Object,
    template: &PodTemplate,
    data: Value,
    number: i64,
    mut collisions: i32,
    view: &View,
) -> (Object, i32) {
    let label = hash(&data, collisions);
    let mut name = name_of(owner, &label);
    let kind = Kind::ControllerRevision;
    while let Some(taken) = view.named(kind, &owner.meta.namespace, &name)
        && !holds(taken, &data)
    {
        collisions += 1;
        name = name_of(owner, &hash(&data, collisions));
    }
    let mut meta = Meta {
        name,
        namespace: owner.meta.namespace.clone(),
        labels: template.metadata.labels.clone(),
        annotations: owner.meta.annotations.clone(),
        owner_references: Rc::new(vec![owner.owner_reference()]),
        ..Meta::default()
    };
    meta.set_label(HASH_LABEL, label);
    let body = ControllerRevision {
        data: Rc::new(data),
        revision: number,
        ..ControllerRevision::default()
    };
    (Object { meta, body: Body::ControllerRevision(body) }, collisions)
}

/// A DaemonSet's revision, under the hash of its template.
///
/// Models pkg/controller/daemon/update.go snapshot
pub(super) fn named(
    owner: &Object,
    template: &PodTemplate,
    data: Value,
    number: i64,
    hash: &Str,
) -> Object {
    let mut meta = Meta {
        name: format!("{}-{hash}", owner.meta.name).into(),
        namespace: owner.meta.namespace.clone(),
        labels: template.metadata.labels.clone(),
        annotations: owner.meta.annotations.clone(),
        owner_references: Rc::new(vec![owner.owner_reference()]),
        ..Meta::default()
    };
    meta.set_label(LABEL, hash.clone());
    let body = ControllerRevision {
        data: Rc::new(data),
        revision: number,
        ..ControllerRevision::default()
    };
    Object { meta, body: Body::ControllerRevision(body) }
}

/// Models pkg/controller/history/controller_history.go ControllerRevisionName
fn name_of(owner: &Object, hash: &str) -> Str {
    const PREFIX_MAX: usize = 223;
    let prefix: &str = &owner.meta.name;
    format!("{}-{hash}", prefix.get(..PREFIX_MAX).unwrap_or(prefix)).into()
}

/// The template that a revision holds.
pub(super) fn template_of(revision: &Object) -> Option<PodTemplate> {
    let template = revision.controller_revision()?.data.at("spec")?.at("template")?;
    PodTemplate::of(template).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(image: &str, mounts: &str) -> PodTemplate {
        let text = format!(
            r#"{{"metadata":{{"labels":{{"app":"db"}}}},"spec":{{"containers":[{{"name":"app",
            "image":"{image}",{mounts}"resources":{{}},"imagePullPolicy":"IfNotPresent",
            "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}}],
            "dnsPolicy":"ClusterFirst","restartPolicy":"Always","securityContext":{{}},
            "schedulerName":"default-scheduler","terminationGracePeriodSeconds":30}}}}"#
        );
        serde_json::from_str(&text).expect("a template")
    }

    #[test]
    fn revisions_have_the_names_that_a_real_control_plane_gives() {
        let mount = r#""volumeMounts":[{"name":"data","mountPath":"/data"}],"#;
        for (image, mounts, name) in [
            ("db:1.0", "", "7478dc55f5"),
            ("db:2.0", "", "6989594458"),
            ("bad:1", "", "86d7d8dff8"),
            ("db:1.0", mount, "b44b6fdcc"),
        ] {
            assert_eq!(hash(&data_of(&template(image, mounts)), 0), name);
        }
    }

    #[test]
    fn a_template_comes_back_from_its_revision_as_it_was() {
        let template = template("db:1.0", "");
        let owner = Object::new("default", "db", Body::Other(Rc::default()));
        let view = View::default();
        let (made, collisions) = make(&owner, &template, data_of(&template), 1, 0, &view);
        assert_eq!(template_of(&made), Some(template));
        assert_eq!((&*made.meta.name, collisions), ("db-7478dc55f5", 0));
    }

    #[test]
    fn what_go_escapes_is_escaped() {
        let value = Value::Str("a<b>&\u{2028}\n".into());
        assert_eq!(go_json(&value), r#""a\u003cb\u003e\u0026\u2028\n""#);
    }
}
