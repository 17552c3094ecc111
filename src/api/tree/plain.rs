//! Numbers, texts, lists and what holds others, from values and to values.
//!
//! Must not know structs. Invariant: whoever reads them otherwise than serde would is wrong, but
//! for a null text, which is empty as in Go.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::container_state::ContainerState;
use crate::api::tree::part::put;
use crate::api::tree::read::{Tree, read_by_serde};
use crate::api::tree::write::write_by_serde;
use crate::api::tree::{FromTree, IntoTree, Misfit};
use crate::api::{IntOrString, Quantity, Uid, Value};
use crate::base::{Shared, SimTime, Str};

/// Types that are few, and read and write themselves by serde.
macro_rules! by_serde {
    ($($kind:ty),*) => {
        $(
            impl FromTree for $kind {
                fn of(value: &Value) -> Result<Self, Misfit> {
                    read_by_serde(value)
                }
            }

            impl IntoTree for $kind {
                fn write(&self) -> Value {
                    write_by_serde(self)
                }
            }
        )*
    };
}

by_serde!(
    bool,
    i32,
    i64,
    u32,
    u64,
    String,
    Value,
    ContainerState,
    IntOrString,
    Quantity,
    Uid,
    SimTime
);

impl FromTree for Str {
    fn of(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::Str(text) => Ok(text.clone()),
            Value::Null => Ok(Str::default()),
            _ => Err(Tree::of(value).misfit(&"a string")),
        }
    }
}

impl IntoTree for Str {
    fn write(&self) -> Value {
        Value::Str(self.clone())
    }
}

impl<T: FromTree> FromTree for Option<T> {
    fn of(value: &Value) -> Result<Self, Misfit> {
        if *value == Value::Null { Ok(None) } else { T::of(value).map(Some) }
    }
}

impl<T: IntoTree> IntoTree for Option<T> {
    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, IntoTree::write)
    }
}

impl<T: FromTree> FromTree for Vec<T> {
    fn of(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::List(items) => {
                let mut all = Vec::with_capacity(items.len());
                for item in items {
                    all.push(T::of(item)?);
                }
                Ok(all)
            }
            _ => Err(Tree::of(value).misfit(&"a sequence")),
        }
    }
}

impl<T: IntoTree> IntoTree for Vec<T> {
    fn write(&self) -> Value {
        self.as_slice().write()
    }
}

impl<T: IntoTree> IntoTree for [T] {
    fn write(&self) -> Value {
        let mut all = Vec::with_capacity(self.len());
        for item in self {
            all.push(item.write());
        }
        Value::List(all)
    }
}

impl<T: FromTree> FromTree for BTreeMap<Str, T> {
    fn of(value: &Value) -> Result<Self, Misfit> {
        match value {
            Value::Map(entries) => {
                let mut all = BTreeMap::new();
                for (key, value) in entries.iter().filter(|(_, value)| **value != Value::Null) {
                    all.insert(key.clone(), T::of(value)?);
                }
                Ok(all)
            }
            _ => Err(Tree::of(value).misfit(&"a map")),
        }
    }
}

impl<T: IntoTree> IntoTree for BTreeMap<Str, T> {
    fn write(&self) -> Value {
        let mut all = BTreeMap::new();
        for (key, value) in self {
            put(&mut all, key.clone(), value.write());
        }
        Value::Map(all)
    }
}

impl<T: FromTree> FromTree for Rc<T> {
    fn of(value: &Value) -> Result<Self, Misfit> {
        T::of(value).map(Rc::new)
    }
}

impl<T: IntoTree> IntoTree for Rc<T> {
    fn write(&self) -> Value {
        (**self).write()
    }
}

impl<T: FromTree> FromTree for Shared<T> {
    fn of(value: &Value) -> Result<Self, Misfit> {
        T::of(value).map(Shared::from)
    }
}

impl<T: IntoTree> IntoTree for Shared<T> {
    fn write(&self) -> Value {
        (**self).write()
    }
}
