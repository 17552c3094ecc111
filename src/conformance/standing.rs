//! How many objects stand at a moment of a run, by which a wait for calm is known to be over.
//!
//! Must not know which objects. Invariant: two runs of one scenario agree in it wherever both
//! have come to rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::conformance::schema::{Centis, Deed, Record};

/// Kinds of objects that come and go at a kubelet's beat.
const KINDS: [&str; 4] = ["Pod", "VolumeAttachment", "PersistentVolume", "PersistentVolumeClaim"];

/// How many objects of a kind there are, and how many Pods are ready.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Standing {
    objects: BTreeMap<&'static str, usize>,
    ready: usize,
}

impl Standing {
    /// The standing after the records up to `until`.
    pub(super) fn at(records: &[Record], until: Centis) -> Standing {
        let mut there: BTreeMap<&'static str, BTreeSet<&str>> = BTreeMap::new();
        let mut ready: BTreeSet<&str> = BTreeSet::new();
        for record in records.iter().take_while(|one| one.t <= until) {
            let Some(kind) = KINDS.into_iter().find(|kind| *kind == record.kind) else { continue };
            let names = there.entry(kind).or_default();
            let name = record.name.as_str();
            if record.event == Deed::Deleted {
                names.remove(name);
                ready.remove(name);
                continue;
            }
            names.insert(name);
            match record.fact("ready").filter(|_| kind == "Pod").map(serde_json::Value::as_bool) {
                Some(Some(true)) => drop(ready.insert(name)),
                Some(_) => drop(ready.remove(name)),
                None => {}
            }
        }
        let count = |(kind, names): (&'static str, BTreeSet<&str>)| (kind, names.len());
        let objects = there.into_iter().map(count).filter(|(_, count)| *count > 0).collect();
        Standing { objects, ready: ready.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(t: i64, event: Deed, name: &str, facts: serde_json::Value) -> Record {
        Record {
            t: Centis(t),
            step: 0,
            kind: "Pod".to_owned(),
            id: name.to_owned(),
            name: name.to_owned(),
            event,
            facts: serde_json::from_value(facts).ok(),
            changed: None,
        }
    }

    #[test]
    fn pods_that_are_gone_or_unready_again_do_not_count() {
        let run = [
            pod(1, Deed::Added, "a", json!({"ready": false})),
            pod(2, Deed::Modified, "a", json!({"ready": true})),
            pod(3, Deed::Added, "b", json!({"ready": true})),
            pod(4, Deed::Deleted, "a", json!({})),
        ];
        let at = |t| {
            let standing = Standing::at(&run, Centis(t));
            (standing.objects.get("Pod").copied().unwrap_or(0), standing.ready)
        };
        assert_eq!([at(0), at(1), at(3), at(4)], [(0, 0), (1, 0), (2, 2), (1, 1)]);
    }
}
