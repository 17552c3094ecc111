//! Who took whose place, for Pods of which any one will do.
//!
//! Owns the rule. It must not know the engine or a language. A workload has as many seats as it
//! asks for replicas, at each moment of the run:
//!
//! - A Pod that goes leaves its seat vacant while that seat is asked for; a seat more than that is
//!   closed, and opens again when more are asked for.
//! - A Pod that comes takes the vacant seat whose last Pod had the same maker (ReplicaSet), else
//!   the one that has been vacant for longest, else a seat that opens.
//! - A Pod that comes while all seats are held is surge. It takes the first seat that falls vacant:
//!   the Pod that went made room for it, for its maker let it go once the surge Pod was there. Surge
//!   that is told to go before that took nobody's place.
//! - A Pod that went although its maker had not let it go (deleted by hand, evicted, failed) is
//!   replaced by its maker. When that Pod comes and surge has the seat, it gives the seat back.
//!
//! Invariant: the seats that are held are never more than are asked for while surge stands, and
//! every Pod but the first of a seat is one replacement.

use super::super::stage::Text;
use super::super::timeline::Level;
use super::{Place, Slot, Tenant};
use crate::base::Order as _;

/// A Pod that is to be seated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// The place that is its own, if it has one.
    pub place: Option<Place>,
    /// What made it, by its UID.
    pub maker: Text,
    /// Whether its maker let it go, having one more than it was to have.
    pub is_spared: bool,
    /// The Pod.
    pub tenant: Tenant,
}

/// Seats Pods, given in order of creation. `wanted` is how many replicas were asked for from which
/// moment on; empty where nobody says that, and then each Pod finds a seat at once.
pub fn seat(all: Vec<Arrival>, wanted: &[Level]) -> Vec<Slot> {
    let mut room = Room::new(&all);
    for (_, turn, at) in turns(&all, wanted) {
        match turn {
            Turn::Wanted => room.want(wanted[at].value),
            Turn::Leaves | Turn::LeavesAtOnce => room.leave(at),
            Turn::Comes => room.come(at),
        }
    }
    let chairs = room.chairs;
    let mut tenants: Vec<Option<Tenant>> = all.into_iter().map(|one| Some(one.tenant)).collect();
    let mut slots: Vec<Slot> = Vec::new();
    for chair in chairs.into_iter().filter(|chair| !chair.holders.is_empty()) {
        let holders = chair.holders.into_iter().filter_map(|who| tenants[who].take());
        slots.push(Slot { place: chair.place, tenants: holders.collect() });
    }
    // Places of the same sort keep the order in which they were first taken.
    slots.order_by(|a, b| a.place.cmp(&b.place));
    slots
}

/// What happens at a moment, in the order in which it is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Wanted,
    Leaves,
    Comes,
    LeavesAtOnce,
}

fn turns(all: &[Arrival], wanted: &[Level]) -> Vec<(u64, Turn, usize)> {
    let wanted = wanted.iter().enumerate().map(|(at, level)| (level.at_us, Turn::Wanted, at));
    let mut turns: Vec<_> = wanted.collect();
    for (at, Arrival { tenant, .. }) in all.iter().enumerate() {
        turns.push((tenant.from_us, Turn::Comes, at));
        if let Some(left_us) = tenant.left_us {
            let at_once = left_us <= tenant.from_us;
            let turn = if at_once { Turn::LeavesAtOnce } else { Turn::Leaves };
            turns.push((left_us.max(tenant.from_us), turn, at));
        }
    }
    turns.order();
    turns
}

struct Chair {
    place: Place,
    /// Who held it, first to last.
    holders: Vec<usize>,
}

/// The chairs of a room, each list of them in order of time.
struct Room<'a> {
    all: &'a [Arrival],
    wanted: Option<u32>,
    chairs: Vec<Chair>,
    /// In which chair each Pod sits or sat.
    at: Vec<usize>,
    /// How many seats are held, surge apart.
    seated: u32,
    /// Chairs whose next Pod is to come: seats, and surge that its maker makes anew.
    vacant: Vec<usize>,
    closed: Vec<usize>,
    /// Chairs of surge that stands.
    surge: Vec<usize>,
    /// Seats that surge has though another Pod may come for them, and how many held them before.
    lent: Vec<(usize, usize)>,
}

impl<'a> Room<'a> {
    fn new(all: &'a [Arrival]) -> Self {
        let (chairs, at) = (Vec::new(), vec![0; all.len()]);
        let (vacant, closed, surge, lent) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { all, wanted: None, chairs, at, seated: 0, vacant, closed, surge, lent }
    }

    fn want(&mut self, wanted: u32) {
        self.wanted = Some(wanted);
        while self.seated + self.vacant_seats() > wanted
            && let Some(at) = self.vacant.iter().rposition(|chair| self.is_seat(*chair))
        {
            self.closed.push(self.vacant.remove(at));
        }
        self.settle();
    }

    fn come(&mut self, who: usize) {
        if let Some(place) = &self.all[who].place {
            let found = self.chairs.iter().position(|chair| chair.place == *place);
            let chair = found.unwrap_or_else(|| self.add(place.clone()));
            self.sit(chair, &[who]);
            return;
        }
        let maker = &self.all[who].maker;
        let lent = self.lent.iter().rposition(|(chair, before)| {
            self.all[self.chairs[*chair].holders[before - 1]].maker == *maker
        });
        if let Some((chair, before)) = lent.map(|at| self.lent.remove(at)) {
            let surge = self.chairs[chair].holders.split_off(before);
            let apart = self.add(Place::Surge);
            self.sit(apart, &surge);
            self.surge.insert(0, apart);
            self.sit(chair, &[who]);
        } else if let Some(at) = self.vacancy(maker) {
            let chair = self.vacant.remove(at);
            self.sit(chair, &[who]);
            if self.is_seat(chair) {
                self.seated += 1;
            } else {
                self.surge.push(chair);
            }
        } else if self.has_room(0) {
            let chair = self.open();
            self.sit(chair, &[who]);
            self.seated += 1;
        } else {
            let chair = self.add(Place::Surge);
            self.sit(chair, &[who]);
            self.surge.push(chair);
        }
        self.settle();
    }

    fn leave(&mut self, who: usize) {
        let (chair, Arrival { place, maker, is_spared, .. }) = (self.at[who], &self.all[who]);
        if place.is_some() {
            return;
        }
        let (all, chairs) = (self.all, &self.chairs);
        let is_of = |holder: Option<&usize>| holder.is_some_and(|one| all[*one].maker == *maker);
        self.lent.retain(|(one, _)| *one != chair);
        if *is_spared {
            // Whose maker had one too many, it does not make anew what went before.
            self.lent.retain(|(one, before)| !is_of(chairs[*one].holders.get(before - 1)));
            self.vacant.retain(|one| {
                chairs[*one].place != Place::Surge || !is_of(chairs[*one].holders.last())
            });
        }
        if !self.is_seat(chair) {
            self.surge.retain(|one| *one != chair);
            if !is_spared {
                self.vacant.push(chair);
            }
            return;
        }
        self.seated -= 1;
        if self.has_room(self.vacant_seats()) {
            self.vacant.push(chair);
        } else {
            self.closed.push(chair);
        }
        self.settle();
    }

    /// Gives surge the seats that there are for it.
    fn settle(&mut self) {
        while let Some(&apart) = self.surge.first() {
            let vacant = self.vacant.iter().position(|chair| self.is_seat(*chair));
            let chair = match vacant.map(|at| self.vacant.remove(at)) {
                Some(chair) => {
                    let holders = &self.chairs[chair].holders;
                    if holders.last().is_some_and(|last| !self.all[*last].is_spared) {
                        self.lent.push((chair, holders.len()));
                    }
                    chair
                }
                None if self.has_room(0) => self.open(),
                None => return,
            };
            self.surge.remove(0);
            let holders = std::mem::take(&mut self.chairs[apart].holders);
            self.sit(chair, &holders);
            self.seated += 1;
        }
    }

    /// Whether more seats are asked for than are held and set aside.
    fn has_room(&self, aside: u32) -> bool {
        self.wanted.is_none_or(|wanted| self.seated + aside < wanted)
    }

    fn vacant_seats(&self) -> u32 {
        let seats = self.vacant.iter().filter(|chair| self.is_seat(**chair));
        u32::try_from(seats.count()).unwrap_or(u32::MAX)
    }

    /// Which of the vacant chairs is for a Pod of this maker.
    fn vacancy(&self, maker: &Text) -> Option<usize> {
        let is_same = |chair: usize| {
            self.chairs[chair].holders.last().is_some_and(|one| self.all[*one].maker == *maker)
        };
        let first = |fits: &dyn Fn(usize) -> bool| self.vacant.iter().position(|one| fits(*one));
        first(&|chair| self.is_seat(chair) && is_same(chair))
            .or_else(|| first(&is_same))
            .or_else(|| first(&|chair| self.is_seat(chair)))
    }

    fn is_seat(&self, chair: usize) -> bool {
        self.chairs[chair].place != Place::Surge
    }

    /// The seat that has been closed for longest, or a new one.
    fn open(&mut self) -> usize {
        if self.closed.is_empty() { self.add(Place::Any) } else { self.closed.remove(0) }
    }

    fn add(&mut self, place: Place) -> usize {
        self.chairs.push(Chair { place, holders: Vec::new() });
        self.chairs.len() - 1
    }

    fn sit(&mut self, chair: usize, who: &[usize]) {
        for one in who {
            self.at[*one] = chair;
        }
        self.chairs[chair].holders.extend(who);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ledger::Incarnation;

    /// A Pod "a1": made by the ReplicaSet "a"; when it came, went, and whether it was let go.
    fn pod(name: &str, from_us: u64, left_us: Option<u64>, is_spared: bool) -> Arrival {
        let pod = Incarnation { name: name.into(), ..Incarnation::default() };
        let tenant = Tenant { pod, from_us, left_us, ..Tenant::default() };
        Arrival { place: None, maker: name[..1].into(), is_spared, tenant }
    }

    fn stays(name: &str, from_us: u64) -> Arrival {
        pod(name, from_us, None, false)
    }

    fn spared(name: &str, from_us: u64, left_us: u64) -> Arrival {
        pod(name, from_us, Some(left_us), true)
    }

    fn deleted(name: &str, from_us: u64, left_us: u64) -> Arrival {
        pod(name, from_us, Some(left_us), false)
    }

    /// The rows, each with its holders; those of surge begin with a plus.
    fn rows(wanted: &[(u64, u32)], mut all: Vec<Arrival>) -> Vec<String> {
        all.order_by_key(|one| one.tenant.from_us);
        let wanted: Vec<Level> =
            wanted.iter().map(|&(at_us, value)| Level { at_us, value }).collect();
        let slots = seat(all, &wanted);
        let row = |slot: &Slot| {
            let names: Vec<&str> = slot.tenants.iter().map(|one| &*one.pod.name).collect();
            format!("{}{}", if slot.place == Place::Surge { "+" } else { "" }, names.join(" "))
        };
        slots.iter().map(row).collect()
    }

    #[test]
    fn surge_takes_the_place_of_the_one_that_goes_for_it() {
        let rollout = |until: u64| {
            let mut all = vec![stays("b1", 10), stays("b2", 10), stays("b3", 13)];
            all.extend([spared("a1", 1, 11), spared("a2", 1, 12), spared("a3", 1, 15)]);
            all.retain(|one| one.tenant.from_us <= until);
            for one in &mut all {
                one.tenant.left_us = one.tenant.left_us.filter(|at| *at <= until);
            }
            rows(&[(0, 3)], all)
        };
        assert_eq!(rollout(10), ["a1", "a2", "a3", "+b1", "+b2"], "nobody went yet");
        assert_eq!(rollout(11), ["a1 b1", "a2", "a3", "+b2"]);
        assert_eq!(rollout(20), ["a1 b1", "a2 b2", "a3 b3"]);
    }

    #[test]
    fn surge_that_goes_first_took_nobody_s_place() {
        // A rollout with a wrong image, then back.
        let all = vec![
            spared("a1", 1, 11),
            stays("a2", 1),
            spared("b1", 10, 31),
            spared("b2", 10, 30),
            stays("a3", 32),
        ];
        assert_eq!(rows(&[(0, 2)], all), ["a1 b1 a3", "a2", "+b2"]);
    }

    #[test]
    fn seats_that_are_not_asked_for_are_closed_and_opened_again() {
        let four = || vec![stays("a1", 1), stays("a2", 1), spared("a3", 1, 6), spared("a4", 1, 6)];
        let mut fewer = four();
        fewer[0] = spared("a1", 1, 12);
        fewer[1] = spared("a2", 1, 14);
        fewer.extend([stays("b1", 10), stays("b2", 13)]);
        let wanted = [(0, 4), (5, 2), (20, 5)];
        assert_eq!(rows(&wanted[..2], fewer.clone()), ["a1 b1", "a2 b2", "a3", "a4"]);
        fewer.extend([stays("b3", 21), stays("b4", 21), stays("b5", 21)]);
        assert_eq!(rows(&wanted, fewer), ["a1 b1", "a2 b2", "a3 b3", "a4 b4", "b5"]);
        let mut by_hand = four();
        by_hand[0] = deleted("a1", 1, 9);
        by_hand.push(stays("a5", 10));
        assert_eq!(rows(&wanted[..2], by_hand), ["a1 a5", "a2", "a3", "a4"], "not the oldest gap");
    }

    #[test]
    fn scaling_amid_a_rollout_counts_each_replacement_once() {
        // More are asked for: surge is surplus no more, the rest of the old go for others.
        let up = vec![
            spared("a1", 1, 11),
            spared("a2", 1, 14),
            stays("b1", 10),
            stays("b2", 10),
            stays("b3", 13),
        ];
        assert_eq!(rows(&[(0, 2), (12, 3)], up), ["a1 b1", "a2 b3", "b2"]);
        // Fewer: of those that go first, seats close; the last goes for the surge.
        let down =
            vec![spared("a1", 1, 12), spared("a2", 1, 13), spared("a3", 1, 14), stays("b1", 10)];
        assert_eq!(rows(&[(0, 3), (11, 1)], down), ["a1", "a2", "a3 b1"]);
    }

    #[test]
    fn what_a_person_deletes_is_replaced_by_its_maker_though_surge_stands() {
        // b1 never gets ready; a1 was to stay.
        let stuck = vec![deleted("a1", 1, 20), stays("a2", 1), stays("b1", 10), stays("a3", 21)];
        assert_eq!(rows(&[(0, 2)], stuck.clone()), ["a1 a3", "a2", "+b1"]);
        // Where the maker was to have one less by then, none comes, and the surge stays seated.
        let late = vec![stuck[0].clone(), spared("a2", 1, 22), stays("b1", 10), stays("b2", 23)];
        assert_eq!(rows(&[(0, 2)], late), ["a1 b1", "a2 b2"]);
        // A surge Pod that is deleted is made anew, and both took the place of one.
        let anew = vec![spared("a1", 1, 30), deleted("b1", 10, 20), stays("b2", 21)];
        assert_eq!(rows(&[(0, 1)], anew), ["a1 b1 b2"]);
        // Each ReplicaSet makes anew what it lost.
        let both = vec![spared("a1", 1, 8), stays("a2", 1), stays("b1", 10), stays("a3", 10)];
        let mut both: Vec<_> = both;
        both[1] = deleted("a2", 1, 9);
        assert_eq!(rows(&[(0, 2)], both), ["a1 b1", "a2 a3"]);
    }

    #[test]
    fn what_is_deleted_with_its_workload_and_made_again_takes_its_places() {
        let all =
            vec![deleted("a1", 1, 10), deleted("a2", 1, 10), stays("b1", 12), stays("b2", 12)];
        assert_eq!(rows(&[(0, 2), (9, 0), (11, 2)], all), ["a1 b1", "a2 b2"]);
    }

    #[test]
    fn who_is_never_surplus_finds_a_seat_at_once() {
        let job = vec![stays("a1", 1), deleted("a2", 1, 5), stays("a3", 5), stays("a4", 6)];
        assert_eq!(rows(&[], job), ["a1", "a2 a3", "a4"]);
    }
}
