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
mod refused;
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

/// A name that the server made: what it was given, and the letters that it added. Where the first
/// is long there is no dash between them.
///
/// Models staging/src/k8s.io/apiserver/pkg/storage/names/generate.go randomLength
fn split_made(name: &str) -> (&str, &str) {
    const ADDED: usize = 5;
    let split = name.len().checked_sub(ADDED).and_then(|at| name.split_at_checked(at));
    split.map_or(("", name), |(base, added)| (base.trim_end_matches('-'), added))
}

/// The name of a Pod of a lane of this kind, as `split_name` does.
fn split_of(kind: LaneKind, name: &str) -> (&str, &str) {
    match kind {
        LaneKind::StatefulSet | LaneKind::BarePods => split_name(name),
        _ => split_made(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_made_name_the_letters_that_the_server_added_are_told_apart() {
        assert_eq!(split_made("web-6d4cf56db6-x7k2p"), ("web-6d4cf56db6", "x7k2p"));
        // A base of more than 58 letters is cut, and its dash with it.
        assert_eq!(split_made("long-deployment-prodx7k2p"), ("long-deployment-prod", "x7k2p"));
        assert_eq!(split_made("abc"), ("", "abc"));
        assert_eq!(split_of(LaneKind::StatefulSet, "db-12"), ("db", "12"));
    }
}
