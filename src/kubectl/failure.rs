//! Why a command failed, and how kubectl words it.
//!
//! Must not know commands. Invariant: the text ends with a line break, or there is none.

use std::fmt::Write as _;

use crate::api::{FieldError, Kind};
use crate::server::Refusal;

/// Why a command failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Failure {
    /// kubectl itself refuses.
    Plain(String),
    /// The server refuses.
    Server(Refusal),
    /// The server refuses what came from a file: "creating", "STDIN".
    Sourced(&'static str, String, Refusal),
    /// Several at once.
    Many(Vec<Failure>),
    /// An exit code and words that stand as they are.
    Exit(i32, String),
}

/// What a command or a part of it comes to.
pub(super) type Done<T = ()> = Result<T, Failure>;

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Server(refusal)
    }
}

/// A failure in kubectl's own words.
pub(super) fn plain(text: impl Into<String>) -> Failure {
    Failure::Plain(text.into())
}

impl Failure {
    /// One failure out of several; none if there was none.
    pub(super) fn all(mut failures: Vec<Failure>) -> Done {
        match failures.len() {
            0 => Ok(()),
            1 => Err(failures.remove(0)),
            _ => Err(Failure::Many(failures)),
        }
    }

    /// Whether the server did not find it.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(
            self,
            Failure::Server(Refusal::NotFound(..)) | Failure::Sourced(_, _, Refusal::NotFound(..))
        )
    }

    /// The same, told with where the object came from.
    ///
    /// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go AddSourceToErr
    pub(super) fn at_source(self, verb: &'static str, source: &str) -> Failure {
        if source.is_empty() {
            return self;
        }
        match self {
            Failure::Server(refusal) => Failure::Sourced(verb, source.to_owned(), refusal),
            Failure::Plain(text) => plain(format!("error when {verb} \"{source}\": {text}")),
            other => other,
        }
    }

    /// What kubectl prints of it.
    ///
    /// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go checkErr
    pub(super) fn text(&self) -> String {
        let text = match self {
            Failure::Server(Refusal::Invalid(kind, name, errors))
            | Failure::Sourced(_, _, Refusal::Invalid(kind, name, errors)) => {
                invalid(*kind, name, errors)
            }
            Failure::Server(Refusal::Unprocessable(text)) => {
                format!("The request is invalid: {text}")
            }
            Failure::Many(failures) => {
                failures.iter().flat_map(|one| [one.message(), "\n".to_owned()]).collect()
            }
            Failure::Plain(text) if !text.starts_with("error: ") => format!("error: {text}"),
            other => other.message(),
        };
        if text.is_empty() || text.ends_with('\n') { text } else { format!("{text}\n") }
    }

    /// The exit code.
    pub(super) fn code(&self) -> i32 {
        match self {
            Failure::Exit(code, _) => *code,
            _ => 1,
        }
    }

    /// The words of one failure among several.
    ///
    /// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go messageForError
    pub(super) fn message(&self) -> String {
        let server = |refusal: &Refusal, before: String| {
            format!("Error from server ({}): {before}{refusal}", reason(refusal))
        };
        match self {
            Failure::Plain(text) | Failure::Exit(_, text) => text.clone(),
            Failure::Server(refusal) => server(refusal, String::new()),
            Failure::Sourced(verb, source, refusal) => {
                server(refusal, format!("error when {verb} \"{source}\": "))
            }
            Failure::Many(failures) => {
                let texts: Vec<String> = failures.iter().map(Failure::error).collect();
                format!("[{}]", texts.join(", "))
            }
        }
    }

    /// The bare words, without who said them.
    pub(super) fn error(&self) -> String {
        match self {
            Failure::Server(refusal) => refusal.to_string(),
            Failure::Sourced(verb, source, refusal) => {
                format!("error when {verb} \"{source}\": {refusal}")
            }
            other => other.message(),
        }
    }
}

/// The status reason of a refusal.
fn reason(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotFound(..) => "NotFound",
        Refusal::AlreadyExists(..) => "AlreadyExists",
        Refusal::Conflict(..) => "Conflict",
        Refusal::Forbidden(..) => "Forbidden",
        Refusal::BadRequest(..) => "BadRequest",
        Refusal::Invalid(..) | Refusal::Unprocessable(..) => "Invalid",
        Refusal::TooManyRequests(..) => "TooManyRequests",
        Refusal::Internal(..) => "InternalError",
    }
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go MultilineError
fn invalid(kind: Kind, name: &str, errors: &[FieldError]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for error in errors {
        let text = error.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let mut all = match kind {
        Kind::Other => "The request is invalid: ".to_owned(),
        kind => format!("The {} \"{name}\" is invalid: ", kind.name()),
    };
    match texts.as_slice() {
        [one] => all.push_str(one),
        many => {
            all.push('\n');
            for text in many {
                writeln!(all, "* {text}").expect("text takes text");
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::api::FieldErrorKind;

    fn required(path: &str) -> FieldError {
        FieldError {
            kind: FieldErrorKind::Required,
            path: path.into(),
            value: "".into(),
            detail: "".into(),
            words: &[],
        }
    }

    #[test]
    fn one_broken_rule_stands_on_the_line_and_several_below_it() {
        let refusal = |errors| Refusal::Invalid(Kind::Service, "s".into(), Rc::new(errors));
        let one = Failure::from(refusal(vec![required("spec.ports")]));
        assert_eq!(one.text(), "The Service \"s\" is invalid: spec.ports: Required value\n");
        let two = Failure::from(refusal(vec![required("a"), required("b"), required("a")]));
        let text = "The Service \"s\" is invalid: \n* a: Required value\n* b: Required value\n";
        assert_eq!(two.text(), text);
    }

    #[test]
    fn several_failures_stand_on_a_line_each() {
        let missing = |name: &str| Failure::from(Refusal::NotFound(Kind::Pod, name.into()));
        let text = Failure::Many(vec![missing("a"), plain("what?")]).text();
        assert_eq!(text, "Error from server (NotFound): pods \"a\" not found\nwhat?\n");
        assert_eq!(plain("what?").text(), "error: what?\n");
    }

    #[test]
    fn the_source_is_told_with_the_refusal() {
        let taken = Failure::from(Refusal::AlreadyExists(Kind::Deployment, "web".into()));
        assert_eq!(
            taken.at_source("creating", "STDIN").text(),
            "Error from server (AlreadyExists): error when creating \"STDIN\": deployments.apps \
             \"web\" already exists\n"
        );
    }
}
