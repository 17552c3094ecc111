//! What holds once nothing is to come any more.
//!
//! Must not know how the engine came to rest. Invariant: only a cluster that was left alone, with
//! all its machines at work, is judged.

use std::collections::BTreeMap;

use super::{Invariants, Verdict, fails};
use crate::api::{Kind, LabelSelector, Object, Uid};
use crate::cluster::Cluster;
use crate::server::{Key, View};

impl Invariants {
    /// At rest no controller has anything to do, and nothing is half way.
    pub fn at_rest(&self, cluster: &Cluster) -> Verdict {
        let view = cluster.model().view();
        terminating_pods_go(view)?;
        workloads_are_complete(view)?;
        statuses_tell_what_is(view)?;
        dependents_have_owners(view)?;
        claims_and_volumes_agree(view)?;
        endpoints_follow_pods(view)?;
        // A set that is held while it is deleted would make its revision anew, as upstream's would:
        // nobody tells it that the garbage collector took it.
        let is_held_set = |key: &Key| {
            key.kind == Kind::StatefulSet
                && view.object(*key).is_some_and(|one| one.meta.is_terminating())
        };
        let unsettled = cluster.model().unsettled();
        if let Some((controller, key)) = unsettled.iter().find(|(_, key)| !is_held_set(key)) {
            let name = view.object(*key).map_or_else(String::new, |one| one.meta.name.to_string());
            let text = format!("{} has work with {} {name}", controller.name(), key.kind.name());
            return fails("every_key_plans_nothing", text);
        }
        Ok(())
    }
}

fn terminating_pods_go(view: &View) -> Verdict {
    let left =
        |pod: &&std::rc::Rc<Object>| pod.meta.is_terminating() && pod.meta.finalizers.is_empty();
    match view.table(Kind::Pod).iter().find(left) {
        Some(pod) => fails("terminating_pods_go", format!("{} still is", pod.meta.name)),
        None => Ok(()),
    }
}

/// Every controller of Pods has as many as it should, ready or not.
fn workloads_are_complete(view: &View) -> Verdict {
    for kind in [Kind::ReplicaSet, Kind::ReplicationController] {
        for object in view.table(kind).iter() {
            let wanted = object.replica_set().and_then(|set| set.spec.replicas).unwrap_or(0);
            let active = active(object, view);
            if i32::try_from(active) != Ok(wanted) {
                let text = format!("{} has {active} Pods of {wanted}", object.meta.name);
                return fails("workloads_are_complete", text);
            }
        }
    }
    Ok(())
}

/// How many Pods of an owner have not ended.
fn active(object: &Object, view: &View) -> usize {
    let pods = view.table(Kind::Pod).owned_by(object.meta.uid);
    pods.filter(|one| one.pod().is_some_and(|pod| !pod.status.phase.is_terminal())).count()
}

/// A status counts the Pods that there are.
fn statuses_tell_what_is(view: &View) -> Verdict {
    for kind in [Kind::ReplicaSet, Kind::ReplicationController] {
        for object in view.table(kind).iter() {
            let Some(set) = object.replica_set() else { continue };
            let pods = view.table(Kind::Pod).owned_by(object.meta.uid);
            let ready = pods
                .filter(|one| {
                    one.pod().is_some_and(|pod| pod.is_ready() && !pod.status.phase.is_terminal())
                })
                .count();
            let told = (set.status.replicas, set.status.ready_replicas);
            let is = (i32::try_from(active(object, view)), i32::try_from(ready));
            if (Ok(told.0), Ok(told.1)) != is {
                let text = format!("{} tells {told:?}", object.meta.name);
                return fails("statuses_tell_what_is", text);
            }
        }
    }
    Ok(())
}

/// Whatever has a controller has a living one: the garbage collector took the rest.
fn dependents_have_owners(view: &View) -> Verdict {
    for kind in [Kind::Pod, Kind::ReplicaSet, Kind::ControllerRevision, Kind::EndpointSlice] {
        for object in view.table(kind).iter() {
            let Some(owner) = object.meta.controller() else { continue };
            let found = Kind::from_name(&owner.kind)
                .and_then(|kind| view.named(kind, &object.meta.namespace, &owner.name));
            if found.is_none_or(|found| found.meta.uid != owner.uid) {
                let text = format!("{} outlived {} {}", object.meta.name, owner.kind, owner.name);
                return fails("dependents_have_owners", text);
            }
        }
    }
    Ok(())
}

/// A bound claim and its volume name each other, and no volume has two claims.
fn claims_and_volumes_agree(view: &View) -> Verdict {
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for object in view.table(Kind::PersistentVolumeClaim).iter() {
        let Some(claim) = object.claim() else { continue };
        let Some(name) = claim.spec.volume_name.as_deref().filter(|name| !name.is_empty()) else {
            continue;
        };
        if let Some(other) = taken.insert(name, &object.meta.name) {
            let text = format!("{} and {other} both have {name}", object.meta.name);
            return fails("claims_and_volumes_agree", text);
        }
        let volume = view.named(Kind::PersistentVolume, "", name).and_then(|one| one.volume());
        let Some(volume) = volume else { continue };
        let holder: Option<Uid> = volume.spec.claim_ref.as_ref().map(|holder| holder.uid);
        if holder != Some(object.meta.uid) {
            let text = format!("{} has {name}, which knows another", object.meta.name);
            return fails("claims_and_volumes_agree", text);
        }
    }
    Ok(())
}

/// A Service's slices list the Pods that it selects and that have an address, each once and as
/// ready as it is.
fn endpoints_follow_pods(view: &View) -> Verdict {
    for object in view.table(Kind::Service).iter() {
        let Some(service) = object.service().filter(|one| !one.spec.selector.is_empty()) else {
            continue;
        };
        let selector = LabelSelector::of_labels(&service.spec.selector);
        let mut is: BTreeMap<Uid, bool> = BTreeMap::new();
        for pod in view.table(Kind::Pod).in_namespace(&object.meta.namespace) {
            let Some(body) = pod.pod().filter(|body| !body.status.phase.is_terminal()) else {
                continue;
            };
            if body.status.pod_ip.is_some() && selector.is_met_by(&pod.meta.labels) {
                is.insert(pod.meta.uid, body.is_ready());
            }
        }
        let slices = view.table(Kind::EndpointSlice).dependents_of(object.meta.uid);
        let mut told: BTreeMap<Uid, bool> = BTreeMap::new();
        for endpoint in
            slices.filter_map(|one| one.endpoint_slice()).flat_map(|one| one.endpoints.iter())
        {
            let before =
                told.insert(endpoint.target_ref.uid, endpoint.conditions.serving == Some(true));
            if before.is_some() {
                let text = format!("{} twice", endpoint.target_ref.name);
                return fails("endpoints_follow_pods", text);
            }
        }
        if told != is {
            let text = format!("{}: {} of {}", object.meta.name, told.len(), is.len());
            return fails("endpoints_follow_pods", text);
        }
    }
    Ok(())
}
