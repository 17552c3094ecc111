//! Structs field by field: what the derives of the API's types leave to be done once.
//!
//! Must not know types. Invariant: a key without a value is as good as no key, both ways.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::de::Error as _;

use crate::api::tree::read::Tree;
use crate::api::tree::{FromTree, IntoTree, Misfit};
use crate::api::{Rest, Value};
use crate::base::Str;

/// The names of a struct's fields.
pub struct Names {
    /// All of them.
    pub all: &'static [&'static str],
    /// What is expected where the struct belongs.
    pub expected: &'static str,
    /// Whether none may be missing.
    pub must_have_all: bool,
}

/// A struct that takes its fields.
pub trait Fill {
    /// The names of the fields.
    fn names(&self) -> Names;
    /// Takes the field at this place of the names.
    ///
    /// # Errors
    /// The value does not fit.
    fn take(&mut self, at: usize, value: &Value) -> Result<(), Misfit>;
    /// What has no field of its own, if it is kept.
    fn rest(&mut self) -> Option<&mut Rest> {
        None
    }
}

/// A struct that gives its fields.
pub trait Give {
    /// The names of the fields.
    fn names(&self) -> &'static [&'static str];
    /// The field at this place of the names; null if it is not written.
    fn give(&self, at: usize) -> Value;
    /// What has no field of its own, if it is kept.
    fn rest(&self) -> Option<&Rest> {
        None
    }
}

/// Gives a new struct the fields of a mapping.
///
/// # Errors
/// The first field that does not fit, or the first that is missing and must not.
pub fn fill(new: &mut dyn Fill, value: &Value) -> Result<(), Misfit> {
    if *value == Value::Null {
        // Models encoding/json/decode.go Unmarshal: null leaves what it is read into as it is.
        return Ok(());
    }
    let Value::Map(entries) = value else {
        return Err(Tree::of(value).misfit(&new.names().expected));
    };
    fill_without(new, entries, &[])
}

/// The same from the entries of a mapping without some of its keys.
pub(super) fn fill_without(
    new: &mut dyn Fill,
    entries: &BTreeMap<Str, Value>,
    without: &[&str],
) -> Result<(), Misfit> {
    let names = new.names();
    let mut rest = BTreeMap::new();
    for (key, value) in entries {
        if *value == Value::Null || without.contains(&key.as_str()) {
            continue;
        }
        match names.all.iter().position(|name| *name == key.as_str()) {
            Some(at) => new.take(at, value)?,
            None => drop(rest.insert(key.clone(), value)),
        }
    }
    let is_missing = |name: &&&str| entries.get(**name).is_none_or(|one| *one == Value::Null);
    if names.must_have_all
        && let Some(missing) = names.all.iter().find(is_missing)
    {
        return Err(Misfit::missing_field(missing));
    }
    if let Some(kept) = new.rest()
        && !rest.is_empty()
    {
        let mut all = BTreeMap::new();
        for (key, value) in rest {
            all.insert(key, Value::of(value)?);
        }
        *kept = Rc::new(all);
    }
    Ok(())
}

/// A struct as a mapping.
pub fn give(part: &dyn Give) -> Value {
    let mut all = BTreeMap::new();
    for (at, name) in part.names().iter().enumerate() {
        put(&mut all, Str::new_static(name), part.give(at));
    }
    for (key, value) in part.rest().into_iter().flat_map(|rest| &**rest) {
        put(&mut all, key.clone(), value.write());
    }
    Value::Map(all)
}

pub(super) fn put(all: &mut BTreeMap<Str, Value>, key: Str, value: Value) {
    if value != Value::Null {
        all.insert(key, value);
    }
}

/// The place of a word among those that an enum knows.
///
/// # Errors
/// It is no word, or none of these.
pub fn word(value: &Value, words: &'static [&'static str]) -> Result<usize, Misfit> {
    let Value::Str(text) = value else {
        return Err(Tree::of(value).misfit(&"string or map"));
    };
    let found = words.iter().position(|word| *word == text.as_str());
    found.ok_or_else(|| Misfit::unknown_variant(text, words))
}
