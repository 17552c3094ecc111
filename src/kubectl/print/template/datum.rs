//! Values inside a Go template, with Go's kinds.
//!
//! Must not know templates. Invariant: a number of an object is a fraction, as Go reads JSON.

use crate::api::Value;

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Datum {
    /// Nothing was there.
    Missing,
    /// A part of the object.
    Json(Value),
    /// A number of the template.
    Int(i64),
    /// A fraction of the template.
    Float(f64),
}

/// What a value can be compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Basic {
    Bool,
    Int,
    Float,
    Text,
}

impl Datum {
    pub(super) fn text(text: impl Into<String>) -> Datum {
        Datum::Json(Value::Str(text.into().into()))
    }

    pub(super) fn truth(is_so: bool) -> Datum {
        Datum::Json(Value::Bool(is_so))
    }

    /// Whether it counts as true.
    ///
    /// Models text/template exec.go isTrue
    pub(super) fn is_true(&self) -> bool {
        match self {
            Datum::Missing => false,
            Datum::Int(number) => *number != 0,
            Datum::Float(number) => *number != 0.0,
            Datum::Json(value) => match value {
                Value::Null => false,
                Value::Bool(is_so) => *is_so,
                Value::Int(number) => *number != 0,
                Value::Float(text) => text.parse::<f64>().is_ok_and(|number| number != 0.0),
                Value::Str(text) => !text.is_empty(),
                Value::List(items) => !items.is_empty(),
                Value::Map(entries) => !entries.is_empty(),
            },
        }
    }

    pub(super) fn basic(&self) -> Option<Basic> {
        Some(match self {
            Datum::Int(_) => Basic::Int,
            Datum::Float(_) | Datum::Json(Value::Int(_) | Value::Float(_)) => Basic::Float,
            Datum::Json(Value::Bool(_)) => Basic::Bool,
            Datum::Json(Value::Str(_)) => Basic::Text,
            Datum::Missing | Datum::Json(Value::Null | Value::List(_) | Value::Map(_)) => {
                return None;
            }
        })
    }

    /// The number that it is.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Datum::Int(number) | Datum::Json(Value::Int(number)) => number.to_string().parse().ok(),
            Datum::Float(number) => Some(*number),
            Datum::Json(Value::Float(text)) => text.parse().ok(),
            _ => None,
        }
    }

    /// The value as `fmt` prints it by `%v`.
    pub(super) fn shown(&self) -> String {
        match self {
            Datum::Missing => "<no value>".to_owned(),
            Datum::Int(number) => number.to_string(),
            Datum::Float(number) => float(*number),
            Datum::Json(value) => match value {
                Value::Null => "<nil>".to_owned(),
                Value::Bool(is_so) => is_so.to_string(),
                Value::Str(text) => text.to_string(),
                Value::Int(_) | Value::Float(_) => self.number().map(float).unwrap_or_default(),
                Value::List(items) => {
                    let items = items.iter().map(|one| Datum::Json(one.clone()).shown());
                    format!("[{}]", items.collect::<Vec<_>>().join(" "))
                }
                Value::Map(entries) => {
                    let entries = entries
                        .iter()
                        .map(|(key, one)| format!("{key}:{}", Datum::Json(one.clone()).shown()));
                    format!("map[{}]", entries.collect::<Vec<_>>().join(" "))
                }
            },
        }
    }

    /// The name of its type in Go.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Datum::Missing | Datum::Json(Value::Null) => "<nil>",
            Datum::Int(_) => "int",
            Datum::Float(_) | Datum::Json(Value::Int(_) | Value::Float(_)) => "float64",
            Datum::Json(Value::Bool(_)) => "bool",
            Datum::Json(Value::Str(_)) => "string",
            Datum::Json(Value::List(_)) => "[]interface {}",
            Datum::Json(Value::Map(_)) => "map[string]interface {}",
        }
    }
}

/// A fraction with as few digits as say it, with an exponent where it is large or small.
///
/// Models strconv/ftoa.go %g
pub(super) fn float(number: f64) -> String {
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
