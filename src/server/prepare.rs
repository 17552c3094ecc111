//! What the server does to an object before it is validated.
//!
//! Must not know who asks. Invariant: a new object has no status but the one that its kind
//! starts with; a changed one keeps what the server gave it.

use std::rc::Rc;

use crate::api::apps::{DeploymentStatus, ReplicaSetStatus, StatefulSetStatus};
use crate::api::batch::{CronJobStatus, DaemonSetStatus, JobStatus};
use crate::api::pod::Resources;
use crate::api::policy::BudgetStatus;
use crate::api::storage::{Claim, ClaimStatus};
use crate::api::validation::{validate_create, validate_pod_again, validate_update};
use crate::api::{Body, Kind, Object, Value};
use crate::base::Shared;
use crate::server::{Refusal, View};

/// Takes a status away that a manifest brought along.
///
/// Models pkg/registry/*/strategy.go PrepareForCreate
pub(in crate::server) fn fresh(object: &mut Object) {
    match &mut object.body {
        // A living Pod that was pasted starts anew.
        Body::Pod(pod) if pod.status.start_time.is_some() => pod.status = Shared::default(),
        Body::ReplicaSet(one) | Body::ReplicationController(one) => {
            one.status = ReplicaSetStatus::default();
        }
        Body::Deployment(one) => one.status = DeploymentStatus::default(),
        Body::StatefulSet(one) => one.status = StatefulSetStatus::default(),
        Body::DaemonSet(one) => one.status = DaemonSetStatus::default(),
        Body::Job(one) => one.status = JobStatus::default(),
        Body::CronJob(one) => one.status = CronJobStatus::default(),
        Body::PodDisruptionBudget(one) => one.status = BudgetStatus::default(),
        Body::PersistentVolumeClaim(one) => one.status = ClaimStatus::default(),
        Body::Other(one) if one.known == Kind::ResourceQuota => {
            if let Value::Map(content) = &mut Rc::make_mut(one).content {
                content.remove("status");
            }
        }
        Body::Service(one) if one.rest.contains_key("status") => {
            Rc::make_mut(&mut one.rest).remove("status");
        }
        _ => {}
    }
    let meta = &mut object.meta;
    meta.deletion_timestamp = None;
    meta.deletion_grace_period_seconds = None;
}

/// Gives an object of somebody's own kind the resource that its definition names, and takes
/// the namespace from one that lives in none.
pub(in crate::server) fn define(object: &mut Object, view: &View) {
    let Body::Other(other) = &mut object.body else { return };
    if other.known != Kind::Other {
        return;
    }
    let group = other.api_version.split_once('/').map_or("", |(group, _)| group);
    let word = |tree: &Value, path: [&str; 2]| {
        let at = path.into_iter().filter(|key| !key.is_empty());
        at.fold(tree.at("spec"), |at, key| at?.at(key)).and_then(Value::as_str).map(str::to_owned)
    };
    for definition in view.table(Kind::CustomResourceDefinition).iter() {
        let Body::Other(definition) = &definition.body else { continue };
        let tree = &definition.content;
        if word(tree, ["group", ""]).as_deref() != Some(group)
            || word(tree, ["names", "kind"]).as_deref() != Some(&*other.kind)
        {
            continue;
        }
        if let Some(plural) = word(tree, ["names", "plural"]) {
            Rc::make_mut(other).resource = format!("{plural}.{group}").into();
        }
        if word(tree, ["scope", ""]).as_deref() == Some("Cluster") {
            object.meta.namespace = "".into();
        }
        return;
    }
}

/// Refuses a new object that breaks the rules of its kind; the spec of a Pod may be known to be
/// valid.
pub(in crate::server) fn check_new(object: &Object, is_known: bool) -> Result<(), Refusal> {
    let validate = if is_known { validate_pod_again } else { validate_create };
    match validate(object) {
        errors if errors.is_empty() => Ok(()),
        errors => Err(Refusal::Invalid(object.kind(), object.table_name(), Rc::new(errors))),
    }
}

/// Refuses a change that breaks the rules of its kind.
pub(in crate::server) fn check_changed(
    new: &Object,
    old: &Object,
    view: &View,
) -> Result<(), Refusal> {
    if let (Body::PersistentVolumeClaim(new), Body::PersistentVolumeClaim(before)) =
        (&new.body, &old.body)
    {
        check_growth(new, before, old, view)?;
    }
    match validate_update(new, old) {
        errors if errors.is_empty() => Ok(()),
        errors => Err(Refusal::Invalid(new.kind(), new.table_name(), Rc::new(errors))),
    }
}

/// Models plugin/pkg/admission/storage/persistentvolume/resize/admission.go Validate
fn check_growth(new: &Claim, old: &Claim, object: &Object, view: &View) -> Result<(), Refusal> {
    let size = |one: &Resources| one.requests.get("storage").map_or(0, |amount| amount.milli);
    if size(&new.spec.resources) <= size(&old.spec.resources) {
        return Ok(());
    }
    let refuse = |why: &str| {
        let kind = Kind::PersistentVolumeClaim;
        Err(Refusal::Forbidden(kind, object.meta.name.clone(), why.into()))
    };
    if old.status.phase.as_deref() != Some("Bound") {
        return refuse("Only bound persistent volume claims can be expanded");
    }
    let class = old.spec.storage_class_name.as_deref().unwrap_or_default();
    let class = view.named(Kind::StorageClass, "", class).and_then(|one| one.storage_class());
    let may_grow = class.and_then(|class| class.rest.get("allowVolumeExpansion"));
    if may_grow == Some(&Value::Bool(true)) {
        return Ok(());
    }
    refuse(
        "only dynamically provisioned pvc can be resized and the storageclass that provisions \
         the pvc must support resize",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::decode;
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, Outcome, Part, Server};

    fn read(json: &str) -> Object {
        let tree: Value = serde_json::from_str(json).expect("valid");
        decode::strict(&tree).expect("an object")
    }

    fn ask(server: &mut Server, action: &Action) -> Result<Rc<Object>, Refusal> {
        match server.execute(action, SimTime::ZERO)? {
            Outcome::Created(one) | Outcome::Changed(one) | Outcome::Unchanged(one) => Ok(one),
            other => panic!("{other:?}"),
        }
    }

    const WEB: &str = r#"{"apiVersion":"apps/v1","kind":"Deployment",
        "metadata":{"name":"web","namespace":"n"},"status":{"replicas":9},
        "spec":{"selector":{"matchLabels":{"app":"web"}},
                "template":{"metadata":{"labels":{"app":"web"}},
                            "spec":{"containers":[{"name":"app","image":"nginx"}]}}}}"#;

    #[test]
    fn a_new_object_has_its_defaults_and_no_status() {
        let web = ask(&mut Server::new(Seed(1)), &Action::Create(Rc::new(read(WEB))));
        let web = web.expect("it is valid");
        let body = web.deployment().expect("a Deployment");
        assert_eq!((body.spec.replicas, body.status.replicas), (Some(1), 0));
        let container = &body.spec.template.spec.containers[0];
        assert_eq!(container.image_pull_policy.as_deref(), Some("Always"));
    }

    #[test]
    fn an_invalid_object_is_refused_even_if_its_name_is_taken() {
        let mut server = Server::new(Seed(1));
        ask(&mut server, &Action::Create(Rc::new(read(WEB)))).expect("it is valid");
        let taken = ask(&mut server, &Action::Create(Rc::new(read(WEB)))).expect_err("taken");
        assert_eq!(taken.code(), 409);
        let bad = read(&WEB.replace("\"nginx\"", "\"\""));
        let refused = ask(&mut server, &Action::Create(Rc::new(bad))).expect_err("no image");
        assert_eq!(
            refused.to_string(),
            "Deployment.apps \"web\" is invalid: spec.template.spec.containers[0].image: Required \
             value"
        );
    }

    #[test]
    fn what_may_not_change_is_refused() {
        let mut server = Server::new(Seed(1));
        ask(&mut server, &Action::Create(Rc::new(read(WEB)))).expect("it is valid");
        let other = read(&WEB.replace("\"app\":\"web\"", "\"app\":\"other\""));
        let refused = ask(&mut server, &Action::Update(Rc::new(other), Part::Spec));
        assert_eq!(
            refused.expect_err("immutable").to_string(),
            "Deployment.apps \"web\" is invalid: spec.selector: Invalid value: \
             {\"matchLabels\":{\"app\":\"other\"}}: field is immutable"
        );
    }

    #[test]
    fn an_object_of_an_own_kind_is_found_by_the_plural_of_its_definition() {
        let mut server = Server::new(Seed(1));
        let definition = r#"{"apiVersion":"apiextensions.k8s.io/v1",
            "kind":"CustomResourceDefinition","metadata":{"name":"mice.example.org"},
            "spec":{"group":"example.org","scope":"Cluster",
                    "names":{"kind":"Mouse","plural":"mice"}}}"#;
        let mouse = r#"{"apiVersion":"example.org/v1","kind":"Mouse",
            "metadata":{"name":"m","namespace":"n"},"spec":{"size":1}}"#;
        for one in [definition, mouse] {
            ask(&mut server, &Action::Create(Rc::new(read(one)))).expect("it is kept");
        }
        let name = "mice.example.org/m";
        assert!(server.view().named(Kind::Other, "", name).is_some());
        let taken = ask(&mut server, &Action::Create(Rc::new(read(mouse)))).expect_err("taken");
        assert_eq!(taken.to_string(), "mice.example.org \"m\" already exists");
        // A kind of its own name in another table does not stand in its way.
        let secret =
            r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"m","namespace":"n"}}"#;
        ask(&mut server, &Action::Create(Rc::new(read(secret)))).expect("another kind");
    }
}
