//! Untyped values: fields that are kept though no type names them, and int-or-string.
//!
//! Must not know kinds. Invariant: a value read and written again is the same.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::{Str, gather};

/// A JSON-like value. Numbers with a fraction keep their text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, as its shortest text.
    Float(Str),
    /// A string.
    Str(Str),
    /// A list.
    List(Vec<Value>),
    /// A mapping.
    Map(BTreeMap<Str, Value>),
}

/// The fields of an object that no type names; shared, since they rarely change.
pub type Rest = Rc<BTreeMap<Str, Value>>;

impl Value {
    /// A mapping with these entries; of a repeated key the last counts.
    pub fn map<K: Into<Str>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(gather(entries.into_iter().map(|(key, value)| (key.into(), value))))
    }

    /// The value at a key of a mapping.
    pub fn at(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The text at a key of a mapping; empty if there is none.
    pub fn word(&self, key: &str) -> &str {
        self.at(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// The items of the list at a key of a mapping.
    pub fn items(&self, key: &str) -> &[Value] {
        match self.at(key) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The whole number at a key of a mapping.
    pub fn int(&self, key: &str) -> Option<i64> {
        match self.at(key) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether `true` stands at a key of a mapping.
    pub fn is_on(&self, key: &str) -> bool {
        self.at(key) == Some(&Value::Bool(true))
    }

    /// Whether a key of a mapping holds nothing: no text, no items, or nothing at all.
    pub fn lacks(&self, key: &str) -> bool {
        match self.at(key) {
            None | Some(Value::Null) => true,
            Some(Value::Str(text)) => text.is_empty(),
            Some(Value::List(items)) => items.is_empty(),
            Some(Value::Map(entries)) => entries.is_empty(),
            Some(_) => false,
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) => serializer.serialize_i64(*value),
            Value::Float(text) => match text.parse::<f64>() {
                Ok(number) => serializer.serialize_f64(number),
                Err(_) => serializer.serialize_str(text),
            },
            Value::Str(text) => serializer.serialize_str(text),
            Value::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or_else(|_| Value::Float(value.to_string().into()), Value::Int))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value.to_string().into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Str(value.into()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Deserialize::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some((key, value)) = map.next_entry::<Str, Value>()? {
            entries.insert(key, value);
        }
        Ok(Value::Map(entries))
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

/// A whole number, or a string such as `25%` or a port's name.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum IntOrString {
    /// A whole number.
    Int(i32),
    /// A string.
    Str(Str),
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IntOrString::Int(number) => write!(f, "{number}"),
            IntOrString::Str(text) => f.write_str(text),
        }
    }
}

impl IntOrString {
    /// The number, or the percentage of `total` rounded up or down.
    ///
    /// Models staging/src/k8s.io/apimachinery/pkg/util/intstr GetScaledValueFromIntOrPercent
    pub fn scaled(&self, total: i32, round_up: bool) -> Option<i32> {
        match self {
            IntOrString::Int(number) => Some(*number),
            IntOrString::Str(text) => {
                let percent: i64 = text.strip_suffix('%')?.parse().ok()?;
                let product = percent * i64::from(total);
                let part = if round_up { (product + 99).div_euclid(100) } else { product / 100 };
                i32::try_from(part).ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_round_the_way_they_are_asked_to() {
        let quarter = IntOrString::Str("25%".into());
        assert_eq!(quarter.scaled(3, true), Some(1));
        assert_eq!(quarter.scaled(3, false), Some(0));
        assert_eq!(IntOrString::Str("http".into()).scaled(3, true), None);
    }

    #[test]
    fn a_value_reads_back_as_it_was_written() {
        let text = r#"{"a":[1,-2,"x",null,true],"b":{"c":1.5}}"#;
        let value: Value = serde_json::from_str(text).expect("valid");
        assert_eq!(serde_json::to_string(&value).expect("plain"), text);
    }
}
