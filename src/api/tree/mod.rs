//! Typed parts of objects from values and to values, without a format in between.
//!
//! The one way between types and data. The derives bring what differs from struct to struct;
//! all else is here, once. Must not know types. Invariant: what was written reads back the same.

mod part;
mod plain;
mod read;
mod write;

pub use part::{Fill, Give, Names, fill, give, word};
pub use podium_derive::{Deserialize, Serialize};
pub use read::Tree;
pub use write::Writer;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Expected, Unexpected};

use crate::api::Value;
use crate::base::Str;

/// What can be read from a value.
pub trait FromTree: Sized {
    /// The value as this type.
    ///
    /// # Errors
    /// The first field that does not fit.
    fn of(value: &Value) -> Result<Self, Misfit>;

    /// Becomes the value.
    ///
    /// # Errors
    /// The first field that does not fit.
    fn read(&mut self, value: &Value) -> Result<(), Misfit> {
        *self = Self::of(value)?;
        Ok(())
    }
}

/// What can be written as a value.
pub trait IntoTree {
    /// This as a value, without what is not given.
    fn write(&self) -> Value;
}

/// A struct from the entries of a mapping without some of its keys.
///
/// # Errors
/// The first field that does not fit.
pub fn read_without<T: Fill + Default>(
    entries: &BTreeMap<Str, Value>,
    without: &[&str],
) -> Result<T, Misfit> {
    let mut new = T::default();
    part::fill_without(&mut new, entries, without)?;
    Ok(new)
}

/// Why a value does not fit a type, or can't be one.
#[derive(Debug)]
pub struct Misfit(String);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

impl Misfit {
    fn of(what: &str, unexpected: &Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        match unexpected {
            Unexpected::Unit => Misfit(format!("invalid {what}: null, expected {expected}")),
            other => Misfit(format!("invalid {what}: {other}, expected {expected}")),
        }
    }
}

impl serde::de::Error for Misfit {
    fn custom<T: fmt::Display>(words: T) -> Misfit {
        Misfit(words.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        Misfit::of("type", &unexpected, expected)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        Misfit::of("value", &unexpected, expected)
    }
}

impl serde::ser::Error for Misfit {
    fn custom<T: fmt::Display>(words: T) -> Misfit {
        Misfit(words.to_string())
    }
}

#[cfg(test)]
mod tests;
