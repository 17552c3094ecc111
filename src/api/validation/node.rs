//! Nodes.
//!
//! Must not know kubelets. Invariant: no two taints share key and effect.
//!
//! Models pkg/apis/core/validation/validation.go ValidateNode, ValidateNodeUpdate

use crate::api::core::{Node, Taint};
use crate::api::validation::affinity;
use crate::api::validation::names::{label_value, qualified_name};
use crate::api::validation::path::{Path, Report};
use crate::api::{Meta, encode};

/// A new node.
pub(super) fn check_new(_meta: &Meta, node: &Node, report: &mut Report) {
    taints(&node.spec.taints, report);
}

/// A changed node.
pub(super) fn check_update(new: &Node, old: &Node, report: &mut Report) {
    if new.spec.taints != old.spec.taints {
        taints(&new.spec.taints, report);
    }
    if old.spec.pod_cidr.is_some() && new.spec.pod_cidr != old.spec.pod_cidr {
        let path = Path::root("spec");
        let detail = "node updates may not change podCIDR except from \"\" to valid";
        report.forbidden(&path.child("podCIDRs"), detail);
    }
    let provider = |node: &Node| node.spec.rest.get("providerID").cloned();
    if provider(old).is_some() && provider(new) != provider(old) {
        let path = Path::root("spec");
        let detail = "node updates may not change providerID except from \"\" to valid";
        report.forbidden(&path.child("providerID"), detail);
    }
}

/// Models pkg/apis/core/validation/validation.go validateNodeTaints
fn taints(taints: &[Taint], report: &mut Report) {
    let path = Path::root("spec");
    let path = path.child("taints");
    for (index, taint) in taints.iter().enumerate() {
        let at = path.index(index);
        report.all_invalid(&at.child("key"), &taint.key, qualified_name(&taint.key));
        let value = taint.value.as_deref().unwrap_or_default();
        let messages = label_value(value);
        if !messages.is_empty() {
            report.invalid(&at.child("value"), value, &messages.join(";"));
        }
        affinity::effect(&taint.effect, &at.child("effect"), report);
        let is_same = |other: &Taint| other.key == taint.key && other.effect == taint.effect;
        if taints[..index].iter().any(is_same) {
            report.duplicate(&at, &encode::value_of(taint));
        }
    }
}
