//! Claims, volumes, classes and attachments.
//!
//! Must not know who binds. Invariant: sizes are quantities of bytes.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::api::affinity::NodeSelector;
use crate::api::pod::{ResourceList, Resources, is_default};
use crate::api::{LabelSelector, Rest, Uid};
use crate::base::Str;

/// A PersistentVolumeClaim.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Claim {
    /// What is asked.
    pub spec: Rc<ClaimSpec>,
    /// What is so.
    #[serde(skip_serializing_if = "is_default")]
    pub status: ClaimStatus,
}

/// A claim's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimSpec {
    /// `ReadWriteOnce`, …
    #[serde(skip_serializing_if = "is_default")]
    pub access_modes: Vec<Str>,
    /// Which volumes may serve.
    #[serde(skip_serializing_if = "is_default")]
    pub selector: Option<LabelSelector>,
    /// How much.
    pub resources: Resources,
    /// The volume, once bound.
    #[serde(skip_serializing_if = "is_default")]
    pub volume_name: Option<Str>,
    /// The class; an empty one asks for none.
    #[serde(skip_serializing_if = "is_default")]
    pub storage_class_name: Option<Str>,
    /// `Filesystem` or `Block`.
    #[serde(skip_serializing_if = "is_default")]
    pub volume_mode: Option<Str>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A claim's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimStatus {
    /// `Pending`, `Bound` or `Lost`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Str>,
    /// What the volume can do.
    #[serde(skip_serializing_if = "is_default")]
    pub access_modes: Vec<Str>,
    /// How much it holds.
    #[serde(skip_serializing_if = "is_default")]
    pub capacity: ResourceList,
}

/// A PersistentVolume.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Volume {
    /// What it is.
    pub spec: Rc<VolumeSpec>,
    /// What is so.
    #[serde(skip_serializing_if = "is_default")]
    pub status: VolumeStatus,
}

/// A volume's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeSpec {
    /// How much it holds.
    pub capacity: ResourceList,
    /// What it can do.
    pub access_modes: Vec<Str>,
    /// The claim it is bound to.
    #[serde(skip_serializing_if = "is_default")]
    pub claim_ref: Option<ClaimRef>,
    /// `Retain` or `Delete`.
    #[serde(skip_serializing_if = "is_default")]
    pub persistent_volume_reclaim_policy: Option<Str>,
    /// The class.
    #[serde(skip_serializing_if = "is_default")]
    pub storage_class_name: Option<Str>,
    /// `Filesystem` or `Block`.
    #[serde(skip_serializing_if = "is_default")]
    pub volume_mode: Option<Str>,
    /// From which nodes it can be reached.
    #[serde(skip_serializing_if = "is_default")]
    pub node_affinity: Option<VolumeNodes>,
    /// Every other field, the source among them.
    #[serde(flatten)]
    pub rest: Rest,
}

/// `nodeAffinity` of a volume.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VolumeNodes {
    /// What the node must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<NodeSelector>,
}

/// `claimRef`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimRef {
    /// Its namespace.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
    /// Its UID; zero when a person reserved the volume by name.
    pub uid: Uid,
}

/// A volume's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeStatus {
    /// `Pending`, `Available`, `Bound`, `Released` or `Failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Str>,
}

/// A StorageClass. Its fields stand at the top level.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StorageClass {
    /// Who makes the volumes.
    pub provisioner: Str,
    /// `Delete` or `Retain`.
    #[serde(skip_serializing_if = "is_default")]
    pub reclaim_policy: Option<Str>,
    /// `Immediate` or `WaitForFirstConsumer`.
    #[serde(skip_serializing_if = "is_default")]
    pub volume_binding_mode: Option<Str>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A VolumeAttachment.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeAttachment {
    /// The volume.
    pub volume: Str,
    /// The node.
    pub node: Str,
    /// Whether it is attached.
    pub attached: bool,
}
