//! A workload's whole ledger: its places, who held each, and what every replacement kept.
//!
//! Owns the pairing of a Pod with the one that took its place, and the tallies. It must not know
//! the engine or a language. Invariant: a tally counts what the run showed; only the verdict
//! beside it is a promise of the workload's kind.

use crate::base::Order as _;
use crate::base::gather;

use super::super::Identity;
use super::super::stage::{ObjectRef, PodState, Text};
#[cfg(test)]
use super::Arrival;
use super::{Field, Incarnation, Value};
use std::rc::Rc;

/// Every workload that has or had Pods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// One account a workload, in the order of the lanes.
    pub accounts: Vec<Rc<Account>>,
}

/// Which place a Pod held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// One of many alike.
    Any,
    /// None: the Pod is one more than was asked for, until another goes for it.
    Surge,
    /// A Pod's own, by its name: nobody fills it again by itself.
    Only(Text),
    /// A part of a Job's work by its number.
    Index(u32),
    /// A number that stays.
    Ordinal(u32),
    /// A node that has one of its own.
    Node(Text),
}

/// One Pod in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tenant {
    /// What it is called and what it has.
    pub pod: Incarnation,
    /// When it was created.
    pub from_us: u64,
    /// When its deletion began.
    pub deleted_us: Option<u64>,
    /// When its containers had ended for good.
    pub done_us: Option<u64>,
    /// Since when its place is free for another Pod.
    pub left_us: Option<u64>,
    /// When it was gone.
    pub end_us: Option<u64>,
    /// How it is; none once it is gone.
    pub state: Option<PodState>,
    /// What keeps it from running, if that is known.
    pub reason: Option<Text>,
    /// Whether it waits for a disk that another node has.
    pub lacks_disk: bool,
}

/// A place and everyone who held it, first to last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The place.
    pub place: Place,
    /// Who held it.
    pub tenants: Vec<Tenant>,
}

/// How a value compares with the one that the Pod before had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tie {
    /// There was no Pod before.
    First,
    /// The workload promised it, and it was kept.
    Kept,
    /// It is another.
    Changed,
    /// It is the same, and nothing promised that.
    Chance,
    /// It is the same, for it belongs to all of the workload's Pods.
    Shared,
    /// There is nothing to compare.
    Nothing,
}

/// A value of a Pod and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it is.
    pub field: Field,
    /// What it says.
    pub value: Value,
    /// How it compares.
    pub tie: Tie,
}

/// What may survive a replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// The name.
    Name,
    /// The hostname and the DNS record of its own.
    Hostname,
    /// The volume and what is on it.
    Disk,
    /// The IP address.
    Ip,
    /// The node.
    Node,
    /// In which order Pods start.
    Order,
}

impl Aspect {
    /// Every aspect, in the order of the table.
    pub const ALL: [Aspect; 6] =
        [Aspect::Name, Aspect::Hostname, Aspect::Disk, Aspect::Ip, Aspect::Node, Aspect::Order];
}

/// What a kind of workload promises about an aspect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It survives.
    Kept,
    /// It is another each time.
    New,
    /// There is nothing that could survive.
    Nothing,
    /// One claim serves every Pod, so it is nobody's own.
    Shared,
    /// The scheduler chooses.
    Any,
    /// All Pods start together.
    Together,
    /// Pods start one after another, in this order.
    InOrder(Vec<u32>),
    /// So many run at a time.
    AtOnce(u32),
    /// Nothing owns the Pod, so nobody replaces it.
    Unowned,
    /// Each Pod starts when somebody creates it.
    ByHand,
}

/// An aspect's row for one workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What is promised.
    pub verdict: Verdict,
    /// One mark a replacement of this run, oldest first: whether the value was kept.
    pub marks: Vec<bool>,
}

/// One workload's ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The workload.
    pub object: ObjectRef,
    /// Round or square.
    pub identity: Identity,
    /// How many Pods it wants now; none when it is gone.
    pub desired: Option<u32>,
    /// Whether its Pods start one after another.
    pub is_ordered: bool,
    /// How many Pods a Job runs at a time.
    pub at_once: Option<u32>,
    /// Whether a claim of the template goes with the Pod that is scaled away.
    pub gives_disks_up: bool,
    /// Its places.
    pub slots: Vec<Slot>,
}

impl Account {
    /// Whether its Pods are nobody's.
    pub fn is_unowned(&self) -> bool {
        &*self.object.kind == "Pod"
    }

    /// Whether a Pod of it has a claim that was made for it alone.
    pub fn owns_disks(&self) -> bool {
        let mut tenants = self.slots.iter().flat_map(|slot| &slot.tenants);
        self.identity == Identity::Stateful && tenants.any(Tenant::disks_are_own)
    }

    /// Whether a volume of each Pod is part of one node, so that it can run nowhere else.
    pub fn is_tied(&self) -> bool {
        let mut last = self.slots.iter().filter_map(|slot| slot.tenants.last()).peekable();
        last.peek().is_some() && last.all(|one| one.pod.is_tied)
    }

    /// Whether its Pods' hostnames are given: by the index of each, or by the template.
    pub fn gives_hostnames(&self) -> bool {
        let mut last = self.slots.iter().filter_map(|slot| slot.tenants.last()).peekable();
        last.peek().is_some() && last.all(|one| one.pod.hostname.is_some())
    }

    /// Whether its Pods have numbers that a Job gave them.
    pub fn is_indexed(&self) -> bool {
        matches!(self.slots.first(), Some(Slot { place: Place::Index(_), .. }))
    }

    /// How many places there are. Surge has none.
    pub fn places(&self) -> usize {
        self.slots.iter().filter(|slot| slot.place != Place::Surge).count()
    }

    /// Seats Pods of a workload that never asked for a number.
    #[cfg(test)]
    pub(crate) fn seat(tenants: Vec<(Option<Place>, Tenant)>) -> Vec<Slot> {
        let all = tenants.into_iter();
        let all = all.map(|(place, tenant)| Arrival { place, tenant, ..Arrival::default() });
        super::seat(all.collect(), &[])
    }

    /// How many Pods there were so far.
    pub fn pods(&self) -> usize {
        self.slots.iter().map(|slot| slot.tenants.len()).sum()
    }

    /// How many names they had between them.
    pub fn names(&self) -> usize {
        let tenants = self.slots.iter().flat_map(|slot| &slot.tenants);
        let names: std::collections::BTreeSet<&Text> = gather(tenants.map(|one| &one.pod.name));
        names.len()
    }

    /// Whether a Pod of it ever had a DNS name of its own.
    pub fn has_dns(&self) -> bool {
        let mut tenants = self.slots.iter().flat_map(|slot| &slot.tenants);
        tenants.any(|one| one.pod.dns_is_own)
    }

    /// Every replacement as the Pod before and the one after, oldest first.
    pub fn replacements(&self) -> Vec<(&Tenant, &Tenant)> {
        let pairs = self.slots.iter().flat_map(|slot| slot.tenants.windows(2));
        let mut pairs: Vec<_> = pairs.map(|pair| (&pair[0], &pair[1])).collect();
        pairs.order_by_key(|(_, after)| after.from_us);
        pairs
    }

    /// What the run showed about an aspect.
    pub fn tally(&self, aspect: Aspect) -> Tally {
        let marks = self.replacements().into_iter().filter_map(|(a, b)| kept(aspect, a, b));
        Tally { verdict: self.verdict(aspect), marks: marks.collect() }
    }

    fn verdict(&self, aspect: Aspect) -> Verdict {
        let keeps = self.identity == Identity::Stateful;
        let has_disks = self.slots.iter().flat_map(|slot| &slot.tenants).any(has_disk);
        match aspect {
            Aspect::Order if self.is_unowned() => Verdict::ByHand,
            _ if self.is_unowned() => Verdict::Unowned,
            Aspect::Name | Aspect::Hostname if keeps => Verdict::Kept,
            Aspect::Hostname if self.gives_hostnames() => Verdict::Kept,
            Aspect::Name | Aspect::Hostname | Aspect::Ip => Verdict::New,
            Aspect::Disk if !has_disks => Verdict::Nothing,
            Aspect::Disk if self.owns_disks() => Verdict::Kept,
            Aspect::Disk => Verdict::Shared,
            Aspect::Node
                if matches!(self.slots.first(), Some(Slot { place: Place::Node(_), .. })) =>
            {
                Verdict::Kept
            }
            Aspect::Node if self.is_tied() => Verdict::Kept,
            Aspect::Node => Verdict::Any,
            Aspect::Order if self.is_ordered => Verdict::InOrder(self.first_order()),
            Aspect::Order => self.at_once.map_or(Verdict::Together, Verdict::AtOnce),
        }
    }

    /// The ordinals in the order in which each was first filled.
    fn first_order(&self) -> Vec<u32> {
        let mut firsts: Vec<(u64, u32)> = self
            .slots
            .iter()
            .filter_map(|slot| match slot.place {
                Place::Ordinal(number) => Some((slot.tenants.first()?.from_us, number)),
                _ => None,
            })
            .collect();
        firsts.order();
        firsts.into_iter().map(|(_, number)| number).collect()
    }

    /// The values of a tenant, compared with the one before it in its place.
    pub fn cells(&self, slot: &Slot, at: usize) -> Vec<Cell> {
        let keeps = self.identity == Identity::Stateful;
        let Some(tenant) = slot.tenants.get(at) else { return Vec::new() };
        let before = at.checked_sub(1).and_then(|at| slot.tenants.get(at));
        let mut fields = vec![Field::Name];
        fields.extend(self.has_dns().then_some(Field::Dns));
        fields.extend([Field::Ip, Field::Node, Field::Disk, Field::Uid]);
        let lacks_record =
            tenant.end_us.is_none() && tenant.pod.dns_is_own && !tenant.pod.has_record;
        let cell = |field: Field| {
            if field == Field::Dns && lacks_record {
                return Cell { field, value: Value::NoRecord, tie: Tie::Nothing };
            }
            let value = value(field, tenant);
            let promised = match field {
                Field::Name => keeps || matches!(slot.place, Place::Only(_)),
                Field::Dns => keeps || matches!(slot.place, Place::Only(_) | Place::Index(_)),
                Field::Disk => keeps && tenant.disks_are_own(),
                Field::Node => matches!(slot.place, Place::Node(_)) || tenant.pod.is_tied,
                Field::Ip | Field::Uid => false,
            };
            let is_made_anew =
                |before: &Tenant| field == Field::Disk && !before.pod.has_disks_of(&tenant.pod);
            let tie = match before.map(|before| self::value(field, before)) {
                None => Tie::First,
                Some(Value::None | Value::Soon) if matches!(value, Value::None | Value::Soon) => {
                    Tie::Nothing
                }
                Some(_) if value == Value::Soon => Tie::Nothing,
                Some(_) if before.is_some_and(is_made_anew) => Tie::Changed,
                Some(old) if old == value && promised => Tie::Kept,
                Some(old) if old == value && field == Field::Disk => Tie::Shared,
                Some(old) if old == value => Tie::Chance,
                Some(_) => Tie::Changed,
            };
            Cell { field, value, tie }
        };
        fields.into_iter().map(cell).collect()
    }
}

/// How a Pod is, without when and which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How it is; none once it is gone.
    pub state: Option<PodState>,
    /// Whether it is being deleted.
    pub is_deleting: bool,
    /// What keeps it from running, if that is known.
    pub reason: Option<Text>,
    /// Whether it waits for a disk that another node has.
    pub lacks_disk: bool,
}

impl Tenant {
    /// How it is.
    pub fn standing(&self) -> Standing {
        let (state, reason, lacks_disk) = (self.state, self.reason.clone(), self.lacks_disk);
        Standing { state, is_deleting: self.deleted_us.is_some(), reason, lacks_disk }
    }

    /// Whether it has claims, and all of them were made for it by a template.
    pub fn disks_are_own(&self) -> bool {
        let end = format!("-{}", self.pod.name);
        has_disk(self) && self.pod.disks.iter().all(|disk| disk.ends_with(&end))
    }
}

fn has_disk(tenant: &Tenant) -> bool {
    !tenant.pod.disks.is_empty()
}

/// Whether a replacement kept an aspect; none while that is not known yet.
fn kept(aspect: Aspect, before: &Tenant, after: &Tenant) -> Option<bool> {
    let (a, b) = (&before.pod, &after.pod);
    Some(match aspect {
        Aspect::Name => a.name == b.name,
        Aspect::Hostname => a.host() == b.host() && a.dns_is_own == b.dns_is_own,
        Aspect::Disk => !a.disks.is_empty() && a.has_disks_of(b),
        Aspect::Ip => a.ip == Some(b.ip.clone()?),
        Aspect::Node => a.node == Some(b.node.clone()?),
        Aspect::Order => return None,
    })
}

fn value(field: Field, tenant: &Tenant) -> Value {
    let pod = &tenant.pod;
    let is_coming = tenant.end_us.is_none() && tenant.deleted_us.is_none();
    let none = || if is_coming { Value::Soon } else { Value::None };
    let maybe = |text: &Option<Text>| text.clone().map_or_else(none, Value::Text);
    match field {
        Field::Name => Value::Text(pod.name.clone()),
        Field::Dns => match pod.dns.as_ref().filter(|_| pod.dns_is_own) {
            Some(name) => Value::Text(name.clone()),
            None => Value::None,
        },
        Field::Ip => maybe(&pod.ip),
        Field::Node => maybe(&pod.node),
        Field::Disk if pod.disks.is_empty() => Value::None,
        Field::Disk => Value::Text(pod.disks.join(", ").into()),
        Field::Uid => Value::Text(pod.uid.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str, ip: &str, node: &str, spans: (u64, Option<u64>)) -> Tenant {
        Tenant {
            pod: Incarnation {
                name: name.into(),
                ip: (!ip.is_empty()).then(|| ip.into()),
                node: Some(node.into()),
                uid: format!("uid-{name}-{}", spans.0).into(),
                ..Incarnation::default()
            },
            from_us: spans.0,
            deleted_us: spans.1,
            done_us: None,
            left_us: spans.1,
            end_us: spans.1.map(|at| at + 2),
            state: spans.1.is_none().then_some(PodState::Ready),
            ..Tenant::default()
        }
    }

    fn web() -> Account {
        let tenants = vec![
            tenant("web-a", "10.244.1.4", "node-1", (1, None)),
            tenant("web-b", "10.244.3.4", "node-3", (1, Some(28))),
            tenant("web-c", "10.244.2.3", "node-2", (2, Some(20))),
            tenant("web-d", "10.244.1.8", "node-1", (21, None)),
            tenant("web-e", "10.244.3.9", "node-3", (28, None)),
        ];
        let slots = Account::seat(tenants.into_iter().map(|one| (None, one)).collect());
        Account { identity: Identity::Stateless, slots, ..Account::default() }
    }

    fn db() -> Account {
        let mut tenants = vec![
            tenant("db-0", "10.244.1.5", "node-1", (1, None)),
            tenant("db-1", "10.244.2.4", "node-2", (7, Some(41))),
            tenant("db-1", "", "node-2", (41, None)),
        ];
        for one in &mut tenants {
            one.pod.disks = vec![format!("data-{}", one.pod.name).into()];
            one.pod.dns = Some(format!("{}.db", one.pod.name).into());
            one.pod.dns_is_own = true;
            one.pod.has_record = true;
        }
        let place = |one: &Tenant| one.pod.name.rsplit('-').next().and_then(|n| n.parse().ok());
        let seated = tenants.into_iter().map(|one| (place(&one).map(Place::Ordinal), one));
        Account {
            identity: Identity::Stateful,
            is_ordered: true,
            slots: Account::seat(seated.collect()),
            ..Account::default()
        }
    }

    #[test]
    fn a_stateless_pod_takes_the_place_that_has_been_empty_for_longest() {
        let account = web();
        let names = |slot: &Slot| {
            slot.tenants.iter().map(|one| one.pod.name.to_string()).collect::<Vec<_>>()
        };
        let slots: Vec<_> = account.slots.iter().map(names).collect();
        assert_eq!(slots, [vec!["web-a"], vec!["web-b", "web-e"], vec!["web-c", "web-d"]]);
        assert_eq!((account.pods(), account.names()), (5, 5));
    }

    #[test]
    fn a_tally_has_one_mark_a_replacement_in_order_of_time() {
        let tally = web().tally(Aspect::Node);
        assert_eq!(tally, Tally { verdict: Verdict::Any, marks: vec![false, true] });
        assert_eq!(web().tally(Aspect::Name).marks, [false, false]);
        assert_eq!(web().tally(Aspect::Disk).verdict, Verdict::Nothing);
    }

    #[test]
    fn a_stateful_place_keeps_name_record_and_disk_and_says_so() {
        let account = db();
        assert_eq!((account.slots.len(), account.names()), (2, 2));
        assert_eq!(account.tally(Aspect::Hostname).marks, [true]);
        assert_eq!(account.tally(Aspect::Disk).verdict, Verdict::Kept);
        assert_eq!(account.tally(Aspect::Order).verdict, Verdict::InOrder(vec![0, 1]));
        let ties: Vec<_> =
            account.cells(&account.slots[1], 1).into_iter().map(|cell| cell.tie).collect();
        let expected = [Tie::Kept, Tie::Kept, Tie::Nothing, Tie::Chance, Tie::Kept, Tie::Changed];
        assert_eq!(ties, expected);
    }

    #[test]
    fn an_address_that_is_not_assigned_yet_is_not_counted() {
        assert!(db().tally(Aspect::Ip).marks.is_empty());
    }

    #[test]
    fn a_shared_claim_is_nobodys_own() {
        let mut account = web();
        for one in account.slots.iter_mut().flat_map(|slot| &mut slot.tenants) {
            one.pod.disks = vec!["shared".into()];
        }
        let tally = account.tally(Aspect::Disk);
        assert_eq!(tally, Tally { verdict: Verdict::Shared, marks: vec![true, true] });
        let cells = account.cells(&account.slots[1], 1);
        let disk = cells.iter().find(|cell| cell.field == Field::Disk).expect("it has one");
        assert_eq!(disk.tie, Tie::Shared, "that it stayed is no chance");
    }

    #[test]
    fn a_stateful_set_keeps_only_the_disks_of_its_templates() {
        let mut account = db();
        for one in account.slots.iter_mut().flat_map(|slot| &mut slot.tenants) {
            one.pod.disks = vec!["shared".into()];
        }
        assert_eq!(account.tally(Aspect::Disk).verdict, Verdict::Shared);
        let cells = account.cells(&account.slots[1], 1);
        assert!(cells.iter().all(|cell| cell.field != Field::Disk || cell.tie == Tie::Shared));
    }

    #[test]
    fn pods_whose_disks_are_part_of_a_node_keep_their_node() {
        let mut account = db();
        for one in account.slots.iter_mut().flat_map(|slot| &mut slot.tenants) {
            one.pod.is_tied = true;
        }
        let tally = account.tally(Aspect::Node);
        assert_eq!(tally, Tally { verdict: Verdict::Kept, marks: vec![true] });
        let cells = account.cells(&account.slots[1], 1);
        assert!(cells.iter().any(|cell| (cell.field, cell.tie) == (Field::Node, Tie::Kept)));
        assert_eq!(Account::default().tally(Aspect::Node).verdict, Verdict::Any);
    }

    #[test]
    fn a_pod_that_nothing_owns_is_not_replaced() {
        let seat = |name: &str, spans| {
            (Some(Place::Only(name.into())), tenant(name, "10.244.1.4", "node-1", spans))
        };
        let slots = Account::seat(vec![seat("a", (1, Some(5))), seat("b", (7, None))]);
        let object = ObjectRef::new("Pod", "", "");
        let account = Account { object, slots, ..Account::default() };
        assert!(account.replacements().is_empty(), "another Pod takes nobody's place");
        assert_eq!(account.tally(Aspect::Name).verdict, Verdict::Unowned);
        assert_eq!(account.tally(Aspect::Order).verdict, Verdict::ByHand);
    }
}
