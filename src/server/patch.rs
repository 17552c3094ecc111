//! Patches as people send them: carried out on the tree of the object as they see it.
//!
//! Must not know the store. Invariant: what the server gave an object (its identity, its
//! moments) is never changed by a patch.

use std::rc::Rc;

use crate::api::decode::Voice;
use crate::api::merge::{PatchError, Schema, json_patch, merge_patch, strategic_patch};
use crate::api::outward::{inward, outward};
use crate::api::{Body, FieldError, FieldErrorKind, Kind, Object, Value, decode, defaults, go};
use crate::server::{PatchKind, Refusal};

/// The object as it is after a patch, with its defaults.
///
/// Models staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go applyPatch
pub(in crate::server) fn patched(
    old: &Rc<Object>,
    how: PatchKind,
    patch: &Value,
    is_strict: bool,
) -> Result<Object, Refusal> {
    let mut tree = merged(old, how, patch)?;
    let voice = voice_of(how);
    if !is_strict && !decode::warnings(&tree, voice).is_empty() {
        tree = decode::pruned(&tree);
    }
    if let Some(text) = decode::fault(&tree, voice) {
        return Err(unreadable(how, patch, &tree, &text));
    }
    let mut new = decode::whole(&tree).map_err(|text| unreadable(how, patch, &tree, &text))?;
    keep_identity(old, &mut new)?;
    defaults::fill(&mut new);
    Ok(inward(new, old))
}

/// What a server that is not asked to be strict warns of when it is sent a patch.
///
/// Models staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go
/// addStrictDecodingWarnings
pub fn warnings(old: &Rc<Object>, how: PatchKind, patch: &Value) -> Vec<String> {
    let tree = merged(old, how, patch);
    tree.map(|tree| decode::warnings(&tree, voice_of(how))).unwrap_or_default()
}

fn voice_of(how: PatchKind) -> Voice {
    match how {
        PatchKind::Strategic => Voice::Converter,
        PatchKind::Merge | PatchKind::Json => Voice::Decoder,
    }
}

/// The tree of an object, as it is shown, with a patch carried out on it.
fn merged(old: &Rc<Object>, how: PatchKind, patch: &Value) -> Result<Value, Refusal> {
    let tree = outward(old);
    Ok(match how {
        PatchKind::Merge => merge_patch(tree, patch.clone()),
        PatchKind::Json => json_patch(&tree, patch).map_err(refusal)?,
        PatchKind::Strategic => {
            let schema = schema_of(&tree);
            if !schema.is_known() && !is_built_in(&tree) {
                let text = "the body of the request was in an unknown format - accepted media \
                            types include: application/json-patch+json, \
                            application/merge-patch+json, application/apply-patch+yaml";
                return Err(Refusal::BadRequest(text.into()));
            }
            strategic_patch(tree, patch.clone(), schema).map_err(refusal)?
        }
    })
}

fn schema_of(tree: &Value) -> Schema {
    Schema::of_kind(word(tree, "kind"), word(tree, "apiVersion"))
}

/// Whether it is no custom resource: where no fields are known, no list is merged.
fn is_built_in(tree: &Value) -> bool {
    decode::is_served(word(tree, "kind"), word(tree, "apiVersion"))
}

fn word<'a>(tree: &'a Value, key: &str) -> &'a str {
    tree.at(key).and_then(Value::as_str).unwrap_or_default()
}

fn refusal(error: PatchError) -> Refusal {
    match error {
        PatchError::Malformed(text) => Refusal::BadRequest(text.into()),
        PatchError::Misfit(_) => {
            let text = "the server rejected our request due to an error in our request";
            Refusal::Unprocessable(text.into())
        }
    }
}

/// Models staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
/// applyPatchToCurrentObject
fn unreadable(how: PatchKind, patch: &Value, tree: &Value, text: &str) -> Refusal {
    let shown = match how {
        PatchKind::Strategic => go::printed(patch),
        PatchKind::Merge | PatchKind::Json => go::json(tree),
    };
    let error = FieldError {
        kind: FieldErrorKind::Invalid,
        path: "patch".into(),
        value: go::quoted(&shown).into(),
        detail: text.into(),
        words: &[],
    };
    Refusal::Invalid(Kind::Other, "".into(), Rc::new(vec![error]))
}

/// A patch may name the version that it was made for, and nothing else of the identity.
fn keep_identity(old: &Object, new: &mut Object) -> Result<(), Refusal> {
    let kind = old.kind();
    if new.kind() != kind {
        let text = "the kind of the object does not match the kind on the URL";
        return Err(Refusal::BadRequest(text.into()));
    }
    if new.meta.name != old.meta.name {
        let text = format!(
            "the name of the object ({}) does not match the name on the URL ({})",
            new.meta.name, old.meta.name
        );
        return Err(Refusal::BadRequest(text.into()));
    }
    if new.meta.resource_version != old.meta.resource_version {
        return Err(Refusal::Conflict(kind, old.table_name()));
    }
    new.meta.id = old.meta.id;
    // Text knows whole seconds only, so an untouched moment is taken over as it was.
    if let (Body::Node(old), Body::Node(new)) = (&old.body, &mut new.body)
        && old.spec.taints != new.spec.taints
    {
        let spec = Rc::make_mut(&mut new.spec);
        for taint in &mut spec.taints {
            let same =
                |one: &&crate::api::core::Taint| one.key == taint.key && one.effect == taint.effect;
            let known = old.spec.taints.iter().find(same).and_then(|one| one.time_added);
            if known.map(|at| at.to_string()) == taint.time_added.map(|at| at.to_string()) {
                taint.time_added = known;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::core::ConfigMap;
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, Outcome, Part, Server};

    const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  \
        replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: \
        {app: web}}\n    spec: {containers: [{name: app, image: 'nginx:1'}]}\n";

    fn server() -> Server {
        let parsed = crate::text::parse(WEB);
        let root = parsed.documents[0].root.as_ref().expect("it can be read");
        let mut object = decode::decode(root).expect("it is valid");
        defaults::fill(&mut object);
        let mut server = Server::new(Seed(1));
        let map = Object::new("default", "m", Body::ConfigMap(ConfigMap::default()));
        for object in [object, map] {
            server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO).expect("it is new");
        }
        server
    }

    fn ask(
        server: &mut Server,
        how: PatchKind,
        patch: &str,
        part: Part,
    ) -> Result<Outcome, Refusal> {
        let action = Action::PatchTree {
            kind: Kind::Deployment,
            namespace: "default".into(),
            name: "web".into(),
            how,
            patch: Rc::new(serde_json::from_str(patch).expect("valid")),
            part,
            is_strict: true,
        };
        server.execute(&action, SimTime::from_seconds(5))
    }

    #[test]
    fn a_lenient_patch_drops_what_its_kind_does_not_have_and_warns_of_it() {
        let server = server();
        let old = server.view().named(Kind::Deployment, "default", "web").expect("it is there");
        let text = r#"{"spec":{"replcas":2,"replicas":3,"template":{"metadata":{"a":1}}}}"#;
        let patch: Value = serde_json::from_str(text).expect("valid");
        for how in [PatchKind::Strategic, PatchKind::Merge] {
            let new = patched(old, how, &patch, false).expect("it is taken");
            let spec = &new.deployment().expect("a Deployment").spec;
            assert_eq!(spec.replicas, Some(3));
            assert_eq!(
                warnings(old, how, &patch),
                ["unknown field \"spec.replcas\"", "unknown field \"spec.template.metadata.a\""]
            );
            assert!(patched(old, how, &patch, true).is_err());
        }
    }

    #[test]
    fn only_a_changed_spec_makes_a_generation_and_only_a_change_a_revision() {
        let mut server = server();
        let revision = server.revision();
        let same = ask(&mut server, PatchKind::Merge, r#"{"spec":{"replicas":2}}"#, Part::Spec);
        assert!(matches!(same, Ok(Outcome::Unchanged(_))));
        assert_eq!(server.revision(), revision);
        let label = r#"{"metadata":{"labels":{"a":"b"}}}"#;
        let Ok(Outcome::Changed(web)) = ask(&mut server, PatchKind::Merge, label, Part::Spec)
        else {
            panic!("a label was added");
        };
        assert_eq!((web.meta.generation, &**web.meta.label("a").expect("there")), (1, "b"));
        let image = r#"{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"n"}]}}}}"#;
        let Ok(Outcome::Changed(web)) = ask(&mut server, PatchKind::Strategic, image, Part::Spec)
        else {
            panic!("the image was changed");
        };
        let spec = &web.deployment().expect("a Deployment").spec;
        assert_eq!(web.meta.generation, 2);
        assert_eq!(&*spec.template.spec.containers[0].image, "n");
    }

    #[test]
    fn a_patch_of_one_part_leaves_the_other() {
        let mut server = server();
        let both = r#"{"spec":{"replicas":9},"status":{"replicas":7}}"#;
        let Ok(Outcome::Changed(web)) = ask(&mut server, PatchKind::Merge, both, Part::Status)
        else {
            panic!("the status was changed");
        };
        let body = web.deployment().expect("a Deployment");
        assert_eq!((body.spec.replicas, body.status.replicas), (Some(2), 7));
        assert_eq!(web.meta.generation, 1);
    }

    #[test]
    fn a_patch_can_not_change_who_an_object_is() {
        let mut server = server();
        let name = ask(
            &mut server,
            PatchKind::Json,
            r#"[{"op":"replace","path":"/metadata/name","value":"x"}]"#,
            Part::Spec,
        );
        assert_eq!(
            name.expect_err("refused").to_string(),
            "the name of the object (x) does not match the name on the URL (web)"
        );
        let old = r#"{"metadata":{"resourceVersion":"999"},"spec":{"replicas":1}}"#;
        let old = ask(&mut server, PatchKind::Merge, old, Part::Spec).expect_err("refused");
        assert_eq!(old.code(), 409);
        let odd = r#"{"spec":{"replcas":2}}"#;
        let odd = ask(&mut server, PatchKind::Strategic, odd, Part::Spec).expect_err("refused");
        let text = "patch: Invalid value: \"map[spec:map[replcas:2]]\": strict decoding error: \
                    unknown field \"spec.replcas\"";
        let Refusal::Invalid(Kind::Other, name, errors) = odd else { panic!("it is invalid") };
        assert_eq!((&*name, errors[0].to_string().as_str()), ("", text));
        let missing = r#"[{"op":"remove","path":"/spec/nothing"}]"#;
        let missing = ask(&mut server, PatchKind::Json, missing, Part::Spec).expect_err("refused");
        assert_eq!(missing.code(), 422);
    }
}
