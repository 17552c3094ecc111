//! Pods on nodes with `NoExecute` taints: borne for a while, for ever, or not at all.
//!
//! Must not know why a node is tainted. Invariant: a Pod is deleted no earlier than its
//! shortest toleration of the taints on its node runs out.

use std::rc::Rc;

use crate::api::core::Taint;
use crate::api::pod::{Condition, Pod, Toleration, Truth};
use crate::api::{Kind, Object, ObjectId, ObjectRef};
use crate::base::{PMap, SECOND_US, SimTime};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Patch, View};
use crate::sim::{Plan, Rule};

const SOURCE: &str = "taint-eviction-controller";
const REASON: &str = "TaintManagerEviction";

/// What was decided about a Pod.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Work {
    about: ObjectRef,
    /// When the taint began to count.
    since: SimTime,
    /// When it goes; none once it was asked to.
    due: Option<SimTime>,
    /// Whether it bears the taint, for a while.
    is_borne: bool,
}

/// The Pods whose deletion is planned, and those that must be looked at.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Agenda {
    works: PMap<ObjectId, Work>,
    /// Pods whose tolerations, node or node's taints changed.
    news: PMap<ObjectId, ()>,
}

fn no_execute(object: &Object) -> Vec<&Taint> {
    let taints = object.node().into_iter().flat_map(|node| node.spec.taints.iter());
    taints.filter(|taint| &*taint.effect == "NoExecute").collect()
}

pub(super) fn wake(change: &Change, view: &View, agenda: &mut Agenda, keys: &mut Vec<Key>) {
    let id = change.object().meta.id;
    match change.kind {
        Kind::Node => {
            let (Some(old), Some(new)) = (&change.old, &change.new) else { return };
            if Rc::ptr_eq(old, new) || no_execute(old) == no_execute(new) {
                return;
            }
            for pod in view.table(Kind::Pod).on_node(&new.meta.name) {
                agenda.news.insert(pod.meta.id, ());
                keys.push(Key { kind: Kind::Pod, id: pod.meta.id });
            }
        }
        Kind::Pod => match (&change.old, &change.new) {
            (_, None) if agenda.works.contains_key(&id) => keys.push(change.key()),
            (_, None) => drop(agenda.news.remove(&id)),
            (old, Some(new)) => {
                let before = old.as_ref().and_then(|one| one.pod());
                let Some(after) = new.pod().filter(|pod| pod.node().is_some()) else { return };
                let is_same = before.is_some_and(|before| {
                    Rc::ptr_eq(&before.spec, &after.spec)
                        || (before.node() == after.node()
                            && before.spec.tolerations == after.spec.tolerations)
                });
                let is_tainted = || {
                    let node = after.node().and_then(|name| view.named(Kind::Node, "", name));
                    node.is_some_and(|node| !no_execute(node).is_empty())
                };
                if !is_same && is_tainted() {
                    agenda.news.insert(id, ());
                    keys.push(change.key());
                }
            }
        },
        _ => {}
    }
}

/// What a Pod bears of its node's taints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bears {
    Nothing,
    For(u64),
    ForEver,
}

/// Models pkg/apis/core/v1/helper/helpers.go GetMatchingTolerations and
/// pkg/controller/tainteviction/taint_eviction.go getMinTolerationTime
fn bears(pod: &Pod, taints: &[&Taint]) -> Bears {
    let mut shortest: Option<i64> = None;
    for taint in taints {
        let bearing = |one: &&Toleration| one.bears(taint);
        let Some(used) = pod.spec.tolerations.iter().find(bearing) else { return Bears::Nothing };
        if let Some(seconds) = used.toleration_seconds {
            shortest = Some(shortest.map_or(seconds, |before| before.min(seconds)));
        }
    }
    match shortest {
        None => Bears::ForEver,
        Some(seconds) => Bears::For(u64::try_from(seconds).unwrap_or(0) * SECOND_US),
    }
}

/// Models pkg/controller/tainteviction/taint_eviction.go handlePodUpdate, handleNodeUpdate
pub(super) fn reconcile(key: Key, view: &View, agenda: &mut Agenda, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let object = view.object(key);
    let is_news = agenda.news.remove(&key.id).is_some();
    let Some((object, pod)) = object.and_then(|object| Some((object, object.pod()?))) else {
        cancel(key.id, agenda, &mut plan);
        return plan;
    };
    if is_news {
        let node = pod.node().and_then(|name| view.named(Kind::Node, "", name));
        let taints = node.map(|node| no_execute(node)).unwrap_or_default();
        plan_eviction(object, pod, &taints, agenda, now, &mut plan);
    }
    let Some(work) = agenda.works.get_mut(&key.id) else { return plan };
    match work.due {
        Some(due) if due <= now => {
            work.due = None;
            let rule = if work.is_borne { "TAINT-EVICT" } else { "TAINT-AT-ONCE" };
            evict(key, object, Rule(rule), &mut plan);
        }
        Some(due) => plan.look_again(due.since_us(now)),
        None => {}
    }
    plan
}

/// Models pkg/controller/tainteviction/taint_eviction.go processPodOnNode
fn plan_eviction(
    object: &Object,
    pod: &Pod,
    taints: &[&Taint],
    agenda: &mut Agenda,
    now: SimTime,
    plan: &mut Plan,
) {
    let id = object.meta.id;
    let (mut since, mut due) = (now, now);
    let bears = bears(pod, taints);
    match bears {
        Bears::ForEver => return cancel(id, agenda, plan),
        Bears::Nothing => cancel(id, agenda, plan),
        Bears::For(bearing_us) => {
            due = now.plus_us(bearing_us);
            if let Some(work) = agenda.works.get(&id)
                && work.due.is_some()
            {
                since = work.since;
                if since.plus_us(bearing_us) < due {
                    return;
                }
                cancel(id, agenda, plan);
            }
        }
    }
    if !agenda.works.contains_key(&id) {
        let is_borne = bears != Bears::Nothing;
        let work = Work { about: object.reference(), since, due: Some(due), is_borne };
        agenda.works.insert(id, work);
    }
}

/// Models pkg/controller/tainteviction/taint_eviction.go cancelWorkWithEvent
fn cancel(id: ObjectId, agenda: &mut Agenda, plan: &mut Plan) {
    let Some(work) = agenda.works.remove(&id) else { return };
    if work.due.is_some() {
        let about = work.about.without_uid();
        let text = format!("Cancelling deletion of Pod {}/{}", about.namespace, about.name);
        plan.tell(EventNote::normal(about, SOURCE, REASON, text), Rule("TAINT-CANCEL"));
    }
}

/// Models pkg/controller/tainteviction/taint_eviction.go addConditionAndDeletePod
fn evict(key: Key, object: &Object, rule: Rule, plan: &mut Plan) {
    let meta = &object.meta;
    let text = format!("Marking for deletion Pod {}/{}", meta.namespace, meta.name);
    let note = EventNote::normal(object.reference().without_uid(), SOURCE, REASON, text);
    plan.tell(note, rule);
    let target = Condition {
        kind: "DisruptionTarget".into(),
        status: Truth::True,
        reason: Some("DeletionByTaintManager".into()),
        message: Some("Taint manager: deleting due to NoExecute taint".into()),
        observed_generation: Some(meta.generation),
        ..Condition::default()
    };
    let patch = Patch::Conditions(vec![target]);
    plan.ask(Action::Patch(key, patch), rule);
    plan.ask(Action::Delete(key, DeleteOptions::default()), rule);
}
