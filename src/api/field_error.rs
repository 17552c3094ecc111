//! What validation says of a field, in Kubernetes' own words.
//!
//! Must not know which rule was broken. Invariant: the text is the one that the API server
//! prints.

use std::fmt;

use crate::api::field_words::chinese;
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
    /// The words that would do, where the server does not say them.
    pub words: &'static [&'static str],
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

    /// The same mistake with the words that would do, where the server does not say them.
    #[must_use]
    pub fn with_words(&self) -> FieldError {
        if self.words.is_empty() {
            return self.clone();
        }
        let words: Vec<String> = self.words.iter().map(|word| format!("\"{word}\"")).collect();
        let detail = format!("supported values: {}", words.join(", ")).into();
        FieldError { kind: FieldErrorKind::NotSupported, detail, ..self.clone() }
    }

    /// The mistake as a sentence, in English and in Chinese.
    pub fn sentences(&self) -> (String, String) {
        let FieldError { kind, path, value, detail, .. } = self;
        let detail = &plain(detail);
        let why = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let detail_zh = chinese(detail);
        let joint = if detail_zh.starts_with("可取值") { "，" } else { "：" };
        let why_zh = if detail.is_empty() { String::new() } else { format!("{joint}{detail_zh}") };
        match kind {
            FieldErrorKind::Required => {
                (format!("{path} is missing{why}."), format!("缺少 {path}{why_zh}。"))
            }
            // Of a whole item the server writes down every field.
            FieldErrorKind::Duplicate if value.starts_with('{') => (
                format!("{path} repeats an item above it."),
                format!("{path} 与前面的某一项重复。"),
            ),
            FieldErrorKind::Duplicate => {
                (format!("{path} repeats {value}."), format!("{path} 重复了 {value}。"))
            }
            FieldErrorKind::NotFound => (
                format!("{path} names {value}, which is not there."),
                format!("{path} 引用的 {value} 不存在。"),
            ),
            // Some of these rules have a subject of their own.
            FieldErrorKind::Forbidden if detail.contains("updates ") => {
                (format!("{path}: {detail}."), format!("{path}：{detail_zh}。"))
            }
            FieldErrorKind::Forbidden => {
                (format!("{path} {detail}."), format!("{path}：{detail_zh}。"))
            }
            FieldErrorKind::NotSupported => (
                format!("{path} can't be {value}{why}."),
                format!("{path} 不能是 {value}{why_zh}。"),
            ),
            _ => (format!("{path} is not valid{why}."), format!("{path} 无效{why_zh}。")),
        }
    }

    /// What is wrong, in Chinese; in the server's words if they are not known.
    pub fn chinese_detail(&self) -> String {
        chinese(&self.detail)
    }
}

/// A rule without the expression that the server checks it with.
fn plain(detail: &str) -> String {
    match detail.split_once(", regex used for validation is '") {
        Some((rule, _)) if rule.contains('(') => format!("{rule})"),
        _ => detail.to_owned(),
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
