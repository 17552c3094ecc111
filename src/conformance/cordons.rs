//! What cordons tell of a node's rounds: its kubelet says at a round that its node may not be
//! scheduled to, or may again, and a round between two such changes would have said so.
//!
//! Must not know how rounds are reckoned. Invariant: each stretch lies between two looks of which
//! the first or none said anything.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::conformance::schema::{Centis, Record};

/// A cordoned node's stretch in which no round came, if any did, and the rounds that are known.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Cordons {
    /// When a kubelet said what its node's cordon is.
    pub(super) told: Vec<(String, Centis)>,
    /// From when a kubelet had something to say to when it said so, or had not any more.
    pub(super) silent: Vec<(String, Centis, Centis)>,
}

/// Reads a run up to `end`.
pub(super) fn of(trace: &[Record], end: Centis) -> Cordons {
    let mut found = Cordons::default();
    // Whether a node is cordoned, whether its kubelet said so, and since when they differ.
    let mut nodes: BTreeMap<&str, (bool, bool, Centis)> = BTreeMap::new();
    for record in trace {
        if let ("Node", Some(value)) = (record.kind.as_str(), record.fact("unschedulable")) {
            let (is_cordoned, was_told, since) = nodes.entry(&record.id).or_default();
            *is_cordoned = value.as_bool().unwrap_or(false);
            if is_cordoned == was_told {
                found.silent.push((record.id.clone(), *since, record.t));
            }
            *since = record.t;
        }
        let reason = record.fact("reason").and_then(Value::as_str);
        let told = match (record.kind.as_str(), reason) {
            ("Event", Some("NodeNotSchedulable")) => true,
            ("Event", Some("NodeSchedulable")) => false,
            _ => continue,
        };
        let Some(node) = record.id.strip_prefix("Node/") else { continue };
        found.told.push((node.to_owned(), record.t));
        if let Some((is_cordoned, was_told, since)) = nodes.get_mut(node) {
            if is_cordoned != was_told {
                found.silent.push((node.to_owned(), *since, record.t));
            }
            *was_told = told;
        }
    }
    for (node, (is_cordoned, was_told, since)) in nodes {
        if is_cordoned != was_told {
            found.silent.push((node.to_owned(), since, end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::schema::Deed;
    use serde_json::json;

    fn record(t: i64, kind: &str, id: &str, facts: &Value) -> Record {
        Record {
            t: Centis(t),
            step: 0,
            kind: kind.to_owned(),
            id: id.to_owned(),
            name: id.to_owned(),
            event: Deed::Modified,
            facts: None,
            changed: facts.as_object().map(|facts| facts.clone().into_iter().collect()),
        }
    }

    fn cordon(t: i64, value: &Value) -> Record {
        record(t, "Node", "node-1", &json!({"unschedulable": value}))
    }

    #[test]
    fn a_cordon_that_was_never_told_fell_between_two_rounds() {
        let found = of(&[cordon(100, &json!(true)), cordon(780, &Value::Null)], Centis(900));
        let silent = vec![("node-1".to_owned(), Centis(100), Centis(780))];
        assert_eq!(found, Cordons { told: vec![], silent });
    }

    #[test]
    fn a_round_that_told_is_known_and_none_came_before_it() {
        let event = record(460, "Event", "Node/node-1", &json!({"reason": "NodeNotSchedulable"}));
        let found = of(&[cordon(100, &json!(true)), event], Centis(900));
        let node = || "node-1".to_owned();
        assert_eq!(found.told, [(node(), Centis(460))]);
        assert_eq!(found.silent, [(node(), Centis(100), Centis(460))]);
    }
}
