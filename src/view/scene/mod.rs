//! From a cluster and its trace to what the screen shows.
//!
//! Must not know the page. Invariant: every fact comes from the store or the trace; nothing is
//! made up here.

mod books;
mod containers;
mod disks;
mod inspect;
mod lives;
mod record;
mod rollouts;
pub mod rules;
mod runs;
mod seats;
mod stage;
mod story;

pub use books::{book, ledger};
pub use inspect::{
    about, conditions, containers, events, failure, found, identity, owners, told_at, told_times,
};
pub use lives::{mark_left, timeline};
pub use record::Record;
pub use runs::{Ahead, Companion, Outlook, RUNS_MAX, RunView, Runs};
pub use stage::stage;
pub use story::{Chronicle, is_told, sentence};

use crate::api::wellknown::POD_TEMPLATE_HASH;
use crate::api::{Kind, Object};
use crate::server::View;
use crate::view::stage::LaneKind;

/// The workload that a Pod belongs to in the end: its kind, and its name.
fn lane_of(pod: &Object, view: &View) -> (LaneKind, String) {
    let Some(owner) = pod.meta.controller() else { return (LaneKind::BarePods, String::new()) };
    let kind = match &*owner.kind {
        "StatefulSet" => LaneKind::StatefulSet,
        "DaemonSet" => LaneKind::DaemonSet,
        "Job" => LaneKind::Job,
        "ReplicationController" => LaneKind::ReplicationController,
        "ReplicaSet" => {
            let set = view.named(Kind::ReplicaSet, &pod.meta.namespace, &owner.name);
            let above = set.and_then(|set| set.meta.controller());
            if let Some(above) = above {
                return (LaneKind::Deployment, above.name.to_string());
            }
            // The set may be gone already; its Pods carry the hash that it put in its name.
            let hash = pod.meta.label(POD_TEMPLATE_HASH);
            let name = hash.and_then(|hash| owner.name.strip_suffix(&format!("-{hash}")));
            if let Some(name) = name {
                return (LaneKind::Deployment, name.to_owned());
            }
            LaneKind::ReplicaSet
        }
        _ => LaneKind::BarePods,
    };
    (kind, owner.name.to_string())
}

/// The part of a Pod's name that tells it from its fellows, and the part before.
fn split_name(name: &str) -> (&str, &str) {
    name.rsplit_once('-').unwrap_or(("", name))
}
