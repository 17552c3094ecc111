//! Defaults of kinds whose objects are kept as they are.
//!
//! Must not know their effects. Invariant: what a manifest gives is never replaced.
//!
//! Models pkg/apis/networking/v1/defaults.go, pkg/apis/rbac/v1/defaults.go,
//! pkg/apis/autoscaling/v2/defaults.go

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::defaults::{map, put_into, text};
use crate::api::object::OtherObject;
use crate::api::{Kind, Value};
use crate::base::Str;

type Entries = BTreeMap<Str, Value>;

/// Fills the defaults of an object in, if its kind has any.
pub(super) fn fill(other: &mut Rc<OtherObject>) {
    const HAVE: [Kind; 9] = [
        Kind::Endpoints,
        Kind::Secret,
        Kind::NetworkPolicy,
        Kind::IngressClass,
        Kind::RoleBinding,
        Kind::ClusterRoleBinding,
        Kind::HorizontalPodAutoscaler,
        Kind::LimitRange,
        Kind::CSIDriver,
    ];
    let kind = other.known;
    if !HAVE.contains(&kind) {
        return;
    }
    let is_new = &*other.api_version == "autoscaling/v2";
    let Value::Map(tree) = &mut Rc::make_mut(other).content else { return };
    match kind {
        Kind::Endpoints => endpoints(tree),
        Kind::Secret => put_into(tree, "type", text("Opaque")),
        Kind::NetworkPolicy => in_spec(tree, network_policy),
        Kind::IngressClass => in_spec(tree, |spec| {
            if let Some(parameters) = inside(spec, "parameters") {
                put_into(parameters, "scope", text("Cluster"));
            }
        }),
        Kind::RoleBinding | Kind::ClusterRoleBinding => binding(tree),
        Kind::HorizontalPodAutoscaler => in_spec(tree, |spec| autoscaler(spec, is_new)),
        Kind::LimitRange => in_spec(tree, |spec| each(spec, "limits", &limit)),
        Kind::CSIDriver => in_spec(tree, driver),
        _ => {}
    }
}

fn inside<'a>(entries: &'a mut Entries, key: &str) -> Option<&'a mut Entries> {
    match entries.get_mut(key) {
        Some(Value::Map(inner)) => Some(inner),
        _ => None,
    }
}

fn in_spec(tree: &mut Entries, fill: impl FnOnce(&mut Entries)) {
    if let Some(spec) = inside(tree, "spec") {
        fill(spec);
    }
}

/// Does something with each mapping of a list.
fn each(entries: &mut Entries, key: &str, fill: &dyn Fn(&mut Entries)) {
    let Some(Value::List(items)) = entries.get_mut(key) else { return };
    for item in items {
        if let Value::Map(item) = item {
            fill(item);
        }
    }
}

/// Models pkg/apis/core/v1/defaults.go SetDefaults_Endpoints
fn endpoints(entries: &mut Entries) {
    each(entries, "subsets", &|subset| {
        each(subset, "ports", &|port| put_into(port, "protocol", text("TCP")));
    });
}

/// Models pkg/apis/networking/v1/defaults.go SetDefaults_NetworkPolicy
fn network_policy(spec: &mut Entries) {
    for direction in ["ingress", "egress"] {
        each(spec, direction, &|rule| {
            each(rule, "ports", &|port| put_into(port, "protocol", text("TCP")));
        });
    }
    let mut types = vec![text("Ingress")];
    types.extend(spec.contains_key("egress").then(|| text("Egress")));
    put_into(spec, "policyTypes", Value::List(types));
}

/// Models pkg/apis/rbac/v1/defaults.go SetDefaults_RoleBinding, SetDefaults_Subject
fn binding(tree: &mut Entries) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    if let Some(role) = inside(tree, "roleRef") {
        put_into(role, "apiGroup", text(GROUP));
    }
    each(tree, "subjects", &|subject| {
        let kind = subject.get("kind").and_then(Value::as_str);
        if matches!(kind, Some("User" | "Group")) {
            put_into(subject, "apiGroup", text(GROUP));
        }
    });
}

/// Models pkg/apis/autoscaling/v2/defaults.go SetDefaults_HorizontalPodAutoscaler
fn autoscaler(spec: &mut Entries, is_new: bool) {
    put_into(spec, "minReplicas", Value::Int(1));
    if !is_new {
        return;
    }
    let target = map([("averageUtilization", Value::Int(80)), ("type", text("Utilization"))]);
    let resource = map([("name", text("cpu")), ("target", target)]);
    let metric = map([("resource", resource), ("type", text("Resource"))]);
    put_into(spec, "metrics", Value::List(vec![metric]));
    let Some(behavior) = inside(spec, "behavior") else { return };
    let policy = |kind: &str, value: i64| {
        let (value, period) = (Value::Int(value), Value::Int(15));
        map([("type", text(kind)), ("value", value), ("periodSeconds", period)])
    };
    let (pods, all) = (policy("Pods", 4), policy("Percent", 100));
    for (field, window, policies) in
        [("scaleUp", Some(Value::Int(0)), vec![pods, all.clone()]), ("scaleDown", None, vec![all])]
    {
        put_into(behavior, field, map([]));
        if let Some(rules) = inside(behavior, field) {
            if let Some(window) = window {
                put_into(rules, "stabilizationWindowSeconds", window);
            }
            put_into(rules, "selectPolicy", text("Max"));
            put_into(rules, "policies", Value::List(policies));
        }
    }
}

/// Models pkg/apis/core/v1/defaults.go SetDefaults_LimitRangeItem
fn limit(item: &mut Entries) {
    if item.get("type").and_then(Value::as_str) != Some("Container") {
        return;
    }
    for (from, to) in [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")]
    {
        let Some(amounts) = inside(item, from).map(|amounts| amounts.clone()) else { continue };
        put_into(item, to, map([]));
        if let Some(target) = inside(item, to) {
            for (name, amount) in amounts {
                target.entry(name).or_insert(amount);
            }
        }
    }
}

/// Models pkg/apis/storage/v1/defaults.go SetDefaults_CSIDriver
fn driver(spec: &mut Entries) {
    put_into(spec, "attachRequired", Value::Bool(true));
    for field in ["podInfoOnMount", "storageCapacity", "requiresRepublish", "seLinuxMount"] {
        put_into(spec, field, Value::Bool(false));
    }
    put_into(spec, "fsGroupPolicy", text("ReadWriteOnceWithFSType"));
    put_into(spec, "volumeLifecycleModes", Value::List(vec![text("Persistent")]));
}

#[cfg(test)]
mod tests {
    use crate::api::{Value, decode, defaults, encode};

    fn filled(version: &str, kind: &str, fields: &str) -> String {
        let tree = format!(
            "{{\"apiVersion\":\"{version}\",\"kind\":\"{kind}\",\"metadata\":{{\"name\":\"a\",\
             \"namespace\":\"d\"}},{fields}}}"
        );
        let tree: Value = serde_json::from_str(&tree).expect("valid");
        let mut object = decode::strict(&tree).expect("an object");
        defaults::fill(&mut object);
        let mut tree = encode::encode(&object);
        if let Value::Map(entries) = &mut tree {
            entries.retain(|key, _| !matches!(&**key, "apiVersion" | "kind" | "metadata"));
        }
        serde_json::to_string(&tree).expect("plain")
    }

    #[test]
    fn kinds_without_effect_have_their_defaults_too() {
        for (version, kind, given, wanted) in [
            (
                "networking.k8s.io/v1",
                "NetworkPolicy",
                r#""spec":{"podSelector":{},"egress":[{"ports":[{"port":53}]}]}"#,
                r#"{"spec":{"egress":[{"ports":[{"port":53,"protocol":"TCP"}]}],"podSelector":{},"policyTypes":["Ingress","Egress"]}}"#,
            ),
            (
                "rbac.authorization.k8s.io/v1",
                "RoleBinding",
                r#""roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"s"}]"#,
                r#"{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"u"},{"kind":"ServiceAccount","name":"s"}]}"#,
            ),
            (
                "autoscaling/v1",
                "HorizontalPodAutoscaler",
                r#""spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"d","apiVersion":"apps/v1"}}"#,
                r#"{"spec":{"maxReplicas":3,"minReplicas":1,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"}}}"#,
            ),
            (
                "v1",
                "LimitRange",
                r#""spec":{"limits":[{"type":"Container","max":{"cpu":"2"},"min":{"memory":"1Gi"}},{"type":"Pod","max":{"cpu":"2"}}]}"#,
                r#"{"spec":{"limits":[{"default":{"cpu":"2"},"defaultRequest":{"cpu":"2","memory":"1Gi"},"max":{"cpu":"2"},"min":{"memory":"1Gi"},"type":"Container"},{"max":{"cpu":"2"},"type":"Pod"}]}}"#,
            ),
        ] {
            assert_eq!(filled(version, kind, given), wanted);
        }
        let behavior =
            r#""spec":{"maxReplicas":3,"behavior":{"scaleDown":{"selectPolicy":"Min"}}}"#;
        let text = filled("autoscaling/v2", "HorizontalPodAutoscaler", behavior);
        let wanted = r#""scaleDown":{"policies":[{"periodSeconds":15,"type":"Percent","value":100}],"selectPolicy":"Min"}"#;
        assert!(text.contains(wanted) && text.contains(r#""averageUtilization":80"#), "{text}");
    }
}
