//! What controllers remember between two looks and is written nowhere in the cluster.
//!
//! Must not know how it is used. Invariant: plain data that is part of the world's digest, so
//! that a run can be repeated and moved in time.

use std::rc::Rc;

use crate::base::{SimTime, Str};
use crate::controllers::daemon_backoff::Backoffs;
use crate::controllers::tally::Tallies;
use crate::controllers::ticks::Ticks;
use crate::controllers::volumes::attachment;
use crate::controllers::{
    Controller, cronjob, endpoints, job, namespace, node_life, podgc, taint_eviction,
};

/// The memory of all controllers: timers they set, work they hold back.
///
/// A controller that is restarted loses it, as a real one does.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Memory {
    pub(super) attachment: attachment::Memory,
    pub(super) nodes: node_life::Watch,
    pub(super) evictions: taint_eviction::Agenda,
    pub(super) crons: cronjob::Rests,
    pub(super) daemons: Backoffs,
    pub(super) gone: podgc::Eye,
    /// When claims that wait are looked at again.
    pub(super) claims: Ticks,
    pub(super) jobs: job::Records,
    pub(super) pauses: namespace::Pauses,
    pub(super) lost: endpoints::Failures,
    pub(super) triggers: endpoints::Triggers,
    pub(super) tallies: Tallies,
}

impl Memory {
    /// Everything is listed anew, and so counted anew.
    pub fn relist(&mut self) {
        self.tallies.forget();
    }

    /// A node's lease is not renewed any more; `last` was its last renewal.
    ///
    /// This stands for the renewals that a watch would tell one by one.
    pub fn lease_stopped(&mut self, node: &Str, last: SimTime) {
        self.nodes.silent.insert(node.clone(), last);
    }

    /// A controller that looks around by the clock does so at these moments next.
    pub fn deal_rounds(&mut self, controller: &str, dealt: &Rc<Vec<SimTime>>) {
        if controller == Controller::PodGc.name() {
            self.gone.ticks.deal(dealt);
        } else if controller == Controller::VolumeBinding.name() {
            self.claims.deal(dealt);
        }
    }

    /// A node's lease is renewed again.
    pub fn lease_goes_on(&mut self, node: &Str) {
        self.nodes.silent.remove(node);
    }
}
