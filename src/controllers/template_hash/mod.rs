//! The hash of a Pod template that names a ReplicaSet or a DaemonSet's revision.
//!
//! Must not know who is named. Invariant: the hash is that of the real control plane, so it
//! depends on every field that the API has, given or not, in the order of the API's types.
//! `shapes.txt` lists those types as of 1.36, one a line: each field's name, its name in JSON
//! where that is not the same in lower camel case, and its type.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::api::pod::PodTemplate;
use crate::api::quantity::{BINARY, DECIMAL};
use crate::api::{Value, encode};
use crate::base::{fnv1a_32, gather};

const SHAPES: &str = include_str!("shapes.txt");

/// The hash of a template after so many collisions, in safe characters.
///
/// Models pkg/controller/controller_utils.go ComputeHash
pub(in crate::controllers) fn template_hash(
    template: &PodTemplate,
    collisions: Option<i32>,
) -> String {
    let mut text = dump(&encode::value_of(template)).into_bytes();
    if let Some(collisions) = collisions {
        text.extend(collisions.to_le_bytes());
        text.extend([0; 4]);
    }
    safe(fnv1a_32(&text))
}

/// A number in characters that make no words.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go SafeEncodeString
pub(in crate::controllers) fn safe(number: u32) -> String {
    const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    number.to_string().bytes().map(|byte| char::from(ALPHABET[usize::from(byte) % 27])).collect()
}

/// A template as the text that is hashed.
///
/// Models staging/src/k8s.io/utils/dump/dump.go ForHash
fn dump(template: &Value) -> String {
    let shapes = gather(SHAPES.lines().filter_map(|line| line.split_once(' ')));
    let mut dump = Dump { shapes, text: String::with_capacity(8 << 10) };
    dump.typed("PodTemplateSpec", Some(template));
    dump.text
}

struct Dump {
    shapes: BTreeMap<&'static str, &'static str>,
    text: String,
}

/// A type as the dump names it: those of the API's packages carry their version.
fn printed(kind: &str) -> String {
    if let Some(inner) = kind.strip_prefix('*') {
        return format!("*{}", printed(inner));
    }
    if let Some(inner) = kind.strip_prefix("[]") {
        return if inner == "byte" { "[]uint8".into() } else { format!("[]{}", printed(inner)) };
    }
    if let Some((key, inner)) = kind.strip_prefix("map[").and_then(|one| one.split_once(']')) {
        return format!("map[{}]{}", printed(key), printed(inner));
    }
    let is_plain = matches!(kind, "string" | "bool" | "int32" | "int64") || kind.contains('.');
    if is_plain { kind.to_owned() } else { format!("v1.{kind}") }
}

/// The name of a field in JSON.
fn json_name(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_ascii_lowercase() + rest
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

impl Dump {
    /// A value behind its type's name.
    fn typed(&mut self, kind: &str, value: Option<&Value>) {
        let value = value.filter(|value| !matches!(value, Value::Null));
        self.text.push('(');
        self.text.push_str(&printed(kind));
        self.text.push(')');
        match (kind.strip_prefix('*'), value) {
            (Some(_), None) => self.text.push_str("<nil>"),
            (Some(inner), value) => self.plain(inner, value),
            (None, value) => self.plain(kind, value),
        }
    }

    /// A value without its type's name.
    fn plain(&mut self, kind: &str, value: Option<&Value>) {
        // The one named type that is a mapping.
        let kind = if kind == "ResourceList" { "map[string]resource.Quantity" } else { kind };
        if let Some(inner) = kind.strip_prefix("[]") {
            return self.list(inner, value);
        }
        if let Some((_, inner)) = kind.strip_prefix("map[").and_then(|one| one.split_once(']')) {
            return self.map(inner, value);
        }
        match kind {
            "Time" => {
                self.text.push_str(
                    "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}",
                );
            }
            "intstr.IntOrString" => self.int_or_string(value),
            "resource.Quantity" => self.quantity(value),
            "bool" => {
                let holds = value == Some(&Value::Bool(true));
                self.text.push_str(if holds { "true" } else { "false" });
            }
            "int32" | "int64" => match value {
                Some(value) => self.scalar(value),
                None => self.text.push('0'),
            },
            _ => match self.shapes.get(kind).copied() {
                Some(shape) => self.fields(shape, value),
                // Every other named type is a text.
                None => self.scalar(value.unwrap_or(&Value::Null)),
            },
        }
    }

    fn scalar(&mut self, value: &Value) {
        match value {
            Value::Int(number) => {
                write!(self.text, "{number}").expect("a text takes all that is written");
            }
            Value::Str(text) | Value::Float(text) => self.text.push_str(text),
            Value::Bool(truth) => self.text.push_str(if *truth { "true" } else { "false" }),
            Value::Null | Value::List(_) | Value::Map(_) => {}
        }
    }

    fn fields(&mut self, shape: &str, value: Option<&Value>) {
        self.text.push('{');
        for (index, field) in shape.split(' ').enumerate() {
            let (name, kind) = field.split_once(':').expect("a field has a type");
            let (name, json) = match name.split_once('=') {
                Some((name, json)) => (name, json.to_owned()),
                None => (name, json_name(name)),
            };
            if index > 0 {
                self.text.push(' ');
            }
            self.text.push_str(name);
            self.text.push(':');
            // A field without a name in JSON stands in its owner.
            let inner = if json.is_empty() { value } else { value.and_then(|one| one.at(&json)) };
            self.typed(kind, inner);
        }
        self.text.push('}');
    }

    fn list(&mut self, inner: &str, value: Option<&Value>) {
        let Some(Value::List(items)) = value.filter(|value| !is_empty(value)) else {
            return self.text.push_str("<nil>");
        };
        self.text.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text.push(' ');
            }
            self.plain(inner, Some(item));
        }
        self.text.push(']');
    }

    fn map(&mut self, inner: &str, value: Option<&Value>) {
        let Some(Value::Map(entries)) = value.filter(|value| !is_empty(value)) else {
            return self.text.push_str("<nil>");
        };
        self.text.push_str("map[");
        for (index, (key, item)) in entries.iter().enumerate() {
            if index > 0 {
                self.text.push(' ');
            }
            self.text.push_str(key);
            self.text.push(':');
            self.plain(inner, Some(item));
        }
        self.text.push(']');
    }

    fn int_or_string(&mut self, value: Option<&Value>) {
        let (kind, number, text) = match value {
            Some(Value::Str(text)) => (1, 0, &**text),
            Some(Value::Int(number)) => (0, *number, ""),
            _ => (0, 0, ""),
        };
        write!(
            self.text,
            "{{Type:(intstr.Type){kind} IntVal:(int32){number} StrVal:(string){text}}}"
        )
        .expect("a text takes all that is written");
    }

    /// An amount as it is held after it was read from its canonical text.
    ///
    /// Models staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go ParseQuantity
    /// Differs: amounts too precise for 64 bits are written in the short form too.
    fn quantity(&mut self, value: Option<&Value>) {
        let text = match value {
            Some(Value::Str(text)) => text.to_string(),
            Some(Value::Int(number)) => number.to_string(),
            _ => String::new(),
        };
        let (number, scale, format) = parts(&text);
        write!(
            self.text,
            "{{i:(resource.int64Amount){{value:(int64){number} scale:(resource.Scale){scale}}} \
             d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){text} \
             Format:(resource.Format){format}}}"
        )
        .expect("a text takes all that is written");
    }
}

/// The whole number, the power of ten and the form of an amount.
fn parts(text: &str) -> (i64, i32, &'static str) {
    if text.is_empty() {
        return (0, 0, "");
    }
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: i64 = format!("{whole}{fraction}").parse().unwrap_or(0);
    let places = i32::try_from(fraction.len()).unwrap_or(0);
    if let Some((_, shift)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return (digits.saturating_mul(1 << shift), -places, "BinarySI");
    }
    if let Some((_, scale)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return (digits, scale - places, "DecimalSI");
    }
    match suffix.strip_prefix(['e', 'E']).and_then(|power| power.parse::<i32>().ok()) {
        Some(power) => (digits, power - places, "DecimalExponent"),
        None => (digits, -places, "DecimalSI"),
    }
}

#[cfg(test)]
mod tests;
