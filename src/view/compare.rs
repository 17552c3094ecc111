//! Two runs at one moment, side by side, with what differs marked.
//!
//! Owns the comparison. It must not know the engine, a language or how it is drawn. Invariant:
//! the two sides have the same rows and columns, so that what stands at one place on both can be
//! compared by eye.

use super::Identity;
use super::ledger::{Account, Aspect, Book, Place, Slot, Standing, Tally, Tenant, Verdict};
use super::stage::{
    DiskUser, DiskView, LaneView, NodeState, NodeView, ObjectRef, PodState, PodView, StageView,
    Text,
};
use std::rc::Rc;

/// How a thing on one side compares with the other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Contrast {
    /// It is the same there.
    #[default]
    Alike,
    /// It is there, but not the same.
    Differs,
    /// It is not there.
    Only,
}

/// A thing with its contrast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked<T> {
    /// The thing.
    pub it: T,
    /// How it compares.
    pub contrast: Contrast,
}

/// A thing on both sides; none where it is not.
pub type Both<T> = [Option<Marked<T>>; 2];

/// What is known on both sides.
type BothFacts = [Option<Facts>; 2];

/// A lane on one side: one cell a node, and the last for Pods without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneSide {
    /// The workload; none if it is not on this side.
    pub lane: Option<Rc<LaneView>>,
    /// Whether its counts differ.
    pub contrast: Contrast,
    /// Its Pods, by column.
    pub cells: Vec<Vec<Marked<Rc<PodView>>>>,
}

/// A row of the stage: one workload on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneRow {
    /// The workload.
    pub object: ObjectRef,
    /// Round or square.
    pub identity: Identity,
    /// The two sides.
    pub sides: [LaneSide; 2],
}

/// A place of the ledger on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotSide {
    /// How many Pods held it.
    pub tenants: usize,
    /// Name, address, node and UID of the last one.
    pub last: [Option<Text>; 4],
    /// How that one is.
    pub standing: Standing,
}

/// A workload's ledger on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// The workload.
    pub object: ObjectRef,
    /// Round or square.
    pub identity: Identity,
    /// The two accounts.
    pub accounts: [Option<Rc<Account>>; 2],
    /// Aspects whose tallies differ.
    pub differing: Vec<Aspect>,
    /// The places, with what stands there on each side.
    pub slots: Vec<(Place, Both<SlotSide>)>,
}

/// What is known of an object on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    /// A Pod.
    Pod {
        /// How it is.
        state: PodState,
        /// Whether it is to be deleted.
        deleting: bool,
        /// Where it is.
        node: Option<Text>,
        /// Its address.
        ip: Option<Text>,
        /// Which one it is.
        uid: Text,
    },
    /// A workload: ready and wanted.
    Workload(u32, u32),
    /// A claim, of which only what it is up to is kept.
    Disk(Rc<DiskView>),
    /// A node.
    Node(NodeState, bool),
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which object.
    pub object: ObjectRef,
    /// Round or square.
    pub identity: Identity,
    /// What is so on each side; none where it is not there.
    pub facts: [Option<Facts>; 2],
}

/// Two runs side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompareView {
    /// The moment.
    pub at_us: u64,
    /// The runs' letters.
    pub letters: [char; 2],
    /// Whether the second run has arrived at that moment.
    pub is_there: bool,
    /// The nodes of both, in order: the columns.
    pub nodes: Vec<(Text, Both<Rc<NodeView>>)>,
    /// Whether a Pod on any side has no node.
    pub has_unplaced: bool,
    /// The workloads of both.
    pub lanes: Vec<LaneRow>,
    /// The claims of both.
    pub disks: Vec<(ObjectRef, Both<Rc<DiskView>>)>,
    /// The ledgers of both.
    pub accounts: Vec<AccountRow>,
    /// Everything that differs.
    pub differences: Vec<Difference>,
}

/// One side, as it is given.
pub struct Side<'a> {
    /// The run's letter.
    pub letter: char,
    /// Its stage.
    pub stage: &'a StageView,
    /// Its ledger.
    pub book: &'a Book,
}

/// Pairs what stands on two sides by a key, in the order of the first side, then the second.
fn pair<'a, T, K: PartialEq>(
    sides: [&'a [T]; 2],
    key: impl Fn(&T) -> K,
) -> Vec<(K, [Option<&'a T>; 2])> {
    let find = |side: &'a [T], wanted: &K| side.iter().find(|one| key(one) == *wanted);
    let mut rows: Vec<(K, [Option<&'a T>; 2])> = Vec::new();
    for one in sides.into_iter().flatten() {
        let name = key(one);
        if rows.iter().all(|(known, _)| *known != name) {
            let both = [find(sides[0], &name), find(sides[1], &name)];
            rows.push((name, both));
        }
    }
    rows
}

/// The contrast of two things that may be missing.
fn contrast<T: PartialEq>(mine: &T, other: Option<&T>) -> Contrast {
    match other {
        None => Contrast::Only,
        Some(other) if mine == other => Contrast::Alike,
        Some(_) => Contrast::Differs,
    }
}

/// Marks both things of a pair by what is known of each.
fn mark<T: Clone>(
    both: [Option<&T>; 2],
    facts: impl Fn(&T) -> Facts,
) -> (Both<T>, Option<BothFacts>) {
    let known = both.map(|one| one.map(&facts));
    let marked = [0, 1].map(|at| {
        let mine = known[at].as_ref()?;
        let contrast = contrast(mine, known[1 - at].as_ref());
        both[at].map(|it| Marked { it: it.clone(), contrast })
    });
    let differs = known[0] != known[1];
    (marked, differs.then_some(known))
}

/// Compares two sides at one moment.
pub fn compare(at_us: u64, is_there: bool, sides: [&Side<'_>; 2]) -> CompareView {
    let mut view = CompareView {
        at_us,
        letters: sides.map(|side| side.letter),
        is_there,
        ..CompareView::default()
    };
    let nodes = pair(sides.map(|side| &*side.stage.nodes), |one| one.name.clone());
    for (name, both) in nodes {
        let (marked, differs) = mark(both, |one| Facts::Node(one.state, one.failed));
        view.note(ObjectRef::new("Node", "", &name), Identity::Neutral, differs);
        view.nodes.push((name, marked));
    }
    view.has_unplaced = sides
        .iter()
        .flat_map(|side| &side.stage.lanes)
        .any(|lane| lane.pods.iter().any(|pod| pod.node.is_none()));
    for (object, both) in pair(sides.map(|side| &*side.stage.lanes), |one| one.object()) {
        view.lane(object, both);
    }
    let disks = pair(sides.map(|side| &*side.stage.disks), |one| {
        ObjectRef::new("PersistentVolumeClaim", &one.namespace, &one.claim)
    });
    for (object, both) in disks {
        let (marked, differs) = mark(both, |one| Facts::Disk(Rc::new(doing(one))));
        view.note(object.clone(), Identity::Stateful, differs);
        view.disks.push((object, marked));
    }
    let accounts = pair(sides.map(|side| &*side.book.accounts), |one| one.object.clone());
    view.accounts = accounts.into_iter().map(|(object, both)| account(object, both)).collect();
    view
}

/// What a disk is up to, and nothing of which disk it is or how much lies on it.
fn doing(disk: &DiskView) -> DiskView {
    DiskView {
        state: disk.state,
        users: disk.users.iter().map(|one| DiskUser { uid: "".into(), ..one.clone() }).collect(),
        attached_to: disk.attached_to.clone(),
        local_node: disk.local_node.clone(),
        rows: disk.rows.map(|_| (0, 0)),
        ..DiskView::default()
    }
}

impl CompareView {
    fn note(&mut self, object: ObjectRef, identity: Identity, facts: Option<[Option<Facts>; 2]>) {
        if let Some(facts) = facts {
            self.differences.push(Difference { object, identity, facts });
        }
    }

    fn lane(&mut self, object: ObjectRef, both: [Option<&Rc<LaneView>>; 2]) {
        let identity = both
            .into_iter()
            .flatten()
            .next()
            .map_or_else(Identity::default, |lane| lane.identity());
        let (marked, differs) = mark(both, |one| Facts::Workload(one.ready, one.desired));
        self.note(object.clone(), identity, differs);
        let pods = both.map(|lane| lane.map_or(&[][..], |lane| &*lane.pods));
        let mut cells =
            [(); 2].map(|()| vec![Vec::<Marked<Rc<PodView>>>::new(); self.nodes.len() + 1]);
        // A name may be held by two Pods for a moment only on a lost node; the newest counts.
        for (name, both) in pair(pods, |pod| pod.name.clone()) {
            let facts = |pod: &Rc<PodView>| Facts::Pod {
                state: pod.state,
                deleting: pod.deleting,
                node: pod.node.clone(),
                ip: pod.ip.clone(),
                uid: pod.uid.clone(),
            };
            let (marked, differs) = mark(both, facts);
            self.note(ObjectRef::new("Pod", &object.namespace, &name), identity, differs);
            for (side, one) in marked.into_iter().enumerate() {
                let Some(one) = one else { continue };
                let column =
                    self.nodes.iter().position(|(node, _)| Some(node) == one.it.node.as_ref());
                cells[side][column.unwrap_or(self.nodes.len())].push(one);
            }
        }
        let [left, right] = cells;
        let [a, b] = marked;
        let side = |marked: Option<Marked<Rc<LaneView>>>, cells| LaneSide {
            contrast: marked.as_ref().map_or(Contrast::Alike, |one| one.contrast),
            lane: marked.map(|one| one.it),
            cells,
        };
        self.lanes.push(LaneRow { object, identity, sides: [side(a, left), side(b, right)] });
    }
}

fn account(object: ObjectRef, both: [Option<&Rc<Account>>; 2]) -> AccountRow {
    let identity =
        both.into_iter().flatten().next().map_or_else(Identity::default, |one| one.identity);
    let differs = |aspect: &Aspect| match both {
        [Some(a), Some(b)] => is_other(&a.tally(*aspect), &b.tally(*aspect)),
        _ => false,
    };
    let differing = Aspect::ALL.into_iter().filter(differs).collect();
    // Places that are all alike are told apart by their order.
    let places = |side: Option<&Rc<Account>>| -> Vec<((Place, usize), SlotSide)> {
        let slots = side.map_or(&[][..], |one| &*one.slots);
        let rank =
            |at: usize| slots[..at].iter().filter(|one| one.place == slots[at].place).count();
        let sides = slots.iter().enumerate();
        sides.map(|(at, slot)| ((slot.place.clone(), rank(at)), slot_side(slot))).collect()
    };
    let lists = both.map(places);
    let rows = pair([&lists[0], &lists[1]], |one| one.0.clone());
    let slots = rows
        .into_iter()
        .map(|((place, _), both)| {
            let sides = [0, 1].map(|at| {
                let mine = &both[at]?.1;
                let contrast = contrast(mine, both[1 - at].map(|one| &one.1));
                Some(Marked { it: mine.clone(), contrast })
            });
            (place, sides)
        })
        .collect();
    AccountRow {
        object,
        identity,
        accounts: both.map(Option::<&Rc<Account>>::cloned),
        differing,
        slots,
    }
}

/// Whether two tallies say different things of an aspect. Where one run has replaced nothing yet
/// there is nothing to compare the other's marks with; who was replaced says the place's own row.
fn is_other(a: &Tally, b: &Tally) -> bool {
    let is_open = |one: &Tally| matches!(&one.verdict, Verdict::InOrder(order) if order.is_empty());
    let has_both = !a.marks.is_empty() && !b.marks.is_empty();
    let is_known = !is_open(a) && !is_open(b);
    (is_known && a.verdict != b.verdict) || (has_both && a.marks != b.marks)
}

fn slot_side(slot: &Slot) -> SlotSide {
    let last = slot.tenants.last();
    let pod = last.map(|one| &one.pod);
    SlotSide {
        tenants: slot.tenants.len(),
        last: [
            pod.map(|one| one.name.clone()),
            pod.and_then(|one| one.ip.clone()),
            pod.and_then(|one| one.node.clone()),
            pod.map(|one| one.uid.clone()),
        ],
        standing: last.map(Tenant::standing).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::stage::LaneKind;

    fn stage(pods: Vec<PodView>) -> StageView {
        let lane = LaneView {
            kind: LaneKind::StatefulSet,
            namespace: "default".into(),
            name: "db".into(),
            desired: 2,
            ready: u32::try_from(pods.len()).unwrap_or(0),
            pods: pods.into_iter().map(Rc::new).collect(),
            ..LaneView::default()
        };
        let node = |name: &str| Rc::new(NodeView { name: name.into(), ..NodeView::default() });
        StageView {
            nodes: vec![node("node-1"), node("node-2")],
            lanes: vec![Rc::new(lane)],
            ..StageView::default()
        }
    }

    fn pod(name: &str, uid: &str, node: Option<&str>) -> PodView {
        PodView {
            name: name.into(),
            uid: uid.into(),
            node: node.map(Into::into),
            state: PodState::Ready,
            ..PodView::default()
        }
    }

    fn side(letter: char, stage: &StageView) -> Side<'_> {
        const EMPTY: &Book = &Book { accounts: Vec::new() };
        Side { letter, stage, book: EMPTY }
    }

    #[test]
    fn two_equal_runs_have_no_difference() {
        let stage = stage(vec![pod("db-0", "1", Some("node-1"))]);
        let view = compare(5, true, [&side('A', &stage), &side('B', &stage)]);
        assert!(view.differences.is_empty());
        assert_eq!(view.lanes[0].sides[0].cells[0][0].contrast, Contrast::Alike);
    }

    #[test]
    fn a_pod_that_moved_or_is_missing_is_marked_on_both_sides() {
        let a = stage(vec![pod("db-0", "1", Some("node-1")), pod("db-1", "2", Some("node-2"))]);
        let b = stage(vec![pod("db-0", "3", None)]);
        let view = compare(5, true, [&side('A', &a), &side('B', &b)]);
        let names: Vec<_> = view.differences.iter().map(|one| &*one.object.name).collect();
        assert_eq!(names, ["db", "db-0", "db-1"]);
        let [left, right] = &view.lanes[0].sides;
        assert_eq!(left.cells[0][0].contrast, Contrast::Differs);
        assert_eq!(left.cells[1][0].contrast, Contrast::Only);
        assert_eq!(right.cells[2][0].contrast, Contrast::Differs, "the last column has no node");
        assert!(view.has_unplaced);
        assert_eq!(view.differences[2].facts[1], None);
    }

    #[test]
    fn ledgers_differ_where_one_run_replaced_a_pod() {
        use crate::view::ledger::{Incarnation, Tenant};
        let tenant = |uid: &str, from_us, deleted_us| Tenant {
            pod: Incarnation { name: "db-0".into(), uid: uid.into(), ..Incarnation::default() },
            from_us,
            deleted_us,
            ..Tenant::default()
        };
        let book = |tenants: Vec<Tenant>| Book {
            accounts: vec![Rc::new(Account {
                object: ObjectRef::new("StatefulSet", "default", "db"),
                identity: Identity::Stateful,
                slots: Account::seat(
                    tenants.into_iter().map(|one| (Some(Place::Ordinal(0)), one)).collect(),
                ),
                ..Account::default()
            })],
        };
        let (a, b) = (
            book(vec![tenant("1", 1, Some(4)), tenant("2", 5, None)]),
            book(vec![tenant("1", 1, None)]),
        );
        let stage = StageView::default();
        let view = compare(
            5,
            true,
            [
                &Side { letter: 'A', stage: &stage, book: &a },
                &Side { letter: 'B', stage: &stage, book: &b },
            ],
        );
        let row = &view.accounts[0];
        assert!(row.differing.is_empty(), "the other run has replaced nothing to compare with");
        let (place, [left, right]) = &row.slots[0];
        assert_eq!(*place, Place::Ordinal(0));
        let left = left.as_ref().expect("it is there");
        assert_eq!((left.it.tenants, left.contrast), (2, Contrast::Differs));
        assert_eq!(right.as_ref().map(|one| one.it.tenants), Some(1));
    }

    #[test]
    fn tallies_differ_by_what_they_say_and_not_by_being_absent() {
        use crate::view::ledger::{Incarnation, Tenant};
        let tenant = |uid: &str, node: &str, from_us| Tenant {
            pod: Incarnation {
                name: "db-0".into(),
                uid: uid.into(),
                node: Some(node.into()),
                ..Incarnation::default()
            },
            from_us,
            deleted_us: (from_us == 1).then_some(4),
            ..Tenant::default()
        };
        let account = |name: &str, second: &str| {
            let tenants = [tenant("1", "node-1", 1), tenant("2", second, 5)];
            let seated = tenants.into_iter().map(|one| (Some(Place::Ordinal(0)), one)).collect();
            Rc::new(Account {
                object: ObjectRef::new("StatefulSet", "default", name),
                identity: Identity::Stateful,
                slots: Account::seat(seated),
                ..Account::default()
            })
        };
        let book = |accounts: Vec<Rc<Account>>| Book { accounts };
        let (a, b) = (
            book(vec![account("db", "node-1"), account("extra", "node-1")]),
            book(vec![account("db", "node-2")]),
        );
        let stage = StageView::default();
        let [left, right] =
            [('A', &a), ('B', &b)].map(|(letter, book)| Side { letter, stage: &stage, book });
        let view = compare(5, true, [&left, &right]);
        assert_eq!(view.accounts[0].differing, [Aspect::Node], "the one kept its node");
        let extra = &view.accounts[1];
        assert!(extra.accounts[1].is_none() && extra.differing.is_empty(), "{extra:?}");
        let mut more = Account::clone(&a.accounts[0]);
        more.at_once = Some(2);
        let more = book(vec![Rc::new(more)]);
        let right = Side { letter: 'B', stage: &stage, book: &more };
        let view = compare(5, true, [&left, &right]);
        assert_eq!(view.accounts[0].differing, [Aspect::Order], "what is promised counts");
    }

    #[test]
    fn who_is_gone_or_unready_on_one_side_differs_from_the_same_pod_that_runs() {
        use crate::view::ledger::{Incarnation, Tenant};
        use crate::view::words::{Lang, views as words};
        let book = |state: Option<PodState>| {
            let pod =
                Incarnation { name: "db-0".into(), uid: "1".into(), ..Incarnation::default() };
            let deleted_us = state.is_none().then_some(4);
            let tenant = Tenant { pod, deleted_us, state, ..Tenant::default() };
            let slots = Account::seat(vec![(Some(Place::Ordinal(0)), tenant)]);
            Book { accounts: vec![Rc::new(Account { slots, ..Account::default() })] }
        };
        let (stage, runs) = (StageView::default(), book(Some(PodState::Ready)));
        let told = |other: &Book| {
            let sides = [('A', &runs), ('B', other)];
            let [a, b] = sides.map(|(letter, book)| Side { letter, stage: &stage, book });
            let view = compare(5, true, [&a, &b]);
            let (_, [left, right]) = &view.accounts[0].slots[0];
            let right = right.as_ref().expect("it is there");
            assert!(
                !words::slot_side(Lang::En, &left.as_ref().expect("it runs").it).contains("Ready")
            );
            (right.contrast, words::slot_side(Lang::En, &right.it))
        };
        assert_eq!(told(&runs).0, Contrast::Alike);
        assert_eq!(told(&book(None)), (Contrast::Differs, "db-0, 1…, gone".to_owned()));
        let (contrast, words) = told(&book(Some(PodState::Running)));
        assert!(contrast == Contrast::Differs && words.ends_with("Not ready"), "{words}");
    }
}
