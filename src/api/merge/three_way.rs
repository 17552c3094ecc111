//! The patches of `kubectl apply`: last applied, newly written and living document.
//!
//! Must not know where the three come from. Invariant: what a person never wrote is never
//! taken away.

use crate::api::Value;
use crate::api::merge::json::merge_patch_between;
use crate::api::merge::schema::Schema;
use crate::api::merge::strategic::{Mode, merge};
use crate::api::merge::{PatchError, diff, malformed};

/// The strategic merge patch that brings the living document to the written one and takes
/// away what was written before and no longer is.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// CreateThreeWayMergePatch
pub fn three_way_strategic(
    original: &Value,
    modified: &Value,
    current: &Value,
    schema: Schema,
) -> Result<Value, PatchError> {
    let empty = Value::Map(super::Entries::new());
    let original = if *original == Value::Null { &empty } else { original };
    let (Value::Map(original), Value::Map(modified), Value::Map(current)) =
        (original, modified, current)
    else {
        return malformed("invalid JSON document");
    };
    let delta = diff::maps(current, modified, schema, diff::Wanted::CHANGES)?;
    let deletions = diff::maps(original, modified, schema, diff::Wanted::DELETIONS)?;
    merge(deletions, delta, schema, Mode::Combine).map(Value::Map)
}

/// The JSON merge patch that does the same, for kinds without a schema: lists are replaced.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/jsonmergepatch/patch.go
/// CreateThreeWayJSONMergePatch
pub fn three_way_merge(original: &Value, modified: &Value, current: &Value) -> Value {
    let mut changes = merge_patch_between(current, modified);
    keep(&mut changes, false);
    let mut deletions = match original {
        Value::Null => Value::Map(super::Entries::new()),
        original => merge_patch_between(original, modified),
    };
    keep(&mut deletions, true);
    combine(deletions, changes)
}

/// Keeps only the nulls of a patch, or all but them.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/jsonmergepatch/patch.go
/// keepOrDeleteNullInObj
fn keep(patch: &mut Value, nulls: bool) {
    let Value::Map(entries) = patch else { return };
    entries.retain(|_, value| match value {
        Value::Map(inner) if inner.is_empty() => !nulls,
        Value::Map(_) => {
            keep(value, nulls);
            *value != Value::Map(super::Entries::new())
        }
        Value::Null => nulls,
        _ => !nulls,
    });
}

/// One patch that does what two do in turn.
fn combine(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Map(mut first), Value::Map(second)) => {
            for (key, value) in second {
                let merged = match first.remove(&key) {
                    Some(old) => combine(old, value),
                    None => value,
                };
                first.insert(key, merged);
            }
            Value::Map(first)
        }
        (_, second) => second,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::merge::{merge_patch, strategic_patch};

    fn value(text: &str) -> Value {
        serde_json::from_str(text).expect("valid")
    }

    #[test]
    fn what_others_added_stays_and_what_was_taken_out_goes() {
        let original = value(
            r#"{"metadata":{"labels":{"a":"1","b":"2"}},
                "spec":{"replicas":3,"template":{"spec":{"containers":[
                    {"name":"app","image":"x","env":[{"name":"A","value":"1"}]},
                    {"name":"side","image":"s"}]}}}}"#,
        );
        let modified = value(
            r#"{"metadata":{"labels":{"a":"1"}},
                "spec":{"template":{"spec":{"containers":[
                    {"name":"app","image":"y","env":[{"name":"C"}]}]}}}}"#,
        );
        let current = value(
            r#"{"metadata":{"labels":{"a":"0","b":"2","c":"3"},"uid":"u"},
                "spec":{"replicas":5,"template":{"spec":{"restartPolicy":"Always","containers":[
                    {"name":"app","image":"x","env":[{"name":"A","value":"1"},
                                                     {"name":"B","value":"2"}]},
                    {"name":"side","image":"s"},{"name":"injected","image":"i"}]}}}}"#,
        );
        let schema = Schema::of_kind("Deployment", "apps/v1");
        let patch =
            three_way_strategic(&original, &modified, &current, schema).expect("it can be made");
        let after = strategic_patch(current, patch, schema).expect("it fits");
        let expected = value(
            r#"{"metadata":{"labels":{"a":"1","c":"3"},"uid":"u"},
                "spec":{"template":{"spec":{"restartPolicy":"Always","containers":[
                    {"name":"app","image":"y","env":[{"name":"C"},{"name":"B","value":"2"}]},
                    {"name":"injected","image":"i"}]}}}}"#,
        );
        assert_eq!(after, expected);
    }

    #[test]
    fn nothing_to_do_makes_an_empty_patch() {
        let written = value(r#"{"spec":{"replicas":1,"strategy":{"type":"Recreate"}}}"#);
        let current = value(
            r#"{"spec":{"replicas":1,"paused":false,"strategy":{"type":"Recreate"}},"status":{}}"#,
        );
        let schema = Schema::of_kind("Deployment", "apps/v1");
        let patch = three_way_strategic(&written, &written, &current, schema);
        assert_eq!(patch, Ok(value("{}")));
        assert_eq!(three_way_merge(&written, &written, &current), value("{}"));
    }

    #[test]
    fn without_a_schema_lists_are_replaced() {
        let original = value(r#"{"a":{"x":1,"y":[1,2]},"gone":{"z":1}}"#);
        let modified = value(r#"{"a":{"x":1,"y":[3]}}"#);
        let current = value(r#"{"a":{"x":2,"y":[1,2],"kept":1},"gone":{"z":1},"live":true}"#);
        let patch = three_way_merge(&original, &modified, &current);
        assert_eq!(patch, value(r#"{"a":{"x":1,"y":[3]},"gone":null}"#));
        let after = merge_patch(current, patch);
        assert_eq!(after, value(r#"{"a":{"x":1,"y":[3],"kept":1},"live":true}"#));
    }
}
