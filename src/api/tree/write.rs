//! Types to values.
//!
//! Must not know types. Invariant: no mapping has a key without a value.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::ser::{self, Serialize, Serializer};

use crate::api::Value;
use crate::api::tree::Misfit;
use crate::base::Str;

/// A type that writes itself as a value.
pub(super) fn write_by_serde<T: Serialize>(part: &T) -> Value {
    part.serialize(Writer).expect("objects are plain data with text keys")
}

/// Makes values.
#[derive(Clone, Copy, Debug)]
pub struct Writer;

fn number(text: String) -> Value {
    Value::Float(text.into())
}

fn unfit<T>() -> Result<T, Misfit> {
    Err(Misfit("objects are plain data".to_owned()))
}

macro_rules! whole_numbers {
    ($($method:ident $kind:ty),*) => {
        $(fn $method(self, value: $kind) -> Result<Value, Misfit> {
            Ok(Value::Int(i64::from(value)))
        })*
    };
}

impl Serializer for Writer {
    type Ok = Value;
    type Error = Misfit;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = ser::Impossible<Value, Misfit>;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Variant;

    whole_numbers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32
    }

    fn serialize_u64(self, value: u64) -> Result<Value, Misfit> {
        Ok(i64::try_from(value).map_or_else(|_| number(value.to_string()), Value::Int))
    }

    fn serialize_bool(self, value: bool) -> Result<Value, Misfit> {
        Ok(Value::Bool(value))
    }

    fn serialize_f32(self, value: f32) -> Result<Value, Misfit> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<Value, Misfit> {
        let found = serde_json::Number::from_f64(value);
        Ok(found.map_or(Value::Null, |found| number(found.to_string())))
    }

    fn serialize_char(self, value: char) -> Result<Value, Misfit> {
        self.collect_str(&value)
    }

    fn serialize_str(self, value: &str) -> Result<Value, Misfit> {
        Ok(Value::Str(value.into()))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<Value, Misfit> {
        Ok(Value::Str(value.to_string().into()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, Misfit> {
        unfit()
    }

    fn serialize_none(self) -> Result<Value, Misfit> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Misfit> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Misfit> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Misfit> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, Misfit> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, Misfit> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Misfit> {
        Ok(Value::map([(variant, value.serialize(self)?)]))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items, Misfit> {
        Ok(Items(Vec::with_capacity(len.unwrap_or_default())))
    }

    fn serialize_tuple(self, len: usize) -> Result<Items, Misfit> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items, Misfit> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Misfit> {
        unfit()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Misfit> {
        Ok(Entries::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries, Misfit> {
        Ok(Entries::default())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Variant, Misfit> {
        Ok(Variant(variant, Entries::default()))
    }
}

/// A list in the making.
#[derive(Debug)]
pub struct Items(Vec<Value>);

impl ser::SerializeSeq for Items {
    type Ok = Value;
    type Error = Misfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Misfit> {
        self.0.push(value.serialize(Writer)?);
        Ok(())
    }

    fn end(self) -> Result<Value, Misfit> {
        Ok(Value::List(self.0))
    }
}

impl ser::SerializeTuple for Items {
    type Ok = Value;
    type Error = Misfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Misfit> {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Value, Misfit> {
        Ok(Value::List(self.0))
    }
}

impl ser::SerializeTupleStruct for Items {
    type Ok = Value;
    type Error = Misfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Misfit> {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Value, Misfit> {
        Ok(Value::List(self.0))
    }
}

/// A mapping in the making.
#[derive(Debug, Default)]
pub struct Entries {
    all: BTreeMap<Str, Value>,
    /// The key whose value comes next.
    key: Str,
}

impl Entries {
    #[inline(never)]
    fn put(&mut self, key: Str, value: Result<Value, Misfit>) -> Result<(), Misfit> {
        match value? {
            Value::Null => {}
            value => drop(self.all.insert(key, value)),
        }
        Ok(())
    }
}

impl ser::SerializeMap for Entries {
    type Ok = Value;
    type Error = Misfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Misfit> {
        match key.serialize(Writer)? {
            Value::Str(key) => self.key = key,
            _ => return unfit(),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Misfit> {
        let key = std::mem::take(&mut self.key);
        self.put(key, value.serialize(Writer))
    }

    fn end(self) -> Result<Value, Misfit> {
        Ok(Value::Map(self.all))
    }
}

impl ser::SerializeStruct for Entries {
    type Ok = Value;
    type Error = Misfit;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Misfit> {
        self.put(Str::new_static(key), value.serialize(Writer))
    }

    fn end(self) -> Result<Value, Misfit> {
        Ok(Value::Map(self.all))
    }
}

/// The fields of an enum's variant, under its name.
#[derive(Debug)]
pub struct Variant(&'static str, Entries);

impl ser::SerializeStructVariant for Variant {
    type Ok = Value;
    type Error = Misfit;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Misfit> {
        self.1.put(Str::new_static(key), value.serialize(Writer))
    }

    fn end(self) -> Result<Value, Misfit> {
        Ok(Value::map([(self.0, Value::Map(self.1.all))]))
    }
}
