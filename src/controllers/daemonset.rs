//! DaemonSets: one Pod on every node that may run it.
//!
//! Must not know how a Pod is bound. Invariant: a node gets a second Pod of a set only while
//! the set may surge, and a set never takes away more available Pods than it may miss.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::batch::{DaemonSet, DaemonSetStatus};
use crate::api::core::{Node, Taint};
use crate::api::pod::{Phase, Pod, PodTemplate, Toleration};
use crate::api::{Kind, Object};
use crate::base::Order as _;
use crate::base::{SimTime, Str, gather};
use crate::controllers::daemon_backoff::Backoffs;
use crate::controllers::daemon_pods::{self, target_of};
use crate::controllers::template_hash::template_hash;
use crate::controllers::{pods, revision};
use crate::server::{Action, Change, DeleteOptions, EventNote, Key, Part, View};
use crate::sim::{Plan, Request, Rule, Step, Waiting};

const SOURCE: &str = "daemonset-controller";
/// Pods made or deleted in one sync at most.
///
/// Models pkg/controller/daemon/daemon_controller.go BurstReplicas
const BURST: usize = 250;

/// Its node is not to run it.
const MISPLACED: Rule = Rule("DS-DELETE");
/// It has ended.
const ENDED: Rule = Rule("DS-ENDED");
/// It is of an old template.
const OLD: Rule = Rule("DS-ROLL");
/// Its node has another one.
const SURPLUS: Rule = Rule("DS-SURPLUS");

pub(super) fn wake(change: &Change, view: &View, backoffs: &mut Backoffs, keys: &mut Vec<Key>) {
    match change.kind {
        Kind::DaemonSet => {
            if change.new.is_none() {
                backoffs.forget(change.object().meta.uid);
            }
            keys.push(change.key());
        }
        Kind::Pod => pods::wake_owner(Kind::DaemonSet, change, view, keys),
        Kind::Node if concerns_daemons(change) => {
            let sets = view.table(Kind::DaemonSet).iter();
            keys.extend(sets.map(|set| Key { kind: Kind::DaemonSet, id: set.meta.id }));
        }
        _ => {}
    }
}

/// Whether a node's change may move a daemon.
fn concerns_daemons(change: &Change) -> bool {
    let (Some(old), Some(new)) = (&change.old, &change.new) else { return true };
    let taints = |one: &Object| one.node().map(|node| node.spec.taints.clone());
    old.meta.labels != new.meta.labels || taints(old) != taints(new)
}

/// Whether a node is to run a daemon, and whether a daemon that runs there may go on.
///
/// Models pkg/controller/daemon/daemon_controller.go NodeShouldRunDaemonPod
fn should_run(node: &Object, body: &Node, template: &Pod) -> (bool, bool) {
    let spec = &template.spec;
    let labels = &node.meta.labels;
    let fits_name = spec.node_name.as_ref().is_none_or(|name| *name == node.meta.name);
    let fits_labels = spec.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value));
    let required =
        spec.affinity.as_ref().and_then(|one| one.node_affinity.as_ref()?.required.as_ref());
    let fits_affinity = required.is_none_or(|one| one.is_met_by(&node.meta.name, labels));
    if !fits_name || !fits_labels || !fits_affinity {
        return (false, false);
    }
    let bears = |taint: &Taint| spec.tolerations.iter().any(|one: &Toleration| one.bears(taint));
    let taints = &body.spec.taints;
    let is_kept_away = taints
        .iter()
        .filter(|taint| matches!(&*taint.effect, "NoSchedule" | "NoExecute"))
        .any(|taint| !bears(taint));
    let is_driven_out =
        taints.iter().filter(|taint| &*taint.effect == "NoExecute").any(|taint| !bears(taint));
    (!is_kept_away, !is_driven_out)
}

/// One look at one set.
struct Sync<'a> {
    object: &'a Rc<Object>,
    set: &'a DaemonSet,
    now: SimTime,
    hash: Str,
    /// The set's nodes: whether each should run a daemon, and may go on running one.
    nodes: BTreeMap<&'a Str, (bool, bool)>,
    /// Those of them that are not ready: what is told to stop there may never be gone.
    lost: Vec<&'a Str>,
    /// The daemons by node, oldest first.
    daemons: BTreeMap<Str, Vec<&'a Rc<Object>>>,
    /// Who is to go, and why.
    doomed: Vec<(&'a Rc<Object>, Rule)>,
    wanting: Vec<Str>,
    plan: Plan,
}

/// Models pkg/controller/daemon/daemon_controller.go syncDaemonSet
pub(super) fn reconcile(key: Key, view: &View, backoffs: &mut Backoffs, now: SimTime) -> Plan {
    let mut plan = Plan::rest();
    let Some(object) = view.object(key) else { return plan };
    let Some(set) = object.daemon_set() else { return plan };
    if object.meta.is_terminating() || set.spec.selector.is_empty() {
        return plan;
    }
    let Some(hash) = revise(object, set, view, &mut plan) else { return plan };
    let template = daemon_pods::template(object, &set.spec.template, &hash);
    let claimed = pods::claim(object, &set.spec.selector, view, &mut plan);
    let mut daemons: BTreeMap<Str, Vec<&Rc<Object>>> = BTreeMap::new();
    for pod in &claimed {
        let is_over = pod.meta.is_terminating()
            && pod.pod().is_some_and(|pod| pod.status.phase.is_terminal());
        if let Some(node) = target_of(pod).filter(|_| !is_over) {
            daemons.entry(node.clone()).or_default().push(pod);
        }
    }
    for list in daemons.values_mut() {
        list.order_by_key(|pod| daemon_pods::age(pod));
    }
    let probe = Pod { spec: Rc::clone(&template.spec), ..Pod::default() };
    let nodes = view.table(Kind::Node).iter();
    let nodes = gather(
        nodes.filter_map(|node| Some((&node.meta.name, should_run(node, node.node()?, &probe)))),
    );
    let all = view.table(Kind::Node).iter();
    let lost = all.filter(|node| !node.node().is_some_and(Node::is_ready));
    let lost = lost.map(|node| &node.meta.name).collect();
    let (doomed, wanting) = (Vec::new(), Vec::new());
    let mut sync = Sync { object, set, now, hash, nodes, lost, daemons, doomed, wanting, plan };
    sync.manage(backoffs);
    if sync.doomed.is_empty()
        && sync.wanting.is_empty()
        && &*set.spec.update_strategy.kind != "OnDelete"
    {
        sync.roll();
    }
    sync.finish(&template, view)
}

/// Sees to it that the present template has a revision, and gives its hash; `None` if the name
/// that it would have is taken by another state, which is counted for the next look.
///
/// Models pkg/controller/daemon/update.go constructHistory, snapshot
fn revise(object: &Rc<Object>, set: &DaemonSet, view: &View, plan: &mut Plan) -> Option<Str> {
    let data = revision::data_of(&set.spec.template);
    let known = revision::list(object, &set.spec.selector, view);
    revision::adopt(object, &known, plan);
    let is_current = |one: &&&Rc<Object>| revision::holds(one, &data);
    let newest = known.iter().filter(|one| !is_current(one)).map(|one| revision::number(one)).max();
    let number = newest.unwrap_or(0) + 1;
    if let Some(current) = known.iter().rev().find(is_current) {
        if revision::number(current) < number {
            plan.ask(revision::renumber(object, current, number), Rule("DS-REVISION"));
        }
        return Some(current.meta.label(revision::LABEL).cloned().unwrap_or_else(|| "".into()));
    }
    let hash: Str = template_hash(&set.spec.template, set.status.collision_count).into();
    let made = revision::named(object, &set.spec.template, data, number, &hash);
    let namespace = &object.meta.namespace;
    if view.named(Kind::ControllerRevision, namespace, &made.meta.name).is_some() {
        let mut new = Object::clone(object);
        if let Some(body) = new.daemon_set_mut() {
            body.status.collision_count = Some(set.status.collision_count.unwrap_or(0) + 1);
        }
        plan.ask(Action::Update(Rc::new(new), Part::Status), Rule("DS-STATUS"));
        return None;
    }
    plan.ask(Action::Create(Rc::new(made)), Rule("DS-REVISION"));
    Some(hash)
}

impl<'a> Sync<'a> {
    /// Whether a daemon is of the present template: by its hash, or by the number that the
    /// template had when it was made.
    ///
    /// Models pkg/controller/daemon/util/daemonset_util.go IsPodUpdated
    fn is_updated(&self, pod: &Object) -> bool {
        let number = self.object.meta.annotation(daemon_pods::TEMPLATE_GENERATION);
        let has_number = number.is_some() && pod.meta.label(daemon_pods::GENERATION) == number;
        has_number || self.has_hash(pod)
    }

    fn has_hash(&self, pod: &Object) -> bool {
        !self.hash.is_empty() && pod.meta.label(revision::LABEL) == Some(&self.hash)
    }

    fn is_available(&self, object: &Object) -> bool {
        let seconds = self.set.spec.min_ready_seconds;
        object.pod().is_some_and(|pod| pod.is_available(seconds, self.now))
    }

    fn desired(&self) -> i32 {
        let wanted = self.nodes.values().filter(|(should_run, _)| *should_run).count();
        i32::try_from(wanted).unwrap_or(i32::MAX)
    }

    fn may_surge(&self) -> bool {
        &*self.set.spec.update_strategy.kind != "OnDelete" && self.set.spec.bounds(1).1 > 0
    }

    /// Models pkg/controller/daemon/daemon_controller.go manage
    fn manage(&mut self, backoffs: &mut Backoffs) {
        let nodes: Vec<(Str, (bool, bool))> =
            self.nodes.iter().map(|(name, one)| (Str::clone(name), *one)).collect();
        for (node, (should_run, may_go_on)) in nodes {
            let here = self.daemons.get(&node).cloned().unwrap_or_default();
            if should_run && here.is_empty() {
                self.wanting.push(node);
            } else if may_go_on {
                self.prune(node, &here, should_run, backoffs);
            } else {
                let living = here.iter().filter(|pod| !pod.meta.is_terminating());
                self.doomed.extend(living.map(|pod| (*pod, MISPLACED)));
            }
        }
        // A daemon that waits for a node that is gone waits in vain.
        for (node, here) in &self.daemons {
            if !self.nodes.contains_key(node) {
                let waits = |pod: &&&Rc<Object>| {
                    pod.pod().is_some_and(|pod| pod.node().is_none()) && !pod.meta.is_terminating()
                };
                self.doomed.extend(here.iter().filter(waits).map(|pod| (*pod, MISPLACED)));
            }
        }
    }

    /// Takes away what is too much or has ended on one node.
    ///
    /// Models pkg/controller/daemon/daemon_controller.go podsShouldBeOnNode
    fn prune(
        &mut self,
        node: Str,
        here: &[&'a Rc<Object>],
        should_run: bool,
        backoffs: &mut Backoffs,
    ) {
        let mut running = Vec::new();
        for pod in here.iter().filter(|pod| !pod.meta.is_terminating()) {
            let ended = match pod.pod().map(|pod| pod.status.phase) {
                Some(Phase::Failed) => ("FailedDaemonPod", "failed", "kill"),
                Some(Phase::Succeeded) => ("SucceededDaemonPod", "succeeded", "delete"),
                _ => {
                    running.push(*pod);
                    continue;
                }
            };
            if ended.1 == "failed" {
                let generation = self.set.status.observed_generation;
                let place = (self.object.meta.uid, generation, node.clone());
                if let Some(delay_us) = backoffs.hold(place, self.now) {
                    self.plan.look_again(delay_us);
                    continue;
                }
            }
            self.tell_ended(pod, &node, ended);
            self.doomed.push((*pod, ENDED));
        }
        if running.len() <= 1 {
            if running.is_empty() && should_run && self.may_surge() {
                self.wanting.push(node);
            }
            return;
        }
        if !self.may_surge() {
            self.doomed.extend(running[1..].iter().map(|pod| (*pod, SURPLUS)));
            return;
        }
        let (mut new, mut old) = (None, None);
        for pod in running {
            let place = if self.has_hash(pod) { &mut new } else { &mut old };
            match place {
                None => *place = Some(pod),
                Some(_) => self.doomed.push((pod, SURPLUS)),
            }
        }
        if let (Some(new), Some(old)) = (new, old)
            && (!old.pod().is_some_and(Pod::is_ready) || self.is_available(new))
        {
            self.doomed.push((old, OLD));
        }
    }

    fn tell_ended(&mut self, pod: &Object, node: &Str, what: (&'static str, &str, &str)) {
        let (reason, ended, verb) = what;
        let meta = &pod.meta;
        let text = format!(
            "Found {ended} daemon pod {}/{} on node {node}, will try to {verb} it",
            meta.namespace, meta.name
        );
        let about = self.object.reference();
        let note = match ended {
            "failed" => EventNote::warning(about, SOURCE, reason, text),
            _ => EventNote::normal(about, SOURCE, reason, text),
        };
        self.plan.tell(note, ENDED);
    }

    /// The living daemons of a node: one of the new template, one of another; nothing if
    /// there are more.
    ///
    /// Models pkg/controller/daemon/update.go findUpdatedPodsOnNode
    #[allow(clippy::type_complexity, reason = "a pair of what may be missing")]
    fn pair(
        &self,
        here: &[&'a Rc<Object>],
    ) -> Option<(Option<&'a Rc<Object>>, Option<&'a Rc<Object>>)> {
        let (mut new, mut old) = (None, None);
        for pod in here.iter().filter(|pod| !pod.meta.is_terminating()) {
            let place = if self.is_updated(pod) { &mut new } else { &mut old };
            if place.replace(*pod).is_some() {
                return None;
            }
        }
        Some((new, old))
    }

    /// The daemons of every node that should run one or does.
    fn by_node(&self) -> Vec<(Str, Vec<&'a Rc<Object>>)> {
        let mut all = self.daemons.clone();
        for (name, (should_run, _)) in &self.nodes {
            if *should_run {
                all.entry(Str::clone(name)).or_default();
            }
        }
        all.into_iter().collect()
    }

    /// Models pkg/controller/daemon/update.go rollingUpdate
    fn roll(&mut self) {
        let (unavailable_max, surge_max) = self.set.spec.bounds(self.desired());
        if surge_max == 0 {
            self.replace(unavailable_max);
        } else {
            self.surge(surge_max);
        }
    }

    fn replace(&mut self, unavailable_max: i32) {
        let mut unavailable = 0;
        let (mut broken, mut candidates) = (Vec::new(), Vec::new());
        let (mut coming, mut leaving) = (None, None);
        for (node, here) in self.by_node() {
            match self.pair(&here) {
                None | Some((Some(_), Some(_))) => unavailable += 1,
                Some((None, None)) => {
                    unavailable += 1;
                    leaving =
                        leaving.or(here.first().filter(|_| self.lost.contains(&&node)).copied());
                }
                Some((Some(new), None)) if !self.is_available(new) => {
                    unavailable += 1;
                    coming = coming.or(Some(new));
                }
                Some((Some(_), None)) => {}
                Some((None, Some(old))) if !self.is_available(old) => {
                    unavailable += 1;
                    broken.push(old);
                }
                Some((None, Some(old))) => candidates.push(old),
            }
        }
        let left = usize::try_from(unavailable_max - unavailable).unwrap_or(0);
        if left == 0 && broken.is_empty() && !candidates.is_empty() {
            self.wait_for(coming, leaving);
        }
        // Which of them goes first is open.
        candidates.order_by_key(|one| one.meta.uid);
        let gone = broken.into_iter().chain(candidates.into_iter().take(left));
        self.doomed.extend(gone.map(|pod| (pod, OLD)));
    }

    /// Says for which daemon an update waits that may replace no other one now: one of the new
    /// template, or one that is to go and cannot.
    fn wait_for(&mut self, coming: Option<&Rc<Object>>, leaving: Option<&Rc<Object>>) {
        let is_ready = |pod: &Object| pod.pod().is_some_and(Pod::is_ready);
        let rule = |pod| if is_ready(pod) { "DS-WAIT-AVAILABLE" } else { "DS-WAIT-ROLL" };
        let coming = coming.map(|pod| (rule(pod), pod));
        if let Some((rule, pod)) = coming.or(leaving.map(|pod| ("DS-WAIT-GONE", pod))) {
            let generation = self.object.meta.generation;
            let object = pod.meta.name.clone();
            self.plan.waiting = Some(Waiting { rule: Rule(rule), object, generation });
        }
    }

    fn surge(&mut self, surge_max: i32) {
        let (mut surging, mut available) = (0, 0);
        let (mut broken, mut candidates, mut parting) = (Vec::new(), Vec::new(), Vec::new());
        let mut coming = None;
        for (node, here) in self.by_node() {
            let is_wanted = self.nodes.get(&node).is_some_and(|(should_run, _)| *should_run);
            let Some((new, old)) = self.pair(&here) else {
                surging += 1;
                continue;
            };
            available += i32::from(old.or(new).is_some_and(|one| self.is_available(one)));
            match (new, old) {
                (_, None) => {}
                (None, Some(old)) => match (self.is_available(old), is_wanted) {
                    (false, false) => self.doomed.push((old, MISPLACED)),
                    (false, true) => broken.push(node),
                    (true, false) => parting.push(old),
                    (true, true) => candidates.push((old.meta.uid, node)),
                },
                (Some(new), Some(_)) if !self.is_available(new) => {
                    surging += 1;
                    coming = coming.or(Some(new));
                }
                (Some(_), Some(old)) => self.doomed.push((old, OLD)),
            }
        }
        // On nodes that are to run none any more daemons stay until enough others are there.
        let spare = usize::try_from(available - self.desired()).unwrap_or(0);
        parting.order_by_key(|one| one.meta.uid);
        self.doomed.extend(parting.into_iter().take(spare).map(|pod| (pod, MISPLACED)));
        let left = usize::try_from(surge_max - surging).unwrap_or(0);
        if left == 0 && broken.is_empty() && !candidates.is_empty() {
            self.wait_for(coming, None);
        }
        candidates.order();
        self.wanting.extend(broken);
        self.wanting.extend(candidates.into_iter().take(left).map(|(_, node)| node));
    }

    /// Models pkg/controller/daemon/daemon_controller.go syncNodes and updateDaemonSetStatus
    fn finish(mut self, template: &PodTemplate, view: &View) -> Plan {
        let has_work = !self.wanting.is_empty() || !self.doomed.is_empty();
        let note =
            |reason, text: String| EventNote::normal(self.object.reference(), SOURCE, reason, text);
        if !self.wanting.is_empty() {
            let made = |node: &Str| {
                let pod = daemon_pods::make(template, self.object, node);
                let told = note("SuccessfulCreate", "Created pod: {}".to_owned());
                let failed = pods::failed_create(self.object, SOURCE);
                let create = Action::Create(Rc::new(pod));
                Request::new(create, Rule("DS-CREATE")).then(told).or(&[failed])
            };
            let requests = self.wanting.iter().take(BURST).map(made).collect();
            self.plan.begin_attempt();
            self.plan.steps.push(Step::SlowStart(requests));
            self.plan.end_attempt();
        }
        if !self.doomed.is_empty() {
            let gone = |(pod, rule): &(&Rc<Object>, Rule)| {
                let key = Key { kind: Kind::Pod, id: pod.meta.id };
                let text = format!("Deleted pod: {}", pod.meta.name);
                let delete = Action::Delete(key, DeleteOptions::default());
                Request::new(delete, *rule).then(note("SuccessfulDelete", text))
            };
            let requests = self.doomed.iter().take(BURST).map(gone).collect();
            self.plan.steps.push(Step::All(requests));
        }
        let status = self.status();
        // What was just asked for shows in the next look only, unless nothing comes of it.
        if has_work {
            self.plan.if_refused.extend(status);
        } else {
            self.clean_history(view);
            if let Some(status) = status {
                self.plan.send(status);
            }
        }
        self.plan
    }

    /// The write of the status, if it is another one than the server has.
    fn status(&mut self) -> Option<Request> {
        let mut status = DaemonSetStatus {
            observed_generation: self.object.meta.generation,
            collision_count: self.set.status.collision_count,
            desired_number_scheduled: self.desired(),
            ..DaemonSetStatus::default()
        };
        for (node, (should_run, _)) in &self.nodes {
            let here = self.daemons.get(*node).map_or(&[][..], Vec::as_slice);
            let Some(first) = here.first() else { continue };
            if !should_run {
                status.number_misscheduled += 1;
                continue;
            }
            status.current_number_scheduled += 1;
            let is_ready = first.pod().is_some_and(Pod::is_ready);
            status.number_ready += i32::from(is_ready);
            status.number_available += i32::from(self.is_available(first));
            status.updated_number_scheduled += i32::from(self.is_updated(first));
            // One that surges is waited for as well.
            for pod in here.iter().filter_map(|one| one.pod()).filter(|pod| pod.is_ready()) {
                let soon = pod.available_at(self.set.spec.min_ready_seconds);
                if let Some(at) = soon.filter(|at| *at > self.now) {
                    self.plan.look_again(at.since_us(self.now));
                }
            }
        }
        status.number_unavailable = status.desired_number_scheduled - status.number_available;
        (status != self.set.status).then(|| {
            let mut new = Object::clone(self.object);
            new.meta.resource_version = 0;
            if let Some(body) = new.daemon_set_mut() {
                body.status = status;
            }
            Request::new(Action::Update(Rc::new(new), Part::Status), Rule("DS-STATUS"))
        })
    }

    /// Models pkg/controller/daemon/update.go cleanupHistory
    fn clean_history(&mut self, view: &View) {
        let keep = usize::try_from(self.set.spec.revision_history_limit.unwrap_or(10)).unwrap_or(0);
        let data = revision::data_of(&self.set.spec.template);
        let mut old = revision::list(self.object, &self.set.spec.selector, view);
        old.retain(|one| !revision::holds(one, &data));
        let surplus = old.len().saturating_sub(keep);
        let is_live = |one: &Object| {
            let hash = one.meta.label(revision::LABEL);
            self.daemons.values().flatten().any(|pod| pod.meta.label(revision::LABEL) == hash)
        };
        let gone: Vec<_> = old.into_iter().filter(|one| !is_live(one)).take(surplus).collect();
        for one in gone {
            let key = Key { kind: Kind::ControllerRevision, id: one.meta.id };
            let action = Action::Delete(key, DeleteOptions::default());
            self.plan.ask(action, Rule("DS-HISTORY"));
        }
    }
}
