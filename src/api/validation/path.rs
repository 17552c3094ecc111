//! Where a field stands, and what has been found wrong so far.
//!
//! Must not know fields. Invariant: a path costs nothing until an error needs its text.

use std::fmt;

use crate::api::{FieldError, FieldErrorKind, Value, go};

/// The way to a field, kept on the stack.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// The start of a way.
    pub(super) const fn root(field: &'a str) -> Path<'a> {
        Path { parent: None, step: Step::Field(field) }
    }

    /// A field of the mapping here.
    pub(super) const fn child(&'a self, field: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Field(field) }
    }

    /// An element of the list here.
    pub(super) const fn index(&'a self, index: usize) -> Path<'a> {
        Path { parent: Some(self), step: Step::Index(index) }
    }

    /// An entry of the map here.
    pub(super) const fn key(&'a self, key: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Key(key) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Field(field) if self.parent.is_some() => write!(f, ".{field}"),
            Step::Field(field) => f.write_str(field),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => write!(f, "[{key}]"),
        }
    }
}

/// A value as an error shows it.
pub(super) trait Shown {
    /// Its text: strings in quotes, all else as JSON.
    fn shown(&self) -> String;
}

impl Shown for str {
    fn shown(&self) -> String {
        go::quoted(self)
    }
}

impl Shown for i64 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for i32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for Value {
    fn shown(&self) -> String {
        match self {
            Value::Str(text) => go::quoted(text),
            other => go::json(other),
        }
    }
}

impl Shown for crate::api::IntOrString {
    fn shown(&self) -> String {
        match self {
            crate::api::IntOrString::Int(number) => number.to_string(),
            crate::api::IntOrString::Str(text) => go::quoted(text),
        }
    }
}

/// Text that is shown as it is: JSON made by hand.
pub(super) struct Raw(pub(super) String);

impl Shown for Raw {
    fn shown(&self) -> String {
        self.0.clone()
    }
}

/// What has been found.
#[derive(Default)]
pub(super) struct Report {
    pub(super) errors: Vec<FieldError>,
}

impl Report {
    fn push(&mut self, kind: FieldErrorKind, path: &Path<'_>, value: String, detail: &str) {
        self.errors.push(FieldError {
            kind,
            path: path.to_string().into(),
            value: value.into(),
            detail: detail.into(),
            words: &[],
        });
    }

    pub(super) fn required(&mut self, path: &Path<'_>, detail: &str) {
        self.push(FieldErrorKind::Required, path, String::new(), detail);
    }

    pub(super) fn invalid<V: Shown + ?Sized>(&mut self, path: &Path<'_>, value: &V, detail: &str) {
        self.push(FieldErrorKind::Invalid, path, value.shown(), detail);
    }

    pub(super) fn forbidden(&mut self, path: &Path<'_>, detail: &str) {
        self.push(FieldErrorKind::Forbidden, path, String::new(), detail);
    }

    pub(super) fn duplicate<V: Shown + ?Sized>(&mut self, path: &Path<'_>, value: &V) {
        self.push(FieldErrorKind::Duplicate, path, value.shown(), "");
    }

    pub(super) fn not_found(&mut self, path: &Path<'_>, value: &str) {
        self.push(FieldErrorKind::NotFound, path, value.shown(), "");
    }

    pub(super) fn not_found_in(&mut self, path: &Path<'_>, value: &str, detail: &str) {
        self.push(FieldErrorKind::NotFound, path, value.shown(), detail);
    }

    pub(super) fn too_long(&mut self, path: &Path<'_>, most: usize) {
        let detail = format!("may not be more than {most} bytes");
        self.push(FieldErrorKind::TooLong, path, String::new(), &detail);
    }

    pub(super) fn too_many(&mut self, path: &Path<'_>, count: usize, most: usize) {
        let detail = format!("must have at most {most} items");
        self.push(FieldErrorKind::TooMany, path, count.to_string(), &detail);
    }

    pub(super) fn not_supported<V: Shown + ?Sized>(
        &mut self,
        path: &Path<'_>,
        value: &V,
        supported: &[&str],
    ) {
        let supported: Vec<String> = supported.iter().map(|one| go::quoted(one)).collect();
        let detail = format!("supported values: {}", supported.join(", "));
        self.push(FieldErrorKind::NotSupported, path, value.shown(), &detail);
    }

    /// An operator that is none of those which selectors of this kind have.
    pub(super) fn no_operator(
        &mut self,
        path: &Path<'_>,
        operator: &str,
        words: &'static [&'static str],
    ) {
        self.invalid(path, operator, "not a valid selector operator");
        if let Some(last) = self.errors.last_mut() {
            last.words = words;
        }
    }

    /// One of the words, or an error; an empty word is a missing one.
    pub(super) fn one_of(&mut self, path: &Path<'_>, word: &str, supported: &[&str]) {
        if word.is_empty() {
            self.required(path, "");
        } else if !supported.contains(&word) {
            self.not_supported(path, word, supported);
        }
    }

    /// A word of these that may be missing, but not be another.
    pub(super) fn some_of(&mut self, path: &Path<'_>, word: Option<&Value>, supported: &[&str]) {
        if let Some(word) = word.and_then(Value::as_str).filter(|word| !supported.contains(word)) {
            self.not_supported(path, word, supported);
        }
    }

    /// The number of a port.
    pub(super) fn port(&mut self, path: &Path<'_>, number: i64) {
        if !(1..=65_535).contains(&number) {
            self.invalid(path, &number, "must be between 1 and 65535, inclusive");
        }
    }

    /// Models pkg/apis/core/validation/validation.go ValidateNonnegativeField
    pub(super) fn nonnegative(&mut self, path: &Path<'_>, number: impl Into<i64>) {
        let number: i64 = number.into();
        if number < 0 {
            self.invalid(path, &number, "must be greater than or equal to 0");
        }
    }

    /// A field that keeps its value.
    ///
    /// Models staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
    /// ValidateImmutableField
    pub(super) fn immutable(
        &mut self,
        path: &Path<'_>,
        is_same: bool,
        shown: impl FnOnce() -> String,
    ) {
        if !is_same {
            self.invalid(path, &Raw(shown()), "field is immutable");
        }
    }

    /// What is said twice is told once.
    ///
    /// Models staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
    /// ErrorList.ToAggregate
    pub(super) fn distinct(self) -> Vec<FieldError> {
        let mut told: Vec<FieldError> = Vec::new();
        for error in self.errors {
            if !told.contains(&error) {
                told.push(error);
            }
        }
        told
    }

    /// Each message as an error of one value.
    pub(super) fn all_invalid(&mut self, path: &Path<'_>, value: &str, messages: Vec<String>) {
        for message in messages {
            self.invalid(path, value, &message);
        }
    }
}
