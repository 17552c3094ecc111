//! EndpointSlices: which Pods stand behind a Service.
//!
//! Must not know how they are chosen. Invariant: endpoints are ordered by Pod name.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::api::Uid;
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

/// One Pod behind a Service.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    /// Its address.
    pub addresses: [Str; 1],
    /// Its state.
    pub conditions: EndpointConditions,
    /// Its host name, if the Service is its subdomain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Str>,
    /// Its node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<Str>,
    /// The Pod.
    pub target_ref: TargetRef,
    /// Its node's zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Str>,
}

/// `targetRef`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TargetRef {
    /// `Pod`.
    pub kind: Str,
    /// Its namespace.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
    /// Its UID.
    pub uid: Uid,
}

/// An endpoint's state.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointConditions {
    /// May get new requests.
    pub ready: bool,
    /// Answers, even if it is terminating.
    pub serving: bool,
    /// Is terminating.
    pub terminating: bool,
}

/// A port of all endpoints.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointPort {
    /// Its name.
    pub name: Str,
    /// The Pods' port.
    pub port: i32,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Str,
    /// What is spoken there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<Str>,
}
