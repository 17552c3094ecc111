//! Podium's engine and view-model: a deterministic simulation of a Kubernetes 1.36
//! control plane, and the plain data that a screen needs to show it.
//!
//! No web crate may be used in this library; the page lives in the `podium-web` binary.

pub mod api;
pub mod base;
pub mod cluster;
pub mod conformance;
pub mod controllers;
pub mod kubectl;
pub mod kubelet;
pub mod net;
pub mod scheduler;
pub mod server;
pub mod sim;
pub mod swarm;
pub mod text;
pub mod view;
