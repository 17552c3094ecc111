//! Patches of a few fields, as components send them instead of whole objects.
//!
//! Must not know the store. Invariant: a field that a patch does not name stays as it is, so
//! that such a patch never conflicts.

use std::rc::Rc;

use crate::api::core::{AttachedVolume, Taint};
use crate::api::pod::{Condition, Phase, set_condition};
use crate::api::{Body, Labels, Object};
use crate::base::{SimTime, Str};
use crate::server::Patch;

/// Changes `object` as `patch` says.
pub(in crate::server) fn apply(patch: &Patch, object: &mut Object, now: SimTime) {
    let meta = &mut object.meta;
    match patch {
        Patch::SetOwner(owner) => {
            let owners = Rc::make_mut(&mut meta.owner_references);
            owners.retain(|one| one.uid != owner.uid);
            owners.push(owner.clone());
        }
        Patch::RemoveOwner(uid) => {
            Rc::make_mut(&mut meta.owner_references).retain(|one| one.uid != *uid);
        }
        Patch::Annotation(name, value) => set(&mut meta.annotations, name, value.as_ref()),
        Patch::Label(name, value) => set(&mut meta.labels, name, value.as_ref()),
        Patch::RemoveFinalizer(name) => {
            Rc::make_mut(&mut meta.finalizers).retain(|one| one != name);
            if let Some(namespace) = object.namespace_mut() {
                namespace.spec.finalizers.retain(|one| one != name);
            }
        }
        Patch::Conditions(new) => {
            for condition in new {
                settle(object, condition, now);
            }
        }
        Patch::Nominate(new, node) => {
            for condition in new {
                settle(object, condition, now);
            }
            if let Some(pod) = object.pod_mut() {
                pod.status.nominated_node_name.clone_from(node);
            }
        }
        Patch::Fail(condition) => {
            if let Some(condition) = condition {
                settle(object, condition, now);
            }
            if let Some(pod) = object.pod_mut() {
                pod.status.phase = Phase::Failed;
            }
        }
        Patch::Taint(taints) => {
            for taint in taints {
                add_taint(object, taint);
            }
        }
        Patch::AttachedVolume(name, is_attached) => mark_attached(object, name, *is_attached),
        Patch::VolumesInUse(names) => {
            if let Some(node) = object.node_mut() {
                node.status.volumes_in_use.clone_from(names);
            }
        }
        Patch::Untaint(gone) => {
            let is_gone = |taint: &Taint| {
                gone.iter().any(|(key, effect)| *key == taint.key && *effect == taint.effect)
            };
            if let Some(node) = object.node_mut()
                && node.spec.taints.iter().any(is_gone)
            {
                Rc::make_mut(&mut node.spec).taints.retain(|taint| !is_gone(taint));
            }
        }
    }
}

fn set(map: &mut Labels, key: &Str, value: Option<&Str>) {
    let map = Rc::make_mut(map);
    match value {
        Some(value) => drop(map.insert(key.clone(), value.clone())),
        None => drop(map.remove(key)),
    }
}

/// Sets a condition; one that says the same already stays untouched.
///
/// Models pkg/api/v1/pod/util.go UpdatePodCondition
fn settle(object: &mut Object, new: &Condition, now: SimTime) {
    let conditions = match &mut object.body {
        Body::Pod(pod) => &mut pod.status.conditions,
        Body::Node(node) => &mut node.status.conditions,
        _ => return,
    };
    set_condition(conditions, new.clone(), now);
}

fn mark_attached(object: &mut Object, name: &Str, is_attached: bool) {
    let Some(node) = object.node_mut() else { return };
    let volumes = &mut node.status.volumes_attached;
    volumes.retain(|one| one.name != *name);
    if is_attached {
        volumes.push(AttachedVolume { name: name.clone(), device_path: "".into() });
    }
}

/// Models pkg/util/taints/taints.go AddOrUpdateTaint
fn add_taint(object: &mut Object, new: &Taint) {
    let Some(node) = object.node_mut() else { return };
    let is_same = |taint: &Taint| taint.key == new.key && taint.effect == new.effect;
    let taints = &mut Rc::make_mut(&mut node.spec).taints;
    match taints.iter_mut().find(|taint| is_same(taint)) {
        // The moment it was set stays with the taint.
        Some(old) => old.value.clone_from(&new.value),
        None => taints.push(new.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::core::Node;

    fn taint(key: &str, effect: &str, second: u64) -> Taint {
        Taint {
            key: key.into(),
            effect: effect.into(),
            time_added: Some(SimTime::from_seconds(second)),
            ..Taint::default()
        }
    }

    fn taints(object: &Object) -> Vec<String> {
        let node = object.node().expect("a node");
        node.spec.taints.iter().map(|one| format!("{}:{}", one.key, one.effect)).collect()
    }

    #[test]
    fn a_taint_is_known_by_key_and_effect() {
        let mut node = Object::new("", "node-1", Body::Node(Node::default()));
        let now = SimTime::ZERO;
        let both = vec![taint("lost", "NoSchedule", 1), taint("lost", "NoExecute", 2)];
        apply(&Patch::Taint(both), &mut node, now);
        apply(&Patch::Taint(vec![taint("lost", "NoExecute", 9)]), &mut node, now);
        assert_eq!(taints(&node), ["lost:NoSchedule", "lost:NoExecute"]);
        let added = node.node().expect("a node").spec.taints[1].time_added;
        assert_eq!(added, Some(SimTime::from_seconds(2)));
        apply(&Patch::Untaint(vec![("lost".into(), "NoSchedule".into())]), &mut node, now);
        assert_eq!(taints(&node), ["lost:NoExecute"]);
    }
}
