//! Lists in strategic merges: elements told apart by a key, and their order.
//!
//! Must not know types. Invariant: no order depends on anything but the lists given.

use crate::api::Value;
use crate::api::merge::{Entries, PatchError, malformed};
use crate::base::Order as _;

/// The text by which a merge key's value is compared and sorted.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Str(text) | Value::Float(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null => "<nil>".to_owned(),
        Value::List(_) | Value::Map(_) => String::new(),
    }
}

/// What tells an element apart: the value at its merge key, or the element itself.
pub(super) fn mark<'a>(element: &'a Value, merge_key: &str) -> Option<&'a Value> {
    if merge_key.is_empty() { Some(element) } else { element.at(merge_key) }
}

/// The element as a mapping with its merge key's value.
pub(super) fn keyed<'a>(
    element: &'a Value,
    merge_key: &str,
) -> Result<(&'a Entries, &'a Value), PatchError> {
    let Value::Map(entries) = element else {
        return malformed("expected a map in a merging list");
    };
    match entries.get(merge_key) {
        Some(value) => Ok((entries, value)),
        None => malformed(format!(
            "map: {} does not contain declared merge key: {merge_key}",
            crate::api::go::printed(element)
        )),
    }
}

/// Whether all elements are of one form: mappings (`Some(true)`) or scalars (`Some(false)`).
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go sliceElementType
pub(super) fn are_maps<'a>(
    elements: impl IntoIterator<Item = &'a Value>,
) -> Result<bool, PatchError> {
    let mut form = None;
    for element in elements {
        let one = std::mem::discriminant(element);
        if matches!(element, Value::List(_)) {
            return malformed("lists of lists are not supported");
        }
        if *form.get_or_insert((one, matches!(element, Value::Map(_)))) != (one, is_map(element)) {
            return malformed("list element types are not identical");
        }
    }
    form.map(|(_, is_map)| is_map)
        .ok_or_else(|| PatchError::Malformed("no elements in any of the given slices".into()))
}

fn is_map(value: &Value) -> bool {
    matches!(value, Value::Map(_))
}

fn index(list: &[Value], element: &Value, merge_key: &str) -> Option<usize> {
    let wanted = mark(element, merge_key)?;
    list.iter().position(|one| mark(one, merge_key) == Some(wanted))
}

/// Whether the element asks to be deleted.
pub(super) fn is_deletion(element: &Value) -> bool {
    element.at("$patch").and_then(Value::as_str) == Some("delete")
}

/// The list in the order of another; deletions come last.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go normalizeSliceOrder
pub(super) fn sorted_by(list: Vec<Value>, order: &[Value], merge_key: &str) -> Vec<Value> {
    let (deletions, mut kept): (Vec<_>, Vec<_>) = list.into_iter().partition(is_deletion);
    kept.order_by_key(|one| index(order, one, merge_key).unwrap_or(usize::MAX));
    kept.extend(deletions);
    kept
}

/// Both lists as one: each keeps its order, and they are interleaved as in `live`.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// normalizeElementOrder, mergeSortedSlice
pub(super) fn interleaved(
    patch: Vec<Value>,
    server_only: Vec<Value>,
    patch_order: &[Value],
    live: &[Value],
    merge_key: &str,
) -> Vec<Value> {
    let mut left = sorted_by(server_only, live, merge_key).into_iter().peekable();
    let mut right = sorted_by(patch, patch_order, merge_key).into_iter().peekable();
    let mut all = Vec::new();
    while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
        let places = (index(live, one, merge_key), index(live, other, merge_key));
        let is_left = matches!(places, (Some(one), Some(other)) if one < other);
        all.extend(if is_left { left.next() } else { right.next() });
    }
    all.extend(left);
    all.extend(right);
    all
}

/// Splits a list into the elements that another names and the rest.
pub(super) fn partition(
    list: Vec<Value>,
    named: &[Value],
    merge_key: &str,
) -> (Vec<Value>, Vec<Value>) {
    list.into_iter().partition(|one| index(named, one, merge_key).is_some())
}

/// The place of the element with this value at the merge key.
pub(super) fn find(list: &[Value], merge_key: &str, value: &Value) -> Option<usize> {
    list.iter().position(|one| one.at(merge_key) == Some(value))
}

/// The list without repetitions.
pub(super) fn distinct(list: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for one in list {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}
