//! The strategic merge patch between two documents.
//!
//! Must not know which documents are compared. Invariant: neither document is changed, and
//! equal documents give an empty patch.

use crate::api::Value;
use crate::api::merge::lists::{are_maps, distinct, keyed, sorted_by, text_of};
use crate::api::merge::schema::Schema;
use crate::api::merge::strategic::{DELETE_FROM, DIRECTIVE, ORDER, RETAIN};
use crate::api::merge::{Entries, PatchError};
use crate::base::Order as _;
use crate::base::Str;

/// Which differences are wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// What is new or other.
    pub(super) changes: bool,
    /// What is gone.
    pub(super) deletions: bool,
    /// Whether the mapping at hand gets `$retainKeys`.
    retains_keys: bool,
}

impl Wanted {
    pub(super) const ALL: Wanted = Wanted { changes: true, deletions: true, retains_keys: false };
    pub(super) const CHANGES: Wanted = Wanted { deletions: false, ..Wanted::ALL };
    pub(super) const DELETIONS: Wanted = Wanted { changes: false, ..Wanted::ALL };
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go diffMaps
pub(super) fn maps(
    original: &Entries,
    modified: &Entries,
    schema: Schema,
    wanted: Wanted,
) -> Result<Entries, PatchError> {
    let mut patch = Entries::new();
    for (key, new) in modified {
        match (original.get(key), new) {
            (Some(Value::Map(old)), Value::Map(new)) => {
                if old == new && !wanted.retains_keys {
                    continue;
                }
                map(key, old, new, schema, wanted, &mut patch)?;
            }
            (Some(Value::List(old)), Value::List(new)) => {
                list(key, old, new, schema, wanted, &mut patch)?;
            }
            (old, new) => {
                if wanted.changes && old != Some(new) {
                    patch.insert(key.clone(), new.clone());
                }
            }
        }
    }
    if wanted.deletions {
        for key in original.keys().filter(|key| !modified.contains_key(*key)) {
            patch.insert(key.clone(), Value::Null);
        }
    }
    if wanted.retains_keys {
        let kept = modified.iter().filter(|(_, value)| **value != Value::Null);
        let kept: Vec<Value> = kept.map(|(key, _)| Value::Str(key.clone())).collect();
        let has_more = original
            .iter()
            .any(|(key, value)| *value != Value::Null && !modified.contains_key(key));
        if !kept.is_empty() && (!patch.is_empty() || has_more) {
            patch.insert(RETAIN.into(), Value::List(kept));
        }
    }
    Ok(patch)
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go handleMapDiff
fn map(
    key: &Str,
    old: &Entries,
    new: &Entries,
    schema: Schema,
    wanted: Wanted,
    patch: &mut Entries,
) -> Result<(), PatchError> {
    let rule = match schema.rule(key) {
        Ok(rule) => rule,
        Err(_) if old == new => return Ok(()),
        Err(error) => return Err(error),
    };
    if rule.replaces {
        if wanted.changes && old != new {
            patch.insert(key.clone(), Value::Map(new.clone()));
        }
        return Ok(());
    }
    let wanted = Wanted { retains_keys: rule.retains_keys, ..wanted };
    let inner = maps(old, new, rule.inner, wanted)?;
    if !inner.is_empty() {
        patch.insert(key.clone(), Value::Map(inner));
    }
    Ok(())
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go handleSliceDiff
fn list(
    key: &Str,
    old: &[Value],
    new: &[Value],
    schema: Schema,
    wanted: Wanted,
    patch: &mut Entries,
) -> Result<(), PatchError> {
    let rule = match schema.rule(key) {
        Ok(rule) => rule,
        Err(_) if old == new => return Ok(()),
        Err(error) => return Err(error),
    };
    if !rule.merges {
        if wanted.changes && old != new {
            patch.insert(key.clone(), Value::List(new.to_vec()));
        }
        return Ok(());
    }
    if old.is_empty() {
        if !new.is_empty() && wanted.changes {
            patch.insert(key.clone(), Value::List(new.to_vec()));
        }
        return Ok(());
    }
    let wanted = Wanted { retains_keys: rule.retains_keys, ..wanted };
    let found = if are_maps(old.iter().chain(new))? {
        of_maps(old, new, rule.inner, rule.merge_key, wanted)?
    } else {
        of_scalars(old, new, wanted)
    };
    let mut put = |key: Str, list: Vec<Value>| {
        if !list.is_empty() {
            patch.insert(key, Value::List(list));
        }
    };
    put(key.clone(), found.elements);
    put(format!("{DELETE_FROM}/{key}").into(), found.deletions);
    put(format!("{ORDER}/{key}").into(), found.order);
    Ok(())
}

struct Found {
    elements: Vec<Value>,
    deletions: Vec<Value>,
    order: Vec<Value>,
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
/// diffListsOfScalars
fn of_scalars(old: &[Value], new: &[Value], wanted: Wanted) -> Found {
    let sort = |list: &[Value]| {
        let mut list = list.to_vec();
        list.order_by_key(text_of);
        list
    };
    let missing = |list: &[Value], other: &[Value]| -> Vec<Value> {
        let mut rest = other.to_vec();
        let is_missing = |one: &Value| match rest.iter().position(|other| other == one) {
            Some(at) => {
                rest.remove(at);
                false
            }
            None => true,
        };
        list.iter()
            .filter({
                let mut is_missing = is_missing;
                move |one| is_missing(one)
            })
            .cloned()
            .collect()
    };
    let added = if wanted.changes { missing(&sort(new), old) } else { Vec::new() };
    let deleted = if wanted.deletions { missing(&sort(old), new) } else { Vec::new() };
    let is_ordered = (wanted.deletions && !deleted.is_empty()) || (wanted.changes && old != new);
    Found {
        elements: sorted_by(added, new, ""),
        deletions: distinct(deleted),
        order: if is_ordered { new.to_vec() } else { Vec::new() },
    }
}

/// Models staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go diffListsOfMaps
fn of_maps(
    old: &[Value],
    new: &[Value],
    schema: Schema,
    key: &str,
    wanted: Wanted,
) -> Result<Found, PatchError> {
    let mut elements = Vec::new();
    let mut deletions = Vec::new();
    let by_key = |list: &'_ [Value]| -> Result<Vec<(String, Value)>, PatchError> {
        let mut marked = Vec::new();
        for one in list {
            marked.push((text_of(keyed(one, key)?.1), one.clone()));
        }
        marked.order_by(|one, other| one.0.cmp(&other.0));
        Ok(marked)
    };
    let mut olds = by_key(old)?.into_iter().peekable();
    let mut news = by_key(new)?.into_iter().peekable();
    loop {
        let order = match (olds.peek(), news.peek()) {
            (None, None) => break,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(old), Some(new)) => old.0.cmp(&new.0),
        };
        let one = (order.is_le()).then(|| olds.next()).flatten();
        let other = (order.is_ge()).then(|| news.next()).flatten();
        match (one, other) {
            (Some((_, old)), Some((_, new))) => {
                let (value, new) = (keyed(&new, key)?.1.clone(), keyed(&new, key)?.0);
                let mut inner = maps(keyed(&old, key)?.0, new, schema, wanted)?;
                if !inner.is_empty() {
                    inner.insert(key.into(), value);
                    elements.push(Value::Map(inner));
                }
            }
            (Some((_, old)), None) if wanted.deletions => {
                let value = keyed(&old, key)?.1.clone();
                let directive = (DIRECTIVE.into(), Value::Str("delete".into()));
                deletions.push(Value::Map([directive, (key.into(), value)].into()));
            }
            (None, Some((_, new))) if wanted.changes => elements.push(new),
            _ => {}
        }
    }
    let mut elements = sorted_by(elements, new, key);
    let is_same_order = old.len() == new.len()
        && old.iter().zip(new).all(|(one, other)| one.at(key) == other.at(key));
    elements.extend(deletions);
    let has_order = (wanted.changes && (!elements.is_empty() || !is_same_order))
        || (wanted.deletions && !elements.is_empty());
    let order = if has_order {
        let named = new.iter().filter_map(|one| one.at(key));
        named.map(|value| Value::map([(key, value.clone())])).collect()
    } else {
        Vec::new()
    };
    Ok(Found { elements, deletions: Vec::new(), order })
}
