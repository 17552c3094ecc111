//! The order in which a StatefulSet's Pods are made, taken away and replaced.
//!
//! Must not know how a Pod is made. Invariant: in OrderedReady one look changes one Pod.

use std::rc::Rc;

use crate::api::pod::{Phase, Truth, condition};
use crate::api::{Kind, Object};
use crate::controllers::statefulset::{Sync, is_running_and_ready, slow_start};
use crate::sim::Request;

/// What a look at one ordinal comes to.
#[derive(Default)]
struct Turn<'a> {
    requests: Vec<Request>,
    /// In OrderedReady nothing after this ordinal is looked at.
    is_last: bool,
    waits: Option<(&'static str, &'a Rc<Object>)>,
    fails: bool,
}

impl<'a> Turn<'a> {
    fn last(requests: Vec<Request>) -> Turn<'a> {
        Turn { requests, is_last: true, ..Turn::default() }
    }

    fn waiting(rule: &'static str, pod: &'a Rc<Object>) -> Turn<'a> {
        Turn { is_last: true, waits: Some((rule, pod)), ..Turn::default() }
    }
}

impl<'a> Sync<'a> {
    /// Models pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
    pub(super) fn arrange(&mut self) {
        let replicas = 0..self.replicas.len();
        if self.run(replicas, super::Sync::process) {
            return;
        }
        // Every claim of a doomed Pod is seen to before the first Pod goes.
        let claims = self.condemned.iter().map(|pod| self.claim_owners(pod)).collect();
        if self.is_monotonic() {
            let requests: Vec<Vec<Request>> = claims;
            requests.into_iter().flatten().for_each(|one| self.plan.send(one));
        } else {
            slow_start(claims, &mut self.plan);
        }
        let first = self.first_unavailable();
        let condemned = 0..self.condemned.len();
        if self.run(condemned, |sync, index| sync.process_condemned(index, first)) {
            return;
        }
        if &*self.set.spec.update_strategy.kind == "OnDelete" {
            return;
        }
        let strategy = self.set.spec.update_strategy.rolling_update.as_ref();
        match strategy.and_then(|one| one.max_unavailable.as_ref()) {
            Some(most) => {
                let wanted = i32::try_from(self.replicas.len()).unwrap_or(i32::MAX);
                let most = most.scaled(wanted, false).unwrap_or(1).max(1);
                self.roll_several(usize::try_from(most).unwrap_or(1));
            }
            None => self.roll(),
        }
    }

    /// Looks at ordinals in turn; true if nothing further may happen in this look.
    ///
    /// Models pkg/controller/statefulset/stateful_set_control.go runForAll
    fn run(
        &mut self,
        indexes: std::ops::Range<usize>,
        look: impl Fn(&Sync<'a>, usize) -> Turn<'a>,
    ) -> bool {
        let mut works = Vec::new();
        let mut fails = false;
        for index in indexes {
            let turn = look(self, index);
            if let Some((rule, pod)) = turn.waits.filter(|_| self.plan.waiting.is_none()) {
                self.wait_for(rule, pod);
            }
            fails |= turn.fails;
            self.plan.fails |= turn.fails;
            if self.is_monotonic() {
                turn.requests.into_iter().for_each(|one| self.plan.send(one));
                if turn.is_last {
                    return true;
                }
            } else {
                works.push(turn.requests);
            }
        }
        slow_start(works, &mut self.plan);
        fails
    }

    /// Sees to one wanted ordinal.
    ///
    /// Models pkg/controller/statefulset/stateful_set_control.go processReplica
    fn process(&self, index: usize) -> Turn<'a> {
        let Some(pod) = self.replicas[index] else { return self.make(index) };
        let phase = pod.pod().map_or(Phase::Pending, |pod| pod.status.phase);
        if phase.is_terminal() {
            if pod.meta.is_terminating() {
                return Turn::waiting(self.gone_rule(pod), pod);
            }
            return Turn::last(vec![self.deletion(pod, "STS-RECREATE")]);
        }
        let mut turn = Turn::default();
        if phase == Phase::Pending {
            match self.missing_claims(&pod.meta.name) {
                Ok(claims) => turn.requests = claims,
                Err(_) => return Turn { is_last: true, fails: true, ..Turn::default() },
            }
            turn.requests.extend(self.claim_owners(pod));
        }
        if self.is_monotonic() {
            let reason = if pod.meta.is_terminating() {
                Some(self.gone_rule(pod))
            } else if !is_running_and_ready(pod) {
                Some(if self.is_behind(index) { "STS-WAIT-BEHIND" } else { "STS-WAIT-READY" })
            } else if !self.is_available(pod) {
                Some("STS-WAIT-AVAILABLE")
            } else {
                None
            };
            if let Some(rule) = reason {
                return Turn { requests: turn.requests, ..Turn::waiting(rule, pod) };
            }
        }
        if phase != Phase::Pending {
            turn.requests = self.repair(pod);
        }
        turn
    }

    /// Makes the Pod of an empty ordinal.
    fn make(&self, index: usize) -> Turn<'a> {
        let ordinal = self.ordinal(index);
        if self.has_stale_claim(ordinal) {
            // A claim that goes with the ordinal's last Pod must be gone first.
            return Turn { is_last: true, fails: true, ..Turn::default() };
        }
        match self.creation(ordinal) {
            Ok(requests) => Turn::last(requests),
            Err(requests) => Turn { requests, is_last: true, fails: true, waits: None },
        }
    }

    /// Why it waits for a Pod that is told to stop. Of one whose node is lost nobody can confirm the
    /// end; that it was told to stop before that is no comfort.
    fn gone_rule(&self, pod: &Object) -> &'static str {
        let node = pod.pod().and_then(|pod| self.view.named(Kind::Node, "", pod.node()?));
        let ready = node.and_then(|one| condition(&one.node()?.status.conditions, "Ready"));
        match ready.map(|one| one.status) {
            Some(Truth::Unknown) => "STS-AT-MOST-ONE",
            _ => "STS-WAIT-GONE",
        }
    }

    /// Models pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
    fn first_unavailable(&self) -> Option<&'a Rc<Object>> {
        let wanted = self.replicas.iter().flatten();
        let mut all = wanted.chain(self.condemned.iter().rev());
        all.find(|pod| self.is_unavailable(pod)).copied()
    }

    /// Models pkg/controller/statefulset/stateful_set_control.go processCondemned
    fn process_condemned(&self, index: usize, first: Option<&'a Rc<Object>>) -> Turn<'a> {
        let pod = self.condemned[index];
        if pod.meta.is_terminating() {
            return Turn::waiting(self.gone_rule(pod), pod);
        }
        let is_first = first.is_some_and(|one| one.meta.id == pod.meta.id);
        if self.is_monotonic() && !is_first {
            if !is_running_and_ready(pod) {
                return Turn::waiting("STS-WAIT-READY", first.unwrap_or(pod));
            }
            if !self.is_available(pod) {
                return Turn::waiting("STS-WAIT-AVAILABLE", first.unwrap_or(pod));
            }
        }
        Turn::last(vec![self.deletion(pod, "STS-SCALE-DOWN")])
    }

    /// Whether a Pod has not the template that it should have.
    fn is_behind(&self, index: usize) -> bool {
        index >= self.update_min() && !self.is_updated(index)
    }

    /// The lowest index that the update reaches.
    fn update_min(&self) -> usize {
        usize::try_from(self.partition().unwrap_or(0)).unwrap_or(0)
    }

    /// Replaces the highest Pod of another revision, once all above it are available.
    ///
    /// Models pkg/controller/statefulset/stateful_set_control.go updateStatefulSet
    fn roll(&mut self) {
        for index in (self.update_min()..self.replicas.len()).rev() {
            let Some(pod) = self.replicas[index] else { return };
            if !self.is_updated(index) && !pod.meta.is_terminating() {
                self.plan.send(self.deletion(pod, "STS-ROLL"));
                self.rolled += 1;
                return;
            }
            if self.is_unavailable(pod) {
                let rule = if pod.meta.is_terminating() {
                    self.gone_rule(pod)
                } else if is_running_and_ready(pod) {
                    "STS-WAIT-AVAILABLE"
                } else {
                    "STS-WAIT-ROLL"
                };
                // Who has nothing left to replace waits for nobody.
                if (self.update_min()..index).any(|below| self.is_behind(below)) {
                    self.wait_for(rule, pod);
                }
                return;
            }
        }
    }

    /// Replaces as many Pods as may be unavailable, from the highest ordinal.
    ///
    /// Models pkg/controller/statefulset/stateful_set_control.go
    /// updateStatefulSetAfterInvariantEstablished
    fn roll_several(&mut self, most: usize) {
        let unavailable = self.replicas.iter().filter(|pod| self.is_down(**pod)).count();
        let mut left = most.saturating_sub(unavailable);
        for index in (self.update_min()..self.replicas.len()).rev() {
            if left == 0 {
                break;
            }
            let Some(pod) = self.replicas[index] else { continue };
            if !self.is_updated(index) && !pod.meta.is_terminating() {
                self.plan.send(self.deletion(pod, "STS-ROLL"));
                self.rolled += 1;
                left -= 1;
            }
        }
        let is_behind = (self.update_min()..self.replicas.len()).any(|at| self.is_behind(at));
        let down = self.replicas.iter().rev().find(|pod| self.is_down(**pod));
        if let Some(pod) = down.copied().flatten().filter(|_| self.rolled == 0 && is_behind) {
            self.wait_for("STS-WAIT-ROLL", pod);
        }
    }

    fn is_down(&self, pod: Option<&Rc<Object>>) -> bool {
        pod.is_none_or(|pod| self.is_unavailable(pod))
    }
}
