//! What Kubernetes' documentation says of kinds and fields, and of the values of a field.
//!
//! Must not know the table of fields. Invariant: where nothing is known there is no sentence,
//! never one of our own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// The schemas of all kinds and of the types they are made of, by name. Nothing of this is in a
/// page, for which it is too heavy.
static SCHEMAS: LazyLock<Map<String, Value>> = LazyLock::new(schemas);

/// What is said of the values of a field: `Type.field`, then the value.
static VALUES: LazyLock<BTreeMap<&str, Words>> =
    LazyLock::new(|| values(include_str!("values.txt")));

type Words = BTreeMap<&'static str, &'static str>;

#[cfg(target_family = "wasm")]
fn schemas() -> Map<String, Value> {
    Map::new()
}

#[cfg(not(target_family = "wasm"))]
fn schemas() -> Map<String, Value> {
    use k8s_openapi::api::{
        apps, autoscaling, batch, core, discovery, networking, policy, rbac, scheduling, storage,
    };

    let mut generator = schemars::SchemaGenerator::default();
    macro_rules! add {
        ($($kind:ty),* $(,)?) => { $(let _ = generator.subschema_for::<$kind>();)* };
    }
    add!(
        apps::v1::ControllerRevision,
        apps::v1::DaemonSet,
        apps::v1::Deployment,
        apps::v1::ReplicaSet,
        apps::v1::StatefulSet,
        autoscaling::v2::HorizontalPodAutoscaler,
        batch::v1::CronJob,
        batch::v1::Job,
        core::v1::ConfigMap,
        core::v1::Endpoints,
        core::v1::Event,
        core::v1::LimitRange,
        core::v1::Namespace,
        core::v1::Node,
        core::v1::PersistentVolume,
        core::v1::PersistentVolumeClaim,
        core::v1::Pod,
        core::v1::PodTemplate,
        core::v1::ReplicationController,
        core::v1::ResourceQuota,
        core::v1::Secret,
        core::v1::Service,
        core::v1::ServiceAccount,
        discovery::v1::EndpointSlice,
        networking::v1::Ingress,
        networking::v1::IngressClass,
        networking::v1::NetworkPolicy,
        policy::v1::PodDisruptionBudget,
        rbac::v1::ClusterRole,
        rbac::v1::ClusterRoleBinding,
        rbac::v1::Role,
        rbac::v1::RoleBinding,
        scheduling::v1::PriorityClass,
        storage::v1::StorageClass,
        storage::v1::VolumeAttachment,
    );
    generator.take_definitions(true)
}

fn values(text: &'static str) -> BTreeMap<&'static str, Words> {
    let mut values: BTreeMap<&str, Words> = BTreeMap::new();
    let mut fields: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((value, words)) = line.strip_prefix("  ").and_then(|line| line.split_once(' '))
        else {
            fields = line.split(' ').collect();
            continue;
        };
        let value = if value == "\"\"" { "" } else { value };
        for field in &fields {
            values.entry(field).or_default().insert(value, words);
        }
    }
    values
}

/// The paragraph about a field's values; `field` is written `Type.field`.
///
/// Models k8s.io/kube-openapi pkg/generators/enum.go enumType.Description
pub(super) fn of_values(field: &str, allowed: &[String]) -> String {
    let known = VALUES.get(field);
    let line = |value: &String| {
        let words = known.and_then(|words| words.get(value.as_str())).copied().unwrap_or_default();
        format!("\n - `\"{value}\"` {words}").trim_end().to_owned()
    };
    format!("\n\nPossible enum values:{}", allowed.iter().map(line).collect::<String>())
}

/// A kind or a field in the documentation, if it is there.
#[derive(Clone, Copy)]
pub(super) struct Described(Option<&'static Value>);

impl Described {
    /// A kind of an API group.
    pub(super) fn kind(group: &str, version: &str, kind: &str) -> Described {
        let group = group.split('.').next().filter(|group| !group.is_empty()).unwrap_or("core");
        Described(SCHEMAS.get(&format!("io.k8s.api.{group}.{version}.{kind}")))
    }

    /// A field of it, or of what a list or mapping of it holds.
    pub(super) fn field(self, name: &str) -> Described {
        let mut at = self;
        while let Some(schema) = at.resolved().0 {
            if let Some(field) = schema.pointer("/properties").and_then(|all| all.get(name)) {
                return Described(Some(field));
            }
            at = at.inside();
        }
        Described(None)
    }

    /// What is said of it alone.
    pub(super) fn own(self) -> Option<&'static str> {
        self.0?.get("description")?.as_str()
    }

    /// What is said of it and of the types it is made of, each on lines of its own.
    ///
    /// Models staging/src/k8s.io/kubectl/pkg/explain/v2/templates/plaintext.tmpl description
    pub(super) fn all(self, values: &str) -> String {
        let mut text = self.own().map(|own| format!("{own}{values}\n")).unwrap_or_default();
        let kind = self.resolved();
        if self.0.is_some_and(|schema| schema.get("$ref").is_some()) {
            text.push_str(&kind.own().map(|own| format!("{own}\n")).unwrap_or_default());
        }
        let inside = kind.inside();
        if inside.0.is_some() {
            text.push_str(&inside.all(""));
        }
        text
    }

    /// The type that a reference names; itself if it is none.
    fn resolved(self) -> Described {
        let named = self.0.and_then(|schema| schema.get("$ref")).and_then(Value::as_str);
        match named.and_then(|name| name.rsplit('/').next()) {
            Some(name) => Described(SCHEMAS.get(name)),
            None => self,
        }
    }

    /// What a list or a mapping holds.
    fn inside(self) -> Described {
        let held = |schema: &'static Value| {
            schema.get("items").or_else(|| schema.get("additionalProperties"))
        };
        Described(self.resolved().0.and_then(held).filter(|held| held.is_object()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::fields::{Fields, Shape};

    fn inside(shape: &Shape) -> Option<&str> {
        match shape {
            Shape::List(held) | Shape::Map(held) => inside(held),
            Shape::Struct(name) => Some(name),
            _ => None,
        }
    }

    fn check(described: Described, kind: &str, above: &mut Vec<String>, missing: &mut Vec<String>) {
        above.push(kind.to_owned());
        for (name, field) in &Fields::table().named(kind).expect("a type of the table").fields {
            let found = described.field(name);
            if found.own().is_none() {
                missing.push(format!("{kind}.{name}"));
            }
            match inside(&field.shape) {
                Some(kind) if !above.iter().any(|one| one == kind) => {
                    check(found, kind, above, missing);
                }
                _ => {}
            }
        }
        above.pop();
    }

    #[test]
    fn every_field_of_the_table_is_described() {
        let table: Value = serde_json::from_str(include_str!("../../../api/fields/schema.json"))
            .expect("the table is valid");
        let types = table["types"].as_object().expect("the table has types");
        let mut missing = Vec::new();
        for (name, kind) in types {
            let Some(gvk) = kind.get("gvk") else { continue };
            let word = |key: &str| gvk[key].as_str().expect("a word");
            // An older version of a kind has no descriptions of its own.
            if name != word("kind") {
                continue;
            }
            let described = Described::kind(word("group"), word("version"), word("kind"));
            assert!(described.own().is_some(), "{name}");
            check(described, name, &mut Vec::new(), &mut missing);
        }
        // Of this one upstream says nothing either.
        assert_eq!(missing, ["IngressRule.http"]);
    }

    #[test]
    fn every_line_of_the_values_is_of_a_field_that_allows_it() {
        for (field, words) in VALUES.iter() {
            let (kind, name) = field.rsplit_once('.').expect("a type and a field");
            let kind = Fields::table().named(kind).unwrap_or_else(|| panic!("no type {kind}"));
            let allowed = &kind.fields[name].words;
            for value in words.keys() {
                assert!(allowed.iter().any(|one| one == value), "{field} never is {value}");
            }
        }
    }
}
