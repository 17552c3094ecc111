//! Sets of an object's fields, as `fieldsV1` writes them.
//!
//! Must not know objects. Invariant: nothing hangs below a set that is neither a member nor leads
//! to one.
//!
//! Models sigs.k8s.io/structured-merge-diff/fieldpath set.go Set

use std::collections::BTreeMap;

use crate::api::{Value, go};
use crate::base::{Str, gather};

/// Fields: the one at hand, and those below it by what leads to them: `f:name`, `k:{"name":"c"}`,
/// `v:"x"`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::kubectl) struct Set {
    pub(super) is_member: bool,
    pub(super) below: BTreeMap<Str, Set>,
}

impl Set {
    /// The field at hand alone.
    pub(super) fn leaf() -> Set {
        Set { is_member: true, below: BTreeMap::new() }
    }

    /// A single field.
    pub(in crate::kubectl) fn at(path: &[&str]) -> Set {
        path.iter().rev().fold(Set::leaf(), |below, step| Set {
            is_member: false,
            below: BTreeMap::from([((*step).into(), below)]),
        })
    }

    /// The same as it stands at a path.
    pub(super) fn below_of(self, path: &[&str]) -> Set {
        path.iter().rev().fold(self, |below, step| {
            let mut all = Set::default();
            all.put((*step).into(), below);
            all
        })
    }

    pub(in crate::kubectl) fn is_empty(&self) -> bool {
        !self.is_member && self.below.is_empty()
    }

    /// Adds what hangs below a step, unless it is nothing.
    pub(super) fn put(&mut self, step: Str, below: Set) {
        if !below.is_empty() {
            self.below.insert(step, below);
        }
    }

    /// The fields below some steps.
    pub(super) fn under(&self, path: &[&str]) -> Option<&Set> {
        path.iter().try_fold(self, |here, step| here.below.get(*step))
    }

    /// Whether a field is a member.
    pub(in crate::kubectl) fn has(&self, path: &[&str]) -> bool {
        self.under(path).is_some_and(|one| one.is_member)
    }

    /// The fields of both.
    pub(in crate::kubectl) fn union(&self, other: &Set) -> Set {
        let mut all = self.clone();
        all.is_member |= other.is_member;
        for (step, below) in &other.below {
            let known = all.below.get(step).map(|known| known.union(below));
            all.below.insert(step.clone(), known.unwrap_or_else(|| below.clone()));
        }
        all
    }

    /// Those that are members of both.
    pub(in crate::kubectl) fn common(&self, other: &Set) -> Set {
        let mut all = Set { is_member: self.is_member && other.is_member, ..Set::default() };
        for (step, below) in &self.below {
            if let Some(theirs) = other.below.get(step) {
                all.put(step.clone(), below.common(theirs));
            }
        }
        all
    }

    /// Those that the other lacks.
    pub(in crate::kubectl) fn without(&self, other: &Set) -> Set {
        let mut all = Set { is_member: self.is_member && !other.is_member, ..Set::default() };
        for (step, below) in &self.below {
            let left = other.below.get(step).map(|theirs| below.without(theirs));
            all.put(step.clone(), left.unwrap_or_else(|| below.clone()));
        }
        all
    }

    /// Takes a field away with all below it.
    pub(super) fn cut(&mut self, path: &[&str]) {
        let Some((first, rest)) = path.split_first() else {
            *self = Set::default();
            return;
        };
        if let Some(below) = self.below.get_mut(*first) {
            below.cut(rest);
            if below.is_empty() {
                self.below.remove(*first);
            }
        }
    }

    /// The members as people read them: `.spec.replicas`, `.spec.ports[port=80,protocol="TCP"]`.
    ///
    /// Models sigs.k8s.io/structured-merge-diff/fieldpath set.go Set.Iterate
    pub(in crate::kubectl) fn paths(&self) -> Vec<String> {
        let mut all = Vec::new();
        self.collect("", &mut all);
        all
    }

    fn collect(&self, path: &str, all: &mut Vec<String>) {
        let steps: Vec<(String, &Set)> =
            self.below.iter().map(|(step, one)| (format!("{path}{}", shown(step)), one)).collect();
        let members = steps.iter().filter(|(_, one)| one.is_member);
        all.extend(members.map(|(path, _)| path.clone()));
        for (path, one) in &steps {
            one.collect(path, all);
        }
    }

    /// As `fieldsV1`.
    ///
    /// Models sigs.k8s.io/structured-merge-diff/fieldpath serialize.go Set.ToJSON
    pub(super) fn to_tree(&self) -> Value {
        let own = self.is_member && !self.below.is_empty();
        let own = own.then(|| (Str::from("."), Value::Map(BTreeMap::new())));
        let below = self.below.iter().map(|(step, one)| (step.clone(), one.to_tree()));
        Value::Map(gather(own.into_iter().chain(below)))
    }

    /// Of `fieldsV1`.
    pub(super) fn of_tree(tree: &Value) -> Set {
        let mut set = Set::default();
        let Value::Map(entries) = tree else { return set };
        for (step, one) in entries {
            if &**step == "." {
                set.is_member = true;
            } else {
                let is_leaf = *one == Value::Map(BTreeMap::new());
                set.below
                    .insert(step.clone(), if is_leaf { Set::leaf() } else { Set::of_tree(one) });
            }
        }
        set
    }
}

/// A step as it stands in a path.
///
/// Models sigs.k8s.io/structured-merge-diff/fieldpath element.go PathElement.String
fn shown(step: &str) -> String {
    if let Some(name) = step.strip_prefix("f:") {
        return format!(".{name}");
    }
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    if let Some(Value::Map(keys)) = step.strip_prefix("k:").map(value) {
        let keys: Vec<String> =
            keys.iter().map(|(name, value)| format!("{name}={}", go::json(value))).collect();
        return format!("[{}]", keys.join(","));
    }
    format!("[={}]", step.strip_prefix("v:").unwrap_or(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_joined_and_taken_apart_and_written_and_read_again() {
        let replicas = Set::at(&["f:spec", "f:replicas"]);
        let port = Set::at(&["f:spec", "f:ports", "k:{\"port\":80,\"protocol\":\"TCP\"}"]);
        let keeper = Set::at(&["f:metadata", "f:finalizers", "v:\"a.b/c\""]);
        let all = replicas.union(&port).union(&keeper);
        assert_eq!(
            all.paths(),
            [
                ".metadata.finalizers[=\"a.b/c\"]",
                ".spec.replicas",
                ".spec.ports[port=80,protocol=\"TCP\"]",
            ]
        );
        assert_eq!(Set::of_tree(&all.to_tree()), all);
        assert_eq!(all.without(&port), replicas.union(&keeper));
        assert_eq!(all.common(&replicas), replicas);
        let mut cut = all.clone();
        cut.cut(&["f:spec"]);
        assert_eq!(cut, keeper);
        assert!(all.without(&all).is_empty() && all.has(&["f:spec", "f:replicas"]));
        assert!(!all.has(&["f:spec"]));
    }
}
