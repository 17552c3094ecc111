//! Nodes, Services, Namespaces, ConfigMaps and Events.
//!
//! Must not know who acts on them. Invariant: plain data only.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use crate::api::pod::{Condition, ResourceList, Toleration, Truth, condition, is_default};
use crate::api::tree::{Deserialize, Serialize};
use crate::api::{IntOrString, Kind, ObjectRef, Rest, Value};
use crate::base::{SimTime, Str};

/// A Node.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Node {
    /// What is asked.
    pub spec: Rc<NodeSpec>,
    /// What is so.
    pub status: NodeStatus,
}

/// A node's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeSpec {
    /// The range that its Pods' addresses come from.
    #[serde(rename = "podCIDR", skip_serializing_if = "Option::is_none")]
    pub pod_cidr: Option<Str>,
    /// Taints.
    #[serde(skip_serializing_if = "is_default")]
    pub taints: Vec<Taint>,
    /// Whether it is cordoned.
    #[serde(skip_serializing_if = "is_default")]
    pub unschedulable: bool,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A taint.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Taint {
    /// Its key.
    pub key: Str,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Str>,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: Str,
    /// When it was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_added: Option<SimTime>,
}

/// As `kubectl taint` writes it.
impl fmt::Display for Taint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Taint { key, value, effect, .. } = self;
        match value {
            Some(value) => write!(out, "{key}={value}:{effect}"),
            None => write!(out, "{key}:{effect}"),
        }
    }
}

impl Toleration {
    /// Whether it bears `taint`.
    ///
    /// Models staging/src/k8s.io/api/core/v1/toleration.go ToleratesTaint
    pub fn bears(&self, taint: &Taint) -> bool {
        let effect = self.effect.as_deref().unwrap_or_default();
        let key = self.key.as_deref().unwrap_or_default();
        if (!effect.is_empty() && effect != &*taint.effect)
            || (!key.is_empty() && key != &*taint.key)
        {
            return false;
        }
        match self.operator.as_deref().unwrap_or("Equal") {
            "" | "Equal" => {
                self.value.as_deref().unwrap_or_default()
                    == taint.value.as_deref().unwrap_or_default()
            }
            "Exists" => true,
            _ => false,
        }
    }
}

/// A node's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NodeStatus {
    /// What it has.
    pub capacity: ResourceList,
    /// What Pods may use.
    pub allocatable: ResourceList,
    /// Conditions.
    #[serde(skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
    /// Volumes that its Pods have mounted or wait for, as the kubelet reported last.
    #[serde(skip_serializing_if = "is_default")]
    pub volumes_in_use: Vec<Str>,
    /// Volumes that are attached to it and safe to mount.
    #[serde(skip_serializing_if = "is_default")]
    pub volumes_attached: Vec<AttachedVolume>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A volume attached to a node.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AttachedVolume {
    /// `kubernetes.io/csi/DRIVER^HANDLE`.
    pub name: Str,
    /// Where the node finds it; empty for CSI.
    pub device_path: Str,
}

impl NodeStatus {
    /// Whether a volume of this name is attached.
    pub fn has_attached(&self, name: &str) -> bool {
        self.volumes_attached.iter().any(|one| *one.name == *name)
    }

    /// Whether the kubelet says that it uses a volume of this name.
    pub fn uses_volume(&self, name: &str) -> bool {
        self.volumes_in_use.iter().any(|one| **one == *name)
    }
}

impl Node {
    /// Whether the `Ready` condition holds.
    pub fn is_ready(&self) -> bool {
        condition(&self.status.conditions, "Ready").is_some_and(|one| one.status == Truth::True)
    }
}

/// A Service.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Service {
    /// What is asked.
    pub spec: Rc<ServiceSpec>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A Service's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    /// Which Pods.
    #[serde(skip_serializing_if = "is_default")]
    pub selector: BTreeMap<Str, Str>,
    /// Its own address; `None` makes it headless.
    #[serde(rename = "clusterIP", skip_serializing_if = "Option::is_none")]
    pub cluster_ip: Option<Str>,
    /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Str>,
    /// Its ports.
    #[serde(skip_serializing_if = "is_default")]
    pub ports: Vec<ServicePort>,
    /// Whether Pods count before they are ready.
    #[serde(skip_serializing_if = "is_default")]
    pub publish_not_ready_addresses: bool,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

impl ServiceSpec {
    /// The type, which is `ClusterIP` unless another is given.
    pub fn type_name(&self) -> &str {
        self.kind.as_deref().unwrap_or("ClusterIP")
    }

    /// Whether its type has an address, though it may be `None`.
    pub fn has_address(&self) -> bool {
        self.type_name() != "ExternalName"
    }

    /// Whether its type has a port on every node.
    pub fn has_node_ports(&self) -> bool {
        matches!(self.type_name(), "NodePort" | "LoadBalancer")
    }

    /// Whether it is reached from outside, by its nodes or by addresses of its own there.
    ///
    /// Models pkg/api/service/util.go ExternallyAccessible
    pub fn is_reached_from_outside(&self) -> bool {
        let addresses = || self.rest.contains_key("externalIPs");
        self.has_node_ports() || (self.type_name() == "ClusterIP" && addresses())
    }

    /// Whether a load balancer asks its nodes whether they have a Pod of it.
    ///
    /// Models pkg/api/service/util.go NeedsHealthCheck
    pub fn has_health_check(&self) -> bool {
        let policy = self.rest.get("externalTrafficPolicy").and_then(Value::as_str);
        self.type_name() == "LoadBalancer" && policy == Some("Local")
    }

    /// Whether the Service has no address of its own.
    pub fn is_headless(&self) -> bool {
        self.cluster_ip.as_deref() == Some("None")
    }
}

/// A Service's port.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePort {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Str>,
    /// `TCP`, `UDP` or `SCTP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Str>,
    /// The port.
    pub port: i32,
    /// The Pods' port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_port: Option<IntOrString>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A Namespace.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Namespace {
    /// What is asked.
    pub spec: NamespaceSpec,
    /// What is so.
    pub status: NamespaceStatus,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A Namespace's spec.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NamespaceSpec {
    /// What must be done before it may go.
    #[serde(skip_serializing_if = "is_default")]
    pub finalizers: Vec<Str>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A Namespace's status.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NamespaceStatus {
    /// `Active` or `Terminating`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Str>,
    /// Conditions.
    #[serde(skip_serializing_if = "is_default")]
    pub conditions: Vec<Condition>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// A ConfigMap.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfigMap {
    /// Its keys.
    #[serde(skip_serializing_if = "is_default")]
    pub data: BTreeMap<Str, Str>,
    /// Every other field.
    #[serde(flatten)]
    pub rest: Rest,
}

/// An Event: what a component told about an object.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Event {
    /// What it is about.
    pub about: ObjectRef,
    /// `spec.containers{app}`, or empty.
    pub field_path: Str,
    /// Whether something is wrong.
    pub warning: bool,
    /// A word.
    pub reason: Str,
    /// A sentence.
    pub message: Str,
    /// Who told it.
    pub source: Str,
    /// On which node, or empty.
    pub host: Str,
    /// What the source was about to do, if it tells by the newer interface.
    pub action: Str,
    /// How often it was told in a row, if it is told by the newer interface.
    pub series: Option<Series>,
    /// How often; 0 if it is told by the newer interface.
    pub count: u32,
    /// First.
    pub first: SimTime,
    /// Last.
    pub last: SimTime,
}

/// An Event that is told again and again.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Series {
    /// How often.
    pub count: u32,
    /// Last.
    pub last: SimTime,
}

impl Default for Event {
    fn default() -> Self {
        let none = Str::from("");
        Event {
            about: ObjectRef {
                kind: Kind::Other,
                namespace: none.clone(),
                name: none.clone(),
                id: crate::api::ObjectId(0),
                uid: crate::api::Uid(0),
            },
            field_path: none.clone(),
            warning: false,
            reason: none.clone(),
            message: none.clone(),
            source: none.clone(),
            host: none.clone(),
            action: none,
            series: None,
            count: 0,
            first: SimTime::ZERO,
            last: SimTime::ZERO,
        }
    }
}
