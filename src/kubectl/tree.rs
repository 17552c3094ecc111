//! Objects as untyped trees, the way kubectl holds them.
//!
//! Must not know kinds. Invariant: reading changes nothing.

use std::collections::BTreeMap;

use crate::api::Value;
use crate::base::Str;

/// The value at a path of mappings.
pub(super) fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.at(key))
}

/// The text at a path.
pub(super) fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    at(value, path).and_then(Value::as_str)
}

/// The whole number at a path.
pub(super) fn number(value: &Value, path: &[&str]) -> Option<i64> {
    match at(value, path) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    }
}

/// The entries of the mapping at a path, which is made if it is missing.
pub(super) fn map_at<'a>(value: &'a mut Value, path: &[&str]) -> &'a mut BTreeMap<Str, Value> {
    let mut here = entries(value);
    for key in path {
        here = entries(here.entry((*key).into()).or_default());
    }
    here
}

fn entries(value: &mut Value) -> &mut BTreeMap<Str, Value> {
    if !matches!(value, Value::Map(_)) {
        *value = Value::Map(BTreeMap::new());
    }
    match value {
        Value::Map(entries) => entries,
        _ => unreachable!("it was just made a mapping"),
    }
}

/// The value at a path, to change.
pub(super) fn at_mut<'a>(value: &'a mut Value, path: &[&str]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Map(entries) => entries.get_mut(*key),
        _ => None,
    })
}

/// Takes the list at a key away; empty if there is none.
pub(super) fn take_list(value: &mut Value, key: &str) -> Vec<Value> {
    match value {
        Value::Map(entries) => match entries.remove(key) {
            Some(Value::List(items)) => items,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Puts a list at a key; an empty one is left out.
pub(super) fn put_list(value: &mut Value, key: &str, items: Vec<Value>) {
    if !items.is_empty() {
        map_at(value, &[]).insert(key.into(), Value::List(items));
    }
}

/// A string.
pub(super) fn string(text: impl Into<Str>) -> Value {
    Value::Str(text.into())
}

/// Takes away what is null.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go pruneNullsFromMap
pub(super) fn prune_nulls(value: &mut Value) {
    match value {
        Value::Map(entries) => {
            entries.retain(|_, one| *one != Value::Null);
            entries.values_mut().for_each(prune_nulls);
        }
        Value::List(items) => items.iter_mut().for_each(prune_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_where_they_are_missing() {
        let mut value = Value::Null;
        map_at(&mut value, &["a", "b"]).insert("c".into(), Value::Int(1));
        assert_eq!(number(&value, &["a", "b", "c"]), Some(1));
        assert_eq!(at(&value, &["a", "x"]), None);
        map_at(&mut value, &["a"]).insert("n".into(), Value::Null);
        prune_nulls(&mut value);
        assert_eq!(at(&value, &["a", "n"]), None);
    }
}
