//! Roles and their bindings.
//!
//! Must not know who may do what. Invariant: a binding keeps its role.
//!
//! Models pkg/apis/rbac/validation/validation.go

use crate::api::validation::names::dns_subdomain;
use crate::api::validation::path::{Path, Raw, Report};
use crate::api::validation::shared;
use crate::api::{Value, go};

const GROUP: &str = "rbac.authorization.k8s.io";
const NONE: Value = Value::Null;

/// Models pkg/apis/rbac/validation/validation.go validatePolicyRule
pub(super) fn check_role(tree: &Value, is_namespaced: bool, report: &mut Report) {
    let path = Path::root("rules");
    for (index, rule) in tree.items("rules").iter().enumerate() {
        let at = path.index(index);
        let count = |field: &str| rule.items(field).len();
        if count("verbs") == 0 {
            report.required(&at.child("verbs"), "verbs must contain at least one value");
        }
        let urls = rule.items("nonResourceURLs");
        if !urls.is_empty() {
            let (at, shown) = (at.child("nonResourceURLs"), Value::List(urls.to_vec()));
            if is_namespaced {
                let detail = "namespaced rules cannot apply to non-resource URLs";
                report.invalid(&at, &shown, detail);
            }
            if ["apiGroups", "resources", "resourceNames"].into_iter().any(|one| count(one) > 0) {
                let detail = "rules cannot apply to both regular resources and non-resource URLs";
                report.invalid(&at, &shown, detail);
            }
            continue;
        }
        for (field, what) in [("apiGroups", "api group"), ("resources", "resource")] {
            if count(field) == 0 {
                let detail = format!("resource rules must supply at least one {what}");
                report.required(&at.child(field), &detail);
            }
        }
    }
    if let Some(rule) = tree.at("aggregationRule").filter(|_| !is_namespaced) {
        aggregation(rule, &Path::root("aggregationRule"), report);
    }
}

/// Models pkg/apis/rbac/validation/validation.go ValidateClusterRole
fn aggregation(rule: &Value, path: &Path<'_>, report: &mut Report) {
    use crate::api::LabelSelector;
    use crate::api::tree::FromTree as _;
    let at = path.child("clusterRoleSelectors");
    let selectors = rule.items("clusterRoleSelectors");
    if selectors.is_empty() {
        let detail = "at least one clusterRoleSelector required if aggregationRule is non-nil";
        report.required(&at, detail);
    }
    for (index, one) in selectors.iter().enumerate() {
        if let Ok(one) = LabelSelector::of(one) {
            let at = at.index(index);
            crate::api::validation::selector::check(&one, &at, report);
        }
    }
}

/// Models pkg/apis/rbac/validation/validation.go ValidateRoleBinding, ValidateClusterRoleBinding
pub(super) fn check_binding(tree: &Value, is_namespaced: bool, report: &mut Report) {
    let role = tree.at("roleRef").unwrap_or(&NONE);
    let path = Path::root("roleRef");
    let group = role.word("apiGroup");
    if group != GROUP {
        report.not_supported(&path.child("apiGroup"), group, &[GROUP]);
    }
    let kinds: &[&str] = if is_namespaced { &["Role", "ClusterRole"] } else { &["ClusterRole"] };
    let kind = role.word("kind");
    if !kinds.contains(&kind) {
        report.not_supported(&path.child("kind"), kind, kinds);
    }
    shared::segments(role, &["name"], &path, report);
    let path = Path::root("subjects");
    for (index, one) in tree.items("subjects").iter().enumerate() {
        subject(one, is_namespaced, &path.index(index), report);
    }
}

/// Models pkg/apis/rbac/validation/validation.go validateRoleBindingSubject
fn subject(one: &Value, is_namespaced: bool, path: &Path<'_>, report: &mut Report) {
    let (kind, group) = (one.word("kind"), one.word("apiGroup"));
    let name = path.child("name");
    shared::needed(one, &["name"], path, report);
    match kind {
        "ServiceAccount" => {
            shared::named(one, "name", dns_subdomain, path, report);
            if !group.is_empty() {
                report.not_supported(&path.child("apiGroup"), group, &[""]);
            }
            if !is_namespaced {
                shared::needed(one, &["namespace"], path, report);
            }
        }
        "User" | "Group" => {
            if one.lacks("name") {
                let detail = format!("{} name cannot be empty", kind.to_ascii_lowercase());
                report.invalid(&name, "", &detail);
            }
            if group != GROUP {
                report.not_supported(&path.child("apiGroup"), group, &[GROUP]);
            }
        }
        other => {
            let kinds = ["ServiceAccount", "User", "Group"];
            report.not_supported(&path.child("kind"), other, &kinds);
        }
    }
}

/// Models pkg/apis/rbac/validation/validation.go ValidateRoleBindingUpdate
pub(super) fn check_binding_update(new: &Value, old: &Value, report: &mut Report) {
    let (role, before) = (new.at("roleRef"), old.at("roleRef"));
    if role == before {
        return;
    }
    let word = |key: &str| go::quoted(role.unwrap_or(&NONE).word(key));
    let (group, kind, name) = (word("apiGroup"), word("kind"), word("name"));
    let shown = Raw(format!("{{\"APIGroup\":{group},\"Kind\":{kind},\"Name\":{name}}}"));
    report.invalid(&Path::root("roleRef"), &shown, "cannot change roleRef");
}
