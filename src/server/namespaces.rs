//! Namespaces: what may be made in one, and how one goes.
//!
//! Must not know who empties a Namespace. Invariant: nothing new comes into a Namespace that
//! is on its way out.

use crate::api::{Body, Kind, Object};
use crate::server::{Refusal, View};

/// Keeps a Namespace until its content is gone.
const FINALIZER: &str = "kubernetes";
/// Namespaces that a cluster can't do without.
const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

/// Fills in what a new Namespace gets.
///
/// Models pkg/registry/core/namespace/strategy.go PrepareForCreate
pub(in crate::server) fn prepare(new: &mut Object) {
    let name = new.meta.name.clone();
    let Some(namespace) = new.namespace_mut() else { return };
    namespace.status.phase = Some("Active".into());
    if !namespace.spec.finalizers.iter().any(|one| &**one == FINALIZER) {
        namespace.spec.finalizers.push(FINALIZER.into());
    }
    new.meta.set_label("kubernetes.io/metadata.name", name);
}

/// Refuses what can't come into its Namespace.
///
/// Models staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go Admit
pub(in crate::server) fn check_open(new: &Object, view: &View) -> Result<(), Refusal> {
    let kind = new.kind();
    let namespace = &new.meta.namespace;
    let known = view.table(Kind::Namespace);
    // A bare store without even `default` does not know Namespaces.
    if namespace.is_empty() || !is_namespaced(new) || known.is_empty() {
        return Ok(());
    }
    let Some(found) = known.named("", namespace) else {
        return Err(Refusal::NotFound(Kind::Namespace, namespace.clone()));
    };
    if !found.meta.is_terminating() {
        return Ok(());
    }
    let why = format!(
        "unable to create new content in namespace {namespace} because it is being terminated"
    );
    let name = if new.meta.name.is_empty() { &new.meta.generate_name } else { &new.meta.name };
    Err(Refusal::Forbidden(kind, name.clone(), why.into()))
}

/// Whether an object lives in a Namespace; of kinds that are kept without effect their resource
/// says so.
fn is_namespaced(object: &Object) -> bool {
    match &object.body {
        Body::Other(_) => !object.meta.namespace.is_empty(),
        _ => object.kind().facts().namespaced,
    }
}

/// Refuses to delete what must not be deleted.
///
/// Models staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go Admit
pub(in crate::server) fn check_mortal(object: &Object) -> Result<(), Refusal> {
    let name = &object.meta.name;
    if object.kind() == Kind::Namespace && IMMORTAL.contains(&&**name) {
        let why = "this namespace may not be deleted".into();
        return Err(Refusal::Forbidden(Kind::Namespace, name.clone(), why));
    }
    Ok(())
}

/// A Namespace that is to go says so.
///
/// Models pkg/registry/core/namespace/storage/storage.go Delete
pub(in crate::server) fn close(object: &mut Object) {
    if let Some(namespace) = object.namespace_mut() {
        namespace.status.phase = Some("Terminating".into());
        object.meta.deletion_grace_period_seconds = None;
    }
}

/// Whether the content of a Namespace still holds it.
pub(in crate::server) fn is_held(object: &Object) -> bool {
    matches!(&object.body, Body::Namespace(one) if !one.spec.finalizers.is_empty())
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::api::core::{ConfigMap, Namespace};
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, DeleteOptions, Key, Outcome, Patch, Server};

    fn create(server: &mut Server, object: Object) -> Result<Outcome, Refusal> {
        server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO)
    }

    #[test]
    fn a_namespace_goes_in_two_steps_and_takes_nothing_new_meanwhile() {
        let mut server = Server::new(Seed(1));
        let made =
            create(&mut server, Object::new("", "shop", Body::Namespace(Namespace::default())));
        let Ok(Outcome::Created(shop)) = made else { panic!("a new name") };
        let key = Key { kind: Kind::Namespace, id: shop.meta.id };
        let delete = Action::Delete(key, DeleteOptions::default());
        server.execute(&delete, SimTime::ZERO).expect("it is there");
        let phase = |server: &Server| {
            let found = server.view().object(key)?.namespace()?.status.phase.clone();
            found.map(|phase| phase.to_string())
        };
        assert_eq!(phase(&server).as_deref(), Some("Terminating"));
        let map = || Object::new("shop", "c", Body::ConfigMap(ConfigMap::default()));
        let refused = create(&mut server, map()).expect_err("it is being terminated");
        assert_eq!(
            refused.to_string(),
            "configmaps \"c\" is forbidden: unable to create new content in namespace shop \
             because it is being terminated"
        );
        let patch = Patch::RemoveFinalizer(FINALIZER.into());
        server.execute(&Action::Patch(key, patch), SimTime::ZERO).expect("it is there");
        assert_eq!(phase(&server), None);
    }

    #[test]
    fn nothing_comes_into_a_namespace_that_is_not_there() {
        let mut server = Server::new(Seed(1));
        create(&mut server, Object::new("", "shop", Body::Namespace(Namespace::default())))
            .expect("a new name");
        let map =
            |namespace: &str| Object::new(namespace, "c", Body::ConfigMap(ConfigMap::default()));
        let refused = create(&mut server, map("shap")).expect_err("there is none");
        assert_eq!(refused.to_string(), "namespaces \"shap\" not found");
        create(&mut server, map("shop")).expect("it is there");
    }

    #[test]
    fn the_default_namespace_stays() {
        let mut server = Server::new(Seed(1));
        let made =
            create(&mut server, Object::new("", "default", Body::Namespace(Namespace::default())));
        let Ok(Outcome::Created(object)) = made else { panic!("a new name") };
        let key = Key { kind: Kind::Namespace, id: object.meta.id };
        let delete = Action::Delete(key, DeleteOptions::default());
        let refused = server.execute(&delete, SimTime::ZERO).expect_err("it must stay");
        assert_eq!(
            refused.to_string(),
            "namespaces \"default\" is forbidden: this namespace may not be deleted"
        );
    }
}
