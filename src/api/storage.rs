//! Claims, volumes, classes and attachments.
//!
//! Must not know who binds. Invariant: sizes are quantities of bytes.

use std::rc::Rc;

use crate::api::affinity::{NodeRequirement, NodeSelector, NodeSelectorTerm};
use crate::api::pod::{ResourceList, Resources, is_default};
use crate::api::tree::{Deserialize, Serialize};
use crate::api::{LabelSelector, Object, Rest, Uid, Value};
use crate::base::{SimTime, Str};

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
    /// How much it was given when it asked for more.
    #[serde(skip_serializing_if = "is_default")]
    pub allocated_resources: ResourceList,
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
    /// `v1`, where the server wrote it.
    #[serde(skip_serializing_if = "is_default")]
    pub api_version: Option<Str>,
    /// `PersistentVolumeClaim`, where the server wrote it.
    #[serde(skip_serializing_if = "is_default")]
    pub kind: Option<Str>,
    /// Its namespace.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
    /// Its UID; zero when a person reserved the volume by name.
    #[serde(skip_serializing_if = "is_default")]
    pub uid: Uid,
    /// The claim's version when it was bound.
    #[serde(skip_serializing_if = "is_default")]
    pub resource_version: Option<Str>,
}

impl ClaimRef {
    /// The reference by which a volume names its claim.
    pub fn to(claim: &Object) -> ClaimRef {
        ClaimRef {
            api_version: Some("v1".into()),
            kind: Some("PersistentVolumeClaim".into()),
            namespace: claim.meta.namespace.clone(),
            name: claim.meta.name.clone(),
            uid: claim.meta.uid,
            resource_version: Some(claim.meta.resource_version.to_string().into()),
        }
    }
}

/// A volume's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeStatus {
    /// `Pending`, `Available`, `Bound`, `Released` or `Failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Str>,
    /// Why it failed.
    #[serde(skip_serializing_if = "is_default")]
    pub message: Option<Str>,
    /// When the phase last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_phase_transition_time: Option<SimTime>,
}

impl Claim {
    /// Whether it has its volume, by its own account.
    pub fn is_bound(&self) -> bool {
        self.status.phase.as_deref() == Some("Bound")
    }

    /// The class that it asks for; empty if none.
    pub fn class(&self) -> &str {
        self.spec.storage_class_name.as_deref().unwrap_or_default()
    }

    /// How much it asks for, in thousandths of a byte.
    pub fn wanted_milli(&self) -> i64 {
        self.spec.resources.requests.get("storage").map_or(0, |amount| amount.milli)
    }
}

impl Volume {
    /// The class that it belongs to; empty if none.
    pub fn class(&self) -> &str {
        self.spec.storage_class_name.as_deref().unwrap_or_default()
    }

    /// How much it holds, in thousandths of a byte.
    pub fn size_milli(&self) -> i64 {
        self.spec.capacity.get("storage").map_or(0, |amount| amount.milli)
    }

    /// Whether it is in this phase.
    pub fn is_in(&self, phase: &str) -> bool {
        self.status.phase.as_deref().unwrap_or("Pending") == phase
    }

    /// Whether it is reserved for or bound to this claim.
    ///
    /// Models staging/src/k8s.io/component-helpers/storage/volume/helpers.go
    /// IsVolumeBoundToClaim
    pub fn is_for(&self, namespace: &str, name: &str, uid: Uid) -> bool {
        self.spec.claim_ref.as_ref().is_some_and(|one| {
            *one.namespace == *namespace
                && *one.name == *name
                && (one.uid == Uid(0) || one.uid == uid)
        })
    }

    /// The driver that attaches it to nodes, and its handle there; none if it needs no
    /// attaching.
    pub fn driver(&self) -> Option<(&str, &str)> {
        let source = self.spec.rest.get("csi")?;
        Some((source.at("driver")?.as_str()?, source.at("volumeHandle")?.as_str()?))
    }

    /// What it is called in a node's status.
    pub fn attached_name(&self) -> Option<Str> {
        let (driver, handle) = self.driver()?;
        Some(format!("kubernetes.io/csi/{driver}^{handle}").into())
    }

    /// Whether several nodes may use it at a time.
    ///
    /// Models pkg/volume/util/util.go IsMultiAttachAllowed
    pub fn is_shared(&self) -> bool {
        let modes = &self.spec.access_modes;
        modes.is_empty()
            || modes.iter().any(|mode| matches!(&**mode, "ReadWriteMany" | "ReadOnlyMany"))
    }
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

impl StorageClass {
    /// The places that it allows, as terms of nodes' labels, if it allows only some.
    ///
    /// Models pkg/apis/core/v1/helper/helpers.go MatchTopologySelectorTerms
    pub fn allowed_topologies(&self) -> Option<NodeSelector> {
        let Some(Value::List(terms)) = self.rest.get("allowedTopologies") else { return None };
        let texts = |value: Option<&Value>| match value {
            Some(Value::List(all)) => all.iter().filter_map(Value::as_str).map(Str::from).collect(),
            _ => Vec::new(),
        };
        let one = |value: &Value| NodeRequirement {
            key: value.at("key").and_then(Value::as_str).unwrap_or_default().into(),
            operator: "In".into(),
            values: texts(value.at("values")),
        };
        let term = |value: &Value| {
            let Some(Value::List(all)) = value.at("matchLabelExpressions") else { return None };
            let match_expressions = all.iter().map(one).collect();
            Some(NodeSelectorTerm { match_expressions, ..NodeSelectorTerm::default() })
        };
        let node_selector_terms: Vec<NodeSelectorTerm> = terms.iter().filter_map(term).collect();
        (!node_selector_terms.is_empty()).then_some(NodeSelector { node_selector_terms })
    }

    /// Whether a volume is made only when a Pod that needs it has got a node.
    pub fn waits_for_consumer(&self) -> bool {
        self.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer")
    }
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
