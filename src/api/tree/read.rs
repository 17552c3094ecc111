//! Types from values.
//!
//! Must not know types. Invariant: a key without a value is as good as no key.

use std::collections::{BTreeMap, btree_map};
use std::slice;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::api::Value;
use crate::api::tree::Misfit;
use crate::base::Str;

/// A typed part of an object from a value.
///
/// # Errors
/// The first field that does not fit.
pub fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Misfit> {
    T::deserialize(Tree(value))
}

/// The same from the entries of a mapping without some of its keys.
///
/// # Errors
/// The first field that does not fit.
pub fn read_without<T: DeserializeOwned>(
    entries: &BTreeMap<Str, Value>,
    without: &'static [&'static str],
) -> Result<T, Misfit> {
    T::deserialize(Part { entries, without })
}

/// A value that is read.
#[derive(Clone, Copy)]
struct Tree<'a>(&'a Value);

impl Tree<'_> {
    /// What is said of a value of another type than was expected.
    #[inline(never)]
    fn misfit(self, expected: &dyn Expected) -> Misfit {
        let unexpected = match self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Int(number) => Unexpected::Signed(*number),
            Value::Float(text) => match number_of(text) {
                Some(number) => Unexpected::Float(number),
                None => Unexpected::Str(text),
            },
            Value::Str(text) => Unexpected::Str(text),
            Value::List(_) => Unexpected::Seq,
            Value::Map(_) => Unexpected::Map,
        };
        Misfit::invalid_type(unexpected, expected)
    }
}

fn number_of(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

macro_rules! whole_numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            match self.0 {
                Value::Int(number) => visitor.visit_i64(*number),
                Value::Float(text) if let Some(number) = number_of(text) => {
                    visitor.visit_f64(number)
                }
                _ => Err(self.misfit(&visitor)),
            }
        })*
    };
}

macro_rules! texts {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            match self.0 {
                Value::Str(text) => visitor.visit_str(text),
                _ => Err(self.misfit(&visitor)),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Tree<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(number) => visitor.visit_i64(*number),
            Value::Float(text) => match number_of(text) {
                Some(number) => visitor.visit_f64(number),
                None => visitor.visit_str(text),
            },
            Value::Str(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(Items(items.iter())),
            Value::Map(entries) => visitor.visit_map(Entries::of(entries, &[])),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(*value),
            _ => Err(self.misfit(&visitor)),
        }
    }

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::List(items) => visitor.visit_seq(Items(items.iter())),
            _ => Err(self.misfit(&visitor)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Map(entries) => visitor.visit_map(Entries::of(entries, &[])),
            _ => Err(self.misfit(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_map(visitor)
    }

    /// The enums of the API are words.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.0 {
            Value::Str(text) => visitor.visit_enum(key(text)),
            _ => Err(self.misfit(&"string or map")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf unit unit_struct tuple tuple_struct }
}

/// A mapping of which some keys are not read.
struct Part<'a> {
    entries: &'a BTreeMap<Str, Value>,
    without: &'static [&'static str],
}

impl<'de> Deserializer<'de> for Part<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(Entries::of(self.entries, self.without))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

/// A word of which it is clear that it is one.
fn key(text: &str) -> StrDeserializer<'_, Misfit> {
    text.into_deserializer()
}

struct Items<'a>(slice::Iter<'a, Value>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        self.0.next().map(|value| seed.deserialize(Tree(value))).transpose()
    }
}

struct Entries<'a> {
    left: btree_map::Iter<'a, Str, Value>,
    without: &'static [&'static str],
    value: &'a Value,
}

impl<'a> Entries<'a> {
    fn of(entries: &'a BTreeMap<Str, Value>, without: &'static [&'static str]) -> Entries<'a> {
        Entries { left: entries.iter(), without, value: &Value::Null }
    }

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let without = self.without;
        let (key, value) = self
            .left
            .by_ref()
            .find(|(key, value)| **value != Value::Null && !without.contains(&key.as_str()))?;
        self.value = value;
        Some(key)
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some(found) = self.next() else { return Ok(None) };
        seed.deserialize(key(found)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        seed.deserialize(Tree(self.value))
    }
}
