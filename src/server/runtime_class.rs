//! What a RuntimeClass adds to a Pod that is created.
//!
//! Must not know runtimes. Invariant: a Pod with overhead has a class that says so.

use crate::api::pod::{PodSpec, Toleration};
use crate::api::{Body, Kind, Object, Quantity, Value};
use crate::base::Str;
use crate::server::View;

const OTHER_OVERHEAD: &str =
    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
const NO_OVERHEAD: &str =
    "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";

/// Refuses a Pod of a class that is not there, and gives it what its class says.
///
/// Models plugin/pkg/admission/runtimeclass/admission.go Admit and Validate
pub(in crate::server) fn admit(spec: &mut PodSpec, view: &View) -> Result<(), String> {
    let name = spec.rest.get("runtimeClassName").and_then(Value::as_str);
    let class = match name {
        Some(name) => {
            let found =
                view.named(Kind::RuntimeClass, "", name).filter(|one| !one.meta.is_terminating());
            let found = found.and_then(|one| content(one));
            Some(found.ok_or_else(|| format!("pod rejected: RuntimeClass \"{name}\" not found"))?)
        }
        None => None,
    };
    let fixed = class.and_then(|class| class.at("overhead")).map(|one| one.at("podFixed"));
    let given = spec.rest.get("overhead").filter(|one| !amounts(Some(one)).is_empty());
    match (fixed, given) {
        (Some(fixed), Some(given)) if amounts(fixed) != amounts(Some(given)) => {
            return Err(OTHER_OVERHEAD.into());
        }
        (Some(Some(fixed)), _) => {
            std::rc::Rc::make_mut(&mut spec.rest).insert("overhead".into(), fixed.clone());
        }
        (None, Some(_)) => return Err(NO_OVERHEAD.into()),
        _ => {}
    }
    match class.and_then(|class| class.at("scheduling")) {
        Some(scheduling) => steer(spec, scheduling),
        None => Ok(()),
    }
}

fn content(class: &Object) -> Option<&Value> {
    match &class.body {
        Body::Other(other) => Some(&other.content),
        _ => None,
    }
}

/// The amounts of a list, so that equal ones are equal however they are written.
fn amounts(list: Option<&Value>) -> Vec<(&Str, Option<Quantity>)> {
    let Some(Value::Map(list)) = list else { return Vec::new() };
    let amount = |value: &Value| match value {
        Value::Int(number) => Quantity::parse(&number.to_string()),
        other => Quantity::parse(other.as_str()?),
    };
    list.iter().map(|(name, value)| (name, amount(value))).collect()
}

/// Models plugin/pkg/admission/runtimeclass/admission.go setScheduling
fn steer(spec: &mut PodSpec, scheduling: &Value) -> Result<(), String> {
    if let Some(Value::Map(labels)) = scheduling.at("nodeSelector") {
        for (key, value) in labels {
            let Value::Str(value) = value else { continue };
            let had = spec.node_selector.insert(key.clone(), value.clone());
            if let Some(had) = had.filter(|had| had != value) {
                return Err(format!(
                    "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; \
                     pod.spec.nodeSelector[{key}] = {had}"
                ));
            }
        }
    }
    if let Some(Value::List(added)) = scheduling.at("tolerations") {
        spec.tolerations.extend(added.iter().map(toleration));
    }
    spec.tolerations = merged(&spec.tolerations);
    Ok(())
}

fn toleration(one: &Value) -> Toleration {
    let word = |key: &str| one.at(key).and_then(Value::as_str).map(Str::from);
    let seconds = match one.at("tolerationSeconds") {
        Some(Value::Int(seconds)) => Some(*seconds),
        _ => None,
    };
    Toleration {
        key: word("key"),
        operator: word("operator"),
        value: word("value"),
        effect: word("effect"),
        toleration_seconds: seconds,
    }
}

/// Those that no other covers; of equal ones the first.
///
/// Models pkg/util/tolerations/tolerations.go MergeTolerations
fn merged(all: &[Toleration]) -> Vec<Toleration> {
    let mut kept: Vec<Toleration> = Vec::new();
    for (index, one) in all.iter().enumerate() {
        let is_covered = kept.iter().any(|other| covers(other, one))
            || all.iter().skip(index + 1).any(|other| other != one && covers(other, one));
        if !is_covered {
            kept.push(one.clone());
        }
    }
    kept
}

/// Models pkg/util/tolerations/tolerations.go isSuperset
fn covers(wide: &Toleration, one: &Toleration) -> bool {
    let text = |word: &Option<Str>| word.clone().unwrap_or_default();
    if wide == one {
        return true;
    }
    let (key, operator) = (text(&wide.key), text(&wide.operator));
    if text(&one.key) != key && !(key.is_empty() && &*operator == "Exists") {
        return false;
    }
    let effect = text(&wide.effect);
    if text(&one.effect) != effect && !effect.is_empty() {
        return false;
    }
    if &*effect == "NoExecute"
        && let Some(limit) = wide.toleration_seconds
        && one.toleration_seconds.is_none_or(|seconds| seconds > limit)
    {
        return false;
    }
    match &*operator {
        "Equal" | "" => one.operator.as_deref() == Some("Equal") && one.value == wide.value,
        "Exists" => true,
        _ => false,
    }
}
