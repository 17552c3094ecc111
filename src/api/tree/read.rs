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

/// A value as a type that reads itself.
pub(super) fn read_by_serde<T: DeserializeOwned>(value: &Value) -> Result<T, Misfit> {
    T::deserialize(Tree(value))
}

/// A value that is read.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a>(&'a Value);

impl<'a> Tree<'a> {
    /// A value to read.
    pub const fn of(value: &'a Value) -> Tree<'a> {
        Tree(value)
    }

    /// What is said of a value of another type than was expected.
    #[inline(never)]
    pub(super) fn misfit(self, expected: &dyn Expected) -> Misfit {
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
            Value::Map(entries) => visitor.visit_map(Entries::of(entries)),
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
            Value::Map(entries) => visitor.visit_map(Entries::of(entries)),
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
    value: &'a Value,
}

impl<'a> Entries<'a> {
    fn of(entries: &'a BTreeMap<Str, Value>) -> Entries<'a> {
        Entries { left: entries.iter(), value: &Value::Null }
    }

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let (key, value) = self.left.by_ref().find(|(_, value)| **value != Value::Null)?;
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
