//! The timeline: when each Pod lived, and how many replicas were ready.
//!
//! Owns the shape of the charts' data. It must not know the engine. Invariant: in a stateless
//! group each life has a row of its own; in a stateful one a row is an ordinal and its lives
//! follow one another.

pub mod chart;
mod life;
pub mod sheet;
pub mod window;

pub use chart::{Chart, chart};
pub use life::{Life, Spent};
pub use window::{Window, Zoom};

use super::Identity;
use crate::base::Order as _;

/// One row of the chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// What the row stands for: a suffix or an ordinal.
    pub label: String,
    /// The lives on it, oldest first.
    pub lives: Vec<Life>,
}

/// A number that holds from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// From when.
    pub at_us: u64,
    /// How many.
    pub value: u32,
}

/// One workload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The workload's kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// The workload's name.
    pub name: String,
    /// Round or square.
    pub identity: Identity,
    /// How many replicas it wants now; none when it is gone.
    pub desired: Option<u32>,
    /// How many it wanted from which moment on, where that is known.
    pub wanted: Vec<Level>,
    /// The lives of its Pods.
    pub rows: Vec<Row>,
    /// How many of them were ready, from the start.
    pub ready: Vec<Level>,
}

/// How a workload's first Pods came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rise {
    /// All were created before one was ready.
    Together,
    /// Each was created once the one before it was ready.
    InOrder,
}

impl Group {
    /// How the first Pods came, and since when that can be seen; none where it can't.
    pub fn rise(&self) -> Option<(Rise, u64)> {
        let mut lives: Vec<&Life> = self.rows.iter().filter_map(|row| row.lives.first()).collect();
        lives.order_by_key(|life| life.from_us);
        let gone = lives.iter().filter_map(|life| life.left_us()).min();
        lives.retain(|life| gone.is_none_or(|gone| life.from_us < gone));
        let first_ready = lives.iter().filter_map(|life| life.ready_us).min()?;
        let early = lives.iter().take_while(|life| life.from_us < first_ready);
        match early.clone().count() {
            1 if self.identity == Identity::Stateful && lives.len() > 1 => {
                let pairs = lives.iter().zip(&lives[1..]);
                let in_order = pairs
                    .clone()
                    .all(|(one, next)| one.ready_us.is_some_and(|at| at <= next.from_us));
                in_order.then_some((Rise::InOrder, lives[1].ready_us?))
            }
            0 | 1 => None,
            _ => {
                let all = early.map(|life| life.ready_us).collect::<Option<Vec<u64>>>()?;
                Some((Rise::Together, all.into_iter().max()?))
            }
        }
    }

    /// What tells it from every other workload, as short as that can be.
    pub fn label(&self) -> String {
        match (&*self.namespace, &*self.name) {
            (_, "") => self.kind.clone(),
            ("" | "default", name) => name.to_owned(),
            (namespace, name) => format!("{namespace}/{name}"),
        }
    }

    /// How many Pods are ready now.
    pub fn ready_now(&self) -> u32 {
        self.ready.last().map_or(0, |level| level.value)
    }

    /// How many Pods were ready at a moment.
    pub fn ready_at(&self, at_us: u64) -> u32 {
        let levels = self.ready.iter().take_while(|level| level.at_us <= at_us);
        levels.last().map_or(0, |level| level.value)
    }

    /// How many replicas it wanted at a moment; none where it asks for none, was not there yet or
    /// is gone.
    pub fn desired_at(&self, at_us: u64) -> Option<u32> {
        let Some(last) = self.wanted.last() else { return self.desired };
        let is_gone = self.desired.is_none() && last.at_us <= at_us;
        let levels = self.wanted.iter().take_while(|level| level.at_us <= at_us);
        levels.last().filter(|_| !is_gone).map(|level| level.value)
    }

    /// The largest number that the ready chart has to hold.
    pub fn ready_max(&self) -> u32 {
        let most = self.ready.iter().map(|level| level.value).max().unwrap_or(0);
        most.max(self.desired.unwrap_or(0)).max(1)
    }
}

/// A time during which some node was down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outage {
    /// From when.
    pub from_us: u64,
    /// Until when; none while it lasts.
    pub end_us: Option<u64>,
}

/// From when to when; none while it lasts.
pub type Spell = (u64, Option<u64>);

/// One claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiskRow {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub claim: String,
    /// The ordinal that it belongs to.
    pub ordinal: Option<u32>,
    /// When it was created.
    pub from_us: u64,
    /// When it was gone.
    pub end_us: Option<u64>,
    /// When it was mounted.
    pub mounted: Vec<Spell>,
    /// When a lost node held it.
    pub held: Vec<Spell>,
}

/// One node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeRow {
    /// Its name.
    pub name: String,
    /// When it joined.
    pub from_us: u64,
    /// When it was gone.
    pub end_us: Option<u64>,
    /// When its machine was down.
    pub down: Vec<Spell>,
}

/// What the timeline shows, up to the moment that the run has reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineView {
    /// The workloads, in the order of their lanes.
    pub groups: Vec<Group>,
    /// When nodes were down.
    pub outages: Vec<Outage>,
    /// The claims, in the order of their workloads.
    pub disks: Vec<DiskRow>,
    /// The nodes, in order of joining.
    pub nodes: Vec<NodeRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_chart_has_room_for_what_is_wanted() {
        let level = |at_us, value| Level { at_us, value };
        let group =
            Group { desired: Some(4), ready: vec![level(0, 0), level(9, 2)], ..Group::default() };
        assert_eq!((group.ready_now(), group.ready_max()), (2, 4));
        assert_eq!((Group::default().ready_now(), Group::default().ready_max()), (0, 1));
    }

    #[test]
    fn what_was_wanted_is_of_the_moment_that_is_shown() {
        let level = |at_us, value| Level { at_us, value };
        let wanted = vec![level(3, 4), level(9, 0), level(20, 7), level(30, 0)];
        let mut group = Group { desired: Some(0), wanted, ..Group::default() };
        let told = |group: &Group| [2, 3, 8, 9, 20, 30].map(|at| group.desired_at(at));
        assert_eq!(told(&group), [None, Some(4), Some(4), Some(0), Some(7), Some(0)]);
        group.desired = None;
        assert_eq!(told(&group)[4..], [Some(7), None], "it is gone");
        let plain = Group { desired: Some(2), ..Group::default() };
        assert_eq!(plain.desired_at(5), Some(2));
    }
}
