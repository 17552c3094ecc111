//! A machine under a node: its images, its addresses and the beats of its kubelet.
//!
//! Must not know Pods. Invariant: its beats never stop and never shift.

use crate::api::ObjectId;
use crate::base::{PMap, SECOND_US, Seed, SimTime, Str, format_smolstr};
use crate::kubelet::beat::Beat;
use crate::kubelet::presence::Presence;
use crate::kubelet::rounds::Rounds;
use crate::server::Beats;
use crate::sim::TraceId;

/// A machine.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Machine {
    /// The first three parts of its Pods' addresses.
    pub(super) prefix: Str,
    pub(super) ip: Str,
    next_host: u32,
    images: PMap<Str, ()>,
    /// The Pods that have a worker here.
    pub(super) pods: PMap<ObjectId, ()>,
    pub(super) presence: Presence,
    /// When the kubelet looks at its node's status.
    pub(super) rounds: Rounds,
    /// Whether Pods may be here that the scheduler does not count.
    pub(super) is_unreckoned: bool,
    /// Volumes that the node's status names as in use, or will at once.
    pub(super) reported: PMap<Str, ()>,
    /// Volumes that no Pod here needs any more, and when they are let go.
    pub(super) leaving: PMap<Str, SimTime>,
    /// The Pod that changed these last and what became of it, until the server is told of them.
    pub(super) volumes_by: Option<(ObjectId, TraceId)>,
    /// When the runtime is looked at.
    relists: Beat,
    /// Until when an image is pulled.
    pulling_until: SimTime,
    /// When the work queue is looked at.
    syncs: Beat,
}

const HOSTS: u32 = 254;

impl Machine {
    pub(super) fn new(
        prefix: Str,
        ip: Str,
        presence: Presence,
        seed: Seed,
        number: u64,
        now: SimTime,
    ) -> Machine {
        let mut rng = seed.stream("beats", number);
        Machine {
            prefix,
            ip,
            next_host: 2,
            images: PMap::new(),
            pods: PMap::new(),
            presence,
            rounds: Rounds::new(seed, number, now),
            is_unreckoned: false,
            reported: PMap::new(),
            leaving: PMap::new(),
            volumes_by: None,
            relists: Beat::at(rng.below(SECOND_US)),
            pulling_until: SimTime::ZERO,
            syncs: Beat::at(rng.below(SECOND_US)),
        }
    }

    /// Forgets what does not outlive a loss of power.
    pub(super) fn reset(&mut self) {
        self.images = PMap::new();
        self.is_unreckoned = false;
        self.reported = PMap::new();
        self.leaving = PMap::new();
        self.volumes_by = None;
    }

    /// The first look at the runtime after a moment.
    ///
    /// Models pkg/kubelet/pleg/generic.go Start
    pub(super) fn relist_after(&self, at: SimTime) -> SimTime {
        self.relists.after(at)
    }

    /// The first look at the work queue not before a moment.
    ///
    /// Models pkg/kubelet/kubelet.go syncLoop
    pub(super) fn sync_tick(&self, at: SimTime) -> SimTime {
        self.syncs.after(SimTime(at.0.saturating_sub(1)))
    }

    /// When the runtime and the work queue are looked at is dealt.
    pub(super) fn deal(&mut self, dealt: &Beats) {
        self.relists.deal(&dealt.relists);
        self.syncs.deal(&dealt.syncs);
    }

    pub(super) fn has_image(&self, image: &str) -> bool {
        self.images.contains_key(image)
    }

    pub(super) fn put_image(&mut self, image: &Str) {
        self.images.insert(image.clone(), ());
    }

    /// Pulls an image, which takes so long once those asked for earlier are there; until when.
    ///
    /// Models pkg/kubelet/images/puller.go serialImagePuller
    pub(super) fn pull(&mut self, now: SimTime, pull_us: u64) -> SimTime {
        self.pulling_until = self.pulling_until.max(now).plus_us(pull_us);
        self.pulling_until
    }

    /// Whether addresses have come round, so that one may be taken already.
    pub(super) fn has_wrapped(&self) -> bool {
        self.next_host > HOSTS
    }

    /// The next address; one that was freed comes back only after all others.
    ///
    /// Differs: where all are taken, upstream makes no sandbox until one is free; here two Pods
    /// have one address. It takes a node that is said to hold more Pods than it has addresses.
    pub(super) fn take_address(&mut self, used: &[Str]) -> Str {
        let mut address = self.next_address();
        for _ in 2..HOSTS {
            if !used.contains(&address) {
                break;
            }
            address = self.next_address();
        }
        address
    }

    fn next_address(&mut self) -> Str {
        let host = (self.next_host - 2) % (HOSTS - 1) + 2;
        self.next_host += 1;
        format_smolstr!("{}{host}", self.prefix)
    }
}
