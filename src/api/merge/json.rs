//! JSON merge patches (RFC 7386) and JSON patches (RFC 6902).
//!
//! Must not know types. Invariant: a JSON patch is carried out whole or not at all.

use crate::api::Value;
use crate::api::merge::{Entries, PatchError, malformed};

/// The document with a JSON merge patch carried out.
pub fn merge_patch(document: Value, patch: Value) -> Value {
    let Value::Map(patch) = patch else { return patch };
    let mut entries = match document {
        Value::Map(entries) => entries,
        _ => Entries::new(),
    };
    for (key, value) in patch {
        if value == Value::Null {
            entries.remove(&key);
        } else {
            let old = entries.remove(&key).unwrap_or_default();
            entries.insert(key, merge_patch(old, value));
        }
    }
    Value::Map(entries)
}

/// The JSON merge patch that turns one document into another.
pub fn merge_patch_between(from: &Value, to: &Value) -> Value {
    let (Value::Map(from), Value::Map(to)) = (from, to) else { return to.clone() };
    let mut patch = Entries::new();
    for (key, new) in to {
        match (from.get(key), new) {
            (Some(old), new) if old == new => {}
            (Some(old @ Value::Map(_)), Value::Map(_)) => {
                patch.insert(key.clone(), merge_patch_between(old, new));
            }
            _ => drop(patch.insert(key.clone(), new.clone())),
        }
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    Value::Map(patch)
}

/// The document with a JSON patch carried out.
pub fn json_patch(document: &Value, patch: &Value) -> Result<Value, PatchError> {
    let Value::List(operations) = patch else {
        return malformed("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
    };
    let mut document = document.clone();
    for operation in operations {
        carry_out(&mut document, operation)?;
    }
    Ok(document)
}

fn misfit<T>(text: impl Into<String>) -> Result<T, PatchError> {
    Err(PatchError::Misfit(text.into()))
}

fn carry_out(document: &mut Value, operation: &Value) -> Result<(), PatchError> {
    let word = |key: &str| operation.at(key).and_then(Value::as_str);
    let Some(path) = word("path") else {
        return misfit("missing path field in operation");
    };
    let path = pointer(path)?;
    let value = || operation.at("value").cloned().unwrap_or_default();
    let from = || match word("from") {
        Some(from) => pointer(from),
        None => misfit("missing from field in operation"),
    };
    match word("op").unwrap_or_default() {
        "add" => add(document, &path, value()),
        "remove" => remove(document, &path).map(drop),
        "replace" => match find(document, &path) {
            Some(found) => {
                *found = value();
                Ok(())
            }
            None => misfit(format!("replace operation does not apply: missing {path:?}")),
        },
        "move" => {
            let moved = remove(document, &from()?)?;
            add(document, &path, moved)
        }
        "copy" => match find(document, &from()?).cloned() {
            Some(copied) => add(document, &path, copied),
            None => misfit("copy operation does not apply: nothing is there"),
        },
        "test" => {
            let found = find(document, &path).cloned().unwrap_or_default();
            if found == value() { Ok(()) } else { misfit(format!("testing {path:?} failed")) }
        }
        other => misfit(format!("unexpected kind: {other}")),
    }
}

/// The parts of a JSON pointer.
fn pointer(text: &str) -> Result<Vec<String>, PatchError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let Some(rest) = text.strip_prefix('/') else {
        return misfit(format!("a path must start with a slash: {text}"));
    };
    Ok(rest.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect())
}

/// The place in a list of `length`; a negative one counts from the end.
fn place(part: &str, length: usize) -> Option<usize> {
    let at: i64 = part.parse().ok()?;
    let length = i64::try_from(length).ok()?;
    usize::try_from(if at < 0 { at + length } else { at }).ok()
}

fn find<'a>(document: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(document, |value, part| match value {
        Value::Map(entries) => entries.get_mut(part.as_str()),
        Value::List(items) => {
            let at = place(part, items.len())?;
            items.get_mut(at)
        }
        _ => None,
    })
}

fn parent<'a, 'b>(
    document: &'a mut Value,
    path: &'b [String],
) -> Result<(&'a mut Value, &'b str), PatchError> {
    let Some((last, parents)) = path.split_last() else {
        return misfit("the whole document can't be the target of a patch");
    };
    match find(document, parents) {
        Some(found) => Ok((found, last)),
        None => misfit(format!("operation does not apply: doc is missing path: {path:?}")),
    }
}

fn add(document: &mut Value, path: &[String], value: Value) -> Result<(), PatchError> {
    if path.is_empty() {
        *document = value;
        return Ok(());
    }
    match parent(document, path)? {
        (Value::Map(entries), last) => drop(entries.insert(last.into(), value)),
        (Value::List(items), "-") => items.push(value),
        (Value::List(items), last) => {
            // A negative place counts from behind the last element here.
            let at = place(last, items.len() + usize::from(last.starts_with('-')));
            match at.filter(|at| *at <= items.len()) {
                Some(at) => items.insert(at, value),
                None => return misfit(format!("Unable to access invalid index: {last}")),
            }
        }
        _ => return misfit(format!("add operation does not apply: {path:?}")),
    }
    Ok(())
}

fn remove(document: &mut Value, path: &[String]) -> Result<Value, PatchError> {
    let removed = match parent(document, path)? {
        (Value::Map(entries), last) => entries.remove(last),
        (Value::List(items), last) => {
            let at = place(last, items.len()).filter(|at| *at < items.len());
            at.map(|at| items.remove(at))
        }
        _ => None,
    };
    removed.map_or_else(|| misfit(format!("remove operation does not apply: missing {path:?}")), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).expect("valid")
    }

    #[test]
    fn null_takes_away_and_lists_are_replaced() {
        let document = value(r#"{"a":{"b":1,"c":2},"l":[1,2]}"#);
        let patch = value(r#"{"a":{"b":null,"d":{"e":null,"f":1}},"l":[3]}"#);
        let expected = value(r#"{"a":{"c":2,"d":{"f":1}},"l":[3]}"#);
        assert_eq!(merge_patch(document.clone(), patch), expected);
        let back = merge_patch_between(&expected, &document);
        assert_eq!(merge_patch(expected, back), document);
    }

    #[test]
    fn operations_are_carried_out_in_turn() {
        let document = value(r#"{"a":{"b":[1,2]},"m/n":1}"#);
        let patch = value(
            r#"[{"op":"test","path":"/a/b/0","value":1},
                {"op":"add","path":"/a/b/-","value":3},
                {"op":"add","path":"/a/b/0","value":0},
                {"op":"remove","path":"/a/b/-1"},
                {"op":"move","from":"/m~1n","path":"/x"},
                {"op":"copy","from":"/a","path":"/y"},
                {"op":"replace","path":"/x","value":9}]"#,
        );
        let expected = value(r#"{"a":{"b":[0,1,2]},"x":9,"y":{"b":[0,1,2]}}"#);
        assert_eq!(json_patch(&document, &patch), Ok(expected));
    }

    #[test]
    fn an_operation_that_does_not_fit_is_refused() {
        let document = value(r#"{"a":1}"#);
        for text in [
            r#"[{"op":"remove","path":"/b"}]"#,
            r#"[{"op":"replace","path":"/b","value":1}]"#,
            r#"[{"op":"test","path":"/a","value":2}]"#,
            r#"[{"op":"add","path":"/b/c","value":2}]"#,
            r#"[{"op":"spin","path":"/a"}]"#,
        ] {
            let result = json_patch(&document, &value(text));
            assert!(matches!(result, Err(PatchError::Misfit(_))), "{text}");
        }
        assert!(matches!(json_patch(&document, &value("{}")), Err(PatchError::Malformed(_))));
    }
}
