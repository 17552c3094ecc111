//! What validation says of a field, in Kubernetes' own words.
//!
//! Must not know which rule was broken. Invariant: the text is the one that the API server
//! prints.

use std::fmt;

use crate::base::Str;

/// The kind of a mistake.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go ErrorType
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names are Kubernetes' own")]
pub enum FieldErrorKind {
    NotFound,
    Required,
    Duplicate,
    Invalid,
    NotSupported,
    Forbidden,
    TooLong,
    TooMany,
    TypeInvalid,
}

impl FieldErrorKind {
    const fn text(self) -> &'static str {
        match self {
            FieldErrorKind::NotFound => "Not found",
            FieldErrorKind::Required => "Required value",
            FieldErrorKind::Duplicate => "Duplicate value",
            FieldErrorKind::Invalid | FieldErrorKind::TypeInvalid => "Invalid value",
            FieldErrorKind::NotSupported => "Unsupported value",
            FieldErrorKind::Forbidden => "Forbidden",
            FieldErrorKind::TooLong => "Too long",
            FieldErrorKind::TooMany => "Too many",
        }
    }
}

/// One mistake of one field.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FieldError {
    /// Which kind of mistake.
    pub kind: FieldErrorKind,
    /// `spec.template.spec.containers[0].image`.
    pub path: Str,
    /// The value as it is printed, `"Web_1"` with its quotes; empty where none is printed.
    pub value: Str,
    /// What is wrong, or empty.
    pub detail: Str,
}

impl FieldError {
    /// Every mistake as one text, as `kubectl` shows it behind "is invalid: ".
    ///
    /// Models staging/src/k8s.io/apimachinery/pkg/util/errors/errors.go aggregate.Error
    pub fn aggregate(errors: &[FieldError]) -> String {
        match errors {
            [one] => one.to_string(),
            many => {
                let texts: Vec<String> = many.iter().map(ToString::to_string).collect();
                format!("[{}]", texts.join(", "))
            }
        }
    }
}

impl fmt::Display for FieldError {
    /// Models staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go Error.Error
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind.text())?;
        if !self.value.is_empty() {
            write!(f, ": {}", self.value)?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}
