//! Labels and label selectors.
//!
//! Must not know who selects. Invariant: an empty selector selects everything; whether
//! that is wanted is the caller's question.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::api::tree::{Deserialize, Serialize};
use crate::base::Str;

/// Labels or annotations, shared since they rarely change.
pub type Labels = Rc<BTreeMap<Str, Str>>;

/// `matchLabels` and `matchExpressions`, all of which must hold.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Labels that must have exactly these values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub match_labels: BTreeMap<Str, Str>,
    /// Further requirements.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<Requirement>,
}

/// One entry of `matchExpressions`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Requirement {
    /// The label.
    pub key: Str,
    /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
    pub operator: Str,
    /// The values of `In` and `NotIn`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Str>,
}

impl Requirement {
    fn is_met_by(&self, labels: &BTreeMap<Str, Str>) -> bool {
        let value = labels.get(&self.key);
        match &*self.operator {
            "In" => value.is_some_and(|value| self.values.contains(value)),
            "NotIn" => value.is_none_or(|value| !self.values.contains(value)),
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            _ => false,
        }
    }
}

impl LabelSelector {
    /// A selector of exact labels, as Services and ReplicationControllers have it.
    pub fn of_labels(labels: &BTreeMap<Str, Str>) -> LabelSelector {
        LabelSelector { match_labels: labels.clone(), match_expressions: Vec::new() }
    }

    /// Whether there is no requirement.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether all requirements hold for `labels`.
    pub fn is_met_by(&self, labels: &BTreeMap<Str, Str>) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|one| one.is_met_by(labels))
    }
}

impl fmt::Display for LabelSelector {
    /// As kubectl prints a selector: `app=web,tier in (a,b)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
        let expressions = self.match_expressions.iter().map(|one| match &*one.operator {
            "Exists" => one.key.to_string(),
            "DoesNotExist" => format!("!{}", one.key),
            operator => {
                format!("{} {} ({})", one.key, operator.to_ascii_lowercase(), one.values.join(","))
            }
        });
        f.write_str(&labels.chain(expressions).collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<Str, Str> {
        pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    #[test]
    fn every_requirement_must_hold() {
        let selector: LabelSelector = serde_json::from_str(
            r#"{"matchLabels":{"app":"web"},
                "matchExpressions":[{"key":"tier","operator":"In","values":["a","b"]},
                                    {"key":"old","operator":"DoesNotExist"}]}"#,
        )
        .expect("valid");
        assert!(selector.is_met_by(&labels(&[("app", "web"), ("tier", "a")])));
        assert!(!selector.is_met_by(&labels(&[("app", "web"), ("tier", "c")])));
        assert!(!selector.is_met_by(&labels(&[("app", "web")])));
        assert!(!selector.is_met_by(&labels(&[("app", "web"), ("tier", "a"), ("old", "1")])));
        assert_eq!(selector.to_string(), "app=web,tier in (a,b),!old");
    }
}
