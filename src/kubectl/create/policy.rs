//! `kubectl create poddisruptionbudget`, `priorityclass` and `quota`.
//!
//! Must not know what they hold back. Invariant: a budget has exactly one bound.

use serde_json::{Map, Value as Json, json};

use crate::api::Kind;
use crate::kubectl::create::{int_or_text, make, name};
use crate::kubectl::failure::{Done, plain};
use crate::kubectl::flags::Flags;
use crate::kubectl::run::Stage;
use crate::kubectl::session::Session;
use crate::kubectl::set::amounts;

/// `kubectl create poddisruptionbudget`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_pdb.go
pub(in crate::kubectl) fn budget(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create poddisruptionbudget")?;
    let text = |name: &str| flags.text(name).unwrap_or_default();
    let (least, most) = (text("min-available"), text("max-unavailable"));
    if text("selector").is_empty() {
        return Err(plain("a selector must be specified"));
    }
    if least.is_empty() && most.is_empty() {
        return Err(plain("one of min-available or max-unavailable must be specified"));
    }
    if !least.is_empty() && !most.is_empty() {
        return Err(plain("min-available and max-unavailable cannot be both specified"));
    }
    let is_amount = |text: &str| {
        let digits = text.strip_suffix('%').unwrap_or(text);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    };
    let (flag, field, bound) = if least.is_empty() {
        ("max-unavailable", "maxUnavailable", most)
    } else {
        ("min-available", "minAvailable", least)
    };
    if !is_amount(bound) {
        return Err(plain(format!("invalid format specified for {flag}")));
    }
    let labels = crate::kubectl::create::labels(text("selector"))?;
    let mut spec = json!({"selector": {"matchLabels": labels}});
    spec[field] = int_or_text(bound);
    let body = json!({"metadata": {"name": name}, "spec": spec});
    let words = ("created", "failed to create poddisruptionbudgets: ");
    make(session, flags, Kind::PodDisruptionBudget, body, words)
}

/// `kubectl create priorityclass`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_priorityclass.go
pub(in crate::kubectl) fn priority_class(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create priorityclass")?;
    let mut body = json!({
        "metadata": {"name": name},
        "value": flags.number("value").unwrap_or(0),
        "globalDefault": flags.is_set("global-default"),
        "preemptionPolicy": flags.text("preemption-policy").unwrap_or("PreemptLowerPriority"),
    });
    if let Some(text) = flags.text("description") {
        body["description"] = text.into();
    }
    let words = ("created", "failed to create priorityclass: ");
    make(session, flags, Kind::PriorityClass, body, words)
}

/// `kubectl create quota`.
///
/// Models staging/src/k8s.io/kubectl/pkg/cmd/create/create_quota.go
pub(in crate::kubectl) fn quota(session: &mut Session<'_>, flags: &Flags) -> Done<Stage> {
    let (name, _) = name(flags, "create quota")?;
    let hard: Map<String, Json> = amounts(flags.text("hard").unwrap_or_default())?
        .into_iter()
        .map(|(name, amount)| (name, amount.into()))
        .collect();
    let mut spec = Map::new();
    if !hard.is_empty() {
        spec.insert("hard".to_owned(), hard.into());
    }
    if let Some(scopes) = flags.text("scopes").filter(|text| !text.is_empty()) {
        spec.insert("scopes".to_owned(), scopes.split(',').collect());
    }
    let body = json!({"metadata": {"name": name}, "spec": spec});
    make(session, flags, Kind::ResourceQuota, body, ("created", "failed to create quota: "))
}
