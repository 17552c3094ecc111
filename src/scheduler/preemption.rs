//! Which Pods of less priority must go, so that a Pod of more finds room.
//!
//! Must not know how they are deleted. Invariant: every Pod that is named a victim has less
//! priority than the one that comes.

use std::cmp::Reverse;
use std::rc::Rc;

use crate::api::pod::{Truth, condition};
use crate::api::{Kind, Object};
use crate::base::Order as _;
use crate::base::{Rng, SimTime, Str};
use crate::scheduler::cache::Cache;
use crate::scheduler::filter::{Coming, Reason, Wanted, check, explain};
use crate::scheduler::priority_of as priority;
use crate::server::View;

/// Nodes that are tried at most.
///
/// Models pkg/scheduler/apis/config/v1/defaults.go MinCandidateNodesAbsolute
const CANDIDATES_MAX: usize = 100;

/// What came of it.
pub(super) enum Preemption {
    /// These Pods must leave that node.
    Victims(Str, Vec<Rc<Object>>),
    /// It does not help, in Kubernetes' words; whether a nomination is lifted.
    Helpless(String, bool),
}

/// What decides among nodes that are equally good.
pub(super) struct Chance<'a> {
    pub(super) rng: Rng,
    /// The node that is dealt, if it is one of them.
    pub(super) dealt: Option<&'a Str>,
}

impl Chance<'_> {
    fn draw(mut self, candidates: Vec<Candidate>) -> Option<Candidate> {
        let best = candidates.iter().map(rank).min()?;
        let mut equals: Vec<Candidate> =
            candidates.into_iter().filter(|one| rank(one) == best).collect();
        let dealt = equals.iter().position(|one| Some(&one.node) == self.dealt);
        let drawn = dealt.unwrap_or_else(|| {
            let draw = self.rng.below(equals.len() as u64);
            usize::try_from(draw).expect("fewer nodes than memory")
        });
        Some(equals.swap_remove(drawn))
    }
}

/// What is known when it is asked who must go.
pub(super) struct Known<'a> {
    pub(super) cache: &'a Cache,
    pub(super) view: &'a View,
    /// Others that are to come to a node and that this Pod must leave room for.
    pub(super) coming: &'a Coming,
}

struct Candidate {
    node: Str,
    victims: Vec<Rc<Object>>,
    violations: usize,
}

/// When a Pod started, in whole seconds as the API tells it.
fn started(object: &Object) -> u64 {
    object.pod().and_then(|pod| pod.status.start_time).map_or(u64::MAX, SimTime::seconds)
}

/// Models pkg/scheduler/framework/preemption/preemption.go Preempt
pub(super) fn preempt(
    object: &Rc<Object>,
    against: &[(usize, Vec<Reason>)],
    known: &Known<'_>,
    chance: Chance<'_>,
) -> Preemption {
    let (cache, view) = (known.cache, known.view);
    let pod = object.pod().expect("only Pods are scheduled");
    if pod.spec.preemption_policy.as_deref() == Some("Never") {
        return Preemption::Helpless(
            "not eligible due to preemptionPolicy=Never.".to_owned(),
            false,
        );
    }
    let is_hopeless = |reasons: &[Reason]| reasons.iter().any(|one| !one.is_resolvable);
    if let Some(node) = &pod.status.nominated_node_name {
        let found = against.iter().find(|(index, _)| cache.nodes()[*index].name == *node);
        let waits = found.is_none_or(|(_, reasons)| !is_hopeless(reasons))
            && is_somebody_leaving(object, node, view);
        if waits {
            let text = "not eligible due to a terminating pod on the nominated node.";
            return Preemption::Helpless(text.to_owned(), false);
        }
    }
    let mut candidates = Vec::new();
    let mut reasons: Vec<Str> = Vec::new();
    for (index, against) in against {
        if is_hopeless(against) {
            reasons.push("Preemption is not helpful for scheduling".into());
            continue;
        }
        match victims_on(&cache.nodes()[*index].name, object, known) {
            Ok(candidate) if candidates.len() < CANDIDATES_MAX => candidates.push(candidate),
            Ok(_) => {}
            Err(mut why) => reasons.append(&mut why),
        }
    }
    match chance.draw(candidates) {
        Some(best) => Preemption::Victims(best.node, best.victims),
        None => Preemption::Helpless(explain(cache.nodes().len(), &reasons, None), true),
    }
}

/// Whether a victim still runs on the node; one that has ended is gone for the scheduler, which
/// watches no such Pods.
///
/// Models pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go
/// PodEligibleToPreemptOthers and pkg/scheduler/scheduler.go newPodInformer
fn is_somebody_leaving(object: &Object, node: &Str, view: &View) -> bool {
    view.table(Kind::Pod).on_node(node).any(|one| {
        let status = one.pod().map(|pod| &pod.status).filter(|one| !one.phase.is_terminal());
        let target = status.and_then(|status| condition(&status.conditions, "DisruptionTarget"));
        let is_victim = target.is_some_and(|target| {
            target.status == Truth::True
                && target.reason.as_deref() == Some("PreemptionByScheduler")
        });
        one.meta.is_terminating() && is_victim && priority(one) < priority(object)
    })
}

/// The smaller is the better choice.
///
/// Models pkg/scheduler/framework/preemption/preemption.go pickOneNodeForPreemption
fn rank(candidate: &Candidate) -> (usize, i32, i64, usize, Reverse<u64>) {
    let victims = &candidate.victims;
    let highest = victims.iter().map(|one| priority(one)).max().unwrap_or(i32::MIN);
    let sum = victims.iter().map(|one| i64::from(priority(one)) + (1 << 31)).sum();
    let first = victims.iter().filter(|one| priority(one) == highest).map(|one| started(one)).min();
    let first = Reverse(first.unwrap_or(0));
    (candidate.violations, highest, sum, victims.len(), first)
}

/// Models pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go
/// SelectVictimsOnNode
fn victims_on(node: &Str, object: &Rc<Object>, known: &Known<'_>) -> Result<Candidate, Vec<Str>> {
    let (cache, view) = (known.cache, known.view);
    let mut lower: Vec<Rc<Object>> = cache
        .placed()
        .filter(|one| one.node == *node && priority(&one.object) < priority(object))
        .map(|one| Rc::clone(&one.object))
        .collect();
    if lower.is_empty() {
        return Err(vec!["No preemption victims found for incoming pod".into()]);
    }
    let mut without = cache.clone();
    for one in &lower {
        without.forget(one.meta.id);
    }
    fits(object, node, &without, known)?;
    // The more important are spared first: higher priority, then older; of those that started
    // in one second chance, which gave the UIDs, says who goes first.
    lower.order_by_key(|one| (Reverse(priority(one)), started(one), Reverse(one.meta.uid)));
    let (broken, free) = by_budget(lower, view);
    let mut victims = Vec::new();
    let mut violations = 0;
    for (one, is_violation) in
        broken.into_iter().map(|one| (one, true)).chain(free.into_iter().map(|one| (one, false)))
    {
        let mut with = without.clone();
        with.assume(&one, node);
        if fits(object, node, &with, known).is_ok() {
            without = with;
        } else {
            violations += usize::from(is_violation);
            victims.push(one);
        }
    }
    victims.order_by_key(|one| (Reverse(priority(one)), started(one), one.meta.uid));
    Ok(Candidate { node: node.clone(), victims, violations })
}

/// Whether a Pod fits on a node as this cache has it, and also with those that are to come there.
fn fits(object: &Object, node: &Str, cache: &Cache, known: &Known<'_>) -> Result<(), Vec<Str>> {
    let against = cache.index_of(node).and_then(|index| {
        let plain = || check(&Wanted::of(object, cache, known.view), &cache.nodes()[index]);
        known.coming.check(object, index, cache, known.view, plain)
    });
    match against {
        None => Ok(()),
        Some(reasons) => Err(reasons.into_iter().map(|one| one.text).collect()),
    }
}

/// Pods whose going would break a disruption budget, and the others.
///
/// Models pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go
/// filterPodsWithPDBViolation
fn by_budget(pods: Vec<Rc<Object>>, view: &View) -> (Vec<Rc<Object>>, Vec<Rc<Object>>) {
    let mut budgets: Vec<(&Rc<Object>, i32)> = view
        .table(Kind::PodDisruptionBudget)
        .iter()
        .filter_map(|one| Some((one, one.budget()?.status.disruptions_allowed)))
        .collect();
    pods.into_iter().partition(|pod| {
        let mut breaks = false;
        for (object, left) in &mut budgets {
            let Some(budget) = object.budget() else { continue };
            // An empty selector selects nothing here.
            let selector = budget.spec.selector.as_ref().filter(|one| !one.is_empty());
            let selects = object.meta.namespace == pod.meta.namespace
                && selector.is_some_and(|one| one.is_met_by(&pod.meta.labels));
            if selects && !budget.status.disrupted_pods.contains_key(&pod.meta.name) {
                *left -= 1;
                breaks |= *left < 0;
            }
        }
        breaks
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::policy::DisruptionBudget;
    use crate::api::{Body, LabelSelector};
    use crate::base::Seed;
    use crate::server::{Action, Server};

    #[test]
    fn a_budget_with_an_empty_selector_guards_nobody() {
        let mut pod = Object::new("default", "p", Body::Pod(crate::api::pod::Pod::default()));
        pod.meta.labels = Rc::new([("app".into(), "a".into())].into());
        let pod = Rc::new(pod);
        let breaks = |selector: LabelSelector| {
            let mut server = Server::new(Seed(1));
            let mut budget = DisruptionBudget::default();
            Rc::make_mut(&mut budget.spec).selector = Some(selector);
            let object = Object::new("default", "b", Body::PodDisruptionBudget(budget));
            server.execute(&Action::Create(Rc::new(object)), SimTime::ZERO).expect("new");
            let view = server.view();
            by_budget(vec![Rc::clone(&pod)], view).0.len()
        };
        assert_eq!(breaks(LabelSelector::of_labels(&[("app".into(), "a".into())].into())), 1);
        assert_eq!(breaks(LabelSelector::default()), 0);
    }
}
