//! Disruption budgets: how many of their Pods may be evicted now.
//!
//! Must not know who evicts. Invariant: the number granted never exceeds the healthy Pods
//! beyond those that must stay.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::pod::{Condition, Phase, Truth, condition, set_condition};
use crate::api::policy::{BudgetStatus, DisruptionBudget};
use crate::api::{Kind, LabelSelector, Object, OwnerReference, Uid};
use crate::base::{SECOND_US, SimTime, Str};
use crate::server::{Action, Change, EventNote, Key, Part, Patch, View};
use crate::sim::{Plan, Rule, Step};

/// How long a granted eviction is waited for.
///
/// Models pkg/controller/disruption/disruption.go DeletionTimeout
const DELETION_US: u64 = 120 * SECOND_US;
/// How long a Pod that was to be disrupted may live on before that is taken back.
///
/// Models pkg/controller/disruption/disruption.go stalePodDisruptionTimeout
const STALE_US: u64 = 120 * SECOND_US;
const SOURCE: &str = "controllermanager";

fn covers(budget: &Object, pod: &Object) -> bool {
    let selector = budget.budget().and_then(|one| one.spec.selector.as_ref());
    selector.is_some_and(|selector| selector.is_met_by(&pod.meta.labels))
}

pub(super) fn wake(change: &Change, view: &View, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::PodDisruptionBudget => keys.push(change.key()),
        Kind::Pod => {
            let table = view.table(Kind::PodDisruptionBudget);
            if !table.is_empty() {
                for pod in [&change.old, &change.new].into_iter().flatten() {
                    let mut budgets = table.in_namespace(&pod.meta.namespace);
                    let first = budgets.find(|one| covers(one, pod));
                    keys.extend(first.map(|one| Key { kind: one.kind(), id: one.meta.id }));
                }
            }
            if change.new.as_deref().is_some_and(|pod| stale_at(pod).is_some()) {
                keys.push(change.key());
            }
        }
        _ => {}
    }
}

pub(super) fn reconcile(key: Key, view: &View, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    match object.budget() {
        Some(budget) => {
            sync(object, budget, view, now, &mut plan);
            let writes = |step: &Step| matches!(step, Step::One(one) if !matches!(one.action, Action::Note(_)));
            if !plan.steps.iter().any(writes) {
                // Nothing new: what was told stands.
                plan.steps.clear();
            }
        }
        None => take_back(key, object, now, &mut plan),
    }
    plan
}

/// Models pkg/controller/disruption/disruption.go trySync
/// Differs: a look that changes nothing tells nothing either.
fn sync(
    object: &Rc<Object>,
    budget: &DisruptionBudget,
    view: &View,
    now: SimTime,
    plan: &mut Plan,
) {
    let about = object.reference();
    let in_namespace = view.table(Kind::Pod).in_namespace(&object.meta.namespace);
    let pods: Vec<_> = in_namespace.filter(|pod| covers(object, pod)).collect();
    if pods.is_empty() {
        let note = EventNote::normal(about.clone(), SOURCE, "NoPods", "No matching pods found");
        plan.tell(note, Rule("PDB-EMPTY"));
    }
    let expected = match expectation(budget, &pods, view) {
        Ok(expected) => expected,
        Err(why) => {
            let text = format!("Failed to calculate the number of expected pods: {why}");
            let reason = "CalculateExpectedPodCountFailed";
            plan.tell(EventNote::warning(about, SOURCE, reason, text), Rule("PDB-FAILED"));
            return fail_safe(object, budget, &why, now, plan);
        }
    };
    if expected.has_unmanaged {
        let selector = budget.spec.selector.as_ref().map(as_go_prints).unwrap_or_default();
        let text = format!(
            "Pods selected by this PodDisruptionBudget (selector: {selector}) were found to be \
             unmanaged. As a result, the status of the PDB cannot be calculated correctly, which \
             may result in undefined behavior. To account for these pods please set \
             \".spec.minAvailable\" field of the PDB to an integer value."
        );
        plan.tell(EventNote::warning(about, SOURCE, "UnmanagedPods", text), Rule("PDB-UNMANAGED"));
    }
    let disrupted = disrupted_pods(object, budget, &pods, now, plan);
    let healthy = pods.iter().filter(|pod| is_healthy(pod, &disrupted, now)).count();
    let healthy = i32::try_from(healthy).unwrap_or(i32::MAX);
    write(object, budget, healthy, &expected, disrupted, now, plan);
}

/// A selector as Go's generated code prints it.
///
/// Models staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/generated.pb.go LabelSelector.String
fn as_go_prints(selector: &LabelSelector) -> String {
    let labels = selector.match_labels.iter().map(|(key, value)| format!("{key}: {value},"));
    let expressions = selector.match_expressions.iter().map(|one| {
        let values = one.values.join(" ");
        format!(
            "LabelSelectorRequirement{{Key:{},Operator:{},Values:[{values}],}},",
            one.key, one.operator
        )
    });
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{}}},\
         MatchExpressions:[]LabelSelectorRequirement{{{}}},}}",
        labels.collect::<Vec<_>>().concat(),
        expressions.collect::<Vec<_>>().concat()
    )
}

struct Expected {
    pods: i32,
    healthy: i32,
    has_unmanaged: bool,
}

/// Models pkg/controller/disruption/disruption.go getExpectedPodCount
fn expectation(
    budget: &DisruptionBudget,
    pods: &[&Rc<Object>],
    view: &View,
) -> Result<Expected, String> {
    use crate::api::IntOrString;
    let bad =
        || "invalid value for IntOrString: invalid type: string is not a percentage".to_owned();
    let spec = &budget.spec;
    if let Some(most) = &spec.max_unavailable {
        let (scale, has_unmanaged) = expected_scale(pods, view)?;
        let most = most.scaled(scale, true).ok_or_else(bad)?;
        return Ok(Expected { pods: scale, healthy: (scale - most).max(0), has_unmanaged });
    }
    match &spec.min_available {
        Some(IntOrString::Int(least)) => {
            let count = i32::try_from(pods.len()).unwrap_or(i32::MAX);
            Ok(Expected { pods: count, healthy: *least, has_unmanaged: false })
        }
        Some(least) => {
            let (scale, has_unmanaged) = expected_scale(pods, view)?;
            let healthy = least.scaled(scale, true).ok_or_else(bad)?;
            Ok(Expected { pods: scale, healthy, has_unmanaged })
        }
        None => Ok(Expected { pods: 0, healthy: 0, has_unmanaged: false }),
    }
}

/// The sum of the sizes of all controllers behind the Pods, and whether a Pod has none.
///
/// Models pkg/controller/disruption/disruption.go getExpectedScale
fn expected_scale(pods: &[&Rc<Object>], view: &View) -> Result<(i32, bool), String> {
    let mut scales: BTreeMap<Uid, i32> = BTreeMap::new();
    let mut has_unmanaged = false;
    for pod in pods {
        let Some(owner) = pod.meta.controller() else {
            has_unmanaged = true;
            continue;
        };
        if scales.contains_key(&owner.uid) {
            continue;
        }
        let found = scale_of(owner, &pod.meta.namespace, view)?;
        let (uid, scale) =
            found.ok_or_else(|| format!("found no controllers for pod \"{}\"", pod.meta.name))?;
        scales.insert(uid, scale);
    }
    Ok((scales.values().sum(), has_unmanaged))
}

fn find<'a>(owner: &OwnerReference, namespace: &str, view: &'a View) -> Option<&'a Rc<Object>> {
    let kind = Kind::from_name(&owner.kind)?;
    view.named(kind, namespace, &owner.name).filter(|one| one.meta.uid == owner.uid)
}

/// Models pkg/controller/disruption/disruption.go finders
fn scale_of(
    owner: &OwnerReference,
    namespace: &str,
    view: &View,
) -> Result<Option<(Uid, i32)>, String> {
    let resource = match &*owner.kind {
        "DaemonSet" => "daemonsets.apps",
        "Job" => "jobs.batch",
        _ => "",
    };
    if !resource.is_empty() {
        return Err(format!("{resource} does not implement the scale subresource"));
    }
    let Some(object) = find(owner, namespace, view) else { return Ok(None) };
    let above = object.meta.controller().and_then(|above| find(above, namespace, view));
    if let Some((top, deployment)) = above.and_then(|one| Some((one, one.deployment()?))) {
        return Ok(Some((top.meta.uid, deployment.spec.replicas.unwrap_or(1))));
    }
    let scale = match (object.replica_set(), object.stateful_set()) {
        (Some(set), _) => set.spec.replicas,
        (_, Some(set)) => set.spec.replicas,
        _ => return Ok(None),
    };
    Ok(Some((object.meta.uid, scale.unwrap_or(1))))
}

/// The Pods whose eviction was granted and is still waited for.
///
/// Models pkg/controller/disruption/disruption.go buildDisruptedPodMap
fn disrupted_pods(
    object: &Object,
    budget: &DisruptionBudget,
    pods: &[&Rc<Object>],
    now: SimTime,
    plan: &mut Plan,
) -> BTreeMap<Str, SimTime> {
    let mut left = BTreeMap::new();
    for pod in pods.iter().filter(|pod| !pod.meta.is_terminating()) {
        let Some(granted) = budget.status.disrupted_pods.get(&pod.meta.name) else { continue };
        let due = granted.plus_us(DELETION_US);
        if due < now {
            let namespace = &object.meta.namespace;
            let text = format!(
                "Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
            );
            let note = EventNote::warning(pod.reference(), SOURCE, "NotDeleted", text);
            plan.tell(note, Rule("PDB-NOT-DELETED"));
        } else {
            plan.look_again(due.since_us(now) + 1);
            left.insert(pod.meta.name.clone(), *granted);
        }
    }
    left
}

/// Models pkg/controller/disruption/disruption.go countHealthyPods
fn is_healthy(object: &Object, disrupted: &BTreeMap<Str, SimTime>, now: SimTime) -> bool {
    let granted = disrupted.get(&object.meta.name);
    let is_awaited = granted.is_some_and(|granted| granted.plus_us(DELETION_US) > now);
    let is_ready = object
        .pod()
        .and_then(|pod| condition(&pod.status.conditions, "Ready"))
        .is_some_and(|ready| ready.status == Truth::True);
    !object.meta.is_terminating() && !is_awaited && is_ready
}

/// Models pkg/controller/disruption/disruption.go updatePdbStatus
fn write(
    object: &Rc<Object>,
    budget: &DisruptionBudget,
    healthy: i32,
    expected: &Expected,
    disrupted_pods: BTreeMap<Str, SimTime>,
    now: SimTime,
    plan: &mut Plan,
) {
    let surplus = (healthy - expected.healthy).max(0);
    let mut status = BudgetStatus {
        observed_generation: object.meta.generation,
        disrupted_pods,
        disruptions_allowed: if expected.pods > 0 { surplus } else { 0 },
        current_healthy: healthy,
        desired_healthy: expected.healthy,
        expected_pods: expected.pods,
        conditions: budget.status.conditions.clone(),
    };
    status.renew_condition(now);
    store(object, budget, status, plan);
}

/// Models pkg/controller/disruption/disruption.go failSafe
fn fail_safe(
    object: &Rc<Object>,
    budget: &DisruptionBudget,
    why: &str,
    now: SimTime,
    plan: &mut Plan,
) {
    let mut status = BudgetStatus { disruptions_allowed: 0, ..budget.status.clone() };
    let failed = Condition {
        kind: "DisruptionAllowed".into(),
        status: Truth::False,
        reason: Some("SyncFailed".into()),
        message: Some(why.into()),
        observed_generation: Some(status.observed_generation),
        ..Condition::default()
    };
    set_condition(&mut status.conditions, failed, now);
    store(object, budget, status, plan);
}

fn store(object: &Rc<Object>, budget: &DisruptionBudget, status: BudgetStatus, plan: &mut Plan) {
    if status == budget.status {
        return;
    }
    let mut new = Object::clone(object);
    if let Some(body) = new.budget_mut() {
        body.status = status;
    }
    // The version stays: an eviction counted meanwhile must not be lost.
    plan.ask(Action::Update(Rc::new(new), Part::Status), Rule("PDB-STATUS"));
}

/// When a Pod that lives on no longer counts as one that is to be disrupted.
///
/// Models pkg/controller/disruption/disruption.go nonTerminatingPodHasStaleDisruptionCondition
fn stale_at(object: &Object) -> Option<SimTime> {
    let pod = object.pod()?;
    let target = condition(&pod.status.conditions, "DisruptionTarget")?;
    let is_live = !object.meta.is_terminating()
        && !matches!(pod.status.phase, Phase::Succeeded | Phase::Failed);
    let is_open =
        target.status == Truth::True && target.reason.as_deref() != Some("TerminationByKubelet");
    (is_live && is_open).then(|| target.last_transition_time.unwrap_or_default().plus_us(STALE_US))
}

/// Models pkg/controller/disruption/disruption.go syncStalePodDisruption
fn take_back(key: Key, object: &Object, now: SimTime, plan: &mut Plan) {
    let Some(at) = stale_at(object) else { return };
    if at > now {
        plan.look_again(at.since_us(now));
        return;
    }
    let over = Condition {
        kind: "DisruptionTarget".into(),
        status: Truth::False,
        observed_generation: Some(object.meta.generation),
        ..Condition::default()
    };
    plan.ask(Action::Patch(key, Patch::Conditions(vec![over])), Rule("PDB-STALE"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::apps::ReplicaSet;
    use crate::api::pod::{Container, Pod, PodSpec};
    use crate::api::{Body, IntOrString};
    use crate::base::Seed;
    use crate::server::{Outcome, Server};

    fn create(server: &mut Server, object: Object) -> Rc<Object> {
        match server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO) {
            Ok(Outcome::Created(object)) => object,
            other => panic!("it can be made: {other:?}"),
        }
    }

    fn containers() -> Rc<PodSpec> {
        let one = Container { name: "app".into(), image: "nginx:1".into(), ..Container::default() };
        Rc::new(PodSpec { containers: vec![one], ..PodSpec::default() })
    }

    fn owner(server: &mut Server, replicas: i32) -> Rc<Object> {
        let mut set = ReplicaSet::default();
        let spec = Rc::make_mut(&mut set.spec);
        spec.replicas = Some(replicas);
        spec.selector = LabelSelector::of_labels(&[("app".into(), "web".into())].into());
        spec.template.metadata.set_label("app", "web");
        spec.template.spec = containers();
        create(server, Object::new("default", "web", Body::ReplicaSet(set)))
    }

    fn pod(server: &mut Server, name: &str, owner: Option<&Object>, is_ready: bool) -> Rc<Object> {
        let mut pod = Pod { spec: containers(), ..Pod::default() };
        pod.status.phase = Phase::Running;
        let ready =
            Condition { kind: "Ready".into(), status: is_ready.into(), ..Condition::default() };
        pod.status.conditions.push(ready);
        let mut object = Object::new("default", name, Body::Pod(pod));
        object.meta.set_label("app", "web");
        object.meta.owner_references =
            Rc::new(owner.into_iter().map(Object::owner_reference).collect());
        create(server, object)
    }

    fn budget(server: &mut Server, edit: impl Fn(&mut crate::api::policy::BudgetSpec)) -> Key {
        let mut budget = DisruptionBudget::default();
        let spec = Rc::make_mut(&mut budget.spec);
        spec.selector = Some(LabelSelector::of_labels(&[("app".into(), "web".into())].into()));
        edit(spec);
        let object = create(server, Object::new("default", "b", Body::PodDisruptionBudget(budget)));
        Key { kind: Kind::PodDisruptionBudget, id: object.meta.id }
    }

    /// Carries the plan out and gives the status that it leaves.
    fn settle(server: &mut Server, key: Key) -> (BudgetStatus, Vec<&'static str>) {
        let now = SimTime::from_seconds(1);
        let plan = reconcile(key, server.view(), now);
        let mut told = Vec::new();
        for step in &plan.steps {
            let crate::sim::Step::One(request) = step else { continue };
            if let Action::Note(note) = &request.action {
                told.push(note.reason);
            }
            server.execute(&request.action, now).expect("nothing stands against it");
        }
        let object = server.view().object(key).expect("kept");
        (object.budget().expect("a budget").status.clone(), told)
    }

    #[test]
    fn a_number_counts_pods_and_a_share_counts_what_controllers_want() {
        let mut server = Server::new(Seed(1));
        let set = owner(&mut server, 10);
        for name in ["a", "b", "c"] {
            pod(&mut server, name, Some(&set), name != "c");
        }
        let key = budget(&mut server, |spec| spec.min_available = Some(IntOrString::Int(1)));
        let (status, _) = settle(&mut server, key);
        let numbers = |one: &BudgetStatus| {
            (one.expected_pods, one.desired_healthy, one.current_healthy, one.disruptions_allowed)
        };
        assert_eq!(numbers(&status), (3, 1, 2, 1));
        assert_eq!(status.conditions[0].reason.as_deref(), Some("SufficientPods"));
        assert!(reconcile(key, server.view(), SimTime::from_seconds(2)).is_empty());

        let mut other = Server::new(Seed(1));
        let set = owner(&mut other, 10);
        pod(&mut other, "a", Some(&set), true);
        let share = |spec: &mut crate::api::policy::BudgetSpec| {
            spec.max_unavailable = Some(IntOrString::Str("25%".into()));
        };
        let key = budget(&mut other, share);
        let (status, _) = settle(&mut other, key);
        assert_eq!(numbers(&status), (10, 7, 1, 0), "25% of 10 is rounded up to 3");
    }

    #[test]
    fn a_budget_without_pods_allows_nothing_and_says_so() {
        let mut server = Server::new(Seed(1));
        let key = budget(&mut server, |spec| spec.min_available = Some(IntOrString::Int(0)));
        let (status, told) = settle(&mut server, key);
        assert_eq!(told, ["NoPods"]);
        assert_eq!(status.disruptions_allowed, 0);
        assert_eq!(status.conditions[0].reason.as_deref(), Some("InsufficientPods"));
    }

    #[test]
    fn a_selector_prints_as_go_prints_it() {
        let selector: LabelSelector = serde_json::from_str(
            r#"{"matchLabels":{"app":"web"},
                "matchExpressions":[{"key":"a","operator":"In","values":["b","c"]}]}"#,
        )
        .expect("valid");
        let text = "&LabelSelector{MatchLabels:map[string]string{app: web,},\
                    MatchExpressions:[]LabelSelectorRequirement{\
                    LabelSelectorRequirement{Key:a,Operator:In,Values:[b c],},},}";
        assert_eq!(as_go_prints(&selector), text);
    }

    #[test]
    fn a_pod_without_controller_makes_a_share_unsure() {
        let mut server = Server::new(Seed(1));
        pod(&mut server, "a", None, true);
        let key = budget(&mut server, |spec| {
            spec.max_unavailable = Some(IntOrString::Int(1));
        });
        assert_eq!(settle(&mut server, key).1, ["UnmanagedPods"]);
    }

    #[test]
    fn a_granted_pod_does_not_count_until_it_goes_or_two_minutes_pass() {
        let mut server = Server::new(Seed(1));
        let set = owner(&mut server, 2);
        pod(&mut server, "a", Some(&set), true);
        pod(&mut server, "b", Some(&set), true);
        let key = budget(&mut server, |spec| spec.min_available = Some(IntOrString::Int(1)));
        settle(&mut server, key);
        let mut new = Object::clone(server.view().object(key).expect("kept"));
        if let Some(body) = new.budget_mut() {
            body.status.disrupted_pods.insert("a".into(), SimTime::from_seconds(1));
        }
        let granted = Action::Update(Rc::new(new), Part::Status);
        server.execute(&granted, SimTime::from_seconds(1)).expect("valid");
        let (status, _) = settle(&mut server, key);
        assert_eq!((status.current_healthy, status.disruptions_allowed), (1, 0));
        let late = reconcile(key, server.view(), SimTime::from_seconds(200));
        assert_eq!(late.steps.len(), 2, "an Event and a status without the Pod");
    }
}
