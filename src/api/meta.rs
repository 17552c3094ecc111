//! Object metadata, identities and references.
//!
//! Must not know bodies. Invariant: an `ObjectId` is given once in a run and never reused.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde::{Deserializer, Serializer};

use crate::api::tree::{Deserialize, Serialize};
use crate::api::{Kind, Labels};
use crate::base::{SimTime, Str, digest_of};

/// The engine's number for an object: creation order within a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ObjectId(pub u32);

/// An object's UID. Zero stands for none yet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Uid(pub u128);

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            n >> 96,
            (n >> 80) & 0xffff,
            (n >> 64) & 0xffff,
            (n >> 48) & 0xffff,
            n & 0xffff_ffff_ffff
        )
    }
}

impl serde::Serialize for Uid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Uid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        // Kubernetes takes any text; one that it did not make itself stands for no object.
        let foreign = || (u128::from(u64::MAX) << 64) | u128::from(digest_of(&text));
        Ok(Uid(u128::from_str_radix(&digits, 16).unwrap_or_else(|_| foreign())))
    }
}

/// `metadata.ownerReferences[]`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OwnerReference {
    /// The owner's API version.
    pub api_version: Str,
    /// The owner's kind.
    pub kind: Str,
    /// The owner's name.
    pub name: Str,
    /// The owner's UID.
    pub uid: Uid,
    /// Whether the owner is the managing controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller: Option<bool>,
    /// Whether the owner can't go in the foreground before this object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_owner_deletion: Option<bool>,
}

/// `metadata`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta {
    /// The engine's number; 0 before the server stored the object.
    #[serde(skip)]
    pub id: ObjectId,
    /// The name, unique among the living objects of a kind and namespace.
    pub name: Str,
    /// What the server makes a name from when none is given.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub generate_name: Str,
    /// The namespace; empty for kinds that live in none.
    #[serde(skip_serializing_if = "str_is_empty")]
    pub namespace: Str,
    /// The UID.
    #[serde(skip_serializing_if = "uid_is_none")]
    pub uid: Uid,
    /// The store's revision at this object's last write.
    #[serde(with = "revision_text", skip_serializing_if = "is_zero")]
    pub resource_version: u64,
    /// Grows with each change of the spec.
    #[serde(skip_serializing_if = "is_zero")]
    pub generation: u64,
    /// When the server stored it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<SimTime>,
    /// Set once deletion was asked for and something must happen first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_timestamp: Option<SimTime>,
    /// The seconds granted to a graceful deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_grace_period_seconds: Option<u32>,
    /// Labels.
    #[serde(skip_serializing_if = "map_is_empty")]
    pub labels: Labels,
    /// Annotations.
    #[serde(skip_serializing_if = "map_is_empty")]
    pub annotations: Labels,
    /// Who this object belongs to.
    #[serde(skip_serializing_if = "list_is_empty")]
    pub owner_references: Rc<Vec<OwnerReference>>,
    /// What must be done before the object may go.
    #[serde(skip_serializing_if = "list_is_empty")]
    pub finalizers: Rc<Vec<Str>>,
}

thread_local! {
    /// Most objects have no annotations, owners or finalizers: they share the same nothing.
    static EMPTY: Meta = Meta {
        id: ObjectId::default(),
        name: Str::default(),
        generate_name: Str::default(),
        namespace: Str::default(),
        uid: Uid::default(),
        resource_version: 0,
        generation: 0,
        creation_timestamp: None,
        deletion_timestamp: None,
        deletion_grace_period_seconds: None,
        labels: Labels::default(),
        annotations: Labels::default(),
        owner_references: Rc::default(),
        finalizers: Rc::default(),
    };
}

impl Default for Meta {
    fn default() -> Meta {
        EMPTY.with(Meta::clone)
    }
}

fn str_is_empty(text: &Str) -> bool {
    text.is_empty()
}

fn uid_is_none(uid: &Uid) -> bool {
    uid.0 == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn map_is_empty(map: &Rc<BTreeMap<Str, Str>>) -> bool {
    map.is_empty()
}

fn list_is_empty<T>(list: &Rc<Vec<T>>) -> bool {
    list.is_empty()
}

/// A resource version is a number inside and a string outside.
mod revision_text {
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
    pub(super) fn serialize<S: Serializer>(number: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        // A version that the store never gave is never the current one.
        Ok(if text.is_empty() { 0 } else { text.parse().unwrap_or(u64::MAX) })
    }
}

impl Meta {
    /// The reference to the managing controller.
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller == Some(true))
    }

    /// Whether the managing controller has this UID.
    pub fn is_controlled_by(&self, uid: Uid) -> bool {
        self.controller().is_some_and(|owner| owner.uid == uid)
    }

    /// Whether deletion was asked for.
    pub fn is_terminating(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&Str> {
        self.labels.get(key)
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&Str> {
        self.annotations.get(key)
    }

    /// Sets an annotation.
    pub fn annotate(&mut self, key: &str, value: impl Into<Str>) {
        Rc::make_mut(&mut self.annotations).insert(key.into(), value.into());
    }

    /// Sets a label.
    pub fn set_label(&mut self, key: &str, value: impl Into<Str>) {
        Rc::make_mut(&mut self.labels).insert(key.into(), value.into());
    }

    /// Whether a finalizer is there.
    pub fn has_finalizer(&self, finalizer: &str) -> bool {
        self.finalizers.iter().any(|one| &**one == finalizer)
    }
}

/// A reference to a living object that the engine resolved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: Kind,
    /// Its namespace, or empty.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
    /// Its number.
    pub id: ObjectId,
    /// Its UID.
    pub uid: Uid,
}

impl ObjectRef {
    /// The same, as one says it who knows the object by its name only.
    #[must_use]
    pub fn without_uid(self) -> ObjectRef {
        ObjectRef { uid: Uid(0), ..self }
    }
}

/// The name of something in the same namespace.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LocalRef {
    /// Its name.
    pub name: Str,
}

/// What becomes of dependents when an owner is deleted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Propagation {
    /// The owner goes at once, the garbage collector takes its dependents.
    #[default]
    Background,
    /// The owner waits for its dependents.
    Foreground,
    /// Dependents stay and lose their owner.
    Orphan,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uid_reads_back_as_it_prints() {
        let uid = Uid(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        let text = serde_json::to_string(&uid).expect("plain");
        assert_eq!(text, "\"01234567-89ab-cdef-0123-456789abcdef\"");
        assert_eq!(serde_json::from_str::<Uid>(&text).expect("valid"), uid);
    }
}
