//! Reading an encoded object field by field, as Go reads one: what is not there is empty.
//!
//! Must not know kinds. Invariant: looking never fails.

use std::collections::BTreeMap;

use crate::api::Value;
use crate::base::Str;

/// A place in an encoded object; perhaps nothing is there.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a>(Option<&'a Value>);

impl<'a> From<&'a Value> for Look<'a> {
    fn from(value: &'a Value) -> Self {
        Look(Some(value))
    }
}

impl<'a> Look<'a> {
    /// A field, or a field of a field: `at("spec.template")`.
    #[must_use]
    pub fn at(self, path: &str) -> Look<'a> {
        let found =
            path.split('.').try_fold(self.0, |value, key| value?.at(key).map(Some)).flatten();
        Look(found)
    }

    /// A field whose name has dots.
    #[must_use]
    pub fn key(self, key: &str) -> Look<'a> {
        Look(self.0.and_then(|value| value.at(key)))
    }

    /// The value that is there.
    pub fn value(self) -> Option<&'a Value> {
        self.0
    }

    /// Whether something is there.
    pub fn is_some(self) -> bool {
        self.0.is_some()
    }

    /// The text of a string, or nothing.
    pub fn text(self) -> &'a str {
        self.0.and_then(Value::as_str).unwrap_or_default()
    }

    /// The text of a string, or what stands for an empty one.
    pub fn text_or(self, other: &'a str) -> &'a str {
        match self.text() {
            "" => other,
            text => text,
        }
    }

    /// A whole number, or 0.
    pub fn int(self) -> i64 {
        match self.0 {
            Some(Value::Int(number)) => *number,
            _ => 0,
        }
    }

    /// A truth value, or false.
    pub fn bool(self) -> bool {
        matches!(self.0, Some(Value::Bool(true)))
    }

    /// Any scalar as text: numbers, truth values, strings.
    pub fn plain(self) -> String {
        match self.0 {
            Some(Value::Bool(value)) => value.to_string(),
            Some(Value::Int(number)) => number.to_string(),
            Some(Value::Float(text) | Value::Str(text)) => text.to_string(),
            _ => String::new(),
        }
    }

    /// The items of a list.
    pub fn list(self) -> impl DoubleEndedIterator<Item = Look<'a>> + ExactSizeIterator {
        let items: &'a [Value] = match self.0 {
            Some(Value::List(items)) => items,
            _ => &[],
        };
        items.iter().map(Look::from)
    }

    /// The entries of a mapping, by key.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = (&'a str, Look<'a>)> {
        let entries: Option<&'a BTreeMap<Str, Value>> = match self.0 {
            Some(Value::Map(entries)) => Some(entries),
            _ => None,
        };
        entries.into_iter().flatten().map(|(key, value)| (&**key, Look::from(value)))
    }

    /// Whether there is no item and no entry.
    pub fn is_empty(self) -> bool {
        match self.0 {
            Some(Value::List(items)) => items.is_empty(),
            Some(Value::Map(entries)) => entries.is_empty(),
            Some(Value::Str(text)) => text.is_empty(),
            Some(Value::Null) | None => true,
            Some(_) => false,
        }
    }

    /// The first item of a list with this text at a key.
    #[must_use]
    pub fn find(self, key: &str, text: &str) -> Look<'a> {
        self.list().find(|one| one.key(key).text() == text).unwrap_or(Look(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_empty() {
        let value: Value =
            serde_json::from_str(r#"{"a":{"b":[{"name":"x","n":3}]},"c.d":true}"#).expect("valid");
        let look = Look::from(&value);
        assert_eq!(look.at("a.b").find("name", "x").at("n").int(), 3);
        assert!(look.key("c.d").bool());
        assert!(!look.at("a.x.y").is_some());
        assert_eq!(look.at("a.x.y").text(), "");
        assert_eq!(look.at("a.b").list().len(), 1);
    }
}
