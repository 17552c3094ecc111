//! Tables of objects by kind, as persistent maps with the indexes that components need.
//!
//! Must not know requests. Invariant: every index agrees with `objects`.

use std::cmp::Ordering;
use std::rc::Rc;

use equivalent::{Comparable, Equivalent};

use crate::api::{Body, Kind, Object, ObjectId, Uid};
use crate::base::{Order as _, PMap, Str};

/// Which object of which kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    /// The kind.
    pub kind: Kind,
    /// The number.
    pub id: ObjectId,
}

/// All objects of one kind at one revision.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Table {
    objects: PMap<ObjectId, Rc<Object>>,
    /// Events are many, and nearly never asked for by name: they are not in it.
    names: PMap<(Str, Str), ObjectId>,
    owners: PMap<(Uid, ObjectId), ()>,
    orphans: PMap<(Str, ObjectId), ()>,
    nodes: PMap<(Str, ObjectId), ()>,
    /// What mounts a claim; attachments stand under their node.
    users: PMap<(Str, Str, ObjectId), ()>,
    /// Names that a set's Pods had and that are gone, by the set.
    former: PMap<(Uid, Str), ()>,
}

/// A namespace and a name to look up, without a copy of either.
struct Named<'a>(&'a str, &'a str);

impl Equivalent<(Str, Str)> for Named<'_> {
    fn equivalent(&self, key: &(Str, Str)) -> bool {
        self.compare(key).is_eq()
    }
}

impl Comparable<(Str, Str)> for Named<'_> {
    fn compare(&self, key: &(Str, Str)) -> Ordering {
        // Nodes and volumes have no namespace: there is nothing to compare.
        let has_none = self.0.is_empty() && key.0.is_empty();
        let by_namespace = if has_none { Ordering::Equal } else { self.0.cmp(&*key.0) };
        by_namespace.then_with(|| self.1.cmp(&*key.1))
    }
}

const FIRST: ObjectId = ObjectId(0);
const LAST: ObjectId = ObjectId(u32::MAX);

/// Everything that an object belongs to, managing controller or not.
fn owners_of(object: &Object) -> impl Iterator<Item = Uid> {
    object.meta.owner_references.iter().map(|owner| owner.uid)
}

/// The namespace under which an object that a controller might adopt is found.
fn orphanage(object: &Object) -> Option<&Str> {
    let is_adopted =
        matches!(object.kind(), Kind::Pod | Kind::ReplicaSet | Kind::ControllerRevision);
    (is_adopted && object.meta.controller().is_none()).then_some(&object.meta.namespace)
}

/// Pods stand under their node, attachments under their volume, free volumes under their
/// class.
fn place_of(object: &Object) -> Option<Str> {
    match &object.body {
        Body::Pod(pod) => pod.spec.node_name.clone(),
        Body::VolumeAttachment(attachment) => Some(attachment.volume.clone()),
        Body::PersistentVolume(volume) if volume.spec.claim_ref.is_none() => {
            Some(volume.spec.storage_class_name.clone().unwrap_or_else(|| "".into()))
        }
        _ => None,
    }
}

/// What an object uses and is looked up by: a Pod its claims, an attachment its node, a volume
/// the claim that it is reserved for or bound to.
fn used_by(object: &Object) -> Vec<(Str, Str)> {
    match &object.body {
        Body::PersistentVolume(volume) => {
            let claim = volume.spec.claim_ref.iter();
            claim.map(|claim| (claim.namespace.clone(), claim.name.clone())).collect()
        }
        Body::Pod(_) => {
            object.claims().map(|claim| (object.meta.namespace.clone(), claim)).collect()
        }
        Body::VolumeAttachment(attachment) => vec![("".into(), attachment.node.clone())],
        _ => Vec::new(),
    }
}

/// Whether an object is found by its name without a search.
fn is_indexed(object: &Object) -> bool {
    object.kind() != Kind::Event
}

/// The key under which a Pod with a name of its own is remembered.
fn remembered(object: &Object) -> Option<(Uid, Str)> {
    let owner = object.pod().and(object.meta.controller())?;
    (&*owner.kind == "StatefulSet").then(|| (owner.uid, object.meta.name.clone()))
}

impl Table {
    /// The object with this number.
    pub fn object(&self, id: ObjectId) -> Option<&Rc<Object>> {
        self.objects.get(&id)
    }

    /// The object with this name; `namespace` is empty for kinds that live in none. In the
    /// table of kinds that only a CustomResourceDefinition knows, the name starts with the
    /// resource: `things.example.org/x`.
    pub fn named(&self, namespace: &str, name: &str) -> Option<&Rc<Object>> {
        if let Some(id) = self.names.get(&Named(namespace, name)) {
            return self.objects.get(id);
        }
        let is_it =
            |one: &&Rc<Object>| *one.meta.name == *name && *one.meta.namespace == *namespace;
        self.unindexed().find(is_it)
    }

    /// The objects that are found by a search only.
    fn unindexed(&self) -> impl Iterator<Item = &Rc<Object>> {
        // A table holds one kind, so either all or none of its objects have an entry.
        let none = self.names.is_empty();
        none.then(|| self.iter()).into_iter().flatten()
    }

    /// All objects, in order of creation.
    pub fn iter(&self) -> impl Iterator<Item = &Rc<Object>> {
        self.objects.iter().map(|(_, object)| object)
    }

    /// The objects of a namespace, in order of name.
    pub fn in_namespace<'a>(&'a self, namespace: &Str) -> impl Iterator<Item = &'a Rc<Object>> {
        let from = (namespace.clone(), Str::from(""));
        let mut unindexed: Vec<_> =
            self.unindexed().filter(|one| one.meta.namespace == *namespace).collect();
        unindexed.order_by(|a, b| a.meta.name.cmp(&b.meta.name));
        let namespace = namespace.clone();
        let indexed = self.names.range(from..).take_while(move |((one, _), _)| *one == namespace);
        indexed.filter_map(|(_, id)| self.objects.get(id)).chain(unindexed)
    }

    /// The objects whose managing controller has this UID, in order of creation.
    pub fn owned_by(&self, owner: Uid) -> impl Iterator<Item = &Rc<Object>> {
        debug_assert!(owner != Uid(0), "what has no controller is found by orphans_in");
        self.dependents_of(owner).filter(move |one| one.meta.is_controlled_by(owner))
    }

    /// The objects of a namespace that a controller might adopt, in order of creation.
    pub fn orphans_in(&self, namespace: &Str) -> impl Iterator<Item = &Rc<Object>> {
        self.orphans
            .range((namespace.clone(), FIRST)..=(namespace.clone(), LAST))
            .filter_map(|((_, id), ())| self.objects.get(id))
    }

    /// The objects that name this owner, as their controller or not, in order of creation.
    pub fn dependents_of(&self, owner: Uid) -> impl Iterator<Item = &Rc<Object>> {
        self.owners
            .range((owner, FIRST)..=(owner, LAST))
            .filter_map(|((_, id), ())| self.objects.get(id))
    }

    /// The Pods bound to a node, in order of creation.
    pub fn on_node(&self, node: &Str) -> impl Iterator<Item = &Rc<Object>> {
        self.nodes
            .range((node.clone(), FIRST)..=(node.clone(), LAST))
            .filter_map(|((_, id), ())| self.objects.get(id))
    }

    /// The attachments of a volume, in order of creation.
    pub fn of_volume(&self, volume: &Str) -> impl Iterator<Item = &Rc<Object>> {
        self.on_node(volume)
    }

    /// The volumes of a class that are neither bound nor reserved, in order of creation.
    pub fn free_of_class<'a>(
        &'a self,
        class: &str,
    ) -> impl Iterator<Item = &'a Rc<Object>> + use<'a> {
        let class = Str::from(class);
        self.nodes
            .range((class.clone(), FIRST)..=(class, LAST))
            .filter_map(|((_, id), ())| self.objects.get(id))
    }

    /// The attachments to a node, in order of creation.
    pub fn attached_to(&self, node: &Str) -> impl Iterator<Item = &Rc<Object>> {
        self.users
            .range(("".into(), node.clone(), FIRST)..=("".into(), node.clone(), LAST))
            .filter_map(|((_, _, id), ())| self.objects.get(id))
    }

    /// Whether a Pod of this set had this name and is gone.
    pub fn had(&self, set: Uid, name: &Str) -> bool {
        self.former.contains_key(&(set, name.clone()))
    }

    /// The Pods that mount a claim, or the volumes that are there for it, in order of creation.
    pub fn using_claim(&self, namespace: &Str, claim: &Str) -> impl Iterator<Item = &Rc<Object>> {
        let key = |id| (namespace.clone(), claim.clone(), id);
        self.users.range(key(FIRST)..=key(LAST)).filter_map(|((_, _, id), ())| self.objects.get(id))
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    pub(in crate::server) fn put(&mut self, object: &Rc<Object>) {
        let id = object.meta.id;
        let node = place_of(object);
        let old = self.objects.insert(id, Rc::clone(object));
        let old_node = if let Some(old) = &old {
            place_of(old)
        } else {
            if is_indexed(object) {
                let name = (object.meta.namespace.clone(), object.table_name());
                self.names.insert(name, id);
            }
            for (namespace, used) in used_by(object) {
                self.users.insert((namespace, used, id), ());
            }
            None
        };
        self.put_owners(old.as_deref(), object);
        if let Some(old) = old.filter(|old| old.kind() == Kind::PersistentVolume) {
            self.move_user(&old, object);
        }
        if old_node != node {
            if let Some(node) = old_node {
                self.nodes.remove(&(node, id));
            }
            if let Some(node) = node {
                self.nodes.insert((node, id), ());
            }
        }
    }

    fn put_owners(&mut self, old: Option<&Object>, new: &Object) {
        let is_same = old.is_some_and(|old| {
            Rc::ptr_eq(&old.meta.owner_references, &new.meta.owner_references)
                || old.meta.owner_references == new.meta.owner_references
        });
        if is_same {
            return;
        }
        if let Some(old) = old {
            self.drop_owners(old);
        }
        for owner in owners_of(new) {
            self.owners.insert((owner, new.meta.id), ());
        }
        if let Some(namespace) = orphanage(new) {
            self.orphans.insert((namespace.clone(), new.meta.id), ());
        }
    }

    fn drop_owners(&mut self, object: &Object) {
        for owner in owners_of(object) {
            self.owners.remove(&(owner, object.meta.id));
        }
        if let Some(namespace) = orphanage(object) {
            self.orphans.remove(&(namespace.clone(), object.meta.id));
        }
    }

    /// A volume's claim may change; what Pods and attachments use never does.
    fn move_user(&mut self, old: &Object, new: &Object) {
        let (before, after) = (used_by(old), used_by(new));
        if before == after {
            return;
        }
        for (namespace, used) in before {
            self.users.remove(&(namespace, used, new.meta.id));
        }
        for (namespace, used) in after {
            self.users.insert((namespace, used, new.meta.id), ());
        }
    }

    pub(in crate::server) fn take(&mut self, id: ObjectId) -> Option<Rc<Object>> {
        let object = self.objects.remove(&id)?;
        if is_indexed(&object) {
            self.names.remove(&(object.meta.namespace.clone(), object.table_name()));
        }
        self.drop_owners(&object);
        if let Some(node) = place_of(&object) {
            self.nodes.remove(&(node, id));
        }
        for (namespace, used) in used_by(&object) {
            self.users.remove(&(namespace, used, id));
        }
        if let Some(key) = remembered(&object) {
            self.former.insert(key, ());
        }
        Some(object)
    }
}

/// What somebody knows of the cluster: each kind's table at some revision.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct View {
    tables: [Table; Kind::COUNT],
    /// What people's commands note about objects; only the store itself has it.
    notes: PMap<ObjectId, Vec<Str>>,
}

impl Default for View {
    fn default() -> Self {
        View { tables: std::array::from_fn(|_| Table::default()), notes: PMap::new() }
    }
}

impl View {
    /// The table of a kind.
    pub fn table(&self, kind: Kind) -> &Table {
        &self.tables[kind.index()]
    }

    /// The object at a key.
    pub fn object(&self, key: Key) -> Option<&Rc<Object>> {
        self.table(key.kind).object(key.id)
    }

    /// The object of a kind with this name.
    pub fn named(&self, kind: Kind, namespace: &str, name: &str) -> Option<&Rc<Object>> {
        self.table(kind).named(namespace, name)
    }

    /// What is noted about an object.
    pub fn notes_of(&self, object: ObjectId) -> &[Str] {
        self.notes.get(&object).map_or(&[], Vec::as_slice)
    }

    pub(in crate::server) fn note(&mut self, object: ObjectId, texts: Vec<Str>) {
        self.notes.insert(object, texts);
    }

    pub(in crate::server) fn forget(&mut self, object: ObjectId) {
        if !self.notes.is_empty() {
            self.notes.remove(&object);
        }
    }

    /// Takes a change in. Whoever watches hears of all changes of a kind, in their order.
    pub fn observe(&mut self, change: &Change) {
        let table = &mut self.tables[change.kind.index()];
        match &change.new {
            Some(new) => table.put(new),
            None => drop(table.take(change.object().meta.id)),
        }
    }

    /// A view of some objects, numbered in their order.
    #[cfg(test)]
    pub(crate) fn of_objects(objects: impl IntoIterator<Item = Object>) -> View {
        let mut view = View::default();
        for (number, mut object) in (1..).zip(objects) {
            object.meta.id = ObjectId(number);
            view.table_mut(object.kind()).put(&Rc::new(object));
        }
        view
    }

    pub(in crate::server) fn table_mut(&mut self, kind: Kind) -> &mut Table {
        &mut self.tables[kind.index()]
    }
}

/// One accepted write.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Change {
    /// The revision that it made.
    pub revision: u64,
    /// The kind.
    pub kind: Kind,
    /// The object before; none if it was created.
    pub old: Option<Rc<Object>>,
    /// The object after; none if it is gone.
    pub new: Option<Rc<Object>>,
}

impl Change {
    pub(in crate::server) fn new(
        revision: u64,
        kind: Kind,
        old: Option<Rc<Object>>,
        new: Option<Rc<Object>>,
    ) -> Change {
        Change { revision, kind, old, new }
    }

    /// The object after the change, or as it was last.
    pub fn object(&self) -> &Rc<Object> {
        self.new.as_ref().or(self.old.as_ref()).expect("a change has a before or an after")
    }

    /// Which object.
    pub fn key(&self) -> Key {
        Key { kind: self.kind, id: self.object().meta.id }
    }
}
