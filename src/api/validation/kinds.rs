//! Kinds whose objects are kept as they are.
//!
//! Must not know their rules, only where these stand. Invariant: a kind without rules takes what
//! its fields take.

use crate::api::object::OtherObject;
use crate::api::pod::PodTemplate;
use crate::api::tree::FromTree as _;
use crate::api::validation::path::{Path, Report};
use crate::api::validation::{autoscaling, classes, endpoints, network, pod, quota, rbac, secret};
use crate::api::{Kind, Meta, Value};

/// What a new and a changed object have in common; of a changed one some is compared.
pub(super) fn check(meta: &Meta, one: &OtherObject, before: Option<&Value>, report: &mut Report) {
    let tree = &one.content;
    match one.known {
        Kind::Secret => secret::check(meta, one, report),
        Kind::NetworkPolicy => network::check_policy(tree, report),
        Kind::Ingress => network::check_ingress(tree, report),
        Kind::IngressClass => network::check_class(tree, report),
        Kind::Role => rbac::check_role(tree, true, report),
        Kind::ClusterRole => rbac::check_role(tree, false, report),
        Kind::RoleBinding => rbac::check_binding(tree, true, report),
        Kind::ClusterRoleBinding => rbac::check_binding(tree, false, report),
        Kind::HorizontalPodAutoscaler => autoscaling::check(tree, before, report),
        Kind::ResourceQuota => quota::check_quota(tree, report),
        Kind::LimitRange => quota::check_limits(tree, report),
        Kind::RuntimeClass => classes::check_runtime(tree, report),
        Kind::CSIDriver => classes::check_driver(tree, report),
        Kind::CSIStorageCapacity => classes::check_capacity(tree, report),
        Kind::VolumeAttributesClass => classes::check_attributes(tree, report),
        Kind::Endpoints => endpoints::check(tree, report),
        Kind::PodTemplate => {
            if let Some(template) = tree.at("template").and_then(|one| PodTemplate::of(one).ok()) {
                pod::check_template(&template, &Path::root("template"), report);
            }
        }
        _ => {}
    }
}

/// What a changed object may say, in the order of each kind.
pub(super) fn check_update(meta: &Meta, new: &OtherObject, old: &OtherObject, report: &mut Report) {
    let (now, before) = (&new.content, &old.content);
    match new.known {
        Kind::Secret => secret::check_update(new, old, report),
        Kind::IngressClass => network::check_class_update(now, before, report),
        Kind::VolumeAttributesClass => classes::check_attributes_update(now, before, report),
        _ => {}
    }
    check(meta, new, Some(before), report);
    match new.known {
        Kind::RoleBinding | Kind::ClusterRoleBinding => {
            rbac::check_binding_update(now, before, report);
        }
        Kind::ResourceQuota => quota::check_quota_update(now, before, report),
        Kind::RuntimeClass => classes::keeps_word(now, before, "handler", report),
        Kind::CSIDriver => classes::check_driver_update(now, before, report),
        Kind::CSIStorageCapacity => classes::check_capacity_update(now, before, report),
        _ => {}
    }
}
