//! A tree as it comes back from the server's types.
//!
//! Must not know typed objects. Invariant: what is lean is not changed again, and no field goes
//! that the types tell from one that was never given.
//!
//! Models staging/src/k8s.io/api/core/v1/types.go: what `omitempty` of its fields leaves out

use std::collections::BTreeMap;

use crate::api::fields::{Field, Fields, Shape, Type};
use crate::api::tree::{FromTree, IntoTree};
use crate::api::{Quantity, Value};
use crate::base::Str;

/// Takes the fields from an object that its types leave out, and writes amounts as they do.
pub(super) fn lean(kind: &str, api_version: &str, tree: &mut Value) {
    if let Some(known) = Fields::table().kind(kind, api_version) {
        of_type(kind, known, tree);
    }
}

fn of_type(name: &str, known: &Type, tree: &mut Value) {
    let Value::Map(entries) = tree else { return };
    for (key, value) in entries.iter_mut() {
        if let Some(field) = known.fields.get(&**key) {
            of_shape(&field.shape, value);
        }
    }
    entries.retain(|key, value| {
        let is_required = known.required.iter().any(|one| **one == **key);
        known.fields.get(&**key).is_none_or(|field| is_required || !is_left_out(field, value))
    });
    if name == "ResourceFieldSelector" {
        whole_divisor(entries);
    }
}

/// An amount is never left out, and this is the one that may be missing where it belongs.
fn whole_divisor(entries: &mut BTreeMap<Str, Value>) {
    entries.entry("divisor".into()).or_insert_with(|| Value::Str("0".into()));
}

fn of_shape(shape: &Shape, value: &mut Value) {
    match (shape, value) {
        (Shape::Struct(name), value) => {
            if let Some(known) = Fields::table().named(name) {
                of_type(name, known, value);
            }
        }
        (Shape::List(inner), Value::List(items)) => {
            for item in items {
                of_shape(inner, item);
            }
        }
        (Shape::Map(inner), Value::Map(entries)) => {
            for value in entries.values_mut() {
                of_shape(inner, value);
            }
        }
        (Shape::Quantity, value) => {
            if let Ok(amount) = Quantity::of(value) {
                *value = amount.write();
            }
        }
        _ => {}
    }
}

/// Whether a field is not written with this value. A list and a mapping never are when they are
/// empty; of the others those that can't be told from none.
fn is_left_out(field: &Field, value: &Value) -> bool {
    match (&field.shape, value) {
        (Shape::Any, _) => false,
        (_, Value::Null) => true,
        (Shape::List(_), Value::List(items)) => items.is_empty(),
        (Shape::Map(_), Value::Map(entries)) => entries.is_empty(),
        (_, Value::Bool(false) | Value::Int(0)) => field.omits_zero,
        (_, Value::Str(text)) => text.is_empty() && field.omits_zero,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::api::{Value, decode, encode};

    fn kept(kind: &str, version: &str, fields: &str) -> String {
        let tree = format!("{{\"apiVersion\":\"{version}\",\"kind\":\"{kind}\",{fields}}}");
        let tree: Value = serde_json::from_str(&tree).expect("valid");
        let object = decode::strict(&tree).expect("an object");
        serde_json::to_string(&encode::encode(&object)).expect("plain")
    }

    #[test]
    fn what_says_nothing_is_not_kept() {
        let given = r#""metadata":{"name":"p","annotations":{}},"spec":{"imagePullSecrets":[],
            "hostNetwork":false,"hostAliases":[],"overhead":{},"securityContext":{},
            "automountServiceAccountToken":false,"containers":[{"name":"c","image":"i","envFrom":[],
            "tty":false,"env":[{"name":"E","value":""}],"securityContext":{"privileged":false},
            "volumeMounts":[{"name":"v","mountPath":"/v","readOnly":false}]}],
            "volumes":[{"name":"v","emptyDir":{"medium":"","sizeLimit":"1024Mi"}}]}"#;
        assert_eq!(
            kept("Pod", "v1", given),
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{\
             \"automountServiceAccountToken\":false,\"containers\":[{\"env\":[{\"name\":\"E\"}],\
             \"image\":\"i\",\"name\":\"c\",\"resources\":{},\"securityContext\":\
             {\"privileged\":false},\"volumeMounts\":[{\"mountPath\":\"/v\",\"name\":\"v\"}]}],\
             \"securityContext\":{},\"volumes\":[{\"emptyDir\":{\"sizeLimit\":\"1Gi\"},\
             \"name\":\"v\"}]},\"status\":{\"phase\":\"Pending\"}}"
        );
        let given = r#""metadata":{"name":"q"},"spec":{"hard":{"cpu":4},"scopes":[]}"#;
        assert_eq!(
            kept("ResourceQuota", "v1", given),
            "{\"apiVersion\":\"v1\",\"kind\":\"ResourceQuota\",\"metadata\":{\"name\":\"q\"},\
             \"spec\":{\"hard\":{\"cpu\":\"4\"}}}"
        );
    }

    #[test]
    fn a_resource_of_a_container_always_has_its_divisor() {
        let given = r#""metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i",
            "env":[{"name":"R","valueFrom":{"resourceFieldRef":{"resource":"limits.cpu"}}}]}]}"#;
        let text = kept("Pod", "v1", given);
        assert!(
            text.contains(r#""resourceFieldRef":{"divisor":"0","resource":"limits.cpu"}"#),
            "{text}"
        );
    }
}
