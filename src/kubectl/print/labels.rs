//! Label selectors as a person writes them: `app=web,tier in (a,b),!old`.
//!
//! Must not know objects. Invariant: an empty selector is met by everything.
//!
//! Models staging/src/k8s.io/apimachinery/pkg/labels/selector.go Parse

use std::collections::BTreeMap;

use crate::base::Str;
use crate::kubectl::pairs::{key_mistake, label_value_mistake};

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
        Parser { tokens: tokens(text), at: 0 }.selector().map(Selector)
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

/// Signs and words; the words `in` and `notin` are told apart by where they stand.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_sign = |c: char| "=!(),><".contains(c);
        let end = match first {
            '=' | '!' if rest[1..].starts_with('=') => 2,
            sign if is_sign(sign) => 1,
            _ => rest.find(|c: char| is_sign(c) || c.is_ascii_whitespace()).unwrap_or(rest.len()),
        };
        found.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    found
}

fn is_word(token: &str) -> bool {
    !token.is_empty() && !matches!(token, "=" | "==" | "!=" | "!" | "(" | ")" | "," | ">" | "<")
}

struct Parser<'a> {
    tokens: Vec<&'a str>,
    at: usize,
}

impl<'a> Parser<'a> {
    /// The next token; an empty one stands for the end.
    fn look(&self) -> &'a str {
        self.tokens.get(self.at).copied().unwrap_or_default()
    }

    fn take(&mut self) -> &'a str {
        let token = self.look();
        self.at += 1;
        token
    }

    fn selector(mut self) -> Result<Vec<Requirement>, String> {
        let mut all = Vec::new();
        loop {
            match self.look() {
                "" => return Ok(all),
                token if token == "!" || is_word(token) => {}
                odd => {
                    return Err(format!(
                        "found '{odd}', expected: !, identifier, or 'end of string'"
                    ));
                }
            }
            let one = self.requirement();
            all.push(one.map_err(|why| format!("unable to parse requirement: {why}"))?);
            match (self.take(), self.look()) {
                ("", _) => return Ok(all),
                (",", next) if next == "!" || is_word(next) => {}
                (",", next) => {
                    return Err(format!("found '{next}', expected: identifier after ','"));
                }
                (odd, _) => return Err(format!("found '{odd}', expected: ',' or 'end of string'")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let is_lacking = self.look() == "!";
        self.at += usize::from(is_lacking);
        let key = self.take();
        if !is_word(key) {
            return Err(format!("found '{key}', expected: identifier"));
        }
        if let Some(why) = key_mistake(key) {
            return Err(format!("<nil>: Invalid value: {}: {why}", crate::api::go::quoted(key)));
        }
        let new = |operator| Requirement { key: key.to_owned(), operator };
        if is_lacking {
            return Ok(new(Operator::Lacks));
        }
        if matches!(self.look(), "" | ",") {
            return Ok(new(Operator::Exists));
        }
        let sign = self.take();
        let values = match sign {
            "in" | "notin" => self.values()?,
            "=" | "==" | "!=" | ">" | "<" => vec![self.value()?],
            odd => {
                return Err(format!("found '{odd}', expected: in, notin, =, ==, !=, gt, lt"));
            }
        };
        check(key, sign, &values)?;
        let number = || values[0].parse().unwrap_or_default();
        Ok(new(match sign {
            ">" => Operator::Greater(number()),
            "<" => Operator::Less(number()),
            "!=" | "notin" => Operator::NotIn(values),
            _ => Operator::In(values),
        }))
    }

    fn value(&mut self) -> Result<String, String> {
        if matches!(self.look(), "" | ",") {
            return Ok(String::new());
        }
        match self.take() {
            word if is_word(word) => Ok(word.to_owned()),
            odd => Err(format!("found '{odd}', expected: identifier")),
        }
    }

    /// Values in parentheses, any of which may be empty.
    fn values(&mut self) -> Result<Vec<String>, String> {
        let open = self.take();
        if open != "(" {
            return Err(format!("found '{open}' expected: '('"));
        }
        let first = self.look();
        if first != ")" && first != "," && !is_word(first) {
            return Err(format!("found '{first}', expected: ',', ')' or identifier"));
        }
        let mut values = Vec::new();
        loop {
            if is_word(self.look()) {
                values.push(self.take().to_owned());
            } else {
                values.push(String::new());
            }
            match self.take() {
                ")" => return Ok(values),
                "," if matches!(self.look(), "," | ")") || is_word(self.look()) => {}
                "," => {
                    return Err(format!("found '{}', expected: ',', or identifier", self.look()));
                }
                odd => return Err(format!("found '{odd}', expected: ',' or ')'")),
            }
        }
    }
}

/// Models staging/src/k8s.io/apimachinery/pkg/labels/selector.go NewRequirement
fn check(key: &str, sign: &str, values: &[String]) -> Result<(), String> {
    let mut found = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let quoted = crate::api::go::quoted(value);
        if matches!(sign, ">" | "<") && value.parse::<i64>().is_err() {
            found.push(format!(
                "values[{index}]: Invalid value: {quoted}: for 'Gt', 'Lt' operators, the value \
                 must be an integer"
            ));
        }
        if let Some(why) = label_value_mistake(value) {
            found.push(format!("values[{index}][{key}]: Invalid value: {quoted}: {why}"));
        }
    }
    match found.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        many => Err(format!("[{}]", many.join(", "))),
    }
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
        for selector in [
            "",
            "app=web",
            "app==web,tier in (a, b)",
            "!old,app",
            "tier!=c",
            "n>2",
            "app in (web,)",
            "app notin ()",
        ] {
            assert!(is_met(selector, &labels), "{selector}");
        }
        for selector in ["app=db", "tier notin (a)", "old", "!app", "app=web,tier=b", "n<3", "app="]
        {
            assert!(!is_met(selector, &labels), "{selector}");
        }
    }

    #[test]
    fn a_selector_that_makes_no_sense_is_refused_in_the_words_of_the_server() {
        let unable = "unable to parse requirement: ";
        for (selector, why) in [
            ("a b", "found 'b', expected: in, notin, =, ==, !=, gt, lt"),
            ("a in b", "found 'b' expected: '('"),
            ("a in (b", "found '', expected: ',' or ')'"),
            ("a in (", "found '', expected: ',', ')' or identifier"),
            ("!", "found '', expected: identifier"),
            ("a==!b", "found '!', expected: identifier"),
            (
                "n>x",
                "values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an \
                 integer",
            ),
        ] {
            assert_eq!(Selector::read(selector), Err(format!("{unable}{why}")), "{selector}");
        }
        for (selector, why) in [
            ("a=b c", "found 'c', expected: ',' or 'end of string'"),
            ("a,", "found '', expected: identifier after ','"),
            ("=a", "found '=', expected: !, identifier, or 'end of string'"),
        ] {
            assert_eq!(Selector::read(selector), Err(why.to_owned()), "{selector}");
        }
        assert!(Selector::read("_=x").is_err());
        let value = Selector::read("a=-").expect_err("no value");
        assert!(value.starts_with("unable to parse requirement: values[0][a]: Invalid value: "));
    }
}
