//! The subresource `eviction`: a deletion that a disruption budget may refuse.
//!
//! Must not know who drains a node. Invariant: a healthy Pod under a budget is deleted only
//! after the budget's status has counted it.

use std::rc::Rc;

use crate::api::pod::{Condition, Phase, Truth, condition, set_condition};
use crate::api::policy::DisruptionBudget;
use crate::api::{Kind, Object};
use crate::base::SimTime;
use crate::server::{DeleteOptions, Key, Outcome, Part, Refusal, Server};

/// Granted evictions that a budget may hold at a time before more are refused.
///
/// Models pkg/registry/core/pod/storage/eviction.go MaxDisruptedPodSize
const DISRUPTED_PODS_MAX: usize = 2_000;
const REFUSED: &str = "Cannot evict pod as it would violate the pod's disruption budget.";

/// Whether losing this Pod disrupts nothing more.
///
/// Models pkg/registry/core/pod/storage/eviction.go canIgnorePDB
fn is_beyond_budgets(object: &Object) -> bool {
    let phase = object.pod().map_or(Phase::Pending, |pod| pod.status.phase);
    phase.is_terminal() || phase == Phase::Pending || object.meta.is_terminating()
}

/// Whether an unready Pod may go without being counted.
fn may_go_unready(budget: &DisruptionBudget) -> bool {
    let policy = budget.spec.unhealthy_pod_eviction_policy.as_deref();
    let status = &budget.status;
    policy == Some("AlwaysAllow")
        || (status.current_healthy >= status.desired_healthy && status.desired_healthy > 0)
}

impl Server {
    /// Models pkg/registry/core/pod/storage/eviction.go EvictionREST.Create
    pub(in crate::server) fn evict(
        &mut self,
        key: Key,
        options: DeleteOptions,
        now: SimTime,
    ) -> Result<Outcome, Refusal> {
        let pod = self.current(key)?;
        if !is_beyond_budgets(&pod) {
            self.ask_budgets(&pod, now)?;
        }
        self.condemn(&pod, now)?;
        self.delete(key, options, now)
    }

    fn ask_budgets(&mut self, pod: &Rc<Object>, now: SimTime) -> Result<(), Refusal> {
        let table = self.view().table(Kind::PodDisruptionBudget);
        let covers = |one: &&Rc<Object>| {
            let selector = one.budget().and_then(|budget| budget.spec.selector.as_ref());
            selector.is_some_and(|selector| selector.is_met_by(&pod.meta.labels))
        };
        let mut budgets = table.in_namespace(&pod.meta.namespace).filter(covers);
        let Some(object) = budgets.next().cloned() else { return Ok(()) };
        if budgets.next().is_some() {
            let text = "This pod has more than one PodDisruptionBudget, which the eviction \
                        subresource does not support.";
            return Err(Refusal::Internal(text.into()));
        }
        drop(budgets);
        let Some(budget) = object.budget() else { return Ok(()) };
        let is_ready = pod
            .pod()
            .and_then(|pod| condition(&pod.status.conditions, "Ready"))
            .is_some_and(|ready| ready.status == Truth::True);
        if !is_ready && may_go_unready(budget) {
            return Ok(());
        }
        self.count(&object, budget, pod, now)
    }

    /// Models pkg/registry/core/pod/storage/eviction.go checkAndDecrement
    fn count(
        &mut self,
        object: &Rc<Object>,
        budget: &DisruptionBudget,
        pod: &Object,
        now: SimTime,
    ) -> Result<(), Refusal> {
        let name = &object.meta.name;
        let status = &budget.status;
        let forbidden =
            |why: &str| Refusal::Forbidden(Kind::PodDisruptionBudget, name.clone(), why.into());
        if status.observed_generation < object.meta.generation {
            return Err(Refusal::TooManyRequests(REFUSED.into()));
        }
        if status.disruptions_allowed < 0 {
            return Err(forbidden("pdb disruptions allowed is negative"));
        }
        if status.disrupted_pods.len() > DISRUPTED_PODS_MAX {
            let why = "DisruptedPods map too big - too many evictions not confirmed by PDB \
                       controller";
            return Err(forbidden(why));
        }
        if status.disruptions_allowed == 0 {
            return Err(Refusal::TooManyRequests(REFUSED.into()));
        }
        let mut new = Object::clone(object);
        if let Some(body) = new.budget_mut() {
            body.status.disruptions_allowed -= 1;
            if body.status.disruptions_allowed == 0 {
                body.status.renew_condition(now);
            }
            body.status.disrupted_pods.insert(pod.meta.name.clone(), now);
        }
        self.update(&new, Part::Status, now).map(drop)
    }

    /// Models pkg/registry/core/pod/storage/eviction.go addConditionAndDeletePod
    fn condemn(&mut self, pod: &Object, now: SimTime) -> Result<(), Refusal> {
        let mut new = pod.clone();
        if let Some(body) = new.pod_mut() {
            let target = Condition {
                kind: "DisruptionTarget".into(),
                status: Truth::True,
                reason: Some("EvictionByEvictionAPI".into()),
                message: Some("Eviction API: evicting".into()),
                observed_generation: Some(pod.meta.generation),
                ..Condition::default()
            };
            set_condition(&mut body.status.conditions, target, now);
        }
        self.update(&new, Part::Status, now).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::pod::{Container, Pod};
    use crate::api::{Body, LabelSelector};
    use crate::base::Seed;
    use crate::server::Action;

    fn create(server: &mut Server, object: Object) -> Key {
        let kind = object.kind();
        match server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO) {
            Ok(Outcome::Created(object)) => Key { kind, id: object.meta.id },
            other => panic!("it can be made: {other:?}"),
        }
    }

    fn pod(server: &mut Server, name: &str, is_ready: bool) -> Key {
        let mut pod = Pod::default();
        let container =
            Container { name: "app".into(), image: "nginx:1".into(), ..Container::default() };
        Rc::make_mut(&mut pod.spec).containers.push(container);
        pod.status.phase = Phase::Running;
        Rc::make_mut(&mut pod.spec).node_name = Some("node-1".into());
        let ready =
            Condition { kind: "Ready".into(), status: is_ready.into(), ..Condition::default() };
        pod.status.conditions.push(ready);
        let mut object = Object::new("default", name, Body::Pod(pod));
        object.meta.set_label("app", "web");
        create(server, object)
    }

    fn budget(server: &mut Server, name: &str, allowed: i32, policy: Option<&str>) -> Key {
        let mut budget = DisruptionBudget::default();
        let spec = Rc::make_mut(&mut budget.spec);
        let labels = [("app".into(), "web".into())].into();
        spec.selector = Some(LabelSelector::of_labels(&labels));
        spec.unhealthy_pod_eviction_policy = policy.map(Into::into);
        budget.status.disruptions_allowed = allowed;
        budget.status.current_healthy = 2;
        budget.status.desired_healthy = 3;
        budget.status.observed_generation = 1;
        let mut object = Object::new("default", name, Body::PodDisruptionBudget(budget));
        let key = create(server, object.clone());
        // A new object has no status: the controller writes it.
        object.meta.id = key.id;
        let action = Action::Update(Rc::new(object), Part::Status);
        server.execute(&action, SimTime::ZERO).expect("it is there");
        key
    }

    fn evict(server: &mut Server, key: Key) -> Result<Outcome, Refusal> {
        let now = SimTime::from_seconds(5);
        server.execute(&Action::Evict(key, DeleteOptions::default()), now)
    }

    #[test]
    fn a_budget_counts_each_eviction_and_then_refuses() {
        let mut server = Server::new(Seed(1));
        let guard = budget(&mut server, "guard", 1, None);
        let (one, two) = (pod(&mut server, "one", true), pod(&mut server, "two", true));
        let gone = evict(&mut server, one).expect("one may go");
        let Outcome::Changed(gone) = gone else { panic!("it stops gracefully") };
        assert!(gone.meta.is_terminating());
        let target =
            condition(&gone.pod().expect("a Pod").status.conditions, "DisruptionTarget").cloned();
        let target = target.expect("it says why");
        assert_eq!(target.reason.as_deref(), Some("EvictionByEvictionAPI"));
        let status = server.view().object(guard).and_then(|one| one.budget()).cloned();
        let status = status.expect("kept").status;
        assert_eq!(status.disruptions_allowed, 0);
        assert!(status.disrupted_pods.contains_key("one"));
        assert_eq!(status.conditions[0].reason.as_deref(), Some("InsufficientPods"));
        let refusal = evict(&mut server, two).expect_err("no second one");
        assert_eq!((refusal.code(), refusal.to_string().as_str()), (429, REFUSED));
    }

    #[test]
    fn two_budgets_over_one_pod_are_an_error_of_the_server() {
        let mut server = Server::new(Seed(1));
        budget(&mut server, "a", 1, None);
        budget(&mut server, "b", 1, None);
        let key = pod(&mut server, "one", true);
        assert_eq!(evict(&mut server, key).expect_err("unsupported").code(), 500);
    }

    #[test]
    fn an_unready_pod_goes_uncounted_where_the_policy_says_so() {
        for (policy, may_go) in [(None, false), (Some("AlwaysAllow"), true)] {
            let mut server = Server::new(Seed(1));
            budget(&mut server, "guard", 0, policy);
            let key = pod(&mut server, "one", false);
            assert_eq!(evict(&mut server, key).is_ok(), may_go, "{policy:?}");
        }
    }

    #[test]
    fn a_budget_that_was_not_looked_at_yet_refuses() {
        let mut server = Server::new(Seed(1));
        let guard = budget(&mut server, "guard", 5, None);
        let mut new = Object::clone(server.view().object(guard).expect("kept"));
        if let Some(body) = new.budget_mut() {
            Rc::make_mut(&mut body.spec).min_available = Some(crate::api::IntOrString::Int(1));
        }
        server.execute(&Action::Update(Rc::new(new), Part::Spec), SimTime::ZERO).expect("valid");
        let key = pod(&mut server, "one", true);
        assert_eq!(evict(&mut server, key).expect_err("unseen").code(), 429);
    }
}
