//! What admission fills in when a Pod is created: tolerations, priority, quality of service.
//!
//! Must not know schedulers or kubelets. Invariant: a Pod that was admitted has a priority.

use crate::api::wellknown::{NOT_READY, UNREACHABLE, ZONE};
use std::rc::Rc;

use crate::api::core::Taint;
use crate::api::pod::{Condition, Pod, PodSpec, Toleration, condition};
use crate::api::policy::PriorityClass;
use crate::api::{Kind, Meta, Object, Value};
use crate::base::Str;
use crate::server::{Refusal, View, runtime_class};

const PREEMPTS: &str = "PreemptLowerPriority";

/// Admits a Pod that is created in a Namespace under this name.
pub(in crate::server) fn admit(
    pod: &mut Pod,
    namespace: &Str,
    name: &Str,
    view: &View,
) -> Result<(), Refusal> {
    let forbidden = |why: String| Refusal::Forbidden(Kind::Pod, name.clone(), why.into());
    look_up_account(&pod.spec, namespace, view).map_err(forbidden)?;
    let spec = Rc::make_mut(&mut pod.spec);
    spec.node_name = spec.node_name.take().filter(|node| !node.is_empty());
    prioritize(spec, view).map_err(forbidden)?;
    tolerate_lost_nodes(spec);
    runtime_class::admit(spec, view).map_err(forbidden)
}

/// Gives a Pod the labels of its node that say where the node is.
///
/// Models plugin/pkg/admission/podtopologylabels/admission.go admitBinding and admitPod
pub(in crate::server) fn place(meta: &mut Meta, node: &str, view: &View) {
    let Some(node) = view.named(Kind::Node, "", node) else { return };
    for key in [ZONE, "topology.kubernetes.io/region"] {
        if let Some(value) = node.meta.label(key) {
            meta.set_label(key, value.clone());
        }
    }
}

/// Says in the status of a new Pod what follows from its spec.
pub(in crate::server) fn tell(pod: &mut Pod) {
    pod.status.qos_class = Some(pod.spec.qos_class());
    hold_back(pod);
}

/// Says of a Pod with scheduling gates that it is held back.
///
/// Models pkg/registry/core/pod/strategy.go applySchedulingGatedCondition
fn hold_back(pod: &mut Pod) {
    const KIND: &str = "PodScheduled";
    let conditions = &pod.status.conditions;
    if pod.spec.scheduling_gates.is_empty() || condition(conditions, KIND).is_some() {
        return;
    }
    pod.status.conditions.push(Condition {
        kind: KIND.into(),
        reason: Some("SchedulingGated".into()),
        message: Some("Scheduling is blocked due to non-empty scheduling gates".into()),
        ..Condition::default()
    });
}

/// Refuses a Pod whose account is not there. The one called `default` is made with each
/// Namespace, so it always is.
///
/// Models plugin/pkg/admission/serviceaccount/admission.go Admit
fn look_up_account(spec: &PodSpec, namespace: &Str, view: &View) -> Result<(), String> {
    let names = ["serviceAccountName", "serviceAccount"];
    let given = names.into_iter().find_map(|key| spec.rest.get(key).and_then(Value::as_str));
    let Some(name) = given.filter(|name| !name.is_empty() && *name != "default") else {
        return Ok(());
    };
    if view.named(Kind::ServiceAccount, namespace, name).is_some() {
        return Ok(());
    }
    Err(format!(
        "error looking up service account {namespace}/{name}: serviceaccount \"{name}\" not found"
    ))
}

/// Resolves the priority class of a Pod.
///
/// Models plugin/pkg/admission/priority/admission.go admitPod
fn prioritize(spec: &mut PodSpec, view: &View) -> Result<(), String> {
    let none = || (Str::from(""), 0, Some(Str::from(PREEMPTS)));
    let facts = |object: &Rc<Object>| {
        let class = object.priority_class();
        class.map(|class| (object.meta.name.clone(), class.value, policy_of(class)))
    };
    let (class, priority, policy) = match spec.priority_class_name.clone() {
        Some(name) if !name.is_empty() => view
            .named(Kind::PriorityClass, "", &name)
            .and_then(facts)
            .ok_or_else(|| format!("no PriorityClass with name {name} was found"))?,
        _ => default_class(view).and_then(facts).unwrap_or_else(none),
    };
    let computed = "priority admission controller computed";
    if let Some(given) = spec.priority.filter(|given| *given != priority) {
        return Err(format!(
            "the integer value of priority ({given}) must not be provided in pod spec; \
             {computed} {priority} from the given PriorityClass name"
        ));
    }
    if let Some(policy) = policy {
        if let Some(given) = spec.preemption_policy.as_ref().filter(|given| **given != policy) {
            return Err(format!(
                "the string value of PreemptionPolicy ({given}) must not be provided in pod \
                 spec; {computed} {policy} from the given PriorityClass name"
            ));
        }
        spec.preemption_policy = Some(policy);
    }
    spec.priority = Some(priority);
    spec.priority_class_name = Some(class).filter(|class| !class.is_empty());
    Ok(())
}

fn policy_of(class: &PriorityClass) -> Option<Str> {
    class.preemption_policy.clone().or_else(|| Some(PREEMPTS.into()))
}

/// The class of Pods that name none: of several, the one of the lowest value.
fn default_class(view: &View) -> Option<&Rc<Object>> {
    let classes = view.table(Kind::PriorityClass).iter();
    let defaults = classes.filter(|one| one.priority_class().is_some_and(|one| one.global_default));
    defaults.min_by_key(|one| one.priority_class().map(|class| class.value))
}

/// Gives a Pod five minutes on a node that is lost.
///
/// Models plugin/pkg/admission/defaulttolerationseconds/admission.go Admit
fn tolerate_lost_nodes(spec: &mut PodSpec) {
    for key in [NOT_READY, UNREACHABLE] {
        let taint = Taint { key: key.into(), effect: "NoExecute".into(), ..Taint::default() };
        if spec.tolerations.iter().any(|one| one.bears(&taint)) {
            continue;
        }
        spec.tolerations.push(Toleration {
            key: Some(key.into()),
            operator: Some("Exists".into()),
            effect: Some("NoExecute".into()),
            toleration_seconds: Some(300),
            ..Toleration::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Body;
    use crate::api::object::OtherObject;
    use crate::api::pod::Container;
    use crate::base::{Seed, SimTime};
    use crate::server::{Action, Outcome, Server};

    fn create(server: &mut Server, object: Object) -> Result<Outcome, Refusal> {
        server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO)
    }

    fn class(name: &str, value: i32, global_default: bool) -> Object {
        let body = PriorityClass { value, global_default, ..PriorityClass::default() };
        Object::new("", name, Body::PriorityClass(body))
    }

    fn pod(class: Option<&str>) -> Object {
        let one = Container { name: "app".into(), image: "nginx:1".into(), ..Container::default() };
        let spec = PodSpec {
            priority_class_name: class.map(Str::from),
            containers: vec![one],
            ..PodSpec::default()
        };
        let pod = Pod { spec: Rc::new(spec), ..Pod::default() };
        Object::new("default", "p", Body::Pod(pod))
    }

    fn runtime(text: &str) -> Object {
        let content: serde_json::Value = serde_json::from_str(text).expect("valid");
        let other = OtherObject {
            known: Kind::RuntimeClass,
            content: serde_json::from_value(content).expect("valid"),
            ..OtherObject::default()
        };
        Object::new("", "box", Body::Other(Rc::new(other)))
    }

    fn boxed(text: &str) -> Object {
        let mut object = pod(None);
        let spec = Rc::make_mut(&mut object.pod_mut().expect("a Pod").spec);
        *spec = serde_json::from_str(text).expect("valid");
        spec.containers =
            vec![Container { name: "app".into(), image: "nginx:1".into(), ..Container::default() }];
        object
    }

    #[test]
    fn a_class_must_be_there_and_gives_overhead_nodes_and_tolerations() {
        let mut server = Server::new(Seed(1));
        let why = |refused: Result<Outcome, Refusal>| match refused {
            Err(Refusal::Forbidden(_, _, why)) => why.to_string(),
            other => panic!("it is refused: {other:?}"),
        };
        let refused = create(&mut server, boxed(r#"{"runtimeClassName":"box"}"#));
        assert_eq!(why(refused), "pod rejected: RuntimeClass \"box\" not found");
        let refused = create(&mut server, boxed(r#"{"overhead":{"cpu":"1m"}}"#));
        assert!(why(refused).ends_with("without corresponding RuntimeClass defined Overhead"));
        let class = r#"{"handler":"box","overhead":{"podFixed":{"cpu":"250m"}},"scheduling":{
            "nodeSelector":{"box":"yes"},"tolerations":[{"operator":"Exists"}]}}"#;
        create(&mut server, runtime(class)).expect("new");
        let other = r#"{"runtimeClassName":"box","overhead":{"cpu":"1"}}"#;
        assert!(why(create(&mut server, boxed(other))).ends_with("defined Overhead"));
        let other = r#"{"runtimeClassName":"box","nodeSelector":{"box":"no"}}"#;
        let conflict = "conflict: runtimeClass.scheduling.nodeSelector[box] = yes; \
                        pod.spec.nodeSelector[box] = no";
        assert_eq!(why(create(&mut server, boxed(other))), conflict);
        let same = r#"{"runtimeClassName":"box","overhead":{"cpu":"0.25"}}"#;
        let Ok(Outcome::Created(made)) = create(&mut server, boxed(same)) else {
            panic!("it is admitted")
        };
        let spec = &made.pod().expect("a Pod").spec;
        let fixed = spec.rest.get("overhead").and_then(|one| one.at("cpu"));
        assert_eq!(fixed.and_then(Value::as_str), Some("250m"));
        assert_eq!(spec.node_selector.get("box").map(|one| &**one), Some("yes"));
        assert_eq!(spec.tolerations.len(), 1, "the one that bears all covers the others");
    }

    #[test]
    fn a_pod_gets_the_priority_of_its_class_or_of_the_default_one() {
        for (asked, priority) in [(Some("urgent"), 1_000), (None, 7)] {
            let mut server = Server::new(Seed(1));
            create(&mut server, class("urgent", 1_000, false)).expect("new");
            create(&mut server, class("usual", 7, true)).expect("new");
            let Ok(Outcome::Created(made)) = create(&mut server, pod(asked)) else {
                panic!("it is admitted");
            };
            let spec = &made.pod().expect("a Pod").spec;
            assert_eq!(spec.priority, Some(priority));
            assert_eq!(spec.preemption_policy.as_deref(), Some(PREEMPTS));
        }
    }

    #[test]
    fn an_unknown_class_is_refused_in_kubernetes_words() {
        let refused = create(&mut Server::new(Seed(1)), pod(Some("nosuch")));
        let text = refused.expect_err("it is refused").to_string();
        let why = "no PriorityClass with name nosuch was found";
        assert_eq!(text, format!("pods \"p\" is forbidden: {why}"));
    }

    #[test]
    fn an_unknown_account_is_refused_in_kubernetes_words() {
        let mut with_account = pod(None);
        let spec = Rc::make_mut(&mut with_account.pod_mut().expect("a Pod").spec);
        Rc::make_mut(&mut spec.rest)
            .insert("serviceAccountName".into(), Value::Str("robot".into()));
        let refused = create(&mut Server::new(Seed(1)), with_account);
        let namespace = pod(None).meta.namespace;
        assert_eq!(
            refused.expect_err("it is refused").to_string(),
            format!(
                "pods \"p\" is forbidden: error looking up service account {namespace}/robot: \
                 serviceaccount \"robot\" not found"
            )
        );
    }
}
