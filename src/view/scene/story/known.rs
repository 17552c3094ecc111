//! What the trace has told so far.
//!
//! Owns what is remembered between two entries. It must not know words. Invariant: nothing here comes
//! from later than the entry that was read last.

use super::containers::is_looping;
use super::teller::label_in;
use crate::api::core::Event;
use crate::api::pod::Pod;
use crate::api::wellknown::POD_TEMPLATE_HASH;
use crate::api::{Kind, Object};
use crate::base::Str;
use crate::server::{Change, Key};
use crate::sim::Rule;
use crate::view::scene::rollouts::{
    is_at_partition, is_let_on, is_retold, is_rolled_out, is_wholly_new,
};
use crate::view::words::forbidden::creation_refusal;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What the trace has told of objects so far: they may be gone from the store by now.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) objects: BTreeMap<Key, Rc<Object>>,
    /// Those of them that were deleted.
    pub(super) gone: BTreeSet<Key>,
    /// Which claim a volume is bound to.
    pub(super) claims: BTreeMap<Str, (Str, Str)>,
    /// The Pods with an ordinal that are gone and have no ready successor yet, by namespace and
    /// name.
    former: BTreeMap<(Str, Str), Rc<Object>>,
    /// From which node a volume was taken last.
    taken_from: BTreeMap<Str, Str>,
    /// The Pods that were removed although nobody knew whether they had stopped, by namespace and
    /// name, and by which rule.
    pub(super) doubted: BTreeMap<(Str, Str), &'static str>,
    /// The Pods whose eviction was refused, by their keys.
    kept: BTreeSet<Key>,
    /// The Pods of which was told that they crash again and again, by their keys.
    looping: BTreeSet<Key>,
    /// How many ready Pods each slice of a Service holds, with the Service's namespace and name.
    reached: BTreeMap<Key, (Str, Str, usize)>,
    /// The DaemonSets and StatefulSets that got another template, until all their Pods have it.
    rolling: BTreeSet<Key>,
    /// Why whoever makes objects was refused last, by kind, namespace and name.
    refused: BTreeMap<(Str, Str, Str), Str>,
    /// In which namespaces there are workloads of a name.
    homes: BTreeMap<Str, BTreeSet<Str>>,
    /// The Pods for which others were asked to make room on the node that they are nominated for.
    nominated: BTreeSet<Key>,
    /// How many Pods of a workload stand on each node.
    standing: BTreeMap<(Str, Str), BTreeMap<Str, u32>>,
}

impl Known {
    /// Remembers what a write says.
    pub(super) fn note(&mut self, change: &Change, rule: Option<Rule>) {
        let object = change.object();
        if change.kind == Kind::Pod && change.new.is_none() {
            // Who had ended before runs nowhere, whoever removes it.
            let is_over = object.pod().is_some_and(|pod| pod.status.phase.is_terminal());
            match rule.map(|rule| rule.0).filter(|rule| *rule != "YOU-FORCE" || !is_over) {
                Some(code @ ("YOU-FORCE" | "PODGC-ORPHAN" | "PODGC-OUT-OF-SERVICE")) => {
                    self.doubted.insert(place(object), code);
                }
                _ => drop(self.doubted.remove(&place(object))),
            }
        }
        if let Some(owner) = object.meta.controller().filter(|_| change.old.is_none()) {
            let namespace = object.meta.namespace.clone();
            self.refused.remove(&(owner.kind.clone(), namespace, owner.name.clone()));
        }
        if is_spread(change.kind) && object.meta.controller().is_none() {
            let homes = self.homes.entry(object.meta.name.clone()).or_default();
            match change.new {
                Some(_) => drop(homes.insert(object.meta.namespace.clone())),
                None => drop(homes.remove(&object.meta.namespace)),
            }
        }
        match change.kind {
            Kind::PersistentVolume => {
                if let Some(claim) = object.volume().and_then(|one| one.spec.claim_ref.as_ref()) {
                    let claim = (claim.namespace.clone(), claim.name.clone());
                    self.claims.insert(object.meta.name.clone(), claim);
                }
            }
            Kind::EndpointSlice => {
                let service = change.new.as_ref().and_then(|one| one.meta.controller());
                if let (Some(service), Some(slice)) = (service, object.endpoint_slice()) {
                    let namespace = object.meta.namespace.clone();
                    let found = (namespace, service.name.clone(), slice.ready());
                    self.reached.insert(change.key(), found);
                } else {
                    self.reached.remove(&change.key());
                }
            }
            Kind::DaemonSet | Kind::StatefulSet => {
                let both = change.old.as_ref().zip(change.new.as_ref());
                if both.is_some_and(|(old, new)| is_retold(old, new) || is_let_on(old, new)) {
                    self.rolling.insert(change.key());
                }
            }
            // Events are many, and nothing refers to one.
            Kind::Event => return,
            Kind::Pod => {
                if change.new.is_none() && keeps_its_name(object) {
                    self.former.insert(place(object), Rc::clone(object));
                }
                self.note_place(change);
                self.note_nomination(change, rule);
            }
            _ => {}
        }
        if change.new.is_none() {
            self.gone.insert(change.key());
        }
        self.objects.insert(change.key(), Rc::clone(object));
    }

    /// Forgets what has been told once a write was: who came before a Pod that is ready now, and
    /// from where a volume came that is attached again.
    pub(super) fn settle(&mut self, change: &Change) {
        let object = change.object();
        if let Some(event) = object.event() {
            if matches!(&*event.reason, "FailedCreate" | "ReplicaSetCreateError") {
                self.refused.insert(told_of(event), creation_refusal(&event.message).into());
            }
            return;
        }
        if change.new.is_some() && object.pod().is_some_and(Pod::is_ready) {
            self.former.remove(&place(object));
        }
        if object.pod().is_some_and(is_looping) {
            self.looping.insert(change.key());
        }
        if object.daemon_set().is_some_and(|set| is_rolled_out(object, set))
            || object
                .stateful_set()
                .is_some_and(|set| is_wholly_new(object, set) || is_at_partition(object, set))
        {
            self.rolling.remove(&change.key());
        }
        let Some(body) = object.attachment() else { return };
        if change.new.is_none() {
            self.taken_from.insert(body.volume.clone(), body.node.clone());
        } else if body.attached {
            self.taken_from.remove(&body.volume);
        }
    }

    /// The Pod of the same name that was there before this one.
    pub(super) fn former(&self, object: &Object) -> Option<&Rc<Object>> {
        self.former.get(&place(object)).filter(|former| former.meta.uid != object.meta.uid)
    }

    /// The object that was seen last of those that are so.
    pub(super) fn latest(&self, is_so: &dyn Fn(&&Rc<Object>) -> bool) -> Option<&Rc<Object>> {
        self.objects.values().rfind(is_so)
    }

    /// All that was seen.
    pub(super) fn seen(&self) -> impl Iterator<Item = &Rc<Object>> {
        self.objects.values()
    }

    /// A claim that was seen, the last of its name.
    pub(super) fn claim(&self, namespace: &str, name: &str) -> Option<&Object> {
        let mut seen = self.objects.values().rev().map(|one| &**one);
        seen.find(|one| {
            one.kind() == Kind::PersistentVolumeClaim
                && *one.meta.name == *name
                && *one.meta.namespace == *namespace
        })
    }

    /// Counts a Pod where it stands now and no longer where it stood.
    fn note_place(&mut self, change: &Change) {
        let place = |one: &Option<Rc<Object>>| {
            let one = one.as_ref()?;
            Some(((one.meta.namespace.clone(), workload_of(one)?), one.pod()?.node()?.clone()))
        };
        let (old, new) = (place(&change.old), place(&change.new));
        if old == new {
            return;
        }
        if let Some((workload, node)) = old
            && let Some(count) = self.standing.get_mut(&workload).and_then(|one| one.get_mut(&node))
        {
            *count = count.saturating_sub(1);
        }
        if let Some((workload, node)) = new {
            *self.standing.entry(workload).or_default().entry(node).or_default() += 1;
        }
    }

    /// A nomination that comes of finding no node was got by preemption.
    fn note_nomination(&mut self, change: &Change, rule: Option<Rule>) {
        let named = |one: &Option<Rc<Object>>| {
            one.as_ref().is_some_and(|one| {
                one.pod().is_some_and(|pod| pod.status.nominated_node_name.is_some())
            })
        };
        if rule == Some(Rule("SCHED-NO-NODE")) && named(&change.new) {
            self.nominated.insert(change.key());
        } else if !named(&change.new) && !named(&change.old) {
            self.nominated.remove(&change.key());
        }
    }

    /// Whether others were asked to make room for a Pod where it goes now.
    pub(super) fn took_room(&self, pod: Key) -> bool {
        self.nominated.contains(&pod)
    }

    /// The Pods that are to come to a node where others make room for them.
    pub(super) fn to_come(&self, node: &str) -> impl Iterator<Item = &Rc<Object>> {
        let pods = self.nominated.iter().filter(|key| !self.gone.contains(key));
        pods.filter_map(|key| self.objects.get(key)).filter(move |one| {
            one.pod().is_some_and(|pod| {
                pod.node().is_none() && pod.status.nominated_node_name.as_deref() == Some(node)
            })
        })
    }

    /// What a workload of a name is called, so that it is not taken for one of another namespace.
    pub(super) fn apart(&self, namespace: &str, name: &str) -> String {
        let is_other = |home: &Str| **home != *namespace;
        if self.homes.get(name).is_some_and(|homes| homes.iter().any(is_other)) {
            return format!("{namespace}/{name}");
        }
        label_in(namespace, name)
    }

    /// Whether a Pod is the only one of its workload on its node although there are others.
    pub(super) fn is_first_here(&self, pod: &Object) -> bool {
        let workload = workload_of(pod).map(|name| (pod.meta.namespace.clone(), name));
        let counts = workload.and_then(|workload| self.standing.get(&workload));
        let node = pod.pod().and_then(|pod| pod.node());
        counts.zip(node).is_some_and(|(counts, node)| {
            counts.get(node) == Some(&1) && counts.values().sum::<u32>() > 1
        })
    }

    /// How many ready Pods the other slices of a Service hold: one holds a hundred at most.
    pub(super) fn reached_besides(&self, slice: Key, namespace: &str, service: &str) -> usize {
        let others = self.reached.iter().filter(|(key, (space, name, _))| {
            **key != slice && **space == *namespace && **name == *service
        });
        others.map(|(_, (_, _, ready))| ready).sum()
    }

    /// Whether whoever makes objects was told this before, and has made none since.
    pub(super) fn is_refused(&self, event: &Event, why: &str) -> bool {
        self.refused.get(&told_of(event)).is_some_and(|known| *known == *why)
    }

    /// Whether a new template has not reached all Pods of a DaemonSet or StatefulSet.
    pub(super) fn is_rolling(&self, set: Key) -> bool {
        self.rolling.contains(&set)
    }

    /// Whether it was told of a Pod that it crashes again and again.
    pub(super) fn is_looping(&self, pod: Key) -> bool {
        self.looping.contains(&pod)
    }

    /// The rule by which the Pod that had this one's name was removed, if it may still run.
    pub(super) fn doubted(&self, object: &Object) -> Option<&'static str> {
        self.doubted.get(&place(object)).copied()
    }

    /// Remembers whether an eviction was refused; says whether it was before, too.
    pub(super) fn note_eviction(&mut self, key: Key, is_refused: bool) -> bool {
        if is_refused { !self.kept.insert(key) } else { self.kept.remove(&key) }
    }

    /// A node as it was seen last.
    pub(super) fn node(&self, name: &str) -> Option<&Rc<Object>> {
        let mut seen = self.objects.values();
        seen.find(|one| one.kind() == Kind::Node && *one.meta.name == *name)
    }

    /// The other node from which a volume came.
    pub(super) fn taken_from(&self, volume: &Str, node: &Str) -> Option<&Str> {
        self.taken_from.get(volume).filter(|from| *from != node)
    }
}

/// Whom an Event is about.
fn told_of(event: &Event) -> (Str, Str, Str) {
    let about = &event.about;
    (about.kind.name().into(), about.namespace.clone(), about.name.clone())
}

/// Whether the Pods of such a workload are spread over the nodes.
fn is_spread(kind: Kind) -> bool {
    use Kind::{Deployment, ReplicaSet, ReplicationController, StatefulSet};
    matches!(kind, Deployment | ReplicaSet | ReplicationController | StatefulSet)
}

/// The name of the workload whose Pods are spread over the nodes that this one is of.
pub(super) fn workload_of(pod: &Object) -> Option<Str> {
    let owner = pod.meta.controller()?;
    match &*owner.kind {
        "ReplicaSet" => {
            let hash = pod.meta.label(POD_TEMPLATE_HASH);
            let base = hash.and_then(|hash| owner.name.strip_suffix(&**hash)?.strip_suffix('-'));
            Some(base.map_or_else(|| owner.name.clone(), Str::from))
        }
        "StatefulSet" | "ReplicationController" => Some(owner.name.clone()),
        _ => None,
    }
}

fn place(object: &Object) -> (Str, Str) {
    (object.meta.namespace.clone(), object.meta.name.clone())
}

/// Whether a Pod's successor has its name.
fn keeps_its_name(object: &Object) -> bool {
    object.meta.controller().is_some_and(|owner| &*owner.kind == Kind::StatefulSet.name())
}
