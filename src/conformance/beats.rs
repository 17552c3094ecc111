//! When the kubelets of a recorded run looked at their machines and at their work queues, which
//! each does once a second: that follows from what only such a look brings about.
//!
//! Must not know the engine. Invariant: a beat is read from one write of a Pod's status.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::conformance::schema::{Centis, Deed, Record};

/// A status is written about so long after the look that brought it about.
const WRITING: i64 = 1;
/// A container whose stopping was told so long ago may have ended by that.
const STOPPING: i64 = 3_500;
/// A kubelet that starts a Pod anew tells so within this time.
const TELLING: i64 = 80;
/// What a container waits for that is tried again by the work queue.
const TRIED_AGAIN: [&str; 2] = ["waiting:ErrImagePull", "waiting:ImagePullBackOff"];

/// The looks that are known of each node's kubelet, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) relists: BTreeMap<String, Vec<Centis>>,
    pub(super) syncs: BTreeMap<String, Vec<Centis>>,
}

/// What is known of a Pod so far.
#[derive(Default)]
struct Life<'a> {
    node: &'a str,
    is_going: bool,
    /// When the stopping of one of its containers was told last.
    stopping: Option<Centis>,
    /// When its kubelet told something last.
    told: Option<Centis>,
    states: BTreeMap<&'a str, &'a str>,
}

/// The containers whose state a write tells anew, and these states.
fn states(record: &Record) -> impl Iterator<Item = (&str, &str)> {
    record.told().filter_map(|(name, value)| {
        let is_container = name.starts_with("container:") || name.starts_with("init:");
        let state = value.get("state").and_then(Value::as_str)?;
        is_container.then_some((name.as_str(), state))
    })
}

/// Reads the beats of a run.
pub(super) fn of(trace: &[Record]) -> Known {
    let mut known = Known::default();
    let mut pods: BTreeMap<&str, Life<'_>> = BTreeMap::new();
    for record in trace {
        if record.kind == "Event" {
            let Some(pod) = record.id.strip_prefix("Pod/").and_then(|id| pods.get_mut(id)) else {
                continue;
            };
            let text = |name: &str| record.fact(name).and_then(Value::as_str);
            pod.told = Some(record.t);
            if text("reason") == Some("Killing") {
                pod.stopping = Some(record.t);
            }
        } else if record.kind == "Pod" {
            match record.event {
                Deed::Added | Deed::Initial => {
                    pods.insert(&record.id, Life::default());
                }
                Deed::Deleted => drop(pods.remove(&*record.id)),
                Deed::Modified => {}
            }
            if let Some(pod) = pods.get_mut(&*record.id) {
                pod.read(record, &mut known);
            }
        }
    }
    for looks in known.relists.values_mut().chain(known.syncs.values_mut()) {
        looks.sort_unstable();
    }
    known
}

impl<'a> Life<'a> {
    fn read(&mut self, record: &'a Record, known: &mut Known) {
        if let Some(node) = record.fact("nodeName").and_then(Value::as_str) {
            self.node = node;
        }
        self.is_going |= record.fact("deleting").is_some();
        let phase = record.fact("phase").and_then(Value::as_str);
        let is_stopped = self.stopping.is_some_and(|at| record.t.0 - at.0 < STOPPING);
        let mut has_ended = matches!(phase, Some("Succeeded" | "Failed"));
        let (mut is_tried, mut is_missed) = (false, false);
        for (container, state) in states(record) {
            let before = self.states.insert(container, state);
            has_ended |= state.starts_with("terminated");
            let was_tried = before.is_some_and(|before| TRIED_AGAIN.contains(&before));
            is_tried |= TRIED_AGAIN.contains(&state) && was_tried;
            is_missed |= state == TRIED_AGAIN[0] && !was_tried;
        }
        if self.node.is_empty() || self.is_going {
            return;
        }
        let node = || self.node.to_owned();
        if has_ended && !is_stopped {
            known.relists.entry(node()).or_default().push(Centis(record.t.0 - WRITING));
        }
        let told = self.told.filter(|told| record.t.0 - told.0 <= TELLING);
        let at = Centis(told.unwrap_or(record.t).min(record.t).0 - WRITING);
        if is_missed {
            // Its network was seen, and so the Pod was looked at again.
            known.relists.entry(node()).or_default().push(at);
        }
        if is_tried {
            known.syncs.entry(node()).or_default().push(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(t: i64, event: Deed, facts: &Value) -> Record {
        let changed = facts.as_object().map(|facts| facts.clone().into_iter().collect());
        Record {
            t: Centis(t),
            step: 0,
            kind: "Pod".to_owned(),
            id: "web".to_owned(),
            name: "web".to_owned(),
            event,
            facts: None,
            changed,
        }
    }

    fn state(t: i64, state: &str) -> Record {
        pod(t, Deed::Modified, &json!({"container:app": {"state": state}}))
    }

    fn bound() -> Vec<Record> {
        vec![
            pod(0, Deed::Added, &json!({"phase": "Pending"})),
            pod(1, Deed::Modified, &json!({"nodeName": "node-1"})),
        ]
    }

    #[test]
    fn a_container_that_ended_by_itself_was_seen_by_a_look_at_the_machine() {
        let mut trace = bound();
        trace.push(state(283, "terminated:Completed:0"));
        trace.push(pod(383, Deed::Modified, &json!({"phase": "Succeeded"})));
        let known = of(&trace);
        assert_eq!(known.relists["node-1"], [282, 382].map(Centis));
        assert_eq!(known.syncs.len(), 0);
    }

    #[test]
    fn one_that_was_stopped_says_nothing() {
        let mut trace = bound();
        let killing = pod(270, Deed::Added, &json!({"reason": "Killing"}));
        trace.push(Record { kind: "Event".to_owned(), id: "Pod/web".to_owned(), ..killing });
        trace.push(state(283, "terminated:Error:137"));
        assert_eq!(of(&trace).relists.len(), 0);
    }

    #[test]
    fn an_image_is_tried_again_by_a_look_at_the_queue() {
        let mut trace = bound();
        trace.push(state(610, "waiting:ErrImagePull"));
        trace.push(state(1_910, "waiting:ImagePullBackOff"));
        assert_eq!(of(&trace).relists["node-1"], [609].map(Centis));
        assert_eq!(of(&trace).syncs["node-1"], [1_909].map(Centis));
    }
}
