//! Label selectors as a person writes them: `app=web,tier in (a,b),!old`.
//!
//! Must not know objects. Invariant: an empty selector is met by everything.
//!
//! Models staging/src/k8s.io/apimachinery/pkg/labels/selector.go Parse

use std::collections::BTreeMap;

use crate::base::Str;

/// Requirements, all of which must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Operator {
    Exists,
    Lacks,
    In(Vec<String>),
    NotIn(Vec<String>),
    Greater(i64),
    Less(i64),
}

impl Selector {
    /// Reads a selector, or says what is wrong with it.
    pub fn read(text: &str) -> Result<Selector, String> {
        let parts = split(text);
        let read = parts.iter().filter(|part| !part.trim().is_empty()).map(|part| {
            requirement(part.trim())
                .ok_or_else(|| format!("error: unable to parse requirement: {}", mistake(part)))
        });
        Ok(Selector(read.collect::<Result<_, _>>()?))
    }

    /// Whether labels meet every requirement.
    pub fn is_met_by(&self, labels: &BTreeMap<Str, Str>) -> bool {
        self.0.iter().all(|one| {
            let value = labels.get(&*one.key);
            let number = || value.and_then(|value| value.parse::<i64>().ok());
            match &one.operator {
                Operator::Exists => value.is_some(),
                Operator::Lacks => value.is_none(),
                Operator::In(values) => {
                    value.is_some_and(|value| values.iter().any(|one| **one == **value))
                }
                Operator::NotIn(values) => {
                    value.is_none_or(|value| values.iter().all(|one| **one != **value))
                }
                Operator::Greater(bound) => number().is_some_and(|number| number > *bound),
                Operator::Less(bound) => number().is_some_and(|number| number < *bound),
            }
        })
    }
}

/// Commas inside parentheses belong to a list of values.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn is_name(text: &str) -> bool {
    let is_part = |text: &str| {
        let at_edge = |c: char| c.is_ascii_alphanumeric();
        !text.is_empty()
            && text.starts_with(at_edge)
            && text.ends_with(at_edge)
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    match text.split_once('/') {
        Some((prefix, name)) => is_part(prefix) && is_part(name),
        None => is_part(text),
    }
}

fn requirement(text: &str) -> Option<Requirement> {
    let new =
        |key: &str, operator| is_name(key).then(|| Requirement { key: key.to_owned(), operator });
    if let Some(key) = text.strip_prefix('!') {
        return new(key.trim(), Operator::Lacks);
    }
    if let Some(list) = text.strip_suffix(')') {
        let (head, values) = list.split_once('(')?;
        let values = values.split(',').map(|value| value.trim().to_owned()).collect();
        let mut words = head.split_whitespace();
        let (key, operator) = (words.next()?, words.next()?);
        return match (operator, words.next()) {
            ("in", None) => new(key, Operator::In(values)),
            ("notin", None) => new(key, Operator::NotIn(values)),
            _ => None,
        };
    }
    if let Some((key, value)) = text.split_once("!=") {
        return new(key.trim(), Operator::NotIn(vec![value.trim().to_owned()]));
    }
    if let Some((key, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return new(key.trim(), Operator::In(vec![value.trim().to_owned()]));
    }
    if let Some((key, value)) = text.split_once('>') {
        return new(key.trim(), Operator::Greater(value.trim().parse().ok()?));
    }
    if let Some((key, value)) = text.split_once('<') {
        return new(key.trim(), Operator::Less(value.trim().parse().ok()?));
    }
    new(text, Operator::Exists)
}

fn mistake(text: &str) -> String {
    let first = text.split(['=', '!', ' ', '(']).find(|part| !part.is_empty()).unwrap_or(text);
    if is_name(first) {
        return format!("found '{text}', expected: in, notin, =, ==, !=, gt, lt");
    }
    format!(
        "<nil>: Invalid value: \"{first}\": name part must consist of alphanumeric characters, \
         '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  \
         or 'my.name',  or '123-abc', regex used for validation is \
         '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_met(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        Selector::read(selector).expect("valid").is_met_by(&labels)
    }

    #[test]
    fn every_requirement_counts() {
        let labels = [("app", "web"), ("tier", "a"), ("n", "3")];
        for selector in ["", "app=web", "app==web,tier in (a, b)", "!old,app", "tier!=c", "n>2"] {
            assert!(is_met(selector, &labels), "{selector}");
        }
        for selector in ["app=db", "tier notin (a)", "old", "!app", "app=web,tier=b", "n<3"] {
            assert!(!is_met(selector, &labels), "{selector}");
        }
    }

    #[test]
    fn a_selector_that_makes_no_sense_is_refused() {
        assert!(Selector::read("a in b").is_err());
        assert!(Selector::read("_=x").is_err());
    }
}
