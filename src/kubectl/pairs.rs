//! Arguments of the forms `KEY=VALUE` and `KEY-`.
//!
//! Must not know what is set. Invariant: resources stand before all pairs.

use std::collections::BTreeMap;

use crate::base::Str;
use crate::kubectl::failure::{Done, plain};

/// What is set and what is taken away.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Pairs {
    /// Keys with their new values.
    pub(super) set: BTreeMap<Str, Str>,
    /// Keys that go.
    pub(super) removed: Vec<String>,
}

impl Pairs {
    /// Whether a key is set.
    pub(super) fn has(&self, key: &str) -> bool {
        self.set.contains_key(key)
    }

    /// Sets a key.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.set.insert(key.into(), value.into());
    }

    /// Whether there is nothing to do.
    pub(super) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.removed.is_empty()
    }
}

/// The resources and the pairs of some arguments.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go GetResourcesAndPairs
pub(super) fn split(args: &[String], what: &str) -> Done<(Vec<String>, Vec<String>)> {
    let is_pair = |word: &str| {
        (word.contains('=') && !word.starts_with('=')) || (word.ends_with('-') && word != "-")
    };
    let count = args.iter().take_while(|word| !is_pair(word)).count();
    let (resources, pairs) = args.split_at(count);
    if let Some(word) = pairs.iter().find(|word| !is_pair(word)) {
        return Err(plain(format!(
            "all resources must be specified before {what} changes: {word}"
        )));
    }
    Ok((resources.to_vec(), pairs.to_vec()))
}

/// Models staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go ParsePairs
pub(super) fn parse(words: &[String], what: &str, may_remove: bool) -> Done<Pairs> {
    let mut pairs = Pairs::default();
    let mut invalid = Vec::new();
    for word in words {
        match word.split_once('=') {
            Some((key, value)) if !key.is_empty() => pairs.set(key, value),
            _ => match word.strip_suffix('-') {
                Some(key) if may_remove && !key.is_empty() => pairs.removed.push(key.to_owned()),
                _ => invalid.push(word.as_str()),
            },
        }
    }
    if invalid.is_empty() {
        return Ok(pairs);
    }
    Err(plain(format!("invalid {what} format: {}", invalid.join(", "))))
}

/// What is wrong with a label's value.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsValidLabelValue
pub(super) fn label_value_mistake(value: &str) -> Option<String> {
    const LENGTH_MAX: usize = 63;
    if value.len() > LENGTH_MAX {
        return Some(format!("must be no more than {LENGTH_MAX} characters"));
    }
    (!value.is_empty() && !is_word(value)).then(|| {
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or \
         '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or \
         'my_value',  or '12345', regex used for validation is \
         '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
            .to_owned()
    })
}

fn is_word(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.chars().all(is_inner)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// What is wrong with a key such as `example.com/name`.
///
/// Models staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go IsQualifiedName
pub(super) fn key_mistake(key: &str) -> Option<String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_prefix_wrong = prefix.is_some_and(|prefix| {
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        prefix.is_empty() || !prefix.chars().all(is_letter)
    });
    if name.is_empty() {
        return Some("name part must be non-empty".to_owned());
    }
    (is_prefix_wrong || !is_word(name)).then(|| {
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and \
         end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex \
         used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        crate::kubectl::words::split(line)
    }

    #[test]
    fn resources_stand_before_pairs() {
        let (resources, pairs) = split(&words("pod a x=1 y-"), "label").expect("valid");
        assert_eq!((resources, pairs), (words("pod a"), words("x=1 y-")));
        let failure = split(&words("pod x=1 a"), "label").expect_err("a mistake");
        let text = "error: all resources must be specified before label changes: a\n";
        assert_eq!(failure.text(), text);
    }

    #[test]
    fn keys_and_values_have_their_letters() {
        assert_eq!(key_mistake("node.kubernetes.io/out-of-service"), None);
        assert!(key_mistake("a b").is_some());
        assert_eq!(label_value_mistake(""), None);
        assert!(label_value_mistake("-x").is_some());
    }
}
