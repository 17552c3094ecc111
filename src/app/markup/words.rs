//! Attributes and classes as text.
//!
//! Owns what may be given for one. It must not know elements. Invariant: what is known before it
//! is drawn is not copied.

use super::{ClassList, Parts};
use std::rc::Rc;
use yew::AttrValue;
use yew::html::IntoPropValue;

/// What may be an attribute's value.
pub(crate) trait Value {
    /// Fills a gap.
    fn put(self, parts: &mut Parts);
}

impl Value for AttrValue {
    fn put(self, parts: &mut Parts) {
        parts.value(Some(self));
    }
}

impl Value for &'static str {
    fn put(self, parts: &mut Parts) {
        parts.value(Some(AttrValue::Static(self)));
    }
}

impl Value for String {
    fn put(self, parts: &mut Parts) {
        parts.value(Some(AttrValue::Rc(Rc::from(self))));
    }
}

impl Value for ClassList {
    fn put(self, parts: &mut Parts) {
        Value::put(self.0, parts);
    }
}

impl<T: Value> Value for Option<T> {
    fn put(self, parts: &mut Parts) {
        match self {
            Some(value) => value.put(parts),
            None => parts.value(None),
        }
    }
}

impl ClassList {
    /// Whether there is no class.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for ClassList {
    fn from(words: &str) -> ClassList {
        ClassList(words.to_owned())
    }
}

impl IntoPropValue<ClassList> for &str {
    fn into_prop_value(self) -> ClassList {
        self.into()
    }
}

/// What may be among an element's classes.
pub(crate) trait Class {
    /// Adds its words.
    fn add(self, classes: &mut ClassList);
}

impl Class for &str {
    fn add(self, classes: &mut ClassList) {
        if !classes.0.is_empty() && !self.is_empty() {
            classes.0.push(' ');
        }
        classes.0.push_str(self);
    }
}

impl Class for String {
    fn add(self, classes: &mut ClassList) {
        self.as_str().add(classes);
    }
}

impl Class for ClassList {
    fn add(self, classes: &mut ClassList) {
        self.0.as_str().add(classes);
    }
}

impl<T: Class> Class for Option<T> {
    fn add(self, classes: &mut ClassList) {
        if let Some(class) = self {
            class.add(classes);
        }
    }
}
