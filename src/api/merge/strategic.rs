//! A strategic merge patch carried out on a document, or combined with another patch.
//!
//! Must not know how patches are made. Invariant: a document that a patch was carried out on
//! holds no directive.

use crate::api::Value;
use crate::api::merge::lists::{
    are_maps, distinct, find, interleaved, is_deletion, keyed, mark, partition,
};
use crate::api::merge::schema::{Rule, Schema};
use crate::api::merge::{Entries, PatchError, malformed};
use crate::base::Str;

pub(super) const DIRECTIVE: &str = "$patch";
pub(super) const RETAIN: &str = "$retainKeys";
pub(super) const DELETE_FROM: &str = "$deleteFromPrimitiveList";
pub(super) const ORDER: &str = "$setElementOrder";

const BAD_RETAIN: &str = "invalid patch format of retainKeys";
const BAD_DELETE: &str = "invalid patch format of primitive list";
const BAD_ORDER: &str = "invalid patch format of setElementOrder list";

/// What is merged with the patch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A document: directives are carried out.
    Apply,
    /// Another patch: directives stay.
    Combine,
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go mergeMap
pub(super) fn merge(
    mut original: Entries,
    mut patch: Entries,
    schema: Schema,
    mode: Mode,
) -> Result<Entries, PatchError> {
    if let Some(directive) = patch.remove(DIRECTIVE) {
        return match directive.as_str() {
            Some("replace") => Ok(patch),
            Some("delete") => Ok(Entries::new()),
            _ => bad_directive(&directive, &Value::Map(patch)),
        };
    }
    retain_keys(&mut original, &mut patch, mode)?;
    ordered_lists(&mut original, &mut patch, schema, mode)?;
    for (key, value) in patch {
        let (key, deletes) = match key.strip_prefix(DELETE_FROM) {
            Some(_) if mode == Mode::Combine => {
                original.insert(key, value);
                continue;
            }
            Some(rest) => match rest.strip_prefix('/') {
                Some(field) => (Str::from(field), true),
                None => return malformed(BAD_DELETE),
            },
            None => (key, false),
        };
        if value == Value::Null {
            original.remove(&key);
            if mode == Mode::Apply {
                continue;
            }
        }
        let merged = match (original.remove(&key), value) {
            (None, _) if deletes => continue,
            (Some(Value::Map(old)), Value::Map(new)) => {
                let rule = schema.rule(&key)?;
                Value::Map(if rule.replaces { new } else { merge(old, new, rule.inner, mode)? })
            }
            (Some(Value::List(old)), Value::List(new)) => {
                let rule = schema.rule(&key)?;
                Value::List(if rule.merges { list(old, new, rule, deletes, mode)? } else { new })
            }
            (Some(old), _) if deletes => old,
            (_, new) => fresh(new, mode),
        };
        original.insert(key, merged);
    }
    Ok(original)
}

fn bad_directive<T>(directive: &Value, patch: &Value) -> Result<T, PatchError> {
    Err(PatchError::Misfit(format!(
        "unknown patch type: {} in map: {}",
        crate::api::go::printed(directive),
        crate::api::go::printed(patch)
    )))
}

/// A value that had no match: in a document it stands without directives and nulls.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// discardNullValuesFromPatch, dropDirectives
fn fresh(value: Value, mode: Mode) -> Value {
    if mode == Mode::Combine {
        return value;
    }
    match value {
        Value::Map(entries) => {
            let is_kept = |key: &Str, value: &Value| {
                *value != Value::Null
                    && ![DIRECTIVE, RETAIN].contains(&&**key)
                    && !key.starts_with(DELETE_FROM)
                    && !key.starts_with(ORDER)
            };
            let kept = entries.into_iter().filter(|(key, value)| is_kept(key, value));
            Value::map(kept.map(|(key, value)| (key, fresh(value, mode))))
        }
        Value::List(items) => {
            let kept = items.into_iter().filter(|one| !is_deletion(one));
            Value::List(kept.map(|one| fresh(one, mode)).collect())
        }
        scalar => scalar,
    }
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// applyRetainKeysDirective
fn retain_keys(original: &mut Entries, patch: &mut Entries, mode: Mode) -> Result<(), PatchError> {
    let Some(directive) = patch.remove(RETAIN) else { return Ok(()) };
    if mode == Mode::Combine {
        let known = original.entry(RETAIN.into()).or_insert_with(|| directive.clone());
        return if *known == directive { Ok(()) } else { malformed(BAD_RETAIN) };
    }
    let Value::List(kept) = directive else { return malformed(BAD_RETAIN) };
    let is_kept = |key: &Str| kept.iter().any(|one| one.as_str() == Some(key));
    let is_named = |(key, value): (&Str, &Value)| {
        *value == Value::Null
            || key.starts_with(DELETE_FROM)
            || key.starts_with(ORDER)
            || is_kept(key)
    };
    if !patch.iter().all(is_named) {
        return malformed(BAD_RETAIN);
    }
    original.retain(|key, _| is_kept(key));
    Ok(())
}

/// Carries `$setElementOrder` out and takes the lists it speaks of from the patch.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// mergePatchIntoOriginal
fn ordered_lists(
    original: &mut Entries,
    patch: &mut Entries,
    schema: Schema,
    mode: Mode,
) -> Result<(), PatchError> {
    let keys: Vec<Str> = patch.keys().filter(|key| key.starts_with(ORDER)).cloned().collect();
    for directive in keys {
        let order = patch.remove(&directive).expect("the key was found there");
        if mode == Mode::Combine {
            let known = original.entry(directive.clone()).or_insert_with(|| order.clone());
            if *known != order {
                return malformed(BAD_ORDER);
            }
        }
        let Value::List(order) = order else { return malformed(BAD_ORDER) };
        let field = directive.strip_prefix(ORDER).and_then(|rest| rest.strip_prefix('/'));
        let Some(field) = field else { return malformed(BAD_ORDER) };
        let take = |from: Option<Value>| match from {
            None => Ok(None),
            Some(Value::List(list)) => Ok(Some(list)),
            Some(_) => malformed(BAD_ORDER),
        };
        let rule = schema.rule(field)?;
        let old = take(original.remove(field))?;
        let new = take(patch.remove(field))?;
        check_order(new.as_deref().unwrap_or_default(), &order, rule.merge_key)?;
        let live = old.clone().unwrap_or_default();
        let merged = match (old, new) {
            (None, None) => continue,
            (Some(old), None) => old,
            (None, Some(new)) if mode == Mode::Combine => new,
            (None, Some(new)) => match fresh(Value::List(new), mode) {
                Value::List(new) => new,
                _ => Vec::new(),
            },
            (Some(_), Some(new)) if !rule.merges => new,
            (Some(old), Some(new)) => list(old, new, rule, false, mode)?,
        };
        let (patched, server_only) = partition(merged, &order, rule.merge_key);
        let all = interleaved(patched, server_only, &order, &live, rule.merge_key);
        original.insert(field.into(), Value::List(all));
    }
    Ok(())
}

/// The elements of a patch must stand in the order that it asks for.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// validatePatchWithSetOrderList
fn check_order(patch: &[Value], order: &[Value], merge_key: &str) -> Result<(), PatchError> {
    if order.is_empty() || patch.is_empty() {
        return Ok(());
    }
    let mut places = order.iter();
    let mut wanted = patch.iter().filter(|one| one.at(DIRECTIVE).is_none());
    let is_ordered = wanted
        .all(|one| places.by_ref().any(|place| mark(place, merge_key) == mark(one, merge_key)));
    if is_ordered {
        return Ok(());
    }
    let text = |list: &[Value]| crate::api::go::printed(&Value::List(list.to_vec()));
    malformed(format!(
        "The order in patch list:\n{}\n doesn't match {ORDER} list:\n{}\n",
        text(patch),
        text(order)
    ))
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go mergeSlice
fn list(
    original: Vec<Value>,
    patch: Vec<Value>,
    rule: Rule,
    deletes: bool,
    mode: Mode,
) -> Result<Vec<Value>, PatchError> {
    if original.is_empty() && patch.is_empty() {
        return Ok(original);
    }
    let key = rule.merge_key;
    if !are_maps(original.iter().chain(&patch))? {
        if mode == Mode::Apply && deletes {
            return Ok(original.into_iter().filter(|one| !patch.contains(one)).collect());
        }
        let merged = distinct(original.iter().cloned().chain(patch.iter().cloned()));
        let (patched, server_only) = partition(merged, &patch, "");
        return Ok(interleaved(patched, server_only, &patch, &original, ""));
    }
    if key.is_empty() {
        return malformed("cannot merge lists without merge key for type struct");
    }
    let (live, patch) = carry_out_elements(original, patch, key)?;
    let mut merged = live.clone();
    for element in &patch {
        let (entries, value) = keyed(element, key)?;
        match find(&merged, key, value) {
            Some(at) => {
                let Value::Map(old) = std::mem::take(&mut merged[at]) else {
                    return malformed("expected a map in a merging list");
                };
                merged[at] = Value::Map(merge(old, entries.clone(), rule.inner, mode)?);
            }
            None => merged.push(fresh(element.clone(), mode)),
        }
    }
    for element in &merged {
        keyed(element, key)?;
    }
    let (patched, server_only) = partition(merged, &patch, key);
    Ok(interleaved(patched, server_only, &patch, &live, key))
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// mergeSliceWithSpecialElements
fn carry_out_elements(
    mut original: Vec<Value>,
    patch: Vec<Value>,
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), PatchError> {
    let mut plain = Vec::new();
    let mut replaces = false;
    for element in patch {
        match element.at(DIRECTIVE) {
            None => plain.push(element),
            Some(directive) => match directive.as_str() {
                Some("delete") => {
                    let (_, value) = keyed(&element, key)?;
                    original.retain(|one| one.at(key) != Some(value));
                }
                Some("replace") => replaces = true,
                Some("merge") => {
                    return malformed("merging lists cannot yet be specified in the patch");
                }
                _ => return bad_directive(directive, &element),
            },
        }
    }
    Ok(if replaces { (plain, Vec::new()) } else { (original, plain) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::merge::{strategic_patch, strategic_patch_between};

    fn value(text: &str) -> Value {
        serde_json::from_str(text).expect("valid")
    }

    fn patched(kind: &str, document: &str, patch: &str) -> Result<Value, PatchError> {
        let version = if kind == "Deployment" { "apps/v1" } else { "v1" };
        strategic_patch(value(document), value(patch), Schema::of_kind(kind, version))
    }

    #[test]
    fn containers_are_told_apart_by_name_and_ports_by_number() {
        let document = r#"{"spec":{"containers":[
            {"name":"a","image":"x","ports":[{"containerPort":80,"name":"http"}]},
            {"name":"b","image":"y"}]}}"#;
        let patch = r#"{"spec":{"containers":[
            {"name":"c","image":"z"},
            {"name":"a","image":"w","ports":[{"containerPort":80,"name":"web"},
                                            {"containerPort":81}]}]}}"#;
        let expected = value(
            r#"{"spec":{"containers":[{"name":"c","image":"z"},
               {"name":"a","image":"w","ports":[{"containerPort":80,"name":"web"},
                                                {"containerPort":81}]},
               {"name":"b","image":"y"}]}}"#,
        );
        assert_eq!(patched("Pod", document, patch), Ok(expected));
    }

    #[test]
    fn directives_delete_replace_and_order() {
        let document = r#"{"metadata":{"finalizers":["a","b"],"labels":{"x":"1"}},
            "spec":{"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}}"#;
        let patch = r#"{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],
                                    "labels":{"$patch":"replace","y":"2"}},
            "spec":{"$setElementOrder/containers":[{"name":"c"},{"name":"a"}],
                    "containers":[{"name":"b","$patch":"delete"}]}}"#;
        let expected = value(
            r#"{"metadata":{"finalizers":["b"],"labels":{"y":"2"}},
                "spec":{"containers":[{"name":"c"},{"name":"a"}]}}"#,
        );
        assert_eq!(patched("Pod", document, patch), Ok(expected));
        let all = r#"{"spec":{"containers":[{"$patch":"replace"},{"name":"z"}]}}"#;
        let replaced = patched("Pod", document, all).expect("valid");
        let containers = replaced.at("spec").and_then(|spec| spec.at("containers"));
        assert_eq!(containers, Some(&value(r#"[{"name":"z"}]"#)));
        let odd = r#"{"spec":{"$patch":"spin"}}"#;
        assert!(matches!(patched("Pod", document, odd), Err(PatchError::Misfit(_))));
    }

    #[test]
    fn a_change_of_strategy_retains_only_the_keys_it_names() {
        let document = r#"{"spec":{"strategy":{"type":"RollingUpdate",
                                               "rollingUpdate":{"maxSurge":1}}}}"#;
        let patch = r#"{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}"#;
        let expected = value(r#"{"spec":{"strategy":{"type":"Recreate"}}}"#);
        assert_eq!(patched("Deployment", document, patch), Ok(expected.clone()));
        let schema = Schema::of_kind("Deployment", "apps/v1");
        let made = strategic_patch_between(&value(document), &expected, schema).expect("valid");
        assert_eq!(strategic_patch(value(document), made, schema), Ok(expected));
    }

    #[test]
    fn a_made_patch_carried_out_gives_the_document_it_was_made_for() {
        let schema = Schema::of_kind("Pod", "v1");
        let documents = [
            r#"{"metadata":{"labels":{"a":"1"},"finalizers":["x","y"]},
                "spec":{"containers":[{"name":"a","args":["1"],"env":[{"name":"A"}]}]}}"#,
            r#"{"metadata":{"finalizers":["y","z"]},
                "spec":{"containers":[{"name":"b"},{"name":"a","args":["2","3"]}],
                        "tolerations":[{"key":"k"}]}}"#,
            r#"{"metadata":{"labels":{}},"spec":{"containers":[{"name":"b","image":"i"}]}}"#,
        ];
        for from in documents {
            for to in documents {
                let (from, to) = (value(from), value(to));
                let patch = strategic_patch_between(&from, &to, schema).expect("valid");
                assert_eq!(from == to, patch == value("{}"));
                assert_eq!(strategic_patch(from, patch, schema), Ok(to));
            }
        }
    }

    #[test]
    fn a_patch_against_the_order_it_asks_for_is_refused() {
        let patch = r#"{"spec":{"$setElementOrder/containers":[{"name":"a"},{"name":"b"}],
                                "containers":[{"name":"b"},{"name":"a"}]}}"#;
        let refused = patched("Pod", r#"{"spec":{}}"#, patch);
        assert!(
            matches!(refused, Err(PatchError::Malformed(text)) if text.contains("doesn't match"))
        );
    }
}
