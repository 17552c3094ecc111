//! Reads a typed object out of a `Value` and says where and why it can't.
//!
//! Must not know kinds. Invariant: an error's path names the innermost field that was read.

use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};

use crate::api::Value;
use crate::base::Str;

/// One step from a value to a part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    /// A field of a type, which carries its Go name.
    Field { of: String, name: Str },
    /// A key of a free mapping.
    Key(Str),
    /// A position of a list.
    Index(usize),
}

/// Why a value does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Cause {
    /// Its JSON type is another one: what it is and what was expected.
    Type { found: String, expected: String },
    /// A number is outside of what Kubernetes allows.
    Range { found: String, rule: &'static str },
    /// A type's own words.
    Words(String),
}

/// Why a value can't be read, innermost step first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Mismatch {
    steps: Vec<Step>,
    cause: Cause,
}

impl Mismatch {
    fn new(cause: Cause) -> Mismatch {
        Mismatch { steps: Vec::new(), cause }
    }

    fn under(mut self, step: Step) -> Mismatch {
        self.steps.push(step);
        self
    }

    /// The same, met while field `name` of type `of` was read.
    pub(super) fn inside(self, of: &str, name: &str) -> Mismatch {
        self.under(Step::Field { of: of.to_owned(), name: name.into() })
    }

    /// The path as validation prints it: `spec.containers[0].image`.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Field { name, .. } if path.is_empty() => path.push_str(name),
                Step::Field { name, .. } => {
                    path.push('.');
                    path.push_str(name);
                }
                Step::Key(key) => path.extend(["[", key, "]"]),
                Step::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            }
        }
        path
    }

    /// Whether the value has the right type but can't be allowed.
    pub(super) fn is_range(&self) -> bool {
        matches!(self.cause, Cause::Range { .. })
    }

    /// Kubernetes' sentence: the JSON decoder's, or validation's for a number out of range.
    pub(super) fn message(&self) -> String {
        match &self.cause {
            Cause::Words(words) => words.clone(),
            Cause::Range { found, rule } => format!("Invalid value: {found}: {rule}"),
            Cause::Type { found, expected } => {
                let fields: Vec<_> = self
                    .steps
                    .iter()
                    .rev()
                    .filter_map(|step| match step {
                        Step::Field { of, name } => Some((of, &**name)),
                        _ => None,
                    })
                    .collect();
                let go = go_type(expected, fields.last().map_or("", |(_, name)| name), &self.steps);
                let Some((of, _)) = fields.last() else {
                    return format!("json: cannot unmarshal {found} into Go value of type {go}");
                };
                let names: Vec<_> = fields.iter().map(|(_, name)| *name).collect();
                let names = names.join(".");
                format!(
                    "json: cannot unmarshal {found} into Go struct field {of}.{names} of type {go}"
                )
            }
        }
    }
}

/// The Go type of a field, from what its reader expected.
fn go_type(expected: &str, field: &str, steps: &[Step]) -> String {
    if let Some(name) = expected.strip_prefix("struct ") {
        return format!("v1.{}", go_struct(name));
    }
    match (expected, field) {
        (_, "restartPolicy") => "v1.RestartPolicy",
        (_, "imagePullPolicy") => "v1.PullPolicy",
        (_, "podManagementPolicy") => "v1.PodManagementPolicyType",
        ("i64" | "u64", _) | (_, "terminationGracePeriodSeconds") => "int64",
        ("i32" | "u16" | "u32", _) => "int32",
        ("a boolean", _) => "bool",
        ("a map", _) => "map[string]string",
        ("a sequence", "containers" | "initContainers") => "[]v1.Container",
        ("a sequence", "volumes") => "[]v1.Volume",
        ("a sequence", "volumeMounts") => "[]v1.VolumeMount",
        ("a sequence", "env") => "[]v1.EnvVar",
        ("a sequence", "ports")
            if matches!(steps.first(), Some(Step::Field { of, .. }) if of == "Container") =>
        {
            "[]v1.ContainerPort"
        }
        ("a sequence", "ports") => "[]v1.ServicePort",
        ("a sequence", "volumeClaimTemplates") => "[]v1.PersistentVolumeClaim",
        ("a sequence", "tolerations") => "[]v1.Toleration",
        ("a sequence", "accessModes") => "[]v1.PersistentVolumeAccessMode",
        ("a sequence", _) => "[]string",
        _ => "string",
    }
    .to_owned()
}

/// The Go name of a type that is called differently here.
fn go_struct(name: &str) -> &str {
    match name {
        "Meta" => "ObjectMeta",
        "PodTemplate" => "PodTemplateSpec",
        "Resources" => "ResourceRequirements",
        "Claim" | "ClaimTemplate" => "PersistentVolumeClaim",
        "ClaimSpec" => "PersistentVolumeClaimSpec",
        "ClaimStatus" => "PersistentVolumeClaimStatus",
        "ClaimSource" => "PersistentVolumeClaimVolumeSource",
        "VolumeSpec" => "PersistentVolumeSpec",
        "VolumeStatus" => "PersistentVolumeStatus",
        "RollingUpdate" => "RollingUpdateDeployment",
        "StatefulSetStrategy" => "StatefulSetUpdateStrategy",
        "StatefulSetRollingUpdate" => "RollingUpdateStatefulSetStrategy",
        "ClaimRetention" => "StatefulSetPersistentVolumeClaimRetentionPolicy",
        "Ordinals" => "StatefulSetOrdinals",
        "Requirement" => "LabelSelectorRequirement",
        "EnvSource" => "EnvVarSource",
        "FieldRef" => "ObjectFieldSelector",
        "KeyRef" => "ConfigMapKeySelector",
        "TopologySpread" => "TopologySpreadConstraint",
        "Exec" => "ExecAction",
        other => other,
    }
}

fn found(unexpected: Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(_) => "bool".to_owned(),
        Unexpected::Signed(_) | Unexpected::Unsigned(_) => "number".to_owned(),
        Unexpected::Float(number) => format!("number {number}"),
        Unexpected::Str(_) | Unexpected::Char(_) => "string".to_owned(),
        Unexpected::Seq => "array".to_owned(),
        Unexpected::Map => "object".to_owned(),
        other => other.to_string(),
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(words: T) -> Mismatch {
        Mismatch::new(Cause::Words(words.to_string()))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Mismatch {
        let expected = expected.to_string();
        let mut found = found(unexpected);
        if expected == "a string" && found.starts_with("number ") {
            "number".clone_into(&mut found);
        }
        Mismatch::new(Cause::Type { found, expected })
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Mismatch {
        let expected = expected.to_string();
        let number = match unexpected {
            Unexpected::Signed(number) => number.to_string(),
            Unexpected::Unsigned(number) => number.to_string(),
            _ => return Mismatch::invalid_type(unexpected, &expected.as_str()),
        };
        let cause = match &*expected {
            "u16" => Cause::Range { found: number, rule: "must be between 1 and 65535, inclusive" },
            "u32" | "u64" if number.starts_with('-') => {
                Cause::Range { found: number, rule: "must be greater than or equal to 0" }
            }
            _ => Cause::Type { found: format!("number {number}"), expected },
        };
        Mismatch::new(cause)
    }
}

/// Reads a `T` out of `value`.
pub(super) fn read<'de, T: de::Deserialize<'de>>(value: &'de Value) -> Result<T, Mismatch> {
    T::deserialize(Reader { value })
}

struct Reader<'de> {
    value: &'de Value,
}

impl<'de> Reader<'de> {
    fn map<V: Visitor<'de>>(self, of: Option<String>, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Map(entries) => {
                visitor.visit_map(Entries { of, fields: entries.iter(), current: None })
            }
            _ => self.deserialize_any(visitor),
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(number) => visitor.visit_i64(*number),
            Value::Float(text) => match text.parse::<f64>() {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => visitor.visit_borrowed_str(text),
            },
            Value::Str(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => visitor.visit_seq(Items { items: items.iter(), index: 0 }),
            Value::Map(entries) => {
                visitor.visit_map(Entries { of: None, fields: entries.iter(), current: None })
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.value {
            Value::Str(text) => visitor.visit_enum((&**text).into_deserializer()),
            Value::Map(entries) if entries.is_empty() => {
                Err(de::Error::custom("one of the alternatives must be given"))
            }
            Value::Map(entries) => match entries.iter().next() {
                Some((name, value)) => visitor.visit_enum(Variant { name, value }),
                None => self.deserialize_any(visitor),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.map(Some(go_struct(name).to_owned()), visitor)
    }

    /// A type with a flattened part asks for a map; its visitor still tells its name.
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let expected = (&visitor as &dyn Expected).to_string();
        let of = expected.strip_prefix("struct ").map(|name| go_struct(name).to_owned());
        self.map(of, visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct identifier ignored_any
    }
}

struct Items<'de> {
    items: std::slice::Iter<'de, Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some(value) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        let item = seed.deserialize(Reader { value });
        item.map(Some).map_err(|error| error.under(Step::Index(index)))
    }
}

struct Entries<'de> {
    of: Option<String>,
    fields: std::collections::btree_map::Iter<'de, Str, Value>,
    current: Option<(&'de Str, &'de Value)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        self.current = self.fields.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        let Some((key, value)) = self.current else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(Reader { value }).map_err(|error| {
            error.under(match &self.of {
                Some(of) => Step::Field { of: of.clone(), name: key.clone() },
                None => Step::Key(key.clone()),
            })
        })
    }
}

struct Variant<'de> {
    name: &'de Str,
    value: &'de Value,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Mismatch;
    type Variant = Content<'de>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Content<'de>), Mismatch> {
        let name = seed.deserialize(StringDeserializer::<Mismatch>::new(self.name.to_string()))?;
        Ok((name, Content { value: self.value }))
    }
}

struct Content<'de> {
    value: &'de Value,
}

impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(Reader { value: self.value })
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        Reader { value: self.value }.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        Reader { value: self.value }.deserialize_any(visitor)
    }
}
