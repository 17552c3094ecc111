//! EndpointSlices: which Pods stand behind a Service.
//!
//! Must not know how they are chosen. Invariant: endpoints are ordered by Pod name.

use std::rc::Rc;

use crate::api::pod::is_default;
use crate::api::tree::{Deserialize, Serialize};
use crate::api::{Uid, Value};
use crate::base::Str;

/// An EndpointSlice. Its fields stand at the top level.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointSlice {
    /// `IPv4`.
    pub address_type: Str,
    /// The Pods.
    pub endpoints: Rc<Vec<Endpoint>>,
    /// The ports.
    pub ports: Rc<Vec<EndpointPort>>,
}

impl EndpointSlice {
    /// How many of its Pods are ready.
    pub fn ready(&self) -> usize {
        self.endpoints.iter().filter(|one| one.conditions.is_ready()).count()
    }
}

/// One Pod behind a Service.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    /// Its address.
    pub addresses: Addresses,
    /// Its state.
    pub conditions: EndpointConditions,
    /// Whom it is meant for first: `forZones`, `forNodes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hints: Option<Value>,
    /// Its host name, if the Service is its subdomain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Str>,
    /// Its node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<Str>,
    /// The Pod, if it is one.
    #[serde(skip_serializing_if = "is_default")]
    pub target_ref: TargetRef,
    /// Its node's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Str>,
}

/// The addresses of an endpoint: one if a controller wrote it, and nobody looks at more.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Str>", into = "Vec<Str>")]
pub struct Addresses {
    /// The first; empty if there is none.
    pub first: Str,
    /// The others.
    more: Vec<Str>,
}

impl Addresses {
    /// A single one.
    pub fn of(first: Str) -> Addresses {
        Addresses { first, more: Vec::new() }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Str> {
        let first = Some(&self.first).filter(|first| !first.is_empty());
        first.into_iter().chain(&self.more)
    }
}

impl From<Vec<Str>> for Addresses {
    fn from(mut all: Vec<Str>) -> Addresses {
        if all.is_empty() {
            return Addresses::default();
        }
        Addresses { first: all.remove(0), more: all }
    }
}

impl From<Addresses> for Vec<Str> {
    fn from(all: Addresses) -> Vec<Str> {
        let first = Some(all.first).filter(|first| !first.is_empty());
        first.into_iter().chain(all.more).collect()
    }
}

/// `targetRef`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TargetRef {
    /// `Pod`.
    #[serde(skip_serializing_if = "is_default")]
    pub kind: Str,
    /// Its namespace.
    #[serde(skip_serializing_if = "is_default")]
    pub namespace: Str,
    /// Its name.
    #[serde(skip_serializing_if = "is_default")]
    pub name: Str,
    /// Its UID.
    #[serde(skip_serializing_if = "is_default")]
    pub uid: Uid,
}

/// An endpoint's state, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointConditions {
    /// May get new requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<bool>,
    /// Answers, even if it is terminating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serving: Option<bool>,
    /// Is terminating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating: Option<bool>,
}

impl EndpointConditions {
    /// Whether it may get new requests: where nothing is known, it may.
    ///
    /// Models staging/src/k8s.io/api/discovery/v1/types.go EndpointConditions
    pub fn is_ready(self) -> bool {
        self.ready.unwrap_or(true)
    }
}

/// A port of all endpoints.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointPort {
    /// Its name.
    pub name: Str,
    /// The Pods' port; 0 stands for all of them.
    #[serde(skip_serializing_if = "is_default")]
    pub port: i32,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Str,
    /// What is spoken there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<Str>,
}
